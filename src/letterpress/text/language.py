"""Turns values into words, as a language has them: labels, dates, numbers, countries.

Not here: how values are read (`written`).

Languages are BCP 47 tags, and always given: nothing depends on the clock or on the machine's locale. Sources: Unicode's
CLDR, through Babel; the labels are letterpress's own table, `data/labels.toml`.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from letterpress import data
from letterpress.errors import FieldError, UsageError, fixes, question
from letterpress.text import figures
from letterpress.text.quantities import Percent

if TYPE_CHECKING:
    from babel import Locale

_NBSP = "\u00a0"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
"""Languages that are written from right to left; only these have labels here."""
_MAX_EXPONENT = 25
"""Powers of ten of a number that is printed: Babel counts in Python's 28 decimal digits."""
_SENTENCE = re.compile(r"(?i)\b(?:je|nous|veuillez|daignez|agréez|agréer|recevez|recevoir|croyez|croire|prie|prions)\b")
"""Words that make a French closing a sentence, and not a greeting such as "Cordialement"."""
_GREEK_ACCENTS = "\u0300\u0301\u0313\u0314\u0342\u0345"
"""Accents and breathings, which Greek capitals do not have; the diaeresis stays."""
_ENDS = {"salutation": ",:;!?،、：，", "closing": ",:;.!?،、。：，"}


@lru_cache(maxsize=64)
def _found(lang: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _locale(lang: str) -> Locale:
    found = _found(lang)
    if found is not None:
        return found
    from letterpress.text import language_names  # which asks this module what is known

    instead = language_names.meant(lang)
    raise UsageError(
        f"'{lang}' is not a language that letterpress can set",
        field="lang",
        hint=question(instead) or "write its name, or a BCP 47 tag such as en-US or de-CH",
        code="language-unknown",
        value=lang,
        fixes=fixes(lang, instead),
    )


def listed(texts: list[str], lang: str) -> str:
    """Write texts one after the other, as the language joins them: `Ada Brook and Ben Orr`."""
    from babel.lists import format_list

    return str(format_list(texts, locale=_locale(lang)))


def name_of(lang: str) -> str:
    """Give the English name of a language, whatever its region: `German` for de-CH."""
    base = lang.split("-")[0]
    return str(_locale(base).get_language_name("en") or base)


def check(lang: str) -> None:
    """Refuse what is no BCP 47 tag that dates and numbers are known for.

    :raises UsageError: it is none.
    """
    _locale(lang)


def is_known(lang: str) -> bool:
    """Say whether `check` would let it pass."""
    return _found(lang) is not None


def direction(lang: str) -> str:
    """Give `rtl` or `ltr`: which way the language is written."""
    return "rtl" if lang.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def has_labels(lang: str) -> bool:
    """Say whether labels are known in a language; English ones stand for them elsewhere."""
    return _base(lang) in data.table("labels")


def _base(lang: str) -> str:
    """The language of the table: Norwegian (no) is Bokmål, which has a tag of its own (nb)."""
    base = lang.split("-")[0].lower()
    return "nb" if base == "no" else base


@lru_cache(maxsize=64)
def labels(lang: str) -> dict[str, str]:
    """Give all labels for `lang`: the English ones, overlaid with the language's and then the region's."""
    table = data.table("labels")
    merged = dict(table["en"])
    merged.update(table.get(_base(lang), {}))
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


@lru_cache(maxsize=512)
def date_text(value: datetime.date, lang: str) -> str:
    """Write a date out: "April 11, 2019", "11. April 2019", "1er avril 2019"; a line breaks beside the year only."""
    from babel.dates import format_date

    text = format_date(value, "long", locale=_locale(lang))
    if lang.split("-")[0].lower() == "fr" and value.day == 1:
        text = re.sub(r"^1\b", "1er", text)  # CLDR gives the cardinal; French dates take the ordinal for the first
    return _day_and_month_together(text, str(value.year))


def _day_and_month_together(text: str, year: str) -> str:
    """Let the spaces of a date hold, but for the one between its year and the rest."""
    before, found, after = text.partition(year)
    if not found:
        return text
    parts = re.fullmatch(r"(.*?)( (?:(?:del?|di|do) )?)?", before) if before else None
    if parts is None:  # the year comes first: "2019. április 11."
        first, space, rest = after.partition(" ")
        return f"{year}{first}{space}{rest.replace(' ', _NBSP)}"
    day, space, rest = parts[1], (parts[2] or "")[:1], f"{(parts[2] or '')[1:]}{year}{after}"  # "de" goes with the year
    return f"{day.replace(' ', _NBSP)}{space}{rest.replace(' ', _NBSP)}"


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


def short_figures(value: datetime.date, lang: str) -> str:
    """Write a date in figures, with all of its year: "4/3/2026", "03.04.2026"."""
    from babel.dates import format_date

    pattern = re.sub("y+", "yyyy", _locale(lang).date_formats["short"].pattern)
    return str(format_date(value, pattern, locale=_locale(lang)))


def name_in_date(value: datetime.date, unit: str, wide: bool, lang: str) -> str:
    """Write the name of a month (`m`) or of a day of the week (`d`), or its abbreviation."""
    from babel.dates import format_date

    letter = "M" if unit == "m" else "E"
    return str(format_date(value, letter * (4 if wide else 3), locale=_locale(lang))).rstrip(".")


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
        # Of a float, 15 digits are sure: 0.1 + 0.2 is 0.3.
        number = Decimal(format(value, ".15g") if isinstance(value, float) else str(value))
        grouped = figures.own_group(_locale(lang)) is None
        if not number.is_finite():
            raise FieldError("this is not a number that can be printed", code="number-unprintable", value=str(value))
        if number.adjusted() > _MAX_EXPONENT:
            raise FieldError("the number is too large to be printed", code="number-too-large", value=str(value))
        half = Decimal(5).scaleb(-1 - currency_decimals(currency)) if currency else 0
        if number.copy_abs() <= half:
            number = number.copy_abs()  # what prints as 0.00 has no minus
        if isinstance(value, Percent):
            return _percent(number, lang)
        if currency:
            amount = str(format_currency(number, currency, locale=_locale(lang), group_separator=grouped))
            return figures.of_amount(amount, currency_signs(currency, lang), _locale(lang))
        exponent = number.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        text = format_decimal(
            number, pattern, locale=_locale(lang), decimal_quantization=False, group_separator=grouped
        )
        return figures.grouped(str(text), _locale(lang))
    return str(value)


def _percent(number: Decimal, lang: str) -> str:
    """Write a part of a hundred with the decimals that it was written with: 0.0750 as "7.50%"."""
    pattern = str(_locale(lang).percent_formats[None].pattern)  # "#,##0 %" in German
    return (
        pattern.replace("#,##0", value_text(number.scaleb(2), lang)) if "#,##0" in pattern else f"{number.scaleb(2)}%"
    )


def with_pages(title: str, count: int, lang: str) -> str:
    """Write a title with its number of pages, in the language's plural of that number: "Report (3 pages)"."""
    words = labels(lang)
    form = _locale(lang).plural_form(count)
    template = words.get(f"pages_{form}") or words["pages_other"]
    return template.replace("{pages}", value_text(count, lang)).replace("{title}", title)


def decimal_sign(lang: str) -> str:
    """Give the sign before decimals, as people type it: a comma or a point."""
    return "," if _locale(lang).number_symbols["latn"]["decimal"] == "," else "."


def group_sign(lang: str) -> str:
    """Give the sign between groups of three digits."""
    return figures.own_group(_locale(lang)) or str(_locale(lang).number_symbols["latn"]["group"])


@lru_cache(maxsize=64)
def date_order(lang: str) -> str:
    """Give the order of day, month and year in figures: `dmy`, `mdy` or `ymd`."""
    pattern = _locale(lang).date_formats["short"].pattern.lower()
    return "".join(sorted("dmy", key=pattern.find))


def month_names(lang: str) -> Iterator[tuple[str, int]]:
    """Give every name and abbreviation of a month, with its number."""
    for use in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield from ((str(name), number) for number, name in _locale(lang).months[use][width].items())


def weekday_names(lang: str) -> Iterator[tuple[str, int]]:
    """Give every name and abbreviation of a day of the week, with its number (0 is Monday)."""
    for use in ("format", "stand-alone"):
        for width in ("wide", "abbreviated", "short"):
            yield from ((str(name), number) for number, name in _locale(lang).days[use].get(width, {}).items())


@lru_cache(maxsize=256)
def currency_signs(currency: str, lang: str) -> frozenset[str]:
    """Give the signs of a currency in a language."""
    from babel.numbers import get_currency_symbol

    return frozenset({str(get_currency_symbol(currency, _locale(lang)))})


def is_currency(code: str) -> bool:
    """Say whether it is a code of ISO 4217."""
    return code in _locale("en").currencies


@lru_cache(maxsize=64)
def currency_decimals(currency: str) -> int:
    """Give the number of decimals that an amount is printed with (ISO 4217)."""
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def country_name(code: str, lang: str) -> str:
    """Give the country's name in the language, else in English, else its code."""
    name = _locale(lang).territories.get(code) or _locale("en").territories.get(code)
    return str(name or code)


def language_name(lang: str) -> str:
    """Give the English name of a language, without its region."""
    base = lang.split("-")[0].lower()
    return str(_locale("en").languages.get(base, lang))


@lru_cache(maxsize=256)
def is_official(lang: str, country: str) -> bool:
    """Say whether the language is one that the country's offices use (CLDR's territory data)."""
    from babel.languages import get_official_languages

    return lang.split("-")[0].lower() in get_official_languages(country, regional=True, de_facto=True)


@lru_cache(maxsize=64)
def country_names(lang: str) -> tuple[tuple[str, str], ...]:
    """Give the names of all countries in the language, each with its ISO 3166-1 code."""
    territories = _locale(lang).territories.items()
    return tuple((str(name), str(code)) for code, name in territories if re.fullmatch("[A-Z]{2}", code))


def country_of_alias(code: str) -> str | None:
    """Find the ISO 3166-1 code of two letters that another code stands for (USA, DEU, UK); None: none, or several."""
    from babel.core import get_global

    codes = [str(alias) for alias in get_global("territory_aliases").get(code) or ()]
    return codes[0] if len(codes) == 1 else None


def capitals(text: str, lang: str) -> str:
    """Write a text in the capitals of its language: a dotted İ in Turkish, no accents in Greek (but a diaeresis).

    Georgian stays as it is: its capitals are newer than most fonts, and it does not mark a word with them.
    """
    if lang.split("-")[0].lower() in ("tr", "az"):
        text = text.replace("i", "İ")
    out = []
    for char in text.replace("և", "ԵՎ"):
        upper = char if "\u10d0" <= char <= "\u10ff" else char.upper()
        if "\u0370" <= char <= "\u03ff" or "\u1f00" <= char <= "\u1fff":
            apart = unicodedata.normalize("NFD", char).upper()
            upper = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _GREEK_ACCENTS))
        out.append(upper)
    return "".join(out)


def without_accents(text: str) -> str:
    """Write a text without the accents of its letters, for comparing."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char))
