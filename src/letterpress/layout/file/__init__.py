"""Writes a letter's file from the objects that were drawn: the one writer of PDFs that are laid out.

What is the same in many letters is compressed once and kept. A file's bytes depend on what is in it alone: not on which
letter came before, nor on whether its page was laid out for it.

Not here: what is drawn (WeasyPrint), how it is mended (`layout.conformance`), and finished files (`pdf`).
"""

from letterpress.layout.file.fonts import FontPlace, Sets
from letterpress.layout.file.parts import Parts, parts_of
from letterpress.layout.file.writer import Fixed, Written, written

__all__ = ("Fixed", "FontPlace", "Parts", "Sets", "Written", "parts_of", "written")
