"""All long proofs, one after another, in one table: `python -m tests.proofs.every [--long] [NAME ...]`, or `make proofs`.

Each is a target of the Makefile and runs by itself, in a small form (an hour and a half in all on two cores) or, with
--long, in the one that it has by default. One that fails stops none; what a proof needs and this machine lacks is said
in its row. Rows are kept in `dist/proofs.json`, with the day, the machine and the commit; those that have passed at this
commit are not run again. `dist/proofs.md` has the table, `dist/proofs/NAME.txt` what each has printed.

Not here: what a proof does (the modules beside, benchmarks/, docs/proofs.md).
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_MAKE = re.compile(r"make(\[\d+\])?: ")
_RULES = re.compile(r"[\s│┃━─┏┓┡┩└┘┳╇┴┼]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A target of the Makefile."""

    name: str
    holds: str
    small: str = ""
    """Variables of make for the small form."""
    needs: tuple[str, ...] = ()
    """Commands that it calls; `root`: the user."""


PROOFS = (
    Proof(name="verify", holds="a changed signed file is not called valid; four readers draw it"),
    Proof(name="signed", holds="signed letters of every kind are valid, with a bit flipped none", small="LETTERS=60 BITS=300"),
    Proof(name="producers", holds="good files of usual producers raise no alarm"),
    Proof(name="kills", holds="a run whose processes are killed loses, doubles and tears nothing", small="LETTERS=20000 KILLS=80"),
    Proof(name="scale", holds="likewise on many machines, into S3", small="LETTERS=10000 KILLS=20", needs=("root", "unshare")),
    Proof(name="plates", holds="a letter made from another's pages is the one that is laid out", small="LETTERS=2000"),
    Proof(name="lines", holds="lines set without a layout are WeasyPrint's", small="PARAGRAPHS=3000"),
    Proof(name="together", holds="what belongs together is on one page, whatever the length"),
    Proof(name="page-ends", holds="letters of every length end well in every letterhead and paper"),
    Proof(name="firms", holds="firms and people of any usual length fit every letterhead"),
    Proof(name="pairs", holds="each pair of features works together or is refused with its reason"),
    Proof(name="press", holds="every letterhead is made to fit a carrier, or refused"),
    Proof(name="post", holds="a printed run, read back from pixels, is the list", small="LETTERS=150"),
    Proof(name="codes", holds="barcodes of posts are a second encoder's", small="CODES=6", needs=("gs",)),
    Proof(name="package", holds="a package of very many letters, in flat memory", small="LETTERS=20000"),
    Proof(name="validate", holds="validate says no wrong word of damaged files, and has no traceback", small="MADE=300"),
    Proof(name="preflight", holds="preflight likewise, of hostile files"),
    Proof(name="enclosures", holds="damaged and hostile enclosures are taken or refused"),
    Proof(name="fuzz", holds="wild input gives a diagnostic and no traceback", small="SECONDS=180"),
    Proof(name="serve", holds="the service under 32 clients and kills gives no wrong answer", small="SECONDS=20"),
    Proof(name="proxies", holds="the service behind nginx and Caddy with TLS", needs=("nginx", "caddy")),
    Proof(name="container", holds="the container is built and makes letters", needs=("root", "debootstrap", "buildah", "runc")),
    Proof(name="install", holds="wheel and sdist are whole, the same twice, and work by pip, pipx and uv"),
    Proof(name="coverage", holds="tests take 95 % of the branches of each module that decides"),
    Proof(name="mutations", holds="tests fail where code that decides about trust, money and resume is changed", small="MOST=6"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of a proof."""

    name: str
    holds: str
    form: str
    """Variables of make, or `long`."""
    state: str
    """`passed`, `failed` or `not run`."""
    said: str
    """Its last line, or why it was not run."""
    seconds: float
    day: str
    machine: str
    commit: str


def lacking(proof: Proof, targets: Iterable[str]) -> str | None:
    """Say what a proof needs and does not find."""
    if f"proof-{proof.name}" not in targets:
        return f"there is no target proof-{proof.name}"
    missing = [need for need in proof.needs if need != "root" and shutil.which(need) is None]
    if "root" in proof.needs and os.geteuid() != 0:
        missing.insert(0, "root")
    return f"needs {', '.join(missing)}" if missing else None


def last_line(text: str) -> str:
    """The last line that says something: no rule of a table, and no word of make's."""
    lines = (_RULES.sub(" ", _ESCAPES.sub("", line)).strip() for line in text.splitlines())
    return ([line for line in lines if line and not _MAKE.match(line)] or ["nothing was printed"])[-1]


def run(command: Sequence[str], log: Path) -> tuple[int, str, float]:
    """Run a command to its end, with all that it prints in a file; gives exit code, last line and seconds."""
    log.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with log.open("wb") as file:
        code = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
        ).returncode
    return code, last_line(log.read_text(encoding="utf-8", errors="replace")), time.monotonic() - begun


def proved(
    proof: Proof, *, long: bool, about: dict[str, str], folder: Path, targets: Iterable[str], make: str = "make"
) -> Row:
    """Run one proof."""
    form = "long" if long or not proof.small else proof.small
    more = {"name": proof.name, "holds": proof.holds, "form": form, **about}
    why = lacking(proof, targets)
    if why is not None:
        return Row(state="not run", said=why, seconds=0.0, **more)
    command = [make, "--no-print-directory", f"proof-{proof.name}", *([] if long else proof.small.split())]
    code, said, seconds = run(command, folder / "proofs" / f"{proof.name}.txt")
    return Row(state="passed" if code == 0 else "failed", said=said, seconds=round(seconds, 1), **more)


def kept(file: Path) -> list[Row]:
    """Rows of earlier runs."""
    try:
        return [Row(**row) for row in json.loads(file.read_text(encoding="utf-8"))]
    except (FileNotFoundError, ValueError, TypeError):
        return []


def written(rows: Sequence[Row], folder: Path) -> None:
    """Write the rows, and their table."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "proofs.json").write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    lines = [
        "| proof | holds that | form | | last line | seconds | day | machine | commit |",
        "|---|---|---|---|---|--:|---|---|---|",
    ]
    for row in rows:
        cells = (
            row.name,
            row.holds,
            row.form,
            row.state,
            row.said,
            f"{row.seconds:,.0f}",
            row.day,
            row.machine,
            row.commit,
        )
        lines.append(f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |")
    (folder / "proofs.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def targets_of(makefile: str) -> frozenset[str]:
    """Names of the targets that a Makefile has."""
    return frozenset(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "none") + ("+" if git("status", "--porcelain") else "")


def all_of(
    proofs: Sequence[Proof], *, long: bool, folder: Path, targets: Iterable[str], commit: str, make: str = "make"
) -> int:
    """Run proofs one after another; gives the number of those that have failed."""
    rows = {row.name: row for row in kept(folder / "proofs.json")}
    for proof in proofs:
        machine = f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.0f}"
        about = {"day": f"{datetime.date.today()}", "machine": machine, "commit": commit}
        row = rows.get(proof.name)
        form = "long" if long or not proof.small else proof.small
        if row is None or (row.state, row.commit, row.form) != ("passed", commit, form) or commit.endswith("+"):
            row = proved(proof, long=long, about=about, folder=folder, targets=targets, make=make)
        rows[proof.name] = row
        written([rows[one.name] for one in PROOFS if one.name in rows] or [*rows.values()], folder)
        print(f"{row.state:8} {row.name:12} {row.seconds:7.0f} s  {row.said[:100]}", flush=True)
    return sum(rows[proof.name].state == "failed" for proof in proofs)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make proofs", description="All long proofs, in one table.")
    parser.add_argument("--long", action="store_true", help="in the form that each has by default: a day")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of proofs; all without one")
    given = parser.parse_args(arguments)
    unknown = set(given.names) - {one.name for one in PROOFS}
    if unknown:
        parser.error(f"no proof is called {', '.join(sorted(unknown))}: {', '.join(one.name for one in PROOFS)}")
    chosen = [proof for proof in PROOFS if not given.names or proof.name in given.names]
    targets = targets_of((ROOT / "Makefile").read_text(encoding="utf-8"))
    folder = ROOT / "dist"
    failed = all_of(chosen, long=given.long, folder=folder, targets=targets, commit=_commit())
    print(f"{folder.relative_to(ROOT)}/proofs.md: {len(chosen)} proofs, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
