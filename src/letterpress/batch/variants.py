"""Makes the cells of a letter's matrix, and finds its versions by language.

`variants:` in the front matter lists choices and fields; each combination is a cell, less those in `exclude` and with
those in `include`, which add up as in GitHub's workflow files (jobs.<id>.strategy.matrix).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress.batch import copies, file_names
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError, UsageError, did_you_mean, fixes, nearest
from letterpress.filling import checks
from letterpress.letterhead import choices
from letterpress.model import Job, Letter, frozendict
from letterpress.text import characters

MAX_CELLS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One variant of a letter."""

    job: Job
    choices: Mapping[str, str]
    """What the cell chooses: axis or field -> value as written."""
    output: str
    """Name of its file, with what tells it from the others: `offer.din5008.de.a4.file.pdf`."""


def cells(job: Job) -> list[Cell]:
    """All variants of a job's letter, in the order of the matrix.

    :raises LetterpressError: the matrix has faults; all of them are in `diagnostics`.
    """
    letter = job.letter
    if not letter.variants:
        hint = "add 'variants:' to the front matter, with lists such as 'paper: [a4, letter]'"
        raise LetterpressError(_fault(letter, "variants", "the letter has no variants", hint, code="variants-none"))
    faults = _faults(letter)
    if faults:
        raise LetterpressError(faults)
    combinations = _product(letter)
    if not combinations:
        message, hint = "no variant is left", "exclude fewer"
        raise LetterpressError(_fault(letter, "variants", message, hint, code="variants-none"))
    if len(combinations) > MAX_CELLS:
        message = f"has {len(combinations):,} cells; {MAX_CELLS:,} are the most"
        about: dict[str, Any] = {
            "code": "variants-many",
            "params": (("cells", len(combinations)), ("limit", MAX_CELLS)),
        }
        raise LetterpressError(_fault(letter, "variants", message, **about))
    return _named(job, combinations)


def in_language(job: Job) -> Job:
    """`job` with its letter's version for its language: `offer.de.md` beside `offer.md`, if there is one.

    :raises LetterpressError: that version has faults.
    """
    if job.lang == job.letter.lang:
        return job
    version = _version(job.letter, job.lang)
    if version is None:
        return job
    # A list is written as it is, whatever the language of the letter that its values go into.
    said = {name: spec.writing for name, spec in job.letter.fields.items() if spec.writing is not None}
    fields = {name: replace(spec, writing=said.get(name)) for name, spec in version.fields.items()}
    return replace(job, letter=replace(version, fields=frozendict(fields)))


@lru_cache(maxsize=64)
def _version_path(folder: str, stem: str, lang: str) -> Path | None:
    for tag in (lang, lang.split("-")[0]):
        path = Path(folder) / f"{stem}.{tag}.md"
        if path.is_file():
            return path
    return None


def _version(letter: Letter, lang: str) -> Letter | None:
    stem = letter.slug.removesuffix(f".{letter.lang}").removesuffix(f".{letter.lang.split('-')[0]}")
    path = _version_path(letter.folder, stem, lang)
    if path is None:
        path = Path(letter.folder) / f"{stem}.md"
        if stem == letter.slug or not path.is_file():
            return None
    shown = Path(letter.path).parent / path.name
    version = reader.load(shown if shown.is_file() else path)
    if version.lang.split("-")[0] != lang.split("-")[0]:
        return None
    # All versions are one letter, so they are filed under one name: `offer`, and not `offer.de`.
    return replace(version, slug=letter.slug)


def as_data(text: str, path: str) -> str:
    """A text from a record, to stand where the author writes one: it is no template, whatever it looks like.

    :raises LetterpressError: it holds a character that no page can show.
    """
    wrong = characters.refused(text, in_value=True)
    if wrong is not None:
        raise LetterpressError(wrong.at(field=path))
    return checks.Data(text)


# --- the matrix -------------------------------------------------------------------------------------------------------


def _product(letter: Letter) -> list[dict[str, str]]:
    """The cells: every combination, less those excluded, and those included on top."""
    axes = {name: _listed(value) for name, value in letter.variants.items() if name not in ("include", "exclude")}
    if "copy" in axes:
        axes["copy"] = copies.expanded(axes["copy"], letter)
    combinations = (
        [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())] if axes else []
    )
    for out in _groups(letter, "exclude"):
        combinations = [
            cell for cell in combinations if not all(cell.get(name) == value for name, value in out.items())
        ]
    added: list[dict[str, str]] = []
    for more in _groups(letter, "include"):
        fitting = [
            cell for cell in combinations if all(cell[name] == value for name, value in more.items() if name in axes)
        ]
        if fitting and any(name not in axes for name in more):
            for cell in fitting:
                cell.update(more)
        elif more not in combinations:
            added.append(more)
    return combinations + added


def _groups(letter: Letter, name: str) -> list[dict[str, str]]:
    groups = letter.variants.get(name, ())
    groups = (groups,) if isinstance(groups, Mapping) else groups
    return [{key: _text(value) for key, value in group.items()} for group in groups]


def _listed(value: Any) -> list[str]:
    return [_text(item) for item in (value if isinstance(value, tuple | list) else (value,))]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _faults(letter: Letter) -> list[Diagnostic]:
    faults: list[Diagnostic] = []
    for name, value in letter.variants.items():
        path = f"variants.{name}"
        if name not in ("include", "exclude"):
            faults += _check_axis(letter, path, name, value)
            continue
        for at, group in enumerate((value,) if isinstance(value, Mapping) else value or (), start=1):
            if not isinstance(group, Mapping):
                message = "is a group of choices, such as {paper: a4}"
                faults.append(_fault(letter, f"{path}.{at}", message, "write '- paper: a4'", code="variants-not-group"))
                continue
            for inner, item in group.items():
                faults += _check_axis(letter, f"{path}.{at}.{inner}", inner, item)
    return faults


def _fault(letter: Letter, path: str, message: str, hint: str | None = None, **about: Any) -> Diagnostic:
    file, line = letter.places.get(path, letter.places.get("variants", (letter.path, None)))
    return Diagnostic(message=message, file=file, line=line, field=path, hint=hint, **about)


def _check_axis(letter: Letter, path: str, name: str, value: Any) -> Iterator[Diagnostic]:
    known = (*choices.AXES, *letter.fields, *(f"fields.{field}" for field in letter.fields))
    if name not in known:
        message, mended = f"'{name}' is neither a choice nor a field of the letter", fixes(name, nearest(name, known))
        about: dict[str, Any] = {"code": "axis-unknown", "value": name, "fixes": mended}
        yield _fault(letter, path, message, did_you_mean(name, known), **about)
        return
    if isinstance(value, Mapping) or value in (None, ()):
        yield _fault(letter, path, "is a list of values", f"write '{name}: [one, other]'", code="axis-not-list")
        return
    texts = _listed(value)
    for text in texts:
        if texts.count(text) > 1:
            yield _fault(
                letter, path, f"'{text}' is in the list twice", "keep one", code="axis-value-twice", value=text
            )
            return
        if name in choices.AXES and not (name == "copy" and copies.is_each(text)):
            for fault in _wrong_choice(letter, name, text):
                file, line = letter.places.get(path, letter.places.get("variants", (letter.path, None)))
                yield replace(fault, file=file, line=line, field=path)


def _wrong_choice(letter: Letter, name: str, text: str) -> Iterable[Diagnostic]:
    try:
        made = choices.chosen_by_texts(choices.DEFAULTS, {name: text}, letter)
    except UsageError as error:
        return error.diagnostics
    return choices.check(made, letter)


def _named(job: Job, combinations: Sequence[Mapping[str, str]]) -> list[Cell]:
    """Cells with their jobs, and names made of what differs."""
    letter = job.letter
    order = [*choices.AXES, *dict.fromkeys(name for cell in combinations for name in cell if name not in choices.AXES)]
    defaults = {
        name: str(getattr(letter, name, None) or getattr(choices.DEFAULTS, name) or "") for name in choices.IN_NAMES
    }
    full = [{name: cell.get(name, defaults.get(name, "")) for name in order} for cell in combinations]
    differing = [name for name in order if len({whole[name] for whole in full}) > 1]
    made: dict[str, Cell] = {}
    for whole, cell in zip(full, combinations, strict=True):
        parts = [
            letter.slug,
            *(copies.in_name(whole[name]) if name == "copy" else file_names.slug(whole[name]) for name in differing),
        ]
        output = ".".join(part for part in parts if part) + ".pdf"
        if file_names.folded(output) in made:
            message, hint = f"two cells would both become '{output}'", "take one of them out"
            raise LetterpressError(_fault(letter, "variants", message, hint, code="output-doubled", value=output))
        made[file_names.folded(output)] = Cell(job=_job(job, cell, output), choices=cell, output=output)
    return list(made.values())


def _job(job: Job, cell: Mapping[str, str], output: str) -> Job:
    """The job of a cell: what it chooses, and its values of fields."""
    values = {name: text for name, text in cell.items() if name not in choices.AXES}
    texts = {name: text for name, text in cell.items() if name in choices.AXES}
    # First the language: how to sign is chosen for each signatory, and the version in that language may have others.
    job = in_language(replace(job, choices=choices.chosen_by_texts(job.choices, texts, job.letter)))
    made = choices.chosen_by_texts(job.choices, texts, job.letter)
    values = {**dict(job.values), **values}
    return replace(job, choices=made, values=tuple(values.items()), output=output, id=output.removesuffix(".pdf"))
