"""People and firms as the columns of lists name them: who stands above the address, and whom the salutation names."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from letterpress import api, pipeline
from letterpress.addressing import address, salutation
from letterpress.batch.mappings import Mappings
from letterpress.model import Filled, Job, Letter, Party, Result
from letterpress.recipients import columns
from tests.recipients.test_columns import letter as columns_letter
from tests.support.project import Project

FROM = "from: {name: Hafen e.V., street: Kai 1, postcode: '28195', city: Bremen, country: DE}\n"
ADDRESS = {"Straße": "Kai 2", "PLZ": "28195", "Ort": "Bremen"}
DE = "Sehr geehrte Damen und Herren,"


class Said(NamedTuple):
    """What one record's letter has."""

    who: list[str]
    """The lines above the street's."""
    salutation: str
    faults: list[tuple[str, str]]
    """Severity and code of each, and what it says."""
    hints: list[str]


@pytest.fixture(scope="module")
def letters(workshop: Project) -> Any:
    """Loads the letter of a language, once."""

    @functools.lru_cache
    def load(lang: str) -> Letter:
        front = f"letterhead: plain\nlang: {lang}\ndate: 2026-11-02\nsalutation: auto\n{FROM}"
        return api.load(workshop.root / workshop.letter("Text.\n", front, path=f"content/letters/people-{lang}.md"))

    return load


@pytest.fixture
def said(letters: Any) -> Any:
    """Fills the letter of a record, without a page, and says what it has."""

    def fill(record: dict[str, str], lang: str = "de-DE", maps: dict[str, str] | None = None) -> Said:
        filled: list[Filled | None] = []

        def press(job: Job) -> Result:
            one, result = pipeline.filled(job)
            filled.append(one)
            return result

        (result,) = Mappings(api.job(letters(lang)), maps).results([{**record, **ADDRESS}], press)
        texts = [(fault.severity, f"{fault.code}: {fault.message}") for fault in result.diagnostics]
        hints = [fault.hint or "" for fault in result.diagnostics]
        if not filled or filled[0] is None:
            return Said([], "", texts, hints)
        lines = list(filled[0].addresses[0])
        return Said(lines[: lines.index("Kai 2")], filled[0].salutation or "", texts, hints)

    return fill


# --- nothing of a name is lost ----------------------------------------------------------------------------------------

FIRST = [
    "Zahnarztpraxis",
    "Kanzlei",
    "Steuerbüro",
    "Architekturbüro",
    "Elektro",
    "Cabinet",
    "Studio",
    "Garage",
    "Praktijk",
]
TITLES = [
    "",
    "Dr.",
    "Prof. Dr.",
    "Dipl.-Kfm.",
    "Dipl.-Ing.",
    "Ing.",
    "RA",
    "Me",
    "Avv.",
    "Dott.",
    "Hon.",
    "Bgm.",
    "Dr. med.",
]
NAMES = ["Ümit Çelik", "Weiß", "O'Brien", "José María", "von Orr", "Eva", "Zschöckel"]
FORMS = ["", "GmbH", "& Partner mbB", "e. K.", "et Fils", "& Sons", "S.p.A.", "AG", "Ltd"]
FIRMS = ["", "Firma", "Fa.", "Ditta", "Spett.le", "Messrs", "M/s", "Divers"]
LANGUAGES = [
    "de-DE",
    "de-CH",
    "en-GB",
    "en-US",
    "fr-FR",
    "it-IT",
    "es-ES",
    "pt-PT",
    "nl-NL",
    "pl-PL",
    "cs-CZ",
    "sv-SE",
    "ja-JP",
]


@given(
    st.sampled_from(LANGUAGES),
    st.sampled_from(FIRMS),
    st.sampled_from(["", *FIRST]),
    st.sampled_from(TITLES),
    st.sampled_from(NAMES),
    st.sampled_from(FORMS),
    st.booleans(),
)
@example("de-DE", "Firma", "Zahnarztpraxis", "Dr.", "Ümit Çelik", "", True)
@example("de-DE", "Fa.", "Kanzlei", "Dr.", "Weiß", "& Partner mbB", False)
@example("de-DE", "Firma", "", "Dipl.-Ing.", "Weiß", "GmbH", True)
@example("it-IT", "Ditta", "", "Avv.", "von Orr", "S.p.A.", False)
@settings(max_examples=150, deadline=None)
def test_each_word_of_a_firm_stands_in_its_address(
    lang: str, honorific: str, first: str, title: str, name: str, form: str, in_columns: bool
) -> None:
    cell = " ".join(filter(None, (first, title, name, form)))
    record = {"Anrede": honorific, "Name": cell} if in_columns else {"Name": f"{honorific} {cell}".strip()}
    assert not lost(record, cell, lang)


@given(
    st.sampled_from(LANGUAGES),
    st.sampled_from(
        ["", "Herr", "Frau", "Herr und Frau", "Eheleute", "Familie", "M. et Mme", "Mr and Mrs", "Sig.ra", "Dr."]
    ),
    st.sampled_from(TITLES),
    st.sampled_from(["Eva", "José María", "Max und Eva", "José María u. Gisela", "Ida & José María", "J. P.", ""]),
    st.sampled_from(["Kowalczyk", "Zschöckel", "von der Heide", "Meier-Schulz", "ORR", "O'Brien", "García López"]),
    st.sampled_from(["Vorname;Name", "given;family", "Name"]),
)
@settings(max_examples=150, deadline=None)
def test_each_word_of_a_person_stands_in_the_address(
    lang: str, honorific: str, title: str, first: str, family: str, header: str
) -> None:
    *ahead, last = header.split(";")
    titled = f"{title} {first}".strip()
    cells = {ahead[0]: titled, last: family} if ahead else {last: f"{titled} {family}".strip()}
    assert not lost({"Anrede": honorific, **cells}, f"{titled} {family}", lang)


def lost(record: dict[str, str], cell: str, lang: str) -> list[str]:
    """The words of a cell that no line of the record's address has; an "and" may be a line's end."""
    mapped = columns.map_columns(columns_letter(), list(record), source="l.csv")
    values, _ = columns.assign(mapped, record)
    party = Party(**{path.removeprefix("to."): value for path, value in values.items()})
    there = Counter(
        _words(" ".join(address.lines(party, home=None, lang=lang, names=salutation.name_lines(party, lang))))
    )
    return [word for word, times in Counter(_words(cell)).items() if there[word] < times and word not in JOINING]


def _words(text: str) -> list[str]:
    """The words of a text, however their full stops are spaced."""
    return text.replace(".", ". ").split()


JOINING = ("und", "u.", "&")

# --- as lists have them ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("honorific", "given", "name", "who", "salutation"),
    [
        ("Firma", "", "Zahnarztpraxis Dr. Ümit Çelik", "Zahnarztpraxis Dr. Ümit Çelik", DE),
        ("Fa.", "", "Kanzlei Dr. Weiß & Partner mbB", "Kanzlei Dr. Weiß & Partner mbB", DE),
        ("Firma", "", "Steuerbüro Dipl.-Kfm. Uwe Lüth", "Steuerbüro Dipl.-Kfm. Uwe Lüth", DE),
        ("", "", "Steuerbüro Dipl.-Kfm. Uwe Lüth", "Steuerbüro Dipl.-Kfm. Uwe Lüth", DE),
        ("Firma", "", "Architekturbüro Prof. Hansen GmbH", "Architekturbüro Prof. Hansen GmbH", DE),
        ("Firma", "", "Dipl.-Ing. Huber GmbH", "Dipl.-Ing. Huber GmbH", DE),
        ("Firma", "", "Evangelische Kirchengemeinde", "Evangelische Kirchengemeinde", DE),
        ("Firma", "", "Ev.-luth. Kirchengemeinde Husum", "Ev.-luth. Kirchengemeinde Husum", DE),
        ("Firma", "", "Stadt Kappeln", "Stadt Kappeln", DE),
        ("Firma", "", "WEG Seeblick", "WEG Seeblick", DE),
        ("Firma", "", "Müller Bau", "Firma Müller Bau", DE),
        ("Firma", "", "Uwe Lüth e. K.", "Uwe Lüth e. K.", DE),
        ("", "", "Kran s. r. o.", "Kran s. r. o.", DE),
        ("Herr", "", "Kowalczyk, Jürgen", "Herrn Jürgen Kowalczyk", "Sehr geehrter Herr Kowalczyk,"),
        ("Frau", "", "von Orr, Ana", "Frau Ana von Orr", "Sehr geehrte Frau von Orr,"),
        ("Frau", "", "BAUER", "Frau BAUER", "Sehr geehrte Frau Bauer,"),
        ("Herr", "HANS", "VON DER HEIDE", "Herrn HANS VON DER HEIDE", "Sehr geehrter Herr von der Heide,"),
        ("Herr", "Jan", "MCDONALD-ORR", "Herrn Jan MCDONALD-ORR", "Sehr geehrter Herr McDonald-Orr,"),
        ("", "", "IBM", "IBM", "Guten Tag IBM,"),
        (
            "Herr und Frau",
            "José María u. Gisela",
            "Zschöckel",
            "Herrn José María Zschöckel\nFrau Gisela Zschöckel",
            "Sehr geehrte Frau Zschöckel, sehr geehrter Herr Zschöckel,",
        ),
        (
            "Eheleute",
            "José María und Ingeborg",
            "Kowalczyk",
            "Eheleute José María und Ingeborg Kowalczyk",
            "Sehr geehrte Eheleute Kowalczyk,",
        ),
        (
            "Familie",
            "José María und Anna Lena",
            "von Orr",
            "Familie José María und Anna Lena von Orr",
            "Sehr geehrte Familie von Orr,",
        ),
    ],
)
def test_people_and_firms_of_german_lists(
    said: Any, honorific: str, given: str, name: str, who: str, salutation: str
) -> None:
    found = said({"Anrede": honorific, "Vorname": given, "Name": name})
    assert found == (who.splitlines(), salutation, [], [])


@pytest.mark.parametrize("column", ["Zusatz", "Adresszusatz", "Adresse 2", "Straße 2", "Name 2"])
@pytest.mark.parametrize(
    ("cell", "salutation"), [("c/o Orr", "Sehr geehrte Frau Lind,"), ("z. Hd. Frau Orr", "Sehr geehrte Frau Orr,")]
)
def test_with_whom_a_letter_is_left_stands_above_the_street(said: Any, column: str, cell: str, salutation: str) -> None:
    name = {"Anrede": "Frau", "Name": "Ida Lind"} if cell[0] == "c" else {"Name": "Kran GmbH"}
    assert said({**name, column: cell})[:2] == (["Frau Ida Lind" if cell[0] == "c" else "Kran GmbH", cell], salutation)


def test_a_street_that_begins_like_it_stays_below(said: Any) -> None:
    found = said({"Name": "Ida Lind", "Zusatz": "Hinterhaus", "Straße 2": "Bei der Kirche 3"})
    assert found.who == ["Ida Lind", "Hinterhaus"]


@pytest.mark.parametrize(("honorific", "name"), [("M.", "u. Mag. / und"), ("Sig.", "/ und")])
@pytest.mark.parametrize("lang", ["pl-PL", "ja-JP", "de-DE"])
def test_what_is_no_name_at_all_is_read_without_a_fault_of_the_program(honorific: str, name: str, lang: str) -> None:
    party = Party(honorific=honorific, name=name)
    assert salutation.greet([party], lang).salutation
    assert isinstance(salutation.name_lines(party, lang), list)


# --- parts of a name ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "given"),
    [
        ("Vorname;Name / Firma", {"Name / Firma": "to.family"}),
        ("Vorname;Zuname der Person", {"Zuname der Person": "to.family"}),
        ("Rufname hier;Nachname", {"Rufname hier": "to.given"}),
        ("Erster;Zweiter", {"Erster": "given", "Zweiter": "family"}),
        ("given;family", {}),
        ("to.given;Nachname", {}),
        ("Vorname;family", {}),
        ("Vorname;Name / Firma", {}),
        ("Vorname;Firma bzw. Name", {}),
        ("first name;Surname / Company", {}),
        ("Vorname;Name", {}),
    ],
)
def test_parts_make_the_whole_name_whatever_their_columns_are_called(
    said: Any, header: str, given: dict[str, str]
) -> None:
    first, second = header.split(";")
    found = said({"Anrede": "Frau", first: "Käthe", second: "Bauer"}, maps=given)
    assert found == (["Frau Käthe Bauer"], "Sehr geehrte Frau Bauer,", [], [])


def test_a_whole_name_beside_its_parts_stands(said: Any) -> None:
    record = {"Anrede": "Frau", "name": "Prof. Käthe Bauer", "to.given": "Käthe", "to.family": "Bauer"}
    assert said(record)[:2] == (["Frau Prof. Käthe Bauer"], "Sehr geehrte Frau Professorin Bauer,")


@pytest.mark.parametrize("header", ["Name / Firma", "Name/Firma", "Name oder Firma", "Nachname/Firma", "Firma / Name"])
@pytest.mark.parametrize(
    ("honorific", "given", "cell", "who", "salutation"),
    [
        ("", "", "Kran", "Kran", DE),
        ("Firma", "", "Kran", "Firma Kran", DE),
        ("Herrn", "", "Kran", "Herrn Kran", "Sehr geehrter Herr Kran,"),
        ("", "Jürgen", "Kran", "Jürgen Kran", "Guten Tag Jürgen Kran,"),
        ("", "", "Kran, Jürgen", "Jürgen Kran", "Guten Tag Jürgen Kran,"),
    ],
)
def test_a_column_of_names_or_firms(
    said: Any, header: str, honorific: str, given: str, cell: str, who: str, salutation: str
) -> None:
    found = said({"Anrede": honorific, "Vorname": given, header: cell})
    assert found == ([who], salutation, [], [])


def test_a_column_of_names_or_firms_beside_others(said: Any) -> None:
    alone = said({"Anrede": "Frau", "Name / Firma": "Käthe Bauer"})
    assert alone[:2] == (["Frau Käthe Bauer"], "Sehr geehrte Frau Bauer,")
    firm = said({"Anrede": "Frau", "Nachname": "Bauer", "Name / Firma": "Kran GmbH"})
    assert firm[:2] == (["Frau Bauer", "Kran GmbH"], "Sehr geehrte Frau Bauer,")


def test_given_names_alone_are_a_fault_where_another_column_seems_to_have_the_rest(said: Any) -> None:
    found = said({"Anrede": "Herr", "Vorname": "Jürgen", "Zuname der Person": "Bauer", "Verein": "ASV"})
    assert ("error", found.faults[-1][1]) == found.faults[-1]
    assert found.faults[-1][1].startswith("family-column-missing: ")
    assert "'Zuname der Person' seems to have them" in found.faults[-1][1]
    assert "--map 'Zuname der Person=to.family'" in found.hints[-1]
    assert "map: {Zuname der Person: to.family}" in found.hints[0], "the column that is not used"


@pytest.mark.parametrize(
    ("lang", "given", "salutation"),
    [
        ("de-DE", "Jürgen", DE),
        ("en-GB", "Jürgen", "Dear Sir or Madam,"),
    ],
)
def test_a_given_name_alone_is_no_family_name(said: Any, lang: str, given: str, salutation: str) -> None:
    found = said({"Anrede": "Mr" if lang == "en-GB" else "Herr", "Vorname": given}, lang)
    assert found.salutation == salutation
    assert [one for _, one in found.faults] == [
        f"name-unread: '{'Mr' if lang == 'en-GB' else 'Herr'} {given}' has a given name and no family name: the salutation names nobody"
    ]
    bare = said({"Vorname": given}, lang)
    assert (bare.who, bare.faults) == ([given], [])


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("Vorname;Zuname X", "map: {Zuname X: to.family}"),
        ("Firma;Kundenname: X", 'map: {"Kundenname: X": to.name}'),
        ("Name;Land des Kunden;Sohle", "map: {Land des Kunden: PATH}"),
        ("Name;Schuhgröße", "where PATH is a field of the letter, or a part of the recipient"),
    ],
)
def test_the_hint_for_a_column_that_is_not_used_says_what_it_may_be(letters: Any, header: str, hint: str) -> None:
    names: Sequence[str] = header.split(";")
    (fault,) = columns.map_columns(letters("de-DE"), names, source="l.csv").faults
    assert hint in (fault.hint or "")
