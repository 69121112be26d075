"""Sets the line and paragraph separators of Unicode, which WeasyPrint cannot set.

Not here: line ends of values in the body (`filling.texts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from letterpress.text import value_marks

SEPARATORS = re.compile("[\u2028\u2029]")


def written_out(html: str) -> str:
    """U+2028 and U+2029, which WeasyPrint cannot set, as line breaks; in attributes, as spaces."""
    if not SEPARATORS.search(html):
        return html
    return "".join(_with_breaks(re.split(r"(<[^>]*>)", html)))


def _with_breaks(pieces: list[str]) -> Iterator[str]:
    """Pieces of text and of markup by turns; a value that a break parts is two values."""
    inside = 0
    for piece in pieces:
        if piece.startswith("<"):
            yield SEPARATORS.sub(" ", piece)
            continue
        for char in re.split(f"([\u2028\u2029{value_marks.VALUE}{value_marks.VALUE_END}])", piece):
            if char in ("\u2028", "\u2029"):
                yield f"{value_marks.VALUE_END}<br>{value_marks.VALUE}" if inside else "<br>"
            else:
                inside += (char == value_marks.VALUE) - (char == value_marks.VALUE_END)
                yield char
