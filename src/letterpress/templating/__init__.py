"""Runs templates in a sandbox, within limits, and says what is wrong with them."""

__all__ = ("filters", "limits", "messages", "money", "sandbox", "titled", "tracing", "watched")
