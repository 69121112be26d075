"""Chooses where the lines of a ragged paragraph end: no short last line, no date parted, no deep hole in the edge.

The layout fills one line after the other. Where that leaves a last line of one word or less than a quarter, a date
whose year stands alone on the next line, or a hole of more than a sixth, the ends of all lines are chosen together, and
the spaces at which the layout would go on hold. A paragraph never takes a line more by it. Widths are those that the
face states, without kerning: what they cannot tell for sure stays as it is.

Not here: spaces that hold whatever the width (`text.conventions`, `line_ends`). Source: Knuth and Plass, Breaking
Paragraphs into Lines (1981), whose costs are for justified lines; page-target values for a ragged edge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from letterpress.fonts import metrics, shipped
from letterpress.layout import css_classes
from letterpress.layout.boxes import Box

_NBSP = "\u00a0"
_FITS, _MIDDLE, _TOO_WIDE = 0.999, 0.9935, 0.985
"""What a text is wide at most, as a rule and at least, as a share of the sum of its advances: kerning makes it narrower
by 0.2 to 1.1 per cent, measured on the lines of the sample letters."""
_SIXTH, _FIFTH = 1 / 6, 1 / 5
_EMPTY = 0.7
"""Share of the width that a line but the last has at least: a deeper hole is never worth what it mends."""
_SHORT_LAST, _GOOD_LAST = 1 / 4, 1 / 3
_DATE_COST, _SINGLE_COST, _HYPHEN_COST = 0.15, 0.3, 0.03
_HOLE_COST, _DEEP_COST = 0.16, 1.0
"""Of a hole of more than a sixth, and of more than a fifth. The first is more than a parted date: a year is kept with
its day only where the line does not lose more than a sixth."""
_LAST_WEIGHT = 1.5
"""Low: full lines are worth more than a long last one, if that has two words."""
_BETTER = 0.01
"""By how much less an arrangement has to cost."""
_MARKED_INSET, _NUMBERED_INSET, _TWO_FIGURES = 5.0, (6.0, 8.0), 10
"""mm that items stand in, as the base of all letterheads has it: behind a mark, and behind numbers of one figure and of
two."""
_SAME = 0.2
"""mm, or pt, by which what is laid out may differ from what is said."""
_LONG_WORD, _NEAR_ZONE = 14, 0.15
"""Letters of a word that the layout may divide, and the hole before it from which on it may: a hair below its own."""
_MOST = 1200
"""Characters of a paragraph that is looked at."""
_FACES = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "a": "", "span": ""}
"""Elements whose text is known to be set in a face that ships."""
_ODD = re.compile(
    r"[/—\u00ad\u200b\u2060|\\]|[?!…][^\W_]|[^\w\s][-–][^\W\d_]|–\d|[^\u0000-\u024f\u2010-\u2026\u202f\u20ac№]"
)
"""What the layout may break at in ways that are not foreseen here, or sets in another face."""
_PIECE = re.compile(r"[ \n\t\r]+|[^ \n\t\r]+")
_HYPHEN = re.compile(r"(?<=[^\W_])[-–](?=[^\W\d_])")
_DATE_END = re.compile(
    rf"(?:\d{{1,2}}(?:\.|º|er|re|st|nd|rd|th)?(?:{_NBSP}de)?{_NBSP}[^\W\d_]+|[^\W\d_]+{_NBSP}\d{{1,2}},)\Z"
)
_POINTS = re.compile(r"([\d.]+)pt")
_YEAR = re.compile(rf"(?:del?{_NBSP})?\d{{4}}(?!\w)")


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of a text's column before it is laid out."""

    width: float
    """mm"""
    size: float
    """pt"""
    family: str
    divides: bool
    """Whether the layout divides long words."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where the lines of a paragraph end."""

    spaces: tuple[int, ...]
    """The spaces that are to hold: their places in the paragraph's text, as `line_ends` reads it."""
    lines: tuple[str, ...]
    """The lines that come of it."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stands together on a line: a word, or a part of one that ends with its hyphen."""

    text: str
    width: float
    """mm, as the face states it."""
    space: float
    """mm of the space before it; 0 behind a hyphen."""
    at: int | None
    """Where that space is in the paragraph; None, where it cannot be made to hold."""
    parts_date: bool = False
    """Whether it is the year of a date whose day and month stand before it."""


def column_of(body: Any) -> Column | None:
    """Read what a letterhead says of its text's column; None where it says nothing.

    :param body: the element that holds the author's text.
    """
    size = _POINTS.fullmatch(body.get("data-size") or "")
    width, family = body.get("data-measure"), body.get("data-face")
    if width is None or size is None or family not in shipped.FAMILIES or body.get("data-align") == "justify":
        return None
    return Column(float(width), float(size[1]), family, body.get("data-divides") == "yes")


def arrangement(paragraph: Any, column: Column) -> Arrangement | None:
    """Choose where the lines of a paragraph end; None where they are good as they come, or cannot be foreseen."""
    runs = _runs(paragraph)
    units = _units(runs, column) if runs is not None else None
    if units is None or sum(unit.width + unit.space for unit in units) * _FITS <= column.width:
        return None
    filled = [_filled(units, column, share) for share in (_FITS, _MIDDLE, _TOO_WIDE)]
    if not any(_is_poor(units, ends, column) for ends in filled):
        return None
    best = _best(units, column)
    if best is None or len(best) > min(map(len, filled)):
        return None
    if _cost(units, best, column) > _cost(units, filled[1], column) - _BETTER:
        return None
    lines = list(_lines(units, best))
    holds = [_held(units, begin, end, width, column) for begin, end, width in lines[:-1]]
    for hold, (_, end, _) in zip(holds, lines[1:], strict=True):
        if hold is None or hold[1] >= end:
            return None  # what holds together would not go into the line that it is for
    spaces = tuple(at for hold in holds if hold is not None for at in hold[0])
    return Arrangement(spaces, tuple(_text(units[begin:end]) for begin, end, _ in lines))


def _text(units: Sequence[_Unit]) -> str:
    return "".join(f"{' ' if number and unit.space else ''}{unit.text}" for number, unit in enumerate(units))


def columns(body: Any) -> Iterator[tuple[Any, Column]]:
    """Give the paragraphs and items of a text with their columns; nothing, where the letterhead does not say its own.

    :param body: the element that holds the author's text.
    """
    said = column_of(body)
    if said is None:
        return
    for child in body:
        if child.tag == "p":
            yield child, said
        elif (inset := _inset(child)) is not None:
            narrower = replace(said, width=said.width - inset)
            for item in child.findall("li"):
                inner = item.findall("p")
                yield from ((one, narrower) for one in inner or (item,))


def _inset(element: Any) -> float | None:
    """mm that the items of a list stand in; None for what is none, or counts in its own way."""
    if element.get("class") or element.get("style"):
        return None
    if element.tag == "ol":
        return _NUMBERED_INSET[len(element.findall("li")) >= _TWO_FIGURES]
    return _MARKED_INSET if element.tag == "ul" else None


def differs(pages: Sequence[Box]) -> bool:
    """Whether a laid-out text has another column than its letterhead said: one that a style has changed."""
    for page in pages:
        for body in page.outermost(css_classes.BODY):
            said = column_of(body.element) if body.is_own else None
            if said is not None and (abs(body.content.width - said.width) > _SAME or _has_others(body, said)):
                return True
    return False


def _has_others(body: Box, said: Column) -> bool:
    """Whether a paragraph of a text, or the first item of a list, is set in another way than is known."""
    for child in body.children:
        inset = _inset(child.element) if child.is_own and child.tag in ("ul", "ol") else None
        if inset is not None:
            item = next((inner for inner in child.children if inner.tag == "li" and inner.is_own), None)
            if item is not None and abs(item.content.width - said.width + inset) > _SAME:
                return True
        elif child.tag == "p" and not (child.element.get("style") or child.element.get("class")):
            text = next((inner for inner in child.all() if inner.text.strip() and inner.tag == "p"), None)
            if text is None:
                continue
            indent = abs(text.rectangle.x - body.content.x)  # takes of the first line
            if text.family != said.family or max(indent, abs(text.font_size - said.size)) > _SAME:
                return True
    return False


# --- what stands in a paragraph ---------------------------------------------------------------------------------------


def _runs(paragraph: Any) -> list[tuple[str, str]] | None:
    """The paragraph's texts with their faces; None where there is more in it than words."""
    if paragraph.get("style") or paragraph.get("class"):
        return None
    found: list[tuple[str, str]] = []
    return found if _gather(paragraph, "", found) and sum(len(text) for text, _ in found) <= _MOST else None


def _gather(element: Any, face: str, found: list[tuple[str, str]]) -> bool:
    if element.text:
        found.append((element.text, face))
    for child in element:
        own = _FACES.get(child.tag)
        if own is None or child.get("class") or child.get("style") or (own and face and own != face):
            return False
        if not _gather(child, own or face, found):
            return False
        if child.tail:
            found.append((child.tail, face))
    return True


@lru_cache(maxsize=8)
def _path(family: str, face: str) -> str | None:
    weight, italic = (600 if face == "strong" else 400), face == "em"
    for one in shipped.shipped():
        if (one.family, one.weight, one.italic) == (family, weight, italic):
            return str(one.path)
    return None


def _units(runs: Sequence[tuple[str, str]], column: Column) -> list[_Unit] | None:
    """The units of a paragraph; None where their widths, or the places where they break, are not known."""
    text = "".join(text for text, _ in runs)
    if _ODD.search(text):
        return None
    widths: list[float] = []
    bounds: set[int] = set()
    for part, face in runs:
        path = _path(column.family, face)
        if path is None or not metrics.has(part, path):
            return None
        bounds |= {len(widths), len(widths) + len(part) - 1}
        widths += metrics.advances(part, path, column.size)
    units: list[_Unit] = []
    gap, at = 0.0, None
    for piece in _PIECE.finditer(text):
        begin, end = piece.span()
        if piece[0].isspace():
            gap = widths[begin] if units else 0.0
            # A space at the edge of an element, and one of several, is left alone.
            at = begin if end - begin == 1 and begin not in bounds else None
            continue
        cuts = [begin, *(found.end() for found in _HYPHEN.finditer(text, begin, end)), end]
        for first, last in pairwise(cuts):
            year = bool(units) and gap > 0 and _YEAR.match(text, first) and _DATE_END.search(units[-1].text)
            units.append(_Unit(text[first:last], sum(widths[first:last]), gap, at, parts_date=bool(year)))
            gap, at = 0.0, None
    return units


# --- lines ------------------------------------------------------------------------------------------------------------


def _filled(units: Sequence[_Unit], column: Column, share: float) -> list[int]:
    """Where lines end that are filled one after the other: the number of units before each end.

    :param share: what a text takes of the sum of its advances.
    """
    ends, used = [], 0.0
    for number, unit in enumerate(units):
        if number and used and (used + unit.space + unit.width) * share > column.width:
            ends.append(number)
            used = 0.0
        used += (unit.space if used else 0.0) + unit.width
    return [*ends, len(units)]


def _lines(units: Sequence[_Unit], ends: Sequence[int]) -> Iterator[tuple[int, int, float]]:
    """First unit, end and stated width of each line."""
    for begin, end in zip((0, *ends), ends, strict=False):
        yield begin, end, _width(units, begin, end)


def _width(units: Sequence[_Unit], begin: int, end: int) -> float:
    return sum(unit.width + unit.space for unit in units[begin:end]) - units[begin].space


def _is_poor(units: Sequence[_Unit], ends: Sequence[int], column: Column) -> bool:
    """Whether lines have what a reader would stumble at."""
    lines = list(_lines(units, ends))
    last, *_ = reversed(lines)
    if len(lines) > 1 and (_is_single(units, last[0], last[1]) or last[2] * _MIDDLE < column.width * _SHORT_LAST):
        return True
    if any(units[begin].parts_date for begin, _, _ in lines[1:]):
        return True
    return any(1 - width * _MIDDLE / column.width > _SIXTH for _, _, width in lines[:-1])


def _is_single(units: Sequence[_Unit], begin: int, end: int) -> bool:
    return end - begin == 1 and _NBSP not in units[begin].text


def _cost(units: Sequence[_Unit], ends: Sequence[int], column: Column) -> float:
    return sum(_line_cost(units, begin, end, width, column) for begin, end, width in _lines(units, ends))


def _line_cost(units: Sequence[_Unit], begin: int, end: int, width: float, column: Column) -> float:
    """What a line costs: the square of its hole, and more where that is deeper than a sixth, above all than a fifth;
    for the last line, the square of what it lacks to a third."""
    share = width * _MIDDLE / column.width
    parted = _DATE_COST if begin and units[begin].parts_date else 0.0
    parted += _HYPHEN_COST if begin and not units[begin].space else 0.0
    if end == len(units):
        single = _SINGLE_COST if begin and _is_single(units, begin, end) else 0.0
        return parted + single + (_LAST_WEIGHT * max(0.0, _GOOD_LAST - share) ** 2 if begin else 0.0)
    hole = max(0.0, 1 - share)
    deep = _HOLE_COST + 2 * (hole - _SIXTH) if hole > _SIXTH else 0.0
    return parted + hole * hole + deep + (_DEEP_COST if hole > _FIFTH else 0.0)


def _best(units: Sequence[_Unit], column: Column) -> list[int] | None:
    """Where lines end that certainly hold their units, and go on no further if their spaces hold: of the arrangements
    of the fewest lines that of the least cost."""
    best: list[tuple[int, float, int] | None] = [(0, 0.0, -1), *([None] * len(units))]
    for begin in range(len(units)):
        known = best[begin]
        if known is None:
            continue
        used = -units[begin].space
        for end in range(begin + 1, len(units) + 1):
            used += units[end - 1].space + units[end - 1].width
            if used * _FITS > column.width:
                break
            if end < len(units) and (used < column.width * _EMPTY or _held(units, begin, end, used, column) is None):
                continue
            cost = known[1] + _line_cost(units, begin, end, used, column)
            made = (known[0] + 1, cost, begin)
            there = best[end]
            if there is None or made[:2] < there[:2]:
                best[end] = made
    ends: list[int] = []
    at = len(units)
    while at > 0:
        step = best[at]
        if step is None:
            return None  # a word that is wider than the column
        ends.append(at)
        at = step[2]
    return ends[::-1]


def _held(units: Sequence[_Unit], begin: int, end: int, width: float, column: Column) -> tuple[list[int], int] | None:
    """The spaces that hold so that a line ends where it is to, and the unit with which what they hold together ends.

    :param width: of the line, as it is stated.
    :returns: None where one of the spaces cannot be made to hold, or the layout would divide a word instead.
    """
    found: list[int] = []
    used, long = width, False
    for number in range(end, len(units)):
        unit = units[number]
        used += unit.space + unit.width
        long = long or len(unit.text) >= _LONG_WORD
        if number > end:
            if unit.at is None:
                return None
            found.append(unit.at)
        if used * _TOO_WIDE > column.width:
            hole = 1 - width * _MIDDLE / column.width
            return None if column.divides and long and hole > _NEAR_ZONE else (found, number)
    return None
