"""What is wrong with a project's letterhead or with a letter's files is found by a check, as rendering says it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import letterpress
from letterpress import pipeline
from letterpress.errors import Diagnostic
from letterpress.model import Job
from letterpress.rawhtml import named_files
from tests.support.project import FRONT, Project

OWN = FRONT.replace("letterhead: plain", "letterhead: ours")
PAGE = '{% extends "plain/letter.html" %}\n{% block body %}{{ super() }}INSTEAD{% endblock %}\n'
SHEETS = {
    "name-unknown": "body { font: 10pt / {{ lh }} 'Source Sans Pro' }",
    "filter-unknown": "body { line-height: {{ 1 | upcase }} }",
    "template-syntax": "body { line-height: {{ 1 }",
    "style-unknown": "body { colr: red }\nbody { color: nonono }",
    "layout-warning": "body { color: red; p { margin 0 }",
    "font-unreadable": "@font-face { font-family: Ours; src: url(ours.ttf) }\nbody { font-family: Ours }",
    "file-missing": "@page { background: url('a.png') }\n@media print { main, p:first-child::before { content: url(b.svg) } }",
}
PAGES = {
    "name-unknown": "{{ nothing.x }}",
    "filter-unknown": "{{ 'a' | upcase }}",
    "template-syntax": "{{ super( }}",
    "template-missing": "{% include 'nothing.html' %}",
    "file-missing": '<img alt="x" src="{{ asset("a.svg") }}">',
    "file-outside": '<p style="background: url(../../../b.svg)">x</p>',
    "image-unreadable": '<img alt="x" src="data:image/svg+xml,nothing">',
}


def _checked(path: str) -> tuple[Diagnostic, ...]:
    return tuple(one for one in letterpress.check(path) if one.severity == "error")


@pytest.mark.parametrize("code", SHEETS)
def test_a_slip_in_a_style_sheet_is_found_without_layout(code: str, project: Project) -> None:
    project.letterhead("ours", css=SHEETS[code])
    _is_as_rendered(project, code)


@pytest.mark.parametrize("code", PAGES)
def test_a_slip_in_a_page_is_found_without_layout(code: str, project: Project) -> None:
    project.letterhead("ours", letter__html=PAGE.replace("INSTEAD", PAGES[code]))
    _is_as_rendered(project, code)


def _is_as_rendered(project: Project, code: str) -> None:
    path = project.letter("Text.\n", OWN)
    found = _checked(path)
    assert code in {one.code for one in found}
    assert set(found) == set(letterpress.render(path).diagnostics)
    of_record = pipeline.inspect(Job(letter=letterpress.load(path), record="1"))
    assert of_record.status == "failed"
    assert set(found) == {replace(one, record=None) for one in of_record.diagnostics}


def test_what_a_letter_itself_names_is_looked_for(project: Project) -> None:
    path = project.letter("![A harbour](harbour.png)\n")
    (fault,) = _checked(path)
    assert (fault.code, fault.value, fault.line) == ("file-missing", "harbour.png", 12)
    assert letterpress.render(path).diagnostics == (fault,)


def test_what_a_value_names_is_looked_for_once_it_is_known(project: Project) -> None:
    front = FRONT + "fields: {picture: {required: true}}\n"
    path = project.letter("![A harbour]({{ fields.picture }}.png)\n\n![A boat](boat.png)\n", front)
    assert [one.value for one in _checked(path)] == ["boat.png"]
    found = letterpress.check(path, fields={"picture": "harbour"})
    assert [one.value for one in found] == ["harbour.png", "boat.png"]


def test_a_letter_whose_recipient_a_list_names_is_checked_with_one(project: Project) -> None:
    """A letterhead that prints the first line of the address has no slip."""
    page = PAGE.replace("INSTEAD", "<p>{{ addresses[0][0] | upper }}</p>")
    project.letterhead("ours", letter__html=page)
    path = project.letter("Text.\n", "\n".join(line for line in OWN.splitlines() if not line.startswith("to:")) + "\n")
    assert _checked(path) == ()


def test_what_a_letterhead_asks_for_is_asked_of_a_letter_that_goes_as_it_stands(project: Project) -> None:
    project.letterhead("ours", toml='extends = "plain"\nrequires = ["reference"]\n')
    (fault,) = _checked(project.letter("Text.\n", OWN))
    assert (fault.code, fault.field) == ("field-missing", "reference")
    assert _checked(project.letter("{{ fields.x }}\n", OWN + "fields: {x: {required: true}}\n")) == ()


def test_the_letterheads_of_variants_are_checked(project: Project) -> None:
    project.letterhead("ours", css="body { colr: red }")
    path = project.letter("Text.\n", FRONT + "variants: {letterhead: [plain, ours]}\n")
    (fault,) = _checked(path)
    assert (fault.code, fault.variant) == ("style-unknown", "letterhead=ours")


def test_a_dry_run_says_it_of_each_record(project: Project) -> None:
    project.letterhead("ours", css="body { colr: red }")
    project.write("list.csv", "name,city\nAda Brook,Bangor\nJo Lind,Bath\n")
    ran = project.cli(
        "merge", "--jobs", "0", project.letter("Text.\n", OWN), "--data", "list.csv", "--dry-run", "--json"
    )
    assert ran.code == 1
    assert [one["diagnostics"][0]["code"] for one in ran.json["letters"]] == ["style-unknown"] * 2


def test_a_rule_that_is_for_nothing_on_the_page_reads_nothing(project: Project) -> None:
    project.letterhead(
        "ours", css=".nothing, p:is(.a, .b) { background: url(a.png) }\n@media screen { p { color: red } }"
    )
    path = project.letter("Text.\n", OWN)
    assert _checked(path) == ()
    assert letterpress.render(path).pdf is not None


def test_the_files_that_styles_name() -> None:
    assert named_files.of_style("background: url(a.png), image-set(url('b.png') 2x)") == ("a.png", "b.png")
    assert named_files.of_style("color: red") == ()
    sheet = "a::before, b:is(c, d) { content: url(1) }\n@media all { p { x: url('2') } }\n@media screen { p { x: url(3) } }\n@page { @top-left { content: url(4) } }\n@font-face { src: url(5) }"
    assert named_files.of_sheet(sheet) == ((("a", "b:is(c, d)"), ("1",)), (("p",), ("2",)), (None, ("4",)))
