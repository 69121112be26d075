"""Compares each word of a letter with its finished PDF: a word that is not in it is a fault.

A letterhead's style sheet can hide what an author wrote, and a program that lays pages out can have faults of its own.
What counts are the author's words: the text of the bodies, and what the letter's fields say. A letterhead's own words
(labels) are its own affair.

Not here: what a word is (`text.words`), how a PDF is read (`pdf.spoken`), HTML that would hide text (`rawhtml`).
"""

from __future__ import annotations

import contextlib
import contextvars
import re
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, zip_longest
from typing import Any, NamedTuple

from letterpress.layout import css_classes
from letterpress.page import LayoutFault, Page, SignatureLink
from letterpress.text import words as text_words

_SHAPES = 4096
"""Shapes of letters that a process remembers."""
_MOST = 5
"""Faults that one letter is told of."""
_LONGEST = 60
"""Characters of a passage that a message shows."""
_ALIGNED = 20_000
"""Words of a letter that are put side by side with those of its PDF."""
_INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup u var "
    "wbr".split()
)
_FURNITURE = frozenset({"zone-foot", "zone-running", "continuation"})
_UNSEEN = frozenset({"style", "script", "svg", "head", "template"})


# --- which letters are compared ---------------------------------------------------------------------------------------

_TAGS = re.compile(r"""<(/?[a-zA-Z][\w-]*)|\b(?:class|style|lang|dir)="([^"]*)\"""")
_compared: OrderedDict[int, None] = OrderedDict()
_wanted: contextvars.ContextVar[bool] = contextvars.ContextVar("_wanted", default=True)


def shape(page: Page) -> int:
    """Give a number that letters share which differ in their texts only: the same tags in the same look."""
    look = (page.sheets, page.letterhead_folders, page.archive, page.press, page.zones, page.papers)
    return hash((tuple(_TAGS.findall(page.html)), look))


def is_new(number: int) -> bool:
    """Say whether no letter of this shape has been found whole in this process."""
    return _wanted.get() and number not in _compared


@contextlib.contextmanager
def uncompared() -> Iterator[None]:
    """Compare no letter within the block: whoever makes it looks for himself what a letterhead does not print."""
    token = _wanted.set(False)
    try:
        yield
    finally:
        _wanted.reset(token)


def remember(number: int) -> None:
    """Remember that a letter of this shape was found whole."""
    _compared[number] = None
    if len(_compared) > _SHAPES:
        _compared.popitem(last=False)


# --- the words of a letter --------------------------------------------------------------------------------------------


class _Passage(NamedTuple):
    """A piece of a page's text that is the author's or not as a whole."""

    begin: int
    end: int
    in_body: bool


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a page before it is laid out."""

    text: str
    passages: tuple[_Passage, ...]


def source(root: Any, *, furniture: bool = True, numbers: bool = False, signatures: bool = True) -> Source:
    """Read the text of a page's tree: what a screen reader is to say, in its order.

    :param furniture: whether heads and feet of pages are part of it.
    :param numbers: whether the numbers of lists and notes are, which style sheets write.
    :param signatures: whether what places for signatures are called is.
    """
    reading = _Reading(furniture, numbers, signatures)
    for body in root.iter("body"):
        reading.read(body)
    return Source("".join(reading.parts), tuple(reading.passages))


class _Reading:
    """Walks through a page's tree once, and gathers its text."""

    def __init__(self, furniture: bool, numbers: bool, signatures: bool) -> None:
        self.parts: list[str] = []
        self.passages: list[_Passage] = []
        self._furniture = furniture
        self._numbers = numbers
        self._signatures = signatures
        self._length = self._notes = self._lists = self._bodies = 0

    def _add(self, text: str | None) -> None:
        if text:
            self.parts.append(text)
            self.passages.append(_Passage(self._length, self._length + len(text), self._bodies > 0))
            self._length += len(text)

    def _space(self) -> None:
        self.parts.append(" ")
        self._length += 1

    def read(self, element: Any) -> None:
        """Add the text of an element, without what follows it."""
        if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] in _UNSEEN:
            return
        classes = css_classes.of(element)
        if not self._furniture and not _FURNITURE.isdisjoint(classes):
            return
        inside = css_classes.BODY in classes
        self._bodies += inside
        if element.tag == "img":
            self._space()
            self._add(element.get("alt"))
            self._space()
        elif (
            self._signatures
            and "signature-field" in classes
            and (link := SignatureLink.from_url(element.get("href") or ""))
        ):
            self._add(f" Signature of {link.signatory} {link.title or ''} ")
        if css_classes.FOOTNOTE in classes:
            self._notes += 1
            self._add(f" {self._notes} {self._notes} " if self._numbers else " ")
        self._add(element.text)
        if css_classes.PARALLEL in classes:
            rows = [[*row] for row in element]
            for column in range(max(map(len, rows), default=0)):
                for row in rows:
                    self._children([row[column]] if column < len(row) else [], element)
        else:
            self._lists += element.tag == "ol"
            self._children(element, element)
            self._lists -= element.tag == "ol"
        self._bodies -= inside

    def _children(self, children: Any, parent: Any) -> None:
        number = int(parent.get("start") or 1) if self._numbers else 0
        for child in children:
            if self._numbers and parent.tag == "ol" and child.tag == "li":
                number = int(child.get("value") or number)
                self._add(f" {number if self._lists % 2 else chr(96 + number)} ")
                number += 1
            apart = child.tag not in _INLINE
            if apart:
                self._space()
            self.read(child)
            if apart:
                self._space()
            self._add(child.tail)


# --- what is lost -----------------------------------------------------------------------------------------------------


class _Word(NamedTuple):
    """A word of the source."""

    word: str
    begin: int
    end: int
    until: int
    """Where the passage ends that it stands in."""
    own: bool
    """Whether it is the author's."""
    in_body: bool


def faults(page: Source, fields: Collection[str], pdf: bytes) -> list[LayoutFault]:
    """Find the author's words that a PDF does not have.

    :param page: the text of the page that the PDF was made of.
    :param fields: the texts of the letter's fields that are to be printed.
    """
    from letterpress.pdf import spoken  # here: one letter of each shape is compared

    # No letter is accused by the quick reading: it only says that nothing is missing, and does without pikepdf.
    wanted = Counter(text_words.folded(page.text))
    quick = spoken.quick_words(pdf)
    if quick is not None and not wanted - Counter(quick):
        return []
    heard, furniture = spoken.words(pdf)
    missing = wanted - Counter(heard)
    if not missing:
        return []
    written = list(_words(page, fields))
    lost = _lost(written, heard, missing)
    if lost:
        running = "".join(text_words.folded(furniture))
        joined = _joined(heard)
        together = _run_together(written, heard)
        lost = [at for at in lost if at not in together and written[at].word not in joined]
        lost = [at for at in lost if written[at].in_body or written[at].word not in running]
    return [_fault(page.text, run) for run in list(_runs(lost, written))[:_MOST]]


def _words(page: Source, fields: Collection[str]) -> Iterator[_Word]:
    said = "\n".join(" ".join(text.split()) for text in fields)
    passages = iter(page.passages)
    passage, own = _Passage(0, 0, False), False
    for word, begin, end in text_words.written(page.text):
        while passage.end <= begin:
            passage = next(passages)
            text = " ".join(page.text[passage.begin : passage.end].split())
            own = passage.in_body or (bool(text) and text in said)
        yield _Word(word, begin, end, passage.end, own, passage.in_body)


def _lost(written: list[_Word], heard: list[str], missing: Counter[str]) -> list[int]:
    """The places among the written words of those that are the author's and are not heard."""
    places: set[int] = set()
    if len(written) <= _ALIGNED:
        left = missing.copy()
        sides = SequenceMatcher(None, [word.word for word in written], heard, autojunk=False)
        for kind, first, last, _, _ in sides.get_opcodes():
            for at in range(first, last) if kind in ("replace", "delete") else ():
                if left[written[at].word] > 0:
                    left[written[at].word] -= 1
                    if written[at].own:
                        places.add(at)
    # Where more of a word are the author's than are heard at all, the last ones are lost for certain.
    own = Counter(word.word for word in written if word.own) - Counter(heard)
    for at in range(len(written) - 1, -1, -1):
        word = written[at]
        if word.own and at not in places and own[word.word] > sum(written[one].word == word.word for one in places):
            places.add(at)
    return sorted(places)


def _joined(heard: list[str]) -> set[str]:
    """What words would be that stand in several pieces: two to four that follow one another."""
    return {"".join(heard[at : at + count]) for count in (2, 3, 4) for at in range(len(heard) - count + 1)}


def _run_together(written: list[_Word], heard: list[str]) -> set[int]:
    """The places of words that are heard as one with their neighbours: the blank between them is not read."""
    text = "".join(word.word for word in written)
    ends = accumulate(len(word.word) for word in written)
    begins = {0: 0} | {end: at for at, end in enumerate(ends, start=1)}
    places: set[int] = set()
    for word in Counter(heard) - Counter(one.word for one in written):
        found = text.find(word)
        while found >= 0:
            if found in begins and found + len(word) in begins:
                places |= set(range(begins[found], begins[found + len(word)]))
            found = text.find(word, found + 1)
    return places


def _runs(lost: list[int], written: list[_Word]) -> Iterator[list[_Word]]:
    """The lost words, with those together that follow one another."""
    run: list[_Word] = []
    for at, following in zip_longest(lost, lost[1:]):
        run.append(written[at])
        if following != at + 1:
            yield run
            run = []


def _fault(text: str, run: list[_Word]) -> LayoutFault:
    passage = " ".join(text[run[0].begin : run[-1].end].split())
    shown = passage if len(passage) <= _LONGEST else f"{passage[:_LONGEST].rsplit(' ', 1)[0]} ..."
    what = f"'{shown}' stands" if len(run) > 1 else f"the word '{shown}' stands"
    return LayoutFault(
        f"{what} in the letter and not in its PDF",
        "look whether the letterhead's style.css hides it, as with display or content, and render again",
        needle=text[run[0].begin : min(run[-1].end, run[0].until)].partition("\n")[0],
        code="word-lost",
        value=shown,
        params=(("words", len(run)),),
    )
