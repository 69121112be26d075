"""What whoever runs the service sees: numbers, a document, a page, and a log without a word of what letters say."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest

import letterpress.serve
from letterpress.errors import LetterpressError
from letterpress.files import lock
from letterpress.serve import rates, tokens, webhooks
from letterpress.serve.logs import trace_of
from letterpress.serve.server import Server
from letterpress.serve.service import Service
from tests.serve.client import ADA, ADMIN, RENDER, TOKENS, Client, Kept
from tests.support.project import Project


def test_a_second_service_over_the_same_jobs_is_refused(project: Project) -> None:
    """It would begin the jobs of the first, and delete one whose list is on its way."""
    store = project.root / "out/.serve"
    store.mkdir(parents=True)
    held = lock.acquire(store / "lock", store)
    try:
        ran = project.cli("serve", ".", "--port", "0", "--json")
    finally:
        os.close(held)
    (fault,) = ran.faults
    assert (ran.code, fault["code"]) == (2, "folder-busy")
    assert f"another service keeps its jobs in this folder (process {os.getpid()})" in fault["message"]
    assert "store = " in fault["hint"]


def test_the_numbers_are_for_prometheus(admin: Client, client: Client) -> None:
    client.made("korea-policy")
    text = admin.get("/metrics").text
    assert re.search(
        r'letterpress_requests_total\{method="POST",route="/v1/letters/\{letter\}/render",status="200"\} [1-9]', text
    )
    assert re.search(r'letterpress_letters_total\{made="layout",status="done"\} [1-9]', text)
    assert "letterpress_queue_waiting 0" in text
    assert re.search(r"letterpress_workers [1-9]", text)
    assert "korea" not in text


def test_the_document_and_its_page_need_nothing_from_elsewhere(nobody: Client, server: Server) -> None:
    document = nobody.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["schemas"]) >= {"RenderRequest", "Problem", "Job"}
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            open_ = path in ("/health", "/ready", "/openapi.json")
            assert ("security" not in about) == open_, (method, path)
    kinds = {name: one["schema"] for name, one in _answers(document, "/v1/jobs/{job}/letters.zip").items()}
    assert kinds == {"application/zip": {"type": "string", "format": "binary"}}
    assert list(_answers(document, "/v1/jobs/{job}/results").values()) == [{"schema": {"type": "string"}}]
    assert document["paths"]["/v1/letters/{letter}/render"]["post"]["operationId"] == "render"
    answer = nobody.http.get("/docs")
    assert answer.headers["www-authenticate"].startswith("Basic")
    page = nobody.http.get("/docs", auth=("anybody", RENDER))
    assert page.status_code == 200
    assert not re.search(r"<script|<link|<img|https?://|@import|url\(", page.text)
    assert "/v1/letters/{letter}/render" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert nobody.http.get("/v1/letters", auth=("anybody", RENDER)).status_code == 401


def test_the_document_says_each_header_and_each_refusal(
    nobody: Client, client: Client, office: Client, server: Server
) -> None:
    """What an answer has stands in the document, and what stands there is sent."""
    document = nobody.get("/openapi.json").json()
    answers = {
        (method, path): {status: set(one.get("headers", ())) for status, one in about["responses"].items()}
        for path, methods in document["paths"].items()
        for method, about in methods.items()
    }
    assert all("Trace-Id" in headers for one in answers.values() for headers in one.values())
    assert all("Retry-After" in one[status] for one in answers.values() for status in ("429", "503") if status in one)
    for path, statuses in (("/health", {"200"}), ("/openapi.json", {"200"}), ("/ready", {"200", "503"})):
        assert set(answers["get", path]) == statuses
    assert set(document["components"]["responses"]) == {"MethodUnknown"}
    made = client.post("/v1/letters/offer/render", {"data": ADA}, headers={"idempotency-key": "headers"})
    again = client.post("/v1/letters/offer/render", {"data": ADA}, headers={"idempotency-key": "headers"})
    said = answers["post", "/v1/letters/{letter}/render"]["200"]
    of_http = {"cache-control", "content-length", "content-type", "date", "server"}
    of_http |= {"content-security-policy", "cross-origin-resource-policy", "referrer-policy", "x-content-type-options"}
    assert set(again.headers) - of_http == {name.lower() for name in said}
    assert set(made.headers) - of_http == {name.lower() for name in said} - {"idempotent-replayed"}
    wrong = client.http.request("PATCH", "/v1/jobs/" + "0" * 32)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "DELETE, GET")
    assert "www-authenticate" in nobody.get("/v1/letters").headers
    letterhead = document["paths"]["/v1/letterheads/{letterhead}"]["get"]["parameters"][0]
    assert "letterhead" in letterhead["description"]
    report = document["paths"]["/v1/verify"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(document["components"]["schemas"][report["$ref"].rpartition("/")[2]]["properties"]) >= {
        "signatures",
        "valid",
    }
    job = client.post("/v1/letters/2026:signed/variants", {"variants": [{"paper": "a4"}]})
    assert job.json()["letter"] == "2026:signed"
    assert job.headers["location"] == f"/v1/jobs/{job.json()['id']}"
    client.ended(job.json()["id"])
    once = {"idempotency-key": "headers-of-a-job"}
    begun = [client.post("/v1/letters/offer/jobs", {"records": [ADA]}, headers=once) for _ in range(2)]
    said = {name.lower() for name in answers["post", "/v1/letters/{letter}/jobs"]["202"]}
    assert [set(one.headers) - of_http for one in begun] == [said - {"idempotent-replayed"}, said]
    client.ended(begun[0].json()["id"])


def _answers(document: dict[str, Any], path: str) -> dict[str, Any]:
    """What a good answer to a GET may be, by its media type."""
    found: dict[str, Any] = document["paths"][path]["get"]["responses"]["200"]["content"]
    return found


def test_the_log_has_no_word_of_the_letters(client: Client, kept: Kept) -> None:
    secret = "Zebedee Quillfeather"
    trace = "0123456789abcdef" * 2
    client.post(
        f"/v1/letters/offer/render?q={secret}",
        {"data": {**ADA, "Name": secret, "Copies": secret}},
        headers={"traceparent": f"00-{trace}-{'1' * 16}-01"},
    )
    client.get(f"/v1/letters/{secret}")
    client.post("/v1/letters/offer/jobs", {"records": [{secret: secret}]})
    time.sleep(0.2)
    text = kept.text.getvalue()
    assert all(line == json.dumps(json.loads(line), separators=(",", ":")) for line in text.splitlines())
    assert "Quillfeather" not in text
    assert RENDER not in text
    (line,) = [one for one in kept.lines("request") if one["trace"] == trace]
    assert (line["route"], line["status"], line["token"]) == ("/v1/letters/{letter}/render", 422, "shop")


def test_it_mounts_in_other_applications(place: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """In FastAPI and in Starlette, at a path of its own; also a whole application by itself."""
    from fastapi import FastAPI
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.testclient import TestClient

    monkeypatch.setattr("letterpress.serve.app.started", lambda *_: server.service)
    monkeypatch.setattr(Service, "close", lambda _: None)
    known = tokens.parsed(TOKENS, "x")
    outer = FastAPI()
    outer.mount("/letters", letterpress.serve.create_app(place, tokens=known))
    plain = Starlette(routes=[Mount("/letters", letterpress.serve.create_app(str(place), tokens=known))])
    for app in (outer, plain):
        with TestClient(app) as client:
            assert client.get("/letters/health").json() == {"status": "ok"}
            assert client.get("/letters/openapi.json").json()["servers"] == [{"url": "/letters"}]
            assert client.get("/letters/v1/letters").status_code == 401
            assert client.get("/letters/nothing").status_code == 401
            headers = {"authorization": f"Bearer {RENDER}"}
            assert client.post("/letters/v1/letters/offer/check", json={"data": ADA}, headers=headers).json()["ok"]
            assert client.get("/letters/nothing", headers=headers).status_code == 404
    with pytest.raises(LetterpressError, match="token"):
        letterpress.serve.create_app(place)
    with pytest.raises(LetterpressError, match="no such folder"):
        letterpress.serve.create_app(place / "nothing", tokens=known)


def test_the_end_of_the_service_answers_what_was_taken(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.service, "stopping", True)
    with Client(server) as client:
        assert client.get("/ready").json() == {"status": "stopping"}
        assert client.get("/health").status_code == 200
        answer = client.post("/v1/letters/offer/render", {"data": ADA})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


# --- by themselves ----------------------------------------------------------------------------------------------------


def test_tokens_are_lines() -> None:
    sha256 = "sha256:" + "0" * 64
    known = tokens.parsed(f"# people; and others\nshop render {RENDER} # the shop\n\nwatch admin,sign {sha256}\n", "x")
    assert known.names == ("shop", "watch")
    shop = known.of(f"bearer {RENDER}")
    assert shop is not None
    assert (shop.name, shop.may("render"), shop.may("sign")) == ("shop", True, False)
    assert known.of(f"Bearer {sha256}") is None  # a hash is no token
    made, one = tokens.made()
    assert one.of(f"Bearer {made}") is not None
    for line in (
        "",
        "shop render",
        f"shop cook {RENDER}",
        "shop render short",
        f"s/p render {RENDER}",
        f"a render {RENDER}\na sign {ADMIN}",
        f"a , {RENDER}",
        "a render sha256:zz",
    ):
        with pytest.raises(LetterpressError) as caught:
            tokens.parsed(line, "x")
        assert RENDER not in str(caught.value)


def test_a_bucket_fills_evenly() -> None:
    buckets = rates.Rates(60)
    assert [buckets.wait("a", now=0.0) for _ in range(11)] == [None] * 10 + [1]
    assert buckets.wait("b", now=0.0) is None
    assert [buckets.wait("a", now=1.5) for _ in range(2)] == [None, 1]
    assert [buckets.wait("a", now=1000.0) for _ in range(11)] == [None] * 10 + [1]
    assert rates.Rates(0).wait("a") is None


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("240.0.0.1", False), ("192.0.2.1", False), ("198.18.0.1", False), ("::1", False), ("::", False),
        ("fe80::1", False), ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("2001:0:7f00:1::", False), ("2001:db8::1", False), ("10.9.0.1", True),
    ],
)  # fmt: skip
def test_messages_go_to_the_public_internet(address: str, good: bool) -> None:
    assert webhooks.Allowed(["10.9.0.0/16"]).is_good(address) is good


def test_a_name_is_looked_up_once_and_every_address_of_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere the second time (DNS rebinding) leads nowhere."""
    found = ["93.184.216.34"]
    asked = []

    def look_up(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", (one, port)) for one in found]

    connected = []

    def connect(address: tuple[str, int], **_: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        webhooks.post(webhooks.Allowed([]), "http://example.org/x", b"", {})
    assert (connected, asked) == ([("93.184.216.34", 80)], ["example.org"])
    found.append("127.0.0.1")
    with pytest.raises(webhooks.Denied):
        webhooks.post(webhooks.Allowed([]), "http://example.org/x", b"", {})
    assert webhooks.Allowed(["example.org"]).address(webhooks.Target.of("http://EXAMPLE.org./")) == "93.184.216.34"
    for url in ("http://user:x@example.org/", "file:///etc/passwd", "http://", "http://example.org:99999/", "http://example.org/\r\nx", "http://exa mple.org/", "gopher://x/"):  # fmt: skip
        with pytest.raises(webhooks.Denied):
            webhooks.Target.of(url)


def test_traces_are_taken_on() -> None:
    assert trace_of(f"00-{'a' * 32}-{'b' * 16}-01") == "a" * 32
    for head in (None, "", "x", f"00-{'0' * 32}-{'b' * 16}-01", f"00-{'A' * 32}-{'b' * 16}-01", "00-" + "a" * 10_000):
        assert re.fullmatch("[0-9a-f]{32}", trace_of(head))


def test_each_model_that_the_document_names_is_in_it(client: Client) -> None:
    document = client.get("/openapi.json").json()
    named = set(re.findall(r'"\$ref": ?"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert named - document["components"]["schemas"].keys() == set()


def test_codes_and_messages_are_described(client: Client, server: Server) -> None:
    codes = {one["code"]: one for one in client.get("/v1/codes").json()["codes"]}
    assert {"record-nameless", "token-wrong", "job-deleted"} <= set(codes)
    assert codes["job-deleted"]["do"].endswith(".")
    document = client.get("/openapi.json").json()
    post = document["webhooks"]["job"]["post"]
    assert post["parameters"][0]["name"] == "Letterpress-Signature"
    assert post["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/Message")
    assert {"id", "event", "job", "state", "number"} == set(document["components"]["schemas"]["Message"]["properties"])
