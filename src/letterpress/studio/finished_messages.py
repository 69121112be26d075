"""Bodies of requests and answers about PDFs that were made before; see `messages`."""

from __future__ import annotations

from letterpress.studio.list_messages import FileName, RunState
from letterpress.studio.messages import Chosen, ListOf, Message, Name


class FinishedSeen(Message):
    """A PDF that was made, or a folder of them."""

    path: str
    pdfs: int | None
    """How many a folder holds; null: it is a file."""
    modified: float
    letter: str | None
    """The letter that it is of, by its name."""
    older: bool
    """Whether the letter was changed since."""
    signers: list[str]
    """Who has signed it, as the signatures say."""


class Finished(Message):
    """What was made of the project's letters."""

    folder: str
    """Where it is on this computer."""
    files: list[FinishedSeen]


class MadeOf(Message):
    """A letter that is saved, with its list."""

    letter: Name
    data: ListOf
    chosen: Chosen = Chosen()
    """As the run that made the letters had it."""


class MadeRow(Message):
    """The PDF of a row."""

    number: int
    """Of the record."""
    path: str
    older: bool
    """Whether it is of an older text or row."""


class MadeOfList(Message):
    """What is there of the letters of a list."""

    folder: str
    rows: list[MadeRow]
    older: int
    missing: int
    """Letters that are not made yet."""
    left: list[str]
    """PDFs of rows that get no letter any more."""
    signed: int
    """How many of them bear a signature, and so are never removed."""
    modified: float | None
    """Of the newest."""
    run: RunState | None
    """A run that has made just what is there, so that it can be had; null: nothing is."""


class LeftRemoved(Message):
    """PDFs of rows that get no letter any more were removed."""

    stay: list[str]
    """Those that were not: they were changed or signed since."""


class Folder(Message):
    """A folder of the project."""

    path: Name


class FolderShown(Message):
    """A folder that was opened on this computer."""

    path: str
    """Where it is."""


class Copy(Message):
    """A PDF of the project, to be saved under another name."""

    path: Name
    name: FileName
