"""Who signs: their order, their marks of authority, and how they stand beside each other."""

from __future__ import annotations

import io
import itertools

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import letterpress
from letterpress.addressing import ranks
from letterpress.model import Signatory
from tests.support import golden
from tests.support.project import FRONT, Project, pdf_text, unpacked

ALONE = "[{name: Jo Lind, title: Director}]"
NAMES = "Ada Cole,Max Orr,Mia Vale,Sam Poe,Ida Fenn,Lea Holt,Tom Ness,Uma Rao,Ben Silva,Eve Dorn,Kit Marsh,Ned Quill"


def front(people: str, extra: str = "") -> str:
    assert ALONE in FRONT
    return FRONT.replace(ALONE, f"[{people}]") + extra


def placed(result: letterpress.Result) -> dict[str, golden.Line]:
    assert result.pdf is not None, result.diagnostics
    return {line.text: line for line in golden.lines(result.pdf)}


def test_ranks_put_the_most_senior_first_and_keep_the_order_of_equals(project: Project) -> None:
    people = "{name: Ada Cole, rank: LT}, {name: Max Orr, rank: CAPT}, {name: Mia Vale, rank: LT}, {name: Sam Poe, rank: O-9}"
    result = project.press("Text.\n", front(people, "signatories_order: rank\n"))
    assert result.pdf is not None, result.diagnostics
    text = pdf_text(result.pdf)
    order = [text.index(name) for name in ("Sam Poe", "Max Orr", "Ada Cole", "Mia Vale")]
    assert order == sorted(order)
    given = project.press("Text.\n", front(people))
    assert given.pdf is not None
    assert pdf_text(given.pdf).index("Ada Cole") < pdf_text(given.pdf).index("Sam Poe")


def test_the_order_of_signing_is_the_order_on_the_page(project: Project) -> None:
    people = "{name: Ada Cole, rank: 2, sign: digital}, {name: Max Orr, rank: 1, sign: digital}"
    result = project.press("Text.\n", front(people, "signatories_order: rank\nsign: in-order\n"))
    assert [field.name for field in result.signature_fields] == ["max-orr", "ada-cole"]
    assert result.pdf is not None
    assert b"/Include" in unpacked(result.pdf)


@pytest.mark.parametrize(
    ("people", "field", "said"),
    [
        ("{name: Ada Cole}, {name: Max Orr, rank: CAPT}", "signatories.1.rank", "Ada Cole has no rank"),
        ("{name: Ada Cole, rank: CPT}, {name: Max Orr, rank: CAPN}", "signatories.2.rank", "no rank 'CAPN'"),
        ("{name: Ada Cole, rank: 1}, {name: Max Orr, rank: CAPT}", "signatories.1.rank", "is a number"),
    ],
)
def test_a_rank_that_says_nothing_is_a_fault(project: Project, people: str, field: str, said: str) -> None:
    fault = project.fault("Text.\n", front(people, "signatories_order: rank\n"))
    assert (fault["field"], fault["line"]) == (field, 9)
    assert said in fault["message"]
    assert fault["hint"]


def test_a_captain_of_the_navy_goes_before_one_of_the_marines() -> None:
    people = [Signatory(name="Marine", rank="Capt"), Signatory(name="Navy", rank="CAPT")]
    assert [one.name for one in ranks.by_rank(people)] == ["Navy", "Marine"]


@pytest.mark.parametrize(
    ("mark", "place"),
    [
        ("i. A.", "before"),
        ("i.V.", "before"),
        ("ppa.", "before"),
        ("p.p.", "before"),
        ("By direction", "name"),
        ("BY DIRECTION OF THE COMMANDER", "name"),
        ("Acting", "title"),
        ("For the board", "before"),
    ],
)
def test_a_mark_stands_where_its_convention_has_it(project: Project, mark: str, place: str) -> None:
    assert ranks.mark_place(mark) == place
    people = f'{{name: Ada Cole, title: Registrar, authority: "{mark}"}}'
    where = placed(project.press("Text.\n", front(people)))
    name = f"{mark} Ada Cole" if place == "before" else "Ada Cole"  # it is read with the name, on its line
    order = sorted((where[text].y, text) for text in {name, "Registrar", *([] if place == "before" else [mark])})
    wanted = {
        "before": [name, "Registrar"],
        "name": ["Ada Cole", mark, "Registrar"],
        "title": ["Ada Cole", "Registrar", mark],
    }
    assert [text for _, text in order] == wanted[place]


def columns(result: letterpress.Result, names: list[str]) -> list[float]:
    where = placed(result)
    return sorted({round(where[name].x) for name in names})


@pytest.mark.parametrize(
    ("count", "wanted"), [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3), (6, 3), (7, 3), (10, 3), (12, 3)]
)
def test_columns_by_width_without_empty_places_that_need_not_be(project: Project, count: int, wanted: int) -> None:
    names = NAMES.split(",")[:count]
    people = ", ".join(f"{{name: {name}, title: Trustee}}" for name in names)
    result = project.press("Text.\n", front(people))
    assert len(columns(result, names)) == wanted
    where = placed(result)
    rows = [where[name].y for name in names]
    assert rows == sorted(rows)  # filled left to right, row by row
    assert all(abs(one - other) < 0.05 or other - one > 20 for one, other in itertools.pairwise(rows))


def test_a_wide_name_leaves_fewer_columns_and_a_title_may_take_two_lines(project: Project) -> None:
    names = [*NAMES.split(",")[:5], "Professor Dr. Theodora Maximiliane von Hohenberg"]
    people = ", ".join(f"{{name: {name}}}" for name in names)
    assert len(columns(project.press("Text.\n", front(people)), names)) == 1
    people = ", ".join(
        f"{{name: {name}, title: Vice Chair of the Committee on Inland Waterways}}" for name in names[:5]
    )
    assert len(columns(project.press("Text.\n", front(people)), names[:5])) == 3


@pytest.mark.parametrize("most", [1, 2])
def test_the_letter_may_say_how_many_columns_at_most(project: Project, most: int) -> None:
    names = NAMES.split(",")[:5]
    people = ", ".join(f"{{name: {name}}}" for name in names)
    result = project.press("Text.\n", front(people, f"parameters: {{signature_columns: {most}}}\n"))
    assert len(columns(result, names)) == most


def test_column_by_column_reads_and_signs_in_the_order_given(project: Project) -> None:
    names = NAMES.split(",")
    people = ", ".join(f"{{name: {name}, sign: digital}}" for name in names)
    result = project.press("Text.\n", front(people, "parameters: {signature_fill: columns}\n"))
    where = placed(result)
    assert [field.signatory for field in result.signature_fields] == names
    first = [name for name in names if where[name].x == where[names[0]].x]
    assert first == names[: len(first)]
    assert len(first) == 4
    assert where[names[4]].y == pytest.approx(where[names[0]].y, abs=0.1)


@pytest.mark.parametrize(("place", "left", "right"), [("left", 24, 26), ("middle", 99, 103), ("centered", 88, 98)])
def test_one_signatory_stands_where_the_letterhead_puts_them(
    project: Project, place: str, left: float, right: float
) -> None:
    where = placed(project.press("Text.\n", front("{name: Ada Cole}", f"parameters: {{signature_place: {place}}}\n")))
    assert left < where["Ada Cole"].x < right
    assert left < where["Sincerely,"].x < right


@pytest.mark.parametrize("mode", ["blank", "digital", "conformed"])
def test_names_of_a_row_are_in_line_whatever_the_signatures(project: Project, mode: str) -> None:
    people = f"{{name: Ada Cole, sign: {mode}, authority: i. V.}}, {{name: Max Orr}}, {{name: Mia Vale, sign: {mode}}}"
    where = placed(project.press("Text.\n", front(people)))
    assert len({where[name].y for name in ("i. V. Ada Cole", "Max Orr", "Mia Vale")}) == 1


@settings(max_examples=30)
@given(widths=st.lists(st.integers(min_value=1, max_value=70), min_size=2, max_size=9))
@example(widths=[1] * 9)  # as many beside each other as there are columns
@example(widths=[70] * 9)  # one below the other
@example(widths=[23, 24, 25, 22, 30, 8])  # about a column's width
def test_no_block_runs_into_its_neighbour(workshop: Project, widths: list[int]) -> None:
    """Names of any length up to the width of the text: each ends before the next begins."""
    names = [f"{chr(65 + at)}" + "x" * width for at, width in enumerate(widths)]
    people = ", ".join(f"{{name: {name}, sign: digital}}" for name in names)
    result = letterpress.render(workshop.root / workshop.letter("Text.\n", front(people)))
    where = placed(result)
    for one in names:
        right = (
            where[one].x + len(one) * 1.2
        )  # no letter of the serif at 11 pt is narrower than 1.2 mm, but for i and l
        beside = [where[other].x for other in names if where[other].y == where[one].y and where[other].x > where[one].x]
        assert all(right <= left for left in beside)
    with_boxes = sorted(field.box for field in result.signature_fields)
    for at, box in enumerate(with_boxes):
        for other in with_boxes[at + 1 :]:
            apart = other[0] >= box[2] or other[1] >= box[3] or other[3] <= box[1]
            assert apart, (box, other)
    assert result.pdf is not None
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        assert len(pdf.Root.AcroForm.Fields) == len(names)
