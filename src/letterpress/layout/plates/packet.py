"""The XMP packet of a letter with another letter's title and subject. Source: XMP specification, part 1, 7.

Not here: the packet itself, which WeasyPrint writes.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from letterpress.layout.plates.runs import Unlike

_PLACES = {"Title": b"<dc:title>", "Subject": b"<dc:description>"}
"""Where the packet says what the document's information says."""


def told(
    parts: Sequence[tuple[bytes, bool]], before: Mapping[str, str], texts: Mapping[str, str]
) -> list[tuple[bytes, bool]]:
    """Give the packet with other texts.

    :param parts: those of the packet, and which of them have a letter's own texts.
    :param before: what it says now, by the keys of the document's information.
    :raises Unlike: it is not known where they stand.
    """
    found = list(parts)
    for key, text in texts.items():
        place = _PLACES.get(key)
        number = next((at for at, (part, own) in enumerate(found) if place and own and place in part), None)
        if place is None or number is None:
            raise Unlike("what the document says of itself stands elsewhere")
        part = found[number][0]
        old, begin = b">" + _escaped(before[key]) + b"<", part.find(place)
        at = part.find(old, begin)
        if at < 0 or b"</rdf:Alt>" in part[begin:at]:
            raise Unlike("what the document says of itself stands elsewhere")
        found[number] = part[:at] + b">" + _escaped(text) + b"<" + part[at + len(old) :], True
    return found


def _escaped(text: str) -> bytes:
    return html.escape(text, quote=False).encode()
