"""A firm's printed paper under its letters: found, tried, and drawn as it is."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pikepdf
import pytest
import weasyprint
from pikepdf import Array, Dictionary, Name
from PIL import Image

import letterpress
from letterpress.batch import fingerprint
from letterpress.pdf import raster, stationery
from tests.files.test_images import cmyk_profile
from tests.support import oddpdfs, verapdf
from tests.support.project import FRONT, Project, pdf_text

MM = 72 / 25.4
FOLDER = "content/letters"
HTML = """<style>
@page {{ size: {size}; margin: 0 }}
body {{ font: 11pt "DejaVu Sans", sans-serif; margin: 0 }}
section {{ position: relative; height: {height}; break-after: page }} section:last-child {{ break-after: auto }}
h1 {{ position: absolute; left: 25mm; top: 10mm; margin: 0; font-size: 16pt; color: #0f4a56 }}
h2 {{ position: absolute; left: 125mm; top: 6mm; margin: 0; font-size: 9pt; color: #b3321e }}
i {{ position: absolute; left: 120mm; top: 150mm; width: 70mm; height: 70mm; border-radius: 35mm; background: #eef4f5 }}
b {{ position: absolute; left: 25mm; top: 280mm; width: 147mm; height: 1mm; background: #0f4a56; opacity: 0.5 }}
</style>
<section><h1>Printers &amp; Sons</h1><i></i><b></b>{more}</section>{second}"""


@lru_cache(maxsize=8)
def paper(*, second: bool = False, size: str = "A4", height: str = "297mm", more: str = "") -> bytes:
    """A designer's PDF: type, a tint, a rule that one can see through."""
    following = "<section><h2>Printers, later</h2></section>" if second else ""
    html = HTML.format(size=size, height=height, more=more, second=following)
    made: bytes = weasyprint.HTML(string=html).write_pdf()
    return made


def changed(change: Callable[[pikepdf.Pdf], Any], file: bytes | None = None, **options: Any) -> bytes:
    """A paper after a change."""
    with pikepdf.open(io.BytesIO(file or paper())) as pdf:
        change(pdf)
        return oddpdfs.written(pdf, **options)


def front(letterhead: str = "din5008", said: str = "{first: paper.pdf}", more: str = "") -> str:
    """A letter's front matter on A4."""
    front = FRONT.replace("letterhead: plain", f"letterhead: {letterhead}\npaper: a4")
    return f"{front}subject: Hours\nstationery: {said}\n{more}"


def test_two_pages_of_paper_lie_under_a_letter_as_artifacts(project: Project) -> None:
    project.write(f"{FOLDER}/paper.pdf", paper(second=True))
    body = "A sentence of the letter that goes on for a while.\n\n" * 60
    result = project.press(body, front())
    assert result.pdf is not None, result.diagnostics
    assert result.pages == 3
    assert project.press(body, front()).pdf == result.pdf
    verapdf.require()
    assert verapdf.validate(result.pdf) == []
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        texts = [pdf_text(_alone(page)) for page in pdf.pages]
    assert ["Printers & Sons" in text for text in texts[:3]] == [True, False, False]
    assert ["Printers, later" in text for text in texts[:3]] == [False, True, True]
    assert "Harbor Light Clinic" not in texts[0].partition("4 Mill Lane")[0].partition("Printers & Sons")[0]
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        forms = [page.obj.Resources.XObject for page in pdf.pages]
        assert forms[1].Paper2.objgen == forms[2].Paper2.objgen  # it is in the file once
        for page, name in zip(pdf.pages, ("/Paper1", "/Paper2", "/Paper2"), strict=True):
            content = b"".join(part.read_bytes() for part in page.obj.Contents)
            assert content.index(f"{name} Do".encode()) < content.index(b"BT")
            assert content.startswith(b"/Artifact")
    heard = project_text(project, body)
    assert "Printers" not in heard
    page = Image.open(io.BytesIO(raster.png(result.pdf, dpi=72)))
    assert page.convert("RGB").getpixel((round(155 * MM), round(215 * MM))) == (
        238,
        244,
        245,
    )  # the tint is at its place


def _alone(page: pikepdf.Page) -> bytes:
    pdf = pikepdf.new()
    pdf.pages.append(page)
    return oddpdfs.written(pdf)


def project_text(project: Project, body: str) -> str:
    """What a reader hears of the letter."""
    assert project.render(body, front()).code == 0
    ran = project.cli("text", project.pdf)
    assert "Dear Dr. Brook" in ran.out, ran
    return ran.out


def test_a_merge_reads_it_once_and_a_change_of_it_makes_letters_anew(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(f"{FOLDER}/paper.pdf", paper())
    project.write(f"{FOLDER}/later.pdf", paper())
    path = project.letter(front=front(said="{first: paper.pdf, following: later.pdf}"))
    before = fingerprint.of_base(letterpress.Job(letter=letterpress.load(path)))
    opened: list[str] = []
    real = stationery._prepared
    monkeypatch.setattr(
        stationery, "_prepared", lambda pike, pdf, name: (opened.append(name), real(pike, pdf, name))[1]
    )
    for _ in range(3):
        assert letterpress.render(letterpress.load(path)).pdf is not None
    assert sorted(opened) == []  # the fingerprint has read both
    project.write(f"{FOLDER}/later.pdf", paper(second=False, more="<h2>New</h2>"))
    assert fingerprint.of_base(letterpress.Job(letter=letterpress.load(path))) != before
    assert opened == ["later.pdf"]


@pytest.mark.parametrize(("own", "there"), [("auto", False), ("yes", True), ("no", False)])
def test_the_letterheads_own_head_gives_way(project: Project, own: str, there: bool) -> None:
    project.write(f"{FOLDER}/paper.pdf", paper())
    said = front("din5008" if there else "plain", more=f"parameters: {{own_head: '{own}', stationery_top: 60mm}}\n")
    result = project.press(front=said)
    if there:  # the head would stand on the paper's
        assert [fault.code for fault in result.diagnostics] == ["stationery-under-text"], result.diagnostics
    else:
        assert result.pdf is not None, result.diagnostics
        assert "Harbor Light Clinic" not in pdf_text(result.pdf)


def _turn(pdf: pikepdf.Pdf) -> None:
    """Upright as it is shown, and lying in the file; with a bleed around it."""
    page = pdf.pages[0].obj
    width, height = 210 * MM, 297 * MM
    page.Contents = pdf.make_stream(b"q 0 1 -1 0 %f 0 cm\n" % height + page.Contents.read_bytes() + b"\nQ")
    page.MediaBox = Array([-10, -10, height + 10, width + 10])
    page.TrimBox = Array([0, 0, height, width])
    page.Rotate = 90


def test_it_is_trimmed_and_turned_as_it_is_shown(project: Project) -> None:
    project.write(f"{FOLDER}/paper.pdf", paper())
    straight = project.press(front=front())
    project.write(f"{FOLDER}/paper.pdf", changed(_turn))
    turned = project.press(front=front())
    assert straight.pdf is not None, straight.diagnostics
    assert turned.pdf is not None, turned.diagnostics
    pictures = [Image.open(io.BytesIO(raster.png(pdf, dpi=40))).convert("L") for pdf in (straight.pdf, turned.pdf)]
    pixels = [picture.tobytes() for picture in pictures]
    assert sum(abs(a - b) > 60 for a, b in zip(*pixels, strict=True)) < 5


def test_links_are_noted_and_layers_that_all_show_are_drawn(project: Project) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Head"))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(Order=Array([layer])))
        page.Resources.Properties = Dictionary(L=layer)
        page.Contents = pdf.make_stream(b"/OC /L BDC\n" + page.Contents.read_bytes() + b"\nEMC")
        action = Dictionary(S=Name.URI, URI="https://printers.example")
        page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")

    project.write(f"{FOLDER}/paper.pdf", changed(change))
    result = project.press(front=front())
    assert result.pdf is not None, result.diagnostics
    assert [fault.code for fault in result.diagnostics] == ["stationery-links"]
    assert b"JavaScript" not in result.pdf
    assert verapdf.validate(result.pdf) == []


def _cmyk(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.Contents = pdf.make_stream(b"q 1 0 0 0.2 k 71 800 40 20 re f Q\n" + page.Contents.read_bytes())


def test_colours_for_print_are_kept_by_the_profile_of_their_file(project: Project) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        _cmyk(pdf)
        page = pdf.pages[0].obj
        page.Group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK)
        profile = pdf.make_stream(cmyk_profile(), N=4)
        intent = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier="Office")
        intent.DestOutputProfile = profile
        pdf.Root.OutputIntents = Array([intent])

    project.write(f"{FOLDER}/paper.pdf", changed(change))
    result = project.press(front=front())
    assert result.pdf is not None, result.diagnostics
    assert verapdf.validate(result.pdf) == []


def _form_field(pdf: pikepdf.Pdf) -> None:
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="a", Rect=[0, 0, 99, 20])
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(field)])
    pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].obj.Annots)


def _hidden(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Head"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


def _three(pdf: pikepdf.Pdf) -> None:
    pdf.pages.append(pdf.pages[0])
    pdf.pages.append(pdf.pages[0])


def _bare_font(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    pdf.pages[0].obj.Resources.Font = Dictionary(F=font)
    pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F 12 Tf 71 800 Td (Printers) Tj ET")


LOCK = pikepdf.Encryption(owner="a", user="b")
NO_COPIES = pikepdf.Encryption(owner="a", allow=pikepdf.Permissions(extract=False))
REFUSED = {
    "size": (lambda: paper(size="Letter", height="279mm"), "stationery-size"),
    "pages": (lambda: changed(_three), "stationery-pages"),
    "password": (lambda: changed(lambda _: None, encryption=LOCK), "stationery-locked"),
    "no copies": (lambda: changed(lambda _: None, encryption=NO_COPIES), "stationery-locked"),
    "damaged": (lambda: b"%PDF-1.7 and no more", "stationery-unreadable"),
    "colour": (lambda: changed(_cmyk), "stationery-colour"),
    "form": (lambda: changed(_form_field), "stationery-interactive"),
    "layer": (lambda: changed(_hidden), "stationery-layer"),
    "font": (lambda: changed(_bare_font), "stationery-font"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_is_refused_by_name(project: Project, name: str) -> None:
    make, code = REFUSED[name]
    project.write(f"{FOLDER}/paper.pdf", make())
    fault = project.fault(front=front())
    assert (fault["code"], fault["field"], fault["line"]) == (code, "stationery.first", 12), fault
    assert "'paper.pdf'" in fault["message"]
    assert fault["hint"]


@pytest.mark.parametrize(
    ("more", "letterhead", "code"),
    [
        ('<h1 style="left: 40mm; top: 60mm">In the window</h1>', "din5008", "stationery-zone"),
        ('<h1 style="left: 40mm; top: 114mm">Under the text</h1>', "din5008", "stationery-under-text"),
        ('<h1 style="left: 25mm; top: 45.5mm; font-size: 6pt; color: #000">Return line</h1>', "din5008", None),
        ('<h1 style="left: 0; top: 105mm; width: 5mm; height: 0.2mm; background: #000"></h1>', "din5008", None),
    ],
)
def test_its_ink_is_found_where_it_is_in_the_way(project: Project, more: str, letterhead: str, code: str) -> None:
    project.write(f"{FOLDER}/paper.pdf", paper(more=more))
    body = "A sentence of the letter that goes on for a while and fills its line.\n\n" * 6
    result = project.press(body, front(letterhead))
    codes = [fault.code for fault in result.diagnostics]
    assert codes[:1] == ([code] if code else []), result.diagnostics
    assert (result.pdf is None) == (code is not None)


def test_a_firm_says_it_once_for_all_its_letters(project: Project) -> None:
    project.write("content/organisations/paper.pdf", paper())
    project.write(
        "content/organisations/firm.yml",
        'name: Harbor Light Clinic\nlines: [12 Quay Road, "Portland, ME 04101"]\n'
        "design: {stationery: {first: paper.pdf, following: missing.pdf}}\n",
    )
    plain = front().replace("stationery: {first: paper.pdf}\n", "")
    plain = plain.replace(
        'from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"]}', "from: firm"
    )
    fault = project.fault(front=plain)
    assert (fault["code"], fault["field"]) == ("file-missing", "from.design.stationery.following")
    project.write("content/organisations/missing.pdf", paper(second=True))
    assert project.fault(front=plain)["code"] == "stationery-pages"
    project.write("content/organisations/missing.pdf", paper())
    result = project.press(front=plain)
    assert result.pdf is not None, result.diagnostics
    assert "Printers & Sons" in pdf_text(result.pdf)
