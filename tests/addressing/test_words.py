"""Words of address as lists have them: above the address, in the salutation, and never as one of the name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress import data
from letterpress.addressing import forms, held_offices, households, japanese, names, salutation, typed, words
from letterpress.model import Party, Person
from tests.support.project import Project, pdf_text

TABLE = data.table("address_words")


def read(lang: str, honorific: str | None, name: str | None, **more: Any) -> tuple[str, str]:
    """The lines above the address, and the salutation."""
    party = Party(honorific=honorific, name=name, **more)
    return " // ".join(salutation.name_lines(party, lang)), salutation.greet([party], lang).salutation


# As they are typed in lists, and what is right: see the sources in data/address_words.toml.
@pytest.mark.parametrize(
    ("lang", "honorific", "name", "lines", "said"),
    [
        ("de", "Fr.", "Di Orr", "Frau Di Orr", "Sehr geehrte Frau Orr"),
        ("de", "Hr.", "Ed Orr", "Herrn Ed Orr", "Sehr geehrter Herr Orr"),
        ("de", "FRAU", "Ia Orr", "Frau Ia Orr", "Sehr geehrte Frau Orr"),
        ("de", "Herr Dr.", "Ka Orr", "Herrn Dr. Ka Orr", "Sehr geehrter Herr Dr. Orr"),
        ("de-CH", "Herr", "Ka Orr", "Herr Ka Orr", "Sehr geehrter Herr Orr"),
        ("de", "Divers", "Gi Orr", "Gi Orr", "Guten Tag Gi Orr"),
        ("de", "m/w/d", "Gi Orr", "Gi Orr", "Guten Tag Gi Orr"),
        ("de", "w", "Hu Orr", "Hu Orr", "Guten Tag Hu Orr"),
        ("de", "1", "Hu Orr", "Hu Orr", "Guten Tag Hu Orr"),
        ("de", "weiblich", "Hu Orr", "Hu Orr", "Sehr geehrte Frau Orr"),
        ("de", "Herr/Frau", "Hu Orr", "Hu Orr", "Guten Tag Hu Orr"),
        ("de", None, "Herr / Frau Hu Orr", "Hu Orr", "Guten Tag Hu Orr"),
        ("de", "Herr oder Frau", "Hu Orr", "Hu Orr", "Guten Tag Hu Orr"),
        ("de", "Frau und", "Ada Orr", "Frau Ada Orr", "Sehr geehrte Frau Orr"),
        ("de", "Konsul", "Jo Orr", "Konsul Jo Orr", "Guten Tag Jo Orr"),
        ("de", "Familie", "Orr", "Familie Orr", "Sehr geehrte Familie Orr"),
        ("de", None, "Fam. Ada und Ben Orr", "Familie Ada und Ben Orr", "Sehr geehrte Familie Orr"),
        ("de", "Eheleute", "Ada und Ben Orr", "Eheleute Ada und Ben Orr", "Sehr geehrte Eheleute Orr"),
        ("de", "Firma", "Kran GmbH", "Kran GmbH", "Sehr geehrte Damen und Herren"),
        ("de", "Fa.", "Otto Kran", "Firma Otto Kran", "Sehr geehrte Damen und Herren"),
        ("de", None, "Kran & Sohn KG", "Kran & Sohn KG", "Sehr geehrte Damen und Herren"),
        ("de", "Herr und Frau", "Mo Orr", "Herrn und Frau Mo Orr", "Sehr geehrte Frau Orr, sehr geehrter Herr Orr"),
        ("de", "Frau und Herr", "Ada und Jan Orr", "Frau Ada Orr // Herrn Jan Orr", "Sehr geehrte Frau Orr, sehr geehrter Herr Orr"),
        ("de", None, "Herrn Dr. Hans und Frau Eva Meier", "Herrn Dr. Hans und Frau Eva Meier", "Sehr geehrte Frau Meier, sehr geehrter Herr Dr. Meier"),
        ("de", None, "Hr. Jan Orr und Fr. Ada Brook", "Herrn Jan Orr und Frau Ada Brook", "Sehr geehrter Herr Orr, sehr geehrte Frau Brook"),
        ("de", None, "Herr Jan Orr und Familie", "Herrn Jan Orr und Familie", "Sehr geehrte Familie Orr"),
        ("de", "Herr und Frau", "Helena Bonham Carter", "Herrn und Frau Helena Bonham Carter", "Sehr geehrte Damen und Herren"),
        ("de", "Herren", "Orr und Brook", "Herren Orr und Brook", "Sehr geehrter Herr Orr, sehr geehrter Herr Brook"),
        ("de", None, "Herrn Ortega y Gasset", "Herrn Ortega y Gasset", "Sehr geehrter Herr Ortega y Gasset"),
        ("de", "Frau", "Frau Ada Orr", "Frau Ada Orr", "Sehr geehrte Frau Orr"),
        ("de", "Mr and Mrs", "Smith", "Mr and Mrs Smith", "Sehr geehrte Frau Smith, sehr geehrter Herr Smith"),
        ("en-GB", None, "Mr. and Mrs. Lind", "Mr. and Mrs. Lind", "Dear Mr and Mrs Lind"),
        ("en-US", None, "Mr. & Mrs. J. Smith", "Mr. & Mrs. J. Smith", "Dear Mr. and Mrs. Smith"),
        ("en-US", None, "Dr and Mrs John Smith", "Dr and Mrs John Smith", "Dear Dr. and Mrs. Smith"),
        ("en-US", None, "Drs. Smith", "Drs. Smith", "Dear Drs. Smith"),
        ("en-US", None, "Mr John Smith and Ms Ann Lee", "Mr John Smith and Ms Ann Lee", "Dear Mr. Smith and Ms. Lee"),
        ("en-US", None, "Sir John and Lady Brown", "Sir John and Lady Brown", "Dear Sir John and Lady Brown"),
        ("en-US", None, "The Smith Family", "The Smith Family", "Dear Smith Family"),
        ("en-GB", None, "Messrs Smith and Jones", "Messrs Smith and Jones", "Dear Sir or Madam"),
        ("en-GB", None, "Prof. Dr. Dr. h.c. Ada Brook", "Prof. Dr. Dr. h.c. Ada Brook", "Dear Professor Brook"),
        ("en-GB", "Mx", "Jo Orr", "Mx Jo Orr", "Dear Mx Orr"),
        ("fr", "M. et Mme", "Durand", "Monsieur et Madame Durand", "Madame, Monsieur"),
        ("fr", None, "M. et Mme Durand", "Monsieur et Madame Durand", "Madame, Monsieur"),
        ("fr", "Mlle", "Eva Petit", "Mme Eva Petit", "Madame"),
        ("fr", "MM.", "Durand et Petit", "MM. Durand et Petit", "Messieurs"),
        ("it", None, "Gent.ma Sig.ra Anna Rossi", "Gent.ma Sig.ra Anna Rossi", "Gentile Signora Rossi"),
        ("it", "Sig. e Sig.ra", "Rossi", "Sig. e Sig.ra Rossi", "Gentili Signori Rossi"),
        ("it", None, "Sigg. Rossi", "Sigg. Rossi", "Gentili Signori Rossi"),
        ("it", None, "Famiglia Rossi", "Famiglia Rossi", "Gentile famiglia Rossi"),
        ("it", None, "Spett.le Ditta Rossi", "Spett.le Ditta Rossi", "Spettabile Rossi"),
        ("es", None, "Sr. y Sra. García", "Sr. y Sra. García", "Estimados señores García"),
        ("es", None, "Sr. D. Juan Pérez", "Sr. D. Juan Pérez", "Estimado Sr. Pérez"),
        ("es", None, "Dña. Ana Pérez", "Dña. Ana Pérez", "Estimada Sra. Pérez"),
        ("nl", "dhr.", "Jan de Vries", "De heer Jan de Vries", "Geachte heer De Vries"),
        ("nl", None, "Dhr. en mevr. Jansen", "De heer en mevrouw Jansen", "Geachte heer en mevrouw Jansen"),
        ("nl", "heer/mevrouw", "K. Jansen", "K. Jansen", "Geachte K. Jansen"),
        ("nl", "mr.", "Jan Jansen", "mr. Jan Jansen", "Geachte Jan Jansen"),
        ("pl", None, "Pan Jan Nowak", "Pan Jan Nowak", "Szanowny Panie"),
        ("pl", None, "Państwo A. i J. Kowalscy", "Państwo A. i J. Kowalscy", "Szanowni Państwo"),
        ("fi", None, "Rouva Aino Virtanen", "Rouva Aino Virtanen", "Dear Ms. Virtanen"),
        ("ja", None, "山田家 御一同様", "山田家 御一同様", "拝啓"),
    ],
)  # fmt: skip
def test_each_word_as_lists_have_it(lang: str, honorific: str | None, name: str, lines: str, said: str) -> None:
    assert read(lang, honorific, name) == (lines, said)


def test_every_row_of_the_table_is_a_meaning_and_a_place() -> None:
    meanings = {
        "female",
        "male",
        "women",
        "men",
        "family",
        "families",
        "married",
        "doctors",
        "firm",
        "neutral",
        "title",
    }
    for lang, rows in TABLE["words"].items():
        for written, means, counts, *_ in rows:
            assert means in meanings, (lang, written)
            assert counts in ("always", "own", "dotted", "two", "after", "honorific"), (lang, written)
            assert len({words.fold(word) for word in written}) == len(written), (lang, written)


# --- no word of address is ever left in a name ------------------------------------------------------------------------

LANGS = ("en-US", "en-GB", "de", "de-AT", "de-CH", "fr", "fr-CH", "es", "it", "nl", "pl", "ar", "fi", "sv", "pt", "cs")
KNOWN = [(lang, word) for lang, rows in TABLE["words"].items() for row in rows for word in row[0]]
KNOWN += [(lang, word) for lang in ("de", "en", "fr") for key in ("none", "unsure") for word in TABLE[key]]
ANDS = ("und", "&", "+", "and", "et", "y", "e", "en", "/", "oder")
SHAPES = (
    "Zoë Quix",
    "Quix",
    "Zoë Maria Quix",
    "Zoë und Yan Quix",
    "Yan & Zoë Quix",
    "Z. Quix",
    "van der Quix",
    "Dr. Zoë Quix",
    "Zoë Quix-Vlad",
)
TYPED = st.sampled_from((str, str.upper, str.capitalize, lambda word: f"{word}."))
PART = r"(?:Zoë|Yan|Maria|Quix(?:-Vlad)?|[Vv]an der|Z\.|und|&|e|y|en|and)"
NAME = f"{PART}(?: {PART})*"


def grammar(lang: str, name: str = NAME) -> re.Pattern[str]:
    """Every salutation that a language has, with any name of a pattern and any title that the language says."""
    _, row = forms.language(lang)
    own = {key: text for key, text in words.salutations(lang).items() if isinstance(text, str)}
    for key in {"family", "married"} & set(own):  # Familie Dr. Meier
        own[f"{key} of a doctor"] = own[key].replace("{family}", "Dr. {family}")
    kinds = [
        key for key in row if re.fullmatch(r"(titled_|plural_)?(female|male|mixed)|neutral|titled|unknown|group", key)
    ]
    texts = {row[key] for key in kinds} | set(own.values()) | set(row.get("full_with", {}).values())
    firm = row["organisation"].replace("{organisation}", "§")
    titles = {
        text
        for one in row["titles"]
        for key, text in one.items()
        if key not in ("words", "name", "all", "each", "text") and text
    }
    texts |= {one["text"] for one in row["titles"] if "text" in one}
    titles |= set(row.get("courtesies", {}).values())
    title = "(?:" + "|".join(sorted(map(re.escape, titles), key=len, reverse=True)) + ")" if titles else "(?!)"
    share = row.get("share", "")
    texts |= {f"{share}{{title}} {{full}}"} if row.get("courtesies") else set()
    texts |= {f"{share}{{title}} {{given}}"} if any("name" in one for one in row["titles"]) else set()

    def written(text: str) -> str:
        text = re.escape(text).replace(r"\ ", " ")
        text = re.sub(r"\\\{(family|full|given)\\\}", lambda _: name, text)
        return text.replace(r"\{title\}", title)

    one = "(?:" + "|".join(map(written, sorted(texts, key=len, reverse=True))) + ")"
    patterns = [rf"{one}(?:{row['join']}{one})*", re.escape(firm).replace("§", r"(?:Dr\.? )?" + name)]
    if share:
        last = f"(?:{row['join']}|{row.get('last', row['join'])})"
        item = (
            "(?:"
            + "|".join(written(text).removeprefix(written(share)) for text in texts if text.startswith(share))
            + ")"
        )
        patterns.append(rf"{share}{item}(?:{last}{item})*")
        patterns.append(rf"{share}{title}(?:{row.get('last')}{title})+ {name}")
        patterns.append(
            rf"{share}(?:{title} )?{name}(?: ?{last}(?:{title} )?{name})+".replace("(?: ?(?:, |", "(?:(?:, |")
        )
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


GRAMMARS = {lang: grammar(lang) for lang in dict.fromkeys((*LANGS, *(lang for lang, _ in KNOWN)))}


@st.composite
def forms_of_address(draw: st.DrawFn) -> tuple[str, str, str]:
    lang, word = draw(st.sampled_from(KNOWN))
    typed = draw(TYPED)(word)
    if draw(st.booleans()):
        typed += f" {draw(st.sampled_from(ANDS))} {draw(st.sampled_from(KNOWN))[1]}"
    if draw(st.booleans()):
        lang = draw(st.sampled_from(LANGS))
    return lang, typed, draw(st.sampled_from(SHAPES))


@given(forms_of_address(), st.sampled_from(("columns", "cells", "name")))
@settings(max_examples=250)
def test_no_word_of_address_is_left_in_the_name_and_no_salutation_is_broken(
    drawn: tuple[str, str, str], where: str
) -> None:
    lang, typed, name = drawn
    leads = all(words.leads(word, lang) or words.is_and(word) for word in typed.split())
    honorific: str | None = typed
    if where == "name" and leads and not words.is_and(typed.split()[0]):
        honorific, name = None, f"{typed} {name}"
    in_columns = where == "columns"
    more: dict[str, Any] = {}
    if in_columns and " " in name:
        more = {"given": name.rsplit(" ", 1)[0], "family": name.split()[-1]}
    party = Party(honorific=honorific, name=name, **more)
    found = salutation.greet([party], lang)
    text = found.salutation
    assert text.strip() == text != ""
    assert GRAMMARS[lang].fullmatch(text), (drawn, text)


@given(st.text(st.characters(exclude_categories=["C"]), max_size=20), st.sampled_from(LANGS), st.sampled_from(SHAPES))
@settings(max_examples=150)
def test_whatever_stands_for_a_form_of_address_the_salutation_is_one_that_the_language_has(
    honorific: str, lang: str, name: str
) -> None:
    found = salutation.greet([Party(honorific=honorific, name=name)], lang)
    known = salutation.greet([Party(name=name)], lang)
    if not any(words.find(word, lang) or words.is_title(word) for word in honorific.split()):
        titles = forms.titles() | words.titles()["spoken"] | words.titles()["female"] | words.titles()["male"]
        if not any(words.title_fold(word) in titles for word in honorific.split()):
            assert found.salutation == known.salutation or found.unsure


# --- offices in the place of a form of address ------------------------------------------------------------------------


def test_each_german_office_of_the_table_is_known_in_a_form_of_address() -> None:
    for one in forms.offices():
        held = {one.words.get("her"), one.words.get("him"), one.words.get("acc")} - {None, ""}
        if one.lang != "de" or not held or "{family}" in str(one.salutation) or one.key in ("de-lawyer", "de-notary"):
            continue
        for word in held:
            found = words.office(str(word), "de")
            with_name = any(words.title_fold(str(word)) in row["words"] for row in forms.language("de-AT")[1]["titles"])
            assert found is not None or with_name or word in ("Pfarrer", "Pfarrerin"), (one.key, word)


def test_the_gender_that_an_office_says_is_the_letters(project: Project) -> None:
    front = LETTER + "to: {honorific: Bürgermeisterin, organisation: Stadt Kappeln, lines: [Markt 1]}\n"
    result = project.press("{{ to.gender }}\n", front)
    assert "Bürgermeisterin Stadt Kappeln Markt 1 Sehr geehrte Frau Bürgermeisterin, female" in pdf_text(
        result.pdf or b""
    )
    assert not result.diagnostics


def test_an_office_in_a_list_needs_no_name_and_no_warning(project: Project) -> None:
    project.letter("Text.\n", LETTER)
    rows = "Anrede;Name;Firma;Straße;PLZ;Ort\nHerr Präsident;;Landtag;Kai 2;28195;Bremen\n"
    rows += "Frau Bürgermeisterin;Ada Orr;Stadt X;Kai 2;28195;Bremen\n;J. Smith, Hans;;Kai 2;28195;Bremen\n"
    project.write("list.csv", rows)
    ran = project.cli("merge", "content/letters/letter.md", "--data", "list.csv", "-o", "out", "--jobs", "0", "--json")
    texts = [pdf_text(project.root / one["output"]) for one in ran.json["letters"]]
    assert "Herrn Präsidenten Landtag Kai 2 28195 Bremen Sehr geehrter Herr Präsident," in texts[0]
    assert "Frau Bürgermeisterin Ada Orr Stadt X Kai 2 28195 Bremen Sehr geehrte Frau Bürgermeisterin," in texts[1]
    assert "J. Smith, Hans Kai 2 28195 Bremen Sehr geehrte Damen und Herren," in texts[2]
    warned = [(one.get("record"), one["code"], one.get("column")) for one in ran.faults if one["severity"] == "warning"]
    assert warned == [("3", "name-unread", "Name")]


# --- genders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "written", "gender"),
    [
        ("de", "m", "male"),
        ("en-US", "M", "male"),
        ("es", "m", None),
        ("es", "h", "male"),
        ("pl", "k", "female"),
        ("sv", "K", "female"),
        ("hu", "f", None),
        ("fi", "n", "female"),
        ("de", "w", "female"),
        ("de", "Mann", "male"),
        ("de", "Frau", "female"),
        ("de", "weibl.", "female"),
        ("de", "d", "neutral"),
        ("de", "1", None),
        ("de", "2", None),
    ],
)
def test_a_letter_of_the_alphabet_means_what_it_does_in_the_language(
    lang: str, written: str, gender: str | None
) -> None:
    assert words.read_gender(written, lang) == gender


@pytest.mark.parametrize(
    ("party", "gender"),
    [
        ({"honorific": "Frau", "name": "Ada Orr"}, "female"),
        ({"name": "Hr. Jan Orr"}, "male"),
        ({"honorific": "weiblich", "name": "Ada Orr"}, "female"),
        ({"honorific": "Frau", "name": "Ada Orr", "gender": "male"}, "female"),
        ({"name": "Ada Orr", "gender": "female"}, "female"),
        ({"name": "Ada Orr"}, None),
        ({"honorific": "Herr und Frau", "name": "Orr", "gender": "male"}, None),
        ({"honorific": "Familie", "name": "Orr"}, None),
    ],
)
def test_the_gender_is_what_the_salutation_knows(party: dict[str, Any], gender: str | None) -> None:
    assert households.gender(Party(**party), "de") == gender


# --- in a list --------------------------------------------------------------------------------------------------------

LETTER = "letterhead: plain\nlang: de-DE\ndate: 2026-11-02\nsalutation: auto\n"


def test_what_is_not_understood_is_a_warning_that_names_record_and_cell(project: Project) -> None:
    project.letter("Text {% if to.gender|default('') == 'female' %}W{% else %}N{% endif %}.\n", LETTER)
    rows = "Anrede;Name;Geschlecht;Firma;Straße;PLZ;Ort\n"
    rows += "w;Hu Orr;;;Kai 2;28195;Bremen\nFrau;;;Verein X;Kai 2;28195;Bremen\nFrau;Ada Orr;m;;Kai 2;28195;Bremen\n"
    rows += ";Jo Orr;1;;Kai 2;28195;Bremen\n"
    project.write("list.csv", rows)
    ran = project.cli("merge", "content/letters/letter.md", "--data", "list.csv", "-o", "out", "--jobs", "0", "--json")
    assert [one["status"] for one in ran.json["letters"]] == ["done"] * 4
    texts = [pdf_text(project.root / one["output"]) for one in ran.json["letters"]]
    assert "Hu Orr Kai 2 28195 Bremen Guten Tag Hu Orr, Text N." in texts[0]
    assert "Verein X Kai 2 28195 Bremen Sehr geehrte Damen und Herren" in texts[1]
    assert "Frau Verein" not in texts[1]
    assert "Sehr geehrte Frau Orr, Text W." in texts[2]
    assert "Guten Tag Jo Orr, Text N." in texts[3]
    warned = {(one["record"], one["field"], one["code"], one["column"]) for one in ran.faults}
    assert warned >= {
        ("1", "to.honorific", "honorific-unread", "Anrede"),
        ("2", "to.honorific", "honorific-nameless", "Anrede"),
        ("3", "to.honorific", "gender-contradicted", "Anrede"),
        ("4", "to.gender", "gender-unreadable", "Geschlecht"),
    }


def test_a_title_column_with_mrs_is_a_form_of_address(project: Project) -> None:
    project.letter("Body.\n", "letterhead: plain\nlang: en-GB\nto: {name: x}\nsalutation: auto\n")
    project.write(
        "list.csv", "Title,First Name,Last Name,Street,Town,Postcode\nMrs,Ada,Brook,4 Mill Lane,London,SW1A 1AA\n"
    )
    ran = project.cli("merge", "content/letters/letter.md", "--data", "list.csv", "-o", "out", "--jobs", "0", "--json")
    text = pdf_text(project.root / ran.json["letters"][0]["output"])
    assert text.startswith("Mrs Ada Brook 4 Mill Lane")
    assert "Dear Mrs Brook, Body." in text


def test_a_letter_too_says_of_a_form_of_address_that_it_stands_before_no_name(project: Project) -> None:
    front = LETTER + "to: {honorific: Frau, organisation: Verein X, lines: [S 1]}\n"
    result = project.press("Text.\n", front)
    assert "Verein X S 1 Sehr geehrte Damen und Herren" in pdf_text(result.pdf or b"")
    assert "Frau" not in pdf_text(result.pdf or b"")
    assert [(fault.code, fault.field) for fault in result.diagnostics] == [("honorific-nameless", "to.honorific")]


def test_a_language_without_forms_of_address_says_that_english_ones_are_taken(project: Project) -> None:
    front = LETTER.replace("de-DE", "sv-SE") + "to: {name: Herr Jan Berg, lines: [S 1]}\n"
    result = project.press("Text.\n", front)
    assert "Herr Jan Berg S 1 Dear Mr. Berg" in pdf_text(result.pdf or b"")
    assert {fault.code for fault in result.diagnostics} == {"salutation-english"}


def test_a_form_without_a_source_or_with_two_is_said() -> None:
    assert forms.reservation("us-no-such-office", "en") is None
    assert forms.reservation("us-president", "en") is None
    found = {
        key: forms.reservation(key, lang) for key, lang in (("us-imam", "en"), ("de-lawyer", "de"), ("uk-mayor", "fr"))
    }
    assert {key: problem.code for key, problem in found.items() if problem} == {
        "us-imam": "office-unseen",
        "de-lawyer": "office-unseen",
        "uk-mayor": "office-doubtful",  # of a language that has no form of it
    }
    assert found["us-imam"] is not None
    assert "another reading" not in (found["us-imam"].hint or "")
    assert found["de-lawyer"] is not None
    assert "another reading: Herr (surname)" in (found["de-lawyer"].hint or "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Bürgermeisterin", True), ("Herrn Präsidenten", True), ("Alter Herr Bischof", False), ("Anna Meier", False)],
)
def test_an_office_in_place_of_a_name(name: str, expected: bool) -> None:
    assert held_offices.is_office(name, "de") is expected


def test_an_attention_line_and_a_title_of_a_japanese_firm_have_what_stands_behind() -> None:
    firm = Party(organisation="青葉商事株式会社")
    said = [
        japanese.as_printed(replace(firm, **more), "ja")
        for more in ({"attention": "営業部"}, {"title": "営業部 課長"}, {"title": "課長 様"}, {})
    ]
    assert [(one.organisation, one.attention, one.title) for one in said] == [
        ("青葉商事株式会社", "営業部 御中", None),
        ("青葉商事株式会社", None, "営業部 課長 殿"),
        ("青葉商事株式会社", None, "課長 様"),
        ("青葉商事株式会社 御中", None, None),
    ]


def test_a_name_that_does_not_show_its_family_name() -> None:
    def split(name: str, **more: str | None) -> names.Name:
        about = {"given": None, "family": None, "country": "GB", "lang": "en"}
        return names.split(name, **{**about, **more})

    assert split("Ana M. García", country="ES", lang="es").reason == "the name may hold two family names"
    assert split("Ann B. X.").reason == split("Hans 3").reason == "the name does not show a family name"
    both = split("Ann Orr", given="Ann", family="Ann Orr")
    assert (both.given, both.family) == ("Ann", "Orr")


@pytest.mark.parametrize("name", ["Dr.Meier", "z. Hd. Meier"])
def test_what_is_glued_or_apart_is_one_word(name: str) -> None:
    assert typed.tidied(Person(name=name), "de").name == {"D": "Dr. Meier", "z": "z.Hd. Meier"}[name[0]]


@pytest.mark.parametrize(
    "name",
    ["John Smith (deceased)", "Jo Berg verst.", "Rita (falecida)", "Joan Puig (difunt)", "Anna Berg, avliden", "Ada †"],
)
def test_somebody_who_has_died_is_known_by_the_word_behind_the_name(name: str) -> None:
    from letterpress.addressing import names

    assert names.dead(name) is not None
    assert names.dead(name.split()[0]) is None
