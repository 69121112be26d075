"""Values to try a letter with, whose own are still to come.

Not here: what a page shows in the place of a value (`field_titles`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from letterpress.model import FieldSpec

RECIPIENT: Mapping[str, str] = MappingProxyType({"name": "Ada Sample", "street": "1 Sample Street", "city": "Sample"})
"""Parts of a recipient."""
_OF_TYPE = {"integer": "1234", "decimal": "1234.50", "money": "1234.50", "date": "2026-01-15", "boolean": "yes"}


def of_field(spec: FieldSpec) -> str:
    """Give a value that a field takes, as it is written; of a list none is given: its records are its own."""
    return _OF_TYPE.get(spec.type, spec.choices[0] if spec.choices else "sample")
