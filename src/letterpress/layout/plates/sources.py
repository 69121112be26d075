"""The templates of pages that a process knows: pages of them are read without being parsed.

Not here: how a page is read (`source`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from letterpress.layout.plates.source import Cut, Parsed, Source, Unread, cut
from letterpress.layout.plates.store import Shape
from letterpress.layout.plates.texts import Texts
from letterpress.page import Page

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

    def read(self, page: Page) -> Read | Unlearned:
        """Read a page, if another of its template was learned."""
        source = cut(page.html)
        key = (replace(page, html=""), source.template)
        known = self._known.get(key)
        if known is not None:
            for at, (one, shape) in enumerate(known.sources):
                texts = one.texts(source.values)
                if texts is not None:
                    if at:
                        known.sources.insert(0, known.sources.pop(at))
                    known.read += 1
                    return Read(shape, texts)
        return Unlearned(key, source)

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
