"""Judges one time stamp over a whole file (B-LTA).

Not here: timestamps within signatures (`signatures`).
Source: RFC 3161, ETSI EN 319 142-1, 5.4.3.
"""

from __future__ import annotations

from typing import Any

from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.validation import async_validate_pdf_timestamp

from letterpress.signing.certificates import algorithms
from letterpress.signing.certificates.contents import minute
from letterpress.signing.judging import embedded
from letterpress.signing.judging.case import Case
from letterpress.signing.judging.embedded import Timestamp
from letterpress.signing.reasons import Reason
from letterpress.signing.report import TimestampReport


async def judge(case: Case, name: str, item: Any) -> TimestampReport:
    """Judge the time stamp in the field `name`. It never raises for a bad one.

    :param item: pyHanko's view of it.
    """
    broken: list[Reason] = []
    weak: list[Reason] = []
    notes: list[Reason] = []
    time, trusted = None, False
    try:
        owner, beside = item.signer_cert.dump(), embedded.beside(item)
        context = case.trust.context(case.existed(item.signed_revision), case.trust.climb(owner, beside))
        status = await async_validate_pdf_timestamp(item, context, diff_policy=case.review)
        time, trusted = status.timestamp, status.trusted
        _check_integrity(case, item, status, broken)
        weak.extend(algorithms.of_timestamp(item.signed_data, owner, "the time stamp"))
        weak.extend(case.weak_way(owner, beside))
        outcome = await case.trust.outcome(item.signer_cert, beside, case.existed(item.signed_revision))
        if outcome.revoked is not None:
            trusted = False
            notes.append(outcome.reasons[0])
        elif not trusted and not weak:
            notes.append(case.unknown_authority(owner, [Timestamp(item.signed_data, owner, beside)]))
    except Exception as error:  # a forged time stamp may fail anywhere
        broken.append(_unreadable(error))
    return TimestampReport(
        field=name,
        authority=embedded.owner(item),
        time=time,
        valid=not broken,
        trusted=trusted and not broken and not weak,
        reasons_detail=tuple(broken + weak),
        notes_detail=tuple(notes),
    )


def _check_integrity(case: Case, item: Any, status: Any, broken: list[Reason]) -> None:
    """Check that the bytes are those that were stamped, and that what came after them is allowed.

    :param broken: takes the reasons, so that those before an exception are kept.
    """
    if not (status.intact and status.valid):
        broken.append(Reason(code="signed-bytes-changed", text="the file is not what was time-stamped"))
    elif status.coverage not in embedded.COVERS:
        broken.append(Reason(code="signature-partial", text="the time stamp covers only part of the file"))
    elif not isinstance(status.diff_result, DiffResult):
        detail = case.what_changed(item, status.diff_result)
        text = f"the file was changed after this time stamp, and not by signing: {detail}"
        broken.append(Reason(code="signed-file-changed", text=text, params=(("changes", detail),)))
    if not embedded.fills_its_gap(item, case.pdf):
        broken.append(Reason(code="signature-hides-data", text="there is hidden data behind the time stamp"))
    if status.timestamp > case.latest:
        text = f"it is from the future: {minute(status.timestamp)}"
        broken.append(Reason(code="time-in-future", text=text, params=(("time", status.timestamp.isoformat()),)))


def unreadable(name: str, error: Exception) -> TimestampReport:
    """Report a time stamp that cannot even be opened."""
    return TimestampReport(
        field=name, authority=None, time=None, valid=False, trusted=False, reasons_detail=(_unreadable(error),)
    )


def _unreadable(error: Exception) -> Reason:
    cause = type(error).__name__
    return Reason(code="timestamp-unreadable", text=f"it cannot be read ({cause})", params=(("cause", cause),))
