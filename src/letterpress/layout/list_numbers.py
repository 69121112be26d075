"""Gives a letter's lists the numbers that they ask for: `start`, `type`, `reversed` and `value` of HTML.

WeasyPrint takes none of them from a page that is set without its presentational hints. A list that only begins
elsewhere keeps the marks of its letterhead; one that says how it counts has its marks written out, hanging at the
text's edge as all marks do.

Not here: lists in Markdown (`content.list_marks`). Sources: HTML (4.4.5 to 4.4.8), CSS Lists 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from letterpress.layout import css_classes

KINDS = ("1", "a", "A", "i", "I", "1.1")
"""What `type` of a list may be; the last is letterpress's own: the number of the item around it goes before."""
_MARK = re.compile(r"(\(|[0-9.]*)#[.)]?")
"""What stands before and behind a number, as `content.list_marks` writes it."""
_ASKING = ("start", "type", "reversed", "data-mark")
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_INDENTS = (6, 8, 10, 12, 15, 20)
"""Where the text of an item may begin, in mm: 6 is that of all lists with numbers."""
_GAP = 0.25
"""Least space between a mark and its text, in em."""
_EM = 11 * 25.4 / 72
"""An em of the text, in mm, as indents are chosen; larger type moves its marks nearer to its text."""


def apply(root: Any) -> None:
    """Number the lists of a page's tree."""
    for element in root.iter("ol"):
        items = [child for child in element if child.tag == "li"]
        if not any(key in element.attrib for key in _ASKING) and not any("value" in item.attrib for item in items):
            continue
        numbers = list(_numbers(element, items))
        _count(element, items, numbers)
        if "type" in element.attrib or "data-mark" in element.attrib:
            _write_out(root, element, items, numbers)
        elif max(map(abs, numbers), default=0) > 9:
            css_classes.add(element, "figures-3" if max(map(abs, numbers)) > 99 else "figures-2")


def _integer(text: str | None) -> int | None:
    return int(text) if re.fullmatch(r"\s*-?[0-9]{1,6}\s*", text or "") else None  # type: ignore[arg-type]


def _numbers(element: Any, items: list[Any]) -> Iterator[int]:
    backwards = "reversed" in element.attrib
    start = _integer(element.get("start"))
    number = start if start is not None else len(items) if backwards else 1
    for item in items:
        value = _integer(item.get("value"))
        number = number if value is None else value
        yield number
        number += -1 if backwards else 1


def _count(element: Any, items: list[Any], numbers: list[int]) -> None:
    """Set the counter that letterheads print: it goes up by one before each item, unless that says otherwise."""
    css_classes.declare(element, f"counter-reset: list-item {numbers[0] - 1 if numbers else 0}")
    before = numbers[0] - 1 if numbers else 0
    for item, number in zip(items, numbers, strict=True):
        if number != before + 1:
            css_classes.declare(item, f"counter-increment: list-item {number - before}")
        before = number


def _write_out(root: Any, element: Any, items: list[Any], numbers: list[int]) -> None:
    kind = element.get("type") if element.get("type") in KINDS else "1"
    before, after = "", "."
    if _MARK.fullmatch(element.get("data-mark", "")):
        before, _, after = element.get("data-mark").partition("#")
    elif kind == "1.1":
        before, after = _number_around(root, element), ""
    marks = [f"{before}{_number(kind, number)}{after} " for number in numbers]
    widths = [_width(mark) for mark in marks]
    needed = (max(widths, default=0) - _width(" ") + _GAP) * _EM
    indent = next((one for one in _INDENTS if one >= needed), _INDENTS[-1])
    css_classes.add(element, "list-marked")
    css_classes.declare(element, f"padding-inline-start: {indent}mm")
    for item, mark, width in zip(items, marks, widths, strict=True):
        item.set("data-number", mark.strip())
        css_classes.declare(item, f'list-style-type: "{mark}"; --gap: calc({indent}mm - {width:.3f}em)')


def _number_around(root: Any, element: Any) -> str:
    """The number of the item that a list stands in, and a full stop behind it."""
    above = {child: parent for parent in root.iter() for child in parent}
    item = above.get(element)
    while item is not None and item.tag != "li":
        item = above.get(item)
    if item is None:
        return ""
    if "data-number" in item.attrib:
        return f"{item.get('data-number').rstrip('.')}."
    siblings = [child for child in above[item] if child.tag == "li"]
    return f"{list(_numbers(above[item], siblings))[siblings.index(item)]}."


def _number(kind: str, number: int) -> str:
    if kind in ("1", "1.1") or number < 1 or (kind in ("i", "I") and number > 399):
        return str(number)
    word = ""
    if kind in ("a", "A"):
        while number:
            number, rest = divmod(number - 1, 26)
            word = chr(97 + rest) + word
    else:
        for value, letters in _ROMAN:
            word += letters * (number // value)
            number %= value
    return word.upper() if kind.isupper() else word


def _width(mark: str) -> float:
    """In em of the text's shipped face."""
    from letterpress.fonts import metrics, shipped

    face = next(face for face in shipped.shipped() if face.weight == 400 and not face.italic)
    return metrics.width(mark, str(face.path), 1 / metrics.PT)
