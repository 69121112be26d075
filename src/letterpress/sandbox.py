"""Where templates run: Jinja, with nothing in reach that a letter does not need.

Job: compile and run one template with the letter's values, and turn what goes wrong into diagnostics with the line of
the template. Secret: Jinja, its sandbox, and the budget that ends endless loops and giant strings: every turn of a
loop, every call and every printed character is counted, so that a letter fails the same way on any machine.

Values are text: autoescape is always on where HTML is made, and neither `safe` nor `{% autoescape %}` is offered.
"""

from __future__ import annotations

import contextvars
import datetime
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, cast

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from letterpress import characters, language
from letterpress.errors import did_you_mean

MAX_STEPS = 500_000
"""Turns of loops, calls, and items or thousands of characters that filters and comparisons look at, in one template: a
letter with ten thousand table rows stays far below."""
MAX_OUTPUT = 5_000_000
"""Printed characters in one template: some two thousand pages."""
MAX_TEXT = 1_000_000
"""Characters or items of one value."""
MAX_BITS = 10_000
"""Size of a whole number."""

FILTERS = frozenset(
    "abs attr batch capitalize count d default dictsort e escape first float groupby int items join last length list "
    "lower map max min reject rejectattr replace reverse round select selectattr slice sort string striptags sum title "
    "trim truncate unique upper urlencode wordcount".split()
) - {"attr", "batch", "slice"}
TESTS_REFUSED = frozenset({"filter", "test"})
_GLANCES = frozenset({"count", "length", "first", "last", "default", "d"})
"""Filters that take no longer for a longer value."""
_TEXT_FILTERS = frozenset(
    "capitalize e escape lower string striptags title trim truncate upper urlencode wordcount replace".split()
)
"""Filters that would print a list as Python writes it."""
_BARE_TESTS = frozenset({"defined", "undefined"})
_TEXT_METHODS = frozenset(
    "capitalize casefold count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric isspace istitle "
    "isupper lower lstrip partition removeprefix removesuffix rpartition rsplit rstrip split splitlines startswith "
    "strip swapcase title upper".split()
)
_DATE_PARTS = frozenset({"year", "month", "day", "isoformat", "weekday", "isoweekday"})


class TemplateFault(Exception):
    """A template that cannot be compiled or run: message, line of the template, hint."""

    def __init__(self, message: str, line: int | None = None, hint: str | None = None, name: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.hint = hint
        self.name = name
        """Name of the template, where several make a page."""


class Limit(SecurityError):
    """The template asked for more than a letter may use."""


class Values(dict[str, Any]):
    """A group of values, such as `fields` or `to`, that knows which names it could have.

    A known name without a value is false in `{% if %}`, and an error when it is printed: no blank is printed unseen.
    """

    def __init__(self, path: str, values: Mapping[str, Any], known: Iterable[str] = ()) -> None:
        super().__init__({key: value for key, value in values.items() if value is not None})
        self.path = path
        self.known = frozenset(known) | frozenset(self)

    def refusal(self) -> tuple[str, None, str]:
        """Message, line and hint for one who prints the whole group."""
        return f"'{self.path}' is a group of values and cannot be printed", None, f"name one: {self._names()}"

    def __str__(self) -> str:
        raise TemplateFault(*self.refusal())

    def _names(self) -> str:
        return ", ".join(f"{self.path}.{name}" for name in sorted(self.known)[:6]) or "it has none"


class _NoValue(jinja2.StrictUndefined):
    """What a name without a value is: says which name, and which names there are."""

    __slots__ = ()

    def _fail_with_undefined_error(self, *_: Any, **__: Any) -> Any:
        raise self._fault()

    def _fault(self) -> TemplateFault:
        name, owner = self._undefined_name, self._undefined_obj
        if self._undefined_exception is SecurityError:
            return TemplateFault(f"'{name}' is out of a template's reach", hint="templates use values and filters only")
        if isinstance(owner, Values):
            path = f"{owner.path}.{name}"
            if name in owner.known:
                hint = f"give it a value or a default, or ask first: {{% if {path} %}}"
                return TemplateFault(f"'{path}' has no value", hint=hint)
            near = did_you_mean(str(name), owner.known)
            if owner.path == "fields":
                near = near or "declare it under 'fields:' in the front matter"
            return TemplateFault(f"'{path}' is not known", hint=near)
        if owner is jinja2.utils.missing:
            return TemplateFault(f"'{name}' is not known", hint=did_you_mean(str(name), _names.get()))
        if owner is None:
            return TemplateFault(self._undefined_hint or f"'{name}' is not known")
        return TemplateFault(f"a {type(owner).__name__} has no '{name}'")

    def __bool__(self) -> bool:  # type: ignore[override]
        if isinstance(self._undefined_obj, Values) and self._undefined_name in self._undefined_obj.known:
            return False
        raise self._fault()

    __iter__ = __str__ = __len__ = _fail_with_undefined_error
    __eq__ = __ne__ = __hash__ = _fail_with_undefined_error
    __contains__ = __getattr__ = __call__ = __getitem__ = _fail_with_undefined_error
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __div__ = __rdiv__ = _fail_with_undefined_error
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _fail_with_undefined_error
    __pow__ = __rpow__ = __pos__ = __neg__ = __lt__ = __le__ = __gt__ = __ge__ = _fail_with_undefined_error
    __int__ = __float__ = __complex__ = _fail_with_undefined_error


class _Budget:
    __slots__ = ("output", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.output = 0

    def step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > MAX_STEPS:
            raise Limit(f"the template takes more than {MAX_STEPS:,} steps")

    def print(self, count: int) -> None:
        self.output += count
        if self.output > MAX_OUTPUT:
            raise Limit(f"the template prints more than {MAX_OUTPUT:,} characters")


_budget: contextvars.ContextVar[_Budget] = contextvars.ContextVar("budget")
_lang: contextvars.ContextVar[str] = contextvars.ContextVar("lang", default="en")
_raw: contextvars.ContextVar[bool] = contextvars.ContextVar("raw", default=False)
_names: contextvars.ContextVar[Iterable[str]] = contextvars.ContextVar("names", default=())


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0


def _bounded(size: int) -> None:
    if size > MAX_TEXT:
        raise Limit(f"a value would have {size:,} characters or items; {MAX_TEXT:,} is the most")


def _counted(iterable: Any) -> Iterator[Any]:
    budget = _budget.get()
    for item in iterable:
        budget.step()
        yield item


def _weigh(value: Any) -> None:
    """Take off the budget what it costs to look at all of a value: shared parts count as often as they are met, so
    that lists of lists of lists end as well."""
    budget = _budget.get()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            budget.step(len(one) // 1000)
        elif isinstance(one, dict):
            budget.step(len(one))
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            budget.step(len(one))
            waiting.extend(one)
        elif isinstance(one, range):
            budget.step(len(one))


def _weighed(value: Any) -> Any:
    _weigh(value)
    return value


def _sliced(value: Any) -> Any:
    _budget.get().step(_size(value) // (1000 if isinstance(value, str) else 100))
    return value


def _metered(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or test that takes what it costs off the budget, and counts what it draws from a generator."""
    first = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        given = list(args)
        _budget.get().step()
        if name not in _GLANCES:
            for value in (*given[first:], *kwargs.values()):
                _weigh(value)
            if len(given) > first and isinstance(given[first], Iterator):
                given[first] = _counted(given[first])
        if name in _TEXT_FILTERS and len(given) > first and not _is_printable(given[first]):
            raise _cannot_print(given[first])
        return function(*given, **kwargs)

    return run


def _is_printable(value: Any) -> bool:
    plain = str | bool | int | float | Decimal | datetime.date | Money
    return isinstance(value, plain | jinja2.Undefined)


def _cannot_print(value: Any) -> TemplateFault:
    if isinstance(value, Values):
        return TemplateFault(*value.refusal())
    hint = "join it: {{ items | join(', ') }}" if isinstance(value, list | tuple | Iterator) else None
    return TemplateFault(f"{_kind(value)} cannot be printed", hint=hint)


def _kind(value: Any) -> str:
    """What a value is, for one who does not know Python."""
    kinds: tuple[tuple[Any, str], ...] = (
        (str, "a text"),
        (bool, "a yes or no"),
        (Money, "an amount of money"),
        (int | float | Decimal, "a number"),
        (datetime.date, "a date"),
        (dict, "a group of values"),
        (list | tuple | range | Iterator, "a list"),
        (jinja2.utils.Namespace, "a namespace"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), f"a {type(value).__name__}")


def _sum(values: Iterable[Any], attribute: str | None = None, start: Any = 0) -> Any:
    """Numbers only, exactly: as decimals where one is."""
    total = start
    for value in values:
        one = value.get(attribute) if attribute and isinstance(value, dict) else value
        if isinstance(one, bool) or not isinstance(one, int | float | Decimal | Money):
            raise TemplateFault(f"sum adds numbers, and {_kind(one)} is none")
        if isinstance(one, Money):
            if isinstance(total, Money) and total.currency != one.currency:
                raise TemplateFault(f"sum cannot add {one.currency} to {total.currency}")
            total = Money((total.amount if isinstance(total, Money) else total) + one.amount, one.currency)
        else:
            total = total + (Decimal(str(one)) if isinstance(one, float) else one)
    return total


def _joined(parts: Iterable[Any]) -> str:
    """What `~` does, within bounds."""
    parts = [part if isinstance(part, str) else _shown(part) for part in parts]
    for part in parts:
        if not isinstance(part, str):
            if isinstance(part, jinja2.Undefined):
                str(part)  # raises, naming it
            raise _cannot_print(part)
    size = sum(len(part) for part in parts)
    _bounded(size)
    _budget.get().step(size // 1000)
    if any(isinstance(part, Markup) for part in parts):
        return Markup("").join(parts)
    return "".join(parts)


def _shown(value: Any) -> Any:
    """A value as it is printed: dates and numbers in the letter's language."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, Money):
        return language.value_text(value.amount, _lang.get(), value.currency)
    if isinstance(value, bool | int | float | Decimal | datetime.date):
        if _raw.get():
            return str(value)
        return language.value_text(value, _lang.get())
    return value


def _finalize(value: Any) -> Any:
    if value is None:
        raise TemplateFault("this has no value to print")
    value = _shown(value)
    if isinstance(value, str):
        _budget.get().print(len(value))
        char = characters.unprintable(value)
        if char is not None:  # written as an escape in a template's own text: "\\x07"
            raise TemplateFault(f"{characters.named(char)} cannot be printed", hint="delete it")
    elif not hasattr(value, "__html__"):
        raise _cannot_print(value)
    return value


class Money(NamedTuple):
    """An amount in a currency (ISO 4217), printed as the letter's language does."""

    amount: Decimal
    currency: str


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with a budget and a list of what is allowed instead of a list of what is not."""

    intercepted_binops = frozenset({"*", "**", "+", "-", "/", "//", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=_NoValue, finalize=_finalize, trim_blocks=True, lstrip_blocks=True, **options)
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.filters |= {"replace": _replace, "join": _join, "round": _round, "date": _date, "number": _number}
        self.filters |= {"sum": _sum}
        functions = cast("dict[str, Callable[..., Any]]", self.filters)
        self.filters = {name: _metered(name, function) for name, function in functions.items()}
        self.filters |= {"_counted": _counted, "_joined": _joined, "_weighed": _weighed, "_sliced": _sliced}
        tests = cast("dict[str, Callable[..., Any]]", self.tests)
        self.tests = {
            name: test if name in _BARE_TESTS else _metered(name, test)
            for name, test in tests.items()
            if name not in TESTS_REFUSED
        }
        self.globals = {name: self.globals[name] for name in ("range", "namespace")}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for change in tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
            raise jinja2.TemplateSyntaxError("autoescape cannot be changed", change.lineno, name, filename)
        if self.loader is None:
            for other in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
                kind = "import" if isinstance(other, nodes.FromImport) else type(other).__name__.lower()
                raise jinja2.TemplateSyntaxError(f"a letter cannot {kind} a template", other.lineno, name, filename)
        for named in tree.find_all((nodes.Filter, nodes.FilterBlock)):
            inner = named.filter if isinstance(named, nodes.FilterBlock) else named
            if isinstance(inner, nodes.Filter) and inner.name.startswith("_"):
                raise jinja2.TemplateSyntaxError(f"there is no filter '{inner.name}'", inner.lineno, name, filename)
        return tree

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        for comparison in list(source.find_all(nodes.Compare)):
            sides: tuple[nodes.Compare | nodes.Operand, ...] = (comparison, *comparison.ops)
            for side in sides:
                side.expr = nodes.Filter(side.expr, "_weighed", [], [], None, None, lineno=side.lineno)
        for item in list(source.find_all(nodes.Getitem)):
            if isinstance(item.arg, nodes.Slice):
                item.node = nodes.Filter(item.node, "_sliced", [], [], None, None, lineno=item.lineno)
        for loop in source.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        _bound_joins(source)
        return str(super()._generate(source, name, filename, defer_init))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        _check_binop(operator, left, right)
        try:
            return super().call_binop(context, operator, left, right)
        except TypeError:
            for side in (left, right):
                if isinstance(side, jinja2.Undefined):
                    str(side)  # raises, naming it
            hint = "~ joins texts and numbers" if operator == "+" else None
            raise TemplateFault(
                f"'{operator}' cannot be used between {_kind(left)} and {_kind(right)}", hint=hint
            ) from None

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as in Jinja
        _budget.get().step()
        owner = getattr(__obj, "__self__", None)
        for value in (owner, *args, *kwargs.values()):
            if isinstance(value, str | list | tuple):
                _weigh(value)
        return super().call(__context, __obj, *args, **kwargs)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """No `str.format` at all: "{:>1000000000}" is a text of a gigabyte."""
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if isinstance(obj, str):
            return attr in _TEXT_METHODS
        if isinstance(obj, datetime.date):
            return attr in _DATE_PARTS
        if isinstance(obj, bool | int | float | Decimal | bytes):
            return False
        if isinstance(obj, dict):
            return attr in {"items", "keys", "values", "get"}
        if isinstance(obj, list | tuple):
            return attr in {"index", "count"} or attr in getattr(obj, "_fields", ())
        return True


def _bound_joins(tree: nodes.Node) -> None:
    """Put `~` under the budget: `a ~ b` becomes a filter over its parts."""
    for node in list(tree.find_all(nodes.Node)):
        for key, value in list(node.iter_fields()):
            if isinstance(value, nodes.Concat):
                setattr(node, key, _bound_join(value))
            elif isinstance(value, list):
                value[:] = [_bound_join(item) if isinstance(item, nodes.Concat) else item for item in value]


def _bound_join(concat: nodes.Concat) -> nodes.Filter:
    parts = nodes.List(concat.nodes, lineno=concat.lineno)
    return nodes.Filter(parts, "_joined", [], [], None, None, lineno=concat.lineno)


def _check_binop(operator: str, left: Any, right: Any) -> None:
    numbers = isinstance(left, int) and isinstance(right, int)
    if operator == "**" and (not numbers or right > MAX_BITS or left.bit_length() * max(right, 0) > MAX_BITS):
        if numbers or abs(left) > 1e6 or abs(right) > 64:
            raise Limit("the power is too large a number for a letter")
    elif operator == "*":
        if numbers and left.bit_length() + right.bit_length() > MAX_BITS:
            raise Limit("the product is too large a number for a letter")
        for value, times in ((left, right), (right, left)):
            if isinstance(value, str | list | tuple) and isinstance(times, int):
                _bounded(_size(value) * times)
                _budget.get().step(_size(value) * max(0, times) // 1000)
    elif operator == "+":
        if isinstance(left, str | list | tuple):
            _budget.get().step((_size(left) + _size(right)) // 1000)
        _bounded(_size(left) + _size(right))
    elif operator == "%" and isinstance(left, str):
        raise Limit("'%' does not format text here: join parts with ~")


def _replace(text: Any, old: str, new: str, count: int | None = None) -> Any:
    text = text if isinstance(text, str) else str(_shown(text))
    if isinstance(text, Markup):
        old, new = escape(old), escape(new)
    times = text.count(old) if count is None else min(count, text.count(old))
    _bounded(len(text) + times * max(0, len(new) - len(old)))
    return text.replace(old, new, -1 if count is None else count)


def _join(values: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
    items = [value.get(attribute) if attribute and isinstance(value, dict) else value for value in values]
    parts: list[Any] = []
    for index, item in enumerate(items):
        parts += ([separator] if index else []) + [item]
    return _joined(parts)


def _round(value: Any, decimals: int = 0, method: str = "common") -> Any:
    if not -30 <= decimals <= 30:
        raise Limit("a number is rounded to between -30 and 30 decimals")
    rule = {"common": "ROUND_HALF_UP", "ceil": "ROUND_CEILING", "floor": "ROUND_FLOOR"}.get(method)
    if rule is None:
        raise TemplateFault(f"'{method}' is no way of rounding", hint="common, ceil or floor")
    if isinstance(value, Money):
        return Money(_round(value.amount, decimals, method), value.currency)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TemplateFault(f"{_kind(value)} cannot be rounded", hint="declare the field as decimal, integer or money")
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=rule)


def _read_number(text: str) -> Decimal:
    try:
        return language.read_decimal(text, _lang.get())
    except ValueError as error:
        raise TemplateFault(str(error)) from error


def _date(value: Any) -> str:
    if isinstance(value, datetime.date):
        return language.date_text(value, _lang.get())
    if not isinstance(value, str):
        raise TemplateFault(f"{_kind(value)} is not a date")
    try:
        return language.date_text(language.read_date(value, _lang.get()), _lang.get())
    except ValueError as error:
        raise TemplateFault(str(error)) from error


def _number(value: Any, decimals: int | None = None) -> str:
    if isinstance(value, Money):
        value = value.amount
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise TemplateFault(f"{_kind(value)} is not a number")
    number = Decimal(str(value)) if not isinstance(value, str) else _read_number(value)
    return language.value_text(number if decimals is None else _round(number, decimals), _lang.get())


class Loader(jinja2.BaseLoader):
    """Templates by name from a function, so that where they lie stays the caller's secret."""

    def __init__(self, find: Callable[[str], tuple[str, str] | None]) -> None:
        self.find = find

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Jinja's own protocol: source, file name, and whether it is still up to date."""
        found = self.find(template)
        if found is None:
            raise jinja2.TemplateNotFound(template)
        source, path = found
        return source, path, None


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template."""

    compiled: jinja2.Template

    def render(self, values: Mapping[str, Any], lang: str | None) -> str:
        """Run it. Numbers and dates print as `lang` has them; with None as a program has them, for style sheets.

        :raises TemplateFault: it fails, with its line where Jinja knows it.
        """
        variables: tuple[contextvars.ContextVar[Any], ...] = (_budget, _lang, _names, _raw)
        begun = (_Budget(), lang or "en", tuple(values), lang is None)
        tokens = [variable.set(value) for variable, value in zip(variables, begun, strict=True)]
        try:
            return self.compiled.render(values)
        except Exception as error:
            raise _fault(error) from error
        finally:
            for variable, token in zip(variables, tokens, strict=True):
                variable.reset(token)


@lru_cache(maxsize=2)
def _environment(html: bool) -> _Environment:
    return _Environment(autoescape=html)


@lru_cache(maxsize=512)
def compile_text(source: str) -> Template:
    """A front-matter text with `{{ }}`: gives plain text.

    :raises TemplateFault: the syntax is wrong.
    """
    return _compile(_environment(False), source)


@lru_cache(maxsize=64)
def compile_html(source: str) -> Template:
    """A body: gives HTML in which every value is escaped.

    :raises TemplateFault: the syntax is wrong.
    """
    return _compile(_environment(True), source)


def _compile(environment: _Environment, source: str) -> Template:
    try:
        return Template(environment.from_string(source))
    except Exception as error:
        raise _fault(error) from error


def environment(find: Callable[[str], tuple[str, str] | None], *, html: bool) -> Callable[[str], Template]:
    """A function that gets a template by name, with the others in reach of `extends`, `include` and `import`."""
    loaded = _Environment(autoescape=html, loader=Loader(find))

    def get(name: str) -> Template:
        try:
            return Template(loaded.get_template(name))
        except Exception as error:
            raise _fault(error) from error

    return get


def references(source: str) -> list[tuple[str, int]]:
    """The names a template asks for, as `fields.amount` or `date`, each with its template line, taken or not."""
    environment = _environment(True)
    tree = environment.parse(source)
    bound = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    bound |= {macro.name for macro in tree.find_all(nodes.Macro)} | set(environment.globals) | {"loop", "caller"}
    guarded: set[nodes.Expr | None] = {test.node for test in tree.find_all(nodes.Test) if test.name in _BARE_TESTS}
    guarded |= {call.node for call in tree.find_all(nodes.Filter) if call.name in ("default", "d")}
    found: list[tuple[str, int]] = []
    owners: set[nodes.Node] = set()
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name):
            owners.add(node.node)
            if node.node.name not in bound and node not in guarded:
                found.append((f"{node.node.name}.{node.attr}", node.lineno))
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in bound and name not in guarded and name not in owners:
            found.append((name.name, name.lineno))
    return found


def _fault(error: Exception) -> TemplateFault:
    """Any failure of a template as a `TemplateFault` with the line it happened on."""
    name, line = _place(error)
    if isinstance(error, TemplateFault):
        return TemplateFault(error.message, error.line or line, error.hint, error.name or name)
    if isinstance(error, jinja2.TemplateNotFound):
        return TemplateFault(f"there is no template '{error.name}'", line, None, name)
    if isinstance(error, jinja2.TemplateSyntaxError):
        message, line, hint = _syntax(error)
        return TemplateFault(message, line, hint, error.name or name)
    if isinstance(error, Limit):
        return TemplateFault(str(error), line, "a letter's template is for choosing and printing values", name)
    if isinstance(error, SecurityError):
        return TemplateFault("this is out of a template's reach", line, "templates use values and filters only", name)
    if isinstance(error, RecursionError):
        return TemplateFault("the template calls itself without end", line, None, name)
    if isinstance(error, OverflowError):
        return TemplateFault("the range or number is too large for a letter", line, None, name)
    message = str(error).split("\n")[0] or type(error).__name__
    return TemplateFault(message, line, None, name)


_TAGS = "tags are if, elif, else, for, set, macro, call and filter; each is closed by its end tag"
_TOKENS = {
    "end of print statement": "'}}'",
    "end of statement block": "'%}'",
    "name": "a name",
    "begin of print statement": "'{{'",
    "begin of statement block": "'{%'",
    "end of template": "the end",
}


def _syntax(error: jinja2.TemplateSyntaxError) -> tuple[str, int, str | None]:
    """Message, line and hint for what Jinja says of a template's syntax."""
    message = (error.message or "a syntax error").rstrip(".")
    line = error.lineno
    inner = re.search(r"innermost block that needs to be closed is '(\w+)'", message)
    if message.startswith(("No filter named", "No test named")):
        kind, name = message.split()[1], message.split("'")[1]
        near = did_you_mean(name, FILTERS | {"date", "number"}) if kind == "filter" else None
        return f"there is no {kind} '{name}'", line, near
    unknown = re.match(r"Encountered unknown tag '(\w+)'", message)
    if unknown and inner:
        return f"'{{% {unknown[1]} %}}' does not belong here", line, f"close '{{% {inner[1]} %}}' first"
    if unknown and unknown[1].startswith("end"):
        return (
            f"'{{% {unknown[1]} %}}' closes nothing",
            line,
            f"open it with '{{% {unknown[1][3:]} ... %}}', or take it out",
        )
    if unknown:
        return f"there is no tag '{unknown[1]}'", line, _TAGS
    if message.startswith("Unexpected end of template") and inner:
        name = inner[1]
        opened = _last_open(error.source or "", name) or line
        return f"'{{% {name} %}}' is opened here and never closed", opened, f"close it with '{{% end{name} %}}'"
    expected = re.match(r"expected token '(.*)', got '(.*)'", message)
    if expected:
        wanted, found = (_TOKENS.get(word, f"'{word}'") for word in expected.groups())
        hint = "== compares" if found == "'='" else None
        return f"here stands {found} where {wanted} is expected", line, hint
    unexpected = re.match(r"unexpected '(.*)'", message)
    if unexpected:
        found = _TOKENS.get(unexpected[1], f"'{unexpected[1]}'")
        return f"{found} is not expected here", line, None
    if message.startswith("Expected an expression, got"):
        found = _TOKENS.get(message.split("'")[1], message.split("'")[1]) if "'" in message else "nothing"
        return f"here stands {found} where a value is expected", line, None
    return message[:1].lower() + message[1:], line, None


def _last_open(source: str, name: str) -> int | None:
    """Line of the last `{% name %}` that no end tag closes."""
    open_lines: list[int] = []
    for tag in re.finditer(r"\{%[-+]?\s*(end)?" + re.escape(name) + r"\b", source):
        if not tag[1]:
            open_lines.append(source.count("\n", 0, tag.start()) + 1)
        elif open_lines:
            open_lines.pop()
    return open_lines[-1] if open_lines else None


def _place(error: Exception) -> tuple[str | None, int | None]:
    """Name and line of the innermost template in the traceback; Jinja has put template lines there."""
    name: str | None = None
    line: int | None = None
    trace = error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        filename = trace.tb_frame.f_code.co_filename
        if template is not None or filename == "<template>":
            line = trace.tb_lineno
            if template is not None:
                name = template.name
        elif "__jinja_exception__" in trace.tb_frame.f_globals:
            line = trace.tb_lineno
            name = trace.tb_frame.f_globals.get("__name__")
        trace = trace.tb_next
    return name, line
