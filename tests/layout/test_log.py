"""What WeasyPrint only logs is a fault, with its place: inline styles and drawings, style sheets, fonts, images."""

from __future__ import annotations

import logging
import threading

import pytest

from letterpress.layout import log
from tests.support.project import FRONT, Project

OWN = FRONT.replace("letterhead: plain", "letterhead: own")
BROKEN = '<svg viewBox="a b" width="20mm" height="9mm" role="img" aria-label="a line"><path d="M0 0h5"/></svg>'
WHOLE = BROKEN.replace("a b", "0 0 9 9")


def test_an_authors_style_that_cannot_be_set_has_its_line_and_value(project: Project) -> None:
    fault = project.fault('Text.\n\n<div style="color: #333; word-break: keep-all">\n\nWords\n\n</div>\n')
    assert (fault["code"], fault["line"], fault["value"]) == ("style-unknown", 14, "word-break: keep-all")
    assert fault["params"] == {"property": "word-break", "reason": "invalid value"}
    assert fault["file"] == "content/letters/letter.md"
    assert "letterhead" not in fault["hint"]


def test_each_of_several_styles_is_named(project: Project) -> None:
    body = '<p style="word-break: keep-all">a</p>\n\nText.\n\n<p style="font-weight: 450">b</p>\n'
    assert [fault["line"] for fault in project.faults(body)] == [12, 16]


def test_a_letterheads_inline_style_is_found_in_its_template(project: Project) -> None:
    head = '{% extends "plain/letter.html" %}\n{% block head %}\n<p style="colour: red">Head</p>\n{% endblock %}\n'
    project.letterhead("own", letter__html=head)
    fault = project.fault(front=OWN)
    assert (fault["code"], fault["file"], fault["line"]) == ("style-unknown", "templates/own/letter.html", 3)
    assert "letter.html" in fault["hint"]


def test_a_letterheads_inline_style_that_is_put_together_names_the_template(project: Project) -> None:
    head = '{% extends "plain/letter.html" %}\n{% block head %}<p style="{{ "colour" }}: red">A</p>{% endblock %}\n'
    project.letterhead("own", letter__html=head)
    fault = project.fault(front=OWN)
    assert (fault["file"], fault["line"]) == ("templates/own/letter.html", None)


def test_a_style_sheet_is_named_as_before(project: Project) -> None:
    project.letterhead("own", css="p { colour: red }\n")
    fault = project.fault(front=OWN)
    assert (fault["code"], fault["file"]) == ("style-unknown", "templates/own/style.css")
    assert fault["message"] == "layout: Ignored `colour: red ` at 1:5, unknown property"


def test_a_drawing_in_the_text_that_cannot_be_drawn_has_its_line(project: Project) -> None:
    fault = project.fault(f"Text.\n\n{BROKEN}\n")
    assert (fault["code"], fault["line"]) == ("drawing-impossible", 14)
    assert fault["message"] == "a drawing (<svg>) cannot be drawn"
    assert "viewBox" in fault["hint"]


def test_one_of_several_drawings_is_said_to_be_one_of_them(project: Project) -> None:
    fault = project.fault(f"{WHOLE}\n\nText.\n\n{BROKEN}\n\n{WHOLE}\n")
    assert fault["message"] == "a drawing (<svg>), one of those in the lines 12, 16 and 18, cannot be drawn"
    assert fault["params"] == {"lines": [12, 16, 18]}


def test_a_letterheads_drawing_that_cannot_be_drawn_is_found_in_its_template(project: Project) -> None:
    head = '{% extends "plain/letter.html" %}\n{% block head %}\n\n' + BROKEN + "\n{% endblock %}\n"
    project.letterhead("own", letter__html=head)
    faults = project.faults(front=OWN)
    found = [(fault["file"], fault["line"]) for fault in faults if fault["code"] == "drawing-impossible"]
    assert found == [("templates/own/letter.html", 4)]


def test_a_drawing_in_a_file_is_named_by_its_file(project: Project) -> None:
    svg = BROKEN.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    project.write("content/letters/line.svg", svg)
    fault = project.fault("Text.\n\n![a line](line.svg)\n")
    assert (fault["line"], fault["value"]) == (14, "line.svg")


def heard(*messages: str) -> list[tuple[str, str | None]]:
    return [(fault.message, fault.code) for fault in log.faults(messages, [])]


def test_messages_of_weasyprint_become_faults() -> None:
    """As WeasyPrint 70 words them; those that this cannot read are said as they are."""
    assert heard("Failed to load image at 'file:///a/b.png': ValueError: broken\nmore") == [
        ("'b.png' cannot be read: ValueError: broken", "image-unreadable")
    ]
    assert heard("Failed to load stylesheet at file:///a/b.css : no such file") == [
        ("'b.css' cannot be read: no such file", "image-unreadable")
    ]
    assert heard("Font-face 'Own' cannot be loaded") == [("the font 'Own' cannot be loaded", "font-unreadable")]
    assert heard("Something new.\nwith more") == [("layout: Something new", "layout-warning")]
    assert heard('.notdef glyph rendered for Unicode string unsupported by fonts: "☃" (U+2603)') == [
        (
            "no font has '☃' (U+2603 SNOWMAN); tried Source Serif Pro, Source Sans Pro",
            "character-missing",
        )
    ]


@pytest.mark.parametrize("allowed", [(), ("Known",)])
def test_only_this_threads_warnings_are_heard_but_those_that_are_allowed(allowed: tuple[str, ...]) -> None:
    logger = logging.getLogger("weasyprint.test")
    with log.heard(allowed) as messages:
        logger.warning("Known %s", "thing")
        logger.error("Another")
        logger.info("Step 1")
        other = threading.Thread(target=logger.warning, args=("of another thread",))
        other.start()
        other.join()
    logger.warning("after")
    assert messages == (["Another"] if allowed else ["Known thing", "Another"])
