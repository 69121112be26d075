"""Knows the marks that an inserting machine reads from each sheet: where a set ends, what joins it.

`catalogue` finds a scheme of marks, `marks` says which of them a sheet bears, and draws them.
"""

__all__ = ("catalogue", "marks", "values")
