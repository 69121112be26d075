"""Codes of letters: where they stand, what is read of them from the pages, and what is wrong with them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import letterpress
from tests.codes import letters
from tests.codes.letters import AMERICAN, DUTCH
from tests.support import code_readers, inks, lists, needs, verapdf
from tests.support.project import FRONT, Project

pytestmark = pytest.mark.xdist_group("codes")


@pytest.fixture(scope="module", autouse=True)
def _libraries() -> None:
    needs.package("zint", "zint-bindings")
    needs.package("zxingcpp", "zxing-cpp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("codes")


@pytest.fixture(scope="module")
def dutch(folder: Path) -> bytes:
    result = letterpress.render(letters.letter(folder / "dutch", DUTCH))
    assert [str(one) for one in result.diagnostics] == []
    return result.pdf or b""


@pytest.mark.parametrize("dpi", [300, 600])
def test_codes_are_read_from_the_page(dutch: bytes, dpi: int) -> None:
    image = letters.page(dutch, dpi)
    found = code_readers.matrices(image)
    assert found[1:] == ["R-4711", "https://example.org/4711"]
    assert found[0].split("\n")[5:8] == ["Hafenlicht GmbH", "DE71110220330123456789", "EUR119.00"]
    # Below the address, in the field of DIN 5008 B.
    assert code_readers.bars(letters.cut(image, dpi, (22, 82, 85, 7))) == "TDFADDAATDAFDTFADAFTTAFDDATF"


def test_codes_have_their_very_size_and_place(dutch: bytes) -> None:
    image = letters.page(dutch, 600)
    left, _, right, _ = letters.ink(letters.cut(image, 600, (22, 82, 85, 7)), 600)
    assert (left + 22, right - left) == pytest.approx((25, 27 * 1.155 + 0.5), abs=0.06)
    left, top, right, bottom = letters.ink(letters.cut(image, 600, (120, 59, 40, 10)), 600)
    assert (left + 120, right - left, bottom - top) == pytest.approx((125, 6, 6), abs=0.06)


def test_codes_are_figures_that_say_what_they_are(dutch: bytes) -> None:
    assert sorted(letters.figures(dutch)) == [
        "Data Matrix code",
        "KIX barcode",
        "Link zur Rechnung",
        "QR code for the payment",
    ]


def test_a_letter_with_codes_keeps_pdf_a_and_pdf_ua(dutch: bytes, tmp_path: Path) -> None:
    verapdf.require()
    path = tmp_path / "letter.pdf"
    path.write_bytes(dutch)
    assert verapdf.validate(path) == []


def test_a_press_prints_codes_with_black_alone(folder: Path) -> None:
    result = letterpress.render(letters.letter(folder / "dutch", DUTCH), profile="press")
    pdf = result.pdf or b""
    assert set(map(len, inks.settings(pdf))) <= {1, 4}
    assert all(inks_[:3] == (0, 0, 0) for inks_ in inks.settings(pdf) if len(inks_) == 4)
    assert (0.0,) in inks.settings(pdf)  # DeviceGray, which is black
    assert len(code_readers.matrices(letters.page(pdf, 300))) == 3


def test_an_intelligent_mail_barcode_stands_in_the_address(folder: Path) -> None:
    result = letterpress.render(letters.letter(folder / "american", AMERICAN, "Thank you.\n"))
    assert [str(one) for one in result.diagnostics] == []
    image = letters.page(result.pdf or b"", 300)
    from letterpress.codes import libraries

    bars = libraries.bars("USPS_IMAIL", "00270123456000000077-044011234")
    rows = [y / 2 for y in range(60, 240)]
    found = [y for y in rows if _read(image, y) == bars]
    assert found, "it is nowhere below the address"


def _read(image: object, y: float) -> str:
    try:
        return code_readers.bars(letters.cut(image, 300, (20, y, 100, 4.6)))  # type: ignore[arg-type]
    except AssertionError:
        return ""


CONTENTS = {
    "imb": ("01234567094987654321-01234567891", "AADTFFDFTDADTAADAATFDTDDAAADDTDTTDAFADADDDTFFFDDTTTADFAAADFTDAADA"),
    "rm4scc": ("SN34RD1A", "AFTFTFDTADTAFDTFAFTADTFADTDAFDADAADDAF"),
    "mailmark-c": ("21B2254800659JW5O9QA6Y", "DAATATTTADTAATTFADDDDTTFTFDDDDFFDFDAFTADDTFFTDDATADTTFATTDAFDTFDDA"),
    "mailmark-l": (
        "41038422416563762EF61AH8T",
        "DTTFATTDDTATTTATFTDFFFTFDFDAFTTTADTTFDTFDDDTDFDDFTFAADTFDTDTDTFAATAFDDTAATTDTT",
    ),
    "kix": ("2500GG30250", "TDFADDAATTFFTTFFDAFTDAFTDTAFTTFFTDFADDAATTFF"),
    "japan-post": ("15400233-16-4-205", "FDFFTFTFFADFTTFTTFDADFADFATFTFFTDAFTFTFADTFTFDAFTTFTFTDATDATDADAFDF"),
    "australia-post": ("39549554", "ATFAFAAFTFADAATFADADAATTADAFATAATDDAT"),
}


def test_each_code_of_a_post_is_read_from_the_page(folder: Path) -> None:
    codes = "".join(f"  - {{type: {kind}, content: {text!r}, alt: {kind}}}\n" for kind, (text, _) in CONTENTS.items())
    result = letterpress.render(letters.letter(folder / "posts", f"{FRONT}paper: a4\ncodes:\n{codes}", "Thank you.\n"))
    assert [str(one) for one in result.diagnostics] == []
    pdf = result.pdf or b""
    found = letters.places(pdf)
    assert set(found) == set(CONTENTS)
    for dpi in (300, 600):
        image = letters.page(pdf, dpi)
        for kind, (_, bars) in CONTENTS.items():
            x, y, width, height = found[kind]
            part = letters.cut(image, dpi, (x - 1, y - 0.5, width + 2, height + 1))
            assert (kind, code_readers.bars(part)) == (kind, bars)
            left, _, right, _ = letters.ink(part, dpi)
            assert right - left == pytest.approx(width, abs=0.1)


RECORDS = [
    {"name": f"Person {at}", "street": f"Lange Voorhout {at + 1}", "number": str(4000 + at), "amount": f"{at + 1}.50"}
    for at in range(5)
]


def test_letters_of_a_list_have_the_pages_of_one_and_codes_of_their_own(folder: Path) -> None:
    made = letters.jobs(letters.letter(folder / "list", DUTCH), RECORDS)
    results = lists.pressed(made)
    assert {result.laid_out for result in results[2:]} == {""}
    assert [one.job.record for one in lists.differences(made, results)] == []
    for record, result in [*zip(RECORDS, results, strict=True)][2:4]:
        found = code_readers.matrices(letters.page(result.pdf or b"", 300))
        assert f"https://example.org/{record['number']}" in found
        assert f"R-{record['number']}" in found
        assert any(f"\nEUR{record['amount']}\n" in text for text in found)


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_a_wrong_value_of_a_list_names_the_record_and_its_cell(project: Project) -> None:
    front = DUTCH.replace("iban: DE71 1102 2033 0123 4567 89", 'iban: "{{ fields.iban }}"')
    front = front.replace("fields:\n", "fields:\n  iban: {type: text}\n")
    front = "\n".join(line for line in front.split("\n") if not line.startswith("to:"))
    letter = project.letter(letters.BODY, front)
    rows = [
        ("name", "street", "postcode", "city", "country", "iban"),
        ("Ada Brook", "Kerkstraat 1", "2514 GC", "Den Haag", "NL", "DE71110220330123456789"),
        ("Bo Ng", "Kerkstraat 2", "2514 G", "Den Haag", "NL", "DE71110220330123456780"),
    ]
    with (project.root / "list.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    ran = project.cli("merge", "--jobs", "0", letter, "--data", "list.csv", "-o", "out", "--json")
    assert [one["status"] for one in ran.json["letters"]] == ["done", "failed"]
    found = {(fault["field"], fault["code"], fault["record"], fault["cell"]) for fault in ran.faults}
    assert ("fields.iban", "iban-invalid", "2", "F3") in found
    assert ("to.postcode", "code-value-invalid", "2", "C3") in found


def test_what_a_qr_bill_cannot_hold_names_the_record_and_its_cell(project: Project) -> None:
    front = letters.SWISS.replace("text: Auftrag vom 15.06.2020", 'text: "Auftrag {{ fields.order }}"')
    front = front.replace("fields:\n", "fields:\n  order: {type: text}\n")
    letter = project.letter(letters.BODY, "\n".join(line for line in front.split("\n") if not line.startswith("to:")))
    rows = [
        ("name", "street", "postcode", "city", "country", "order", "amount"),
        ("Ада Брук", "Seeweg 1", "9400", "Rorschach", "CH", "1", "5"),
        ("Ada Brook", "Seeweg 1", "9400", "Rorschach am langen See bei den Hügeln", "CH", "1", "5"),
        ("Ada Brook", "Seeweg 1", "9400", "Rorschach", "CH", "東京", "5"),
        ("Ada Brook", "Seeweg 1", "9400", "Rorschach", "CH", "x" * 140, "5"),
    ]
    with (project.root / "list.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    ran = project.cli("merge", letter, "--data", "list.csv", "-o", "out", "--json")
    found = {(fault["field"], fault["code"], fault["record"], fault["cell"]) for fault in ran.faults}
    assert found >= {
        ("to.name", "code-character", "1", "A2"),
        ("to.city", "code-value-long", "2", "D3"),
        ("fields.order", "code-character", "3", "F4"),
        ("fields.order", "code-value-long", "4", "F5"),
    }
    said = next(fault for fault in ran.faults if fault["code"] == "code-value-long" and fault["record"] == "4")
    assert said["message"].startswith("text: has 148 characters")


@pytest.mark.parametrize("name", ["french", "margin", "us-business"])
def test_letterheads_with_parts_of_their_own_print_codes(folder: Path, name: str) -> None:
    codes = "codes: [{type: qr, content: x}, {type: kix, content: 2500GG30250}]\n"
    front = AMERICAN[: AMERICAN.index("codes:")].replace("letterhead: us-business", f"letterhead: {name}") + codes
    pdf = letterpress.render(letters.letter(folder / name, front, "Thank you.\n")).pdf or b""
    assert sorted(letters.figures(pdf)) == ["KIX barcode", "QR code"]


@pytest.mark.parametrize("name", ["memo", "open-letter"])
def test_a_letterhead_that_has_no_place_for_a_code_is_a_fault(project: Project, name: str) -> None:
    found = project.faults(
        "Thank you.\n", AMERICAN.replace("letterhead: us-business", f"letterhead: {name}\nsubject: Tides")
    )
    assert [(fault["code"], fault["field"]) for fault in found if fault["severity"] == "error"] == [
        ("code-place", "codes.1")
    ]


@pytest.mark.parametrize(
    ("code", "field", "kind"),
    [
        ("{type: qrcode}", "codes.1.type", None),
        ("{type: kix, contents: x}", "codes.1.contents", "field-unknown"),
        ("{type: kix, iban: x}", "codes.1", "code-key-unknown"),
        ("{type: kix, place: info}", "codes.1", "code-place"),
        ("{type: qr, content: x, place: info}", "codes.1.place", "code-place"),
        ("{type: kix}", "to.postcode", "code-value-missing"),
        ('{type: kix, postcode: "{{ to.postcod }}"}', "codes.1.postcode", "name-unknown"),
        ("{type: epc, iban: DE71110220330123456789, amount: 1.5.1}", "codes.1.amount", "amount-unread"),
        ("{type: swiss-qr-bill, iban: CH5800791123000889012}", "codes.1", "code-address-parts"),
    ],
)
def test_what_is_wrong_with_a_code_is_said_at_its_field(
    project: Project, code: str, field: str, kind: str | None
) -> None:
    fault = project.fault("Thank you.\n", FRONT + f"codes: [{code}]\n")
    assert fault["field"] == field
    assert kind is None or fault["code"] == kind
    assert fault["line"] is not None
    assert fault["hint"]
    assert "docs/" not in fault["hint"]


def test_a_code_without_room_around_it_is_a_fault(project: Project) -> None:
    project.letterhead("close", css=".code { margin-top: 0 !important }\n", toml='extends = "din5008"\n')
    front = DUTCH.replace("letterhead: din5008", "letterhead: close").replace("  - {type: data", "  # - {type: data")
    fault = project.faults(letters.BODY, front)[0]
    assert (fault["code"], fault["field"]) == ("code-crowded", "codes.1")


def test_a_code_that_does_not_fit_the_address_field_is_a_fault(project: Project) -> None:
    front = AMERICAN.replace("to: {name: Ada Brook,", "to: {name: Ada Brook, organisation: Tide Mill, title: Director,")
    fault = project.fault("Thank you.\n", front + "parameters: {window: single}\n")
    assert (fault["code"], fault["field"]) == ("zone-too-low", "codes.1")
    # 60 mm, and the code is 74 mm wide.
    fault = project.fault("Thank you.\n", AMERICAN + "parameters: {window: double}\n")
    assert (fault["code"], fault["field"]) == ("zone-too-narrow", "codes.1")


def test_a_preview_does_without_a_code_whose_value_is_still_to_come(project: Project) -> None:
    from letterpress import api, pipeline

    front = DUTCH.replace(', default: "4711"}', ", required: true}")
    letter = letterpress.load(project.root / project.letter(letters.BODY, front))
    made = pipeline.preview(api.job(letter)).result
    assert made.status == "done"
    assert {fault.code for fault in made.diagnostics} == {"value-missing"}


def test_a_code_that_an_author_draws_with_html_is_none(project: Project) -> None:
    """Its attribute is the letterhead's alone."""
    body = '<img src="code:1" alt="x" data-code="kix FADT">\n'
    for drawn in (body, body.replace("code:1", "map.svg")):
        assert any("none of the letter's" in fault["message"] for fault in project.faults(drawn))
