"""Runs a template once, and finds out how what it prints depends on some of its texts, so that it need not run again.

Texts are watched while the template runs. What it prints of them is put down by number; what it asks of them (whether
there is one, which of two is wider) is put down with the answer, as is all that functions make of them. For other texts
the same functions are run: where they give the same answers, the template would take the same way, and prints the same
but for the texts. Whatever else a template does with a watched text is put down as the text itself.

Not here: what is put down (`watched`), which texts are watched (`letterhead.forms`), what templates may do at all
(`sandbox`).
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, cast

from jinja2.runtime import BlockReference, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from letterpress.templating import bytecode, filters, limits, watched
from letterpress.templating.sandbox import Environment, Loader, Template
from letterpress.text import value_marks

_trace: contextvars.ContextVar[watched.Trace] = contextvars.ContextVar("trace")


def _looking(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or test that puts down the watched values that it is given."""

    @wraps(function)
    def run(*args: Any, **named: Any) -> Any:
        if name == "trim" and len(args) == 1 and isinstance(args[0], Markup):
            return function(*args)  # what is printed is not blank, so that none is cut
        if name in _STRUCTURE and len(args) == 1 and not named and isinstance(args[0], list | tuple):
            return function(*args)
        return function(*(watched.plain(one, asked=True) for one in args), **watched.plain(dict(named), asked=True))

    return run


def _shown(value: Any) -> Any:
    """What is printed: a watched text by its number."""
    if isinstance(value, watched.Watched):
        text = str.__str__(value)
        value.trace.asked("blank", value.number, not text.strip())
        if not text.strip():
            return filters.marked(value.plain())
        filters.marked(text)
        value.trace.printed.append(value.number)
        return Markup(value_marks.value(watched.numbered(len(value.trace.printed) - 1)))  # noqa: S704 - a number
    if isinstance(value, Markup):
        return filters.marked(value)
    return filters.marked(watched.plain(value, asked=True))


def _weighed(value: Any) -> Any:
    if isinstance(value, watched.WatchedNumber):
        return value
    return limits.weighed(filters.words_of(watched.plain(value, asked=True)))


def _counted(iterable: Any) -> Iterator[Any]:
    if isinstance(iterable, watched.Watched):
        iterable = iterable.plain()
    if isinstance(iterable, str) and watched.NUMBERS.search(iterable):
        raise watched.Untraceable
    return limits.counted(filters.plain(iterable))


def _joined(parts: list[Any]) -> Any:
    return filters.joined([part if isinstance(part, Markup) else watched.plain(part, asked=True) for part in parts])


def _sliced(value: Any) -> Any:
    return limits.sliced(value if isinstance(value, list | tuple) else filters.plain(watched.plain(value, asked=True)))


_FOLLOWED = {
    "_shown": _shown,
    "_weighed": _weighed,
    "_counted": _counted,
    "_joined": _joined,
    "_sliced": _sliced,
}
_STRUCTURE = frozenset({"length", "count", "first", "last"})
"""Filters that do not look at what is in a list."""
_OF_JINJA = frozenset({"_block_vars", "_loop_vars"})
"""What Jinja gives a function along, and takes away before it is called."""
_HARMLESS = frozenset({"_turned", "_text"})


class _Tracing(Environment):
    """The sandbox, which puts down what is done with watched values."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, function in self.filters.items():
            if name not in _HARMLESS:
                self.filters[name] = _FOLLOWED.get(name) or _looking(name, function)
        tests = cast("dict[str, Callable[..., Any]]", self.tests)
        self.tests = {name: test if name in filters.BARE_TESTS else _looking("", test) for name, test in tests.items()}

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as in Jinja
        if isinstance(__obj, Macro | BlockReference):
            limits.step()
            return ImmutableSandboxedEnvironment.call(__self, __context, __obj, *args, **kwargs)
        trace = _trace.get()
        given = {name: value for name, value in kwargs.items() if name not in _OF_JINJA}
        if watched.is_watched(args) or watched.is_watched(given):
            if trace.is_traceable(__obj):
                return trace.called(__obj, args, given)
            args, kwargs = watched.plain(args, asked=True), {**kwargs, **watched.plain(given, asked=True)}
        return super().call(__context, __obj, *watched.plain(args), **{**kwargs, **watched.plain(given)})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, list | tuple) and isinstance(right, list | tuple):
            return super().call_binop(context, operator, left, right)
        return super().call_binop(context, operator, watched.plain(left, asked=True), watched.plain(right, asked=True))

    def getitem(self, obj: Any, argument: Any) -> Any:
        return super().getitem(_looked_at(obj), watched.plain(argument, asked=True))

    def getattr(self, obj: Any, attribute: str) -> Any:
        return super().getattr(_looked_at(obj), attribute)


def _looked_at(value: Any) -> Any:
    return watched.plain(value, asked=True) if isinstance(value, str | float) else value


def environment(find: Callable[[str], tuple[str, str] | None]) -> Callable[[str], Template]:
    """Make a function that gets templates as `sandbox.environment` does, whose runs can be traced."""
    loaded = _Tracing(autoescape=True, loader=Loader(find), bytecode_cache=bytecode.Kept(html=True))
    return lambda name: Template(loaded.get_template(name))


@contextlib.contextmanager
def tracing(trace: watched.Trace) -> Iterator[None]:
    """Trace a template that is run meanwhile."""
    token = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(token)
