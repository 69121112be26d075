"""The tests' own reader of printed sheets, on which the proof of docs/post-room.md rests: it finds what it should."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest
from PIL import Image

from letterpress.codes import libraries
from letterpress.inserters import marks
from letterpress.inserters.values import Matrix, Scheme
from letterpress.page import Rectangle
from letterpress.post.inserting import Inserting, Set
from tests.support import sheet_readers
from tests.support.schemes import scheme

DPI = 300


def _sheets(of: Scheme, sizes: Sequence[int]) -> list[Image.Image]:
    """Sheets as they are printed, in order; every second set has a leaflet."""
    inserting = Inserting(of, "Offer", duplex=False)
    drawn = []
    for number, count in enumerate(sizes, 1):
        rows = json.dumps([[number, {"leaflet": "yes" if number % 2 else "no"}]])
        for boxes in inserting.pages(Set(str(number), f"K-{number}", rows), count):
            image = Image.new("L", (round(40 * DPI / 25.4), round(110 * DPI / 25.4)), 255)
            for box in boxes:
                edges = (box.x, box.y, box.right, box.bottom)
                image.paste(0, tuple(round(at * DPI / 25.4) for at in edges))  # type: ignore[arg-type]
            drawn.append(image)
    return drawn


READ = scheme(
    "start", "boc", "eoc", "sequence:4:lsb", "wrap:2", "parity:even", "feed:1", "page:2",
    y=10, feeds=(("1", "leaflet"),), matrix=Matrix(x=8, y=80, module=0.5, content="{key}/{sheet}/{sheets}/{sequence}"),
)  # fmt: skip


@pytest.fixture(scope="module")
def job() -> list[Image.Image]:
    return _sheets(READ, [1, 2, 5, 1])


def _read(images: Sequence[Image.Image]) -> tuple[list[sheet_readers.Set], list[str]]:
    found = list(
        sheet_readers.sets(READ, (sheet_readers.sheet(image, DPI, READ, marks.matrix_side(READ)) for image in images))
    )
    return [one for one in found if not isinstance(one, str)], [one for one in found if isinstance(one, str)]


def test_the_reader_of_sheets_rebuilds_the_sets(job: list[Image.Image]) -> None:
    sets, faults = _read(job)
    assert faults == []
    assert [(one.key, one.sheets, one.first, sorted(one.feeds)) for one in sets] == [
        ("K-1", 1, 0, ["1"]), ("K-2", 2, 1, []), ("K-3", 5, 3, ["1"]), ("K-4", 1, 8, []),
    ]  # fmt: skip


def _swapped(job: list[Image.Image]) -> list[Image.Image]:
    return [*job[:4], job[5], job[4], *job[6:]]


def _erased(position: int) -> Callable[[list[Image.Image]], list[Image.Image]]:
    def change(job: list[Image.Image]) -> list[Image.Image]:
        return [*job[:3], _painted(job[3], READ.place(position), 255), *job[4:]]

    return change


def _added(position: int) -> Callable[[list[Image.Image]], list[Image.Image]]:
    return lambda job: [*job[:3], _painted(job[3], READ.place(position), 0), *job[4:]]


def _painted(image: Image.Image, box: Rectangle, grey: int) -> Image.Image:
    changed = image.copy()
    edges = (box.x - 0.2, box.y - 0.2, box.right + 0.2, box.bottom + 0.2)
    changed.paste(grey, tuple(round(at * DPI / 25.4) for at in edges))  # type: ignore[arg-type]
    return changed


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda job: job[:4] + job[5:], "sheet 4: sequence is 5, and 4 comes next"),
        (lambda job: [*job[:2], *job[1:]], "sheet 2: its Data Matrix says sheet 1 and 1"),
        (_swapped, "sheet 4: page is 2, and 1 comes next"),
        (lambda job: job[:-2], "4 sheets are left over"),
        (lambda job: job[1:], "sheet 0: wrap is 1, and 0 comes next"),
        (_erased(0), "sheet 3: a mark that is always printed is missing"),
        (_erased(1), "sheet 3: is the first of its set, or is said to be"),
        (_added(2), "sheet 3: ends a set of 1, and 5 are meant"),
        (_erased(10), "sheet 4: says other feeds than the first of its set"),
        (_erased(10), "sheet 3: the number of its marks is wrong"),
        (lambda job: [*job[:3], _painted(job[3], Rectangle(8, 80, 9, 4), 255), *job[4:]], "its Data Matrix cannot be read"),
        (lambda job: [*job[:3], _painted(job[3], Rectangle(10, 11, 4, 2), 0), *job[4:]], "its marks cannot be read"),
        (lambda job: [*job[:3], _painted(job[3], Rectangle(8, 10, 4, 0.5), 255), *job[4:]], "its marks cannot be read"),
        (lambda job: [*job[:4], job[1], *job[5:]], "sheet 4: is of K-2, among those of K-3"),
    ],
)  # fmt: skip
def test_the_reader_of_sheets_says_what_would_stop_a_machine(
    job: list[Image.Image], change: Callable[[list[Image.Image]], list[Image.Image]], reason: str
) -> None:
    _, faults = _read(change(job))
    assert [one for one in faults if reason in one], faults


def test_a_barcode_of_the_dutch_post_is_read_by_a_table_of_its_own() -> None:
    for text in ("2514GC9", "1012JS240", "0123456789ABCDEFGH", "IJKLMNOPQRSTUVWXYZ"):
        assert sheet_readers.kix(libraries.bars("KIX", text)) == text
    assert sheet_readers.kix("FFFF") is None
