"""Patterns and dataclasses that are looked up are those that Python compiles."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import marshal
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from letterpress import cache
from letterpress.processes import compiled

MODULE = r'''
import dataclasses, re, typing

@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Value:
    """A value."""
    name: str
    number: typing.Optional[int] = None
    items: list = dataclasses.field(default_factory=list, compare=False)

PATTERNS = [
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)|(x)(?=y)"), re.compile("straße|ſ|[à-ü]+", re.IGNORECASE),
    re.compile(rb"[\x00-\x7f]+(?<!a)", re.S), re.compile("(?x) a  # said so\n b"), re.compile("^a.b$", re.M | re.ASCII),
    *[re.compile(f"{number}+") for number in range(40)],
    re.compile("[\u2e80-\u9fff\U00020000-\U0003ffff]"), re.compile(re.compile("again")), re.compile("(a)(?(1)b|c)"),
]

def later(name):
    return re.compile("of a letter: " + name)
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports the module anew, with what Python remembers of patterns forgotten."""
    monkeypatch.setenv(cache.SWITCH, str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "compiled_example.py").write_text(MODULE, encoding="utf-8")
    cache.forget()

    def load() -> Any:
        sys.modules.pop("compiled_example", None)
        re.purge()
        return importlib.import_module("compiled_example")

    yield load
    compiled.end()
    sys.modules.pop("compiled_example", None)
    cache.forget()


def tables(tmp_path: Path) -> Any:
    (path,) = (tmp_path / "cache" / compiled.KIND).iterdir()
    return marshal.loads(path.read_bytes()[32:])


def described(module: Any) -> list[Any]:
    texts = ["2024-05 xy", "STRASSE straSSe ÀÜ ſ", "ab", "a\nb", "漢字", "again", "c"]
    said: list[Any] = []
    for one in module.PATTERNS:
        given = [text.encode() if isinstance(one.pattern, bytes) else text for text in texts]
        said += [one.pattern, one.flags, one.groups, dict(one.groupindex)]
        said += [[(match.span(), match.groupdict()) for match in one.finditer(text)] for text in given]
    value = module.Value(name="a", items=[1])
    said += [repr(value), value == module.Value(name="a"), hash(module.Value.__name__), value < module.Value(name="b")]
    return [*said, str(inspect.signature(module.Value)), module.Value.__init__.__annotations__]


def test_what_is_looked_up_is_what_python_compiles(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = described(module())
    compiled.begin("render")
    assert described(module()) == expected
    compiled.end()
    patterns, programs = tables(tmp_path)
    assert len(patterns) >= 8
    assert programs
    compiled.begin("render")

    def refuse(key: Any, *_: Any) -> None:
        raise AssertionError(f"{key} is compiled once more")

    monkeypatch.setattr(compiled._kept, "_recorded", refuse)
    assert described(module()) == expected
    with pytest.raises(dataclasses.FrozenInstanceError):
        module().Value(name="a").name = "b"


def test_what_is_compiled_after_the_import_is_not_kept(module: Any, tmp_path: Path) -> None:
    compiled.begin("render")
    assert module().later("Ada").search("of a letter: Ada")
    compiled.end()
    patterns, programs = tables(tmp_path)
    assert not [key for key in patterns if "Ada" in str(key[1])]
    assert not [text for text in programs if "Ada" in text]


def test_python_is_itself_again_afterwards_and_nothing_is_written_where_nothing_is_new(
    module: Any, tmp_path: Path
) -> None:
    real = sys.modules["re._compiler"].compile
    written = set()
    for _ in range(2):
        compiled.begin("render")
        assert sys.modules["re._compiler"].compile is not real
        module()
        compiled.end()
        assert sys.modules["re._compiler"].compile is real
        assert "exec" not in vars(dataclasses)
        (path,) = (tmp_path / "cache" / compiled.KIND).iterdir()
        written.add((path.stat().st_ino, path.stat().st_mtime_ns))
    assert len(written) == 1


@pytest.mark.parametrize("content", [b"", b"\0", marshal.dumps(1), marshal.dumps((1, 2, 3)), marshal.dumps({})])
def test_tables_that_are_something_else_are_made_anew(module: Any, tmp_path: Path, content: bytes) -> None:
    cache.put(compiled.KIND, compiled._Kept("render").key, content)
    compiled.begin("render")
    expected = described(module())
    compiled.end()
    assert expected == described(module())
    assert tables(tmp_path)[0]


def test_programs_that_the_engine_refuses_are_made_anew(module: Any) -> None:
    compiled.begin("render")
    module()
    compiled.end()
    kept = compiled._Kept("render")
    kept.patterns = {key: (value[0], [9999], *value[2:]) for key, value in kept.patterns.items()}
    kept.new = len(kept.patterns) + compiled._FEW
    kept.save()
    compiled.begin("render")
    assert described(module()) == described(module())


@pytest.mark.parametrize(("more", "written"), [(10, False), (40, True)])
def test_a_few_new_patterns_are_not_worth_a_table(module: Any, tmp_path: Path, more: int, written: bool) -> None:
    compiled.begin("render")
    module()
    compiled.end()
    before = tables(tmp_path)
    example = tmp_path / "compiled_example.py"
    example.write_text(
        f"{MODULE}\nMORE = [re.compile(f'more {{number}}') for number in range({more})]\n", encoding="utf-8"
    )
    compiled.begin("render")
    module()
    compiled.end()
    assert (tables(tmp_path) != before) is written


def test_a_table_that_has_grown_too_long_begins_anew(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_MOST", 20)
    compiled.begin("render")
    module()
    compiled.end()
    assert tables(tmp_path) == ({}, {})


def test_a_pattern_that_is_wrong_is_refused_as_always(module: Any) -> None:
    compiled.begin("render")
    with pytest.raises(re.error, match="unterminated"):
        re.compile("(")


def test_where_nothing_is_kept_python_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.SWITCH, "off")
    cache.forget()
    real = sys.modules["re._compiler"].compile
    compiled.begin("render")
    assert sys.modules["re._compiler"].compile is real
    cache.forget()
