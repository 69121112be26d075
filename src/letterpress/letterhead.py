"""A letterhead's folder and a filled letter -> HTML and style sheets.

Job: finds letterheads, resolves what they inherit, checks their parameters, and composes the page. Secret: where the
folders lie (a project's `templates/` before the shipped ones), how `extends` adds up, and the names that a letterhead's
templates may use.
"""

from __future__ import annotations

import datetime
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from letterpress import fonts, language, sandbox, schema
from letterpress.errors import Diagnostic, LetterpressError, did_you_mean
from letterpress.fill import Filled
from letterpress.finish import SIGNATURE_SCHEME
from letterpress.layout import Page, Sheet
from letterpress.model import Letter, Signatory, frozendict
from letterpress.standards import PAPERS

_HERE = Path(__file__).resolve().parent
_REQUIRABLE = ("from", "to", "date", "subject", "salutation", "closing", "signatories", "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a letterhead."""

    type: str
    default: Any
    choices: tuple[str, ...]
    description: str


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
    address_lines: int
    fonts: tuple[str, ...]
    allow_log: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    shipped: bool


def shipped_folder() -> Path:
    """Where the shipped letterheads are: in the wheel, or in the checkout that is installed editable."""
    inside = _HERE / "templates"
    return inside if inside.is_dir() else _HERE.parents[1] / "templates"


def names(root: str | Path) -> list[str]:
    """Letterheads that a project can use, its own and the shipped ones."""
    found = set()
    for folder in _search(root):
        if folder.is_dir():
            found |= {path.parent.name for path in folder.glob("*/letterhead.toml") if not path.parent.name.startswith("_")}
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
        address_lines=nearest("address_lines", 9),
        fonts=tuple(nearest("fonts", fonts.FAMILIES)),
        allow_log=tuple(nearest("allow_log", ())),
        parameters=frozendict(parameters),
        shipped=leaf_folder.is_relative_to(shipped_folder()),
    )


def _search(root: str | Path) -> tuple[Path, ...]:
    own = Path(root).resolve() / "templates"
    shipped = shipped_folder()
    return (shipped,) if own == shipped else (own, shipped)


def _folder(name: str, root: str, passed: tuple[Path, ...] = ()) -> Path | None:
    """The folder of `name`; one that is on the way already is passed over, so that a project's `plain` can extend ours."""
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
        if folder is None:
            known = names(root)
            if not chain:
                raise LetterpressError(
                    f"there is no letterhead '{wanted}'", field="letterhead", hint=did_you_mean(wanted, known)
                )
            file = str(chain[-1][0] / "letterhead.toml")
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
        raise LetterpressError(message, file=str(path), line=int(line[1]) if line else None) from error
    model, faults = schema.check("letterhead", data)
    for name in model.requires or () if model else ():
        if name not in _REQUIRABLE:
            faults.append(schema.Fault("requires", f"'{name}' cannot be asked for", did_you_mean(name, _REQUIRABLE)))
    for name in model.fonts or () if model else ():
        if name not in fonts.FAMILIES and not list(path.parent.glob("**/*.[otw][tof]*")):
            hint = did_you_mean(name, fonts.FAMILIES) or "put its file into the letterhead's folder"
            faults.append(schema.Fault("fonts", f"'{name}' is not shipped, and the folder has no font files", hint))
    if faults:
        raise LetterpressError(
            Diagnostic(message=fault.message, file=str(path), field=fault.path, hint=fault.hint) for fault in faults
        )
    return model


# --- parameters -------------------------------------------------------------------------------------------------------

_LENGTH = re.compile(r"-?\d+(\.\d+)?(mm|cm|in|pt|px|em|rem)|0")
_COLOR = re.compile(r"#[0-9A-Fa-f]{3}([0-9A-Fa-f]{3})?|[a-z]+|rgb\(\d+, *\d+, *\d+\)")


def parameters(letterhead: Letterhead, given: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[tuple[str, str, str | None]]]:
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


# --- composing --------------------------------------------------------------------------------------------------------


def missing(letterhead: Letterhead, filled: Filled) -> list[str]:
    """Fields that the letterhead asks for and the letter does not have."""
    values = {"from": filled.sender, "to": filled.to, "date": filled.date, "subject": filled.subject}
    values |= {"salutation": filled.salutation, "closing": filled.closing, "signatories": filled.signatories}
    values |= {"reference": filled.reference}
    return [name for name in letterhead.requires if not values.get(name)]


def compose(
    letterhead: Letterhead,
    filled: Filled,
    letter: Letter,
    *,
    paper: str,
    copy: str,
    archive: bool,
    given: Mapping[str, Any],
) -> Page:
    """The page of a filled letter.

    :raises LetterpressError: a template of the letterhead fails; the diagnostic names it with its line.
    """
    look = _Look(letterhead.folders, _stamps(letterhead.folders), paper, filled.lang, copy, frozendict(given))
    context = {
        **_shared_context(look),
        **_letter_context(filled, letter, copy),
        "archive": archive,
        "asset": _Asset(letterhead.folders),
    }
    html = _render(_templates(letterhead.folders, look.stamps), "letter.html", context, filled.lang, letterhead)
    inks = tuple(str(Path(one.ink_base or letter.folder) / one.ink) for one in filled.signatories if one.ink)
    return Page(
        html=_breaks(html),
        sheets=_sheets(look, letterhead),
        content_folder=letter.folder,
        folders=(_content_folder(letter),),
        files=inks,
        letterhead_folders=letterhead.folders,
        families=letterhead.fonts,
        allow_log=letterhead.allow_log,
        archive=archive,
        in_order=letter.sign == "in-order",
    )


def _content_folder(letter: Letter) -> str:
    """What a letter's images may come from: the project's `content/` if the letter is in it, else its own folder."""
    content = Path(letter.root) / "content"
    return str(content) if Path(letter.folder).is_relative_to(content) else letter.folder


@dataclass(frozen=True, slots=True)
class _Look:
    """All that the style of a letter depends on: letters of one look share their style sheets."""

    folders: tuple[str, ...]
    stamps: tuple[tuple[str, int], ...]
    paper: str
    lang: str
    copy: str
    parameters: Mapping[str, Any]


def _stamps(folders: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Files of the letterhead with their times, so that a change on disk is seen by a running process."""
    return tuple(
        (str(path), path.stat().st_mtime_ns)
        for folder in folders
        for path in sorted(Path(folder).iterdir())
        if path.suffix in (".html", ".css", ".toml")
    )


def _shared_context(look: _Look) -> dict[str, Any]:
    paper = PAPERS[look.paper]
    return {
        "paper": {"name": paper.name, "width": paper.width, "height": paper.height},
        "lang": look.lang,
        "dir": language.direction(look.lang),
        "copy": look.copy,
        "labels": sandbox.Values("labels", language.labels(look.lang)),
        "parameters": sandbox.Values("parameters", dict(look.parameters), look.parameters),
    }


def _letter_context(filled: Filled, letter: Letter, copy: str) -> dict[str, Any]:
    addressee = filled.addresses[0][0] if filled.addresses and filled.addresses[0] else None
    labels = language.labels(filled.lang)
    title = filled.subject or (labels["letter_to"].replace("{name}", addressee) if addressee else labels["letter"])
    authors = [one.name for one in filled.signatories] or ([filled.sender.name] if filled.sender else [])
    names = _field_names(filled.signatories)
    return {
        "title": _plain(title),
        "authors": [_plain(name) for name in authors if name],
        "date": language.date_text(filled.date, filled.lang) if filled.date else "",
        "created": _created(filled),
        "sender": filled.sender,
        "sender_lines": filled.sender_lines,
        "addresses": filled.addresses,
        "addressee": addressee or "",
        "subject": filled.subject or "",
        "reference": [(labels.get(label, label), text) for label, text in filled.reference],
        "notices": filled.notices,
        "salutation": filled.salutation or "",
        "body": Markup(filled.body),  # noqa: S704 - HTML that the sandbox made, every value escaped
        "closing": filled.closing or "",
        "signatories": [
            _signatory_context(one, name, copy, labels, letter) for one, name in zip(filled.signatories, names, strict=True)
        ],
        "enclosures": filled.enclosures,
        "cc": filled.cc,
        "bcc": filled.bcc if copy == "file" else (),
        "postscript": filled.postscript or "",
    }


def _created(filled: Filled) -> str:
    """The date in the file's metadata: the letter's, else SOURCE_DATE_EPOCH's, else none. Never the clock's."""
    if filled.date:
        return filled.date.isoformat()
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdigit():
        return ""
    return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _watermark(text: str) -> str:
    """The draft's watermark, as the body of an SVG data URI: light grey, from the lower left to the upper right."""
    size = min(400, 2400 // max(1, len(text)))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000"><text x="500" y="500" text-anchor="middle" '
        f'dominant-baseline="middle" transform="rotate(-45 500 500)" font-family="Source Sans Pro" font-weight="700" '
        f'font-size="{size}" fill="#e4e4e4">{text}</text></svg>'
    )
    return quote(svg)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _signatory_context(
    one: Signatory, name: str, copy: str, labels: Mapping[str, str], letter: Letter
) -> dict[str, Any]:
    mode = "conformed" if copy == "conformed" else one.sign or ("ink" if one.ink else "open")
    ink = Path(one.ink_base or letter.folder) / one.ink if one.ink else None
    target = f"{SIGNATURE_SCHEME}{name}?{quote(one.name, safe='')}&{quote(one.title or '', safe='')}"
    return {
        "name": one.name,
        "title": one.title or "",
        "organisation": one.organisation or "",
        "authority": one.authority or "",
        "mode": mode,
        "ink": ink.as_uri() if ink else "",
        "field": target,
        "label": labels["signature_of"].replace("{name}", one.name),
    }


def _field_names(signatories: tuple[Signatory, ...]) -> list[str]:
    """Names of signature fields: slugs of the signatories' names, made unique; a name in PDF has no dot."""
    found: list[str] = []
    for one in signatories:
        slug = field_slug(one.name)
        name, count = slug, 1
        while name in found:
            count += 1
            name = f"{slug}-{count}"
        found.append(name)
    return found


def field_slug(name: str) -> str:
    """A name as a signature field's name: "Dr. José Ruiz" -> "dr-jose-ruiz"."""
    import unicodedata

    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-") or "signatory"


class _Asset:
    """`asset("logo.svg")` in a template: the URL of a file of the letterhead, or of what it extends."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = folders

    def __call__(self, name: str) -> str:
        for folder in self._folders:
            for path in (Path(folder) / name, Path(folder) / "assets" / name):
                if path.is_file() and path.resolve().is_relative_to(Path(folder).resolve()):
                    return path.as_uri()
        raise sandbox.TemplateFault(f"the letterhead has no file '{name}'", hint="put it into its folder or its assets/")


@lru_cache(maxsize=32)
def _templates(folders: tuple[str, ...], _stamps: tuple[tuple[str, int], ...]) -> Any:
    return sandbox.environment(_finder(folders), html=True)


@lru_cache(maxsize=32)
def _style_templates(folders: tuple[str, ...], _stamps: tuple[tuple[str, int], ...]) -> Any:
    return sandbox.environment(_finder(folders), html=False)


def _finder(folders: tuple[str, ...]) -> Any:
    """Templates by name: `letter.html` is the letterhead's own or the nearest inherited one, `NAME/letter.html` that of
    the letterhead NAME that it extends."""

    def find_template(name: str) -> tuple[str, str] | None:
        owner, _, file = name.rpartition("/")
        if ".." in file or file.startswith("."):
            return None
        for folder in map(Path, folders):
            path = folder / file
            if (not owner or folder.name == owner) and path.is_file() and not path.is_symlink():
                return path.read_text(encoding="utf-8"), str(path)
        return None

    return find_template


def _render(get: Any, name: str, context: Mapping[str, Any], lang: str, letterhead: Letterhead) -> str:
    try:
        rendered: str = get(name).render(context, lang)
    except sandbox.TemplateFault as fault:
        where = (fault.name or name).rpartition("/")
        folder = next((f for f in letterhead.folders if not where[0] or Path(f).name == where[0]), letterhead.folders[0])
        file = next((str(Path(f) / where[2]) for f in (folder, *letterhead.folders) if (Path(f) / where[2]).is_file()), name)
        raise LetterpressError(fault.message, file=file, line=fault.line, hint=fault.hint) from fault
    return rendered


@lru_cache(maxsize=64)
def _sheets(look: _Look, letterhead: Letterhead) -> tuple[Sheet, ...]:
    """The style sheets from `_base` to the leaf, each with the folder that its URLs are relative to."""
    get = _style_templates(look.folders, look.stamps)
    context = _shared_context(look)
    context["watermark"] = _watermark(language.labels(look.lang)["draft"])
    context["labels_css"] = sandbox.Values("labels_css", {k: css_string(v) for k, v in language.labels(look.lang).items()})
    sheets = []
    for folder in reversed(look.folders):
        if (Path(folder) / "style.css").is_file():
            css = _render(get, f"{Path(folder).name}/style.css", context, look.lang, letterhead)
            sheets.append(Sheet(css, folder))
    return tuple(sheets)


def css_string(text: str) -> str:
    """A text as a CSS string, quotes and all."""
    return '"' + "".join(f"\\{ord(char):x} " if char in '"\\\n<' else char for char in text) + '"'


def _breaks(html: str) -> str:
    """U+2028 and U+2029, which WeasyPrint cannot set, as line breaks; in attributes, as spaces."""
    if "\u2028" not in html and "\u2029" not in html:
        return html
    pieces = re.split(r"(<[^>]*>)", html)
    return "".join(re.sub("[\u2028\u2029]", " " if piece.startswith("<") else "<br>", piece) for piece in pieces)


