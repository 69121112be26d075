"""Judges the HTML that a letter holds, on the tree that the layout gets."""

__all__ = ("check", "parser", "presentation", "rules", "styles")
