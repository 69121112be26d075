"""Paragraphs laid out and drawn by WeasyPrint, with the lines that it wrote: what `layout.lines` is compared with."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from letterpress.fonts import shipped
from letterpress.layout import fetcher, lines, loading, private_api

FAMILIES = (*shipped.FAMILIES, shipped.CODE)


class Paragraph(NamedTuple):
    """A text, and how it is set."""

    text: str
    css: str
    width: float
    """px."""
    lang: str = "en"
    dir: str = "ltr"
    lead: str = ""
    """What stands before the text, in an element of its own."""


class Drawn(NamedTuple):
    """A line as WeasyPrint has laid it out and written it."""

    text: str
    width: float
    operands: bytes


class Laid(NamedTuple):
    """A paragraph's lines, and what a setter of its style is given."""

    paragraph: Paragraph
    style: Any
    widths: tuple[float, ...]
    block: lines.Block
    lines: list[Drawn]


@lru_cache(maxsize=1)
def configuration() -> Any:
    """Fonts that ship, beside those of the system."""
    from weasyprint.text.fonts import FontConfiguration

    made = FontConfiguration()
    weasyprint = loading.weasyprint()
    files = tuple(str(face.path) for face in shipped.shipped())
    css = shipped.face_css(FAMILIES)
    weasyprint.CSS(string=css, font_config=made, url_fetcher=fetcher.make((), files, recorded=False))
    return made


def bring(family: str, path: Path) -> None:
    """Add a family that does not ship."""
    css = f"@font-face {{ font-family: {family}; src: url({path.as_uri()}) }}"
    files = fetcher.make((), (str(path),), recorded=False)
    loading.weasyprint().CSS(string=css, font_config=configuration(), url_fetcher=files)


def document(paragraphs: Sequence[Paragraph]) -> Any:
    """One page with a block for each."""
    weasyprint = loading.weasyprint()
    body = "".join(
        f'<p lang="{one.lang}" dir="{one.dir}" style="width: {one.width}px; {html.escape(one.css)}">'
        f"{f'<span>{html.escape(one.lead)}</span>' if one.lead else ''}{html.escape(one.text)}</p>"
        for one in paragraphs
    )
    css = "@page { size: 400mm 4000mm; margin: 17.3mm } body, p { margin: 0 }"
    page = f"<!doctype html><html lang=en><head><style>{css}</style></head><body>{body}</body></html>"
    made = weasyprint.HTML(string=page, base_url="file:///nowhere/", url_fetcher=fetcher.make(()))
    return made.render(font_config=configuration(), pdf_tags=True)


def laid(paragraphs: Sequence[Paragraph], fonts: Any = None) -> tuple[list[Laid], lines.FontNames]:
    """Lay paragraphs out, and read what WeasyPrint writes of them.

    :param fonts: what takes the place of the document's own fonts.
    """
    rendered = document(paragraphs)
    if fonts is not None:
        rendered.fonts = fonts
    assert len(rendered.pages) == 1
    written: list[list[bytes]] = []

    def read(_: Any, pdf: Any) -> None:
        reference = pdf.objects[int(pdf.page_references[0].split()[0])]["Contents"]
        written.extend(texts(pdf.objects[int(reference.split()[0])].stream))

    rendered.write_pdf(finisher=read, uncompressed_pdf=True, pdf_tags=True)
    blocks = [
        box
        for box in private_api.page_box(rendered.pages[0]).descendants()
        if box.element_tag == "p" and hasattr(box, "children") and type(box).__name__ == "BlockBox"
    ]
    drawn = iter(written)
    found = [_laid(one, box, drawn) for one, box in zip(paragraphs, blocks, strict=True)]
    assert next(drawn, None) is None
    return found, lines.of_document(rendered.fonts)


def _laid(paragraph: Paragraph, block: Any, drawn: Any) -> Laid:
    boxes = [box for line in block.children for box in line.children if getattr(box, "text", "")]
    if paragraph.lead:
        next(drawn)
    blank = Drawn("", 0, b"")  # of a line with nothing but spaces that hold, nothing is written
    got = [Drawn(box.text, box.width, b"\n".join(next(drawn))) if box.text.strip() else blank for box in boxes]
    left, indent = block.content_box_x(), block.style["text_indent"].value
    place = lines.Block(left, block.width, indent)
    widths = place.widths
    if paragraph.lead and boxes:
        widths = widths[1] + left - boxes[0].position_x, widths[1]
    return Laid(paragraph, boxes[0].style if boxes else None, widths, place, got)


def texts(stream: list[Any]) -> list[list[bytes]]:
    """What stands between each Tm and its ET."""
    found: list[list[bytes]] = []
    inside = False
    for item in stream:
        if isinstance(item, bytes):
            if item.endswith(b" Tm"):
                found.append([])
                inside = True
            elif item == b"ET":
                inside = False
            elif inside:
                found[-1].append(item)
    return found


def as_a_box_has_it(one: Laid) -> str:
    """A paragraph's text with its spaces collapsed."""
    text = re.sub(" +", " ", one.paragraph.text)
    return text.replace("\xad", "") if one.style["hyphens"] == "none" else text


def differences(
    paragraphs: Sequence[Paragraph], *, looking: bool = False, shared: bool = False
) -> tuple[int, int, list[str]]:
    """Set paragraphs both ways.

    :param looking: whether setters look into faces that do not ship at once.
    :param shared: whether paragraphs of one style have one setter, which remembers those before.
    :returns: how many lines were set, how many paragraphs were left to the layout, and what differs.
    """
    found, names = laid(paragraphs)
    count, left, wrong = 0, 0, []
    setters = lines.Setters()
    for one in found:
        if one.style is None:
            continue
        if (reason := lines.covers(one.style)) is not None:
            wrong.append(f"{one.paragraph}: not covered: {reason}")
            continue
        setter = setters.find(lines.TextStyle(one.style), names) if shared else lines.Setter(one.style, names)
        if looking and setter._words is None and setter._hyphens is not None:
            setter._look_for_words(looking=True)
        got = setter.lines(as_a_box_has_it(one), one.widths, one.block)
        if got is None:
            left += 1
            continue
        count += len(got)
        mine = [Drawn(line.text, line.width_px, line.operands) for line in got]
        if mine != one.lines:
            pair = next(((a, b) for a, b in zip(mine, one.lines, strict=False) if a != b), (len(mine), len(one.lines)))
            wrong.append(f"{one.paragraph}:\n  {pair[0]}\n  {pair[1]}")
    return count, left, wrong
