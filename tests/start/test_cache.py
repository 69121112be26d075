"""The cache folder: what is put in comes out, and nothing is read that anybody else could have put there."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from letterpress import cache
from tests.support import needs

KEY, OTHER, CONTENT = b"key", b"another", b"content\0" * 100


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LETTERPRESS_CACHE", str(tmp_path / "cache"))
    cache.forget()
    yield tmp_path / "cache"
    cache.forget()


def entry(folder: Path) -> Path:
    (found,) = (folder / "kind").iterdir()
    return found


def test_what_was_put_in_comes_out_under_its_key_only(folder: Path) -> None:
    assert cache.available("kind")
    assert cache.get("kind", KEY) is None
    cache.put("kind", KEY, CONTENT)
    assert cache.get("kind", KEY) == CONTENT
    assert cache.get("kind", OTHER) is None
    assert cache.get("others", KEY) is None
    cache.put("kind", KEY, b"anew")
    assert cache.get("kind", KEY) == b"anew"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "kind", entry(folder))] == [
        0o700,
        0o700,
        0o600,
    ]


@pytest.mark.parametrize("damage", [
    lambda data: b"",
    lambda data: data[:20],
    lambda data: data[:-1],
    lambda data: data + b"\0",
    lambda data: bytes([data[0] ^ 1]) + data[1:],
    lambda data: data[:-1] + bytes([data[-1] ^ 1]),
], ids=["empty", "no digest", "cut", "longer", "digest", "content"])  # fmt: skip
def test_a_damaged_entry_counts_as_missing_and_is_put_anew(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    cache.put("kind", KEY, CONTENT)
    path = entry(folder)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get("kind", KEY) is None
    cache.put("kind", KEY, CONTENT)
    assert cache.get("kind", KEY) == CONTENT


def test_an_entry_under_another_name_counts_as_missing(folder: Path) -> None:
    cache.put("kind", KEY, CONTENT)
    first = entry(folder)
    cache.put("kind", OTHER, b"other")
    second = next(path for path in (folder / "kind").iterdir() if path != first)
    second.write_bytes(first.read_bytes())
    assert cache.get("kind", OTHER) is None


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o755, 0o702])
@pytest.mark.parametrize("which", ["cache", "cache/kind"])
def test_a_folder_that_others_may_use_is_not_used(folder: Path, which: str, mode: int) -> None:
    cache.put("kind", KEY, CONTENT)
    (folder.parent / which).chmod(mode)
    cache.forget()
    assert cache.get("kind", KEY) is None
    assert not cache.available("kind")
    cache.put("kind", OTHER, CONTENT)
    assert len(list((folder / "kind").iterdir())) == 1


@pytest.mark.parametrize("mode", [0o660, 0o606, 0o644])
def test_a_file_that_others_may_use_is_not_used(folder: Path, mode: int) -> None:
    cache.put("kind", KEY, CONTENT)
    entry(folder).chmod(mode)
    assert cache.get("kind", KEY) is None


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    cache.put("kind", KEY, CONTENT)
    path = entry(folder)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert cache.get("kind", KEY) is None
    path.unlink()
    (tmp_path / "elsewhere").rename(path)
    (folder / "kind").rename(tmp_path / "kind")
    (folder / "kind").symlink_to(tmp_path / "kind")
    cache.forget()
    assert cache.get("kind", KEY) is None


@pytest.mark.parametrize("which", ["cache", "cache/kind", "the entry", "home"])
def test_what_belongs_to_somebody_else_is_not_used(folder: Path, which: str) -> None:
    if os.geteuid() != 0:
        needs.lack("mount", "giving a file to somebody else takes root")
    if which == "home":  # root must not leave files in somebody's home folder that they cannot remove
        os.chown(folder.parent, 12345, -1)
        assert not cache.available("kind")
        assert not folder.exists()
        return
    cache.put("kind", KEY, CONTENT)
    os.chown(entry(folder) if which == "the entry" else folder.parent / which, 12345, -1)
    cache.forget()
    assert cache.get("kind", KEY) is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "{home}/.cache/letterpress"),
        ({"XDG_CACHE_HOME": "{home}/x"}, "{home}/x/letterpress"),
        ({"XDG_CACHE_HOME": "relative"}, "{home}/.cache/letterpress"),
        ({"XDG_CACHE_HOME": ""}, "{home}/.cache/letterpress"),
        ({"LETTERPRESS_CACHE": "{home}/own", "XDG_CACHE_HOME": "{home}/x"}, "{home}/own"),
        ({"LETTERPRESS_CACHE": "off"}, None),
        ({"LETTERPRESS_CACHE": "0"}, None),
        ({"XDG_CACHE_HOME": "{home}/file/in/a/file"}, None),
        ({"XDG_CACHE_HOME": "/proc/nobody"}, None),
        ({"HOME": "/proc/nobody"}, None),
    ],
)
def test_where_it_lies_is_the_environments_to_say_and_where_it_cannot_be_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    for name in ("LETTERPRESS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "{home}", **environment}.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    cache.forget()
    try:
        cache.put("kind", KEY, CONTENT)
        assert cache.get("kind", KEY) == (None if expected is None else CONTENT)
        made = [path for path in tmp_path.rglob("*") if path.is_dir() and path.name == "kind"]
        assert made == ([] if expected is None else [Path(expected.format(home=tmp_path)) / "kind"])
    finally:
        cache.forget()


def test_a_full_disk_is_no_fault(tiny_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERPRESS_CACHE", str(tiny_disk / "cache"))
    cache.forget()
    try:
        cache.put("kind", KEY, os.urandom(200_000))
        assert cache.get("kind", KEY) is None
        assert list((tiny_disk / "cache/kind").iterdir()) == []
    finally:
        cache.forget()


def test_the_oldest_are_removed_when_there_are_many(folder: Path) -> None:
    for number in range(405):
        cache.put("kind", b"%d" % number, b"")
        if number < 400:
            newest = max((folder / "kind").iterdir(), key=lambda path: path.stat().st_mtime_ns)
            os.utime(newest, ns=(number, number))
    assert 200 <= len(list((folder / "kind").iterdir())) <= 205
    assert cache.get("kind", b"404") == b""
    assert cache.get("kind", b"0") is None


def test_a_stamp_tells_versions_of_a_program_apart(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("1", encoding="utf-8")
    os.utime(program, ns=(1, 1))
    first = cache.stamp([str(program), None])
    assert cache.stamp([str(program)]) == first
    os.utime(program, ns=(2, 2))
    assert cache.stamp([str(program)]) != first
    program.write_text("12", encoding="utf-8")
    os.utime(program, ns=(1, 1))
    assert cache.stamp([str(program)]) != first
