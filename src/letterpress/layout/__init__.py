"""Lays a page out with WeasyPrint, checks it, and writes the PDF; or says what is wrong with it."""

__all__ = ("engine", "lost_words", "native", "unlaid")
