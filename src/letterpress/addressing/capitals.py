"""Writes a name that a list has in capitals as a salutation has it: BAUER as Bauer, VON DER HEIDE as von der Heide.

Not here: capitals that a post wants above an address (`address`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from letterpress.addressing import particles
from letterpress.addressing.greeting import Greeting

_DOTTED = ("tr", "az")
"""Languages in which the small letter of I is not i."""


def of_greeting(greeting: Greeting, lang: str) -> Greeting:
    """Give a salutation without capitals that only the list has: Frau Bauer for BAUER. The name of a firm stays, and so
    does one word of which nothing says that it is a person's."""
    if greeting.form.endswith(": organisation"):
        return greeting
    neutral = greeting.form.endswith(": neutral")
    for name in filter(str.isupper, sorted(filter(None, greeting.named), key=len, reverse=True)):
        small = name if neutral and " " not in name else in_small(name, lang)
        text, closing = (said.replace(name, small) for said in (greeting.salutation, greeting.closing))
        greeting = replace(greeting, salutation=text, closing=closing)
    return greeting


def in_small(name: str, lang: str) -> str:
    """Give a name with a capital at the beginning of each word, where it is written in capitals throughout."""
    parts = name.split(" ")
    cased = [part for part in parts if part.upper() != part.lower() and "." not in part and len(part) > 1]
    shouted = bool(cased) and all(part.isupper() for part in cased)
    if lang.split("-")[0] in _DOTTED:
        return name
    return " ".join(_word(part, at == len(parts) - 1, shouted) for at, part in enumerate(parts))


def _word(word: str, last: bool, shouted: bool) -> str:
    """One word; of two letters or three it may be initials, unless all of the name is in capitals."""
    if not word.isupper() or "." in word or len(word) < (2 if shouted else 4):
        return word
    if not last and word.lower() in particles.small():
        return word.lower()
    return re.sub(r"[^\W\d_]+", lambda match: _piece(match[0]), word)


def _piece(letters: str) -> str:
    if letters.startswith("MC") and len(letters) > 4:
        return f"Mc{letters[2:].capitalize()}"
    if letters.startswith("IJ") and len(letters) > 3:
        return f"IJ{letters[2:].lower()}"
    return letters[:1] + letters[1:].lower()
