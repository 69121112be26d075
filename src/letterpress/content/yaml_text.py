"""Writes values as YAML, as somebody would type them into a letter: lines of fields, or a list or group in brackets.

All values are texts for a letter (`yaml`): `no` and `01234` need no quotes. Not here: where they go (edits.py).
Source: YAML 1.2, 7.3.3 (plain style), 8.1.2 (literal style).
"""

from __future__ import annotations

import re
from typing import Any

_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=~<“”„‘‚«»][^\n]*")
"""A text that may stand without quotes, as far as its first character goes."""
_NULLS = frozenset(("", "~", "null", "Null", "NULL", "---", "..."))
_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ufeff]")
_DOUBLE = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(text: str, *, like: str = "", inside: bool = False) -> str:
    """Write a text on one line.

    :param like: the quote that stood there before, which it gets again.
    :param inside: whether it stands in brackets, where commas and brackets mean something.
    """
    if like == "'" and "\n" not in text and not _UNPRINTED.search(text):
        return "'" + text.replace("'", "''") + "'"
    if like != '"' and _is_plain(text, inside=inside):
        return text
    if like != '"' and ('"' in text or "\\" in text) and "\n" not in text and not _UNPRINTED.search(text):
        return "'" + text.replace("'", "''") + "'"
    escaped = "".join(_DOUBLE.get(char, char) for char in text)
    return '"' + _UNPRINTED.sub(lambda char: f"\\u{ord(char[0]):04x}", escaped) + '"'


def _is_plain(text: str, *, inside: bool) -> bool:
    if text in _NULLS or text != text.strip() or _UNPRINTED.search(text) or "\t" in text:
        return False
    if not _PLAIN.fullmatch(text) or ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (inside and re.search(r"[,\[\]{}]", text))


def in_brackets(value: Any) -> str:
    """Write a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(name, inside=True)}: {in_brackets(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_brackets, value)) + "]"
    return '""' if value is None else scalar(value, inside=True)


def lines(head: str, value: Any, width: int) -> list[str]:
    """Write a value behind its name or mark, on as many lines as it takes.

    :param head: `subject:` or `-`, with its indent.
    :param width: indent of the name; of an item, of what stands behind its mark.
    """
    if not value and isinstance(value, list | dict):
        return [f"{head} {in_brackets(value)}"]
    if isinstance(value, dict):
        return _group(head, value, width)
    if isinstance(value, list):
        return [head, *(line for one in value for line in lines(" " * (width + 2) + "-", one, width + 4))]
    text = "" if value is None else str(value)
    if "\n" in text and not _UNPRINTED.search(text) and _is_literal(text):
        inner = " " * (width if head.endswith("-") else width + 2)
        ending = "|" if text.endswith("\n") else "|-"
        return [f"{head} {ending}", *(inner + line if line else "" for line in text.removesuffix("\n").split("\n"))]
    return [f"{head} {scalar(text)}"]


def _group(head: str, value: dict[str, Any], width: int) -> list[str]:
    if not head.endswith("-"):
        inner = " " * (width + 2)
        return [head, *(line for name, one in value.items() for line in _field(inner, name, one))]
    inner = " " * width
    made = [line for name, one in value.items() for line in _field(inner, name, one)]
    return [head + " " * (width - len(head)) + made[0][width:], *made[1:]]


def _field(indent: str, name: str, value: Any) -> list[str]:
    return lines(f"{indent}{scalar(name)}:", value, len(indent))


def _is_literal(text: str) -> bool:
    """Whether a text of several lines is the same when it is written line below line."""
    rows = text.removesuffix("\n").split("\n")
    return bool(rows[0].strip()) and not rows[0].startswith(" ") and bool(rows[-1].strip())
