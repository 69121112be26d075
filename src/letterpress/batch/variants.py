"""Makes the cells of a letter's matrix: the job of each, the name of its file, and what is wrong with it.

Not here: how the matrix is read (matrix.py), and a letter's version in another language (versions.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from letterpress.batch import copies, file_names, matrix, versions
from letterpress.errors import (
    Diagnostic,
    FieldError,
    LetterpressError,
    Problem,
    UsageError,
    did_you_mean,
    fixes,
    nearest,
)
from letterpress.filling import field_values
from letterpress.letterhead import choices
from letterpress.model import Job, Letter, Result

_BY_LANGUAGE = ("integer", "decimal", "money", "date")
"""Types whose values are read as a language writes them."""
_SHOWN = 6
"""Variants that are named one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One variant of a letter."""

    job: Job
    choices: matrix.Choices
    """What the cell chooses: axis or field -> value."""
    output: str
    """Name of its file, with what tells it from the others: `offer.din5008.de.a4.file.pdf`."""
    name: str
    """What tells it from the others, alone: `din5008.de.a4.file`; empty where it is the only one."""
    said: str
    """The same as people read it: `letterhead=din5008, lang=de, paper=a4, copy=file`."""
    faults: tuple[Diagnostic, ...] = ()
    """What is wrong with it as far as it shows without values; it cannot be made if one is an error."""

    @property
    def fails(self) -> bool:
        """Whether it cannot be made."""
        return any(fault.severity == "error" for fault in self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The variants of a letter."""

    every: tuple[Cell, ...]
    """All of the matrix."""
    chosen: tuple[Cell, ...]
    """Those that are meant."""
    notes: tuple[Diagnostic, ...] = ()
    """Warnings about the matrix itself."""

    @property
    def axes(self) -> tuple[str, ...]:
        """What cells choose, in the order in which it stands in their names."""
        return tuple(dict.fromkeys(name for cell in self.every for name in cell.choices))

    @property
    def shared(self) -> tuple[str, ...]:
        """The fields to which every variant gives a value: a list of records need not have them."""
        names = [{name for name in cell.choices if name not in choices.AXES} for cell in self.every]
        return tuple(sorted(set.intersection(*names)))

    def grouped(self, found: Iterable[tuple[Cell | None, Diagnostic]]) -> list[Diagnostic]:
        """Say what several variants have alike once, with the variants."""
        cells: dict[Diagnostic, list[Cell]] = {}
        for cell, fault in found:
            at = cells.setdefault(replace(fault, variant=None), [])
            if cell is not None and cell not in at:
                at.append(cell)
        return [self._of_cells(fault, at) for fault, at in cells.items()]

    def grouped_results(self, results: Iterable[Result]) -> list[Diagnostic]:
        """Say what the results of several variants have alike once."""
        known = {frozenset(cell.choices.items()): cell for cell in self.chosen}
        pairs = ((known.get(frozenset((made.variant or {}).items())), made) for made in results)
        return self.grouped((cell, fault) for cell, made in pairs for fault in made.diagnostics)

    def _of_cells(self, fault: Diagnostic, cells: Sequence[Cell]) -> Diagnostic:
        if not cells:
            return fault
        params = fault.params
        if len(cells) > 1:
            params = (*params, ("variants", tuple(cell.said for cell in cells)))
        return replace(fault, variant=self.said(cells), params=params)

    def said(self, cells: Sequence[Cell]) -> str | None:
        """Name variants by what they choose, as shortly as tells them from the others; None where there is but one."""
        if len(cells) == 1:
            return cells[0].said or None
        if len(cells) == len(self.chosen):
            return f"all {len(cells)} variants"
        names = [name for name in self.axes if len({cell.choices.get(name) for cell in self.chosen}) > 1]
        values = {name: list(dict.fromkeys(cell.choices.get(name) for cell in cells)) for name in names}
        like = [one for one in self.chosen if all(one.choices.get(name) in values[name] for name in names)]
        if len(like) == len(cells):
            parts = [
                f"{name}={' or '.join(str(value or 'none') for value in values[name])}"
                for name in names
                if len(values[name]) < len({cell.choices.get(name) for cell in self.chosen})
            ]
            return ", ".join(parts)
        more = len(cells) - _SHOWN
        shown = [cell.said for cell in cells[:_SHOWN]] + ([f"and {more} more"] if more > 0 else [])
        return "; ".join(shown)


def cells(
    job: Job,
    given: Mapping[str, Any] | None = None,
    *,
    option: Callable[[str], str] = str,
    paged: bool = False,
) -> Cells:
    """Make the variants of a job's letter, in the order of the matrix.

    :param given: what the caller chooses by name: of a list of the matrix it chooses those variants.
    :param option: gives what such a choice is called, for diagnostics.
    :param paged: whether each letterhead's page is looked at, too, as `pipeline.check` does.
    :raises LetterpressError: the matrix has faults; all of them are in `diagnostics`.
    :raises UsageError: something is chosen that the matrix does not have.
    """
    read = matrix.read(job.letter)
    every = _named(job, read.cells)
    return Cells(every=every, chosen=_checked(narrowed(every, given or {}, option), paged), notes=read.notes)


def check(job: Job, known: Iterable[Diagnostic] = ()) -> tuple[Cells | None, list[Diagnostic]]:
    """Make the variants of a letter, and find what is wrong with them that shows without their pages.

    :param known: what is wrong with the letter itself, which is not said again.
    :returns: the variants, unless the matrix itself is wrong, and what is wrong.
    """
    try:
        found = cells(job, paged=True)
    except LetterpressError as error:
        return None, list(error.diagnostics)
    before = set(known)
    pairs = ((cell, fault) for cell in found.chosen for fault in cell.faults)
    said = found.grouped(pair for pair in pairs if replace(pair[1], variant=None) not in before)
    return found, [*found.notes, *said]


_MOST_LAID_OUT = 48
"""Variants that a check lays out: more would take minutes, and each axis is among the first of them."""


def check_layout(
    job: Job,
    found: Cells,
    samples: tuple[tuple[str, Any], ...],
    press: Callable[[Job], Result],
    known: Iterable[Diagnostic] = (),
) -> list[Diagnostic]:
    """Lay out a letter and its variants, and find what is wrong with their pages.

    The letter as it is without any choice is laid out by itself only if no variant looks so.

    :param samples: values of fields that have none.
    :param press: makes a letter.
    :param known: what has been said, which is not said again.
    """
    said: list[Diagnostic] = []
    if not any(_looks(cell.job) == _looks(job) for cell in found.chosen):
        said += press(replace(job, values=(*samples, *job.values))).diagnostics
    chosen = _spread([cell for cell in found.chosen if not cell.fails])
    pairs = [
        (cell, fault)
        for cell in chosen[:_MOST_LAID_OUT]
        for fault in press(replace(cell.job, values=(*samples, *cell.job.values))).diagnostics
    ]
    before = {replace(fault, variant=None) for fault in (*known, *said)}
    said += found.grouped(pair for pair in pairs if replace(pair[1], variant=None) not in before)
    if len(chosen) > _MOST_LAID_OUT:
        message = f"{_MOST_LAID_OUT} of its {len(chosen)} variants were laid out"
        hint = "`letterpress variants --dry-run` lists all; making them finds the rest"
        said.append(
            Diagnostic(severity="note", message=message, file=job.letter.path, hint=hint, code="variants-not-laid-out")
        )
    return said


def _looks(job: Job) -> tuple[Any, ...]:
    """What a letter's page depends on: jobs that are alike in all of it make the same page."""
    plain = replace(job.choices, letterhead=None, lang=None, paper=None, date=None)
    return job.letterhead, job.lang, job.paper, job.date, plain, job.letter.body, dict(job.values)


def _spread(chosen: Sequence[Cell]) -> list[Cell]:
    """Put first a variant for each value of each axis, so that none is left out where there are too many."""
    met: set[tuple[str, Any]] = set()
    first: list[Cell] = []
    for cell in chosen:
        new = set(cell.choices.items()) - met
        if new:
            met |= new
            first.append(cell)
    return [*first, *(cell for cell in chosen if cell not in first)]


def refuse_faulty(found: Cells) -> list[Diagnostic]:
    """Give what is to be said of variants before one is made for each record.

    :raises LetterpressError: one cannot be made, for whichever record.
    """
    said = found.grouped((cell, fault) for cell in found.chosen for fault in cell.faults)
    if any(fault.severity == "error" for fault in said):
        raise LetterpressError([*found.notes, *said])
    return [*found.notes, *said]


def unmade(cell: Cell) -> Result:
    """Give the result of a cell that cannot be made."""
    return replace(cell.job.result("failed", cell.faults), id=cell.job.id or "", variant=cell.choices)


def narrowed(every: Sequence[Cell], given: Mapping[str, Any], option: Callable[[str], str] = str) -> tuple[Cell, ...]:
    """Choose the variants that have what is chosen; one without such a choice is made with it.

    :param given: see `cells`.
    :raises UsageError: no variant has it; `field` is what `option` calls the choice.
    """
    kept = list(every)
    for path, value in given.items():
        name = matrix.axis(path)
        known = list(dict.fromkeys(cell.choices[name] for cell in every if name in cell.choices))
        if not known:
            continue
        if name in choices.BY_NAME and choices.BY_NAME[name].pairs:
            message, hint = f"how letters are signed is for the variants to choose: {', '.join(known)}", "leave it out"
            raise UsageError(message, field=option(path), hint=hint, code="options-conflict")
        wanted = _as_written(name, value)
        fitting = [one for one in known if matrix.same(name, one, wanted)] or _of_language(name, wanted, known)
        kept = [cell for cell in kept if name not in cell.choices or cell.choices[name] in fitting]
        if not fitting or not kept:
            message = f"there is no variant with {name}={wanted}"
            if fitting:
                message += " and what else is chosen"
            hint = did_you_mean(wanted, known) or f"the variants have {', '.join(known[:12])}"
            about: dict[str, Any] = {"code": "variant-unknown", "value": wanted, "params": (("known", tuple(known)),)}
            raise UsageError(
                message, field=option(path), hint=hint, fixes=fixes(wanted, nearest(wanted, known)), **about
            )
    return tuple(kept)


def _as_written(name: str, value: Any) -> str:
    text = field_values.as_text(value).strip()
    return matrix.normal(name, text)


def _of_language(name: str, wanted: str, known: Sequence[str]) -> list[str]:
    """All regions of a language that is named without one."""
    if name != "lang" or "-" in wanted:
        return []
    return [one for one in known if one.split("-")[0].lower() == wanted.lower()]


def result(made: Result, cell: Cell, faults: Iterable[Diagnostic]) -> Result:
    """The result of a cell's letter, which names the cell wherever it speaks."""
    said = tuple(replace(fault, variant=cell.said or None) for fault in faults)
    return replace(made, variant=cell.choices, diagnostics=said)


def of_cell(job: Job, cell: matrix.Choices, read: versions.Known | None = None) -> Job:
    """The job of a cell: what it chooses, and its values of fields.

    :param read: see `versions.in_language`.
    :raises LetterpressError: the letter's version in its language has faults.
    """
    texts = {name: text for name, text in cell.items() if name in choices.AXES}
    values = {name: _in_own_language(job.letter, name, text) for name, text in cell.items() if name not in texts}
    # First the language: how to sign is chosen for each signatory, and the version in that language may have others.
    job = versions.in_language(replace(job, choices=choices.chosen_by_texts(job.choices, texts, job.letter)), read)
    made = choices.chosen_by_texts(job.choices, texts, job.letter)
    kept = tuple((name, value) for name, value in job.values if matrix.axis(name) not in values)
    return replace(job, choices=made, values=(*kept, *values.items()))


def as_signed(job: Job, cell: matrix.Choices) -> Job:
    """The job of a cell, whose way of signing is that of all who sign it now."""
    texts = {"sign": cell["sign"]} if "sign" in cell else {}
    return replace(job, choices=choices.chosen_by_texts(job.choices, texts, job.letter))


def _in_own_language(letter: Letter, name: str, text: str) -> Any:
    """A field's value as the matrix writes it: in the letter's language, whatever the variant's is."""
    spec = letter.fields.get(name.removeprefix("fields."))
    if spec is None or not text or spec.type not in _BY_LANGUAGE or text.endswith("%"):
        return text
    try:
        value = field_values.read(text, spec, letter.lang)
    except FieldError:
        return text  # it is said where the matrix is read
    return value if spec.type == "date" else Decimal(getattr(value, "amount", value))


def _named(job: Job, combinations: Sequence[matrix.Choices]) -> tuple[Cell, ...]:
    """Cells with names made of what differs; their jobs are made where they are checked.

    :raises LetterpressError: two would have one name.
    """
    letter = job.letter
    order = [*choices.AXES, *dict.fromkeys(name for cell in combinations for name in cell if name not in choices.AXES)]
    defaults = {
        name: str(getattr(letter, name, None) or getattr(choices.DEFAULTS, name) or "") for name in choices.IN_NAMES
    }
    full = [{name: cell.get(name, defaults.get(name, "")) for name in order} for cell in combinations]
    differing = [name for name in order if len({whole[name] for whole in full}) > 1]
    made: dict[str, Cell] = {}
    clashes: list[Diagnostic] = []
    for whole, cell in zip(full, combinations, strict=True):
        parts = [copies.in_name(whole[name]) if name == "copy" else file_names.slug(whole[name]) for name in differing]
        name = ".".join(part for part in parts if part)
        output = ".".join(filter(None, (letter.slug, name))) + ".pdf"
        said = ", ".join(f"{one}={whole[one] or 'none'}" for one in differing if one in cell or whole[one])
        made_cell = Cell(
            job=replace(job, output=output, id=output.removesuffix(".pdf")),
            choices=cell, output=output, name=name, said=said,
        )  # fmt: skip
        other = made.setdefault(file_names.folded(output), made_cell)
        if other is not made_cell:
            clashes.append(_clash(letter, other, made_cell))
    if clashes:
        raise LetterpressError(clashes[:_SHOWN])
    return tuple(made.values())


def _clash(letter: Letter, one: Cell, other: Cell) -> Diagnostic:
    message = f"two variants would both become '{one.output}': {one.said}, and {other.said}"
    hint = "take one of them out, or write values that differ in letters or figures"
    params = (("variants", (one.said, other.said)),)
    return matrix.fault(letter, "variants", message, hint, code="output-doubled", value=one.output, params=params)


# --- what is wrong with them ------------------------------------------------------------------------------------------


def _checked(cells: Iterable[Cell], paged: bool) -> tuple[Cell, ...]:
    """Cells with their jobs and faults; what is alike in many is looked at once."""
    from letterpress import pipeline  # here: it loads the layout

    known: dict[Any, tuple[Diagnostic, ...]] = {}
    read: versions.Known = {}
    made: list[Cell] = []
    for cell in cells:
        faults: tuple[Diagnostic, ...] = ()
        try:
            job = of_cell(cell.job, cell.choices, read)
            missing = versions.missing(cell.job.letter, job.lang, read)
            if missing is not None:
                faults = (_without_text(cell, missing),)
        except LetterpressError as error:  # its version in another language has faults
            job, faults = cell.job, error.diagnostics
        else:
            look = (job.letter.path, job.letterhead, job.lang, job.paper)
            if look not in known:
                known[look] = job.judged(job.result("done", pipeline.check(job, paged=paged))).diagnostics
            faults = (*faults, *known[look])
        made.append(replace(cell, job=job, faults=tuple(_placed(cell, fault) for fault in faults)))
    return tuple(made)


def _placed(cell: Cell, fault: Diagnostic) -> Diagnostic:
    """The fault of a cell, with the cell and the line that chooses what is wrong."""
    letter, name = cell.job.letter, fault.field or ""
    if name in cell.choices and fault.line is None and f"variants.{name}" in letter.places:
        file, line = letter.places[f"variants.{name}"]
        fault = replace(fault, file=file, line=line)
    return replace(fault, variant=cell.said or None)


def _without_text(cell: Cell, missing: Problem) -> Diagnostic:
    letter, lang = cell.job.letter, cell.choices.get("lang")
    if lang is None:  # --lang, with a matrix of other things
        return versions.fault(letter, missing)
    listed = letter.variants.get("lang", ())
    listed = listed if isinstance(listed, tuple | list) else (listed,)
    at = next((at for at, one in enumerate(listed, start=1) if str(one).strip().casefold() == lang.casefold()), 0)
    path = f"variants.lang.{at}" if f"variants.lang.{at}" in letter.places else "variants.lang"
    return replace(missing.at(), **_place(letter, path))


def _place(letter: Letter, path: str) -> dict[str, Any]:
    file, line = letter.places.get(path, letter.places.get("variants", (letter.path, None)))
    return {"file": file, "line": line, "field": "variants.lang"}
