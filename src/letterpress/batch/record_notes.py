"""Says what is to be said of a record though its letter can be made: of a group's records together, of who signs, of a
language that the letter has no text in, of a country that the others have.

Not here: what is said of a recipient (recipients/nobody.py) and of a single cell (recipients/marks.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from letterpress.batch import versions
from letterpress.errors import Diagnostic, Problem, Severity
from letterpress.filling import source_locations
from letterpress.model import Letter
from letterpress.recipients import columns, empty_countries, groups
from letterpress.recipients.columns import Mapped
from letterpress.templating import sandbox


def named_alone(letter: Letter) -> tuple[str, ...]:
    """The fields that the letter's texts and bodies name by themselves."""
    texts = [text for _, text in source_locations.texts(letter) if "{" in text]
    bodies = [body.template for body in (letter.body, *(version.body for version in letter.versions))]
    named = {name for text in (*texts, *bodies) for name, _ in sandbox.references(text)}
    fields = (f"fields.{name}" for name, spec in letter.fields.items() if spec.type != "list")
    return tuple(path for path in fields if path in named)


class Notes:
    """All of it, for the records of one run."""

    def __init__(self, letter: Letter, mapped: Mapped, group_by: Sequence[str], *, languages: bool) -> None:
        """Say what the records are put into.

        :param group_by: the columns by which records are grouped.
        :param languages: whether a record's language is to be held against the letter's texts.
        """
        self._letter, self._mapped, self._group_by, self._languages = letter, mapped, group_by, languages
        self._named_alone = named_alone(letter) if group_by else ()
        self._missing: dict[str, tuple[Diagnostic, ...]] = {}

    def of(self, rows: Sequence[Mapping[str, Any]], chosen: Mapping[str, str]) -> tuple[Diagnostic, ...]:
        """Say it of the records of one letter.

        :param chosen: what the first one chooses.
        """
        group = of_group(self._mapped, self._group_by, self._named_alone, rows)
        country = empty_countries.of_record(self._mapped, rows[0])
        signing = of_signatories(self._letter, self._mapped, chosen)
        return (*group, *country, *signing, *self._of_language(chosen.get("lang")))

    def _of_language(self, lang: str | None) -> tuple[Diagnostic, ...]:
        if not lang or not self._languages:
            return ()
        if lang not in self._missing:
            said: dict[Severity, Problem | None] = {"warning": versions.missing(self._letter, lang)}
            said["note"] = versions.unsaid_region(self._letter, lang)
            self._missing[lang] = tuple(
                problem.at(field="lang", severity=severity) for severity, problem in said.items() if problem is not None
            )
        return self._missing[lang]


def of_group(
    mapped: Mapped, group_by: Sequence[str], named_alone: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> tuple[Diagnostic, ...]:
    """What is to be said of a group's records together."""
    if group_by and not any(rows[0].get(column) for column in group_by):
        message = f"has no value in {' or '.join(group_by)}: it is in no group, and gets a letter of its own"
        return (Diagnostic(severity="note", message=message, code="group-nameless"),)
    if len(rows) < 2:
        return ()
    assigned = [columns.assign(mapped, row) for row in rows]
    values, chosen = zip(*assigned, strict=True)
    return groups.differences(values, chosen, named_alone, mapped)


def of_signatories(letter: Letter, mapped: Mapped, chosen: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Who signs where the list says it for each record, and not for this one."""
    if "signatories" not in mapped.paths or chosen.get("signatories"):
        return ()
    own = ", ".join(person.name for person in letter.signatories)
    message = f"nobody is named: the letter's own signatories sign ({own})" if own else "nobody is named to sign"
    severity: Severity = "note" if own else "warning"
    hint = None if own else "fill in the cell, or name signatories in the letter"
    said = Diagnostic(severity=severity, message=message, field="signatories", hint=hint, code="signatories-empty")
    return (said,)
