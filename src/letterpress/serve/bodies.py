"""Reads what a request brings, within its limits: JSON, or a multipart body with a part in JSON and files.

Not here: whether the client may ask (guarded.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from letterpress.errors import Diagnostic, did_you_mean
from letterpress.recipients.rows import MAX_DEPTH, depth
from letterpress.serve import refusals, request_faults
from letterpress.serve.problems import Declined, busy, refused
from letterpress.serve.room import Entry

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
T = TypeVar("T", bound=BaseModel)
JSON, FORM = "application/json", "multipart/form-data"
JSON_PART = "request"
"""Name of the part of a multipart body that is JSON."""
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")
_DIGITS = 400
_DEEPEST = MAX_DEPTH + 4
"""Levels of a body: those of a record, and the ones that it stands in."""
_LOOK = 0.5
"""Seconds between two looks whether the service ends."""
_PATIENCE = 5.0
"""Seconds for which the rest of a body is read that is refused."""
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
            hint = (
                "send it again over a quicker connection, or send less: limits.body_seconds in serve.toml is the limit"
            )
            message, closed = "the body did not arrive in time", {"connection": "close"}
            raise refused(408, "body-slow", message, hint, headers=closed)


def _too_large(most: int) -> Declined:
    hint = "send less at once; the limits are limits.body_mb (JSON) and limits.upload_mb (files) in serve.toml"
    message = f"the body is larger than {most} bytes"
    return refused(413, "body-large", message, hint, headers={"connection": "close"})


async def read(
    request: Request, model: type[T], *, files: Sequence[str] = (), most: int = 0, whole: bool = False
) -> tuple[T, dict[str, list[File]]]:
    """Read a body.

    :param files: names of the parts that are files; without any only JSON is taken.
    :param most: files of all names.
    :param whole: whether the one file has to be there.
    :raises Declined: it is none, or of another kind; with all that is wrong.
    """
    kind = kind_of(request)
    if kind == FORM and files:
        form = await _form(request, (JSON_PART, *files), most)
        texts = [text for text in form.texts if text is not None]
        given: T | None = None
        faults = form.faults
        if len(texts) > 1:
            faults.append(request_faults.fault("is there twice", JSON_PART, "send one part with all of it"))
        elif texts or not form.faults:
            try:
                given = checked(model, parsed(texts[0] if texts else b"{}", JSON_PART, model), JSON_PART)
            except Declined as error:
                faults += error.diagnostics
        if whole and not form.faults_of_files:
            faults += _of_one(form.files, files[0])
        if faults or given is None:
            raise Declined(400, "request-invalid", diagnostics=faults)
        return given, form.files
    if kind != JSON:
        raise refusals.body_kind(kind, [JSON, *([FORM] if files else [])], (JSON_PART, *files))
    return checked(model, parsed(await request.body(), None, model)), {}


async def raw(request: Request, kind: str, part: str, most: int) -> bytes:
    """Read a body that is one file, or a multipart body with it.

    :raises Declined: see `read`.
    """
    given = kind_of(request)
    if given == kind:
        return await request.body()
    if given != FORM:
        raise refusals.body_kind(given, [kind, FORM], (part,))
    form = await _form(request, (part,), most)
    faults = [*form.faults, *([] if form.faults_of_files else _of_one(form.files, part))]
    if faults:
        raise Declined(400, "request-invalid", diagnostics=faults)
    return form.files[part][0].data


def kind_of(request: Request) -> str:
    """Give the media type of a body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _of_one(found: Mapping[str, list[File]], part: str) -> list[Diagnostic]:
    """What is wrong where one file of a name is needed."""
    number = len(found.get(part, ()))
    if number == 1:
        return []
    hint = f"send a multipart body with a part '{part}' that is a file, as curl -F {part}=@FILE does"
    return [request_faults.fault("is there more than once" if number else "is missing", part, hint)]


@dataclass(slots=True)
class _Form:
    """A multipart body."""

    files: dict[str, list[File]] = field(default_factory=dict)
    texts: list[bytes | None] = field(default_factory=list)
    """What is in the part for JSON, each time that it is there; None where it could not be read."""
    faults: list[Diagnostic] = field(default_factory=list)
    faults_of_files: bool = False


async def _form(request: Request, known: Sequence[str], most: int) -> _Form:
    """Read a multipart body.

    :param known: names of the parts that it may have.
    :raises Declined: it is none, or has no part that is known.
    """
    found = _Form()
    unread = "the body is not multipart/form-data as it says, or has too many parts"
    try:
        async with request.form(max_files=max(1, most) + 1, max_fields=8, max_part_size=_PART) as form:
            for name, value in form.multi_items():
                await _take(found, name, value, known)
    except (MultiPartException, ValueError, KeyError):
        raise _wrong(unread, None, _BOUNDARY) from None
    except Exception as error:
        if type(error).__name__ != "HTTPException":  # what Starlette makes of a multipart body that is none
            raise
        raise _wrong(unread, None, _BOUNDARY) from None
    if sum(map(len, found.files.values())) > most:
        found.faults_of_files = True
        names = ", ".join(found.files)
        found.faults.append(request_faults.fault(f"there are more files than {most}", names, "send fewer"))
    if not (found.texts or found.files or found.faults):
        raise _wrong("the body has no part", None, f"parts are {', '.join(known)}")
    return found


_BOUNDARY = "let the program that sends it write the Content-Type with its boundary, and each part behind it"


async def _take(found: _Form, name: str, value: Any, known: Sequence[str]) -> None:
    """Take a part of a multipart body."""
    if name not in known:
        hint = did_you_mean(name, known)
        found.faults.append(request_faults.fault("there is no part of this name", name, hint, value=name[:200]))
    elif name == JSON_PART:
        found.texts.append(value.encode("utf-8", "surrogatepass") if isinstance(value, str) else await value.read())
    elif isinstance(value, UploadFile):
        found.files.setdefault(name, []).append(File(plain_name(value.filename), await value.read()))
    else:
        found.faults_of_files = True
        hint = f"send it with a filename, as curl -F {name}=@FILE does"
        found.faults.append(request_faults.fault("is a text, and a file is expected", name, hint))


def plain_name(name: str | None) -> str:
    """Give a file's name as it can be shown: without folders, quotes and control characters."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    plain = "".join(char for char in last if char.isprintable() and char not in '"<>|:*?;%')
    return plain.strip(" .")[:120] or "file"


def parsed(body: bytes, part: str | None = None, model: type[BaseModel] | None = None) -> Any:
    """Read JSON; a number with a point stays what was written: 1.10 does not become 1.1.

    :param part: of a multipart body, that it came in.
    :param model: of what is expected, for an example.
    :raises Declined: it is none.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_float=_number, parse_constant=_refuse, object_pairs_hook=_group)
        if _HALVES.search(body):
            json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
        if depth(value) > _DEEPEST:
            raise RecursionError
    except _Doubled as error:
        place = f"{part}.{str(error)[:100]}" if part else str(error)[:100]
        raise _wrong("is there twice in one object", place, "leave one of them out") from None
    except (ValueError, RecursionError, ArithmeticError) as error:
        fault = request_faults.of_json(body, error, part, model)
        raise Declined(400, "request-invalid", diagnostics=[fault]) from None
    return value


class Incoming:
    """The body of a request, as far as it has come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._seen = 0
        self.whole = False

    async def next(self) -> MutableMapping[str, Any]:
        """Give its next part, or what comes behind it."""
        event = await self._receive()
        self._seen += len(event.get("body", b""))
        if event["type"] != "http.request" or not event.get("more_body", False):
            self.whole = True
        return event

    async def thrown_away(self, most: int) -> None:
        """Read what is left, for some seconds and until so many bytes have come in all.

        Most clients hear an answer only once they have sent all that they have to send.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while not self.whole and self._seen <= most:
                    await self.next()


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
        raise ValueError(f"a number has more than {_DIGITS} digits")
    return number


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is none of its numbers")


def checked(model: type[T], value: Any, part: str | None = None) -> T:
    """Check a value by its model.

    :param part: of a multipart body, that it came in.
    :raises Declined: with all that is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = request_faults.of_errors(error.errors(include_url=False), value, model, part)
        raise Declined(400, "request-invalid", diagnostics=faults) from None


def _wrong(message: str, place: str | None, hint: str | None = None) -> Declined:
    return Declined(400, "request-invalid", diagnostics=[request_faults.fault(message, place, hint)])
