"""Eight clients at once for some seconds: each gets its own letter, and nothing grows. `make proof-serve` has more."""

from __future__ import annotations

import threading

import pytest

from letterpress.processes.limits import memory_of
from letterpress.serve.server import Server
from tests.serve import load
from tests.support.project import pdf_text

SECONDS = 10.0


@pytest.mark.slow
def test_eight_clients_get_their_own_letters_and_memory_stays(server: Server) -> None:
    requests = load.expected(server.origin)
    for _, _, pdf, name in requests:
        assert name in pdf_text(pdf)
    load.run(server.origin, requests, clients=2, seconds=1)  # every worker has had each letter's shape
    before = sum(map(memory_of, server.service.press.pids))
    lock = threading.active_count()
    done = load.run(server.origin, requests, clients=8, seconds=SECONDS)
    assert done.wrong == []
    assert len(done.seconds) > 100
    assert sum(map(memory_of, server.service.press.pids)) - before < 40_000_000
    assert server.service.press.waiting == 0
    assert threading.active_count() <= lock + 40  # a pool of the server's, and no thread for each request
