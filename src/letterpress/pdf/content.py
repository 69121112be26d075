"""Says whether a page's content breaks off inside an object.

Only the end of the content is judged. Faults in the middle are left alone: viewers skip them, each in its own way.

Not here: whether the content's stream is whole (`damage`).

Source: ISO 32000-2, 7.2.4 (comments), 7.3.4 (strings), 7.3.6 and 7.3.7 (arrays, dictionaries), 8.9.7 (inline images).
"""

from __future__ import annotations

import re

_NEXT = re.compile(
    rb"[%(<>\[\]B](?:"
    rb"(?<=%)[^\r\n]*+"
    rb"|(?<=\()(?:[^()\\]|\\.)*+\)"
    rb"|(?<=<)[^<>]*+>"
    rb"|(?P<text>(?<=[(]))"
    rb"|(?P<open>(?<=<)<|(?<=\[))"
    rb"|(?P<close>(?<=>)>|(?<=\]))"
    rb"|(?P<hex>(?<=<))"
    rb"|(?P<picture>(?:(?<=[\s\0\]>)]B)|(?<=\AB))I(?=[\s\0/]))"
    rb")",
    re.S,
)
"""What may be left open; a comment, and a string that is seen to end, are passed over whole."""
_PARENTHESIS = re.compile(rb"\\.|[()]", re.S)
_IMAGE_DATA = re.compile(rb"\sID\s", re.S)
_IMAGE_END = re.compile(rb"EI(?=\s)(?=[\s\x21-\x7e]{0,12}+(?:[\s\x21-\x7e]|\Z))", re.S)
_LAST_IMAGE = re.compile(rb"\sEI\s")
_PAIRS = {b"<<": b">>", b"[": b"]"}
_NAMES = {b"<<": "a dictionary", b"[": "an array"}


def broken_off(content: bytes) -> str | None:
    """Say what the content ends inside of: "a text", "an array", "a dictionary" or "a picture"; None: it is whole.

    :param content: unpacked, with a white-space character at its end.
    """
    last, pictures = _end_of(content, 0)
    if last is None or not pictures:
        return last
    # The data of a picture can look like its own end: the content is whole if all behind the last end is.
    ends = list(_LAST_IMAGE.finditer(content))
    return last if not ends or _end_of(content, ends[-1].end())[0] else None


def _end_of(content: bytes, at: int) -> tuple[str | None, bool]:
    """Return what stands open at the end if reading begins at `at`, and whether there were pictures in it."""
    waiting: list[bytes] = []
    pictures = False
    while token := _NEXT.search(content, at):
        kind, at = token.lastgroup, token.end()
        if kind == "open":
            waiting.append(token[0])
        elif kind == "close" and waiting and _PAIRS[waiting[-1]] == token[0]:
            waiting.pop()
        elif kind in ("text", "hex"):
            at = _end_of_text(content, token.start()) if kind == "text" else content.find(b">", at)
            if at < 0:
                return "a text", pictures
        elif kind == "picture":
            pictures = True
            at = _end_of_picture(content, at)
            if at < 0:
                return "a picture", pictures
    return (_NAMES[waiting[-1]] if waiting else None), pictures


def _end_of_text(content: bytes, at: int) -> int:
    """Find where the string that begins at `at` ends; -1: nowhere."""
    depth = 0
    for parenthesis in _PARENTHESIS.finditer(content, at):
        depth += {b"(": 1, b")": -1}.get(parenthesis[0], 0)
        if not depth:
            return parenthesis.end()
    return -1


def _end_of_picture(content: bytes, at: int) -> int:
    """Find where the inline image ends whose `BI` ends at `at`; -1: nowhere."""
    data = _IMAGE_DATA.search(content, at)
    end = _IMAGE_END.search(content, data.end()) if data else None
    return end.end() if end else -1
