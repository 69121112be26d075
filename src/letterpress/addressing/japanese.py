"""Gives every addressee of a Japanese letter what stands behind the name: 様 a person, 御中 a firm or an office.

Nothing is added where something stands there already, or where a person's line below has it: 株式会社 / 営業部 森田 様.
A department stands above the name, and a job before it: 営業部 / 課長 森田 和泉 様. A job without a name has 殿.
Sources: 宛名 in the manuals of the post and of offices (様, 御中, 各位, 先生; 御中 and 様 never together);
photo-miyagi.com, shakariki-movie.com (firm, department; on the next line job, name, 様; 御中 behind a department;
no 様 behind a job); nikkou-care.blog.wox.cc (殿 behind a job).

Not here: which of several people or firms a name means (`households`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from letterpress.addressing import bodies, words
from letterpress.model import Party, Person

_BEHIND = ("様", "殿", "先生", "教授", "博士", "御中", "氏", "さん", "各位", "方", "宛", "行")


def is_for(lang: str) -> bool:
    """Say whether a letter's language is Japanese."""
    return lang.split("-")[0].lower() == "ja"


def respectful(lines: Iterable[str], person: Person, kind: str, lang: str) -> tuple[str, ...]:
    """Put 様 or 御中 behind each line that names somebody.

    :param kind: of the reading: persons, firm, family ...
    """
    named = tuple(lines)
    below = (person.title or "", *(_below(person) if isinstance(person, Party) else ()))
    if any(_has(text) for text in below) or (kind == "firm" and _is_japanese(person.title or "")):
        return named
    return tuple(_with(line, "御中" if kind == "firm" else "様", lang) for line in named if line.strip())


def titled(named: Iterable[str], title: str, kind: str = "persons") -> tuple[str, ...]:
    """Put a department above the name and a job before it; a title in Latin letters, or one with a name, stays below.

    :param kind: of the reading: persons, firm, family ...
    """
    lines = tuple(named)
    if _has(title) or not _is_japanese(title):
        return (*lines, title)
    departments, job = _parted(title)
    if not lines or kind == "firm":
        return (*lines, _addressed(title))
    above = (departments,) if departments else ()
    return (*above, f"{job} {lines[0]}" if job else lines[0], *lines[1:])


def as_printed(party: Party, lang: str) -> Party:
    """A firm, an office, its department and who is named for attention, each with what stands behind it."""
    if party.persons or party.office:
        return party
    if party.attention and not _has(party.attention):
        ending = "御中" if bodies.is_department(party.attention.split()[-1]) else "様"
        party = replace(party, attention=_with(party.attention, ending, lang))
    said = party.name or party.given or party.family
    if not party.organisation or said or any(_has(text) for text in _below(party)):
        return party
    if party.title and _is_japanese(party.title):
        return replace(party, title=party.title if _has(party.title) else _addressed(party.title))
    return replace(party, organisation=_with(party.organisation, "御中", lang))


def _parted(title: str) -> tuple[str, str]:
    """営業部 東京支店 課長: the departments, and the job."""
    parts = title.split()
    last = next((at for at in range(len(parts), 0, -1) if bodies.is_department(parts[at - 1])), 0)
    return " ".join(parts[:last]), " ".join(parts[last:])


def _addressed(title: str) -> str:
    """A department with 御中, or who holds a job there with 殿."""
    return f"{title} {'殿' if _parted(title)[1] else '御中'}"


def _is_japanese(text: str) -> bool:
    return any(unicodedata.name(char, "").startswith(("CJK", "HIRAGANA", "KATAKANA")) for char in text)


def _below(party: Party) -> tuple[str, ...]:
    return (party.attention or "", party.care_of or "", *party.lines)


def _has(text: str) -> bool:
    return text.rstrip().endswith(_BEHIND) or bool(
        re.search(r"(様(?:[ご御](?:夫妻|家族|一家))?|御中|先生|各位)\s*$", text)
    )


def _with(line: str, ending: str, lang: str) -> str:
    if _has(line) or words.family_behind(line, lang) is not None:
        return line
    if ending == "様" and not _is_japanese(line) and _is_courtesy(line.split()[0], lang):  # Mr John Smith
        return line
    if ending == "御中" and any(part.endswith(("長", "役", "主任", "担当")) for part in line.split()[:-1]):
        ending = "様"  # 株式会社さくら 代表取締役 山田 太郎
    written = f"{_without_courtesy(line, lang)} {ending}"
    if ending == "様":  # 山田 太郎 様・花子 様
        written = re.sub(r"(?<=[\u4e00-\u9fff])・(?=[\u4e00-\u9fff])", " 様・", written)
    return written


def _without_courtesy(line: str, lang: str) -> str:
    """A name in Japanese script without the Mr. of a list in English."""
    parts = line.split()
    if not _is_japanese(line):
        return line
    while len(parts) > 1:
        if not _is_courtesy(parts[0], lang):
            break
        parts = parts[1:]
    return " ".join(parts)


def _is_courtesy(word: str, lang: str) -> bool:
    found = words.find(word, lang)
    return found is not None and found.means in ("female", "male", "neutral")
