"""A list beside its letter: columns as found or chosen, rows as the spreadsheet counts them, faults with their cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from letterpress.batch.list_plan import Reading
from letterpress.errors import Edit, LetterpressError
from letterpress.frozen import frozendict
from letterpress.interactive import lists
from letterpress.interactive.answers import Superseded
from letterpress.interactive.lists import List
from letterpress.interactive.preview import Draft, Wanted
from letterpress.pdf import raster
from letterpress.recipients.corrections import Correction, Corrections, Kept
from tests.support.project import FRONT, Project

PATH = "content/letters/members.md"
FIELDS = "fields:\n  boxes: {type: integer, required: true}\n  pier: {type: choice, choices: [North, South]}\n"
FRONT_OF_LIST = FRONT.replace(FRONT[FRONT.index("to:") : FRONT.index("salutation")], "") + FIELDS
HEADER = ["Name", "Street", "City", "Region", "Postcode", "Cartons", "pier", "Shop"]
ROWS = [
    ["Ada Brook", "1 Quay", "Bangor", "ME", "04401", "3", "North", "x"],
    [],
    ["Ben Okafor", "2 Quay", "Bangor", "ME", "04401", "three", "Nort", "y"],
    ["Cy Lind", "3 Quay", "Bangor", "ME", "04401", "4", "South", ""],
    ["Ada Brook", "1 Quay", "Bangor", "ME", "04401", "5", "", ""],
    ["", "", "", "", "", "", "", "Total"],
]


def _draft(body: str = "{{ fields.boxes }} boxes{% if fields.pier %}, {{ fields.pier }}{% endif %}.\n") -> Draft:
    return Draft(text=f"---\n{FRONT_OF_LIST}---\n\n{body}", path=PATH, shown=PATH)


def _book(path: Path) -> str:
    """The header stands in row 3 and column B; row 5 is empty."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for at, row in enumerate([HEADER, *ROWS], start=3):
        for column, value in enumerate(row, start=2):
            sheet.cell(at, column, value or None)
    book.save(path)
    return str(path)


def _asked(function: Callable[..., Any], *arguments: Any) -> tuple[Any, list[tuple[str, Any]]]:
    said: list[tuple[str, Any]] = []

    def ask(_: str, kind: str, news: Any) -> bool:
        said.append((kind, news))
        return True

    return function(ask, *arguments), said


def _list(source: str, **reading: Any) -> List:
    mapping = frozendict({"Cartons": "boxes", **reading.pop("mapping", {})})
    return List(source=source, reading=Reading(mapping=mapping, **reading))


def test_the_columns_and_rows_of_a_list(project: Project) -> None:
    path = _book(project.root / "members.xlsx")
    seen, _ = _asked(lists.overview, _draft(), List(source=path, reading=Reading()))
    assert seen.lacking == ("fields.boxes",)
    assert seen.blocking
    seen, _ = _asked(lists.overview, _draft(), _list(path, mapping={"Shop": "ignore"}))
    assert (seen.blocking, seen.lacking, seen.header_row) == (False, (), 3)
    assert seen.ranges == ((1, 1), (3, 6))
    columns = {column.name: column for column in seen.columns}
    assert [columns[name].letters for name in HEADER] == list("BCDEFGHI")
    assert (columns["Cartons"].used_as, columns["Cartons"].how) == (("fields.boxes",), "chosen")
    assert (columns["Street"].used_as, columns["Street"].how) == (("to.street",), "found")
    assert (columns["Shop"].used_as, columns["Shop"].how) == ((), "ignored")
    assert columns["Cartons"].samples == ("3", "three", "4")


def test_all_rows_are_looked_through_and_faults_name_their_cells(project: Project) -> None:
    path = _book(project.root / "members.xlsx")
    checked, said = _asked(lists.check, _draft(), _list(path))
    rows = {one.row: one for kind, news in said if kind == "rows" for one in news}
    assert sorted(rows) == [4, 6, 7, 8, 9]
    assert (checked.letters, checked.faulty, checked.skipped) == (3, 1, 1)
    faults = {fault.cell: fault for fault in rows[6].diagnostics if fault.severity == "error"}
    assert {cell: (fault.code, fault.column, fault.value) for cell, fault in faults.items()} == {
        "G6": ("number-unreadable", "Cartons", "three"),
        "H6": ("choice-unknown", "pier", "Nort"),
    }
    assert [fix.edit for fix in faults["H6"].fixes] == [Edit(text="North", sheet="Sheet", cell="H6")]
    assert (rows[8].same_address, rows[8].blocking, rows[9].skipped) == (1, False, True)
    made = Corrections()
    for column, was, text in (("Cartons", "three", "3"), ("pier", "Nort", "North")):
        made = made.with_cell(Correction(record=3, column=column, was=was, text=text))
    checked, _ = _asked(
        lists.check, _draft(), _list(path, corrections=Kept().having("Sheet", replace(made, left_out=frozenset({5}))))
    )
    assert (checked.letters, checked.faulty, checked.skipped) == (3, 0, 1)
    with pytest.raises(Superseded):
        lists.check(lambda *_: False, _draft(), _list(path))
    with pytest.raises(LetterpressError):
        _asked(lists.check, _draft(), List(source=path, reading=Reading()))


def test_rows_of_one_house_and_firms_without_a_name_are_told(project: Project) -> None:
    people = (
        "Ada Brook,,1 Quay",
        "Ben Lind,,1 Quay",
        "ada brook,,1 Quay",
        ",Acme,2 Quay",
        "Cy,Acme,2 Quay",
        "Di,,3 Quay",
    )
    rows = "".join(f"{one},Bangor,ME,04401,3\n" for one in people)
    path = project.write("people.csv", f"Name,Company,Street,City,Region,Postcode,Cartons\n{rows}")
    greeting = FRONT_OF_LIST[FRONT_OF_LIST.index("salutation") :].partition("\n")[0]
    for salutation, unnamed in (("salutation: auto", [5]), ("salutation: Dear friends", [])):
        draft = _draft("{{ fields.boxes }} boxes.\n")
        draft = replace(draft, text=draft.text.replace(greeting, salutation))
        _, said = _asked(lists.check, draft, _list(str(path)))
        found = [one for kind, news in said if kind == "rows" for one in news]
        assert [(one.same_address, one.same_place) for one in found] == [
            (None, None), (None, 1), (1, None), (None, None), (None, None), (None, None),
        ]  # fmt: skip
        faults = [(one.row, fault.cell) for one in found for fault in one.diagnostics if fault.code == "person-unnamed"]
        assert faults == [(row, f"A{row}") for row in unnamed]
    home = "".join(f"Guest {chr(65 + at)},,1 Quay,Bangor,ME,04401,3\n" for at in range(6))
    Path(path).write_text(f"Name,Company,Street,City,Region,Postcode,Cartons\n{home}")
    _, said = _asked(lists.check, _draft("{{ fields.boxes }} boxes.\n"), _list(str(path)))
    found = [one for kind, news in said if kind == "rows" for one in news]
    assert [one.same_place for one in found][-2:] == [None, None]  # no household any more


def test_a_row_is_shown_with_its_values_and_its_page(project: Project) -> None:
    path = _book(project.root / "members.xlsx")
    shown, said = _asked(lists.show, _draft(), _list(path), 4, Wanted(dpi=30))
    assert [kind for kind, _ in said] == ["row", "faults", "faults", "pages", "picture"]
    values = said[0][1]
    assert (values.row, dict(values.cells)["Name"]) == (7, "Cy Lind")
    assert ("fields.boxes", "4", ("Cartons",)) in values.values
    assert ("to.street", "3 Quay", ("Street",)) in values.values
    assert "4 boxes, South." in raster.text(shown.pdf)
    faulty, said = _asked(lists.show, _draft(), _list(path), 3, Wanted(dpi=30))
    assert {fault.cell for fault in said[1][1].diagnostics if fault.severity == "error"} == {"G6", "H6"}
    assert faulty.pdf is None
    other, _ = _asked(lists.show, _draft("Only {{ fields.boxes }}.\n"), _list(path), 4, Wanted(dpi=30))
    assert "Only 4." in raster.text(other.pdf)
    with pytest.raises(LetterpressError):
        _asked(lists.show, _draft(), _list(path), 2, Wanted())


def test_a_row_is_found_by_what_a_cell_holds(project: Project) -> None:
    given = _list(_book(project.root / "members.xlsx"))
    found = [_asked(lists.find, _draft(), given, "quay", after)[0] for after in (0, 1, 3, 5)]
    assert found == [1, 3, 4, 1]  # from the first one on again
    assert _asked(lists.find, _draft(), given, "south", 0)[0] == 4
    assert _asked(lists.find, _draft(), given, "west", 0)[0] is None


def test_a_list_that_has_changed_on_the_disk_is_read_anew(project: Project) -> None:
    path = project.root / "members.csv"
    path.write_text("name,street,city,region,postcode,boxes\nAda,1 Quay,Bangor,ME,04401,3\n")
    given = List(source=str(path), reading=Reading())
    first, _ = _asked(lists.show, _draft(), given, 1, Wanted(dpi=30))
    assert "3 boxes" in raster.text(first.pdf)
    path.write_text("name,street,city,region,postcode,boxes\nAda,1 Quay,Bangor,ME,04401,12\n")
    second, _ = _asked(lists.show, _draft(), given, 1, Wanted(dpi=30))
    assert "12 boxes" in raster.text(second.pdf)
    with pytest.raises(LetterpressError):
        _asked(lists.overview, replace(_draft(), text="---\nlang: [\n---\nx"), given)


def test_a_title_of_a_page_to_look_at_is_in_no_letter(project: Project) -> None:
    """What letters of a list share is made once: not from a page that shows titles."""
    front = FRONT_OF_LIST.replace("from: {name: Harbor Light Clinic", "from: {name: 'Pier {{ fields.pier }}'")
    draft = Draft(text=f"---\n{front}---\n\nText.\n", path=PATH, shown=PATH)
    given = _list(_book(project.root / "members.xlsx"))
    shown, _ = _asked(lists.show, draft, given, 5, Wanted(dpi=30))
    assert "Pier Pier" in raster.text(shown.pdf)
    assert shown.faults.blocking
    _, said = _asked(lists.check, draft, given)
    rows = {one.row: one for kind, news in said if kind == "rows" for one in news}
    assert [fault.code for fault in rows[8].diagnostics if fault.severity == "error"] == ["name-valueless"]
