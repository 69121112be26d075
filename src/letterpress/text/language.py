"""What changes with the letter's language: labels, final punctuation, dates, numbers.

Job: turns values into words and words into values, for one BCP 47 tag. Secret: Babel, and the table of labels in
`labels.toml`. No clock, no locale of the machine: the tag is always given.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from letterpress import data
from letterpress.errors import FieldError, UsageError

if TYPE_CHECKING:
    from babel import Locale

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_ENDS = {"salutation": ",:;!?،、：，", "closing": ",:;.!?،、。：，"}


@lru_cache(maxsize=64)
def _locale(lang: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise UsageError(
            f"'{lang}' is not a language that letterpress can set",
            field="lang",
            hint="write a BCP 47 tag, such as en-US or de-CH",
        ) from error


def check(lang: str) -> None:
    """Raise `UsageError` unless `lang` is a BCP 47 tag that dates and numbers are known for."""
    _locale(lang)


def is_known(lang: str) -> bool:
    """Whether `check` would let it pass."""
    try:
        _locale(lang)
    except UsageError:
        return False
    return True


def direction(lang: str) -> str:
    """`rtl` or `ltr`: which way the language is written."""
    return "rtl" if lang.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=64)
def labels(lang: str) -> dict[str, str]:
    """All labels for `lang`: the English ones, overlaid with the language's and then the region's."""
    table = data.table("labels")
    merged = dict(table["en"])
    language = lang.split("-")[0].lower()
    merged.update(table.get(language, {}))
    merged.update(table.get(lang, {}))
    return merged


def finish_line(text: str, kind: str, lang: str) -> str:
    """`text` with its language's final punctuation, unless the author has set some.

    `kind` is `salutation` or `closing`. A full stop does not end a salutation ("Dear Mr. King Jr."), a sentence
    used as a closing may end with one.
    """
    text = text.rstrip()
    if not text or text[-1] in _ENDS[kind]:
        return text
    return text + labels(lang)[f"{kind}_end"]


def date_text(value: datetime.date, lang: str) -> str:
    """The date written out: "April 11, 2019", "11. April 2019", "1er avril 2019"."""
    from babel.dates import format_date

    text = format_date(value, "long", locale=_locale(lang))
    if lang.split("-")[0].lower() == "fr" and value.day == 1:
        text = re.sub(r"^1\b", "1er", text)  # CLDR gives the cardinal; French dates take the ordinal for the first
    return text


@lru_cache(maxsize=64)
def months(lang: str) -> tuple[str, ...]:
    """The names of the months as they stand in a date, January first: "3 maja", where the month alone is "maj"."""
    return tuple(str(name) for _, name in sorted(_locale(lang).months["format"]["wide"].items()))


def short_date(value: datetime.date, lang: str) -> str:
    """Day, month and year as services abbreviate them: "17 Feb 26" (SECNAV M-5216.5, ch. 2, par. 16)."""
    from babel.dates import format_date

    return str(format_date(value, "d MMM yy", locale=_locale(lang)))


def value_text(value: Any, lang: str, currency: str | None = None) -> str:
    """A typed value as the reader expects it; text stays as it was typed."""
    from babel.numbers import format_currency, format_decimal

    if isinstance(value, bool):
        return labels(lang)["yes" if value else "no"]
    if isinstance(value, datetime.datetime):
        return date_text(value.date(), lang)
    if isinstance(value, datetime.date):
        return date_text(value, lang)
    if isinstance(value, Decimal | int | float):
        number = Decimal(str(value))
        if not number.is_finite():
            raise ValueError("this is not a number that can be printed")
        if number.adjusted() > 25:
            raise ValueError("the number is too large to be printed")  # Babel counts in Python's 28 decimal digits
        if currency:
            return str(format_currency(number, currency, locale=_locale(lang)))
        exponent = number.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(format_decimal(number, pattern, locale=_locale(lang), decimal_quantization=False))
    return str(value)


def with_pages(title: str, count: int, lang: str) -> str:
    """A title with its number of pages, in the plural that the language has for it: "Report (3 pages)"."""
    words = labels(lang)
    form = _locale(lang).plural_form(count)
    template = words.get(f"pages_{form}") or words["pages_other"]
    return template.replace("{pages}", value_text(count, lang)).replace("{title}", title)


def read_decimal(text: str, lang: str) -> Decimal:
    """A number as the language writes it ("1.234,50" in German), else as a program does ("1234.50").

    :raises FieldError: the text is neither.
    """
    from babel.numbers import NumberFormatError, parse_decimal

    group = _locale(lang).number_symbols["latn"]["group"]
    text = text.strip().replace("\u2212", "-")
    if not group.isascii():  # people type what their keyboard has: 1'234.50 for 1’234.50, 1 234,50 with any space
        text = re.sub(r"(?<=\d)['’](?=\d)" if group == "’" else r"(?<=\d)\s(?=\d)", group, text)
    try:
        number = Decimal(parse_decimal(text, locale=_locale(lang), strict=True))
        if number.is_finite():  # "NaN" is a number to Python only
            return number
    except (NumberFormatError, ValueError):
        pass
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        try:
            return Decimal(text)
        except InvalidOperation:
            pass
    raise FieldError(f"'{text}' is not a number")


def read_date(text: str, lang: str) -> datetime.date:
    """A date as ISO 8601 ("2019-04-11"), else in figures in the language's order ("11.04.2019", "4/11/2019").

    :raises FieldError: the text is neither, or no such day exists.
    """
    text = text.strip()
    try:
        found = _parts_of_date(text, lang)
        if found is not None:
            return datetime.date(*found)
    except ValueError:
        raise FieldError(f"'{text}' is a day that does not exist", "write YYYY-MM-DD") from None
    raise FieldError(f"'{text}' is not a date", "write YYYY-MM-DD")


def _parts_of_date(text: str, lang: str) -> tuple[int, int, int] | None:
    """Year, month and day; None where the text is no date."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        year, month, day = text.split("-")
        return int(year), int(month), int(day)
    figures = re.fullmatch(r"(\d{1,4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,4})\.?", text)
    if figures:
        pattern = _locale(lang).date_formats["short"].pattern.lower()
        order = sorted("dmy", key=lambda letter: pattern.find(letter))
        parts = dict(zip(order, figures.groups(), strict=True))
        if len(parts["y"]) == 4:
            return int(parts["y"]), int(parts["m"]), int(parts["d"])
    return None


def read_boolean(text: str, lang: str) -> bool:
    """Yes or no, in English, in figures or in the letter's language.

    :raises FieldError: the text is neither.
    """
    words = labels(lang)
    word = text.strip().casefold()
    if word in {"true", "yes", "y", "1", "x", words["yes"].casefold()}:
        return True
    if word in {"false", "no", "n", "0", "", words["no"].casefold()}:
        return False
    raise FieldError(f"'{text}' is neither yes nor no")


def country_name(code: str, lang: str) -> str:
    """The country's name in the language, else in English, else its code."""
    name = _locale(lang).territories.get(code) or _locale("en").territories.get(code)
    return str(name or code)


@lru_cache(maxsize=256)
def is_official(lang: str, country: str) -> bool:
    """Whether the language is one that the country's offices use (CLDR's territory data)."""
    from babel.languages import get_official_languages

    return lang.split("-")[0].lower() in get_official_languages(country, regional=True, de_facto=True)


def country_code(name: str, lang: str) -> str | None:
    """The ISO 3166-1 code of a country named in the language, in English or in any language that has labels here."""
    wanted = " ".join(name.split()).casefold()
    for tag in dict.fromkeys((lang, "en", *(key.split("-")[0] for key in data.table("labels")))):
        code = _country_codes(tag).get(wanted)
        if code is not None:
            return code
    return None


@lru_cache(maxsize=64)
def _country_codes(lang: str) -> dict[str, str]:
    territories = _locale(lang).territories.items()
    return {str(name).casefold(): code for code, name in territories if re.fullmatch("[A-Z]{2}", code)}
