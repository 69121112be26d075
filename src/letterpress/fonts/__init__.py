"""The faces that ship, and those of the system that a letterhead declares."""

__all__ = ("faces", "metrics", "shipped", "spaces", "system", "tables")
