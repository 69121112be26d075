"""Works on finished PDFs: looks at them, appends and joins them, puts a firm's paper under them, draws, judges."""

__all__ = (
    "alike",
    "append",
    "attach",
    "carry",
    "document_parts",
    "font_merge",
    "inspect",
    "named_places",
    "page_view",
    "press",
    "raster",
    "same",
    "spoken",
    "stationery",
    "stream_writer",
    "structure",
    "validation",
    "values",
    "xmp",
)
