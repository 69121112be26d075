"""What templates can do with values: which filters and attributes they have, and how any value prints.

What is allowed is listed; whatever is not in a list does not exist for a template. Numbers and dates print as the
letter's language has them.

Not here: how all this comes into a template's reach (`sandbox`); nothing of Jinja is used in this module.
"""

from __future__ import annotations

import contextlib
import contextvars
import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from letterpress.templating import limits
from letterpress.templating.messages import TemplateFault
from letterpress.templating.money import Money
from letterpress.text import characters, language, value_marks

# What is allowed.

FILTERS = frozenset(
    "abs capitalize count d default dictsort e escape first groupby items join last length list lower map "
    "max min reject rejectattr replace reverse round select selectattr sort string striptags sum title trim truncate "
    "unique upper urlencode wordcount".split()
)
"""Jinja's filters that templates have."""
TESTS_REFUSED = frozenset({"filter", "test"})
BARE_TESTS = frozenset({"defined", "undefined"})
"""Tests that may look at a name without a value."""
GLANCES = frozenset({"length", "first", "last", "default", "d"})
"""Filters that take no longer for a longer value."""
TEXT_FILTERS = frozenset(
    "capitalize e escape lower string striptags title trim truncate upper urlencode wordcount replace".split()
)
"""Filters that would print a list as Python writes it."""
_TEXT_METHODS = frozenset(
    "capitalize casefold count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric isspace istitle "
    "isupper lower lstrip partition removeprefix removesuffix rpartition rsplit rstrip split splitlines startswith "
    "strip swapcase title upper".split()
)
_DATE_PARTS = frozenset({"year", "month", "day", "isoformat", "weekday", "isoweekday"})


def has(value: Any, attribute: str) -> bool:
    """Say whether a template may ask the value for that attribute; of other kinds of values, Jinja's sandbox does."""
    if isinstance(value, str):
        return attribute in _TEXT_METHODS
    if isinstance(value, datetime.date):
        return attribute in _DATE_PARTS
    if isinstance(value, bool | int | float | Decimal | bytes):
        return False
    if isinstance(value, dict):
        return attribute in {"items", "keys", "values", "get"}
    if isinstance(value, list | tuple):
        return attribute in {"index", "count"} or attribute in getattr(value, "_fields", ())
    return True


# Values.


class Values(dict[str, Any]):
    """A group of values, such as `fields` or `to`, that knows which names it could have.

    A known name without a value is false in `{% if %}`, and an error when it is printed: no blank is printed unseen.
    """

    def __init__(self, path: str, values: Mapping[str, Any], known: Collection[str] = ()) -> None:
        super().__init__({key: value for key, value in values.items() if value is not None})
        self.path = path
        self._known = known

    @property
    def known(self) -> frozenset[str]:
        """Names that it could have."""
        return frozenset(self._known) | frozenset(self)

    def refusal(self) -> TemplateFault:
        """Make the fault of a template that prints the whole group."""
        names = tuple(f"{self.path}.{name}" for name in sorted(self.known)[:6])
        return TemplateFault(
            f"'{self.path}' is a group of values and cannot be printed",
            hint=f"name one: {', '.join(names) or 'it has none'}",
            code="value-unprintable",
            value=self.path,
            params=(("names", names),),
        )

    def __str__(self) -> str:
        raise self.refusal()


class RecordValues(Values):
    """One record of a list, such as `fields.records`: a known name without a value is an empty cell of a table.

    It prints nothing, is false in `{% if %}` and equal to an empty text; what needs a value of it is a fault.
    """


class FieldValues(Values):
    """The letter's fields, which also know the currencies that those of type money are declared in."""

    def __init__(
        self,
        path: str,
        values: Mapping[str, Any],
        known: Collection[str] = (),
        currencies: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(path, values, known)
        self.currencies = currencies or {}


class Year(int):
    """The year of a date, which prints without a sign between its figures; so does one that is counted from it."""

    def __add__(self, other: int) -> Any:
        """The year some years later."""
        return Year(int(self) + other) if type(other) is int else int(self) + other

    def __radd__(self, other: int) -> Any:
        """As `+`."""
        return self + other

    def __sub__(self, other: int) -> Any:
        """The year some years before; how many years lie between two."""
        return Year(int(self) - other) if type(other) is int else int(self) - other


class NoValue:
    """Stands for a name without a value; `str()` raises the fault that names it; an empty cell's is empty."""

    __slots__ = ()


def kind(value: Any) -> str:
    """Say what a value is to somebody who does not know Python."""
    kinds: tuple[tuple[Any, str], ...] = (
        (str, "a text"),
        (bool, "a yes or no"),
        (Money, "an amount of money"),
        (int | float | Decimal, "a number"),
        (datetime.date, "a date"),
        (dict, "a group of values"),
        (list | tuple | range | Iterator, "a list"),
    )
    name = type(value).__name__
    other = "a namespace" if name == "Namespace" else f"a {name}"  # Jinja's, whose types are not known here
    return next((words for types, words in kinds if isinstance(value, types)), other)


class Own(str):
    """A text of the letterhead's own, such as a length or a colour that was checked: it may stand in a style."""

    __slots__ = ()


# Markup: text of a template's own, with values in it that are escaped and marked.

KEEPING = frozenset({"d", "default", "e", "escape", "join", "string"})
"""Filters that leave markup as it is."""
LOOKING = frozenset({"count", "length", "striptags", "wordcount"})
"""Filters that look at the words of a markup."""
_ELEMENT = re.compile(r"<[^>]*>")


def words_of(value: Any) -> Any:
    """Give the words of a markup, as they print; any other value as it is."""
    if not isinstance(value, Markup):
        return value
    return unescape(_ELEMENT.sub("", value_marks.without(value)))


def plain(value: Any) -> Any:
    """Give a markup of nothing but text as that text; any other value as it is.

    What cuts or changes a text must not do so between the signs of an element or of a reference such as `&lt;`.

    :raises TemplateFault: it holds elements.
    """
    if not isinstance(value, Markup):
        return value
    if "<" in value_marks.without(value):
        message = "a filter cannot change a text that holds elements"
        hint = "apply it to the value alone: {{ fields.name | upper }}"
        raise TemplateFault(message, hint=hint, code="filter-on-elements")
    return words_of(value)


def in_words(change: Callable[[str], str], value: Markup) -> Markup:
    """Change the words of a markup, and leave its elements as they are."""
    pieces = re.split(r"(<[^>]*>)", value)
    return Markup("").join(  # the pieces that are elements were markup before
        Markup(piece) if piece.startswith("<") else escape(change(unescape(piece)))  # noqa: S704
        for piece in pieces
    )


# Printing.

_lang: contextvars.ContextVar[str] = contextvars.ContextVar("lang", default="en")
_raw: contextvars.ContextVar[bool] = contextvars.ContextVar("raw", default=False)


@contextlib.contextmanager
def printing_in(lang: str | None) -> Iterator[None]:
    """Have numbers and dates inside print as `lang` has them; with None as a program has them."""
    lang_before, raw_before = _lang.set(lang or "en"), _raw.set(lang is None)
    try:
        yield
    finally:
        _lang.reset(lang_before)
        _raw.reset(raw_before)


def printing_language() -> str:
    """Give the language in which numbers and dates print."""
    return _lang.get()


def is_printable(value: Any) -> bool:
    """Say whether a filter may take the value as a text. A name without a value may pass: it raises its own fault."""
    return isinstance(value, str | bool | int | float | Decimal | datetime.date | Money | NoValue)


def cannot_print(value: Any) -> TemplateFault:
    """Make the fault of a template that prints what is no value for a page."""
    if isinstance(value, Values):
        return value.refusal()
    hint = "join it: {{ items | join(', ') }}" if isinstance(value, list | tuple | Iterator) else None
    return TemplateFault(f"{kind(value)} cannot be printed", hint=hint, code="value-unprintable")


def _shown(value: Any) -> Any:
    """Write dates and numbers in the letter's language; any other value stays as it is."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, Money):
        return language.value_text(value.amount, _lang.get(), value.currency)
    if isinstance(value, Year):
        return str(int(value))
    if isinstance(value, bool | int | float | Decimal | datetime.date):
        if _raw.get():
            return str(value)
        return language.value_text(value, _lang.get())
    return value


def as_printed(value: Any) -> Any:
    """Give an amount, a day or a decimal number as it prints, for a filter that takes texts; others as they are."""
    return _shown(value) if isinstance(value, Money | datetime.date | Decimal | float) else value


def printed(value: Any) -> Any:
    """Give what `{{ value }}` prints.

    :raises TemplateFault: nothing that a page can show.
    """
    if value is None:
        raise TemplateFault("this has no value to print", code="name-valueless")
    value = str(value) if isinstance(value, NoValue) else _shown(value)
    if isinstance(value, str):
        limits.printed(len(value))
        wrong = characters.refused(value_marks.without(value) if isinstance(value, Markup) else value)
        if wrong is not None:  # written as an escape in a template's own text: "\x07"; or a filter has cut it
            raise TemplateFault.of(wrong)
    elif not hasattr(value, "__html__"):
        raise cannot_print(value)
    return value


def marked(value: Any) -> Any:
    """Give what `{{ value }}` prints in HTML: escaped, and between the marks of a value.

    :raises TemplateFault: nothing that a page can show.
    """
    shown = printed(value)
    if isinstance(shown, Own):
        return escape(str(shown))
    if not isinstance(shown, str) or isinstance(shown, Markup):
        return shown
    if _raw.get() and isinstance(value, bool | int | float | Decimal):
        return Markup(shown)  # noqa: S704 - a number as a program writes it
    return Markup(value_marks.value(escape(shown))) if shown else Markup("")  # noqa: S704


def joined(parts: Iterable[Any]) -> str:
    """Join the parts, as `~` does, within bounds: the whole is measured before it is made."""
    parts = [
        part if isinstance(part, str) else str(part) if isinstance(part, NoValue) else _shown(part) for part in parts
    ]
    for part in parts:
        if not isinstance(part, str):
            raise cannot_print(part)
        if not isinstance(part, Markup) and (mark := value_marks.ANY.search(part)):
            message = f"{characters.named(mark[0])} cannot be printed"
            raise TemplateFault(message, hint="delete it", code="character-unprintable")
    size = sum(len(part) for part in parts)
    limits.bounded(size)
    limits.step(size // 1000)
    if any(isinstance(part, Markup) for part in parts):
        return Markup("").join(_escaped(part) for part in parts)
    return "".join(parts)


def _escaped(text: str) -> Markup:
    """Make a text markup: a value among what is markup already is marked as one."""
    if isinstance(text, Markup) or not text:
        return Markup(text)  # noqa: S704 - it is markup, or empty
    return Markup(value_marks.value(escape(text)))  # noqa: S704


def _escape(value: Any) -> Any:
    return value if isinstance(value, Markup) else _escaped(printed(value))


# Filters.


def _replace(text: Any, old: str, new: str, count: int | None = None) -> Any:
    text = text if isinstance(text, str) else str(_shown(text))
    times = text.count(old) if count is None else min(count, text.count(old))
    limits.bounded(len(text) + times * max(0, len(new) - len(old)))
    return text.replace(old, new, -1 if count is None else count)


OWN: dict[str, Callable[..., Any]] = {
    "e": _escape,
    "escape": _escape,
    "replace": _replace,
}
"""Filters of single values that are letterpress's own, some in place of Jinja's."""
