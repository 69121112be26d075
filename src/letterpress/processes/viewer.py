"""Opens a file or folder as a double click does, with the program that the system has for it.

Not here: who asks for it (cli/finished.py, studio/finished.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAMS = ("open",) if sys.platform == "darwin" else ("xdg-open", "gio", "wslview")
"""Programs that do it, the best first."""
_PATIENCE = 3.0
"""Seconds in which such a program says that it cannot; a viewer that goes on is left alone."""


def show(path: Path) -> str | None:
    """Open a file or folder; gives why it was not, None if it was.

    Whoever has limits of time and memory lifts them before: what is started inherits them.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        return "no program of the system opens files"
    environment = {name: value for name, value in os.environ.items() if name != "TMPDIR"}  # ours goes with us
    command = [program, *(["open"] if Path(program).name == "gio" else []), str(path.resolve())]
    try:
        started = subprocess.Popen(  # noqa: S603 - no shell, and an absolute path is no option
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment,
        )
        code = started.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        return f"{program}: {error.strerror}"
    return f"{Path(program).name} ended with {code}" if code != 0 else None
