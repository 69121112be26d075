"""A letterhead of one's own: an organisation's file, changed field by field, shown before it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterpress.studio import senders
from tests.studio import access
from tests.studio.access import Audit
from tests.studio.browser import Browser
from tests.studio.chromium import Page

ORCHARD = {
    "name": "Löw Ridge & Sons",
    "street": "2200 Ridge Road",
    "postcode": "05743",
    "city": "Fair Haven",
    "region": "VT",
    "country": "US",
    "accent": "#0f4a56",
}
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z"/></svg>'


@pytest.mark.parametrize(
    ("front", "name"),
    [
        ("from:\n  name: Low Ridge, Ltd.\n  street: x\nto:\n  name: Owen\n", "Low Ridge, Ltd."),
        ("from: {street: 2 Ridge Road, name: Low Ridge Orchard, city: x}\n", "Low Ridge Orchard"),
        ('from: {name: "Reed, Marsh & Sons", city: x}\n', "Reed, Marsh & Sons"),
        ("from: orchard\nto: {name: Owen}\n", "The Orchard"),
        ("from: nobody\n", None),
        ("from:\n  street: x\nto:\n  name: Owen\n", None),
        ("to:\n  name: Owen\n", None),
    ],
)
def test_whom_a_letter_is_from_is_read_off_its_first_lines(front: str, name: str | None) -> None:
    assert senders.named(f"---\nsubject: x\n{front}---\n", {"orchard": "The Orchard"}) == name


def test_an_organisation_is_shown_kept_changed_and_writes_letters(browser: Browser, place: Path) -> None:
    logo = browser.ask("POST", "/api/sender/logo?name=..%2Fridge.svg", LOGO).json
    assert logo == {"path": "content/organisations/ridge.svg", "name": "ridge.svg"}
    assert browser.ask("POST", "/api/sender/logo?name=ridge.exe", LOGO).status == 403
    values = {**ORCHARD, "logo": "ridge.svg"}
    sample = browser.post("/api/sender/sample", {"letterhead": "us-business", "values": values}).json
    shown = browser.post("/api/show", {"draft": sample, "tab": "sender", "dpi": 40}).lines
    assert [line["faults"] for line in shown if line["kind"] == "faults"] == [[], []]
    assert any(line["kind"] == "picture" for line in shown)
    kept = browser.put("/api/sender", {"values": values}).json
    assert kept["path"] == "content/organisations/low-ridge-sons.yml"
    file = place / kept["path"]
    assert file.read_text().endswith('country: US\ndesign:\n  logo: ridge.svg\n  accent: "#0f4a56"\n')
    assert {name: value for name, value in kept["values"].items() if value} == values
    assert browser.put("/api/sender", {"values": values}).codes == ["file-exists"]
    assert {"path": kept["path"], "name": "Löw Ridge & Sons"} in browser.get("/api/start").json["senders"]
    file.write_text(f"# Ours.\nphone: 555-0142  # office\n{file.read_text()}foot:\n  - [Est. 1912]\n")
    stale = browser.put("/api/sender", {**kept, "values": values})
    assert stale.codes == ["file-changed-meanwhile"]
    now = browser.get(f"/api/sender?path={kept['path']}").json
    assert now["values"]["phone"] == "555-0142"
    changed = {**now, "values": {**now["values"], "accent": None, "city": "Poultney"}}
    browser.put("/api/sender", changed)
    text = file.read_text()
    assert text.startswith("# Ours.\nphone: 555-0142  # office\nname: ")
    assert text.endswith("foot:\n  - [Est. 1912]\n")
    assert ("city: Poultney" in text, "accent" in text, "logo: ridge.svg" in text) == (True, False, True)
    begun = browser.post("/api/letters", {"name": "from us", "letterhead": "us-business", "sender": kept["path"]}).json
    assert "\nfrom: low-ridge-sons\n" in begun["text"]
    draft = {"path": begun["path"], "text": begun["text"]}
    assert any(line["kind"] == "picture" for line in browser.post("/api/show", {"draft": draft, "tab": "s"}).lines)
    for path in ("content/organisations/none.yml", "content/letters/offer.md"):
        assert browser.get(f"/api/sender?path={path}").status in (403, 404)
    file.unlink()


def test_a_letterhead_is_made_in_the_page_and_a_letter_is_begun_with_it(
    page: Page, place: Path, tmp_path: Path
) -> None:
    (tmp_path / "apple.svg").write_bytes(LOGO)
    page.start().wait("a", "Your letterhead and logo").click()
    page.wait("[data-key=sender]").select_option(label="A new one")
    page.find("[data-key=kind]").select_option("band")
    for part in ("Name", "Street", "City", "State", "ZIP"):
        value = ORCHARD[{"State": "region", "ZIP": "postcode"}.get(part, part.lower())]
        page.page.get_by_label(part, exact=True).fill(value)
    page.page.get_by_label("Email", exact=True).press_sequentially("büro@müller.de")
    with page.page.expect_file_chooser() as chosen:
        page.find("[data-key=logo]").click()
    chosen.value.set_files(tmp_path / "apple.svg")
    page.wait(".setup", "apple.svg")
    page.find("[data-key=accent]").fill("#8a1a2c")
    page.wait("[data-key=no-colour]")
    page.wait(".sheet img")
    audit = Audit(page, access.source())
    audit.look("a letterhead")
    assert audit.found == {}
    page.wait("button.main", "Keep it").click()
    page.wait(".strip", "letters from you show it from now on").get_by_role("button").click()
    page.find("dialog input").fill("with apples")
    assert page.find("dialog select").input_value() == "content/organisations/low-ridge-sons.yml"
    page.page.keyboard.press("Enter")
    page.wait("nav a[aria-current]", "Write")
    page.wait(".sheet img")
    assert "from: low-ridge-sons" in (place / "content/letters/with apples.md").read_text()
    design = (place / "content/organisations/low-ridge-sons.yml").read_text().partition("design:\n")[2]
    assert "email: büro@müller.de" in (place / "content/organisations/low-ridge-sons.yml").read_text()
    assert design == '  logo: apple.svg\n  accent: "#8a1a2c"\n'
    assert page.find(".fault").count() == 0
    (place / "content/organisations/low-ridge-sons.yml").unlink()
