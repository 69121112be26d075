"""Archives that are written as a stream: read by others, the same each time, and large."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from letterpress.files.zip_stream import ZipStream
from tests.support import needs

FILES = {"a.pdf": b"%PDF-1.7 a", "ordner/Jürgen 東京.pdf": b"x" * 70_000, "empty.pdf": b""}


def written(path: Path, files: dict[str, bytes]) -> Path:
    with path.open("wb") as file, ZipStream(file) as stream:
        for name, content in files.items():
            stream.add(name, content)
        assert stream.count == len(files)
        stream.finish()
    return path


def test_others_read_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", FILES)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.external_attr >> 16 for one in archive.infolist()} == {0o100644}
    program = shutil.which("unzip")
    if program is None:
        needs.lack("unzip", "another reader of archives")
    ran = subprocess.run([str(program), "-tqq", path], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_same_files_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a.zip", FILES), written(tmp_path / "b.zip", FILES)
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size < sum(map(len, FILES.values())) + 500


def test_more_files_than_a_plain_archive_holds(tmp_path: Path) -> None:
    files = {f"{number:06}.pdf": b"%d" % number for number in range(66_000)}
    path = written(tmp_path / "many.zip", files)
    assert path.read_bytes().count(b"PK\6\6") == 1
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == 66_000
        for number in (0, 65_534, 65_535, 65_999):
            assert archive.read(f"{number:06}.pdf") == b"%d" % number
    assert b"PK\6\6" not in written(tmp_path / "few.zip", FILES).read_bytes()


def test_more_bytes_than_a_plain_archive_holds(tmp_path: Path) -> None:
    """A hole stands for what 4 GB of letters would hold: the file takes no room on the disk."""
    path = tmp_path / "large.zip"
    hole = 1 << 32
    with path.open("wb") as file, ZipStream(file) as stream:
        stream.add("first.pdf", b"first")
        file.seek(hole, io.SEEK_CUR)
        stream._offset += hole
        stream.add("second.pdf", b"second")
        stream.add("third.pdf", b"third")
        stream.finish()
    with zipfile.ZipFile(path) as archive:
        assert [one.header_offset >= hole for one in archive.infolist()] == [False, True, True]
        assert [archive.read(name) for name in archive.namelist()] == [b"first", b"second", b"third"]


def test_what_no_archive_takes() -> None:
    with ZipStream(io.BytesIO()) as stream:
        with pytest.raises(ValueError, match="too large"):
            stream.add("x" * 70_000, b"")
        assert stream.count == 0
