"""Makes the application: its routes, its OpenAPI document, and what is answered where there is no route.

Not here: the server (server.py), what holds for every request (guarded.py).
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

import letterpress
from letterpress.errors import UsageError
from letterpress.serve import config as configs
from letterpress.serve import describing, guarded, logs, refusals
from letterpress.serve import tokens as tokens_
from letterpress.serve.config import Config
from letterpress.serve.logs import Log
from letterpress.serve.problems import Declined
from letterpress.serve.routes import jobs, letters, made, operation, post, printing, signing
from letterpress.serve.service import Service, started
from letterpress.serve.tokens import Tokens

_ABOUT = """PDFs of the letters of a project. A token comes with each request: `Authorization: Bearer TOKEN`.

What was refused has a body `Problem` (`application/problem+json`). `code` says which kind of refusal it is, and each of
its `diagnostics` what is wrong and what to do. A path that there is not is answered with 404, and a method that a path
does not have with 405 (`MethodUnknown`): `Allow` has those that there are."""

_PARTS = (letters, jobs, made, post, signing, printing, operation)


def create_app(
    project: str | Path = ".",
    *,
    tokens: Tokens | str | Path | None = None,
    config: Config | str | Path | None = None,
    log: Log | None = None,
    allow_text: bool = False,
) -> FastAPI:
    """Make an application that serves a project. It can be mounted in another of FastAPI or Starlette.

    Its workers start at once. `app.state.service.close()` ends them; else they end with the process.

    :param project: its folder.
    :param tokens: a file of tokens; None: the environment variable `LETTERPRESS_TOKENS`.
    :param config: the file of settings; None: `serve.toml` in the project, if it is there.
    :param log: None: lines on the standard error output.
    :raises LetterpressError: there is no such project, there are no tokens, or a file has faults.
    """
    root = Path(project).resolve()
    if not root.is_dir():
        raise UsageError("there is no such folder", file=str(project), code="file-missing")
    if tokens is None:
        text = os.environ.get(tokens_.ENVIRONMENT)
        if text is None:
            hint = f"name a file of tokens, or set {tokens_.ENVIRONMENT}"
            raise UsageError("nobody has a token for the service", hint=hint, code="tokens-missing")
        tokens = tokens_.parsed(text, tokens_.ENVIRONMENT)
    elif not isinstance(tokens, Tokens):
        tokens = tokens_.read(Path(tokens))
    if not isinstance(config, Config):
        config = configs.read(root, None if config is None else Path(config), allow_text=allow_text)
    return application(started(root, config, tokens, log or Log()))


def application(service: Service) -> FastAPI:
    """Make the application of a service."""
    app = FastAPI(
        title="letterpress",
        version=letterpress.__version__,
        description=_ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        default_response_class=Response,  # what each endpoint answers is said where it stands, and nothing is by itself
        generate_unique_id_function=lambda route: route.name,  # programs made of the document call it by this name
    )
    app.state.service = service
    for part in _PARTS:
        app.include_router(part.router)
    app.openapi = _document(app, service.config.file.limits.files)  # type: ignore[method-assign]
    app.add_exception_handler(HTTPException, _elsewhere)
    weakref.finalize(app, service.close)
    return app


def _document(app: FastAPI, most: int) -> Callable[[], dict[str, Any]]:
    """:param most: files of a request."""
    made: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not made:
            described = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            parts = described.setdefault("components", {})
            parts["schemas"] = describing.schemas()
            parts["headers"] = dict(describing.HEADERS)
            parts["responses"] = {"MethodUnknown": describing.refusal(405)}
            about = "Scopes are of the token: render, sign, admin."
            parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "description": about}}
            for methods in described["paths"].values():
                for one in methods.values():
                    one.pop("x-upload", None)
                    describing.limit_files(one, most)
                    one["responses"].pop("422", None) if _is_fastapis(one["responses"].get("422")) else None
            described["webhooks"] = describing.webhooks()
            made.update(described)
        return made

    return document


def _is_fastapis(answer: Any) -> bool:
    return "HTTPValidationError" in str(answer)


async def _elsewhere(request: Request, error: Exception) -> Response:
    """Answer where there is no route, or none for the method; who has no token is told no more than that."""
    service: Service = request.app.state.service
    request.state.trace = logs.trace_of(request.headers.get("traceparent"))
    begun = time.perf_counter()
    try:
        guarded.admit(service, request, "render" if _is_closed(request) else guarded.NO_TOKEN)
        response = guarded.problem(service, request, _nowhere(service, request, error))
    except Declined as refused:
        response = guarded.problem(service, request, refused)
    return guarded.ended(service, request, response, "", begun)


def _nowhere(service: Service, request: Request, error: Exception) -> Exception:
    """Say what there is instead of a path or a method that there is not."""
    status = error.status_code if isinstance(error, HTTPException) else 0
    if status == 405 and (methods := _methods(request)):
        return refusals.no_method(request.method, methods)
    if status == 404:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        return refusals.no_path(path, service.letters(), request.app.openapi()["paths"])
    return error


def _methods(request: Request) -> list[str]:
    """The methods that the path of a request has: of all routes that it is one of."""
    every = (route for part in _PARTS for route in part.router.routes)
    found = (route for route in every if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in found for method in getattr(route, "methods", None) or ()})


def _is_closed(request: Request) -> bool:
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return path not in ("/health", "/ready", "/openapi.json")
