"""Endpoints for what goes to the post beside letters: envelopes, labels, and the package of a run; see `endpoints`."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files.project_files import LETTERS
from letterpress.interactive import printed
from letterpress.post import formats
from letterpress.studio import answering, post_messages
from letterpress.studio.answering import File, Missing
from letterpress.studio.session import Studio

_TOLD = 50
"""Faults that are told at once, at most."""


def media(studio: Studio) -> post_messages.Media:
    """What addresses can be printed on."""
    return post_messages.Media(
        envelopes=[
            post_messages.EnvelopeSize(name=one.name, title=one.title, width=one.width, height=one.height)
            for one in formats.envelopes()
        ],
        sheets=[
            post_messages.LabelSheet(
                name=one.name,
                title=one.title,
                paper=one.paper,
                count=one.count,
                width=one.label[0],
                height=one.label[1],
            )
            for one in formats.label_sheets()
        ],
    )


def addressed(studio: Studio, given: post_messages.Addressed) -> post_messages.AddressedMade:
    """Print the addresses of a list's letters on envelopes or labels, or the first page of them."""
    studio.files.find(given.letter, LETTERS)
    # All on them is black, whoever prints the letters.
    chosen = given.chosen.model_copy(update={"profile": "archive", "carrier": None})
    on = _on(given)
    order = printed.Order(
        letter=given.letter,
        chosen=answering.chosen(chosen),
        on=on,
        most=_first_page(on) if given.sample else None,
    )
    made: printed.Made = studio.asked("printed:make", order, answering.list_of(studio, given.data), file=given.letter)
    faults = [fault for one in made.printed.results if one.status == "failed" for fault in one.diagnostics]
    if made.pdf is None or made.printed.sha256 is None:
        raise LetterpressError(faults[:_TOLD] or [_nobody(given.letter)])
    studio.pdfs.put(made.printed.sha256, made.pdf)
    return post_messages.AddressedMade(
        name=made.printed.file or "addresses.pdf",
        pdf=f"/api/pdf/{made.printed.sha256}.pdf",
        sha256=made.printed.sha256,
        pages=made.printed.pages,
        printed=made.printed.printed,
        failed=made.printed.failed,
        faults=answering.faults(faults[:_TOLD]),
    )


def _on(given: post_messages.Addressed) -> printed.OnEnvelopes | printed.OnLabels:
    if given.envelopes is not None:
        return printed.OnEnvelopes(**given.envelopes.model_dump())
    if given.labels is None:
        raise Missing
    return printed.OnLabels(**given.labels.model_dump())


def _first_page(on: printed.OnEnvelopes | printed.OnLabels) -> int:
    if isinstance(on, printed.OnEnvelopes):
        return 1
    return max(1, formats.label_sheet(on.sheet).count - on.skip)


def _nobody(letter: str) -> Diagnostic:
    message, hint = "no row of the list has an address that is printed", "mend the rows that stop their letters"
    return Diagnostic(message=message, file=letter, field="to", hint=hint, code="recipient-nameless")


def package(studio: Studio, name: str, group: str | None, spool: int, redact: int) -> File:
    """Pack the letters of a run for whoever prints and posts them.

    :param group: by what they are grouped, with commas.
    :param spool: 1: each group is one PDF.
    :param redact: 1: recipients are left out of the lists and of the names of files.
    """
    run = studio.runs.get(name)
    if run.end is None or run.order.variants:
        raise Missing
    folder = Path(run.order.folder)
    wanted = {"spool": bool(spool), "redact": bool(redact), "root": str(studio.root)}
    groups = tuple(one for one in (group or "").split(",") if one)
    with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch:
        target = Path(scratch) / "package.zip"
        try:
            studio.asked(
                "packages:pack", str(folder), str(target), groups, tuple(wanted.items()), file=run.order.letter
            )
        except LetterpressError as error:
            raise type(error)(replace(one, file=run.order.letter) for one in error.diagnostics) from None
        return File(target.read_bytes(), "application/zip", f"{folder.name}-package.zip")
