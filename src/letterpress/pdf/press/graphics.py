"""What a content stream is drawn with: PDF's graphics state, as far as transparency needs it, and the resources of it.

Not here: what is done with it (`flattening`). Source: ISO 32000-1, 8.4 and 11.6. Objects are pikepdf's.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from letterpress.pdf.press.grounds import Box, Ink
from letterpress.pdf.press.text_boxes import IDENTITY, Matrix, Text
from letterpress.pdf.values import group, groups, is_group

_TRANSPARENT = ("/ca", "/CA", "/SMask", "/BM", "/AIS", "/TK")
_BLACK = Ink((0.0, 0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Paint:
    """What is painted with."""

    ink: Ink | None
    """None: a pattern, or colours that are not known."""
    operators: tuple[Any, ...] = ()
    """By which the content sets it, operands and operator of each."""
    space: str = ""
    """Name of the colour space that the tints of `ink` are in."""


@dataclass(slots=True)
class State:
    """What PDF calls the graphics state, as far as it matters."""

    clip: Box
    clipped: bool = False
    """Whether the clip is another shape than its box."""
    ctm: Matrix = IDENTITY
    paint: dict[bool, Paint] = field(default_factory=lambda: {False: Paint(_BLACK), True: Paint(_BLACK)})
    """Of areas, and of lines."""
    written: dict[bool, Paint | None] = field(default_factory=lambda: {False: None, True: None})
    """What the new content has set."""
    alpha: dict[bool, float] = field(default_factory=lambda: {False: 1.0, True: 1.0})
    masked: bool = False
    width: float = 1.0
    text: Text = field(default_factory=Text)

    def kept(self) -> State:
        """Give a copy that stays."""
        made = copy.copy(self)
        made.paint, made.written, made.alpha = dict(self.paint), dict(self.written), dict(self.alpha)
        made.text = copy.copy(self.text)
        return made


def is_transparent(resources: Any, seen: set[Any] | None = None) -> bool:
    """Whether something may be transparent that is drawn with these.

    :param seen: what was looked at already.
    """
    seen = set() if seen is None else seen
    if not is_group(resources) or _is_seen(resources, seen):
        return False
    for _, state in groups(resources, "/ExtGState"):
        if alpha_of(state, "/ca") < 1 or alpha_of(state, "/CA") < 1 or group(state, "/SMask") is not None:
            return True
    for kind in ("/XObject", "/Pattern", "/Font"):
        for _, item in groups(resources, kind):
            if group(item, "/SMask") is not None:
                return True
            if not _is_seen(item, seen) and is_transparent(group(item, "/Resources"), seen):
                return True
    return False


def _is_seen(item: Any, seen: set[Any]) -> bool:
    if not item.is_indirect:
        return False
    known = item.objgen in seen
    seen.add(item.objgen)
    return known


def copied(resources: Any) -> Any:
    """Copy resources whose entries will be others: pages have them in common."""
    made = copy.copy(resources)
    for kind in ("/ExtGState", "/XObject"):
        if kind in made:
            made[kind] = copy.copy(made[kind])
    return made


def opaque(graphics: Any) -> Any:
    """Copy a dictionary of graphics without what it says of transparency."""
    made = copy.copy(graphics)
    for key in _TRANSPARENT:
        if key in made:
            del made[key]
    return made


def alpha_of(given: Any, key: str) -> float:
    """Read how much opaque a dictionary of the graphics state lets things be."""
    value = given.get(key, 1)
    return float(value) if isinstance(value, int | float | Decimal) else 1.0


def matrix_of(operands: Sequence[Any]) -> Matrix:
    """Read a matrix."""
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def scale(matrix: Matrix) -> float:
    """Give how much larger a length may become by a matrix."""
    return max(abs(part) for part in matrix[:4])


def hull(points: Sequence[tuple[float, float]]) -> Box | None:
    """Give the box around points; None around none."""
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))
