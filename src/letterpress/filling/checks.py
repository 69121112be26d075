"""Finds what is wrong with a letter before it has values: unknown names, templates that cannot be compiled, defaults.

Not here: the shape of the front matter (`schema`), and what a letterhead asks for.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from letterpress.addressing import address, forces, postcodes, regions
from letterpress.errors import Diagnostic, FieldError, LetterpressError, Problem, did_you_mean, nearest, question
from letterpress.filling import field_values, source_locations
from letterpress.frozen import once
from letterpress.model import Job, Letter, Party
from letterpress.templating import sandbox
from letterpress.templating.messages import TemplateFault
from letterpress.text import characters, template_tags

TEXTS = ("subject", "salutation", "closing", "postscript")
"""Single texts of the front matter that a record or --set may replace."""
_GROUPS = ("lines", "persons", "foot", "design", "design_base")
PARTY = tuple(field.name for field in dataclasses.fields(Party) if field.name not in _GROUPS)
"""Parts of a recipient or sender."""
SHOWN = (*PARTY, "lines", "persons", "address", "salutation")
"""What a template may ask of a recipient or sender."""
_NAMES = frozenset(
    [
        "fields",
        "to",
        "from",
        "date",
        "lang",
        "copy",
        "paper",
        "letterhead",
        "recipients",
        "subject",
        "salutation",
        "closing",
        "signatories",
        "enclosures",
        "cc",
    ]
)


class Data(str):
    """A text that came from a record: it is no template, whatever it looks like."""

    __slots__ = ()


def as_data(text: str, path: str) -> str:
    """A text from a record, to stand where the author writes one: it is no template, whatever it looks like.

    :raises LetterpressError: it holds a character that no page can show.
    """
    wrong = characters.refused(text, in_value=True)
    if wrong is not None:
        raise LetterpressError(wrong.at(field=path))
    return Data(text)


@once
def known_names(letter: Letter) -> frozenset[str]:
    """What --set and records may give a value."""
    known = set(letter.fields) | {f"fields.{name}" for name in letter.fields} | set(TEXTS)
    known |= {"to.persons"}
    return frozenset(known | {f"{role}.{part}" for role in ("to", "from") for part in (*PARTY, "lines")})


def unknown_names(letter: Letter, names: Iterable[str]) -> list[tuple[str, str | None]]:
    """Find those of `names` (as --set and records give them) that the letter has no place for, each with a hint."""
    known = known_names(letter)
    if known.issuperset(names := list(names)):
        return []
    unknown: list[tuple[str, str | None]] = []
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known if "." in name else letter.fields) or did_you_mean(name, known)
            unknown.append((name, hint or "declare it under 'fields:' in the front matter"))
    return unknown


def check_defaults(letter: Letter) -> list[Diagnostic]:
    """Find defaults of fields that are not of the field's type."""
    faults = []
    for name, spec in letter.fields.items():
        try:
            if spec.default is not None:
                field_values.read(spec.default, spec, letter.lang)
        except FieldError as error:
            file, line = source_locations.of_field(letter, f"fields.{name}")
            faults.append(error.at(f"fields.{name}", "mend its default").as_diagnostic(file=file, line=line))
    return faults


@once
def check_templates(letter: Letter) -> tuple[Diagnostic, ...]:
    """Find faults of the letter's templates that show without values: syntax, and names that nothing gives."""
    faults = []
    known = frozenset(letter.fields)
    for path, source in source_locations.texts(letter):
        if isinstance(source, Data):  # a record's text, put in where the author writes one
            continue
        file, line = source_locations.of_field(letter, path)
        faults += [
            problem.at(file=file, line=line, field=path) for problem, _ in _template_faults(source, False, known)
        ]
    for body in (letter.body, *(version.body for version in letter.versions)):
        for problem, at in _template_faults(body.template, True, known):
            faults.append(problem.at(file=letter.path, line=template_tags.source_line(body.lines, at)))
    return tuple(faults)


def check_addresses(letter: Letter, lang: str) -> list[Diagnostic]:
    """Warn of postcodes and regions that their country does not have, as far as they show without values."""
    home = address.home_country(letter.sender, lang)
    several = enumerate(letter.to, start=1)
    parties = [("to" if len(letter.to) == 1 else f"to.{at}", party) for at, party in several]
    parties += [("from", letter.sender)] if letter.sender is not None else []
    found = [fault for path, party in parties for fault in doubts(letter, path, party, home)]
    return found + [fault for path, party in parties if path != "from" for fault in unposted(letter, path, party, lang)]


def doubts(letter: Letter, path: str, party: Party, home: str | None) -> list[Diagnostic]:
    """Warn of a postcode that cannot be one of its country, a region or country that is not printed, and a country in
    the town."""
    found = []
    served = forces.served(party)
    asked = (
        ("postcode", postcodes.wrong, served),
        ("region", regions.left_out, served),
        ("city", regions.country_in_town, served),
        ("country", forces.country_left_out, party),
    )
    texts = (party.postcode, party.region, party.city, party.country)
    filled = not any("{{" in text for text in texts if text)
    for part, problem_of, written in asked:
        if filled and getattr(party, part):
            problem = problem_of(written, home)
            if problem is not None:
                file, line = source_locations.of_field(letter, f"{path}.{part}")
                found.append(problem.at(severity="warning", file=file, line=line, field=f"{path}.{part}"))
    if party.lines and (cut := _cut_line(party.lines)):
        file, line = source_locations.of_field(letter, f"{path}.lines")
        found.append(cut.at(severity="warning", file=file, line=line, field=f"{path}.lines"))
    return found


def unposted(letter: Letter, path: str, party: Party, lang: str, home: str | None = None) -> list[Diagnostic]:
    """Warn of a recipient without the postcode that the post wants, but for one of a list (`recipients.nobody`).

    :param home: the sender's country; None: as the letter says it.
    """
    texts = (party.street, party.city, party.country)
    if party.lines or any("{{" in text for text in texts if text):
        return []
    problem = postcodes.missing(party, home or address.home_country(letter.sender, lang), lang)
    if problem is None:
        return []
    file, line = source_locations.of_field(letter, f"{path}.city")
    return [problem.at(severity="warning", file=file, line=line, field=f"{path}.postcode")]


_STATE_AND_CODE = re.compile(r"[A-Z]{2,3},? +(?:\d{5}(?:-\d{4})?|\d{4}|[A-Z]\d[A-Z] ?\d[A-Z]\d)")
_BEHIND_A_NAME = re.compile(r"(?:Inc|LLC|Ltd|Jr|Sr|Esq|MD|PhD|Corp)\.?|M\.D\.|Ph\.D\.|L\.L\.C\.")


def _cut_line(lines: tuple[str, ...]) -> Problem | None:
    """Say of an address's line that it is the end of the line above it, which a comma of a list without quotes parted:
    `lines: [4 Mill Lane, Bangor, ME 04401]`."""
    for above, line in pairwise(lines):
        town = _STATE_AND_CODE.fullmatch(line) and not re.search(r"\d", above)
        if town or _BEHIND_A_NAME.fullmatch(line):
            message = f"'{line}' is a line of its own, and seems to belong to '{above}' above it"
            hint = f'a comma parts a list that has no quotes: write "{above}, {line}"'
            return Problem(message, hint, "address-line-cut", line)
    return None


def _is_in_code(source: str, name: str) -> bool:
    """Say whether a tag that names `name` stands in <code>: an author who shows a template may mean it as words."""
    tags = (tag for code in _CODE.findall(source) for tag in _TAG.findall(code))
    return any(re.search(rf"\b{re.escape(name)}\b", tag) for tag in tags)


_CODE = re.compile(r"<code[^>]*>(.*?)</code>", re.DOTALL)
_TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)


@lru_cache(maxsize=256)
def _template_faults(source: str, html: bool, fields: frozenset[str]) -> tuple[tuple[Problem, int | None], ...]:
    """Find the faults of a template, each with its line in it.

    :param html: whether it is a body; else it is a text.
    :param fields: names of the letter's fields.
    """
    if "{{" not in source and "{%" not in source and "{#" not in source:
        return ()
    try:
        (sandbox.compile_html if html else sandbox.compile_text)(source)
    except TemplateFault as fault:
        return ((fault.problem, fault.line),)
    faults = [(_unknown(name, source if html else "", fields), line) for name, line in sandbox.references(source)]
    return tuple(dict.fromkeys((problem, line) for problem, line in faults if problem is not None))


def _unknown(name: str, html: str, fields: frozenset[str]) -> Problem | None:
    """Say what is wrong with a name in a template; None if it is known.

    :param html: the body that it stands in, if it stands in one.
    """
    group, _, part = name.partition(".")
    if group not in _NAMES:
        near = tuple(f"fields.{word}" for word in nearest(group, fields)) or nearest(group, _NAMES)
        hint = question(near) or f"declare it under 'fields:' in the front matter and write fields.{group}"
        if html and _is_in_code(html, group):
            hint += "; to print the tag as code, write \\{{ or {% raw %}...{% endraw %}"
        return Problem(f"'{group}' is not known", hint, "name-unknown", group, instead=near)
    if group == "fields" and part and part not in fields and part not in ("items", "keys", "values", "get"):
        hint = (did_you_mean(part, fields) if fields else None) or "declare it under 'fields:' in the front matter"
        near = nearest(part, fields)
        if part == "records" and not near:  # what --group-by fills (recipients.column_names.GROUP_FIELD)
            hint = "declare it, fields: {records: list}; --group-by COLUMN puts the records of a letter there"
    elif group in ("to", "from") and part and part not in SHOWN:
        hint, near = did_you_mean(part, SHOWN) or "", nearest(part, SHOWN)
    else:
        return None
    instead = tuple(f"{group}.{word}" for word in near)
    return Problem(f"'{name}' is not known", hint or None, "name-unknown", name, instead=instead)


def check_words(job: Job) -> list[Diagnostic]:
    """Find the parts of a recipient with a word that no line holds: said before anything is made of it."""
    found = []
    for path, value in job.values:
        texts = value if isinstance(value, list | tuple) else (value,)
        words = (characters.long_word(text) for text in texts if isinstance(text, str)) if path[:3] == "to." else ()
        found += [characters.too_long(word).at(field=path) for word in words if word is not None]
    return found


def beyond(known: Iterable[Diagnostic], found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Give what was found of a letter, but for fields that it lacks only since what is written there is at fault.

    :param known: what is wrong with its file.
    """
    wrong = [fault.field for fault in known if fault.severity == "error" and fault.field]
    lacking = {name for field in wrong for name in (field, field.partition(".")[0])}
    return [fault for fault in found if fault.code != "field-missing" or fault.field not in lacking]
