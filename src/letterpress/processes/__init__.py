"""Processes that work for another: limits of time and memory, what they tell, how they start and end."""

__all__ = (
    "channel",
    "compiled",
    "deferred_imports",
    "forks",
    "kept_worker",
    "limits",
    "quick_end",
    "scratch",
    "signals",
    "stages",
    "viewer",
)
