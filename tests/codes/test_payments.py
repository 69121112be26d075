"""Codes that a payment is begun with: published examples, a second writer, and wrong accounts, amounts and references."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from letterpress.code import Code, CodeSpec
from letterpress.codes import libraries, making, symbols
from letterpress.model import Party
from tests.support import code_readers, needs


@pytest.fixture(autouse=True)
def _libraries() -> None:
    needs.package("segno", "segno")
    needs.package("zxingcpp", "zxing-cpp")
    needs.package("qrbill", "qrbill")


# The two sample accounts and references of SIX's guidelines (QR-IBAN with a QR reference, IBAN with RF).
QR_IBAN, QR_REFERENCE = "CH44 3199 9123 0008 8901 2", "21 00000 00003 13947 14300 09017"
IBAN, RF_REFERENCE = "CH58 0079 1123 0008 8901 2", "RF18 5390 0754 7034"
CREDITOR = Party(
    organisation="Robert Schneider AG", street="Rue du Lac 1268", postcode="2501", city="Biel", country="CH"
)
DEBTOR = Party(
    name="Pia-Maria Rutschmann-Schnyder", street="Grosse Marktgasse 28", postcode="9400", city="Rorschach", country="CH"
)


def made(kind: str, *, recipient: Party | None = DEBTOR, letter: str = "de-CH", **values: Any) -> Code:
    given = making.Given(values=values, recipient=recipient, sender=CREDITOR, lang=letter)
    return making.make(CodeSpec(kind=kind), given, "codes.1")


def test_an_epc_code_says_what_another_writer_says() -> None:
    from segno import helpers

    code = made(
        "epc", name="Franz Mustermänn", iban="DE71 1102 2033 0123 4567 89", amount="12.3", reference=RF_REFERENCE
    )
    other = helpers._make_epc_qr_data(  # type: ignore[attr-defined]
        "Franz Mustermänn", "DE71110220330123456789", Decimal("12.3"), None, "RF18539007547034", None, None, 1
    )
    assert code.content.split("\n")[:11] == other.decode().replace("EUR12.3\n", "EUR12.30\n").split("\n")[:11]
    assert code_readers.matrices(code_readers.drawn(symbols.read(code.symbol), 300)) == [code.content]


def test_an_epc_code_holds_331_bytes() -> None:
    """EPC069-12, 3.1; letters with marks take two bytes each."""
    name, iban = "Ä" * 70, "MT84MALT011000012345MTLCAST001S"
    rest = len("\n".join(("BCD", "002", "1", "SCT", "MALTMTMTXXX", name, iban, "EUR7.00", "", "", "")).encode())
    text = "ä" * ((331 - rest) // 2) + "e" * ((331 - rest) % 2)
    values = {"name": name, "iban": iban, "bic": "MALTMTMTXXX", "amount": Decimal("7")}
    assert len(made("epc", **values, text=text).content.encode()) == 331
    with pytest.raises(making.Wrong, match="332 bytes; the code holds 331"):
        made("epc", **values, text=f"{text}e")


def test_an_epc_code_pays_the_sender_if_it_names_nobody() -> None:
    code = made("epc", iban="DE71110220330123456789", amount=Decimal("7"), text="Invoice  4711")
    assert code.content == "\n".join(
        (
            "BCD",
            "002",
            "1",
            "SCT",
            "",
            "Robert Schneider AG",
            "DE71110220330123456789",
            "EUR7.00",
            "",
            "",
            "Invoice 4711",
        )
    )


def test_a_spayd_code_is_as_published() -> None:
    code = made(
        "spayd", iban="CZ2806000000000168540115", amount="450", text="PLATBA ZA ZBOZI", variable_symbol="1234567890"
    )
    assert code.content == "SPD*1.0*ACC:CZ2806000000000168540115*AM:450.00*CC:CZK*MSG:PLATBA ZA ZBOZI*X-VS:1234567890"
    more = made(
        "spayd", iban="CZ2806000000000168540115", due=datetime.date(2027, 3, 1), text="5 * čtvrt", bic="AGBACZPP"
    )
    assert more.content == ("SPD*1.0*ACC:CZ2806000000000168540115+AGBACZPP*CC:CZK*DT:20270301*MSG:5 %2A %C4%8Dtvrt")
    for dpi in (300, 600):
        for one in (code, more):
            assert code_readers.matrices(code_readers.drawn(symbols.read(one.symbol), dpi)) == [one.content]


def test_a_swiss_code_says_what_the_standard_says() -> None:
    code = made("swiss-qr-bill", iban=QR_IBAN, amount="1949.75", reference=QR_REFERENCE, text="Auftrag vom 15.06.2020")
    assert code.content.split("\r\n") == [
        *("SPC", "0200", "1", "CH4431999123000889012"),
        *("S", "Robert Schneider AG", "Rue du Lac", "1268", "2501", "Biel", "CH"),
        *[""] * 7,
        *("1949.75", "CHF"),
        *("S", "Pia-Maria Rutschmann-Schnyder", "Grosse Marktgasse", "28", "9400", "Rorschach", "CH"),
        *("QRR", "210000000003139471430009017", "Auftrag vom 15.06.2020", "EPD"),
    ]


def test_a_swiss_code_is_46_mm_wide_and_is_read_with_its_cross() -> None:
    code = made("swiss-qr-bill", iban=IBAN, amount="50", reference=RF_REFERENCE, text="Bücher")
    symbol = symbols.read(code.symbol)
    assert (code.width, code.height) == (46, 46)
    for dpi in (300, 600):
        assert code_readers.matrices(code_readers.drawn(symbol, dpi)) == [code.content]
    white, black, cross = symbol.layers()[1:]
    assert [layer.grey for layer in (white, black, cross)] == [1, 0, 1]
    assert white.rectangles[0] == pytest.approx((19.5, 19.5, 7, 7))


def test_the_slip_says_it_in_groups() -> None:
    slip = made("swiss-qr-bill", iban=QR_IBAN, amount="1949.75", reference=QR_REFERENCE).slip
    assert slip is not None
    assert (slip.lang, slip.account, slip.reference) == ("de", QR_IBAN, QR_REFERENCE)
    assert (slip.currency, slip.amount) == ("CHF", "1 949.75")
    assert slip.debtor == ("Pia-Maria Rutschmann-Schnyder", "Grosse Marktgasse 28", "9400 Rorschach")


def test_a_slip_without_payer_or_amount_is_written_in_by_hand() -> None:
    slip = made("swiss-qr-bill", iban=IBAN, debtor="none", lang="en").slip
    assert slip is not None
    assert (slip.debtor, slip.amount, slip.reference) == ((), "", "")


@pytest.mark.parametrize(
    ("kind", "values", "key", "code"),
    [
        ("epc", {"iban": "DE71110220330123456788", "amount": "1"}, "iban", "iban-invalid"),
        ("epc", {"iban": "DE71110220330123456789", "amount": "1.234,50"}, "amount", "amount-unread"),
        ("epc", {"iban": "DE71110220330123456789", "amount": "0"}, "amount", "amount-invalid"),
        ("epc", {"iban": "DE71110220330123456789", "amount": Decimal("1.005")}, "amount", "amount-invalid"),
        ("epc", {"iban": "DE71110220330123456789"}, "amount", "code-value-missing"),
        ("epc", {"iban": "DE71110220330123456789", "amount": "1", "bic": "BELADEBE1"}, "bic", "bic-invalid"),
        (
            "epc",
            {"iban": "DE71110220330123456789", "amount": "1", "reference": "RF19539007547034"},
            "reference",
            "reference-invalid",
        ),
        (
            "epc",
            {"iban": "DE71110220330123456789", "amount": "1", "reference": "47", "text": "x"},
            "text",
            "code-values-both",
        ),
        ("epc", {"iban": "DE71110220330123456789", "amount": "1", "text": "x" * 141}, "text", "code-value-long"),
        ("spayd", {"iban": "CZ2806000000000168540116"}, "iban", "iban-invalid"),
        (
            "spayd",
            {"iban": "CZ2806000000000168540115", "variable_symbol": "12a"},
            "variable_symbol",
            "code-value-invalid",
        ),
        ("spayd", {"iban": "CZ2806000000000168540115", "due": "1. 3. 2027"}, "due", "code-value-invalid"),
        ("swiss-qr-bill", {"iban": "DE71110220330123456789"}, "iban", "iban-invalid"),
        ("swiss-qr-bill", {"iban": QR_IBAN}, "reference", "code-value-missing"),
        ("swiss-qr-bill", {"iban": QR_IBAN, "reference": QR_REFERENCE[:-1] + "8"}, "reference", "reference-invalid"),
        ("swiss-qr-bill", {"iban": QR_IBAN, "reference": RF_REFERENCE}, "reference", "reference-invalid"),
        ("swiss-qr-bill", {"iban": IBAN, "reference": QR_REFERENCE}, "reference", "reference-invalid"),
        ("swiss-qr-bill", {"iban": IBAN, "amount": "1000000000"}, "amount", "amount-invalid"),
        ("swiss-qr-bill", {"iban": IBAN, "currency": "USD"}, "currency", "code-value-invalid"),
        ("swiss-qr-bill", {"iban": IBAN, "text": "東京"}, "text", "code-character"),
        ("swiss-qr-bill", {"iban": IBAN, "text": "x" * 141}, "text", "code-value-long"),
        ("swiss-qr-bill", {"iban": IBAN, "text": "a", "billing": "S1/10/10201409"}, "billing", "code-value-invalid"),
        (
            "swiss-qr-bill",
            {"iban": IBAN, "recipient": replace(DEBTOR, city="Łódź Београд")},
            "to.city",
            "code-character",
        ),
        ("swiss-qr-bill", {"iban": IBAN, "recipient": replace(DEBTOR, city="x" * 36)}, "to.city", "code-value-long"),
        ("swiss-qr-bill", {"iban": IBAN, "recipient": replace(DEBTOR, name="x" * 71)}, "to.name", "code-value-long"),
        (
            "swiss-qr-bill",
            {"iban": IBAN, "recipient": replace(DEBTOR, organisation="x" * 71)},
            "to.organisation",
            "code-value-long",
        ),
        ("swiss-qr-bill", {"iban": IBAN, "recipient": replace(DEBTOR, street="東 1")}, "to.street", "code-character"),
        (
            "swiss-qr-bill",
            {"iban": IBAN, "recipient": replace(DEBTOR, postcode="9" * 17)},
            "to.postcode",
            "code-value-long",
        ),
        ("swiss-qr-bill", {"iban": IBAN, "lang": "rm"}, "lang", "code-value-invalid"),
        ("swiss-qr-bill", {"iban": IBAN, "recipient": Party(name="A", lines=("B",))}, "debtor", "code-address-parts"),
    ],
)
def test_what_cannot_be_paid_is_a_fault_that_names_the_value(
    kind: str, values: dict[str, Any], key: str, code: str
) -> None:
    with pytest.raises(making.Wrong) as wrong:
        made(kind, **values)
    assert (wrong.value.key, wrong.value.code) == (key, code)


def test_a_code_of_a_letter_without_a_sender_names_who_is_paid() -> None:
    given = making.Given(values={"iban": "DE71110220330123456789", "amount": "1"}, recipient=DEBTOR)
    with pytest.raises(making.Wrong) as wrong:
        making.make(CodeSpec(kind="epc"), given, "codes.1")
    assert (wrong.value.key, wrong.value.code) == ("name", "code-value-missing")


def test_a_code_that_would_be_too_large_is_not_made() -> None:
    assert len(libraries.qr("x" * 20, "M", 2)) == 25
    with pytest.raises(libraries.NotEncoded, match="it would be of version 3, and 2 is the largest"):
        libraries.qr("x" * 27, "M", 2)


def test_without_the_extra_a_fault_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from letterpress.errors import FieldError

    monkeypatch.setitem(sys.modules, "stdnum.iban", None)
    with pytest.raises(FieldError) as missing:
        made("epc", iban="GB33BUKB20201555555555", amount="1")  # no other test has it: what was checked is kept
    assert (missing.value.code, missing.value.hint) == ("codes-missing", "pip install 'letterpress[codes]'")
