"""What belongs to the host's process: letterpress changes none of it, and none of it changes a letter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import ROOT


def run(*code: str, host: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """A host of its own, in the project's folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 120, "cwd": host, "env": environment}
    return subprocess.run([sys.executable, *code], **{**options, **more})


@pytest.mark.slow
def test_nothing_of_the_host_is_changed_and_nothing_of_it_changes_a_letter(
    host: Path, expected: dict[str, Any]
) -> None:
    ran = run("-m", "tests.embedding.calls", str(host), host=host)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["changed"] == {}, "\n".join(f"{k}: {v[0]}\n-> {v[1]}" for k, v in said["changed"].items())
    assert said["found"].pop("within limits") == expected["one"]
    assert said["found"] == json.loads(json.dumps(expected))
    assert expected["signed"]
    assert len(expected["one"]) == 64


@pytest.mark.slow
def test_a_host_whose_warnings_are_errors(host: Path, expected: dict[str, Any]) -> None:
    """With the checks of Python's own that a developer turns on, too."""
    ran = run("-W", "error", "-X", "dev", "-c", ONCE, str(host), host=host)
    assert (ran.returncode, ran.stdout.split()) == (0, [expected["one"], "True"]), ran.stderr
    # WeasyPrint 70 leaves the colour profile it writes open until the garbage collector comes by.
    said = [line for line in ran.stderr.splitlines() if "Error" in line or "Warning" in line]
    assert not [line for line in said if "sRGB2014.icc" not in line], ran.stderr


ONCE = """
import sys
from pathlib import Path
from tests.embedding import calls

root = Path(sys.argv[1])
print(calls.digest(calls.letter(root)))
print(calls.verdict(calls.signed(calls.letterpress.render(calls.letter(root)).pdf, root), root))
"""

ENDS = {
    "a worker is kept, the working folder is gone, and one more is made at the very end": """
import atexit, os, tempfile
letterpress.render(path, limits=letterpress.Limits(seconds=60))
atexit.register(lambda: print(calls.digest(path)))
folder = tempfile.mkdtemp()
os.chdir(folder)
os.rmdir(folder)
""",
    "a thread is at it": """
import threading
begun = threading.Event()
def work():
    while True:
        begun.set()
        letterpress.render(path)
threading.Thread(target=work, daemon=True).start()
begun.wait()
print(sys.argv[2])
""",
    "there is nothing to print to": """
import os
print(calls.digest(path), flush=True)
os.close(0), os.close(1)
sys.stdout = sys.stdin = sys.stderr = None
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_the_interpreter_is_quiet(host: Path, expected: dict[str, Any], name: str) -> None:
    code = (
        "import sys; from pathlib import Path; import letterpress; from tests.embedding import calls\n"
        f"path = calls.letter(Path(sys.argv[1]))\n{ENDS[name]}\n"
        "assert calls.digest(path) == sys.argv[2]\n"
    )
    ran = run("-c", code, str(host), expected["one"], host=host)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    assert ran.stdout == expected["one"] + "\n"


def test_the_working_folder_may_change_between_reading_and_making(
    host: Path, expected: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import letterpress

    monkeypatch.chdir(host)
    letter = letterpress.load("content/letters/one.md")
    monkeypatch.chdir(tmp_path)
    assert letterpress.render(letter).sha256 == expected["one"]
    assert letterpress.render(letter, limits=letterpress.Limits(seconds=60)).sha256 == expected["one"]
    assert [one.status for one in letterpress.merge(letter, [{"name": "Bo"}])] == ["done"]


def test_importing_it_loads_nothing_heavy_and_starts_nothing(host: Path) -> None:
    code = (
        "import sys, threading, letterpress, letterpress.api\n"
        "heavy = {'weasyprint', 'pyhanko', 'PIL', 'duckdb', 'cryptography', 'asyncio', 'pikepdf'} & set(sys.modules)\n"
        "print(sorted(heavy), threading.active_count())"
    )
    ran = run("-c", code, host=host)
    assert (ran.stdout, ran.stderr) == ("[] 1\n", "")
