"""The Python API: what a developer calls.

Job: gives the rooms' calls one flat, typed face. Secret: none; `letterpress` re-exports these names.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from letterpress import pipeline
from letterpress.batch import copies
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput, UsageError
from letterpress.files import project
from letterpress.letterhead import definition as letterheads_
from letterpress.model import PROFILES, SIGN_MODES, Job, Letter, Profile, Result, SignMode
from letterpress.processes import kept_worker, stages
from letterpress.processes.limits import Limits, Point
from letterpress.recipients import columns


def prepare() -> None:
    """Load what the first letter needs: the kept worker calls it before a letter's time begins."""
    pipeline.prepare()


def load(path: str | Path, *, limits: Limits | None = None) -> Letter:
    """Read a letter with the people and organisations it names.

    :param path: the Markdown file.
    :param limits: see `render`.
    :raises UnreadableInput: the file cannot be read.
    :raises LetterpressError: it has faults; `diagnostics` holds all of them.
    """
    if limits is None:
        return reader.load(path)
    point = Point(file=str(path), stage="reading the letter")
    loaded: Letter = kept_worker.shared().call("letterpress.content.reader:load", path, limits=limits, point=point)
    return loaded


def job(
    letter: Letter,
    *,
    letterhead: str | None = None,
    lang: str | None = None,
    paper: str | None = None,
    copy: str = "original",
    profile: Profile = "archive",
    date: datetime.date | str | None = None,
    fields: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    sign: Mapping[str, SignMode] | None = None,
) -> Job:
    """A `Job` of these choices; None means: as the letter says.

    :param copy: original, draft, file, conformed, or `cc:NAME` or `bcc:NAME` for one that the letter names.
    :raises UsageError: a choice does not exist.
    """
    copies.check(copy)
    if profile not in PROFILES:
        raise UsageError(f"'{profile}' is not a profile", field="profile", hint=f"one of {', '.join(PROFILES)}")
    for who, mode in (sign or {}).items():
        if mode not in SIGN_MODES:
            raise UsageError(
                f"'{mode}' is no way to sign for {who}", field="sign", hint=f"one of {', '.join(SIGN_MODES)}"
            )
    if isinstance(date, str):
        try:
            date = datetime.date.fromisoformat(date)
        except ValueError:
            raise UsageError(f"'{date}' is not a date", field="date", hint="write YYYY-MM-DD") from None
    return Job(
        letter=letter,
        letterhead=letterhead,
        lang=lang,
        paper=paper,
        copy=copy,
        profile=profile,
        date=date,
        values=tuple((fields or {}).items()),
        parameters=tuple((parameters or {}).items()),
        sign=tuple((sign or {}).items()),
    )


def render(letter: Letter | str | Path, *, limits: Limits | None = None, **choices: Any) -> Result:
    """Make one PDF.

    :param letter: a loaded letter, or its path. A file that cannot be read or has faults is a bad letter, too.
    :param choices: as for `job`: letterhead, lang (BCP 47), paper (`a4` 210 x 297 mm, `letter` 215.9 x 279.4 mm), copy,
        profile, date, fields (name -> value, also `to.name`), parameters (of the letterhead), sign (name -> way).
    :param limits: time and memory that the letter may take. With them it is made in a process of its own, which is kept
        for the next one, and a letter that takes more has failed. Without them it is made in this process, without any.
    :returns: `pdf` (bytes, or None if it failed), `pages`, `sha256`, `diagnostics`. A bad letter raises nothing here:
        `status` is `failed`, and `diagnostics` says all that is wrong with it.
    :raises UsageError: a choice does not exist, whatever the letter is.
    """
    if isinstance(letter, Letter):
        return _pressed(job(letter, **choices), limits)
    chosen = job(_UNREAD, **choices)
    if limits is None:
        return press_file(letter, chosen)
    return _within(limits, "api:press_file", letter, chosen, source=str(letter), name=reader.slug_of(Path(letter)))


def press_file(path: str | Path, chosen: Job) -> Result:
    """Make the PDF of the letter in a file; one that cannot be read or has faults has failed, as any bad letter.

    :param chosen: what `press` takes; its letter is not looked at.
    """
    stages.at("reading the letter")
    try:
        letter = read(path)
    except LetterpressError as error:
        name = reader.slug_of(Path(path))
        return Result(id=name, source=str(path), status="failed", diagnostics=error.diagnostics)
    return pipeline.press(replace(chosen, letter=letter))


def read(path: str | Path) -> Letter:
    """Read a letter that is to be made.

    :raises LetterpressError: it cannot be read, or has faults: all that can be known of it without its layout.
    """
    letter, faults = reader.examine(path)
    if letter is None or any(fault.severity == "error" for fault in faults):
        more = pipeline.check(Job(letter=letter)) if letter is not None else []
        raise LetterpressError(dict.fromkeys([*faults, *more]))
    return letter


_UNREAD: Any = None
"""In the place of a letter that is read later."""


def _pressed(job: Job, limits: Limits | None) -> Result:
    if limits is None:
        return pipeline.press(job)
    return _within(
        limits, "pipeline:press", job, source=job.letter.path, name=job.id or job.letter.slug, record=job.record
    )


def _within(
    limits: Limits, function: str, *arguments: Any, source: str, name: str, record: str | None = None
) -> Result:
    """What a function of letterpress gives in the kept worker; a failed result, if it took too much."""
    point = Point(file=source, record=record)
    try:
        result: Result = kept_worker.shared().call(f"letterpress.{function}", *arguments, limits=limits, point=point)
    except kept_worker.Ended as error:
        return Result(id=name, source=source, record=record, status="failed", diagnostics=error.diagnostics)
    return result


def merge(
    letter: Letter | str | Path, rows: Iterable[Mapping[str, Any]], *, limits: Limits | None = None, **choices: Any
) -> Iterator[Result]:
    """Make one PDF for each record, one after the other.

    :param rows: mappings; keys are the letter's fields, or parts of the recipient (`name`, `street`, `to.city` ...).
    :param limits: of each letter; see `render`.
    :param choices: as for `render`; `fields` are the values that all records share.
    :returns: one `Result` a record, in order; `record` is its number, from 1. A record that fails does not end the run.
    :raises UnreadableInput, LetterpressError: `letter` is a path, and the file cannot be read, has faults or took too
        much: there is no record yet that could fail. It is raised where the first result is asked for.
    :raises UsageError: a choice does not exist; likewise.
    """
    loaded = letter if isinstance(letter, Letter) else load(letter, limits=limits)
    for number, row in enumerate(rows, start=1):
        yield _pressed(columns.job_for(job(loaded, **choices), row, number), limits)


def check(path: str | Path, *, limits: Limits | None = None) -> tuple[Diagnostic, ...]:
    """All that is wrong with a letter as far as it shows without rendering; nothing is raised for a bad letter.

    :param limits: see `render`.
    :raises UnreadableInput: the file cannot be read.
    """
    if limits is not None:
        point = Point(file=str(path), stage="checking it")
        try:
            checked: tuple[Diagnostic, ...] = kept_worker.shared().call(
                "letterpress.api:check", path, limits=limits, point=point
            )
        except kept_worker.Ended as error:
            return error.diagnostics
        return checked
    letter, faults = reader.examine(path)
    found = list(faults)
    if letter is not None:
        found += pipeline.check(Job(letter=letter))
    return tuple(found)


def letterheads(root: str | Path = ".") -> tuple[letterheads_.Letterhead, ...]:
    """The letterheads that the project at `root` can use, its own and the shipped ones.

    :raises LetterpressError: one has faults.
    """
    if not Path(root).is_dir():
        raise UnreadableInput("there is no such folder", file=str(root))
    base = project.root_of(Path(root))
    return tuple(letterheads_.find(name, base) for name in letterheads_.names(base))
