"""Runs on many machines: python benchmarks/scale.py plan [RECORDS] | resume | ray [LETTERS]

`plan`: a Parquet list of RECORDS (default 1,000,000), planned into shards of 1,000 in a folder: time, CPU a record, and
memory for a tenth of the records and for all. `resume`: how long it takes to find out what is missing of 1,000 shards in
moto's S3, and to count them. `ray`: letters a second of one and two Ray workers against this machine's own worker
processes, in interleaved rounds, and the CPU time of the process that drives a run; needs root, see tests/support.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from tests.shards import runs  # noqa: E402
from tests.support import ray_runs, stores  # noqa: E402

from letterpress.places import place_of  # noqa: E402
from letterpress.shards import driver, manifest, planning  # noqa: E402
from letterpress.shards.local_engine import LocalEngine  # noqa: E402
from letterpress.shards.manifest import Made, Manifest  # noqa: E402
from letterpress.shards.node import Crew  # noqa: E402
from letterpress.shards.ray_engine import RayEngine  # noqa: E402

ROUNDS = 3


def plan_one(folder: Path, records: int) -> dict[str, float]:
    """Plan in this process."""
    import duckdb

    runs.project(folder, [])
    data = folder / "people.parquet"
    duckdb.execute(
        f"COPY (SELECT 'Name ' || i AS name, (i % 977) || ' Quay Road' AS street, 'Portland' AS city, 'ME' AS region, "
        f"lpad((i % 100000)::VARCHAR, 5, '0') AS postcode, 'US' AS country, i::VARCHAR AS act FROM range({records}) t(i)) "
        f"TO '{data}' (FORMAT parquet)"
    )
    begun, cpu = time.perf_counter(), time.process_time()
    run = runs.plan(folder, place_of(folder / "out"), size=planning.SHARD_SIZE, data=str(data)).run
    seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "records": run.records,
        "shards": run.shards,
        "seconds": seconds,
        "us": spent / records * 1e6,
        "mb": megabytes,
    }


def plan(records: int) -> None:
    table = Table("records", "shards", "time", "CPU a record", "memory", title="a run is planned")
    for count in (records // 10, records):
        with tempfile.TemporaryDirectory() as name:
            command = [sys.executable, __file__, "--plan", name, str(count)]
            one = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        table.add_row(
            f"{one['records']:,}",
            f"{one['shards']:,}",
            f"{one['seconds']:.0f} s",
            f"{one['us']:.0f} us",
            f"{one['mb']:.0f} MB",
        )
    Console().print(table)


def resume(shards: int = 1000, size: int = 1000) -> None:
    """A run whose shards are there, all but one."""
    with tempfile.TemporaryDirectory() as name, stores.moto() as server:
        server.bucket("bucket")
        os.environ.update(server.environment)
        runs.project(Path(name), ["a"] * shards)
        place = place_of("s3://bucket/run")
        run = runs.plan(Path(name), place_of(Path(name) / "plan"), size=1).run
        letters = tuple(
            Made(seq=n, id="0" * 32, record=str(n), status="done", output=f"{n:08}.pdf", pages=2, sha256="0" * 64)
            for n in range(size)
        )
        for shard in range(shards - 1):
            bundle = f"shards/{shard:06}.{shard:016x}.zip"
            about = {"run": run.id, "shard": shard, "attempt": f"{shard:016x}", "bundle": bundle, "size": 3}
            place.put(bundle, b"zip")
            place.put(manifest.name_of(shard), Manifest(**about, sha256="0" * 64, letters=letters).as_json())
        begun = time.perf_counter()
        missing = driver.Driver(run, place).missing
        found = time.perf_counter() - begun
        assert missing == [shards - 1]
        begun = time.perf_counter()
        counts, _ = driver.counted(run, place)
        counted = time.perf_counter() - begun
        assert counts.done == size * (shards - 1)
        print(
            f"{shards} shards in moto's S3: what is missing is known after {found:.2f} s (goal: 2 s); counted in {counted:.1f} s"
        )


def ray(letters: int) -> None:
    """In a network of its own, with nodes of one CPU each."""
    ray_runs.environment()
    ray_runs.isolate()
    table = Table("workers", "crew", "Ray", "ratio", title=f"letters a second, {letters:,} letters, best of {ROUNDS}")
    spent = 0.0
    for count in (1, 2):
        rates: dict[str, list[float]] = {"crew": [], "ray": []}
        with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp") as short, ray_runs.running(short, count) as cluster:
            for number in range(ROUNDS):
                for what in rates:
                    folder = Path(short) / f"{what}{number}"
                    runs.project(folder, [str(n) for n in range(letters)])
                    place = place_of(folder / "out")
                    run = runs.plan(folder, place, size=letters // 8).run
                    found = driver.Driver(run, place)
                    begun, cpu = time.perf_counter(), time.process_time()
                    engine = LocalEngine(run, place, Crew(jobs=count)) if what == "crew" else RayEngine(
                        run, place, Crew(jobs=1), address=cluster.cluster.address
                    )  # fmt: skip
                    for _ in found.work(engine):
                        pass
                    assert found.counts.done == letters, found.faults
                    rates[what].append(letters / (time.perf_counter() - begun))
                    spent = (time.process_time() - cpu) / letters * 1e6
        crew, other = max(rates["crew"]), max(rates["ray"])
        table.add_row(str(count), f"{crew:.0f}", f"{other:.0f}", f"{other / crew:.2f}")
    Console().print(table)
    print(f"CPU time of the driving process: {spent:.0f} us a letter, connection and all")


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else "plan"
    if what == "--plan":
        print(json.dumps(plan_one(Path(sys.argv[2]), int(sys.argv[3]))))
    elif what == "plan":
        plan(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    elif what == "resume":
        resume()
    else:
        ray(int(sys.argv[2]) if len(sys.argv) > 2 else 4000)


if __name__ == "__main__":
    main()
