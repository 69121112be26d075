"""A scheme of marks, and a sheet that bears some. Frozen and picklable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from letterpress.page import Rectangle


class Function(NamedTuple):
    """What one or several marks of a scheme say."""

    name: str
    bits: int = 1
    """Marks that it has: of a count, one for each binary digit."""
    first: Literal["lsb", "msb"] = "msb"
    """Which digit of a count comes first."""
    which: str = ""
    """Of `parity`: `even` or `odd`; of `feed`: its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A Data Matrix on each sheet, besides marks or instead of them."""

    x: float
    """mm of its left edge from the sheet's; `y`: of its upper edge."""
    y: float
    module: float
    """mm of a module."""
    content: str
    """Its text, with `{sheet:02}` and the like."""
    size: int | None = None
    """Modules of a side; None: as many as usual contents need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Marks as one machine reads them; lengths in mm from the sheet's top left corner."""

    name: str
    title: str
    source: str
    date: str
    status: str
    x: float = 0.0
    """Left end of the first mark; `y`: its upper edge."""
    y: float = 0.0
    pitch: float = 0.0
    """From a mark to the next."""
    length: float = 0.0
    thickness: float = 0.0
    up: bool = False
    """Whether the next mark stands above the one before, and not below."""
    functions: tuple[Function, ...] = ()
    clear: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """What stays free above, right of, below and left of the marks."""
    back: bool = False
    """Whether they stand on the back."""
    sheets: Literal["all", "first", "last"] = "all"
    reverse: bool = False
    """Whether the machine takes the last sheet of a set first."""
    feeds: tuple[tuple[str, str], ...] = ()
    """Number of a feed -> column of the list that says whether a letter gets what lies there."""
    matrix: Matrix | None = None

    @property
    def positions(self) -> int:
        """Marks that a sheet can have."""
        return sum(function.bits for function in self.functions)

    def place(self, at: int) -> Rectangle:
        """Where the mark of a position stands; the first is 0."""
        step = -self.pitch if self.up else self.pitch
        return Rectangle(self.x, self.y + at * step, self.length, self.thickness)

    def taken(self, matrix_side: float = 0.0) -> tuple[Rectangle, ...]:
        """What of the sheet nothing else may be printed on: around all marks, and around the Data Matrix.

        :param matrix_side: mm of the Data Matrix; it keeps a module free around itself.
        """
        found = []
        if self.functions:
            box = self.place(0).hull(self.place(self.positions - 1))
            above, right, below, left = self.clear
            found.append(Rectangle(box.x - left, box.y - above, box.width + left + right, box.height + above + below))
        if self.matrix is not None:
            edge = self.matrix.module
            side = matrix_side + 2 * edge
            found.append(Rectangle(self.matrix.x - edge, self.matrix.y - edge, side, side))
        return tuple(found)


class Sheet(NamedTuple):
    """A sheet of a set, in the order in which the sets are printed."""

    number: int
    """In its set, from 1, as it is read."""
    sheets: int
    """Of the set."""
    sequence: int
    """In the job, from 0, as the machine takes them."""
    set: int
    """Number of the set in the job, from 1."""
    record: str = ""
    """Number of the record."""
    key: str = ""
    job: str = ""
    """What the letters are called."""
    feeds: frozenset[str] = frozenset()
    """The feeds that join this set."""
