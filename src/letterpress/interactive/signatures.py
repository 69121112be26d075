"""Signs a letter in its own place, and says what its signatures are worth, for somebody who looks at the page.

The key and its passphrase come with the request, stay in the worker's memory as long as that, and are written nowhere.
Nothing is written to the disk: whoever asks gets the bytes.

Not here: what a signature is (signing/), where the signed file goes (files/).
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from letterpress import api, data, pipeline, signing, stamp
from letterpress.errors import LetterpressError
from letterpress.interactive import preview
from letterpress.interactive.answers import Say, answering
from letterpress.pdf import raster
from letterpress.processes import stages
from letterpress.signing import KeyOwner, Place, SignedPdf, Signer, Verification

prepare = preview.prepare
_NO_SECRET = "for nobody"  # noqa: S105 - of a key that nobody has
"""Locks the key with which a letter is signed for nobody, and which is gone a moment later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key file and what opens it."""

    data: bytes = field(repr=False)
    """PKCS#12."""
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """A key in a PKCS#11 token, which it never leaves."""

    module: str
    """The library of the token's maker."""
    pin: str = field(repr=False)
    token: str | None = None
    """Label of the token, where there is more than one."""
    label: str | None = None
    """Label of the key, likewise."""
    certificates: str | None = None
    """File of certificates that the token lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSeen:
    """A place that the letter keeps for a signature, and where it is on its page."""

    place: Place
    box: tuple[float, float, float, float] | None
    """x, y, width and height in hundredths of the page, from its top left corner; None if it is on no page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A key that was opened to see whose it is."""

    owner: KeyOwner
    own_places: tuple[str, ...]
    """Names of the open places that are kept for its owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a letter is to be signed."""

    place: str | None
    """For whom the place is kept, or the field's name; None: the one open place that is kept for the key's owner."""
    letterhead: str
    """Whose stamp is set in it."""
    root: str
    """Of the project."""
    shown: str
    """What messages call the file."""
    on_behalf: bool = False
    """Whether the key may be another's: somebody has confirmed it."""
    tsa: str | None = None
    """URL of a timestamp server."""
    reason: str | None = None
    """Why it is signed."""


@answering
def places(say: Say, pdf: bytes, shown: str) -> tuple[PlaceSeen, ...]:
    """Find the places of a letter, who has signed and who has not.

    :raises UnreadableInput: it is no PDF that can be read.
    """
    found = signing.fields.places(signing.fields.open_pdf(pdf, shown))
    sizes = raster.sizes(pdf)
    return tuple(PlaceSeen(place=one, box=_box(one, sizes)) for one in found)


@answering
def sizes(say: Say, pdf: bytes, shown: str) -> tuple[tuple[float, float], ...]:
    """Width and height of each page of a PDF, in pt.

    :raises LetterpressError: it is no PDF that can be drawn.
    """
    try:
        return tuple(raster.sizes(pdf))
    except raster.Unreadable as error:
        raise LetterpressError("is no PDF that can be read", file=shown, code="pdf-expected") from error


@answering
def owner(say: Say, pdf: bytes, key: Key, shown: str) -> Opened:
    """Say whose key it is, and which open places of the letter are theirs.

    :raises LetterpressError: the key cannot be opened, or the letter cannot be read.
    """
    opened = signing.from_pkcs12(key.data, key.passphrase or None)
    found = signing.fields.places(signing.fields.open_pdf(pdf, shown))
    own = tuple(one.name for one in found if one.open and signing.is_for(opened, one.signatory))
    return Opened(owner=signing.owner_of(opened), own_places=own)


@answering
def issuer(say: Say, data: bytes, shown: str) -> tuple[KeyOwner, bytes]:
    """Say whose certificate it is that is to be trusted; and the certificate, in DER.

    :raises LetterpressError: it is none, or that of somebody for whom another one vouches.
    """
    owner, der = signing.owner_of_certificate(data, shown)
    if not owner.self_issued:
        message, params = f"is vouched for by {owner.issuer}", (("issuer", owner.issuer),)
        hint = f"choose the certificate of {owner.issuer}"
        raise LetterpressError(message, file=shown, hint=hint, code="issuer-not-own", value=owner.name, params=params)
    return owner, der


@answering
def warm(say: Say) -> None:
    """Sign a letter for nobody, with a key of the moment: the first one that somebody waits for is signed at once."""
    letter = api.read_text(data.sample("en").encode(), "sample.md", name="sample.md")
    name = letter.signatories[0].name
    made = pipeline.press(api.job(letter, sign={name: "digital"}))
    with tempfile.TemporaryDirectory(prefix="letterpress-") as folder:
        file = Path(folder) / "key.p12"
        signing.new_identity(name, file, _NO_SECRET)
        key = signing.from_pkcs12(file.read_bytes(), _NO_SECRET)
    if made.pdf is not None:
        _signed(made.pdf, key, Order(place=None, letterhead="plain", root=".", shown="sample.pdf"))


@answering
def sign(say: Say, pdf: bytes, key: Key | TokenKey, order: Order) -> SignedPdf:
    """Sign a letter.

    :raises LetterpressError: an earlier signature is broken, the place is not open or is another's, or the key may not
        sign.
    """
    if isinstance(key, Key):
        return _signed(pdf, signing.from_pkcs12(key.data, key.passphrase or None), order)
    stages.at("opening the token")
    beside = None if key.certificates is None else Path(key.certificates)
    with signing.open_token(
        Path(key.module), key.pin or None, token=key.token, label=key.label, beside=beside
    ) as token:
        return _signed(pdf, token, order)


def _signed(pdf: bytes, signer: Signer, order: Order) -> SignedPdf:
    stages.at("looking at its earlier signatures")
    place, lang = signing.check_earlier(pdf, order.place or _own_place(pdf, signer, order.shown), source=order.shown)
    stages.at("signing")
    signed = signing.sign(
        pdf,
        field=place.name,
        signer=signer,
        level="B-T" if order.tsa else "B-B",
        tsa=order.tsa,
        reason=order.reason,
        stamp=stamp.of_letterhead(order.letterhead, lang, order.root),
        on_behalf=order.on_behalf,
        source=order.shown,
    )
    said = tuple(dataclasses.replace(one, file=one.file or order.shown) for one in signed.diagnostics)
    return dataclasses.replace(signed, diagnostics=said)


def _own_place(pdf: bytes, signer: Signer, shown: str) -> str:
    """Name the open place that is kept for the owner of a key.

    :raises LetterpressError: there is none, or more than one.
    """
    found = signing.fields.places(signing.fields.open_pdf(pdf, shown))
    own = [one.name for one in found if one.open and signing.is_for(signer, one.signatory)]
    if len(own) != 1:
        known = tuple(one.signatory for one in found if one.open)
        message = "no open place is kept for the owner of the key" if not own else "several places are the owner's"
        hint = f"name one: {', '.join(known)}" if known else "the letter keeps no open place for a signature"
        raise LetterpressError(message, file=shown, field="place", hint=hint, code="place-unclear")
    return own[0]


@answering
def verify(say: Say, pdf: bytes, trust: Sequence[str], shown: str) -> Verification:
    """Say what the signatures of a file are worth.

    :param trust: certificates, or folders of them.
    :raises UnreadableInput: it is no PDF that can be read.
    """
    stages.at("verifying its signatures")
    return signing.verify(pdf, [Path(path) for path in trust], source=shown)


def _box(place: Place, sizes: Sequence[tuple[float, float]]) -> Any:
    if place.page is None or not 1 <= place.page <= len(sizes):
        return None
    width, height = sizes[place.page - 1]
    x1, y1, x2, y2 = place.box
    left, top = min(x1, x2) / width, 1 - max(y1, y2) / height
    return tuple(round(100 * part, 3) for part in (left, top, abs(x2 - x1) / width, abs(y2 - y1) / height))
