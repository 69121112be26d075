"""A journal that is damaged, cut off, foreign or gone: set aside by name, and what is finished is known again."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from letterpress.batch import journal as journals
from letterpress.batch.journal import Entry, Journal, Written, store
from letterpress.batch.run import Batch, Settings
from letterpress.errors import LetterpressError, UsageError
from letterpress.recipients.tables import open_table
from tests.support import runner
from tests.support.project import Project

NUMBER = 40


def fill(folder: Path, number: int = NUMBER) -> None:
    """A run that has finished some letters."""
    with Journal(folder) as journal:
        run = journal.begin({})
        with journal.planning(run):
            for seq in range(1, number + 1):
                journal.add(run, Entry(seq=seq, id=f"job{seq}", record=str(seq), output=f"ü{seq}.pdf", folded=f"{seq}"))
        done = [
            Written(seq=seq, state="done", pages=2, sha256=f"{seq:064}", file=(f"ü{seq}.pdf", f"job{seq}", 10, 20))
            for seq in range(1, number + 1)
        ]
        journal.write(run, done[: number // 2])
        journal.write(run, done[number // 2 :])
        journal.finish(run, "done")


def known(journal: Journal) -> set[int]:
    """The letters that the journal knows; none of them wrongly."""
    found = {seq: journal.made(f"ü{seq}.pdf") for seq in range(1, NUMBER + 1)}
    for seq, row in found.items():
        assert row is None or row[:4] == (f"job{seq}", f"{seq:064}", 2, 10)
    return {seq for seq, row in found.items() if row is not None}


ALL = set(range(1, NUMBER + 1))


def path_of(folder: Path) -> Path:
    return folder / ".letterpress/journal.sqlite3"


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE places (url TEXT)")
    database.close()


def other_version(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 16777217")
    database.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARM: dict[str, Callable[[Path], object]] = {
    "a text": lambda path: path.write_text("a text that somebody has put here\n" * 100),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "odd end": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "head": lambda path: path.write_bytes(b"x" * 16 + path.read_bytes()[16:]),
    "schema": lambda path: path.write_bytes(path.read_bytes().replace(b"CREATE TABLE runs", b"CREATE TABL\xba runs")),
    "foreign": foreign,
    "version": other_version,
    "folder": a_folder,
}


@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_journal_is_set_aside_and_what_is_finished_is_known(tmp_path: Path, harm: str) -> None:
    fill(tmp_path)
    path = path_of(tmp_path)
    HARM[harm](path)
    before = path.read_bytes() if path.is_file() else None
    with Journal(tmp_path) as journal:
        assert known(journal) == ALL
        (note,) = journal.notes
        assert (note.code, note.severity) == ("journal-damaged", "warning")
        assert "set aside as 'journal.sqlite3.damaged-1'" in note.message
        assert f"{NUMBER} finished letters" in note.message
        journal.begin({})
    aside = path.with_name("journal.sqlite3.damaged-1")
    assert aside.exists()
    assert before is None or aside.read_bytes() == before
    with Journal(tmp_path) as journal:
        assert journal.notes == ()
        assert known(journal) == ALL
    HARM["zeros"](path)
    with Journal(tmp_path) as journal:
        assert "damaged-2" in journal.notes[0].message
        assert known(journal) == ALL
    assert path.with_name("journal.sqlite3.damaged-2").exists()


def test_a_journal_that_is_gone_is_filled_again(tmp_path: Path) -> None:
    fill(tmp_path)
    path_of(tmp_path).unlink()
    with Journal(tmp_path) as journal:
        assert known(journal) == ALL
        assert "was missing" in journal.notes[0].message
    assert path_of(tmp_path).exists()  # no run was put into it, but it knows letters


def test_bits_turned_anywhere(tmp_path: Path) -> None:
    """Whatever is turned: no traceback, nothing known wrongly as far as SQLite can tell, the damaged file kept."""
    fill(tmp_path / "good")
    whole = path_of(tmp_path / "good").read_bytes()
    dice = random.Random(20190411)
    aside = 0
    for at in range(60):
        folder = tmp_path / str(at)
        shutil.copytree(tmp_path / "good", folder)
        content = bytearray(whole)
        for _ in range(dice.choice([1, 8, 200])):
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        path_of(folder).write_bytes(content)
        with contextlib.suppress(LetterpressError), Journal(folder, write=False) as reader:
            reader.runs()
            list(reader.entries(1))
        with Journal(folder) as journal:
            for seq in ALL:
                journal.made(f"ü{seq}.pdf")
            if journal.notes:
                aside += 1
                assert known(journal) == ALL
                assert path_of(folder).with_name("journal.sqlite3.damaged-1").read_bytes() == bytes(content)
            run = journal.begin({})
            with journal.planning(run):
                journal.add(run, Entry(seq=1, id="a", record="1", output="a.pdf", folded="a.pdf"))
            journal.finish(run, "done")
    assert aside > 20


def test_lines_of_the_second_record_that_are_damaged_are_left_out(tmp_path: Path) -> None:
    fill(tmp_path)
    second = tmp_path / ".letterpress/finished.txt"
    lines = second.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b"job", b"jpb")
    second.write_bytes(b"".join(lines)[:-5] + b"\nno line\n\xff\xfe 12")  # no end of the last line
    path_of(tmp_path).write_text("no journal")
    with Journal(tmp_path) as journal:
        assert len(ALL - known(journal)) == 2
        run = journal.begin({})
        with journal.planning(run):
            journal.add(run, Entry(seq=1, id="new", record="1", output="new.pdf", folded="new"))
        journal.write(run, [Written(seq=1, state="done", pages=2, sha256="ab", file=("new.pdf", "new", 10, 5))])
    path_of(tmp_path).write_text("no journal")
    with Journal(tmp_path) as journal:  # a torn line before it does not spoil it
        assert journal.made("new.pdf") == ("new", "ab", 2, 10, 0)


def test_a_second_record_that_is_gone_or_cut_is_written_again(tmp_path: Path) -> None:
    fill(tmp_path)
    second = tmp_path / ".letterpress/finished.txt"
    for content in (b"", second.read_bytes()[:100]):
        second.write_bytes(content)
        with Journal(tmp_path) as journal:
            assert journal.notes == ()
            assert known(journal) == ALL
        path_of(tmp_path).write_text("no journal")
        with Journal(tmp_path) as journal:
            assert known(journal) == ALL
            journal.begin({})


def test_what_a_lost_commit_had_is_known_from_the_second_record(tmp_path: Path) -> None:
    """A damaged write-ahead log loses commits without a word: SQLite takes its sound beginning."""
    fill(tmp_path)
    older = path_of(tmp_path).read_bytes()
    with Journal(tmp_path) as journal:
        run = journal.begin({})
        with journal.planning(run):
            journal.add(run, Entry(seq=1, id="new", record="1", output="new.pdf", folded="new"))
        journal.write(run, [Written(seq=1, state="done", pages=1, sha256="ab", file=("new.pdf", "new", 3, 4))])
    path_of(tmp_path).write_bytes(older)
    with Journal(tmp_path) as journal:
        assert journal.made("new.pdf") == ("new", "ab", 1, 3, 0)  # no time: the file's content decides
        assert known(journal) == ALL


def test_the_second_record_does_not_grow_with_every_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_SPARE_LINES", 10)
    fill(tmp_path)
    first = (tmp_path / ".letterpress/finished.txt").stat().st_size
    for _ in range(6):
        fill(tmp_path)
        assert (tmp_path / ".letterpress/finished.txt").stat().st_size < 4 * first
    path_of(tmp_path).write_text("no journal")
    with Journal(tmp_path) as journal:
        assert known(journal) == ALL


def test_a_run_after_damage_makes_nothing_anew(tmp_path: Path) -> None:
    """With real workers: finished letters are told by their content, one that was changed is made again."""
    table = tmp_path / "a.csv"
    table.write_text("name,act\n" + "".join(f"Name {at},\n" for at in range(12)))

    def run() -> tuple[list[str], Batch]:
        with Batch(Settings(folder=tmp_path / "out", jobs=1, press="tests.support.makers:quick")) as batch:
            plan, _ = runner.plan(table, tmp_path)
            batch.plan(plan, open_table(str(table)).records(), {})
            return sorted(one.status for one in batch.results() if one is not None), batch

    assert run()[0] == ["done"] * 12
    path_of(tmp_path / "out").write_bytes(b"\x00" * 5000)
    changed = tmp_path / "out/000003.pdf"
    changed.write_bytes(changed.read_bytes().replace(b"Name", b"Mane"))
    (tmp_path / "out/000004.pdf").unlink()
    statuses, batch = run()
    assert statuses == ["done"] * 2 + ["skipped"] * 10
    assert [note.code for note in batch.journal.notes] == ["journal-damaged"]
    assert run()[0] == ["skipped"] * 12


def test_the_command_says_so(project: Project) -> None:
    path = project.letter(front="letterhead: plain\nlang: en-US\nsalutation: Hello\n")
    project.write("a.csv", "name,street,city,postcode\nAda,1 Mill Lane,Bangor,04401\n")
    project.write("out/.letterpress/journal.sqlite3", b"damaged")
    ran = project.cli("runs", "out")
    assert (ran.code, "Traceback" in ran.err) == (1, False)
    assert "the next `letterpress merge` into this folder sets it aside" in ran.err
    assert (project.root / "out/.letterpress/journal.sqlite3").read_bytes() == b"damaged"
    ran = project.cli("merge", path, "--data", "a.csv", "-o", "out", "--jobs", "0", "--json")
    assert ran.code == 0
    assert [fault["code"] for fault in ran.json["diagnostics"]] == ["journal-damaged"]
    assert "has been set aside as 'journal.sqlite3.damaged-1'" in ran.err
    assert (project.root / "out/.letterpress/journal.sqlite3.damaged-1").read_bytes() == b"damaged"


# --- not damaged, and not to be used ----------------------------------------------------------------------------------


def free(folder: Path) -> bool:
    """Whether the folder's lock was let go."""
    import fcntl

    with (folder / ".letterpress/lock").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def test_a_journal_that_another_program_holds_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PATIENCE", 0.05)
    fill(tmp_path)
    other = sqlite3.connect(path_of(tmp_path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LetterpressError, match="another program holds the journal"):
            Journal(tmp_path)
        assert free(tmp_path)
    finally:
        other.close()
    assert not list(tmp_path.rglob("*damaged*"))
    with Journal(tmp_path) as journal:
        assert known(journal) == ALL


@pytest.mark.parametrize("where", ["_open", "_restore", "_set_aside_if_damaged"])
@pytest.mark.parametrize("error", [sqlite3.OperationalError("unable to open"), OSError(5, "Input/output error")])
def test_whatever_goes_wrong_the_lock_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, error: Exception
) -> None:
    fill(tmp_path)

    def fails(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(store.Store, where, fails)
        with pytest.raises(LetterpressError):
            Journal(tmp_path)
    assert free(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(journals.Journal, "scratch", fails)
        with pytest.raises(type(error)):
            Batch(Settings(folder=tmp_path, jobs=1))
    assert free(tmp_path)


def test_an_sqlite_error_at_any_call_is_a_fault(tmp_path: Path) -> None:
    fill(tmp_path)
    with Journal(tmp_path) as journal:
        run = journal.begin({})
        journal._close()
        calls: list[Callable[[], object]] = [
            journal.scratch,
            lambda: journal.made("a"),
            lambda: journal.begin({}),
            lambda: journal.write(run, [Written(seq=1, state="done")]),
            lambda: journal.counts(run),
            lambda: list(journal.entries(run)),
            lambda: journal.finish(run, "done"),
            lambda: journal.at_address(run, "a"),
            lambda: journal.named(run, "a"),
            journal.runs,
        ]
        for call in calls:
            with pytest.raises(LetterpressError, match="the journal cannot be used"):
                call()


def test_two_runs_never_hold_two_locks_of_one_folder(tmp_path: Path) -> None:
    """A run that ends unused removes its lock's file; one that waited for it must not go on with the removed one."""
    import os

    from letterpress.files import lock

    path = tmp_path / ".letterpress/lock"
    path.parent.mkdir()
    descriptor = lock.acquire(path, tmp_path)
    path.unlink()
    os.close(descriptor)
    real, calls = os.fstat, []

    def removed_meanwhile(number: int) -> os.stat_result:
        if not calls:
            path.unlink()
        calls.append(number)
        return real(number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lock.os, "fstat", removed_meanwhile)
        descriptor = lock.acquire(path, tmp_path)
    try:
        assert len(calls) == 2
        assert path.stat().st_ino == real(descriptor).st_ino
        with pytest.raises(UsageError):
            lock.acquire(path, tmp_path)
    finally:
        os.close(descriptor)


def test_what_is_done_is_safe_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FULL, in WAL: each commit is synced. The second record is synced before the commit that relies on it."""
    with Journal(tmp_path) as journal:
        assert journal._execute("PRAGMA synchronous").fetchone() == (2,)
        assert journal._execute("PRAGMA journal_mode").fetchone() == ("wal",)
        steps: list[str] = []
        real_sync, real_execute = store.os.fsync, journal._execute
        second = tmp_path / ".letterpress/finished.txt"

        def sync(descriptor: int) -> None:
            assert second.stat().st_ino == store.os.fstat(descriptor).st_ino
            steps.append("sync")
            real_sync(descriptor)

        def execute(sql: str, given: tuple[object, ...] = ()) -> sqlite3.Cursor:
            steps.append(sql.split()[0])
            return real_execute(sql, given)

        run = journal.begin({})
        with journal.planning(run):
            journal.add(run, Entry(seq=1, id="a", record="1", output="a.pdf", folded="a.pdf"))
        monkeypatch.setattr(store.os, "fsync", sync)
        monkeypatch.setattr(journal, "_execute", execute)
        journal.write(run, [Written(seq=1, state="done", pages=1, sha256="ab", file=("a.pdf", "a", 3, 4))])
        assert steps.index("sync") < steps.index("COMMIT")
        assert second.read_bytes().endswith(b'["a.pdf", "a", "ab", 1, 3]\n')


def test_closing_an_unused_journal_removes_nothing_of_others(tmp_path: Path) -> None:
    (tmp_path / ".letterpress").mkdir()
    (tmp_path / ".letterpress/notes.txt").write_text("somebody's")
    with Journal(tmp_path):
        pass
    assert [path.name for path in (tmp_path / ".letterpress").iterdir()] == ["notes.txt"]
