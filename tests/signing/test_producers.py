"""Good files of usual producers raise no alarm: a dozen here, all of them by `make proof-producers`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.proofs import producers
from tests.support import signing
from tests.support.mutations import AUTHORITY


@pytest.fixture(scope="module")
def services() -> Iterator[signing.Services]:
    running = signing.Services(AUTHORITY)
    yield running
    running.close()


def test_a_dozen_good_files(services: signing.Services) -> None:
    judged = {file.name: producers.judged(file) for file in producers.a_dozen(services.url)}
    assert len(judged) >= 12
    assert {name: words for name, words in judged.items() if words != ("clean", "")} == {}
