"""Carries the endpoints over HTTP: routes, bodies, statuses, answers in lines, the page and its files.

The one module that knows Starlette. Not here: what is answered (`endpoints`), who may ask (guard.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.files.project_files import LETTERS, Outside
from letterpress.interactive.answers import Superseded
from letterpress.studio import answering, page
from letterpress.studio.answering import File, Lines, Missing
from letterpress.studio.endpoints import ENDPOINTS, UPLOADS, Endpoint
from letterpress.studio.guard import Access, App, Denied, Guard
from letterpress.studio.messages import Conflict, EndNews, Faults, Message
from letterpress.studio.session import Studio

_LOOK = 0.5
"""Seconds between two looks at a letter's file."""
_BEAT = 15.0
"""Seconds after which an open stream says that it is still there."""


def application(studio: Studio, access: Access) -> App:
    """Make the application for those who may use it."""
    routes = [Route(one.path, _endpoint(studio, one), methods=[one.method]) for one in ENDPOINTS]
    routes += [
        Route("/api/changes", _stream(studio), methods=["GET"]),
        Route("/static/{name:path}", _static, methods=["GET"]),
        Route("/{path:path}", _page(studio), methods=["GET"]),
    ]
    return Guard(Starlette(routes=routes), access, uploads=UPLOADS)


def _endpoint(studio: Studio, one: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await _answered(studio, one, request)

    return endpoint


async def _answered(studio: Studio, one: Endpoint, request: Request) -> Response:
    """Answer a request of an endpoint; whatever goes wrong is a message."""
    try:
        given = await _given(one, request)
        answer = await run_in_threadpool(one.answer, studio, *given)
    except Denied as refused:  # here: Starlette would make a fault of its own of it
        return Response(f"{refused.reason}\n", refused.status, {"connection": "close"}, "text/plain; charset=utf-8")
    except _Wrong as wrong:
        return _refused(wrong.faults, 400)
    except Outside as error:
        return _refused(answering.refused(error), 403)
    except LetterpressError as error:
        missing = any(fault.code in ("file-missing", "run-unknown") for fault in error.diagnostics)
        return _refused(answering.refused(error), 404 if missing else 422)
    except Missing:
        return _refused(Faults(faults=[]), 404)
    except Superseded:
        return _refused(Faults(faults=[]), 409)
    except Exception as error:
        return _refused(Faults(faults=[answering.fault(itself_failed(error, None))]), 500)
    if isinstance(answer, Lines):
        return StreamingResponse(_lines(answer, request), media_type="application/x-ndjson")
    if isinstance(answer, File):
        return _file(answer)
    return _message(answer, 409 if isinstance(answer, Conflict) else 200)


class _Wrong(Exception):
    """A body or parameter that is none."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        said = Diagnostic(message=message, field=field, code="request-wrong")
        self.faults = Faults(faults=[answering.fault(said)])


async def _given(one: Endpoint, request: Request) -> list[Any]:
    """Read what an endpoint is asked with."""
    given: list[Any] = []
    for parameter in one.parameters:
        name = parameter.rstrip("?#")
        value = request.path_params.get(name, request.query_params.get(name))
        if parameter.endswith("#"):
            number = value if value is not None else "0"
            if not number.isascii() or not number.isdigit() or len(number) > 9:
                raise _Wrong(f"{name} is no number", name)
            given.append(int(number))
        elif value is None and not parameter.endswith("?"):
            raise _Wrong(f"{name} is missing", name)
        else:
            given.append(value)
    if one.upload:
        given.append(await request.body())
    if one.takes is not None:
        try:
            given.append(one.takes.model_validate_json(await request.body()))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise _Wrong(str(first["msg"]), ".".join(map(str, first["loc"]))) from None
        except (ValueError, RecursionError):
            raise _Wrong("the body is no JSON") from None
    return given


async def _lines(answer: Lines, request: Request) -> AsyncIterator[bytes]:
    """Give news as it comes; who has gone away waits for nothing."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    def tell(kind: str, news: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the server has ended
            loop.call_soon_threadsafe(waiting.put_nowait, (kind, news))

    asked = answer.begin(tell)
    asked.answer.add_done_callback(lambda _: tell("", None))
    try:
        while True:
            kind, news = await waiting.get()
            if not kind:
                break
            message = answer.news(kind, news)
            if message is not None:
                yield _line(message)
        for message in _end(answer, asked.answer):
            yield _line(message)
    finally:
        asked.drop()


def _end(answer: Lines, done: Any) -> list[Message]:
    try:
        return list(answer.end(done.result()))
    except Superseded:
        return [EndNews(superseded=True)]
    except LetterpressError as error:
        return [EndNews(faults=answering.faults(error.diagnostics))]
    except Exception as error:
        return [EndNews(faults=[answering.fault(itself_failed(error, None))])]


def _line(message: Message) -> bytes:
    return message.model_dump_json(by_alias=True).encode() + b"\n"


def _message(message: Message, status: int) -> Response:
    return Response(message.model_dump_json(by_alias=True), status, media_type="application/json")


def _refused(faults: Faults, status: int) -> Response:
    return _message(faults, status)


def _file(file: File) -> Response:
    headers = {}
    if file.name is not None:
        headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    if file.lasting:
        headers["cache-control"] = "private, max-age=31536000, immutable"
    return Response(file.data, media_type=file.kind, headers=headers)


def _stream(studio: Studio) -> Callable[[Request], Awaitable[Response]]:
    async def changes(request: Request) -> Response:
        """Say when the file of a letter is another one than before, as server-sent events."""
        path = request.query_params.get("path", "")
        try:
            found = studio.files.find(path, LETTERS)
        except Outside as error:
            return _refused(answering.refused(error), 403)
        return StreamingResponse(_changes(found, path), media_type="text/event-stream")

    return changes


async def _changes(found: Path, path: str) -> AsyncIterator[bytes]:
    before, quiet = _status(found), 0.0
    yield b": watching\n\n"
    while True:
        await asyncio.sleep(_LOOK)
        quiet += _LOOK
        now = _status(found)
        if now != before:
            before, quiet = now, 0.0
            event = {"kind": "changed", "path": path, "exists": now is not None, "modified": now and now[0] / 1e9}
            yield f"data: {json.dumps(event)}\n\n".encode()
        elif quiet >= _BEAT:
            quiet = 0.0
            yield b": still here\n\n"


def _status(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


async def _static(request: Request) -> Response:
    found = page.static(request.path_params["name"])
    if found is None:
        return JSONResponse({"faults": [], "blocking": True}, 404)
    data, kind = found
    return Response(data, media_type=kind, headers={"cache-control": "no-cache"})


def _page(studio: Studio) -> Callable[[Request], Awaitable[Response]]:
    async def whole(request: Request) -> Response:
        """The page; each of its steps is an address of its own."""
        if request.path_params["path"].startswith(("api/", "static/")):
            return JSONResponse({"faults": [], "blocking": True}, 404)
        html = await run_in_threadpool(page.page, studio.files, request.state.nonce)
        return HTMLResponse(html)

    return whole
