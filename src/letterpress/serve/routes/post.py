"""Endpoints for what goes to the post with letters: envelopes, labels, and whether a package is whole."""

from __future__ import annotations

import base64
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from letterpress.interactive.printed import Made, OnEnvelopes, OnLabels, Order, Sent
from letterpress.post.verification import Verdict
from letterpress.serve import bodies, lists, models, posting
from letterpress.serve.describing import OF_PDF, PDF, ZIP, answers, extra
from letterpress.serve.guarded import GuardedRoute
from letterpress.serve.once import once
from letterpress.serve.problems import Declined
from letterpress.serve.routes.letters import LetterName, attachment, chosen, sent, service_of, told, wants_json

router = APIRouter(route_class=GuardedRoute, tags=["post"])
_SHOWN = "package.zip"
"""What messages call a package that was sent."""


# --- what there is ----------------------------------------------------------------------------------------------------


@router.get("/v1/envelopes", openapi_extra=extra(), responses=answers(422, model=posting.Envelopes))
async def list_envelopes(request: Request) -> Response:
    """List the envelopes that addresses are printed on."""
    return told(posting.Envelopes, {"envelopes": _shown((await _media(request))[0], posting.Envelope)})


@router.get("/v1/labels", openapi_extra=extra(), responses=answers(422, model=posting.LabelSheets))
async def list_labels(request: Request) -> Response:
    """List the sheets of labels that addresses are printed on."""
    return told(posting.LabelSheets, {"sheets": _shown((await _media(request))[1], posting.LabelSheet)})


async def _media(request: Request) -> tuple[Any, Any]:
    service = service_of(request)
    found: tuple[Any, Any] = await service.ask(request, service.post, "printed:media")
    return found


def _shown(many: Any, model: type[models.Told]) -> list[dict[str, Any]]:
    return [{name: getattr(one, name) for name in model.model_fields} for one in many]


# --- envelopes and labels ---------------------------------------------------------------------------------------------


def _described(model: type[posting.AddressedRequest], says: str) -> dict[str, Any]:
    """Describe an endpoint that prints addresses."""
    return {
        "openapi_extra": extra(takes=model, files=lists.OF_LIST, once=True),
        "responses": answers(
            404,
            406,
            408,
            409,
            413,
            415,
            422,
            model=posting.Printed,
            files=[PDF],
            says=says,
            headers=[*OF_PDF, "Letterpress-Failed"],
            once=True,
        ),
    }


@router.post("/v1/letters/{letter}/envelopes", **_described(posting.EnvelopesRequest, "The envelopes, one a page."))
async def print_envelopes(request: Request, letter: LetterName) -> Response:
    """Print an envelope for each record of a list: the PDF that `letterpress envelopes` makes, byte for byte.

    An address that does not fit is a fault of its record, and the others are printed: `Letterpress-Failed` counts them,
    and an answer in JSON names them. Where none could be printed, the answer is 422 with all diagnostics.
    """
    about = (letter, posting.EnvelopesRequest)
    return await _printed(
        request, *about, lambda given: OnEnvelopes(**_choices(given, "size", "return_address", "rotate", "codes"))
    )


@router.post("/v1/letters/{letter}/labels", **_described(posting.LabelsRequest, "The sheets of labels."))
async def print_labels(request: Request, letter: LetterName) -> Response:
    """Print a label for each record of a list: the PDF that `letterpress labels` makes, byte for byte.

    What does not fit is told as for envelopes.
    """

    def on(given: Any) -> OnLabels:
        same = _choices(given, "skip", "outline", "return_address", "codes")
        return OnLabels(sheet=given.label_sheet, offset=tuple(given.offset), **same)

    return await _printed(request, letter, posting.LabelsRequest, on)


def _choices(given: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(given, name) for name in names}


async def _printed(request: Request, letter: str, model: type[Any], on: Any) -> Response:
    service = service_of(request)
    as_json = wants_json(request)
    path = service.letter(letter)
    given, name, data = await lists.taken(request, model, service.config.file.limits.records)
    order = Order(letter=path, chosen=tuple(chosen(given).items()), on=on(given))
    listed = Sent(name=name, data=data, reading=lists.reading(lists.said(given)))
    return await once(request, sent((order, listed, data), as_json), lambda: _answer(request, order, listed, as_json))


async def _answer(request: Request, order: Order, listed: Sent, as_json: bool) -> Response:
    service = service_of(request)
    made: Made = await service.ask(request, service.post, "printed:make", order, listed, about=order.letter)
    printed, of_letters = made.printed, [one for result in made.printed.results for one in result.diagnostics]
    said = (*made.notes, *printed.diagnostics)
    if made.pdf is None:
        raise Declined(422, "faults", "Nothing was printed", diagnostics=[*said, *of_letters])
    if as_json:
        letters = [
            {
                **service.places.cleaned({**one.as_json(), "diagnostics": []}),
                "diagnostics": service.places.faults(one.diagnostics),
            }
            for one in printed.results
        ]
        counts = _choices(printed, "printed", "pages", "done", "failed", "skipped", "sha256")
        pdf = base64.b64encode(made.pdf).decode()
        body = {**counts, "letters": letters, "diagnostics": service.places.faults(said), "pdf": pdf}
        return told(posting.Printed, body)
    headers = {
        "content-disposition": attachment(printed.file or "addresses.pdf"),
        "letterpress-pages": str(printed.pages),
        "letterpress-sha256": printed.sha256 or "",
        "letterpress-diagnostics": str(len(said) + len(of_letters)),
        "letterpress-failed": str(printed.failed),
    }
    return Response(made.pdf, media_type=PDF, headers=headers)


# --- packages ---------------------------------------------------------------------------------------------------------


@router.post(
    "/v1/package/verify",
    openapi_extra=extra(files={"file": "The package."}, raw=ZIP),
    responses=answers(408, 413, 415, 422, model=posting.PackageVerdict, says="Whether it is whole and unchanged."),
)
async def verify_package(request: Request) -> Response:
    """Say whether a package is whole and unchanged, as `letterpress package --verify`. Anybody's; nothing is unpacked.

    `passed` is false where a file is missing, was changed or was added: the diagnostics name it.
    """
    service = service_of(request)
    data = await bodies.raw(request, ZIP, "file", 1)
    verdict: Verdict = await service.ask(request, service.post, "packages:verify", data, _SHOWN, about=_SHOWN)
    about = _choices(verdict, "files", "letters", "sums", "passed")
    return told(posting.PackageVerdict, {**about, "diagnostics": service.places.faults(verdict.findings)})
