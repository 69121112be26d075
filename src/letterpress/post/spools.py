"""Puts the letters of a run into PDFs for the printer: in an order, one file or several, each behind an insert sheet.

Several files are made where letters are split: by what they are alike in (country, sheets ...), and then by number.

Not here: how many letters become one PDF (batch/combine.py), and what they are grouped by (`grouping`).
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from letterpress import dispatch
from letterpress.batch import combine
from letterpress.batch.journal import Journal, Noted
from letterpress.dispatch import Dispatch
from letterpress.errors import Diagnostic, LetterpressError, UsageError
from letterpress.inserters.values import Scheme
from letterpress.pdf.document_parts import About
from letterpress.post import grouping
from letterpress.post.grouping import Weighing
from letterpress.post.insert_sheets import Insert
from letterpress.post.inserting import Inserting, Set
from letterpress.post.ledger import Ledger, Letter, record_parts

_DIGITS = 3
"""Of the number of a file, at least."""
_SHOWN = 3
"""Older files that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How the letters of a run go to the printer."""

    most: int | None = None
    """Letters in one file; None: any number."""
    groups: tuple[str, ...] = ()
    """Of `grouping.NAMES`: letters that differ in one of these are in different files."""
    sort: tuple[str, ...] = ()
    """Of `grouping.NAMES`: the order of the letters in a file; those that are equal stand as in the run."""
    duplex: bool = False
    """Both sides are printed: each letter begins on a new sheet."""
    weighing: Weighing = field(default_factory=Weighing)
    inserter: Scheme | None = None
    """The marks that an inserting machine reads from each sheet."""

    @property
    def in_one(self) -> bool:
        """Whether all letters are in one file, in the order of the run."""
        return not (self.most or self.groups or self.sort)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """A file that was made."""

    file: str
    title: str
    """As in `Insert`."""
    letters: int
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spools:
    """What was made."""

    files: tuple[Spool, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def letters(self) -> int:
        """In all files."""
        return sum(one.letters for one in self.files)


def split(text: str) -> tuple[int | None, tuple[str, ...]]:
    """Read by what letters are split: `5000`, `country`, `country,sheets,5000`.

    :returns: letters in one file at most, and what those of a file are alike in.
    :raises UsageError: with every name that there is not.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    numbers = [word for word in words if re.fullmatch(r"\d+", word)]
    if len(numbers) > 1 or any(int(number) < 1 for number in numbers):
        message, hint = f"'{text}' has more than one number, or 0", "such as --split 5000 or --split country,5000"
        raise UsageError(message, field="--split", hint=hint, code="split-wrong", value=text)
    names = grouping.check([word for word in words if word not in numbers], option="--split")
    return (int(numbers[0]) if numbers else None), names


class Run(NamedTuple):
    """The run whose letters are put together."""

    journal: Journal
    number: int
    folder: Path


def write(
    run: Run,
    target: Path,
    wanted: Wanted,
    *,
    title: str,
    lang: str,
    insert: Callable[[Insert], bytes] | None = None,
    replace_signed: bool = False,
) -> Spools:
    """Make the files.

    :param target: the file; where there are several, each is named after it: `all-001.pdf`, `all_country-DE.pdf`.
    :param title: of the letters.
    :param insert: makes the PDF of the sheet that stands before the letters of each file.
    :param replace_signed: whether an older file is replaced even if it bears a signature.
    :raises LetterpressError: there is no letter, one cannot be read, or a file cannot be written.
    """
    return _Writer(run, target, wanted, title, lang, insert, replace_signed).write()


def pieces(name: str, letters: int, most: int | None) -> Iterator[tuple[str, int]]:
    """Give the names of the files that letters are split over by number, and how many are in each.

    :param most: letters in one file; None: all, in a file of that name.
    """
    if not most:
        yield name, letters
        return
    count = -(-letters // most)
    digits = max(_DIGITS, len(str(count)))
    for number in range(1, count + 1):
        yield f"{name}-{number:0{digits}}", min(most, letters - (number - 1) * most)


class _File(NamedTuple):
    """A file that is to be made."""

    path: Path
    title: str
    letters: int
    parts: Iterator[combine.Part]


class _Writer:
    def __init__(
        self,
        run: Run,
        target: Path,
        wanted: Wanted,
        title: str,
        lang: str,
        insert: Callable[[Insert], bytes] | None,
        replace_signed: bool,
    ) -> None:
        self._run, self._target, self._wanted = run, target, wanted
        self._title, self._lang, self._insert = title, lang, insert
        self._replace_signed = replace_signed
        scheme, duplex = wanted.inserter, wanted.duplex
        self._inserting = None if scheme is None else Inserting(scheme, title, duplex=duplex)
        self._said: list[Diagnostic] = []

    def write(self) -> Spools:
        wanted = self._wanted
        if wanted.in_one and self._insert is None:
            parts = (self._part(*_known(noted)) for noted in self._run.journal.noted(self._run.number))
            return self._made([self._combined(_File(self._target, "", 0, parts), 1, 1)])
        with Ledger() as ledger:
            for noted in self._run.journal.noted(self._run.number):
                letter, told = _known(noted, must=bool(wanted.groups or wanted.sort), duplex=wanted.duplex)
                about: dict[str, Any] = {
                    "pages": letter.pages,
                    "sheets": letter.sheets,
                    "weighing": wanted.weighing,
                }
                order = grouping.key(wanted.sort, told, **about).order
                ledger.add(grouping.key(wanted.groups, told, **about), letter, order)
            files = list(self._files(ledger))
            made = [self._combined(file, number, len(files)) for number, file in enumerate(files, 1)]
        if not made:
            raise LetterpressError("there is no letter to combine", file=str(self._target), code="nothing-to-combine")
        return self._made(made)

    def _files(self, ledger: Ledger) -> Iterator[_File]:
        """The files, each with its letters in their order."""
        wanted, folders = self._wanted, grouping.Folders(self._wanted.groups)
        for total in ledger.totals():
            name = self._target.stem + (f"_{folders.of(total.key)}" if wanted.groups else "")
            title, letters = total.key.title(wanted.groups), ledger.letters(total.key)
            for own, held in pieces(name, total.letters, wanted.most):
                parts = (self._part(one, dispatch.read(one.noted)) for one in itertools.islice(letters, held))
                yield _File(self._target.with_name(f"{own}{self._target.suffix}"), title, held, parts)

    def _part(self, letter: Letter, told: Dispatch) -> combine.Part:
        number, key = record_parts(letter.record)
        place = int(number) if number is not None and number.isdecimal() else 1
        about = About(place or 1, key or "", told.postcode or "", told.country or "")
        title = letter.record or Path(letter.output).stem
        marks = None
        if self._inserting is not None:
            marks = functools.partial(self._inserting.pages, Set(number or "", key or "", letter.rows))
        return combine.Part(path=self._run.folder / letter.output, title=title, about=about, marks=marks)

    def _combined(self, file: _File, number: int, files: int) -> Spool:
        """Make one file."""
        title = ", ".join(filter(None, (self._title, file.title, f"{number}/{files}" if files > 1 else "")))
        with self._sheet(Insert(file.title or self._title, file.letters, number, files)) as sheets:
            made = combine.write(
                file.path,
                itertools.chain(sheets, file.parts),
                title=title,
                lang=self._lang,
                duplex=self._wanted.duplex,
                replace_signed=self._replace_signed,
            )
        self._said += made.diagnostics
        counts = {"letters": made.letters, "pages": made.pages, "sheets": made.sheets}
        return Spool(file=str(file.path), title=file.title, **counts)

    @contextlib.contextmanager
    def _sheet(self, about: Insert) -> Iterator[list[combine.Part]]:
        """The sheet before a file's letters, if there is to be one."""
        if self._insert is None:
            yield []
            return
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(self._insert(about))
            file.flush()
            yield [combine.Part(path=Path(file.name), title=about.title, about=About(0))]

    def _made(self, files: list[Spool]) -> Spools:
        """Say which files of an earlier run lie beside these: they would be printed again."""
        names = {Path(one.file).name for one in files}
        stem, suffix = re.escape(self._target.stem), re.escape(self._target.suffix)
        like = re.compile(rf"{stem}(_[a-z]+-.+)?(-\d{{{_DIGITS},}})?{suffix}")
        beside = (path.name for path in self._target.parent.iterdir() if like.fullmatch(path.name))
        older = sorted(name for name in beside if name not in names)
        if older:
            more = f" and {len(older) - _SHOWN} more" if len(older) > _SHOWN else ""
            message = f"files of an earlier run lie beside those of this one: {', '.join(older[:_SHOWN])}{more}"
            about: dict[str, Any] = {"hint": "remove what is not to be printed", "code": "spool-older"}
            self._said.append(Diagnostic(severity="warning", message=message, file=str(self._target), **about))
        return Spools(files=tuple(files), diagnostics=tuple(self._said))


def _known(noted: Noted, *, must: bool = False, duplex: bool = False) -> tuple[Letter, Dispatch]:
    """What is known of a letter.

    :param must: whether it has to be known to whom it goes.
    :raises LetterpressError: an earlier letterpress has made it.
    """
    entry = noted.entry
    if noted.dispatch is None and must:
        message = f"nothing is noted of '{entry.output}': an earlier letterpress made it, or the journal was lost"
        hint = "make the letters anew: the same merge with --again"
        raise LetterpressError(message, file=entry.output or entry.id, hint=hint, code="package-unknown")
    told = dispatch.read(noted.dispatch) if noted.dispatch is not None else Dispatch()
    pages = entry.pages or 0
    letter = Letter(
        output=entry.output or "",
        record=entry.record,
        pages=pages,
        sheets=(pages + 1) // 2 if duplex else pages,
        sha256=entry.sha256 or "",
        letter_sha256=noted.letter_sha256,
        size=noted.size,
        noted=told.as_text(),
        rows=entry.rows,
    )
    return letter, told
