"""Widths of texts in a face, without laying anything out: what a line would take, and where it had best break.

A width is the sum of the advances of the characters, as the face states them; kerning is left out, which makes a line
of text up to one per cent wider than it is set. Characters that the face lacks count as wide as its widest letter.

Not here: which face a part of a letter is set in (`letterhead.measure`).
"""

from __future__ import annotations

import itertools
import marshal
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from letterpress import cache

PT = 25.4 / 72
"""mm in a pt."""
_SHORT = 6
"""A last word of fewer letters does not stand alone: GmbH, mbH, Inc."""

_BONUS = {"–": 0.05, "—": 0.05, ":": 0.05, ";": 0.05, ",": 0.02}
"""What a break after a mark is worth, as the square of the share of the room by which its line may be uneven."""
_DASHES = re.compile(" (?=[-–—] )")
"""A dash between spaces, or the hyphen that is typed for it, ends a line and never opens one, where it would look like
the mark of a list (DIN 5008: the space before a Gedankenstrich holds)."""


_NARROW_NBSP, _THIN = 0x202F, 0x2009
_AS_SPACES = str.maketrans("\n\t\r", "   ")
_INVISIBLE = "\u2060\u00ad\u200b"

KIND = "widths"
"""The cache's folder of advances: reading them of a face takes as long as all else that is measured."""


@lru_cache(maxsize=16)
def _advances(path: str) -> tuple[Mapping[int, float], float]:
    """Advances by code point and the widest letter's, in em."""
    key = path.encode(errors="surrogateescape") + b"\0" + cache.stamp([path, __file__])
    kept = cache.get(KIND, key)
    if kept is not None:
        known: dict[int, float]
        known, widest = marshal.loads(kept)  # noqa: S302 - our own, from a folder that only we can write to
        return known, widest
    found, widest = _read_advances(path)
    cache.put(KIND, key, marshal.dumps((found, widest)))
    return found, widest


def _read_advances(path: str) -> tuple[dict[int, float], float]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        scale = font["head"].unitsPerEm
        metrics = font["hmtx"]
        found = {code: metrics[name][0] / scale for code, name in font.getBestCmap().items()}
    # Spaces that a face lacks are made by HarfBuzz (hb-ot-shape-fallback): half a space, and a fifth of the size.
    found.setdefault(_NARROW_NBSP, found.get(ord(" "), 0.25) / 2)
    found.setdefault(_THIN, 0.2)
    return found, max((width for code, width in found.items() if chr(code).isalpha()), default=1.0)


def width(text: str, path: str, size: float, *, tracking: float = 0.0) -> float:
    """Measure a text on one line.

    :param path: the face's file.
    :param size: of the type, in pt.
    :param tracking: space after each letter, in em.
    :returns: its width in mm.
    """
    return _ems(text, path, tracking) * size * PT


@lru_cache(maxsize=512)
def _ems(text: str, path: str, tracking: float) -> float:
    """A text's width in em: templates measure one text several times."""
    known, widest = _advances(path)
    return sum([known.get(ord(char), widest) + tracking for char in text if char not in _INVISIBLE])


def fitting(text: str, room: float, path: str, size: float) -> int:
    """Count the first characters of a text that have room on one line.

    :param room: in mm.
    """
    for number, end in enumerate(itertools.accumulate(advances(text, path, size))):
        if end > room:
            return number
    return len(text)


def advances(text: str, path: str, size: float) -> list[float]:
    """Measure each character of a text.

    :param path: the face's file.
    :param size: of the type, in pt.
    :returns: their widths in mm; 0 for one that is not seen, a space's for a line's end and a tab.
    """
    known, widest = _advances(path)
    shown = text.translate(_AS_SPACES)
    return [0.0 if char in _INVISIBLE else known.get(ord(char), widest) * size * PT for char in shown]


def has(text: str, path: str) -> bool:
    """Whether a face has every character of a text; a line's end counts as a space."""
    known, _ = _advances(path)
    return all(ord(char) in known for char in text if not char.isspace() or char in "\u202f\u2009\u00a0")


def words(text: str) -> list[str]:
    """Split at the spaces where a line may break; a short last word stays with the one before it."""
    text = _DASHES.sub("\u00a0", text.replace("\n", " "))
    found = [word for word in text.split(" ") if word]
    if len(found) > 2 and len(found[-1].strip(".,;:!?")) < _SHORT:
        found[-2:] = [f"{found[-2]}\u00a0{found[-1]}"]
    return found


def balanced(text: str, room: float, path: str, size: float, *, tracking: float = 0.0) -> tuple[str, ...]:
    """Break a text into the fewest lines that hold it, as even as they can be, after a mark where there is one.

    :param room: width of a line, in mm.
    :returns: the lines; a word wider than the room stands on a line of its own.
    """
    return run_in(words(text), room, path, size, tracking=tracking)


def run_in(
    pieces: Sequence[str], room: float, path: str, size: float, *, between: str = " ", tracking: float = 0.0
) -> tuple[str, ...]:
    """Set pieces that do not break one behind the other, on the fewest lines that hold them, as even as they can be.

    :param room: width of a line, in mm.
    :param between: what stands between two of them on a line.
    :returns: the lines; a piece wider than the room stands on a line of its own.
    """
    widths = [width(piece, path, size, tracking=tracking) for piece in pieces]
    space = width(between, path, size, tracking=tracking)
    count = _fewest(widths, space, room)
    if count < 2:
        return (between.join(pieces),) if pieces else ()
    ends = _breaks(pieces, widths, space, room, count)
    return tuple(between.join(pieces[begin:end]) for begin, end in zip((0, *ends), ends, strict=False))


def _fewest(widths: Sequence[float], space: float, room: float) -> int:
    """How many lines a text takes that fills one after the other."""
    count, used = 0, room
    for word in widths:
        if count and used + space + word <= room:
            used += space + word
        else:
            count, used = count + 1, word
    return count


def _worth(piece: str) -> float:
    """What a break behind this piece is worth, by the mark that it ends with."""
    return _BONUS["–"] if piece.endswith("\u00a0-") else _BONUS.get(piece[-1:], 0.0)


def _breaks(pieces: Sequence[str], widths: Sequence[float], space: float, room: float, count: int) -> tuple[int, ...]:
    """The words behind which the lines end, for exactly `count` lines: the way of least cost, over all ways."""
    ideal = (sum(widths) + space * (len(widths) - count)) / count
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{} for _ in range(count + 1)]
    best[0][0] = (0.0, ())
    for line in range(count):
        for begin, (cost, ends) in best[line].items():
            used = -space
            for end in range(begin + 1, len(widths) + 1):
                used += space + widths[end - 1]
                if used > room and end > begin + 1:
                    break
                bonus = _worth(pieces[end - 1]) if end < len(widths) else 0.0
                total = cost + ((used - ideal) / room) ** 2 - bonus
                if end not in best[line + 1] or total < best[line + 1][end][0]:
                    best[line + 1][end] = (total, (*ends, end))
    return best[count][len(widths)][1]
