"""The letters of a list are made while somebody looks on, stopped in their own time, and gone on with."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from letterpress.batch.list_plan import Reading
from letterpress.errors import LetterpressError
from letterpress.interactive import runs, variant_runs
from letterpress.interactive.lists import List
from letterpress.interactive.runs import End, Order
from letterpress.recipients.corrections import Correction, Corrections, Kept
from tests.support.project import FRONT, Project

FRONT_OF_LIST = FRONT.replace(FRONT[FRONT.index("to:") : FRONT.index("salutation")], "") + "fields: {boxes: integer}\n"
ROWS = "".join(
    f"{name},{at} Quay,Bangor,ME,04401,{at}\n" for at, name in enumerate(("Ada", "Ben", "Cy", "Di"), start=1)
)


def _run(order: Order, given: List, end: Callable[[], bool] = bool) -> tuple[End, list[Any]]:
    said: list[Any] = []

    def ask(question: str, *news: Any) -> bool:
        if question == "is_to_end":
            return end()
        said.append(news[1])
        return True

    return runs.run(ask, order, given), said


PAPERS = (
    (("letterhead", "plain"), ("paper", "letter")),
    (("letterhead", "plain"), ("paper", "a4")),
    (("letterhead", "din5008"), ("paper", "letter")),
)


def _variants(order: Order, end: Callable[[], bool] = bool) -> tuple[End, list[Any]]:
    said: list[Any] = []

    def ask(question: str, *news: Any) -> bool:
        if question == "is_to_end":
            return end()
        said.append(news[1])
        return True

    return variant_runs.run(ask, order), said


def _order(project: Project, **more: Any) -> Order:
    letter = project.letter("{{ fields.boxes }} boxes.\n", FRONT_OF_LIST)
    return Order(letter=letter, folder=str(project.root / "out/members"), jobs=0, **more)


def _list(project: Project, text: str, **reading: Any) -> List:
    path = project.write("members.csv", "name,street,city,region,postcode,boxes\n" + text)
    return List(source=str(path), reading=Reading(**reading))


def test_a_faulty_row_is_corrected_and_the_run_goes_on(project: Project) -> None:
    order = _order(project, combined=str(project.root / "out/all.pdf"))
    given = _list(project, ROWS.replace("04401,2", "04401,=two"))
    ended, said = _run(order, given)
    assert (ended.state, ended.letters, ended.done, ended.failed) == ("failed", 4, 3, 1)
    assert ended.combined is None
    told = [letter for progress in said for letter in progress.letters]
    assert sorted((letter.number, letter.status) for letter in told) == [
        ("1", "done"),
        ("2", "failed"),
        ("3", "done"),
        ("4", "done"),
    ]
    (failed,) = [letter for letter in told if letter.status == "failed"]
    assert [(fault.code, fault.cell, fault.row) for fault in failed.diagnostics] == [("number-unreadable", "F3", 3)]
    assert said[-1].total == 4
    assert ended.faulty is not None
    rows = list(csv.reader(io.StringIO(ended.faulty.decode("utf-8-sig"))))
    assert rows[1][:2] == ["3", "Ben"]
    assert rows[1][6] == "'=two"
    assert "number" in rows[1][-1]
    made = Corrections().with_cell(Correction(record=2, column="boxes", was="=two", text="2"))
    ended, _ = _run(order, List(source=given.source, reading=Reading(corrections=Kept().having(None, made))))
    assert (ended.state, ended.done, ended.skipped, ended.faulty) == ("done", 1, 3, None)
    assert ended.combined is not None
    assert (project.root / "out/all.pdf").is_file()
    assert len(list((project.root / "out/members").glob("*.pdf"))) == 4


def test_a_run_is_stopped_in_its_own_time_and_gone_on_with(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_TOLD", 0.0)
    order, given = _order(project), _list(project, ROWS)
    ended, _ = _run(order, given, end=lambda: True)
    assert ended.state == "interrupted"
    assert ended.pending > 0
    assert ended.done + ended.pending == 4
    ended, _ = _run(order, given)
    assert (ended.state, ended.pending, ended.done + ended.skipped) == ("done", 0, 4)
    with pytest.raises(LetterpressError):
        _run(order, _list(project, ROWS, mapping={"nothing": "boxes"}))


def test_each_row_has_a_letter_in_each_variant(project: Project) -> None:
    rows = "".join(ROWS.splitlines(keepends=True)[:2])
    ended, _ = _run(_order(project, variants=PAPERS), _list(project, rows))
    assert (ended.state, ended.done) == ("done", 4)
    assert "paper-unfit" in {fault.code for fault in ended.faults}
    names = sorted(path.name for path in (project.root / "out/members").glob("*.pdf"))
    assert [name.split("-")[-1] for name in names] == [
        "00001.plain.a4.pdf",
        "00001.plain.letter.pdf",
        "00002.plain.a4.pdf",
        "00002.plain.letter.pdf",
    ]


def test_variants_of_a_letter_are_made_and_stopped(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_TOLD", 0.0)
    folder = project.root / "out/ways"
    order = Order(letter=project.letter("Hello.\n", FRONT), variants=PAPERS[:2], folder=str(folder), jobs=0)
    ended, said = _variants(order, end=lambda: True)
    assert (ended.state, ended.done, ended.pending) == ("interrupted", 1, 1)
    assert [letter.status for progress in said for letter in progress.letters] == ["done"]
    (first,) = folder.glob("*.pdf")
    first.write_bytes(b"as it was made")  # it would not be left if it were made again
    ended, said = _variants(replace(order, made=frozenset({str(first), str(folder / "gone.pdf")})))
    assert (ended.state, ended.done, ended.skipped, ended.pending) == ("done", 1, 1, 0)
    assert [letter.status for progress in said for letter in progress.letters] == ["skipped", "done"]
    assert (first.read_bytes(), len(list(folder.glob("*.pdf")))) == (b"as it was made", 2)
    with pytest.raises(LetterpressError) as caught:
        _variants(replace(order, variants=PAPERS[2:]))
    assert {fault.code for fault in caught.value.diagnostics} == {"paper-unfit"}
    (project.root / "file").touch()
    with pytest.raises(LetterpressError) as caught:
        _variants(replace(order, folder=str(project.root / "file")))
    assert [fault.code for fault in caught.value.diagnostics] == ["folder-unusable"]
