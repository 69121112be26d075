"""Processes that work for another: limits of time and memory, what they tell, and how they end."""

__all__ = ("channel", "kept_worker", "limits", "scratch", "signals", "stages")
