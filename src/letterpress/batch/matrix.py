"""Reads a letter's matrix: `variants:` in the front matter lists choices and fields; each combination is a cell.

Cells that `exclude` fits are left out, and those of `include` add up as in GitHub's workflow files
(jobs.<id>.strategy.matrix). Values are read as their options read them, so that `A4` and `a4` are one.

Not here: the jobs of the cells and the names of their files (variants.py).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from letterpress.batch import copies
from letterpress.errors import (
    Diagnostic,
    FieldError,
    LetterpressError,
    UsageError,
    did_you_mean,
    fixes,
    nearest,
)
from letterpress.filling import checks, field_values
from letterpress.letterhead import choices
from letterpress.model import COPY_LISTS, Letter, copy_parts, frozendict

MAX_CELLS = 10_000
_MOST_COMBINATIONS = 100 * MAX_CELLS
"""Before any is excluded: more are not even listed."""
_LISTS = ("include", "exclude")

Choices = Mapping[str, str]
"""What a cell chooses: axis -> value. A field is an axis by its bare name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The cells of a letter."""

    cells: tuple[Choices, ...]
    """In the order in which the front matter lists them, what is included last."""
    notes: tuple[Diagnostic, ...] = ()
    """Warnings: of an exclude that fits nothing, and the like."""


def read(letter: Letter) -> Matrix:
    """Read the matrix of a letter.

    :raises LetterpressError: it has faults; all of them are in `diagnostics`.
    """
    if not letter.variants:
        hint = "add 'variants:' to the front matter, with lists such as 'paper: [a4, letter]'"
        raise LetterpressError(fault(letter, "variants", "the letter has no variants", hint, code="variants-none"))
    faults = _faults(letter)
    if faults:
        raise LetterpressError(faults)
    axes = {axis(name): _values(axis(name), value) for name, value in letter.variants.items() if name not in _LISTS}
    notes: list[Diagnostic] = []
    if "copy" in axes:
        notes += _nobody(letter, axes["copy"])
        axes["copy"] = copies.expanded(axes["copy"], letter)
    _check_number(letter, math.prod(map(len, axes.values())), _MOST_COMBINATIONS)
    combinations = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    kept = _kept(letter, combinations if axes else [], notes)
    cells = _included(letter, axes, kept, notes)
    if not cells:
        raise LetterpressError(
            [*notes, fault(letter, "variants", "no variant is left", "exclude fewer", code="variants-none")]
        )
    _check_number(letter, len(cells), MAX_CELLS)
    return Matrix(cells=tuple(frozendict(cell) for cell in cells), notes=tuple(notes))


def axis(name: str) -> str:
    """Give the name of an axis as cells have it: `amount` for `fields.amount` as well."""
    bare = name.removeprefix("fields.")
    return name if bare in choices.AXES else bare


def same(name: str, one: str, other: str) -> bool:
    """Say whether two values of an axis are one; `cc:*` is every copy of its kind."""
    if name == "copy" and copies.is_each(other):
        return copy_parts(one)[0] == copy_parts(other)[0]
    return one.casefold() == other.casefold() if name == "lang" else one == other


def normal(name: str, text: str) -> str:
    """Write an axis' value as all its spellings are compared: `a4` for `A4`.

    :raises UsageError: there is no such value.
    """
    spec = choices.BY_NAME.get(name)
    if spec is None or (name == "copy" and copies.is_each(text)):
        return text
    if not spec.pairs:
        return str(choices.read(name, text))
    return str(choices.read(name, {"": text})[0][1])


def fault(letter: Letter, path: str, message: str, hint: str | None = None, **about: Any) -> Diagnostic:
    """Make a diagnostic of the matrix, with its line."""
    file, line = letter.places.get(path, letter.places.get("variants", (letter.path, None)))
    return Diagnostic(message=message, file=file, line=line, field=path, hint=hint, **about)


# --- the cells --------------------------------------------------------------------------------------------------------


def _kept(letter: Letter, combinations: list[dict[str, str]], notes: list[Diagnostic]) -> list[dict[str, str]]:
    """The combinations that nothing excludes."""
    excluded: set[int] = set()
    for path, group in _groups(letter, "exclude"):
        wanted = {axis(name): _values(axis(name), value) for name, value in group.items()}
        fitting = [at for at, cell in enumerate(combinations) if _fits(cell, wanted)]
        if not fitting:
            notes.append(_fits_nothing(letter, path, wanted, combinations))
        excluded.update(fitting)
    return [cell for at, cell in enumerate(combinations) if at not in excluded]


def _fits(cell: Choices, wanted: Mapping[str, Sequence[str]]) -> bool:
    return all(
        name in cell and any(same(name, cell[name], value) for value in values) for name, values in wanted.items()
    )


def _fits_nothing(
    letter: Letter, path: str, wanted: Mapping[str, Sequence[str]], combinations: list[dict[str, str]]
) -> Diagnostic:
    """Warn of an exclude that leaves out no variant, with what it may have meant."""
    near: tuple[str, ...] = ()
    for name, values in wanted.items():
        known = list(dict.fromkeys(cell[name] for cell in combinations if name in cell))
        strange = [value for value in values if not any(same(name, one, value) for one in known)]
        if not known:
            message, hint, value = f"fits no variant: '{name}' is no list of the matrix", None, name
        elif len(strange) == len(values):
            value = strange[0]
            near = _near(value, known)
            message = f"fits no variant: '{value}' is not in the list of '{name}'"
            hint = did_you_mean(near[0] if near else value, known)
        else:
            continue
        hint = hint or "take it out, or write what the lists have"
        about: dict[str, Any] = {"code": "exclude-fits-nothing", "value": value, "fixes": fixes(value, near)}
        place = f"{path}.{name}" if f"{path}.{name}" in letter.places else path
        return fault(letter, place, message, hint, severity="warning", **about)
    about = {"code": "exclude-fits-nothing", "severity": "warning"}
    return fault(letter, path, "fits no variant", "no variant has all of these together; take it out", **about)


def _near(value: str, known: Sequence[str]) -> tuple[str, ...]:
    """What of an axis may have been meant: `de-DE` by `de`, too."""
    begun = tuple(one for one in known if one.casefold().startswith(f"{value.casefold()}-"))
    return begun[:2] or nearest(value, known)


def _included(
    letter: Letter, axes: Mapping[str, list[str]], kept: list[dict[str, str]], notes: list[Diagnostic]
) -> list[dict[str, str]]:
    """The cells with what is included: further choices of those that it fits, or cells of their own."""
    added: list[dict[str, str]] = []
    for path, group in _groups(letter, "include"):
        lists = {axis(name): _values(axis(name), value) for name, value in group.items()}
        if "copy" in lists:
            lists["copy"] = copies.expanded(lists["copy"], letter)
        for values in itertools.product(*lists.values()):
            more = dict(zip(lists, values, strict=True))
            fitting = [
                cell for cell in kept if all(same(name, cell[name], more[name]) for name in more if name in axes)
            ]
            if fitting and any(name not in axes for name in more):
                for cell in fitting:
                    cell.update({name: value for name, value in more.items() if name not in axes})
            elif more in (*kept, *added):
                hint = "take it out, or let it choose something else"
                note = fault(letter, path, "is a variant already", hint, severity="warning", code="include-doubled")
                notes.append(note)
            else:
                added.append(more)
    return kept + added


def _groups(letter: Letter, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The groups of choices of `include` or `exclude`, with their paths."""
    groups = letter.variants.get(name) or ()
    if isinstance(groups, Mapping):
        yield f"variants.{name}", groups
        return
    for at, group in enumerate(groups, start=1):
        yield f"variants.{name}.{at}", group


def _values(name: str, value: Any) -> list[str]:
    return [normal(name, text) for text in _listed(value)]


def _listed(value: Any) -> list[str]:
    return [_text(item) for item in (value if isinstance(value, tuple | list) else (value,))]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()


def _check_number(letter: Letter, number: int, limit: int) -> None:
    """:raises LetterpressError: there are more cells than one command makes."""
    if number > limit:
        message = f"has {number:,} cells; {MAX_CELLS:,} are the most"
        about: dict[str, Any] = {"code": "variants-many", "params": (("cells", number), ("limit", MAX_CELLS))}
        raise LetterpressError(fault(letter, "variants", message, **about))


def _nobody(letter: Letter, values: Iterable[str]) -> Iterator[Diagnostic]:
    """Warn of `cc:*` where nobody gets a copy."""
    for value in values:
        kind = copy_parts(value)[0]
        if copies.is_each(value) and not getattr(letter, kind):
            message, hint = f"the letter names nobody in '{kind}': there is no copy for '{value}'", f"add '{kind}:'"
            about: dict[str, Any] = {"code": "copy-nobody", "value": value, "severity": "warning"}
            yield fault(letter, "variants.copy", message, hint, **about)


# --- its faults -------------------------------------------------------------------------------------------------------


def _faults(letter: Letter) -> list[Diagnostic]:
    faults: list[Diagnostic] = []
    taken: dict[str, str] = {}
    for name, value in letter.variants.items():
        path = f"variants.{name}"
        if name not in _LISTS:
            if axis(name) in taken:
                message = f"'{taken[axis(name)]}' and '{name}' are one field"
                faults.append(fault(letter, path, message, "keep one list", code="axis-doubled", value=name))
            taken[axis(name)] = name
            faults += _check_axis(letter, path, name, value)
            continue
        if not isinstance(value, Mapping | tuple | list):
            value = (value,)
        for at, group in enumerate((value,) if isinstance(value, Mapping) else value, start=1):
            if not isinstance(group, Mapping):
                message = "is a group of choices, such as {paper: a4}"
                faults.append(fault(letter, f"{path}.{at}", message, "write '- paper: a4'", code="variants-not-group"))
                continue
            prefix = path if isinstance(value, Mapping) else f"{path}.{at}"
            for inner, item in group.items():
                faults += _check_axis(letter, f"{prefix}.{inner}", inner, item)
    return faults


def _check_axis(letter: Letter, path: str, name: str, value: Any) -> Iterator[Diagnostic]:
    given = checks.known_names(letter)
    known = {*choices.AXES, *given}
    if name not in known:
        offered = [*choices.AXES, *letter.fields]
        near = nearest(name, offered) or nearest(name, known)
        message = f"'{name}' is neither a choice nor a field of the letter"
        about: dict[str, Any] = {"code": "axis-unknown", "value": name, "fixes": fixes(name, near)}
        hint = did_you_mean(near[0], near) if near else did_you_mean(name, offered)
        if name in ("to", "recipient", "recipients"):
            hint = "list names under 'to.name', or make every variant for each recipient of a list with --data FILE"
        yield fault(letter, path, message, hint or f"the choices are {', '.join(choices.AXES)}", **about)
        return
    if isinstance(value, Mapping) or value in (None, (), []):
        yield fault(letter, path, "is a list of values", f"write '{name}: [one, other]'", code="axis-not-list")
        return
    seen: list[str] = []
    for at, text in enumerate(_listed(value), start=1):
        place = f"{path}.{at}" if f"{path}.{at}" in letter.places else path
        wrong = list(_wrong_value(letter, axis(name), text))
        parts = [part.strip() for part in text.split(",")]
        if (
            wrong
            and len(parts) > 1
            and isinstance(value, str)
            and not any(list(_wrong_value(letter, axis(name), part)) for part in parts)
        ):
            wrong = [replace(wrong[0], hint=f"write a list: '{name}: [{', '.join(parts)}]'", fixes=())]
        for one in wrong:
            file, line = letter.places.get(place, letter.places.get("variants", (letter.path, None)))
            yield replace(one, file=file, line=line, field=path)
        if wrong:
            continue
        written = normal(axis(name), text)
        if any(same(axis(name), one, written) for one in seen):
            message = f"'{text}' is in the list twice"
            yield fault(letter, path, message, "keep one", code="axis-value-twice", value=text)
        seen.append(written)


def _wrong_value(letter: Letter, name: str, text: str) -> Iterable[Diagnostic]:
    if name not in choices.AXES:
        return _wrong_field(letter, name, text)
    if not text:
        return (Diagnostic(message="has an empty value", hint="take it out, or write one", code="axis-value-empty"),)
    if name == "copy" and copies.is_each(text):
        return ()
    try:
        made = choices.chosen_by_texts(choices.DEFAULTS, {name: text}, letter)
        normal(name, text)  # of ways to sign, where nobody signs yet
    except UsageError as error:
        return error.diagnostics
    return (*choices.check(made, letter), *(_wrong_copy(letter, text) if name == "copy" else ()))


def _wrong_field(letter: Letter, name: str, text: str) -> Iterable[Diagnostic]:
    """What is wrong with a value of a field: it is not of the field's type."""
    spec = letter.fields.get(name.removeprefix("fields."))
    if spec is None or not text:
        return
    try:
        field_values.read(text, spec, letter.lang)
    except FieldError as error:
        hint = error.hint or f"the field is declared as {spec.type}"
        about: dict[str, Any] = {"code": error.code, "value": error.value, "params": error.params}
        yield Diagnostic(message=error.message, hint=hint, fixes=fixes(error.value, error.instead), **about)


def _wrong_copy(letter: Letter, text: str) -> Iterable[Diagnostic]:
    """What is wrong with a copy for one whom the letter does not name, as far as its names show without values."""
    kind, name = copy_parts(text)
    kind = kind.casefold()
    if kind not in COPY_LISTS:
        return
    listed: tuple[str, ...] = getattr(letter, kind)
    if any("{" in one or one == name or one.casefold().startswith(name.casefold()) for one in listed):
        return
    hint = did_you_mean(name, listed) or "name who is in the list"
    about: dict[str, Any] = {"code": "copy-unknown", "value": name, "fixes": fixes(name, nearest(name, listed))}
    yield Diagnostic(message=f"'{name}' gets no {kind} copy of this letter", hint=hint, **about)
