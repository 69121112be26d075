"""Reads people and organisations that a letter names: `content/people/NAME.yml`, `content/organisations/NAME.yml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from letterpress.content import references, text_file
from letterpress.content import yaml as content_yaml
from letterpress.content.yaml_syntax import quoted
from letterpress.errors import Diagnostic, FieldFault, LetterpressError, did_you_mean, fixes, nearest, question
from letterpress.schema import models

Role = Literal["from", "to", "signatories"]
_FOLDERS: dict[Role, tuple[str, ...]] = {
    "from": ("organisations", "people"),
    "to": ("people", "organisations"),
    "signatories": ("people",),
}
"""Where each role's names are looked up, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """What a name means."""

    data: dict[str, Any]
    """Fields as written, those that the role takes; only a name where there are faults."""
    folder: str | None = None
    """Absolute: what the image of a signature is relative to."""
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Field path in the file -> file and line."""
    fault: Diagnostic | None = None
    """There is nobody of that name: the fault of the field that names them, which has no place yet."""
    faults: tuple[Diagnostic, ...] = ()
    """Faults of the person's own file."""


def refer(name: str, role: Role, *, root: Path, shown: Callable[[Path], str]) -> Referred:
    """Read the person or organisation `name`.

    :param root: of the project.
    :param shown: names a file as the user would write it.
    """
    content = root / "content"
    known: list[str] = []
    for folder in _FOLDERS[role]:
        if not (content / folder).is_dir():
            continue
        files = {file.stem: file for ending in ("*.yml", "*.yaml") for file in (content / folder).glob(ending)}
        known += files
        if name in files:
            return _read(files[name], role, shown(files[name]))
    return Referred(data={"name": " ".join(name.split())}, fault=_unknown(name, role, known))


def _unknown(name: str, role: Role, known: list[str]) -> Diagnostic:
    folders = tuple(f"content/{folder}/" for folder in _FOLDERS[role])
    below = "'- name:' in the list" if role == "signatories" else f"'name:' below '{role}:'"
    hint = question(nearest(name, known)) or _written_out(name, role) or did_you_mean(name, known) or f"write {below}"
    if not known and re.fullmatch(r"[\w-]+", name):
        hint = f"add {folders[0]}{name}.yml, or {hint}"
    return Diagnostic(
        message=f"there is no '{' '.join(name.split())}' in {' or '.join(folders)}",
        hint=hint,
        code="person-unknown",
        value=name,
        params=(("folders", folders),),
        fixes=fixes(name, nearest(name, known)),
    )


def _written_out(name: str, role: Role) -> str | None:
    """How an address is written that stands in a line, where a name of a file is expected; None: it is no address."""
    parts = [part.strip() for part in re.split(r",\s|\n|;", name) if part.strip()]
    if role == "signatories":
        return f"write '- name: {parts[0]}'" if " " in name.strip() else None
    if len(parts) < 2:
        return f"write it out: {role}: {{name: {quoted(name.strip())}, ...}}" if " " in name.strip() else None
    return f"write it out: {role}: {_address(parts)}"


def _address(parts: Sequence[str]) -> str:
    lines = ", ".join(map(quoted, parts[1:]))
    return f"{{name: {quoted(parts[0])}, lines: [{lines}]}}"


def cut_at_commas(names: Sequence[Any], referred: Sequence[Referred]) -> Diagnostic | None:
    """Say of a list of recipients that it may be one address, whose commas part it: `to: [Ms X, Firm, 80331 City]`.

    :param referred: what each name means.
    :returns: the one fault in the place of those of all names; None: it is a list of recipients.
    """
    texts = [name for name in names if isinstance(name, str)]
    unknown = [one for one in referred if one.fault is not None]
    if len(texts) < 2 or len(unknown) < len(names) or not any(re.search(r"\s|\d", text) for text in texts):
        return None
    said = ", ".join(f"'{text}'" for text in texts)
    return Diagnostic(
        message=f"is a list of {len(texts)} recipients, and nobody is called {said}",
        hint=f"one address is written so: to: {_address(texts)}; a comma parts a list that has no quotes",
        code="address-cut",
        value=said,
    )


def _read(file: Path, role: Role, shown: str) -> Referred:
    folder = str(file.parent.resolve())
    nobody = {"name": file.stem}
    try:
        written = text_file.read(file, shown)
    except LetterpressError as error:
        return Referred(data=nobody, folder=folder, faults=error.diagnostics)
    text, faults = text_file.without_unprintable(written, shown)
    document = content_yaml.read(text, file=shown)
    faults += document.faults
    if not isinstance(document.data, dict):
        if not document.faults:
            fault = Diagnostic(
                message="holds no fields", file=shown, line=1, hint="write 'name: ...'", code="file-empty"
            )
            faults.append(fault)
        return Referred(data=nobody, folder=folder, faults=tuple(faults))
    problems = _problems(document.data, role)
    for problem in problems:
        line = references.nearest(document.lines, problem.path) or 1
        faults.append(problem.as_diagnostic(file=shown, line=line))
    if problems:
        return Referred(data=nobody, folder=folder, faults=tuple(faults))
    allowed = models.signatory_fields() if role == "signatories" else models.party_fields()
    data = {key: value for key, value in document.data.items() if key in allowed}
    if role != "signatories":
        data |= {key: _in_one_line(data[key]) for key in ("title", "organisation") if key in data}
    places = {key: (shown, line) for key, line in document.lines.items() if key}
    return Referred(data=data, folder=folder, places=places, faults=tuple(faults))


def _in_one_line(rows: Any) -> Any:
    """Titles or organisations of one who signs, where the person stands in an address."""
    if not isinstance(rows, list):
        return rows
    return ", ".join(text for row in rows if (text := str(row).strip()))


def _problems(data: dict[str, Any], role: Role) -> list[FieldFault]:
    _, problems = models.check("person", data)
    if role == "signatories" and not data.get("name"):
        message = "is missing: a signatory has a name"
        problems.append(FieldFault("name", message, "add 'name:'", code="field-missing"))
    return [*problems, *references.unknown_country(data, "", "en-US"), *references.unknown_office(data, "")]
