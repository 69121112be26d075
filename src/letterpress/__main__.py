"""`python -m letterpress` and the `letterpress` command."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A command's objects live as long as it does: collecting them again and again while libraries load is for nothing.
    gc.set_threshold(50_000, 20, 20)
    if sys.argv[1:2] == ["render"]:
        gc.disable()  # until the first letter is there
    # Looking through every installed package for pydantic plugins takes longer than checking a letter.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    child = None
    if sys.argv[1:] and not {"-h", "--help", "--version"} & set(sys.argv[1:2]):
        from letterpress.cli import child_process

        if child_process.wanted(sys.argv[1:]):
            child = child_process.watch(sys.argv[1:])  # before anything large is loaded
    try:
        from letterpress.cli import main as run

        code: int = run()
    except MemoryError:
        if child is None:
            raise
        child.out_of_memory()
    except (KeyboardInterrupt, Exception) as error:
        # While the command line itself was loading; or a library has made an error of its own of it, as pydantic does.
        if isinstance(error, KeyboardInterrupt) or (child is not None and child.interrupted):
            print("interrupted", file=sys.stderr)
            code = 130
        else:
            code = _failed(error)
    if child is not None:
        child.over(code)
    sys.exit(code)


def _failed(error: Exception) -> int:
    """Say that a command has failed in a way that no one foresaw; its traceback is for `-v`."""
    from letterpress.cli import output
    from letterpress.errors import LetterpressError, itself_failed

    return output.fault(LetterpressError(itself_failed(error, None)), "--json" in sys.argv)


if __name__ == "__main__":
    main()
