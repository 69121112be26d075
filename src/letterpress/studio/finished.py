"""Endpoints that find what was made before: where it is, what of it is older, what is of no row any more.

Not here: how letters are made (producing.py).
"""

from __future__ import annotations

import io
from pathlib import Path

from letterpress.batch.made_files import Found
from letterpress.errors import LetterpressError
from letterpress.files.project_files import LETTERS, PDFS
from letterpress.files.zip_stream import ZipStream
from letterpress.interactive import runs
from letterpress.interactive.finished import FOLDER, Seen
from letterpress.interactive.lists import List
from letterpress.processes import viewer
from letterpress.studio import answering, finished_messages, list_messages, producing
from letterpress.studio.answering import File, Missing
from letterpress.studio.session import Studio

_ROWS = 20_000
"""Rows whose PDFs are told, at most."""
_LEFT = 200


def finished(studio: Studio) -> finished_messages.Finished:
    """All that was made of the project's letters, the newest first."""
    letters = tuple(studio.files.shown(path) for path in studio.files.listed(LETTERS, "content/letters"))
    found: tuple[Seen, ...] = studio.asked("finished:of_project", str(studio.root), letters)
    files = [
        finished_messages.FinishedSeen(
            path=one.path,
            pdfs=one.pdfs,
            modified=one.modified,
            letter=one.letter,
            older=one.older,
            signers=list(one.signers),
        )
        for one in found
    ]
    return finished_messages.Finished(folder=str(studio.root / FOLDER), files=files)


def made(studio: Studio, given: finished_messages.MadeOf) -> finished_messages.MadeOfList:
    """What is there of the letters of a list: as it is now, older, or of rows that get no letter any more."""
    order, of_list = _order(studio, given)
    found: Found = studio.asked("runs:there", order, of_list, file=given.letter)
    folder = Path(order.folder)
    rows = [(int(one.record.split("+")[0].split()[0]), str(folder / one.output), one) for one in found.made]
    run = (
        studio.runs.found(order, tuple(_letter(number, path, one.pages) for number, path, one in rows))
        if rows
        else None
    )
    shown = studio.files.shown(folder)
    return finished_messages.MadeOfList(
        folder=shown,
        rows=[
            finished_messages.MadeRow(number=number, path=f"{shown}/{one.output}", older=one.older)
            for number, _, one in rows[:_ROWS]
        ],
        older=sum(one.older for one in found.made),
        missing=found.missing,
        left=[f"{shown}/{one}" for one in found.left[:_LEFT]],
        signed=len(found.signed),
        modified=found.modified,
        run=None if run is None else producing.state_of(studio, run, 0),
    )


def remove_left(studio: Studio, given: finished_messages.MadeOf) -> finished_messages.LeftRemoved:
    """Remove the PDFs of rows that get no letter any more; those that were changed or signed stay."""
    order, of_list = _order(studio, given)
    stay: tuple[str, ...] = studio.asked("runs:remove_left", order, of_list, file=given.letter)
    shown = studio.files.shown(Path(order.folder))
    return finished_messages.LeftRemoved(stay=[f"{shown}/{one}" for one in stay])


def _order(studio: Studio, given: finished_messages.MadeOf) -> tuple[runs.Order, List]:
    studio.files.find(given.letter, LETTERS)
    inside = producing.folder_of(studio, given.letter, given.data)
    folder = studio.files.find(f"{inside}/letter.pdf", PDFS, writing=True).parent
    order = runs.Order(letter=given.letter, chosen=answering.chosen(given.chosen), folder=str(folder))
    return order, answering.list_of(studio, given.data)


def _letter(number: int, path: str, pages: int | None) -> runs.Letter:
    return runs.Letter(id=path, number=str(number), status="skipped", output=path, pages=pages, diagnostics=())


def archive(studio: Studio, folder: str) -> File:
    """The PDFs of a folder, in one ZIP."""
    found = studio.files.folder(folder)
    file = io.BytesIO()
    number = 0
    with ZipStream(file) as stream:
        for path in sorted(found.glob("*.pdf")):
            if path.is_file() and not path.is_symlink():
                number += 1
                stream.add(path.name, path.read_bytes())
        stream.finish()
    if not number:
        raise Missing
    return File(file.getvalue(), "application/zip", f"{found.name}.zip")


def show_folder(studio: Studio, given: finished_messages.Folder) -> finished_messages.FolderShown:
    """Open a folder of PDFs on this computer, as a double click does."""
    path = studio.files.folder(given.path)
    why = viewer.show(path)
    if why is not None:
        message = f"could not be opened: {why}"
        raise LetterpressError(message, file=str(path), hint="open it yourself", code="viewer-missing")
    return finished_messages.FolderShown(path=str(path))


def save_copy(studio: Studio, given: finished_messages.Copy) -> list_messages.Kept:
    """Save a PDF of the project under another name, beside it; no other file is replaced."""
    data = studio.files.data(given.path, PDFS)
    path = answering.beside(given.path, given.name)
    answering.new_pdf(studio, path, data)
    return list_messages.Kept(path=path, faults=[])
