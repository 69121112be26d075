"""The sandbox: what a template can do, cannot reach, and cannot use up."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.templating import filters, limits, sandbox
from letterpress.templating.filters import Values
from letterpress.templating.messages import TemplateFault
from letterpress.templating.money import Money
from letterpress.text import characters, value_marks


def run(source: str, lang: str = "en-US", *, html: bool = False, **values: Any) -> str:
    compiled = sandbox.compile_html(source) if html else sandbox.compile_text(source)
    shown = compiled.render({"fields": Values("fields", values, [*values, "unset"]), "lang": lang, **values}, lang)
    return value_marks.without(shown)


def fault(source: str, *, html: bool = False, **values: Any) -> TemplateFault:
    with pytest.raises(TemplateFault) as caught:
        run(source, html=html, **values)
    return caught.value


ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ '' | attr('__class__') }}",
    "{{ ().__class__.__bases__[0] }}",
    "{{ fields.__class__ }}",
    "{{ fields.__init__.__globals__ }}",
    "{{ fields['__init__'] }}",
    "{{ fields.items.__self__ }}",
    "{{ fields.items.__func__ }}",
    "{{ fields.known }}",
    "{{ fields.path }}",
    "{{ fields.update({'a': 1}) }}",
    "{{ fields.pop('x') }}",
    "{{ fields.clear() }}",
    "{{ fields.setdefault('a', 1) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ self }}",
    "{{ config }}",
    "{{ request }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].system('id') }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ namespace().__class__ }}",
    "{{ range.__class__ }}",
    "{{ range(3).__class__ }}",
    "{{ dict.mro() }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ loop }}",
    "{{ '%s' % fields }}",
    "{{ '{0.__class__}'.format('') }}",
    "{{ '{x.__class__}'.format_map({'x': ''}) }}",
    "{{ ('{0.__class__}' | e).format('') }}",
    "{{ '{}'.format.__self__ }}",
    "{{ 'x'.encode() }}",
    "{{ 'x'.translate({}) }}",
    "{{ 'x'.maketrans({}) }}",
    "{{ 'x' | format }}",
    "{{ [''] | map(attribute='__class__') | list }}",
    "{{ [''] | map('attr', '__class__') | list | string }}",
    "{{ [''] | selectattr('__class__') | list | first }}x{{ ''.a }}",
    "{{ [''] | groupby('__class__') | string }}",
    "{{ [fields] | sum(attribute='__class__') }}",
    "{{ [fields] | join(attribute='__class__') }}",
    "{{ [''] | sort(attribute='__class__') | string }}",
    "{{ x | _counted }}",
    "{{ ['a'] | map('_joined') | list }}",
    "{{ x | safe }}",
    "{{ x | tojson }}",
    "{{ x | pprint }}",
    "{{ x | xmlattr }}",
    "{% autoescape false %}{{ x }}{% endautoescape %}",
    "{% filter safe %}x{% endfilter %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends '/etc/passwd' %}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func }}",
    "{% macro m() %}{{ caller.__closure__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns.__init__ }}",
    "{% set x = fields.__class__ %}{{ x }}",
    "{% for x in ''.__class__.__mro__ %}{{ x }}{% endfor %}",
    "{% if ''.__class__ == x %}x{% endif %}",
    "{% debug %}",
    "{% do fields.clear() %}",
    "{{ 1.0.__class__ }}",
    "{{ (1).bit_length() }}",
    "{{ 1.0.hex() }}",
    "{{ day.__reduce__() }}",
    "{{ day.strftime('%s') }}",
    "{{ day.replace(year=1) }}",
    "{{ money._asdict() }}",
    "{{ money.__class__ }}",
    "{{ g.gi_frame }}",
    "{{ ([1] | map('upper')).gi_frame.f_globals }}",
    "{{ 'x' is filter }}",
    "{{ 'x' is test }}",
]


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("source", ESCAPES)
def test_escapes(source: str, html: bool) -> None:
    values = {"x": "text", "day": datetime.date(2026, 1, 15), "money": Money(Decimal(1), "USD")}
    found = fault(source, html=html, **values)
    assert found.message
    assert "0x" not in found.message
    assert "built-in" not in found.message


BOMBS = [
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(10**12) %}{% endfor %}",
    "{{ range(10**9) | list }}",
    "{{ 'a' * 10**9 }}",
    "{{ 10**9 * 'a' }}",
    "{{ [0] * 10**9 }}",
    "{{ 'a'.center(10**9) }}{{ 'a'.ljust(10**9) }}{{ 'a'.zfill(10**9) }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 9**9**9**9 }}",
    "{{ 2 ** 100000000 }}",
    "{{ 10.5 ** 100000 }}",
    "{% set n = namespace(v=10**3000) %}{% for i in range(60) %}{% set n.v = n.v * n.v %}{% endfor %}",
    "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s | replace('x', 'xx') %}{% endfor %}",
    "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = [n.s, n.s] | join %}{% endfor %}",
    "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set t %}{{ n.s }}{{ n.s }}{% endset %}{% set n.s = t %}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "{% for x in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}",
    "{{ ([[0] * 100000] * 1000) | sum(start=[]) }}",
    "{{ ([range(100000)] * 1000000) | map('list') | list }}",
    "{{ ([0] * 1000000) | sort }}",
    "{% set s = 'x' * 1000000 %}{% for i in range(99999) %}{% set t = s.upper() %}{% endfor %}",
    "{% set s = 'x' * 1000000 %}{% for i in range(99999) %}{% set t = s | upper %}{% endfor %}",
    "{% set s = 'x' * 1000000 %}{% for i in range(99999) %}{% if ('x' * 999 ~ 'y') in s %}{% endif %}{% endfor %}",
    "{% set s = [0] * 1000000 %}{% for i in range(99999) %}{% set t = s[1:] %}{% endfor %}",
    "{% set s = 'x' * 1000000 %}{% for i in range(99) %}{{ s }}{% endfor %}",
    "{{ 'x' | truncate(3, end='x' * 10**9) }}",
    "{{ 1 | round(10**9) }}",
    "{{ 'x,' * 1000000 | replace(',', 'y' * 1000000) }}",
]


@pytest.mark.parametrize("source", BOMBS)
def test_bombs_end_and_the_same_way(source: str) -> None:
    first = fault(source, html=True)
    assert fault(source, html=True).message == first.message


NESTED = "{% set n = namespace(s=[], t=[]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}{% set n.t = [n.t, n.t] %}{% endfor %}"


@pytest.mark.parametrize(
    "use",
    [
        "n.s | string",
        "n.s | upper",
        "n.s ~ ''",
        "n.s == n.t",
        "n.s in n.t",
        "n.s < n.t",
        "n.s is eq(n.t)",
        "n.s | join",
        "n.s | sort",
        "n.s | unique | list",
        "n.s | sum",
        "n.s | max",
        "[n.s] | select('eq', n.t) | list",
        "[n.s].index(n.t)",
        "{'a': n.s} | string",
        "{'a': n.s} | dictsort",
        "n.s | map('string') | list",
        "[n.s] | groupby(0)",
        "'a' | replace('a', n.s | string)",
        "n.s | urlencode",
    ],
)
def test_a_list_of_lists_of_lists_is_not_walked_to_its_end(use: str) -> None:
    """60 doublings share their parts in memory, and have 2**60 items for whoever looks at all of them."""
    fault(NESTED + "{{ " + use + " }}", html=True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ x | upper }}", "TEXT"),
        ("{{ x[1:3] }}{{ x[::-1] }}", "extxet"),
        ("{{ rows | length }}", "3"),
        ("{{ rows | sum(attribute='fee') }}", "6.50"),
        ("{{ rows | map(attribute='name') | join(', ') }}", "a, b, c"),
        ("{{ rows | join(', ', attribute='name') }}", "a, b, c"),
        ("{{ rows | selectattr('fee', 'gt', 1.5) | map(attribute='name') | join('+') }}", "b+c"),
        ("{% for row in rows %}{{ loop.index }}{{ row.name }}{% endfor %}", "1a2b3c"),
        ("{% for row in rows | sort(attribute='name', reverse=true) %}{{ row.name }}{% endfor %}", "cba"),
        ("{% for key, value in {'a': 1}.items() %}{{ key }}{{ value }}{% endfor %}", "a1"),
        ("{% if x.startswith('te') and 'ex' in x %}yes{% endif %}", "yes"),
        ("{{ x ~ 1 ~ none_else | d('!') }}", "text1!"),
        ("{{ fields.unset | d('nothing') }}", "nothing"),
        ("{% if fields.unset %}a{% else %}b{% endif %}", "b"),
        ("{% if fields.unset is defined %}a{% else %}b{% endif %}", "b"),
        ("{{ fee }} {{ fee * 2 }} {{ fee | round(1) }}", "1,234.50 2,469.00 1,234.5"),
        ("{{ money }} {{ money | round }}", "$1,234.50 $1,235.00"),
        ("{{ [money, money] | sum }}", "$2,469.00"),
        ("{{ day }} {{ day.year }} {{ day.isoformat() }}", "January\u00a015, 2026 2026 2026-01-15"),
        ("{{ day.year + 1 }} {{ day.year - 1 }} {{ 1 + day.year }} {{ day.year - day.year }}", "2027 2025 2027 0"),
        ("{{ day.month }} {{ 0.1 + 0.2 }} {{ 2.50 * 1 }}", "1 0.3 2.5"),
        (
            "{{ money | string }} {{ money | upper }} {{ day | upper }} {{ fee | string }}",
            "$1,234.50 $1,234.50 JANUARY\u00a015, 2026 1,234.50",
        ),
        (
            "{{ money | int }} {{ money | float }} {{ '12.5' | float }} {{ '7' | int }} {{ 'a' | int(0) }}",
            "1,234 1,234.5 12.5 7 0",
        ),
        ("{% if money > 100 and money >= money and money != 1 and 5 < money and not money < 0 %}yes{% endif %}", "yes"),
        (
            "{{ money * 2 }} {{ 2 * money }} {{ money / 4 }} {{ money - money }} {{ -money }} {{ money / money }}",
            "$2,469.00 $2,469.00 $308.62 $0.00 -$1,234.50 1",
        ),
        (
            "{{ money * 100000000 }} {{ money | abs }} {{ [money, money] | max }}",
            "$123,450,000,000.00 $1,234.50 $1,234.50",
        ),
        ("{{ '1.234,5' | number }} {{ '13/04/2026' | date }}", "1,234.5 April\u00a013, 2026"),
        ("{{ '2026-01-15' | date }} {{ '1234.5' | number(2) }}", "January\u00a015, 2026 1,234.50"),
        ("{{ true }} {{ 1 == 1 }} {{ 7 // 2 }} {{ 7 % 2 }} {{ 2 ** 10 }}", "yes yes 3 1 1,024"),
        ("{% macro twice(a) %}{{ a }}{{ a }}{% endmacro %}{{ twice(x) }}", "texttext"),
        ("{% set n = namespace(v=0) %}{% for r in rows %}{% set n.v = n.v + r.fee %}{% endfor %}{{ n.v }}", "6.50"),
        ("{% filter upper %}{{ x }}{% endfilter %}", "TEXT"),
        ("{# gone #}{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("{{ 'a b c'.split() | join('-') }} {{ ' a '.strip() }}", "a-b-c a"),
        ("{{ 'y' if x is string else 'n' }}{{ 'y' if fee is number else 'n' }}", "yy"),
    ],
)
def test_what_letters_need(source: str, expected: str) -> None:
    rows = tuple({"name": name, "fee": Decimal(fee)} for name, fee in zip("abc", ("1.50", "2.00", "3.00"), strict=True))
    values = {"x": "text", "rows": rows, "fee": Decimal("1234.50"), "day": datetime.date(2026, 1, 15)}
    shown = run(source, **values, money=Money(Decimal("1234.50"), "USD"), none_else=Values("n", {}).get("x") or "!")
    assert shown.strip() == expected


def test_a_table_of_ten_thousand_rows_stays_within_the_budget() -> None:
    rows = tuple({"name": f"row {n}", "fee": Decimal(n)} for n in range(10_000))
    source = "{% for r in rows %}{{ loop.index }}. {{ r.name | upper }}: {{ r.fee }}\n{% endfor %}{{ rows | sum(attribute='fee') }}"
    assert run(source, rows=rows).endswith("49,995,000")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ nothing }}", "'nothing' is not known"),
        ("{{ fields.nothing }}", "'fields.nothing' is not known"),
        ("{{ fields.unset }}", "'fields.unset' has no value"),
        ("{{ fields.unset ~ '!' }}", "'fields.unset' has no value"),
        ("{{ fields.unset + '!' }}", "'fields.unset' has no value"),
        ("{{ fields.unset | upper }}", "'fields.unset' has no value"),
        ("{% for x in fields.unset %}{% endfor %}", "'fields.unset' has no value"),
        ("{{ x.foo }}", "a str has no 'foo'"),
        ("{{ none }}", "this has no value to print"),
        ("{{ 'a' - 1 }}", "'-' cannot be used between a text and a number"),
        ("{{ [1] | join(', ') ~ [1] }}", "a list cannot be printed"),
        ("{{ ['a'] | sum }}", "sum adds numbers, and a text is none"),
        ("{{ 'a' | round }}", "a text cannot be rounded"),
        ("{{ 'a' | number }}", "'a' is not a number"),
        ("{{ '1.234,50' | float }}", "'1.234,50' is not a number"),
        ("{{ 'a' | int }}", "'a' is not a number"),
        ("{{ '1.234' | number }}", "'1.234' is 1.234 or 1234"),
        ("{{ '03/04/2026' | date }}", "'03/04/2026' is 2026-04-03 (day/month/year) or 2026-03-04 (month/day/year)"),
        ("{{ money + 5 }}", "'+' cannot be used between an amount of money and a number"),
        ("{{ money + euros }}", "an amount in USD and one in EUR are not compared or added up"),
        ("{% if money > euros %}{% endif %}", "an amount in USD and one in EUR are not compared or added up"),
        ("{% if money > 'a' %}{% endif %}", "'>' cannot compare an amount of money with a text"),
        ("{% if x > 5 %}{% endif %}", "'>' cannot compare a text with a number"),
        ("{{ 'a' | date }}", "'a' is not a date"),
        ("{{ 1 | round(1, 'up') }}", "'up' is no way of rounding"),
        ("{{ 1e308 * 10 }}", "this is not a number that can be printed"),
        ("{{ namespace() }}", "a namespace cannot be printed"),
        ("{{ '\\x07' }}", "U+0007 (a control character) cannot be printed"),
        ("{{ '\\ud800' }}", "U+D800 (half of a surrogate pair) cannot be printed"),
    ],
)
def test_messages(source: str, message: str) -> None:
    amounts = {"money": Money(Decimal(5), "USD"), "euros": Money(Decimal(5), "EUR")}
    assert fault(source, x="text", **amounts).message == message


def test_the_line_is_the_innermost_templates() -> None:
    assert fault("a\nb\n{{ 1 / 0 }}\n").line == 3
    assert fault("{% macro m() %}\n{{ 1 / 0 }}\n{% endmacro %}\n\n{{ m() }}").line == 2
    assert fault("a\n{{ 'x'\n | foo }}").line == 3


def test_a_value_may_have_a_million_characters_or_items() -> None:
    assert len(run("{{ 'x' * 1000000 }}")) == 1_000_000
    for source in (
        "{{ 'x' * 1000001 }}",
        "{{ 'x' * 500000 ~ 'x' * 500001 }}",
        "{{ ('ab' * 500000) | replace('a', 'aa') }}",
    ):
        assert fault(source).problem.params == (("limit", 1_000_000),), source


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_a_value_is_never_markup_and_never_a_template(text: str) -> None:
    text = "".join(char for char in text if characters.unprintable(char) is None)
    shown = run("{{ x }}", html=True, x=text)
    assert "<" not in shown
    assert ">" not in shown
    assert '"' not in shown
    assert "'" not in shown
    assert (
        shown.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", '"')
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        == text
    )
    assert run("{{ x }}", x=text) == text


@given(st.text(alphabet="{}%#-+ \n'\"()[].,|~*/<>=abfiorxnsetd_0159", max_size=40))
@settings(max_examples=300)
def test_any_template_gives_text_or_a_fault(source: str) -> None:
    """Nothing but `TemplateFault` comes out, whatever is written."""
    try:
        found = run("{{" + source + "}}", html=True, a="a")
    except TemplateFault as error:
        found = error.message or "a fault without a message"
        assert error.message is not None  # noqa: PT017 - any template may fail, and most do
    assert isinstance(found, str)


def test_references_are_found_whether_taken_or_not() -> None:
    source = (
        "{% if false %}{{ fields.a }}{% endif %}\n{{ to.name }}{% set b = 1 %}{{ b }}{{ c | d('') }}{{ d is defined }}"
    )
    found = sandbox.references(source)
    assert ("fields.a", 1) in found
    assert ("to.name", 2) in found
    assert not {"b", "c", "d"} & {name for name, _ in found}


# --- markup stays markup, and values in it stay values ----------------------------------------------------------------

SET = (
    '{% set v %}<b title="q">{{ x }}</b>{% endset %}{% set w %}{{ x }}{% endset %}{% set lt %}<{% endset %}'
    "{% set ref %}&lt;{% endset %}"
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% filter striptags %}{{ x }}{% endfilter %}", "&lt;b&gt;&amp;lt;"),
        ("{% set y | striptags %}{{ x }}{% endset %}{{ y }}", "&lt;b&gt;&amp;lt;"),
        ("{% filter upper %}<i>{{ x }}</i>{% endfilter %}", "<i>&lt;B&gt;&amp;LT;</i>"),
        ("{% filter replace('&lt;', '<') %}{{ x }}{% endfilter %}", "&lt;b&gt;&lt;"),
        ("{% filter map('replace', '&', '<') | join %}{{ x }}{% endfilter %}", "&lt;b&gt;&lt;lt;"),
        ("{{ w[1:] }} {{ w | first }} {{ w | truncate(2, true, '', 0) }}", "b&gt;&amp;lt; &lt; &lt;b"),
        ("{% for c in w %}{{ c }}.{% endfor %}", "&lt;.b.&gt;.&amp;.l.t.;."),
        ("{{ w.split('b') | join('<i>') }}", "&lt;&lt;i&gt;&gt;&amp;lt;"),
        ("{{ v ~ x }}", '<b title="q">&lt;b&gt;&amp;lt;</b>&lt;b&gt;&amp;lt;'),
        ("{{ x + w }}{{ w + x }}", "&lt;b&gt;&amp;lt;" * 4),
        ("{{ x | e | replace('&amp;', '&') }}", "&lt;b&gt;&amp;lt;"),
        ("{{ w | length }} {{ v | length }} {{ w == x }} {{ '<b' in w }} {{ w is lower }}", "7 7 yes yes yes"),
        ("{{ w | trim | upper }} {{ v | trim | striptags }}", "&lt;B&gt;&amp;LT; &lt;b&gt;&amp;lt;"),
    ],
)
def test_no_filter_makes_markup_of_a_value(source: str, expected: str) -> None:
    assert run(SET + source, html=True, x="<b>&lt;") == expected


@pytest.mark.parametrize(
    "source",
    [
        "{{ v[:9] }}",
        "{{ v.strip('>') }}",
        "{{ v | trim('>') }}",
        "{{ v | truncate(5) }}",
        "{% for c in v %}{{ c }}{% endfor %}",
        "{{ x | replace('b', lt) }}",
        "{{ w | replace(ref, lt) }}",
        "{{ v | replace('q', x) }}",
        "{{ '\\ufdd5' ~ w }}",
        "{{ w ~ '\\ufdda' }}",
    ],
)
def test_markup_is_not_cut(source: str) -> None:
    assert fault(SET + source, html=True, x="<b>").message


NESTED = "{% set n = namespace(l=()) %}{% for i in range(35) %}{% set n.l = (n.l, n.l) %}{% endfor %}"
DEEP = "{% set n = namespace(l=()) %}{% for i in range(200) %}{% set n.l = (n.l,) %}{% endfor %}"


@pytest.mark.parametrize(
    "source",
    [
        "{% set d = {n.l: 1} %}",
        "{{ {1: 2}[n.l] }}",
        "{{ {1: 2}.get(n.l) }}",
        "{{ n.l in {1: 2} }}",
        "{{ n.l == n.l }}",
        "{{ [n.l] | unique | list | length }}",
        "{{ [n.l, n.l] | sort | length }}",
        "{{ [(n.l,)] | groupby(0) | length }}",
        "{{ {'a': n.l, 'b': n.l} | dictsort(by='value') | length }}",
        "{% for i in [1] %}{{ loop.changed({1: n.l}) }}{% endfor %}",
        "{{ [1] | select('in', n.l) | list | length }}",
        "{{ [n.l].count(n.l) }}",
        "{{ namespace()[n.l] }}",
    ],
)
def test_lists_in_lists_cost_what_it_takes_to_look_at_them(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_STEPS", 20_000)
    assert fault(NESTED + source).message == "the template takes more than 20,000 steps"
    assert "lists in lists" in fault(DEEP + source).message


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(99999) %}" + "x" * 500 + "{% endfor %}",
        "{% for i in range(99999) %}{% if i %}" + "x" * 500 + "{% else %}y{% endif %}{% endfor %}",
        "{% macro m() %}" + "x" * 500 + "{% endmacro %}{% for i in range(99999) %}{% set q = m() %}{% endfor %}",
    ],
)
def test_a_templates_own_text_is_counted_where_it_repeats(source: str) -> None:
    assert fault(source).message == "the template prints more than 5,000,000 characters"


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(99999) %}{% if not i %}y{% else %}" + "x" * 500 + "{% endif %}{% endfor %}",
        "{% for i in range(99999) %}{% if 0 %}y{% elif i %}" + "x" * 500 + "{% endif %}{% endfor %}",
    ],
)
def test_text_of_each_branch_is_counted(source: str) -> None:
    assert fault(source).message == "the template prints more than 5,000,000 characters"


def test_turns_that_a_loops_condition_passes_over_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_STEPS", 20_000)
    source = "{% for x in ['a'] if x == 'a' recursive %}{{ loop(range(50000)) }}{% endfor %}"
    assert fault(source).message == "the template takes more than 20,000 steps"


@pytest.mark.parametrize(
    "made", ["2**4999 * 2**4999 * 2**4999", "2**10001", "(0 - 3)**9999", "'%9s' % 'a'", "'%(a)s' % {'a': 1}"]
)
def test_what_would_be_too_large_is_not_made(made: str) -> None:
    """Also where nobody prints it."""
    assert fault("{% set n = " + made + " %}ok").problem.code == "template-limit"


def test_large_numbers_within_bounds_are_made() -> None:
    assert run("{% set n = 2**4999 * 2**4999 %}{% set m = 3**4999 %}ok") == "ok"


NEST_IFS = "{% if 1 %}" * 300 + "{% endif %}" * 300
NEST_LOOPS = "{% for i in [1] %}" * 50 + "{% endfor %}" * 50


def test_loops_in_loops_are_counted_however_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_STEPS", 20_000)
    for source in (
        "{% for a in range(999) %}{% for b in range(99999) if false %}{% endfor %}{% endfor %}",
        "{% for a in range(999) recursive %}{{ loop(range(99999)) if loop.depth < 3 else '' }}{% endfor %}",
    ):
        assert fault(source).message == "the template takes more than 20,000 steps"


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ " + "-" * 3000 + "1 }}",
        "{{ x" + ".a" * 3000 + " }}",
        NEST_IFS,
        NEST_LOOPS,
    ],
)
def test_what_is_nested_too_deeply_has_its_line(source: str) -> None:
    found = fault(f"a\n{source}\n")
    assert (found.message, found.line) == ("the template is nested too deeply", 2)


def test_a_field_may_be_called_as_a_mappings_method_is() -> None:
    names = "items keys values get copy pop update clear setdefault fromkeys popitem".split()
    fields = {name: name.upper() for name in names}
    text = " ".join(f"{{{{ fields.{name} }}}}" for name in names)
    get = sandbox.environment(lambda name: (text, name), html=False)
    assert get("letter").render({"fields": Values("fields", fields, names)}, "en") == " ".join(names).upper()


# --- records of a list ------------------------------------------------------------------------------------------------


def _records() -> dict[str, Any]:
    known = ("item", "amount", "due", "name")
    rows = [
        {"item": "rope", "amount": Money(Decimal("0.1"), "USD"), "due": datetime.date(2026, 4, 3)},
        {"item": "Anchor", "amount": Money(Decimal("0.2"), "USD")},
        {"amount": Money(Decimal("-9000000000000000000.01"), "USD"), "name": "Ada"},
    ]
    records = [filters.RecordValues(f"fields.records.{at}", row, known) for at, row in enumerate(rows, start=1)]
    other = [*records, filters.RecordValues("fields.records.4", {"amount": Money(Decimal(1), "EUR")}, known)]
    fields = filters.FieldValues("fields", {"records": records, "mixed": other}, currencies={"amount": "USD"})
    return {"fields": fields}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fields.records | sum('amount')", "-$8,999,999,999,999,999,999.71"),
        ("fields.records | sum(attribute='amount')", "-$8,999,999,999,999,999,999.71"),
        ("fields.records[:2] | sum('amount')", "$0.30"),
        ("[] | sum('amount')", "$0.00"),
        ("[] | sum", "0"),
        ("fields.records | selectattr('due') | sum('amount')", "$0.10"),
        ("fields.records | count", "3"),
        ("fields.records | count('due')", "1"),
        ("fields.records[:2] | average('amount')", "$0.15"),
        ("fields.records | max('amount')", "$0.20"),
        ("fields.records | min('due')", "April\xa03, 2026"),
        ("[3, 1, 2] | min ~ ([3, 1, 2] | max) ~ ([1, 2] | average)", "131.5"),
        ("fields.records | sort(attribute='item') | join('+', 'item')", "Anchor+rope"),
        (
            "fields.records | sort(attribute='due') | map(attribute='amount') | join(' ')",
            "$0.10 $0.20 -$9,000,000,000,000,000,000.01",
        ),
        ("fields.records | map(attribute='item') | join('+')", "rope+Anchor+"),
        ("fields.records[1].due", ""),
        ("fields.records[1].due | date", ""),
        ("fields.records[1].due | default('-')", "-"),
        ("'x' if fields.records[1].due else 'none'", "none"),
        ("'x' if fields.records[1].due == '' else 'no'", "x"),
        ("fields.records[1].due ~ '!'", "!"),
        ("fields.records[2].item | upper", ""),
    ],
)
def test_filters_over_records(source: str, expected: str) -> None:
    assert sandbox.compile_text(f"{{{{ {source} }}}}").render(_records(), "en-US") == expected
    assert value_marks.without(sandbox.compile_html(f"{{{{ {source} }}}}").render(_records(), "en-US")) == expected


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("fields.records | sum('amout')", "name-unknown", "'amout' is not known"),
        ("fields.records | sum('item')", "value-kind", "sum adds numbers, and a text is none"),
        ("fields.mixed | sum('amount')", "currency-mixed", "sum cannot add EUR to USD"),
        ("fields.mixed | average('amount')", "currency-mixed", "average cannot add EUR to USD"),
        ("fields.mixed | max('amount')", "currency-mixed", "max cannot compare EUR with USD"),
        ("fields.mixed | sort(attribute='amount')", "currency-mixed", "sort cannot compare"),
        ("[1, 'a'] | min", "value-kind", "min cannot compare a text with a number"),
        ("fields.records[1].due.year", "name-valueless", "'due' is empty in record 2 of fields.records"),
        ("fields.records[1].item2", "name-unknown", "'item2' is not known"),
        ("fields.records[1].due > 3", "name-valueless", "'due' is empty"),
        ("[] | average", "name-valueless", "this has no value"),
        ("'abc' | sum('a')", "value-kind", "a text is no list"),
    ],
)
def test_what_records_cannot_give_is_a_fault(source: str, code: str, words: str) -> None:
    with pytest.raises(TemplateFault) as fault:
        sandbox.compile_text(f"{{{{ {source} }}}}").render(_records(), "en-US")
    assert fault.value.problem.code == code
    assert words in fault.value.message
