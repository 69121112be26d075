"""What templates may ask about the width of a text: whether it fits a column, and where its lines had best break.

    {% if text_width(name, 14, "text 600") > 96 %}
    {% for line in balanced(subject, 147, 11, "text 600") %}

Widths are in mm, sizes in pt. A face is `text` or `labels`, the letterhead's two families; ` 600` is the semibold.

Not here: how a width comes about (`fonts.metrics`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from letterpress.fonts import metrics, shipped
from letterpress.letterhead.zones import points
from letterpress.templating.messages import TemplateFault
from letterpress.text import characters

if TYPE_CHECKING:
    from letterpress.letterhead.faces import Faces

_GAP = 4.0
"""mm between two columns."""
_LARGE = 12.0
"""pt: from here on a name's lines are 3 pt higher than its type."""
_FACTS = 8.5
"""pt: the usual size of facts."""
_SMALLEST = 6
"""pt: no fact is set smaller."""
_FOOT = (8.0, 7.5)
"""pt: sizes of a foot; one of four columns has the second."""
_FOOT_SMALL = (7.0, 6.5)
"""pt: of one that is too wide for those."""
_FEW = 3
"""Columns of a foot: fewer stand one on each axis."""
_LEAST = (46.0, 36.0)
"""mm from a column to the next, in a foot's first half and in its second."""
_ADDRESS = 1.18
"""Leading of an address, as a multiple of its size."""
DOT = " · "
"""Between two facts on a line."""
_ELLIPSIS = "\u00a0…"
_FAMILIES = {"text": "Source Serif Pro", "labels": "Source Sans Pro"}


@lru_cache(maxsize=16)
def _path(family: str, weight: int) -> str:
    faces = [face for face in shipped.shipped() if face.family == family and not face.italic]
    return str(min(faces, key=lambda face: abs(face.weight - weight)).path)


def _leading(size: float) -> float:
    """Distance of the baselines of facts and of a foot: 11.5 pt for 8.5, 10.5 for 8, 10 for 7.5."""
    return size + (3 if size >= _FACTS else 2.5)


def _is_whole(line: str) -> bool:
    """Whether a line is a number, a street, a date or an address of the web or of e-mail, which do not break."""
    return " " not in line or "@" in line or any(mark.isdigit() for mark in line)


def _size(size: float | str) -> float:
    """A size in pt, given as such or as a length of CSS."""
    return points(size) if isinstance(size, str) else float(size)


def _columns(texts: list[list[str]], widths: list[float]) -> list[dict[str, Any]]:
    return [{"width": width, "rows": rows} for width, rows in zip(widths, texts, strict=True)]


def _half(texts: list[list[str]]) -> int:
    """How many of a foot's columns stand on the first axis."""
    return 1 if len(texts) < _FEW else (len(texts) + 1) // 2


def _halves(
    halves: tuple[list[list[str]], ...], beside: list[list[float]], widths: tuple[float, float]
) -> list[dict[str, Any]]:
    return [
        {"width": width, "stacked": False, "columns": _columns(half, inner)}
        for half, inner, width in zip(halves, beside, widths, strict=True)
        if half
    ]


def _set(size: float, texts: list[list[str]], halves: list[dict[str, Any]], width: float | None) -> dict[str, Any]:
    """A foot whose columns all stand beside each other."""
    height = max(map(len, texts), default=0) * _leading(size) * metrics.PT
    return {"size": size, "leading": _leading(size), "height": height, "within": width, "halves": halves}


class Measure:
    """Measures texts in a letterhead's faces."""

    def __init__(self, families: tuple[str, ...], faces: Faces | None = None) -> None:
        """Take the letterhead's families, or those that are chosen.

        One that neither ships nor comes as files is measured as the shipped one of its kind.
        """
        sans = "Source Serif Pro" not in families and "Source Sans Pro" in families
        self._families = {**_FAMILIES, **({"text": "Source Sans Pro"} if sans else {})}
        self._faces = faces
        if faces is not None:
            named = {"text": faces.text, "labels": faces.labels}
            self._families |= {kind: name for kind, name in named.items() if name in shipped.FAMILIES}

    def _face(self, face: str) -> str:
        kind, _, weight = face.partition(" ")
        if kind not in self._families or weight not in ("", "400", "600"):
            raise TemplateFault(
                f"'{face}' is no face to measure in",
                hint="text, text 600, labels or labels 600",
                code="face-unknown",
                value=face,
            )
        own = self._faces.file_of(kind, int(weight or 400)) if self._faces else None
        return own or _path(self._families[kind], int(weight or 400))

    def width(self, text: Any, size: float | str, face: str = "text") -> float:
        """Measure a text on one line, in mm."""
        return metrics.width(str(text), self._face(face), _size(size))

    def widest(self, lines: Any, size: float | str, face: str = "text") -> float:
        """Measure the widest of some lines, in mm."""
        return max((self.width(line, size, face) for line in lines), default=0.0)

    def balanced(self, text: Any, room: float, size: float | str, face: str = "text") -> tuple[str, ...]:
        """Break a text into the fewest lines of `room` mm, as even as they can be."""
        return metrics.balanced(str(text), float(room), self._face(face), _size(size))

    def shortened(self, text: Any, room: float, size: float | str, face: str = "text") -> str:
        """Cut a text that is wider than `room` mm behind a word, or in a word that is too wide by itself, and end it
        with an ellipsis."""
        given = str(text)
        if self.width(given, size, face) <= room:
            return given
        left = float(room) - self.width(_ELLIPSIS, size, face)
        fitting = metrics.fitting(given, left, self._face(face), _size(size))
        words = given[: fitting + 1].split(" ")[:-1]
        return (" ".join(words) or given[: max(fitting, 1)]) + _ELLIPSIS

    def name(
        self, text: Any, room: float, size: float, face: str = "text 600", height: float | None = None
    ) -> dict[str, Any]:
        """Set a sender's name: on one line, or smaller on two, or smaller still on as many as it takes.

        :param size: in pt, on one line.
        :param height: that it may take, in mm, where that is little.
        :returns: `size`, `leading` in pt, `rows`, and `height` of all lines in mm.
        """
        given = str(text)
        for smaller, most in ((0.0, 1), (1.5, 2), (3.0, 2), (4.0, 2), (5.0, 2), (3.0, 9)):
            here = size - smaller
            rows = self.balanced(given, room, here, face)
            leading = here + 3 if here >= _LARGE else here * 1.2
            taken = len(rows) * leading * metrics.PT
            fits = self.widest(rows, here, face) <= room and (height is None or taken <= height)
            if len(rows) <= most and fits:
                break
        return {"size": here, "leading": leading, "rows": rows, "height": taken}

    def run_in(
        self, items: Any, room: float, size: float | str, face: str = "labels", between: str = DOT
    ) -> tuple[str, ...]:
        """Set facts one behind the other on the fewest lines of `room` mm: a line breaks between two facts only."""
        return metrics.run_in([str(item) for item in items], room, self._face(face), _size(size), between=between)

    def fitted(
        self, lines: Any, room: float, sizes: Any, face: str = "labels", height: float | None = None
    ) -> dict[str, Any]:
        """Set lines of facts into a column of `room` mm, none of which breaks within a fact.

        A line each where that fits at one of the sizes; else behind each other with a dot between them, where that
        saves lines; else both smaller, to 6 pt. What does not fit then either breaks between words, and the check of
        the page says what stands out.

        :param sizes: in pt, from the usual one down.
        :param height: of the column, in mm, where it has one.
        :returns: `size`, `leading` in pt, `rows`, and the `width` of the widest of them in mm.
        """
        given = [str(line) for line in lines]
        facts = [fact for line in given for fact in line.split(DOT)]
        smaller = [size / 2 for size in range(int(sizes[-1] * 2) - 1, _SMALLEST * 2 - 1, -1)]
        for tried in (list(sizes), smaller):
            for joined in (False, True):
                for size in tried:
                    rows = self.run_in(facts, room, size, face) if joined else given
                    high = len(rows) * _leading(size) * metrics.PT
                    wide = self.widest(rows, size, face)
                    if wide <= room and (height is None or high <= height):
                        return {"size": size, "leading": _leading(size), "rows": list(rows), "width": wide}
        size = float(_SMALLEST)
        rows = [part for line in given for part in self.balanced(line, room, size, face)]
        return {"size": size, "leading": _leading(size), "rows": rows, "width": self.widest(rows, size, face)}

    def column(self, lines: Any, room: float, sizes: Any, face: str = "labels") -> dict[str, Any]:
        """Set lines into a narrow column: numbers and addresses stay whole, and words take a further line.

        :returns: `size`, the first at which no number and no address of the web is too wide, and `rows`. An address of
            e-mail that is too wide at the first breaks before its @.
        """
        given: list[str] = []
        for line in map(str, lines):
            user, at, domain = line.partition("@")
            given += [user, at + domain] if at and self.width(line, sizes[0], face) > room else [line]
        whole = [line for line in given if _is_whole(line)]
        size = next((size for size in sizes if self.widest(whole, size, face) <= room), sizes[-1])
        rows: list[str] = []
        for line in given:
            whole_here = _is_whole(line) and self.width(line, size, face) <= room
            rows += (line,) if whole_here else self.balanced(line, room, size, face)
        return {"size": size, "rows": rows}

    def address(self, lines: Any, room: float, size: float | str, *smallest: float | str) -> tuple[str, ...]:
        """Set a recipient's lines: a name that is too wide at the smallest type takes two lines, if they hold it.

        :param smallest: types below which an address is not set, in pt.
        """
        rows: list[str] = []
        least = max(map(_size, smallest))
        for line in map(str, lines):
            if self.width(line, least) <= room:
                rows.append(line)
                continue
            halves = self.balanced(line, room, max(least, _size(size) - 1))
            if len(halves) != 2 or self.widest(halves, least) > room:
                halves = self._at_a_hyphen(line, room, least)
            rows += halves
        return tuple(rows)

    def largest(
        self, lines: Any, room: float, height: float, size: float | str, *smallest: float | str
    ) -> float | None:
        """Find the largest type in which an address goes into its field, in half points.

        :param room: width of the field, in mm; `height` likewise.
        :param size: to begin with, in pt; `smallest`: below which an address is not set.
        :returns: the size in pt; None, if it goes into it at none.
        """
        least, tried = max(map(_size, smallest)), _size(size)
        while tried >= least:
            if len(lines) * tried * _ADDRESS * metrics.PT <= height and self.widest(lines, tried) <= room:
                return tried
            tried -= 0.5
        return None

    def _at_a_hyphen(self, line: str, room: float, size: float) -> tuple[str, ...]:
        """Break a line at a blank or behind a hyphen, as a long town in capitals needs it; whole, if that is no use."""
        pairs = [(line[: gap.end()].rstrip(), line[gap.end() :]) for gap in re.finditer("[ -]", line)]
        fitting = [pair for pair in pairs if self.widest(pair, size) <= room]
        return min(fitting, key=lambda pair: self.widest(pair, size)) if fitting else (line,)

    def foot(self, columns: Any, left: float, right: float, widths: Any = ()) -> dict[str, Any]:
        """Set the columns of a foot in two halves: no line of them breaks, and columns keep 4 mm.

        A foot ends where the text ends if it can; else its second half begins on the second axis, and it runs on
        towards the sheet's edge. Only one that is too wide for both leaves the axis, or is set smaller than 7.5 pt.

        :param left: width of the first half, to the second axis, in mm; `right` likewise, to the end of the foot.
        :param widths: of the whole foot, in mm: those that it is to have, the best first; each less than both.
        :returns: `size` and `leading` in pt, `height` of all in mm, `within` (which of the widths it has; None: it runs
            on), and `halves`: each with its `width`, and `columns` of `width` and `rows`. Where a half is too narrow at
            every size, its columns stand one below the other: their width is that of the half.
        """
        texts = [[str(line) for line in column] for column in columns]
        narrower = [width for width in widths if width < left + right]
        usual = _FOOT[len(texts) > _FEW :]
        for size in usual if narrower else ():
            if within := self._within(texts, left, narrower[0], size):
                return within
        for size in usual:
            if found := self._on_axes(texts, left, right, size):
                return found
        for width in narrower:
            if within := self._within(texts, left, width, _FOOT_SMALL[0]):
                return within
        for size in _FOOT_SMALL:
            if found := self._on_axes(texts, left, right, size):
                return found
        return self._stacked(texts, left, right)

    def _on_axes(self, texts: list[list[str]], left: float, right: float, size: float) -> dict[str, Any] | None:
        """Set a foot on both axes, as many columns on the first as leave room for all; nothing, where none do."""
        for first in sorted(range(1, len(texts)), key=lambda first: abs(first - _half(texts))) or [1]:
            halves = (texts[:first], texts[first:])
            beside = [self._beside(half, size, least) for half, least in zip(halves, _LEAST, strict=True)]
            if sum(beside[0]) <= left - _GAP and sum(beside[1]) <= right:
                return _set(size, texts, _halves(halves, beside, (left, right)), None)
        return None

    def _stacked(self, texts: list[list[str]], left: float, right: float) -> dict[str, Any]:
        """Set a foot whose columns stand one below the other in a half that is too narrow for them."""
        halves, rooms = (texts[: _half(texts)], texts[_half(texts) :]), (left - _GAP, right)
        widest = [max((self.widest(column, 1.0, "labels") for column in half), default=0.0) for half in halves]
        fits = (s for s in (*_FOOT, *_FOOT_SMALL) if all(s * w <= room for w, room in zip(widest, rooms, strict=True)))
        size = next(fits, _FOOT_SMALL[-1])
        made, most = [], 0
        for half, room, width, least in zip(halves, rooms, (left, right), _LEAST, strict=True):
            widths = self._beside(half, size, least)
            stacked = sum(widths) > room
            most = max(most, sum(map(len, half)) if stacked else max(map(len, half), default=0))
            columns = _columns(half, [width] * len(half) if stacked else widths)
            made.append({"width": width, "stacked": stacked, "columns": columns})
        found = _set(size, texts, [half for half in made if half["columns"]], None)
        return {**found, "height": most * _leading(size) * metrics.PT}

    def _within(self, texts: list[list[str]], left: float, measure: float, size: float) -> dict[str, Any] | None:
        """Set a foot in a width, on the axes or with even gaps; nothing, where it is too wide for it."""
        halves = (texts[: _half(texts)], texts[_half(texts) :])
        beside = [self._beside(half, size, least) for half, least in zip(halves, _LEAST, strict=True)]
        if sum(beside[0]) <= left - _GAP and sum(beside[1]) <= measure - left:
            return _set(size, texts, _halves(halves, beside, (left, measure - left)), measure)
        widths = [self.widest(column, size, "labels") for column in texts]
        gap = (measure - sum(widths)) / max(1, len(texts) - 1)
        if len(texts) < _FEW or gap < _GAP:
            return None
        spread = [width + gap for width in widths[:-1]] + widths[-1:]
        return _set(size, texts, [{"width": measure, "stacked": False, "columns": _columns(texts, spread)}], measure)

    def _beside(self, half: list[list[str]], size: float, least: float) -> list[float]:
        """Widths of columns beside each other: all but the last with the gap behind it."""
        widths = [self.widest(column, size, "labels") for column in half]
        return [max(least, width + _GAP) for width in widths[:-1]] + widths[-1:]

    def names(self) -> dict[str, Any]:
        """The functions under the names that templates use."""
        return {
            "text_width": self.width,
            "widest": self.widest,
            "balanced": self.balanced,
            "shortened": self.shortened,
            "fitted": self.fitted,
            "run_in": self.run_in,
            "set_name": self.name,
            "set_column": self.column,
            "set_address": self.address,
            "address_size": self.largest,
            "set_foot": self.foot,
            "runs_left_to_right": characters.runs_left_to_right,
        }
