"""A dictionary of a file with texts of the letter's own: a bookmark, what is known of the document.

Not here: which texts these are (`plate`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pydyf

_SPECIAL = re.compile(r"[\\()]")


class OwnObject:
    """A dictionary as it is written, parted where its texts stand."""

    def __init__(self, item: Any) -> None:
        """Take a `pydyf.Dictionary`."""
        self.data: bytes = item.data
        self.strings = {key: str(value.string) for key, value in item.items() if isinstance(value, pydyf.String)}
        """Its texts, by their keys."""
        rows = [pydyf.Dictionary({key: value}).data[2:-2] for key, value in item.items()]
        self._rows: list[bytes] = [b"<<", *rows, b">>"]
        self._places = {key: at for at, key in enumerate(item, start=1) if key in self.strings}

    def written(self, changes: Mapping[str, str] | None) -> bytes:
        """Give the dictionary with other texts, by their keys."""
        if not changes:
            return self.data
        rows = list(self._rows)
        for key, text in changes.items():
            rows[self._places[key]] = b"/%b %b" % (key.encode(), _written(text))
        return b"".join(rows)


def _written(text: str) -> bytes:
    """A text as pydyf writes it."""
    if text.isascii() and not _SPECIAL.search(text):
        return b"(" + text.encode() + b")"
    data: bytes = pydyf.String(text).data
    return data
