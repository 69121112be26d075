"""Parts a form of address and a name, word by word, into people: what stands before each name, and the name.

Not here: whom they are (`households`); what a single word means (`words`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from letterpress.addressing import names, words
from letterpress.addressing.words import Word


@dataclass(slots=True)
class Parted:
    """What is written, in people and word by word."""

    units: list[Unit]
    shown: list[tuple[str, str]]
    """Each word that an address has, and what it is: before a name, of a name, or between two."""
    unread: list[str]
    known: Mapping[str, Word] = field(default_factory=dict)
    """Words that are one of address beside another only: the Mr. of a Dutch letter's Mr. & Mrs."""

    def meaning(self, word: str, lang: str) -> Word | None:
        """What a word means here."""
        return self.known.get(word) or meaning(word, lang)


@dataclass(slots=True)
class Unit:
    """The words before a name, and the name."""

    before: list[str]
    name: list[str]
    means: list[Word]


def part(honorific: list[str], name: list[str], lang: str) -> Parted:
    """Part what is written into people: what stands before each name, and the name."""
    if honorific[:2] == ["S.", "E."]:
        honorific = ["S.E.", *honorific[2:]]
    honorific = [piece for at in range(len(honorific)) for piece in _alternatives(honorific, at, lang)]
    if len(honorific) > 1 and honorific[0].lower() == "de" and "/" in honorific[1]:  # De heer/mevrouw
        honorific = honorific[1:]
    written = [*honorific, *name]
    parted = Parted([Unit([], [], [])], [], [], _beside_another(written, lang))
    for at in range(len(written)):
        _take(parted, written, at, len(honorific), lang)
    for unit in parted.units:  # Herr oder Frau, M. Mme: says nothing
        either = {one.means for one in unit.means} >= {"female", "male"}
        if either or (any(map(words.is_or, unit.before)) and any(says_gender(word, lang) for word in unit.before)):
            dropped = [word for word in unit.before if words.is_or(word) or says_gender(word, lang)]
            parted.shown = [(word, role) for word, role in parted.shown if role == "name" or word not in dropped]
            unit.before = [word for word in unit.before if word not in dropped]
            unit.means = [one for one in unit.means if one.means not in ("female", "male")]
    distributed = _distribute(parted.units)
    _names_of_each(parted, lang)
    if distributed or not parted.units[0].name:
        _title_of_first(parted, lang)
    for unit in [one for one in parted.units if not one.name]:  # a word that says nothing is nobody
        if len(parted.units) > 1 and not any(_says_something(parted, word, lang) for word in unit.before):
            parted.units.remove(unit)
            parted.unread += unit.before
            if all(meaning(word, lang) is None for word in unit.before):  # Hauptmann und Frau: is in the address
                continue
            nobody = {word for word, role in parted.shown if role == "and"} | set(unit.before)
            parted.shown = [one for one in parted.shown if one[1] == "name" or one[0] not in nobody]
    return parted


def _alternatives(honorific: list[str], at: int, lang: str) -> tuple[str, ...]:
    """A word of a form of address, with the "or" that the comma of "Madame, Monsieur" means."""
    word, beside = honorific[at], (*honorific[:at][-1:], *honorific[at + 1 : at + 2])
    between = len(beside) == 2 and all(says_gender(one, lang) or words.is_any_title(one) for one in beside)
    if between and len(word.rstrip(".")) == 1 and word.isupper() and words.is_and(word.lower()):
        return (word.lower(),)  # HERR U. FRAU
    return (word[:-1], "/") if len(word) > 1 and word.endswith(",") and says_gender(word, lang) else (word,)


def _beside_another(written: list[str], lang: str) -> dict[str, Word]:
    """Words of another language that say a gender beside the other one only: M. et Mme, Mr. & Mrs., Hr. und Fr."""
    found: dict[str, Word] = {}
    for at in range(1, len(written) - 1):
        if not words.is_and(written[at]):
            continue
        for word, other in ((written[at - 1], written[at + 1]), (written[at + 1], written[at - 1])):
            own, foreign, beside = meaning(word, lang), words.foreign(word), meaning(other, lang)
            if foreign is None or (own is not None and own.means in ("female", "male")):
                continue
            if beside is not None and {beside.means, foreign.means} == {"female", "male"}:
                found[word] = foreign
    return found


def _names_of_each(parted: Parted, lang: str) -> None:
    """Herr und Frau, Dr. Max und Prof. Eva Orr; Sir and Lady, John Brown: whose title and whose given name is whose."""
    units = parted.units
    if len(units) == 3 and not units[0].name and units[1].name and units[2].name and not units[2].means:
        at = max((at for at, word in enumerate(units[1].before, start=1) if says_gender(word, lang)), default=0)
        said, titles = units[1].before[:at], units[1].before[at:]
        one = Unit([*units[0].before, *titles], units[1].name, units[0].means)
        other = Unit([*said, *units[2].before], units[2].name, [*units[1].means, *units[2].means])
        parted.units[:] = [one, other]
    knight = units[0].before and words.title_fold(units[0].before[-1]) == "sir"
    if len(units) == 2 and knight and not units[0].name and len(units[1].name) == 2:
        given, family = units[1].name
        units[0].name, units[1].name = [given], [family]
        between = next(at for at, (_, role) in enumerate(parted.shown) if role == "and")
        rest = [one for one in parted.shown if one != (given, "name")]
        parted.shown = [*rest[:between], (given, "name"), *rest[between:]]


def _title_of_first(parted: Parted, lang: str) -> None:
    """Herr und Frau Dr. Hans Meier: the one title is of him who is named first, as the given name is."""
    if len(parted.units) != 2:
        return
    first, second = parted.units
    said = [
        next((one.means for one in unit.means if one.means in ("female", "male")), None) for unit in (first, second)
    ]
    titles = [
        word
        for word in second.before
        if parted.meaning(word, lang) is None and (words.is_any_title(word) or words.office(word, lang))
    ]
    if said != ["male", "female"] or not titles or second.before[-len(titles) :] != titles:
        return
    if len(first.before) > 1 or words.titles()["female"] & set(map(words.title_fold, titles)):
        return
    first.before += titles
    second.before = second.before[: -len(titles)]
    rest = [one for one in parted.shown if one[0] not in titles or one[1] != "before"]
    at = next(at for at, (_, role) in enumerate(rest) if role == "and")
    parted.shown = [*rest[:at], *((word, "before") for word in titles), *rest[at:]]


def _says_something(parted: Parted, word: str, lang: str) -> bool:
    """Whether a word before no name of its own can stand in a salutation: Mr., Dr., Familie."""
    meant = parted.meaning(word, lang)
    if meant is not None:
        return meant.means not in ("none", "unsure", "title")
    return words.is_any_title(word)


def _take(parted: Parted, written: list[str], at: int, border: int, lang: str) -> None:
    """Give the next word its place.

    :param border: where the name begins.
    """
    word, unit = written[at], parted.units[-1]
    meant = parted.meaning(word, lang)
    if at > border and unit.name and unit.name[-1].endswith(",") and _leads_another(written, at, unit, lang):
        unit.name[-1] = unit.name[-1].rstrip(",")  # Frau Eva Orr, Herr Tom Bey
        unit = Unit([], [], [])
        parted.units.append(unit)
    beside = (
        word == "/"
        and border <= at < len(written) - 1
        and unit.name
        and _leads(written[at + 1 :], 0, Unit([], [], []), lang)
    )
    if (words.is_and(word) or beside) and _begins_another(parted, written, at, border, lang):
        parted.units.append(Unit([], [], []))
        parted.shown.append((word, "and"))
    elif words.is_and(word) and (at < border or _between_nobody(written, at, unit, lang)):
        parted.unread.append(word)  # Frau und
        following = parted.meaning(written[at + 1], lang) if at + 1 < border else None
        if at + 1 < border and _is_silent(parted, written[at + 1], lang):  # Rechtsanwältin und Notarin
            parted.unread.pop()
        if unit.before and at + 1 < border and (following is None or following.means == "title"):
            parted.shown.append((word, "before"))
    elif at < border and meant is not None and meant.means == "unsure":
        parted.unread.append(word)
        if at + 1 < border and "." in word and parted.meaning(written[at + 1], lang) is None:  # V. Exa.
            parted.shown.append((word, "name"))
    elif at < border and meant is None and unit.before and _is_given(word, unit, lang):
        unit.name.append(word)  # Sir John and Lady, in the column of forms of address
        parted.shown.append((word, "name"))
    elif at < border or _is_before(written, at, unit, len(parted.units) > 1, lang):
        if meant is None or meant.means != "none" or words.is_or(word):
            unit.before.append(word)
            parted.shown.append((word, "before"))
        if meant is not None and meant.means != "none":
            unit.means.append(meant)
    else:
        unit.name.append(word)
        parted.shown.append((word, "name"))


def _leads_another(written: list[str], at: int, unit: Unit, lang: str) -> bool:
    """Whether behind a comma another person's form of address stands, and a name."""
    said = any(word.means in ("female", "male") for word in unit.means)
    found = words.find(written[at], lang) if said and at + 1 < len(written) else None
    return found is not None and found.means in ("female", "male") and words.leads(written[at], lang)


def _is_silent(parted: Parted, word: str, lang: str) -> bool:
    """Whether a word is a profession or a title that no salutation has."""
    return parted.meaning(word, lang) is None and words.title_fold(word) in words.titles()["silent"]


def _is_given(word: str, unit: Unit, lang: str) -> bool:
    """Whether a word behind Sir or Dame is a given name, and no title."""
    titled = words.is_title(word) or words.title_fold(word) in words.titles()["before_two"] | words.titles()["silent"]
    return word.istitle() and not titled and words.title_fold(unit.before[-1]) in ("sir", "dame")


def _between_nobody(written: list[str], at: int, unit: Unit, lang: str) -> bool:
    """Whether an "and" before the name stands beside a word that says nothing: m/w/d und Frau."""
    beside = [meaning(word, lang) for word in (*written[at - 1 : at], *written[at + 1 : at + 2])]
    return not unit.name and any(one is not None and one.means == "none" for one in beside)


def _is_before(written: list[str], at: int, unit: Unit, later: bool, lang: str) -> bool:
    """Whether a word of the name stands before the name, and is no part of it."""
    if unit.name:
        return False
    if at + 1 == len(written):  # Herr Jan Orr und Familie
        found = words.find(written[at], lang) if later else None
        return found is not None and found.means in ("family", "female", "male") and found.counts != "honorific"
    if later and at + 2 == len(written) and "." in written[at]:  # Mme Roy et M. Petit
        found = words.find(written[at], lang)
        if found is not None and found.means in ("female", "male"):
            return True
    if unit.before and words.is_or(written[at]) and _leads(written, at + 1, unit, lang):
        return True
    return _leads(written, at, unit, lang)


def _begins_another(parted: Parted, written: list[str], at: int, border: int, lang: str) -> bool:
    """Whether an "and" stands between two people, and not within a name (Ortega y Gasset)."""
    units = parted.units
    unit, following = units[-1], written[at + 1 :]
    if not following or not (unit.before or unit.name):
        return False
    if at < border:
        also = at + 1 < border and bool(unit.before) and not _is_silent(parted, following[0], lang)
        return also and _says_something(parted, following[0], lang)
    if not unit.name:  # Mr. and Mrs. Lind, all in the name
        return _leads(following, 0, Unit([], [], []), lang) and _says_something(parted, following[0], lang)
    if len(following) == 1:
        return _is_before(following, 0, Unit([], [], []), True, lang)
    if _leads(following, 0, Unit([], [], []), lang) or _is_before(following, 0, Unit([], [], []), True, lang):
        return True
    if len(units) > 1 and not units[0].name:  # Frau und Herr, Ada und Jan Orr
        return False
    said = any(word.means in ("female", "male") for word in unit.means)
    if said and _are_two_names(unit.name, written[at], following):
        return True
    return (said and len(unit.name) == 1 and len(written[at]) > 1) or (said and written[at] in ("&", "+"))


def _are_two_names(name: list[str], between: str, following: list[str]) -> bool:
    """Frau Eva Orr und Max Bey: names in full on both sides; "y" and "e" may join family names (Costa e Silva)."""
    if len(name) < 2 or len(following) < 2 or words.fold(between) in ("y", "i", "e"):
        return False
    names_ = (following[0], following[-1])
    return all(word.isalpha() and word.istitle() and not names.is_noble(word) for word in names_)


def _distribute(units: list[Unit]) -> bool:
    """Frau und Herr, Ada und Jan Orr: each name to its form of address.

    :returns: whether they were.
    """
    last = units[-1]
    if len(units) > 1 and not any(unit.name for unit in units[:-1]):
        parts = split(last.name)
        if len(parts) == len(units):
            for unit, part in zip(units, parts, strict=True):
                unit.name = part
            return True
    return False


def split(name: list[str]) -> list[list[str]]:
    """Part a list of names at each "and", comma or slash."""
    parts: list[list[str]] = [[]]
    for at, word in enumerate(name):
        if words.is_and(word) or word == "/":
            parts.append([])
            continue
        parts[-1].append(word.rstrip(","))
        if word.endswith(",") and not names.letters(name[at + 1 :]):
            parts.append([])
    return [part for part in parts if part]


def _leads(parts: list[str], at: int, unit: Unit, lang: str) -> bool:
    return words.leads_at(parts, at, bool(unit.before), lang) or (len(parts) > at + 2 and _in_couple(parts, at, lang))


def _in_couple(parts: list[str], at: int, lang: str) -> bool:
    """M. et Mme Durand: what may be an initial alone is a word of address beside another."""
    one = words.find(parts[at], lang)
    if one is None or one.means not in ("female", "male") or not words.is_and(parts[at + 1]):
        return False
    other = words.find(parts[at + 2], lang)
    return other is not None and other.means in ("female", "male")


def meaning(word: str, lang: str) -> Word | None:
    """What a word means, if it is one of address, and not the h. of Dr. h. c."""
    found = words.find(word, lang)
    silent = words.title_fold(word) in words.titles()["silent"] and "." in word
    return None if found is not None and found.means in ("none", "unsure") and silent else found


def means(word: str, lang: str) -> str | None:
    """Say what a word of address, or a title that says a gender, means."""
    for kind in ("female", "male"):
        if words.title_fold(word) in words.titles()[kind]:
            return kind
    held = words.office(word, lang)
    if held is not None:
        return held.gender
    found = words.find(word, lang)
    return found.means if found is not None else None


def says_gender(word: str, lang: str) -> bool:
    """Say whether a word is one of a woman or a man."""
    return means(word, lang) in ("female", "male")
