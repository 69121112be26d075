"""What the service says of jobs, as models: the OpenAPI document is made of these.

Not here: what a job is asked for with (models.py), how it is kept (job_files.py).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from letterpress.interactive.fault_bodies import Fault
from letterpress.serve.models import Told


class Spool(Told):
    """A PDF of letters for the printer, of those that a job is split into."""

    number: int = Field(description="From 1: `/v1/jobs/{job}/combined/{number}.pdf` is the file.")
    name: str
    title: str = Field(description="What its letters are alike in: `country DE`; empty where they are not grouped.")
    letters: int
    pages: int
    sheets: int


class Job(Told):
    """A job, as far as it is."""

    id: str
    state: Literal["queued", "running", "done", "failed", "refused", "stopped"] = Field(
        description="`failed`: some letters have, or all; `refused`: none was begun, and `diagnostics` say why."
    )
    letter: str = Field(description="Name of the letter, as in `/v1/letters/{letter}`.")
    created: str
    ended: str | None
    expires: str | None = Field(description="When its letters are deleted.")
    total: int | None = Field(description="Letters of the job; null as long as its list is read and nobody knows.")
    done: int
    failed: int
    skipped: int
    pages: int
    rows: int = Field(description="Lines of `results` that there are.")
    combined: bool = Field(
        description="Whether there is a PDF of all letters: at the end of a job that was to have one, if none failed."
    )
    spools: list[Spool] = Field(description="The files that `combined` was split into.")
    faulty: bool = Field(description="Whether there is a list of the rows whose letters failed.")
    diagnostics: list[Fault]


class Jobs(Told):
    """The jobs of this token, the newest first."""

    jobs: list[Job]


class Row(Told):
    """What became of a letter of a job: a line of `results`."""

    id: str = Field(
        description="Of the letter: no other has it, in any job. It stays if the job goes on after a restart."
    )
    number: int = Field(description="Its line, from 1: `/v1/jobs/{job}/letters/{number}` is its PDF.")
    record: str
    position: int | None = Field(
        None, description="The place of its record in the list, from 1; lines come as letters are made, in any order."
    )
    status: Literal["done", "failed", "skipped"]
    file: str | None
    pages: int | None
    diagnostics: list[Fault]


class Message(Told):
    """What a webhook is sent. `Letterpress-Signature` says that it comes from the service."""

    id: str = Field(description="Of the message: stays the same where it is sent again.")
    event: Literal["job.started", "job.ended", "letter.failed"]
    job: str
    state: str = Field(description="Of the job, as `GET /v1/jobs/{job}` has it.")
    number: int | None = Field(None, description="With `letter.failed`: the line of `results`.")


class Unfinished(Told):
    """The last line of `results?wait=true` where the service was stopped before the job has ended."""

    complete: Literal[False]
    after: int = Field(description="Lines that were given: ask for those behind them once the service is there again.")


ANSWERED = (Job, Jobs, Row, Unfinished, Message)
"""What an endpoint answers with, or sends; the others are parts of these."""
