"""Groups of letters in a package: by what they are alike, and what each group and its folder are called.

Not here: in which order the letters of a group stand: as they were made (`package`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from letterpress.batch import file_names
from letterpress.dispatch import Dispatch
from letterpress.errors import Diagnostic, UsageError, did_you_mean, fixes, nearest

_LONGEST = 40
"""Characters of a value in the name of a folder."""
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Weighing:
    """How a letter is weighed: its paper, and an envelope."""

    grammage: float = 80.0
    """Of the paper, g/m2: usual office paper."""
    limits: tuple[int, ...] = (20, 50, 100, 250, 500, 1000)
    """Classes of weight, up to so many g each: those of the posts of Germany, Switzerland and the Netherlands among
    them."""
    envelope: float = 5.0
    """g: of a C6/5 or #10 of 75 to 80 g/m2."""

    def of(self, dispatch: Dispatch, sheets: int) -> str:
        """Give the class of a letter: its limit in g; `more` for one above all limits."""
        area = _AREAS.get(dispatch.paper, _AREAS["a4"])
        weight = sheets * area * self.grammage + self.envelope
        return next((str(limit) for limit in self.limits if weight <= limit), "more")


_USUAL = Weighing()
_AREAS = {"a4": 0.06237, "letter": 0.06032}
"""m2 of a sheet: ISO 216 and ANSI/ASME Y14.1."""


def _titles(dispatch: Dispatch) -> str:
    return " + ".join(title for title, _ in dispatch.enclosures)


_VALUES: dict[str, Callable[[Dispatch, int, int, Weighing], str]] = {
    "sheets": lambda _, pages, sheets, weighing: str(sheets),
    "pages": lambda _, pages, sheets, weighing: str(pages),
    "weight": lambda dispatch, pages, sheets, weighing: weighing.of(dispatch, sheets),
    "country": lambda dispatch, *_: dispatch.country or "",
    "postcode": lambda dispatch, *_: dispatch.postcode or "",
    "enclosures": lambda dispatch, *_: _titles(dispatch),
    "envelope": lambda dispatch, *_: ", ".join(dispatch.envelopes),
    "carrier": lambda dispatch, *_: dispatch.carrier or "",
    "profile": lambda dispatch, *_: dispatch.profile,
    "letterhead": lambda dispatch, *_: dispatch.letterhead,
    "paper": lambda dispatch, *_: dispatch.paper,
    "lang": lambda dispatch, *_: dispatch.lang,
}
NAMES = tuple(_VALUES)
"""What letters may be grouped by."""
_PERSONAL = ("postcode",)
_VERBS = {"--split": "split", "--sort": "sorted"}


@dataclass(frozen=True, slots=True)
class Key:
    """What the letters of a group have alike."""

    values: tuple[str, ...] = ()
    """In the order of the names that are grouped by; empty where a letter has nothing there."""

    @property
    def order(self) -> str:
        """By which groups are sorted: numbers as numbers, what is empty last."""
        return "\x1f".join(f"{int(one):09}" if one.isdecimal() and one.isascii() else one or "~" for one in self.values)

    def title(self, names: Sequence[str]) -> str:
        """What the group is called: `sheets 1, country DE`."""
        return ", ".join(f"{name} {value or _NONE}" for name, value in zip(names, self.values, strict=True))


def check(names: Sequence[str], *, redact: bool = False, option: str = "--group") -> tuple[str, ...]:
    """Read what letters are to be grouped by.

    :param option: where that was said.
    :param redact: whether recipients are left out.
    :raises UsageError: with every name that there is not.
    """
    verb = _VERBS.get(option, "grouped")
    asked = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    faults = [
        Diagnostic(
            message=f"letters are not {verb} by '{name}'",
            field=option,
            hint=did_you_mean(name, NAMES),
            code="group-unknown",
            value=name,
            fixes=fixes(name, nearest(name, NAMES)),
        )
        for name in asked
        if name not in _VALUES
    ]
    if redact:
        hint = "group by country, or leave out --redact"
        faults += [
            Diagnostic(
                message=f"a package without recipients does not say '{name}'",
                field="--group",
                hint=hint,
                code="options-conflict",
                value=name,
            )
            for name in asked
            if name in _PERSONAL
        ]
    if faults:
        raise UsageError(faults)
    return asked


def key(names: Sequence[str], dispatch: Dispatch, *, pages: int, sheets: int, weighing: Weighing = _USUAL) -> Key:
    """Give the group of a letter."""
    return Key(tuple(_VALUES[name](dispatch, pages, sheets, weighing) for name in names))


class Folders:
    """Names of the folders of groups, each once."""

    def __init__(self, names: Sequence[str]) -> None:
        """:param names: what is grouped by."""
        self._names = names
        self._taken: set[str] = set()

    def of(self, group: Key) -> str:
        """Give the name of a new group's folder: `sheets-1_country-DE`."""
        parts = [f"{name}-{_plain(value)}" for name, value in zip(self._names, group.values, strict=True)]
        name, number = "_".join(parts), 1
        made = name
        while made.casefold() in self._taken:
            number += 1
            made = f"{name}-{number}"
        self._taken.add(made.casefold())
        return made


def _plain(value: str) -> str:
    text = value if re.fullmatch(r"[A-Za-z0-9-]+", value) else file_names.slug(value)
    return text[:_LONGEST].strip("-") or _NONE
