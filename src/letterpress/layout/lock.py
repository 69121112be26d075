"""Holds the layout to one thread at a time: Pango's font maps are not safe in threads.

Not here: what is done meanwhile (`engine`, `unlaid`).
"""

from __future__ import annotations

from letterpress.processes import forks

_lock = forks.Lock()


def held() -> forks.Lock:
    """Keep all other threads from laying out while the block runs, and from forking."""
    return _lock
