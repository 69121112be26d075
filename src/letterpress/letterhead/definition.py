"""Finds letterheads, resolves what they inherit, and checks the values of their parameters.

A project's `templates/` comes before the shipped ones; `extends` adds up from `_base` to the letterhead itself.

Not here: which fields `letterhead.toml` may have (`schema`), and what its templates make of a letter (`compose`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.errors import Diagnostic, FieldFault, LetterpressError, did_you_mean, shown_path
from letterpress.fonts import shipped as fonts
from letterpress.model import frozendict
from letterpress.schema import models

if TYPE_CHECKING:
    from letterpress.letterhead.standards import Standard

_HERE = Path(__file__).resolve().parent.parent
_FONT_FILES = frozenset({".otf", ".ttf", ".woff", ".woff2"})
_REQUIRABLE = ("from", "to", "date", "subject", "salutation", "closing", "signatories", "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a letterhead."""

    type: str
    default: Any
    choices: tuple[str, ...]
    description: str
    omits: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pairs of a choice and the texts of a letter that are not printed with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """A letterhead with all that it inherits."""

    name: str
    folders: tuple[str, ...]
    """Absolute, its own first, `_base` last."""
    description: str
    extends: str | None
    papers: tuple[str, ...]
    requires: tuple[str, ...]
    omits: tuple[str, ...]
    """Fields that it does not print."""
    address_lines: int
    fonts: tuple[str, ...]
    allow_log: tuple[str, ...]
    system_fonts: tuple[str, ...]
    """Families of the system that it may use, at least one of which must be installed."""
    parameters: Mapping[str, Parameter]
    shipped: bool
    standard: str | None = None
    """Name of its standard, perhaps with `{parameter}` in it."""


def shipped_folder() -> Path:
    """Where the shipped letterheads are: in the wheel, or in the checkout that is installed editable."""
    inside = _HERE / "templates"
    return inside if inside.is_dir() else _HERE.parents[1] / "templates"


def names(root: str | Path) -> list[str]:
    """Letterheads that a project can use, its own and the shipped ones."""
    found = set()
    for folder in _search(root):
        if folder.is_dir():
            found |= {
                path.parent.name for path in folder.glob("*/letterhead.toml") if not path.parent.name.startswith("_")
            }
    return sorted(found)


def find(name: str, root: str | Path) -> Letterhead:
    """The letterhead `name` for a project.

    :raises LetterpressError: there is none, or its `letterhead.toml` has faults (with file and field).
    """
    stamps = tuple(
        (str(path), path.stat().st_mtime_ns)
        for folder in _search(root)
        for path in sorted(folder.glob("*/letterhead.toml"))
    )
    return _find(name, str(Path(root).resolve()), stamps)


@lru_cache(maxsize=128)
def _find(name: str, root: str, _stamps: tuple[tuple[str, int], ...]) -> Letterhead:
    chain = _chain(name, root)
    leaf_folder, leaf = chain[0]
    parameters: dict[str, Parameter] = {}
    for _, file in reversed(chain):
        for key, spec in file.parameters.items():
            inherited = parameters.get(key)
            if inherited and spec.type == "text" and inherited.type != "text" and not spec.choices:
                spec = spec.model_copy(update={"type": inherited.type, "choices": list(inherited.choices)})
            parameters[key] = Parameter(
                type=spec.type,
                default=spec.default if spec.default is not None else (inherited.default if inherited else None),
                choices=tuple(spec.choices) or (inherited.choices if inherited else ()),
                description=spec.description or (inherited.description if inherited else ""),
                omits=tuple((choice, tuple(texts)) for choice, texts in spec.omits.items())
                or (inherited.omits if inherited else ()),
            )

    def nearest(key: str, otherwise: Any) -> Any:
        return next((value for _, file in chain if (value := getattr(file, key)) is not None), otherwise)

    return Letterhead(
        name=name,
        folders=tuple(str(folder) for folder, _ in chain),
        description=leaf.description,
        extends=leaf.extends,
        papers=tuple(nearest("papers", ("a4", "letter"))),
        requires=tuple(nearest("requires", ())),
        omits=tuple(nearest("omits", ())),
        address_lines=nearest("address_lines", 9),
        fonts=tuple(nearest("fonts", fonts.FAMILIES)),
        allow_log=tuple(nearest("allow_log", ())),
        parameters=frozendict(parameters),
        shipped=leaf_folder.is_relative_to(shipped_folder()),
        system_fonts=tuple(nearest("system_fonts", ())),
        standard=_checked_standard(chain, parameters, tuple(nearest("papers", ("a4", "letter")))),
    )


def _checked_standard(
    chain: list[tuple[Path, Any]], parameters: Mapping[str, Parameter], papers: tuple[str, ...]
) -> str | None:
    """The nearest standard of the chain.

    :raises LetterpressError: there is no such standard for one of its parameters' choices, or it is for other paper.
    """
    found = next(((folder, file.standard) for folder, file in chain if file.standard is not None), None)
    if found is None or found[1] in ("", "none"):
        return None
    from letterpress.letterhead import standards  # here: most letterheads follow none

    folder, written = found
    names = [str(written)]
    for key in re.findall(r"{(\w+)}", str(written)):
        choices = parameters[key].choices if key in parameters else ()
        names = [name.replace("{" + key + "}", choice) for name in names for choice in choices]
    wrong = [name for name in names or [str(written)] if name not in standards.names()]
    problem, hint = None, None
    if wrong:
        problem, hint = f"there is no standard '{wrong[0]}'", did_you_mean(wrong[0], standards.names())
    else:
        other = next((name for name in names if papers != (standards.standard(name).paper,)), None)
        if other:
            problem = f"the standard '{other}' is for paper {standards.standard(other).paper} only"
            hint = f'write papers = ["{standards.standard(other).paper}"]'
    if problem:
        raise LetterpressError(problem, file=shown_path(folder / "letterhead.toml"), field="standard", hint=hint)
    return str(written)


def standard_of(letterhead: Letterhead, given: Mapping[str, Any]) -> Standard | None:
    """The standard of a letterhead with these parameters; None if it follows none."""
    if letterhead.standard is None:
        return None
    from letterpress.letterhead import standards

    return standards.standard(letterhead.standard.format_map(given))


def _search(root: str | Path) -> tuple[Path, ...]:
    own = Path(root).resolve() / "templates"
    shipped = shipped_folder()
    return (shipped,) if own == shipped else (own, shipped)


def _folder(name: str, root: str, passed: tuple[Path, ...] = ()) -> Path | None:
    """The folder of `name`; one passed already is left out, so that a project's `plain` can extend ours."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        return None
    for base in _search(root):
        folder = base / name
        if (folder / "letterhead.toml").is_file() and folder not in passed:
            return folder
    return None


def _chain(name: str, root: str) -> list[tuple[Path, Any]]:
    """Folders and files from the letterhead itself down to the base."""
    chain: list[tuple[Path, Any]] = []
    wanted: str | None = name
    while wanted is not None:
        folder = _folder(wanted, root, tuple(passed for passed, _ in chain))
        if folder is None or (wanted.startswith("_") and not chain):  # _base is there to be extended
            known = names(root)
            if not chain:
                raise LetterpressError(
                    f"there is no letterhead '{wanted}'", field="letterhead", hint=did_you_mean(wanted, known)
                )
            file = shown_path(chain[-1][0] / "letterhead.toml")
            raise LetterpressError(
                f"there is no letterhead '{wanted}'", file=file, field="extends", hint=did_you_mean(wanted, known)
            )
        if len(chain) > 16:
            raise LetterpressError(f"the letterhead '{name}' extends itself", field="letterhead")
        file_data = _read(folder / "letterhead.toml")
        chain.append((folder, file_data))
        wanted = file_data.extends
    return chain


def _read(path: Path) -> Any:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        message = f"not TOML: {error}"
        raise LetterpressError(message, file=shown_path(path), line=int(line[1]) if line else None) from error
    model, faults = models.check("letterhead", data)
    for name in model.requires or () if model else ():
        if name not in _REQUIRABLE:
            hint = did_you_mean(name, _REQUIRABLE)
            faults.append(FieldFault("requires", f"'{name}' cannot be asked for", hint))
    for name in model.omits or () if model else ():
        if name not in _REQUIRABLE:
            hint = did_you_mean(name, _REQUIRABLE)
            faults.append(FieldFault("omits", f"'{name}' is no field of a letter", hint))
    for name in model.fonts or () if model else ():
        if name not in fonts.FAMILIES and not any(file.suffix in _FONT_FILES for file in path.parent.rglob("*")):
            hint = did_you_mean(name, fonts.FAMILIES) or "put its file into the letterhead's folder"
            message = f"'{name}' is not shipped, and the folder has no font files"
            faults.append(FieldFault("fonts", message, hint))
    if faults:
        raise LetterpressError(
            Diagnostic(message=fault.message, file=shown_path(path), field=fault.path, hint=fault.hint)
            for fault in faults
        )
    return model


# --- parameters -------------------------------------------------------------------------------------------------------

_LENGTH = re.compile(r"-?\d+(\.\d+)?(mm|cm|in|pt|px|em|rem)|0")
_COLOR = re.compile(r"#[0-9A-Fa-f]{3}([0-9A-Fa-f]{3})?|[a-z]+|rgb\(\d+, *\d+, *\d+\)")


def parameters(
    letterhead: Letterhead, given: Mapping[str, Any]
) -> tuple[Mapping[str, Any], list[tuple[str, str, str | None]]]:
    """The letterhead's parameters with the letter's values; and faults as (name, message, hint)."""
    values = {name: spec.default for name, spec in letterhead.parameters.items()}
    faults: list[tuple[str, str, str | None]] = []
    for name, value in given.items():
        spec = letterhead.parameters.get(name)
        if spec is None:
            hint = did_you_mean(name, letterhead.parameters) or "it has none"
            faults.append((name, f"the letterhead '{letterhead.name}' has no such parameter", hint))
            continue
        try:
            values[name] = _parameter(value, spec)
        except ValueError as error:
            faults.append((name, str(error), f"it is of type {spec.type}; default: {spec.default}"))
    return frozendict(values), faults


def _parameter(value: Any, spec: Parameter) -> Any:
    text = str(value).strip()
    if spec.type == "boolean":
        if isinstance(value, bool) or text.lower() in ("true", "false"):
            return value if isinstance(value, bool) else text.lower() == "true"
        raise ValueError(f"'{text}' is neither true nor false")
    if isinstance(value, bool | list | tuple | Mapping):
        raise ValueError(f"'{value}' is not a {spec.type}")
    if spec.type == "integer" and not re.fullmatch(r"[+-]?\d{1,9}", text):
        raise ValueError(f"'{text}' is not a whole number")
    if spec.type == "number" and not re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,9})?", text):
        raise ValueError(f"'{text}' is not a number")
    if spec.type == "length" and not _LENGTH.fullmatch(text):
        raise ValueError(f"'{text}' is not a length such as 25mm or 11.5pt")
    if spec.type == "color" and not _COLOR.fullmatch(text):
        raise ValueError(f"'{text}' is not a colour such as #1a3e6e")
    if spec.type == "choice" and text not in spec.choices:
        raise ValueError(f"'{text}' is not one of its choices: {', '.join(spec.choices)}")
    return {"integer": int, "number": float}.get(spec.type, str)(text)
