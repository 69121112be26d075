"""A letter in several languages.

Job: parts its body where a line `<!-- lang: fr -->` stands, and its texts where they are given by language; puts the
part first that is asked for; parts a body's HTML into blocks, to be set beside those of another language. Secret: that
line, and which language a tag means.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from letterpress.errors import did_you_mean
from letterpress.model import Letter, Version
from letterpress.schemafault import Fault

TEXTS = ("subject", "salutation", "closing", "postscript")
"""Texts of the front matter that may be given for each language: `salutation: {en: Dear Ms Roy, fr: Chère Madame}`."""
_MARK = re.compile(r"<!--\s*lang:\s*([A-Za-z0-9-]+)\s*-->[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_VOID = frozenset("br col hr img wbr".split())
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A BCP 47 tag, as people write it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the body in one language."""

    lang: str | None
    """None: the letter's own."""
    text: str
    line: int
    """Of the file, that `text` begins on; the mark stands on the line above."""


def split(body: str, first_line: int) -> list[Part]:
    """The body's parts, in order; a single one where no line `<!-- lang: ... -->` stands in it."""
    lines = body.split("\n")
    marks: list[tuple[int, str]] = []
    fence = ""
    for number, line in enumerate(lines):
        fenced = _FENCE.match(line)
        if fence:
            fence = "" if fenced and fenced[1].startswith(fence) else fence
        elif fenced:
            fence = fenced[1]
        elif mark := _MARK.fullmatch(line):
            marks.append((number, mark[1]))
    if not marks:
        return [Part(None, body, first_line)]
    ends = [number for number, _ in marks[1:]] + [len(lines)]
    parts = [Part(None, "\n".join(lines[: marks[0][0]]), first_line)]
    for (number, lang), end in zip(marks, ends, strict=True):
        parts.append(Part(lang, "\n".join(lines[number + 1 : end]), first_line + number + 1))
    return parts if parts[0].text.strip() else parts[1:]


def same(one: str, other: str) -> bool:
    """Whether two tags mean one language: `fr` and `fr-CA`, but not `fr-CH` and `fr-CA`."""
    short, long = sorted((one.lower(), other.lower()), key=len)
    return long == short or long.startswith(f"{short}-")


def take_texts(data: dict[str, Any], own: str, others: Iterable[str]) -> tuple[dict[str, dict[str, Any]], list[Fault]]:
    """The texts for other languages, by language and field; `data` keeps those for the letter's own."""
    taken: dict[str, dict[str, Any]] = {}
    faults: list[Fault] = []
    others = tuple(others)
    for name in TEXTS:
        given = data.get(name)
        if not isinstance(given, dict) or not all(_TAG.fullmatch(str(lang)) for lang in given):
            continue  # a text, or a group of fields that the border will refuse
        data[name] = None
        for lang, text in given.items():
            if same(str(lang), own):
                data[name] = text
                continue
            meant = next((other for other in others if same(str(lang), other)), None)
            if meant is None:
                hint = did_you_mean(str(lang), [own, *others])
                hint = hint or f"begin a part of the text with a line <!-- lang: {lang} -->"
                faults.append(Fault(f"{name}.{lang}", f"the letter has no part in '{lang}'", hint))
            else:
                taken.setdefault(meant, {})[name] = text
        if data[name] is None:
            del data[name]
    return taken, faults


def led_by(letter: Letter, lang: str) -> Letter:
    """The letter with its part in `lang` first, if it has one; the others follow in their order."""
    chosen = next((version for version in letter.versions if same(version.lang, lang)), None)
    if chosen is None or same(letter.lang, lang):
        return letter
    texts = {name: getattr(letter, name) for name in TEXTS}
    own = Version(lang=letter.lang, body=letter.body, **texts)
    rest = (own, *(version for version in letter.versions if version is not chosen))
    texts = {name: getattr(chosen, name) for name in TEXTS}
    return dataclasses.replace(letter, lang=chosen.lang, body=chosen.body, versions=rest, **texts)


def blocks(html: str) -> list[str]:
    """The outermost elements of a piece of HTML, each with the text behind it."""
    reader = _Blocks()
    reader.feed(html)
    reader.close()
    starts = [_offset(html, place) for place in reader.starts]
    if not starts:
        return [html.strip()] if html.strip() else []
    ends = [*starts[1:], len(html)]
    found = [html[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return [block for block in (html[: starts[0]].strip(), *found) if block]


def _offset(html: str, place: tuple[int, int]) -> int:
    line, column = place
    position = 0
    for _ in range(line - 1):
        position = html.index("\n", position) + 1
    return position + column


class _Blocks(HTMLParser):
    """Where outermost elements begin."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[tuple[int, int]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.open:
            self.starts.append(self.getpos())
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.open:
            self.starts.append(self.getpos())

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass
