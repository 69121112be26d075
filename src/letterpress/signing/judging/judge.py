"""Judges all signatures of a file, in the order in which they prove each other's time. Import it lazily.

Trust is judged at the moment at which a signature is proven to have existed: the time of its own timestamp, if a
trusted server gave it, else the time of the oldest trusted time stamp over the file after it, else now. Time stamps
over the file are judged from the newest, now, to the oldest, each at the time that the next one proves. Revocation
counts from its date on.

pyHanko takes half a second to load, hence the laziness.

Not here: one signature (`signatures`), one time stamp (`timestamps`), the file as a whole (`whole_file`).
Source: ETSI EN 319 102-1, in outline.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
from collections.abc import Sequence
from typing import Any

from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature

from letterpress.signing.certificates import revocation
from letterpress.signing.certificates.trust import Trust
from letterpress.signing.certificates.trust_store import TrustStore
from letterpress.signing.changes import validation_data
from letterpress.signing.fields import Place
from letterpress.signing.judging import embedded, signatures, timestamps, turns
from letterpress.signing.judging.case import Case
from letterpress.signing.report import SignatureReport, Verification
from letterpress.signing.run_async import wait_for

for _name in ("pyhanko", "pyhanko_certvalidator"):  # what they log is said in reasons and notes
    logging.getLogger(_name).addHandler(logging.NullHandler())


def verdict(
    reader: Any,
    pdf: bytes,
    places: Sequence[Place],
    store: TrustStore,
    moment: datetime.datetime,
    *,
    online: bool,
) -> Verification:
    """Judge the signatures of a file at one moment against one store of trust.

    :param reader: pyHanko's reader of `pdf`.
    :param places: all that the file keeps.
    :param online: whether revocation information is fetched.
    """
    dss = revocation.read_dss(reader)
    case = Case(reader=reader, pdf=pdf, moment=moment, online=online, dss=dss, trust=Trust(store, dss))
    by_name = {place.name: place for place in places}
    items: list[tuple[str, Any]] = []
    for name, value, reference in enumerate_sig_fields(reader, filled_status=True):
        if value is not None:
            items.append((name, _opened(reader, reference, name)))
    items.sort(key=lambda named: getattr(named[1], "signed_revision", -1))
    case.made = _made(reader, items)
    problems = [*turns.wrong_places(items, by_name), *turns.wrong_order(items, places)]
    reports = wait_for(_judge_all(case, items, by_name))
    return Verification(
        signatures=tuple(reports),
        timestamps=tuple(report for _, report in case.stamped),
        places=tuple(places),
        problems_detail=tuple(problems),
    )


def _opened(reader: Any, reference: Any, name: str) -> Any:
    """Open the signature in a field: pyHanko's view of it, or the exception that it raised."""
    try:
        return EmbeddedPdfSignature(reader, reference.get_object(), name)
    except Exception as error:  # whatever stands there is not a signature
        return error


def _made(reader: Any, items: Sequence[tuple[str, Any]]) -> list[tuple[int, str]]:
    """List what was made in which revision, in words."""
    if not items:
        return []
    signed = [
        (
            item.signed_revision,
            f"{'time-stamped' if embedded.is_timestamp(item) else 'signed'} by {embedded.owner(item)}",
        )
        for _, item in items
        if isinstance(item, EmbeddedPdfSignature)
    ]
    return sorted([*signed, *_stored(reader)], key=lambda made: made[0])


def _stored(reader: Any) -> list[tuple[int, str]]:
    """List the revisions that add validation data, in words."""
    stored = []
    with contextlib.suppress(Exception):  # a store that is too odd is refused, with its reason, by the review
        for revision in range(1, reader.xrefs.total_revisions):
            if validation_data.added_in(reader, revision):
                stored.append((revision, "validation data was added"))
    return stored


async def _judge_all(case: Case, items: list[tuple[str, Any]], places: dict[str, Place]) -> list[SignatureReport]:
    # The newest time stamp is judged now, each older one at the time that the next one proves.
    for name, item in reversed(items):
        if isinstance(item, EmbeddedPdfSignature) and embedded.is_timestamp(item):
            case.stamped.insert(0, (item.signed_revision, await timestamps.judge(case, name, item)))
        elif not isinstance(item, EmbeddedPdfSignature) and name not in places:
            case.stamped.insert(0, (-1, timestamps.unreadable(name, item)))
    return [
        await signatures.judge(case, places[name], item)
        for name, item in items
        if name in places and not (isinstance(item, EmbeddedPdfSignature) and embedded.is_timestamp(item))
    ]
