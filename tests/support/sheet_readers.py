"""Reads printed sheets back as an inserting machine does: marks from pixels, and which sheets belong together.

Nothing here asks letterpress what it has printed: only where the machine's settings say that marks stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image

from letterpress.inserters.values import Scheme
from tests.support import code_readers

_EDGE = 2.0
"""mm around a Data Matrix that a camera sees."""


class Sheet(NamedTuple):
    """What is read from one sheet."""

    marks: tuple[bool, ...] | None
    """Whether there is a mark at each position; None where a position is neither white nor black throughout."""
    text: str | None = None
    """Of its Data Matrix."""


@dataclass(frozen=True)
class Set:
    """Sheets that belong together."""

    key: str
    sheets: int
    first: int
    """Number of its first sheet among all, from 0."""
    feeds: frozenset[str]


def part(image: Image.Image, dpi: int, box: tuple[float, float, float, float]) -> Image.Image:
    """A part of a page: x, y, width, height in mm."""
    left, top, width, height = (round(side * dpi / 25.4) for side in box)
    return image.crop((left, top, left + width, top + height))


def is_white(image: Image.Image) -> bool:
    """Whether nothing is printed there."""
    darkest, _ = image.getextrema()
    return isinstance(darkest, int | float) and darkest > 200


def sheet(image: Image.Image, dpi: int, of: Scheme, side: float = 0.0) -> Sheet:
    """Read a sheet.

    :param side: mm of the Data Matrix.
    """
    marks: list[bool] = []
    for at in range(of.positions):
        y = of.y + (-at if of.up else at) * of.pitch
        # Within the mark, and in the free room behind it.
        here = part(image, dpi, (of.x + 0.5, y + of.thickness / 4, of.length - 1, of.thickness / 2))
        behind = part(image, dpi, (of.x + 0.5, y + of.thickness + 0.3, of.length - 1, of.pitch - of.thickness - 0.6))
        lowest, highest = here.getextrema()
        if not is_white(behind) or (lowest < 100) != (highest < 100):  # type: ignore[operator]
            return Sheet(None)
        marks.append(highest < 100)  # type: ignore[operator]
    text = None
    if of.matrix is not None:
        box = (of.matrix.x - _EDGE, of.matrix.y - _EDGE, side + 2 * _EDGE, side + 2 * _EDGE)
        read = code_readers.matrices(part(image, dpi, box))
        text = read[0] if len(read) == 1 else None
    return Sheet(tuple(marks), text)


class _Said(NamedTuple):
    """What the marks of a sheet say."""

    always: bool
    """Whether each mark that is always printed is there."""
    last: bool | None
    """Whether it is the last of its set; None: nothing says it."""
    first: bool | None
    counts: tuple[tuple[str, int, int], ...]
    """Count, its digits, its value."""
    odd: bool
    """Whether the number of marks is."""
    feeds: frozenset[str]


def _said(of: Scheme, marks: Sequence[bool]) -> _Said:
    left, always, counts, feeds = list(marks), True, [], set()
    ends: dict[str, bool] = {}
    for function in of.functions:
        bits, left = left[: function.bits], left[function.bits :]
        if function.name in ("start", "benchmark", "safety", "retiming"):
            always = always and all(bits)
        elif function.name in ("sequence", "page", "wrap"):
            ordered = bits if function.first == "lsb" else bits[::-1]
            counts.append((function.name, function.bits, sum(1 << at for at, bit in enumerate(ordered) if bit)))
        elif function.name == "feed" and bits[0]:
            feeds.add(function.which)
        elif function.name in ("boc", "eoc", "not_boc", "not_eoc", "insert"):
            ends[function.name.removeprefix("not_").replace("insert", "eoc")] = bits[0] ^ function.name.startswith(
                "not"
            )
    return _Said(always, ends.get("eoc"), ends.get("boc"), tuple(counts), sum(marks) % 2 == 1, frozenset(feeds))


def sets(of: Scheme, sheets: Iterable[Sheet]) -> Iterator[Set | str]:
    """Put the sheets together again, as they come.

    The text of a Data Matrix is taken to be `key/sheet/sheets/sequence`, where there is one.

    :returns: each set; and each reason why a machine would stop, as a text.
    """
    parity = next((function.which for function in of.functions if function.name == "parity"), None)
    held: list[tuple[str, _Said]] = []
    begun = number = 0
    for at, one in enumerate(sheets):
        if one.marks is None:
            yield f"sheet {at}: its marks cannot be read"
            continue
        said = _said(of, one.marks)
        if not said.always:
            yield f"sheet {at}: a mark that is always printed is missing"
        if parity is not None and said.odd != (parity == "odd"):
            yield f"sheet {at}: the number of its marks is wrong"
        if said.first is not None and said.first != (not held):
            yield f"sheet {at}: is the first of its set, or is said to be"
        expected = {"sequence": at, "page": at - begun, "wrap": number}
        for name, digits, value in said.counts:
            if value != expected[name] % (1 << digits):
                yield f"sheet {at}: {name} is {value}, and {expected[name] % (1 << digits)} comes next"
        key, total = "", 0
        if of.matrix is not None:
            parts = (one.text or "").split("/")
            if len(parts) != 4:
                yield f"sheet {at}: its Data Matrix cannot be read"
                parts = ["", "0", "0", "0"]
            key, total = parts[0], int(parts[2])
            if (int(parts[1]), int(parts[3])) != (at - begun + 1, at):
                yield f"sheet {at}: its Data Matrix says sheet {parts[1]} and {parts[3]}"
            if held and held[0][0] != key:
                yield f"sheet {at}: is of {key}, among those of {held[0][0]}"
        if held and held[0][1].feeds != said.feeds:
            yield f"sheet {at}: says other feeds than the first of its set"
        held.append((key, said))
        if said.last:
            if of.matrix is not None and total != len(held):
                yield f"sheet {at}: ends a set of {len(held)}, and {total} are meant"
            yield Set(held[0][0], len(held), begun, said.feeds)
            held, begun, number = [], at + 1, number + 1
    if held:
        yield f"{len(held)} sheets are left over"


# --- a code of the post ----------------------------------------------------------------------------------------------

_QUARTERS = ("0011", "0101", "0110", "1001", "1010", "1100")
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def kix(states: str) -> str | None:
    """Decode a KIX barcode, which has no check character: rows by the ascenders, columns by the descenders.

    Source: PostNL, KIX code specification; Royal Mail, RM4SCC.

    :param states: its bars, as `FADT`; None is given for what is none.
    """
    read = ""
    for at in range(0, len(states), 4):
        bars = states[at : at + 4]
        above = "".join("1" if bar in "FA" else "0" for bar in bars)
        below = "".join("1" if bar in "FD" else "0" for bar in bars)
        if above not in _QUARTERS or below not in _QUARTERS:
            return None
        read += _CHARACTERS[_QUARTERS.index(above) * 6 + _QUARTERS.index(below)]
    return read


def last_band(image: Image.Image) -> Image.Image | None:
    """The lowest part of an image that has ink, above which there is a row without: of an address's field, the bars."""
    dark = image.point(lambda value: 255 if value < 128 else 0)
    box = dark.getbbox()
    if box is None:
        return None
    rows = dark.reduce((dark.width, 1)).point(lambda value: 255 if value else 0).tobytes()
    top = box[3] - 1
    while top > 0 and rows[top - 1]:
        top -= 1
    return image.crop((0, top, image.width, box[3]))
