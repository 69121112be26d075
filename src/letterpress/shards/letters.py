"""Makes the plan of a run's letters on the machine that makes them, from the project's files there.

The same files, choices and versions give the same plan; whether they are the same is told by the hash of what all
letters share. A machine whose hash differs would make other letters, and is refused.

Not here: the plan itself (batch/plan.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from letterpress.batch import fingerprint, list_plan, versions
from letterpress.batch.plan import Plan
from letterpress.content import reader
from letterpress.errors import Diagnostic, UsageError
from letterpress.frozen import frozendict
from letterpress.model import Job, Letter, Writing
from letterpress.recipients import writing
from letterpress.recipients.shard_files import Laid
from letterpress.recipients.tables import Origin, Record, Table
from letterpress.shards.run import Run


def plan_of(run: Run, root: Path) -> Plan:
    """Make the plan.

    :param root: where the project is unpacked.
    :raises LetterpressError: the letter cannot be read there.
    :raises UsageError: this machine would make other letters.
    """
    letter = reader.load(root / run.letter)
    job = Job(letter=letter, choices=run.choices, values=run.values, signed_by=run.signed_by, strict=run.strict)
    job = versions.in_language(job)
    job = replace(job, letter=_as_named(job.letter, root, run.prefix))
    reading = list_plan.Reading(mapping=frozendict(run.mapping), names=run.names, key=run.key, group_by=run.group_by)
    table = Table(origin=run.origin, rows=lambda: iter(()))
    mapped = replace(list_plan.mapped_columns(job, table, reading), countries=run.countries)
    job = writing.applied(job, {name: Writing(*said) for name, said in run.writings.items()})
    plan = list_plan.plan(list_plan.OpenList(job=job, table=table, mapped=mapped), reading)
    refuse_other_letters(run, base_of(plan))
    return plan


def base_of(plan: Plan) -> str:
    """Give the hash of what letters share for which a record chooses nothing."""
    return fingerprint.of_base(plan.ways.job)


def refuse_other_letters(run: Run, base: str) -> None:
    """:raises UsageError: the hash is another than that of the machine that has planned the run."""
    if base == run.base:
        return
    here = fingerprint.versions()
    differ = [
        f"{name} {here.get(name) or 'missing'} instead of {run.versions.get(name) or 'missing'}"
        for name in sorted({*here, *run.versions})
        if here.get(name, "") != run.versions.get(name, "")
    ]
    why = ", ".join(differ) or "its fonts or tables differ"
    message = f"this machine would make other letters than the run was planned with: {why}"
    raise UsageError(
        message, hint="give all machines the same image", code="node-differs", params=(("differ", tuple(differ)),)
    )


def _as_named(letter: Letter, root: Path, prefix: str) -> Letter:
    """Name the letter's files as the user did, and not by where they lie here."""
    places = {path: (as_named(file, root, prefix) or file, line) for path, (file, line) in letter.places.items()}
    remarks = tuple(named(fault, root, prefix) for fault in letter.remarks)
    path = as_named(letter.path, root, prefix) or letter.path
    return replace(letter, path=path, places=frozendict(places), remarks=remarks)


def named(fault: Diagnostic, root: Path, prefix: str) -> Diagnostic:
    """Name the file of a fault as the user did."""
    file = as_named(fault.file, root, prefix)
    return fault if file == fault.file else replace(fault, file=file)


def as_named(file: str | None, root: Path, prefix: str) -> str | None:
    """Name a file of the project as the user did."""
    for folder in (str(root), str(root.resolve())):
        if file is not None and file.startswith(f"{folder}/"):
            return prefix + file.removeprefix(f"{folder}/")
    return file


def records(run: Run, laid: Iterable[Laid]) -> Iterator[Record]:
    """Give the records of a shard as they were planned."""
    return unpacked(run.group_by, laid, run.origin)


def unpacked(group_by: tuple[str, ...], laid: Iterable[Laid], origin: Origin | None) -> Iterator[Record]:
    """Give records as they were before they were laid out.

    :param group_by: columns in which the records of one letter agree, where they were grouped.
    """
    for one in laid:
        members = tuple(Record.unpacked(row, origin) for row in json.loads(one.rows))
        fault = None if one.fault is None else Diagnostic.from_json(json.loads(one.fault))
        yield replace(members[0], members=members if group_by else (), fault=fault)
