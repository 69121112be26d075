"""Only files of the project are read and written, whatever a path says and wherever a link leads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from letterpress.errors import LetterpressError
from letterpress.files import atomic
from letterpress.files.project_files import LETTERS, PDFS, TRUST, Changed, Outside, ProjectFiles

TEXT = "---\nlang: en-US\n---\n\nText.\n"
OUTSIDE = [
    "",
    ".",
    "/etc/passwd.md",
    "../x.md",
    "content/../../x.md",
    "content/letters/../../../x.md",
    "content\\letters\\..\\x.md",
    "content/letters/x.md\0.pdf",
    "content/letters/x\n.md",
    ".git/x.md",
    "content/.hidden/x.md",
    "content/letters/.x.md",
    "content/letters",
    "content/letters/x",
    "content/letters/x.toml",
    "content/letters/x.md ",
    "content/letters/folder.md",
    "content/letters/leads-out.md",
    "content/letters/leads-to-a-hidden.md",
    "content/letters/leads-to-itself.md",
    "content/outer/x.md",
    "content/" + "x" * 300 + ".md",
]


@pytest.fixture
def files(tmp_path: Path) -> ProjectFiles:
    root = tmp_path / "project"
    letters = root / "content/letters"
    letters.mkdir(parents=True)
    (tmp_path / "outer").mkdir()
    (tmp_path / "outer/x.md").write_text("secret")
    (root / ".secret.md").write_text("secret")
    (letters / "x.md").write_text(TEXT)
    (letters / "folder.md").mkdir()
    (letters / "leads-out.md").symlink_to(tmp_path / "outer/x.md")
    (letters / "leads-to-a-hidden.md").symlink_to(root / ".secret.md")
    (letters / "leads-to-itself.md").symlink_to(letters / "leads-to-itself.md")
    (letters / "leads-within.md").symlink_to(letters / "x.md")
    (root / "content/outer").symlink_to(tmp_path / "outer")
    return ProjectFiles(root)


@pytest.mark.parametrize("path", OUTSIDE, ids=[repr(path[:30]) for path in OUTSIDE])
def test_a_path_that_leads_elsewhere_is_refused(path: str, files: ProjectFiles) -> None:
    for attempt in (
        lambda: files.read(path),
        lambda: files.save(path, "mine", None),
        lambda: files.find(path, LETTERS, writing=True),
    ):
        with pytest.raises(Outside):
            attempt()
    assert (files.root.parent / "outer/x.md").read_text() == "secret"


def test_files_of_the_project_are_read_and_others_written_nowhere_else(files: ProjectFiles) -> None:
    assert files.read("content/letters/x.md").text == TEXT
    assert files.read("content/letters/leads-within.md").text == TEXT
    for path, kinds in (("templates/own/x.md", LETTERS), ("letter.pdf", PDFS), ("x.md", LETTERS)):
        files.find(path, kinds)
        with pytest.raises(Outside):
            files.find(path, kinds, writing=True)
    (files.root / "templates").symlink_to(files.root / "content")
    with pytest.raises(Outside):
        files.find("templates/letters/x.md", LETTERS, writing=True)
    assert files.find("trust/board.pem", TRUST, writing=True).name == "board.pem"
    for elsewhere, kinds in (("content/board.pem", TRUST), ("trust/x.md", LETTERS), ("trust/board.key", TRUST)):
        with pytest.raises(Outside):
            files.find(elsewhere, kinds, writing=True)
    (files.root / "content/shared").symlink_to(files.root / "trust")
    (files.root / "trust").mkdir()
    with pytest.raises(Outside):
        files.find("content/shared/x.md", LETTERS, writing=True)
    listed = {files.shown(path) for path in files.listed(LETTERS, "content")}
    assert listed == {"content/letters/x.md", "content/letters/leads-within.md"}


def test_what_is_written_as_soon_as_a_letter_is_saved_is_a_change(
    files: ProjectFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = files.root / "content/letters/x.md", atomic.write

    def overtaken(found: Path, data: bytes, **more: Any) -> None:
        write(found, data, **more)
        path.write_text("theirs")

    monkeypatch.setattr(atomic, "write", overtaken)
    saved = files.save("content/letters/x.md", "mine", files.read("content/letters/x.md").sha256)
    assert saved.text == "mine"
    assert saved.sha256 != files.read("content/letters/x.md").sha256
    with pytest.raises(Changed):
        files.save("content/letters/x.md", "mine, again", saved.sha256)
    assert path.read_text() == "theirs"


def test_a_letter_is_saved_only_over_what_was_opened(files: ProjectFiles) -> None:
    opened = files.read("content/letters/x.md")
    path = files.root / "content/letters/x.md"
    saved = files.save(opened.path, TEXT + "More.\n", opened.sha256)
    assert path.read_text() == TEXT + "More.\n"
    for sha256 in (opened.sha256, None):
        with pytest.raises(Changed):
            files.save(opened.path, "mine", sha256)
    path.write_text("theirs")
    with pytest.raises(Changed):
        files.save(opened.path, "mine", saved.sha256)
    path.unlink()
    with pytest.raises(Changed):
        files.save(opened.path, "mine", saved.sha256)
    assert not path.exists()
    assert files.save(opened.path, "mine", None).text == "mine"


def test_a_file_keeps_its_line_ends_and_its_mark(files: ProjectFiles) -> None:
    path = files.root / "content/letters/x.md"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    opened = files.read("content/letters/x.md")
    assert opened.text == TEXT
    files.save(opened.path, TEXT + "Ä.\n", opened.sha256)
    assert path.read_bytes() == b"\xef\xbb\xbf" + (TEXT + "Ä.\n").replace("\n", "\r\n").encode()
    with pytest.raises(LetterpressError):
        files.save(opened.path, "\ud800", files.read(opened.path).sha256)
