"""Checks of the pages' boxes, and of annotations on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterpress.pdf.validation import objects
from letterpress.pdf.validation.objects import name
from letterpress.pdf.validation.rules import Broken
from letterpress.pdf.validation.subject import Subject
from letterpress.pdf.values import annotations_of

_Box = tuple[float, float, float, float]
_PLAY = 0.001
"""pt by which a box may be off: numbers are written with three to five decimals."""


def check(subject: Subject) -> Iterator[Broken]:
    """Find what is broken in the boxes of pages, and in what lies on them."""
    for number, page in enumerate(subject.pages, start=1):
        yield from _of_page(page, number, number - 1 in subject.sizeless)


def _of_page(page: Any, number: int, sizeless: bool) -> Iterator[Broken]:
    place = objects.where(page)
    media, crop = (objects.box(page, key, inherited=True) for key in ("/MediaBox", "/CropBox"))
    trim, art, bleed = (objects.box(page, key) for key in ("/TrimBox", "/ArtBox", "/BleedBox"))
    if media is None or sizeless:
        media = None
        yield Broken("media-box", page=number, object=place)
    if (trim is None) == (art is None):
        yield Broken("trim-box", "both" if trim else "neither", number, place)
    boxes = {"MediaBox": media, "CropBox": crop, "BleedBox": bleed, "TrimBox": trim, "ArtBox": art}
    empty = [key for key, box in boxes.items() if box is not None and not _has_area(box)]
    if empty:
        yield Broken("box-empty", ", ".join(empty), number, place)
    else:
        yield from _nesting(boxes, number, place)
    finished = trim or art or media
    for annotation in annotations_of(page):
        kind = name(annotation.get("/Subtype"))
        if kind == "/TrapNet":
            continue
        kept_free = finished if kind == "/PrinterMark" else bleed or finished
        rectangle = objects.rectangle(annotation.get("/Rect"))
        if rectangle is not None and kept_free is not None and _meet(rectangle, kept_free):
            yield Broken("annotation", kind[1:], number, objects.where(annotation) or place)


def _nesting(boxes: dict[str, _Box | None], number: int, place: str | None) -> Iterator[Broken]:
    """Check which box lies in which: the trimmed page in all others, the bleed on the sheet."""
    for inner, outer in (
        ("TrimBox", "BleedBox"),
        ("TrimBox", "CropBox"),
        ("TrimBox", "MediaBox"),
        ("ArtBox", "BleedBox"),
        ("ArtBox", "CropBox"),
        ("ArtBox", "MediaBox"),
        ("BleedBox", "MediaBox"),
    ):
        one, other = boxes[inner], boxes[outer]
        if one is not None and other is not None and not _within(one, other):
            yield Broken("box-nesting", f"{inner} is larger than {outer}", number, place)


def _has_area(box: _Box) -> bool:
    return box[2] - box[0] > _PLAY and box[3] - box[1] > _PLAY


def _within(inner: _Box, outer: _Box) -> bool:
    return (
        inner[0] >= outer[0] - _PLAY
        and inner[1] >= outer[1] - _PLAY
        and inner[2] <= outer[2] + _PLAY
        and inner[3] <= outer[3] + _PLAY
    )


def _meet(one: _Box, other: _Box) -> bool:
    """Tell whether two boxes share an area; what has none, as a hidden field, shares none."""
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > _PLAY and min(one[3], other[3]) - max(one[1], other[1]) > _PLAY
    )
