"""Finds the letters of a run that go into a package, and what is noted of each.

Not here: what is read of their files (`reading`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from letterpress import dispatch
from letterpress.batch.journal import Journal, Run
from letterpress.dispatch import Dispatch
from letterpress.errors import Diagnostic, LetterpressError, UsageError
from letterpress.post import as_merged, grouping
from letterpress.post.as_merged import AsMerged
from letterpress.post.ledger import Ledger, Letter
from letterpress.post.values import Wanted
from letterpress.processes import stages


def merged(folder: Path, wanted: Wanted) -> AsMerged:
    """Say how the run's own files for the printer were put together; nothing in particular, if there is no such run.

    :raises LetterpressError: its inserting machine reads other marks now.
    """
    with Journal(folder, write=False) as journal:
        run = _of_number(journal, wanted.run)
    return as_merged.read(run.about if run is not None else {}, wanted.root)


def _of_number(journal: Journal, number: int | None) -> Run | None:
    """The run of that number; None: the last."""
    return next((one for one in journal.runs() if number is None or one.number == number), None)


class Chosen:
    """The run that is packed."""

    def __init__(self, folder: Path, wanted: Wanted) -> None:
        """:param folder: the output folder of the merge."""
        self._folder, self._wanted = folder, wanted
        self.run: Run | None = None
        self.duplex = False
        """Whether any letter is printed on both sides."""
        self.said: list[Diagnostic] = []

    @property
    def failed(self) -> int:
        """Letters that could not be made."""
        return self.run.counts["failed"] or 0 if self.run is not None else 0

    @property
    def name(self) -> str:
        """What the letters are called: as the letter's file is."""
        path = str(self.run.about.get("letter", "")) if self.run is not None else ""
        return Path(path).name.removesuffix(".md") or "letters"

    def fill(self, ledger: Ledger) -> None:
        """Put the letters of the run into the ledger.

        :raises UsageError: there is no such run.
        :raises LetterpressError: the run is not finished, or not all is known of a letter.
        """
        with Journal(self._folder, write=False) as journal:
            run = self.run = self._chosen(journal)
            unknown: list[str] = []
            printed = self._wanted.printed.wanted
            for noted in journal.noted(run.number):
                entry = noted.entry
                stages.beat(entry.record)
                if noted.dispatch is None or entry.sha256 is None or entry.output is None:
                    unknown.append(entry.output or entry.id)
                    continue
                told = self._told(dispatch.read(noted.dispatch))
                pages = entry.pages or 0
                letter = Letter(
                    output=entry.output,
                    record=entry.record,
                    pages=pages,
                    sheets=(pages + 1) // 2 if told.duplex else pages,
                    sha256=entry.sha256,
                    letter_sha256=noted.letter_sha256,
                    size=noted.size,
                    noted=told.as_text(),
                    rows=entry.rows if self._wanted.spool else "[]",
                )
                about: dict[str, Any] = {"pages": pages, "sheets": letter.sheets, "weighing": printed.weighing}
                order = grouping.key(printed.sort, told, **about).order
                ledger.add(grouping.key(self._wanted.group, told, **about), letter, order)
        if unknown:
            more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
            message = (
                f"nothing is noted of '{unknown[0]}'{more}: an earlier letterpress made them, or the journal was lost"
            )
            hint = "make them anew: the same merge with --again"
            raise LetterpressError(message, file=str(self._folder), hint=hint, code="package-unknown")

    def _chosen(self, journal: Journal) -> Run:
        """:raises LetterpressError: there is no such run, or letters of it are still to be made."""
        run = _of_number(journal, self._wanted.run)
        if run is None:
            number = self._wanted.run
            about: dict[str, Any] = {"code": "run-missing", "value": number, "hint": "see `letterpress runs`"}
            raise UsageError(f"there is no run {number}", file=str(self._folder), field="--run", **about)
        left = journal.counts(run.number)
        if run.state not in ("done", "failed") or left["pending"]:
            message = f"run {run.number} is not finished: letters are still to be made ({left['pending']})"
            hint = "run the same merge again, which goes on with it"
            raise LetterpressError(message, file=str(self._folder), hint=hint, code="package-unfinished")
        if not left["done"] + left["skipped"]:
            message, hint = f"run {run.number} has made no letter", "see `letterpress runs` for the reasons"
            raise LetterpressError(message, file=str(self._folder), hint=hint, code="package-unfinished")
        if left["failed"]:
            said = self._incomplete(run, left["failed"])
            if self._wanted.strict:
                raise LetterpressError([said])
            self.said.append(said)
        return run

    def _incomplete(self, run: Run, failed: int) -> Diagnostic:
        letters = "1 letter" if failed == 1 else f"{failed} letters"
        verb = "is" if failed == 1 else "are"
        return Diagnostic(
            severity="error" if self._wanted.strict else "warning",
            message=f"{letters} of run {run.number} could not be made, and {verb} not in the package",
            file=str(self._folder),
            hint="see `letterpress runs --failures`; mend the list, and run the same merge again",
            code="package-incomplete",
            params=(("failed", failed),),
        )

    def _told(self, noted: Dispatch) -> Dispatch:
        """What is noted of a letter, with what is asked for."""
        run, asked = self.run, self._wanted.duplex
        merged = run is not None and bool(run.about.get("duplex"))
        duplex = (noted.duplex or merged) if asked is None else asked
        self.duplex = self.duplex or duplex
        return noted._replace(duplex=duplex)
