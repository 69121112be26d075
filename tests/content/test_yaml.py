"""YAML with places: values stay the text that was typed, and every one has its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.content import yaml as content_yaml


def read(text: str) -> content_yaml.Document:
    return content_yaml.read(text, file="f.yml", first_line=1)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "yes",
        "on",
        "true",
        "True",
        "01234",
        "1.10",
        "1e5",
        "0x10",
        "1_000",
        "2024-01-02",
        "12:30:45",
        ".5",
        "-",
        "1/2",
        "=",
        "NaN",
    ],
)
def test_a_value_stays_the_text_that_was_typed(text: str) -> None:
    if text == "-":
        text = "'-'"
    document = read(f"a: {text}\nb:\n  - {text}\n")
    assert not document.faults
    assert document.data == {"a": text.strip("'"), "b": [text.strip("'")]}


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_nothing_unless_quoted(text: str) -> None:
    assert read(f"a: {text}\n").data == {"a": None}
    assert read(f"a: '{text}'\n").data == {"a": text}


def test_lines() -> None:
    text = "a: 1\nb:\n  c: 2\n\n  # note\n  d:\n    - e\n    - f: g\nh: {i: j,\n  k: l}\nm: |\n  n\n  o\np: q\n"
    lines = read(text).lines
    assert {key: lines[key] for key in ("a", "b", "b.c", "b.d", "b.d.1", "b.d.2.f", "h.i", "h.k", "m", "p")} == {
        "a": 1,
        "b": 2,
        "b.c": 3,
        "b.d": 6,
        "b.d.1": 7,
        "b.d.2.f": 8,
        "h.i": 9,
        "h.k": 10,
        "m": 11,
        "p": 14,
    }


def test_first_line_is_where_the_text_stands_in_its_file() -> None:
    document = content_yaml.read("a: b\nc: 'd\n", file="f", first_line=2)
    assert [fault.line for fault in document.faults] == [3]


def test_line_separators_are_no_line_ends() -> None:
    """YAML 1.1 took U+2028 for one; then every line below would be counted wrong."""
    document = read("a: b\u2028c\u2029d\ne: 'x\u2028y'\nf: &x {g: h}\n\u2028k: z\ng: 'no\n")
    assert [fault.line for fault in document.faults] == [5]
    document = read("a: b\u2028c: d\ne: f\n")
    assert [fault.message for fault in document.faults] == ["a second ': ' on this line"]
    assert read("a: b\u2028c\u2029d\n").data == {"a": "b\u2028c\u2029d"}


def test_anchors_and_aliases_work() -> None:
    assert read("a: &x Hi\nb: *x\nc: &y [1]\nd: *y\n").data == {"a": "Hi", "b": "Hi", "c": ["1"], "d": ["1"]}
    assert [fault.message for fault in read("a: &a\n  b: *a\n").faults] == ["an alias that holds itself"]


def test_comments_are_comments_where_they_look_like_one() -> None:
    assert read("# one\na: b # two\n#c: d\ne: f #\ng: h#i\nj: '#k'\n").data == {
        "a": "b",
        "e": "f",
        "g": "h#i",
        "j": "#k",
    }
    assert read("a: b #c\n").faults[0].message == "'#c' is taken for a comment"
    assert read("a: {b: #c}\n").faults[0].message == "'#c' is taken for a comment"


def test_every_second_writing_is_named_with_the_first() -> None:
    faults = read("a: 1\nb: {c: 1, c: 2}\na: 3\n").faults
    assert [(fault.line, fault.field, fault.message) for fault in faults] == [
        (2, "b.c", "is written twice, first on line 2"),
        (3, "a", "is written twice, first on line 1"),
    ]


def test_size_has_an_end() -> None:
    assert "200,000 characters" in read("a: " + "x" * 200_001).faults[0].message
    assert "20,000 values" in read("a: [" + "x," * 30_000 + "]").faults[0].message
    assert "nested" in read("a: " + "[" * 5000).faults[0].message
    assert "nested" in read("a: " + "{a: " * 900 + "x" + "}" * 900).faults[0].message


@given(st.text(alphabet="ab:-{}[]'\"#&*!|>%@`?, \n\t0~\u2028\\", max_size=60))
@settings(max_examples=300)
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    document = read(text)
    for fault in document.faults:
        assert fault.line is not None
        assert 1 <= fault.line <= text.count("\n") + 1, fault
        assert fault.message


@given(
    st.dictionaries(
        st.sampled_from("abcdef"), st.text(alphabet="ab '\"{}[]:#,&*!|>%@`-01.\u00e9", max_size=20), max_size=4
    )
)
@settings(max_examples=100)
def test_a_quoted_text_is_itself(data: dict[str, str]) -> None:
    text = "".join(f"{key}: '{value.replace(chr(39), chr(39) * 2)}'\n" for key, value in data.items())
    document = read(text)
    assert not document.faults
    assert (document.data or {}) == data


def test_a_folded_text_is_one_line() -> None:
    document = read("note: >-\n  one\n  two\nnext: three\n")
    assert document.faults == []
    assert document.data == {"note": "one two", "next": "three"}


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("to:\n\tname: X\n", ["  name: X"]),
        ("name: X\n\tcity: Y\n", []),  # indented with spaces, it would still fit no line above
        ("to:\n  name: X\n city: Y\n", ["  city: Y", "city: Y"]),  # in the group, or behind it
        ('a: "C:\\path\\new"\n', []),  # it is not sure what \n is to mean
        ('a: "C:\\path"\n', ['a: "C:\\\\path"']),
        ("a: {b: c\nd: e\n", ["a: {b: c}"]),
        ("a: 'b\nc: 'd\n", ["a: 'b'"]),
        ("a: - b\n", ["a:\n  - b"]),
        ("https://example.org\nb: c\n", []),
    ],
)
def test_a_fix_is_offered_only_if_the_line_can_be_read_with_it(text: str, mended: list[str]) -> None:
    [fault] = read(text).faults
    lines = []
    for edit in (fix.edit for fix in fault.fixes):
        assert edit is not None
        assert edit.line is not None
        assert edit.span is not None
        line = text.split("\n")[edit.line - 1]
        lines.append(line[: edit.span[0] - 1] + edit.text + line[edit.span[1] :])
    assert sorted(lines) == sorted(mended)


def test_places_of_names_and_values() -> None:
    written = read('a: b  # c\nd:\n  - "e, f"\n  - {g: h}\ni: |\n  j\nk:\n').written
    assert written["a"] == ((1, 1, 1), (1, 4, 4))
    assert written["d.1"] == (None, (3, 5, 10))
    assert written["d.2"] == (None, (4, 5, 10))
    assert written["d.2.g"] == ((4, 6, 6), (4, 9, 9))
    assert (written["d"].name, written["d"].value) == ((2, 1, 1), None)
    assert (written["i"].name, written["i"].value) == ((5, 1, 1), None)
    assert written["k"].name == (7, 1, 1)
