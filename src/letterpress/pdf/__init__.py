"""Works on finished PDFs: looks at them, appends and joins them, puts a firm's paper under them, draws and judges them."""

__all__ = (
    "alike",
    "append",
    "carry",
    "font_merge",
    "inspect",
    "raster",
    "same",
    "spoken",
    "stationery",
    "stream_writer",
    "structure",
    "validation",
    "xmp",
)
