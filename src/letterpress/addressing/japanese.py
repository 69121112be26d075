"""Gives every addressee of a Japanese letter what stands behind the name: 様 a person, 御中 a firm or an office.

Nothing is added where something stands there already, or where a person's line below has it: 株式会社 / 営業部 森田 様.
Sources: 宛名 in the manuals of the post and of offices (様, 御中, 各位, 先生; 御中 and 様 never together).

Not here: which of several people or firms a name means (`households`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from letterpress.addressing import words
from letterpress.model import Party, Person

_BEHIND = ("様", "殿", "先生", "御中", "氏", "さん", "各位", "方", "宛", "行")


def is_for(lang: str) -> bool:
    """Say whether a letter's language is Japanese."""
    return lang.split("-")[0].lower() == "ja"


def respectful(lines: Iterable[str], person: Person, kind: str, lang: str) -> tuple[str, ...]:
    """Put 様 or 御中 behind each line that names somebody.

    :param kind: of the reading: persons, firm, family ...
    """
    named = tuple(lines)
    below = (person.title, *(_below(person) if isinstance(person, Party) else ()))
    if any(_has(text) for text in below if text):
        return named
    return tuple(_with(line, "御中" if kind == "firm" else "様", lang) for line in named)


def organisation(party: Party, lang: str) -> Party:
    """A firm or an office without a person, with 御中."""
    said = party.name or party.given or party.family or party.persons or party.office
    if not party.organisation or said or any(_has(text) for text in (party.title, *_below(party)) if text):
        return party
    return replace(party, organisation=_with(party.organisation, "御中", lang))


def _below(party: Party) -> tuple[str, ...]:
    return (party.attention or "", party.care_of or "", *party.lines)


def _has(text: str) -> bool:
    return text.rstrip().endswith(_BEHIND) or bool(re.search(r"(様|御中|先生|各位)\s*$", text))


def _with(line: str, ending: str, lang: str) -> str:
    if _has(line) or words.family_behind(line, lang) is not None:
        return line
    written = f"{_without_courtesy(line, lang)} {ending}"
    if ending == "様":  # 山田 太郎 様・花子 様
        written = re.sub(r"(?<=[\u4e00-\u9fff])・(?=[\u4e00-\u9fff])", " 様・", written)
    return written


def _without_courtesy(line: str, lang: str) -> str:
    """A name in Japanese script without the Mr. of a list in English."""
    parts = line.split()
    if not any(unicodedata.name(char, "").startswith(("CJK", "HIRAGANA", "KATAKANA")) for char in line):
        return line
    while len(parts) > 1:
        found = words.find(parts[0], lang)
        if found is None or found.means not in ("female", "male", "neutral"):
            break
        parts = parts[1:]
    return " ".join(parts)
