"""Writes for a press: colours as inks, by the profile of a press and a paper, and what PDF/X asks of a file."""

__all__ = ("flat", "marks", "profiles", "rasters", "separation", "standards")
