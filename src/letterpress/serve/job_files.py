"""Keeps a job on the disk: what is to be made, how far it is, and a line for each of its letters.

A job is a folder of the store: `job.json`, replaced whole with each change of state; the list as it was sent;
`letters/` with the run's journal; and `results.jsonl`, which is only appended to, so that a line keeps its number.

Not here: who makes it (jobs.py).
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import threading
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from letterpress.files import atomic
from letterpress.serve import json_lines

ID = re.compile(r"[0-9a-f]{32}")
ENDED = frozenset({"done", "failed", "refused", "stopped"})


@dataclass(slots=True)
class Job:
    """A job."""

    folder: Path
    about: dict[str, Any]
    """What stands in `job.json`."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    _ends: array[int] = field(default_factory=lambda: array("Q"))
    """Of each line of results, where it ends in the file."""
    _told: dict[str, str] = field(default_factory=dict)
    """Letters that have a line, by their ids: the status that was told last. Empty once the job has ended."""

    @property
    def id(self) -> str:
        """Its name."""
        return self.folder.name

    @property
    def state(self) -> str:
        """`queued`, `running`, or how it has ended."""
        return str(self.about["state"])

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ENDED

    @property
    def letters(self) -> Path:
        """Folder of the PDFs."""
        return self.folder / "letters"

    @property
    def combined(self) -> Path:
        """The PDF of all letters."""
        return self.folder / "combined.pdf"

    @property
    def faulty(self) -> Path:
        """The rows whose letters failed."""
        return self.folder / "faulty.csv"

    @property
    def results(self) -> Path:
        """A line for each letter."""
        return self.folder / "results.jsonl"

    @property
    def rows(self) -> int:
        """Lines of results."""
        return len(self._ends)

    def change(self, **about: Any) -> None:
        """Change what is known of it; it is on the disk when this returns.

        :raises LetterpressError: it cannot be written.
        """
        with self.lock:
            self.about = {**self.about, **about}
            atomic.write(self.folder / "job.json", json.dumps(self.about).encode())
            if self.has_ended:
                self._told.clear()

    def add(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Add lines for letters that have none, or have become something else; gives those, with their numbers.

        :raises OSError: they cannot be written.
        """
        with self.lock:
            new: list[dict[str, Any]] = []
            for row in rows:
                letter = row["id"]
                status = "done" if row["status"] == "skipped" and row["file"] is not None else row["status"]
                if self._told.get(letter) != status:
                    self._told[letter] = status
                    new.append({"number": len(self._ends) + len(new) + 1, **row, "status": status})
            if not new:
                return []
            at = self._ends[-1] if self._ends else 0
            lines = [json_lines.line(row).encode() + b"\n" for row in new]
            with self.results.open("ab") as file:
                file.write(b"".join(lines))
            for line in lines:
                at += len(line)
                self._ends.append(at)
            return new

    def id_of(self, record: str, letter: str) -> str:
        """Name a letter: by no other letter's name, of this job or another, and the same if the job goes on.

        :param record: its number. Records that say the same have letters with the same id, and each is a letter.
        :param letter: its id in the run, which is that of the same letter in any other run.
        """
        return f"{self.id}-{hashlib.sha256(f'{record} {letter}'.encode()).hexdigest()[:16]}"

    def counts(self) -> dict[str, int]:
        """Count what became of the letters, whichever start of the service has made them."""
        with self.lock:
            found = Counter(self._told.values())
        return {status: found[status] for status in ("done", "failed", "skipped")}

    def lines(self, after: int, most: int) -> list[bytes]:
        """Give lines of results behind the first `after`."""
        with self.lock:
            if after >= len(self._ends) or most < 1:
                return []
            begin = self._ends[after - 1] if after else 0
            end = self._ends[min(after + most, len(self._ends)) - 1]
        with self.results.open("rb") as file:
            file.seek(begin)
            return file.read(end - begin).splitlines(keepends=True)

    def all_rows(self) -> Iterator[dict[str, Any]]:
        """Give all lines, a few at a time."""
        at = 0
        while block := self.lines(at, 500):
            at += len(block)
            yield from map(json.loads, block)

    def files(self) -> Iterator[tuple[str, Path]]:
        """Give the PDFs that are there, each once, with their names."""
        seen = set()
        for row in self.all_rows():
            name = row["file"]
            if name is not None and row["status"] != "failed" and name not in seen:
                seen.add(name)
                yield name, self.letters / name

    def has_files(self) -> bool:
        """Whether there is a PDF."""
        return next(self.files(), None) is not None

    def pdf(self, number: int) -> Path | None:
        """Find the PDF of a line."""
        lines = self.lines(number - 1, 1) if number > 0 else []
        name = json.loads(lines[0])["file"] if lines else None
        return None if name is None else self.letters / name

    def remove(self) -> None:
        """Delete it with all that it made."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _open(self) -> None:
        """Take up the results that there are; a line that was cut off by a crash is none."""
        try:
            data = self.results.read_bytes()
        except OSError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) != len(data):
            os.truncate(self.results, len(whole))
        at = pages = 0
        for line in whole.splitlines(keepends=True):
            at += len(line)
            self._ends.append(at)
            if not self.has_ended:
                row = json.loads(line)
                self._told[row["id"]] = row["status"]
                pages += row["pages"] or 0
        if self._told:  # what was counted before the service ended: all but the total is known
            total = self.about.get("counts", {}).get("total")
            self.about["counts"] = {"total": total, **self.counts(), "pages": pages}


class Deleted:
    """Names of jobs that were deleted, kept as long as their letters would have been."""

    def __init__(self, folder: Path, keep: float) -> None:
        """:param keep: seconds."""
        self._folder, self._keep = folder, keep

    def __contains__(self, name: str) -> bool:
        return (self._folder / name).is_file()

    def add(self, name: str) -> None:
        """Note a job.

        :raises OSError: it cannot be noted.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / name).touch()

    def sweep(self) -> None:
        """Forget those that have been kept long enough."""
        until = time.time() - self._keep
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < until:
                    path.unlink()


def create(store: Path, name: str, about: dict[str, Any]) -> Job:
    """Make the folder of a job; `job.json` is written by whoever has put everything else in.

    :raises OSError: it cannot be made.
    """
    folder = store / name
    folder.mkdir(mode=0o700, parents=True)
    return Job(folder, about)


def read_all(store: Path) -> Iterator[Job]:
    """Find the jobs of a store, the oldest first; a folder without a whole `job.json` was never taken, and goes."""
    found = []
    for folder in store.iterdir() if store.is_dir() else ():
        if not ID.fullmatch(folder.name) or folder.is_symlink() or not folder.is_dir():
            continue
        try:
            about = json.loads((folder / "job.json").read_bytes())
            job = Job(folder, about)
            job._open()
            found.append((str(about["created"]), job))
        except (OSError, ValueError, KeyError, TypeError):
            with contextlib.suppress(OSError):
                shutil.rmtree(folder)
    for _, job in sorted(found, key=lambda pair: pair[0]):
        yield job


def expires(about: Mapping[str, Any], keep: float) -> datetime.datetime | None:
    """Say when a job's letters are deleted; None while it has not ended.

    :param about: what is known of the job at one moment.
    :param keep: seconds.
    """
    ended = about.get("ended")
    return None if ended is None else datetime.datetime.fromisoformat(ended) + datetime.timedelta(seconds=keep)
