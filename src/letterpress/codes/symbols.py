"""A code as it is drawn: its modules or bars, and the rectangles that they are, in mm.

A symbol is written as a short text, which a page carries where the code stands. Bars have four states: F, full; A, with
an ascender; D, with a descender; T, the tracker alone. Rows of modules are hexadecimal numbers.

Not here: how a page draws rectangles (`layout.codes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from letterpress.codes import catalogue

CROSS = 7.0
"""mm of the Swiss cross in the middle of a payment code. Source: SIX, Swiss Implementation Guidelines for the QR-bill
2.3, 6.4.2."""


class Rectangle(NamedTuple):
    """A rectangle, from the drawing's top left corner, y down."""

    x: float
    y: float
    width: float
    height: float


class Layer(NamedTuple):
    """Rectangles that are filled together."""

    grey: int
    """0, black, or 1, white."""
    unit: float
    """mm that the rectangles are counted in: of modules, whole numbers of them."""
    rectangles: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A code that was encoded."""

    kind: str
    rows: tuple[str, ...]
    """One row of bars, as `FADT`; or rows of modules, `1` for a dark one."""
    module: float = 0.0
    """mm of a module."""

    @property
    def width(self) -> float:
        """mm from its first bar or module to its last."""
        bars = catalogue.kinds()[self.kind].bars
        if bars is None:
            return round(len(self.rows[0]) * self.module, 4)
        return round((len(self.rows[0]) - 1) * bars.pitch + bars.width, 4)

    @property
    def height(self) -> float:
        """mm from its top to its foot."""
        bars = catalogue.kinds()[self.kind].bars
        return round(len(self.rows) * self.module, 4) if bars is None else bars.full

    @property
    def clear(self) -> tuple[float, float]:
        """mm that stay free at its sides, and above and below it."""
        kind = catalogue.kinds()[self.kind]
        unit = 1.0 if kind.bars is not None or kind.fixed else self.module
        return round(kind.clear[0] * unit, 4), round(kind.clear[1] * unit, 4)

    @property
    def text(self) -> str:
        """The symbol as a text, which `read` takes; no word of it is long."""
        if not self.module:
            bars = self.rows[0]
            return " ".join([self.kind, *(bars[at : at + 60] for at in range(0, len(bars), 60))])
        size = f"{self.module!r} {len(self.rows[0])}"
        return " ".join([self.kind, size, *(f"{int(row, 2):x}" for row in self.rows)])

    def layers(self) -> tuple[Layer, ...]:
        """The rectangles that it is drawn with, in the order in which they are drawn."""
        bars = catalogue.kinds()[self.kind].bars
        if bars is not None:
            return (Layer(0, 1.0, tuple(_bars(self.rows[0], bars))),)
        dark = Layer(0, self.module, tuple(_modules(self.rows)))
        return (dark, *_cross(self.width)) if self.kind == "swiss-qr-bill" else (dark,)


def read(text: str) -> Symbol:
    """Read what `Symbol.text` wrote."""
    kind, *rest = text.split(" ")
    if catalogue.kinds()[kind].bars is not None:
        return Symbol(kind, ("".join(rest),))
    columns = int(rest[1])
    return Symbol(kind, tuple(f"{int(row, 16):0{columns}b}" for row in rest[2:]), float(rest[0]))


def _bars(states: str, bars: catalogue.Bars) -> Iterator[Rectangle]:
    arm = (bars.full - bars.tracker) / 2
    for at, state in enumerate(states):
        top = 0.0 if state in "FA" else arm
        foot = bars.full if state in "FD" else bars.full - arm
        yield Rectangle(at * bars.pitch, top, bars.width, foot - top)


def _modules(rows: Sequence[str]) -> Iterator[Rectangle]:
    """Dark modules that stand beside or below each other, as few rectangles as that takes."""
    begun: dict[tuple[int, int], int] = {}
    for at, row in enumerate((*rows, "")):
        runs = [match.span() for match in _DARK.finditer(row)]
        for run in sorted(begun.keys() - runs):
            first = begun.pop(run)
            yield Rectangle(run[0], first, run[1] - run[0], at - first)
        for run in runs:
            if run not in begun:
                begun[run] = at


_DARK = re.compile("1+")


def _cross(side: float) -> Iterator[Layer]:
    """The Swiss cross in the middle of a code: white, black, white. Measures: those of SIX's own drawing of it, whose
    19.8 units are 7 mm."""
    middle, unit = side / 2, CROSS / 19.8
    yield Layer(1, 1.0, (_centred(middle, CROSS, CROSS),))
    yield Layer(0, 1.0, (_centred(middle, 17 * unit, 17 * unit),))
    yield Layer(1, 1.0, (_centred(middle, 11 * unit, 3.3 * unit), _centred(middle, 3.3 * unit, 11 * unit)))


def _centred(middle: float, width: float, height: float) -> Rectangle:
    return Rectangle(middle - width / 2, middle - height / 2, width, height)
