"""Carriers that ship, and a project's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from letterpress import data
from letterpress.carriers import catalogue, values
from letterpress.errors import LetterpressError, UsageError
from letterpress.page import Rectangle
from letterpress.schema import json_schema

SHIPPED = catalogue.names(Path("/nowhere"))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_carrier_has_its_source_its_date_and_its_status(name: str) -> None:
    carrier = catalogue.find(name, "/nowhere")
    assert len(carrier.source) > 4
    assert re.fullmatch(r"\d{4}-\d{2}", carrier.date)
    assert carrier.title
    assert json.loads(json.dumps(values.as_json(carrier)))["name"] == name


@pytest.mark.parametrize("name", SHIPPED)
def test_its_places_lie_on_its_sheets(name: str) -> None:
    carrier = catalogue.find(name, "/nowhere")
    areas = [clear.area for clear in carrier.clear] + [*carrier.print_first, *carrier.print_later]
    if carrier.address is not None:
        areas += [area for area in (carrier.address.area, carrier.address.return_line) if area is not None]
    for width, height in carrier.sheets or ((220.0, 110.0),):
        for area in areas:
            place = area.on(width, height)
            assert place.x >= 0, area
            assert place.y >= 0, area
            assert place.right <= width + 0.01, area
            assert place.bottom <= height + 0.01, area
            assert place.width > 0, area
            assert place.height > 0, area


def test_the_rows_are_those_that_were_read() -> None:
    """Figures that decide, as the sources have them: `press-notes` and the carriers' pages."""
    find = {name: catalogue.find(name, "/nowhere") for name in SHIPPED}
    assert len(find) == 19
    notify, pingen, lob = find["notify"], find["pingen"], find["lob"]
    assert (notify.pages, notify.file_size, notify.tolerance) == (10, 2 * 1024 * 1024, 1)
    assert notify.address is not None
    assert notify.address.area == (24.6, 39.5, 95.4, 26.8)  # as the standard uk-notify has it
    assert dict(pingen.pages_by_country)["NL"] == 14
    assert (pingen.edges, pingen.clear[0].area, pingen.clear[0].franking) == ((5, 5, 5, 5), (20, 40, 89.5, 20), True)
    assert (lob.leaves, lob.leaves_abroad, lob.resolution, lob.profile) == (60, 6, 300, "press-x1a")
    assert lob.address is not None
    assert lob.address.printed
    assert {name for name, one in find.items() if one.status == "unconfirmed"} == {"postgrid"}
    assert {name for name, one in find.items() if one.status == "second hand"} == {
        "deutsche-post",
        "letterxpress",
        "swiss-print",
    }
    assert [clear.why for clear in find["livepost"].clear][3] == "the left edge"  # as the standard at-livepost has it


def test_a_name_is_found_in_any_case_and_an_unknown_one_asks_for_what_was_meant() -> None:
    assert catalogue.find(" NOTIFY", "/nowhere").name == "notify"
    with pytest.raises(UsageError) as error:
        catalogue.find("pinggen", "/nowhere")
    (fault,) = error.value.diagnostics
    assert (fault.code, fault.value, fault.fixes[0].value) == ("carrier-unknown", "pinggen", "pingen")


@pytest.mark.parametrize(
    ("area", "place"),
    [
        ((20, 40, 85, 45), (20, 40, 85, 45)),
        ((0, -15, 15, 15), (0, 282, 15, 15)),
        ((-120.7, -15.9, 120.7, 15.9), (89.3, 281.1, 120.7, 15.9)),
        ((12.7, -69.9, -12.7, 54), (12.7, 227.1, 184.6, 54)),
        ((10, 10, 0, 0), (10, 10, 200, 287)),
    ],
)
def test_a_place_may_be_counted_from_the_other_edges(
    area: tuple[float, float, float, float], place: tuple[float, float, float, float]
) -> None:
    assert values.Area(*area).on(210, 297) == pytest.approx(Rectangle(*place))


OWN = 'source = "their letter of 3 May"\ndate = "2026-05-03"\nstatus = "confirmed"\n'


def own(folder: Path, text: str, name: str = "ours") -> Path:
    (folder / "carriers").mkdir(exist_ok=True)
    (folder / f"carriers/{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_project_has_carriers_of_its_own_and_may_extend_one(tmp_path: Path) -> None:
    own(tmp_path, 'extends = "pingen"\npages = 4\n[address]\nlines = [2, 6]\n')
    carrier = catalogue.find("Ours", tmp_path)
    assert (carrier.pages, carrier.edges, carrier.title) == (4, (5, 5, 5, 5), "Pingen")
    assert carrier.address is not None
    assert (carrier.address.lines, carrier.address.area) == ((2, 6), (22, 60, 85.5, 25.5))
    assert "ours" in catalogue.names(tmp_path)
    assert carrier.file is not None
    assert carrier.file.endswith("carriers/ours.toml")


def test_a_project_s_carrier_of_a_shipped_name_comes_first_and_may_extend_that(tmp_path: Path) -> None:
    own(tmp_path, 'extends = "pingen"\nfile_size = 5\n', "pingen")
    assert catalogue.find("pingen", tmp_path).file_size == 5
    assert catalogue.find("pingen", "/nowhere").file_size == 8_000_000


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    own(tmp_path, OWN + "pages = 4\n")
    assert catalogue.find("ours", tmp_path).pages == 4
    own(tmp_path, OWN + "pages = 44\n")
    import os

    os.utime(tmp_path / "carriers/ours.toml", ns=(1, 1))
    assert catalogue.find("ours", tmp_path).pages == 44


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("pages = 4\n", "source", "field-missing"),
        (OWN + "pagess = 4\n", "pagess", "field-unknown"),
        (OWN + "edges = [5, 5, 5]\n", "edges", "numbers-expected"),
        (OWN + "edges = [5, 5, 5, true]\n", "edges", "numbers-expected"),
        (OWN + '[[clear]]\nbox = [1, 2, 3]\nwhy = "it"\n', "clear.1.box", "numbers-expected"),
        (OWN + "[[clear]]\nbox = [1, 2, 3, 4]\n", "clear.1.why", "field-missing"),
        (OWN + '[address]\nlike = "din5008"\n', "address.like", "standard-unknown"),
        (OWN + 'clear_like = "din5008-b"\n', "clear_like", "standard-unknown"),
        (OWN + 'versions = ["1.4"]\n', "versions", "numbers-expected"),
        (OWN.replace("confirmed", "sure"), "status", "choice-unknown"),
        ('extends = "nobody"\n', "extends", "carrier-unknown"),
        ('extends = "ours"\n', "extends", "carrier-unknown"),
        ("pages = \n", None, "toml-invalid"),
    ],
)
def test_what_is_wrong_with_a_project_s_file_is_named(tmp_path: Path, text: str, field: str | None, code: str) -> None:
    own(tmp_path, text)
    with pytest.raises(LetterpressError) as error:
        catalogue.find("ours", tmp_path)
    faults = error.value.diagnostics
    assert (field, code) in [(fault.field, fault.code) for fault in faults]
    assert all(fault.file is not None and fault.file.endswith("carriers/ours.toml") for fault in faults)


def test_the_schema_says_what_each_key_means() -> None:
    schema = json_schema.json_schema("carrier")
    for part in (schema, *schema["$defs"].values()):
        assert all("description" in entry for entry in part["properties"].values()), part["title"]
    written = {key for row in data.table("carriers").values() for key in row}
    assert written <= set(schema["properties"])
