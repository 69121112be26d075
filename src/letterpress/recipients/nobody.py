"""Says which records are nobody to write to (a list's total), and which recipients lack an address.

Not here: rows whose cells are all blank, which are no records (records.py); an empty object of JSON is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from letterpress import data
from letterpress.addressing import address, countries, forces, postcodes, regions
from letterpress.errors import Diagnostic
from letterpress.recipients.column_names import fold, meaning
from letterpress.text import language

if TYPE_CHECKING:  # which know this module
    from letterpress.model import Letter
    from letterpress.recipients.columns import Mapped
    from letterpress.recipients.records import Record

NAMELESS = "the record names nobody to write to"
NAME_IT = "fill in a name or an organisation, or delete the record"
"""What helps then."""
MIXED = ": its 'lines' stand beside a town or postcode, and are taken for the street"
PART_IT = (
    "give the whole address in 'lines', the name first, without street, postcode and city; or name, street and city"
)
_PEOPLE = ("to.name", "to.given", "to.family", "to.organisation", "to.attention")
_PERSONS = ("to.name", "to.given", "to.family", "to.attention", "to.office", "to.lines")
_PLACES = ("to.city", "to.postcode", "to.region", "to.street", "to.lines", "to.email", "to.care_of", "to.phone")
_SUM = re.compile(
    r"[^\w\s]{0,3}\s?[-−–+(]?\s?[\d.,'’\s\u00a0\u202f]*\d[\d.,'’\s\u00a0\u202f]*-?\)?\s?(?:[^\w\s]|[A-Z]{3})?"
)
_ENDS_IN_REGION = re.compile(r"(?:, *|\(| )[A-Z]{2,3}\)?$|, ")
"""A city with its state in one: `Bangor, ME`, `Roma (RM)`."""
_NOTHING = frozenset(("", "0", "false", "falsch", "faux", "-", "–", "—"))
_CITYLESS = frozenset(("SG", "HK", "MO", "MC", "VA", "GI"))
"""Countries whose addresses may do without a city (ISO 3166-1)."""


def names_somebody(values: Mapping[str, Any]) -> bool:
    """Say whether a record, or the columns of a table, name who is written to."""
    return "to.lines" in values or "to.office" in values or any(part in values for part in _PEOPLE)


class WhyNoLetter:
    """Tells of a list's records which are no recipients."""

    def __init__(self, letter: Letter, mapped: Mapped) -> None:
        """:param mapped: where the list's columns go."""
        numbers = ("money", "decimal", "integer")
        self._numbers = [f"fields.{name}" for name, spec in letter.fields.items() if spec.type in numbers]
        self._has_places = any(path.startswith("to.") for path in mapped.paths) or bool(mapped.groups)
        self._recipient = frozenset(mapped.recipient)

    def of(self, record: Record, values: Mapping[str, Any]) -> Diagnostic | None:
        """Note why there is no letter for a record; None, if there is to be one.

        :param values: its values by field path.
        """
        of_list, cells = record.origin is not None and self._has_places, record.values
        if record.spoilt:  # a sum whose formula was never calculated; what names somebody has to be mended
            if not self._recipient.isdisjoint(record.spoilt):
                return None
            cells = {**cells, **dict.fromkeys(record.spoilt, "0")}
        return why_no_letter(values, cells, self._numbers, of_list=of_list)


def why_no_letter(
    values: Mapping[str, Any], cells: Mapping[str, Any], numbers: Iterable[str], *, of_list: bool
) -> Diagnostic | None:
    """Note of a record that is no recipient why there is no letter for it; None, if there is to be one.

    :param values: its values by field path.
    :param cells: all its cells by column.
    :param numbers: field paths that hold amounts or numbers.
    :param of_list: whether it stands in a list with columns for addresses.
    """
    kinds = (
        ("record-is-total", "a total", of_list and is_total(values, cells, numbers)),
        ("record-is-remark", "a remark", of_list and is_remark(cells)),
        ("record-is-header", "the header once more", is_header(cells)),
    )
    for code, what, found in kinds:
        if found:
            message = f"is {what} and no recipient: there is no letter for it"
            return Diagnostic(severity="note", message=message, code=code)
    return None


def is_total(values: Mapping[str, Any], cells: Mapping[str, Any], numbers: Iterable[str]) -> bool:
    """Say whether a record is the total of its list: no address, and a word of a list or nothing but sums.

    :param values: its values by field path.
    :param cells: all its cells by column.
    :param numbers: field paths that hold amounts or numbers.
    """
    places = (str(values[part]).strip() for part in _PLACES if part in values)
    if any(not _is_known_word(place) and not _SUM.fullmatch(place) for place in places):
        return False  # a word such as "Sum" often stands in the column before the sums: the city's
    texts = [str(cell).strip() for cell in cells.values() if cell not in ("", None)]
    if not texts:
        return False
    words = [text for text in texts if not _SUM.fullmatch(text) and text.casefold() not in _NOTHING]
    if words:
        return all(_is_word(word) for word in words)
    if any(part in values for part in _PEOPLE):
        return False
    filled = {path for path, value in values.items() if str(value).casefold() not in _NOTHING}
    return filled <= set(numbers) and (bool(filled) or not any(_is_key(text) for text in texts))


def is_header(cells: Mapping[str, Any]) -> bool:
    """Say whether a record is its table's header once more, as in a list that was put together from several, or the
    header of another list below it: three names of columns and nothing else."""
    filled = other = 0
    for column, cell in cells.items():
        if cell == "" or cell is None:
            continue
        if fold(text := str(cell)) != fold(column):
            if meaning(text) is None:
                return False
            other += 1
        filled += 1
    return filled > (2 if other else 1)


_REMARK = re.compile(
    r"[*#©†‡•!→]|[-–—]\s|\(c\)|.*(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d|:\s|:$)"
    r"|(?:printed|page|seite|stand|export|gedruckt)\b.*\d",
    re.IGNORECASE,
)
"""A line below a list: with a sign in front, a date, a colon, or the number of a page."""


def is_remark(cells: Mapping[str, Any]) -> bool:
    """Say whether a record is a remark below its list: one cell of several is filled, and reads like no name."""
    filled = [str(cell).strip() for cell in cells.values() if cell not in ("", None)]
    return len(filled) == 1 and len(cells) > 2 and bool(_REMARK.match(filled[0]))


def _is_key(text: str) -> bool:
    """Whether a cell says more than that nothing was ticked or counted: a customer's number may be all there is."""
    return text.casefold() not in _NOTHING


def _needs_no_name(honorific: str, values: Mapping[str, Any], lang: str) -> bool:
    """Whether a form of address is right without a name: Frau Bürgermeisterin; beside a firm's, Firma and 御中."""
    from letterpress.addressing import households
    from letterpress.model import Party

    organisation = str(values.get("to.organisation") or "") or None
    return any(households.needs_no_name(Party(organisation=organisation), honorific, tag) for tag in (lang, ""))


def incomplete(
    values: Mapping[str, Any], columns: Mapping[str, Any], home: str | None = None, lang: str = ""
) -> tuple[Diagnostic, ...]:
    """Warn of a recipient whose address lacks what the table has columns for, or the state that its post wants.

    :param values: the record's values by field path.
    :param columns: the table's columns by field path.
    :param home: the sender's country, where those are whose record names none.
    :param lang: the letter's language, in which a form of address may need no name.
    """
    given = _given_alone(values, columns)
    return (*given, *_lacking(values, columns, home, lang))


def _given_alone(values: Mapping[str, Any], columns: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """Warn of a form of address that would stand before a given name: Sehr geehrte Frau Maria."""
    named = any(part in values for part in ("to.family", "to.name", "to.lines"))
    if named or "to.family" not in columns or not {"to.honorific", "to.given"} <= values.keys():
        return ()
    honorific, own = str(values["to.honorific"]), str(values["to.given"])
    said = Diagnostic(
        severity="warning",
        message=f"'{honorific}' stands before a given name, '{own}': there is no family name",
        field="to.family",
        hint="fill in the family name, or empty the form of address",
        code="family-missing",
        value=own,
        params=(("honorific", honorific),),
    )
    return (said,)


def _lacking(
    values: Mapping[str, Any], columns: Mapping[str, Any], home: str | None, lang: str
) -> tuple[Diagnostic, ...]:
    """See `incomplete`."""
    if "to.lines" in values or not names_somebody(values):
        return ()
    if "to.honorific" in values and not any(part in values for part in ("to.name", "to.given", "to.family")):
        honorific = str(values["to.honorific"])
        if _needs_no_name(honorific, values, lang):
            return _lacking({path: values[path] for path in values if path != "to.honorific"}, columns, home, lang)
        said = Diagnostic(
            severity="warning",
            message=f"'{honorific}' stands before no name: it is left out of the address",
            field="to.honorific",
            hint="fill in the name, or empty the cell",
            code="honorific-nameless",
            value=honorific,
        )
        return (
            said,
            *_lacking({path: values[path] for path in values if path != "to.honorific"}, columns, home, lang),
        )
    for part in ("attention", "care_of"):
        name = str(values[f"to.{part}"]) if f"to.{part}" in values else ""
        if name and address.is_courtesy_alone(address.without_label(part, name)):
            said = Diagnostic(
                severity="warning",
                message=f"'{name}' stands before no name: it is left out of the address",
                field=f"to.{part}",
                hint="fill in the name, or empty the cell",
                code="honorific-nameless",
                value=name,
            )
            return (
                said,
                *_lacking({path: values[path] for path in values if path != f"to.{part}"}, columns, home, lang),
            )
    missing = [part for part in ("street", "city") if f"to.{part}" in columns and f"to.{part}" not in values]
    if values.get("to.country") in _CITYLESS and "city" in missing:
        missing.remove("city")
    if missing and _forces(values) == "GB":  # BFPO 57 says it all
        missing.clear()
    nothing = len(missing) == sum(f"to.{part}" in columns for part in ("street", "city"))
    nothing = nothing and "to.postcode" not in values
    if "to.postcode" in columns and _without_postcode(values, home or address.home_country(None, lang)):
        missing.append("postcode")
    if not missing:
        return _without_region(values, home) if "to.region" in columns else ()
    what = "no address" if nothing else f"no {' and no '.join(missing)}"
    return (
        Diagnostic(
            severity="warning",
            message=f"the recipient has {what}",
            field=f"to.{missing[0]}",
            hint="fill it in, or delete the record",
            code="address-incomplete",
            params=(("missing", tuple(missing)), *((("reason", "postcode"),) if missing == ["postcode"] else ())),
        ),
    )


def unnamed(values: Mapping[str, Any], columns: Iterable[str]) -> Diagnostic | None:
    """Note that a firm's record names no person, though its list has a column for one: the letter greets all there.

    :param values: the record's values by field path.
    :param columns: field paths that the table has columns for.
    """
    named = [path for path in ("to.name", "to.family") if path in columns]
    if not named or "to.organisation" not in values or any(part in values for part in (*_PERSONS, "to.honorific")):
        return None
    return Diagnostic(
        severity="note",
        message="nobody is named: the letter greets all of the organisation",
        field=named[0],
        hint="fill in a name, if it is for somebody",
        code="person-unnamed",
    )


def ends_in_region(city: str) -> bool:
    """Say whether a town's cell has its state too: Bangor, ME."""
    return _ENDS_IN_REGION.search(city) is not None


def _forces(values: Mapping[str, Any]) -> str | None:
    return forces.country_of(*(str(values.get(f"to.{part}", "")) for part in ("city", "region", "postcode", "street")))


def _country(values: Mapping[str, Any], home: str | None) -> str | None:
    named = _forces(values) or values.get("to.country")
    return countries.code(str(named)) if named else home


def _without_postcode(values: Mapping[str, Any], home: str | None) -> bool:
    """Say whether a town stands without its postcode, in a country whose post wants one, or in none that is known."""
    city = str(values.get("to.city", ""))
    if not city or "to.postcode" in values or postcodes.is_within(city):
        return False
    country = _country(values, home)
    return postcodes.is_wanted(country) if country else "to.country" not in values


def _without_region(values: Mapping[str, Any], home: str | None) -> tuple[Diagnostic, ...]:
    """Warn of a town without its state or province, where the post wants one (Bangor, ME 04401; 00184 ROMA RM)."""
    city = str(values.get("to.city", ""))
    if "to.region" in values or not city or "to.postcode" not in values or ends_in_region(city):
        return ()
    country = _country(values, home)
    if not country or not regions.is_wanted(country):
        return ()
    place = language.country_name(country, "en")
    return (
        Diagnostic(
            severity="warning",
            message=f"the recipient's address has no state or province, which the post of {place} wants",
            field="to.region",
            hint="fill it in",
            code="region-missing",
            params=(("country", country),),
        ),
    )


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(word.casefold() for word in data.table("lists")["total"])


def _is_word(text: str) -> bool:
    """Whether a text is a word of a list's last row: `Total`, `Summe:`, `Total (12)`, `GESAMT EUR`."""
    bare = re.sub(r"[\W\d_]+", " ", text.casefold()).strip()
    return bare in _words() or re.sub(r" (?:eur|usd|chf|gbp)$", "", bare) in _words()


_is_known_word = lru_cache(maxsize=4096)(_is_word)
"""The same for what many records have alike, such as towns."""
