"""Where templates run: Jinja, with nothing in reach that a letter does not need.

Job: compile and run one template with the letter's values, and turn what goes wrong into faults with the line of the
template. Secret: Jinja and its sandbox: where in a template work is counted (`budget`), how what is allowed (`filters`)
comes into its reach, and how a line is found for a fault.

Values are text: autoescape is always on where HTML is made, and neither `safe` nor `{% autoescape %}` is offered.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from letterpress.errors import did_you_mean
from letterpress.templating import filters, limits, messages
from letterpress.templating import tree as templating_tree
from letterpress.templating.filters import Values
from letterpress.templating.messages import TemplateFault
from letterpress.text import characters, value_marks

_names: contextvars.ContextVar[Iterable[str]] = contextvars.ContextVar("names", default=())
"""The names that the running template was given."""


class _NoValue(jinja2.StrictUndefined, filters.NoValue):
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


def _metered(name: str, function: Callable[..., Any], *, test: bool = False) -> Callable[..., Any]:
    """A filter or test that takes what it costs off the budget, and counts what it draws from a generator."""
    first = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        given = list(args)
        limits.step()
        if test:
            given = [filters.words_of(one) for one in given]
        elif len(given) > first and isinstance(given[first], Markup):
            taken = _of_markup(name, function, given, first, kwargs)
            if taken is not None:
                return taken
        given[first + 1 :] = [one if name in filters.KEEPING else filters.plain(one) for one in given[first + 1 :]]
        if name not in filters.GLANCES:
            for value in (*given[first:], *kwargs.values()):
                limits.weigh(value)
            if len(given) > first and isinstance(given[first], Iterator):
                given[first] = limits.counted(given[first])
        if name in filters.TEXT_FILTERS and len(given) > first and not filters.is_printable(given[first]):
            raise filters.cannot_print(given[first])
        return function(*given, **kwargs)

    return run


def _of_markup(name: str, function: Callable[..., Any], given: list[Any], first: int, kwargs: Mapping[str, Any]) -> Any:
    """What a filter makes of markup; None after it has put the words into the markup's place, to go on with."""
    value = given[first]
    bare = len(given) == first + 1 and not kwargs
    limits.weigh(value)
    if name in filters.KEEPING:
        return None
    if name in filters.LOOKING:
        given[first] = filters.words_of(value)
        return given[first] if name == "striptags" else None
    if bare and name == "trim" and "<" in value:
        return value.strip()
    if bare and name in ("upper", "lower"):
        return filters.in_words(str.upper if name == "upper" else str.lower, value)
    given[first] = filters.plain(value)
    return None


@jinja2.pass_context  # so that nothing is printed while a template is compiled, when no letter's language is known
def _printed(_context: Any, value: Any) -> Any:
    return filters.printed(value)


@jinja2.pass_context
def _printed_html(_context: Any, value: Any) -> Any:
    """As `_printed`; what is markup already was counted when it was made one."""
    return value if isinstance(value, Markup) else filters.printed(value)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with a budget and a list of what is allowed instead of a list of what is not."""

    intercepted_binops = frozenset({"*", "**", "+", "-", "/", "//", "%"})

    def __init__(self, **options: Any) -> None:
        html = bool(options.get("autoescape"))
        settings = {"undefined": _NoValue, "finalize": _printed_html if html else _printed, "optimized": False}
        super().__init__(**settings, trim_blocks=True, lstrip_blocks=True, **options)
        offered = cast("dict[str, Callable[..., Any]]", {name: self.filters[name] for name in filters.FILTERS})
        self.filters = {name: _metered(name, function) for name, function in (offered | filters.OWN).items()}
        self.filters |= {"_counted": _counted, "_joined": filters.joined}
        self.filters |= {"_weighed": _weighed, "_sliced": _sliced, "_turned": limits.turned}
        self.filters |= {"_shown": filters.marked if html else filters.printed, "_text": limits.text}
        tests = cast("dict[str, Callable[..., Any]]", self.tests)
        self.tests = {
            name: test if name in filters.BARE_TESTS else _metered(name, test, test=True)
            for name, test in tests.items()
            if name not in filters.TESTS_REFUSED
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
        for const in tree.find_all(nodes.Const):
            if isinstance(const.value, str) and (found := value_marks.ANY.search(const.value)):
                said = f"the character {characters.named(found[0])} cannot be printed"
                raise jinja2.TemplateSyntaxError(said, const.lineno, name, filename)
        return tree

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        templating_tree.rewrite(source)
        return str(super()._generate(source, name, filename, defer_init))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        limits.check_operator(operator, left, right)
        if operator == "+" and (isinstance(left, Markup) or isinstance(right, Markup)):
            return filters.joined((left, right))
        try:
            return super().call_binop(context, operator, left, right)
        except TypeError:
            for side in (left, right):
                if isinstance(side, jinja2.Undefined):
                    str(side)  # raises, naming it
            hint = "~ joins texts and numbers" if operator == "+" else None
            raise TemplateFault(
                f"'{operator}' cannot be used between {filters.kind(left)} and {filters.kind(right)}", hint=hint
            ) from None

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as in Jinja
        limits.step()
        owner = getattr(__obj, "__self__", None)
        for value in (owner, *args, *kwargs.values()):
            if isinstance(value, str | list | tuple | dict):
                limits.weigh(value)
        if isinstance(owner, str):
            args = tuple(map(filters.plain, args))
        return super().call(__context, __obj, *args, **kwargs)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return super().getitem(filters.plain(obj), argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        return super().getattr(filters.plain(obj), attribute)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """No `str.format` at all: "{:>1000000000}" is a text of a gigabyte."""
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and filters.has(obj, attr)


def _weighed(value: Any) -> Any:
    """A value that is compared, or looked up by: as its words, with its price taken off."""
    return limits.weighed(filters.words_of(value))


def _sliced(value: Any) -> Any:
    return limits.sliced(filters.plain(value))


def _counted(iterable: Any) -> Iterator[Any]:
    return limits.counted(filters.plain(iterable))


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
        with limits.fresh(), filters.printing_in(lang), _given(values):
            try:
                return self.compiled.render(values)
            except Exception as error:
                raise _fault(error) from error


@contextlib.contextmanager
def _given(names: Iterable[str]) -> Iterator[None]:
    token = _names.set(tuple(names))
    try:
        yield
    finally:
        _names.reset(token)


_TAG = re.compile(r"\{[{%].*?[}%]\}", re.S)


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
    except (RecursionError, SyntaxError) as error:  # Python's: of the program that Jinja makes of it
        longest = max(_TAG.finditer(source), key=lambda tag: len(tag[0]), default=None)
        line = source.count("\n", 0, longest.end()) + 1 if longest else None
        raise TemplateFault("the template is nested too deeply", line, "take out some of the levels") from error
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
    bare = filters.BARE_TESTS
    guarded: set[nodes.Expr | None] = {test.node for test in tree.find_all(nodes.Test) if test.name in bare}
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
        complaint = error.message or "a syntax error"
        fault = messages.of_syntax(complaint, error.lineno, error.source or "", filters.FILTERS | set(filters.OWN))
        return TemplateFault(fault.message, fault.line, fault.hint, error.name or name)
    if isinstance(error, limits.Limit):
        return TemplateFault(str(error), line, "a letter's template is for choosing and printing values", name)
    if isinstance(error, SecurityError):
        return TemplateFault("this is out of a template's reach", line, "templates use values and filters only", name)
    if isinstance(error, RecursionError):
        return TemplateFault("the template calls itself without end", line, None, name)
    if isinstance(error, OverflowError):
        return TemplateFault("the range or number is too large for a letter", line, None, name)
    message = str(error).split("\n")[0] or type(error).__name__
    return TemplateFault(message, line, None, name)


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
