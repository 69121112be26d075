"""Makes the PDFs of a package's groups: put together as the merge's own files for the printer were.

Not here: which letters are in a group (`package`), and how many letters become one PDF (batch/combine.py).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Self

from letterpress.batch import combine
from letterpress.errors import Diagnostic
from letterpress.inserters import marks
from letterpress.output import write as write_file
from letterpress.pdf import raster
from letterpress.pdf.document_parts import About
from letterpress.post import insert_sheets
from letterpress.post.files import Files
from letterpress.post.insert_sheets import Insert
from letterpress.post.inserting import Inserting, Set
from letterpress.post.ledger import record_parts
from letterpress.post.reading import Read
from letterpress.post.values import Wanted
from letterpress.processes.scratch import Scratch


class Place(NamedTuple):
    """A file that is to be made."""

    name: str
    """In the package."""
    title: str
    """Of its letters; empty where they are not grouped."""
    letters: int
    number: int
    """Of the file, from 1."""
    files: int
    """How many there are."""


class PackedSpools:
    """The files of one package, used with `with`: they may be large, and their folder goes with this process."""

    def __init__(self, folder: Path, wanted: Wanted, name: str) -> None:
        """Begin with none.

        :param folder: of the letters.
        :param name: what the letters are called.
        """
        self._folder, self._wanted, self._name = folder, wanted, name
        self._inserting: Inserting | None = None
        self._sheet: Callable[[Insert], bytes] | None = None
        self._scratch = Scratch()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.remove()

    def add(
        self, place: Place, read: Iterator[Read], listed: Callable[[Read, int], None], files: Files
    ) -> list[Diagnostic]:
        """Add the letters of a group as one PDF.

        :param listed: is told each letter, and the page that it begins on.
        :returns: what is to be said of the file.
        :raises LetterpressError: a letter or the insert sheet cannot be made or read.
        """
        first = next(read)
        self._begin(first)
        lang, duplex = first.noted.lang, first.noted.duplex
        page = 1

        def sheets() -> Iterator[combine.Part]:
            nonlocal page
            if self._sheet is not None:
                pdf = self._sheet(
                    Insert(place.title or self._wanted.printed.job, place.letters, place.number, place.files)
                )
                path = Path(self._scratch.path) / "sheet.pdf"
                write_file(path, pdf)
                page += _sides(raster.count(pdf), duplex=duplex)
                yield combine.Part(path=path, title=place.title or self._name, about=About(0))

        def letters() -> Iterator[combine.Part]:
            nonlocal page
            for one in itertools.chain((first,), read):
                listed(one, page)
                page += _sides(one.letter.pages, duplex=duplex)
                yield self._part(one)

        target = Path(self._scratch.path) / "spool.pdf"
        parts = itertools.chain(sheets(), letters())
        made = combine.write(target, parts, title=place.title or self._name, lang=lang, duplex=duplex)
        with target.open("rb") as file:
            files.add_file(place.name, file)
        target.unlink()
        return [Diagnostic.from_json({**one.as_json(), "file": place.name}) for one in made.diagnostics]

    def _begin(self, first: Read) -> None:
        """See what is printed besides the letters of a file, by the first of them."""
        printed = self._wanted.printed
        scheme = printed.wanted.inserter
        if scheme is not None and self._inserting is None:
            self._inserting = Inserting(scheme, printed.job, duplex=first.noted.duplex)
        if printed.sheet is not None:
            like: dict[str, Any] = {"paper": first.noted.paper, "profile": first.noted.profile}
            choices = replace(printed.choices, **like)
            free = marks.stay_free(scheme) if scheme is not None else ()
            self._sheet = insert_sheets.maker(printed.sheet, choices, free)

    def _part(self, one: Read) -> combine.Part:
        redact = self._wanted.redact
        number, key = record_parts(one.letter.record)
        name = f"{one.number}" if redact else one.letter.record or f"{one.number}"
        about = About(one.number)
        if not redact:
            about = About(one.number, key or "", one.noted.postcode or "", one.noted.country or "")
        printed = None
        if self._inserting is not None:
            printed = functools.partial(self._inserting.pages, Set(number or "", key or "", one.letter.rows))
        return combine.Part(path=self._folder / one.letter.output, title=name, about=about, marks=printed)


def _sides(pages: int, *, duplex: bool) -> int:
    """Pages of a letter with the empty back of its last sheet."""
    return pages + pages % 2 if duplex else pages
