"""Works on finished PDFs: looks at them, appends them to a letter, puts a firm's paper under
them, joins structures and fonts, draws pages."""

__all__ = ("append", "font_merge", "inspect", "raster", "spoken", "stationery", "structure", "xmp")
