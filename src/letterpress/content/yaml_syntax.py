"""Says what is wrong with a YAML text that cannot be read, in the words of one who writes a letter, and how to mend it.

A fix is offered only if the text can be read with it, or is wrong further down only.

Not here: texts that YAML reads otherwise than they were meant (`yaml`). Source: YAML 1.2, and how ruamel.yaml words its
errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from letterpress.errors import Diagnostic, Edit, Fix, FixKind

_QUOTE_HINT = "put the whole text in quotes"
_INDICATORS = "%@`&*!|>?"
_BEFORE_TEXT = re.compile(r"""\s*(?:- +)*(?:[^\s'"{\[#][^'"{\[#]*?:[ \t]+)?""")
"""What stands before a text on its line: list dashes and the field's name."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What is wrong with one line of a YAML text; lines count from 0 here, characters from 1."""

    code: str
    message: str
    line: int
    hint: str
    span: tuple[int, int] | None = None
    """None: all of the line's text."""
    changes: tuple[tuple[FixKind, str, tuple[int, int], str], ...] = ()
    """Ways to mend the line: kind, title, range of characters, and what stands there afterwards."""


def fault_of(error: Any, text: str, *, file: str, first_line: int) -> Diagnostic:
    """Make the diagnostic of what ruamel.yaml says of a text.

    :param error: a `MarkedYAMLError`.
    :param first_line: line of `file` (from 1) that `text` begins on.
    """
    lines = text.split("\n")
    mark = error.problem_mark or error.context_mark
    finding = _find(error, lines, min(mark.line if mark else 0, len(lines) - 1))
    line = lines[finding.line]
    span = finding.span or span_of_text(line)
    fixes = []
    for kind, title, place, instead in finding.changes:
        if _mends(lines, finding.line, place, instead):
            edit = Edit(text=instead, file=file, line=first_line + finding.line, span=place)
            fixes.append(Fix(kind=kind, title=title, value=instead, edit=edit))
    return Diagnostic(
        message=finding.message,
        file=file,
        line=first_line + finding.line,
        hint=finding.hint,
        code=finding.code,
        value=None if span is None else line[span[0] - 1 : span[1]],
        span=span,
        fixes=tuple(fixes),
    )


def span_of_text(line: str) -> tuple[int, int] | None:
    """First and last character of a line's text, from 1, without the blanks around it; None: it is blank."""
    text = line.strip()
    start = len(line) - len(line.lstrip())
    return (start + 1, start + len(text)) if text else None


def quoted(text: str) -> str:
    """A text in quotes, as YAML reads it back; on one line."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def quote_change(line: str, start: int) -> tuple[FixKind, str, tuple[int, int], str] | None:
    """The change that puts all of a line's text in quotes, from the column `start` (from 0) on.

    :returns: None where something else may follow the text on its line, as in a list in brackets.
    """
    before = _BEFORE_TEXT.match(line)
    text = line[start:].rstrip()
    if before is None or before.end() != start or not text:
        return None
    return "replace", "Put the text in quotes", (start + 1, start + len(text)), quoted(text)


def _find(error: Any, lines: list[str], at: int) -> Unreadable:
    """Name the fault: what concerns single characters first, since it hides behind any other complaint."""
    written = lines[at]
    problem = str(error.problem or error.context or "cannot be read")
    context = str(error.context or "")
    start = error.context_mark.line if error.context_mark is not None else at
    if "'\\t'" in problem:
        return _tab(written, at)
    if "quoted scalar" in context and "escape" in problem:
        return _escape(written, at)
    if (opened := _open_quote(lines, at)) is not None or "quoted scalar" in context:
        return _quote(lines, start if opened is None else opened)
    for number, line in enumerate(lines[: at + 1]):
        if comment := re.search(r"[{\[,:] +(#[^\s#,}\]]+)", line):
            message = f"'{comment[1]}' is taken for a comment"
            span = (comment.start(1) + 1, comment.end(1))
            return Unreadable("yaml-comment", message, number, _QUOTE_HINT, span, _quote_all(line))
    return _structure(problem, context, lines, at, start)


def _structure(problem: str, context: str, lines: list[str], at: int, start: int) -> Unreadable:
    """What is wrong with fields, lists and indentation; `start` is the line that the parser's context began on."""
    written = lines[at]
    key, _, value = written.partition(": ")
    value = value.strip()
    if value.startswith(("{{", "{%", "{#")):
        hint = f'{_QUOTE_HINT}: {key}: "{value}"'
        return _in_quotes("yaml-brace", "a text that begins with '{' is taken for a group of fields", lines, at, hint)
    if value[:1] in ("'", '"') and "<scalar>" in problem:
        hint = "put the whole text in the other kind of quotes, or write '' for one ' inside single quotes"
        message = "the text goes on behind its closing quote"
        return Unreadable("yaml-quote-end", message, at, hint, _text_span(written), tuple(_requoted(written)))
    if "flow mapping" in context or "flow sequence" in context:
        return _bracket(context, lines, at, start)
    if "mapping values are not allowed" in problem:
        return _colon(lines, at, value)
    if "could not find expected ':'" in problem:
        return _no_colon("there is no ': ' on this line", lines, start)
    if "undefined alias" in problem:
        name = problem.split("'")[1].rstrip("*")
        message = f"a text that begins with '*' is an alias in YAML, and '&{name}' stands nowhere"
        return _in_quotes("yaml-alias", message, lines, at)
    if value[:1] in _INDICATORS and value[:1]:
        return _in_quotes("yaml-first-character", f"a text cannot begin with '{value[0]}' in YAML", lines, at)
    if "<block mapping start>" in problem or "<block sequence start>" in problem:
        message = "this line's indentation fits no line above"
        changes = tuple(_indented(lines, at, {_indent(line) for line in lines[:at] if line.strip()}))
        return Unreadable(
            "yaml-indentation", message, at, "begin what belongs together in the same column", None, changes
        )
    if "sequence entries are not allowed" in problem:
        return _list_behind_colon(written, at)
    hint = "check the indentation and the quotes of this line and the one above"
    return Unreadable("yaml-invalid", f"not YAML: {problem}", at, hint)


def _tab(written: str, at: int) -> Unreadable:
    indent = re.match(r" *\t\s*", written)
    tabs = indent or re.search(r"\t+", written)
    span = (tabs.start() + 1, tabs.end()) if tabs else None
    message, hint = "a tab stands in this line", "write a space instead: YAML takes no tabs"
    changes: tuple[Any, ...] = (("replace", "Write a space instead", span, " "),) if span else ()
    if indent:
        message, hint = "a tab indents this line", "indent with spaces: YAML takes no tabs"
        changes = (("replace", "Indent with spaces", span, indent[0].replace("\t", "  ")),)
    return Unreadable("yaml-tab", message, at, hint, span, changes)


def _escape(written: str, at: int) -> Unreadable:
    """A backslash that begins no escape. Where others on the line do, it is not sure what they are to mean."""
    known = re.findall(r'\\[0abtnvfre "/\\N_LPxuU]', written)
    text = _text_span(written)
    inside = "" if text is None else written[text[0] - 1 : text[1]]
    changes: tuple[Any, ...] = ()
    if not known and text:
        changes = (("replace", "Write \\\\ for each backslash", text, inside.replace("\\", "\\\\")),)
    message = "a backslash in double quotes begins an escape that YAML does not know"
    hint = "write \\\\ for a backslash, or put the text in single quotes"
    return Unreadable("yaml-escape", message, at, hint, text, changes)


def _quote(lines: list[str], at: int) -> Unreadable:
    """A quote that is opened and not closed on its line."""
    line = lines[at].rstrip()
    span = _text_span(line)
    mark = line[span[0] - 1] if span else '"'
    end = len(line)
    changes: tuple[Any, ...] = (("insert", f"Close the quote: {mark}", (end + 1, end), mark),) if span else ()
    message = "a quote is opened here and never closed"
    return Unreadable("yaml-quote-open", message, at, "close the quote", span, changes)


def _bracket(context: str, lines: list[str], at: int, start: int) -> Unreadable:
    bracket, closer = ("{", "}") if "mapping" in context else ("[", "]")
    if start == at:
        message = f"a comma is missing between '{bracket}' and '{closer}'"
        return Unreadable("yaml-comma", message, at, "part the entries with commas")
    line = lines[start].rstrip()
    column = line.rfind(bracket) + 1
    change: tuple[FixKind, str, tuple[int, int], str]
    change = ("insert", f"Close it with '{closer}'", (len(line) + 1, len(line)), closer)
    message = f"a '{bracket}' is opened here and never closed"
    hint = f"close it with '{closer}', or {_QUOTE_HINT}"
    return Unreadable("yaml-bracket-open", message, start, hint, (column, column) if column else None, (change,))


def _colon(lines: list[str], at: int, value: str) -> Unreadable:
    """A colon where no field can begin."""
    if value and ": " in value:
        hint = f"{_QUOTE_HINT} if the colon belongs to it"
        return _in_quotes("yaml-colon", "a second ': ' on this line", lines, at, hint)
    above = max(0, at - 1)
    if ": " not in lines[above]:
        return _no_colon("there is no ': ' on the line above", lines, above)
    message = "this line is indented deeper than the one above"
    changes = tuple(_indented(lines, at, {_indent(lines[above])}))
    span = (1, _indent(lines[at])) if _indent(lines[at]) else None
    return Unreadable("yaml-indentation", message, at, "begin both in the same column", span, changes)


def _no_colon(message: str, lines: list[str], at: int) -> Unreadable:
    changes: tuple[Any, ...] = ()
    joined = re.match(r"\s*(?:- +)*[A-Za-z_][\w.-]*:(?=[^\s:/])", lines[at])
    if joined:
        changes = (("insert", "Write a space behind the colon", (joined.end() + 1, joined.end()), " "),)
    hint = "write 'name: value', with a space behind the colon"
    return Unreadable("yaml-colon-missing", message, at, hint, None, changes)


def _list_behind_colon(written: str, at: int) -> Unreadable:
    changes: tuple[Any, ...] = ()
    begun = re.match(r"( *)[^\s:]+:( +)- ", written)
    if begun:
        below = "\n" + " " * (len(begun[1]) + 2)
        changes = (("replace", "Begin the list on the next line", (begun.start(2) + 1, begun.end(2)), below),)
    return Unreadable(
        "yaml-list", "a list begins behind a colon", at, "write each '- ' on a line of its own", None, changes
    )


def _in_quotes(code: str, message: str, lines: list[str], at: int, hint: str = _QUOTE_HINT) -> Unreadable:
    """A text that is read as something else since it has no quotes."""
    return Unreadable(code, message, at, hint, _text_span(lines[at]), _quote_all(lines[at]))


def _quote_all(line: str) -> tuple[Any, ...]:
    before = _BEFORE_TEXT.match(line)
    change = quote_change(line, before.end()) if before else None
    return (change,) if change and line[change[2][0] - 1] not in "'\"" else ()


def _text_span(line: str) -> tuple[int, int] | None:
    """First and last character of the text behind a field's name."""
    before = _BEFORE_TEXT.match(line)
    start = before.end() if before else 0
    end = len(line.rstrip())
    return (start + 1, end) if end > start else None


def _requoted(line: str) -> Iterator[tuple[FixKind, str, tuple[int, int], str]]:
    """The change of a text between quotes in which such a quote stands: 'It's late'."""
    span = _text_span(line)
    text = "" if span is None else line[span[0] - 1 : span[1]]
    if span and len(text) > 1 and text[0] == text[-1] and "\\" not in text:
        yield "replace", "Quote the whole text", span, quoted(text[1:-1])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _indented(lines: list[str], at: int, columns: set[int]) -> Iterator[tuple[FixKind, str, tuple[int, int], str]]:
    """The changes that let a line begin in one of `columns` (from 0), the nearest first."""
    now = _indent(lines[at])
    for column in sorted(columns - {now}, key=lambda column: abs(column - now)):
        yield "replace", f"Begin the line in column {column + 1}", (1, now), " " * column


def _open_quote(lines: list[str], until: int) -> int | None:
    """The first line whose text begins with a quote that the line does not close, of those up to `until`."""
    for at, line in enumerate(lines[: until + 1]):
        begun = re.match(r"""\s*(?:- +)*(?:[^\s'"{\[#][^'"{\[#]*?: +)?(["'])""", line)
        if begun:
            quote, rest = begun[1], line[begun.end() :]
            rest = rest.replace("''", "") if quote == "'" else re.sub(r"\\.", "", rest)
            if quote not in rest:
                return at
    return None


def _mends(lines: list[str], at: int, span: tuple[int, int], instead: str) -> bool:
    """Whether the text can be read, as far as the line `at` and those above go, once the line is changed."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    line = lines[at]
    changed = line[: span[0] - 1] + instead + line[span[1] :]
    added = instead.count("\n")
    try:
        YAML(typ="rt", pure=True).compose("\n".join([*lines[:at], changed, *lines[at + 1 :]]))
    except MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark
        return mark is not None and mark.line > at + added
    except (YAMLError, RecursionError):
        return False
    return True
