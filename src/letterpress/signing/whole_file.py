"""Checks a file as a whole, before and beside its signatures: whether every program shows the same of it.

What the strict reading of its bytes (`strict/`) and the search for active content say becomes reasons here, for `sign`,
which refuses such a file, and for `verify`, where no signature in it is valid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from letterpress.signing import strict
from letterpress.signing.display import active_content
from letterpress.signing.reasons import Reason


class Remarks(NamedTuple):
    """What is to be said of a file as a whole."""

    problems: list[Reason]
    """Why programs may show different things."""
    notes: list[Reason]
    """What is odd, and changes nothing."""


def check(reader: Any, pdf: bytes, ends: Sequence[int]) -> Remarks:
    """Check a file that pyHanko's `reader` has open. It never raises for a bad file.

    :param ends: where the byte ranges of its signatures and time stamps end; without any the file is about to be signed
        for the first time, and the sentences are for who signs.
    """
    signed = bool(ends)
    report, active = strict.check(pdf, ends), active_content.find(reader)
    problems = [_reason(finding, signed=signed) for finding in report.faults]
    notes = [_reason(finding, signed=signed) for finding in report.notes]
    return Remarks([*problems, *active.problems(signed=signed)], [*notes, *active.notes])


def _reason(finding: strict.Finding, *, signed: bool) -> Reason:
    place = (("object", finding.number), ("byte", finding.offset))
    return Reason(
        code=finding.code,
        text=finding.sentence(signed=signed),
        params=(("why", finding.why), *((name, value) for name, value in place if value is not None)),
    )
