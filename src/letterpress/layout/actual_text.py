"""Writes what a reader is to read where glyphs do not say it: a soft hyphen for a hyphen that only divides a word, the
text itself for scripts whose letters are joined, reordered or run from right to left, and a blank that stands alone
between two elements, as in `*one* *two*`, which WeasyPrint does not draw.

Without it a word over two lines is read, found and copied with a hyphen in it, and vowel signs of Arabic are read apart
from their letters. A soft hyphen stands in the content of the page, where Poppler, PDFium and MuPDF heed it. The text
of a shaped script stands in the structure, for screen readers: those three take a text in the content for one in the
order of the paper, and turn it round, while they read the letters right from the glyphs.

Not here: which characters a font has (`characters`). Source: ISO 32000-1, 14.9.4 (replacement text).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pydyf

from letterpress.layout import form_content, tag_order
from letterpress.layout.boxes import Kind
from letterpress.layout.pdf_objects import Objects
from letterpress.layout.reading_order import Tagged

_SHAPED = re.compile(
    "[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\u1800-\u18af\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]"
)
"""Hebrew, Arabic, Syriac, Thaana, N'Ko; scripts of India and South-East Asia, Tibetan, Mongolian; further ones from
right to left (Unicode, blocks)."""
_SHOWN = re.compile(
    rb"\[(?P<before>.*?)(?P<last><(?:[0-9a-f]{4})*?(?P<glyph>[0-9a-f]{4})>)(?P<after>[^<>]*)\] TJ\Z", re.S
)
_SOFT_HYPHEN = "\u00ad"


def is_shaped(text: str) -> bool:
    """Whether a text is of a script whose letters are joined, reordered or run from right to left."""
    return not text.isascii() and _SHAPED.search(text) is not None


def write(made: Iterable[Tagged], objects: Objects) -> None:
    """Write it into the structure and into the content of the pages."""
    divided: dict[int, set[int]] = defaultdict(set)
    for page, box, element in made:
        if box is None:
            continue
        texts = [box] if box.kind is Kind.TEXT else tag_order.texts(box) if element["S"] == "/Link" else []
        if any(_SHAPED.search(text.text) for text in texts):
            _say(element, "".join(text.text for text in texts), objects)
            continue
        if box.kind is Kind.TEXT and box.text.isspace():
            element["ActualText"] = pydyf.String(" ")
            continue
        numbers = [kid for kid in element["K"] if isinstance(kid, int)] if texts else []
        divided[page].update(mcid for text, mcid in zip(texts, numbers, strict=True) if text.divides_word)
    for page, content in zip(range(max(divided, default=-1) + 1), objects.pages(), strict=False):
        for stream in form_content.streams(content, objects) if divided[page] else ():
            stream.stream[:] = _softened(stream.stream, divided[page])


def _say(element: Any, text: str, objects: Objects) -> None:
    """Say what an element of text reads as: around it, since MuPDF heeds what the owner of the content itself says."""
    if element["S"] == "/Link":
        element["ActualText"] = pydyf.String(text)
        return
    kids = objects.get(element["P"])["K"]
    around = pydyf.Dictionary({"Type": "/StructElem", "S": "/Span", "Pg": element["Pg"], "P": element["P"]})
    around["K"], around["ActualText"] = pydyf.Array([element.reference]), pydyf.String(text)
    objects.pdf.add_object(around)
    objects.elements.append(around)
    kids[kids.index(element.reference)] = around.reference
    element["P"] = around.reference


def _softened(content: Iterable[Any], divided: set[int]) -> Iterator[Any]:
    """Give a page's content with soft hyphens for the last glyphs of the marked content that has these numbers."""
    last: list[Any] | None = None
    for item in content:
        if isinstance(item, dict) and item.get("MCID") in divided:
            last = []
        if last is None:
            yield item
            continue
        last.append(item)
        if item == b"ET":
            shown = [at for at, part in enumerate(last) if isinstance(part, bytes) and part.endswith(b"TJ")]
            yield from last[: shown[-1]]
            yield from _soften(last[shown[-1]])
            yield from last[shown[-1] + 1 :]
            last = None


def _soften(shown: bytes) -> list[Any]:
    """Write a line so that its last glyph stands in a span of its own."""
    match = _SHOWN.fullmatch(shown)
    if match is None:  # a line that is not set in glyphs of two bytes: nothing of ours
        return [shown]
    before = match["before"] + match["last"].replace(match["glyph"] + b">", b">")
    kept = [] if before == b"<>" else [b"[" + before + b"] TJ"]
    begin = ["/Span", pydyf.Dictionary({"ActualText": pydyf.String(_SOFT_HYPHEN)}), b"BDC"]
    return [*kept, *begin, b"[<" + match["glyph"] + b">" + match["after"] + b"] TJ", b"EMC"]
