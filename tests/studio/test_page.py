"""The page in a real browser: each screen by mouse and by keyboard, faults mended by their buttons, nothing lost."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import letterpress
from letterpress.studio.server import Server
from tests.studio.chromium import Page
from tests.studio.keyboard import wait
from tests.studio.letters import LETTER, ORDER, ROWS, SECRET, SHOPS, STATIC, single


def test_a_form_changes_the_text_and_mends_with_a_button(page: Page, order: Path) -> None:
    path = single(order, "form")
    file = order.parent / "form.md"
    page.go("write", path, **{"as": "form"})
    page.wait(".fault", "A US ZIP code has five digits.")
    described = (
        "() => document.getElementById(document.querySelector('input.warn').getAttribute('aria-describedby')) !== null"
    )
    assert page.page.evaluate(described)
    mark, paper = page.wait(".mark.warn").bounding_box(), page.find(".sheet").bounding_box()
    assert mark["width"] < paper["width"] / 12  # the postcode alone is marked
    first = page.wait(".sheet img").get_attribute("src")
    page.wait("button", "Change to 05641").hover()
    page.wait(".tools", "If ZIP is 05641")
    tried = page.find(".sheet img").get_attribute("src")
    page.find("h2").first.hover()
    page.find(".tried").wait_for(state="detached")
    assert tried != first == page.find(".sheet img").get_attribute("src")
    assert page.find("input.warn").input_value() == "5641"  # nothing was changed
    page.wait("button", "Change to 05641").click()
    page.find(".fault").wait_for(state="detached")
    page.find("label:has-text('Subject') + input").fill("Summer: pears")
    page.find("textarea").fill("One sentence: 40 boxes.\n")
    page.page.wait_for_function("(old) => document.querySelector('.sheet img').src.endsWith(old) === false", arg=first)
    text = page.saved(file, "postcode: 05641", "Summer: pears", "---\n\nOne sentence: 40 boxes.\n")
    assert text.endswith("40 boxes.\n")
    assert page.page.title() == "Summer: pears – letterpress studio"
    page.find(".fold button").first.press("Enter")
    page.find("input[type=date]").fill("2026-12-24")
    page.wait(".spot[aria-label='Part Date']")
    page.page.wait_for_function("() => document.querySelector('.bar .small').textContent.includes('saved')")
    page.wait("button.main", "Make the PDF")


DRAWN = """async () => {
  const { h, button, refill } = await import("/static/js/dom.js");
  const [above, place] = [h("div"), h("div", { id: "place" })];
  document.body.prepend(above, place);
  window.clicks = [];
  const draw = (name) => refill(place, button(name, () => window.clicks.push(name)));
  window.again = () => (draw("second"), refill(above, h("p", {}, "A line that moves what is below it")));
  draw("first");
}"""


def test_a_button_that_is_to_be_drawn_anew_while_it_is_pressed_is_clicked(page: Page) -> None:
    """News comes at any time: while a button is pressed, nothing is replaced or moved, and then it is."""
    page.start().wait("h2")  # the start has come
    page.page.evaluate(DRAWN)
    page.find("#place button").hover()
    page.page.mouse.down()
    page.page.evaluate("window.again()")
    page.page.mouse.up()
    page.wait("#place button", "second")
    assert page.page.evaluate("window.clicks") == ["first"]
    page.page.mouse.down()  # and who holds it is not kept waiting
    page.page.evaluate("window.again()")
    page.wait("p", "A line that moves")
    page.page.mouse.up()


def test_a_sign_is_taken_out_and_a_picture_chosen(page: Page, order: Path) -> None:
    path = single(order, "signs")
    file = order.parent / "signs.md"
    front = file.read_text().split("\n---\n")[0]
    file.write_text(f"{front}\n---\n\nSo 😀 it goes.\n\n![A map](map.png)\n")
    page.go("write", path, **{"as": "form"})
    page.wait(".fault", "There is no file “map.png”.")
    with page.page.expect_file_chooser() as chosen:
        page.wait("button", "Choose a picture").click()
    chosen.value.set_files(STATIC / "icon.svg")
    page.wait(".fault", "The typeface has no sign for 😀.").get_by_text("Take it out").click()
    page.page.wait_for_function("() => document.querySelector('textarea').value.includes('So  it goes.')")
    assert "![A map](icon.svg)" in page.find("textarea").input_value()


def test_the_last_page_stays_while_there_is_a_fault_and_keys_mend_it(page: Page, order: Path) -> None:
    page.go("write", single(order, "text"), **{"as": "text"})
    page.wait(".sheet img")
    page.find(
        ".cm-line",
    ).get_by_text("We have set aside").click()
    page.page.keyboard.press("Control+End")
    page.page.keyboard.type("For {{ closng }} see below.")
    page.wait(".chip.bad", "before the fault")
    assert page.find(".sheet img").is_visible()
    page.wait(".cm-fault", "There is no field “closng”.")
    described = "() => document.getElementById(document.querySelector('.cm-content').getAttribute('aria-describedby')).innerText"
    assert page.page.evaluate(described).startswith("There is no field “closng”.")
    page.page.keyboard.press("ArrowUp")  # another line has none
    page.page.wait_for_function("() => !document.querySelector('.cm-content').hasAttribute('aria-describedby')")
    assert page.find(".bar .right .main").count() == 0  # the button that mends is the filled one
    page.page.keyboard.press("F8")
    assert page.page.evaluate("() => document.activeElement.closest('.fault') !== null")
    page.page.keyboard.press("Control+.")
    page.find(".chip.bad").wait_for(state="detached")
    assert "closng" not in page.find(".cm-content").inner_text()


def test_a_place_of_the_page_leads_to_its_line_and_the_line_is_marked(page: Page, order: Path) -> None:
    page.go("write", ORDER, list=SHOPS, **{"as": "text"})
    page.wait(".cm-chip", "Boxes")
    page.wait(".spot[aria-label^='Line']").press("Enter")
    page.wait(".mark.here")
    assert page.find(".panelfoot").inner_text().startswith("Line 16")
    assert "fields.boxes" not in page.find(".cm-line").first.inner_text()
    page.page.keyboard.press("Home")
    for _ in range(len("We have set aside {")):
        page.page.keyboard.press("ArrowRight")
    page.wait(".cm-line", "{{ fields.boxes }}")  # as it is written, where the cursor is
    assert (
        page.find(
            ".cm-chip",
        )
        .filter(has_text="Boxes")
        .count()
        == 0
    )
    page.page.keyboard.press("Home")
    page.wait(".cm-chip", "Boxes")


def test_a_list_is_mapped_stepped_through_and_mended(page: Page, order: Path, place: Path) -> None:
    page.go("list", ORDER)
    page.wait("button", "Choose a spreadsheet")
    page.find(
        "li",
    ).filter(has_text="shops.csv").get_by_role("button").click()
    page.wait(".good", "All that the letter needs has a column.")
    page.wait(".stepper", "Row 2")
    page.page.keyboard.press("Alt+PageDown")
    page.wait(".stepper", "Row 3")
    page.wait("td", "14 Granite Street")
    page.find("input[type=search]").fill("keene")
    page.page.keyboard.press("Enter")
    page.wait(".stepper", "Row 4")
    page.find("select[aria-label='Column Boxes is used as']").select_option("ignore")
    page.wait(".fault", "No column gives Boxes.")
    page.find("select[aria-label='Column Boxes is used as']").select_option("fields.boxes")
    page.wait("p", "All fields have a column. In this row something is to be mended first.")
    page.page.keyboard.press("Control+Enter")
    page.wait("tr", "A number is needed").get_by_role("button", name="Fill in").click()
    page.page.keyboard.press("Control+a")
    page.page.keyboard.type("12")
    page.page.keyboard.press("Enter")
    page.find("tr").filter(has_text="A number is needed").wait_for(state="detached")
    page.wait("tr", "Month or day first?").get_by_text("Use Dec 1").click()
    page.wait("button", "Use 05641").click()
    page.wait(".good", "Nothing to mend.")
    kept = json.loads((place / f"{SHOPS}.corrections.json").read_text())
    assert "05641" in json.dumps(kept)
    assert (place / SHOPS).read_text() == ROWS
    page.wait("button.main", "Make 3 letters")


def test_a_row_with_a_fault_shows_no_other_row_and_what_is_wrong_with_the_letter_is_said_once(
    page: Page, order: Path
) -> None:
    order.write_text(LETTER.replace("come on {{", "come on {{ fields.boxs }}, {{"))
    (order.parents[1] / "lists" / "shops.csv").write_text(
        ROWS.replace("12/01/26", "2026-12-01").replace(",20,", ",many,")
    )
    page.go("make", ORDER, list=SHOPS)
    page.wait(".fault", "There is no field “boxs”.")
    assert page.find(".fault").count() == 1
    assert page.wait("select[data-mend=name-unknown]").inner_text().split("\n")[:2] == [
        "Add a field “boxs”",
        "for a text",
    ]
    page.wait("button", "Change to boxes").click()
    page.find(".fault").wait_for(state="detached")
    page.wait("tr.chosen", "A number is needed")  # what is to be mended comes first
    page.wait(".tools", "Page as it prints if Boxes is 12")  # one thing stops it, and there is a way to mend it
    page.wait(".sheet img")
    assert page.find(".bar nav .count").all_inner_texts() == ["3", "2"]  # a row's fault is no fault of the text
    page.wait("tr", "many").click()
    page.wait(".stage .wait", "This row has no page until it is mended.")
    assert page.find(".sheet").is_hidden()
    assert page.find(".tools .soft").count() == 0  # no page, and no number of one


def test_a_letter_is_made_signed_and_verified(page: Page, order: Path, key: Path) -> None:
    path = single(order, "signing")
    file = order.parent / "signing.md"
    file.write_text(file.read_text().replace(", sign: digital", ""))
    page.go("write", path, **{"as": "form"})
    page.wait(".sheet img")
    page.find("[data-key=guides]").click()
    page.find("textarea").fill("One sentence, typed in the last moment.\n")
    page.find("[data-key=main]").click()
    page.wait(".panel", "It is kept in out/signing.pdf.")
    (made,) = (order.parents[2] / "out").glob("signing.pdf")
    assert made.read_bytes() == letterpress.render(file).pdf  # what was typed last, and no guides
    page.wait("button", "Sign it").click()
    page.wait("button.main", "Have all signers sign digitally").click()
    page.wait("h2", "Not signed yet")
    page.wait(".mark.place", "Signs here")
    assert page.find("[data-key=anew]").count() == 0
    file.write_text(file.read_text().replace("Winter", "Summer"))
    page.wait(".fault.warn", "This PDF is not the letter as it is written now.")
    assert page.find("button.main").all_inner_texts() == ["Make it anew"]
    page.find("[data-key=anew]").click()
    page.find("[data-key=anew]").wait_for(state="detached")
    page.wait(".mark.place", "Signs here")
    with page.page.expect_file_chooser() as chooser:
        page.find("[data-key=key]").press("Enter")
    chooser.value.set_files({"name": "notes.p12", "mimeType": "application/x-pkcs12", "buffer": b"no key"})
    page.wait("input[type=password]:focus").press("Enter")
    page.wait(".fault", "This is not a key file.")
    with page.page.expect_file_chooser() as chooser:
        page.wait("[data-key=key]:focus").press("Enter")
    chooser.value.set_files(key)
    page.wait("input[type=password]:focus")
    page.page.keyboard.type("not this one")
    page.page.keyboard.press("Enter")
    page.wait(".fault", "This passphrase does not open the key.")
    assert page.find(".fault summary").get_attribute("title") == "Details"
    page.page.keyboard.type(SECRET)
    page.find("[data-key=reason]").fill("Agreed")
    page.page.keyboard.press("Enter")
    page.wait("h2", "1 of 1 have signed")
    (signed,) = (order.parents[2] / "out").glob("signing.pdf")
    assert b"(Agreed)" in signed.read_bytes()
    assert page.find(".fault.warn").count() == 0
    assert page.find(".facts").inner_text().startswith("Changed since then\nNo\nSigned by\nTomas Reyes")
    file.write_text(file.read_text().replace("Summer", "Winter"))
    page.wait(".fault.warn", "It was signed before.")
    page.find("[data-key=anew-named]").click()
    page.find("dialog input").fill("signing.pdf")  # the one that is signed stays
    page.page.keyboard.press("Enter")
    page.wait("dialog [role=alert]", "That name is taken already.")
    page.find("dialog input").fill("signing in winter")
    page.page.keyboard.press("Enter")
    page.wait("h2", "Not signed yet")
    page.wait(".bar .small", "signing in winter.pdf")
    assert page.find(".fault.warn").count() == page.find("[data-key=remarks]").count()  # and nothing of an older text
    page.wait(".sheet .mark.warn")  # beside the place for the signature
    page.wait("[data-key=remarks]", "Go to the remark").click()
    page.page.wait_for_function("() => document.activeElement.closest('[data-path]')?.dataset.path === 'to.postcode'")


def test_a_change_on_the_disk_overwrites_nothing(page: Page, order: Path) -> None:
    path = single(order, "shared")
    file = order.parent / "shared.md"
    file.write_text(f"{file.read_text()}\n" + "A line of many.\n\n" * 8)
    page.go("write", path, **{"as": "form"})
    page.wait(".sheet img")
    theirs = file.read_text().replace("Winter", "Their")
    area = page.find("textarea")
    held: list[Any] = []
    page.page.route("**/api/show", lambda route: held.append(route))
    area.press("Control+End")
    area.type("Mine.")
    file.write_text(theirs)
    page.wait(".strip.warn", "shared.md was changed on disk")
    assert page.find(".chip").count() == 0  # the page is still one of the text before
    page.page.unroute("**/api/show")  # what was held goes on
    page.wait(".chip", "Your text, not the one on disk")
    page.wait(".mark.here")
    page.page.wait_for_function(
        "() => document.activeElement.getBoundingClientRect().bottom <= innerHeight"
    )  # in sight
    page.find("[data-key=both]").click()
    page.wait("del", "Their apples")
    assert file.read_text() == theirs
    page.find("[data-key=mine]").click()
    page.find(".strip.warn").wait_for(state="detached")
    page.saved(file, "Mine.")
    file.write_text(theirs)  # nothing here is unsaved: it is loaded
    page.page.wait_for_function("() => document.title.startsWith('Their apples')")


def test_a_studio_that_stops_and_comes_back_loses_nothing(page: Page, order: Path) -> None:
    page.page.route("**/api/changes?*", lambda route: route.fulfill(status=401))  # as one that was started anew does
    page.go("write", single(order, "gone"), **{"as": "form"})
    page.wait(".sheet img")
    page.page.unroute("**/api/changes?*")
    page.context.set_offline(True)
    page.find("textarea").fill("Written while it was away.\n")
    page.find("label:has-text('Subject') + input").fill("Pears, said meanwhile")
    page.wait(".strip.warn", "letterpress has stopped.")
    with page.page.expect_download() as download:
        page.wait("button", "Download my text").click()
    assert Path(download.value.path()).read_text().endswith("Written while it was away.\n")
    page.context.set_offline(False)
    page.find(".strip.warn").wait_for(state="detached")
    file = order.parent / "gone.md"
    text = page.saved(file, "Written while it was away.\n", "Pears, said meanwhile")
    page.page.wait_for_function("() => document.querySelector('.bar .small').textContent.includes('saved at')")
    file.write_text(text.replace("Pears, said meanwhile", "Plums"))  # what changes on the disk is heard of again
    page.page.wait_for_function("() => document.title.startsWith('Plums')")


def test_a_letter_is_begun_from_a_kind(page: Page, place: Path) -> None:
    page.start().find(".kinds-of select").select_option("GB")
    kinds = page.find(".kind .strong").all_inner_texts()
    assert (kinds[:3], len(kinds)) == (["British business letter", "Plain letter", "Memo"], 8)
    assert {"Congressional letter", "Naval letter"}.isdisjoint(kinds)
    page.wait("button.kind", "British business letter").click()
    page.find("dialog input").fill("a new one")
    page.page.keyboard.press("Enter")
    page.wait(".sheet img")
    assert (place / "content/letters/a new one.md").is_file()
    page.go("variants", "content/letters/a%20new%20one.md")
    page.wait(".matrix img[alt^='British business letter, A4']")
    page.wait(".none", "This letterhead is made for A4.")
    page.wait("[data-key=main]:not(:disabled)", "Make").click()
    page.wait("[data-key$='letters.zip']", "Download variants")
    assert len(list((place / "out/a new one-variants").glob("*.pdf"))) == 6
    page.find("[data-key=paper-letter]").click()  # others are wanted now
    page.wait("[data-key=main].main", "Make 4 PDFs")


def test_nothing_is_inline_and_every_word_is_in_both_languages() -> None:
    index = (STATIC / "index.html").read_text()
    assert not re.search(r"\son\w+=|style=|<style|<script(?![^>]*src=)", index)
    english, german = (json.loads((STATIC / "words" / f"{name}.json").read_text()) for name in ("en", "de"))
    assert list(english) == list(german)
    for key, words in english.items():
        assert set(re.findall(r"\{(\w+)\}", words)) == set(re.findall(r"\{(\w+)\}", german[key])), key
    used = {
        found for path in (STATIC / "js").glob("*.js") for found in re.findall(r'\bt\("([\w.-]+)"', path.read_text())
    }
    assert used <= set(english)


CLIPPED = """() => [...document.querySelectorAll("button, h1, h2, label, .label, th, dt, a")]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
  .filter((one) => getComputedStyle(one).overflowX !== "visible" || one.scrollWidth > one.closest("section, main, header").clientWidth)
  .map((one) => one.textContent)"""


def test_the_page_is_in_german_and_no_word_is_clipped(
    chromium: Any, server: Server, order: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    page = Page(chromium, server, locale="de-DE")
    page.start().wait(".kind", "Amerikanischer Geschäftsbrief")
    for step, more, words in (
        ("write", {"as": "form"}, "Ein ZIP-Code der USA hat fünf Ziffern."),
        ("sign", {}, "Es gibt noch kein PDF dieses Briefs."),
        ("list", {"list": SHOPS}, "Für alles, was der Brief braucht, gibt es eine Spalte."),
        ("make", {"list": SHOPS}, "Zu beheben: aus diesen Zeilen wird kein Brief"),
    ):
        page.go(step, ORDER if "list" in more else single(order, "deutsch"), **more)
        page.wait(".panel", words)
        assert page.page.evaluate(CLIPPED) == []
    page.close()
    assert page.complaints == []


def test_what_is_typed_stays_where_it_was_typed(page: Page, order: Path) -> None:
    """By keys alone, with pauses in which the studio has answered: nothing is written into a field, or taken out of it."""
    path = single(order, "typed")
    file = order.parent / "typed.md"
    page.go("write", path, **{"as": "form"})
    page.wait(".fault", "A US ZIP code has five digits.")
    keys = page.page.keyboard
    page.find("label:has-text('ZIP')").click()
    keys.press("Control+a")
    keys.type("0564", delay=150)
    keys.press("Tab")
    focused = "() => document.querySelector(`label[for='${document.activeElement.id}']`)?.textContent ?? document.activeElement.outerHTML"
    assert page.page.evaluate(focused) == "Subject"
    page.wait(".fault", "A US ZIP code has five digits.")
    assert page.page.evaluate(focused) == "Subject"
    page.find("[data-key=fold-date]").click()
    page.find("input[type=date]").focus()
    keys.type("04112019", delay=150)
    keys.press("Tab")
    page.wait(".spot[aria-label='Part Date']")
    page.find("[data-key=fold-signatories]").click()
    page.find("[data-key=add-signer]").press("Enter")
    keys.type("Ro Khanna", delay=60)
    keys.press("Tab")
    keys.type("Member of Congress", delay=20)
    text = page.saved(file, "date: 2019-04-11", "name: Ro Khanna", "title: Member of Congress")
    assert re.search(r"postcode: [\"']?0564\b", text)
    wait(page, "document.querySelector('input[type=date]').value === '2019-04-11'")
    page.find("input[type=date]").fill("0002-04-11")
    page.find("h2").first.click()
    page.wait("p", "a year of four digits")
    assert "2019-04-11" in file.read_text()


def test_with_a_list_write_shows_the_address_of_the_row(page: Page, order: Path, place: Path) -> None:
    """Also where the letter has one of its own: nothing of that is printed, and that is said."""
    path = single(order, "many")
    file = order.parent / "many.md"
    file.write_text(
        file.read_text().replace("to: {name: Owen Marsh", "to: {name: Ada Brook, title: Owner, honorific: Ms.")
    )
    (place / SHOPS).write_text(ROWS.replace("3 Depot Street,", ","))
    page.go("write", path, list=SHOPS, record="1", **{"as": "form"})
    page.wait("dd", "Bristol column City")
    facts = page.find(".panel .facts").inner_text()
    assert facts.startswith("Name\nAda Lindqvist column Name Change\nStreet\n27 Mill Road column Street Change")
    assert facts.endswith(
        "ZIP\n05443 column Zip Change\nBoxes\n40 column Boxes Change" if "Boxes" in facts else "Zip Change"
    )
    page.wait("p", "is not printed: Name Ada Brook, Title Owner, Form of address Ms., Street 14 Granite Street")
    page.wait(".sheet:not(.behind) img")
    held: list[Any] = []
    page.page.route("**/api/show", lambda route: held.append(route))
    page.find("[data-key=row-right]").click()
    page.wait(".sheet.behind", "Making the page")  # until then it is that of another row
    page.page.unroute("**/api/show")  # what waits goes on
    page.wait(".panel .fault", "A US ZIP code has five digits.").get_by_text("Use 05641").wait_for()
    page.wait(".sheet:not(.behind) img")
    page.find("[data-key=row-right]").click()
    page.wait("dd", "empty column Street Change")
    page.find("[data-key=own-away]").click()
    page.find("[data-key=own-away]").wait_for(state="detached")
    page.page.keyboard.press("Control+s")
    page.page.wait_for_function("() => document.querySelector('.bar .small').textContent.includes('saved at')")
    assert "\nto:" not in file.read_text()


WORD = """<html><head><style>p{}</style></head><body>
<p class=MsoNormal>We <b>thank</b> you,
and <i>hope</i>&nbsp;so.<br>Soon.</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;&nbsp; </span></span>Apples</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;&nbsp; </span></span>“Pears”</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal><b>Boat</b></p></td><td><p>Fee | dues</p></td></tr>
<tr><td><p>Laser</p></td><td><p>$20</p></td></tr></table><table><tr><td><p class=MsoNormal>Placed</p></td></tr></table>
<p class=MsoNormal><span style='mso-tab-count:1'>            </span>The end</p></body></html>"""
MARKDOWN = (
    "We **thank** you, and *hope*\xa0so.\\\nSoon.\n\n- Apples\n- “Pears”\n\n"
    "| Boat | Fee \\| dues |\n|---|---|\n| Laser | $20 |\n\nPlaced\n\nThe end"
)
PASTES = """([html, plain]) => {
  const data = new DataTransfer();
  data.setData("text/plain", plain);
  if (html) data.setData("text/html", html);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_what_is_pasted_from_a_word_processor_is_text(page: Page, order: Path) -> None:
    bullets = "We bring:\n•\tApples\n•\tPears\n\n\tThe\tend\n"
    order.write_text(f"{LETTER}\n{bullets}")
    page.go("write", ORDER, **{"as": "form"})
    said = page.wait(".fault", "Lines 19, 20, and 22 have tabs or bullets that a word processor has left.")
    said.get_by_text("Clean it up").click()
    page.find("[data-fault=markdown-unread]").first.wait_for(state="detached")
    area = page.find("textarea.grows")
    cleaned = "We bring:\n- Apples\n- Pears\n\nThe end\n"
    assert area.input_value().endswith(f"\n\n{cleaned}")
    area.focus()
    for html, plain, expected in ((None, bullets, cleaned), (WORD, "x", MARKDOWN)):
        page.page.keyboard.press("Control+A")
        page.page.evaluate(PASTES, [html, plain])
        assert area.input_value() == expected
    page.page.keyboard.press("Control+Z")
    assert area.input_value() == cleaned
    page.find("[data-key=as-text]").click()
    page.find(".cm-content").focus()
    page.page.keyboard.press("Control+End")
    page.page.evaluate(PASTES, [WORD, "x"])
    assert page.saved(order, cleaned + MARKDOWN).endswith(MARKDOWN)


def test_a_button_that_cannot_be_pressed_has_its_reason_and_what_mends_it(page: Page, order: Path) -> None:
    path = single(order, "grey")
    file = order.parent / "grey.md"
    file.write_text(file.read_text().replace("40 boxes", "40 {{ closng }} boxes"))
    page.go("make", path)
    page.wait(".bar [data-key=main]:disabled")
    page.wait(".panel .fault button.main", "Change to closing")
    page.wait(".panel .fault a", "See it in the letter").click()
    page.wait(".cm-content:focus")
    assert page.find(".panelfoot").inner_text().startswith("Line 14")
    page.wait("nav a", "Variants").click()
    page.wait(".panel .fault button.main", "Change to closing").click()
    page.find(".panel .fault").wait_for(state="detached")
    page.wait("nav a", "Make").click()
    page.page.keyboard.press("Control+s")
    page.page.wait_for_function("() => document.querySelector('.bar .small').textContent.includes('saved at')")
    page.wait(".bar [data-key=main]:enabled").hover()
    page.wait(".sheet img")
    page.page.mouse.down()
    file.write_text(file.read_text().replace("Winter", "Summer"))  # the screen is drawn anew meanwhile
    page.page.wait_for_function("() => document.title.startsWith('Summer')")
    page.wait(".bar [data-key=main]:enabled")
    page.page.wait_for_timeout(200)
    page.page.mouse.up()
    page.wait(".panel", "It is kept in")


def test_a_sender_who_was_taken_out_is_chosen_again_by_name(page: Page, order: Path) -> None:
    path = single(order, "nobody")
    file = order.parent / "nobody.md"
    file.write_text(re.sub(r"from: .*\n", "from: us-congress\n", file.read_text()))
    page.go("write", path, **{"as": "form"})
    page.wait(".fold", "Congress of the United States").get_by_role("button").click()
    page.wait("[data-key=sender]").focus()
    page.find("[data-key=sender]").select_option("")
    page.wait("label", "Email")  # it can be written in now
    page.wait("[data-key=sender]:focus")
    page.find("[data-key=fold-from]").click()
    assert "Nobody yet" in page.wait(".fold[data-path=from]").inner_text()
    page.wait("nav a", "Make").click()
    page.wait(".fault", "Nobody is named as the sender.").get_by_text("Name the sender").click()
    page.wait("[data-path='from.name'] input:focus")
    page.wait("[data-key=sender]").focus()
    page.find("[data-key=sender]").select_option(label="Congress of the United States")
    page.find("label:has-text('Email')").wait_for(state="detached")
    page.page.keyboard.press("Control+s")
    page.saved(file, "\nfrom: us-congress\n")


def test_the_page_follows_the_cursor_and_a_reload_loses_nothing(page: Page, order: Path) -> None:
    path = single(order, "long")
    file = order.parent / "long.md"
    paragraph = "We have set aside forty boxes of apples for you in the cold room behind the house. " * 6
    file.write_text(file.read_text() + f"\n{paragraph}\n" * 7 + "\nThe last.\n")
    page.go("write", path, **{"as": "form"})
    page.wait(".tools", "Page 1 of 2")
    area = page.find("textarea")
    area.press("Control+End")
    page.page.keyboard.type("Written at the end.")
    page.wait(".tools", "Page 2 of 2")
    page.find("[data-key=page-back]").click()
    page.wait(".tools", "Page 1 of 2")  # whoever turns a page wants to see it
    area.press("Control+End")
    page.wait(".tools", "Page 2 of 2")
    page.find("[data-path='to.name'] input").focus()
    page.wait(".tools", "Page 1 of 2")
    asked: list[str] = []
    page.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.saved(file, "Written at the end.")
    area.press("Control+End")
    page.page.keyboard.insert_text("And in the last moment.")  # at once: a save that has begun is not waited for
    page.page.reload()
    page.page.wait_for_function("() => document.querySelector('textarea')?.value.endsWith('And in the last moment.')")
    page.saved(file, "And in the last moment.")
    assert asked == []
    page.find("[data-key=fold-date]").click()
    page.wait("input[type=date]")
    names = page.find(".panel :is(label, .label):not(.unseen)").all_inner_texts()
    assert names.count("Date") == 1
