"""Says what is wrong around letterpress: folders that cannot be written, and an environment that is not UTF-8.

Not here: what letterpress consists of (packages.py, machine.py).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from letterpress import cache
from letterpress.errors import Diagnostic

_KIND = "doctor"


def faults(root: Path) -> Iterator[Diagnostic]:
    """Look at the environment, the folders that letterpress writes into, and the project.

    :param root: the project's root.
    """
    yield from _temporary()
    yield from _cache()
    yield from _encodings()
    yield from _project(root)


def _temporary() -> Iterator[Diagnostic]:
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"letterpress")
            file.flush()
    except OSError as error:
        message = f"no temporary file can be made: {error.strerror or error}"
        hint = "set TMPDIR to a folder that you may write into, on a disk that has room"
        yield Diagnostic(message=message, file=_temporary_folder(), hint=hint, code="temporary-unwritable")


def _temporary_folder() -> str | None:
    try:
        return tempfile.gettempdir()
    except OSError:  # there is none at all
        return None


def _cache() -> Iterator[Diagnostic]:
    if cache.available(_KIND):
        return
    said = os.environ.get(cache.SWITCH, "")
    if said == "off":
        message, hint = "nothing is kept between runs, since it says off", "unset it, and each start is quicker"
    else:
        message = "nothing can be kept between runs: there is no folder for it that is yours alone and can be written"
        hint = f"each start takes longer, and no letter changes; set {cache.SWITCH} to a folder of yours"
    yield Diagnostic(severity="note", message=message, field=cache.SWITCH, hint=hint, code="cache-unusable")


def _encodings() -> Iterator[Diagnostic]:
    found = {"file names": sys.getfilesystemencoding(), "the terminal": getattr(sys.stdout, "encoding", "") or "utf-8"}
    for what, encoding in found.items():
        if encoding.lower().replace("-", "").replace("_", "") != "utf8":
            message = f"the encoding of {what} is {encoding}, and not UTF-8: names with accents may be refused"
            hint = "set LANG to a locale of UTF-8, such as C.UTF-8, or PYTHONUTF8=1"
            yield Diagnostic(
                severity="warning", message=message, field="LANG", hint=hint, code="encoding-other", value=encoding
            )


def _project(root: Path) -> Iterator[Diagnostic]:
    """Whether letters can be written into the project."""
    from letterpress import upgrade
    from letterpress.files import project

    if project.find_root(root) is not None and not os.access(root, os.W_OK | os.X_OK):
        hint = "name another folder with -o, or make it writable"
        message = "letters go into out/ of the project, and it may not be written"
        yield Diagnostic(severity="warning", message=message, file=str(root), hint=hint, code="project-unwritable")
    if project.find_root(root) is None:
        return
    found = upgrade.look(root)
    yield from (replace(fault, severity="warning") for fault in found.faults)  # letterpress itself is whole
    for older in found.older:
        message, hint = "the file is of an older format", "`letterpress upgrade` brings it up; letters look the same"
        yield Diagnostic(severity="note", message=message, file=str(older.file.path), hint=hint, code="format-older")
