"""List, make, sign and verify, from a spreadsheet to signed letters."""

from __future__ import annotations

import base64
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from letterpress import signing
from letterpress.pdf import raster
from letterpress.studio.server import Server
from tests.studio.browser import Browser
from tests.support.project import FRONT

LETTER = "content/letters/members.md"
FRONT_OF_LIST = (
    FRONT.replace(FRONT[FRONT.index("to:") : FRONT.index("salutation")], "").replace(
        "{name: Jo Lind, title: Director}", "{name: Ada Okafor, title: Chair, sign: digital}"
    )
    + "fields: {boxes: {type: integer, required: true}}\n"
)
ROWS = "name,street,city,region,postcode,cartons\n" + "".join(
    f"{name},{at} Quay,Bangor,ME,04401,{at if at != 2 else 'two'}\n"
    for at, name in enumerate(("Ada", "Ben", "Cy"), start=1)
)
SECRET = "correct horse battery staple"


@pytest.fixture(scope="module")
def opened(place: Path) -> dict[str, Any]:
    """The letter, saved, and what the page knows of its list."""
    text = f"---\n{FRONT_OF_LIST}---\n\n{{{{ fields.boxes }}}} boxes.\n"
    (place / LETTER).write_text(text)
    return {"draft": {"path": LETTER, "text": text}, "data": {"source": "", "mapping": {"cartons": "boxes"}}}


@pytest.fixture(autouse=True)
def _no_list(place: Path) -> None:
    """Each test gives its list anew, whatever the one before has left of its own."""
    for one in (place / "content/lists").glob("members*"):
        one.unlink()


def _upload(browser: Browser, name: str, data: bytes) -> Any:
    return browser.ask("POST", f"/api/lists?name={name}", data, Content_Type="application/octet-stream")


def test_a_list_is_given_looked_at_and_corrected(browser: Browser, opened: dict[str, Any], place: Path) -> None:
    given = _upload(browser, "members.csv", ROWS.encode()).json
    assert given["path"] == "content/lists/members.csv"
    assert _upload(browser, "members.csv", ROWS.encode()).json["path"] == given["path"]  # the same one
    assert _upload(browser, "members.csv", b"other,\n").codes == ["file-exists"]
    assert _upload(browser, "members.csv&other=beside", b"other,\n").json["path"] == "content/lists/members (2).csv"
    assert _upload(browser, "members.csv&other=replace", b"other,\n").json["path"] == given["path"]
    assert (place / given["path"]).read_bytes() == b"other,\n"
    _upload(browser, "members.csv&other=replace", ROWS.encode())
    assert _upload(browser, "members.exe", b"x").status == 403
    assert _upload(browser, "..%2F..%2F..%2Fmembers.csv", ROWS.encode()).json["path"] == given["path"]
    assert given["path"] in {one["path"] for one in browser.get("/api/lists").json["lists"]}
    asked = {**opened, "data": {**opened["data"], "source": given["path"]}}
    overview = browser.post("/api/list", asked).json
    assert (overview["blocking"], overview["ranges"], overview["header_row"]) == (False, [[1, 3]], 1)
    columns = {column["name"]: column for column in overview["columns"]}
    assert (columns["cartons"]["used_as"], columns["cartons"]["how"]) == (["fields.boxes"], "chosen")
    assert browser.post("/api/list/find", {**asked, "text": "cy"}).json == {"record": 3}
    *rows, checked, end = browser.post("/api/list/check", {**asked, "tab": "one"}).lines
    assert (checked["letters"], checked["faulty"], end["kind"]) == (2, 1, "end")
    (faulty,) = [row for line in rows for row in line["rows"] if row["blocking"]]
    assert (faulty["row"], faulty["faults"][0]["cell"], faulty["faults"][0]["value"]) == (3, "F3", "two")
    shown = browser.post("/api/show", {**asked, "record": 3, "tab": "one", "dpi": 40}).lines
    assert [line["kind"] for line in shown] == ["row", "faults", "faults", "pages", "picture", "end"]
    assert shown[0]["cells"]["name"] == "Cy"
    assert ["fields.boxes", "3", ["cartons"]] in shown[0]["values"]
    cell = {"record": 2, "column": "cartons", "was": "two", "text": "2"}
    put = browser.put("/api/list/corrections", {"source": given["path"], "corrections": {"cells": [cell]}})
    assert put.json == {"cells": [cell], "left_out": []}
    assert browser.post("/api/list", asked).json["corrections"] == put.json
    *_, checked, _ = browser.post("/api/list/check", {**asked, "tab": "one"}).lines
    assert (checked["letters"], checked["faulty"]) == (3, 0)
    assert (place / given["path"]).read_text() == ROWS
    copy = browser.get(f"/api/list/copy?source={given['path']}")
    assert b"Ben,2 Quay,Bangor,ME,04401,2\r\n" in copy.data
    assert "attachment" in copy.headers["content-disposition"]
    elsewhere = {**asked, "data": {**asked["data"], "source": "../members.csv"}}
    for path in ("/api/list", "/api/list/check", "/api/list/find"):
        assert browser.post(path, {**elsewhere, "tab": "one", "text": "x"}).status in (400, 403)
    browser.put("/api/list/corrections", {"source": given["path"], "corrections": {}})


def _made(browser: Browser, body: dict[str, Any], path: str = "/api/runs") -> Any:
    state = browser.post(path, body).json
    until = time.monotonic() + 60
    while state["state"] == "running" and time.monotonic() < until:
        time.sleep(0.05)
        state = browser.get(f"/api/runs/{state['id']}").json
    return state


def test_letters_are_made_a_row_is_mended_and_the_run_goes_on(
    browser: Browser, opened: dict[str, Any], place: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.studio.runs, "jobs", None)
    source = _upload(browser, "members.csv", ROWS.encode()).json["path"]
    body = {"letter": LETTER, "data": {**opened["data"], "source": source}, "combined": True}
    state = _made(browser, body)
    assert (state["state"], state["made"], state["failed"]) == ("failed", 2, 1)
    assert len(raster.sizes(browser.get(state["combined"]).data)) == 2  # those that are there
    (failed,) = [letter for letter in state["letters"] if letter["status"] == "failed"]
    assert failed["faults"][0]["cell"] == "F3"
    assert b"Ben" in browser.get(state["faulty"]).data
    cell = {"record": 2, "column": "cartons", "was": "two", "text": "2"}
    browser.put("/api/list/corrections", {"source": source, "corrections": {"cells": [cell]}})
    state = _made(browser, body)
    assert (state["state"], state["made"], state["failed"]) == ("done", 3, 0)
    assert len(raster.sizes(browser.get(state["combined"]).data)) == 3
    assert (place / "out/members-all.pdf").is_file()  # out/members.pdf is the letter's own
    both = browser.get(f"{state['combined']}?duplex=1").data
    assert len(raster.sizes(both)) == 6  # each begins on a new sheet
    assert (place / "out/members-all-duplex.pdf").read_bytes() == both
    assert browser.get(f"/api/runs/{state['id']}/letters.zip").data.startswith(b"PK")
    assert browser.get(f"/api/runs/{state['id']}?after=2").json["letters"] == state["letters"][2:]
    names = sorted(path.name for path in (place / state["folder"]).glob("*.pdf"))
    assert [name.partition("-row-")[2] for name in names] == [
        "002-ada.pdf",
        "003-ben.pdf",
        "004-cy.pdf",
    ]  # as the list shows them
    other = _upload(browser, "members.csv&other=beside", ROWS.replace("Ada", "Ina").encode()).json["path"]
    body = {**body, "data": {**opened["data"], "source": other}}
    second = _made(browser, body)  # another list of the letter writes over nothing
    number = Path(other).stem.partition(" ")[2].strip("()")
    assert (second["folder"], second["made"]) == (f"out/members-members-{number}", 2)
    assert names == sorted(path.name for path in (place / state["folder"]).glob("*.pdf"))
    there = browser.post("/api/finished/list", {"letter": LETTER, "data": body["data"]}).json
    assert (there["folder"], len(there["rows"]), there["older"]) == (second["folder"], 2, 0)
    shutil.rmtree(place / state["folder"])
    assert (
        browser.post("/api/finished/list", {"letter": LETTER, "data": body["data"]}).json["folder"] == second["folder"]
    )
    body = {**body, "data": {**opened["data"], "source": source}}
    assert browser.get("/api/runs/99").status == 404
    assert browser.post("/api/runs/99/stop", {}).status == 404
    assert browser.post("/api/runs", {**body, "folder": "../out"}).status == 403
    assert browser.post("/api/runs", {**body, "folder": "templates"}).status == 403
    stopped = browser.post(f"/api/runs/{state['id']}/stop", {}).json
    assert stopped["state"] == "done"


def test_a_letter_is_signed_in_its_place_and_verified(browser: Browser, place: Path, tmp_path: Path) -> None:
    path = "out/signed.pdf"
    (place / "out").mkdir(exist_ok=True)
    text = f"---\n{FRONT.replace('{name: Jo Lind, title: Director}', '{name: Ada Okafor, sign: digital}, {name: Ben Silva, sign: digital}')}---\n\nText.\n"
    shown = browser.post("/api/show", {"draft": {"path": "content/letters/sign.md", "text": text}, "tab": "s"}).lines
    pages = next(line for line in shown if line["kind"] == "pages")
    kept = browser.post("/api/make", {"letter": "content/letters/signed.md", "sha256": pages["sha256"]})
    assert kept.json == {"path": path, "faults": []}
    assert (place / path).read_bytes() == browser.get(pages["pdf"]).data
    assert browser.post("/api/make", {"letter": "content/letters/signed.md", "sha256": "0" * 64}).status == 404
    looked_at = browser.post("/api/pages", {"path": path}).json
    assert (looked_at["sizes"], looked_at["sha256"]) == (pages["sizes"], pages["sha256"])
    before = browser.post("/api/picture", {"sha256": looked_at["sha256"], "page": 1, "dpi": 40}).json["name"]
    framed = [one for one in pages["places"] if one["kind"] == "signature"]
    places = browser.post("/api/places", {"path": path}).json["places"]
    assert [one["signatory"] for one in places] == ["Ada Okafor", "Ben Silva"]
    assert [one["box"] for one in places] == [pytest.approx(one["box"], abs=0.1) for one in framed]
    made = signing.new_identity("Ada Okafor", tmp_path / "ada.p12", SECRET)
    key = base64.b64encode(Path(made.path).read_bytes()).decode()
    asked = {"path": path, "key": key, "passphrase": SECRET}
    owner = browser.post("/api/key", asked).json
    assert (owner["name"], owner["test"], owner["valid_now"]) == ("Ada Okafor", True, True)
    assert owner["own_places"] == ["ada-okafor"]
    wrong = browser.post("/api/key", {**asked, "passphrase": "wrong"})
    assert (wrong.status, wrong.codes) == (422, ["passphrase-wrong"])
    assert SECRET.encode() not in wrong.data
    assert browser.post("/api/key", {**asked, "key": "no base64!"}).codes == ["key-unreadable"]
    assert browser.post("/api/sign", {**asked, "place": "Ben Silva"}).codes == ["signer-refused"]
    signed = browser.post("/api/sign", {**asked, "place": "Ada Okafor", "reason": " Approved by the board "}).json
    assert (signed["signer"], signed["open"]) == ("Ada Okafor", ["Ben Silva"])
    assert browser.post("/api/sign", {**asked, "place": "Ada Okafor"}).codes == ["field-signed"]
    data = browser.get(f"/api/file?path={path}").data
    assert b"(Approved by the board)" in data
    foreign = browser.ask("POST", "/api/pages/any?name=signed.pdf", data).json
    after = browser.post("/api/picture", {"sha256": foreign["sha256"], "page": 1, "dpi": 40}).json["name"]
    assert after != before  # what the signature shows is on the picture
    assert browser.ask("POST", "/api/pages/any?name=x.pdf", b"no PDF").codes == ["pdf-expected"]
    other = browser.post(
        "/api/show", {"draft": {"path": "content/letters/sign.md", "text": f"{text}\nMore.\n"}, "tab": "s"}
    )
    sha256 = next(line for line in other.lines if line["kind"] == "pages")["sha256"]
    refused = browser.post("/api/make", {"letter": "content/letters/signed.md", "sha256": sha256})
    assert (refused.status, refused.codes) == (422, ["signed-not-replaced"])
    verdict = browser.ask("POST", "/api/verify?name=signed.pdf", browser.get(f"/api/file?path={path}").data).json
    assert verdict["valid"] is False  # nobody trusts a test identity
    assert [one["valid"] for one in verdict["report"]["signatures"]] == [True]
    (place / "trust").mkdir(exist_ok=True)
    (place / "trust/ca.pem").write_bytes(Path(made.trust).read_bytes())
    verdict = browser.ask("POST", "/api/verify?name=signed.pdf", (place / path).read_bytes()).json
    assert verdict["valid"] is True
    assert browser.ask("POST", "/api/verify?name=x.pdf", b"no PDF").status == 422
    leftovers = [one for one in place.rglob("*") if one.is_file() and SECRET.encode() in one.read_bytes()]
    assert leftovers == []


def test_variants_of_a_letter_are_made(browser: Browser, place: Path) -> None:
    name = "content/letters/many-ways.md"
    (place / name).write_text(f"---\n{FRONT}---\n\nHello.\n")
    plain = {"letterhead": "plain", "paper": "letter"}
    wanted: list[dict[str, str]] = [plain, {**plain, "copy": "file"}, {"letterhead": "din5008", "paper": "letter"}]
    state = _made(browser, {"letter": name, "variants": wanted}, "/api/runs/variants")
    # The letterhead for A4 is left out, and it is said why.
    assert (state["state"], state["total"], state["made"], state["failed"]) == ("done", 2, 2, 0)
    assert "paper-unfit" in {fault["code"] for fault in state["faults"]}
    assert state["folder"] == "out/many-ways-variants"
    assert len(list((place / state["folder"]).glob("*.pdf"))) == 2
    assert browser.get(f"/api/runs/{state['id']}/letters.zip").data.startswith(b"PK")
    files = {path: path.stat().st_mtime_ns for path in (place / state["folder"]).glob("*.pdf")}
    again = {"letter": name, "variants": wanted, "run": state["id"]}
    state = _made(browser, again, "/api/runs/variants")  # what a run has made is not made again
    assert {one["status"] for one in state["letters"]} == {"skipped"}
    assert files == {path: path.stat().st_mtime_ns for path in (place / state["folder"]).glob("*.pdf")}
    (place / name).write_text(f"---\n{FRONT}---\n\nHello again.\n")
    state = _made(browser, {**again, "run": state["id"]}, "/api/runs/variants")  # the letter is another one now
    assert {one["status"] for one in state["letters"]} == {"done"}
    for wrong in ([], [{"paper": "x", "more": "y"}]):
        assert browser.post("/api/runs/variants", {"letter": name, "variants": wrong}).status == 400
    assert browser.post("/api/runs/variants", {"letter": "../x.md", "variants": wanted}).status in (400, 403)


def test_each_row_of_a_list_is_made_in_every_variant(browser: Browser, opened: dict[str, Any], place: Path) -> None:
    source = _upload(browser, "members.csv&other=beside", ROWS.replace("two", "2").encode()).json["path"]
    data = {**opened["data"], "source": source}
    wanted = [{"letterhead": "plain", "paper": "letter", "copy": copy} for copy in ("original", "file")]
    state = _made(browser, {"letter": LETTER, "variants": wanted, "data": data}, "/api/runs/variants")
    assert (state["state"], state["total"], state["made"], state["failed"]) == ("done", 6, 6, 0)
    outputs = {one["output"].rpartition("-row-")[2] for one in state["letters"]}
    assert outputs >= {"002-ada.original.pdf", "004-cy.file.pdf"}
    assert len(outputs) == 6
    state = _made(browser, {"letter": LETTER, "variants": wanted, "data": data}, "/api/runs/variants")
    assert {one["status"] for one in state["letters"]} == {"skipped"}
