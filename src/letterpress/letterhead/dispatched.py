"""Notes of a letter what those who send it want to know: to whom it goes, for which envelopes and carrier it is made.

Not here: the value itself (dispatch.py).
"""

from __future__ import annotations

from letterpress.dispatch import Dispatch
from letterpress.frozen import last
from letterpress.letterhead import definition
from letterpress.letterhead.settled import Settled
from letterpress.model import Filled


def noted(made_with: Settled, filled: Filled) -> Dispatch:
    """Give the note of a filled letter."""
    lines: list[str] = []
    for address in filled.addresses:
        lines += ("", *address) if lines else address
    first = filled.to[0] if filled.to else None
    return _shared(made_with)._replace(
        to=tuple(lines),
        country=first.country if first is not None else None,
        postcode=first.postcode if first is not None else None,
        lang=filled.lang,
        enclosures=tuple((annex.title, len(annex.pages)) for annex in filled.annexes),
    )


@last
def _shared(made_with: Settled) -> Dispatch:
    """What the letters of a list have alike."""
    head, look = made_with.head, made_with.look
    standard = definition.standard_of(head, look.parameters, look.carrier)
    envelopes = [window.envelope for window in standard.windows] if standard is not None else []
    carrier = look.carrier
    return Dispatch(
        letterhead=head.name,
        paper=look.paper,
        profile=look.profile,
        carrier=carrier.name if carrier is not None else None,
        duplex=carrier is not None and carrier.duplex is True,
        envelopes=tuple(dict.fromkeys(envelopes)),
    )
