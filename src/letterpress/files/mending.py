"""Mends text files: applies the edits of diagnostics that have exactly one fix, and shows them as a unified diff.

An edit names characters of a line; lines count as the reader of letters counts them, and a file's encoding, byte order
mark and line ends stay as they are. A file that has changed since it was checked is not written.

Not here: which fixes a fault has, and where their characters stand (`content.places`). Tables of records are never
written: what stands in a cell is for whoever keeps the list.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from letterpress.errors import Diagnostic, Edit, LetterpressError
from letterpress.files import atomic

_SUFFIXES = frozenset({".md", ".markdown", ".txt", ".yml", ".yaml", ".toml"})
"""Letters, clauses, people, organisations and letterheads."""
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")
_SHIPPED = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Mended:
    """A file with its edits applied, which is not written yet."""

    path: Path
    """As the user named it."""
    snapshot: atomic.Snapshot
    text: str
    """The new text, with the line ends of the old one; without its byte order mark."""
    diagnostics: tuple[Diagnostic, ...]
    """Those whose edits were applied."""

    @property
    def diff(self) -> str:
        """The unified diff, for `patch -p0`."""
        old, new = (_diff_lines(text) for text in (_text(self.snapshot.data), self.text))
        lines = difflib.unified_diff(old, new, str(self.path), str(self.path))
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def write(self) -> None:
        """Put the new text in the place of the old one.

        :raises LetterpressError: the file has changed since it was checked, or cannot be written; it is as it was.
        """
        mark = b"\xef\xbb\xbf" if self.snapshot.data.startswith(b"\xef\xbb\xbf") else b""
        atomic.write(self.path, mark + self.text.encode("utf-8"), guard=self._check_unchanged)

    def _check_unchanged(self, real: Path) -> None:
        if real.read_bytes() != self.snapshot.data:
            raise _changed(self.path)


def mend(diagnostics: Iterable[Diagnostic], *, since: int) -> tuple[list[Mended], list[Diagnostic]]:
    """Apply the edits of all diagnostics that have exactly one fix; nothing is written.

    Of edits that overlap, the first one is applied.

    :param since: when the files began to be checked (ns since 1970): one that has changed since then is left out.
    :returns: the files that change, and the faults of those that cannot be mended.
    """
    by_file: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        edit = mendable(diagnostic)
        if edit is not None and edit.file is not None:
            by_file.setdefault(edit.file, []).append(diagnostic)
    mended: list[Mended] = []
    faults: list[Diagnostic] = []
    for file, own in by_file.items():
        path = Path(file)
        try:
            if path.stat().st_ctime_ns >= since:
                raise _changed(path)
            snapshot = atomic.read(path)
            text, applied = _apply(_text(snapshot.data), own)
        except LetterpressError as error:
            faults += error.diagnostics
            continue
        except (OSError, UnicodeDecodeError):
            faults += _changed(path).diagnostics
            continue
        if applied:
            mended.append(Mended(path, snapshot, text, applied))
    return mended, faults


def mendable(diagnostic: Diagnostic) -> Edit | None:
    """Give the edit that mends a fault without anybody having to choose; None if there is none, or it is in a table."""
    if len(diagnostic.fixes) != 1:
        return None
    edit = diagnostic.fixes[0].edit
    if edit is None or edit.cell is not None or edit.file is None or edit.line is None or edit.span is None:
        return None
    path = Path(edit.file)
    if path.suffix.lower() not in _SUFFIXES or path.resolve().is_relative_to(_SHIPPED):
        return None
    return edit


def _apply(text: str, diagnostics: Iterable[Diagnostic]) -> tuple[str, tuple[Diagnostic, ...]]:
    """Apply edits to a text, from its end on, so that the places of those before stay."""
    lines = list(_lines(text))
    newline = next((end for _, _, end in lines if end), "\n")
    taken: dict[tuple[int, int], str] = {}
    applied: list[Diagnostic] = []
    for diagnostic in diagnostics:
        edit = mendable(diagnostic)
        place = None if edit is None else _range(edit, lines)
        if edit is None or place is None:
            continue
        new = edit.text.replace("\n", newline)
        if taken.get(place) == new:  # several letters name one person, whose fault is said for each
            applied.append(diagnostic)
        elif not any(_overlap(place, other) for other in taken):
            taken[place] = new
            applied.append(diagnostic)
    for (start, end), new in sorted(taken.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return text, tuple(applied)


def _range(edit: Edit, lines: list[tuple[int, str, str]]) -> tuple[int, int] | None:
    """First character of an edit in the text, from 0, and the one behind its last; None if there are no such."""
    if edit.line is None or edit.span is None or not 1 <= edit.line <= len(lines):
        return None
    start, content, end = lines[edit.line - 1]
    first, last = edit.span
    whole = len(content) + (1 if end else 0)  # a line's end counts as one character
    if not 1 <= first <= last + 1 or last > whole:
        return None
    behind = start + last if last <= len(content) else start + len(content) + len(end)
    return start + first - 1, behind


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Say whether two edits change the same characters, or would be put into the same place."""
    return (one[0] < other[1] and other[0] < one[1]) or one[0] == other[0]


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Part a text into lines: where each begins, what it says, and its line end."""
    position = 0
    while position <= len(text):
        match = _LINE.match(text, position)
        if match is None:
            return
        yield position, match[1], match[2]
        if not match[2]:
            return
        position = match.end()


def _diff_lines(text: str) -> list[str]:
    """Part a text after each line feed."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig")


def _changed(path: Path) -> LetterpressError:
    return LetterpressError(
        "has changed since it was checked, and was left as it is",
        file=str(path),
        hint="check it again",
        code="file-changed",
    )
