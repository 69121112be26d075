"""`letterpress envelopes` and `labels`: where addresses stand, that they are the letters', and that the PDF is sound."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

import letterpress
from letterpress import data
from letterpress.page import Rectangle
from letterpress.post import formats, printing, setting
from letterpress.post.formats import Envelope, LabelSheet
from tests.support import proof, verapdf
from tests.support.project import LETTER, Project, Ran

pytestmark = pytest.mark.xdist_group("envelopes")

FRONT = """\
letterhead: plain
lang: en-US
date: 2026-03-02
subject: Our offer
from: {name: Harbor Light Clinic, street: 12 Quay Road, city: Portland, region: ME, postcode: "04101", country: US}
salutation: Dear {{ to.name }}
closing: Sincerely
signatories: [{name: Jo Lind, title: Director}]
"""
ROWS = """\
name,street,city,region,postcode,country
Ada Brook,4 Mill Lane,Bangor,ME,04401,US
Bo Grün,Lindenallee 12,Dresden,,01067,DE
Cy Poe,9 Quay,Bangor,ME,04401,US
"""
LONG = "Wohnungsbaugenossenschaftsverwaltungsgesellschaft"
ROUND = 0.06
"""mm by which a sheet may be off the middle: its table has hundredths."""


@pytest.fixture
def desk(project: Project) -> Project:
    project.letter("Thank you.\n", FRONT)
    project.write("people.csv", ROWS)
    return project


def run(project: Project, command: str, *options: str, code: int = 0) -> Ran:
    ran = project.cli(command, LETTER, "--data", "people.csv", "-o", "a.pdf", *options)
    assert ran.code == code, ran.err
    return ran


def lines(ink: list[proof.Ink]) -> str:
    return "".join(one.text for one in ink)


def ink_of(page: int = 0, path: str = "a.pdf") -> tuple[list[proof.Ink], tuple[float, float]]:
    """The visible glyphs of a page, and the page's size in mm."""
    pdf = pypdfium2.PdfDocument(path)
    width, height = pdf[page].get_size()
    found = proof.ink(Path(path).read_bytes(), page)
    return [one for one in found if one.text], (width * 25.4 / 72, height * 25.4 / 72)


def text_of(path: str = "a.pdf") -> list[list[str]]:
    pdf = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_bounded().splitlines() for page in pdf]


# --- the tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", formats.label_sheets(), ids=lambda sheet: str(sheet.name))
def test_a_sheet_of_labels_is_cut_in_the_middle(sheet: LabelSheet) -> None:
    top, right, bottom, left = sheet.margins
    assert left == pytest.approx(right, abs=ROUND)
    assert top == pytest.approx(bottom, abs=ROUND)
    assert min(sheet.margins) >= 0
    assert all(pitch >= label - 0.001 for pitch, label in zip(sheet.pitch, sheet.label, strict=True))
    for number in range(sheet.count):
        box, room = sheet.place(number), sheet.room(number)
        assert box.x <= room.x < room.right <= box.right
        assert box.y <= room.y < room.bottom <= box.bottom
        assert room.height >= 3 * setting.SMALLEST * setting.LEADING * 25.4 / 72  # three lines at the smallest type


@pytest.mark.parametrize("envelope", formats.envelopes(), ids=lambda envelope: str(envelope.name))
def test_an_address_stands_where_posts_read_it(envelope: Envelope) -> None:
    row = data.table("envelopes")["sizes"][envelope.name]
    face = Rectangle(0, 0, envelope.width, envelope.height)
    for box in (envelope.address, envelope.sender):
        assert face.intersection(box) == box
    above_edge = envelope.height - envelope.address.bottom, envelope.height - envelope.address.y
    limits = (15.9, 69.9) if row["zone"] == "us" else (15, 100)
    assert limits[0] - 0.01 <= above_edge[0] < above_edge[1] <= limits[1] + 0.01
    assert envelope.address.width >= 60
    assert envelope.address.height >= 30
    franking = Rectangle(envelope.width - 74, 0, 74, 40)
    for box in (envelope.sender, *([envelope.address] if row["zone"] == "iso" else [])):
        assert not box.intersection(franking).width * box.intersection(franking).height
    met = envelope.sender.intersection(envelope.address)
    assert not met.width * met.height


def test_all_that_the_trade_has_is_there_by_each_of_its_names() -> None:
    assert len(formats.envelopes()) == 20
    assert len(formats.label_sheets()) == 27
    for name in ("c6-5", "C6/5", "iso_c6c5_114x229mm"):
        assert formats.envelope(name).name == "c6-5"
    for name in ("#10", "US-10", "10"):
        assert formats.envelope(name).title == "#10"
    for name in ("avery-l7160", "L7160", "Avery L7160", "avery-j8160"):
        assert formats.label_sheet(name).name == "avery-l7160"
    names = [
        name
        for table in (data.table("envelopes")["sizes"], data.table("label_sheets"))
        for known, row in table.items()
        for name in {known, *row["also"]}
    ]
    assert len(names) == len(set(names))


# --- what is printed --------------------------------------------------------------------------------------------------


def test_envelopes_have_the_addresses_of_the_letters_in_their_zone(desk: Project) -> None:
    ran = run(desk, "envelopes", "--size", "c6-5", "--json")
    assert ran.json["summary"] == {
        "letters": 3, "pages": 3, "printed": 3, "done": 3, "failed": 0, "skipped": 0,
    }  # fmt: skip
    rows = [dict(zip(ROWS.splitlines()[0].split(","), row.split(","), strict=True)) for row in ROWS.splitlines()[1:]]
    made = [result.dispatch for result in letterpress.merge(LETTER, rows)]
    sender = ["Harbor Light Clinic", "12 Quay Road", "Portland, ME 04101"]
    for page, found in enumerate(text_of()):
        note = made[page]
        assert note is not None
        assert found == [*sender, *note.to]
        ink, size = ink_of(page)
        assert size == pytest.approx((229, 114), abs=0.02)
        zone = formats.envelope("c6-5").address
        count = sum(map(len, "".join(sender).split()))
        for one in ink[count:]:
            assert zone.x - 0.1 <= one.box.x
            assert one.box.right <= zone.right
            assert zone.y <= one.box.y <= one.box.bottom <= zone.bottom
        assert max(one.box.bottom for one in ink[:count]) < 40
    verapdf.require()
    assert verapdf.validate(Path("a.pdf")) == []


def test_a_turned_page_is_the_same_envelope(desk: Project) -> None:
    run(desk, "envelopes", "--size", "us-10", "--limit", "1", "--no-return-address")
    upright, (width, height) = ink_of()
    run(desk, "envelopes", "--size", "us-10", "--limit", "1", "--no-return-address", "--rotate")
    turned, size = ink_of()
    assert size == pytest.approx((height, width), abs=0.02)
    told = desk.cli("text", "a.pdf").out
    assert told.index("Ada Brook") < told.index("4 Mill Lane") < told.index("Bangor, ME 04401")
    upright.sort(key=lambda one: (round(one.box.bottom), one.box.x))
    turned.sort(key=lambda one: (round(height - one.box.x), one.box.y))
    assert lines(upright) == lines(turned)
    for one, other in zip(upright, turned, strict=True):  # what was above is at the right now
        assert (other.box.x, other.box.y) == pytest.approx((height - one.box.bottom, one.box.x), abs=0.05)
        assert (other.box.right, other.box.bottom) == pytest.approx((height - one.box.y, one.box.right), abs=0.05)
    verapdf.require()
    assert verapdf.validate(Path("a.pdf")) == []


def test_labels_stand_at_the_pitch_behind_those_that_are_used(desk: Project) -> None:
    desk.write("people.csv", ROWS.splitlines()[0] + "\n" + "Ada Brook,4 Mill Lane,Bangor,ME,04401,US\n" * 20)
    run(desk, "labels", "--sheet", "avery-l7160", "--skip", "4", "--offset", "1.5,-0.5", "--outline")
    sheet = formats.label_sheet("avery-l7160")
    text = text_of()
    assert [page.count("Ada Brook") for page in text] == [17, 3]
    for page, slots in ((0, range(4, 21)), (1, range(3))):
        ink, _ = ink_of(page)
        firsts = [one for one in ink if one.text == "A"]
        for one, slot in zip(firsts, slots, strict=True):
            room = sheet.room(slot)
            base = firsts[0], sheet.room(slots[0])
            assert one.box.x - base[0].box.x == pytest.approx(room.x - base[1].x, abs=0.02)
            assert one.box.y - base[0].box.y == pytest.approx(room.y - base[1].y, abs=0.02)
            assert one.box.x == pytest.approx(room.x + 1.5, abs=0.2)
        block = ink[: len("AdaBrook4MillLaneBangor,ME04401")]
        room = sheet.room(slots[0])
        middle = (min(one.box.y for one in block) + max(one.box.bottom for one in block)) / 2
        assert middle == pytest.approx(room.y + room.height / 2 - 0.5, abs=0.8)
    verapdf.require()
    assert verapdf.validate(Path("a.pdf")) == []


def test_a_return_address_may_stand_above_an_address_on_a_label(desk: Project) -> None:
    run(desk, "labels", "--sheet", "5160", "--return-address")
    (page,) = text_of()
    assert page[:3] == ["Harbor Light Clinic · 12 Quay Road", "Portland, ME 04101", "Ada Brook"]
    assert page.count("Harbor Light Clinic · 12 Quay Road") == 3


# --- what does not fit ------------------------------------------------------------------------------------------------


def test_an_address_that_does_not_fit_is_a_fault_of_its_record_and_the_others_are_printed(desk: Project) -> None:
    desk.write("people.csv", ROWS + f"{LONG},1 Quay,Bangor,ME,04401,US\n")
    ran = run(desk, "labels", "--sheet", "avery-l7651", "--json", code=1)
    assert [letter["status"] for letter in ran.json["letters"]] == ["done", "done", "done", "failed"]
    (fault,) = ran.json["letters"][3]["diagnostics"]
    assert (fault["code"], fault["record"], fault["field"], fault["file"]) == (
        "zone-too-narrow",
        "4",
        "to",
        "people.csv",
    )
    said = f"'{LONG}' in the address is 69.4 mm wide at 8 pt, its smallest; there is room for 32.8 mm"
    assert fault["message"] == said
    assert text_of()[0].count("Ada Brook") == 1
    ran = run(desk, "envelopes", "--size", "c6-5")  # there is room for it there
    assert "4 envelopes on 4 pages" in ran.err


def test_an_address_too_high_for_its_label_is_a_fault(desk: Project) -> None:
    head = "name,organisation,street,city,region,postcode,country\n"
    desk.write("people.csv", head + "Ada Brook,Harbor Light,4 Mill Lane,Bangor,ME,04401,US\n")
    ran = run(desk, "labels", "--sheet", "avery-5167", "--json", code=1)
    (letter,) = ran.json["letters"]
    assert [fault["code"] for fault in letter["diagnostics"]] == ["zone-too-low"]
    assert ran.json["output"] is None
    assert not Path("a.pdf").exists()


def test_a_character_that_no_face_has_fails_its_record_alone(desk: Project) -> None:
    desk.write("people.csv", ROWS + "Ada \u16a0,1 Quay,Bangor,ME,04401,US\n")
    ran = run(desk, "envelopes", "--size", "dl", "--json", code=1)
    assert [letter["status"] for letter in ran.json["letters"]] == ["done", "done", "done", "failed"]
    assert ran.json["letters"][3]["diagnostics"][-1]["record"] == "4"
    assert len(text_of()) == 3


def test_a_sender_that_does_not_fit_is_the_senders_fault(desk: Project) -> None:
    desk.letter("Thank you.\n", FRONT.replace("12 Quay Road", "12 " + "Quay Road " * 9))
    ran = run(desk, "envelopes", "--size", "c6", "--json", code=1)
    assert {(fault["code"], fault["field"]) for one in ran.json["letters"] for fault in one["diagnostics"]} == {
        ("sender-too-large", "from")
    }
    run(desk, "envelopes", "--size", "c6", "--no-return-address")


@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("envelopes", ("--size", "c65x"), "is not an envelope that is known"),
        ("labels", ("--sheet", "avery-l7161x"), "did you mean"),
        ("labels", ("--sheet", "avery-l7160", "--skip", "21"), "21 of them cannot be skipped"),
        ("labels", ("--sheet", "avery-l7160", "--skip", "-1"), "cannot be skipped"),
        ("labels", ("--sheet", "avery-l7160", "--offset", "1"), "is not two lengths in mm"),
        ("labels", ("--sheet", "avery-l7160", "--offset", "nan,0"), "20 mm at most"),
        ("labels", ("--sheet", "avery-l7160", "--offset", "0,21"), "20 mm at most"),
        ("envelopes", ("--size", "dl", "--profile", "press-x1a"), "are not made as PDF/X-1a"),
        ("envelopes", ("--size", "dl", "-o", "people.csv"), "people.csv"),
    ],
)
def test_what_cannot_be_meant_is_said(desk: Project, command: str, options: tuple[str, ...], said: str) -> None:
    output = () if "-o" in options else ("-o", "a.pdf")
    ran = desk.cli(command, LETTER, "--data", "people.csv", *output, *options)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert not Path("a.pdf").exists()


def test_records_that_cannot_be_used_are_told_as_a_merge_tells_them(desk: Project) -> None:
    desk.write("people.csv", ROWS + ",1 Quay,Bangor,ME,04401,US\n,,,,,\n")
    ran = run(desk, "envelopes", "--size", "dl", code=1)
    assert "record 4" in ran.err
    assert "names nobody to write to" in ran.err
    assert "3 envelopes on 3 pages; 1 letter failed" in ran.err


def test_the_labels_of_a_sheet_have_one_size_but_for_one_that_needs_less(desk: Project) -> None:
    streets = ["4 Mill Lane", "The Old Harbour Masters House 12", "9 Quay"]
    rows = [f"Ada Brook,{street},Bangor,ME,0440{at},US\n" for at, street in enumerate(streets)]
    desk.write("people.csv", "".join((ROWS.splitlines(keepends=True)[0], *rows)))
    run(desk, "labels", "--sheet", "avery-l7160")
    assert sizes_of() == [10.0]
    rows.append("Ada Brook,The Old Harbour Masters Long House 12,Bangor,ME,04405,US\n")
    desk.write("people.csv", "".join((ROWS.splitlines(keepends=True)[0], *rows)))
    run(desk, "labels", "--sheet", "avery-l7160")
    assert sizes_of() == [8.5, 10.0]


def sizes_of(path: str = "a.pdf") -> list[float]:
    """The type sizes of the first page, in pt."""
    page = pypdfium2.PdfDocument(path)[0].get_textpage()
    sizes = (pypdfium2.raw.FPDFText_GetFontSize(page, at) * 0.75 for at in range(page.count_chars()))
    return sorted({round(size, 1) for size in sizes if size > 1})  # between lines pdfium says a size of its own


def test_nothing_is_said_of_salutations_where_none_is_printed(desk: Project) -> None:
    desk.letter("Thank you.\n", FRONT.replace("Dear {{ to.name }}", "auto"))
    desk.write(
        "people.csv", "honorific,name,street,city,region,postcode,country\nXyz,ada orr,4 Mill Lane,Bangor,ME,04401,US\n"
    )
    said = [one["code"] for one in desk.cli("merge", LETTER, "--data", "people.csv", "--dry-run", "--json").faults]
    assert {"name-unread", "honorific-unread"} & set(said)
    ran = run(desk, "labels", "--sheet", "avery-l7160", "--json")
    assert [one["diagnostics"] for one in ran.json["letters"]] == [[]]


def test_the_total_of_a_list_is_no_label_and_counts_for_none(desk: Project) -> None:
    head, *rows = ROWS.splitlines(keepends=True)
    desk.write("people.csv", "".join((head, "Total,,,,,\n", *rows)))
    ran = run(desk, "labels", "--sheet", "avery-l7160", "--limit", "2")
    assert "record 1 (row 2): note: is a total and no recipient" in ran.err
    assert "2 labels on 1 page" in ran.err
    ran = desk.cli("merge", LETTER, "--data", "people.csv", "--limit", "2", "--dry-run")
    assert "3 records checked, nothing to mend (1 gets no letter)" in ran.err
    ran = desk.cli("merge", LETTER, "--data", "people.csv", "--sample", "3", "--dry-run")
    assert "3 records checked, nothing to mend\n" in ran.err


def test_labels_of_one_address_are_told_and_left_out_on_demand(desk: Project) -> None:
    desk.write("people.csv", ROWS + ROWS.splitlines()[1])
    ran = run(desk, "labels", "--sheet", "avery-l7160", "--json")
    assert [one["code"] for one in ran.json["letters"][3]["diagnostics"]] == ["recipient-doubled"]
    assert ran.json["summary"]["printed"] == 4
    ran = run(desk, "labels", "--sheet", "avery-l7160", "--json", "--unique")
    assert ([one["status"] for one in ran.json["letters"]], ran.json["summary"]["printed"]) == (
        ["done", "done", "done", "skipped"],
        3,
    )


def test_what_is_wrong_with_a_label_has_its_row_and_cell_and_goes_into_a_table(desk: Project) -> None:
    desk.write("people.csv", ROWS + f"{LONG},1 Quay,Bangor,ME,04401,US\nNo Place,,,,,US\n")
    ran = run(desk, "labels", "--sheet", "avery-l7651", "--json", "--report", "wrong.csv", code=1)
    (long,), (empty,) = (letter["diagnostics"] for letter in ran.json["letters"][3:])
    assert (long["code"], long["row"], long["cell"]) == ("zone-too-narrow", 5, "A5")
    assert long["column"] == "name"
    assert (empty["code"], empty["row"], empty["cell"]) == ("recipient-placeless", 6, "B6")
    assert ran.json["summary"]["printed"] == 3
    report = (desk.root / "wrong.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:4] for line in report[1:]] == [["4", "5", "A5", "error"], ["5", "6", "B6", "error"]]
    desk.write(
        "people.csv", f"Civilité,name,Société,street,city,state,zip\nMme,Ada Orr,{LONG},1 Quay,Bangor,ME,04401\n"
    )
    ran = run(desk, "labels", "--sheet", "avery-l7651", "--json", code=1)
    assert [fault["column"] for fault in ran.json["letters"][0]["diagnostics"]] == ["Société"]


# --- many, and in Python ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def at_once(number: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "_AT_ONCE", number)
        yield


def test_many_are_laid_out_some_at_a_time_and_are_one_sound_file(desk: Project) -> None:
    desk.write(
        "people.csv",
        ROWS.splitlines()[0] + "\n" + "".join(f"Person {n},{n} Lane,Bangor,ME,04401,US\n" for n in range(45)),
    )
    run(desk, "labels", "--sheet", "avery-l7160")
    whole = text_of()
    with at_once(1):
        run(desk, "labels", "--sheet", "avery-l7160")
    assert text_of() == whole
    assert len(whole) == 3
    bookmarks = [mark.get_title() for mark in pypdfium2.PdfDocument("a.pdf").get_toc()]
    assert bookmarks == ["1 - 21", "22 - 42", "43 - 45"]
    verapdf.require()
    assert verapdf.validate(Path("a.pdf")) == []
    first = Path("a.pdf").read_bytes()
    with at_once(1):
        run(desk, "labels", "--sheet", "avery-l7160")
    assert Path("a.pdf").read_bytes() == first


def test_programs_print_rows_of_their_own(desk: Project) -> None:
    rows = [{"name": "Ada Brook", "street": "4 Mill Lane", "city": "Bangor"}, {"name": "", "street": "x", "city": "y"}]
    made = letterpress.envelopes(LETTER, rows, "a.pdf", size="dl")
    assert (made.printed, made.failed, made.pages, made.file) == (1, 1, 1, "a.pdf")
    assert [result.status for result in made.results] == ["done", "failed"]
    made = letterpress.labels(LETTER, iter(rows[:1]), "b.pdf", sheet="avery-l7160", skip=20, offset=(1, 1))
    assert made.printed == 1
    with pytest.raises(letterpress.UsageError):
        letterpress.labels(LETTER, rows, "b.pdf", sheet="nothing")
    assert pypdfium2.PdfDocument(io.BytesIO(Path("b.pdf").read_bytes())).get_metadata_dict()["Title"] == "Our offer"


def test_each_recipient_at_an_address_of_their_own_has_an_envelope(desk: Project) -> None:
    front = (
        FRONT
        + 'to:\n  - {name: Ada Brook, lines: ["4 Mill Lane", Bangor]}\n  - {name: Bo Low, lines: ["9 Quay", Bangor]}\n'
    )
    desk.letter("Thank you.\n", front + 'fields: {amount: {default: "1"}}\n')
    made = letterpress.envelopes(LETTER, [{"amount": "3"}], "a.pdf", size="dl", return_address=False)
    assert (made.printed, made.done) == (2, 1)
    assert [page[0] for page in text_of()] == ["Ada Brook", "Bo Low"]
