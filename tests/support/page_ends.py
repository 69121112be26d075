"""Letters that end anywhere on their page, in every letterhead, paper, size and leading: none may fail for its length.

A page that is full to its last line fails when the boxes of glyphs are taken for the lines; so lengths differ by lines.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import letterpress
from letterpress.letterhead import definition
from letterpress.model import Body, Choices, Job, Letter, Party, Result, Signatory
from tests.support import firms
from tests.support.project import ROOT

SIZES = ("9", "10", "11", "12", "13")
"""pt"""
LEADINGS = ("1.2", "1.28", "1.318", "1.4")
"""Parts of the size."""
LENGTHS = (0, 1, 2, 8, 9)
"""Lines that a text of two pages has more; from 8 on the text stands on three pages."""
_FORMS = firms.variants()
_LINE = "A line of the letter<br>"


class Case(NamedTuple):
    """A letter to be made: which form of which letterhead, paper, size, leading, and how many lines more."""

    which: str
    paper: str
    size: str
    leading: str
    length: int


@cache
def papers(which: str) -> tuple[str, ...]:
    """Papers that a form's letterhead has."""
    return tuple(definition.find(_FORMS[which][0], ROOT).papers)


def every() -> Iterator[Case]:
    """All combinations of more sizes and lengths, on papers that the letterhead has."""
    sizes, lengths = (*SIZES, "9.5", "10.5", "11.5", "12.5"), range(16)
    for which in _FORMS:
        for paper, size, leading, length in itertools.product(papers(which), sizes, LEADINGS, lengths):
            yield Case(which, paper, size, leading, length)


def covering() -> list[Case]:
    """Choose five letters a form, so that each pair of values stands in one of them: size and length as in Latin squares."""
    chosen = []
    for number, which in enumerate(_FORMS):
        for turn in range(len(SIZES)):
            paper = papers(which)[(turn + number // 5) % len(papers(which))]
            size, length = SIZES[(turn + number) % len(SIZES)], LENGTHS[(2 * turn + number) % len(LENGTHS)]
            chosen.append(Case(which, paper, size, LEADINGS[(turn + number // 5) % len(LEADINGS)], length))
    return chosen


def pairs(cases: Iterable[Case]) -> set[tuple[tuple[int, object], ...]]:
    """Give the pairs of two values, each with its column, that stand in a letter together."""
    return {pair for case in cases for pair in itertools.combinations(enumerate(case), 2)}


def _body(case: Case, lines: int) -> str:
    """Paragraphs of five lines, as a text has them."""
    every_line = [_LINE] * lines
    paragraphs: Sequence[Sequence[str]] = [every_line[at : at + 5] for at in range(0, lines, 5)]
    return "".join(f"<p>{''.join(paragraph).removesuffix('<br>')}</p>" for paragraph in paragraphs)


def press(case: Case) -> Result:
    """Make the letter of a case."""
    letterhead, parameters = _FORMS[case.which]
    size = float(case.size)
    leading = round(size * float(case.leading), 2)
    height = 190 / (leading * 0.3528)  # lines of a full page
    lines = int(height * (1.2 if case.length < 8 else 2.2)) + case.length
    letter = Letter(
        slug="long", path="long.md", folder=str(ROOT), root=str(ROOT), letterhead=letterhead, lang="en-GB",
        date=datetime.date(2026, 11, 25), body=Body(template=_body(case, lines), lines=((1, 1),)),
        sender=Party(name="Quay Trust", street="1 Quay", postcode="20354", city="Hamburg", country="DE"),
        to=(Party(name="Jo Li", lines=("2 Mill Lane", "20354 Hamburg")),),
        subject="Lengths", salutation="Hello", closing="Goodbye", signatories=(Signatory(name="Ada Brook"),),
    )  # fmt: skip
    chosen = tuple({**parameters, "font_size": f"{case.size}pt", "line_height": f"{leading:g}pt"}.items())
    return letterpress.press(
        Job(
            letter=letter, choices=Choices(letterhead=letterhead, paper=case.paper, profile="screen", parameters=chosen)
        )
    )
