"""Where keys come from: PKCS#12, PEM, tokens, and somebody else's code."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.serialization import pkcs12

from letterpress import cli as commands
from letterpress.errors import LetterpressError, UnreadableInput, UsageError
from letterpress.signing import sign, verify
from letterpress.signing.keys import files as keys
from letterpress.signing.keys import tokens
from letterpress.signing.keys.signer import Signer
from tests.support import signing, softhsm
from tests.support.project import Project
from tests.support.softhsm import PIN

ADA = signing.PEOPLE[0][0]
SECRET = "correct horse battery staple"
PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8


@pytest.fixture(scope="module")
def ca() -> signing.Authority:
    return signing.Authority()


@pytest.fixture(scope="module")
def issuing(ca: signing.Authority) -> signing.Authority:
    """Between the root and a key on the token, which does not hold its certificate."""
    return ca.below("Mill Issuing", 53)


@pytest.fixture(scope="module")
def letter() -> bytes:
    return signing.render()


def p12(signer: keys.KeyFile, passphrase: str | None = SECRET) -> bytes:
    own, *others = (x509.load_der_x509_certificate(der) for der in signer.chain)
    lock = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"id", signer.private, own, others, lock)


def pem(signer: keys.KeyFile, passphrase: str | None = None) -> tuple[bytes, bytes]:
    lock = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    chain = b"".join(x509.load_der_x509_certificate(der).public_bytes(PEM) for der in signer.chain)
    return signer.private.private_bytes(PEM, PKCS8, lock), chain


@pytest.mark.parametrize("kind", signing.KEY_KINDS)
def test_pkcs12(ca: signing.Authority, letter: bytes, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "id.p12"
    path.write_bytes(p12(ca.signer(ADA, kind)))
    signed = sign(letter, field=ADA, signer=keys.from_pkcs12(path, SECRET))
    assert verify(signed.pdf, [ca.der]).valid


@pytest.mark.parametrize("passphrase", [None, SECRET, "Ünïcödé 密"])
def test_pem_pair(ca: signing.Authority, letter: bytes, passphrase: str | None) -> None:
    key, chain = pem(ca.signer(ADA, "rsa2048"), passphrase)
    signed = sign(letter, field=ADA, signer=keys.from_pem(key, chain, passphrase))
    assert verify(signed.pdf, [ca.der]).valid


def test_a_key_without_a_passphrase(ca: signing.Authority) -> None:
    assert keys.from_pkcs12(p12(ca.signer(ADA), None)).chain


@pytest.mark.parametrize("wrong", ["guess", SECRET.upper(), SECRET + " "])
def test_a_wrong_passphrase_is_not_repeated(ca: signing.Authority, wrong: str) -> None:
    signer = ca.signer(ADA)
    for load in (
        lambda: keys.from_pkcs12(p12(signer), wrong),
        lambda: keys.from_pem(*pem(signer, SECRET), wrong),
    ):
        with pytest.raises(LetterpressError, match="the passphrase does not open this key") as caught:
            load()
        assert wrong not in str(caught.value)
        assert caught.value.__cause__ is None
        assert not isinstance(caught.value, UnreadableInput)


def test_no_passphrase_for_a_locked_key(ca: signing.Authority) -> None:
    signer = ca.signer(ADA)
    for load in (lambda: keys.from_pkcs12(p12(signer)), lambda: keys.from_pem(*pem(signer, SECRET))):
        with pytest.raises(LetterpressError, match=r"locked with a passphrase.*LETTERPRESS_PASSPHRASE"):
            load()


def test_files_that_are_something_else(ca: signing.Authority, tmp_path: Path) -> None:
    signer = ca.signer(ADA)
    key, chain = pem(signer)
    with pytest.raises(UnreadableInput, match=r"is not a PKCS#12 file.*--cert"):
        keys.from_pkcs12(key, SECRET)
    with pytest.raises(UnreadableInput, match="holds no private key"):
        keys.from_pem(chain, chain)
    with pytest.raises(UnreadableInput, match="holds no certificate"):
        keys.from_pem(key, key)
    with pytest.raises(UnreadableInput, match=r"nowhere\.p12: cannot be read: No such file"):
        keys.from_pkcs12(tmp_path / "nowhere.p12", SECRET)
    with pytest.raises(UnreadableInput, match="cannot be read: Is a directory"):
        keys.from_pkcs12(tmp_path, SECRET)
    certificate_only = pkcs12.serialize_key_and_certificates(
        b"id", None, x509.load_der_x509_certificate(signer.chain[0]), None, serialization.NoEncryption()
    )
    with pytest.raises(LetterpressError, match="holds no private key"):
        keys.from_pkcs12(certificate_only)


def test_a_certificate_of_another_key(ca: signing.Authority) -> None:
    key, _ = pem(ca.signer(ADA, number=1))
    _, chain = pem(ca.signer(ADA, number=2))
    with pytest.raises(LetterpressError, match="the certificate of Ada Okafor is not of this key"):
        keys.from_pem(key, chain)


def test_a_key_shows_itself_nowhere(ca: signing.Authority) -> None:
    signer = ca.signer(ADA)
    assert "private" not in repr(signer)
    with pytest.raises(TypeError, match="does not travel"):
        pickle.dumps(signer)


class Cloud:
    """A service that keeps its key and signs digests: what a user's own code would look like."""

    def __init__(self, signer: keys.KeyFile) -> None:
        self.chain, self.digest, self._key = signer.chain, signer.digest, signer.private
        self.asked = 0

    def sign(self, data: bytes) -> bytes:
        self.asked += 1
        digest = hashlib.new(self.digest, data).digest()
        return self._key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))  # type: ignore[call-arg,arg-type,union-attr,no-any-return]


def test_a_remote_signer_is_a_dozen_lines(ca: signing.Authority, letter: bytes) -> None:
    cloud = Cloud(ca.signer(ADA, "rsa3072"))
    assert isinstance(cloud, Signer)
    signed = sign(letter, field=ADA, signer=cloud, stamp=signing.stamp)
    assert cloud.asked == 1
    assert verify(signed.pdf, [ca.der]).valid


def test_a_remote_signer_that_fails_says_so_itself(ca: signing.Authority, letter: bytes) -> None:
    class Down(Cloud):
        def sign(self, data: bytes) -> bytes:
            raise LetterpressError("the signing service is closed until Monday", hint="try again then")

    with pytest.raises(LetterpressError, match="closed until Monday"):
        sign(letter, field=ADA, signer=Down(ca.signer(ADA, "rsa2048")))


# Tokens: SoftHSM2 is a real PKCS#11 library that keeps its token in a folder.

needs_token = pytest.mark.usefixtures("token")


@pytest.fixture(scope="module")
def token(
    ca: signing.Authority, issuing: signing.Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A token called letters, with an RSA and two elliptic keys and their certificates; one key whose issuer's
    certificate is elsewhere; one for RSASSA-PSS; and one without a certificate."""
    module = softhsm.module()
    before = os.environ.get(softhsm.VARIABLE)
    os.environ[softhsm.VARIABLE] = softhsm.begin(tmp_path_factory.mktemp("softhsm") / "letters", "letters")
    fill_token(module, ca, issuing)
    yield module
    if before is None:
        del os.environ[softhsm.VARIABLE]
    else:
        os.environ[softhsm.VARIABLE] = before


BARE: list[bytes] = []
"""The certificate of the token's key without one."""


def fill_token(module: Path, ca: signing.Authority, issuing: signing.Authority) -> None:
    import pkcs11
    from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
    from pkcs11.util.rsa import encode_rsa_public_key

    with pkcs11.lib(str(module)).get_token(token_label="letters").open(rw=True, user_pin=PIN) as session:
        kinds = {"rsa": None, "p256": "secp256r1", "p384": "secp384r1", "alone": "secp256r1"}
        kinds |= {"pss": None, "bare": "secp256r1"}
        for number, (label, curve) in enumerate(kinds.items()):
            identifier = bytes([number + 1])
            if curve is None:
                public, _ = session.generate_keypair(pkcs11.KeyType.RSA, 2048, label=label, id=identifier, store=True)
                der = encode_rsa_public_key(public)
                key: Any = serialization.load_der_public_key(der)
            else:
                parameters = session.create_domain_parameters(
                    pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}, local=True
                )
                public, _ = parameters.generate_keypair(label=label, id=identifier, store=True)
                key = serialization.load_der_public_key(encode_ec_public_key(public))
            held = [((issuing if label == "alone" else ca).issue(ADA, key), identifier), (ca.der, b"\x63")]
            if label == "pss":
                held[0] = (signing.for_pss(held[0][0], ca, "sha384", "sha384", 48), identifier)
            if label == "bare":
                BARE.append(held.pop(0)[0])
            for der, name in held:
                session.create_object(
                    {
                        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                        pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                        pkcs11.Attribute.TOKEN: True,
                        pkcs11.Attribute.LABEL: label,
                        pkcs11.Attribute.ID: name,
                        pkcs11.Attribute.SUBJECT: x509.load_der_x509_certificate(der).subject.public_bytes(),
                        pkcs11.Attribute.VALUE: der,
                    }
                )


@needs_token
@pytest.mark.parametrize("label", ["rsa", "p256", "p384", "pss"])
def test_a_token_signs(ca: signing.Authority, letter: bytes, token: Path, label: str) -> None:
    with tokens.open_token(token, PIN, token="letters", label=label) as signer:
        assert isinstance(signer, Signer)
        assert len(signer.chain) == 2
        signed = sign(letter, field=ADA, signer=signer, stamp=signing.stamp)
    assert verify(signed.pdf, [ca.der]).valid


@needs_token
def test_a_token_signs_from_the_command_line(
    ca: signing.Authority,
    issuing: signing.Authority,
    letter: bytes,
    token: Path,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", PIN)
    for name in ("sign", "verify"):
        monkeypatch.setitem(commands.COMMANDS, name, (f"letterpress.cli.sign:{name}", name))
    path = project.write("letter.pdf", letter)
    ran = project.cli("sign", path, "--as", ADA, "--pkcs11", token, "--token", "letters", "--key-label", "p256")
    assert ran.code == 0, ran.err
    beside = project.write("chain.pem", issuing.certificate.public_bytes(PEM))
    options = ("--pkcs11", token, "--key-label", "alone", "--cert", beside)
    ran = project.cli("sign", path, "--as", "Ben Silva", "--on-behalf", *options)
    assert (ran.code, "the key comes without" in ran.err) == (0, False), ran.err
    project.write("trust/ca.der", ca.der)
    assert project.cli("verify", path).code == 0
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "13579")
    wrong = project.cli("sign", path, "--as", "Chloé Müller", "--pkcs11", token, "--key-label", "p256")
    assert (wrong.code, "the PIN does not open this token" in wrong.err) == (1, True)
    assert "13579" not in wrong.err


@needs_token
def test_certificates_beside_a_token(
    ca: signing.Authority, issuing: signing.Authority, letter: bytes, token: Path, tmp_path: Path
) -> None:
    with tokens.open_token(token, PIN, label="alone") as signer:
        signed = sign(letter, field=ADA, signer=signer)
    assert [item.severity for item in signed.diagnostics] == ["warning"]
    assert not verify(signed.pdf, [ca.der]).valid
    chain = tmp_path / "chain.pem"
    chain.write_bytes(issuing.certificate.public_bytes(PEM))
    with tokens.open_token(token, PIN, label="alone", beside=chain) as signer:
        signed = sign(letter, field=ADA, signer=signer)
    assert not signed.diagnostics
    assert verify(signed.pdf, [ca.der]).signatures[0].chain == (ADA, "Mill Issuing", "Test Root")
    with pytest.raises(LetterpressError, match=r"holds no certificate for its key 'bare'.*--cert"):
        tokens.open_token(token, PIN, label="bare")
    with tokens.open_token(token, PIN, label="bare", beside=BARE[0]) as signer:
        assert verify(sign(letter, field=ADA, signer=signer).pdf, [ca.der]).valid
    other = ca.issue(ADA, signing.private_key("p256", 7).public_key())
    with (
        tokens.open_token(token, PIN, label="bare", beside=other) as signer,
        pytest.raises(LetterpressError, match="what the key signed does not fit the certificate"),
    ):
        sign(letter, field=ADA, signer=signer)


@needs_token
def test_what_can_be_wrong_with_a_token(token: Path, tmp_path: Path) -> None:
    with pytest.raises(LetterpressError, match="the PIN does not open this token") as caught:
        tokens.open_token(token, "13579", label="rsa")
    assert "13579" not in str(caught.value)
    with pytest.raises(UsageError, match=r"more than one private key.*--key-label: alone, bare, p256, p384, pss, rsa"):
        tokens.open_token(token, PIN)
    with pytest.raises(UsageError, match="no private key 'rsb'"):
        tokens.open_token(token, PIN, label="rsb")
    with pytest.raises(UsageError, match=r"no token 'leters'.*did you mean 'letters'"):
        tokens.open_token(token, PIN, token="leters")
    with pytest.raises(UnreadableInput, match="there is no such library"):
        tokens.open_token(tmp_path / "nothing.so", PIN)
    fake = tmp_path / "fake.so"
    fake.write_bytes(b"not a library")
    with pytest.raises(UnreadableInput, match="cannot be used as a PKCS#11 library"):
        tokens.open_token(fake, PIN)


def test_a_signature_that_pdf_a_has_no_room_for_is_refused(ca: signing.Authority, letter: bytes) -> None:
    """A string of PDF/A has 32,767 bytes at most: a key file with many certificates would make a longer one."""
    names = x509.SubjectAlternativeName([x509.DNSName(f"name-{number}.example.org") for number in range(1500)])
    key = ca.signer(ADA, extensions=[names])
    with pytest.raises(LetterpressError, match="has room for 32,767") as caught:
        sign(letter, field=ADA, signer=key)
    assert caught.value.diagnostics[0].code == "signature-too-large"
