"""What nobody foresaw, inside of a library, is the fault of one letter: in the API, in a command, and in a worker."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import letterpress
from tests.support.project import FRONT, LETTER, ROOT, Project

LIBRARIES = {
    "babel.dates:format_date": "filling in the letter",
    "jinja2.environment:Template.render": "filling in, in the sandbox",
    "weasyprint:HTML.render": "laying it out",
    "weasyprint.document:Document.write_pdf": "writing the PDF",
    "pydyf:PDF.add_object": "writing its objects",
}
FAULTS = [KeyError("<TextBox p>"), ZeroDivisionError("by\nzero"), StopIteration(), RecursionError("too deep")]


def break_off(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    """Let one real function of a library raise."""
    module, _, path = name.partition(":")
    holder: Any = importlib.import_module(module)
    *above, last = path.split(".")
    for part in above:
        holder = getattr(holder, part)

    def broken(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(holder, last, broken)


@pytest.mark.parametrize("name", LIBRARIES)
def test_press_raises_nothing(project: Project, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = project.letter()
    loaded = letterpress.load(path)
    assert letterpress.render(loaded).status == "done"
    for day, error in enumerate(FAULTS, start=1):
        # A day of its own: those that are written out already are kept.
        loaded = letterpress.load(project.letter(front=FRONT.replace("2026-01-15", f"2026-02-{day:02d}")))
        with monkeypatch.context() as patch:
            break_off(patch, name, error)
            (one, other) = letterpress.merge(loaded, [{"name": "Ada"}, {"name": "Bo"}])
        for result in (one, other):
            assert (result.status, result.pdf) == ("failed", None)
            (fault,) = [fault for fault in result.diagnostics if fault.severity == "error"]
            assert fault.message
            assert "\n" not in fault.message
            assert fault.file == path
        assert (one.record, other.record) == ("1", "2")
    assert letterpress.render(loaded).status == "done"


@pytest.mark.parametrize("name", ["ruamel.yaml:YAML.compose", "markdown_it:MarkdownIt.parse", "pathlib:Path.open"])
def test_reading_is_a_part_of_it(project: Project, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = project.letter()
    assert letterpress.render(path).status == "done"
    with monkeypatch.context() as patch:
        break_off(patch, name, KeyError("odd"))
        result = letterpress.render(path)
        assert [fault.code for fault in letterpress.check(path)] == ["itself-failed"]
        with pytest.raises(letterpress.LetterpressError, match="itself failed"):
            next(letterpress.merge(path, [{"name": "Ada"}]))
        ran = project.cli("render", path, "--json")
    assert result.status == "failed"
    assert result.diagnostics[0].message.startswith("letterpress itself failed: KeyError: 'odd'")
    assert ran.code == 1
    assert [fault["code"] for fault in ran.faults] == ["itself-failed"]


def test_a_record_that_cannot_be_planned_is_its_own_fault(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from letterpress.recipients import columns

    project.letter(front=FRONT + "fields: {other: text}\n")
    project.write("people.csv", "name,other\nAda,1\nBo,2\nCy,3\n")
    real = columns.assign

    def assign(mapped: Any, values: Any, **more: Any) -> Any:
        if values["name"] == "Bo":
            raise KeyError("odd")
        return real(mapped, values, **more)

    monkeypatch.setattr(columns, "assign", assign)
    ran = project.cli("merge", "--jobs", "0", LETTER, "--data", "people.csv", "-o", "out", "--dry-run", "--json")
    assert ran.code == 1
    errors = [(fault["record"], fault["code"]) for fault in ran.faults if fault["severity"] == "error"]
    assert errors == [("2", "itself-failed")]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            PermissionError(13, "Permission denied", "/srv/heads/logo.png"),
            "a file that the layout needs '/srv/heads/logo",
        ),
        (OSError(5, "Input/output error"), "a file that the layout needs: Input/output error"),
    ],
)
def test_what_the_system_refuses_is_not_blamed_on_fonts(
    project: Project, monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    loaded = letterpress.load(project.letter())
    letterpress.render(loaded)
    break_off(monkeypatch, "weasyprint.document:Document.write_pdf", error)
    (fault,) = letterpress.render(loaded).diagnostics
    assert message in fault.message
    assert "font" not in f"{fault.message} {fault.hint}"


# What a start of Python imports by itself; each of our processes breaks in the same way.
SITE = """
import importlib.abc, importlib.util, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "babel.dates":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        real = spec.loader.exec_module
        def exec_module(module):
            real(module)
            def broken(*_, **__):
                raise KeyError("calendar")
            module.format_date = broken
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Finder())
"""


@pytest.mark.slow
def test_api_command_and_worker_say_the_same(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    site = tmp_path_factory.mktemp("site")
    (site / "sitecustomize.py").write_text(SITE)
    project.letter(front=FRONT + "fields: {other: text}\n")
    project.write("people.csv", "name,other\nAda,1\nBo,2\n")

    def run(*arguments: str) -> Any:
        ran = subprocess.run(
            [sys.executable, *arguments],
            cwd=project.root,
            env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert "Traceback" not in ran.stderr
        return json.loads(ran.stdout)

    api = (
        "import json, sys, letterpress as l\n"
        "made = [l.render(sys.argv[1], limits=limits) for limits in (None, l.Limits(seconds=60))]\n"
        "print(json.dumps([one.diagnostics[0].as_json() for one in made]))"
    )
    here, kept = run("-c", api, LETTER)
    (command,) = run("-m", "letterpress", "render", LETTER, "--json")["letters"]
    merge = ("merge", LETTER, "--data", "people.csv", "-o", "out", "--jobs", "0", "--json")
    merged = run("-m", "letterpress", *merge)["letters"]
    faults = [here, kept, *command["diagnostics"], *(fault for one in merged for fault in one["diagnostics"])]
    assert [fault["record"] for fault in faults] == [None, None, None, "1", "2"]
    assert {(fault["message"], fault["file"], fault["code"]) for fault in faults} == {
        ("letterpress itself failed: KeyError: 'calendar'", LETTER, "itself-failed")
    }


@pytest.mark.slow
def test_a_command_that_fails_outside_of_a_letter_says_so_in_a_sentence(project: Project, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        SITE.replace("babel.dates", "letterpress.scaffold").replace("format_date", "create")
    )
    for verbose in ((), ("-v",)):
        ran = subprocess.run(
            [sys.executable, "-m", "letterpress", "new", "there", *verbose],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 1
        assert ran.stderr.splitlines()[-1].startswith("letterpress itself failed: KeyError: 'calendar'. hint: ")
        assert ("Traceback" in ran.stderr) is bool(verbose)
