"""Reads a tagged PDF as a screen reader does: the text in the order of its structure tree, with what replaces it.

Pictures are read by alternative texts, places for signatures by their labels, replaced text as what stands for it;
page furniture is not read. A line's end is a space, but behind a soft hyphen and within Chinese and Japanese.

Not here: what WeasyPrint leaves undone in a structure (`layout.conformance`), structures that are joined (`structure`).
Source: ISO 32000-1, 14.6 to 14.9.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple

from letterpress.errors import UnreadableInput
from letterpress.pdf.values import array, group, is_array, is_group, is_stream

_INLINE = frozenset("Span Link Reference Quote Code BibEntry Annot Em Strong Sub Ruby RB RT RP Warichu WT WP".split())
_STANDARD = _INLINE | frozenset(
    "Document DocumentFragment Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 "
    "H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Note Figure Formula Form Artifact Aside Title FENote".split()
)
_DEEPEST = 200
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_SOFT_HYPHEN = "\u00ad"
_JOINED = re.compile(r"\u00ad\Z|\w[-\u2010]\Z")
"""How a line ends whose last word goes on in the next."""
_BFCHAR = re.compile(rb"beginbfchar(.*?)endbfchar", re.S)
_BFRANGE = re.compile(rb"beginbfrange(.*?)endbfrange", re.S)
_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(?:<([0-9a-fA-F]*)>|\[([^\]]*)\])")
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Matrix = tuple[float, float, float, float, float, float]


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


class _Piece(NamedTuple):
    """The text of one piece of marked content."""

    text: str
    page: int
    y: float
    """Of its baseline, in pt from the sheet's foot."""
    size: float


def read(pdf: bytes, source: str | None = None) -> list[Element]:
    """Read a PDF's elements in their order.

    :param source: names the file in diagnostics.
    :raises UnreadableInput: it is no PDF that can be read, or has no structure.
    """
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
            return reading.finished()
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
    text: str = ""
    last: _Piece | None = None


class _Reading:
    """The state of reading one document."""

    def __init__(self, document: Any, root: Any) -> None:
        self._numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        self._content = _Content(document)
        self._roles = group(root, "/RoleMap")
        self._lang = str(document.Root.get("/Lang", ""))
        self._blocks: list[_Block] = []
        self._made = self._rows = 0
        self._seen: set[Any] = set()
        self._apart = False
        """Whether what comes next is a word of its own: the number of a note."""

    def start(self) -> _Place:
        return _Place("Document", self._lang)

    def finished(self) -> list[Element]:
        read = []
        for block in self._blocks:
            text = " ".join(block.text.replace(_SOFT_HYPHEN, "").split())
            if text:
                read.append(Element(block.role, text, block.lang, block.page, block.row))
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
                self._add(_Piece(str(label.get("/TU", "")), number, 0, 1), place)

    def _element(self, element: Any, above: _Place) -> None:
        if element.objgen in self._seen or above.depth > _DEEPEST:
            return
        if element.is_indirect:
            self._seen.add(element.objgen)
        role = self._role(str(element.S)[1:])
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
            self._add(_Piece(said, number, first.y if first else 0, first.size if first else 1), place)
        else:
            self._apart = self._apart or role == "Reference"
            self.children(element, place)
            self._apart = self._apart or role == "Reference"

    def _role(self, name: str) -> str:
        for _ in range(10):
            if name in _STANDARD or self._roles is None or f"/{name}" not in self._roles:
                break
            name = str(self._roles[f"/{name}"])[1:]
        return name

    def _first(self, element: Any, page: Any) -> _Piece | None:
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

    def _add(self, piece: _Piece, place: _Place) -> None:
        block = self._blocks[-1] if self._blocks else None
        if block is None or block.number != place.block or (block.lang != place.lang and not block.text):
            block = _Block(place.role, place.lang, place.block, piece.page, place.row)
            self._blocks.append(block)
        last = block.last
        if last is not None and (last.page != piece.page or abs(last.y - piece.y) > 0.6 * max(last.size, piece.size)):
            wide = _WIDE.match(block.text[-1:]) and _WIDE.match(piece.text[:1])
            if not wide and not _JOINED.search(block.text):
                block.text += " "
        block.text += f" {piece.text}" if self._apart else piece.text
        block.last, self._apart = piece, False


def _is_placed(element: Any) -> bool:
    """Whether an element stands by itself on the page, though it is of a kind that runs within lines."""
    attributes = element.get("/A")
    found = list(attributes) if is_array(attributes) else [attributes]
    return any(is_group(one) and one.get("/Placement") == "/Block" for one in found)


class _Content:
    """The marked content of pages and forms, by owner and number; a page is read when it is first asked for."""

    def __init__(self, document: Any) -> None:
        self._pages = {page.obj.objgen: (number, page) for number, page in enumerate(document.pages, start=1)}
        self._read: set[Any] = set()
        self._pieces: dict[tuple[Any, int], _Piece] = {}
        self._fonts: dict[Any, _Font] = {}

    def of(self, owner: Any, mcid: int) -> _Piece | None:
        """Give the piece of a page or a form that has this number."""
        key = getattr(owner, "objgen", None)
        if key not in self._read and key in self._pages:
            self._read.add(key)
            number, page = self._pages[key]
            _Interpreter(self, number, key).run(page, page.obj.get("/Resources"), _IDENTITY)
        elif key is not None and key not in self._pages:
            for other, (number, page) in self._pages.items():  # a form: read with the page that draws it
                if other not in self._read:
                    self._read.add(other)
                    _Interpreter(self, number, other).run(page, page.obj.get("/Resources"), _IDENTITY)
        return self._pieces.get((key, mcid))

    def font(self, font: Any) -> _Font:
        """Give how a font is read."""
        key = font.objgen if font.is_indirect else None
        if key is None or key not in self._fonts:
            made = _Font(font)
            if key is None:
                return made
            self._fonts[key] = made
        return self._fonts[key]

    def add(self, owner: Any, mcid: int, piece: _Piece) -> None:
        """Add a piece; content of one number that comes in several parts is one."""
        before = self._pieces.get((owner, mcid))
        self._pieces[owner, mcid] = piece if before is None else before._replace(text=before.text + piece.text)


class _Font:
    """What a font's codes mean."""

    def __init__(self, font: Any) -> None:
        self.bytes = 2 if font.get("/Subtype") == "/Type0" else 1
        cmap = font.get("/ToUnicode")
        self._texts = _to_unicode(cmap.read_bytes()) if cmap is not None and is_stream(cmap) else {}

    def text(self, codes: bytes) -> str:
        """Read a string of the content."""
        values = (int.from_bytes(codes[at : at + self.bytes], "big") for at in range(0, len(codes), self.bytes))
        if self.bytes == 2:
            return "".join(self._texts.get(value, "") for value in values)
        return "".join(self._texts.get(value) or bytes([value]).decode("cp1252", "ignore") for value in values)


def _to_unicode(cmap: bytes) -> dict[int, str]:
    texts: dict[int, str] = {}
    for block in _BFCHAR.findall(cmap):
        for code, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", block):
            texts[int(code, 16)] = _utf16(text)
    for block in _BFRANGE.findall(cmap):
        for first, last, text, several in _RANGE.findall(block):
            start, end = int(first, 16), min(int(last, 16), int(first, 16) + 0xFFFF)
            if several:
                for offset, one in enumerate(re.findall(rb"<([0-9a-fA-F]*)>", several)):
                    texts[start + offset] = _utf16(one)
            elif text:
                read = _utf16(text)
                texts |= {code: read[:-1] + chr(ord(read[-1]) + code - start) for code in range(start, end + 1)}
    return texts


def _utf16(written: bytes) -> str:
    return bytes.fromhex(written.decode("ascii")).decode("utf-16-be", "replace")


@dataclass(slots=True)
class _Mark:
    """A marked-content sequence that is open."""

    mcid: int | None = None
    actual: str | None = None
    said: bool = False


@dataclass(slots=True)
class _Interpreter:
    """Runs the content of a page or form for the text in it."""

    content: _Content
    page: int
    owner: Any
    depth: int = 0
    marks: list[_Mark] = field(default_factory=list)
    matrix: Matrix = _IDENTITY
    line: Matrix = _IDENTITY
    font: _Font | None = None
    size: float = 1.0
    leading: float = 0.0

    def run(self, stream: Any, resources: Any, matrix: Matrix) -> None:
        """Read what a stream's operators show."""
        import pikepdf

        self.matrix = matrix
        kept: list[tuple[Matrix, _Font | None, float, float]] = []
        for instruction in pikepdf.parse_content_stream(stream):
            operands: Any = instruction.operands
            name = str(instruction.operator)
            if name == "q":
                kept.append((self.matrix, self.font, self.size, self.leading))
            elif name == "Q" and kept:
                self.matrix, self.font, self.size, self.leading = kept.pop()
            elif name == "cm":
                self.matrix = _times(_matrix(operands), self.matrix)
            elif name in ("BDC", "BMC"):
                self.marks.append(self._mark(operands, resources))
            elif name == "EMC" and self.marks:
                self.marks.pop()
            elif name == "Do" and operands:
                self._form(group(resources, "/XObject", str(operands[0])))
            elif name == "Tf" and (font := group(resources, "/Font", str(operands[0]))) is not None:
                self.font, self.size = self.content.font(font), float(operands[1])
            else:
                self._text(name, operands)

    def _text(self, name: str, operands: Any) -> None:
        if name == "BT":
            self.line = _IDENTITY
        elif name == "Tm":
            self.line = _matrix(operands)
        elif name in ("Td", "TD"):
            self.line = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), self.line)
            if name == "TD":
                self.leading = -float(operands[1])
        elif name == "TL":
            self.leading = float(operands[0])
        elif name in ("T*", "'", '"'):
            self.line = _times((1, 0, 0, 1, 0, -self.leading), self.line)
        if name in ("Tj", "'", '"') and operands:
            self._show([operands[-1]])
        elif name == "TJ":
            self._show(operands[0])

    def _show(self, parts: Any) -> None:
        mcid = next((mark.mcid for mark in reversed(self.marks) if mark.mcid is not None), None)
        if mcid is None or self.font is None:
            return
        actual = next((mark for mark in self.marks if mark.actual is not None), None)
        if actual is not None:
            text = "" if actual.said else actual.actual or ""
            actual.said = True
        else:
            text = "".join(self.font.text(bytes(part)) for part in parts if not _is_number(part))
        a, b, c, d, _, y = _times(self.line, self.matrix)
        size = abs(self.size * (d or b or a or c))
        self.content.add(self.owner, mcid, _Piece(text, self.page, y, size))

    def _mark(self, operands: Any, resources: Any) -> _Mark:
        properties = operands[1] if len(operands) > 1 else None
        if properties is not None and not is_group(properties):
            properties = group(resources, "/Properties", str(properties))
        mark = _Mark()
        if properties is not None:
            if isinstance(mcid := properties.get("/MCID"), int):
                mark.mcid = mcid
            if "/ActualText" in properties:
                mark.actual = str(properties.ActualText)
        return mark

    def _form(self, form: Any) -> None:
        if form is None or form.get("/Subtype") != "/Form" or self.depth > 20:
            return
        inner = _Interpreter(self.content, self.page, form.objgen, self.depth + 1, list(self.marks))
        if not array(form, "/StructParents") and "/StructParents" not in form:
            inner.owner = self.owner
        inner.run(form, form.get("/Resources"), _times(_matrix(array(form, "/Matrix") or _IDENTITY), self.matrix))


def _is_number(part: Any) -> bool:
    return not hasattr(part, "__bytes__") or isinstance(part, int | float)


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def words(text: str) -> list[str]:
    """Split a text into words: letters and digits after NFKC, without soft hyphens."""
    plain = unicodedata.normalize("NFKC", text.replace(_SOFT_HYPHEN, ""))
    return re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char)))
