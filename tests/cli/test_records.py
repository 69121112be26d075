"""Options that say how a list is read: each command that has them reads the list so."""

from __future__ import annotations

from typing import Any

import click
import openpyxl
import pytest
from click.testing import CliRunner

from letterpress.cli import records
from letterpress.processes.limits import Limits
from letterpress.recipients.tables import Choice
from tests.support.project import FRONT, Project

HEAD = ["name", "street", "city", "region", "postcode"]
MORE = {
    "variants": ["--paper", "a4"],
    "plan": ["-o", "planned"],
    "envelopes": ["-o", "a.pdf", "--size", "c6"],
    "labels": ["-o", "a.pdf", "--sheet", "avery-5160"],
}


@pytest.fixture(name="letter")
def _letter(project: Project) -> str:
    book = openpyxl.Workbook()
    for title, name in (("2025", "Old Person"), ("2026", "New Person")):
        sheet = book.create_sheet(title)
        sheet.append(HEAD)
        sheet.append([name, "1 Quay Road", "Bath", "ME", "04530"])
    book.remove(book.worksheets[0])
    book.save(project.root / "two.xlsx")
    return project.letter(front=f"{FRONT}variants:\n  paper: [a4, letter]\n")


@pytest.mark.parametrize("name", ["--data-sheet", "--sheet"])
def test_the_sheet_that_is_named_is_read(project: Project, letter: str, name: str) -> None:
    given = ["--data", "two.xlsx", name, "2026", "--name", "{to.name}", "--jobs", "0"]
    ran = project.cli("merge", letter, *given, "--json")
    assert [one["output"] for one in ran.json["letters"]] == ["out/letter/New Person.pdf"], ran.err
    assert "sheet-guessed" not in ran.out


@pytest.mark.parametrize("command", ["merge", "plan", "variants", "envelopes", "labels"])
def test_a_sheet_that_is_not_there_is_refused(project: Project, letter: str, command: str) -> None:
    ran = project.cli(command, letter, "--data", "two.xlsx", "--data-sheet", "2027", *MORE.get(command, ()))
    assert (ran.code, "two.xlsx: --data-sheet: there is no sheet '2027'" in ran.err) == (2, True), ran.err


@pytest.mark.parametrize("command", ["merge", "plan", "variants", "envelopes", "labels"])
def test_an_option_that_the_list_has_no_use_for_is_refused(project: Project, letter: str, command: str) -> None:
    project.write("list.csv", f"{','.join(HEAD)}\nAda,1 Quay Road,Bath,ME,04530\n")
    for file, option, kind in (
        ("list.csv", "--data-sheet", "a .csv file has no sheet"),
        ("list.csv", "--table", "a .csv file has no table"),
        ("list.csv", "--query", "a .csv file has no query"),
        ("two.xlsx", "--delimiter", "a .xlsx file has no delimiter"),
        ("two.xlsx", "--encoding", "a .xlsx file has no encoding"),
        ("postgresql://nobody/x", "--delimiter", "a database has no delimiter"),
    ):
        ran = project.cli(command, letter, "--data", file, option, "x", *MORE.get(command, ()))
        assert (ran.code, f"{file}: {option}: {kind}. hint: leave {option} out: it is for" in ran.err) == (2, True)


def test_a_table_and_a_query_are_not_meant_together(project: Project, letter: str) -> None:
    (project.root / "a.db").write_bytes(b"")
    ran = project.cli("merge", letter, "--data", "a.db", "--table", "x", "--query", "SELECT 1")
    assert (ran.code, "a.db: --table: the query says which records are read" in ran.err) == (2, True)


def test_each_option_of_a_list_says_how_it_is_read() -> None:
    """An option that is declared and read by nobody would take another list than the one that is meant."""
    found: list[Choice] = []

    @click.command
    @records.source_options()
    def command(**given: Any) -> None:
        given["limits"] = Limits()
        found.append(records.reading(given).choice)

    named = [option for option in command.params if option.name not in ("mapping", "data_lang", "corrections")]
    given = [part for option in named for part in (option.opts[0], f"a {option.name}")]
    CliRunner().invoke(command, given, catch_exceptions=False)
    assert {option.name: getattr(found[0], option.name or "") for option in named} == {
        option.name: f"a {option.name}" for option in named
    }
    assert "sheet" in {option.name for option in named}
