"""Names signs that Markdown takes for its own and does not print, where they were hardly meant so: the stars of
`2*3*4`, a backslash of a Windows path, the tabs of a table from a spreadsheet, the blanks before a paragraph.

Not here: what is printed as typed though it looks like Markdown (left_over.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from letterpress.content.left_over import LeftOver
from letterpress.errors import Problem

_PATH = re.compile(r"(?:^|[\s(\"'])(?:[A-Za-z]:(?:\\[^\\\s]*)*|\\\\[\w.$-]+(?:\\[^\\\s]*)*)$")
"""A folder of Windows up to a backslash."""
_CODE = re.compile(r"[{}();=<>\[\]`$#|\\_*]")


def of_text(children: Sequence[Any], line: int) -> Iterator[LeftOver]:
    """Find lost signs in a paragraph, a heading or a cell.

    :param children: tokens of markdown-it's, before texts are joined: a character behind a backslash is one of its own.
    :param line: line that it begins on, from 0.
    """
    at, before = line, ""
    for index, child in enumerate(children):
        if child.type in ("softbreak", "hardbreak"):
            at, before = at + 1, ""
            continue
        if child.type == "em_open" and child.markup == "*":
            yield from _sum(children, index, before, at)
        elif child.type == "text_special" and child.content != child.markup:
            yield from _path(child, before, _text(children[index + 1 :]), at)
        elif child.type == "text" and re.search(r"\S[ ]*\t+[ ]*\S", child.content):
            message = "a tab between words is printed as a blank: columns do not stand below each other"
            yield LeftOver(_problem("tab", message, "write a table: | Item | Price |, and | --- | --- | below it"), at)
        before += _text([child])


def of_code_block(token: Any) -> Iterator[LeftOver]:
    """Find prose that blanks or a tab before it make code."""
    lines = [text for text in token.content.split("\n") if text.strip()]
    words = re.findall(r"[^\W\d_]{2,}", token.content)
    if len(words) < 2 or _CODE.search(token.content) or not all(text[:1].isalnum() for text in lines):
        return
    message = "is set as code, in a typewriter's letters, since a tab or four blanks stand before it"
    hint = "take them away; '> ' before a line sets a passage in, and a backslash at its end breaks it"
    yield LeftOver(_problem("indented", f"'{lines[0][:40]}' {message}", hint), token.map[0])


def _sum(children: Sequence[Any], index: int, before: str, line: int) -> Iterator[LeftOver]:
    """Stars between figures, or around a single letter within a word, are hardly meant as emphasis."""
    close = next((at for at in range(index + 1, len(children)) if children[at].type == "em_close"), None)
    if close is None:
        return
    inner, after = _text(children[index + 1 : close]), _text(children[close + 1 : close + 2])
    ahead, behind = before[-1:], after[:1]
    figures = (ahead.isdigit() and (behind.isalnum() or inner[-1:].isdigit())) or (
        inner[:1].isdigit() and behind.isdigit()
    )
    if figures or (len(inner) == 1 and ahead.isalnum() and behind.isalnum()):
        word = f"{before.split()[-1] if before.split() else ''}*{inner}*{after.split()[0] if after.split() else ''}"
        message = f"the stars of '{word[:40]}' mean emphasis, and are not printed"
        yield LeftOver(_problem("sum", message, "write \\* or × to print a sign", word[:40]), line)


def _path(child: Any, before: str, after: str, line: int) -> Iterator[LeftOver]:
    """A backslash of a path that stands before a sign and so is not printed."""
    inside = child.content != "\\" and _PATH.search(before) and re.match(r"[\w.-]", child.content + after)
    share = child.content == "\\" and before[-1:] in ("", *" \t(\"'") and re.match(r"[\w.$-]+\\\S", after)
    if (inside or share) and child.markup.startswith("\\"):
        written = f"{before.split()[-1] if before.split() and not before[-1:].isspace() else ''}{child.markup}"
        written = f"{written}{after.split()[0] if after.split() else ''}"[:40]
        message = f"a backslash of '{written}' is not printed: it makes the sign behind it an ordinary one"
        yield LeftOver(_problem("path", message, f"write it between backticks: `{written}`", written), line)


def _text(children: Sequence[Any]) -> str:
    return "".join(child.content for child in children if child.type in ("text", "text_special", "code_inline"))


def _problem(kind: str, message: str, hint: str, value: str | None = None) -> Problem:
    return Problem(message, hint, code="markdown-swallowed", value=value, params=(("kind", kind),))
