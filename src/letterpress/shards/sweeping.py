"""Removes what attempts have left that were ended, or were second: files of a shard that its manifest does not name.

Only of shards that are made: the file of an attempt that is still at work may be the one that counts.

Not here: the files of a plan that does not count (planning.py).
"""

from __future__ import annotations

import re

from letterpress.places import Place
from letterpress.shards import manifest
from letterpress.shards.layout import attempt_prefix
from letterpress.shards.run import Run

_ATTEMPT = re.compile(r"shards/(\d{6,})\.([0-9a-f]{16})[./].*")


def sweep(run: Run, place: Place) -> int:
    """Remove them; gives their number."""
    made: set[int] = set()
    attempts: dict[int, dict[str, list[str]]] = {}
    for entry in place.list(manifest.FOLDER):
        shard = manifest.shard_of(entry.name)
        if shard is not None:
            made.add(shard)
        elif found := _ATTEMPT.fullmatch(entry.name):
            attempts.setdefault(int(found[1]), {}).setdefault(found[2], []).append(entry.name)
    count = 0
    for shard, names in attempts.items():
        if shard not in made or len(names) < 2:  # of a shard that is made one attempt counts, and left its files
            continue
        kept = attempt_prefix(shard, manifest.read(place, run, shard).attempt)
        for name in (name for group in names.values() for name in group if not name.startswith(kept)):
            place.remove(name)
            count += 1
    return count
