"""Finds schemes of marks: those that ship (data/inserters.toml), and a project's own (`inserters/NAME.toml`).

Not here: what a file may hold (schema/inserters.py). Source: each row names its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from letterpress import data
from letterpress.errors import FieldFault, LetterpressError, UsageError, did_you_mean, fixes, nearest, shown_path
from letterpress.files import toml_file
from letterpress.inserters import marks
from letterpress.inserters.values import Function, Matrix, Scheme
from letterpress.schema import models

FOLDER = "inserters"
"""The folder of a project that its own schemes are in."""
_MOST_DIGITS = 8
"""Marks of a count."""
_PLAIN = ("source", "date", "status", "x", "y", "pitch", "length", "thickness", "sheets")


def names(root: str | Path) -> tuple[str, ...]:
    """List the schemes: those of the project at `root`, and those that ship."""
    own = (path.stem for path in (Path(root) / FOLDER).glob("*.toml"))
    return tuple(sorted({*own, *data.table("inserters")}))


def find(name: str, root: str | Path) -> Scheme:
    """Find a scheme by its name, in capitals or small letters.

    :param root: the project's root.
    :raises UsageError: there is none of that name.
    :raises LetterpressError: its file has faults.
    """
    known = names(root)
    spelled = next((one for one in known if one.casefold() == name.strip().casefold()), None)
    if spelled is None:
        raise UsageError(
            f"there are no marks '{name}'",
            field="--inserter",
            hint=did_you_mean(name, known) or f"there are {', '.join(known)}; a file {FOLDER}/NAME.toml adds your own",
            code="inserter-unknown",
            value=name,
            fixes=fixes(name, nearest(name, known)),
        )
    path = Path(root) / FOLDER / f"{spelled}.toml"
    shown = shown_path(path) if path.is_file() else None
    row = toml_file.read(path, shown) if shown else data.table("inserters")[spelled]
    faults = models.check("inserter", row)[1] or list(_faults(row))
    if faults:
        raise LetterpressError(fault.as_diagnostic(file=shown, line=None) for fault in faults)
    return _scheme(spelled, row)


def _faults(row: Mapping[str, Any]) -> Iterator[FieldFault]:
    """What no machine could read."""
    functions = row.get("functions", ())
    if not functions and "matrix" not in row:
        yield _wrong("functions", "there is nothing to print", "name the marks, or write [matrix]")
    parities = 0
    for at, text in enumerate(functions, start=1):
        function = _function(str(text))
        if function is None:
            hint = "start, eoc, sequence:3, parity:even, feed:1 ...; `letterpress schema inserter` has all"
            yield _wrong(f"functions.{at}", f"'{text}' says nothing that is known", hint, str(text))
        elif function.name == "parity":
            parities += 1
        elif function.name == "feed" and function.which not in row.get("feeds", {}) and row.get("feeds"):
            hint = f'write [feeds] {function.which} = "COLUMN"'
            yield _wrong(f"functions.{at}", f"no column says who gets feed {function.which}", hint, str(text))
    if parities > 1:
        yield _wrong("functions", "parity stands there twice", "leave one out")
    if functions and not row.get("thickness"):
        yield _wrong("thickness", "marks have none", "such as 0.5")
    if functions and not row.get("length"):
        yield _wrong("length", "marks have none", "such as 10.5")
    if len(functions) > 1 and row.get("pitch", 0) <= row.get("thickness", 0):
        yield _wrong("pitch", "marks would touch each other", "make it larger than thickness")
    text = row.get("matrix", {}).get("content")
    wrong = marks.wrong_text(str(text)) if text is not None else None
    if wrong is not None:
        yield _wrong(
            "matrix.content",
            f"'{text}' cannot be filled in: {wrong}",
            "such as {set:06}{sheet:02}{sheets:02}",
            str(text),
        )


def _wrong(field: str, message: str, hint: str, value: str | None = None) -> FieldFault:
    return FieldFault(field, message, hint, "inserter-wrong", value)


def _function(text: str) -> Function | None:
    """Read `eoc`, `sequence:3:lsb`, `parity:even`, `feed:2`; None if it is none of these."""
    name, *more = text.strip().split(":")
    if name in (*marks.ALWAYS, *marks.ENDS) and not more:
        return Function(name)
    if name == "parity" and more in (["even"], ["odd"]):
        return Function(name, which=more[0])
    if name == "feed" and len(more) == 1 and re.fullmatch(r"[0-9]{1,2}", more[0]):
        return Function(name, which=more[0])
    if name in marks.COUNTS and len(more) in (1, 2) and re.fullmatch(r"[0-9]", more[0]):
        bits, order = int(more[0]), (more[1] if len(more) == 2 else "msb")
        if 1 <= bits <= _MOST_DIGITS and order in ("lsb", "msb"):
            return Function(name, bits, "lsb" if order == "lsb" else "msb")
    return None


def _scheme(name: str, row: Mapping[str, Any]) -> Scheme:
    given = {key: row[key] for key in _PLAIN if key in row}
    given.setdefault("status", "confirmed")
    read = (_function(str(text)) for text in row.get("functions", ()))
    above, right, below, left = (float(one) for one in row.get("clear", (0, 0, 0, 0)))
    return Scheme(
        name=name,
        title=row.get("title") or name,
        functions=tuple(function for function in read if function is not None),
        clear=(above, right, below, left),
        up=row.get("direction") == "up",
        back=row.get("side") == "back",
        reverse=row.get("order") == "reverse",
        feeds=tuple(sorted(row.get("feeds", {}).items())),
        matrix=Matrix(**{"module": 0.5, **row["matrix"]}) if "matrix" in row else None,
        **given,
    )
