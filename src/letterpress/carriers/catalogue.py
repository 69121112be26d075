"""Finds carriers: those that ship (data/carriers.toml), and a project's own, a file `carriers/NAME.toml` each.

A project's file comes before a row of its name; `extends` takes over what a file does not say.

Not here: what a row may hold (schema/carriers.py). Source: each row names its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress import data
from letterpress.carriers.values import Address, Area, Carrier, Clear, Word
from letterpress.errors import (
    FieldFault,
    LetterpressError,
    UsageError,
    did_you_mean,
    fixes,
    nearest,
    shown_path,
)
from letterpress.files import toml_file
from letterpress.schema import models

FOLDER = "carriers"
"""The folder of a project that its own carriers are in."""
_DEEPEST = 8


def names(root: str | Path) -> tuple[str, ...]:
    """List the carriers: those of the project at `root`, and those that ship."""
    own = (path.stem for path in files(root))
    return tuple(sorted({*own, *data.table("carriers")}))


def files(root: str | Path) -> tuple[Path, ...]:
    """List the files of the carriers of the project at `root`: one may extend another."""
    return tuple(sorted((Path(root) / FOLDER).glob("*.toml")))


def find(name: str, root: str | Path) -> Carrier:
    """Find a carrier by its name, in capitals or small letters.

    :param root: the project's root.
    :raises UsageError: there is none of that name.
    :raises LetterpressError: its file has faults.
    """
    known = names(root)
    spelled = next((one for one in known if one.casefold() == name.strip().casefold()), None)
    if spelled is None:
        raise UsageError(
            f"there is no carrier '{name}'",
            hint=" ".join(filter(None, (did_you_mean(name, known), "`letterpress carriers` lists them"))),
            code="carrier-unknown",
            value=name,
            fixes=fixes(name, nearest(name, known)),
        )
    path = Path(root) / FOLDER / f"{spelled}.toml"
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _found(spelled, str(Path(root).resolve()), stamp)


@lru_cache(maxsize=64)
def _found(name: str, root: str, _stamp: int) -> Carrier:
    row, file = _row(name, root, ())
    return _carrier(name, row, file)


def _row(name: str, root: str, passed: tuple[str, ...]) -> tuple[dict[str, Any], str | None]:
    """The checked row of a carrier with what it takes over, and its file, if it is the project's.

    :param passed: carriers that extend this one; a project's `pingen` may extend the one that ships.
    """
    path = Path(root) / FOLDER / f"{name}.toml"
    shown = shown_path(path) if path.is_file() and f"{FOLDER}/{name}" not in passed else None
    written = toml_file.read(path, shown) if shown else data.table("carriers").get(name)
    if written is None or len(passed) > _DEEPEST:
        file = passed[-1]
        known = names(root)
        about: dict[str, Any] = {"field": "extends", "code": "carrier-unknown", "value": name}
        about |= {"file": f"{file}.toml", "fixes": fixes(name, nearest(name, known))}
        message = f"there is no carrier '{name}'" if written is None else "extends itself"
        raise LetterpressError(message, hint=did_you_mean(name, known), **about)
    row = dict(written)
    if base := row.pop("extends", None):
        row = _joined(_row(str(base), root, (*passed, f"{FOLDER}/{name}" if shown else name))[0], row)
    _check(row, shown)
    return row, shown


def _joined(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Put a row over the one that it extends; what is a table of its own is joined likewise."""
    merged = {**base, **over}
    below, above = base.get("address"), over.get("address")
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        placed = {"box", "like"} if {"box", "like"} & above.keys() else set()
        merged["address"] = {**{key: value for key, value in below.items() if key not in placed}, **above}
    return merged


def _check(row: Mapping[str, Any], shown: str | None) -> None:
    """:raises LetterpressError: the row has faults."""
    faults = models.check("carrier", row)[1]
    if not faults:
        address = row.get("address", {})
        likes = {"clear_like": row.get("clear_like"), "address.like": address.get("like")}
        faults = [_unlike(path, name) for path, name in likes.items() if name and not _is_like(path, name)]
        if row.get("versions") and len(row["versions"]) != 2:
            hint = 'write the oldest and the newest: ["1.3", "1.7"]'
            faults.append(FieldFault("versions", "are two versions of PDF", hint, "numbers-expected"))
    if faults:
        raise LetterpressError(fault.as_diagnostic(file=shown, line=None) for fault in faults)


def _is_like(path: str, name: str) -> bool:
    row = data.table("standards").get(name, {})
    return ("clear" if path == "clear_like" else "field") in row


def _unlike(path: str, name: str) -> FieldFault:
    known = [standard for standard in data.table("standards") if _is_like(path, standard)]
    what = "clear places" if path == "clear_like" else "an address field"
    hint = did_you_mean(name, known) or f"one of {', '.join(known)}"
    near = nearest(name, known)
    return FieldFault(path, f"'{name}' is no standard with {what}", hint, "standard-unknown", name, instead=near)


# --- from a row to a value --------------------------------------------------------------------------------------------

_PLAIN = (
    *("title", "source", "date", "status", "country", "sheet_tolerance", "pages", "leaves", "leaves_abroad"),
    *("file_size", "fonts", "colors", "transparency", "gradients", "annotations", "encrypted", "resolution"),
    *("line_resolution", "bleed", "profile", "tolerance", "marks", "duplex"),
)


def _carrier(name: str, row: Mapping[str, Any], file: str | None) -> Carrier:
    given = {key: row[key] for key in _PLAIN if key in row}
    given |= {key: tuple(row[key]) for key in ("versions", "edges", "text_edges", "unchecked") if key in row}
    given |= {key: tuple(Area(*box) for box in row.get(key, ())) for key in ("print_first", "print_later")}
    given["title"] = row.get("title") or name
    given["sheets"] = tuple((float(width), float(height)) for width, height in row.get("sheets", ()))
    given["pages_by_country"] = tuple(row.get("pages_by_country", {}).items())
    given["clear"] = (*_clear(row.get("clear", ())), *_clear(_standard_clear(row.get("clear_like"))))
    given["words"] = tuple(_word(word) for word in row.get("words", ()))
    given["address"] = _address(row["address"]) if "address" in row else None
    return Carrier(name=name, file=file, **given)


def _standard(name: str | None) -> Mapping[str, Any]:
    row: Mapping[str, Any] = data.table("standards")[name] if name else {}
    return row


def _standard_clear(name: str | None) -> list[dict[str, Any]]:
    """A standard's clear places, without the name of the post that it says before each."""
    return [{**row, "why": "the " + row["why"].rpartition(": ")[2]} for row in _standard(name).get("clear", ())]


def _clear(rows: Iterable[Mapping[str, Any]]) -> tuple[Clear, ...]:
    return tuple(
        Clear(
            area=Area(*row["box"]),
            why=row["why"],
            pages=row.get("pages", "first"),
            franking=row.get("franking", False),
        )
        for row in rows
    )


def _word(row: Mapping[str, Any]) -> Word:
    return Word(text=row["text"], area=Area(*row["box"]), pages=row.get("pages", "every"))


def _address(row: Mapping[str, Any]) -> Address:
    box = row.get("box") or _standard(row.get("like")).get("field")
    lists: dict[str, Any] = {key: tuple(row[key]) for key in ("size", "last", "refused") if key in row}
    plain = ("printed", "margin", "country", "not_begin", "plain", "aligned", "blank_lines")
    return Address(
        area=Area(*box) if box else None,
        return_line=Area(*row["return_line"]) if "return_line" in row else None,
        lines=(int(row["lines"][0]), int(row["lines"][1])) if "lines" in row else None,
        **lists,
        **{key: row[key] for key in plain if key in row},
    )
