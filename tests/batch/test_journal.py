"""The journal: what is in it is so, whatever happened since."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from letterpress.batch.journal import KEPT_RUNS, Entry, Journal, Written
from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput, UsageError


def entry(seq: int, output: str | None = None) -> Entry:
    name = output or f"{seq}.pdf"
    return Entry(seq=seq, id=f"job{seq}", record=str(seq), output=name, folded=name.casefold())


def test_a_run_from_beginning_to_end(tmp_path: Path) -> None:
    with Journal(tmp_path / "out") as journal:
        run = journal.begin({"letter": "a.md"})
        with journal.planning(run):
            assert [journal.add(run, entry(seq)) for seq in range(1, 6)] == [None] * 5
        fault = Diagnostic(message="is wrong", record="2", field="to.name", hint="mend it")
        journal.write(
            run,
            [
                Written(seq=1, state="done", pages=2, sha256="ab", file=("1.pdf", "job1", 10, 20)),
                Written(seq=2, state="failed", diagnostics=(fault,)),
            ],
        )
        assert journal.counts(run) == {"letters": 5, "done": 1, "failed": 1, "skipped": 0, "pending": 3, "pages": 2}
        assert journal.made("1.pdf") == ("job1", "ab", 2, 10, 20)
        assert [one.diagnostics for one in journal.entries(run, state="failed")] == [(fault,)]
        journal.finish(run, "interrupted")
    with Journal(tmp_path / "out", write=False) as journal:
        (found,) = journal.runs()
        assert (found.state, found.counts["pending"], found.about) == ("interrupted", 3, {"letter": "a.md"})


def test_a_plan_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    with Journal(tmp_path / "out") as journal:
        run = journal.begin({})

        def broken() -> None:
            with journal.planning(run):
                journal.add(run, entry(1))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            broken()
        assert list(journal.entries(run)) == []
        assert journal.runs() == []


def test_a_name_that_is_taken_gives_who_has_it(tmp_path: Path) -> None:
    with Journal(tmp_path / "out") as journal:
        run = journal.begin({})
        with journal.planning(run):
            journal.add(run, entry(1, "Ada.pdf"))
            other = journal.add(run, entry(2, "ada.pdf"))
            assert other is not None
            assert (other.seq, other.output) == (1, "Ada.pdf")


def test_many_entries_come_in_order_while_they_change(tmp_path: Path) -> None:
    with Journal(tmp_path / "out") as journal:
        run = journal.begin({})
        with journal.planning(run):
            for seq in range(1, 1001):
                journal.add(run, entry(seq))
        seen = []
        for one in journal.entries(run, state="pending"):
            seen.append(one.seq)
            if one.seq % 100 == 0:
                journal.write(run, [Written(seq=seq, state="done") for seq in range(one.seq - 99, one.seq + 1)])
        assert seen == list(range(1, 1001))


def test_old_runs_keep_their_sums_only(tmp_path: Path) -> None:
    with Journal(tmp_path / "out") as journal:
        for _ in range(KEPT_RUNS + 2):
            run = journal.begin({})
            with journal.planning(run):
                journal.add(run, entry(1))
            journal.finish(run, "done")
        assert len(journal.runs()) == KEPT_RUNS + 2
        assert journal.runs()[-1].counts["pending"] == 1
        assert [len(list(journal.entries(number))) for number in (1, 2, 3, run)] == [0, 0, 1, 1]


def test_a_run_that_was_killed_is_called_so(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from letterpress.batch.journal import *; from tests.batch.test_journal import entry\n"
        "journal = Journal(Path(sys.argv[1])); run = journal.begin({})\n"
        "with journal.planning(run): journal.add(run, entry(1))\n"
        "journal.write(run, [Written(seq=1, state='done', file=('1.pdf', 'job1', 1, 1), sha256='x')])\n"
        "os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code, tmp_path / "out"], cwd=root, check=False)
    with Journal(tmp_path / "out") as journal:
        journal.begin({})
        assert journal.runs()[1].state == "killed"
        assert journal.made("1.pdf") is not None


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path / "out") as journal:
        journal.begin({})
        with pytest.raises(UsageError, match=f"another run is at work in this folder \\(process {os.getpid()}\\)"):
            Journal(tmp_path / "out")
    with Journal(tmp_path / "out"):
        pass


def test_reading_needs_a_journal_and_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no run has been made"):
        Journal(tmp_path, write=False)
    assert list(tmp_path.iterdir()) == []
    with Journal(tmp_path / "out") as journal:
        journal.begin({})
        with Journal(tmp_path / "out", write=False) as reader:  # while a run is at work
            assert len(reader.runs()) == 1


def test_a_journal_never_used_leaves_nothing(tmp_path: Path) -> None:
    with Journal(tmp_path / "out"):
        pass
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "out").mkdir()
    with Journal(tmp_path / "out"):
        pass
    assert list(tmp_path.rglob("*")) == [tmp_path / "out"]


def test_a_journal_of_a_newer_letterpress_is_left_alone(tmp_path: Path) -> None:
    with Journal(tmp_path / "out") as journal:
        journal.begin({})
    path = tmp_path / "out/.letterpress/journal.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LetterpressError, match="newer letterpress"):
        Journal(tmp_path / "out")


def test_a_journal_that_was_removed_is_noticed(tmp_path: Path) -> None:
    with Journal(tmp_path / "out") as journal:
        run = journal.begin({})
        with journal.planning(run):
            journal.add(run, entry(1))
        (tmp_path / "out/.letterpress/journal.sqlite3").unlink()
        with pytest.raises(LetterpressError, match="was removed during the run"):
            journal.write(run, [Written(seq=1, state="done")])
