"""Makes one text of a letter, or one value of a record, final: runs its template and sets it as its language does.

Not here: which texts a letter has, and in which order they are filled (`letter`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from letterpress.errors import Diagnostic, Problem, Severity
from letterpress.filling import source_locations
from letterpress.filling.checks import TEXTS, Data
from letterpress.model import Job, copy_parts
from letterpress.templating import sandbox
from letterpress.templating.messages import TemplateFault
from letterpress.text import bilingual, characters

_TYPESET = frozenset({*TEXTS, "via", "notices", "enclosures", "cc", "bcc"})
"""Fields of the author's own words. Names, addresses and references print as typed, as values do."""
MISSING = "?"
"""Stands for a value that was at fault, so that the fault is said once, and what else is wrong is found as well."""


class TextFiller:
    """One filling of one letter, as far as single texts go: holds what they may name, and the faults so far."""

    def __init__(self, job: Job, lang: str, paper: str, letterhead: str) -> None:
        self.job = job
        self.letter = bilingual.led_by(job.letter, lang) if job.letter.versions else job.letter
        self.lang = lang
        self.faults: list[Diagnostic] = []
        self.files: list[str] | None = None
        """Where enclosures are only to be named, and not read: their paths."""
        self.date = job.date
        self.given = {name.removeprefix("fields."): value for name, value in job.values}
        self.context: dict[str, Any] = {
            "lang": lang,
            "copy": copy_parts(job.choices.copy)[0],
            "paper": paper,
            "letterhead": letterhead,
            "date": self.date,
        }

    def fault(self, problem: Problem, path: str, severity: Severity = "error") -> None:
        """Note what is wrong with the field `path`."""
        file, line = source_locations.of_field(self.letter, path)
        place = {"file": file, "line": line, "record": self.job.record, "field": path}
        self.faults.append(problem.at(severity=severity, **place))

    def text(self, text: str | None, path: str) -> str | None:
        """Set a text of the letter as its language does, and fill it; a record's value stays as it is."""
        if text is None or isinstance(text, Data):
            return text
        if self.letter.typography and path.partition(".")[0] in _TYPESET and not path.endswith(".file"):
            from letterpress.text import typography  # here: who turns it off need not wait for it

            text = typography.text(text, self.lang)
        if "{{" not in text and "{%" not in text and "{#" not in text:
            return text
        return self.run(lambda: sandbox.compile_text(text).render(self.context, self.lang).strip(), path)

    def texts(self, texts: tuple[str, ...], path: str) -> tuple[str, ...]:
        """Fill several texts, and leave out those that are empty then."""
        filled = (self.text(text, f"{path}.{at}") for at, text in counted(texts))
        return tuple(text for text in filled if text)

    def run(self, render: Callable[[], str], path: str) -> str:
        """Run a template; where it fails, note a fault of the field `path`, and give an empty text."""
        try:
            return render()
        except TemplateFault as fault:
            self.fault(fault.problem, path)
            return ""

    def check_text(self, value: Any, path: str) -> bool:
        """Say whether a page can show all characters of a record's value; if not, that is a fault."""
        if isinstance(value, Mapping):
            value = tuple(value.values())
        if isinstance(value, tuple | list):
            faulty = [item for item in value if not self.check_text(item, path)]
            return not faulty
        wrong = characters.refused(value, in_value=True) if isinstance(value, str) else None
        if wrong is not None:
            self.fault(wrong, path)
        return wrong is None


def counted(items: Iterable[Any]) -> Iterable[tuple[int, Any]]:
    """Number items from 1, as people count."""
    return enumerate(items, start=1)
