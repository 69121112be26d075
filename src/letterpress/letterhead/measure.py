"""What templates may ask about the width of a text: whether it fits a column, and where its lines had best break.

    {% if text_width(name, 14, "text 600") > 96 %}
    {% for line in balanced(subject, 147, 11, "text 600") %}

Widths are in mm, sizes in pt. A face is `text` or `labels`, the letterhead's two families; ` 600` is the semibold.

Not here: how a width comes about (`fonts.metrics`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from letterpress.fonts import metrics, shipped
from letterpress.letterhead.zones import points
from letterpress.templating.messages import TemplateFault

_LEADING = 1.36
"""Of facts: 11.5 pt for 8.5."""
_GAP = 4.0
"""mm between two columns."""
_FAMILIES = {"text": "Source Serif Pro", "labels": "Source Sans Pro"}


@lru_cache(maxsize=16)
def _path(family: str, weight: int) -> str:
    faces = [face for face in shipped.shipped() if face.family == family and not face.italic]
    return str(min(faces, key=lambda face: abs(face.weight - weight)).path)


def _size(size: float | str) -> float:
    """A size in pt, given as such or as a length of CSS."""
    return points(size) if isinstance(size, str) else float(size)


class Measure:
    """Measures texts in a letterhead's faces."""

    def __init__(self, families: tuple[str, ...]) -> None:
        """Take the letterhead's families; one that does not ship is measured as the shipped one of its kind."""
        sans = "Source Serif Pro" not in families and "Source Sans Pro" in families
        self._families = {**_FAMILIES, **({"text": "Source Sans Pro"} if sans else {})}

    def _face(self, face: str) -> str:
        kind, _, weight = face.partition(" ")
        if kind not in self._families or weight not in ("", "400", "600"):
            raise TemplateFault(
                f"'{face}' is no face to measure in",
                hint="text, text 600, labels or labels 600",
                code="face-unknown",
                value=face,
            )
        return _path(self._families[kind], int(weight or 400))

    def width(self, text: Any, size: float | str, face: str = "text") -> float:
        """Measure a text on one line, in mm."""
        return metrics.width(str(text), self._face(face), _size(size))

    def widest(self, lines: Any, size: float | str, face: str = "text") -> float:
        """Measure the widest of some lines, in mm."""
        return max((self.width(line, size, face) for line in lines), default=0.0)

    def balanced(self, text: Any, room: float, size: float | str, face: str = "text") -> tuple[str, ...]:
        """Break a text into the fewest lines of `room` mm, as even as they can be."""
        return metrics.balanced(str(text), float(room), self._face(face), _size(size))

    def shortened(self, text: Any, room: float, size: float | str, face: str = "text") -> str:
        """Cut a text that is wider than `room` mm behind a word, and end it with an ellipsis."""
        given = str(text)
        if self.width(given, size, face) <= room:
            return given
        kept = given.split(" ")
        while len(kept) > 1 and self.width(" ".join(kept) + "\u00a0…", size, face) > room:
            kept.pop()
        return " ".join(kept) + "\u00a0…"

    def fitted(
        self, lines: Any, room: float, sizes: Any, face: str = "labels", height: float | None = None
    ) -> dict[str, Any]:
        """Set lines of facts into a column of `room` mm: at the first size at which none is too wide.

        :param sizes: in pt, from the usual one down. At the last, lines of words break after all; an address of the
            web or of e-mail, which has no space, stands out, and the check of the page says so.
        :param height: of the column, in mm, where it has one: all lines go into it, each 1.36 of its size high.
        :returns: `size` and `rows`.
        """
        given = [str(line) for line in lines]
        high = len(given) * _LEADING * metrics.PT
        fits = (s for s in sizes if self.widest(given, s, face) <= room and (height is None or s * high <= height))
        size = next(fits, sizes[-1])
        return {"size": size, "rows": [part for line in given for part in self.balanced(line, room, size, face)]}

    def foot(self, columns: Any, left: float, right: float) -> dict[str, Any]:
        """Set the columns of a foot in two halves: no line of them breaks, and columns keep 4 mm.

        :param left: width of the first half, to the second axis, in mm; `right` likewise, to the end of the foot.
        :returns: `size` in pt, and `halves`: each with its `width`, and `columns` of `width` and `rows`. Where a half
            is too narrow at every size, its columns stand one below the other: their width is that of the half.
        """
        texts = [[str(line) for line in column] for column in columns]
        first = 1 if len(texts) < 3 else (len(texts) + 1) // 2
        halves = [(texts[:first], left, left - _GAP, 46.0), (texts[first:], right, right, 36.0)]
        sizes = (8.0, 7.5, 7.0, 6.5) if len(texts) < 4 else (7.5, 7.0, 6.5)
        for size in sizes:
            set_here = [self._beside(half, size, least) for half, _, _, least in halves]
            if all(sum(widths) <= room for widths, (_, _, room, _) in zip(set_here, halves, strict=True)):
                break
        made = []
        for widths, (half, width, room, _) in zip(set_here, halves, strict=True):
            beside = sum(widths) <= room
            found = [{"width": w if beside else width, "rows": rows} for w, rows in zip(widths, half, strict=True)]
            made.append({"width": width, "stacked": not beside, "columns": found})
        return {"size": size, "halves": [half for half in made if half["columns"]]}

    def _beside(self, half: list[list[str]], size: float, least: float) -> list[float]:
        """Widths of columns beside each other: all but the last with the gap behind it."""
        widths = [self.widest(column, size, "labels") for column in half]
        return [max(least, width + _GAP) for width in widths[:-1]] + widths[-1:]

    def names(self) -> dict[str, Any]:
        """The functions under the names that templates use."""
        return {
            "text_width": self.width,
            "widest": self.widest,
            "balanced": self.balanced,
            "shortened": self.shortened,
            "fitted": self.fitted,
            "set_foot": self.foot,
        }
