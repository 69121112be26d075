"""The Python API: what a developer calls. `letterpress` has these names, and loads them on first use."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from letterpress import pipeline
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput
from letterpress.files import project
from letterpress.filling import checks
from letterpress.letterhead import choices
from letterpress.letterhead import definition as letterheads_
from letterpress.model import EnclosuresMode, Job, Letter, Profile, Result, SignMode
from letterpress.processes import kept_worker, stages
from letterpress.processes.limits import Limits, Point

if TYPE_CHECKING:
    from letterpress.pdf.validation import Validation


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


class Chosen(TypedDict, total=False):
    """What the caller chooses for a letter: keywords of `render`, `merge`, `check` and `job`. None: as the letter says.

    What may be chosen of each is in `letterhead.choices.TABLE`.
    """

    letterhead: str | None
    lang: str | None
    """BCP 47 tag."""
    paper: str | None
    """`a4` (210 x 297 mm) or `letter` (215.9 x 279.4 mm)."""
    copy: str | None
    """original, draft, file, conformed, or `cc:NAME` or `bcc:NAME` for one whom the letter names."""
    profile: Profile | None
    date: datetime.date | str | None
    """A day, `YYYY-MM-DD` or `today`."""
    parameters: Mapping[str, Any] | None
    """Of the letterhead: name -> value."""
    sign: Mapping[str, SignMode] | None
    """Signatory's name -> way of signing."""
    enclosures: EnclosuresMode | None
    """Of an enclosure that keeps less than the letter: `lower`, the letter claims less too; `refuse`, it fails."""
    carrier: str | None
    """Name of a post, letter service or print shop that the letter is to fit: see `letterpress carriers`."""
    marks: bool | None
    """Whether a press copy has crop marks."""
    tac: float | str | None
    """Most ink of a press copy, all four together, in per cent: 200 to 400."""
    fields: Mapping[str, Any] | None
    """Field -> value; also `to.name` and the like."""


def job(letter: Letter, **chosen: Unpack[Chosen]) -> Job:
    """Make a `Job` of these choices.

    :raises UsageError: a choice does not exist. (A letterhead or a language that does not is a fault of the letter.)
    """
    given: dict[str, Any] = dict(chosen)
    fields = given.pop("fields", None) or {}
    unknown = given.keys() - choices.BY_NAME.keys()
    if unknown:
        raise TypeError(f"there is no choice {', '.join(map(repr, sorted(unknown)))}")
    return Job(letter=letter, choices=choices.chosen(choices.DEFAULTS, given), values=tuple(fields.items()))


def render(letter: Letter | str | Path, *, limits: Limits | None = None, **chosen: Unpack[Chosen]) -> Result:
    """Make one PDF.

    :param letter: a loaded letter, or its path. A file that cannot be read or has faults is a bad letter, too.
    :param chosen: see `Chosen`: letterhead, lang, paper, copy, profile, date, parameters, sign, fields.
    :param limits: time and memory that the letter may take. With them it is made in a process of its own, which is kept
        for the next one, and a letter that takes more has failed. Without them it is made in this process, without any.
    :returns: `pdf` (bytes, or None if it failed), `pages`, `sha256`, `diagnostics`. A bad letter raises nothing here:
        `status` is `failed`, and `diagnostics` says all that is wrong with it.
    :raises UsageError: a choice does not exist, whatever the letter is.
    """
    if isinstance(letter, Letter):
        given = job(letter, **chosen)
        try:
            made = in_language(given)
        except LetterpressError as error:
            return given.result("failed", error.diagnostics)
        return _pressed(made, limits)
    unread = job(_UNREAD, **chosen)
    if limits is None:
        return press_file(letter, unread)
    return _within(limits, "api:press_file", letter, unread, source=str(letter), name=reader.slug_of(Path(letter)))


def press_file(path: str | Path, chosen: Job) -> Result:
    """Make the PDF of the letter in a file; one that cannot be read or has faults has failed, as any bad letter.

    :param chosen: what `press` takes; its letter is not looked at.
    """
    stages.at("reading the letter")
    try:
        made = in_language(replace(chosen, letter=read(path)))
    except LetterpressError as error:
        name = reader.slug_of(Path(path))
        return Result(id=name, source=str(path), status="failed", diagnostics=error.diagnostics)
    return pipeline.press(made)


def in_language(job: Job) -> Job:
    """`job` with its letter's version for its language, `offer.de.md` beside `offer.md`, and a remark if it has none.

    :raises LetterpressError: that version has faults.
    """
    if job.lang == job.letter.lang:
        return job
    from letterpress.batch import versions

    return versions.in_language(job)


def read(path: str | Path) -> Letter:
    """Read a letter that is to be made.

    :raises LetterpressError: it cannot be read, or has faults: all that can be known of it without its layout.
    """
    return _sound(*reader.examine(path))


def read_text(data: bytes, shown: str, *, name: str) -> Letter:
    """Read a letter that is no file, and is to be made.

    :param shown: what messages call it.
    :param name: the file that it would be: what it names is relative to that.
    :raises LetterpressError: see `read`.
    """
    return _sound(*reader.examine_text(data, Path(name), shown))


def _sound(letter: Letter | None, faults: tuple[Diagnostic, ...]) -> Letter:
    if letter is None or any(fault.severity == "error" for fault in faults):
        more = pipeline.check(Job(letter=letter)) if letter is not None else []
        raise LetterpressError(dict.fromkeys([*faults, *checks.beyond(faults, more)]))
    return reader.noted(letter, faults)


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
    """Give what a function of letterpress makes in the kept worker; a failed result, if it took too much."""
    point = Point(file=source, record=record)
    try:
        result: Result = kept_worker.shared().call(f"letterpress.{function}", *arguments, limits=limits, point=point)
    except kept_worker.Ended as error:
        return Result(id=name, source=source, record=record, status="failed", diagnostics=error.diagnostics)
    return result


def merge(
    letter: Letter | str | Path,
    rows: Iterable[Mapping[str, Any]],
    *,
    map: Mapping[str, str] | None = None,
    data_lang: str | None = None,
    group_by: Sequence[str] = (),
    limits: Limits | None = None,
    **chosen: Unpack[Chosen],
) -> Iterator[Result]:
    """Make one PDF for each record, one after the other: the same as `letterpress merge` makes of a table.

    :param rows: mappings, as they come; a generator is asked for one at a time. Keys are what columns of a table may be
        called: the letter's fields, parts of the recipient (`name`, `street`, `to.city` ...), their synonyms,
        `letterhead`, `lang`, `paper`, `signatories`, `enclosures`. Values may be numbers, days or None as well.
    :param map: key -> field, on top of the letter's own `map:`; `ignore` if it is not for the letter.
    :param data_lang: language of texts among the values, such as "3/4/2026" or "1.234"; without it (and without `data:`
        in the letter) a text that could be two days or numbers is its record's fault.
    :param group_by: keys; rows that have the same values there get one letter together, whose `fields.records` they
        are, as with `--group-by`. All rows are read before the first letter then. A `Result.record` names all of them.
    :param limits: of each letter; see `render`.
    :param chosen: see `Chosen`; `fields` are the values that all records share.
    :returns: one `Result` a record, in order; `record` is its number, from 1. A record that cannot be used, whatever it
        is, has failed and does not end the run. What is to be said of keys stands in the first result that has them.
    :raises UnreadableInput, LetterpressError: `letter` is a path, and the file cannot be read, has faults or took too
        much: there is no record yet that could fail. It is raised where the first result is asked for.
    :raises UsageError: a choice does not exist, or no row has a key of `group_by`; likewise.
    """
    from letterpress.batch.mappings import Mappings  # here: most programs make single letters

    loaded = letter if isinstance(letter, Letter) else load(letter, limits=limits)
    mappings = Mappings(job(loaded, **chosen), map, data_lang, group_by=group_by)
    yield from mappings.results(rows, lambda made: _pressed(made, limits))


def variants(
    letter: Letter | str | Path,
    rows: Iterable[Mapping[str, Any]] | None = None,
    *,
    map: Mapping[str, str] | None = None,
    data_lang: str | None = None,
    limits: Limits | None = None,
    **chosen: Unpack[Chosen],
) -> Iterator[Result]:
    """Make one PDF for each cell of the letter's matrix, or for each cell and record: as `letterpress variants` does.

    :param rows: see `merge`; a row that chooses one of a list (`lang`, a field) gets those variants alone.
    :param map: see `merge`, as `data_lang`.
    :param limits: of each letter; see `render`.
    :param chosen: see `Chosen`. What chooses one of a list of the matrix makes those variants alone; all else holds for
        every variant.
    :returns: one `Result` a variant, in order; `variant` is what it chooses. A variant that cannot be made has failed
        and does not end the others. With rows, what is wrong with a variant whatever the row is raised.
    :raises UnreadableInput, LetterpressError: the file cannot be read or has faults, or its matrix has. It is raised
        where the first result is asked for.
    :raises UsageError: a choice does not exist, or no variant has it; likewise.
    """
    from letterpress.batch import variants as cells  # here: most programs make single letters

    loaded = letter if isinstance(letter, Letter) else load(letter, limits=limits)
    given = {name: value for name, value in chosen.items() if value is not None and name != "fields"}
    given |= {f"fields.{name.removeprefix('fields.')}": value for name, value in (chosen.get("fields") or {}).items()}
    made = job(loaded, **chosen)
    found = cells.cells(made, given)
    if rows is not None:
        from letterpress.batch.mappings import Mappings

        cells.refuse_faulty(found)
        mappings = Mappings(made, map, data_lang, found)
        yield from mappings.results(rows, lambda one: _pressed(one, limits))
        return
    for cell in found.chosen:
        if cell.fails:
            yield cells.unmade(cell)
            continue
        result = _pressed(cell.job, limits)
        yield cells.result(replace(result, output=None), cell, result.diagnostics)


def check(path: str | Path, *, limits: Limits | None = None, **chosen: Unpack[Chosen]) -> tuple[Diagnostic, ...]:
    """Find all that is wrong with a letter as far as it shows without rendering; nothing is raised for a bad letter.

    :param limits: see `render`.
    :param chosen: see `Chosen`; with `fields`, the letter is filled with these values.
    :raises UnreadableInput: the file cannot be read.
    :raises UsageError: a choice does not exist.
    """
    made = job(_UNREAD, **chosen)
    if limits is not None:
        point = Point(file=str(path), stage="checking it")
        try:
            checked: tuple[Diagnostic, ...] = kept_worker.shared().call(
                "letterpress.api:check", path, limits=limits, point=point, **chosen
            )
        except kept_worker.Ended as error:
            return error.diagnostics
        return checked
    letter, faults = reader.examine(path)
    if letter is not None:
        made = replace(made, letter=letter)
        found = [*pipeline.inspect(made).diagnostics, *pipeline.remarks(made)] if made.values else pipeline.check(made)
        faults = (*faults, *checks.beyond(faults, found))
        if letter.variants:
            from letterpress.batch import variants as cells  # here: few letters have a matrix

            faults = (*faults, *cells.check(made, known=faults)[1])
    return tuple(dict.fromkeys(faults))


def validate(path: str | Path, *, limits: Limits | None = None) -> Validation:
    """Say which standards a PDF claims, and whether it keeps them, as far as that can be checked here.

    PDF/X-4 and PDF/X-1a are judged by letterpress's rules, PDF/A and PDF/UA by veraPDF where it is installed. What
    could not be checked is said so, and is never called kept.

    :param path: any PDF, of letterpress or not.
    :param limits: time and memory for the file. With them it is read in a process of its own. veraPDF always has one,
        with these limits or the usual ones.
    :returns: `judgements`, one a claim; `findings`, each with rule, clause, page and object; `passed`.
    :raises UnreadableInput: it is not there, empty, no PDF, locked with a password, or damaged beyond repair.
    :raises LetterpressError: reading it took more than `limits` allow.
    """
    from letterpress.pdf.validation import finish, look

    shown = str(path)
    if limits is None:
        return finish(look(path, shown), path, shown, Limits())
    point = Point(file=shown, stage="reading what it claims", kind="file")
    looked = kept_worker.shared().call("letterpress.pdf.validation:look", path, shown, limits=limits, point=point)
    return finish(looked, path, shown, limits)


def letterheads(root: str | Path = ".") -> tuple[letterheads_.Letterhead, ...]:
    """List the letterheads that the project at `root` can use, its own and the shipped ones.

    :raises LetterpressError: one has faults.
    """
    if not Path(root).is_dir():
        raise UnreadableInput("there is no such folder", file=str(root), code="file-missing")
    base = project.root_of(Path(root))
    return tuple(letterheads_.find(name, base) for name in letterheads_.names(base))
