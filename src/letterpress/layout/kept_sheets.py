"""Keeps parsed style sheets between runs: WeasyPrint's own three, and those of letterheads.

Parsing them takes as long as laying out a page, and what comes of it is the same each time: selectors, which are
programs, and declarations. Where it is not there, or not as it is expected, WeasyPrint parses the sheets.

Not here: which of a letterhead's style sheets may be kept, since parsing them does nothing else (`engine`).
"""

from __future__ import annotations

import contextlib
import io
import marshal
import pickle
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

from letterpress import cache
from letterpress.layout import private_api

KIND = "style-sheets"
_READING = re.compile(r"@font-face|@import", re.I)


def get(css: str, *others: str) -> Any:
    """The style sheet that was kept, as WeasyPrint has it; None if there is none.

    :param others: what else its parsing depends on.
    """
    content = cache.get(KIND, _key(css, *others))
    if content is not None:
        with contextlib.suppress(Exception):  # what cannot be read is made anew
            kind = import_module("weasyprint").CSS
            sheet = kind.__new__(kind)
            vars(sheet).update(pickle.loads(content))  # noqa: S301 - our own, from a folder only we can write to
            return sheet
    return None


def keep(sheet: Any, css: str, *others: str) -> None:
    """Keep a style sheet for `get` with the same arguments, unless it reads others, or faces."""
    if not _READING.search(css):
        _keep(_key(css, *others), vars(sheet))


def _key(*texts: str) -> bytes:
    return b"\0".join((*(text.encode(errors="surrogatepass") for text in texts), cache.stamp(_program())))


def _keep(key: bytes, value: Any) -> None:
    if cache.available(KIND):
        with contextlib.suppress(Exception):  # a selector or value of another kind than those that are known
            content = io.BytesIO()
            _Pickler(content, protocol=5).dump(value)
            cache.put(KIND, key, content.getvalue())


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
        key = _key(css, media, "WeasyPrint's own")
        kept = cache.get(KIND, key)
        if kept is not None:
            with contextlib.suppress(Exception):  # what cannot be read is made anew
                rules, styles = pickle.loads(kept)  # noqa: S301 - our own, from a folder that only we can write to
                vars(matcher).update(rules)
                counters.update(styles)
                return None
        self.real(media, base, self._parse(css), fetcher, matcher, *others, **options)
        _keep(key, (vars(matcher), dict(counters)))
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
