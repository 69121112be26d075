"""Names what looks like Markdown and is printed as typed: it was written another way than CommonMark reads it, or in
the manner of another program.

All of it is a warning, since it may be meant: `5 * 3`, `C#`, `#1`, `snake_case` and a password are no Markdown. What
stands behind a backslash or in code is meant.

Not here: HTML (`rawhtml`), tags of templates, footnotes that are not there (`markdown`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from letterpress.errors import Problem
from letterpress.text import placeholders, template_tags

_OTHER, _PICTURE = "\ufffc", "\ufffb"
"""Stand for what is no text: code, HTML and a character behind a backslash; a picture, whose braces are read."""


class LeftOver(NamedTuple):
    """Something that stayed as typed."""

    problem: Problem
    line: int
    """From 0."""


class _Kind(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    message: str
    hint: str


def _kind(name: str, pattern: str, message: str, hint: str) -> _Kind:
    return _Kind(name, re.compile(pattern, re.M), message, hint)


_TYPED = "is printed as typed"
_RULE = r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$"
_TEX = r"\\(?:[a-zA-Z]{2,}\{[^{}\n]{0,40}\}?|(?:LaTeX|today|frac|cdot|times|sqrt|sum|int|le|ge|quad|noindent|item)\b)"
_KINDS = (
    _kind("strong", r"(?<![\w*])\*\*(?=[^\W_])[^\n]{0,30}", f"opens bold that is never closed, and {_TYPED}",
          "write **words** with no blank inside the stars, or \\** to print them"),
    _kind("strong", r"(?<![\w_])__(?=[^\W_])[^\n]{0,30}", f"opens bold that is never closed, and {_TYPED}",
          "write **words**, or \\__ to print the signs"),
    _kind("strong", r"(?<=[^\W\d_])\*\*(?=[^\W\d_])[^\n]{0,30}", f"stands between two letters, and {_TYPED}",
          "write **words**, with a blank before the stars that open, or \\** to print them"),
    _kind("strike", r"(?<![\w~])~~(?=[^\W_])[^\n]{0,30}", f"strikes words through and is never closed: it {_TYPED}",
          "write ~~words~~, or \\~~ to print the signs"),
    _kind("mark", r"(?<![\w=])==(?=[^\s=])[^=\n]*[^\s=]==(?![\w=])", f"{_TYPED}: Markdown marks no words so",
          "write <mark>words</mark>, or \\== to print the signs"),
    _kind("subscript", r"(?<=\w)~[\w+-]{1,6}~(?!~)", f"{_TYPED}", "write H<sub>2</sub>O, or \\~ to print the signs"),
    _kind("superscript", r"(?<=[\w)])\^[\w+-]{1,6}\^", f"{_TYPED}", "write m<sup>2</sup>, or \\^ to print the signs"),
    _kind("image", r"!\[\[?[^\]\n]*(?:\]\([^)\n]*\)?|\]\]|\]?$)", f"is no picture as it is written, and {_TYPED}",
          "write ![what it shows](file.png), and <my file.png> where the name has blanks"),
    _kind("link", r"(?<![!\w\]\ufffc])\[[^\]\n]+\]\([^)\n]*\)?", f"is no link as it is written, and {_TYPED}",
          "write [words](https://example.org) without blanks in the address, or \\[ to print it"),
    _kind("link", r"(?<![!\w\])])\[[^\]^\n][^\]\n]*\]\[[^\]\n]+\]", f"is a link that nothing defines: it {_TYPED}",
          "add a line with its address below the text: [name]: https://example.org"),
    _kind("attributes", r"(?<!\ufffb)\{:?[ \t]*(?:(?:[.#][A-Za-z][\w-]*|[A-Za-z][\w-]*=[^\s{}]+)[ \t]*)+\}", _TYPED,
          "sizes stand directly behind a picture, ![...](file.png){width=40mm}, and widths in a line below a table"),
    _kind("brace", r"(?<![{\w\ufffb\\$])\{[ \t]*[A-Za-z_][\w.]{2,40}[ \t]*\}(?!\})",
          f"{_TYPED}: a value stands in two braces",
          "write {{ to.name }} or {{ fields.amount }}, or \\{ to print the brace"),
    _kind("checkbox", r"\A\[[ xX]\](?=\s)", f"{_TYPED}: there are no boxes to tick", "write it in words"),
    _kind("heading", r"^(?:#{2,6}(?=[^\W\d_])|#{7,}(?=[ \t]))[^\n]{0,30}", f"is no heading, and {_TYPED}",
          "write one to six # and a blank: ## Heading"),
    _kind("heading", r"\A#(?=[A-ZÀ-Þ])[^\n.,;:?!]{1,60}\Z", f"is no heading, and {_TYPED}",
          "write a blank behind the #, or \\# to print it"),
    _kind("fence", r"^(?::{3,}[^\n]{0,30}|`{3,}(?!.*`)[^\n]{0,30})$", _TYPED,
          "begin a block of code with three ` on a line of their own"),
    _kind("list", r"^[-*+](?=[^\W\d_])[^\n]*\n[-*+](?=[^\W\d_])[^\n]{0,30}", f"is no list, and {_TYPED}",
          "write a blank behind the mark: - item"),
    _kind("list", r"(?<=\n)[0-9]{1,3}[.)][ \t]+\S[^\n]*\n[0-9]{1,3}[.)](?=[ \t]+\S)",
          f"is no list, and {_TYPED} in one line", "leave an empty line before the first number"),
    _kind("list", r"^[•·◦‣▪▫●○■□–—✓✔➢→][ \t]*\S[^\n]*\n[•·◦‣▪▫●○■□–—✓✔➢→][ \t]*\S[^\n]{0,30}",
          f"is no list, and {_TYPED} in one line", "write a hyphen and a blank before each item: - item"),
    _kind("callout", r"\A\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]|^(?:!!!|\?\?\?)[ \t]+[a-z]+[^\n]{0,30}",
          f"{_TYPED}: there are no such boxes", "write **Note:** before the words"),
    _kind("tex", _TEX, f"is of TeX, and {_TYPED}",
          "write the signs themselves (×, ½, ≤), and **bold** or *italic* as Markdown has it"),
    _kind("tex", r"\$\$[^$\n]{0,60}|(?<![\w$])\$[^$\n]{0,40}[\\^_=][^$\n]{0,40}\$(?![\w$])",
          f"is of TeX, and {_TYPED}", "write the signs themselves (×, ½, ≤); <sub> and <sup> lower and raise"),
    _kind("table", r"^\+[-=+]{3,}\+[ \t]*$", f"is no table that is read, and {_TYPED}",
          "write a head, a line of | --- | --- |, and rows"),
)  # fmt: skip
_MARKUP = re.compile(r"(?s)<!--.*?-->|<(pre|code|svg)\b.*?</\1>|<[^<>]*>")
_IN_HTML = _kind(
    "in-html",
    r"(?<![\w*])\*\*[^\W_][^*\n]*\*\*(?!\w)|(?<![\w\]])!?\[[^\]\n]+\]\([^)\s]+(?: \"[^\"\n]*\")?\)",
    f"stands in HTML, where Markdown is not read: it {_TYPED}",
    "leave an empty line behind the opening tag and before the end tag, or write it as HTML",
)


def of_text(children: Sequence[Any], line: int) -> Iterator[LeftOver]:
    """Find what stayed as typed in a paragraph, a heading or a cell.

    :param children: tokens of markdown-it's, before texts are joined: a character behind a backslash is one of its own.
    :param line: line that it begins on, from 0.
    """
    text = "".join(_text(child) for child in children).replace(template_tags.BRACE, "{")
    if text.isalnum():
        return
    seen: set[tuple[str, int]] = set()
    for kind in _KINDS:
        for match in kind.pattern.finditer(text):
            at = line + text.count("\n", 0, match.start())
            if (kind.name, at) not in seen:
                seen.add((kind.name, at))
                yield _left_over(kind, match[0], at)
    for problem, begin in placeholders.find(text):
        yield LeftOver(problem, line + text.count("\n", 0, begin))
    yield from _table(text, line)
    yield from () if seen else _lines(children, line)


def _lines(children: Sequence[Any], line: int) -> Iterator[LeftOver]:
    """Find short lines that were hardly typed to be one: an address, a name below a greeting, a column of facts.

    A paragraph that an editor has broken has long lines, and some of them begin with a small letter.
    """
    soft = "".join("\0" if child.type == "hardbreak" else _text(child) for child in children)
    rows = [row.strip() for row in soft.split("\n")]
    longest = _SHORT if len(rows) > 2 else _SHORTER
    if len(rows) < 2 or "\0" in soft or any(not row or len(row) > longest for row in rows):
        return
    if any(row[-1] in ".!?" for row in rows[:-1]) or any(row[0].islower() or row[0] in _GOES_ON for row in rows[1:]):
        return
    if soft.count("|") > 1 or not any(row[0].isalnum() for row in rows):
        return
    shown = " / ".join(rows)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN].rsplit(' ', 1)[0]} ..."
    message = f"the lines '{shown}' are printed in one"
    yield LeftOver(
        _problem("lines", message, "a backslash at a line's end breaks it; - before each makes a list", shown), line
    )


_SHORT, _SHORTER = 45, 30
"""Characters of a line that no editor has broken: of several, and of two."""
_SHOWN = 50
_GOES_ON = "([{&/%°$€£+=<>*_`" + _OTHER + _PICTURE


def _text(child: Any) -> str:
    if child.type == "text" or (child.type == "text_special" and child.content == child.markup):
        return str(template_tags.WORD.sub(_OTHER, child.content))
    if child.type in ("softbreak", "hardbreak"):
        return "\n"
    if child.type == "image":
        return _PICTURE
    return "" if child.nesting else _OTHER


def of_html(html: str, line: int) -> Iterator[LeftOver]:
    """Find Markdown in a block of HTML."""
    plain = re.sub(
        r"(?s)<!--.*?-->|<(pre|code|svg)\b.*?</\1>|<[^<>]*>", lambda tag: re.sub(r"[^\n]", " ", tag[0]), html
    )
    for match in list(_IN_HTML.pattern.finditer(plain))[:1]:
        yield _left_over(_IN_HTML, match[0], line + plain.count("\n", 0, match.start()))


def of_fence(token: Any, last: str) -> Iterator[LeftOver]:
    """Find a block of code that goes on to the end of the text, and words behind its beginning.

    :param last: the last line that it takes.
    """
    begin = token.map[0]
    end = last.strip(" \t>")
    closed = token.map[1] - 1 > begin and set(end) == {token.markup[0]} and len(end) >= len(token.markup)
    if not closed:
        message = f"'{token.markup}' opens a block of code that is never closed: all that follows {_TYPED}"
        yield LeftOver(_problem("fence", message, f"close it with a line of {token.markup}", token.markup), begin)
    words = token.info.split()
    if len(words) > 1:
        shown = " ".join(words)[:40]
        message = f"'{shown}' stands behind the beginning of a block of code, and is not printed"
        yield LeftOver(_problem("fence", message, "write it on a line of its own", shown), begin)


def _table(text: str, line: int) -> Iterator[LeftOver]:
    """Find rows of a table whose head and rule do not match, or that have no rule."""
    if "|" not in text:
        return
    rows = text.split("\n")
    hint = "write below the head a line with as many --- as it has cells: | --- | --- |"
    for at, (row, rule) in enumerate(pairwise(rows)):
        if "|" not in row:
            continue
        if "-" in rule and re.fullmatch(_RULE, rule) and ("|" in rule or "--" in rule):
            cells, rules = (len(one.strip().strip("|").split("|")) for one in (row, rule))
            message = f"the table {_TYPED}: its head has {cells} cells, and the rule below it {rules}"
            yield LeftOver(_problem("table", message, hint, rule.strip()), line + at + 1)
            return
        if all(one.strip().startswith("|") and one.strip().endswith("|") and one.count("|") > 2 for one in (row, rule)):
            message = f"the table {_TYPED}: its head has no rule below it"
            yield LeftOver(_problem("table", message, hint, row.strip()[:40]), line + at)
            return


def _left_over(kind: _Kind, written: str, line: int) -> LeftOver:
    shown = written.split("\n")[0].replace(_OTHER, "...").replace(_PICTURE, "...").strip()
    shown = shown if len(shown) <= 40 else f"{shown[:40].rsplit(' ', 1)[0]} ..."
    return LeftOver(_problem(kind.name, f"'{shown}' {kind.message}", kind.hint, shown), line)


def _problem(kind: str, message: str, hint: str, value: str) -> Problem:
    return Problem(message, hint, code="markdown-unread", value=value, params=(("kind", kind),))
