"""Parses a page's HTML once, for the check and for the layout.

The tree is the one that WeasyPrint would make of the same text: it is made by the parser that WeasyPrint uses, which is
told to take down, on the way, what the tree alone does not show: the tags of the author's HTML with their lines,
attributes that are doubled or stand without quotes, and what is opened in a body and not closed in it.

Not here: what is allowed (`rules`, `styles`). What is used of tinyhtml5 beyond its one public function stands in this
module only; a test holds its trees against those of `weasyprint.HTML`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tinyhtml5 import parser as _parser
from tinyhtml5 import tokenizer as _tokenizer
from tinyhtml5 import treebuilder as _treebuilder
from tinyhtml5.constants import Token, namespaces, table_insert_mode_elements
from tinyhtml5.inputstream import HTMLUnicodeInputStream

from letterpress.text import value_marks

SVG = namespaces["svg"]
MAX_DEPTH = 100
"""Elements in elements of a body: a letter has some ten. WeasyPrint calls itself several times for each."""
_MARK = re.compile(f"([{value_marks.FRAME}{value_marks.FRAME_END}{value_marks.LINE}])([0-9]*)")
_WORDS = dict.fromkeys((0xFDD0, 0xFDD1, ord(value_marks.VALUE), ord(value_marks.VALUE_END)))
"""Marks that a comment may hold: those of values."""
_HARMLESS = frozenset(
    "invalid-codepoint expected-named-entity named-entity-without-semicolon expected-numeric-entity "
    "numeric-entity-without-semicolon illegal-codepoint-for-numeric-entity unexpected-char-in-comment "
    "unexpected-dash-after-double-dash-in-comment unexpected-cell-in-table-body".split()
)
"""What the standard calls an error and prints all the same, as it is written."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the author's markup stands."""

    body: int
    """Number of the letter's body, from 0."""
    line: int | None
    """Line in the file that the last mark of a line names; None: it is not the author's own, but Markdown's."""
    further: int = 0
    """Lines below that one."""


@dataclass(slots=True)
class Tag:
    """A start tag of the author's, as written."""

    name: str
    attributes: dict[str, str]
    place: Place
    doubled: str | None = None
    """An attribute that stands in it twice."""
    bare: tuple[str, ...] = ()
    """Attributes whose values stand without quotes."""
    namespace: str | None = None
    """None: HTML."""
    element: Any = None
    """The element of the tree that it became; None if the parser dropped it."""


@dataclass(frozen=True, slots=True)
class Error:
    """Something that the parser mends in its own way."""

    code: str
    """The parser's word for it; also `unclosed`, `closes-the-body`, `too-deep`, `text-in-table`, `swallowed`."""
    name: str
    """The element, if it is about one."""
    place: Place


@dataclass(slots=True)
class Parsed:
    """A parsed page."""

    root: Any
    tags: list[Tag] = field(default_factory=list)
    """Those of the author's bodies, in the order of the text."""
    errors: list[Error] = field(default_factory=list)
    """Those in the author's bodies."""
    containers: list[Any] = field(default_factory=list)
    """The elements that hold the author's bodies."""
    bare_values: list[str] = field(default_factory=list)
    """Elements of the letterhead in which a value stands without quotes."""


def parse(html: str) -> Parsed:
    """Parse a page."""
    reader = _Reader(html)
    try:
        root = reader.parse(io.StringIO(html))
    except _TooDeepError:  # what comes after would only take long: each end tag looks through all that is open
        root = reader.tree.get_document()
    else:
        reader.finish()
    return Parsed(root, reader.tags, reader.mended, reader.containers, reader.bare_values)


def parse_body(html: str) -> Parsed:
    """Parse the HTML of one body in a page that holds nothing else."""
    return parse(f"<!doctype html><html><head></head><body><div>{value_marks.framed(html)}</div></body></html>")


def blocks(html: str) -> list[str]:
    """Part the HTML of a body into its outermost elements, each with the text behind it."""
    html = html.replace("\r", "")
    reader = _Reader(f"<!doctype html><html><head></head><body><div>{value_marks.framed(html)}</div></body></html>")
    reader.parse(io.StringIO(reader.html))
    begin = reader.html.index(html) if html else 0
    starts = [at - begin for at in reader.outermost]
    pieces = [html[start:end] for start, end in zip([0, *starts], [*starts, len(html)], strict=True)]
    return [piece.strip() for piece in pieces if value_marks.without(piece).strip()]


class _TooDeepError(Exception):
    """The author's elements are nested more deeply than the layout can follow."""


class _Stream(HTMLUnicodeInputStream):  # type: ignore[misc]
    """Characters with their index in the whole text.

    tinyhtml5 reads in chunks and knows the place in a chunk only; `passed` are the characters of those before it.
    """

    def reset(self) -> None:
        super().reset()
        self.passed = 0

    def read_chunk(self) -> bool:
        self.passed += self.chunk_size
        return bool(super().read_chunk())

    def unget(self, char: Any) -> None:
        if char and self.chunk_offset == 0:
            self.passed -= 1
        super().unget(char)

    def index(self) -> int:
        return int(self.passed + self.chunk_offset)


class _Tokenizer(_tokenizer.HTMLTokenizer):  # type: ignore[misc]
    """Tokens that know where they begin, and how their attributes were written."""

    def __init__(self, stream: Any, parser: _Reader) -> None:
        self.stream = _Stream(stream)
        self.parser = parser
        self.state = self.data_state
        self.current_token: Any = None
        self.begin = 0
        self.bare: set[str] = set()

    def tag_open_state(self) -> Any:
        self.begin = self.stream.index() - 1
        self.bare = set()
        return super().tag_open_state()

    def attribute_value_unquoted_state(self) -> Any:
        self.bare.add(self.current_token["data"][-1][0])
        return super().attribute_value_unquoted_state()

    def emit_current_token(self) -> None:
        token = self.current_token
        if token["type"] == Token.START_TAG:
            written = [name for name, _ in token["data"]]
            super().emit_current_token()
            self.parser.take(token, written, tuple(self.bare))
        else:
            super().emit_current_token()
            self.parser.look()


class _Builder(_treebuilder.TreeBuilder):  # type: ignore[misc]
    """Builds the tree without marks of frames and lines, and says which tag an element is of."""

    reader: _Reader

    def insert_comment(self, token: Any, parent: Any) -> None:
        if token["data"][:1] in (value_marks.FRAME, value_marks.FRAME_END, value_marks.LINE) and self.reader.read_mark(
            token["data"]
        ):
            return
        self.reader.look_at_comment(token["data"])
        super().insert_comment(token, parent)

    def insert_element_normal(self, token: Any) -> Any:
        return self._taken(token, super().insert_element_normal(token))

    def insert_element_table(self, token: Any) -> Any:
        return self._taken(token, super().insert_element_table(token))

    def _taken(self, token: Any, element: Any) -> Any:
        tag = token.get("tag")
        if tag is not None:
            tag.element = element._element
            tag.namespace = element.namespace
            self.reader.look_at_depth(tag)
        return element

    def insert_text(self, data: str, parent: Any = None) -> None:
        if self.insert_from_table and self.open_elements[-1].name in table_insert_mode_elements and data.strip():
            self.reader.note_text_in_table(self.open_elements[-1].name)
        super().insert_text(data, parent)


class _Reader(_parser.HTMLParser):  # type: ignore[misc]
    """One parsing of one page.

    What tinyhtml5 builds in its constructor and in `_parse` is built here, with our tokenizer and our tree builder in
    the place of its own.
    """

    def __init__(self, html: str) -> None:
        super().__init__(namespace_html_elements=False)
        self.tree = _Builder(False)
        self.tree.reader = self
        self.phases = {name: phase(self, self.tree) for name, phase in _parser._phases.items()}
        self.html = html
        self.tags: list[Tag] = []
        self.mended: list[Error] = []
        self.containers: list[Any] = []
        self.bare_values: list[str] = []
        self.outermost: list[int] = []
        self.body: int | None = None
        self._line: int | None = None
        self._line_at = 0
        self._own = False
        self._last: Place | None = None
        self._frame: tuple[list[Any], list[Any]] = ([], [])
        self._left = False
        self._before: Place | None = None

    def _parse(self, stream: Any, container: Any = None, scripting: bool = False, **options: Any) -> None:
        self.container = container
        self.scripting = scripting
        self.tokenizer = _Tokenizer(stream, self)
        self.reset()
        self.main_loop()

    def parse_error(self, errorcode: str, datavars: Any = None) -> None:
        if self.body is not None and errorcode not in _HARMLESS:
            self.note(errorcode, str((datavars or {}).get("name", "")))

    def place(self) -> Place:
        """Where the token begins that is being read; after the author's own markup, where that ends."""
        if not self._own and self._last is not None:
            return self._last
        begin = self.tokenizer.begin
        further = self.html.count("\n", self._line_at, max(begin, self._line_at))
        return Place(self.body or 0, self._line, further)

    def note(self, code: str, name: str, place: Place | None = None) -> None:
        self.mended.append(Error(code, name, place or self.place()))

    def look_at_depth(self, tag: Tag) -> None:
        """End the parsing where elements are nested more deeply than the layout can follow."""
        if len(self.tree.open_elements) - len(self._frame[0]) > MAX_DEPTH:
            self.note("too-deep", tag.name, tag.place)
            raise _TooDeepError

    def look_at_comment(self, data: str) -> None:
        """Notice a comment that took in a mark: it was left open."""
        if self.body is not None and value_marks.ANY.search(data.translate(_WORDS)):
            self.note("eof-in-comment", "")

    def note_text_in_table(self, name: str) -> None:
        if self.body is not None:
            self.note("text-in-table", name)

    def take(self, token: Any, written: list[str], bare: tuple[str, ...]) -> None:
        """Take down a start tag."""
        if self.body is None:
            if any(value_marks.VALUE in token["data"].get(name, "") for name in bare):
                self.bare_values.append(token["name"])
            return
        self.look()
        doubled = next((name for name in written if written.count(name) > 1), None)
        place = self.place() if self._own else Place(self.body, None)
        tag = Tag(token["name"], dict(token["data"]), place, doubled, bare)
        token["tag"] = tag
        self.tags.append(tag)
        if len(self.tree.open_elements) == len(self._frame[0]):
            self.outermost.append(self.tokenizer.begin)

    def look(self) -> None:
        """Notice when the element that holds the body has been closed in it."""
        opened = self._frame[0]
        if self.body is None or self._left or not opened:
            return
        if len(self.tree.open_elements) < len(opened) or self.tree.open_elements[len(opened) - 1] is not opened[-1]:
            self._left = True
            self.note("closes-the-body", opened[-1].name, self._before)
        self._before = self.place()

    def read_mark(self, data: str) -> bool:
        """Heed a mark of a frame or line; False if the comment is none."""
        mark = _MARK.fullmatch(data)
        if mark is None:
            return False
        index = self.tokenizer.stream.index()
        if mark[1] == value_marks.LINE:
            if mark[2]:
                self._line, self._line_at, self._own = int(mark[2]), index, True
            else:
                self._last, self._own = self.place(), False
        elif mark[1] == value_marks.FRAME:
            self.body, self._left = int(mark[2] or 0), False
            self._line, self._line_at, self._own = None, index, False
            self._last = self.place()
            self.containers.append(self.tree.open_elements[-1]._element)
            self._frame = (list(self.tree.open_elements), list(self.tree.active_formatting_elements))
        elif self.body is not None:
            self.look()
            for element in self._unclosed():
                self.note("unclosed", element.name, self._opened(element))
            self.body = None
        return True

    def _opened(self, element: Any) -> Place | None:
        """Where an element was opened; of one that the parser has opened again, where the first one was."""
        own = [tag for tag in reversed(self.tags) if tag.name == element.name and tag.place.line is not None]
        return next((tag.place for tag in own if tag.element is element._element), own[0].place if own else None)

    def _unclosed(self) -> Iterator[Any]:
        """What is open now and was not when the body began; the last paragraph may be left open, as HTML has it."""
        opened, formatting = self._frame
        rest = self.tree.open_elements[len(opened) :]
        unclosed = [element for element in rest if element.name != "p"]
        active, marker = self.tree.active_formatting_elements, _treebuilder.Marker
        unclosed += [element for element in active if element is not marker and element not in formatting]
        yield from dict.fromkeys(unclosed)

    def finish(self) -> None:
        """A body whose end was not seen as such was swallowed by something in it."""
        if self.body is not None and not any(error.code.startswith("eof") for error in self.mended):
            self.note("swallowed", self.tags[-1].name if self.tags else "", self.tags[-1].place if self.tags else None)
