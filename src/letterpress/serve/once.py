"""Answers a request with an `Idempotency-Key` once, and again as it was answered.

Not here: where answers are kept (idempotency.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from letterpress.serve.guarded import problem
from letterpress.serve.idempotency import Answers, Sent
from letterpress.serve.service import Service

REPLAYED = {"idempotent-replayed": "true"}
"""Header of an answer that was given before."""


def name_of(request: Request, key: str) -> str:
    """Name what is kept of a request: by its token, its endpoint and its key.

    :raises Declined: the key is none.
    """
    return Answers.name_of(key, request.state.token.name, f"{request.method} {request.scope['path']}")


async def once(request: Request, sent: Sent, answer: Callable[[], Awaitable[Response]]) -> Response:
    """Answer, or give the answer that the same request had.

    :raises Declined: the key is none, the request is under way, or was another.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return await answer()
    service: Service = request.app.state.service
    name = name_of(request, key)
    known = await run_in_threadpool(service.answers.begin, name, sent)
    if known is not None:
        status, headers, content = known
        return Response(content, status, {**headers, **REPLAYED})
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
        await run_in_threadpool(service.answers.end, name, sent, kept)
    return response
