"""What the bookmarks of a PDF say of headings on several lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

import pikepdf

from tests.support.project import FRONT, Project

HEADINGS = "## The *first* part<br>and the rest\n\n## One line\n\nText.\n"
SUBJECT = "Our offer for the half-yearly ledger of the society of the friends of old printing in Portland and around it"


def test_lines_of_a_heading_are_read_with_a_space_between(project: Project) -> None:
    pdf = project.press(HEADINGS, f"{FRONT}subject: {SUBJECT}\n").pdf
    assert pdf is not None
    with pikepdf.open(BytesIO(pdf)) as opened, opened.open_outline() as outline:
        assert list(titles(outline.root)) == [SUBJECT, "The first part and the rest", "One line"]


def titles(items: Iterable[pikepdf.OutlineItem]) -> Iterator[str]:
    for item in items:
        yield item.title
        yield from titles(item.children)
