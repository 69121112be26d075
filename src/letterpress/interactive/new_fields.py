"""Guesses what field of a letter a column of its list would be: its name, and of what type its cells are.

A guess is never applied unasked: somebody puts the column into the text. A number of which it is not sure that it
counts or measures something (an account, a year, a ZIP code) stays a text, which is printed as it stands in the list.
Most of the cells decide: a single one that is no date makes no text of a column of dates, and is told as a fault.

Not here: which column gives which field that there is (recipients/columns.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from letterpress.addressing import address
from letterpress.errors import FieldError
from letterpress.filling import amounts, field_values
from letterpress.model import FieldSpec, Letter, Writing
from letterpress.recipients import column_names
from letterpress.text import language, language_names, number_words

_AMOUNTS = frozenset(
    """amount price fee fees due dues cost costs balance rent salary donation gift deposit refund betrag preis beitrag
    gebuehr kosten saldo miete spende gehalt rechnungsbetrag mitgliedsbeitrag montant prix cotisation frais solde loyer
    don importe precio cuota importo prezzo quota bedrag prijs contributie""".split()
)
"""Words in a column's name that say that it holds money; those of lists that letters were made of."""
_NAMES = frozenset(
    """no nr num number nummer id code key account konto kontonummer iban bic phone tel telephone telefon mobile handy
    fax zip plz postcode year jahr annee ref reference referenz invoice rechnungsnummer kundennummer mitgliedsnummer
    numero ssn isbn room zimmer""".split()
)
"""Words that say that figures name something, and count nothing."""
_OF_THE_TYPE = ("date-ambiguous", "number-ambiguous", "currency-wrong")
"""What is said of a cell that is of the type all the same: its row asks which reading or currency is meant."""
_YEARS = range(1900, 2100)
_AT_LEAST = 2
"""Cells that are dates or amounts, where others of their column are not."""
_CODE = 3
"""Letters of a currency's code; where fewer are no sign of the letter's own currency, they may be anything: R 12."""
_MOST_FIGURES = 6
"""Figures of a number that counts something; longer ones are numbers of accounts, and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewField:
    """A field that a column could be."""

    name: str
    type: Literal["text", "integer", "decimal", "money", "date"]
    currency: str | None = None
    """ISO 4217, of `money`."""


def guess(column: str, values: Sequence[Any], letter: Letter, taken: Collection[str]) -> NewField | None:
    """Guess the field of a column.

    :param values: its first cells that are not empty.
    :param taken: names of fields and columns that it may not have.
    :returns: None where no name can be made of the column's.
    """
    name = _name(column, taken)
    if name is None:
        return None
    home = currency_of(letter)
    told = [value for value in values if _shown([str(value)], home) or not _stands_for_a_number(value, letter.lang)]
    for kind, currency in _candidates(column, told, letter) if told else ():
        read = sum(_reads(value, kind, currency, letter.lang) for value in told)
        most = kind in ("date", "money") and read >= _AT_LEAST and 3 * read >= 2 * len(values)
        if most or (read == len(told) and 2 * read >= len(values)):
            return NewField(name=name, type=kind, currency=currency)
    return NewField(name=name, type="text")


def _stands_for_a_number(value: Any, lang: str) -> bool:
    """Whether a cell has a number in words, or a sign for none: beside numbers it is one that is to be written anew."""
    return number_words.found(value, lang) is not None or column_names.is_nothing(str(value))


def currency_of(letter: Letter) -> str | None:
    """Give the currency that the sender's country pays in; None: the letter does not say the country."""
    country = address.home_country(letter.sender, letter.lang)
    return language_names.currency(country) if country else None


def _name(column: str, taken: Collection[str]) -> str | None:
    """Make the name of a field: `Due date` is `due_date`, and `Größe` is `grosse`."""
    plain = language.without_accents(column.replace("ß", "ss")).lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not re.match("[a-z]", name):
        return None
    numbered = (name if number == 1 else f"{name}_{number}" for number in range(1, 1_000))
    return next((one for one in numbered if one not in taken), None)


def _candidates(
    column: str, values: Sequence[Any], letter: Letter
) -> list[tuple[Literal["date", "integer", "decimal", "money"], str | None]]:
    """The types that the column may have, the likeliest first, with the currency of money."""
    words = set(re.findall(r"[a-z]+", language.without_accents(column.replace("ß", "ss").replace("ü", "ue")).lower()))
    texts = [str(value).strip() for value in values]
    home = currency_of(letter)
    shown = _shown(texts, home)
    if shown and all(re.search(r"[^\d.,\s'-]", text) for text in texts):
        return [("money", shown)]
    if any(re.fullmatch(r"0\d+", text) for text in texts) or any(isinstance(value, bool) for value in values):
        return [("date", None)]
    cents = all(re.fullmatch(r"-?[\d.,'’\s]*\d[.,]\d\d", text) for text in texts)
    if (shown or home) and (shown or words & _AMOUNTS or cents) and not words & _NAMES:
        return [("date", None), ("money", shown or home)]
    figures = [text for text in texts if text.isdigit()]
    years = len(figures) == len(texts) and all(int(text) in _YEARS for text in figures)
    if words & _NAMES or years or any(len(text) > _MOST_FIGURES for text in figures):
        return [("date", None)]
    return [("date", None), ("integer", None), ("decimal", None)]


def _shown(texts: Sequence[str], home: str | None) -> str | None:
    """Give the currency whose sign most of the cells show, the letter's own where several are; None: none shows one."""
    counts: Counter[str] = Counter()
    for text in texts:
        for mark in sorted(set(re.findall(r"[^\d.,:;'’()+\s-]+", text))):
            codes = amounts.meant(mark)
            if home in codes:
                counts[str(home)] += 1
            elif codes and (not mark.isalpha() or (mark.isupper() and len(mark) == _CODE)):
                counts[codes[0]] += 1
    return max(counts, key=lambda currency: (counts[currency], currency == home), default=None)


def _reads(value: Any, kind: Literal["date", "integer", "decimal", "money"], currency: str | None, lang: str) -> bool:
    """Whether a cell is of a type."""
    if kind == "date" and re.fullmatch(r"\d+([.,]\d+)?", str(value).strip()):
        return False  # 20260403 may be a number
    try:
        field_values.read(value, FieldSpec(type=kind, currency=currency), lang, Writing())
    except FieldError as error:
        return error.code in _OF_THE_TYPE
    return True
