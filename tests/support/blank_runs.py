"""A finished run of a few letters without a word, which are told apart by the width of their pages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf

from letterpress.batch.journal import Entry, Journal, Written
from letterpress.dispatch import Dispatch
from letterpress.post import spools

LETTERS = (  # country, postcode, pages
    ("DE", "10115", 1),
    ("US", "04401", 3),
    ("DE", "01067", 2),
    (None, None, 1),
    ("DE", "10115", 2),
    ("US", "04101", 1),
)
"""Each page is as wide in pt as its letter's number and its own say: letter 2's second is 122 wide."""


def blank(path: Path, letter: int, pages: int) -> bytes:
    """Write a letter."""
    pdf = pikepdf.new()
    for page in range(pages):
        pdf.add_blank_page(page_size=(100 + letter * 10 + page + 1, 200))
        pdf.pages[-1].obj.Contents = pdf.make_stream(b"q Q")
    pdf.save(path)
    return path.read_bytes()


def run_of(folder: Path, about: Mapping[str, Any] | None = None) -> spools.Run:
    """Make the run.

    :param about: what is noted about it besides its letter.
    """
    journal = Journal(folder)
    number = journal.begin({"letter": "content/letters/offer.md", **(about or {})})
    names = [f"{at:03}.pdf" for at in range(1, len(LETTERS) + 1)]
    with journal.planning(number):
        for at, name in enumerate(names, 1):
            journal.add_all(number, [Entry(seq=at, id=f"id-{at}", record=f"{at} (K-{at})", output=name, folded=name)])
    for at, (name, (country, postcode, pages)) in enumerate(zip(names, LETTERS, strict=True), 1):
        data = blank(folder / name, at, pages)
        noted = Dispatch(country=country, postcode=postcode, lang="en", paper="a4", profile="archive").as_text()
        sha = hashlib.sha256(data).hexdigest()
        file = (name, f"id-{at}", len(data), (folder / name).stat().st_mtime_ns)
        written = Written(seq=at, state="done", pages=pages, sha256=sha, dispatch=noted, file=file)
        journal.write(number, [written])
    journal.finish(number, "done")
    return spools.Run(journal, number, folder)


def letters(file: str | Path) -> list[int]:
    """The letters of a file, in order, by the widths of their first pages; 0 is an insert sheet; empty backs are
    left out."""
    with pikepdf.open(file) as pdf:
        pages = [(int(page.mediabox[2]) - 100, page.obj.Contents) for page in pdf.pages]
        own = [width for width, content in pages if isinstance(content, pikepdf.Array) or content.read_bytes()]
    return [width // 10 for width in own if width % 10 == 1]


def pages(file: str | Path) -> list[tuple[int, bytes]]:
    """The width of each page, and all that is printed on it."""
    with pikepdf.open(file) as pdf:
        return [(int(page.mediabox[2]), page.obj.Contents.read_bytes() if not isinstance(page.obj.Contents, pikepdf.Array)
                 else b"\n".join(one.read_bytes() for one in page.obj.Contents)) for page in pdf.pages]  # fmt: skip
