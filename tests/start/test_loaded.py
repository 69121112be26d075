"""What commands load: nothing large that they do not need; and how their process ends."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import Project

ROOT = Path(__file__).parents[2]
LETTER = ROOT / "content/letters/korea-policy.md"


def loaded(code: str, *names: str, **environment: str) -> tuple[set[str], str]:
    """Run a program; which of these modules it has loaded at its end, and what it printed."""
    program = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit: pass\n"
        f"print('LOADED', *sorted({set(names)!r} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, **environment}, check=True
    )
    said, _, found = ran.stdout.rpartition("LOADED")
    return set(found.split()), said


HEAVY = (
    "weasyprint",
    "pydantic",
    "jinja2",
    "babel",
    "ruamel.yaml",
    "rich",
    "markdown_it",
    "PIL",
    "fontTools",
    "pikepdf",
)


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_the_list_of_commands_loads_nothing_that_a_command_needs(option: str) -> None:
    code = f"sys.argv = ['letterpress', *{option!r}.split()]; from letterpress.__main__ import main; main()"
    own = ("letterpress.errors", "letterpress.model", "letterpress.cli.child_process")
    assert loaded(code, *HEAVY, *own, "inspect", "dataclasses", "logging")[0] == set()


@pytest.mark.parametrize("option", ["--help", "-h", "--version", ""])
def test_what_is_put_off_for_the_list_of_commands_changes_none_of_it(option: str) -> None:
    """The `letterpress` command loads click without some modules; the function that it calls loads all of click."""
    ran = subprocess.run([sys.executable, "-m", "letterpress", *option.split()], capture_output=True, text=True)
    code = f"from letterpress.cli import main; sys.exit(main({option.split()!r}))"
    plain = subprocess.run([sys.executable, "-c", f"import sys; {code}"], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr, ran.returncode) == (plain.stdout, plain.stderr, plain.returncode)
    assert "letterpress" in ran.stdout + ran.stderr


def test_importing_the_package_loads_nothing_else_and_has_all_names() -> None:
    assert loaded("import letterpress", "letterpress.errors", "dataclasses", "typing_extensions")[0] == set()
    code = "import letterpress; assert all(hasattr(letterpress, name) for name in letterpress.__all__); "
    code += "assert letterpress.errors.Fix and letterpress.ExitCode.USAGE == 2; print(*dir(letterpress))"
    assert "Diagnostic" in loaded(code)[1].split()


def test_a_letter_loads_nothing_of_signing_tables_and_databases(tmp_path: Path) -> None:
    code = f"from letterpress.cli import main; main(['render', {str(LETTER)!r}, '-o', {str(tmp_path / 'a.pdf')!r}])"
    never: tuple[str, ...] = (
        "pyhanko",
        "cryptography",
        "asn1crypto",
        "duckdb",
        "psycopg",
        "python_calamine",
        "pypdfium2",
        "pikepdf",
        "lxml",
    )
    never += ("fontTools.subset", "importlib.metadata", "asyncio", "multiprocessing", "concurrent.futures", "sqlite3")
    environment = {"LETTERPRESS_CACHE": str(tmp_path / "cache"), "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    loaded(code, **environment)
    found, _ = loaded(code, *never, "pycparser", "cffi", **environment)
    assert found == set()


ENDING = """
import atexit, sys
from letterpress.processes import quick_end
quick_end.prepare()
atexit.register(print, "registered", end="")
class Last:
    def __del__(self): print("taken apart")
last = Last()
"""


@pytest.mark.parametrize(("told", "expected"), [
    ("quick_end.told(3); sys.exit(3)", ("registered", 3)),
    ("sys.exit(4)", ("registeredtaken apart\n", 4)),
], ids=["told", "not told"])  # fmt: skip
def test_a_process_whose_work_is_done_ends_without_taking_apart_what_it_loaded(
    told: str, expected: tuple[str, int]
) -> None:
    ran = subprocess.run([sys.executable, "-c", f"{ENDING}{told}"], capture_output=True, text=True)
    assert (ran.stdout, ran.returncode, ran.stderr) == (*expected, "")


def test_an_output_that_cannot_be_written_at_the_end_is_not_passed_over() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with open("/dev/full", "w") as full:
        program = [sys.executable, "-c", f"{ENDING}quick_end.told(0)"]
        buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        ran = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True, env=buffered)
    assert ran.returncode != 0
    assert "No space left" in ran.stderr


def test_what_later_letters_leave_behind_is_collected(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is frozen is never looked through again, so only what was loaded for the first letter may be."""
    frozen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    letters = [project.letter("Text.\n", path=f"content/letters/{name}.md") for name in "abc"]
    gc.disable()
    try:
        assert project.cli("render", *letters, "-o", "out/").code == 0
        assert gc.isenabled()
    finally:
        gc.enable()
    assert frozen == [True]
