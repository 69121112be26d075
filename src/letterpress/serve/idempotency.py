"""Keeps the answers to requests that have an `Idempotency-Key`, so that one that is sent again is not done again.

A key belongs to a token and an endpoint: with another token, or at another path (that of another letter, say), it is
another key. An answer is kept on the disk, for as long as results are, under a hash of all three. A request that comes
again while the first is still answered is refused, and so is one with the same key and another body, or with an
`Accept` that asks for another kind of answer.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterpress.files import atomic
from letterpress.serve.problems import Declined, refused

_HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Sent:
    """What was asked for with a key."""

    body: str
    """SHA-256."""
    kind: str
    """Media type of a good answer."""

    def check(self, other: Sent) -> None:
        """Find out whether a request that comes with the same key is the same.

        :raises Declined: it is another.
        """
        if other.body != self.body:
            raise reused("body")
        if other.kind != self.kind:
            raise reused(f"Accept: its answer was {self.kind}")


def reused(what: str) -> Declined:
    """Refuse a key that has been used for something else.

    :param what: the part of the request that was another.
    """
    message = f"this Idempotency-Key was sent before with another {what}"
    hint = "send another key with another request"
    return refused(422, "idempotency-reused", message, hint, field=_HEADER)


class Answers:
    """The answers of a service."""

    def __init__(self, folder: Path, keep: float) -> None:
        """:param keep: seconds."""
        self._folder, self._keep = folder, keep
        self._under_way: dict[str, Sent] = {}
        self._lock = threading.Lock()

    @staticmethod
    def name_of(key: str, token: str, route: str) -> str:
        """Name an answer.

        :raises Declined: the key is none.
        """
        if not KEY.fullmatch(key):
            message, hint = (
                "the Idempotency-Key is not valid",
                "write 1 to 200 visible characters of ASCII, without spaces",
            )
            raise refused(400, "idempotency-key", message, hint, field=_HEADER)
        return hashlib.sha256("\n".join((token, route, key)).encode()).hexdigest()

    def begin(self, name: str, sent: Sent) -> tuple[int, dict[str, str], bytes] | None:
        """Begin a request, or give the answer that it had: status, headers and body.

        :raises Declined: it is under way, or was another.
        """
        with self._lock:
            if name in self._under_way:
                self._under_way[name].check(sent)
                message, hint = "the same request is being answered", "send it again after a second"
                raise refused(409, "idempotency-busy", message, hint, field=_HEADER, headers={"retry-after": "1"})
            kept = self._read(name)
            if kept is None:
                self._under_way[name] = sent
                return None
        Sent(kept["request"], kept["kind"]).check(sent)
        return kept["status"], kept["headers"], base64.b64decode(kept["body"])

    def end(self, name: str, sent: Sent, answer: tuple[int, dict[str, str], bytes] | None) -> None:
        """End a request.

        :param answer: what is kept; None: nothing, it may be tried again.
        :raises LetterpressError, OSError: it cannot be kept.
        """
        try:
            if answer is not None:
                status, headers, body = answer
                kept = {"request": sent.body, "kind": sent.kind, "status": status, "headers": headers}
                text = json.dumps({**kept, "body": base64.b64encode(body).decode()})
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                atomic.write(self._folder / f"{name}.json", text.encode())
        finally:
            with self._lock:
                self._under_way.pop(name, None)

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            kept: dict[str, Any] = json.loads((self._folder / f"{name}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return kept

    def sweep(self) -> None:
        """Delete what has been kept long enough."""
        until = time.time() - self._keep
        if not self._folder.is_dir():
            return
        for path in self._folder.glob("*.json"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < until:
                    path.unlink()
