"""What an agent can do with the letters of a project: frozen requests in, JSON objects and pictures out.

Every path is one of the project's (files/project_files.py), nothing is written but letters into its `out/`, and nothing
is signed: an agent has no key. What takes time or reads what others wrote happens in the kept worker, within limits.

Not here: how an agent speaks with it (server.py), what the worker does (at_work.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from letterpress import output
from letterpress.batch.list_plan import Reading
from letterpress.errors import Diagnostic, LetterpressError, UsageError
from letterpress.files.project_files import LETTERS, LISTS, PDFS, ProjectFiles
from letterpress.frozen import frozendict
from letterpress.interactive import catalogue
from letterpress.interactive.letters import Order
from letterpress.interactive.lists import List
from letterpress.interactive.preview import Draft
from letterpress.mcp.at_work import Made, Planned
from letterpress.model import Result
from letterpress.processes import kept_worker
from letterpress.processes.limits import Limits, Point
from letterpress.recipients.tables import Choice
from letterpress.schema import json_schema

FOLDER = "content/letters"
CERTIFICATES = frozenset({".pem", ".crt", ".cer", ".der"})
MOST_ROWS = 50
"""Rows of a list whose faults are told, at most."""
MOST_PAGES = 8
"""Pages of which a picture is given, at most: an agent looks at them one by one."""
_LISTED = 500
_CHECK = "letterpress.interactive.letters:check"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool answers."""

    document: Mapping[str, Any]
    pictures: tuple[bytes, ...] = ()
    """PNG, in the order of the pages."""
    failed: bool = False
    """Whether what was asked for is not there: the document says why."""


class Tools:
    """The tools of one project."""

    def __init__(self, root: Path, limits: Limits) -> None:
        """:param root: of the project; it is the working folder."""
        self.files = ProjectFiles(root)
        self._limits = limits

    def letters(self) -> Answer:
        """List the project's letters."""
        paths = [self.files.shown(path) for path in self.files.listed(LETTERS, FOLDER)]
        lists = [self.files.shown(path) for path in self.files.listed(LISTS, "content")]
        pdfs = [self.files.shown(path) for path in self.files.listed(PDFS, "out")]
        return Answer({"letters": paths[:_LISTED], "lists": lists[:_LISTED], "pdfs": pdfs[:_LISTED]})

    def letterheads(self, name: str | None) -> Answer:
        """List the letterheads, or describe one with its parameters and a letter to start from.

        :raises LetterpressError: there is none of that name, or it has faults.
        """
        if name is None:
            cards = catalogue.letterheads(self.files.root)
            return Answer({"letterheads": [_card(card) for card in cards]})
        text = catalogue.first_text(self.files.root, name)  # which says what is wrong with the name
        card = catalogue.card(name, self.files.root)
        parameters = [
            {
                "name": one.name,
                "type": one.type,
                "default": one.default,
                "choices": list(one.choices),
                "description": one.description,
            }
            for one in card.parameters
        ]
        return Answer({**_card(card), "parameters": parameters, "first_letter": text})

    def schema(self, kind: str) -> Answer:
        """Give the JSON Schema of what a letter, a person or an organisation may hold.

        :param kind: of `schema.models.kinds()`.
        """
        return Answer(json_schema.json_schema(kind))

    def fields(self, path: str) -> Answer:
        """Give the JSON Schema of the values that a letter of the project asks for.

        :raises LetterpressError: it is not there, or has faults.
        """
        self.files.read(path)  # which says what is wrong with it
        return Answer(self._asked("at_work:fields", path, about=path))

    def check(self, path: str, text: str | None, chosen: Mapping[str, Any]) -> Answer:
        """Say what is wrong with a letter, before it is made.

        :raises LetterpressError: there is no such letter.
        """
        found: Result = self._asked(_CHECK, self._order(path, text, chosen), about=path, hooks=True)
        return Answer({"diagnostics": _told(found.diagnostics), "can_be_made": found.status != "failed"})

    def render(
        self,
        path: str,
        text: str | None,
        chosen: Mapping[str, Any],
        *,
        target: str | None,
        pages: Sequence[int],
        dpi: int,
    ) -> Answer:
        """Make a letter, write it into `out/`, and show pages of it.

        :param target: the PDF, in `out/`; None: it is called as the letter.
        :raises LetterpressError: there is no such letter, or its file cannot be written.
        """
        if len(pages) > MOST_PAGES:
            raise UsageError(f"at most {MOST_PAGES} pages can be shown at once", field="pages", code="pages-too-many")
        shown = target or f"out/{PurePosixPath(path).stem}.pdf"
        file = self.files.find(shown, PDFS, writing=True)
        if PurePosixPath(shown).parts[0] != "out":
            raise UsageError("letters are written into out/", field="output", code="path-outside", value=shown)
        order = self._order(path, text, chosen)
        made: Made = self._asked("at_work:made", order, tuple(pages), dpi, about=path, hooks=True)
        result, said = made.result, made.result.diagnostics
        document = {**result.as_json(), "output": None}
        if result.pdf is not None:
            hint = "give another output; an agent cannot take signatures away"
            written = output.write(file, result.pdf, hint=hint)
            said = (*said, *written.diagnostics)
            document |= {"output": shown, "pictures_of_pages": [page for page, _ in made.pictures]}
        document["diagnostics"] = _told(said)
        return Answer(document, tuple(png for _, png in made.pictures), failed=result.pdf is None)

    def merge_dry_run(self, path: str, data: str, mapping: Mapping[str, str], sheet: str | None) -> Answer:
        """Say what a merge of a letter with a list would make, without making any letter.

        :raises LetterpressError: the letter or the list is not there, or cannot be read.
        """
        draft = Draft(text=self.files.read(path).text, path=str(self.files.find(path, LETTERS)), shown=path)
        self.files.data(data, LISTS)  # which says what is wrong with it
        reading = Reading(mapping=frozendict(mapping), choice=Choice(sheet=sheet))
        given = List(source=data, reading=reading)
        planned: Planned = self._asked("at_work:planned", draft, given, MOST_ROWS, about=data, hooks=True)
        return Answer(_plan(planned, path, data), failed=planned.checked is None)

    def verify(self, path: str, trust: Sequence[str]) -> Answer:
        """Say who signed a PDF, and whether it still is what they signed.

        :param trust: certificates of the project.
        :raises LetterpressError: it is not there, or no PDF that can be read.
        """
        self.files.data(path, PDFS)
        sources = []
        for one in trust:
            self.files.data(one, CERTIFICATES)
            sources.append(str(self.files.find(one, CERTIFICATES)))
        return Answer(self._asked("at_work:verified", str(self.files.find(path, PDFS)), sources, path, about=path))

    def text(self, path: str) -> Answer:
        """Give the text of a PDF as a screen reader reads it.

        :raises LetterpressError: it is not there, or cannot be read.
        """
        self.files.data(path, PDFS)
        lines = self._asked("at_work:heard", str(self.files.find(path, PDFS)), path, about=path)
        return Answer({"file": path, "lines": list(lines)})

    # --- parts --------------------------------------------------------------------------------------------------------

    def _order(self, path: str, text: str | None, chosen: Mapping[str, Any]) -> Order:
        self.files.find(path, LETTERS)
        if text is None:
            self.files.read(path)  # which says what is wrong with it
        given = tuple((name, value) for name, value in chosen.items() if value is not None)
        return Order(letter=path, text=text, chosen=given)

    def _asked(self, function: str, *arguments: Any, about: str, hooks: bool = False) -> Any:
        """Have the worker do it.

        :raises LetterpressError: it took more than it may, or what the function raises.
        """
        more: dict[str, Any] = {"hooks": {"say": lambda *_: True, "is_to_end": lambda: False}} if hooks else {}
        called = function if "." in function else f"letterpress.mcp.{function}"
        return kept_worker.shared().call(called, *arguments, limits=self._limits, point=Point(file=about), **more)


def refused(error: LetterpressError) -> Answer:
    """Say why a tool could not do what was asked."""
    return Answer({"diagnostics": _told(error.diagnostics)}, failed=True)


def _card(card: catalogue.Card) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": card.name,
        "title": card.title,
        "country": card.country,
        "description": card.description,
        "papers": list(card.papers),
        "of_this_project": not card.shipped,
    }
    return document | ({"fault": str(card.fault)} if card.fault is not None else {})


def _told(faults: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Faults as interface.md's objects, without what they do not have: an agent reads every word."""
    return [{name: value for name, value in fault.as_json().items() if value not in (None, [], {})} for fault in faults]


def _plan(planned: Planned, path: str, data: str) -> dict[str, Any]:
    seen = planned.overview
    columns = [{"column": one.name, "used_as": list(one.used_as), "how": one.how} for one in seen.columns]
    document: dict[str, Any] = {
        "letter": path,
        "data": data,
        "columns": columns,
        "missing_fields": list(seen.lacking),
        "diagnostics": _told(seen.faults),
    }
    if planned.checked is not None:
        counted = planned.checked
        document |= {"letters": counted.letters, "faulty": counted.faulty, "skipped": counted.skipped}
        document["rows"] = [
            {
                "record": row.number,
                "row": row.row,
                "recipient": row.recipient,
                "stops_its_letter": row.blocking,
                "diagnostics": _told(row.diagnostics),
                **({"same_address_as_record": row.same_address} if row.same_address else {}),
            }
            for row in planned.rows
        ]
    return document
