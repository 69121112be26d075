"""Takes the list of a request: its records in JSON, or a file in a multipart body, and how it is read.

Not here: how a body is read (bodies.py), what becomes of the list (routes/).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar

from starlette.requests import Request

from letterpress.batch.list_plan import Reading
from letterpress.errors import Diagnostic
from letterpress.files.project_files import LISTS
from letterpress.frozen import frozendict
from letterpress.recipients.tables import Choice
from letterpress.serve import bodies, json_lines, models
from letterpress.serve.problems import Declined, refused

T = TypeVar("T", bound=models.Listed)
OF_LIST = {"list": "The list: CSV, TSV, XLSX, ODS, JSON or JSON Lines, by its name."}
_READING = ("map", "key", "group_by", "sheet", "delimiter", "encoding")
_KINDS = LISTS - {".parquet", ".txt"}


async def taken(request: Request, model: type[T], most: int) -> tuple[T, str, bytes]:
    """Read a body with a list; gives what it asks for, the name of the list's file, and the list.

    :param most: records in JSON.
    :raises Declined: it is none, has no list or two, or too many records.
    """
    given, files = await bodies.read(request, model, files=list(OF_LIST), most=1)
    if (given.records is None) == (not files):
        raise _not_one(files)
    if files:
        return given, *_uploaded(files["list"][0])
    records = given.records or []
    if len(records) > most:
        message = f"there are more records than {most}"
        raise refused(413, "records-many", message, "send several jobs, or a file", field="records")
    return given, "records.jsonl", b"".join(json_lines.with_numbers(one).encode() + b"\n" for one in records)


def said(given: models.Listed) -> dict[str, Any]:
    """Give how a list is read, in JSON."""
    return {**{one: getattr(given, one) for one in _READING}, "lang": given.data_lang}


def reading(said: Mapping[str, Any]) -> Reading:
    """Give how a list is read, as whoever reads it takes it.

    :param said: see there; a job's has the pattern of its files' names as `name`.
    """
    choice = Choice(delimiter=said["delimiter"], encoding=said["encoding"], sheet=said["sheet"])
    return Reading(
        mapping=frozendict(said["map"]),
        lang=said["lang"],
        choice=choice,
        group_by=tuple(said["group_by"]),
        names=said.get("name"),
        key=said["key"],
        by_row=True,  # nobody is there to be asked: the other letters are made
    )


def _not_one(files: Mapping[str, Any]) -> Declined:
    """Refuse what has no list, or two."""
    message = "there are records as well" if files else "there is neither a list nor 'records'"
    hint = "send either a multipart body with a file 'list', or 'records': one object for each letter"
    fault = Diagnostic(message=message, field="list" if files else "records", hint=hint, code="request-invalid")
    return Declined(400, "request-invalid", "Give either 'records' or a file 'list'", diagnostics=[fault])


def _uploaded(file: bodies.File) -> tuple[str, bytes]:
    """Name a list that was sent; its ending says what it is."""
    ending = PurePosixPath(file.name).suffix.lower()
    if ending not in _KINDS:
        kinds = ", ".join(sorted(_KINDS))
        hint = f"call the file by what it is: its name ends in one of {kinds}"
        fault = Diagnostic(message="its name does not say what it is", field="list", hint=hint, code="list-kind")
        raise Declined(415, "list-kind", f"The file 'list' is none of {kinds}", diagnostics=[fault])
    return f"list{ending}", file.data
