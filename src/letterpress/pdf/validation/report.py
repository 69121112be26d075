"""What `validate` says of a PDF: frozen values, and their JSON.

Not here: how they are found (`judge`). The JSON is described in docs/printing.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from letterpress.errors import Severity

Verdict = Literal["kept", "broken", "not checked"]
"""Of one claim. `kept`: whoever checked it found no rule broken; `reason` says what that does not cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A standard that a file says it keeps."""

    standard: str
    """By name: `PDF/A-3a`, `PDF/UA-1`, `PDF/X-4`, `PDF/X-1a:2003`."""
    where: tuple[str, ...]
    """Where the file says so: `XMP`, `Info`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of one claim."""

    claim: Claim
    verdict: Verdict
    by: str | None
    """Who checked it, such as `veraPDF` or `letterpress`; None: nobody did."""
    reason: str | None = None
    """Why it was not checked; or what a verdict does not cover."""

    def as_json(self) -> dict[str, Any]:
        """Return the claim's object in the JSON of `validate`."""
        return {
            "standard": self.claim.standard,
            "where": list(self.claim.where),
            "verdict": self.verdict,
            "by": self.by,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that is broken, or that something is to be said of."""

    rule: str
    """The rule's name, which stays: `device-rgb`; of veraPDF its clause and test: `6.2.4.3-2`."""
    standard: str | None
    """Whose rule it is, as the claim names it; None: of none."""
    clause: str | None
    """Where the standard asks for it: `ISO 15930-7:2010, 6.4`."""
    severity: Severity
    message: str
    """What is wrong, as a sentence."""
    hint: str | None
    """What to do."""
    page: int | None = None
    """The first page where it is so, counted from 1."""
    object: str | None = None
    """The first object where it is so: its number and generation, as `12 0`, or veraPDF's path to it."""
    places: int = 1
    """How many contents or objects it was found in."""

    def as_json(self, file: str) -> dict[str, Any]:
        """Return the finding's object in the JSON of `validate`."""
        return {
            "file": file,
            "rule": self.rule,
            "standard": self.standard,
            "clause": self.clause,
            "severity": self.severity,
            "page": self.page,
            "object": self.object,
            "places": self.places,
            "message": self.message,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        where = [f"page {self.page}"] if self.page is not None else []
        where += [f"object {self.object}"] if self.object is not None else []
        if self.places > 1:
            where.append(f"and {self.places - 1} more place{'s' if self.places > 2 else ''}")
        place = f" ({', '.join(where)})" if where else ""
        name = f"{self.standard} {self.rule}" if self.standard else self.rule
        kind = "" if self.severity == "error" else f"{self.severity}: "
        clause = f" [{self.clause}]" if self.clause else ""
        hint = f" hint: {self.hint}" if self.hint else ""
        return f"{kind}{name}: {self.message}{place}{clause}{hint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What a file claims, and what of it holds."""

    file: str
    """As the caller named it."""
    judgements: tuple[Judgement, ...]
    """One a claim; none, if the file claims nothing."""
    findings: tuple[Finding, ...]
    """What is wrong, and what else is to be said; errors first."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The standards that the file says it keeps."""
        return tuple(judgement.claim for judgement in self.judgements)

    @property
    def broken(self) -> bool:
        """Whether a rule of a standard that the file claims is broken."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def passed(self) -> bool:
        """Whether the file claims something, and every claim was checked and is kept."""
        return bool(self.judgements) and all(judgement.verdict == "kept" for judgement in self.judgements)

    def as_json(self) -> dict[str, Any]:
        """Return the file's object in the JSON of `validate`; its findings stand beside it."""
        return {
            "file": self.file,
            "claims": [judgement.as_json() for judgement in self.judgements],
            "passed": self.passed,
        }
