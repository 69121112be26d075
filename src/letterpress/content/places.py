"""Finds the characters that a diagnostic is about, and makes edits of its fixes.

Whoever finds a fault knows its file, line, field and value, and what may have been meant. Where that stands in the line
is looked up here, when there is a fault, in the file as it is then. An edit is made only where the file holds the very
value or name that the fault is about: a value may have come from a record or an option as well.

Not here: faults of YAML itself, which know their place (`yaml_syntax`), and how an edit is applied (`files.mending`).
"""

from __future__ import annotations

import contextlib
import contextvars
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress.content import yaml as content_yaml
from letterpress.content import yaml_syntax
from letterpress.content.yaml import Range, Written
from letterpress.errors import Diagnostic, Edit, Fix

_NAME_CODES = frozenset({"field-unknown", "field-twice", "parameter-unknown"})
"""Faults of a field's name, and not of its value."""
_TAG_CODES = frozenset(
    {
        "name-unknown",
        "name-valueless",
        "filter-unknown",
        "test-unknown",
        "rounding-unknown",
        "statement-unknown",
        "statement-misplaced",
        "value-unprintable",
    }
)
"""Faults of a word in a template: it is looked for inside of tags only, since other words may be the same."""
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_](?:[\w ./@+-]*[\w./@+-])?")
"""A text that YAML takes as it is, without quotes, in a list in brackets as well."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A text file, and where its fields stand."""

    lines: tuple[str, ...]
    written: Mapping[str, Written]
    data: Any
    """Its fields, as plain values."""
    toml: bool = False

    def value(self, path: str) -> Any:
        """Give the value of the field `path`; None if there is none."""
        value = self.data
        for step in path.split("."):
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, list) and step.isdigit() and 0 < int(step) <= len(value):
                value = value[int(step) - 1]
            else:
                return None
        return value

    def text(self, place: Range) -> str:
        return self.lines[place.line - 1][place.first - 1 : place.last]


def complete(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str] | None = None) -> tuple[Diagnostic, ...]:
    """Give each diagnostic the span of the characters that it is about, and its fixes their edits.

    :param texts: texts by file, as the user named it, that need not be read again.
    """
    sources: dict[str, _Source | None] = {file: _parse(file, text) for file, text in (texts or {}).items()}
    return tuple(_completed(diagnostic, sources) for diagnostic in diagnostics)


def _completed(diagnostic: Diagnostic, sources: dict[str, _Source | None]) -> Diagnostic:
    file = diagnostic.file
    if file is None or (diagnostic.line is None and diagnostic.field is None) or diagnostic.cell is not None:
        return diagnostic
    if diagnostic.span is not None and all(fix.edit for fix in diagnostic.fixes):
        return diagnostic
    if file not in sources:
        sources[file] = _read(file)
    source = sources[file]
    if source is None:
        return diagnostic
    path = _path(diagnostic, source)
    if path is not None:
        return _of_field(diagnostic, source, path)
    around = _around(diagnostic, source)
    return diagnostic if around is None and diagnostic.line is None else _in_line(diagnostic, source, around)


@contextlib.contextmanager
def unsaved(texts: Mapping[str, str]) -> Iterator[None]:
    """Look places up in these texts, by file as the user named it, and not in what the files hold."""
    token = _unsaved.set({**(_unsaved.get() or {}), **texts})
    try:
        yield
    finally:
        _unsaved.reset(token)


_unsaved: contextvars.ContextVar[Mapping[str, str] | None] = contextvars.ContextVar("unsaved", default=None)


def _read(file: str) -> _Source | None:
    texts = _unsaved.get() or {}
    if file in texts:
        return _parse(file, texts[file])
    try:
        status = Path(file).stat()
        return _read_once(file, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=32)
def _read_once(file: str, _mtime: int, _size: int) -> _Source | None:
    """Read a file; many records may have a fault in the same one.

    :raises OSError: it cannot be read.
    :raises ValueError: it is not UTF-8.
    """
    text = Path(file).read_bytes().decode("utf-8-sig")
    return _parse(file, text.replace("\r\n", "\n").replace("\r", "\n"))


def _parse(file: str, text: str) -> _Source:
    lines = tuple(text.split("\n"))
    if file.endswith(".toml"):
        return _parse_toml(lines, text)
    if file.endswith((".yml", ".yaml")):
        document = content_yaml.read(text, file=file)
        return _Source(lines, document.written, document.data)
    if lines[0].rstrip() == "---":
        end = next((at for at, line in enumerate(lines[1:], start=1) if line.rstrip() in ("---", "...")), 1)
        document = content_yaml.read("\n".join(lines[1:end]), file=file, first_line=2)
        return _Source(lines, document.written, document.data)
    return _Source(lines, {}, None)


# --- faults of fields -------------------------------------------------------------------------------------------------


def _path(diagnostic: Diagnostic, source: _Source) -> str | None:
    """Find the field's path in its file: `from.city` of a letter is `city` in the organisation's own file."""
    path = diagnostic.field or ""
    while path:
        written = source.written.get(path)
        if written is not None and diagnostic.line in (None, *(place.line for place in written if place)):
            return path
        path = path.partition(".")[2] if diagnostic.line is not None else ""
    return None


def _around(diagnostic: Diagnostic, source: _Source) -> Range | None:
    """Find the nearest group around a field that is not there."""
    path = (diagnostic.field or "").rpartition(".")[0]
    while path:
        written = source.written.get(path)
        place = written and (written.name or written.value)
        if place and place.line == diagnostic.line:
            return place
        path = path.rpartition(".")[0]
    return None


def _of_field(diagnostic: Diagnostic, source: _Source, path: str) -> Diagnostic:
    written = source.written[path]
    name, value = written
    line = diagnostic.line or (name or value or Range(1, 1, 1)).line
    if _is_of_name(diagnostic, source, path):
        fixes = tuple(_edited(fix, diagnostic, name and _Target(name, None)) for fix in diagnostic.fixes)
        return _placed(diagnostic, name if name and name.line == line else None, line, fixes)
    target = _of_value(diagnostic, source, path)
    place = target.place if target else value
    if place is not None and place.line != line and target is not None and written.value is None:
        line = place.line  # in a text of several lines, the one that it stands on
    elsewhere = diagnostic.value is not None and target is None
    of_group = isinstance(source.value(path), Mapping) and target is None and diagnostic.code != "type-wrong"
    if elsewhere or of_group:
        place = name or value  # a value from elsewhere, or a group as a whole: the field's name says which
    if place is None or place.line != line:
        place = name
    fixes = tuple(_edited(fix, diagnostic, target) for fix in diagnostic.fixes)
    return _placed(diagnostic, place if place and place.line == line else None, line, fixes)


def _is_of_name(diagnostic: Diagnostic, source: _Source, path: str) -> bool:
    if diagnostic.code in _NAME_CODES or any(fix.kind == "rename" for fix in diagnostic.fixes):
        return diagnostic.code not in _TAG_CODES
    own = str(diagnostic.value) == path.rpartition(".")[2]
    return own and str(source.value(path)) != str(diagnostic.value)


@dataclass(frozen=True, slots=True)
class _Target:
    """Characters that may be replaced."""

    place: Range
    quotes: str | None
    """The quote that the text stands in, or an empty text; None where it is part of a text, and put in as it is."""


def _of_value(diagnostic: Diagnostic, source: _Source, path: str) -> _Target | None:
    """Find what the diagnostic says was written: all of the field's value, or a part of it."""
    if diagnostic.value is None:
        return None
    wanted, given = str(diagnostic.value).strip(), source.value(path)
    if isinstance(given, Mapping):
        inner = [f"{path}.{key}" for key, item in given.items() if str(item) == wanted]  # such as a field's default
        inner = [one for one in inner if one in source.written]  # an inline table of TOML has no lines of its own
        return _of_value(diagnostic, source, inner[0]) if len(inner) == 1 else None
    value = source.written[path].value
    if value is None:
        return _below(diagnostic, source, path) if isinstance(given, str) and wanted in given else None
    if str(given).strip() == wanted:
        mark = source.text(value)[:1]
        return _Target(value, mark if mark in ("'", '"') else '"' if source.toml and isinstance(given, str) else "")
    spans = _spans(source, value.line, diagnostic)
    inside = [span for span in spans if value.first <= span[0] and span[1] <= value.last]
    return _Target(Range(value.line, *inside[0]), None) if inside else None


def _below(diagnostic: Diagnostic, source: _Source, path: str) -> _Target | None:
    """Find a part of a text of several lines, below its field's name."""
    name = source.written[path].name
    if name is None:
        return None
    for number in range(name.line + 1, len(source.lines) + 1):
        line = source.lines[number - 1]
        if line.strip() and len(line) - len(line.lstrip()) < name.first:
            return None
        for span in _spans(source, number, diagnostic):
            return _Target(Range(number, *span), None)
    return None


# --- faults of a line -------------------------------------------------------------------------------------------------


def _in_line(diagnostic: Diagnostic, source: _Source, around: Range | None = None) -> Diagnostic:
    """Find what was written in the diagnostic's line; else mark the group around it, or all of the line's text."""
    number = diagnostic.line
    if number is None or not 1 <= number <= len(source.lines):
        return diagnostic
    spans = _spans(source, number, diagnostic) if diagnostic.value not in (None, "") else []
    target = _Target(Range(number, *spans[0]), None) if spans else None
    whole = yaml_syntax.span_of_text(source.lines[number - 1])
    place = target.place if target else around or (Range(number, *whole) if whole else None)
    fixes = tuple(_edited(fix, diagnostic, target) for fix in diagnostic.fixes)
    return _placed(diagnostic, place, number, fixes)


def _spans(source: _Source, number: int, diagnostic: Diagnostic) -> list[tuple[int, int]]:
    """Find what was written in a line; a name of a template only inside of tags."""
    needle = str(diagnostic.value)
    before = r"(?<![\w.'\"])" if diagnostic.code in _TAG_CODES else r"(?<!\w)"
    pattern = (
        (before if re.match(r"\w", needle) else "") + re.escape(needle) + (r"(?!\w)" if needle[-1:].isalnum() else "")
    )
    spans = [(match.start() + 1, match.end()) for match in re.finditer(pattern, source.lines[number - 1])]
    if diagnostic.code not in _TAG_CODES:
        return spans
    tags = _tags_in(source, number)
    return [span for span in spans if any(first <= span[0] and span[1] <= last for first, last in tags)]


def _tags_in(source: _Source, number: int) -> list[tuple[int, int]]:
    """The parts of a line, in characters from 1, that are inside of template tags."""
    start = sum(len(line) + 1 for line in source.lines[: number - 1])
    end = start + len(source.lines[number - 1])
    tags = _TAG.finditer("\n".join(source.lines))
    return [
        (max(tag.start(), start) - start + 1, min(tag.end(), end) - start)
        for tag in tags
        if tag.start() < end and tag.end() > start
    ]


# --- edits ------------------------------------------------------------------------------------------------------------


def _edited(fix: Fix, diagnostic: Diagnostic, target: _Target | None) -> Fix:
    """Give a fix its edit, where the text that it changes is there."""
    if fix.edit is not None or target is None or fix.value is None or fix.kind == "insert":
        return fix
    text = str(fix.value)
    if isinstance(fix.value, Mapping):  # a group in a text's place
        if target.quotes is None:
            return fix
        parts = {name: str(part) for name, part in fix.value.items()}
        written = (f"{k}: {v if _PLAIN.fullmatch(v) else yaml_syntax.quoted(v)}" for k, v in parts.items())
        text = "{" + ", ".join(written) + "}"
    elif target.quotes == "" and not _PLAIN.fullmatch(text):
        text = yaml_syntax.quoted(text)
    elif target.quotes == "'":
        text = "'" + text.replace("'", "''") + "'"
    elif target.quotes == '"':
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    elif target.quotes is None and any(mark in text for mark in "'\"\n"):
        return fix  # it may stand in quotes
    place = target.place
    return replace(fix, edit=Edit(text=text, file=diagnostic.file, line=place.line, span=(place.first, place.last)))


def _placed(diagnostic: Diagnostic, place: Range | None, line: int, fixes: tuple[Fix, ...]) -> Diagnostic:
    span = diagnostic.span or ((place.first, place.last) if place else None)
    return replace(diagnostic, line=line, span=span, fixes=fixes)


# --- TOML -------------------------------------------------------------------------------------------------------------

_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_PAIR = re.compile(r"""\s*([\w-]+(?:\s*\.\s*[\w-]+)*|"[^"]*"|'[^']*')\s*=\s*(.*)""")
_VALUE = re.compile(r"""("(?:\\.|[^"\\])*"|'[^']*'|\[[^\]]*\]|\{[^}]*\}|[^#"'\[{]*[^#"'\[{\s])\s*(?:#.*)?""")


def _parse_toml(lines: tuple[str, ...], text: str) -> _Source:
    """Find the fields of a TOML file whose name and value stand on one line."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return _Source(lines, {}, None)
    written: dict[str, Written] = {}
    group = ""
    for number, line in enumerate(lines, start=1):
        if header := _HEADER.fullmatch(line):
            group = header[1].replace('"', "")
            written[group] = Written(Range(number, header.start(1) + 1, header.end(1)), None)
        elif pair := _PAIR.match(line):
            name = re.sub(r"\s*\.\s*", ".", pair[1].strip("\"'"))
            value = _VALUE.fullmatch(pair[2])
            place = Range(number, pair.start(2) + 1, pair.start(2) + value.end(1)) if value else None
            path = f"{group}.{name}" if group else name
            written[path] = Written(Range(number, pair.start(1) + 1, pair.end(1)), place)
    return _Source(lines, written, data, toml=True)
