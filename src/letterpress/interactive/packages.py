"""Packs the letters of a run for whoever prints and posts them, and looks a package through.

Not here: how either is done (post/).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from letterpress.interactive.answers import Say, answering
from letterpress.post.package import Package, package
from letterpress.post.verification import Verdict, verify_package
from letterpress.processes import stages


@answering
def pack(say: Say, folder: str, file: str, group: tuple[str, ...], wanted: tuple[tuple[str, Any], ...]) -> Package:
    """Pack the letters of a folder.

    :param wanted: as `post.package` takes it.
    :raises UsageError: they cannot be grouped so, or there is no such carrier.
    :raises LetterpressError: see `post.package.package`.
    """
    stages.at("packing its letters")
    return package(folder, file, group=group, **dict(wanted))


@answering
def verify(say: Say, data: bytes, shown: str) -> Verdict:
    """Say whether a package is whole and unchanged.

    :param shown: what messages call it.
    :raises UnreadableInput: it is none.
    """
    stages.at("looking through it")
    with tempfile.NamedTemporaryFile(prefix="letterpress-", suffix=".zip") as file:
        file.write(data)
        file.flush()
        return verify_package(Path(file.name), shown)
