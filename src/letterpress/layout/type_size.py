"""Whether the text of a letter's body is large enough to be read, as it is laid out.

Elements bring sizes of their own (`<small>`, `<sub>`, `<sup>`, headings), letterheads change them, and elements in
elements multiply them: only the layout knows what comes out.

Not here: what a style of the author's asks for by itself (`rawhtml.visible`), which needs no layout. Source of the
bound: the smallest size that a style may ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from letterpress.layout import overflow
from letterpress.page import LayoutFault

_PT_PER_PX = 0.75
_ROUNDING = 0.01  # pt


def faults(pages: Sequence[Any], lines: Mapping[Any, int]) -> list[LayoutFault]:
    """Texts of the body, and of its notes, that are set too small: one for each line of the source.

    :param lines: of the letter's file, by elements of the author's own.
    """
    from letterpress.rawhtml.styles import MIN_PT  # here: it loads tinycss2

    found: dict[int | str, LayoutFault] = {}
    for page in pages:
        for box, element, line in _texts(page._page_box, lines):
            size = box.style["font_size"] * _PT_PER_PX
            if size < MIN_PT - _ROUNDING and box.text.strip():
                message = f"the text of <{element}> would be {size:.1f} pt: it cannot be read"
                hint = f"{MIN_PT:g} pt is the least; take out some of the elements that make it smaller"
                found.setdefault(line or box.text, LayoutFault(message, hint, box.text.strip()[:40], line=line))
    return list(found.values())


def _texts(root: Any, lines: Mapping[Any, int]) -> Iterator[tuple[Any, str, int | None]]:
    """The boxes of text in bodies and notes, each with its element's name and the line of the nearest one around it
    that has one."""
    waiting: list[tuple[Any, bool, int | None]] = [(root, False, None)]
    while waiting:
        box, inside, line = waiting.pop()
        box = getattr(box, "_box", box)
        inside = inside or overflow.has_class(box, "letter-body") or overflow.has_class(box, "footnote")
        line = lines.get(box.element, line)
        if inside and overflow.is_box(box, "TextBox"):
            yield box, str(box.element_tag).partition("::")[0], line
        waiting += [(child, inside, line) for child in reversed(getattr(box, "children", ()))]
