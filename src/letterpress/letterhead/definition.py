"""Finds letterheads, resolves what they inherit, and checks the values of their parameters.

A project's `templates/` comes before the shipped ones; `extends` adds up from `_base` to the letterhead itself.

Not here: which fields `letterhead.toml` may have (`schema`), and what its templates make of a letter (`compose`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.errors import FieldError, FieldFault, LetterpressError, did_you_mean, fixes, nearest, shown_path
from letterpress.files import toml_file
from letterpress.fonts import shipped as fonts
from letterpress.letterhead import parameter_values, press_table
from letterpress.model import frozendict
from letterpress.schema import format as formats
from letterpress.schema import models
from letterpress.templating.titled import in_words

if TYPE_CHECKING:
    from letterpress.carriers.values import Carrier
    from letterpress.letterhead.standards import Standard

_HERE = Path(__file__).resolve().parent.parent
_FONT_FILES = frozenset({".otf", ".ttf", ".woff", ".woff2"})
ADDRESS = ("care_of", "attention", "street", "postcode", "city", "region", "lines")
"""Fields of a sender that `omits` calls from.address."""
_OF_SENDER = ("address", "title", "organisation", "phone", "email", "web", "foot", *ADDRESS)
_OMITTABLE = (
    *("subject", "salutation", "closing", "reference", "via", "notices", "enclosures", "cc", "bcc", "postscript"),
    *(f"from.{part}" for part in _OF_SENDER),
)
_REQUIRABLE = ("from", "to", "date", "subject", "salutation", "closing", "signatories", "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a letterhead."""

    type: str
    default: Any
    choices: tuple[str, ...]
    description: str
    least: str | None = None
    """The smallest length that it takes."""
    omits: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pairs of a choice and the texts of a letter that are not printed with it."""
    file: str | None = None
    """The project's letterhead.toml that gives the default, as the user would name it; None: it ships."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """A letterhead with all that it inherits."""

    name: str
    title: str
    """What people call it."""
    country: str | None
    """ISO 3166-1 code of the country whose custom it follows."""
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
    press: press_table.PressTable = press_table.NOTHING


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
    return _find(_spelled(name, stamps), str(Path(root).resolve()), stamps)


def _spelled(name: str, stamps: tuple[tuple[str, int], ...]) -> str:
    """The name as its folder has it, where it was given in capitals or small letters."""
    known = [Path(path).parent.name for path, _ in stamps]
    return name if name in known else next((other for other in known if other.casefold() == name.casefold()), name)


@lru_cache(maxsize=128)
def _find(name: str, root: str, _stamps: tuple[tuple[str, int], ...]) -> Letterhead:
    chain = _chain(name, root)
    leaf_folder, leaf = chain[0]
    parameters: dict[str, Parameter] = {}
    for folder, file in reversed(chain):
        _add_parameters(parameters, folder, file)

    def nearest(key: str, otherwise: Any) -> Any:
        return next((value for _, file in chain if (value := getattr(file, key)) is not None), otherwise)

    return Letterhead(
        name=name,
        title=leaf.title or in_words(name),
        country=nearest("country", None),
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
        press=press_table.read(chain),
    )


def _add_parameters(parameters: dict[str, Parameter], folder: Path, file: Any) -> None:
    """Add what one letterhead.toml of the chain says of parameters.

    :param parameters: those of what it extends; they are changed.
    :raises LetterpressError: a default is none that a letter could choose, or of no parameter that there is.
    """
    own = None if folder.is_relative_to(shipped_folder()) else shown_path(folder / "letterhead.toml")
    added: dict[str, Parameter] = {}
    faults: list[FieldFault] = []
    for key, spec in file.parameters.items():
        inherited = parameters.get(key)
        anew = bool(spec.choices or spec.description) or spec.type != "text"
        if inherited and spec.type == "text" and inherited.type != "text":
            known = spec.choices or list(inherited.choices)
            spec = spec.model_copy(update={"type": inherited.type, "choices": known})
        added[key] = Parameter(
            type=spec.type,
            default=spec.default if spec.default is not None else (inherited.default if inherited else None),
            choices=tuple(spec.choices) or (inherited.choices if inherited else ()),
            description=spec.description or (inherited.description if inherited else ""),
            least=spec.least or (inherited.least if inherited else None),
            omits=tuple((choice, tuple(texts)) for choice, texts in spec.omits.items())
            or (inherited.omits if inherited else ()),
            file=own if spec.default is not None else (inherited.file if inherited else None),
        )
        if own is not None:
            value, fault = parameter_values.default(key, added[key], parameters, anew=anew)
            added[key] = replace(added[key], default=value)
            faults += [fault] if fault else []
    if faults:
        raise LetterpressError(fault.as_diagnostic(file=own, line=None) for fault in faults)
    parameters |= added
    for page, paper in file.stationery.model_dump(exclude_none=True).items() if file.stationery else ():
        name = f"stationery_{page}"
        if name in parameters:
            parameters[name] = replace(parameters[name], default=paper)


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
    place = {"file": shown_path(folder / "letterhead.toml"), "field": "standard"}
    for name in names or [str(written)]:
        if name not in standards.names():
            near = nearest(name, standards.names())
            hint, mended = did_you_mean(name, standards.names()), fixes(name, near)
            message = f"there is no standard '{name}'"
            raise LetterpressError(message, hint=hint, code="standard-unknown", value=name, fixes=mended, **place)
    for name in names:
        paper = standards.standard(name).paper
        if papers != (paper,):
            message, hint = f"the standard '{name}' is for paper {paper} only", f'write papers = ["{paper}"]'
            params = (("standard", name), ("paper", paper))
            raise LetterpressError(message, hint=hint, code="standard-paper", params=params, **place)
    return str(written)


def standard_of(letterhead: Letterhead, given: Mapping[str, Any], carrier: Carrier | None = None) -> Standard | None:
    """The standard of a letterhead with these parameters; None if it follows none.

    :param carrier: whom it is made to fit; that it can be, `carrier_fit.check` has said.
    """
    if letterhead.standard is None:
        return None
    from letterpress.letterhead import standards

    standard = standards.standard(letterhead.standard.format_map(given))
    if carrier is None:
        return standard
    from letterpress.letterhead import carrier_fit

    return carrier_fit.fitted(standard, carrier)


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
                raise _unknown(wanted, known, field="letterhead")
            file = shown_path(chain[-1][0] / "letterhead.toml")
            raise _unknown(wanted, known, file=file, field="extends")
        if len(chain) > 16:
            message = f"the letterhead '{name}' extends itself"
            raise LetterpressError(message, field="letterhead", code="letterhead-endless", value=name)
        file_data = _read(folder / "letterhead.toml")
        chain.append((folder, file_data))
        wanted = file_data.extends
    if chain[-1][0].name != "_base":  # a project may have one of its own
        file = shown_path(chain[-1][0] / "letterhead.toml")
        message = "nothing says which letterhead this one builds on"
        hint = 'write extends = "plain" at the top of the file; `letterpress letterheads` lists what can stand there'
        raise LetterpressError(message, file=file, field="extends", hint=hint, code="letterhead-baseless")
    return chain


def _unknown(name: str, known: Iterable[str], **place: Any) -> LetterpressError:
    known = tuple(known)
    return LetterpressError(
        f"there is no letterhead '{name}'",
        hint=did_you_mean(name, known) or "`letterpress letterheads` lists them",
        code="letterhead-unknown",
        value=name,
        fixes=fixes(name, nearest(name, known)),
        **place,
    )


def _read(path: Path) -> Any:
    data = toml_file.read(path, shown_path(path))
    if (newer := formats.newer(data)) is not None:
        raise LetterpressError(newer.as_diagnostic(file=shown_path(path), line=None))
    model, faults = models.check("letterhead", data)
    for name in model.requires or () if model else ():
        if name not in _REQUIRABLE:
            faults.append(_not_a_field("requires", f"'{name}' cannot be asked for", name))
    for name in model.omits or () if model else ():
        if name not in (*_REQUIRABLE, *_OMITTABLE):
            faults.append(_not_a_field("omits", f"'{name}' is no field of a letter", name))
    for name in model.fonts or () if model else ():
        if name not in fonts.FAMILIES and not any(file.suffix in _FONT_FILES for file in path.parent.rglob("*")):
            hint = did_you_mean(name, fonts.FAMILIES) or "put its file into the letterhead's folder"
            message = f"'{name}' is not shipped, and the folder has no font files"
            near = nearest(name, fonts.FAMILIES)
            faults.append(FieldFault("fonts", message, hint, "font-missing", name, instead=near))
    if faults:
        raise LetterpressError(fault.as_diagnostic(file=shown_path(path), line=None) for fault in faults)
    return model


def _not_a_field(path: str, message: str, name: str) -> FieldFault:
    hint, near = did_you_mean(name, _REQUIRABLE), nearest(name, _REQUIRABLE)
    return FieldFault(path, message, hint, "letter-field-unknown", name, instead=near)


# --- parameters -------------------------------------------------------------------------------------------------------


def parameters(letterhead: Letterhead, given: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[FieldFault]]:
    """Give the letterhead's parameters with the letter's values, and the faults of these."""
    values = {name: spec.default for name, spec in letterhead.parameters.items()}
    faults: list[FieldFault] = []
    for name, value in given.items():
        spec, path = letterhead.parameters.get(name), f"parameters.{name}"
        if spec is None:
            hint, near = (
                did_you_mean(name, letterhead.parameters) or "it has none",
                nearest(name, letterhead.parameters),
            )
            message = f"the letterhead '{letterhead.name}' has no such parameter"
            params = (("letterhead", letterhead.name),)
            faults.append(FieldFault(path, message, hint, "parameter-unknown", name, params, near, rename=True))
            continue
        try:
            values[name] = parameter_values.read(value, spec)
        except FieldError as error:
            faults.append(error.at(path, f"it is of type {spec.type}; default: {spec.default}"))
    return frozendict(values), faults
