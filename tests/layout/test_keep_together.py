"""What keeps together at any length of the text: closings in company, whole blocks, nothing lost, nothing in the foot.

Every claim is read from the finished PDF, by a second library. The pages are small, so that a letter has several of
them in some fifty milliseconds; the letterheads are the shipped ones.
"""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import letterpress
from letterpress.layout import lost_words
from tests.support import golden
from tests.support.project import Project

HEADS = ("plain", "congress", "navy", "open-letter")
WIDTH, HEIGHT = 130.0, 150.0  # mm
FOOT = 20.0  # mm
SMALL = f"""
@page {{ size: {WIDTH}mm {HEIGHT}mm; margin: 15mm 15mm {FOOT}mm 15mm }}
@page {{ @top-left {{ content: none }} @top-right {{ content: none }} @bottom-center {{ content: "foot" counter(page) }} }}
@page :first {{ margin-top: 15mm }}
.letter-head, .letter-date, .letter-address, .letter-symbols, .letter-joint, .heading {{ display: none }}
"""
INK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><path d="M0 0L9 3" stroke="#000"/></svg>'

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
FOUR = ("a long paragraph", "one line", "a list", "a table")
FIRST = {
    "plain": dict(zip(ENDS, (9, 13, 10, 11, 10, 11, 10, 12, 12, 11, 13, 13, 11), strict=True)),
    "congress": dict(zip(FOUR, (1, 6, 4, 3), strict=True)),
    "navy": dict(zip(FOUR, (4, 9, 5, 5), strict=True)),
    "open-letter": dict(zip(FOUR, (8, 12, 9, 8), strict=True)),
}
"""Lines above each end with which the closing is on page 2, and with one less is not."""
EVERY = "LETTERPRESS_EVERY_LENGTH" in os.environ
"""Take every length, and more combinations: `make proof-together`."""


@pytest.fixture(autouse=True)
def _unprinted(monkeypatch: pytest.MonkeyPatch) -> None:
    """These letterheads hide what stands above the text, which would be lost words in every letter."""
    monkeypatch.setattr(lost_words, "is_new", lambda _: False)


def small(project: Project, head: str) -> str:
    """The letterhead on small pages: a letterhead of the project's that extends it."""
    project.write("content/letters/ink.svg", INK)
    return project.letterhead(f"small-{head}", toml=f'extends = "{head}"\nrequires = []\nomits = []\n', css=SMALL)


def press(project: Project, head: str, body: str, people: str, front: str = "") -> letterpress.Result:
    fields = f"letterhead: small-{head}\ndate: 2026-01-15\nfrom: {{name: Sender}}\nto: {{name: Recipient}}\n"
    fields += f"subject: Subject\nclosing: Closing00\n{front}"
    letter = project.letter(f"{body}\n", f"{fields}signatories: [{people}]\n")
    return letterpress.render(project.root / letter)


def people(count: int, extra: str = "") -> str:
    return ", ".join(f"{{name: Name{n:03d}, title: Title{n:03d}{extra}}}" for n in range(count))


def filler(lines: int) -> str:
    """One paragraph of exactly so many lines: each ends with a hard break."""
    return "\\\n".join(f"line{n:03d}" for n in range(lines))


WORD = re.compile(r"(?:line|long|last|item|head|cell|quote|code|note|Name|Title|Closing)\d+")
NO_BODY = ("Name", "Titl", "Clos", "note")


def check(head: str, result: letterpress.Result, source: str, count: int, case: str) -> dict[str, golden.Line]:
    """What must hold of every letter; gives the place of each word."""
    assert result.pdf is not None, (case, result.diagnostics)
    lines = golden.lines(result.pdf)
    place = {word: line for line in lines for word in WORD.findall(line.text)}
    _check_words(head, lines, source, count, case)
    _check_foot(lines, case)
    for n in range(count):
        name, title = place[f"Name{n:03d}"], place[f"Title{n:03d}"]
        assert name.page == title.page, f"{case}: the block of {name.text} is split"
        assert 0 < title.y - name.y < 10, f"{case}: the block of {name.text} is torn"
    closing = place.get("Closing00") or place.get("Name000")
    if closing is None:
        return place
    if count:
        assert place["Name000"].page == closing.page, f"{case}: the closing is without a name"
    if closing.page > 1:
        body = {(line.y, line.page) for word, line in place.items() if word[:4] not in NO_BODY}
        above = [y for y, page in body if page == closing.page and y < closing.y]
        wanted = min(2, len(body))
        assert len(above) >= wanted, f"{case}: the closing stands with {len(above)} lines"
    return place


def _check_words(head: str, lines: list[golden.Line], source: str, count: int, case: str) -> None:
    """Every word is in the file, once."""
    wanted = Counter(dict.fromkeys(WORD.findall(source), 1))
    wanted.update({f"{kind}{n:03d}": 1 for kind in ("Name", "Title") for n in range(count)})
    wanted.update({"Closing00": 1} if head != "navy" else {})  # which has no complimentary close
    found = Counter(word for line in lines for word in WORD.findall(line.text))
    if "|---|" in source:  # a table's head is repeated on the next page
        found.update({word: 1 - found[word] for word in ("head01", "head02") if found[word] > 1})
    assert found == wanted, f"{case}: lost or doubled: {(found - wanted) + (wanted - found)}"


def _check_foot(lines: list[golden.Line], case: str) -> None:
    """The foot has its own line on each page but the first of a naval letter, and nothing else."""
    text = [line for line in lines if not line.text.startswith("foot")]
    assert max(line.y for line in text) < HEIGHT - FOOT + 0.5, f"{case}: in the foot"
    assert all(line.y > HEIGHT - FOOT for line in lines if line.text.startswith("foot")), case


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
def test_at_no_length_of_the_body_is_a_closing_alone_or_a_block_split(project: Project, end: str) -> None:
    """A line before the closing leaves page 1, the lines behind, and where the text itself runs over."""
    _at_lengths(project, "plain", end, 2, (17, 18, 19))


@pytest.mark.slow
@pytest.mark.parametrize("head", HEADS[1:])
@pytest.mark.parametrize("end", FOUR)
def test_the_same_in_the_other_letterheads(project: Project, head: str, end: str) -> None:
    _at_lengths(project, head, end, 3, (13, 14))


def _at_lengths(project: Project, head: str, end: str, count: int, last: tuple[int, ...]) -> None:
    """Between these lengths a line more is one more on page 1, and page 2 stays as it is."""
    small(project, head)
    first = FIRST[head][end]
    lengths = {first - 1, first, first + 1, first + 3, *last} - {0}
    for lines in range(1, last[-1] + 1) if EVERY else sorted(lengths):
        body = filler(lines) + ENDS[end]
        place = check(head, press(project, head, body, people(count)), body, count, f"{head}: {end} after {lines}")
        assert place["Name000"].page == (1 if lines < first else 2), f"{head}: {end} after {lines} lines"


@pytest.mark.slow
@pytest.mark.parametrize("head", HEADS)
def test_any_number_of_signatories_up_to_120(project: Project, head: str) -> None:
    """With a body whose length puts the closing elsewhere each time. Rows of so many are alike in all letterheads."""
    small(project, head)
    many = (40, 120) if EVERY else (120,) if head == "plain" else (40,)
    for count in (*range(6), 9, 16, *many):
        body = filler(1 + 5 * count % 17) + "\n\nlast01 last02."
        place = check(head, press(project, head, body, people(count)), body, count, f"{head}: {count} sign")
        if 0 < count <= 4 and head != "open-letter":  # what a page holds is not split at all
            assert len({place[f"Name{n:03d}"].page for n in range(count)}) == 1, (head, count)


@pytest.mark.slow
@settings(max_examples=400 if EVERY else 20, phases=[Phase.generate])  # to shrink a failure takes minutes
@given(
    head=st.sampled_from(HEADS),
    end=st.sampled_from(sorted(ENDS)),
    lines=st.integers(1, 40),
    count=st.integers(0, 20),
    way=st.sampled_from(["", ", sign: digital", ", sign: ink, ink: ink.svg", ", sign: blank", ", authority: i. A."]),
    fill=st.sampled_from(["rows", "columns"]),
    after=st.sampled_from(["", "cc: [one, two]\n", "postscript: Again.\n", "enclosures: [one]\n"]),
)
def test_whatever_comes_together(
    workshop: Project, head: str, end: str, lines: int, count: int, way: str, fill: str, after: str
) -> None:
    small(workshop, head)
    body = filler(lines) + ENDS[end]
    front = f"{after}parameters: {{signature_fill: {fill}}}\n"
    result = press(workshop, head, body, people(count, way), front)
    check(head, result, body, count, f"{head}: {end} after {lines} lines, {count} sign{way} in {fill}")
    assert len(result.signature_fields) == (count if "digital" in way else 0)


def test_a_body_of_one_line_goes_with_its_closing(project: Project) -> None:
    """There are no two lines to keep: the one there is does not stay behind."""
    small(project, "plain")
    project.write("templates/small-plain/style.css", f"{SMALL} .letter-head {{ display: block; height: 75mm }}")
    place = check("plain", press(project, "plain", "last01 last02.", people(1)), "last01 last02.", 1, "one line")
    assert place["last01"].page == place["Closing00"].page


BREAKS = {
    "before the last paragraph": 'line000.\n\n<p style="break-before: page">last01.</p>',
    "after an empty block": 'line000.\n\n<div style="break-after: page"></div>\n\nlast01.',
    "before a block": 'line000.\n\n<div style="page-break-before: always">\n\nlast01.\n\nlast02.\n\n</div>',
    "before a table": 'line000.\n\n<div style="break-after: page"></div>\n\n| last01 |\n|---|\n| last02 |',
}


@pytest.mark.parametrize("case", BREAKS)
@pytest.mark.parametrize("head", ["plain", "us-business", "din5008"])
def test_the_closing_keeps_with_what_stands_behind_the_author_s_page_break(
    project: Project, head: str, case: str
) -> None:
    front = f"letterhead: {head}\ndate: 2026-01-15\nfrom: {{name: Sender, lines: [Place]}}\nto: {{name: A}}\n"
    front += f"subject: Subject\nclosing: Closing00\nsignatories: [{people(1)}]\n"
    result = project.press(f"{BREAKS[case]}\n", front)
    assert result.pdf is not None, result.diagnostics
    place = {word: line.page for line in golden.lines(result.pdf) for word in WORD.findall(line.text)}
    assert result.pages == 2
    assert (place["line000"], place["last01"], place["Closing00"], place["Name000"]) == (1, 2, 2, 2)


def test_a_page_break_behind_the_last_paragraph_is_the_author_s(project: Project) -> None:
    """The closing begins the next page, alone: no words behind the break could keep it company."""
    small(project, "plain")
    body = 'line000.\n\n<p style="break-after: page">last01.</p>'
    result = press(project, "plain", body, people(2))
    assert result.pdf is not None, result.diagnostics
    place = {word: line.page for line in golden.lines(result.pdf) for word in WORD.findall(line.text)}
    assert (place["last01"], place["Closing00"], place["Name001"]) == (1, 2, 2)


def test_a_hundred_names_are_no_reason_to_wait(project: Project) -> None:
    """Three hundred signatories take no more than some layouts of a letter: the rows are chunked before the first."""
    from letterpress.layout import keep_together

    laid: list[object] = []
    plain = keep_together.render

    def counted(root: object, lay_out: object, *more: object) -> object:
        def count() -> object:
            laid.append(None)
            return lay_out()  # type: ignore[operator]

        return plain(root, count, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keep_together, "render", counted)
        result = project.press(filler(3), f"letterhead: plain\nclosing: Yours\nsignatories: [{people(300)}]\n")
    assert result.pages is not None
    assert 10 <= result.pages <= 20
    assert len(laid) == 1
