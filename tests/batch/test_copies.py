"""Copies for those named in cc and bcc, several recipients, and the lists below a letter."""

from __future__ import annotations

import pytest

import letterpress
from letterpress.addressing import shared_address
from letterpress.batch import copies
from letterpress.errors import UsageError
from letterpress.model import Party
from tests.support import golden, verapdf
from tests.support.project import FRONT, LETTER, Project, pdf_text, unpacked

COPIED = FRONT + "cc: [Harbor master, 'Mia Vale, {{ lang }}']\nbcc: [Sam Poe, Nia Lind]\n"


def text(project: Project, copy: str, front: str = COPIED) -> str:
    result = project.press(front=front, copy=copy)
    assert result.pdf is not None, result.diagnostics
    return pdf_text(result.pdf)


def alternatives(pdf: bytes) -> int:
    return unpacked(pdf).count(b"/Alt (this copy)")


# --- copies -----------------------------------------------------------------------------------------------------------


def test_a_copy_is_ticked_beside_the_name_and_read_as_such(project: Project) -> None:
    original = project.press(front=COPIED)
    copy = project.press(front=COPIED, copy="cc:Harbor master")
    assert original.pdf is not None
    assert copy.pdf is not None
    assert alternatives(original.pdf) == 0
    assert alternatives(copy.pdf) == 1
    assert golden.lines(copy.pdf) == golden.lines(original.pdf)  # nothing else is different, and nothing has moved
    verapdf.require()
    assert verapdf.validate(copy.pdf) == []


@pytest.mark.parametrize("name", ["Mia Vale, en-US", "Mia Vale, {{ lang }}", "mia", "Mia Vale"])
def test_a_name_is_as_written_as_printed_or_cut_short(project: Project, name: str) -> None:
    assert project.press(front=COPIED, copy=f"cc:{name}").status == "done"


def test_blind_copies_stand_where_they_may(project: Project) -> None:
    assert "bcc" not in text(project, "original")
    assert "bcc" not in text(project, "cc:Harbor master")
    assert "bcc: Sam Poe" in text(project, "bcc:Sam Poe")
    assert "Nia Lind" not in text(project, "bcc:Sam Poe")
    assert "bcc: Sam Poe Nia Lind" in text(project, "file")
    for copy in ("original", "cc:Harbor master", "draft", "conformed"):
        result = project.press(front=COPIED, copy=copy)
        assert result.pdf is not None
        assert b"Sam Poe" not in unpacked(result.pdf)


def test_one_who_gets_no_copy(project: Project) -> None:
    (fault,) = project.press(front=COPIED, copy="cc:Harbour mistress").diagnostics
    assert fault.message == "'Harbour mistress' gets no cc copy of this letter"
    assert fault.hint == "did you mean 'Harbor master'?"
    assert fault.field == "cc"
    (fault,) = project.press(front=FRONT + "cc: [Mia Vale, Mia Orr]\n", copy="cc:Mia").diagnostics
    assert "more than one" in fault.message
    with pytest.raises(UsageError, match="'bc:Mia' is no copy"):
        project.press(front=COPIED, copy="bc:Mia")
    for wrong in ("cc:", "cc", "file:Mia", "third", "cc:*"):
        assert project.cli("render", project.letter(front=COPIED), "--copy", wrong).code == 2


def test_all_copies_in_one_go(project: Project) -> None:
    front = COPIED.replace("Sam Poe", "Harbor master")
    ran = project.cli("render", project.letter(front=front), "--copies", "--json")
    assert ran.code == 0, ran.err
    names = ["letter", "letter.cc-harbor-master", "letter.cc-mia-vale-lang"]
    names += ["letter.bcc-harbor-master", "letter.bcc-nia-lind", "letter.file"]
    assert [letter["id"] for letter in ran.json["letters"]] == names
    assert sorted(path.stem for path in (project.root / "out").iterdir()) == sorted(names)
    assert "File copy" in pdf_text(project.root / "out/letter.file.pdf")
    ran = project.cli("render", LETTER, "--copies", "-o", "sent/offer.pdf")
    assert (project.root / "sent/offer.cc-harbor-master.pdf").is_file()
    assert project.cli("render", LETTER, "--copies", "--copy", "file").code == 2
    assert project.cli("render", LETTER, "--copies", "-o", "-").code == 2


def test_names_of_copies_never_meet(project: Project) -> None:
    project.letter(front=FRONT + f"cc: [A B, a-b, 'A  b!', '***', {'x' * 200}]\n")
    letter = letterpress.load(LETTER)
    found = [name for _, name in copies.file_names("l", letter)]
    assert found == ["l", "l.cc-a-b", "l.cc-a-b-2", "l.cc-a-b-3", "l.cc", "l.cc-" + "x" * 60, "l.file"]


def test_copies_are_an_axis_of_the_matrix(project: Project) -> None:
    variants = 'variants: {copy: [original, "cc:*", "bcc:Sam Poe", file], paper: [a4, letter]}\n'
    ran = project.cli("variants", project.letter(front=COPIED + variants), "--list")
    assert ran.code == 0, ran.err
    assert ran.out.split()[::2] == [
        f"out/letter.a4.{copy}.pdf"
        for copy in ("original", "cc-harbor-master", "cc-mia-vale-lang", "bcc-sam-poe", "file")
    ]
    ran = project.cli("variants", project.letter(front=COPIED + "variants: {copy: [origin]}\n"), "--list")
    assert "did you mean 'original'" in ran.err


# --- several recipients -----------------------------------------------------------------------------------------------

MILL = {"street": "4 Mill Lane", "city": "Bangor", "postcode": "04401", "country": "US"}


def test_those_at_one_address_share_it() -> None:
    ada, mia = Party(name="Ada", title="Director", **MILL), Party(name="Mia", **MILL)
    max_ = Party(name="Max", lines=("1 Pier",))
    lines = [("Ada", "Director", "4 Mill Lane", "Bangor"), ("Max", "1 Pier"), ("Mia", "4 Mill Lane", "Bangor")]
    assert shared_address.blocks([ada, max_, mia], lines) == (
        ("Ada", "Director", "Mia", "4 Mill Lane", "Bangor"),
        ("Max", "1 Pier"),
    )
    same = [("Ada", "1 Pier"), ("Ada", "1 Pier")]
    assert shared_address.blocks([max_, max_], same) == (("Ada", "Ada", "1 Pier"),)
    town = Party(name="Ada", city="Bangor")
    assert len(shared_address.blocks([town, town], [("Ada", "Bangor"), ("Max", "Bangor")])) == 2


def test_recipients_stand_side_by_side(project: Project) -> None:
    to = "to: [{name: Ada Brook, lines: [4 Mill Lane]}, {name: Max Orr, lines: [1 Pier]}, {name: Mia Vale, lines: [2 Bay]}]\n"
    front = "".join(to if line.startswith("to:") else f"{line}\n" for line in FRONT.splitlines())
    result = project.press(front=front)
    assert result.pdf is not None, result.diagnostics
    places = {line.text: (line.x, line.y) for line in golden.lines(result.pdf)}
    assert places["Ada Brook"][1] == places["Max Orr"][1] < places["Mia Vale"][1]
    assert places["Ada Brook"][0] == places["Mia Vale"][0] < places["Max Orr"][0]


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "item"),
    [
        (4, "Item {n}"),
        (30, "Item {n}"),
        (20, "Item {n} whose title is so long that it needs more than a line of the page to be said"),
    ],
    ids=["few", "columns", "long"],
)
def test_a_list_breaks_between_its_items_and_never_below_its_label(workshop: Project, count: int, item: str) -> None:
    items = [item.format(n=n) for n in range(1, count + 1)]
    front = FRONT + f"enclosures: [{', '.join(items)}]\n"
    for length in range(0, 34, 3):
        body = "".join(f"Line {line}.\n\n" for line in range(length)) or "Line.\n"
        path = workshop.root / workshop.letter(body, front)
        result = letterpress.render(path)
        assert result.pdf is not None, result.diagnostics
        lines = golden.lines(result.pdf)
        label = next(line for line in lines if line.text == "Enclosures:")
        starts = [line for line in lines if line.text.startswith("Item ")]
        assert sorted(int(line.text.split()[1]) for line in starts) == list(range(1, count + 1))
        assert sum(line.page == label.page and line.y > label.y for line in starts) >= 2
        assert all(sum(line.page == page for line in starts) >= 2 for page in {line.page for line in starts}), length
        assert all(line.y < 279.4 - 25 + 0.2 for line in lines)  # with a face's box higher than its line


@pytest.mark.parametrize(
    ("lang", "order"),
    [
        ("en-US", ["Enclosure:", "cc:", "P.S. C"]),
        ("de", ["PS: C", "Anlage", "Verteiler"]),
        ("fr", ["P.-S. C", "P.J. :"]),
    ],
)
def test_the_postscripts_place_is_the_languages(project: Project, lang: str, order: list[str]) -> None:
    front = FRONT.replace("en-US", lang) + "enclosures: [A]\ncc: [B]\npostscript: C\n"
    found = pdf_text_lines(project.press(front=front))
    assert [line for line in found if line in order] == order


def pdf_text_lines(result: letterpress.Result) -> list[str]:
    assert result.pdf is not None, result.diagnostics
    return [line.text for line in golden.lines(result.pdf)]


def test_what_is_empty_is_left_out(project: Project) -> None:
    front = (
        FRONT
        + "enclosures: ['{{ fields.a or \"\" }}']\ncc: []\npostscript: '{{ fields.a or \"\" }}'\nfields: {a: {}}\n"
    )
    assert pdf_text_lines(project.press(front=front))[-1] == "Director"
