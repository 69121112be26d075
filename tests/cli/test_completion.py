"""Completion: what is offered where, and that bash, zsh and fish themselves complete with it."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from letterpress.cli import COMMANDS, COMPLETING, app, completion
from tests.support.project import ROOT, Project

PATIENCE = 60
PROGRAM = str(Path(sys.executable).parent)


def offered(line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """The words (kind and text) that are offered behind a line."""
    words = f"letterpress {line}".split(" ")
    monkeypatch.setenv(COMPLETING, "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(words))
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    assert completion.answer(app) == 0
    return [(kind, word) for kind, _, word in (row.partition(",") for row in capsys.readouterr().out.splitlines())]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ren", ["render"]),
        ("identity n", ["new"]),
        ("render --letterhead con", ["congress"]),
        ("render --letterhead our", ["ours"]),
        ("new x --letterhead ow", ["own"]),
        ("render --paper ", ["a4", "letter"]),
        ("watch --profile press", ["press", "press-x1a"]),
        ("merge --copy d", ["draft"]),
        ("render --carrier deutsche", ["deutsche-post"]),
        ("preflight --for deutsche", ["deutsche-post"]),
        ("carriers deutsche", ["deutsche-post"]),
        ("letterheads CON", ["congress"]),
        ("schema pro", ["project"]),
        ("init --letter comp", ["complaint"]),
        ("envelopes --size c6-", ["c6-5"]),
        ("labels --sheet avery-l7160", ["avery-l7160"]),
        ("sign --level B-B", ["B-B"]),
        ("sign --ke", ["--key", "--key-label"]),
        ("--ver", ["--version"]),
        ("--completion fi", ["fish"]),
        ("render --no-such-option x --letterhead con", ["congress"]),
    ],
)
def test_names_are_offered(
    project: Project,
    line: str,
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project.letterhead("ours")
    monkeypatch.setattr(completion, "_root", lambda: project.root)
    assert [word for _, word in offered(line, monkeypatch, capsys)] == expected


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        *(("render con", "file"), ("merge a.md --data li", "file"), ("sign a.pdf --key ", "file")),
        *(("check con", "file"), ("envelopes a.md -o x", "file"), ("schema -o x", "file"), ("render -o ", "file")),
        *(("new x", "dir"), ("studio x", "dir"), ("merge a.md -o x", "file"), ("serve --tokens /e", "file")),
    ],
)
def test_files_and_folders_are_left_to_the_shell(
    line: str, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [found for found, _ in offered(line, monkeypatch, capsys)] == [kind]


def test_every_command_is_offered_and_none_is_loaded() -> None:
    code = (
        "import sys; from letterpress.cli import main; main([]); "
        "print(*sorted(name for name in sys.modules if name.startswith('letterpress.cli.')), file=sys.stderr)"
    )
    settings = {COMPLETING: "bash_complete", "COMP_WORDS": "letterpress ", "COMP_CWORD": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **settings}, check=True
    )
    assert [line.removeprefix("plain,") for line in ran.stdout.split()] == list(COMMANDS)
    assert set(ran.stderr.split()) <= {
        f"letterpress.cli.{name}" for name in ("completion", "deprecated", "once", "output")
    }


def test_a_shell_that_there_is_not(project: Project) -> None:
    ran = project.cli("--completion", "fsh")
    assert ran.code == 2
    assert "there is no completion for 'fsh'; there are bash, zsh, fish" in ran.err


def test_what_goes_wrong_meanwhile_is_not_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMPLETING, "bash_complete")
    monkeypatch.delenv("COMP_WORDS", raising=False)
    assert project.cli().code == 1
    monkeypatch.setenv(COMPLETING, "tcsh_complete")
    ran = project.cli()
    assert (ran.code, ran.out, ran.err) == (2, "", "")


# --- the shells themselves --------------------------------------------------------------------------------------------


class Terminal:
    """A shell in a terminal of its own."""

    def __init__(self, *command: str) -> None:
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.environ.update(PATH=f"{PROGRAM}:{os.environ['PATH']}", PS1="% ", TERM="dumb", HISTFILE="/dev/null")
            os.execvp(command[0], command)

    def type(self, keys: str, until: str) -> str:
        """Type, and give what the terminal shows up to a text."""
        os.write(self.end, keys.encode())
        shown = ""
        limit = time.monotonic() + PATIENCE
        while until not in shown:
            assert time.monotonic() < limit, f"{keys!r} shows {shown!r}"
            if select.select([self.end], [], [], 0.2)[0]:
                shown += os.read(self.end, 65536).decode(errors="replace")
        return shown

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.end)


@pytest.mark.parametrize(
    ("command", "setup"),
    [
        (("bash", "--norc", "-i"), 'eval "$(letterpress --completion bash)"'),
        (("zsh", "-f", "-i"), 'autoload -Uz compinit; compinit -u -D; eval "$(letterpress --completion zsh)"'),
    ],
    ids=["bash", "zsh"],
)
def test_a_shell_completes_words(command: tuple[str, ...], setup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"there is no {command[0]} here")
    monkeypatch.chdir(ROOT)
    terminal = Terminal(*command)
    try:
        terminal.type(f"{setup}; echo set''up\n", "setup")
        terminal.type("letterpress render content/letters/kor\t", "korea-policy.md")
        terminal.type(" --letterhead congr\t", "congress ")
    finally:
        terminal.close()


def test_fish_completes_words() -> None:
    if not shutil.which("fish"):
        pytest.skip("there is no fish here")
    code = (
        "letterpress --completion fish | source; complete -C 'letterpress valid'; complete -C 'letterpress render co'"
    )
    path = {"PATH": f"{PROGRAM}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["fish", "-N", "-c", code], capture_output=True, text=True, cwd=ROOT, env={**os.environ, **path}
    )
    assert ran.stdout.splitlines()[0].startswith("validate\t"), ran
    assert "content/" in ran.stdout
