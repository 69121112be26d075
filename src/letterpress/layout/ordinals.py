"""Raises the letters of French ordinals, such as "1er" and "Ire", wherever the page is in French.

Addresses stay as they are typed: a post's machines read them. Source: Imprimerie nationale, Lexique des règles
typographiques, "Abréviations"; the others ("2e") print as they are typed, since an e may be a part of a code.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import SubElement

from letterpress.layout import css_classes

_ORDINAL = re.compile(r"(?<![\w.,/-])(1|I)(ers?|res?)(?![\w/-])")
_WRITTEN = ("1er", "1re", "Ier", "Ire")
_AS_IS = frozenset("code kbd pre samp script style svg sup sub a title".split())
_ADDRESSES = frozenset("letter-address addresses zone-address return-line letter-head letter-foot".split())
CLASS = "ordinal"


def apply(root: Any, html: str) -> None:
    """Raise them in a page's tree.

    :param html: the page's source, which is looked at first: most letters have none.
    """
    if stand_in(html):
        _walk(root, "")


def stand_in(text: str) -> bool:
    """Say whether letters of an ordinal are raised in a text, or in a page's source, if it is in French."""
    for written in _WRITTEN:  # most texts have none, which is said so in a tenth of the time
        if written in text:
            return _ORDINAL.search(text) is not None
    return False


def _walk(element: Any, lang: str) -> None:
    if element.tag in _AS_IS or not _ADDRESSES.isdisjoint(css_classes.of(element)):
        return
    lang = element.get("lang") or lang
    for child in list(element):
        _walk(child, lang)
        if child.tail and _is_french(lang):
            rest = child.tail
            parts = _ORDINAL.split(rest)
            child.tail = parts[0] + (parts[1] if len(parts) > 1 else "")
            _insert(element, list(element).index(child) + 1, parts)
    if element.text and _is_french(lang):
        parts = _ORDINAL.split(element.text)
        element.text = parts[0] + (parts[1] if len(parts) > 1 else "")
        _insert(element, 0, parts)


def _is_french(lang: str) -> bool:
    return lang.split("-")[0].lower() == "fr"


def _insert(parent: Any, at: int, parts: list[str]) -> None:
    """Put the raised letters of a split text into `parent`, from the child `at` on."""
    for number in range(2, len(parts), 3):
        raised = SubElement(parent, "sup", {"class": CLASS})
        parent.remove(raised)
        raised.text = parts[number]
        raised.tail = parts[number + 1] + (parts[number + 2] if number + 2 < len(parts) else "")
        parent.insert(at, raised)
        at += 1
