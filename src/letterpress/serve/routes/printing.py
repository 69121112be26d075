"""Endpoints that say whether a post, a letter service or a print shop takes a PDF."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from letterpress.carriers.values import Carrier
from letterpress.errors import Diagnostic
from letterpress.preflight import Report
from letterpress.serve import bodies, verdicts
from letterpress.serve.describing import PDF, answers, extra
from letterpress.serve.guarded import GuardedRoute
from letterpress.serve.problems import Declined
from letterpress.serve.routes.letters import service_of, told

router = APIRouter(route_class=GuardedRoute, tags=["printing"])
_SHOWN = "file.pdf"
"""What messages call a PDF that was sent."""
_HEADER, _WITHIN = b"%PDF-", 1024
"""What each PDF has among its first bytes. A file that has it and cannot be read is a finding: a carrier refuses it."""


@router.get("/v1/carriers", openapi_extra=extra(), responses=answers(408, 422, model=verdicts.Carriers))
async def list_carriers(request: Request) -> Response:
    """List the posts, letter services and print shops that are known, and the project's own."""
    service = service_of(request)
    found: tuple[Carrier, ...] = await service.ask(
        request, service.work, "preflights:carriers", str(service.config.root)
    )
    lines = [{name: getattr(one, name) for name in verdicts.CarrierLine.model_fields} for one in found]
    return told(verdicts.Carriers, {"carriers": [{**line, "unchecked": list(line["unchecked"])} for line in lines]})


@router.post(
    "/v1/preflight",
    openapi_extra=extra(files={"file": "The PDF."}, raw=PDF),
    responses=answers(408, 413, 415, 422, model=verdicts.Preflight, says="What was found, by the carrier's rules."),
)
async def preflight(
    request: Request,
    carrier: Annotated[str, Query(max_length=64, description="Who takes it: a name of `GET /v1/carriers`.")],
    pictures: Annotated[
        bool,
        Query(description="Whether pages come as pictures that have findings with a place on them."),
    ] = False,
    strict: Annotated[bool, Query(description="Whether warnings count as errors.")] = False,
    duplex: Annotated[bool, Query(description="Whether both sides of the sheets are printed.")] = False,
) -> Response:
    """Say what a carrier may refuse a PDF for, or print otherwise than it looks. Anybody's PDF; nothing is sent on."""
    service = service_of(request)
    pdf = await bodies.raw(request, PDF, "file", 1)
    if _HEADER not in pdf[:_WITHIN]:
        message = "is not a PDF" if pdf else "is empty"
        raise Declined(422, "faults", diagnostics=[Diagnostic(message=message, file=_SHOWN, code="pdf-expected")])
    given = (pdf, carrier, str(service.config.root), pictures, strict, duplex)
    report: Report = await service.ask(request, service.work, "preflights:examine", *given, about=_SHOWN)
    drawn: list[dict[str, Any]] = [
        {"page": one.page, "png": base64.b64encode(one.png).decode()} for one in report.pictures
    ]
    return told(verdicts.Preflight, {**report.as_json(), "pictures": drawn})
