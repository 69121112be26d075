"""Reads from a PDF's objects what a carrier asks for: boxes, fonts, colours, pictures, transparency, annotations.

The file is nobody's: any object may stand in any place, and what is read is bounded. What a page draws is found in its
content and in the forms that this draws, with the matrices that say how large a picture is printed.

Not here: what a page looks like (pdf/page_view.py), and what a carrier says to it (`file_rules`).
Source: ISO 32000-1, 7.7.3 (pages), 8.4 to 8.11 (graphics), 9.6 to 9.9 (fonts), 12.5 (annotations).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from letterpress.pdf.values import annotations_of, array, group, groups, is_array, is_group, is_stream
from letterpress.preflight import drawing

MOST_PAGES = 500
"""Pages whose objects and looks are examined."""
_INHERITED_LEVELS = 100
_UNUSUAL = 14_400.0 * 10
"""pt: sides beyond this are no page's."""
STANDARD_FONTS = frozenset(
    [
        *("Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique", "Helvetica", "Helvetica-Bold"),
        *("Helvetica-Oblique", "Helvetica-BoldOblique", "Times-Roman", "Times-Bold", "Times-Italic"),
        *("Times-BoldItalic", "Symbol", "ZapfDingbats"),
    ]
)
"""The 14 fonts that every reader has (ISO 32000-1, 9.6.2.2)."""

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pt of the page's own space."""


class Unreadable(Exception):
    """The file cannot be read; `locked`, if for want of a password; `hint` says what to do, where that is known."""

    def __init__(self, message: str, *, locked: bool = False, hint: str | None = None) -> None:
        super().__init__(message)
        self.locked, self.hint = locked, hint


@dataclass(slots=True, kw_only=True)
class PageFacts:
    """What the objects of a page say."""

    media: Box | None
    crop: Box | None = None
    trim: Box | None = None
    bleed: Box | None = None
    rotate: int = 0
    unit: float = 1.0
    """pt of a unit of its space: UserUnit."""
    fonts: tuple[str, ...] = ()
    """Names of fonts that are not embedded."""
    annotations: tuple[str, ...] = ()
    """Kinds of its annotations, without `/`: Link, Text, Widget."""
    drawn: drawing.Drawn = field(default_factory=drawing.Drawn)
    damaged: str | None = None
    """What of it cannot be read."""
    endless: bool = False
    """Whether it draws more than anybody would look at: it is not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What a file's objects say."""

    size: int
    """Bytes."""
    version: str
    encrypted: bool
    count: int
    """Pages of the file."""
    pages: tuple[PageFacts, ...]
    """The first of them, `MOST_PAGES` at most."""


def read(pdf: bytes, *, content: bool = True) -> FileFacts:
    """Read a file.

    :param content: whether what its pages draw is read, too.
    :raises Unreadable: it is no PDF that can be read.
    """
    import pikepdf

    if b"%PDF-" not in pdf[:1024]:  # where readers look for it (ISO 32000-1, annex H)
        raise Unreadable("it is not a PDF" if pdf else "it is empty", hint="name a PDF")
    try:
        document = pikepdf.open(BytesIO(pdf), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Unreadable("it is locked with a password", locked=True) from None
    except (pikepdf.PdfError, ValueError, RuntimeError, OverflowError) as error:
        raise Unreadable(_said(error)) from error
    with document:
        try:
            count = len(document.pages)
            pages = [_page(document.pages[at].obj, content) for at in range(min(count, MOST_PAGES))]
            catalogued = str(document.Root.get("/Version", "/0.0"))[1:]  # may be newer than the header (7.5.5)
            version = max(document.pdf_version, catalogued if catalogued[:1].isdigit() else "0.0")
            return FileFacts(
                size=len(pdf), version=version, encrypted=document.is_encrypted, count=count, pages=tuple(pages)
            )
        except Unreadable:
            raise
        except Exception as error:  # any object may stand in any place
            raise Unreadable(_said(error)) from error


def _said(error: Exception) -> str:
    """A library's complaint in one line, without what it calls the file."""
    text = re.sub(r"(stream )?<[^<>]*>(, |: | )?", "", " ".join(str(error).split()))
    return text[:160] or type(error).__name__


def _page(page: Any, content: bool) -> PageFacts:
    media = _box(_inherited(page, "/MediaBox"))
    facts = PageFacts(media=media, crop=_box(_inherited(page, "/CropBox")) or media)
    facts.trim, facts.bleed = _box(page.get("/TrimBox")), _box(page.get("/BleedBox"))
    turned = _inherited(page, "/Rotate")
    facts.rotate = turned % 360 if isinstance(turned, int) else 0
    unit = _number(page.get("/UserUnit", 1))
    facts.unit = unit if unit and 0 < unit < 1e6 else 1.0
    facts.annotations = tuple(str(one.get("/Subtype", "/Unknown"))[1:] for one in annotations_of(page))
    if content:
        resources = _inherited(page, "/Resources")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the library's, of content that is cut off: viewers stop there as well
                facts.drawn = drawing.read(page, resources if is_group(resources) else None)
            facts.fonts = tuple(sorted(_unembedded(page, resources)))
        except Exception as error:
            facts.endless = isinstance(error, drawing.TooMuch)
            facts.damaged = _said(error)
    return facts


def _inherited(page: Any, key: str) -> Any:
    """An attribute of a page, or of what stands above it in the tree of pages."""
    above = page
    for _ in range(_INHERITED_LEVELS):
        if key in above:
            return above.get(key)
        above = group(above, "/Parent")
        if above is None:
            return None
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return None


def _box(value: Any) -> Box | None:
    """A box with its lower left corner first; None, if it is none."""
    if not is_array(value) or len(value) != 4:
        return None
    numbers = [_number(item) for item in value]
    if any(number is None or not abs(number) < _UNUSUAL for number in numbers):
        return None
    x1, y1, x2, y2 = (number or 0.0 for number in numbers)
    box = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    return box if box[2] - box[0] >= 1 and box[3] - box[1] >= 1 else None


# --- fonts ------------------------------------------------------------------------------------------------------------


def _unembedded(page: Any, resources: Any) -> Iterator[str]:
    """Names of the fonts that a page, its forms and its annotations name and the file does not hold."""
    names = set()
    for one in drawing.resources_of(page, resources):
        for _, font in groups(one, "/Font"):
            if not _is_embedded(font):
                names.add(_name(font))
    yield from names


def _is_embedded(font: Any) -> bool:
    kind = font.get("/Subtype")
    if kind == "/Type3":  # its characters are drawings of the file
        return True
    if kind == "/Type0":
        below = [one for one in array(font, "/DescendantFonts") if is_group(one)]
        return bool(below) and all(_is_embedded(one) for one in below[:4] if one.get("/Subtype") != "/Type0")
    described = group(font, "/FontDescriptor")
    return described is not None and any(is_stream(described.get(f"/FontFile{end}")) for end in ("", "2", "3"))


def _name(font: Any) -> str:
    name = font.get("/BaseFont")
    return str(name)[1:][:80] if name is not None else "a font without a name"
