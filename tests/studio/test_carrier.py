"""Who sends a letter is chosen, its page fits them, and what they may refuse a PDF for is shown on its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from letterpress import preflight
from tests.studio import access
from tests.studio.access import NARROW, USUAL, Audit
from tests.studio.chromium import Page
from tests.studio.keyboard import Keyboard, wait
from tests.studio.letters import LETTER, ORDER, ROWS, SHOPS, single
from tests.studio.test_trust import dropped
from tests.support.posted import Posted, box

POSTED = "content/letters/posted.md"
GERMAN = 'to: {name: Ada Bruckner, street: Mühlenweg 4, postcode: "80331", city: München, country: DE}'
STRICT = """extends = "pingen"
title = "Our mailing house"
source = "their sheet"
date = "2026-11"
status = "confirmed"
words = [{ text = "Winter", box = [0, 90, 210, 100] }]
colors = "converted"
"""
"""A carrier of the project's own; the word that it prints itself is in the letter's subject, which no fitting moves."""
VERDICT = ".examined [role=status].strong"


@pytest.fixture
def posted(order: Path, place: Path) -> Iterator[str]:
    """A German letter to one person, which names nobody who prints it, and a carrier of the project's own."""
    single(order, "posted")
    path = place / POSTED
    text = re.sub(r"(?m)^to: .*$", GERMAN, path.read_text())
    path.write_text(text.replace("us-business", "din5008").replace(", sign: digital", ""))
    (place / "carriers").mkdir(exist_ok=True)
    (place / "carriers/our-house.toml").write_text(STRICT)
    yield POSTED
    (place / "carriers/our-house.toml").unlink()
    (place / "out/posted.pdf").unlink(missing_ok=True)


def _rules(path: Path, carrier: str) -> set[str]:
    return {finding.rule for finding in preflight.examine(path, carrier=carrier, root=path.parents[1]).findings}


def _pages(page: Page) -> str:
    """The PDF that is shown, by its address."""
    return str(page.wait(".tools a", "Open PDF").get_attribute("href"))


def test_a_letter_is_made_for_who_sends_it_and_what_does_not_fit_says_what_helps(
    page: Page, posted: str, place: Path
) -> None:
    audit = Audit(page, access.source())
    page.go("make", posted)
    choice = page.wait("[data-key=carrier]")
    groups = choice.locator("optgroup").evaluate_all(
        "(all) => all.map((one) => [one.label, [...one.children].map((child) => child.textContent)])"
    )
    assert [name for name, _ in groups] == ["For this paper and country", "For this paper", "For other paper"]
    assert {"frankki", "Deutsche Post e-mailing (rules second hand)"} <= set(groups[0][1])
    assert "PostGrid (rules not confirmed)" in groups[1][1]
    assert "Lob" in groups[2][1]
    before = _pages(page)
    assert page.find(".examined").inner_text() == ""
    choice.select_option("pingen")
    page.wait(VERDICT, "Yes, by all that is known of its rules.")
    assert _pages(page) != before
    assert "Ada Bruckner\nMühlenweg 4\n80331 MÜNCHEN" in page.find(".examined dl").inner_text()
    fitted = page.find(".sheet img").get_attribute("src")
    page.find("[data-key=cover]").click()
    wait(page, f"document.querySelector('.sheet img').getAttribute('src') !== '{fitted}'")
    audit.look("it passes, and its page is shown with the free places")
    page.find("[data-key=carrier]").select_option("lob")
    page.wait(".fault", "Lob takes other paper than this letter is on.")
    assert page.find("[data-key=main]").is_disabled()
    assert page.find(VERDICT).count() == 0
    audit.look("it cannot fit")
    page.find("[data-key=sent-self]").click()
    page.find("[data-fault=carrier-unfit]").wait_for(state="detached")
    assert page.find("[data-key=carrier]").input_value() == ""
    page.find("[data-key=carrier]").select_option("our-house")
    page.wait(VERDICT, "It may refuse it for one point.")
    audit.look("it may be refused", USUAL, NARROW)
    page.wait("[data-fault=color-unprinted] button", "Make it for a print shop").click()
    page.find("[data-fault=color-unprinted]").wait_for(state="detached")
    assert page.find("[data-key=profile]").input_value() == "press"
    page.find("[data-key=carrier]").select_option("pingen")
    page.wait(VERDICT, "Yes, by all that is known of its rules.")
    page.page.reload()  # what was chosen is kept
    page.wait(VERDICT, "Yes, by all that is known of its rules.")
    page.wait("[data-key=main]:enabled", "Make the PDF").click()
    page.wait(".panel", "The PDF is ready.")
    made = place / "out/posted.pdf"
    with pikepdf.open(made) as pdf:
        assert "/GTS_PDFX" in [intent.S for intent in pdf.Root.OutputIntents]
    assert _rules(made, "pingen") == set()
    page.find("[data-key=step-write]").click()
    page.wait("[data-key=setup]", "German business letter, English, Pingen").click()
    assert page.wait("dialog [data-key=carrier]").input_value() == "pingen"
    page.find("dialog [data-key=profile]").select_option("archive")
    page.page.keyboard.press("Escape")
    assert audit.found == {}


def test_what_may_be_refused_is_found_by_the_keyboard_alone(page: Page, posted: str) -> None:
    keys = Keyboard(page)
    page.go("make", posted)
    page.wait("[data-key=carrier]")
    page.wait(".sheet img")
    keys.to("Sent by", tag="select")
    for _ in range(20):  # each carrier that is passed is chosen for a moment
        keys.press("ArrowDown")
        if page.find("[data-key=carrier]").input_value() == "our-house":
            break
    page.wait(VERDICT)
    assert keys.focused.name == "Sent by"
    stop = keys.to(r"Show point \d+ on page 1", tag="button")
    assert min(stop.high, stop.wide) >= 24
    keys.press("Enter")
    wait(page, "document.querySelector('.sheet img').alt.includes('What stays free is red')")
    assert re.fullmatch(r"Show point \d+ on page 1", keys.held("a point is shown").name)
    plain = keys.to("Show on the page", key="Shift+Tab")
    assert plain.tag == "button"
    keys.press("Enter")
    wait(page, "document.querySelector('.sheet img').alt.includes('as it will print')")
    assert keys.held("the page is shown as it is").name == "Show on the page"
    names = [stop.name for stop in keys.round()]
    assert names.index("Sent by") < names.index("For") < names.index("Show on the page")


def test_letters_of_a_list_are_made_for_who_sends_them(page: Page, order: Path, place: Path) -> None:
    order.write_text(LETTER.replace("us-business", "din5008"))
    header, first, *_ = ROWS.splitlines()
    (place / SHOPS).write_text("\n".join((header, first, first.replace("Ada Lindqvist,27", "Owen Marsh,14"))) + "\n")
    page.go("make", ORDER, list=SHOPS)
    page.wait("button.main:enabled", "Make 2 letters").click()
    page.wait(".strip", "2 letters are ready.")
    for made in (place / "out/order").glob("*.pdf"):
        assert {"ink-franking", "fold-mark"} <= _rules(made, "pingen")
    page.wait("[data-key=send-change]").click()
    page.find("[data-key=carrier]").select_option("pingen")
    page.wait(".strip", "are of an older text or list.")
    page.wait(VERDICT, "Yes, by all that is known of its rules.")
    page.wait(".examined", "Only the letter of row 2 was looked at.")
    page.wait("[data-key=rows]", "Look at all 2 rows").click()
    page.wait(".examined", "Nothing to look at in these letters.")
    assert "2 of 2 rows looked at." in page.find(".examined").inner_text()
    page.wait("button.main:enabled", "Make 2 letters").click()
    page.wait(".strip", "2 letters are ready.")
    assert [_rules(path, "pingen") for path in (place / "out/order").glob("*.pdf")] == [set(), set()]
    page.find("[data-key=carrier]").select_option("frankki")
    page.wait("[data-key=rows]", "Look at all 2 rows")  # of another carrier nothing was looked at yet
    page.find("[data-key=carrier]").select_option("")
    page.find("[data-key=sides]").select_option("both")
    page.wait(".sending", "Each letter begins on a new sheet where all are in one PDF.")
    page.wait("button.main:enabled", "Make 2 letters").click()
    page.wait(".strip", "2 letters are ready.")
    with page.page.expect_download() as saved:
        page.find("[data-key=combined]").click()
    with pikepdf.open(saved.value.path()) as pdf:
        assert (saved.value.suggested_filename, len(pdf.pages)) == ("order-all-duplex.pdf", 4)


def test_any_pdf_is_held_against_a_carrier_beside_its_signatures(page: Page) -> None:
    audit = Audit(page, access.source())
    page.start().wait(".drop")
    data = Posted(pages=2, drawn=[(1, box(1, 150, 2, 20)), (2, box(100, 293, 20, 3))]).pdf()
    assert "Nobody has signed this PDF." in dropped(page, "foreign.pdf", data)
    page.wait(".examined [data-key=carrier]").select_option("frankki")
    page.wait(VERDICT, "It may refuse it: 4 points.")
    said = page.find(".points li p").all_inner_texts()
    assert said.count("Something is printed in the edge that frankki keeps free.") == 2
    assert "No address stands in the field that frankki reads." in said
    wait(page, "document.querySelector('.sheet img').alt.startsWith('Page 1. What stays free is red')")
    page.find("[data-key=point-4]").click()
    page.wait(".tools", "Page 2 of 2")
    wait(page, "document.querySelector('.sheet img').alt.startsWith('Page 2. What stays free is red')")
    audit.look("a PDF that may be refused")
    page.find("[data-key=cover]").click()
    wait(page, "document.querySelector('.sheet img').alt.startsWith('Page 2 as it will print')")
    assert "Nobody has signed this PDF." in page.find(".panel").inner_text()
    page.find(".examined [data-key=carrier]").select_option("lob")
    page.wait(".points", "which Lob does not take.")
    page.find(".examined [data-key=carrier]").select_option("")
    page.find(".points").wait_for(state="detached")
    assert audit.found == {}
