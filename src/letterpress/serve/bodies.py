"""Reads what a request brings, within its limits: JSON, or a multipart body with a part in JSON and files.

Not here: whether the client may ask (guarded.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from letterpress.errors import Diagnostic
from letterpress.serve.problems import Declined, busy
from letterpress.serve.room import Entry

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
T = TypeVar("T", bound=BaseModel)
JSON_PART = "request"
"""Name of the part of a multipart body that is JSON."""
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")
_DIGITS = 400
_LOOK = 0.5
"""Seconds between two looks whether the service ends."""
_PART = 6_000_000
"""Bytes of the part in JSON."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent."""

    name: str
    """As the client calls it, without folders and signs that are not for names."""
    data: bytes = field(repr=False)


def limited(
    receive: Receive, most: int, seconds: float, declared: str | None, taken: Entry, is_over: Callable[[], bool]
) -> Receive:
    """Give a body within its limits of size and of time.

    :param declared: its `Content-Length`.
    :param taken: takes the room that it needs.
    :param is_over: says whether the service ends, and waits for no body any more.
    :raises Declined: it says itself that it is larger.
    """
    if declared is not None and declared.isascii() and declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    seen, whole = 0, False
    until = asyncio.get_running_loop().time() + seconds

    async def next_part() -> MutableMapping[str, Any]:
        nonlocal seen, whole
        if whole:
            return await receive()  # whether the other end is still there
        event = await _in_time(receive, until, is_over)
        if event["type"] == "http.request":
            size = len(event.get("body", b""))
            seen += size
            if seen > most:
                raise _too_large(most)
            taken.take(size)
            whole = not event.get("more_body", False)
        return event

    return next_part


async def _in_time(receive: Receive, until: float, is_over: Callable[[], bool]) -> MutableMapping[str, Any]:
    """Wait for the next part of a body.

    :raises Declined: it does not come in time.
    """
    now = asyncio.get_running_loop().time
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(min(until, now() + _LOOK)):
                return await receive()
        if is_over():
            raise busy("stopping", "The service is being stopped", 5)
        if now() >= until:
            raise Declined(408, "body-slow", headers={"connection": "close"})


def _too_large(most: int) -> Declined:
    title = f"The body is larger than {most} bytes"
    return Declined(413, "body-large", title, headers={"connection": "close"})


async def read(
    request: Request, model: type[T], *, files: Sequence[str] = (), most: int = 0
) -> tuple[T, dict[str, list[File]]]:
    """Read a body.

    :param files: names of the parts that are files; without any only JSON is taken.
    :param most: files of all names.
    :raises Declined: it is none, or of another kind.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data" and files:
        return await _form(request, model, files, most)
    if kind != "application/json":
        raise Declined(415, "body-kind")
    return checked(model, parsed(await request.body())), {}


async def raw(request: Request, kind: str, part: str, most: int) -> bytes:
    """Read a body that is one file, or a multipart body with it.

    :raises Declined: see `read`.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given == kind:
        return await request.body()
    if given != "multipart/form-data":
        raise Declined(415, "body-kind")
    _, found = await _form(request, None, (part,), most)
    return one_file(found, part).data


def one_file(found: dict[str, list[File]], part: str) -> File:
    """Give the one file of a name.

    :raises Declined: there is none, or there are several.
    """
    if len(found.get(part, ())) != 1:
        raise _wrong(f"there is not one file '{part}'", part)
    return found[part][0]


async def _form(
    request: Request, model: type[T] | None, files: Sequence[str], most: int
) -> tuple[Any, dict[str, list[File]]]:
    """Read a multipart body."""
    found: dict[str, list[File]] = {}
    texts: list[str] = []
    try:
        async with request.form(max_files=max(1, most) + 1, max_fields=8, max_part_size=_PART) as form:
            for name, value in form.multi_items():
                if name == JSON_PART and model is not None:
                    texts.append(value if isinstance(value, str) else (await value.read()).decode("utf-8", "strict"))
                elif name in files and isinstance(value, UploadFile):
                    found.setdefault(name, []).append(File(plain_name(value.filename), await value.read()))
                else:
                    known = (*((JSON_PART,) if model else ()), *files)
                    raise _wrong(f"there is a part that is none of {', '.join(known)}", None)
    except (MultiPartException, UnicodeDecodeError, ValueError, KeyError):
        raise _wrong("the body is not multipart/form-data as it says", None) from None
    except Exception as error:
        if type(error).__name__ != "HTTPException":  # what Starlette makes of a multipart body that is none
            raise
        raise _wrong("the body is not multipart/form-data as it says, or has too many parts", None) from None
    if sum(map(len, found.values())) > most:
        raise _wrong(f"there are more than {most} files", None)
    if not texts and not found:
        raise _wrong("the body has no part", None)
    if model is None:
        return None, found
    if len(texts) > 1:
        raise _wrong("is there twice", JSON_PART)
    return checked(model, parsed(texts[0].encode("utf-8", "surrogatepass") if texts else b"{}")), found


def plain_name(name: str | None) -> str:
    """Give a file's name as it can be shown: without folders, quotes and control characters."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    plain = "".join(char for char in last if char.isprintable() and char not in '"<>|:*?;%')
    return plain.strip(" .")[:120] or "file"


def parsed(body: bytes) -> Any:
    """Read JSON; a number with a point stays what was written: 1.10 does not become 1.1.

    :raises Declined: it is none.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_float=_number, parse_constant=_refuse, object_pairs_hook=_group)
        if _HALVES.search(body):
            json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except _Doubled as error:
        raise _wrong("is there twice in one object", str(error)[:100]) from None
    except UnicodeError:
        raise _wrong("the body holds half a character, or is not UTF-8", None) from None
    except (ValueError, RecursionError, ArithmeticError):
        raise _wrong("the body is no JSON", None) from None
    return value


class _Doubled(ValueError):
    pass


def _group(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    group = dict(pairs)
    if len(group) != len(pairs):
        seen: set[str] = set()
        raise _Doubled(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return group


def _number(text: str) -> Decimal:
    """Read a number; written out, one that no letter could mean would be endless.

    :raises ValueError: it has more than some hundred digits.
    """
    number = Decimal(text)
    if len(text) > _DIGITS or abs(number.adjusted()) > _DIGITS:
        raise ValueError
    return number


def _refuse(_: str) -> Any:
    raise ValueError


def checked(model: type[T], value: Any) -> T:
    """Check a value by its model.

    :raises Declined: with all that is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = [
            Diagnostic(
                message=str(one["msg"]).replace("\n", " "),
                field=".".join(map(str, one["loc"]))[:200] or None,
                code="request-invalid",
            )
            for one in error.errors(include_url=False, include_input=False, include_context=False)[:50]
        ]
        raise Declined(400, "request-invalid", diagnostics=faults) from None


def _wrong(message: str, place: str | None) -> Declined:
    return Declined(
        400, "request-invalid", diagnostics=[Diagnostic(message=message, field=place, code="request-invalid")]
    )
