"""Carriers and preflight over HTTP: who takes letters, and what one may refuse a PDF for."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from letterpress.processes.limits import Limits
from letterpress.studio.server import Server
from tests.studio.browser import Browser
from tests.support import oddpdfs
from tests.support.posted import Posted, box
from tests.support.project import FRONT

LETTER = "content/letters/posted.md"
FRAMED = Posted(pages=2, drawn=[(1, box(1, 150, 2, 20)), (2, box(100, 293, 20, 3))])
"""Ink in the left edge of its first page, and at the foot of its second."""


def _any(browser: Browser, data: bytes, carrier: str) -> Any:
    path = f"/api/preflight/any?name=letter.pdf&carrier={carrier}"
    return browser.ask("POST", path, data, Content_Type="application/pdf")


def test_carriers_are_listed_with_the_papers_that_they_take_and_one_that_is_broken_stops_no_other(
    browser: Browser, place: Path
) -> None:
    folder = place / "carriers"
    folder.mkdir(exist_ok=True)
    (folder / "our-shop.toml").write_text(
        'extends = "pingen"\ntitle = "Our shop"\nsource = "x"\ndate = "2026-11"\nstatus = "unconfirmed"\n'
    )
    (folder / "broken.toml").write_text("pages = [\n")
    try:
        said = browser.get("/api/carriers").json
    finally:
        for path in folder.iterdir():
            path.unlink()
    by_name = {one["name"]: one for one in said["carriers"]}
    assert (by_name["pingen"]["papers"], by_name["lob"]["papers"]) == (["a4"], ["letter"])
    assert by_name["print-shop"]["papers"] == ["a4", "letter"]
    assert (by_name["print-shop"]["inks"], by_name["pingen"]["inks"]) == (True, False)
    assert [by_name[name]["duplex"] for name in ("lob", "swiss-print")] == [None, None]
    own = by_name["our-shop"]
    assert (own["own"], own["title"], own["status"]) == (True, "Our shop", "unconfirmed")
    assert "broken" not in by_name
    assert [fault["file"] for fault in said["faults"]] == ["carriers/broken.toml"]


def test_any_pdf_is_examined_and_its_pages_are_drawn_with_what_was_found(browser: Browser) -> None:
    data = FRAMED.pdf()
    said = _any(browser, data, "frankki").json
    assert (said["passed"], said["pages"]) == (False, 2)
    edges = [one for one in said["found"] if one["fault"]["code"] == "ink-edge"]
    assert [(one["page"], one["placed"]) for one in edges] == [(1, True), (2, True)]
    assert [one["number"] for one in said["found"]] == list(range(1, len(said["found"]) + 1))
    asked = {"sha256": hashlib.sha256(data).hexdigest(), "carrier": "frankki"}
    drawn = [browser.post("/api/preflight/picture", {**asked, "page": page}).json for page in (1, 2)]
    images = [Image.open(io.BytesIO(browser.get(one["address"]).data)).convert("RGB") for one in drawn]
    for image in images:  # 5 mm of its upper edge are red
        red, green, blue = image.getpixel((image.width // 2, 5))  # type: ignore[misc]
        assert red - max(green, blue) > 30
    red, green, blue = images[0].getpixel((images[0].width * 80 // 210, images[0].height * 64 // 297))  # type: ignore[misc]
    assert blue - red > 30  # the address is read there
    assert browser.post("/api/preflight/picture", {**asked, "page": 3}).status == 404
    assert browser.post("/api/preflight/picture", {**asked, "carrier": "lob", "page": 1}).status == 404
    assert [_any(browser, data, name).json["field"] for name in ("frankki", "lob", "imail")] == [
        "read",
        "printed",
        None,
    ]
    assert _any(browser, data, "nobody").codes == ["carrier-unknown"]
    for bad in (b"no PDF", oddpdfs.plain()[:200]):
        assert [one["fault"]["code"] for one in _any(browser, bad, "frankki").json["found"]] == ["pdf-unreadable"]


def test_a_letter_that_is_shown_for_a_carrier_passes_it_and_without_one_does_not(browser: Browser, place: Path) -> None:
    text = f"---\n{FRONT.replace('plain', 'din5008')}---\n\nText.\n"
    verdicts = {}
    for carrier in (None, "pingen"):
        chosen = {"carrier": carrier} if carrier else {}
        draft = {"path": LETTER, "text": text, "chosen": chosen}
        shown = browser.post("/api/show", {"draft": draft, "tab": "c", "dpi": 40}).lines
        (pages,) = [line for line in shown if line["kind"] == "pages"]
        asked = {"sha256": pages["sha256"], "carrier": "pingen", "tab": "c"}
        said = browser.post("/api/preflight", asked).json
        verdicts[carrier] = {one["fault"]["code"] for one in said["found"]}
    assert {"ink-franking", "fold-mark"} <= verdicts[None]
    assert verdicts["pingen"] == set()
    assert browser.post("/api/preflight", {**asked, "sha256": "0" * 64}).status == 404
    guides = browser.post("/api/guides", draft).json["svg"]
    assert guides.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="210.0mm"')
    assert "Blue: field." in guides
    assert browser.post("/api/guides", {**draft, "chosen": {}, "text": text.replace("din5008", "memo")}).json == {
        "svg": None
    }
    unfit = {"draft": {"path": LETTER, "text": text, "chosen": {"carrier": "lob"}}, "tab": "c"}
    (fault,) = [
        one
        for line in browser.post("/api/show", unfit).lines
        for one in line.get("faults", [])
        if one["code"] == "carrier-unfit"
    ][:1]
    assert (fault["params"]["reason"], fault["params"]["title"]) == ("sheet", "Lob")


def test_a_pdf_that_takes_too_long_is_ended_and_harms_nothing_else(
    browser: Browser, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setattr(server.studio.examiners, "limits", Limits(seconds=0.4))
        refused = _any(browser, Posted(pages=120).pdf(), "frankki")
    assert (refused.status, refused.codes) == (422, ["limit-time"])
    assert _any(browser, Posted().pdf(), "frankki").json["pages"] == 1


@pytest.mark.parametrize("chosen", [{"profile": "screen"}, {"carrier": "x" * 1001}])
def test_what_cannot_be_chosen_is_refused(browser: Browser, chosen: dict[str, str]) -> None:
    draft = {"path": LETTER, "text": "", "chosen": chosen}
    assert browser.post("/api/show", {"draft": draft, "tab": "c"}).status == 400
