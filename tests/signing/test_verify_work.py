"""How much work `verify` does: counted, not timed. Big and hostile files of the kinds that took minutes."""

from __future__ import annotations

import collections
import io
from collections.abc import Iterator
from typing import Any

import pytest
from asn1crypto import core
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from letterpress.signing import reader, sign, verify
from letterpress.signing.certificates import contents, paths
from letterpress.signing.changes import allowed_changes, usages
from letterpress.signing.judging import ber
from tests.support import foreign, signing

ADA, BEN = (name for name, _ in signing.PEOPLE[:2])


@pytest.fixture(scope="module")
def ca() -> signing.Authority:
    return signing.Authority()


@pytest.fixture(scope="module")
def letter(ca: signing.Authority) -> bytes:
    """Two have signed."""
    pdf = signing.render(signing.PEOPLE[:3])
    for name in (ADA, BEN):
        pdf = sign(pdf, field=name, signer=ca.signer(name)).pdf
    return pdf


# Signatures whose lengths are left open (BER), as several signing programs write them


def opened(der: bytes, depth: int) -> bytes:
    """The element, and those in it down to `depth`, with lengths left open."""
    if not depth or not der[0] & 0x20:
        return der
    place, _ = ber._header(der, 0)
    content = b""
    while place < len(der):
        end = ber.end_of(der, place)
        content += opened(der[place:end], depth - 1)
        place = end
    return der[:1] + b"\x80" + content + b"\0\0"


def with_open_lengths(pdf: bytes) -> bytes:
    start = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    end = pdf.index(b">", start)
    content = bytes.fromhex(pdf[start + 1 : end].decode())
    changed = opened(content[: ber.end_of(content)], 4).hex().encode()
    assert len(changed) <= end - start - 1
    return pdf[: start + 1] + changed.ljust(end - start - 1, b"0") + pdf[end:]


def test_a_signature_with_open_lengths_is_valid_and_not_encoded_anew(
    ca: signing.Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = signing.private_key("rsa2048")
    crowd = [ca.issue(f"Somebody {number}", key.public_key()) for number in range(60)]
    chain = (ca.issue(ADA, key.public_key()), ca.der, *crowd)
    pdf = with_open_lengths(foreign.sign(signing.render(signing.PEOPLE[:1]), "ada-okafor", key, chain))
    calls: collections.Counter[str] = collections.Counter()
    original = core.Sequence._set_contents

    def counted(self: Any, force: bool = False) -> None:
        calls["encoded"] += 1
        original(self, force)

    monkeypatch.setattr(core.Sequence, "_set_contents", counted)
    verdict = verify(pdf, [ca.der])
    assert verdict.valid, verdict.as_json()
    assert calls["encoded"] < 300
    tail = pdf.rindex(b">", 0, pdf.rindex(b"/ByteRange"))
    hidden = pdf[: tail - 8] + b"DEADBEEF" + pdf[tail:]
    assert "there is hidden data behind the signature" in verify(hidden, [ca.der]).signatures[0].reasons


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"\x30\x00", 2),
        (b"\x30\x03\x02\x01\x05rest", 5),
        (b"\x30\x80\x02\x01\x05\x00\x00rest", 7),
        (b"\x30\x80\x30\x80\x00\x00\x00\x00\x00", 8),
        (b"\x30\x80\x04\x00\x00\x00x", 6),
        (b"\x3f\x81\x01\x01xy", 5),
        (b"\x30\x81\x80" + bytes(128), 131),
        (b"\x30\x80" * 50_000 + b"\0\0" * 50_000 + b"x", 200_000),
    ],
)
def test_where_an_element_ends(data: bytes, end: int) -> None:
    assert ber.end_of(data) == end


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x05\x02", b"\x30\x80\x02\x01\x05", b"\x30\x84\xff", b"\x3f\xff"])
def test_elements_that_are_cut_off(data: bytes) -> None:
    with pytest.raises(ValueError, match="cut off"):
        ber.end_of(data)


# Certificates: thousands of them, all of one name


def test_thousands_of_certificates_of_one_name(
    ca: signing.Authority, letter: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    fakes = [signing.Authority("Test Root", 92).der]
    fakes += [ca.issue("Test Root", key.public_key()) for _ in range(400)]
    pdf = foreign.add_dss(letter, certificates=fakes)
    checks: collections.Counter[str] = collections.Counter()
    original = contents.signed_by

    def counted(child: Any, issuer: Any) -> bool:
        checks["signatures"] += 1
        return original(child, issuer)

    monkeypatch.setattr(contents, "signed_by", counted)
    verdict = verify(pdf, [ca.der])
    assert verdict.valid, verdict.as_json()
    assert checks["signatures"] < 20 * paths.MOST_CHECKS


def test_certificates_that_vouch_for_each_other_crosswise(letter: bytes) -> None:
    """Ten names, each vouched for by all others: there are millions of ways, and none ends with a trusted one."""
    crowd = [signing.Authority(f"Root {number}", 92 + number % 2) for number in range(10)]
    certified = [
        vouching.issue(
            other.name.rfc4514_string().removeprefix("CN="),
            other.key.public_key(),
            usage=signing.test_identity._usage(key_cert_sign=True),
            extensions=[signing.x509.BasicConstraints(ca=True, path_length=None)],
        )
        for vouching in crowd
        for other in crowd
        if vouching is not other
    ]
    key = signing.private_key("p256")
    chain = (crowd[0].issue("Chloé Müller", key.public_key()), *certified)
    pdf = foreign.sign(letter, "chloe-muller", key, chain)
    report = verify(pdf, [signing.Authority().der]).signatures[-1]
    assert (report.valid, report.trusted) == (True, False)
    assert "leads to none that you trust" in report.reasons[-1]


# Objects


def revisions_of(pdf: bytes) -> Iterator[tuple[Any, int]]:
    found = PdfFileReader(io.BytesIO(pdf))
    for number in range(1, found.xrefs.total_revisions):
        yield found, number


def test_the_ways_to_an_object_are_those_that_pyhanko_finds(ca: signing.Authority, letter: bytes) -> None:
    stamped = foreign.add_dss(letter, crls=[ca.crl()])
    compared = 0
    for found, number in revisions_of(stamped):
        old = found.get_historical_resolver(number - 1)
        old._load_reverse_xref_cache()
        wanted = set(found.xrefs.explicit_refs_in_revision(number))
        ours = usages.Usages(found).ways(old, wanted)
        for reference in wanted:
            theirs = {tuple(way.path) for way in old._indirect_object_access_cache.get(reference, ())}
            assert ours.get(reference, set()) == theirs
            compared += len(theirs)
    assert compared >= 10


def ladder(writer: Any, rungs: int) -> Any:
    """Objects of which each names the next twice: two to the power of `rungs` ways to the last."""
    reference = writer.root["/AcroForm"]["/Fields"].raw_get(1)
    for _ in range(rungs):
        both = generic.ArrayObject([reference, reference])
        reference = writer.add_object(generic.DictionaryObject({pdf_name("/X"): both}))
    return reference


def test_objects_that_refer_to_each_other_crosswise(ca: signing.Authority) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signing.render(signing.PEOPLE[:2])))
    writer.root[pdf_name("/PieceInfo")] = generic.DictionaryObject({pdf_name("/X"): ladder(writer, 60)})
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    pdf = sign(output.getvalue(), field=ADA, signer=ca.signer(ADA)).pdf
    assert verify(pdf, [ca.der]).valid, "nothing came after it"
    verdict = verify(sign(pdf, field=BEN, signer=ca.signer(BEN)).pdf, [ca.der])
    assert [report.valid for report in verdict.signatures] == [False, True]
    assert "refer to each other in too many ways" in verdict.signatures[0].reasons[0]


def test_each_revision_is_compared_once(ca: signing.Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [(f"Member {number}", "Member") for number in range(8)]
    pdf = signing.render(people)
    for name, _ in people:
        pdf = sign(pdf, field=name, signer=ca.signer(name)).pdf
    compared: list[tuple[int, int]] = []
    original = allowed_changes.POLICY.apply

    def counted(old: Any, new: Any, *rest: Any) -> Any:
        compared.append((old.revision, new.revision))
        return original(old, new, *rest)

    monkeypatch.setattr(allowed_changes.POLICY, "apply", counted)
    assert verify(pdf, [ca.der]).valid
    assert sorted(compared) == [(number, number + 1) for number in range(1, 8)]


def test_the_list_of_an_object_stream_is_read_once(letter: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    import pikepdf

    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as document:
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    plain, ours = PdfFileReader(io.BytesIO(output.getvalue())), reader.Reader(io.BytesIO(output.getvalue()))
    references = sorted(plain.xrefs.explicit_refs_in_revision(0), key=lambda one: one.idnum)
    theirs = [plain.get_object(generic.Reference(one.idnum, one.generation, plain)) for one in references]
    monkeypatch.setattr(
        PdfFileReader, "_get_object_from_stream", lambda *_: pytest.fail("pyHanko read the list once more")
    )
    assert [ours.get_object(generic.Reference(one.idnum, one.generation, ours)) for one in references] == theirs
