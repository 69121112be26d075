"""Notices a record without a country in a list whose records have one, nearly all of them.

Where the list never names the letter's own country, an empty cell is its way to say it.

Not here: how a postcode is written where no country is named (`addressing.postcodes`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from letterpress.addressing import countries, postcodes
from letterpress.errors import Diagnostic
from letterpress.model import Letter
from letterpress.recipients.records import Table
from letterpress.text import language

if TYPE_CHECKING:  # which knows this module
    from letterpress.recipients.columns import Mapped

_FIRST = 1000
"""Rows that are looked at: a list need not be read to its end for it."""
_LEAST = 3
"""Countries that have to be there before a list is one that names them."""


def usual(table: Table, mapped: Mapped, letter: Letter, shared: Iterable[str]) -> tuple[str, ...]:
    """Give the countries that a list names, where three of four records name one; none elsewhere.

    :param shared: paths that have one value for all records (--set).
    """
    sources = mapped.paths.get("to.country", ())
    if len(sources) != 1 or "to.country" in shared or any(party.country for party in letter.to):
        return ()
    at = table.columns.index(sources[0])
    rows = (row.cells for row in itertools.islice(table.rows(), _FIRST))
    texts = [str(cells[at] or "").strip() if at < len(cells) else "" for cells in rows if any(map(_says, cells))]
    named = [text for text in texts if text]
    if len(named) < max(_LEAST, len(texts) * 3 / 4):
        return ()
    return tuple(sorted({countries.code(text, letter.lang) or text for text in named}))


def _says(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def of_record(mapped: Mapped, row: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """Say that a record lacks the country that others have: a warning where its postcode is of another country's form.

    :param row: the record as `columns.with_values` gives it.
    """
    if not mapped.countries or any(map(row.get, mapped.paths["to.country"])):
        return ()
    if not any(row.get(column) for path in ("to.postcode", "to.city") for column in mapped.paths.get(path, ())):
        return ()
    home = mapped.number_home or ""
    postcode = next((str(row.get(column) or "") for column in mapped.paths.get("to.postcode", ())), "")
    foreign = postcodes.of_others(home, postcode)
    if not foreign and home and home not in mapped.countries:
        return ()
    said, hint = "the country is empty, while nearly all records have one", "fill it in"
    if foreign:
        named = " or ".join(language.country_name(country, "en") for country in foreign)
        said += f", and '{postcode}' has the form of a postcode of {named}: it is printed as typed"
        hint = f"fill it in: {' or '.join(foreign)}, if it is there"
    elif home:
        said += f": the letter goes to {language.country_name(home, 'en')}"
    fault = Diagnostic(
        severity="warning" if foreign else "note",
        message=said,
        field="to.country",
        hint=hint,
        code="country-empty",
        value=postcode if foreign else None,
        params=(("countries", foreign),),
    )
    return (fault,)
