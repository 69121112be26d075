"""Characters that no font of the letter has, as far as the finished PDF's fonts tell."""

from __future__ import annotations

import subprocess

import pytest

from letterpress.fonts import shipped
from letterpress.layout import characters
from letterpress.layout.characters import FontUsed
from tests.support import needs
from tests.support.project import FRONT, Project

FOREIGN = (1, b"a font of the system")
FAMILIES = ("Source Serif Pro",)


def test_a_glyph_of_a_foreign_font_is_a_fault_whatever_it_stands_for() -> None:
    [fault] = characters.faults([FontUsed(FOREIGN, frozenset({"", " "}))], (), FAMILIES)
    assert fault.code == "character-missing"
    [fault] = characters.faults([FontUsed(FOREIGN, frozenset({"", "జ"}))], (), FAMILIES)
    assert fault.value == "జ"


def test_white_space_and_fonts_that_the_letter_brings_are_none() -> None:
    assert not characters.faults([FontUsed(FOREIGN, frozenset({" ", "\u2003"}))], (), FAMILIES)
    assert not characters.faults([FontUsed(FOREIGN, frozenset({""}))], {FOREIGN}, FAMILIES)
    face = shipped.shipped()[0]
    assert not characters.faults([FontUsed(shipped.fingerprint(str(face.path)), frozenset({""}))], (), FAMILIES)


def test_signs_that_no_font_has_are_one_fault_whichever_font_was_asked(project: Project) -> None:
    """Some a font of the system may have, and some not."""
    [fault] = project.faults("A \U0001f600 and \U0001fae8 and \u2708.\n", FRONT)
    assert (fault["code"], sorted(fault["value"])) == ("character-missing", ["\u2708", "\U0001f600", "\U0001fae8"])


@pytest.mark.parametrize("text", ["జ్ఞ\u200cా", "జ్ఞా"])
def test_letters_that_are_set_as_one_glyph_are_not_taken_from_the_system(project: Project, text: str) -> None:
    listed = subprocess.run([needs.command("fc-list", "fontconfig"), ":lang=te"], capture_output=True, text=True)
    if not listed.stdout.strip():
        pytest.skip("no Telugu font is installed, so that there is none to be kept out")
    assert {fault["code"] for fault in project.faults(f"{text}\n", FRONT)} == {"character-missing"}
