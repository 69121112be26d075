"""Says what a word of address means in a language: Frau, Sig.ra, dhr., Familie, and what lists write in their place.

The words are data (`data/address_words.toml`, with sources). Nothing here loads the forms of address.

Not here: whom a whole form of address with a name means (`households`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from letterpress import data
from letterpress.model import Gender

_ARTICLED = frozenset("hon honorable honourable rt right rev revd reverend most very".split())
"""What stands behind "The" before a name."""
SERVICE = frozenset(("a.D.", "i.R.", "d.R.", "z.D."))
"""What German has behind an office or a rank that somebody holds no more, in one word."""
_PEERS_TOO = frozenset(("dowager", "lord", "lady", "baron", "baroness"))
"""What stands behind "The" before a peer's title, beside the ranks."""
_DE = frozenset("heer weledelgeboren weledelgestrenge weledelgeleerde weledelzeergeleerde".split())
"""What stands behind the Dutch "De" before a name."""
_TO = frozenset(("an", "to", "à", "a", "al", "alla", "aan"))
"""What an envelope has before a form of address in some languages."""
_PLACES = ("always", "own", "dotted", "two", "after", "honorific")
"""Where a word counts, from everywhere to the form of address only."""
Means = Literal[
    "female",
    "male",
    "women",
    "men",
    "family",
    "families",
    "married",
    "firm",
    "doctors",
    "title",
    "neutral",
    "none",
    "unsure",
]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of address."""

    means: Means
    counts: str = "honorific"
    """Where it counts: see the table."""
    address: str | None = None
    """How an address has it; None: as the author writes it. An empty text is not printed."""
    couple: str | None = None
    """The same in a couple's line."""


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """Write a word as the table's lists have it: small letters without accents, full stops and commas."""
    bare = re.sub(r"[.,():]", "", word) or word
    apart = unicodedata.normalize("NFKD", bare.casefold().replace("ł", "l"))
    return "".join(char for char in apart if not unicodedata.combining(char))


@lru_cache(maxsize=4096)
def find(word: str, lang: str) -> Word | None:
    """Find what a word means in a letter's language; None if it is no word of address there."""
    folded = fold(word)
    if word in _no_words(lang):
        return None
    if _of_either(word, lang):
        return Word("none", "always", address="")
    own = _own(folded, lang)
    if own is not None:
        return own
    if _may_be_foreign(word, folded, lang):
        elsewhere = foreign(word)
        if elsewhere is not None:
            return elsewhere
    if folded in _lists()["openings"]:
        return Word("none", "honorific", address="")
    if folded in _lists()["none"] or word in ("-", "--", "?", "."):
        return Word("none", _where(folded), address="")
    for gender in ("female", "male"):
        if folded in _lists()[f"gender_only_{gender}"]:
            return Word(gender, _where(folded), address="")
    if folded in _lists()["unsure"]:
        return Word("unsure", address="")
    elsewhere = foreign(word)
    if elsewhere is not None:
        return elsewhere
    alternatives = folded.split("/")
    if len(alternatives) > 1 and all(_person(part, lang) for part in alternatives):
        return Word("none", "always", address="")  # Herr/Frau
    return None


@lru_cache(maxsize=4096)
def foreign(word: str) -> Word | None:
    """Find what a word means in letters of other languages, where all that have it agree: Mme in a German letter."""
    folded = fold(word)
    others = [table[folded] for tag, table in _words().items() if "-" not in tag and folded in table]
    others = [one for one in others if one.means not in ("title", "doctors")]
    if not others or len({one.means for one in others}) > 1:
        return None
    strictest = max(others, key=lambda one: _PLACES.index(one.counts))
    return replace(strictest, address=None, couple=None, counts=_abroad(strictest.counts))


def is_own(word: str, lang: str) -> bool:
    """Say whether a word is one of address in the letter's own language."""
    return _own(fold(word), lang) is not None


def leads(word: str, lang: str) -> bool:
    """Say whether a word before a name is one of address, and no part of the name."""
    found = find(word, lang)
    if found is None:
        return False
    dotted = "." in word or word[-1] in "ªº"
    return found.counts in ("always", "own") or (found.counts == "dotted" and dotted)


def leads_at(parts: list[str], at: int, after: bool, lang: str) -> bool:
    """Say whether the word at `at` is no part of the name that it stands before.

    :param after: whether it stands after another such word.
    """
    folded = title_fold(parts[at])
    following = title_fold(parts[at + 1]) if at + 1 < len(parts) else ""
    if _leads_peer(parts, at, after):
        return True
    if folded in _TO and not after and len(parts) > at + 2 and leads_at(parts, at + 1, True, lang):  # An Frau Orr
        return True
    if fold(parts[at]) in _lists()["openings"] and len(parts) > at + 2:  # Sehr geehrte Frau Orr, in one cell
        return leads_at(parts, at + 1, True, lang)
    if after and office(parts[at], lang) and len(parts) > at + 2:
        return True  # Frau Bürgermeisterin Ada Orr; and not Frau Richter Anna
    if (folded == "the" and following in _ARTICLED) or (folded == "de" and following in _DE):
        return True
    if folded in _ARTICLED and (after or (following in _ARTICLED and len(parts) > at + 2)):  # Rt Hon
        return True
    if folded in titles()["before_two"] and len(parts) > at + 2:
        return True
    if (
        after
        and len(parts) > at + 2
        and ((parts[at][:2].isalpha() and "." in parts[at][2:]) or is_title(parts[at + 1]))
    ):
        return True  # Frau Bgm. Eva Orr, Herrn BM Ing. Max Orr: a title that no list has, and no name
    own = _own(fold(parts[at]), lang)
    if own is not None and own.counts == "two":
        return after or (len(parts) > at + 2 and (len(folded) > 1 or "." in parts[at]))
    return (after and own is not None and own.counts == "after") or is_title(parts[at]) or leads(parts[at], lang)


def _leads_peer(parts: list[str], at: int, after: bool) -> bool:
    """Whether a word stands before a British peer's title: The Earl Orr, Countess of Harrow, Lord Mayor of York."""
    folded, ranks = title_fold(parts[at]), peers()
    following = title_fold(parts[at + 1]) if at + 1 < len(parts) else ""
    if len(parts) > at + 2 and (
        (folded == "the" and following in _PEERS_TOO | ranks) or (folded in ranks and following == "of")
    ):
        return True
    if not after:
        return False
    before = title_fold(parts[at - 1])
    if folded in ("mayor", "provost", "justice"):
        return before in ("lord", "lady")
    return folded in ranks or (folded == "dowager" and following in ranks) or (folded == "of" and before in ranks)


@lru_cache(maxsize=4096)
def is_title(word: str) -> bool:
    """Say whether a word before a name is a title: Prof., Dr., The Honorable."""
    folded = title_fold(word)
    dotted = "." in word and (folded in titles()["leading_dotted"] or folded.startswith("dipl-"))
    return dotted or folded in titles()["leading"]


@lru_cache(maxsize=4096)
def is_any_title(word: str) -> bool:
    """Say whether a word is a title, with its full stop or without, as in a column of titles."""
    known = titles()
    listed = known["female"] | known["male"] | known["before_two"] | known["in_columns"] | known["leading_dotted"]
    return is_title(word) or title_fold(word) in listed


def is_of_family(word: str) -> bool:
    """Say whether a title stands before a family's name too: Familie Dr. Meier."""
    return is_any_title(word) and foreign(word) is None


@lru_cache(maxsize=4096)
def title_fold(word: str) -> str:
    """Write a title as the lists of titles have it: their accents stay."""
    if word in SERVICE:
        return word.lower()  # the d.R. of a reserve officer is no Dr.
    return re.sub(r"[.,()]", "", word).lower().replace("’", "'").removeprefix("l'")  # Monsieur l'abbé


@lru_cache(maxsize=4096)
def is_and(word: str) -> bool:
    """Say whether a word may stand between two people."""
    return fold(word) in _lists()["any_and"] and not _is_initial(word) and word != "a."  # a. D.


def _is_initial(word: str) -> bool:
    """Whether a word is a capital letter, as in J. and A. Smith."""
    return len(word.rstrip(".")) == 1 and word[0].isupper()


def is_or(word: str) -> bool:
    """Say whether a word may stand between two forms of address, of which one is meant."""
    return fold(word) in _lists()["any_or"] and not _is_initial(word)


@lru_cache(maxsize=1)
def titles() -> dict[str, frozenset[str]]:
    """Give the lists of titles."""
    return {name: frozenset(words) for name, words in data.table("address_words")["titles"].items()}


class Office(NamedTuple):
    """An office in the place of a form of address, of a woman or of a man."""

    gender: Gender | None
    """None: German uses the word of a man for a woman too, unless Frau or Herr stands before it."""
    female: str
    male: str
    above: str
    """A man's above an address, behind Herrn."""


def office(word: str, lang: str) -> Office | None:
    """Find an office that a salutation has without the name, such as Bürgermeisterin."""
    return _offices().get(lang.split("-")[0].lower(), {}).get(word.rstrip(",").casefold())


def family_behind(name: str, lang: str) -> str | None:
    """Find the word behind a name that makes it a family's: The Smith Family, 山田家 御一同様."""
    endings = data.table("address_words")["family_behind"].get(lang.split("-")[0].lower(), ())
    last = name.split()[-1] if len(name.split()) > 1 else ""
    return last if last and (last.lower() in endings) else None


def peers() -> frozenset[str]:
    """Give the ranks of British peers."""
    return titles()["peers"]


def examples(lang: str) -> str:
    """Give words of address of the letter's language, for a hint."""
    table = data.table("address_words")["examples"]
    shown = table.get(lang) or table.get(lang.split("-")[0].lower()) or table["en"]
    return ", ".join(shown[:-1]) + f" or {shown[-1]}"


def salutations(lang: str) -> dict[str, Any]:
    """Give the salutations of families and couples of a language."""
    table = data.table("address_words")["salutations"]
    return {**table.get(lang.split("-")[0].lower(), {}), **table.get(lang, {})}


def read_gender(text: str, lang: str | None = None) -> Gender | None:
    """Read a gender as a table's column says it: female, f, weiblich ...; None if that is not sure.

    :param lang: the language of the letter, in which a single letter is read: "m" is mujer as well. None: it is not
        known, and "m" says nothing.
    """
    word = fold(text.strip())
    letter = data.table("address_words")["genders"]["letters"].get(text.strip().casefold(), {})
    base = (lang or "").split("-")[0].lower()
    known = next((gender for gender, languages in letter.items() if base in languages), None)
    if known is not None:
        return None if known == "none" else known
    return _genders().get(word)


# --- the table --------------------------------------------------------------------------------------------------------


def _own(folded: str, lang: str) -> Word | None:
    base = lang.split("-")[0].lower()
    base = "nb" if base in ("no", "nn") else base
    for tag in (lang, base):
        found = _words().get(tag, {}).get(folded)
        if found is not None:
            return found
    return None


def _of_either(word: str, lang: str) -> bool:
    """Whether a word is one for a woman and a man with its ending in brackets: Sr(a)., M(me), Pan(i), Estimado/a."""
    match = re.fullmatch(r"([^\W\d_]+\.?)[(/](\w+)[)]?\.?", word)
    if match is None:
        return False
    if match[1].lower().rstrip(".") in _lists()["openings"]:
        return True
    ways = [
        find(way, lang) for way in (match[1], f"{match[1].rstrip('.')}.", match[1].rstrip(".") + match[2], match[2])
    ]
    means = {way.means for way in ways if way is not None}
    titles_ = titles()["female"]
    of_woman = "female" in means or title_fold(match[1] + match[2]) in titles_
    return of_woman and ("male" in means or is_title(f"{match[1].rstrip('.')}."))


def _may_be_foreign(word: str, folded: str, lang: str) -> bool:
    """Whether a letter with a full stop may be another language's word (M., D.), and no gender of its own."""
    if len(folded) != 1 or "." not in word or not word[0].isupper():
        return False
    says = data.table("address_words")["genders"]["letters"].get(folded, {})
    return not says or lang.split("-")[0] in says.get("male", ()) or folded not in _lists()["unsure"]


def _abroad(counts: str) -> str:
    """Where a word counts in a letter of another language: `own` only in a form of address."""
    return "honorific" if counts in ("own", "two", "after") else counts


def _where(folded: str) -> str:
    """Where a word counts that says no form of address: before a name only if it can be no name and no initial."""
    return "always" if len(folded) > 5 or not folded.isalpha() else "honorific"


def says_nothing(text: str, lang: str) -> bool:
    """Say whether a whole cell says that no form of address is known: keine Angabe."""
    text = " ".join(text.split())
    if fold(text) not in _lists()["none"]:
        return False
    found = find(text, lang)  # a Spanish D.
    return found is None or found.means == "none"


def _person(part: str, lang: str) -> bool:
    """Say whether a part of "Herr/Frau" or "m/w" is one of a person's."""
    own = find(part, lang) if part else None
    return own is not None and own.means in ("female", "male", "neutral", "none", "unsure")


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, Word]]:
    table = data.table("address_words")["words"]
    return {
        tag: {fold(word): Word(means, counts, *how) for words, means, counts, *how in rows for word in words}
        for tag, rows in table.items()
    }


@lru_cache(maxsize=1)
def _offices() -> dict[str, dict[str, Office]]:
    found: dict[str, dict[str, Office]] = {}
    for lang, rows in data.table("address_words")["offices"].items():
        known = found.setdefault(lang, {})
        for female, male, *above in rows:
            one = Office(None, female, male, above[0] if above else male)
            known |= dict.fromkeys((male.casefold(), one.above.casefold()), one)
            if female != male:
                known[female.casefold()] = one._replace(gender="female")
    return found


@lru_cache(maxsize=64)
def _no_words(lang: str) -> frozenset[str]:
    table = data.table("address_words")["no_words"]
    return frozenset((*table.get(lang, ()), *table.get(lang.split("-")[0].lower(), ())))


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    table = data.table("address_words")
    names = ("any_and", "any_or", "none", "openings", "unsure", "gender_only_female", "gender_only_male")
    return {name: frozenset(map(fold, table[name])) for name in names}


@lru_cache(maxsize=1)
def _genders() -> dict[str, Gender]:
    table = data.table("address_words")["genders"]
    return {fold(word): gender for gender in ("female", "male", "neutral") for word in table[gender]}
