"""WCAG 2.2 AA: each screen in each of its states, by axe and by the Tab key; a screen is loaded once for all of them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.studio import access
from tests.studio.access import NARROW, USUAL, ZOOMED, Audit
from tests.studio.chromium import Page
from tests.studio.keyboard import Keyboard
from tests.studio.letters import LETTER, ORDER, ROWS, SHOPS, single

AREAS = ("skip", "bar", "strips", "panel", "page")


@pytest.fixture(scope="session")
def axe() -> str:
    return access.source()


@pytest.fixture
def audit(page: Page, axe: str) -> Audit:
    return Audit(page, axe)


def _screen(page: Page, audit: Audit, state: str) -> None:
    """A screen that was just loaded: axe in three views, and its stops in the order of the screen."""
    audit.look(state, USUAL, ZOOMED, NARROW)
    stops = Keyboard(page).round()
    areas = [AREAS.index(stop.area) for stop in stops]
    assert all(one <= next_ for one, next_ in pairwise(areas)), [(stop.area, stop.name) for stop in stops]
    assert stops[0].area == "skip"
    assert [stop for stop in stops if not stop.name] == []


def test_write_as_form(page: Page, order: Path, audit: Audit) -> None:
    path = single(order, "access")
    page.go("write", path, **{"as": "form"})
    page.wait(".fault", "A US ZIP code has five digits.")
    page.wait(".sheet img")
    page.wait("a", "Open PDF")
    _screen(page, audit, "a remark")
    page.find(".fold button").first.click()
    page.find("[data-key=fold-from]").click()
    page.find("[data-key=fold-signatories]").click()
    audit.look("all unfolded")
    page.find("[data-key=setup]").click()
    page.wait("dialog select")
    audit.look("how it looks")
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("Control+/")
    page.wait("dialog kbd")
    audit.look("the keys")
    page.page.keyboard.press("Escape")
    page.find("textarea").fill("See {{ closng }}.\n")
    page.wait(".fault", "There is no field “closng”.")
    page.wait(".chip.bad", "before the fault")
    audit.look("a fault")
    page.find("textarea").fill("See below.\n")
    page.find(".chip.bad").wait_for(state="detached")
    page.find("textarea").fill("See above.\n")
    (order.parent / "access.md").write_text((order.parent / "access.md").read_text().replace("Winter", "Their"))
    page.wait(".strip.warn", "was changed on disk")
    page.find("[data-key=both]").click()
    page.wait("del", "Their apples")
    audit.look("a conflict")
    page.find("[data-key=load]").click()
    page.find(".strip.warn").wait_for(state="detached")
    page.context.set_offline(True)
    page.find("textarea").fill("Gone.\n")
    page.wait(".strip.warn", "letterpress has stopped.")
    audit.look("the studio is gone")
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.wait(".strip.warn", "letterpress was started again.")
    audit.look("the studio has another address")
    assert audit.found == {}


def test_write_as_text(page: Page, order: Path, audit: Audit) -> None:
    page.go("write", ORDER, list=SHOPS, **{"as": "text"})
    page.wait(".cm-chip", "Boxes")
    page.wait(".sheet img")
    audit.look("with a list", USUAL, ZOOMED, NARROW)
    page.find(".cm-line").last.click()
    page.page.keyboard.press("Control+End")
    page.page.keyboard.type("See {{ closng }}.")
    page.wait(".cm-fault", "There is no field “closng”.")
    page.page.keyboard.press("Control+f")
    page.wait(".cm-search")
    audit.look("a fault, and something is looked for")
    page.page.keyboard.press("Escape")
    page.wait("button", "Show").click()
    audit.look("with its front matter")
    page.find("[data-key=as-form]").click()
    page.wait(".facts", "Ada Lindqvist")
    audit.look("as a form, with a list")
    assert audit.found == {}


def test_list(page: Page, order: Path, audit: Audit) -> None:
    page.go("list", ORDER, list=SHOPS)
    page.wait("table")
    page.wait(".sheet img")
    page.find("select[aria-label='Column Boxes is used as']").select_option("ignore")
    page.wait(".fault", "No column gives Boxes.")
    _screen(page, audit, "a field without a column")
    page.find("[data-key=leave]").click()
    page.wait("button", "Choose a spreadsheet")
    audit.look("no list")
    assert audit.found == {}


def test_make(page: Page, order: Path, place: Path, audit: Audit) -> None:
    order.write_text(LETTER.replace("us-business", "plain"))
    header, first, *rest = ROWS.splitlines()
    rows = [first.replace("Ada", f"Ada {at}") for at in range(150)]
    (place / SHOPS).write_text("\n".join((header, *rows, *rest)) + "\n")
    page.go("make", ORDER, list=SHOPS)
    page.wait("tr", "A number is needed")
    page.wait("tr", "A number is needed").get_by_text("Fill in").click()
    _screen(page, audit, "before")
    page.wait(".bar .right button:enabled", "Make").click()
    page.wait("progress")
    audit.look("running", USUAL)
    page.wait("button.main", "Stop").click()
    page.wait(".strip", "letters are made")
    audit.look("stopped")
    assert audit.found == {}


def test_sign(page: Page, order: Path, audit: Audit, key: Path) -> None:
    page.go("sign", single(order, "access-key"))
    page.wait("h2")
    audit.look("no PDF yet", USUAL)
    page.go("write", "content/letters/access-key.md")
    page.wait(".sheet img")
    page.find("[data-key=main]").click()
    page.wait("button", "Sign it")
    audit.look("the PDF is made")
    page.wait("button", "Sign it").click()
    page.wait(".mark.place", "Signs here")
    with page.page.expect_file_chooser() as chooser:
        page.find("[data-key=key]").click()
    chooser.value.set_files(key)
    page.wait("input[type=password]:focus")
    page.page.keyboard.type("not this one")
    page.page.keyboard.press("Enter")
    page.wait(".fault", "This passphrase does not open the key.")
    _screen(page, audit, "a wrong passphrase")
    page.find("[data-key=passphrase]").fill("a long enough secret")
    page.page.keyboard.press("Enter")
    page.wait("h2", "1 of 1 have signed")
    page.wait(".facts", "Tomas Reyes")
    audit.look("signed")
    assert audit.found == {}


def test_reading(page: Page, order: Path, audit: Audit) -> None:
    page.go("read", ORDER, list=SHOPS, **{"as": "text"})
    page.wait(".reading")
    audit.look("its text", NARROW, ("light", 390, 800))
    assert audit.found == {}


def test_variants(page: Page, order: Path, audit: Audit) -> None:
    page.go("variants", single(order, "access-ways"))
    page.wait(".matrix img")
    page.wait(".none", "This letterhead is made for")
    page.wait("[data-key=main]:not(:disabled)", "Make")
    _screen(page, audit, "a letter's variants")
    assert audit.found == {}


def test_start(page: Page, audit: Audit) -> None:
    page.start().wait(".kind")
    _screen(page, audit, "with letters")
    page.find(".kind").first.click()
    page.wait("dialog input")
    audit.look("a letter is begun")
    page.page.keyboard.press("Escape")
    page.page.goto(f"{page.server.origin}/letterhead")
    page.wait(".sheet img")
    audit.look("a letterhead of one's own", USUAL, ZOOMED, NARROW)
    page.page.goto(f"{page.server.origin}/write?letter=content/letters/nothing.md")
    page.wait("main h1")
    audit.look("a letter that is not there", USUAL)
    page.context.clear_cookies()
    page.page.goto(page.server.origin)
    page.wait("h1")
    audit.look("an address without its token")
    assert audit.found == {}
