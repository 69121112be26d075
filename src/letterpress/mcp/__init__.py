"""Tools for an agent, by the Model Context Protocol: letters of one project checked, made, planned and verified."""

__all__ = ("server",)
