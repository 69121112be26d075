"""Reads YAML into plain dicts, lists and texts, with the place of each.

All values stay the text that was typed (`postcode: 01234`, `amount: 1.10`, `answer: no`, `subject: true`).

Not here: which type a value has (`schema`), and what is wrong with a text that is no YAML (`yaml_syntax`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from letterpress.errors import Diagnostic, Edit, Fix, Severity
from letterpress.text import characters, placeholders

MAX_VALUES = 20_000
"""Values in one file, aliases counted as often as they are used: nobody writes more, a bomb has more."""
MAX_CHARACTERS = 200_000
"""Characters of one YAML text: a hundred pages of fields. The parser takes seconds for more."""
_DEEP = re.compile(r"[\[{]{64}")
_QUOTE_HINT = "put the whole text in quotes"
_NULLS = {"", "~", "null", "Null", "NULL"}


class Range(NamedTuple):
    """Characters of one line; both count from 1. (n, n - 1) is the empty range before character n."""

    line: int
    first: int
    last: int


class Written(NamedTuple):
    """Where a field is written."""

    name: Range | None
    """Its name; None for an item of a list."""
    value: Range | None
    """Its value, with its quotes; None where that stands on several lines."""


@dataclass(slots=True)
class Document:
    """What a YAML text says, and where."""

    data: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    """Field path (lists count from 1) -> line of the file."""
    written: dict[str, Written] = field(default_factory=dict)
    """Field path -> where its name and its value stand."""
    faults: list[Diagnostic] = field(default_factory=list)


def read(text: str, *, file: str, first_line: int = 1) -> Document:
    """Read one YAML document; faults are in the result, nothing is raised.

    :param file: the file as the user named it.
    :param first_line: its line (from 1) that `text` begins on.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    document = Document()

    def fault(code: str, message: str, hint: str | None = None, **more: Any) -> None:
        document.faults.append(Diagnostic(code=code, message=message, file=file, line=first_line, hint=hint, **more))

    if len(text) > MAX_CHARACTERS:
        params = (("limit", MAX_CHARACTERS),)
        fault("yaml-too-large", f"the fields have more than {MAX_CHARACTERS:,} characters", params=params)
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
        from letterpress.content import yaml_syntax  # here: few texts have a fault

        document.faults.append(yaml_syntax.fault_of(error, text, file=file, first_line=first_line))
    except YAMLError as error:
        fault("yaml-invalid", f"not YAML: {str(error).splitlines()[0]}")
    except RecursionError:
        hint = "no field lies deeper than a few levels; put a text that is full of brackets in quotes"
        fault("yaml-nesting", "lists or groups are nested too deeply", hint)
    return document


_TYPOGRAPHIC = {"“": "”“", "„": "“”", "‘": "’‘", "‚": "‘’", "«": "»", "»": "«", "”": "”"}
"""Opening quotes of languages, and what closes each."""

_HIDE = {0x2028: "\ufdd8", 0x2029: "\ufdd9"}
_SHOW = {0xFDD8: "\u2028", 0xFDD9: "\u2029"}


class _Refused(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


class _Walker:
    """Turns ruamel's nodes into plain values, and notes where each stands."""

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
        self.document.written.setdefault(path, Written(None, self._range(node)))
        self.count += 1
        if self.count > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values"
            raise _Refused(self._diagnostic("yaml-too-large", message, line, params=(("limit", MAX_VALUES),)))
        if not isinstance(node, MappingNode | SequenceNode):
            return self._scalar(node, path, line)
        if id(node) in self.open:
            raise _Refused(self._diagnostic("yaml-alias", "an alias that holds itself", line, field=path))
        self.open.add(id(node))
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, path)
            for index, item in enumerate(node.value, start=1):
                self._find_lost(item, _join(path, index), item.start_mark)
            return [self.value(item, _join(path, index)) for index, item in enumerate(node.value, start=1)]
        finally:
            self.open.discard(id(node))

    def _range(self, node: Any) -> Range | None:
        """Where a node stands; None if that is more than one line."""
        begin, end = node.start_mark, node.end_mark
        if begin.line != end.line or getattr(node, "style", None) in ("|", ">"):
            return None
        return Range(self.first_line + begin.line, begin.column + 1, end.column)

    def _mapping(self, node: Any, path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = self.first_line + key_node.start_mark.line
            if not isinstance(key_node.value, str):
                raise _Refused(self._brace(key_node.start_mark.line))
            key = key_node.value.translate(_SHOW)
            inner = _join(path, key)
            if key in result:
                self._twice(inner, line, self._range(key_node), self._range(value_node))
                continue
            self.document.lines[inner] = line
            self.document.written[inner] = Written(self._range(key_node), self._range(value_node))
            self._find_lost(value_node, inner, key_node.end_mark)
            result[key] = self.value(value_node, inner)
        return result

    def _scalar(self, node: Any, path: str, line: int) -> Any:
        text: str = node.value
        if node.style == ">":
            text = text.replace("\a", "")  # ruamel's own mark of where a folded text was broken
        text = text.translate(_SHOW)
        if node.style is None and text[:1] in _TYPOGRAPHIC:
            self._quotes(node, text, path, line)
        for left, _ in placeholders.find(text):
            self.document.faults.append(left.at(severity="warning", file=self.file, line=line, field=path or None))
        wrong = characters.refused(text)
        if wrong is not None:  # written as an escape: "\x07"
            self.document.faults.append(wrong.at(file=self.file, line=line, field=path or None))
            text = characters.without_unprintable(text)
        return None if node.style is None and text in _NULLS else text

    def _quotes(self, node: Any, text: str, path: str, line: int) -> None:
        """Name quotes that a word processor has made of straight ones: for YAML, they are letters like others."""
        place = self._range(node)
        closing = _TYPOGRAPHIC[text[0]]
        if len(text) > 1 and text[-1] in closing and not any(quote in text[1:-1] for quote in closing):
            inner = text[1:-1]
            message = f"the quotes {text[0]} {text[-1]} are printed: they are no quotes for YAML"
            hint = f'write straight ones if they are not to be printed: "{inner}"'
            severity: Severity = "warning"
        elif text[0] not in "‘‚" and text.count(text[0]) > sum(map(text.count, closing)):
            message = f"'{text}' opens a quote {text[0]} that is no quote for YAML, and what follows is cut off"
            hint = 'write straight quotes: "..."'
            severity = "error"
        else:
            return
        span = None if place is None else (place.first, place.last)
        self.document.faults.append(
            self._diagnostic(
                "yaml-quotes-typographic",
                message,
                line,
                field=path or None,
                severity=severity,
                hint=hint,
                value=text,
                span=span,
            )
        )

    def _twice(self, path: str, line: int, name: Range | None, value: Range | None) -> None:
        """Name a field that is written twice. The second can go unasked only if it says what the first does."""
        first = self.document.lines[path]
        earlier = self.document.written[path].value
        fixes: tuple[Fix, ...] = ()
        if name and value and earlier and self._at(value) == self._at(earlier) and name.line == value.line:
            written = self.lines[name.line - self.first_line]
            if not written[: name.first - 1].strip() and not written[value.last :].strip():
                edit = Edit(text="", file=self.file, line=name.line, span=(1, len(written) + 1))
                fixes = (Fix(kind="remove", title="Take out the second one, which says the same", edit=edit),)
        fault = self._diagnostic(
            "field-twice",
            f"is written twice, first on line {first}",
            line,
            field=path,
            hint="keep one",
            value=path.rpartition(".")[2],
            span=(name.first, name.last) if name else None,
            params=(("first", first),),
            fixes=fixes,
        )
        self.document.faults.append(fault)

    def _at(self, place: Range) -> str:
        return self.lines[place.line - self.first_line][place.first - 1 : place.last]

    def _brace(self, at: int) -> Diagnostic:
        """A text that begins with `{{` and has no quotes is a group in a group for YAML."""
        line = self.lines[at]
        start = line.find("{{")
        message = "a text that begins with '{' is taken for a group of fields"
        span = (start + 1, len(line.rstrip())) if start >= 0 else None
        value = line[start:].rstrip() if start >= 0 else None
        fixes = self._quote_fix(at, start)
        return self._diagnostic(
            "yaml-brace", message, self.first_line + at, hint=_QUOTE_HINT, span=span, value=value, fixes=fixes
        )

    def _find_lost(self, node: Any, path: str, before: Any) -> None:
        """Name words that YAML would drop unseen: a tag (`!x`), an anchor (`&Co`) that nothing refers to, a `#12`.

        :param before: where the field's name ends, or the item begins.
        """
        at, column = min(node.start_mark.line, len(self.lines) - 1), node.start_mark.column
        lost = re.match(r"[!&]\S*", self.lines[at][column:])
        if lost and (lost[0][0] == "!" or not any(f"*{lost[0][1:]}" in each for each in self.lines)):
            message = f"a text cannot begin with '{lost[0][0]}' in YAML"
            self._lost("yaml-first-character", message, path, at, (column, column + lost.end()), column)
        if getattr(node, "style", None) is None and isinstance(node.value, str):
            mark = node.end_mark if node.value else before
            at = min(mark.line, len(self.lines) - 1)
            comment = re.match(r":?[ \t]+(#[^\s#]\S*)", self.lines[at][mark.column :])
            if comment:
                place = (mark.column + comment.start(1), mark.column + comment.end(1))
                start = column if node.value else place[0]
                message = f"'{comment[1]}' is taken for a comment"
                self._lost("yaml-comment", message, path, at, place, start)

    def _lost(self, code: str, message: str, path: str, at: int, place: tuple[int, int], start: int) -> None:
        """A fault of the characters `place` (from 0, the end not among them) of the line `at` (from 0).

        :param start: where the text begins, all of which is to be put in quotes.
        """
        fault = self._diagnostic(
            code,
            message,
            self.first_line + at,
            field=path,
            hint=_QUOTE_HINT,
            value=self.lines[at][slice(*place)],
            span=(place[0] + 1, place[1]),
            fixes=self._quote_fix(at, start),
        )
        self.document.faults.append(fault)

    def _quote_fix(self, at: int, start: int) -> tuple[Fix, ...]:
        from letterpress.content import yaml_syntax

        change = yaml_syntax.quote_change(self.lines[at], start) if start >= 0 else None
        if change is None:
            return ()
        kind, title, span, text = change
        edit = Edit(text=text, file=self.file, line=self.first_line + at, span=span)
        return (Fix(kind=kind, title=title, value=text, edit=edit),)

    def _diagnostic(self, code: str, message: str, line: int, **more: Any) -> Diagnostic:
        return Diagnostic(code=code, message=message, file=self.file, line=line, **more)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
