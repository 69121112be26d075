"""Drawings (SVG) that stand in a letter's text: how much there is to draw, and whether their words are drawn.

Not here: which elements and attributes they may have (`rules`); files of drawings (`resources`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterpress.files import svg_text
from letterpress.rawhtml import styles
from letterpress.rawhtml.parser import SVG, Parsed, Tag
from letterpress.rawhtml.rules import Finding
from letterpress.rawhtml.visible import MIN_CONTRAST, contrast

MAX_PARTS = 5_000
"""Parts to draw, with each <use> counted as what it repeats: a chart has some hundred."""
_SHAPES = frozenset("path circle rect line polyline polygon ellipse image".split())
_XLINK = "{http://www.w3.org/1999/xlink}href"
_HINT = "no word of a letter may vanish: take it out, or write it where it shows"


def check(parsed: Parsed) -> Iterator[tuple[Tag, Finding]]:
    """What is wrong with the drawings of a letter's bodies."""
    own = {tag.element: tag for tag in parsed.tags if tag.element is not None and tag.namespace == SVG}
    inner: set[Any] = set()
    for root, tag in own.items():
        if tag.name != "svg" or root in inner:
            continue
        inner |= {one for one in root.iter() if one is not root}
        yield from _drawing(root, tag, own)


def _drawing(root: Any, tag: Tag, own: dict[Any, Tag]) -> Iterator[tuple[Tag, Finding]]:
    named = {one.get("id"): one for one in root.iter() if one.get("id")}
    fault = _count(root, named)
    if fault is not None:
        yield tag, Finding(fault, "draw each part once, or save the drawing as a picture")
        return
    shapes = any(_name(one) in _SHAPES for one in root.iter())
    used = {_target(one) for one in root.iter() if _name(one) == "use"}
    waiting: list[tuple[Any, dict[str, str], bool]] = [(root, {}, True)]
    while waiting:
        element, look, drawn = waiting.pop()
        look = look | _look(element)
        drawn = (drawn and _name(element) != "defs") or element.get("id") in used
        if _name(element) in ("text", "tspan") and (element.text or "").strip():
            message = _hidden(look, drawn, shapes)
            if message is not None:
                yield own.get(element, tag), Finding(f"the text of <{_name(element)}> {message}", _HINT)
        elif _name(element) not in ("text", "tspan", "title", "desc", "a") and (element.text or "").strip():
            yield own.get(element, tag), Finding("words stand in an <svg> outside of <text>", _HINT)
        waiting += [(child, look, drawn) for child in element if isinstance(child.tag, str)]
    for element in svg_text.outside(root):
        yield own.get(element, tag), Finding(f"the text of <{_name(element)}> is outside of the drawing", _HINT)


def _count(root: Any, named: dict[str | None, Any]) -> str | None:
    """What is wrong with how much there is to draw; None, if it is within bounds and ends."""
    sizes: dict[Any, int] = {}
    open_ones: set[Any] = set()

    def size(element: Any) -> int:
        if element in sizes:
            return sizes[element]
        if element in open_ones:
            raise RecursionError
        open_ones.add(element)
        total = 1 + sum(size(child) for child in element if isinstance(child.tag, str))
        if _name(element) == "use" and (part := named.get(_target(element))) is not None:
            total += size(part)
        open_ones.discard(element)
        sizes[element] = total
        return total

    try:
        parts = size(root)
    except RecursionError:
        return "the drawing repeats itself without end"
    return f"the drawing has {parts:,} parts; {MAX_PARTS:,} is the most" if parts > MAX_PARTS else None


def _look(element: Any) -> dict[str, str]:
    found = {name: element.get(name) for name in ("fill", "font-size", "opacity") if element.get(name)}
    for one in styles.read(element.get("style") or "", drawing=True)[0]:
        if one.name in ("fill", "font-size"):
            found[one.name] = one.value
    return found


def _hidden(look: dict[str, str], drawn: bool, shapes: bool) -> str | None:
    if not drawn:
        return "is defined and never drawn"
    fill = look.get("fill", "black")
    paint = styles.color(fill)
    if fill.strip().lower() == "none" or (paint is not None and paint[3] < 0.2):
        return "has no colour"
    if not shapes and paint is not None and contrast(paint, (1.0, 1.0, 1.0, 1.0)) < MIN_CONTRAST:
        return "has the colour of what is behind it"
    return None


def _target(element: Any) -> str:
    return str(element.get("href") or element.get(_XLINK) or "").removeprefix("#")


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
