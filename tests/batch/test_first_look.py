"""Letters are made while others are still planned, and only where planning will find nothing that forbids the first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from letterpress.batch import file_names, first_look, planning
from letterpress.batch.first_look import Source
from letterpress.batch.maker import Item
from letterpress.batch.run import Batch, Settings
from letterpress.batch.seen import Seen
from letterpress.batch.waiting import Waiting
from letterpress.errors import LetterpressError, UnreadableInput, UsageError
from letterpress.processes import stages
from letterpress.recipients.records import Record
from letterpress.recipients.tables import open_table
from tests.support import runner

NUMBER = 110


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of 30 is a long one: each letter here waits for the disk."""
    monkeypatch.setattr(first_look, "AFTER", 30)
    monkeypatch.setattr(planning, "BLOCK", 16)


def write(path: Path, number: int = NUMBER, *, more: str = "") -> Path:
    """A list in which every third record goes where another goes, and the last but one names nobody."""
    rows = [f"Name {n % 70},{n % 70} Mill Lane,Bangor," for n in range(1, number + 1)]
    rows[-2] = ",4 Mill Lane,Bangor,"
    path.write_text("name,street,city,act\n" + "\n".join(rows) + "\n" + more, encoding="utf-8")
    return path


class Desk:
    """A run without workers, of letters that are a few bytes."""

    def __init__(self, folder: Path, data: Path, pattern: str = "{record:06}", **given: Any) -> None:
        chosen = {"jobs": 0, "press": "tests.support.makers:quick", **given}
        self.settings = Settings(folder=folder, **chosen)
        self.table = open_table(str(data))
        self.plan, _ = runner.plan(data, folder.parent, pattern)

    def planned(self, *, look: bool = True, records: Iterator[Record] | None = None) -> tuple[Batch, int]:
        batch = Batch(self.settings)
        with batch:
            source = Source(table=self.table) if look else None
            return batch, batch.plan(self.plan, records or self.table.records(), {}, source=source)

    def run(self, *, look: bool = True, records: Iterator[Record] | None = None) -> tuple[Batch, list[Any], bool]:
        """The run, its results, and whether letters were made before all were planned."""
        with Batch(self.settings) as batch:
            source = Source(table=self.table) if look else None
            batch.plan(self.plan, records or self.table.records(), {}, source=source)
            early = batch.planned is None
            return batch, [one for one in batch.results() if one is not None], early


def journal(folder: Path) -> list[Any]:
    with sqlite3.connect(folder / ".letterpress/journal.sqlite3") as database:
        letters = database.execute("SELECT * FROM letters ORDER BY run, seq").fetchall()
        return [*letters, *database.execute("SELECT output, id, sha256, pages, bytes FROM files ORDER BY 1").fetchall()]


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("pattern", ["{record:06}", "{to.name|slug}-{record}"])
def test_a_run_that_is_planned_while_it_makes_letters_is_the_same_run(
    tmp_path: Path, unique: bool, pattern: str
) -> None:
    data = write(tmp_path / "list.csv")
    whole, first, early = Desk(tmp_path / "whole", data, pattern, unique=unique).run(look=False)
    assert not early
    streamed, second, early = Desk(tmp_path / "streamed", data, pattern, unique=unique).run()
    assert early
    assert journal(tmp_path / "streamed") == journal(tmp_path / "whole")
    assert (streamed.state, streamed.duplicates, streamed.planned) == (whole.state, whole.duplicates, NUMBER)
    assert streamed.duplicates == NUMBER - 70 - 1
    told = [
        sorted((one.record, one.status, one.sha256, one.diagnostics) for one in results) for results in (first, second)
    ]
    assert told[0] == told[1]
    *_, again = Desk(tmp_path / "streamed", data, pattern, unique=unique).run()
    assert again
    assert journal(tmp_path / "streamed")[-1] == journal(tmp_path / "whole")[-1]


def test_the_first_letter_is_made_before_the_last_is_planned(tmp_path: Path) -> None:
    with Batch(Desk(tmp_path / "out", write(tmp_path / "list.csv")).settings) as batch:
        desk = Desk(tmp_path / "out", tmp_path / "list.csv")
        assert batch.plan(desk.plan, desk.table.records(), {}, source=Source(table=desk.table)) == NUMBER
        first = next(one for one in batch.results() if one is not None)
        assert first.status == "done"
        assert batch.planned is None


def refused(desk: Desk, error: type[LetterpressError]) -> LetterpressError:
    """What is wrong with a run before its first letter."""
    with pytest.raises(error) as caught:
        desk.planned()
    assert not list(desk.settings.folder.rglob("*.pdf"))
    return caught.value


def test_two_letters_of_one_name_stop_the_run_before_its_first_letter(tmp_path: Path) -> None:
    data = write(tmp_path / "list.csv", 69, more="NAME 7,1 Quay Road,Bangor,\n")
    fault = refused(Desk(tmp_path / "out", data, "{to.name}"), UsageError)
    assert [(one.code, dict(one.params)["records"]) for one in fault.diagnostics] == [("output-doubled", ("7", "70"))]


def test_a_list_that_breaks_off_stops_the_run_before_its_first_letter(tmp_path: Path) -> None:
    data = write(tmp_path / "list.csv", more='"Max Orr,1 Quay Road\n')
    fault = refused(Desk(tmp_path / "out", data), UnreadableInput)
    assert [(one.code, one.line) for one in fault.diagnostics] == [("quote-unclosed", NUMBER + 2)]


def test_a_letter_in_the_place_of_an_input_or_output_stops_the_run_before_its_first_letter(tmp_path: Path) -> None:
    data, folder = write(tmp_path / "list.csv"), tmp_path / "out"
    last = folder / f"{NUMBER:06}.pdf"
    fault = refused(Desk(folder, data, outputs=(("--combine", str(last)),)), UsageError)
    assert [one.code for one in fault.diagnostics] == ["output-is-letter"]
    folder.mkdir(exist_ok=True)
    last.with_suffix(".PDF").write_bytes(b"read")
    with pytest.raises(UsageError) as caught:
        Desk(folder, data, inputs=(str(last.with_suffix(".PDF")),)).planned()
    assert [one.code for one in caught.value.diagnostics] == ["output-is-input"]
    _, _, early = Desk(folder, data, outputs=(("--combine", str(folder / "all.pdf")),)).run()
    assert early  # the place of no letter


def test_an_output_that_the_letter_is_made_of_stops_the_run_before_its_first_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.md").write_text("read")
    desk = Desk(tmp_path / "out", write(tmp_path / "list.csv"), outputs=(("--combine", "letter.md"),))
    assert [one.code for one in refused(desk, UsageError).diagnostics] == ["output-is-input"]


def test_a_list_that_is_another_one_when_it_is_planned_stops_the_run_and_says_why(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "out", write(tmp_path / "list.csv"))

    def changed() -> Iterator[Record]:
        for number, record in enumerate(desk.table.records()):
            if number == NUMBER - 30:
                raise UnreadableInput("is gone", file="list.csv", code="file-missing")
            yield record

    batch, results, early = desk.run(records=changed())
    assert early
    assert batch.state == "stopped"
    assert [one.code for one in batch.faults] == ["file-missing"]
    made = {path.name for path in (tmp_path / "out").glob("*.pdf")}
    assert made == {f"{int(one.record):06}.pdf" for one in results if one.status == "done"}


def test_short_lists_and_those_that_cannot_be_read_twice_are_planned_first(tmp_path: Path) -> None:
    short = write(tmp_path / "short.csv", 20)
    assert not Desk(tmp_path / "short", short).run()[2]
    as_json = tmp_path / "long.jsonl"
    as_json.write_text("".join(f'{{"name": "Name {n}"}}\n' for n in range(NUMBER)), encoding="utf-8")
    assert not Desk(tmp_path / "json", as_json).run()[2]


def test_an_interrupted_run_knows_all_its_letters(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "out", write(tmp_path / "list.csv"))
    with Batch(desk.settings) as batch:
        batch.plan(desk.plan, desk.table.records(), {}, source=Source(table=desk.table))
        results = batch.results()
        next(one for one in results if one is not None)
        batch.interrupt()
        list(results)
        counts = batch.journal.counts(batch.run)
    assert batch.state == "interrupted"
    assert counts["letters"] == NUMBER
    assert counts["pending"] >= NUMBER - 10


class Heard(stages.Watched):
    """What the process that watches a command is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def beat(self, record: str | None) -> None:
        self.said.append("beat")

    def free(self, *, memory: bool) -> None:
        self.said.append("free")


def test_the_time_for_reading_ends_with_the_last_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that is read begins the limit of time anew, and the letters that follow may take hours."""
    monkeypatch.setattr(stages, "_BEAT", -1)
    heard = Heard()
    stages.tell(heard)
    try:
        batch, results, early = Desk(tmp_path / "out", write(tmp_path / "list.csv"), jobs=1).run()
    finally:
        stages.tell(None)
    assert (early, batch.state, len(results)) == (True, "failed", NUMBER)
    assert heard.said.count("beat") > NUMBER
    assert heard.said[-1] == "free"


@pytest.mark.parametrize(
    ("pattern", "sure"),
    [
        ("{letter}-{record:05}", True),
        ("{record}", True),
        ("{letter}-row-{record.row:03}", True),
        ("{record}-{record.row}", False),
        ("all/{record:04}-x", True),
        ("{to.name}-{record}", False),
        ("{record}{record}", False),
        ("{record|initial}", False),
        ("{letter}", False),
    ],
)
def test_names_that_differ_as_their_records_do(pattern: str, sure: bool) -> None:
    assert file_names.read(pattern, {"record", "record.row", "letter", "to.name"}).is_by_record is sure


def test_what_was_seen_is_never_called_new() -> None:
    seen = Seen()
    texts = [f"{number} Mill Lane" for number in range(20_000)]
    assert sum(map(seen.add, texts)) < 3
    assert all(map(seen.add, texts))


def test_what_waits_comes_in_order_from_memory_and_from_the_disk(tmp_path: Path) -> None:
    waiting = Waiting(tmp_path)
    blocks = [
        [Item(seq=n, base=0, id="i", record=str(n), values=(("to.name", "x" * 9000),), output=None)] * 256
        for n in range(8)
    ]
    waiting.put(blocks[0])
    assert waiting.take() == blocks[0]
    for block in blocks[1:]:
        waiting.put(block)
    assert [waiting.take() for _ in blocks[1:]] == blocks[1:]
    assert waiting.take() == ()
    waiting.close()
    assert not list(tmp_path.iterdir())
