"""How people are addressed: every form of the table, every language, names, several people, and never a guess."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress import data
from letterpress.addressing import forms, salutation, words
from letterpress.addressing import names as addressing_names
from letterpress.model import Party, Person
from tests.support.project import Project, pdf_text

TABLE = [
    [field.strip() for field in line.split(";;")]
    for line in Path(__file__).with_name("salutations.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
SOURCED = [
    [field.strip() for field in line.split(";;")]
    for line in Path(__file__).with_name("sourced_forms.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
GENDERS = ("female", "male", None)


def greet(lang: str, *parties: Any) -> salutation.Greeting:
    return salutation.greet([Party(**one) if isinstance(one, dict) else one for one in parties], lang)


def said(lang: str, *parties: Any) -> str:
    return greet(lang, *parties).salutation


# --- offices ----------------------------------------------------------------------------------------------------------


def test_the_pinned_list_has_every_form_of_the_table() -> None:
    pinned = [(row[0], row[1].split("-")[0]) for row in TABLE]
    assert sorted(pinned) == sorted((one.key, one.lang) for one in forms.offices())
    assert len(pinned) == len(set(pinned)) >= 380


@pytest.mark.parametrize("lang", sorted({row[1] for row in TABLE}))
def test_each_form_reads_as_pinned(lang: str) -> None:
    wrong = [fault for row in TABLE if row[1] == lang for fault in faults_of_form(*row)]
    assert not wrong, "\n".join(wrong)


def faults_of_form(key: str, lang: str, salutations: str, addresses: str, closing: str) -> Iterator[str]:
    """What is pinned of a form and what is found, where they differ."""
    office = forms.office(key, lang)
    assert office is not None, (key, lang)
    for at, gender in enumerate(GENDERS):
        party = Party(
            name="山田 太郎" if office.country == "JP" else "Kim Brook",
            gender=gender,  # type: ignore[arg-type]
            office=key,
            country=office.country,
            city="Bangor",
            region="ME" if office.country == "US" else None,
        )
        expected = [text.split(" | ")[at if " | " in text else 0] for text in (salutations, addresses)]
        found = salutation.greet([party], lang)
        given = [found.salutation, " / ".join(salutation.name_lines(party, lang))]
        if given != expected:
            yield f"{key} {lang} {gender}: {expected}, found {given}"
    if found.closing != closing or not found.source:
        yield f"{key} {lang}: {closing}, found {found.closing} of {found.source}"


@pytest.mark.parametrize("row", SOURCED, ids=[f"{row[0]}-{row[1]}-{row[2]}-{row[4]}" for row in SOURCED])
def test_a_form_is_as_its_source_has_it(row: list[str]) -> None:
    key, lang, gender, name, city, address, call, closing, source = (None if field == "-" else field for field in row)
    party = Party(name=name, gender=gender, office=key, city=city)  # type: ignore[arg-type]
    found = salutation.greet([party], lang or "")
    assert source
    assert address in (None, " / ".join(salutation.name_lines(party, lang or "")))
    assert call in (None, found.salutation)
    assert closing in (None, found.closing)
    assert any((address, call, closing))


def test_what_was_seen_and_what_is_doubted_is_of_offices_that_there_are() -> None:
    table = data.table("forms-seen")
    table = {"seen": table["seen"], "doubt": table["doubt"]}
    services = {row["key"] for row in data.table("ranks")["service"]}
    known = {one.key for one in forms.offices()} | {f"{one.key}.{one.lang}" for one in forms.offices()} | services
    assert set(table["seen"]) <= known
    assert set(table["doubt"]) <= known
    assert all(text.strip() for part in table.values() for text in part.values())


def test_the_forms_are_counted_by_the_command_too(project: Project) -> None:
    listed = data.table("forms-seen")["corrected"]
    counted = forms.counts(forms.offices())
    assert counted["corrected"] == len(listed) == len(set(listed)) > 60
    assert project.cli("salutation", "--offices", "--json").json["counts"] == counted
    said = project.cli("salutation", "--offices", "--country", "JP").err
    assert said.startswith(f"{len(forms.offices('JP'))} forms: {len(forms.offices('JP'))} seen on a page, 0 corrected")


def test_a_form_that_was_found_nowhere_says_so() -> None:
    seen = forms.office("us-senator", "en-US")
    assert seen is not None
    assert seen.seen == "U.S. Department of Commerce, ITA, Models of Address and Salutation"
    unseen = forms.office("ch-federal-councillor", "it-CH")
    assert unseen is not None
    assert unseen.seen is None  # the German form of the same office was seen
    found = greet("it-CH", {"name": "Kim Brook", "office": "ch-federal-councillor", "gender": "female"})
    assert (found.seen, found.source) == (False, "EDA, Protokoll im Schriftverkehr")
    assert greet("fr", {"name": "Anne Martin", "office": "fr-judge"}).doubt


def test_the_table_has_a_version_and_a_date() -> None:
    version, date = forms.edition()
    assert re.fullmatch(r"20\d\d\.\d+", version)
    assert date.year == int(version[:4])


def source_of(office: forms.Office) -> str:
    """Where a form was seen; for one that was found nowhere, where it is to be looked up."""
    return office.seen or f"not found; {forms.source(office.source)}"


@pytest.mark.parametrize("office", forms.offices(), ids=lambda one: f"{one.key}-{one.lang}: {source_of(one)}")
def test_each_form_has_its_source(office: forms.Office) -> None:
    source = source_of(office)
    whole = source in data.table("forms")["sources"].values()  # read itself; else the page, and what it says
    page, _, said = source.partition(": ")
    assert whole or source.startswith("not found; ") or (len(page) > 8 and len(said) > 4), source
    assert re.fullmatch("[A-Z]{2}", office.country)
    assert set(office.salutation) == set(office.address) == {"female", "male", "neutral"}


@pytest.mark.parametrize("lang", [tag for tag in data.table("forms")["languages"] if "-" not in tag])
def test_each_language_has_its_source(lang: str) -> None:
    _, row = forms.language(lang)
    assert len(forms.source(row["source"])) > 8
    assert len(forms.source(row.get("neutral_source", row["source"]))) > 8


def test_the_closing_repeats_what_the_letter_calls_somebody() -> None:
    party = {"name": "Kim Brook", "office": "fr-mayor", "gender": "female"}
    assert greet("fr", party).closing == (
        "Je vous prie d’agréer, Madame la Maire, l’expression de ma haute considération."
    )


def test_an_office_without_a_name() -> None:
    assert said("en-US", {"office": "us-senator"}) == "Dear Senator"
    assert said("de", {"office": "de-mayor", "gender": "male"}) == "Sehr geehrter Herr Bürgermeister"
    assert said("de", {"office": "de-mayor"}) == "Sehr geehrte Damen und Herren"
    assert salutation.name_lines(Party(office="us-senator"), "en-US") == ["United States Senate"]


def test_an_office_in_another_language_keeps_its_address_and_takes_the_letters_salutation() -> None:
    party = Party(name="Jane Doe", office="us-senator", gender="female")
    assert salutation.name_lines(party, "de") == ["The Honorable Jane Doe", "United States Senate"]
    found = greet("de", party)
    assert found.salutation == "Sehr geehrte Frau Doe"
    assert "us-senator has no form in this language" in found.reasons


@pytest.mark.parametrize(
    ("party", "lines"),
    [
        ({"name": "Jane Doe", "honorific": "Dr."}, ["Dr. Jane Doe", "United States Senate"]),
        ({"name": "The Honorable Jane Doe"}, ["The Honorable Jane Doe", "United States Senate"]),
        ({"name": "Jane Doe", "title": "Chair"}, ["The Honorable Jane Doe", "Chair"]),
        ({"name": "Jane Doe", "organisation": "United States Senate"}, ["The Honorable Jane Doe"]),
        ({"name": "Jane Doe", "lines": ("United States Senate",)}, ["The Honorable Jane Doe"]),
        ({"name": "Jane Doe Jr."}, ["The Honorable Jane Doe Jr.", "United States Senate"]),
    ],
)
def test_what_the_author_writes_wins_over_the_style(party: dict[str, Any], lines: list[str]) -> None:
    assert salutation.name_lines(Party(**party, office="us-senator"), "en-US") == lines


def test_a_courtesy_is_not_said_twice() -> None:
    party = Party(name="Ada Brook", honorific="Frau Dr.", office="de-mayor")
    assert salutation.name_lines(party, "de") == ["Bürgermeisterin", "Frau Dr. Ada Brook"]
    party = Party(name="Herr Dr. Jan Orr", office="de-mayor")
    assert salutation.name_lines(party, "de") == ["Bürgermeister", "Herrn Dr. Jan Orr"]
    party = Party(name="山田 太郎", honorific="先生", office="jp-person")
    assert salutation.name_lines(party, "ja") == ["山田 太郎 先生"]


def test_a_rank_as_the_author_writes_it() -> None:
    party = Party(name="Jane Doe", honorific="COL", office="us-army-colonel")
    assert salutation.name_lines(party, "en-US") == ["COL Jane Doe, USA"]
    assert said("en-US", party) == "Dear Colonel Doe"


# --- languages --------------------------------------------------------------------------------------------------------

ADA = {"name": "Ada Brook"}
JAN = {"name": "Jan de Vries"}


@pytest.mark.parametrize(
    ("lang", "female", "male", "neutral", "doctor", "organisation", "unknown"),
    [
        ("en", "Dear Ms. Brook", "Dear Mr. Brook", "Dear Ada Brook", "Dear Dr. Brook", "Dear Sir or Madam", "Dear Sir or Madam"),
        ("en-US", "Dear Ms. Brook", "Dear Mr. Brook", "Dear Ada Brook", "Dear Dr. Brook", "Ladies and Gentlemen", "Dear Sir or Madam"),
        ("en-GB", "Dear Ms Brook", "Dear Mr Brook", "Dear Ada Brook", "Dear Dr Brook", "Dear Sir or Madam", "Dear Sir or Madam"),
        ("en-AU", "Dear Ms Brook", "Dear Mr Brook", "Dear Ada Brook", "Dear Dr Brook", "Dear Sir or Madam", "Dear Sir or Madam"),
        ("de", "Sehr geehrte Frau Brook", "Sehr geehrter Herr Brook", "Guten Tag Ada Brook", "Guten Tag Dr. Ada Brook", "Sehr geehrte Damen und Herren", "Sehr geehrte Damen und Herren"),
        ("de-AT", "Sehr geehrte Frau Brook", "Sehr geehrter Herr Brook", "Guten Tag Ada Brook", "Guten Tag Dr. Ada Brook", "Sehr geehrte Damen und Herren", "Sehr geehrte Damen und Herren"),
        ("de-CH", "Sehr geehrte Frau Brook", "Sehr geehrter Herr Brook", "Guten Tag Ada Brook", "Guten Tag Dr. Ada Brook", "Sehr geehrte Damen und Herren", "Sehr geehrte Damen und Herren"),
        ("fr", "Madame", "Monsieur", "Madame, Monsieur", "Docteur", "Madame, Monsieur", "Madame, Monsieur"),
        ("fr-CH", "Madame", "Monsieur", "Madame, Monsieur", "Docteur", "Madame, Monsieur", "Madame, Monsieur"),
        ("es", "Estimada Sra. Brook", "Estimado Sr. Brook", "Buenos días, Ada Brook", "Buenos días, Dr. Ada Brook", "Estimadas señoras y señores", "A quien corresponda"),
        ("it", "Gentile Signora Brook", "Gentile Signor Brook", "Gentile Ada Brook", "Gentile Dott. Brook", "Spettabile Werft", "Gentili Signore e Signori"),
        ("it-CH", "Gentile Signora Brook", "Gentile Signor Brook", "Gentile Ada Brook", "Gentile Dott. Brook", "Spettabile Werft", "Gentili Signore e Signori"),
        ("nl", "Geachte mevrouw Brook", "Geachte heer Brook", "Geachte Ada Brook", "Geachte Ada Brook", "Geachte heer, mevrouw", "Geachte heer, mevrouw"),
        ("pl", "Szanowna Pani", "Szanowny Panie", "Szanowni Państwo", "Szanowni Państwo", "Szanowni Państwo", "Szanowni Państwo"),
        ("ja", "拝啓", "拝啓", "拝啓", "拝啓", "拝啓", "拝啓"),
        ("ar", "السيدة Ada Brook المحترمة", "السيد Ada Brook المحترم", "تحية طيبة وبعد", "تحية طيبة وبعد", "السادة Werft المحترمين", "تحية طيبة وبعد"),
        ("sv", "Dear Ms. Brook", "Dear Mr. Brook", "Dear Ada Brook", "Dear Dr. Brook", "Dear Sir or Madam", "Dear Sir or Madam"),
    ],
)  # fmt: skip
def test_the_forms_of_each_language(
    lang: str, female: str, male: str, neutral: str, doctor: str, organisation: str, unknown: str
) -> None:
    assert said(lang, {**ADA, "gender": "female"}) == female
    assert said(lang, {**ADA, "gender": "male"}) == male
    assert said(lang, ADA) == said(lang, {**ADA, "gender": "neutral"}) == neutral
    assert said(lang, {**ADA, "honorific": "Dr."}) == said(lang, {"name": "Dr. Ada Brook"}) == doctor
    assert said(lang, {"organisation": "Werft"}) == organisation
    assert said(lang, {}) == said(lang) == unknown


@pytest.mark.parametrize(
    ("lang", "named", "unknown"),
    [
        ("en-US", "Sincerely", "Sincerely"),
        ("en-GB", "Yours sincerely", "Yours faithfully"),
        ("de", "Mit freundlichen Grüßen", "Mit freundlichen Grüßen"),
        ("de-CH", "Freundliche Grüsse", "Freundliche Grüsse"),
        ("es", "Atentamente", "Atentamente"),
        ("it", "Distinti saluti", "Distinti saluti"),
        ("nl", "Met vriendelijke groet", "Met vriendelijke groet"),
        ("pl", "Z poważaniem", "Z poważaniem"),
        ("pt", "Com os melhores cumprimentos", "Com os melhores cumprimentos"),
        ("pt-BR", "Atenciosamente", "Atenciosamente"),
        ("ja", "敬具", "敬具"),
        ("ar", "وتفضلوا بقبول فائق الاحترام والتقدير", "وتفضلوا بقبول فائق الاحترام والتقدير"),
    ],
)
def test_the_closing_goes_with_the_salutation(lang: str, named: str, unknown: str) -> None:
    assert greet(lang, ADA).closing == named
    assert greet(lang, {"organisation": "Werft"}).closing == unknown


def test_a_french_closing_names_the_call() -> None:
    one = greet("fr", {**ADA, "gender": "female"})
    assert one.closing == "Je vous prie d’agréer, Madame, mes salutations distinguées."
    several = greet("fr", {**ADA, "gender": "female"}, {**JAN, "gender": "male"})
    assert several.closing == "Je vous prie d’agréer, Madame, Monsieur, mes salutations distinguées."
    assert greet("fr-CH", ADA).closing == "Je vous prie d’agréer, Madame, Monsieur, mes salutations distinguées."


@pytest.mark.parametrize(
    ("lang", "office", "closing"),
    [
        ("fr", None, "Nous vous prions d’agréer, Madame, nos salutations distinguées."),
        ("fr-CH", None, "Nous vous prions d’agréer, Madame, nos salutations distinguées."),
        ("fr", "fr-mayor", "Nous vous prions d’agréer, Madame la Maire, l’expression de notre haute considération."),
        (
            "en-GB",
            "uk-monarch",
            "We have the honour to remain, Madam, Your Majesty’s most humble and obedient servants",
        ),
        ("de", None, "Mit freundlichen Grüßen"),
    ],
)
def test_a_closing_that_several_sign(lang: str, office: str | None, closing: str) -> None:
    party = Party(name="Kim Brook", gender="female", office=office)
    assert salutation.greet([party], lang, signers=2).closing == closing
    assert salutation.greet([party], lang, signers=1).closing == salutation.greet([party], lang).closing


@pytest.mark.parametrize(
    ("lang", "honorific", "closing"),
    [
        ("fr-FR", "M. le Maire", "Je vous prie d’agréer, Monsieur le Maire, l’expression de ma haute considération."),
        ("fr", "Madame la Ministre", "Je vous prie d’agréer, Madame la Ministre, l’expression de ma très haute considération."),
        ("fr-CH", "Monsieur le Syndic", "Je vous prie d’agréer, Monsieur le Syndic, l’expression de ma haute considération."),
        ("fr-FR", "M. le Président", "Je vous prie d’agréer, Monsieur le Président, mes salutations distinguées."),
        ("fr-FR", "Mme la Gérante", "Je vous prie d’agréer, Madame la Gérante, mes salutations distinguées."),
        ("de", "Frau Bürgermeisterin", "Mit freundlichen Grüßen"),
    ],
)  # fmt: skip
def test_an_office_in_a_form_of_address_is_closed_as_the_table_has_it(lang: str, honorific: str, closing: str) -> None:
    for party in ({"honorific": honorific, "name": "Ada Brook"}, {"honorific": honorific, "organisation": "Mairie"}):
        assert greet(lang, party).closing == closing


def test_the_letters_signatories_count(project: Project) -> None:
    front = "letterhead: plain\nlang: fr-FR\nto: {name: Anne Roy, gender: female}\nsalutation: auto\nclosing: auto\n"
    for people, said in (
        ("[{name: Eva Petit}]", "Je vous prie"),
        ("[{name: Eva Petit}, {name: Jo Roy}]", "Nous vous prions"),
    ):
        path = project.letter("Texte.\n", f"{front}signatories: {people}\n")
        assert f"{said} d’agréer" in pdf_text(project.press("Texte.\n", f"{front}signatories: {people}\n").pdf or b"")
        assert said in project.cli("salutation", path, "--json").json["closing"]


@pytest.mark.parametrize("word", ["automatisch", "Automatique,", "automático", "auto"])
def test_a_word_for_automatic_is_auto(project: Project, word: str) -> None:
    front = FRONT_DE + f"salutation: {word}\nclosing: {word}\n"
    text = pdf_text(project.press("Text.\n", front).pdf or b"")
    assert "Sehr geehrte Frau Roy, Text. Mit freundlichen Grüßen" in text


FRONT_DE = "letterhead: plain\nlang: de-DE\ndate: 2026-01-15\nto: {honorific: Frau, name: Anne Roy, street: Kai 1, postcode: '20457', city: Hamburg, country: DE}\nsignatories: [{name: Jo Lind}]\n"


@pytest.mark.parametrize(
    ("lang", "honorific", "expected"),
    [
        ("en-US", "Ms.", "Dear Ms. Brook"),
        ("en-US", "Mrs.", "Dear Mrs. Brook"),
        ("en-US", "Mx.", "Dear Mx. Brook"),
        ("en-US", "Frau", "Dear Ms. Brook"),
        ("en-US", "Prof.", "Dear Professor Brook"),
        ("en-US", "Senator", "Dear Senator Brook"),
        ("en-US", "The Honorable", "Dear Ada Brook"),
        ("en-US", "Sheikha", "Dear Sheikha Brook"),
        ("en-GB", "Mrs", "Dear Mrs Brook"),
        ("en-GB", "Dame", "Dear Dame Ada"),
        ("en-GB", "Prof. Dr.", "Dear Professor Brook"),
        ("de", "Frau", "Sehr geehrte Frau Brook"),
        ("de", "Herrn", "Sehr geehrter Herr Brook"),
        ("de", "Frau Dr.", "Sehr geehrte Frau Dr. Brook"),
        ("de", "Frau Prof. Dr. med.", "Sehr geehrte Frau Professorin Brook"),
        ("de", "Herr Prof.", "Sehr geehrter Herr Professor Brook"),
        ("de", "Herr Dipl.-Ing.", "Sehr geehrter Herr Brook"),
        ("de", "Mme", "Sehr geehrte Frau Brook"),
        ("de-AT", "Frau Mag.", "Sehr geehrte Frau Mag. Brook"),
        ("de-AT", "Herr Dipl.-Ing.", "Sehr geehrter Herr Dipl.-Ing. Brook"),
        ("de-AT", "Herr Dipl.-Ing. Dr.", "Sehr geehrter Herr Dr. Brook"),
        ("de-AT", "Frau Hofrätin Dr.", "Sehr geehrte Frau Hofrätin Brook"),
        ("de-AT", "Herr Kommerzialrat", "Sehr geehrter Herr Kommerzialrat Brook"),
        ("fr", "Mme", "Madame"),
        ("fr", "M.", "Monsieur"),
        ("fr", "Me", "Maître"),
        ("fr", "Mme la Pr", "Madame la Professeure"),
        ("es", "Sra. D.ª", "Estimada Sra. Brook"),
        ("es", "Sr. D.", "Estimado Sr. Brook"),
        ("es", "Dra.", "Estimada Dra. Brook"),
        ("es", "Excmo. Sr. D.", "Estimado Sr. Brook"),
        ("it", "Sig.ra", "Gentile Signora Brook"),
        ("it", "Dott.ssa", "Gentile Dott.ssa Brook"),
        ("it", "Avv.", "Gentile Avv. Brook"),
        ("it", "Sig. Ing.", "Egregio Ing. Brook"),
        ("nl", "mevrouw drs.", "Geachte mevrouw Brook"),
        ("nl", "De heer mr.", "Geachte heer Brook"),
        ("nl", "Prof. dr.", "Geachte professor Brook"),
        ("pl", "Pani dr", "Szanowna Pani Doktor"),
        ("pl", "Pan prof.", "Szanowny Panie Profesorze"),
    ],
)
def test_honorifics_that_the_author_wrote(lang: str, honorific: str, expected: str) -> None:
    assert said(lang, {**ADA, "honorific": honorific}) == expected


@pytest.mark.parametrize(
    ("name", "lang", "expected"),
    [
        ("Frau Dr. Ada Brook", "de", "Sehr geehrte Frau Dr. Brook"),
        ("Mr. Jan Orr", "en-US", "Dear Mr. Orr"),
        ("The Honorable Jane Doe", "en-US", "Dear Jane Doe"),
        ("Don Draper", "es", "Buenos días, Don Draper"),  # a given name, and no don
        ("D. Draper", "es", "Buenos días, D. Draper"),
        ("M. Durand", "fr", "Madame, Monsieur"),  # may be an initial
        ("Prof. Dr. Ada Brook", "en-GB", "Dear Professor Brook"),
        ("Sra. Ana Ruiz", "es", "Estimada Sra. Ruiz"),
        ("Mag. Anna Huber", "de-AT", "Guten Tag Mag. Anna Huber"),
        ("Mag Ruffman", "de-AT", "Guten Tag Mag Ruffman"),
        ("Judge Reinhold", "en-US", "Dear Judge Reinhold"),
    ],
)
def test_words_that_lead_a_name(name: str, lang: str, expected: str) -> None:
    assert said(lang, {"name": name}) == expected


def test_a_letter_to_the_attention_of_somebody() -> None:
    werft = {"organisation": "Werft GmbH", "attention": "Frau Ada Brook"}
    assert said("de", werft) == "Sehr geehrte Frau Brook"
    assert said("de", {**werft, "attention": "Einkauf"}) == "Sehr geehrte Damen und Herren"


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lang", "country", "family"),
    [
        ("Ada Brook", "en", None, "Brook"),
        ("John F. Kennedy", "en", "US", "Kennedy"),
        ("Martin Luther King Jr.", "en", "US", None),
        ("John King, Jr.", "en", "US", "King"),
        ("Ada Brook, PhD", "en", None, "Brook"),
        ("Ludwig van Beethoven", "de", "DE", "van Beethoven"),
        ("Johann Wolfgang von Goethe", "de", "DE", "von Goethe"),
        ("Jan van der Berg", "nl", "NL", "van der Berg"),
        ("Charles de Gaulle", "fr", "FR", "de Gaulle"),
        ("Helena Bonham Carter", "en", "GB", None),
        ("Gabriel García Márquez", "es", "CO", None),
        ("Brook, Ada", "en", None, None),
        ("Mao Zedong", "en", "CN", None),
        ("Nagy Anna", "en", "HU", None),
        ("Nagy Anna", "hu", None, None),
        ("山田 太郎", "ja", "JP", "山田"),
        ("Taro Yamada", "ja", "JP", None),
        ("Madonna", "en", None, None),
        ("Ada & Ben Brook", "en", None, None),
        ("Prince", "en", None, None),
        ("Anne-Marie O'Neill", "en", "IE", "O'Neill"),
    ],
)
def test_the_family_name_if_it_is_sure(name: str, lang: str, country: str | None, family: str | None) -> None:
    assert addressing_names.split(name, given=None, family=None, country=country, lang=lang).family == family


def test_fields_win_over_what_a_name_looks_like() -> None:
    one = {"name": "Helena Bonham Carter", "gender": "female"}
    assert said("en-GB", one) == "Dear Ms Helena Bonham Carter"
    assert said("en-GB", {**one, "family": "Bonham Carter"}) == "Dear Ms Bonham Carter"
    assert said("en-GB", {**one, "given": "Helena"}) == "Dear Ms Bonham Carter"
    assert said("en-GB", {"given": "Ada", "family": "Brook", "gender": "female"}) == "Dear Ms Brook"
    assert said("de", {"given": "Ada", "family": "Brook"}) == "Guten Tag Ada Brook"


def test_the_dutch_particle_has_a_capital_behind_heer_and_none_behind_a_name() -> None:
    assert said("nl", {**JAN, "gender": "male"}) == "Geachte heer De Vries"
    assert said("nl", JAN) == "Geachte Jan de Vries"
    assert said("nl", {"name": "Eva van 't Hof", "gender": "female"}) == "Geachte mevrouw Van 't Hof"


# --- several ----------------------------------------------------------------------------------------------------------

BROOK = {**ADA, "gender": "female"}
VRIES = {**JAN, "gender": "male"}
LEE = {"name": "Dr. Kim Lee"}


@pytest.mark.parametrize(
    ("lang", "couple", "three", "neutrals", "four"),
    [
        ("en-US", "Dear Ms. Brook and Mr. de Vries", "Dear Ms. Brook, Mr. de Vries and Dr. Lee", "Dear Ada Brook and Jan de Vries", "Ladies and Gentlemen"),
        ("en-GB", "Dear Ms Brook and Mr de Vries", "Dear Ms Brook, Mr de Vries and Dr Lee", "Dear Ada Brook and Jan de Vries", "Dear all"),
        ("de", "Sehr geehrte Frau Brook, sehr geehrter Herr de Vries", "Sehr geehrte Frau Brook, sehr geehrter Herr de Vries, guten Tag Dr. Kim Lee", "Guten Tag Ada Brook und Jan de Vries", "Sehr geehrte Damen und Herren"),
        ("fr", "Madame, Monsieur", "Madame, Monsieur, Docteur", "Mesdames, Messieurs", "Mesdames, Messieurs"),
        ("es", "Estimada Sra. Brook, estimado Sr. de Vries", "Estimada Sra. Brook, estimado Sr. de Vries, buenos días, Dr. Kim Lee", "Buenos días, Ada Brook y Jan de Vries", "Estimadas señoras y señores"),
        ("it", "Gentile Signora Brook, gentile Signor de Vries", "Gentile Signora Brook, gentile Signor de Vries, gentile Dott. Lee", "Gentile Ada Brook, gentile Jan de Vries", "Gentili Signore e Signori"),
        ("nl", "Geachte mevrouw Brook, geachte heer De Vries", "Geachte mevrouw Brook, geachte heer De Vries, geachte Kim Lee", "Geachte Ada Brook, geachte Jan de Vries", "Geachte dames en heren"),
        ("pl", "Szanowni Państwo", "Szanowni Państwo", "Szanowni Państwo", "Szanowni Państwo"),
        ("ja", "拝啓", "拝啓", "拝啓", "拝啓"),
    ],
)  # fmt: skip
def test_several_people(lang: str, couple: str, three: str, neutrals: str, four: str) -> None:
    assert said(lang, BROOK, VRIES) == couple
    assert said(lang, Party(persons=(Person(**BROOK), Person(**VRIES)))) == couple  # type: ignore[arg-type]
    assert said(lang, BROOK, VRIES, LEE) == three
    assert said(lang, ADA, JAN) == neutrals
    assert said(lang, BROOK, VRIES, LEE, ADA) == four


def test_several_of_one_gender() -> None:
    assert said("fr", BROOK, BROOK) == "Mesdames"
    assert said("fr", VRIES, VRIES) == "Messieurs"
    assert said("pl", BROOK, BROOK) == "Szanowne Panie"
    assert said("pl", VRIES, VRIES) == "Szanowni Panowie"
    assert said("fr", {**BROOK, "office": "fr-mayor"}, VRIES) == "Madame la Maire, Monsieur"


def test_several_officials() -> None:
    senators = [{"name": name, "office": "us-senator"} for name in ("Jane Doe", "Kim Brook")]
    assert said("en-US", *senators) == "Dear Senator Doe and Senator Brook"
    assert said("en-US", senators[0], {"name": "Jo Orr", "office": "us-pope"}) == "Dear Senator Doe, Your Holiness"


# --- no guess ---------------------------------------------------------------------------------------------------------

LANGS = (
    "en",
    "en-US",
    "en-GB",
    "de",
    "de-AT",
    "de-CH",
    "fr",
    "fr-CH",
    "es",
    "it",
    "it-CH",
    "nl",
    "pl",
    "ja",
    "ar",
    "fi",
)
GENDERED = re.compile(
    r"\b(Mr|Ms|Mrs|Miss|Frau|Herrn?|Madame|Monsieur|Mme|Sra|Sr|señora?|Estimad[ao]|Signora?|Sig|mevrouw|heer|Pani|Panie|geehrter?"
    r"|Egregio|his|her)\b|السيدة|السيد",
    re.IGNORECASE,
)
COLLECTIVES = {row[kind] for lang in LANGS for row in [forms.language(lang)[1]] for kind in ("unknown", "group")}
COLLECTIVES |= {"Madame, Monsieur", "Ladies and Gentlemen", "Estimadas señoras y señores"}
NAMES = st.sampled_from(
    "Maria Alexander Sofia Mohammed Anna Hans María Giulia Pierre Ada Kim Yamada O'Neill 太郎 Sam de van Müller".split()
)
NAME = st.lists(NAMES, min_size=1, max_size=4).map(" ".join)
WILD = st.text(st.characters(exclude_characters="{}", exclude_categories=["C", "Z"]), max_size=12)
LANG = st.sampled_from(LANGS)
KEYS = sorted({one.key for one in forms.offices()})


@given(st.lists(NAME, min_size=1, max_size=5), LANG, st.sampled_from([None, "US", "DE", "JP", "ES"]))
@settings(max_examples=300)
def test_no_gender_is_ever_guessed_from_a_name(names: list[str], lang: str, country: str | None) -> None:
    found = greet(lang, *({"name": name, "country": country} for name in names))
    assert found.salutation in COLLECTIVES or not GENDERED.search(found.salutation), found
    if len(names) == 1:
        assert found == greet(lang, {"name": names[0], "country": country, "gender": None})


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "name": WILD | NAME,
            "honorific": WILD | st.sampled_from(["Dr.", "Frau", "Prof. Dr.", "Mx.", "The Honorable", "様"]),
            "title": WILD,
            "given": WILD,
            "family": WILD,
            "gender": st.sampled_from(["female", "male", "neutral"]),
            "office": st.sampled_from(KEYS),
            "organisation": WILD,
            "attention": WILD,
            "country": st.sampled_from(["US", "GB", "DE", "JP", "HU"]),
            "city": WILD,
            "region": WILD,
        },
    ),
    LANG,
)
@settings(max_examples=300)
def test_any_party_gets_one_whole_line(fields: dict[str, Any], lang: str) -> None:
    party = Party(**{key: value or None for key, value in fields.items()})
    found = greet(lang, party)
    for text in (found.salutation, found.closing, *salutation.name_lines(party, lang)):
        assert text.strip() == text != "", (party, found)
        assert not re.search(r"None|[{}|\0\n]|  ", text.replace("|", "") if "|" in str(fields) else text), (party, text)
    assert found.source
    two = greet(lang, party, {"name": "Ada Brook"})
    assert two.salutation
    assert "  " not in two.salutation


def test_every_office_and_language_give_a_line_without_any_other_field() -> None:
    for key in KEYS:
        for lang in LANGS:
            assert greet(lang, {"office": key}).salutation
            assert "{" not in greet(lang, {"office": key, "name": "X"}).salutation


@pytest.mark.parametrize(
    ("written", "gender"),
    [("F", "female"), ("weiblich", "female"), ("Male", "male"), ("divers", "neutral"), ("m", None), ("?", None)],
)
def test_genders_as_tables_have_them(written: str, gender: str | None) -> None:
    assert words.read_gender(written) == gender  # m is masculino here and mujer there


# --- in a letter ------------------------------------------------------------------------------------------------------

FRONT = """\
letterhead: plain
lang: en-US
date: 2026-01-15
from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"]}
to: {name: Jane Doe, office: us-governor, street: 1 State House Station, city: Augusta, region: ME, postcode: "04333"}
salutation: auto
closing: auto
signatories: [{name: Jo Lind, title: Director}]
"""


def test_auto_takes_the_form_for_the_recipient(project: Project) -> None:
    text = pdf_text(project.press("Thank you, {{ to.salutation }}!\n", FRONT).pdf or b"")
    assert "The Honorable Jane Doe Governor of Maine 1 State House Station Augusta, ME 04333" in text
    assert "Dear Governor Doe: Thank you, Dear Governor Doe! Sincerely, Jo Lind" in text


def test_auto_names_all_recipients(project: Project) -> None:
    front = FRONT.replace("lang: en-US", "lang: de").replace(
        FRONT.splitlines()[4],
        "to: [{name: Ada Brook, gender: female, lines: [a]}, {persons: [{name: Jan Orr, honorific: Herrn}, {name: Kim Lee}], lines: [b]}]",
    )
    text = pdf_text(project.press("Text.\n", front).pdf or b"")
    assert "Sehr geehrte Frau Brook, sehr geehrter Herr Orr, guten Tag Kim Lee, Text. Mit freundlichen Grüßen" in text
    assert "Herrn Jan Orr Kim Lee b" in text


def test_what_the_author_writes_wins_and_nothing_stays_nothing(project: Project) -> None:
    text = pdf_text(project.press("Text.\n", FRONT.replace("salutation: auto", "salutation: Dear Jane")).pdf or b"")
    assert "Dear Jane: Text." in text
    text = pdf_text(project.press("Text.\n", FRONT.replace("salutation: auto\n", "")).pdf or b"")
    assert "04333 Text." in text
    assert "Governor Doe" not in text


def test_an_unknown_office_says_what_there_is(project: Project) -> None:
    fault = project.fault("Text.\n", FRONT.replace("us-governor", "us-govenor"))
    assert (fault["field"], fault["line"], fault["message"]) == (
        "to.office",
        6,
        "there is no form of address 'us-govenor'",
    )
    assert fault["hint"].startswith("did you mean 'us-governor'")
    assert "us- has us-president" in fault["hint"]
    problem = forms.unknown_office("us-govenor")
    assert problem is not None
    assert (problem.code, problem.value, problem.instead[0]) == ("office-unknown", "us-govenor", "us-governor")
    assert problem.params[0][1][0] == "us-president"
    assert forms.unknown_office("us-governor") is None


def test_an_unknown_gender_is_a_fault(project: Project) -> None:
    fault = project.fault("Text.\n", FRONT.replace("office: us-governor", "gender: femal"))
    assert (fault["field"], fault["message"], fault["hint"]) == (
        "to.gender",
        "cannot be 'femal'",
        "did you mean 'female' or 'male'?",
    )


def test_a_name_and_persons_are_one_too_many(project: Project) -> None:
    fault = project.fault("Text.\n", FRONT.replace("name: Jane Doe", "name: Jane Doe, persons: [{name: Jo}]"))
    assert fault["message"] == "has both persons and name, office"


def test_a_record_gets_its_own_salutation(project: Project) -> None:
    front = "\n".join(line for line in FRONT.splitlines() if not line.startswith("to:")) + "\n"
    project.letter("Text.\n", front)
    rows = "Vorname,Nachname,Geschlecht,office,lang,ZIP\nAda,Bonham Carter,F,,de,04101\nJane,Doe,,us-senator,en-US,04101\nKim,Lee,,,de,04101\nJo,Orr,m,,de,04101\nA,B,,us-sentor,de,04101\n"
    project.write("people.csv", rows)
    ran = project.cli(
        "merge", "content/letters/letter.md", "--data", "people.csv", "-o", "out", "--jobs", "0", "--json"
    )
    assert [one["status"] for one in ran.json["letters"]] == ["done", "done", "done", "done", "failed"]
    texts = [pdf_text(project.root / one["output"]) for one in ran.json["letters"][:4]]
    for text, expected in zip(
        texts,
        ("Sehr geehrte Frau Bonham Carter,", "Dear Senator Doe:", "Guten Tag Kim Lee,", "Sehr geehrter Herr Orr,"),
        strict=True,
    ):
        assert expected in text
    assert "The Honorable Jane Doe United States Senate" in texts[1]
    faults = {(one["record"], one["field"]) for one in ran.faults if one["severity"] == "error"}
    assert faults == {("5", "to.office")}


def test_a_merge_notes_an_office_whose_form_is_not_sure(project: Project) -> None:
    front = "\n".join(line for line in FRONT.splitlines() if not line.startswith("to:")) + "\n"
    project.letter("Text.\n", front)
    rows = "name,office,street,ZIP,city,state\nJo Orr,us-imam,1 Quay,04101,Portland,ME\n"
    rows += "Jo Lee,us-priest,1 Quay,04101,Portland,ME\nKim Lee,us-senator,1 Quay,04101,Portland,ME\n"
    project.write("people.csv", rows)
    ran = project.cli(
        "merge", "content/letters/letter.md", "--data", "people.csv", "-o", "out", "--jobs", "0", "--json"
    )
    noted = [
        (one["record"], one["code"], one["severity"], one["column"]) for one in ran.faults if "office" in one["code"]
    ]
    assert noted == [("1", "office-unseen", "note", "office"), ("2", "office-doubtful", "note", "office")]


def test_another_name_from_outside_takes_nothing_of_the_first(project: Project) -> None:
    front = FRONT.replace("office: us-governor", "gender: female, family: Doe")
    result = project.press("Text.\n", front, fields={"to.name": "Kim Lee"})
    assert "Dear Kim Lee: Text." in pdf_text(result.pdf or b"")


def test_a_letter_that_asks_for_none_of_this_does_not_load_the_table() -> None:
    code = (
        "import sys, letterpress\n"
        "letterpress.render('content/letters/korea-policy.md')\n"
        "print([name for name in ('letterpress.addressing.forms', 'letterpress.addressing.salutation') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_says_what_and_why(project: Project) -> None:
    ran = project.cli("salutation", "--name", "Ada Brook", "--lang", "de", "--gender", "f", "--honorific", "Dr.")
    assert ran.code == 0
    assert ran.out.startswith("Dr. Ada Brook\n\nSehr geehrte Frau Dr. Brook,\n  ... Mit freundlichen Grüßen\n")
    assert "the field 'gender' says female" in ran.out
    assert "family name Brook: the last of the names" in ran.out
    neutral = project.cli("salutation", "--name", "Ada Brook", "--lang", "de").out
    assert "no gender is given: the neutral form" in neutral
    assert "gender: female or male (or an honorific)" in neutral


def test_the_command_shows_each_recipient_of_a_letter(project: Project) -> None:
    front = FRONT.replace(FRONT.splitlines()[4], "to: [{name: Ms. Ada Brook, lines: [a]}, {name: Kim Lee, lines: [b]}]")
    found = json.loads(project.cli("salutation", project.letter("Text.\n", front), "--json").out)
    assert found["salutation"] == "Dear Ms. Brook and Kim Lee:"
    assert [one["salutation"] for one in found["recipients"]] == ["Dear Ms. Brook:", "Dear Kim Lee:"]
    assert found["recipients"][0]["address"] == ["Ms. Ada Brook", "a"]
    assert found["form"] == "en-US: several"
    plain = project.cli("salutation", "content/letters/letter.md").out
    assert "Kim Lee\nb\n" in plain
    assert "2 people: named one by one" in plain


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "there is nobody to address"),
        (("--office", "us-sentor"), "there is no form of address 'us-sentor'"),
        (("--name", "A", "--gender", "m"), "'m' does not say a gender"),
        (("--name", "A", "--country", "XX"), "there is no country 'XX'"),
        (("--name", "A", "--lang", "zz"), "'zz' is not a language"),
        (("--offices", "--country", "XX"), "there are no offices of 'XX'"),
    ],
)
def test_wrong_use_of_the_command(project: Project, options: tuple[str, ...], message: str) -> None:
    ran = project.cli("salutation", *options)
    assert ran.code == 2
    assert message in ran.err


def test_the_command_lists_the_offices(project: Project) -> None:
    ran = project.cli("salutation", "--offices", "--country", "us")
    assert re.search(r"^us-army-colonel +en +Colonel, U.S. Army \(COL\)$", ran.out, re.M)
    assert "uk-baron" not in ran.out
    every = project.cli("salutation", "--offices", "--json").json["offices"]
    assert {one["key"] for one in every} == set(KEYS)
    assert all(one["source"] for one in every)


# --- what is asked for, and what is not -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "name", "said", "asks"),
    [
        ("en-US", "Dr. Ada Lee", "Dear Dr. Lee", False),  # the same for all
        ("en-US", "Ada Lee", "Dear Ada Lee", True),
        ("de", "Dr. Ada Lee", "Guten Tag Dr. Ada Lee", True),
        ("fr", "Dr Ada Lee", "Docteur", False),
        ("nl", "Dr. Ada Lee", "Geachte Ada Lee", True),  # Dutch salutations keep no title
        ("nl", "Prof. Ada Lee", "Geachte professor Lee", False),
    ],
)
def test_a_gender_is_asked_for_where_it_would_change_the_form(lang: str, name: str, said: str, asks: bool) -> None:
    greeting = greet(lang, {"name": name})
    assert greeting.salutation == said
    assert bool(greeting.missing) == asks


def test_letters_behind_a_name_are_no_name_but_a_short_name_is() -> None:
    assert addressing_names.split("Jia Lee MA", given=None, family=None, country=None, lang="en-US").family == "Lee"
    assert addressing_names.split("jia ma", given=None, family=None, country=None, lang="en-US").family == "ma"
