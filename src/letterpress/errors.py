"""Faults as values: what is wrong, where, and what to do; the exceptions that carry them; exit codes.

A `Diagnostic` is data first: its code, place, value and fixes are what a page or another program acts on. How it reads
as a line of text and as JSON is decided here and nowhere else. `data/diagnostics/` says what each code means.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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


FixKind = Literal["replace", "rename", "insert", "remove"]
"""What a fix does: another value, another name for a field or column, something added, something taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of one range of a text file (`file`, `line`, `span`) or of one cell of a table (`sheet`, `cell`)."""

    text: str
    """What stands there afterwards; may hold line ends."""
    file: str | None = None
    """The file as the user named it."""
    line: int | None = None
    """Counted from 1."""
    span: tuple[int, int] | None = None
    """First and last character in the line, counted from 1; (n, n - 1) is the empty range before character n."""
    sheet: str | None = None
    cell: str | None = None
    """As the spreadsheet shows it: `B7`."""

    def as_json(self) -> dict[str, Any]:
        """The edit as interface.md's JSON object: of a text or of a cell."""
        if self.cell is not None:
            return {"sheet": self.sheet, "cell": self.cell, "text": self.text}
        span = None if self.span is None else list(self.span)
        return {"file": self.file, "line": self.line, "span": span, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One way to mend a fault. A fault with exactly one fix that has an edit can be mended without asking."""

    kind: FixKind
    title: str
    """What a button would say: "Rename 'subjct' to 'subject'"."""
    value: Any = None
    """The new value or name, by itself."""
    edit: Edit | None = None
    """None where the place of the text is not known."""

    def as_json(self) -> dict[str, Any]:
        """The fix as interface.md's JSON object."""
        edit = None if self.edit is None else self.edit.as_json()
        return {"kind": self.kind, "title": self.title, "value": self.value, "edit": edit}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One fault or remark: where it is, what is wrong, what to do. Hashable: what is said twice is printed once."""

    message: str
    """What is wrong, as a sentence fragment without a full stop."""
    severity: Severity = "error"
    file: str | None = None
    """The file as the user named it."""
    line: int | None = None
    """Line in `file`, counted from 1."""
    record: str | None = None
    """Number (and key, if one is named) of the record in its source, counted from 1 without the header."""
    variant: str | None = None
    """Of a letter's matrix, the variant or variants that it is about, by what they choose: `lang=de-DE, paper=a4`."""
    field: str | None = None
    """Path of the field, such as `to.postcode` or `signatories.2.name`."""
    hint: str | None = None
    """What to do about it."""
    code: str | None = None
    """Which kind of fault it is, such as `field-unknown`: stays as it is when the wording changes."""
    value: str | int | float | bool | None = None
    """What was written there, as it was written."""
    span: tuple[int, int] | None = None
    """First and last character of it in `line`, counted from 1."""
    sheet: str | None = None
    """For a record of a workbook: the sheet's name."""
    row: int | None = None
    """For a record of a table: its row as the spreadsheet shows it, with the header's row counted; from 1."""
    cell: str | None = None
    """The cell as the spreadsheet shows it: `B7`."""
    column: str | None = None
    """The column's name in the table's header."""
    params: tuple[tuple[str, Any], ...] = ()
    """Pairs of what the message names: `("limit", 9)`. Hashable values; a list is a tuple."""
    fixes: tuple[Fix, ...] = ()
    """Ways to mend it, the best first."""

    def __str__(self) -> str:
        place = self.file or ""
        if place and self.line is not None:
            place += f":{self.line}"
        if self.record is not None:
            place += f"{' ' if place else ''}record {self.record}{self._in_sheet()}"
        if self.variant is not None:
            place += f"{' ' if place else ''}[{self.variant}]"
        parts = [part for part in (place, self.field) if part]
        if self.severity != "error":
            parts.append(self.severity)
        text = ": ".join([*parts, self.message])
        if self.column not in (None, self.field) and f"'{self.column}'" not in text:
            text += f" (column '{self.column}')"
        if self.hint:
            text += f"{'' if text.endswith(('.', '?', '!', '…')) else '.'} hint: {self.hint}"
        return text

    def _in_sheet(self) -> str:
        """Where a spreadsheet program shows it: the record's number does not count the header and what is above it."""
        if self.cell is not None:
            return "" if self.cell in self.message else f" (cell {self.cell})"
        return "" if self.row is None else f" (row {self.row})"

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Diagnostic:
        """Read what `as_json` gave; keys that are missing, as in what an older letterpress wrote, are absent values."""
        fixes = tuple(_fix(one) for one in given.get("fixes") or ())
        params = tuple((name, _hashable(value)) for name, value in (given.get("params") or {}).items())
        plain = {name: given.get(name) for name in cls.__slots__ if name not in ("fixes", "params", "span")}
        return cls(**{**plain, "span": _span(given), "params": params, "fixes": fixes})  # type: ignore[arg-type]

    def as_json(self) -> dict[str, Any]:
        """The diagnostic as interface.md's JSON object; absent values are null; `variant` is there only if said."""
        document = {
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            "record": self.record,
            "field": self.field,
            "message": self.message,
            "hint": self.hint,
            "code": self.code,
            "value": self.value,
            "span": None if self.span is None else list(self.span),
            "sheet": self.sheet,
            "row": self.row,
            "cell": self.cell,
            "column": self.column,
            "params": dict(self.params),
            "fixes": [fix.as_json() for fix in self.fixes],
        }
        return document if self.variant is None else {**document, "variant": self.variant}


def _span(given: Mapping[str, Any]) -> tuple[int, int] | None:
    span = given.get("span")
    return None if span is None else (int(span[0]), int(span[1]))


def _fix(given: Mapping[str, Any]) -> Fix:
    edit = given["edit"] and Edit(
        **{**given["edit"], **({"span": _span(given["edit"])} if "span" in given["edit"] else {})}
    )
    return Fix(**{**given, "edit": edit})


def _hashable(value: Any) -> Any:
    return tuple(_hashable(one) for one in value) if isinstance(value, list) else value


def strictly(faults: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Give the faults where warnings count as errors; notes stay what they are."""
    return tuple(replace(one, severity="error") if one.severity == "warning" else one for one in faults)


def itself_failed(error: Exception, file: str | None, record: str | None = None) -> Diagnostic:
    """The fault of what no one foresaw: letterpress is to blame. Its traceback goes to the log, which -v shows.

    :param file: the letter that was made; `record` likewise.
    """
    logging.getLogger("letterpress").info("letterpress itself failed", exc_info=error)
    said = str(error).splitlines()
    message = f"letterpress itself failed: {type(error).__name__}" + (f": {said[0]}" if said else "")
    hint = "look with -v where; please report this, with the letter if you may"
    return Diagnostic(message=message, file=file, record=record, hint=hint, code="itself-failed")


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


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with something, before its place is known: a `Diagnostic` without file, line and field."""

    message: str
    hint: str | None = None
    code: str | None = None
    value: str | int | float | bool | None = None
    """What was written."""
    params: tuple[tuple[str, Any], ...] = ()
    instead: tuple[str, ...] = ()
    """What may have been meant, the best first."""

    def at(self, **place: Any) -> Diagnostic:
        """Make a diagnostic of it.

        :param place: `file`, `line`, `field`, `record` and whatever else of `Diagnostic` the caller knows.
        """
        given: dict[str, Any] = {"hint": self.hint, "code": self.code, "value": self.value, "params": self.params}
        return Diagnostic(message=self.message, **{**given, "fixes": fixes(self.value, self.instead), **place})


def fixes(wrong: object, instead: Iterable[str], *, kind: FixKind = "replace") -> tuple[Fix, ...]:
    """Make a fix of each word that may have been meant; `content.places` adds the edits.

    :param wrong: what was written: a value, or where it is to be renamed, the name of a field or column.
    :param instead: what to write, the best first.
    """
    verb, joint = ("Rename", "to") if kind == "rename" else ("Replace", "with")
    return tuple(Fix(kind=kind, title=f"{verb} '{wrong}' {joint} '{word}'", value=word) for word in instead)


class FieldFault(NamedTuple):
    """What is wrong with a field of checked data; whoever knows the file makes a `Diagnostic` of it."""

    path: str
    """Field path, such as `signatories.2.name` (lists count from 1)."""
    message: str
    hint: str | None
    code: str | None = None
    value: str | int | float | bool | None = None
    """What was written."""
    params: tuple[tuple[str, Any], ...] = ()
    instead: tuple[str, ...] = ()
    """What may have been meant, the best first: names where `rename`, else values."""
    rename: bool = False
    """Whether it is the field's name that is wrong, and not its value."""

    def as_diagnostic(self, *, file: str | None, line: int | None, record: str | None = None) -> Diagnostic:
        """Make the diagnostic; its fixes have no edits, which `content.places` adds.

        :param file: the file that the field is written in, as the user named it; `line` likewise, from 1.
        """
        wrong = self.path.rpartition(".")[2] if self.rename else self.value
        return Diagnostic(
            message=self.message,
            file=file,
            line=line,
            record=record,
            field=self.path,
            hint=self.hint,
            code=self.code,
            value=wrong if self.value is None else self.value,
            params=self.params,
            fixes=fixes(wrong, self.instead, kind="rename" if self.rename else "replace"),
        )


def unknown_field(path: str, name: str, hint: str | None, instead: tuple[str, ...] = ()) -> FieldFault:
    """Make the fault of a field that does not exist.

    :param name: the field's name, the last part of `path`.
    """
    return FieldFault(path, "unknown field", hint, "field-unknown", name, instead=instead, rename=True)


class FieldError(ValueError):
    """A value that its field cannot take: what is wrong with it, and what to do.

    A ValueError, so that pydantic hears it from a validator; the place is added by whoever knows it.
    """

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        *,
        code: str | None = None,
        value: str | int | float | bool | None = None,
        params: tuple[tuple[str, Any], ...] = (),
        instead: tuple[str, ...] = (),
    ) -> None:
        """Say what is wrong; the arguments are those of `FieldFault`."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
        self.value = value
        self.params = params
        self.instead = instead

    def at(self, path: str, hint: str | None = None) -> FieldFault:
        """Make the fault of the field `path`.

        :param hint: what to do, where the error itself does not say.
        """
        return FieldFault(path, self.message, self.hint or hint, self.code, self.value, self.params, self.instead)


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


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Find the known words that `word` may have meant: two at most, the nearest first."""
    known = sorted(known)
    same = tuple(name for name in known if name.casefold() == word.casefold() and name != word)
    return same or tuple(difflib.get_close_matches(word, known, n=2, cutoff=0.6))


def question(near: Iterable[str]) -> str | None:
    """Make the hint that asks whether one of these words was meant; None without any."""
    words = [f"'{word}'" for word in near]
    return f"did you mean {' or '.join(words)}?" if words else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Make a hint that names the known words nearest to `word`, or lists the known words when there are few."""
    words = sorted(known)
    near = nearest(word, words)
    if near:
        return question(near)
    if words and len(words) <= 12:
        return "known: " + ", ".join(words)
    return None
