"""Writes the JSON Schema of a letter's front matter, a person, an organisation or a letterhead, for editors.

A field's description is the docstring below it in the source of its model, which is read when a schema is written:
pydantic's `use_attribute_docstrings` would read it at every start. Texts and names that are taken in the place of a
group of fields are added here. Source: JSON Schema 2020-12.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from letterpress.model import FieldSpec
from letterpress.schema import attachments, carriers, codes, models, parties


def json_schema(kind: str) -> dict[str, Any]:
    """Make the JSON Schema (2020-12) of a letter's front matter, a person, an organisation or a letterhead."""
    schema = models.model_of(kind).model_json_schema(by_alias=True)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    described = _descriptions()
    for name, part in [(models.model_of(kind).__name__, schema), *schema.get("$defs", {}).items()]:
        for key, text in described.get(name, {}).items():
            key = "from" if key == "sender" else key
            if key in part["properties"]:
                part["properties"][key].setdefault("description", text)
        if "phone" in part["properties"]:
            part["patternProperties"] = {
                f"^{other}$": {"type": "string", "description": f"the same as {usual}"}
                for other, usual in parties.OTHER_NAMES.items()
            }
    if kind in ("letter", "project"):
        _allow_names(schema["properties"])
    if kind == "letter":
        _allow_short_forms(schema)
    return schema


_VALUES: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "number"]},
    "integer": {"type": ["integer", "string"]},
    "decimal": {"type": ["number", "string"]},
    "money": {"type": ["number", "string"]},
    "date": {"type": "string", "examples": ["2027-03-01"]},
    "boolean": {"type": ["boolean", "string"]},
    "choice": {"type": "string"},
    "list": {"type": ["array", "string"]},
}
"""Type of a field -> what its value may be; a text is read as the letter's language writes numbers and dates."""


def of_fields(declared: Mapping[str, FieldSpec]) -> dict[str, Any]:
    """Make the JSON Schema (2020-12) of the values that a letter's fields take."""
    properties = {}
    for name, spec in declared.items():
        one = dict(_VALUES[spec.type])
        if spec.type == "choice":
            one["enum"] = list(spec.choices)
        if spec.currency:
            one["description"] = f"an amount in {spec.currency}"
        if spec.description:
            one["description"] = spec.description
        if spec.default is not None:
            one["default"] = spec.default if isinstance(spec.default, bool | int | float) else str(spec.default)
        properties[name] = one
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": [name for name, spec in declared.items() if spec.required and spec.default is None],
        "additionalProperties": False,
    }


def _descriptions() -> dict[str, dict[str, str]]:
    """Read class -> field -> the docstring below it, from the source."""
    described: dict[str, dict[str, str]] = {}
    sources = [
        ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for module in (parties, carriers, codes, attachments, models)
    ]
    for node in (node for source in sources for node in source.body):
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
        fields = {name: text for base in bases for name, text in described.get(base, {}).items()}
        for statement, below in pairwise(node.body):
            if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
                continue
            if (
                isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
                and isinstance(below.value.value, str)
            ):
                fields[statement.target.id] = below.value.value
        described[node.name] = fields
    return described


_NAME = {"type": "string", "description": "a name of content/people/ or content/organisations/"}
_PARTY = {"anyOf": [_NAME, {"$ref": "#/$defs/PartyFile"}]}


def _allow_names(properties: dict[str, Any]) -> None:
    """Say that a name stands for a person's or organisation's file."""
    properties["from"] = {**_PARTY, "description": properties["from"].get("description", "")}
    properties["signatories"]["items"] = {"anyOf": [_NAME, {"$ref": "#/$defs/SignatoryFile"}]}


def _without(described: dict[str, Any]) -> dict[str, Any]:
    return {"description": described.get("description", "")}


def _allow_short_forms(schema: dict[str, Any]) -> None:
    """Say in the schema what is taken as well: a name for a person, one text for a list of one."""
    properties = schema["properties"]
    several = {"type": "array", "items": _PARTY}
    properties["to"] = {"anyOf": [*_PARTY["anyOf"], several], "description": "Who is written to."}
    enclosed = {"anyOf": [{"type": "string", "description": "its title"}, {"$ref": "#/$defs/EnclosureFile"}]}
    properties["enclosures"]["items"] = enclosed
    named = {"type": "string", "enum": list(schema["$defs"]["CodeFile"]["properties"]["type"]["enum"])}
    code = {"anyOf": [named, {"$ref": "#/$defs/CodeFile"}]}
    properties["codes"] = {"anyOf": [*code["anyOf"], {"type": "array", "items": code}], **_without(properties["codes"])}
    attached = [{"type": "string", "description": "its file"}, {"$ref": "#/$defs/AttachmentFile"}]
    several = {"type": "array", "items": {"anyOf": attached}}
    properties["attachments"] = {"anyOf": [*attached, several], **_without(properties["attachments"])}
    for key in ("via", "notices", "enclosures", "cc", "bcc"):
        properties[key] = {"anyOf": [{"type": "string"}, {k: v for k, v in properties[key].items() if k != "default"}]}
    for key in ("subject", "salutation", "closing", "postscript"):
        by_language = {"type": "object", "additionalProperties": {"type": "string"}, "description": "by language"}
        properties[key]["anyOf"] = [*properties[key]["anyOf"], by_language]
    field = properties["fields"]["additionalProperties"]
    properties["fields"]["additionalProperties"] = {"anyOf": [{"type": ["string", "number", "boolean"]}, field]}
