"""Sets text into lines without a layout, byte for byte as WeasyPrint would draw them.

What a `Setter` gives is equal to a layout's, or it is None and the letter is laid out. Not here: where lines stand, and
what is drawn besides text.
"""

from letterpress.layout.lines.drawing import Line
from letterpress.layout.lines.page_fonts import DrawnFonts, FontNames, PageFont, of_document
from letterpress.layout.lines.setter import Block, Setter
from letterpress.layout.lines.setters import Setters
from letterpress.layout.lines.style import TextStyle, covers

__all__ = (
    "Block",
    "DrawnFonts",
    "FontNames",
    "Line",
    "PageFont",
    "Setter",
    "Setters",
    "TextStyle",
    "covers",
    "of_document",
)
