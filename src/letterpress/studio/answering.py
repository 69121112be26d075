"""What all endpoints have in common: messages from values and values from messages, and news as lines.

Not here: which endpoints there are (`endpoints`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from letterpress.batch import file_names
from letterpress.batch.list_plan import Reading
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import atomic
from letterpress.files.project_files import LETTERS, LISTS, PDFS
from letterpress.frozen import frozendict
from letterpress.interactive import lists, preview
from letterpress.interactive.crew import Request
from letterpress.interactive.fault_bodies import Fault
from letterpress.interactive.preview import Faults, PagePicture, Pages, Shown
from letterpress.page import Placed
from letterpress.recipients import corrections
from letterpress.recipients.tables import Choice
from letterpress.studio import list_messages, messages
from letterpress.studio.list_messages import RowFaults, RowsNews
from letterpress.studio.messages import Message
from letterpress.studio.session import Studio


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file."""

    data: bytes
    kind: str
    """Its media type."""
    name: str | None = None
    """What it is saved as; None: it is shown in the page."""
    lasting: bool = False
    """Whether its address always has these bytes."""


@dataclass(frozen=True, slots=True)
class Lines:
    """An answer that comes line by line."""

    begin: Callable[[Callable[[str, Any], None]], Request]
    """Asks for it, with what takes its news."""
    news: Callable[[str, Any], Message | None]
    """Makes a message of news."""
    end: Callable[[Any], Iterable[Message]]
    """Makes the last messages of the answer."""


class Missing(Exception):
    """There is nothing of that name any more."""


def fault(one: Diagnostic) -> Fault:
    """Make a message of a diagnostic."""
    return Fault.model_validate(one.as_json())


def faults(many: Iterable[Diagnostic]) -> list[Fault]:
    """Make messages of diagnostics."""
    return [fault(one) for one in many]


def chosen(given: messages.Chosen) -> tuple[tuple[str, Any], ...]:
    """Make choices of a message, as `api.Chosen` has them."""
    said = given.model_dump(exclude_none=True, exclude_defaults=True)
    if "copy_" in said:
        said["copy"] = said.pop("copy_")
    return tuple(said.items())


def draft(studio: Studio, given: messages.Draft) -> preview.Draft:
    """Make a draft of a message.

    :raises LetterpressError: its file would not be in the project.
    """
    path = studio.files.find(given.path, LETTERS)
    return preview.Draft(
        text=given.text.replace("\r\n", "\n").replace("\r", "\n"),
        path=str(path),
        shown=given.path,
        chosen=chosen(given.chosen),
        overlay=given.overlay,
    )


def list_of(studio: Studio, given: messages.ListOf) -> lists.List:
    """Make a list of a message, with the corrections that are kept beside it.

    :raises LetterpressError: it is not in the project, or the corrections cannot be read.
    """
    studio.files.find(given.source, LISTS)
    choice = Choice(
        delimiter=given.delimiter,
        encoding=given.encoding,
        sheet=given.sheet,
        table=given.table,
        header_row=given.header_row,
        seconds=studio.limits.seconds,
    )
    reading = Reading(
        mapping=frozendict(given.mapping),
        lang=given.lang,
        choice=choice,
        names=given.names,
        usual_names=file_names.BY_ROW,
        key=given.key,
        corrections=corrections.read(corrections_file(studio, given.source)).with_cells(
            given.sheet, tuple(_correction(one) for one in given.tried)
        ),
        by_row=True,
    )
    return lists.List(source=given.source, reading=reading)


def corrections_file(studio: Studio, source: str) -> Path:
    """Find where the corrections of a list are kept.

    :raises LetterpressError: the list is not in the project, or they would lie elsewhere.
    """
    studio.files.find(source, LISTS)
    return studio.files.find(f"{source}{corrections.ENDING}", frozenset({".json"}))


def corrections_of(given: list_messages.Corrections) -> corrections.Corrections:
    """Make corrections of a message."""
    return corrections.Corrections(
        cells=tuple(_correction(one) for one in given.cells), left_out=frozenset(given.left_out)
    )


def _correction(given: messages.Correction) -> corrections.Correction:
    return corrections.Correction(record=given.record, column=given.column, was=given.was, text=given.text)


def corrections_message(given: corrections.Corrections) -> list_messages.Corrections:
    """Make a message of corrections."""
    cells = [
        messages.Correction(record=one.record, column=one.column, was=one.was, text=one.text) for one in given.cells
    ]
    return list_messages.Corrections(cells=cells, left_out=sorted(given.left_out))


def placed(many: Iterable[Placed]) -> list[messages.Placed]:
    """Make messages of places."""
    return [messages.Placed(kind=one.kind, page=one.page, box=one.box, lines=one.lines, name=one.name) for one in many]


def news_of_pages(studio: Studio) -> Callable[[str, Any], Message | None]:
    """Make messages of what is said while pages are shown; pictures are kept for whoever asks for them."""

    def news(_: str, said: Any) -> Message | None:
        if isinstance(said, Faults):
            return messages.FaultsNews(faults=faults(said.diagnostics), blocking=said.blocking, final=said.final)
        if isinstance(said, Pages):
            return messages.PagesNews(
                count=said.count,
                sizes=list(said.sizes),
                pdf=f"/api/pdf/{said.sha256}.pdf",
                sha256=said.sha256,
                places=placed(said.places),
            )
        if isinstance(said, PagePicture):
            return picture(studio, said)
        if isinstance(said, lists.RowValues):
            return messages.RowNews(
                number=said.number,
                row=said.row,
                cells=dict(said.cells),
                values=[(path, value, list(columns)) for path, value, columns in said.values],
            )
        return None

    return news


def picture(studio: Studio, said: PagePicture) -> messages.PictureNews:
    """Keep a picture, and make a message of it."""
    made = said.picture
    if made.png is not None:
        studio.pictures.put(made.name, made.png)
    return messages.PictureNews(
        page=said.page,
        name=made.name,
        address=f"/api/pictures/{made.name}.png",
        width=made.width,
        height=made.height,
    )


def end_of_pages(studio: Studio, shown: Shown) -> Iterable[Message]:
    """Keep the PDF, and make the last message."""
    if shown.pdf is not None and shown.pages is not None:
        studio.pdfs.put(shown.pages.sha256, shown.pdf)
        yield messages.EndNews(places=placed(shown.pages.places))
    else:
        yield messages.EndNews()


def rows(many: Iterable[lists.RowFaults]) -> RowsNews:
    """Make a message of rows that were looked at."""
    return RowsNews(
        rows=[
            RowFaults(
                number=one.number,
                row=one.row,
                faults=faults(one.diagnostics),
                blocking=one.blocking,
                skipped=one.skipped,
                same_address=one.same_address,
                same_place=one.same_place,
                recipient=one.recipient,
            )
            for one in many
        ]
    )


def refused(error: LetterpressError) -> messages.Faults:
    """Make a message of why something cannot be done."""
    return messages.Faults(faults=faults(error.diagnostics), blocking=True)


def beside(path: str, name: str) -> str:
    """A PDF of another name in the folder of one."""
    return str(PurePosixPath(path).with_name(f"{name}.pdf"))


def new_pdf(studio: Studio, shown: str, data: bytes) -> None:
    """Write a new PDF into the project.

    :raises LetterpressError: there is one of that name, or it cannot be written.
    """
    path = studio.files.find(shown, PDFS, writing=True)
    try:
        atomic.write(path, data, exclusive=True)
    except FileExistsError:
        message, hint = "there is a PDF of that name", "choose another name"
        raise LetterpressError(message, file=shown, hint=hint, code="file-exists") from None
