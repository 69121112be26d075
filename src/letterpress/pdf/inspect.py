"""Decides whether a PDF that somebody else made can be enclosed in a letter, and with which of its pages.

Not here: what the file is (`enclosed_file`), how its pages are appended (`append`).
Source: ISO 19005-3, 5 (levels of conformance).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from letterpress.errors import Diagnostic
from letterpress.files import allowed
from letterpress.model import Annex, Enclosure, EnclosuresMode, Letter
from letterpress.pdf import enclosed_file, xmp
from letterpress.pdf.enclosed_file import Look, Unusable
from letterpress.text import characters

MAX_BYTES = 200_000_000
"""Size of an enclosure: a thousand scanned pages."""

_MM_PER_PT = 25.4 / 72
_PAPERS = {"a4": ("A4", (210.0, 297.0)), "letter": ("US Letter", (215.9, 279.4))}
"""Papers of letters by name: as they are called, and their sides in mm (ISO 216, ANSI/ASME Y14.1)."""
_LOWER = "or choose '--enclosures lower'"


def read(
    item: Enclosure, letter: Letter, *, archive: bool, mode: EnclosuresMode | None = None, paper: str | None = None
) -> tuple[Annex | None, list[Diagnostic]]:
    """Find and read an enclosure; its faults come back without a place, and None with an error.

    :param item: with its texts filled in.
    :param archive: whether the letter is to be PDF/A-3a and PDF/UA-1.
    :param mode: what becomes of the letter where the enclosure keeps less; None: nobody has said, and it is lowered.
    :param paper: the letter's, where it is known.
    """
    try:
        path = locate(item, letter)
        look = enclosed_file.look(path)
        pages = _chosen(item.pages, look.count, path.name)
        _check_whole(look, pages, path.name)
    except allowed.Refused as refused:
        return None, [refused.problem.at()]
    except Unusable as unusable:
        return None, [unusable.diagnostic]
    diagnostics = list(look.notes)
    for loss in look.missing:
        if loss.page is not None and loss.page in pages:
            diagnostics.append(
                Diagnostic(
                    severity="warning",
                    message=f"'{path.name}' {loss.message}",
                    hint="look at the page before it goes out",
                    code="enclosure-incomplete",
                    params=(("enclosure", path.name), ("page", loss.page + 1)),
                )
            )
    diagnostics += _standing(path.name, look, archive, mode)
    diagnostics += _other_paper(path.name, look, pages, paper)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return None, diagnostics
    title = item.title or characters.without_unprintable(look.title) or path.stem
    return Annex(path=str(path), title=title, pages=pages, tagged=look.tagged, claims=look.claims[:3]), diagnostics


def locate(item: Enclosure, letter: Letter) -> Path:
    """Find where an enclosure lies: in the project's `content/` if the letter is in it, else in the letter's folder.

    One that was handed over lies wherever it was put.

    :raises Refused: it is elsewhere, or not there.
    """
    content = Path(letter.root) / "content"
    if item.given:
        return allowed.locate(Path(item.file), (), [Path(item.file).resolve()], most=MAX_BYTES)
    file = item.file
    folder = content if Path(letter.folder).is_relative_to(content) else Path(letter.folder)
    if not file.strip() or "\0" in file:
        raise allowed.Refused("the enclosure's file has no name", "write 'file: annex.pdf'", code="enclosure-fileless")
    return allowed.locate(Path(letter.folder) / file, [folder.resolve()], most=MAX_BYTES)


def _other_paper(name: str, look: Look, pages: tuple[int, ...], paper: str | None) -> Iterator[Diagnostic]:
    """Say that pages are made for another paper than the letter's: printed together, they are scaled or cut."""
    if paper not in _PAPERS:
        return
    others: dict[str, int] = {}
    for page in pages:
        seen = [side * _MM_PER_PT for side in sorted(look.sizes[page])]
        for name_of, sides in _PAPERS.values():
            if name_of != _PAPERS[paper][0] and all(abs(one - two) < 1 for one, two in zip(seen, sides, strict=True)):
                others.setdefault(name_of, page + 1)
    for other, page in others.items():
        yield Diagnostic(
            severity="warning",
            message=f"page {page} of '{name}' is {other}, and the letter {_PAPERS[paper][0]}",
            hint="print it by itself, or ask for it in the letter's size",
            code="enclosure-paper",
            params=(("enclosure", name), ("page", page), ("paper", other), ("letter", paper)),
        )


def _standing(name: str, look: Look, archive: bool, mode: EnclosuresMode | None) -> Iterator[Diagnostic]:
    """Say what an enclosure costs the letter: an error, where that is to be refused."""
    if not archive:
        if not look.tagged:
            message = f"'{name}' is not tagged: its pages cannot be read aloud in order"
            params = (("enclosure", name),)
            yield Diagnostic(severity="warning", message=message, code="enclosure-untagged", params=params)
        return
    after = xmp.LETTER.with_(look.claims)
    if after == xmp.LETTER:
        return
    what = f"'{name}' is {look.claimed}"
    if look.claims != look.claimed:
        what = f"'{name}' says that it is {look.claimed}, and in a letter it is {look.claims}"
    what += "" if look.tagged else ", and not tagged"
    standards = (("enclosure", name), ("claimed", str(look.claimed)), ("letter", str(after)))
    if mode != "refuse":
        yield Diagnostic(
            severity="note" if mode == "lower" else "warning",
            message=f"{what}; with it the letter is {after}",
            hint=None
            if mode == "lower"
            else "if that is meant, choose '--enclosures lower'; 'refuse' makes it an error",
            code="conformance-lowered",
            params=standards,
        )
    else:
        yield Diagnostic(
            message=f"{what}; with it the letter would not be {xmp.LETTER}",
            hint=f"enclose it as PDF/A-3a and PDF/UA-1, {_LOWER}, which becomes {after} then",
            code="enclosure-conformance",
            params=standards,
        )


def _check_whole(look: Look, pages: tuple[int, ...], name: str) -> None:
    """Check that no page that is to come along is damaged.

    :raises Unusable: one is.
    """
    for loss in look.losses:
        if loss.page in pages:
            raise enclosed_file.damaged(name, loss)


def _chosen(pages: str | None, count: int, name: str) -> tuple[int, ...]:
    """Read a choice of pages, such as `1-3, 5`, as numbers from 0.

    :param count: pages that the file has.
    :raises Unusable: it has not all of them, or one is chosen twice.
    """
    if not pages:
        return tuple(range(count))
    numbers: list[int] = []
    for part in pages.split(","):
        first, dash, last = part.strip().partition("-")
        end = int(last) if last else count if dash else int(first)
        if int(first) > end or end > count:
            has = "1 page" if count == 1 else f"{count} pages"
            message = f"'{name}' has {has}, and no '{part.strip()}'"
            params = (("pages", count), ("chosen", part.strip()))
            raise Unusable(
                message, "write pages and ranges that it has", code="pages-missing", name=name, params=params
            )
        numbers += range(int(first) - 1, end)
    if len(set(numbers)) < len(numbers):
        raise Unusable(f"pages of '{name}' are chosen twice", "name each page once", code="pages-doubled", name=name)
    return tuple(numbers)
