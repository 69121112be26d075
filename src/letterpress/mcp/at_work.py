"""What a worker does for a tool: a letter made with the pictures of its pages, a list looked through, a PDF verified.

It runs in the kept worker's process, within its limits. Nothing is written here: the server writes.

Not here: which files a tool may name (tools.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterpress import api, pipeline, signing
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.interactive import lists, preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.lists import Checked, List, Overview, RowFaults
from letterpress.interactive.preview import Draft
from letterpress.model import Letter, Result
from letterpress.pdf import raster, spoken
from letterpress.processes import stages
from letterpress.schema import json_schema

prepare = preview.prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A letter that is to be made."""

    path: str
    """The file that it is, or would be: what it names is relative to that."""
    shown: str
    """What messages call it."""
    text: str | None
    """Its text; None: the file's."""
    chosen: tuple[tuple[str, Any], ...] = ()
    """As `api.Chosen` has them, without those that are None."""
    pages: tuple[int, ...] = ()
    """Pages that are drawn, from 1; those that it does not have are left out."""
    dpi: int = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A letter that was made, or why it was not."""

    result: Result
    pictures: tuple[tuple[int, bytes], ...] = ()
    """Pairs of page and PNG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A list that was looked through."""

    overview: Overview
    checked: Checked | None
    """None where the list cannot be used as it is."""
    rows: tuple[RowFaults, ...]
    """Of those of which something is to be said, the first."""


def fields(order: Order) -> dict[str, Any]:
    """Give the JSON Schema of a letter's fields.

    :raises LetterpressError: it cannot be read, or has faults.
    """
    return json_schema.of_fields(_letter(order).fields)


def made(order: Order) -> Made:
    """Make a letter as `letterpress render` does, and draw its pages."""
    try:
        result = pipeline.press(api.in_language(api.job(_letter(order), **dict(order.chosen))))
    except LetterpressError as error:
        name = reader.slug_of(Path(order.path))
        result = Result(id=name, source=order.shown, status="failed", diagnostics=error.diagnostics)
    return Made(result=result, pictures=() if result.pdf is None else _pictures(result.pdf, order))


def checked(order: Order) -> tuple[Diagnostic, ...]:
    """Find what is wrong with a letter as far as it shows without rendering, as `letterpress check` does."""
    if order.text is None:
        return api.check(order.path, **dict(order.chosen))
    draft = Draft(text=order.text, path=order.path, shown=order.shown, chosen=order.chosen)
    letter, found = preview.read(draft)
    if letter is None:
        return found
    return preview.examined(api.job(letter, **dict(order.chosen)), found)


@answering
def planned(say: Say, draft: Draft, given: List, most: int) -> Planned:
    """Look through a list without any layout, as `letterpress merge --dry-run` does.

    :param most: rows that are told, at most.
    :raises LetterpressError: the letter or the list cannot be read.
    """
    overview = lists.overview(lambda *_: True, draft, given)
    if overview.blocking:
        return Planned(overview=overview, checked=None, rows=())
    rows: list[RowFaults] = []

    def told(_: str, kind: str, news: tuple[RowFaults, ...] = ()) -> bool:
        said = (row for row in news if row.diagnostics or row.same_address)
        rows.extend(itertools.islice(said, most - len(rows)))
        return True

    seen = lists.check(told, draft, given)
    return Planned(overview=overview, checked=seen, rows=tuple(rows))


def verified(path: str, trust: Sequence[str], shown: str) -> Mapping[str, Any]:
    """Say what the signatures of a file are worth, as `letterpress verify` does.

    :param trust: certificates, or folders of them.
    :raises UnreadableInput: it is no PDF that can be read.
    """
    stages.at("verifying its signatures")
    return signing.verify(Path(path).read_bytes(), [Path(one) for one in trust], source=shown).as_json()


def heard(path: str, shown: str) -> tuple[str, ...]:
    """Read a PDF in the order of its structure: lines, as `letterpress text` shows them.

    :raises LetterpressError: it cannot be read, or has no structure.
    """
    return tuple(spoken.lines(spoken.read(Path(path).read_bytes(), shown)))


def _letter(order: Order) -> Letter:
    if order.text is None:
        return api.read(order.path)
    return api.read_text(order.text.encode("utf-8", "surrogatepass"), order.shown, name=order.path)


def _pictures(pdf: bytes, order: Order) -> tuple[tuple[int, bytes], ...]:
    stages.at("drawing its pages")
    count = len(raster.sizes(pdf))
    wanted = (page for page in order.pages if 1 <= page <= count)
    return tuple((page, raster.png(pdf, dpi=order.dpi, page=page)) for page in wanted)
