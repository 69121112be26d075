"""YAML with places: every value remembers its line.

Job: YAML text -> plain dicts, lists and texts, and where each stands. Secret: ruamel.yaml. All values stay the text
that was typed (`postcode: 01234`, `amount: 1.10`, `answer: no`, `subject: true`): what type a value has is the border's
to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from letterpress.errors import Diagnostic
from letterpress.text import characters

MAX_VALUES = 20_000
"""Values in one file, aliases counted as often as they are used: nobody writes more, a bomb has more."""
MAX_CHARACTERS = 200_000
"""Characters of one YAML text: a hundred pages of fields. The parser takes seconds for more."""
_DEEP = re.compile(r"[\[{]{64}")
_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True)
class Document:
    """What a YAML text says, and where."""

    data: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    """Field path (lists count from 1) -> line of the file."""
    faults: list[Diagnostic] = field(default_factory=list)


def read(text: str, *, file: str, first_line: int = 1) -> Document:
    """Read one YAML document; faults are in the result, nothing is raised."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    document = Document()
    if len(text) > MAX_CHARACTERS:
        message = f"the fields have more than {MAX_CHARACTERS:,} characters"
        document.faults.append(Diagnostic(message=message, file=file, line=first_line))
        return document
    try:
        if _DEEP.search("".join(text.split())):
            raise RecursionError
        # YAML 1.1 counted U+2028 and U+2029 as line ends; in a letter they are breaks inside a text.
        node = YAML(typ="rt", pure=True).compose(text.translate(_HIDE))
        if node is not None:
            document.data = _Walker(document, file, first_line, text).value(node, "")
    except _Refused as refused:
        document.faults.append(refused.diagnostic)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.faults.append(_syntax_fault(error, text, file, mark.line if mark else 0, first_line))
    except YAMLError as error:
        message = f"not YAML: {str(error).splitlines()[0]}"
        document.faults.append(Diagnostic(message=message, file=file, line=first_line))
    except RecursionError:
        hint = "no field lies deeper than a few levels; put a text that is full of brackets in quotes"
        message = "lists or groups are nested too deeply"
        document.faults.append(Diagnostic(message=message, file=file, line=first_line, hint=hint))
    return document


_HIDE = {0x2028: "\ufdd8", 0x2029: "\ufdd9"}
_SHOW = {0xFDD8: "\u2028", 0xFDD9: "\u2029"}
_QUOTE_HINT = "put the whole text in quotes"


def _syntax_fault(error: Any, text: str, file: str, at: int, first_line: int) -> Diagnostic:
    """What is wrong with the YAML, in the words of one who writes a letter; `at` is the line in `text`, from 0."""
    lines = text.split("\n")
    at = min(at, len(lines) - 1)
    message, at, hint = _syntax_message(error, lines, at)
    return Diagnostic(message=message, file=file, line=first_line + at, hint=hint)


def _syntax_message(error: Any, lines: list[str], at: int) -> tuple[str, int, str]:
    written = lines[at]
    problem = str(error.problem or error.context or "cannot be read")
    context = str(error.context or "")
    start = error.context_mark.line if error.context_mark is not None else at
    key, _, value = written.partition(": ")
    value = value.strip()
    if "'\\t'" in problem:
        if re.match(r" *\t", written):
            return "a tab indents this line", at, "indent with spaces: YAML takes no tabs"
        return "a tab stands in this line", at, "write a space instead: YAML takes no tabs"
    if "quoted scalar" in context and "escape" in problem:
        hint = "write \\\\ for a backslash, or put the text in single quotes"
        return "a backslash in double quotes begins an escape that YAML does not know", at, hint
    if (opened := _open_quote(lines, at)) is not None or "quoted scalar" in context:
        return "a quote is opened here and never closed", start if opened is None else opened, "close the quote"
    for number, line in enumerate(lines[: at + 1]):
        if comment := re.search(r"[{\[,:] +(#[^\s#,}\]]+)", line):
            return f"'{comment[1]}' is taken for a comment", number, _QUOTE_HINT
    if value.startswith(("{{", "{%", "{#")):
        return "a text that begins with '{' is taken for a group of fields", at, f'{_QUOTE_HINT}: {key}: "{value}"'
    if value[:1] in ("'", '"') and "<scalar>" in problem:
        hint = "put the whole text in the other kind of quotes, or write '' for one ' inside single quotes"
        return "the text goes on behind its closing quote", at, hint
    if "flow mapping" in context or "flow sequence" in context:
        bracket, closer = ("{", "}") if "mapping" in context else ("[", "]")
        if start == at:
            return f"a comma is missing between '{bracket}' and '{closer}'", at, "part the entries with commas"
        return f"a '{bracket}' is opened here and never closed", start, f"close it with '{closer}', or {_QUOTE_HINT}"
    if "mapping values are not allowed" in problem:
        if value and ": " in value:
            return "a second ': ' on this line", at, f"{_QUOTE_HINT} if the colon belongs to it"
        if ":" not in lines[max(0, at - 1)] or ": " not in lines[max(0, at - 1)]:
            return (
                "there is no ': ' on the line above",
                max(0, at - 1),
                "write 'name: value', with a space behind the colon",
            )
        return "this line is indented deeper than the one above", at, "begin both in the same column"
    if "could not find expected ':'" in problem:
        return "there is no ': ' on this line", start, "write 'name: value', with a space behind the colon"
    if "undefined alias" in problem:
        name = problem.split("'")[1].rstrip("*")
        return f"a text that begins with '*' is an alias in YAML, and '&{name}' stands nowhere", at, _QUOTE_HINT
    if value[:1] in _INDICATORS and value[:1]:
        return f"a text cannot begin with '{value[0]}' in YAML", at, _QUOTE_HINT
    if "<block mapping start>" in problem or "<block sequence start>" in problem:
        return "this line's indentation fits no line above", at, "begin what belongs together in the same column"
    if "sequence entries are not allowed" in problem:
        return "a list begins behind a colon", at, "write each '- ' on a line of its own"
    return f"not YAML: {problem}", at, "check the indentation and the quotes of this line and the one above"


_INDICATORS = "%@`&*!|>?"


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


class _Refused(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


class _Walker:
    """Turns ruamel's nodes into plain values, taking down lines."""

    def __init__(self, document: Document, file: str, first_line: int, text: str) -> None:
        self.document = document
        self.file = file
        self.first_line = first_line
        self.lines = text.split("\n")
        self.count = 0
        self.open: set[int] = set()
        """Nodes that are being walked through: an alias to one of them would never end."""

    def value(self, node: Any, path: str) -> Any:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        line = self.first_line + node.start_mark.line
        self.document.lines.setdefault(path, line)
        self.count += 1
        if self.count > MAX_VALUES:
            raise _Refused(Diagnostic(message=f"more than {MAX_VALUES:,} values", file=self.file, line=line))
        if not isinstance(node, MappingNode | SequenceNode):
            return self._scalar(node, path, line)
        if id(node) in self.open:
            raise _Refused(Diagnostic(message="an alias that holds itself", file=self.file, line=line, field=path))
        self.open.add(id(node))
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, path)
            for index, item in enumerate(node.value, start=1):
                self._find_lost(item, _join(path, index), item.start_mark)
            return [self.value(item, _join(path, index)) for index, item in enumerate(node.value, start=1)]
        finally:
            self.open.discard(id(node))

    def _mapping(self, node: Any, path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = self.first_line + key_node.start_mark.line
            if not isinstance(key_node.value, str):
                message = "a text that begins with '{' is taken for a group of fields"
                raise _Refused(Diagnostic(message=message, file=self.file, line=line, hint=_QUOTE_HINT))
            key = key_node.value.translate(_SHOW)
            inner = _join(path, key)
            if key in result:
                first = self.document.lines[inner]
                fault = Diagnostic(
                    message=f"is written twice, first on line {first}",
                    file=self.file,
                    line=line,
                    field=inner,
                    hint="keep one",
                )
                self.document.faults.append(fault)
                continue
            self.document.lines[inner] = line
            self._find_lost(value_node, inner, key_node.end_mark)
            result[key] = self.value(value_node, inner)
        return result

    def _scalar(self, node: Any, path: str, line: int) -> Any:
        text: str = node.value
        if node.style == ">":
            text = text.replace("\a", "")  # ruamel's own mark of where a folded text was broken
        text = text.translate(_SHOW)
        wrong = characters.refused(text)
        if wrong is not None:  # written as an escape: "\x07"
            self.document.faults.append(wrong.at(file=self.file, line=line, field=path or None))
            text = characters.without_unprintable(text)
        return None if node.style is None and text in _NULLS else text

    def _find_lost(self, node: Any, path: str, before: Any) -> None:
        """Name words that YAML would drop unseen: a tag (`!x`), an anchor (`&Co`) that nothing refers to, a `#12`.

        `before` is where the field's name, or the item's place, is.
        """
        line = self.lines[min(node.start_mark.line, len(self.lines) - 1)]
        lost = re.match(r"[!&]\S*", line[node.start_mark.column :])
        if lost and (lost[0][0] == "!" or not any(f"*{lost[0][1:]}" in each for each in self.lines)):
            message = f"a text cannot begin with '{lost[0][0]}' in YAML"
            self._fault(message, path, node.start_mark.line)
        if getattr(node, "style", None) is None and isinstance(node.value, str):
            mark = node.end_mark if node.value else before
            rest = self.lines[min(mark.line, len(self.lines) - 1)][mark.column :]
            comment = re.match(r":?[ \t]+(#[^\s#]\S*)", rest)
            if comment:
                self._fault(f"'{comment[1]}' is taken for a comment", path, mark.line)

    def _fault(self, message: str, path: str, at: int) -> None:
        line = self.first_line + at
        fault = Diagnostic(message=message, file=self.file, line=line, field=path, hint=_QUOTE_HINT)
        self.document.faults.append(fault)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
