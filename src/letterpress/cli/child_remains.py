"""Clears away what a child process has left: temporary files, and a terminal whose state it has changed.

Not here: the child and who watches it (child_process.py).
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from letterpress.processes.scratch import Scratch


def scratch() -> Scratch | None:
    """Make a folder for the child's temporary files, which is removed with it; None if there can be none."""
    with contextlib.suppress(OSError):  # the child says so where it needs one
        return Scratch()
    return None


def tidy(temporaries: set[str], folder: Scratch | None, modes: list[Any] | None) -> None:
    """Remove the temporary files that a child has left, and restore the terminal."""
    for path in temporaries:
        with contextlib.suppress(OSError):
            os.unlink(path)  # noqa: PTH108
    if folder is not None:
        folder.remove()
    if modes is not None:
        import termios

        with contextlib.suppress(OSError, termios.error):
            if os.tcgetpgrp(0) == os.getpgrp():
                termios.tcsetattr(0, termios.TCSADRAIN, modes)
    if modes is not None and sys.stderr.isatty():
        sys.stderr.write("\x1b[?25h")  # a progress bar hides the cursor
        sys.stderr.flush()


def terminal() -> list[Any] | None:
    """The state of the terminal, if there is one: a question for a passphrase turns its echo off."""
    try:
        if not os.isatty(0):
            return None
        import termios

        return termios.tcgetattr(0)
    except (ImportError, OSError):
        return None
