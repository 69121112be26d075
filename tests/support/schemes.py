"""Marks of inserting machines that nobody has: one for each test."""

from __future__ import annotations

from letterpress.inserters import catalogue
from letterpress.inserters.values import Scheme


def scheme(*functions: str, **more: object) -> Scheme:
    """A scheme with these marks, at places that tests know."""
    about = {"x": 8, "y": 60, "pitch": 4, "length": 10.5, "thickness": 0.5, "source": "here", "date": "2026"}
    read = tuple(function for text in functions if (function := catalogue._function(text)) is not None)
    assert len(read) == len(functions)
    return Scheme(name="own", title="Own", status="confirmed", functions=read, **(about | more))  # type: ignore[arg-type]
