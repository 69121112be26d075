"""Knows the posts, letter services and print shops that take letters, and what each asks of a PDF."""

__all__ = ("catalogue", "values")
