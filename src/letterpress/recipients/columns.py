"""Maps the columns of a table to the fields of a letter, the parts of its recipient and what may be chosen for it.

Says which columns find no place, and which fields no column. Which names mean the same is in `data/columns.toml`.

Not here: which records of a table are meant (selection.py), and what kind of value a field takes (filling/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from letterpress.addressing import address
from letterpress.errors import Diagnostic
from letterpress.filling.checks import TEXTS, unknown_names
from letterpress.letterhead import choices
from letterpress.model import Job, Letter
from letterpress.recipients import column_faults, column_names, person_columns, streets
from letterpress.recipients.address_keys import address_key, place_key
from letterpress.recipients.column_names import CHOICES, GROUP_FIELD, IGNORE, JOINED, REMARK, TO_PARTS
from letterpress.recipients.column_names import fold as _fold
from letterpress.recipients.column_places import Places, in_order, sorted_by_value

__all__ = [
    "CHOICES",
    "GROUP_FIELD",
    "TO_PARTS",
    "Mapped",
    "address_key",
    "assign",
    "choose",
    "map_columns",
    "place_key",
]
_PLACE_PARTS = ("to.street", "to.city", "to.postcode", "to.lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Where the columns of a table go."""

    paths: Mapping[str, tuple[str, ...]]
    """Field path -> the columns that make it, joined with a space."""
    columns: tuple[str, ...]
    groups: tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...] = ()
    """Further addresses that a record may fill, by their word (Billing, Home), in order: field path -> columns."""
    by_value: Mapping[str, str | None] = field(default_factory=dict)
    """Columns whose values are forms of address, or else of this field; None: or else of no use."""
    house: Mapping[str, str] = field(default_factory=dict)
    """Columns that join the street in its line, by which of `column_names.HOUSE` they are."""
    home: str | None = None
    """The country of the letter's own recipient, else the sender's, if the letter says it."""
    number_home: str | None = None
    """The same or the language's, for the order of a street and its number where a record names no country."""
    boxes: frozenset[str] = frozenset()
    """Columns of a box, which stands in a street's place where there is none."""
    beside: frozenset[str] = frozenset()
    """Columns of what stands beside a name, and is none: Jr., van."""
    recipient: tuple[str, ...] = ()
    """Columns of the recipient's name and address."""
    ignored: frozenset[str] = frozenset()
    """Columns that the letter or the command line says are not for it."""
    full_name: str | None = None
    """Column of the whole name, where there are columns of its parts as well."""
    or_firm: str | None = None
    """Column of the family name beside one of the given name, which has firms too."""
    countries: tuple[str, ...] = ()
    """What the list's records name, where nearly all name one (`empty_countries`)."""
    faults: tuple[Diagnostic, ...] = ()
    """What is wrong with the columns themselves; an error stops the run before its first letter."""
    direct: tuple[tuple[str, str | None, bool], ...] = field(init=False, repr=False)
    """Each field path, its column if one alone makes it, and whether it is a choice: `paths` as `assign` needs them."""

    def __post_init__(self) -> None:
        direct = []
        for path, columns in self.paths.items():
            alone = len(columns) == 1 and columns[0] not in self.boxes
            direct.append((path, columns[0] if alone else None, path in CHOICES))
        object.__setattr__(self, "direct", tuple(direct))

    def used(self) -> set[str]:
        """All columns that a letter may get a value from."""
        named = {column for columns in self.paths.values() for column in columns}
        named |= {column for _, group in self.groups for columns in group.values() for column in columns}
        return named | set(self.by_value) | ({self.full_name} if self.full_name else set())

    def sources(self, path: str | None) -> tuple[str, ...]:
        """The columns that a field's value comes from; none, if it comes from elsewhere."""
        if path is None:
            return ()
        known = (path, f"fields.{path}", path.removeprefix("fields."))
        found = next((self.paths[name] for name in known if name in self.paths), ())
        if path in ("to.honorific", *self.by_value.values()):
            found = (*found, *self.by_value)
        return (*found, *(column for _, group in self.groups for column in group.get(path, ())))

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
    faults = column_faults.wrong_map(letter, columns, explicit, source, given or {})
    folded = {_fold(column): path for column, path in explicit.items()}
    meant = [(column, folded.get(_fold(column)) or _meaning(letter, column)) for column in columns]
    if "organisation" not in (kinds := {meaning for _, meaning in meant}) and "to.organisation" not in kinds:
        firm = column_names.firm_beside_contact(column for column in columns if _fold(column) not in folded)
        meant = [(column, "to.organisation" if column == firm else meaning) for column, meaning in meant]
    meant, or_firm = person_columns.settled(column_names.with_places(column_names.with_house_numbers(meant, folded)))
    kept_out = [
        column
        for column, meaning in meant
        if meaning in TEXTS and getattr(letter, meaning) is not None and _fold(column) not in folded
    ]
    faults += [
        column_faults.gives_text(column, meaning, source)
        for column, meaning in meant
        if meaning in TEXTS and column not in kept_out and _fold(column) not in folded
    ]
    meant = [(column, IGNORE if column in kept_out else meaning) for column, meaning in meant]
    by_value = sorted_by_value(meant, {*kept_out}, folded)
    faults += [  # a column of forms of address is used: what else it holds is said of its records
        column_faults.kept_out(column, str(_meaning(letter, column)), source)
        for column in kept_out
        if column not in by_value
    ]
    named = any(_fold(column) == "name" and meaning == "to.name" for column, meaning in meant)
    places = Places(letter, frozenset(meaning for _, meaning in meant), named)
    unmapped = [
        column
        for column, meaning in meant
        if column not in by_value
        and meaning != IGNORE
        and not places.take(column, meaning)
        and column not in known
        and not column.startswith(REMARK)
    ]
    places.complete()
    paths = places.paths
    faults += column_faults.doubled(paths, explicit, source)
    joined = in_order(paths)
    every = [(word, in_order(placed)) for word, placed in places.groups.items()]
    order = [one for one in every if any(part in one[1] for part in _PLACE_PARTS)]
    unmapped += [column for one in every if one not in order for taken in one[1].values() for column in taken]
    if unmapped:
        faults.append(column_faults.unmapped_columns(letter, list(dict.fromkeys(unmapped)), {*joined}, source))
    whole = [joined, *(parts for _, parts in order)]
    recipient = [column for parts in whole for path in parts if path.startswith("to.") for column in parts[path]]
    faults += column_faults.missing(letter, joined, set(shared), columns, grouped, source)
    return Mapped(
        paths=joined,
        columns=tuple(columns),
        groups=tuple(order),
        by_value=by_value,
        boxes=frozenset(places.boxes),
        beside=frozenset(places.beside),
        recipient=tuple(dict.fromkeys((*recipient, *([places.full_name] if places.full_name else [])))),
        house=places.house,
        home=address.home_country(next((to for to in letter.to[:1] if to.country), letter.sender), ""),
        number_home=address.home_country(letter.sender, letter.lang),
        ignored=frozenset(column for column, meaning in meant if meaning == IGNORE),
        full_name=places.full_name,
        or_firm=or_firm,
        faults=tuple(faults),
    )


def assign(
    mapped: Mapped, record: Mapping[str, Any], *, emptied: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give a record's values by field path, and its choices by name; an empty cell is no value.

    :param emptied: whether the record is as `with_values` gives it.
    """
    values: dict[str, Any] = {}
    chosen: dict[str, str] = {}
    record = record if emptied else with_values(mapped, record)
    for path, column, is_choice in mapped.direct:
        value = _value(mapped, path, mapped.paths, record) if column is None else record.get(column, "")
        if value == "" or value is None:
            continue
        if is_choice:
            chosen[path] = str(value).strip()
        else:
            values[path] = value
    placed = not mapped.groups or any(part in values for part in _PLACE_PARTS)
    if not placed and (filled := _filled_groups(mapped, record)):
        if "to.name" in filled[0][1]:  # who it is belongs to the address
            for part in ("to.name", "to.given", "to.family"):
                values.pop(part, None)
        values |= filled[0][1]
    names = [name for name in mapped.paths.get("to.name", ()) if name not in mapped.beside]
    if mapped.beside and not any(map(record.get, names)):
        values = {path: value for path, value in values.items() if path not in ("to.name", "to.family")}
    if mapped.full_name is not None and "to.name" not in values and record.get(mapped.full_name):
        values["to.name"] = record[mapped.full_name]
    if "to.gender" in values and column_names.says_nothing(str(values["to.gender"])):
        del values["to.gender"]
    for column, path_else in mapped.by_value.items():
        text = str(record.get(column) or "").strip()
        if text and (path_else == "to.honorific" or column_names.is_courtesy(text)):
            values["to.honorific"] = _join([str(values.get("to.honorific", "")), text])
        elif text and path_else is not None:
            values[path_else] = text
    if mapped.or_firm is not None:
        person_columns.with_firm(values)
    if "to.lines" in values and ("to.city" in values or "to.postcode" in values):
        streets.beside_lines(values)
    return values, chosen


def _value(mapped: Mapped, path: str, paths: Mapping[str, Sequence[str]], record: Mapping[str, Any]) -> Any:
    """The value that one or several columns make: side by side, or line below line.

    :param paths: the columns of each field, for all records or of one of several addresses.
    """
    columns = paths[path]
    if len(columns) == 1 and columns[0] not in mapped.boxes:
        return record.get(columns[0], "")
    parts = [str(record.get(column, "")).strip() for column in columns]
    if path == "to.lines":
        return "\n".join(part for part in parts if part)
    if path != "to.street":
        return _join(parts)
    country = streets.country(paths, record, mapped.number_home)
    if mapped.boxes:
        parts = streets.with_box(mapped.boxes, columns, parts, country)
    return streets.written(list(zip(columns, parts, strict=True)), mapped.house, country)


def boxes_left_out(mapped: Mapped, record: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """Warn of a box that is not in the address."""
    ways = [mapped.paths]
    if not any(record.get(column) for part in _PLACE_PARTS for column in mapped.paths.get(part, ())):
        filled = [word for word, _ in _filled_groups(mapped, record)]
        ways = [group for word, group in mapped.groups if word in filled[:1]]
    said = []
    for paths in ways:
        named = paths.get("to.street", ())
        parts = [str(record.get(column) or "").strip() for column in named]
        said += streets.left_out(mapped.boxes, named, parts, streets.country(paths, record, mapped.number_home))
    return tuple(streets.box_left_out(column, str(record[column])) for column in said)


def _filled_groups(mapped: Mapped, record: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The further addresses that a record fills, each whole: parts of two are never mixed."""
    filled = []
    for word, group in mapped.groups:
        values = {path: _value(mapped, path, group, record) for path in group}
        values = {path: value for path, value in values.items() if value not in ("", None)}
        if "to.name" in values and "to.given" in values and "to.family" not in values and "to.name" in mapped.paths:
            del values["to.name"], values["to.given"]  # a contact's first name beside a name for all addresses
        if "to.lines" in values and ("to.street" in values or "to.city" in values):
            if "to.street" not in values:
                streets.beside_lines(values)
            values.pop("to.lines", None)  # the same in one: Google's `Formatted`
        if any(part in values for part in _PLACE_PARTS):
            filled.append((word, values))
    return filled


def notes(
    mapped: Mapped, record: Mapping[str, Any], emptied: Mapping[str, Any] | None = None
) -> tuple[Diagnostic, ...]:
    """Say what is to be known of a record's address, though it can be used.

    :param emptied: the record as `with_values` gives it, if that is known.
    """
    said = (*several_addresses(mapped, record), *kept_out(mapped, record)) if mapped.groups or mapped.by_value else ()
    said = (*said, *boxes_left_out(mapped, with_values(mapped, record))) if mapped.boxes else said
    if emptied is record or not (dashes := _without_value(mapped, record)):
        return said
    shown = ", ".join(f"'{column}' holds '{record[column]}'" for column in dashes[:4])
    note = Diagnostic(
        severity="note",
        message=f"{shown}: it is read as empty",
        hint="empty the cell, or write what is to be printed",
        code="cell-says-nothing",
        value=str(record[dashes[0]]),
        params=(("columns", tuple(dashes)),),
    )
    return (*said, note)


def with_values(mapped: Mapped, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the record with its cells empty that only say that there is nothing."""
    dashes = _without_value(mapped, record)
    return {**record, **dict.fromkeys(dashes, "")} if dashes else record


def _without_value(mapped: Mapped, record: Mapping[str, Any]) -> list[str]:
    """The columns of the recipient whose cells only say that there is nothing: "-", "n/a", "k. A."."""
    others = column_names.not_nothing()
    return [
        column
        for column in mapped.recipient
        if (text := record.get(column))
        and isinstance(text, str)
        and text[0] not in others
        and len(text) < 20
        and column_names.is_nothing(text)
    ]


def several_addresses(mapped: Mapped, record: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """Warn of a record that has two addresses, of which the first is taken."""
    if len(mapped.groups) < 2 or any(record.get(column) for column in mapped.paths.get("to.street", ())):
        return ()
    filled = _filled_groups(mapped, record)
    if len(filled) < 2 or address_key(filled[0][1]) == address_key(filled[1][1]):
        return ()
    first, second = filled[0][0], filled[1][0]
    return (
        Diagnostic(
            severity="warning",
            message=f"has two addresses, '{first}' and '{second}': the letter goes to the first",
            hint=f"if it is to go to the other, ignore the columns of '{first}' with map:",
            code="address-several",
            params=(("addresses", (first, second)),),
        ),
    )


def kept_out(mapped: Mapped, record: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """Warn of a salutation in a cell where the letter writes its own; a form of address there is used."""
    cells = {column: str(record.get(column) or "").strip() for column, path in mapped.by_value.items() if path is None}
    return tuple(
        column_faults.cell_kept_out(column, text)
        for column, text in cells.items()
        if text and not column_names.is_courtesy(text)
    )


def choose(job: Job, chosen: Mapping[str, str]) -> Job:
    """Give `job` with what a record chooses of `letterhead.choices`. (Who signs and what is enclosed: `batch.plan`.)

    :raises UsageError: with every value that there is not.
    """
    texts = {name: chosen[name] for name in choices.COLUMNS if name in chosen}
    return replace(job, choices=choices.chosen_by_texts(job.choices, texts, job.letter)) if texts else job


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
    for name in letter.fields:
        if folded in (_fold(name), _fold(f"fields.{name}")):
            return f"fields.{name}"
    meaning = column_names.meaning(column)
    if meaning is None:
        return next((text for text in TEXTS if _fold(text) == folded), None)
    if meaning in CHOICES or meaning in (*JOINED, *TEXTS, "title_or_honorific", person_columns.NAME_OR_FIRM):
        return meaning
    return f"to.{meaning}"


def is_known(letter: Letter, column: str) -> bool:
    """Say whether a text is the name of a column that a letter's recipient or one of its fields comes from."""
    meant = _meaning(letter, column) is not None or column_names.in_group(column) is not None
    return meant or _fold(column) in {_fold(name) for name in letter.map}


def _join(parts: list[str]) -> str:
    """Parts side by side, but not one that the next has already: "Ada" and "Ada Lovelace" are one person."""
    kept = [
        part
        for at, part in enumerate(parts)
        if part and not any(f" {part} " in f" {later} " for later in parts[at + 1 :])
    ]
    return " ".join(kept)
