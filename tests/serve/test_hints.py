"""Hints speak of the request's own fields: no option of a command is named over HTTP."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import letterpress
from letterpress.errors import Diagnostic
from letterpress.serve import hints, models, posting
from tests.serve.client import ADA, Client

SOURCE = Path(letterpress.__file__).parent
OPTION = re.compile(r"(?<![\w-])--[a-z]")
NOT_SERVED = (
    "cli", "installation", "mcp", "shards", "studio", "preflight", "scaffold.py", "__main__.py", "interactive/listening.py",
    "recipients/database.py",  # a service reads no database
    "pdf/validation",  # files are judged by a command
    "post/people.py",  # a page for people who have the command
    "signing/keys/files.py", "signing/keys/test_identity.py",  # it makes no keys, and its own are in serve.toml
)  # fmt: skip
"""Parts of the program that say nothing to a client of the service."""


SENT = (*models.SENT, *posting.SENT, models.Printer)


def _texts(module: str) -> Iterator[str]:
    """The texts of a module that are no docstrings, with X for what is put in."""
    tree = ast.parse(module)
    docs = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {tree}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs | parts:
            yield node.value


def test_no_hint_names_an_option() -> None:
    found, left = 0, []
    for path in sorted(SOURCE.rglob("*.py")):
        name = str(path.relative_to(SOURCE))
        if not name.startswith((*NOT_SERVED, "serve")):
            module = path.read_text(encoding="utf-8")
            for text in _texts(module) if "--" in module else ():
                if " " in text and OPTION.search(text) and "--gap" not in text and not text.startswith("What "):
                    found += 1
                    left += [f"{name}: {text}"] if OPTION.search(hints.said(text)) else []
    assert left == ["letterhead/choices.py: leave out --overlay"]  # no request has it
    assert found > 40


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ("say which it is: --map 'Kunde=name', 'Kunde=organisation', or 'Kunde=ignore'", 'say which it is: "map": {"Kunde": "name"}, {"Kunde": "organisation"}, or {"Kunde": "ignore"}'),
        ("say which with map: {A: ignore}, or --map 'A=ignore'", 'say which with "map": {"A": "ignore"}'),
        ("write map: {Customer no.: to.name}; else {Customer no.: ignore}", 'write "map": {"Customer no.": "to.name"}; else {"Customer no.": "ignore"}'),
        ("give it with --set due_on=..., a default, or a column of that name", 'give it with "fields": {"due_on": "..."}, a default, or a column of that name'),
        ("if it is wrong, give --encoding if you know which", 'if it is wrong, give "encoding" if you know which'),
        ("say what it is: --encoding cp1250 ('żółw')", "say what it is: \"encoding\": \"cp1250\" ('żółw')"),
        ("if that is what is between the values, give --delimiter ';'", 'if that is what is between the values, give "delimiter": ";"'),
        ("group by more columns: --group-by 'A,B'", 'group by more columns: "group_by": ["A", "B"]'),
        ("or choose '--enclosures lower'", 'or choose "enclosures": "lower"'),
        ("declare it, fields: {records: list}", "declare it, fields: {records: list}"),
    ],
)  # fmt: skip
def test_options_are_fields(hint: str, said: str) -> None:
    assert hints.said(hint) == said


def test_the_fields_are_those_of_the_models() -> None:
    known = {field.alias or name for model in SENT for name, field in model.model_fields.items()}
    assert set(hints._FIELDS.values()) <= known
    fault = Diagnostic(message="x", field="--data-lang", hint="give --date today")
    assert hints.of_request(fault) == Diagnostic(message="x", field="data_lang", hint='give "date": "today"')


def test_an_answer_says_what_to_write_into_the_body(client: Client) -> None:
    less = {name: value for name, value in ADA.items() if name != "Occasion"}
    (fault,) = [
        one
        for one in client.post("/v1/letters/offer/check", {"data": less}).json()["diagnostics"]
        if one["severity"] == "error"
    ]
    assert fault["hint"] == 'add the column, or say which it is: "map": {"COLUMN": "occasion"}'
    answer = client.post(
        "/v1/letters/offer/render", {"data": {**less, "Anlass": "fair"}, "map": {"Anlass": "occasion"}}
    )
    assert answer.status_code == 200, answer.text
    (fault,) = client.post("/v1/letters/offer/check", {"data": {**ADA, "Due": "03/04/2026"}}).json()["diagnostics"]
    assert fault["code"] == "date-ambiguous"
    assert "--" not in fault["hint"]
    assert '"data_lang"' in fault["hint"]
    body = {"data": {**ADA, "Due": "03/04/2026"}, "data_lang": "en-GB"}
    assert client.post("/v1/letters/offer/check", body).json()["ok"] is True
