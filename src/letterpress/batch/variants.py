"""A letter -> its variants: the cells of its matrix, and its versions by language.

Job: `variants:` in the front matter, letterhead x language x paper x copy x sign x any field, with `include` and
`exclude` as CI files have them. Secret: how cells add up, and what their files are called.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress.batch import copies, file_names
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError, did_you_mean
from letterpress.filling import checks
from letterpress.letterhead import definition
from letterpress.letterhead.papers import PAPERS
from letterpress.model import PROFILES, SIGN_MODES, Job, Letter
from letterpress.text import characters

AXES = ("letterhead", "lang", "paper", "copy", "sign", "profile", "date")
"""What a cell may choose, in the order in which it stands in a file's name; any field comes after them."""
MAX_CELLS = 10_000
_FIXED = {"paper": tuple(PAPERS), "sign": SIGN_MODES, "profile": PROFILES}


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
        raise LetterpressError("the letter has no variants", file=letter.path, field="variants", hint=hint)
    faults = _faults(letter)
    if faults:
        raise LetterpressError(faults)
    found = _product(letter)
    if not found:
        raise LetterpressError("no variant is left", file=letter.path, field="variants", hint="exclude fewer")
    if len(found) > MAX_CELLS:
        raise LetterpressError(
            f"has {len(found):,} cells; {MAX_CELLS:,} are the most", file=letter.path, field="variants"
        )
    return _named(job, found)


def in_language(job: Job) -> Job:
    """`job` with its letter's version for its language: `offer.de.md` beside `offer.md`, if there is one.

    :raises LetterpressError: that version has faults.
    """
    if job.lang is None or job.lang == job.letter.lang:
        return job
    version = _version(job.letter, job.lang)
    return job if version is None else replace(job, letter=version)


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
    found = reader.load(shown if shown.is_file() else path)
    if found.lang.split("-")[0] != lang.split("-")[0]:
        return None
    # It is one letter to those who file it: its name stays, and the fields that either declares are known.
    return replace(found, slug=letter.slug)


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
    found = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())] if axes else []
    for out in _groups(letter, "exclude"):
        found = [cell for cell in found if not all(cell.get(name) == value for name, value in out.items())]
    added: list[dict[str, str]] = []
    for more in _groups(letter, "include"):
        fitting = [cell for cell in found if all(cell[name] == value for name, value in more.items() if name in axes)]
        if fitting and any(name not in axes for name in more):
            for cell in fitting:
                cell.update(more)
        elif more not in found:
            added.append(more)
    return found + added


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

    def fault(path: str, message: str, hint: str | None = None) -> None:
        file, line = letter.places.get(path, letter.places.get("variants", (letter.path, None)))
        faults.append(Diagnostic(message=message, file=file, line=line, field=path, hint=hint))

    for name, value in letter.variants.items():
        path = f"variants.{name}"
        if name not in ("include", "exclude"):
            _check_axis(letter, path, name, value, fault)
            continue
        for at, group in enumerate((value,) if isinstance(value, Mapping) else value or (), start=1):
            if not isinstance(group, Mapping):
                fault(f"{path}.{at}", "is a group of choices, such as {paper: a4}", "write '- paper: a4'")
                continue
            for inner, item in group.items():
                _check_axis(letter, f"{path}.{at}.{inner}", inner, item, fault)
    return faults


def _check_axis(letter: Letter, path: str, name: str, value: Any, fault: Any) -> None:
    known = (*AXES, *letter.fields, *(f"fields.{field}" for field in letter.fields))
    if name not in known:
        fault(path, f"'{name}' is neither a choice nor a field of the letter", did_you_mean(name, known))
        return
    if isinstance(value, Mapping) or value in (None, ()):
        fault(path, "is a list of values", f"write '{name}: [one, other]'")
        return
    texts = _listed(value)
    for text in texts:
        if texts.count(text) > 1:
            fault(path, f"'{text}' is in the list twice", "keep one")
            return
        allowed: Iterable[str] = _FIXED.get(name, ())
        if name == "letterhead":
            allowed = definition.names(letter.root)
        if allowed and text not in allowed:
            fault(path, f"'{text}' is no {name}", did_you_mean(text, allowed))
        if name == "copy":
            try:
                copies.check(text, every=True)
            except LetterpressError as error:
                fault(path, error.diagnostics[0].message, error.diagnostics[0].hint)
        if name == "date":
            try:
                datetime.date.fromisoformat(text)
            except ValueError:
                fault(path, f"'{text}' is not a date", "write YYYY-MM-DD")


def _named(job: Job, found: Sequence[Mapping[str, str]]) -> list[Cell]:
    """Cells with their jobs, and names made of what differs."""
    letter = job.letter
    order = [*AXES, *dict.fromkeys(name for cell in found for name in cell if name not in AXES)]
    defaults = {"letterhead": letter.letterhead, "lang": letter.lang, "paper": letter.paper or "", "copy": "original"}
    full = [{name: cell.get(name, defaults.get(name, "")) for name in order} for cell in found]
    differing = [name for name in order if len({cell[name] for cell in full}) > 1]
    made: dict[str, Cell] = {}
    for cell, choices in zip(full, found, strict=True):
        parts = [
            letter.slug,
            *(copies.in_name(cell[name]) if name == "copy" else file_names.slug(cell[name]) for name in differing),
        ]
        output = ".".join(part for part in parts if part) + ".pdf"
        if file_names.folded(output) in made:
            message = f"two cells would both become '{output}'"
            raise LetterpressError(message, file=letter.path, field="variants", hint="take one of them out")
        made[file_names.folded(output)] = Cell(job=_job(job, choices, output), choices=choices, output=output)
    return list(made.values())


def _job(job: Job, choices: Mapping[str, str], output: str) -> Job:
    kept: dict[str, Any] = {
        name: choices[name] for name in ("letterhead", "lang", "paper", "copy", "profile") if name in choices
    }
    if "date" in choices:
        kept["date"] = datetime.date.fromisoformat(choices["date"])
    values = {name: text for name, text in choices.items() if name not in AXES}
    job = in_language(replace(job, **kept, output=output, id=output.removesuffix(".pdf")))
    if "sign" in choices:
        kept["sign"] = tuple((one.name, choices["sign"]) for one in job.letter.signatories)
        job = replace(job, sign=kept["sign"])
    return replace(job, values=tuple({**dict(job.values), **values}.items()))
