"""Lists that count a), (a), iv. or 1.1, which CommonMark does not know: a rule for the Markdown parser; and the numbers
of others as they are written, which CommonMark counts anew from the first.

A line that begins with such a mark begins a list if the next mark of the same kind (b), (b), v., 1.2) follows it in the
same column: a single "a) ..." is text. Everything else about the list is as for a list with numbers: while its lines
are read, figures as wide as the marks stand in the text.

Not here: how the marks are printed (`layout.list_numbers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from letterpress.content.left_over import LeftOver
from letterpress.errors import Problem

_MARK = re.compile(r"(\(?)([A-Za-z]{1,6}|[0-9]{1,3}(?=\)|\.[0-9])(?:\.[0-9]{1,3})*)([.)]?)(?=[ \t])")
_ORDINARY = re.compile(r"[0-9]{1,9}[.)](?=[ \t]|\Z)")
_ROMAN = re.compile(r"(?=[ivxlc])c{0,3}(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})\Z")
_FIGURES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark as one way to read it: "i)" is a letter and a Roman numeral."""

    kind: str
    """As the `type` of HTML's `ol`: 1, a, A, i, I; or 1.1 for numbers of several parts."""
    opening: str
    """What stands before the number: a parenthesis, or the parts before the last of 1.1."""
    closing: str
    number: int
    width: int
    """Of the mark as written, in characters."""

    def goes_on(self, other: _Mark) -> bool:
        """Whether `other` is a mark of the same list."""
        return (self.kind, self.opening, self.closing) == (other.kind, other.opening, other.closing)


def _readings(text: str) -> list[_Mark]:
    """Read the mark that a line begins with, in each way that it has."""
    match = _MARK.match(text)
    if match is None:
        return []
    opening, word, closing = match.groups()
    width = len(match[0])
    if word[0].isdigit():
        parts, _, last = word.rpartition(".")
        if parts and not opening and closing != ")":
            return [_Mark("1.1", parts + ".", closing, int(last), width)]
        return [_Mark("1", "(", ")", int(word), width)] if not parts and opening and closing == ")" else []
    if not closing or (opening and closing != ")") or not (word.islower() or word.isupper()):
        return []
    small, marks = word.lower(), []
    roman = _ROMAN.match(small)
    if roman:
        values = [_FIGURES[letter] for letter in small]
        number = sum(-one if one < max(values[at:]) else one for at, one in enumerate(values))
        marks.append(_Mark("i" if word.islower() else "I", opening, closing, number, width))
    if len(word) == 1:
        marks.insert(0, _Mark("a" if word.islower() else "A", opening, closing, ord(small) - 96, width))
    return marks


def install(parser: Any, list_block: Any) -> None:
    """Let a parser of markdown-it's read such lists.

    :param list_block: its own rule for lists.
    """

    def rule(state: Any, start: int, end: int, silent: bool) -> bool:
        if state.is_code_block(start):
            return False
        marks, end = _marks(state, start, end)
        first = marks.get(start)
        if first is None or (silent and state.parentType == "paragraph" and first.number != 1):
            return False
        if silent:
            return True
        written, known = state.src, len(state.tokens)
        state.src = _with_figures(state, marks)
        try:
            list_block(state, start, end, False)
        finally:
            state.src = written
        _say_marks(state.tokens[known:], marks)
        return True

    parser.block.ruler.before("list", "list_marks", rule, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.core.ruler.after("block", "list_numbers", _keep_numbers)


def _keep_numbers(state: Any) -> None:
    """Core rule: the items of a list with numbers have those that are written, unless it is one before all of them."""
    found: list[LeftOver] = state.env.setdefault("left_over", [])
    open_lists: list[tuple[Any, list[Any]]] = []
    for token in state.tokens:
        if token.type == "ordered_list_open":
            open_lists.append((token, []))
        elif token.type == "list_item_open" and open_lists and token.level == open_lists[-1][0].level + 1:
            open_lists[-1][1].append(token)
        elif token.type == "ordered_list_close":
            opening, items = open_lists.pop()
            if "type" not in opening.attrs:
                found += _numbered(opening, items)


def _numbered(opening: Any, items: list[Any]) -> Iterator[LeftOver]:
    numbers = [int(item.info) for item in items if item.info.isdecimal()]
    if len(numbers) != len(items) or len(set(numbers)) == 1:
        return
    expected = numbers[0]
    for item, number in zip(items, numbers, strict=True):
        if number != expected:
            item.attrSet("value", str(number))
        expected = number + 1
    if any(two <= one for one, two in pairwise(numbers)):
        shown = ", ".join(str(number) for number in numbers[:8]) + (", ..." if len(numbers) > 8 else "")
        message = f"the numbers of this list do not go up, and are printed as typed: {shown}"
        hint = (
            "write them in their order, or 1. before each item to have them counted; \\. behind a number makes no list"
        )
        problem = Problem(message, hint, code="list-numbers", value=shown)
        yield LeftOver(problem, opening.map[0])


def _marks(state: Any, start: int, end: int) -> tuple[dict[int, _Mark], int]:
    """Find the marks of the list that begins on a line.

    :returns: marks by their lines (none, if there is no such list), and the line that another list begins on, or `end`.
    """
    ways = _readings(_line(state, start))
    found: dict[int, _Mark] = {}
    if not ways:
        return found, end
    words, blank = (
        state.sCount[start] + ways[0].width,
        False,
    )  # where an item's words begin: what stands there is inside
    for line in range(start + 1, end):
        if state.isEmpty(line):
            blank = True
            continue
        if state.sCount[line] < state.blkIndent:
            break
        if state.sCount[line] < words:
            written = _line(state, line)
            if _ORDINARY.match(written):
                return found, line
            here = _readings(written)
            if not found:
                pairs = ((one, two) for one in ways for two in here if one.goes_on(two))
                pair = next(((one, two) for one, two in pairs if two.number == one.number + 1), None)
                if pair is not None:
                    found[start], found[line] = pair
            elif mark := next((one for one in here if found[start].goes_on(one)), None):
                found[line] = mark
            if line in found:
                words = state.sCount[line] + found[line].width
            elif blank or (not found and here):
                break
        blank = False
    return found, end


def _line(state: Any, line: int) -> str:
    begin = state.bMarks[line] + state.tShift[line]
    return str(state.src[begin : min(state.eMarks[line], begin + 24)])


def _with_figures(state: Any, marks: dict[int, _Mark]) -> str:
    """The text, with a number as wide as the mark in the place of each: " 1)" for "(a)"."""
    parts, position = [], 0
    for line, mark in marks.items():
        begin = state.bMarks[line] + state.tShift[line]
        parts += [state.src[position:begin], "1)".rjust(mark.width, "0")]
        position = begin + mark.width
    return "".join([*parts, state.src[position:]])


def _say_marks(tokens: list[Any], marks: dict[int, _Mark]) -> None:
    """Give the list its kind and the number that it begins with, and each item out of turn its own."""
    opening = tokens[0]
    first = marks[opening.map[0]]
    opening.attrs = {"type": first.kind, "data-mark": f"{first.opening}#{first.closing}"}
    if first.number != 1:
        opening.attrs["start"] = str(first.number)
    expected = first.number
    for token in tokens:
        if token.type == "list_item_open" and token.level == opening.level + 1:
            number = marks[token.map[0]].number if token.map[0] in marks else expected
            if number != expected:
                token.attrSet("value", str(number))
            expected = number + 1
