"""The finished file: conformance, metadata, structure, and nothing in it that is not on the page."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

import letterpress
from letterpress.letterhead import definition
from tests.support import needs, verapdf
from tests.support.project import FRONT, Project, letterheads_here, pdf_text, png, unpacked

ROOT = Path(__file__).parents[2]
EVERYTHING = """
A list, a table, a note[^1], an image and a link to <https://example.org>:

1. one
2. two
    - nested

A loose one:

1. one

   with a second paragraph
2. two

| Item | Price |
|------|------:|
| Boat | 12.00 |

<table><tr><td></td><th>2026</th></tr><tr><th>Rope</th><td>3</td></tr><tr><th scope="rowgroup">Oars</th><td>4</td></tr>
<tr><th scope="col">Sail</th><td>5</td></tr></table>

![A grey square](grey.png)

### A heading

> A quotation, with `code` and *emphasis*.

[^1]: The note.
"""
FRONT_ALL = FRONT + (
    "subject: Everything at once\nreference: {ours: a-1}\nnotices: [Confidential]\nenclosures: [One, Two]\n"
    "cc: [Max Orr]\nbcc: [Hidden Person]\npostscript: One more thing.\n"
)


def _letterheads() -> list[tuple[str, str]]:
    return [(name, paper) for name in letterheads_here(ROOT) for paper in definition.find(name, ROOT).papers]


@pytest.mark.parametrize(("name", "paper"), _letterheads())
@pytest.mark.parametrize("copy", letterpress.model.COPIES)
def test_every_letterhead_paper_and_copy_is_pdf_a_and_pdf_ua(
    project: Project, name: str, paper: str, copy: str
) -> None:
    verapdf.require()
    project.write("content/letters/grey.png", png(40, 40))
    front = FRONT_ALL.replace("letterhead: plain", f"letterhead: {name}\npaper: {paper}")
    front = front.replace("title: Director}", "title: Director, sign: digital}")
    again = EVERYTHING.replace("[^1]: The note.", "").replace("[^1]", "")  # a note is called once
    result = project.press(EVERYTHING + again, front, copy=copy)
    assert result.pdf is not None, result.diagnostics
    assert verapdf.validate(result.pdf) == []


def test_the_seed_letter_is_pdf_a_and_pdf_ua() -> None:
    verapdf.require()
    result = letterpress.render(ROOT / "content/letters/korea-policy.md")
    assert result.pdf is not None
    assert verapdf.validate(result.pdf) == []


def test_screen_profile_is_a_plain_pdf(project: Project) -> None:
    verapdf.require()
    result = project.press(profile="screen")
    assert result.pdf is not None
    assert verapdf.validate(result.pdf, ("3a",))
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        assert "/OutputIntents" not in pdf.Root


def test_metadata_says_title_author_subject_language_and_dates(project: Project) -> None:
    result = project.press("Text.\n", FRONT + "subject: Your visit\n")
    assert result.pdf is not None
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Your visit"
        assert str(pdf.docinfo["/Author"]) == "Jo Lind"
        assert str(pdf.docinfo["/Subject"]) == "Your visit"
        assert str(pdf.docinfo["/Creator"]) == "letterpress"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260115")
        assert str(pdf.docinfo["/ModDate"]).startswith("D:20260115")
        assert str(pdf.Root.Lang) == "en-US"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as xmp:
            assert xmp["dc:title"] == "Your visit"
            assert xmp["pdfaid:part"] == "3"
            assert xmp["pdfaid:conformance"] == "A"
            assert xmp["pdfuaid:part"] == "1"


def test_a_second_reader_sees_the_metadata(project: Project) -> None:
    """Poppler trusts the cross-reference stream to the letter: an object counted wrong loses the title there."""
    result = project.press()
    assert result.pdf is not None
    path = project.write("out.pdf", result.pdf)
    shown = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    assert "Letter to Dr. Ada Brook" in shown
    assert "Jo Lind" in shown
    assert "Tagged:          yes" in shown


def test_fonts_are_embedded_subset_and_mapped_to_unicode(project: Project) -> None:
    result = project.press("Text, *emphasis* and **weight**.\n")
    assert result.pdf is not None
    path = project.write("out.pdf", result.pdf)
    rows = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(rows) == 4  # regular, italic, semi-bold, and the sans of facts
    for row in rows:
        assert "Source-Serif-Pro" in row or "Source-Sans-Pro" in row
        assert row.split()[-5:-2] == ["yes", "yes", "yes"]


def test_structure_names_headings_lists_tables_and_figures(project: Project) -> None:
    project.write("content/letters/grey.png", png(40, 40))
    result = project.press(EVERYTHING, FRONT_ALL)
    assert result.pdf is not None
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        elements = [
            item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"
        ]
        kinds = [str(element.S) for element in elements]
        assert kinds.count("/H1") == 1
        assert kinds.count("/H2") == 1
        assert "/H3" not in kinds
        assert {str(e.A.ListNumbering) for e in elements if e.S == "/L"} == {"/Decimal", "/Disc"}
        scopes = ["/Column", "/Column", "/Column", "/Row", "/Row", "/Column"]  # Item, Price; 2026, Rope, Oars, Sail
        assert [str(e.A.Scope) for e in elements if e.S == "/TH"] == scopes
        ids = [str(e.ID) for e in elements if e.S == "/TH"]
        headed = [[str(name) for name in e.A.Headers] for e in elements if e.S == "/TD"]
        assert headed[3] == [ids[3], ids[2]], "the cell beside Rope is of that row and of 2026"
        figure = next(element for element in elements if element.S == "/Figure")
        assert str(figure.Alt) == "A grey square"
        left, bottom, right, top = (float(value) for value in figure.A.BBox)
        assert right - left == pytest.approx(30, abs=0.1)  # 40 px at 96 to the inch are 30 pt
        assert top - bottom == pytest.approx(30, abs=0.1)


def test_page_furniture_is_an_artifact() -> None:
    result = letterpress.render(ROOT / "content/letters/korea-policy.md", copy="draft")
    assert result.pdf is not None
    assert "DRAFT" in pdf_text(result.pdf)
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        for number, page in enumerate(pdf.pages):
            tagged, artifact = _text_operators(page)
            assert tagged > 10
            assert (artifact > 0) is (number == 1)  # the continuation head
        referred = {str(item.get("/S")) for item in pdf.objects if isinstance(item, pikepdf.Dictionary)}
        assert "/Document" in referred


def _text_operators(page: pikepdf.Page) -> tuple[int, int]:
    """How many show-text operators of the page are tagged, and how many are artifacts; untagged text fails."""
    tagged = artifact = 0
    stack: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in ("BDC", "BMC"):
            stack.append(str(operands[0]))
        elif str(operator) == "EMC":
            stack.pop()
        elif str(operator) in ("TJ", "Tj"):
            assert stack, "text that is neither tagged nor an artifact"
            if "/Artifact" in stack:
                artifact += 1
            else:
                tagged += 1
    return tagged, artifact


def test_nothing_is_in_the_file_that_is_not_on_the_page(project: Project) -> None:
    project.write("content/letters/grey.png", png())
    front = FRONT_ALL + "fields:\n  unused: {default: Unprinted Value}\n  used: {default: Printed Value}\n"
    result = project.press("{{ fields.used }} ![Grey](grey.png)\n", front)
    assert result.pdf is not None
    content = unpacked(result.pdf)
    assert "Printed Value" in pdf_text(result.pdf)
    for secret in ("Hidden Person", "Unprinted Value", "grey.png", str(project.root), "file:", "unused"):
        for encoded in (secret.encode(), secret.encode("utf-16-be"), secret.encode("utf-16-be").hex().encode()):
            assert encoded not in content
    assert "bcc" not in pdf_text(result.pdf)


def test_the_file_copy_shows_bcc(project: Project) -> None:
    result = project.press("Text.\n", FRONT_ALL, copy="file")
    assert result.pdf is not None
    assert "bcc: Hidden Person" in pdf_text(result.pdf)
    assert "File copy" in pdf_text(result.pdf)


_PRINT_HASHES = """
import sys, letterpress
for copy in ("original", "draft"):
    print(letterpress.render(sys.argv[1], copy=copy).sha256)
"""


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_same_bytes_in_another_process_with_another_hash_seed_on_another_day(seed: str) -> None:
    path = ROOT / "content/letters/korea-policy.md"
    here = [letterpress.render(path, copy=copy).sha256 for copy in ("original", "draft")]
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "SOURCE_DATE_EPOCH": "1",
    }
    command = [sys.executable, "-c", _PRINT_HASHES, str(path)]
    if seed == "4711" and _faketime():
        command = ["faketime", "2031-05-05 12:00:00", *command]
    there = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd="/").stdout.split()
    assert there == here


def _faketime() -> bool:
    return subprocess.run(["sh", "-c", "command -v faketime"], capture_output=True, check=False).returncode == 0


def test_order_of_letters_in_a_process_does_not_change_their_bytes(project: Project) -> None:
    plain = project.letter()
    seed = ROOT / "content/letters/korea-policy.md"
    first = letterpress.render(plain).sha256
    letterpress.render(seed)
    letterpress.render(plain, lang="de", paper="a4")
    assert letterpress.render(plain).sha256 == first


def test_without_a_date_the_metadata_has_source_date_epochs_or_none(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = FRONT.replace("date: 2026-01-15\n", "")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    undated = project.press("Text.\n", front)
    assert undated.pdf is not None
    with pikepdf.open(io.BytesIO(undated.pdf)) as pdf:
        assert "/CreationDate" not in pdf.docinfo
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    dated = project.press("Text.\n", front)
    assert dated.pdf is not None
    with pikepdf.open(io.BytesIO(dated.pdf)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20231114221320")
    for odd in ("9" * 20, "tomorrow", "²"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", odd)
        refused = project.press("Text.\n", front)
        assert refused.pdf is None
        assert refused.diagnostics[0].message.startswith(f"SOURCE_DATE_EPOCH is '{odd}'")


def test_signature_fields_are_where_the_block_is(project: Project) -> None:
    front = FRONT.replace("title: Director}", "title: Director, sign: digital}, {name: José Ruiz, sign: digital}")
    result = project.press("Text.\n", front + "sign: in-order\n")
    assert result.pdf is not None
    assert [field.name for field in result.signature_fields] == ["jo-lind", "jose-ruiz"]
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        assert int(pdf.Root.AcroForm.SigFlags) == 1
        widgets = list(pdf.Root.AcroForm.Fields)
        assert [str(widget.T) for widget in widgets] == ["jo-lind", "jose-ruiz"]
        assert str(widgets[0].TU) == "Signature of Jo Lind, Director"
        # ISO 32000-1, 12.5.3: printed (bit 3), and in its place for good (bit 8); not hidden, and no other flag.
        assert [int(widget.F) for widget in widgets] == [0b1000_0100] * 2
        assert "/Lock" not in widgets[0]
        assert [str(name) for name in widgets[1].Lock.Fields] == ["jo-lind"]
        for widget, field in zip(widgets, result.signature_fields, strict=True):
            assert [float(value) for value in widget.Rect] == pytest.approx(field.box, abs=0.01)
            assert field.box[2] - field.box[0] == pytest.approx(70 / 25.4 * 72, abs=0.01)
            assert field.box[3] - field.box[1] == pytest.approx(12 / 25.4 * 72, abs=0.01)


@pytest.mark.parametrize("path", sorted((ROOT / "content/letters").glob("*.md")), ids=lambda path: path.stem)
def test_every_example_is_pdf_a_and_pdf_ua(path: Path) -> None:
    """The examples use what letterheads can do: feet, tables, marks of authority, columns of signatories."""
    letter = letterpress.load(path)
    if letter.letterhead not in letterheads_here(ROOT):
        needs.lack("font", f"no font on this machine for {letter.letterhead}")
    if any(spec.required and spec.default is None for spec in letter.fields.values()):
        pytest.skip("a letter for a merge")
    result = letterpress.render(letter)
    assert result.pdf is not None, result.diagnostics
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


@pytest.mark.parametrize("case", sorted(path.parent.name for path in (ROOT / "tests/cases").glob("*/letter.md")))
def test_every_golden_case_is_pdf_a_and_pdf_ua(case: str) -> None:
    letter = letterpress.load(ROOT / "tests/cases" / case / "letter.md")
    if letter.letterhead not in letterheads_here(ROOT):
        needs.lack("font", f"no font on this machine for {letter.letterhead}")
    result = letterpress.render(letter)
    assert result.pdf is not None, result.diagnostics
    verapdf.require()
    assert verapdf.validate(result.pdf) == []
