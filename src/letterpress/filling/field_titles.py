"""What people call a letter's field: on a button, in a list of fields, and on a page that has no value for it yet."""

from __future__ import annotations

from letterpress.model import FieldSpec
from letterpress.templating.titled import Titled, in_words

_PARTS = ("name", "title", "organisation", "street", "postcode", "city", "region", "country", "phone", "email", "web")
"""Parts of a recipient or sender that a text may print."""


def title(name: str) -> str:
    """Give it: the field's name in words.

    >>> title("due_date")
    'Due date'
    """
    return in_words(name)


def of_party() -> dict[str, Titled]:
    """Make what stands in for the parts of a recipient or sender that the letter does not say."""
    return {name: Titled(title(name), required=False) for name in _PARTS}


def stand_in(name: str, spec: FieldSpec) -> Titled:
    """Make what stands in for a field's value."""
    return Titled(title(name), required=spec.required)
