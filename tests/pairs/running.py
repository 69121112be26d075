"""Runs the command of a row, in this process, and gives what it did and made."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from letterpress.places import place_of
from tests.pairs import axes, letters
from tests.pairs.covering import Row
from tests.support.project import LETTER, Project, Ran


@dataclass
class Outcome:
    """What came of a row."""

    row: Row
    code: int
    faults: list[dict[str, Any]]
    """Every diagnostic."""
    said: str
    """What went to people."""
    summary: dict[str, Any] = field(default_factory=dict)
    made: dict[str, bytes] = field(default_factory=dict)
    """Name -> each letter's PDF, in order."""
    combined: dict[str, bytes] = field(default_factory=dict)
    """The files for the printer, or that of envelopes and labels."""

    @property
    def refused(self) -> bool:
        """Whether the command ended with a fault that has a code."""
        return self.code in (1, 2) and any(one["severity"] == "error" and one["code"] for one in self.faults)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """What kept something from being made."""
        return [one for one in self.faults if one["severity"] == "error"]


def run(project: Project, row: Row, store: str, strict: bool | None = None) -> Outcome:
    """Write the letter of a row, and run its command.

    :param store: address of an empty folder in object storage.
    :param strict: whether warnings are errors; None: as the row says.
    """
    letters.write(project, row)
    if strict is not None:
        row = {**row, "strict": "strict" if strict else "unsaid"}
    command, *typed = axes.typed(row, store)
    lists = () if "list.json" in typed or row["command"] in ("render", "variants") else ("--data", "list.json")
    if "-o" in typed and row["place"] == "folder" and row["command"] in ("render", "envelopes", "labels"):
        at = typed.index("-o")
        typed[at : at + 2] = [] if command != "render" or row["copy"] == "every" else ["-o", "out/letter.pdf"]
    ran = project.cli(command, LETTER, *lists, *typed, "--json")
    if row["command"] == "shard" and ran.code == 0:
        shard = project.cli("shard", _place(typed), "--index", "0", "--jobs", "0", "--json")
        if shard.code:
            return _outcome(project, row, shard)
        ran = project.cli("merge", LETTER, *lists, *typed, "--on", "local", "--json")
    return _outcome(project, row, ran)


def _place(typed: list[str]) -> str:
    return typed[typed.index("-o") + 1]


def _outcome(project: Project, row: Row, ran: Ran) -> Outcome:
    try:
        document = ran.json
    except ValueError:
        return Outcome(row, ran.code, [], ran.err + ran.out)
    found = Outcome(row, ran.code, ran.faults, ran.err, document.get("summary", {}))
    if row["command"] in ("envelopes", "labels"):
        found.summary = document
        if document.get("output"):
            found.combined = {document["output"]: read(project, document["output"])}
        return found
    done = [one for one in document.get("letters", ()) if one["status"] == "done" and one.get("output")]
    if row["pack"] == "spool":
        for letter in done:
            spool = letter["output"].partition("#")[0]
            found.combined[spool] = read(project, spool)
            found.made[letter["output"]] = _pages(found.combined[spool], len(found.made), letter["pages"])
        return found
    found.made = {letter["output"]: read(project, letter["output"]) for letter in done}
    spools = found.summary.get("spools") or (
        [{"file": found.summary["combined"]}] if found.summary.get("combined") else []
    )
    found.combined = {one["file"]: read(project, one["file"]) for one in spools}
    return found


def _pages(spool: bytes, at: int, pages: int) -> bytes:
    """A letter's pages, of a file of letters that have so many each."""
    with pikepdf.open(io.BytesIO(spool)) as file:
        del file.pages[(at + 1) * pages :]
        del file.pages[: at * pages]
        out = io.BytesIO()
        file.save(out)
    return out.getvalue()


def read(project: Project, name: str) -> bytes:
    """What a file holds: of a folder, an archive (`a.zip#b.pdf`) or a store."""
    file, _, inner = name.partition("#")
    if file.startswith("s3://"):
        bucket, _, key = file.removeprefix("s3://").partition("/")
        data: bytes = place_of(f"s3://{bucket}").get(key)
    elif not inner and not (project.root / file).exists() and ".zip/" in file:
        file, _, inner = file.partition(".zip/")
        data = (project.root / f"{file}.zip").read_bytes()
    else:
        data = (project.root / file).read_bytes()
    if not inner:
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(inner)
