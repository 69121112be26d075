"""What is kept between runs changes no byte of a letter, whatever has become of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import TemplateNotFound

from letterpress import api, cache, pipeline
from letterpress.fonts import metrics
from letterpress.layout import c_definitions, engine, kept_sheets
from letterpress.processes import compiled
from letterpress.templating import bytecode, sandbox
from letterpress.templating.messages import TemplateFault

ROOT = Path(__file__).parents[2]
LETTER = ROOT / "content/letters/korea-policy.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(cache.SWITCH, str(tmp_path / "cache"))
    cache.forget()
    yield tmp_path / "cache"
    cache.forget()


def test_a_letter_is_the_same_with_without_and_with_a_damaged_cache(tmp_path: Path) -> None:
    place = tmp_path / "cache"

    def made(said: str) -> bytes:
        command = [sys.executable, "-m", "letterpress", "render", str(LETTER), "-o", str(tmp_path / "a.pdf")]
        ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, cache.SWITCH: said})
        assert (ran.returncode, ran.stderr) == (0, f"{tmp_path / 'a.pdf'} (2 pages)\n")
        return (tmp_path / "a.pdf").read_bytes()

    without = made("off")
    assert not place.exists()
    assert made(str(place)) == without
    kinds = {bytecode.KIND, c_definitions.KIND, kept_sheets.KIND, compiled.KIND, metrics.KIND}
    assert {path.name for path in place.iterdir()} == kinds
    entries = {path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()}
    assert made(str(place)) == without
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()} == entries
    for path in entries:
        content = path.read_bytes()
        path.write_bytes(content[:-10] + b"0123456789")
    assert made(str(place)) == without
    # Nothing that is written in the letter itself is kept.
    assert not [path for path in entries if b"denuclear" in path.read_bytes().lower() or b"Khanna" in path.read_bytes()]


@pytest.mark.parametrize("name", ["band", "congress", "din5008", "japanese"])
def test_style_sheets_that_are_kept_set_each_letterhead_as_parsed_ones(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    letter = api.load(LETTER)
    job = api.job(letter, letterhead=name)
    found: list[bool] = []
    get = kept_sheets.get

    def noted(*arguments: Any) -> Any:
        sheet = get(*arguments)
        found.append(sheet is not None)
        return sheet

    monkeypatch.setattr(kept_sheets, "get", noted)
    engine.forget()
    first = pipeline.press(job)
    assert found
    assert not any(found)
    found.clear()
    engine.forget()
    assert pipeline.press(job) == first
    assert any(found)


def test_a_template_is_kept_by_what_it_says(folder: Path) -> None:
    said = {"a.html": "{{ 1 + 1 }}", "b.html": "{% include 'a.html' %}!"}

    def result(name: str, *, html: bool = True) -> str:
        get = sandbox.environment(lambda wanted: (said[wanted], wanted) if wanted in said else None, html=html)
        return get(name).render({}, None)

    assert [result("b.html"), result("b.html")] == ["2!", "2!"]
    assert len(list((folder / bytecode.KIND).iterdir())) == 2
    said["a.html"] = "{{ '<' }}"
    assert [result("b.html"), result("b.html", html=False)] == ["&lt;!", "<!"]


@pytest.mark.parametrize(
    "template", ["{{ ''.__class__ }}", "{{ x | pprint }}", "{% autoescape false %}{% endautoescape %}"]
)
def test_a_template_that_is_refused_is_refused_each_time(folder: Path, template: str) -> None:
    for _ in range(2):
        get = sandbox.environment(lambda wanted: (template, wanted), html=True)
        with pytest.raises(TemplateFault):
            get("a.html").render({"x": "1"}, None)


def test_a_fault_in_a_kept_template_names_its_line(folder: Path) -> None:
    said = {"a.html": "one\n\n{{ nothing.more }}"}
    for _ in range(2):
        get = sandbox.environment(lambda wanted: (said[wanted], wanted) if wanted in said else None, html=True)
        with pytest.raises(TemplateFault) as caught:
            get("a.html").render({}, None)
        assert (caught.value.line, caught.value.name) == (3, "a.html")
    with pytest.raises((TemplateFault, TemplateNotFound)):
        get("c.html")


def test_a_program_of_another_version_makes_templates_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        sandbox.environment(lambda wanted: ("{{ 1 }}", wanted), html=True)("a.html")

    load()
    monkeypatch.setattr(bytecode, "_program", lambda: b"another")
    load()
    assert len(list((folder / bytecode.KIND).iterdir())) == 2


def test_c_definitions_that_are_kept_call_what_parsed_ones_call(folder: Path) -> None:
    for _ in range(2):
        ffi: Any = c_definitions._Definitions()
        ffi.cdef("int abs(int); typedef struct { int a; int b; } pair;")
        assert ffi.dlopen(None).abs(-3) == 3
        assert ffi.new("pair *", {"b": 2}).b == 2
        assert ffi.cast("void *", 0) == ffi.NULL
        assert ffi.string(ffi.new("char[]", b"text")) == b"text"
        assert isinstance(ffi.errno, int)
    assert len(list((folder / c_definitions.KIND).iterdir())) == 1


def test_definitions_in_several_parts_are_cffis_own_affair(folder: Path) -> None:
    ffi: Any = c_definitions._Definitions()
    ffi.cdef("int abs(int);")
    ffi.cdef("int atoi(const char *);")
    library = ffi.dlopen(None)
    assert (library.abs(-3), library.atoi(b"12")) == (3, 12)
    packed: Any = c_definitions._Definitions()
    packed.cdef("struct packed { char a; int b; };", packed=True)
    assert packed.sizeof("struct packed") == 5


def test_definitions_that_cffi_refuses_are_refused_as_by_cffi(folder: Path) -> None:
    import cffi  # type: ignore[import-untyped]

    with pytest.raises(cffi.CDefError):
        c_definitions._Definitions().cdef("this is no C")
    assert not (folder / c_definitions.KIND).exists() or not list((folder / c_definitions.KIND).iterdir())
