"""Enclosures and printed paper of a press copy: their pages in inks, or refused by name."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

import letterpress
from letterpress.model import Annex
from letterpress.page import PressCopy
from letterpress.pdf import append
from letterpress.pdf.press import profiles
from tests.support import inks, verapdf
from tests.support.pictures import other_rgb_profile, saved
from tests.support.project import FRONT, Project, pdf_text

ENCLOSING = FRONT + "enclosures: [{file: annex.pdf}]\n"


def stream(pdf: pikepdf.Pdf, data: bytes, **entries: Any) -> Any:
    made = pdf.make_stream(data)
    for key, value in entries.items():
        made[f"/{key}"] = value
    return made


def icc(pdf: pikepdf.Pdf, profile: bytes, count: int = 3) -> Array:
    return Array([Name.ICCBased, stream(pdf, profile, N=count)])


def image(pdf: pikepdf.Pdf, space: Any, data: bytes, **entries: Any) -> Any:
    about = {"Width": 4, "Height": 4, "BitsPerComponent": 8, "ColorSpace": space, **entries}
    return stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, **about)


def exponential(*ends: list[float]) -> Dictionary:
    return Dictionary(FunctionType=2, Domain=[0, 1], N=1, C0=Array(ends[0]), C1=Array(ends[1]))


def page(pdf: pikepdf.Pdf, content: bytes, **resources: Any) -> Any:
    pdf.add_blank_page(page_size=(612, 792))
    made = pdf.pages[-1].obj
    made.Contents, made.Resources = pdf.make_stream(content), Dictionary(**resources)
    return made


def colourful(pdf: pikepdf.Pdf) -> None:
    """Two pages with shared resources and every kind of colour that is converted."""
    swapped = icc(pdf, other_rgb_profile())
    stitched = Dictionary(FunctionType=3, Domain=[0, 1], Bounds=[0.5], Encode=[0, 1, 0, 1])
    stitched.Functions = Array([exponential([1, 0, 0], [0, 1, 0]), exponential([0, 1, 0], [0, 0, 1])])
    apart = Array([exponential([0], [1]), exponential([1], [0]), exponential([0], [0])])
    sampled = stream(
        pdf, bytes(range(0, 240, 20)), FunctionType=0, Domain=[0, 1], Range=[0, 1] * 3, Size=[4], BitsPerSample=8
    )
    axial = [
        Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 40, 0], Function=one)
        for one in (stitched, apart, sampled)
    ]
    form = stream(
        pdf,
        b"1 0 1 rg 0 0 5 5 re f /P cs .5 .5 .5 scn 0 0 5 5 re f",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 9, 9],
    )
    form.Resources = Dictionary(ColorSpace=Dictionary(P=swapped))
    form.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    mask = stream(pdf, b"1 0 0 rg 0 0 50 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 50, 50])
    mask.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    tiling = stream(
        pdf, b"0 0 1 rg 0 0 2 2 re f", PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 4, 4], XStep=4, YStep=4
    )
    tiling.Resources = Dictionary()
    bare = stream(pdf, b"0 0 2 2 re f", PatternType=1, PaintType=2, TilingType=1, BBox=[0, 0, 4, 4], XStep=4, YStep=4)
    bare.Resources = Dictionary()
    photo = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn).resize((64, 64)) for turn in (0, 90, 180)])
    jpeg = image(pdf, Name.DeviceRGB, b"", Width=64, Height=64)
    jpeg.write(saved(photo, "JPEG"), filter=Name.DCTDecode)
    flat = image(pdf, swapped, bytes((255, 0, 0)) * 16)
    flat.SMask = image(pdf, Name.DeviceGray, bytes(range(0, 256, 16)))
    indexed = image(pdf, Array([Name.Indexed, Name.DeviceRGB, 1, bytes((255, 0, 0, 51, 51, 51))]), bytes((0, 1)) * 8)
    glyph = stream(pdf, b"600 0 d0 1 0 0 rg 0 0 500 500 re f")
    type3 = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 600, 600], FontMatrix=[0.001, 0, 0, 0.001, 0, 0], FirstChar=97,
        LastChar=97, Widths=[600], Encoding=Dictionary(Type=Name.Encoding, Differences=Array([97, Name.a])),
        CharProcs=Dictionary(a=glyph), Resources=Dictionary(),
    )  # fmt: skip
    spot = Array([Name.Separation, Name("/House Blue"), Name.DeviceRGB, exponential([1, 1, 1], [0, 0, 0.6])])
    lab = Array([Name.Lab, Dictionary(WhitePoint=[0.9643, 1, 0.8251], Range=[-100, 100, -100, 100])])
    resources = {
        "ColorSpace": Dictionary(
            Swapped=swapped, Spot=spot, Lab=lab, Grey=Array([Name.CalGray, Dictionary(WhitePoint=[1, 1, 1])]),
            Bare=Array([Name.Pattern, Name.DeviceRGB]), Ink=icc(pdf, b"of a press", 4),
        ),
        "XObject": Dictionary(F=form, J=jpeg, I=flat, X=indexed),
        "Pattern": Dictionary(T=tiling, U=bare, S=Dictionary(PatternType=2, Shading=axial[0])),
        "Shading": Dictionary(A=axial[1], B=axial[2]),
        "ExtGState": Dictionary(M=Dictionary(SMask=Dictionary(Type=Name.Mask, S=Name.Luminosity, G=mask), TR=Name.Identity)),
        "Font": Dictionary(G=pdf.make_indirect(type3)),
    }  # fmt: skip
    content = (
        b"1 0 0 RG 0 0 0 rg 10 10 50 50 re B q .2 .2 .2 rg 0 0 9 9 re f Q /Swapped cs 1 0 0 scn 100 10 50 50 re f "
        b"/Spot cs 1 scn 200 10 50 50 re f /Lab cs 50 40 20 scn 300 10 50 50 re f /Grey cs .5 scn 400 10 50 50 re f "
        b"/Ink cs .1 .2 .3 .4 scn 500 10 50 50 re f .1 .2 .3 .4 k 500 100 50 50 re f /Pattern cs /T scn 10 100 50 50 re f "
        b"/Bare cs 1 0 0 /U scn 100 100 50 50 re f /Pattern cs /S scn 0 0 40 40 re f q 200 100 40 40 re W n /A sh /B sh Q "
        b"q /M gs 0 1 0 rg 0 0 50 50 re f Q q 50 0 0 50 10 300 cm /J Do /I Do /X Do Q /F Do "
        b"BT /G 12 Tf 20 400 Td (a) Tj ET BI /W 1 /H 1 /CS /G /BPC 8 ID x EI"
    )
    page(pdf, content, **resources)
    second = page(pdf, content)
    second.Resources = pdf.pages[0].obj.Resources
    second.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9]))])


def foreign(make: Callable[[pikepdf.Pdf], None]) -> bytes:
    pdf, file = pikepdf.new(), io.BytesIO()
    make(pdf)
    pdf.save(file)
    return file.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> letterpress.Result:
    project = Project(tmp_path_factory.mktemp("enclosed"))
    project.write("content/letters/annex.pdf", foreign(colourful))
    return project.press("Text.\n", ENCLOSING, profile="press", enclosures="lower")


def test_an_enclosure_is_converted_and_the_letter_stays_pdf_x(made: letterpress.Result) -> None:
    assert made.status == "done", made.diagnostics
    assert made.pages == 3
    assert inks.of_screens(made.pdf or b"") == []
    assert made.claims[-1] == "PDF/X-4"
    with pikepdf.open(io.BytesIO(made.pdf or b"")) as file:
        assert all("/Annots" not in page.obj for page in file.pages)
        packet = file.Root.Metadata.read_bytes()
        assert b"PDF/X-4<" in packet
        assert len(file.Root.OutputIntents) == 2
        assert not any("/TR" in one for one in file.objects if isinstance(one, pikepdf.Dictionary))


def test_each_colour_of_it_becomes_what_it_is(made: letterpress.Result) -> None:
    plates = inks.plates(made.pdf or b"", page=2, dpi=72)
    assert "House Blue" in plates

    def at(x: int, y: int) -> dict[str, int]:
        return {name: plate.getpixel((x, plate.height - y)) for name, plate in plates.items()}

    swapped = at(125, 35)  # the profile's red is green
    assert swapped["Cyan"] > 120
    assert swapped["Yellow"] > 120
    assert at(225, 35)["House Blue"] == 255
    for x, y in ((525, 35), (525, 125)):
        assert [at(x, y)[name] for name in ("Cyan", "Magenta", "Yellow", "Black")] == pytest.approx(
            [26, 51, 77, 102], abs=2
        )
    black = at(55, 55)
    assert (black["Black"], black["Cyan"]) == (255, 0)


def test_both_pages_are_the_same_though_they_share_what_they_draw_with(made: letterpress.Result) -> None:
    first, second = (inks.plates(made.pdf or b"", page=number) for number in (2, 3))
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)


def test_a_rendering_intent_that_there_is_not_is_mended(project: Project) -> None:
    def odd(pdf: pikepdf.Pdf) -> None:
        states = Dictionary(S=Dictionary(RI=Name.Best))
        page(pdf, b"/S gs /Best ri 0 g 0 0 9 9 re f", ExtGState=states)

    project.write("content/letters/annex.pdf", foreign(odd))
    result = project.press("Text.\n", ENCLOSING, profile="press", enclosures="lower")
    with pikepdf.open(io.BytesIO(result.pdf or b"")) as file:
        annex = file.pages[1].obj
        assert "/RI" not in annex.Resources.ExtGState.S
        assert b"/RelativeColorimetric ri" in annex.Contents.read_bytes()
        assert annex.TrimBox == annex.BleedBox == annex.MediaBox


def jpx(pdf: pikepdf.Pdf) -> None:
    item = image(pdf, Name.DeviceRGB, b"")
    del item["/ColorSpace"]
    item.write(b"\0\0\0\x0cjP", filter=Name.JPXDecode)
    page(pdf, b"/I Do", XObject=Dictionary(I=item))


def mesh(pdf: pikepdf.Pdf) -> None:
    page(
        pdf,
        b"/S sh",
        Shading=Dictionary(
            S=stream(
                pdf,
                b"x",
                ShadingType=4,
                ColorSpace=Name.DeviceRGB,
                BitsPerCoordinate=8,
                BitsPerComponent=8,
                BitsPerFlag=8,
                Decode=[0, 1] * 5,
            )
        ),
    )


def programmed(pdf: pikepdf.Pdf) -> None:
    tint = stream(pdf, b"{dup dup}", FunctionType=4, Domain=[0, 1], Range=[0, 1] * 3)
    page(pdf, b"/S cs 1 scn", ColorSpace=Dictionary(S=Array([Name.Separation, Name.Gold, Name.DeviceRGB, tint])))


def blended(pdf: pikepdf.Pdf) -> None:
    page(pdf, b"/S gs", ExtGState=Dictionary(S=Dictionary(BM=Name.Multiply)))


def too_much(pdf: pikepdf.Pdf) -> None:
    page(pdf, b"1 1 1 1 k 0 0 9 9 re f")


def too_much_image(pdf: pikepdf.Pdf) -> None:
    page(pdf, b"/I Do", XObject=Dictionary(I=image(pdf, Name.DeviceCMYK, b"\xff" * 64)))


def keyed(pdf: pikepdf.Pdf) -> None:
    page(pdf, b"/I Do", XObject=Dictionary(I=image(pdf, Name.DeviceRGB, bytes(48), Mask=[0, 9] * 3)))


def inline(pdf: pikepdf.Pdf) -> None:
    page(pdf, b"BI /W 1 /H 1 /CS /RGB /BPC 8 ID xyz EI")


def several(pdf: pikepdf.Pdf) -> None:
    names = Array([Name.Gold, Name.Silver])
    page(
        pdf,
        b"/S cs 1 1 scn",
        ColorSpace=Dictionary(S=Array([Name.DeviceN, names, Name.DeviceRGB, exponential([0], [1])])),
    )


def unembedded(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page(pdf, b"BT /F 12 Tf (a) Tj ET", Font=Dictionary(F=font))


UNPRINTABLE = {
    unembedded: "a font that is not in the file ('Helvetica')",
    jpx: "JPEG 2000",
    mesh: "mesh",
    programmed: "calculated by a program",
    blended: "blended ('Multiply')",
    too_much: "400 % ink",
    too_much_image: "an image with more ink than 300 %",
    keyed: "a mask by colour",
    inline: "an image in colour within the content",
    several: "several spot colours",
}


@pytest.mark.parametrize("make", UNPRINTABLE, ids=lambda make: make.__name__)
def test_what_cannot_be_turned_into_inks_is_named(project: Project, make: Callable[[pikepdf.Pdf], None]) -> None:
    path = project.write("annex.pdf", foreign(make))
    shipped = profiles.shipped()
    press = PressCopy(profile=shipped.path, sha256=shipped.sha256, name=shipped.name, condition=None)
    annex = Annex(path=str(path), title="Annex", pages=(0,), tagged=False, claims=(None, "", False))
    ((_, why),) = append.unprintable([annex], press)
    assert UNPRINTABLE[make] in why


def test_an_enclosure_that_cannot_be_converted_fails_or_lowers_the_letter(project: Project) -> None:
    project.write("content/letters/annex.pdf", foreign(blended))
    refused = project.press("Text.\n", ENCLOSING, profile="press")
    assert [fault.code for fault in refused.diagnostics] == ["enclosure-conformance"]
    lowered = project.press("Text.\n", ENCLOSING, profile="press", enclosures="lower")
    assert lowered.status == "done", lowered.diagnostics
    assert "enclosure-unprintable" in [fault.code for fault in lowered.diagnostics if fault.severity == "warning"]
    assert "PDF/X-4" not in lowered.claims
    with pikepdf.open(io.BytesIO(lowered.pdf or b"")) as file:
        assert b"PDF/X-4" not in file.Root.Metadata.read_bytes()
        assert [intent.S for intent in file.Root.OutputIntents] == [Name.GTS_PDFA1]


def test_a_letter_enclosed_in_a_letter_keeps_all_that_it_claims(project: Project) -> None:
    verapdf.require()
    enclosed = project.press(
        "Enclosed, with *some* structure.\n", FRONT + "parameters: {accent: '#0f4a56', rule: head}\n"
    )
    project.write("content/letters/annex.pdf", enclosed.pdf or b"")
    made = project.press("Text.\n", ENCLOSING, profile="press")
    assert made.status == "done", made.diagnostics
    assert made.claims == ("PDF/A-3a", "PDF/UA-1", "PDF/X-4")
    assert verapdf.validate(made.pdf or b"") == []
    assert inks.of_screens(made.pdf or b"") == []
    assert "Enclosed, with some structure." in pdf_text(made.pdf or b"")
    again = project.press("Text.\n", ENCLOSING, profile="press")
    assert again.sha256 == made.sha256


def test_printed_paper_is_converted(project: Project) -> None:
    def paper(pdf: pikepdf.Pdf) -> None:
        pdf.add_blank_page(page_size=(612, 792))
        pdf.pages[0].obj.Contents = pdf.make_stream(b"0 0.3 0.6 rg 0 742 612 50 re f")

    project.write("content/letters/paper.pdf", foreign(paper))
    made = project.press("Text.\n", FRONT + "stationery: {first: paper.pdf}\n", profile="press", marks=True)
    assert made.status == "done", made.diagnostics
    assert inks.of_screens(made.pdf or b"") == []
    verapdf.require()
    assert verapdf.validate(made.pdf or b"") == []
    left = round(10 * 72 / 25.4)
    cyan = inks.plates(made.pdf or b"")["Cyan"]
    assert cyan.crop((left + 5, left + 5, left + 100, left + 40)).getextrema()[0] > 100
