"""The XMP packet of a letter with another letter's title and subject. Source: XMP specification, part 1, 7.

Not here: the packet itself, which WeasyPrint writes.
"""

from __future__ import annotations

import html
from collections.abc import Mapping

from letterpress.layout.plates.runs import Unlike

_PLACES = {"Title": b"<dc:title>", "Subject": b"<dc:description>"}
"""Where the packet says what the document's information says."""


def told(packet: bytes, before: Mapping[str, str], texts: Mapping[str, str]) -> bytes:
    """Give the packet with other texts.

    :param before: what it says now, by the keys of the document's information.
    :raises Unlike: it is not known where they stand.
    """
    for key, text in texts.items():
        old = b">" + _escaped(before[key]) + b"<"
        begin = packet.find(_PLACES[key]) if key in _PLACES else -1
        at = packet.find(old, begin)
        if begin < 0 or at < 0 or b"</rdf:Alt>" in packet[begin:at]:
            raise Unlike("what the document says of itself stands elsewhere")
        packet = packet[:at] + b">" + _escaped(text) + b"<" + packet[at + len(old) :]
    return packet


def _escaped(text: str) -> bytes:
    return html.escape(text, quote=False).encode()
