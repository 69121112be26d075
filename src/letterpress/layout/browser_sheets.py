"""Gives WeasyPrint its three built-in style sheets without parsing them anew at each start.

How elements look that no style sheet speaks of is the same each time. What WeasyPrint makes of that is kept between
runs: its selectors, which are programs, and its declarations. Where it is not there, or not as it is expected,
WeasyPrint parses the sheets.

Not here: the style sheets of letterheads, which are parsed with their fonts and faults (`engine`).
"""

from __future__ import annotations

import contextlib
import io
import marshal
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

from letterpress import cache
from letterpress.layout import private_api

KIND = "browser-sheets"


@contextlib.contextmanager
def ready_made() -> Iterator[None]:
    """Let WeasyPrint, if it is imported meanwhile, get its own style sheets from here."""
    if "weasyprint" in sys.modules or not cache.available(KIND):
        yield
        return
    tinycss: Any = import_module("tinycss2")
    parse = tinycss.parse_stylesheet

    def parsed_later(css: str, *others: Any, **options: Any) -> Any:
        """Called by the first style sheet that WeasyPrint has: now it is there, as far as need be."""
        weasyprint: Any = sys.modules["weasyprint"]
        given = getattr(weasyprint, "preprocess_stylesheet", None)
        if others or options or given is None:
            return parse(css, *others, **options)
        if not isinstance(given, _Preprocessing):
            weasyprint.preprocess_stylesheet = _Preprocessing(given, parse)
        return css

    tinycss.parse_stylesheet = parsed_later
    try:
        yield
    finally:
        tinycss.parse_stylesheet = parse
        weasyprint: Any = sys.modules.get("weasyprint")
        given = getattr(weasyprint, "preprocess_stylesheet", None)
        if isinstance(given, _Preprocessing):
            weasyprint.preprocess_stylesheet = given.real


class _Preprocessing:
    """Stands for `weasyprint.css.preprocess_stylesheet` until WeasyPrint is imported."""

    def __init__(self, real: Callable[..., None], parse: Callable[[str], Any]) -> None:
        self.real = real
        self._parse = parse

    def __call__(
        self, media: str, base: Any, css: Any, fetcher: Any, matcher: Any, *others: Any, **options: Any
    ) -> None:
        """Fill the matcher with what was kept of this style sheet; else parse it, and keep what comes of it."""
        if not isinstance(css, str):
            return self.real(media, base, css, fetcher, matcher, *others, **options)
        counters = dict(enumerate(others)).get(private_api.COUNTERS_AT)
        if not isinstance(counters, dict):
            return self.real(media, base, self._parse(css), fetcher, matcher, *others, **options)
        key = css.encode() + b"\0" + media.encode() + cache.stamp(_program())
        kept = cache.get(KIND, key)
        if kept is not None:
            with contextlib.suppress(Exception):  # what cannot be read is made anew
                rules, styles = pickle.loads(kept)  # noqa: S301 - our own, from a folder that only we can write to
                vars(matcher).update(rules)
                counters.update(styles)
                return None
        self.real(media, base, self._parse(css), fetcher, matcher, *others, **options)
        with contextlib.suppress(Exception):  # a selector or value of another kind than those that are known
            content = io.BytesIO()
            _Pickler(content, protocol=5).dump((vars(matcher), dict(counters)))
            cache.put(KIND, key, content.getvalue())
        return None


def _program() -> list[str | None]:
    names = ("weasyprint.css", "weasyprint.css.validation.properties", "cssselect2.compiler", "tinycss2.ast")
    return [*(import_module(name).__file__ for name in names), import_module("weasyprint").__file__, __file__]


class _Pickler(pickle.Pickler):
    """Writes the tests of selectors as well: functions without a module, made of a text."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, FunctionType) and value.__name__ == "<lambda>":
            if value.__closure__ or value.__defaults__ or value.__kwdefaults__:
                raise pickle.PicklingError("a test of a selector holds more than its program")
            return _test, (marshal.dumps(value.__code__),)
        return NotImplemented


def _test(program: bytes) -> FunctionType:
    code: CodeType = marshal.loads(program)  # noqa: S302 - our own, from a folder that only we can write to
    return FunctionType(code, _names())


def _names() -> dict[str, Any]:
    """What the programs of selectors may name."""
    compiler = import_module("cssselect2.compiler")
    names: Mapping[str, Any] = {name: getattr(compiler, name) for name in private_api.SELECTOR_NAMES}
    return {"__builtins__": __builtins__, **names}
