"""Endpoints for single letters: which there are, what they ask for, making and checking one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from letterpress.code import CodeSpec
from letterpress.codes import catalogue
from letterpress.content.reader import slug_of
from letterpress.errors import Diagnostic
from letterpress.interactive.catalogue import Card
from letterpress.interactive.letters import Attached, Described, Order
from letterpress.interactive.record_schema import Found
from letterpress.model import Result
from letterpress.serve import bodies, models, refusals
from letterpress.serve.describing import JSON, OF_PDF, PDF, answers, extra
from letterpress.serve.guarded import GuardedRoute
from letterpress.serve.idempotency import Sent
from letterpress.serve.once import once
from letterpress.serve.problems import Declined, missing
from letterpress.serve.service import Service

router = APIRouter(route_class=GuardedRoute, tags=["letters"])
LetterName = Annotated[
    str, Path(pattern=r"^[^/\x00-\x1f]{1,200}$", description="Name of a letter; one in a folder is `folder:letter`.")
]
LetterheadName = Annotated[
    str, Path(pattern=r"^[^/\x00-\x1f]{1,200}$", description="Name of a letterhead, as `/v1/letterheads` lists them.")
]
_ENCLOSED = {"enclosure": "*PDFs that are enclosed, on top of the letter's own; a file's name is its title."}
_TEXT = "draft.md"
"""What a letter is called whose text was sent."""


def service_of(request: Request) -> Service:
    """Give the service of a request."""
    found: Service = request.app.state.service
    return found


def told(model: type[Any], body: Mapping[str, Any], status: int = 200) -> Response:
    """Answer with a model, in JSON."""
    made = model.model_validate(body)
    return Response(made.model_dump_json(by_alias=True), status, media_type=JSON)


# --- which letters there are ------------------------------------------------------------------------------------------


@router.get("/v1/letters", openapi_extra=extra(), responses=answers(model=models.Letters))
def list_letters(request: Request) -> Response:
    """List the letters of the project."""
    found = service_of(request).letters().items()
    return told(models.Letters, {"letters": [{"name": name, "file": file} for name, file in sorted(found)]})


@router.get("/v1/letters/{letter}", openapi_extra=extra(), responses=answers(404, 422, model=models.LetterDetails))
async def describe_letter(request: Request, letter: LetterName) -> Response:
    """Say what a letter is and which fields it has; what is wrong with it is among its diagnostics."""
    service = service_of(request)
    path, found = await _described(request, letter)
    read = found.letter
    body = {
        "name": letter,
        "file": path,
        "subject": read and read.subject,
        "lang": read and read.lang,
        "letterhead": read and read.letterhead,
        "signatories": [one.name for one in read.signatories] if read else [],
        "fields": [_plain(one, models.LetterField) for one in found.fields],
        "codes": [_code(one) for one in read.codes] if read else [],
        "variants": list(found.variants),
        "diagnostics": service.places.faults(found.diagnostics),
    }
    return told(models.LetterDetails, body)


@router.get("/v1/letters/{letter}/schema", openapi_extra=extra(), responses=answers(404, 422, files=[JSON]))
async def letter_schema(request: Request, letter: LetterName) -> Response:
    """Give the JSON Schema (2020-12) of what `data` may be for a letter: its fields, and the recipient's parts."""
    service = service_of(request)
    path = service.letter(letter)
    found: Found = await service.ask(request, service.press, "record_schema:of_letter", path, letter, about=path)
    if found.schema is None:
        raise Declined(422, "faults", diagnostics=found.diagnostics)
    return JSONResponse(found.schema)


def _code(one: CodeSpec) -> dict[str, Any]:
    kind = catalogue.kinds()[one.kind]
    values = dict(one.values)
    return {"type": one.kind, "title": kind.title, "place": one.place or kind.places[0], "values": values}


async def _described(request: Request, letter: str) -> tuple[str, Described]:
    service = service_of(request)
    path = service.letter(letter)
    return path, await service.ask(request, service.press, "letters:describe", path, about=path)


def _plain(one: Any, model: type[Any]) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in model.model_fields}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@router.get("/v1/letterheads", openapi_extra=extra(), responses=answers(model=models.Letterheads))
async def list_letterheads(request: Request) -> Response:
    """List the letterheads that letters can have: the project's own, and the shipped ones."""
    cards = await _cards(request)
    return told(models.Letterheads, {"letterheads": [_letterhead(service_of(request), one) for one in cards]})


@router.get("/v1/letterheads/{letterhead}", openapi_extra=extra(), responses=answers(404, model=models.Letterhead))
async def describe_letterhead(request: Request, letterhead: LetterheadName) -> Response:
    """Say what a letterhead is, and which parameters it has."""
    cards = await _cards(request)
    for one in cards:
        if one.name == letterhead:
            return told(models.Letterhead, _letterhead(service_of(request), one))
    raise missing("letterhead", letterhead, [one.name for one in cards])


async def _cards(request: Request) -> tuple[Card, ...]:
    service = service_of(request)
    cards: tuple[Card, ...] = await service.ask(request, service.press, "catalogue:cards", ".")
    return cards


def _letterhead(service: Service, one: Card) -> dict[str, Any]:
    parameters = [_plain(parameter, models.Parameter) for parameter in one.parameters]
    fault = service.places.faults([one.fault])[0] if one.fault else None
    about = {name: getattr(one, name) for name in ("name", "title", "country", "description", "shipped")}
    return {**about, "papers": list(one.papers), "parameters": parameters, "fault": fault}


# --- making and checking ----------------------------------------------------------------------------------------------


@router.post(
    "/v1/letters/{letter}/render",
    openapi_extra=extra(takes=models.RenderRequest, files=_ENCLOSED, once=True),
    responses=answers(
        404,
        406,
        408,
        409,
        413,
        415,
        422,
        model=models.Rendered,
        files=[PDF],
        says="The letter.",
        headers=OF_PDF,
        once=True,
    ),
)
async def render(request: Request, letter: LetterName) -> Response:
    """Make a letter. The answer is its PDF; with `Accept: application/json` the result with the PDF in base64.

    Without `data` it is the letter that `letterpress render` makes, with it the one that `letterpress merge` makes of
    a list of that record; byte for byte. A letter that fails is answered with 422 and all its diagnostics.
    """
    service = service_of(request)
    as_json = wants_json(request)
    path = service.letter(letter)
    given, files = await bodies.read(
        request, models.RenderRequest, files=["enclosure"], most=service.config.file.limits.files
    )
    order = order_of(path, given, files.get("enclosure", []))
    return await once(request, sent(order, as_json), lambda: _rendered(request, order, as_json))


@router.post(
    "/v1/letters/{letter}/check",
    openapi_extra=extra(takes=models.RenderRequest),
    responses=answers(404, 408, 413, 415, 422, model=models.Checked),
)
async def check(request: Request, letter: LetterName) -> Response:
    """Find all that is wrong with a letter, as far as shows without its pages; with `data`, with those values."""
    service = service_of(request)
    path = service.letter(letter)
    given, _ = await bodies.read(request, models.RenderRequest)
    return await _checked(request, order_of(path, given, []))


@router.post(
    "/v1/text/render",
    openapi_extra=extra(takes=models.TextRequest, files=_ENCLOSED, once=True),
    responses=answers(
        406, 408, 409, 413, 415, 422, model=models.Rendered, files=[PDF], says="The letter.", headers=OF_PDF, once=True
    ),
)
async def render_text(request: Request) -> Response:
    """Make a letter whose text is sent, where the service was started with `--allow-text`; else 403.

    It may name what letters of the project may: people, organisations, clauses and pictures of its `content/`.
    """
    as_json = wants_json(request)
    service = _with_text(request)
    given, files = await bodies.read(
        request, models.TextRequest, files=["enclosure"], most=service.config.file.limits.files
    )
    order = order_of(f"content/letters/{_TEXT}", given, files.get("enclosure", []), given.text)
    return await once(request, sent(order, as_json), lambda: _rendered(request, order, as_json))


@router.post(
    "/v1/text/check",
    openapi_extra=extra(takes=models.TextRequest),
    responses=answers(408, 413, 415, 422, model=models.Checked),
)
async def check_text(request: Request) -> Response:
    """Find all that is wrong with a letter whose text is sent; see `/v1/text/render`."""
    _with_text(request)
    given, _ = await bodies.read(request, models.TextRequest)
    return await _checked(request, order_of(f"content/letters/{_TEXT}", given, [], given.text))


def _with_text(request: Request) -> Service:
    service = service_of(request)
    if not service.config.file.allow_text:
        raise refusals.no_text()
    return service


def chosen(given: models.Choices) -> dict[str, Any]:
    """Give what is chosen in a request, as `api.Chosen` has it: every choice of the model, `false` too."""
    fields = models.Choices.model_fields
    said = {field.alias or name: getattr(given, name) for name, field in fields.items()}
    return {name: value for name, value in said.items() if value is not None and value != {}}


def order_of(path: str, given: models.RenderRequest, files: list[bodies.File], text: str | None = None) -> Order:
    """Give what is to be made, as a worker takes it."""
    return Order(
        letter=path,
        text=text,
        chosen=tuple(chosen(given).items()),
        record=given.data,
        mapping=tuple(given.map.items()),
        data_lang=given.data_lang,
        strict=given.strict,
        enclosed=tuple(Attached(title=one.name.removesuffix(".pdf"), data=one.data) for one in files),
    )


def fingerprint(order: Any) -> str:
    """Tell what is asked for from all else, for `Idempotency-Key`."""
    files = [hashlib.sha256(one.data).hexdigest() for one in getattr(order, "enclosed", ())]
    return hashlib.sha256(repr((order, files)).encode("utf-8", "surrogatepass")).hexdigest()


def sent(order: Any, as_json: bool) -> Sent:
    """Tell what is asked for, and in which kind of answer."""
    return Sent(fingerprint(order), JSON if as_json else PDF)


def wants_json(request: Request, kind: str = PDF) -> bool:
    """Say whether the client would rather have JSON than the file.

    :raises Declined: it wants neither.
    """
    accepted = request.headers.get("accept", "*/*").lower()
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, rest = part.partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest.strip().startswith("q=") else 1.0
        except ValueError:
            weight = 0.0
        weights[name.strip()] = weight
    everything = weights.get("*/*", 0.0)
    of_file = weights.get(kind, weights.get(f"{kind.partition('/')[0]}/*", everything))
    of_json = weights.get(JSON, weights.get("application/*", everything))
    if max(of_file, of_json) <= 0:
        raise refusals.answer_kind((kind, JSON), accepted)
    return of_json > of_file


async def _rendered(request: Request, order: Order, as_json: bool) -> Response:
    service = service_of(request)
    result: Result = await service.ask(request, service.press, "letters:make", order, about=order.letter)
    made = "plate" if result.laid_out == "" else "layout"
    service.metrics.letters.labels(result.status, made if result.status == "done" else "none").inc()
    if result.pdf is None:
        raise Declined(422, "letter-failed", "The letter was not made", diagnostics=result.diagnostics)
    if as_json:
        about = service.places.cleaned({**result.as_json(), "diagnostics": []})
        about["diagnostics"] = service.places.faults(result.diagnostics)
        return told(models.Rendered, {"result": about, "pdf": base64.b64encode(result.pdf).decode()})
    warned = dict.fromkeys(one.code or "" for one in result.diagnostics if one.severity == "warning")
    headers = {
        "content-disposition": attachment(f"{slug_of_order(order)}.pdf"),
        "letterpress-pages": str(result.pages),
        "letterpress-sha256": result.sha256 or "",
        "letterpress-diagnostics": str(len(result.diagnostics)),
        "letterpress-warnings": ", ".join(warned),
    }
    return Response(result.pdf, media_type=PDF, headers=headers)


def slug_of_order(order: Order) -> str:
    """Name the file of a letter."""
    from pathlib import PurePosixPath

    return slug_of(PurePosixPath(order.letter))  # type: ignore[arg-type]


def attachment(name: str) -> str:
    """Give a `Content-Disposition` with a file's name, whatever is in it (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


async def _checked(request: Request, order: Order) -> Response:
    service = service_of(request)
    result: Result = await service.ask(request, service.press, "letters:check", order, about=order.letter)
    faults: tuple[Diagnostic, ...] = result.diagnostics
    ok = not any(one.severity == "error" for one in faults)
    return told(models.Checked, {"ok": ok, "diagnostics": service.places.faults(faults)})
