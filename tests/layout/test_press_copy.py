"""Press copies: PDF/X-4 besides PDF/A-3a and PDF/UA-1, with nothing in them but inks."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import pydyf
import pytest
from PIL import Image

import letterpress
from letterpress.layout import engine, overprinted
from tests.support import inks, verapdf
from tests.support.pictures import saved
from tests.support.project import FRONT, ROOT, Project, pdf_text

TOML = """\
extends = "plain"
[press]
bleed = 3
[press.colors]
"#0f4a56" = {cmyk = [95, 30, 35, 45], spot = "PANTONE 316 C"}
"#c81e1e" = [0, 100, 90, 10]
"""
CSS = """\
@page { background: linear-gradient(90deg, #eef, #fee) }
.letter-salutation { color: #0f4a56 }
.letter-subject { color: #c81e1e; background: rgba(200, 200, 0, .5) }
.letter-closing { color: lab(50 40 20) }
.letter-body p { border-bottom: 1pt solid #888 }
"""
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="30mm" viewBox="0 0 40 30"><defs>
<linearGradient id="g"><stop offset="0" stop-color="#ff0000"/><stop offset="0.5" stop-color="#0f4a56"/>
<stop offset="1" stop-color="#ffffff" stop-opacity="0.2"/></linearGradient>
<radialGradient id="r"><stop offset="0" stop-color="#000"/><stop offset="1" stop-color="#ccc"/></radialGradient>
<linearGradient id="b"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#36c"/></linearGradient>
<mask id="m"><rect width="40" height="30" fill="#fff"/><circle cx="10" cy="10" r="5" fill="#f00"/></mask>
<pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="2" height="2" fill="#00f"/></pattern>
</defs><rect width="20" height="15" fill="url(#g)"/><rect x="20" width="20" height="15" fill="url(#r)"/>
<rect y="15" width="10" height="15" fill="#0a0" mask="url(#m)"/><rect x="10" y="15" width="10" height="15" fill="url(#b)"/>
<rect x="20" y="15" width="20" height="15" fill="url(#p)" stroke="#333"/></svg>
"""
BODY = """\
Text with a [link](https://example.org).

![Photo](photo.jpg) ![Noise](photo.png) ![Grey](grey.png) ![Neutral](neutral.png) ![Clear](clear.png)

![Drawing](drawing.svg)

[Again](https://example.org), and [elsewhere](https://example.com).
"""
COLOURED = FRONT.replace("plain", "own").replace("salutation", "subject: A subject\nsalutation", 1)


def colourful(project: Project) -> None:
    """A letter with every kind of colour that a page can have, and a letterhead with colours of its own."""
    noise = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn).resize((90, 60)) for turn in (0, 90, 180)])
    clear = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    for colour, box in (((200, 30, 30, 255), (0, 0, 30, 30)), ((0, 0, 0, 128), (30, 30, 60, 60))):
        clear.paste(colour, box)
    pictures = {
        "photo.jpg": saved(noise, "JPEG", dpi=(150, 150)),
        "photo.png": saved(noise, "PNG", dpi=(150, 150)),
        "grey.png": saved(Image.new("L", (60, 60), 0x66), "PNG", dpi=(150, 150)),
        "neutral.png": saved(Image.new("RGB", (60, 60), (0x66, 0x66, 0x66)), "PNG", dpi=(150, 150)),
        "clear.png": saved(clear, "PNG", dpi=(150, 150)),
        "drawing.svg": SVG.encode(),
    }
    for name, content in pictures.items():
        project.write(f"content/letters/{name}", content)
    project.letterhead("own", toml=TOML, css=CSS)


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("press"))
    colourful(project)
    return project


@pytest.fixture(scope="module")
def made(colours: Project) -> letterpress.Result:
    return colours.press(BODY, COLOURED, profile="press", marks=True)


@pytest.fixture(scope="module")
def pdf(made: letterpress.Result) -> bytes:
    assert made.status == "done", made.diagnostics
    assert made.pdf is not None
    return made.pdf


def test_it_claims_what_it_keeps(made: letterpress.Result, pdf: bytes) -> None:
    assert made.claims == ("PDF/A-3a", "PDF/UA-1", "PDF/X-4")
    verapdf.require()
    assert verapdf.validate(pdf) == []


def test_nothing_of_it_is_in_the_colours_of_screens(pdf: bytes) -> None:
    assert inks.of_screens(pdf) == []


def test_the_check_finds_the_colours_of_screens_in_the_archive_copy(colours: Project) -> None:
    result = colours.press(BODY, COLOURED)
    found = "\n".join(inks.of_screens(result.pdf or b""))
    assert all(kind in found for kind in (" rg", "image", "gradient", "group", "in a mask", "colour space"))


def test_its_file_is_as_pdf_x_asks(pdf: bytes) -> None:
    assert pdf.startswith(b"%PDF-1.6\n")
    with pikepdf.open(io.BytesIO(pdf)) as file:
        intents = {str(intent.S): intent for intent in file.Root.OutputIntents}
        assert sorted(intents) == ["/GTS_PDFA1", "/GTS_PDFX"]
        intent = intents["/GTS_PDFX"]
        assert intent.DestOutputProfile.objgen == intents["/GTS_PDFA1"].DestOutputProfile.objgen
        assert (intent.DestOutputProfile.N, str(intent.OutputConditionIdentifier)) == (4, "FOGRA39")
        assert str(intent.RegistryName) == "http://www.color.org"
        assert {"/OutputCondition", "/Info"} <= set(intent.keys())
        assert file.trailer.Info.Trapped == "/False"
        assert "/ID" in file.trailer
        assert not {"/AcroForm", "/OpenAction", "/AA"} & set(file.Root.keys())
        packet = file.Root.Metadata.read_bytes().decode()
        for name in ("pdfxid:GTS_PDFXVersion>PDF/X-4<", 'pdf:Trapped="False"', "<xmp:MetadataDate>2026-01-15<"):
            assert name in packet
        assert re.search(r"<xmpMM:DocumentID>xmp\.did:(?!0{32})[0-9a-f]{32}<", packet)
        for page in file.pages:
            assert "/Annots" not in page.obj
            media, bleed, trim = (
                [float(value) for value in page.obj[key]] for key in ("/MediaBox", "/BleedBox", "/TrimBox")
            )
            assert media[0] < bleed[0] < trim[0] == 0
            assert trim[2:] == pytest.approx([612, 792])
            assert bleed[2] - trim[2] == pytest.approx(3 * 72 / 25.4, abs=0.01)


def test_what_is_left_out_is_said_and_its_words_are_printed(made: letterpress.Result, pdf: bytes) -> None:
    (note,) = made.diagnostics
    assert (note.severity, note.code, note.params) == ("note", "press-without-links", (("links", 2),))
    assert "Text with a link." in pdf_text(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert all(item.get("/S") != "/Link" for item in file.objects if isinstance(item, pikepdf.Dictionary))


def test_the_same_letter_gives_the_same_bytes(pdf: bytes, colours: Project) -> None:
    engine.forget()
    assert colours.press(BODY, COLOURED, profile="press", marks=True).pdf == pdf


def test_type_is_on_the_plate_of_black_alone_and_colours_are_on_their_own(pdf: bytes) -> None:
    plates = inks.plates(pdf)
    assert sorted(plates) == ["Black", "Cyan", "Magenta", "PANTONE 316 C", "Yellow"]
    for name, plate in plates.items():
        marks = plate.crop((0, 0, plate.width, 20)).getextrema()[1]
        assert marks > 0, f"no crop marks on {name}"
    spot = plates["PANTONE 316 C"]
    left = round(10 * 72 / 25.4)
    inside = spot.crop((left, left, spot.width - left, spot.height - left))
    assert inside.getbbox() is not None
    assert inside.crop((0, 0, inside.width, 200)).getextrema()[1] == 0, "the salutation alone is in it"
    strip = plates["Cyan"].crop((left - 8, 100, left, 140))
    assert strip.getextrema()[0] > 0, "the background reaches the bleed"


def test_total_area_coverage_is_within_the_limit(colours: Project) -> None:
    for most in (300, 240):
        result = colours.press(BODY, COLOURED, profile="press", tac=most)
        assert result.status == "done", result.diagnostics
        assert 100 < inks.most_ink(result.pdf or b"") <= most + 1  # a step of 255 for each ink
    dark = colours.press(BODY, COLOURED, profile="press", tac=202)
    (fault,) = dark.diagnostics
    assert (fault.code, fault.value, fault.field) == ("press-ink", "#0f4a56", "press.colors.#0f4a56")


def test_a_letter_in_black_is_black_alone(project: Project) -> None:
    result = project.press(profile="press")
    assert {ink[:3] for ink in inks.settings(result.pdf or b"")} == {(0, 0, 0)}
    plates = inks.plates(result.pdf or b"")
    assert [name for name, plate in plates.items() if plate.getbbox()] == ["Black"]
    with pikepdf.open(io.BytesIO(result.pdf or b"")) as file:
        (page,) = file.pages
        assert page.obj.MediaBox == page.obj.TrimBox == page.obj.BleedBox


def test_a_band_of_colour_reaches_the_bleed(project: Project) -> None:
    for front in (
        FRONT.replace("letterhead: plain", "letterhead: band").replace("en-US", "de-DE"),
        FRONT + "parameters: {head: band, accent: '#0f4a56'}\n",
    ):
        result = project.press("Text.\n", front, profile="press")
        assert result.status == "done", result.diagnostics
        cyan = inks.plates(result.pdf or b"")["Cyan"]
        edge = cyan.crop((0, 0, cyan.width, 8))
        assert edge.getextrema()[0] > 100


def test_places_for_signatures_are_left_out_and_the_structure_stays_whole() -> None:
    verapdf.require()
    result = letterpress.render(ROOT / "content/letters/bridge.md", profile="press")
    assert [(one.severity, one.code) for one in result.diagnostics] == [("warning", "press-without-signatures")]
    assert result.signature_fields == ()
    assert verapdf.validate(result.pdf or b"") == []


@pytest.mark.parametrize("name", ["harcourt-atlas", "solardach", "harbour-bilingual", "river-gauges"])
def test_sample_letters_have_their_press_copy(name: str) -> None:
    verapdf.require()
    result = letterpress.render(ROOT / f"content/letters/{name}.md", profile="press")
    assert result.status == "done", result.diagnostics
    assert inks.of_screens(result.pdf or b"") == []
    assert verapdf.validate(result.pdf or b"") == []


def test_what_cannot_be_proved_is_refused_by_name(project: Project) -> None:
    blend = '<filter id="f"><feBlend mode="color-burn"/></filter><rect width="9" height="9" filter="url(#f)"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm" viewBox="0 0 9 9">{blend}</svg>'
    project.write("content/letters/blend.svg", svg)
    (fault,) = project.press("![A drawing](blend.svg)\n", profile="press").diagnostics
    assert (fault.code, fault.value) == ("press-blended", "color-burn")
    assert project.press("![A drawing](blend.svg)\n").status == "done"


def test_a_letter_without_a_date_has_no_press_copy(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    front = FRONT.replace("date: 2026-01-15\n", "")
    fault = project.fault("Text.\n", front, "--profile", "press")
    assert (fault["code"], fault["field"]) == ("press-dateless", "date")
    assert project.press("Text.\n", front, profile="press", date="2026-02-03").status == "done"


@pytest.mark.parametrize("command", ["render", "merge", "variants"])
def test_a_key_with_a_press_copy_is_refused(project: Project, command: str) -> None:
    project.write("people.csv", "name\nAda\n")
    more: list[Any] = ["--data", "people.csv"] if command == "merge" else []
    ran = project.cli(command, project.letter(), *more, "--profile", "press", "--sign", "Jo Lind=jo.p12", "--json")
    assert ran.code == 2
    assert [fault["code"] for fault in ran.faults] == ["press-signed"]


def test_marks_without_a_press_copy_are_told(project: Project) -> None:
    (fault,) = project.render("Text.\n", FRONT, "--marks").faults
    assert (fault["severity"], fault["code"]) == ("warning", "marks-unused")
    (fault,) = project.render("Text.\n", FRONT, "--tac", "280").faults
    assert (fault["severity"], fault["code"], fault["field"]) == ("warning", "tac-unused", "--tac")


def test_a_profile_of_the_letterhead_is_taken_and_a_wrong_one_refused(project: Project) -> None:
    shipped = (ROOT / "src/letterpress/data/press/coated.icc").read_bytes()
    project.letterhead("own", toml='extends = "plain"\n[press]\nprofile = "own.icc"\ncondition = "FOGRA52"\n')
    front = FRONT.replace("plain", "own")
    missing = project.fault("Text.\n", front, "--profile", "press")
    assert (missing["code"], missing["field"]) == ("press-profile", "press.profile")
    assert missing["file"] == "templates/own/letterhead.toml"
    project.write("templates/own/own.icc", shipped.replace(b"coated paper", b"office paper", 1))
    result = project.press("Text.\n", front, profile="press")
    with pikepdf.open(io.BytesIO(result.pdf or b"")) as file:
        intent = file.Root.OutputIntents[0]
        assert (str(intent.OutputConditionIdentifier), str(intent.Info)) == (
            "FOGRA52",
            "letterpress, office paper (FOGRA39)",
        )
    project.write("templates/own/own.icc", b"no profile")
    assert project.fault("Text.\n", front, "--profile", "press")["code"] == "press-profile"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('"#12345" = [0, 0, 0, 100]', "press.colors"),
        ('"#123456" = [0, 0, 100]', "press.colors"),
        ('"#123456" = [0, 0, 0, 101]', "press.colors"),
    ],
)
def test_a_colour_that_is_none_is_refused_with_its_place(project: Project, line: str, field: str) -> None:
    project.letterhead("own", toml=f'extends = "plain"\n[press.colors]\n{line}\n')
    fault = project.fault("Text.\n", FRONT.replace("plain", "own"), "--profile", "press")
    assert fault["file"] == "templates/own/letterhead.toml"
    assert fault["field"].startswith(field)


def test_a_letterhead_inherits_its_colours(project: Project) -> None:
    project.letterhead(
        "house", toml='extends = "plain"\n[press.colors]\n"#0f4a56" = [95, 30, 35, 45]\n"#c81e1e" = [0, 90, 80, 0]\n'
    )
    project.letterhead(
        "own",
        toml='extends = "house"\n[press.colors]\n"#c81e1e" = [0, 100, 90, 10]\n',
        css=".letter-salutation { color: #c81e1e } .letter-closing { color: #0f4a56 }",
    )
    result = project.press("Text.\n", FRONT.replace("plain", "own"), profile="press")
    assert {(0, 1, 0.9, 0.1), (0.95, 0.3, 0.35, 0.45)} <= set(inks.settings(result.pdf or b""))


OVER = """\
extends = "plain"
[press.colors]
"#c81e1e" = [0, 100, 90, 10]
"#336699" = [100, 90, 90, 0]
"""
ON_RED = (
    ".letter-subject, .letter-salutation { background: #c81e1e; font-size: 20pt } .letter-salutation { color: #fff }"
)


def _content(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return file.pages[0].Contents.read_bytes()


def test_black_type_overprints_and_white_type_is_cut_out(project: Project) -> None:
    project.letterhead("own", toml=OVER, css=ON_RED)
    pdf = project.press("Text.\n", COLOURED, profile="press").pdf or b""
    magenta = inks.plates(pdf)["Magenta"]
    left, upper, right, lower = magenta.getbbox()
    half = (upper + lower) // 2
    assert magenta.crop((left + 2, upper + 2, right - 2, half - 16)).getextrema()[0] > 250, (
        "nothing is cut out for black"
    )
    assert magenta.crop((left + 2, half + 16, right - 2, lower - 2)).getextrema()[0] == 0, "white is cut out"
    assert inks.most_ink(pdf) <= 301
    with pikepdf.open(io.BytesIO(pdf)) as file:
        states = file.pages[0].Resources.ExtGState
        assert (states.Overprint.op, states.Overprint.OP, states.Overprint.OPM) == (True, True, 1)
        assert (states.Knockout.op, states.Knockout.OP, states.Knockout.OPM) == (False, False, 0)


def test_black_type_is_cut_out_where_both_would_be_too_much_ink(project: Project) -> None:
    project.letterhead("own", toml=OVER, css=".letter-subject { background: #336699 }")
    pdf = project.press("Text.\n", COLOURED, profile="press").pdf or b""
    assert b"/Overprint gs" not in _content(pdf)
    more = project.press("Text.\n", COLOURED, profile="press", tac=390).pdf or b""
    assert b"/Overprint gs" in _content(more)


def test_overprinting_is_set_for_type_alone() -> None:
    drawn = b"q|0 0 0 1 k|BT|ET|0 0 9 9 re|f|BT|ET|Q|0 1 0 0 k|BT|ET|0 0 0 1 k|q|BT|ET|/x0 Do|Q|BT|ET|/Pattern cs|/p0 scn|BT|ET"
    stream = pydyf.Stream(drawn.split(b"|"))
    resources = pydyf.Dictionary({})
    overprinted.write(stream, resources)
    over, out = b"/Overprint gs", b"/Knockout gs"
    assert stream.stream == [
        *(b"q", b"0 0 0 1 k", over, b"BT", b"ET", out, b"0 0 9 9 re", b"f", over, b"BT", b"ET", b"Q"),
        *(b"0 1 0 0 k", b"BT", b"ET", b"0 0 0 1 k", b"q", over, b"BT", b"ET", out, b"/x0 Do", b"Q"),
        *(over, b"BT", b"ET", b"/Pattern cs", b"/p0 scn", out, b"BT", b"ET"),
    ]
    assert sorted(resources["ExtGState"]) == ["Knockout", "Overprint"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('"#c81e1e" = {cmyk = [0, 100, 90, 10], spot = "Black"}', "every press has"),
        ('"#c81e1e" = {cmyk = [0, 100, 90, 10], spot = "' + "x" * 128 + '"}', "127 bytes"),
        (
            '"#a00000" = {cmyk = [0, 9, 9, 9], spot = "PMS 485"}\n"#b00000" = {cmyk = [0, 9, 9, 9], spot = "Pms485"}',
            "two plates",
        ),
        (
            '"#a00000" = {cmyk = [0, 9, 9, 9], spot = "PMS 485"}\n"#b00000" = {cmyk = [0, 9, 9, 0], spot = "PMS 485"}',
            "other values",
        ),
    ],
)
def test_a_spot_colour_is_one_ink_with_one_name(project: Project, lines: str, why: str) -> None:
    project.letterhead("own", toml=f'extends = "plain"\n[press.colors]\n{lines}\n')
    fault = project.fault("Text.\n", FRONT.replace("plain", "own"), "--profile", "press")
    assert (fault["code"], fault["file"]) == ("press-spot", "templates/own/letterhead.toml")
    assert why in fault["message"]


def test_a_spot_colour_may_have_any_letters(project: Project) -> None:
    toml = 'extends = "plain"\n[press.colors]\n"#c81e1e" = {cmyk = [0, 100, 90, 10], spot = "Größe (1)"}\n'
    project.letterhead("own", toml=toml, css=".letter-salutation { color: #c81e1e }")
    result = project.press("Text.\n", FRONT.replace("plain", "own"), profile="press")
    with pikepdf.open(io.BytesIO(result.pdf or b"")) as file:
        (space,) = file.pages[0].Resources.ColorSpace.values()
        assert str(space[1]) == "/Größe (1)"
