"""Names the headings that links of the same letter lead to: `[the terms](#the-terms)` leads to `## The terms`.

Only those: a name would be written into the PDF. Not here: links that lead nowhere, which the layout finds. Source of
how a heading is called: GitHub's Markdown, as its users write it (small letters, hyphens for blanks, no other marks; of
several alike the second is called `-1`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from letterpress.text import template_tags


def name_headings(tokens: Sequence[Any]) -> None:
    """Give headings that a link leads to their names, as attributes of their tokens."""
    wanted = set(_targets(tokens))
    if not wanted:
        return
    met: dict[str, int] = {}
    for token, following in pairwise(tokens):
        if token.type != "heading_open":
            continue
        text = "".join(child.content for child in following.children or () if child.type in ("text", "code_inline"))
        name = _name(text)
        met[name] = met.get(name, -1) + 1
        called = f"{name}-{met[name]}" if met[name] else name
        if name and called in wanted and not template_tags.WORD.search(text):
            token.attrSet("id", called)


def _targets(tokens: Sequence[Any]) -> Iterator[str]:
    """The places in the letter that its links lead to."""
    for token in tokens:
        for child in token.children or ():
            target = child.attrGet("href") if child.type == "link_open" else None
            if target and target.startswith("#"):
                yield unquote(target[1:])


def _name(text: str) -> str:
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
