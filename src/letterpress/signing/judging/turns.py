"""Checks that each signature stands in its own place, and was made when it was its turn.

The order of a letter is in its locks (`fields`), which another program may disregard.

Not here: whether the signature fits (`signatures`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from letterpress.signing import fields
from letterpress.signing.fields import Place
from letterpress.signing.reasons import Reason


def wrong_places(items: Sequence[tuple[str, Any]], places: dict[str, Place]) -> list[Reason]:
    """Find time stamps where a person was to sign: whoever looks at the page takes them for a signature.

    :param items: pairs of a field's name and pyHanko's view of what stands in it, or the exception it raised.
    :param places: the letter's places by the names of their fields.
    """
    problems = []
    for name, item in items:
        if name in places or isinstance(item, Exception):
            continue
        try:
            kept_for = fields.kept_for(item.sig_field, name)
        except Exception:  # anything may stand in a field that somebody added
            kept_for = name
        if kept_for is not None:
            text = f"a time stamp stands in the place kept for {kept_for}: it is nobody's signature"
            problems.append(Reason(code="timestamp-in-place", text=text, params=(("signatory", kept_for),)))
    return problems


def wrong_order(items: Sequence[tuple[str, Any]], places: Sequence[Place]) -> list[Reason]:
    """Find who signed before it was their turn, in a letter that is signed in order.

    :param items: as for `wrong_places`.
    """
    made = {name: getattr(item, "signed_revision", -1) for name, item in items}
    by_name = {place.name: place for place in places}
    problems = []
    for place in places:
        earlier = [by_name[name] for name in place.after if name in by_name]
        late = tuple(
            other.signatory for other in earlier if other.open or made.get(other.name, -1) > made.get(place.name, -1)
        )
        if not place.open and late and place.label.startswith(fields.LABEL):
            text = f"signed out of order: {place.signatory} signed before {' and '.join(late)}"
            params = (("signatory", place.signatory), ("before", late))
            problems.append(Reason(code="signed-out-of-order", text=text, params=params))
    return problems
