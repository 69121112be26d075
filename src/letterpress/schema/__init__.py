"""Checks what front matter, people and letterheads hold, says what is wrong with them, and writes their JSON Schema."""

__all__ = ("dates", "json_schema", "models", "values")
