"""Characters that no font of the letter has: named with their code points, or by the SVG that asks for another font.

Pango takes what a letter's fonts lack from any font of the system, and a letter would depend on the machine that made
it. So a finished PDF may hold no font but those that ship, that the letterhead brings, or that it declares.

Not here: which characters may stand in a text at all (`text.characters`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from letterpress.fonts import shipped
from letterpress.page import LayoutFault

_CODE = "character-missing"
_SHOWN = 8
"""Characters of a script that a message shows."""


class FontUsed(NamedTuple):
    """A font that a PDF was written with."""

    fingerprint: shipped.Fingerprint
    characters: frozenset[str]
    """What it sets; an empty text stands for a glyph whose characters are not known."""


def fault(char: str, families: tuple[str, ...]) -> LayoutFault:
    """The fault of a character that none of the fonts has."""
    name = unicodedata.name(char, "unnamed")
    return LayoutFault(
        f"no font has '{char}' (U+{ord(char):04X} {name}); tried {', '.join(families)}",
        "write it another way, or add a font that has it to the letterhead",
        char,
        code=_CODE,
        value=char,
        params=(("character", f"U+{ord(char):04X}"), ("name", name), ("families", families)),
    )


def _by_script(chars: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Part characters by their script; those that shipped fonts have stand by themselves."""
    ours = frozenset[int]().union(*(shipped.characters(name) for name in shipped.FAMILIES))
    groups: dict[tuple[str, bool], list[str]] = {}
    for char in chars:
        groups.setdefault((_script(char), ord(char) in ours), []).append(char)
    return [(script, group) for (script, _), group in groups.items()]


def _script(char: str) -> str:
    """The script of a letter by the first word of its name in Unicode; other characters are signs."""
    word = unicodedata.name(char, "").partition(" ")[0]
    if not word or unicodedata.category(char)[0] not in "LM":
        return "signs"
    return {"CJK": "Chinese characters"}.get(word, f"{word.capitalize()} letters")


def _of_script(script: str, chars: list[str], families: tuple[str, ...]) -> LayoutFault:
    """The fault of several characters of one script."""
    shown = " ".join(chars[:_SHOWN]) + (" ..." if len(chars) > _SHOWN else "")
    codes = tuple(f"U+{ord(char):04X}" for char in chars)
    of = "" if script == "signs" else f" ({codes[0]} and others)"
    named = f" ({', '.join(codes[:_SHOWN])})" if script == "signs" else of
    return LayoutFault(
        f"no font has these {len(chars)} {script}: {shown}{named}; tried {', '.join(families)}",
        "write them another way, or add a font for them to the letterhead",
        chars[0],
        code=_CODE,
        value="".join(chars[:_SHOWN]),
        params=(("characters", codes), ("script", script), ("families", families)),
    )


def names(fault: LayoutFault, char: str) -> bool:
    """Whether a fault says of a character that no font has it."""
    codes = dict(fault.params)
    return fault.code == _CODE and f"U+{ord(char):04X}" in (codes.get("character"), *_listed(codes.get("characters")))


def _listed(codes: object) -> tuple[object, ...]:
    return codes if isinstance(codes, tuple) else ()


def _unknown(families: tuple[str, ...]) -> LayoutFault:
    """The fault of characters that none of the fonts has, where it cannot be said which: they are set as one glyph."""
    return LayoutFault(
        f"no font has a group of characters that is set as one sign; tried {', '.join(families)}",
        "write it another way, or add a font for its script to the letterhead",
        code=_CODE,
        params=(("families", families),),
    )


def faults(
    used: Iterable[FontUsed],
    brought: Collection[shipped.Fingerprint],
    families: tuple[str, ...],
    undrawn: Iterable[str] = (),
) -> list[LayoutFault]:
    """Find the characters that Pango took from a font of the system, since no font of the letter has them.

    :param brought: fonts besides the shipped ones that the letter may be set in.
    :param families: names of all fonts of the letter.
    :param undrawn: characters that no font of the system has either.
    """
    ours = shipped.fingerprints()
    foreign = [font for font in used if font.fingerprint not in ours and font.fingerprint not in brought]
    chars = {char for font in foreign for char in font.characters if not char.isspace()} | set(undrawn)
    named = [
        fault(group[0], families) if len(group) == 1 else _of_script(script, group, families)
        for script, group in _by_script(sorted(chars - {""}))
    ]
    return named or [_unknown(families)] if chars else []


def by_svgs(
    faults: list[LayoutFault], asked: Mapping[str, tuple[str, ...]], families: tuple[str, ...]
) -> list[LayoutFault]:
    """Name the SVG that asks for another font, where the letter's own fonts have a character.

    :param asked: URLs of SVGs with text, and the families that they ask for.
    """
    foreign = {url: names for url, names in asked.items() if not names or names[0] not in families}
    if not foreign or all(one.code != _CODE for one in faults):
        return faults
    ours = frozenset[int]().union(*(shipped.characters(name) for name in families if name in shipped.FAMILIES))
    staying = [one for one in faults if not (one.code == _CODE and one.value and ord(str(one.value)[0]) in ours)]
    if len(staying) == len(faults):
        return faults
    return [*(_svg_font(url, names, families) for url, names in foreign.items()), *staying]


def _svg_font(url: str, names: tuple[str, ...], families: tuple[str, ...]) -> LayoutFault:
    """The fault of an SVG whose text no font of the letter sets."""
    asked = "the font " + " or ".join(f"'{name}'" for name in names) if names else "no font of the letter"
    name = "data:" if url.startswith("data:") else unquote(Path(url).name)
    return LayoutFault(
        f"'{name}' has text, and asks for {asked}; the letter has {', '.join(families)}",
        "convert its text to paths, or write font-family with a font that the letter has",
        url,
        code="svg-font-missing",
        value=name,
        params=(("asked", names), ("families", families)),
    )
