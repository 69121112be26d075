"""Says what the name of a column means, and whether a value is a form of address.

Not here: where the columns of a table go (columns.py). The names are in `data/columns.toml`, and the words of exports
that stand before or behind them (Shipping City, Ort privat) in `data/lists.toml`.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from letterpress import data
from letterpress.addressing import households, words
from letterpress.letterhead import choices

TO_PARTS = (
    "name", "honorific", "title", "organisation", "street", "postcode", "city", "region", "country", "phone", "email",
    "web", "lines", "given", "family", "gender", "office", "attention", "care_of",
)  # fmt: skip
"""Columns that make the recipient, with or without `to.` before them."""
LISTS = ("signatories", "enclosures")
"""Fields of a letter that a column may replace for its record, separated by semicolons."""
CHOICES = (*choices.COLUMNS, *LISTS)
"""What a column may choose for its record."""
GROUP_FIELD = "records"
"""Field of type list that gets all records of a household, where records are grouped."""
IGNORE = "ignore"
"""`map: {Column: ignore}`: the column is known, and not for the letter."""
REMARK = "letterpress:"
"""What the names of columns begin with that letterpress itself writes into a table: no letter uses them."""
JOINED = {
    "given_name": ("to.name", 0),
    "middle_name": ("to.name", 1),
    "nobility": ("to.name", 2),
    "name_particle": ("to.name", 3),
    "family_name": ("to.name", 4),
    "family_name_2": ("to.name", 5),
    "name_suffix": ("to.name", 6),
    **{f"name_{line}": ("to.street", line - 9) for line in range(2, 5)},  # lines below the name
    "department_line": ("to.street", -8),  # below the firm
    "street_above": ("to.street", -4),  # the third line of a French or German address, above the street
    "street_above_2": ("to.street", -3),
    "post_number": ("to.street", -2),
    "district": ("to.street", -1),
    "street": ("to.street", 0),
    "house_number": ("to.street", 1),
    "house_suffix": ("to.street", 2),
    "flat": ("to.street", 3),
    **{f"street_{line}": ("to.street", line + 2) for line in range(2, 8)},
    "po_box": ("to.street", 10),
    "honorific": ("to.honorific", 0),
    "academic": ("to.honorific", 1),
    "department": ("to.title", -1),
}
HOUSE = ("house_number", "house_suffix", "flat")
"""What a column may hold that joins the street in its line."""
HOUSES = dict.fromkeys(("numero", "num"), "house_number")
"""Names of columns that are the number of the house beside one of `STREETS` only: Brazil has Logradouro, Número."""
_ANY_NUMBER = frozenset(("nr", *HOUSES))
"""Names of columns that number houses behind the street's column; elsewhere they number rows, members or customers."""
STREETS = frozenset(("logradouro", "rua", "endereco", "calle", "avenida", "rue", "via", "straat"))
WHOLE = frozenset(("nome", "nombre", "nom", "jmeno", "meno", "ad", "adi", "ime"))
"""Names of columns that are a part of a name beside the other part, and the whole name without it."""
_IN_GROUPS = frozenset(
    "name given_name middle_name family_name name_suffix organisation street house_number house_suffix postcode city "
    "region country street_2 street_3 street_4 street_5 po_box lines phone".split()
)
"""What a column may mean whose name says of which of several addresses it is."""
BOXES = {
    "postfach": "Postfach", "boitepostale": "BP", "bp": "BP", "casepostale": "Case postale",
    "casellapostale": "Casella postale", "postbus": "Postbus", "apartado": "Apartado",
}  # fmt: skip
"""What stands before the number of a box, by how the column is called; else PO Box."""
_JOBS = frozenset(
    "senator sen representative rep governor gov ambassador direktorin dir general gen prim primaria".split()
)


def meaning(column: str) -> str | None:
    """Find what the name of a column means: a part, or a part that is joined with others (`given_name`)."""
    return _table().get(fold(column))


def firm_beside_contact(columns: Iterable[str]) -> str | None:
    """Find the column of names that holds firms, since another one names a person there: `Name 1` beside a contact, and
    in English lists `Name` beside `Contact Name`."""
    found = {fold(column): column for column in columns}
    contacts = {fold(word) for word in data.table("lists")["contacts"]} & set(found)
    if "name1" in found and contacts:
        return found["name1"]
    return found["name"] if "name" in found and "contactname" in contacts else None


def with_house_numbers(
    meant: Sequence[tuple[str, str | None]], explicit: Collection[str]
) -> list[tuple[str, str | None]]:
    """Tell which columns are the house's number of those whose names may be any number's.

    :param meant: each column with what its name means.
    :param explicit: names of columns, folded, of which somebody has said what they are.
    """
    streets = any(fold(column) in STREETS for column, _ in meant)
    behind = {} if _gives("house_number", meant) else dict.fromkeys(_beside("house_number"), "house_number")
    found: list[tuple[str, str | None]] = []
    before: str | None = None
    for column, meaning in meant:
        folded = fold(column)
        meaning = meaning or (HOUSES.get(folded) if streets else None) or behind.get(folded)
        any_number = meaning == "house_number" and folded in _ANY_NUMBER | behind.keys() and folded not in explicit
        if any_number and not (before or "").removeprefix("to.").startswith("street"):
            meaning = None
        found.append((column, meaning))
        before = meaning
    return found


def with_places(meant: Sequence[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Tell which columns are the town or its postcode of those whose names may mean another place: Lieu, Luogo, NP.

    :param meant: each column with what its name means.
    """
    found = list(meant)
    if not _gives("street", meant):
        return found
    for part in ("postcode", "city", "po_box"):
        fitting = [at for at, (column, meaning) in enumerate(found) if not meaning and fold(column) in _beside(part)]
        if len(fitting) == 1 and not _gives(part, found):
            found[fitting[0]] = (found[fitting[0]][0], part if part in JOINED else f"to.{part}")
    return found


def _gives(part: str, meant: Sequence[tuple[str, str | None]]) -> bool:
    """Whether a column is known to be that part of an address, and not one whose name may be any number's."""
    return any(
        (meaning or "").removeprefix("to.") == part and fold(column) not in _ANY_NUMBER for column, meaning in meant
    )


@lru_cache(maxsize=8)
def _beside(part: str) -> frozenset[str]:
    return frozenset(fold(name) for name in data.table("lists")["beside_street"][part])


@lru_cache(maxsize=1024)
def in_group(column: str) -> tuple[str, str] | None:
    """Find which address a column belongs to, and what it means there: "Shipping City" is the city of `shipping`."""
    folded = fold(column)
    for group, word in _groups():
        for rest in (folded.removeprefix(word), folded.removesuffix(word), *_inner(folded, word)):
            if rest and rest != folded:
                found = next(filter(None, map(_part, (rest, rest.removeprefix("address")))), None)
                if found in _IN_GROUPS:
                    return group, found
    return None


def _part(rest: str) -> str | None:
    """What the name of a column means without the word of its address: Billing Address is a street."""
    return "street" if rest == "address" else _table().get(rest) or _table().get(rest.removesuffix("code"))


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[str, str], ...]:
    """Each group with the forms of its word: Weitere, Weiterer."""
    groups = (group.split("|") for group in data.table("lists")["groups"])
    return tuple((forms_[0], fold(form)) for forms_ in groups for form in forms_)


def _inner(folded: str, word: str) -> tuple[str, ...]:
    """Straße geschäftlich 2; Rue (bureau) 2."""
    match = re.fullmatch(rf"(.+){re.escape(word)}(\d)", folded)
    return (match[1] + match[2],) if match else ()


@lru_cache(maxsize=1024)
def is_courtesy(value: str) -> bool:
    """Say whether a value is a form of address or a title before a name (Mrs, Frau, Dr., Prof. Dr.), and no job."""
    strong = False
    parts = value.split()
    if any(words.title_fold(part) in words.peers() | {"lord", "lady"} for part in parts):  # The Earl of, Lord Mayor
        return all(words.leads_at([*parts, "X", "Y"], at, at > 0, "en") for at in range(len(parts)))
    if households.is_office(value):  # Frau Bürgermeisterin, M. le Maire; and a Bürgermeisterin may be a job
        return True
    for word in parts:
        folded, known = words.title_fold(word), words.titles()
        listed = words.is_any_title(word) or folded in known["leading"]
        if folded not in _JOBS and (listed or words.find(word, "") is not None):
            strong = True
        elif len(folded) == 1 and "." in word and strong:  # Sz. P.
            continue
        elif not words.is_and(word) and folded not in known["silent"] | _JOBS:
            return False
    return strong


def like_names(columns: Iterable[str]) -> list[str]:
    """Find the columns that look as if they named people or firms: "Name of member", "Firma / Kunde"."""
    return [column for column in columns if _is_like_name(fold(column))]


def _is_like_name(folded: str) -> bool:
    like, unlike = ([fold(part) for part in data.table("lists")[kind]] for kind in ("name_like", "name_unlike"))
    if any(part in folded if len(part) > 3 else folded.endswith(part) for part in unlike):
        return False
    return any(part in folded for part in like)


def like_address(column: str, *, beside_street: bool = False) -> str | None:
    """Find the part of an address that the name of a column seems to mean: "Ship City" or "ort_kunde"; None: none.

    :param beside_street: whether the table has a street's column: then `Lieu du client` seems to be a town, too.
    """
    words = [fold(word) for word in _WORD.findall(column)]
    like = data.table("lists")["address_like"]
    pairs = {*words, *("".join(pair) for pair in itertools.pairwise(words))}
    folded = fold(column)
    if not pairs.isdisjoint(map(fold, like["unlike"])) or any(fold(word) in folded for word in like["unlike_within"]):
        return None
    for part in _ADDRESS:
        known = {
            fold(word)
            for word in (*like[part], *(like[f"{part}_beside_street"] if part == "city" and beside_street else ()))
        }
        long = tuple(word for word in known if len(word) > 5)
        if not known.isdisjoint(pairs) or any(word.endswith(long) for word in words):
            return part
    return None


_ADDRESS = ("postcode", "city", "street", "region", "country")
_WORD = re.compile(r"[^\W\d_]?[^\W\d_A-ZÄÖÜ]+|[A-ZÄÖÜ]+(?![a-zäöü])|[^\W\d_]+")
"""The words of a name, written in any way: Ship City, ship-city, shipCity, ShipCity, SHIP_CITY."""


def is_nothing(text: str) -> bool:
    """Say whether a cell of an address only says that there is nothing: "-", "n/a", "k. A."."""
    return "".join(text.split()).casefold() in _nothing()


@lru_cache(maxsize=1)
def _nothing() -> frozenset[str]:
    return frozenset("".join(word.split()).casefold() for word in data.table("lists")["nothing"])


@lru_cache(maxsize=1)
def not_nothing() -> frozenset[str]:
    """The characters of ASCII with which nothing begins that `is_nothing` knows: a quick look at most cells."""
    first = {word[0] for word in _nothing()}
    return frozenset(char for char in map(chr, range(33, 127)) if char.lower() not in first)


def says_nothing(gender: str) -> bool:
    """Say whether a value of a column of genders is what programs write where none is known (Outlook: Unspecified)."""
    return fold(gender) in _unspecified()


@lru_cache(maxsize=1)
def _unspecified() -> frozenset[str]:
    return frozenset(fold(word) for word in data.table("lists")["unspecified"])


def fold(text: str) -> str:
    """Write a name without case, accents, spaces and punctuation."""
    return text.lower().translate(_NO_LETTER) if text.isascii() else _folded(text)


_NO_LETTER = {number: None for number in range(128) if not chr(number).isalnum()}


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[\W_]+", "", "".join(char for char in text if not unicodedata.combining(char)))


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    return {fold(name): meant for meant, names in data.table("columns").items() for name in names}
