"""Reads the texts of a page from its source without parsing it, once a page of the same template was parsed.

A page's source is its template's own text with values between their marks (`text.value_marks`). Values are escaped, so
that none of them is markup: two sources that differ in values alone have the same elements, and the texts of a page
are those of its template with the values in them. Where each value stands is found by parsing the source once more,
with numbers in the place of its values; a value whose texts do not come out as they did in the page itself has to be
the same in every page that is read this way. What is not known for sure is parsed.

Not here: what the texts are good for (`plate`), the sources that a process knows (`sources`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from html import unescape
from typing import Any, NamedTuple

from letterpress.layout import bookmarks, line_ends, ordinals, ragged
from letterpress.layout.plates.texts import Texts
from letterpress.rawhtml import parser
from letterpress.text import characters, value_marks

_FIRST = 0xF0000
"""Of the private-use characters that stand for values by their numbers."""
_MOST = 0xFFFD
_NUMBER = re.compile("([\U000f0000-\U000ffffd])")
_REFERENCE = re.compile("&(?:amp|lt|gt|#34|#39);")
"""What `markupsafe.escape` writes."""
_MARKUP = re.compile("[<>&\"'\r\f]")
_APART = frozenset("table pre textarea listing xmp style script svg math select template noscript iframe".split())
"""Elements in which a text is parsed, set or checked otherwise than as a text alone."""

_COUNTED = frozenset({"ol", "li"})
"""Elements whose attributes say how they are numbered."""


class Cut(NamedTuple):
    """A page's source, parted into its template and its values."""

    template: str
    """With a mark in the place of each value."""
    values: tuple[str, ...]
    """As they stand in the source."""


def cut(html: str) -> Cut:
    """Part a page's source."""
    return Cut(*value_marks.parted(html))


class Parsed(NamedTuple):
    """An element as it was parsed, before anything was done to it."""

    element: Any
    tag: Any
    attributes: dict[str, str]
    text: str | None
    tail: str | None


def parsed(root: Any) -> list[Parsed]:
    """Take down a page's elements as they are now, in their order."""
    return [Parsed(element, element.tag, dict(element.attrib), element.text, element.tail) for element in root.iter()]


class Unread(Exception):
    """The source cannot be read without parsing it."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A text of the page: the template's own words, and the numbers of values."""

    parts: tuple[str | int, ...]
    in_one_line: bool = False
    """Whether it is the text of a heading's bookmark."""

    def filled(self, values: Sequence[str]) -> str:
        text = "".join([part if isinstance(part, str) else values[part] for part in self.parts])
        return bookmarks.in_one_line(text) if self.in_one_line else text

    def numbers(self) -> Iterator[int]:
        return (part for part in self.parts if isinstance(part, int))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A text of a paragraph."""

    at: int | None
    """Its number among the page's texts; None for spaces, which are none."""
    pattern: _Pattern
    element: Any
    """Of the paragraph's own tree."""
    place: str

    def put(self, text: str) -> None:
        if self.place == "tail" or self.element.tag != "br":
            setattr(self.element, self.place, text)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph in which spaces may hold. Its tree is its own: texts are put into it to see which do."""

    tree: Any
    entries: tuple[_Entry, ...]
    justified: bool
    column: ragged.Column | None
    """Where the ends of its lines may be chosen."""
    elsewhere: tuple[tuple[int, int], ...] = ()
    """Spaces that hold in none of the page's texts: number of the entry, and place."""

    def read(self, values: Sequence[str]) -> tuple[dict[int, str], tuple[tuple[int, int], ...]]:
        """Give the texts of the page that it has with these values, and what holds elsewhere."""
        parts = [entry.pattern.filled(values) for entry in self.entries]
        elsewhere: list[tuple[int, int]] = []
        self._hold(line_ends.held(parts, justified=self.justified), parts, elsewhere)
        if self.column is not None:
            for entry, part in zip(self.entries, parts, strict=True):
                entry.put(part)
            chosen = ragged.arrangement(self.tree, self.column)
            self._hold(chosen.spaces if chosen is not None else (), parts, elsewhere)
        found = {entry.at: part for entry, part in zip(self.entries, parts, strict=True) if entry.at is not None}
        return found, tuple(elsewhere)

    def _hold(self, places: Sequence[int], parts: list[str], elsewhere: list[tuple[int, int]]) -> None:
        for place in places:
            at = place
            for number, entry in enumerate(self.entries):
                if at < len(parts[number]):
                    if line_ends.may_hold(entry.element, entry.place):
                        parts[number] = line_ends.with_held(parts[number], at)
                        elsewhere += [(number, at)] if entry.at is None else []
                    break
                at -= len(parts[number])


@dataclass(slots=True)
class _Found:
    """Where the values of a template stand."""

    patterns: dict[int, _Pattern] = field(default_factory=dict)
    """Texts of the page that hold values, by their numbers."""
    paragraphs: list[_Paragraph] = field(default_factory=list)
    fixed: set[int] = field(default_factory=set)
    """Values that may not differ."""


class Source:
    """The texts of pages of one template, by their values."""

    def __init__(self, source: Cut, before: Sequence[Parsed], texts: Texts) -> None:
        """Learn where the values of a page stand.

        :param before: its elements as they were parsed.
        :param texts: what has become of them.
        :raises Unread: the page is none that can be read.
        """
        self.values = source.values
        self._plain = tuple(map(unescape, source.values))
        self._texts = texts.texts
        found = _Search(source, before, texts).found
        self.fixed = tuple(sorted(found.fixed))
        """Numbers of the values that have to be those of this page."""
        self._fixed = frozenset(found.fixed)
        self._patterns = found.patterns
        self._paragraphs = tuple(found.paragraphs)
        self._in_paragraph = {
            entry.at: number
            for number, paragraph in enumerate(found.paragraphs)
            for entry in paragraph.entries
            if entry.at is not None
        }
        self._uses: dict[int, tuple[int, ...]] = {}
        for at, pattern in found.patterns.items():
            for number in pattern.numbers():
                self._uses[number] = (*self._uses.get(number, ()), at)

    def texts(self, values: Sequence[str]) -> tuple[str, ...] | None:
        """Give the texts of a page of the same template; None where it has to be parsed."""
        if len(values) != len(self.values):
            return None
        changed = [number for number, pair in enumerate(zip(values, self.values, strict=True)) if pair[0] != pair[1]]
        return self.with_values({number: values[number] for number in changed})

    def with_values(self, changed: Mapping[int, str]) -> tuple[str, ...] | None:
        """Give the texts of a page with these values by their numbers, and all others as they are."""
        if not changed:
            return self._texts
        if not self._fixed.isdisjoint(changed) or not all(map(is_plain, changed.values())):
            return None
        plain = list(self._plain)
        for number, value in changed.items():
            plain[number] = unescape(value)
        return self._read(changed, plain)

    def _read(self, changed: Iterable[int], plain: Sequence[str]) -> tuple[str, ...] | None:
        texts, paragraphs = list(self._texts), set()
        touched = {at for number in changed for at in self._uses.get(number, ())}
        for at in touched:
            texts[at] = self._patterns[at].filled(plain)
            if at in self._in_paragraph:
                paragraphs.add(self._in_paragraph[at])
        for number in paragraphs:
            read, elsewhere = self._paragraphs[number].read(plain)
            if elsewhere != self._paragraphs[number].elsewhere:
                return None
            for at, text in read.items():
                texts[at] = text
        if any(characters.long_word(texts[at]) or ordinals.stand_in(texts[at]) for at in touched):
            return None
        return tuple(texts)


def is_plain(value: str) -> bool:
    """Say whether a value, as it stands in a source, is a text and nothing else, and not blank."""
    if value.isascii() and value.isprintable() and not _MARKUP.search(value):
        return bool(value.strip()) and not ordinals.stand_in(value) and "lang=" not in value
    if _MARKUP.search(value) and _MARKUP.search(_REFERENCE.sub("", value)):
        return False
    if not value.strip() or characters.unprintable(value) is not None:
        return False
    return not ordinals.stand_in(value) and "lang=" not in value


class _Search:
    """Finds where the values of a template stand, by numbers in their place."""

    def __init__(self, source: Cut, before: Sequence[Parsed], texts: Texts) -> None:
        self.found = _Found()
        self._before = before
        self._texts = texts
        self._plain = tuple(map(unescape, source.values))
        self._numbered = self._parse(source)
        self._elements = list(self._numbered.root.iter())
        if len(self._elements) != len(before):
            raise Unread
        self._numbers = {element: number for number, element in enumerate(self._elements)}
        self._raw: dict[tuple[int, str], _Pattern] = {}
        """What each text was before anything was done to it, by number of element and place."""
        for number, (element, one) in enumerate(zip(self._elements, before, strict=True)):
            self._take(number, element, one)
        self._at = {(id(element), place): at for at, (element, place) in enumerate(texts.owners)}
        self._find_paragraphs()
        self._find_patterns()
        self.found.fixed |= set(range(len(self._plain))).difference(self._free())
        self._settle()

    def _parse(self, source: Cut) -> parser.Parsed:
        pieces = source.template.split(value_marks.VALUE)
        if len(pieces) != len(source.values) + 1:
            raise Unread  # a value stands in a value
        if len(source.values) > _MOST or _NUMBER.search(source.template):
            raise Unread
        numbered = [pieces[0]]
        for number, piece in enumerate(pieces[1:]):
            numbered += [value_marks.value(chr(_FIRST + number)), piece]
        return parser.parse("".join(numbered))

    def _take(self, number: int, element: Any, before: Parsed) -> None:
        """Hold an element against the page's own: they may differ in values alone."""
        if element.tag != before.tag or element.keys() != list(before.attributes):
            raise Unread
        if not before.attributes.keys().isdisjoint(("text", "tail")):
            raise Unread
        places = [("text", element.text, before.text), ("tail", element.tail, before.tail)]
        places += [(name, element.get(name), value) for name, value in before.attributes.items()]
        for place, numbered, own in places:
            pattern = _pattern(numbered or "")
            if pattern.filled(self._plain) != (own or ""):
                raise Unread
            self._raw[number, place] = pattern

    def _find_paragraphs(self) -> None:
        places = {id(one.element): number for number, one in enumerate(self._before)}
        # What the page says of its column are values, too: they are asked of the page itself.
        page = self._before[0].element
        columns = dict(line_ends.columns(page))
        for own_paragraph, justified in line_ends.paragraphs(page):
            paragraph = self._elements[places[id(own_paragraph)]]
            own = deepcopy(paragraph)
            entries = []
            pairs = zip(line_ends.texts(paragraph), line_ends.texts(own), strict=True)
            for (element, place, text), (copied, _, _) in pairs:
                number = self._numbers[element]
                at = self._at.get((id(self._before[number].element), place))
                pattern = self._raw[number, place] if text != "\n\n" or element.tag != "br" else _Pattern((text,))
                entries.append(_Entry(at, pattern, copied, place))
            self.found.paragraphs.append(_Paragraph(own, tuple(entries), justified, columns.get(own_paragraph)))

    def _find_patterns(self) -> None:
        places = {id(one.element): number for number, one in enumerate(self._before)}
        for at, (element, place) in enumerate(self._texts.owners):
            number = places.get(id(element), -1)
            pattern = self._raw.get((number, place))
            if number >= 0 and place == bookmarks.ATTRIBUTE:
                pattern = _pattern(bookmarks.text(self._elements[number]), in_one_line=True)
            if pattern is not None and any(True for _ in pattern.numbers()):
                self.found.patterns[at] = pattern

    def _free(self) -> set[int]:
        """Numbers of the values that stand in texts alone, and where nothing is done with them but to print them."""
        free: set[int] = set()
        waiting: list[tuple[Any, bool]] = [(self._numbered.root, False)]
        while waiting:
            element, apart = waiting.pop()
            inside = apart or element.tag in _APART or not isinstance(element.tag, str)
            number = self._numbers[element]
            before = self._before[number]
            stands = {"text": inside, "tail": apart}
            for place in ("text", "tail", *before.attributes):
                kept = stands.get(place, inside or element.tag in _COUNTED)
                if not kept and (id(before.element), place) in self._at:
                    free.update(self._raw[number, place].numbers())
            waiting += [(child, inside) for child in element]
        return free

    def _settle(self) -> None:
        """Hold what the values come to against the page itself: what differs may not change."""
        settled = {at: pattern.filled(self._plain) for at, pattern in self.found.patterns.items()}
        for paragraph in self.found.paragraphs:
            read, paragraph.elsewhere = paragraph.read(self._plain)
            settled |= read
            if any(self._texts.texts[at] != text for at, text in read.items()):
                self.found.fixed.update(number for entry in paragraph.entries for number in entry.pattern.numbers())
        for at, text in settled.items():
            if self._texts.texts[at] != text and at in self.found.patterns:
                self.found.fixed.update(self.found.patterns[at].numbers())


def _pattern(numbered: str, *, in_one_line: bool = False) -> _Pattern:
    pieces = _NUMBER.split(value_marks.without(numbered))
    parts = (ord(piece) - _FIRST if at % 2 else piece for at, piece in enumerate(pieces) if at % 2 or piece)
    return _Pattern(tuple(parts), in_one_line)
