"""Fonts of the system: only those that a letterhead declares, and an error where none of them is installed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from letterpress.fonts import shipped
from letterpress.layout import engine
from tests.support import needs, verapdf
from tests.support.project import FRONT, Project, pdf_text

KANJI = "港灯様御中、。"
JAPANESE = FRONT.replace("letterhead: plain", "letterhead: kanji").replace("Dr. Ada Brook, lines", "港灯 様, lines")


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A system with no fonts but those that a test puts into the folder that this gives."""
    folder = tmp_path / "system"
    folder.mkdir()
    config = tmp_path / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{folder}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    engine.forget()
    yield folder
    engine.forget()


def install(folder: Path, family: str, characters: str) -> None:
    """A font of this family that has these characters (with the look of letters of the shipped serif)."""
    from fontTools.ttLib import TTFont

    with TTFont(shipped.shipped()[0].path) as font:
        glyphs = [name for name in font.getGlyphOrder() if len(name) == 1 and name.isupper()]
        for table in font["cmap"].tables:
            table.cmap = {0x20: "space"} | {ord(char): glyphs[at % 26] for at, char in enumerate(characters)}
        for record in font["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = family
            elif record.nameID == 6:
                record.string = family.replace(" ", "")
        font.save(folder / f"{family}.ttf")


def faces(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = [
            item["/BaseFont"]
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        ]
        return {str(name).partition("+")[2] for name in names}


def test_a_declared_family_brings_what_the_shipped_fonts_lack(project: Project, system: Path) -> None:
    install(system, "Test Mincho", KANJI)
    install(system, "Another", KANJI)
    project.letterhead("kanji", toml='extends = "plain"\nsystem_fonts = ["Absent Mincho", "Test Mincho"]\n')
    result = project.press("港 and English 灯。\n", JAPANESE)
    assert result.pdf is not None, result.diagnostics
    assert any("Test-Mincho" in face for face in faces(result.pdf))
    assert not any("Another" in face for face in faces(result.pdf))
    assert "港 and English 灯。" in pdf_text(result.pdf)
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


def test_the_first_declared_family_comes_first(project: Project, system: Path) -> None:
    install(system, "First", KANJI)
    install(system, "Second", KANJI + "仮")
    project.letterhead("kanji", toml='extends = "plain"\nsystem_fonts = ["First", "Second"]\n')
    result = project.press("港灯\n", JAPANESE)
    assert result.pdf is not None, result.diagnostics
    assert not any("Second" in face for face in faces(result.pdf))
    both = project.press("港仮\n", JAPANESE)
    assert both.pdf is not None, both.diagnostics
    assert any("Second" in face for face in faces(both.pdf))


def test_none_installed_is_an_error_that_names_them_and_how_to_get_them(project: Project, system: Path) -> None:
    project.letterhead("kanji", toml='extends = "plain"\nsystem_fonts = ["Noto Serif CJK JP", "IPAexMincho"]\n')
    fault = project.fault("港\n", JAPANESE)
    assert fault["file"].endswith("templates/kanji/letterhead.toml")
    assert "Noto Serif CJK JP, IPAexMincho" in fault["message"]
    assert "apt install fonts-noto-cjk or fonts-ipaexfont-mincho" in fault["hint"]


def test_a_character_that_no_declared_font_has_is_an_error(project: Project, system: Path) -> None:
    install(system, "Test Mincho", KANJI)
    install(system, "Another", "仮")
    project.letterhead("kanji", toml='extends = "plain"\nsystem_fonts = ["Test Mincho"]\n')
    fault = project.fault("港仮\n", JAPANESE)
    assert "no font has '仮'" in fault["message"]
    assert "Test Mincho" in fault["message"]
    assert fault["line"] == 12


def test_without_a_declaration_the_system_is_not_asked(project: Project, system: Path) -> None:
    install(system, "Test Mincho", KANJI)
    fault = project.fault("港\n")
    assert "no font has '港'" in fault["message"]


def test_a_letterhead_inherits_the_declaration_and_says_it(project: Project) -> None:
    project.letterhead("kanji", toml='extends = "plain"\nsystem_fonts = ["Test Mincho"]\n')
    project.letterhead("leaf", toml='extends = "kanji"\n')
    assert "Test Mincho" in project.cli("letterheads", "leaf").out
    assert project.cli("letterheads", "leaf", "--json").json["letterheads"][0]["system_fonts"] == ["Test Mincho"]


# --- right to left ----------------------------------------------------------------------------------------------------

ARABIC = "نشكركمعلىرسالتالأولثاني،لسيدةىواحتراقصبضمح:كتهوةدؤجإظطغفخذزءآئ“”"
ARABIC_FRONT = """\
letterhead: naskh
lang: ar
date: 2026-11-24
to: {name: السيدة, lines: [شارع]}
salutation: السيدة
closing: وتفضلوا
signatories: [{name: كريم, title: المدير}]
"""


def test_an_arabic_letter_is_mirrored(project: Project, system: Path) -> None:
    from tests.support import golden

    install(system, "Test Naskh", "".join(chr(code) for code in range(0x600, 0x700)))
    project.letterhead("naskh", toml='extends = "plain"\npapers = ["a4"]\nsystem_fonts = ["Test Naskh"]\n')
    result = project.press(
        "نشكركم على رسالتكم.\n\n- الأول\n- الثاني\n\n| ا | ب |\n|---|---|\n| ت | ث |\n", ARABIC_FRONT
    )
    assert result.pdf is not None, result.diagnostics
    lines = golden.lines(result.pdf)
    assert lines
    assert all(line.x > 60 for line in lines), lines  # all begins at the right edge, and nothing reaches the left
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


@pytest.mark.parametrize(
    ("family", "lang", "text"),
    [("DejaVu Sans", "ar", 'نؤكد لكم "الموعد" 10:30.'), ("IPAexMincho", "ja", "「ご予約」の日時")],
)
def test_fonts_of_this_machine(project: Project, family: str, lang: str, text: str) -> None:
    """The same with real fonts, where they are."""
    project.letterhead("own", toml=f'extends = "plain"\nsystem_fonts = ["{family}"]\n')
    result = project.press(f"{text}\n\n**{text}**\n", f"letterhead: own\nlang: {lang}\ndate: 2026-11-24\n")
    if any("is installed" in fault.message for fault in result.diagnostics):
        needs.lack("font", f"{family} is not installed")
    assert result.pdf is not None, result.diagnostics
    verapdf.require()
    assert verapdf.validate(result.pdf) == []
