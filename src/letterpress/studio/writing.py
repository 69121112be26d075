"""Endpoints to begin, open, show, change and save letters; see `endpoints`."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import letterpress
from letterpress.content.edits import Change
from letterpress.errors import LetterpressError
from letterpress.files.project_files import LETTERS, PDFS, PICTURES, Changed, TextFile
from letterpress.filling import field_titles
from letterpress.interactive import catalogue
from letterpress.interactive.crew import Request
from letterpress.interactive.forms import Form
from letterpress.interactive.preview import Wanted
from letterpress.studio import answering, letter_lists, messages, senders, start_messages
from letterpress.studio.answering import File, Lines, Missing
from letterpress.studio.session import Studio

FOLDER = "content/letters"
"""Where letters of a project lie."""
SAMPLE_DPI = 60
_SHOWN = ("subject:", "letterhead:")
_TAG = re.compile(r"\{\{[-+]?\s*(?:fields\.)?(\w+)[^{}]*\}\}")
_LISTED = 200
"""Letters that are listed."""


def start(studio: Studio) -> start_messages.Start:
    """The project, and what can be begun."""
    cards = catalogue.letterheads(studio.root)  # here: the first page need not wait for a worker
    found = sorted(studio.files.listed(LETTERS, FOLDER), key=lambda path: -path.stat().st_mtime)
    known = senders.listed(studio)
    names = {PurePosixPath(one.path).stem: one.name for one in known}
    return start_messages.Start(
        root=str(studio.root),
        is_project=(studio.root / "content").is_dir() or (studio.root / "templates").is_dir(),
        letters=[_seen(studio, path, names) for path in found[:_LISTED]],
        kinds=[_kind(card) for card in cards],
        papers=dict(catalogue.PAPERS),
        copies=dict(catalogue.copies()),
        languages=dict(catalogue.languages()),
        senders=known,
        version=letterpress.__version__,
        finished=any(not one.name.startswith(".") for one in (studio.root / "out").glob("*")),
    )


def _seen(studio: Studio, path: Path, names: Mapping[str, str]) -> start_messages.LetterSeen:
    """A letter, by the first lines of its file."""
    values = dict.fromkeys(_SHOWN, "")
    with path.open(encoding="utf-8", errors="replace") as file:
        first = file.read(8_000)
    for line in first.splitlines():
        for name in _SHOWN:
            if line.startswith(name) and not values[name]:
                values[name] = line.removeprefix(name).strip().strip("\"'")
    pdf = f"out/{path.stem}.pdf"
    title = _TAG.sub(lambda tag: field_titles.title(tag[1]), values["subject:"])
    return start_messages.LetterSeen(
        path=studio.files.shown(path),
        title=title or path.stem.replace("-", " "),
        pdf=pdf if (studio.root / pdf).is_file() else None,
        letterhead=values["letterhead:"] or "plain",
        sender=senders.named(first, names),
        modified=path.stat().st_mtime,
        list=letter_lists.of_letter(studio, studio.files.shown(path)),
    )


def _kind(card: catalogue.Card) -> start_messages.Kind:
    return start_messages.Kind(
        name=card.name,
        title=card.title,
        country=card.country,
        description=card.description,
        papers=list(card.papers),
        shipped=card.shipped,
        sample=f"/api/kinds/{card.name}.png",
        fault=None if card.fault is None else answering.fault(card.fault),
    )


def sample(studio: Studio, name: str) -> File:
    """The picture of a kind of letter."""
    drawn: catalogue.Sample = studio.asked("catalogue:sample", str(studio.root), name, SAMPLE_DPI)
    if drawn.picture is None or drawn.picture.png is None:
        raise LetterpressError(drawn.diagnostics)
    return File(drawn.picture.png, "image/png")


def begin(studio: Studio, given: start_messages.Begin) -> messages.Opened:
    """Begin a letter: it is written into the project, and another of that name is never replaced."""
    path = f"{FOLDER}/{given.name}.md"
    text = given.text
    if text is None:
        text = catalogue.first_text(studio.root, given.letterhead)
        today = [Change(path="date", value=datetime.date.today().isoformat())]
        text = str(studio.asked_at_once("forms:change", text, today, path, file=path))
    if given.sender is not None:
        text = senders.of_sender(studio, text, studio.files.read(given.sender, senders.FILES).path)
    with studio.writing:
        try:
            return _opened(studio.files.save(path, text, None))
        except Changed:
            raise LetterpressError(
                "there is a letter of that name", file=path, hint="choose another name", code="file-exists"
            ) from None


def open_letter(studio: Studio, path: str) -> messages.Opened:
    """A letter's file."""
    return _opened(studio.files.read(path), letter_lists.of_letter(studio, path))


def _opened(file: TextFile, of_list: messages.ListChosen | None = None) -> messages.Opened:
    return messages.Opened(path=file.path, text=file.text, sha256=file.sha256, modified=file.modified, list=of_list)


def guides(studio: Studio, given: messages.Draft) -> messages.Guides:
    """The standard of a draft's letterhead: field, windows, folds and places that stay clear."""
    return messages.Guides(svg=studio.asked("preview:guides", answering.draft(studio, given), file=given.path))


def form(studio: Studio, given: messages.Draft) -> messages.Form:
    """A draft as a form has it."""
    seen: Form = studio.asked_at_once("forms:form", answering.draft(studio, given), file=given.path)
    return messages.Form(
        values=seen.values,
        places=seen.places,
        fields=[
            messages.FieldOf(
                name=one.name,
                title=one.title,
                type=one.type,
                required=one.required,
                default=one.default,
                choices=list(one.choices),
                currency=one.currency,
                description=one.description,
            )
            for one in seen.fields
        ],
        parameters=[
            messages.Parameter(
                name=one.name,
                title=one.title,
                type=one.type,
                default=one.default,
                choices=list(one.choices),
                description=one.description,
                of_design=one.of_design,
            )
            for one in seen.parameters
        ],
        currency=seen.currency,
        has_guides=seen.has_guides,
        body_line=seen.body_line,
        sample=list(seen.sample),
    )


def show(studio: Studio, given: messages.Preview) -> Lines:
    """Show a draft, or the letter of a record of its list: `FaultsNews`, `PagesNews`, `PictureNews`, then `EndNews`."""
    draft = answering.draft(studio, given.draft)
    known = studio.pictures.names(given.known)
    wanted = Wanted(pages=tuple(given.pages), dpi=given.dpi, known=known)
    function, arguments = "preview:show", (draft, wanted)
    if given.data is not None and given.record is not None:
        of_list = answering.list_of(studio, given.data)
        function, arguments = "lists:show", (draft, of_list, given.record, wanted)  # type: ignore[assignment]

    def asked(tell: Callable[[str, Any], None]) -> Request:
        return studio.shown(function, *arguments, subject=given.tab, tell=tell, file=given.draft.path)

    return Lines(asked, answering.news_of_pages(studio), lambda shown: answering.end_of_pages(studio, shown))


def one_picture(studio: Studio, given: messages.Picture) -> messages.PictureNews:
    """Draw one more page of a PDF that was shown."""
    pdf = studio.pdfs.get(given.sha256)
    if pdf is None:
        raise Missing
    drawn = studio.pages.ask("letterpress.interactive.preview:picture", pdf, given.page, given.dpi)
    return answering.picture(studio, drawn.answer.result(timeout=studio.limits.seconds + 60))


def sheet(studio: Studio, given: messages.Sheet) -> Lines:
    """Show a draft with several choices beside each other: a `CellNews` for each, then `EndNews`."""
    draft = answering.draft(studio, given.draft)
    choices = tuple(answering.chosen(one) for one in given.choices)
    known = studio.pictures.names(given.known)

    def asked(tell: Callable[[str, Any], None]) -> Request:
        subject = f"sheet {given.tab}"
        function = "letterpress.interactive.sheets:sheet"
        return studio.work.ask(function, draft, choices, given.dpi, known, subject=subject, tell=tell)

    def news(_: str, cell: Any) -> messages.CellNews:
        made = cell.picture
        if made is not None and made.png is not None:
            studio.pictures.put(made.name, made.png)
        return messages.CellNews(
            number=cell.number,
            pages=cell.pages,
            address=None if made is None else f"/api/pictures/{made.name}.png",
            name=None if made is None else made.name,
            width=0 if made is None else made.width,
            height=0 if made is None else made.height,
            faults=answering.faults(cell.diagnostics),
        )

    return Lines(asked, news, lambda _: [messages.EndNews()])


def contact_sheet(studio: Studio, given: messages.ContactSheet) -> messages.Drawn:
    """A draft with several choices, as a PDF of one page: the first page of each, with its title."""
    draft = answering.draft(studio, given.draft)
    choices = tuple(answering.chosen(one) for one in given.choices)
    pdf: bytes = studio.asked("sheets:contact_sheet", draft, choices, tuple(given.titles), file=given.draft.path)
    sha256 = hashlib.sha256(pdf).hexdigest()
    studio.pdfs.put(sha256, pdf)
    return messages.Drawn(pdf=f"/api/pdf/{sha256}.pdf")


def reading(studio: Studio, given: messages.Shown) -> messages.Read:
    """The text of a PDF that was shown, in the order in which it is read aloud."""
    pdf = studio.pdfs.get(given.sha256)
    if pdf is None:
        raise Missing
    blocks = studio.asked("preview:reading", pdf)
    return messages.Read(
        blocks=[
            messages.Block(
                role=one.element.role,
                text=one.element.text,
                page=one.element.page,
                y=one.y,
                runs=[messages.Run(**run._asdict()) for run in one.runs],
            )
            for one in blocks
        ]
    )


def take(studio: Studio, name: str, body: bytes) -> start_messages.Taken:
    """Take a picture or an enclosure into the project, beside its letters; one of that name that is another is left."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    path = studio.files.take(FOLDER, plain, PICTURES | PDFS, body)
    return start_messages.Taken(path=studio.files.shown(path), name=path.name)


def picture_file(studio: Studio, name: str) -> File:
    """A picture that the page was told of."""
    return _kept(studio.pictures.get(name), "image/png")


def pdf_file(studio: Studio, name: str) -> File:
    """A PDF that the page was told of."""
    return _kept(studio.pdfs.get(name), "application/pdf")


def _kept(found: bytes | None, kind: str) -> File:
    if found is None:
        raise Missing
    return File(found, kind, lasting=True)


def change(studio: Studio, given: messages.Changes) -> messages.Changed:
    """Change fields of a draft's front matter; its comments and order stay."""
    studio.files.find(given.path, LETTERS)
    changes = [Change(path=one.path, value=one.value) for one in given.changes]
    return messages.Changed(text=studio.asked_at_once("forms:change", given.text, changes, given.path, file=given.path))


def save(studio: Studio, given: messages.Save) -> messages.Opened | messages.Conflict:
    """Save a draft; a file that is not what was opened is left as it is, and is the answer."""
    with studio.writing:
        try:
            return _opened(studio.files.save(given.path, given.text, given.sha256))
        except Changed:
            return _conflict(studio, given.path)


def _conflict(studio: Studio, path: str) -> messages.Conflict:
    try:
        file = studio.files.read(path)
    except LetterpressError:
        return messages.Conflict(path=path, exists=False, text=None, sha256=None, modified=None)
    return messages.Conflict(path=path, exists=True, text=file.text, sha256=file.sha256, modified=file.modified)
