"""Endpoints for many letters: a list's, or the variants of one, made as a job."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from letterpress.errors import Diagnostic
from letterpress.files.project_files import LISTS
from letterpress.files.zip_stream import ZipStream
from letterpress.serve import bodies, json_lines, models, turns
from letterpress.serve.describing import PDF, answers, extra
from letterpress.serve.guarded import GuardedRoute
from letterpress.serve.idempotency import reused
from letterpress.serve.job_files import Job, expires
from letterpress.serve.once import REPLAYED, name_of
from letterpress.serve.problems import Declined, missing, refused
from letterpress.serve.routes.letters import LetterName, attachment, chosen, fingerprint, service_of, told

router = APIRouter(route_class=GuardedRoute, tags=["jobs"])
JobName = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Name of a job.")]
LINES = "application/x-ndjson"
_WAITS = (
    "Go on until the job has ended. Where the service is stopped before, the last line is an `Unfinished` and no `Row`."
)
ZIP = "application/zip"
CSV = "text/csv"
_LIST = {"list": "The list: CSV, TSV, XLSX, ODS, JSON or JSON Lines, by its name."}
_LISTS = LISTS - {".parquet", ".txt"}
_LOOK = 0.2
"""Seconds between two looks for further results."""
_BLOCK = 500
_RANGE = re.compile(r"bytes=(?=[0-9-]*[0-9])([0-9]{0,18})-([0-9]{0,18})")


# --- begin ------------------------------------------------------------------------------------------------------------


@router.post(
    "/v1/letters/{letter}/jobs",
    status_code=202,
    openapi_extra=extra(takes=models.BatchRequest, files=_LIST, once=True),
    responses=answers(
        404,
        408,
        409,
        413,
        415,
        422,
        model=models.Job,
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
    given, files = await bodies.read(request, models.BatchRequest, files=["list"], most=1)
    if (given.records is None) == (not files):
        raise _not_one_list(files)
    if files:
        name, data = _uploaded(files["list"][0])
    else:
        records = given.records or []
        if len(records) > service.config.file.limits.records:
            message = f"there are more records than {service.config.file.limits.records}"
            raise refused(413, "records-many", message, "send several jobs, or a file", field="records")
        name, data = "records.jsonl", b"".join(json_lines.with_numbers(one).encode() + b"\n" for one in records)
    about = {**about_list(path, given, name), "expected": turns.expected(name, data)}
    return await _begin(request, given, about, data)


def about_list(path: str, given: models.BatchRequest, name: str) -> dict[str, Any]:
    """Give what a job of a list is, as `jobs.py` reads it.

    :param path: of the letter.
    :param name: of the list's file.
    """
    reading = {one: getattr(given, one) for one in ("map", "key", "group_by", "name", "sheet", "delimiter", "encoding")}
    about = {"file": name, "reading": {**reading, "lang": given.data_lang}, "matrix": given.matrix}
    return {**about, "letter": path, "chosen": chosen(given), "combined": given.combined}


def about_variants(path: str, given: models.VariantsRequest) -> dict[str, Any]:
    """Give what a job of variants is, as `jobs.py` reads it.

    :param path: of the letter.
    """
    variants = [one.model_dump(by_alias=True, exclude_none=True) for one in given.variants]
    about = {"variants": variants, "matrix": not variants}
    return {**about, "letter": path, "chosen": chosen(given), "combined": given.combined}


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
        model=models.Job,
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


def _not_one_list(files: dict[str, Any]) -> Declined:
    """Refuse a job of no list, or of two."""
    message = "there are records as well" if files else "there is neither a list nor 'records'"
    hint = "send either a multipart body with a file 'list', or 'records': one object for each letter"
    fault = Diagnostic(message=message, field="list" if files else "records", hint=hint, code="request-invalid")
    return Declined(400, "request-invalid", "Give either 'records' or a file 'list'", diagnostics=[fault])


def _uploaded(file: bodies.File) -> tuple[str, bytes]:
    """Name a list that was sent; its ending says what it is."""
    ending = PurePosixPath(file.name).suffix.lower()
    if ending not in _LISTS:
        kinds = ", ".join(sorted(_LISTS))
        hint = f"call the file by what it is: its name ends in one of {kinds}"
        fault = Diagnostic(message="its name does not say what it is", field="list", hint=hint, code="list-kind")
        raise Declined(415, "list-kind", f"The file 'list' is none of {kinds}", diagnostics=[fault])
    return f"list{ending}", file.data


# --- look -------------------------------------------------------------------------------------------------------------


@router.get("/v1/jobs", openapi_extra=extra(), responses=answers(model=models.Jobs))
def list_jobs(request: Request) -> Response:
    """List the jobs of this token, the newest first; with the scope `admin` those of all."""
    service = service_of(request)
    found = service.jobs.of(request.state.token)[:200]
    return told(models.Jobs, {"jobs": [_about(request, job) for job in found]})


@router.get("/v1/jobs/{job}", openapi_extra=extra(), responses=answers(404, model=models.Job))
def get_job(request: Request, job: JobName) -> Response:
    """Say how far a job is."""
    return _told(request, _job(request, job), 200)


def _job(request: Request, name: str) -> Job:
    return service_of(request).jobs.get(request.state.token, name)


def _told(request: Request, job: Job, status: int) -> Response:
    return told(models.Job, _about(request, job), status)


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
        "faulty": job.has_ended and job.faulty.is_file(),
        "diagnostics": about.get("faults", []),
    }


@router.get(
    "/v1/jobs/{job}/results",
    openapi_extra=extra(),
    responses=answers(404, files=[LINES], says="A line of JSON (`Row`) for each letter."),
)
async def job_results(
    request: Request,
    job: JobName,
    after: Annotated[int, Query(ge=0, le=10**9, description="Lines that are known already.")] = 0,
    wait: Annotated[bool, Query(description=_WAITS)] = False,
) -> Response:
    """Give what became of each letter, as it is known: a line of JSON for each.

    With `wait` the last line may be `{"complete":false,"after":N}`: the service was stopped, and the job goes on with
    the next start. Ask again then, with that `after`.
    """
    found = _job(request, job)
    return StreamingResponse(_lines(request, found, after, wait), media_type=LINES)


async def _lines(request: Request, job: Job, after: int, wait: bool) -> AsyncIterator[bytes]:
    service = service_of(request)
    while True:
        ended = job.has_ended  # looked at first: nothing comes after that
        over = ended or not wait or service.stopping
        while lines := await run_in_threadpool(job.lines, after, _BLOCK):
            after += len(lines)
            yield b"".join(lines)
        if over:
            if wait and not ended:
                yield json_lines.line({"complete": False, "after": after}).encode() + b"\n"
            return
        await asyncio.sleep(_LOOK)


@router.get(
    "/v1/jobs/{job}/letters/{number}",
    openapi_extra=extra(),
    responses=answers(404, 416, files=[PDF], says="The letter.", stored=True),
)
async def job_letter(
    request: Request, job: JobName, number: Annotated[int, Path(ge=1, le=10**9, description="Of a line of results.")]
) -> Response:
    """Give the PDF of a letter."""
    found = await run_in_threadpool(_job(request, job).pdf, number)
    if found is None or not found.is_file():
        raise missing("letter", hint=f"only lines of /v1/jobs/{job}/results that are done have one")
    return _file(request, found, PDF, found.name)


@router.get(
    "/v1/jobs/{job}/letters.zip",
    openapi_extra=extra(),
    responses=answers(404, 409, files=[ZIP], says="All letters."),
)
async def job_zip(request: Request, job: JobName) -> Response:
    """Give all letters of a job that has ended in one ZIP; 409 if there is none."""
    found = _ended(_job(request, job))
    if not await run_in_threadpool(found.has_files):
        raise _empty(found)
    headers = {"content-disposition": attachment(f"{PurePosixPath(found.about['letter']).stem}.zip")}
    return StreamingResponse(_zipped(found), media_type=ZIP, headers=headers)


def _ended(job: Job) -> Job:
    if not job.has_ended:
        hint = f"ask again once GET /v1/jobs/{job.id} says that it has ended"
        raise refused(409, "job-open", "the job has not ended", hint, headers={"retry-after": "5"})
    return job


def _empty(job: Job) -> Declined:
    hint = f"/v1/jobs/{job.id}/results says what is wrong with each" if job.rows else f"/v1/jobs/{job.id} says why"
    fault = Diagnostic(message="no letter of the job was made", hint=hint, code="job-empty")
    return Declined(409, "job-empty", "The job has no letters", diagnostics=[fault])


class _Chunks:
    """A file that is read as it is written."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.chunks.append(data)
        return len(data)

    def taken(self) -> bytes:
        data, self.chunks = b"".join(self.chunks), []
        return data


def _zipped(job: Job) -> Iterator[bytes]:
    file: Any = _Chunks()
    with ZipStream(file) as stream:
        for name, path in job.files():
            stream.add(name, path.read_bytes())
            yield file.taken()
        stream.finish()
    yield file.taken()


@router.get(
    "/v1/jobs/{job}/combined.pdf",
    openapi_extra=extra(),
    responses=answers(404, 409, 416, files=[PDF], says="All letters, one behind the other.", stored=True),
)
def job_combined(request: Request, job: JobName) -> Response:
    """Give all letters of a job in one PDF, where that was asked for and none has failed."""
    found = _ended(_job(request, job))
    if not found.combined.is_file():
        raise missing("file", hint='it is made where the job has "combined": true and no letter failed')
    return _file(request, found.combined, PDF, f"{PurePosixPath(found.about['letter']).stem}.pdf")


@router.get(
    "/v1/jobs/{job}/faulty.csv",
    openapi_extra=extra(),
    responses=answers(404, 409, 416, files=[CSV], says="The rows, with what is wrong.", stored=True),
)
def job_faulty(request: Request, job: JobName) -> Response:
    """Give the rows whose letters failed, as a list that can be mended and sent again."""
    found = _ended(_job(request, job))
    if not found.faulty.is_file():
        raise missing("file", hint="it is made where letters of a list have failed")
    return _file(request, found.faulty, CSV, "faulty.csv")


def _file(request: Request, path: FilePath, kind: str, name: str) -> Response:
    """Answer with a file, a range of it, or that the client has it.

    :raises Declined: there is no such range.
    """
    status = path.stat()
    response = FileResponse(
        path, media_type=kind, headers={"content-disposition": attachment(name)}, stat_result=status
    )
    tag = response.headers["etag"]
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"etag": tag})
    asked = request.headers.get("range")
    match = _RANGE.fullmatch(asked) if asked is not None else None
    first = int(match[1]) if match and match[1] else 0
    if match and (first >= status.st_size or match[0] == "bytes=-0"):
        length = {"content-range": f"bytes */{status.st_size}"}
        message, hint = "the file has no such range", f"ask for bytes below {status.st_size}"
        raise refused(416, "range-wrong", message, hint, field="Range", headers=length)
    if asked is not None and (not match or (match[1] and match[2] and int(match[2]) < first)):
        headers = [pair for pair in request.scope["headers"] if pair[0] != b"range"]
        request.scope["headers"] = headers  # several ranges, or none: the whole file is the answer
    return response


# --- end --------------------------------------------------------------------------------------------------------------


@router.post(
    "/v1/jobs/{job}/stop",
    status_code=202,
    openapi_extra=extra(),
    responses=answers(404, model=models.Job, status=202, says="It ends with the letters in hand."),
)
def stop_job(request: Request, job: JobName) -> Response:
    """Finish the letters in hand, and end the job; what was made stays."""
    found = _job(request, job)
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
    service_of(request).jobs.delete(_job(request, job))
    return Response(status_code=204)
