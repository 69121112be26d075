"""A client of the service: what a program sends, and what it gets."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx

from letterpress.serve import tokens
from letterpress.serve.logs import Log
from letterpress.serve.server import Server

RENDER, SIGN, ADMIN, OTHER = (f"{name}-" + "0123456789abcdef" * 2 for name in ("render", "sign", "admin", "other"))
TOKENS = f"shop render {RENDER}; office render,sign {SIGN}; watch admin {ADMIN}; other render {OTHER}"
ADA = {
    "Name": "Ada Brook",
    "Street address": "4 Elm Lane",
    "ZIP": "04401",
    "City": "Bangor",
    "State": "ME",
    "Country": "US",
    "Occasion": "wedding invitation",
    "Copies": 150,
    "Price": "412.50",
    "Due": "2026-04-30",
    "Member": "yes",
}
"""A record that the letter `offer` can be made of."""


def known() -> tokens.Tokens:
    return tokens.parsed(TOKENS, "the tests")


@contextlib.contextmanager
def process(
    root: Path, *options: str, tokens: str = TOKENS, log: int | IO[str] = subprocess.DEVNULL
) -> Iterator[Process]:
    """Run `letterpress serve` as a process of its own, which is killed at the end if it has not ended by itself.

    :param log: where its log goes.
    """
    command = [sys.executable, "-m", "letterpress", "serve", str(root), "--port", "0", "--json", *options]
    environment = {**os.environ, "LETTERPRESS_TOKENS": tokens}
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    try:
        assert started.stdout is not None
        said = "".join(iter(started.stdout.readline, "}\n"))
        yield Process(started, json.loads(said + "}")["address"])
    finally:
        started.kill()
        started.communicate()


@dataclass
class Process:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    origin: str

    @property
    def pid(self) -> int:
        return self.process.pid


class Client:
    """Asks a server with a token."""

    def __init__(self, server: Server | Process, token: str | None = RENDER) -> None:
        self.server = server
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=server.origin, headers=headers, timeout=60)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.http.post(path, json={} if body is None else body, **more)

    def made(self, letter: str, body: Any = None, **more: Any) -> bytes:
        """The PDF of a letter."""
        answer = self.post(f"/v1/letters/{letter}/render", body, **more)
        assert answer.status_code == 200, answer.text
        return answer.content

    def ended(self, job: str, seconds: float = 60) -> dict[str, Any]:
        """Wait until a job has ended."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            about: dict[str, Any] = self.get(f"/v1/jobs/{job}").json()
            if about["state"] not in ("queued", "running"):
                return about
            time.sleep(0.05)
        raise AssertionError(f"the job does not end: {about}")

    def rows(self, job: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.get(f"/v1/jobs/{job}/results").text.splitlines()]


class Kept:
    """A log that is kept."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.log = Log(self.text)

    def lines(self, event: str) -> list[dict[str, Any]]:
        every = map(json.loads, self.text.getvalue().splitlines())
        return [line for line in every if line["event"] == event]


def below(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(path.parent.name)
            found += [child, *below(child)]
    return found
