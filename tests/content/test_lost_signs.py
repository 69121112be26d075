"""Signs that Markdown does not print where they were hardly meant so, and what was to be filled in, are warnings."""

from __future__ import annotations

import pytest

from letterpress.content import markdown
from letterpress.text import placeholders
from tests.support.project import FRONT, Project

LOST = {
    "The sum is 2*3*4.": ("sum", 1),
    "One.\nAn area of 3*a and 4*b.": ("sum", 2),
    "a*b*c": ("sum", 1),
    "Item\tQty\tPrice\nRope\t3\t4.00": ("tab", 1),
    r"It lies in \\server\share\letters.": ("path", 1),
    r"See C:\Users\_ada and": ("path", 1),
    r"See (D:\-old).": ("path", 1),
    "Text.\n\n    4 Mill Lane\n    Bangor, ME 04401": ("indented", 3),
    "Text.\n\n\tWe thank you for writing to us.": ("indented", 3),
}
KEPT = (
    "un*frigging*believable and *so* on, **2**3**, *2* and 3*, 5 * 3 * 2 and 3*4",
    r"2\*3\*4, \*not\*, `2*3*4`",
    r"C:\Users\ada, \- and \# and snake\_case, a\_b\_c, Ada \& Sons, `\\server\share`",
    "Text.\n\n    for x in y:\n        print(x)",
    "Text.\n\n    $ make all",
    "- one\n\n    two is a paragraph of the item",
    "\tx",
)


def found(text: str) -> list[tuple[str, int | None]]:
    _, faults = markdown.parse(f"{text}\n", file="letter.md", first_line=1, top_heading=1)
    lost = [fault for fault in faults if fault.code == "markdown-swallowed"]
    assert all(fault.hint and fault.severity == "warning" for fault in lost)
    return [(str(dict(fault.params)["kind"]), fault.line) for fault in lost]


@pytest.mark.parametrize("text", LOST)
def test_a_sign_that_is_not_printed_is_named_with_its_line(text: str) -> None:
    assert found(text)[:1] == [LOST[text]]


@pytest.mark.parametrize("text", KEPT)
def test_what_is_meant_as_markdown_is_not_named(text: str) -> None:
    assert found(text) == []


TO_FILL = (
    "[Your Name]", "[Name]", "[Ihr Name]", "[Datum]", "[Insert date here]", "[Votre nom]", "[City, State, ZIP Code]",
    "«Vorname»", "«Last_Name»", "<<Postcode>>", "${amount}", "[[first name]]", "%LASTNAME%", "XX.XX.2026", "TT.MM.JJJJ",
    "TODO:", "TBD", "XXXX", "???",
)  # fmt: skip
FILLED = (
    "[sic] [1] [a] [emphasis added] [our translation] [Smith 2020] [Name](https://example.org) [date]: x ![name](a.png)",
    "«Bonjour», « nom », «Les Ateliers du Quai», $5, 50 %, 100%, %d, Louis XXX, Art. XXX, why?? TODAY, a[name], {{ to.name }}",
)  # fmt: skip


@pytest.mark.parametrize("text", TO_FILL)
def test_what_was_to_be_filled_in_is_named(text: str) -> None:
    ((problem, at),) = placeholders.find(f"Dear {text} and more")
    assert (problem.value, at, problem.code) == (text, 5, "placeholder-left")


@pytest.mark.parametrize("text", FILLED)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert list(placeholders.find(text)) == []


def test_a_placeholder_is_a_warning_in_the_text_and_in_the_front_matter(project: Project) -> None:
    ran = project.render("Dear all,\nsincerely [Your Name].\n", FRONT.replace("Dear Dr. Brook", "Dear «Vorname»"))
    assert ran.code == 0
    lines = FRONT.count("\n")
    assert [(fault["code"], fault["line"], fault["field"]) for fault in ran.faults] == [
        ("placeholder-left", 7, "salutation"),
        ("placeholder-left", lines + 5, None),
    ]
