"""What `letterpress check --fix` does with the faults that have exactly one answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.processes import stages


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of files, which are written or could be."""

    diff: str
    """Unified, of all files."""
    mended: tuple[Diagnostic, ...]
    """Faults whose fixes are in the diff."""
    faults: tuple[Diagnostic, ...]
    """Files that could not be read or written."""
    written: bool
    """Whether any file was."""

    def as_json(self) -> dict[str, Any]:
        """The part of the command's JSON document that `--fix` adds."""
        return {"diff": self.diff, "mended": [fault.as_json() for fault in self.mended]}


def placed(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Find the characters that faults are about which no letter was read with."""
    from letterpress.content import places

    return places.complete(diagnostics)


def apply(diagnostics: Iterable[Diagnostic], *, since: int, dry_run: bool) -> Changes:
    """Mend what can be mended without asking. Each file is written whole or not at all.

    :param since: when the check of the files began (ns since 1970).
    :param dry_run: whether to write nothing.
    """
    from letterpress.files import mending

    files, faults = mending.mend(diagnostics, since=since)
    if not dry_run and files:
        stages.once()  # begun anew, the check would have read files that this has written
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
