"""What answers a request of a crew, in a worker's process: a function that can say news before its result.

A module that has a function `prepare` is prepared before the time of its first request begins (processes/call_server).

Not here: who asks, and which request goes before which (crew.py).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Superseded(Exception):
    """Nobody waits for the answer any more: a newer request of the same subject has taken its place."""


class Say:
    """What an answering function gets first: it says news with it."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        """:param ask: of the worker; see `kept_worker`."""
        self._ask = ask

    def __call__(self, kind: str, news: Any = None) -> None:
        """Say news.

        :raises Superseded: nobody waits for the answer any more.
        """
        if not self._ask("say", kind, news):
            raise Superseded

    def is_to_end(self) -> bool:
        """Whether it is to come to an end in its own time, and answer with what it has."""
        return bool(self._ask("is_to_end"))


def answering(function: Callable[Concatenate[Say, P], T]) -> Callable[Concatenate[Callable[..., Any], P], T]:
    """Make a function an answer to requests."""

    @functools.wraps(function)
    def answered(ask: Callable[..., Any], /, *args: P.args, **options: P.kwargs) -> T:
        return function(Say(ask), *args, **options)

    return answered
