"""Finds out how CSV and its kin are written, as people have them: encoding, delimiter and quoting.

Byte order marks, Excel's `sep=` line and Windows-1252 are known. Not here: how the rows are read (csv_rows.py).

Source: RFC 4180, and what spreadsheet programs write in spite of it.
"""

from __future__ import annotations

import codecs
import csv
import re
from pathlib import Path
from typing import Any

from letterpress.errors import Diagnostic, UnreadableInput, UsageError
from letterpress.recipients import encodings
from letterpress.recipients.csv_rows import Layout, reader

_SAMPLE = 65_536
_DELIMITERS = ",;\t|"
_ODD = "^~¦§#\x1f\x01:*"
"""Delimiters that are asked for: in a list of one column they may be part of a value."""
_TOP = 10
"""Rows at the top that are looked at for a header."""
_NO_DELIMITERS = '"\r\n'
# Encodings of Python that no file is written in: parts of host names, texts of programs, and one that always fails.
_NOT_OF_FILES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def examine(
    path: Path,
    shown: str,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    otherwise: str | None = None,
) -> tuple[Layout, list[Diagnostic]]:
    """Find out how the file is written.

    :param shown: the file as the user named it.
    :param delimiter: None: found out; `encoding` likewise.
    :param otherwise: the encoding of a file that is no Unicode; None: found out.
    :returns: and notes on what had to be guessed.
    :raises UnreadableInput: it is not text in any of the known encodings.
    :raises UsageError: `delimiter` or `encoding` cannot be meant.
    """
    notes: list[Diagnostic] = []
    if delimiter is not None:
        delimiter = {"tab": "\t", r"\t": "\t"}.get(delimiter, delimiter)
        if len(delimiter) != 1 or delimiter in _NO_DELIMITERS:
            message = (
                f"'{delimiter}' is not one character" if len(delimiter) != 1 else "cannot be a quote or a line end"
            )
            raise UsageError(
                message, field="--delimiter", hint="write ';' or tab", code="delimiter-wrong", value=delimiter
            )
    if encoding is None:
        encoding = _find_encoding(path, shown, notes, otherwise)
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
        odd = _odd_delimiter(sample) if delimiter not in sample else None
        if odd is not None:
            message = f"is one column, and '{odd}' stands equally often in each of its lines"
            hint = f"if that is what is between the values, give --delimiter '{odd}'"
            params = (("delimiter", odd),)
            raise UnreadableInput(message, file=shown, hint=hint, code="delimiter-unknown", value=odd, params=params)
    layout = Layout(encoding=encoding, delimiter=delimiter, quote=quote, escape=escape, has_sep=separator is not None)
    return layout, notes


def starts_with(path: Path, mark: bytes) -> bool:
    """Tell whether the first character that is no white space is `mark`."""
    with path.open("rb") as file:
        return file.read(4096).removeprefix(codecs.BOM_UTF8).lstrip().startswith(mark)


# --- encoding ---------------------------------------------------------------------------------------------------------


def _find_encoding(path: Path, shown: str, notes: list[Diagnostic], otherwise: str | None) -> str:
    """Find the encoding: by the mark at its beginning, by its zeros, or since all of it is valid UTF-8.

    A file that is neither is taken for Windows-1252, which nearly any bytes are, only if most of its other characters
    are no UTF-8: one bad line in a file of UTF-8 is damage, and read as Windows-1252 all the others would be.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _BOMS:
        if head.startswith(mark):
            _check_content(path, shown, name)
            return name
    if _is_utf16(head) or (b"\0" in head and _first_fault(path, "utf-8") is not None):
        name = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        _check_content(path, shown, name)
        return name
    doubled: list[tuple[int, str, str]] = []
    fault = _first_fault(path, "utf-8", doubled)
    if fault is None:
        notes += _double_encoded(shown, doubled)
        return "utf-8"
    if otherwise is not None:
        _check_encoding(path, shown, otherwise, "data.encoding")
        return otherwise
    return _of_eight_bits(path, shown, notes, fault)


def _of_eight_bits(path: Path, shown: str, notes: list[Diagnostic], fault: tuple[int, int, bool, bool]) -> str:
    """Find the encoding of a file that is no Unicode; `fault` says where it is none."""
    line, byte, mixed, cut = fault
    place: dict[str, Any] = {"file": shown, "line": line, "code": "encoding-wrong", "value": f"0x{byte:02X}"}
    if cut:
        hint = "it was not written or downloaded to its end: get it again"
        raise UnreadableInput("is UTF-8 and ends within a character: it is cut off", **place, hint=hint)
    if mixed:
        hint = "mend that line, or give --encoding if you know which it is"
        raise UnreadableInput(f"byte 0x{byte:02X} is not UTF-8, and the rest is", **place, hint=hint)
    foreign = _foreign_lines(path)
    likely = encodings.candidates(foreign)
    offers = (("offers", encodings.offers(foreign, [one.encoding for one in likely or ()])),)
    if likely:
        named = " or ".join(f"--encoding {one.encoding} ('{one.word}')" for one in likely)
        params = (("encodings", tuple(one.encoding for one in likely)), *offers)
        message = "is neither UTF-8 nor, by its words, Windows-1252"
        hint = f"save it as UTF-8, or say what it is: {named}"
        raise UnreadableInput(message, **{**place, "code": "encoding-unclear"}, hint=hint, params=params)
    if likely is None and _first_fault(path, "cp1252") is None:
        message = "is not UTF-8; it is read as Windows-1252"
        hint = "check a letter with an accent; give --encoding if it is wrong"
        place |= {"code": "encoding-guessed", "value": "cp1252"}
        notes.append(Diagnostic(severity="note", message=message, **place, hint=hint, params=offers))
        return "cp1252"
    hint = "save it as UTF-8 ('CSV UTF-8' in Excel), or give --encoding"
    if likely is not None and _first_fault(path, "cp1252") is None:
        message = "is neither UTF-8 nor, by its words, Windows-1252"
        raise UnreadableInput(message, **{**place, "code": "encoding-unclear"}, hint=hint, params=offers)
    raise UnreadableInput(f"byte 0x{byte:02X} is neither UTF-8 nor Windows-1252", **place, hint=hint, params=offers)


def _foreign_lines(path: Path) -> bytes:
    """Lines that hold more than ASCII, as many as tell what they are written in."""
    lines, size = [], 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                lines.append(line[:_SAMPLE])
                size += len(lines[-1])
                if size > _SAMPLE:
                    break
    return b"".join(lines)


def _double_encoded(shown: str, found: list[tuple[int, str, str]]) -> list[Diagnostic]:
    """Warn of words that were read in a wrong encoding and saved so, before the file came here."""
    if not found:
        return []
    line, word, was = found[0]
    more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
    return [
        Diagnostic(
            severity="warning",
            message=f"'{word}' is '{was}' in UTF-8 that was read as another encoding before it was saved{more}",
            file=shown,
            line=line,
            hint="export the list again where it comes from, as UTF-8",
            code="text-double-encoded",
            value=word,
            params=(("was", was), ("count", len(found))),
        )
    ]


def _is_utf16(head: bytes) -> bool:
    """Whether it looks like text of 16 bits: every other byte of what is Latin is 0. A NUL here and there is damage."""
    zeros = max(head[0::2].count(0), head[1::2].count(0))
    return zeros * 2 > len(head) // 2 and zeros > 4 * min(head[0::2].count(0), head[1::2].count(0))


def _check_encoding(path: Path, shown: str, encoding: str, field: str = "--encoding") -> None:
    """Check an encoding that was given.

    :param field: where it was.
    :raises UsageError: it is no encoding of text. Python has others, such as `hex` and `rot13`, and some that belong to
        host names (`idna`) or are there to fail (`undefined`).
    :raises UnreadableInput: the file is not of it.
    """
    try:
        known = codecs.lookup(encoding).name not in _NOT_OF_FILES and bool("a,b".encode(encoding))
    except (LookupError, ValueError):  # what is no encoding of text, and a name with a NUL in it
        known = False
    if not known:
        hint = "utf-8, utf-16, windows-1252 ..."
        message = f"'{encoding}' is not an encoding"
        raise UsageError(message, field=field, hint=hint, code="encoding-unknown", value=encoding)
    _check_content(path, shown, encoding)


def _check_content(path: Path, shown: str, encoding: str) -> None:
    """:raises UnreadableInput: the file is not of this encoding."""
    fault = _first_fault(path, encoding)
    if fault is not None:
        line, byte, *_ = fault
        message, hint = f"is not {encoding}: byte 0x{byte:02X}", "try another --encoding"
        place: dict[str, Any] = {"file": shown, "line": line, "code": "encoding-wrong", "value": f"0x{byte:02X}"}
        params = (("offers", encodings.offers(_foreign_lines(path))),)
        raise UnreadableInput(message, **place, hint=hint, params=params)


def _first_fault(
    path: Path, encoding: str, doubled: list[tuple[int, str, str]] | None = None
) -> tuple[int, int, bool, bool] | None:
    """Find line and byte at which the file is not of this encoding, and whether more of it is than is not.

    :param doubled: gets the words that are encoded twice: line, word, what it was.
    :returns: and whether it ends within a character, other ones being whole; None: all of it is of this encoding.
    """
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
                byte = data[error.start] if error.start < len(data) else 0
                return line, byte, good > bad, good > 0 and not block and error.reason == "unexpected end of data"
            except UnicodeError:  # UTF-16 and UTF-32 that do not say which of their two orders they are in
                return line, block[0], False, False
            if not block:
                return None
            line += text.count("\n")
            if doubled is not None and not text.isascii():
                start = line - text.count("\n")
                for word, was in encodings.doubled(text):
                    doubled.append((start + text.count("\n", 0, text.find(word)), word, was))
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
    """The delimiter that cuts most rows into as many cells as the header.

    Of several that do, it is the one that fewer blanks follow: "Orr, Ada;Bangor, Mill End" are two cells.
    """
    best, best_score = ",", (0.0, 0.0, 0)
    for candidate in _DELIMITERS:
        layout = Layout(encoding="", delimiter=candidate, quote=quote, escape=escape)
        try:
            parsed = [row for row in reader(iter(sample.splitlines(keepends=True)), layout, strict=False) if row]
        except csv.Error:
            continue
        parsed = parsed[:-1] if len(sample) == _SAMPLE and len(parsed) > 2 else parsed
        if not parsed or max(map(len, parsed[:_TOP])) < 2:
            continue
        width = len(parsed[0]) if len(parsed[0]) > 1 else max(map(len, parsed[:_TOP]))  # a title above the header
        blanks = sample.count(f"{candidate} ") / max(sample.count(candidate), 1)
        score = (sum(len(row) == width for row in parsed) / len(parsed), -blanks, width)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _odd_delimiter(sample: str) -> str | None:
    """Find a character that no program takes for a delimiter by itself, and that cuts all lines alike."""
    lines = [line for line in sample.splitlines() if line.strip()][:_TOP]
    if len(lines) < 2:
        return None
    counts = {char: {line.count(char) for line in lines} for char in _ODD}
    return next((char for char, found in counts.items() if len(found) == 1 and 0 not in found), None)
