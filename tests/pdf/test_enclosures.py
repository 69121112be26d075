"""Enclosures: PDFs that others made, behind the letter: their pages and tags as they were, and no claim that is not kept."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

import letterpress
from tests.support import verapdf
from tests.support.project import LETTER, Project, pdf_text

FRONT = """\
letterhead: plain
lang: en-US
date: 2026-01-15
subject: The bridge
to: {name: Dr. Ada Brook, lines: [4 Mill Lane, "Bangor, ME 04401"]}
salutation: Dear Dr. Brook
closing: Sincerely
signatories: [{name: Jo Lind, title: Director, sign: digital}]
"""
REPORT = """\
letterhead: plain
lang: de-DE
date: 2026-01-10
subject: Bericht über die Brücke
"""
REPORT_BODY = """\
Siehe [unten](https://example.org/) und die Note[^1].

## Kosten

| Teil | Preis |
|------|------:|
| Seil | 12,00 |

1. eins
2. zwei

{% for line in range(25) %}
Zeile {{ line }} der Liste.

{% endfor %}

[^1]: Eine Fußnote.
"""
PAPER = "paper: a4\n"
"""That of the files that are enclosed: another one is a warning."""


def enclosing(*items: str, more: str = "") -> str:
    return FRONT + PAPER + more + "enclosures:\n" + "".join(f"  - {item}\n" for item in items)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A PDF/A-3a and PDF/UA-1 file with a table, a list, a link, a footnote and headings; German, two pages."""
    project = Project(tmp_path_factory.mktemp("report"))
    (project.root / "content/letters").mkdir(parents=True)
    path = project.root / project.letter(REPORT_BODY, REPORT, "content/letters/report.md")
    result = letterpress.render(path)
    assert result.pdf is not None, result.diagnostics
    return result.pdf


@pytest.fixture(scope="module")
def plain() -> bytes:
    return weasy("<h1 id=a>One</h1><p><a href='#b'>to two</a></p><h1 id=b style='break-before: page'>Two</h1>")


def weasy(body: str, **options: Any) -> bytes:
    from weasyprint import HTML

    head = '<title>A plain file</title><meta name="dcterms.created" content="2026-01-01">'
    head += '<meta name="dcterms.modified" content="2026-01-01">'
    return bytes(HTML(string=f'<html lang="en"><head>{head}</head><body>{body}</body></html>').write_pdf(**options))


def made(*sizes: tuple[float, float], rotate: int = 0) -> pikepdf.Pdf:
    """A file by another hand: pages of these sizes in pt, with a square on each."""
    pdf = pikepdf.new()
    for size in sizes:
        pdf.add_blank_page(page_size=size)
        pdf.pages[-1].obj.Contents = pdf.make_stream(b"0.2 0.4 0.6 rg 50 60 100 80 re f")
        if rotate:
            pdf.pages[-1].obj.Rotate = rotate
    return pdf


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


@pytest.fixture
def desk(project: Project, report: bytes, plain: bytes) -> Project:
    project.write("content/letters/report.pdf", report)
    project.write("content/letters/plain.pdf", plain)
    return project


@contextlib.contextmanager
def opened(pdf: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def pixels(pdf: bytes | Path) -> list[tuple[tuple[float, float], bytes]]:
    """Size and pixels of every page."""
    with opened(pdf) as document:
        return [(page.get_size(), bytes(page.render(scale=1, may_draw_forms=False).buffer)) for page in document]


def pdf_of(result: letterpress.Result) -> bytes:
    assert result.status == "done", result.diagnostics
    assert result.pdf is not None
    return result.pdf


def warnings_of(result: letterpress.Result) -> list[str]:
    assert all(fault.severity == "warning" for fault in result.diagnostics), result.diagnostics
    return [fault.message for fault in result.diagnostics]


def assert_sound(pdf: bytes) -> None:
    """Every number in a tagged page's content, and every tagged annotation, finds its element, and is found from it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tree = document.Root.StructTreeRoot
        parents = dict(pikepdf.NumberTree(tree.ParentTree).items())
        assert tree.ParentTreeNextKey > max(parents)
        reached: set[Any] = set()
        leaves: set[Any] = set()
        walk(tree, None, reached, leaves)
        for page in document.pages:
            if "/StructParents" in page.obj:
                owners = parents[int(page.obj.StructParents)]
                for instruction in pikepdf.parse_content_stream(page):
                    operands = instruction.operands
                    if str(instruction.operator) == "BDC" and "/MCID" in operands[1]:
                        number = int(operands[1].MCID)
                        assert owners[number].objgen in reached
                        assert (page.obj.objgen, number) in leaves
            for annotation in page.obj.get("/Annots", ()):
                if "/StructParent" in annotation:
                    assert parents[int(annotation.StructParent)].objgen in reached
                    assert annotation.objgen in leaves


def walk(element: Any, page: Any, reached: set[Any], leaves: set[Any]) -> None:
    page = element.get("/Pg", page)
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if not isinstance(kid, pikepdf.Dictionary):
            leaves.add((page.objgen, int(kid)))
        elif "/S" in kid:
            assert kid.P.objgen == element.objgen
            reached.add(kid.objgen)
            walk(kid, None, reached, leaves)
        elif "/MCID" in kid:
            leaves.add((kid.get("/Pg", page).objgen, int(kid.MCID)))
        else:
            leaves.add(kid.Obj.objgen)


def holds(pdf: bytes, *flavours: str) -> None:
    """veraPDF agrees with what the file says of itself, and that is what is expected."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        meta = document.open_metadata()
        level = f"{meta.get('pdfaid:part', '')}{meta.get('pdfaid:conformance', '').lower()}"
        says = [level] if level else []
        says += ["ua1"] if meta.get("pdfuaid:part") == "1" else []
    assert says == list(flavours)
    verapdf.require()
    assert verapdf.validate(pdf, says) == []


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_pages_follow_the_letter_as_they_were(desk: Project, report: bytes) -> None:
    front = enclosing("A leaflet", '{title: "Annex A: Report", file: report.pdf}')
    result = desk.press("See {{ enclosures[1] }}.\n", front)
    pdf = pdf_of(result)
    assert not result.diagnostics
    letter = desk.press(
        "See Annex A: Report (2 pages).\n", FRONT + PAPER + 'enclosures: [A leaflet, "Annex A: Report (2 pages)"]\n'
    )
    assert pixels(pdf) == pixels(pdf_of(letter)) + pixels(report)
    assert pdf_text(pdf) == f"{pdf_text(pdf_of(letter))} {pdf_text(report)}"
    assert (result.pages, result.enclosures) == (3, (("Annex A: Report", 2),))
    assert "Page 1 of 1" not in pdf_text(pdf)
    assert_sound(pdf)
    holds(pdf, "3a", "ua1")


@pytest.mark.parametrize("written", ["[a/report.pdf]", "['a/report.pdf', A plan]"])
def test_a_file_that_is_listed_as_a_text_is_told_and_mended(desk: Project, report: bytes, written: str) -> None:
    desk.write("content/letters/a/report.pdf", report)
    letter = desk.letter(front=f"{FRONT}{PAPER}enclosures: {written}\n")
    for command in ("check", "render"):
        [fault] = [one for one in desk.cli(command, letter, "--json").faults if one["code"] == "enclosure-as-text"]
        assert (fault["severity"], fault["value"], fault["line"]) == ("warning", "a/report.pdf", 11)
    desk.cli("check", letter, "--fix")
    assert "{file: a/report.pdf}" in (desk.root / letter).read_text(encoding="utf-8")
    made = desk.cli("render", letter, "--json")
    assert made.json["letters"][0]["pages"] > 1
    assert "enclosure-as-text" not in made.out


def test_bookmarks_labels_and_language(desk: Project, report: bytes) -> None:
    pdf = pdf_of(desk.press(front=enclosing("{file: report.pdf}", "{title: Again, file: report.pdf, pages: 2}")))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_outline() as outline:
            assert [item.title for item in outline.root] == ["The bridge", "Bericht über die Brücke", "Again"]
            assert [item.title for item in outline.root[1].children] == ["Bericht über die Brücke"]
        assert [page.label for page in document.pages] == ["1", "Enclosure 1, 1", "Enclosure 1, 2", "Enclosure 2, 1"]
        (letter,) = document.Root.StructTreeRoot.K
        parts = [element for element in letter.K if element.S == "/Part"]
        assert [(str(part.T), str(part.Lang)) for part in parts] == [
            ("Bericht über die Brücke", "de-DE"),
            ("Again", "de-DE"),
        ]
    assert_sound(pdf)
    holds(pdf, "3a", "ua1")


def test_pages_of_an_enclosure_can_be_chosen(desk: Project, report: bytes) -> None:
    result = desk.press(
        front=enclosing("{title: End, file: report.pdf, pages: 2-}", "{title: Start, file: report.pdf, pages: 1}")
    )
    pdf = pdf_of(result)
    assert result.enclosures == (("End", 1), ("Start", 1))
    assert pixels(pdf)[1:] == [pixels(report)[1], pixels(report)[0]]
    assert "End (1 page)" in pdf_text(pdf)
    assert_sound(pdf)
    holds(pdf, "3a", "ua1")
    for pages, said in (("3", "has 2 pages, and no '3'"), ("2-1", "no '2-1'"), ("1, 1-2", "chosen twice")):
        (fault,) = desk.press(front=enclosing(f'{{file: report.pdf, pages: "{pages}"}}')).diagnostics
        assert said in fault.message


def test_the_same_bytes_each_time(desk: Project) -> None:
    front = enclosing("{file: report.pdf}", "{file: plain.pdf}")
    assert pdf_of(desk.press(front=front)) == pdf_of(desk.press(front=front))


@pytest.mark.parametrize(
    ("lang", "listed"),
    [
        ("de-DE", "Anlage Bericht über die Brücke (2 Seiten)"),
        ("fr-FR", "(2 pages)"),
        ("pl", "(2 strony)"),
        ("es", "(2 páginas)"),
    ],
)
def test_the_count_is_in_the_letters_language(desk: Project, lang: str, listed: str) -> None:
    front = enclosing("{file: report.pdf}").replace("en-US", lang)
    assert listed in pdf_text(pdf_of(desk.press(front=front)))


def test_links_and_bookmarks_inside_an_enclosure_lead_where_they_led(desk: Project) -> None:
    result = desk.press(front=enclosing("{file: plain.pdf}"))
    with pikepdf.open(io.BytesIO(pdf_of(result))) as document:
        (link,) = document.pages[1].obj.Annots
        assert pikepdf.Page(link.Dest[0]).index == 2
        with document.open_outline() as outline:
            assert [item.title for item in outline.root[1].children] == ["One", "Two"]
    result = desk.press(front=enclosing("{file: plain.pdf, pages: 1}"))
    with pikepdf.open(io.BytesIO(pdf_of(result))) as document:
        (link,) = document.pages[1].obj.Annots
        assert "/Dest" not in link


@pytest.mark.parametrize("rotate", [0, 90, 270])
def test_sizes_and_turns_stay(desk: Project, rotate: int) -> None:
    other = saved(made((842, 1191), (200.5, 300.25), rotate=rotate))
    desk.write("content/letters/other.pdf", other)
    pdf = pdf_of(desk.press(front=enclosing("{title: Plans, file: other.pdf}")))
    assert pixels(pdf)[1:] == pixels(other)


def by_hand(role: str, size: int) -> bytes:
    """A tagged page whose names, classes and ids are its own, with tagged content in a form that the page draws."""
    pdf = made((300, 300))
    page = pdf.pages[0].obj
    form = pdf.make_stream(b"/P <</MCID 0>> BDC 0 0 9 9 re f EMC", Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
    form["/Type"] = pikepdf.Name.XObject
    form.StructParents = 1
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    page.Contents = pdf.make_stream(b"/Heading <</MCID 0>> BDC 0 0 50 50 re f EMC /F Do")
    page.StructParents = 0
    tree = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))

    def element(kind: str, **more: Any) -> Any:
        name = pikepdf.Name(kind)
        return pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=name, P=tree, Pg=page, **more))

    heading = element("/Heading", C=pikepdf.Name.Big, K=0, ID="one")
    cell = element("/TD", A=pikepdf.Dictionary(O=pikepdf.Name.Table, Headers=["one"]))
    cell.K = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.MCR, MCID=0, Stm=form, Pg=page)])
    tree.K = pikepdf.Array([heading, cell])
    tree.ParentTree = pikepdf.Dictionary(Nums=[0, pikepdf.Array([heading]), 1, pikepdf.Array([cell])])
    tree.RoleMap = pikepdf.Dictionary(Heading=pikepdf.Name(role))
    tree.ClassMap = pikepdf.Dictionary(Big=pikepdf.Dictionary(O=pikepdf.Name.Layout, SpaceBefore=size))
    tree.IDTree = pikepdf.Dictionary(Names=["one", heading])
    pdf.Root.StructTreeRoot = tree
    pdf.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
    return saved(pdf)


def test_names_of_two_trees_that_mean_different_things_stay_apart(desk: Project) -> None:
    for name, content in (("a", by_hand("/H1", 4)), ("b", by_hand("/P", 9)), ("c", by_hand("/P", 4))):
        desk.write(f"content/letters/{name}.pdf", content)
    files = [f"{{title: {name}, file: {name}.pdf}}" for name in "abc"]
    pdf = pdf_of(desk.press(front=enclosing(*files)))
    assert_sound(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tree = document.Root.StructTreeRoot
        found = [part.K for part in tree.K[0].K if part.S == "/Part"]
        roles = [str(tree.RoleMap[str(heading.S)]) for heading, _ in found]
        sizes = [int(tree.ClassMap[str(heading.C)].SpaceBefore) for heading, _ in found]
        assert (roles, sizes) == (["/H1", "/P", "/P"], [4, 9, 4])
        ids = pikepdf.NameTree(tree.IDTree)
        for heading, cell in found:
            assert ids[str(heading.ID)].objgen == heading.objgen
            assert cell.A.Headers[0] == heading.ID
        parents = dict(pikepdf.NumberTree(tree.ParentTree).items())
        for page, (heading, cell) in zip(list(document.pages)[1:], found, strict=True):
            assert parents[int(page.obj.StructParents)][0].objgen == heading.objgen
            assert parents[int(page.obj.Resources.XObject.F.StructParents)][0].objgen == cell.objgen


def test_headings_of_two_kinds_do_not_make_one_accessible_file(desk: Project) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(desk.press(front=FRONT.replace(", sign: digital", ""))))) as pdf:
        for element in pdf.Root.StructTreeRoot.K[0].K:
            if element.S == "/H1":
                element.S = pikepdf.Name.H
        desk.write("content/letters/other.pdf", saved(pdf))
    result = desk.press(front=enclosing("{title: X, file: other.pdf}"))
    assert "says that it is PDF/A-3a and PDF/UA-1, and in a letter it is PDF/A-3a" in warnings_of(result)[0]
    holds(pdf_of(result), "3a")


# --- what a file can claim --------------------------------------------------------------------------------------------


def test_an_enclosure_that_would_cost_the_letter_its_standards_is_refused(desk: Project) -> None:
    refused = enclosing("Leaflet", "{file: plain.pdf}", more="enclosures_conformance: refuse\n")
    fault = desk.fault(front=refused)
    assert (fault["line"], fault["field"]) == (14, "enclosures.2.file")
    assert fault["message"] == (
        "'plain.pdf' is neither PDF/A nor PDF/UA, and not tagged; with it the letter would not be PDF/A-3a and PDF/UA-1"
    )
    assert "--enclosures lower" in fault["hint"]
    assert desk.press(front=refused.replace("refuse", "keep")).status == "failed"
    assert desk.press(front=refused, enclosures="lower").status == "done"
    assert desk.press(front=enclosing("{file: plain.pdf}"), enclosures="refuse").status == "failed"


def test_what_is_said_by_hand_is_a_note_and_the_result_names_the_claims(desk: Project) -> None:
    desk.letter(front=enclosing("{file: plain.pdf}"))
    ran = desk.cli("render", LETTER, "--json")
    assert [item["severity"] for item in ran.faults] == ["warning"]
    assert "choose '--enclosures lower'" in ran.faults[0]["hint"]
    assert ran.json["letters"][0]["claims"] == []
    said = desk.cli("render", LETTER, "--json", "--enclosures", "LOWER")
    assert [(item["severity"], item["code"]) for item in said.faults] == [("note", "conformance-lowered")]
    desk.letter(front=enclosing("{file: report.pdf}"))
    assert desk.cli("render", LETTER, "--json").json["letters"][0]["claims"] == ["PDF/A-3a", "PDF/UA-1"]
    assert desk.cli("render", LETTER, "--enclosures", "raise").code == 2


def test_a_merge_says_what_each_of_its_files_holds(desk: Project) -> None:
    desk.letter(front=enclosing("{file: '{{ fields.annex }}'}") + "fields: {annex: {required: true}}\n")
    desk.write("list.csv", "name,street,city,annex\nAda,1 Quay,Bangor,report.pdf\nBo,2 Quay,Bangor,plain.pdf\n")
    said = desk.cli("merge", "--jobs", "0", LETTER, "--data", "list.csv", "-o", "out/list", "--json").json["letters"]
    assert [one["claims"] for one in said] == [["PDF/A-3a", "PDF/UA-1"], []], said
    assert [[len(one["enclosures"]), one["status"]] for one in said] == [[1, "done"], [1, "done"]]


def test_a_page_of_another_paper_is_a_warning(desk: Project) -> None:
    letter = enclosing("{file: report.pdf}", "{file: report.pdf, pages: 2}").replace(PAPER, "paper: letter\n")
    assert warnings_of(desk.press(front=letter)) == [
        "page 1 of 'report.pdf' is A4, and the letter US Letter",
        "page 2 of 'report.pdf' is A4, and the letter US Letter",
    ]
    desk.write("content/letters/other.pdf", saved(made((612, 792), rotate=90)))
    found = warnings_of(desk.press(front=enclosing("{title: X, file: other.pdf}")))
    assert "page 1 of 'other.pdf' is US Letter, and the letter A4" in found


def test_an_enclosure_lowers_the_letter(desk: Project, plain: bytes) -> None:
    result = desk.press(front=enclosing("{file: plain.pdf}", "{file: report.pdf}"))
    assert warnings_of(result) == [
        "'plain.pdf' is neither PDF/A nor PDF/UA, and not tagged; with it the letter is neither PDF/A nor PDF/UA"
    ]
    pdf = pdf_of(result)
    assert pixels(pdf)[1:3] == pixels(plain)
    assert_sound(pdf)
    holds(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert not document.Root.MarkInfo.Marked
        assert all(("/StructParents" in page.obj) == (at not in (1, 2)) for at, page in enumerate(document.pages))


def test_a_screen_letter_claims_nothing_and_takes_all(desk: Project) -> None:
    result = desk.press(front=enclosing("{file: plain.pdf}"), profile="screen")
    assert warnings_of(result) == ["'plain.pdf' is not tagged: its pages cannot be read aloud in order"]
    holds(pdf_of(result))


@pytest.mark.parametrize(
    ("variant", "flavours"),
    [("pdf/a-2b", ["3b"]), ("pdf/a-2u", ["3u"]), ("pdf/a-3a", ["3a"]), ("pdf/ua-1", ["ua1"]), ("pdf/a-1b", ["3b"])],
)
def test_the_letter_becomes_what_all_are(desk: Project, variant: str, flavours: list[str]) -> None:
    desk.write("content/letters/other.pdf", weasy("<h1>Other</h1><p>Text</p>", pdf_variant=variant))
    assert desk.press(front=enclosing("{file: other.pdf}"), enclosures="refuse").status == "failed"
    pdf = pdf_of(desk.press(front=enclosing("{file: other.pdf}", "{file: report.pdf}")))
    holds(pdf, *flavours)
    assert_sound(pdf)


def test_a_claim_that_is_seen_to_be_false_is_not_believed(desk: Project, report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as pdf:
        for page in pdf.pages:
            page.obj.Resources.Font["/Other"] = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        desk.write("content/letters/other.pdf", saved(pdf))
    result = desk.press(front=enclosing("{title: X, file: other.pdf}"))
    assert "says that it is PDF/A-3a and PDF/UA-1, and in a letter it is PDF/UA-1" in warnings_of(result)[0]
    holds(pdf_of(result), "ua1")


def test_colours_mean_what_they_meant(desk: Project) -> None:
    """A file whose profile is not the letter's keeps its own: with each page, since the file can have one only."""
    pdf = pikepdf.open(io.BytesIO(weasy("<p style='color: red'>Text</p>", pdf_variant="pdf/a-2b")))
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    profile.write(profile.read_bytes().replace(b"sRGB", b"xRGB").replace(b"s\0R\0G\0B", b"x\0R\0G\0B"))
    desk.write("content/letters/other.pdf", saved(pdf))
    out = pdf_of(desk.press(front=enclosing("{title: X, file: other.pdf}")))
    with pikepdf.open(io.BytesIO(out)) as document:
        family, own = document.pages[1].obj.Resources.ColorSpace.DefaultRGB
        assert family == "/ICCBased"
        assert own.read_bytes() == profile.read_bytes()
        assert "/DefaultRGB" not in document.pages[0].obj.Resources.get("/ColorSpace", {})
    holds(out, "3b")


def test_layers_that_are_off_stay_off(desk: Project) -> None:
    pdf = made((200, 200))
    shown, hidden = (
        pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=name)) for name in ("Plan", "Notes")
    )
    pdf.Root.OCProperties = pikepdf.Dictionary(
        OCGs=pikepdf.Array([shown, hidden]), D=pikepdf.Dictionary(OFF=pikepdf.Array([hidden]))
    )
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(A=shown, B=hidden))
    pdf.pages[0].obj.Contents = pdf.make_stream(
        b"/OC /A BDC 1 0 0 rg 0 0 50 50 re f EMC /OC /B BDC 0 1 0 rg 100 100 50 50 re f EMC"
    )
    other = saved(pdf)
    desk.write("content/letters/other.pdf", other)
    out = pdf_of(desk.press(front=enclosing("{title: X, file: other.pdf}")))
    assert pixels(out)[1:] == pixels(other)
    with pikepdf.open(io.BytesIO(out)) as document:
        assert [str(group.Name) for group in document.Root.OCProperties.D.OFF] == ["Notes"]


# --- what cannot come along -------------------------------------------------------------------------------------------


def with_field(kind: str, **more: Any) -> pikepdf.Pdf:
    pdf = made((300, 300))
    look = pdf.make_stream(b"1 0 0 rg 0 0 80 20 re f", Subtype=pikepdf.Name.Form, BBox=[0, 0, 80, 20])
    look["/Type"] = pikepdf.Name.XObject
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name(kind),
            T="a",
            F=4,
            Rect=[10, 200, 90, 220],
            AP=pikepdf.Dictionary(N=look),
            **more,
        )
    )
    pdf.pages[0].obj.Annots = pikepdf.Array([field])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    return pdf


def test_fields_of_a_form_become_print(desk: Project) -> None:
    other = saved(with_field("/Tx", V="Ada"))
    desk.write("content/letters/other.pdf", other)
    result = desk.press(front=enclosing("{title: Form, file: other.pdf}"))
    assert "'other.pdf' is a form: in the letter its fields are print, and cannot be filled in" in warnings_of(result)
    pdf = pdf_of(result)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/Annots" not in document.pages[1].obj
        assert [str(field.T) for field in document.Root.AcroForm.Fields] == ["jo-lind"]
    with opened(pdf) as document:
        picture = document[1].render(scale=1).to_pil()
        assert picture.getpixel((50, 90)) == (255, 0, 0)


def test_a_signature_in_an_enclosure_no_longer_proves_anything_and_that_is_said(desk: Project) -> None:
    signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Filter=pikepdf.Name("/Adobe.PPKLite"))
    desk.write("content/letters/other.pdf", saved(with_field("/Sig", V=signature)))
    result = desk.press(front=enclosing("{title: Contract, file: other.pdf}"))
    assert "'other.pdf' is signed: the letter shows its pages, and no longer proves who signed" in warnings_of(result)
    assert b"/Adobe.PPKLite" not in pdf_of(result)


def test_an_empty_place_to_sign_in_costs_nothing(desk: Project) -> None:
    inner = letterpress.render(desk.root / desk.letter("Sign here.\n", FRONT + PAPER, "content/letters/inner.md"))
    desk.write("content/letters/inner.pdf", pdf_of(inner))
    result = desk.press(front=enclosing("{file: inner.pdf}"))
    assert warnings_of(result) == ["'inner.pdf' has places to sign in; in the letter they are empty"]
    assert_sound(pdf_of(result))
    holds(pdf_of(result), "3a", "ua1")


def test_scripts_files_and_strange_annotations_are_left_out_and_said(desk: Project) -> None:
    pdf = made((300, 300))
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    pdf.Root.OpenAction = script
    pdf.attachments["data.xml"] = b"<x/>"
    box = [0, 0, 50, 50]
    kinds = [
        ("/Link", {"A": script}),
        ("/Screen", {}),
        ("/Highlight", {"QuadPoints": box + box}),
        ("/Link", {"A": uri()}),
    ]
    pdf.pages[0].obj.Annots = pikepdf.Array(
        [
            pdf.make_indirect(pikepdf.Dictionary(Subtype=pikepdf.Name(kind), Rect=box, F=4, **more))
            for kind, more in kinds
        ]
    )
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=script)
    desk.write("content/letters/other.pdf", saved(pdf))
    result = desk.press(front=enclosing("{title: X, file: other.pdf}"))
    said = warnings_of(result)
    assert said[:3] == [
        "'other.pdf' has scripts or actions; they are left out",
        "'other.pdf' carries a file, left out here",
        "'other.pdf' has annotations that are left out: Screen",
    ]
    with pikepdf.open(io.BytesIO(pdf_of(result))) as document:
        annotations = document.pages[1].obj.Annots
        assert [str(one.Subtype) for one in annotations] == ["/Link", "/Highlight", "/Link"]
        assert ["/A" in one for one in annotations] == [False, False, True]
        assert "/AA" not in document.pages[1].obj
        assert "/OpenAction" not in document.Root
        assert not document.attachments


def uri() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/")


def locked(**options: Any) -> bytes:
    return saved(made((200, 200)), encryption=pikepdf.Encryption(R=6, **options))


def xfa() -> bytes:
    pdf = made((200, 200))
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=[])
    return saved(pdf)


def torn() -> bytes:
    data = bytearray(saved(made((200, 200)), object_stream_mode=pikepdf.ObjectStreamMode.disable))
    at = data.index(b"/MediaBox")
    data[at - 4 : at + 20] = b">>>> (((( <<<< [[[[ ]]]]"[:24]
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (locked(user="x", owner="y"), "is locked with a password"),
        (locked(user="", owner="y"), "is encrypted"),
        (xfa(), "is an XFA form"),
        (torn(), "is damaged"),
        (b"%PDF-1.7 torn", "is not a PDF that can be read"),
        (b"PK not a PDF", "is not a PDF that can be read"),
        (b"", "is not a PDF that can be read"),
        (saved(made((200, 200)))[:-500], "is "),
        (saved(pikepdf.new()), "has no pages"),
    ],
    ids=["locked", "encrypted", "xfa", "torn", "head only", "no pdf", "empty", "cut off", "no pages"],
)
def test_what_cannot_be_enclosed(desk: Project, content: bytes, message: str) -> None:
    desk.write("content/letters/other.pdf", content)
    fault = desk.fault(front=enclosing("{title: X, file: other.pdf}"))
    assert message in fault["message"]
    assert "'other.pdf'" in fault["message"]
    assert str(desk.root) not in fault["message"]
    assert (fault["line"], fault["field"]) == (12, "enclosures.1.file")
    assert fault["hint"]
    ran = desk.cli("check", LETTER, "--json")
    assert ran.code == 1
    assert ran.json["diagnostics"][0]["message"] == fault["message"]


def test_a_structure_that_is_none_costs_the_tags_and_not_the_pages(desk: Project) -> None:
    with pikepdf.open(io.BytesIO(by_hand("/P", 4))) as pdf:
        pdf.Root.StructTreeRoot.K[0].Pg = pikepdf.Name.Nowhere
        pdf.Root.StructTreeRoot.ClassMap = pikepdf.Array([1, 2])
        desk.write("content/letters/other.pdf", saved(pdf))
    result = desk.press(front=enclosing("{title: X, file: other.pdf}"))
    assert "'other.pdf' is neither PDF/A nor PDF/UA, and not tagged" in warnings_of(result)[0]
    pdf = pdf_of(result)
    assert pixels(pdf)[1:] == pixels(desk.root / "content/letters/other.pdf")
    assert_sound(pdf)
    fault = desk.fault(front=enclosing("{title: X, file: other.pdf}", more="enclosures_conformance: refuse\n"))
    assert "not tagged; with it the letter would not be" in fault["message"]


def test_a_remark_of_a_strict_reader_is_a_note_and_nothing_is_lost_behind_it(desk: Project) -> None:
    """The remark is about linearization, for which the library replaces `sys.stderr` and does not put it back."""
    linear = saved(made((200, 200), (200, 200)), linearize=True)
    for number, data in enumerate(
        (re.sub(rb"/E \d+", b"/E 999", linear, count=1), linear[: linear.rindex(b"startxref")])
    ):
        desk.write(f"content/letters/other{number}.pdf", data)
        result = desk.press(front=enclosing(f"{{title: X, file: other{number}.pdf}}"))
        notes = [fault.message for fault in result.diagnostics if fault.severity == "note"]
        assert [fault.severity for fault in result.diagnostics if fault.severity != "note"] == ["warning"]
        assert (number == 0) or ("not quite as the standard asks; its pages are whole" in notes[0])
        assert pixels(pdf_of(result))[1:] == pixels(linear)
    code = (
        "import sys, letterpress; before = sys.stderr;"
        "print([letterpress.render(sys.argv[1]).status, sys.stderr is before])"
    )
    ran = subprocess.run([sys.executable, "-c", code, LETTER], capture_output=True, text=True, check=True)
    assert (ran.stdout.strip(), ran.stderr) == ("['done', True]", "")


def test_damage_of_pages_that_stay_behind_does_not_matter(desk: Project) -> None:
    pdf = made((200, 200), (200, 200))
    packed = zlib.compress(pdf.pages[1].obj.Contents.read_bytes() * 50)
    pdf.pages[1].obj.Contents = pdf.make_stream(packed[: len(packed) // 2], Filter=pikepdf.Name.FlateDecode)
    desk.write("content/letters/other.pdf", saved(pdf, compress_streams=False))
    fault = desk.fault(front=enclosing("{title: X, file: other.pdf}"))
    assert fault["message"] == "'other.pdf' is damaged: it breaks off on page 2: not all of its content is in the file"
    assert desk.press(front=enclosing("{title: X, file: other.pdf, pages: 1}")).status == "done"


def test_where_an_enclosure_may_lie(desk: Project, report: bytes) -> None:
    desk.write("secret.pdf", report)
    desk.write("content/annexes/report.pdf", report)
    assert desk.press(front=enclosing("{file: ../annexes/report.pdf}")).status == "done"
    for file, said in (
        ("../../secret.pdf", "it is outside the project"),
        (f"{desk.root}/secret.pdf", "it is outside the project"),
        ("reprot.pdf", "there is no file 'reprot.pdf' here"),
        ("../annexes", "is not a file"),
    ):
        fault = desk.fault(front=enclosing(f"{{file: {file}}}"))
        assert said in fault["message"]
    (desk.root / "content/letters/link.pdf").symlink_to(desk.root / "secret.pdf")
    assert "a link leads out of the project" in desk.fault(front=enclosing("{file: link.pdf}"))["message"]
    assert "did you mean 'report.pdf'" in desk.fault(front=enclosing("{file: reprot.pdf}"))["hint"]


def test_a_name_in_a_value_stays_in_the_folder(desk: Project, report: bytes) -> None:
    desk.write("secret.pdf", report)
    front = enclosing('{title: X, file: "{{ fields.name }}.pdf"}', more="fields: {name: {required: true}}\n")
    assert desk.press(front=front, fields={"name": "report"}).status == "done"
    (fault,) = desk.press(front=front, fields={"name": "../../secret"}).diagnostics
    assert "outside the project" in fault.message


# --- signing, merging, combining --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_letter_is_signed_with_its_enclosures(desk: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "correct horse")
    assert desk.cli("identity", "new", "--name", "Jo Lind", "--out", "keys/jo.p12").code == 0
    inner = desk.letter(path="content/letters/inner.md", front=FRONT)
    assert desk.cli("render", inner, "--sign", "Jo Lind=keys/jo.p12", "-o", "content/letters/inner.pdf").code == 0
    result = desk.press(front=enclosing("{file: inner.pdf}"))
    assert "'inner.pdf' is signed" in warnings_of(result)[0]
    assert "Signed digitally" in pdf_text(pdf_of(result))
    assert_sound(pdf_of(result))
    holds(pdf_of(result), "3u")
    path = desk.letter(front=enclosing("{file: report.pdf}"))
    assert desk.cli("render", path).code == 0
    assert desk.cli("sign", desk.pdf, "--as", "Jo Lind", "--key", "keys/jo.p12").code == 0
    ran = desk.cli("verify", desk.pdf, "--trust", "keys/test-ca", "--json")
    assert (ran.code, ran.json["valid"]) == (0, True), ran.out
    holds(desk.pdf.read_bytes(), "3a", "ua1")
    assert desk.cli("render", path, "--sign", "Jo Lind=keys/jo.p12", "-o", "at-once.pdf").code == 0
    ran = desk.cli("verify", "at-once.pdf", "--trust", "keys/test-ca", "--json")
    assert (ran.code, ran.json["valid"]) == (0, True), ran.out
    with pikepdf.open(desk.pdf, allow_overwriting_input=True) as document:  # an enclosure's page turned after signing
        document.pages[1].obj.Rotate = 180
        document.save(desk.pdf)
    assert desk.cli("verify", desk.pdf, "--trust", "keys/test-ca").code == 1


@pytest.mark.slow
def test_each_record_has_its_own_enclosure(desk: Project, report: bytes, plain: bytes) -> None:
    fields = "fields: {customer: {required: true}, more: {type: boolean, default: no}}\n"
    file = "annex-{{ fields.customer }}.pdf"
    extra = "{title: More, file: '{% if fields.more %}report.pdf{% endif %}'}"
    desk.letter(front=enclosing(f"{{title: Yours, file: '{file}'}}", extra, more=fields).replace("to:", "#"))
    desk.write("content/letters/annex-a.pdf", report)
    desk.write("content/letters/annex-b.pdf", plain)
    desk.write("people.csv", "name,customer,more\nAda,a,\nBo,b,yes\nCy,c,\n")
    command = ("merge", LETTER, "--data", "people.csv", "-o", "out", "--jobs", "0", "--json")
    ran = desk.cli(*command)
    assert [letter["status"] for letter in ran.json["letters"]] == ["done", "done", "failed"]
    assert [letter["pages"] for letter in ran.json["letters"]] == [3, 5, None]
    assert "there is no file 'annex-c.pdf' here" in ran.faults[-1]["message"]
    desk.write("content/letters/annex-c.pdf", report)
    desk.write("content/letters/annex-b.pdf", report)
    ran = desk.cli(*command, "--resume")
    assert [letter["status"] for letter in ran.json["letters"]] == ["skipped", "done", "done"]
    desk.write("content/letters/report.pdf", plain)
    ran = desk.cli(*command, "--resume")
    assert [letter["status"] for letter in ran.json["letters"]] == ["skipped", "done", "skipped"]


@pytest.mark.slow
def test_a_shared_enclosure_counts_in_a_run_and_letters_can_be_combined(desk: Project, report: bytes) -> None:
    desk.letter("Dear {{ to.name }}.\n", enclosing("{file: report.pdf}").replace("to:", "#"))
    desk.write("people.csv", "name,city\nAda,Bangor\nBo,Bangor\n")
    command = ("merge", LETTER, "--data", "people.csv", "-o", "out", "--jobs", "0", "--combine", "all.pdf")
    assert desk.cli(*command).code == 0
    both = (desk.root / "all.pdf").read_bytes()
    letters = sorted((desk.root / "out").glob("*.pdf"))
    assert pixels(both) == [page for letter in letters for page in pixels(letter)]
    assert_sound(both)
    holds(both, "3a", "ua1")
    desk.write("content/letters/report.pdf", weasy("<p>Other</p>", pdf_variant="pdf/a-3b"))
    desk.letter("Dear {{ to.name }}.\n", enclosing("{file: report.pdf}").replace("to:", "#"))
    assert desk.cli(*command).code == 0
    holds((desk.root / "all.pdf").read_bytes(), "3b")


def test_json_says_what_is_in_the_file(desk: Project) -> None:
    ran = desk.render("Text.\n", enclosing("{file: report.pdf}"))
    assert ran.json["letters"][0]["enclosures"] == [{"title": "Bericht über die Brücke", "pages": 2}]
    assert "enclosures" not in desk.render().json["letters"][0]


def test_a_letter_without_files_does_not_load_what_adds_them(desk: Project) -> None:
    path = desk.letter(front=FRONT + "enclosures: [A leaflet]\n")
    code = (
        "import sys, letterpress, json; letterpress.render(sys.argv[1]);"
        "print(json.dumps([name for name in ('letterpress.pdf.append', 'letterpress.pdf.enclosed_file') if name in sys.modules]))"
    )
    ran = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == []
