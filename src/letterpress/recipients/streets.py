"""Puts a street together from columns: its name, the house's number and what stands beside that, a box, further lines.

Not here: which column is which (column_places.py). Which countries have the number first is in `data/addresses.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from letterpress import data
from letterpress.addressing import countries
from letterpress.errors import Diagnostic
from letterpress.recipients import column_names


def written(cells: Sequence[tuple[str, str]], kinds: Mapping[str, str], country: str | None) -> str:
    """Write the lines of a street.

    :param cells: column and value, in the order of their places.
    :param kinds: columns that join the street in its line, by which of `column_names.HOUSE` they are.
    :param country: by any of its names.
    """
    lines: list[str] = []
    house: dict[str, str] = {}
    at = 0
    for column, part in cells:
        if not part:
            continue
        if column in kinds:
            house[kinds[column]] = part
            at = at or len(lines)  # the street is the line before it
        else:
            lines.append(part)
    if house:
        before = at > 0 and (countries.code(country or "") in data.table("addresses")["places"]["number_first"])
        lines[max(at - 1, 0) : at] = [_with_number(lines[at - 1] if at else "", house, before)]
    return "\n".join(lines)


def _with_number(street: str, house: Mapping[str, str], before: bool) -> str:
    """A street with the number of the house, which it may have already, and what stands beside that."""
    number, suffix, flat = (house.get(part, "") for part in column_names.HOUSE)
    if number in street.split() and street:
        number = ""
    if before:
        joined = (f"{number}{suffix}",) if len(suffix) == 1 else (number, suffix)
        return " ".join(filter(None, (*joined, street)))
    text = " ".join(filter(None, (street, number, suffix)))
    return f"{text}/{flat}" if flat else text


def with_box(boxes: Set[str], columns: Sequence[str], parts: list[str], country: str | None) -> list[str]:
    """The parts of a street with its box, which has its word before the number: below the street where the country has
    it so, elsewhere only where there is no street."""
    left = left_out(boxes, columns, parts, country)
    streets = " ".join(part for column, part in zip(columns, parts, strict=True) if column not in boxes)
    return [
        ("" if column in left or _is_within(_box(column, part), streets) else _box(column, part))
        if column in boxes
        else part
        for column, part in zip(columns, parts, strict=True)
    ]


def left_out(boxes: Set[str], columns: Sequence[str], parts: Sequence[str], country: str | None) -> list[str]:
    """Give the columns of boxes whose cells an address does not have: those beside a street that does not name them.

    :param country: by any of its names.
    """
    streets = " ".join(part for column, part in zip(columns, parts, strict=True) if column not in boxes).strip()
    below = countries.code(country or "") in data.table("addresses")["places"]["box_below_street"]
    return [
        column
        for column, part in zip(columns, parts, strict=True)
        if column in boxes and part and streets and not below and not _is_within(_box(column, part), streets)
    ]


def _box(column: str, part: str) -> str:
    """A box with its word before the number, which a cell may have already."""
    if not part or any(char.isalpha() for char in part):
        return part
    folded = column_names.fold(column)
    return f"{next((word for known, word in column_names.BOXES.items() if known in folded), 'PO Box')} {part}"


def _is_within(box: str, streets: str) -> bool:
    """Whether the street's own cells have the box already."""
    return (
        bool(box)
        and f" {' '.join(box.split())} ".casefold() in f" {' '.join(streets.replace(',', ' ').split())} ".casefold()
    )


def box_left_out(column: str, box: str) -> Diagnostic:
    """Warn of a box that stands beside a street, where addresses have the one or the other."""
    return Diagnostic(
        severity="warning",
        message=f"the box '{box}' is not printed: the address has its street",
        field=column,
        hint="empty the cell of the one that the letter does not go to",
        code="box-not-printed",
        value=box,
        params=(("column", column),),
    )


def beside_lines(values: dict[str, Any]) -> None:
    """Make lines beside columns of town or postcode the street, unless they say those too and are a whole address."""
    lines = values["to.lines"]
    text = "\n".join(map(str, lines)) if isinstance(lines, list | tuple) else str(lines)
    if all(str(values.get(part, "")) in text for part in ("to.city", "to.postcode")):
        return
    del values["to.lines"]
    values["to.street"] = "\n".join(filter(None, (text, str(values.get("to.street", "")))))


def country(paths: Mapping[str, Sequence[str]], record: Mapping[str, Any], home: str | None) -> str | None:
    """Give the country of a record's address as its columns name it, else the sender's."""
    return " ".join(str(record.get(column) or "").strip() for column in paths.get("to.country", ())).strip() or home
