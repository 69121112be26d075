"""What a combined file says of itself: as its first letter does, with a title and a number of its own.

Not here: its pages and their structure (`combine`).
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from letterpress.errors import Diagnostic
from letterpress.pdf import xmp
from letterpress.pdf.press import standards


class OfFirst(NamedTuple):
    """What the first letter says of all that are combined: those of a run are made in one way."""

    version: tuple[bytes, ...] = ()
    """Of PDF; none, if it cannot be read."""
    press: bool = False
    """Whether it is PDF/X-4."""


def of_first(path: Path | None) -> OfFirst:
    """Read the first letter's file."""
    import pikepdf

    with contextlib.suppress(OSError, pikepdf.PdfError):
        if path is not None:
            with path.open("rb") as file:
                found = re.match(rb"%PDF-(1\.\d)", file.read(8))
            with pikepdf.open(path) as source:
                packet = source.Root.Metadata.read_bytes() if "/Metadata" in source.Root else b""
            return OfFirst((found[1],) if found else (), xmp.read(packet).x)
    return OfFirst()


def flat(letter: Any) -> dict[str, str] | None:
    """Read what a letter's information says of PDF/X-1a, and when it was made; None if it is no PDF/X-1a.

    :param letter: pikepdf's.
    """
    about = letter.trailer.get("/Info", {})
    if str(about.get("/GTS_PDFXVersion", "")) != standards.X1A:
        return None
    keys = ("/GTS_PDFXVersion", "/GTS_PDFXConformance", "/CreationDate", "/ModDate", "/Creator", "/Producer")
    return {key: str(about[key]) for key in keys if key in about}


class Counted(Protocol):
    """How many letters of a file have what only their own files hold."""

    signed: int
    attached: int


def left_out(counted: Counted, target: Path) -> Iterator[Diagnostic]:
    """Say that letters bear signatures, which are none in a file of many, and attachments, which are not printed.

    :param target: the file.
    """
    if counted.signed:
        number = "1 letter bears a signature" if counted.signed == 1 else f"{counted.signed} letters bear signatures"
        message = f"{number}, which only the letter's own file can prove: here they are print"
        params = (("signed", counted.signed),)
        yield Diagnostic(severity="warning", message=message, file=str(target), code="signed-combined", params=params)
    if counted.attached:
        number = "1 letter has attachments" if counted.attached == 1 else f"{counted.attached} letters have attachments"
        message = f"{number}, which are in the letter's own file only: this one is for print"
        params = (("attached", counted.attached),)
        yield Diagnostic(severity="note", message=message, file=str(target), code="attachments-combined", params=params)


def info(flat: dict[str, str] | None, title: str) -> Any:
    """Make the information of a press copy of many letters.

    :param flat: what the first letter says of PDF/X-1a, if all are that.
    """
    import pikepdf

    texts = {**(flat or {}), "/Title": title}
    about = pikepdf.Dictionary({key: pikepdf.String(text) for key, text in texts.items()})
    about.Trapped = pikepdf.Name("/False")
    return about


def metadata(packet: bytes, title: str, claims: xmp.Claims | None, digest: bytes, *, records: bool) -> bytes:
    """Make the metadata of a file of many letters.

    :param packet: the first letter's.
    :param claims: what all of them keep.
    :param digest: of what is in the file, which its own number is made of.
    :param records: whether the file says where each record begins.
    """
    packet = _retitled(packet, title)
    if claims is not None and claims != xmp.read(packet):
        packet = xmp.lowered(packet, claims)
    if records and claims is not None and claims.x:
        packet = standards.with_vt1(packet)
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
