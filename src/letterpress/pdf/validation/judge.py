"""Judges a PDF: each standard that it claims, by whoever can tell.

PDF/X-4, PDF/X-1a and PDF/VT-1 are judged by the rules of data/pdfx.toml, PDF/A and PDF/UA by veraPDF where it is
installed. Every other claim, and one that nobody could judge, is said to be not checked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from letterpress.pdf.validation import (
    claims,
    content_checks,
    file_checks,
    intent_checks,
    metadata_checks,
    page_checks,
    record_checks,
    rules,
    verapdf,
)
from letterpress.pdf.validation.engine import Failure
from letterpress.pdf.validation.report import Claim, Finding, Judgement, Validation
from letterpress.pdf.validation.rules import Broken
from letterpress.pdf.validation.subject import Subject, opened
from letterpress.processes import stages
from letterpress.processes.limits import Limits

OURS = "letterpress"
_MOST_FINDINGS = 500
"""Of one file; a rule that is broken in many ways is told of the first."""
_WEIGHT = {"error": 0, "warning": 1, "note": 2}


class Looked(NamedTuple):
    """What reading a file has shown."""

    claims: tuple[Claim, ...]
    judgements: tuple[Judgement, ...]
    """Of the claims that letterpress has rules for."""
    findings: tuple[Finding, ...]


def validate(path: str | Path, *, shown: str | None = None, limits: Limits | None = None) -> Validation:
    """Say what a PDF claims, and what of it holds.

    :param shown: what the caller calls the file; without it, as `path`.
    :param limits: what veraPDF may use; without them, the usual ones.
    :raises UnreadableInput: it is not there, empty, no PDF, locked with a password, or damaged beyond repair.
    """
    shown = str(path) if shown is None else shown
    return finish(look(path, shown), path, shown, limits or Limits())


def look(path: str | Path, shown: str) -> Looked:
    """Read what a file claims, and check what letterpress has rules for.

    :raises UnreadableInput: see `validate`.
    """
    stages.at("reading what it claims", shown)
    judgements: list[Judgement] = []
    findings: list[Finding] = []
    with opened(Path(path), shown) as subject:
        found = claims.read(subject.xmp, subject.info_texts)
        for claim in found:
            if claim.standard in rules.NORMS:
                stages.at(f"checking {claim.standard}", shown)
                broken = _by_rules(subject, claim.standard)
                findings += broken
                judgements.append(_by_ours(claim, broken))
    return Looked(found, tuple(judgements), tuple(findings))


def finish(looked: Looked, path: str | Path, shown: str, limits: Limits) -> Validation:
    """Add what veraPDF says, in a process of its own, and what nobody can check.

    :param limits: what veraPDF may use.
    """
    judgements, findings = list(looked.judgements), list(looked.findings)
    for claim, judgement, failures in _by_verapdf(Path(path), looked.claims, limits, shown):
        judgements.append(judgement)
        findings += failures
        if judgement.verdict == "not checked":
            findings.append(_unchecked(claim, judgement))
    order = {claim: at for at, claim in enumerate(looked.claims)}
    judgements.sort(key=lambda judgement: order[judgement.claim])
    if not looked.claims:
        findings.append(_claimless())
    findings.sort(key=lambda finding: _WEIGHT[finding.severity])
    return Validation(file=shown, judgements=tuple(judgements), findings=tuple(findings))


def _by_ours(claim: Claim, broken: list[Finding]) -> Judgement:
    """Make the verdict of our own rules."""
    kept = not any(finding.severity == "error" for finding in broken)
    reason = (
        f"by {rules.count(claim.standard)} rules of {rules.NORMS[claim.standard][1]}; "
        f"nothing that is free judges {claim.standard.partition('-')[0]} as a whole"
    )
    return Judgement(claim=claim, verdict="kept" if kept else "broken", by=OURS, reason=reason)


def _by_rules(subject: Subject, standard: str) -> list[Finding]:
    """Check a file by the rules of a standard: each broken rule once for each thing that is there."""
    places: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], Broken] = {}
    for broken in _all_broken(subject, standard):
        key = (broken.rule, broken.detail)
        if key not in first and len(first) >= _MOST_FINDINGS:
            key = next((known for known in first if known[0] == broken.rule), key)
        first.setdefault(key, broken)
        places[key] = places.get(key, 0) + 1
    made = (rules.finding(broken, standard, places[key]) for key, broken in first.items())
    return [finding for finding in made if finding is not None]


def _all_broken(subject: Subject, standard: str) -> Iterator[Broken]:
    """Run the checks; what cannot be read is said, and stops none of the others."""
    of_records: tuple[Callable[[], Iterator[Broken]], ...] = (lambda: record_checks.check(subject),)
    of_press: tuple[Callable[[], Iterator[Broken]], ...] = (
        lambda: file_checks.check(subject),
        lambda: metadata_checks.check(subject, standard),
        lambda: intent_checks.check(subject, standard),
        lambda: page_checks.check(subject),
        lambda: content_checks.check(subject, standard),
    )
    for check in of_records if rules.NORMS[standard][0] == "vt-1" else of_press:
        try:
            yield from check()
        except MemoryError:
            raise
        except Exception as error:  # any object may stand in any place: what a foreign file does is its own fault
            logging.getLogger("letterpress").debug("a part of a PDF cannot be checked", exc_info=True)
            yield Broken("unreadable", type(error).__name__)


def _by_verapdf(
    path: Path, found: tuple[Claim, ...], limits: Limits, shown: str
) -> Iterator[tuple[Claim, Judgement, list[Finding]]]:
    """Give the verdicts on all claims that we have no rules for."""
    asked = tuple(claim for claim in found if claim.standard in verapdf.FLAVOURS)
    reason, by = "", ""
    verdicts: dict[str, tuple[Failure, ...]] = {}
    if asked:
        stages.at("asking veraPDF", shown)
        stages.free()  # it has the same limits, and a process of its own
        try:
            by, verdicts = verapdf.judge(path, tuple(claim.standard for claim in asked), limits, shown)
        except verapdf.Unjudged as error:
            reason = str(error)
    for claim in found:
        if claim.standard in rules.NORMS:
            continue
        if claim.standard not in verdicts:
            why = reason if claim in asked else f"letterpress has no rules of {claim.standard}"
            yield claim, Judgement(claim=claim, verdict="not checked", by=None, reason=why), []
            continue
        failures = verdicts[claim.standard]
        verdict = Judgement(claim=claim, verdict="broken" if failures else "kept", by=by)
        yield claim, verdict, [_of_verapdf(claim.standard, failure) for failure in failures]


def _of_verapdf(standard: str, failure: Failure) -> Finding:
    return Finding(
        rule=failure.rule,
        standard=standard,
        clause=verapdf.clause(standard, failure),
        severity="error",
        message=" ".join(failure.asked.split()) + (f" ({failure.found})" if failure.found else ""),
        hint=None,
        object=failure.context or None,
        places=failure.places,
    )


def _unchecked(claim: Claim, judgement: Judgement) -> Finding:
    return Finding(
        rule="not-checked",
        standard=claim.standard,
        clause=None,
        severity="warning",
        message=f"not checked: {judgement.reason}",
        hint=None,
    )


def _claimless() -> Finding:
    return Finding(
        rule="no-claim",
        standard=None,
        clause=None,
        severity="warning",
        message="the file claims none of PDF/A, PDF/UA and PDF/X, so that there is nothing to check",
        hint="let the program that makes it write the standard that it is to keep",
    )
