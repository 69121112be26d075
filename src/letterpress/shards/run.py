"""What a run on many machines is: `run.json` in its place, which every machine reads and nobody changes.

It says how records become letters, and holds no key and no passphrase: of each signatory only the name of the key's
file, and the fingerprint of its certificate.

Not here: the records (recipients/shard_files.py), the project's files (project_archive.py).
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from letterpress.errors import LetterpressError, UnreadableInput
from letterpress.model import Choices
from letterpress.places import Missing, Place
from letterpress.recipients.tables import Origin

NAME = "run.json"
_FORMAT = 1
Layout = Literal["bundle", "spool", "files"]
LAYOUTS: tuple[Layout, ...] = ("bundle", "spool", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run, as it was planned."""

    id: str
    asked: str
    """Hash of the command, the project and the list: the same command goes on with the run."""
    started: str
    """When it was planned, in UTC."""
    letter: str
    """The letter's file in the project."""
    prefix: str = ""
    """What the user typed before it: how messages name the project's files."""
    choices: Choices = field(default_factory=Choices)
    values: tuple[tuple[str, str], ...] = ()
    """Of fields, for all letters (--set)."""
    origin: Origin
    """Where the records come from."""
    about: Mapping[str, Any]
    """What it is, for people."""
    mapping: Mapping[str, str]
    """Column -> field, on top of the letter's own."""
    writings: Mapping[str, tuple[Any, ...]]
    """Field -> how its column writes dates and numbers, as a `Writing`."""
    countries: tuple[str, ...] = ()
    """What the list's records name, where nearly all name one."""
    names: str | None = None
    """Pattern of the files' names."""
    key: str | None = None
    """Column whose value names a record to people."""
    group_by: tuple[str, ...] = ()
    signers: tuple[tuple[str, str], ...] = ()
    """Pairs (signatory, name of the key's file), in the order of signing."""
    signed_by: tuple[str, ...] = ()
    """Fingerprints of their certificates."""
    tsa: str | None = None
    """URL of a timestamp server."""
    project: str
    """SHA-256 of the project's archive."""
    base: str
    """Hash of what its letters share: another one on a machine means other letters."""
    versions: Mapping[str, str]
    """Of what shapes a page."""
    records: int
    shard_size: int
    shards: int
    layout: Layout = "bundle"
    strict: bool = False
    """Whether warnings count as errors."""
    unique: bool = False
    """Whether a letter to an address that another goes to is left out."""
    seconds: float
    """That one letter may take; `memory_mb` likewise."""
    memory_mb: int

    @property
    def archive(self) -> str:
        """Name of the project's archive in the place."""
        return f"project/{self.project}.zip"

    def records_file(self, shard: int) -> str:
        """Name of the file of a shard's records."""
        return f"records/{self.id}/{shard:06}.parquet"

    def first(self, shard: int) -> int:
        """Place in the run of a shard's first record, from 1."""
        return shard * self.shard_size + 1

    def check(self, shard: int) -> None:
        """:raises UsageError: there is no such shard."""
        if not 0 <= shard < self.shards:
            from letterpress.errors import UsageError

            message = f"there is no shard {shard}: the run has {self.shards}, counted from 0"
            raise UsageError(message, field="--index", hint="see `letterpress runs`", code="shard-unknown", value=shard)

    def as_json(self) -> bytes:
        """Write it."""
        document = {"format": _FORMAT, **dataclasses.asdict(self)}
        return json.dumps(document, ensure_ascii=False, indent=1, default=_text).encode("utf-8", "surrogatepass")


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def read(place: Place) -> Run:
    """Read the run of a place.

    :raises UnreadableInput: there is none, or one of another letterpress.
    """
    try:
        content = place.get(NAME)
    except Missing:
        hint = "name the place that `letterpress plan -o` or `merge --on` was given"
        raise UnreadableInput("no run was planned here", file=place.address, hint=hint, code="run-missing") from None
    try:
        return _of_json(json.loads(content))
    except (ValueError, TypeError, KeyError) as error:
        hint = "plan it anew in another place, with this letterpress"
        message = "the run that was planned here is of another letterpress, or damaged"
        about: dict[str, Any] = {"file": f"{place.address}/{NAME}", "hint": hint, "code": "run-unreadable"}
        raise UnreadableInput(message, **about) from error


def find(place: Place) -> Run | None:
    """Read the run of a place; None if there is none."""
    return None if place.size(NAME) is None else read(place)


def _of_json(document: dict[str, Any]) -> Run:
    if document.pop("format") != _FORMAT:
        raise ValueError("another format")
    choices = document["choices"]
    choices = {name: _tuples(value) for name, value in choices.items()}
    if choices["date"] is not None:
        choices["date"] = datetime.date.fromisoformat(choices["date"])
    origin = {name: _tuples(value) for name, value in document["origin"].items()}
    writings = {name: tuple(value) for name, value in document["writings"].items()}
    given = {name: _tuples(value) for name, value in document.items()}
    return Run(**{**given, "choices": Choices(**choices), "origin": Origin(**origin), "writings": writings})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def refuse_other(run: Run, asked: str, place: Place) -> None:
    """:raises LetterpressError: the run of the place is not the one that is asked for."""
    if run.asked == asked:
        return
    message = "another run was planned here: with another letter, list or options, or before they were changed"
    raise LetterpressError(message, file=place.address, hint="choose another place with -o", code="run-other")
