"""Works on finished PDFs: looks at them, appends and joins them, puts a firm's paper under them, draws their pages."""

__all__ = (
    "alike",
    "append",
    "carry",
    "font_merge",
    "inspect",
    "press",
    "raster",
    "same",
    "spoken",
    "stationery",
    "stream_writer",
    "structure",
    "xmp",
)
