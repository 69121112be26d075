"""Enclosures of a press copy: their pages in inks, or why they cannot be.

Not here: how colours are converted (`press.foreign`), how pages are appended (`append`).
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from letterpress.model import Annex
from letterpress.page import PressCopy
from letterpress.pdf.enclosed_file import reason
from letterpress.pdf.press import foreign
from letterpress.pdf.press.spaces import Unprintable


class Printable(NamedTuple):
    """An enclosure for a press."""

    pdf: bytes
    """Its file, with the pages that are enclosed in inks; empty where they cannot be."""
    why_not: str | None = None
    """What it has that cannot be printed by a press."""


Prepare = Callable[[Any, list[Any]], None]
"""Makes what lies over some pages of a file part of them, or takes it off."""


def read(annex: Annex, press: PressCopy, prepare: Prepare) -> Printable:
    """Read an enclosure; once, until it changes.

    :raises OSError: it is not there any more.
    """
    state = Path(annex.path).stat()
    return _read(annex.path, state.st_mtime_ns, state.st_size, annex.pages, press, prepare)


@lru_cache(maxsize=16)
def _read(
    path: str, _mtime: int, _size: int, numbers: tuple[int, ...], press: PressCopy, prepare: Prepare
) -> Printable:
    import pikepdf

    try:
        with pikepdf.open(path, suppress_warnings=True) as source:
            pages = [source.pages[number].obj for number in numbers]
            prepare(source, pages)
            foreign.convert(source, pages, press)
            file = io.BytesIO()
            source.save(file, deterministic_id=not source.is_encrypted)
            return Printable(file.getvalue())
    except Unprintable as unprintable:
        return Printable(b"", str(unprintable))
    except Exception as error:  # any object may stand in any place: what a foreign file does is its own fault
        logging.getLogger("letterpress").debug("an enclosure cannot be converted", exc_info=True)
        return Printable(b"", f"something that is not understood ({reason(error, path)})")
