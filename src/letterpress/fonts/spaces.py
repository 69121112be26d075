"""Says of a font whether shaping a word can depend on what stands beyond the space beside it.

Such fonts are rare; but only of those that do not can a line be put together of words. All tables are looked at that
HarfBuzz may apply, and where one could tell of a space and of more than one glyph beside it, the font is left alone.

Not here: what a font does to the letters next to a space (`layout.lines`). Source: OpenType 1.9 (GSUB, GPOS, common
table formats); HarfBuzz's manual, OpenType features.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

_ALWAYS = frozenset("abvm blwm calt ccmp clig curs dist kern liga locl ltra ltrm mark mkmk rand rclt rlig rvrn".split())
"""Features that are applied to Latin text unless they are turned off; those for fractions need a fraction slash."""
_APPLE = frozenset({"kerx", "mort", "morx", "trak"})
"""Tables of Apple's that do the same by other rules."""
_EXTENSIONS = {"GSUB": 7, "GPOS": 9}
_CONTEXTS = {"GSUB": frozenset({5, 6, 8}), "GPOS": frozenset({7, 8})}
_LIGATURE, _PAIR, _CURSIVE = ("GSUB", 4), ("GPOS", 2), ("GPOS", 3)


@lru_cache(maxsize=64)
def part_words(font: bytes, index: int = 0, features: frozenset[str] = frozenset()) -> bool:
    """Whether each word is shaped by itself, but for the glyphs next to a space.

    :param font: the content of its file.
    :param index: which font of a collection.
    :param features: features that are applied because a style asks for them.
    """
    from fontTools.ttLib import TTFont

    try:
        with TTFont(BytesIO(font), fontNumber=index, lazy=True) as opened:
            space = (opened.getBestCmap() or {}).get(0x20)
            if space is None or _APPLE & set(opened.keys()):
                return False
            return not any(
                _reaches(tag, kind, subtable, space)
                for tag in ("GSUB", "GPOS")
                if tag in opened
                for kind, subtable in _subtables(tag, opened[tag].table, _ALWAYS | features)
            )
    except Exception:  # whatever fontTools meets in a font that is broken
        return False


def _subtables(tag: str, table: Any, names: frozenset[str]) -> Iterator[tuple[int, Any]]:
    """Kind and content of what may be applied by itself. What a context applies lies within the context."""
    if table.LookupList is None or table.FeatureList is None:
        return
    records = [one for one in table.FeatureList.FeatureRecord if one.FeatureTag in names]
    features = [one.Feature for one in records]
    for variation in getattr(getattr(table, "FeatureVariations", None), "FeatureVariationRecord", ()):
        features += [one.Feature for one in variation.FeatureTableSubstitution.SubstitutionRecord]
    for number in sorted({number for feature in features for number in feature.LookupListIndex}):
        lookup = table.LookupList.Lookup[number]
        for subtable in lookup.SubTable:
            extended = lookup.LookupType == _EXTENSIONS[tag]
            yield (subtable.ExtensionLookupType, subtable.ExtSubTable) if extended else (lookup.LookupType, subtable)


def _reaches(tag: str, kind: int, subtable: Any, space: str) -> bool:
    """Whether a table tells of a space and of more than a glyph beside it."""
    if kind in _CONTEXTS[tag]:
        return _in_a_context(subtable, space)
    if (tag, kind) == _LIGATURE:
        ligatures = ((first, one.Component) for first, several in subtable.ligatures.items() for one in several)
        return any(space == first or space in others for first, others in ligatures)
    if (tag, kind) == _CURSIVE:
        return space in subtable.Coverage.glyphs
    # Of a pair the first glyph alone may be moved: a letter before a space, or the space before a letter.
    return (tag, kind) == _PAIR and bool(subtable.ValueFormat2) and _in_a_pair(subtable, space)


def _in_a_pair(subtable: Any, space: str) -> bool:
    if space in subtable.Coverage.glyphs or subtable.Format == 2:
        return True
    return any(one.SecondGlyph == space for several in subtable.PairSet for one in several.PairValueRecord)


_COVERAGES = ("BacktrackCoverage", "InputCoverage", "LookAheadCoverage", "Coverage")
_PARTS = ("Backtrack", "Input", "LookAhead", "Class")


def _in_a_context(subtable: Any, space: str) -> bool:
    """Whether a space is one of the glyphs of a context: by its name, in a list, or in a class, be it that of all
    others."""
    if any(space in one.glyphs for part in _COVERAGES for one in _listed(getattr(subtable, part, None))):
        return True
    classes = {
        part: getattr(subtable, f"{part}ClassDef").classDefs.get(space, 0)
        for part in ("Backtrack", "Input", "LookAhead", "")
        if hasattr(subtable, f"{part}ClassDef")
    }
    for rule in _rules(subtable):
        for part in _PARTS:
            named = classes.get("" if part == "Class" or part not in classes else part) if classes else space
            if named in getattr(rule, part, ()):
                return True
    return False


def _rules(subtable: Any) -> Iterator[Any]:
    """Rules of contexts that name glyphs or classes, whatever they are called: SubRuleSet, ChainPosClassSet, ..."""
    for name, sets in _fields(subtable).items():
        if name.endswith("Set") and isinstance(sets, list):
            for rules in (_fields(one) for one in sets if one is not None):
                yield from (rule for several in rules.values() if isinstance(several, list) for rule in several)


def _fields(table: Any) -> dict[str, Any]:
    """What a table holds, which fontTools reads when it is asked for."""
    table.ensureDecompiled()
    fields: dict[str, Any] = vars(table)
    return fields


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
