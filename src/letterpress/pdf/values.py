"""Reads values of a PDF whose types nobody vouches for.

A foreign file may have any object in any place. These functions give what was asked for, or nothing, and never raise.
Objects are pikepdf's, or those of `plain_file`.
"""

from __future__ import annotations

import sys
from typing import Any

from letterpress.pdf import plain_file


def is_group(value: Any) -> bool:
    """Tell whether it has keys: a dictionary or a stream."""
    return isinstance(value, plain_file.Group) or _is_of_pikepdf(value, "Dictionary", "Stream")


def is_stream(value: Any) -> bool:
    """Tell whether it is a stream."""
    plain = isinstance(value, plain_file.Group) and value.data is not None
    return plain or _is_of_pikepdf(value, "Stream")


def is_array(value: Any) -> bool:
    """Tell whether it is an array."""
    return isinstance(value, plain_file.Items) or _is_of_pikepdf(value, "Array")


def _is_of_pikepdf(value: Any, *kinds: str) -> bool:
    """Tell whether it is an object of pikepdf's, which nothing is before that is loaded."""
    pikepdf = sys.modules.get("pikepdf")
    return pikepdf is not None and isinstance(value, tuple(getattr(pikepdf, kind) for kind in kinds))


def group(owner: Any, *keys: str) -> Any:
    """Return what stands below these keys, one inside the other, if each has keys itself; else None."""
    for key in keys:
        if not is_group(owner):
            return None
        owner = owner.get(key)
    return owner if is_group(owner) else None


def groups(owner: Any, *keys: str) -> list[tuple[str, Any]]:
    """Return the pairs of a group below these keys whose values have keys themselves."""
    below = group(owner, *keys)
    return [] if below is None else [(key, value) for key, value in below.items() if is_group(value)]


def array(owner: Any, key: str) -> list[Any]:
    """Return the items of an array; empty if there is none."""
    value = owner.get(key) if is_group(owner) else None
    return list(value) if value is not None and is_array(value) else []


def integer(value: Any) -> int | None:
    """Return an integer; None if it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def annotations_of(page: Any) -> list[Any]:
    """Return a page's annotations, without what is none."""
    return [annotation for annotation in array(page, "/Annots") if is_group(annotation)]
