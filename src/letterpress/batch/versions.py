"""Finds a letter's version in another language, and says where it has none.

What a letter says in a language stands in a part of its body (`<!-- lang: fr -->`), in a file beside it (`offer.de.md`
beside `offer.md`), or behind a condition of its templates (`{% if lang == "de" %}`).

Not here: which part of a letter in two languages comes first (text/bilingual.py).
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from letterpress.addressing import address
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError, Problem
from letterpress.filling import source_locations
from letterpress.model import Job, Letter, frozendict
from letterpress.text import language, language_names

_TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<[^>]*>", re.DOTALL)
_LANG = re.compile(r"\{[{%](?:(?![%}]\}).)*?(?<![.\w\"'])lang\b", re.DOTALL)
"""A tag that asks for the language."""


Known = dict[str, Letter | None]
"""Versions of one letter that have been looked for already, by language."""


def in_language(job: Job, known: Known | None = None) -> Job:
    """`job` with its letter's version for its language: `offer.de.md` beside `offer.md`, if there is one.

    Where the letter has no text in it at all, that is one of its remarks.

    :param known: kept by whoever asks for many jobs of one letter.
    :raises LetterpressError: that version has faults.
    """
    if job.choices.lang is not None:
        lang = regional(job.letter, job.choices.lang, known)
        job = replace(job, choices=replace(job.choices, lang=lang))
    if job.lang == job.letter.lang:
        return job
    version = _version(job.letter, job.lang, known)
    if version is None:
        problem = missing(job.letter, job.lang, known)
        if problem is None:
            return job
        remark = fault(job.letter, problem, severity="warning")
        return replace(job, letter=replace(job.letter, remarks=(*job.letter.remarks, remark)))
    # A list is written as it is, whatever the language of the letter that its values go into.
    said = {name: spec.writing for name, spec in job.letter.fields.items() if spec.writing is not None}
    fields = {name: replace(spec, writing=said.get(name)) for name, spec in version.fields.items()}
    return replace(job, letter=replace(version, fields=frozendict(fields)))


def regional(letter: Letter, lang: str, known: Known | None = None) -> str:
    """Give the tag of a language as a letter's records name it (`de`, `Deutsch`), with the region that is meant.

    A language without a region has that of the letter, or of the letter's text in this language; else of the sender's
    country, where it is one of that country's. What is no language stays as it is.

    :raises LetterpressError: the version in that language has faults.
    """
    tag = language_names.tag_or_same(lang)
    if "-" in tag or not language.is_known(tag):
        return tag
    own = (letter.lang, *(version.lang for version in letter.versions))
    if (found := next((one for one in own if _base(one) == tag), None)) is not None:
        return found
    version = _version(letter, tag, known)
    if version is not None and "-" in version.lang:
        return version.lang
    return language_names.in_country(tag, address.home_country(letter.sender, letter.lang)) or tag


def unsaid_region(letter: Letter, lang: str) -> Problem | None:
    """Say that nothing tells the region of a language that the sender's country does not write; None: something does.

    :param lang: as `regional` gives it.
    """
    home = address.home_country(letter.sender, letter.lang)
    if "-" in lang or home is None or lang == letter.lang or not language.is_known(lang):
        return None
    place = language_names.home_of(lang)
    if place is None or place == home:
        return None
    name, where = language.name_of(lang), language.country_name(place, "en")
    return Problem(
        f"{name} is written as in {where}: '{lang}' says no region",
        f"if another is meant, write it behind the language, as in {lang}-{home}",
        "language-region-unsaid",
        lang,
        (("language", name), ("country", place)),
    )


def missing(letter: Letter, lang: str, known: Known | None = None) -> Problem | None:
    """Say that a letter has no text in a language; None if it has.

    One language is written alike in all its regions, as far as this goes: an American letter may go out as a British
    one. A letter of values alone has the language of its values.

    :raises LetterpressError: the version in that language has faults.
    """
    wanted = _base(lang)
    if wanted in (_base(letter.lang), *(_base(version.lang) for version in letter.versions)):
        return None
    if _version(letter, lang, known) is not None or _asks_for_language(letter) or not _has_words(letter):
        return None
    own, other = language.name_of(letter.lang), language.name_of(lang)
    hint = f"write {letter.slug}.{wanted}.md beside it, or begin a part of its text with a line <!-- lang: {wanted} -->"
    for path in _paths(letter, lang):
        hint = f"{path.name} is there, and says 'lang: {_lang_of(path)}': mend that"
    return Problem(
        f"the letter has no text in {other} ({lang}): its {own} text would go out as {other}",
        hint,
        "language-text-missing",
        lang,
        (("language", other), ("own", letter.lang)),
    )


def _base(lang: str) -> str:
    return lang.split("-")[0].lower()


def _version_path(folder: str, stem: str, lang: str) -> Path | None:
    for tag in (lang, lang.split("-")[0]):
        path = Path(folder) / f"{stem}.{tag}.md"
        if path.is_file():
            return path
    return None


def _paths(letter: Letter, lang: str) -> list[Path]:
    """Where the version in a language would be, if there is a file: `offer.de.md`, or `offer.md` beside it."""
    stem = letter.slug.removesuffix(f".{letter.lang}").removesuffix(f".{letter.lang.split('-')[0]}")
    path = _version_path(letter.folder, stem, lang)
    if path is None:
        path = Path(letter.folder) / f"{stem}.md"
        if stem == letter.slug or not path.is_file():
            return []
    return [path]


def _version(letter: Letter, lang: str, known: Known | None) -> Letter | None:
    if known is None:
        return _read_version(letter, lang)
    if lang not in known:
        known[lang] = _read_version(letter, lang)
    return known[lang]


def _read_version(letter: Letter, lang: str) -> Letter | None:
    for path in _paths(letter, lang):
        shown = Path(letter.path).parent / path.name
        version = reader.load(shown if shown.is_file() else path)
        if _base(version.lang) == _base(lang):
            # All versions are one letter, so they are filed under one name: `offer`, and not `offer.de`.
            return replace(version, slug=letter.slug)
    return None


def _lang_of(path: Path) -> str:
    try:
        return reader.load(path).lang
    except LetterpressError:
        return "?"


def _asks_for_language(letter: Letter) -> bool:
    """Whether its templates look at the language: what they say then is the author's own affair."""
    sources = [letter.body.template, *(source for _, source in source_locations.texts(letter))]
    return any(_LANG.search(source) for source in sources)


def _has_words(letter: Letter) -> bool:
    """Whether its body has words of its own, besides those that values bring."""
    return any(char.isalpha() for char in _TAGS.sub("", letter.body.template))


def fault(letter: Letter, problem: Problem, **place: object) -> Diagnostic:
    """Make the diagnostic of a language that a letter has no text in."""
    file, line = letter.places.get("lang", (letter.path, None))
    return problem.at(**{"file": file, "line": line, "field": "lang", **place})
