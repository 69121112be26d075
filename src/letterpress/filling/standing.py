"""What no value of a record has a part in: it is made for the first letter of a list, and the same for all others.

Not here: what is made (`letter`, `parties`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from letterpress.filling import source_locations
from letterpress.filling.checks import TEXTS
from letterpress.filling.context import Faults, FillContext
from letterpress.frozen import once
from letterpress.model import Letter

_T = TypeVar("_T")
_KEPT = 16
_kept: dict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = {}


@dataclass(frozen=True, slots=True)
class Templates:
    """Where a letter has templates."""

    body: bool
    sender: bool
    rest: bool
    """In its lists, references or signatories."""
    any: bool
    """Anywhere: only then is there one that may name values."""


@once
def templates(letter: Letter) -> Templates:
    """Say where a letter has templates."""
    tagged = [path for path, text in source_locations.texts(letter) if is_template(text)]
    tagged += ["via" for text in letter.via if is_template(text)]
    body = any(is_template(one.template) for one in (letter.body, *(version.body for version in letter.versions)))
    sender = any(path.startswith("from.") for path in tagged)
    rest = any(path.partition(".")[0] not in (*TEXTS, "from", "to", "codes", "attachments") for path in tagged)
    return Templates(body, sender, rest, body or bool(tagged))


def is_template(text: str) -> bool:
    """Say whether a text has tags."""
    return "{{" in text or "{%" in text or "{#" in text


def kept(context: FillContext, faults: Faults, name: str, make: Callable[[], _T]) -> _T:
    """Give what was made for another letter of the same list, or make it.

    What is at fault is made for each letter, so that the fault is said of each.

    :param make: asks no value of the record, of the letter and its choices only what is the same for the whole list.
    """
    if context.job.record is None or context.titled:
        return make()
    held = context.letter, context.job.choices
    key = (name, context.lang, *map(id, held))
    known = _kept.get(key)
    if known is not None:
        found: _T = known[1]
        return found
    before = len(faults.found)
    made = make()
    if len(faults.found) == before:
        while len(_kept) >= _KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = held, made  # what is held keeps its identity
    return made


forget = _kept.clear
"""Let go of all that is kept."""
