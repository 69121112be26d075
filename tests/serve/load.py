"""Many clients at once: every answer is compared with the letter of its own request, made alone before."""

from __future__ import annotations

import http.client
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.serve.client import ADA, RENDER

WORDS = "harbour mill bridge orchard river tide light quay paper letter".split()


@dataclass
class Load:
    """What came of it."""

    seconds: list[float] = field(default_factory=list)
    """Of each answer."""
    wrong: list[str] = field(default_factory=list)
    """Answers that were none, or another's."""

    def within(self, share: float) -> float:
        """Milliseconds in which that share of the answers came."""
        return 1000 * sorted(self.seconds)[int(len(self.seconds) * share)]


@dataclass(frozen=True)
class Asked:
    """A request, and its answer."""

    letter: str
    body: bytes
    name: str
    """The recipient's."""
    pdf: bytes | None = None
    """None: any."""


def pool(number: int = 24) -> list[tuple[str, dict[str, Any]]]:
    """Requests of mixed sizes: a letter that is filled with a record, one that only has its recipient, long texts."""
    chance = random.Random(7)
    found: list[tuple[str, dict[str, Any]]] = []
    for at in range(number):
        name = f"{chance.choice(WORDS).title()} {chance.choice(WORDS).title()} {at}"
        words = " ".join(chance.choices(WORDS, k=chance.choice((2, 3, 4, 9, 60))))
        if at % 3:
            found.append(("offer", {"data": {**ADA, "Name": name, "Occasion": words}}))
        else:
            address = {"street": "4 Elm Lane", "city": "Bangor", "region": "ME", "postcode": "04401"}
            found.append(("korea-policy", {"data": {"name": name, **address}}))
    return found


class Connection:
    """A client that keeps its connection."""

    def __init__(self, origin: str, token: str = RENDER) -> None:
        parts = urlsplit(origin)
        self.http = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=120)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, letter: str, body: bytes) -> tuple[int, bytes]:
        if self.http.sock is None:
            self.http.connect()
            self.http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.http.request("POST", f"/v1/letters/{letter}/render", body, self.headers)
        answer = self.http.getresponse()
        return answer.status, answer.read()


def expected(origin: str, token: str = RENDER) -> list[Asked]:
    """The requests of the pool with their PDFs, made one after the other."""
    connection = Connection(origin, token)
    found = []
    for letter, request in pool():
        body = json.dumps(request).encode()
        status, pdf = connection.ask(letter, body)
        assert status == 200, pdf[:1000]
        data = request["data"]
        found.append(Asked(letter, body, data.get("Name") or data["name"], pdf))
    connection.http.close()
    return found


def among(requests: Sequence[Asked]) -> Callable[[random.Random], Asked]:
    """Choose any of these."""
    return lambda chance: chance.choice(requests)


def run(
    origin: str,
    choose: Callable[[random.Random], Asked],
    *,
    clients: int,
    seconds: float,
    token: str = RENDER,
    pause: float = 0.0,
    load: Load | None = None,
) -> Load:
    """Ask as often as answers come.

    :param choose: what is asked for next, by the chance of a client of its own.
    :param pause: seconds that a client waits before it asks again, at most.
    :param load: what is added to.
    """
    load = Load() if load is None else load
    until = time.monotonic() + seconds

    def work(number: int) -> None:
        connection, chance = Connection(origin, token), random.Random(number)
        while time.monotonic() < until:
            asked = choose(chance)
            begun = time.perf_counter()
            try:
                status, got = connection.ask(asked.letter, asked.body)
            except (OSError, http.client.HTTPException) as error:
                load.wrong.append(f"no answer: {error!r}")
                connection.http.close()
                continue
            load.seconds.append(time.perf_counter() - begun)
            if status != 200 or (not got.startswith(b"%PDF") if asked.pdf is None else got != asked.pdf):
                load.wrong.append(f"{status} {got[:300]!r}")
            time.sleep(pause * chance.random())
        connection.http.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load
