"""One PDF for the printer: the letters as they are, what they share once, and still an archive file."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from letterpress.batch import combine
from letterpress.errors import LetterpressError
from tests.support import verapdf
from tests.support.project import LETTER, Project, Ran

pytestmark = pytest.mark.slow

FRONT = """\
letterhead: plain
lang: en-US
date: 2026-03-02
to: {name: Ada}
subject: A letter
salutation: Dear {{ to.name }}
closing: Sincerely
signatories: [{name: Jo Lind, title: Director, sign: digital}]
fields: {text: {default: ""}, long: {default: ""}}
"""
BODY = """\
See the note[^1]. {{ fields.text }} **bold** and *italic*

![A mark](mark.svg)

{% if fields.long %}
{% for line in range(60) %}
Line {{ line }}.

{% endfor %}
{% endif %}

[^1]: Of the note.
"""
MARK = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" fill="#235"/></svg>'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with four letters in out/, made once."""
    project = Project(tmp_path_factory.mktemp("desk"))
    project.write("content/letters/mark.svg", MARK)
    project.letter(BODY, FRONT)
    rows = ["name,city,text,long", "Ada,Bangor,abc,", "Bo,Bangor,xyzÄÖÜ,yes", "Cy,Bangor,€ 5 – “q”,", "Di,Bangor,abc,"]
    project.write("people.csv", "\n".join(rows) + "\n")
    merge(project)
    return project


def merge(project: Project, *options: str) -> Ran:
    with contextlib.chdir(project.root):
        ran = project.cli("merge", LETTER, "--data", "people.csv", "-o", "out", "--jobs", "2", *options)
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture
def letters(desk: Project) -> list[Path]:
    return sorted((desk.root / "out").glob("*.pdf"))


def combined(letters: list[Path], target: Path, duplex: bool = False) -> int:
    parts = [combine.Part(path=path, title=f"Letter {at}") for at, path in enumerate(letters, start=1)]
    return combine.write(target, parts, title="All & one", lang="en-US", duplex=duplex).pages


def pages(path: Path) -> list[bytes]:
    """Every page as pixels."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [bytes(page.render(scale=1).buffer) for page in document]
    finally:
        document.close()


def words(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_pages_look_and_read_as_in_the_letters(letters: list[Path], tmp_path: Path) -> None:
    number = combined(letters, tmp_path / "all.pdf")
    assert number == sum(len(pages(path)) for path in letters) > 4
    assert pages(tmp_path / "all.pdf") == [page for path in letters for page in pages(path)]
    assert words(tmp_path / "all.pdf") == [page for path in letters for page in words(path)]


def test_faces_and_images_are_stored_once(letters: list[Path], tmp_path: Path) -> None:
    combined(letters * 5, tmp_path / "all.pdf")
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        programs = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        assert len({str(item.FontName) for item in programs}) == len(programs) <= 5
        profiles = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/N") == 3]
        assert len(profiles) <= 1
    size = (tmp_path / "all.pdf").stat().st_size
    assert size < 0.4 * sum(path.stat().st_size for path in letters * 5)


def test_a_bookmark_a_letter_and_letters_begin_on_a_sheet(letters: list[Path], tmp_path: Path) -> None:
    counts = [len(pages(path)) for path in letters]
    number = combined(letters, tmp_path / "all.pdf", duplex=True)
    assert number == sum(count + count % 2 for count in counts)
    with pikepdf.open(tmp_path / "all.pdf") as pdf, pdf.open_outline() as outline:
        starts = [pdf.pages.index(pikepdf.Page(item.destination[0])) for item in outline.root]
        assert [item.title for item in outline.root] == [f"Letter {at}" for at in range(1, 5)]
        assert all(start % 2 == 0 for start in starts)


def test_links_and_signature_fields_stay_their_letters_own(letters: list[Path], tmp_path: Path) -> None:
    combined(letters, tmp_path / "all.pdf")
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        names = [str(field.T) for field in pdf.Root.AcroForm.Fields]
        assert len(names) == len(set(names)) == 4
        title = pdf.open_metadata()["dc:title"]
        assert title == "All & one"


def test_it_is_still_pdf_a_and_pdf_ua(letters: list[Path], tmp_path: Path) -> None:
    combined(letters, tmp_path / "all.pdf", duplex=True)
    verapdf.require()
    assert verapdf.validate(tmp_path / "all.pdf") == []


def test_the_same_bytes_each_time(letters: list[Path], tmp_path: Path) -> None:
    combined(letters, tmp_path / "one.pdf")
    combined(letters, tmp_path / "two.pdf")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_what_cannot_be_combined(letters: list[Path], tmp_path: Path) -> None:
    with pytest.raises(LetterpressError, match="no letter to combine"):
        combined([], tmp_path / "all.pdf")
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    with pytest.raises(LetterpressError, match="cannot be read"):
        combined([*letters, tmp_path / "torn.pdf"], tmp_path / "all.pdf")
    assert not (tmp_path / "all.pdf").exists()


def test_merge_combines(desk: Project) -> None:
    ran = merge(desk, "--combine", "all.pdf", "--duplex")
    assert "all.pdf: all in one" in ran.err
    assert len(pages(desk.root / "all.pdf")) % 2 == 0
