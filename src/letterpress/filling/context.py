"""What the filling of a letter knows: the letter, language, values, names for templates, and the faults so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from letterpress.errors import Diagnostic, Problem, Severity
from letterpress.filling import source_locations
from letterpress.model import Body, Job, Letter, copy_parts
from letterpress.text import bilingual, template_tags

MISSING = "?"
"""Stands for a value that was at fault, so that the fault is said once, and what else is wrong is found as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillContext:
    """What a text of the letter is filled with; each step gives the next one a context that knows more names."""

    job: Job
    letter: Letter
    """With its part in `lang` first."""
    lang: str
    """Of the text: dates and numbers print as it has them."""
    given: Mapping[str, Any]
    """Field or path -> value, as a record or --set gives it."""
    names: Mapping[str, Any] = field(default_factory=dict)
    """What templates may name so far."""
    titled: bool = False
    """Whether a field without a value prints its title: for a page that is looked at, and never sent."""
    plain: bool = False
    """Whether the letter has no template: nothing is named then."""

    def naming(self, **names: Any) -> FillContext:
        """Let templates name these as well."""
        return self if self.plain else replace(self, names={**self.names, **names})

    def in_language(self, lang: str) -> FillContext:
        """Fill in another language."""
        return replace(self, lang=lang)


def begin(
    job: Job, *, lang: str, paper: str, letterhead: str, titled: bool = False, plain: bool = False
) -> FillContext:
    """Make the context that the filling of a letter begins with."""
    names = {
        "lang": lang,
        "copy": copy_parts(job.choices.copy)[0],
        "paper": paper,
        "letterhead": letterhead,
        "date": job.date,
    }
    return FillContext(
        job=job,
        letter=bilingual.led_by(job.letter, lang) if job.letter.versions else job.letter,
        lang=lang,
        given={name.removeprefix("fields."): _with_line_ends(value) for name, value in job.values},
        names=names,
        titled=titled,
        plain=plain,
    )


_LINE_END = re.compile("_x000D_\n?|\r\n?|[\x0b\x85\u2028]|\u2029")


def _with_line_ends(value: Any) -> Any:
    """Write every end of a line in a text, whichever program it comes from, as a line feed."""
    if isinstance(value, str):
        if value.isascii() and value.isprintable() and "_x" not in value:
            return value
        return _LINE_END.sub("\n", value) if _LINE_END.search(value) else value
    if isinstance(value, list):
        return [_with_line_ends(item) for item in value]
    return value


class Faults:
    """Collects the faults of one filling, with the places that they have in the letter's files."""

    def __init__(self, letter: Letter, record: str | None) -> None:
        """Begin with none.

        :param record: number, and key if one is named, of the record that the letter is filled with.
        """
        self.found: list[Diagnostic] = []
        self._letter = letter
        self._record = record

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.found)

    def of_field(self, problem: Problem, path: str, severity: Severity = "error") -> None:
        """Note what is wrong with the field `path`."""
        file, line = source_locations.of_field(self._letter, path)
        self.found.append(problem.at(severity=severity, file=file, line=line, record=self._record, field=path))

    def of_body(self, problem: Problem, body: Body, line: int | None) -> None:
        """Note what is wrong with a body.

        :param line: of its template, from 1; None: it is the body as a whole.
        """
        first = body.lines[0][1] if body.lines else None
        number = first if line is None else template_tags.source_line(body.lines, line)
        self.found.append(problem.at(file=self._letter.path, line=number, record=self._record))

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Note faults that have their places already; what is said already is not said again."""
        for diagnostic in diagnostics:
            placed = replace(diagnostic, record=self._record)
            if placed not in self.found:
                self.found.append(placed)


def counted(items: Iterable[Any]) -> Iterable[tuple[int, Any]]:
    """Number items from 1, as people count."""
    return enumerate(items, start=1)
