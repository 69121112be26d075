"""Every pair (or three) of what can be asked for together: works and is right by an independent look, or is refused with its reason.

`python -m tests.proofs.pairs [STRENGTH]` (`make proof-pairs`: 2) tries the rows of the covering set with all axes, each value that goes
apart, and holds the first letter of each row against veraPDF and the rules of PDF/X. A table: axes, their pairs, in how many
rows, and how these came out. It ends with 1 if something is wrong.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

from tests.pairs import apart, judging, letters
from tests.support import stores
from tests.support.project import Project


def main(argv: list[str]) -> int:
    """Try all.

    :returns: 1 if something is wrong.
    """
    strength = int(argv[0]) if argv else 2
    rows = judging.rows(strength, every=True)
    print(f"{len(rows)} rows; {len(apart.APART)} that go apart", flush=True)
    tried: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, stores.moto() as server, contextlib.chdir(folder):
        os.environ.update(server.environment)
        os.environ |= {"LETTERPRESS_PASSPHRASE": letters.PASSPHRASE, "LETTERPRESS_KEYS": folder}
        desk = judging.Desk(Project(Path(folder)), server.bucket("proof-pairs"), validate=True)
        for number, row in enumerate(rows, start=1):
            said = desk.works(row)
            print(*(f"row {number}: {one}" for one in said), sep="\n", end="\n" if said else "", flush=True)
            wrong += bool(said)
            asked = [(axis, value) for axis, value in row.items()]
            for one, other in combinations(asked, 2):
                tried[one[0], other[0]]["wrong" if said else "works"] += 1
        for values in apart.APART:
            said = desk.refuses(values)
            print(*said, sep="\n", end="\n" if said else "", flush=True)
            wrong += bool(said)
            for one, other in combinations(values.values, 2):
                tried[one, other]["wrong" if said else "refused"] += 1
    for (one, other), counted in tried.items():
        print(
            f"{one:<12}{other:<12}" + "  ".join(f"{counted[what]:5} {what}" for what in ("works", "refused", "wrong"))
        )
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
