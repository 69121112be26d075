"""Plans a run on many machines: its records are ordered, named and looked at once, and put into its place in shards.

`run.json` comes last: whoever finds it finds a whole plan. Nothing of it changes afterwards, and a run that is planned
anew elsewhere has other names for its records.

Not here: how records are laid out in bounded memory (recipients/shard_files.py), what is made of them (node.py).
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from letterpress.batch import file_names, fingerprint, list_plan, planning
from letterpress.batch.journal import Entry
from letterpress.batch.list_plan import OpenList, Reading
from letterpress.batch.plan import Plan
from letterpress.errors import Diagnostic, LetterpressError, UsageError, strictly
from letterpress.model import Job
from letterpress.places import Place, is_store, place_of
from letterpress.processes import stages
from letterpress.processes.limits import Limits
from letterpress.recipients import selection
from letterpress.recipients.selection import Wanted
from letterpress.recipients.shard_files import Laid, ShardFiles
from letterpress.recipients.tables import Origin, Record
from letterpress.shards import letters, project_archive, run
from letterpress.shards.run import Layout, Run
from letterpress.text import urls

SHARD_SIZE = 1000
"""Records in a shard: some minutes of one core, and a file of some 20 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The run that is asked for."""

    job: Job
    """What all letters share, as it was asked for: its letter does not know how the list is written."""
    data: str
    """The list, as the user named it."""
    reading: Reading
    wanted: Wanted = field(default_factory=Wanted)
    layout: Layout = "bundle"
    shard_size: int = SHARD_SIZE
    unique: bool = False
    limits: Limits = field(default_factory=Limits)
    signers: tuple[tuple[str, str], ...] = ()
    """Pairs (signatory, name of the key's file)."""
    tsa: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A run whose plan is in its place."""

    run: Run
    diagnostics: tuple[Diagnostic, ...] = ()
    """What is to be said of the list."""
    doubles: int = 0
    """Letters to an address that another one goes to."""
    again: bool = False
    """Whether it was planned before."""


def planned(asked: Asked, place: Place) -> Planned:
    """Plan a run, or find the same one planned already.

    :raises UsageError: two letters would have one name, or the list cannot be used; nothing is in the place then.
    :raises LetterpressError: another run is in the place, or it takes nothing.
    """
    archive = project_archive.pack(asked.job, _file(asked.data))
    identity = _identity(asked, archive)
    found = run.find(place)
    if found is not None:
        run.refuse_other(found, identity, place)
        return Planned(run=found, again=True)
    opened, plan = list_plan.planned(asked.job, asked.data, asked.reading)
    stages.begin(opened.table.name, "reading the data", "data")
    with ShardFiles() as files:
        count = files.fill(_laid(plan, selection.chosen(opened.table, opened.job.letter, opened.mapped, asked.wanted)))
        stages.free()  # what follows is work of DuckDB, in bounded memory
        alike = _Alike(plan, opened.table.origin, files)
        alike.refuse_clashes()
        doubles = files.mark(alike.doubles())
        made = _run(asked, opened, plan, identity, project_archive.digest(archive), count)
        place.put(made.archive, archive)
        _write(made, files, place)
    if not place.create(run.NAME, made.as_json()):  # somebody else has planned meanwhile
        found = run.read(place)
        _remove(made, place)
        run.refuse_other(found, identity, place)
        made = found
    said = (*opened.table.notes, *opened.mapped.faults)
    return Planned(run=made, diagnostics=said, doubles=doubles)


def _file(data: str) -> Path | None:
    return None if "://" in data else Path(data)


def _identity(asked: Asked, archive: bytes) -> str:
    """Make the hash of all that the run depends on."""
    reading, wanted = asked.reading, asked.wanted
    about = {
        "letter": Path(asked.job.letter.path).name,
        "project": project_archive.digest(archive),
        "choices": asdict(asked.job.choices),
        "values": asked.job.values,
        "signed_by": asked.job.signed_by,
        "reading": [dict(reading.mapping), reading.lang, asdict(reading.choice), reading.group_by, reading.names],
        "more": [reading.key, repr(reading.corrections), asdict(wanted), asked.layout, asked.shard_size, asked.unique],
        "signers": [asked.signers, asked.tsa],
        **({"strict": True} if asked.job.strict else {}),
        "data": _data_digest(asked.data),
    }
    return hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode()).hexdigest()


def _data_digest(data: str) -> str:
    """Make the hash of a list; of one in a store or a database, its name."""
    path = _file(data)
    if path is not None:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    shown = urls.without_password(data)
    if is_store(data):
        folder, _, name = data.rpartition("/")
        shown += f" {place_of(folder).size(name)}"
    return shown


def _run(asked: Asked, opened: OpenList, plan: Plan, identity: str, project: str, count: int) -> Run:
    letter, reading = asked.job.letter, asked.reading
    inside = Path(letter.path).resolve().relative_to(Path(letter.root).resolve()).as_posix()
    shown = Path(letter.path).as_posix()
    typed = opened.job.letter.fields
    return Run(
        id=secrets.token_hex(8),
        asked=identity,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        letter=inside,
        prefix=shown.removesuffix(inside) if shown.endswith(inside) else "",
        choices=asked.job.choices,
        values=asked.job.values,
        origin=opened.table.origin,
        about=asked.about,
        mapping=dict(reading.mapping),
        writings={name: tuple(spec.writing) for name, spec in typed.items() if spec.writing is not None},
        countries=opened.mapped.countries,
        names=reading.names,
        key=reading.key,
        group_by=reading.group_by,
        signers=asked.signers,
        signed_by=asked.job.signed_by,
        tsa=asked.tsa,
        project=project,
        base=letters.base_of(plan),
        versions=fingerprint.versions(),
        records=count,
        shard_size=asked.shard_size,
        shards=-(-count // asked.shard_size),
        layout=asked.layout,
        strict=asked.job.strict,
        unique=asked.unique,
        seconds=asked.limits.seconds,
        memory_mb=asked.limits.memory_mb,
    )


def _laid(plan: Plan, records: Iterator[Record]) -> Iterator[Laid]:
    """Give each record with what may be alike in two."""
    named = not plan.ways.pattern.is_by_record
    for seq, record in enumerate(records, start=1):
        members = record.members or (record,)
        rows = f"[{', '.join([member.packed_json() for member in members])}]"
        fault = None if record.fault is None else json.dumps(record.fault.as_json(), ensure_ascii=False)
        name, address = ("", "") if fault is not None else _keys(plan, record, named=named)
        yield Laid(seq, rows, fault, None, file_names.folded(name) if name else None, address)


def _keys(plan: Plan, record: Record, *, named: bool) -> tuple[str, str]:
    try:
        return plan.keys(record, named=named)
    except LetterpressError:  # its letter fails, and says so
        return "", ""


class _Alike:
    """Looks again at records that may be alike: at those whose letters can be made."""

    def __init__(self, plan: Plan, origin: Origin, files: ShardFiles) -> None:
        self._plan, self._origin, self._files = plan, origin, files

    def refuse_clashes(self) -> None:
        """:raises UsageError: two letters have one name."""
        clashes: list[Diagnostic] = []
        number = 0
        for group in self._groups("name"):
            first: dict[str, Entry] = {}
            for seq, label, name, _ in group:
                entry = Entry(seq=seq, id="", record=label, output=name)
                other = first.setdefault(file_names.folded(name), entry)
                if other is not entry:
                    number += 1
                    clashes += [planning.clash(entry, other, self._plan)] if number <= planning.SHOWN else []
        if clashes:
            raise UsageError(planning.first_of(clashes, number))

    def doubles(self) -> Iterator[tuple[int, str]]:
        """Give letters to an address that another goes to, each with the first one's record."""
        for group in self._groups("address"):
            first: dict[str, str] = {}
            for seq, label, _, address in group:
                if address and first.setdefault(address, label) is not label:
                    yield seq, first[address]

    def _groups(self, what: str) -> Iterator[Iterator[tuple[int, str, str, str]]]:
        """Give place, record, name and address of the letters of each group."""
        for group in self._files.alike(what):
            yield filter(None, map(self._looked_at, stages.beating(group)))

    def _looked_at(self, laid: Laid) -> tuple[int, str, str, str] | None:
        plan = self._plan
        record = next(letters.unpacked(plan.ways.group_by, [laid], self._origin))
        try:
            said = plan.said(record)
            if plan.ways.job.strict and strictly(said) != said:
                return None  # its letter fails
            return laid.seq, plan.label(record.members or (record,)), *plan.keys(record)
        except LetterpressError:
            return None


def _write(made: Run, files: ShardFiles, place: Place) -> None:
    with tempfile.TemporaryDirectory(prefix="letterpress-") as folder:
        path = Path(folder) / "shard.parquet"
        for shard in range(made.shards):
            first = made.first(shard)
            files.write(path, first, first + made.shard_size - 1)
            place.put(made.records_file(shard), path.read_bytes())


def _remove(made: Run, place: Place) -> None:
    """Remove the records of a plan that does not count."""
    for shard in range(made.shards):
        place.remove(made.records_file(shard))
