"""What keeps together at any length of the text: closings in company, whole blocks, nothing lost, nothing in the foot.

Every claim is read from the finished PDF, by a second library. The pages are small, so that a letter has several of
them in some fifty milliseconds; the letterheads are the shipped ones.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

import letterpress
from tests import golden
from tests.conftest import Project

HEADS = ("plain", "congress")
WIDTH, HEIGHT = 130.0, 150.0  # mm
FOOT = 20.0  # mm
SMALL = f"@page {{ size: {WIDTH}mm {HEIGHT}mm; margin: 15mm 15mm {FOOT}mm 15mm; @top-left {{ content: none }} }}\n"
SMALL += "@page :first { margin-top: 15mm }\n.letter-head, .letter-date, .letter-address { display: none }\n"

ENDS = {
    "a long paragraph": "\n\n" + " ".join(f"long{n:02d}" for n in range(40)),
    "one line": "\n\nlast01 last02.",
    "three paragraphs of one line": "\n\nlast01 last02.\n\nlast03 last04.\n\nlast05 last06.",
    "a list": "\n\n- item01 item02\n- item03 item04\n- item05\n",
    "a loose list": "\n\n1. item01\n\n2. item02\n\n   item03\n",
    "a nested list": "\n\n- item01\n    - item02\n    - item03\n",
    "a table": "\n\n| head01 | head02 |\n|---|---|\n| cell01 | cell02 |\n| cell03 | cell04 |\n| cell05 | cell06 |\n",
    "a table of one row": "\n\n| head01 | head02 |\n|---|---|\n| cell01 | cell02 |\n",
    "a heading and a line": "\n\n## head01\n\nlast01.",
    "a heading alone": "\n\nlast01.\n\n## head01\n",
    "a quotation": "\n\n> quote01 quote02\n",
    "code": "\n\n    code01\n    code02\n",
    "a footnote": "\n\nlast01[^1] last02.\n\n[^1]: note01 note02.\n",
}


def small(project: Project, head: str) -> str:
    """The letterhead on small pages: a letterhead of the project's that extends it."""
    return project.letterhead(f"small-{head}", toml=f'extends = "{head}"\nrequires = []\n', css=SMALL)


def press(project: Project, head: str, body: str, people: str, front: str = "") -> letterpress.Result:
    fields = f"letterhead: small-{head}\ndate: 2026-01-15\nsubject: subject01\nclosing: Closing00\n{front}"
    letter = project.letter(f"{body}\n", f"{fields}signatories: [{people}]\n")
    return letterpress.render(project.root / letter)


def people(count: int, extra: str = "") -> str:
    return ", ".join(f"{{name: Name{n:03d}, title: Title{n:03d}{extra}}}" for n in range(count))


def filler(lines: int) -> str:
    """One paragraph of exactly so many lines: each ends with a hard break."""
    return "\\\n".join(f"line{n:03d}" for n in range(lines))


WORD = re.compile(r"(?:line|long|last|item|head|cell|quote|code|note|Name|Title|Closing)\d+")


def check(result: letterpress.Result, source: str, count: int, case: str, *, company: bool = True) -> list[golden.Line]:
    """What must hold of every letter; gives its lines."""
    assert result.pdf is not None, (case, result.diagnostics)
    lines = golden.lines(result.pdf)
    wanted = Counter(dict.fromkeys(WORD.findall(source), 1))
    wanted.update({f"{kind}{n:03d}": 1 for kind in ("Name", "Title") for n in range(count)} | {"Closing00": 1})
    found = Counter(word for line in lines for word in WORD.findall(line.text))
    if "|---|" in source:  # a table's head is repeated on the next page
        found.update({word: 1 - found[word] for word in ("head01", "head02") if found[word] > 1})
    assert found == wanted, f"{case}: lost or doubled: {(found - wanted) + (wanted - found)}"
    assert max(line.y for line in lines) < HEIGHT - FOOT + 0.5, f"{case}: in the foot"
    place = {word: line for line in lines for word in WORD.findall(line.text)}
    for n in range(count):
        name, title = place[f"Name{n:03d}"], place[f"Title{n:03d}"]
        assert name.page == title.page, f"{case}: the block of {name.text} is split"
        assert 0 < title.y - name.y < 10, f"{case}: the block of {name.text} is torn"
    closing = place["Closing00"]
    if count:
        assert place["Name000"].page == closing.page, f"{case}: the closing is without a name"
    if closing.page > 1 and company:
        body = {(line.y, line.page) for word, line in place.items() if word[:4] not in ("Name", "Titl", "Clos", "note")}
        above = [y for y, page in body if page == closing.page and y < closing.y]
        assert len(above) >= 2, f"{case}: the closing stands with {len(above)} lines"
    return lines


@pytest.mark.slow
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("end", ENDS)
def test_at_no_length_of_the_body_is_a_closing_alone_or_a_block_split(project: Project, head: str, end: str) -> None:
    """A line more each time, until the closing has come over the foot of page 1 and stands on page 2."""
    small(project, head)
    pages = []
    for lines in range(2, 21, 1 if head == "plain" else 2):
        body = filler(lines) + ENDS[end]
        found = check(press(project, head, body, people(2)), body, 2, f"{end} after {lines} lines")
        pages.append(next(line.page for line in found if "Closing00" in line.text))
    assert pages[0] == 1
    assert pages[-1] == 2
