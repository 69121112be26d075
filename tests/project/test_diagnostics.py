"""Diagnostics as values: what each carries, and that every code has its entry in the table, and every entry its use."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import letterpress
from letterpress import data
from letterpress.errors import Diagnostic, Edit, Fix

SOURCE = Path(letterpress.__file__).parent
TABLES = sorted((SOURCE / "data/diagnostics").glob("*.toml"))
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)*")


POSITIONS = {"Problem": 2, "FieldFault": 3, "fault": 0, "_fault": 0, "_diagnostic": 0, "_lost": 0, "Unreadable": 0}
"""Functions -> which of their arguments is the code, where it is not named."""


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def codes_of(call: ast.Call) -> list[ast.expr]:
    """The expressions that say the code of a fault which a call makes."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    at = POSITIONS.get(name_of(call))
    return named or ([call.args[at]] if at is not None and len(call.args) > at else [])


@cache
def calls() -> tuple[tuple[Path, ast.Call], ...]:
    """Every call in the source that may say a code or make a fault, and the file that it stands in."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (codes_of(node) or name_of(node) in FAULTS):
                found.append((path.relative_to(SOURCE), node))
    return tuple(found)


def used() -> set[str]:
    """Every code that the source has."""
    texts = {
        node.value
        for _, call in calls()
        for code in codes_of(call)
        for node in ast.walk(code)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if "-" in text and CODE.fullmatch(text)}


FAULTS = frozenset(
    {
        "Diagnostic",
        "FieldError",
        "FieldFault",
        "LayoutFault",
        "LetterpressError",
        "Problem",
        "Refused",
        "TemplateFault",
        "UnreadableInput",
        "UsageError",
    }
)
"""What makes a fault of a message."""


CARRIED = frozenset({"broken", "diagnostic", "diagnostics", "failure", "fault", "faults", "spoilt", "wrong"})
"""Names of variables that hold faults, and no text."""


def says_something(call: ast.Call) -> bool:
    """Whether a call makes a fault of a text, and not of another fault."""
    told = [keyword.value for keyword in call.keywords if keyword.arg == "message"] or call.args[:1]
    if name_of(call) == "FieldFault":
        told = call.args[1:2]
    if not told or (isinstance(told[0], ast.Name) and told[0].id in CARRIED):
        return False
    return isinstance(told[0], ast.Constant | ast.JoinedStr | ast.BinOp | ast.IfExp | ast.Name)


def test_every_fault_has_a_code() -> None:
    """Wherever the source says what is wrong, it says which kind of fault that is."""
    missing = []
    for path, call in calls():
        if name_of(call) not in FAULTS or not says_something(call):
            continue
        if any(keyword.arg is None for keyword in call.keywords) or codes_of(call):
            continue  # with `**more`, whoever gives it names the code
        missing.append(f"{path}:{call.lineno}")
    assert missing == []


def test_every_code_has_an_entry_that_says_what_it_means_and_what_to_do() -> None:
    table = data.diagnostics()
    assert not used() - set(table)
    for code, entry in table.items():
        assert CODE.fullmatch(code), code
        assert entry["means"].endswith("."), code
        assert entry["do"].endswith("."), code


def test_a_code_stands_in_one_file_of_the_table() -> None:
    codes = [code for path in TABLES for code in tomllib.loads(path.read_text(encoding="utf-8"))]
    assert len(codes) == len(set(codes))


def test_every_entry_is_used() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    assert [code for code in sorted(data.diagnostics()) if f'"{code}"' not in text] == []


_words = st.text(max_size=12)
_spans = st.none() | st.tuples(st.integers(1, 99), st.integers(0, 99))
_edits = st.builds(Edit, text=_words, file=_words, line=st.integers(1, 9), span=_spans) | st.builds(
    Edit, text=_words, sheet=_words, cell=_words
)
_fixes = st.builds(
    Fix, kind=st.sampled_from(("replace", "insert")), title=_words, value=_words, edit=st.none() | _edits
)
_diagnostics = st.builds(
    Diagnostic,
    message=_words,
    severity=st.sampled_from(("error", "warning", "note")),
    file=st.none() | _words,
    line=st.none() | st.integers(1, 9),
    code=_words,
    value=st.none() | _words | st.integers() | st.booleans(),
    span=_spans,
    row=st.none() | st.integers(1, 9),
    cell=st.none() | _words,
    params=st.dictionaries(_words, _words | st.integers() | st.tuples(_words, _words)).map(
        lambda it: tuple(it.items())
    ),
    fixes=st.lists(_fixes, max_size=2).map(tuple),
)


@given(_diagnostics)
def test_a_diagnostic_comes_back_from_its_json(diagnostic: Diagnostic) -> None:
    assert Diagnostic.from_json(json.loads(json.dumps(diagnostic.as_json()))) == diagnostic
    assert hash(diagnostic) == hash(Diagnostic.from_json(diagnostic.as_json()))
