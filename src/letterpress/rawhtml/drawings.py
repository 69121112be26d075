"""Says of drawings (SVG) that stand in a letter's text how much there is to draw, and whether their words are drawn.

Not here: which elements and attributes they may have (`rules`); files of drawings (`files.svg`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterpress.rawhtml import styles
from letterpress.rawhtml.parser import SVG, Parsed, Tag
from letterpress.rawhtml.rules import Finding
from letterpress.rawhtml.visible import MIN_CONTRAST, contrast

MAX_PARTS = 5_000
"""Parts to draw, with each <use> counted as what it repeats: a chart has some hundred."""
_SHAPES = frozenset("path circle rect line polyline polygon ellipse image".split())
_XLINK = "{http://www.w3.org/1999/xlink}href"
_HINT = "no word of a letter may vanish: take it out, or write it where it shows"
_ONCE = "draw each part once, or save the drawing as a picture"


def check(parsed: Parsed) -> Iterator[tuple[Tag, Finding]]:
    """Find what is wrong with the drawings of a letter's bodies."""
    own = {tag.element: tag for tag in parsed.tags if tag.element is not None and tag.namespace == SVG}
    inner: set[Any] = set()
    for root, tag in own.items():
        if tag.name != "svg" or root in inner:
            continue
        inner |= {element for element in root.iter() if element is not root}
        yield from _drawing(root, tag, own)


def _drawing(root: Any, tag: Tag, own: dict[Any, Tag]) -> Iterator[tuple[Tag, Finding]]:
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    finding = _too_much(root, named)
    if finding is not None:
        yield tag, finding
        return
    shapes = any(_name(element) in _SHAPES for element in root.iter())
    used = {_target(element) for element in root.iter() if _name(element) == "use"}
    waiting: list[tuple[Any, dict[str, str], bool]] = [(root, {}, True)]
    while waiting:
        element, look, drawn = waiting.pop()
        look = look | _look(element)
        drawn = (drawn and _name(element) != "defs") or element.get("id") in used
        if _name(element) in ("text", "tspan") and (element.text or "").strip():
            message = _hidden(look, drawn, shapes)
            if message is not None:
                yield own.get(element, tag), _hidden_text(f"the text of <{_name(element)}> {message}", element)
        elif _name(element) not in ("text", "tspan", "title", "desc", "a") and (element.text or "").strip():
            yield own.get(element, tag), _hidden_text("words stand in an <svg> outside of <text>", element)
        waiting += [(child, look, drawn) for child in element if isinstance(child.tag, str)]
    from letterpress.files import svg_text  # here: few letters hold drawings

    for element in svg_text.outside(root):
        yield own.get(element, tag), _hidden_text(f"the text of <{_name(element)}> is outside of the drawing", element)


def _hidden_text(message: str, element: Any) -> Finding:
    return Finding(message, _HINT, code="text-hidden", value=_name(element))


def _too_much(root: Any, named: dict[str | None, Any]) -> Finding | None:
    """What is wrong with how much there is to draw; None if it is within bounds and ends.

    Each <use> counts as what it repeats, which is counted once: ten levels of ten uses are a drawing of 10**10 parts.
    """
    sizes: dict[Any, int] = {}
    inside: set[Any] = set()

    def size(element: Any) -> int:
        if element in sizes:
            return sizes[element]
        if element in inside:
            raise RecursionError
        inside.add(element)
        total = 1 + sum(size(child) for child in element if isinstance(child.tag, str))
        if _name(element) == "use" and (part := named.get(_target(element))) is not None:
            total += size(part)
        inside.discard(element)
        sizes[element] = total
        return total

    try:
        parts = size(root)
    except RecursionError:
        return Finding("the drawing repeats itself without end", _ONCE, code="drawing-endless")
    if parts <= MAX_PARTS:
        return None
    message, params = f"the drawing has {parts:,} parts; {MAX_PARTS:,} is the most", (("limit", MAX_PARTS),)
    return Finding(message, _ONCE, code="drawing-too-large", params=params)


def _look(element: Any) -> dict[str, str]:
    look = {name: element.get(name) for name in ("fill", "font-size", "opacity") if element.get(name)}
    for declared in styles.read(element.get("style") or "", drawing=True)[0]:
        if declared.name in ("fill", "font-size"):
            look[declared.name] = declared.value
    return look


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
