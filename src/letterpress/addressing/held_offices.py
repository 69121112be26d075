"""Reads an office in the place of a form of address or of a name: Frau Bürgermeisterin, Monsieur le Maire.

The words are data (`data/address_words.toml`).

Not here: the offices of the field `office`, which have forms of their own (`forms`).
"""

from __future__ import annotations

import re

from letterpress import data
from letterpress.addressing import words

_LANGUAGES = ("de", "es", "it", "nl")
_FUNCTION = re.compile(
    r"(?:S\.? ?E\.? ?|Son Excellence )?"
    r"(Monsieur|Madame|Mademoiselle|M\.?|Mr|Mme|Mlle) (?:(le|la) (?=\S)|l['’] ?(?=\S))(.+)",
    re.IGNORECASE,
)
"""Monsieur le Maire, Mme la Présidente, Madame l’Adjointe."""
_OF_TOWN = re.compile(r" (?:de |d['’])(?!République|Confédération|État|Chambre|Sa |Son )(?:La |Le )?[A-ZÀ-Ý].*")


def function(honorific: str, lang: str) -> tuple[str, str] | None:
    """Part "M. le Maire" of a French letter into form of address and function, as a salutation has them.

    A town behind it is left out: Monsieur le Maire, of Monsieur le Maire de Lyon.
    """
    if lang.split("-")[0].lower() != "fr":
        return None
    found = _FUNCTION.fullmatch(" ".join(honorific.split()))
    if found is None or words.is_any_title(found[3].split()[0]):
        return None
    known = words.find(found[1], lang)
    man = known is not None and known.means == "male"
    article = f"{found[2].lower()} " if found[2] else "l’"
    held = _OF_TOWN.sub("", found[3])
    return ("Monsieur" if man else "Madame"), f"{article}{held[:1].upper()}{held[1:]}".replace("'", "’")


def is_office(name: str, lang: str) -> bool:
    """Say whether an office stands in the place of a name: Monsieur le Maire, Herrn Präsidenten, Bürgermeisterin."""
    found = _FUNCTION.fullmatch(name) if function(name, lang) is not None else None
    if found is not None:
        first, *more = found[3].split()
        named = more and more[0][0].isupper() and more[0].casefold() not in ("général", "générale")
        return not named and first.casefold() in data.table("address_words")["functions"]["fr"]
    parts = name.split()
    held = words.office(parts[-1], lang)
    if held is None or len(parts) > 2:
        return False
    if len(parts) == 1:
        return held.gender is not None
    said = words.find(parts[0], lang)  # Frau Bischof is called so
    return said is not None and words.leads(parts[0], lang) and said.means == (held.gender or "male")


def names_an_office(value: str) -> bool:
    """Say whether a cell is a form of address with an office: Herr Landrat, Mme la Ministre."""
    if function(value, "fr") is not None:
        return True
    first, _, rest = value.partition(" ")
    return any(
        rest and words.leads(first, lang) and all(words.office(word, lang) for word in rest.split())
        for lang in _LANGUAGES
    )


def stands_alone(honorific: str, lang: str) -> bool:
    """Say whether a form of address names somebody's office, so that it needs no name: Frau Bürgermeisterin."""
    return function(honorific, lang) is not None or any(words.office(word, lang) for word in honorific.split())
