"""Reads attributes of HTML that say how something looks, as old pages and other programs write them: align, width.

Those that an author would expect to work become declarations of a style, which have to keep what a style has to keep
(`styles`). A style that the element has itself wins. What is not read here has no effect, and is named (`rules`).

Source: HTML, 15.3 (non-replaced elements) and 15.4.3 (attributes for images).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_CELLS = frozenset({"td", "th"})
_ROWS = frozenset({"tr", "thead", "tbody", "tfoot"}) | _CELLS
_TEXTS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "caption"}) | _ROWS
_SIZED = frozenset({"img", "table", "col", "hr"}) | _CELLS
_LENGTH = re.compile(r"\s*([0-9]{1,4}(?:\.[0-9]{1,3})?)\s*(px|%)?\s*")
_COLOUR = re.compile(r"\s*(#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,25})\s*")

ATTRIBUTES = frozenset({"align", "valign", "width", "height", "bgcolor", "nowrap"})
"""Those that are read on some elements."""


def declared(name: str, attribute: str, value: str) -> tuple[str, str] | None:
    """Read an attribute as the property and the value of a style; None where it has no effect.

    :param name: of the element.
    """
    word = value.strip().lower()
    length = _LENGTH.fullmatch(value)
    if attribute == "align" and name in _TEXTS and word in ("left", "right", "center", "justify"):
        return "text-align", word
    if attribute == "align" and name == "img" and word in ("left", "right"):
        return "float", word
    if attribute == "valign" and name in _ROWS and word in ("top", "middle", "bottom", "baseline"):
        return "vertical-align", word
    if attribute == "width" and name in _SIZED and length:
        return "width", f"{length[1]}{length[2] or 'px'}"
    if attribute == "height" and name == "img" and length and length[2] != "%":
        return "height", f"{length[1]}px"
    if attribute == "bgcolor" and (name in _ROWS or name == "table") and (colour := _COLOUR.fullmatch(value)):
        return "background-color", colour[1]
    if attribute == "nowrap" and name in _CELLS:
        return "white-space", "nowrap"
    return None


def style(name: str, attributes: Mapping[str, str]) -> str:
    """Give the style of an element as its attributes and its own `style` say it."""
    return "; ".join(part for part in (*_parts(name, attributes), attributes.get("style", "")) if part)


def _parts(name: str, attributes: Mapping[str, str]) -> Iterator[str]:
    for attribute, value in attributes.items():
        if attribute in ATTRIBUTES and (pair := declared(name, attribute, value)) is not None:
            yield f"{pair[0]}: {pair[1]}"
