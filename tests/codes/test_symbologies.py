"""Codes of posts: published examples, a second encoder, and what is read back from pixels at a printer's resolutions."""

from __future__ import annotations

import random

import pytest

from letterpress.code import CodeSpec
from letterpress.codes import catalogue, libraries, making, symbols
from letterpress.model import Party
from tests.support import code_readers, needs


@pytest.fixture(autouse=True)
def _libraries() -> None:
    needs.package("zint", "zint-bindings")


# USPS-B-3200 (2015), 4; Royal Mail, Mailmark encoding and decoding instructions, examples 1 and 2 of C and L; Japan Post,
# customer barcode manual, page 6. The others: BWIPP 2025, another encoder, which agrees with zint on them.
VECTORS = {
    ("imb", "01234567094987654321"): "ATTFATTDTTADTAATTDTDTATTDAFDDFADFDFTFFFFFTATFAAAATDFFTDAADFTFDTDT",
    ("imb", "01234567094987654321-01234"): "DTTAFADDTTFTDTFTFDTDDADADAFADFATDDFTAAAFDTTADFAAATDFDTDFADDDTDFFT",
    ("imb", "01234567094987654321-012345678"): "ADFTTAFDTTTTFATTADTAAATFTFTATDAAAFDDADATATDTDTTDFDTDATADADTDFFTFA",
    ("imb", "01234567094987654321-01234567891"): "AADTFFDFTDADTAADAATFDTDDAAADDTDTTDAFADADDDTFFFDDTTTADFAAADFTDAADA",
    ("rm4scc", "SN34RD1A"): "AFTFTFDTADTAFDTFAFTADTFADTDAFDADAADDAF",
    ("rm4scc", "BX11LT1A"): "ADFTAFATDTDAFTDAFFTTFFDATTDAFDADAATDFF",
    ("rm4scc", "SW1A1AA9Z"): "AFTFTAFDTTDAFDADATDAFDADADADADATFFFTTTAFDF",
    ("kix", "2500GG30250"): "TDFADDAATTFFTTFFDAFTDAFTDTAFTTFFTDFADDAATTFF",
    ("kix", "1231FZ13XA"): "TDAFTDFADTAFTDAFDAADFFTTTDAFDTAFFATDDADA",
    ("mailmark-c", "1100000000000XY11"): "TTDTTATTDTAATTDTAATTDTAATTDTTDDAATAADDATAATDDFAFTDDTAADDDTAAFDFAFF",
    ("mailmark-c", "21B2254800659JW5O9QA6Y"): "DAATATTTADTAATTFADDDDTTFTFDDDDFFDFDAFTADDTFFTDDATADTTFATTDAFDTFDDA",
    (
        "mailmark-l",
        "11000000000000000XY11",
    ): "TTDTTATDDTTATTDTAATTDTAATDDTTATTDTTDATFTAATDDTAATDDTATATFAADDAATAATDDTAADFTFTA",
    (
        "mailmark-l",
        "41038422416563762EF61AH8T",
    ): "DTTFATTDDTATTTATFTDFFFTFDFDAFTTTADTTFDTFDDDTDFDDFTFAADTFDTDTDTFAATAFDDTAATTDTT",
    ("japan-post", "154-00233-16-4-205"): "FDFFTFTFFADFTTFTTFDADFADFATFTFFTDAFTFTFADTFTFDAFTTFTFTDATDATDADAFDF",
    ("japan-post", "1540023"): "FDFFTFTFFADFTTFTTFDADFATDATDATDATDATDATDATDATDATDATDATDATDATDADTADF",
    ("australia-post", "39549554"): "ATFAFAAFTFADAATFADADAATTADAFATAATDDAT",
    ("australia-post", "39549554AB#c1"): "ATADTFAFTFADAATFADADAAFFFFFAFATFTATFFTADTTAFTDFDDFAT",
    ("australia-post", "4356789501234567"): "ATADTFAAAFADDFDADDTFADFFFAFDAFAAADDFDATDTDTTFTATTDAT",
}


def made(kind: str, content: str) -> symbols.Symbol:
    given = making.Given(values={"content": content})
    return symbols.read(making.make(CodeSpec(kind=kind), given, "codes.1").symbol)


@pytest.mark.parametrize(("kind", "content"), VECTORS)
def test_a_code_is_as_published_and_is_read_back_from_pixels(kind: str, content: str) -> None:
    symbol = made(kind, content)
    assert symbol.rows == (VECTORS[kind, content],)
    for dpi in (300, 600):
        assert code_readers.bars(code_readers.drawn(symbol, dpi)) == VECTORS[kind, content]


def test_a_second_encoder_agrees_on_the_intelligent_mail_barcode() -> None:
    from reportlab.graphics.barcode.usps4s import USPS_4State

    chance = random.Random(7)
    for _ in range(100):
        digits = "".join(chance.choices("0123456789", k=20))
        tracking, routing = digits[0] + chance.choice("01234") + digits[2:], chance.choice(["", "12345", "123456789"])
        assert libraries.bars("USPS_IMAIL", f"{tracking}-{routing}") == USPS_4State(tracking, routing).barcodes


MEASURES = {
    # width, pitch, full height, tracker: USPS-B-3200 table 6; Mailmark 3.1, 4.4; Japan Post (10 pt); Australia Post 3.2
    "imb": ((0.381, 0.635), (1.058, 1.27), (3.175, 4.191), (0.99, 1.448)),
    "rm4scc": ((0.38, 0.63), (1.058, 1.27), (4.22, 5.84), (1.02, 1.52)),
    "mailmark-c": ((0.38, 0.63), (1.058, 1.27), (4.22, 5.84), (1.02, 1.52)),
    "mailmark-l": ((0.38, 0.63), (1.058, 1.27), (4.22, 5.84), (1.02, 1.52)),
    "kix": ((0.38, 0.63), (1.058, 1.27), (4.22, 5.84), (1.02, 1.52)),
    "japan-post": ((0.5, 0.7), (1.15, 1.25), (3.4, 3.8), (1.1, 1.3)),
    "australia-post": ((0.4, 0.6), (1.0, 1.2), (4.2, 5.8), (1.0, 1.6)),
}


@pytest.mark.parametrize("kind", MEASURES)
def test_bars_have_the_measures_of_their_post(kind: str) -> None:
    bars = catalogue.kinds()[kind].bars
    assert bars is not None
    for value, (least, most) in zip((bars.width, bars.pitch, bars.full, bars.tracker), MEASURES[kind], strict=True):
        assert least <= value <= most
    content = next(text for name, text in VECTORS if name == kind)
    image = code_readers.drawn(made(kind, content), 600)
    assert max(abs(pitch - bars.pitch) for pitch in code_readers.pitches(image, 600)) < 0.06


def test_an_intelligent_mail_barcode_is_as_wide_as_the_post_takes() -> None:
    assert 67.7 <= made("imb", "01234567094987654321").width <= 81.9  # 2.667 to 3.225 in


@pytest.mark.parametrize(
    ("kind", "values", "recipient", "content"),
    [
        (
            "imb",
            {"service": "270", "mailer": "123456", "serial": "77"},
            Party(postcode="20500-0003", country="US"),
            "00270123456000000077-205000003",
        ),
        ("imb", {"service": "270", "mailer": "912345678", "serial": "77"}, None, "00270912345678000077"),
        ("rm4scc", {}, Party(postcode="sn3 4rd"), "SN34RD9Z"),
        ("rm4scc", {"delivery_point": "1A"}, Party(postcode="SN3 4RD"), "SN34RD1A"),
        ("kix", {}, Party(postcode="1231 FZ", street="Kerkstraat 13 a"), "1231FZ13XA"),
        ("kix", {"house_number": "9"}, Party(postcode="2514 GC"), "2514GC9"),
        ("rm4scc", {"content": "sn3 4rd 1a"}, None, "SN34RD1A"),
        ("kix", {"content": "1231FZ 13 x 1"}, None, "1231FZ13X1"),
        ("japan-post", {"content": "154-0023 1-3-2"}, None, "15400231-3-2"),
        ("australia-post", {"content": "39549554 ABC12"}, None, "39549554ABC12"),
        ("japan-post", {"address_number": "3-16-4-205"}, Party(postcode="154-0023"), "15400233-16-4-205"),
        ("australia-post", {"delivery_point": "39549554"}, None, "39549554"),
        (
            "mailmark-l",
            {"class": "0", "supply_chain": "384224", "item": "16563762", "format": "4"},
            Party(postcode="EF6 1AH"),
            "41038422416563762EF61AH9Z ",
        ),
    ],
)
def test_what_a_code_does_not_say_is_taken_from_the_recipient(
    kind: str, values: dict[str, str], recipient: Party | None, content: str
) -> None:
    code = making.make(CodeSpec(kind=kind), making.Given(values=values, recipient=recipient), "codes.1")
    assert code.content == content


@pytest.mark.parametrize(
    ("kind", "values", "key", "code"),
    [
        ("imb", {"content": "0123456709498765432"}, "content", "code-value-invalid"),
        ("imb", {"content": "09234567094987654321"}, "content", "code-value-invalid"),
        ("imb", {"service": "270", "mailer": "91234567", "serial": "1"}, "mailer", "code-value-invalid"),
        ("imb", {"service": "270", "serial": "1"}, "mailer", "code-value-missing"),
        ("imb", {"content": "01234567094987654321-123"}, "content", "code-value-invalid"),
        ("rm4scc", {"postcode": "SN3 4R"}, "postcode", "code-value-invalid"),
        ("rm4scc", {}, "postcode", "code-value-missing"),
        ("rm4scc", {"postcode": "SN3 4RD", "delivery_point": "A1"}, "delivery_point", "code-value-invalid"),
        ("kix", {"postcode": "0123 AB", "house_number": "1"}, "postcode", "code-value-invalid"),
        ("kix", {"postcode": "2514 GC"}, "house_number", "code-value-missing"),
        ("mailmark-c", {"content": "9100000000000XY11"}, "content", "code-value-invalid"),
        ("mailmark-l", {"content": "41038422416563762EF61AH8I"}, "content", "code-unencodable"),
        ("japan-post", {"postcode": "154-002"}, "postcode", "code-value-invalid"),
        ("australia-post", {"delivery_point": "3954955"}, "delivery_point", "code-value-invalid"),
        (
            "imb",
            {"service": "270", "mailer": "123456", "serial": "7", "routing": "123456"},
            "routing",
            "code-value-invalid",
        ),
        (
            "imb",
            {"service": "270", "mailer": "123456", "serial": "7", "barcode_id": "05"},
            "barcode_id",
            "code-value-invalid",
        ),
        ("rm4scc", {"content": "SN3 4RD A1"}, "content", "code-value-invalid"),
        ("kix", {"content": "2500GG X 1"}, "content", "code-value-invalid"),
        ("japan-post", {"content": "154-00231-3-2-503-24-16"}, "content", "code-value-invalid"),
        ("australia-post", {"delivery_point": "39549554", "customer": "ABCD"}, "content", "code-value-invalid"),
    ],
)
def test_what_a_code_cannot_hold_is_a_fault_that_names_the_value(
    kind: str, values: dict[str, str], key: str, code: str
) -> None:
    with pytest.raises(making.Wrong) as wrong:
        making.make(CodeSpec(kind=kind), making.Given(values=values), "codes.1")
    assert (wrong.value.key, wrong.value.code) == (key, code)
