"""Takes apart a PDF that WeasyPrint has drawn: what every letter of its shape has, and what is a letter's own.

Not here: the bytes (`writer`), faces (`fonts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pydyf

from letterpress.layout import private_api
from letterpress.layout.file import deflate, fonts
from letterpress.layout.file.fonts import Font
from letterpress.layout.pdf_objects import Objects, number_of

_TEXTS_A_STRETCH = 5
"""Texts of a page's content that are compressed together: with fewer a file grows, with more a letter takes longer."""
_END_OF_TEXT = b"ET"


@dataclass(slots=True)
class Parts:
    """The objects of a PDF, in the form in which they are written."""

    size: int
    """Objects, the free one at 0 among them."""
    root: int
    info: int
    """Number of the dictionary with what is known of the document."""
    streams: tuple[tuple[int, bytes], ...]
    """Streams that are written as they are: a colour profile, images."""
    packed: tuple[tuple[int, bytes], ...]
    """Objects that are the same in all letters of this shape."""
    own: dict[int, Any]
    """Dictionaries with a letter's own texts (bookmarks, the information), by their numbers."""
    pages: dict[int, list[Any]]
    """The operators of each page's content, by the number of its stream."""
    metadata: tuple[int, bytes] | None
    """The number of the XMP packet's stream, and the packet."""
    fonts: dict[str, Font]
    glyphs: dict[str, frozenset[int]]
    """Those that the letter sets of each font."""
    spelled: dict[str, dict[int, str]]
    """What glyphs of each font stand for that its own table has no character for."""
    whole: bool
    """Whether each of the document's fonts is one of `fonts`."""
    version: bytes = b"1.7"
    """Of PDF, as the file's first line says it."""


def parts_of(pdf: Any, document_fonts: Mapping[Any, Any]) -> Parts:
    """Take apart a PDF that is drawn and mended.

    :param pdf: a `pydyf.PDF`; its information becomes an object of it.
    :param document_fonts: the fonts of the document, by WeasyPrint's keys.
    """
    objects = Objects(pdf)
    pdf.add_object(pdf.info)
    found = fonts.of_document(document_fonts, objects)
    made = {number for font, _ in found.values() for number in font.place[1:]}
    pages = {number_of(page["Contents"]): objects.get(page["Contents"]).stream for page in objects.pages()}
    metadata = number_of(pdf.catalog["Metadata"]) if "Metadata" in pdf.catalog else None
    parts = Parts(
        size=len(pdf.objects),
        root=pdf.catalog.number,
        info=pdf.info.number,
        streams=(),
        packed=(),
        own={},
        pages=pages,
        metadata=None if metadata is None else (metadata, b"".join(pdf.objects[metadata].stream)),
        fonts={name: font for name, (font, _) in found.items()},
        glyphs={name: drawn.glyphs for name, (_, drawn) in found.items()},
        spelled={name: dict(sorted(drawn.spelled, reverse=True)) for name, (_, drawn) in found.items()},
        whole=len(found) == len({font.hash for font in document_fonts.values()}),
    )
    streams, packed = [], []
    for item in pdf.objects[1:]:
        if item.number in made or item.number in pages or item.number == metadata:
            continue
        if isinstance(item, pydyf.Stream):
            streams.append((item.number, _stream(item)))
        elif item is pdf.info or _is_bookmark(item):
            parts.own[item.number] = item
        else:
            packed.append((item.number, item.data))
    parts.streams, parts.packed = tuple(streams), tuple(packed)
    return parts


def _is_bookmark(item: Any) -> bool:
    return isinstance(item, dict) and "Title" in item and "Parent" in item


def _stream(item: Any) -> bytes:
    """A stream as it is written, compressed if WeasyPrint would compress it."""
    content = _joined(item.stream)
    extra = pydyf.Dictionary(item.extra)
    if item.compress:
        content = deflate.whole(content)
        extra["Filter"] = "/FlateDecode"
    extra["Length"] = len(content)
    data: bytes = extra.data
    return data + b"\nstream\n" + content + b"\nendstream"


def _joined(items: list[Any]) -> bytes:
    return b"\n".join(map(private_api.operator, items))


def stretches(items: list[Any]) -> Iterator[list[Any]]:
    """Cut a page's content into what is compressed together: after every fifth text, and at its end."""
    stretch: list[Any] = []
    texts = 0
    for item in items:
        stretch.append(item)
        if item == _END_OF_TEXT:
            texts += 1
            if texts == _TEXTS_A_STRETCH:
                yield stretch
                stretch, texts = [], 0
    if stretch:
        yield stretch
