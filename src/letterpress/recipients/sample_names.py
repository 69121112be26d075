"""Says where a letter for a list names the one recipient that it was written with: each record's letter would say it.

Not here: what the letter's own recipient gives way to (filling/parties.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from letterpress.errors import Diagnostic
from letterpress.filling import source_locations
from letterpress.model import Letter, Party

_TEXTS = ("salutation", "subject", "closing", "postscript")
_PEOPLE = ("to.name", "to.family", "to.organisation")
_SHORT = 3
"""Letters of a name that may be a word as well."""


def left(letter: Letter, given: Iterable[str]) -> list[Diagnostic]:
    """Find the texts that name the letter's own recipient, where the records name theirs.

    :param given: paths that the records give.
    """
    given = set(given)
    if given.isdisjoint(_PEOPLE):
        return []
    names = {name for party in letter.to for name in _names(party)}
    found = []
    for path, text in source_locations.texts(letter):
        kind = path.partition(".")[0]
        name = next((name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)), None)
        if kind not in _TEXTS or kind in given or name is None:
            continue
        file, line = source_locations.of_field(letter, path)
        found.append(_fault(text, name, path, file, line))
    whole = {party.name for party in letter.to if party.name and "{" not in party.name and " " in party.name}
    found += [
        _fault(name, name, None, letter.path, line)
        for body in (letter.body, *(version.body for version in letter.versions))
        for words, line in body.words
        for name in whole
        if name in words
    ]
    return found


def _names(party: Party) -> Iterable[str]:
    """The names by which a text may call a recipient: the family's, or a firm's."""
    name = party.family or (party.name or "").split(",")[0].rpartition(" ")[2] or None
    return [one for one in (name, party.organisation) if one and "{" not in one and len(one) > _SHORT - 1]


def _fault(text: str, name: str, path: str | None, file: str | None, line: int | None) -> Diagnostic:
    return Diagnostic(
        severity="warning",
        message=f"'{text}' names the letter's own recipient, and would stand in every letter",
        file=file,
        line=line,
        field=path,
        hint="write salutation: auto" if path == "salutation" else "write {{ to.name }} where each is to be named",
        code="recipient-in-text",
        value=name,
    )
