"""Checks what front matter, people and letterheads hold, says what is wrong with them, and writes their JSON Schema."""

__all__ = ("dates", "format", "json_schema", "models", "values")
