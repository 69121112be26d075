"""Whether the text of a letter's body is large enough to be read, as it is laid out.

Elements bring sizes of their own (`<small>`, `<sub>`, `<sup>`, headings), letterheads change them, and elements in
elements multiply them: only the layout knows what comes out.

Not here: what a style of the author's asks for by itself (`rawhtml.visible`), which needs no layout. Source of the
bound: the smallest size that a style may ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from letterpress.layout import css_classes
from letterpress.layout.boxes import Box, Kind
from letterpress.page import LayoutFault

_ROUNDING = 0.01  # pt


def check(pages: Sequence[Box], lines: Mapping[Any, int]) -> list[LayoutFault]:
    """Find texts of the body, and of its notes, that are set too small: one for each line of the source.

    :param lines: of the letter's file, by elements of the author's own.
    """
    from letterpress.rawhtml.styles import MIN_PT  # here: it loads tinycss2

    faults: dict[int | str, LayoutFault] = {}
    for page in pages:
        for box, line in _texts(page, lines):
            size = box.font_size
            if size < MIN_PT - _ROUNDING and box.text.strip():
                name = str(box.tag).partition("::")[0]
                message = f"the text of <{name}> would be {size:.1f} pt: it cannot be read"
                hint = f"{MIN_PT:g} pt is the least; take out some of the elements that make it smaller"
                params = (("element", name), ("size_pt", round(size, 1)), ("least_pt", MIN_PT))
                needle = box.text.strip()[:40]
                fault = LayoutFault(message, hint, needle, line=line, code="text-too-small", params=params)
                faults.setdefault(line or box.text, fault)
    return list(faults.values())


def _texts(page: Box, lines: Mapping[Any, int]) -> Iterator[tuple[Box, int | None]]:
    """The boxes of text in bodies and notes, each with the line of the nearest element around it that has one."""
    waiting: list[tuple[Box, bool, int | None]] = [(page, False, None)]
    while waiting:
        box, inside, line = waiting.pop()
        inside = inside or css_classes.BODY in box.classes or css_classes.FOOTNOTE in box.classes
        line = lines.get(box.element, line)
        if inside and box.kind is Kind.TEXT:
            yield box, line
        waiting += [(child, inside, line) for child in reversed(box.children)]
