"""Write: a letter is opened, shown while it is typed, changed by a form, and saved only over what was opened."""

from __future__ import annotations

import datetime
import hashlib
import http.client
import json
import socket
from pathlib import Path
from typing import Any

import letterpress
from letterpress.pdf import raster
from letterpress.studio.server import Server
from tests.studio.browser import Browser
from tests.support.naughty import NAUGHTY
from tests.support.project import FRONT, Project

KOREA = "content/letters/korea-policy.md"
SLOW = '<div class="slow">' + "<div>" * 24 + "x" + "</div>" * 24 + "</div>\n"


def _draft(browser: Browser, path: str = KOREA, **more: Any) -> dict[str, Any]:
    return {"path": path, "text": browser.get(f"/api/letter?path={path}").json["text"], **more}


def _show(browser: Browser, draft: dict[str, Any], **more: Any) -> list[Any]:
    answer = browser.post("/api/show", {"draft": draft, "tab": "one", "dpi": 40, **more})
    assert (answer.status, answer.headers["content-type"]) == (200, "application/x-ndjson")
    return answer.lines


def test_start_lists_letters_and_kinds(browser: Browser, place: Path) -> None:
    start = browser.get("/api/start").json
    assert (start["root"], start["is_project"]) == (str(place), True)
    titles = {letter["path"]: letter["title"] for letter in start["letters"]}
    assert titles[KOREA] == "korea policy"
    kinds = {kind["name"]: kind for kind in start["kinds"]}
    assert kinds["us-business"]["title"] == "American business letter"
    assert start["papers"]["letter"].startswith("US Letter")
    picture = browser.get(kinds["us-business"]["sample"])
    assert (picture.status, picture.data[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    assert browser.get("/api/kinds/nothing.png").status == 422


def test_a_letter_that_is_not_saved_is_shown_with_its_pictures(browser: Browser) -> None:
    draft = _draft(browser)
    draft["text"] += "\nOne sentence more.\n"
    lines = _show(browser, draft, pages=[1, 2, 9])
    assert [line["kind"] for line in lines] == ["faults", "faults", "pages", "picture", "picture", "end"]
    pages, first, second = lines[2], lines[3], lines[4]
    assert (pages["count"], len(pages["sizes"]), second["page"]) == (2, 2, 2)
    assert {place["kind"] for place in pages["places"]} == {"lines", "field"}
    pdf = browser.get(pages["pdf"])
    assert pdf.headers["content-type"] == "application/pdf"
    assert hashlib.sha256(pdf.data).hexdigest() == pages["sha256"]
    picture = browser.get(first["address"])
    assert picture.data.startswith(b"\x89PNG")
    assert "immutable" in picture.headers["cache-control"]
    again = _show(browser, draft, known=[first["name"]])
    assert again[3]["name"] == first["name"]
    more = browser.post("/api/picture", {"sha256": pages["sha256"], "page": 2, "dpi": 60}).json
    assert browser.get(more["address"]).status == 200
    assert browser.post("/api/picture", {"sha256": "0" * 64, "page": 1}).status == 404
    assert browser.post("/api/picture", {"sha256": pages["sha256"], "page": 9}).codes == ["page-missing"]
    assert browser.get("/api/pictures/nothing.png").status == 404


def test_faults_come_with_their_fixes_and_no_page(browser: Browser) -> None:
    draft = _draft(browser)
    draft["text"] = draft["text"].replace("closing: Sincerely", "closng: Sincerely")
    faults, end = _show(browser, draft)
    (fault,) = [one for one in faults["faults"] if one["severity"] == "error"]
    assert (fault["code"], fault["file"], faults["blocking"], end["kind"]) == ("field-unknown", KOREA, True, "end")
    edit = fault["fixes"][0]["edit"]
    lines = draft["text"].split("\n")
    first, last = edit["span"]
    line = lines[edit["line"] - 1]
    lines[edit["line"] - 1] = line[: first - 1] + edit["text"] + line[last:]
    mended = _show(browser, {**draft, "text": "\n".join(lines)})
    assert mended[-1]["places"]
    wrong = _show(browser, {**draft, "chosen": {"paper": "a9"}})
    assert {one["code"] for line in wrong for one in line.get("faults", ())} >= {"choice-unknown"}


def test_a_form_is_another_view_of_the_text(browser: Browser) -> None:
    draft = _draft(browser, "content/letters/offer.md")
    form = browser.post("/api/form", draft).json
    assert form["values"]["from"]["name"] == "Harbour Mill Printing Co-operative"
    assert draft["text"].split("\n")[form["places"]["from.name"] - 1].startswith("  name: Harbour")
    assert {field["name"]: field["title"] for field in form["fields"]}["due"] == "Due"
    assert any(parameter["name"] == "accent" for parameter in form["parameters"])
    assert draft["text"].split("\n")[form["body_line"]].startswith("Thank you")
    changes = [{"path": "closing", "value": "Best wishes"}, {"path": "cc", "value": ["Ada"]}]
    changed = browser.post("/api/change", {**draft, "changes": changes}).json["text"]
    assert changed == draft["text"].replace("closing: Yours sincerely", "closing: Best wishes").replace(
        "fields:\n", "cc:\n  - Ada\nfields:\n", 1
    )
    refused = browser.post("/api/change", {**draft, "changes": [{"path": "subject.x", "value": "y"}]})
    assert (refused.status, refused.codes) == (422, ["field-unchangeable"])


def test_a_letter_is_saved_over_what_was_opened_and_nothing_else(browser: Browser, place: Path) -> None:
    begun = browser.post("/api/letters", {"name": "saved", "letterhead": "din5008"}).json
    assert "letterhead: din5008" in begun["text"]
    assert "lang: de" in begun["text"]
    assert f"\ndate: {datetime.date.today()}\n" in begun["text"]
    form = browser.post("/api/form", {"path": begun["path"], "text": begun["text"]}).json
    assert {"from.name", "to.name", "salutation", "body"} <= set(form["sample"])
    assert browser.post("/api/letters", {"name": "saved", "letterhead": "plain"}).codes == ["file-exists"]
    saved = browser.put("/api/letter", {**_only(begun), "text": begun["text"] + "Mehr.\n"})
    assert saved.status == 200
    conflict = browser.put("/api/letter", {**_only(begun), "text": "mine"})
    assert (conflict.status, conflict.json["exists"]) == (409, True)
    assert conflict.json["text"] == begun["text"] + "Mehr.\n"
    assert (place / begun["path"]).read_text() == begun["text"] + "Mehr.\n"
    (place / begun["path"]).unlink()
    conflict = browser.put("/api/letter", {**_only(begun), "text": "mine", "sha256": saved.json["sha256"]})
    assert (conflict.status, conflict.json["exists"], conflict.json["text"]) == (409, False, None)


def _only(opened: dict[str, Any]) -> dict[str, Any]:
    return {name: opened[name] for name in ("path", "text", "sha256")}


def test_what_names_a_file_elsewhere_is_refused_everywhere(browser: Browser) -> None:
    for path in ("../x.md", "/etc/hosts.md", ".git/x.md", "content/letters/x.toml"):
        draft = {"path": path, "text": "x"}
        for answer in (
            browser.get(f"/api/letter?path={path}"),
            browser.put("/api/letter", {**draft, "sha256": None}),
            browser.post("/api/form", draft),
            browser.post("/api/change", {**draft, "changes": []}),
            browser.post("/api/show", {"draft": draft, "tab": "one"}),
            browser.get(f"/api/changes?path={path}"),
            browser.get(f"/api/file?path={path.replace('.md', '.pdf')}"),
            browser.post("/api/places", {"path": path.replace(".md", ".pdf").replace("content/", "../")}),
        ):
            assert answer.status in (403, 404), (path, answer.data)
            if "letters/x" not in path:
                assert answer.codes == ["path-outside"], path
    assert browser.post("/api/letters", {"name": "../x", "letterhead": "plain"}).status == 400
    for name in ("..%2f..%2fpyproject.toml", "../page.py", "%2e%2e/app.py", "nothing.js"):
        assert browser.get(f"/static/{name}").status == 404


def test_a_body_that_is_none_is_refused(browser: Browser) -> None:
    for body in (
        b"",
        b"{",
        b"[]",
        b'{"path": 1}',
        b'{"path": "x.md", "text": "x", "more": 1}',
        b"[" * 100_000,
        b"\xff",
    ):
        answer = browser.ask("POST", "/api/form", body)
        assert (answer.status, answer.codes) == (400, ["request-wrong"])
    assert browser.get("/api/letter").status == 400
    assert browser.get("/api/runs/1?after=x").status == 400


def test_hostile_texts_go_through_the_page(browser: Browser) -> None:
    """As text, as a field, as a choice; none of them ends the worker or is taken for markup."""
    lines = "\n\n".join(text.replace("\n", " ") for text in NAUGHTY if text.isprintable() and "{" not in text)
    draft = {"path": "content/letters/naughty.md", "text": f"---\n{FRONT}---\n\n{lines}\n"}
    assert _show(browser, draft)[-1]["kind"] == "end"
    fields = "fields: {" + ", ".join(f"f{at}: text" for at in range(12)) + "}\n"
    body = " ".join(f"{{{{ fields.f{at} }}}}" for at in range(12))
    for start in range(0, len(NAUGHTY), 60):
        given = {f"f{at}": text for at, text in enumerate(NAUGHTY[start : start + 12])}
        text = f"---\n{FRONT}{fields}---\n\n{body}\n"
        shown = _show(browser, {"path": draft["path"], "text": text, "chosen": {"fields": given}})
        assert shown[-1]["kind"] == "end"
        assert shown[-1]["faults"] == []
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}]\n"
        for old, new in zip("abcdefg", "bcdefgh", strict=True)
    )
    for text in (f"---\n{bomb}---\n\nx\n", "---\n" + "[" * 5_000, "\0", "{% for a in range(10**9) %}x{% endfor %}"):
        assert _show(browser, {"path": draft["path"], "text": text})[-1]["kind"] == "end"


def test_the_newest_text_is_shown_and_a_slow_one_harms_nobody(browser: Browser, place: Path) -> None:
    """A page that takes for ever is dropped by the next text of the same tab, and its worker is replaced."""
    Project(place).letterhead("slow", css=".slow div { display: flex }")
    slow = {"path": "content/letters/slow.md", "text": f"---\n{FRONT.replace('plain', 'slow')}---\n\n{SLOW}"}
    stream = browser.streamed("/api/show", {"draft": slow, "tab": "one", "dpi": 40})
    assert next(stream)["kind"] == "faults"  # the layout has begun
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=60)
    waiting = json.dumps({"draft": slow, "tab": "two", "dpi": 40})
    connection.request("POST", "/api/show", waiting, browser.headers())
    connection.close()  # a page that is closed while it waits is shown nothing
    assert browser.get("/api/start").status == 200
    assert browser.post("/api/form", _draft(browser)).status == 200
    assert _show(browser, _draft(browser))[-1]["places"]
    assert list(stream)[-1] == {"kind": "end", "superseded": True, "faults": [], "places": None}


def test_a_change_on_the_disk_is_told(browser: Browser, server: Server, place: Path) -> None:
    path = "content/letters/watched.md"
    (place / path).write_text("one")
    head = "\r\n".join(f"{name}: {value}" for name, value in browser.headers().items())
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(f"GET /api/changes?path={path} HTTP/1.1\r\n{head}\r\n\r\n".encode())
        stream = connection.makefile("rb")
        assert any(b"watching" in line for line in iter(stream.readline, b"\r\n0\r\n"))
        (place / path).write_text("another")
        told = next(line for line in iter(stream.readline, b"") if line.startswith(b"data: "))
        assert json.loads(told.removeprefix(b"data: "))["path"] == path


def test_the_page_shows_what_the_command_makes(browser: Browser) -> None:
    lines = _show(browser, _draft(browser))
    pages = next(line for line in lines if line["kind"] == "pages")
    assert browser.get(pages["pdf"]).data == letterpress.render(KOREA).pdf


def test_a_sheet_says_in_its_place_what_cannot_be_made(browser: Browser) -> None:
    choices = [
        {"letterhead": "congress", "paper": "a4"},
        {"letterhead": "din5008", "paper": "letter"},
        {"copy": "draft"},
    ]
    body = {"draft": _draft(browser), "tab": "one", "choices": choices, "dpi": 20}
    *cells, end = browser.post("/api/sheet", body).lines
    assert [cell["number"] for cell in cells] == [0, 1, 2]
    assert [cell["pages"] > 0 for cell in cells] == [True, False, True]
    assert any(fault["severity"] == "error" for fault in cells[1]["faults"])
    assert browser.get(cells[0]["address"]).data.startswith(b"\x89PNG")
    assert cells[0]["name"] != cells[2]["name"]
    titled = {"draft": body["draft"], "choices": choices, "titles": ["One, A4", "Two", "Three"]}
    pdf = browser.get(browser.post("/api/sheet/pdf", titled).json["pdf"]).data
    said = raster.text(pdf)
    assert [title in said for title in titled["titles"]] == [True, False, True]
    assert "Dear Mr. President:" in said
    refused = browser.post("/api/sheet/pdf", {**titled, "choices": choices[1:2]})
    assert (refused.status, "paper-unfit" in refused.codes) == (422, True)
    assert end["kind"] == "end"


def test_a_letter_is_read_in_the_order_of_its_structure(browser: Browser) -> None:
    pages = next(line for line in _show(browser, _draft(browser)) if line["kind"] == "pages")
    blocks = browser.post("/api/reading", {"sha256": pages["sha256"]}).json["blocks"]
    texts = [block["text"] for block in blocks]
    salutation = texts.index("Dear Mr. President:")
    assert texts[salutation + 1].startswith("We write in strong support")
    assert browser.post("/api/reading", {"sha256": "0" * 64}).status == 404


def test_a_picture_is_taken_in_beside_the_letters(browser: Browser, place: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    names = [browser.ask("POST", "/api/files?name=C:\\x\\dot.svg", data).json["name"] for data in (svg, svg, b"<svg/>")]
    assert names == ["dot.svg", "dot.svg", "dot (2).svg"]
    assert (place / "content/letters/dot.svg").read_bytes() == svg
    for name in ("x.md", "x.html", ".x.svg", "x"):
        assert browser.ask("POST", f"/api/files?name={name}", b"x").status == 403
