"""Parts a letter's body and texts by language, and puts the part first that is asked for.

A part of the body begins with a line `<!-- lang: fr -->`; a text is given by language as
`salutation: {en: Dear Ms Roy, fr: Chère Madame}`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from letterpress.errors import FieldFault, did_you_mean, nearest
from letterpress.model import Letter, Version

TEXTS = ("subject", "salutation", "closing", "postscript")
"""Texts of the front matter that may be given for each language."""
_MARK = re.compile(r"<!--\s*lang:\s*([A-Za-z0-9-]+)\s*-->[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
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
    """Part a body at its lines `<!-- lang: ... -->`; a body without one is a single part.

    :param first_line: line of the file that the body begins on, from 1.
    """
    lines = body.split("\n")
    marks: list[tuple[int, str]] = []
    fence = ""  # the ``` or ~~~ of a block of code that is open: such a line in it is code
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
    """Say whether two tags mean one language: `fr` and `fr-CA`, but not `fr-CH` and `fr-CA`."""
    short, long = sorted((one.lower(), other.lower()), key=len)
    return long == short or long.startswith(f"{short}-")


def take_texts(
    data: dict[str, Any], own: str, others: Iterable[str]
) -> tuple[dict[str, dict[str, Any]], list[FieldFault]]:
    """Take the texts for other languages out of a letter's front matter.

    :param data: the front matter; keeps the texts for the letter's own language, in the place of those by language.
    :param own: the letter's language; `others` are those of its further parts.
    :returns: language -> field -> text, and the faults.
    """
    taken: dict[str, dict[str, Any]] = {}
    faults: list[FieldFault] = []
    others = tuple(others)
    for name in TEXTS:
        given = data.get(name)
        if not isinstance(given, dict) or not all(_TAG.fullmatch(str(lang)) for lang in given):
            continue  # a text, or a group of fields that the schema will refuse
        data[name] = None
        for lang, text in given.items():
            if same(str(lang), own):
                data[name] = text
                continue
            meant = next((other for other in others if same(str(lang), other)), None)
            if meant is None:
                known = [own, *others]
                faults.append(
                    FieldFault(
                        f"{name}.{lang}",
                        f"the letter has no part in '{lang}'",
                        did_you_mean(str(lang), known) or f"begin a part of the text with a line <!-- lang: {lang} -->",
                        code="language-part-missing",
                        value=str(lang),
                        params=(("languages", tuple(known)),),
                        instead=nearest(str(lang), known),
                        rename=True,
                    )
                )
            else:
                taken.setdefault(meant, {})[name] = text
        if data[name] is None:
            del data[name]
    return taken, faults


def led_by(letter: Letter, lang: str) -> Letter:
    """Put a letter's part in `lang` first, if it has one, else one for another region; the others follow in order."""
    if same(letter.lang, lang):
        return letter
    chosen = next((version for version in letter.versions if same(version.lang, lang)), None)
    base = lang.split("-")[0].lower()
    if chosen is None and letter.lang.split("-")[0].lower() != base:
        chosen = next((version for version in letter.versions if version.lang.split("-")[0].lower() == base), None)
    if chosen is None:
        return letter
    texts = {name: getattr(letter, name) for name in TEXTS}
    own = Version(lang=letter.lang, body=letter.body, **texts)
    rest = (own, *(version for version in letter.versions if version is not chosen))
    texts = {name: getattr(chosen, name) for name in TEXTS}
    return dataclasses.replace(letter, lang=chosen.lang, body=chosen.body, versions=rest, **texts)
