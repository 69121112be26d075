"""Says in words what somebody who opens a letter sees differently from what was signed.

Not here: whether a change is allowed (`allowed_changes`), pictures of it (`display/drawn`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterpress.signing.fields import at, has_area


def describe(reader: Any, revision: int) -> list[str]:
    """Say what somebody who opens the file sees differently from `revision`, as far as words can tell.

    :param reader: pyHanko's.
    :param revision: number of the revision that was signed, from 0.
    """
    old, new = reader.get_historical_resolver(revision), reader
    try:
        changes = list(_page_changes(list(_pages(old.root["/Pages"])), list(_pages(new.root["/Pages"]))))
    except Exception:  # the very structure may be what was tampered with
        changes = ["the page tree was changed"]
    try:
        changes.extend(_field_changes(old, new))
    except Exception:
        changes.append("the form was changed")
    return changes


def _pages(node: Any, depth: int = 0) -> Iterator[Any]:
    node = node.get_object()
    if depth > 50:
        raise ValueError("page tree too deep")
    if "/Kids" not in node:
        yield node
        return
    for kid in node["/Kids"]:
        yield from _pages(kid.get_object(), depth + 1)


def _page_changes(old: list[Any], new: list[Any]) -> Iterator[str]:
    if len(old) != len(new):
        yield f"it had {len(old)} page{'s'[: len(old) != 1]} and now has {len(new)}"
        return
    for number, (before, after) in enumerate(zip(old, new, strict=True), 1):
        if at(before, "/Rotate", 0) != at(after, "/Rotate", 0):
            yield f"page {number} was rotated"
        if any(at(before, box) != at(after, box) for box in ("/MediaBox", "/CropBox")):
            yield f"page {number} was cut to another size"
        if _content(before) != _content(after):
            yield f"the content of page {number} was replaced"
        had, has = _visible_annotations(before), _visible_annotations(after)
        if had != has:
            yield f"page {number} has {has} annotation{'s'[: has != 1]} instead of {had}"


def _visible_annotations(page: Any) -> int:
    """Count them without the invisible fields that time stamps bring along."""
    annotations = (reference.get_object() for reference in at(page, "/Annots", ()))
    return sum(at(annotation, "/Subtype") != "/Widget" or has_area(annotation) for annotation in annotations)


def _content(page: Any) -> list[bytes]:
    content = at(page, "/Contents")
    if content is None:
        return []
    parts = content if isinstance(content, list) else [content]
    return [part.get_object().data for part in parts]


def _field_changes(old: Any, new: Any) -> Iterator[str]:
    from pyhanko.sign.fields import enumerate_sig_fields

    before = {name: value is not None for name, value, _ in enumerate_sig_fields(old)}
    after = {name: value is not None for name, value, _ in enumerate_sig_fields(new)}
    for name, signed in before.items():
        if name not in after:
            yield f"the field {name} was removed"
        elif signed and not after[name]:
            yield f"the signature in {name} was removed"
