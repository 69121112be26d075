"""The Swiss payment slip: its geometry, its texts in four languages, its place in the letter, and its structure."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

import letterpress
from letterpress.pdf import spoken
from tests.codes import letters
from tests.codes.letters import SWISS
from tests.support import code_readers, inks, lists, needs, verapdf
from tests.support.project import Project, pdf_text

pytestmark = pytest.mark.xdist_group("codes")
TOP = 297 - 105
"""mm from the sheet's top to the slip's."""


@pytest.fixture(scope="module", autouse=True)
def _libraries() -> None:
    needs.package("qrbill", "qrbill")
    needs.package("zxingcpp", "zxing-cpp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slips")


@pytest.fixture(scope="module")
def swiss(folder: Path) -> bytes:
    result = letterpress.render(letters.letter(folder / "swiss", SWISS))
    assert ([str(one) for one in result.diagnostics], result.pages) == ([], 1)
    return result.pdf or b""


@pytest.mark.parametrize("dpi", [300, 600])
def test_the_code_is_read_and_stands_where_the_standard_has_it(swiss: bytes, dpi: int) -> None:
    """46 mm wide, 67 mm from the left and 42 mm above the foot: Style Guide QR-bill, sections of the payment part."""
    image = letters.page(swiss, dpi)
    (content,) = code_readers.matrices(image)
    assert content.split("\r\n")[3:4] + content.split("\r\n")[18:20] == ["CH4431999123000889012", "1949.75", "CHF"]
    left, top, right, bottom = letters.ink(letters.cut(image, dpi, (64, TOP + 14, 52, 52)), dpi)
    assert (left + 64, top + TOP + 14) == pytest.approx((67, TOP + 17), abs=0.12)
    assert (right - left, bottom - top) == pytest.approx((46, 46), abs=0.12)


def test_texts_stand_in_their_sections(swiss: bytes) -> None:
    image = letters.page(swiss, 300)
    sections = {  # x, y from the slip's top, width, height
        "receipt's title": (5, 5, 52, 7),
        "receipt's information": (5, 12, 52, 56),
        "receipt's amount": (5, 68, 52, 14),
        "acceptance point": (5, 82, 52, 18),
        "payment part's title": (67, 5, 51, 7),
        "payment part's amount": (67, 68, 51, 22),
        "payment part's information": (118, 5, 87, 85),
    }
    blank = image.copy()
    for x, y, width, height in sections.values():
        box = tuple(round(side * 300 / 25.4) for side in (x - 0.3, TOP + y, x + width, TOP + y + height))
        assert image.crop(box).getextrema()[0] < 128
        blank.paste(255, box)
    # Without them and the code the slip is empty, but for its lines and the scissors on them.
    code = tuple(round(side * 300 / 25.4) for side in (66.5, TOP + 16.5, 113.5, TOP + 63.5))
    blank.paste(255, code)
    for x, y, width, height in ((1, 3, 58, 101), (65, 3, 144, 101)):
        assert letters.cut(blank, 300, (x, TOP + y, width, height)).getextrema()[0] > 200


def test_what_a_slip_says_is_read_aloud_in_order(swiss: bytes) -> None:
    said = "\n".join(spoken.lines(spoken.read(swiss, "letter.pdf")))
    said = said[said.index("Empfangsschein") :]
    order = ("Empfangsschein", "Konto / Zahlbar an", "CH44 3199 9123 0008 8901 2", "Robert Schneider AG", "Referenz")
    order += ("21 00000 00003 13947 14300 09017", "Zahlbar durch", "Pia-Maria", "Währung", "CHF", "Betrag", "1 949.75")
    order += ("Annahmestelle", "Zahlteil", "Zusätzliche Informationen", "Auftrag vom 15.06.2020")
    at = 0
    for words in order:
        at = said.index(words, at)
    assert letters.figures(swiss) == ["Swiss QR code"]


def test_a_slip_is_set_in_liberation_sans_and_keeps_pdf_a_and_pdf_ua(swiss: bytes, tmp_path: Path) -> None:
    verapdf.require()
    path = tmp_path / "letter.pdf"
    path.write_bytes(swiss)
    assert verapdf.validate(path) == []
    with pikepdf.open(path) as document:
        things = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary)]
        assert any("Liberation-Sans-Bold" in str(thing.BaseFont) for thing in things if "/BaseFont" in thing)


def test_a_press_prints_a_slip_with_black_alone(folder: Path) -> None:
    pdf = letterpress.render(letters.letter(folder / "swiss", SWISS), profile="press").pdf or b""
    assert all(one[:3] == (0, 0, 0) for one in inks.settings(pdf) if len(one) == 4)
    assert len(code_readers.matrices(letters.page(pdf, 300))) == 1


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ("Récépissé", "Section paiement", "Payable par", "Point de dépôt")),
        ("it", ("Ricevuta", "Sezione pagamento", "Pagabile da", "Punto di accettazione")),
        ("en", ("Receipt", "Payment part", "Payable by", "Acceptance point")),
    ],
)
def test_a_slip_speaks_four_languages(folder: Path, lang: str, words: tuple[str, ...]) -> None:
    letter = letters.letter(folder / lang, SWISS.replace("    text: Auftrag", f"    lang: {lang}\n    text: Auftrag"))
    text = pdf_text(letterpress.render(letter).pdf or b"")
    assert [word for word in words if word not in text] == []


def test_what_is_not_known_is_written_in_by_hand(folder: Path) -> None:
    """Corners of 3 by 2 mm mark where: Style Guide QR-bill; 52 by 20 and 65 by 25 mm for who pays."""
    front = SWISS.replace('    amount: "{{ fields.amount }}"\n', "    debtor: none\n")
    result = letterpress.render(letters.letter(folder / "blank", front))
    assert [str(one) for one in result.diagnostics] == []
    image = letters.page(result.pdf or b"", 300)
    assert "Zahlbar durch (Name/Adresse)" in pdf_text(result.pdf or b"")
    for left, width in ((5, 52), (118, 65)):
        found = letters.ink(letters.cut(image, 300, (left - 0.5, TOP + 41, width + 1, 26)), 300)
        assert found[2] - found[0] == pytest.approx(width, abs=0.3)
    left, top, right, bottom = letters.ink(letters.cut(image, 300, (77.5, TOP + 71.5, 40.4, 17)), 300)
    assert (right - left, bottom - top) == pytest.approx((40, 15), abs=0.3)


def test_a_slip_goes_to_the_next_page_where_the_last_has_no_room(folder: Path) -> None:
    result = letterpress.render(letters.letter(folder / "long", SWISS, letters.BODY * 1 + "\nEin Absatz.\n" * 18))
    assert ([str(one) for one in result.diagnostics], result.pages) == ([], 2)
    pdf = result.pdf or b""
    assert len(code_readers.matrices(letters.page(pdf, 200, 1))) == 1


FOOT = "country: CH, foot: [[Robert Schneider AG, CHE-123.456.789]]}\nto:"


def test_a_sender_with_a_foot_has_the_slip_on_a_page_of_its_own(folder: Path) -> None:
    front = SWISS.replace("country: CH}\nto:", FOOT)
    result = letterpress.render(letters.letter(folder / "foot", front))
    assert ([str(one) for one in result.diagnostics], result.pages) == ([], 2)
    image = letters.page(result.pdf or b"", 200, 1)
    assert len(code_readers.matrices(image)) == 1
    assert letters.cut(image, 200, (0, 30, 210, TOP - 34)).getextrema()[0] > 200


RECORDS = [
    {
        "name": f"Person {at}",
        "street": f"Grosse Marktgasse {at + 1}",
        "postcode": "9400",
        "city": "Rorschach",
        "amount": f"{at + 1}00.50",
    }
    for at in range(5)
]


def test_slips_of_a_list_have_the_pages_of_one_and_payments_of_their_own(folder: Path) -> None:
    made = letters.jobs(letters.letter(folder / "list", SWISS), RECORDS)
    results = lists.pressed(made)
    assert {result.laid_out for result in results[2:]} == {""}
    assert [one.job.record for one in lists.differences(made, results)] == []
    for record, result in [*zip(RECORDS, results, strict=True)][2:4]:
        (content,) = code_readers.matrices(letters.page(result.pdf or b"", 300))
        assert record["amount"] in content.split("\r\n")
        assert record["name"] in content.split("\r\n")


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_a_slip_that_meets_the_foot_is_a_fault(project: Project) -> None:
    front = SWISS.replace("country: CH}\nto:", FOOT).replace("swiss-qr-bill\n", "swiss-qr-bill\n    place: slip\n")
    fault = project.fault(letters.BODY, front)
    assert (fault["code"], fault["field"]) == ("slip-crowded", "codes.1")


def test_a_text_that_is_too_long_for_its_part_is_a_fault(project: Project) -> None:
    long = "Wasserwerkgenossenschaft Wattwil-Wolfhalden-Winterthur-Wetzikon und W"
    front = SWISS.replace("letterhead: swiss", "letterhead: plain").replace("Pia-Maria Rutschmann-Schnyder", long)
    front = front.replace("Rue du Lac 1268", long).replace("Robert Schneider AG", long)
    front = front.replace("Grosse Marktgasse 28", long).replace("Auftrag vom 15.06.2020", "WWW " * 35)
    fault = project.fault(letters.BODY, front)
    assert (fault["code"], fault["field"]) == ("slip-full", "codes.1")


def test_a_slip_stands_on_a4_alone(project: Project) -> None:
    front = SWISS.replace("letterhead: swiss", "letterhead: plain\npaper: letter")
    fault = project.fault(letters.BODY, front)
    assert (fault["code"], fault["field"]) == ("code-paper", "codes.1")


def test_a_long_slip_is_whole(folder: Path) -> None:
    """Its lowest lines stand below the margin at which pages of the letterhead end."""
    long = "Wasserwerkgenossenschaft Wattwil-Wolfhalden-Winterthur-Wetzikon und W"
    front = SWISS.replace("letterhead: swiss", "letterhead: plain").replace("Pia-Maria Rutschmann-Schnyder", long)
    front = front.replace("Grosse Marktgasse 28", long).replace("Auftrag vom 15.06.2020", "WWW " * 35)
    result = letterpress.render(letters.letter(folder / "long-slip", front))
    assert [str(one) for one in result.diagnostics] == []
    assert pdf_text(result.pdf or b"").count("9400 Rorschach") == 3


def test_code_and_slip_have_the_plain_form_of_typographical_signs(folder: Path) -> None:
    """A number above 9,999 is written with an apostrophe in Switzerland, and names have them as well."""
    front = SWISS.replace("Pia-Maria Rutschmann-Schnyder", "Róisín O’Shea").replace(
        "fields:\n", "fields:\n  no: {type: integer, default: 12345}\n"
    )
    front = front.replace("text: Auftrag vom 15.06.2020", 'text: "„Licht“ – Nr. {{ fields.no }} …"')
    result = letterpress.render(letters.letter(folder / "typography", front))
    assert [str(one) for one in result.diagnostics] == []
    (content,) = code_readers.matrices(letters.page(result.pdf or b"", 300))
    assert ("Róisín O'Shea" in content.split("\r\n"), '"Licht" - Nr. 12\'345 ...' in content) == (True, True)
    said = pdf_text(result.pdf or b"")
    assert ('"Licht" - Nr. 12\'345 ...' in said, "Róisín O’Shea" in said) == (
        True,
        True,
    )  # the letter itself has its own
