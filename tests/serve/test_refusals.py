"""What was refused says what is wrong, all of it, and what helps: in plain words, and never in pydantic's."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.serve.client import ADA, Client

OF_PYDANTIC = re.compile(r"Input should|Field required|Extra inputs|valid (string|dictionary|list|number)|pydantic")


def _faults(answer: Any, status: int) -> list[dict[str, Any]]:
    assert answer.status_code == status, answer.text
    assert not OF_PYDANTIC.search(answer.text)
    faults: list[dict[str, Any]] = answer.json()["diagnostics"]
    assert faults
    return faults


def _sent(client: Client, body: object, path: str = "/v1/letters/offer/check") -> dict[str | None, dict[str, Any]]:
    answer = client.http.post(path, content=json.dumps(body), headers={"content-type": "application/json"})
    return {one["field"]: one for one in _faults(answer, 400)}


def test_all_that_is_wrong_with_a_body_is_said_at_once(client: Client) -> None:
    found = _sent(
        client,
        {
            "dta": ADA,
            "paper": 4,
            "profile": "archiv",
            "fields": {"x": {}},
            "data": [],
            "sign": {"Jo": "ik"},
            "lang": "",
        },
    )
    assert set(found) == {"dta", "paper", "profile", "fields.x", "data", "sign.Jo", "lang"}
    assert found["dta"]["hint"] == "did you mean 'data' or 'tac'?"
    assert found["dta"]["fixes"][0]["value"] == "data"
    assert found["paper"]["message"] == "is the number 4, and a text is expected"
    assert found["paper"]["hint"] == 'write it in quotes: "4"'
    assert found["profile"]["hint"] == "did you mean 'archive'?"
    assert found["fields.x"]["message"] == "is an object, and a text or true or false or a number is expected"
    assert found["data"]["message"] == "is a list, and an object is expected"
    assert found["lang"]["message"] == "is shorter than 1 characters"
    assert found["sign.Jo"]["params"]["choices"]
    (name,) = _sent(client, {"Name": "Ada"}).values()
    assert name["hint"].startswith('what is printed in the letter goes into "data"')
    listed = _sent(client, {"variants": [{"paper": "a4"}, {"papr": "a4"}, []]}, "/v1/letters/offer/variants")
    assert (listed["variants.2.papr"]["hint"], listed["variants.3"]["message"]) == (
        "did you mean 'paper'?",
        "is a list, and an object is expected",
    )
    many = _sent(client, {"records": 1, "webhook": {"events": ["job.endet"]}}, "/v1/letters/offer/jobs")
    assert set(many) == {"records", "webhook.url", "webhook.events.1"}
    assert many["webhook.url"]["hint"] == 'add "url": Is sent a POST with JSON.'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the body is empty"),
        (b"  \n", "the body is empty"),
        (b'{\n "data": {"name": "Ada",}}', "the body is no JSON: it cannot be read on from line 2, character 25"),
        (b"{'data': {}}", "the body is no JSON: it cannot be read on from line 1, character 2"),
        (b'{"data": {"x": NaN}}', "the body is no JSON: NaN is none of its numbers"),
        (b'{"data": {"x": 1e999999}}', "the body is no JSON: a number has more than 400 digits"),
        (b"[" * 100_000, "the body is nested too deeply"),
        (b"\xff", "the body holds half a character, or is not UTF-8"),
        (b"[]", "the body is a list, and an object is expected"),
        (b'"data"', "the body is the text 'data', and an object is expected"),
        (b"null", "the body is null, and an object is expected"),
    ],
    ids=range(11),
)
def test_a_body_that_is_no_json_or_no_object_says_why(body: bytes, said: str, client: Client) -> None:
    answer = client.http.post("/v1/letters/offer/check", content=body, headers={"content-type": "application/json"})
    (fault,) = _faults(answer, 400)
    assert fault["message"] == said
    assert fault["hint"]


@pytest.mark.parametrize("levels", [37, 500, 900])
def test_what_is_nested_without_end_is_refused(levels: int, client: Client) -> None:
    for path, before, after in (
        ("check", '{"data": {"x": ', "}}"),
        ("render", '{"data": {"name": "Ada", "x": ', "}}"),
        ("jobs", '{"records": [', "]}"),
        ("check", '{"unknown": ', "}"),
        ("variants", '{"fields": ', "}"),
    ):
        body = before + '{"a": ' * levels + "1" + "}" * levels + after
        headers = {"content-type": "application/json"}
        (fault,) = _faults(client.http.post(f"/v1/letters/offer/{path}", content=body, headers=headers), 400)
        assert fault["message"] == "the body is nested too deeply"


def test_parts_are_named(client: Client, office: Client) -> None:
    files: list[Any] = [
        ("request", (None, json.dumps({"paper": 4, "coppy": "file"}), "application/json")),
        ("enclosures", ("a.pdf", b"%PDF", "application/pdf")),
        ("enclosure", (None, "no file")),
    ]
    faults = _faults(client.http.post("/v1/letters/korea-policy/render", files=files), 400)
    assert {one["field"]: one["message"] for one in faults} == {
        "enclosures": "there is no part of this name",
        "enclosure": "is a text, and a file is expected",
        "request.paper": "is the number 4, and a text is expected",
        "request.coppy": "there is no such field here",
    }
    files = [("request", (None, "{]", "application/json")), ("list", ("a.csv", b"name\nAda\n", "text/csv"))]
    (fault,) = _faults(client.http.post("/v1/letters/offer/jobs", files=files), 400)
    assert (fault["field"], fault["message"][:19]) == ("request", "the part is no JSON")
    faults = _faults(office.http.post("/v1/sign", files=[("request", (None, "{}", "application/json"))]), 400)
    assert {one["field"] for one in faults} == {"request.key", "file"}
    (fault,) = _faults(client.http.post("/v1/verify", files=[("fil", ("a.pdf", b"%PDF"))]), 400)[:1]
    assert (fault["field"], fault["hint"]) == ("fil", "did you mean 'file'?")
    (fault,) = _faults(client.http.post("/v1/letters/offer/jobs", files=[("list", ("a.doc", b"x"))]), 415)
    assert ".csv" in fault["hint"]
    (fault,) = _faults(client.post("/v1/letters/offer/jobs", {}), 400)
    assert fault["field"] == "records"


def test_who_may_not_is_told_what_is_needed(client: Client, nobody: Client) -> None:
    (fault,) = _faults(client.post("/v1/sign", {"key": "director"}), 403)
    assert fault["message"] == "POST /v1/sign needs the scope sign, and the token 'shop' has render"
    assert fault["params"] == {"scope": "sign", "scopes": ["render"]}
    assert "sign" in fault["hint"]
    (fault,) = _faults(client.get("/metrics"), 403)
    assert "the scope admin" in fault["message"]
    said = {}
    for head in ("", "Basic x", "Bearer wrong"):
        headers = {"authorization": head} if head else {}
        (fault,) = _faults(nobody.http.get("/v1/letters", headers=headers), 401)
        said[head] = fault["message"]
        assert "Authorization: Bearer TOKEN" in fault["hint"]
    assert len(set(said.values())) == 3


def test_what_there_is_not_is_told_with_what_there_is(client: Client, office: Client) -> None:
    for path, hint in (
        (
            "/v1/letters/ofer",
            "did you mean 'offer' or 'offer.de'? GET /v1/letters lists them; one in a folder is FOLDER:LETTER",
        ),
        ("/v1/letters/offer.md/schema", "did you mean 'offer'? GET"),
        ("/v1/letters/2026/signed", "a letter in a folder is named FOLDER:LETTER: /v1/letters/2026:signed"),
        (
            "/v1/letters/2026%2Fsigned/schema",
            "a letter in a folder is named FOLDER:LETTER: /v1/letters/2026:signed/schema",
        ),
        ("/v1/letterheads/din508", "did you mean 'din5008'? GET /v1/letterheads lists them"),
        ("/v1/jobs/" + "0" * 32, "GET /v1/jobs lists those of this token"),
        ("/v1/letter", "did you mean '/v1/letters'"),
        ("/nothing", "/openapi.json"),
    ):
        (fault,) = _faults(client.get(path), 404)
        assert hint in fault["hint"], fault
    (fault,) = _faults(office.post("/v1/sign", {"key": "directr", "pdf": "AAAA"}), 404)
    assert "did you mean 'director'?" in fault["hint"]
    (fault,) = _faults(client.http.put("/v1/letters"), 405)
    assert (fault["message"], fault["hint"]) == ("PUT is no method of this path", "it has GET")
    (fault,) = _faults(client.post("/v1/letters/offer/render", headers={"accept": "text/html"}), 406)
    assert fault["hint"] == "send Accept: application/pdf or application/json, or no Accept at all"


def test_the_kinds_that_are_taken_are_named(client: Client) -> None:
    for path, taken in (
        ("/v1/letters/offer/check", ["application/json"]),
        ("/v1/letters/offer/render", ["application/json", "multipart/form-data"]),
        ("/v1/verify", ["application/pdf", "multipart/form-data"]),
    ):
        (fault,) = _faults(client.http.post(path, content=b"x", headers={"content-type": "text/plain"}), 415)
        assert (fault["value"], fault["params"]["taken"]) == ("text/plain", taken)
        assert all(kind in fault["hint"] for kind in taken)
    (fault,) = _faults(client.http.post("/v1/letters/offer/check", content=b"{}"), 415)
    assert fault["message"] == "the body does not say its kind"
    (fault,) = _faults(client.get("/v1/jobs/x"), 400)
    assert fault["field"] == "path.job"
    faults = _faults(client.get("/v1/jobs/" + "0" * 32 + "/results?after=x&wait=maybe"), 400)
    assert {one["field"]: one["message"] for one in faults} == {
        "query.after": "is the text 'x', and a whole number is expected",
        "query.wait": "is the text 'maybe', and true or false is expected",
    }


def test_all_parameters_that_name_files_are_told(client: Client) -> None:
    body = {"data": ADA, "parameters": {"logo": "a.svg", "font": "b.ttf"}}
    faults = client.post("/v1/letters/offer/render", body).json()["diagnostics"]
    assert [one["field"] for one in faults] == ["parameters.logo", "parameters.font"]
