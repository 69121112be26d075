"""The CMS structure that letterpress writes itself, read back by two other libraries."""

from __future__ import annotations

import asyncio
import hashlib

import pytest
from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import given
from hypothesis import strategies as st

from letterpress.signing.certificates import contents
from letterpress.signing.keys import files as keys
from letterpress.signing.writing import cms as signing_cms
from tests.support import signing

DIGEST = hashlib.sha256(b"a letter").digest()


@pytest.mark.parametrize("kind", signing.KEY_KINDS)
def test_it_is_what_pades_asks_for(kind: str) -> None:
    signer = signing.Authority().signer("Ada Okafor", kind)
    der = asyncio.run(signing_cms.build(signer, hashlib.new(signer.digest, b"a letter").digest()))
    content = cms.ContentInfo.load(der, strict=True)
    assert content["content_type"].native == "signed_data"
    signed = content["content"]
    assert signed["version"].native == "v1"
    assert signed["encap_content_info"]["content"].native is None, "detached"
    (information,) = signed["signer_infos"]
    attributes = {one["type"].native: one["values"] for one in information["signed_attrs"]}
    assert set(attributes) == {"content_type", "message_digest", "signing_certificate_v2"}, "no signing time: PAdES"
    assert isinstance(attributes["signing_certificate_v2"][0], tsp.SigningCertificateV2)
    identifier = attributes["signing_certificate_v2"][0]["certs"][0]
    assert identifier["cert_hash"].native == hashlib.sha256(signer.chain[0]).digest()
    assert identifier["hash_algorithm"]["algorithm"].native == "sha256"
    assert information["digest_algorithm"]["algorithm"].native == signer.digest
    sid = information["sid"].chosen
    assert sid["serial_number"].native == contents.parse(signer.chain[0]).serial_number
    assert content.dump(force=True) == der, "DER, encoded as another library encodes it"


def test_another_library_finds_the_certificates() -> None:
    signer = signing.Authority().signer("Ada Okafor")
    der = asyncio.run(signing_cms.build(signer, DIGEST))
    (found,) = pkcs7.load_der_pkcs7_certificates(der)
    assert found == x509.load_der_x509_certificate(signer.chain[0])


def test_intermediates_go_in_and_roots_stay_out() -> None:
    root = signing.Authority("Root", number=60)
    middle = signing.Authority("Middle", number=61)
    own = middle.signer("Ada Okafor")
    crossed = root.issue("Middle", middle.key.public_key())
    chain = keys.KeyFile(chain=(own.chain[0], crossed, root.der), digest="sha256", private=own.private)
    der = asyncio.run(signing_cms.build(chain, DIGEST))
    assert {contents.name_of(one) for one in embedded(der)} == {"Ada Okafor", "Middle"}


def embedded(der: bytes) -> list[bytes]:
    return [one.chosen.dump() for one in cms.ContentInfo.load(der)["content"]["certificates"]]


@given(st.lists(st.integers(0, 2**70), max_size=8), st.integers(0, 2), st.integers(0, 39))
def test_object_identifiers(rest: list[int], first: int, second: int) -> None:
    dotted = ".".join(map(str, (first, second, *rest)))
    if rest:
        assert signing_cms._oid(dotted) == core.ObjectIdentifier(dotted).dump()


@given(st.integers(0, 70000))
def test_lengths(size: int) -> None:
    assert signing_cms._tagged(0x04, bytes(size)) == core.OctetString(bytes(size)).dump()


@given(st.integers(1, 2**159))
def test_serial_numbers(serial: int) -> None:
    key = signing.private_key("p256")
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    encoded = signing_cms._tagged(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True))
    assert encoded == core.Integer(serial).dump()
