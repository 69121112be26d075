"""A file appears whole or not at all."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from letterpress import output
from letterpress.errors import LetterpressError
from tests.support import needs


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fails(path: Path, content: bytes = b"new") -> str:
    with pytest.raises(LetterpressError) as caught:
        output.write(path, content)
    [fault] = caught.value.diagnostics
    assert fault.file == str(path)
    assert fault.hint or "cannot be written" in fault.message
    return fault.message


def test_writes_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "letter.pdf"
    output.write(path, b"one")
    output.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["letter.pdf"]


def test_mode_is_the_umasks_and_stays_an_older_files(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    before = os.umask(0o027)
    try:
        output.write(path, b"one")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    output.write(path, b"two")
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_long_and_odd_names(tmp_path: Path) -> None:
    for name in ("x" * 250 + ".pdf", "Zürich & Söhne.pdf", "-o.pdf", " .pdf", "é" * 120 + ".pdf"):
        output.write(tmp_path / name, b"x")
        assert (tmp_path / name).read_bytes() == b"x"
    assert len(names(tmp_path)) == 5


def test_a_name_too_long_for_the_disk(tmp_path: Path) -> None:
    assert "File name too long" in fails(tmp_path / ("x" * 300 + ".pdf"))
    assert names(tmp_path) == []


def test_a_folder_of_that_name(tmp_path: Path) -> None:
    assert fails(tmp_path) == "is a folder"


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    assert fails(tmp_path / "out" / "a.pdf") == "a file stands where a folder is needed"
    assert fails(tmp_path / "out" / "deeper" / "a.pdf") == "a file stands where a folder is needed"


def test_a_symbolic_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/real.pdf").write_bytes(b"old")
    (tmp_path / "letter.pdf").symlink_to("elsewhere/real.pdf")
    output.write(tmp_path / "letter.pdf", b"new")
    assert (tmp_path / "letter.pdf").readlink() == Path("elsewhere/real.pdf")
    assert (tmp_path / "elsewhere/real.pdf").read_bytes() == b"new"
    assert names(tmp_path / "elsewhere") == ["real.pdf"]


def test_a_full_disk_leaves_the_older_file(tiny_disk: Path) -> None:
    path = tiny_disk / "letter.pdf"
    output.write(path, b"older")
    assert fails(path, b"x" * 200_000) == "the disk is full; nothing was written"
    assert path.read_bytes() == b"older"
    assert names(tiny_disk) == ["letter.pdf"]


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file of this process may grow beyond 4 kB."""
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_a_write_that_stops_in_its_middle(tmp_path: Path, small_files: None) -> None:
    path = tmp_path / "letter.pdf"
    output.write(path, b"older")
    assert fails(path, b"x" * 10_000) == "cannot be written: File too large"
    assert path.read_bytes() == b"older"
    assert names(tmp_path) == ["letter.pdf"]


def test_a_folder_that_is_not_writable(tmp_path: Path) -> None:
    folder = Path("/proc")
    if not folder.is_dir():
        needs.lack("proc", "there is no /proc")
    path = folder / "letter.pdf"
    with pytest.raises(LetterpressError) as caught:
        output.write(path, b"x")
    assert caught.value.diagnostics[0].file == str(path)


def test_stdout_that_takes_nothing(tmp_path: Path) -> None:
    """`letterpress render -o - > /dev/full` ends with a word, not with a traceback."""
    if not Path("/dev/full").exists():
        needs.lack("dev-full", "there is no /dev/full")
    letter = tmp_path / "letter.md"
    letter.write_text("---\nletterhead: plain\n---\n\nHello.\n")
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-B", "-m", "letterpress", "render", str(letter), "-o", "-"]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert ran.returncode == 1, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "No space left on device" in ran.stderr or "disk is full" in ran.stderr
