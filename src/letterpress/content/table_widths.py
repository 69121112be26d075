"""Reads the widths of a table's columns, from a line of braces behind the table: `{widths="40 20 20"}`.

A number without a unit is a part of the measure in percent; `*` takes a share of what is left.

Not here: tables in themselves (`markdown_parser`), columns that say nothing (the letterhead's style sheet). Source: the
attributes that Pandoc reads behind an element, and its widths of columns in percent.
"""

from __future__ import annotations

import re
from typing import Any

from letterpress.errors import Problem
from letterpress.text import template_tags

_BRACE = f"[{{{template_tags.BRACE}]"
_LINE = re.compile(rf"{_BRACE}\s*widths\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s}}]*)\s*\}}\s*")
_WIDTH = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?)(%|mm|cm|in|pt)?|\*", re.I)
_HINT = 'write one for each column: {widths="40 20 20"} in percent of the measure, {widths="* 30mm 20mm"} with units'
_WHOLE = 100.0
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}


def install(parser: Any) -> None:
    """Let a parser of markdown-it's read such a line; it ends a table, a paragraph or a quote before it."""
    parser.block.ruler.before("code", "table_widths", _rule, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.add_render_rule("table_widths", lambda _self, tokens, index, *_: tokens[index].content)


def _rule(state: Any, start_line: int, _end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    line = state.src[state.bMarks[start_line] + state.tShift[start_line] : state.eMarks[start_line]]
    match = _LINE.fullmatch(line)
    if match is None:
        return False
    if not silent:
        token = state.push("table_widths", "", 0)
        token.info = match[1].strip("\"'")
        token.map = [start_line, start_line + 1]
        state.line = start_line + 1
    return True


def take(tokens: list[Any]) -> list[tuple[Problem, int]]:
    """Put what such lines say into the tables before them.

    :returns: what is wrong with them, and their lines, from 0.
    """
    problems = []
    for at in [at for at, token in enumerate(tokens) if token.type == "table_widths"][::-1]:
        token = tokens.pop(at)
        problem = _apply(tokens, at, token)
        if problem is not None:
            problems.append((problem, token.map[0]))
    return problems


def _apply(tokens: list[Any], at: int, token: Any) -> Problem | None:
    if not at or tokens[at - 1].type != "table_close":
        return _problem(token, "stands behind no table")
    begin = next(index for index in range(at - 1, -1, -1) if tokens[index].type == "table_open")
    columns = sum(inner.type == "th_open" for inner in tokens[begin:at])
    written = token.info.replace(",", " ").split()
    widths = [_WIDTH.fullmatch(width) for width in written]
    if not all(widths) or not all(match[1] is None or float(match[1]) for match in widths if match):
        return _problem(token, "is not understood")
    if len(widths) != columns:
        return _problem(token, f"says {len(widths)} widths; the table has {columns} columns")
    percent = sum(float(match[1]) for match in widths if match and match[1] and (match[2] or "%") == "%")
    if percent > _WHOLE:
        return _problem(token, f"says {percent:g} % of the measure together")
    sizes = ["" if match[0] == "*" else match[1] + (match[2] or "%").lower() for match in widths if match]
    whole = "100%"
    if all(size.endswith("%") for size in sizes):
        whole = f"{percent:g}%"
        sizes = [f"{float(size[:-1]) * _WHOLE / percent:.4g}%" for size in sizes]
    elif "" not in sizes:
        if percent:
            return _problem(token, "mixes percent and lengths, and has no * for a column that takes the rest")
        whole = f"{sum(float(match[1]) * _MM[match[2].lower()] for match in widths if match):.4g}mm"
    tokens[begin].attrSet("style", f"table-layout: fixed; width: {whole}; min-width: 0")
    columns_token = token.copy()
    columns_token.content = (
        "<colgroup>" + "".join(f'<col style="width: {size}">' if size else "<col>" for size in sizes) + "</colgroup>\n"
    )
    tokens.insert(begin + 1, columns_token)
    return None


def _problem(token: Any, what: str) -> Problem:
    written = f'{{widths="{token.info}"}}'
    return Problem(f"'{written}' {what}", _HINT, code="table-widths", value=written)
