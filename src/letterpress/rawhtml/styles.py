"""Says what the author's own `style="..."` may declare, and how it makes text look.

A table of properties and the values that each may have. What is not in it is refused: a list of what hides text would
never be whole. Read with tinycss2, as WeasyPrint reads it.

Not here: whether a text can be seen on what lies behind it (`visible`). Sources: CSS Values 4 (units), CSS Color 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2
from tinycss2.color5 import parse_color

from letterpress.errors import nearest, question

_PT = {"pt": 1.0, "pc": 12.0, "px": 0.75, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "q": 18 / 25.4}
"""CSS Values 4, 6.2: 72 points and 96 pixels to the inch."""
_EM = {"em": 1.0, "rem": 1.0, "ex": 0.5, "ch": 0.5, "lh": 1.2, "rlh": 1.2}
BASE_PT = 11.0
"""Size of type that relative sizes are measured by, in pt: that of a letter, about."""
MIN_PT, MAX_PT = 4.0, 72.0
"""Type that can be read, and the largest type for words of a letter, in pt."""
_MM = 72 / 25.4

Check = Callable[[Sequence[Any]], bool]
RGBA = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Declaration:
    """One `name: value` that is allowed."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One that is not, and what to do."""

    said: str
    """As written: `display: none`."""
    hint: str
    instead: tuple[str, ...] = ()
    """Declarations that may have been meant."""


def read(
    css: str, *, drawing: bool = False, sized: bool = False
) -> tuple[tuple[Declaration, ...], tuple[Refusal, ...]]:
    """Read what a style attribute declares, and what of it is refused.

    :param drawing: whether it is that of a part of a drawing (SVG), which has properties of its own.
    :param sized: whether the element may have a height: text runs out of any but an image or a row.
    """
    return _read(css, drawing, sized)


@lru_cache(maxsize=512)
def _read(css: str, drawing: bool, sized: bool) -> tuple[tuple[Declaration, ...], tuple[Refusal, ...]]:
    allowed: list[Declaration] = []
    refused: list[Refusal] = []
    for part in tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True):
        if part.type != "declaration":
            refused.append(Refusal(css.strip(), 'write style="name: value; name: value"'))
            continue
        value = tinycss2.serialize(part.value).strip()
        wrong = refusal(part.lower_name, part.value, drawing=drawing, sized=sized)
        if wrong is None:
            allowed.append(Declaration(part.lower_name, value))
        else:
            refused.append(wrong)
    return tuple(allowed), tuple(refused)


def refusal(name: str, value: Any, *, drawing: bool = False, sized: bool = False) -> Refusal | None:
    """Say why a property may not have this value; None if it may.

    :param name: in small letters.
    :param value: a text, or tinycss2's component values.
    :param drawing: as for `read`; `sized` likewise.
    """
    written = value if isinstance(value, str) else tinycss2.serialize(value).strip()
    said = f"{name}: {written}"
    if isinstance(value, str):
        value = tinycss2.parse_component_value_list(value, skip_comments=True)
    tokens = [token for token in value if token.type not in ("whitespace", "comment")]
    words = [token.lower_value for token in tokens if token.type == "ident"]
    table = _DRAWN if drawing else _ALLOWED | _HEIGHTS if sized else _ALLOWED
    if (name in _HIDING and name not in table) or (name == "display" and words == ["none"]):
        return Refusal(said, "no word of a letter may vanish: take it out, or ask with {% if %}")
    if name not in table:
        near = nearest(name, table)
        instead = tuple(f"{other}: {written}" for other in near)
        return Refusal(said, question(near) or ("draw it another way" if drawing else _SUMMARY), instead)
    check, kind = table[name]
    if len(tokens) == 1 and words == ["inherit"]:
        return None
    return None if tokens and check(tokens) else Refusal(said, f"{name} may be {kind}")


def points(value: str, em: float) -> float | None:
    """Read a length, a percentage or a number of ems in pt; None if it is none.

    :param em: size of the type around it, in pt.
    """
    token = tinycss2.parse_one_component_value(value, skip_comments=True)
    if token.type == "percentage":
        return float(token.value) * em / 100
    if token.type == "dimension":
        unit = token.lower_unit
        if unit in _EM:
            return float(token.value) * _EM[unit] * (BASE_PT if unit.startswith("r") else em)
        return float(token.value) * _PT[unit] if unit in _PT else None
    if token.type == "ident":
        return _SIZES.get(token.lower_value, {"smaller": em / 1.2, "larger": em * 1.2}.get(token.lower_value))
    return None


def color(value: str) -> RGBA | None:
    """Read a colour as red, green, blue and opacity, 0 to 1; None for `currentcolor` and what is none."""
    parsed = parse_color(value)
    if parsed is None or parsed == "currentcolor":
        return None
    try:
        red, green, blue = parsed.to("srgb").coordinates
    except NotImplementedError:  # a colour that no screen shows, as lab() or device-cmyk()
        return None
    return (red or 0.0, green or 0.0, blue or 0.0, 1.0 if parsed.alpha is None else float(parsed.alpha))


# --- kinds of values --------------------------------------------------------------------------------------------------

_SIZES = {
    "xx-small": 6.6, "x-small": 8.25, "small": 9.8, "medium": 11.0, "large": 13.2, "x-large": 16.5, "xx-large": 22.0,
}  # fmt: skip


def _words(words: str) -> tuple[Check, str]:
    known = frozenset(words.split())

    def check(tokens: Sequence[Any]) -> bool:
        return all(token.type == "ident" and token.lower_value in known for token in tokens)

    return check, "one of " + ", ".join(sorted(known))


def _size(token: Any, em: float) -> float | None:
    """A token as pt; None if it is no length. A bare 0 is one."""
    if token.type == "number" and token.value == 0:
        return 0.0
    return points(token.serialize(), em) if token.type in ("dimension", "percentage") else None


def _lengths(low: float, high: float, count: int = 1, words: str = "") -> tuple[Check, str]:
    """Up to `count` lengths of `low` to `high` mm, percentages of 0 to 100, or one of the words."""
    known = frozenset(words.split())

    def check(tokens: Sequence[Any]) -> bool:
        for token in tokens:
            if token.type == "ident" and token.lower_value in known:
                continue
            size = _size(token, BASE_PT)
            if token.type == "percentage":
                if not max(low, 0) <= token.value <= 100:
                    return False
            elif size is None or not low * _MM <= size <= high * _MM:
                return False
        return len(tokens) <= count

    return check, f"{low:g}mm to {high:g}mm" + (" or " + ", ".join(sorted(known)) if known else "")


def _number(low: float, high: float, *, whole: bool = False) -> tuple[Check, str]:
    def check(tokens: Sequence[Any]) -> bool:
        [token, *rest] = tokens
        return not rest and token.type == "number" and low <= token.value <= high and (token.is_integer or not whole)

    return check, f"a number from {low:g} to {high:g}"


def _either(*kinds: tuple[Check, str]) -> tuple[Check, str]:
    return lambda tokens: any(check(tokens) for check, _ in kinds), " or ".join(words for _, words in kinds)


def _is_color(tokens: Sequence[Any]) -> bool:
    return len(tokens) == 1 and (
        color(tokens[0].serialize()) is not None
        or (tokens[0].type == "ident" and tokens[0].lower_value == "currentcolor")
    )


def _is_font_size(tokens: Sequence[Any]) -> bool:
    size = points(tokens[0].serialize(), BASE_PT) if len(tokens) == 1 else None
    return size is not None and MIN_PT <= size <= MAX_PT


def _is_family(tokens: Sequence[Any]) -> bool:
    return all(part.type in ("ident", "string") or (part.type == "literal" and part.value == ",") for part in tokens)


def _is_line_height(tokens: Sequence[Any]) -> bool:
    [token, *rest] = tokens
    if rest:
        return False
    if token.type == "number":
        return bool(0.9 <= token.value <= 5)
    size = points(token.serialize(), BASE_PT) if token.type in ("dimension", "percentage") else None
    return (token.type == "ident" and token.lower_value == "normal") or (
        size is not None and 0.9 * BASE_PT <= size <= 5 * BASE_PT
    )


def _is_border(tokens: Sequence[Any]) -> bool:
    return len(tokens) <= 3 and all(_is_color([part]) or _LINE[0]([part]) or _WIDTH[0]([part]) for part in tokens)


def _is_list_style(tokens: Sequence[Any]) -> bool:
    return len(tokens) <= 2 and all(part.type in ("ident", "string") for part in tokens)


def _is_paint(tokens: Sequence[Any]) -> bool:
    [token, *rest] = tokens
    return not rest and (
        _is_color(tokens)
        or (token.type == "ident" and token.lower_value == "none")
        or (token.type == "url" and token.value.startswith("#"))
    )


def _is_opacity(tokens: Sequence[Any]) -> bool:
    [token, *rest] = tokens
    if rest or token.type not in ("number", "percentage"):
        return False
    return bool(0.2 <= (token.value if token.type == "number" else token.value / 100) <= 1)


_COLOR = (_is_color, "a colour, such as #1a3e6e")
_WIDTH = _lengths(0, 5, 4, "thin medium thick")
_LINE = _words("none solid dashed dotted double")
_SPACE = _lengths(0, 100, 4, "auto")
_ROOM = _lengths(0, 100, 4)
_EXTENT = _lengths(5, 297, 1, "auto max-content min-content fit-content")
_BREAK = _words("auto avoid page always left right recto verso avoid-page")
_FONT: dict[str, tuple[Check, str]] = {
    "font-size": (_is_font_size, f"{MIN_PT:g}pt to {MAX_PT:g}pt"),
    "font-weight": _either(_words("normal bold bolder lighter"), _number(100, 900)),
    "font-style": _words("normal italic oblique"),
    "font-family": (_is_family, "the name of a font of the letterhead"),
    "font-variant": _words("normal small-caps all-small-caps lining-nums oldstyle-nums tabular-nums proportional-nums"),
    "font-variant-caps": _words("normal small-caps all-small-caps"),
    "font-variant-numeric": _words(
        "normal lining-nums oldstyle-nums tabular-nums proportional-nums slashed-zero ordinal diagonal-fractions"
    ),
    "letter-spacing": _lengths(-0.2, 8, 1, "normal"),
    "word-spacing": _lengths(-0.5, 20, 1, "normal"),
}
_ALLOWED: dict[str, tuple[Check, str]] = {
    **_FONT,
    "color": _COLOR,
    "background": _COLOR,
    "background-color": _COLOR,
    "line-height": (_is_line_height, "normal, or 0.9 to 5 times the size of the type"),
    "text-align": _words("left right center justify start end"),
    "text-align-last": _words("auto left right center justify start end"),
    "text-decoration": _words("none underline line-through overline solid dotted dashed double wavy"),
    "text-decoration-line": _words("none underline line-through overline"),
    "text-indent": _lengths(0, 100),
    "text-transform": _words("none uppercase lowercase capitalize"),
    "vertical-align": _either(_words("baseline sub super top middle bottom text-top text-bottom"), _lengths(-5, 5)),
    "white-space": _words("normal nowrap pre pre-wrap pre-line"),
    "hyphens": _words("none manual auto"),
    "overflow-wrap": _words("normal break-word anywhere"),
    "word-break": _words("normal break-all keep-all break-word"),
    "direction": _words("ltr rtl"),
    "display": _words("block inline inline-block list-item table table-row table-cell inline-table"),
    "float": _words("none left right"),
    "clear": _words("none left right both"),
    **{f"margin{side}": _SPACE for side in ("", "-top", "-right", "-bottom", "-left", "-block", "-inline")},
    **{f"margin-{axis}-{end}": _SPACE for axis in ("block", "inline") for end in ("start", "end")},
    **{f"padding{side}": _ROOM for side in ("", "-top", "-right", "-bottom", "-left", "-block", "-inline")},
    **{f"padding-{axis}-{end}": _ROOM for axis in ("block", "inline") for end in ("start", "end")},
    "width": _EXTENT,
    "max-width": _lengths(5, 297, 1, "none max-content min-content fit-content"),
    "min-width": _lengths(0, 297, 1, "auto"),
    "min-height": _lengths(0, 297, 1, "auto"),
    "box-sizing": _words("border-box content-box"),
    **{
        f"border{side}": (_is_border, "a width up to 5mm, a style and a colour")
        for side in ("", "-top", "-right", "-bottom", "-left")
    },
    **{f"border{side}-color": _COLOR for side in ("", "-top", "-right", "-bottom", "-left")},
    **{f"border{side}-style": _LINE for side in ("", "-top", "-right", "-bottom", "-left")},
    **{f"border{side}-width": _WIDTH for side in ("", "-top", "-right", "-bottom", "-left")},
    "border-radius": _lengths(0, 50, 4),
    "border-collapse": _words("collapse separate"),
    "border-spacing": _lengths(0, 50, 2),
    "caption-side": _words("top bottom"),
    "table-layout": _words("auto fixed"),
    "list-style": (_is_list_style, "a kind of mark, such as disc or lower-alpha"),
    "list-style-type": (_is_list_style, "a kind of mark, such as disc or lower-alpha"),
    "list-style-position": _words("inside outside"),
    "column-count": _number(1, 6, whole=True),
    "columns": _number(1, 6, whole=True),
    "column-gap": _lengths(0, 50, 1, "normal"),
    "break-before": _BREAK,
    "break-after": _BREAK,
    "break-inside": _words("auto avoid avoid-page"),
    "page-break-before": _BREAK,
    "page-break-after": _BREAK,
    "page-break-inside": _words("auto avoid"),
    "orphans": _number(1, 20, whole=True),
    "widows": _number(1, 20, whole=True),
}
"""Properties that the author's own HTML may set, with what each may be."""
_HEIGHTS = {"height": _lengths(0.1, 297, 1, "auto"), "max-height": _lengths(1, 297, 1, "none")}
_SUMMARY = (
    "a style may say color, background-color, font-size, font-weight, font-style, font-family, font-variant, "
    "line-height, text-align, text-decoration, text-transform, vertical-align, white-space, margin, padding, border, "
    "width, list-style, float, columns, break-before and the like"
)
_DRAWN: dict[str, tuple[Check, str]] = {
    **_FONT,
    "font-size": _either(_number(1, 1000), _lengths(0.5, 300)),
    "fill": (_is_paint, "a colour, none or url(#...)"),
    "stroke": (_is_paint, "a colour, none or url(#...)"),
    "color": _COLOR,
    **dict.fromkeys(("opacity", "fill-opacity", "stroke-opacity"), (_is_opacity, "0.2 to 1")),
    "stroke-width": _either(_number(0, 1000), _lengths(0, 100)),
    "stroke-dasharray": (lambda tokens: True, "lengths"),
    "stroke-dashoffset": (lambda tokens: True, "a length"),
    "stroke-linecap": _words("butt round square"),
    "stroke-linejoin": _words("miter round bevel"),
    "stroke-miterlimit": _number(1, 100),
    "fill-rule": _words("nonzero evenodd"),
    "text-anchor": _words("start middle end"),
    "dominant-baseline": (lambda tokens: True, "a baseline"),
    "text-decoration": _ALLOWED["text-decoration"],
    **{name: _ALLOWED[name] for name in ("width", "max-width", "vertical-align", "float", "display")},
    **{name: _ALLOWED[name] for name in _ALLOWED if name.startswith("margin")},
}
"""Properties that a part of a drawing may set, as attributes or in its style."""
PRESENTATION = frozenset(_DRAWN) | {"display", "visibility", "clip-path", "mask", "filter", "overflow", "clip"}
"""Attributes of SVG that say how something looks."""
_HIDING = frozenset(
    "visibility opacity clip clip-path mask filter overflow overflow-x overflow-y text-overflow transform position "
    "z-index content top right bottom left inset zoom font-size-adjust mix-blend-mode scale translate rotate".split()
)
"""Properties that are there to hide, cover or move away: refused with their own hint."""
