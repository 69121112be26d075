"""What is heard of a letter: its structure in order says what its source says, word for word, and no more."""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

import letterpress
from letterpress import api, pipeline
from letterpress.layout import engine
from letterpress.letterhead import compose, definition
from letterpress.page import SignatureLink
from letterpress.pdf import spoken, structure
from letterpress.rawhtml import check
from tests.support import needs, verapdf
from tests.support.project import FRONT, Project, letterheads_here, png

ROOT = Path(__file__).parents[2]
LETTERS = [
    *(path for path in sorted((ROOT / "content" / "letters").glob("*.md")) if not path.stem.startswith("offer")),
    *sorted((ROOT / "tests" / "cases").glob("*/letter.md")),
]
"""All that are not for `merge`: those have fields without values of their own."""


_BLOCKS = frozenset("div section body ul ol table thead tbody tr li dl blockquote".split())


def source_words(page: Any) -> list[str]:
    """The words of what the filler has written, with what a style sheet adds to it: numbers of lists and of notes."""
    root, _, _ = check.of_page(page.html)
    body = next(element for element in root.iter() if _tag(element) == "body")
    return spoken.words("".join(_texts(body, _Notes())))


class _Notes:
    number = 0
    lists = 0


def _tag(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _texts(element: Any, notes: _Notes) -> Iterator[str]:
    classes = (element.get("class") or "").split()
    tag = _tag(element)
    if not tag or {"zone-foot", "zone-running", "continuation"} & set(classes) or tag in ("style", "script"):
        return
    if tag == "img":
        yield f" {element.get('alt') or ''} "
    elif "signature-field" in classes:
        link = SignatureLink.from_url(element.get("href"))
        yield f" Signature of {link.signatory} {link.title or ''} "
    if "footnote" in classes:
        notes.number += 1
        yield f" {notes.number} {notes.number} "
    yield element.text or ""
    if "parallel" in classes:
        rows = [[*row] for row in element]
        for column in range(max(map(len, rows))):
            for row in rows:
                yield from _inside([row[column]], element, notes) if column < len(row) else ()
        return
    notes.lists += tag == "ol"
    yield from _inside(element, element, notes)
    notes.lists -= tag == "ol"


def _inside(children: Any, element: Any, notes: _Notes) -> Iterator[str]:
    block = _tag(element) in _BLOCKS
    number = int(element.get("start") or 1)
    for child in children:
        if _tag(element) == "ol" and _tag(child) == "li":
            number = int(child.get("value") or number)
            yield f" {_numbered(number, notes.lists % 2 == 0)} "
            number += 1
        yield " " if block or _tag(child) in ("br", "p", "div") else ""
        yield from _texts(child, notes)
        yield " " if block else ""
        yield child.tail or ""


def _numbered(number: int, nested: bool) -> str:
    return str(number) if not nested else chr(96 + number)


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.parent.name if path.name == "letter.md" else path.stem)
def test_a_letter_is_heard_as_it_was_written(path: Path) -> None:
    letter = letterpress.load(path)
    if definition.find(letter.letterhead, letter.root).system_fonts and letter.letterhead not in letterheads_here(ROOT):
        needs.lack("font", f"no font on this machine for {letter.letterhead}")
    head, look, filled, _ = pipeline._fill(api.job(letter))
    assert filled is not None
    page = compose.compose(
        head, filled, letter, paper=look.paper, copy="original", archive=True, given=look.parameters, overlaid=False
    )
    laid = engine.lay_out(page)
    assert laid.pdf is not None, laid.faults
    heard = [word for element in spoken.read(laid.pdf) for word in spoken.words(element.text)]
    assert _compared(heard, letter.lang) == _compared(source_words(page), letter.lang)


def _compared(words: list[str], lang: str) -> list[str]:
    """Words in one case, which a style may change; characters, where there is nothing between words."""
    return list("".join(words)) if lang == "ja" else [word.casefold() for word in words]


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
    assert [word for word in spoken.words(heard) if word == "Item"] == ["Item"] * 29
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


def test_a_hyphen_that_divides_a_word_is_none_to_a_reader(workshop: Project) -> None:
    words = "Rechtsschutzversicherungsgesellschaften Straßenverkehrszulassungen nord-süd-deutsche " * 12
    body = f"{words}\n\n[{words}](https://example.org/)\n"
    front = FRONT.replace("en-US", "de") + "parameters: {align: justify}\n"
    result = workshop.press(body, front)
    assert result.pdf is not None, result.diagnostics
    heard = " ".join(element.text for element in spoken.read(result.pdf))
    assert spoken.words(heard).count("Straßenverkehrszulassungen") == 24
    assert spoken.words(heard).count("deutsche") == 24
    for text in (pdfium_text(result.pdf).replace("\ufffe", ""), poppler_text(result.pdf)):
        mended = re.sub(r"[\xad\x02]\s*", "", text)
        assert mended.count("Rechtsschutzversicherungsgesellschaften") == 24
    assert "\u00ad" in poppler_text(result.pdf)
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


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
