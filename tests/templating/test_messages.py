"""What is said of a template that is wrong: the code, the line, what was written, what may have been meant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from letterpress.templating import sandbox
from letterpress.templating.filters import Values
from letterpress.templating.messages import TemplateFault
from letterpress.templating.money import Money
from letterpress.text import language


def fault(source: str, **values: Any) -> TemplateFault:
    context = {"x": "text", "fields": Values("fields", {"fee": 1}, known=("fee", "subject")), **values}
    with pytest.raises(TemplateFault) as caught:
        sandbox.compile_html(source).render(context, "en-US")
    return caught.value


@pytest.mark.parametrize(
    ("source", "code", "line", "value", "instead"),
    [
        ("a\n{% if x %}\nb", "statement-unclosed", 2, "if", ()),
        ("{% if x %}\n{% for a in x %}\nb{% endfor %}", "statement-unclosed", 1, "if", ()),
        ("{# {% for %} #}{{ '{% if %}' }}\n{% for a in x %}", "statement-unclosed", 2, "for", ()),
        ("{% for a in x %}\n{% endif %}", "statement-misplaced", 2, "endif", ()),
        ("{% endif %}", "statement-misplaced", 1, "endif", ()),
        ("{% else %}", "statement-misplaced", 1, "else", ()),
        ("{% if x %}{% filtr upper %}{% endif %}", "statement-unknown", 1, "filtr", ("filter", "endfilter")),
        ("{% wnd %}", "statement-unknown", 1, "wnd", ()),
        ("\n{{ x | uper }}", "filter-unknown", 2, "uper", ("upper", "number")),
        ("{% if x is defned %}{% endif %}", "test-unknown", 1, "defned", ("defined", "undefined")),
        ("{% if false %}{{ x | uper }}{% endif %}", "filter-unknown", 1, "uper", ("upper", "number")),
        ("{% filter uper %}a{% endfilter %}", "filter-unknown", 1, "uper", ("upper", "number")),
        ("{{ [x] | map('uper') | join }}", "filter-unknown", 1, "uper", ("upper", "number")),
        ("{{ [x] | map('_shown') | join }}", "filter-unknown", 1, "_shown", ()),
        ("{{ [x] | select('strng') | join }}", "test-unknown", 1, "strng", ("string",)),
        ("{{ x y }}", "template-syntax", 1, "y", ()),
        ("{% if x = 1 %}{% endif %}", "template-syntax", 1, "=", ()),
        ("{{ [x }}", "template-syntax", 1, "}", ()),
        ("{{ }}", "template-syntax", 1, "}}", ()),
        ("{{ fields.subjct }}", "name-unknown", 1, "fields.subjct", ("fields.subject",)),
        ("{{ fieds }}", "name-unknown", 1, "fieds", ("fields",)),
        ("{{ fields.subject }}", "name-valueless", 1, "fields.subject", ()),
        ("{{ fields }}", "value-unprintable", 1, "fields", ()),
        ("{{ [x] }}", "value-unprintable", 1, None, ()),
        ("{{ x.__class__ }}", "template-forbidden", 1, "__class__", ()),
        ("{% include 'x' %}", "template-forbidden", 1, "include", ()),
        ("{% autoescape false %}{% endautoescape %}", "template-forbidden", 1, None, ()),
        ("{{ '\ufdd4' }}{% if false %}{{ '\ufdd5' }}{% endif %}", "character-unprintable", 1, None, ()),
        ("{{ 1.5 | round(0, 'flor') }}", "rounding-unknown", 1, "flor", ("floor",)),
        ("{{ x - 1 }}", "value-kind", 1, "-", ()),
        ("{{ x | date }}", "date-unreadable", 1, "text", ()),
        ("{{ 1e308 * 10 }}", "number-unprintable", 1, "inf", ()),
        ("{{ 1 / 0 }}", "template-failed", 1, None, ()),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template-endless", 1, None, ()),
    ],
)
def test_faults_are_data(source: str, code: str, line: int, value: str | None, instead: tuple[str, ...]) -> None:
    found = fault(source)
    problem = found.problem
    assert (problem.code, found.line, problem.value, problem.instead) == (code, line, value, instead)
    assert found.message == problem.message
    for word in instead[:1]:
        assert word.rpartition(".")[2] in str(problem.hint)


def test_currencies_are_not_added_up() -> None:
    fees = [Money(Decimal(1), "USD"), Money(Decimal(2), "EUR")]
    problem = fault("{{ fees | sum }}", fees=fees).problem
    assert (problem.code, problem.value) == ("currency-mixed", "EUR")
    assert sandbox.compile_text("{{ fees | sum }}").render({"fees": fees[:1] * 2}, "en-US") == "$2.00"


def test_what_may_have_been_meant_is_a_fix() -> None:
    diagnostic = fault("{{ fields.subjct }}").problem.at(file="letter.md", line=7)
    assert (diagnostic.file, diagnostic.line, diagnostic.code) == ("letter.md", 7, "name-unknown")
    assert [(fix.kind, fix.value) for fix in diagnostic.fixes] == [("replace", "fields.subject")]


def test_a_limit_is_a_number() -> None:
    problem = fault("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}").problem
    assert problem.code == "template-limit"
    [(name, limit)] = problem.params
    assert name == "limit"
    assert f"{limit:,}" in problem.message


def test_a_letterheads_template_is_named() -> None:
    pages = {"letter.html": "{% include 'foot.html' %}", "foot.html": "a\n{% if x %}"}
    get = sandbox.environment(lambda name: (pages[name], name) if name in pages else None, html=True)
    with pytest.raises(TemplateFault) as caught:
        get("letter.html").render({"x": 1}, None)
    assert (caught.value.name, caught.value.line, caught.value.problem.code) == ("foot.html", 2, "statement-unclosed")
    with pytest.raises(TemplateFault) as caught:
        get("lettr.html")
    assert (caught.value.problem.code, caught.value.problem.value) == ("template-missing", "lettr.html")


def test_format_is_out_of_reach() -> None:
    """`str.format` makes a text of any size from a few characters, and its fields reach attributes."""
    for source in ("{{ '{:>9}'.format('a') }}", "{{ '{}'.format_map({}) }}", "{{ x.format }}", "{{ x['format'] }}"):
        assert fault(source).problem.code in ("template-forbidden", "name-unknown"), source


def test_languages_of_values_are_those_of_the_letter() -> None:
    assert sandbox.compile_text("{{ 1234.5 }}").render({}, "de-DE") == language.value_text(1234.5, "de-DE") == "1.234,5"


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("{{ not }}", "\\{{ to print the braces"),
        ("{{< figure >}}", "\\{{ to print the braces"),
        ("{{ fields.first part }}", "a name has no blanks"),
        ("{% if x = 1 %}{% endif %}", "== compares"),
    ],
)
def test_what_is_wrongly_written_is_told_how_to_write_it(source: str, hint: str) -> None:
    assert hint in str(fault(source).problem.hint)
