"""Time and memory: a letter, a file or a query that takes too much is ended, told by name, and leaves nothing behind.

The processes are real and are really ended. Nothing here says how long work takes.
"""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import letterpress
from letterpress import api, cli
from letterpress.cli import COMMANDS, child_process
from letterpress.processes import kept_worker, limits, scratch, signals, stages
from letterpress.processes.limits import Limits, Point
from letterpress.processes.scratch import MARK
from letterpress.recipients import duckdb as recipients_duckdb
from tests.support.project import FRONT, Project
from tests.support.runner import PATIENCE, children, hear, wait_for

SLOW = '<div class="slow">' + "<div>" * 24 + "x" + "</div>" * 24 + "</div>\n"
"""Flexible boxes in each other: each level doubles the work."""
LARGE = (
    '{% extends "_base/letter.html" %}'
    '{% block body %}<table class="large"><tr><td colspan="1000000000">x</td></tr></table>{% endblock %}'
)
"""A table of a thousand million columns."""
CSS = ".slow div { display: flex } .large { border-collapse: collapse }"
HEAD = FRONT.replace("plain", "slow")
LARGE_HEAD = FRONT.replace("plain", "large")


@pytest.fixture
def bombs(project: Project) -> Project:
    """A project with letters that take too much, and its own folder for temporary files."""
    project.letterhead("slow", css=CSS)
    project.letterhead("large", css=CSS, letter__html=LARGE)
    for name, front in {"slow": HEAD, "large": LARGE_HEAD, "good": HEAD}.items():
        project.letter(SLOW if name == "slow" else "Good.\n", front, f"content/letters/{name}.md")
    (project.root / "tmp").mkdir()
    return project


def start(project: Project, *arguments: str, **settings: Any) -> subprocess.Popen[bytes]:
    """A command in a process of its own, which hears Ctrl-C even if the tests were started without."""
    return subprocess.Popen(
        [sys.executable, "-m", "letterpress", *arguments],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(project.root / "tmp")},
        preexec_fn=hear,
        **settings,
    )


def ran(project: Project, *arguments: str) -> tuple[int, str, str]:
    """A command in a process of its own, to its end."""
    process = start(project, *arguments)
    out, err = process.communicate(timeout=PATIENCE)
    assert_nothing_left(project)
    return process.returncode, out.decode(), err.decode()


def assert_nothing_left(project: Project) -> None:
    assert not list((project.root / "tmp").iterdir())
    assert not list(project.root.rglob("*.part"))


# --- commands ---------------------------------------------------------------------------------------------------------


def test_every_command_that_is_watched_has_both_limits_and_says_them(project: Project) -> None:
    in_workers = {"mcp", "serve", "studio", "watch"}  # which have the limits
    limited = child_process.COMMANDS | in_workers
    for name in COMMANDS:
        told = project.cli(name, "--help").out
        assert ("--time-limit S" in told) == (name in limited), name
        assert ("--memory-limit MB" in told) == (name in limited), name
    assert not child_process.wanted(["render", "--help"])
    assert not child_process.wanted([])
    assert not child_process.wanted(["new", "x"])
    assert child_process.wanted(["render", "x.md"])


def test_a_slow_letter_is_ended_and_the_document_is_whole(bombs: Project) -> None:
    code, out, _ = ran(bombs, "render", "content/letters/slow.md", "--time-limit", "1", "--json")
    assert code == 1
    document = json.loads(out)
    assert document["summary"] == {"letters": 1, "done": 0, "failed": 1, "skipped": 0, "pages": 0}
    (letter,) = document["letters"]
    (fault,) = letter["diagnostics"]
    assert fault["code"] == "limit-time"
    assert fault["file"] == "content/letters/slow.md"
    assert fault["message"].startswith("took more than 1 s while ")
    assert "--time-limit" in fault["hint"]


def test_the_letters_beside_one_that_is_ended_are_made_once(bombs: Project) -> None:
    bombs.letter("Good.\n", HEAD, "content/letters/first.md")
    names = [f"content/letters/{name}.md" for name in ("first", "large", "good")]
    code, out, err = ran(bombs, "render", *names, "--memory-limit", "300")
    assert code == 1
    assert out == ""
    assert err.count("out/first.pdf (1 page)") == 1
    assert err.count("out/good.pdf (1 page)") == 1
    assert "content/letters/large.md: needed more than 300 MB of memory while laying out the letter" in err
    assert "2 done, 1 failed" in err
    assert sorted(path.name for path in (bombs.root / "out").iterdir()) == ["first.pdf", "good.pdf"]


def test_check_with_layout_names_the_letter_and_checks_the_others(bombs: Project) -> None:
    letters = [f"content/letters/{name}.md" for name in ("large", "good")]
    code, out, _ = ran(bombs, "check", *letters, "--layout", "--memory-limit", "300", "--json")
    assert code == 1
    document = json.loads(out)
    assert document["summary"]["checked"] == 2
    assert [(fault["file"], fault["code"]) for fault in document["diagnostics"]] == [
        ("content/letters/large.md", "limit-memory")
    ]


def test_variants_are_made_within_limits(bombs: Project) -> None:
    bombs.letter("Text.\n", LARGE_HEAD + "variants: {paper: [a4, letter]}\n")
    code, out, _ = ran(bombs, "variants", "content/letters/letter.md", "--memory-limit", "250", "--json")
    assert code == 1
    for letter in json.loads(out)["letters"]:
        assert letter["status"] == "failed"
        assert "250 MB" in letter["diagnostics"][0]["message"]


def test_a_query_without_end_is_ended_and_named(bombs: Project) -> None:
    bombs.write("people.csv", "name\n" + "".join(f"P{number}\n" for number in range(3000)))
    bombs.letter("Dear {{ to.name }}.\n", HEAD.replace("to: ", "cc: [x]\n#"))
    endless = "(SELECT count(*) FROM records a, records b, records c WHERE hash(a.name||b.name||c.name) = 1) > 0"
    command = ("merge", "content/letters/letter.md", "--data", "people.csv", "--dry-run", "--where", endless)
    for seconds in ("4", "16", "64"):  # a busy machine may not come to the query in time
        code, out, _ = ran(bombs, *command, "--time-limit", seconds, "--jobs", "1", "--json")
        assert code == 1
        (fault,) = json.loads(out)["diagnostics"]
        assert fault["code"] == "limit-time"
        if fault["file"] == "people.csv":
            break
    assert fault["file"] == "people.csv"
    assert "while choosing records with --where" in fault["message"]


# --- signals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_and_its_child(bombs: Project, number: int) -> None:
    process = start(bombs, "render", "content/letters/slow.md")
    child = wait_for(lambda: children(process.pid))[0]
    wait_for(lambda: limits.memory_of(child) > 70_000_000)  # it lays out, or is about to
    os.kill(process.pid, number)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.count(b"interrupted") == 1
    assert not Path(f"/proc/{child}").exists()
    assert_nothing_left(bombs)


def test_ctrl_c_comes_to_all_in_the_foreground_and_is_heard_once(bombs: Project) -> None:
    process = start(bombs, "render", "content/letters/slow.md", process_group=0)
    child = wait_for(lambda: children(process.pid))[0]
    wait_for(lambda: limits.memory_of(child) > 70_000_000)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.count(b"interrupted") == 1
    assert b"Traceback" not in err
    assert_nothing_left(bombs)


@pytest.mark.skipif(sys.platform != "linux", reason="the child ends a moment later elsewhere")
def test_a_child_does_not_outlive_its_parent(bombs: Project) -> None:
    process = start(bombs, "render", "content/letters/slow.md")
    child = wait_for(lambda: children(process.pid))[0]
    wait_for(lambda: limits.memory_of(child) > 70_000_000)
    process.kill()
    process.communicate(timeout=PATIENCE)  # the child holds the pipes as well
    wait_for(lambda: not Path(f"/proc/{child}/maps").exists() or limits.memory_of(child) == 0)


def test_a_crash_is_told_with_its_place(bombs: Project) -> None:
    process = start(bombs, "render", "content/letters/slow.md", "--json")
    child = wait_for(lambda: children(process.pid))[0]
    wait_for(lambda: limits.memory_of(child) > 70_000_000)
    os.kill(child, signal.SIGSEGV)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    (fault,) = json.loads(out)["letters"][0]["diagnostics"]
    assert fault["code"] == "process-ended"
    assert "SIGSEGV" in fault["message"]
    assert fault["file"] == "content/letters/slow.md"
    assert_nothing_left(bombs)


@pytest.mark.skipif(sys.platform != "linux", reason="the workers end a moment later elsewhere")
def test_a_run_whose_process_is_killed_names_no_record_and_goes_on(bombs: Project) -> None:
    bombs.write("people.csv", "name\n" + "".join(f"P{number}\n" for number in range(24)))
    bombs.letter("Dear {{ to.name }}.\n", FRONT.replace("to: ", "cc: [x]\n#"))
    command = ("merge", "content/letters/letter.md", "--data", "people.csv", "-o", "out", "--jobs", "2")
    process = start(bombs, *command)
    out = bombs.root / "out"
    wait_for(lambda: len(list(out.glob("*.pdf"))) > 1)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    said = err.decode()
    found = re.search(
        r"the process of the command was ended \(SIGKILL\) while making the letters, and the run stopped early; (\d+) of 24; (\d+) are missing",
        said,
    )
    assert found, said
    assert int(found[1]) + int(found[2]) == 24
    assert "record" not in said.splitlines()[0]
    assert "run the same command again: it makes what is missing, and nothing twice" in said
    listed = bombs.cli("runs", "out")
    assert (listed.code, "killed: " in listed.out) == (0, True)
    told = bombs.cli("runs", "out", "--failed-csv", "failed.csv").err
    assert "no record has failed; " in told
    assert "not made yet: run the same command again" in told
    assert ran(bombs, *command)[0] == 0
    assert len(list(out.glob("*.pdf"))) == 24


def at_a_terminal(project: Project, *arguments: str) -> tuple[int, int]:
    """A command at a terminal of its own; its process number, and our end of the terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        hear()
        os.chdir(project.root)
        os.execv(sys.executable, [sys.executable, "-m", "letterpress", *arguments])
    return pid, terminal


def read_until(terminal: int, words: bytes) -> bytes:
    said = b""
    while words not in said:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, said
        try:
            block = os.read(terminal, 1000)
        except OSError:  # Linux says so at the end of a terminal
            block = b""
        if not block:
            break
        said += block
    return said


@pytest.mark.parametrize("answer", [b"correct horse\n", b"\x03"])
def test_a_passphrase_is_asked_for_at_the_terminal(
    project: Project, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "correct horse")
    assert project.cli("identity", "new", "--name", "Jo Lind", "--out", "jo.p12").code == 0
    monkeypatch.delenv("LETTERPRESS_PASSPHRASE")
    project.letter("Text.\n", FRONT.replace("title: Director}", "title: Director, sign: digital}"))
    assert project.cli("render", "content/letters/letter.md").code == 0
    # A person takes as long as it takes: the limit is far below a start of Python.
    pid, terminal = at_a_terminal(
        project, "sign", "out/letter.pdf", "--as", "Jo Lind", "--key", "jo.p12", "--time-limit", "20"
    )
    try:
        said = read_until(terminal, b"Passphrase of jo.p12:")
        os.write(terminal, answer)
        said += read_until(terminal, b"never said")
    finally:
        os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert b"correct horse" not in said
    assert code == (130 if answer == b"\x03" else 0), said


def test_a_signal_interrupts_a_query_that_does_not_look(tmp_path: Path) -> None:
    def ring(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, ring)
    try:
        with recipients_duckdb.Selection(["name"], {}) as selection:
            selection.fill((number, [f"P{number}"], "{}") for number in range(3000))
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            endless = "(SELECT count(*) FROM records a, records b, records c WHERE hash(a.name||c.name) = 1) > 0"
            with pytest.raises(KeyboardInterrupt):
                list(selection.chosen(where=endless))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_one_signal_that_comes_twice_is_heard_once() -> None:
    heard: list[int] = []
    handler = signals.once(lambda: heard.append(1))
    handler(signal.SIGINT, None)
    handler(signal.SIGINT, None)
    assert heard == [1]


def test_what_was_ignored_from_the_start_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert signal.SIGHUP not in signals.heeded()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_where_nobody_watches_the_stages_do_nothing(project: Project) -> None:
    assert stages.begin("x", "reading") is None
    stages.keep(1)
    stages.free()
    assert list(stages.beating([1, 2])) == [1, 2]
    assert cli.main(["render", project.letter(), "--time-limit", "0.1"]) == 0  # a program's own process is its own


@pytest.fixture
def worker() -> Any:
    """The kept worker of this process; ended afterwards."""
    yield kept_worker.shared()
    kept_worker.shared().close()


# --- temporary folders ------------------------------------------------------------------------------------------------


def test_what_a_killed_command_has_left_goes_with_the_next_one(bombs: Project) -> None:
    folder = bombs.root / "tmp"
    process = start(bombs, "render", "content/letters/slow.md")
    wait_for(lambda: list(folder.glob("letterpress-*/weasyprint-*")))
    left = next(folder.glob("letterpress-*"))
    others = [folder / "letterpress-notes", folder / "letterpress-abcdefgh", folder / "other"]
    for other in others:
        other.mkdir()
        (other / "text.txt").write_text("mine")
    (folder / "letterpress-link").symlink_to(left)
    start(bombs, "check", "content/letters/good.md").communicate()
    assert (left / MARK).is_file()  # its owner lives
    child = children(process.pid)[0]
    process.kill()
    process.communicate()
    wait_for(lambda: not Path(f"/proc/{child}").exists())
    assert (left / MARK).is_file()
    start(bombs, "check", "content/letters/good.md").communicate()
    assert sorted(folder.iterdir()) == sorted([*others, folder / "letterpress-link"])
    assert all((other / "text.txt").read_text() == "mine" for other in others)


def test_a_marked_folder_is_removed_only_if_its_owner_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    held = scratch.Scratch()
    odd = tmp_path / "letterpress-odd"
    (odd / MARK).mkdir(parents=True)
    linked = tmp_path / "letterpress-linked"
    linked.mkdir()
    (linked / MARK).symlink_to(Path(held.path) / MARK)
    scratch.remove_left()
    assert {one.name for one in tmp_path.iterdir()} == {Path(held.path).name, odd.name, linked.name}
    (Path(held.path) / "fonts" / "deep").mkdir(parents=True)
    (Path(held.path) / "out").symlink_to(odd)
    held.let_go()
    scratch.remove_left()
    assert {one.name for one in tmp_path.iterdir()} == {odd.name, linked.name}
    assert (odd / MARK).is_dir()


def test_a_kept_worker_leaves_no_temporary_files(
    bombs: Project, worker: kept_worker.KeptWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.close()
    monkeypatch.setattr("tempfile.tempdir", str(bombs.root / "tmp"))
    assert letterpress.render("content/letters/slow.md", limits=Limits(seconds=1)).status == "failed"
    assert_nothing_left(bombs)
    assert letterpress.check("content/letters/good.md", limits=Limits()) == ()
    child = os.fork()
    if child == 0:
        os._exit(0)  # its copy of the lock and of the worker are let go
    os.waitpid(child, 0)
    assert len(list((bombs.root / "tmp").iterdir())) == 1
    worker.close()
    assert_nothing_left(bombs)


# --- the Python API ---------------------------------------------------------------------------------------------------


def test_a_kept_worker_makes_the_same_letter_and_is_kept(bombs: Project, worker: kept_worker.KeptWorker) -> None:
    path = "content/letters/good.md"
    alone, there = letterpress.render(path), letterpress.render(path, limits=Limits())
    assert there == alone
    pid = worker.pid
    assert pid not in (None, os.getpid())
    assert letterpress.check(path, limits=Limits()) == ()
    assert [one.sha256 for one in letterpress.merge(path, [{"name": "X"}], limits=Limits())]
    assert worker.pid == pid
    with pytest.raises(letterpress.UnreadableInput):
        letterpress.load("content/letters/nothing.md", limits=Limits())
    assert worker.pid == pid


def test_a_relative_path_is_meant_from_where_the_caller_is(
    bombs: Project, worker: kept_worker.KeptWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert letterpress.check("content/letters/good.md", limits=Limits()) == ()
    pid = worker.pid
    monkeypatch.chdir("content/letters")
    assert letterpress.check("good.md", limits=Limits()) == ()
    assert letterpress.load("good.md", limits=Limits()) == letterpress.load("good.md")
    assert worker.pid == pid


def test_a_letter_that_takes_too_much_has_failed_and_the_next_is_made(
    bombs: Project, worker: kept_worker.KeptWorker
) -> None:
    large = letterpress.render("content/letters/large.md", limits=Limits(memory_mb=300))
    assert large.status == "failed"
    assert large.diagnostics[0].code == "limit-memory"
    assert large.diagnostics[0].file == "content/letters/large.md"
    good = letterpress.load("content/letters/good.md")
    assert letterpress.render(good, limits=Limits()).status == "done"
    os.mkfifo("content/letters/endless.md")  # reading it never ends
    endless = letterpress.render("content/letters/endless.md", limits=Limits(seconds=0.5))
    assert (endless.status, endless.id, endless.source) == ("failed", "endless", "content/letters/endless.md")
    assert "took more than 0.5 s while reading the letter" in endless.diagnostics[0].message
    slow = letterpress.load("content/letters/slow.md")
    for seconds in (1, 4, 16):  # a busy machine may still be filling it in
        results = list(letterpress.merge(slow, [{"name": "A"}], limits=Limits(seconds=seconds)))
        said = [fault for one in results for fault in one.diagnostics if fault.severity == "error"]
        assert [(one.status, one.record) for one in results] == [("failed", "1")]
        assert [fault.record for fault in said] == ["1"]
        if "laying out" in (message := said[0].message):
            break
    assert f"took more than {seconds} s while laying out the letter" in message
    assert letterpress.render(good, limits=Limits()).status == "done"


def test_a_worker_that_is_killed_between_and_in_calls(worker: kept_worker.KeptWorker) -> None:
    def call(function: str, *arguments: Any) -> Any:
        return worker.call(function, *arguments, limits=Limits(seconds=30), point=Point(file="x.md", stage="trying"))

    assert call("operator:add", 1, 2) == 3
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    assert call("operator:add", 2, 2) == 4
    with pytest.raises(kept_worker.Ended, match="SIGABRT") as ended:
        call("os:abort")
    assert ended.value.diagnostics[0].file == "x.md"
    with pytest.raises(kept_worker.Ended, match="exit code 3"):
        call("os:_exit", 3)
    with pytest.raises(ZeroDivisionError):
        call("operator:truediv", 1, 0)
    assert call("operator:add", 3, 2) == 5


def test_a_kept_worker_from_many_threads_and_in_a_forked_child(worker: kept_worker.KeptWorker) -> None:
    def add(number: int) -> int:
        found: int = worker.call("operator:add", number, 1, limits=Limits(), point=Point())
        return found

    found: list[int] = []
    threads = [threading.Thread(target=lambda at=at: found.append(add(at))) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 9))
    pid = worker.pid
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            code = 0 if add(41) == 42 and worker.pid != pid else 1
            worker.close()
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert add(1) == 2
    assert worker.pid == pid


def test_a_worker_ends_with_its_caller() -> None:
    code = (
        "import os, letterpress.processes.kept_worker as k; from letterpress.processes.limits import *; w = k.shared();"
        "w.call('operator:add', 1, 2, limits=Limits(), point=Point()); print(w.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wait_for(lambda: limits.memory_of(int(done.stdout)) == 0)


def test_signing_in_a_worker_leaves_the_key_here(
    bombs: Project, worker: kept_worker.KeptWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from letterpress import signing

    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "correct horse")
    assert bombs.cli("identity", "new", "--name", "Jo Lind", "--out", "jo.p12").code == 0
    path = bombs.letter("Text.\n", FRONT.replace("title: Director}", "title: Director, sign: digital}"))
    pdf = letterpress.render(path).pdf
    assert pdf is not None
    real = signing.from_pkcs12(Path("jo.p12"), "correct horse")

    class Here:
        """A signer that could not travel."""

        chain, digest = real.chain, real.digest
        lock = threading.Lock()

        def sign(self, data: bytes) -> bytes:
            self.process = os.getpid()
            return real.sign(data)

    here = Here()
    signed = signing.sign(pdf, field="Jo Lind", signer=here, limits=Limits())
    assert here.process == os.getpid()
    verdict = signing.verify(signed.pdf, [Path("test-ca/ca.pem")], limits=Limits())
    assert verdict.valid
    with pytest.raises(letterpress.LetterpressError, match="already signed"):
        signing.sign(signed.pdf, field="Jo Lind", signer=here, limits=Limits())

    class Broken(Here):
        def sign(self, data: bytes) -> bytes:
            raise ConnectionError("the token is gone")

    with pytest.raises(ConnectionError, match="the token is gone"):
        signing.sign(pdf, field="Jo Lind", signer=Broken(), limits=Limits())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"seconds": 0}, "seconds"),
        ({"seconds": "x"}, "seconds"),
        ({"seconds": float("inf")}, "seconds"),
        ({"seconds": None}, "seconds"),
        ({"memory_mb": 10}, "memory_mb"),
        ({"memory_mb": "1500"}, "memory_mb"),
        ({"memory_mb": 1500.5}, "memory_mb"),
    ],
)
def test_limits_that_mean_nothing_are_refused(given: dict[str, Any], field: str) -> None:
    with pytest.raises(letterpress.UsageError) as refused:
        Limits(**given)
    [diagnostic] = refused.value.diagnostics
    assert (diagnostic.field, diagnostic.code) == (field, "limit-invalid")
    json.dumps(diagnostic.as_json())  # whatever was given


def test_faults_of_limits_are_data() -> None:
    point = Point(file="x.md", record="3", stage="laying out the letter")
    slow, large = limits.too_slow(2.5, point, tries=2), limits.too_much_memory(300_000_000, point)
    ended = limits.broken(-signal.SIGSEGV, 300_000_000, Point())
    assert (slow.code, slow.params) == ("limit-time", (("limit_s", 2.5), ("stage", "laying out the letter")))
    assert (large.code, large.params) == ("limit-memory", (("limit_mb", 300), ("stage", "laying out the letter")))
    assert (ended.code, ended.params) == ("process-ended", (("end", "SIGSEGV"),))
    assert {(fault.file, fault.record) for fault in (slow, large)} == {("x.md", "3")}


# --- Python itself ----------------------------------------------------------------------------------------------------


def test_a_child_forked_while_a_thread_lays_out_can_lay_out(project: Project) -> None:
    letter = letterpress.load(project.letter())
    letterpress.render(letter)
    over = threading.Event()

    def busy() -> None:
        while not over.is_set():
            letterpress.render(letter)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        for _ in range(3):
            child = os.fork()
            if child == 0:
                signal.alarm(60)
                os._exit(0 if api.render(letter).status == "done" else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        over.set()
        thread.join()
