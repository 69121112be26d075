"""Endpoints for what jobs have made: results, letters, files for the printer, packages, rows that failed.

Not here: jobs themselves (jobs.py).
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from letterpress.errors import Diagnostic
from letterpress.files.zip_stream import ZipStream
from letterpress.post.package import Package
from letterpress.serve import bodies, json_lines, posting
from letterpress.serve.describing import PDF, ZIP, answers, extra
from letterpress.serve.guarded import GuardedRoute
from letterpress.serve.job_files import Job
from letterpress.serve.problems import Declined, missing, refused
from letterpress.serve.routes.jobs import JobName, job_of
from letterpress.serve.routes.letters import attachment, service_of

router = APIRouter(route_class=GuardedRoute, tags=["jobs"])
LINES = "application/x-ndjson"
_WAITS = (
    "Go on until the job has ended. Where the service is stopped before, the last line is an `Unfinished` and no `Row`."
)
CSV = "text/csv"
_LOOK = 0.2
"""Seconds between two looks for further results."""
_BLOCK = 500
_RANGE = re.compile(r"bytes=(?=[0-9-]*[0-9])([0-9]{0,18})-([0-9]{0,18})")


@router.get(
    "/v1/jobs/{job}/results",
    openapi_extra=extra(),
    responses=answers(404, 422, files=[LINES], says="A line of JSON (`Row`) for each letter."),
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

    A job that was refused has no lines: its reasons are the answer, as `GET /v1/jobs/{job}` has them.
    """
    found = job_of(request, job)
    while wait and not (found.rows or found.has_ended or service_of(request).stopping):
        await asyncio.sleep(_LOOK)
    if found.state == "refused" and not found.rows:
        faults = [Diagnostic.from_json(one) for one in found.about.get("faults", ())]
        raise Declined(422, "job-refused", "No letter of the job was begun", diagnostics=faults)
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
    found = await run_in_threadpool(job_of(request, job).pdf, number)
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
    found = _ended(job_of(request, job))
    if not await run_in_threadpool(found.has_files):
        raise _empty(found)
    headers = {"content-disposition": attachment(f"{_stem(found)}.zip")}
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
    found = _ended(job_of(request, job))
    if not found.combined.is_file():
        raise missing("file", hint='it is made where the job has "combined": true and no letter failed')
    return _file(request, found.combined, PDF, f"{_stem(found)}.pdf")


@router.get(
    "/v1/jobs/{job}/combined/{number}",
    openapi_extra=extra(),
    responses=answers(404, 409, 416, files=[PDF], says="Letters for the printer.", stored=True),
)
def job_spool(
    request: Request, job: JobName, number: Annotated[int, Path(ge=1, le=10**9, description="Of one of `spools`.")]
) -> Response:
    """Give one of the PDFs that the letters of a job are split into for the printer."""
    found = _ended(job_of(request, job))
    spools = found.about.get("spools", ())
    if number > len(spools):
        raise missing("file", hint=f"/v1/jobs/{job} lists those that there are as `spools`")
    name = spools[number - 1]["name"]
    return _file(request, found.folder / name, PDF, name.replace("combined", _stem(found), 1))


def _stem(job: Job) -> str:
    return PurePosixPath(job.about["letter"]).stem


@router.post(
    "/v1/jobs/{job}/package.zip",
    openapi_extra=extra(takes=posting.PackageRequest),
    responses=answers(404, 408, 409, 413, 415, 422, files=[ZIP], says="The package.", headers=["Letterpress-Sums"]),
)
async def job_package(request: Request, job: JobName) -> Response:
    """Pack the letters of a job that has ended for whoever prints and posts them, as `letterpress package` does.

    It has the letters, lists of them, a page for people, and check sums; the same letters make the same package.
    """
    given, _ = await bodies.read(request, posting.PackageRequest)
    service, found = service_of(request), _ended(job_of(request, job))
    if found.about.get("file") is None:
        raise missing("package", hint="one is made of the letters of a list, and not of the variants of one letter")
    if not await run_in_threadpool(found.has_files):
        raise _empty(found)
    target = found.folder / f"package-{secrets.token_hex(8)}.zip"
    wanted = {**given.model_dump(exclude={"group"}), "root": ".", "limits": service.config.limits}
    arguments = (str(found.letters), str(target), tuple(given.group), tuple(wanted.items()))
    try:
        made: Package = await service.ask(
            request, service.post, "packages:pack", *arguments, about=found.about["letter"]
        )
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    headers = {"content-disposition": attachment(f"{_stem(found)}-package.zip"), "letterpress-sums": made.sums}
    return FileResponse(
        target, media_type=ZIP, headers=headers, background=BackgroundTask(target.unlink, missing_ok=True)
    )


@router.get(
    "/v1/jobs/{job}/faulty.csv",
    openapi_extra=extra(),
    responses=answers(404, 409, 416, files=[CSV], says="The rows, with what is wrong.", stored=True),
)
def job_faulty(request: Request, job: JobName) -> Response:
    """Give the rows whose letters failed, as a list that can be mended and sent again."""
    found = _ended(job_of(request, job))
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
