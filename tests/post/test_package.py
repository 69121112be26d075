"""`letterpress package`: what is packed of a run, and how."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

import letterpress
from letterpress.batch.journal import Entry, Journal, Written
from letterpress.dispatch import Dispatch, read
from letterpress.files import zip_stream
from letterpress.post import package as packing
from letterpress.post import verification
from tests.support import packed
from tests.support.project import LETTER, ROOT, Project, Ran
from tests.support.runner import hear

pytestmark = pytest.mark.xdist_group("package")

FRONT = """\
letterhead: din5008
lang: en-US
date: 2026-03-02
from: {name: Harbor Light Clinic, street: 12 Quay Road, city: Portland, region: ME, postcode: "04101", country: US}
salutation: Dear {{ to.name }}
closing: Sincerely
signatories: [{name: Jo Lind, title: Director}]
enclosures: [{file: annex.pdf, title: Terms}]
fields: {long: {default: ""}}
"""
BODY = (
    "Thank you.\n\n{% if fields.long %}\n{% for line in range(40) %}\nLine {{ line }}.\n\n{% endfor %}\n{% endif %}\n"
)
ROWS = """\
no,name,street,city,postcode,country,long
A-1,Ada Brook,4 Mill Lane,Bangor,04401,US,
A-2,Bo Grün,Lindenallee 12,Dresden,01067,DE,yes
A-3,=Cy Poe,9 Quay,Bangor,04401,US,
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with a run of three letters in out/, made once: 2, 3 and 2 pages with the enclosure."""
    project = Project(tmp_path_factory.mktemp("desk"))
    annex = pypdfium2.PdfDocument.new()
    annex.new_page(595, 842)
    annex.save(project.write("content/letters/annex.pdf", ""))
    project.letter(BODY, FRONT)
    project.write("people.csv", ROWS)
    with contextlib.chdir(project.root):
        ran = merge(project)
    assert ran.code == 0, ran.err
    return project


def merge(project: Project, *options: str) -> Ran:
    options = ("--key", "no", "--jobs", "0", "--enclosures", "lower", *options)
    return project.cli("merge", LETTER, "--data", "people.csv", "-o", "out", *options)


@pytest.fixture
def desk(made: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of it, to be changed."""
    shutil.copytree(made.root, tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    return Project(tmp_path / "desk")


def package(project: Project, *options: str, code: int = 0) -> Ran:
    ran = project.cli("package", "out", "-o", "p.zip", *options)
    assert ran.code == code, ran.err
    return ran


def files(path: str | Path = "p.zip") -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(found: dict[str, bytes], name: str = "manifest.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found[name].decode("utf-8-sig"))))


def letters(found: dict[str, bytes]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(found["manifest.json"])["letters"]
    return listed


def test_a_package_has_the_letters_their_lists_a_page_and_check_sums(desk: Project) -> None:
    ran = package(desk, "--json")
    found = files()
    names = [f"letters/letter-0000{number}.pdf" for number in (1, 2, 3)]
    assert list(found) == [*names, "READ-ME.html", "manifest.csv", "manifest.json", "SHA256SUMS"]
    assert [found[name] for name in names] == [path.read_bytes() for path in sorted(Path("out").glob("*.pdf"))]
    sums = dict(reversed(line.split("  ")) for line in found["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in found.items() if name != "SHA256SUMS"}
    assert ran.json["sums"] == hashlib.sha256(found["SHA256SUMS"]).hexdigest()
    assert (ran.json["letters"], ran.json["pages"], ran.json["sheets"], ran.json["failed"]) == (3, 7, 7, 0)
    listed = letters(found)
    assert listed[1] == {
        "number": 2, "record": "2", "key": "A-2", "group": None,
        "recipient": ["Bo Grün", "Lindenallee 12", "01067 DRESDEN", "GERMANY"], "country": "DE", "postcode": "01067",
        "file": names[1], "first_page": 1, "pages": 3, "sheets": 3, "bytes": len(found[names[1]]),
        "sha256": sums[names[1]], "lang": "en-US", "letterhead": "din5008", "paper": "a4", "profile": "archive",
        "carrier": None, "duplex": False, "enclosures": [{"title": "Terms", "pages": 1}],
        "envelopes": ["c6-5-din", "dl-din"], "preflight": None,
    }  # fmt: skip
    table = rows(found)
    assert table[0]["recipient"] == "Ada Brook | 4 Mill Lane | Bangor 04401"
    assert table[2]["recipient"].startswith("'=Cy Poe | 9 Quay")  # no formula
    assert [row["sheets"] for row in table] == ["2", "3", "2"]
    assert table[1]["enclosures"] == "Terms (1)"
    page = found["READ-ME.html"].decode()
    assert "3 letters, 7 pages on 7 sheets of paper, printed on one side." in page
    assert "Brook" not in page


def test_the_same_letters_make_the_same_package(desk: Project) -> None:
    package(desk, "--group", "country,sheets")
    first = Path("p.zip").read_bytes()
    assert merge(desk).code == 0  # all are there already
    package(desk, "--group", "country,sheets")
    assert Path("p.zip").read_bytes() == first


def test_letters_are_grouped_each_group_with_its_list(desk: Project) -> None:
    ran = package(desk, "--group", "country,sheets")
    found = files()
    assert [name for name in found if name.startswith("l")] == [
        "letters/country-DE_sheets-3/letter-00002.pdf",
        "lists/country-DE_sheets-3.csv",
        "letters/country-US_sheets-2/letter-00001.pdf",
        "letters/country-US_sheets-2/letter-00003.pdf",
        "lists/country-US_sheets-2.csv",
    ]
    assert [row["record"] for row in rows(found)] == ["2", "1", "3"]
    assert [row["number"] for row in rows(found, "lists/country-US_sheets-2.csv")] == ["2", "3"]
    assert [one["group"] for one in letters(found)] == ["country DE, sheets 3", *["country US, sheets 2"] * 2]
    assert "country US, sheets 2: 2 letters, 4 pages, 4 sheets in letters/country-US_sheets-2" in ran.err
    package(desk, "--group", "enclosures", "--group", "enclosures")
    assert "lists/enclosures-Terms.csv" in files()


def test_numbers_are_in_order_and_what_is_empty_comes_last() -> None:
    from letterpress.post.grouping import Folders, Key

    keys = [Key((value,)) for value in ("10", "", "2", "DE")]
    assert [key.values[0] for key in sorted(keys, key=lambda key: key.order)] == ["2", "10", "DE", ""]
    folders = Folders(("enclosures",))
    made = [folders.of(Key((value,))) for value in ("Terms & more", "Terms more", "", "../..", "x" * 90)]
    assert made == ["enclosures-terms-more", "enclosures-terms-more-2", "enclosures-none", "enclosures-none-2",
                    f"enclosures-{'x' * 40}"]  # fmt: skip


def test_recipients_are_left_out_where_that_is_asked_for(desk: Project) -> None:
    package(desk, "--redact", "--group", "country")
    found = files()
    told = b"".join(name.encode() + data for name, data in found.items() if not name.endswith(".pdf"))
    for word in ("Brook", "Mill Lane", "Dresden", "01067", "04401", "A-2", "letter-0000"):
        assert word.encode() not in told, word
    assert [one["record"] for one in letters(found)] == ["2", "1", "3"]  # by which the sender finds them
    assert "letters/country-DE/000001.pdf" in found
    ran = package(desk, "--redact", "--group", "postcode", code=2)
    assert "--group" in ran.err
    assert desk.cli("package", "--verify", "p.zip").code == 0


def test_the_letters_of_a_group_may_be_one_pdf(desk: Project) -> None:
    package(desk, "--spool", "--group", "country", "--duplex")
    found = files()
    pdf = pypdfium2.PdfDocument(found["spool/country-US.pdf"])
    listed = [one for one in letters(found) if one["country"] == "US"]
    assert [(one["file"], one["first_page"], one["sheets"]) for one in listed] == [
        ("spool/country-US.pdf", 1, 1),
        ("spool/country-US.pdf", 3, 1),
    ]
    assert len(pdf) == 4
    for one in listed:
        text = pdf[one["first_page"] - 1].get_textpage().get_text_bounded()
        assert one["recipient"][0].lstrip("=") in text
    (other,) = (one for one in letters(found) if one["country"] == "DE")
    assert (other["sheets"], other["pages"], other["duplex"]) == (2, 3, True)
    assert len(pypdfium2.PdfDocument(found["spool/country-DE.pdf"])) == 4  # the back of its last sheet is white
    assert not [name for name in found if name.startswith("letters/")]
    assert desk.cli("package", "--verify", "p.zip").code == 0


def test_letters_are_examined_for_a_carrier(desk: Project) -> None:
    ran = package(desk, "--for", "pingen", code=1)
    assert "3 letters were refused by preflight" in ran.err
    assert {one["preflight"] for one in letters(files())} == {"failed"}
    assert "3 letters examined for the carrier before this package was made; 3 letters did not pass" in (
        files()["READ-ME.html"].decode()
    )
    package(desk, "--preflight")  # they are for no carrier
    assert {one["preflight"] for one in letters(files())} == {None}
    assert package(desk, "--for", "pingin", code=2).err.count("pingen")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--group", "sheet"), 2, "did you mean 'sheets'?"),
        (("--run", "7"), 2, "there is no run 7"),
        (("-o", "p.tar"), 2, "does not end in .zip"),
        (("--verify",), 2, "--verify makes no package"),
    ],
)
def test_what_cannot_be_meant_is_said(desk: Project, options: tuple[str, ...], code: int, said: str) -> None:
    ran = desk.cli("package", "out", *(("-o", "p.zip") if "-o" not in options else ()), *options)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert not Path("p.zip").exists()


def test_a_folder_without_a_run_is_no_place_to_pack_from(desk: Project) -> None:
    assert desk.cli("package", "out").code == 2
    assert desk.cli("package", "nowhere", "-o", "p.zip").code == 2
    assert desk.cli("package", "content", "-o", "p.zip").code == 2


def test_a_letter_that_was_changed_or_is_missing_is_named_and_nothing_is_packed(desk: Project) -> None:
    Path("p.zip").write_bytes(b"older")
    path = Path("out/letter-00002.pdf")
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b" ")
    ran = package(desk, code=1)
    assert "out/letter-00002.pdf: is not as the merge has made it" in ran.err
    path.write_bytes(content + b"\n")
    assert package(desk, code=1)
    path.unlink()
    assert "out/letter-00002.pdf: was made, and cannot be read" in package(desk, code=1).err
    assert Path("p.zip").read_bytes() == b"older"
    assert not list(Path().glob(".letterpress-*"))


def test_a_letter_that_was_signed_since_is_packed_as_it_is(desk: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from letterpress.signing import existing

    path = Path("out/letter-00002.pdf")
    path.write_bytes(path.read_bytes() + b"a signature")
    monkeypatch.setattr(existing, "signers", lambda file: ("Jo Lind",) if file.name.startswith("letter-") else ())
    ran = package(desk)
    found = files()
    unsigned = len(letters(found)) - 1
    assert f"1 letter was signed after the merge, and {unsigned} were not. hint: if all are to be signed" in ran.err
    assert found["letters/letter-00002.pdf"] == path.read_bytes()
    assert letters(found)[1]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert desk.cli("package", "--verify", "p.zip").code == 0
    for other in Path("out").glob("letter-*.pdf"):
        if other != path:
            other.write_bytes(other.read_bytes() + b"a signature")
    ran = package(desk)
    assert f"{unsigned + 1} letters were signed after the merge: the files are as they were signed" in ran.err


def test_letters_that_failed_are_counted_and_with_strict_nothing_is_packed(desk: Project) -> None:
    desk.write("people.csv", ROWS + "A-4,,1 Quay,Bangor,04401,US,\n")
    assert merge(desk).code == 1
    ran = package(desk, "--json")
    assert (ran.json["letters"], ran.json["failed"]) == (3, 1)
    assert [fault["code"] for fault in ran.json["diagnostics"]] == ["package-incomplete"]
    assert "1 letter of the list could not be made and is not in this package." in files()["READ-ME.html"].decode()
    Path("p.zip").unlink()
    assert package(desk, "--strict", "--json", code=1).faults[0]["severity"] == "error"
    assert not Path("p.zip").exists()


def test_a_run_that_is_not_finished_is_not_packed(desk: Project) -> None:
    with sqlite3.connect("out/.letterpress/journal.sqlite3") as database:
        database.execute("UPDATE runs SET state = 'running'")
        database.execute("UPDATE letters SET state = 'pending' WHERE seq = 3")
    database.close()
    ran = package(desk, code=1)
    assert "run 1 is not finished: letters are still to be made (1)" in ran.err


def test_what_an_earlier_letterpress_has_made_is_made_anew_first(desk: Project) -> None:
    with sqlite3.connect("out/.letterpress/journal.sqlite3") as database:
        database.execute("DROP TABLE dispatch")
    database.close()
    ran = package(desk, code=1)
    assert "nothing is noted of 'letter-00001.pdf' and 2 more" in ran.err
    assert merge(desk, "--again").code == 0
    package(desk)


def test_a_kill_while_it_is_written_leaves_no_half_package(desk: Project) -> None:
    program = (
        "import os, signal, letterpress\n"
        "from letterpress.files.zip_stream import ZipStream\n"
        "ZipStream.finish = lambda self: (self._file.flush(), os.kill(os.getpid(), signal.SIGKILL))\n"
        "letterpress.package('out', 'p.zip')\n"
    )
    for older in (None, b"older"):
        if older is not None:
            Path("p.zip").write_bytes(older)
        ran = subprocess.run([sys.executable, "-c", program], check=False, preexec_fn=hear)
        assert ran.returncode == -9
        assert (Path("p.zip").read_bytes() if Path("p.zip").exists() else None) == older
    (left, *_) = Path().glob(".letterpress-*.part")
    assert left.stat().st_size > 50_000  # it was nearly there
    package(desk)
    assert desk.cli("package", "--verify", "p.zip").code == 0


def test_packing_takes_the_same_memory_however_many_letters_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (packing, verification, zip_stream):
        monkeypatch.setattr(module, "_IN_MEMORY", 5_000)
        monkeypatch.setattr(module, "_BLOCK", 5_000, raising=False)
    peaks = []
    for number in (100, 300):
        folder = tmp_path / f"{number}"
        packed.run_of(folder, number, wide=300)
        tracemalloc.start()
        made = letterpress.package(folder, tmp_path / f"{number}.zip", group=("country", "sheets"))
        assert letterpress.verify_package(tmp_path / f"{number}.zip").passed
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert made.letters == number
    assert peaks[1] - peaks[0] < 200_000, peaks  # 200 letters of 60,000 bytes, and rows of 3,000


def test_a_note_is_read_as_it_was_written() -> None:
    noted = Dispatch(to=("Ada", "", "Bo"), country="US", envelopes=("dl",), enclosures=(("Terms", 2),), duplex=True)
    assert read(noted.as_text()) == noted
    for wrong in ("{}", "[]", "no", '["x"]'):
        with pytest.raises(ValueError, match=r"."):
            read(wrong)


def test_the_journal_gives_what_is_noted_of_each_letter(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        run = journal.begin({})
        with journal.planning(run):
            journal.add_all(run, [Entry(seq=1, id="a", record="1", output="1.pdf", folded="1.pdf"),
                                  Entry(seq=2, id="b", record="2", output="2.pdf", folded="2.pdf")])  # fmt: skip
        file = ("1.pdf", "a", 3, 0)
        journal.write(run, [Written(seq=1, state="done", sha256="s", dispatch="[]", file=file)])
        journal.write(run, [Written(seq=2, state="failed")])
        (noted,) = journal.noted(run)
        assert (noted.entry.seq, noted.dispatch, noted.letter_sha256, noted.size) == (1, "[]", "s", 3)


def test_the_documentation_says_every_column_and_what_letters_are_grouped_by() -> None:
    from letterpress.post import grouping, manifest

    text = (ROOT / "docs/handing-over.md").read_text(encoding="utf-8")
    for name in (*manifest.COLUMNS, *grouping.NAMES):
        assert f"`{name}`" in text, name
