"""The cases of the table of kinds, each run as its file says, where they lie beside the project.

They are no part of it: `LETTERPRESS_CASES` names their folder, which else is `../shared/cases`; where it is not, nothing is
run, and the tests that the table names hold each kind all the same.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from tests.kinds.test_kinds import TABLE
from tests.support.project import ROOT, Project, pdf_text, raw_text

FOLDER = Path(os.environ.get("LETTERPRESS_CASES") or ROOT.parent / "shared/cases")
LETTER = "out/letter.pdf"
CASES = {name: entry for name, entry in TABLE["cases"].items() if "not_run" not in entry}


def commands_of(case: Path) -> list[str]:
    """The commands of letterpress and Python that a case's description begins with."""
    before = (case / "CASE.md").read_text(encoding="utf-8").split("## Actual")[0]
    lines = re.findall(r"^    (.+)$", before, re.MULTILINE)
    return [line for line in lines if line.startswith(("letterpress ", "python "))]


def elements(pdf: Path, kind: str) -> list[str]:
    """What each element of a kind in a file's structure is said to show."""
    with pikepdf.open(pdf) as document:
        found = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary)]
        return [
            str(thing.get("/Alt", "")) for thing in found if thing.get("/S") == pikepdf.Name(kind) and "/P" in thing
        ]


def pictures(pdf: Path) -> list[float]:
    """How wide the pictures of the first page are, in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        objects = document[0].get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,))
        return [right - left for left, _, right, _ in (thing.get_bounds() for thing in objects)]
    finally:
        document.close()


def at_the_right(folder: Path) -> None:
    document = pypdfium2.PdfDocument(folder / LETTER)
    page = document[0].get_textpage()
    at = page.get_text_range().index("1.00")
    left, _, _, _ = page.get_charbox(at)
    document.close()
    assert left > 200, "the cell is aligned to the right of its column"


def one_page(folder: Path) -> None:
    document = pypdfium2.PdfDocument(folder / LETTER)
    assert len(document) == 1
    document.close()


WHOLE = {
    "Große Bleichenstraße 118",
    "20354 Hamburg",
    "info@brueggemann.example",
    "vertrieb@brueggemann.example",
    "w.thomsen@brueggemann-soehne.example",
    "DE00 0000 0000 0000 0000 00",
    "120 pallets",
    "11 trucks",
    "TFS-1187-2026-0001",
    "$12,204.00",
}
"""What stands on one line, where a case has it."""


def lines_whole(folder: Path) -> None:
    lines = [line.replace("\u00a0", " ") for line in raw_text(folder / LETTER).splitlines()]
    printed = " ".join(" ".join(lines).split())
    found = {text for text in WHOLE if text in printed}
    assert found
    for text in found:
        assert any(text in line for line in lines), text


def logo_above_the_address(folder: Path) -> None:
    document = pypdfium2.PdfDocument(folder / LETTER)
    page = document[0]
    window = page.get_height() - 45 / 25.4 * 72
    logo = [thing.get_bounds() for thing in page.get_objects() if thing.get_bounds()[3] - thing.get_bounds()[1] > 20]
    assert any(bottom > window for _, bottom, _, _ in logo), logo
    document.close()


def foot_at_the_foot(folder: Path) -> None:
    document = pypdfium2.PdfDocument(folder / LETTER)
    page = document[0].get_textpage()
    _, bottom, _, _ = page.get_charbox(page.get_text_range().index("Registered charity"))
    document.close()
    assert bottom < 25 / 25.4 * 72


def picture_of_40_mm(folder: Path) -> None:
    (width,) = pictures(folder / LETTER)
    assert width == pytest.approx(40 / 25.4 * 72, abs=0.5)


def one_table_of_61_rows(folder: Path) -> None:
    assert len(elements(folder / LETTER, "/Table")) == 1
    assert len(elements(folder / LETTER, "/TR")) == 61


def picture_of_60_px(folder: Path) -> None:
    (width,) = pictures(folder / LETTER)
    assert width == pytest.approx(45, abs=0.5)


def a_picture(folder: Path) -> None:
    assert len(pictures(folder / LETTER)) == 1


def a_list(folder: Path) -> None:
    assert len(elements(folder / LETTER, "/LI")) == 2


def a_link(folder: Path) -> None:
    with pikepdf.open(folder / LETTER) as document:
        (note,) = document.pages[0].Annots
        assert note.Subtype == pikepdf.Name.Link


def one_table_of_121_rows(folder: Path) -> None:
    assert len(elements(folder / LETTER, "/Table")) == 1
    assert len(elements(folder / LETTER, "/TR")) == 121


def lines_stay(folder: Path) -> None:
    lines = raw_text(folder / "out/letter-00001.pdf").splitlines()
    at = lines.index("N=First line")
    assert lines[at + 1] == "Second line"


def handwriting(folder: Path) -> None:
    (figure,) = elements(folder / "out/l.pdf", "/Figure")
    assert "Ada Brook" in figure


def pictures_are_not_interpolated(folder: Path) -> None:
    with pikepdf.open(io.BytesIO((folder / LETTER).read_bytes())) as document:
        streams = [thing for thing in document.objects if isinstance(thing, pikepdf.Stream)]
        images = [thing for thing in streams if thing.get("/Subtype") == pikepdf.Name.Image]
        assert images
        assert not any(bool(image.get("/Interpolate", False)) for image in images)


LOOKS: dict[str, Callable[[Path], None]] = {
    "at-the-right": at_the_right,
    "picture-60-px": picture_of_60_px,
    "picture-40-mm": picture_of_40_mm,
    "one-page": one_page,
    "lines-whole": lines_whole,
    "logo-above-the-address": logo_above_the_address,
    "foot-at-the-foot": foot_at_the_foot,
    "one-table-of-61-rows": one_table_of_61_rows,
    "a-picture": a_picture,
    "a-list": a_list,
    "a-link": a_link,
    "one-table-of-121-rows": one_table_of_121_rows,
    "lines-stay": lines_stay,
    "handwriting": handwriting,
    "pdf-a": pictures_are_not_interpolated,
}


def copied(name: str, tmp_path: Path) -> tuple[Path, list[str]]:
    """A case in a folder that may be written to, and its commands."""
    group = name.split("/")[0]
    target = tmp_path / "case"
    if group == "field":
        shutil.copytree(FOLDER / name, target)
        return target, commands_of(target)
    shutil.copytree(FOLDER / group, target)
    return target, CASES[name]["commands"]


def ran(command: str, folder: Path) -> tuple[int, str]:
    """The code of a command and what it says: in this process, unless it is one for the shell or for Python."""
    if command.startswith("letterpress ") and not set(command) & set(";<>|*&"):
        done = Project(folder).cli(*shlex.split(command)[1:])
        return done.code, f"{done.out} {done.err}"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = subprocess.run(
        command, shell=True, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    return shell.returncode, f"{shell.stdout} {shell.stderr}"


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER.is_dir(), reason="the cases are no part of the project, and do not lie beside it")
@pytest.mark.parametrize("name", CASES)
def test_a_case_gives_its_right_value(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry: dict[str, Any] = CASES[name]
    folder, commands = copied(name, tmp_path)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "x")
    done = [ran(command, folder) for command in commands]
    said = " ".join(" ".join(words for _, words in done).split())
    assert [code for code, _ in done] == entry["exits"], said
    for text in entry.get("says", ()):
        assert text in said, said
    pages = {page: pdf_text(folder / page).replace("\u00a0", " ") for page in entry.get("pages", ())}
    for page, texts in entry.get("pages", {}).items():
        for text in texts:
            assert text in pages[page], pages[page]
    everything = " ".join([said, *(pdf_text(pdf) for pdf in (folder / "out").glob("*.pdf"))])
    for text in entry.get("never", ()):
        assert text not in everything
    for look in entry.get("look", ()):
        LOOKS[look](folder)
