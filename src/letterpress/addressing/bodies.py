"""Says whether a name is a firm's, an office's or another body's: Finanzamt München, Smith & Sons, The Manager.

The words are data (`data/name_words.toml`, and legal forms in `data/address_words.toml`).

Not here: a word such as "Firma" before a name (`words`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.addressing import words

_SPACED = re.compile(r"(?: [A-Za-z]{1,3}\.){2,4}$")
"""A legal form at a name's end that is typed with blanks: Uwe Orr e. K., Kran s. r. o."""


@lru_cache(maxsize=1024)
def is_firm(name: str) -> bool:
    """Say whether a name shows that it is a firm's: Kran GmbH, Kran & Söhne, 青葉製菓株式会社."""
    table = data.table("address_words")
    name = _SPACED.sub(lambda match: " " + match[0].replace(" ", ""), name.replace(",", " "))
    parts = name.split()
    if any(part in table["firm_words"] or part.rstrip(",") in _legal()[0] for part in parts[1:]):
        return True
    if parts and parts[0] in table["firm_words"]:
        return True
    if any(mark in name for mark in table["firm_marks"]):
        return True
    if any(part in ("Inh.", "Inhaber", "Inhaberin") for part in parts[1:]):  # Elektro Huber Inh. Max Huber
        return True
    folded = [_fold(part) for part in parts]
    for at in range(1, len(parts) - 1):
        if words.is_and(parts[at]) and folded[at + 1] in _lists()["behind_and"]:
            return all(word in _legal()[1] | _lists()["last"] for word in folded[at + 2 :])
    return len(parts) > 2 and folded[-1] in _legal()[1] and any(mark in parts for mark in ("&", "+"))


@lru_cache(maxsize=1024)
def is_body(name: str) -> bool:
    """Say whether a name without any form of address is that of an office or a house, and of no person."""
    folded = name.casefold()
    if folded.endswith(_or_else()):  # Ada Orr or Current Resident
        return is_body(name[: -max(len(end) for end in _or_else() if folded.endswith(end))].strip())
    parts = name.replace(",", " ").split()
    if name.endswith(_japanese()):
        return True
    if not parts or not (parts[0][0].isupper() or parts[0][0].isdigit()):
        return False
    first, last, lists = _fold(parts[0]), _fold(parts[-1]), _lists()
    if first in lists["first"] or is_compound(first):
        return len(parts) > 1 or first not in lists["last_of_three"]
    if first in lists["before"] and len(parts) > 1:
        return is_body(" ".join(parts[1:]))
    folded = f"{name.casefold()} "
    of = " of " in folded[:-1] and not any(map(_is_peer, parts[:3]))
    if of and not words.leads_at(parts, 0, False, ""):  # Head of Finance
        return len(parts) > 2
    if folded.startswith(_phrases()) and not (first in ("the", "aan") and words.leads_at(parts, 0, False, "")):
        return len(parts) > 1
    if len(parts) > 1 and last in lists["last"]:
        return True
    if "für" in parts[1:-1] or (first == "les" and len(parts) > 1 and parts[1].islower()):  # Les habitants
        return True
    if len(parts) > 1 and any(len(part) > 4 and part.endswith(("'s", "’s")) for part in parts):  # Joe's Garage
        return True
    possessive = any(part.endswith(("'s", "’s", "s'", "s’")) for part in parts)
    return (len(parts) > 2 or possessive) and last in lists["last_of_three"]


def _is_peer(word: str) -> bool:
    folded = words.title_fold(word)
    return folded in words.peers() or folded in ("lord", "lady", "baroness")


def is_compound(first: str) -> bool:
    """Say whether a word ends as German compounds for offices do: Ordnungsamt."""
    endings = _endings()
    return first.endswith(endings) and any(len(first) > len(one) + 2 and first.endswith(one) for one in endings)


def is_department(word: str) -> bool:
    """Say whether a word is a firm's department or branch in Japanese: 営業部, 大阪支店."""
    return word.endswith(tuple(_table()["ja_departments"]))


def _fold(word: str) -> str:
    return word.strip(".,()").casefold().replace("\u0307", "")  # İlkokulu


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(listed) for name, listed in _table().items()}


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    return tuple(_lists()["endings"])


@lru_cache(maxsize=1)
def _legal() -> tuple[frozenset[str], frozenset[str]]:
    """Legal forms as they are written, and those that count in any letters behind an "and"."""
    written = data.table("address_words")["firms"]
    return frozenset(written), frozenset((*_table()["legal"], *map(_fold, written)))


@lru_cache(maxsize=1)
def _phrases() -> tuple[str, ...]:
    return tuple(_table()["phrases"])


@lru_cache(maxsize=1)
def _japanese() -> tuple[str, ...]:
    return tuple(_table()["ja"])


@lru_cache(maxsize=1)
def _or_else() -> tuple[str, ...]:
    return tuple(f" {end}" for end in data.table("name_words")["behind"]["or_else"])


def _table() -> dict[str, Any]:
    found: dict[str, Any] = data.table("name_words")["bodies"]
    return found
