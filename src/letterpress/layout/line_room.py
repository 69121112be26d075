"""The room that a line has, and how it stands in it: what plates ask before another text takes a text's place.

Not here: where boxes are (`boxes`). Source: CSS 2.2, 9 and 10; CSS Text 3, 6.
"""

from __future__ import annotations

from letterpress.layout.boxes import Box, Kind


def follows_content(box: Box) -> bool:
    """Whether a box's width may depend on what is in it: it has none of its own and does not fill what it stands in."""
    style = box.made.style
    if style["width"] != "auto":
        return False
    if style["position"] in ("absolute", "fixed"):
        return "auto" in (style["left"], style["right"])
    if style["float"] != "none":
        return True
    display = style["display"]
    return not ("block" in display or "list-item" in display) or bool({"table", "inline-table"} & set(display))


def is_fixed(box: Box) -> bool:
    """Whether a box's style says how wide it is, whatever is around it."""
    width = box.made.style["width"]
    return width != "auto" and getattr(width, "unit", None) == "px"


def is_shared_by_content(box: Box) -> bool:
    """Whether a box shares its room among its children by what is in them."""
    return bool({"flex", "grid", "table"} & set(box.made.style["display"])) or box.kind is Kind.TABLE


def shift(line: Box) -> float | None:
    """How far a line moves to the right for each px that it is wider: 0 where it begins at its left, -1 where it ends
    at its right; None where it is justified, or where its last line stands otherwise."""
    style = line.made.style
    align = style["text_align_all"]
    if align == "justify" or style["text_align_last"] not in ("auto", align):
        return None
    rtl = style["direction"] == "rtl"
    side = {"start": "right" if rtl else "left", "end": "left" if rtl else "right"}.get(align, align)
    return {"left": 0.0, "center": -0.5, "right": -1.0}[side]


def is_justified(line: Box) -> bool:
    """Whether lines but the last are as wide as their room."""
    style = line.made.style
    return bool(style["text_align_all"] == "justify" and style["text_align_last"] == "auto")


def of_lines(box: Box) -> tuple[float, float, float]:
    """Left end and width of the room for lines in a block, and the first one's indent, px; zeros in other boxes."""
    made = box.made
    indent = made.style["text_indent"]
    if not box.is_container or not isinstance(made.width, int | float):
        return 0.0, 0.0, 0.0
    first = float(indent.value) if getattr(indent, "unit", None) == "px" else 0.0
    return float(made.content_box_x()), float(made.width), first


def of_line(text: Box) -> float | None:
    """px that a text's line had when it was laid out; None if nobody took it down (`plates.capture`)."""
    room = getattr(text.made, "room", None)
    return float(room) if room is not None and room < _ENDLESS else None


_ENDLESS = 1e6


def why_not_another(text: Box) -> str | None:
    """Why another text could not simply be drawn in the place of this one."""
    if text.made.style["text_transform"] != "none":
        return "its case is changed"
    return "it is set in small capitals" if text.is_small_caps else None


def is_linked(box: Box) -> bool:
    """Whether a box is a link, whose place on the page is written into the file."""
    return bool(box.made.link)
