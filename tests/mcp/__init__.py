"""Tools for an agent."""
