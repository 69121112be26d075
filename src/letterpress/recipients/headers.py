"""Says whether the first row of a table is a header that names recipients, and where the header may be if it is not.

Not here: what a single column means (columns.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from letterpress.addressing import address, countries, postcodes, regions
from letterpress.errors import Diagnostic
from letterpress.filling import source_locations
from letterpress.model import Letter
from letterpress.recipients import nobody, person_columns, sample_names
from letterpress.recipients.column_names import IGNORE, JOINED, TO_PARTS, like_address, like_names, meaning
from letterpress.recipients.columns import Mapped, is_known
from letterpress.recipients.records import Table
from letterpress.templating import sandbox
from letterpress.text import language

_PLACES = ("street", "city", "postcode", "region", "country")
_TOP = 10
"""Rows below the first that may be the header."""


def check(table: Table, mapped: Mapped, letter: Letter, shared: Iterable[str]) -> list[Diagnostic]:
    """Find what is wrong with a table's header as a whole: a title above it, no header, no column for a recipient.

    :param shared: paths that have one value for all records (--set).
    """
    if not table.columns and letter.to:
        return []  # empty objects of JSON: the letter says itself who it is to
    elsewhere = _elsewhere(table, letter) or _transposed(table, letter)
    if elsewhere is not None:
        return [elsewhere]
    found = check_columns(table.columns, mapped, letter, shared, _place(table))
    inner = _inner_list(table) if found and found[0].code == "table-unrelated" else None
    if inner is not None:
        hint = f"its records stand in '{inner}': write that list alone into a file, as jq .{inner} does"
        return [replace(found[0], hint=hint)]
    others = [fault for fault in found if fault.code != "recipient-in-text"]
    without_street = [fault.params[0] for fault in others if fault.params] == [("missing", ("street",))]
    parts = _without_part(table, mapped, letter, shared) if without_street or not others else []
    return [fault for fault in found if not parts or fault not in others] + parts


def check_columns(
    columns: Sequence[str], mapped: Mapped, letter: Letter, shared: Iterable[str], place: Mapping[str, Any]
) -> list[Diagnostic]:
    """Find what is wrong with the columns of a source, or of a row that a program gives, as a whole.

    :param place: of a diagnostic: file, sheet and row.
    """
    given = {
        **dict(mapped.paths),
        **{path: () for _, group in mapped.groups for path in group},
        **dict.fromkeys(shared, ()),
    }
    return [*_as_a_whole(columns, mapped, letter, given, place), *sample_names.left(letter, mapped.paths)]


def _as_a_whole(
    columns: Sequence[str], mapped: Mapped, letter: Letter, given: Mapping[str, Any], place: Mapping[str, Any]
) -> list[Diagnostic]:
    """Say that the columns name nobody, give no address, or not all of it."""
    unclear = _unclear_address(columns, mapped, letter, given, place)
    if unclear:
        return unclear
    if "to.street" in given and not nobody.names_somebody(given) and not _from_fields(letter, given):
        return _without_name(columns, mapped, letter, place)
    if mapped.full_name is None and person_columns.without_family(mapped.paths):
        half = _without_family(columns, mapped, letter, place)
        if half:
            return half
    if nobody.names_somebody(given) or "to.street" in given or _from_fields(letter, given):
        lacking = () if _from_fields(letter, given) else _lacking(given)
        unused = [column for column in columns if column not in mapped.used() | mapped.ignored]
        return [_without_address(str(place["file"]), lacking, unused)] if lacking else []
    if not columns:
        return [
            Diagnostic(message=nobody.NAMELESS, field="to.name", hint=nobody.NAME_IT, code="record-nameless", **place)
        ]
    seen = ", ".join(f"'{column}'" for column in columns[:8]) + (", ..." if len(columns) > 8 else "")
    if mapped.paths:
        message = f"no column says who is written to, so that no letter would have its recipient: there are {seen}"
    else:
        message = f"no column of this list is known, so that every letter would be the same: there are {seen}"
    hint = "if these are values, write the columns' names above them; else say what they are: --map 'COLUMN=name'"
    params = (("columns", tuple(columns)),)
    return [Diagnostic(message=message, **place, hint=hint, code="table-unrelated", params=params)]


def _place(table: Table, row: int | None = None) -> dict[str, Any]:
    origin = table.origin
    return {"file": origin.file, "sheet": origin.sheet, "row": row or origin.header_row}


def _elsewhere(table: Table, letter: Letter) -> Diagnostic | None:
    """Say that a row below the first knows more names of columns than the first does, which may be a title alone."""
    header = table.origin.header_row
    if header is None or (letter.data and letter.data.header_row):
        return None
    first = sum(is_known(letter, column) for column in table.columns)
    for row, (cells, *_) in enumerate(itertools.islice(table.rows(), _TOP), start=header + 1):
        texts = [str(cell).strip() for cell in cells if str(cell).strip()]
        known = sum(is_known(letter, text) for text in texts)
        titled = len(table.columns) == 1 and not first and known >= 1 and len(texts) > 2
        if titled or (known >= 2 and known > 2 * first and known * 2 >= len(texts)):
            above = ", ".join(f"'{column}'" for column in table.columns[:3])
            names = ", ".join(f"'{text}'" for text in texts[:5])
            message = f"the header may be in row {row} ({names}); the first row holds {above}"
            hint = f"delete the rows above the header, or say in the letter: data: {{header_row: {row}}}"
            params = (("header_row", row),)
            return Diagnostic(message=message, **_place(table, row), hint=hint, code="header-elsewhere", params=params)
    return None


def _inner_list(table: Table) -> str | None:
    """Find the part of a JSON file's one record that holds the records: {"customers": [...]}."""
    rows = [cells for cells, *_ in itertools.islice(table.rows(), 2)] if table.loose else []
    lists = [
        column
        for cells in rows[:1]
        for column, cell in zip(table.columns, cells, strict=False)
        if isinstance(cell, list) and cell and all(isinstance(item, Mapping) for item in cell)
    ]
    return lists[0] if len(rows) == 1 and len(lists) == 1 else None


def _transposed(table: Table, letter: Letter) -> Diagnostic | None:
    """Say that the names of columns stand below each other: each record is a column, and the list lies on its side."""
    if table.origin.header_row is None or sum(is_known(letter, column) for column in table.columns) > 1:
        return None
    first = [str(cells[0]).strip() for cells, *_ in itertools.islice(table.rows(), _TOP) if cells]
    known = [text for text in (*table.columns[:1], *first) if is_known(letter, text)]
    if len(known) < 3 or 2 * len(known) < len(first):
        return None
    names = ", ".join(f"'{text}'" for text in known[:5])
    message = f"lies on its side: the names of its columns stand below each other ({names})"
    hint = "turn it: copy it, and paste it with Paste Special, Transpose"
    return Diagnostic(message=message, **_place(table), hint=hint, code="table-transposed")


def _lacking(given: Iterable[str]) -> tuple[str, ...]:
    """The parts of an address that no column gives. A street without anything else may be the whole of it."""
    parts = {part for part in ("street", "city", "postcode", "lines") if f"to.{part}" in given}
    if not parts:
        return ("street", "postcode", "city")
    if "lines" in parts or parts == {"street"}:
        return ()
    return tuple(part for part in ("street", "city") if part not in parts)


def _unclear_address(
    columns: Sequence[str], mapped: Mapped, letter: Letter, given: Iterable[str], place: Mapping[str, Any]
) -> list[Diagnostic]:
    """Say that columns which are not known seem to be what the addresses lack: the letters would lack it too."""
    own = {part for party in letter.to for part in (*_PLACES, "lines") if getattr(party, part)}
    parts = {path.removeprefix("to.") for path in given if path.startswith("to.")} | own
    if "lines" in parts:
        return []
    left = [column for column in columns if column not in mapped.used() | mapped.ignored]
    seeming = {
        column: part
        for column in left
        if (part := like_address(column, beside_street="street" in parts)) and part not in parts
    }
    if not seeming:
        return []
    shown = ", ".join(f"'{column}'" for column in list(seeming)[:6]) + (", ..." if len(seeming) > 6 else "")
    first, part = next(iter(seeming.items()))
    return [
        Diagnostic(
            severity="error" if {"street", "city", "postcode"} & set(seeming.values()) else "warning",
            message=f"{shown} {'seem' if len(seeming) > 1 else 'seems'} to be of the address, and would not be in it",
            **place,
            hint=f"say what each is: --map '{first}={part}', or '{first}={IGNORE}'",
            code="address-column-unclear",
            params=(("columns", tuple(seeming)),),
        )
    ]


def _without_address(source: str, lacking: tuple[str, ...], unused: Sequence[str]) -> Diagnostic:
    message = "has no column for an address: its letters have names alone"
    if len(lacking) < 3:
        names = " and none for a ".join("town" if part == "city" else part for part in lacking)
        message = f"has no column for a {names}: its letters have addresses without it{_not_used(unused)}"
    add = "add street, postcode and city" if len(lacking) == 3 else f"add {' and '.join(lacking)}"
    which = f"which {'it is' if len(lacking) == 1 else 'they are'} with map:"
    if len(lacking) == 1 and unused:
        which = f"which it is: --map '{unused[0]}={lacking[0]}'"
    return Diagnostic(
        severity="warning",
        message=message,
        file=source,
        hint=f"{add}, or say {which}",
        code="address-columns-missing",
        params=(("missing", lacking),),
    )


def _not_used(unused: Sequence[str]) -> str:
    """The columns that may be what is lacking, for the end of a message."""
    if not unused:
        return ""
    shown = ", ".join(f"'{column}'" for column in unused[:6]) + (", ..." if len(unused) > 6 else "")
    return f", and {shown} {'are' if len(unused) > 1 else 'is'} not used"


def _without_part(table: Table, mapped: Mapped, letter: Letter, shared: Iterable[str]) -> list[Diagnostic]:
    """Say that addresses have a town, and no column for the street; or none for the postcode or the state that the post
    wants."""
    given = {*mapped.paths, *(path for _, group in mapped.groups for path in group), *shared}
    if not {"to.city", "to.postcode"} & given or "to.lines" in given:
        return []
    said = []
    unused = [column for column in table.columns if column not in mapped.used() | mapped.ignored]
    if "to.street" not in given and not any(party.street or party.lines for party in letter.to):
        said.append(
            ("street", _not_used(unused), f"add one, or say which it is: --map '{(*unused, 'COLUMN')[0]}=street'")
        )
    rows = [dict(zip(table.columns, cells, strict=False)) for cells, *_ in itertools.islice(table.rows(), _TOP)]
    wanting = _wants_postcode(rows, mapped, letter) if "to.street" in given and "to.postcode" not in given else None
    if wanting is not None:
        fitting = sorted(unused, key=lambda column: not _holds_postcodes(rows, column, wanting))
        why = f", which the post of {language.country_name(wanting, 'en')} wants in each address{_not_used(fitting)}"
        said.append(("postcode", why, f"add one, or say which it is: --map '{(*fitting, 'COLUMN')[0]}=postcode'"))
    if "to.region" not in given and mapped.home and regions.is_wanted(mapped.home) and "to.postcode" in given:
        towns = mapped.paths.get("to.city", ())
        texts = [str(row.get(column) or "") for row in rows for column in towns]
        abroad = any(str(row.get(column) or "") for row in rows for column in mapped.paths.get("to.country", ()))
        if len(towns) == 1 and any(texts) and not abroad and not any(map(nobody.ends_in_region, texts)):
            post = language.country_name(mapped.home, "en")
            said.append(
                ("region", f", which the post of {post} wants in each address", "add one for the state or province")
            )
    return [
        Diagnostic(
            severity="warning",
            message=f"has no column for the {'state or province' if part == 'region' else part}{why}",
            file=table.origin.file,
            hint=f"{hint}; without it the letters' addresses lack it",
            code="address-column-missing",
            params=(("part", part),),
        )
        for part, why, hint in said
    ]


def _wants_postcode(rows: Sequence[Mapping[str, Any]], mapped: Mapped, letter: Letter) -> str | None:
    """The country of the first rows that stand in one whose post wants a postcode, and have none beside their town."""
    if any(party.postcode for party in letter.to):
        return None
    parts = [mapped.paths, *(group for _, group in mapped.groups)]
    home = mapped.home or address.home_country(None, letter.lang) or postcodes.of_language(letter.lang)
    for row in rows:
        for paths in parts:
            towns, named, streets = (
                " ".join(str(row.get(column) or "") for column in paths.get(path, ())).strip()
                for path in ("to.city", "to.country", "to.street")
            )
            country = (countries.code(named) or "") if named else home
            within = any(postcodes.is_in_line(country, line) for line in streets.splitlines())
            if towns and country and not postcodes.is_within(towns) and not within and postcodes.is_wanted(country):
                return country
    return None


def _holds_postcodes(rows: Sequence[Mapping[str, Any]], column: str, country: str) -> bool:
    """Whether all that a column has could be postcodes of the country."""
    texts = [text for row in rows if (text := str(row.get(column) or "").strip())]
    return bool(texts) and all(" " not in text and postcodes.is_in_line(country, text) for text in texts)


def _without_name(columns: Sequence[str], mapped: Mapped, letter: Letter, place: Mapping[str, Any]) -> list[Diagnostic]:
    """Addresses without anybody: a fault where a column that is not known seems to name them."""
    if any(party.name or party.organisation or party.office for party in letter.to):
        return []  # the letter says it: To all households
    unused = [column for column in columns if column not in mapped.used()]
    seeming = [column for column in like_names(unused) if column not in mapped.ignored]
    message = "no column says who is written to: the letters would have addresses without a name"
    if seeming:
        message += f"; {' or '.join(repr(column) for column in seeming[:4])} seems to be one"
    first = (seeming or unused or ["COLUMN"])[0]
    return [
        Diagnostic(
            severity="error" if seeming else "warning",
            message=message,
            **place,
            hint=f"say which it is: --map '{first}=name', '{first}=organisation', or '{first}={IGNORE}'",
            code="name-column-missing",
            value=seeming[0] if len(seeming) == 1 else None,
            params=(("columns", tuple(seeming)),),
        )
    ]


def _without_family(
    columns: Sequence[str], mapped: Mapped, letter: Letter, place: Mapping[str, Any]
) -> list[Diagnostic]:
    """Given names alone are a fault where a column that is not known seems to hold the rest of the names."""
    unused = [column for column in columns if column not in mapped.used() | mapped.ignored]
    seeming = [] if any(party.family for party in letter.to) else like_names(unused)
    if not seeming:
        return []
    given, first = mapped.paths["to.given"][0], seeming[0]
    shown = " or ".join(map(repr, seeming[:4]))
    return [
        Diagnostic(
            message=f"'{given}' has given names, and no column has family names; {shown} seems to have them",
            **place,
            hint=f"say what it is: --map '{first}=to.family', '{first}=organisation', or '{first}={IGNORE}'",
            code="family-column-missing",
            value=first if len(seeming) == 1 else None,
            params=(("columns", tuple(seeming)),),
        )
    ]


def _from_fields(letter: Letter, given: Iterable[str]) -> bool:
    """Whether the records name who is written to in fields: those that the letter's recipient is made of, or a text
    that is called as a part of a recipient is (`fields.name`)."""
    fields = [path for path in given if path.startswith("fields.")]
    texts = (text for path, text in source_locations.texts(letter) if path.partition(".")[0] == "to" and "{" in text)
    if not {name for text in texts for name, _ in sandbox.references(text)}.isdisjoint(fields):
        return True
    names = [path.removeprefix("fields.") for path in fields]
    names = [name for name in names if name not in letter.fields or letter.fields[name].type == "text"]
    parts = (name if name in TO_PARTS else meaning(name) for name in names)
    return nobody.names_somebody({JOINED.get(part, (f"to.{part}", 0))[0]: () for part in parts if part})
