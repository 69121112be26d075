"""How a list writes its dates and numbers, whatever the language of the letter.

Not here: how it is found out from a list (`recipients.writing`), and how a value is read (`text.written`).
"""

from __future__ import annotations

from typing import NamedTuple


class Writing(NamedTuple):
    """How a list writes its values: language, order of dates (`dmy`), sign before decimals. None: not known."""

    lang: str | None = None
    dates: str | None = None
    decimal: str | None = None
    clean: bool = False
    """Whether marks that exports leave in values (`'04401`, `&amp;`) are taken away."""
    header_row: int | None = None
    """Row that holds the names of the columns, as spreadsheets count them; None: the first that is not empty."""
    encoding: str | None = None
    """Of a file of text that is no Unicode; None: found out."""
