"""Whatever `verify` calls valid is drawn alike before and after the last signature's revision; and `--render-check`."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import pytest

from letterpress import cli
from letterpress.errors import LetterpressError
from letterpress.signing import sign, strict, verify
from tests.proofs import differential
from tests.support import mutations, readers, signing
from tests.support.mutations import ADA, AUTHORITY, BEN


@pytest.fixture(scope="module")
def letters() -> dict[str, mutations.Signed]:
    return {letter.name: letter for letter in mutations.letters()}


@pytest.mark.parametrize("seed", range(20261126, 20261130))
def test_fifty_mutations(seed: int) -> None:
    """With PDFium and Poppler; `make proof-verify` does 2,000 with MuPDF and Ghostscript too."""
    both = {"PDFium": readers.pdfium, "Poppler": readers.poppler}
    found = differential.run(50, seed, both)
    failures = [line for tally in found.values() for line in tally.failures]
    assert failures == []
    assert sum(tally.files for tally in found.values()) == 50
    assert sum(tally.valid for tally in found.values()) >= 2, "some mutations are harmless, and drawn"
    assert sum(tally.caught for tally in found.values()) >= 5, "some would have worked"


def test_the_letters_themselves_are_valid(letters: dict[str, mutations.Signed]) -> None:
    for name, letter in letters.items():
        verdict = verify(letter.pdf, [AUTHORITY.der])
        assert verdict.valid == (name != "header not at 0"), verdict.as_json()
        assert verdict.notes == ()


ATTACKS = {
    # A second body of the page's content, and what makes programs find it.
    ("under a short /Length", "19 bytes"): "does not account for",
    ("plain", "stream, huge /Size"): r"/Size is not the highest number \+ 1",
    ("under a long /Length", "right"): "not as long as its /Length says",
    ("in a string", "stream, type 3"): "a string holds words",
    ("generation 1", "entry beyond the end"): "another generation",
    ("none", "body behind"): "does not account for",
}


@pytest.mark.parametrize(("body", "section"), ATTACKS)
@pytest.mark.parametrize("name", ["table", "two signatures"])
def test_attacks_are_told(letters: dict[str, mutations.Signed], name: str, body: str, section: str) -> None:
    mutation = mutations.appended(letters[name], body, section)
    verdict = verify(mutation.pdf, [AUTHORITY.der])
    assert not verdict.valid
    assert all(not report.valid and not report.trusted for report in verdict.signatures)
    assert re.search(ATTACKS[body, section], " | ".join(verdict.problems)), verdict.problems
    assert verdict.as_json()["problems"]
    assert "not valid: Ada Okafor" in verdict.state


def test_sign_refuses_what_an_earlier_signature_does_not_account_for(letters: dict[str, mutations.Signed]) -> None:
    letter = letters["table"]
    with pytest.raises(LetterpressError, match="bytes were added that the file does not account for") as caught:
        sign(mutations.appended(letter, "plain", "right").pdf, field=BEN, signer=AUTHORITY.signer(BEN))
    assert caught.value.diagnostics[0].hint == "ask for the file as it was signed; see letterpress verify"
    with pytest.raises(LetterpressError, match="the file goes on after its end"):
        sign(letter.pdf + b"\n\n\n", field=BEN, signer=AUTHORITY.signer(BEN))
    assert sign(letter.pdf, field=BEN, signer=AUTHORITY.signer(BEN)).diagnostics == ()


def test_sign_refuses_what_can_be_read_two_ways_and_warns_of_what_is_odd() -> None:
    plain = mutations.with_table(signing.render(signing.PEOPLE[:2], paragraphs=1))
    size, start = plain.count(b" obj"), int(plain.split(b"startxref")[1].split()[0])
    assert size
    with mutations.pikepdf.open(io.BytesIO(plain)) as document:
        victim = document.pages[0].Contents.objgen[0]
    hidden = mutations.stream(victim)
    odd = (
        plain[:start]
        + hidden
        + plain[start:].replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + len(hidden)))
    )
    with pytest.raises(LetterpressError, match=rf"the file can be read in two ways \(object {victim} ") as caught:
        sign(odd, field=ADA, signer=AUTHORITY.signer(ADA), source="a.pdf")
    assert "have the program that made it write it anew" in str(caught.value.diagnostics[0].hint)
    assert caught.value.diagnostics[0].file == "a.pdf"
    signed = sign(plain + b"  \n \n", field=ADA, signer=AUTHORITY.signer(ADA))
    assert [warning.severity for warning in signed.diagnostics] == ["warning"]
    assert signed.diagnostics[0].message.startswith("the file is written oddly (")
    verdict = verify(signed.pdf, [AUTHORITY.der])
    assert verdict.valid
    assert verdict.notes[0].startswith("the file was written oddly before it was signed (")
    assert verdict.as_json()["notes"] == list(verdict.notes)


def test_an_attached_signed_file_is_no_signature_of_this_one(letters: dict[str, mutations.Signed]) -> None:
    """The ends of signatures come from the fields: what a stream holds has byte ranges of its own."""
    plain = signing.render(signing.PEOPLE[:2], paragraphs=1)
    with mutations.pikepdf.open(io.BytesIO(plain)) as document:
        document.attachments["signed.pdf"] = letters["table"].pdf
        output = io.BytesIO()
        document.save(output, compress_streams=False)
    signed = sign(output.getvalue(), field=ADA, signer=AUTHORITY.signer(ADA)).pdf
    assert signed.count(b"/ByteRange") == 2
    verdict = verify(signed, [AUTHORITY.der])
    assert (verdict.valid, verdict.notes) == (True, ("files are attached to it, which no page shows",))


def word_like(pdf: bytes) -> bytes:
    """The file as Word exports: a table, and a second section that names a cross-reference stream besides."""
    start = int(pdf.split(b"startxref")[-1].split()[0])
    with mutations.pikepdf.open(io.BytesIO(pdf)) as document:
        root, size = document.Root.objgen[0], int(document.trailer.Size)
    rows = pdf[start:].split(b"trailer")[0].splitlines()[2:]
    fields = b""
    for row in rows:
        place, kind = int(row[:10]), row[17:18] == b"n"
        fields += bytes([kind]) + place.to_bytes(4, "big") + (b"\0\0" if kind else b"\xff\xff")
    value = b"/Type/XRef/W[1 4 2]/Size %d/Root %d 0 R" % (size, root)
    stream = b"%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (size, value, len(fields), fields)
    moved = start + len(stream)
    table = pdf[start:].replace(b"0 %d\n" % size, b"0 %d\n" % (size + 1), 1)
    table = table.replace(b"trailer", b"%010d 00000 n \ntrailer" % start).replace(
        b"/Size %d" % size, b"/Size %d" % (size + 1)
    )
    table = table.replace(b"startxref\n%d" % start, b"startxref\n%d" % moved)
    body = pdf[:start] + stream + table
    second = b"xref\n0 0\ntrailer\n<</Size %d/Root %d 0 R/Prev %d/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n"
    return body + second % (size + 1, root, moved, start, len(body))


def test_a_hybrid_as_word_writes_it_is_taken() -> None:
    hybrid = word_like(mutations.with_table(signing.render(signing.PEOPLE[:2], paragraphs=1)))
    signed = sign(hybrid, field=ADA, signer=AUTHORITY.signer(ADA))
    assert "a hybrid of cross-reference table and stream, as Word writes it" in signed.diagnostics[0].message
    signed = sign(signed.pdf, field=BEN, signer=AUTHORITY.signer(BEN))
    verdict = verify(signed.pdf, [AUTHORITY.der])
    assert verdict.valid, verdict.as_json()
    assert len(verdict.notes) == 1
    # The same with a stream that says something else of an object.
    start = hybrid.index(b"stream\n", hybrid.index(b"/Type/XRef")) + 7
    other = hybrid[: start + 7 * 5 + 1] + b"\0\0\0\x09" + hybrid[start + 7 * 5 + 5 :]
    with pytest.raises(LetterpressError, match="the table and the stream of a hybrid do not list the same"):
        sign(other, field=ADA, signer=AUTHORITY.signer(ADA))


@pytest.mark.parametrize("hybrid", [False, True])
def test_an_object_added_for_a_reference_that_led_to_nothing(hybrid: bool) -> None:
    """Well written as it is: the content of page 1 has a part more that was not there when it was signed."""
    plain = mutations.with_table(signing.render(signing.PEOPLE[:2], paragraphs=1))
    free = 200
    with mutations.pikepdf.open(io.BytesIO(plain)) as document:
        old = b"/Contents %d 0 R" % document.pages[0].Contents.objgen[0]
    new = old.replace(b"/Contents ", b"/Contents[") + b" %d 0 R]" % free
    at, start = plain.index(old), int(plain.split(b"startxref")[-1].split()[0])
    more = len(new) - len(old)
    section = re.sub(
        rb"(\d{10}) (\d{5} n)", lambda m: b"%010d %s" % (int(m[1]) + more * (int(m[1]) > at), m[2]), plain[start:]
    )
    section = section.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + more))
    dangling = plain[:start].replace(old, new) + section
    signed = mutations.known("", mutations.signed_by(word_like(dangling) if hybrid else dangling, ADA))
    assert verify(signed.pdf, [AUTHORITY.der]).valid
    value = b"<</Length %d>>\nstream\n%s\nendstream" % (len(mutations.BLACK), mutations.BLACK)
    added = signed.pdf + mutations.with_object(signed, len(signed.pdf), number=free, value=value)
    assert readers.pdfium(added) != readers.pdfium(signed.pdf)
    assert not verify(added, [AUTHORITY.der]).valid


def test_render_check(letters: dict[str, mutations.Signed], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = verify(letters["two signatures"].pdf, [AUTHORITY.der], render_check=True)
    assert good.valid, good.as_json()
    assert good.notes == ("drawn with PDFium as it was at 2 signatures and as it is now: all pages look the same",)
    attacked = mutations.appended(letters["two signatures"], "plain", "19 bytes").pdf
    verdict = verify(attacked, [AUTHORITY.der], render_check=True)
    assert (
        verdict.problems[-1] == "drawn with PDFium, the file is not what Ben Silva signed last: page 1 looks different"
    )
    (tmp_path / "a.pdf").write_bytes(attacked)
    (tmp_path / "ca.der").write_bytes(AUTHORITY.der)
    words = [str(tmp_path / "a.pdf"), "--trust", str(tmp_path / "ca.der"), "--render-check"]
    assert cli.main(["verify", *words]) == 1
    told = capsys.readouterr().err
    assert "a.pdf: NOT VALID: drawn with PDFium, the file is not what Ben Silva signed last" in told


def test_render_check_between_signatures() -> None:
    """What an update draws between two signatures shows, and the stamps of signatures do not count."""
    plain = mutations.with_table(signing.render(signing.PEOPLE[:2], paragraphs=1))
    first = mutations.signed_by(plain, ADA)

    def black(writer: mutations.IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        reference = page.raw_get("/Contents").reference
        content = mutations.generic.StreamObject(stream_data=mutations.BLACK)
        writer.objects[(reference.generation, reference.idnum)] = content

    signed = mutations.signed_by(mutations.updated(first, black), BEN)
    verdict = verify(signed, [AUTHORITY.der], render_check=True)
    told = (
        "drawn with PDFium, the file changed between the signatures of Ada Okafor and Ben Silva: page 1 looks different"
    )
    assert told in verdict.problems


@pytest.mark.parametrize("name", ["table", "object streams", "linearized"])
def test_every_byte_behind_the_last_signature_counts(letters: dict[str, mutations.Signed], name: str) -> None:
    """Seeded edits of a good revision behind it: none is overlooked that PDFium draws, and most are faults."""
    letter = letters[name]
    grown = mutations.known(name, mutations.updated(letter.pdf, mutations.validation_data))
    assert not strict.check(grown.pdf, [letter.end]).faults
    chance = random.Random(7)
    refused = sum(bool(strict.check(mutations.behind(grown, chance).pdf, grown.ends).faults) for _ in range(100))
    assert refused > 50
