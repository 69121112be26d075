"""The list of the letters of a package: a row a letter, as JSON and as CSV.

`manifest.json` is one JSON document in which each letter stands on a line of its own, so that it can be written and
read without being kept in memory.

Not here: which letters there are (`package`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import IO, Any

from letterpress.recipients.records import harmless

FORMAT = "letterpress-package-1"
MOST = 1 << 20
"""Bytes of a line: a letter's row is some hundreds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A letter in a package."""

    number: int
    """Its place in the package, from 1."""
    record: str | None
    """Number of its record in the list, or numbers of those of a household."""
    key: str | None
    """What the record is called in the list, if a column says it."""
    group: str | None
    recipient: tuple[str, ...]
    """Lines of the address; none in a package that leaves recipients out."""
    country: str | None
    postcode: str | None
    file: str
    """Where in the package it is."""
    first_page: int
    """In that file, from 1."""
    pages: int
    sheets: int
    bytes: int
    """Of the letter's own file."""
    sha256: str
    """Of the letter's own file."""
    lang: str
    letterhead: str
    paper: str
    profile: str
    carrier: str | None
    duplex: bool
    enclosures: tuple[tuple[str, int], ...]
    """Title and pages of each."""
    envelopes: tuple[str, ...]
    preflight: str | None
    """Of the letter for its carrier: `passed` or `failed`; None: it was not examined."""

    def as_json(self) -> dict[str, Any]:
        """Give the JSON object of `manifest.json`."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        told = [{"title": title, "pages": pages} for title, pages in self.enclosures]
        return {**found, "enclosures": told}

    def cells(self) -> list[str]:
        """Give the cells of `manifest.csv`, in the order of `COLUMNS`."""
        found = [getattr(self, name) for name in COLUMNS]
        return [harmless(_cell(value)) for value in found]


COLUMNS = tuple(field.name for field in fields(Row))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " | ".join(one if isinstance(one, str) else f"{one[0]} ({one[1]})" for one in value)
    return str(value)


def row(given: Mapping[str, Any]) -> Row:
    """Read a letter of a `manifest.json`.

    :raises ValueError: it is none, or a TypeError or KeyError.
    """
    if set(given) != set(COLUMNS):
        raise ValueError("a letter has other columns")
    enclosures = tuple((str(one["title"]), int(one["pages"])) for one in given["enclosures"])
    lists = {name: tuple(map(str, given[name])) for name in ("recipient", "envelopes")}
    found = Row(**{**given, **lists, "enclosures": enclosures})
    if not isinstance(found.file, str) or not isinstance(found.sha256, str):
        raise ValueError("a letter's file is no text")
    return found


class Table:
    """A CSV in the making, for a spreadsheet program: UTF-8 with its mark, one row a letter."""

    def __init__(self, file: IO[bytes]) -> None:
        """:param file: is written to."""
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow(COLUMNS)

    def add(self, row: Row) -> None:
        """Add a letter."""
        self._writer.writerow(row.cells())

    def finish(self) -> None:
        """Have all of it in the file, which stays open."""
        self._text.flush()
        self._text.detach()


class Document:
    """A `manifest.json` in the making."""

    def __init__(self, file: IO[bytes], head: Mapping[str, Any]) -> None:
        """:param head: what stands before the letters."""
        self._file = file
        self._joint = b"\n"
        self._file.write(_line({"format": FORMAT, **head})[:-1] + b', "letters": [')

    def add(self, row: Row) -> None:
        """Add a letter."""
        self._file.write(self._joint + _line(row.as_json()))
        self._joint = b",\n"

    def finish(self, tail: Mapping[str, Any]) -> None:
        """Write what stands behind the letters."""
        self._file.write(b"\n], " + _line(tail)[1:] + b"\n")


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def read(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Give the parts of a `manifest.json`: what stands before the letters, each letter, and what stands behind them.

    :raises ValueError: it is no such document.
    """
    head = _whole(file)
    if not head.endswith(b', "letters": [\n'):
        raise ValueError("its first line is not that of a manifest")
    given = _object(head[: -len(b', "letters": [\n')] + b"}")
    if given.get("format") != FORMAT:
        raise ValueError(f"its format is not '{FORMAT}'")
    yield given
    line = _whole(file)
    while line.startswith(b"{"):
        more = line.endswith(b",\n")
        yield _object(line.removesuffix(b",\n"))
        line = _whole(file)
        if more != line.startswith(b"{"):
            raise ValueError("its letters are not one list")
    if not line.startswith(b"], "):
        raise ValueError("the list of its letters has no end")
    yield _object(b"{" + line[3:])
    if file.read(1):
        raise ValueError("something stands behind its end")


def _whole(file: IO[bytes]) -> bytes:
    line = file.readline(MOST)
    if not line.endswith(b"\n"):
        raise ValueError("it ends too early")
    return line


def _object(text: bytes) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("a line of it is no object")
    return found
