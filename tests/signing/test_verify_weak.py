"""Signatures that fit and are not to be trusted: weak algorithms, certificates that do not lead up, forged evidence."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, rsa
from cryptography.x509 import ocsp
from pyhanko_certvalidator.validate import SUPPORTED_EXTENSIONS

from letterpress.errors import LetterpressError
from letterpress.signing import sign, verify
from letterpress.signing.certificates import contents, paths
from letterpress.signing.keys import files as keys
from letterpress.signing.report import SignatureReport, Verification
from tests.support import foreign, signing

ADA = signing.PEOPLE[0][0]
FIELD = "ada-okafor"
ADDED = {"aa_controls", "qc_statements"}  # by pyHanko, to asn1crypto's names


@pytest.fixture(scope="module")
def ca() -> signing.Authority:
    return signing.Authority()


@pytest.fixture(scope="module")
def letter() -> bytes:
    return signing.render(signing.PEOPLE[:1])


def judged(pdf: bytes, *trust: bytes) -> tuple[Verification, SignatureReport]:
    verdict = verify(pdf, list(trust))
    return verdict, verdict.signatures[0]


def not_trusted(pdf: bytes, *trust: bytes) -> tuple[str, ...]:
    """The reasons for which a valid signature is not trusted."""
    verdict, report = judged(pdf, *trust)
    assert (verdict.valid, report.valid, report.trusted, report.chain) == (False, True, False, ())
    return report.reasons


# Algorithms


def test_a_signature_of_sha_1(ca: signing.Authority, letter: bytes) -> None:
    key = signing.private_key("p256")
    pdf = foreign.sign(letter, FIELD, key, (ca.issue(ADA, key.public_key()), ca.der), digest="sha1")
    assert not_trusted(pdf, ca.der) == ("weak algorithm: the signature is made with SHA-1, which can be forged",)


def test_a_signature_of_md5(ca: signing.Authority, letter: bytes) -> None:
    key = signing.private_key("rsa2048")
    pdf = foreign.sign(letter, FIELD, key, (ca.issue(ADA, key.public_key()), ca.der), digest="md5")
    assert "weak algorithm: the signature is made with MD5, which can be forged" in not_trusted(pdf, ca.der)


def test_rsa_pss_with_sha_1_inside(ca: signing.Authority, letter: bytes) -> None:
    key = signing.private_key("rsa2048")
    chain = (ca.issue(ADA, key.public_key()), ca.der)
    assert verify(foreign.sign(letter, FIELD, key, chain, pss=True), [ca.der]).valid
    pdf = foreign.sign(letter, FIELD, key, chain, pss=True, digest="sha1")
    assert not_trusted(pdf, ca.der) == ("weak algorithm: the signature is made with SHA-1, which can be forged",)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: rsa.generate_private_key(65537, 1024), "the RSA key of Ada Okafor has 1024 bits, fewer than 2048"),
        (lambda: dsa.generate_private_key(1024), "the key of Ada Okafor is a DSA key, which is no longer to be used"),
    ],
    ids=["rsa-1024", "dsa"],
)
def test_weak_keys(ca: signing.Authority, letter: bytes, make: Any, reason: str) -> None:
    key = make()
    chain = (ca.issue(ADA, key.public_key()), ca.der)
    reasons = not_trusted(foreign.sign(letter, FIELD, key, chain), ca.der)
    assert reasons == (f"weak algorithm: {reason}",)
    with pytest.raises(LetterpressError, match="which cannot sign a letter"):
        sign(letter, field=ADA, signer=keys.KeyFile(chain=chain, digest="sha256", private=key))


def test_a_weak_issuer(ca: signing.Authority, letter: bytes) -> None:
    """RSA of 1024 bits, in between."""
    middle = ca.below("Mill Issuing", 60)
    middle.key = rsa.generate_private_key(65537, 1024)
    usage = signing.test_identity._usage(key_cert_sign=True)
    basic = x509.BasicConstraints(ca=True, path_length=None)
    own_issuer = ca.issue("Mill Issuing", middle.key.public_key(), usage=usage, extensions=[basic])
    key = signing.private_key("p256")
    chain = (middle.issue(ADA, key.public_key()), own_issuer, ca.der)
    reasons = not_trusted(foreign.sign(letter, FIELD, key, chain), ca.der)
    assert reasons == ("weak algorithm: the RSA key of Mill Issuing has 1024 bits, fewer than 2048",)
    refused(letter, chain, "the RSA key of Mill Issuing has 1024 bits")


def refused(letter: bytes, chain: tuple[bytes, ...], because: str) -> None:
    """`sign` says before it signs what `verify` would say."""
    signer = keys.KeyFile(chain=chain, digest="sha256", private=signing.private_key("p256"))
    with pytest.raises(LetterpressError, match=because):
        sign(letter, field=ADA, signer=signer)


# Certificates that lead to one that is trusted, and not in order


@pytest.mark.parametrize(("digest", "name"), [(hashes.SHA1(), "SHA-1"), (hashes.MD5(), "MD5")])
def test_a_certificate_signed_with_a_weak_digest(letter: bytes, digest: hashes.HashAlgorithm, name: str) -> None:
    ca = signing.Authority("Old Root", 61, "rsa2048")
    key = signing.private_key("p256")
    chain = (ca.issue(ADA, key.public_key(), digest=digest), ca.der)
    reason = f"weak algorithm: the certificate of Ada Okafor is signed with {name}, which can be forged"
    assert not_trusted(foreign.sign(letter, FIELD, key, chain), ca.der) == (reason,)
    refused(letter, chain, reason)


def test_an_issuer_whose_certificate_is_signed_with_sha_1(ca: signing.Authority, letter: bytes) -> None:
    middle = ca.below("Mill Issuing", 62, digest=hashes.SHA1())
    key = signing.private_key("p256")
    chain = (middle.issue(ADA, key.public_key()), middle.der, ca.der)
    reason = "weak algorithm: the certificate of Mill Issuing is signed with SHA-1, which can be forged"
    assert not_trusted(foreign.sign(letter, FIELD, key, chain), ca.der) == (reason,)
    refused(letter, chain, reason)


def test_a_root_that_signed_itself_with_sha_1_is_as_good_as_any(letter: bytes) -> None:
    """It is trusted because it was named: its own signature proves nothing either way."""
    ca = signing.Authority("Old Root", 63)
    old = signing.signed_again(ca.der, ca.key, hashes.SHA1())
    key = signing.private_key("p256")
    pdf = foreign.sign(letter, FIELD, key, (ca.issue(ADA, key.public_key()), old))
    assert verify(pdf, [old]).valid


def test_an_unknown_critical_extension_is_named(ca: signing.Authority, letter: bytes) -> None:
    key = signing.private_key("p256")
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.7"), b"\x05\x00")
    reason = "has a critical extension that is not known here: 1.3.6.1.4.1.99999.7"
    chain = (ca.issue(ADA, key.public_key(), extensions=[odd]), ca.der)
    assert not_trusted(foreign.sign(letter, FIELD, key, chain), ca.der) == (f"the certificate of Ada Okafor {reason}",)
    refused(letter, chain, reason)
    middle = ca.below("Mill Issuing", 64, extensions=[odd])
    chain = (middle.issue(ADA, key.public_key()), middle.der)
    reasons = not_trusted(foreign.sign(letter, FIELD, key, chain), ca.der)
    assert reasons == (f"the certificate of Mill Issuing {reason}",)


def test_an_issuer_that_is_none(ca: signing.Authority, letter: bytes) -> None:
    middle = ca.below("Mill Clerk", 65, ca=x509.BasicConstraints(ca=False, path_length=None))
    key = signing.private_key("p256")
    chain = (middle.issue(ADA, key.public_key()), middle.der)
    reasons = not_trusted(foreign.sign(letter, FIELD, key, chain), ca.der)
    assert reasons == ("the certificate of Mill Clerk may not issue others",)


def test_an_issuer_that_has_expired(ca: signing.Authority, letter: bytes) -> None:
    middle = ca.below("Mill Issuing", 66, start=signing.now() - 50 * signing.DAY, days=10)
    key = signing.private_key("p256")
    chain = (middle.issue(ADA, key.public_key()), middle.der)
    (reason,) = not_trusted(foreign.sign(letter, FIELD, key, chain), ca.der)
    assert reason.startswith("the certificate of Mill Issuing expired on 2")


def test_the_extensions_that_are_known_are_those_of_the_validation() -> None:
    from asn1crypto.x509 import ExtensionId

    known = {name if name[0].isdigit() else ExtensionId.unmap(name) for name in SUPPORTED_EXTENSIONS - ADDED}
    assert paths._KNOWN_EXTENSIONS - {"1.3.6.1.5.5.7.1.3", "1.3.6.1.5.5.7.1.6"} <= known


# Time stamps


def authority(ca: signing.Authority, key: Any, digest: str | None = None, **options: Any) -> Any:
    own = ca.issue("Test Time", key.public_key(), purposes=[x509.ExtendedKeyUsageOID.TIME_STAMPING], **options)
    return foreign.timestamper(key, (own, ca.der), digest)


def signed(ca: signing.Authority, letter: bytes, timestamper: Any = None) -> bytes:
    key = signing.private_key("p256")
    return foreign.sign(letter, FIELD, key, (ca.issue(ADA, key.public_key()), ca.der), timestamper=timestamper)


def test_a_weak_timestamp_in_a_signature(ca: signing.Authority, letter: bytes) -> None:
    good = signing.private_key("rsa2048", 91)
    verdict, report = judged(signed(ca, letter, authority(ca, good)), ca.der)
    assert (verdict.valid, report.time_proven) == (True, True)
    for weak, reason in (
        (authority(ca, good, "sha1"), "weak algorithm: its timestamp is made with SHA-1, which can be forged"),
        (
            authority(ca, rsa.generate_private_key(65537, 1024)),
            "weak algorithm: the RSA key of Test Time has 1024 bits, fewer than 2048",
        ),
        (
            authority(ca, good, digest="sha256", start=signing.now() - signing.DAY),
            None,
        ),
    ):
        verdict, report = judged(signed(ca, letter, weak), ca.der)
        if reason is None:
            assert verdict.valid
            continue
        assert (verdict.valid, report.valid, report.trusted, report.time_proven) == (False, True, False, False)
        assert reason in report.reasons


def test_a_timestamp_authority_with_a_certificate_of_sha_1(ca: signing.Authority, letter: bytes) -> None:
    key = signing.private_key("rsa2048", 91)
    own = ca.issue("Old Time", key.public_key(), purposes=[x509.ExtendedKeyUsageOID.TIME_STAMPING])
    own = signing.signed_again(own, ca.key, hashes.SHA1())
    verdict, report = judged(signed(ca, letter, foreign.timestamper(key, (own, ca.der))), ca.der)
    assert (verdict.valid, report.valid, report.trusted, report.time_proven) == (False, True, False, False)
    reason = "weak algorithm: the certificate of Old Time is signed with SHA-1, which can be forged"
    assert report.reasons == (reason,)
    assert report.notes == (f"the timestamp is by Old Time, who is not believed: {reason}",)


def test_a_weak_time_stamp_over_the_file(ca: signing.Authority, letter: bytes) -> None:
    key = signing.private_key("rsa2048", 91)
    verdict, report = judged(foreign.timestamp(signed(ca, letter), authority(ca, key)), ca.der)
    assert verdict.valid, verdict.as_json()
    assert [stamp.trusted for stamp in verdict.timestamps] == [True]
    for made in (
        foreign.timestamp(signed(ca, letter), authority(ca, key), "sha1"),
        foreign.timestamp(signed(ca, letter), authority(ca, key, "sha1")),
    ):
        verdict, report = judged(made, ca.der)
        assert report.trusted, "the signature itself is as good as before"
        (stamp,) = verdict.timestamps
        assert (stamp.valid, stamp.trusted, verdict.valid) == (True, False, False)
        assert stamp.reasons == ("weak algorithm: the time stamp is made with SHA-1, which can be forged",)
        assert verdict.state.endswith("a time stamp over the file is not valid")


# Revocation: what lies in the file was put there by whoever had it


def answer(
    ca: signing.Authority,
    own: bytes,
    status: ocsp.OCSPCertStatus,
    *,
    at: datetime.datetime | None = None,
    lasts: datetime.timedelta | None = signing.DAY,
    forger: signing.Authority | None = None,
) -> bytes:
    at = at or signing.now() - datetime.timedelta(minutes=1)
    revoked = at - signing.DAY if status is ocsp.OCSPCertStatus.REVOKED else None
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=contents.parse(own),
        issuer=ca.certificate,
        algorithm=hashes.SHA256(),
        cert_status=status,
        this_update=at,
        next_update=at + lasts if lasts else None,
        revocation_time=revoked,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, (forger or ca).certificate)
    return builder.sign((forger or ca).key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def revocation(pdf: bytes, ca: signing.Authority, **dss: Any) -> tuple[str, bool]:
    verdict, report = judged(foreign.add_dss(pdf, **dss), ca.der)
    return report.revocation, verdict.valid


GOOD, REVOKED = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED


def test_ocsp_in_the_file(letter: bytes) -> None:
    ca, forger = signing.Authority("Test Root", 67), signing.Authority("Test Root", 68)
    ca.ocsp_url = "http://ocsp.example.org/"
    signer = ca.signer(ADA)
    pdf, own = sign(letter, field=ADA, signer=signer).pdf, signer.chain[0]
    long_ago = signing.now() - 30 * signing.DAY
    assert revocation(pdf, ca, ocsps=[answer(ca, own, GOOD)]) == ("good", True)
    assert revocation(pdf, ca, ocsps=[answer(ca, own, REVOKED)]) == ("revoked", False)
    assert revocation(pdf, ca, ocsps=[answer(ca, own, GOOD, forger=forger)]) == ("unknown", True)
    assert revocation(pdf, ca, ocsps=[answer(ca, own, GOOD, at=long_ago)]) == ("unknown", True)
    assert revocation(pdf, ca, ocsps=[answer(ca, own, GOOD, at=long_ago, lasts=None)]) == ("unknown", True)
    other = ca.issue("Somebody Else", signing.private_key("p256", 2).public_key())
    assert revocation(pdf, ca, ocsps=[answer(ca, other, GOOD)]) == ("unknown", True)
    # What is forged does not hide what is true, in any order.
    both = [answer(ca, own, GOOD, forger=forger), answer(ca, own, REVOKED)]
    assert revocation(pdf, ca, ocsps=both) == ("revoked", False)
    assert revocation(pdf, ca, ocsps=both[::-1]) == ("revoked", False)


def test_revocation_counts_though_the_certificate_names_no_place_for_it(letter: bytes) -> None:
    ca = signing.Authority("Test Root", 67)
    middle = ca.below("Mill Issuing", 69)
    signer = middle.signer(ADA)
    signer = keys.KeyFile(chain=(*signer.chain, ca.der), digest=signer.digest, private=signer.private)
    pdf = sign(letter, field=ADA, signer=signer).pdf
    assert revocation(pdf, ca, ocsps=[answer(middle, signer.chain[0], REVOKED)]) == ("revoked", False)
    middle.revoke(signer.chain[0])
    assert revocation(pdf, ca, crls=[middle.crl()]) == ("revoked", False), "without the root's list, too"
    ca.revoke(middle.der)
    verdict, report = judged(foreign.add_dss(pdf, crls=[ca.crl()]), ca.der)
    assert (verdict.valid, report.revocation) == (False, "revoked")
    assert report.reasons[0].startswith("the certificate of Mill Issuing was revoked on 2")


def test_revocation_lists_in_the_file(letter: bytes) -> None:
    ca, forger = signing.Authority("Test Root", 67), signing.Authority("Test Root", 68)
    signer = ca.signer(ADA)
    pdf = sign(letter, field=ADA, signer=signer).pdf
    fresh, stale, forged = ca.crl(), ca.crl(signing.now() - 30 * signing.DAY), forger.crl()
    assert revocation(pdf, ca, crls=[fresh]) == ("good", True)
    assert revocation(pdf, ca, crls=[stale]) == ("unknown", True)
    assert revocation(pdf, ca, crls=[forged]) == ("unknown", True)
    forger.revoke(signer.chain[0])
    assert revocation(pdf, ca, crls=[forger.crl()]) == ("unknown", True), "nor can a forger take a signature away"
    ca.revoke(signer.chain[0])
    for lists in ([ca.crl(), forged], [forged, ca.crl()], [stale, ca.crl()]):
        assert revocation(pdf, ca, crls=lists) == ("revoked", False)


def test_what_can_be_forged_does_not_prove_that_a_certificate_is_good(letter: bytes) -> None:
    """A list signed with SHA-1 may say that a certificate was revoked, never that it was not."""
    from asn1crypto import crl as asn1_crl
    from cryptography.hazmat.primitives.asymmetric import ec

    ca = signing.Authority("Test Root", 67)
    signer = ca.signer(ADA)
    pdf = sign(letter, field=ADA, signer=signer).pdf

    def weak(der: bytes) -> bytes:
        found = asn1_crl.CertificateList.load(der)
        found["tbs_cert_list"]["signature"] = found["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
        found["signature"] = ca.key.sign(found["tbs_cert_list"].dump(force=True), ec.ECDSA(hashes.SHA1()))
        return bytes(found.dump(force=True))

    assert revocation(pdf, ca, crls=[weak(ca.crl())]) == ("unknown", True)
    ca.revoke(signer.chain[0])
    assert revocation(pdf, ca, crls=[weak(ca.crl())])[0] != "good"
