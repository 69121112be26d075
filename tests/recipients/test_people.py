"""People and firms as the columns of lists name them: who stands above the address, and whom the salutation names."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from letterpress import api, pipeline
from letterpress.batch.mappings import Mappings
from letterpress.model import Filled, Job, Letter, Result
from letterpress.recipients import columns
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

    def fill(record: dict[str, str], lang: str = "de-DE", given: dict[str, str] | None = None) -> Said:
        filled: list[Filled | None] = []

        def press(job: Job) -> Result:
            one, result = pipeline.filled(job)
            filled.append(one)
            return result

        (result,) = Mappings(api.job(letters(lang)), given).results([{**record, **ADDRESS}], press)
        texts = [(fault.severity, f"{fault.code}: {fault.message}") for fault in result.diagnostics]
        hints = [fault.hint or "" for fault in result.diagnostics]
        if not filled or filled[0] is None:
            return Said([], "", texts, hints)
        lines = list(filled[0].addresses[0])
        return Said(lines[: lines.index("Kai 2")], filled[0].salutation or "", texts, hints)

    return fill


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
    found = said({"Anrede": "Frau", first: "Käthe", second: "Bauer"}, given=given)
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
        ("de-DE", "José María", DE),
        ("en-GB", "Jürgen", "Dear Sir or Madam,"),
    ],
)
def test_a_given_name_alone_is_no_family_name(said: Any, lang: str, given: str, salutation: str) -> None:
    found = said({"Anrede": "Mr" if lang == "en-GB" else "Herr", "Vorname": given}, lang)
    assert found.salutation == salutation
    assert [one for _, one in found.faults] == [
        f"name-unread: '{given}' is a given name, and the family name is missing: the salutation names nobody"
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
