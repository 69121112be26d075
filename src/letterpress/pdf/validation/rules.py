"""The rules of PDF/X and PDF/VT: what data/pdfx.toml says of each, and how a check says that one is broken.

Not here: the checks (`file_checks`, `metadata_checks`, `intent_checks`, `page_checks`, `content_checks`,
`record_checks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from letterpress import data
from letterpress.errors import Severity
from letterpress.pdf.validation.report import Finding

Family = Literal["x-4", "x-1a", "vt-1"]
FAMILIES: tuple[Family, ...] = ("x-4", "x-1a", "vt-1")

NORMS: Mapping[str, tuple[Family, str]] = {
    "PDF/X-4": ("x-4", "ISO 15930-7:2010"),
    "PDF/X-1a:2003": ("x-1a", "ISO 15930-4:2003"),
    "PDF/X-1a:2001": ("x-1a", "ISO 15930-1:2001"),
    "PDF/VT-1": ("vt-1", "ISO 16612-2:2010"),
}
"""The standards that have rules here: whose rules, and which norm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, as the table has it."""

    name: str
    says: str
    do: str
    clauses: Mapping[str, str]
    """Family -> clause; a family that is not there does not have the rule."""
    warns: frozenset[str]
    """Families in which it was not confirmed."""

    def severity(self, family: Family) -> Severity:
        """How much a finding weighs in this family."""
        return "warning" if family in self.warns else "error"


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that is broken at one place."""

    rule: str
    detail: str = ""
    """What is there: "the font Helvetica"; put behind what the rule says."""
    page: int | None = None
    """Counted from 1."""
    object: str | None = None


@cache
def table() -> Mapping[str, Rule]:
    """Read the table, once in a process."""
    return {
        name: Rule(
            name=name,
            says=entry["says"],
            do=entry["do"],
            clauses={family: entry[family] for family in FAMILIES if family in entry},
            warns=frozenset(entry.get("warns", ())),
        )
        for name, entry in data.table("pdfx").items()
    }


def count(standard: str) -> int:
    """How many rules are checked for a standard of `NORMS`."""
    return sum(NORMS[standard][0] in rule.clauses for rule in table().values())


def finding(broken: Broken, standard: str, places: int = 1) -> Finding | None:
    """Say what is broken; None, if the standard does not have the rule.

    :param standard: one of `NORMS`.
    """
    family, norm = NORMS[standard]
    rule = table()[broken.rule]
    if family not in rule.clauses:
        return None
    return Finding(
        rule=rule.name,
        standard=standard,
        # The numbers are those of ISO 15930-4; how ISO 15930-1 counts is not known here.
        clause=norm if norm.startswith("ISO 15930-1:") else f"{norm}, {rule.clauses[family]}",
        severity=rule.severity(family),
        message=f"{rule.says}: {broken.detail}" if broken.detail else rule.says,
        hint=rule.do,
        page=broken.page,
        object=broken.object,
        places=places,
    )
