"""What preflight has found: values, and how they read as JSON and as a line of text.

What each rule means, and what to do, stands in data/diagnostics/preflight.toml.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from letterpress.carriers.values import Carrier
from letterpress.errors import Diagnostic, Severity
from letterpress.page import Rectangle

MOST = 200
"""Findings of a file that are told; the file is refused long before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that the carrier may refuse the file for, or print otherwise than it looks."""

    rule: str
    """Which rule, such as `ink-edge`: stays as it is when the wording changes."""
    message: str
    """What is wrong, as a sentence fragment without a full stop."""
    severity: Severity = "error"
    page: int | None = None
    """Counted from 1; None: it is about the file."""
    box: Rectangle | None = None
    """Where on the page, mm from its top left corner as it is seen."""
    hint: str | None = None
    """What to do about it."""
    source: str | None = None
    """Where the rule was read, when, and how sure it is."""
    pages: tuple[int, ...] = ()
    """All pages that it is about, if it is about several."""
    name: str | None = None
    """What it is about, if that has a name: a font, a kind of colour."""
    params: tuple[tuple[str, Any], ...] = ()
    """Values that the message says, for whoever words it anew; `reason` tells cases of one rule apart."""

    def as_json(self) -> dict[str, Any]:
        """Give the JSON object of `letterpress preflight`."""
        box = None if self.box is None else [round(length, 2) for length in self.box]
        return {
            "rule": self.rule,
            "severity": self.severity,
            "page": self.page,
            "pages": list(self.pages) or ([] if self.page is None else [self.page]),
            "box_mm": box,
            "name": self.name,
            "message": self.message,
            "hint": self.hint,
            "source": self.source,
        }

    def diagnostic(self, file: str | None) -> Diagnostic:
        """Give it as a line for people, and for whoever makes a letter for the carrier.

        :param file: the PDF, as the user named it.
        """
        where = "" if self.page is None or len(self.pages) > 1 else f"page {self.page}"
        if self.box is not None:
            where += f", {self.box.x:.1f},{self.box.y:.1f} {self.box.width:.1f} x {self.box.height:.1f} mm"
        about: dict[str, Any] = {"severity": self.severity, "file": file, "hint": self.hint}
        params = (("page", self.page), ("source", self.source), *self.params)
        return Diagnostic(
            message=self.message, field=where or None, code=self.rule, value=self.name, params=params, **about
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page as a picture that shows what was found on it."""

    page: int
    """Counted from 1."""
    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found in a file for a carrier."""

    carrier: Carrier
    pages: int | None
    """Of the file; None: it cannot be read."""
    findings: tuple[Finding, ...]
    address: tuple[str, ...] = ()
    """Lines of the address as they stand in the carrier's field."""
    pictures: tuple[Picture, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.severity == "error" for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Give the JSON document of `letterpress preflight`, without the pictures."""
        return {
            "carrier": self.carrier.name,
            "status": self.carrier.status,
            "pages": self.pages,
            "address": list(self.address),
            "findings": [finding.as_json() for finding in self.findings],
            "unchecked": list(self.carrier.unchecked),
            "passed": self.passed,
        }


def settled(found: Iterable[Finding], carrier: Carrier, *, strict: bool) -> tuple[Finding, ...]:
    """Give findings their source, join those that many pages have alike, and weigh them.

    An unconfirmed rule only warns, whatever is asked.

    :param strict: whether warnings count as errors.
    """
    joined: dict[object, Finding] = {}
    for finding in found:
        same = (finding.rule, finding.severity, finding.message) if finding.box is None else object()
        if same in joined and finding.page is not None:
            known = joined[same]
            pages = known.pages or (known.page,)
            if finding.page not in pages:
                joined[same] = replace(known, pages=(*pages, finding.page))
        else:
            joined.setdefault(same, finding)
    unsure = carrier.status == "unconfirmed"
    weighed = []
    for finding in joined.values():
        severity = finding.severity
        if unsure and severity == "error":
            severity = "warning"
        elif strict and not unsure and severity == "warning":
            severity = "error"
        message = finding.message + (f" ({_listed(finding.pages)})" if len(finding.pages) > 1 else "")
        weighed.append(replace(finding, severity=severity, message=message, source=finding.source or carrier.cited))
    if len(weighed) > MOST:
        message = f"{len(weighed) - MOST} more findings are not told"
        weighed[MOST:] = [Finding(rule="findings-many", message=message, severity=weighed[0].severity)]
    return tuple(weighed)


def _listed(pages: tuple[int, ...]) -> str:
    """Numbers of pages, as few words as they take: pages 1, 3 to 7."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and runs[-1][1] == page - 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    told = [str(first) if first == last else f"{first} to {last}" for first, last in runs]
    return "pages " + ", ".join(told[:12]) + (" ..." if len(told) > 12 else "")
