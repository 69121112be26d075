"""What is noted of a letter for those who print, envelope and post it.

Not here: what becomes of it (post/), and where it is kept after a run (batch/journal).
"""

from __future__ import annotations

import json
from typing import NamedTuple


class Dispatch(NamedTuple):
    """To whom a letter goes, and how it was made."""

    to: tuple[str, ...] = ()
    """Lines of the address as printed; of several addresses each behind an empty line."""
    country: str | None = None
    """ISO 3166-1 alpha-2 code, as far as the recipient has one."""
    postcode: str | None = None
    lang: str = ""
    letterhead: str = ""
    paper: str = ""
    profile: str = ""
    carrier: str | None = None
    duplex: bool = False
    """Whether its carrier prints both sides."""
    envelopes: tuple[str, ...] = ()
    """Names of the envelopes that its letterhead is made for."""
    enclosures: tuple[tuple[str, int], ...] = ()
    """Title and pages of each."""

    def as_text(self) -> str:
        """Give it as a line of text, which `read` reads."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Dispatch:
    """Read what `as_text` gave.

    :raises ValueError: it is something else.
    """
    given = json.loads(text)
    if not isinstance(given, list) or len(given) != len(Dispatch._fields):
        raise ValueError("no note of a letter")
    made = Dispatch(*given)
    enclosures = tuple((str(title), int(pages)) for title, pages in made.enclosures)
    return made._replace(to=tuple(made.to), envelopes=tuple(made.envelopes), enclosures=enclosures)
