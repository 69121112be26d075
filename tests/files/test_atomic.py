"""A file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from letterpress import output
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import atomic, targets
from tests.support import needs


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fault_of(path: Path) -> Diagnostic:
    with pytest.raises(LetterpressError) as caught:
        output.write(path, b"new")
    [fault] = caught.value.diagnostics
    return fault


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


# --- temporary files --------------------------------------------------------------------------------------------------


def test_a_name_as_long_as_the_disk_takes_in_any_script(tmp_path: Path) -> None:
    for name in ("信" * 80 + ".pdf", "字" * 83 + ".pdf", "x" * 251 + ".pdf", "😀" * 60 + ".pdf"):
        output.write(tmp_path / name, b"x")
        assert (tmp_path / name).read_bytes() == b"x"
    assert len(names(tmp_path)) == 4


def test_the_umask_of_the_process_is_never_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0o027)
    try:
        monkeypatch.setattr(os, "umask", lambda _: pytest.fail("another thread may make a file in that moment"))
        output.write(tmp_path / "letter.pdf", b"one")
        atomic.write(tmp_path / "key.p12", b"one", mode=0o600)
    finally:
        monkeypatch.undo()
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "letter.pdf").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "key.p12").stat().st_mode) == 0o600


def test_a_secret_is_never_open_to_others_not_even_under_its_temporary_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"older")
    path.chmod(0o600)
    real, modes = os.open, []

    def spy(name: str | Path, flags: int, mode: int = 0o777) -> int:
        descriptor = real(name, flags, mode)
        if flags & os.O_CREAT:
            modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", spy)
    output.write(path, b"new")
    assert modes == [0o600]


def test_all_is_on_the_disk_before_the_rename_and_the_name_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, rename, folder: what a power cut leaves is the old file or the new one. New folders are synced as well."""
    steps: list[str] = []
    sync, rename = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        status = os.fstat(descriptor)
        steps.append("folder" if stat.S_ISDIR(status.st_mode) else f"file of {status.st_size}")
        sync(descriptor)

    def renamed(source: str | Path, target: str | Path) -> None:
        steps.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    output.write(tmp_path / "letter.pdf", b"x" * 100_000)
    assert steps == ["file of 100000", "rename", "folder"]
    steps.clear()
    output.write(tmp_path / "a/b/letter.pdf", b"xyz")
    assert steps == ["folder", "folder", "file of 3", "rename", "folder"]


def test_only_our_own_abandoned_files_are_removed(tmp_path: Path) -> None:
    """Of a killed process: ours by name, and nobody holds them. A file that is being written is held."""
    (tmp_path / "deep").mkdir()
    ours = [tmp_path / ".letterpress-0123456789abcdef.part", tmp_path / "deep/.letterpress-00000000deadbeef.part"]
    foreign = [
        tmp_path / name
        for name in (
            ".letter.pdf.abc.part", ".x.part", "letterpress-0123456789abcdef.part", ".letterpress-0123.part",
            ".letterpress-0123456789abcdef.partial", ".letterpress-0123456789ABCDEF.part", "deep/.video.mp4.part",
        )
    ]  # fmt: skip
    for path in (*ours, *foreign):
        path.write_bytes(b"x")
    (tmp_path / ".letterpress-aaaaaaaaaaaaaaaa.part").mkdir()
    (tmp_path / ".letterpress-bbbbbbbbbbbbbbbb.part").symlink_to("precious")
    (tmp_path / "precious").write_bytes(b"x")
    replacement = atomic.Replacement(tmp_path / "letter.pdf")
    replacement.file.write(b"new")
    held = [path for path in tmp_path.glob(".letterpress-*.part") if path.is_file() and path.stat().st_size == 0]
    assert len(held) == 1
    atomic.remove_abandoned(tmp_path)
    assert not any(path.exists() for path in ours)
    assert all(path.exists() for path in (*foreign, *held, tmp_path / "precious"))
    assert (tmp_path / ".letterpress-bbbbbbbbbbbbbbbb.part").is_symlink()
    replacement.commit()
    assert (tmp_path / "letter.pdf").read_bytes() == b"new"


def test_a_temporary_file_removed_before_it_was_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = atomic._locked, []

    def somebody_tidies(descriptor: int, *, wait: bool) -> bool:
        if not calls:
            next(tmp_path.glob(".letterpress-*.part")).unlink()
        calls.append(descriptor)
        return real(descriptor, wait=wait)

    monkeypatch.setattr(atomic, "_locked", somebody_tidies)
    output.write(tmp_path / "letter.pdf", b"new")
    assert (tmp_path / "letter.pdf").read_bytes() == b"new"
    assert len(calls) == 2


def test_a_journal_removes_no_foreign_part_file(tmp_path: Path) -> None:
    from letterpress.batch.journal import Journal

    with Journal(tmp_path / "out") as journal:
        journal.begin({})  # and it is never ended: its next run will tidy up
    foreign = tmp_path / "out/.x.part"
    foreign.write_bytes(b"a download")
    ours = tmp_path / "out/.letterpress-0123456789abcdef.part"
    ours.write_bytes(b"half a letter")
    with Journal(tmp_path / "out") as journal:
        journal.scratch()
    assert foreign.read_bytes() == b"a download"
    assert not ours.exists()


# --- links, devices, pipes --------------------------------------------------------------------------------------------


def test_links_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to(tmp_path / "deep/new.pdf")  # dangling: what it leads to is made
    output.write(tmp_path / "one", b"new")
    assert (tmp_path / "deep/new.pdf").read_bytes() == b"new"
    assert (tmp_path / "one").is_symlink()
    assert (tmp_path / "two").is_symlink()
    (tmp_path / "lost").symlink_to("nowhere/new.pdf")
    assert fails(tmp_path / "lost").startswith("is a link into a folder that does not exist: '")
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert fails(tmp_path / "a") == "is a link that leads to itself"
    (tmp_path / "folder").symlink_to("deep")
    assert fails(tmp_path / "folder") == "is a folder"
    assert all((tmp_path / name).is_symlink() for name in ("lost", "a", "b", "folder"))
    assert names(tmp_path / "deep") == ["new.pdf"]


def test_other_names_of_a_file_keep_the_older_one(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"older")
    os.link(tmp_path / "letter.pdf", tmp_path / "kept.pdf")
    output.write(tmp_path / "letter.pdf", b"new")
    assert ((tmp_path / "letter.pdf").read_bytes(), (tmp_path / "kept.pdf").read_bytes()) == (b"new", b"older")


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"older")
    path.chmod(0o444)
    assert fails(path) == "is read-only"
    assert path.read_bytes() == b"older"


def test_a_socket_is_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("door")
        assert "is a socket" in fails(Path("door"))
        assert stat.S_ISSOCK(Path("door").stat().st_mode)


def reading(path: Path) -> tuple[threading.Thread, list[bytes]]:
    """Read a pipe in a thread."""
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(path.read_bytes()))
    thread.start()
    return thread, found


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to("pipe")
    for path in (pipe, tmp_path / "link"):
        thread, found = reading(pipe)
        output.write(path, b"x" * 200_000)  # more than a pipe holds
        thread.join(10)
        assert found == [b"x" * 200_000]
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    assert names(tmp_path) == ["link", "pipe"]


def test_a_pipe_whose_reader_goes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: os.close(os.open(pipe, os.O_RDONLY)))
    reader.start()
    assert fails(pipe, b"x" * 1_000_000) == "whoever reads from this pipe has gone"
    reader.join(10)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_a_device_is_written_into(tmp_path: Path) -> None:
    """A terminal: a device that may be written to in a test."""
    import pty

    controller, terminal = pty.openpty()
    try:
        path = Path(os.ttyname(terminal))
        output.write(path, b"%PDF-1.7 in a terminal")
        assert b"%PDF-1.7 in a terminal" in os.read(controller, 1000)
        assert stat.S_ISCHR(path.lstat().st_mode)
        (tmp_path / "link").symlink_to(path)
        output.write(tmp_path / "link", b"again")
        assert b"again" in os.read(controller, 1000)
    finally:
        os.close(controller)
        os.close(terminal)


def test_a_disk_is_no_place(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    try:
        os.mknod(disk, stat.S_IFBLK | 0o600, os.makedev(7, 200))
    except PermissionError:
        pytest.skip("making a device takes root")
    assert "is a disk" in fails(disk)
    assert stat.S_ISBLK(disk.lstat().st_mode)


@pytest.mark.parametrize("form", ["/dev/fd/{}", "/proc/self/fd/{}", "link"])
def test_a_descriptor_is_written_into_where_it_stands(tmp_path: Path, form: str) -> None:
    """As the shell's `>> log` and `>(program)` give them."""
    if not Path("/dev/fd").exists():
        pytest.skip("there is no /dev/fd")
    log = tmp_path / "log"
    log.write_bytes(b"one,")
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    try:
        path = Path(form.format(descriptor))
        if form == "link":
            path = tmp_path / "link"
            path.symlink_to(f"/dev/fd/{descriptor}")
        output.write(path, b"two")
    finally:
        os.close(descriptor)
    assert log.read_bytes() == b"one,two"
    assert sorted(set(names(tmp_path)) - {"link"}) == ["log"]


def test_a_descriptor_that_is_not_open(tmp_path: Path) -> None:
    if not Path("/dev/fd").exists():
        pytest.skip("there is no /dev/fd")
    assert fails(Path("/dev/fd/987")) == "cannot be written: Bad file descriptor"


def test_why_nothing_can_be_written_is_data(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"older")
    file.chmod(0o444)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "lost").symlink_to(tmp_path / "none" / "x.pdf")
    codes = {
        tmp_path: "output-unsuitable",
        file: "output-read-only",
        file / "below.pdf": "output-unsuitable",
        tmp_path / "loop": "link-endless",
        tmp_path / "lost": "output-unwritable",
    }
    assert {path: fault_of(path).code for path in codes} == codes
    full = targets.fault(file, OSError(errno.ENOSPC, "No space left on device")).diagnostics[0]
    gone = targets.fault(file, OSError(errno.EPIPE, "Broken pipe")).diagnostics[0]
    other = targets.fault(file, OSError(errno.EIO, "Input/output error")).diagnostics[0]
    assert [fault.code for fault in (full, gone, other)] == ["disk-full", "pipe-closed", "output-unwritable"]
    assert other.message == "cannot be written: Input/output error"


@pytest.mark.parametrize("number", [3, 20])
def test_many_files_are_on_the_disk_before_the_first_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """All files, all renames, each folder once: what a power cut leaves of each is the old file or the new one."""
    steps: list[str] = []
    sync, rename, at_once = os.fsync, os.replace, atomic._synced_at_once
    (tmp_path / "other").mkdir()

    def synced(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def renamed(source: str | Path, target: str | Path) -> None:
        steps.append("rename")
        rename(source, target)

    def synced_at_once(files: Sequence[atomic.Replacement]) -> bool:
        assert all(Path(file._temporary or "").stat().st_size == 8 for file in files)  # nothing is in a buffer
        done = at_once(files)
        steps.extend(["file"] * len(files) if done else [])
        return done

    begun = [
        output.begin(tmp_path / ("other" if at % 2 else "") / f"{at}.pdf", b"%d letter" % (at % 10))
        for at in range(number)
    ]
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    monkeypatch.setattr(atomic, "_synced_at_once", synced_at_once)
    assert not any(isinstance(end, Exception) for end in output.finish(begun))
    assert steps == ["file"] * number + ["rename"] * number + ["folder"] * 2
    assert (tmp_path / "other/1.pdf").read_bytes() == b"1 letter"


def test_files_are_synced_one_by_one_where_the_system_cannot_do_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux before 5.8 says nothing of a file that could not be written; others have no such call."""
    old = os.uname_result(("Linux", "old", "5.7.19", "", "x86_64"))
    monkeypatch.setattr(os, "uname", lambda: old)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    begun = [output.begin(tmp_path / f"{at}.pdf", b"letter") for at in range(9)]
    output.finish(begun)
    assert len(synced) == 9 + 1
    assert len(list(tmp_path.glob("*.pdf"))) == 9


def test_of_many_files_one_that_cannot_be_there_keeps_none_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder in the place of one, a full disk for another: both are told, all others are there, nothing is left over."""
    begun = [output.begin(tmp_path / f"{at}.pdf", b"letter") for at in range(5)]
    (tmp_path / "1.pdf").mkdir()
    (tmp_path / "1.pdf/kept").touch()
    sync, full = os.fsync, begun[3].replacement.file.fileno()

    def no_room(descriptor: int) -> None:
        if descriptor == full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", no_room)
    ends = output.finish(begun)
    assert [str(end) if isinstance(end, Exception) else "there" for end in ends] == [
        "there",
        f"{tmp_path}/1.pdf: a file stands where a folder is needed. hint: choose another with -o",
        "there",
        f"{tmp_path}/3.pdf: the disk is full; nothing was written. hint: make room, and run again",
        "there",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.pdf", "1.pdf", "2.pdf", "4.pdf"]
