"""The parts around a text: the foot's measure, labels of lists, an e-mail in the information block, dashes in subjects."""

from __future__ import annotations

import ctypes
import re
from typing import Any

import pypdfium2
import pypdfium2.raw
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


def _widths(foot: dict[str, Any]) -> list[list[float]]:
    return [[column["width"] for column in half["columns"]] for half in foot["halves"]]


def test_a_foot_ends_where_the_text_ends_if_it_can() -> None:
    two = MEASURE.foot([FOOT[1], FOOT[3]], 100, 75, [147, 160])
    assert (two["within"], two["size"], [half["width"] for half in two["halves"]]) == (147, 8, [100, 47])


def test_a_foot_of_four_columns_keeps_the_axes_where_it_is_wider_than_the_text() -> None:
    """Readers see what begins below each other sooner than where a foot ends."""
    four = MEASURE.foot(FOOT, 100, 75, [147, 160])
    assert (four["within"], four["size"], [half["width"] for half in four["halves"]]) == (None, 7.5, [100, 75])
    for half, room in zip(four["halves"], (96, 75), strict=True):
        assert sum(column["width"] for column in half["columns"]) <= room
        assert half["columns"][0]["width"] - MEASURE.widest(half["columns"][0]["rows"], 7.5, "labels") >= 4


def test_a_foot_too_wide_for_the_axes_is_set_smaller() -> None:
    long = [*FOOT[:2], ["Musterbank Hamburg", "IBAN DE00 0000 0000 0000 0000 00 Konto 1"], FOOT[3]]
    found = MEASURE.foot(long, 100, 75, [147, 160])
    assert (found["within"], found["size"]) == (160, 7)
    assert sum(_widths(found)[0]) == pytest.approx(160)
    wider = [[f"{line} {line}" for line in column] for column in FOOT]
    stacked = MEASURE.foot(wider, 100, 75, [147, 160])
    assert [half["stacked"] for half in stacked["halves"]] == [True, True]
    assert stacked["height"] > found["height"]


@pytest.mark.parametrize(
    ("subject", "first_ends", "second_begins"),
    [
        (
            "Angebot 2026-4471 über zwei Rollenförderer Typ RF 800\u00a0– Ihre Anfrage vom 12. November 2026",
            "RF 800\u00a0–",
            "Ihre Anfrage",
        ),
        (
            "Angebot 2026-4471 über zwei Rollenförderer Typ RF 800 - Ihre Anfrage vom 12. November 2026",
            "RF 800\u00a0-",
            "Ihre Anfrage",
        ),
        (
            "An offer of two roller conveyors of type RF 800 — your inquiry of 12 November in this year",
            "RF 800\u00a0—",
            "your inquiry",
        ),
    ],
)
def test_a_dash_ends_a_line_of_a_subject_and_never_opens_one(subject: str, first_ends: str, second_begins: str) -> None:
    first, last = MEASURE.balanced(subject, 147, 11, "text 600")
    assert first.endswith(first_ends)
    assert last.startswith(second_begins)


@pytest.mark.parametrize("room", range(40, 150, 10))
@pytest.mark.parametrize("dash", "-–—")
def test_no_line_of_a_subject_begins_with_a_dash(room: int, dash: str) -> None:
    subject = (
        f"Jahresabschluss {dash} Prüfung {dash} Termine des Vorstands {dash} Unterlagen {dash} bis Ende des Monats"
    )
    for line in MEASURE.balanced(subject, room, 11, "text 600"):
        assert line[0] != dash, line


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


@pytest.mark.parametrize("address", ["w.thomsen@brueggemann-soehne.example", "www.brueggemann-und-soehne-nord.example"])
def test_an_address_too_wide_for_its_column_stands_alone_on_the_labels_axis(project: Project, address: str) -> None:
    """It says what it is: a label alone above it would be a line that says nothing."""
    lines = _places(project, DIN.replace("w.thomsen@brueggemann-soehne.example", address))
    assert "E-Mail" not in lines
    contact, date = lines["Kontakt"], lines["Datum"]
    assert lines[address].x == pytest.approx(contact.x, abs=0.3)
    assert lines[address].y - contact.y == pytest.approx(4.1, abs=0.3)
    assert date.y - lines[address].y == pytest.approx(6.1, abs=0.3)


def test_an_address_a_little_too_wide_is_set_smaller_beside_its_label(project: Project) -> None:
    address = "w.thomsen@brueggemann.example"
    assert MEASURE.width(address, 8.5, "labels") > 43
    lines = _places(project, DIN.replace("w.thomsen@brueggemann-soehne.example", address))
    assert (lines[address].x, lines[address].y) == pytest.approx((157, lines["E-Mail"].y), abs=0.4)


def test_another_long_word_keeps_its_label_above_it(project: Project) -> None:
    number = "0123456789-0123456789-0123456789"
    lines = _places(project, DIN.replace("ours: hb-1", f"ours: {number}"))
    assert lines[number].y - lines["Unser Zeichen"].y == pytest.approx(4.1, abs=0.3)


FRENCH = DIN.replace("din5008", "french").replace("de-DE", "fr-FR")
SIX = """to:
  name: Monsieur le Préfet de la Seine-Maritime
  lines: [Direction de la coordination des politiques publiques, Bureau, 7 place de la Madeleine, CS 16036, 76036 ROUEN CEDEX]
"""


def test_an_office_that_a_letter_goes_through_is_read_with_the_name(project: Project) -> None:
    """It stands below the name, on its axis and in its size, also where the address has six lines."""
    front = re.sub("to: {.*\n", SIX, FRENCH)
    lines = _places(project, front + "via: Madame la Sous-Préfète du Havre\n")
    name, via = lines["Monsieur le Préfet de la Seine-Maritime"], lines["s/c de Madame la Sous-Préfète du Havre"]
    below = lines["Direction de la coordination des politiques publiques"]
    assert via.x == pytest.approx(name.x, abs=0.3)
    assert 3.5 < via.y - name.y == pytest.approx(below.y - via.y, abs=0.15)
    assert lines["76036 ROUEN CEDEX"].y < 79


def test_an_office_stands_near_the_window_where_the_address_fills_it(project: Project) -> None:
    """The address then goes to the lower edge of what the window shows, and the line is of its size."""
    lines = ", ".join(f"Bâtiment {number}" for number in range(1, 5))
    front = re.sub(
        "to: {.*\n", f"to: {{name: Madame la Maire de Honfleur, lines: [{lines}, 14600 HONFLEUR]}}\n", FRENCH
    )
    front += "via: Monsieur le Sous-Préfet de Lisieux et Madame la Présidente de la communauté\nparameters: {address_min_size: 11pt}\n"
    found = _places(project, front)
    via = next(line for text, line in found.items() if text.startswith("s/c de"))
    assert via.x == pytest.approx(found["14600 HONFLEUR"].x, abs=0.3) or via.x == pytest.approx(25, abs=0.3)
    assert via.y > 91


def test_the_name_of_a_french_firm_may_be_wider_than_its_facts(project: Project) -> None:
    """Beside the name there is no window; beside the facts there is."""
    name = "Cabinet Delaunay-Mercier et associés"
    lines = _places(project, FRENCH.replace("from: {name: Brüggemann", f"from: {{name: {name}"))
    assert lines[name].y == pytest.approx(20, abs=1)
    assert 63 < MEASURE.width(name, 12.5, "text 600") < 81
    street = "125 bis, avenue du Maréchal-Foch prolongée, bâtiment C, deuxième étage"
    long = _places(project, FRENCH.replace("street: Am Kai 1", f"street: '{street}'"))
    assert long["125 bis, avenue du Maréchal-Foch"].x < 30  # a line would run into what the window shows


def test_a_french_date_without_references_has_its_line_to_itself(project: Project) -> None:
    front = re.sub("reference: {.*\n", "", FRENCH).replace(
        "subject: Angebot", f"subject: {'Demande de compléments ' * 5}"
    )
    lines = _places(project, front)
    date = next(line for text, line in lines.items() if text.endswith("novembre 2026"))
    subject = next(line for text, line in lines.items() if text.startswith("Objet"))
    assert date.x == pytest.approx(110, abs=0.5)
    assert subject.y > date.y + 8


@pytest.mark.parametrize("name", ["french", "margin"])
def test_columns_of_two_languages_keep_out_of_the_date(project: Project, name: str) -> None:
    front = re.sub("reference: {.*\n", "", DIN).replace("din5008", name) + "bilingual: columns\n"
    front = front.replace("subject: Angebot", "subject: {de: Ihr Angebot, fr: Votre proposition pour la saison}")
    front = re.sub("salutation: .*", "salutation: {de: Guten Tag, fr: Madame}", front)
    front = re.sub("closing: .*", "closing: {de: Mit Gruß, fr: Salutations}", front)
    result = project.press("Text.\n\n<!-- lang: fr -->\n\nTexte.\n", front)
    assert result.pdf is not None, result.diagnostics


@pytest.mark.parametrize("people", [1, 2])
def test_french_enclosures_are_a_list(project: Project, people: int) -> None:
    """Beside a single signature, level with its name; else below."""
    front = FRENCH.partition("signatories:")[0] + "enclosures: [Étude, Plan, Attestation]\ncc: [Mairie]\n"
    front += "signatories: [" + ", ".join(f"{{name: Personne {number}}}" for number in range(people)) + "]\n"
    lines = _places(project, front)
    study = next(line for text, line in lines.items() if text.endswith("Étude"))
    plan, sworn = lines["Plan"], lines["Attestation"]
    assert plan.x == pytest.approx(sworn.x, abs=0.3)
    assert (plan.y - study.y, sworn.y - plan.y) == pytest.approx((4.2, 4.2), abs=0.5)
    assert (study.y == pytest.approx(lines["Personne 0"].y, abs=0.5)) == (people == 1)
    assert study.y > lines["Personne 0"].y - 0.5


def test_the_label_of_a_french_subject_is_as_strong_as_the_subject(project: Project) -> None:
    result = project.press("Texte.", FRENCH)
    assert result.pdf is not None, result.diagnostics
    text = pypdfium2.PdfDocument(result.pdf)[0].get_textpage()
    at = text.get_text_range().index("Objet")
    name = ctypes.create_string_buffer(80)
    for index in range(at, at + len("Objet")):
        pypdfium2.raw.FPDFText_GetFontInfo(text.raw, index, name, 80, ctypes.c_int())
        assert name.value.endswith(b"Source-Serif-Pro-Semi-Bold")


BRITISH = """letterhead: uk
lang: en-GB
date: 2026-11-25
from: {name: Wexbourne Council, lines: [Civic Centre, High Street, Wexbourne, WX1 1AA], phone: 01632 960 142}
to: {name: Mr Tobias Oyelaran, lines: [Flat 12, Wexbourne, WX2 7QP]}
reference: {ours: CT/1}
subject: Your instalments
salutation: auto
closing: auto
signatories: [{name: Judith Hartley}]
"""


@pytest.mark.parametrize("head", ["auto", "center", "right"])
def test_a_british_sender_has_the_address_with_the_name(project: Project, head: str) -> None:
    """In a line below it; on the second axis, in lines below it."""
    lines = _places(project, BRITISH + f"parameters: {{head: {head}}}\n")
    name, phone = lines["Wexbourne Council"], lines["01632 960 142"]
    if head == "right":
        assert lines["Civic Centre"].x == pytest.approx(name.x, abs=0.3)
        return
    address = lines["Civic Centre · High Street · Wexbourne · WX1 1AA"]
    assert 3 < address.y - name.y < 6
    assert (address.x < 30) == (head == "auto")
    assert phone.x == pytest.approx(125, abs=0.3)
    assert phone.y > address.y + 8


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


@pytest.mark.parametrize("letterhead", ["austrian", "swiss"])
def test_the_line_above_the_address_keeps_whom_the_letter_is_from(project: Project, letterhead: str) -> None:
    front = f"""\
letterhead: {letterhead}
lang: de-AT
date: 2026-01-15
from: {{name: "Hollenthaler, Brandstätter & Partner OG", street: Untere Weißgerberstraße 4711, postcode: "1030", city: Wien-Landstraße, country: AT}}
to: {{name: Ada Brook, street: Testweg 1, postcode: "1010", city: Wien, country: AT}}
notices: [Einschreiben]
"""
    result = project.press("Text.\n", front)
    assert result.pdf is not None, result.diagnostics
    lines = [line for line in golden.lines(result.pdf) if line.y < 62]
    name, street, notice = (
        next(line.y for line in reversed(lines) if line.text.startswith(words))
        for words in ("Hollenthaler, Brandstätter & Partner OG", "Untere Weißgerberstraße 4711 · 1030", "Einschreiben")
    )
    assert name < street < notice
    assert street - name < 2.7  # mm: two lines of 6 pt, close together


def test_later_pages_name_the_firm_of_an_attention_line(project: Project) -> None:
    front = """\
letterhead: uk
lang: en-GB
date: 2026-01-15
to: {organisation: Kran Ltd, attention: Mr Ben Orr, street: Test Way 1, postcode: BR7 2QX, city: Brenhollow, country: GB}
"""
    result = project.press('Text.\n\n<div style="break-before: page">More of it.</div>\n', front)
    assert result.pdf is not None, result.diagnostics
    second = [line.text for line in golden.lines(result.pdf) if line.page == 2]
    assert second[0].startswith("Kran Ltd, 15 January 2026")


def test_a_line_of_its_own_direction_reads_from_left_to_right_in_an_arabic_letter(project: Project) -> None:
    if "arabic" not in letterheads_here(project.root):
        pytest.skip("the fonts of arabic are not on this machine")
    front = (
        "letterhead: arabic\nlang: ar\ndate: 2026-01-15\n"
        "from: {name: Quay, lines: [12 Quay Road], phone: +1 207 555-0142}\n"
        "to: {name: Ada Brook, lines: [4 Mill Lane, +44 20 7946-0958]}\n"
    )
    result = project.press("Text.", front)
    assert result.pdf is not None, result.diagnostics
    document = pypdfium2.PdfDocument(result.pdf)
    page = document[0].get_textpage()
    for text in ("12 Quay Road", "+1 207 555-0142", "4 Mill Lane", "+44 20 7946-0958"):
        match = page.search(text).get_next()
        assert match is not None, text
        ends = [page.get_charbox(at)[0] for at in range(match[0], match[0] + match[1])]
        assert ends == sorted(ends), f"{text}: its signs stand from left to right"
    document.close()


@pytest.mark.parametrize("city", ["Paris", "Aix-en-Provence", "Saint-Germain-en-Laye", "Villefranche-de-Rouergue"])
def test_a_french_date_stands_below_a_town_that_leaves_it_no_room(project: Project, city: str) -> None:
    front = f"""\
letterhead: french
lang: fr-FR
date: 2026-11-30
from: {{name: Quai, street: 1 rue A, postcode: "13100", city: {city}, country: FR}}
to: {{name: Ada Brook, street: 1 rue B, postcode: "75001", city: Paris, country: FR}}
"""
    result = project.press("Texte.\n", front)
    assert result.pdf is not None, result.diagnostics
    texts = [line.text for line in golden.lines(result.pdf)]
    assert (f"{city}, le 30 novembre 2026" in texts) == (city == "Paris")
    assert any("le 30 novembre 2026" in text for text in texts)


@pytest.mark.parametrize("letterhead", ["din5008", "swiss", "uk", "band", "french"])
def test_a_copy_says_what_it_is_below_a_foot_of_three_columns(project: Project, letterhead: str) -> None:
    front = f"""\
letterhead: {letterhead}
lang: de-DE
date: 2026-01-15
from:
  name: Quay
  street: Testweg 4
  postcode: "10115"
  city: Berlin
  country: DE
  foot: [[Bergzimmerei Weisshaupt Gesellschaft, Handelsregister Freiburg], [Kantonalbank am Rhein, "IBAN CH93 0076 2011 6238 5295 7"], ["Geschäftsführung:", Anna Weisshaupt-Müller]]
to: {{name: Ada Brook, street: Testweg 1, postcode: "10115", city: Berlin, country: DE}}
"""
    result = project.press("Text.\n", front, copy="file")
    assert result.pdf is not None, result.diagnostics
    lines = golden.lines(result.pdf)
    label, last = (
        next(line.y for line in lines if word in line.text) for word in ("Aktenkopie", "Anna Weisshaupt-Müller")
    )
    assert last < label < 293
