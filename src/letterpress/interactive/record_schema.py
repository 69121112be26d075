"""Describes the records that fill a letter as a JSON Schema: its fields, the recipient's parts, and which are needed.

What is needed is found by trying: the letter is filled with a record that has everything, and with ones that lack some
of it. So the schema asks for what the letter's own texts ask for (`Dear {{ to.name }}`), and for no more.

Not here: what becomes of a record (`letters`, batch/mappings.py). Source: JSON Schema 2020-12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from letterpress import api, data, pipeline
from letterpress.batch.mappings import Mappings
from letterpress.content import reader
from letterpress.errors import Diagnostic
from letterpress.filling import field_titles, samples, source_locations
from letterpress.interactive import preview
from letterpress.interactive.answers import Say, answering
from letterpress.model import FieldSpec, Letter
from letterpress.recipients import column_names

prepare = preview.prepare
_TYPES: Mapping[str, tuple[str, ...]] = {
    "integer": ("integer", "string"),
    "decimal": ("number", "string"),
    "money": ("number", "string"),
    "boolean": ("boolean", "string"),
    "list": ("array", "string"),
}
"""What a value may be in JSON; of any other type it is a text."""
_LACKING = frozenset(
    (
        "column-missing",
        "field-missing",
        "name-column-missing",
        "name-valueless",
        "record-nameless",
        "table-unrelated",
        "value-missing",
    )
)
"""Codes of what is wrong with a record that lacks something."""
_NOBODY = frozenset(("name-column-missing", "record-nameless", "table-unrelated"))
"""Those of them that mean that nobody is named."""
_ALONE = ("lines", "given", "family", "gender", "office", "attention", "care_of", "honorific")
"""Parts of a recipient that stand for others, or are for few: not in a record that has everything."""
_PLACES = ("street", "postcode", "city")
_OF_LETTER = ("salutation", "signatories")
"""Fields of the letter that a record may give where the letter leaves them open."""
_UNKNOWN = {"Name of member": "Sample"}
"""What a record may have besides that no letter knows, and that seems to be a name."""
_BLANK = r"\s\u001c-\u001f\u0085"
_SAID = "[^" + _BLANK + "]"
"""A text with a character that is no blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The schema of a letter's records."""

    schema: dict[str, Any] | None
    """None where the letter has faults."""
    diagnostics: tuple[Diagnostic, ...]


@answering
def of_letter(say: Say, path: str, name: str) -> Found:
    """Describe the records of a letter of the project.

    :param name: what the letter is called.
    """
    letter, faults = reader.examine(path)
    if letter is None:
        return Found(schema=None, diagnostics=faults)
    return Found(schema=schema(letter, name), diagnostics=faults)


def schema(letter: Letter, name: str) -> dict[str, Any]:
    """Make the JSON Schema (2020-12) of a record that fills a letter.

    Other names for the same are taken as well, and columns that the letter does not use; so further names are allowed.

    :param name: what the letter is called.
    """
    needs = _needed(letter)
    parts = {part: _part(part, needs) for part in column_names.TO_PARTS if part not in letter.fields}
    open_ones = {one: {"type": "string"} for one in _OF_LETTER if one in needs.every}
    fields = {field: _field(field, spec, needs) for field, spec in letter.fields.items()}
    about = "A record by its plain names; other names of columns for the same are taken as well."
    said = {"type": "string", "pattern": _SAID, "not": {"pattern": _nothing()}}
    required = {"required": [*needs.every]} if needs.every else {}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "description": about,
        "type": "object",
        "properties": {**parts, **open_ones, **fields},
        **required,
        **({"allOf": needs.rules} if needs.rules else {}),
        "additionalProperties": True,
        "$defs": {"said": {"anyOf": [said, {"type": "array", "contains": said}]}},
    }


_DESCRIBED = {
    "honorific": "The form of address or title before the name: Mr, Dr., Frau.",
    "title": "What the recipient is, below the name: Director.",
    "street": "Street and number, as the address has them.",
    "region": "State or province, as the post wants it: ME.",
    "country": "Its name, or its code of two letters (ISO 3166-1): FR. Another text is refused.",
    "lines": "The whole address, the name first, instead of name, street and city; a street beside it is lost.",
    "given": "First names, where `name` is not given whole.",
    "family": "Family name, where `name` is not given whole.",
    "gender": "f, m or nothing, for the form of address.",
    "office": "Key of an office that has forms of address of its own: us-senator. docs/offices.md lists all; "
    "another is refused.",
    "attention": "Who is to open a letter to an organisation.",
    "care_of": "With whom the recipient is (c/o).",
}
"""Part of a recipient -> what it is."""


def _part(part: str, needs: _Needed) -> dict[str, Any]:
    about: dict[str, Any] = {"description": _DESCRIBED.get(part, "Of the recipient.")}
    if part == "lines":
        about |= {"items": {"type": ["string", "number"]}}
    if part in needs.every:
        return {**about, **({} if part == "lines" else {"type": "string"}), "$ref": "#/$defs/said"}
    return {**about, "type": ["string", *(["array"] if part == "lines" else []), "null"]}


def _field(name: str, spec: FieldSpec, needs: _Needed) -> dict[str, Any]:
    needed = name in needs.every
    types = [*_TYPES.get(spec.type, ("string",))]
    about: dict[str, Any] = {"title": field_titles.title(name), "type": types if needed else [*types, "null"]}
    said = (
        spec.description,
        "A day, YYYY-MM-DD." if spec.type == "date" else None,
        f"In {spec.currency}." if spec.currency else None,
    )
    if any(said):
        about["description"] = " ".join(filter(None, said))
    if spec.choices:
        about["enum"] = [*spec.choices, *([] if needed else ["", None])]
    if spec.default is not None:
        about["default"] = str(spec.default)
    if needed:
        about["pattern"] = _SAID
    return about


def _nothing() -> str:
    """A pattern of the texts that stand for nothing in an address: a dash, n/a, in any case and with any blanks."""
    words = sorted({"".join(word.split()).casefold() for word in data.table("lists")["nothing"]})
    signs = ("[" + _BLANK + "]*").join
    return f"^{signs(('', '(?:' + '|'.join(signs(map(_sign, word)) for word in words) + ')', ''))}$"


def _sign(char: str) -> str:
    return f"[{char}{char.upper()}]" if char.upper() != char else f"[{char}]"


# --- what a record has to have ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _OneOf:
    """One of several that a record has to have at least."""

    parts: tuple[str, ...]
    unless_without: tuple[str, ...] = ()
    """Where a record has none of these, none of `parts` is needed; nothing: one always is."""
    alone: tuple[str, ...] = ()
    """Those of `parts` that are enough only in a record without `_PLACES`: lines beside a town are a part of it."""

    @property
    def rule(self) -> dict[str, Any]:
        """What it is in a schema."""
        said = {"$ref": "#/$defs/said"}
        without = dict.fromkeys(_PLACES, False)
        ways: list[dict[str, Any]] = [
            {"required": [one], "properties": {one: said, **(without if one in self.alone else {})}}
            for one in self.parts
        ]
        if self.unless_without:
            ways.append({"properties": dict.fromkeys(self.unless_without, False)})
        return {"description": self.said, "anyOf": ways}

    @property
    def said(self) -> str:
        """The same in words."""
        names = [f"{one} (without {', '.join(_PLACES)})" if one in self.alone else one for one in self.parts]
        needed = f"One of these is needed, and says something: {', '.join(names)}"
        return f"{needed}; or none of {', '.join(self.unless_without)}." if self.unless_without else f"{needed}."


@dataclass(frozen=True, slots=True)
class _Needed:
    """What a record of a letter has to have."""

    every: tuple[str, ...]
    """All of these."""
    some: tuple[_OneOf, ...] = ()
    known: tuple[str, ...] = ()
    """One of these, unless a record is empty; nothing: any record is known for what it is."""

    @property
    def rules(self) -> list[dict[str, Any]]:
        """What `required` alone cannot say."""
        known = [{"maxProperties": 0}, *({"required": [one]} for one in self.known)]
        return [*(one.rule for one in self.some), *([{"anyOf": known}] if self.known else [])]


def _needed(letter: Letter) -> _Needed:
    trial = _Trial(letter)
    values = _everything(letter)
    trial.pass_over(values)
    every = tuple(name for name in values if trial.lacks(_without(values, name)))
    least = {name: values[name] for name in every}
    if trial.lacks(least):
        some = _some(trial, least)
        # What one of several cannot mend needs some of them at once: what a record of the fewest has is asked for.
        fewest = _fewest(values, lambda record: not trial.lacks(record)) if some is None else ()
        return _Needed(tuple(fewest)) if some is None else _Needed(every, some)
    known: tuple[str, ...] = ()
    if not every and trial.lacks(_UNKNOWN):
        found = {**{part: _sample(part) for part in _PARTS}, **values}
        known = tuple(name for name, value in found.items() if not trial.lacks({**_UNKNOWN, name: value}))
    return _Needed(every, tuple(_blank(trial, least)), known)


def _some(trial: _Trial, least: Mapping[str, Any]) -> tuple[_OneOf, ...] | None:
    """Find the parts of which a record has to have one: for each thing that it lacks those that mend it."""
    record = dict(least)
    found: list[_OneOf] = []
    while lacking := trial.faults(record):
        tried = {one: trial.faults({**record, **_UNKNOWN, one: _sample(one)}) for one in _PARTS if one not in record}
        ways = tuple(part for part, left in tried.items() if not _same(lacking, left))
        if not ways:
            return None
        beside = {one: trial.faults({**_placed(record), one: _sample(one)}) for one in ways}
        alone = tuple(one for one, left in beside.items() if _same(lacking, left))
        found.append(_OneOf(ways, alone=alone))
        record[ways[0]] = _sample(ways[0])
    return tuple(found)


def _same(one: frozenset[Any], other: frozenset[Any]) -> bool:
    """Whether two records lack the same thing: that nobody is named is said in several ways."""
    codes, others = ({code for code, _, _ in found} for found in (one, other))
    return bool(one & other) or bool(codes & _NOBODY and others & _NOBODY)


def _blank(trial: _Trial, least: Mapping[str, Any]) -> Iterator[_OneOf]:
    """Parts of a recipient that may be left out, and not all be empty: then a record is to nobody."""
    blank = {part: trial.lacks({**least, part: ""}) for part in _PARTS if part not in least}
    for codes in dict.fromkeys(filter(None, blank.values())):
        parts = tuple(part for part, found in blank.items() if found == codes)
        empty = {**least, **dict.fromkeys(parts, "")}
        ways = tuple(part for part in _PARTS if not trial.lacks({**empty, part: _sample(part)}))
        placed = _placed(empty)
        alone = tuple(part for part in ways if part not in _PLACES and trial.lacks({**placed, part: _sample(part)}))
        yield _OneOf(ways, parts, alone)


def _placed(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**record, **{part: _sample(part) for part in _PLACES}}


_PARTS = column_names.TO_PARTS


class _Trial:
    """Fills a letter with records, and says which lack something."""

    def __init__(self, letter: Letter) -> None:
        self._mappings = Mappings(api.in_language(api.job(letter)), each=True)
        self._of_letter: frozenset[Any] = frozenset()

    def pass_over(self, record: Mapping[str, Any]) -> None:
        """Take what a record lacks to be the letter's own affair."""
        self._of_letter = self.faults(record)

    def lacks(self, record: Mapping[str, Any]) -> frozenset[str]:
        """Give the codes of what a record lacks."""
        return frozenset(code for code, _, _ in self.faults(record))

    def faults(self, record: Mapping[str, Any]) -> frozenset[Any]:
        """Give what a record lacks: code, field and value of each fault."""
        (result,) = self._mappings.results([record], pipeline.examine)
        wrong = (fault for fault in result.diagnostics if fault.severity == "error" and fault.code in _LACKING)
        return frozenset((fault.code, fault.field, fault.value) for fault in wrong) - self._of_letter


def _everything(letter: Letter) -> dict[str, Any]:
    """A record that has everything."""
    parts = [part for part in _PARTS if part not in _ALONE or _is_named(letter, part)]
    values: dict[str, Any] = {part: _sample(part) for part in parts}
    values |= {name: "Ada Sample" for name in _OF_LETTER if not getattr(letter, name)}
    return {
        **values,
        **{name: [] if spec.type == "list" else samples.of_field(spec) for name, spec in letter.fields.items()},
    }


def _is_named(letter: Letter, part: str) -> bool:
    """Whether a text of the letter names a part of the recipient."""
    bodies = (letter.body, *(version.body for version in letter.versions))
    texts = (*(text for _, text in source_locations.texts(letter)), *(body.template for body in bodies))
    return any(f"to.{part}" in text for text in texts)


def _sample(part: str) -> str:
    return samples.RECIPIENT.get(part) or _SAMPLES.get(part, "Sample")


_SAMPLES = {"postcode": "04401", "region": "ME", "country": "US", "phone": "207 555 0170", "email": "post@example.org"}


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in values.items() if other != name}


def _fewest(values: Mapping[str, Any], is_enough: Callable[[Mapping[str, Any]], bool]) -> Iterable[str]:
    """Leave out what can be left out, one after the other, the last first."""
    left = dict(values)
    for name in reversed([*values]):
        if is_enough(fewer := _without(left, name)):
            left = fewer
    return left
