"""How a run works, as its caller settles it.

Not here: which letters it has (plan.py).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from letterpress.batch.maker import Key
from letterpress.processes.limits import Limits

if TYPE_CHECKING:
    from letterpress.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run works."""

    folder: Path
    place: Place | None = None
    """The store that the letters go to; `folder` keeps what only a file system can."""
    keep: bool = False
    """Leave the letters of a store in the folder as well, for what is made of them."""
    archive: Path | None = None
    """The archive that the letters of the folder will be in, by which they are named."""
    jobs: int = field(default_factory=lambda: cores())
    """Worker processes; 0: none, letters are made in this process."""
    limits: Limits = field(default_factory=Limits)
    again: bool = False
    """Make letters anew that are there and have not changed."""
    unique: bool = False
    """Drop letters to an address that another one goes to."""
    dry: bool = False
    """Check everything and write nothing."""
    layout: bool = False
    """In a dry run, lay every letter out as well."""
    keys: tuple[Key, ...] = field(default=(), repr=False)
    """Who signs each letter at once, in this order."""
    tsa: str | None = None
    """URL of a timestamp server, for signing."""
    replace_signed: bool = False
    """Replace letters that bear signatures, if they have changed; with `again`, all of them."""
    inputs: tuple[str, ...] = ()
    """Files that the run reads besides the letter's: no letter may replace one."""
    outputs: tuple[tuple[str, str], ...] = ()
    """Pairs (option, path) of what is written besides the letters: none may be one of them."""
    mail: bool = False
    """Write the e-mail beside each letter that it goes out with."""
    verify_plates: bool = False
    """Lay out every letter, too, that is made from the pages of another, and compare."""
    press: str | None = None
    """`module:function` that makes the letters, for tests and benchmarks."""

    @property
    def shown(self) -> str:
        """Where the letters go, as the user named it."""
        return str(self.folder) if self.place is None else self.place.address


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
