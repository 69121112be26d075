"""Prints the addresses of a list's letters on envelopes or labels: one PDF, tagged, PDF/A-3a and PDF/UA-1 as letters.

Pages are laid out some at a time and joined as a stream, so that memory stays the same however many there are. A letter
whose address does not fit, or cannot be printed, has failed, and the others are printed.

Not here: where on a page an address stands (`setting`), and to whom letters go (`addressed`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from letterpress import output
from letterpress.batch import combine
from letterpress.code import Code
from letterpress.errors import Diagnostic, LetterpressError, Problem
from letterpress.layout import engine
from letterpress.letterhead import unheaded
from letterpress.letterhead.measure import Measure
from letterpress.letterhead.settled import Settled
from letterpress.model import Result
from letterpress.page import LayoutFault, Rectangle
from letterpress.post import coding, setting
from letterpress.post.addressed import Addressed
from letterpress.post.formats import Envelope, LabelSheet
from letterpress.post.setting import Face
from letterpress.processes import stages
from letterpress.processes.scratch import Scratch
from letterpress.recipients.tables import Record

_AT_ONCE = 40
"""Pages that are laid out at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What was printed."""

    file: str | None
    """None: nothing could be."""
    pages: int
    printed: int
    """Envelopes or labels."""
    done: int
    """Letters whose addresses are printed; `failed` and `skipped` likewise."""
    failed: int
    skipped: int
    sha256: str | None
    results: tuple[Result, ...] = ()
    """Of each letter, in order, without a PDF."""
    diagnostics: tuple[Diagnostic, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the JSON object of `letterpress envelopes` and `labels`."""
        names = ("pages", "printed", "done", "failed", "skipped")
        summary = {"letters": len(self.results), **{name: getattr(self, name) for name in names}}
        letters = [result.as_json() for result in self.results]
        told = [fault.as_json() for fault in self.diagnostics]
        return {
            "output": self.file, "sha256": self.sha256, "letters": letters, "summary": summary, "diagnostics": told,
        }  # fmt: skip


class Placed(NamedTuple):
    """An envelope or label in its place."""

    page: int
    """Counted from 0."""
    face: Face


class Medium(Protocol):
    """What is printed on."""

    turned: bool
    codes: bool
    """Whether the codes of the letters are printed."""

    @property
    def size(self) -> tuple[float, float]:
        """Of a page, before it is turned."""
        ...

    def place(self, measure: Measure, addressed: Addressed) -> list[Placed]:
        """Place the addresses of a letter on the next envelopes or labels.

        :raises setting.Unfit: one does not fit; none is used then.
        """
        ...

    def outlines(self) -> Sequence[Any]:
        """Boxes that are drawn on each page."""
        ...


@dataclass(slots=True)
class Envelopes:
    """Envelopes, one a page."""

    envelope: Envelope
    return_address: bool = True
    turned: bool = False
    codes: bool = False
    _page: int = 0

    @property
    def size(self) -> tuple[float, float]:  # noqa: D102 - see `Medium`
        return self.envelope.width, self.envelope.height

    def place(self, measure: Measure, addressed: Addressed) -> list[Placed]:  # noqa: D102
        sender = None
        if self.return_address and addressed.sender:
            sender = setting.fit_sender(measure, addressed.sender, self.envelope.sender)
        placed: list[Placed] = []
        edge = Rectangle(0, 0, *self.size)
        for address in addressed.addresses:
            to = coding.block(measure, address, _codes(self, addressed), self.envelope.address, edge)
            blocks = setting.on_envelope(self.envelope, to.place, to.lines, sender, addressed.lang)
            face = Face(record=addressed.result.record, blocks=blocks, codes=to.codes)
            placed.append(Placed(self._page + len(placed), face))
        self._page += len(placed)
        return placed

    def outlines(self) -> Sequence[Any]:  # noqa: D102
        return ()


@dataclass(slots=True)
class Labels:
    """Labels, row by row."""

    sheet: LabelSheet
    skip: int = 0
    """Labels of the first sheet that are used already."""
    offset: tuple[float, float] = (0.0, 0.0)
    """mm by which all is moved to the right, and down."""
    return_address: bool = False
    outline: bool = False
    turned: bool = False
    codes: bool = False
    _next: int = field(default=-1)

    @property
    def size(self) -> tuple[float, float]:  # noqa: D102 - see `Medium`
        return self.sheet.size

    def place(self, measure: Measure, addressed: Addressed) -> list[Placed]:  # noqa: D102
        number = self.skip if self._next < 0 else self._next
        placed: list[Placed] = []
        for address in addressed.addresses:
            page, slot = divmod(number + len(placed), self.sheet.count)
            sender = None
            if self.return_address and addressed.sender:
                sender = setting.fit_sender_line(measure, addressed.sender, self.sheet.room(slot))
            room, above = setting.label_rooms(self.sheet, slot, sender)
            to = coding.block(measure, address, _codes(self, addressed), room, self.sheet.place(slot))
            place = (above, sender) if above is not None and sender is not None else None
            blocks = setting.on_label(to.place, to.lines, place, addressed.lang, self.offset)
            codes = tuple((code, setting.shifted(at, self.offset)) for code, at in to.codes)
            placed.append(Placed(page, Face(record=addressed.result.record, blocks=blocks, codes=codes)))
        self._next = number + len(placed)
        return placed

    def outlines(self) -> Sequence[Any]:  # noqa: D102
        if not self.outline:
            return ()
        across, down = self.offset
        boxes = [self.sheet.place(number) for number in range(self.sheet.count)]
        return [box._replace(x=box.x + across, y=box.y + down) for box in boxes]


def _codes(medium: Medium, addressed: Addressed) -> tuple[Code, ...]:
    """The codes that stand beside a letter's address.

    :raises setting.Unfit: they are those of one address, and it has several.
    """
    if not medium.codes:
        return ()
    if addressed.codes and len(addressed.addresses) > 1:
        code = addressed.codes[0]
        message = f"the letter goes to {len(addressed.addresses)} addresses, and has one {code.alt}"
        hint = "write to each in a letter of their own, or leave out --codes"
        raise setting.Unfit(message, hint, "code-several", code.alt, field=code.field)
    return addressed.codes


def write(
    letters: Iterable[Addressed],
    medium: Medium,
    file: Path,
    *,
    title: str,
    lang: str,
    archive: bool = True,
    replace_signed: bool = False,
    seen: Callable[[Result], None] = lambda _: None,
    placed: Callable[[Diagnostic, Sequence[Record]], Diagnostic] = lambda fault, _: fault,
) -> Printed:
    """Print the addresses of letters into a PDF, in order.

    :param title: of the PDF.
    :param lang: of the PDF.
    :param archive: whether it becomes PDF/A and PDF/UA.
    :param replace_signed: whether an older file is replaced even if it bears a signature.
    :param seen: called with what became of each letter.
    :param placed: gives a fault of a letter with its row and cell, of the letter's records.
    :raises LetterpressError: the file cannot be written.
    """
    scratch = Scratch()
    try:
        printer = _Printer(medium, Path(scratch.path), title, lang, archive, seen, placed)
        for addressed in letters:
            stages.beat(addressed.result.record)
            printer.add(addressed)
        printer.flush()
        return printer.end(file, replace_signed)
    finally:
        scratch.remove()


class _Printer:
    """One PDF in the making."""

    def __init__(
        self,
        medium: Medium,
        folder: Path,
        title: str,
        lang: str,
        archive: bool,
        seen: Callable[[Result], None],
        placed: Callable[[Diagnostic, Sequence[Record]], Diagnostic],
    ) -> None:
        self._medium, self._folder = medium, folder
        self._title, self._lang, self._archive = title, lang, archive
        self._seen, self._placed = seen, placed
        self._made_with: Settled | None = None
        """Whose faces all are set in: the first letter's."""
        self._day = ""
        """Of the first letter, which the file says of itself."""
        self._waiting: list[tuple[Addressed, list[Placed]]] = []
        self._parts: list[combine.Part] = []
        self._results: list[Result] = []
        self._pages = self._printed = 0

    def add(self, addressed: Addressed) -> None:
        """Place the addresses of a letter."""
        placed: list[Placed] = []
        if addressed.made_with is not None and addressed.result.status == "done":
            self._day = self._day or (addressed.date.isoformat() if addressed.date else "")
            self._made_with = self._made_with or addressed.made_with
            try:
                placed = self._medium.place(unheaded.faces(self._made_with).measure, addressed)
            except setting.Unfit as unfit:
                addressed = self._failed(addressed, unfit.problem, field=unfit.field)
        last = self._waiting[-1][1][-1].page if self._waiting and self._waiting[-1][1] else None
        first = next((one.page for _, waiting in self._waiting for one in waiting), 0)
        if placed and last is not None and placed[0].page > last and last - first >= _AT_ONCE - 1:
            self.flush()
        self._waiting.append((addressed, placed))

    def flush(self) -> None:
        """Lay out what waits."""
        waiting, self._waiting = self._waiting, []
        pdf, waiting = self._laid_out(waiting)
        for addressed, placed in waiting:
            self._printed += len(placed)
            self._results.append(addressed.result)
            self._seen(addressed.result)
        if pdf is None:
            return
        path = self._folder / f"{len(self._parts)}.pdf"
        path.write_bytes(pdf.pdf or b"")
        named = [one.face.record for _, placed in waiting for one in placed if one.face.record]
        between = named[0] if named and named[0] == named[-1] else f"{named[0]} - {named[-1]}" if named else self._title
        self._parts.append(combine.Part(path=path, title=between))
        self._pages += pdf.pages

    def _laid_out(
        self, waiting: list[tuple[Addressed, list[Placed]]]
    ) -> tuple[engine.Laid | None, list[tuple[Addressed, list[Placed]]]]:
        """Lay out the pages of some letters; where that fails, each by itself, and then those that can be."""
        placed = [one for _, several in waiting for one in several]
        if not placed:
            return None, waiting
        laid = self._lay_out(placed)
        if laid.pdf is not None and not laid.faults:
            return laid, waiting
        told: list[tuple[Addressed, list[Placed]]] = []
        for addressed, several in waiting:
            faults = self._lay_out(several).faults if several else []
            told.append((self._failed(addressed, *faults), []) if faults else (addressed, several))
        if all(len(one[1]) == len(other[1]) for one, other in zip(told, waiting, strict=True)):
            raise LetterpressError([_of_layout(fault) for fault in laid.faults])
        return self._laid_out(told)

    def _lay_out(self, placed: Sequence[Placed]) -> engine.Laid:
        assert self._made_with is not None  # noqa: S101 - something was placed
        pages: dict[int, list[Face]] = {}
        for one in placed:
            pages.setdefault(one.page, []).append(one.face)
        outlines = self._medium.outlines()
        sheets: list[str] = []
        first = 1
        for _, faces in sorted(pages.items()):
            faces = setting.evened(faces)
            sheets.append(setting.sheet(faces, outlines, turned=self._medium.turned, first=first))
            first += sum(len(face.codes) for face in faces)
        family = unheaded.faces(self._made_with).family
        css = setting.css(*self._medium.size, family, turned=self._medium.turned)
        html = setting.html(self._title, self._lang, sheets, self._day)
        return engine.lay_out(unheaded.page(html, css, self._made_with, archive=self._archive))

    def _failed(self, addressed: Addressed, *faults: Problem | LayoutFault, field: str = "to") -> Addressed:
        """The letter with what is wrong with its address."""
        result = addressed.result
        place: dict[str, Any] = {"file": result.source, "record": result.record}
        said = [
            replace(_of_layout(one), **place, field=one.field or field)
            if isinstance(one, LayoutFault)
            else replace(one.at(), **place, field=field)
            for one in faults
        ]
        if addressed.records:
            cells = [_cell_of(one, addressed.records) for one in said]
            placed = (
                self._placed(replace(one, field=cell), addressed.records) for one, cell in zip(said, cells, strict=True)
            )
            said = [replace(one, field=typed.field) for one, typed in zip(placed, said, strict=True)]
        return replace(addressed, result=replace(result, status="failed", diagnostics=(*result.diagnostics, *said)))

    def end(self, file: Path, replace_signed: bool) -> Printed:
        """Put all pages into one file."""
        counts = {
            status: sum(one.status == status for one in self._results) for status in ("done", "failed", "skipped")
        }
        about: dict[str, Any] = {**counts, "pages": self._pages, "printed": self._printed}
        results = tuple(self._results)
        if not self._parts:
            return Printed(file=None, sha256=None, results=results, **about)
        if len(self._parts) == 1:
            said = output.write(file, self._parts[0].path.read_bytes(), replace_signed=replace_signed).diagnostics
        else:
            told: dict[str, Any] = {"title": self._title, "lang": self._lang, "replace_signed": replace_signed}
            said = combine.write(file, self._parts, **told).diagnostics
        digest = _digest(file)
        return Printed(file=str(file), sha256=digest, results=results, diagnostics=said, **about)


def _digest(file: Path) -> str | None:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() if file.is_file() else None
    except OSError:
        return None


def _of_layout(fault: LayoutFault) -> Diagnostic:
    about: Iterator[str] = iter(("message", "hint", "code", "value", "params", "severity"))
    return Diagnostic(**{name: getattr(fault, name) for name in about})


def _cell_of(fault: Diagnostic, records: Sequence[Record]) -> str | None:
    """The column whose cell makes the most of a line of the address; the fault's field where none does."""
    line = " ".join(str(fault.value or "").split()).casefold() if fault.field == "to" else ""
    texts = {column: " ".join(str(cell or "").split()).casefold() for column, cell in records[0].values.items()}
    fitting = {
        column: min(len(text), len(line))
        for column, text in texts.items()
        if text and line and (text in line or line in text)
    }
    return max(fitting, key=lambda column: fitting[column]) if fitting else fault.field
