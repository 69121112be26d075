"""Puts off modules that a library imports at its start and seldom uses, until it does.

While the library is imported, stand-ins take their places; what the library takes from one loads the real module when
it is called. A module that is loaded already is left alone.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any


class _StandIn(ModuleType):
    """Takes a module's place: each of its names is something that calls the real one."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*arguments: Any, **options: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*arguments, **options)

        return call


@contextlib.contextmanager
def put_off(*names: str) -> Iterator[None]:
    """Stand in for these modules, but for those that are loaded already, until the block ends.

    What was taken from one meanwhile works on: classes and functions, as long as they are only called.
    """
    waiting = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _StandIn(name) for name in waiting})
    try:
        yield
    finally:
        for name in waiting:
            if isinstance(sys.modules.get(name), _StandIn):
                del sys.modules[name]
