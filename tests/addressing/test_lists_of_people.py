"""People, couples, families and bodies as lists of each country have them (lists_of_people.txt)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from letterpress.addressing import bodies, names, salutation
from letterpress.model import Party
from letterpress.recipients import column_names
from tests.support.project import Project, pdf_text

ROWS: list[list[str]] = []
_lang = ""
for _line in Path(__file__).with_name("lists_of_people.txt").read_text(encoding="utf-8").splitlines():
    if _line.startswith("["):
        _lang = _line.strip("[]")
    elif _line and not _line.startswith("#"):
        _fields = [field.strip() for field in _line.split(";;")]
        ROWS.append([_lang, *_fields, *[""] * (6 - len(_fields))])


def test_the_list_is_read_whole() -> None:
    assert len(ROWS) > 240
    assert {row[0] for row in ROWS} >= {
        "de",
        "de-AT",
        "de-CH",
        "fr",
        "en-GB",
        "en-US",
        "nl",
        "it",
        "es",
        "pt",
        "pt-BR",
        "ja",
    }


@pytest.mark.parametrize("lang", sorted({row[0] for row in ROWS}))
def test_each_as_its_language_has_it(lang: str) -> None:
    wrong: list[str] = []
    for row in (row for row in ROWS if row[0] == lang):
        _, honorific, name, fields, *expected = row
        more: dict[str, Any] = dict(field.split("=") for field in fields.split(", ") if field)
        party = Party(honorific=honorific or None, name=name or None, **more)
        greeting = salutation.greet([party], lang)
        found = [" // ".join(salutation.name_lines(party, lang)), greeting.salutation, " ".join(greeting.unread)]
        if found != expected:
            wrong.append(f"{row}: {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("name", "lang", "closing"),
    [
        ("The Smith Family", "en-GB", "Yours sincerely"),
        ("Mr John Smith & family", "en-GB", "Yours sincerely"),
        ("Mr and Mrs Smith", "en-GB", "Yours sincerely"),
        ("The Manager", "en-GB", "Yours faithfully"),
        ("Brown Solicitors", "en-GB", "Yours faithfully"),
        ("Smith & Sons", "en-GB", "Yours faithfully"),
    ],
)
def test_a_named_family_is_closed_like_a_named_person(name: str, lang: str, closing: str) -> None:
    assert salutation.greet([Party(name=name)], lang).closing == closing


@pytest.mark.parametrize(
    "name",
    ["Charlotte Church", "Michael Bank", "Ville Virtanen", "Anna Praxmarer", "Karl Amtmann", "Eva Stadtler", "Ben Studio", "Anna Lehramt-Orr",
     "Les Paul", "Jean des Cars", "Duke Ellington", "Marquis Smith", "Das Gupta", "Derk der Kinderen", "Lady Gaga", "Master Tim", "Bob Resident-Orr",
     "Hans Meier", "Jean de la Cour", "Ole Service Orr", "John College", "Theo Manager", "長谷部 誠", "渡部 花子", "小泉 省吾"],
)  # fmt: skip
def test_a_person_is_no_body(name: str) -> None:
    assert not bodies.is_body(name)
    assert not bodies.is_firm(name)


@pytest.mark.parametrize("name", ["Dean Martin Smith", "Earl James Orr", "Prince Michael Orr", "Di Anna Orr"])
def test_a_given_name_that_may_be_a_title_is_a_name(name: str) -> None:
    assert salutation.greet([Party(name=name)], "en-GB").salutation == f"Dear {name}"


def test_a_body_in_both_columns_of_a_name_is_a_person() -> None:
    party = Party(name="Mary Council", given="Mary", family="Council")
    assert salutation.greet([party], "en-GB").salutation == "Dear Mary Council"
    assert salutation.greet([Party(name="Ada Council", gender="female")], "en-GB").salutation == "Dear Ms Council"
    assert salutation.greet([Party(name="Mary Council")], "en-GB").salutation == "Dear Sir or Madam"


@pytest.mark.parametrize(
    ("name", "lang", "turned"),
    [
        ("Meier, Hans", "de", "Hans Meier"),
        ("Meier, Hans jun.", "de", "Hans Meier jun."),
        ("van der Berg, Jan", "nl", "Jan van der Berg"),
        ("García López, Juan", "es", "Juan García López"),
        ("García López, Juan", "en-US", "García López, Juan"),
        ("Hans Meier, MdB", "de", "Hans Meier, MdB"),
        ("Meier, MBA", "de", "Meier, MBA"),
        ("Orr, Ben, Jr.", "en-US", "Ben Orr Jr."),
        ("Orr Jr., Ben A.", "en-US", "Ben A. Orr Jr."),
        ("Orr, Jr., Ben", "en-US", "Ben Orr Jr."),
        ("Orr, Ben, PhD, MBA", "en-US", "Ben Orr PhD MBA"),
        ("Orr, Jr.", "en-US", "Orr, Jr."),
        ("Orr, Brook & Lind", "en-GB", "Orr, Brook & Lind"),
        ("Orr, Lind, Brook", "en-GB", "Orr, Lind, Brook"),
        ("Meier, 3. Stock", "de", "Meier, 3. Stock"),
    ],
)
def test_a_family_name_before_a_comma(name: str, lang: str, turned: str) -> None:
    assert names.turned(name, lang) == turned


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("John Smith OBE", "Smith"),
        ("John Smith FRCS", "Smith"),
        ("John Smith MEng PhD", "Smith"),
        ("Hans Meier a. D.", "Meier"),
        ("Anna Schmidt, geb. Meier", "Schmidt"),
        ("Robert (Bob) Smith", "Smith"),
        ("Amartya Sen", "Sen"),
        ("Jia Ma", "Ma"),
        ("ANNA DO", "DO"),
        ("Mario De Luca", "De Luca"),
        ("Otto Graf Lambsdorff", "Graf Lambsdorff"),
        ("Steffi Graf", "Graf"),
        ("A. Jansen-de Vries", "Jansen-de Vries"),
    ],
)
def test_what_stands_behind_a_name_is_none_of_the_family(name: str, family: str) -> None:
    assert names.split(name, given=None, family=None, country=None, lang="en-GB").family == family


# Each language's words before a family name; None: the name stands in full, since such a word is a given name, too.
FAMILIES = """
Fiachra Ó Súilleabháin-Kröll = Ó Súilleabháin-Kröll; SEÁN Ó DÁLAIGH = Ó DÁLAIGH; Seán O’ Brien = O’ Brien; Seán O Brien = O Brien
John O Smith = Smith; John O. Brien = Brien; Ó Dálaigh = None; O Brien = None; Nuala Ní Dhomhnaill = Ní Dhomhnaill
Máire Bean Uí Dhálaigh = Bean Uí Dhálaigh; Máire Nic Shiubhlaigh = Nic Shiubhlaigh; Ian Mc Donald = Mc Donald; IAN MC DONALD = MC DONALD
Dafydd ap Gwilym = ap Gwilym; Rhys Ab Owen = Ab Owen; Mohammed Bin Salman = Bin Salman; Ali El Masri = El Masri; Al Smith = None
Ali abu Hassan = abu Hassan; Ali Abu Hassan = None; Ali Abu al Rashid = Abu al Rashid; Mohammed Abd al Rahman = Abd al Rahman
David ben Gurion = ben Gurion; Tom Ben Smith = None; ANA DOS SANTOS = DOS SANTOS; Ana De La Cruz = De La Cruz; ANA DE LA CRUZ = DE LA CRUZ
Mario D’ Angelo = D’ Angelo; Mario Dell' Acqua = Dell' Acqua; Mario Dalle Vacche = Dalle Vacche; Yann LE GOFF = LE GOFF; Yann Ar Goff = Ar Goff
Jan 't Hart = 't Hart; Jan Vanden Berghe = Vanden Berghe; Jan vd Berg = vd Berg; JAN VAN DER BERG = VAN DER BERG; Jan Op de Beeck = Op de Beeck
Hans an der Heiden = an der Heiden; Matthias Auf der Au = Auf der Au; Hans v Stein = v Stein; Hans Orr aus Bonn = None; Van de Velde = Van de Velde
De La Cruz = None; Van Morrison = None; Puig i Cadafalch = None; Luis Las Heras = Las Heras; Hocine Aït Ahmed = Aït Ahmed
"""


@pytest.mark.parametrize("line", FAMILIES.strip().splitlines())
def test_a_word_that_stands_alone_begins_the_family_name(line: str) -> None:
    for name, _, family in (pair.strip().partition(" = ") for pair in line.split(";")):
        found = names.split(name, given=None, family=None, country=None, lang="en-GB").family
        assert str(found) == family, name


def test_in_ireland_a_single_o_is_no_initial() -> None:
    assert names.split("Seán O Muirthile", given=None, family=None, country="IE", lang="en-GB").family == "O Muirthile"
    assert names.split("Seán O Muirthile", given=None, family=None, country=None, lang="en-IE").family == "O Muirthile"
    assert salutation.greet([Party(name="Mr Seán Mac an tSaoi")], "en-IE").salutation == "Dear Mr Mac an tSaoi"


@pytest.mark.parametrize(
    ("value", "courtesy"),
    [("The Rev", True), ("Rev'd Canon", True), ("Cllr", True), ("Major", True), ("Lt Col", True), ("Sgt", True), ("Baroness", True),
     ("Sister", True), ("Imam", True), ("Judge", True), ("Mag.a", True), ("Mag. (FH)", True), ("KommR", True), ("Univ.-Prof. Dr.", True),
     ("The Earl of", True), ("Lord Mayor", True), ("HRH", True), ("Rt Revd", True), ("Master", True), ("Dres.", True),
     ("Frau Bürgermeisterin", True), ("M. le Maire", True), ("Sr. Alcalde", True), ("Bürgermeisterin", False), ("Lord of the Manor", False),
     ("Sz. P.", True), ("dr hab.", True), ("On.", True), ("S.E. Mons.", True), ("Card.", True), ("Smt.", True), ("M/s", True),
     ("Air Vice-Marshal", True), ("V.P.", False), ("Gräfin", True), ("Jkvr.", True), ("Ds.", True), ("Me", True), ("Gen. Sir", True),
     ("Director", False), ("Group Manager", False), ("Senator", False), ("Chief Engineer", False), ("Staff Nurse", False),
     ("General Manager", False), ("Flight Attendant", False), ("Judge Advocate", False)],
)  # fmt: skip
def test_a_column_title_holds_titles_or_jobs(value: str, courtesy: bool) -> None:
    assert column_names.is_courtesy(value) is courtesy


# --- in a list --------------------------------------------------------------------------------------------------------


def merged(project: Project, lang: str, rows: str) -> tuple[list[str], set[tuple[str, str, str]]]:
    """The texts of the letters, and (record, code, hint) of each fault."""
    project.letter("Body.\n", f"letterhead: plain\nlang: {lang}\ndate: 2026-11-02\nto: {{name: x}}\nsalutation: auto\n")
    project.write("list.csv", rows)
    ran = project.cli("merge", "content/letters/letter.md", "--data", "list.csv", "-o", "out", "--jobs", "0", "--json")
    texts = [pdf_text(project.root / one["output"]) for one in ran.json["letters"]]
    return texts, {(one.get("record") or "", one["code"], one.get("hint") or "") for one in ran.faults}


@pytest.mark.parametrize("column", ["Title", "Salutation"])
def test_british_titles_in_a_column_stand_before_the_name_and_in_the_salutation(project: Project, column: str) -> None:
    rows = f"{column},First Name,Last Name,Street,Town,Postcode\n"
    rows += "The Rev Dr,Ada,Brook,4 Mill Lane,London,SW1A 1AA\nLt Col,Jo,Orr OBE,4 Mill Lane,London,SW1A 1AA\n"
    texts, faults = merged(project, "en-GB", rows)
    assert "The Rev Dr Ada Brook 4 Mill Lane" in texts[0]
    assert "Dear Dr Brook, Body." in texts[0]
    assert "Lt Col Jo Orr OBE 4 Mill Lane" in texts[1]
    assert "Dear Colonel Orr, Body." in texts[1]
    assert not {code for _, code, _ in faults} & {"column-kept-out", "salutation-kept-out", "honorific-unread"}


def test_one_warning_a_cell_in_words_of_the_letters_language(project: Project) -> None:
    rows = "Civilité;Nom;Rue;CP;Ville\nGrand Bar;Jean Petit;1 rue B;69001;Lyon\nMadame;Anne Petit (décédée);1 rue B;69001;Lyon\n"
    _, faults = merged(project, "fr-FR", rows)
    warned = sorted((record, code) for record, code, _ in faults if code in ("honorific-unread", "addressee-deceased"))
    assert warned == [("1", "honorific-unread"), ("2", "addressee-deceased")]
    hint = next(hint for _, code, hint in faults if code == "honorific-unread")
    assert "Madame, Monsieur or Maître" in hint


def test_a_firm_needs_no_name_behind_its_form_of_address(project: Project) -> None:
    rows = "Anrede;Nachname;Firma;Straße;PLZ;Ort\nFirma;;Kran GmbH;Kai 2;28195;Bremen\nFrau;;Kran GmbH;Kai 2;28195;Bremen\n"
    texts, faults = merged(project, "de-DE", rows)
    assert "Kran GmbH Kai 2 28195 Bremen Sehr geehrte Damen und Herren" in texts[0]
    assert [(record, code) for record, code, _ in faults if code == "honorific-nameless"] == [
        ("2", "honorific-nameless")
    ]


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({"organisation": "さくら商会"}, ["さくら商会 御中"]),
        ({"organisation": "さくら商会", "honorific": "御中"}, ["さくら商会 御中"]),
        ({"organisation": "さくら商会", "name": "山田 太郎"}, ["さくら商会", "山田 太郎 様"]),
        (
            {"organisation": "さくら商会", "name": "山田 太郎", "title": "営業部 課長"},
            ["さくら商会", "営業部", "課長 山田 太郎 様"],
        ),
        ({"organisation": "さくら商会", "title": "営業部"}, ["さくら商会", "営業部 御中"]),
        ({"organisation": "さくら商会", "title": "営業部 課長"}, ["さくら商会", "営業部 課長 殿"]),
        ({"name": "さくら商会", "title": "大阪支店"}, ["さくら商会", "大阪支店 御中"]),
        ({"name": "さくら商会", "title": "営業部 森田 様"}, ["さくら商会", "営業部 森田 様"]),
        ({"name": "さくら商店"}, ["さくら商店 御中"]),
        ({"name": "山田 太郎", "honorific": "先生"}, ["山田 太郎 先生"]),
    ],
)
def test_a_japanese_addressee_has_one_word_behind_the_name(
    project: Project, fields: dict[str, str], lines: list[str]
) -> None:
    options = [part for name, value in fields.items() for part in (f"--{name}", value)]
    ran = project.cli("salutation", *options, "--lang", "ja", "--json")
    assert ran.json["recipients"][0]["address"] == lines


def test_who_is_named_for_attention_has_the_word_behind_the_name_and_the_firm_none(project: Project) -> None:
    project.letter("本文。\n", "letterhead: japanese\nlang: ja\ndate: 2026-11-02\nto: {name: x}\nsalutation: auto\n")
    rows = "会社名,担当者,部署,役職,attention,郵便番号,都道府県,市,住所\n"
    rows += "さくら商会,,,,山田 太郎,100-0001,東京都,千代田区,千代田1-1\n"
    rows += "さくら商会,,,,営業部,100-0001,東京都,千代田区,千代田1-1\n"
    rows += "さくら商会,森 花子,営業部,課長,,100-0001,東京都,千代田区,千代田1-1\n"
    project.write("list.csv", rows)
    ran = project.cli(
        "merge",
        "content/letters/letter.md",
        "--data",
        "list.csv",
        "-o",
        "out",
        "--jobs",
        "0",
        "--json",
        "--map",
        "市=city",
    )
    texts = [pdf_text(project.root / one["output"]) for one in ran.json["letters"]]
    for text, lines in zip(
        texts, ("さくら商会 山田 太郎 様", "さくら商会 営業部 御中", "さくら商会 営業部 課長 森 花子 様"), strict=True
    ):
        assert f"〒100-0001 東京都 千代田区 千代田1-1 {lines}" in text


@pytest.mark.parametrize(
    ("name", "unsure"),
    [
        ("ada@example.org", True),
        ("Ada Brook", False),
        ("Studio 54", False),
        ("山田太郎", False),
    ],
)
def test_what_is_hardly_a_name_is_greeted_by_none(name: str, unsure: bool) -> None:
    assert names.is_unsure(name) is unsure
    assert (name in salutation.unread(Party(name=name), "en-US")) is unsure


def test_a_stroke_at_a_name_s_end_is_read_without_a_fault() -> None:
    for name in ("; rm -rf /", "Ada Brook /", "/"):
        assert salutation.unread(Party(name=name), "en-US"), name
