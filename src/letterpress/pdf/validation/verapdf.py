"""Asks veraPDF what it says of a file's claims of PDF/A and PDF/UA, if it is installed.

It runs in a process of its own, with limits: a file may be hostile, and Java stays in a process to its end.

Not here: the engine itself (`engine`), the command and its report (`command`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from letterpress.errors import LetterpressError
from letterpress.pdf.validation import command, java
from letterpress.pdf.validation.engine import Failure
from letterpress.processes.kept_worker import KeptWorker
from letterpress.processes.limits import Limits, Point

FLAVOURS = {
    **{f"PDF/A-{level}": level for level in ("1a", "1b", "2a", "2b", "2u", "3a", "3b", "3u", "4", "4e", "4f")},
    "PDF/UA-1": "ua1",
    "PDF/UA-2": "ua2",
}
"""veraPDF's names of the standards that it judges."""

_NORMS = {
    "PDF/A-1": "ISO 19005-1",
    "PDF/A-2": "ISO 19005-2",
    "PDF/A-3": "ISO 19005-3",
    "PDF/A-4": "ISO 19005-4",
    "PDF/UA-1": "ISO 14289-1",
    "PDF/UA-2": "ISO 14289-2",
}

_worker = KeptWorker()


class Verdicts(NamedTuple):
    """What veraPDF says of a file."""

    by: str
    """`veraPDF 1.31.207`."""
    failures: dict[str, tuple[Failure, ...]]
    """By standard; no failures: the file complies."""


class Unjudged(Exception):
    """veraPDF did not judge a file; the text says why."""


def clause(standard: str, failure: Failure) -> str | None:
    """Say where a standard has the rule of a failure; None: nowhere."""
    norm = next((norm for prefix, norm in _NORMS.items() if standard.startswith(prefix)), None)
    return f"{norm}, {failure.rule.rpartition('-')[0]}" if norm and failure.rule != "file" else None


def judge(path: Path, standards: tuple[str, ...], limits: Limits, shown: str) -> Verdicts:
    """Judge a file by the standards.

    The command that LETTERPRESS_VERAPDF names is asked first, then the engine of `letterpress[verapdf]`, then the
    command on the path.

    :param standards: of `FLAVOURS`.
    :param shown: what the caller calls the file.
    :raises Unjudged: veraPDF is not installed, or took more than it may.
    """
    try:
        program = command.find()
        without_engine = java.available()
        if program is not None and (without_engine or command.VARIABLE in os.environ):
            reports = {name: command.judge(program, path, FLAVOURS[name], name, limits) for name in standards}
            version = next((report.version for report in reports.values()), "")
            return Verdicts(f"veraPDF {version}".rstrip(), {name: report.failures for name, report in reports.items()})
    except command.Unread as error:
        raise Unjudged(str(error)) from error
    if without_engine:
        raise Unjudged(f"there is no command verapdf, and {without_engine}")
    return _by_engine(path, standards, limits, shown)


def _by_engine(path: Path, standards: tuple[str, ...], limits: Limits, shown: str) -> Verdicts:
    """Let the engine judge, in its process.

    :raises Unjudged: it took more than it may.
    """
    flavours = tuple(FLAVOURS[standard] for standard in standards)
    point = Point(file=shown, kind="file")
    try:
        found: dict[str, tuple[Failure, ...]] = _worker.call(
            "letterpress.pdf.validation.engine:judge", str(path.resolve()), flavours, limits=limits, point=point
        )
    except LetterpressError as error:
        fault = error.diagnostics[0]
        raise Unjudged(f"veraPDF {fault.message}" + (f" ({fault.hint})" if fault.hint else "")) from error
    except Exception as error:  # Java has failed, and the file is not judged
        raise Unjudged(f"veraPDF failed: {' '.join(str(error).split())[:200]}") from error
    engine = java.find_engine()
    version = java.release(engine) if engine is not None else ""
    return Verdicts(f"veraPDF {version}".rstrip(), {name: found[FLAVOURS[name]] for name in standards})
