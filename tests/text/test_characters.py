"""Characters that no page can show, marks of direction, and long words: which are refused, and as what."""

from __future__ import annotations

import json

import pytest

from letterpress.errors import Problem
from letterpress.text import characters


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\ufdd0", "\ufdef", "\ufffe", "\U0010ffff", "\U0001fffe", "\u202d", "\u202e"])  # fmt: skip
def test_what_cannot_be_printed(char: str) -> None:
    assert characters.unprintable(f"a{char}b") == char
    assert characters.without_unprintable(f"a{char}b") == "a b"
    problem = characters.refused(f"a{char}b")
    assert problem is not None
    assert problem.code == "character-unprintable"
    assert problem.params == (("character", f"U+{ord(char):04X}"),)
    json.dumps(problem.at().as_json(), ensure_ascii=False).encode()  # also of half a pair


@pytest.mark.parametrize(
    "text", ["tab\tand\nline", "\u2028\u2029", "\xad\u200b\u200d", "\u200e\u200f", "é日🎉\ue000", "\ufdcf\ufdf0\ufffd"]
)
def test_what_can(text: str) -> None:
    assert characters.unprintable(text) is None
    assert characters.without_unprintable(text) == text
    assert characters.refused(text) is None


@pytest.mark.parametrize(
    ("text", "char"),
    [
        ("\u202aa\u202c", None), ("\u202ba\u202c", None), ("\u2066a\u2069", None), ("\u2067a\u2069", None),
        ("\u2068a\u2069", None), ("\u2067a\u202bb\u202cc\u2069", None), ("\u2067a", "\u2067"), ("a\u2069", "\u2069"),
        ("\u2067a\u202c", "\u202c"), ("\u202ba\u2067b\u202c\u2069", "\u202c"), ("\u202ba\u202bb\u202c", "\u202b"),
    ],
)  # fmt: skip
def test_marks_of_direction_have_to_match(text: str, char: str | None) -> None:
    assert characters.unbalanced(text) == char
    problem = characters.refused(text)
    assert (problem and (problem.code, problem.value)) == (char and ("direction-unbalanced", char))


def test_a_value_is_said_to_be_one() -> None:
    def said(text: str) -> list[str]:
        problems = (characters.refused(text), characters.refused(text, in_value=True))
        return [problem.message for problem in problems if isinstance(problem, Problem)]

    assert said("\x07") == [
        "U+0007 (a control character) cannot be printed",
        "U+0007 (a control character) in the value cannot be printed",
    ]
    assert said("\u2067") == [
        "U+2067 (right-to-left isolate) is opened and not closed",
        "U+2067 (right-to-left isolate) in the value is opened and not closed",
    ]


def test_a_word_may_have_a_thousand_characters() -> None:
    word = "x" * characters.MAX_WORD
    assert characters.long_word(f"a {word} b") is None
    assert characters.long_word(f"a {word}y b") == f"{word}y"
    assert characters.long_word("\u0e01" * 3000) is None  # Thai breaks without spaces
    problem = characters.too_long(f"{word}y")
    assert (problem.code, problem.params) == ("word-too-long", (("characters", 1001), ("limit", 1000)))
