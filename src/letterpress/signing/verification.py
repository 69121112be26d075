"""Says whether the signatures of a letter are to be believed, and how far its signing has come.

Every signature comes with its signer, time, level, coverage, trust and revocation, and what changed since; and the file
with whether every program shows the same of it. A bad signature raises nothing: the result says what is wrong with it.
Nothing is fetched unless asked for: trust comes from what the caller names, revocation from the file and the caller.

Not here: one signature (`judging/`), certificates (`certificates/`), the file as a whole (`whole_file`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from letterpress.processes import kept_worker
from letterpress.processes.limits import Limits, Point
from letterpress.signing import fields, whole_file
from letterpress.signing.certificates import trust_store
from letterpress.signing.display import drawn
from letterpress.signing.reasons import Reason
from letterpress.signing.report import Verification
from letterpress.text import numbers


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

    :param trust: certificates to trust and revocation lists to heed: files, folders, or bytes in PEM or DER.
    :param at: the moment to judge at, with its time zone, by default now.
    :param online: whether revocation information is fetched from where the certificates say.
    :param source: names the file in diagnostics.
    :param render_check: whether the pages are drawn as they were at each signature and as they are now, and compared.
    :param limits: with these it is done in a process of its own, within them.
    :raises UnreadableInput: `pdf` is no PDF at all, or encrypted. Whatever else is wrong is in the result.
    :raises LetterpressError: the file takes more than `limits`.
    """
    if limits is not None:
        judged: Verification = kept_worker.shared().call(
            "letterpress.signing.verification:verify",
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
        places = fields.places(reader)
    except fields.DamagedPdf as error:
        damage = Reason(code="file-damaged", text="the file " + error.diagnostics[0].message)
        return Verification(signatures=(), timestamps=(), places=(), problems_detail=(damage,))
    from letterpress.signing.judging import judge

    store = trust_store.read_trust(trust)
    ends = fields.signed_ends(reader)
    problems, notes = whole_file.check(reader, pdf, [*ends.values()])
    notes += trust_store.empty_folders(trust)
    if render_check:
        outcome = drawn.check(pdf, ends, places)
        problems += outcome.problems
        notes += outcome.notes
    verdict = judge.verdict(reader, pdf, places, store, at or datetime.datetime.now(datetime.UTC), online=online)
    return verdict.with_file(problems, notes)
