"""`python -m letterpress` and the `letterpress` command."""

from __future__ import annotations

import gc
import os
import sys

_LOADING = frozenset({"render", "check", "text", "salutation", "verify"})
"""Commands that mostly load what they need: what they compile meanwhile is kept."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A command's objects live as long as it does: collecting them again and again while libraries load is for nothing.
    gc.set_threshold(50_000, 20, 20)
    if sys.argv[1:2] == ["render"]:
        gc.disable()  # until the first letter is there
    # Looking through every installed package for pydantic plugins takes longer than checking a letter.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    child = None
    if not sys.argv[1:] or sys.argv[1] in ("-h", "--help", "--version"):
        _lighten()
    else:
        if sys.argv[1] in _LOADING:
            from letterpress.processes import compiled

            compiled.begin(sys.argv[1])
        from letterpress.cli import child_process

        if child_process.wanted(sys.argv[1:]):
            child = child_process.watch(sys.argv[1:])  # before anything large is loaded
    try:
        from letterpress.cli import main as run

        code: int = run()
        if sys.argv[1:] and sys.argv[1] in _LOADING:
            compiled.end()
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


def _lighten() -> None:
    """Load click without modules that it imports and does not use for the list of commands: half of its time."""
    from letterpress.processes import deferred_imports

    def cleandoc(text: str) -> str:
        """As `inspect.cleandoc`, which would load Python's parsers, for a text of one line."""
        return text.strip()

    with deferred_imports.put_off("bz2", "lzma", "platform", "uuid", inspect={"cleandoc": cleandoc}):
        import shutil  # noqa: F401

        import click  # noqa: F401


def _failed(error: Exception) -> int:
    """Say that a command has failed in a way that no one foresaw; its traceback is for `-v`."""
    from letterpress.cli import output
    from letterpress.errors import LetterpressError, itself_failed

    return output.fault(LetterpressError(itself_failed(error, None)), "--json" in sys.argv)


if __name__ == "__main__":
    main()
