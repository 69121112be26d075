"""A list from a workbook by mouse: the sheet, rows as the spreadsheet counts them, what is wrong with each, the letters."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from tests.studio.chromium import Page
from tests.studio.keyboard import Keyboard
from tests.studio.letters import LETTER, ORDER, ROWS, SHOPS, TO

HEADER = ["Name", "Street", "City", "State", "Zip", "Boxes", "First delivery"]
SHEETS: dict[str, list[list[str]]] = {
    "Shops": [
        ["Ada Lindqvist", "27 Mill Road", "Bristol", "VT", "05443", "40", "2026-12-01"],
        [],
        ["Owen Marsh", "14 Granite Street", "Barre", "VT", "5641", "twelve", "1/12/2027"],
        ["Nell Abbott", "3 Depot Street", "Keene", "NH", "3431", "20", "2026-12-08"],
        ["Cy Tull", "9 Water Street", "Keene", "NH", "03431", "8", "2026-12-08"],
    ],
    "Guests": [
        ["Ines Barr", "1 Hill Road", "Keene", "NH", "03431", "5", "1/12/2027"],
        ["Tom Reed", "2 Hill Road", "Keene", "NH", "03431", "nine", "2/11/2027"],
        ["Uta Lund", "4 Hill Road", "Keene", "NH", "03431", "6", "2/11/2027"],
    ],
}


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Each header stands in row 3 and column B."""
    book = openpyxl.Workbook()
    for name, rows in SHEETS.items():
        sheet: Any = book.create_sheet(name)
        for at, row in enumerate([HEADER, *rows], start=3):
            for column, value in enumerate(row, start=2):
                sheet.cell(at, column, value)
    del book["Sheet"]
    book.save(tmp_path / "winter shops.xlsx")
    return tmp_path / "winter shops.xlsx"


def _readable(page: Page) -> None:
    """What stands in a cell is drawn in its whole height; what a field holds ends before its chevron."""
    page.wait(".sheet img")  # the rows are drawn anew until the page of the first one has come
    cell = page.wait(".columns td .broken", "27 Mill Road")
    drawn = Image.open(io.BytesIO(cell.screenshot())).convert("L").point(lambda grey: 255 * (grey < 160))
    _, top, _, bottom = drawn.getbbox() or (0, 0, 0, 0)
    assert bottom - top >= 10  # px: capitals of 14 px
    kind = page.wait(".columns .quiet")
    assert kind.locator("option:checked").inner_text() == "Whole number"
    assert kind.evaluate(
        """(one) => {
            const [style, pen] = [getComputedStyle(one), document.createElement("canvas").getContext("2d")];
            pen.font = style.font;
            const text = pen.measureText(one.selectedOptions[0].text).width;
            const chevron = Number.parseFloat(style.backgroundSize) + Number.parseFloat(style.backgroundPositionX.match(/([\\d.]+)px/)[1]);
            return Number.parseFloat(style.paddingLeft) + text <= one.clientWidth - chevron && style.borderColor !== "rgba(0, 0, 0, 0)";
        }"""
    )


def _click(page: Page, name: str) -> None:
    page.page.get_by_role("button", name=name, exact=True).click()


def test_a_workbook_is_taken_stepped_through_mended_and_made(
    page: Page, order: Path, workbook: Path, place: Path
) -> None:
    page.go("list", ORDER)
    with page.page.expect_file_chooser() as chosen:
        page.wait("button", "Choose a spreadsheet").click()
    chosen.value.set_files(workbook)
    page.wait(".good", "All that the letter needs has a column.")  # one date with two readings is its row's question
    page.wait("p", "Rows 4 to 8")  # the choice of the sheet stands before them
    page.wait(".stepper", "Row 4")
    _readable(page)
    for button, row in (("Next", 6), ("Last", 8), ("Previous", 7), ("First", 4)):
        _click(page, f"{button} row")
        page.wait(".stepper", f"Row {row}")
    page.find("input[type=search]").fill("granite")
    page.page.keyboard.press("Enter")
    page.wait(".stepper", "Row 6")
    page.wait("td", "14 Granite Street")
    page.find("[data-key=step-write]").click()
    asked = page.wait(".fault", "Month or day first? Row 6, First delivery: “1/12/2027”")
    assert asked.get_by_role("button").all_inner_texts() == [
        "Use Jan 12",
        "Use Dec 1",
        "Fill in",
    ]  # as the letter's country has it
    assert asked.locator(".main").count() == 0
    page.find("[data-key=step-list]").click()
    page.find("button.main").click()
    for column, cell, wrong in (("Boxes", "G6", "A number is needed"), ("First delivery", "H6", "Month or day first?")):
        row = page.wait("tr", wrong)
        assert row.locator("th, td").all_inner_texts()[:3] == ["6", "Owen Marsh", column]
        assert row.locator("td").nth(3).get_attribute("title") == cell
    page.wait("p", "3 letters can be made. 1 row is left out until it is mended.")
    assert page.find(".bar nav .count").all_inner_texts() == ["4", "1"]  # of List and Make: the text has no fault
    number = page.wait("tr", "A number is needed").locator("[data-mend]")
    assert number.all_inner_texts() == ["Use 12", "Fill in"]
    page.wait("button", "Use 03431").hover()
    page.wait(".tools", "Row 7Page as it prints if Zip is 03431")
    page.wait("tr", "Month or day first?").get_by_text("Use Jan 12").click()
    page.find("tr").filter(has_text="Month or day first?").wait_for(state="detached")
    page.wait("button", "Add the zero in both").click()
    page.wait("tr", "A number is needed").get_by_text("Fill in").click()
    page.find("tr input").fill("12")
    page.page.keyboard.press("Enter")
    page.wait(".good", "Nothing to mend.")
    (path,) = (place / "content/lists").glob("winter shops.xlsx")
    assert path.read_bytes() == workbook.read_bytes()
    kept = json.loads(Path(f"{path}.corrections.json").read_text())["sheets"]["Shops"]["cells"]
    assert [(one["record"], one["column"], one["text"]) for one in kept] == [
        (3, "Boxes", "12"),
        (3, "First delivery", "2027-01-12"),
        (3, "Zip", "05641"),
        (4, "Zip", "03431"),
    ]
    page.wait("button.main", "Make 4 letters").click()
    page.wait(".strip", "4 letters are ready.")
    assert len(list((place / "out/order").glob("*.pdf"))) == 4
    _another_sheet(page, order)


def _another_sheet(page: Page, order: Path) -> None:
    """Its column of dates is asked about once, while all else of its rows is said."""
    page.find("[data-key=step-list]").click()
    page.find("[data-key=sheet]").select_option("Guests")
    page.wait("p", "Rows 4 to 6")
    asked = page.wait(".fault", "Month or day first?")
    assert "3 cells of First delivery, such as “1/12/2027”" in asked.inner_text()
    page.page.reload()  # the sheet is part of the address
    page.wait("button.main", "Check all 3 rows").click()
    row = page.wait("tr", "A number is needed")
    assert row.locator("th, td").all_inner_texts()[:3] == ["5", "Tom Reed", "Boxes"]
    assert page.find("tr").filter(has_text="Month or day first?").count() == 0
    page.find("[data-key=step-write]").click()
    asked = page.wait(".fault", "3 cells of First delivery")  # of the row that is shown: the same question
    assert asked.get_by_role("button").all_inner_texts() == ["Month first: Jan 12", "Day first: Dec 1"]
    assert asked.locator(".main").count() == 0
    asked.get_by_text("Day first: Dec 1").click()
    page.find(".fault.ask").wait_for(state="detached")
    page.find("[data-key=step-make]").click()
    page.wait("button.main", "Make 2 letters")
    page.saved(order, "data:\n  dates: dmy\n")


def test_a_letter_keeps_its_list_as_long_as_that_is_there(page: Page, order: Path, place: Path) -> None:
    page.go("make", ORDER, list=SHOPS)
    page.wait("button.main:enabled", "Make 1 letter")
    page.go("write", ORDER, list=SHOPS)
    page.wait(".stepper", "Row 2")
    page.page.goto(page.server.origin)
    page.wait(".again .count.bad", "2 rows to mend")  # as it was found in Make
    assert "3 rows in shops.csv" in page.find(".again").inner_text()
    page.wait("a.main", "Go on").click()
    page.wait(".stepper", "Row 2")
    (place / SHOPS).unlink()
    page.go("write", ORDER)
    page.wait(".chip", "Sample values, no list yet")
    page.go("make", ORDER, list=SHOPS)  # who has kept the address is told what lacks, and where it is mended
    page.wait(".fault .main", "Go to the list").click()
    page.wait(".fault .main", "Choose a spreadsheet")
    assert page.find(".main").count() == 1
    assert page.find(".bar nav .count").all_inner_texts() == ["1"]
    (place / SHOPS).write_text(ROWS.splitlines()[0] + "\n")
    page.go("list", ORDER, list=SHOPS)
    page.wait(".main", "Other file")
    page.wait("p", "The list has no rows yet.")


def test_a_letter_to_one_is_turned_into_one_to_each(page: Page, order: Path) -> None:
    one = LETTER.replace("subject:", f"{TO}subject:").replace("{{ to.name }}", "Mr. Marsh")
    order.write_text(f"{one}\nWe thank you, Owen Marsh, for it.\n")
    page.go("list", ORDER, list=SHOPS)
    page.wait(".fault", "All letters would name “Marsh”.").get_by_text("Greet each by name").click()
    page.wait(".fault", "All letters would name “Owen Marsh”.").get_by_text("Name each recipient").click()
    page.find(".fault").first.wait_for(state="detached")
    page.saved(order, "\nsalutation: auto\n", "We thank you, {{ to.name }}, for it.")


def test_columns_are_used_in_the_text(page: Page, order: Path, place: Path) -> None:
    """The button that makes a field of a column is the filled one, and not that of a name which is nearly it."""
    rows = (place / SHOPS).read_text().splitlines()
    more = (
        "Due date,Amount,Driver,Depot",
        "2027-01-12,$120.50,Jo,04401",
        "2027-01-13,€98.00,Al,04402",
        "2027-01-14,n/a,x,",
    )
    text = "\n".join(f"{row},{value}" for row, value in zip(rows, more, strict=True)) + "\n"
    (place / SHOPS).write_text(text.replace("14 Granite Street", "NULL"))
    order.write_text(order.read_text() + "\nPlease pay {{ fields.amount }} by {{ Due date }}, or {{ Due_daet }}.\n")
    page.go("list", ORDER, list=SHOPS)
    page.find("[data-key='use-Depot']").select_option("text")
    page.wait("button", "Insert it").click()
    page.wait(".fault .main", "Use the column Due date").click()
    page.find("[data-fault=template-syntax]").first.wait_for(state="detached")
    page.wait(".fault[data-fault=name-unknown] button", "Use the column Due date").click()
    page.wait(".fault .main", "Use the column Amount").click()
    page.find(".fault[data-fault=name-unknown]").first.wait_for(state="detached")
    area = page.find("textarea.grows")
    area.focus()
    page.page.keyboard.press("Control+End")
    page.page.keyboard.type("By ")
    page.find("[data-key='insert-column-Driver']").click()
    page.page.keyboard.type(" from ")  # at once, while the field is still being made
    page.find("[data-key='insert-depot']").click()
    page.find("[data-key=as-text]").click()
    page.wait(".cm-chip", "Depot")
    paid = "Please pay {{ fields.amount }} by {{ fields.due_date }}, or {{ fields.due_date }}.\n"
    due = "  due_date:\n    type: date\n    required: true\n"
    amount = "  amount:\n    type: money\n    required: true\n    currency: USD\n"
    text = page.saved(order, due, amount, paid + "By {{ fields.driver }} from {{ fields.depot }}")
    assert text.endswith("{{ fields.depot }}")
    page.wait(".sheet img")
    page.find("[data-key=step-make]").click()
    _in_its_currency(page)
    for cell, mends in (
        ("Amountn/a“n/a” is no value", ["Fill in"]),
        ("StreetNULL“NULL” is no value", ["Leave it empty", "Fill in"]),
    ):
        row = page.wait("tr", cell)  # once, and not as a wrong number as well
        assert row.locator("[data-mend]").all_inner_texts() == mends


def _in_its_currency(page: Page) -> None:
    """An amount in another currency: all its column is in that one, and in the list any one can be chosen."""
    page.wait("tr", "Amount€98.00").get_by_text("The column is in EUR").click()
    row = page.wait("tr", "Amount$120.50")
    assert row.locator("[data-mend]").all_inner_texts() == ["The column is in USD", "Fill in"]
    page.find("[data-key=step-list]").click()
    kind = page.wait("[data-key=kind-Amount]")
    titles = kind.locator("option").all_inner_texts()
    assert titles[titles.index("Number") + 1 :][:3] == ["Amount (EUR)", "Amount (USD)", "Amount (GBP)"]
    kind.select_option("money USD")
    page.page.wait_for_function("() => document.querySelector('[data-key=kind-Amount]').value === 'money USD'")
    page.find("[data-key=step-make]").click()
    page.wait("tr", "Amount€98.00")


def test_a_choice_by_keys_is_made_when_it_is_final_and_a_kind_is_changed(page: Page, order: Path) -> None:
    keys = Keyboard(page)
    page.go("list", ORDER, list=SHOPS)
    page.wait(".good")
    changed: list[str] = []
    page.page.on("request", lambda asked: asked.url.endswith("/api/change") and changed.append(asked.post_data))
    keys.to("Column City is used as")
    keys.press("ArrowDown", "ArrowDown", "ArrowDown")
    page.wait(".hint", "Enter to use it")
    keys.press("Escape")
    page.find(".hint").wait_for(state="detached")
    assert page.find("[data-key=use-City]").input_value() == "to.city"
    keys.press("ArrowDown", "ArrowUp", "ArrowDown", "Enter")
    page.wait("tr:has([data-key=use-City])", "You chose")
    assert keys.held("it was chosen").key == "use-City"
    keys.press("ArrowUp")
    with page.page.expect_request("**/api/change"):
        assert keys.tab().key == "cell-State"  # it is left: the choice is made
    page.page.wait_for_function("() => document.querySelector('[data-key=use-City]').value === 'to.city'")
    page.find(".good").wait_for()
    assert [json.loads(one)["changes"][0]["value"]["City"] for one in changed] == ["to.region", "to.city"]
    for column in ("State", "Zip"):  # one right after the other
        page.find(f"[data-key=use-{column}]").select_option("ignore")
    page.page.wait_for_function(
        "() => [...document.querySelectorAll('td.small p')].filter((one) => one.textContent === 'You chose').length === 3"
    )
    keys.to("Column Boxes holds")
    keys.type("a")
    keys.press("Enter")
    page.page.wait_for_function("() => document.querySelector('[data-key=kind-Boxes]').value === 'money USD'")
    page.saved(order, "  boxes: {type: money, required: true")
    page.find("[data-key=kind-Boxes]").select_option("text")
    page.saved(order, "  boxes: {type: text, required: true}\n")


def test_rows_and_cells_are_changed_and_taken_back_one_by_one(page: Page, order: Path, place: Path) -> None:
    kept = place / f"{SHOPS}.corrections.json"
    cells = [
        {"record": 2, "column": "Zip", "was": "5641", "text": "05641"},
        {"record": 2, "column": "Boxes", "was": "twelve", "text": "12"},
    ]
    kept.write_text(json.dumps({"cells": cells, "left_out": [1, 3]}))
    page.go("list", ORDER, list=SHOPS)
    page.wait("p.small", "Row 3")
    page.wait("li", "Row 4 is left out.").get_by_text("Take it back").click()
    page.wait("p", "Rows 3 to 4")
    page.wait("li", "Row 3, Boxes: “12” instead of “twelve”").get_by_text("Take it back").press("Enter")
    page.find("li").filter(has_text="twelve").wait_for(state="detached")
    found = json.loads(kept.read_text())
    assert (found["cells"], found["left_out"]) == (cells[:1], [1])
    page.find("[data-key=leave-row]").click()
    page.wait(".stepper", "Row 4")  # the next one
    page.find("[data-key=cell-Zip]").click()
    page.find(".filled input").fill("03432")
    page.page.keyboard.press("Enter")
    page.wait("li", "Row 4, Zip: “03432” instead of “03431”")
    page.find("[data-key=step-write]").click()
    page.wait("dd", "20 column Boxes Change").get_by_role("button", name="Change Boxes").click()
    page.page.keyboard.press("Escape")
    for column, value in (("Boxes", "21"), ("Zip", "03431")):  # as the spreadsheet has it: that is no change
        page.wait(f"[data-key=cell-{column}]").click()
        page.find(".filled input").fill(value)
        page.page.keyboard.press("Enter")
        page.wait("dd", f"{value} column {column} Change")
    page.wait("p", "Row 3 is left out.").get_by_role("button").click()
    page.wait(".stepper [data-key=row-left]:not([disabled])")
    found = json.loads(kept.read_text())
    assert [(one["record"], one["column"], one["text"]) for one in found["cells"]] == [
        (2, "Zip", "05641"),
        (3, "Boxes", "21"),
    ]
    assert found["left_out"] == [1]


def test_a_list_of_another_encoding_is_read_as_somebody_says(page: Page, order: Path, place: Path) -> None:
    rows = ROWS.replace("Ada Lindqvist", "Jürgen Müller").replace("Nell Abbott", "Zoë Süß")
    (place / SHOPS).write_text(rows, encoding="mac-roman")
    page.go("list", ORDER, list=SHOPS)
    asked = page.wait("[data-fault=encoding-unclear]", "Which is right?")
    assert asked.get_by_role("button").all_inner_texts()[:2] == [
        "Jürgen, Müller, Zoë (Western, Mac)",
        "Jźrgen, Mźller, Zo‘ (Central European, Windows)",
    ]
    asked.get_by_role("button", name="Western, Mac").click()
    page.wait("td", "Jürgen Müller")
    page.wait("p", "The list is read as: Western, Mac.")
    page.saved(order, "data:\n  encoding: mac-roman\n")
    page.find("[data-key=encoding]").click()
    page.wait("[data-fault=encoding-unclear]")


def test_names_below_a_title_are_found_and_a_list_of_the_same_name_is_asked_about(
    page: Page, order: Path, place: Path, tmp_path: Path
) -> None:
    columns = ["Name", "Street", "City", "State", "Zip", "Boxes", "First delivery", "What the driver has to know of it"]
    rows = [["Winter orders"], columns, [*SHEETS["Shops"][0], "-"], [*SHEETS["Guests"][2][:5], "6", "2026-12-02", "-"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A1:H1")
    book.save(tmp_path / "titled.xlsx")
    page.go("list", ORDER)
    page.wait("button", "Choose a spreadsheet")
    page.find("[data-key=choose]").wait_for()
    for bytes_changed in (False, True):
        if bytes_changed:
            book.active["A1"] = "Winter orders, as of today"
            book.save(tmp_path / "titled.xlsx")
        with page.page.expect_file_chooser() as chosen:
            page.wait("button", "Other file" if bytes_changed else "Choose a spreadsheet").click()
        chosen.value.set_files(tmp_path / "titled.xlsx")
        if not bytes_changed:
            page.wait(".fault .main", "The names are in row 2").click()
            page.wait(".good", "All that the letter needs has a column.")
    page.wait(".fault", "There is a list titled.xlsx already.").get_by_text("Replace it").click()
    page.find("[data-fault=file-exists]").wait_for(state="detached")
    page.wait("p", "Sheet Sheet, rows 3 to 4")
    assert (place / "content/lists/titled.xlsx").read_bytes() == (tmp_path / "titled.xlsx").read_bytes()
    inside = "() => [...document.querySelectorAll('.columns th, .columns td')].every((one) => one.scrollWidth <= one.clientWidth)"
    assert page.page.evaluate(inside)
    page.saved(order, "data:\n  header_row: 2\n")
    page.find("[data-key=header]").wait_for(state="detached")
