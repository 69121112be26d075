"""Refuses an output that would replace a file which the same command reads, or another output of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from letterpress.errors import Diagnostic, UsageError

JOURNAL = ".letterpress"
"""Folder of a run's own records, in its output folder: no output goes there."""


def check(outputs: Iterable[tuple[str, Path]], inputs: Iterable[Path]) -> None:
    """Refuse outputs that would destroy something of the same command.

    :param outputs: pairs (option, path); several may have one option.
    :param inputs: files that the command reads; those that do not exist do not matter.
    :raises UsageError: with every output that is an input, is another output, or lies among a run's own records.
    """
    read = {_identity(path) for path in inputs if path.is_file()}  # a terminal may be both
    taken: dict[object, str] = {}
    faults: list[Diagnostic] = []
    for option, path in outputs:
        identity: object = _identity(path) or os.path.realpath(path)
        if identity in read:
            faults.append(is_input(path, option))
        elif JOURNAL in path.parts:
            message = f"the folder '{JOURNAL}' is for a run's own records"
            faults.append(_fault(message, path, option, code="output-reserved"))
        elif _is_file(path) and identity in taken:
            message = f"is what {taken[identity]} writes as well" if taken[identity] != option else "is written twice"
            faults.append(_fault(message, path, option, code="output-twice"))
        taken[identity] = option
    if faults:
        raise UsageError(faults)


def is_input(path: Path, option: str) -> Diagnostic:
    """Make the fault of an output that is an input."""
    message = "is read by this command, and would be replaced by what it writes"
    return _fault(message, path, option, code="output-is-input")


def _fault(message: str, path: Path, option: str, code: str) -> Diagnostic:
    return Diagnostic(message=message, file=str(path), field=option, hint="name another file", code=code)


def _is_file(path: Path) -> bool:
    """Whether it is a file, or would become one: two outputs may go to one pipe or terminal."""
    return path.is_file() or not path.exists()


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells one file from another, whatever it is called: links lead to the same."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino)
