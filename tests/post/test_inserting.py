"""Marks of inserting machines: printed on each sheet, read back from pixels, and the sets rebuilt from them."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.batch import combine, fingerprint
from letterpress.batch.combined_pages import CombinedPages
from letterpress.errors import LetterpressError, UsageError
from letterpress.inserters import catalogue, marks
from letterpress.inserters.values import Function, Matrix, Scheme, Sheet
from letterpress.pdf.stream_writer import PdfStream
from letterpress.post.inserting import Inserting, Set
from tests.support import lists
from tests.support.project import LETTER, Project
from tests.support.schemes import scheme

DPI = 300
SHIPPED = catalogue.find("pitney-bowes", Path("/nowhere"))


def letter(path: Path, pages: int, rotation: int = 0) -> Path:
    """A file of empty pages, whose content leaves the page's state as it should not be."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(842, 595) if rotation in (90, 270) else (595, 842))
        pdf.pages[-1].obj.Contents = pdf.make_stream(b"0.5 0 0 0.5 30 30 cm 1 0 0 rg")
        pdf.pages[-1].obj.Rotate = rotation
    pdf.save(path)
    return path


def printed(file: Path, of: Scheme) -> list[tuple[bool, ...]]:
    """What a machine reads from each page: whether there is a mark at each position."""
    read = []
    with pypdfium2.PdfDocument(file) as pdf:
        for page in pdf:
            image = page.render(scale=DPI / 72, grayscale=True).to_pil()
            middles = ((box.x + box.width / 2, box.y + box.height / 2) for box in map(of.place, range(of.positions)))
            pixels = [image.getpixel((round(x / 25.4 * DPI), round(y / 25.4 * DPI))) for x, y in middles]
            assert all(pixel in (0, 255) for pixel in pixels)
            read.append(tuple(pixel == 0 for pixel in pixels))
            # Nothing but marks: as much black as they have.
            ink = sum(image.histogram()[:128]) * (25.4 / DPI) ** 2
            assert ink == pytest.approx(sum(read[-1]) * of.length * of.thickness, rel=0.15)
    return read


def combined(tmp_path: Path, of: Scheme, pages: Sequence[int], *, duplex: bool = False, rotation: int = 0) -> Path:
    inserting = Inserting(of, "Offer", duplex=duplex)
    parts = []
    for number, count in enumerate(pages, 1):
        one = Set(str(number), f"K-{number}", "[]")
        path = letter(tmp_path / f"{number}.pdf", count, rotation)
        parts.append(
            combine.Part(path=path, title=str(number), marks=lambda count, one=one: inserting.pages(one, count))
        )
    combine.write(tmp_path / "all.pdf", parts, title="Offer", lang="en", duplex=duplex)
    return tmp_path / "all.pdf"


@pytest.mark.parametrize(("duplex", "rotation"), [(False, 0), (True, 0), (False, 90), (False, 180), (True, 270)])
def test_sets_are_rebuilt_from_the_marks_of_their_sheets(tmp_path: Path, duplex: bool, rotation: int) -> None:
    of = scheme("start", "eoc", "sequence:4:lsb", "parity:even", "wrap:2")
    pages = [1, 2, 5, 1, 4]
    read = printed(combined(tmp_path, of, pages, duplex=duplex, rotation=rotation), of)
    sides = 2 if duplex else 1
    sheets = read[::sides]
    assert all(not any(back) for back in read[1::2]) or not duplex
    sets, size = [], 0
    for at, sheet in enumerate(sheets):
        size += 1
        assert sheet[0], "each sheet has a start"
        assert sum(bit << place for place, bit in enumerate(sheet[2:6])) == at % 16
        assert sum(sheet) % 2 == 0
        assert sheet[7] * 2 + sheet[8] == len(sets) % 4
        if sheet[1]:
            sets.append(size)
            size = 0
    assert (sets, size) == ([-(-count // sides) for count in pages], 0)


def test_marks_stand_on_the_back_where_the_scheme_has_them_there(tmp_path: Path) -> None:
    of = scheme("start", "eoc", back=True)
    read = printed(combined(tmp_path, of, [3, 1], duplex=True), of)
    assert read == [(False, False), (True, False), (False, False), (True, True), (False, False), (True, True)]


def test_a_machine_that_takes_the_last_sheet_first_counts_from_there(tmp_path: Path) -> None:
    of = scheme("boc", "eoc", "sequence:3", "page:2:lsb", reverse=True)
    read = printed(combined(tmp_path, of, [3, 1]), of)
    found = [(*sheet[:2], sheet[2] * 4 + sheet[3] * 2 + sheet[4]) for sheet in read]
    assert found == [(False, True, 2), (False, False, 1), (True, False, 0), (True, True, 3)]


@pytest.mark.parametrize(("sheets", "marked"), [("first", [1, 0, 0, 1]), ("last", [0, 0, 1, 1]), ("all", [1, 1, 1, 1])])
def test_some_sheets_have_none(tmp_path: Path, sheets: str, marked: list[int]) -> None:
    of = scheme("start", "safety", up=True, sheets=sheets)
    assert [int(all(sheet)) for sheet in printed(combined(tmp_path, of, [3, 1]), of)] == marked


def test_feeds_join_the_letters_whose_rows_say_so() -> None:
    of = scheme("feed:1", "feed:2", feeds=(("1", "leaflet"), ("2", "map")))
    inserting = Inserting(of, "Offer", duplex=False)
    rows = [{"leaflet": "yes", "map": ""}, {"leaflet": "no", "map": "X"}, {}]
    drawn = [inserting.pages(Set("1", "", json.dumps([[1, row]])), 1)[0] for row in rows]
    assert drawn == [(of.place(0),), (of.place(1),), ()]


@given(
    st.lists(st.sampled_from(["start", "eoc", "not_eoc", "boc", "sequence:3", "page:2:lsb", "feed:1"]), max_size=6),
    st.sampled_from(["parity:even", "parity:odd"]),
    st.integers(1, 9),
    st.integers(0, 10**6),
    st.data(),
)
@settings(max_examples=80)
def test_parity_holds_whatever_else_is_printed(
    functions: list[str], parity: str, sheets: int, sequence: int, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(functions)))
    of = scheme(*functions[:at], parity, *functions[at:])
    number = data.draw(st.integers(1, sheets))
    bits = marks.printed(of, Sheet(number, sheets, sequence, 1, feeds=frozenset("1")))
    assert len(bits) == of.positions
    assert (sum(bits) % 2 == 0) == (parity == "parity:even")


def test_a_data_matrix_says_which_sheet_it_is(tmp_path: Path) -> None:
    import zxingcpp

    of = catalogue.find("data-matrix", Path("/nowhere"))
    file = combined(tmp_path, of, [1, 2])
    read = []
    with pypdfium2.PdfDocument(file) as pdf:
        for page in pdf:
            image = page.render(scale=DPI / 72, grayscale=True).to_pil()
            (code,) = zxingcpp.read_barcodes(image)
            read.append(code.text)
            # It stands where the scheme has it, and is as large as the room that letters keep for it.
            side = marks.matrix_side(of)
            box = image.point(lambda value: 255 if value < 128 else 0).getbbox()
            assert box is not None
            assert [at * 25.4 / DPI for at in box] == pytest.approx([6, 160, 6 + side, 160 + side], abs=0.1)
    assert read == ["00000101010000000", "00000201020000001", "00000202020000002"]
    assert side == 8


def test_marks_of_very_many_sheets_take_little_of_the_file_and_of_memory(tmp_path: Path) -> None:
    of = replace(scheme("start", "sequence:4"), matrix=Matrix(x=8, y=160, module=0.5, content="{sequence:07}"))
    inserting = Inserting(of, "Offer", duplex=False)
    drawn = [tuple(inserting.pages(Set("1", "", "[]"), 1)) for _ in range(600)]
    with (tmp_path / "a.pdf").open("wb") as file, PdfStream(file) as stream:
        pages = CombinedPages(stream)
        sizes = []
        for half in (drawn[:300], drawn[300:]):
            tracemalloc.start()
            for one in half:
                pages.printed([b"[1 0 R]"], [(0, 0, 595, 842)], one)
            sizes.append((file.tell(), tracemalloc.get_traced_memory()[0]))
            tracemalloc.stop()
    assert (sizes[1][0] - sizes[0][0]) / 300 < 600
    assert sizes[1][1] / 300 < 100


def test_all_of_a_job_are_of_one_size_and_what_that_does_not_hold_is_said() -> None:
    matrix = Matrix(x=8, y=160, module=0.5, content="{key}/{sheet}")
    of = replace(scheme("start"), matrix=matrix)
    boxes = [marks.rectangles(of, Sheet(1, 1, 0, 1, "3", key))[1:] for key in ("K", "KEY-99999999")]
    sides = [max(box.right for box in drawn) - 8 for drawn in boxes]
    assert sides == [marks.matrix_side(of), marks.matrix_side(of)] == [8, 8]
    long = Sheet(1, 1, 0, 1, "3", "a key that nobody has thought of")
    with pytest.raises(LetterpressError, match="16 x 16 modules") as caught:
        marks.rectangles(of, long)
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.record) == ("inserter-matrix", "3")
    larger = replace(of, matrix=replace(matrix, size=26))
    assert max(box.right for box in marks.rectangles(larger, long)) - 8 == marks.matrix_side(larger) == 13


# --- schemes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pitney-bowes", "quadient-ds95", "data-matrix"])
def test_a_scheme_that_ships_stands_on_the_sheet(name: str) -> None:
    found = catalogue.find(name.upper(), Path("/nowhere"))
    for box in found.taken(marks.matrix_side(found)):
        assert 0 < box.x < box.right < 210
        assert 0 < box.y < box.bottom < 279.4
    assert found.source


def test_an_unknown_scheme_is_refused_with_what_there_is() -> None:
    with pytest.raises(UsageError, match="there are no marks 'pitney'") as caught:
        catalogue.find("pitney", Path("/nowhere"))
    assert "pitney-bowes" in str(caught.value.diagnostics[0].hint)


GOOD = """\
source = "the machine's settings"
date = "2026-11"
x = 8
y = 120
pitch = 4
length = 10
thickness = 0.5
functions = ["start", "eoc"]
"""


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('["start", "eoc"]', "[]", "functions"),
        ('"eoc"]', '"end"]', "functions.2"),
        ('"eoc"]', '"sequence:0"]', "functions.2"),
        ('"eoc"]', '"sequence:9"]', "functions.2"),
        ('"eoc"]', '"parity"]', "functions.2"),
        ('"eoc"]', '"parity:even", "parity:odd"]', "functions"),
        ('"eoc"]', '"feed:2"]\n[feeds]\n1 = "leaflet"', "functions.2"),
        ("pitch = 4", "pitch = 0.5", "pitch"),
        ("thickness = 0.5", "", "thickness"),
        ("length = 10", "length = 0", "length"),
        ("x = 8", "x = -8", "x"),
        ("x = 8", "z = 8", "z"),
        ('"eoc"]', '"eoc"]\n[matrix]\nx = 1\ny = 1\ncontent = "{sheet:02}{name}"', "matrix.content"),
        ('"eoc"]', '"eoc"]\n[matrix]\nx = 1\ny = 1\ncontent = "{sheet!x}"', "matrix.content"),
        ('"eoc"]', '"eoc"]\n[matrix]\nx = 1\ny = 1\ncontent = "{sheet.real}"', "matrix.content"),
    ],
)
def test_a_scheme_that_no_machine_could_read_is_refused(project: Project, old: str, new: str, field: str) -> None:
    project.write("inserters/own.toml", GOOD)
    assert catalogue.find("own", project.root).functions == (Function("start"), Function("eoc"))
    assert old in GOOD
    project.write("inserters/own.toml", GOOD.replace(old, new))
    with pytest.raises(LetterpressError) as caught:
        catalogue.find("own", project.root)
    assert field in [str(said.field) for said in caught.value.diagnostics]
    assert all("own.toml" in str(said.file) for said in caught.value.diagnostics)


# --- letters ----------------------------------------------------------------------------------------------------------

FRONT = """\
letterhead: {head}
lang: en-US
date: 2026-03-02
from: {{name: Harbor Light Clinic, street: 12 Quay Road, city: Portland, region: ME, postcode: "04101", country: US}}
salutation: Dear {{{{ to.name }}}}
"""
ROWS = "name,street,city,postcode,country\n" + "".join(
    f"Ada Brook {n},{n} Mill Lane,Bangor,0440{n},US\n" for n in "123"
)
TEXT = "Thank you.\n{% if to.name == 'Ada Brook 2' %}\n{% for n in range(40) %}\nLine {{ n }}.\n\n{% endfor %}\n{% endif %}\n"


def merge(project: Project, *options: str) -> dict[str, object]:
    command = ("merge", LETTER, "--data", "people.csv", "-o", "out", "--jobs", "0", "--json", "--combine", "all.pdf")
    made: dict[str, object] = json.loads(project.cli(*command, *options).out)
    return made


def test_letters_of_a_merge_bear_them_and_are_made_from_plates(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root)
    project.letter(
        TEXT, FRONT.format(head="plain") + 'codes: [{type: imb, service: "270", mailer: "123456", serial: "7"}]\n'
    )
    project.write("people.csv", ROWS)
    made = merge(project, "--inserter", "pitney-bowes")["summary"]
    assert isinstance(made, dict)
    assert (made["done"], made["plates"]["pressed"]) == (3, 1)
    with pypdfium2.PdfDocument("all.pdf") as pdf:
        pictures = [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in pdf]
    found = []
    for image in pictures:
        boxes = map(SHIPPED.place, range(SHIPPED.positions))
        middles = ((box.x + box.width / 2, box.y + box.height / 2) for box in boxes)
        found.append(
            tuple(int(image.getpixel((round(x / 25.4 * DPI), round(y / 25.4 * DPI))) < 128) for x, y in middles)
        )
    # benchmark, end of the set, parity, the sheet's number with the lowest digit first, two feeds
    assert found == [
        (1, 1, 0, 0, 0, 0, 0, 0),
        (1, 0, 0, 1, 0, 0, 0, 0),
        (1, 1, 1, 0, 1, 0, 0, 0),
        (1, 1, 0, 1, 1, 0, 0, 0),
    ]


def test_letters_that_keep_room_for_marks_are_the_same_from_a_plate_as_laid_out() -> None:
    (one,) = [path for path in lists.LETTERS if path.stem == "korea-policy"]
    jobs = [replace(job, stays_free=((5, 100, 18, 40, "the marks"),)) for job in lists.jobs(one, 4)]
    results = lists.pressed(jobs)
    assert "" in {result.laid_out for result in results}, "no letter was made from a plate"
    assert list(lists.differences(jobs, results)) == []
    ids = {fingerprint.of_base(job) for job in (jobs[0], replace(jobs[0], stays_free=()))}
    assert len(ids) == 2, "a letter is made anew where more is to stay free"


def test_marks_that_would_meet_text_or_a_window_are_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.root)
    project.write("people.csv", ROWS)
    project.write("inserters/text.toml", GOOD.replace("x = 8", "x = 40\nclear = [6, 0, 6, 0]"))
    project.write("inserters/window.toml", GOOD.replace("y = 120", "y = 50").replace("x = 8", "x = 30"))
    project.letter("Thank you for it.\n\n" * 12, FRONT.format(head="plain"))
    said = merge(project, "--inserter", "text")
    assert [one["code"] for one in said["diagnostics"]] == ["nothing-to-combine"]  # type: ignore[attr-defined]
    (first, *_) = said["letters"][0]["diagnostics"]  # type: ignore[index]
    assert (said["summary"]["failed"], "the marks of the inserting machine 'text'" in first["message"]) == (3, True)  # type: ignore[index]
    project.letter("Thank you.\n", FRONT.format(head="din5008"))
    said = merge(project, "--inserter", "window")
    codes = {one["code"] for letter in said["letters"] for one in letter["diagnostics"]}  # type: ignore[attr-defined]
    assert "inserter-crosses" in codes
    assert said["summary"]["failed"] == 3  # type: ignore[index]


def test_marks_of_folds_may_not_stand_among_those_that_a_machine_reads(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root)
    project.write("people.csv", ROWS)
    project.letter("Thank you.\n", FRONT.format(head="din5008"))
    said = merge(project, "--inserter", "pitney-bowes", "--limit", "1")
    (fault,) = said["letters"][0]["diagnostics"]  # type: ignore[index]
    assert fault["message"].startswith("a mark for folding or punching stands in the marks of the inserting machine")
    assert "--param marks=false" in fault["hint"]
    # The sheet before the letters has none either, whatever its letterhead usually prints.
    sheet = project.write(
        "content/letters/sheet.md", f"---\n{FRONT.format(head='din5008')}to: {{name: Printer}}\n---\nX.\n"
    )
    options = ("--limit", "1", "--param", "marks=false", "--insert-sheet", str(sheet))
    said = merge(project, "--inserter", "pitney-bowes", *options)
    assert (said["summary"]["done"], said["diagnostics"]) == (1, [])  # type: ignore[index]
