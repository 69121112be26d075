"""What two pages of the same elements may differ in: their texts.

Not here: whether a text can be set anew (`plate`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from letterpress.layout import css_classes
from letterpress.page import Sheet

_FROM_ATTRIBUTE = re.compile(r"attr\(\s*(data-[\w-]+)")
_SELECTED = re.compile(r"\[\s*(data-[\w-]+)")
_SPACES = re.compile("[ \t\n\r\f]+")
_UNUSUAL_SPACES = ("  ", "\n", "\t", "\r", "\f")


class Texts(NamedTuple):
    """The texts of a page's elements."""

    key: tuple[Any, ...]
    """Equal for pages of the same elements, with the same attributes, that have texts in the same places."""
    texts: tuple[str, ...]
    places: tuple[tuple[Any, str], ...]
    """Element that each text stands in, and where: `text`, `tail` (behind one of its children), or an attribute."""
    owners: tuple[tuple[Any, str], ...]
    """As `places`, but a tail is that of the element that it stands behind."""


def read(root: Any, varying: frozenset[str]) -> Texts:
    """Read the texts of a page.

    :param root: its element tree.
    :param varying: attributes that are printed, and that no selector asks for.
    """
    key: list[Any] = []
    texts: list[str] = []
    places: list[tuple[Any, str]] = []
    owners: list[tuple[Any, str]] = []
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in root.iter():
        tag = element.tag
        key.append(tag)
        key.append(len(element))
        if attributes := element.items():
            if tag == "meta":
                attributes = _with_content(element, attributes, texts, places, owners)
            elif not varying.isdisjoint(element.keys()):
                kept = []
                for name, value in sorted(attributes):
                    if name in varying:
                        texts.append(value)
                        places.append((element, name))
                        owners.append((element, name))
                        kept.append((name, bool(value)))
                    else:
                        kept.append((name, value))
                attributes = kept
            key.append(tuple(attributes))
        for place, text in (("text", element.text), ("tail", element.tail)):
            if text is None:
                continue
            if tag == "style" or not text.strip():
                key.append(text)
                continue
            key.append(place)
            texts.append(text)
            places.append((element if place == "text" else parents[element], place))
            owners.append((element, place))
    return Texts(tuple(key), tuple(texts), tuple(places), tuple(owners))


def _with_content(element: Any, attributes: Any, texts: list[str], *places: list[tuple[Any, str]]) -> Any:
    """The attributes of a `meta` without what it says of the letter."""
    content = element.get("content")
    if not content or element.get("name") != "description":
        return attributes
    texts.append(content)
    for found in places:
        found.append((element, "content"))
    return [one for one in attributes if one[0] != "content"]


def styles(root: Any) -> dict[Any, tuple[str | None, str | None]]:
    """Take down the styles and classes of a page's elements."""
    return {element: (element.get("style"), element.get("class")) for element in root.iter()}


def was_fitted(root: Any, before: dict[Any, tuple[str | None, str | None]]) -> bool:
    """Whether the layout has set something smaller, since it was too large for its place: another text might not be.

    :param before: the styles before the layout.
    """
    for element, now in styles(root).items():
        if element in before and before[element] != now:
            names = (now[1] or "").split()
            if element.tag in _TABLES or any(name.startswith(css_classes.ZONE_PREFIX) for name in names):
                return True
    return False


_TABLES = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th"})


@lru_cache(maxsize=64)
def string_attributes(sheets: tuple[Sheet, ...]) -> frozenset[str]:
    """Find the attributes that style sheets print, and that none of their selectors asks for."""
    css = "\n".join(sheet.css for sheet in sheets)
    return frozenset(_FROM_ATTRIBUTE.findall(css)) - frozenset(_SELECTED.findall(css))


def collapsed(text: str) -> str:
    """A text as a line of its own shows it: spaces together, none at its ends."""
    for spaces in _UNUSUAL_SPACES:  # looking for them takes a tenth of the time that putting each together does
        if spaces in text:
            return _SPACES.sub(" ", text).strip(" ")
    return text.strip(" ")


def agreed(values: Iterable[str]) -> str | None:
    """The value that all of them are; None if they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None
