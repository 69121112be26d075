"""Finds out whether a journal is sound, and sets aside one that is not.

Sound is a SQLite database that passes SQLite's own check and has our tables and no others. One that is merely held by
another program, on a full disk or not permitted is sound. Source: sqlite.org, "Result and Error Codes", "PRAGMA
integrity_check".
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

_TRANSIENT = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN,
    }
)  # fmt: skip
"""Faults of the machine, not of the file."""
_NEWEST = 1000
"""Versions that a newer letterpress may give its journals; another number is a damaged one."""
_FULL_CHECK = 32_000_000
"""Bytes of a journal up to which its indexes are compared with its tables as well."""


class Newer(Exception):
    """The journal is of a newer letterpress."""


def reason(path: Path, tables: Mapping[str, tuple[str, ...]], version: int, patience: float) -> str | None:
    """Find out what is wrong with the journal at `path`; None if it is sound.

    :param tables: columns of the tables that it may have.
    :param version: of our journals.
    :param patience: seconds to wait for another program that holds it.
    :raises Newer: a newer letterpress has made it.
    :raises sqlite3.Error: it cannot be used now, for a reason that is not in the file.
    """
    if not path.is_file():
        return "is no file"
    if not path.stat().st_size:
        return "is empty"
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=patience)) as database:
            return _wrong(database, tables, version, full=path.stat().st_size <= _FULL_CHECK)
    except sqlite3.Error as error:
        if _of_machine(error, path):
            raise
        return str(error)
    except (UnicodeDecodeError, MemoryError, OverflowError):  # what a damaged file makes SQLite say is no text either
        return "is no database that can be read"


def _of_machine(error: sqlite3.Error, path: Path) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_READONLY:  # SQLite says so of a damaged header as well
        return not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK)
    return code in _TRANSIENT


def _wrong(
    database: sqlite3.Connection, tables: Mapping[str, tuple[str, ...]], version: int, *, full: bool
) -> str | None:
    number = database.execute("PRAGMA user_version").fetchone()[0]
    if version < number <= _NEWEST:
        raise Newer
    if number not in (0, version):
        return f"is of an unknown version, {number}"
    check = "integrity_check" if full else "quick_check"
    (result,) = database.execute(f"PRAGMA {check}(1)").fetchone()
    if result != "ok":
        return str(result).replace("\n", " ")
    listed = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    present = [name for (name,) in listed if not name.startswith("sqlite_")]
    for name in present:
        columns = tuple(row[1] for row in database.execute(f"PRAGMA table_info('{name.replace(chr(39), '')}')"))
        if columns != tables.get(name):
            return f"holds a table '{name}' that is not a journal's"
    if "files" in present:
        for row in database.execute("SELECT output, id, sha256, bytes, mtime FROM files"):
            if tuple(map(type, row)) != (str, str, str, int, int):  # SQLite does not look at what a value is
                return "holds what is no journal's"
    database.execute("BEGIN IMMEDIATE")
    database.execute("ROLLBACK")
    return None


def set_aside(path: Path) -> Path:
    """Give the journal another name, with what SQLite keeps beside it. Nothing is deleted: a person may look into it.

    :returns: the name.
    :raises OSError: it cannot be renamed.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{path}{ending}", f"{aside}{ending}")  # noqa: PTH104 - names with an ending, not paths
    return aside
