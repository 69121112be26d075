"""Makes all shards of a run as if nobody else did: `python -m tests.support.shard_racer FOLDER START`.

It begins when the file START is there, never looks whether a shard is made, and prints for each shard the attempt that
counts.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from letterpress.places import place_of
from letterpress.shards import run
from letterpress.shards.node import Crew, Node
from tests.shards import runs


def main() -> None:
    place, start = place_of(Path(sys.argv[1])), Path(sys.argv[2])
    found = run.read(place)
    with Node(found, runs.Blind(place), Crew(jobs=0, press=runs.QUICK)) as node:  # type: ignore[arg-type]
        print("ready", flush=True)
        while not start.exists():
            time.sleep(0.001)
        for shard in range(found.shards):
            print(node.work(shard).attempt, flush=True)


if __name__ == "__main__":
    main()
