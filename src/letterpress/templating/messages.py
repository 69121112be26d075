"""The fault that a template ends with, and what Jinja's complaints about single signs mean.

Not here: tags that are unknown, misplaced or left open, and unknown filters (`syntax`), which are known by name.
"""

from __future__ import annotations

import re
from typing import Any

from letterpress.errors import Problem

_TOKENS = {
    "end of print statement": "'}}'",
    "end of statement block": "'%}'",
    "name": "a name",
    "begin of print statement": "'{{'",
    "begin of statement block": "'{%'",
    "end of template": "the end",
}


class TemplateFault(Exception):
    """A template that cannot be compiled or run."""

    def __init__(
        self, message: str, line: int | None = None, hint: str | None = None, name: str | None = None, **data: Any
    ) -> None:
        """Say what is wrong.

        :param line: of the template, from 1.
        :param name: of the template, where several make a page.
        :param data: `code`, `value`, `params` and `instead` of `errors.Problem`.
        """
        super().__init__(message)
        self.problem = Problem(message, hint, **data)
        self.message = message
        self.line = line
        self.hint = hint
        self.name = name

    @classmethod
    def of(cls, problem: Problem, line: int | None = None, name: str | None = None) -> TemplateFault:
        """Make a fault of a problem; the other arguments as above."""
        fault = cls(problem.message, line, problem.hint, name)
        fault.problem = problem
        return fault

    def placed(self, line: int | None, name: str | None) -> TemplateFault:
        """Add line and name of the template where they were not known."""
        return TemplateFault.of(self.problem, self.line or line, self.name or name)


def of_syntax(complaint: str, line: int, name: str | None) -> TemplateFault:
    """Say in plain words what Jinja says of a sign that stands in a wrong place.

    Jinja's exception carries nothing but this text; where it is none that is known, it is passed on.
    """
    message = complaint.rstrip(".")
    expected = re.fullmatch(r"expected token '(?P<wanted>.*)', got '(?P<got>.*)'", message) or re.fullmatch(
        r"unexpected '(?P<got>.*)', expected '(?P<wanted>.*)'", message
    )
    no_value = re.fullmatch(r"Expected an expression, got '(?P<got>.*)'", message)
    unexpected = re.fullmatch(r"unexpected '(?P<got>.*)'", message)
    hint: str | None = "write a value such as {{ to.name }}, or \\{{ to print the braces"
    if expected:
        got, wanted = (_token(expected[part]) for part in ("got", "wanted"))
        named = got.strip("'").isidentifier() and wanted in _TOKENS.values()
        hint = "== compares" if got == "'='" else "a name has no blanks; ~ joins two values" if named else hint
        said = f"here stands {got} where {wanted} is expected"
    elif no_value:
        said = f"here stands {_TOKENS.get(no_value['got'], no_value['got'])} where a value is expected"
    elif unexpected:
        said = f"{_token(unexpected['got'])} is not expected here"
    else:
        said, hint = message[:1].lower() + message[1:], None
    sign = expected or no_value or unexpected
    return TemplateFault(said, line, hint, name, code="template-syntax", value=_bare(sign["got"]) if sign else None)


_COMPARED = re.compile(r"'([<>]=?)' not supported between instances of '(\w+)' and '(\w+)'")
_KINDS = {
    "an amount of money": ("Money",),
    "a text": ("str", "Markup", "Data", "Own", "Shown"),
    "a yes or no": ("bool",),
    "a number": ("int", "float", "Decimal", "Number", "Whole", "Percent", "Year"),
    "a date": ("date", "datetime"),
    "a list": ("list", "tuple"),
}
"""Classes of values as somebody calls them who does not know Python."""


def of_comparison(complaint: str) -> TemplateFault | None:
    """Say in plain words that values of two kinds were compared; None, if Python complains of something else."""
    match = _COMPARED.match(complaint)
    if match is None:
        return None
    one, other = (
        next((words for words, names in _KINDS.items() if name in names), f"a {name}") for name in match.group(2, 3)
    )
    hint = "declare the field with its type: date, decimal, integer or money" if "a text" in (one, other) else None
    said = f"'{match[1]}' cannot compare {one} with {other}"
    return TemplateFault(said, hint=hint, code="value-kind", value=match[1])


def _bare(word: str) -> str:
    """The sign itself, as it is written."""
    return _TOKENS.get(word, word).strip("'")


def _token(word: str) -> str:
    return _TOKENS.get(word, f"'{word}'")
