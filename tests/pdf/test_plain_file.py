"""A file as the engine writes it is read without a library; what is written otherwise, or damaged, is left to pikepdf."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

import letterpress
from letterpress.pdf import plain_file, spoken
from tests.support.project import FRONT, Project

BODY = """
Pay *forty* dollars (\\\\(40\\\\)), ½ of "it", by Friday.^[A note: (see) \\\\ there.]

| Item | Price |
|---|--:|
| Rope | 3.00 |

![A harbour](h.svg)
"""


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    project = Project(tmp_path_factory.mktemp("plain"))
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='20'><path d='M0 0h60v20H0z'/></svg>"
    project.write("content/letters/h.svg", drawing)
    people = "  - {name: Jo (the) Lind, title: Director, sign: digital}\n"
    front = FRONT.split("signatories:")[0] + f"signatories:\n{people}"
    result = letterpress.render(project.root / project.letter(BODY, front))
    assert result.pdf is not None, result.diagnostics
    return result.pdf


def test_the_same_words_are_read_as_with_a_library(pdf: bytes) -> None:
    quick = spoken.quick_words(pdf)
    assert quick == spoken.words(pdf)[0]
    assert quick is not None
    assert {"forty", "½", "rope", "harbour", "lind"} & set(quick) >= {"forty", "rope", "harbour", "lind"}


def _saved(pdf: bytes, **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, **options)
    return out.getvalue()


OTHERS: dict[str, Callable[[bytes], bytes]] = {
    "with a table": lambda pdf: _saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable),
    "by another program": lambda pdf: _saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "encrypted": lambda pdf: _saved(pdf, encryption=pikepdf.Encryption(owner="a", user="b")),
    "with something behind its end": lambda pdf: pdf + b"\n% more\n",
    "with an update": lambda pdf: pdf + pdf[pdf.rindex(b"startxref") :],
    "cut off": lambda pdf: pdf[: len(pdf) // 2],
    "nothing": lambda pdf: b"",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_a_file_of_another_kind_is_not_read(pdf: bytes, kind: str) -> None:
    assert spoken.quick_words(OTHERS[kind](pdf)) is None


@given(at=st.floats(0, 1), byte=st.integers(0, 255))
def test_a_damaged_byte_never_raises_and_adds_no_word_of_the_letter(pdf: bytes, at: float, byte: int) -> None:
    place = min(int(at * len(pdf)), len(pdf) - 1)
    words = spoken.quick_words(pdf[:place] + bytes((byte,)) + pdf[place + 1 :])
    assert words is None or len(words) <= len(spoken.words(pdf)[0]) + 3


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"(a\\(b\\)c(d)\\\\\\101\\n)", b"a(b)c(d)\\A\n"),
        (b"<48 65 6C6>", b"Hel`"),
        (b"/A#20B", "/A B"),
        (b"-.5", -0.5),
        (b"true", True),
        (b"null", None),
        (b"% a remark\n 7", 7),
    ],
)
def test_values_are_read_as_the_standard_has_them(written: bytes, read: object) -> None:
    assert plain_file._parse(written, 0, None, 0)[0] == read
