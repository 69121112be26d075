"""An office's whole way by the keyboard alone; after each step the focus is somewhere, in view, and with its ring."""

from __future__ import annotations

import re
from pathlib import Path

from tests.studio.chromium import Page
from tests.studio.keyboard import Keyboard, wait
from tests.studio.letters import LETTER, ORDER, ROWS, SECRET, SHOPS, STATIC, single

SAVED = "document.querySelector('.bar .small').textContent.includes('saved at')"
ADDRESS = {"Name": "Tomas Reyes", "Street": "14 Granite Street", "City": "Barre", "State": "VT", "ZIP": "5641"}


def _made(page: Page, keys: Keyboard) -> None:
    """The bar's action, as soon as it can be taken."""
    page.wait(".bar .right button:enabled", "Make the PDF")
    keys.press("Control+Enter")
    page.wait(".panel", "is kept in")
    keys.held("the PDF was made")


def test_a_letter_is_begun_written_and_mended(page: Page, place: Path) -> None:
    keys = Keyboard(page)
    page.start().wait("button.kind", "American business letter")
    assert keys.tab().name == "New letter"  # the skip link
    keys.press("Enter")
    assert keys.to("American business letter.*").area == "page"
    keys.press("Enter")
    page.wait("dialog input:focus")
    keys.type("by keys")
    keys.press("Enter")
    page.wait(".panel .field")
    assert keys.held("another screen").area == "panel"
    for name, value in ADDRESS.items():
        keys.to(name)
        keys.press("Control+a")
        keys.type(value)
    page.wait(".fault", "A US ZIP code has five digits.").get_by_text("Change to 05641").wait_for()
    wait(page, "document.querySelector('.frame > [role=status]').textContent === '1 remark.'")
    keys.press("F8")
    keys.to("Change to 05641", key="F8")
    keys.press("Control+.")
    page.find(".fault").wait_for(state="detached")
    assert keys.held("the fault was mended").name == "ZIP"
    keys.to("Subject")
    keys.press("Control+a")
    keys.type("Winter apples")
    assert keys.to("Text", tag="textarea").area == "panel"
    keys.press("Control+a")
    keys.type("Forty boxes.")
    keys.press("Control+s")
    wait(page, SAVED)
    keys.press("Control+/")
    page.wait("dialog", "Page Down")
    keys.press("Control+/", "F8")  # nothing behind it, and no second one
    assert page.find("dialog").count() == 1
    keys.press("Escape")
    assert keys.held("the keys were read").tag == "textarea"
    text = page.saved(place / "content/letters/by keys.md", "---\n\nForty boxes.")
    assert "postcode: '05641'" in text.replace('"', "'")
    assert re.search(r"^subject: .?Winter apples.?$", text, re.MULTILINE)
    assert "\nsalutation: auto\n" in text  # that of the sample greets somebody else
    marked = "() => [...document.querySelectorAll('.still')].map((one) => one.parentElement.firstChild.textContent)"
    assert page.page.evaluate(marked) == ["Signed by"]  # the project has one organisation: it is the sender
    keys.press("Control+Enter")
    page.wait(".fault", "Still the sample’s: Signed by.").get_by_text("Change it").wait_for()


def test_text_is_typed_mended_completed_and_left(page: Page, order: Path) -> None:
    keys = Keyboard(page)
    path = single(order, "typed")
    file = order.parent / "typed.md"
    page.go("write", path, **{"as": "form"})
    page.wait(".sheet img")
    keys.to("Text", tag="button")
    keys.press("Enter")
    page.wait(".cm-line")
    assert keys.held("the other view").name == "Text"
    keys.to("Text", tag="div")
    keys.press("Control+End")
    keys.type("\n\nSee {{ closng }}.")
    page.wait(".cm-fault", "There is no field “closng”.")
    keys.press("F8")
    assert keys.held("the next fault").name == "Change to closing"
    keys.press("Control+.")
    page.find(".cm-fault").wait_for(state="detached")
    assert keys.held("the fault was mended").tag == "div"
    keys.press("Control+End")
    keys.type(" {{ to.n")
    keys.press("Control+Space")
    page.wait(".cm-tooltip-autocomplete", "to.name")
    page.page.wait_for_timeout(100)  # a list that has just come up takes no key for 75 ms, so that none is meant for it
    keys.press("Enter")
    keys.press("Control+f")
    page.wait(".cm-search input:focus")
    keys.press("Escape", "Escape", "Tab")
    left = keys.held("the text was left")
    assert (left.tag, left.name) != ("div", "Text")
    theirs = file.read_text().replace("Winter", "Their")
    keys.press("Shift+Tab", "Control+End")
    keys.type("Mine.")
    file.write_text(theirs)
    page.wait(".strip.warn", "typed.md was changed on disk")
    keys.press("Escape")
    assert keys.to("Show both", key="Shift+Tab").area == "strips"
    keys.press("Enter")
    page.wait("del", "Their apples")
    assert keys.held("both are shown").name == "Show both"
    keys.to("Keep mine", key="Shift+Tab")
    keys.press("Enter")
    page.find(".strip.warn").wait_for(state="detached")
    keys.held("the strip went away")
    wait(page, SAVED)
    page.saved(file, "\n\nSee {{ closing }}. {{ to.name }}Mine.")
    keys.press("Control+Enter")
    page.wait(".frame.make")
    page.wait(".panel", "is kept in")  # it was asked for once
    keys.held("the PDF was made")


def test_a_letter_is_signed_and_verified(page: Page, order: Path, key: Path) -> None:
    keys = Keyboard(page)
    page.go("make", single(order, "by-key"))
    page.wait(".bar .right button")
    assert keys.tab().area == "skip"
    _made(page, keys)
    assert keys.to("Sign it").area == "panel"
    keys.press("Enter")
    page.wait(".mark.place")
    keys.held("another step")
    keys.to("Choose")
    keys.file(key)
    page.wait("input[type=password]:focus")
    keys.type("not this one")
    keys.press("Enter")
    page.wait(".fault", "This passphrase does not open the key.")
    assert keys.held("a wrong passphrase").name == "Passphrase"
    keys.type(SECRET)  # over the wrong one, which is selected
    keys.press("Control+Enter")
    page.wait("h2", "1 of 1 have signed")
    page.wait(".facts", "Tomas Reyes")
    keys.held("it was signed")
    keys.to("Choose")
    keys.file(order.parents[2] / "out/by-key.pdf")
    page.wait("h1", "by-key.pdf")
    keys.held("another PDF is shown")


def test_a_list_is_taken_stepped_through_mended_and_made(page: Page, order: Path, place: Path, tmp_path: Path) -> None:
    keys = Keyboard(page)
    order.write_text(LETTER.replace("us-business", "plain"))
    list_ = tmp_path / "by-keys.csv"
    list_.write_text(ROWS.replace("twelve", "12").replace("12/01/26", "2026-12-01").replace("03431", "3431"))
    page.go("list", ORDER)
    page.wait("button", "Choose a spreadsheet")
    keys.to("Choose a spreadsheet")
    keys.file(list_)
    page.wait(".stepper", "Row 2")
    page.wait(".good", "All that the letter needs has a column.")
    assert keys.held("the list was taken").area == "panel"
    for pressed, row in (("PageDown", 3), ("Shift+PageDown", 4), ("PageUp", 3), ("Shift+PageUp", 2)):
        keys.press(f"Alt+{pressed}")
        page.wait(".stepper", f"Row {row}")
        keys.held(pressed)
    keys.to("Next row")
    keys.press("Enter")
    page.wait(".stepper", "Row 3")
    assert keys.held("the next row").name == "Next row"
    keys.press("Enter")
    page.wait(".stepper", "Row 4")
    wait(page, "document.querySelector('[data-key=row-right]').disabled")
    keys.held("the last row, where there is no next one")
    keys.to("Find")
    keys.type("bristol")
    keys.press("Enter")
    page.wait(".stepper", "Row 2")
    assert keys.held("a row was found").name == "Find"
    keys.press("Control+Enter")
    page.wait("tr", "A US ZIP code has five digits")
    assert keys.held("another step").area == "panel"
    keys.press("F8", "Control+.")
    page.find("tr").filter(has_text="Owen Marsh").wait_for(state="detached")
    assert keys.held("a row was mended").name in ("Row 4", "Use 03431")  # the next one
    keys.press("Control+.")
    page.wait(".good", "Nothing to mend.")
    assert not keys.held("the last row was mended").key.startswith("back")  # who presses Enter again takes nothing back
    page.wait(".bar .right button:enabled", "Make 3 letters")
    keys.press("Control+Enter")
    page.wait(".strip", "3 letters are ready.")
    keys.held("the letters are made")
    assert keys.to("Download letters", key="Shift+Tab").area == "strips"


def test_the_page_is_walked_by_arrows(page: Page, order: Path) -> None:
    keys = Keyboard(page)
    page.go("write", ORDER, list=SHOPS, **{"as": "text"})
    page.wait(".spot[aria-label='Line 16']")
    keys.press("Tab", "Tab")
    assert keys.held("skip links").name == "To the page"
    keys.press("Enter")
    keys.to("Part From")
    keys.to("Line 16", key="ArrowDown")
    keys.press("Enter")
    page.wait(".mark.here")
    assert keys.held("its line").tag == "div"
    page.page.evaluate("() => addEventListener('keydown', (event) => (globalThis.taken = event.defaultPrevented))")
    for browsers in ("Control+d", "Control+u", "Control+i", "Control+Shift+k", "Alt+l"):
        keys.press(browsers)
        assert page.page.evaluate("() => globalThis.taken") is False, browsers
    assert "?" in page.page.url  # the skip link left the address as it was
    assert "#" not in page.page.url


def test_the_keys_are_those_that_the_page_tells() -> None:
    """The list behind Ctrl-/ is that of the target: no key is told that is not there."""
    told = (STATIC / "js/keys.js").read_text().partition("const LIST = [")[2].partition("];")[0]
    for name in ("Ctrl+S", "Ctrl+Enter", "F8", "Shift+F8", "Ctrl+.", "Ctrl+Space", "Alt+PageUp", "Ctrl+F", "Esc, Tab"):
        assert f'"{name}"' in told
