"""Headings that links of the same letter lead to."""

from __future__ import annotations

import re

import pytest

from letterpress.content import markdown
from tests.support.project import Project


def ids(text: str) -> list[str]:
    body, faults = markdown.parse(f"{text}\n", file="letter.md", first_line=1, top_heading=1)
    assert not faults
    return re.findall(r'<h\d[^>]* id="([^"]*)"', body.template)


@pytest.mark.parametrize(
    ("link", "heading", "expected"),
    [
        ("#the-terms", "## The terms", ["the-terms"]),
        ("#%C3%BCber-uns--wir", "## Über uns & wir", ["über-uns--wir"]),
        ("#what-is-render", "## What is `render`?", ["what-is-render"]),
        ("#a-1", "## A\n\n## A\n\n## A", ["a-1"]),
        ("https://example.org/#the-terms", "## The terms", []),
        ("#the-terms", "## The {{ to.name }}", []),
    ],
)
def test_a_heading_that_a_link_leads_to_has_a_name_and_no_other(link: str, heading: str, expected: list[str]) -> None:
    assert ids(f"[x]({link})\n\n# Other\n\n{heading}") == expected


def test_a_link_that_leads_nowhere_is_named_with_its_line(project: Project) -> None:
    project.letter('See [terms](#the-terms).\n\n## The terms\n\nOr [not](#gone)\nand <a href="#lost">lost</a>.\n')
    ran = project.cli("render", "content/letters/letter.md", "--json")
    found = {(fault["code"], fault["value"], fault["line"]) for fault in ran.faults}
    first = min(line for _, _, line in found)
    assert found == {("anchor-missing", "#gone", first), ("anchor-missing", "#lost", first + 1)}
    text = (project.root / "content/letters/letter.md").read_text()
    assert text.split("\n")[first - 1] == "Or [not](#gone)"
