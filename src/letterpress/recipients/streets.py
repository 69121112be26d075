"""Puts a street together from columns: its name, the house's number and what stands beside that, a box, further lines.

Not here: which column is which (column_places.py). Which countries have the number first is in `data/addresses.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from letterpress import data
from letterpress.addressing import countries
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


def with_box(boxes: Set[str], columns: Sequence[str], parts: list[str]) -> list[str]:
    """The parts of a street, whose box stands where there is no street, with its word before the number."""
    streets = any(part for column, part in zip(columns, parts, strict=True) if column not in boxes)
    found = []
    for column, part in zip(columns, parts, strict=True):
        if column in boxes and part:
            folded = column_names.fold(column)
            word = next((word for known, word in column_names.BOXES.items() if known in folded), "PO Box")
            part = "" if streets else part if any(char.isalpha() for char in part) else f"{word} {part}"
        found.append(part)
    return found
