"""What is wrong with a template, said to one who writes letters.

Job: the fault that a template ends with (`TemplateFault`), and what a parser's complaint about its syntax means.
Secret: how Jinja words its complaints. It reads their text only; `sandbox` catches them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from letterpress.errors import Problem, did_you_mean

_TAGS = "tags are if, elif, else, for, set, macro, call and filter; each is closed by its end tag"
_TOKENS = {
    "end of print statement": "'}}'",
    "end of statement block": "'%}'",
    "name": "a name",
    "begin of print statement": "'{{'",
    "begin of statement block": "'{%'",
    "end of template": "the end",
}


class TemplateFault(Exception):
    """A template that cannot be compiled or run: message, line of the template, hint."""

    def __init__(self, message: str, line: int | None = None, hint: str | None = None, name: str | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(message, hint)
        self.message = message
        self.line = line
        self.hint = hint
        self.name = name
        """Name of the template, where several make a page."""


def of_syntax(complaint: str, line: int, source: str, filters: Iterable[str]) -> TemplateFault:
    """The fault behind what Jinja says of a template's syntax; `filters` are the names that there are."""
    message = complaint.rstrip(".")
    if message.startswith(("No filter named", "No test named")):
        kind, name = message.split()[1], message.split("'")[1]
        near = did_you_mean(name, filters) if kind == "filter" else None
        return TemplateFault(f"there is no {kind} '{name}'", line, near)
    as_it_is = TemplateFault(message[:1].lower() + message[1:], line)
    return _of_tag(message, line, source) or _of_token(message, line) or as_it_is


def _of_tag(message: str, line: int, source: str) -> TemplateFault | None:
    """A tag that does not exist, stands in a wrong place or is left open."""
    inner = re.search(r"innermost block that needs to be closed is '(\w+)'", message)
    unknown = re.match(r"Encountered unknown tag '(\w+)'", message)
    if unknown and inner:
        return TemplateFault(f"'{{% {unknown[1]} %}}' does not belong here", line, f"close '{{% {inner[1]} %}}' first")
    if unknown and unknown[1].startswith("end"):
        hint = f"open it with '{{% {unknown[1][3:]} ... %}}', or take it out"
        return TemplateFault(f"'{{% {unknown[1]} %}}' closes nothing", line, hint)
    if unknown:
        return TemplateFault(f"there is no tag '{unknown[1]}'", line, _TAGS)
    if message.startswith("Unexpected end of template") and inner:
        name = inner[1]
        opened = _last_open(source, name) or line
        hint = f"close it with '{{% end{name} %}}'"
        return TemplateFault(f"'{{% {name} %}}' is opened here and never closed", opened, hint)
    return None


def _of_token(message: str, line: int) -> TemplateFault | None:
    """A sign that stands where another is expected."""
    expected = re.match(r"expected token '(.*)', got '(.*)'", message)
    if expected:
        wanted, found = (_TOKENS.get(word, f"'{word}'") for word in expected.groups())
        hint = "== compares" if found == "'='" else None
        return TemplateFault(f"here stands {found} where {wanted} is expected", line, hint)
    unexpected = re.match(r"unexpected '(.*)'", message)
    if unexpected:
        found = _TOKENS.get(unexpected[1], f"'{unexpected[1]}'")
        return TemplateFault(f"{found} is not expected here", line)
    if message.startswith("Expected an expression, got"):
        found = _TOKENS.get(message.split("'")[1], message.split("'")[1]) if "'" in message else "nothing"
        return TemplateFault(f"here stands {found} where a value is expected", line)
    return None


def _last_open(source: str, name: str) -> int | None:
    """Line of the last `{% name %}` that no end tag closes."""
    open_lines: list[int] = []
    for tag in re.finditer(r"\{%[-+]?\s*(end)?" + re.escape(name) + r"\b", source):
        if not tag[1]:
            open_lines.append(source.count("\n", 0, tag.start()) + 1)
        elif open_lines:
            open_lines.pop()
    return open_lines[-1] if open_lines else None
