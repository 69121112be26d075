"""The faces that ship, and those of the system that a letterhead declares."""

__all__ = ("metrics", "shipped", "system", "tables")
