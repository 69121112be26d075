"""Looks at a letter before somebody is asked for their key: whether its earlier signatures hold, and its place is open.

Not here: whether the key may sign (`preconditions`).
"""

from __future__ import annotations

from letterpress.errors import LetterpressError
from letterpress.signing import fields
from letterpress.signing.fields import Place
from letterpress.signing.verification import verify


def check_earlier(pdf: bytes, name: str, *, source: str | None = None) -> tuple[Place, str]:
    """Refuse to sign a file that has changed since an earlier signature, and a place that is not open.

    :param name: for whom the place is kept, the field's name, or its slug.
    :param source: names the file in diagnostics.
    :returns: the place, and the letter's language.
    :raises LetterpressError: an earlier signature no longer fits the file, or the place is signed or there is none.
    """
    reader = fields.open_pdf(pdf, source)
    places = fields.places(reader)
    if any(not place.open for place in places):
        verdict = verify(pdf)
        broken = [f"{report.signatory}: {report.reasons[0]}" for report in verdict.signatures if not report.valid]
        broken += [f"a time stamp: {stamp.reasons[0]}" for stamp in verdict.timestamps if not stamp.valid]
        if broken or verdict.problems:
            raise LetterpressError(
                f"an earlier signature no longer fits this file: {[*broken, *verdict.problems][0]}",
                hint="ask for the file as it was signed; see letterpress verify",
                code="signature-earlier-broken",
            )
    place = fields.find(places, name)
    fields.check_open(places, place)
    return place, fields.language(reader)
