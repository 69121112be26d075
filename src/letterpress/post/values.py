"""What is asked of a package, and what is said of one that was made. Frozen; not here: how it is made (`package`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypedDict

from letterpress.errors import Diagnostic
from letterpress.post.as_merged import AsMerged
from letterpress.post.people import Group
from letterpress.processes.limits import Limits

SUMS, JSON, CSV, PEOPLE = "SHA256SUMS", "manifest.json", "manifest.csv", "READ-ME.html"
LETTERS, SPOOLS, LISTS = "letters", "spool", "lists"
"""Names of files in a package, and of its folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that was made."""

    file: str
    letters: int
    pages: int
    sheets: int
    groups: tuple[Group, ...]
    """One, where letters are not grouped."""
    sums: str
    """SHA-256 of its check sums, by which two copies of the package are compared."""
    failed: int
    """Letters of the run that could not be made."""
    refused: int = 0
    """Letters that preflight found something wrong with."""
    diagnostics: tuple[Diagnostic, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the JSON object of `letterpress package`."""
        names = ("file", "letters", "pages", "sheets", "sums", "failed", "refused")
        groups = [{name: getattr(one, name) for name in one.__slots__} for one in self.groups]
        told = {name: getattr(self, name) for name in names}
        return {**told, "groups": groups, "diagnostics": [fault.as_json() for fault in self.diagnostics]}


class Options(TypedDict, total=False):
    """How letters are to be packed: keywords of `letterpress.package`."""

    redact: bool
    """Whether recipients are left out of the lists and the names of files."""
    spool: bool
    """Whether the letters of a group are one PDF: put together as the merge's `--combine` has put them."""
    duplex: bool | None
    """Whether both sides are printed; None: as the run's combined file, or the carrier, says."""
    run: int | None
    """Number of the run; None: the last."""
    preflight: bool
    """Whether each letter is examined for its carrier."""
    carrier: str | None
    """For whom letters are examined, whatever they were made for."""
    strict: bool
    """Whether a letter of the run that could not be made is a fault."""
    root: str
    """The project, whose own carriers come first."""
    limits: Limits | None
    """Time and memory of examining a letter, which is done in a process of its own then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for; see `Options`."""

    group: tuple[str, ...] = ()
    """By what letters are grouped: of `grouping.NAMES`."""
    redact: bool = False
    spool: bool = False
    duplex: bool | None = None
    run: int | None = None
    preflight: bool = False
    carrier: str | None = None
    strict: bool = False
    root: str = "."
    limits: Limits | None = None
    printed: AsMerged = field(default_factory=AsMerged)
    """Of spools: order, marks and sheets besides; as the merge had them."""
