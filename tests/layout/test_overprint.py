"""Texts that are printed over each other: what is found, and what is none."""

from __future__ import annotations

import pytest

from tests.support.project import FRONT, Project

SIGNED = FRONT + "enclosures: [Preisliste]\n"


def _letterhead(project: Project, css: str, html: str = "") -> str:
    project.write("templates/own/letterhead.toml", 'extends = "plain"\n')
    project.write("templates/own/style.css", css)
    if html:
        project.write("templates/own/letter.html", html)
    return SIGNED.replace("letterhead: plain", "letterhead: own")


@pytest.mark.parametrize(
    ("css", "over", "under"),
    [
        (".letter-lists { margin-top: -29mm }", "Preisliste", "Sincerely,"),
        (
            ".letter-subject, .letter-salutation { position: absolute; top: 0 }",
            "Dear Dr. Brook:",
            "Harbor Light Clinic",
        ),
        (".letter-foot, .letter-closing { margin-top: -5mm }", "Sincerely,", "The tide tables are enclosed."),
        (".letter-date { margin-bottom: -5mm }", "Dr. Ada Brook", "January 15, 2026"),
    ],
)
def test_a_text_over_another_is_a_fault_of_the_letterhead(project: Project, css: str, over: str, under: str) -> None:
    result = project.press("The tide tables are enclosed.\n", _letterhead(project, css))
    assert result.pdf is None
    (fault,) = (fault for fault in result.diagnostics if fault.severity == "error")
    assert fault.code == "text-overprinted"
    assert fault.file is not None
    assert fault.file.endswith("templates/own/style.css")
    params = dict(fault.params)
    assert {str(fault.value).replace("\u00a0", " "), str(params["under"]).replace("\u00a0", " ")} == {over, under}
    assert params["page"] == 1
    assert f"at {params['x_mm']} mm from the left and {params['y_mm']} from the top" in fault.message
    assert 0 < params["x_mm"] < 210
    assert 0 < params["y_mm"] < 297


def test_the_place_is_that_of_the_common_part(project: Project) -> None:
    html = '{% extends "plain/letter.html" %}{% block notices %}<p class="a">Left out</p><p class="b">Over</p>{% endblock %}'
    css = (
        "@page :first { margin: 0 } .a, .b { position: absolute; left: 40mm; top: 100mm; margin: 0 } .b { left: 45mm }"
    )
    result = project.press("Text.\n", _letterhead(project, css, html))
    (fault,) = (fault for fault in result.diagnostics if fault.severity == "error")
    params = dict(fault.params)
    assert (params["x_mm"], params["y_mm"]) == pytest.approx((45, 101.2), abs=0.6)


def test_a_later_page_is_looked_at_as_well(project: Project) -> None:
    """A closing that goes to a later page with the end of the text, and is moved up there."""
    body = "\n\n".join(["The tide tables are enclosed. " * 4] * 20)
    result = project.press(body, _letterhead(project, ".letter-closing { margin-top: -5mm }"))
    (fault,) = (fault for fault in result.diagnostics if fault.severity == "error")
    assert dict(fault.params)["page"] == 2


@pytest.mark.parametrize(
    "css",
    [
        ".letter-closing { margin-top: -1mm }",  # close, and nothing covered
        "html { line-height: 9pt } .letter-body > *, .letter-salutation, .letter-date { margin-bottom: 0 !important }",
        ".letter-lists { margin-top: -29mm; visibility: hidden }",
        ".letter-lists { margin-top: -29mm; transform: translate(90mm, 0) }",
        ".letter-lists { margin-top: -29mm; margin-left: 90mm }",
    ],
)
def test_what_covers_nothing_is_none(project: Project, css: str) -> None:
    result = project.press(
        "The tide tables[^1] are *enclosed*, m^2^ of H~2~O.\n\n[^1]: A note.\n", _letterhead(project, css)
    )
    assert [fault.code for fault in result.diagnostics if fault.code == "text-overprinted"] == []


def test_what_is_too_large_for_its_place_is_said_once(project: Project) -> None:
    """Its zone's fault names the cause; what it runs over is a consequence."""
    name = "Wohnungsbaugenossenschaft" * 4
    front = FRONT.replace("letterhead: plain", "letterhead: din5008").replace("Dr. Ada Brook", name, 1)
    front = front.replace("lang: en-US", "lang: de-DE") + "reference: {yours: AB/12}\n"
    codes = {fault.code for fault in project.press("Text.\n", front).diagnostics if fault.severity == "error"}
    assert "zone-too-narrow" in codes
    assert "text-overprinted" not in codes
