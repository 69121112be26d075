"""Tells programs elsewhere what becomes of jobs: a signed POST, sent again until it is taken.

A message goes to an address of the public internet, unless its host or network is allowed by name: a client must not
reach what only the service can. The name is looked up once, every address that it has is looked at, and the connection
goes to that very address; a redirection is not followed.

The header `Letterpress-Signature: t=SECONDS,v1=HEX` has the HMAC-SHA256, under the service's secret, of `SECONDS.BODY`.

Not here: when there is something to tell (jobs.py). Sources: RFC 2104 (HMAC); RFC 6890 (addresses of special use).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from letterpress.errors import LetterpressError
from letterpress.files import atomic
from letterpress.serve import json_lines
from letterpress.serve.config import Config
from letterpress.serve.logs import Log
from letterpress.serve.metrics import Metrics
from letterpress.serve.problems import refused

SECONDS = 10.0
"""Seconds that one attempt may take."""
LONGEST = 3600.0
"""Seconds between two attempts, at most."""
_LOOK = 0.5
_AT_ONCE = 4
"""Messages that are sent at once: one that nobody takes keeps no other waiting."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Denied(Exception):
    """An address that no message goes to."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Target:
        """Read a URL.

        :raises Denied: it is none that a message can go to.
        """
        if not url.isascii() or any(char <= " " for char in url):
            raise Denied("the URL holds signs that are to be escaped")
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise Denied("the URL is none") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
            raise Denied("the URL is not http or https, or holds a password")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, parts.hostname.rstrip(".").lower(), port, path)


class Allowed:
    """Which addresses messages may go to."""

    def __init__(self, named: Iterable[str]) -> None:
        """:param named: hosts, or networks, besides the public internet."""
        self._hosts: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for one in named:
            try:
                self._networks.append(ipaddress.ip_network(one, strict=False))
            except ValueError:
                self._hosts.add(one.lower())

    def address(self, target: Target) -> str:
        """Look a host up, and choose the address that is connected to.

        :raises Denied: it has none, or one that no message may go to.
        """
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Denied("the host has no address") from None
        addresses = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
        named = target.host in self._hosts or f"{target.host}:{target.port}" in self._hosts
        if not named and not all(self.is_good(one) for one in addresses):
            raise Denied("the host is not on the public internet, and not allowed by name")
        return addresses[0]

    def is_good(self, address: str) -> bool:
        """Whether messages may go to an address, whatever it is called."""
        one: Address = ipaddress.ip_address(address)
        if any(one.version == network.version and one in network for network in self._networks):
            return True
        if isinstance(one, ipaddress.IPv6Address):
            if one.ipv4_mapped is not None:
                return self.is_good(str(one.ipv4_mapped))
            if one.sixtofour is not None or one.teredo is not None:  # leads to an address of the other kind
                return False
            if one in _NAT64:
                return self.is_good(str(ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)))
        return one.is_global and not (one.is_multicast or one.is_reserved or one.is_unspecified)


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(slots=True)
class _Message:
    path: Path
    """Where it is kept until it is taken."""
    url: str
    body: bytes
    tried: int
    at: float
    """When it is tried next, by the clock on the wall."""


class Webhooks:
    """Sends messages."""

    def __init__(self, config: Config, log: Log, metrics: Metrics) -> None:
        """Begin; messages that were not taken before go on."""
        self._config, self._log, self._metrics = config, log, metrics
        self._table = config.file.webhooks
        self.allowed = Allowed(self._table.allow)
        self._folder = config.store / "messages"
        self._waiting: list[_Message] = []
        self._changed = threading.Condition()
        self._closed = False
        self._count = 0
        self._read()
        for number in range(_AT_ONCE):  # nobody waits for their end: what they are at goes on with the next start
            threading.Thread(target=self._work, name=f"letterpress-webhooks-{number}", daemon=True).start()

    def check(self, url: str) -> None:
        """Refuse a webhook that could not be told.

        :raises Declined: there is no secret to sign with, or it may not be told.
        """
        if self._config.secret is None:
            message = "the service has no secret to sign messages with"
            hint = "leave out the webhook; or whoever runs the service sets webhooks.secret_env in serve.toml"
            raise refused(422, "webhook-unset", message, hint, field="webhook")
        try:
            self.allowed.address(Target.of(url))
        except Denied as denied:
            hint = "name an address of the public internet; or whoever runs the service sets webhooks.allow"
            message = f"the webhook is refused: {denied}"
            raise refused(422, "webhook-denied", message, hint, field="webhook.url") from None

    def tell(self, url: str, event: str, about: dict[str, Any]) -> None:
        """Send a message; it is kept until it is taken, or was tried as often as it may be."""
        with self._changed:
            self._count += 1
            name = f"{time.time_ns()}-{self._count}"
            body = json_lines.line({"id": name, "event": event, **about}).encode()
            message = _Message(self._folder / f"{name}.json", url, body, 0, time.time())
            with contextlib.suppress(OSError, LetterpressError):  # a full disk: it is sent, if not after a restart
                self._keep(message)
            self._waiting.append(message)
            self._changed.notify()

    def close(self) -> None:
        """Send no more; what was not taken waits for the next start."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _keep(self, message: _Message) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = {"url": message.url, "body": message.body.decode(), "tried": message.tried, "at": message.at}
        atomic.write(message.path, json.dumps(kept).encode())

    def _read(self) -> None:
        for path in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else ():
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                kept = json.loads(path.read_bytes())
                self._waiting.append(
                    _Message(path, kept["url"], kept["body"].encode(), int(kept["tried"]), float(kept["at"]))
                )

    def _work(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                now = time.time()
                message = next((one for one in self._waiting if one.at <= now), None)
                if message is None:
                    self._changed.wait(_LOOK if self._waiting else None)
                    continue
                self._waiting.remove(message)
            self._try(message)

    def _try(self, message: _Message) -> None:
        outcome = self._sent(message)
        message.tried += 1
        again = outcome == "failed" and message.tried < self._table.attempts
        self._metrics.webhooks.labels("again" if again else outcome).inc()
        self._log.write("webhook", outcome=outcome, attempt=message.tried, again=again)
        with self._changed, contextlib.suppress(OSError, LetterpressError):
            if again:
                message.at = time.time() + min(LONGEST, self._table.first_wait * 3 ** (message.tried - 1))
                self._waiting.append(message)
                self._changed.notify()
                self._keep(message)
            else:
                message.path.unlink(missing_ok=True)

    def _sent(self, message: _Message) -> str:
        """Try once: `sent`, `failed`, or `denied`, after which it is not tried again."""
        seconds = str(int(time.time()))
        mac = hmac.new(self._config.secret or b"", f"{seconds}.".encode() + message.body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/json",
            "letterpress-signature": f"t={seconds},v1={mac}",
            "user-agent": "letterpress",
        }
        try:
            status = post(self.allowed, message.url, message.body, headers)
        except Denied:
            return "denied"
        except (OSError, http.client.HTTPException, ValueError):
            return "failed"
        return "sent" if 200 <= status < 300 else "failed"


def post(allowed: Allowed, url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a POST to the address that was looked at; gives the status of the answer.

    :raises Denied: it may not go there.
    :raises OSError: nobody takes it.
    """
    target = Target.of(url)
    address = allowed.address(target)
    plain = socket.create_connection((address, target.port), timeout=SECONDS)
    connection = http.client.HTTPConnection(target.host, target.port, timeout=SECONDS)
    try:
        if target.scheme == "https":
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        connection.sock = plain
        connection.request("POST", target.path, body, headers)
        return connection.getresponse().status
    finally:
        plain.close()
        connection.close()
