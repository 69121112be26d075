"""Endpoints for whoever runs the service: whether it is there and ready, its numbers, its document and a page of it."""

from __future__ import annotations

import base64
import binascii

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from letterpress import data
from letterpress.serve import metrics, models, reading
from letterpress.serve.describing import JSON, answers, extra, open_answers
from letterpress.serve.guarded import NO_TOKEN, GuardedRoute
from letterpress.serve.problems import Declined
from letterpress.serve.routes.letters import service_of, told

router = APIRouter(route_class=GuardedRoute, tags=["operation"])
_OPEN = extra(scope=NO_TOKEN)


@router.get("/health", openapi_extra=_OPEN, responses=open_answers(model=models.Health))
async def health(request: Request) -> Response:
    """Say whether the server is there."""
    return told(models.Health, {"status": "ok"})


@router.get(
    "/ready",
    openapi_extra=_OPEN,
    responses={
        **open_answers(model=models.Health),
        **open_answers(model=models.Health, status=503, says="Not yet, or not any more.", headers=["Retry-After"]),
    },
)
async def ready(request: Request) -> Response:
    """Say whether letters can be made at once: 503 while the service starts, and once it is being stopped."""
    service = service_of(request)
    if service.is_ready():
        return told(models.Health, {"status": "ok"})
    response = told(models.Health, {"status": "stopping" if service.stopping else "starting"}, 503)
    response.headers["retry-after"] = "1"
    return response


@router.get(
    "/metrics",
    openapi_extra=extra(scope="admin"),
    responses=answers(files=["text/plain"], says="Numbers, as Prometheus reads them."),
)
async def numbers(request: Request) -> Response:
    """Give the numbers of the service for Prometheus."""
    text = await run_in_threadpool(service_of(request).metrics.text)
    return Response(text, headers={"content-type": metrics.CONTENT_TYPE})


@router.get("/v1/codes", openapi_extra=extra(), responses=answers(model=models.Codes))
async def list_codes(request: Request) -> Response:
    """List the codes that diagnostics may have, with what each means and what to do."""
    found = sorted(data.diagnostics().items())
    codes = [{"code": code, "means": entry["means"], "do": entry["do"]} for code, entry in found]
    return told(models.Codes, {"codes": codes})


@router.get("/openapi.json", openapi_extra=_OPEN, responses=open_answers(files=[JSON], says="This document."))
async def document(request: Request) -> Response:
    """Give the OpenAPI document of the service."""
    root = request.scope.get("root_path", "").rstrip("/")
    described = request.app.openapi()
    return JSONResponse({**described, "servers": [{"url": root or "/"}]})


@router.get("/docs", include_in_schema=False, openapi_extra=_OPEN)
async def page(request: Request) -> Response:
    """Show the document as a page. A browser asks for the token, as the password of any name."""
    service = service_of(request)
    token = service.tokens.of(request.headers.get("authorization")) or service.tokens.known(_password(request))
    if token is None:
        raise Declined(401, "token-missing", headers={"www-authenticate": 'Basic realm="letterpress: token"'})
    html, policy = reading.page(request.app.openapi())
    return HTMLResponse(html, headers={"content-security-policy": policy})


def _password(request: Request) -> str:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
