"""Fills the enclosures of a letter: which are listed, which files they are, and what is wrong with these.

Not here: what a PDF may be to be enclosed (`pdf.inspect`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from letterpress.errors import Diagnostic, Fix
from letterpress.filling import source_locations
from letterpress.filling.context import Faults, FillContext, counted
from letterpress.filling.texts import fill_text
from letterpress.frozen import frozendict
from letterpress.model import Annex, Enclosure
from letterpress.page import PRESS_PROFILES
from letterpress.text import language


def fill_enclosures(context: FillContext, faults: Faults) -> tuple[tuple[str, ...], tuple[Annex, ...]]:
    """Give the enclosures as they are listed, and those of them that are files, with their pages counted."""
    texts: list[str] = []
    annexes: list[Annex] = []
    for at, enclosure in counted(context.letter.enclosures):
        path = f"enclosures.{at}"
        if isinstance(enclosure, str):
            listed = filter(None, [fill_text(context, faults, enclosure, path)])
            for text in listed:
                texts.append(text)
                faults.add(unappended(context, text, path))
            continue
        annex = read(context, faults, enclosure, path)
        if annex is not None:
            annexes.append(annex)
            texts.append(language.with_pages(annex.title, len(annex.pages), context.lang))
    return tuple(texts), tuple(annexes)


def unappended(context: FillContext, text: str, path: str) -> Iterator[Diagnostic]:
    """Warn of a title that is the path of a PDF: it is listed as it stands, and its pages are not appended."""
    if not text.lower().endswith(".pdf") or "\n" in text:
        return
    try:
        if not (Path(context.letter.folder) / text).is_file():
            return
    except (OSError, ValueError):  # a text that no file can be called
        return
    file, line = source_locations.of_field(context.letter, path)
    fix = Fix(kind="replace", title=f"Append the pages of '{text}'", value=frozendict(file=text))
    yield Diagnostic(
        severity="warning",
        message=f"'{text}' is a file, and is listed as a text: its pages are not appended",
        file=file,
        line=line,
        field=path,
        hint=f"write {{file: {text}}}, with a title: if the list is to say another thing",
        code="enclosure-as-text",
        value=text,
        fixes=(fix,),
    )


def read(context: FillContext, faults: Faults, enclosure: Enclosure, path: str) -> Annex | None:
    """Find and read an enclosure's file; None if it has none with these values, or a fault."""
    if enclosure.given:  # what a stranger's file is called is no template
        title, file = enclosure.title, enclosure.file
    else:
        title = fill_text(context, faults, enclosure.title, f"{path}.title")
        file = fill_text(context, faults, enclosure.file, f"{path}.file") or ""
    if not file:  # as any text of a list that is empty with these values
        return None
    from letterpress.pdf import inspect  # here: few letters enclose files

    item = replace(enclosure, title=title or None, file=file)
    profile = context.job.choices.rendition
    archive = profile in ("archive", "press")
    mode = context.job.choices.enclosures or context.letter.enclosures_conformance
    if mode is None and profile in PRESS_PROFILES:
        mode = "refuse"  # what goes to a printer is not lowered without a word of whoever sends it
    annex, wrong = inspect.read(item, context.letter, archive=archive, mode=mode, paper=context.names.get("paper"))
    file_of, line = source_locations.of_field(context.letter, f"{path}.file")
    faults.add(replace(fault, file=file_of, line=line, field=f"{path}.file") for fault in wrong)
    return annex


def find_files(context: FillContext, faults: Faults) -> Iterator[str]:
    """Find the files that are enclosed, as absolute paths, without reading them."""
    for at, enclosure in counted(context.letter.enclosures):
        if isinstance(enclosure, Enclosure):
            given = enclosure.file if enclosure.given else None
            file = given or fill_text(context, faults, enclosure.file, f"enclosures.{at}.file")
            if file:
                yield str(Path(context.letter.folder) / file)
