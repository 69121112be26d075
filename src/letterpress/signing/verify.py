"""Whether the signatures of a letter are to be believed, and how far its signing has come.

Job: every signature with signer, time, level, coverage, trust and revocation, what changed since, whether every program
shows the same of the file, and the state of the whole letter. Secret: pyHanko's validation. It never raises for a bad
signature: it says what is wrong with it. Nothing is fetched unless asked for: trust comes from what the caller names,
revocation from the file and from what the caller names.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from letterpress.processes import kept_worker
from letterpress.processes.limits import Limits, Point
from letterpress.signing import active_content, certificates, drawn, fields, strict
from letterpress.signing.report import SignatureReport, TimestampReport, Verification
from letterpress.text import numbers

__all__ = ["SignatureReport", "TimestampReport", "Verification", "verify"]


@numbers.in_own_context
def verify(
    pdf: bytes,
    trust: Sequence[bytes | Path] = (),
    *,
    at: datetime.datetime | None = None,
    online: bool = False,
    source: str | None = None,
    render_check: bool = False,
    limits: Limits | None = None,
) -> Verification:
    """Judge every signature in `pdf`.

    `trust` names certificates to trust and revocation lists to heed: files, folders, or bytes in PEM or DER. `at` is
    the moment to judge at, with its time zone, by default now. `online` fetches revocation information from where the
    certificates say. `source` names the file in diagnostics. `render_check` draws the pages as they were at each
    signature and as they are now, and compares them.

    With `limits` this is done in a process of its own, and a file that takes more raises LetterpressError.

    Raises UnreadableInput if `pdf` is no PDF at all, or encrypted. Whatever else is wrong is in the result.
    """
    if limits is not None:
        judged: Verification = kept_worker.shared().call(
            "letterpress.signing.verify:verify",
            pdf,
            trust,
            limits=limits,
            point=Point(file=source, stage="verifying its signatures", kind="file"),
            at=at,
            online=online,
            source=source,
            render_check=render_check,
        )
        return judged
    try:
        reader = fields.open_pdf(pdf, source)
        known = fields.places(reader)
    except fields.DamagedPdf as error:
        return Verification(
            signatures=(), timestamps=(), places=(), problems=("the file " + error.diagnostics[0].message,)
        )
    from letterpress.signing import validation

    store = certificates.read_trust(trust)
    judge = validation.Judge(reader, pdf, store, at or datetime.datetime.now(datetime.UTC), online=online)
    ends = fields.signed_ends(reader)
    report = strict.check(pdf, [*ends.values()])
    problems = [fault.sentence(signed=bool(ends)) for fault in report.faults]
    notes = [note.sentence(signed=bool(ends)) for note in report.notes]
    active = active_content.find(reader)
    problems += active.problems(signed=bool(ends))
    notes += active.notes
    notes += certificates.empty_folders(trust)
    if render_check:
        outcome = drawn.check(pdf, ends, known)
        problems += outcome.problems
        notes += outcome.notes
    return judge.verdict(known).with_file(problems, notes)
