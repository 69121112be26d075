"""Enclosures are looked at for print where marks of a machine will stand, or where a carrier keeps all pages free."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import letterpress
from letterpress import api, pipeline
from letterpress.preflight import annexes
from tests.support import posted
from tests.support.project import FRONT, LETTER, Project

MARKS = (5.0, 100.0, 18.0, 40.0, "what the marks of the inserting machine take")
PT = posted.PT


def square(x: float, y: float, side: float = 3.0) -> bytes:
    """A black square whose upper left corner is at x, y mm."""
    return b"0 0 0 1 k %.3f %.3f %.3f %.3f re f" % (x * PT, (297 - y - side) * PT, side * PT, side * PT)


@pytest.fixture
def enclosing(project: Project) -> Project:
    project.letter(front=FRONT + "paper: a4\nenclosures:\n  - {title: Annex, file: annex.pdf}\n")
    return project


def annex(project: Project, page: int, drawn: bytes) -> None:
    project.write("content/letters/annex.pdf", posted.Posted(pages=2, drawn=[(page, drawn)]).pdf())


def pressed(project: Project, stays_free: Any = (MARKS,)) -> letterpress.Result:
    job = api.job(letterpress.load(project.root / LETTER))
    return pipeline.press(replace(job, stays_free=stays_free))


def crossing(result: letterpress.Result) -> list[Any]:
    return [fault for fault in result.diagnostics if fault.code == "enclosure-crosses"]


def test_print_under_the_marks_of_a_machine_is_an_error_that_says_page_and_place(enclosing: Project) -> None:
    annex(enclosing, 2, square(10, 120))
    result = pressed(enclosing)
    [fault] = crossing(result)
    assert (result.status, fault.severity, fault.value) == ("failed", "error", "annex.pdf")
    assert "page 2 of the enclosure 'annex.pdf'" in fault.message
    assert "5, 100, 18 x 40 mm" in fault.message
    said = dict(fault.params)
    assert said["page"] == 2
    assert said["box_mm"] == pytest.approx((10, 120, 3, 3), abs=0.3)
    assert (fault.file, fault.line) == (str(enclosing.root / LETTER), 11)


@pytest.mark.parametrize(("x", "y"), [(24, 120), (10, 95), (10, 141)])
def test_print_beside_the_marks_is_none(enclosing: Project, x: float, y: float) -> None:
    annex(enclosing, 1, square(x, y))
    assert crossing(pressed(enclosing)) == []


def test_a_part_that_is_cut_by_the_place_counts_and_a_changed_file_is_looked_at_anew(enclosing: Project) -> None:
    annex(enclosing, 1, square(21, 120))
    assert dict(crossing(pressed(enclosing))[0].params)["page"] == 1
    annex(enclosing, 1, square(60, 120))
    assert crossing(pressed(enclosing)) == []


def test_a_letter_without_marks_or_carrier_does_not_draw_its_enclosures(
    enclosing: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    annex(enclosing, 1, square(10, 120))
    monkeypatch.setattr(annexes, "crossings", None)  # it would fail
    assert pressed(enclosing, ()).status == "done"


def test_what_a_carrier_keeps_free_on_all_pages_is_a_warning(enclosing: Project) -> None:
    annex(enclosing, 2, square(1, 150))
    result = letterpress.render(enclosing.root / LETTER, carrier="pingen", letterhead="din5008")
    [fault] = crossing(result)
    assert (fault.severity, dict(fault.params)["page"]) == ("warning", 2)
    annex(enclosing, 2, square(60, 150))
    assert crossing(letterpress.render(Path(enclosing.root / LETTER), carrier="pingen", letterhead="din5008")) == []
