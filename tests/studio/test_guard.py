"""Nobody gets in but the page itself: every refusal, each with all else as a good request has it."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from letterpress.interactive.listening import LOOPBACK
from letterpress.studio import guard
from letterpress.studio.server import Server
from tests.studio.browser import Browser

Headers = Callable[[int], dict[str, str | None]]
REFUSED: dict[str, tuple[str, str, int, Headers]] = {
    "another name for the machine": ("GET", "/api/start", 403, lambda port: {"Host": f"rebound.example:{port}"}),
    "the name without the port": ("GET", "/api/start", 403, lambda _: {"Host": "127.0.0.1"}),
    "another port": ("GET", "/api/start", 403, lambda port: {"Host": f"127.0.0.1:{port + 1}"}),
    "another origin": ("GET", "/api/start", 403, lambda _: {"Origin": "https://example.org"}),
    "a page without an origin": ("POST", "/api/form", 403, lambda _: {"Origin": "null"}),
    "another server of this machine": (
        "POST",
        "/api/form",
        403,
        lambda port: {"Origin": f"http://127.0.0.1:{port + 1}"},
    ),
    "its own origin by another name": ("POST", "/api/form", 403, lambda port: {"Origin": f"http://localhost:{port}"}),
    "its own origin, encrypted": ("POST", "/api/form", 403, lambda port: {"Origin": f"https://127.0.0.1:{port}"}),
    "a picture in another page": ("GET", "/api/start", 403, lambda _: {"Sec-Fetch-Site": "cross-site"}),
    "a page of another port": ("GET", "/api/start", 403, lambda _: {"Sec-Fetch-Site": "same-site"}),
    "an address that posts": ("POST", "/api/form", 403, lambda _: {"Sec-Fetch-Site": "none", "Origin": None}),
    "a form": ("POST", "/api/form", 403, lambda _: {"Letterpress-Studio": None}),
    "no cookie": ("GET", "/api/start", 401, lambda _: {"Cookie": None}),
    "a wrong cookie": ("GET", "/api/start", 401, lambda port: {"Cookie": f"letterpress-studio-{port}=x"}),
    "a cookie that is none": ("GET", "/api/start", 401, lambda _: {"Cookie": "\x01=;;=;"}),
    "a cookie with strange letters": (
        "GET",
        "/api/start",
        401,
        lambda port: {"Cookie": f"letterpress-studio-{port}=é"},
    ),
    "a wrong bearer": ("GET", "/api/start", 401, lambda _: {"Cookie": None, "Authorization": "Bearer x"}),
    "an empty bearer": ("GET", "/api/start", 401, lambda _: {"Cookie": None, "Authorization": "Bearer"}),
    "the page without a token": ("GET", "/", 401, lambda _: {"Cookie": None}),
    "its files without a token": ("GET", "/static/studio.js", 401, lambda _: {"Cookie": None}),
    "a wrong token": ("GET", "/?token=x", 401, lambda _: {"Cookie": None}),
    "an empty token": ("GET", "/?token=", 401, lambda _: {"Cookie": None}),
    "a method that is none": ("DELETE", "/api/letter", 405, lambda _: {}),
    "a trace": ("TRACE", "/api/start", 405, lambda _: {}),
    "options of another page": ("OPTIONS", "/api/form", 403, lambda _: {"Origin": "https://example.org"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_is_refused(name: str, browser: Browser) -> None:
    method, path, status, headers = REFUSED[name]
    answer = browser.ask(method, path, b"{}" if method == "POST" else None, **headers(browser.port))
    assert answer.status == status
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_same_requests_are_answered_where_nothing_is_wrong(server: Server, browser: Browser) -> None:
    assert browser.get("/api/start").status == 200
    assert browser.get("/api/start", Sec_Fetch_Site="none", Origin=None).status == 200  # an address that is opened
    assert browser.get("/api/start", Cookie=None, Authorization=f"Bearer {server.access.token}").status == 200
    assert browser.get("/api/start", Host=f"localhost:{browser.port}", Origin=None).status == 200
    assert browser.post("/api/form", {}).status == 400  # which is no more than a body that is none


def test_the_token_is_exchanged_for_a_cookie_and_stays_in_no_address(server: Server) -> None:
    browser = Browser(server.port)
    answer = browser.ask("GET", f"/?token={server.access.token}&step=write", Cookie=None)
    assert (answer.status, answer.headers["location"]) == (303, "/?step=write")
    name, _, rest = answer.headers["set-cookie"].partition("=")
    value, *attributes = rest.split("; ")
    assert name == f"letterpress-studio-{server.port}"
    assert value != server.access.token
    assert set(attributes) == {"HttpOnly", "SameSite=Strict", "Path=/"}
    assert browser.get("/", Cookie=f"{name}={value}").status == 200
    assert browser.get("/api/start", Cookie=f"{name}={server.access.token}").status == 401
    twice = browser.get(f"/?token=x&token={server.access.token}", Cookie=None)
    assert twice.status == 401
    assert browser.get(f"/api/start?token={server.access.token}", Cookie=None).status == 401
    assert b"letterpress studio" in browser.get("/", Cookie=None).data  # says how it is opened


def test_every_answer_says_what_a_browser_may_make_of_it(browser: Browser) -> None:
    nonces = set()
    for path in ("/", "/api/start", "/api/nothing", "/static/nothing.js", "/api/letter?path=../x"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self';" in policy
        for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
            assert part in policy
        nonces.add(re.search("'nonce-([^']+)'", policy)[1])  # type: ignore[index]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers
    assert len(nonces) == 5
    assert browser.get("/").headers["cache-control"] == "no-store"


def test_it_answers_on_this_machine_alone(server: Server) -> None:
    assert server.listening.socket.getsockname()[0] == LOOPBACK
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        return
    with pytest.raises(OSError), socket.create_connection((own, server.port), timeout=5):
        pass


def test_bodies_have_their_limits(browser: Browser) -> None:
    head = "\r\n".join(f"{name}: {value}" for name, value in browser.headers().items())
    large = f"POST /api/form HTTP/1.1\r\n{head}\r\nContent-Length: {guard.BODY_BYTES + 1}\r\n\r\n"
    assert browser.raw(large.encode()).startswith(b"HTTP/1.1 413")
    upload = large.replace("/api/form", "/api/lists?name=a.csv").replace(str(guard.BODY_BYTES + 1), "60000001")
    assert browser.raw(upload.encode()).startswith(b"HTTP/1.1 413")
    for wrong in ("-1", "x", "1e9"):
        answer = browser.raw(f"POST /api/form HTTP/1.1\r\n{head}\r\nContent-Length: {wrong}\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 400")
    for twice in ("Host: example.org", "Origin: https://example.org", "Sec-Fetch-Site: none"):
        answer = browser.raw(f"GET /api/start HTTP/1.1\r\n{head}\r\n{twice}\r\nConnection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 400"), twice
    assert browser.get("/api/start?" + "x" * 100_000).status == 414
    assert browser.get("/api/start").status == 200


def test_a_body_that_does_not_arrive_is_waited_for_no_longer(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.2)
    head = "\r\n".join(f"{name}: {value}" for name, value in browser.headers().items())
    with socket.create_connection((LOOPBACK, browser.port), timeout=30) as connection:
        connection.sendall(f"POST /api/form HTTP/1.1\r\n{head}\r\nContent-Length: 9\r\n\r\n{{".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 408")


async def _bytes_without_end() -> Any:
    return {"type": "http.request", "body": b" " * 1_000_000, "more_body": True}


def test_a_body_that_does_not_say_how_long_it_is_has_the_limit_too() -> None:
    body = guard._Body(_bytes_without_end, 5_000_000, {})

    async def read() -> None:
        while True:
            await body.receive()

    # This thread may have the loop of a browser.
    with pytest.raises(guard.Denied) as refused, ThreadPoolExecutor() as pool:
        pool.submit(asyncio.run, read()).result()
    assert refused.value.status == 413


def test_a_websocket_is_closed(browser: Browser) -> None:
    answer = browser.get("/api/start", Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Version="13",
                         Sec_WebSocket_Key="x" * 22 + "==")  # fmt: skip
    assert answer.status != 101

    sent: list[Any] = []

    async def app(*_: Any) -> None:
        raise AssertionError("the application is not asked")

    async def send(event: Any) -> None:
        sent.append(event)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    guarded: Callable[..., Awaitable[None]] = guard.Guard(app, guard.Access(hosts=frozenset(), port=1))
    with pytest.raises(StopIteration):
        guarded({"type": "websocket"}, receive, send).__await__().__next__()
    assert sent == [{"type": "websocket.close", "code": 1008}]
