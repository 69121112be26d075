"""The boxes of laid-out pages: what stands where, in mm, as all checks of a layout read it.

`Box` is a typed view of one of WeasyPrint's boxes. No other module reads those. Lengths are in mm, type sizes in pt;
places are counted from the sheet's top left corner, y down.

Not here: what is right or wrong with a box (`overflow`, `zones`, `keep_together`, `signature_columns`, `type_size`).
Source of the kinds: CSS 2.2, 9.2 and 17.4; CSS Paged Media 3, 4; `weasyprint.formatting_structure.boxes`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

from letterpress.layout import private_api
from letterpress.page import Rectangle

MM_PER_PX = 25.4 / 96
"""CSS Values 4, 6.2: 96 px to the inch."""
PT_PER_PX = 0.75
PX = MM_PER_PX
"""One CSS px in mm, for bounds that the rounding of Pango's units sets."""
_FORCED = frozenset("always page left right recto verso".split())


class Kind(Enum):
    """What a box is, as far as a check asks."""

    PAGE = "page"
    MARGIN = "margin"
    """A box in a page's margin: continuation head, page number, foot."""
    FOOTNOTES = "footnotes"
    """The area of a page's notes."""
    BLOCK = "block"
    """A block container: paragraph, list item, cell, inline block."""
    TABLE = "table"
    TABLE_PART = "table part"
    """A row or a group of rows."""
    LINE = "line"
    INLINE = "inline"
    TEXT = "text"
    REPLACED = "replaced"
    """An image or a drawing."""
    OTHER = "other"
    """Flex and grid containers, columns of tables."""


_LAST_WORD = re.compile(r"\w[\w\u00ad]*\Z")
_NO_CLASSES: frozenset[str] = frozenset()


class Box:
    """A box of a laid-out page. Read only; what is costly is worked out when it is asked for."""

    __slots__ = ("_end", "_made", "_order", "_start", "children", "classes", "element", "kind", "tag", "text")

    def __init__(self, made: Any, kind: Kind, order: list[Box]) -> None:
        """View a box of WeasyPrint's.

        :param order: all boxes of the page in the order of the document, to which this one is added.
        """
        self._made = made
        self._order = order
        self._start = len(order)
        self._end = self._start + 1
        self.kind = kind
        self.element: Any = made.element
        """The element that it is of, or that its text stands in; None for what a style sheet alone makes."""
        self.tag: str | None = None if self.element is None else made.element_tag
        """The element's name; with `::before`, `::marker` and the like for what a style sheet adds to it."""
        self.classes = _NO_CLASSES if self.element is None else _classes(self.element.get("class"))
        """Those of its element."""
        self.text: str = made.text if kind is Kind.TEXT else ""
        self.children: tuple[Box, ...] = ()
        order.append(self)

    def __repr__(self) -> str:
        return f"<Box {self.kind.value} {self.tag} {self.text!r}>"

    @property
    def made(self) -> Any:
        """WeasyPrint's own box, of which only which one it is and its text's style may be asked."""
        return self._made

    def all(self) -> Sequence[Box]:
        """The box and all boxes in it, in the order of the document."""
        return self._order[self._start : self._end]

    def all_past(self, name: str) -> Iterator[Box]:
        """As `all`, without what is of the class `name` or in it."""
        at = self._start
        while at < self._end:
            box = self._order[at]
            if name in box.classes:
                at = box._end
            else:
                yield box
                at += 1

    def outermost(self, name: str) -> Iterator[Box]:
        """The boxes of the class `name` in this one that are not in another of them."""
        at = self._start
        while at < self._end:
            box = self._order[at]
            if name in box.classes:
                yield box
                at = box._end
            else:
                at += 1

    def outermost_of(self, element: Any) -> Iterator[Box]:
        """The boxes of `element` in this one that are not in another of them."""
        at = self._start
        while at < self._end:
            box = self._order[at]
            if box.element is element:
                yield box
                at = box._end
            else:
                at += 1

    def count_lines(self) -> int:
        """Count the lines in it as a reader does: the cells of a row, and an item with its mark, are one."""
        return len({round(line.rectangle.y / PX) for line in self.all() if line.kind is Kind.LINE})

    @property
    def is_own(self) -> bool:
        """Whether it is of an element itself, and not of what a style sheet adds to it or of a page."""
        return self.element is not None and isinstance(self.tag, str) and self.tag == self.element.tag

    @property
    def is_of_element(self) -> bool:
        """Whether a text is of an element itself, and not of what a style sheet adds."""
        return self.element is not None and self._made.element_tag == self.element.tag

    @property
    def is_element(self) -> bool:
        """Whether a style can have addressed it: lines and texts only take over their element."""
        return self.kind is not Kind.LINE and self.kind is not Kind.TEXT

    @property
    def is_container(self) -> bool:
        """Whether it is a block container: a column that lines run in."""
        return self.kind is Kind.BLOCK or self.kind is Kind.MARGIN or self.kind is Kind.FOOTNOTES

    # --- places -------------------------------------------------------------------------------------------------------

    @property
    def rectangle(self) -> Rectangle:
        """What is drawn: the border box; a line and a text as they are. Of no size where the layout gave it none."""
        made = self._made
        if self.kind is Kind.TEXT or self.kind is Kind.LINE:
            return _in_mm(made.position_x, made.position_y, made.width, made.height)
        if not isinstance(made.width, int | float) or not isinstance(made.height, int | float):
            return _in_mm(made.position_x, made.position_y, 0.0, 0.0)
        return _in_mm(made.border_box_x(), made.border_box_y(), made.border_width(), made.border_height())

    @property
    def content(self) -> Rectangle:
        """The room for what is in it: the content box."""
        made = self._made
        return _in_mm(made.content_box_x(), made.content_box_y(), made.width, made.height)

    @property
    def outer(self) -> Rectangle:
        """The box with its margins; of a page, the sheet."""
        made = self._made
        return _in_mm(made.position_x, made.position_y, made.margin_width(), made.margin_height())

    @property
    def least_scale(self) -> float:
        """By how much a transformation scales it where it scales it least: 1, if there is none; 0, if it is flat."""
        matrix = self._made.transformation_matrix
        if matrix is None:
            return 1.0
        (a, b, _), (c, d, _), _ = matrix
        # The smaller singular value of [[a, b], [c, d]]; the larger one is what it stretches most by.
        half, difference = (a * a + b * b + c * c + d * d) / 2, abs(a * d - b * c)
        largest = math.sqrt(half + math.sqrt(max(0.0, half * half - difference * difference)))
        return difference / largest if largest and math.isfinite(largest) else 0.0

    @property
    def is_transformed(self) -> bool:
        """Whether a transformation turns, scales or moves it."""
        return self._made.transformation_matrix is not None

    def holds(self, other: Box) -> bool:
        """Whether another box of the page is this one, or in it."""
        return other in self.all()

    # --- styles -------------------------------------------------------------------------------------------------------

    @property
    def font_size(self) -> float:
        """Size of its type, in pt."""
        return float(self._made.style["font_size"]) * PT_PER_PX

    @property
    def family(self) -> str:
        """The first family that its style asks for."""
        families = self._made.style["font_family"]
        return str(families[0]) if families else ""

    @property
    def font_weight(self) -> int:
        """Weight that its style asks for: 400 is regular."""
        return int(self._made.style["font_weight"])

    @property
    def is_italic(self) -> bool:
        """Whether its style asks for an italic, or a slanted face."""
        return bool(self._made.style["font_style"] != "normal")

    @property
    def is_small_caps(self) -> bool:
        """Whether its style asks for small capitals."""
        return bool(self._made.style["font_variant_caps"] != "normal")

    @property
    def is_painted(self) -> bool:
        """Whether it is drawn itself, and not only what is in it: it has a background or a border."""
        made, style = self._made, self._made.style
        if any(getattr(made, f"border_{side}_width", 0) for side in ("top", "right", "bottom", "left")):
            return True
        return bool(style["background_color"].alpha) or any(kind != "none" for kind, _ in style["background_image"])

    @property
    def is_visible(self) -> bool:
        """Whether its style lets it be drawn."""
        return bool(self._made.style["visibility"] == "visible")

    @property
    def is_rtl(self) -> bool:
        """Whether its lines run from right to left."""
        return bool(self._made.style["direction"] == "rtl")

    @property
    def least_width(self) -> float | None:
        """The `min-width` of its style with the padding at both sides, in mm; None if it is none that is known."""
        made = self._made
        if not isinstance(made.min_width, int | float):
            return None
        return float(made.min_width + made.padding_left + made.padding_right) * MM_PER_PX

    @property
    def padding(self) -> float:
        """Padding at the left and the right together, in mm."""
        return float(self._made.padding_left + self._made.padding_right) * MM_PER_PX

    @property
    def can_break(self) -> bool:
        """Whether a page can be broken before or after it."""
        return self.kind is Kind.TABLE_PART or private_api.is_block_level(self._made)

    @property
    def breaks_before(self) -> bool:
        """Whether its style asks for a page break before it."""
        return self._made.style["break_before"] in _FORCED

    @property
    def breaks_after(self) -> bool:
        """Whether its style asks for a page break after it."""
        return self._made.style["break_after"] in _FORCED

    @property
    def is_marked_item(self) -> bool:
        """Whether it is displayed as the item of a list, with a mark."""
        style = self._made.style
        return "list-item" in style["display"] and style["list_style_type"] != "none"

    @property
    def divides_word(self) -> bool:
        """Whether a text ends in a hyphen that stands there for the line's end alone."""
        mark = self._made.style["hyphenate_character"]
        if not mark or not self.text.endswith(mark) or self.element is None:
            return False
        # A hyphen that was typed stands in the source behind the same letters.
        stem = _LAST_WORD.search(self.text[: -len(mark)])
        return stem is not None and stem[0] + mark not in "".join(self.element.itertext())

    # --- tables -------------------------------------------------------------------------------------------------------

    @property
    def wraps_table(self) -> bool:
        """Whether it is the box around a table and its captions, which grows with them."""
        return bool(self._made.is_table_wrapper)

    @property
    def table(self) -> Box | None:
        """The table that it wraps."""
        if not self.wraps_table:
            return None
        return next((child for child in self.children if child.kind is Kind.TABLE), None)


class Document:
    """A laid-out letter: WeasyPrint's document, and its pages as boxes."""

    __slots__ = ("_pages", "made")

    def __init__(self, made: Any) -> None:
        """View a document of WeasyPrint's."""
        self.made = made
        self._pages: tuple[Box, ...] | None = None

    @property
    def pages(self) -> tuple[Box, ...]:
        """The pages, with all that stands on each."""
        if self._pages is None:
            self._pages = pages(self.made)
        return self._pages


def pages(document: Any) -> tuple[Box, ...]:
    """Read the pages of a document of WeasyPrint's."""
    return tuple(_read(private_api.page_box(page), []) for page in document.pages)


def _read(made: Any, order: list[Box]) -> Box:
    made = private_api.placed(made)
    box = Box(made, _KINDS.get(type(made)) or _kind(made), order)
    if made.children:
        box.children = tuple([_read(child, order) for child in made.children])
        box._end = len(order)
    return box


_KINDS: dict[type, Kind] = {}
"""Kinds of the classes of boxes that were met."""


def _kind(made: Any) -> Kind:
    """The kind of a box of WeasyPrint's; one that is of several is what comes first here."""
    classes = private_api.box_classes()
    kinds = (
        (Kind.TEXT, classes.TextBox),
        (Kind.LINE, classes.LineBox),
        (Kind.REPLACED, classes.ReplacedBox),
        (Kind.TABLE, classes.TableBox),
        (Kind.TABLE_PART, (classes.TableRowBox, classes.TableRowGroupBox)),
        (Kind.PAGE, classes.PageBox),
        (Kind.MARGIN, classes.MarginBox),
        (Kind.FOOTNOTES, classes.FootnoteAreaBox),
        (Kind.BLOCK, classes.BlockContainerBox),
        (Kind.INLINE, classes.InlineBox),
    )
    kind = next((kind for kind, bases in kinds if isinstance(made, bases)), Kind.OTHER)
    _KINDS[type(made)] = kind
    return kind


@lru_cache(maxsize=512)
def _classes(written: str | None) -> frozenset[str]:
    return frozenset((written or "").split())


def _in_mm(x: float, y: float, width: float, height: float) -> Rectangle:
    return Rectangle(x * MM_PER_PX, y * MM_PER_PX, width * MM_PER_PX, height * MM_PER_PX)
