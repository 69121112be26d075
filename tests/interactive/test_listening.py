"""An address at its end: who has connected is answered, and told that it is the last answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import needs

needs.serve()

from letterpress.interactive.listening import LOOPBACK, Listening  # noqa: E402

ASKED = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def clients() -> Iterator[list[socket.socket]]:
    opened: list[socket.socket] = []
    yield opened
    for one in opened:
        one.close()


def connected(listening: Listening, clients: list[socket.socket]) -> socket.socket:
    clients.append(socket.create_connection((LOOPBACK, listening.port), timeout=20))
    return clients[-1]


def whole(client: socket.socket) -> bytes:
    """All that comes until the connection is closed."""
    return b"".join(iter(lambda: client.recv(1000), b""))


def is_last(answer: bytes) -> bool:
    return answer.startswith(b"HTTP/1.1 200") and b"connection: close" in answer and answer.endswith(b"\r\n\r\nok")


def test_a_connection_that_nobody_had_taken_is_answered(clients: list[socket.socket]) -> None:
    """The end begins as soon as the server has started: the connection still waits at the socket."""
    listening = Listening(LOOPBACK, 0)

    def started() -> None:
        connected(listening, clients).sendall(ASKED)
        listening.stop()

    listening.serve(application, most=20, grace=5, started=started)
    assert is_last(whole(clients[0]))


def test_who_asks_on_an_open_connection_when_the_end_has_begun_is_answered(clients: list[socket.socket]) -> None:
    """On one that is new, and on one that had an answer before; who only begins to ask is told to come again."""
    listening = Listening(LOOPBACK, 0)

    def ending() -> None:
        for client in clients[:2]:
            client.sendall(ASKED)
        clients[2].sendall(ASKED[:10])

    thread = threading.Thread(
        target=listening.serve, args=(application,), kwargs={"most": 20, "grace": 5, "ending": ending}
    )
    thread.start()
    used = connected(listening, clients)
    used.sendall(ASKED)
    first = b""
    while not first.endswith(b"ok"):
        first += used.recv(1000)
    assert b"connection: close" not in first
    new, half, idle = (connected(listening, clients) for _ in range(3))
    listening.stop()
    assert is_last(whole(used))
    assert is_last(whole(new))
    assert b"503 Service Unavailable\r\nretry-after: 5\r\n" in whole(half)
    assert whole(idle) == b""
    thread.join()
