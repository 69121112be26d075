"""Finds tags that are unknown, misplaced or left open, and filters and tests that do not exist, by their names.

Jinja's own parser is asked on the way: it knows which tag it has before it, and which are open. So the faults are made
from names and lines, and not from its messages.

Not here: signs in a wrong place within a tag (`messages`). What is used of Jinja's parser: `parse_statement`,
`fail_unknown_tag` and `fail_eof`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NoReturn

from jinja2 import nodes
from jinja2.parser import Parser as _Parser

from letterpress.errors import nearest, question
from letterpress.templating.messages import TemplateFault

_OPENING = ("if", "for", "set", "macro", "call", "filter")
_BRANCHES = ("elif", "else")
_TAGS = "tags are if, elif, else, for, set, macro, call and filter; each is closed by its end tag"
_UNKNOWN = {"filter": "filter-unknown", "test": "test-unknown"}


class Parser(_Parser):
    """Jinja's parser, with a memory of where the open tags stand."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._open: list[tuple[str, int]] = []
        """Names and lines of the tags that are read, the innermost last."""

    def parse_statement(self) -> Any:
        """Parse a tag, and all that stands between it and its end tag."""
        self._open.append((self.stream.current.value, self.stream.current.lineno))
        statement = super().parse_statement()
        self._open.pop()  # only now: a fault ends the parsing, and has to know what was open
        return statement

    def fail_unknown_tag(self, name: str, lineno: int | None = None) -> NoReturn:
        """Say what is wrong with a tag that cannot begin a statement."""
        line = lineno or self.stream.current.lineno
        around = self._open[-2][0] if len(self._open) > 1 else None
        if name.startswith("end") or name in _BRANCHES:
            if around is not None:
                message, hint = f"'{{% {name} %}}' does not belong here", f"close '{{% {around} %}}' first"
                raise self._fault(message, line, hint, "statement-misplaced", name)
            opening = name.removeprefix("end") if name.startswith("end") else "if"
            message = f"'{{% {name} %}}' {'closes nothing' if name.startswith('end') else 'does not belong here'}"
            hint = f"open it with '{{% {opening} ... %}}', or take it out"
            raise self._fault(message, line, hint, "statement-misplaced", name)
        known = (*_OPENING, *_BRANCHES, *(f"end{opening}" for opening in _OPENING))
        instead = nearest(name, known)
        message = f"there is no tag '{name}'"
        raise self._fault(message, line, question(instead) or _TAGS, "statement-unknown", name, instead)

    def fail_eof(self, end_tokens: tuple[str, ...] | None = None, lineno: int | None = None) -> NoReturn:
        """Say which tag is left open at the end of the template."""
        name, line = self._open[-1]
        message = f"'{{% {name} %}}' is opened here and never closed"
        raise self._fault(message, line, f"close it with '{{% end{name} %}}'", "statement-unclosed", name)

    def _fault(
        self, message: str, line: int, hint: str | None, code: str, value: str, instead: tuple[str, ...] = ()
    ) -> TemplateFault:
        return TemplateFault(message, line, hint, self.name, code=code, value=value, instead=instead)


def check_names(tree: nodes.Template, filters: Collection[str], tests: Collection[str], name: str | None) -> None:
    """Refuse filters and tests that do not exist, wherever they stand: also where a condition would pass them over.

    :param name: the template's.
    :raises TemplateFault: at the first of them.
    """
    for used in tree.find_all((nodes.Filter, nodes.Test)):
        if isinstance(used, nodes.Filter):
            check_name("filter", used.name, filters, used.lineno, name)
        elif isinstance(used, nodes.Test):
            check_name("test", used.name, tests, used.lineno, name)


def check_name(kind: str, word: str, known: Collection[str], line: int | None = None, name: str | None = None) -> None:
    """Refuse one filter or test that does not exist.

    :param kind: `filter` or `test`.
    :param known: those that a template may use.
    :raises TemplateFault: it is none of them.
    """
    if word not in known:
        instead = nearest(word, known)
        raise TemplateFault(
            f"there is no {kind} '{word}'",
            line,
            question(instead),
            name,
            code=_UNKNOWN[kind],
            value=word,
            instead=instead,
        )
