"""The plates of a process: which letter is made from which."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

from letterpress.layout.file import Written
from letterpress.layout.lines import Setters
from letterpress.layout.plates.plate import Plate
from letterpress.layout.plates.runs import Unlike
from letterpress.page import LayoutFault, Page

_SHAPES = 64
"""Shapes of letters whose plates are kept: each step of `fit: page` has one, and each branch of a text."""
_ALL = 512
"""Plates of all shapes together."""
_GIVEN_UP = 1000
_PLATES = 32
"""Plates of a shape: letters whose texts take other numbers of lines."""


class Shape:
    """What letters have in common that may have the same pages but for their texts."""

    __slots__ = ("_hash", "key")

    def __init__(self, page: Page, key: tuple[Any, ...]) -> None:
        """Take a page without its HTML, and the key of its texts."""
        self.key = page, key
        self._hash = hash(self.key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Shape) and self.key == other.key)


class Pressed(NamedTuple):
    """A letter that was made from a plate."""

    shape: Shape
    plate: Plate
    along: Any
    """What was kept with the plate."""
    file: Written


class Store:
    """Plates by the shapes of letters."""

    def __init__(self) -> None:
        self.setters = Setters()
        self._shapes: OrderedDict[Shape, list[tuple[Plate, Any]]] = OrderedDict()
        self._given_up: set[Shape] = set()
        self._refused: OrderedDict[Shape, str] = OrderedDict()

    def find(self, shape: Shape, texts: Sequence[str]) -> Pressed | str:
        """Make a letter from a plate.

        :returns: the letter; or why it has to be laid out.
        """
        if shape in self._given_up:
            return "a letter made from another's pages came out otherwise"
        kept = self._shapes.get(shape)
        if not kept:
            return self._refused.get(shape, "it is the first of its shape")
        self._shapes.move_to_end(shape)
        why = ""
        for at, (plate, along) in enumerate(kept):
            try:
                made = plate.press(texts, plate.changed(texts))
            except Unlike as unlike:
                why = why or str(unlike)
                continue
            if at:
                kept.insert(0, kept.pop(at))
            plate.pressed += 1
            return Pressed(shape, plate, along, made)
        return why

    def keep(self, shape: Shape, plate: Plate, along: Any) -> None:
        """Keep a plate, and what goes with each letter that is made from it."""
        if shape in self._given_up:
            return
        plates = self._shapes.setdefault(shape, [])
        plates.insert(0, (plate, along))
        del plates[_PLATES:]
        while len(self._shapes) > _SHAPES or sum(map(len, self._shapes.values())) > _ALL:
            self._shapes.popitem(last=False)

    def refuse(self, shape: Shape, why: str) -> None:
        """Remember why a letter that was laid out is no plate; another of its shape may be one."""
        self._refused[shape] = why
        while len(self._refused) > _SHAPES:
            self._refused.popitem(last=False)

    def give_up(self, shape: Shape) -> None:
        """Lay out all letters of a shape from now on."""
        self._shapes.pop(shape, None)
        if len(self._given_up) < _GIVEN_UP:
            self._given_up.add(shape)

    def forget(self) -> None:
        """Let go of all plates."""
        self.setters.forget()
        self._shapes.clear()
        self._refused.clear()
        self._given_up.clear()


def differs() -> LayoutFault:
    """The fault of a letter that comes out otherwise than it would be laid out."""
    return LayoutFault(
        "made from the pages of another letter of the run, it differs from the letter that is laid out",
        "please report this, with the letter if you may; earlier letters of this run may be wrong as well",
        code="plate-differs",
    )
