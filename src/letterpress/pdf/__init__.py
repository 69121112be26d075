"""Works on finished PDFs: looks at them, appends and joins them, puts a firm's paper under them, draws their pages."""

__all__ = ("append", "font_merge", "inspect", "raster", "spoken", "stationery", "structure", "xmp")
