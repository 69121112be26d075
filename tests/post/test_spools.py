"""Files for the printer: their order, how letters are split over them, and the sheet before each."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.dispatch import Dispatch
from letterpress.errors import LetterpressError, UsageError
from letterpress.post import grouping, spools
from letterpress.post.grouping import Weighing
from letterpress.post.spools import Insert, Wanted
from tests.support import blank_runs
from tests.support.project import LETTER, Project


@pytest.fixture
def run(tmp_path: Path) -> spools.Run:
    return blank_runs.run_of(tmp_path / "out")


def write(run: spools.Run, wanted: Wanted, **options: object) -> dict[str, list[int]]:
    made = spools.write(run, run.folder.parent / "all.pdf", wanted, title="Offer", lang="en", **options)  # type: ignore[arg-type]
    assert made.diagnostics == ()
    found = {Path(one.file).name: blank_runs.letters(one.file) for one in made.files}
    for one in made.files:
        assert one.letters == len([number for number in found[Path(one.file).name] if number])
        with pikepdf.open(one.file) as pdf:
            assert len(pdf.pages) == one.pages
    return found


def test_all_letters_are_in_one_file_in_the_order_of_the_run(run: spools.Run) -> None:
    assert write(run, Wanted()) == {"all.pdf": [1, 2, 3, 4, 5, 6]}


def test_letters_are_split_by_number(run: spools.Run) -> None:
    assert write(run, Wanted(most=4)) == {"all-001.pdf": [1, 2, 3, 4], "all-002.pdf": [5, 6]}


def test_letters_are_split_by_what_they_are_alike_in_and_what_is_not_known_comes_last(run: spools.Run) -> None:
    made = write(run, Wanted(groups=("country",), sort=("postcode",)))
    assert made == {"all_country-DE.pdf": [3, 1, 5], "all_country-US.pdf": [6, 2], "all_country-none.pdf": [4]}


def test_groups_are_split_by_number_as_well(run: spools.Run) -> None:
    made = write(run, Wanted(groups=("country",), most=2))
    assert made == {
        "all_country-DE-001.pdf": [1, 3],
        "all_country-DE-002.pdf": [5],
        "all_country-US-001.pdf": [2, 6],
        "all_country-none-001.pdf": [4],
    }


def test_sheets_are_counted_as_they_are_printed(run: spools.Run) -> None:
    assert write(run, Wanted(sort=("sheets",))) == {"all.pdf": [1, 4, 6, 3, 5, 2]}
    assert write(run, Wanted(sort=("sheets",), duplex=True)) == {"all.pdf": [1, 3, 4, 5, 6, 2]}
    made = spools.write(run, run.folder.parent / "d.pdf", Wanted(duplex=True), title="Offer", lang="en")
    assert [(one.pages, one.sheets) for one in made.files] == [(14, 7)]


def test_an_insert_sheet_stands_before_the_letters_of_each_file(run: spools.Run, tmp_path: Path) -> None:
    told: list[Insert] = []

    def sheet(about: Insert) -> bytes:
        told.append(about)
        return blank_runs.blank(tmp_path / "sheet.pdf", 0, 1)

    assert write(run, Wanted(), insert=sheet) == {"all.pdf": [0, 1, 2, 3, 4, 5, 6]}
    assert told.pop() == Insert("Offer", 6, 1, 1)
    (run.folder.parent / "all.pdf").unlink()
    made = write(run, Wanted(groups=("country",)), insert=sheet)
    assert made == {"all_country-DE.pdf": [0, 1, 3, 5], "all_country-US.pdf": [0, 2, 6], "all_country-none.pdf": [0, 4]}
    assert told[:2] == [Insert("country DE", 3, 1, 3), Insert("country US", 2, 2, 3)]


def test_files_of_an_earlier_run_are_said(run: spools.Run) -> None:
    write(run, Wanted(most=2))
    target = run.folder.parent / "all.pdf"
    made = spools.write(run, target, Wanted(most=4), title="Offer", lang="en")
    assert [(said.code, "all-003.pdf" in said.message) for said in made.diagnostics] == [("spool-older", True)]
    (target.parent / "all-x.pdf").write_bytes(b"")
    (target.parent / "allow-001.pdf").write_bytes(b"")
    (target.parent / "all-003.pdf").unlink()
    assert spools.write(run, target, Wanted(most=4), title="Offer", lang="en").diagnostics == ()


def test_what_was_made_by_an_earlier_letterpress_is_not_sorted(run: spools.Run) -> None:
    run.journal._execute("DELETE FROM dispatch WHERE output = '002.pdf'")
    assert write(run, Wanted(most=4)) == {"all-001.pdf": [1, 2, 3, 4], "all-002.pdf": [5, 6]}
    with pytest.raises(LetterpressError, match=r"nothing is noted of '002\.pdf'") as caught:
        write(run, Wanted(sort=("country",)))
    assert caught.value.diagnostics[0].code == "package-unknown"


@given(st.lists(st.sampled_from([*grouping.NAMES, "5", "0", "colour", " "]), max_size=4))
@settings(max_examples=60)
def test_what_letters_are_split_by_is_read_or_refused(words: list[str]) -> None:
    numbers = [word for word in words if word in "50"]
    if "colour" in words or len(numbers) > 1 or "0" in numbers:
        with pytest.raises(UsageError) as caught:
            spools.split(",".join(words))
        assert {said.field for said in caught.value.diagnostics} == {"--split"}
        return
    most, names = spools.split(",".join(words))
    assert most == (5 if numbers else None)
    assert set(names) == set(words) - {"5", " "}


@pytest.mark.parametrize(
    ("paper", "sheets", "grammage", "limits", "weight"),
    [
        ("a4", 3, 80.0, (20, 50), "20"),  # 3 x 4.99 g and the envelope's 5 g
        ("a4", 4, 80.0, (20, 50), "50"),
        ("letter", 3, 80.0, (20, 50), "20"),
        ("a4", 3, 90.0, (20, 50), "50"),
        ("a4", 11, 80.0, (20, 50), "more"),
    ],
)
def test_letters_are_weighed(paper: str, sheets: int, grammage: float, limits: tuple[int, ...], weight: str) -> None:
    assert Weighing(grammage=grammage, limits=limits).of(Dispatch(paper=paper), sheets) == weight


FRONT = """\
letterhead: plain
lang: en-US
date: 2026-03-02
from: {name: Harbor Light Clinic, street: 12 Quay Road, city: Portland, region: ME, postcode: "04101", country: US}
salutation: Dear {{ to.name }}
"""
DIVIDER = """---
letterhead: plain
lang: en-US
date: 2026-03-02
from: {name: Print room, street: 12 Quay Road, city: Portland, region: ME, postcode: "04101", country: US}
fields: {group: {type: text}, letters: {type: integer}}
---
{{ fields.letters }} letters for {{ fields.group }}.
"""
ROWS = """\
no,name,street,city,postcode,country
A-1,Ada Brook,4 Mill Lane,Bangor,04401,US
A-2,Bo Grün,Lindenallee 12,Dresden,01067,DE
"""


def test_a_merge_makes_them(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.root)
    project.letter("Thank you.\n", FRONT)
    project.write("content/letters/divider.md", DIVIDER)
    project.write("people.csv", ROWS)
    options = ("--jobs", "0", "--key", "no", "--carrier", "print-shop", "--combine", "all.pdf")
    ran = project.cli(
        "merge", LETTER, "--data", "people.csv", "-o", "out", *options, "--split", "country", "--duplex", "--json",
        "--insert-sheet", "content/letters/divider.md",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    made = json.loads(ran.out)["summary"]
    assert [(one["file"], one["letters"], one["sheets"]) for one in made["spools"]] == [
        ("all_country-DE.pdf", 1, 2),
        ("all_country-US.pdf", 1, 2),
    ]
    assert made["combined"] == "all_country-DE.pdf"
    with pikepdf.open("all_country-DE.pdf") as pdf:
        parts = [node.DPM for node in pdf.Root.DPartRoot.DPartRootNode.DParts[0]]
        assert [part.get("/Record") for part in parts] == [None, 2]
        recipient = parts[1].CIP4_Root.CIP4_Recipient
        assert (recipient.CIP4_UniqueID, recipient.CIP4_Contact.CIP4_Address.CIP4_PostalCode) == ("A-2", "01067")
    text = project.cli("text", "all_country-DE.pdf").out
    assert "1 letters for country DE." in text
    # The carrier asks for press copies: the sheet between the letters is one as well, or the file would be none.
    written = Path("all_country-US.pdf").read_bytes().decode("latin-1")
    assert ("GTS_PDFVTVersion" in written, "GTS_PDFXVersion" in written) == (True, True)


def test_an_insert_sheet_that_cannot_be_made_is_said_before_a_letter_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root)
    project.letter("Thank you.\n", FRONT)
    project.write(
        "content/letters/divider.md", DIVIDER.replace("letters: {", "more: {type: text, required: true}, letters: {")
    )
    project.write("people.csv", ROWS)
    options = ("--jobs", "0", "--combine", "all.pdf", "--insert-sheet", "content/letters/divider.md")
    ran = project.cli("merge", LETTER, "--data", "people.csv", "-o", "out", *options)
    assert ran.code == 1
    assert "divider.md" in ran.err
    assert not list(Path("out").glob("*.pdf"))


def test_a_list_without_a_record_is_a_failure_where_one_file_was_asked_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root)
    project.letter("Thank you.\n", FRONT)
    project.write("people.csv", ROWS.partition("\n")[0] + "\n")
    ran = project.cli("merge", LETTER, "--data", "people.csv", "--jobs", "0", "--combine", "all.pdf")
    assert ran.code == 1
    assert "there is no letter to combine" in ran.err
    assert not (project.root / "all.pdf").exists()


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        (("--combine", "a.pdf", "--insert-sheet", "nix.md"), "file-missing", None),
        (("--split", "5"), "option-alone", "--split"),
        (("--sort", "country"), "option-alone", "--sort"),
        (("--combine", "a.pdf", "--split", "colour"), "group-unknown", "--split"),
        (("--combine", "a.pdf", "--split", "5,6"), "split-wrong", "--split"),
        (("--combine", "a.pdf", "--sort", "contry"), "group-unknown", "--sort"),
        (("--combine", "a.pdf", "--weights", "20,x"), "weights-wrong", "--weights"),
    ],
)
def test_options_that_mean_nothing_are_refused_before_a_letter_is_made(
    project: Project, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], code: str, field: str | None
) -> None:
    monkeypatch.chdir(project.root)
    project.letter("Thank you.\n", FRONT)
    project.write("people.csv", ROWS)
    ran = project.cli("merge", LETTER, "--data", "people.csv", "--jobs", "0", "--json", *options)
    assert ran.code == 2
    (said,) = json.loads(ran.out)["diagnostics"]
    assert (said["code"], said["field"]) == (code, field)
