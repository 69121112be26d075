"""A firm's design in any letterhead: logo, colour, font, rule and head, said by a letter or by the firm's own file."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

import letterpress
from letterpress.batch import fingerprint
from letterpress.letterhead import definition, design
from letterpress.pdf import raster
from tests.support import golden, verapdf
from tests.support.project import FRONT, ROOT, Project, pdf_text, png

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="#b3321e"/></svg>'
HEADS = ("left", "center", "right", "band")
LETTERHEADS = [name for name in definition.names(ROOT) if not definition.find(name, ROOT).system_fonts]
FIRM = """\
name: Harbor Light Clinic
lines: [12 Quay Road, "Portland, ME 04101"]
phone: 207 555 0170
email: post@harbor.example
foot: [[Registered charity, no. 000], [Harbor Bank, Account 000]]
"""
SENDER = 'from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"]}\n'


def _front(letterhead: str = "plain", sender: str = "from: firm\n", more: str = "") -> str:
    front = FRONT.replace("letterhead: plain", f"letterhead: {letterhead}").replace(SENDER, sender)
    return f"{front}subject: Hours\n{more}"


def _firm(project: Project, **design: str) -> None:
    said = "".join(f"  {name}: {value}\n" for name, value in design.items())
    project.write("content/organisations/firm.yml", f"{FIRM}design:\n{said}" if said else FIRM)
    project.write("content/organisations/logo.svg", LOGO)


def _elements(pdf: bytes | None) -> list[tuple[str, str]]:
    """Kind and description of each figure in the structure."""
    assert pdf is not None
    with pikepdf.open(__import__("io").BytesIO(pdf)) as opened:
        found = [item for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
        return [(str(item.S), str(item.get("/Alt", ""))) for item in found if item.S == "/Figure"]


@pytest.mark.parametrize("name", LETTERHEADS)
def test_a_firm_says_once_what_its_letters_look_like_in_every_letterhead(project: Project, name: str) -> None:
    _firm(project, logo="logo.svg", accent='"#0f4a56"', rule="both")
    result = project.press("Text.\n", _front(name))
    assert result.pdf is not None, result.diagnostics
    assert {fault.code for fault in result.diagnostics if fault.severity == "note"} <= {
        "design-unfit",
        "field-unprinted",
    }
    assert _elements(result.pdf) == []  # beside the printed name it is an artifact
    _keeps(result.pdf)


@pytest.mark.parametrize("name", LETTERHEADS)
def test_every_head_is_there_or_refused_by_its_standard(project: Project, name: str) -> None:
    _firm(project, logo="logo.svg")
    for head in HEADS:
        result = project.press("Text.\n", _front(name, more=f"parameters: {{head: {head}}}\n"), profile="screen")
        if result.pdf is None:
            codes = [fault.code for fault in result.diagnostics]
            choices = definition.find(name, ROOT).parameters["head"].choices
            assert codes == (["head-impossible"] if head in choices else ["choice-unknown"]), (head, result.diagnostics)
        else:
            assert name in ("memo", "open-letter") or "Portland" in pdf_text(result.pdf), head


def test_the_places_of_a_head(project: Project) -> None:
    _firm(project, logo="logo.svg", accent='"#0f4a56"')
    places: dict[str, tuple[float, float]] = {}
    for head in HEADS:
        result = project.press("Text.\n", _front("din5008", more=f"parameters: {{head: {head}}}\n"), profile="screen")
        assert result.pdf is not None, result.diagnostics
        name = next(line for line in golden.lines(result.pdf) if line.text == "Harbor Light Clinic" and line.page == 1)
        facts = next(line for line in golden.lines(result.pdf) if line.text.startswith("12 Quay") and line.y < 50)
        places[head] = (name.x, facts.x)
    assert places["left"] == (60.0, 125.0)  # 25 mm, a logo of 30 mm, and 5 mm between
    assert places["right"] == (125.0, 125.0)
    assert places["band"][1] == 125.0
    assert places["center"][0] == pytest.approx(112.5 - 22, abs=3)


def test_in_the_names_stead_a_logo_says_the_name(project: Project) -> None:
    _firm(project, logo="logo.svg", head_name="false")
    for name in ("plain", "din5008", "classic"):
        result = project.press("Text.\n", _front(name))
        assert _elements(result.pdf) == [("/Figure", "Harbor Light Clinic")], result.diagnostics
        assert result.pdf is not None
        _keeps(result.pdf)


def test_letter_and_command_come_before_the_firm(project: Project) -> None:
    _firm(project, accent='"#0f4a56"', head="band")
    letter = project.letter("Text.\n", _front(more="parameters: {head: center}\n"))
    look = _look(letter)
    assert (look.design.head, look.design.accent) == ("center", "#0f4a56")
    look = _look(letter, parameters={"head": "right", "accent": "#000000"})
    assert (look.design.head, look.design.accent) == ("right", "#000000")


def _keeps(pdf: bytes) -> None:
    """Hold a file to PDF/A-3a and PDF/UA-1."""
    verapdf.require()
    assert verapdf.validate(pdf) == []


def _look(letter: str, **chosen: Any) -> Any:
    from letterpress import api
    from letterpress.letterhead import choices

    job = api.job(letterpress.load(letter), **chosen)
    return choices.settle(job, definition.find(job.letterhead, job.letter.root))


def test_what_a_letterhead_does_not_have_is_noted_and_it_keeps_its_own(project: Project) -> None:
    _firm(project, head="band", accent='"#ffd800"')
    result = project.press("Text.\n", _front("navy"))
    assert result.pdf is not None
    notes = {fault.code: fault for fault in result.diagnostics if fault.severity == "note"}
    assert set(notes) == {"design-unfit", "accent-light", "field-unprinted"}
    assert str(notes["design-unfit"].file).endswith("content/organisations/firm.yml")
    assert notes["design-unfit"].line == 7
    assert dict(notes["accent-light"].params)["contrast"] < 4.5


@pytest.mark.parametrize(
    ("parameters", "letterhead", "field", "code"),
    [
        ("logo: logos.svg", "plain", "logo", "file-missing"),
        ("logo: ../../../logo.svg", "plain", "logo", "file-outside"),
        ("logo: photo.jpg", "plain", "logo", "image-unreadable"),
        ("logo: bare.svg", "plain", "logo", "logo-sizeless"),
        ("logo: logo.svg, logo_height: 7mm", "din5008", "logo_height", "logo-height"),
        ("logo: logo.svg, logo_height: 17mm, form: a", "din5008", "logo_height", "logo-height"),
        ("logo: logo.svg, logo_place: center, form: a", "din5008", "logo", "logo-place"),
        ("logo: long.svg", "din5008", "logo", "logo-wide"),
        ("head: band", "austrian", "head", "head-impossible"),
        ("head: center, window: double", "us-business", "head", "head-impossible"),
        ("font: Source Seriff Pro", "plain", "font", "font-unknown"),
        ("font: empty", "plain", "font", "font-folder"),
        ("font: a + b + c", "plain", "font", "font-unknown"),
        ("logo_place: top", "plain", "logo_place", "choice-unknown"),
    ],
)
def test_what_cannot_be_had_is_refused_with_its_field(
    project: Project, parameters: str, letterhead: str, field: str, code: str
) -> None:
    folder = "content/letters"
    for name, svg in (
        ("logo", LOGO),
        ("bare", LOGO.replace('viewBox="0 0 20 10"', "")),
        ("long", LOGO.replace("20 10", "200 10")),
    ):
        project.write(f"{folder}/{name}.svg", svg)
    project.write(f"{folder}/photo.jpg", "no picture")
    project.write(f"{folder}/empty/README", "")
    fault = project.fault("Text.\n", _front(letterhead, SENDER, f"parameters: {{{parameters}}}\n"))
    assert (fault["field"], fault["code"]) == (f"parameters.{field}", code)
    assert fault["file"] == "content/letters/letter.md"
    assert fault["line"] == 11
    assert fault["hint"]


def test_a_logo_may_be_a_png_of_the_letterheads_own_and_counts_in_the_fingerprint(project: Project) -> None:
    toml = 'extends = "din5008"\n[parameters.logo]\ndefault = "mark.png"\n'
    project.letterhead("own", toml=toml, **{"assets/mark__png": png(30, 20)})
    path = project.letter("Text.\n", _front("own", SENDER))
    letter = letterpress.load(path)
    assert letterpress.render(letter).pdf is not None
    before = fingerprint.of_base(letterpress.Job(letter=letter))
    project.write("templates/own/assets/mark.png", png(30, 21))
    assert fingerprint.of_base(letterpress.Job(letter=letter)) != before
    _firm(project, logo="logo.svg")
    letter = letterpress.load(project.letter("Text.\n", _front("plain")))
    before = fingerprint.of_base(letterpress.Job(letter=letter))
    project.write("content/organisations/logo.svg", LOGO.replace("b3321e", "000000"))
    assert fingerprint.of_base(letterpress.Job(letter=letter)) != before


def test_fonts_of_ones_own_and_the_faces_that_they_lack(project: Project) -> None:
    from letterpress.fonts import shipped

    for face in shipped.shipped():
        if face.family == "Source Sans Pro" and not face.italic and face.weight in (400, 600):
            (project.root / "content/fonts").mkdir(exist_ok=True)
            shutil.copy(face.path, project.root / "content/fonts")
    _firm(project, font="../fonts")
    fonts = project.press("Text.\n", _front("din5008"))
    assert fonts.pdf is not None, fonts.diagnostics
    assert "Hours" in pdf_text(fonts.pdf)
    _keeps(fonts.pdf)
    fault = project.fault("One *two* three.\n", _front("din5008"))
    assert (fault["code"], fault["value"], fault["line"]) == ("font-face-missing", "italic", 13)
    sans = project.press("Text.\n", _front("din5008"), parameters={"font": "Source Sans Pro"})
    serif = project.press("Text.\n", _front("din5008"), parameters={"font": "Source Serif Pro"})
    assert sans.pdf is not None
    assert serif.pdf is not None
    assert golden.as_text(sans.pdf) != golden.as_text(serif.pdf)


@pytest.mark.parametrize(
    ("accent", "text", "on"),
    [
        ("#000000", "#000000", "#ffffff"),
        ("#0f4a56", "#0f4a56", "#ffffff"),
        ("#ffd800", "#000000", "#000000"),
        ("#666666", "#666666", "#ffffff"),
        ("#767676", "#767676", "#000000"),  # 4.54:1 on white; black on it has 4.62:1
        ("#777777", "#000000", "#000000"),  # 4.48:1; black on it has 4.69:1
        ("white", "#000000", "#000000"),
    ],
)
def test_text_in_the_accent_can_be_read(accent: str, text: str, on: str) -> None:
    assert design.colours(accent)[:2] == (text, on)


def test_the_three_letterheads_of_a_firm_are_told_apart_by_their_parameters_alone() -> None:
    for name in ("band", "margin", "classic"):
        assert not list(Path(definition.find(name, ROOT).folders[0]).rglob("*.svg"))


LONG_FOOT = """foot: [[Kranbau Nord GmbH, Am Hafenkanal 12 in 28195 Bremen], [Volksbank Nordseekueste eG, DE12 3456 7890 1234 5678 90 1234],
  [Vorstand Adelheid Brandt, Registergericht Amtsgericht Bremen]]"""


@pytest.mark.parametrize(
    ("name", "bilingual", "end"),
    [
        ("plain", "columns", 195.8),
        ("din5008", "columns", 200),
        ("uk", "columns", 195),
        ("austrian", "sequence", 172),
        ("swiss", "sequence", 172),
        ("us-business", "sequence", 184.2),
    ],
)
def test_the_rules_of_head_and_foot_end_at_one_place(project: Project, name: str, bilingual: str, end: float) -> None:
    sender = f'from: {{name: Kranbau Nord, lines: [Quay 1, "28195 Bremen"], {LONG_FOOT}}}\n'
    front = _front(name, sender, f"bilingual: {bilingual}\nparameters: {{rule: both}}\n")
    result = project.press("One.\n\n<!-- lang: de -->\n\nEins.\n", front)
    assert result.pdf is not None, result.diagnostics
    head, foot = _rules(result.pdf)
    assert (head, foot) == (pytest.approx(end, abs=0.3), pytest.approx(end, abs=0.3))


@pytest.mark.parametrize(
    ("name", "wide", "end"),
    [("plain", "", 172), ("din5008", "", 172), ("din5008", "foot", 200), ("swiss", "head", 200)],
)
def test_the_rules_end_where_the_text_does_if_head_and_foot_do(
    project: Project, name: str, wide: str, end: float
) -> None:
    """Both at one place: one that goes further takes the other along."""
    foot = (
        f"{LONG_FOOT[:-1]}, [Prokura Katharina Schmidt-Hansen und Onno Harms]]"
        if wide == "foot"
        else "foot: [[Sitz Bremen], [DE12 3456]]"
    )
    phone = ", email: einkauf.und.verwaltung@kranbau-nordwest-bremen.example" if wide == "head" else ""
    sender = (
        f'from: {{name: Kranbau Nord, street: Quay 1, postcode: "28195", city: Bremen, country: DE{phone}, {foot}}}\n'
    )
    result = project.press("One.\n", _front(name, sender, "paper: a4\nparameters: {rule: both}\n"))
    assert result.pdf is not None, result.diagnostics
    assert _rules(result.pdf) == [pytest.approx(end, abs=0.3)] * 2


@pytest.mark.parametrize("name", ["plain", "din5008"])
def test_a_copys_foot_is_as_wide_as_the_originals(project: Project, name: str) -> None:
    sender = "from: {name: Kranbau Nord, foot: [[Sitz Bremen], [DE12 3456]]}\n"
    letter = letterpress.load(
        project.root / project.letter("One.\n", _front(name, sender, "parameters: {rule: foot}\n"))
    )
    original, copy = (letterpress.render(letter, copy=kind).pdf for kind in ("original", "file"))
    assert original is not None
    assert copy is not None
    assert _rules(copy) == _rules(original) != []


def test_margin_has_its_rule_above_the_foot_in_the_column(project: Project) -> None:
    sender = "from: {name: Kranbau Nord, foot: [[Sitz Bremen], [DE12 3456]]}\n"
    result = project.press("One.\n", _front("margin", sender, "parameters: {rule: foot}\n"))
    assert result.pdf is not None, result.diagnostics
    assert _rules(result.pdf, least=40) == [pytest.approx(200, abs=0.3)]


def _rules(pdf: bytes, least: float = 100) -> list[float]:
    """Where the thin lines across page 1 that have a length end, in mm, from above."""
    width, height, grey = raster.grey(pdf, dpi=100)
    ends, above = list[float](), -9
    for y in range(height):
        runs = [
            (run.end(), run.end() - run.start())
            for run in re.finditer(b"[\x00-\xc8]+", grey[y * width : (y + 1) * width])
        ]
        end, longest = max(runs, key=lambda run: run[1], default=(0, 0))
        if longest * 25.4 > least * 100:
            if y > above + 1:
                ends.append(end * 25.4 / 100)
            above = y
    return ends


@pytest.mark.parametrize(
    ("name", "height"), [("uk", "15mm"), ("uk", "19.5mm"), ("swiss", "15mm"), ("austrian", "15mm")]
)
def test_a_rule_below_the_head_stands_below_the_logo(project: Project, name: str, height: str) -> None:
    project.write("content/letters/logo.svg", LOGO)
    more = f"parameters: {{logo: logo.svg, logo_height: {height}, rule: head}}\n"
    result = project.press("Text.\n", _front(name, SENDER, more))
    assert result.pdf is not None, result.diagnostics
    width, _, grey = raster.grey(result.pdf, dpi=100)
    column = grey[round(30 / 25.4 * 100) :: width][: round(45 / 25.4 * 100)]
    runs = [(run.start() * 0.254, run.end() * 0.254) for run in re.finditer(b"[\x00-\xc8]+", column)]
    (logo_top, logo_end), (rule, _), *_ = runs
    assert logo_end - logo_top == pytest.approx(float(height[:-2]), abs=0.6)
    assert 1.4 < rule - logo_end < 3


@pytest.mark.parametrize("extended", ["din5008", "classic", "plain"])
def test_a_letterhead_of_ones_own_sets_the_type_of_long_names_too(project: Project, extended: str) -> None:
    """Where its style says nothing of it, a long name is set smaller; its letterhead's own style comes before that."""
    name = "Gemeinnützige Wohnungsbaugenossenschaft Hafenviertel und Altstadt eG"
    project.letterhead(
        "mine", toml=f'extends = "{extended}"\n', css=".letter-head-name { font-size: 9.5pt; line-height: 12pt }"
    )
    heights = {}
    for letterhead in (extended, "mine"):
        result = project.press("Text.\n", _front(letterhead, f"from: {{name: {name}}}\n"))
        assert result.pdf is not None, result.diagnostics
        heights[letterhead] = _size_of(result.pdf, "Wohnungsbau")
    assert heights["mine"] == pytest.approx(9.5, abs=0.01)
    assert heights[extended] > 9.5


def _size_of(pdf: bytes, text: str) -> float:
    """The size in pt of the type that a text is set in."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].get_textpage()
    at = page.search(text).get_next()
    assert at is not None
    size = pypdfium2.raw.FPDFText_GetFontSize(page.raw, at[0])
    document.close()
    return float(size) * 72 / 96  # its matrix is CSS px to pt
