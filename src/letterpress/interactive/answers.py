"""What answers a request of a crew, in a worker's process: a function that can say news before its result.

A module that has a function `prepare` is prepared before the time of its first request begins (processes/call_server).

Not here: who asks, and which request goes before which (crew.py).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

Say = Callable[..., None]
"""What an answering function gets first: says news, `say(kind, news)`, and raises `Superseded` where it is to end."""
P = ParamSpec("P")
T = TypeVar("T")


class Superseded(Exception):
    """Nobody waits for the answer any more: a newer request of the same subject has taken its place."""


def answering(function: Callable[Concatenate[Say, P], T]) -> Callable[Concatenate[Callable[..., Any], P], T]:
    """Make a function an answer to requests."""

    @functools.wraps(function)
    def answered(ask: Callable[..., Any], /, *args: P.args, **options: P.kwargs) -> T:
        def say(kind: str, news: Any = None) -> None:
            if not ask("say", kind, news):
                raise Superseded

        return function(say, *args, **options)

    return answered
