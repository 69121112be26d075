"""How fast a merge is: python benchmarks/merge.py [LETTERS]

The seed letter's text to LETTERS people (default 200): `letterpress merge` with one and two workers, its run without
the letters (journal, pipes, fsync, supervision), the time to the first letter, and what the parent needs of memory;
against WeasyPrint in a plain loop, which writes its files as anybody would, and Typst. Medians of three.
"""

from __future__ import annotations

import csv
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bench
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "content/letters/korea-policy.md"
RUNS = 3


def project(folder: Path, letters: int) -> Path:
    """The seed letter, with its addressees in a table."""
    text = SEED.read_text(encoding="utf-8")
    text = re.sub(r"^to:\n(?:  .*\n)+", "", text, flags=re.MULTILINE)
    for path in ("content/letters/korea-policy.md", "content/organisations/us-congress.yml"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / "content/letters/korea-policy.md").write_text(text, encoding="utf-8")
    sender = "content/organisations/us-congress.yml"
    (folder / sender).write_text((ROOT / sender).read_text(encoding="utf-8"), encoding="utf-8")
    data = folder / "people.csv"
    with data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "street", "city", "region", "postcode", "country"])
        for number in range(1, letters + 1):
            writer.writerow(
                [f"The Honorable Ada Brook {number}", f"{number} Quay Road", "Portland", "ME", "04101", "US"]
            )
    return data


def merge(folder: Path, jobs: int) -> tuple[float, float, float]:
    """Seconds for a whole merge, to its first letter, and from there to the last."""
    out = Path(tempfile.mkdtemp(dir=folder))
    command = [sys.executable, "-m", "letterpress", "merge", "content/letters/korea-policy.md", "--data", "people.csv"]
    command += ["-o", str(out), "--jobs", str(jobs), "--jsonl"]
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first = time.perf_counter() - begun
        lines = process.stdout.read().splitlines()
        last = time.perf_counter() - begun
    summary = json.loads(lines[-1])["summary"]
    assert summary["failed"] == 0, summary
    return last, first, last - first


def plain_loop(folder: Path, letters: int) -> float:
    """Seconds for a letter, of a script that keeps its fonts, in this process."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    html, css = bench.page_and_sheets(folder)
    text, base = html.read_text(encoding="utf-8"), folder.as_uri() + "/"
    configuration = FontConfiguration()
    sheet = weasyprint.CSS(string=css.read_text(encoding="utf-8"), base_url=base, font_config=configuration)

    def letter(number: int) -> None:
        page = weasyprint.HTML(string=text.replace("Donald J. Trump", f"Ada Brook {number}"), base_url=base)
        made = page.write_pdf(stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/a-3a")
        (folder / f"{number}.pdf").write_bytes(made)

    letter(0)
    begun = time.perf_counter()
    for number in range(letters):
        letter(number)
    return (time.perf_counter() - begun) / letters


def typst_loop(folder: Path, letters: int) -> float | None:
    """Seconds for a letter, of Typst at its best."""
    run = bench.typst_compile(folder)
    if run is None:
        return None
    run()
    begun = time.perf_counter()
    for number in range(letters):
        (folder / f"{number}.pdf").write_bytes(run())
    return (time.perf_counter() - begun) / letters


def overhead(folder: Path, letters: int) -> tuple[float, float]:
    """Milliseconds for a letter of a run whose letters cost nothing: in all, and of that the file with its fsync."""
    code = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from tests.support import runner; from letterpress.batch.run import Batch, Settings\n"
        "from letterpress.recipients.tables import open_table\n"
        "folder, data = Path(sys.argv[2]), sys.argv[3]\n"
        "with Batch(Settings(folder=folder, jobs=1, press='tests.support.makers:quick')) as batch:\n"
        "    plan, _ = runner.plan(Path(data), folder.parent)\n"
        "    planned = time.perf_counter(); batch.plan(plan, open_table(data).records(), {})\n"
        "    planned = time.perf_counter() - planned\n"
        "    results = (one for one in batch.results() if one is not None); next(results)\n"
        "    begun = time.perf_counter(); count = sum(1 for _ in results)\n"
        "    print((time.perf_counter() - begun) / count * 1000 + planned / count * 1000)\n"
    )
    data = folder / "names.csv"
    data.write_text("name,act\n" + "".join(f"Name {n},\n" for n in range(letters)), encoding="utf-8")
    out = Path(tempfile.mkdtemp(dir=folder))
    ran = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(out), str(data)], capture_output=True, check=True, text=True
    )
    from letterpress import output

    begun = time.perf_counter()
    for number in range(200):
        output.write(folder / "written" / f"{number}.pdf", b"x" * 20_000)
    return float(ran.stdout), (time.perf_counter() - begun) / 200 * 1000


def middle(run: Callable[[], float]) -> float:
    return statistics.median(run() for _ in range(RUNS))


def main() -> None:
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    table = Table("what", "a letter", "letters a second", title=f"the seed letter, {letters} times")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project(folder, letters)
        merge(folder, 2)  # the disk's cache
        runs = {jobs: [merge(folder, jobs) for _ in range(RUNS)] for jobs in (1, 2)}
        rows: list[tuple[str, float | None]] = [("WeasyPrint, plain loop", middle(lambda: plain_loop(folder, letters)))]
        for jobs, found in runs.items():
            whole = statistics.median(run[0] for run in found) / letters
            pace = statistics.median(run[2] for run in found) / (letters - 1)
            rows.append((f"merge, {jobs} worker{'s' * (jobs > 1)}, start to end", whole))
            rows.append((f"merge, {jobs} worker{'s' * (jobs > 1)}, once it runs", pace))
        rows.append(("Typst, plain loop", typst_loop(folder, letters)))
        for what, seconds in rows:
            if seconds is not None:
                table.add_row(what, f"{seconds * 1000:.1f} ms", f"{1 / seconds:.1f}")
        first = statistics.median(run[1] for run in runs[2])
        table.add_row("merge, 2 workers: to the first letter", f"{first:.2f} s", "")
        whole_run, file = overhead(folder, 2000)
        table.add_row("the run itself: journal, fsync, supervision", f"{whole_run:.2f} ms", f"the file: {file:.2f} ms")
    Console().print(table)


if __name__ == "__main__":
    main()
