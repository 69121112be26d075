"""What becomes of a folder of other people's PDFs as enclosures: a table of what is made, and of what is refused and why.

Each file is enclosed in a letter of one page by a process of its own, with limits of time and memory, and the result is
drawn by PDFium, page by page. Nothing may end in a traceback, nothing may be killed, and no page may be missing.

Command line: `python -m tests.proofs.foreign_enclosures FOLDER [--poppler] [--json FILE]`, or `--made NUMBER` for files that
`oddpdfs` makes. With `--poppler`, each refused file is drawn by pdftoppm as well, to see whether a viewer has something
to say about it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.support import oddpdfs

SECONDS, MEGABYTES = 30, 2_000
"""For one file."""

OUTCOMES = ("made", "refused", "traceback", "killed", "pages lost")


def enclose(path: Path, letter: bytes, seconds: int = SECONDS) -> dict[str, Any]:
    """Enclose one file in a finished letter of one page, in a process of its own.

    :return: `outcome`, one of `OUTCOMES`; `said`, the message or traceback; `notes`, what else was said; `pages`.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            os.close(reading)
            _limit(seconds)
            found = json.dumps(enclosed(path, letter)).encode()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(found)
            code = 0
        os._exit(code)
    os.close(writing)
    data, end = b"", time.monotonic() + 2 * seconds
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while (left := end - time.monotonic()) > 0 and select.select([pipe], [], [], left)[0]:
            part = pipe.read(65536)
            if not part:
                break
            data += part
        else:
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if status or not data:
        return {"outcome": "killed", "said": f"wait status {status}", "notes": [], "pages": 0}
    return dict(json.loads(data))


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 1_000_000, MEGABYTES * 1_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)


def enclosed(path: Path, letter: bytes) -> dict[str, Any]:
    """Enclose one file in a finished letter of one page, in this process; as `enclose`."""
    from letterpress.errors import LetterpressError
    from letterpress.model import Enclosure
    from letterpress.pdf import append as joining
    from letterpress.pdf import inspect

    found: dict[str, Any] = {"outcome": "made", "said": "", "notes": [], "pages": 0}
    errors = sys.stderr
    try:
        annex, faults = inspect.read(Enclosure(file=path.name), _letter(path), archive=True)
        found["notes"] = [f"{fault.severity}: {fault.message}" for fault in faults]
        if annex is None:
            said = next(fault.message for fault in faults if fault.severity == "error")
            return found | {"outcome": "refused", "said": said}
        pdf = joining.append(letter, [annex], label="Enclosure")
        found["pages"] = len(annex.pages)
        drawn = _drawn(pdf)
        if drawn != 1 + len(annex.pages):
            found |= {"outcome": "pages lost", "said": f"{drawn - 1} of {len(annex.pages)} pages are drawn"}
    except LetterpressError as error:
        return found | {"outcome": "refused", "said": str(error)}
    except Exception:
        return found | {"outcome": "traceback", "said": traceback.format_exc()}
    if sys.stderr is not errors:
        found |= {"outcome": "traceback", "said": "sys.stderr is another one"}
    return found


def _letter(path: Path) -> Any:
    """A letter in the folder of the file, which lets its enclosures lower what it claims."""
    import datetime

    from letterpress.model import Body, Letter

    folder = str(path.resolve().parent)
    body = Body(template="<p>C</p>", lines=())
    return Letter(
        slug="letter",
        path="letter.md",
        folder=folder,
        root=folder,
        letterhead="plain",
        lang="en-US",
        date=datetime.date(2026, 1, 1),
        body=body,
        enclosures_conformance="lower",
    )


def _drawn(pdf: bytes) -> int:
    """How many pages PDFium finds and draws, small."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    count = 0
    for at in range(len(document)):
        page = document[at]
        width, height = page.get_size()
        page.render(scale=min(1.0, 100 / max(width, height, 1)))
        count += 1
    return count


def a_letter() -> bytes:
    """A letter of one page by letterpress."""
    from dataclasses import replace

    # Loaded once, and not by each process that makes one enclosure.
    import pikepdf  # noqa: F401
    import pypdfium2  # noqa: F401

    from letterpress import pipeline
    from letterpress.model import Job, Party
    from letterpress.pdf import append as _joining  # noqa: F401

    letter = replace(_letter(Path(__file__)), to=(Party(name="A", lines=("B",)),), enclosures_conformance="keep")
    result = pipeline.press(Job(letter=letter))
    assert result.pdf is not None, result.diagnostics
    return result.pdf


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 if anything but `made` and `refused` was found."""
    parser = argparse.ArgumentParser(description="what becomes of a folder of PDFs as enclosures")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--made", type=int, metavar="NUMBER", help="so many files made for this, instead of a folder")
    parser.add_argument("--poppler", action="store_true", help="ask pdftoppm about each refused file")
    parser.add_argument("--json", type=Path, help="write what was found of each file here")
    given = parser.parse_args(arguments)
    if given.made is None:
        if given.folder is None or not given.folder.is_dir():
            parser.error("name a folder with PDFs, or --made NUMBER")
        return look(given.folder, given)
    with tempfile.TemporaryDirectory(prefix="enclosures-") as name:
        folder = Path(name)
        for odd in oddpdfs.all_of(given.made):
            (folder / f"{odd.name}.pdf").write_bytes(odd.data)
        return look(folder, given, pages=oddpdfs.PAGES)


def look(folder: Path, given: argparse.Namespace, pages: int | None = None) -> int:
    """Enclose each PDF of a folder, and print the table.

    :param pages: how many pages each of them has, if that is known: one that is made with others has lost some.
    """
    letter = a_letter()
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf" and path.is_file())
    found: dict[str, dict[str, Any]] = {}
    for at, path in enumerate(files, start=1):
        one = enclose(path, letter)
        if pages is not None and one["outcome"] == "made" and one["pages"] != pages:
            one |= {"outcome": "pages lost", "said": f"{one['pages']} of {pages} pages"}
        if given.poppler and one["outcome"] == "refused":
            one["poppler"] = poppler(path)
        found[str(path.relative_to(folder))] = one
        if sys.stderr.isatty() or at % 500 == 0:
            print(f"\r{at} of {len(files)}", end="", file=sys.stderr, flush=True)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1))
    for line in table(found):
        print(line)
    return int(any(one["outcome"] not in ("made", "refused") for one in found.values()))


def poppler(path: Path) -> str:
    """What pdftoppm says about a file: `nothing` if it draws all pages without a word."""
    try:
        command = ["pdftoppm", "-r", "10", "-png", str(path), "/dev/null/none"]
        command[-1:] = []
        ran = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "takes too long"
    said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
    if ran.returncode:
        return f"fails: {said[0] if said else ran.returncode}"
    return said[0] if said else "nothing"


def table(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The table: outcomes, then reasons of refusal, then each file that neither was made nor refused."""
    counts = Counter(one["outcome"] for one in found.values())
    yield f"{len(found):6} files"
    for outcome in OUTCOMES:
        yield f"{counts[outcome]:6} {outcome}"
    reasons: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    for name, one in found.items():
        if one["outcome"] == "refused":
            reason = _reason(one["said"], name)
            reasons[reason] += 1
            silent[reason] += one.get("poppler") == "nothing"
    asked = any("poppler" in one for one in found.values())
    yield "\nrefused" + (" (drawn by Poppler without a word)" if asked else "")
    for reason, count in reasons.most_common():
        yield f"{count:6} {f'({silent[reason]}) ' if asked else ''}{reason}"
    notes = Counter(
        _reason(note, name) for name, one in found.items() if one["outcome"] == "made" for note in set(one["notes"])
    )
    yield "\nmade, and said"
    for reason, count in notes.most_common(40):
        yield f"{count:6} {reason}"
    for name, one in found.items():
        if one["outcome"] not in ("made", "refused"):
            yield f"\n{name}: {one['outcome']}: {one['said']}"


def _reason(said: str, name: str) -> str:
    """A message without what is the file's own: its name, numbers, offsets."""
    said = said.replace(Path(name).name, "X").replace(Path(name).stem, "X")
    said = re.sub(r"'[^']*\.pdf'|\S+\.pdf", "'X'", said, flags=re.I)
    return re.sub(r"\d+", "N", said)[:110]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
