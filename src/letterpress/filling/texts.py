"""One text of a letter, or one value of a record -> a text that is final.

Job: runs a text's template, sets the author's words as the language does, and says what a value cannot print. Secret:
which texts are the author's own words, and which print as typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from letterpress.errors import Diagnostic, Severity
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

    def fault(self, message: str, path: str, hint: str | None = None, severity: Severity = "error") -> None:
        """Write down what is wrong, with the line of the field `path`."""
        file, line = source_locations.of_field(self.letter, path)
        record = self.job.record
        self.faults.append(
            Diagnostic(message=message, severity=severity, file=file, line=line, record=record, field=path, hint=hint)
        )

    def text(self, text: str | None, path: str) -> str | None:
        """A text of the letter, set as its language does and filled; a record's value stays as it is."""
        if text is None or isinstance(text, Data):
            return text
        if self.letter.typography and path.partition(".")[0] in _TYPESET and not path.endswith(".file"):
            from letterpress.text import typography  # here: who turns it off need not wait for it

            text = typography.text(text, self.lang)
        if "{{" not in text and "{%" not in text and "{#" not in text:
            return text
        return self.run(lambda: sandbox.compile_text(text).render(self.context, self.lang).strip(), path)

    def texts(self, texts: tuple[str, ...], path: str) -> tuple[str, ...]:
        """Those of several texts that are not empty once they are filled."""
        filled = (self.text(text, f"{path}.{at}") for at, text in counted(texts))
        return tuple(text for text in filled if text)

    def run(self, render: Callable[[], str], path: str) -> str:
        """What a template renders; empty, and a fault of the field `path`, where it cannot."""
        try:
            return render()
        except TemplateFault as fault:
            self.fault(fault.message, path, fault.hint)
            return ""

    def check_text(self, value: Any, path: str) -> bool:
        """Whether a page can show all characters of a record's value; if not, that is a fault."""
        if isinstance(value, Mapping):
            value = tuple(value.values())
        if isinstance(value, tuple | list):
            faulty = [item for item in value if not self.check_text(item, path)]
            return not faulty
        wrong = characters.refused(value) if isinstance(value, str) else None
        if wrong is not None:
            self.fault(characters.in_value(wrong[0]), path, wrong[1])
        return wrong is None


def counted(items: Iterable[Any]) -> Iterable[tuple[int, Any]]:
    """Items with their numbers from 1, as people count."""
    return enumerate(items, start=1)
