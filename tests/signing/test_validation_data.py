"""What may stand in a store of validation data that is added behind the last signature, and what may not."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from letterpress.signing import sign, verify
from letterpress.signing.report import Verification
from tests.support import signing
from tests.support.mutations import AUTHORITY, updated

ADA = signing.PEOPLE[0][0]
DIGEST = "A1" * 20

Entries = dict[str, Any]


@functools.cache
def signed() -> bytes:
    letter = signing.render(signing.PEOPLE[:1], paragraphs=1)
    return sign(letter, field=ADA, signer=AUTHORITY.signer(ADA)).pdf


def dictionary(entries: Entries) -> Any:
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def stream(writer: Any, data: bytes, **entries: Any) -> Any:
    return writer.add_object(generic.StreamObject(dictionary(entries), stream_data=data))


def judged(store: Callable[[Any], Entries]) -> Verification:
    def change(writer: Any) -> None:
        writer.root[pdf_name("/DSS")] = writer.add_object(dictionary(store(writer)))
        writer.update_root()

    return verify(updated(signed(), change), [AUTHORITY.der])


def a_list(*items: Any) -> Any:
    return generic.ArrayObject(items)


def with_ocsp(writer: Any) -> Any:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509 import ocsp

    own = x509.load_der_x509_certificate(AUTHORITY.signer(ADA).chain[0])
    request = ocsp.OCSPRequestBuilder().add_certificate(own, AUTHORITY.certificate, hashes.SHA1()).build()
    return stream(writer, AUTHORITY.ocsp(request.public_bytes(serialization.Encoding.DER)))


def everything(writer: Any) -> Entries:
    cert, crl, ocsp = stream(writer, AUTHORITY.der), stream(writer, AUTHORITY.crl()), with_ocsp(writer)
    about = dictionary(
        {"Cert": a_list(cert), "CRL": a_list(crl), "OCSP": a_list(ocsp), "TU": text("D:20261101000000Z")}
    )
    return {
        "Type": pdf_name("/DSS"),
        "Certs": a_list(cert),
        "CRLs": a_list(crl),
        "OCSPs": a_list(ocsp),
        "VRI": dictionary({DIGEST: writer.add_object(about)}),
    }


def text(words: str) -> Any:
    return generic.TextStringObject(words)


def about_one(**entries: Any) -> Entries:
    return {"VRI": dictionary({DIGEST: dictionary(entries)})}


def test_validation_data_are_named_among_the_changes() -> None:
    verdict = judged(everything)
    assert verdict.valid, verdict.as_json()
    assert verdict.signatures[0].changes == ("validation data was added",)
    assert verify(signed(), [AUTHORITY.der]).signatures[0].changes == ()


JUNK: dict[str, tuple[Callable[[Any], Entries], str]] = {
    "junk as certificate": (lambda w: {"Certs": a_list(stream(w, b"junk"))}, r"is no certificate"),
    "junk as list": (lambda w: {"CRLs": a_list(stream(w, b"MZ" + b"A" * 1000))}, r"is no revocation list"),
    "junk as answer": (lambda w: {"OCSPs": a_list(stream(w, b"junk"))}, r"is no OCSP response"),
    "a list among certificates": (lambda w: {"Certs": a_list(stream(w, AUTHORITY.crl()))}, r"is no certificate"),
    "more behind it": (lambda w: {"Certs": a_list(stream(w, AUTHORITY.der + b"x"))}, r"is no certificate"),
    "a form": (
        lambda w: {"Certs": a_list(stream(w, AUTHORITY.der, Type=pdf_name("/XObject"), Subtype=pdf_name("/Form")))},
        r"is no certificate",
    ),
    "a dictionary": (lambda w: {"Certs": a_list(w.add_object(dictionary({"S": text("x")})))}, r"is no certificate"),
    "no list": (lambda w: {"Certs": w.root.raw_get("/Pages")}, r"/Certs that is no list"),
    "another key": (lambda w: {"Foo": stream(w, b"junk")}, r"do not belong there: /Foo"),
    "another type": (lambda w: {"Type": pdf_name("/Page")}, r"something else: /Page"),
    "no digest": (lambda w: {"VRI": dictionary({"ABC": dictionary({})})}, r"/ABC in /VRI"),
    "digest and more": (lambda w: {"VRI": dictionary({DIGEST + "0": dictionary({})})}, r"not the digest"),
    "words about one": (lambda w: {"VRI": dictionary({DIGEST: text("x" * 500)})}, r"no dictionary for"),
    "key about one": (lambda w: about_one(Foo=text("x")), r"do not belong there: /Foo"),
    "junk about one": (lambda w: about_one(Cert=a_list(stream(w, b"junk"))), r"is no certificate"),
    "no date": (lambda w: about_one(TU=text("yesterday")), r"/TU that is no date"),
    "no time stamp": (lambda w: about_one(TS=stream(w, b"junk")), r"is no time stamp"),
}


@pytest.mark.parametrize("case", JUNK)
def test_junk_is_no_validation_data(case: str) -> None:
    store, words = JUNK[case]
    verdict = judged(store)
    assert not verdict.signatures[0].valid
    assert re.search(words, " ".join(verdict.signatures[0].reasons)), verdict.signatures[0].reasons


def test_changes_are_told_in_plain_words() -> None:
    def relabel(writer: Any) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0].get_object()
        field[pdf_name("/TU")] = text("Mallory")
        writer.update_container(field)

    reasons = " ".join(verify(updated(signed(), relabel), [AUTHORITY.der]).signatures[0].reasons)
    assert re.search(r"the entry /TU of object \d+ changed", reasons), reasons
    assert "dict" not in reasons
    assert "Reference" not in reasons
