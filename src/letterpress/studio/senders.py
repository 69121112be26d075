"""Endpoints for the letterhead of one's own: the firm's name, address, logo and colour, kept once for all its letters.

They are the organisation's file in `content/organisations/`, as `from:` of a letter names it; what it says besides, and
its comments, stay.

Not here: what a letterhead is (letterhead/), the choices of one letter (`writing`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from letterpress.batch import file_names
from letterpress.content import edits
from letterpress.content.edits import Change
from letterpress.errors import LetterpressError
from letterpress.files.project_files import PICTURES, Changed
from letterpress.interactive import catalogue
from letterpress.interactive.forms import Form
from letterpress.interactive.preview import Draft
from letterpress.studio import start_messages
from letterpress.studio.session import Studio
from letterpress.studio.start_messages import SenderValues

FOLDER = "content/organisations"
"""Where organisations of a project lie."""
FILES = frozenset({".yml", ".yaml"})
_DESIGN = ("logo", "accent")
"""What is the design's, and no part of the address."""
_MOST = 100
_FROM = re.compile(
    r"^from:[ \t]*(?:(?P<file>[\w-]+)[ \t]*$|\{(?P<inline>[^}\n]*)|\n(?P<block>(?:[ \t].*\n)+))", re.MULTILINE
)
_INLINE = re.compile(r"""(?:^|,)\s*name:\s*("[^"]*"|'[^']*'|[^,]+)""")
_BLOCK = re.compile(r"^[ \t]+name:[ \t]*(.+)$", re.MULTILINE)


def listed(studio: Studio) -> list[start_messages.SenderSeen]:
    """The organisations of the project, by name."""
    found = sorted(studio.files.listed(FILES, FOLDER))[:_MOST]
    return [start_messages.SenderSeen(path=studio.files.shown(path), name=_name(path)) for path in found]


def _name(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        named = re.search(r"^name:(.+)", file.read(8_000), re.MULTILINE)
    return named[1].strip().strip("\"'") if named else path.stem


def named(text: str, known: Mapping[str, str]) -> str | None:
    """Whom a letter is from, by the first lines of its file; None: nobody is named there.

    :param known: names of the project's organisations by the name of their file.
    """
    found = _FROM.search(text)
    if found is None:
        return None
    if found["file"]:
        return known.get(found["file"])
    name = _INLINE.search(found["inline"]) if found["inline"] is not None else _BLOCK.search(found["block"])
    return (name[1].strip().strip("\"'") or None) if name else None


def sender(studio: Studio, path: str) -> start_messages.Sender:
    """An organisation that letters are from: its name, address, logo and colour."""
    file = studio.files.read(path, FILES)
    form: Form = studio.asked_at_once("forms:form", _draft(studio, _front(file.text)), file=path)
    values = form.values
    design = values.get("design")
    own = {name: _text(values.get(name)) for name in SenderValues.model_fields if name not in ("lines", *_DESIGN)}
    own |= {name: _text(design.get(name)) for name in _DESIGN} if isinstance(design, dict) else {}
    lines = values.get("lines")
    given = [str(line) for line in lines] if isinstance(lines, list) else None
    return start_messages.Sender(
        path=path, sha256=file.sha256, values=SenderValues.model_validate({**own, "lines": given})
    )


def keep(studio: Studio, given: start_messages.KeepSender) -> start_messages.Sender:
    """Keep an organisation; of one that is there, what the form does not have stays as it is."""
    path = given.path or f"{FOLDER}/{file_names.slug(given.values.name or '')}.yml"
    if given.sha256 is None:
        text = edits.written(_party(given.values))
    else:
        changes = [Change(path=name, value=value) for name, value in _fields(given.values)]
        front = _front(studio.files.read(path, FILES).text)
        changed: str = studio.asked_at_once("forms:change", front, changes, path, file=path)
        text = _inner(changed)
    with studio.writing:
        try:
            studio.files.save(path, text, given.sha256, FILES)
        except Changed:
            code = "file-exists" if given.sha256 is None else "file-changed-meanwhile"
            message = "there is one of that name" if given.sha256 is None else "was changed on the disk meanwhile"
            hint = "open it, and change it there"
            raise LetterpressError(message, file=path, hint=hint, code=code) from None
    return sender(studio, path)


def sample(studio: Studio, given: start_messages.SampleOf) -> start_messages.SampleText:
    """A short letter of a kind from an organisation that need not be kept yet, to be shown."""
    path = f"{FOLDER}/sample.md"  # files of the design are seen from there
    text = catalogue.first_text(studio.root, given.letterhead)
    changes = [Change(path="from", value=_party(given.values))]
    made: str = studio.asked_at_once("forms:change", text, changes, path, file=path)
    return start_messages.SampleText(path=path, text=made)


def logo(studio: Studio, name: str, body: bytes) -> start_messages.Taken:
    """Take a logo into the project, beside its organisations; one of that name that is another is left."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    path = studio.files.take(FOLDER, plain, PICTURES, body)
    return start_messages.Taken(path=studio.files.shown(path), name=path.name)


def _fields(values: SenderValues) -> list[tuple[str, Any]]:
    """Pairs of a field of the file and its value; None takes it out."""
    said = values.model_dump()
    return [(f"design.{name}" if name in _DESIGN else name, value or None) for name, value in said.items()]


def _party(values: SenderValues) -> dict[str, Any]:
    """The organisation as a group of fields, without those that have no value."""
    party: dict[str, Any] = {}
    for name, value in _fields(values):
        if value is not None:
            group, _, part = name.rpartition(".")
            (party.setdefault(group, {}) if group else party)[part] = value
    return party


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list) else str(value)


def _front(text: str) -> str:
    """The file as front matter of a letter, whose fields can be changed one by one."""
    return f"---\n{text.rstrip()}\n---\n" if text.strip() else "---\n---\n"


def _inner(text: str) -> str:
    return text.removeprefix("---\n").rpartition("---\n")[0]


def _draft(studio: Studio, text: str) -> Draft:
    path = f"{FOLDER}/sample.md"
    return Draft(text=text, path=str(studio.root / path), shown=path)


def of_sender(studio: Studio, text: str, name: str) -> str:
    """Have a letter's text be from an organisation of the project."""
    changes = [Change(path="from", value=PurePosixPath(name).stem)]
    changed: str = studio.asked_at_once("forms:change", text, changes, name, file=name)
    return changed
