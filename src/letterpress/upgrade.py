"""Brings a project's files up to the format that this letterpress writes: letterpress.toml, each letterhead.toml, and
the schemas that `letterpress new` wrote for editors.

Not here: which format a file has (schema/format.py), and how a file is replaced (files/mending.py).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from letterpress import data
from letterpress.errors import Diagnostic, LetterpressError, shown_path
from letterpress.files import atomic, mending, project, toml_file
from letterpress.schema import format as formats

SCHEMAS = {f"{kind}.schema.json": kind for kind in ("letter", "person")}
"""Names of the schemas in a project's content/, and what each is for."""
_FORMAT = re.compile(r"^format[ \t]*=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Older:
    """A file of an older format, and what it becomes; nothing is written yet."""

    file: mending.Mended
    format: int
    """That which it has."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a project that are not of this letterpress's format."""

    older: tuple[Older, ...]
    missing: Path | None
    """The project's letterpress.toml, if it has none."""
    faults: tuple[Diagnostic, ...]
    """Files that cannot be read, and those of a newer format."""


def look(root: Path, only: Path | None = None) -> Found:
    """Look at a project's files.

    :param root: the project's root.
    :param only: the one file to look at; None: all of them.
    """
    own = root / project.FILE
    files = [own] if own.is_file() else []
    files += sorted(root.glob("templates/*/letterhead.toml"))
    schemas = [(kind, root / "content" / name) for name, kind in SCHEMAS.items()]
    if only is not None:
        files = [only] if only.suffix == ".toml" else []
        schemas = [one for one in schemas if one[1].resolve() == only.resolve()]
    older, faults = [], list[Diagnostic]()
    for file in files:
        try:
            found = _older(Path(shown_path(file)))
        except LetterpressError as error:
            faults += error.diagnostics
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}"
            faults.append(Diagnostic(message=message, file=shown_path(file), code="file-unreadable"))
        else:
            older += [found] if found else []
    if not faults:  # beside a file of a newer format the schemas may be newer, too
        older += [found for kind, file in schemas if (found := _schema(kind, Path(shown_path(file))))]
    return Found(tuple(older), None if own.is_file() or only is not None else own, tuple(faults))


def _schema(kind: str, path: Path) -> Older | None:
    """A schema of an older letterpress; None: there is none, it says the same, or somebody else wrote it."""
    from letterpress.schema import json_schema

    try:
        snapshot = atomic.read(path)
        said, now = json.loads(snapshot.data.decode("utf-8-sig")), json_schema.json_schema(kind)
    except (OSError, ValueError, LetterpressError):
        return None
    ours = isinstance(said, dict) and all(said.get(key) == now[key] for key in ("$schema", "title"))
    if not ours or said == now:
        return None
    return Older(mending.Mended(path, snapshot, json.dumps(now, indent=2) + "\n", ()), 0)


def begun() -> bytes:
    """Give the letterpress.toml that a project begins with."""
    return data.scaffold().joinpath(project.FILE).read_bytes()


def _older(path: Path) -> Older | None:
    """:raises LetterpressError: the file is no TOML, or of a newer format."""
    snapshot = atomic.read(path)
    said = toml_file.read(path, str(path))
    if (fault := formats.newer(said)) is not None:
        raise LetterpressError(fault.as_diagnostic(file=str(path), line=_line(path)))
    now = formats.of(said)
    if now == formats.FORMAT:
        return None
    text = snapshot.data.decode("utf-8-sig")
    for step in _STEPS[now:]:
        text = step(text, said)
    tomllib.loads(
        text
    )  # what was written is TOML still: anything else is a fault of letterpress, and nothing is changed
    return Older(mending.Mended(path, snapshot, text, ()), now)


def _line(path: Path) -> int | None:
    text = path.read_text(encoding="utf-8-sig")
    found = _FORMAT.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _say_format(text: str, said: Mapping[str, object]) -> str:
    """From 0 to 1: the file says its format. It stands behind the comment at the top, before the first field."""
    if "format" in said:  # a value that is none, such as 0
        return _FORMAT.sub("format = 1", text, count=1)
    end = "\r\n" if "\r\n" in text else "\n"
    top = re.match(r"(?:#[^\n]*(?:\n|$))*", text)
    head = top[0] if top else ""
    if head and not head.endswith("\n"):
        head += end
    return f"{head}format = 1{end}{text[len(head) :]}"


_STEPS: tuple[Callable[[str, Mapping[str, object]], str], ...] = (_say_format,)
"""How the text of a file of format N becomes one of format N + 1."""
