"""Says whether text can be seen, by its size and its colour on what lies behind it, with all styles around it.

Contrast as in WCAG 2.2 (relative luminance), but with a bound far below what that asks for reading: what fails here is
not hard to read, but as good as not there.

Not here: which properties may be set at all (`styles`); parts of a drawing (`drawings`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from letterpress.rawhtml import presentation, styles
from letterpress.rawhtml.parser import SVG, Parsed, Tag
from letterpress.rawhtml.rules import Finding
from letterpress.rawhtml.styles import RGBA

MIN_CONTRAST = 1.4
"""Black on white is 21; the palest grey that is still read on white, #d0d0d0, is 1.5."""
_WHITE: RGBA = (1.0, 1.0, 1.0, 1.0)
_BLACK: RGBA = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Look:
    """How text looks at one place."""

    size: float = styles.BASE_PT
    color: RGBA = _BLACK
    paper: RGBA = _WHITE
    columns: bool = False
    """Whether it stands in columns."""


def check(parsed: Parsed) -> Iterator[tuple[Tag, Finding]]:
    """Find the tags whose text cannot be seen, or not be laid out in any time."""
    own = {tag.element: tag for tag in parsed.tags if tag.element is not None}
    if not any(presentation.style(tag.name, tag.attributes) for tag in parsed.tags):
        return
    for container in parsed.containers:
        waiting: list[tuple[Any, _Look, Tag | None]] = [(container, _Look(), None)]
        while waiting:
            element, look, blamed = waiting.pop()
            tag = own.get(element)
            style = presentation.style(tag.name, tag.attributes) if tag is not None else ""
            if style:
                inside = look.columns
                look, blamed = _styled(look, style), tag
                if inside and "column" in style and tag is not None:  # each level doubles what the layout has to do
                    yield (
                        tag,
                        Finding("columns stand in columns", "set the text in columns once", code="columns-nested"),
                    )
                    continue
            if blamed is not None and _has_text(element) and (finding := _finding(element.tag, look)):
                yield blamed, finding
                continue
            waiting += [(child, look, blamed) for child in reversed(element) if _is_html(child)]


def _styled(look: _Look, style: str) -> _Look:
    for name, value in ((declared.name, declared.value) for declared in styles.read(style, sized=True)[0]):
        if name == "font-size":
            look = replace(look, size=styles.points(value, look.size) or look.size)
        elif name == "color":
            look = replace(look, color=styles.color(value) or look.color)
        elif name in ("columns", "column-count"):
            look = replace(look, columns=True)
        elif name in ("background", "background-color") and (paint := styles.color(value)) is not None:
            look = replace(look, paper=_over(paint, look.paper))
    return look


def _finding(name: str, look: _Look) -> Finding | None:
    hint = "no word of a letter may vanish: take it out, or ask with {% if %}"
    if not styles.MIN_PT <= look.size <= styles.MAX_PT * 1.5:
        message = f"the text of <{name}> would be {look.size:.1f} pt: it cannot be read"
        return Finding(message, hint, code="text-hidden", value=name, params=(("size_pt", round(look.size, 1)),))
    ratio = contrast(_over(look.color, look.paper), look.paper)
    if ratio < MIN_CONTRAST:
        message, params = f"the text of <{name}> has the colour of what is behind it", (("contrast", round(ratio, 2)),)
        return Finding(message, hint, code="text-hidden", value=name, params=params)
    return None


def _is_html(element: Any) -> bool:
    return isinstance(element.tag, str) and not element.tag.startswith(f"{{{SVG}}}")


def _has_text(element: Any) -> bool:
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _over(upper: RGBA, lower: RGBA) -> RGBA:
    """Colour of `upper` on `lower`, which is opaque."""
    opacity = upper[3]
    red, green, blue = (opacity * up + (1 - opacity) * low for up, low in zip(upper[:3], lower[:3], strict=True))
    return (red, green, blue, 1.0)


def contrast(text: RGBA, paper: RGBA) -> float:
    """Calculate the contrast of two colours, 1 (the same) to 21 (black and white); their opacity is not looked at."""
    low, high = sorted((_luminance(text), _luminance(paper)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: RGBA) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
