"""Lets black type be printed over what lies below it in a press copy, where else it would be cut out of that.

Plates never meet exactly: type that is cut out of a coloured ground has white edges then. So print rooms have type of
100 % black, and nothing else, overprint; white type may never, since it would vanish. Other colours and lines knock
out, as ever.

Not here: whether there is room for black on the grounds of a letter (`press_copy`).
Source: ISO 32000-1, 8.6.7 (overprint control; mode 1: a part of 0 leaves what is there); Heidelberg, Prinect PDF
Toolbox, "Overprint" (black of 100 %, chosen for text); ISO 19005-3, 6.2.4.2, forbids mode 1 for ICC-based CMYK alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pydyf

_OVER, _CUT_OUT = "Overprint", "Knockout"
_STATES = {
    _OVER: {"OP": "true", "op": "true", "OPM": 1},
    _CUT_OUT: {"OP": "false", "op": "false", "OPM": 0},
}
_BLACK = b"0 0 0 1 k"
_FILLED = re.compile(rb"(?:.* )?(?:g|k|rg|cs|sc|scn)")
_PAINTED = re.compile(rb".* (?:m|re|Do|sh)|BI")
"""What begins a path, or paints without one."""


def write(stream: Any, resources: Any) -> None:
    """Let black type overprint in the content of a page.

    :param resources: of the page.
    """
    content = list(_written(stream.stream))
    if len(content) == len(stream.stream):
        return
    stream.stream[:] = content
    states = resources.setdefault("ExtGState", pydyf.Dictionary())
    for name, state in _STATES.items():
        states.setdefault(name, pydyf.Dictionary(state))


def _written(content: Iterable[Any]) -> Iterator[Any]:
    """Give a content with the state of overprinting set where it changes."""
    black, over = True, False
    kept: list[tuple[bool, bool]] = []
    for item in content:
        wanted = over
        if item == b"q":
            kept.append((black, over))
        elif item == b"Q" and kept:
            black, over = kept.pop()
            wanted = over
        elif item == b"BT":
            wanted = black
        elif isinstance(item, bytes) and _PAINTED.fullmatch(item):
            wanted = False
        elif isinstance(item, bytes) and _FILLED.fullmatch(item):
            black = item == _BLACK
        if wanted != over:
            yield b"/%b gs" % (_OVER if wanted else _CUT_OUT).encode()
            over = wanted
        yield item
