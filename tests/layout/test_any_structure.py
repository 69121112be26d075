"""Any body that Markdown can make keeps both standards: structures of blocks, made up by Hypothesis, validated."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import letterpress
from tests.support import verapdf
from tests.support.project import FRONT, Project, png

INLINE = st.sampled_from(
    [
        "Plain words of a letter.",
        "With *emphasis*, **weight**, `code` and ~~struck~~ words.",
        "A [link](https://example.org/) and <mail@example.org>.",
        "A note^[the text of the note] in a line.",
        "An image ![a grey square](grey.png) in a line.",
        "A line\\\nbroken in two.",
        "Raw <b>bold</b>, <sub>low</sub> and <small>small</small>.",
    ]
)


def _quoted(text: str) -> str:
    return textwrap.indent(text, "> ", lambda _line: True)


def _item(text: str, mark: str) -> str:
    return mark + textwrap.indent(text, " " * len(mark))[len(mark) :]


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        inner.map(_quoted),
        several.map(lambda items: "\n".join(_item(item, "- ") for item in items)),
        several.map(lambda items: "\n\n".join(_item(item, "1. ") for item in items)),
        several.map("\n\n".join),
    )


LEAVES = st.one_of(
    INLINE,
    INLINE,
    st.builds("{} A heading".format, st.sampled_from(["#", "##", "###", "#####"])),
    st.just("| a | b |\n|---|--:|\n| *c* | 1 |\n| d | 2 |"),
    st.just("![a grey square](grey.png)"),
    st.just("    code\n    in a block"),
    st.just("---"),
)
BODIES = st.lists(st.recursive(LEAVES, _blocks, max_leaves=5), min_size=1, max_size=4).map("\n\n".join)


@pytest.mark.slow
@settings(max_examples=40)
@given(body=BODIES, subject=st.booleans())
def test_any_structure_of_blocks_is_pdf_a_and_pdf_ua(workshop: Project, body: str, subject: bool) -> None:
    verapdf.require()
    workshop.write("content/letters/grey.png", png())
    front = FRONT + ("subject: The subject\n" if subject else "")
    result = letterpress.render(workshop.root / workshop.letter(f"{body}\n\nThe end.\n", front))
    assert result.pdf is not None, (result.diagnostics, body)
    assert verapdf.validate(result.pdf) == [], body
