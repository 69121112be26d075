"""Endpoints for lists: which there are, what their columns are, their rows, faults and corrections; see `endpoints`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from letterpress.errors import LetterpressError
from letterpress.files.project_files import LISTS, UPLOADS
from letterpress.interactive import lists
from letterpress.interactive.crew import Request
from letterpress.recipients import corrections
from letterpress.studio import answering, letter_lists, list_messages
from letterpress.studio.answering import File, Lines
from letterpress.studio.messages import EndNews, ListOf, Message
from letterpress.studio.session import Studio


def listed(studio: Studio) -> list_messages.Lists:
    """The lists in the project's `content/` and `lists/`, the last one first."""
    found = sorted(studio.files.listed(LISTS, "content", "lists"), key=lambda path: -path.stat().st_mtime)
    files = [
        list_messages.ListFile(path=studio.files.shown(path), modified=path.stat().st_mtime, size=path.stat().st_size)
        for path in found
        if not path.name.endswith((corrections.ENDING, letter_lists.ENDING, ".schema.json"))
    ]
    return list_messages.Lists(lists=files)


def upload(studio: Studio, name: str, other: str | None, body: bytes) -> list_messages.ListFile:
    """Take a list into the project; `other=replace` or `beside` says what becomes of another one of that name.

    :raises LetterpressError: there is another one of that name, and it is not said what becomes of it.
    """
    plain = PurePosixPath(name.replace("\\", "/")).name
    with studio.writing:
        if other == "replace":
            path = studio.files.replace(UPLOADS, plain, LISTS, body)
        elif other != "beside" and studio.files.other(UPLOADS, plain, LISTS, body):
            hint = "replace it, or keep both"
            raise LetterpressError("there is a list of that name", file=plain, hint=hint, code="file-exists")
        else:
            path = studio.files.take(UPLOADS, plain, LISTS, body)
    status = path.stat()
    return list_messages.ListFile(path=studio.files.shown(path), modified=status.st_mtime, size=status.st_size)


def overview(studio: Studio, given: list_messages.OpenList) -> list_messages.Overview:
    """A list as a whole: its columns and what they are used as, which rows there are, what is wrong."""
    of_list = answering.list_of(studio, given.data)
    draft = answering.draft(studio, given.draft)
    seen: lists.Overview = studio.asked("lists:overview", draft, of_list, file=given.data.source)
    return list_messages.Overview(
        columns=[
            list_messages.Column(
                name=one.name,
                letters=one.letters,
                used_as=list(one.used_as),
                how=one.how,
                samples=list(one.samples),
                field=None
                if one.field is None
                else list_messages.NewField(name=one.field.name, type=one.field.type, currency=one.field.currency),
            )
            for one in seen.columns
        ],
        lacking=list(seen.lacking),
        ranges=list(seen.ranges),
        header_row=seen.header_row,
        sheet=seen.sheet,
        sheets=list(seen.sheets),
        faults=answering.faults(seen.faults),
        questions=answering.faults(seen.questions),
        blocking=seen.blocking,
        corrections=answering.corrections_message(of_list.reading.corrections.of(seen.sheet)),
    )


def check(studio: Studio, given: list_messages.Check) -> Lines:
    """Look through all rows: `RowsNews`, `CheckedNews`, then `EndNews`."""
    arguments = (answering.draft(studio, given.draft), answering.list_of(studio, given.data))

    def asked(tell: Callable[[str, Any], None]) -> Request:
        subject = f"check {given.tab}"
        return studio.work.ask("letterpress.interactive.lists:check", *arguments, subject=subject, tell=tell)

    def news(_: str, said: Any) -> Message | None:
        return answering.rows(said) if said else None

    def end(checked: lists.Checked) -> Iterable[Message]:
        yield list_messages.CheckedNews(letters=checked.letters, faulty=checked.faulty, skipped=checked.skipped)
        yield EndNews()

    return Lines(asked, news, end)


def find(studio: Studio, given: list_messages.Find) -> list_messages.Found:
    """The next record with a text in any of its cells."""
    of_list = answering.list_of(studio, given.data)
    draft = answering.draft(studio, given.draft)
    return list_messages.Found(record=studio.asked("lists:find", draft, of_list, given.text, given.after))


def correct(studio: Studio, given: list_messages.Correct) -> list_messages.Corrections:
    """Keep the corrections of a list, or of a sheet of it, beside it; the list itself is never written."""
    with studio.writing:
        path = answering.corrections_file(studio, given.source)
        made = answering.corrections_of(given.corrections)
        corrections.write(path, corrections.read(path).having(given.sheet, made))
    return answering.corrections_message(made)


def copy(studio: Studio, source: str, sheet: str | None, header_row: int, encoding: str | None) -> File:
    """The list with its corrections, as CSV; `header_row` as its overview says it, `encoding` as the letter does."""
    of_list = answering.list_of(studio, ListOf(source=source, sheet=sheet, header_row=header_row or None))
    choice = replace(of_list.reading.choice, otherwise=encoding)
    of_list = replace(of_list, reading=replace(of_list.reading, choice=choice))
    data: bytes = studio.asked("lists:copy", of_list, file=source)
    return File(data, "text/csv; charset=utf-8", f"{PurePosixPath(source).stem} (corrected).csv")
