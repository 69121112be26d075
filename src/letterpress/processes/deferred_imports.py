"""Puts off modules that a library imports at its start and seldom uses, until it does.

While the library is imported, stand-ins take their places; what the library takes from one loads the real module when
it is called. A module that is loaded already is left alone.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
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
def put_off(*names: str, **given: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
    """Stand in for these modules, but for those that are loaded already, until the block ends.

    What was taken from one meanwhile works on: classes and functions, as long as they are only called.

    :param given: by modules that are put off as well, functions of theirs that do not need the rest.
    """
    waiting = [name for name in (*names, *given) if name not in sys.modules]
    for name in waiting:
        sys.modules[name] = stand_in = _StandIn(name)
        vars(stand_in).update(given.get(name, {}))
    try:
        yield
    finally:
        for name in waiting:
            if isinstance(sys.modules.get(name), _StandIn):
                del sys.modules[name]
