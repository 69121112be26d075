"""Pages: what keeps together, what is refused, what memory does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import letterpress
from tests.support import golden
from tests.support.project import FRONT, Project, pdf_text, png

SENTENCE = "We have set aside the third of February for your visit and will write again before then. "


def _closing_page(lines: list[golden.Line]) -> tuple[int, int]:
    """Page of the closing, and how many lines of the body stand above it there."""
    closing = next(line for line in lines if line.text == "Sincerely,")
    body = [line for line in lines if line.page == closing.page and line.y < closing.y and "set aside" in line.text]
    above = [
        line
        for line in lines
        if line.page == closing.page and line.y < closing.y and not line.text.startswith(("Dr. Ada", "January", "Page"))
    ]
    return closing.page, len(above) if closing.page > 1 else len(body)


@pytest.mark.slow
@pytest.mark.parametrize("last", ["One line is all there is.", SENTENCE * 2])
def test_the_closing_is_never_alone_at_any_length_of_the_body(project: Project, last: str) -> None:
    """Body lengths that put the closing at every place near the foot of a page, with a short and a long last paragraph."""
    seen_second_page = False
    for count in range(8, 30):
        body = f"{SENTENCE * count}\n\n{SENTENCE * 3}\n\n{last}\n"
        result = project.press(body)
        assert result.pdf is not None, result.diagnostics
        lines = golden.lines(result.pdf)
        page, above = _closing_page(lines)
        names = [line for line in lines if line.text in ("Jo Lind", "Director")]
        assert {line.page for line in names} == {page}, f"block split at {count} sentences"
        if page > 1:
            seen_second_page = True
            assert above >= 2, f"closing with {above} lines of the body at {count} sentences"
        assert pdf_text(result.pdf).count("set aside") == count + 3 + last.count("set aside")
        feet = [line.y for line in lines]
        assert max(feet) < 279.4 - 20  # nothing runs into the bottom margin
    assert seen_second_page


@pytest.mark.slow
def test_no_widow_and_no_orphan(project: Project) -> None:
    for count in range(30, 42):
        result = project.press(f"{SENTENCE * count}\n\nLast paragraph of the letter, and a short one.\n")
        assert result.pdf is not None
        lines = golden.lines(result.pdf)
        first = [line for line in lines if line.page == 1]
        second = [line for line in lines if line.page == 2 and line.y > 40]
        if not second:
            continue
        broken = second[0].text.split()[0] not in ("We", "Last") or not first[-1].text.endswith(".")
        if broken:
            paragraph = [line for line in second if line.y < next(x.y for x in second if x.text.startswith("Last"))]
            assert len(paragraph) >= 2


def test_a_heading_is_never_left_at_the_foot(project: Project) -> None:
    for count in range(20, 32):
        result = project.press(f"{SENTENCE * count}\n\n## Heading here\n\n{SENTENCE * 4}\n")
        assert result.pdf is not None
        lines = golden.lines(result.pdf)
        heading = next(line for line in lines if line.text == "Heading here")
        below = [line for line in lines if line.page == heading.page and line.y > heading.y and line.y < 255]
        assert len(below) >= 2


def test_a_footnote_stands_on_the_page_that_calls_it(project: Project) -> None:
    """At the sizes of both papers: rounding once moved every note a page on."""
    for paper in ("a4", "letter"):
        body = f"Called here[^1].\n\n{SENTENCE * 40}\n\n[^1]: The text of the note.\n"
        result = project.press(body, paper=paper)
        assert result.pdf is not None
        lines = golden.lines(result.pdf)
        assert next(line for line in lines if "text of the note" in line.text).page == 1


def test_the_note_of_a_page_s_last_row_stands_below_it(project: Project) -> None:
    rows = "".join(f"| Row{at:02}x[^{at}] | text |\n" for at in range(40))
    notes = "".join(f"[^{at}]: Note{at:02}x.\n\n" for at in range(40))
    result = project.press(f"| A | B |\n|---|---|\n{rows}\n{notes}")
    assert result.pdf is not None, result.diagnostics
    page_of = {
        line.text.split("x")[0].split(" ")[-1]: line.page for line in golden.lines(result.pdf) if "x" in line.text
    }
    assert max(page_of.values()) > 2
    assert [page_of[f"Row{at:02}"] for at in range(40)] == [page_of[f"Note{at:02}"] for at in range(40)]


def test_text_that_no_font_has_is_named_with_code_point_and_fonts(project: Project) -> None:
    fault = project.fault("A line.\n\nA snowman ☃ here.\n")
    assert fault["line"] == 14
    assert "U+2603 SNOWMAN" in fault["message"]
    assert "Source Serif Pro" in fault["message"]


def test_a_character_that_the_italic_lacks_comes_from_another_shipped_face(project: Project) -> None:
    """The serif's italic is Latin only: Greek in it falls back on a face of ours, never on the system's."""
    result = project.press("*Ω* stands here.\n")
    assert result.pdf is not None, result.diagnostics
    assert "Ω stands here." in pdf_text(result.pdf)


def test_memory_stays_flat(project: Project) -> None:
    """One process, many letters: what a letter needs is given back."""
    path = project.letter()
    letter = letterpress.load(path)
    for _ in range(20):
        letterpress.render(letter)
    before = _resident()
    for _ in range(50):
        letterpress.render(letter)
    assert _resident() - before < 6_000_000


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


@settings(max_examples=25)
@given(
    names=st.lists(st.sampled_from(["Jo Lind", "Max Orr", "Mia Vale", "Sam Poe", "Ada Brook"]), min_size=1, max_size=14)
)
def test_any_number_of_signatories_is_set_and_named(workshop: Project, names: list[str]) -> None:
    people = ", ".join(f"{{name: {name}, sign: digital}}" for name in names)
    front = FRONT.replace("[{name: Jo Lind, title: Director}]", f"[{people}]")
    result = letterpress.render(workshop.root / workshop.letter("Text of some length.\n", front))
    assert result.pdf is not None, result.diagnostics
    assert len({field.name for field in result.signature_fields}) == len(names)
    text = pdf_text(result.pdf)
    for name in set(names):
        assert text.count(name) >= names.count(name)


def test_an_image_taller_than_the_page_is_refused(project: Project) -> None:

    project.write("content/letters/tall.png", png(40, 4000))
    fault = project.fault("![A tall tower](tall.png)\n")
    assert "bottom margin of page" in fault["message"]


def test_a_wide_table_is_refused_once_with_its_line(project: Project) -> None:
    row = "| " + " | ".join("unbreakableword" * 2 for _ in range(8)) + " |\n"
    fault = project.fault(f"Text.\n\n{row}{'|---' * 8}|\n{row}")
    assert "a table on page 1" in fault["message"]
    assert fault["line"] == 14


def test_a_name_wider_than_its_block_is_refused_before_it_overprints_its_neighbour(project: Project) -> None:
    """One that is too wide for half the text gets all of it; one that is wider still is refused."""
    name = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft"
    front = FRONT.replace("[{name: Jo Lind, title: Director}]", f"[{{name: {name}}}, {{name: Jo Lind}}]")
    result = project.press("Text.\n", front)
    assert result.pdf is not None, result.diagnostics
    places = {line.text: line for line in golden.lines(result.pdf)}
    assert places["Jo Lind"].x == pytest.approx(places[name].x, abs=0.3)
    assert places["Jo Lind"].y > places[name].y + 17
    fault = project.fault("Text.\n", front.replace(name, name * 2))
    assert fault["field"] == "signatories.1.name"
    assert "there is room for 15" in fault["message"]


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("width: 290mm; margin-left: 90mm", "stands out of the text by 90 mm"),
        ("width: 100mm; margin-left: 90mm", "stands out of the text by 38 mm"),
        ("width: 80mm; padding-left: 90mm", "is 170 mm wide; the text is 152 mm"),
        ("width: 90mm; height: 170mm; margin-top: 90mm", "mm into the bottom margin"),
    ],
)
def test_an_image_that_a_margin_moves_out_of_the_text_is_refused(project: Project, style: str, said: str) -> None:
    project.write("content/letters/pic.png", png())
    fault = project.fault(f'First.\n\n<img src="pic.png" alt="a grey field" style="{style}">\n')
    assert fault["message"].startswith("an image")
    assert said in fault["message"]
    assert fault["line"] == 14


def test_an_image_that_a_margin_moves_within_the_text_is_set(project: Project) -> None:
    project.write("content/letters/pic.png", png())
    pictures = "\n\n".join(
        f'<img src="pic.png" alt="a grey field" style="height: 9mm; {style}">'
        for style in ("width: 90mm; margin-left: 55mm", "width: 80mm; margin-right: 65mm", "width: 40mm; float: right")
    )
    assert project.press(f"First.\n\n{pictures}\n", paper="a4").diagnostics == ()


def test_a_drawing_that_a_margin_moves_out_of_the_text_is_refused(project: Project) -> None:
    svg = '<svg viewBox="0 0 9 9" width="90mm" height="9mm" role="img" aria-label="a line"><path d="M0 0h9"/></svg>'
    fault = project.fault(f'<p style="margin-left: 90mm">{svg}</p>\n')
    assert fault["message"] == "an image on page 1 is 90 mm wide; the text is 62 mm"


def _nested(name: str, times: int, text: str = "small words") -> str:
    return f"<{name}>" * times + text + f"</{name}>" * times


@pytest.mark.parametrize(
    ("html", "size"),
    [
        (_nested("small", 12), "1.0"),
        (_nested("sub", 12), "0.2"),
        (_nested("sup", 3), "3.8"),
        (_nested("sup", 40), "0.0"),  # which the layout cannot draw
        (f'<h1 style="font-size: 4pt">{_nested("small", 3)}</h1>', "2.0"),
        (f'<span style="font-size: 5pt">{_nested("sub", 1)}</span>', "3.5"),
        ("Called[^1].\n\n[^1]: Note. " + _nested("sup", 3), "3.2"),
    ],
)
def test_words_that_elements_in_elements_make_too_small_are_a_fault(project: Project, html: str, size: str) -> None:
    fault = project.fault(f"First line.\n\n{html}\n")
    name = "sup" if "<sup>" in html else "sub" if "<sub>" in html else "small"
    assert fault["message"] == f"the text of <{name}> would be {size} pt: it cannot be read"
    assert fault["line"] == (16 if "[^1]" in html else 14)


def test_usual_sizes_of_elements_are_none(project: Project) -> None:
    note = f"\n\n[^1]: Note {_nested('sup', 2)}.\n"
    result = project.press(f"{_nested('sup', 2)} {_nested('small', 4)} <sup>a<sub>b</sub></sup> note[^1].{note}")
    assert result.diagnostics == ()


def test_a_word_wider_than_its_cell_or_list_is_refused(project: Project) -> None:
    assert "there is room for" in project.fault(f"- {'x' * 120}\n")["message"]
    assert project.press(f"| a |\n|---|\n| {'x' * 40} |\n").status == "done"


FLAT = {
    "scale": (".letter-body p { transform: scale(0) }", "'Some words' on page 1"),
    "one side": (".letter-body p { transform: scale(1, 0) }", "'Some words' on page 1"),
    "matrix": (".letter-body p { transform: matrix(1, 1, 1, 1, 0, 0) }", "'Some words' on page 1"),
    "skew": (".letter-body p { transform: skew(90deg) }", "'Some words' on page 1"),
    "nearly": (".letter-body p { transform: scale(0.0001) }", "'Some words' on page 1"),
    "image": (".letter-body img { transform: scale(0) }", "an image on page 1"),
    "cell": ("td { transform: scale(0) }", "'Cell' on page 1"),
    "inline block": ("b { display: inline-block; transform: scale(0) }", "'bold' on page 1"),
    "closing": (".letter-closing { transform: scale(0) }", "'Sincerely,' on page 1"),
}


@pytest.mark.parametrize(("case", "profile"), [*((case, "archive") for case in FLAT), ("scale", "screen")])
def test_what_a_transformation_makes_flat_is_a_fault(project: Project, case: str, profile: str) -> None:
    css, what = FLAT[case]
    project.write("content/letters/pic.png", png())
    front = FRONT.replace("letterhead: plain", f"letterhead: {project.letterhead('own', css=css)}")
    body = "Some words\n\n<b>bold</b>\n\n![grey](pic.png)\n\n| Head |\n|---|\n| Cell |\n"
    result = project.press(body, front, profile=profile)
    assert result.pdf is None
    first = result.diagnostics[0]
    assert (first.code, first.message) == (
        "transform-flat",
        f"{what} cannot be seen: a transformation leaves it no width or height",
    )


@pytest.mark.parametrize("css", ["font-size: 0", "line-height: 0", "height: 0", "width: 0; overflow: hidden"])
def test_sizes_of_zero_raise_nothing(project: Project, css: str) -> None:
    project.write("content/letters/pic.png", png())
    head = project.letterhead("own", css=f".letter-date, .letter-body img {{ {css} }}")
    result = project.press("![grey](pic.png)\n", FRONT.replace("letterhead: plain", f"letterhead: {head}"))
    assert all(fault.code != "itself-failed" for fault in result.diagnostics)


def test_a_transformation_that_can_be_seen_is_none(project: Project) -> None:
    head = project.letterhead("own", css=".letter-date { transform: rotate(9deg) scale(0.5) translate(1mm) }")
    assert project.press(front=FRONT.replace("letterhead: plain", f"letterhead: {head}")).diagnostics == ()


def test_what_weasyprint_raises_is_a_fault_of_this_letter(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any bug of a later WeasyPrint: here its drawing of pages is broken on purpose."""
    import weasyprint.document

    def broken(*_: object) -> None:
        raise KeyError("some box")

    monkeypatch.setattr(weasyprint.document, "draw_page", broken)
    fault = project.fault()
    assert (fault["code"], fault["message"]) == (
        "layout-failed",
        "WeasyPrint cannot lay this letter out: KeyError: 'some box'",
    )


def test_what_a_long_word_pushes_out_of_its_line_is_no_fault_of_its_own(project: Project) -> None:
    [fault] = project.faults(f"See `{'0123456789abcdef' * 8}`.\n", FRONT)
    assert (fault["code"], str(fault["value"])[:4]) == ("word-too-wide", "0123")


def test_a_letter_is_the_same_in_another_folder(tmp_path: Path) -> None:
    made = []
    for folder in ("a", "another/deeper"):
        letters = tmp_path / folder / "content/letters"
        letters.mkdir(parents=True)
        for number in range(3):
            (letters / f"{number}.png").write_bytes(png(8 + number))
        body = "\n\n".join(f"![Picture {number}]({number}.png)" for number in (2, 0, 1, 0))
        (letters / "letter.md").write_text(f"---\n{FRONT}---\n{body}\n")
        made.append(letterpress.render(letters / "letter.md").pdf)
    assert made[0] is not None
    assert made[0] == made[1]
