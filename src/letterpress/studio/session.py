"""What a running studio has: the project's files, its workers, the pictures and PDFs that pages were told of, its runs.

Pages, forms and lists have workers of their own, so that neither a long list nor a page that takes for ever keeps
anybody from writing. PDFs are examined for a carrier by one that nothing else waits for: they may be anybody's.

Not here: what can be asked for (`endpoints`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from letterpress.files.project_files import ProjectFiles
from letterpress.interactive.crew import Crew, Request
from letterpress.processes.limits import Limits, Point
from letterpress.studio.making import Runs
from letterpress.studio.store import PDFS, PICTURES, REPORTS, Recent, Store

PATIENCE = 600.0
"""Seconds that an answer is waited for, at most: its own limits are shorter, but others may go before it."""


class Studio:
    """A studio for one project."""

    def __init__(self, root: Path, *, limits: Limits | None = None) -> None:
        """Begin: its workers start now.

        :param limits: of whatever a page asks for.
        """
        self.limits = limits or Limits()
        self.files = ProjectFiles(root)
        self.pages = Crew(limits=self.limits, ready="letterpress.interactive.preview:warm", name="pages")
        forms = "letterpress.interactive.forms:ready"
        self.forms = Crew(limits=self.limits, ready=forms, name="forms", after=self.pages)
        self.work = Crew(limits=self.limits, name="work", after=self.forms)
        self.examiners = Crew(limits=self.limits, ready=None, name="examiners")  # starts with its first PDF
        self.reports = Recent(REPORTS)
        self.runs = Runs(self.limits)
        self.pictures = Store(PICTURES)
        self.pdfs = Store(PDFS)
        self.writing = threading.Lock()
        """Held while a file of the project is looked at and replaced."""

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.files.root

    def asked(self, function: str, *arguments: Any, file: str | None = None, **options: Any) -> Any:
        """Have a worker answer, and wait for it.

        :raises Exception: what the answer raises; `LetterpressError` where it takes too much.
        """
        point = Point(file=file, stage="answering")
        request = self.work.ask(f"letterpress.interactive.{function}", *arguments, point=point, **options)
        return request.answer.result(timeout=PATIENCE)

    def asked_at_once(self, function: str, *arguments: Any, file: str | None = None) -> Any:
        """As `asked`, of a worker that only does what takes a moment.

        :raises Exception: see `asked`.
        """
        point = Point(file=file, stage="answering")
        request = self.forms.ask(f"letterpress.interactive.{function}", *arguments, point=point)
        return request.answer.result(timeout=PATIENCE)

    def shown(
        self, function: str, *arguments: Any, subject: str, tell: Callable[[str, Any], None], file: str
    ) -> Request:
        """Have a worker show pages; a newer request of the same subject takes its place."""
        point = Point(file=file, stage="showing the letter")
        return self.pages.ask(
            f"letterpress.interactive.{function}", *arguments, subject=subject, tell=tell, point=point
        )

    def examined(self, function: str, *arguments: Any, file: str | None = None, subject: str | None = None) -> Any:
        """As `asked`, of the worker that examines PDFs; a newer request of the same subject takes its place.

        :raises Exception: see `asked`; `Superseded`.
        """
        point = Point(file=file, kind="file", stage="examining it")
        request = self.examiners.ask(f"letterpress.interactive.{function}", *arguments, subject=subject, point=point)
        return request.answer.result(timeout=PATIENCE)

    def close(self) -> None:
        """End the workers, and the runs in their own time."""
        self.runs.close()
        for crew in (self.pages, self.forms, self.work, self.examiners):
            crew.close()
