"""Makes the page of names: what options, fields, keys of JSON, the service and Python call a thing, side by side.

A name stands where it is declared: options in the commands, fields in the schemas, the service's in its OpenAPI
document, JSON in the functions that write it, Python in signatures. Options that differ from one command to the
next stand in docs/one_voice.toml, with the reason.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import click

import letterpress
from letterpress.cli import app
from letterpress.schema import models
from letterpress.schema.json_schema import json_schema

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/letterpress"


class Use(NamedTuple):
    """An option as a command has it."""

    command: str
    takes: str
    default: str
    help: str
    names: tuple[str, ...]


@cache
def options() -> dict[str, list[Use]]:
    """Every option by its name, with how each command has it."""
    found: dict[str, list[Use]] = defaultdict(list)
    context = click.Context(app)
    for path, command in _commands(app, "", context):
        for option in command.params:
            if isinstance(option, click.Option):
                default = option.get_default(context, call=False)
                shown = (
                    ""
                    if default in (None, (), False) or callable(default) or "UNSET" in repr(default)
                    else str(default)
                )
                takes = "" if option.is_flag else option.make_metavar(context)
                for name in (*option.opts, *option.secondary_opts):
                    found[name].append(Use(path, takes, shown, option.help or "", tuple(option.opts)))
    return dict(sorted(found.items(), key=lambda item: item[0].lstrip("-")))


def _commands(command: click.Command, path: str, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from _commands(below, f"{path} {name}".strip(), context)


def differing() -> set[str]:
    """Options that are not the same wherever they are."""
    return {name for name, uses in options().items() if len({use[1:] for use in uses}) > 1}


def reasons() -> dict[str, str]:
    """Why an option differs."""
    found: dict[str, str] = tomllib.loads((ROOT / "docs/one_voice.toml").read_text(encoding="utf-8"))["options"]
    return found


# --- names ------------------------------------------------------------------------------------------------------------


@cache
def fields() -> dict[str, set[str]]:
    """Field of a file -> the kinds of files that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind in models.kinds():
        schema = json_schema(kind)
        for part in (schema, *schema.get("$defs", {}).values()):
            for name in part.get("properties", {}):
                found[name].add(kind)
    return found


@cache
def http() -> dict[str, set[str]]:
    """Name in the service's OpenAPI document -> its models, or `path` and `query`."""
    from letterpress.serve.app import application
    from letterpress.serve.config import ConfigFile

    class Nothing:
        """In the place of a service: only the document is asked for."""

        config = SimpleNamespace(file=ConfigFile())

        def close(self) -> None:
            return

    document = application(Nothing()).openapi()  # type: ignore[arg-type]
    found: dict[str, set[str]] = defaultdict(set)
    for model, schema in document["components"]["schemas"].items():
        for name in schema.get("properties", {}):
            found[name].add(model)
    for methods in document["paths"].values():
        for about in methods.values():
            for parameter in about.get("parameters", ()):
                if parameter["in"] != "header":
                    found[parameter["name"]].add(parameter["in"])
    return found


@cache
def json_keys() -> dict[str, set[str]]:
    """Key of a command's JSON document -> the modules that write it.

    They are the keys of dictionaries in functions `as_json`, and of what is given to `document`.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(SOURCE.rglob("*.py")):
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        if module.startswith(("studio.", "serve.", "interactive.", "mcp.")):
            continue
        text = path.read_text(encoding="utf-8")
        if "as_json" not in text and "document(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            writes = isinstance(node, ast.FunctionDef) and node.name in ("as_json", "_document")
            told = isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "document"
            if not (writes or told):
                continue
            for inner in ast.walk(node):
                for key in inner.keys if isinstance(inner, ast.Dict) else ():
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        found[key.value].add(module)
    return found


@cache
def python() -> dict[str, set[str]]:
    """Parameter or attribute -> the names of the Python API that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in letterpress.__all__:
        value = getattr(letterpress, name)
        if inspect.isclass(value):
            for field in dataclasses.fields(value) if dataclasses.is_dataclass(value) else ():
                found[field.name].add(name)
        elif callable(value):
            for parameter in inspect.signature(value).parameters.values():
                if parameter.kind is not parameter.VAR_KEYWORD:
                    found[parameter.name].add(f"{name}()")
                    continue
                chosen = getattr(inspect.getmodule(value), "Chosen", None)
                for key in chosen.__annotations__ if chosen is not None else ():
                    found[key].add(f"{name}()")
    return found


def _plain(name: str) -> str:
    return name.lstrip("-").replace("-", "_")


# --- the page ---------------------------------------------------------------------------------------------------------


def page() -> str:
    """Give the page, without its title."""
    found = options()
    parts = ["## Options\n", _options(found), "## Options that differ\n"]
    why = reasons()
    parts.append(_table(("option", "why"), [(f"`{name}`", why.get(name, "")) for name in found if name in why]))
    parts += ["## One name for one thing\n", _everywhere(found)]
    return "\n".join(parts)


def _options(found: Mapping[str, list[Use]]) -> str:
    rows = []
    for name, uses in found.items():
        takes = ", ".join(dict.fromkeys(use.takes for use in uses if use.takes))
        default = ", ".join(dict.fromkeys(use.default for use in uses if use.default))
        commands = ", ".join(f"`{use.command}`" for use in uses) if len(uses) < 25 else f"{len(uses)} commands"
        rows.append((f"`{name}`", _code(takes), _code(default), commands))
    return _table(("option", "takes", "default", "commands"), rows)


def _everywhere(found: Mapping[str, list[Use]]) -> str:
    sources: dict[str, Mapping[str, set[str]]] = {
        "field of": fields(),
        "service": http(),
        "JSON": json_keys(),
        "Python": python(),
    }
    flags: dict[str, str] = {_plain(name): name for name in found if name.startswith("--")}
    names = sorted({name for source in sources.values() for name in source} | flags.keys(), key=str.casefold)
    rows = []
    for name in names:
        cells = [_some(source.get(name, ())) for source in sources.values()]
        option = f"`{flags[name]}`" if name in flags else ""
        if sum(map(bool, (*cells, option))) > 1:
            rows.append((f"`{name}`", option, *cells))
    return _table(("name", "option", *sources), rows)


def _some(of: Any) -> str:
    shown = sorted(of)
    rest = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return ", ".join(f"`{one}`" for one in shown[:3]) + rest


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"
