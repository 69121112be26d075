"""Compiles and runs templates with nothing in their reach that a letter does not need.

What goes wrong becomes a fault with the line of the template. Values are text: autoescape is always on where HTML is
made, and neither `safe` nor `{% autoescape %}` is offered.

Not here: which filters and attributes are allowed (`filters`), what work costs (`limits`), where in a template it is
counted (`tree`). Source: Jinja's documentation, "Sandbox", whose list of what is unsafe is not relied on.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from letterpress.errors import FieldError
from letterpress.templating import absent, bytecode, filters, limits, messages, number_filters, record_filters, syntax
from letterpress.templating import tree as templating_tree
from letterpress.templating.messages import TemplateFault
from letterpress.templating.money import Money
from letterpress.text import characters, value_marks


def _metered(name: str, function: Callable[..., Any], *, test: bool = False) -> Callable[..., Any]:
    """Make a filter or test take what it costs off the budget, and count what it draws from a generator."""
    first = 1 if hasattr(function, "jinja_pass_arg") else 0  # Jinja passes some filters the context before the value

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
        if name in filters.TEXT_FILTERS and len(given) > first:
            given[first] = filters.as_printed(given[first])
        return function(*given, **kwargs)

    return run


def _of_markup(name: str, function: Callable[..., Any], given: list[Any], first: int, kwargs: Mapping[str, Any]) -> Any:
    """Apply a filter to markup, whose elements it must not cut or change.

    :param given: the arguments; the words are put into the markup's place where the filter is to go on with them.
    :param first: index of the value among them.
    :returns: the result; None: go on with what is given now.
    """
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


@jinja2.pass_context
def _sum(context: Any, items: Any, attribute: Any = None, start: Any = 0) -> Any:
    currencies = getattr(context.get("fields"), "currencies", {})
    return record_filters.total(items, attribute, start, currencies)


@jinja2.pass_context  # so that nothing is printed while a template is compiled, when no letter's language is known
def _printed(_context: Any, value: Any) -> Any:
    return filters.printed(value)


@jinja2.pass_context
def _printed_html(_context: Any, value: Any) -> Any:
    """As `_printed`; what is markup already was counted when it was made one."""
    return value if isinstance(value, Markup) else filters.printed(value)


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with a budget and a list of what is allowed instead of a list of what is not."""

    intercepted_binops = frozenset({"*", "**", "+", "-", "/", "//", "%"})

    def __init__(self, **options: Any) -> None:
        html = bool(options.get("autoescape"))
        settings = {"undefined": absent.Absent, "finalize": _printed_html if html else _printed, "optimized": False}
        super().__init__(**settings, trim_blocks=True, lstrip_blocks=True, **options)
        offered = cast("dict[str, Callable[..., Any]]", {name: self.filters[name] for name in filters.FILTERS})
        own = {**filters.OWN, **number_filters.OWN, **record_filters.OWN, "sum": _sum}
        self.filters = {name: _metered(name, function) for name, function in (offered | own).items()}
        self.offered = frozenset(self.filters)
        """Filters that a template may name; those that begin with `_` are put in by `tree`."""
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
        tree = syntax.Parser(self, source, name, filename).parse()
        for change in tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
            raise TemplateFault("autoescape cannot be changed", change.lineno, None, name, code="template-forbidden")
        if self.loader is None:
            for other in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
                kind = "import" if isinstance(other, nodes.FromImport) else type(other).__name__.lower()
                message = f"a letter cannot {kind} a template"
                raise TemplateFault(message, other.lineno, None, name, code="template-forbidden", value=kind)
        syntax.check_names(tree, self.offered, self.tests, name)
        for const in tree.find_all(nodes.Const):
            if isinstance(const.value, str) and (mark := value_marks.ANY.search(const.value)):
                said = f"the character {characters.named(mark[0])} cannot be printed"
                raise TemplateFault(said, const.lineno, None, name, code="character-unprintable")
        return tree

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        templating_tree.rewrite(source)
        return str(super()._generate(source, name, filename, defer_init))

    def call_filter(self, name: str, *args: Any, **options: Any) -> Any:
        """Apply a filter that another one names: `map('upper')`."""
        syntax.check_name("filter", name, self.offered)
        return super().call_filter(name, *args, **options)

    def call_test(self, name: str, *args: Any, **options: Any) -> Any:
        """Apply a test that a filter names: `select('none')`."""
        syntax.check_name("test", name, self.tests)
        return super().call_test(name, *args, **options)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Apply an operator, within bounds."""
        if not isinstance(left, Money) and not isinstance(right, Money):
            limits.check_operator(operator, left, right)
        if operator == "+" and (isinstance(left, Markup) or isinstance(right, Markup)):
            return filters.joined((left, right))
        try:
            return super().call_binop(context, operator, left, right)
        except TypeError:
            for side in (left, right):
                if isinstance(side, jinja2.Undefined):
                    str(side)  # raises, naming it
            raise TemplateFault(
                f"'{operator}' cannot be used between {filters.kind(left)} and {filters.kind(right)}",
                hint="~ joins texts and numbers" if operator == "+" else None,
                code="value-kind",
                value=operator,
            ) from None

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as in Jinja
        """Call a macro or function, and take what it is given off the budget."""
        limits.step()
        owner = getattr(__obj, "__self__", None)
        for value in (owner, *args, *kwargs.values()):
            if isinstance(value, str | list | tuple | dict):
                limits.weigh(value)
        if isinstance(owner, str):
            args = tuple(map(filters.plain, args))
        return super().call(__context, __obj, *args, **kwargs)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Get an item of a value."""
        return super().getitem(filters.plain(obj), argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Get an attribute or item of a value."""
        plain = filters.plain(obj)
        if isinstance(plain, Mapping) and attribute in plain:  # a field may be called items, as the mapping's method is
            return super().getitem(plain, attribute)
        if isinstance(plain, filters.Values) and attribute in plain.known:  # one without a value is no method either
            return self.undefined(obj=plain, name=attribute)
        if attribute == "year" and isinstance(plain, datetime.date):
            return filters.Year(plain.year)
        return super().getattr(plain, attribute)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Offer no `str.format` at all: "{:>1000000000}" is a text of a gigabyte."""
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Say whether a template may ask for an attribute."""
        return super().is_safe_attribute(obj, attr, value) and filters.has(obj, attr)


def _weighed(value: Any) -> Any:
    """Take the price of a value that is compared, or looked up by, off the budget; gives its words."""
    return limits.weighed(filters.words_of(value))


def _sliced(value: Any) -> Any:
    return limits.sliced(filters.plain(value))


def _counted(iterable: Any) -> Iterator[Any]:
    return limits.counted(filters.plain(iterable))


class Loader(jinja2.BaseLoader):
    """Gets templates by name from a function, which knows where they lie."""

    def __init__(self, find: Callable[[str], tuple[str, str] | None]) -> None:
        self.find = find

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Give what Jinja asks for: source, file name, and whether it is still up to date."""
        source_and_path = self.find(template)
        if source_and_path is None:
            raise jinja2.TemplateNotFound(template)
        source, path = source_and_path
        return source, path, None


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template."""

    compiled: jinja2.Template

    def render(self, values: Mapping[str, Any], lang: str | None) -> str:
        """Run it.

        :param lang: numbers and dates print as this language has them; None: as a program has them, for style sheets.
        :raises TemplateFault: it fails, with its line where Jinja knows it.
        """
        with limits.fresh(), filters.printing_in(lang), absent.given(values):
            try:
                return self.compiled.render(values)
            except Exception as error:
                raise _fault(error) from error


_TAG = re.compile(r"\{[{%].*?[}%]\}", re.S)


@lru_cache(maxsize=2)
def _environment(html: bool) -> Environment:
    return Environment(autoescape=html)


@lru_cache(maxsize=512)
def compile_text(source: str) -> Template:
    """Compile a text of the front matter: gives plain text.

    :raises TemplateFault: the syntax is wrong.
    """
    return _compile(_environment(False), source)


@lru_cache(maxsize=64)
def compile_html(source: str) -> Template:
    """Compile a body: gives HTML in which every value is escaped.

    :raises TemplateFault: the syntax is wrong.
    """
    return _compile(_environment(True), source)


def _compile(environment: Environment, source: str) -> Template:
    try:
        return Template(environment.from_string(source))
    except (RecursionError, SyntaxError) as error:  # Python's: of the program that Jinja makes of it
        longest = max(_TAG.finditer(source), key=lambda tag: len(tag[0]), default=None)
        line = source.count("\n", 0, longest.end()) + 1 if longest else None
        message, hint = "the template is nested too deeply", "take out some of the levels"
        raise TemplateFault(message, line, hint, code="template-nested") from error
    except Exception as error:
        raise _fault(error) from error


def environment(find: Callable[[str], tuple[str, str] | None], *, html: bool) -> Callable[[str], Template]:
    """Make a function that gets a template by name, with the others in reach of `extends`, `include` and `import`.

    :param find: source and file name of a template; None if there is none of that name.
    """
    loaded = Environment(autoescape=html, loader=Loader(find), bytecode_cache=bytecode.Kept(html=html))

    def get(name: str) -> Template:
        try:
            return Template(loaded.get_template(name))
        except Exception as error:
            raise _fault(error) from error

    return get


def references(source: str) -> list[tuple[str, int]]:
    """Find the names that a template asks for, as `fields.amount` or `date`, each with its line.

    Names within branches that are not taken count as well. What the template sets itself, and what it asks for with a
    default or in a test such as `is defined`, is left out.
    """
    environment = _environment(True)
    tree = environment.parse(source)
    bound = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    bound |= {macro.name for macro in tree.find_all(nodes.Macro)} | set(environment.globals) | {"loop", "caller"}
    bare = filters.BARE_TESTS
    guarded: set[nodes.Expr | None] = {test.node for test in tree.find_all(nodes.Test) if test.name in bare}
    guarded |= {call.node for call in tree.find_all(nodes.Filter) if call.name in ("default", "d")}
    names: list[tuple[str, int]] = []
    owners: set[nodes.Node] = set()
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name):
            owners.add(node.node)
            if node.node.name not in bound and node not in guarded:
                names.append((f"{node.node.name}.{node.attr}", node.lineno))
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in bound and name not in guarded and name not in owners:
            names.append((name.name, name.lineno))
    return names


def _fault(error: Exception) -> TemplateFault:
    """Make a fault of whatever ends a template, with the line on which it happened."""
    name, line = _place(error)
    if isinstance(error, TemplateFault):
        return error.placed(line, name)
    if isinstance(error, jinja2.TemplateNotFound):
        wanted = error.name
        return TemplateFault(
            f"there is no template '{wanted}'", line, None, name, code="template-missing", value=wanted
        )
    if isinstance(error, jinja2.TemplateSyntaxError):
        return messages.of_syntax(error.message or "a syntax error", error.lineno, error.name or name)
    if isinstance(error, limits.Limit):
        hint = "a letter's template is for choosing and printing values"
        return TemplateFault(str(error), line, hint, name, code="template-limit", params=error.params)
    if isinstance(error, SecurityError):
        return absent.out_of_reach().placed(line, name)
    if isinstance(error, RecursionError):
        return TemplateFault("the template calls itself without end", line, None, name, code="template-endless")
    if isinstance(error, OverflowError):
        message = "the range or number is too large for a letter"
        return TemplateFault(message, line, None, name, code="template-limit")
    if isinstance(error, FieldError):
        return TemplateFault(error.message, line, error.hint, name, code=error.code, value=error.value)
    if isinstance(error, TypeError) and (compared := messages.of_comparison(str(error))):
        return compared.placed(line, name)
    words = str(error).splitlines()
    message = words[0] if words else type(error).__name__
    return TemplateFault(message, line, None, name, code="template-failed", params=(("error", type(error).__name__),))


def _place(error: Exception) -> tuple[str | None, int | None]:
    """Find name and line of the innermost template in the traceback, into which Jinja puts the template's lines.

    A running template has `__jinja_template__` among its module's names; one whose syntax is wrong has a frame that
    Jinja makes up, with `__jinja_exception__`.
    """
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
