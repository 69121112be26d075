"""CSV and its kin as people really have them.

Job: finds out encoding, delimiter and quoting of a file, and reads its rows as text. Secret: byte order marks, Excel's
`sep=` line, Windows-1252, and the reader of the standard library, which is held to be strict: a quote that is never
closed would swallow the records behind it, so it is a fault of the file and no letter is made.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterpress.errors import Diagnostic, UnreadableInput, UsageError

MAX_CELL = 1_000_000
"""Characters of one value. More is a quote that was never closed."""
_SAMPLE = 65_536
_DELIMITERS = ",;\t|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file is written."""

    encoding: str
    delimiter: str
    quote: str = '"'
    escape: str | None = None
    """A backslash, where quotes within a value are written `\\"` instead of doubled."""
    has_sep: bool = False
    """Whether its first line is `sep=`, which is for Excel and no header."""


def examine(
    path: Path, shown: str, *, delimiter: str | None = None, encoding: str | None = None
) -> tuple[Layout, list[Diagnostic]]:
    """How the file is written, and notes on what had to be guessed.

    :raises UnreadableInput: it is not text in any of the known encodings.
    :raises UsageError: `delimiter` or `encoding` cannot be meant.
    """
    notes: list[Diagnostic] = []
    if delimiter is not None:
        delimiter = {"tab": "\t", r"\t": "\t"}.get(delimiter, delimiter)
        if len(delimiter) != 1:
            raise UsageError(f"'{delimiter}' is not one character", field="--delimiter", hint="write ';' or tab")
    if encoding is None:
        encoding = _find_encoding(path, shown, notes)
    else:
        _check_encoding(path, shown, encoding)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE)
    separator = re.match(r"sep=(.)[ \t;,]*(\r\n|\r|\n|$)", sample, re.IGNORECASE)
    if separator:
        delimiter = delimiter or separator[1]
        sample = sample[separator.end() :]
    quote, escape = _quoting(sample)
    if delimiter is None:
        delimiter = "\t" if path.suffix.lower() in (".tsv", ".tab") else _find_delimiter(sample, quote, escape)
    layout = Layout(encoding=encoding, delimiter=delimiter, quote=quote, escape=escape, has_sep=separator is not None)
    return layout, notes


def rows(path: Path, shown: str, layout: Layout) -> Iterator[list[str]]:
    """Every row, the header too; an empty line is an empty row.

    :raises UnreadableInput: a quote is opened and never closed, or stands where none can.
    """
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=layout.encoding, newline="") as file:
        if layout.has_sep:
            file.readline()
        reader = _reader(file, layout, strict=True)
        number = -1
        line = 0
        try:
            for row in reader:
                number += bool(row) or number >= 0
                line = reader.line_num
                yield row
        except csv.Error as error:
            raise _broken(shown, number + 1, line + 1 + layout.has_sep, str(error)) from error


def starts_with(path: Path, mark: bytes) -> bool:
    """Whether the first character that is no white space is `mark`."""
    with path.open("rb") as file:
        return file.read(4096).removeprefix(codecs.BOM_UTF8).lstrip().startswith(mark)


def _broken(shown: str, number: int, line: int, message: str) -> UnreadableInput:
    record = str(number) if number > 0 else None
    if "unexpected end" in message or "field limit" in message:
        return UnreadableInput(
            "a quote is opened here and never closed",
            file=shown,
            line=line,
            record=record,
            hint="close it, or double it",
        )
    hint = 'within a value in quotes, write a quote twice: "the ""old"" mill"'
    return UnreadableInput("the quotes of this record do not match", file=shown, line=line, record=record, hint=hint)


def _reader(lines: Iterator[str], layout: Layout, *, strict: bool) -> Any:
    return csv.reader(
        lines,
        delimiter=layout.delimiter,
        quotechar=layout.quote,
        escapechar=layout.escape,
        doublequote=layout.escape is None,
        strict=strict,
    )


# --- encoding ---------------------------------------------------------------------------------------------------------


def _find_encoding(path: Path, shown: str, notes: list[Diagnostic]) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _BOMS:
        if head.startswith(mark):
            _check_encoding(path, shown, name)
            return name
    if _is_utf16(head) or (b"\0" in head and _first_fault(path, "utf-8") is not None):
        name = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        _check_encoding(path, shown, name)
        return name
    fault = _first_fault(path, "utf-8")
    if fault is None:
        return "utf-8"
    line, byte, mixed = fault
    if mixed:
        hint = "mend that line, or give --encoding if you know which it is"
        raise UnreadableInput(f"byte 0x{byte:02X} is not UTF-8, and the rest is", file=shown, line=line, hint=hint)
    if _first_fault(path, "cp1252") is None:
        message = "is not UTF-8; it is read as Windows-1252"
        hint = "check a letter with an accent; give --encoding if it is wrong"
        notes.append(Diagnostic(severity="note", message=message, file=shown, line=line, hint=hint))
        return "cp1252"
    hint = "save it as UTF-8 ('CSV UTF-8' in Excel), or give --encoding"
    raise UnreadableInput(f"byte 0x{byte:02X} is neither UTF-8 nor Windows-1252", file=shown, line=line, hint=hint)


def _is_utf16(head: bytes) -> bool:
    """Whether it looks like text of 16 bits: every other byte of what is Latin is 0. A NUL here and there is damage."""
    zeros = max(head[0::2].count(0), head[1::2].count(0))
    return zeros * 2 > len(head) // 2 and zeros > 4 * min(head[0::2].count(0), head[1::2].count(0))


def _check_encoding(path: Path, shown: str, encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise UsageError(
            f"'{encoding}' is not an encoding", field="--encoding", hint="utf-8, utf-16, windows-1252 ..."
        ) from None
    fault = _first_fault(path, encoding)
    if fault is not None:
        raise UnreadableInput(
            f"is not {encoding}: byte 0x{fault[1]:02X}", file=shown, line=fault[0], hint="try another --encoding"
        )


def _first_fault(path: Path, encoding: str) -> tuple[int, int, bool] | None:
    """Line and byte at which the file is not of this encoding, and whether more of it is than is not."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, other = 1, 0
    with path.open("rb") as file:
        while True:
            block = file.read(1 << 20)
            pending = decoder.getstate()[0]
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                data = pending + block
                line += data[: error.start].count(b"\n")
                replaced = data.decode(encoding, "replace")
                bad = replaced.count("\ufffd")
                good = other + sum(not char.isascii() for char in replaced) - bad
                return line, data[error.start] if error.start < len(data) else 0, good > bad
            if not block:
                return None
            line += text.count("\n")
            other += 0 if text.isascii() else sum(not char.isascii() for char in text)


# --- delimiter and quotes ---------------------------------------------------------------------------------------------


def _quoting(sample: str) -> tuple[str, str | None]:
    """Quote and escape character. Single quotes only where nearly every cell wears them: O'Neill is a name."""
    cells = re.findall(r"(?:^|[,;\t|])('[^'\r\n]*')(?=[,;\t|\r\n]|$)", sample, re.MULTILINE)
    if '"' not in sample and len(cells) >= 4 and len(cells) > 0.8 * (1 + len(re.findall(r"[,;\t|\n]", sample.strip()))):
        return "'", None
    escaped = len(re.findall(r'[^\\",;\t|\r\n]\\"[^,;\t|\r\n]', sample))
    return '"', "\\" if escaped and not re.search(r'[^,;\t|\r\n]""[^,;\t|\r\n]', sample) else None


def _find_delimiter(sample: str, quote: str, escape: str | None) -> str:
    """The delimiter that cuts most rows into as many cells as the header."""
    best, best_score = ",", (0.0, 0)
    for candidate in _DELIMITERS:
        layout = Layout(encoding="", delimiter=candidate, quote=quote, escape=escape)
        try:
            parsed = [row for row in _reader(iter(sample.splitlines(keepends=True)), layout, strict=False) if row]
        except csv.Error:
            continue
        parsed = parsed[:-1] if len(sample) == _SAMPLE and len(parsed) > 2 else parsed
        if not parsed or len(parsed[0]) < 2:
            continue
        width = len(parsed[0])
        score = (sum(len(row) == width for row in parsed) / len(parsed), width)
        if score > best_score:
            best, best_score = candidate, score
    return best
