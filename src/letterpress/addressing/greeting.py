"""What a salutation is made of, and the plain ones that name nobody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """How one or several are addressed. Texts have no final punctuation."""

    salutation: str
    closing: str
    form: str
    """The row of the table: an office's key, or language and kind, such as `en-GB: titled`."""
    reasons: tuple[str, ...]
    """What decided."""
    missing: tuple[str, ...]
    """What would make the form more personal."""
    source: str
    """Where it is to be looked up."""
    seen: bool
    """Whether it was found on a page when the table was written."""
    doubt: str | None = None
    """Another reading, and who has it."""
    unread: tuple[str, ...] = ()
    """Words in the place of a form of address that are not known: the salutation has none of them."""
    named: tuple[str, ...] = ()
    """Names that the salutation may have: the rest of it is from the tables."""
    unsure: tuple[str, ...] = ()
    """What is not understood of whom it is for, so that it names nobody."""
