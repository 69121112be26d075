"""Draws a standard over page 1, to hold a letter against: the SVG of `render --overlay`.

It shows the address field, what every window always shows, each window at its extremes, folds, punch mark and clear
zones. It is never part of a letter that goes out.

Not here: where all this lies (`standards`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import escape
from itertools import product

from letterpress.letterhead.papers import PAPERS
from letterpress.letterhead.standards import Standard, Window
from letterpress.page import Rectangle

_FIELD, _WINDOW, _SAFE, _FOLD, _CLEAR, _TEXT = "#1f5fbf", "#c2410c", "#15803d", "#7c3aed", "#b91c1c", "#475569"


@lru_cache(maxsize=16)
def svg(standard: Standard) -> str:
    """Draw a standard, as large as its sheet, in mm."""
    paper = PAPERS[standard.paper]
    parts = "".join(_parts(standard))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{paper.width}mm" height="{paper.height}mm" '
        f'viewBox="0 0 {paper.width} {paper.height}" font-family="Source Sans Pro" font-size="2.6">{parts}</svg>'
    )


def _parts(standard: Standard) -> Iterator[str]:
    paper = PAPERS[standard.paper]
    for clear in standard.clear:
        yield _drawn(clear.box, _CLEAR, fill=True, label=clear.why)
    for window in standard.windows:
        for corner in _extremes(window):
            yield _drawn(corner, _WINDOW, dashes="1 0.8")
        yield _drawn(window.always, _SAFE)
        label = f"{window.envelope}: always shows {window.always.width:.1f} x {window.always.height:.1f} mm"
        yield _label(window.ever.x + 1, window.ever.bottom - 0.8, label, _WINDOW)
    for name, box in (("field", standard.field), ("head", standard.head), ("information block", standard.info)):
        if box is not None:
            yield _drawn(box, _FIELD if name == "field" else _TEXT, label=f"{name} {_measure(box)}")
    if standard.address is not None:
        yield _drawn(standard.address, _SAFE, fill=True)
    marks = [*((y, "fold") for y in standard.folds), *([(standard.punch, "punch")] if standard.punch else [])]
    for y, name in [*marks, (standard.text, "text begins"), (standard.foot, "foot")]:
        color = _FOLD if name in ("fold", "punch") else _TEXT
        yield f'<path d="M0 {y}H{paper.width}" stroke="{color}" stroke-width="0.15" stroke-dasharray="3 1.5"/>'
        yield _label(paper.width - 32, y - 0.7, f"{name} {y:g} mm", color)
    title = f"{standard.title}. Blue: field. Orange, dashed: window at its extremes. Green: always shows."
    yield _label(5, 4, title, _TEXT)


def _extremes(window: Window) -> Iterator[Rectangle]:
    """The window at the four corners of the sheet's play; one, if there is no play."""
    places = dict.fromkeys(product((window.first.x, window.last.x), (window.first.y, window.last.y)))
    return (Rectangle(x, y, window.first.width, window.first.height) for x, y in places)


def _measure(box: Rectangle) -> str:
    return f"{box.x:g}, {box.y:g}, {box.width:g} x {box.height:g} mm"


def _drawn(box: Rectangle, color: str, *, fill: bool = False, dashes: str = "", label: str = "") -> str:
    paint = f'fill="{color}" fill-opacity="0.08"' if fill else 'fill="none"'
    rectangle = (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" {paint} stroke="{color}" '
        f'stroke-width="0.2"{f" stroke-dasharray={chr(34)}{dashes}{chr(34)}" if dashes else ""}/>'
    )
    return rectangle + (_label(max(box.x, 0) + 0.8, max(box.y - 0.7, 7), label, color) if label else "")


def _label(x: float, y: float, text: str, color: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="{color}">{escape(text)}</text>'
