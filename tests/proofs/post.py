"""The recipe of docs/post-room.md with a thousand customers: `make proof-post [LETTERS=1000]`, some minutes.

Does what the page says, in processes of its own: first with the page's own list, where it must say what the page shows,
and then with a list that is made up. Then the files for the printer are taken out of the package, and what is printed is
read back from pixels: the marks of the machine and the Data Matrix of each sheet, the customer's Data Matrix, the
payment's QR code and the post's barcode of each letter. The sets are rebuilt from them and held against the list.
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import platform
import random
import resource
import shlex
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2

from letterpress.inserters import catalogue, marks
from tests.support import code_readers, sheet_readers
from tests.support.documents import blocks
from tests.support.project import ROOT
from tests.support.sheet_readers import Set, Sheet

DOCUMENT = ROOT / "docs/post-room.md"
LIST = "content/recipients/invoices.csv"
DPI = 300
_CHUNK = 40
"""Pages that one process reads at once: of both sides, so an even number."""
_GIVEN = "Ada Ben Cleo Dora Emil Fay Gus Hanne Ida Jan Kim Liv Mia Nils Ole Pim Quinn Rosa Sven Tilda".split()
_FAMILY = "Ash Brook Cole Dahl Ek Frost Grün Holm Ibsen Jansen Krüger Lund Møller Noor Okafor Poe Roth Smit Ude".split()
_GERMAN = (("01067", "Dresden"), ("10115", "Berlin"), ("20457", "Hamburg"), ("50667", "Köln"), ("80331", "München"))
_DUTCH = ("Den Haag", "Amsterdam", "Utrecht", "Delft", "Zwolle")
_SHEETS = {("no", "no"): 1, ("yes", "no"): 2, ("yes", "yes"): 5}
"""Sheets of a set, printed on both sides, by what is enclosed."""


class Page(NamedTuple):
    """What is read from the front of a sheet."""

    sheet: Sheet
    customer: str | None = None
    payment: tuple[str, ...] = ()
    """Lines of the payment's code."""
    post: str | None = None
    """The post's barcode, where there is one."""


def rows(number: int, seed: int = 7) -> Iterator[dict[str, str]]:
    """Give customers whom there are not."""
    chance = random.Random(seed)
    for at in range(1, number + 1):
        dutch = chance.random() < 0.4
        place = chance.choice(_GERMAN)
        letters = "".join(chance.choices("ABCDEFGHJKLMNPRTVWXZ", k=2))
        prices, report = chance.choices(list(_SHEETS), weights=(60, 25, 15))[0]
        yield {
            "customer": f"K-{at:04}",
            "name": f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}",
            "street": f"{'Kade' if dutch else 'Lindenallee'} {chance.randint(1, 240)}",
            "postcode": f"{chance.randint(1011, 9999)} {letters}" if dutch else place[0],
            "city": chance.choice(_DUTCH) if dutch else place[1],
            "country": "NL" if dutch else "DE",
            "language": "nl" if dutch else "en",
            "invoice": f"2026-{at:04}",
            "amount": f"{chance.randint(500, 99999) / 100:.2f}",
            "prices": prices,
            "report": report,
            "leaflet": chance.choice(("yes", "no")),
        }


def files(folder: Path) -> list[tuple[str, str]]:
    """Write the files of the page; gives its commands, with what each shows."""
    commands: list[tuple[str, str]] = []
    for block in blocks(DOCUMENT):
        if block.caption:
            path = folder / block.caption
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        if block.kind == "console":
            for line in block.text.splitlines():
                if line.startswith("$ "):
                    commands.append((line.removeprefix("$ "), ""))
                else:
                    commands[-1] = (commands[-1][0], f"{commands[-1][1]} {line}")
    return commands


def follow(folder: Path, commands: list[tuple[str, str]], *, shown: bool) -> int:
    """Run the commands.

    :param shown: whether each must say what the page shows.
    :returns: how many did not do what they should.
    """
    wrong = 0
    for command, expected in commands:
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        program = [sys.executable, "-m", "letterpress", *shlex.split(command)[1:]]
        ran = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        said = " ".join((ran.stderr + ran.stdout).split())
        failed = ran.returncode != 0 or (shown and " ".join(expected.split()) not in said)
        wrong += failed
        print(
            f"  {time.monotonic() - begun:7.1f} s {work:7.1f} s of work  {'FAILED ' if failed else ''}{command[:110]}"
        )
        if failed:
            print(ran.stderr, ran.stdout)
    return wrong


def read(task: tuple[Path, int, int, str]) -> list[Page | str]:
    """Read some pages of a file, front and back by turns; a fault is a text."""
    file, first, last, root = task
    of = catalogue.find("our-machine", Path(root))
    side, found = marks.matrix_side(of), list[Page | str]()
    lane = (of.x - 3, 100.0, of.length + 6, 190.0)
    with pypdfium2.PdfDocument(file) as pdf:
        for number in range(first, last, 2):
            front = pdf[number].render(scale=DPI / 72, grayscale=True).to_pil()
            back = pdf[number + 1].render(scale=100 / 72, grayscale=True).to_pil()
            if not sheet_readers.is_white(sheet_readers.part(back, 100, lane)):
                found.append(f"{file.name}, page {number + 2}: something stands on the back where marks are read")
            sheet = sheet_readers.sheet(front, DPI, of, side)
            if sheet.text is None or sheet.text.split("/")[1:2] != ["1"]:
                found.append(Page(sheet))
                continue
            info = code_readers.matrices(sheet_readers.part(front, DPI, (120, 45, 75, 50)))
            end = code_readers.matrices(sheet_readers.part(front, DPI, (22, 110, 90, 180)))
            band = sheet_readers.last_band(sheet_readers.part(front, DPI, (24, 62, 82, 28)))
            bars = code_readers.bars(band) if band is not None else ""
            post = sheet_readers.kix(bars)
            one = info[0] if len(info) == 1 else None
            found.append(Page(sheet, one, tuple(end[0].split("\n")) if len(end) == 1 else (), post))
    return found


def pages(file: Path, root: Path, pool: Any) -> list[Page | str]:
    """Read all sheets of a file."""
    with pypdfium2.PdfDocument(file) as pdf:
        count = len(pdf)
    tasks = [(file, first, min(first + _CHUNK, count), str(root)) for first in range(0, count, _CHUNK)]
    return [page for found in pool.imap(read, tasks) for page in found]


def compare(folder: Path, listed: dict[str, dict[str, str]]) -> list[str]:
    """Hold what is printed against the list of customers, and against the list in the package."""
    package = folder / "unpacked"
    with zipfile.ZipFile(folder / "print/invoices.zip") as archive:
        archive.extractall(package)
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    of, faults = catalogue.find("our-machine", folder), list[str]()
    fronts: list[Page] = []
    starts: dict[int, tuple[str, int]] = {}
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for group in manifest["groups"]:
            found = pages(package / group["place"], folder, pool)
            faults += [one for one in found if isinstance(one, str)]
            sheets = [one for one in found if isinstance(one, Page)]
            if any(sheets[0].sheet.marks or ()) or sheets[0].sheet.text:
                faults.append(f"{group['place']}: the insert sheet has marks")
            for at, page in enumerate(sheets[1:], start=1):
                starts[len(fronts)] = (group["place"], 2 * at + 1)
                fronts.append(page)
    rebuilt = list(sheet_readers.sets(of, (page.sheet for page in fronts)))
    faults += [one for one in rebuilt if isinstance(one, str)]
    sets = [one for one in rebuilt if isinstance(one, Set)]
    if [one.key for one in sets] != [one["key"] for one in manifest["letters"]]:
        faults.append("the sets are not those of the package's list, or stand in another order")
    if sorted(one.key for one in sets) != sorted(listed):
        faults.append("the sets are not those of the list")
    places = {one["key"]: (one["file"], one["first_page"]) for one in manifest["letters"]}
    for one in sets:
        row = listed.get(one.key, {})
        faults += [f"{one.key}: {fault}" for fault in _faults(one, fronts[one.first], row)]
        if starts[one.first] != places.get(one.key):
            faults.append(f"{one.key}: begins at {starts[one.first]}, and the list has {places.get(one.key)}")
    verdicts = {one["preflight"] for one in manifest["letters"]}
    faults += [] if verdicts == {"passed"} else [f"preflight: {verdicts}"]
    sizes = [one.sheets for one in sets]
    print(
        f"  {len(fronts)} sheets read, {len(sets)} sets of "
        + ", ".join(f"{size} ({sizes.count(size)})" for size in sorted(set(sizes)))
        + f"; {sum(page.post is not None and page.customer is not None for page in fronts)} barcodes of the post"
    )
    return faults


def _faults(one: Set, page: Page, row: dict[str, str]) -> Iterator[str]:
    """What is printed of a customer and is not what the list says."""
    wanted = _SHEETS.get((row.get("prices", ""), row.get("report", "")))
    if one.sheets != wanted:
        yield f"{one.sheets} sheets, and {wanted} are meant"
    if one.feeds != (frozenset("1") if row.get("leaflet") == "yes" else frozenset()):
        yield f"feeds {sorted(one.feeds)}"
    if page.customer != one.key:
        yield f"its Data Matrix says {page.customer}"
    if page.payment[7:8] != (f"EUR{row.get('amount')}",) or page.payment[-1:] != (f"Invoice {row.get('invoice')}",):
        yield f"its payment says {page.payment}"
    dutch = row.get("country") == "NL"
    number = row.get("street", "").rpartition(" ")[2]
    if dutch and page.post != row.get("postcode", "").replace(" ", "") + number:
        yield f"the barcode of the post says {page.post}"
    if not dutch and page.post is not None:
        yield f"has a barcode of the post: {page.post}"


def main(number: int) -> int:
    """Follow the page.

    :returns: 1, if something is not as it should be.
    """
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} processors, "
          f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    wrong = 0
    for made_up in (False, True):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            commands = files(folder)
            if made_up:
                with (folder / LIST).open("w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, list(next(rows(1))))
                    writer.writeheader()
                    writer.writerows(rows(number))
            with (folder / LIST).open(encoding="utf-8", newline="") as file:
                listed = {row["customer"]: row for row in csv.DictReader(file)}
            print(f"{len(listed)} customers")
            failed = follow(folder, commands, shown=not made_up)
            faults = [] if failed else compare(folder, listed)
            for fault in faults[:20]:
                print(f"  {fault}")
            print(f"  {len(faults)} do not agree")
            wrong += failed + len(faults)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{wrong or 'nothing'} to mend; the largest process had {most:.0f} MB")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
