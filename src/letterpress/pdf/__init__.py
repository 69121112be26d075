"""Works on finished PDFs: looks at them, appends them to a letter, joins structures and fonts, draws pages."""

__all__ = ("append", "font_merge", "inspect", "raster", "spoken", "structure", "xmp")
