"""What holds for every request: who asks and may, how often, how much it brings; and what every answer has.

A route of FastAPI's that looks at the token before anything of the body is read. Whatever goes wrong behind it becomes
a problem with a status, a code and diagnostics.

Sources: RFC 6750, RFC 9110, W3C Trace Context.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from letterpress.errors import LetterpressError, itself_failed
from letterpress.files.project_files import Outside
from letterpress.processes.kept_worker import Ended
from letterpress.serve import bodies, logs, problems, refusals, request_faults
from letterpress.serve.problems import Declined
from letterpress.serve.service import Service
from letterpress.serve.tokens import Token

PROBLEM = "application/problem+json"
NO_TOKEN = "none"  # noqa: S105 - a route that needs none
_FIXED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
_CLOSED = "default-src 'none'; frame-ancestors 'none'"
_UNREAD = frozenset((404, 406, 413, 415, 422))
"""Statuses of refusals whose client may still be sending its body: what is left of it, as much as a body may be once
more, is read and thrown away, so that the client comes to the answer."""
_CODES = {"file-missing": 404, "run-unknown": 404, "process-ended": 503, "worker-unstartable": 503}
"""Of a fault that stops a request, which status it has; any other is 422."""


class GuardedRoute(APIRoute):
    """A route for those who may use it. `x-scope` in its description says what their token has to have."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give what answers a request."""
        answer = super().get_route_handler()
        scope = str((self.openapi_extra or {}).get("x-scope", "render"))
        upload = bool((self.openapi_extra or {}).get("x-upload"))
        path = self.path_format

        async def guarded(request: Request) -> Response:
            service: Service = request.app.state.service
            request.state.trace = logs.trace_of(request.headers.get("traceparent"))
            begun = time.perf_counter()
            taken = service.room.entry()
            most = 0
            incoming = bodies.Incoming(request.receive)
            try:
                admit(service, request, scope, path)
                limits = service.config.file.limits
                kind = request.headers.get("content-type", "")
                large = upload and not kind.startswith("application/json")
                most = int(1_000_000 * (limits.upload_mb if large else limits.body_mb))
                declared = request.headers.get("content-length")
                receive = bodies.limited(incoming.next, most, limits.body_seconds, declared, taken, service.is_over)
                response = await answer(Request(request.scope, receive))
            except Exception as error:
                response = problem(service, request, error)
            finally:
                taken.leave()
            if response.status_code in _UNREAD and not incoming.whole and "expect" not in request.headers:
                await incoming.thrown_away(2 * most)
            return ended(service, request, response, path, begun)

        return guarded


def admit(service: Service, request: Request, scope: str, endpoint: str = "") -> None:
    """Let a request in.

    :param scope: that its token has to have.
    :param endpoint: the route, without its values; empty: there is none.
    :raises Declined: there is no token, it may not do this, or asks too often; or the body is packed.
    """
    request.state.token = None
    if scope != NO_TOKEN:
        given = request.headers.getlist("authorization")
        token = service.tokens.of(given[0]) if len(given) == 1 else None
        if token is None:
            raise refusals.no_token(given)
        request.state.token = token
        if not token.may(scope):
            raise refusals.no_scope(token, scope, f"{request.method} {endpoint or request.scope['path']}")
        wait = service.rates.wait(token.name)
        if wait is not None:
            message, hint = "the token asks too often", f"send it again after {wait} s, and fewer a minute: limits.rate"
            raise problems.refused(429, "rate-high", message, hint, headers={"retry-after": str(wait)})
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise refusals.packed(request.headers["content-encoding"])


def problem(service: Service, request: Request, error: Exception) -> Response:
    """Make the answer of what went wrong."""
    refused = _refused(service, request, error)
    if refused.status == 499:
        return Response(status_code=499)
    trace = getattr(request.state, "trace", "")
    body = {
        "type": "about:blank",
        "title": refused.title,
        "status": refused.status,
        "code": refused.code,
        "trace": trace,
        "diagnostics": service.places.faults(refused.diagnostics),
    }
    return JSONResponse(body, refused.status, refused.headers, PROBLEM)


def _refused(service: Service, request: Request, error: Exception) -> Declined:
    if isinstance(error, Declined):
        return error
    if isinstance(error, Outside):
        return problems.missing("file")
    if isinstance(error, LetterpressError):
        codes = [_CODES.get(one.code or "") for one in error.diagnostics]
        status = next((code for code in codes if code is not None), 422)
        again = {"retry-after": "2"} if status == 503 else {}
        code = "limit" if isinstance(error, Ended) and status == 422 else "faults"
        return Declined(status, "worker-ended" if again else code, diagnostics=error.diagnostics, headers=again)
    if isinstance(error, ClientDisconnect):
        return Declined(499, "client-gone", "The client has gone")
    if isinstance(error, RequestValidationError):
        faults = request_faults.of_errors(error.errors(), None)
        return Declined(400, "request-invalid", diagnostics=faults)
    if isinstance(error, HTTPException):
        status = error.status_code if error.status_code in problems.TITLES else 400
        return Declined(status, _HTTP.get(status, "request-invalid"), headers=dict(error.headers or {}))
    service.log.failure(error, trace=getattr(request.state, "trace", ""))
    return Declined(500, "itself-failed", diagnostics=[itself_failed(error, None)])


_HTTP = {404: "not-found", 405: "method-unknown"}


def ended(service: Service, request: Request, response: Response, path: str, begun: float) -> Response:
    """Give every answer what it has to have, and write it down.

    :param path: the route, without its values.
    """
    seconds = time.perf_counter() - begun
    headers = response.headers
    for name, value in _FIXED.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    headers.setdefault("content-security-policy", _CLOSED)
    trace = getattr(request.state, "trace", "")
    headers["trace-id"] = trace
    token: Token | None = getattr(request.state, "token", None)
    status = response.status_code
    service.metrics.requests.labels(path, request.method, str(status)).inc()
    service.metrics.seconds.labels(path).observe(seconds)
    service.log.write(
        "request",
        trace=trace,
        method=request.method,
        route=path,
        status=status,
        ms=round(1000 * seconds, 1),
        token=token.name if token else None,
        bytes=int(headers.get("content-length", 0)),
    )
    return response
