"""Writes JSON as all answers of the service have it, without a space: a value a line.

Not here: bodies that are models (routes/), which pydantic writes the same way.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def line(value: Any) -> str:
    """Write a value as a line, in ASCII: there are signs in texts that some programs take for the end of a line."""
    return json.dumps(value, separators=(",", ":"))


def with_numbers(value: Any) -> str:
    """Write a value with its numbers as they were read: 1.10 does not become 1.1."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{with_numbers(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(with_numbers, value)) + "]"
    return json.dumps(value)
