"""What `sign` says it signed, two other readers accept: OpenSSL and Poppler's pdfsig; and keys that it refuses before.

What the second readers know (OpenSSL 3.0 `cms -verify`, pdfsig of Poppler 22.12 with NSS 3.87, on Debian 12):

    RSA, P-256, P-384, P-521     both
    a key for RSASSA-PSS only    OpenSSL; pdfsig refuses every such key, also what OpenSSL itself has signed with it
    Ed25519                      neither knows it in CMS (RFC 8419)
"""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from letterpress.errors import LetterpressError
from letterpress.signing import sign, verify
from letterpress.signing.certificates import contents, key_kinds
from letterpress.signing.keys import files as keys
from tests.support import signing

ADA = signing.PEOPLE[0][0]

needs_readers = pytest.mark.skipif(
    shutil.which("openssl") is None or shutil.which("pdfsig") is None, reason="OpenSSL and poppler-utils not installed"
)


@pytest.fixture(scope="module")
def ca() -> signing.Authority:
    return signing.Authority()


@pytest.fixture(scope="module")
def letter() -> bytes:
    return signing.render(signing.PEOPLE[:1])


def plain(kind: str) -> Callable[[signing.Authority], keys.KeyFile]:
    return lambda ca: ca.signer(ADA, kind)


def p521(ca: signing.Authority) -> keys.KeyFile:
    key = ec.generate_private_key(ec.SECP521R1())
    return keys.KeyFile(chain=(ca.issue(ADA, key.public_key()), ca.der), digest="sha512", private=key)


def pss(kind: str, *demands: Any) -> Callable[[signing.Authority], keys.KeyFile]:
    def make(ca: signing.Authority) -> keys.KeyFile:
        key = signing.private_key(kind)
        own = signing.for_pss(ca.issue(ADA, key.public_key()), ca, *demands)
        return keys.KeyFile(chain=(own, ca.der), digest=key_kinds.digest_for(own), private=key)

    return make


KEYS: dict[str, tuple[Callable[[signing.Authority], keys.KeyFile], set[str]]] = {
    "rsa2048": (plain("rsa2048"), {"openssl", "pdfsig"}),
    "rsa3072": (plain("rsa3072"), {"openssl", "pdfsig"}),
    "p256": (plain("p256"), {"openssl", "pdfsig"}),
    "p384": (plain("p384"), {"openssl", "pdfsig"}),
    "p521": (p521, {"openssl", "pdfsig"}),
    "rsa-pss": (pss("rsa2048"), {"openssl"}),
    "rsa-pss-sha256": (pss("rsa2048", "sha256", "sha256", 32), {"openssl"}),
    "rsa-pss-sha256-salt20": (pss("rsa2048", "sha256", "sha256", 20), {"openssl"}),
    "rsa-pss-sha384": (pss("rsa3072", "sha384", "sha384", 48), {"openssl"}),
    "ed25519": (plain("ed25519"), set()),
}
"""Keys, and the readers that know them."""


def openssl(pdf: bytes, trust: bytes, folder: Path) -> bool:
    start, hole, after, rest = map(int, re.findall(rb"/ByteRange\s*\[([\d\s]+)\]", pdf)[-1].split())
    (folder / "content").write_bytes(pdf[start:hole] + pdf[after : after + rest])
    (folder / "signature.der").write_bytes(bytes.fromhex(pdf[hole + 1 : after - 1].decode()))
    (folder / "ca.pem").write_bytes(contents.parse(trust).public_bytes(serialization.Encoding.PEM))
    command = "openssl cms -verify -binary -inform DER -in signature.der -content content -CAfile ca.pem -purpose any"
    ran = subprocess.run([*command.split(), "-out", "/dev/null"], cwd=folder, capture_output=True, text=True)
    return "CMS Verification successful" in ran.stderr


def pdfsig(pdf: bytes, folder: Path) -> bool:
    (folder / "signed.pdf").write_bytes(pdf)
    ran = subprocess.run(["pdfsig", "-nocert", "signed.pdf"], cwd=folder, capture_output=True, text=True)
    return "Signature is Valid" in ran.stdout and "Total document signed" in ran.stdout


@needs_readers
@pytest.mark.parametrize("kind", KEYS)
def test_three_readers(ca: signing.Authority, letter: bytes, tmp_path: Path, kind: str) -> None:
    make, know_it = KEYS[kind]
    signed = sign(letter, field=ADA, signer=make(ca))
    assert verify(signed.pdf, [ca.der]).valid
    if "openssl" in know_it:
        assert openssl(signed.pdf, ca.der, tmp_path)
    if "pdfsig" in know_it:
        assert pdfsig(signed.pdf, tmp_path)
        assert not signed.diagnostics
    else:
        assert [item.severity for item in signed.diagnostics] == ["note"]
        assert "which not every program can verify yet" in str(signed.diagnostics[0])


@needs_readers
def test_the_readers_can_say_no(ca: signing.Authority, letter: bytes, tmp_path: Path) -> None:
    pdf = sign(letter, field=ADA, signer=ca.signer(ADA)).pdf
    changed = pdf.replace(b"/Title (The bridge)", b"/Title (The tunnel)", 1)
    assert changed != pdf or (changed := pdf.replace(b"%PDF-1.7\n%", b"%PDF-1.7\n&", 1)) != pdf
    assert not openssl(changed, ca.der, tmp_path)
    assert not pdfsig(changed, tmp_path)


# Keys that are for RSASSA-PSS only


@pytest.mark.parametrize("kind", ["rsa-pss", "rsa-pss-sha384"])
def test_from_files(ca: signing.Authority, letter: bytes, tmp_path: Path, kind: str) -> None:
    signer = KEYS[kind][0](ca)
    own, root = map(x509.load_der_x509_certificate, signer.chain)
    lock = serialization.BestAvailableEncryption(b"secret")
    (tmp_path / "id.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"id", signer.private, own, [root], lock))
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (tmp_path / "key.pem").write_bytes(signer.private.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    (tmp_path / "cert.pem").write_bytes(own.public_bytes(pem) + root.public_bytes(pem))
    for loaded in (
        keys.from_pkcs12(tmp_path / "id.p12", "secret"),
        keys.from_pem(tmp_path / "key.pem", tmp_path / "cert.pem"),
        keys.from_file(tmp_path / "id.p12", "secret"),
        keys.from_file(tmp_path / "key.pem", None, tmp_path / "cert.pem"),
    ):
        assert loaded.digest == signer.digest
        assert verify(sign(letter, field=ADA, signer=loaded).pdf, [ca.der]).valid


@needs_readers
def test_a_pkcs12_file_of_openssl(ca: signing.Authority, letter: bytes, tmp_path: Path) -> None:
    """With a key that is marked as one for RSASSA-PSS, as `openssl genpkey` makes it."""
    pem, plain_key = serialization.Encoding.PEM, serialization.NoEncryption()
    (tmp_path / "ca.key").write_bytes(ca.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain_key))
    (tmp_path / "ca.pem").write_bytes(ca.certificate.public_bytes(pem))
    for command in (
        "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256"
        " -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32 -out ada.key",
        "req -new -key ada.key -subj /CN=Ada.Okafor -out ada.csr",
        "x509 -req -in ada.csr -CA ca.pem -CAkey ca.key -days 9 -out ada.pem",
        "pkcs12 -export -inkey ada.key -in ada.pem -certfile ca.pem -passout pass:secret -out ada.p12",
    ):
        subprocess.run(["openssl", *command.split()], cwd=tmp_path, check=True, capture_output=True)
    signed = sign(letter, field=ADA, signer=keys.from_file(tmp_path / "ada.p12", "secret"))
    assert verify(signed.pdf, [ca.der]).valid
    assert openssl(signed.pdf, ca.der, tmp_path)


class Cloud:
    """A service that signs with the padding that somebody wrote into it."""

    def __init__(self, signer: keys.KeyFile, scheme: padding.AsymmetricPadding) -> None:
        self.chain, self.digest, self._key, self._scheme = signer.chain, signer.digest, signer.private, scheme

    def sign(self, data: bytes) -> bytes:
        assert isinstance(self._key, rsa.RSAPrivateKey)
        return self._key.sign(data, self._scheme, key_kinds.hash_of(self.digest))


def test_a_service_that_signs_as_the_key_demands_or_not(ca: signing.Authority, letter: bytes) -> None:
    signer = KEYS["rsa-pss-sha256"][0](ca)
    right = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    assert verify(sign(letter, field=ADA, signer=Cloud(signer, right)).pdf, [ca.der]).valid
    wrong = [
        padding.PKCS1v15(),
        padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=20),
        padding.PSS(mgf=padding.MGF1(hashes.SHA512()), salt_length=32),
    ]
    for scheme in wrong:
        with pytest.raises(LetterpressError, match="what the key signed does not fit the certificate of Ada Okafor"):
            sign(letter, field=ADA, signer=Cloud(signer, scheme))


@pytest.mark.parametrize(
    ("demands", "because"),
    [
        (("sha1", "sha1", 20), "demands the digest sha1"),
        (("sha224", "sha224", 28), "demands the digest sha224"),
        (("sha512", "sha1", 32), "demands the digest sha512, and sha1 for its mask"),
        (("sha256", "sha256", 300), "a salt of 300 bytes, more than a key of 2048 bits has room for"),
    ],
)
def test_demands_that_cannot_be_met(ca: signing.Authority, letter: bytes, demands: Any, because: str) -> None:
    key = signing.private_key("rsa2048")
    own = signing.for_pss(ca.issue(ADA, key.public_key()), ca, *demands)
    with pytest.raises(LetterpressError, match=because):
        key_kinds.digest_for(own)
    with pytest.raises(LetterpressError, match=because):
        sign(letter, field=ADA, signer=keys.KeyFile(chain=(own, ca.der), digest="sha256", private=key))


def test_a_signer_with_another_digest_than_its_key(ca: signing.Authority, letter: bytes) -> None:
    for kind, digest in (("rsa-pss-sha384", "sha256"), ("ed25519", "sha256"), ("rsa2048", "sha1"), ("p256", "md5")):
        signer = dataclasses.replace(KEYS[kind][0](ca), digest=digest)
        with pytest.raises(LetterpressError, match=f"and not with {digest}"):
            sign(letter, field=ADA, signer=signer)
    longer = dataclasses.replace(ca.signer(ADA, "rsa2048"), digest="sha512")
    assert verify(sign(letter, field=ADA, signer=longer).pdf, [ca.der]).valid


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: ec.generate_private_key(ec.BrainpoolP256R1()), "on the curve brainpoolP256r1"),
        (lambda: ec.generate_private_key(ec.SECP256K1()), "on the curve secp256k1"),
        (ed448.Ed448PrivateKey.generate, "of type Ed448"),
        (lambda: dsa.generate_private_key(2048), "of type DSA"),
        (lambda: rsa.generate_private_key(65537, 1024), "an RSA key of 1024 bits"),
    ],
    ids=["brainpool", "secp256k1", "ed448", "dsa", "rsa-1024"],
)
def test_keys_that_cannot_sign_a_letter(ca: signing.Authority, letter: bytes, make: Any, kind: str) -> None:
    key = make()
    own = ca.issue(ADA, key.public_key())
    signer = keys.KeyFile(chain=(own, ca.der), digest="sha256", private=key)
    with pytest.raises(LetterpressError, match=f"{kind}, which cannot sign a letter"):
        sign(letter, field=ADA, signer=signer)


# The chain


def test_a_chain_that_is_not_in_the_keys_file(ca: signing.Authority, letter: bytes, tmp_path: Path) -> None:
    middle = ca.below("Mill Issuing", 50)
    whole = middle.signer(ADA)
    alone = dataclasses.replace(whole, chain=whole.chain[:1])
    signed = sign(letter, field=ADA, signer=alone)
    (warning,) = signed.diagnostics
    assert warning.severity == "warning"
    assert "the key comes without the certificate of its issuer (CN=Mill Issuing)" in warning.message
    assert not verify(signed.pdf, [ca.der]).valid
    assert not sign(letter, field=ADA, signer=whole).diagnostics
    assert not sign(letter, field=ADA, signer=signing.self_signed(ADA)).diagnostics
    # The chain from another file makes it whole.
    (tmp_path / "id.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"id", alone.private, contents.parse(alone.chain[0]), None, serialization.NoEncryption()
        )
    )
    (tmp_path / "chain.pem").write_bytes(middle.certificate.public_bytes(serialization.Encoding.PEM))
    completed = sign(letter, field=ADA, signer=keys.from_file(tmp_path / "id.p12", None, tmp_path / "chain.pem"))
    assert not completed.diagnostics
    assert verify(completed.pdf, [ca.der]).valid
