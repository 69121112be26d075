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

from letterpress import api, signing
from letterpress.interactive import letters, lists, preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.letters import Order
from letterpress.interactive.lists import Checked, List, Overview, RowFaults
from letterpress.interactive.preview import Draft
from letterpress.model import Result
from letterpress.pdf import raster, spoken
from letterpress.processes import stages
from letterpress.schema import json_schema

prepare = preview.prepare


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


def fields(path: str) -> dict[str, Any]:
    """Give the JSON Schema of a letter's fields.

    :raises LetterpressError: it cannot be read, or has faults.
    """
    return json_schema.of_fields(api.read(path).fields)


@answering
def made(say: Say, order: Order, pages: Sequence[int], dpi: int) -> Made:
    """Make a letter as `letterpress render` does, and draw its pages.

    :param pages: from 1; those that it does not have are left out.
    """
    result = letters.make(_unheard, order)
    if result.pdf is None:
        return Made(result=result)
    stages.at("drawing its pages")
    count = len(raster.sizes(result.pdf))
    wanted = (page for page in pages if 1 <= page <= count)
    pictures = tuple((page, raster.png(result.pdf, dpi=dpi, page=page)) for page in wanted)
    return Made(result=result, pictures=pictures)


def _unheard(*_: Any) -> bool:
    """Take news of an answer that is only waited for."""
    return True


@answering
def planned(say: Say, draft: Draft, given: List, most: int) -> Planned:
    """Look through a list without any layout, as `letterpress merge --dry-run` does.

    :param most: rows that are told, at most.
    :raises LetterpressError: the letter or the list cannot be read.
    """
    overview = lists.overview(_unheard, draft, given)
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
