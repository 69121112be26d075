"""Endpoints for many letters: a list's, or the variants of one, made as a job."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from letterpress.interactive.letters import checked
from letterpress.serve import bodies, job_models, lists, models, turns
from letterpress.serve.describing import answers, extra
from letterpress.serve.guarded import GuardedRoute
from letterpress.serve.idempotency import reused
from letterpress.serve.job_files import Job, expires
from letterpress.serve.once import REPLAYED, name_of
from letterpress.serve.problems import refused
from letterpress.serve.routes.letters import LetterName, chosen, fingerprint, service_of, told

router = APIRouter(route_class=GuardedRoute, tags=["jobs"])
JobName = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Name of a job.")]


# --- begin ------------------------------------------------------------------------------------------------------------


@router.post(
    "/v1/letters/{letter}/jobs",
    status_code=202,
    openapi_extra=extra(takes=models.BatchRequest, files=lists.OF_LIST, once=True),
    responses=answers(
        404,
        408,
        409,
        413,
        415,
        422,
        model=job_models.Job,
        status=202,
        says="The job was taken.",
        headers=["Location"],
        once=True,
    ),
)
async def begin_job(request: Request, letter: LetterName) -> Response:
    """Make a letter for each record of a list, as a job: of `records`, or of a file in the part `list`."""
    service = service_of(request)
    path = service.letter(letter)
    given, name, data = await lists.taken(request, models.BatchRequest, service.config.file.limits.records)
    if given.printer is not None and not given.combined:
        hint = 'add "combined": true'
        raise refused(400, "request-invalid", "the letters go into no file for the printer", hint, field="printer")
    if given.printer is not None and given.printer.insert_sheet is not None:
        sheet = service.letter(given.printer.insert_sheet)
        given = given.model_copy(update={"printer": given.printer.model_copy(update={"insert_sheet": sheet})})
    about = {**about_list(path, given, name), "expected": turns.expected(name, data)}
    return await _begin(request, given, about, data)


def about_list(path: str, given: models.BatchRequest, name: str) -> dict[str, Any]:
    """Give what a job of a list is, as `jobs.py` reads it.

    :param path: of the letter.
    :param name: of the list's file.
    """
    about = {"file": name, "reading": {**lists.said(given), "name": given.name}, "matrix": given.matrix}
    about |= {"printer": None if given.printer is None else _printer(given.printer)}
    return {**about, "letter": path, "chosen": chosen(given), "combined": given.combined, "strict": given.strict}


def _printer(given: models.Printer) -> dict[str, Any]:
    """Give how letters go to the printer, as `post.asked.Asked` has it."""
    said = given.model_dump(exclude_none=True)
    return {**said, **{name: ",".join(map(str, said[name])) for name in ("split", "sort", "weights") if name in said}}


def about_variants(path: str, given: models.VariantsRequest) -> dict[str, Any]:
    """Give what a job of variants is, as `jobs.py` reads it.

    :param path: of the letter.
    """
    variants = [one.model_dump(by_alias=True, exclude_none=True) for one in given.variants]
    about = {"variants": variants, "matrix": not variants}
    return {**about, "letter": path, "chosen": chosen(given), "combined": given.combined, "strict": given.strict}


@router.post(
    "/v1/letters/{letter}/variants",
    status_code=202,
    openapi_extra=extra(takes=models.VariantsRequest, once=True),
    responses=answers(
        404,
        408,
        409,
        413,
        415,
        422,
        model=job_models.Job,
        status=202,
        says="The job was taken.",
        headers=["Location"],
        once=True,
    ),
)
async def begin_variants(request: Request, letter: LetterName) -> Response:
    """Make a letter in several letterheads, languages, papers or copies, as a job; by itself those of its matrix."""
    service = service_of(request)
    path = service.letter(letter)
    given, _ = await bodies.read(request, models.VariantsRequest)
    return await _begin(request, given, about_variants(path, given), None)


async def _begin(request: Request, given: models.JobRequest, about: dict[str, Any], data: bytes | None) -> Response:
    service = service_of(request)
    if given.webhook is not None:
        await run_in_threadpool(service.webhooks.check, given.webhook.url)
    checked(tuple(about["chosen"].items()))
    about |= {"webhook": given.webhook and given.webhook.model_dump()}
    about = json.loads(json.dumps(about, default=str))
    about["request"] = fingerprint((about, hashlib.sha256(data or b"").hexdigest()))
    key = request.headers.get("idempotency-key")
    name = None if key is None else name_of(request, key)[:32]
    job, is_new = await run_in_threadpool(service.jobs.begin, request.state.token, about, data, name)
    if job.about["request"] != about["request"]:
        raise reused("body")
    response = _told(request, job, 202)
    response.headers.update({} if is_new else REPLAYED)
    response.headers["location"] = f"{request.scope.get('root_path', '')}/v1/jobs/{job.id}"
    return response


# --- look -------------------------------------------------------------------------------------------------------------


@router.get("/v1/jobs", openapi_extra=extra(), responses=answers(model=job_models.Jobs))
def list_jobs(request: Request) -> Response:
    """List the jobs of this token, the newest first; with the scope `admin` those of all."""
    service = service_of(request)
    found = service.jobs.of(request.state.token)[:200]
    return told(job_models.Jobs, {"jobs": [_about(request, job) for job in found]})


@router.get("/v1/jobs/{job}", openapi_extra=extra(), responses=answers(404, model=job_models.Job))
def get_job(request: Request, job: JobName) -> Response:
    """Say how far a job is."""
    return _told(request, job_of(request, job), 200)


def job_of(request: Request, name: str) -> Job:
    """Give a job that this token may see.

    :raises Declined: there is none.
    """
    return service_of(request).jobs.get(request.state.token, name)


def _told(request: Request, job: Job, status: int) -> Response:
    return told(job_models.Job, _about(request, job), status)


def _about(request: Request, job: Job) -> dict[str, Any]:
    with job.lock:
        about = dict(job.about)
    until = expires(about, service_of(request).config.keep)
    known = about.get("counts", {})
    counts = {name: known.get(name, 0) for name in ("done", "failed", "skipped", "pages")}
    counts["total"] = known.get("total", 0 if about["ended"] else None)
    return {
        "id": job.id,
        "state": about["state"],
        "letter": service_of(request).name_of(about["letter"]),
        "created": about["created"],
        "ended": about["ended"],
        "expires": until and until.isoformat(),
        **counts,
        "rows": job.rows,
        "combined": job.has_ended and job.combined.is_file(),
        "spools": [{"number": number, **one} for number, one in enumerate(about.get("spools", ()), 1)],
        "faulty": job.has_ended and job.faulty.is_file(),
        "diagnostics": about.get("faults", []),
    }


# --- end --------------------------------------------------------------------------------------------------------------


@router.post(
    "/v1/jobs/{job}/stop",
    status_code=202,
    openapi_extra=extra(),
    responses=answers(404, model=job_models.Job, status=202, says="It ends with the letters in hand."),
)
def stop_job(request: Request, job: JobName) -> Response:
    """Finish the letters in hand, and end the job; what was made stays."""
    found = job_of(request, job)
    service_of(request).jobs.stop(request.state.token, found)
    return _told(request, found, 202)


@router.delete(
    "/v1/jobs/{job}",
    status_code=204,
    openapi_extra=extra(),
    responses=answers(404, 409, status=204, says="It is gone."),
)
def delete_job(request: Request, job: JobName) -> Response:
    """Delete a job that has ended, with its list and its letters."""
    service_of(request).jobs.delete(job_of(request, job))
    return Response(status_code=204)
