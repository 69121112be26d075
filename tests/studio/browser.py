"""What a browser sends, by hand: requests with their headers, and whatever else somebody may send."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator, Mapping
from typing import Any

PATIENCE = 60


class Answer:
    """An answer, read to its end."""

    def __init__(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.status, self.headers, self.data = status, {name.lower(): value for name, value in headers.items()}, data

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.data.splitlines()]

    @property
    def codes(self) -> list[str]:
        return [fault["code"] for fault in self.json["faults"]]


class Browser:
    """A page of the studio's own, unless headers say otherwise."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    def come_in(self, address: str) -> Answer:
        answer = self.get(address.partition(f":{self.port}")[2])
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer

    def headers(self, **other: str | None) -> dict[str, str]:
        """Those of a page's own script; None takes one away."""
        usual = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": self.cookie,
            "Origin": f"http://127.0.0.1:{self.port}",
            "Sec-Fetch-Site": "same-origin",
            "Letterpress-Studio": "1",
            "Content-Type": "application/json",
        }
        given = {name.replace("_", "-"): value for name, value in other.items()}
        known = {name.lower(): name for name in usual}
        merged: dict[str, str | None] = dict(usual)
        for name, value in given.items():
            merged[known.get(name.lower(), name)] = value
        return {name: value for name, value in merged.items() if value}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, self.headers(**headers))
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str | None) -> Answer:
        return self.ask("POST", path, json.dumps(body).encode(), **headers)

    def put(self, path: str, body: Any, **headers: str | None) -> Answer:
        return self.ask("PUT", path, json.dumps(body).encode(), **headers)

    def streamed(self, path: str, body: Any) -> Iterator[Any]:
        """The lines of an answer as they come; the connection is closed where the caller stops."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", path, json.dumps(body).encode(), self.headers())
            answer = connection.getresponse()
            while line := answer.readline():
                yield json.loads(line)
        finally:
            connection.close()

    def raw(self, data: bytes) -> bytes:
        """Whatever comes back for these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while block := connection.recv(65_536):
                received += block
        return received
