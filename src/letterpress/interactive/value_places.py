"""Finds where on the pages the values of a letter are printed: `{{ fields.boxes }}` in its text, `{{ to.name }}`; and
parts of an address that something is said of, such as its postcode.

The words that a tag prints are looked for on the finished pages, within the block or field that the tag stands in.

Not here: where the blocks stand (`layout.source_map`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from letterpress.filling import letter as filling
from letterpress.model import Job
from letterpress.page import Placed
from letterpress.pdf import raster
from letterpress.text import numbers

MOST_TAGS = 200
"""Tags of a letter whose values are looked for."""
_PART = re.compile(r"(?:to|from)\.[a-z_]+")
_TAG = re.compile(r"\{\{[-+]?\s*([A-Za-z_][\w.]*)([^{}]*)\}\}")


class _Tag(NamedTuple):
    """A tag that prints a value."""

    source: str
    name: str
    """As it is written first in the tag: `fields.boxes`."""
    line: int | None
    """Where it is written; None: nowhere, the value stands in the address."""


def find(
    job: Job,
    text: str,
    pdf: bytes,
    sizes: Sequence[tuple[float, float]],
    places: Sequence[Placed],
    parts: Iterable[str] = (),
) -> tuple[Placed, ...]:
    """Find them: a place for each line that a value is printed on.

    :param text: of the letter's file.
    :param sizes: of the pages, in pt.
    :param places: of its blocks and fields.
    :param parts: fields that are looked for besides, if they are parts of an address: `to.postcode`.
    """
    tags = [*_tags(text), *(_Tag(f"{{{{ {part} }}}}", part, None) for part in parts if _PART.fullmatch(part))]
    tags = tags[:MOST_TAGS]
    if not tags:
        return ()
    with numbers.own_context():
        printed = filling.printed(job, {tag.source for tag in tags})
    found: dict[tuple[str, int, tuple[float, ...]], Placed] = {}
    with raster.Search(pdf) as search:
        for tag in tags:
            words = printed.get(tag.source, "")
            for around in _around(tag, job, places):
                for box in _boxes(search, words, around, sizes[around.page - 1]):
                    placed = Placed(kind="field", page=around.page, box=box, name=tag.name)
                    found.setdefault((tag.name, around.page, box), placed)
    return tuple(found.values())


def _tags(text: str) -> Iterator[_Tag]:
    for number, line in enumerate(text.split("\n"), start=1):
        for match in _TAG.finditer(line):
            yield _Tag(match[0], match[1], number)


def _around(tag: _Tag, job: Job, places: Sequence[Placed]) -> list[Placed]:
    """The innermost blocks that a tag stands in; in the front matter, the field of its line."""
    if tag.line is None:
        return [place for place in places if place.kind == "field" and place.name == tag.name.partition(".")[0]]
    blocks = [place for place in places if place.lines and place.lines[0] <= tag.line <= place.lines[1]]
    if blocks:
        least = min(last - first for first, last in (place.lines or (0, 0) for place in blocks))
        return [place for place in blocks if place.lines and place.lines[1] - place.lines[0] == least]
    own = {
        path.partition(".")[0]
        for path, (file, line) in job.letter.places.items()
        if line == tag.line and file == job.letter.path
    }
    return [place for place in places if place.kind == "field" and place.name in own]


def _boxes(
    search: raster.Search, words: str, around: Placed, size: tuple[float, float]
) -> Iterator[tuple[float, float, float, float]]:
    """Boxes of the words on the page, in hundredths of it."""
    width, height = size
    x, y, wide, high = around.box
    left, right = x / 100 * width, (x + wide) / 100 * width
    top, bottom = height - y / 100 * height, height - (y + high) / 100 * height
    for x1, y1, x2, y2 in search.find(words, page=around.page, within=(left, bottom, right, top)):
        box = (x1 / width, 1 - y2 / height, (x2 - x1) / width, (y2 - y1) / height)
        yield tuple(round(100 * part, 3) for part in box)  # type: ignore[misc]
