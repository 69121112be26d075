"""Answers a request with an `Idempotency-Key` once, and again as it was answered.

Not here: where answers are kept (idempotency.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from letterpress.serve.guarded import problem
from letterpress.serve.idempotency import Answers
from letterpress.serve.service import Service


async def once(request: Request, body: str, answer: Callable[[], Awaitable[Response]]) -> Response:
    """Answer, or give the answer that the same request had.

    :param body: SHA-256 of what was sent.
    :raises Declined: the key is none, the request is under way, or came with another body.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return await answer()
    service: Service = request.app.state.service
    route = f"{request.method} {request.scope['path']}"
    name = Answers.name_of(key, request.state.token.name, route)
    known = await run_in_threadpool(service.answers.begin, name, body)
    if known is not None:
        status, headers, content = known
        return Response(content, status, {**headers, "idempotent-replayed": "true"})
    kept = None
    try:
        try:
            response = await answer()
        except Exception as error:
            response = problem(service, request, error)
        if response.status_code < 500 and response.status_code not in (408, 409, 429, 499):
            headers = {name: value for name, value in response.headers.items() if name != "content-length"}
            kept = response.status_code, headers, bytes(response.body)
    finally:
        await run_in_threadpool(service.answers.end, name, body, kept)
    return response
