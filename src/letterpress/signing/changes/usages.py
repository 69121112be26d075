"""Finds the ways from the trailer to the objects that a later revision replaced, for pyHanko's comparison.

pyHanko looks for all ways to all objects, in each revision anew: quadratic for a letter with many signatures, and
without end for a file whose objects refer to each other crosswise. Here each object is read once, and steps are
counted; a test compares with pyHanko's own search.

A way is the keys and indices from the trailer to a reference. It matters because a change is allowed by where an object
is used: a rule may let the look of a field change, and not that of a picture which the page uses as well.

Not here: whether a change is allowed (`allowed_changes`).
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import RawPdfPath

MOST_STEPS = 200_000
"""Steps of one search: a letter of a hundred pages and fifty signatures takes some thousand."""

Path = tuple[Any, ...]


class TooEntangled(Exception):
    """The objects refer to each other in more ways than anybody looks through."""


@dataclass(slots=True)
class _Tree:
    """The objects that have one place of their own in a revision: pages, and elements of the structure."""

    pages: dict[Any, Path] = field(default_factory=dict)
    elements: set[Any] = field(default_factory=set)


class Usages:
    """The ways to objects in the revisions of one file."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self.versions: dict[Any, list[int]] = {}
        for revision in range(reader.xrefs.total_revisions):
            for reference in reader.xrefs.explicit_refs_in_revision(revision):
                self.versions.setdefault(reference, []).append(revision)
        self._objects: dict[tuple[Any, int], Any] = {}
        self._edges: dict[tuple[Any, int], frozenset[Any]] = {}

    def prepare(self, old: Any, new: Any) -> None:
        """Give the revision `old` (pyHanko's resolver) the ways to whatever `new` replaces.

        :raises TooEntangled: if there are too many.
        """
        if old._indirect_object_access_cache is not None:
            return
        wanted = set(new.explicit_refs_in_revision())
        for reference in list(wanted):
            value = self._object(reference, old.revision)
            if isinstance(value, generic.DictionaryObject) and "/AP" in value:
                look = value.raw_get("/AP")
                if isinstance(look, generic.IndirectObject):
                    wanted.add(look.reference)
        ways = self.ways(old, wanted)
        old._indirect_object_access_cache = {
            reference: {RawPdfPath(*way) for way in known} for reference, known in ways.items()
        }

    def ways(self, revision: Any, wanted: set[Any]) -> dict[Any, set[Path]]:
        """Return the ways from the trailer to each of the `wanted` references, as pyHanko counts them.

        The search goes down from the trailer, depth first, and only through objects that lead to a wanted one. Two
        exceptions keep it finite where a file is a graph and not a tree, and they are pyHanko's: an element of the
        structure is entered from the structure only, and a page by its place in the tree of pages.

        :param revision: pyHanko's resolver of one revision.
        :raises TooEntangled: it takes more than MOST_STEPS.
        """
        number, trailer = revision.revision, revision.trailer_view
        useful = self._above(wanted, trailer, number)
        tree = self._tree(revision.root, number)
        ways: dict[Any, set[Path]] = {}
        waiting: list[tuple[Any, Path, frozenset[Any], bool]] = [(trailer, (), frozenset(), False)]
        for _ in range(MOST_STEPS):
            if not waiting:
                return ways
            value, way, seen, in_structure = waiting.pop()
            if isinstance(value, generic.IndirectObject):
                reference = value.reference
                if reference in seen or (reference not in useful and reference not in wanted):
                    continue
                if reference in wanted:
                    ways.setdefault(reference, set()).add(way)
                outside = not in_structure and reference in tree.elements
                if outside or reference not in useful or tree.pages.get(reference, way) != way:
                    continue
                value, seen = self._object(reference, number), seen | {reference}
            waiting.extend(
                (entry, (*way, key), seen, in_structure or (key == "/K" and way == ("/Root", "/StructTreeRoot")))
                for key, entry in _entries(value)
                if key != "/Parent" and not (in_structure and key == "/P")
            )
        raise TooEntangled

    def _object(self, reference: Any, revision: int) -> Any:
        """Return the object as it was in a revision, read once; None if there was none.

        Its references lead to objects of any revision, so they are to be resolved by `_object` again.
        """
        versions = self.versions.get(reference, [])
        place = bisect.bisect_right(versions, revision)
        if not place:
            return None
        version = versions[place - 1]
        if (reference, version) not in self._objects:
            newest = version == versions[-1]
            try:
                value = self.reader.get_object(reference, None if newest else version, transparent_decrypt=False)
            except Exception:  # a reference that leads nowhere is null
                value = None
            self._objects[(reference, version)] = value
        return self._objects[(reference, version)]

    def _children(self, reference: Any, revision: int) -> frozenset[Any]:
        versions = self.versions.get(reference, [])
        key = (reference, bisect.bisect_right(versions, revision))
        if key not in self._edges:
            self._edges[key] = frozenset(_references(self._object(reference, revision)))
        return self._edges[key]

    def _above(self, wanted: set[Any], trailer: Any, revision: int) -> set[Any]:
        """Return all objects from which one of the `wanted` can be reached."""
        above: dict[Any, set[Any]] = {}
        waiting, seen = [*_references(trailer)], set()
        while waiting:
            reference = waiting.pop()
            if reference in seen:
                continue
            seen.add(reference)
            for child in self._children(reference, revision):
                above.setdefault(child, set()).add(reference)
                waiting.append(child)
        useful, climbing = set(), list(wanted)
        while climbing:
            for reference in above.get(climbing.pop(), ()):
                if reference not in useful:
                    useful.add(reference)
                    climbing.append(reference)
        return useful

    def _tree(self, root: Any, revision: int) -> _Tree:
        """Find pages and elements of the structure, each with its one place.

        :raises TooEntangled: one of them stands in two places.
        """
        tree = _Tree()
        pages = root.raw_get("/Pages")
        waiting: list[tuple[Any, Path]] = [(pages, ("/Root", "/Pages"))]
        while waiting:
            node, way = waiting.pop()
            if isinstance(node, generic.IndirectObject):
                if node.reference in tree.pages:
                    raise TooEntangled
                tree.pages[node.reference] = way
            node = self._value(node, revision)
            kids = self._value(node.raw_get("/Kids"), revision) if _has(node, "/Kids") else ()
            waiting.extend((kid, (*way, "/Kids", number)) for number, kid in enumerate(_raw_items(kids)))
        elements = [root.raw_get("/StructTreeRoot")] if "/StructTreeRoot" in root else []
        while elements:
            element = self._value(elements.pop(), revision)
            for kid in self._kids(element, revision):
                child = self._value(kid, revision)
                if not isinstance(child, generic.DictionaryObject) or not _is_element(child):
                    continue
                if isinstance(kid, generic.IndirectObject):
                    if kid.reference in tree.elements:
                        raise TooEntangled
                    tree.elements.add(kid.reference)
                elements.append(kid)
        return tree

    def _kids(self, element: Any, revision: int) -> list[Any]:
        """Return what stands in the structure below an element.

        One alone, not in an array, is taken by its value, as pyHanko does.
        """
        if not _has(element, "/K"):
            return []
        kids = self._value(element.raw_get("/K"), revision)
        return _raw_items(kids) if isinstance(kids, generic.ArrayObject) else [kids]

    def _value(self, value: Any, revision: int) -> Any:
        return self._object(value.reference, revision) if isinstance(value, generic.IndirectObject) else value


def _has(value: Any, key: str) -> bool:
    return isinstance(value, generic.DictionaryObject) and key in value


def _is_element(value: Any) -> bool:
    return "/Type" not in value or value.raw_get("/Type") == "/StructElem"


def _raw_items(values: Any) -> list[Any]:
    return list(list.__iter__(values)) if isinstance(values, list) else []


def _entries(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield keys or numbers, and what stands there, with references as they are."""
    if isinstance(value, generic.DictionaryObject):
        yield from dict.items(value)
    elif isinstance(value, generic.ArrayObject):
        yield from enumerate(list.__iter__(value))


def _references(value: Any) -> Iterator[Any]:
    """Yield all references within an object, but those to what it is a part of."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, generic.IndirectObject):
            yield value.reference
        else:
            waiting.extend(entry for key, entry in _entries(value) if key != "/Parent")
