"""Mends files for `letterpress check --fix`: applies the fix of each fault that has exactly one.

Not here: which edits a fix has (content/places.py), and how they are applied to a file (files/mending.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.processes import stages


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of all files: those that were written, or with --dry-run those that would be."""

    diff: str
    """One unified diff of all files."""
    mended: tuple[Diagnostic, ...]
    """Faults whose fixes are in the diff."""
    faults: tuple[Diagnostic, ...]
    """Files that could not be read or written."""
    written: bool
    """Whether any file was written."""

    def as_json(self) -> dict[str, Any]:
        """Give what `--fix` adds to the command's JSON document."""
        return {"diff": self.diff, "mended": [fault.as_json() for fault in self.mended]}


def placed(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Add to each fault which characters of the line it is about.

    This is for faults that do not come from reading a letter, such as a letterhead's: the reader adds it itself.
    """
    from letterpress.content import places

    return places.complete(diagnostics)


def apply(diagnostics: Iterable[Diagnostic], *, since: int, dry_run: bool) -> Changes:
    """Mend the faults that have exactly one fix. Each file is written whole or not at all.

    :param since: when the check of the files began (ns since 1970).
    :param dry_run: whether to write nothing.
    """
    from letterpress.files import mending

    files, faults = mending.mend(diagnostics, since=since)
    if not dry_run and files:
        # If this process dies now, no new one may repeat the check: it would read files that are half mended by then.
        stages.once()
    done = []
    for file in files:
        try:
            if not dry_run:
                file.write()
            done.append(file)
        except LetterpressError as error:
            faults += error.diagnostics
    return Changes(
        diff="".join(file.diff for file in done),
        mended=tuple(fault for file in done for fault in file.diagnostics),
        faults=tuple(faults),
        written=bool(done) and not dry_run,
    )
