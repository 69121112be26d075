"""Finds where a letter says what was found fault with: a field, or a text or URL that a layout stumbled over.

Such a text may come from an image, the body's words, the front matter, a value or the letterhead.

Not here: which characters of the line it is (`content.places`).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from letterpress.errors import Diagnostic, fixes, shown_path
from letterpress.frozen import once
from letterpress.model import Job, Letter
from letterpress.page import LayoutFault
from letterpress.text import template_tags

Place = tuple[str, int | None, str | None]
"""File, line, field."""


def of_field(letter: Letter, path: str) -> tuple[str, int | None]:
    """Find file and line of a field: its own, or those of the nearest group around it; else the letter's file."""
    while path and path not in letter.places:
        path = path.rpartition(".")[0]
    return letter.places[path] if path else (letter.path, None)


@once
def texts(letter: Letter) -> tuple[tuple[str, str], ...]:
    """List every text of the front matter that may hold a template, with its field path."""
    pairs: list[tuple[str, str]] = []

    def walk(path: str, value: Any) -> None:
        if isinstance(value, str):
            pairs.append((path, value))
        elif isinstance(value, tuple):
            for index, item in enumerate(value, start=1):
                walk(f"{path}.{index}", item)
        elif dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                if field.name not in ("ink", "ink_base", "sign", "design_base"):
                    walk(f"{path}.{field.name}", getattr(value, field.name))

    for name in ("subject", "salutation", "closing", "postscript", "notices", "enclosures", "cc", "bcc", "signatories"):
        walk(name, getattr(letter, name))
    if letter.einvoice is not None:
        pairs += [(f"einvoice.{key}", text) for key, text in letter.einvoice.texts() if text]
    for at, one in enumerate(letter.attachments, start=1):
        pairs += [(f"attachments.{at}.{key}", text) for key, text in (("file", one.file), ("title", one.title)) if text]
    for version in letter.versions:
        for name in ("subject", "salutation", "closing", "postscript"):
            walk(f"{name}.{version.lang}", getattr(version, name))
    for at, code in enumerate(letter.codes, start=1):
        pairs += [(f"codes.{at}.{key}", text) for key, text in (*code.values, ("alt", code.alt)) if text]
    walk("from", letter.sender)
    walk("to", letter.to[0] if len(letter.to) == 1 else letter.to)
    for label, text in letter.reference:
        walk(f"reference.{label}", text)
    return tuple(pairs)


def find(job: Job, needle: str, letterhead_folders: tuple[str, ...]) -> Place:
    """Find the place that `needle` is written at; the letter's file alone, if it is nowhere."""
    letter = job.letter
    place = next(_in_letter(job, needle), None)
    if place is None and letter.typography:
        place = next(_as_set(job, needle), None)
    if place is None and urlsplit(needle).scheme:
        place = next(_in_images(letter, needle), None) or next(_in_letterhead(letterhead_folders, needle), None)
    return place or (letter.path, None, None)


def _in_letter(job: Job, needle: str) -> Iterator[Place]:
    letter = job.letter
    folder = Path(letter.folder).as_uri() + "/"
    bodies = (letter.body, *(version.body for version in letter.versions))
    images = [image for body in bodies for image in body.images]
    for source, line in images:
        if needle in (source, urljoin(folder, source)):
            yield letter.path, line, None
    for source, line in images:
        if _could_be(source, needle):
            yield letter.path, line, None
    for number, person in enumerate(letter.signatories, start=1):
        if person.ink and needle == (Path(person.ink_base or letter.folder) / person.ink).as_uri():
            yield *of_field(letter, f"signatories.{number}.ink"), f"signatories.{number}.ink"
    for text, line in (words for body in bodies for words in body.words):
        if needle in text:
            yield letter.path, line, None
    for path, text in texts(letter):
        if needle in text and path in letter.places:
            yield *of_field(letter, path), path
    defaults = [(f"fields.{name}", spec.default) for name, spec in letter.fields.items()]
    for name, value in (*job.values, *defaults):
        if needle in str(value):
            path = f"fields.{name}" if name in letter.fields else name
            yield *of_field(letter, path), path


def _as_set(job: Job, needle: str) -> Iterator[Place]:
    """Find where the author's words say the same but for what typography changes."""
    from letterpress.text import typography

    letter, key = job.letter, typography.key(needle)
    if not key:
        return
    bodies = (letter.body, *(version.body for version in letter.versions))
    for text, line in (words for body in bodies for words in body.words):
        if key in typography.key(text):
            yield letter.path, line, None
    for path, text in texts(letter):
        if key in typography.key(text) and path in letter.places:
            yield *of_field(letter, path), path


def _could_be(source: str, needle: str) -> bool:
    """Say whether an image's source that holds a tag can have become `needle`: the tag may stand for anything."""
    if not template_tags.WORD.search(source):
        return False
    pattern = ".*".join(re.escape(part) for part in template_tags.WORD.sub("\0", source).split("\0"))
    return bool(re.search(f"{pattern}$", unquote(needle)))


def _in_images(letter: Letter, needle: str) -> Iterator[Place]:
    """Find the line of the SVG that refers to `needle`."""
    bodies = (letter.body, *(version.body for version in letter.versions))
    for source, line in (image for body in bodies for image in body.images):
        path = Path(letter.folder) / unquote(source)
        if path.suffix.lower() == ".svg" and path.is_file() and _name(needle) in _text(path):
            yield letter.path, line, None


def _in_letterhead(folders: tuple[str, ...], needle: str) -> Iterator[Place]:
    for folder in map(Path, folders):
        for path in sorted((*folder.glob("*.html"), *folder.glob("*.css"))):
            for number, line in enumerate(_text(path).splitlines(), start=1):
                if needle in line or (_name(needle) and _name(needle) in line):
                    yield shown_path(path), number, None


def _name(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def placed(job: Job, fault: Diagnostic) -> Diagnostic:
    """Add file and line of the fault's field in the letter, if it does not name a file itself."""
    if fault.file is not None:
        return dataclasses.replace(fault, record=job.record)
    file, line = of_field(job.letter, fault.field or "")
    return dataclasses.replace(fault, file=file, line=line, record=job.record)


def located(job: Job, fault: LayoutFault, letterhead_folders: tuple[str, ...]) -> Diagnostic:
    """Make the diagnostic of a layout's fault, with the line of the source that it is about where that can be found."""
    file, line, field = fault.file or job.letter.path, fault.line, None
    if fault.field is not None:
        (file, line), field = of_field(job.letter, fault.field), fault.field
    elif fault.needle and fault.file is None and fault.line is None:
        file, line, field = find(job, fault.needle, letterhead_folders)
    about: dict[str, Any] = {"hint": fault.hint, "code": fault.code, "value": fault.value, "params": fault.params}
    about |= {"fixes": fixes(fault.value, fault.instead), "severity": fault.severity}
    return Diagnostic(message=fault.message, file=file, line=line, field=field, record=job.record, **about)
