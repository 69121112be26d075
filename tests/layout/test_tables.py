"""Tables: what does not break, widths that are said, total rows, and those that are too wide."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.support.project import Project

IBAN = "DE00 0000 0000 0000 0000 00"
LONG = "Handling, inbound, per truck, with the time of two people and the fork-lift truck on a Saturday in winter"
MM = 25.4 / 72


class Place(NamedTuple):
    """Where a text stands, in mm from the left, and its size in pt."""

    left: float
    right: float
    size: float
    is_whole: bool
    """Whether it stands on one line."""


def _places(project: Project, body: str, *texts: str) -> dict[str, Place]:
    import pypdfium2
    import pypdfium2.raw

    result = project.press(f"Text.\n\n{body}")
    assert result.pdf is not None, result.diagnostics
    document = pypdfium2.PdfDocument(result.pdf)
    page = document[0].get_textpage()
    found = {}
    for text in ("Text.", *texts):
        match = page.search(text).get_next()
        assert match is not None, text
        first, last = (page.get_charbox(at, loose=True) for at in (match[0], match[0] + match[1] - 1))
        size = pypdfium2.raw.FPDFText_GetFontSize(page, match[0]) * 0.75  # the page is scaled from CSS px
        found[text] = Place(first[0] * MM, last[2] * MM, size, abs(first[1] - last[1]) < 1)
    return found


def test_short_cells_are_not_broken_and_text_gives_way(project: Project) -> None:
    cells = ["120 pallets", IBAN, "3 November 2026", "INV-2026-0001"]
    heads = "| Item " * (len(cells) + 1) + "|\n" + "|---" * (len(cells) + 1) + "|\n"
    found = _places(project, f"{heads}| {' | '.join(cells)} | {LONG} |\n", *cells, "on a Saturday")
    assert [cell for cell in cells if not found[cell].is_whole] == []
    assert found["on a Saturday"].right <= 177.8


def test_cells_at_the_right_are_not_broken_and_end_in_one_line(project: Project) -> None:
    table = f"| Item | Sum |\n|:--|--:|\n| {LONG} | twelve dollars |\n| **Total** | **$1.00** |\n"
    found = _places(project, table, "twelve dollars", "$1.00")
    assert found["twelve dollars"].is_whole
    assert found["twelve dollars"].right == pytest.approx(found["$1.00"].right, abs=0.3)


def test_columns_of_brief_cells_give_their_room_to_a_text_that_breaks(project: Project) -> None:
    """As long as their head has two lines at the most; where nothing breaks, columns share the room."""
    text = "The flat on the ground floor with the door to the garden, empty since March"
    table = "| Number of the meter | What it counts | Pieces |\n|---|---|:-:|\n| 17 | {} | 2 |\n| 18 | Lift | A 1 |\n"
    found = _places(project, table.format(text), "Number of the meter", "Number of", "The flat", "What it")
    assert not found["Number of the meter"].is_whole
    assert found["The flat"].left == pytest.approx(found["Number of"].left + 19.3, abs=1.5)
    short = _places(project, table.format("The flat"), "Number of the meter", "The flat")
    assert short["Number of the meter"].is_whole
    assert short["The flat"].left > found["The flat"].left + 10
    long = table.replace("Number of the meter", "Kindly let us have the number of the meter that was read last")
    wide = _places(project, long.format(text), "The flat")
    assert wide["The flat"].left > found["The flat"].left + 5, "a long head keeps its room"


def test_columns_are_as_wide_as_is_said(project: Project) -> None:
    table = "| A1 | B1 | C1 |\n|---|---|--:|\n| A2 | B2 | C2 |\n"
    texts = ("A2", "B2", "C2")
    room = _places(project, f"| A2 | B2 | C2 |\n|---|---|--:|\n{table}", *texts)
    measure = room["C2"].right - room["A2"].left
    mm = _places(project, table + '{widths="* 40mm 30mm"}\n', *texts)
    assert mm["B2"].left - mm["A2"].left == pytest.approx(measure - 70 + 5, abs=0.3)  # 5 mm between columns
    assert mm["C2"].right - mm["A2"].left == pytest.approx(measure, abs=0.3)
    percent = _places(project, table + '\n{widths="40, 20, 20"}\n', *texts)
    assert percent["B2"].left - percent["A2"].left == pytest.approx(0.4 * measure + 5, abs=0.3)
    assert percent["C2"].right - percent["A2"].left == pytest.approx(0.8 * measure, abs=0.3)
    fixed = _places(project, table + "{widths='20mm 3cm 36pt'}\n", *texts)
    assert fixed["C2"].right - fixed["A2"].left == pytest.approx(50 + 12.7, abs=0.3)


def test_decimal_marks_stand_below_each_other(project: Project) -> None:
    table = "| Item | Kilos |\n|:--|--:|\n| A | 12,625 |\n| B | *3,5* |\n| C | 1.250 |\n| **Total** | **1.266,1** |\n"
    found = _places(project, table, "12,6", "3,5", "1.250", "1.266,")
    figure = 5 * MM  # half of 10 pt
    marks = (
        found["12,6"].right - figure,
        found["3,5"].right - figure,
        found["1.250"].right + 3 * MM,
        found["1.266,"].right,
    )
    assert marks == pytest.approx([marks[0]] * 4, abs=0.3)


@pytest.mark.parametrize(
    ("column", "earlier"),
    [
        ("12.5 | 3 | 1,250.75", [1, 2, 0]),
        ("12,5 € | 1.250 € | 3,50 €", [1, 2, 0]),
        ("0.125 | 1.5", [0, 2]),
        ("1’250.5 | 2 | – | text", [0, 1, 0, 0]),
        ("-1,5 | 148 500", [0, 1]),
        ("1.250 | 3", [0, 0]),  # thousands, or thousandths
        ("12.11.2026 | 3.5", [0, 0]),
        ("1.2.3 | 1.2", [0, 0]),
        ("12,5 | 12.5", [0, 0]),
        ("2,5 kg | 3", [0, 0]),
        ("3 | 4", [0, 0]),
    ],
)
def test_a_column_itself_says_its_decimal_mark(column: str, earlier: list[int]) -> None:
    from lxml import etree

    from letterpress.layout import decimals

    rows = "".join(f'<tr><td>a</td><td style="text-align:right">{cell.strip()}</td></tr>' for cell in column.split("|"))
    root = etree.fromstring(f"<table><tbody>{rows}</tbody></table>")
    decimals.align(root)
    moved = [str(cell.get("style")).partition("padding-right: ")[2] for cell in root.iter("td") if cell.get("style")]
    assert [int(found.removeprefix("calc(")[0]) if found else 0 for found in moved] == earlier


@pytest.mark.parametrize("row", ["**Total** | | **$2.00**", "Total | | **$2.00**", "**Total** due | | **$2.00**"])
def test_a_total_is_a_last_row_in_bold(row: str) -> None:
    from letterpress.layout import tables
    from letterpress.rawhtml import check

    cells = "".join(f"<td>{cell.strip().replace('**', '<b>', 1).replace('**', '</b>')}</td>" for cell in row.split("|"))
    body = f'<div class="letter-body"><table><tbody><tr><td>a</td></tr><tr>{cells}</tr></tbody></table></div>'
    root, faults, _ = check.of_page(f"<!doctype html><html><body>{body}</body></html>")
    assert not faults
    tables.apply(root)
    marked = [element.tag for element in root.iter() if "total" in (element.get("class") or "").split()]
    assert marked == (["tr"] if row.startswith("**Total** |") else [])


def test_a_table_that_is_too_wide_is_set_smaller_before_it_is_a_fault(project: Project) -> None:
    """By half points to 9 pt, then with its columns closer; the text around it keeps its size."""

    def table(letters: int) -> str:
        row = f"| {'n' * letters} |" + f" {IBAN} |" * 2 + " $12,204.00 |\n"
        return f"| A | B | C | D |\n|---|---|---|--:|\n{row}\n"

    sizes = []
    for letters in (8, 18, 20, 26):
        found = _places(project, table(letters), "n" * letters, IBAN, "$12,204.00")
        sizes.append(round(found["$12,204.00"].size, 1))
        assert found["Text."].size == pytest.approx(11, abs=0.05)
        gap = found[IBAN].left - found["n" * letters].right
    assert sizes == [10, 9.5, 9, 9]
    assert 2.4 < gap < 4.5
    fault = project.fault(table(60))
    assert fault["code"] == "table-too-wide"
    assert "as small as a table may be" in fault["hint"]
