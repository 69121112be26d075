"""Bodies of requests and answers about the project: its letters, kinds of letters, files; see `messages`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from letterpress.studio.messages import Fault, Message, Name, Text


class LetterSeen(Message):
    """A letter of the project."""

    path: str
    title: str
    """Its subject, else its file's name."""
    letterhead: str
    modified: float
    """Seconds since 1970."""


class Kind(Message):
    """A kind of letter to begin with: a letterhead."""

    name: str
    title: str
    country: str | None
    description: str
    papers: list[str]
    shipped: bool
    sample: str
    """Address of its picture."""
    fault: Fault | None


class Start(Message):
    """The project, and what can be begun."""

    root: str
    """The project's folder, for people."""
    is_project: bool
    """Whether it has letters, or letterheads of its own."""
    letters: list[LetterSeen]
    """The last one first."""
    kinds: list[Kind]
    papers: dict[str, str]
    """Name -> title."""
    copies: dict[str, str]
    languages: dict[str, str]
    version: str


class Begin(Message):
    """A new letter, of a kind."""

    name: Annotated[str, Field(pattern=r"^[\w][\w .-]{0,80}$")]
    """Of its file, without `.md`."""
    letterhead: Name
    text: Text | None = None
    """None: a short letter in the language of the letterhead's country."""


class Taken(Message):
    """A file that was taken into the project."""

    path: str
    name: str
    """As letters beside it name it."""
