"""Bodies of requests and answers about the project: its letters, kinds of letters, files; see `messages`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from letterpress.interactive.fault_bodies import Fault
from letterpress.studio.messages import ListChosen, Message, Name, Short, Text


class LetterSeen(Message):
    """A letter of the project."""

    path: str
    title: str
    """Its subject, else its file's name."""
    letterhead: str
    sender: str | None = None
    """Whom it is from, as far as its first lines say it."""
    modified: float
    """Seconds since 1970."""
    pdf: str | None = None
    """The PDF that was made of it, as `letterpress render` names it; null: none is there."""
    list: ListChosen | None = None
    """The list that it is made of."""


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


class SenderSeen(Message):
    """An organisation that letters can be from."""

    path: str
    name: str
    """As it calls itself, else as a letter's `from` has it."""


class SenderValues(Message):
    """What a letterhead of one's own shows; null: nothing."""

    name: Short | None = None
    street: Short | None = None
    postcode: Short | None = None
    city: Short | None = None
    region: Short | None = None
    lines: list[Short] | None = None
    """The address line by line, instead of its parts."""
    country: Short | None = None
    phone: Short | None = None
    email: Short | None = None
    web: Short | None = None
    logo: Short | None = None
    """A file beside the organisation's."""
    accent: Short | None = None
    """`#0f4a56`"""


class Sender(Message):
    """An organisation of the project."""

    path: str
    sha256: str
    values: SenderValues


class KeepSender(Message):
    """An organisation to be kept."""

    path: Name | None = None
    """Its file; null: a new one, called as the organisation is."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """Of the file that was opened; null: there is none."""
    values: SenderValues


class SampleOf(Message):
    """A letterhead to be shown with an organisation's name, logo and colour."""

    letterhead: Name
    values: SenderValues


class SampleText(Message):
    """A letter to be shown, and never kept."""

    path: str
    text: str


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
    senders: list[SenderSeen]
    version: str
    finished: bool
    """Whether something was made of its letters."""


class Begin(Message):
    """A new letter, of a kind."""

    name: Annotated[str, Field(pattern=r"^[\w][\w .-]{0,80}$")]
    """Of its file, without `.md`."""
    letterhead: Name
    sender: Name | None = None
    """Whom it is from: the file of an organisation of the project; null: the sample's."""
    text: Text | None = None
    """None: a short letter in the language of the letterhead's country, with the date of today."""


class Taken(Message):
    """A file that was taken into the project."""

    path: str
    name: str
    """As letters beside it name it."""
