"""Finds the place of each column of a table: in the recipient, in one of several addresses, in a field.

Not here: what is wrong with columns (column_faults.py), and the values of a record (columns.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from letterpress.model import Letter
from letterpress.recipients import column_names
from letterpress.recipients.column_names import JOINED, TO_PARTS, fold

_SPARE = ("to.phone", "to.email", "to.web")
_PLACE = ("to.street", "to.city", "to.postcode", "to.region", "to.country", "to.lines")
Placed = dict[str, list[tuple[int, str]]]
"""Field path -> the columns that make it, each with its place among them."""


class Places:
    """Where the columns of a table go, as they are taken one by one."""

    def __init__(self, letter: Letter, kinds: frozenset[str | None], named: bool) -> None:
        """:param named: whether there is a column that is called Name: beside Vorname it is the family's."""
        self.letter = letter
        self.named = named
        self.kinds = kinds
        """What the columns mean, all of them."""
        self.paths: Placed = {}
        self.groups: dict[str, Placed] = {}
        """By the word of a further address: Billing, Home."""
        self.boxes: set[str] = set()
        self.beside: set[str] = set()
        """Columns of what stands beside a name, and is none: Jr., van."""
        self.house: dict[str, str] = {}
        self.full_name: str | None = None

    def take(self, column: str, meaning: str | None) -> bool:
        """Find a column's place.

        :returns: whether it has one.
        """
        group = None
        if meaning is None and (grouped_as := column_names.in_group(column)) is not None:
            group, meaning = grouped_as
            meaning = meaning if meaning in JOINED else f"to.{meaning}"
        if meaning is None:
            return False
        if group is None and meaning == "to.name" and "given_name" in self.kinds:
            if "family_name" in self.kinds or (self.named and fold(column) != "name"):
                self.full_name = self.full_name or column
                return self.full_name == column
            meaning = "family_name"  # "Name" beside "Vorname"
        if column_names.fold(column) in column_names.WHOLE and not {"to.name", *self._other_part(meaning)} & self.kinds:
            meaning = "to.name"
        target = self.paths if group is None else self.groups.setdefault(group, {})
        if group is not None and not self._is_free(column, meaning, target):
            return False
        self._put(column, meaning, target)
        return True

    def complete(self) -> None:
        """Put the columns of a further address with the others where it has what those lack, and nothing that they
        have: `Street` beside `Ship City` and `Ship ZIP`."""
        top = {path for path in _PLACE if path in self.paths}
        fitting = [word for word, placed in self.groups.items() if (own := set(_PLACE) & set(placed)) and not own & top]
        if not top or len(fitting) != 1:
            return
        for path, placed in self.groups.pop(fitting[0]).items():
            self.paths.setdefault(path, placed)

    def _other_part(self, meaning: str) -> tuple[str, ...]:
        return ("family_name",) if meaning == "given_name" else ("given_name",)

    def _is_free(self, column: str, meaning: str, target: Placed) -> bool:
        """Whether a further address has no column yet for that place. Shopify's `Billing Street` is its `Address1` and
        `Address2` in one."""
        path, place = JOINED.get(meaning, (meaning, 0))
        placed = target.get(path, [])
        if path == "to.street" and place == 0 and "1" in column:
            placed[:] = [item for item in placed if item[0] != 0 or "1" in item[1]]
        return all(taken != place for taken, _ in placed)

    def _put(self, column: str, meaning: str, target: Placed) -> None:
        if meaning in ("name_particle", "nobility"):
            target.setdefault("to.family", []).append((-1 if meaning == "name_particle" else -2, column))
        if meaning == "family_name_2":
            target.setdefault("to.family", []).append((1, column))
        if meaning in ("given_name", "family_name"):  # which part is which: a salutation asks for it
            target.setdefault(f"to.{meaning.removesuffix('_name')}", []).append((0, column))
        path, place = JOINED.get(meaning, (_full(self.letter, meaning), 0))
        if meaning not in JOINED and path.startswith("to."):  # named as a path: `to.street`
            path, place = JOINED.get(path.removeprefix("to."), (path, place))
        if meaning in ("middle_name", "name_suffix", "name_particle", "nobility"):
            self.beside.add(column)
        if meaning in column_names.HOUSE:
            self.house[column] = meaning
        if meaning == "po_box":
            self.boxes.add(column)
        if path in _SPARE and path in target:
            return  # of several the first: no letter prints more than one
        target.setdefault(path, []).append((place, column))


def in_order(paths: Mapping[str, list[tuple[int, str]]]) -> dict[str, tuple[str, ...]]:
    """Put the columns that make a field in the order of their places."""
    return {
        path: tuple(column for _, column in sorted(placed, key=lambda item: item[0])) for path, placed in paths.items()
    }


def sorted_by_value(
    meant: Sequence[tuple[str, str | None]], kept_out: set[str], explicit: Mapping[str, str]
) -> dict[str, str | None]:
    """Columns such as Title and Salutation, which some lists fill with jobs or sentences, and others with Mrs."""
    has_job = any(meaning == "to.title" and fold(column) != "title" for column, meaning in meant)
    found: dict[str, str | None] = {}
    for column, meaning in meant:
        if fold(column) in explicit:
            continue
        if meaning == "title_or_honorific" or (meaning == "to.title" and fold(column) == "title"):
            found[column] = "to.honorific" if has_job else "to.title"
        elif meaning == "salutation" or (column in kept_out and column_names.meaning(column) == "salutation"):
            found[column] = None if column in kept_out else "salutation"
    return found


def _full(letter: Letter, path: str) -> str:
    """`amount` as `fields.amount`, `street` as `to.street`."""
    if path in letter.fields:
        return f"fields.{path}"
    return f"to.{path}" if path in TO_PARTS else path
