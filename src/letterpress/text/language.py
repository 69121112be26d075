"""Turns values into words and words into values, as a language has them: labels, dates, numbers, countries.

Languages are BCP 47 tags, and always given: nothing depends on the clock or on the machine's locale. Sources: Unicode's
CLDR, through Babel; the labels are letterpress's own table, `data/labels.toml`.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from letterpress import data
from letterpress.errors import FieldError, UsageError, fixes, question

if TYPE_CHECKING:
    from babel import Locale

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
"""Languages that are written from right to left; only these have labels here."""
_MAX_EXPONENT = 25
"""Powers of ten of a number that is printed: Babel counts in Python's 28 decimal digits."""
_SENTENCE = re.compile(r"(?i)\b(?:je|nous|veuillez|daignez|agréez|agréer|recevez|recevoir|croyez|croire|prie|prions)\b")
"""Words that make a French closing a sentence, and not a greeting such as "Cordialement"."""
_ENDS = {"salutation": ",:;!?،、：，", "closing": ",:;.!?،、。：，"}


@lru_cache(maxsize=64)
def _locale(lang: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        instead = meant(lang)
        raise UsageError(
            f"'{lang}' is not a language that letterpress can set",
            field="lang",
            hint=question(instead) or "write a BCP 47 tag, such as en-US or de-CH",
            code="language-unknown",
            value=lang,
            fixes=fixes(lang, instead),
        ) from error


def meant(lang: str) -> tuple[str, ...]:
    """Find the tag that a locale of the system (`en_US.UTF-8`) or a language's own or English name may have meant."""
    from babel import Locale, UnknownLocaleError

    bare = lang.strip().partition(".")[0].replace("_", "-")
    try:
        Locale.parse(bare, sep="-")
        return (bare,)
    except (UnknownLocaleError, ValueError):
        pass
    for code in (tag for tag in data.table("labels") if "-" not in tag):
        if bare.casefold() in {str(Locale.parse(code).get_language_name(other)).casefold() for other in ("en", code)}:
            return (code,)
    return ()


def check(lang: str) -> None:
    """Refuse what is no BCP 47 tag that dates and numbers are known for.

    :raises UsageError: it is none.
    """
    _locale(lang)


def is_known(lang: str) -> bool:
    """Say whether `check` would let it pass."""
    try:
        _locale(lang)
    except UsageError:
        return False
    return True


def direction(lang: str) -> str:
    """Give `rtl` or `ltr`: which way the language is written."""
    return "rtl" if lang.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=64)
def labels(lang: str) -> dict[str, str]:
    """Give all labels for `lang`: the English ones, overlaid with the language's and then the region's."""
    table = data.table("labels")
    merged = dict(table["en"])
    language = lang.split("-")[0].lower()
    merged.update(table.get(language, {}))
    merged.update(table.get(lang, {}))
    return merged


def finish_line(text: str, kind: str, lang: str) -> str:
    """End a text with its language's final punctuation, unless the author has set some.

    A full stop does not end a salutation ("Dear Mr. King Jr."); a sentence used as a closing may end with one, and a
    French one ("Je vous prie d'agréer ...") always does.

    :param kind: `salutation` or `closing`.
    """
    text = text.rstrip()
    if not text or text[-1] in _ENDS[kind]:
        return text
    if kind == "closing" and lang.split("-")[0].lower() == "fr" and _SENTENCE.search(text):
        return f"{text}."
    return text + labels(lang)[f"{kind}_end"]


def date_text(value: datetime.date, lang: str) -> str:
    """Write a date out: "April 11, 2019", "11. April 2019", "1er avril 2019"."""
    from babel.dates import format_date

    text = format_date(value, "long", locale=_locale(lang))
    if lang.split("-")[0].lower() == "fr" and value.day == 1:
        text = re.sub(r"^1\b", "1er", text)  # CLDR gives the cardinal; French dates take the ordinal for the first
    return text


def reference_text(text: str, lang: str) -> str:
    """Write a reference that is a date in ISO 8601 as the language does; any other stays as it was typed.

    German has figures among references ("12.11.2026": DIN 5008, 2020), Swiss German and other languages words.
    """
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return text
        value = datetime.date.fromisoformat(text)
    except ValueError:
        return text
    if lang.split("-")[0].lower() == "de" and _locale(lang).territory not in ("CH", "LI"):
        return f"{value:%d.%m.%Y}"
    return date_text(value, lang)


@lru_cache(maxsize=64)
def months(lang: str) -> tuple[str, ...]:
    """Give the names of the months as they stand in a date, January first: "3 maja", where the month alone is "maj"."""
    return tuple(str(name) for _, name in sorted(_locale(lang).months["format"]["wide"].items()))


def short_date(value: datetime.date, lang: str) -> str:
    """Write day, month and year as services abbreviate them: "17 Feb 26" (SECNAV M-5216.5, ch. 2, par. 16)."""
    from babel.dates import format_date

    return str(format_date(value, "d MMM yy", locale=_locale(lang)))


def value_text(value: Any, lang: str, currency: str | None = None) -> str:
    """Write a value as the reader expects it; text stays as it was typed.

    :param currency: ISO 4217; None: the number is no amount of money.
    :raises FieldError: a number is not finite, or too large.
    """
    from babel.numbers import format_currency, format_decimal

    if isinstance(value, bool):
        return labels(lang)["yes" if value else "no"]
    if isinstance(value, datetime.datetime):
        return date_text(value.date(), lang)
    if isinstance(value, datetime.date):
        return date_text(value, lang)
    if isinstance(value, Decimal | int | float):
        number, grouped = Decimal(str(value)), _own_group(lang) is None
        if not number.is_finite():
            raise FieldError("this is not a number that can be printed", code="number-unprintable", value=str(value))
        if number.adjusted() > _MAX_EXPONENT:
            raise FieldError("the number is too large to be printed", code="number-too-large", value=str(value))
        if currency:
            return _grouped(str(format_currency(number, currency, locale=_locale(lang), group_separator=grouped)), lang)
        exponent = number.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        text = format_decimal(
            number, pattern, locale=_locale(lang), decimal_quantization=False, group_separator=grouped
        )
        return _grouped(str(text), lang)
    return str(value)


def _own_group(lang: str) -> str | None:
    """Give the sign between groups of three digits where it is not CLDR's: in Switzerland and Liechtenstein.

    CLDR's has gone from ' to ’ and back, and for French from the space to '; Babel 2.19 takes ' for a quotation
    mark and drops it. The Federal Chancellery has the apostrophe in German and Italian, and the thin space in French.
    """
    locale = _locale(lang)
    if locale.territory not in ("CH", "LI") and locale.language != "gsw":
        return None
    return "\u202f" if locale.language == "fr" else "’"


def _grouped(text: str, lang: str) -> str:
    """Group the digits before the decimal sign by threes, where the language's sign is our own."""
    group = _own_group(lang)
    if group is None:
        return text
    return re.sub(r"\d+", lambda match: re.sub(r"(?<=\d)(?=(?:\d{3})+$)", group, match[0]), text, count=1)


def with_pages(title: str, count: int, lang: str) -> str:
    """Write a title with its number of pages, in the language's plural of that number: "Report (3 pages)"."""
    words = labels(lang)
    form = _locale(lang).plural_form(count)
    template = words.get(f"pages_{form}") or words["pages_other"]
    return template.replace("{pages}", value_text(count, lang)).replace("{title}", title)


def read_decimal(text: str, lang: str) -> Decimal:
    """Read a number as the language writes it ("1.234,50" in German), else as a program does ("1234.50").

    :raises FieldError: the text is neither.
    """
    from babel.numbers import NumberFormatError, parse_decimal

    group = _own_group(lang) or _locale(lang).number_symbols["latn"]["group"]
    text = text.strip().replace("\u2212", "-")
    # People type what their keyboard has: 1'234.50 for 1’234.50, 1 234,50 with any space.
    typed = r"\s" if group.isspace() else "['’]" if group == "’" else re.escape(group)
    if re.match(rf"[+-]?\d{{1,3}}(?:{typed}\d{{3}})+(?!\d)", text):
        text = re.sub(rf"(?<=\d){typed}(?=\d)", "" if _own_group(lang) else group, text)
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
    raise FieldError(f"'{text}' is not a number", code="number-unreadable", value=text)


def read_date(text: str, lang: str) -> datetime.date:
    """Read a date as ISO 8601 ("2019-04-11"), else in figures in the language's order ("11.04.2019", "4/11/2019").

    :raises FieldError: the text is neither, or no such day exists.
    """
    text = text.strip()
    try:
        parts = _parts_of_date(text, lang)
        if parts is not None:
            return datetime.date(*parts)
    except ValueError:
        message = f"'{text}' is a day that does not exist"
        raise FieldError(message, "write YYYY-MM-DD", code="date-nonexistent", value=text) from None
    raise FieldError(f"'{text}' is not a date", "write YYYY-MM-DD", code="date-unreadable", value=text)


def _parts_of_date(text: str, lang: str) -> tuple[int, int, int] | None:
    """Find year, month and day; None where the text is no date. A year of two figures could be either century's."""
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
    """Read yes or no, in English, in figures or in the letter's language.

    :raises FieldError: the text is neither.
    """
    words = labels(lang)
    word = text.strip().casefold()
    if word in {"true", "yes", "y", "1", "x", words["yes"].casefold()}:
        return True
    if word in {"false", "no", "n", "0", "", words["no"].casefold()}:
        return False
    raise FieldError(f"'{text}' is neither yes nor no", code="boolean-unreadable", value=text)


def country_name(code: str, lang: str) -> str:
    """Give the country's name in the language, else in English, else its code."""
    name = _locale(lang).territories.get(code) or _locale("en").territories.get(code)
    return str(name or code)


@lru_cache(maxsize=256)
def is_official(lang: str, country: str) -> bool:
    """Say whether the language is one that the country's offices use (CLDR's territory data)."""
    from babel.languages import get_official_languages

    return lang.split("-")[0].lower() in get_official_languages(country, regional=True, de_facto=True)


def country_code(name: str, lang: str) -> str | None:
    """Find the ISO 3166-1 code of a country named in `lang`, in English or in any language that has labels here."""
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
