"""Judges the HTML that a letter holds, on the tree that the layout gets."""

__all__ = ("check", "named_files", "parser", "presentation", "rules", "styles")
