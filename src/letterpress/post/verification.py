"""Looks a package through: whether each file is there, is as it was, and nothing was added.

A package is the archive, or the folder that it was unpacked into. Three things must agree: the files, their check sums,
and the list of letters. An archive must moreover be just what letterpress writes, byte for byte: so no two programs
find different files in it. Who changes files, sums and lists alike makes another package: that is told by the sum of
the check sums, which the sender knows.

Nothing is unpacked, and memory stays the same however many letters there are.

Not here: how a package is made (`package`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from letterpress.errors import Diagnostic, UnreadableInput
from letterpress.files import zip_stream
from letterpress.post import manifest
from letterpress.post.values import CSV, JSON, LETTERS, SPOOLS, SUMS
from letterpress.processes import stages

MOST = 1000
"""Findings that are told one by one."""
_BLOCK = 1 << 20
_LINE = re.compile(r"([0-9a-f]{64})  (.+)\n", re.DOTALL)
_IN_MEMORY = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found of a package."""

    file: str
    files: int
    letters: int
    sums: str | None
    """SHA-256 of its check sums; the sender's package has the same."""
    findings: tuple[Diagnostic, ...] = ()
    """At most `MOST`, and how many more there are."""

    @property
    def passed(self) -> bool:
        """Whether it is whole and unchanged."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """Give the JSON object of `letterpress package --verify`."""
        told = {name: getattr(self, name) for name in ("file", "files", "letters", "sums", "passed")}
        return {**told, "diagnostics": [finding.as_json() for finding in self.findings]}


def verify_package(path: str | Path, shown: str | None = None) -> Verdict:
    """Say whether a package is whole and unchanged; the file may be anybody's, and nothing is raised for what is in it.

    :param path: the archive, or the folder that it was unpacked into.
    :param shown: what messages call it; None: as it is named.
    :raises UnreadableInput: it is not there, or is neither.
    """
    path = Path(path)
    shown = shown or str(path)
    try:
        if path.is_dir():
            return _Check(shown).of(_in_folder(path))
        with path.open("rb") as file:
            if file.read(4) not in (b"PK\3\4", b"PK\5\6"):
                hint = "name the .zip that `letterpress package -o` was given, or the folder that it was unpacked into"
                raise UnreadableInput("is no package", file=shown, hint=hint, code="package-unreadable")
            return _Check(shown).of(zip_stream.read(file))
    except FileNotFoundError:
        raise UnreadableInput("there is no such file", file=shown, code="file-missing") from None
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise UnreadableInput(message, file=shown, code="package-unreadable") from error


def _in_folder(folder: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Give the files of a folder. A link is a file of its own, whose content is where it leads: no package has one."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*names, *linked]):
            path = Path(place) / name
            shown = path.relative_to(folder).as_posix()
            yield shown, iter((b"link",)) if path.is_symlink() or not path.is_file() else _blocks(path)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


class _Check:
    """Looks one package through."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._findings: list[Diagnostic] = []
        self._more = 0
        self._files = 0
        self._letters = 0
        # Without a name: it lies on the disk as soon as it is large, and goes with the connection.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        columns = "name TEXT PRIMARY KEY, found TEXT, listed TEXT, letters INTEGER DEFAULT 0"
        self._db.execute(f"CREATE TABLE files ({columns}) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def of(self, files: Iterator[tuple[str, Iterator[bytes]]]) -> Verdict:
        with contextlib.closing(self._db), contextlib.ExitStack() as stack:
            kept = {name: stack.enter_context(_temporary()) for name in (SUMS, JSON, CSV)}
            digests = self._read(files, kept)
            if SUMS in digests:
                self._read_sums(kept[SUMS])
                self._compare()
            else:
                self._find("package-file-missing", SUMS, "the check sums are missing")
            if JSON in digests:
                self._read_list(kept[JSON], kept[CSV] if CSV in digests else None)
            elif SUMS not in digests or not self._is_listed(JSON):
                self._find("package-file-missing", JSON, "the list of letters is missing")
        if self._more:
            message = f"and {self._more} findings more"
            self._findings.append(Diagnostic(message=message, file=self._shown, code="findings-many"))
        return Verdict(
            file=self._shown,
            files=self._files,
            letters=self._letters,
            sums=digests.get(SUMS),
            findings=tuple(self._findings),
        )

    def _find(self, code: str, name: str, message: str, hint: str | None = None) -> None:
        if len(self._findings) >= MOST:
            self._more += 1
            return
        place = f"{self._shown}/{name}" if name else self._shown
        about: dict[str, Any] = {"value": name or None, "hint": hint}
        self._findings.append(Diagnostic(message=message, file=place, code=code, **about))

    # --- files and their sums -----------------------------------------------------------------------------------------

    def _read(self, files: Iterator[tuple[str, Iterator[bytes]]], kept: dict[str, IO[bytes]]) -> dict[str, str]:
        """Take the check sum of each file; gives those of the files in `kept`, whose content is kept."""
        digests: dict[str, str] = {}
        try:
            for name, blocks in files:
                stages.beat(name)
                self._files += 1
                digest = self._digest(blocks, kept.get(name))
                if _is_unsafe(name):
                    self._find("package-file-extra", name, "its name leads out of the package")
                if name in kept:
                    digests[name] = digest
                self._note_found(name, digest)
        except zip_stream.Altered as error:
            message = f"the archive is not as letterpress wrote it: {error.what}, at byte {error.offset}"
            hint = "have it sent again; if another program packed it anew, unpack it and verify the folder"
            self._find("package-archive-changed", "", message, hint)
        return digests

    @staticmethod
    def _digest(blocks: Iterator[bytes], copy: IO[bytes] | None) -> str:
        digest = hashlib.sha256()
        for block in stages.beating(blocks):
            digest.update(block)
            if copy is not None:
                copy.write(block)
        return digest.hexdigest()

    def _note_found(self, name: str, digest: str) -> None:
        try:
            self._db.execute("INSERT INTO files (name, found) VALUES (?, ?)", (_stored(name), digest))
        except sqlite3.IntegrityError:
            self._find("package-file-extra", name, "two files have this name")

    def _read_sums(self, file: IO[bytes]) -> None:
        file.seek(0)
        for number, line in enumerate(iter(lambda: file.readline(manifest.MOST), b""), start=1):
            match = _LINE.fullmatch(line.decode("utf-8", "replace"))
            if match is None:
                self._find("package-list-wrong", SUMS, f"line {number} is no check sum with a name")
                continue
            sql = (
                "INSERT INTO files (name, listed) VALUES (?, ?) ON CONFLICT (name) "
                "DO UPDATE SET listed = excluded.listed WHERE listed IS NULL RETURNING 1"
            )
            if not self._db.execute(sql, (match[2], match[1])).fetchall():
                self._find("package-list-wrong", SUMS, f"line {number} names '{match[2]}' once more")

    def _compare(self) -> None:
        sql = "SELECT name, found, listed FROM files WHERE found IS NOT listed AND name <> ? ORDER BY name"
        for name, found, listed in self._db.execute(sql, (SUMS,)):
            if found is None:
                self._find("package-file-missing", name, "is missing", "have the package sent again")
            elif listed is None:
                self._find("package-file-extra", name, "was added: the check sums do not name it")
            else:
                self._find("package-file-changed", name, "was changed: its check sum is another")
        if self._is_listed(SUMS):
            self._find("package-list-wrong", SUMS, "names itself")

    def _is_listed(self, name: str) -> bool:
        sql = "SELECT 1 FROM files WHERE name = ? AND listed IS NOT NULL"
        return self._db.execute(sql, (name,)).fetchone() is not None

    # --- the list of letters ------------------------------------------------------------------------------------------

    def _read_list(self, file: IO[bytes], table: IO[bytes] | None) -> None:
        """Hold the list of letters against the files, and both lists against each other."""
        file.seek(0)
        with _temporary() as again:
            csv = manifest.Table(again)
            try:
                for number, given in enumerate(parts := list_parts(file)):
                    if number == 0:
                        continue
                    if isinstance(given, manifest.Row):
                        self._letters += 1
                        self._check_row(given)
                        csv.add(given)
                    else:
                        self._check_sums(given)
                del parts
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                self._find("package-list-wrong", JSON, f"is no list of letters: {error}")
                return
            csv.finish()
            if table is not None and not _same(again, table):
                self._find("package-list-wrong", CSV, f"does not say what {JSON} says")
        self._compare_letters()

    def _check_row(self, row: manifest.Row) -> None:
        found = self._db.execute("SELECT found FROM files WHERE name = ?", (_stored(row.file),)).fetchone()
        if row.number != self._letters:
            self._find("package-list-wrong", JSON, f"letter {row.number} stands where {self._letters} is meant")
        if found is None or found[0] is None:
            self._find("package-file-missing", row.file, f"letter {row.number} of the list is missing")
            return
        self._db.execute("UPDATE files SET letters = letters + 1 WHERE name = ?", (_stored(row.file),))
        if row.file.startswith(f"{LETTERS}/") and found[0] != row.sha256:
            self._find("package-file-changed", row.file, f"is not letter {row.number} of the list")

    def _check_sums(self, tail: dict[str, Any]) -> None:
        said = tail["summary"]["letters"]
        if said != self._letters:
            self._find("package-list-wrong", JSON, f"says that there are {said} letters, and lists {self._letters}")

    def _compare_letters(self) -> None:
        """Find files of letters that the list does not name, and those that it names twice."""
        sql = "SELECT name, letters FROM files WHERE found IS NOT NULL AND (name GLOB ? OR name GLOB ?) ORDER BY name"
        for name, letters in self._db.execute(sql, (f"{LETTERS}/*", f"{SPOOLS}/*")):
            if not letters:
                self._find("package-file-extra", name, "is no letter of the list")
            elif letters > 1 and name.startswith(f"{LETTERS}/"):
                self._find("package-list-wrong", name, f"is {letters} letters of the list")


def list_parts(file: IO[bytes]) -> Iterator[manifest.Row | dict[str, Any]]:
    """Give the parts of a `manifest.json`: what stands before the letters, each letter, what stands behind them.

    :raises ValueError: it is no such document, and so on for what its letters lack.
    """
    before: dict[str, Any] | None = None
    for number, given in enumerate(manifest.read(file)):
        if before is not None:
            yield before if number == 1 else manifest.row(before)
        before = given
    yield before or {}


def _same(one: IO[bytes], other: IO[bytes]) -> bool:
    one.seek(0)
    other.seek(0)
    while True:
        block, also = one.read(_BLOCK), other.read(_BLOCK)
        if block != also:
            return False
        if not block:
            return True


def _is_unsafe(name: str) -> bool:
    parts = name.split("/")
    return not name or "\\" in name or "\0" in name or ":" in parts[0] or any(part in ("", ".", "..") for part in parts)


def _stored(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")


def _temporary() -> Any:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
