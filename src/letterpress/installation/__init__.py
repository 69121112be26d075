"""Says what of letterpress is installed on this machine, what is missing for what, and what is wrong around it."""

__all__ = ("report", "values")
