"""Says whether the words of an SVG stand in the part of it that shows.

A text beyond the drawing's edges is cut off without a word. Where it begins is known; how wide its glyphs are is not,
so only what is clearly outside is named: a text is taken to be as wide as it might be.

Not here: colours and sizes of a letter's own drawings (`rawhtml.drawings`). What is laid along a path, and positions
that are calculated, are passed over. Source of the rules: SVG 1.1, chapters 7 (transformations, viewports) and 10.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

_MAX_STEPS = 20_000
"""Elements that are looked at, each as often as it is drawn."""
_MAX_USES = 20
_HELD = frozenset("defs symbol marker mask clipPath pattern style title desc metadata textPath".split())
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LENGTH = re.compile(rf"({_NUMBER.pattern})\s*([a-zA-Z]+|%)?")
_PX = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_DECLARED = re.compile(r"(?<![-\w])([-\w]+)\s*:\s*([^;{}]*)")
_STEP = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")
_DEFAULT_SIZE = 16.0

Matrix = tuple[float, float, float, float, float, float]
Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class _State:
    """What holds at one place of the drawing."""

    matrix: Matrix
    region: Rectangle
    size: float
    anchor: str = "start"
    uses: int = 0


def outside(root: Any) -> Iterator[Any]:
    """Find the <text> and <tspan> elements whose words are clearly outside of the drawing.

    :param root: the <svg>, as for `svg.find_fault`.
    """
    region = _region(root)
    if region is None:
        return
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    sizes = [_DEFAULT_SIZE]  # those that a style sheet gives, to whichever text
    for sheet in (element.text or "" for element in root.iter() if _name(element) == "style"):
        sizes += [_length(value, 0.0) or 0.0 for key, value in _DECLARED.findall(sheet) if key == "font-size"]
    state = _State((1.0, 0.0, 0.0, 1.0, 0.0, 0.0), region, max(sizes))
    waiting = [(child, state) for child in reversed(list(root))]
    for _ in range(_MAX_STEPS):
        if not waiting:
            return
        element, state = waiting.pop()
        name = _name(element)
        if not name or name in _HELD:
            continue
        state = _entered(element, state)
        if name == "text":
            yield from _texts(element, state)
            continue
        if name == "use" and state.uses < _MAX_USES and (part := named.get(_target(element))) is not None:
            x, y = (_length(element.get(key, "0"), _side(state.region, key)) or 0.0 for key in "xy")
            moved = replace(state, matrix=_times(state.matrix, (1, 0, 0, 1, x, y)), uses=state.uses + 1)
            waiting += [(part, moved)] if _name(part) != "symbol" else []
        if name == "svg":
            inner = _region(element)
            if inner is None:
                continue
            state = replace(state, matrix=(1.0, 0.0, 0.0, 1.0, 0.0, 0.0), region=inner)
        waiting += [(child, state) for child in reversed(list(element))]


def _texts(text: Any, state: _State) -> Iterator[Any]:
    """A <text> and its <tspan>s, each from where it begins."""
    letters = len("".join(text.itertext()))
    cursor = [0.0, 0.0]

    def go(element: Any, state: _State) -> Iterator[Any]:
        places = _moved(element, cursor, state)
        if (element.text or "").strip() and any(_is_out(place, letters, state) for place in places):
            yield element
        for child in element:
            if _name(child) in ("tspan", "a"):
                yield from go(child, _entered(child, state))
            if (child.tail or "").strip() and _is_out((cursor[0], cursor[1]), letters, state):
                yield element

    yield from go(text, state)


def _moved(element: Any, cursor: list[float], state: _State) -> list[tuple[float, float]]:
    """Where an element's glyphs are put: one place, or those of its lists; `cursor` is left at the last."""
    lists = []
    for axis, key in enumerate("xy"):
        side = _side(state.region, key)
        given = [_length(text, side, state.size) for text in _split(element.get(key))]
        begins = [length for length in given if length is not None]
        shifts = [_length(text, side, state.size) or 0.0 for text in _split(element.get(f"d{key}"))]
        # SVG 1.1, 10.5: the n-th glyph has the n-th place of a list; shifts add up.
        values = begins or [cursor[axis]]
        values = [value + sum(shifts[: at + 1]) for at, value in enumerate(values)]
        cursor[axis] = values[-1] + sum(shifts[len(values) :])
        lists.append([*values[:-1], cursor[axis]])
    longest = max(map(len, lists))
    xs, ys = ([*values, *[values[-1]] * (longest - len(values))] for values in lists)
    return list(zip(xs, ys, strict=True))


def _is_out(place: tuple[float, float], letters: int, state: _State) -> bool:
    """Whether a text that begins at `place` shows nowhere, however wide it is."""
    x, y = place
    width = letters * state.size
    left = x - (width if state.anchor != "start" else 0.0)
    right = x + (width if state.anchor != "end" else 0.0)
    corners = [_apply(state.matrix, across, down) for across in (left, right) for down in (y - state.size / 2, y)]
    xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
    begin, top, end, bottom = state.region
    if not all(map(math.isfinite, (*xs, *ys))):
        return True
    return min(xs) > end or max(xs) < begin or min(ys) > bottom or max(ys) < top


def _entered(element: Any, state: _State) -> _State:
    """What holds inside an element."""
    looks = {key: value.strip() for key, value in _DECLARED.findall(element.get("style") or "")}
    size, anchor, transform = (
        looks.get(key) or element.get(key) or "" for key in ("font-size", "text-anchor", "transform")
    )
    matrix = state.matrix
    for kind, inner in _STEP.findall(transform):
        matrix = _times(matrix, _step(kind, [float(number) for number in _NUMBER.findall(inner)]))
    points = _length(size, state.size, state.size) if size else None
    return replace(state, matrix=matrix, size=points or state.size, anchor=anchor or state.anchor)


def _step(kind: str, given: list[float]) -> Matrix:
    """One transformation as a matrix; one that is not whole changes nothing."""
    first, second = (given[0] if given else 0.0), (given[1] if len(given) > 1 else None)
    if kind == "matrix" and len(given) == 6:
        return (given[0], given[1], given[2], given[3], given[4], given[5])
    if kind == "translate":
        return (1.0, 0.0, 0.0, 1.0, first, second or 0.0)
    if kind == "scale" and given:
        return (first, 0.0, 0.0, first if second is None else second, 0.0, 0.0)
    if kind in ("skewX", "skewY"):
        slope = math.tan(math.radians(first))
        return (1.0, slope if kind == "skewY" else 0.0, slope if kind == "skewX" else 0.0, 1.0, 0.0, 0.0)
    if kind == "rotate":
        cos, sin = math.cos(math.radians(first)), math.sin(math.radians(first))
        x, y = (given[1], given[2]) if len(given) == 3 else (0.0, 0.0)
        return (cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)
    return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _times(outer: Matrix, inner: Matrix) -> Matrix:
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f)


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _region(svg: Any) -> Rectangle | None:
    """What of an <svg>'s own plane shows; None if it cannot be told.

    Where its place has another shape than its viewBox, more shows at two sides: how it is aligned is not asked.
    """
    looks = {key: value.strip() for key, value in _DECLARED.findall(svg.get("style") or "")}
    width, height = (_length(looks.get(key) or svg.get(key) or "", None) for key in ("width", "height"))
    box = [float(number) for number in _NUMBER.findall(svg.get("viewBox") or "")]
    if len(box) != 4 or min(box[2:]) <= 0:
        asked = [looks.get(key) or svg.get(key) for key in ("width", "height")]
        width, height = width or (None if asked[0] else 300.0), height or (None if asked[1] else 150.0)
        return (0.0, 0.0, width, height) if width and height else None  # CSS 2.2, 10.3.2: 300 by 150 px, if unsaid
    x, y, across, down = box
    more_x = more_y = 0.0
    if width and height and (svg.get("preserveAspectRatio") or "").split()[:1] != ["none"]:
        scale = min(width / across, height / down)
        more_x, more_y = width / scale - across, height / scale - down
    return (x - more_x, y - more_y, x + across + more_x, y + down + more_y)


def _side(region: Rectangle, key: str) -> float:
    return region[2] - region[0] if key == "x" else region[3] - region[1]


def _split(text: str | None) -> list[str]:
    return re.split(r"[\s,]+", text.strip()) if text and text.strip() else []


def _length(text: str, whole: float | None, em: float = _DEFAULT_SIZE) -> float | None:
    """A length in px; None if it cannot be told.

    :param whole: what a percentage is of.
    """
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        return None
    number, unit = float(match[1]), (match[2] or "").lower()
    if unit == "%":
        return None if whole is None else number * whole / 100
    if unit in ("em", "ex"):
        return number * em * (1.0 if unit == "em" else 0.5)
    return number * _PX[unit] if unit in _PX else None


def _target(element: Any) -> str:
    for key, value in element.items():
        if key.rpartition("}")[2] == "href":
            return str(value).strip().removeprefix("#")
    return ""


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
