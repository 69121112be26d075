"""Keeps what a page has been painted with so far, and says what a transparent colour looks like over it.

Only what is plain is known: the white paper, and areas of one colour that hold all of what is painted over them. Inks
are mixed as PDF/X-4 has them mixed by whoever prints it, part by part.

Source: ISO 32000-1, 11.3 (compositing, with the blend mode Normal), 11.4 (groups). Lengths in pt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

_HAIR = 0.02
"""pt by which areas may meet, and one may stand out of another: rounding."""


class Box(NamedTuple):
    """A part of a page with upright sides."""

    left: float
    lower: float
    right: float
    upper: float

    def __and__(self, other: Box) -> Box:
        low = max(self.left, other.left), max(self.lower, other.lower)
        return Box(*low, min(self.right, other.right), min(self.upper, other.upper))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return self.right < self.left or self.upper < self.lower

    def grown(self, by: float) -> Box:
        """Give it with its sides moved out."""
        return Box(self.left - by, self.lower - by, self.right + by, self.upper + by)

    def holds(self, other: Box) -> bool:
        """Whether another is within it."""
        return self & other.grown(-_HAIR) == other.grown(-_HAIR)

    def meets(self, other: Box) -> bool:
        """Whether another has more than an edge in common with it."""
        common = self & other
        return common.right - common.left > _HAIR and common.upper - common.lower > _HAIR


class Ink(NamedTuple):
    """A colour in inks: CMYK, or tints of spot colours."""

    parts: tuple[float, ...]
    plates: str = ""
    """The spot colours that the parts are tints of; empty for CMYK."""

    @property
    def is_paper(self) -> bool:
        """Whether nothing is printed."""
        return not any(self.parts)


PAPER = Ink((0.0, 0.0, 0.0, 0.0))


def mixed(ink: Ink, alpha: float, ground: Ink) -> Ink | None:
    """Give what an ink looks like that is so much opaque over a ground; None if no ink of one kind is that."""
    if alpha >= 1:
        return ink
    if ink.plates == ground.plates and len(ink.parts) == len(ground.parts):
        parts = tuple(part * alpha + below * (1 - alpha) for part, below in zip(ink.parts, ground.parts, strict=True))
        return Ink(parts, ink.plates)
    return Ink(tuple(part * alpha for part in ink.parts), ink.plates) if ground.is_paper else None


_NOTHING = Ink(())
"""Where a layer is not painted yet."""


@dataclass(slots=True)
class Layer:
    """A page, or a group of it that is put on what lies below as one."""

    below: Layer | None = None
    """What a group is put on; None for a page, below which is the paper."""
    alpha: float = 1.0
    """How much opaque a group is."""
    painted: list[tuple[Box, Ink | None]] = field(default_factory=list)
    """Areas in order, each of one ink, or of several things."""

    @property
    def is_opaque(self) -> bool:
        """Whether what is painted on it is what is printed."""
        return self.alpha >= 1 and (self.below is None or self.below.is_opaque)

    def note(self, box: Box, ink: Ink | None) -> None:
        """Note that an area was painted: with one ink all over, or else with whatever it is."""
        self.painted.append((box, ink))

    def printed(self, box: Box, ink: Ink, alpha: float) -> Ink | None:
        """Give what is printed where an ink is painted into an area; None if it cannot be known."""
        if self.below is None:
            return self.made(box, ink, alpha)
        if alpha < 1 and self._ground(box) is _NOTHING:
            return self.below.printed(box, ink, alpha * self.alpha)
        made = self.made(box, ink, alpha)
        return None if made is None else self.below.printed(box, made, self.alpha)

    def made(self, box: Box, ink: Ink, alpha: float) -> Ink | None:
        """Give what the layer itself has where an ink is painted into an area; None if it is no ink, or not known."""
        if alpha >= 1:
            return ink
        ground = self._ground(box)
        if ground is _NOTHING:
            return mixed(ink, alpha, PAPER) if self.below is None else None
        return None if ground is None else mixed(ink, alpha, ground)

    def backing(self, box: Box) -> tuple[Ink, float] | None:
        """Give the one ink that an area has below what is painted next, and how much opaque that is on it."""
        ground = self._ground(box)
        if self.below is None:
            return None if ground is None else (PAPER if ground is _NOTHING else ground, 1.0)
        if ground is _NOTHING:
            found = self.below.backing(box)
            return None if found is None else (found[0], found[1] * self.alpha)
        return (ground, 1.0) if ground is not None and self.is_opaque else None

    def _ground(self, box: Box) -> Ink | None:
        for area, ink in reversed(self.painted):
            if area.meets(box):
                return ink if area.holds(box) else None
        return _NOTHING

    def finish(self) -> None:
        """Note on what lies below a group what it was painted with."""
        assert self.below is not None  # noqa: S101
        self.below.painted += [
            (box, None if ink is None else self.below.made(box, ink, self.alpha)) for box, ink in self.painted
        ]
