"""Template tags survive Markdown, and every line of a template leads to its line of the source."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.text import template_tags


def cut(text: str) -> template_tags.Cut:
    return template_tags.cut(text, file="f.md", first_line=10)


def sources(text: str) -> list[str]:
    return [tag.source for tag in cut(text).tags]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a {{ b }} c", ["{{ b }}"]),
        ("{%- if x -%}y{% endif %}", ["{%- if x -%}", "{% endif %}"]),
        ("{# a {{ b }} c #}d", ["{# a {{ b }} c #}"]),
        ("{{ '}}' }} {{ \"%}\" }}", ["{{ '}}' }}", '{{ "%}" }}']),
        ("{{ {'a': {'b': 1}}['a'] }}", ["{{ {'a': {'b': 1}}['a'] }}"]),
        ("{{ a\n | b\n}} c", ["{{ a\n | b\n}}"]),
        ("\\{{ a }} \\{% b %}", []),
        ("{% raw %}{{ a }}{% endraw %}", []),
        ("{ a } {a} {{", []),
    ],
)
def test_tags_are_cut_out(text: str, found: list[str]) -> None:
    assert sources(text) == found


@pytest.mark.parametrize(
    "text", ["{{ a", "{{ a\n\nb }}", "{{ a {{ b }}", "{% if {{ a }}", "{{ 'a }}", "{# a", "{{ a }"]
)
def test_what_is_never_closed_is_named_where_it_begins(text: str) -> None:
    fault = cut("x\n" + text).faults[0]
    assert (fault.line, fault.message[3:]) == (11, "' is opened here and never closed")


def test_what_is_never_closed_has_its_place_in_the_line() -> None:
    for before in ("", "Fee: ", "{{ a }} {{ b\n| c }} "):
        fault = cut(f"x\n{before}{{% if").faults[0]
        line = before.rpartition("\n")[2]
        assert (fault.code, fault.value, fault.span) == ("tag-unclosed", "{%", (len(line) + 1, len(line) + 2))


def test_lines_of_the_text_lead_to_the_source() -> None:
    found = cut("a\n{{ b\n| c\n}} d\ne {# f\ng #} h\ni")
    assert list(found.lines) == [10, 11, 14, 16][: len(found.lines)]
    assert found.text.count("\n") == 3
    assert [tag.line for tag in found.tags] == [11, 14]


def test_put_back_gives_each_tag_lines_of_its_own() -> None:
    found = cut("a {{ b }} { c }\n\n{{ d\n| e }}")
    template, pairs = template_tags.put_back(found.text, found.tags)
    assert "&#123; c" in template
    assert "{{\n b }}" in template
    for number, line in enumerate(template.split("\n"), start=1):
        if "b" in line:
            assert template_tags.source_line(pairs, number) == 10
        if "d" in line:
            assert template_tags.source_line(pairs, number) == 12
        if "| e" in line:
            assert template_tags.source_line(pairs, number) == 13


def test_source_line_of_nothing() -> None:
    assert template_tags.source_line((), 3) is None
    assert template_tags.source_line(((1, 5),), None) is None


@given(
    st.lists(
        st.sampled_from(["{{ a }}", "{{ a\n|b }}", "{% x %}", "{# c #}", "text", "\n", "\n\n", "{", "*", "\\", " "]),
        max_size=12,
    )
)
@settings(max_examples=300)
def test_cut_and_put_back_keep_all(parts: list[str]) -> None:
    text = "".join(parts)
    found = cut(text)
    if found.faults or "\\{" in text:
        return
    assert len(found.lines) == found.text.count("\n") + 1
    template, pairs = template_tags.put_back(found.text, found.tags)
    assert re.sub(r"\s", "", template.replace("&#123;", "{")) == re.sub(r"\s", "", text)
    assert list(pairs) == sorted(pairs)
    lines = text.split("\n")
    for tag in found.tags:
        assert tag.source[:2] in lines[tag.line - 10]
