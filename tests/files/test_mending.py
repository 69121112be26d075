"""Edits of diagnostics, applied to text files."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.errors import Diagnostic, Edit, Fix, LetterpressError
from letterpress.files import mending


def fault(path: Path | str, line: int, span: tuple[int, int], text: str, *, more: int = 0) -> Diagnostic:
    """A fault with one fix; with `more`, others that it could be as well."""
    edit = Edit(text=text, file=str(path), line=line, span=span)
    fixes = (Fix(kind="replace", title="", value=text, edit=edit),) * (1 + more)
    return Diagnostic(message="m", file=str(path), line=line, fixes=fixes)


def mended(path: Path, *faults: Diagnostic) -> tuple[str, int]:
    """The text afterwards, and how many edits were applied."""
    files, refused = mending.mend(faults, since=time.time_ns() + 10**9)
    assert not refused
    return (files[0].text, len(files[0].diagnostics)) if files else (path.read_text(), 0)


def test_several_edits_of_a_line_keep_each_others_places(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("one two three\n")
    faults = [fault(path, 1, (1, 3), "eleven"), fault(path, 1, (9, 13), "3"), fault(path, 1, (5, 7), "twelve")]
    assert mended(path, *faults) == ("eleven twelve 3\n", 3)


@pytest.mark.parametrize(
    ("first", "second"),
    [((1, 3), (3, 5)), ((1, 5), (2, 3)), ((2, 3), (1, 5)), ((1, 3), (1, 3)), ((4, 3), (4, 3)), ((1, 3), (1, 0))],
)
def test_of_edits_that_overlap_the_first_is_applied(
    tmp_path: Path, first: tuple[int, int], second: tuple[int, int]
) -> None:
    path = tmp_path / "a.md"
    path.write_text("abcdef\n")
    alone, _ = mended(path, fault(path, 1, first, "X"))
    assert mended(path, fault(path, 1, first, "X"), fault(path, 1, second, "Y")) == (alone, 1)


def test_edits_that_touch_do_not_overlap_and_the_same_one_is_applied_once(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("abcd\n")
    faults = [fault(path, 1, (1, 2), "X"), fault(path, 1, (3, 4), "Y"), fault(path, 1, (1, 2), "X")]
    assert mended(path, *faults) == ("XY\n", 3)


def test_a_lines_end_is_one_character_and_new_ones_are_the_files(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"a\r\nb\r\nc")
    assert mended(path, fault(path, 2, (1, 2), ""))[0] == "a\r\nc"
    assert mended(path, fault(path, 3, (2, 1), "\nd"))[0] == "a\r\nb\r\nc\r\nd"


@pytest.mark.parametrize(
    ("name", "line", "span", "more"),
    [
        ("a.csv", 1, (1, 1), 0),  # a table of records
        ("a.xlsx", 1, (1, 1), 0),
        ("a.md", 1, (1, 1), 1),  # more than one answer
        ("a.md", 9, (1, 1), 0),  # no such line
        ("a.md", 1, (1, 9), 0),
        ("a.md", 1, (0, 1), 0),
        ("a.md", 1, (3, 1), 0),
    ],
)
def test_what_is_not_mended(tmp_path: Path, name: str, line: int, span: tuple[int, int], more: int) -> None:
    path = tmp_path / name
    path.write_text("ab\n")
    assert mended(path, fault(path, line, span, "X", more=more)) == ("ab\n", 0)


def test_a_cell_of_a_table_and_a_file_that_ships_are_not_mended() -> None:
    cell = Fix(kind="replace", title="", edit=Edit(text="x", sheet="A", cell="B7"))
    assert mending.mendable(Diagnostic(message="m", fixes=(cell,))) is None
    shipped = Path(mending.__file__).parents[1] / "templates/plain/letterhead.toml"
    assert mending.mendable(fault(shipped, 1, (1, 1), "x")) is None


def test_a_file_that_has_changed_since_it_was_checked_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    begun = time.time_ns() - 10**9
    path.write_text("abc\n")
    files, [refused] = mending.mend([fault(path, 1, (1, 1), "X")], since=begun)
    assert (files, refused.code) == ([], "file-changed")


def test_a_file_that_changes_before_it_is_written_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("abc\n")
    [file], _ = mending.mend([fault(path, 1, (1, 1), "X")], since=time.time_ns() + 10**9)
    path.write_text("another\n")
    with pytest.raises(LetterpressError) as raised:
        file.write()
    assert raised.value.diagnostics[0].code == "file-changed"
    assert path.read_text() == "another\n"
    assert [found.name for found in tmp_path.iterdir()] == ["a.md"]


_texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufeff"), max_size=8)


@settings(max_examples=15)
@given(st.lists(st.tuples(_texts, st.sampled_from(["\n", "\r\n"])), max_size=4), _texts, st.data(), st.booleans())
def test_all_but_the_edited_characters_stay(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[tuple[str, str]],
    last: str,
    data: st.DataObject,
    mark: bool,
) -> None:
    path = tmp_path_factory.mktemp("mending") / "a.md"
    before = b"\xef\xbb\xbf" if mark else b""
    path.write_bytes(before + "".join(line + end for line, end in [*lines, (last, "")]).encode())
    every = [*lines, (last, "")]
    at = data.draw(st.integers(0, len(every) - 1))
    start = data.draw(st.integers(0, len(every[at][0])))
    end = data.draw(st.integers(start, len(every[at][0])))
    files, _ = mending.mend([fault(path, at + 1, (start + 1, end), "new")], since=time.time_ns() + 10**9)
    files[0].write()
    every[at] = (every[at][0][:start] + "new" + every[at][0][end:], every[at][1])
    assert path.read_bytes() == before + "".join(line + ending for line, ending in every).encode()
