"""Writes the service's log: a JSON object a line, about requests and jobs, without a word of what is in them.

No line has a recipient's name or address, a text, a value, a token, a file's name or a query. What a request was is
told by its route (`/v1/letters/{letter}/render`), its token's name and its trace, which the answer has as well.

Source: W3C Trace Context (`traceparent`).
"""

from __future__ import annotations

import datetime
import re
import secrets
import sys
import threading
import traceback
from pathlib import Path
from typing import IO, Any

from letterpress.serve import json_lines

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")


class Log:
    """A log."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        """:param stream: None: the standard error output."""
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, event: str, **about: Any) -> None:
        """Write a line.

        :param event: what has happened, such as `request`.
        """
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        line = json_lines.line({"time": now, "event": event, **about})
        with self._lock:
            try:
                print(line, file=self._stream or sys.stderr, flush=True)
            except (OSError, ValueError):  # nobody reads it any more: no reason to stop
                return

    def failure(self, error: BaseException, **about: Any) -> None:
        """Write down where something failed that nobody foresaw: its kind and its frames, and not what it says."""
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        where = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
        self.write("failure", kind=type(error).__name__, where=where, **about)


def trace_of(traceparent: str | None) -> str:
    """Take the trace of whoever asks, or begin one: 32 hexadecimal digits."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    return match[1] if match and match[1].strip("0") else secrets.token_hex(16)
