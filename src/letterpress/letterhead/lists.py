"""Enclosures and copies of a letter: which of them its page has, and where they stand.

Not here: how they look (`_base/lists.html`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from letterpress.model import Filled
from letterpress.text import language

SHORT = 7
"""Items: a list of fewer stands beside another, or beside a signature."""


class Lists(NamedTuple):
    """What is listed below a signature."""

    enclosures: Sequence[str]
    cc: Sequence[str]
    bcc: Sequence[str]

    def filled(self) -> list[Sequence[str]]:
        """Give those that have items."""
        return [items for items in self if items]

    def are_short(self) -> bool:
        """Tell whether each may stand beside something."""
        return all(len(items) < SHORT for items in self)


def printed(filled: Filled, copy: str) -> Lists:
    """Give the lists that a copy of a letter has.

    :param copy: which kind; only the file, and the one who gets it, may see that there is a blind copy.
    """
    bcc = filled.bcc if copy == "file" else (filled.copy_for,) if copy == "bcc" and filled.copy_for else ()
    return Lists(filled.enclosures, filled.cc, bcc)


def usual(lists: Lists) -> str:
    """Give the place that `auto` means: beside each other where two are short, else one below the other."""
    return "beside" if lists.enclosures and lists.cc and not lists.bcc and lists.are_short() else "stacked"


def place(filled: Filled, copy: str, parameters: Mapping[str, Any], *, several: bool) -> str:
    """Give the place of a page's lists, as the parameter `lists` has it.

    :param several: whether the letter goes on in further languages below the first.
    """
    listed, wanted = printed(filled, copy), str(parameters["lists"])
    if wanted != "signature":
        return usual(listed) if wanted == "auto" else wanted
    between = language.labels(filled.lang)["postscript_place"] == "first" and (several or bool(filled.postscript))
    alone = len(filled.signatories) == 1 and parameters["signature_place"] == "left"
    if alone and listed.filled() and listed.are_short() and not between:
        return wanted
    return usual(listed)
