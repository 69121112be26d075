"""What is heard of a letter: its structure in order says what its source says, word for word, and no more."""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

import letterpress
from letterpress import api, pipeline
from letterpress.layout import engine, lost_words
from letterpress.letterhead import compose, definition
from letterpress.pdf import spoken, structure
from letterpress.rawhtml import check
from letterpress.text import words as text_words
from tests.support import needs, verapdf
from tests.support.project import FRONT, Project, letterheads_here, png

ROOT = Path(__file__).parents[2]
LETTERS = [
    *(path for path in sorted((ROOT / "content" / "letters").glob("*.md")) if not path.stem.startswith("offer")),
    *sorted((ROOT / "tests" / "cases").glob("*/letter.md")),
]
"""All that are not for `merge`: those have fields without values of their own."""


def source_words(page: Any) -> list[str]:
    """The words of what the filler has written, with what a style sheet adds to it: numbers of lists and of notes."""
    return text_words.folded(lost_words.source(check.of_page(page.html)[0], furniture=False, numbers=True).text)


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.parent.name if path.name == "letter.md" else path.stem)
def test_a_letter_is_heard_as_it_was_written(path: Path) -> None:
    letter = letterpress.load(path)
    if definition.find(letter.letterhead, letter.root).system_fonts and letter.letterhead not in letterheads_here(ROOT):
        needs.lack("font", f"no font on this machine for {letter.letterhead}")
    made_with, filled, _ = pipeline._fill(api.job(letter))
    head, look = made_with.head, made_with.look
    assert filled is not None
    page = compose.compose(
        head, filled, letter, paper=look.paper, copy="original", archive=True, given=look.parameters, design=look.design
    )
    laid = engine.lay_out(page)
    assert laid.pdf is not None, laid.faults
    heard, _ = spoken.words(laid.pdf)
    assert heard == source_words(page)
    assert spoken.quick_words(laid.pdf) == heard  # what the letter itself was compared with


def test_what_breaks_over_pages_is_one_element_and_heads_are_heard_once(workshop: Project) -> None:
    rows = "".join(f"| row {number} | {number}.00 |\n" for number in range(120))
    note = "A long note " + "that goes on and on " * 60 + "to its end."
    body = (
        f"| name | amount |\n|---|--:|\n{rows}\n" + f"{'A sentence that fills lines. ' * 70}^[{note}] Last words.\n\n"
    )
    body += "".join(f"{number}. Item {number} {'of many words ' * 20}\n" for number in range(1, 30))
    result = workshop.press(body)
    assert result.pdf is not None, result.diagnostics
    elements = spoken.read(result.pdf)
    cells = [element.text for element in elements if element.row]
    assert cells[:4] == ["name", "amount", "row 0", "0.00"]
    assert len(cells) == 2 * 121
    with pikepdf.open(io.BytesIO(result.pdf)) as document:
        kinds = Counter(str(element.S) for element in structure.elements(document.Root.StructTreeRoot))
        pages = len(document.pages)
    assert pages > 5
    assert (kinds["/Table"], kinds["/TR"], kinds["/L"], kinds["/LI"], kinds["/Note"]) == (1, 121, 1, 29, 1)
    heard = " ".join(element.text for element in elements)
    assert heard.index("to its end.") < heard.index("Last words.") < heard.index("Item 1 ")
    assert [word for word in text_words.words(heard) if word == "Item"] == ["Item"] * 29
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


def test_a_hyphen_that_divides_a_word_is_none_to_a_reader(workshop: Project) -> None:
    words = "Rechtsschutzversicherungsgesellschaften Straßenverkehrszulassungen nord-süd-deutsche " * 12
    body = f"{words}\n\n[{words}](https://example.org/)\n"
    front = FRONT.replace("en-US", "de") + "parameters: {align: justify}\n"
    result = workshop.press(body, front)
    assert result.pdf is not None, result.diagnostics
    heard = " ".join(element.text for element in spoken.read(result.pdf))
    assert text_words.words(heard).count("Straßenverkehrszulassungen") == 24
    assert text_words.words(heard).count("deutsche") == 24
    for text in (pdfium_text(result.pdf).replace("\ufffe", ""), poppler_text(result.pdf)):
        mended = re.sub(r"[\xad\x02]\s*", "", text)
        assert mended.count("Rechtsschutzversicherungsgesellschaften") == 24
    assert "\u00ad" in poppler_text(result.pdf)
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


def test_a_blank_that_stands_alone_between_two_elements_is_heard(workshop: Project) -> None:
    result = workshop.press("It is *one* *two*, **three** `four` five.\n")
    assert result.pdf is not None, result.diagnostics
    assert "It is one two, three four five." in [element.text for element in spoken.read(result.pdf)]
    assert "It is one two, three four five." in poppler_text(result.pdf)


def test_a_hyphen_of_a_number_is_the_keyboards_where_the_same_glyph_has_divided_words(workshop: Project) -> None:
    body = "Rechtsschutzversicherungsgesellschaften Straßenverkehrszulassungen " * 8 + "\n\nTelefon 040 555 0190-44\n"
    front = FRONT.replace("en-US", "de") + "parameters: {align: justify}\n"
    result = workshop.press(body, front)
    assert result.pdf is not None, result.diagnostics
    for text in (pdfium_text(result.pdf), poppler_text(result.pdf)):
        assert "0190-44" in text


def pdfium_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def poppler_text(pdf: bytes) -> str:
    program = needs.command("pdftotext", "poppler-utils")
    return subprocess.run([program, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_arabic_is_read_as_it_was_typed() -> None:
    if "arabic" not in letterheads_here(ROOT):
        needs.lack("font", "no font on this machine for arabic")
    result = letterpress.render(ROOT / "content" / "letters" / "bustan.md")
    assert result.pdf is not None, result.diagnostics
    heard = [element.text for element in spoken.read(result.pdf)]
    assert "نقترح أن تشارك مكتبتكم في ما يأتي:" in heard
    assert "عمّان" in " ".join(heard)
    for text in (poppler_text(result.pdf), pdfium_text(result.pdf)):
        assert "معرض كتب الأطفال" in text


def test_the_command_shows_lines_and_elements(project: Project) -> None:
    project.write("content/letters/grey.png", png())
    ran = project.render("| a | b |\n|---|---|\n| c | d |\n\n1. One ![a grey square](grey.png)\n")
    assert ran.code == 0, ran.err
    shown = project.cli("text", project.pdf)
    assert {"a\tb", "c\td", "1. One", "[a grey square]"} <= set(shown.out.splitlines())
    elements = project.cli("text", project.pdf, "--json").json["elements"]
    assert {"role": "TD", "text": "d", "lang": "en-US", "page": 1, "row": 2} in elements
    blank = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(blank)
    fault = project.cli("text", project.write("blank.pdf", blank.getvalue()), "--json")
    assert fault.code == 2
    assert "is not tagged" in fault.out


def test_what_is_bold_or_italic_is_told_and_where_lines_end(project: Project) -> None:
    project.render("So **very *good*** it is.\n\n" + "A long sentence that goes on for a while, " * 5 + "and ends.\n")
    read = spoken.printed(project.pdf.read_bytes())
    assert all("".join(run.text for run in one.runs) == one.element.text for one in read)
    (short,) = (one for one in read if one.element.text.startswith("So"))
    set_in = [(run.text, run.strong, run.slanted) for run in short.runs]
    assert set_in == [("So ", False, False), ("very ", True, False), ("good", True, True), (" it is.", False, False)]
    (address,) = (one for one in read if one.element.text.startswith("Dr. Ada Brook"))
    assert [run.line for run in address.runs] == [False, True, True]
    (long,) = (one for one in read if one.element.text.startswith("A long"))
    assert len(long.runs) > 1
    assert address.y > short.y > long.y
