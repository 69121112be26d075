"""A letter is signed in its own place, once it is known whose key it is, and its signatures are told."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from letterpress import signing
from letterpress.errors import LetterpressError
from letterpress.interactive import signatures
from letterpress.interactive.signatures import Key, Order
from letterpress.signing import SignedPdf
from tests.support import signing as support

ADA, BEN = (name for name, _ in support.PEOPLE[:2])
SECRET = "correct horse battery staple"


def _say(*_: object) -> bool:
    return True


def _order(place: str, **more: Any) -> Order:
    return Order(place=place, letterhead="plain", root=str(Path.cwd()), shown="out/bridge.pdf", **more)


@pytest.fixture(scope="module")
def letter() -> bytes:
    return support.render()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Key]:
    folder = tmp_path_factory.mktemp("keys")
    made = {name: signing.new_identity(name, folder / f"{name[:3]}.p12", SECRET) for name in (ADA, BEN)}
    return {name: Key(data=Path(one.path).read_bytes(), passphrase=SECRET) for name, one in made.items()}


@pytest.fixture(scope="module")
def signed(letter: bytes, keys: dict[str, Key]) -> SignedPdf:
    return signatures.sign(_say, letter, keys[ADA], _order(ADA))


def test_a_keys_owner_is_known_before_it_signs(letter: bytes, keys: dict[str, Key]) -> None:
    opened = signatures.owner(_say, letter, keys[BEN], "out/bridge.pdf")
    assert (opened.owner.name, opened.owner.test, opened.owner.self_issued) == (BEN, True, False)
    assert opened.owner.issuer
    assert opened.owner.valid_at(datetime.datetime.now(datetime.UTC))
    assert not opened.owner.valid_at(datetime.datetime(1999, 1, 1, tzinfo=datetime.UTC))
    assert opened.own_places == (support.slug(BEN),)
    assert SECRET not in repr(keys[BEN])
    for key, code in (
        (Key(data=keys[BEN].data, passphrase="wrong"), "passphrase-wrong"),
        (Key(data=keys[BEN].data, passphrase=""), "passphrase-missing"),
        (Key(data=b"no key", passphrase=SECRET), "key-unreadable"),
    ):
        with pytest.raises(LetterpressError) as raised:
            signatures.owner(_say, letter, key, "out/bridge.pdf")
        assert raised.value.diagnostics[0].code == code


def test_it_signs_in_its_own_place_alone(letter: bytes, keys: dict[str, Key], signed: SignedPdf) -> None:
    assert (signed.signer, signed.signatory) == (ADA, ADA)
    after = {one.place.signatory: one.place for one in signatures.places(_say, signed.pdf, "out/bridge.pdf")}
    assert [name for name, place in after.items() if not place.open] == [ADA]
    mark = signed.pdf.index(b"%", 5) + 1  # of the comment in the file's second line
    changed = signed.pdf[:mark] + bytes([signed.pdf[mark] ^ 1]) + signed.pdf[mark + 1 :]
    for pdf, place, key, code in (
        (letter, BEN, keys[ADA], "signer-refused"),
        (signed.pdf, ADA, keys[ADA], "field-signed"),
        (letter, "Zoë", keys[ADA], "signature-field-unknown"),
        (changed, BEN, keys[BEN], "signature-earlier-broken"),
    ):
        with pytest.raises(LetterpressError) as raised:
            signatures.sign(_say, pdf, key, _order(place))
        assert raised.value.diagnostics[0].code == code
    confirmed = signatures.sign(_say, letter, keys[ADA], _order(BEN, on_behalf=True))
    assert (confirmed.signer, confirmed.signatory) == (ADA, BEN)
    assert all(one.file == "out/bridge.pdf" for one in confirmed.diagnostics)


def test_places_are_where_the_page_has_them(letter: bytes) -> None:
    seen = signatures.places(_say, letter, "out/bridge.pdf")
    assert [one.place.signatory for one in seen] == [name for name, _ in support.PEOPLE[:3]]
    boxes = [one.box for one in seen]
    for box in boxes:
        assert box is not None
        assert 0 < box[0] < box[0] + box[2] < 100
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0][1] < boxes[1][1]


def test_what_signatures_are_worth(signed: SignedPdf, tmp_path: Path) -> None:
    verdict = signatures.verify(_say, signed.pdf, [], "bridge.pdf")
    (report,) = verdict.signatures
    assert (report.signer, report.valid, report.trusted) == (ADA, True, False)
    with pytest.raises(LetterpressError):
        signatures.verify(_say, b"no PDF", [], "bridge.pdf")
