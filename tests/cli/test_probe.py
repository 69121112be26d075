"""`letterpress check` of a letterhead: what its files hold that cannot be, and what its page does not show."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from letterpress.letterhead import definition, own_files
from tests.support.project import FRONT, ROOT, Project, pdf_text

EXTENDS = '{% extends "plain/letter.html" %}\n'


def checked(project: Project, **files: Any) -> list[dict[str, Any]]:
    """The faults of a letterhead `own`."""
    project.letterhead("own", **files)
    return project.cli("check", "templates/own", "--json").faults


@pytest.mark.parametrize(
    ("files", "place", "code", "value"),
    [
        (
            {"letter__html": EXTENDS + "{# {% block nothing %} #}\n{% block footer %}4711{% endblock %}"},
            "letter.html:3",
            "block-unknown",
            "footer",
        ),
        ({"css": "body { font-family: Arial, sans-serif }\np { font: 9pt/12pt arial }"}, None, "font-unknown", "Arial"),
        ({"css": "/* a\n*/ h1 { font: bold 9pt/12pt Helvetica }"}, "style.css:2", "font-unknown", "Helvetica"),
        (
            {
                "css": "@font-face { font-family: Inter; src: url(i.ttf);\nfont-weight: 100 900 }\np { font-family: Inter }"
            },
            "style.css:2",
            "font-weight-range",
            "100 900",
        ),
        ({"css": ".letter-head { color: device-cmyk(0 81% 81% 30%) }"}, "style.css:1", "colour-device", "device-cmyk"),
    ],
)
def test_what_cannot_be_is_said_once_with_its_line(
    project: Project, files: dict[str, str], place: str | None, code: str, value: str
) -> None:
    faults = [fault for fault in checked(project, **files) if fault["code"] != "character-missing"]
    codes = [fault["code"] for fault in faults]
    assert codes[0] == code
    assert len(set(map(str, faults))) == len(faults) <= 2
    assert faults[0]["value"] == value
    assert faults[0]["hint"]
    if place:
        assert f"{Path(faults[0]['file']).name}:{faults[0]['line']}" == place
    said = project.faults("Hello.\n", FRONT.replace("letterhead: plain", "letterhead: own"))
    assert [fault["code"] for fault in said] == codes  # a letter in it says the same, and nothing more


def test_blocks_and_fonts_that_there_are_pass(project: Project) -> None:
    page = EXTENDS + "{% block head %}<p>{% block inner %}Mill House{% endblock %}</p>{{ super() }}{% endblock %}"
    css = (
        '.letter-body p { font-family: "source serif pro", Arial } h1 { font-family: inherit }\n'
        'h2 { font: {{ "9pt" }} {{ "Source Serif Pro" }} }\nh3 { font: italic 9pt/12pt "Source Sans Pro" }'
    )
    assert checked(project, letter__html=page, css=css) == []


def test_what_a_style_hides_or_moves_away_is_found(project: Project) -> None:
    faults = checked(project, css=".letter-via, .letter-postscript { display: none }")
    assert [(fault["code"], fault["field"], fault["severity"]) for fault in faults] == [
        ("field-hidden", "via", "warning"),
        ("field-hidden", "postscript", "warning"),
    ]
    moved = checked(project, css=".letter-head { position: absolute; left: 400mm }")
    assert "Quillan" in moved[0]["message"]
    assert moved[0]["severity"] == "error"
    assert [fault["severity"] for fault in checked(project, css="p { margin-right: -80mm }")][:1] == ["error"]


def test_a_block_that_is_replaced_keeps_its_place(project: Project) -> None:
    for name in ("din5008", "plain", "swiss"):
        page = f'{{% extends "{name}/letter.html" %}}{{% block foot %}}<p>Charity 4711</p>{{% endblock %}}'
        page += "{% block head %}<p>Harbor House</p>{% endblock %}"
        project.letterhead("own", toml=f'extends = "{name}"\n', letter__html=page)
        result = project.press("Hello.\n", FRONT.replace("letterhead: plain", "letterhead: own"))
        assert result.pdf is not None, result.diagnostics
        assert pdf_text(result.pdf).count("Charity 4711") == 1
        from tests.support import golden

        lines = {line.text: line for line in golden.lines(result.pdf) if line.page == 1}
        assert lines["Harbor House"].y < 45, name
        assert lines["Charity 4711"].y > 240, name
        assert lines["Harbor House"].y < lines["Dr. Ada Brook"].y < lines["Charity 4711"].y


@pytest.mark.parametrize("name", ["plain", "navy", "memo", "band"])
def test_the_shipped_ones_show_every_field(project: Project, name: str) -> None:
    ran = project.cli("check", Path(definition.find(name, ROOT).folders[0]), "--json")
    assert ran.faults == []


def test_a_copy_of_the_shipped_letterheads_has_no_slip(project: Project) -> None:
    """Who begins with all of them in their own project finds nothing wrong that they have not written."""
    shutil.copytree(ROOT / "templates", project.root / "templates")
    heads = [definition.find(name, project.root) for name in definition.names(project.root)]
    assert not any(head.shipped for head in heads)
    assert [fault for head in heads for fault in own_files.faults(head)] == []
