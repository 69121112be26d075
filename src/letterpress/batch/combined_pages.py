"""Hangs pages into the tree of a combined file, adds the empty backs of sheets, and prints marks on them.

What is printed on a page besides its own content, such as the marks of an inserting machine, stands behind that, in a
state of its own: whatever the content leaves behind. Equal marks are one stream of the file; with a Data Matrix they
are another one on each sheet.

Not here: what the marks of a sheet are (post/inserting.py), and letters that begin alike (pdf/alike.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from letterpress.inserters import marks
from letterpress.page import Rectangle
from letterpress.pdf.carry import ObjectCopier
from letterpress.pdf.stream_writer import PageTree, PdfStream

Drawn = tuple[Rectangle, ...]
"""What is printed on a page, in mm from the upper left corner of the sheet."""
Marks = Callable[[int], Sequence[Drawn]]
"""Gives what is printed on each page of a letter that has so many, empty backs among them."""
_MEDIA = 4
"""Numbers of a box."""
_SHORT = 400
"""Bytes of what is written as it is, and may be printed again: some marks. What is longer has a Data Matrix."""
_KEPT = 4096
"""Streams that are remembered."""
_MAX_DEPTH = 12
"""Nodes of a page tree that a page inherits from."""


class CombinedPages:
    """The pages of one file."""

    def __init__(self, file: PdfStream) -> None:
        """Begin with none."""
        self._file = file
        self.tree = PageTree(file)
        self._opening = 0
        """Number of the stream that keeps a page's content to itself."""
        self._drawn: dict[bytes, int] = {}

    def take(self, page: Any, letter: ObjectCopier, node: int | None) -> Any:
        """Give a letter's page with all that it inherits, and hang it into the tree.

        :param node: of its record in the tree of document parts, where there is one.
        """
        for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
            above, depth = page, 0
            while key not in above and "/Parent" in above and depth < _MAX_DEPTH:
                above, depth = above.Parent, depth + 1
            if key in above and key not in page:
                page[key] = above[key]
        page.Parent = letter.stand_in(self.tree.add(letter.number(page)))
        if node is not None:
            page.DPart = letter.stand_in(node)
        return page

    def print_on(self, page: Any, letter: ObjectCopier, drawn: Drawn) -> None:
        """Print on a letter's page."""
        import pikepdf

        held = page.get("/Contents", pikepdf.Array())
        own = list(held) if isinstance(held, pikepdf.Array) else [held]
        rotation = int(page.get("/Rotate", 0)) % 360
        tail = letter.stand_in(self._tail(drawn, sheet_of(page), rotation))
        page.Contents = pikepdf.Array([letter.stand_in(self._open()), *own, tail])

    def printed(
        self, contents: Sequence[bytes], sheets: Sequence[Sequence[float]], drawn: Sequence[Drawn]
    ) -> list[bytes]:
        """Give the contents of pages with what is printed on each.

        :param contents: arrays of streams.
        :param sheets: the box of each page's sheet, in pt.
        """
        opening = self._open()
        tails = [self._tail(one, box, 0) for one, box in zip(drawn, sheets, strict=False)]
        pairs = zip(contents, tails, strict=True)
        return [b"[%d 0 R %b %d 0 R]" % (opening, content.strip(b"[]"), tail) for content, tail in pairs]

    def add_back(self, box: Sequence[float], node: int | None, *, printed: bool, drawn: Drawn = ()) -> int:
        """Add the empty back of a letter's last page; gives its number.

        :param box: as `alike.boxes` gives it of that page.
        :param printed: whether the file is for a press, and so says where a page is cut.
        """
        page, content = self._file.reserve(), self._file.reserve()
        sheet = (0.0, 0.0, box[2] - box[0], box[3] - box[1])
        size = b" ".join(f"{value:g}".encode() for value in sheet)
        if printed and len(box) > _MEDIA:
            # As PDF/X asks, and at the same place of a sheet that is cut.
            numbers = [b" ".join(b"%.4f" % value for value in box[at : at + _MEDIA]) for at in (0, 4, 8)]
            size = b"%b] /TrimBox [%b] /BleedBox [%b" % tuple(numbers)
            sheet = (box[4], box[5], box[6], box[7])
        entries = b"/Type /Page /Resources << >> /MediaBox [%b] /Contents %d 0 R /Parent %d 0 R%b"
        part = b"" if node is None else b" /DPart %d 0 R" % node
        self._file.put(page, b"<< %b >>" % (entries % (size, content, self.tree.add(page), part)))
        self._put(content, marks.content(drawn, sheet, 0))
        return page

    def _open(self) -> int:
        if not self._opening:
            self._opening = self._file.reserve()
            self._file.put_stream(self._opening, b"", b"q")
        return self._opening

    def _tail(self, drawn: Drawn, sheet: Sequence[float], rotation: int) -> int:
        left, bottom, right, top = sheet
        content = b"Q\n" + marks.content(drawn, (left, bottom, right, top), rotation)
        number = self._drawn.get(content)
        if number is None:
            number = self._file.reserve()
            self._put(number, content)
            if len(content) <= _SHORT and len(self._drawn) < _KEPT:
                self._drawn[content] = number
        return number

    def _put(self, number: int, content: bytes) -> None:
        if len(content) <= _SHORT:
            self._file.put_stream(number, b"", content)
        else:
            self._file.put_stream(number, b"/Filter /FlateDecode", zlib.compress(content))


def sheet_of(page: Any) -> tuple[float, float, float, float]:
    """Give left, bottom, right and top of the sheet that a page is printed on, in pt: as it is cut, if it is."""
    box = page.get("/TrimBox", page.get("/CropBox", page.MediaBox))
    one, two, three, four = (float(value) for value in box)
    return min(one, three), min(two, four), max(one, three), max(two, four)
