"""Finds all that is wrong with the HTML of a letter's bodies, and with where a letterhead lets values stand.

Called three times: for the template when a letter is read (`of_template`), for a body with its values before it is laid
out (`of_body`), and for the page that is laid out (`of_page`), whose tree is the layout's own.

Not here: the single rules (`rules`, `styles`, `visible`, `drawings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from letterpress.errors import Diagnostic, Problem, Severity
from letterpress.model import LINK_SCHEMES
from letterpress.rawhtml import drawings, rules, visible
from letterpress.rawhtml.parser import MAX_DEPTH, Error, Parsed, Place, Tag, parse, parse_body
from letterpress.text import characters, value_marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Problem):
    """Something wrong, and where."""

    place: Place
    severity: Severity = "error"
    needle: str | None = None
    """A value that it is about."""

    @property
    def line(self) -> int | None:
        """Line of the letter's file, as near as it is known."""
        return None if self.place.line is None else self.place.line + self.place.further

    def at(self, **place: Any) -> Diagnostic:
        """Make a diagnostic of it; see `Problem.at`."""
        return Problem.at(self, **{"severity": self.severity, **place})


def _fault(problem: Problem, place: Place, *, severity: Severity = "error", needle: str | None = None) -> Fault:
    parts = {name: getattr(problem, name) for name in Problem.__slots__}
    return Fault(**parts, place=place, severity=severity, needle=needle)


def of_template(html: str, *, complete: bool) -> tuple[Parsed, list[Fault]]:
    """Find what is wrong with a body before it has its values; marks and `rules.STATEMENT` stand for its tags.

    :param complete: whether all of its markup will be printed: no `{% %}` chooses or repeats any.
    """
    parsed = parse_body(html)
    return parsed, list(_faults(parsed, structure=complete, filled=False))


def of_body(html: str) -> list[Fault]:
    """Find what is wrong with a body that has its values."""
    return list(_faults(parse_body(html), structure=True))


def of_page(html: str) -> tuple[Any, list[Fault], dict[Any, int]]:
    """Parse a page as the layout does, and find what is wrong with it.

    :returns: the page's tree, without marks; the errors in its bodies and in the places of its values; and the line of
        the letter's file that each element of the author's own stands on.
    """
    parsed = parse(html)
    faults = [fault for fault in _faults(parsed, structure=True) if fault.severity == "error"]
    faults += _clean(parsed)
    own = (tag for tag in parsed.tags if tag.element is not None and tag.place.line is not None)
    lines = {tag.element: (tag.place.line or 0) + tag.place.further for tag in own}
    return parsed.root, faults, lines


def _faults(parsed: Parsed, *, structure: bool, filled: bool = True) -> Iterator[Fault]:
    for tag in parsed.tags:
        yield from _placed((tag, finding) for finding in rules.check(tag, filled=filled))
    yield from _placed(visible.check(parsed))
    yield from _placed(drawings.check(parsed))
    yield from _structure(parsed, structure)


def _placed(findings: Iterable[tuple[Tag, rules.Finding]]) -> Iterator[Fault]:
    for tag, finding in findings:
        yield _fault(finding, tag.place, severity=finding.severity)


# --- what the parser had to mend --------------------------------------------------------------------------------------

_COMMENTS = frozenset("incorrect-comment unexpected-bang-after-double-dash-in-comment".split())
_NO_TAG = frozenset(
    "expected-dashes-or-doctype expected-tag-name-but-got-question-mark expected-closing-tag-but-got-char "
    "expected-closing-tag-but-got-right-bracket expected-tag-name-but-got-right-bracket unexpected-doctype".split()
)
_WHOLE = frozenset(_COMMENTS | _NO_TAG | {"too-deep"})
"""What holds whichever way the template goes."""


def _structure(parsed: Parsed, complete: bool) -> Iterator[Fault]:
    """The first fault of each kind: one slip makes the parser complain many times."""
    known = rules.HTML_ELEMENTS | rules.SVG_ELEMENTS
    strange = any(tag.name not in known or rules.is_unfinished(tag) for tag in parsed.tags)
    named: set[bool] = set()
    # What is left open is the cause of what is complained of before its end is missed.
    for error in sorted(parsed.errors, key=lambda error: error.code != "unclosed" or error.place.line is None):
        whole = error.code in _WHOLE or error.code.startswith("eof-in-comment") or "doctype" in error.code
        if (strange or not complete) and not whole:
            continue
        if error.code != "duplicate-attribute" and whole not in named:
            named.add(whole)
            yield _fault(_problem(error), error.place)
        if error.code.startswith("eof-in-comment"):  # what comes after is of its making
            return


def _problem(error: Error) -> Problem:
    """Say in plain words what the parser had to mend.

    Its codes are those of the HTML standard ("parse errors") and of the parser's own phases; those that are alike to an
    author are one kind. The order matters: the general words at the end stand in many codes.
    """
    code, name = error.code, error.name
    if code.startswith("eof-in-comment"):
        message, hint = "a comment is opened here and never closed", "close it with -->, or write \\<!-- to print it"
        return Problem(message, hint, code="comment-malformed")
    if code in _COMMENTS:
        return Problem("a comment ends otherwise than with -->", "write <!-- text -->", code="comment-malformed")
    if code in _NO_TAG or "doctype" in code:
        message = "what stands between '<' and '>' here is no tag and would not be printed"
        return Problem(message, "write \\< to print it", code="tag-malformed")
    if code.startswith(("eof", "expected-attribute", "expected-end-of-tag", "unexpected-eof")) or code == "swallowed":
        message = f"{f'<{name}>' if name else 'a tag'} is opened here and never finished"
        return Problem(message, "write \\< to print it", code="element-unfinished", value=name or None)
    if code == "unclosed":
        message, hint = f"<{name}> is opened here and never closed", f"close it with </{name}>"
        return Problem(message, hint, code="element-unclosed", value=name)
    if code == "closes-the-body":
        return Problem(f"</{name}> closes more than was opened", "take it out", code="element-unopened", value=name)
    if code == "too-deep":
        message, params = f"elements are nested more than {MAX_DEPTH} deep", (("limit", MAX_DEPTH),)
        return Problem(message, "take out some of the levels", code="elements-too-deep", value=name, params=params)
    if code == "text-in-table":
        message, hint = "words stand in a table outside of its cells", "put them into a <td> or a <caption>"
        return Problem(message, hint, code="table-words", value=name)
    if code == "non-void-element-with-trailing-solidus":
        message, hint = f"<{name}/> does not close <{name}>", f"write <{name}></{name}>"
        return Problem(message, hint, code="element-unclosed", value=name)
    if "start-tag" in code or code == "non-html-root":
        message = f"<{name}> does not belong here" if name else "an element does not belong here"
        return Problem(message, "put it elsewhere", code="element-misplaced", value=name or None)
    if any(word in code for word in ("attribute", "character", "bracket", "solidus")):
        hint = 'write <a href="...">, or \\< to print the sign'
        return Problem("a tag is not written as HTML has it", hint, code="tag-malformed")
    message = f"{f'</{name}>' if name else 'an end tag'} does not close what was opened last"
    hint = "close elements in the order in which they are nested"
    return Problem(message, hint, code="element-unopened", value=name or None)


# --- values in the finished page --------------------------------------------------------------------------------------

_ADDRESSES = frozenset("href src srcset action data background poster {http://www.w3.org/1999/xlink}href".split())


def _clean(parsed: Parsed) -> list[Fault]:
    """Take the marks of values out of a page's tree; what they show to be markup, style or an address is a fault."""
    faults = [_of_letterhead(f"a value stands in <{name}> without quotes") for name in parsed.bare_values]
    for element in parsed.root.iter():
        if not isinstance(element.tag, str):
            element.text = value_marks.without(element.text or "")
        elif element.text and value_marks.ANY.search(element.text):
            if element.tag in ("style", "script") or not value_marks.are_balanced(element.text):
                faults.append(_of_letterhead(f"a value stands in the markup of <{element.tag}>", element.text))
            element.text = value_marks.without(element.text)
        faults += [*_long_word(element.text), *_long_word(element.tail)]
        if element.tail and value_marks.ANY.search(element.tail):
            if not value_marks.are_balanced(element.tail):
                faults.append(_of_letterhead("a value has become markup", element.tail))
            element.tail = value_marks.without(element.tail)
        for name, value in list(element.items()) if element.attrib else ():
            if value_marks.ANY.search(name):
                del element.attrib[name]
                faults.append(_of_letterhead(f"a value stands in the tag <{element.tag}>"))
            elif value_marks.ANY.search(value):
                faults += _attribute(element.tag, name, value)
                element.set(name, value_marks.without(value))
    return faults


def _long_word(text: str | None) -> Iterator[Fault]:
    word = characters.long_word(text) if text else None
    if word is not None:
        wrong = characters.too_long(word)
        yield _fault(wrong, Place(0, None), needle=value_marks.without(word))


def _attribute(element: str, name: str, value: str) -> Iterator[Fault]:
    plain = value_marks.without(value)
    if not value_marks.are_balanced(value):
        yield _of_letterhead(f"a value would be markup of <{element}>", value)
    elif name == "style" or name.startswith("on"):
        yield _of_letterhead(f"a value stands in the {name} of <{element}>", value)
    elif name in _ADDRESSES and not plain.startswith("#"):
        schemes = LINK_SCHEMES if name == "href" and element == "a" else ("",)
        if plain and rules.scheme(plain) not in schemes:
            yield _of_letterhead(f"the address '{plain[:80]}' leads nowhere from a letter", value)


def _of_letterhead(message: str, text: str = "") -> Fault:
    """A fault of where a letterhead's template puts a value; `text` holds the value, if it is whole."""
    value = re.search(f"{value_marks.VALUE}([^{value_marks.VALUE}{value_marks.VALUE_END}]+)", text)
    hint = "a value may be text, or stand in the quotes of an attribute; see the letterhead's letter.html"
    needle = unescape(value[1]) if value else None
    return _fault(Problem(message, hint, code="value-in-markup"), Place(0, None), needle=needle)
