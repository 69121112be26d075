"""Each of CommonMark's 652 examples is read as CommonMark reads it, differs on purpose, or is refused; none loses a word."""

from __future__ import annotations

import dataclasses
import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple

import letterpress
from letterpress import api, pipeline
from letterpress.content import markdown
from letterpress.layout import lost_words
from letterpress.rawhtml import check
from letterpress.text import words
from tests.support import commonmark
from tests.support.project import FRONT, LETTER, Project

DIFFERS = {
    # Levels of headings begin where the letter's subject ends, and skip none; the author's level is a class.
    "heading": """10 59 62 66-68 71-84 86 89-91 95 96 102 103 115 141 227-230 232 300 646 647""",
    # A list that is written 1) is printed so.
    "parenthesis": "296 297 302",
    # The same characters, written with other references: what stands behind a backslash keeps clear of typography.
    "reference": "12 14 27 41 106 632",
}
REFUSED = {
    "body-empty": "183",
    "comment-malformed": "626",
    "element-misplaced": "191",
    "element-refused": "170 172 173 176 178",
    "element-unclosed link-astray": "21 31 187 344 476 477 630 631 642 643",
    "element-unclosed tag-words": "616",
    "element-unclosed": "155 184 494",
    "element-unfinished": "156-158",
    "element-unknown link-unused": "536",
    "element-unknown": "150 163 171 201 491 524 613-615 617",
    "element-unopened tag-malformed": "629",
    "element-unopened": "148 151 165 174 175 623",
    "image-undescribed": "475 581",
    "link-astray link-unused": "204 544 565 567 571",
    # A link to a page of a site leads nowhere from a letter.
    "link-astray": """
        22 23 32 33 159 162 192-196 198 200 202 203 205 206 214-218 404 419 422 433 473 474 482-487 489 492 495 496
        498-500 502-507 509 510 512 514-519 521 522 527-535 539-543 549 550 553-558 559-562 564 566 568-570 593 596
        598 599 601""",
    "link-unused": "207 208 210 317 537 538 545 563 592",
    "tag-malformed": "180-182 627 628",
}
WARNED = {
    "attribute-ineffective": "169",
    "markdown-swallowed": "1 2 8 111 253 254 264 272-274 286-288 290 356",
    "markdown-unread": """
        41 63 70 87 95 126-128 139 143 146 237 238 285 312 391 392 397 398 400 401 412 471 480 481 488 490 493 497 508 526 546 547 590""",
    "title-unprinted": "572 573 576 577 579 584-589 591",
}


def numbers(written: str) -> set[int]:
    """Read `1 3-5` as 1, 3, 4, 5."""
    found: set[int] = set()
    for part in written.split():
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


class Outcome(NamedTuple):
    """What the letter's reader makes of an example."""

    template: str
    refused: str
    warned: str
    lines: bool
    """Whether each fault names a line of it."""


@lru_cache(maxsize=1)
def outcomes() -> dict[int, Outcome]:
    found = {}
    for example in commonmark.examples():
        body, faults = markdown.parse(example.markdown, file="letter.md", first_line=1, top_heading=1)
        codes = {
            severity: " ".join(sorted({fault.code or "" for fault in faults if fault.severity == severity}))
            for severity in ("error", "warning")
        }
        most = example.markdown.count("\n") + 1
        lines = all(fault.line is not None and 1 <= fault.line <= most and fault.hint for fault in faults)
        found[example.number] = Outcome(body.template, codes["error"], codes["warning"], lines)
    return found


_MARKS = re.compile("<!--[\ufdd0-\ufdef][0-9]*-->|[\ufdd0-\ufdef][0-9]*|\\s+")
_STEPS = (
    ("same", lambda html: html),
    ("reference", unescape),
    ("heading", lambda html: re.sub(r"<(/?)h[1-6][^>]*>", r"<\1h>", html)),
    ("parenthesis", lambda html: html.replace('type="1"data-mark="#)"', "").replace("<olstart", "<ol start")),
)


def difference(ours: str, theirs: str) -> str:
    """Name the first way to read both alike after which they are the same."""
    one, two = (_MARKS.sub("", html) for html in (ours, theirs))
    for name, step in _STEPS:
        one, two = step(one), step(two)
        if one.replace(" ", "") == two.replace(" ", ""):
            return name
    return "otherwise"


def test_all_examples_are_there() -> None:
    assert [example.number for example in commonmark.examples()] == list(range(1, commonmark.COUNT + 1))


def test_each_example_is_read_refused_or_warned_of_as_it_is_classified() -> None:
    for table, field in ((REFUSED, "refused"), (WARNED, "warned")):
        seen: dict[str, set[int]] = {}
        for number, outcome in outcomes().items():
            if getattr(outcome, field) and not (field == "warned" and outcome.refused):
                seen.setdefault(getattr(outcome, field), set()).add(number)
        assert seen == {codes: numbers(written) for codes, written in table.items()}
    assert all(outcome.lines for outcome in outcomes().values())


def test_what_is_not_refused_is_the_html_of_commonmark_but_for_what_differs_on_purpose() -> None:
    seen: dict[str, set[int]] = {}
    for example in commonmark.examples():
        outcome = outcomes()[example.number]
        if not outcome.refused:
            seen.setdefault(difference(outcome.template, example.html), set()).add(example.number)
    same = seen.pop("same")
    assert seen == {kind: numbers(written) for kind, written in DIFFERS.items()}
    assert len(same) == commonmark.COUNT - sum(
        len(numbers(written)) for written in [*DIFFERS.values(), *REFUSED.values()]
    )


def text(html: str) -> list[str]:
    root = check.parse_body(html).root
    return words.folded(lost_words.source(root).text)


def test_each_word_of_an_example_is_in_the_letter() -> None:
    """The words that CommonMark prints, in their order, and those of the source that are no names or addresses."""
    for example in commonmark.examples():
        outcome = outcomes()[example.number]
        if not set(outcome.refused.split()) <= {"link-astray", "link-unused"}:
            continue
        ours = text(outcome.template)
        assert ours == text(example.html), example
        if outcome.refused:
            continue
        left = re.sub(r"</?[A-Za-z][^<>]*>|<!--.*?-->|&#?\w+;|\\.", " ", example.markdown, flags=re.S)
        left = re.sub(r"\]\(.*?\)+|\]: *\S+.*|<[\w.+-]+[:@][^<>\s]*>|\]\[[^]]*\]|\[[^]]*\]:", " ", left)
        left = re.sub(r"^(?:[ >]*(?:[-+*]|[0-9]{1,9}[.)])?)*(?:[`~]{3,}.*|)", " ", left, flags=re.M)
        assert set(words.folded(left)) <= {*ours, *words.folded(outcome.template)}, example


def test_a_sample_is_on_the_pages_word_for_word(project: Project) -> None:
    """Every fifth example that is read and holds no picture, in one letter: what is lost would be a fault."""
    read = [number for number, outcome in outcomes().items() if not outcome.refused and "<img" not in outcome.template]
    project.write(LETTER, f"---\n{FRONT}---\nThe sample.\n")
    letter = letterpress.load(project.root / LETTER)
    template = "\n".join(f"<div>{outcomes()[number].template}</div>" for number in read[::5])
    letter = dataclasses.replace(letter, body=dataclasses.replace(letter.body, template=template))
    result = pipeline.press(api.job(letter))
    assert [fault.message for fault in result.diagnostics if fault.severity == "error"] == []
    assert result.pages is not None
    assert result.pages > 2
