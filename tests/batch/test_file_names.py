"""Files' names: safe on any file system, inside the folder, and as the pattern says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterpress.batch import file_names
from letterpress.errors import LetterpressError, UsageError

KNOWN = {"to.name", "to.postcode", "record", "fields.x"}


def fill(pattern: str, **values: str) -> str:
    return file_names.fill(
        file_names.read(pattern, KNOWN), {key.replace("__", "."): value for key, value in values.items()}
    )


def test_the_pattern_of_the_issue() -> None:
    name = fill("{to.postcode}-{to.name|slug}", to__postcode="01067", to__name="Anneliese Grünwald")
    assert name == "01067-anneliese-grunwald.pdf"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("..\\..\\windows", "windows.pdf"),
        ("/etc/passwd", "etc-passwd.pdf"),
        ("C:\\x", "C--x.pdf"),
        ("CON", "_CON.pdf"),
        ("con.txt", "_con.txt.pdf"),
        ("nul ", "_nul.pdf"),
        ("LPT1", "_LPT1.pdf"),
        ("-rf", "rf.pdf"),
        (".hidden", "hidden.pdf"),
        ("~root", "root.pdf"),
        ("a\nb\tc", "a b c.pdf"),
        ("a\x00b\x1b[31m", "ab[31m.pdf"),
        ('He said "no" <b>?*|', "He said -no- -b----.pdf"),
        ("trailing. . ", "trailing.pdf"),
        ("e\u0301", "é.pdf"),
        ("right\u202eto left", "rightto left.pdf"),
        ("王小明", "王小明.pdf"),
    ],
)
def test_a_value_cannot_harm(name: str, expected: str) -> None:
    written = fill("{to.name}", to__name=name)
    assert re.sub("-+", "-", written) == re.sub("-+", "-", expected).lstrip("-")


def test_only_the_patterns_own_slash_makes_a_folder() -> None:
    assert fill("{to.postcode}/{to.name}", to__postcode="0/1", to__name="a/b") == "0-1/a-b.pdf"


@pytest.mark.parametrize("pattern", ["/tmp/{record}", "../{record}", "a/../../{record}", "C:{record}", ""])
def test_a_pattern_that_leaves_the_folder_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError):
        file_names.read(pattern, KNOWN)


def test_an_unknown_name_has_a_near_one() -> None:
    with pytest.raises(UsageError, match=re.escape("did you mean 'to.name'")):
        file_names.read("{to.nmae}", KNOWN)
    with pytest.raises(UsageError, match="no filter 'slugg'"):
        file_names.read("{to.name|slugg}", KNOWN)
    with pytest.raises(UsageError, match="brace"):
        file_names.read("{to.name", KNOWN)


def test_a_missing_value_names_its_field() -> None:
    with pytest.raises(LetterpressError) as caught:
        fill("{to.postcode}-{record}", record="1", to__postcode="")
    assert caught.value.diagnostics[0].field == "to.postcode"


def test_a_value_that_leaves_nothing_is_a_fault() -> None:
    with pytest.raises(LetterpressError, match="leaves nothing"):
        fill("{record}-{to.name|slug}", record="1", to__name="🙂")


def test_long_names_stay_apart() -> None:
    first, second = fill("{to.name}", to__name="ä" * 400 + "1"), fill("{to.name}", to__name="ä" * 400 + "2")
    assert first != second
    assert max(len(first.encode()), len(second.encode())) < 220


def test_numbers_are_padded() -> None:
    assert fill("{record:05}", record="7") == "00007.pdf"


def test_one_name_on_some_file_system_is_one_name() -> None:
    assert file_names.folded("MÜLLER.pdf") == file_names.folded("mu\u0308ller.pdf")
    assert file_names.folded("straße.pdf") == file_names.folded("STRASSE.pdf")


@given(st.text(min_size=1, max_size=300), st.booleans())
def test_no_text_leaves_the_folder_or_breaks_a_name(text: str, slug: bool) -> None:
    try:
        written = fill("sub/{to.name|slug}" if slug else "sub/{to.name}", to__name=text)
    except LetterpressError as error:
        assert error.diagnostics[0].field == "to.name"  # noqa: PT017 - either is good
        return
    folder, _, name = written.partition("/")
    assert folder == "sub"
    assert "/" not in name
    assert not re.search(r'[<>:"\\|?*\x00-\x1f]', name)
    assert name not in (".", "..")
    assert not name.startswith((".", "-", "~"))
    assert len(name.encode("utf-8", "surrogatepass")) < 255
    assert os.path.normpath(f"/out/{written}") == f"/out/{written}"
    assert name.removesuffix(".pdf") == name.removesuffix(".pdf").rstrip(". ")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_every_name_can_be_written(text: str) -> None:
    import tempfile

    try:
        written = fill("{to.name}", to__name=text)
    except LetterpressError:
        return
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / written).write_bytes(b"x")
        assert [path.name for path in Path(folder).iterdir()] == [written]


@pytest.mark.parametrize(
    ("name", "expected"), [("Zoë Fielding", "1-zoe-fielding"), ("", "1"), ("***", "1"), ("a" * 60, f"1-{'a' * 40}")]
)
def test_a_tail_is_written_behind_a_hyphen_or_not_at_all(name: str, expected: str) -> None:
    assert fill("{record}{to.name|tail}", record="1", to__name=name) == f"{expected}.pdf"
