"""Fonts that shape a word by what stands beyond a space, and fonts that do not."""

from __future__ import annotations

from io import BytesIO

import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont

from letterpress.fonts import shipped, spaces
from letterpress.layout.lines import words


def with_features(text: str, tables: str = "GSUB GPOS GDEF") -> bytes:
    """A face that ships, with these features for its own."""
    path = next(face.path for face in shipped.shipped() if face.family == "Source Sans Pro" and face.italic)
    with TTFont(path) as font:
        for tag in tables.split():
            if tag in font:
                del font[tag]
        addOpenTypeFeaturesFromString(font, text)
        content = BytesIO()
        font.save(content)
    return content.getvalue()


@pytest.mark.parametrize("face", shipped.shipped(), ids=lambda face: face.path.stem)
def test_words_stand_apart_in_every_face_that_ships(face: shipped.Face) -> None:
    assert spaces.part_words(face.path.read_bytes(), features=words.TRIED)


@pytest.mark.parametrize(
    "rule",
    [
        "sub a' space b by c;",
        "sub a b' by c; sub a space b' by c;",
        "sub [a b] [space comma] c' by d;",
        "@first = [a b]; @second = [space comma]; sub @first' @second by c;",
        "lookup change { sub a by c; } change; sub a' lookup change space b;",
        "sub a space b by c;",
        "rsub space a' by c;",
    ],
)
def test_a_substitution_that_reaches_over_a_space(rule: str) -> None:
    assert not spaces.part_words(with_features(f"feature calt {{ {rule} }} calt;"))
    assert spaces.part_words(with_features(f"feature ss01 {{ {rule} }} ss01;"))
    assert not spaces.part_words(with_features(f"feature ss01 {{ {rule} }} ss01;"), features=frozenset({"ss01"}))


@pytest.mark.parametrize(
    "rule",
    [
        "pos a space' 20 b;",
        "pos a <0 0 10 0> space <0 0 10 0>;",
        "pos space <0 0 10 0> a <5 0 0 0>;",
        "lookup change { pos a 12; } change; pos a' lookup change [space period] b;",
        "pos cursive space <anchor 0 0> <anchor 10 0>;",
    ],
)
def test_a_movement_that_reaches_over_a_space(rule: str) -> None:
    assert not spaces.part_words(with_features(f"feature kern {{ {rule} }} kern;"))


@pytest.mark.parametrize(
    "rule",
    [
        "sub a by c;",
        "sub f i by c;",
        "sub a' b by c;",
        "sub [a b]' [c d] by e;",
        "pos a space -20;",
        "pos space [A V W] -30;",
        "pos a <0 0 10 0> b <0 0 10 0>;",
    ],
)
def test_what_stays_within_a_word_or_beside_it(rule: str) -> None:
    tag = "kern" if rule.startswith("pos") else "calt"
    assert spaces.part_words(with_features(f"feature {tag} {{ {rule} }} {tag};"))


def formats(font: bytes) -> set[tuple[int, int]]:
    """Kind and format of a font's substitutions."""
    with TTFont(BytesIO(font)) as opened:
        lookups = opened["GSUB"].table.LookupList.Lookup
        return {
            (lookup.LookupType, one.Format) for lookup in lookups for one in lookup.SubTable if lookup.LookupType > 4
        }


@pytest.mark.parametrize("format", [1, 2, 3])
def test_contexts_in_each_of_their_formats(format: int) -> None:
    """feaLib writes what takes least room; these rules take least in each of the formats."""
    rules = {
        1: "sub a' {0} b by c; sub a' d by e; sub f' {0} c by d; sub g' h by i;",
        2: "@x = [{0} c d e f g h]; @y = [i j k l m n]; @z = [o p q r s]; "
        + " ".join(
            f"sub @{one}' @{two} @{three} by {to};"
            for one in "xyz"[1:]
            for two in "xyz"
            for three in "xyz"
            for to in "u"
        ),
        3: "sub a' [{0} c d] by e;",
    }
    for other, apart in (("space", False), ("b", True)):
        font = with_features(f"feature calt {{ {rules[format].format(other)} }} calt;")
        assert formats(font) & {(5, format), (6, format)}
        assert spaces.part_words(font) is apart


def test_a_font_that_is_none_is_left_alone() -> None:
    assert not spaces.part_words(b"")
    assert not spaces.part_words(shipped.shipped()[0].path.read_bytes()[:5000])
