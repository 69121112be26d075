"""What letterpress costs, against WeasyPrint alone and against Typst: prints tables, asserts nothing.

    python benchmarks/bench.py [--letters N] [--runs N] [--cold]

Ratios are of one run, taken in turn, since machines are noisy. `cold` starts a process for each letter: the command, with
what it keeps between runs and without, against a bare script that imports WeasyPrint and writes the same HTML. `warm` makes letters in one process: letterpress,
against the same WeasyPrint loop with a fresh font configuration a letter, as its documentation shows, and with one kept;
and against Typst at its best: one Compiler, the letterhead in an imported file, PDF/A-3a and PDF/UA-1 asked for.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
LETTER = ROOT / "content/letters/korea-policy.md"

BARE = """
import sys, weasyprint
html, css, out = sys.argv[1:4]
weasyprint.HTML(filename=html).write_pdf(out, stylesheets=[css], pdf_variant="pdf/a-3a")
"""


def page_and_sheets(folder: Path) -> tuple[Path, Path]:
    """The seed letter's HTML and CSS as letterpress lays them out, for WeasyPrint alone."""
    from letterpress.api import job, load
    from letterpress.filling import letter as filling_letter
    from letterpress.fonts import shipped
    from letterpress.letterhead import choices, compose, definition

    letter = load(LETTER)
    asked = job(letter)
    head = definition.find(letter.letterhead, letter.root)
    look = choices.settle(asked, head)
    filled, _ = filling_letter.fill(asked, lang=look.lang, paper=look.paper, letterhead=head.name)
    assert filled is not None
    fixed = {"paper": look.paper, "copy": "original", "archive": True, "design": look.design}
    page = compose.compose(head, filled, letter, given=look.parameters, **fixed)
    html, css = folder / "letter.html", folder / "letter.css"
    html.write_text(page.html, encoding="utf-8")
    faces = shipped.face_css(page.families)
    css.write_text(faces + "\n".join(sheet.css for sheet in page.sheets), encoding="utf-8")
    return html, css


def seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


class Spent(NamedTuple):
    """What one process has taken, with all that it started, in seconds."""

    cpu: float
    wall: float


def spent(command: list[str], environment: dict[str, str]) -> Spent:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def cold(runs: int, folder: Path, table: Table) -> None:
    """Processes by turns: CPU time and wall, and what each is of the bare script, or of an empty interpreter."""
    html, css = page_and_sheets(folder)
    script = folder / "bare.py"
    script.write_text(BARE, encoding="utf-8")
    # Compiled modules and the cache lie in the folder: warm from the first run on, for all alike.
    places = {"PYTHONPYCACHEPREFIX": str(folder / "modules"), "LETTERPRESS_CACHE": str(folder / "cache")}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | places
    python = [sys.executable]
    render = [*python, "-m", "letterpress", "render", str(LETTER), "-o", str(folder / "ours.pdf")]
    bare = [*python, str(script), str(html), str(css), str(folder / "bare.pdf")]
    rows = {
        "cold: letterpress render": (render, environment, "bare", "goal 0.85"),
        "cold: the same, LETTERPRESS_CACHE=off": (render, {**environment, "LETTERPRESS_CACHE": "off"}, "bare", ""),
        "bare": (bare, environment, "bare", ""),
        "letterpress --help": ([*python, "-m", "letterpress", "--help"], environment, "empty", "goal 4"),
        "empty": ([*python, "-c", "pass"], environment, "empty", ""),
    }
    found: dict[str, list[Spent]] = {name: [] for name in rows}
    for number in range(runs + 1):
        for name, (command, given, _, _) in rows.items():
            took = spent(command, given)
            if number:  # the first warms the file cache
                found[name].append(took)
    shown = {"bare": "cold: bare WeasyPrint script", "empty": "an empty interpreter"}
    for name, (_, _, other, goal) in rows.items():
        cpu, wall = (statistics.median(one[index] for one in found[name]) for index in (0, 1))
        pairs = zip(found[name], found[other], strict=True)
        ratio = statistics.median(ours.cpu / theirs.cpu for ours, theirs in pairs)
        said = f"{ratio:.2f} x {shown[other].removeprefix('cold: ')}" + (f" ({goal})" if goal else "")
        table.add_row(shown.get(name, name), f"{wall * 1000:.0f} ms", f"{cpu * 1000:.0f} ms of CPU", said)


def typst_compile(folder: Path) -> Callable[[], bytes] | None:
    """A function that sets the seed letter with Typst, or None where it is not installed."""
    try:
        import typst
    except ImportError:
        return None
    import letterpress
    from letterpress.fonts import shipped

    letter = letterpress.load(LETTER)
    body = letter.body.template.replace("<p>", "").replace("</p>", "\n")
    (folder / "head.typ").write_text(TYPST_HEAD, encoding="utf-8")
    source = folder / "letter.typ"
    text = TYPST_LETTER.replace("BODY", body.replace("$", "\\$").replace("@", "\\@"))
    source.write_text(text, encoding="utf-8")
    paths = sorted({str(face.path.parent) for face in shipped.shipped()})
    compiler = typst.Compiler(str(source), root=str(folder), font_paths=paths, ignore_system_fonts=True)
    count = iter(range(10**9))

    def run() -> bytes:
        # Another name each time, as in a merge: Typst would give a letter that it has set before from its memory.
        source.write_text(text.replace("NAME", f"Dear Mr. President {next(count)}:"), encoding="utf-8")
        made: bytes = compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"])
        return made

    return run


TYPST_HEAD = """
#let letter(salutation, body) = {
  set document(title: "Letter to The Honorable Donald J. Trump", author: "Ro Khanna", date: datetime(year: 2019, month: 4, day: 11))
  set page(paper: "us-letter", margin: 1in)
  set text(font: "Source Serif Pro", size: 12pt, lang: "en", region: "US", hyphenate: false)
  set par(leading: 0.65em, spacing: 1.4em)
  align(center)[#text(24pt)[Congress of the United States] \\ Washington, DC 20515]
  [April 11, 2019 \\ \\ The Honorable Donald J. Trump \\ President of the United States \\ The White House \\ Washington, DC 20500]
  parbreak()
  salutation
  parbreak()
  body
  [Sincerely,]
  v(15mm)
  grid(columns: (1fr, 1fr), [Ro Khanna \\ Member of Congress], [Andy Kim \\ Member of Congress])
}
"""
TYPST_LETTER = """#import "head.typ": letter
#show: letter.with("NAME")

BODY
"""


def warm(letters: int, folder: Path, table: Table) -> None:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    import letterpress

    letter = letterpress.load(LETTER)
    html, css = page_and_sheets(folder)
    html_text, css_text = html.read_text(encoding="utf-8"), css.read_text(encoding="utf-8")
    base = folder.as_uri() + "/"

    def fresh() -> bytes:
        configuration = FontConfiguration()
        sheet = weasyprint.CSS(string=css_text, base_url=base, font_config=configuration)
        page = weasyprint.HTML(string=html_text, base_url=base)
        made: bytes = page.write_pdf(stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/a-3a")
        return made

    kept_configuration = FontConfiguration()
    kept_sheet = weasyprint.CSS(string=css_text, base_url=base, font_config=kept_configuration)

    def kept() -> bytes:
        page = weasyprint.HTML(string=html_text, base_url=base)
        made: bytes = page.write_pdf(stylesheets=[kept_sheet], font_config=kept_configuration, pdf_variant="pdf/a-3a")
        return made

    rows: list[tuple[str, Callable[[], object]]] = [
        ("warm: letterpress", lambda: letterpress.render(letter)),
        ("warm: WeasyPrint, fresh font configuration", fresh),
        ("warm: WeasyPrint, one kept", kept),
    ]
    typst_run = typst_compile(folder)
    if typst_run is not None:
        rows.append(("warm: Typst, one Compiler", typst_run))
    times: dict[str, list[float]] = {name: [] for name, _ in rows}
    for _, run in rows:
        run()
    for _ in range(letters):
        for name, run in rows:
            times[name].append(seconds(run))
    own = statistics.median(times[rows[0][0]])
    for name, _ in rows:
        middle = statistics.median(times[name])
        table.add_row(
            name,
            f"{middle * 1000:.1f} ms",
            f"{1 / middle:.1f} a second",
            f"letterpress makes {middle / own:.2f} as many",
        )


def memory(letters: int, table: Table) -> None:
    import letterpress

    letter = letterpress.load(LETTER)

    def resident() -> float:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096 / 1e6

    for _ in range(20):
        letterpress.render(letter)
    before = resident()
    for _ in range(letters):
        letterpress.render(letter)
    after = resident()
    table.add_row(f"memory over {letters} letters", f"{before:.0f} -> {after:.0f} MB", "", "goal: flat")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--runs", type=int, default=15, help="cold runs of each")
    options.add_argument("--cold", action="store_true", help="only the cold runs")
    options.add_argument("--letters", type=int, default=60, help="warm letters of each")
    options.add_argument("--memory", type=int, default=1000, help="letters for the memory row; 0 leaves it out")
    chosen = options.parse_args()
    table = Table("what", "median", "rate", "ratio", title="The seed letter: two pages, PDF/A-3a and PDF/UA-1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cold(chosen.runs, folder, table)
        if not chosen.cold:
            warm(chosen.letters, folder, table)
        if chosen.memory and not chosen.cold and Path("/proc/self/statm").exists():
            memory(chosen.memory, table)
    console = Console(width=120)
    console.print(table)
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    console.print(f"{machine}, {datetime.date.today():%Y-%m-%d}")


if __name__ == "__main__":
    main()
