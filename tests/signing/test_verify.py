"""Verdicts on signatures that nobody tampered with: trust, time, level, revocation, state; and no false alarm."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from letterpress.errors import UnreadableInput
from letterpress.signing import LEVELS, sign, verify
from tests.proofs import signed
from tests.support import signing

ADA, BEN, CHLOE = (name for name, _ in signing.PEOPLE[:3])


@pytest.fixture(scope="module")
def ca() -> signing.Authority:
    return signing.Authority()


@pytest.fixture(scope="module")
def services(ca: signing.Authority) -> Iterator[signing.Services]:
    running = signing.Services(ca)
    yield running
    running.close()


@pytest.fixture(scope="module")
def letter() -> bytes:
    return signing.render()


def pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


# Trust


def test_a_key_that_vouches_for_itself_is_valid_and_not_trusted(letter: bytes) -> None:
    signer = signing.self_signed(ADA)
    signed = sign(letter, field=ADA, signer=signer).pdf
    for trust in ([], [signing.Authority().der]):
        verdict = verify(signed, trust)
        report = verdict.signatures[0]
        assert (report.valid, report.trusted, report.revocation) == (True, False, "none")
        assert report.reasons == (
            "Ada Okafor vouches for this key alone: the certificate issued itself and is not among those you trust",
        )
        assert not verdict.valid
        assert verdict.state.endswith("not trusted: Ada Okafor")
    assert verify(signed, [signer.chain[0]]).valid, "named as trusted, it is"


def test_another_issuer_is_not_enough(ca: signing.Authority, letter: bytes) -> None:
    signed = sign(letter, field=ADA, signer=ca.signer(ADA)).pdf
    other = signing.Authority("Another Root", number=70)
    report = verify(signed, [other.der]).signatures[0]
    assert (report.valid, report.trusted, report.chain) == (True, False, ())
    assert "issued by CN=Test Root, leads to none that you trust" in report.reasons[0]
    # An issuer that only has the same name does not help.
    forged = signing.Authority("Test Root", number=71)
    assert not verify(signed, [forged.der]).signatures[0].trusted


def test_trust_in_pem_der_files_and_folders(ca: signing.Authority, letter: bytes, tmp_path: Path) -> None:
    signed = sign(letter, field=ADA, signer=ca.signer(ADA)).pdf
    (tmp_path / "root.pem").write_bytes(pem(signing.Authority("Another Root", number=70).der) + pem(ca.der))
    (tmp_path / "list.crl").write_bytes(ca.crl())
    (tmp_path / "notes.txt").write_text("not a certificate")
    (tmp_path / "readme.pem").write_text("nor is this")
    for trust in (ca.der, pem(ca.der), tmp_path, tmp_path / "root.pem"):
        report = verify(signed, [trust]).signatures[0]
        assert report.trusted
        assert report.chain == (ADA, "Test Root")
        assert report.revocation == ("good" if trust == tmp_path else "unknown")
    with pytest.raises(UnreadableInput, match=r"readme\.pem: holds no certificate"):
        verify(signed, [tmp_path / "readme.pem"])
    with pytest.raises(UnreadableInput, match=r"nowhere\.pem: cannot be read"):
        verify(signed, [tmp_path / "nowhere.pem"])


def test_one_untrusted_signature_spoils_the_letter(ca: signing.Authority, letter: bytes) -> None:
    pdf = sign(letter, field=ADA, signer=ca.signer(ADA)).pdf
    pdf = sign(pdf, field=BEN, signer=signing.self_signed(BEN)).pdf
    verdict = verify(pdf, [ca.der])
    assert [report.trusted for report in verdict.signatures] == [True, False]
    assert not verdict.valid
    assert verdict.state == "2 of 3 have signed; open: Chloé Müller (Secretary); not trusted: Ben Silva"


def test_an_expired_certificate(ca: signing.Authority, letter: bytes) -> None:
    then = signing.now() - 20 * signing.DAY
    signer = ca.signer(ADA, start=then - signing.DAY, days=10)
    signed = sign(letter, field=ADA, signer=signer, time=then).pdf
    report = verify(signed, [ca.der]).signatures[0]
    assert (report.valid, report.trusted) == (True, False)
    assert "expired on" in report.reasons[0]
    assert "no trusted timestamp proves that it was signed before" in report.reasons[0]
    assert verify(signed, [ca.der], at=then).signatures[0].trusted


def test_a_revoked_certificate(letter: bytes) -> None:
    ca = signing.Authority("Revoking Root", number=72)
    ada, ben = ca.signer(ADA), ca.signer(BEN)
    pdf = sign(letter, field=ADA, signer=ada).pdf
    pdf = sign(pdf, field=BEN, signer=ben).pdf
    ca.revoke(ada.chain[0])
    verdict = verify(pdf, [ca.der, ca.crl()])
    assert [report.revocation for report in verdict.signatures] == ["revoked", "good"]
    assert [report.trusted for report in verdict.signatures] == [False, True]
    assert verdict.signatures[0].reasons[0].startswith("the certificate of Ada Okafor was revoked on 2")
    assert not verdict.valid


def test_a_forged_revocation_list_is_not_believed(ca: signing.Authority, letter: bytes) -> None:
    signer = ca.signer(ADA)
    signed = sign(letter, field=ADA, signer=signer).pdf
    forger = signing.Authority("Test Root", number=73)  # same name, another key
    forger.revoke(signer.chain[0])
    report = verify(signed, [ca.der, forger.crl()]).signatures[0]
    assert (report.trusted, report.revocation) == (True, "unknown")


def test_revocation_is_fetched_only_when_asked(services: signing.Services, letter: bytes) -> None:
    ca = services.authority
    signer = ca.signer(ADA, number=5)
    signed = sign(letter, field=ADA, signer=signer).pdf
    services.requests.clear()
    assert verify(signed, [ca.der]).signatures[0].revocation == "unknown"
    assert services.requests == []
    assert verify(signed, [ca.der], online=True).signatures[0].revocation == "good"
    assert "/ca.crl" in services.requests
    ca.revoke(signer.chain[0])
    try:
        assert verify(signed, [ca.der], online=True).signatures[0].revocation == "revoked"
    finally:
        ca.revoked.clear()


def test_a_certificate_for_servers_is_not_trusted(ca: signing.Authority, letter: bytes) -> None:
    # letterpress refuses to sign with it; somebody else's program may not.
    from letterpress.signing.certificates import purpose

    signer = ca.signer(ADA, purposes=[x509.ExtendedKeyUsageOID.SERVER_AUTH])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(purpose, "faults", lambda *_: [])
        signed = sign(letter, field=ADA, signer=signer).pdf
    report = verify(signed, [ca.der]).signatures[0]
    assert (report.valid, report.trusted) == (True, False)
    assert "is not for documents" in report.reasons[0]


def test_a_certificate_that_is_not_the_keys(
    ca: signing.Authority, letter: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from letterpress.errors import LetterpressError
    from letterpress.signing.certificates import key_kinds
    from letterpress.signing.keys import files as keys

    other = ca.signer(ADA, number=1)
    own = ca.signer(ADA, number=2)
    mixed = keys.KeyFile(chain=own.chain, digest="sha256", private=other.private)
    with pytest.raises(LetterpressError, match="what the key signed does not fit the certificate of Ada Okafor"):
        sign(letter, field=ADA, signer=mixed)
    monkeypatch.setattr(key_kinds, "fits", lambda *_: True)  # as somebody else's program
    report = verify(sign(letter, field=ADA, signer=mixed).pdf, [ca.der]).signatures[0]
    assert (report.valid, report.trusted) == (False, False)
    assert report.reasons[0] == "the signature was not made with the key of its certificate"


# Time


def test_a_timestamp_proves_the_time(ca: signing.Authority, services: signing.Services, letter: bytes) -> None:
    wrong = signing.now() - 3 * signing.DAY
    signer = ca.signer(ADA, start=wrong - signing.DAY)
    signed = sign(letter, field=ADA, signer=signer, time=wrong, level="B-T", tsa=f"{services.url}/tsa").pdf
    report = verify(signed, [ca.der]).signatures[0]
    assert report.time_proven
    assert report.time is not None
    assert abs(report.time - signing.now()) < datetime.timedelta(minutes=1)


def test_a_timestamp_from_the_future(ca: signing.Authority, services: signing.Services, letter: bytes) -> None:
    services.timestamp_time = signing.now() + 2 * signing.DAY
    try:
        signed = sign(letter, field=ADA, signer=ca.signer(ADA), level="B-T", tsa=f"{services.url}/tsa").pdf
    finally:
        services.timestamp_time = None
    verdict = verify(signed, [ca.der])
    assert (verdict.valid, verdict.signatures[0].valid) == (False, False)
    assert verdict.signatures[0].reasons[0].startswith("its timestamp is from the future: 2")


def test_a_document_timestamp_from_the_future(ca: signing.Authority, services: signing.Services, letter: bytes) -> None:
    signed = sign(letter, field=ADA, signer=ca.signer(ADA), level="B-LTA", tsa=f"{services.url}/tsa").pdf
    assert verify(signed, [ca.der]).valid
    early = verify(signed, [ca.der], at=signing.now() - datetime.timedelta(hours=1))
    assert not early.valid
    assert any("from the future" in reason for reason in early.timestamps[0].reasons)


def test_a_claimed_time_from_the_future(ca: signing.Authority, letter: bytes) -> None:
    when = signing.now() + signing.DAY
    signed = sign(letter, field=ADA, signer=ca.signer(ADA), time=when).pdf
    report = verify(signed, [ca.der]).signatures[0]
    assert not report.valid
    assert "which has not come yet" in report.reasons[0]
    ahead = signing.now() + datetime.timedelta(minutes=4)
    signed = sign(letter, field=ADA, signer=ca.signer(ADA), time=ahead).pdf
    assert verify(signed, [ca.der]).valid, "another machine's clock may be a little ahead"


def test_an_unknown_timestamp_server_proves_nothing_and_breaks_nothing(
    services: signing.Services, letter: bytes
) -> None:
    own = signing.Authority("Own Root", number=74)
    signed = sign(letter, field=ADA, signer=own.signer(ADA), level="B-T", tsa=f"{services.url}/tsa").pdf
    report = verify(signed, [own.der]).signatures[0]
    assert (report.valid, report.trusted, report.time_proven, report.level) == (True, True, False, "B-T")
    assert "the timestamp is by Test Time, whose issuer is not among those you trust" in report.notes


def test_after_the_certificate_has_expired(ca: signing.Authority, services: signing.Services, letter: bytes) -> None:
    """What each level is for, in one test: the certificate runs out, the signature stays or does not."""
    later = signing.now() + 400 * signing.DAY
    trusted = {}
    for level in LEVELS:
        tsa = None if level == "B-B" else f"{services.url}/tsa"
        signed = sign(letter, field=ADA, signer=ca.signer(ADA, days=100), level=level, tsa=tsa).pdf
        report = verify(signed, [ca.der], at=later).signatures[0]
        assert report.valid
        trusted[level] = report.trusted
    assert trusted == {"B-B": False, "B-T": True, "B-LT": True, "B-LTA": True}


def test_revoked_after_signing_with_long_term_proof(services: signing.Services, letter: bytes) -> None:
    ca = services.authority
    signer = ca.signer(ADA, number=6)
    signed = sign(letter, field=ADA, signer=signer, level="B-LTA", tsa=f"{services.url}/tsa").pdf
    ca.revoke(signer.chain[0], signing.now() + signing.DAY)
    try:
        crl = ca.crl(signing.now() + 2 * signing.DAY)
    finally:
        ca.revoked.clear()
    report = verify(signed, [ca.der, crl], at=signing.now() + 3 * signing.DAY).signatures[0]
    assert report.valid
    assert report.trusted, report.reasons
    assert report.revocation == "good"
    assert any(note.startswith("the certificate was revoked later, on ") for note in report.notes)


# State, and what is no signed letter


def test_the_state_of_the_whole_letter(ca: signing.Authority, letter: bytes) -> None:
    states = [verify(letter).state]
    pdf = letter
    for name in (ADA, BEN, CHLOE):
        pdf = sign(pdf, field=name, signer=ca.signer(name)).pdf
        states.append(verify(pdf, [ca.der]).state)
    assert states == [
        "0 of 3 have signed; open: Ada Okafor (Chair), Ben Silva (Treasurer), Chloé Müller (Secretary)",
        "1 of 3 has signed; open: Ben Silva (Treasurer), Chloé Müller (Secretary)",
        "2 of 3 have signed; open: Chloé Müller (Secretary)",
        "3 of 3 have signed",
    ]
    first, second, third = verify(pdf, [ca.der]).signatures
    assert first.changes == ("signed by Ben Silva", "signed by Chloé Müller")
    assert (second.changes, third.changes) == (("signed by Chloé Müller",), ())
    assert [report.covers for report in (first, second, third)] == ["revision", "revision", "whole file"]
    assert [report.certifies for report in (first, second, third)] == [True, False, False]


def test_a_letter_that_nobody_signed_is_not_valid(letter: bytes) -> None:
    verdict = verify(letter)
    assert not verdict.valid
    assert verdict.as_json()["signatures"] == []
    assert [place["signatory"] for place in verdict.as_json()["open"]] == [ADA, BEN, CHLOE]
    assert verify(signing.render(())).state == "this PDF has no place for a digital signature"
    torn = verify(signing.render(())[:-400])
    assert (torn.valid, torn.state) == (False, "whether it has signatures cannot be said")


def test_what_is_no_pdf_is_an_error() -> None:
    with pytest.raises(UnreadableInput, match=r"^a\.pdf: is not a PDF"):
        verify(b"Dear Madam,", source="a.pdf")


@given(st.binary(max_size=2000))
def test_wild_bytes_are_a_diagnostic_or_a_verdict(data: bytes) -> None:
    for content in (data, b"%PDF-1.7\n" + data, b"%PDF-1.7\n" + data + b"\nstartxref\n9\n%%EOF\n"):
        with contextlib.suppress(UnreadableInput):
            assert not verify(content).valid


# No false alarm


@pytest.mark.slow
def test_no_false_alarm_on_valid_letters(ca: signing.Authority, services: signing.Services) -> None:
    """The first thirty of `make proof-signed`, which have each kind of key, level, order and stamp among them."""
    made = []
    for letter in signed.letters(30, ca, services):
        verdict = verify(letter.pdf, [ca.der])
        assert verdict.valid, verdict.as_json()
        assert len(verdict.signatures) == letter.signatures
        made.append(letter)
    assert len(made) == 30
    assert {letter.key for letter in made} == set(signing.KEY_KINDS)
    assert {letter.level for letter in made} == set(LEVELS)
    ways = {(letter.stamped, letter.in_order) for letter in made}
    assert len(ways) == 4
    assert {letter.certify for letter in made} == {None, False}
