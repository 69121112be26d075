"""The parts around a text: the foot's measure, labels of lists, an e-mail in the information block, dashes in subjects."""

from __future__ import annotations

import pytest

from letterpress.letterhead.measure import Measure
from tests.support import golden, needs
from tests.support.project import Project, letterheads_here

MEASURE = Measure(("Source Serif Pro", "Source Sans Pro"))
FOOT = [
    ["Brüggemann & Söhne Maschinenbau GmbH", "Sitz Hamburg"],
    ["Geschäftsführung:", "Dipl.-Ing. Hannelore Brüggemann"],
    ["Musterbank Hamburg", "IBAN DE00 0000 0000 0000 0000 00"],
    ["USt-IdNr. DE000000000"],
]


def test_a_foot_ends_where_the_text_ends_if_it_can() -> None:
    two = MEASURE.foot([FOOT[1], FOOT[3]], 100, 75, [147, 160])
    assert (two["within"], two["size"], [half["width"] for half in two["halves"]]) == (147, 8, [100, 47])
    four = MEASURE.foot(FOOT, 100, 75, [147, 160])
    (whole,) = four["halves"]
    assert (four["within"], four["size"]) == (160, 7)
    assert sum(column["width"] for column in whole["columns"]) == pytest.approx(160)
    for column, following in zip(whole["columns"], whole["columns"][1:], strict=False):
        assert column["width"] - MEASURE.widest(column["rows"], 7, "labels") >= 4, following
    narrow = MEASURE.foot(FOOT, 100, 75, [147])
    assert (narrow["within"], len(narrow["halves"])) == (None, 2)


@pytest.mark.parametrize(
    ("subject", "second"),
    [
        (
            "Angebot 2026-4471 über zwei Rollenförderer Typ RF 800\u00a0– Ihre Anfrage vom 12. November 2026",
            "–\u00a0Ihre",
        ),
        ("An offer of two roller conveyors of type RF 800 — your inquiry of 12 November in this year", "—\u00a0your"),
    ],
)
def test_a_dash_opens_a_line_of_a_subject_and_never_ends_one(subject: str, second: str) -> None:
    first, last = MEASURE.balanced(subject, 147, 11, "text 600")
    assert first.endswith("RF 800")
    assert last.startswith(second)


DIN = """letterhead: din5008
lang: de-DE
date: 2026-11-25
from: {name: Brüggemann, street: Am Kai 1, postcode: "20354", city: Hamburg, country: DE}
to: {name: Öztürk, street: Am Markt 12, postcode: "90471", city: Nürnberg, country: DE}
reference: {ours: hb-1, yours: a, contact: Frau Thomsen, email: w.thomsen@brueggemann-soehne.example}
subject: Angebot
salutation: Sehr geehrte Frau Öztürk
closing: Mit freundlichen Grüßen
signatories: [{name: Wiebke Thomsen}]
enclosures: [Angebot, Maßzeichnung]
cc: [Konstruktion]
"""


def _places(project: Project, front: str) -> dict[str, golden.Line]:
    result = project.press("Der Gemeinderat hat am 3. November beraten.", front)
    assert result.pdf is not None, result.diagnostics
    return {line.text: line for line in golden.lines(result.pdf)}


def test_labels_of_lists_stand_beside_them(project: Project) -> None:
    lines = _places(project, DIN)
    assert lines["Maßzeichnung"].x > lines["AnlagenAngebot"].x + 12
    assert "VerteilerKonstruktion" in lines
    above = _places(project, DIN + "parameters: {list_labels: above}\n")
    assert above["Maßzeichnung"].x == pytest.approx(above["Anlagen"].x, abs=0.2)
    assert above["Konstruktion"].y > above["Verteiler"].y + 3


def test_an_email_too_wide_for_its_column_keeps_its_label(project: Project) -> None:
    lines = _places(project, DIN)
    email = lines["w.thomsen@brueggemann-soehne.example"]
    assert (email.x, email.y - lines["E-Mail"].y) == pytest.approx((lines["E-Mail"].x, 4.1), abs=0.3)


def test_a_sub_office_stands_near_the_address_outside_the_window(project: Project) -> None:
    """A French address goes to the lower edge of what the window shows; the line of the office is right below the window."""
    front = DIN.replace("din5008", "french").replace("de-DE", "fr-FR")
    lines = _places(project, front + "via: Madame la Maire\n")
    town = next(line for text, line in lines.items() if "NURNBERG" in text.upper().replace("Ü", "U"))
    via = lines["s/c de Madame la Maire"]
    assert via.x == pytest.approx(town.x, abs=0.3)
    assert via.y > 91
    assert via.y - town.y < 19


def test_ragged_german_lines_divide_long_words_only(project: Project) -> None:
    """A line ends early for a word that is no longer than most names of offices; a longer one is divided."""
    long = "Rechtsschutzversicherungsgesellschaften"
    words = ("Gemeinderat", "Finanzplanes", long)
    body = "\n\n".join(f"Wir {'nnn ' * count} {word} nennen." for word in words for count in range(11, 19))
    result = project.press(body, DIN)
    assert result.pdf is not None, result.diagnostics
    text = " ".join(line.text for line in golden.lines(result.pdf))
    assert [text.count(word) for word in words[:2]] == [8, 8]
    assert text.count(long) < 8


def test_a_signatory_has_several_titles_and_organisations(project: Project) -> None:
    """A list prints a line each, and is one sentence where the place of a signature is named."""
    front = DIN.partition("signatories:")[0]
    front += "signatories:\n  - {name: Ada Brook, sign: digital, title: [Professorin, Dekanin], organisation: [Uni A, Institut B]}\n"
    result = project.press("Text.\n", front)
    assert result.pdf is not None, result.diagnostics
    texts = [line.text for line in golden.lines(result.pdf)]
    at = texts.index("Ada Brook")
    assert texts[at : at + 5] == ["Ada Brook", "Professorin", "Dekanin", "Uni A", "Institut B"]
    assert [place.title for place in result.signature_fields] == ["Professorin, Dekanin"]


@pytest.mark.parametrize("people", [1, 2, 3])
def test_no_list_of_the_classic_letterhead_stands_on_a_signature(project: Project, people: int) -> None:
    front = DIN.partition("signatories:")[0].replace("din5008", "classic")
    front += "signatories:\n" + "".join(f"  - {{name: Person {n}, title: Chair}}\n" for n in range(people))
    front += "enclosures: [Preisliste, Bedingungen]\ncc: [Bo Ek]\n"
    result = project.press("Text.\n", front)
    assert result.pdf is not None, result.diagnostics
    lines = golden.lines(result.pdf)
    listed = [line for line in lines if line.text.startswith(("Anlagen", "Preisliste", "Bedingungen", "Verteiler"))]
    signed = [line for line in lines if line.text.startswith(("Person", "Chair"))]
    assert len(listed) >= 3
    assert len(signed) == 2 * people
    for one in listed:
        for other in signed:
            assert abs(one.y - other.y) > 3 or other.x > one.x + 40, (one, other)


@pytest.mark.parametrize("lang", ["de-DE", "fr-FR", "en-GB", "es-ES"])
def test_no_list_of_the_classic_letterhead_stands_on_a_postscript(project: Project, lang: str) -> None:
    front = DIN.partition("signatories:")[0].replace("din5008", "classic").replace("lang: de-DE", f"lang: {lang}")
    front += "signatories: [{name: Person, title: Chair}]\nenclosures: [Preisliste, Bedingungen]\ncc: [Bo Ek]\n"
    result = project.press("Text.\n", front + f"postscript: {'Nachher und danach. ' * 8}\n")
    assert result.pdf is not None, result.diagnostics
    lines = golden.lines(result.pdf)
    listed = [line for line in lines if "Preisliste" in line.text or "Bo Ek" in line.text]
    behind = [line for line in lines if "danach" in line.text]
    assert len(listed) == 2
    assert len(behind) > 1
    assert all(abs(one.y - other.y) > 3 for one in listed for other in behind)


def test_a_japanese_signatory_has_firm_and_job_above_the_name(project: Project) -> None:
    if "japanese" not in letterheads_here(project.root):
        needs.lack("font", "no font on this machine for japanese")
    front = "letterhead: japanese\nlang: ja\ndate: 2026-11-24\nto: {name: 山田 太郎, country: JP, city: 東京}\n"
    front += "signatories: [{name: 浜野 凪, title: 仕入担当, organisation: 港町茶所}]\n"
    result = project.press("本文。\n", front)
    assert result.pdf is not None, result.diagnostics
    texts = [line.text for line in golden.lines(result.pdf)]
    at = texts.index("港町茶所")
    assert texts[at : at + 3] == ["港町茶所", "仕入担当", "浜野 凪"]


def test_a_naval_letter_without_its_sender_says_so(project: Project) -> None:
    front = "letterhead: navy\nlang: en-US\ndate: 2026-01-02\nto: {name: Ada Brook, lines: [1 Quay]}\nsubject: Berths\n"
    codes = {fault["field"] for fault in project.faults("Text.\n", front + "signatories: [{name: Jo Lind}]\n")}
    assert codes == {"from"}
