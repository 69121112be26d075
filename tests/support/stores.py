"""Object storage for tests, on 127.0.0.1: moto's server for S3, Azurite for Azure, and a proxy that spoils requests."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support import needs

SECRET = "an-access-key-that-nobody-may-read"
"""The secret access key of all tests: no message may have it."""
_SERVE = """
import sys, threading
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
moto, lock = DomainDispatcherApplication(create_backend_app), threading.Lock()
def one_by_one(environment, start):
    with lock:
        return moto(environment, start)
server = make_server("127.0.0.1", 0, one_by_one, True, request_handler=MotoRequestHandler)
print(server.port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
"""
"""moto 5.2 looks whether a key is there, and writes it later: of two threads of its own both may be told that they have
created it (seen on a busy machine, for one of 50 keys). One request at a time, it keeps what S3 promises."""


@dataclass(frozen=True)
class Moto:
    """A server that speaks S3."""

    port: int

    @property
    def environment(self) -> dict[str, str]:
        """What leads letterpress to the server."""
        return environment(self.port)

    def bucket(self, name: str) -> str:
        """Make an empty bucket; gives its address."""
        self._send("PUT", f"/{name}")
        return f"s3://{name}"

    def drop(self, name: str) -> None:
        """Remove an empty bucket."""
        self._send("DELETE", f"/{name}")

    @contextmanager
    def strict(self) -> Iterator[None]:
        """Let nobody in whose credentials the server does not know: nobody at all."""
        self._send("POST", "/moto-api/reset-auth", b"0")
        try:
            yield
        finally:
            self._send("POST", "/moto-api/reset-auth", b"inf")

    def _send(self, method: str, path: str, body: bytes | None = None) -> None:
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, method=method, data=body, headers={"Content-Type": "text/plain"})
        with urllib.request.urlopen(request):
            pass


def environment(port: int) -> dict[str, str]:
    """The environment variables of a store that speaks S3 at a port of this machine."""
    return {
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "LETTERPRESS_STORE_SECONDS": "20",
    }


@contextmanager
def moto() -> Iterator[Moto]:
    """Start moto's server in a process of its own; the calling test skips where it is not installed."""
    needs.package("moto", "moto[s3,server]")
    needs.package("obstore", "letterpress[store]")
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield Moto(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


# --- a proxy ----------------------------------------------------------------------------------------------------------


@dataclass
class Request:
    """What a client has sent."""

    method: str
    path: str
    headers: dict[str, str]
    number: int
    """Counted from 1."""


Spoil = Callable[[Request], int | str | None]
"""What becomes of a request: None: it goes through, as it is then. A number: that is the answer. `lost`: it goes
through, and the answer is lost. `cut`: half of the answer arrives."""


@dataclass
class Proxy:
    """A proxy in front of a store."""

    port: int
    seen: list[Request] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.port)


@contextmanager
def proxy(upstream: int, spoil: Spoil) -> Iterator[Proxy]:
    """Stand between a client and the server at the port `upstream`."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with lock:
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, self.path, headers, len(found.seen) + 1)
                found.seen.append(request)
            verdict = spoil(request)
            if isinstance(verdict, int):
                self.answer(verdict, {}, b"")
                return
            connection = http.client.HTTPConnection("127.0.0.1", upstream, timeout=30)
            try:
                connection.request(self.command, self.path, body=body or None, headers=request.headers)
                response = connection.getresponse()
                content = response.read()
            finally:
                connection.close()
            if verdict == "lost":
                self.close_connection = True
                return
            kept = {name: value for name, value in response.getheaders() if name.lower() not in _PER_HOP}
            if self.command == "HEAD":
                kept["Content-Length"] = response.getheader("Content-Length", "0")
            self.answer(response.status, kept, content, cut=verdict == "cut")

        def answer(self, status: int, headers: dict[str, str], content: bytes, *, cut: bool = False) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content[: len(content) // 2] if cut else content)
            self.close_connection = cut

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_one

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that has gone is meant to
    found = Proxy(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_PER_HOP = ("connection", "content-length", "transfer-encoding", "server", "date")


def slow(seconds: float) -> Spoil:
    """A store that takes its time."""

    def spoil(_: Request) -> None:
        time.sleep(seconds)

    return spoil


def deaf(request: Request) -> None:
    """A store that ignores conditions."""
    request.headers.pop("if-none-match", None)
