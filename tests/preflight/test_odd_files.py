"""Damaged, odd and hostile PDFs: whatever they are, preflight says something of them, and nothing is raised."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from letterpress import preflight
from letterpress.carriers import catalogue
from letterpress.preflight import drawing
from letterpress.processes import kept_worker
from letterpress.processes.limits import Limits
from tests.support import oddpdfs
from tests.support.posted import Posted

NOTIFY = catalogue.find("notify", ".")
MADE = list(itertools.islice(oddpdfs.all_of(30), 0, None, 3))
RULES = frozenset(
    [
        *("pdf-unreadable", "pdf-locked", "pdf-encrypted", "sheet-size", "page-damaged", "font-missing-in-file"),
        *("color-unprinted", "pages-none", "pages-many", "box-missing", "page-turned", "box-unlike", "annotation"),
        *("page-scaled", "file-size", "pages-unseen"),
    ]
)


@pytest.mark.parametrize("odd", MADE, ids=lambda odd: odd.name)
def test_an_odd_file_is_refused_by_name(odd: oddpdfs.Odd) -> None:
    report = preflight.examine(odd.data, carrier=NOTIFY, pictures=True)
    assert not report.passed  # none of them is A4 with embedded fonts
    assert {finding.rule for finding in report.findings} <= RULES


def test_there_are_thirty_of_them() -> None:
    assert len(MADE) >= 30


def _loop_of_forms(pdf: pikepdf.Pdf) -> None:
    """Forms that draw each other, and themselves."""
    one, two = (pdf.make_stream(b"/A Do /B Do", Subtype=Name.Form, BBox=[0, 0, 9, 9]) for _ in range(2))
    for form in (one, two):
        form.Resources = Dictionary(XObject=Dictionary(A=one, B=two))
    _drawn(pdf, one)


def _tower_of_forms(pdf: pikepdf.Pdf) -> None:
    """Each form draws the next one ten times: 10**12 in all."""
    inner = pdf.make_stream(b"0 0 1 1 re f", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    for _ in range(12):
        outer = pdf.make_stream(b"/A Do " * 10, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        outer.Resources = Dictionary(XObject=Dictionary(A=inner))
        inner = outer
    _drawn(pdf, inner)


def _drawn(pdf: pikepdf.Pdf, form: pikepdf.Object) -> None:
    page = pdf.pages[0].obj
    page.Resources.XObject = Dictionary(A=form)
    page.Contents = pdf.make_stream(b"/A Do")


def _wild_numbers(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.MediaBox = Array([0, 0, 10**12, -(10**12)])
    page.UserUnit, page.Rotate, page.Annots = Name.Many, 45, Dictionary()
    page.Contents = pdf.make_stream(b"/Nothing Do [] cm 1 cm (a) (b) (c) rg /X gs /Y sh Q Q Q 1e400 0 0 1 0 0 cm")


def _odd_colors(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    deep = Array([Name.Indexed, Name.DeviceRGB, 1, b"\0" * 6])
    for _ in range(40):
        deep = Array([Name.Indexed, deep, 1, b""])
    page.Resources.ColorSpace = Dictionary(A=deep, B=Array([]), C=Array([Name.ICCBased]), D=7)
    page.Contents = pdf.make_stream(b"/A cs /B cs /C CS /D cs /E cs")


@pytest.mark.parametrize("change", [_loop_of_forms, _tower_of_forms, _wild_numbers, _odd_colors])
def test_what_no_program_would_write_does_no_harm(change: Callable[[pikepdf.Pdf], None]) -> None:
    report = preflight.examine(Posted(change=change).pdf(), carrier=NOTIFY)
    assert not report.passed


def test_endless_drawing_is_said_of_its_page() -> None:
    report = preflight.examine(Posted(change=_loop_of_forms).pdf(), carrier=NOTIFY)
    assert "page-damaged" in [finding.rule for finding in report.findings]


def test_a_page_with_too_many_steps_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_MOST_STEPS", 100)
    report = preflight.examine(Posted(drawn=[(1, b"0 g " * 200)]).pdf(), carrier=NOTIFY)
    (finding,) = [finding for finding in report.findings if finding.rule == "page-damaged"]
    assert "more than 100 steps" in finding.message


def test_with_limits_it_is_examined_in_another_process() -> None:
    report = preflight.examine(Posted(at=(25, 44)).pdf(), carrier="notify", limits=Limits(seconds=30))
    assert report.passed
    with pytest.raises(kept_worker.Ended) as ended:
        preflight.examine(Posted(pages=40).pdf(), carrier="notify", limits=Limits(seconds=0.02))
    assert ended.value.diagnostics[0].code == "limit-time"
