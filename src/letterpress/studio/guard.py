"""Keeps everybody else out of a server that is for one person on one machine.

Other web pages in the same browser, and other users of the machine, can send it requests. Each request has to name the
server itself as its host (another name that leads here is DNS rebinding), must not come from another origin, and has to
prove that whoever sends it knows the token: by the cookie that the address with the token was exchanged for, or in an
`Authorization: Bearer` header. What changes anything says so in a header of its own, which no form and no other origin
can send. Bodies are bounded in size and in time.

An ASGI application around another one; it knows no framework.

Not here: which files may be read or written (files/project_files.py).
Sources: Fetch Metadata (W3C), RFC 6265bis (SameSite), CSP 3, RFC 9110.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OWN_HEADER = "letterpress-studio"
"""Header that the page's own scripts send with whatever is not a GET."""
BODY_SECONDS = 30.0
"""Seconds that a body may take to arrive."""
BODY_BYTES = 6_000_000
"""Bytes of a body: a letter of the largest size with what JSON adds to it."""
UPLOAD_BYTES = 60_000_000
"""Bytes of a list or a PDF that is given to the studio."""
_ADDRESS = 8_000
"""Bytes of an address with its query."""
_READING = frozenset({"GET", "HEAD"})
_METHODS = _READING | {"POST", "PUT"}
_SITES = frozenset({"same-origin", "none"})
"""`Sec-Fetch-Site` of the page itself, and of an address that somebody opens."""
_REFUSED = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>letterpress studio</title></head>
<body><h1>This page needs its address with the token</h1>
<p>Open the address that <code>letterpress studio</code> has printed where it was started. If it was stopped since,
start it again: each start has a new address.</p></body></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may come in, and how."""

    hosts: frozenset[str]
    """Values of `Host` that are this server: `127.0.0.1:8000`."""
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """Of the address that is printed; good until the server stops."""
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """Value of the cookie, which is not the token: a cookie that is seen opens no new browser."""

    @property
    def cookie(self) -> str:
        """Name of the cookie; cookies do not know ports, so that it names its own."""
        return f"letterpress-studio-{self.port}"

    def is_token(self, given: str) -> bool:
        """Whether it is the token; takes as long for any other."""
        return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), self.token.encode())

    def is_session(self, given: str) -> bool:
        """Whether it is the cookie's value."""
        return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), self.session.encode())


class Denied(Exception):
    """A request that is not answered."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Guard:
    """The application, for those who may use it."""

    def __init__(self, app: App, access: Access, *, uploads: frozenset[str] = frozenset()) -> None:
        """:param uploads: paths whose bodies are files."""
        self.app, self.access, self.uploads = app, access, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # a WebSocket knows no same-origin rule, and nothing here is one
            await send({"type": "websocket.close", "code": 1008})
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        guarded = _with_headers(send, nonce)
        try:
            if len(scope["path"]) + len(scope.get("query_string", b"")) > _ADDRESS:
                raise Denied(414, "the address is too long")
            headers = _headers(scope)
            self._check_origin(scope, headers)
            if await self._exchanged(scope, guarded):
                return
            self._check_token(headers)
            self._check_method(scope, headers)
            body = _Body(receive, UPLOAD_BYTES if scope["path"] in self.uploads else BODY_BYTES, headers)
            await self.app(scope, body.receive, guarded)
        except Denied as refused:
            await _refuse(guarded, refused)

    def _check_origin(self, scope: Scope, headers: Mapping[str, str]) -> None:
        host = headers.get("host", "")
        if host.lower() not in self.access.hosts:
            raise Denied(403, "this server has another name")
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in {f"http://{name}" for name in self.access.hosts}:
            raise Denied(403, "another page may not ask")
        if origin is not None and origin.lower() != f"http://{host.lower()}":
            raise Denied(403, "another page may not ask")
        site = headers.get("sec-fetch-site")
        if site is not None and site not in _SITES:
            raise Denied(403, "another page may not ask")
        if site == "none" and scope["method"] not in _READING:
            raise Denied(403, "an address that is opened changes nothing")

    async def _exchanged(self, scope: Scope, send: Send) -> bool:
        """Exchange the token in an address for the cookie, so that it stays in no address bar and no history."""
        if scope["method"] != "GET" or scope["path"] != "/":
            return False
        query = parse_qs(scope.get("query_string", b"").decode("ascii", "replace"), keep_blank_values=True)
        given = query.pop("token", None)
        if given is None:
            return False
        if len(given) != 1 or not self.access.is_token(given[0]):
            raise Denied(401, "the token is not the one of this start")
        rest = urlencode(query, doseq=True)
        cookie = f"{self.access.cookie}={self.access.session}; HttpOnly; SameSite=Strict; Path=/"
        headers = [(b"location", f"/{'?' if rest else ''}{rest}".encode()), (b"set-cookie", cookie.encode())]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return True

    def _check_token(self, headers: Mapping[str, str]) -> None:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.access.is_token(given.strip()):
            return
        cookie: SimpleCookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except CookieError:
            cookie.clear()
        found = cookie.get(self.access.cookie)
        if found is None or not self.access.is_session(found.value):
            raise Denied(401, "there is no token")

    def _check_method(self, scope: Scope, headers: Mapping[str, str]) -> None:
        if scope["method"] not in _METHODS:
            raise Denied(405, "there is no such method")
        if scope["method"] not in _READING and OWN_HEADER not in headers:
            raise Denied(403, f"the header {OWN_HEADER} is missing")


def _headers(scope: Scope) -> dict[str, str]:
    """Read the headers; one that decides who may come in stands there once.

    :raises Denied: it stands there twice.
    """
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        if key in found and key in ("host", "origin", "sec-fetch-site", "authorization", "content-length"):
            raise Denied(400, f"the header {key} stands there twice")
        found[key] = f"{found[key]}; {value.decode('latin-1')}" if key in found else value.decode("latin-1")
    return found


class _Body:
    """A request's body, within its limits."""

    def __init__(self, receive: Receive, most: int, headers: Mapping[str, str]) -> None:
        """:raises Denied: it says itself that it is larger."""
        self._receive, self._most, self._seen = receive, most, 0
        self._whole = False
        declared = headers.get("content-length", "0")
        if not declared.isascii() or not declared.isdigit():
            raise Denied(400, "the length of the body is no number")
        if int(declared) > most:
            raise Denied(413, f"more than {most} bytes")

    async def receive(self) -> Event:
        if self._whole:
            return await self._receive()  # whether the other end is still there
        try:
            event = await asyncio.wait_for(self._receive(), BODY_SECONDS)
        except TimeoutError:
            raise Denied(408, "the body does not arrive") from None
        if event["type"] == "http.request":
            self._seen += len(event.get("body", b""))
            if self._seen > self._most:
                raise Denied(413, f"more than {self._most} bytes")
            self._whole = not event.get("more_body", False)
        return event


def policy(nonce: str) -> str:
    """Give the Content-Security-Policy: nothing from elsewhere, nothing inline but styles that know the nonce."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    )


def _with_headers(send: Send, nonce: str) -> Send:
    """Say with every answer what a browser may make of it."""
    fixed = {
        b"content-security-policy": policy(nonce).encode(),
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"no-referrer",
        b"cross-origin-resource-policy": b"same-origin",
        b"cross-origin-opener-policy": b"same-origin",
        b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    }

    async def guarded(event: Event) -> None:
        if event["type"] == "http.response.start":
            headers = [(name, value) for name, value in event.get("headers", ()) if name.lower() not in fixed]
            if not any(name.lower() == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            event = {**event, "headers": [*headers, *fixed.items()]}
        await send(event)

    return guarded


async def _refuse(send: Send, refused: Denied) -> None:
    page = refused.status == 401
    body = _REFUSED.encode() if page else f"{refused.reason}\n".encode()
    kind = b"text/html; charset=utf-8" if page else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
