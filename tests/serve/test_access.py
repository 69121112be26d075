"""Who may ask, and for what: each refusal, with all else as a good request has it."""

from __future__ import annotations

import http.client
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from letterpress.errors import LetterpressError
from letterpress.serve import config as configs
from letterpress.serve.server import Server
from tests.serve.client import ADA, RENDER, Client, Kept

HEADS = (
    None,
    "",
    "Bearer",
    f"Basic {RENDER}",
    f"Bearer {RENDER}x",
    f"Bearer {RENDER[:-1]}",
    f"Bearer {RENDER}, Bearer {RENDER}",
    f"Bearer \xe9{RENDER}",
    RENDER,
)


@pytest.mark.parametrize("head", HEADS)
def test_without_a_good_token_there_is_nothing(head: str | None, nobody: Client) -> None:
    headers = {} if head is None else {"authorization": head.encode("latin-1")}
    for method, path in (("GET", "/v1/letters"), ("POST", "/v1/letters/korea-policy/render"), ("GET", "/metrics"), ("GET", "/docs"), ("GET", "/nothing"), ("DELETE", "/v1/letters"), ("GET", "/")):  # fmt: skip
        answer = nobody.http.request(method, path, headers=headers)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"].startswith(("Bearer", "Basic"))
    assert nobody.http.get("/v1/letters", params={"token": RENDER, "access_token": RENDER}).status_code == 401


def test_two_tokens_are_none(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("GET", "/v1/letters")
    for _ in range(2):
        connection.putheader("authorization", f"Bearer {RENDER}")
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()


def test_each_token_may_do_what_its_scopes_say(client: Client, office: Client, admin: Client) -> None:
    assert client.get("/metrics").status_code == 403
    assert client.get("/v1/keys").status_code == 403
    assert client.post("/v1/sign", {"key": "director"}).status_code == 403
    assert 'scope="sign"' in client.get("/v1/keys").headers["www-authenticate"]
    assert office.get("/v1/letters").status_code == 200
    assert office.get("/v1/keys").status_code == 200
    assert office.get("/metrics").status_code == 403
    assert admin.get("/metrics").status_code == 200
    assert admin.get("/v1/letters").status_code == 200


def test_what_needs_no_token(nobody: Client) -> None:
    until = time.monotonic() + 60
    while nobody.get("/ready").status_code == 503 and time.monotonic() < until:
        time.sleep(0.1)
    for path in ("/health", "/ready", "/openapi.json"):
        assert nobody.get(path).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../../jo", "..%2f..%2fjo", "%2e%2e%2fjo", "content%2fletters%2foffer", "offer.md", "offer%00", "2026%2fsigned",
        "2026/signed", "..:..:jo", ":etc:passwd", "%2fetc%2fpasswd", "C:%5cx", "offer%0d%0aX-Evil: 1", "OFFER", "x" * 300, " offer",
    ],
)  # fmt: skip
def test_a_letter_is_named_and_no_path(name: str, client: Client, place: Path) -> None:
    for path in (f"/v1/letters/{name}", f"/v1/letters/{name}/schema"):
        answer = client.http.send(httpx.Request("GET", f"{client.server.origin}{path}", headers=client.http.headers))
        assert answer.status_code in (400, 404, 405), (path, answer.text)
        assert "x-evil" not in answer.headers
        assert str(place) not in answer.text


def test_links_out_of_the_project_are_no_letters(client: Client, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("letterpress.serve.service._LISTED", -1.0)  # the list of letters is a second old at most
    (place.parent / "outside.md").write_text("---\nlang: en-US\n---\nSecret.\n", encoding="utf-8")
    (place / "content/letters/linked.md").symlink_to(place.parent / "outside.md")
    try:
        assert client.get("/v1/letters/linked").status_code == 404
        assert "linked" not in client.get("/v1/letters").text
    finally:
        (place / "content/letters/linked.md").unlink()


@pytest.mark.parametrize(
    "choice",
    [
        {"letterhead": "../../../etc"}, {"letterhead": "/etc"}, {"lang": "../x"}, {"data": {**ADA, "letterhead": "../.."}},
        {"data": {**ADA, "signatories": "../../../../etc/passwd"}}, {"data": {**ADA, "enclosures": "../../jo.p12"}},
        {"parameters": {"logo": "/etc/passwd"}}, {"parameters": {"logo": "content/letters/offer.md"}},
        {"parameters": {"stationery_first": "../jo.p12"}}, {"parameters": {"font": "../x.ttf"}}, {"sign": {"Jo": "ink"}},
        {"copy": "cc:../x"}, {"date": "today; x"}, {"fields": {"to.__class__": "x"}}, {"fields": {"__proto__": "x"}},
    ],
)  # fmt: skip
def test_choices_reach_no_file(choice: dict[str, Any], client: Client, place: Path) -> None:
    answer = client.post("/v1/letters/offer/render", {"data": ADA, **choice})
    assert answer.status_code in (200, 422), answer.text
    assert str(place) not in answer.text
    assert "root:" not in answer.text
    if "parameters" in choice:
        assert answer.json()["diagnostics"][0]["code"] == "parameter-file"
    elif "letterhead" in choice or "lang" in choice:
        assert answer.status_code == 422


BODIES = {
    "no JSON": (b"{", "application/json", 400),
    "another kind": (b"{}", "text/plain", 415),
    "no kind": (b"{}", "", 415),
    "a list": (b"[]", "application/json", 400),
    "a text": (b'"x"', "application/json", 400),
    "another name": (b'{"dta": {}}', "application/json", 400),
    "a name twice": (b'{"data": {}, "data": {"name": "x"}}', "application/json", 400),
    "no number": (b'{"data": {"name": NaN}}', "application/json", 400),
    "endless": (b'{"data": {"name": 1e999999999999}}', "application/json", 400),
    "a huge number": (b'{"data": {"name": ' + b"9" * 5000 + b"}}", "application/json", 400),
    "half a character": (b'{"data": {"name": "\\ud800"}}', "application/json", 400),
    "no UTF-8": (b'{"data": {"name": "\xff"}}', "application/json", 400),
    "deep": (b'{"data": {"name": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}", "application/json", 400),
    "deep, not too deep": (b'{"data": {"name": ' + b'{"a":' * 200 + b"1" + b"}" * 200 + b"}}", "application/json", 422),
    "multipart that is none": (b"--x\r\nnonsense", "multipart/form-data; boundary=x", 400),
    "multipart without a boundary": (b"--x", "multipart/form-data", 400),
    "a strange part": (b'--x\r\ncontent-disposition: form-data; name="evil"\r\n\r\n1\r\n--x--\r\n', "multipart/form-data; boundary=x", 400),
    "too large": (b'{"data": {"name": "' + b"x" * 1_100_000 + b'"}}', "application/json", 413),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_none_is_refused(name: str, client: Client) -> None:
    body, kind, status = BODIES[name]
    headers = {"content-type": kind} if kind else {}
    answer = client.http.post("/v1/letters/offer/check", content=body, headers=headers)
    multipart = kind.startswith("multipart")
    if multipart:
        answer = client.http.post("/v1/letters/offer/render", content=body, headers=headers)
    assert answer.status_code == (status if name != "deep, not too deep" else answer.status_code), answer.text
    assert answer.status_code < 500
    assert answer.headers["content-type"] in ("application/problem+json", "application/json")


def test_a_packed_body_is_refused(client: Client) -> None:
    answer = client.http.post("/v1/letters/offer/check", content=b"x", headers={"content-encoding": "gzip", "content-type": "application/json"})  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (415, "body-packed")


def test_nobody_is_told_of_the_machine(client: Client, office: Client, place: Path, server: Server) -> None:
    answers = [
        client.post("/v1/letters/broken/render"),
        client.get("/v1/letters/broken"),
        client.http.post("/v1/verify", content=b"%PDF-1.7", headers={"content-type": "application/pdf"}),
        office.http.post("/v1/sign", files=[("file", ("x.pdf", b"%PDF")), ("request", (None, '{"key": "director"}', "application/json"))]),
        client.http.request("DELETE", "/v1/letters"),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code < 500
        for secret in (str(place), "/tmp", "Traceback", "site-packages", "p12"):
            assert secret not in answer.text
    head = answers[-1].headers
    assert (answers[-1].status_code, head["x-content-type-options"], head["cache-control"]) == (
        405,
        "nosniff",
        "no-store",
    )


def test_an_own_failure_is_told_by_its_kind_alone(
    server: Server, client: Client, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("Ada Brook of /secret/place")

    monkeypatch.setattr(server.service, "letters", fails)
    answer = client.get("/v1/letters", headers={"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"})
    assert (answer.status_code, answer.json()["trace"]) == (500, "ab" * 16)
    assert "RuntimeError" in answer.text
    assert "Ada" not in answer.text
    (line,) = kept.lines("failure")[-1:]
    assert (line["kind"], line["trace"]) == ("RuntimeError", "ab" * 16)
    assert "Ada" not in json.dumps(line)


def test_the_settings_file_is_checked(tmp_path: Path) -> None:
    for text in (
        "workers = 0",
        "[limits]\nsecond = 1",
        "[keys.x]\n",
        '[keys.x]\nfile="a"\npkcs11="b"',
        "x = [",
        "[webhooks]\nsecret_env = 'NOT_THERE_AT_ALL'",
    ):
        (tmp_path / "serve.toml").write_text(text, encoding="utf-8")
        with pytest.raises(Exception, match=r"serve\.toml"):
            configs.read(tmp_path)
    (tmp_path / "serve.toml").write_text(
        "workers = 'x'\nlimit = 1\n[keys.x]\nfil = 'a'\n[limits]\nrate = -1\n", encoding="utf-8"
    )
    with pytest.raises(LetterpressError) as caught:
        configs.read(tmp_path)
    said = {one.field: (one.message, one.hint) for one in caught.value.diagnostics}
    assert said["workers"][0] == "is the text 'x', and a whole number is expected"
    assert said["limit"][1] == "did you mean 'limits'?"
    assert said["keys.x.fil"][1] == "did you mean 'file'?"
    assert said["limits.rate"][0] == "is less than 0"
