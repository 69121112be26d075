"""Runs on many machines: `letterpress plan`, `letterpress shard`, and `letterpress merge --on`.

Not here: what a run is, and who makes its shards (shards/).
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import merge as one_machine
from letterpress.cli import options, output, outputs, records, run_options, run_report
from letterpress.errors import ExitCode, LetterpressError, UsageError
from letterpress.frozen import frozendict
from letterpress.processes import signals, stages
from letterpress.text import urls

if TYPE_CHECKING:
    from letterpress.batch.maker import Key
    from letterpress.model import Result
    from letterpress.places import Place
    from letterpress.shards.driver import Driver
    from letterpress.shards.engine import ShardDone
    from letterpress.shards.manifest import Made, Manifest
    from letterpress.shards.planning import Asked, Planned
    from letterpress.shards.run import Run

_INDEXES = ("JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX")
"""Variables in which an engine says which of its jobs a process is: Kubernetes, AWS Batch."""
_USELESS = ("combine", "split", "preview", "eml", "again", "dry_run", "layout", "jsonl", "resume", "verify_plates",
            "replace_signed", "contact_sheet", "insert_sheet", "inserter", "open_it", "archive", "sort", "group",
            "split_by", "duplex")  # fmt: skip
"""Options that are of no meaning for a run on many machines, as far as a command has them."""
_OFTEN = 10.0
"""Seconds between two lines about a run's progress."""


@output.command(
    epilog="Example: letterpress plan content/letters/offer.md --data content/recipients/offer.csv -o s3://bucket/offer"
)
@click.argument("letter", metavar="LETTER.md")
@click.option("--data", required=True, metavar="FILE", help=run_options.DATA)
@click.option("-o", "--output", required=True, metavar="DIR|URL", help="Where the run is to be: a folder, or a store.")
@run_options.shard_size_option
@run_options.pack_option
@records.source_options()
@run_options.options(
    "key",
    "where",
    "order_by",
    "limit",
    "sample",
    "unique",
    "group_by",
    "name",
    "strict",
    "on_behalf",
    "tsa",
    "passphrase_fd",
)
@options.options
@options.limited(hand_over=True)
def plan(letter: str, data: str, as_json: bool, **given: Any) -> int:
    """Plan a run of LETTER.md on many machines, and make no letter yet.

    The records are ordered, named and looked at once, and put into the place in shards. Then any engine that can run a
    command with an index makes them: `letterpress shard PLACE --index 0`, and so on.
    """
    one_machine.check_files(letter, data)
    outputs.check_folder(given["output"])
    asked, _ = _asked(letter, data, given)
    place = _place(given["output"])
    outputs.check_journal(place.address)
    planned = _planned(asked, place)
    if as_json:
        output.document({"run": _about(planned.run, place), "diagnostics": _as_json(planned)})
    else:
        shards = planned.run.shards
        last = f"--index 0 to {shards - 1}" if shards > 1 else "--index 0"
        output.say(f"`letterpress shard {place.address}` with {last} makes them" if shards else "there is no record")
    return ExitCode.DONE


@output.command(epilog="Example: letterpress shard s3://bucket/offer --index 12")
@click.argument("place", metavar="RUN")
@click.option(
    "--index", type=click.IntRange(min=0), metavar="N", help=f"Which shard, from 0. [{' or '.join(_INDEXES)}]"
)
@click.option("--jobs", type=click.IntRange(min=0), metavar="N", help="Worker processes. [one for each core]")
@options.limited()
def shard(place: str, index: int | None, jobs: int | None, as_json: bool) -> int:
    """Make one shard of a run that was planned into RUN, a folder or a store's URL.

    It may be called again, and at several places at once: one of them makes the shard, and the others leave nothing.
    Letters that fail are in the shard's manifest; the shard is made all the same. 2 says that this machine cannot make
    the run's letters: another version is installed here, or a key is missing.
    """
    from letterpress.batch.run import cores
    from letterpress.shards import node, run

    number = _index() if index is None else index
    where = _place(place)
    stages.begin(where.address, "reading the run", "data")
    found = run.read(where)
    stages.begin(where.address, "making the letters", "run")
    stages.free(memory=True)  # the workers are watched, each for itself
    crew = node.Crew(jobs=cores() if jobs is None else jobs)
    manifest = node.work_shard(found, number, where, crew)
    counts = manifest.counts
    if as_json:
        output.document({"shard": number, "attempt": manifest.attempt, **counts._asdict(), "bundle": manifest.bundle})
    else:
        failed = f", {counts.failed} failed" if counts.failed else ""
        output.say(f"shard {number} of {found.shards}: {counts.done} done{failed}")
    return ExitCode.DONE


def _index() -> int:
    for name in _INDEXES:
        if os.environ.get(name, "").isdecimal():
            return int(os.environ[name])
    hint = f"give --index N, or set {' or '.join(_INDEXES)}"
    raise UsageError("which shard is meant is not said", field="--index", hint=hint, code="index-missing")


def _place(text: str) -> Place:
    from letterpress.places import place_of

    return place_of(text)


# --- merge --on -------------------------------------------------------------------------------------------------------


def run(letter: str, data: str, as_json: bool, given: dict[str, Any]) -> int:
    """Plan a run, or find it planned, and make what is missing of it."""
    from letterpress.shards import engine

    begun = time.monotonic()
    engine.check_name(given["on"])
    _refuse_useless(given)
    asked, keys = _asked(letter, data, given)
    place = _place(str(options.folder(given["output"], letter)) if given["output"] is None else given["output"])
    outputs.check_journal(place.address)
    engine.look_for(given["on"])
    planned = _planned(asked, place)
    driver = _worked(planned.run, place, given, keys)
    return _end(driver, planned, place, given, as_json=as_json, seconds=time.monotonic() - begun)


def _refuse_useless(given: Mapping[str, Any]) -> None:
    for name in _USELESS:
        if given.get(name):
            flag = f"--{name.replace('_', '-').removesuffix('-it')}" if name != "archive" else "-o FILE.zip"
            message = f"{flag} is of no meaning for a run on many machines"
            hint = "leave it out, or leave out --on"
            raise UsageError(message, field="--on", hint=hint, code="options-conflict", value=flag)


def _asked(letter: str, data: str, given: dict[str, Any]) -> tuple[Asked, tuple[Key, ...]]:
    """The run that is asked for, and the keys that sign it, which do not go into it.

    :raises LetterpressError: the letter, a key or an option cannot be used.
    """
    from letterpress.shards import planning

    given["sign"], keys = options.ways_and_keys(given["sign"], given["profile"])
    if keys and given["pack"] == "spool":
        raise run_options.signed_together("--pack", "choose another --pack, or sign later")
    opened, certificates = one_machine.opened(keys, given["passphrase_fd"], given["on_behalf"])
    stages.begin(letter, "reading the letter")
    job = replace(options.job(letter, given), signed_by=certificates)
    output.diagnostics(job.letter.remarks)
    about = {
        "letter": letter,
        "data": urls.without_password(data),
        **{name: given[name] for name in _TOLD if given.get(name)},
    }
    asked = planning.Asked(
        job=job,
        data=data,
        reading=records.reading(given),
        wanted=one_machine.wanted({"preview": None, **given}),
        layout=given["pack"] or "bundle",
        shard_size=given["shard_size"] or planning.SHARD_SIZE,
        unique=given["unique"],
        limits=given["limits"],
        signers=tuple((name, path.name) for name, path in keys),
        tsa=given["tsa"],
        about=frozendict(about),
    )
    return asked, opened


_TOLD = ("where", "order_by", "limit", "sample", "group_by", "name")
"""Options that people are told of."""


def _planned(asked: Asked, place: Place) -> Planned:
    from letterpress.places import probe
    from letterpress.shards import planning

    stages.begin(asked.data, "planning the run", "data")
    probe(place)
    planned = planning.planned(asked, place)
    output.diagnostics(planned.diagnostics)
    if planned.doubles:
        output.say(f"{output.count(planned.doubles, 'letter')} to an address that another one goes to")
    said = "is planned already" if planned.again else "is planned"
    counted = f"{output.count(planned.run.records, 'record')} in {output.count(planned.run.shards, 'shard')}"
    output.say(f"the run {said}: {counted}, in {place.address}")
    return planned


def _worked(run: Run, place: Place, given: Mapping[str, Any], keys: tuple[Key, ...]) -> Driver:
    from letterpress.batch.run import cores
    from letterpress.shards import driver, engine, node

    stages.begin(place.address, "making the letters", "run")
    stages.free(memory=True)  # other processes do the work, each watched for itself
    local = given["on"] == engine.LOCAL
    jobs = given["jobs"] if given["jobs"] is not None else cores() if local else 1
    crew = node.Crew(jobs=jobs, keys=keys if local else None)
    found = driver.Driver(run, place)
    if not found.missing:
        return _exhausted(found, None)
    output.say(f"{output.count(len(found.missing), 'shard')} to make: the workers start")
    return _exhausted(found, engine.engine_for(given["on"], run, place, crew))


def _exhausted(driver: Driver, maker: Any) -> Driver:
    # What a library prints (Ray does, when it loses a machine) must not get into what a program reads.
    with _interruptible(driver), contextlib.redirect_stdout(sys.stderr):
        tell = _teller(driver)
        for done in driver.work(maker):
            tell(done)
    return driver


def _teller(driver: Driver) -> Callable[[ShardDone | None], None]:
    """A function that tells people now and then how far the run is."""
    begun = last = time.monotonic()
    made = 0

    def tell(done: ShardDone | None) -> None:
        nonlocal last, made
        made += done is not None and not done.faults
        now = time.monotonic()
        if done is None and driver.lacking and now - last >= _OFTEN:
            last = now
            output.say(f"waiting: {driver.lacking}")
        if not made and not driver.made and now - last >= _OFTEN:
            last = now
            output.say(f"no shard is made yet: the workers start, and make the first ones ({now - begun:.0f} s)")
        if done is None or now - last < _OFTEN:
            return
        last, counts = now, driver.counts
        failed = f", {counts.failed} failed" if counts.failed else ""
        shards = f"shard {made + len(driver.made)} of {driver.run.shards}"
        output.say(f"{shards}: {counts.done} letters done{failed}; {counts.done / (now - begun):.1f} letters/s")

    return tell


@contextlib.contextmanager
def _interruptible(driver: Driver) -> Iterator[None]:
    """The first Ctrl-C leaves the shards in hand; the second does not wait for their letters."""

    def heard() -> None:
        if driver.state != "running":
            signals.interrupt()
        driver.interrupt()
        stages.ending()
        output.say("finishing the letters in hand; press Ctrl-C again to stop at once")

    handler = signals.once(heard)
    before: dict[int, Any] = {number: signal.signal(number, handler) for number in signals.heeded()}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _end(
    driver: Driver, planned: Planned, place: Place, given: Mapping[str, Any], *, as_json: bool, seconds: float
) -> int:
    """Sweep, say what became of the run, and give the exit code."""
    from letterpress.shards import sweeping

    run, counts = driver.run, driver.counts
    if driver.state in ("done", "failed"):
        sweeping.sweep(run, place)
    pending = run.records - counts.done - counts.failed - counts.skipped
    summary = {
        "letters": run.records, "done": counts.done, "failed": counts.failed, "skipped": counts.skipped,
        "pending": pending, "pages": counts.pages, "state": driver.state, "run": run.id, "shards": run.shards,
        "duplicates": planned.doubles, "folder": place.address, "seconds": round(seconds, 2),
    }  # fmt: skip
    if given["report_file"]:
        with run_report.Failures(given["report_file"], replace_signed=False) as failures:
            for result in results(run, place):
                failures.take(result, None)
    if as_json:
        run_report.document(results(run, place), summary, [*planned.diagnostics, *driver.faults])
    output.diagnostics(driver.faults)
    parts = [f"{counts.done} done"]
    parts += [f"{summary[key]} {word}" for key, word in _PARTS.items() if summary[key]]
    output.say(f"{', '.join(parts)}; {output.count(counts.pages, 'page')} in {place.address}")
    if driver.state in ("stopped", "interrupted"):
        first = "Mend what is said above, then run" if driver.faults else "Run"
        output.say(f"{first} the same command again to make what is left.")
    elif counts.failed:
        output.say(f"`letterpress runs {place.address} --failed-csv mend.csv` writes the records that failed.")
    if driver.state == "interrupted":
        return ExitCode.INTERRUPTED
    return ExitCode.DONE if driver.state == "done" else ExitCode.FAILED


_PARTS = {"failed": "failed", "skipped": "skipped", "pending": "left"}


# --- what the manifests say -------------------------------------------------------------------------------------------


def manifests(run: Run, place: Place) -> Iterator[Manifest]:
    """Give the manifests of the shards that are made, in order."""
    from letterpress.shards import driver

    return driver.manifests(run, place)


def results(run: Run, place: Place) -> Iterator[Result]:
    """Give what became of each letter, in order, from the manifests."""
    for manifest in manifests(run, place):
        for letter in manifest.letters:
            yield _result(run, place, manifest, letter)


def _result(run: Run, place: Place, manifest: Manifest, letter: Made) -> Result:
    from letterpress.model import Result

    where = letter.output if manifest.bundle is None else f"{manifest.bundle}#{letter.output}"
    return Result(
        id=letter.id,
        source=run.prefix + run.letter,
        record=letter.record,
        output=None if letter.output is None else f"{place.address.rstrip('/')}/{where}",
        status=letter.status,  # type: ignore[arg-type]
        pages=letter.pages,
        sha256=letter.sha256,
        claims=letter.claims,
        diagnostics=letter.diagnostics,
    )


def _about(run: Run, place: Place) -> dict[str, Any]:
    """A run as JSON has it, without what is made of it."""
    about = {"run": run.id, "started": run.started, "letters": run.records, "shards": run.shards}
    return {**about, "folder": place.address, "about": dict(run.about)}


def _as_json(planned: Planned) -> list[dict[str, Any]]:
    return [fault.as_json() for fault in planned.diagnostics]


def found(folder: str) -> tuple[Run, Place] | None:
    """Find the run on many machines that was planned into a place; None if there is none."""
    from letterpress.places import is_store
    from letterpress.shards import run

    if not is_store(folder) and not (Path(folder) / run.NAME).is_file():
        return None
    place = _place(folder)
    try:
        return run.read(place), place
    except LetterpressError as error:
        if is_store(folder) and error.diagnostics[0].code == "run-missing":
            return None
        raise


def told(run: Run, place: Place) -> dict[str, Any]:
    """Count a run by its manifests, as `runs` tells of it."""
    from letterpress.shards import driver

    counts, made = driver.counted(run, place)
    state = "done" if made == run.shards else "unfinished"
    pending = run.records - counts.done - counts.failed - counts.skipped
    state = "failed" if state == "done" and counts.failed else state
    return {**_about(run, place), "state": state, "made": made, **counts._asdict(), "pending": pending}
