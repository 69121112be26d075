"""Parts a letter's body and texts by language, and puts the part first that is asked for.

A part of the body begins with a line `<!-- lang: fr -->`; a text is given by language as
`salutation: {en: Dear Ms Roy, fr: Chère Madame}`.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from letterpress import data
from letterpress.errors import FieldFault, Problem, did_you_mean, nearest, question
from letterpress.model import Letter, Version
from letterpress.text import language, language_names

_AUTOMATIC = frozenset(
    "auto automatic automatically automatisch automatique automatiquement automatico automatica automaticamente "
    "automático automática automáticamente automatisk automatiskt automaattinen automatyczny automatycznie automaticky "
    "automatikus otomatik αυτόματα автоматически автоматично 自動 تلقائي".split()
)
"""What people write for `auto`, in the languages of letters."""
TEXTS = ("subject", "salutation", "closing", "postscript")
"""Texts of the front matter that may be given for each language."""
_MARK = re.compile(r"<!--\s*lang:\s*([^\W\d_][^<>]*?)\s*-->[ \t]*")
_LIKE_MARK = re.compile(r" {0,3}<!--\s*([^\W\d_]+)\s*[:=]?\s*([^\W\d_][^<>]*?)?\s*-->(.*)")
_MARK_WORDS = frozenset(
    "lang language sprache langue lingua idioma língua taal språk sprog język jazyk kieli nyelv limba".split()
)
_ALIKE = 0.7
"""How like `lang` another word is that is a typing mistake: lnag, lng."""
_BARE = re.compile(r" {0,3}<!--\s*([a-z]{2}(?:-[A-Z]{2})?)\s*-->\s*")
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
    marks = [
        (number, language_names.tag_or_same(mark[1]))
        for number, line in _outside_code(lines)
        if (mark := _MARK.fullmatch(line))
    ]
    if not marks:
        return [Part(None, body, first_line)]
    ends = [number for number, _ in marks[1:]] + [len(lines)]
    parts = [Part(None, "\n".join(lines[: marks[0][0]]), first_line)]
    for (number, lang), end in zip(marks, ends, strict=True):
        parts.append(Part(lang, "\n".join(lines[number + 1 : end]), first_line + number + 1))
    return parts if parts[0].text.strip() else parts[1:]


def _outside_code(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines that stand in no block of code, with their numbers from 0."""
    fence = ""  # the ``` or ~~~ of a block that is open
    for number, line in enumerate(lines):
        fenced = _FENCE.match(line)
        if fence:
            fence = "" if fenced and fenced[1].startswith(fence) else fence
        elif fenced:
            fence = fenced[1]
        else:
            yield number, line


def slips(body: str, first_line: int) -> Iterator[tuple[int, Problem]]:
    """Find comments that look like a line `<!-- lang: ... -->` and are none, each with its line in the file.

    :param first_line: line of the file that the body begins on, from 1.
    """
    if "<!--" not in body:
        return
    for number, line in _outside_code(body.split("\n")):
        like = None if _MARK.fullmatch(line) else _LIKE_MARK.fullmatch(line)
        bare = like and _BARE.fullmatch(line)
        if bare:
            meant = bare[1] if bare[1].partition("-")[0] in data.table("labels") else None
        elif like and _is_lang(like[1]):
            meant = _meant(like[2] or "")
        else:
            continue
        if meant is None:
            continue
        written = line.strip() if like is None or not like[3].strip() else line[: line.index("-->") + 3].strip()
        message = f"'{written}' begins no part in another language"
        hint = f"write it on a line of its own: <!-- lang: {meant or 'fr'} -->"
        yield first_line + number, Problem(message, hint, "language-line-wrong", written)


def _is_lang(word: str) -> bool:
    folded = word.casefold()
    return folded in _MARK_WORDS or difflib.SequenceMatcher(None, folded, "lang").ratio() >= _ALIKE


def _meant(text: str) -> str | None:
    """The language that a comment names: its tag, "" where it names none, None where it says something else."""
    if not text or _TAG.fullmatch(text):
        return text
    return language_names.tag(text) if len(text.split()) < 3 else None


def same(one: str, other: str) -> bool:
    """Say whether two tags mean one language: `fr` and `fr-CA`, but not `fr-CH` and `fr-CA`."""
    short, long = sorted((one.lower(), other.lower()), key=len)
    return long == short or long.startswith(f"{short}-")


def automatic(value: Any) -> Any:
    """Read a word for "automatic", in whatever language, as `auto`: nobody is greeted with it."""
    return "auto" if isinstance(value, str) and value.strip().rstrip(".,:").casefold() in _AUTOMATIC else value


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
        if automatic(given) == "auto" and name in ("salutation", "closing"):  # that of each language
            for other in others:
                taken.setdefault(other, {})[name] = given
        if not isinstance(given, dict) or not all(map(_is_language, given)):
            continue  # a text, or a group of fields that the schema will refuse
        data[name] = None
        for lang, text in given.items():
            tag = language_names.tag_or_same(str(lang))
            if same(tag, own):
                data[name] = text
                continue
            meant = next((other for other in others if same(tag, other)), None)
            if meant is None and not language.is_known(own):
                data[name] = data[name] or text  # the letter's own language is at fault, and which text is its
            elif meant is None:
                known = [own, *others]
                faults.append(
                    FieldFault(
                        f"{name}.{lang}",
                        f"the letter has no part in '{lang}'",
                        did_you_mean(str(lang), known) or f"begin a part of the text with a line <!-- lang: {tag} -->",
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


def lacking(data: Mapping[str, Any], own: str, others: Iterable[str]) -> Iterator[tuple[str, Problem]]:
    """Find texts that are given by language, and not for all languages of the letter, each with its field.

    :param data: the front matter as it is written.
    """
    for name in TEXTS:
        given = data.get(name)
        if not isinstance(given, dict) or not given or not all(map(_is_language, given)):
            continue
        said = [language_names.tag_or_same(str(lang)) for lang in given]
        for lang in (own, *others):
            if not any(same(lang, one) for one in said):
                auto = f"{lang}: auto" if name in ("salutation", "closing") else f'{lang}: ""'
                hint = f"add {lang}: ..., or {auto}" + ("" if "auto" in auto else " for none")
                yield name, Problem(f"the part in '{lang}' has none", hint, "language-text-lacking", lang)


def unknown(part: Part, data: Mapping[str, Any], parts: Iterable[str]) -> Problem:
    """The fault of a part whose language is none; the texts that are given by language may say which is meant.

    :param data: the front matter as it is written.
    :param parts: languages of the letter and its parts.
    """
    tag = part.lang or ""
    near = _unplaced(data, parts) or language_names.meant(tag)
    message, hint = f"'{tag}' is not a language that letterpress can set", question(near) or "write fr, or de-CH"
    return Problem(message, hint, "language-unknown", tag, instead=near)


def _unplaced(data: Mapping[str, Any], parts: Iterable[str]) -> tuple[str, ...]:
    """The languages that texts of the front matter are given in and that no part of the letter is in."""
    given = (name for text in TEXTS if isinstance(said := data.get(text), dict) for name in said)
    tags = dict.fromkeys(language_names.tag_or_same(str(name)) for name in given if _is_language(name))
    parts = tuple(parts)
    return tuple(tag for tag in tags if not any(same(tag, part) for part in parts))[:2]


def _is_language(name: object) -> bool:
    return _TAG.fullmatch(str(name)) is not None or language_names.tag(str(name)) is not None


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
