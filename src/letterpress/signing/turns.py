"""Whether a signature stands in its own place, and was made when it was its turn.

The order of a letter is in its locks (signature_fields.py), which another program may disregard. Not here: whether the
signature fits (validation.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from letterpress.signing import fields
from letterpress.signing.fields import Place


def wrong_places(embedded: Sequence[tuple[str, Any]], places: dict[str, Place]) -> list[str]:
    """Time stamps where a person was to sign: whoever looks at the page takes them for a signature."""
    found = []
    for name, item in embedded:
        if name in places or isinstance(item, Exception):
            continue
        try:
            kept_for = fields.kept_for(item.sig_field, name)
        except Exception:  # anything may stand in a field that somebody added
            kept_for = name
        if kept_for is not None:
            found.append(f"a time stamp stands in the place kept for {kept_for}: it is nobody's signature")
    return found


def wrong_order(embedded: Sequence[tuple[str, Any]], places: Sequence[Place]) -> list[str]:
    """Who signed before it was his turn, in a letter that is signed in order."""
    made = {name: getattr(item, "signed_revision", -1) for name, item in embedded}
    by_name = {place.name: place for place in places}
    found = []
    for place in places:
        earlier = [by_name[name] for name in place.after if name in by_name]
        late = [one.signatory for one in earlier if one.open or made.get(one.name, -1) > made.get(place.name, -1)]
        if not place.open and late and place.label.startswith(fields.LABEL):
            found.append(f"signed out of order: {place.signatory} signed before {' and '.join(late)}")
    return found
