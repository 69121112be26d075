"""Gives WeasyPrint its C libraries without reading their 460 lines of C definitions anew at each start.

What cffi makes of the definitions is kept between runs, in the form that cffi itself writes for programs that do not
want to parse at their start: the same functions and types. Where it is not there and cannot be made, cffi parses them.

Source: cffi's documentation, "Out-of-line, ABI level".
"""

from __future__ import annotations

import contextlib
import marshal
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from letterpress import cache

KIND = "c-definitions"
_NAME = "letterpress_c_definitions"


@contextlib.contextmanager
def ready_made() -> Iterator[None]:
    """Let what is imported meanwhile get its definitions from here, if cffi is not loaded yet."""
    if "cffi" in sys.modules or not cache.available(KIND):
        yield
        return
    stand_in = ModuleType("cffi")
    stand_in.FFI = _Definitions  # type: ignore[attr-defined]
    sys.modules["cffi"] = stand_in
    try:
        yield
    finally:
        if sys.modules.get("cffi") is stand_in:
            del sys.modules["cffi"]


class _Definitions:
    """What `cffi.FFI` is to a module that defines all at once and then calls."""

    def __init__(self) -> None:
        self._source: str | None = None

    def cdef(self, source: str, *others: Any, **options: Any) -> None:
        """Define it all. Called again, or otherwise than WeasyPrint does, it gives way to cffi itself."""
        made = None if self._source is not None or others or options else _kept(source)
        if made is None:
            made = _cffi().FFI()
            if self._source is not None:
                made.cdef(self._source)
            made.cdef(source, *others, **options)
        self._source = source
        # Its methods become this object's own, so that calls take no longer.
        own = (name for name in dir(made) if not name.startswith("_") and name not in ("cdef", "errno"))
        self.__dict__.update({name: getattr(made, name) for name in own})
        self.__dict__["_made"] = made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "_made" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.__dict__["_made"], name)


def _kept(source: str) -> Any:
    """The object that calls C, from what was kept of these definitions; None if it cannot be had."""
    backend = import_module("_cffi_backend")
    key = source.encode() + b"\0" + cache.stamp([backend.__file__, __file__])
    content = cache.get(KIND, key)
    try:
        if content is None:
            content = _made(source)
            made = _loaded(content)
            cache.put(KIND, key, content)
            return made
        return _loaded(content)
    except Exception:  # whatever cffi refuses, it refuses again where it is asked for in the usual way
        return None


def _loaded(content: bytes) -> Any:
    names: dict[str, Any] = {}
    exec(marshal.loads(content), names)  # noqa: S102, S302 - our own, from a folder that only we can write to
    return names["ffi"]


def _made(source: str) -> bytes:
    """The program that cffi writes for these definitions, compiled."""
    definitions = _cffi().FFI()
    definitions.cdef(source)
    definitions.set_source(_NAME, None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{_NAME}.py"
        definitions.emit_python_code(str(path))
        return marshal.dumps(compile(path.read_text(encoding="utf-8"), f"<{_NAME}>", "exec"))


def _cffi() -> Any:
    """The real cffi, which stays loaded."""
    if isinstance(getattr(sys.modules.get("cffi"), "FFI", None), type) and sys.modules["cffi"].FFI is _Definitions:
        del sys.modules["cffi"]
    return import_module("cffi")
