"""A long run under fire: python benchmarks/kill.py [LETTERS [KILLS]], or `make proof-kills`

Small letters (default 100,000), made by real workers, while workers and the parent are killed with SIGKILL at random
moments (default 400 times). Then every file is compared with what it must be: none lost, doubled or torn; and the
journal knows each. Exits 1 if one is, or if the run was over before the last kill. Takes ten minutes on two cores.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support import makers, runner  # noqa: E402

from letterpress.batch.journal import Journal  # noqa: E402
from letterpress.model import Job  # noqa: E402


def main() -> int:
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    seed = random.randrange(10**6)
    with tempfile.TemporaryDirectory() as name:
        data, folder = Path(name) / "names.csv", Path(name) / "out"
        data.write_text("name,act\n" + "".join(f"Name {n},\n" for n in range(1, letters + 1)), encoding="utf-8")
        begun = time.monotonic()
        workers, parents = runner.run_under_fire(
            folder, data, maker="quick", kills=kills, pause=(0.02, 0.35), seed=seed, parents=0.05
        )
        seconds = time.monotonic() - begun
        faults = check(folder, letters)
        faults += [f"left behind: {path.name}" for path in folder.rglob("*.part")]
        with Journal(folder, write=False) as journal:
            runs = journal.runs()
            counts = runs[0].counts
            known = sum(journal.made(f"{number:06}.pdf") is not None for number in range(1, letters + 1))
        if known != letters or counts["done"] + counts["skipped"] != letters:
            faults.append(f"the journal knows {known} files of {letters}, and of the last run {dict(counts)}")
        print(
            f"{letters} letters, {workers} workers and {parents} parents killed in {len(runs)} runs, "
            f"{seconds:.0f} s, seed {seed}"
        )
        print(f"the last run: {dict(counts)}")
        print("\n".join(faults[:20]) if faults else "none lost, none doubled, none torn")
        if workers + parents < kills:
            print(f"the run was over after {workers + parents} kills: ask for more letters")
        return 1 if faults or workers + parents < kills else 0


def check(folder: Path, letters: int) -> list[str]:
    """What is wrong with the folder; nothing, it is hoped."""
    faults = []
    there = {path.name for path in folder.iterdir() if path.name != ".letterpress"}
    wanted = {f"{number:06}.pdf" for number in range(1, letters + 1)}
    faults += [f"lost: {name}" for name in sorted(wanted - there)]
    faults += [f"not asked for: {name}" for name in sorted(there - wanted)]
    base = runner.letter(folder.parent)
    for number in range(1, letters + 1):
        job = Job(letter=base, values=(("to.name", f"Name {number}"),), record=str(number))
        path = folder / f"{number:06}.pdf"
        if path.name in there and path.read_bytes() != makers.content(job):
            faults.append(f"torn: {path.name}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
