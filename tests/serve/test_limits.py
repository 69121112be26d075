"""How much the service takes, and how long: what is over a limit is refused or ended, and harms no other request.

Eight clients ask all the while, and each is to get its own letters. `make proof-serve` has more of them, for longer.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from letterpress.interactive import listening
from letterpress.processes.limits import memory_of
from letterpress.serve import service
from letterpress.serve.server import Server
from tests.serve import load
from tests.serve.client import ADA, ADMIN, RENDER, SIGN, Client, Kept, known
from tests.serve.conftest import project_at
from tests.serve.load import Load
from tests.support.project import pdf_text

SECONDS, CLIENTS = 10.0, 8
PAUSE = 0.05
"""Seconds between two requests of a client, at most: other tests of the run are at work, too."""


@dataclass
class UnderWay:
    """Clients that ask, and what there was before they began."""

    thread: threading.Thread
    done: Load
    memory: int

    def end(self) -> Load:
        self.thread.join()
        return self.done


@pytest.fixture(scope="module", autouse=True)
def under_way(server: Server) -> Iterator[UnderWay]:
    requests = load.expected(server.origin)
    for one in requests:
        assert one.pdf is not None
        assert one.name in pdf_text(one.pdf)
    load.run(server.origin, load.among(requests), clients=2, seconds=0.5)  # every worker has had each letter's shape
    done = Load()
    thread = threading.Thread(
        target=load.run,
        args=(server.origin, load.among(requests)),
        kwargs={"clients": CLIENTS, "seconds": SECONDS, "pause": PAUSE, "load": done},
    )
    one = UnderWay(thread, done, sum(map(memory_of, server.service.press.pids)))
    thread.start()
    yield one
    thread.join()


def test_a_body_without_an_end_is_not_read(server: Server) -> None:
    """Neither one that says that it is huge, nor one that says nothing and goes on, nor one that trickles."""
    head = f"POST /v1/letters/offer/check HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {RENDER}\r\ncontent-type: application/json\r\n"  # fmt: skip
    for rest, chunk, status in (
        (b"content-length: 99999999999\r\n\r\n", b"", b"413"),
        (b"transfer-encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 0x10000 + b"\r\n", b"413"),
        (b"content-length: 1000\r\n\r\n", b"x", b"408"),
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(head.encode() + rest)
            stop = threading.Event()

            def send(
                connection: socket.socket = connection, chunk: bytes = chunk, stop: threading.Event = stop
            ) -> None:
                while chunk and not stop.is_set():
                    try:
                        connection.sendall(chunk)
                    except OSError:
                        return
                    stop.wait(0.1 if len(chunk) == 1 else 0)

            sender = threading.Thread(target=send)
            sender.start()
            answer = connection.recv(200)
            stop.set()
            sender.join()
            assert answer.split()[1] == status


def test_a_client_that_sends_too_much_comes_to_the_answer(server: Server) -> None:
    """It hears nothing before it has sent all, as many do."""
    size = 1_900_000
    head = f"POST /v1/letters/offer/check HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {RENDER}\r\ncontent-type: application/json\r\ncontent-length: {size}\r\n\r\n"  # fmt: skip
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head.encode())
        for _ in range(19):
            connection.sendall(b" " * (size // 19))
            time.sleep(0.01)
        answer = connection.recv(2000)
    assert answer.split()[1] == b"413"


def test_a_client_that_goes_away_harms_nobody(server: Server, client: Client) -> None:
    body = json.dumps({"data": ADA}).encode()
    head = f"POST /v1/letters/offer/render HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {RENDER}\r\ncontent-type: application/json\r\n"  # fmt: skip
    whole = head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body
    for length in (10, len(whole) - 5, len(whole)):
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(whole[:length])
    assert client.made("offer", {"data": ADA})


def _little(root: Path, seconds: int = 20) -> Server:
    """A service with little room; its store is its own."""
    (project_at(root) / "serve.toml").write_text(
        f"workers = 2\n[limits]\nseconds = {seconds}\nmemory_mb = 450\nrate = 60\nqueue = 8\n", encoding="utf-8"
    )
    return Server(root, tokens=known(), log=Kept().log)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with _little(tmp_path_factory.mktemp("small") / "project").served() as server:
        yield server


@pytest.fixture
def hasty(tmp_path: Path) -> Any:
    with _little(tmp_path / "project", seconds=3).served() as server:
        yield server


@pytest.fixture
def stopped(tmp_path: Path) -> Any:
    """Another of them, for the test that stops it."""
    with _little(tmp_path / "project").served() as server:
        yield server


def test_who_asks_too_often_waits(small: Server) -> None:
    with Client(small) as client, Client(small, SIGN) as other:
        answers = [client.get("/v1/letters") for _ in range(12)]
        assert [one.status_code for one in answers[:10]] == [200] * 10
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert other.get("/v1/letters").status_code == 200  # another token has a bucket of its own
        assert client.get("/health").status_code == 200


def test_a_letter_that_hangs_or_eats_memory_harms_no_other(hasty: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the two workers is ended at its limit; the other answers meanwhile, and a new one comes."""
    monkeypatch.setattr(hasty.service.rates, "_each", 0.0)
    words = "Ada Brook of Bangor " * 40_000
    with Client(hasty, ADMIN) as client:
        client.made("offer", {"data": ADA})
        done: list[Any] = []
        huge = threading.Thread(
            target=lambda: done.append(
                httpx.post(
                    f"{hasty.origin}/v1/letters/offer/render",
                    json={"data": {**ADA, "Occasion": words}},
                    headers={"authorization": f"Bearer {RENDER}"},
                    timeout=60,
                )
            )
        )
        huge.start()
        others = 0
        while huge.is_alive() and others < 2000:
            assert client.made("offer", {"data": {**ADA, "Name": f"Bo {others}"}})
            others += 1
        huge.join()
        assert others
        assert done[0].status_code == 422
        assert done[0].json()["code"] == "limit", done[0].text
        assert done[0].json()["diagnostics"][0]["code"] in ("limit-time", "limit-memory")


def test_who_finds_the_queue_full_comes_again(small: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small.service.rates, "_each", 0.0)
    monkeypatch.setattr(type(small.service.press), "waiting", property(lambda _: 8))
    with Client(small) as client:
        answer = client.post("/v1/letters/offer/render", {"data": ADA})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "queue-full", "1")


def test_a_worker_that_is_killed_is_replaced(small: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small.service.rates, "_each", 0.0)
    with Client(small) as client:
        before = client.made("offer", {"data": ADA})
        for pid in small.service.press.pids:
            os.kill(pid, signal.SIGKILL)
        assert client.made("offer", {"data": ADA}) == before


def test_a_stop_loses_no_request(stopped: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks meanwhile has a whole answer, and who waits for a job's results hears that they are not all."""
    monkeypatch.setattr(stopped.service.rates, "_each", 0.0)
    monkeypatch.setattr(service, "STOPPING", 1.0)
    monkeypatch.setattr(listening, "LAST_CALL", 5.0)  # a client on a busy machine is slow to ask again
    records = [{**ADA, "Occasion": "fair " * words} for words in range(90, 130)]
    connections = [http.client.HTTPConnection("127.0.0.1", stopped.port, timeout=60) for _ in range(4)]
    for one in connections:
        one.connect()
    with ThreadPoolExecutor() as pool, Client(stopped) as client:
        job = client.post("/v1/letters/offer/jobs", {"records": records}).json()["id"]
        whats = ("render", "check", "schema")
        asking = [pool.submit(_asked_until_told_to_go, *pair) for pair in zip(connections, whats, strict=False)]
        slow = pool.submit(_slow_body, connections[-1])
        with client.http.stream("GET", f"/v1/jobs/{job}/results?wait=true") as answer:
            lines = answer.iter_lines()
            first = json.loads(next(lines))
            stopped.stop()
            *more, end = map(json.loads, lines)
        assert [row["number"] for row in (first, *more)] == list(range(1, len(more) + 2))
        assert end == {"complete": False, "after": 1 + len(more)}
        for answered in asking:
            assert set(answered.result()) <= {200, 503}
        assert slow.result() == 503
    about = stopped.service.config.store / "jobs" / job / "job.json"
    until = time.monotonic() + 30
    while json.loads(about.read_bytes())["state"] == "running" and time.monotonic() < until:
        time.sleep(0.05)
    assert json.loads(about.read_bytes())["state"] == "queued"  # it goes on with the next start


def _asked_until_told_to_go(connection: http.client.HTTPConnection, what: str) -> list[int]:
    """Ask again and again on one connection, until an answer says that it is the last; gives the answers' statuses."""
    headers = {"authorization": f"Bearer {RENDER}", "content-type": "application/json"}
    method, body = ("GET", None) if what == "schema" else ("POST", json.dumps({"data": ADA}))
    statuses = []
    while True:
        connection.request(method, f"/v1/letters/offer/{what}", body, headers)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
        if answer.status == 503:
            assert answer.headers["retry-after"]
        if answer.headers["connection"] == "close":
            connection.close()
            return statuses


def _slow_body(connection: http.client.HTTPConnection) -> int:
    """Send half a body, and wait; gives the status of the answer."""
    connection.putrequest("POST", "/v1/letters/offer/check")
    for name, value in (
        ("authorization", f"Bearer {RENDER}"),
        ("content-type", "application/json"),
        ("content-length", "9"),
    ):
        connection.putheader(name, value)
    connection.endheaders(b'{"da')
    answer = connection.getresponse()
    assert answer.headers["retry-after"]
    connection.close()
    return answer.status


def test_eight_clients_get_their_own_letters_and_memory_stays(server: Server, under_way: UnderWay) -> None:
    done = under_way.end()
    assert done.wrong == []
    assert len(done.seconds) > 100
    assert sum(map(memory_of, server.service.press.pids)) - under_way.memory < 40_000_000
    assert server.service.press.waiting == 0
    threads = Counter(re.sub(r"\d", "", one.name) for one in threading.enumerate())
    assert max(threads.values()) <= 40  # a pool of the server's, and no thread for each request


def test_all_bodies_together_have_a_limit(
    server: Server, client: Client, under_way: UnderWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way.end()
    assert server.service.room.taken == 0
    monkeypatch.setattr(server.service.room, "most", 100)
    answer = client.post("/v1/letters/offer/check", {"data": ADA})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "bodies-full", "2")
    monkeypatch.undo()
    assert server.service.room.taken == 0
    assert client.post("/v1/letters/offer/check", {"data": ADA}).status_code == 200
