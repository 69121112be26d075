"""Maps the columns of a table to the fields of a letter, the parts of its recipient and what may be chosen for it.

Says which columns find no place, and which fields no column. Which names mean the same is in `data/columns.toml`.

Not here: which records of a table are meant (selection.py), and what kind of value a field takes (filling/).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.errors import Diagnostic, did_you_mean, fixes, nearest
from letterpress.filling.checks import TEXTS, known_names, unknown_names
from letterpress.letterhead import choices
from letterpress.model import FieldSpec, Job, Letter

TO_PARTS = (
    "name", "honorific", "title", "organisation", "street", "postcode", "city", "region", "country", "phone", "email",
    "web", "lines", "given", "family", "gender", "office", "attention", "care_of",
)  # fmt: skip
"""Columns that make the recipient, with or without `to.` before them."""
LISTS = ("signatories", "enclosures")
"""Fields of a letter that a column may replace for its record, separated by semicolons."""
CHOICES = (*choices.COLUMNS, *LISTS)
"""What a column may choose for its record."""
GROUP_FIELD = "records"
"""Field of type list that gets all records of a household, where records are grouped."""
IGNORE = "ignore"
"""`map: {Column: ignore}`: the column is known, and not for the letter."""
REMARK = "letterpress:"
"""What the names of columns begin with that letterpress itself writes into a table: no letter uses them."""
_JOINED = {
    "given_name": ("to.name", 0),
    "family_name": ("to.name", 1),
    "street": ("to.street", 0),
    "house_number": ("to.street", 1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Where the columns of a table go."""

    paths: Mapping[str, tuple[str, ...]]
    """Field path -> the columns that make it, joined with a space."""
    columns: tuple[str, ...]
    faults: tuple[Diagnostic, ...] = ()
    """What is wrong with the columns themselves; an error stops the run before its first letter."""

    def sources(self, path: str | None) -> tuple[str, ...]:
        """The columns that a field's value comes from; none, if it comes from elsewhere."""
        if path is None:
            return ()
        known = (path, f"fields.{path}", path.removeprefix("fields."))
        return next((self.paths[name] for name in known if name in self.paths), ())

    def column(self, path: str | None) -> str | None:
        """Find the column (or columns) that a field's value comes from: where to look for what is wrong with it."""
        if path is None:
            return None
        within = (names for name, names in self.paths.items() if name.startswith(f"{path}."))
        return " + ".join(self.sources(path) or next(within, ())) or None


def map_columns(
    letter: Letter,
    columns: Sequence[str],
    *,
    source: str,
    given: Mapping[str, str] | None = None,
    shared: Iterable[str] = (),
    grouped: bool = False,
    known: Iterable[str] = (),
) -> Mapped:
    """Find a place for every column, or say that it has none.

    :param source: the table's name, for diagnostics.
    :param given: column -> path, on top of the letter's own `map:`.
    :param shared: paths that have one value for all records (--set).
    :param known: columns that are used in another way: as a key, or in a file's name.
    """
    explicit = {**letter.map, **(given or {})}
    faults = _wrong_map(letter, columns, explicit, source, given or {})
    paths: dict[str, list[tuple[int, str]]] = {}
    unmapped: list[str] = []
    folded = {_fold(column): path for column, path in explicit.items()}
    meant = [(column, folded.get(_fold(column)) or _meaning(letter, column)) for column in columns]
    kept_out = [
        column
        for column, meaning in meant
        if meaning in TEXTS and getattr(letter, meaning) is not None and _fold(column) not in folded
    ]
    faults += [_kept_out(column, str(_meaning(letter, column)), source) for column in kept_out]
    meant = [(column, IGNORE if column in kept_out else meaning) for column, meaning in meant]
    has_given = any(meaning == "given_name" for _, meaning in meant)
    for column, meaning in meant:
        if meaning is None:
            if column not in known and not column.startswith(REMARK):
                unmapped.append(column)
        elif meaning != IGNORE:
            if meaning == "to.name" and has_given and not any(m == "family_name" for _, m in meant):
                meaning = "family_name"  # "Name" beside "Vorname"
            if meaning in ("given_name", "family_name"):  # which part is which: a salutation asks for it
                paths.setdefault(f"to.{meaning.removesuffix('_name')}", []).append((0, column))
            path, place = _JOINED.get(meaning, (meaning, 0))
            path = _full(letter, path)
            paths.setdefault(path, []).append((place, column))
    faults += _doubled(paths, explicit, source)
    if unmapped:
        faults.append(_unmapped(letter, unmapped, source))
    joined = {
        path: tuple(column for _, column in sorted(placed, key=lambda item: item[0])) for path, placed in paths.items()
    }
    faults += _missing(letter, joined, set(shared), columns, grouped, source)
    return Mapped(paths=joined, columns=tuple(columns), faults=tuple(faults))


def assign(mapped: Mapped, record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Give a record's values by field path, and its choices by name; an empty cell is no value."""
    values: dict[str, Any] = {}
    chosen: dict[str, str] = {}
    for path, columns in mapped.paths.items():
        if len(columns) == 1:
            value = record.get(columns[0], "")
        else:
            value = _join([str(record.get(column, "")).strip() for column in columns])
        if value in ("", None):
            continue
        if path in CHOICES:
            chosen[path] = str(value).strip()
        else:
            values[path] = value
    return values, chosen


def choose(job: Job, chosen: Mapping[str, str]) -> Job:
    """Give `job` with what a record chooses of `letterhead.choices`. (Who signs and what is enclosed: `batch.plan`.)

    :raises UsageError: with every value that there is not.
    """
    texts = {name: chosen[name] for name in choices.COLUMNS if name in chosen}
    return replace(job, choices=choices.chosen_by_texts(job.choices, texts, job.letter)) if texts else job


def address_key(values: Mapping[str, Any]) -> str:
    """Make a key that two records of one addressee share, however they are typed; empty if there is no address."""
    parts = [
        values.get(f"to.{name}", "")
        for name in ("name", "organisation", "street", "postcode", "city", "country", "lines")
    ]
    if not any(parts[2:]):
        return ""
    return "\n".join(_fold(_as_one(part)) for part in parts)


def sql_types(letter: Letter, mapped: Mapped) -> dict[str, tuple[str, FieldSpec]]:
    """Find the columns that are more than text in SQL, since their field has a type: column -> (SQL type, field)."""
    kinds = {
        "integer": "HUGEINT",
        "decimal": "DECIMAL(38, 9)",
        "money": "DECIMAL(38, 9)",
        "date": "DATE",
        "boolean": "BOOLEAN",
    }
    types = {}
    for path, columns in mapped.paths.items():
        spec = letter.fields.get(path.removeprefix("fields."))
        if spec is not None and len(columns) == 1 and spec.type in kinds:
            types[columns[0]] = (kinds[spec.type], spec)
    return types


# --- what a column means ----------------------------------------------------------------------------------------------


def _meaning(letter: Letter, column: str) -> str | None:
    """A path, a part to be joined (`given_name`), or None."""
    name = column.strip()
    if name in letter.fields:
        return f"fields.{name}"
    if not unknown_names(letter, [name]):
        return name
    if name in TO_PARTS:
        return f"to.{name}"
    folded = _fold(name)
    for field in letter.fields:
        if folded in (_fold(field), _fold(f"fields.{field}")):
            return f"fields.{field}"
    meaning = _table().get(folded)
    if meaning is None:
        return next((text for text in TEXTS if _fold(text) == folded), None)
    if meaning in CHOICES or meaning in ("given_name", "family_name", "house_number"):
        return meaning
    return f"to.{meaning}"


def is_known(letter: Letter, column: str) -> bool:
    """Say whether a text is the name of a column that a letter's recipient or one of its fields comes from."""
    return _meaning(letter, column) is not None or _fold(column) in {_fold(name) for name in letter.map}


def _full(letter: Letter, path: str) -> str:
    """`amount` as `fields.amount`, `street` as `to.street`."""
    if path in letter.fields:
        return f"fields.{path}"
    return f"to.{path}" if path in TO_PARTS else path


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    return {_fold(name): meaning for meaning, names in data.table("columns").items() for name in names}


@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    """A name without case, accents, spaces and punctuation."""
    text = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[\W_]+", "", "".join(char for char in text if not unicodedata.combining(char)))


def _as_one(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _join(parts: list[str]) -> str:
    """Parts side by side, but not one that the next has already: "Ada" and "Ada Lovelace" are one person."""
    kept = [
        part
        for at, part in enumerate(parts)
        if part and not any(f" {part} " in f" {later} " for later in parts[at + 1 :])
    ]
    return " ".join(kept)


# --- faults of the columns --------------------------------------------------------------------------------------------


def _kept_out(column: str, path: str, source: str) -> Diagnostic:
    """What the letter writes itself stands, unless its author says that the column replaces it."""
    return Diagnostic(
        severity="warning",
        message=f"the column '{column}' is not used: the letter writes its own {path}",
        file=source,
        hint=f"to replace it by the column, write map: {{{column}: {path}}}; else {{{column}: {IGNORE}}}",
        code="column-kept-out",
        value=column,
        params=(("field", path),),
    )


def _wrong_map(
    letter: Letter, columns: Sequence[str], explicit: Mapping[str, str], source: str, given: Mapping[str, str]
) -> list[Diagnostic]:
    """An explicit map that names a column or a field that there is not.

    A letter may be for several lists: a column that one of them lacks is no fault where it is ignored, and a warning
    where its field can do without it. What the command line names (`given`) is there.
    """
    faults = []
    present = {_fold(column) for column in columns}
    for column, path in explicit.items():
        file, line = letter.places.get(f"map.{column}", (None, None))
        place: dict[str, Any] = {"file": file, "line": line, "field": f"map.{column}"}
        if _fold(column) not in present and path != IGNORE:
            spec = letter.fields.get(path.removeprefix("fields."))
            optional = column not in given and spec is not None and not spec.required and not nearest(column, columns)
            faults.append(
                Diagnostic(
                    severity="warning" if optional else "error",
                    message=f"there is no column '{column}' in {source}",
                    hint=did_you_mean(column, columns),
                    code="column-unknown",
                    value=column,
                    fixes=fixes(column, nearest(column, columns), kind="rename"),
                    **place,
                )
            )
        known = path in (*CHOICES, *TO_PARTS, *_JOINED, IGNORE) or not unknown_names(letter, [path])
        if not known:
            faults.append(
                Diagnostic(
                    message=f"the letter has no field '{path}'",
                    hint=unknown_names(letter, [path])[0][1],
                    code="field-unknown",
                    value=path,
                    column=column,
                    fixes=fixes(path, nearest(path, known_names(letter))),
                    **place,
                )
            )
    return faults


def _doubled(paths: Mapping[str, list[tuple[int, str]]], explicit: Mapping[str, str], source: str) -> list[Diagnostic]:
    """Two columns for one place: which is meant is for the user to say."""
    faults = []
    chosen = {_fold(column) for column in explicit}
    for path, placed in paths.items():
        places = [place for place, _ in placed]
        if len(set(places)) == len(places):
            continue
        twice = [column for place, column in placed if places.count(place) > 1]
        mapped = [column for column in twice if _fold(column) in chosen]
        if len(mapped) == 1:  # the map has said it
            placed[:] = [item for item in placed if item[1] not in twice or item[1] in mapped]
            continue
        names = " and ".join(f"'{column}'" for column in twice)
        faults.append(
            Diagnostic(
                message=f"{names} would both be {path}",
                file=source,
                field=path,
                hint=f"say which with map: {{{twice[1]}: {IGNORE}}}, or --map '{twice[1]}={IGNORE}'",
                code="column-ambiguous",
                column=twice[1],
                params=(("columns", tuple(twice)),),
            )
        )
    return faults


def _unmapped(letter: Letter, unmapped: list[str], source: str) -> Diagnostic:
    """One warning for all columns without a place: an address list has many that no letter needs."""
    shown = ", ".join(f"'{column}'" for column in unmapped[:12]) + (", ..." if len(unmapped) > 12 else "")
    known = [*letter.fields, *TO_PARTS]
    near = {column: names for column in unmapped[:12] if (names := _near(column, known))}
    hints = "; ".join(f"'{column}': {did_you_mean(column.lower(), known)}" for column in near)
    return Diagnostic(
        severity="warning",
        message=f"not used: the {'column' if len(unmapped) == 1 else 'columns'} {shown}",
        file=source,
        hint=hints or f"name what they are with map:, or say {IGNORE}",
        code="column-unused",
        value=unmapped[0] if len(unmapped) == 1 else None,
        params=(("columns", tuple(unmapped)),),
        fixes=tuple(fix for column, names in near.items() for fix in fixes(column, names, kind="rename")),
    )


def _near(column: str, known: list[str]) -> tuple[str, ...]:
    return nearest(column.lower(), known) if len(column) > 3 else ()


def _missing(
    letter: Letter, paths: Mapping[str, Any], shared: set[str], columns: Sequence[str], grouped: bool, source: str
) -> list[Diagnostic]:
    """Required fields that no column, default or --set gives."""
    faults = []
    for name, spec in letter.fields.items():
        given = {name, f"fields.{name}"}
        if not spec.required or spec.default is not None or given & shared or given & set(paths):
            continue
        if grouped and name == GROUP_FIELD:
            continue
        near = nearest(name, columns)
        then = f"{did_you_mean(name, columns)} Then: --map 'COLUMN={name}'"
        file, line = letter.places.get(f"fields.{name}", (letter.path, None))
        faults.append(
            Diagnostic(
                message=f"is required, and {source} has no column for it",
                file=file,
                line=line,
                field=f"fields.{name}",
                hint=then if near else f"add the column, or say which it is: --map 'COLUMN={name}'",
                code="column-missing",
                params=(("source", source),),
                fixes=tuple(fix for column in near for fix in fixes(column, (name,), kind="rename")),
            )
        )
    return faults
