"""Ends a command's process once all is done, without taking apart what it has loaded.

That the interpreter frees each object by itself takes longer than half a letter, and is for nothing: the system takes
it all back. Not here: what a command has to do before it ends; that is done, or registered with `atexit`.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys

_code: int | None = None


def prepare() -> None:
    """Make it the last of all that is done at exit: what is registered first is called last."""
    atexit.register(_end)


def told(code: int) -> None:
    """The exit code is known: from now on there is nothing to do but to end."""
    global _code
    _code = code


def _end() -> None:
    if _code is None:
        return
    with contextlib.suppress(OSError, ValueError):  # the interpreter says that the output cannot be written
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(_code)
