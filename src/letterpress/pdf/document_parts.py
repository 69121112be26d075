"""Says in a file of many letters where each begins and ends, and whose it is: the document parts of PDF/VT-1.

One node for the file, and one for each record, which names its first and its last page. A node says of its record what
a print room sorts and counts by: number, key, postcode, country, sheets.

Source: ISO 16612-2 (PDF/VT), 6.6; ISO 32000-2, 14.12 (document parts); names of a recipient and its address: ISO
21812-1, as the Arlington model of PDF has them. `Record` and `Sheets` are ours: that standard has no names for them.
"""

from __future__ import annotations

import codecs
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from letterpress.pdf.stream_writer import PdfStream, references

_KIDS = 1000
"""References in one of the arrays that a node's parts are listed in."""
_PRINTABLE = range(0x20, 0x7F)


class About(NamedTuple):
    """What is known of a record."""

    number: int
    """Its place in the list, from 1; 0: no record, but a sheet that is put in between."""
    key: str = ""
    """What people know it by."""
    postcode: str = ""
    country: str = ""
    """ISO 3166-1, two letters."""


A_LETTER = About(1)
"""A letter of which no more is known."""


class DocumentParts:
    """The tree of a file in the making."""

    def __init__(self, file: PdfStream) -> None:
        """Begin with no record."""
        self._file = file
        self._root, self._node = file.reserve(), file.reserve()
        self._records = array("Q")

    def begin(self) -> int:
        """Begin a record; gives the number of its node, which each of its pages names as its `/DPart`."""
        number = self._file.reserve()
        self._records.append(number)
        return number

    def end(self, number: int, pages: Sequence[int], about: About, sheets: int) -> None:
        """Write a record's node.

        :param number: as `begin` gave it.
        :param pages: the numbers of its first and its last page, which may be the same.
        :param sheets: of paper.
        """
        last = b" /End %d 0 R" % pages[-1] if pages[-1] != pages[0] else b""
        said = b"<< /Type /DPart /Parent %d 0 R /Start %d 0 R%b /DPM %b >>"
        self._file.put(number, said % (self._node, pages[0], last, _metadata(about, sheets)))

    def finish(self) -> int:
        """Write what is above the records; gives the number of what the catalog names as its `/DPartRoot`."""
        parts = [self._records[at : at + _KIDS] for at in range(0, len(self._records), _KIDS)]
        kids = b" ".join(references(part) for part in parts)
        self._file.put(self._node, b"<< /Type /DPart /Parent %d 0 R /DParts [%b] >>" % (self._root, kids))
        said = b"<< /Type /DPartRoot /DPartRootNode %d 0 R /RecordLevel 1 /NodeNameList [/Job /Record] >>"
        self._file.put(self._root, said % self._node)
        return self._root


def _metadata(about: About, sheets: int) -> bytes:
    if not about.number:
        return b"<< /Insert true /Sheets %d >>" % sheets
    who = b" /CIP4_UniqueID %b" % _text(about.key) if about.key else b""
    place = b" /CIP4_PostalCode %b" % _text(about.postcode) if about.postcode else b""
    if about.country.isascii() and about.country.isalpha():
        place += b" /CIP4_CountryCode /%b" % about.country.encode()
    if place:
        who += b" /CIP4_Contact << /CIP4_Address <<%b >> >>" % place
    known = b" /CIP4_Root << /CIP4_Recipient <<%b >> >>" % who if who else b""
    return b"<< /Record %d /Sheets %d%b >>" % (about.number, sheets, known)


def _text(text: str) -> bytes:
    """Write a text string (ISO 32000-1, 7.9.2.2)."""
    if all(ord(char) in _PRINTABLE for char in text):
        return b"(%b)" % text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode()
    return b"<%b>" % (codecs.BOM_UTF16_BE + text.encode("utf-16-be", "replace")).hex().encode()
