"""Lists that count as they are written, definitions, code and page breaks: as a reader sees them, and as they are read aloud."""

from __future__ import annotations

import re

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.content import list_marks, markdown
from letterpress.layout import list_numbers
from tests.support import verapdf
from tests.support.project import FRONT, Project, raw_text

LISTS = """\
Points one and two are settled.

3. Third point
4. Fourth point
   4.1 part
   4.2 part of it
       (i) rom
       (ii) roman
       (iv) out of turn

We ask you to
a) approach the departments,
b) speed up
   the work.

C. Gamma
D. Delta

9) nine
10) ten

<ol type="i" start="8"><li>eight</li><li>nine</li></ol>

<ol reversed><li>second</li><li>first</li></ol>

<ol><li value="7">seven</li><li>then<ol type="1.1"><li>sub</li></ol></li></ol>

a) alone

<!-- pagebreak -->

Term
: What it *means*

  at length

Other
: One
: Two

\\newpage

Call `letterpress --fi "x" ... it's` now.

```python
if a -- b:
    return "ffi"
```
"""


def test_what_is_written_is_printed_and_read_aloud(project: Project) -> None:
    ran = project.render(LISTS)
    assert (ran.code, [fault["code"] for fault in ran.faults]) == (0, ["last-page-short"]), ran
    pages = raw_text(project.pdf)
    lines = [" ".join(line.split()) for line in project.cli("text", project.pdf).out.splitlines()]
    expected = """\
3. Third point
4. Fourth point
4.1 part
4.2 part of it
(i) rom
(ii) roman
(iv) out of turn
We ask you to
a) approach the departments,
b) speed up the work.
C. Gamma
D. Delta
9) nine
10) ten
viii. eight
ix. nine
2. second
1. first
7. seven
8. then
8.1 sub
a) alone""".splitlines()
    start = lines.index(expected[0])
    assert lines[start : start + len(expected)] == expected
    assert {"Term", "What it means", "at length", "Other", "One", "Two"} <= set(lines)
    assert 'Call letterpress --fi "x" ... it\'s now.' in lines
    assert 'return "ffi"' in pages
    with pikepdf.open(project.pdf) as document:
        assert len(document.pages) == 3
        labels = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Lbl"]
        assert len(labels) == 20
        fonts = {
            str(one.BaseFont) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one
        }
        assert any("Source-Code-Pro" in name for name in fonts), fonts
    verapdf.require()
    assert verapdf.validate(project.pdf) == []


def test_navy_keeps_its_paragraphs_and_takes_what_is_said(project: Project) -> None:
    front = "\n".join(
        line for line in FRONT.replace("plain", "navy").split("\n") if not line.startswith(("closing", "salut"))
    )
    front += "subject: Lists\n"
    assert project.render("3. three\n4. four\n\na) one\nb) two\n", front).code == 0
    text = " ".join(project.cli("text", project.pdf).out.split())
    assert "3. three 4. four a) one b) two" in text


@pytest.mark.parametrize(
    "text",
    [
        "a) only one\n\nText",
        "a) one\n\nText between\n\nb) two",
        "A. Smith wrote to us.\nB came later.",
        "1.1 million people\nlive here.",
        "Mr X and\nc) the third\nd) the fourth",
        "see a) and b)",
        "ab) one\nac) two",
        "a.) one\nb.) two",
        "```\na) one\nb) two\n```",
        "    a) one\n    b) two",
    ],
)
def test_text_stays_text(text: str) -> None:
    body, faults = markdown.parse(text, file="x.md", first_line=1, top_heading=2)
    assert not faults
    assert "<ol" not in body.template
    assert re.sub(r"\s+", "", text.replace("```", "")) == re.sub(r"<[^>]*>|\s+", "", body.template)


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("a) x\nb) y", 'type="a" data-mark="#)"'),
        ("c. x\nd. y", 'type="a" data-mark="#." start="3"'),
        ("i) x\nii) y", 'type="i" data-mark="#)"'),
        ("h) x\ni) y", 'type="a" data-mark="#)" start="8"'),
        ("i) x\nj) y", 'type="a" data-mark="#)" start="9"'),
        ("(A) x\n(B) y", 'type="A" data-mark="(#)"'),
        ("(1) x\n(2) y", 'type="1" data-mark="(#)"'),
        ("IX. x\nX. y", 'type="I" data-mark="#." start="9"'),
        ("2.3. x\n2.4. y", 'type="1.1" data-mark="2.#." start="3"'),
        ("1) x\n2) y", 'type="1" data-mark="#)"'),
        ("- x\n  a) y\n  b) z", 'type="a" data-mark="#)"'),
        ("> a) y\n> b) z", 'type="a" data-mark="#)"'),
        ("a) y\n b) z\n 9. z", 'type="a" data-mark="#)"'),
        ("a) y\nb) z\n\n9) z", 'type="a" data-mark="#)"'),
        ("a) y\nlazy\nb) z\n\n   more", 'type="a" data-mark="#)"'),
    ],
)
def test_a_list_says_how_it_counts(text: str, attributes: str) -> None:
    body, faults = markdown.parse(text, file="x.md", first_line=1, top_heading=2)
    assert not faults
    assert re.findall(r"<ol ([^>]*)>", body.template)[0] == attributes
    assert body.template.count("<li>") == 2 + text.startswith("- ") + ("9" in text)


@pytest.mark.parametrize(
    ("text", "line"),
    [("One <!-- pagebreak --> two", 1), ("One\n\n- item\n\n  \\newpage", 5), ("> <!-- pagebreak -->", 1)],
)
def test_a_page_break_elsewhere_is_said(text: str, line: int) -> None:
    faults = markdown.parse(text, file="x.md", first_line=1, top_heading=2)[1]
    assert [(fault.code, fault.line) for fault in faults] == [("page-break-misplaced", line)]


@pytest.mark.parametrize(
    ("text", "labels", "said"),
    [
        ("1. one\n3. three\n7. seven", ["1.", "3.", "7."], []),
        ("1) one\n4) four", ["1)", "4)"], []),
        ("1. one\n1. two\n1. three", ["1.", "2.", "3."], []),  # who writes so wants them counted
        ("2026. Oktober\n\n3. Mai 2026", ["2026.", "3."], ["2026, 3"]),
        ("1. one\n2. two\n2. three", ["1.", "2.", "2."], ["1, 2, 2"]),
        ("- x\n\n  4. four\n  6. six", ["•", "4.", "6."], []),
    ],
)
def test_numbers_are_printed_as_they_are_written(
    project: Project, text: str, labels: list[str], said: list[str]
) -> None:
    ran = project.render(f"{text}\n")
    assert [fault["value"] for fault in ran.faults if fault["code"] == "list-numbers"] == said
    elements = project.cli("text", project.pdf, "--json").json["elements"]
    assert [one["text"] for one in elements if one["role"] == "Lbl"] == labels


@settings(max_examples=10)
@given(st.integers(1, 399))
def test_numbers_are_read_as_they_are_written(number: int) -> None:
    for kind in ("i", "I"):
        word = list_numbers._number(kind, number)
        if len(word) <= 6:
            assert number in {mark.number for mark in list_marks._readings(f"({word}) x") if mark.kind == kind}


def test_columns_break_together(project: Project) -> None:
    front = FRONT + "bilingual: columns\n"
    body = "<!-- lang: en -->\n\nOne\n\n<!-- pagebreak -->\n\nTwo\n\n<!-- lang: fr -->\n\nUn\n\n<!-- pagebreak -->\n\nDeux\n"
    front = front.replace("lang: en-US", "lang: en")
    assert project.render(body, front).code == 0
    with pikepdf.open(project.pdf) as document:
        assert len(document.pages) == 2
