"""Letters over HTTP are those of the commands, byte for byte; what is wrong with one is said as the commands say it."""

from __future__ import annotations

import base64
import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import letterpress
from letterpress.serve.idempotency import Answers, Sent
from letterpress.serve.problems import Declined
from tests.serve.client import ADA, Client
from tests.support.naughty import NAUGHTY
from tests.support.project import Project, pdf_text


@pytest.fixture
def commands(place: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The commands, in the project of the service."""
    monkeypatch.chdir(place)
    return Project(place)


def test_letters_are_listed_and_described(client: Client) -> None:
    listed = {one["name"]: one["file"] for one in client.get("/v1/letters").json()["letters"]}
    assert listed["2026:signed"] == "content/letters/2026/signed.md"
    assert {"korea-policy", "offer", "broken"} < set(listed)
    about = client.get("/v1/letters/offer").json()
    assert [one["name"] for one in about["fields"] if one["required"]] == ["occasion", "copies", "price", "due"]
    assert (about["lang"], about["letterhead"], len(about["variants"])) == ("en-US", "plain", 6)
    assert client.get("/v1/letters/2026:signed").json()["signatories"] == ["Jo Lind"]
    broken = client.get("/v1/letters/broken").json()
    assert broken["diagnostics"][0]["code"] == "field-unknown"
    schema = client.get("/v1/letters/offer/schema").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    given = {"name": "Ada", "city": "Bangor", "occasion": "wedding", "copies": 150, "price": 12.5, "due": "2026-04-30"}
    jsonschema.validate(given, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**given, "copies": {}}, schema)
    for lacking in ("name", "city", "price"):  # the letter's texts name the first two
        less = {name: value for name, value in given.items() if name != lacking}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(less, schema)
        assert client.post("/v1/letters/offer/check", {"data": less}).json()["ok"] is False
    assert client.post("/v1/letters/offer/check", {"data": given}).json()["ok"] is True
    heads = client.get("/v1/letterheads").json()["letterheads"]
    assert {"plain", "congress", "din5008"} <= {one["name"] for one in heads}
    assert client.get("/v1/letterheads/din5008").json()["country"] == "DE"
    assert client.get("/v1/letterheads/none").status_code == 404


def test_a_letter_is_the_one_of_render(client: Client, commands: Project, place: Path) -> None:
    cases: list[tuple[str, dict[str, Any], list[str]]] = [
        ("korea-policy", {}, []),
        ("korea-policy", {"letterhead": "plain", "paper": "A4", "copy": "draft"}, ["--letterhead", "plain", "--paper", "a4", "--copy", "draft"]),
        ("offer", {"fields": {"occasion": "fair", "copies": 3, "price": 1.10, "due": "2026-05-01", "to.name": "Jo", "to.city": "Bath"}}, [
            "--set", "occasion=fair", "--set", "copies=3", "--set", "price=1.10", "--set", "due=2026-05-01", "--set", "to.name=Jo", "--set", "to.city=Bath"]),
    ]  # fmt: skip
    for letter, body, options in cases:
        ran = commands.cli("render", f"content/letters/{letter}.md", *options, "-o", "out/one.pdf")
        assert ran.code == 0, ran.err
        assert client.made(letter, body) == (place / "out/one.pdf").read_bytes()


def test_a_letter_with_data_is_the_one_of_merge(client: Client, commands: Project, place: Path) -> None:
    with (place / "ada.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ADA)
        writer.writeheader()
        writer.writerow(ADA)
    ran = commands.cli("merge", "content/letters/offer.md", "--data", "ada.csv", "-o", "out/ada")
    assert ran.code == 0, ran.err
    (made,) = (place / "out/ada").glob("*.pdf")
    answers = [client.post("/v1/letters/offer/render", {"data": ADA}) for _ in range(4)]
    assert {one.content for one in answers} == {made.read_bytes()}  # laid out, and from the pages of another
    assert answers[0].headers["letterpress-pages"] == "1"
    # A row of another shape, again with the first one's keys: nothing of one is in the other.
    other = client.made("offer", {"data": {**ADA, "Name": "Bo Lind"}, "lang": "de-DE"})
    assert other != made.read_bytes()
    assert client.made("offer", {"data": ADA}) == made.read_bytes()


def test_a_key_belongs_to_a_token_and_an_endpoint(client: Client, admin: Client) -> None:
    """With the same token at the same path it stands for one request: its body, and the kind of its answer."""
    body = {"data": {**ADA, "Name": "Key Brook"}}
    path, key = "/v1/letters/offer/render", {"idempotency-key": "letter-1"}
    first = client.post(path, body, headers=key)
    again = client.post(path, body, headers={**key, "accept": "application/pdf, */*;q=0.1"})
    assert (first.status_code, again.content) == (200, first.content)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["letterpress-sha256"] == first.headers["letterpress-sha256"]
    other = client.post(path, {"data": ADA}, headers=key).json()
    assert (other["status"], other["code"]) == (422, "idempotency-reused")
    assert "another body" in other["title"]
    as_json = client.post(path, body, headers={**key, "accept": "application/json"}).json()
    assert (as_json["status"], as_json["code"]) == (422, "idempotency-reused")
    assert "another Accept: its answer was application/pdf" in as_json["title"]
    for elsewhere in (
        client.post("/v1/letters/korea-policy/render", headers=key),
        admin.post(path, {"data": ADA}, headers=key),
    ):
        assert elsewhere.status_code == 200
        assert "idempotent-replayed" not in elsewhere.headers


def test_a_key_stands_for_one_request_while_it_is_under_way(tmp_path: Path) -> None:
    answers, sent = Answers(tmp_path, 60), Sent("body", "application/pdf")
    assert answers.begin("x", sent) is None
    for other, code in (
        (sent, "idempotency-busy"),
        (Sent("another", sent.kind), "idempotency-reused"),
        (Sent("body", "application/json"), "idempotency-reused"),
    ):
        with pytest.raises(Declined) as caught:
            answers.begin("x", other)
        assert caught.value.code == code
    answers.end("x", sent, None)  # nothing is kept: it may be tried again
    assert answers.begin("x", sent) is None
    answers.end("x", sent, (200, {}, b"made"))
    assert Answers(tmp_path, 60).begin("x", sent) == (200, {}, b"made")


def test_the_result_comes_as_json_with_the_pdf(client: Client) -> None:
    answer = client.post("/v1/letters/offer/render", {"data": ADA}, headers={"accept": "application/json"})
    body = answer.json()
    assert base64.b64decode(body["pdf"]) == client.made("offer", {"data": ADA})
    assert (body["result"]["status"], body["result"]["pages"]) == ("done", 1)
    assert body["result"]["claims"] == ["PDF/A-3a", "PDF/UA-1"]
    for accept, kind in (("*/*", "application/pdf"), ("application/pdf;q=0.5, application/json", "application/json")):
        answer = client.post("/v1/letters/korea-policy/render", headers={"accept": accept})
        assert answer.headers["content-type"] == kind
    assert client.post("/v1/letters/korea-policy/render", headers={"accept": "text/html"}).status_code == 406


def test_a_letter_that_fails_says_all_that_is_wrong_each_time(client: Client, commands: Project) -> None:
    for _ in range(2):
        answer = client.post("/v1/letters/offer/render", {"data": {"name": "Ada Brook", "Copies": "many"}})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        said = {one["field"]: one for one in answer.json()["diagnostics"] if one["severity"] == "error"}
        assert {"fields.occasion", "fields.price", "fields.due"} <= set(said)
        assert said["fields.occasion"]["code"] == "column-missing"
        assert said["fields.occasion"]["file"] == "content/letters/offer.md"
    answer = client.post("/v1/letters/offer/render", {"data": {**ADA, "Copies": "many"}})
    (fault,) = [one for one in answer.json()["diagnostics"] if one["severity"] == "error"]
    assert (fault["field"], fault["value"]) == ("fields.copies", "many")
    answer = client.post("/v1/letters/broken/render")
    (fault,) = answer.json()["diagnostics"][:1]
    assert (fault["line"], fault["fixes"][0]["value"]) == (2, "letterhead")
    said = json.loads(commands.cli("render", "content/letters/broken.md", "-o", "out/x.pdf", "--json").out)
    assert answer.json()["diagnostics"] == said["letters"][0]["diagnostics"]
    answer = client.post("/v1/letters/korea-policy/render", {"letterhead": "congres"})
    assert answer.status_code == 422
    assert answer.json()["diagnostics"][0]["code"] == "letterhead-unknown"


def test_a_letter_is_checked(client: Client) -> None:
    assert client.post("/v1/letters/korea-policy/check").json()["ok"] is True
    assert client.post("/v1/letters/offer/check", {"data": ADA}).json() == {"ok": True, "diagnostics": []}
    checked = client.post("/v1/letters/offer/check", {"data": {**ADA, "Price": "dear"}}).json()
    assert (checked["ok"], checked["diagnostics"][0]["field"]) == (False, "fields.price")
    broken = client.post("/v1/letters/broken/check").json()
    assert (broken["ok"], broken["diagnostics"][0]["code"]) == (False, "field-unknown")


def test_a_word_that_no_line_holds_is_said_before_anything_is_made(client: Client) -> None:
    for part, word in (("name", "A" * 10_000), ("lines", ["Ada", "B" * 100_000])):
        data = {"name": "Ada", part: word}
        checked = client.post("/v1/letters/korea-policy/check", {"data": data}).json()
        made = client.post("/v1/letters/korea-policy/render", {"data": data})
        assert (checked["ok"], made.status_code) == (False, 422)
        for said in (checked["diagnostics"], made.json()["diagnostics"]):
            (fault,) = [one for one in said if one["code"] == "word-too-long"]
            assert fault["field"] == f"to.{part}"


def test_a_letter_that_changes_is_another_at_once(client: Client, place: Path) -> None:
    path = place / "content/letters/changing.md"
    text = (place / "content/letters/2026/signed.md").read_text(encoding="utf-8").replace(", sign: digital", "")
    path.write_text(text, encoding="utf-8")
    first = client.made("changing", {"data": {"name": "Ada"}})
    path.write_text(text.replace("Text.", "Another text."), encoding="utf-8")
    second = client.made("changing", {"data": {"name": "Ada"}})
    assert first != second
    assert second == next(letterpress.merge(path, [{"name": "Ada"}])).pdf
    path.unlink()
    assert client.post("/v1/letters/changing/render", {"data": {"name": "Ada"}}).status_code in (404, 422)


def test_enclosures_are_appended(client: Client) -> None:
    annex = client.made("korea-policy")
    files = [
        ("request", (None, json.dumps({"enclosures": "lower"}), "application/json")),
        ("enclosure", ("../../{{ to.name }} & Söhne.pdf", annex, "application/pdf")),
        ("enclosure", ("second.pdf", annex, "application/pdf")),
    ]
    answer = client.http.post("/v1/letters/2026:signed/render", files=files, headers={"accept": "application/json"})
    assert answer.status_code == 200, answer.text
    told = answer.json()["result"]
    assert told["pages"] == 5
    assert [one["title"] for one in told["enclosures"]] == ["{{ to.name }} & Söhne", "second"]
    no_pdf = [("enclosure", ("x.pdf", b"%PDF-1.7 nonsense", "application/pdf"))]
    answer = client.http.post("/v1/letters/2026:signed/render", files=no_pdf)
    assert answer.status_code == 422
    assert "/tmp" not in answer.text
    assert all("letterpress-" not in one["message"] for one in answer.json()["diagnostics"])


def test_texts_are_taken_where_that_is_allowed(client: Client, place: Path) -> None:
    text = (place / "content/letters/korea-policy.md").read_text(encoding="utf-8")
    answer = client.post("/v1/text/render", {"text": text})
    assert answer.content == client.made("korea-policy")
    outside = text.replace("We write", "![A key](../../../jo.p12) ![Users](file:///etc/passwd) We write")
    answer = client.post("/v1/text/render", {"text": outside})
    assert answer.status_code == 422
    assert {one["code"] for one in answer.json()["diagnostics"]} == {"file-outside"}
    assert place.parent.name not in answer.text
    assert client.post("/v1/text/check", {"text": "---\nleterhead: x\n---\n"}).json()["ok"] is False


def test_naughty_values_are_texts(client: Client) -> None:
    """What people and attackers type is printed or refused, and never runs, breaks the service or reaches its log."""
    for word in NAUGHTY:
        answer = client.post("/v1/letters/offer/check", {"data": {**ADA, "Name": word, "Occasion": word}})
        assert answer.status_code == 200, (word, answer.text)
    for word in ("{{ 7 * 7 }}", "<script>alert(1)</script>", "../../x", "\u202eright to left", "null\x00"):
        answer = client.post("/v1/letters/offer/render", {"data": {**ADA, "Name": word}, "fields": {}})
        assert answer.status_code in (200, 422), (word, answer.text)
        if answer.status_code == 200:
            assert word in pdf_text(answer.content) or not word.isprintable()


def test_a_misspelt_key_is_said_and_strict_refuses_it(client: Client) -> None:
    given = {"data": {**{key: value for key, value in ADA.items() if key != "Member"}, "Membre": "yes"}}
    made = client.post("/v1/letters/offer/render", given)
    assert (made.status_code, made.headers["letterpress-warnings"]) == (200, "column-unused")
    right = client.post("/v1/letters/offer/render", {"data": ADA, "strict": True})
    assert (right.status_code, right.headers["letterpress-warnings"]) == (200, "")
    for path in ("render", "check"):
        strict = client.post(f"/v1/letters/offer/{path}", {**given, "strict": True})
        (fault,) = strict.json()["diagnostics"]
        assert (fault["code"], fault["severity"]) == ("column-unused", "error")
        assert "did you mean" in fault["hint"]
        assert strict.status_code == 422 if path == "render" else strict.json()["ok"] is False
