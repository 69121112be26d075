"""Finds slips in the files of a project's letterhead: blocks, fonts and colours that cannot be.

What the layout would pass over (a block that its base does not have) or say of each character (a font that is not
there) is said once, with file and line. The files are templates: what a tag decides is not looked at.

Not here: how a page of it looks (`layout`), its `letterhead.toml` (`definition`).
Source: CSS Fonts 4, 2.1; CSS Color 5, 10 (device-cmyk); ISO 19005-3, 6.2.4.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from letterpress.errors import Diagnostic, nearest, question, shown_path
from letterpress.fonts import shipped
from letterpress.letterhead import definition, templates

_COMMENT = re.compile(r"/\*.*?\*/|\{#.*?#\}|<!--.*?-->", re.S)
_BLOCK = re.compile(r"\{%[-+]?\s*(?:block\s+(\w+)|(endblock)\b)")
_FACE = re.compile(r"@font-face\s*\{[^}]*\}", re.S | re.I)
_FAMILY = re.compile(r"(?<![\w-])font-family\s*:([^;{}]*)", re.I)
_SHORT = re.compile(r"(?<![\w-])font\s*:[^;{}]*?[\d.](?:pt|px|mm|cm|in|em|rem|%)(?:\s*/\s*[\w.%]+)?\s+([^;{}]*)", re.I)
_RANGE = re.compile(r"font-weight\s*:\s*(\d+\s+\d+)", re.I)
_VALUE = re.compile(r"\{\{.*?\}\}", re.S)
_CMYK = re.compile(r"device-cmyk\s*\(", re.I)
_AS_AROUND = frozenset(("inherit", "initial", "unset", "revert"))


def faults(head: definition.Letterhead) -> tuple[Diagnostic, ...]:
    """Find the slips in a letterhead's own files, and in those of the project's that it extends."""
    return () if head.shipped else _faults(head, templates.stamps(head.folders))


@lru_cache(maxsize=64)
def _faults(head: definition.Letterhead, _stamps: tuple[tuple[str, int], ...]) -> tuple[Diagnostic, ...]:
    shipped_ones = definition.shipped_folder().resolve()
    own = [Path(folder) for folder in head.folders if not Path(folder).resolve().is_relative_to(shipped_ones)]
    texts = {path: _plain(path) for folder in own for path in sorted(folder.glob("*.*")) if path.suffix in _KINDS}
    found = [fault for path, text in texts.items() for fault in _colours(path, text)]
    for folder in own:
        page = folder / "letter.html"
        if page in texts:
            found += _blocks(page, texts[page], head)
    faces = "".join(face for text in texts.values() for face in _FACE.findall(text))
    known = {*head.fonts, *head.system_fonts, shipped.CODE, *(_first(names) for names in _FAMILY.findall(faces))}
    for path, text in texts.items():
        if path.suffix == ".css":
            found += [*_weights(path, text), *_fonts(path, text, known)]
    return tuple(found)


_KINDS = (".css", ".html")


def _plain(path: Path) -> str:
    """A file without its comments; lines stay where they are."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _at(path: Path, text: str, position: int) -> dict[str, str | int]:
    return {"file": shown_path(path), "line": text.count("\n", 0, position) + 1}


def _colours(path: Path, text: str) -> Iterator[Diagnostic]:
    for match in _CMYK.finditer(text):
        yield Diagnostic(
            message="the colour device-cmyk() is one that no archive file of a letter may have",
            hint="write the colour as your designer gives it for screens: #1a3e6e, or rgb()",
            code="colour-device",
            value="device-cmyk",
            **_at(path, text, match.start()),  # type: ignore[arg-type]
        )


def _blocks(page: Path, text: str, head: definition.Letterhead) -> Iterator[Diagnostic]:
    """Blocks that replace nothing: what stands in them is printed nowhere."""
    if "{% extends" not in text and "{%- extends" not in text:
        return
    at = [Path(folder) for folder in head.folders].index(page.parent)
    bases = [Path(folder) / "letter.html" for folder in head.folders[at + 1 :]]
    known = {match[1] for base in bases if base.is_file() for match in _BLOCK.finditer(_plain(base)) if match[1]}
    depth = 0
    for match in _BLOCK.finditer(text):
        name = match[1]
        if name and depth == 0 and name not in known and f"self.{name}(" not in text:
            near = nearest(name, known)
            yield Diagnostic(
                message=f"the letterhead that this one extends has no block '{name}': what stands in it is not printed",
                hint=question(near) or f"blocks are {', '.join(sorted(known))}",
                code="block-unknown",
                value=name,
                params=(("known", tuple(sorted(known))),),
                **_at(page, text, match.start(1)),  # type: ignore[arg-type]
            )
        depth += 1 if name else -1


def _weights(path: Path, text: str) -> Iterator[Diagnostic]:
    for face in _FACE.finditer(text):
        match = _RANGE.search(face[0])
        if match:
            yield Diagnostic(
                message=f"the font's weights '{match[1]}' are a range, and a font is set in one weight",
                hint="write one @font-face for each weight, with a file of its own",
                code="font-weight-range",
                value=match[1],
                **_at(path, text, face.start() + match.start()),  # type: ignore[arg-type]
            )


def _fonts(path: Path, text: str, known: set[str]) -> Iterator[Diagnostic]:
    """Families that are not there, each once. Behind the first of a list none is asked: a machine may have a face that
    it takes for one that is not there."""
    names = {name.lower() for name in known}
    text = _FACE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    text = _VALUE.sub(lambda match: re.sub(r"[^\n]", "%", match[0]), text)  # font: 10pt / {{ lh }} "Source Sans Pro"
    said: set[str] = set()
    for match in sorted((*_FAMILY.finditer(text), *_SHORT.finditer(text)), key=lambda match: match.start(1)):
        written = match[1].replace("!important", "")
        families = [family.strip().strip("\"'").strip() for family in written.split(",")]
        if (
            "(" in written
            or "%" in written
            or not families[0]
            or families[0].lower() in names | _AS_AROUND
            or families[0] in said
        ):
            continue
        said.add(families[0])
        near = nearest(families[0], known)
        listed = ", ".join(sorted(known - {shipped.CODE}))
        yield Diagnostic(
            message=f"the letterhead has no font '{families[0]}'",
            hint=question(near)
            or f"it has {listed}; or bring a font as a file, and say it with @font-face and 'fonts' in letterhead.toml",
            code="font-unknown",
            value=families[0],
            params=(("known", tuple(sorted(known))),),
            **_at(path, text, match.start(1)),  # type: ignore[arg-type]
        )


def _first(names: str) -> str:
    return names.split(",")[0].strip().strip("\"'").strip()
