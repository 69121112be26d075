"""The templates of pages that a process knows: pages of them are read without being parsed.

Not here: how a page is read (`source`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from letterpress.layout.plates.source import Cut, Parsed, Source, Unread, cut
from letterpress.layout.plates.store import Shape
from letterpress.layout.plates.texts import Texts
from letterpress.page import Page, Pieces
from letterpress.text import value_marks

_TEMPLATES = 32
"""Templates that are kept."""
_SOURCES = 6
"""Sources of a template: pages that differ in values that may not."""
_TRIES = 24
"""Sources that are learned of a template without one in two of its pages being read by them."""


class Read(NamedTuple):
    """What is known of a page without parsing it."""

    shape: Shape
    texts: tuple[str, ...]


class _Linked(NamedTuple):
    """A source that pages of a form are read by, without their HTML being put together."""

    form: object
    """Kept, so that nothing else has its identity."""
    source: Source
    shape: Shape
    places: tuple[int, ...]
    """Numbers of the values that are a page's own."""
    own: tuple[str, ...]
    """Those of the page that the source was learned of, with their marks."""

    def read(self, own: Sequence[str]) -> Read | None:
        changed = {}
        for place, piece, before in zip(self.places, own, self.own, strict=True):
            if piece != before:
                value = value_marks.alone(piece)
                if value is None:
                    return None
                changed[place] = value
        texts = self.source.with_values(changed)
        return None if texts is None else Read(self.shape, texts)


def _linked(pieces: Pieces, source: Source, shape: Shape, values: tuple[str, ...]) -> _Linked | None:
    """Find which of a page's values are its own; None where its pieces are not just these.

    :param values: those of the page.
    """
    places: list[int] = []
    count = 0
    for literal, own in zip(pieces.literal, (*pieces.own, None), strict=True):
        template, fixed = value_marks.parted(literal)
        if value_marks.VALUE_END in template or template.count(value_marks.VALUE) != len(fixed):
            return None
        count += len(fixed)
        if own is not None:
            if value_marks.alone(own) is None:
                return None
            places.append(count)
            count += 1
    numbers = set(range(count)).difference(places)
    if count != len(values) or any(values[number] != source.values[number] for number in numbers):
        return None
    before = tuple(value_marks.value(source.values[place]) for place in places)
    return _Linked(pieces.form, source, shape, tuple(places), before)


@dataclass(slots=True)
class _Known:
    sources: list[tuple[Source, Shape]] = field(default_factory=list)
    learned: int = 0
    read: int = 0


class Unlearned:
    """A page that was parsed, and whose template may be learned."""

    def __init__(self, key: Any, source: Cut) -> None:
        self.key = key
        self.source = source


class Sources:
    """Sources by the pages' templates."""

    def __init__(self) -> None:
        self._known: OrderedDict[Any, _Known] = OrderedDict()
        self._links: OrderedDict[int, _Linked] = OrderedDict()

    def read(self, page: Page) -> Read | Unlearned:
        """Read a page, if another of its template was learned."""
        pieces = page.source if isinstance(page.source, Pieces) else None
        link = self._links.get(id(pieces.form)) if pieces is not None else None
        if pieces is not None and link is not None:
            found = link.read(pieces.own)
            if found is not None:
                return found
        source = cut(page.html)
        key = (page.of(""), source.template)
        known = self._known.get(key)
        if known is not None:
            for at, (one, shape) in enumerate(known.sources):
                texts = one.texts(source.values)
                if texts is not None:
                    if at:
                        known.sources.insert(0, known.sources.pop(at))
                    known.read += 1
                    if pieces is not None:
                        self._link(pieces, one, shape, source.values)
                    return Read(shape, texts)
        return Unlearned(key, source)

    def _link(self, pieces: Pieces, source: Source, shape: Shape, values: tuple[str, ...]) -> None:
        link = _linked(pieces, source, shape, values)
        if link is not None:
            self._links[id(pieces.form)] = link
            if len(self._links) > _TEMPLATES:
                self._links.popitem(last=False)

    def learn(self, page: Unlearned, before: Sequence[Parsed], texts: Texts, shape: Shape) -> None:
        """Learn a page's template.

        :param before: its elements as they were parsed.
        :param texts: those of the page.
        """
        known = self._known.setdefault(page.key, _Known())
        self._known.move_to_end(page.key)
        if len(self._known) > _TEMPLATES:
            self._known.popitem(last=False)
        if known.learned >= _TRIES + known.read:
            return
        known.learned += 1
        try:
            source = Source(page.source, before, texts)
        except Unread:
            return
        known.sources.insert(0, (source, shape))
        del known.sources[_SOURCES:]

    def forget(self) -> None:
        """Let go of all templates."""
        self._known.clear()
        self._links.clear()
