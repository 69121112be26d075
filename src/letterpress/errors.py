"""What went wrong, said so that a stranger can mend it.

Job: the one form in which every part of letterpress reports a fault (`Diagnostic`), the exceptions that carry
diagnostics, and the exit code that belongs to each. Secret: how a diagnostic reads as a line of text and as JSON.
No other module formats a fault for people.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "note"]


class ExitCode(IntEnum):
    """What a command tells the shell."""

    DONE = 0
    FAILED = 1
    """Some letter failed, or a check found something; the others are done."""
    USAGE = 2
    """Wrong usage, or input that cannot be read."""
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One fault or remark: where it is, what is wrong, what to do."""

    message: str
    """What is wrong, as a sentence fragment without a full stop."""
    severity: Severity = "error"
    file: str | None = None
    """The file as the user named it."""
    line: int | None = None
    """Line in `file`, counted from 1."""
    record: str | None = None
    """Number (and key, if one is named) of the record in its source, counted from 1 without the header."""
    field: str | None = None
    """Path of the field, such as `to.postcode` or `signatories.2.name`."""
    hint: str | None = None
    """What to do about it."""
    code: str | None = None
    """Which kind of fault it is, such as `signed-kept`: stays as it is when the wording changes."""

    def __str__(self) -> str:
        place = self.file or ""
        if place and self.line is not None:
            place += f":{self.line}"
        if self.record is not None:
            place += f"{' ' if place else ''}record {self.record}"
        parts = [part for part in (place, self.field) if part]
        if self.severity != "error":
            parts.append(self.severity)
        text = ": ".join([*parts, self.message])
        if self.hint:
            text += f"{'' if text.endswith(('.', '?', '!', '…')) else '.'} hint: {self.hint}"
        return text

    def as_json(self) -> dict[str, Any]:
        """The diagnostic as interface.md's JSON object; every key is there, absent values are null."""
        return {
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            "record": self.record,
            "field": self.field,
            "message": self.message,
            "hint": self.hint,
            "code": self.code,
        }


def itself_failed(error: Exception, file: str | None, record: str | None = None) -> Diagnostic:
    """The fault of what no one foresaw: letterpress is to blame. Its traceback goes to the log, which -v shows.

    :param file: the letter that was made; `record` likewise.
    """
    logging.getLogger("letterpress").info("letterpress itself failed", exc_info=error)
    said = str(error).splitlines()
    message = f"letterpress itself failed: {type(error).__name__}" + (f": {said[0]}" if said else "")
    hint = "look with -v where; please report this, with the letter if you may"
    return Diagnostic(message=message, file=file, record=record, hint=hint)


class LetterpressError(Exception):
    """A fault that stops a call. Carries one or more diagnostics and the exit code a command ends with."""

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, diagnostics: Iterable[Diagnostic] | Diagnostic | str, /, **place: Any) -> None:
        if isinstance(diagnostics, str):
            diagnostics = Diagnostic(message=diagnostics, **place)
        if isinstance(diagnostics, Diagnostic):
            diagnostics = (diagnostics,)
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n".join(str(diagnostic) for diagnostic in self.diagnostics)


class FieldFault(NamedTuple):
    """What is wrong with a field of checked data; whoever knows the file makes a `Diagnostic` of it."""

    path: str
    """Field path, such as `signatories.2.name` (lists count from 1)."""
    message: str
    hint: str | None


class FieldError(ValueError):
    """A value that its field cannot take: what is wrong with it, and what to do.

    A ValueError, so that pydantic hears it from a validator; the place is added by whoever knows it.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LetterpressError):
    """The command or the call was given something that cannot be meant."""

    exit_code = ExitCode.USAGE


class UnreadableInput(LetterpressError):
    """A file that was named cannot be read: it is missing, a folder, not permitted or not UTF-8."""

    exit_code = ExitCode.USAGE


def shown_path(path: Path | str) -> str:
    """A file as a person in the working folder would name it: relative, if it is in there."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint that names the known word nearest to `word`, or lists the known words when there are few."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=2, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"'{candidate}'" for candidate in near) + "?"
    if words and len(words) <= 12:
        return "known: " + ", ".join(words)
    return None
