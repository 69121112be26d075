"""Describes endpoints for the OpenAPI document: what goes in and comes out, and which token it takes.

Not here: the models (models.py).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from letterpress.serve import job_models, models, posting, verdicts
from letterpress.serve.guarded import NO_TOKEN, PROBLEM
from letterpress.serve.problems import TITLES

PDF = "application/pdf"
JSON = "application/json"
ZIP = "application/zip"
_ALWAYS = (400, 401, 403, 429, 500, 503)
_NAMED = (PDF, ZIP, "text/csv")
"""Files that have a name."""
_BINARY = {"type": "string", "format": "binary"}
_OBJECT = {"type": "object"}
_REF = "#/components/schemas/"
_ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, the request is not done again: the answer is the first one.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_TRACE = {
    "name": "traceparent",
    "in": "header",
    "required": False,
    "description": "Of W3C Trace Context: its trace is that of the log and of `Trace-Id`. What is none is passed over.",
    "schema": {"type": "string"},
}
HEADERS: Mapping[str, dict[str, Any]] = {
    "Trace-Id": {
        "description": "Finds the request in the service's log.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    },
    "Retry-After": {
        "description": "Seconds after which it may be tried again.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "That a token is asked for, and the scope that it has to have.",
        "schema": {"type": "string"},
    },
    "Allow": {"description": "The methods that there are.", "schema": {"type": "string"}},
    "Location": {"description": "Where the job is.", "schema": {"type": "string"}},
    "Content-Disposition": {"description": "Name of the file.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "There where this is the answer that an earlier request with the same `Idempotency-Key` had.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Letterpress-Pages": {
        "description": "Pages of the PDF. With an answer in JSON, it stands there.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "Letterpress-Sha256": {
        "description": "SHA-256 of the PDF. With an answer in JSON, it stands there.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    "Letterpress-Diagnostics": {
        "description": "How many warnings and notes there are on the letter: an answer in JSON has them.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Letterpress-Failed": {
        "description": "Letters whose addresses were not printed: an answer in JSON says why.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Letterpress-Sums": {
        "description": "Sum of the package's check sums, by which whoever gets it compares it with yours.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
}
"""Headers of answers."""
OF_PDF = ("Letterpress-Pages", "Letterpress-Sha256", "Letterpress-Diagnostics", "Letterpress-Warnings")
"""Those of the PDF of a letter."""
_OF_STATUS = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    405: ("Allow",),
    409: ("Retry-After",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


def extra(
    *,
    scope: str = "render",
    takes: type[BaseModel] | None = None,
    whole: type[BaseModel] | None = None,
    files: Mapping[str, str] | None = None,
    raw: str | None = None,
    once: bool = False,
) -> dict[str, Any]:
    """Describe what an endpoint takes.

    :param scope: that a token has to have.
    :param takes: model of the body.
    :param whole: model of a body in JSON that has the file as well; None: `takes`.
    :param files: parts of a multipart body that are files, with what each is; one whose description begins with `*` may
        be there several times.
    :param raw: media type of a body that is one file.
    :param once: whether an `Idempotency-Key` is taken.
    """
    content: dict[str, Any] = {}
    if takes is not None:
        content[JSON] = {"schema": {"$ref": f"{_REF}{(whole or takes).__name__}"}}
    if raw is not None:
        content[raw] = {"schema": _BINARY}
    if files:
        parts = {
            name: {"description": what.lstrip("*"), "type": "array", "items": _BINARY}
            if what.startswith("*")
            else {"description": what, **_BINARY}
            for name, what in files.items()
        }
        required = [name for name, what in files.items() if not what.startswith("*")]
        if takes is not None and any(one.is_required() for one in takes.model_fields.values()):
            required.append("request")
        properties = {"request": {"$ref": f"{_REF}{takes.__name__}"}, **parts} if takes else parts
        form = {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
        encoding = {"request": {"contentType": JSON}} if takes else {}
        content["multipart/form-data"] = {
            "schema": {**form, **({"required": required} if required else {})},
            **({"encoding": encoding} if encoding else {}),
        }
    described: dict[str, Any] = {"x-scope": scope, "x-upload": bool(files or raw)}
    if content:
        described["requestBody"] = {"required": True, "content": content}
    if scope != NO_TOKEN:
        described["security"] = [{"bearer": [scope]}]
    if content:
        described["parameters"] = [_ONCE, _TRACE] if once else [_TRACE]
    return described


def limit_files(described: dict[str, Any], most: int) -> None:
    """Say in what is described of an endpoint how many files a part may have that may be there several times."""
    if "requestBody" in described:
        described["requestBody"] = copy.deepcopy(described["requestBody"])  # routes keep it, for each application
    form = described.get("requestBody", {}).get("content", {}).get("multipart/form-data", {})
    for part in form.get("schema", {}).get("properties", {}).values():
        if part.get("type") == "array":
            part["maxItems"] = most


def answers(
    *others: int,
    model: type[BaseModel] | None = None,
    files: Sequence[str] = (),
    status: int = 200,
    says: str = "Done.",
    headers: Sequence[str] = (),
    once: bool = False,
    stored: bool = False,
) -> dict[int | str, dict[str, Any]]:
    """Describe what an endpoint answers that asks for a token.

    :param others: statuses of problems besides those that any request may have.
    :param model: of the answer in JSON.
    :param files: media types of an answer that is a file.
    :param headers: names of `HEADERS` that a good answer has; one with a file has its name as well.
    :param once: whether the answer may be the one of an earlier request.
    :param stored: whether the answer is a file that is kept, of which ranges may be asked for.
    """
    replayed = ("Idempotent-Replayed",) if once else ()
    named = ("Content-Disposition",) if any(kind in _NAMED for kind in files) else ()
    described = open_answers(model=model, files=files, status=status, says=says, headers=(*named, *headers, *replayed))
    if stored:
        described[206] = {**described[status], "description": "The range of it that `Range` asks for."}
        described[304] = {"description": "`If-None-Match` has its `ETag`.", "headers": _headers(())}
    for one in sorted({*_ALWAYS, *others}):
        described[one] = refusal(one, replayed if one == 422 else ())
    return described


def open_answers(
    *,
    model: type[BaseModel] | None = None,
    files: Sequence[str] = (),
    status: int = 200,
    says: str = "Done.",
    headers: Sequence[str] = (),
) -> dict[int | str, dict[str, Any]]:
    """Describe the good answer of an endpoint: all that there is of one that asks for no token; see `answers`."""
    content: dict[str, Any] = {kind: {"schema": _schema(kind)} for kind in files}
    if model is not None:
        content[JSON] = {"schema": {"$ref": f"{_REF}{model.__name__}"}}
    return {status: {"description": says, **({"content": content} if content else {}), "headers": _headers(headers)}}


def refusal(status: int, headers: Sequence[str] = ()) -> dict[str, Any]:
    """Describe a problem of a status."""
    return {
        "description": TITLES[status],
        "content": {PROBLEM: {"schema": {"$ref": f"{_REF}Problem"}}},
        "headers": _headers((*_OF_STATUS.get(status, ()), *headers)),
    }


def _headers(names: Sequence[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("Trace-Id", *names)}


def _schema(kind: str) -> dict[str, str]:
    """Say what a file of a media type is to a program."""
    if kind == JSON:
        return _OBJECT
    return {"type": "string"} if kind.startswith("text/") or kind.endswith("ndjson") else _BINARY


def schemas() -> dict[str, Any]:
    """Give the JSON Schemas of all models."""
    sent = [(model, "validation") for model in (*models.SENT, *posting.SENT)]
    of_all = (*models.ANSWERED, *job_models.ANSWERED, *posting.ANSWERED, *verdicts.ANSWERED)
    answered = [(model, "serialization") for model in of_all]
    _, document = models_json_schema([*sent, *answered], ref_template=f"{_REF}{{model}}")  # type: ignore[list-item]
    found: dict[str, Any] = document["$defs"]
    return found


def webhooks() -> dict[str, Any]:
    """Describe what the service sends to the webhook of a job."""
    about = (
        "A request that begins a job names the URL and the events. `Letterpress-Signature: t=SECONDS,v1=HEX` has the "
        "HMAC-SHA256 of `SECONDS.BODY` under the secret of the service's settings (`webhooks.secret_env`): compare it, "
        "and refuse what is older than some minutes. A message that is not answered with 2xx within 10 seconds is sent "
        "again with the same `id`, as often as `webhooks.attempts` says (6 times unless it is set): first after "
        "`webhooks.first_wait` seconds (5), then after three times as long as before, an hour at most. No redirection "
        "is followed."
    )
    signature = {
        "name": "Letterpress-Signature",
        "in": "header",
        "required": True,
        "description": "`t=SECONDS,v1=HEX`",
        "schema": {"type": "string", "pattern": "^t=[0-9]+,v1=[0-9a-f]{64}$"},
    }
    body = {"required": True, "content": {JSON: {"schema": {"$ref": f"{_REF}Message"}}}}
    answered = {"2XX": {"description": "It was taken."}, "default": {"description": "It is sent again."}}
    post = {
        "operationId": "job_message",
        "summary": "A job has begun or ended, or a letter has failed",
        "description": about,
    }
    return {"job": {"post": {**post, "parameters": [signature], "requestBody": body, "responses": answered}}}
