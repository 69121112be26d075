"""What the journal says of a letter and of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from letterpress.errors import Diagnostic

State = Literal["pending", "done", "failed", "skipped"]
RunState = Literal["planning", "running", "done", "failed", "interrupted", "stopped", "killed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One letter of a run."""

    seq: int
    """Its place in the run, from 1."""
    id: str
    record: str | None
    output: str | None
    """Relative to the output folder."""
    state: State = "pending"
    base: int = 0
    """Which of the run's letters and choices it is made with."""
    rows: str = "[]"
    """JSON: the records it is made from, each as `Record.packed` gives it."""
    address: str | None = None
    folded: str | None = None
    pages: int | None = None
    sha256: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of one letter, to be written down."""

    seq: int
    state: State
    pages: int | None = None
    sha256: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    file: tuple[str, str, int, int] | None = None
    """Output, job id, size of the letter in bytes, time of the file in ns (0: not known)."""
    dispatch: str | None = None
    """`Outcome.dispatch`."""
    letter_sha256: str | None = None
    """Of the letter, if its file holds more: signatures that were added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A letter of a run that is there, with what is noted of its file."""

    entry: Entry
    dispatch: str | None
    """What is noted of it for its dispatch; None: nothing."""
    letter_sha256: str
    """Of the letter as it was made; the file may have signatures behind it."""
    size: int
    """Of the letter, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run, as `letterpress runs` shows it."""

    number: int
    started: str
    finished: str | None
    state: RunState
    about: Mapping[str, Any]
    counts: Mapping[str, int]
