"""Endpoints that sign PDFs with keys of the service, and say what signatures are worth."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from letterpress.errors import Diagnostic
from letterpress.interactive.signatures import Order
from letterpress.serve import bodies, models, verdicts
from letterpress.serve.config import KeyTable
from letterpress.serve.describing import JSON, PDF, answers, extra
from letterpress.serve.guarded import GuardedRoute
from letterpress.serve.once import once
from letterpress.serve.problems import Declined, missing, refused
from letterpress.serve.routes.letters import attachment, sent, service_of, told, wants_json
from letterpress.serve.tokens import Token
from letterpress.signing import SignedPdf, Verification

router = APIRouter(route_class=GuardedRoute, tags=["signatures"])
_FILE = {"file": "The PDF."}
_SHOWN = "file.pdf"
"""What messages call a PDF that was sent."""


@router.get("/v1/keys", openapi_extra=extra(scope="sign"), responses=answers(model=models.Keys))
def list_keys(request: Request) -> Response:
    """List the keys that this token may sign with."""
    keys = service_of(request).config.file.keys
    own = [(name, one) for name, one in sorted(keys.items()) if _may(request.state.token, one)]
    why = service_of(request).config.why_unusable
    found = [
        {"name": name, "kind": "file" if one.file is not None else "pkcs11", "usable": why(name) is None}
        for name, one in own
    ]
    return told(models.Keys, {"keys": found})


def _may(token: Token, key: KeyTable) -> bool:
    return not key.tokens or token.name in key.tokens


@router.post(
    "/v1/sign",
    openapi_extra=extra(scope="sign", takes=models.SignRequest, whole=models.SignJson, files=_FILE, once=True),
    responses=answers(
        404, 406, 408, 409, 413, 415, 422, model=models.Signed, files=[PDF], says="The signed file.", once=True
    ),
)
async def sign(request: Request) -> Response:
    """Sign a PDF with a key of the service, in the place that it keeps. No key is ever sent."""
    service = service_of(request)
    as_json = wants_json(request)
    given, pdf = await _sent(request)
    table = service.config.file.keys.get(given.key)
    if table is None or not _may(request.state.token, table):
        own = [name for name, one in service.config.file.keys.items() if _may(request.state.token, one)]
        raise missing("key", given.key, own)
    if (reason := service.config.why_unusable(given.key)) is not None:
        service.log.write("key", name=given.key, state="unusable", reason=reason)
        message, hint = f"the key '{given.key}' cannot be used", "whoever runs the service finds the reason in its log"
        raise refused(503, "service-key-unusable", message, hint, headers={"retry-after": "60"})
    key = service.config.key(given.key)
    order = Order(
        place=given.place,
        letterhead=given.letterhead,
        root=".",
        shown=_SHOWN,
        on_behalf=table.on_behalf,
        tsa=table.tsa,
        reason=(given.reason or "").strip() or None,
    )

    async def signed() -> Response:
        made: SignedPdf = await service.ask(request, service.work, "signatures:sign", pdf, key, order, about=_SHOWN)
        return _signed(request, made, as_json)

    return await once(request, sent((given, hashlib.sha256(pdf).hexdigest()), as_json), signed)


async def _sent(request: Request) -> tuple[models.SignRequest, bytes]:
    """Read what is to be signed, and how: JSON with the file in base64, or a part for each."""
    if bodies.kind_of(request) == JSON:
        whole, _ = await bodies.read(request, models.SignJson)
        try:
            return whole, base64.b64decode(whole.pdf, validate=True)
        except (binascii.Error, ValueError):
            hint = "write the bytes of the PDF in base64 (RFC 4648), without line ends; or send a multipart body"
            fault = Diagnostic(message="is not base64", field="pdf", hint=hint, code="request-invalid")
            raise Declined(422, "faults", diagnostics=[fault]) from None
    given, files = await bodies.read(request, models.SignRequest, files=["file"], most=1, whole=True)
    return given, files["file"][0].data


def _signed(request: Request, made: SignedPdf, as_json: bool) -> Response:
    if as_json:
        faults = service_of(request).places.faults(made.diagnostics)
        about: dict[str, Any] = {"signer": made.signer, "signatory": made.signatory, "level": made.level}
        about |= {"open": list(made.open), "diagnostics": faults, "pdf": base64.b64encode(made.pdf).decode()}
        return told(models.Signed, about)
    return Response(made.pdf, media_type=PDF, headers={"content-disposition": attachment("signed.pdf")})


@router.post(
    "/v1/verify",
    openapi_extra=extra(files=_FILE, raw=PDF),
    responses=answers(
        408, 413, 415, 422, model=verdicts.Verdict, says="The report, as `letterpress verify --json` has it."
    ),
)
async def verify(request: Request) -> Response:
    """Say who signed a PDF, and whether it is still what they signed; by the certificates in the project's `trust/`."""
    service = service_of(request)
    pdf = await bodies.raw(request, PDF, "file", 1)
    if not pdf:
        fault = Diagnostic(message="is empty", file=_SHOWN, code="pdf-expected")
        raise Declined(422, "faults", diagnostics=[fault])
    trust = service.config.root / service.config.file.trust
    folders = [str(trust)] if trust.is_dir() else []
    verdict: Verification = await service.ask(
        request, service.work, "signatures:verify", pdf, folders, _SHOWN, about=_SHOWN
    )
    return told(verdicts.Verdict, service.places.cleaned(verdict.as_json()))
