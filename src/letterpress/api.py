"""The Python API: what a developer calls.

Job: gives the rooms' calls one flat, typed face. Secret: none; `letterpress` re-exports these names.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from letterpress import content, copies, pipeline, records
from letterpress import letterhead as letterheads_
from letterpress.errors import Diagnostic, UnreadableInput, UsageError
from letterpress.model import PROFILES, SIGN_MODES, Job, Letter, Profile, Result, SignMode


def load(path: str | Path) -> Letter:
    """Read a letter with the people and organisations it names.

    :param path: the Markdown file.
    :raises UnreadableInput: the file cannot be read.
    :raises LetterpressError: it has faults; `diagnostics` holds all of them.
    """
    return content.load(path)


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


def render(letter: Letter | str | Path, **choices: Any) -> Result:
    """Make one PDF.

    :param letter: a loaded letter, or its path.
    :param choices: as for `job`: letterhead, lang (BCP 47), paper (`a4` 210 x 297 mm, `letter` 215.9 x 279.4 mm), copy,
        profile, date, fields (name -> value, also `to.name`), parameters (of the letterhead), sign (name -> way).
    :returns: `pdf` (bytes, or None if it failed), `pages`, `sha256`, `diagnostics`. A bad letter raises nothing here.
    :raises UnreadableInput, LetterpressError: `letter` is a path, and the file cannot be read or has faults.
    :raises UsageError: a choice does not exist.
    """
    loaded = letter if isinstance(letter, Letter) else load(letter)
    return pipeline.press(job(loaded, **choices))


def merge(letter: Letter | str | Path, rows: Iterable[Mapping[str, Any]], **choices: Any) -> Iterator[Result]:
    """Make one PDF for each record, one after the other, in this process.

    :param rows: mappings; keys are the letter's fields, or parts of the recipient (`name`, `street`, `to.city` ...).
    :param choices: as for `render`; `fields` are the values that all records share.
    :returns: one `Result` a record, in order; `record` is its number, from 1. A record that fails does not end the run.
    """
    loaded = letter if isinstance(letter, Letter) else load(letter)
    for number, row in enumerate(rows, start=1):
        yield pipeline.press(records.job_for(job(loaded, **choices), row, number))


def check(path: str | Path) -> tuple[Diagnostic, ...]:
    """All that is wrong with a letter as far as it shows without rendering; nothing is raised for a bad letter.

    :raises UnreadableInput: the file cannot be read.
    """
    letter, faults = content.examine(path)
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
    base = content.project_root(Path(root))
    return tuple(letterheads_.find(name, base) for name in letterheads_.names(base))
