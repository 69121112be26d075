"""Codes of a letter in the form: chosen, given by fields and columns, shown as they print, and mended at a click."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from tests.studio import access
from tests.studio.access import Audit
from tests.studio.chromium import Page
from tests.studio.letters import SHOPS
from tests.support import code_readers, needs

BILL = "content/letters/bill.md"
TEXT = """---
letterhead: plain
lang: en-GB
date: 2026-01-15
from: {name: Hafenlicht GmbH, street: Kai 4, postcode: "20457", city: Hamburg, country: DE}
to: {name: Ada Brook, street: Lange Voorhout 9, postcode: 2514 GC, city: Den Haag, country: NL}
subject: Invoice
fields:
  number: {type: text, default: R-7}
  amount: {type: money, currency: EUR, default: "12.50"}
---

Please pay {{ fields.amount }}.
"""
CODES = 'codes:\n  - {type: epc, ibn: DE71 1102 2033 0123 4567 89, amount: "1", reference: RF18 5390 0754 7034, text: Rent}\n'
IBAN = "DE71 1102 2033 0123 4567 89"


@pytest.fixture(autouse=True)
def _draws_codes() -> None:
    needs.package("zint", "zint-bindings")


def _read(page: Page) -> list[str]:
    """What the codes on the first page of the letter hold, as it prints."""
    href = page.wait("a", "Open PDF").get_attribute("href")
    pdf = page.page.request.get(f"{page.server.origin}{href}").body()
    return code_readers.matrices(pypdfium2.PdfDocument(pdf)[0].render(scale=300 / 72).to_pil())


def test_codes_are_chosen_and_what_gives_them(page: Page, place: Path) -> None:
    file = place / BILL
    file.write_text(TEXT)
    page.go("write", BILL, **{"as": "form"})
    page.wait("[data-key=first-code]").click()
    add = page.wait("[data-key=add-code]")
    kinds = add.locator("option").evaluate_all("all => all.map((one) => one.value)")
    assert kinds == ["", "epc", "swiss-qr-bill", "spayd", "qr", "data-matrix", "kix"]
    add.select_option("epc")
    page.saved(file, "type: epc", 'amount: "{{ fields.amount }}"')
    page.wait("[data-fault=code-value-missing]", "The code needs a value").get_by_text("Fill in").click()
    page.page.keyboard.type("DE71 1102 2033 0123 4567 80")
    page.wait("[data-fault=iban-invalid]", "This is no IBAN that can be paid to.")
    page.find("[data-path='codes.1.iban'] input").fill(IBAN)
    page.wait("[data-key='code-codes.1.text']").select_option("number")
    page.saved(file, 'text: "{{ fields.number }}"', IBAN)
    page.wait("[data-key=add-code]").select_option("kix")
    page.saved(file, "kix")
    audit = Audit(page, access.source())
    audit.look("codes")
    assert audit.found == {}
    page.page.wait_for_function("() => !document.querySelector('.panel .fault')")
    page.page.wait_for_timeout(500)
    (code,) = _read(page)
    assert {"EUR12.50", "R-7", IBAN.replace(" ", "")} <= set(code.splitlines())
    page.find("[data-key=remove-code-0]").click()
    page.page.wait_for_function("() => !document.querySelector('[data-key=remove-code-1]')")
    page.page.wait_for_function("() => document.querySelector('.bar .small').textContent.includes('saved at')")
    page.page.keyboard.press("Control+s")
    for _ in range(100):
        if "epc" not in file.read_text():
            break
        page.page.wait_for_timeout(50)
    assert "kix" in file.read_text()
    assert "epc" not in file.read_text()


def test_faults_of_codes_are_mended_and_a_column_gives_one(page: Page, place: Path) -> None:
    file = place / BILL
    file.write_text(TEXT.replace("subject:", f"{CODES}subject:"))
    (place / SHOPS).parent.mkdir(exist_ok=True)
    (place / SHOPS).write_text("Name,Street,Zip,City,Country,Parcel\nAda Brook,Kade 9,2514 GC,Den Haag,NL,P-1\n")
    (place / f"{SHOPS}.corrections.json").unlink(missing_ok=True)
    page.go("write", BILL, list=SHOPS, **{"as": "form"})
    page.wait(".fault", "“ibn” is not a part of a letter.").get_by_text("Change to iban").click()
    page.wait("[data-fault=code-values-both]").get_by_text("Leave out: Reference").click()
    page.saved(file, f"iban: {IBAN}")
    page.find("[data-fault=code-values-both]").wait_for(state="detached")
    page.wait("[data-key=fold-codes]").click()
    page.wait("[data-key=add-code]").select_option("data-matrix")
    page.wait("[data-key='code-codes.2.content']").select_option("column Parcel")
    page.saved(file, 'content: "{{ fields.parcel }}"', "  parcel:")
    page.page.wait_for_function("() => !document.querySelector('.panel .fault')")
    page.page.wait_for_timeout(500)
    assert "P-1" in _read(page)
