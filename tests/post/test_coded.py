"""`--codes` of envelopes and labels: codes read back from pixels where their posts want them; no room is a fault."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

import letterpress
from letterpress.codes import libraries
from letterpress.pdf.validation import judge
from letterpress.post import formats
from tests.codes import letters
from tests.support import code_readers, inks, needs, verapdf
from tests.support.project import LETTER, Project

pytestmark = pytest.mark.xdist_group("envelopes")
FRONT = """\
letterhead: plain
lang: en-US
date: 2026-03-02
from: {name: Harbor Light Clinic, street: 12 Quay Road, city: Portland, region: ME, postcode: "04101", country: US}
codes:
  - CODE
  - {type: data-matrix, content: "R-{{ fields.number }}"}
fields: {number: {default: "77"}}
"""
IMB = '{type: imb, service: "270", mailer: "123456", serial: "{{ fields.number }}"}'
ADA = {
    "name": "Ada Brook",
    "street": "4 Mill Lane",
    "city": "Bangor",
    "region": "ME",
    "postcode": "04401",
    "country": "US",
}
DUTCH = {"name": "Ada Brook", "street": "Lange Voorhout 9", "postcode": "2514 GC", "city": "Den Haag", "country": "NL"}
BRITISH = {"name": "Ada Brook", "street": "4 Mill Lane", "postcode": "SN3 4RD", "city": "Swindon", "country": "GB"}
BARS = {
    IMB: ("USPS_IMAIL", "00270123456000000077-04401"),
    "kix": ("KIX", "2514GC9"),
    "{type: rm4scc, delivery_point: 1A}": ("RM4SCC", "SN34RD1A"),
}


@pytest.fixture(autouse=True)
def _libraries() -> None:
    needs.package("zint", "zint-bindings")
    needs.package("zxingcpp", "zxing-cpp")


def printed(project: Project, command: str, code: str, rows: list[dict[str, str]], **options: Any) -> Any:
    project.letter("Thank you.\n", FRONT.replace("CODE", code))
    return getattr(letterpress, command)(LETTER, rows, "a.pdf", codes=True, **options)


def bars(image: Any, dpi: int, box: tuple[float, float, float, float]) -> set[str]:
    """What is read of a code somewhere in a part of a page: lines of text are read as well, and are none."""
    x, y, width, height = box
    found = set()
    for at in range(int(height * 2)):
        with contextlib.suppress(AssertionError):
            found.add(code_readers.bars(letters.cut(image, dpi, (x, y + at / 2, width, 6.2))))
    return found


@pytest.mark.parametrize("dpi", [300, 600])
@pytest.mark.parametrize(
    ("code", "row", "size"),
    [(IMB, ADA, "us-10"), ("kix", DUTCH, "c6-5"), ("{type: rm4scc, delivery_point: 1A}", BRITISH, "dl")],
)
def test_a_code_of_a_post_stands_below_the_address_of_an_envelope(
    project: Project, code: str, row: dict[str, str], size: str, dpi: int
) -> None:
    made = printed(project, "envelopes", code, [row], size=size)
    assert (made.printed, made.failed) == (1, 0), made.results
    image = letters.page(Path("a.pdf").read_bytes(), dpi)
    place = formats.envelope(size).address
    wanted = libraries.bars(*BARS[code])
    assert wanted in bars(image, dpi, (place.x - 1, place.y + 20, place.width, place.height - 20))
    assert code_readers.matrices(image) == ["R-77"]
    below = letters.cut(image, dpi, (0, place.bottom, formats.envelope(size).width, 15))
    assert below.getextrema() == (255, 255)  # where posts print a code of their own


def test_each_label_has_its_own_codes_in_its_own_room(project: Project) -> None:
    rows = [{**ADA, "number": str(number)} for number in (77, 78, 79)]
    made = printed(project, "labels", IMB, rows, sheet="avery-5163", skip=1, offset=(1.0, 0.5), outline=True)
    assert (made.printed, made.pages) == (3, 1)
    pdf = Path("a.pdf").read_bytes()
    image = letters.page(pdf, 300)
    assert code_readers.matrices(image) == ["R-77", "R-78", "R-79"]
    sheet = formats.label_sheet("avery-5163")
    for slot, number in enumerate((77, 78, 79), start=1):
        room = sheet.room(slot)
        found = bars(image, 300, (room.x + 0.5, room.y + 20, room.width, room.height - 20))
        assert libraries.bars("USPS_IMAIL", f"002701234560000000{number}-04401") in found
    assert sorted(letters.figures(pdf)) == ["Data Matrix code"] * 3 + ["Intelligent Mail barcode"] * 3


def test_a_press_copy_is_black_alone_and_a_turned_page_has_the_same_codes(project: Project) -> None:
    printed(project, "envelopes", IMB, [ADA], size="us-10", profile="press", rotate=True)
    pdf = Path("a.pdf").read_bytes()
    assert all(one[:3] == (0, 0, 0) for one in inks.settings(pdf) if len(one) == 4)
    upright = letters.page(pdf, 300).transpose(letters.Image.Transpose.ROTATE_90)
    place = formats.envelope("us-10").address
    box = (place.x - 1, place.y + 20, place.width, place.height - 20)
    assert libraries.bars(*BARS[IMB]) in bars(upright, 300, box)
    looked = judge.look("a.pdf", "a.pdf")  # by letterpress's own rules
    assert {one.claim.standard for one in looked.judgements} >= {"PDF/X-4"}
    assert [one for one in looked.findings if one.rule != "not-checked"] == []
    verapdf.require()
    assert verapdf.validate(pdf) == []


@pytest.mark.parametrize(
    ("command", "code", "row", "options", "said"),
    [
        (
            "labels",
            IMB,
            ADA,
            {"sheet": "avery-5160"},
            "74.4 mm wide, and keeps 3.2 mm free at its sides; there is room for 60.3",
        ),
        ("labels", "kix", DUTCH, {"sheet": "avery-l7651"}, "the address is 16.7 mm high"),
        (
            "labels",
            "kix",
            DUTCH,
            {"sheet": "avery-l7654"},
            "with the KIX barcode and the Data Matrix code there is room",
        ),
    ],
)
def test_without_room_a_code_is_refused_with_the_room_there_is(
    project: Project, command: str, code: str, row: dict[str, str], options: dict[str, str], said: str
) -> None:
    made = printed(project, command, code, [row], **options)
    [fault] = made.results[0].diagnostics
    assert (fault.code, made.printed) == ("code-crowded", 0)
    assert fault.field in ("codes.1", "codes.2")
    assert said in fault.message, fault.message


def test_a_letter_to_several_addresses_has_no_code_for_each(project: Project) -> None:
    to = 'to:\n  - {name: Bo, street: 9 Quay, city: Bangor, region: ME, postcode: "04401", country: US}\n'
    project.letter("Thank you.\n", FRONT.replace("CODE", IMB) + to + to.removeprefix("to:\n").replace("9 Q", "8 Q"))
    made = letterpress.envelopes(LETTER, [{"number": "5"}], "a.pdf", size="us-10", codes=True)
    assert [fault.code for fault in made.results[0].diagnostics] == ["code-several"]


def test_a_letter_without_such_a_code_cannot_have_them_printed(project: Project) -> None:
    project.letter("Thank you.\n", FRONT.partition("codes:")[0])
    project.write("people.csv", "name,street,city\nAda,4 Mill Lane,Bangor\n")
    ran = project.cli("labels", LETTER, "--data", "people.csv", "--sheet", "avery-5163", "--codes", "-o", "a.pdf")
    assert (ran.code, "no code that stands on envelopes" in ran.err) == (2, True), ran.err
