"""Defaults in one's own letterhead.toml are held to what a letter's parameters are."""

from __future__ import annotations

import pytest

from tests.support.project import FRONT, Project

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10"/></svg>'


def _front(letterhead: str) -> str:
    return FRONT.replace("letterhead: plain", f"letterhead: {letterhead}")


@pytest.mark.parametrize(
    ("toml", "field", "code", "words"),
    [
        ('[parameters.rule]\ndefault = "oben"\n', "rule.default", "choice-unknown", "none, head, foot, both"),
        ('[parameters.rule]\nchoices = ["head", "foot"]\n', "rule.default", "choice-unknown", "'none'"),
        ('[parameters.accent]\ndefault = "bordeaux"\n', "accent.default", "parameter-malformed", "not a colour"),
        ('[parameters.accent]\ndefault = "#7a1f3"\n', "accent.default", "parameter-malformed", "not a colour"),
        ("[parameters.font_size]\ndefault = 11\n", "font_size.default", "parameter-malformed", "not a length"),
        ('[parameters.head_name]\ndefault = "no"\n', "head_name.default", "parameter-malformed", "neither true"),
        ('[parameters.logo_height]\ndefault = "6cm"\n', "logo_height.default", "logo-height", "is 6cm"),
        ('[parameters.Logo]\ndefault = "logo.svg"\n', "Logo", "parameter-unknown", "'Logo'"),
        ('[parameters.acent]\ndefault = "#000000"\n', "acent", "parameter-unknown", "'acent'"),
    ],
)
def test_a_wrong_default_is_refused_where_it_is_written(
    project: Project, toml: str, field: str, code: str, words: str
) -> None:
    project.write("templates/own/logo.svg", LOGO)
    logo = '[parameters.logo]\ndefault = "logo.svg"\n' if "logo_height" in toml else ""
    project.letterhead("own", toml=f'extends = "din5008"\n{toml}{logo}')
    project.letterhead("leaf", toml='extends = "own"\n')
    letter = project.letter("Text.\n", _front("leaf"))
    (fault,) = project.cli("check", letter, "--json").faults
    assert (fault["file"], fault["field"], fault["code"]) == (
        "templates/own/letterhead.toml",
        f"parameters.{field}",
        code,
    )
    assert words in fault["message"]
    assert "did you mean" in fault["hint"] if code == "parameter-unknown" else fault["hint"]


def test_a_light_accent_is_noted_of_a_default_too_and_a_new_parameter_is_ones_own(project: Project) -> None:
    more = '[parameters.slogan]\ndefault = "Since 1911"\n[parameters.logos]\ndescription = "Several"\ndefault = "a"\n'
    project.letterhead("own", toml=f'extends = "plain"\n{more}[parameters.accent]\ndefault = "#e3a008"\n')
    result = project.press("Text.\n", _front("own"))
    assert result.pdf is not None, result.diagnostics
    (note,) = result.diagnostics
    assert (note.code, note.file) == ("accent-light", "templates/own/letterhead.toml")
    assert note.field == "parameters.accent.default"


@pytest.mark.parametrize("accent", ["bordeaux", "#7a1f3", "currentcolor"])
def test_a_wrong_colour_is_said_once_where_it_was_written(project: Project, accent: str) -> None:
    letter = project.letter("Text.\n", _front("plain"))
    (fault,) = project.cli("render", letter, "--param", f"accent={accent}", "--json").faults
    assert (fault["code"], "#7a1f33" in fault["hint"]) == ("parameter-malformed", True)
    project.write("content/organisations/firm.yml", f'name: Kranbau\nlines: [A, B]\ndesign: {{accent: "{accent}"}}\n')
    front = FRONT.replace(FRONT[FRONT.index("from:") : FRONT.index("to:")], "from: firm\n")
    (fault,) = project.cli("render", project.letter("Text.\n", front), "--json").faults
    assert (fault["file"], fault["line"], fault["code"]) == ("content/organisations/firm.yml", 3, "parameter-malformed")


def test_a_letterhead_that_extends_nothing_says_what_is_missing(project: Project) -> None:
    project.letterhead("own", toml='description = "Ours"\n')
    for command in ("check", "render"):
        (fault,) = project.cli(command, project.letter("Text.\n", _front("own")), "--json").faults
        assert (fault["file"], fault["field"]) == ("templates/own/letterhead.toml", "extends")
        assert 'extends = "' in fault["hint"]
