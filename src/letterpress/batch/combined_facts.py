"""What a combined file says of itself: as its first letter does, with a title and a number of its own.

Not here: its pages and their structure (`combine`).
"""

from __future__ import annotations

import contextlib
import html
import re
from pathlib import Path
from typing import Any

from letterpress.pdf import xmp
from letterpress.pdf.press import standards


def version(first: Path | None) -> tuple[bytes, ...]:
    """Read the version of PDF that the first letter has, and so all of a run; none, if it cannot be read."""
    with contextlib.suppress(OSError):
        if first is not None:
            with first.open("rb") as file:
                found = re.match(rb"%PDF-(1\.\d)", file.read(8))
            return (found[1],) if found else ()
    return ()


def flat(letter: Any) -> dict[str, str] | None:
    """Read what a letter's information says of PDF/X-1a, and when it was made; None if it is no PDF/X-1a.

    :param letter: pikepdf's.
    """
    about = letter.trailer.get("/Info", {})
    if str(about.get("/GTS_PDFXVersion", "")) != standards.X1A:
        return None
    keys = ("/GTS_PDFXVersion", "/GTS_PDFXConformance", "/CreationDate", "/ModDate", "/Creator", "/Producer")
    return {key: str(about[key]) for key in keys if key in about}


def metadata(packet: bytes, title: str, claims: xmp.Claims | None, digest: bytes) -> bytes:
    """Make the metadata of a file of many letters.

    :param packet: the first letter's.
    :param claims: what all of them keep.
    :param digest: of what is in the file, which its own number is made of.
    """
    packet = _retitled(packet, title)
    if claims is not None and claims != xmp.read(packet):
        packet = xmp.lowered(packet, claims)
    return standards.renumbered(packet, digest)


def _retitled(packet: bytes, title: str) -> bytes:
    """Give the first letter's metadata the title of them all, and take out its own description."""
    text = packet.decode("utf-8")
    new = html.escape(title, quote=False)
    text = re.sub(
        r"(<dc:title>.*?<rdf:li[^>]*>).*?(</rdf:li>)", lambda found: found[1] + new + found[2], text, flags=re.S
    )
    text = re.sub(r"<rdf:Description[^>]*><dc:description>.*?</dc:description></rdf:Description>", "", text, flags=re.S)
    return text.encode()
