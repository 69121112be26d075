"""Makes single letters of a project, one order after the other, for a service whose clients wait for them.

An order names a letter and has what `letterpress render` can be told; with a record, it is the letter that `letterpress
merge` makes of a list of that one record. What a letter is read from stays in memory as long as its files are the same,
so that the next letter of the same shape is made from the pages of the one before (layout/plates/).

Not here: who may order (serve/), letters of whole lists (runs.py).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from letterpress import api, pipeline
from letterpress.batch import variants
from letterpress.batch.mappings import Mappings
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError, UsageError, strictly
from letterpress.files import project
from letterpress.filling import checks
from letterpress.interactive import catalogue, preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.catalogue import LetterField
from letterpress.letterhead import design
from letterpress.model import Enclosure, Job, Letter, Result
from letterpress.processes import stages

prepare = preview.prepare
_LOOKED = 0.25
"""Seconds for which the files that a letter names are taken to be the same; its own file is looked at each time."""
_KEPT = 16
"""Letters, and orders for them with a record, that stay in memory."""
_NAMED = ("content/people", "content/organisations", "content/clauses")
"""Folders whose files are part of a letter's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A PDF that is handed over to be enclosed."""

    title: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A letter that is to be made."""

    letter: str
    """Its file, relative to the working folder, which is the project's root."""
    text: str | None = None
    """What stands in the place of the file's text."""
    chosen: tuple[tuple[str, Any], ...] = ()
    """As `api.Chosen` has them."""
    record: Mapping[str, Any] | None = None
    """The values of one record, as `api.merge` takes them; None: the letter is made without any."""
    mapping: tuple[tuple[str, str], ...] = ()
    """Pairs (key of the record, field)."""
    data_lang: str | None = None
    """Language that texts of the record are written in."""
    strict: bool = False
    """Whether a warning fails it."""
    enclosed: tuple[Attached, ...] = ()
    """Enclosures on top of the letter's own, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a letter of the project is."""

    letter: Letter | None
    """None where it has faults."""
    fields: tuple[LetterField, ...]
    variants: tuple[str, ...]
    """What each variant of its matrix chooses, in words."""
    diagnostics: tuple[Diagnostic, ...]


@answering
def warm(say: Say) -> None:
    """Make a letter for nobody: the first one that somebody waits for takes a third of the time then."""
    for record in (None, {"name": "Ada Brook"}):
        _made(_warming(record), pipeline.press)


def _warming(record: Mapping[str, Any] | None) -> Order:
    from letterpress import data

    return Order(letter="sample.md", text=data.sample("en"), record=record)


@answering
def make(say: Say, order: Order) -> Result:
    """Make a letter. A bad one raises nothing: its result says what is wrong."""
    return _answered(order, pipeline.press)


@answering
def check(say: Say, order: Order) -> Result:
    """Find all that can be known of a letter with its values without laying it out."""
    if order.record is not None:
        return _answered(order, pipeline.inspect)
    stages.at("reading the letter")
    try:
        letter, faults = _examined(order)
        if letter is None:
            return _failed(order, faults)
        job = api.in_language(_with(order, api.job(letter, **checked(order.chosen))))
        found = [*pipeline.inspect(job).diagnostics, *pipeline.remarks(job)] if job.values else pipeline.check(job)
        if letter.variants:
            found = [*found, *variants.check(job, known=faults)[1]]
    except LetterpressError as error:
        return _failed(order, error.diagnostics)
    every = tuple(dict.fromkeys((*faults, *checks.beyond(faults, found))))
    failed = any(one.severity == "error" for one in every)
    return _judged(order, job.result("failed" if failed else "done", every))


@answering
def describe(say: Say, path: str) -> Described:
    """Say what a letter is, and which fields it has."""
    letter, faults = reader.examine(path)
    if letter is None:
        return Described(letter=None, fields=(), variants=(), diagnostics=faults)
    said: tuple[str, ...] = ()
    if letter.variants:
        try:
            said = tuple(cell.said for cell in variants.cells(api.job(letter)).every)
        except LetterpressError as error:
            faults = (*faults, *error.diagnostics)
    return Described(letter=letter, fields=catalogue.fields(letter.fields), variants=said, diagnostics=faults)


# --- one letter -------------------------------------------------------------------------------------------------------


def _answered(order: Order, press: Callable[[Job], Result]) -> Result:
    try:
        return _judged(order, _made(order, press))
    except LetterpressError as error:
        return _failed(order, error.diagnostics)


def _judged(order: Order, result: Result) -> Result:
    """The result as it counts: where warnings are errors, what is said of its record's keys counts as well."""
    faults = strictly(result.diagnostics) if order.strict else result.diagnostics
    return result if faults == result.diagnostics else _failed(order, faults)


def _failed(order: Order, faults: tuple[Diagnostic, ...]) -> Result:
    return Result(id=reader.slug_of(Path(order.letter)), source=order.letter, status="failed", diagnostics=faults)


def _made(order: Order, press: Callable[[Job], Result]) -> Result:
    """Make a letter.

    :raises LetterpressError: it has faults, or a choice for it does not exist.
    """
    stages.at("reading the letter")
    with _on_disk(order) as enclosed:
        if order.record is None:
            return press(api.in_language(_with(order, api.job(_read(order), **checked(order.chosen)), enclosed)))
        # Files that are handed over are others each time: nothing is kept then.
        mappings = _mappings(order, enclosed) if order.enclosed else _known.mappings(order)
        result = next(iter(mappings.results([order.record], press)))
        said = (*mappings.remarks, *(replace(one, record=None) for one in result.diagnostics))
        return replace(result, record=None, id=reader.slug_of(Path(order.letter)), diagnostics=said)


def _mappings(order: Order, enclosed: tuple[Enclosure, ...] = ()) -> Mappings:
    job = _with(order, api.job(_read(order), **checked(order.chosen)), enclosed)
    return Mappings(job, dict(order.mapping), order.data_lang, each=True)


def _with(order: Order, job: Job, enclosed: tuple[Enclosure, ...] = ()) -> Job:
    """The job with what is enclosed on top of its letter's own enclosures."""
    if not enclosed:
        return job
    return replace(job, letter=replace(job.letter, enclosures=(*job.letter.enclosures, *enclosed)))


@contextmanager
def _on_disk(order: Order) -> Iterator[tuple[Enclosure, ...]]:
    """The enclosures that were handed over, as files."""
    if not order.enclosed:
        yield ()
        return
    with tempfile.TemporaryDirectory(prefix="letterpress-") as folder:
        enclosures = []
        for number, one in enumerate(order.enclosed, start=1):
            path = Path(folder).resolve() / f"enclosure-{number}.pdf"
            path.write_bytes(one.data)
            enclosures.append(Enclosure(file=str(path), title=one.title or None, given=True))
        yield tuple(enclosures)


def checked(given: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """Give what an order chooses for a letter.

    :raises UsageError: a parameter names a file: letters name their files themselves.
    """
    chosen = dict(given)
    faults = []
    for name, value in (chosen.get("parameters") or {}).items():
        text = str(value)
        if name in design.FILES or (name == "font" and ("/" in text or "\\" in text or "." in text)):
            about: dict[str, Any] = {"field": f"parameters.{name}", "code": "parameter-file", "value": text}
            hint = "write it in the letter, in the sender's file or in letterpress.toml"
            faults.append(Diagnostic(message="names a file, which an order may not", hint=hint, **about))
    if faults:
        raise UsageError(faults)
    return chosen


def _read(order: Order) -> Letter:
    if order.text is not None:
        return api.read_text(order.text.encode("utf-8", "surrogatepass"), order.letter, name=order.letter)
    return _known.letter(order.letter)


def _examined(order: Order) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
    if order.text is None:
        return reader.examine(order.letter)
    return reader.examine_text(order.text.encode("utf-8", "surrogatepass"), Path(order.letter), order.letter)


# --- what stays in memory ---------------------------------------------------------------------------------------------

_Seen = tuple[tuple[str, int, int, int], ...]
"""Files with their times (ns), sizes and numbers."""


class _Known:
    """Letters as they were read, and what their records have in common."""

    def __init__(self) -> None:
        self._letters: OrderedDict[str, tuple[_Seen, Letter]] = OrderedDict()
        self._mappings: OrderedDict[str, Mappings] = OrderedDict()
        self._seen: _Seen = ()
        self._until = 0.0

    def letter(self, path: str) -> Letter:
        """Read a letter, or give it as it was read.

        :raises LetterpressError: it has faults.
        """
        self._look()
        status = _stated([path])
        known = self._letters.get(path)
        if known is not None and known[0] == status:
            self._letters.move_to_end(path)
            return known[1]
        self._mappings.clear()
        letter = api.read(path)
        self._letters[path] = status, letter
        while len(self._letters) > _KEPT:
            self._letters.popitem(last=False)
        return letter

    def mappings(self, order: Order) -> Mappings:
        """What records of an order have in common.

        :raises LetterpressError: the letter has faults, or a choice does not exist.
        """
        if order.text is not None:
            return _mappings(order)
        self.letter(order.letter)  # what is not the same any more is forgotten
        key = repr((order.letter, order.chosen, order.mapping, order.data_lang))
        found = self._mappings.get(key)
        if found is None:
            found = self._mappings[key] = _mappings(order)
        self._mappings.move_to_end(key)
        while len(self._mappings) > _KEPT:
            self._mappings.popitem(last=False)
        return found

    def _look(self) -> None:
        """Forget everything where a file is another one that letters of the project are read from."""
        now = time.monotonic()
        if now < self._until:
            return
        self._until = now + _LOOKED
        seen = _stated(_files())
        if seen != self._seen:
            self._letters.clear()
            self._mappings.clear()
            self._seen = seen


_known = _Known()


def _files() -> Iterator[str]:
    yield project.FILE
    for name in (*_NAMED, "content/letters"):
        for folder, _, names in os.walk(name):
            yield from (os.path.join(folder, one) for one in sorted(names))  # noqa: PTH118


def _stated(paths: Iterator[str] | list[str]) -> _Seen:
    found = []
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - for each letter
        except OSError:
            continue
        found.append((path, status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)
