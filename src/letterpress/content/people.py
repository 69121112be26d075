"""Reads people and organisations that a letter names: `content/people/NAME.yml`, `content/organisations/NAME.yml`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from letterpress.content import references, text_file
from letterpress.content import yaml as content_yaml
from letterpress.errors import Diagnostic, FieldFault, LetterpressError, did_you_mean, fixes, nearest
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
    return Referred(data={"name": name}, fault=_unknown(name, role, known))


def _unknown(name: str, role: Role, known: list[str]) -> Diagnostic:
    folders = tuple(f"content/{folder}/" for folder in _FOLDERS[role])
    below = "'- name:' in the list" if role == "signatories" else f"'name:' below '{role}:'"
    hint = did_you_mean(name, known) or f"write {below}"
    if not known and re.fullmatch(r"[\w-]+", name):
        hint = f"add {folders[0]}{name}.yml, or {hint}"
    return Diagnostic(
        message=f"there is no '{name}' in {' or '.join(folders)}",
        hint=hint,
        code="person-unknown",
        value=name,
        params=(("folders", folders),),
        fixes=fixes(name, nearest(name, known)),
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
    places = {key: (shown, line) for key, line in document.lines.items() if key}
    return Referred(data=data, folder=folder, places=places, faults=tuple(faults))


def _problems(data: dict[str, Any], role: Role) -> list[FieldFault]:
    _, problems = models.check("person", data)
    if role == "signatories" and not data.get("name"):
        message = "is missing: a signatory has a name"
        problems.append(FieldFault("name", message, "add 'name:'", code="field-missing"))
    return [*problems, *references.unknown_country(data, "", "en-US"), *references.unknown_office(data, "")]
