"""Puts shared clauses, `content/clauses/NAME.md`, where a letter's body says `{% clause NAME %}`, with their fields.

A clause in the letter's language (`NAME.de.md`) goes before `NAME.md`. It becomes one line of the body's template, so
that the letter's own lines stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from letterpress.content import line_marks, markdown
from letterpress.content import yaml as content_yaml
from letterpress.errors import Diagnostic, LetterpressError, did_you_mean, fixes, nearest, unknown_field
from letterpress.model import Body
from letterpress.text import template_tags, value_marks

_TAG = re.compile(r"\{%-?\s*clause\s+[\"']?([^\s\"'%]*)[\"']?\s*-?%\}")


@dataclass(slots=True)
class Inserted:
    """A body with its clauses, and what came along with them."""

    body: Body
    fields: dict[str, Any] = field(default_factory=dict)
    """Fields that clauses declare, as written."""
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    faults: list[Diagnostic] = field(default_factory=list)


def insert(
    body: Body,
    folder: Path,
    *,
    lang: str,
    file: str,
    shown: Callable[[Path], str],
    read: Callable[[Path, str], str],
    mapped: bool = False,
) -> Inserted:
    """Put every clause of a body in its place.

    :param folder: the project's `content/clauses`.
    :param file: the letter, as the user named it.
    :param shown: a clause's path as the user would write it.
    :param read: reads a text file, or raises `LetterpressError`.
    :param mapped: whether a clause's blocks are to know the line that it is put in at.
    """
    inserted = Inserted(body)
    if "clause" not in body.template:
        return inserted
    words = list(body.words)
    raw = [body.raw]

    def put(match: re.Match[str]) -> str:
        line = template_tags.source_line(body.lines, body.template.count("\n", 0, match.start()) + 1)
        # The tag's own line breaks stay, so that what follows keeps its line.
        breaks = "\n" * match[0].count("\n")
        path = _find(folder, match[1], lang)
        if path is None:
            known = {clause.name.split(".")[0] for clause in folder.glob("*.md")} if folder.is_dir() else set()
            hint = did_you_mean(match[1], known) or f"write it: content/clauses/{match[1] or 'NAME'}.md"
            message = f"there is no clause '{match[1]}' in content/clauses/"
            fault = Diagnostic(
                message=message,
                file=file,
                line=line,
                hint=hint,
                code="clause-unknown",
                value=match[1],
                fixes=fixes(match[1], nearest(match[1], known)),
            )
            inserted.faults.append(fault)
            return breaks
        clause = _load(path, shown(path), read, inserted, mapped=mapped)
        words.extend((text, line or 1) for text, _ in clause.words)
        raw.append(clause.raw)
        keep = "&#10;" if "<pre" in clause.template else " "
        html = line_marks.moved(clause.template, line or 1) if mapped else clause.template
        return value_marks.moved(html, line or 1).strip().replace("\n", keep) + breaks

    template = _TAG.sub(put, body.template)
    inserted.body = replace(body, template=template, words=tuple(words), raw=any(raw))
    return inserted


def _find(folder: Path, name: str, lang: str) -> Path | None:
    if not re.fullmatch(r"[\w-]+", name):
        return None
    for stem in (f"{name}.{lang}", f"{name}.{lang.split('-')[0]}", name):
        if (folder / f"{stem}.md").is_file():
            return folder / f"{stem}.md"
    return None


def _load(path: Path, shown: str, read: Callable[[Path, str], str], into: Inserted, *, mapped: bool) -> Body:
    """Read a clause's text; its fields and faults go into `into`."""
    try:
        text = read(path, shown)
    except LetterpressError as error:
        into.faults += error.diagnostics
        return Body(template="", lines=())
    first = 1
    front = re.match(r"---[ \t]*\n(.*?\n)?---[ \t]*(\n|$)", text, re.S)
    if front:
        document = content_yaml.read(front[1] or "", file=shown, first_line=2)
        into.faults += document.faults
        _take_fields(document, shown, into)
        first += front[0].count("\n")
        text = text[front.end() :]
    body, faults = markdown.parse(text, file=shown, first_line=first, top_heading=2, mapped=mapped)
    into.faults += faults
    if inner := _TAG.search(body.template):
        hint = "put both into the letter"
        line = template_tags.source_line(body.lines, body.template.count("\n", 0, inner.start()) + 1)
        into.faults.append(
            Diagnostic(
                message="a clause holds another clause",
                file=shown,
                line=line or first,
                hint=hint,
                code="clause-nested",
                value=inner[1],
            )
        )
    return body


def _take_fields(document: content_yaml.Document, shown: str, into: Inserted) -> None:
    data = document.data if isinstance(document.data, Mapping) else {}
    for key in data:
        if key != "fields":
            hint = "a clause declares fields; the rest is the letter's"
            fault = unknown_field(key, key, hint)
            into.faults.append(fault.as_diagnostic(file=shown, line=document.lines.get(key, 1)))
    fields = data.get("fields")
    for name, spec in fields.items() if isinstance(fields, Mapping) else ():
        into.fields.setdefault(name, spec)
        for path, line in document.lines.items():
            if path == f"fields.{name}" or path.startswith(f"fields.{name}."):
                into.places.setdefault(path, (shown, line))
