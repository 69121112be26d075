"""A file that bears a signature stays, whatever is run again, unless its replacement is asked for."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from letterpress import output
from letterpress.batch.journal import Journal
from letterpress.batch.run import Batch, Settings
from letterpress.errors import LetterpressError
from letterpress.recipients.tables import open_table
from letterpress.signing import existing
from tests.support import runner
from tests.support.project import FRONT, LETTER, Project, Ran

ADA = "Ada Brook"
DIGITAL = FRONT.replace("{name: Jo Lind, title: Director}", "{name: Ada Brook, title: Chair, sign: digital}")
MERGED = "".join(line for line in DIGITAL.splitlines(keepends=True) if not line.startswith(("to:", "salutation:")))


@pytest.fixture
def office(project: Project, key: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a letter that Ada Brook is to sign, a list of two, and her key."""
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "x")
    project.write("ada.p12", key.read_bytes())
    project.letter(front=MERGED)
    project.write(
        "list.csv", "name,street,city,postcode\nBen Lind,4 Mill Lane,Bangor,04401\nCy Orr,6 Mill Lane,Bangor,04401\n"
    )
    return project


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from letterpress.signing.keys import test_identity

    path = tmp_path_factory.mktemp("key") / "ada.p12"
    test_identity.new_identity(ADA, path, "x")
    return path


def merge(office: Project, *options: str) -> Ran:
    return office.cli("merge", LETTER, "--data", "list.csv", "-o", "out", "--jobs", "0", "--json", *options)


def sign(office: Project, path: str) -> bytes:
    assert office.cli("sign", path, "--as", ADA, "--key", "ada.p12").code == 0
    return (office.root / path).read_bytes()


def told(ran: Ran) -> list[tuple[str, list[str | None]]]:
    """Status and codes of each letter, in order of the records."""
    letters = sorted(ran.json["letters"], key=lambda one: one["record"] or "")
    return [(one["status"], [fault["code"] for fault in one["diagnostics"]]) for one in letters]


ONE = "out/letter-00001.pdf"


def test_a_merge_run_again_keeps_signed_letters(office: Project) -> None:
    assert merge(office).code == 0
    signed = sign(office, ONE)
    again = merge(office, "--combine", "all.pdf")
    assert again.code == 0
    assert told(again) == [("skipped", ["signed-kept"]), ("skipped", [])]
    assert (office.root / ONE).read_bytes() == signed
    letter = again.json["letters"][0]
    assert letter["sha256"] == hashlib.sha256(signed).hexdigest()
    assert letter["diagnostics"][0]["severity"] == "note"
    assert f"{ONE}" == letter["diagnostics"][0]["file"]
    assert ADA in letter["diagnostics"][0]["message"]
    assert "1 signed letter has not changed" in again.err
    assert [fault["code"] for fault in again.json["diagnostics"]] == ["signed-combined"]
    assert existing.signers(office.root / "all.pdf") == ()  # there, its signature would be a broken one

    office.letter("Another text.\n", front=MERGED)
    changed = merge(office)
    assert changed.code == 1
    assert told(changed) == [("failed", ["signed-not-replaced"]), ("done", [])]
    fault = changed.json["letters"][0]["diagnostics"][0]
    assert (fault["file"], fault["record"]) == (ONE, "1")
    assert "--replace-signed" in fault["hint"]
    assert ADA in fault["message"]
    assert (office.root / ONE).read_bytes() == signed


# Runs whose letters are made beforehand: the press in their workers only reads them.


@dataclass
class Desk:
    """A folder of letters, a table, and two versions of a letter."""

    folder: Path
    table: Path
    letter: bytes
    signed: bytes

    def files(self, letter: bytes) -> None:
        """Let the record be made with this letter."""
        path = self.table.with_name(hashlib.sha256(letter).hexdigest())
        path.write_bytes(letter)
        self.table.write_text(f"name,act\nBen Lind,{path}\nCy Orr,{path}\n")

    def run(self, **given: Any) -> list[tuple[str, list[str | None]]]:
        """Status and codes of each letter."""
        with Batch(Settings(folder=self.folder, jobs=1, press="tests.support.makers:given", **given)) as batch:
            plan, _ = runner.plan(self.table, self.folder.parent)
            batch.plan(plan, open_table(str(self.table)).records(), {})
            results = sorted((one for one in batch.results() if one is not None), key=lambda one: one.record or "")
            self.notes = [note.code for note in batch.journal.notes]
        return [(one.status, [fault.code for fault in one.diagnostics]) for one in results]

    @property
    def first(self) -> Path:
        return self.folder / "000001.pdf"


@pytest.fixture
def desk(tmp_path: Path, signed: bytes) -> Desk:
    """Two letters that a run has made; the first is signed since."""
    found = Desk(tmp_path / "out", tmp_path / "list.csv", unsigned(signed), signed)
    found.files(found.letter)
    assert found.run() == [("done", []), ("done", [])]
    found.first.write_bytes(signed)
    return found


KEPT, MADE, REPLACED = ("skipped", ["signed-kept"]), ("done", []), ("done", ["signed-replaced"])
REFUSED, SKIPPED = ("failed", ["signed-not-replaced"]), ("skipped", [])


def test_again_keeps_signed_letters_and_with_replace_signed_makes_them_anew(desk: Desk) -> None:
    assert desk.run(again=True) == [KEPT, MADE]
    assert desk.run(replace_signed=True) == [KEPT, SKIPPED]  # it has not changed, and nobody asks for it
    assert desk.first.read_bytes() == desk.signed
    assert desk.run(again=True, replace_signed=True) == [REPLACED, MADE]
    assert desk.first.read_bytes() == desk.letter
    assert desk.run() == [SKIPPED, SKIPPED]


def test_a_changed_letter_is_refused_and_the_others_are_made(desk: Desk) -> None:
    desk.files(desk.letter + b"% changed\n")
    assert desk.run() == [REFUSED, MADE]
    assert desk.run() == [REFUSED, SKIPPED]
    assert desk.first.read_bytes() == desk.signed
    assert desk.run(replace_signed=True) == [REPLACED, SKIPPED]
    assert desk.run() == [SKIPPED, SKIPPED]


def test_signed_letters_are_known_without_a_journal(desk: Desk) -> None:
    """The letter is made once more and compared: the same input gives the same bytes, and a signature is appended."""
    shutil.rmtree(desk.folder / ".letterpress")
    assert desk.run() == [KEPT, MADE]
    with Journal(desk.folder, write=False) as journal:  # what it knows is the letter in the file
        made = journal.made("000001.pdf")
    assert made is not None
    assert made[1:4] == (hashlib.sha256(desk.letter).hexdigest(), 1, len(desk.letter))
    assert desk.run() == [KEPT, SKIPPED]
    assert desk.first.read_bytes() == desk.signed


def test_a_signed_file_that_does_not_begin_with_the_letter_is_refused(desk: Desk) -> None:
    """A program that writes the whole file anew when it signs."""
    other = desk.signed.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    desk.first.write_bytes(other)
    assert desk.run() == [REFUSED, SKIPPED]
    assert desk.first.read_bytes() == other


def test_what_was_appended_and_is_no_signature_is_made_anew(desk: Desk) -> None:
    desk.first.write_bytes(desk.letter + b"% a remark\n")
    assert desk.run() == [MADE, SKIPPED]
    assert desk.first.read_bytes() == desk.letter


def test_letters_that_were_signed_at_once_are_done_and_stay(desk: Desk) -> None:
    shutil.rmtree(desk.folder)
    desk.files(desk.signed)
    assert desk.run() == [MADE, MADE]
    assert desk.run() == [SKIPPED, SKIPPED]
    assert desk.run(again=True) == [KEPT, KEPT]
    desk.files(desk.letter)
    desk.first.unlink()
    assert desk.run() == [MADE, KEPT]  # the second holds just this letter, and a signature more
    desk.files(desk.letter + b"% changed\n")
    assert desk.run() == [MADE, REFUSED]


# --- the other commands -----------------------------------------------------------------------------------------------


def test_render_keeps_a_signed_file(office: Project) -> None:
    office.letter(front=DIGITAL)
    assert office.cli("render", LETTER).code == 0
    signed = sign(office, "out/letter.pdf")
    same = office.cli("render", LETTER, "--json")
    assert same.code == 0
    assert told(same) == [("skipped", ["signed-kept"])]
    assert same.json["letters"][0]["sha256"] == hashlib.sha256(signed).hexdigest()
    office.letter("Another text.\n", front=DIGITAL)
    for options in ([], ["--copies"], ["--sign", f"{ADA}=ada.p12"], ["-o", "out/link.pdf"]):
        (office.root / "out/link.pdf").unlink(missing_ok=True)
        (office.root / "out/link.pdf").symlink_to("letter.pdf")
        ran = office.cli("render", LETTER, "--json", *options)
        assert ran.code == 1
        assert [fault["code"] for fault in ran.faults] == ["signed-not-replaced"]
        assert (office.root / "out/letter.pdf").read_bytes() == signed
    ran = office.cli("render", LETTER, "--json", "--replace-signed")
    assert told(ran) == [("done", ["signed-replaced"])]


def test_no_other_output_takes_a_signature_away(office: Project) -> None:
    office.letter(front=DIGITAL)
    office.cli("render", LETTER, "-o", "signed.pdf")
    signed = sign(office, "signed.pdf")
    office.letter(front=MERGED + "variants: {paper: [a4, letter]}\n")
    (office.root / "out").mkdir()
    commands = [
        ["merge", LETTER, "--data", "list.csv", "-o", "out", "--combine", "signed.pdf"],
        ["merge", LETTER, "--data", "list.csv", "-o", "out", "--report", "signed.pdf"],
        ["variants", LETTER, "--sheet", "signed.pdf"],
        ["schema", "-o", "signed.pdf"],
    ]
    for command in commands:
        ran = office.cli(*command)
        assert ran.code == 1, ran
        assert f"signed.pdf: bears the signature of {ADA}, which would be lost; it is left as it is" in ran.err
        assert (office.root / "signed.pdf").read_bytes() == signed
    assert not list((office.root / "out").iterdir())  # it is said before the work
    for name in ("letter.a4.pdf", "letter.letter.pdf"):
        shutil.copy(office.root / "signed.pdf", office.root / "out" / name)
    ran = office.cli("variants", LETTER, "--json", "--data", "list.csv", "--record", "1", "--jobs", "0")
    assert (ran.code, [fault["code"] for fault in ran.faults]) == (1, ["signed-not-replaced"] * 2)
    office.cli("render", LETTER, "-o", "other.pdf")
    ran = office.cli("sign", "other.pdf", "--as", ADA, "--key", "ada.p12", "-o", "signed.pdf")
    assert ran.code == 1
    assert (office.root / "signed.pdf").read_bytes() == signed
    ran = office.cli("sign", "other.pdf", "--as", ADA, "--key", "ada.p12", "-o", "signed.pdf", "--replace-signed")
    assert ran.code == 0
    assert "went with it" in ran.err


def test_failed_records_are_not_written_over_a_signature(office: Project) -> None:
    office.letter(front=DIGITAL)
    office.cli("render", LETTER, "-o", "signed.pdf")
    signed = sign(office, "signed.pdf")
    table = office.write("list.csv", "name,act\nBen Lind,fail\n")
    with Batch(Settings(folder=office.root / "out", jobs=1, press="tests.support.makers:quick")) as batch:
        plan, _ = runner.plan(table, office.root)
        batch.plan(plan, open_table(str(table)).records(), {"data": "list.csv"})
        assert [one.status for one in batch.results() if one is not None] == ["failed"]
    ran = office.cli("runs", "out", "--failed-csv", "signed.pdf")
    assert ran.code == 1
    assert "bears the signature" in ran.err
    assert (office.root / "signed.pdf").read_bytes() == signed
    ran = office.cli("runs", "out", "--failed-csv", "list.csv")
    assert ran.code == 2
    assert "list.csv: --failed-csv: is read by this command" in ran.err
    assert table.read_text().endswith("fail\n")


# --- what counts as a signature ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory, key: Path) -> bytes:
    """A letter that Ada Brook has signed."""
    import letterpress
    from letterpress.signing.keys import files as keys
    from letterpress.signing.signature import sign as add

    root = tmp_path_factory.mktemp("letter")
    (root / "letter.md").write_text(f"---\n{DIGITAL}---\n\nText.\n")
    result = letterpress.render(letterpress.load(root / "letter.md"))
    assert result.pdf is not None
    return add(result.pdf, field=ADA, signer=keys.from_pkcs12(key, "x")).pdf


def saved(pdf: bytes, **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def signers(tmp_path: Path, content: bytes) -> tuple[str, ...]:
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    return existing.signers(path)


def unsigned(pdf: bytes) -> bytes:
    """The letter as it was before its signature was appended."""
    return pdf[: pdf.index(b"%%EOF") + 6]


def test_a_signature_counts_however_it_is_written(tmp_path: Path, signed: bytes) -> None:
    assert signers(tmp_path, signed) == (ADA,)
    assert signers(tmp_path, unsigned(signed)) == ()  # its place is open
    packed = saved(signed, object_stream_mode=pikepdf.ObjectStreamMode.generate)  # its field stands in a stream
    assert b"/Sig" not in packed.replace(b"/Type /Sig", b"")
    assert signers(tmp_path, packed) == (ADA,)
    moved = signed.replace(b"/ByteRange", b"/Byte#52ange")  # and with it all that its table says
    assert signers(tmp_path, moved) == (existing.UNKNOWN,)
    linear = saved(signed, linearize=True)
    assert signers(tmp_path, linear) == (ADA,)


def test_a_signature_in_an_object_stream_counts(tmp_path: Path) -> None:
    """No program should: it could not leave its own bytes out of what it signs. It would be a signature all the same."""
    inside = [
        b"<</FT/Sig/T(f)/TU(Signature of Ada Brook, Chair)/V 6 0 R>>",
        b"<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>",
    ]
    heads = b"5 0 6 %d " % (len(inside[0]) + 1)
    data = zlib.compress(heads + b" ".join(inside))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Type/ObjStm/N 2/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream"
        % (len(heads), len(data), data),
    ]
    pdf, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = [(0, 0, 255), *((1, place, 0) for place in places), (2, 4, 0), (2, 4, 1), (1, len(pdf), 0)]
    table = b"".join(struct.pack(">BHB", *row) for row in rows)
    start = len(pdf)
    pdf += b"7 0 obj\n<</Type/XRef/Size 8/W[1 2 1]/Root 1 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        len(table),
        table,
    )
    pdf += b"startxref\n%d\n%%%%EOF\n" % start
    assert b"/ByteRange" not in pdf
    assert signers(tmp_path, pdf) == (ADA,)
    for odd in (pdf.replace(b"/FlateDecode", b"/LZWDecode  "), pdf.replace(data, b"x" * len(data))):
        assert signers(tmp_path, odd) == (existing.UNKNOWN,)


def test_a_signature_that_a_later_revision_took_out_still_counts(tmp_path: Path, signed: bytes) -> None:
    """An update with a new catalog that has no form any more."""
    number = int(re.findall(rb"/Root (\d+) 0 R", signed)[-1])
    start = int(re.findall(rb"startxref\s+(\d+)", signed)[-1])
    pages = re.findall(rb"/Pages (\d+) 0 R", saved(signed))[-1]
    at = len(signed)
    size = max(int(size) for size in re.findall(rb"/Size (\d+)", signed))
    with pikepdf.open(io.BytesIO(signed)) as document:
        pages = b"%d" % document.Root.Pages.objgen[0]
    body = b"%d 0 obj\n<</Type/Catalog/Pages %s 0 R>>\nendobj\n" % (number, pages)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, number, start)
    hidden = signed + body + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))
    with pikepdf.open(io.BytesIO(hidden)) as document:
        assert "/AcroForm" not in document.Root
    assert signers(tmp_path, hidden) == (ADA,)


def test_what_cannot_be_read_is_taken_for_signed(tmp_path: Path, signed: bytes) -> None:
    locked = saved(signed, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert signers(tmp_path, locked) == (existing.UNKNOWN,)
    cut = signed[: signed.index(b"/ByteRange") + 200]
    assert signers(tmp_path, cut) == (existing.UNKNOWN,)
    begun = unsigned(signed) + b"9 0 obj\n<</Type/Sig/ByteRange[0 1 2 3]/Contents<00"
    assert signers(tmp_path, begun) == (existing.UNKNOWN,)  # and what is before it can be read


def test_a_signature_that_no_field_leads_to_counts(tmp_path: Path, signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as document:
        document.Root.Kept = document.Root.AcroForm.Fields[0].V
        del document.Root.AcroForm
        for page in document.pages:
            if "/Annots" in page:
                del page["/Annots"]
        out = io.BytesIO()
        document.save(out)
    assert signers(tmp_path, out.getvalue()) == (existing.UNKNOWN,)


def test_an_attached_signed_file_does_not_count(tmp_path: Path, signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(unsigned(signed))) as document:
        document.attachments["annex.pdf"] = pikepdf.AttachedFileSpec(document, signed, filename="annex.pdf")
        out = io.BytesIO()
        document.save(out, compress_streams=False)
    assert b"/ByteRange" in out.getvalue()
    assert signers(tmp_path, out.getvalue()) == ()


def test_what_is_no_pdf_bears_no_signature(tmp_path: Path) -> None:
    assert signers(tmp_path, b"name,remark\nAda,/ByteRange [0 1 2 3]\n") == ()
    assert signers(tmp_path, b"") == ()


def test_the_end_of_a_large_file_is_looked_at(tmp_path: Path, signed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    at = signed.index(b"/ByteRange")
    for window in (at + 3, at, 1024):  # a window ends in the name, before it, and often
        monkeypatch.setattr(existing, "_WINDOW", window)
        monkeypatch.setattr(existing, "_OVERLAP", 100)
        assert signers(tmp_path, signed) == (ADA,)


def test_an_unsigned_letter_is_told_without_pyhanko(tmp_path: Path, signed: bytes) -> None:
    (tmp_path / "letter.pdf").write_bytes(unsigned(signed))
    code = (
        "import sys; from pathlib import Path; from letterpress import output;"
        "output.write(Path(sys.argv[1]), b'new');"
        "assert not {'pyhanko', 'pikepdf', 'cryptography', 'weasyprint'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "letter.pdf"], check=True)
    assert (tmp_path / "letter.pdf").read_bytes() == b"new"


def test_the_look_is_right_before_the_rename(tmp_path: Path, signed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter that is signed while its successor is written is not lost either."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(unsigned(signed))
    real = output.atomic.os.fsync

    def somebody_signs(descriptor: int) -> None:
        real(descriptor)
        path.write_bytes(signed)

    monkeypatch.setattr(output.atomic.os, "fsync", somebody_signs)
    with pytest.raises(LetterpressError, match="bears the signature of Ada Brook"):
        output.write(path, b"new")
    assert path.read_bytes() == signed
    assert [one.name for one in tmp_path.iterdir()] == ["letter.pdf"]
