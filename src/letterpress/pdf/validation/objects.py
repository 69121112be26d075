"""Walks the objects of a PDF, and reads names, numbers and boxes of which nobody vouches that they are any.

Nothing here raises for what a file holds, but MemoryError.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from letterpress.pdf.values import is_array, is_group

MOST = 2_000_000
"""Dictionaries and arrays that are looked at in a file."""


class Found(NamedTuple):
    """A dictionary or stream, and how it was come by."""

    value: Any
    key: str
    """The key that it stands behind, itself or in an array: `/ExtGState`."""
    number: str | None
    """The indirect object that it is in, as `12 0`."""


def name(value: Any) -> str:
    """Return a name with its slash; empty, if it is none. What is no UTF-8 stays as `#ff`."""
    if not _is(value, "Name"):
        return ""
    try:
        return str(value)
    except UnicodeDecodeError:
        return bytes(value.unparse()).decode("latin-1")


def as_name(written: str) -> Any:
    """Make a name of what is written with a slash."""
    import pikepdf

    return pikepdf.Name(written)


def text(value: Any) -> str:
    """Return a text string; empty, if it is none."""
    if not _is(value, "String"):
        return ""
    try:
        return str(value)
    except (UnicodeDecodeError, ValueError):
        return ""


def raw(value: Any) -> bytes:
    """Return the bytes of a string; empty, if it is none."""
    return bytes(value) if _is(value, "String") else b""


def number(value: Any) -> float | None:
    """Return a number; None, if it is none."""
    return float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def get(owner: Any, key: str) -> Any:
    """Return what stands behind a key; None, if nothing does or the owner has no keys."""
    return owner.get(key) if is_group(owner) else None


def where(value: Any) -> str | None:
    """Return the number of an indirect object, as `12 0`; None for a direct one."""
    return f"{value.objgen[0]} {value.objgen[1]}" if getattr(value, "is_indirect", False) else None


def box(page: Any, key: str, *, inherited: bool = False) -> tuple[float, float, float, float] | None:
    """Return a box of a page: left, bottom, right, top in pt; None, if there is none that is one.

    :param inherited: look in the page tree above as well.
    """
    at = page
    for _ in range(64):
        value = get(at, key)
        if value is not None or not inherited or not is_group(at):
            return rectangle(value)
        at = at.get("/Parent")
    return None


def rectangle(value: Any) -> tuple[float, float, float, float] | None:
    """Return a rectangle with its corners in order; None, if it is none."""
    if value is None or not is_array(value) or len(value) != 4:
        return None
    corners = [number(side) for side in value]
    if any(side is None for side in corners):
        return None
    x1, y1, x2, y2 = (side for side in corners if side is not None)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def walk(pdf: Any) -> Iterator[Found]:
    """Yield every dictionary and stream that the trailer leads to, once; structure elements are left out.

    :raises OverflowError: there are more than `MOST`.
    """
    seen: set[Any] = set()
    waiting: list[Found] = [Found(pdf.trailer, "", None)]
    looked = 0
    while waiting:
        value, key, number_ = waiting.pop()
        if getattr(value, "is_indirect", False):
            if value.objgen in seen:
                continue
            seen.add(value.objgen)
            number_ = where(value)
        looked += 1
        if looked > MOST:
            raise OverflowError
        if is_array(value):
            waiting += [Found(item, key, number_) for item in value if _is_owner(item)]
        elif is_group(value):
            yield Found(value, key, number_)
            waiting += [
                Found(below, at, number_)
                for at, below in value.items()
                if _is_owner(below) and at not in ("/Parent", "/StructTreeRoot")
            ]


def _is_owner(value: Any) -> bool:
    return is_array(value) or is_group(value)


def _is(value: Any, kind: str) -> bool:
    import pikepdf

    return isinstance(value, getattr(pikepdf, kind))
