"""Makes letters of one shape from the pages of one that was laid out: a plate.

Letters whose elements are the same, and whose changed texts take as many lines in the same places, have the same pages
but for those lines. A plate holds the pages; each further letter sets its own lines and is written. Whatever is not
known to come out byte for byte as WeasyPrint would lay it out is laid out.

Not here: how lines are set (`layout.lines`), how a file is written (`layout.file`).
"""

from letterpress.layout.plates.capture import Drawn, capture
from letterpress.layout.plates.plate import Plate
from letterpress.layout.plates.source import Parsed, parsed
from letterpress.layout.plates.sources import Read, Sources, Unlearned
from letterpress.layout.plates.store import Pressed, Shape, Store, differs
from letterpress.layout.plates.texts import Texts, read, string_attributes, styles, was_fitted

__all__ = (
    "Drawn",
    "Parsed",
    "Plate",
    "Pressed",
    "Read",
    "Shape",
    "Sources",
    "Store",
    "Texts",
    "Unlearned",
    "capture",
    "differs",
    "parsed",
    "read",
    "string_attributes",
    "styles",
    "was_fitted",
)
