"""Finds out before a run whether a place can be used: that it is there, may be written, and knows "only if absent".

A store that ignores the condition overwrites what another process has made. That shows when a name is created twice
and both calls have made it.

Source: RFC 9110, 13.1.2 (If-None-Match); S3, "Conditional writes".
"""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import replace

from letterpress.errors import LetterpressError
from letterpress.places.store import StorePlace
from letterpress.places.values import Place


def probe(place: Place) -> None:
    """Create a small file twice, read it, and remove it.

    :raises LetterpressError: the place is not to be reached, refuses, is not there, or ignores the condition.
    """
    if isinstance(place, StorePlace):
        place = place.hurried()
    name = f".letterpress-probe-{secrets.token_hex(8)}"
    try:
        _try(place, name)
    except LetterpressError as error:  # of the place: nobody has asked for the small file
        raise type(error)(replace(one, file=place.address) for one in error.diagnostics) from None


def _try(place: Place, name: str) -> None:
    first, second = secrets.token_bytes(16), secrets.token_bytes(16)
    if not place.create(name, first):
        raise _ignores(place, "it says that a new name is there already")
    try:
        if place.create(name, second):
            raise _ignores(place, "it has replaced a file that was to be created only if it was not there")
        if place.get(name) != first:
            raise _ignores(place, "it does not give back what was written")
    finally:
        with contextlib.suppress(LetterpressError):  # an account that may not remove anything can make letters
            place.remove(name)


def _ignores(place: Place, what: str) -> LetterpressError:
    message = f"this store cannot be used: {what}"
    hint = "use one that knows conditional writes (If-None-Match), such as S3, Azure, Google Cloud Storage or MinIO"
    return LetterpressError(message, file=place.address, hint=hint, code="store-condition")
