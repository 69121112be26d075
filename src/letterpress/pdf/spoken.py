"""Reads a tagged PDF as a screen reader does: the text in the order of its structure tree, with what replaces it.

Pictures are read by alternative texts, places for signatures by their labels, replaced text as what stands for it;
page furniture is not read. A line's end is a space, but behind a soft hyphen and within Chinese and Japanese.

Not here: what WeasyPrint leaves undone in a structure (`layout.conformance`), structures that are joined (`structure`).
Source: ISO 32000-1, 14.6 to 14.9.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple

from letterpress.errors import UnreadableInput
from letterpress.pdf import plain_file
from letterpress.pdf.marked_content import Content, Piece
from letterpress.pdf.values import group, is_array, is_group
from letterpress.text import words as text_words

_INLINE = frozenset("Span Link Reference Quote Code BibEntry Annot Em Strong Sub Ruby RB RT RP Warichu WT WP".split())
_STANDARD = _INLINE | frozenset(
    "Document DocumentFragment Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 "
    "H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Note Figure Formula Form Artifact Aside Title FENote".split()
)
_DEEPEST = 200
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_JOINED = re.compile(r"\u00ad\Z|\w[-\u2010]\Z")
"""How a line ends whose last word goes on in the next."""


_STRONG = re.compile("bold|black|heavy", re.I)
_SLANTED = re.compile("italic|oblique|slanted", re.I)


class Element(NamedTuple):
    """A block of text, or what is read in the place of a picture or a field."""

    role: str
    """As the structure names it: P, H1, Lbl, LBody, TH, TD, Figure, Form, Note, ..."""
    text: str
    lang: str
    """A BCP 47 tag; empty, if the file does not say."""
    page: int
    """On which it begins, counted from 1."""
    row: int = 0
    """Of a table's cell: its row, counted through the file from 1."""


class Run(NamedTuple):
    """A part of a block that is set in one way, on one line."""

    text: str
    """All of them, one after the other, are the block's text."""
    strong: bool
    slanted: bool
    line: bool
    """Whether it begins another line of the page."""


class Printed(NamedTuple):
    """An element, and how its page shows it."""

    element: Element
    runs: tuple[Run, ...]
    y: float
    """Of its first line's baseline, in pt from the sheet's foot."""


def read(pdf: bytes, source: str | None = None) -> list[Element]:
    """Read a PDF's elements in their order.

    :param source: names the file in diagnostics.
    :raises UnreadableInput: it is no PDF that can be read, or has no structure.
    """
    return [one.element for one in printed(pdf, source)]


def printed(pdf: bytes, source: str | None = None) -> list[Printed]:
    """Read a PDF's elements in their order, with what is bold or italic, and where its lines end.

    :raises UnreadableInput: see `read`.
    """
    return _read(pdf, source)[0]


def words(pdf: bytes) -> tuple[list[str], str]:
    """Read a PDF's words in their order, folded, and what stands in the heads and feet of its pages.

    :raises UnreadableInput: see `read`.
    """
    elements, furniture = _read(pdf, None)
    return [word for one in elements for word in text_words.folded(one.element.text)], " ".join(furniture)


def quick_words(pdf: bytes) -> list[str] | None:
    """Read the words of a PDF as the engine writes it, in their order and folded, in a fraction of the time; None, if
    another program has written or changed it."""
    try:
        document = plain_file.PlainFile(pdf)
        root = document.Root.get("/StructTreeRoot")
        reading = _Reading(document, root)
        reading.children(root, reading.start())
        return [word for one in reading.finished() for word in text_words.folded(one.element.text)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, zlib.error):
        return None


def _read(pdf: bytes, source: str | None) -> tuple[list[Printed], list[str]]:
    import pikepdf

    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            root = group(document.Root, "/StructTreeRoot")
            if root is None:
                raise UnreadableInput(
                    "is not tagged: it does not say in which order it is read",
                    file=source,
                    hint="render the letter again, or ask for a tagged PDF",
                    code="file-untagged",
                )
            reading = _Reading(document, root)
            reading.children(root, reading.start())
            return reading.finished(), reading.furniture()
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise UnreadableInput(
            "is not a PDF that can be read", file=source, hint="open it, and save it as a new PDF", code="pdf-expected"
        ) from error


def lines(elements: list[Element]) -> Iterator[str]:
    """Write elements for people: a line each; a label before what it labels, the cells of a row apart by tabs."""
    line = ""
    for element, after in zip(elements, [*elements[1:], None], strict=True):
        text = f"[{element.text}]" if element.role in ("Figure", "Form") else element.text
        line += text
        if element.role == "Lbl" and after is not None:
            line += " "
        elif element.row and after is not None and after.row == element.row:
            line += "\t"
        else:
            yield line
            line = ""
    if line:
        yield line


@dataclass(slots=True)
class _Place:
    """Where in the tree the reading is."""

    role: str
    lang: str
    page: Any = None
    depth: int = 0
    block: int = 0
    """Number of the block that text belongs to."""
    row: int = 0


@dataclass(slots=True)
class _Block:
    role: str
    lang: str
    number: int
    page: int
    row: int
    y: float
    text: str = ""
    last: Piece | None = None
    runs: list[tuple[str, str, bool]] = field(default_factory=list)
    """Text, font, and whether another line begins."""


class _Reading:
    """The state of reading one document."""

    def __init__(self, document: Any, root: Any) -> None:
        self._numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        self._content = Content(document)
        self._roles = group(root, "/RoleMap")
        self._lang = str(document.Root.get("/Lang", ""))
        self._blocks: list[_Block] = []
        self._made = self._rows = 0
        self._seen: set[Any] = set()
        self._apart = False
        """Whether what comes next is a word of its own: the number of a note."""

    def start(self) -> _Place:
        return _Place("Document", self._lang)

    def furniture(self) -> list[str]:
        return self._content.furniture

    def finished(self) -> list[Printed]:
        read = []
        for block in self._blocks:
            text = " ".join(block.text.replace(text_words.SOFT_HYPHEN, "").split())
            if text:
                element = Element(block.role, text, block.lang, block.page, block.row)
                read.append(Printed(element, tuple(_runs(block.runs)), block.y))
        return read

    def children(self, element: Any, place: _Place) -> None:
        kids = element.get("/K")
        for kid in [] if kids is None else list(kids) if is_array(kids) else [kids]:
            self._kid(kid, place)

    def _kid(self, kid: Any, place: _Place) -> None:
        if isinstance(kid, int):
            self._marked(place.page, kid, place)
        elif is_group(kid) and "/S" in kid:
            self._element(kid, place)
        elif is_group(kid) and kid.get("/Type") == "/MCR":
            owner = kid.get("/Stm", kid.get("/Pg", place.page))
            self._marked(owner, int(kid.get("/MCID", -1)), place)
        elif is_group(kid) and kid.get("/Type") == "/OBJR":
            label = group(kid, "/Obj")
            if place.role == "Form" and label is not None:
                number = self._numbers.get(getattr(kid.get("/Pg", place.page), "objgen", None), 0)
                self._add(Piece(str(label.get("/TU", "")), number, 0, 1), place)

    def _element(self, element: Any, above: _Place) -> None:
        if element.objgen in self._seen or above.depth > _DEEPEST:
            return
        if element.is_indirect:
            self._seen.add(element.objgen)
        role = self._role(str(element.get("/S"))[1:])
        page = element.get("/Pg", above.page)
        place = _Place(above.role, str(element.get("/Lang", above.lang)), page, above.depth + 1, above.block, above.row)
        if role == "Artifact":
            return
        if role in _INLINE and _is_placed(element):
            self._made += 1
            place.block = self._made
        elif role not in _INLINE and role != "NonStruct":
            self._made += 1
            place.role, place.block = role, self._made
            if role == "TR":
                self._rows += 1
                place.row = self._rows
        if "/ActualText" in element or (role in ("Figure", "Formula") and "/Alt" in element):
            first = self._first(element, page)
            said = str(element.get("/ActualText", element.get("/Alt")))
            number = self._numbers.get(getattr(page, "objgen", None), 0)
            self._add(Piece(said, number, first.y if first else 0, first.size if first else 1), place)
        else:
            self._apart = self._apart or role == "Reference"
            self.children(element, place)
            self._apart = self._apart or role == "Reference"

    def _role(self, name: str) -> str:
        for _ in range(10):
            if name in _STANDARD or self._roles is None or f"/{name}" not in self._roles:
                break
            name = str(self._roles.get(f"/{name}"))[1:]
        return name

    def _first(self, element: Any, page: Any) -> Piece | None:
        """The first piece of an element's own content, for where it stands."""
        kids = element.get("/K")
        for kid in [] if kids is None else list(kids) if is_array(kids) else [kids]:
            if isinstance(kid, int):
                return self._content.of(page, kid)
            if is_group(kid) and "/S" in kid:
                return self._first(kid, kid.get("/Pg", page))
        return None

    def _marked(self, owner: Any, mcid: int, place: _Place) -> None:
        piece = self._content.of(owner, mcid)
        if piece is not None:
            self._add(piece, place)

    def _add(self, piece: Piece, place: _Place) -> None:
        block = self._blocks[-1] if self._blocks else None
        if block is None or block.number != place.block or (block.lang != place.lang and not block.text):
            block = _Block(place.role, place.lang, place.block, piece.page, place.row, piece.y)
            self._blocks.append(block)
        last, before = block.last, len(block.text)
        line = last is not None and (
            last.page != piece.page or abs(last.y - piece.y) > 0.6 * max(last.size, piece.size)
        )
        if line:
            wide = _WIDE.match(block.text[-1:]) and _WIDE.match(piece.text[:1])
            if not wide and not _JOINED.search(block.text):
                block.text += " "
        block.text += f" {piece.text}" if self._apart else piece.text
        block.runs.append((block.text[before:], piece.font, line))
        block.last, self._apart = piece, False


def _runs(parts: list[tuple[str, str, bool]]) -> Iterator[Run]:
    """Give the parts of a block as they are set, with one blank between words."""
    found: list[Run] = []
    blank = True
    for text, font, line in parts:
        words = re.sub(r"\s+", " ", text.replace(text_words.SOFT_HYPHEN, ""))
        words = words.removeprefix(" ") if blank else words
        if not words:
            continue
        blank = words.endswith(" ")
        set_in = (bool(_STRONG.search(font)), bool(_SLANTED.search(font)))
        if found and not line and found[-1][1:3] == set_in:
            found[-1] = found[-1]._replace(text=found[-1].text + words)
        else:
            found.append(Run(words, *set_in, line))
    if found:
        found[-1] = found[-1]._replace(text=found[-1].text.rstrip())
    yield from found


def _is_placed(element: Any) -> bool:
    """Whether an element stands by itself on the page, though it is of a kind that runs within lines."""
    attributes = element.get("/A")
    found = list(attributes) if is_array(attributes) else [attributes]
    return any(is_group(one) and one.get("/Placement") == "/Block" for one in found)
