"""The form of a letter by keys: where its buttons lead, and that what is typed goes where it is meant."""

from __future__ import annotations

import json
from pathlib import Path

from tests.studio.chromium import Page
from tests.studio.keyboard import Keyboard, wait
from tests.studio.letters import LETTER, ORDER, ROWS, SHOPS, single

SAVED = "document.querySelector('.bar .small').textContent.includes('saved at')"


def _in(page: Page, path: str) -> None:
    """Wait until the cursor is in a field of the form."""
    wait(page, "document.activeElement.closest('[data-path]')?.dataset.path === given", path)


def test_fill_in_leads_to_where_it_is_typed(page: Page, order: Path) -> None:
    keys = Keyboard(page)
    order.write_text(LETTER.replace("signatories:\n  - {name: Tomas Reyes, title: Grower, sign: digital}\n", ""))
    page.go("write", ORDER, **{"as": "text"})
    page.wait(".below .fault", "This kind of letter needs a recipient.").get_by_text("Fill in").click()
    _in(page, "to.name")
    keys.type("Owen Marsh")
    page.find("[data-fault=field-missing]").wait_for(state="detached")
    page.wait(".fault", "Boxes and First delivery have no value yet.").get_by_text("Give a value").click()
    _in(page, "fields.boxes")
    keys.press("Control+s")
    page.saved(order, "Owen Marsh")
    for group in ("signatories", "enclosures"):
        page.go("write", ORDER, **{"as": "form", "part": group})  # as "See it in the letter" leads there
        page.wait(".opened :is(input, textarea):focus")


def test_an_empty_cell_is_filled_in_while_the_letter_is_written(page: Page, order: Path, place: Path) -> None:
    keys = Keyboard(page)
    (place / SHOPS).write_text(ROWS.replace("twelve", ""))
    page.go("write", ORDER, list=SHOPS, record="2", **{"as": "form"})
    page.wait(".fault", "The letter needs a value. Row 3, Boxes").get_by_text("Fill in").click()
    page.wait(".fault label", "New value for Boxes in row 3")
    keys.type("1")
    page.page.evaluate("() => dispatchEvent(new Event('resize'))")
    (order).write_text(order.read_text().replace("Winter", "Summer"))  # all is drawn anew meanwhile
    page.page.wait_for_function("() => document.title.startsWith('Summer')")
    keys.type("2")
    keys.press("Enter")
    page.find("[data-fault=value-missing]").wait_for(state="detached")
    keys.held("the cell was filled in")
    (cell,) = json.loads((place / f"{SHOPS}.corrections.json").read_text())["cells"]
    assert (cell["record"], cell["column"], cell["text"]) == (2, "Boxes", "12")


def test_a_list_without_addresses_leaves_them_to_the_form(page: Page, order: Path, place: Path) -> None:
    (place / SHOPS).write_text("Boxes,First delivery\n40,2026-12-01\n")
    page.go("write", ORDER, list=SHOPS, **{"as": "form"})
    page.wait("p", "The list has no column for the address")
    page.wait("label", "Street")
    page.wait(".fault", "No column says to whom the letters go.").get_by_text("Go to the list").click()
    page.wait("table.columns")


def test_a_remark_takes_nothing_of_what_is_typed(page: Page, order: Path) -> None:
    path = single(order, "remark")
    file = order.parent / "remark.md"
    keys = Keyboard(page)
    page.go("write", path, **{"as": "form"})
    page.wait(".fault", "A US ZIP code has five digits.")
    wait(
        page, "document.querySelector('.panel').scrollHeight <= document.querySelector('.panel').clientHeight"
    )  # no field is cut
    assert page.find("textarea").evaluate("(one) => (one.clientHeight - 14) % 22") == 0  # nor a line
    keys.to("ZIP")
    assert keys.tab().name == "Details"
    assert page.find(".fault details[open]").count() == 0
    keys.press("Enter")
    assert page.wait(".fault details p").inner_text().startswith("Line ")
    keys.type("Pears")  # into the field that follows
    _in(page, "subject")
    page.page.wait_for_function("() => document.title.startsWith('Pears')")
    assert page.find(".fault details[open]").count() == 1  # though it was drawn anew
    assert keys.tab(key="Shift+Tab").name == "Change to 05641"
    keys.press("Control+s")
    text = page.saved(file, "Pears")
    assert "\nsubject: Pears\n" in text.replace('"', "")
    file.write_text(text.replace('"5641"', '"05641"'))
    page.find(".fault").wait_for(state="detached")  # it has gone by itself
    _in(page, "subject")
    file.write_text(text)
    page.wait("button", "Change to 05641").focus()
    keys.press("Enter")
    page.find(".fault").wait_for(state="detached")
    _in(page, "to.postcode")
    keys.type("05602")  # over what the button has set
    wait(page, "document.activeElement.value === '05602'")


def test_tab_leads_on_from_what_was_typed(page: Page, order: Path) -> None:
    path = single(order, "roles")
    keys = Keyboard(page)
    page.go("write", path, **{"as": "form"})
    page.wait(".sheet img")
    keys.to("Change: Signed by")
    keys.press("Enter")
    keys.to("Role")
    keys.type("Grower and manager")
    assert keys.tab().name == "Remove Tomas Reyes"
    page.wait(".fold", "Signed by")
    page.page.wait_for_timeout(100)  # the rows are drawn anew once they are left
    assert keys.held("the role was typed").name == "Remove Tomas Reyes"
    assert keys.tab().name == "Add a signer"
