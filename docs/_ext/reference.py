"""Make the pages of reference from what letterpress itself knows: commands, fields, letterheads, standards, faults.

Each function gives the Markdown of one page or part of one. As a Sphinx extension it writes them to `docs/_generated/`
before the pages are read; there they are included by the pages that are written by hand.

Not here: the Python API, which Sphinx's autodoc makes of the docstrings.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

import letterpress
from letterpress import data
from letterpress.carriers import catalogue
from letterpress.cli import COMMANDS, app
from letterpress.letterhead import definition
from letterpress.schema.json_schema import json_schema

DOCS = Path(__file__).resolve().parent.parent
SOURCE = Path(letterpress.__file__).resolve().parent
PLAINEST, PLAINEST_WINDOW = "plain", "uk"
"""Letterheads that have no parameters but those which all have, and which all for window envelopes have."""


# --- Markdown ---


def _cell(text: object) -> str:
    """A text in a cell of a table, on one line."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def _toml(value: object) -> object:
    """A value as TOML and YAML write it."""
    return str(value).lower() if isinstance(value, bool) else value


def _code(text: object) -> str:
    return "" if text in ("", None) else f"`{' '.join(str(text).split())}`".replace("|", "\\|")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


# --- The command line ---


def cli() -> str:
    """Every command with its arguments, options, defaults and example."""
    context = click.Context(app, info_name="letterpress")
    parts = [
        "Each command also takes `-h` and `--help`. `letterpress --version` says which version it is, "
        "`letterpress --completion SHELL` [completes words](installing.md#completion).\n",
    ]
    for name in COMMANDS:
        command = app.get_command(context, name)
        assert command is not None
        parts.append(_command(command, context, name, depth=2))
    return "\n".join(parts)


def _command(command: click.Command, parent: click.Context, name: str, depth: int) -> str:
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    help_text = inspect.cleandoc((command.help or "").replace("\b", ""))
    parts = [
        f"({context.command_path.replace(' ', '-')})=",
        f"{'#' * depth} {context.command_path}\n",
        f"```text\n{usage}\n```\n",
        f"{help_text}\n",
    ]
    if command.epilog:
        example = command.epilog.removeprefix("Example:").strip()
        parts.append(f"Example:\n\n```sh\n{example}\n```\n")
    rows = [_option(option, context) for option in command.params if isinstance(option, click.Option)]
    if rows:
        parts.append(_table(("option", "what it does", "default"), rows))
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            below = command.get_command(context, sub)
            assert below is not None
            parts.append(_command(below, context, sub, depth + 1))
    return "\n".join(parts)


def _option(option: click.Option, context: click.Context) -> tuple[str, str, str]:
    names = ", ".join([*option.opts, *option.secondary_opts])
    metavar = "" if option.is_flag or option.count else option.make_metavar(context)
    says = [option.help or ""]
    if option.multiple:
        says.append("May be given several times.")
    if option.required:
        says.append("Must be given.")
    default = option.get_default(context, call=False)
    shown = default not in (None, (), [], "", False) and not callable(default) and "UNSET" not in repr(default).upper()
    return _code(f"{names} {metavar}".strip()), _cell(" ".join(filter(None, says))), _code(default) if shown else ""


# --- Fields ---


def letter_fields() -> str:
    """Fields of a letter's front matter."""
    return _fields(json_schema("letter"))


def part_fields(part: str, *, of: str = "letter") -> str:
    """Fields of what stands in front matter: a `PartyFile`, `SignatoryFile`, `EnclosureFile` or `FieldFile`.

    :param of: the kind of file that it stands in.
    """
    schema = json_schema(of)
    return _fields(schema["$defs"][part], schema)


def project_fields() -> str:
    """Fields of `letterpress.toml`."""
    return _fields(json_schema("project"))


def letterhead_fields() -> str:
    """What a `letterhead.toml` may say."""
    return _fields(json_schema("letterhead"))


def carrier_fields() -> str:
    """What a `carriers/NAME.toml` may say."""
    return _fields(json_schema("carrier"))


def carrier_part_fields(part: str) -> str:
    """Fields of what stands in it: an `AddressFile`, a `ClearFile` or a `WordFile`."""
    schema = json_schema("carrier")
    return _fields(schema["$defs"][part], schema)


def carriers() -> str:
    """Every carrier that ships, with the source of its rules."""
    rows = []
    for name in catalogue.names(SOURCE):
        carrier = catalogue.find(name, SOURCE)
        sheets = ", ".join(f"{width:g} × {height:g}" for width, height in carrier.sheets)
        rows.append((_code(name), _cell(carrier.title), sheets, _cell(carrier.source), carrier.date, carrier.status))
    return _table(("carrier", "what it is", "sheets (mm)", "source of its rules", "read", "status"), rows)


def _fields(schema: Mapping[str, Any], whole: Mapping[str, Any] | None = None) -> str:
    whole = whole or schema
    rows = []
    for name, field in schema["properties"].items():
        kinds = list(dict.fromkeys(_kinds(field, whole)))
        default = field.get("default")
        shown = (
            ""
            if default in (None, [], {}, "")
            else _code(str(default).lower() if default in (True, False) else default)
        )
        says = field.get("description") or _nested_description(field)
        if name in schema.get("required", ()):
            says = f"{says} Must be there.".strip()
        rows.append((_code(name), _cell(says), _cell(_either(kinds)), shown))
    return _table(("field", "what it is", "takes", "default"), rows)


def _either(kinds: Sequence[str]) -> str:
    """Kinds as a choice; what takes one, and a list of the same, is "one or several"."""
    if len(kinds) > 1 and kinds[-1] == f"a list of {_either(kinds[:-1])}":
        return f"{_either(kinds[:-1])}; or a list of them"
    return " or ".join(kinds)


def _nested_description(field: Mapping[str, Any]) -> str:
    """What one of the shapes that a field takes says of it."""
    return next((part["description"] for part in field.get("anyOf", ()) if len(part.get("description", "")) > 12), "")


_PARTS = {
    "PartyFile": "a [person or organisation](#fields-of-a-party)",
    "AddresseeFile": "a [person](#fields-of-a-party)",
    "DesignFile": "a [design](letterheads.md#fields-of-a-design)",
    "StationeryFile": "[printed paper](letterheads.md#printed-paper)",
    "SignatoryFile": "a [signatory](#fields-of-a-signatory)",
    "EnclosureFile": "an [enclosure](#fields-of-an-enclosure)",
    "AttachmentFile": "an [attachment](#fields-of-an-attachment)",
    "InvoiceFile": "an [e-invoice](#fields-of-an-e-invoice)",
    "TraderFile": "who [sells or buys](#fields-of-who-sells-and-buys)",
    "CodeFile": "a [code](codes.md#fields-of-a-code)",
    "FieldFile": "a [declaration](#declarations)",
    "DataFile": "a mapping with `lang`, `dates`, `decimal`, `clean` and `header_row`: see "
    "[merging](merging.md#how-values-are-read)",
    "ParameterFile": "a [parameter](#fields-of-a-parameter)",
    "AddressFile": "an [address](#what-address-holds)",
    "ClearFile": "a [free place](#what-clear-holds)",
    "WordFile": "a [word](#what-words-holds)",
    "PressFile": "a table: see [sending it to a printer](printing.md#colours)",
    "PressColourFile": "a colour's [inks](printing.md#colours)",
}
_PLAIN = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}


def _kinds(field: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterable[str]:
    """What a field takes, in words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        if name in _PARTS:
            yield _PARTS[name]
        else:
            yield from _kinds(whole["$defs"][name], whole)
    elif "anyOf" in field or "oneOf" in field:
        for part in field.get("anyOf") or field["oneOf"]:
            yield from _kinds(part, whole)
    elif "enum" in field:
        yield ", ".join(f"`{value}`" for value in field["enum"])
    elif "const" in field:
        yield f"`{field['const']}`"
    elif field.get("type") == "array":
        items = list(dict.fromkeys(_kinds(field.get("items", {}), whole)))
        yield f"a list of {_either(items)}" if items and items != ["text"] else "a list of texts"
    elif field.get("type") == "object":
        says = field.get("description", "")
        yield "texts by language" if says == "by language" else "a mapping"
    elif field.get("format") == "date":
        yield "a date, `2026-01-15`"
    else:
        kinds = field.get("type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            if kind == "string" and str(field.get("description", "")).startswith("a name of"):
                yield "a name"
            elif kind in _PLAIN:
                yield _PLAIN[kind]


# --- Letterheads and standards ---


def letterheads() -> str:
    """Every shipped letterhead, with what it asks for and its own parameters."""
    names = definition.names(SOURCE)
    shared = definition.find(PLAINEST, SOURCE).parameters
    window = definition.find(PLAINEST_WINDOW, SOURCE).parameters
    windows = {name: parameter for name, parameter in window.items() if name not in shared}
    heads = [definition.find(name, SOURCE) for name in names]
    windowed = [head for head in heads if head.extends == "_window"]
    rows = [
        (_code(head.name), _cell(head.description), ", ".join(head.papers), ", ".join(map(_code, head.requires)))
        for head in heads
    ]
    parts = [
        _table(("letterhead", "what it is", "paper, the usual first", "asks for"), rows),
        "## Parameters of all letterheads\n",
        _parameters(shared),
        "## Parameters of the letterheads for window envelopes\n",
        f"These are {', '.join(_code(head.name) for head in windowed)}.\n",
        _parameters(windows),
        "## Parameters of single letterheads\n",
        "A letterhead that is not named here has none of its own. A parameter of the tables above stands here where "
        "the letterhead has another default.\n",
    ]
    for head in heads:
        inherited = {**shared, **windows} if head in windowed else shared
        own = {name: value for name, value in head.parameters.items() if inherited.get(name) != value}
        if own:
            parts += [f"### {head.name}\n", _parameters(own)]
    return "\n".join(parts)


def _parameters(parameters: Mapping[str, definition.Parameter]) -> str:
    rows = []
    for name, parameter in parameters.items():
        takes = ", ".join(map(_code, parameter.choices)) or parameter.type
        rows.append((_code(name), _cell(parameter.description), takes, _code(_toml(parameter.default))))
    return _table(("parameter", "what it does", "takes", "default"), rows)


def standards() -> str:
    """Every standard with its envelopes, address field and sources; and every envelope with its window."""
    table = {key: entry for key, entry in data.table("standards").items() if key != "envelopes"}
    envelopes = data.table("standards")["envelopes"]
    users: dict[str, list[str]] = {}
    for name in definition.names(SOURCE):
        head = definition.find(name, SOURCE)
        for standard in _standards_of(head):
            users.setdefault(standard, []).append(name)
    rows = []
    for key, standard in table.items():
        titles = [_cell(envelopes[envelope["name"]]["title"]) for envelope in standard.get("envelopes", ())]
        rows.append(
            (
                _code(key),
                _cell(standard["title"]),
                ", ".join(map(_code, users.get(key, ()))),
                ", ".join(titles),
                _box(standard.get("field")),
                " and ".join(map(str, standard.get("folds", ()))),
                _cell(standard.get("source", "")),
            )
        )
    first = _table(
        ("standard", "what it is", "letterhead", "envelopes", "address field (mm)", "folds at (mm)", "source"), rows
    )
    rows = [
        (
            _code(key),
            _cell(envelope["title"]),
            " × ".join(map(str, envelope.get("size", ()))),
            " × ".join(map(str, envelope.get("window", envelope.get("on_sheet", ())[2:]))),
            _cell(envelope.get("source", "")),
        )
        for key, envelope in envelopes.items()
    ]
    second = _table(("envelope", "what it is", "size (mm)", "window (mm)", "source"), rows)
    return f"{first}\n### Envelopes and their windows\n\n{second}"


def _standards_of(head: definition.Letterhead) -> list[str]:
    """Names of the standards that a letterhead may follow, one for each choice of the parameter in its name."""
    if not head.standard:
        return []
    if "{" not in head.standard:
        return [head.standard]
    parameter = head.standard.partition("{")[2].partition("}")[0]
    return [head.standard.replace(f"{{{parameter}}}", choice) for choice in head.parameters[parameter].choices]


def _box(box: Sequence[float] | None) -> str:
    return "" if not box else f"{box[2]} × {box[3]} at {box[0]}, {box[1]}"


# --- Faults ---


def errors() -> str:
    """What each code of a diagnostic means, by the part of letterpress that reports it."""
    return _made_by("generate_errors")


def offices() -> str:
    """Every form of address, with the page on which it was seen."""
    return _made_by("generate_offices")


def extras() -> str:
    """Give the table of optional parts."""
    return _made_by("generate_extras")


def licences() -> str:
    """Give the tables of licences."""
    return _made_by("generate_licences")


def names() -> str:
    """Give the tables of names."""
    return _made_by("generate_names")


def press_rules() -> str:
    """Give the table of the rules of PDF/X."""
    return _made_by("generate_press_rules")


def _made_by(script: str) -> str:
    """Call `page` of a script of `docs/`."""
    spec = importlib.util.spec_from_file_location(script, DOCS / f"{script}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.page())


# --- The studio ---


def studio() -> str:
    """Every endpoint of the studio, and the models of what goes in and comes out."""
    from letterpress.studio import list_messages, messages, start_messages
    from letterpress.studio.endpoints import ENDPOINTS

    rows = [
        (
            _code(f"{one.method} {one.path}{_query(one)}"),
            _cell(one.what),
            _code(one.takes.__name__) if one.takes else "the file" if one.upload else "",
            ", ".join(_code(model.__name__) for model in one.gives) or "a file",
        )
        for one in ENDPOINTS
    ]
    parts = [_table(("endpoint", "what it is for", "body", "answer"), rows)]
    for module in (messages, start_messages, list_messages):
        for name, model in vars(module).items():
            if (
                not isinstance(model, type)
                or not issubclass(model, messages.Message)
                or model.__module__ != module.__name__
            ):
                continue
            if name == "Message":
                continue
            fields = model.model_json_schema().get("properties", {})
            told = [(_code(key), _cell(_type(field)), _cell(_said(module, name, key))) for key, field in fields.items()]
            parts.append(f"### {name}\n\n{_cell(model.__doc__)}\n\n{_table(('field', 'type', ''), told)}")
    return "\n".join(parts)


def service() -> str:
    """Every endpoint of the service."""
    from letterpress.serve.app import application
    from letterpress.serve.config import ConfigFile

    class Nothing:
        """In the place of a service: only the document is asked for."""

        config = SimpleNamespace(file=ConfigFile())

        def close(self) -> None:
            return

    document = application(Nothing()).openapi()  # type: ignore[arg-type]
    rows = []
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            body = about.get("requestBody", {}).get("content", {})
            answers = next(one for status, one in about["responses"].items() if status.startswith("2"))
            scope = about["x-scope"]
            said = about["description"].partition("\n\n")[0].replace("\n", " ")
            rows.append(
                (
                    _code(f"{method.upper()} {path}"),
                    _cell(said),
                    "" if scope == "none" else _code(scope),
                    ", ".join(map(_code, body)),
                    ", ".join(map(_code, answers.get("content", {}))),
                )
            )
    return _table(("endpoint", "what it is for", "scope", "body", "answer"), rows)


def service_settings() -> str:
    """What the service's file of settings may say."""
    from letterpress.serve import config

    tables = {
        "": config.ConfigFile,
        "limits.": config.LimitsTable,
        "webhooks.": config.WebhooksTable,
        "keys.NAME.": config.KeyTable,
    }
    rows = []
    for prefix, model in tables.items():
        for name, field in model.model_fields.items():
            if name in ("limits", "webhooks", "keys"):
                continue
            default = field.default
            shown = (
                "" if default in (None, ()) else _code(str(default).lower() if isinstance(default, bool) else default)
            )
            rows.append((_code(prefix + name), _cell(_said(config, model.__name__, name)), shown))
    return _table(("setting", "what it is", "by itself"), rows)


def _query(endpoint: Any) -> str:
    """What an endpoint's query may hold: `?path`."""
    names = [name for one in endpoint.parameters if f"{{{(name := one.rstrip('?#'))}}}" not in endpoint.path]
    return f"?{'&'.join(names)}" if names else ""


def _type(field: Mapping[str, Any]) -> str:
    """A type of a JSON Schema, in a few words."""
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(one) for one in field["anyOf"]))
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "enum" in field or "const" in field:
        return " or ".join(f'"{one}"' for one in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        inner = field.get("prefixItems")
        return f"({', '.join(map(_type, inner))})" if inner else f"list of {_type(field.get('items', {}))}"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), Mapping):
        return f"object of {_type(field['additionalProperties'])}"
    return str(field.get("type", "anything"))


@functools.cache
def _below(path: str) -> dict[tuple[str, str], str]:
    """(class, field) -> the docstring below the field, of a module."""
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(Path(path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for statement, below in itertools.pairwise(node.body):
                is_field = isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
                if is_field and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                    found[node.name, statement.target.id.rstrip("_")] = str(below.value.value)
    return found


def _said(module: Any, model: str, field: str) -> str:
    return _below(str(module.__file__)).get((model, field), "")


# --- The code ---


def packages() -> str:
    """Every package and its modules, each with the first sentence of its docstring."""
    parts = []
    alone = [path for path in sorted(SOURCE.glob("*.py")) if not path.name.startswith("__")]
    rows = [(_code(path.stem), _cell(_job(path))) for path in alone]
    parts += ["### Modules of letterpress itself\n", _table(("module", "its job"), rows)]
    for folder in sorted(path.parent for path in SOURCE.glob("*/__init__.py")):
        rows = []
        for path in sorted(folder.rglob("*.py")):
            name = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
            if name != "__init__":
                rows.append((_code(name), _cell(_job(path))))
        parts.append(f"### {folder.name}\n\n{_cell(_job(folder / '__init__.py'))}\n")
        if rows:
            parts.append(_table(("module", "its job"), rows))
    return "\n".join(parts)


def _job(path: Path) -> str:
    """The first paragraph of a module's docstring, which it begins with; no more of the module is parsed."""
    found = re.match('""".*?"""', path.read_text(encoding="utf-8"), re.DOTALL)
    return inspect.cleandoc(ast.literal_eval(found[0])).partition("\n\n")[0] if found else ""


def print_formats() -> str:
    """Every envelope and every sheet of labels that addresses are printed on."""
    table, zones = data.table("envelopes"), []
    rows = [
        (_code(key), _cell(row["title"]), " × ".join(map(str, row["size"])), ", ".join(map(_code, row["also"])))
        for key, row in table["sizes"].items()
    ]
    first = _table(("`--size`", "envelope", "size (mm)", "also called"), rows)
    for key, zone in table["zones"].items():
        sizes = ", ".join(_code(name) for name, row in table["sizes"].items() if row["zone"] == key)
        zones.append((sizes, f"{zone['below']} to {zone['highest']}", str(zone["right"]), _cell(zone["source"])))
    head = ("envelopes", "address, from the lower edge (mm)", "from the right (mm)", "source")
    rows = [
        (
            _code(key),
            _cell(row["title"]),
            _cell(row["paper"]),
            " × ".join(map(str, row["grid"])),
            " × ".join(map(str, row["label"])),
            ", ".join(map(str, row["first"])),
            ", ".join(map(_code, row["also"])),
        )
        for key, row in data.table("label_sheets").items()
    ]
    names = ("`--sheet`", "sheet", "paper", "columns × rows", "label (mm)", "first at (mm)", "also called")
    return f"{first}\n{_table(head, zones)}\n{_table(names, rows)}"


# --- Sphinx ---

PAGES: dict[str, Callable[[], str]] = {
    "cli": cli,
    "letter-fields": letter_fields,
    "party-fields": lambda: part_fields("PartyFile"),
    "design-fields": lambda: part_fields("DesignFile"),
    "stationery-fields": lambda: part_fields("StationeryFile"),
    "press-fields": lambda: part_fields("PressFile", of="letterhead"),
    "project-fields": project_fields,
    "signatory-fields": lambda: part_fields("SignatoryFile"),
    "code-fields": lambda: part_fields("CodeFile"),
    "enclosure-fields": lambda: part_fields("EnclosureFile"),
    "attachment-fields": lambda: part_fields("AttachmentFile"),
    "einvoice-fields": lambda: part_fields("InvoiceFile"),
    "trader-fields": lambda: part_fields("TraderFile"),
    "field-fields": lambda: part_fields("FieldFile"),
    "letterhead-fields": letterhead_fields,
    "parameter-fields": lambda: part_fields("ParameterFile", of="letterhead"),
    "letterheads": letterheads,
    "carriers": carriers,
    "carrier-fields": carrier_fields,
    "carrier-address-fields": lambda: carrier_part_fields("AddressFile"),
    "carrier-clear-fields": lambda: carrier_part_fields("ClearFile"),
    "carrier-word-fields": lambda: carrier_part_fields("WordFile"),
    "standards": standards,
    "print-formats": print_formats,
    "offices": offices,
    "errors": errors,
    "press-rules": press_rules,
    "extras": extras,
    "names": names,
    "licences": licences,
    "packages": packages,
    "studio": studio,
    "service": service,
    "service-settings": service_settings,
}
"""File in `_generated/` -> what is in it."""


def write(folder: Path) -> None:
    """Write all pages into `folder`; one that says the same already is left alone, so that Sphinx need not read it."""
    folder.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        path, text = folder / f"{name}.md", make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / "_generated"))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
