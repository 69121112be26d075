"""A phone: letters are read there, as their pages or as text in the order in which it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from letterpress.studio.server import Server
from tests.studio import access
from tests.studio.access import NARROW, Audit
from tests.studio.chromium import Page
from tests.studio.letters import LETTER, ORDER, SHOPS


def test_a_letter_is_read_as_its_page_and_as_text_row_by_row(
    chromium: Any, server: Server, place: Path, order: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    more = " The boxes are to be returned to us with the next order, as they were in all the years before."
    order.write_text(LETTER.replace("{{ fields.boxes }} boxes", "**{{ fields.boxes }} boxes**").rstrip() + more + "\n")
    phone = Page(chromium, server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.start().wait("a.main", "Go on").tap()
    phone.wait(".phone h1", "Winter apples")
    phone.go("read", ORDER, list=SHOPS)
    phone.wait("header p", "To Ada Lindqvist, row 2. Nothing to mend.")
    picture = phone.wait(".sheet img").bounding_box()
    assert 350 < picture["width"] < 390
    phone.wait("button", "Text").tap()
    text = phone.wait(".reading")
    assert "\nAda Lindqvist\n27 Mill Road\nBristol, VT 05443\n" in text.inner_text()  # an address has lines
    assert "40 boxes" in text.locator("p strong").all_inner_texts()
    assert text.locator("p", has_text="40 boxes").locator("br").count() == 0  # a sentence has none
    assert text.locator("p").first.evaluate("(p) => getComputedStyle(p).fontSize") == "17px"
    said = text.inner_text()
    order_of_reading = [
        said.index(words) for words in ("Ada Lindqvist", "Winter apples", "Dear", "40 boxes", "Sincerely")
    ]
    assert order_of_reading == sorted(order_of_reading)
    audit = Audit(phone, access.source())
    audit.look("read as text", ("light", 390, 844), NARROW)
    phone.find("[data-key=as-page]").tap()
    phone.wait(".sheet img")
    audit.look("read as a page", ("light", 390, 844), NARROW)
    assert audit.found == {}
    phone.find("[data-key=right]").tap()
    phone.wait("header p", "row 3.")
    phone.wait(".wait", "This row has no page until it is mended.")
    phone.find("[data-key=right]").tap()
    phone.wait("header p", "To Nell Abbott, row 4.")
    phone.wait("a", "Edit").tap()
    phone.wait("nav a[aria-current]", "Write")
    phone.close()
    assert phone.complaints == []
