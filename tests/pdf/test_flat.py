"""Press copies in PDF/X-1a:2003: as PDF/X-4 has them, and without transparency."""

from __future__ import annotations

import io
import tempfile
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops, ImageDraw

import letterpress
from letterpress.batch import combine
from letterpress.pdf.press import flat
from letterpress.pdf.press.grounds import PAPER, Box, Ink, Layer, mixed
from tests.support import inks
from tests.support.pictures import saved
from tests.support.project import FRONT, Project, pdf_text

TOML = """\
extends = "plain"
[press.colors]
"#0f4a56" = {cmyk = [95, 30, 35, 45], spot = "PANTONE 316 C"}
"#c81e1e" = [0, 100, 90, 10]
"""
CSS = """\
.letter-salutation { color: #0f4a56; opacity: .5 }
.letter-subject { color: #c81e1e; background: rgba(200, 200, 0, .5) }
.letter-closing { color: rgba(0, 0, 0, .5) }
.letter-body p { border-bottom: 1pt solid rgba(0, 0, 200, .3) }
"""
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="20mm" viewBox="0 0 20 20">
<rect width="20" height="20" fill="#fe0"/>
<g opacity=".5"><circle cx="10" cy="10" r="6" fill="#00f"/><rect x="8" y="8" width="4" height="4" fill="#fff"/></g></svg>
"""
COLOURED = FRONT.replace("plain", "own").replace("salutation", "subject: A subject\nsalutation", 1)
BODY = "Text with a [link](https://example.org).\n\n![Clear](clear.png) ![Drawing](drawing.svg)\n"
ENCLOSING = FRONT + "enclosures: [{file: annex.pdf}]\n"
pytestmark = pytest.mark.xdist_group("flat")
_EDGES = 0.01
"""Share of a plate's pixels that Ghostscript draws otherwise where a page has transparency: those at edges."""


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("flat"))
    project.letterhead("own", toml=TOML, css=CSS)
    clear = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    draw = ImageDraw.Draw(clear)
    draw.ellipse((10, 10, 110, 110), fill=(200, 30, 30, 255))
    draw.rectangle((60, 60, 120, 120), fill=(0, 0, 0, 128))
    project.write("content/letters/clear.png", saved(clear, "PNG", dpi=(150, 150)))
    project.write("content/letters/drawing.svg", SVG)
    return project


@pytest.fixture(scope="module")
def made(letters: Project) -> letterpress.Result:
    return letters.press(BODY, COLOURED, profile="press-x1a")


@pytest.fixture(scope="module")
def pdf(made: letterpress.Result) -> bytes:
    assert made.status == "done", made.diagnostics
    return made.pdf or b""


def judged(pdf: bytes) -> letterpress.Validation:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        return letterpress.validate(file.name)


def kept(pdf: bytes, standard: str = "PDF/X-1a:2003") -> None:
    """Hold a file against our rules; it claims nothing else."""
    verdict = judged(pdf)
    assert [(one.claim.standard, one.verdict) for one in verdict.judgements] == [(standard, "kept")], verdict.findings
    assert verdict.findings == ()


def test_it_keeps_what_it_claims_and_claims_nothing_else(made: letterpress.Result, pdf: bytes) -> None:
    assert made.claims == ("PDF/X-1a:2003",)
    kept(pdf)
    said = {one.code: one.severity for one in made.diagnostics}
    assert said == {"press-without-links": "note", "press-x1a-alone": "note"}


def test_its_file_is_one_of_pdf_1_4(pdf: bytes) -> None:
    assert pdf.startswith(b"%PDF-1.4\n")
    assert b"/ObjStm" not in pdf
    assert b"/Type /XRef" not in pdf
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert not {"/StructTreeRoot", "/MarkInfo", "/Metadata", "/AcroForm"} & set(file.Root.keys())
        (intent,) = file.Root.OutputIntents
        assert (intent.S, str(intent.OutputConditionIdentifier)) == (Name.GTS_PDFX, "FOGRA39")
        about = file.trailer.Info
        assert (about.Trapped, str(about.GTS_PDFXConformance)) == ("/False", "PDF/X-1a:2003")
        assert str(about.Title)
        dictionaries = [one for one in file.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)]
        for one in dictionaries:
            assert not {"/SMask", "/Group", "/StructParents", "/StructParent"} & set(one.keys())
        assert not any("/ca" in state for page in file.pages for state in page.obj.Resources.ExtGState.values())
        profiles = [one for one in dictionaries if isinstance(one, pikepdf.Stream) and one.get("/N") is not None]
        assert len(profiles) == 1, "a profile in the output intent alone"


def test_it_is_the_page_of_the_copy_in_pdf_x_4(letters: Project, pdf: bytes) -> None:
    other = letters.press(BODY, COLOURED, profile="press").pdf or b""
    assert pdf_text(pdf).split() == pdf_text(other).split()
    flattened, whole = inks.plates(pdf), inks.plates(other)
    assert sorted(flattened) == sorted(whole)
    for name, plate in whole.items():
        differs = sum(ImageChops.difference(plate, flattened[name]).histogram()[6:])
        assert differs < _EDGES * plate.width * plate.height, name
    spot = flattened["PANTONE 316 C"]
    assert spot.getextrema()[1] == pytest.approx(128, abs=2), "half of the spot colour"
    assert inks.of_screens(pdf) == []


def test_the_same_letter_gives_the_same_bytes(letters: Project, pdf: bytes) -> None:
    assert letters.press(BODY, COLOURED, profile="press-x1a").pdf == pdf


@pytest.mark.parametrize(
    ("svg", "what"),
    [
        ('<rect width="9" height="9" fill="url(#g)"/>', "fades out"),
        ('<circle cx="4" cy="4" r="3" fill="#fe0"/><rect width="9" height="9" opacity=".5"/>', "over several things"),
        ('<g opacity=".5"><rect width="9" height="9" fill="url(#e)"/></g>', "gradient or pattern"),
    ],
)
def test_what_is_not_plain_is_refused_by_name(project: Project, svg: str, what: str) -> None:
    stops = '<stop stop-color="#f00"/><stop offset="1" stop-color="#00f" stop-opacity="{}"/>'
    defs = "".join(
        f'<linearGradient id="{name}">{stops.format(opacity)}</linearGradient>'
        for name, opacity in (("g", 0.2), ("e", 1))
    )
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm" viewBox="0 0 9 9">'
    project.write("content/letters/a.svg", f"{head}<defs>{defs}</defs>{svg}</svg>")
    (fault,) = [
        one for one in project.press("![A](a.svg)\n", profile="press-x1a").diagnostics if one.severity == "error"
    ]
    assert (fault.code, fault.field) == ("press-transparent", "profile")
    assert what in fault.message
    assert "page 1" in fault.message
    assert project.press("![A](a.svg)\n", profile="press").status == "done"


def test_letters_of_a_list_are_combined_as_one(project: Project) -> None:
    letter = letterpress.load(project.letter("You in {{ to.city }}.\n", FRONT.replace("to: ", "# ")))
    rows = [{"name": name, "city": city} for name, city in (("Ada Brook", "Bangor"), ("Bo Ng", "Bath"))]
    parts = []
    for number, result in enumerate(letterpress.merge(letter, rows, profile="press-x1a", marks=True)):
        assert result.claims == ("PDF/X-1a:2003",), result.diagnostics
        parts.append(combine.Part(path=project.write(f"out/{number}.pdf", result.pdf or b""), title=f"Letter {number}"))
    target = project.root / "all.pdf"
    combine.write(target, parts, title="All letters", lang="en-US", duplex=True)
    pdf = target.read_bytes()
    kept(pdf)
    assert pdf.startswith(b"%PDF-1.4\n")
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(file.pages) == 4
        assert str(file.trailer.Info.Title) == "All letters"
        assert all("/TrimBox" in page.obj for page in file.pages)
        assert file.check_pdf_syntax() == []
    assert inks.plates(pdf, page=3)["Black"].getbbox() is not None


def test_a_file_with_one_letter_that_is_none_claims_nothing(project: Project) -> None:
    parts = []
    for at, profile in enumerate(("press-x1a", "screen")):
        result = project.press(profile=profile)
        parts.append(combine.Part(path=project.write(f"out/{at}.pdf", result.pdf or b""), title=f"Letter {at}"))
    target = project.root / "all.pdf"
    combine.write(target, parts, title="All letters", lang="en-US")
    assert letterpress.validate(target).judgements == ()


# --- what others made -------------------------------------------------------------------------------------------------


def enclosed(project: Project, content: bytes, **resources: Any) -> letterpress.Result:
    """A letter with an enclosure of one page."""
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(612, 792))
        page = file.pages[0].obj
        page.Contents, page.Resources = file.make_stream(content), Dictionary(**resources)
        page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
        made = io.BytesIO()
        file.save(made)
    project.write("content/letters/annex.pdf", made.getvalue())
    return project.press("Text.\n", ENCLOSING, profile="press-x1a")


HALF = Dictionary(H=Dictionary(ca=0.5, CA=0.5))


def test_an_enclosure_is_flattened_too(project: Project) -> None:
    content = b"1 0 0 rg 100 100 200 200 re f /H gs 0 0 1 rg 150 150 50 50 re f 400 400 50 50 re f 0 0 0 RG 8 w 50 700 m 500 700 l S"
    result = enclosed(project, content, ExtGState=HALF)
    assert result.status == "done", result.diagnostics
    assert result.claims == ("PDF/X-1a:2003",)
    kept(result.pdf or b"")
    plates = inks.plates(result.pdf or b"", page=2)
    alone, below, over = (
        {name: plate.getpixel((x, 792 - y)) for name, plate in plates.items()}
        for x, y in ((425, 425), (110, 110), (175, 175))
    )
    for name, plate in over.items():
        assert plate == pytest.approx(alone[name] + below[name] / 2, abs=3), name
    assert plates["Black"].getpixel((300, 92)) == pytest.approx(128, abs=2)


def _with_image(project: Project, alpha: bytes, content: bytes) -> letterpress.Result:
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(612, 792))
        page = file.pages[0].obj
        image, mask = file.make_stream(bytes((200, 0, 0)) * 4), file.make_stream(alpha)
        for one, space in ((image, Name.DeviceRGB), (mask, Name.DeviceGray)):
            one.Type, one.Subtype, one.Width, one.Height, one.BitsPerComponent = Name.XObject, Name.Image, 2, 2, 8
            one.ColorSpace = space
        image.SMask = mask
        page.Contents, page.Resources = file.make_stream(content), Dictionary(XObject=Dictionary(I=image))
        made = io.BytesIO()
        file.save(made)
    project.write("content/letters/annex.pdf", made.getvalue())
    return project.press("Text.\n", ENCLOSING, profile="press-x1a")


SEVERAL = b"0 0 1 rg 150 150 m 300 150 l 150 300 l f q 100 0 0 100 100 100 cm /I Do Q"


def test_an_image_that_is_seen_or_not_is_cut_out_over_anything(project: Project) -> None:
    result = _with_image(project, b"\xff\x00\xff\x00", SEVERAL)
    assert result.status == "done", result.diagnostics
    kept(result.pdf or b"")
    plates = inks.plates(result.pdf or b"", page=2)
    assert plates["Magenta"].getpixel((125, 792 - 150)) > 200
    assert plates["Magenta"].getpixel((130, 792 - 110)) > 200
    assert plates["Cyan"].getpixel((175, 792 - 160)) > 150, "what lies below is seen"


def test_an_image_that_fades_over_several_things_is_refused(project: Project) -> None:
    (fault,) = [
        one for one in _with_image(project, b"\xff\x80\xff\x00", SEVERAL).diagnostics if one.severity == "error"
    ]
    assert fault.code == "press-transparent"
    assert "page 2 has a transparent image over several things" in fault.message


def test_an_enclosure_that_cannot_be_converted_leaves_no_claim(project: Project) -> None:
    states = Dictionary(S=Dictionary(BM=Name.Multiply))
    assert enclosed(project, b"/S gs", ExtGState=states).status == "failed"
    lowered = project.press("Text.\n", ENCLOSING, profile="press-x1a", enclosures="lower")
    assert lowered.status == "done", lowered.diagnostics
    assert lowered.claims == ()
    assert judged(lowered.pdf or b"").judgements == ()


def test_a_unit_of_its_own_is_refused(project: Project) -> None:
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(612, 792))
        file.pages[0].obj.UserUnit = 2
        made = io.BytesIO()
        file.save(made)
    project.write("content/letters/annex.pdf", made.getvalue())
    faults = project.press("Text.\n", ENCLOSING, profile="press-x1a").diagnostics
    assert "UserUnit" in next(one.message for one in faults if one.severity == "error")


def test_hidden_layers_are_refused(project: Project) -> None:
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(612, 792))
        layer = file.make_indirect(Dictionary(Type=Name.OCG, Name="Draft"))
        file.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Order=Array([layer])))
        page = file.pages[0].obj
        page.Resources = Dictionary(Properties=Dictionary(L=layer))
        page.Contents = file.make_stream(b"/OC /L BDC 0 g 0 0 9 9 re f EMC")
        made = io.BytesIO()
        file.save(made)
    project.write("content/letters/annex.pdf", made.getvalue())
    faults = [
        one for one in project.press("Text.\n", ENCLOSING, profile="press-x1a").diagnostics if one.severity == "error"
    ]
    assert [one.code for one in faults] == ["press-transparent"]
    assert "layers that are not shown" in faults[0].message


def test_a_font_of_opentype_is_embedded_as_bare_cff() -> None:
    table = b"\1\0\4\1bare"
    program = (
        b"OTTO"
        + bytes((0, 1))
        + bytes(6)
        + b"CFF "
        + bytes(4)
        + (28).to_bytes(4, "big")
        + len(table).to_bytes(4, "big")
    )
    with pikepdf.new() as file:
        file.add_blank_page()
        stream = file.make_stream(program + table, Subtype=Name.OpenType)
        descriptor = file.make_indirect(Dictionary(Type=Name.FontDescriptor, FontFile3=stream))
        font = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType0, CIDToGIDMap=Name.Identity, FontDescriptor=descriptor
        )
        file.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=file.make_indirect(font)))
        made = io.BytesIO()
        file.save(made)
    with pikepdf.open(io.BytesIO(flat.written(made.getvalue()))) as file:
        font = file.pages[0].obj.Resources.Font.F
        assert "/CIDToGIDMap" not in font
        assert font.FontDescriptor.FontFile3.Subtype == "/CIDFontType0C"
        assert font.FontDescriptor.FontFile3.read_bytes() == table


# --- inks over inks ---------------------------------------------------------------------------------------------------

RED, BLUE, SPOT = Ink((0, 1, 1, 0)), Ink((1, 0.5, 0, 0)), Ink((0.8,), "[/Gold]")
WHOLE, PART, ASIDE = Box(0, 0, 100, 100), Box(10, 10, 20, 20), Box(90, 90, 200, 200)


def test_inks_are_mixed_part_by_part() -> None:
    assert mixed(RED, 0.5, BLUE) == Ink((0.5, 0.75, 0.5, 0))
    assert mixed(RED, 1, SPOT) == RED
    assert mixed(SPOT, 0.5, PAPER) == Ink((0.4,), "[/Gold]")
    assert mixed(SPOT, 0.5, SPOT) == SPOT
    assert mixed(SPOT, 0.5, RED) is None
    assert mixed(RED, 0.5, SPOT) is None


def test_a_ground_is_known_where_one_ink_is_all_over() -> None:
    page = Layer()
    assert page.printed(PART, RED, 0.5) == Ink((0, 0.5, 0.5, 0))
    page.note(WHOLE, BLUE)
    assert page.printed(PART, RED, 0.5) == Ink((0.5, 0.75, 0.5, 0))
    assert page.printed(ASIDE, RED, 0.5) is None
    assert page.printed(ASIDE, RED, 1) == RED
    page.note(PART, None)
    assert page.printed(PART, RED, 0.5) is None


def test_a_group_is_put_on_its_ground_as_one() -> None:
    page = Layer()
    page.note(WHOLE, BLUE)
    group = Layer(page, 0.5)
    assert group.printed(PART, RED, 1) == Ink((0.5, 0.75, 0.5, 0))
    group.note(WHOLE, RED)
    assert group.printed(PART, PAPER, 1) == Ink((0.5, 0.25, 0, 0)), "what lies in the group is covered"
    assert group.printed(PART, PAPER, 0.5) == Ink((0.5, 0.5, 0.25, 0))
    assert group.backing(PART) is None
    group.finish()
    assert page.printed(PART, PAPER, 0.5) == Ink((0.25, 0.375, 0.25, 0))
    inner = Layer(Layer(page, 0.5), 0.5)
    page.painted.clear()
    assert inner.printed(PART, RED, 1) == Ink((0, 0.25, 0.25, 0))
    assert inner.backing(PART) == (PAPER, 0.25)
