"""`letterpress watch` makes a letter whenever a file that it is made of changes, and says what is wrong meanwhile."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from letterpress.pdf import raster
from tests.support.project import FRONT, LETTER, Project
from tests.support.runner import hear

PATIENCE = 60


class Watching:
    """The command in a process of its own, and what it says."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "letterpress", "watch", *arguments]
        pipes: dict[str, Any] = {"stderr": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, preexec_fn=hear, **pipes)
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.put(line)

    def until(self, words: str) -> list[str]:
        """The lines up to one that holds the words."""
        lines = [self.lines.get(timeout=PATIENCE)]
        while words not in lines[-1]:
            lines.append(self.lines.get(timeout=PATIENCE))
        return lines

    def end(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        assert self.process.stdout is not None
        out = self.process.stdout.read()
        return self.process.wait(PATIENCE), out


@pytest.fixture
def watching(project: Project) -> Iterator[list[Watching]]:
    begun: list[Watching] = []
    yield begun
    for one in begun:
        one.process.kill()
        one.process.wait()
        for pipe in (one.process.stdout, one.process.stderr):
            assert pipe is not None
            pipe.close()


def test_a_letter_is_made_whenever_its_files_change(project: Project, watching: list[Watching]) -> None:
    """Its text, a person that comes, a faulty text that leaves the PDF of the last good one, and its end by Ctrl-C."""
    front = FRONT.replace("[{name: Jo Lind, title: Director}]", "[jo]")
    project.write("content/people/jo.yml", "name: Jo Lind\n")
    project.letter("First text.\n", front)
    watching.append(Watching(LETTER, "--json"))
    (command,) = watching
    command.until("out/letter.pdf (1 page)")
    project.letter("Second text.\n", front + "closng: x\n")
    said = command.until("waiting for a change")
    assert any("closng: unknown field. hint: did you mean 'closing'" in line for line in said)
    assert "First text." in raster.text(project.pdf.read_bytes())
    project.letter("Third text.\n", front.replace("[jo]", "[jo, kim]"))
    command.until("waiting for a change")
    project.write("content/people/kim.yml", "name: Kim Roe\n")
    command.until("out/letter.pdf (1 page)")
    assert "Kim Roe" in raster.text(project.pdf.read_bytes())
    code, out = command.end()
    assert code == 0
    document = json.loads(out)
    assert document["letters"][0]["status"] == "done"
    assert document["made"] >= 4


def test_wrong_options_are_said_at_once(project: Project) -> None:
    letter = project.letter()
    assert project.cli("watch", letter, "--paper", "a9").code == 2
    assert project.cli("watch", letter, "-o", letter).code == 2
    assert project.cli("watch", letter, "-o", "letter.docx").code == 2
    assert project.cli("watch", letter, "-o", "-").code == 2
    assert project.cli("watch", "-").code == 2
    missing = project.cli("watch", letter.replace("letter.md", "leter.md"))
    assert (missing.code, "letter.md" in missing.err) == (2, True)
