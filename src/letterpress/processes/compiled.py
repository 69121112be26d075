"""Keeps what Python compiles anew at each start, as modules are imported: regular expressions, methods of dataclasses.

Both take a fifth of a letter's time, and are the same each time. An entry is found by all that it is made of, the whole
text, so that it cannot be out of date. Only what a module compiles while it is imported is kept: patterns that are made
of a letter's values come later, and are nobody's business.

Only in a command's own process (`__main__`), and only until its first letter is there: `begin` puts stand-ins into two
modules of Python, `end` takes them out. Where Python is not as it is expected, all is compiled as always.

Source: Python's own `re/_compiler.py` and `dataclasses.py`, 3.11 to 3.13.
"""

from __future__ import annotations

import builtins
import marshal
import re
import sys
from collections.abc import Callable
from importlib import import_module
from types import CodeType, SimpleNamespace
from typing import Any

from letterpress import cache

_sre: Any = import_module("_sre")
KIND = "compiled"
_MOST = 3000
"""Entries of a table: when there are more, those of older libraries are among them, and it begins anew."""

_FEW = 30
"""So many that are new are not worth writing a table: some libraries make patterns of sets, which each process orders
in another way, so that some are always new."""

_Pattern = tuple[str, str | bytes, int]


class _Kept:
    """Tables of what was kept, and the stand-ins that look it up."""

    def __init__(self, name: str) -> None:
        magic = getattr(_sre, "MAGIC", None)
        self.key = repr((name, sys.implementation.cache_tag, sys.hexversion, magic, sys.flags.optimize)).encode()
        self.patterns: dict[_Pattern, tuple[Any, ...]] = {}
        self.programs: dict[str, CodeType] = {}
        self.new = 0
        content = cache.get(KIND, self.key)
        if content is not None:
            try:
                self.patterns, self.programs = marshal.loads(content)  # noqa: S302 - our own; see `cache`
            except (EOFError, ValueError, TypeError):  # made anew
                self.patterns, self.programs = {}, {}
        self._compiler: Any = sys.modules["re._compiler"]
        self._compile: Callable[..., Any] = self._compiler.compile

    def stand_in(self) -> None:
        """Take the places of the real ones."""
        import dataclasses

        self._compiler.compile = self.compile
        dataclasses.exec = self.execute  # type: ignore[attr-defined]

    def step_aside(self) -> None:
        """Put the real ones back."""
        import dataclasses

        self._compiler.compile = self._compile
        vars(dataclasses).pop("exec", None)

    def compile(self, pattern: Any, flags: int = 0) -> Any:
        """As `re._compiler.compile`."""
        if not isinstance(pattern, str | bytes):
            return self._compile(pattern, flags)
        key = (type(pattern).__name__, pattern, int(flags))
        kept = self.patterns.get(key)
        if kept is not None:
            try:
                return _sre.compile(pattern, *kept)
            except Exception:  # it is made anew
                del self.patterns[key]
        if flags & re.DEBUG or not _importing():
            return self._compile(pattern, flags)
        return self._recorded(key, pattern, flags)

    def _recorded(self, key: _Pattern, pattern: str | bytes, flags: int) -> Any:
        """Compile it, and remember what Python's engine was given."""

        def compile_(text: Any, *given: Any) -> Any:
            flagged, code, groups, names, numbers = given
            program = [int(step) for step in code]
            self.patterns[key] = (int(flagged), program, int(groups), dict(names), tuple(numbers))
            self.new += 1
            return _sre.compile(text, *given)

        self._compiler._sre = SimpleNamespace(**{**vars(_sre), "compile": compile_})
        try:
            return self._compile(pattern, flags)
        finally:
            self._compiler._sre = _sre

    def execute(self, text: Any, *names: Any) -> None:
        """As `exec`, for the texts that dataclasses make."""
        program = self.programs.get(text) if isinstance(text, str) else text
        if program is None:
            program = compile(text, "<string>", "exec", dont_inherit=True)  # as dataclasses compiles it
            if _importing():
                self.programs[text] = program
                self.new += 1
        builtins.exec(program, *names)  # noqa: S102 - what dataclasses has made of a class

    def save(self) -> None:
        """Keep the tables for the next run, if there is enough in them that is new."""
        if self.new > _FEW:
            full = len(self.patterns) + len(self.programs) > _MOST
            cache.put(KIND, self.key, marshal.dumps(({}, {}) if full else (self.patterns, self.programs)))


def _importing() -> bool:
    """Whether a module is being imported."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


_kept: _Kept | None = None


def begin(name: str) -> None:
    """Look up what is compiled from now on.

    :param name: of the command: each loads other modules.
    """
    global _kept
    if _kept is None and cache.available(KIND) and callable(getattr(sys.modules.get("re._compiler"), "compile", None)):
        _kept = _Kept(name)
        _kept.stand_in()


def end() -> None:
    """Leave it to Python again, and keep what was new."""
    global _kept
    if _kept is not None:
        kept, _kept = _kept, None
        kept.step_aside()
        kept.save()
