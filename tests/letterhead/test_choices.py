"""What can be chosen for a letter: one table, and all that is made from it."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import replace
from typing import Any

import pytest

import letterpress
from letterpress import api
from letterpress.batch import fingerprint, variants
from letterpress.cli.merge import merge
from letterpress.cli.render import render
from letterpress.cli.variants import variants as variants_command
from letterpress.letterhead import choice_readers, choices
from letterpress.model import Choices, Job
from letterpress.recipients import columns
from tests.support.project import FRONT, Project, pdf_text

NAMES = [spec.name for spec in choices.TABLE]
GIVEN: dict[str, tuple[str, Any, Any]] = {
    "letterhead": ("CONGRESS", "congress", "CONGRESS"),
    "lang": ("de-DE", "de-DE", "de-DE"),
    "paper": ("A4", "a4", "a4"),
    "copy": ("File", "file", "file"),
    "sign": ("Jo Lind=Conformed", {"Jo Lind": "conformed"}, (("Jo Lind", "conformed"),)),
    "profile": ("SCREEN", "screen", "screen"),
    "enclosures": ("REFUSE", "refuse", "refuse"),
    "date": ("2027-01-02", datetime.date(2027, 1, 2), datetime.date(2027, 1, 2)),
    "carrier": ("notify", "notify", "notify"),
    "marks": ("True", True, True),
    "tac": ("280%", 280, 280.0),
    "parameters": ("align=left", {"align": "left"}, (("align", "left"),)),
}
"""Choice -> as an option, as the Python API takes it, as a job has it."""


def test_the_table_the_values_and_the_keywords_of_the_api_have_the_same_names() -> None:
    assert sorted(NAMES) == sorted(field.name for field in dataclasses.fields(Choices))
    assert sorted([*NAMES, "fields"]) == sorted(api.Chosen.__annotations__)
    assert sorted(GIVEN) == sorted(NAMES)


@pytest.mark.parametrize("command", [render, merge, variants_command], ids=lambda command: command.name)
def test_every_choice_is_an_option_of_the_commands_that_make_letters(command: Any) -> None:
    options = {parameter.name: parameter for parameter in command.params}
    for spec in choices.TABLE:
        assert options[spec.name].opts == [spec.flag]
        assert options[spec.name].help == spec.help
        assert options[spec.name].multiple == spec.pairs


def test_variants_and_columns_take_what_the_table_says(project: Project) -> None:
    letter = letterpress.load(project.letter())
    for spec in choices.TABLE:
        listed = replace(letter, variants={spec.name: [GIVEN[spec.name][0].rpartition("=")[2]]})
        if spec.axis:
            (cell,) = variants.cells(Job(letter=listed)).chosen
            assert getattr(cell.job.choices, spec.name) == GIVEN[spec.name][2]
        else:
            with pytest.raises(letterpress.LetterpressError, match="neither a choice nor a field"):
                variants.cells(Job(letter=listed))
        mapped = columns.map_columns(letter, [spec.name], source="people.csv")
        if spec.name != "enclosures":  # a column of that name is the letter's list of them
            assert (spec.name in mapped.paths) == spec.column
    chosen = columns.choose(Job(letter=letter), {name: GIVEN[name][0] for name in choices.COLUMNS}).choices
    assert [getattr(chosen, name) for name in choices.COLUMNS] == [GIVEN[name][2] for name in choices.COLUMNS]


@pytest.mark.parametrize("name", NAMES)
def test_a_choice_is_read_in_every_way_it_is_made(name: str, project: Project) -> None:
    text, keyword, expected = GIVEN[name]
    letter = letterpress.load(project.letter())
    # A letterhead is found in any case where it is looked for; all else is read at once.
    assert getattr(api.job(letter, **{name: keyword}).choices, name) == (keyword if name == "letterhead" else expected)
    pair = text.partition("=")
    given = {pair[0]: pair[2]} if choices.BY_NAME[name].pairs else text
    assert getattr(choices.chosen(Choices(), {name: given}), name) == expected
    assert api.job(letter, **{name: None}).choices == Choices()


@pytest.mark.parametrize("name", NAMES)
def test_a_choice_makes_another_job_of_the_same_letter(name: str, project: Project) -> None:
    letter = letterpress.load(project.letter())
    own = fingerprint.of_base(Job(letter=letter))
    other = fingerprint.of_base(api.job(letter, **{name: GIVEN[name][1]}))
    assert own == fingerprint.of_base(api.job(letter))
    assert other != own


@pytest.mark.parametrize(
    ("given", "field", "value", "fix"),
    [
        ({"paper": "leter"}, "paper", "leter", "letter"),
        ({"profile": "archiv"}, "profile", "archiv", "archive"),
        ({"copy": "orginal"}, "copy", "orginal", "original"),
        ({"copy": "bc:Mia"}, "copy", "bc:Mia", None),
        ({"copy": "cc:*"}, "copy", "cc:*", None),
        ({"sign": {"Jo Lind": "inc"}}, "sign", "inc", "ink"),
        ({"date": "2026-02-30"}, "date", "2026-02-30", None),
        ({"date": "20260230"}, "date", "20260230", None),
        ({"date": 5}, "date", "5", None),
    ],
)
def test_a_value_that_there_is_not(given: dict[str, Any], field: str, value: str, fix: str | None) -> None:
    with pytest.raises(letterpress.UsageError) as raised:
        choices.chosen(Choices(), given)
    (fault,) = raised.value.diagnostics
    assert (fault.field, fault.value) == (field, value)
    code = "date-nonexistent" if value.endswith("30") else "date-unreadable"
    assert fault.code == (code if field == "date" else "choice-unknown")
    assert next((one.value for one in fault.fixes), None) == fix


def test_all_values_that_there_are_not_are_said_at_once() -> None:
    with pytest.raises(letterpress.UsageError) as raised:
        choices.chosen(Choices(), {"paper": "a5", "copy": "carbon", "lang": "de", "sign": {"A": "x", "B": "ink"}})
    assert [fault.field for fault in raised.value.diagnostics] == ["paper", "copy", "sign"]


def test_today_is_a_date(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime.date):
        @classmethod
        def today(cls) -> Clock:
            return cls(2031, 5, 6)

    monkeypatch.setattr(choice_readers.datetime, "date", Clock)
    ran = project.cli("render", project.letter(), "--date", "today")
    assert ran.code == 0, ran.err
    assert "May 6, 2031" in pdf_text(project.pdf)


def test_parameters_papers_and_letterheads_by_option(project: Project) -> None:
    project.letterhead("Own", toml='extends = "plain"\n')
    ran = project.cli("render", project.letter(), "--param", "align=justify", "--paper", "A4", "--letterhead", "oWN")
    assert ran.code == 0, ran.err
    letter = project.letter("Text.\n", FRONT.replace("plain", "PLAIN") + "paper: Letter\n")
    assert project.cli("render", letter).code == 0
    ran = project.cli("render", project.letter(), "--param", "aling=left", "--param", "align=middle", "--json")
    assert ran.code == 2
    assert [fault["field"] for fault in ran.faults] == ["--param aling", "--param align"]
    assert project.cli("render", project.letter(), "--param", "align").code == 2
    for command in (["merge", "--data", "people.csv"], ["variants"]):
        project.write("people.csv", "Name\nAda\n")
        front = FRONT + "variants: {paper: [a4]}\n"
        ran = project.cli(command[0], project.letter(front=front), *command[1:], "-o", "out", "--param", "aling=left")
        assert (ran.code, "did you mean 'align'" in ran.err) == (2, True), ran.err


def test_wrong_options_are_diagnostics(project: Project) -> None:
    letter = project.letter("{{ fields.amount }}\n", FRONT + "fields: {amount: {default: 1}}\n")
    found = []
    for arguments in (
        ["render", letter, "--set", "amuont=3"],
        ["render", letter, "--paper", "leter"],
        ["render", letter, "--sign", "Jo Lind=inc"],
        ["render", letter, "--letterhead", "plian"],
        ["render", letter, "--param", "aling=left"],
        ["render", letter, "--papper", "a4"],
        ["render", letter, "--set", "amount"],
        ["render"],
        ["render", letter, "--time-limit", "x"],
        ["rendr", letter],
    ):
        ran = project.cli(*arguments, "--json")
        assert ran.code == 2
        (fault,) = ran.faults
        found.append((fault["field"], fault["code"], fault["value"], [fix["value"] for fix in fault["fixes"]][:1]))
    assert found == [
        ("--set", "field-unknown", "amuont", ["amount"]),
        ("--paper", "choice-unknown", "leter", ["letter"]),
        ("--sign", "choice-unknown", "inc", ["ink"]),
        ("--letterhead", "letterhead-unknown", "plian", ["plain"]),
        ("--param aling", "parameter-unknown", "aling", ["align"]),
        (None, "option-unknown", "--papper", ["--paper"]),
        ("--set", "pair-wrong", "amount", []),
        ("LETTER.md...", "option-missing", None, []),
        ("--time-limit", "option-wrong", None, []),
        (None, "command-unknown", "rendr", ["render"]),
    ]
