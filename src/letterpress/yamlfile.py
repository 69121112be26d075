"""YAML with places: every value remembers its line.

Job: YAML text -> plain dicts, lists and texts, and where each stands. Secret: ruamel.yaml. All values stay the text
that was typed (`postcode: 01234`, `amount: 1.10`, `answer: no`): what type a value has is the border's to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from letterpress.errors import Diagnostic

MAX_VALUES = 20_000
"""Values in one file, aliases counted as often as they are used: nobody writes more, a bomb has more."""
_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}


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
    try:
        node = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        document.faults.append(_syntax_fault(error, text, file, line, first_line))
        return document
    except YAMLError as error:
        document.faults.append(Diagnostic(message=f"not YAML: {error}", file=file, line=first_line))
        return document
    if node is not None:
        walker = _Walker(document, file, first_line)
        try:
            document.data = walker.value(node, "")
        except _Refused as refused:
            document.faults.append(refused.diagnostic)
    return document


def _syntax_fault(error: Any, text: str, file: str, line: int, first_line: int) -> Diagnostic:
    lines = text.split("\n")
    written = lines[min(line - first_line, len(lines) - 1)] if lines else ""
    problem = str(error.problem or error.context or "cannot be read")
    start = error.context_mark
    if "\t" in re.match(r"\s*", written)[0] or "'\\t'" in problem:  # type: ignore[index]
        return Diagnostic(message="a tab indents this line", file=file, line=line, hint="YAML indents with spaces")
    if "quoted scalar" in str(error.context or ""):
        if start is not None:
            line = first_line + start.line
        return Diagnostic(message="a quote is opened here and never closed", file=file, line=line, hint="close the quote")
    if "mapping values are not allowed" in problem:
        hint = "put the text in quotes if the colon belongs to it"
        return Diagnostic(message="a second ': ' on this line", file=file, line=line, hint=hint)
    if problem.startswith("found character '%'") or problem.startswith("found character '@'"):
        return Diagnostic(message=problem, file=file, line=line, hint="put the text in quotes")
    if "flow mapping" in str(error.context or "") and "{{" in text:
        hint = "put a text that begins with {{ in quotes"
        return Diagnostic(message="a '{' begins a group of fields in YAML", file=file, line=line, hint=hint)
    hint = "check the indentation and the quotes of this line and the one above"
    return Diagnostic(message=f"not YAML: {problem}", file=file, line=line, hint=hint)


class _Refused(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


class _Walker:
    """Turns ruamel's nodes into plain values, taking down lines."""

    def __init__(self, document: Document, file: str, first_line: int) -> None:
        self.document = document
        self.file = file
        self.first_line = first_line
        self.count = 0

    def value(self, node: Any, path: str) -> Any:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        line = self.first_line + node.start_mark.line
        self.document.lines.setdefault(path, line)
        self.count += 1
        if self.count > MAX_VALUES:
            raise _Refused(Diagnostic(message=f"more than {MAX_VALUES:,} values", file=self.file, line=line))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, _join(path, index + 1)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: Any, path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = self.first_line + key_node.start_mark.line
            if not isinstance(key_node.value, str):
                hint = "put a text that begins with {{ in quotes"
                raise _Refused(Diagnostic(message="a group of fields as a name", file=self.file, line=line, hint=hint))
            key = key_node.value
            inner = _join(path, key)
            if key in result:
                first = self.document.lines[inner]
                fault = Diagnostic(
                    message=f"is written twice, first on line {first}", file=self.file, line=line, field=inner, hint="keep one"
                )
                self.document.faults.append(fault)
                continue
            self.document.lines[inner] = line
            result[key] = self.value(value_node, inner)
        return result

    @staticmethod
    def _scalar(node: Any) -> Any:
        text: str = node.value
        if node.style is None:  # plain, without quotes
            if text in _NULLS:
                return None
            if text in _TRUE or text in _FALSE:
                return text in _TRUE
        return text


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
