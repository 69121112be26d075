"""The texts that were drawn, in the content of the pages: each can be given anew, with all else as it was.

Not here: which of them may be (`places`), and what takes their place (`plate`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from letterpress.layout import private_api
from letterpress.layout.file import Parts, deflate, parts
from letterpress.layout.lines import Line
from letterpress.layout.plates.capture import Run

_SHOWN = re.compile(rb"<([0-9a-f]+)>")
_FONT = re.compile(rb"/(\w+) \S+ Tf")


class Unlike(Exception):
    """A letter cannot be made from this plate."""


class SetLine(NamedTuple):
    """A line that takes the place of another."""

    line: Line
    content: bytes
    """What is drawn of it, from its Tm on, with the end of its last line."""


_NO_LINE = Line("", 0.0, b"", (), ())


class Runs:
    """The texts that were drawn, in the content of the pages."""

    def __init__(self, runs: Sequence[Run], made: Parts) -> None:
        self.all: Sequence[Run] = runs
        self._made = made
        places = {id(item): (number, at) for number, items in made.pages.items() for at, item in enumerate(items)}
        self._at = [places.get(id(run.matrix)) for run in runs]
        self._operands = [self._find_operands(at) for at in range(len(runs))]
        self._glyphs = [self._glyphs_of(at) for at in range(len(runs))]
        self._matrices = [bytes(run.matrix) for run in runs]
        self._drawn = [self._content_of(at) for at in range(len(runs))]
        """Each run as it was drawn, from its Tm on."""
        self._xs = [float(getattr(run.box, "position_x", 0.0)) for run in runs]  # a text of an SVG has no place
        self._cut: dict[int, list[list[bytes]]] = {}
        self._place_of: dict[int, tuple[int, int, int]] = {}
        """Of each run the page, the stretch, and its number among the pieces of that."""
        begins = {place: at for at, place in enumerate(self._at) if place is not None}
        for number, items in made.pages.items():
            self._cut[number] = self._pieces(number, items, begins)
        self._pieces_kept: dict[tuple[int, int, int], deflate.Piece] = {}

    def _pieces(self, number: int, items: list[Any], begins: Mapping[tuple[int, int], int]) -> list[list[bytes]]:
        """A page's stretches, each as its runs and what stands between them."""
        found: list[list[bytes]] = []
        at = 0
        for stretch in parts.stretches(items):
            pieces: list[bytes] = []
            fixed: list[bytes] = []
            skip = 0
            for item in stretch:
                run = begins.get((number, at))
                at += 1
                if skip:
                    skip -= 1
                    continue
                if run is None:
                    fixed.append(private_api.operator(item))
                else:
                    pieces.append(b"\n".join(fixed) + b"\n" if fixed else b"")
                    self._place_of[run] = number, len(found), len(pieces)
                    pieces.append(self._drawn[run])
                    fixed, skip = [], self.all[run].operators - 1
            pieces.append(b"\n".join(fixed) + b"\n" if fixed else b"")
            found.append(pieces)
        return found

    def let_go(self) -> None:
        """Keep no box: each would keep the whole document."""
        self.all = ()

    def is_whole(self, at: int) -> bool:
        """Whether a run stands in the content as it was drawn."""
        return self._at[at] is not None and self.operands(at).endswith(b"TJ")

    def operands(self, at: int) -> bytes:
        """What stands behind a run's Tm."""
        return self._operands[at]

    def _content_of(self, at: int) -> bytes:
        operands = self._operands[at]
        return b"%b\n%b\n" % (self._matrices[at], operands) if operands else self._matrices[at] + b"\n"  # of a code

    def _find_operands(self, at: int) -> bytes:
        place, run = self._at[at], self.all[at]
        if place is not None:
            content, begin = self._made.pages[place[0]], place[1]
        else:  # in a form, as what is in an element with opacity: it stays, and its glyphs are needed
            content = run.stream.stream
            begin = next((at for at, item in enumerate(content) if item is run.matrix), len(content))
        items = content[begin + 1 : begin + run.operators]
        return b"\n".join(map(private_api.operator, items))

    def set(self, run: int, line: Line, moved: float) -> SetLine:
        """Let a line take a run's place, moved to the right by so many px.

        :raises Unlike: how its place is rounded is not sure.
        """
        if not moved and line.operands == self._operands[run]:
            return SetLine(line, self._drawn[run])
        matrix = self._matrices[run]
        if moved:
            x = self._xs[run] + moved
            if abs(x * 1e6 % 1 - 0.5) < 1e-4:
                raise Unlike("how its place is rounded is not sure")
            *before, _, y, name = matrix.split(b" ")
            matrix = b" ".join((*before, private_api.operator(x), y, name))
        return SetLine(line, b"%b\n%b\n" % (matrix, line.operands))

    def draw(self, run: int, content: bytes) -> SetLine:
        """Let the drawing of a code take another's place.

        :raises Unlike: it does not stand in a page's content.
        """
        if self._at[run] is None:
            raise Unlike("a code is drawn elsewhere")
        return SetLine(_NO_LINE, content + b"\n")

    def _glyphs_of(self, at: int) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = {}
        name = ""
        for row in self.operands(at).split(b"\n"):
            if match := _FONT.match(row):
                name = match[1].decode()
            elif name:
                shown = b"".join(_SHOWN.findall(row))
                found.setdefault(name, set()).update(int(shown[one : one + 4], 16) for one in range(0, len(shown), 4))
        return {name: frozenset(glyphs) for name, glyphs in found.items()}

    def glyphs_without(self, changed: Sequence[int]) -> dict[str, frozenset[int]]:
        """The glyphs of all runs but these, by the names of their fonts."""
        gone = set(changed)
        found: dict[str, set[int]] = {}
        for at, glyphs in enumerate(self._glyphs):
            if at not in gone:
                for name, more in glyphs.items():
                    found.setdefault(name, set()).update(more)
        return {name: frozenset(glyphs) for name, glyphs in found.items()}

    def contents(self, lines: Mapping[int, SetLine]) -> Iterator[tuple[int, bytes]]:
        """The content of each page with other lines, compressed, and the number of its stream."""
        changed: dict[tuple[int, int], list[tuple[int, bytes]]] = {}
        for run, line in lines.items():
            content = line.content
            if content is not self._drawn[run]:
                number, stretch, at = self._place_of[run]
                changed.setdefault((number, stretch), []).append((at, content))
        here = sorted(changed)
        for number, stretches in self._cut.items():
            found: list[deflate.Piece] = []
            begin, end = 0, len(stretches)
            for place in here:
                if place[0] == number:
                    stretch = place[1]
                    if stretch > begin:
                        found.append(self._kept(number, begin, stretch))
                    pieces = stretches[stretch].copy()
                    for at, content in changed[place]:
                        pieces[at] = content
                    begin = stretch + 1
                    found.append(deflate.own(b"".join(pieces), last=begin == end))
            if begin < end or not end:
                found.append(self._kept(number, begin, end))
            yield number, deflate.joined(found)

    def _kept(self, number: int, begin: int, end: int) -> deflate.Piece:
        """Some of a page's stretches with the plate's own lines."""
        key = number, begin, end
        piece = self._pieces_kept.get(key)
        if piece is None:
            stretches = self._cut[number]
            content = [b"".join(pieces) for pieces in stretches[begin:end]]
            piece = self._pieces_kept[key] = deflate.piece(content, last=end == len(stretches))
        return piece
