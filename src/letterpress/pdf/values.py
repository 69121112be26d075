"""Reads values of a PDF whose types nobody vouches for.

A foreign file may have any object in any place. These functions give what was asked for, or nothing, and never raise.
Objects are pikepdf's.
"""

from __future__ import annotations

from typing import Any


def is_group(value: Any) -> bool:
    """Whether it has keys: a dictionary or a stream."""
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Stream)


def is_stream(value: Any) -> bool:
    """Whether it is a stream."""
    import pikepdf

    return isinstance(value, pikepdf.Stream)


def is_array(value: Any) -> bool:
    """Whether it is an array."""
    import pikepdf

    return isinstance(value, pikepdf.Array)


def group(owner: Any, *keys: str) -> Any:
    """What stands below these keys, one inside the other, if each has keys itself; else None."""
    for key in keys:
        if not is_group(owner):
            return None
        owner = owner.get(key)
    return owner if is_group(owner) else None


def groups(owner: Any, *keys: str) -> list[tuple[str, Any]]:
    """The pairs of a group below these keys whose values have keys themselves."""
    found = group(owner, *keys)
    return [] if found is None else [(key, value) for key, value in found.items() if is_group(value)]


def array(owner: Any, key: str) -> list[Any]:
    """The items of an array; empty if there is none."""
    found = owner.get(key) if is_group(owner) else None
    return list(found) if found is not None and is_array(found) else []


def integer(value: Any) -> int | None:
    """An integer; None if it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def annotations_of(page: Any) -> list[Any]:
    """A page's annotations, without what is none."""
    return [one for one in array(page, "/Annots") if is_group(one)]
