"""Ways to make a letter that hurt, for tests of runs: named as `module:function` to the crew, run in real workers.

`quick` writes a few bytes in a moment; the others do what a bad letter may do to a process. What a letter does is said
by its record: the field `act`.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time

from letterpress.errors import Diagnostic
from letterpress.model import Job, Result


def quick(job: Job) -> Result:
    """A file that says which record it is of, in no time; `act` may ask for harm."""
    values = dict(job.values)
    act = str(values.get("fields.act", ""))
    if act == "hang":
        time.sleep(3600)
    elif act == "crash":
        os.abort()
    elif act == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif act == "memory":
        hoard = [bytearray(50_000_000)]
        while True:
            hoard.append(bytearray(os.urandom(1000)) * 20_000)
            time.sleep(0.001)
    elif act == "exit":
        os._exit(3)
    elif act == "raise":
        raise RuntimeError("a fault of our own")
    elif act == "slow":
        time.sleep(0.05)
    elif act == "fail":
        fault = Diagnostic(message="is refused", field="fields.act", file=job.letter.path, record=job.record)
        return Result(id=job.id or "", source=job.letter.path, status="failed", record=job.record, diagnostics=(fault,))
    pdf = content(job)
    digest = hashlib.sha256(pdf).hexdigest()
    return Result(
        id=job.id or "", source=job.letter.path, status="done", record=job.record, pages=1, sha256=digest, pdf=pdf
    )


def content(job: Job) -> bytes:
    """What `quick` makes of a job: some kilobytes, so that a torn file would show."""
    line = f"record {job.record} {sorted(dict(job.values).items())}\n".encode()
    return line * (4096 // len(line) + 1)


def given(job: Job) -> Result:
    """The PDF at the path that `act` names."""
    with open(str(dict(job.values)["fields.act"]), "rb") as file:
        pdf = file.read()
    digest = hashlib.sha256(pdf).hexdigest()
    return Result(
        id=job.id or "", source=job.letter.path, status="done", record=job.record, pages=1, sha256=digest, pdf=pdf
    )
