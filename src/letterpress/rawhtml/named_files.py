"""Finds the files that styles name with `url()`: of a style attribute, and of a style sheet with the elements meant.

Not here: what a style may say (`styles`), and whether a file may be read (`files.allowed`). Source: CSS Values 4, 4.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2

_PART = re.compile(r"::?(?:before|after|marker|first-line|first-letter|footnote-call|footnote-marker)\b", re.I)
_PRINTED = re.compile(r"^\s*(?:$|all\b|print\b|only\s+print\b)", re.I)

Rule = tuple[tuple[str, ...] | None, tuple[str, ...]]
"""Selectors, None for a page's own rule, and the URLs that the rule names."""


def of_style(css: str) -> tuple[str, ...]:
    """Give what a style attribute names."""
    return tuple(_urls(tinycss2.parse_component_value_list(css))) if "url(" in css.lower() else ()


def of_sheet(css: str) -> tuple[Rule, ...]:
    """Give the rules for print of a style sheet that name files.

    Selectors of a part of an element, such as `p::before`, are given as those of the element. Fonts (`@font-face`) and
    style sheets (`@import`), which are read with the sheet itself, are left out.
    """
    if "url(" not in css.lower():
        return ()
    return tuple(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rules(rules: Iterable[Any]) -> Iterator[Rule]:
    for rule in rules:
        if rule.type == "qualified-rule" and (urls := tuple(_urls(rule.content))):
            yield tuple(_selectors(rule.prelude)), urls
        elif rule.type == "at-rule" and rule.content is not None:
            if rule.lower_at_keyword == "page" and (urls := tuple(_urls(rule.content))):
                yield None, urls
            elif rule.lower_at_keyword == "media" and _PRINTED.search(tinycss2.serialize(rule.prelude)):
                yield from _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))


def _selectors(prelude: list[Any]) -> Iterator[str]:
    selector: list[Any] = []
    for part in prelude:
        if part == ",":
            yield _of_element(selector)
            selector = []
        else:
            selector.append(part)
    yield _of_element(selector)


def _of_element(selector: list[Any]) -> str:
    return _PART.sub("", tinycss2.serialize(selector)).strip() or "*"


def _urls(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if value.type == "url":
            yield value.value
        elif value.type == "function":
            if value.lower_name == "url":
                yield from (part.value for part in value.arguments if part.type == "string")
            else:
                yield from _urls(value.arguments)
        elif value.type in ("() block", "[] block", "{} block"):
            yield from _urls(value.content)
