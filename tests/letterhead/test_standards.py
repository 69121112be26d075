"""The table of standards: its figures against the sources, and what follows from them."""

from __future__ import annotations

import itertools

import pytest

from letterpress.letterhead import standards
from letterpress.page import Rectangle

# Written from the sources, not from the table: fold marks, punch mark, field, text.
FIGURES = {
    "din5008-a": ([87, 192], 148.5, (20, 27, 85, 45), 80.5),
    "din5008-b": ([105, 210], 148.5, (20, 45, 85, 45), 98.5),
    "sn010130-right": ([105, 210], 148.5, (112, 45, 90, 45), 98.5),
    "sn010130-left": ([105, 210], 148.5, (20, 35.5, 100, 45), 98.5),
    "nf-z-11-001": ([99, 198], None, (100, 35, 100, 45), 99),
    "at-livepost": ([100, 205], None, (20, 45, 90, 40), 98),
    "uk-notify": ([], None, (24.6, 39.5, 95.4, 26.8), 95),
    "us-none": ([93.1, 186.3], None, None, 44.45),
    "us-single": ([93.1, 186.3], None, (9.525, 57.7, 114.3, 28.575), 98),
    "us-double": ([93.1, 194.7], None, (12.7, 51.9, 88.9, 22.225), 88),
    "us-single-9": ([95.3, 187.3], None, (17.5, 55.6, 114.3, 28.575), 89),
    "us-double-9": ([95.3, 187.3], None, (14.3, 55.6, 92.075, 28.575), 89),
    "japan": ([116, 232], None, (25, 12, 90, 45), 69),
}

# Of each window: the part of the sheet that shows at every shift, worked out by hand from envelope, fold and window.
ALWAYS = {
    ("din5008-a", "c6-5-din"): (20, 36, 71, 36),
    ("din5008-b", "c6-5-din"): (20, 54, 71, 36),
    ("din5008-b", "dl-din"): (20, 50, 80, 40),
    ("sn010130-right", "c5-sn-right"): (122, 45, 71, 26.5),
    ("sn010130-left", "c5-6-sn-left"): (20, 48, 81, 36),
    ("nf-z-11-001", "dl-nf"): (100, 45, 90, 34),
    ("at-livepost", "c6-5-at"): (20, 54, 71, 31),
    ("us-single", "us-10"): (22.2, 63.4, 88.9, 17.0),
    ("us-double", "us-10-double"): (12.7, 55, 63.5, 19.05),
    ("us-single-9", "us-9"): (22.2, 57.15, 104.8, 25.45),
    ("japan", "chou-3"): (25, 12, 65, 41),
}


# What has to stay free of other print, from the posts' own pages: x, y, width, height in mm.
CLEAR = {
    "at-livepost": [
        (20, 30, 90, 15),
        (110, 45, 20, 40),
        (20, 85, 90, 10),
        (0, 0, 20, 297),
        (190, 0, 20, 297),
        (0, 0, 210, 5),
        (0, 292, 210, 5),
    ],
    "uk-notify": [(0, 0, 15, 297), (195, 0, 15, 297), (0, 0, 210, 5), (0, 292, 210, 5)],
}


def corners(box: Rectangle) -> tuple[float, ...]:
    return (box.x, box.y, box.width, box.height)


def test_every_standard_is_pinned() -> None:
    assert set(FIGURES) == set(standards.names())


@pytest.mark.parametrize("name", FIGURES)
def test_figures(name: str) -> None:
    folds, punch, field, text = FIGURES[name]
    row = standards.standard(name)
    assert list(row.folds) == folds
    assert row.punch == punch
    assert (corners(row.field) if row.field else None) == field
    assert row.text == text
    assert row.source
    assert row.min_type >= 8


def test_clear_zones() -> None:
    found = {name: [corners(clear.box) for clear in standards.standard(name).clear] for name in FIGURES}
    assert {name: boxes for name, boxes in found.items() if boxes} == CLEAR


@pytest.mark.parametrize(("name", "envelope"), ALWAYS)
def test_always_shows(name: str, envelope: str) -> None:
    window = next(
        one for one in standards.standard(name).windows if one.envelope == envelope and one.shows == "address"
    )
    assert corners(window.always) == pytest.approx(ALWAYS[name, envelope], abs=0.05)


@pytest.mark.parametrize("name", FIGURES)
def test_shifts(name: str) -> None:
    """What always shows is in the window at each of many shifts; what ever shows holds each of them."""
    for window in standards.standard(name).windows:
        for across, down in itertools.product(range(11), repeat=2):
            place = Rectangle(
                window.last.x + (window.first.x - window.last.x) * across / 10,
                window.first.y + (window.last.y - window.first.y) * down / 10,
                window.first.width,
                window.first.height,
            )
            assert corners(window.always.intersection(place)) == pytest.approx(corners(window.always))
            assert corners(window.ever.hull(place)) == pytest.approx(corners(window.ever))
        assert window.source


@pytest.mark.parametrize("name", [name for name in FIGURES if FIGURES[name][2]])
def test_parts_keep_out_of_the_windows(name: str) -> None:
    """Head, information block and text stand where no window ever shows them; the address where every one does."""
    row = standards.standard(name)
    for window in row.windows:
        if window.shows == "sender":
            assert corners(window.always.intersection(row.head)) == pytest.approx(corners(row.head))
            continue
        assert row.address
        assert corners(window.always.intersection(row.address)) == pytest.approx(corners(row.address))
        if row.notes:  # across, the return line shows at every shift; up and down the address comes first
            assert window.always.x <= row.notes.x
            assert row.notes.right <= window.always.right
        for part in (row.head, row.wide_name, row.info):
            overlap = part.intersection(window.ever) if part else Rectangle(0, 0, 0, 0)
            assert overlap.width * overlap.height == 0, (name, part, window.envelope)
        # The text's first line has its half leading above its capitals: more than a millimetre.
        assert row.text > window.ever.bottom - 1
    for clear in row.clear:
        for part in (row.head, row.info, row.address):
            overlap = part.intersection(clear.box) if part else Rectangle(0, 0, 0, 0)
            assert overlap.width * overlap.height == 0, (name, part, clear.why)


def test_rows_are_in_order() -> None:
    """Folds lie on the sheet, from the top; the text begins above the foot."""
    for name in standards.names():
        row = standards.standard(name)
        paper = standards.PAPERS[row.paper]
        assert list(row.folds) == sorted(row.folds)
        assert all(0 < fold < paper.height for fold in row.folds)
        assert row.foot < paper.height
        assert row.text < row.foot
