"""Tests in another order, the same for the same number: `pytest --shuffle 7`.

Folders, the modules of a folder and the tests of a module each change places. Tests of two folders do not mix: what a
folder or a module sets up once is still set up once, and a browser's event loop ends with the tests that need it.
"""

from __future__ import annotations

import random
from collections import defaultdict

import pytest


def shuffle(items: list[pytest.Item], seed: str) -> None:
    """Put tests into another order, in their place."""
    chance = random.Random(seed)
    places: defaultdict[str, float] = defaultdict(chance.random)
    found = [
        (places[str(item.path.parent)], places[str(item.path)], chance.random(), at) for at, item in enumerate(items)
    ]
    items[:] = [items[at] for *_, at in sorted(found)]
