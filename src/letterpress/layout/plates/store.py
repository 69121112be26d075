"""The plates of a process: which letter is made from which."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from letterpress.layout.plates.plate import Plate
from letterpress.layout.plates.runs import Unlike

_SHAPES = 16
"""Shapes of letters whose plates are kept."""
_PLATES = 12
"""Plates of a shape: letters whose texts take other numbers of lines."""


class Store:
    """Plates by the shapes of letters."""

    def __init__(self) -> None:
        self._shapes: OrderedDict[Any, list[Any]] = OrderedDict()

    def find(self, shape: Any, texts: Sequence[str]) -> tuple[Any, bytes] | str:
        """Make a letter from a plate.

        :returns: what was kept with the plate, and the file; or why the letter has to be laid out.
        """
        kept = self._shapes.get(shape)
        if not kept:
            return "it is the first of its shape"
        self._shapes.move_to_end(shape)
        why = ""
        for at, (plate, along) in enumerate(kept):
            try:
                pdf = plate.press(texts, plate.changed(texts))
            except Unlike as unlike:
                why = why or str(unlike)
                continue
            if at:
                kept.insert(0, kept.pop(at))
            return along, pdf
        return why

    def keep(self, shape: Any, plate: Plate, along: Any) -> None:
        """Keep a plate, and what goes with each letter that is made from it."""
        plates = self._shapes.setdefault(shape, [])
        plates.insert(0, (plate, along))
        del plates[_PLATES:]
        while len(self._shapes) > _SHAPES:
            self._shapes.popitem(last=False)

    def forget(self) -> None:
        """Let go of all plates."""
        self._shapes.clear()
