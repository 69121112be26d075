"""Labels, dates, numbers and final punctuation by language."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from letterpress import data
from letterpress.errors import FieldError, UsageError
from letterpress.text import language, written
from letterpress.text.quantities import Percent
from tests.support.project import Project, letterheads_here, pdf_text


@pytest.mark.parametrize(
    ("text", "kind", "lang", "expected"),
    [
        ("Dear Mr. President", "salutation", "en-US", "Dear Mr. President:"),
        ("Dear Mr. President,", "salutation", "en-US", "Dear Mr. President,"),
        ("Dear Mr. King Jr.", "salutation", "en-US", "Dear Mr. King Jr.:"),
        ("Dear Ada", "salutation", "en-GB", "Dear Ada,"),
        ("Sehr geehrte Frau Brook", "salutation", "de-DE", "Sehr geehrte Frau Brook,"),
        ("Sehr geehrte Frau Brook", "salutation", "de-CH", "Sehr geehrte Frau Brook"),
        ("Monsieur", "salutation", "fr-CH", "Monsieur,"),  # AXA Suisse, "Lettre exemple"
        ("Hallo!", "salutation", "de-DE", "Hallo!"),
        ("Sincerely", "closing", "en-US", "Sincerely,"),
        ("Mit freundlichen Grüßen", "closing", "de-DE", "Mit freundlichen Grüßen"),
        ("With thanks.", "closing", "en-US", "With thanks."),
        ("拝啓", "salutation", "ja", "拝啓"),
        ("", "closing", "en-US", ""),
        ("Yours  ", "closing", "en-US", "Yours,"),
    ],
)
def test_final_punctuation(text: str, kind: str, lang: str, expected: str) -> None:
    assert language.finish_line(text, kind, lang) == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en-US", "April 11, 2019"),
        ("en-GB", "11 April 2019"),
        ("de-DE", "11. April 2019"),
        ("de-AT", "11. April 2019"),
        ("de-CH", "11. April 2019"),
        ("fr-CH", "11 avril 2019"),
        ("it", "11 aprile 2019"),
        ("es", "11 de abril de 2019"),
        ("nl", "11 april 2019"),
        ("pl", "11 kwietnia 2019"),
        ("ar", "11 أبريل 2019"),  # figures of CLDR's default for ar, as page numbers have them
        ("fr-FR", "11 avril 2019"),
        ("ja", "2019年4月11日"),
    ],
)
def test_dates(lang: str, expected: str) -> None:
    assert language.date_text(datetime.date(2019, 4, 11), lang).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en-US", "April~11, 2019"),
        ("en-GB", "11~April 2019"),
        ("de-DE", "11.~April 2019"),
        ("fr-FR", "11~avril 2019"),
        ("es", "11~de~abril de~2019"),
        ("ca", "11~d’abril del~2019"),
        ("hu", "2019. április~11."),
        ("vi", "11~tháng~4, 2019"),
        ("ko", "2019년 4월~11일"),
        ("ja", "2019年4月11日"),
    ],
)
def test_a_line_may_break_beside_the_year_of_a_date_only(lang: str, expected: str) -> None:
    assert language.date_text(datetime.date(2019, 4, 11), lang).replace("\u00a0", "~") == expected


def test_the_first_of_a_month_in_french() -> None:
    assert language.date_text(datetime.date(2019, 4, 1), "fr-FR") == "1er\u00a0avril 2019"


@pytest.mark.parametrize(
    ("value", "lang", "expected"),
    [
        (Decimal("1234.50"), "en-US", "1,234.50"),
        (Decimal("1234.50"), "de-DE", "1.234,50"),
        (Decimal("-1234567"), "en-US", "-1,234,567"),
        (0.1 + 0.2, "en-US", "0.3"),
        (Decimal("1E+5"), "en-US", "100,000"),
        (True, "de-DE", "ja"),
        (datetime.datetime(2019, 4, 11, 23, 59), "en-US", "April\u00a011, 2019"),
        ("01234", "de-DE", "01234"),
    ],
)
def test_values(value: object, lang: str, expected: str) -> None:
    assert language.value_text(value, lang) == expected


def test_money() -> None:
    assert language.value_text(Decimal("1234.5"), "en-US", "USD") == "$1,234.50"
    assert language.value_text(Decimal("1234.5"), "de-DE", "EUR") == "1.234,50\xa0€"
    assert language.value_text(Decimal("-0.5"), "fr-CH", "EUR") == "-0.50\xa0€"
    assert language.value_text(Decimal("1234"), "fr-CH", "JPY") == "1\u202f234\xa0JPY"


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (Decimal("-0.004"), "USD", "$0.00"),
        (Decimal("-0.005"), "USD", "$0.00"),  # half to even, as all amounts
        (Decimal("-0.4"), "JPY", "¥0"),
        (Decimal("-0.00"), "USD", "$0.00"),
        (Decimal("-0.006"), "USD", "-$0.01"),
        (Decimal("-0.00"), None, "0.00"),
        (-0.0, None, "0"),
        (Percent("-0.00"), None, "0%"),
        (Decimal("-0.004"), None, "-0.004"),
    ],
)
def test_nothing_has_no_minus(value: object, currency: str | None, expected: str) -> None:
    assert language.value_text(value, "en-US", currency) == expected


@pytest.mark.parametrize(
    ("lang", "expected", "typed"),
    [
        ("de-CH", "1’234’567.50", "1'234'567.50"),
        ("it-CH", "1’234’567.50", "1’234’567.50"),
        ("de-LI", "1’234’567.50", "1'234’567.50"),
        ("fr-CH", "1\u202f234\u202f567,50", "1 234 567,50"),
    ],
)
def test_swiss_numbers_are_grouped_the_same_with_every_babel(lang: str, expected: str, typed: str) -> None:
    assert language.value_text(Decimal("1234567.50"), lang) == expected
    amount = language.value_text(Decimal("1234567.5"), lang, "CHF")
    assert expected.replace(",", ".") in amount, "amounts have a point in all of them, in French numbers have a comma"
    assert written.number(typed, lang) == Decimal("1234567.50")
    with pytest.raises(FieldError, match="not a number"):
        written.number(typed[:-6] + typed[-3:], lang)  # a group of no digits


@pytest.mark.parametrize("value", [Decimal("NaN"), float("inf"), Decimal("1E+26")])
def test_numbers_that_are_none(value: object) -> None:
    with pytest.raises(ValueError, match="print"):
        language.value_text(value, "en-US")


@pytest.mark.parametrize("lang", ["xx-YY", "zz", "e", ""])
def test_unknown_languages_are_refused(lang: str) -> None:
    with pytest.raises(UsageError) as caught:
        language.check(lang)
    assert caught.value.diagnostics[0].field == "lang"
    assert caught.value.diagnostics[0].hint


def test_labels_fall_back_from_region_to_language_to_english() -> None:
    assert language.labels("de-CH")["enclosure"] == "Beilage"
    assert language.labels("de-CH")["page"] == "Seite {page}"
    assert language.labels("de-DE")["salutation_end"] == ","
    assert language.labels("no")["page"] == "Side {page}" == language.labels("nb-NO")["page"]
    assert language.labels("vi")["page"] == "Page {page}"


@pytest.mark.parametrize(
    ("lang", "count", "text"),
    [
        ("en-GB", 1, "A (1 page)"),
        ("de-CH", 1200, "A (1’200 Seiten)"),
        ("fr", 1, "A (1 page)"),
        ("pl", 1, "A (1 strona)"),
        ("pl", 3, "A (3 strony)"),
        ("pl", 5, "A (5 stron)"),
        ("ar", 2, "A (صفحتان)"),
        ("ja", 2, "A（2ページ）"),
        ("sv", 2, "A (2 sidor)"),
        ("cs", 3, "A (3 strany)"),
        ("cs", 5, "A (5 stran)"),
        ("ro", 2, "A (2 pagini)"),
        ("ro", 20, "A (20 de pagini)"),
        ("vi", 2, "A (2 pages)"),
    ],
)
def test_pages_are_counted_in_the_languages_plural(lang: str, count: int, text: str) -> None:
    assert language.with_pages("A", count, lang) == text


def test_direction() -> None:
    assert [language.direction(lang) for lang in ("ar", "ar-EG", "he", "en-US")] == ["rtl", "rtl", "rtl", "ltr"]


# Punctuation and place, which languages share, and forms of the plural that a language need not have.
_SHARED = {"colon", "list_end", "postscript_place", "salutation_end", "pages_one"}


@pytest.mark.parametrize(
    "lang", ["de", "fr", "it", "es", "nl", "pl", "ja", "ar", "pt", "sv", "da", "nb", "fi", "cs", "hu", "ro", "el", "tr"]
)
def test_every_label_is_in_the_language(lang: str) -> None:
    """None falls back to English unseen; words that two languages share are written down in both."""
    table = data.table("labels")
    assert set(table["en"]) - set(table[lang]) - _SHARED == set()


def test_every_label_reads_as_pinned() -> None:
    lines = Path(__file__).with_name("labels.txt").read_text(encoding="utf-8").splitlines()
    pinned = [tuple(line.split(";;")) for line in lines if not line.startswith("#")]
    shipped = [(lang, name, text) for lang, labels in data.table("labels").items() for name, text in labels.items()]
    assert shipped == pinned


def test_regions_state_known_labels_only() -> None:
    table = data.table("labels")
    for lang, labels in table.items():
        assert set(labels) - set(table["en"]) <= {"pages_two", "pages_few", "pages_many"}, lang
        assert all(text == text.strip() or lang.startswith("fr") for text in labels.values()), lang


@pytest.mark.parametrize(
    "lang", ["en-US", "en-GB", "de", "de-AT", "de-CH", "fr", "fr-CH", "it", "es", "nl", "pl", "ja", "ar"]
)
def test_placeholders_of_labels_stay(lang: str) -> None:
    labels = language.labels(lang)
    assert "{page}" in labels["page"]
    assert "{page}" in labels["page_of"]
    assert "{pages}" in labels["page_of"]
    for name in ("letter_to", "signature_of", "signed"):
        assert "{name}" in labels[name]


@pytest.mark.parametrize(
    ("lang", "label", "expected"),
    [
        ("de", "your_message_of", "Ihre Nachricht vom"),  # DIN 5008
        ("de-AT", "enclosures", "Beilagen"),
        ("fr-CH", "subject", "Concerne"),
        ("fr", "colon", "\u00a0:"),
        ("fr-CH", "colon", "\u202f:"),
        ("es", "attention", "A la atención de"),
        ("nl", "ours", "Ons kenmerk"),
    ],
)
def test_labels_by_region(lang: str, label: str, expected: str) -> None:
    assert language.labels(lang)[label] == expected


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (written.number, "12 apples", "number-unreadable"),
        (written.number, "NaN", "number-unreadable"),
        (written.date, "soon", "date-unreadable"),
        (written.date, "11.04.49", "date-century"),  # of which century?
        (written.date, "31.04.2019", "date-nonexistent"),
        (written.date, "2019-13-01", "date-nonexistent"),
        (written.boolean, "perhaps", "boolean-unreadable"),
    ],
)
def test_what_cannot_be_read_is_named(read: Callable[[str, str], object], text: str, code: str) -> None:
    with pytest.raises(FieldError) as caught:
        read(f" {text} " if read is not written.boolean else text, "de-DE")
    assert (caught.value.code, caught.value.value) == (code, text)


@pytest.mark.parametrize(("value", "code"), [(float("inf"), "number-unprintable"), (10**26, "number-too-large")])
def test_what_cannot_be_printed_is_named(value: float, code: str) -> None:
    with pytest.raises(FieldError) as caught:
        language.value_text(value, "en-US")
    assert caught.value.code == code
    assert language.value_text(10**25, "en-US").endswith(",000,000")


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("en_US", "en-US"),
        ("de_DE.UTF-8", "de-DE"),
        ("german", "de"),
        ("Français", "fr"),
        ("österreich", "de-AT"),
        ("Germany", "de-DE"),
        ("xx-YY", None),
        ("", None),
    ],
)
def test_a_language_by_its_name_or_as_the_system_writes_it(written: str, instead: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        language.check(written)
    [diagnostic] = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.value, diagnostic.field) == ("language-unknown", written, "lang")
    assert [fix.value for fix in diagnostic.fixes] == ([instead] if instead else [])
    assert f"'{instead}'" in str(diagnostic.hint) if instead else "BCP 47" in str(diagnostic.hint)


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("2026-11-12", "de-DE", "12.11.2026"),
        ("2026-11-12", "de-CH", "12.\u00a0November 2026"),
        ("2026-12-01", "fr-FR", "1er\u00a0décembre 2026"),
        ("2026-11-12", "en-GB", "12\u00a0November 2026"),
        ("2026-13-12", "de-DE", "2026-13-12"),
        ("A 2026-11-12", "de-DE", "A 2026-11-12"),
    ],
)
def test_a_reference_that_is_a_date_is_written_as_the_language_does(text: str, lang: str, expected: str) -> None:
    assert language.reference_text(text, lang) == expected


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Je vous prie d’agréer, Madame, mes salutations", "fr-FR", "Je vous prie d’agréer, Madame, mes salutations."),
        ("Veuillez agréer mes salutations", "fr", "Veuillez agréer mes salutations."),
        ("Cordialement", "fr-FR", "Cordialement,"),
        ("Avec mes salutations distinguées", "fr-CA", "Avec mes salutations distinguées,"),
        ("Sincerely", "en-US", "Sincerely,"),
    ],
)
def test_a_french_closing_that_is_a_sentence_ends_as_one(text: str, lang: str, expected: str) -> None:
    assert language.finish_line(text, "closing", lang) == expected


@pytest.mark.parametrize(
    ("lang", "currency", "text"),
    [
        ("en-US", "CHF", "CHF\u00a01,234.50"), ("en-US", "USD", "$1,234.50"), ("en-GB", "DKK", "DKK\u00a01,234.50"),
        ("en-GB", "EUR", "€1,234.50"), ("en-US", "BRL", "R$1,234.50"), ("ja", "CHF", "CHF\u00a01,234.50"),
        ("de", "CHF", "1.234,50\u00a0CHF"), ("nl", "EUR", "€\u00a01.234,50"),
    ],
)  # fmt: skip
def test_a_currency_written_in_letters_has_a_gap_that_does_not_break(lang: str, currency: str, text: str) -> None:
    assert language.value_text(Decimal("1234.50"), lang, currency) == text


# --- every language that is offered -----------------------------------------------------------------------------------

OFFERED = [lang for lang in data.table("labels") if "-" not in lang]
REGIONS = ("en-US", "en-GB", "de-AT", "de-CH", "fr-CH", "fr-CA", "it-CH", "es-MX", "pt-BR", "sv-SE", "tr-TR", "ko-KR")


@pytest.mark.parametrize("lang", OFFERED)
def test_a_language_has_a_plural_for_each_class_of_cldr(lang: str) -> None:
    from babel import Locale

    classes = {Locale.parse(lang).plural_form(number) for number in range(1, 1000)}
    table = data.table("labels")[lang]
    assert all(f"pages_{one}" in table for one in classes), (lang, classes)
    for count in (1, 2, 3, 5, 11, 21, 100, 1000):
        text = language.with_pages("A", count, lang)
        assert text.startswith("A")
        assert "{" not in text


@pytest.mark.parametrize("lang", OFFERED)
def test_a_language_has_its_own_yes_and_no_and_marks_of_quotation(lang: str) -> None:
    from letterpress.text import conventions, typography

    assert language.value_text(True, lang) != language.value_text(False, lang)
    rules = conventions.of(lang)
    assert len(rules.quotes) == len(rules.nested) == 2
    text = typography.text("x \"a 'b' c\" y", lang)
    assert '"' not in text
    assert "'" not in text


def test_marks_of_quotation_are_all_set_or_all_as_typed() -> None:
    from babel.localedata import locale_identifiers

    from letterpress.text import typography

    for lang in sorted({name.split("_")[0] for name in locale_identifiers()} - {"root"}):
        text = typography.text("say \"one 'two' three\".", lang)
        assert ('"' in text) == ("'" in text), (lang, text)
        assert text.count('"') in (0, 2), (lang, text)
        assert text.count("'") in (0, 2), (lang, text)


@pytest.mark.parametrize("lang", [*OFFERED, *REGIONS])
def test_letters_of_a_currency_stand_apart_from_figures(lang: str) -> None:
    amounts = product((Decimal("1234.50"), Decimal("-1234.50")), ("CHF", "USD", "EUR", "PLN", "JPY", "SEK", "XAU"))
    for number, currency in amounts:
        text = language.value_text(number, lang, currency)
        assert not re.search(r"[^\W\d_]\d|\d[^\W\d_]", text), text
        assert " " not in text, "a line may break in it"


def test_a_currencys_code_and_its_sign() -> None:
    assert language.value_text(Decimal("1234.50"), "en-US", "CHF") == "CHF\u00a01,234.50"
    assert language.value_text(Decimal("1234.50"), "en-US", "USD") == "$1,234.50"
    assert language.value_text(Decimal("1234.50"), "en-GB", "USD") == "US$1,234.50"
    assert language.value_text(Decimal("1234.50"), "tr", "TRY") == "₺1.234,50"
    assert language.value_text(Decimal("1234.50"), "ja", "CHF") == "CHF\u00a01,234.50"


def test_where_labels_are_not_known() -> None:
    assert [language.has_labels(lang) for lang in ("de-CH", "ar", "sv-SE", "vi")] == [True, True, True, False]
    assert language.language_name("sv-SE") == "Swedish"


EVERY_LABEL = """\
letterhead: {letterhead}
lang: {lang}
date: 2026-01-15
from: {{name: Quay, lines: [Kai 1]}}
to: {{name: Zoë Quix, lines: [Kai 2]}}
reference: {{{reference}}}
fields: {{yes: {{type: boolean, default: true}}, no: {{type: boolean, default: false}}}}
enclosures: [Plan, Map]
cc: [Yan]
via: [Zed]
postscript: Later.
signatories: [{{name: Jo Lind}}]
"""
REFERENCES = (
    "ours yours date telephone fax mobile email web contact your_contact name place your_message_of our_message_of "
    "customer_number"
).split()


@pytest.mark.parametrize("lang", OFFERED)
def test_one_letter_with_every_label_is_all_in_its_language(project: Project, lang: str) -> None:
    reference = ", ".join(f"{name}: R{at}" for at, name in enumerate(REFERENCES))
    letterhead = {"ja": "japanese", "ar": "arabic"}.get(lang, "plain")
    if letterhead not in letterheads_here(project.root):
        pytest.skip(f"the fonts of {letterhead} are not on this machine")
    front = EVERY_LABEL.format(letterhead=letterhead, lang=lang, reference=reference)
    result = project.press("{{ fields.yes }} {{ fields.no }}\n", front, copy="file")
    assert result.pdf, result.diagnostics
    text = pdf_text(result.pdf)
    labels, english = language.labels(lang), language.labels("en")
    seen = [*REFERENCES, "yes", "no", "enclosures", "cc", "postscript", "file_copy"]
    if language.direction(lang) == "ltr":
        assert [name for name in seen if labels[name] not in text] == []
    foreign = [name for name in seen if len(english[name]) > 3 and english[name] != labels[name]]
    said = " ".join(labels.values())
    assert [name for name in foreign if english[name] in text and english[name] not in said and lang != "en"] == []


def test_the_shipped_arabic_letter_has_months_and_figures_of_one_kind() -> None:
    text = (Path(__file__).parents[2] / "content" / "letters" / "bustan.md").read_text(encoding="utf-8")
    assert "lang: ar-JO" in text
    assert "كانون الأول" in text  # as Jordan has it; elsewhere December is ديسمبر
    assert language.date_text(datetime.date(2026, 12, 1), "ar-JO").replace("\u00a0", " ") == "1 كانون الأول 2026"
    assert not re.search("[٠-٩]", text)  # the date and the numbers of the list are in 0 to 9
