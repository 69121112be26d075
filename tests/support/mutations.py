"""Signed letters, and what an attacker does to them so that some program shows another page: seeded, byte by byte.

`letters()` makes the signed letters, `appended`, `behind` and `prepared` the mutations of them. What is changed is
always the content of page 1: a second body of its object, black all over, that no honest reading may find.
"""

from __future__ import annotations

import functools
import io
import random
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from unittest import mock

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from letterpress.signing import StampText, preconditions, sign
from letterpress.signing import fields as signing_fields
from tests.support import signing

ADA, BEN = (name for name, _ in signing.PEOPLE[:2])
AUTHORITY = signing.Authority()
BLACK = b"0 g 0 0 2000 2000 re f"


@dataclass(frozen=True)
class Signed:
    """A signed letter, and what an attacker has to know of it."""

    name: str
    pdf: bytes
    ends: tuple[int, ...]
    """Where the signatures' revisions end."""
    victim: int
    """The number of page 1's content."""
    root: int
    size: int
    startxref: int

    @property
    def end(self) -> int:
        """Where the last signature's revision ends."""
        return max(self.ends)


@dataclass(frozen=True)
class Mutation:
    """A file made of a signed letter."""

    name: str
    letter: Signed
    pdf: bytes


def known(name: str, pdf: bytes) -> Signed:
    reader = signing_fields.open_pdf(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        victim, root = document.pages[0].Contents.objgen[0], document.Root.objgen[0]
    ends = signing_fields.signed_ends(reader).values()
    startxref = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    return Signed(name, pdf, tuple(ends), victim, root, int(reader.trailer["/Size"]), startxref)


def saved(pdf: bytes, **options: object) -> bytes:
    """The file written anew by qpdf's library."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(output, **options)
    return output.getvalue()


def with_table(pdf: bytes, **options: object) -> bytes:
    """The same with a cross-reference table, and no object streams."""
    return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable, **options)


def shifted(pdf: bytes, junk: bytes = b"%%%% sent by a scanner\n") -> bytes:
    """The file with something before its header, and offsets that count it."""
    moved = re.sub(rb"(\d{10}) (\d{5} n)", lambda m: b"%010d %s" % (int(m[1]) + len(junk), m[2]), pdf)
    moved = re.sub(rb"startxref\s+(\d+)", lambda m: b"startxref\n%d" % (int(m[1]) + len(junk)), moved)
    return junk + moved


_STAMPS: list[bytes] = []


def _stamp(words: StampText, width: float, height: float) -> bytes:
    """The same stamp for all, since laying one out takes longer than signing."""
    if not _STAMPS:
        _STAMPS.append(signing.stamp(words, width, height))
    return _STAMPS[0]


def signed_by(pdf: bytes, *names: str) -> bytes:
    """The file signed, even if it is one that `sign` refuses: attackers have programs of their own."""
    with mock.patch.object(preconditions, "check_file", return_value=[]):
        for name in names:
            pdf = sign(pdf, field=name, signer=AUTHORITY.signer(name), stamp=_stamp).pdf
    return pdf


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """An incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer._update_meta = lambda: None
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def validation_data(writer: IncrementalPdfFileWriter) -> None:
    """What may be added behind the last signature: a document security store."""
    certificate = generic.StreamObject(stream_data=AUTHORITY.der)
    store = generic.DictionaryObject({pdf_name("/Certs"): generic.ArrayObject([writer.add_object(certificate)])})
    writer.root[pdf_name("/DSS")] = writer.add_object(store)
    writer.update_root()


def letters() -> Iterator[Signed]:
    """Signed letters, written in the ways that programs write."""
    packed = signing.render(signing.PEOPLE[:2], paragraphs=1)
    plain = with_table(packed)
    yield known("table", signed_by(plain, ADA))
    yield known("two signatures", signed_by(plain, ADA, BEN))
    yield known("object streams", signed_by(packed, ADA))
    yield known("linearized", signed_by(with_table(packed, linearize=True), ADA))
    yield known("linearized, object streams", signed_by(saved(packed, linearize=True), ADA))
    with mock.patch("pyhanko.pdf_utils.reader._read_header_version", return_value=(1, 7)):  # pyHanko insists on byte 0
        late = known("header not at 0", signed_by(shifted(plain), ADA))
    yield late


# --- what is appended: a body of the victim, and a section that makes programs search for it ---


def stream(number: int, data: bytes = BLACK, *, generation: int = 0, length: int | None = None) -> bytes:
    size = len(data) if length is None else length
    return b"%d %d obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, generation, size, data)


def packed(number: int, *inner: int) -> bytes:
    """An object stream with a dictionary for each number."""
    values = [b"<</Black true>> "] * len(inner)
    head = b" ".join(b"%d %d" % (one, at * len(values[0])) for at, one in enumerate(inner)) + b" "
    data = zlib.compress(head + b"".join(values))
    entries = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(inner), len(head))
    return b"%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, entries, len(data), data)


Body = Callable[[int, int], bytes]
"""The bytes of a body, from the victim's number and a free number."""

BODIES: dict[str, Body] = {
    "none": lambda n, new: b"",
    "plain": lambda n, new: stream(n),
    "over several lines": lambda n, new: stream(n).replace(b" 0 obj", b"\n0\nobj"),
    "behind a comment": lambda n, new: b"% new\n" + stream(n),
    "split by a comment": lambda n, new: stream(n).replace(b" 0 obj", b" % new\n 0 obj"),
    "generation 1": lambda n, new: stream(n, generation=1),
    "in a stream": lambda n, new: stream(new, b"x\n" + stream(n) + b"\n"),
    "behind a false endstream": lambda n, new: stream(new, b"x\nendstream\nendobj\n" + stream(n)),
    "in a string": lambda n, new: b"%d 0 obj\n(x\n%s)\nendobj\n" % (new, stream(n)),
    "under a short /Length": lambda n, new: stream(n, length=3),
    "under a long /Length": lambda n, new: stream(new, b"x", length=len(stream(n)) + 20) + stream(n),
    "without endobj": lambda n, new: stream(n).replace(b"endobj\n", b""),
    "in an object stream": lambda n, new: packed(new, n),
    "an object stream over a stream": lambda n, new: packed(n, new),
    "behind junk": lambda n, new: b"junk " + stream(n),
    "twice": lambda n, new: stream(n) + stream(n, BLACK + b" f"),
    "null": lambda n, new: b"%d 0 obj\nnull\nendobj\n" % n,
    "deep": lambda n, new: b"%d 0 obj\n%s%s\nendobj\n" % (new, b"[" * 400, b"]" * 400) + stream(n),
}


def table(letter: Signed, at: int, **odd: object) -> bytes:
    """A cross-reference table at byte `at` that says that nothing changed, but for what is `odd`."""
    number, entry = odd.get("entry", (0, b"0000000000 65535 f \n"))  # type: ignore[misc]
    size, previous = odd.get("size", letter.size), odd.get("previous", b"%d" % letter.startxref)
    rows = b"%d %s\n%s" % (number, odd.get("count", b"1"), entry)
    trailer = b"<</Size %d /Root %s%s%s>>" % (
        size,
        odd.get("root", b"%d 0 R" % letter.root),
        b" /Prev " + previous if previous else b"",  # type: ignore[operator]
        odd.get("more", b""),
    )
    leads = odd.get("leads", at)
    return b"%s%strailer\n%s\n%s" % (
        odd.get("word", b"xref\n"),
        rows * int(odd.get("times", 1)),  # type: ignore[call-overload]
        trailer,
        odd.get("close", b"startxref\n%s\n%%%%EOF\n" % (b"%d" % leads if type(leads) is int else b"")),
    )


def cross_stream(letter: Signed, at: int, **odd: object) -> bytes:
    """A cross-reference stream at byte `at` that lists itself, but for what is `odd`."""
    number = letter.size
    fields = odd.get("fields", b"\1" + at.to_bytes(4, "big") + b"\0")
    index = odd.get("index", b"%d 1" % number)
    data = zlib.compress(fields)  # type: ignore[arg-type]
    data = data[: len(data) - int(odd.get("cut", 0))]  # type: ignore[call-overload]
    entries = b"/Type/XRef/W[1 4 1]/Index[%s]/Size %d/Root %d 0 R/Prev %s%s/Filter/FlateDecode/Length %d" % (
        index,
        odd.get("size", number + 1),
        letter.root,
        odd.get("previous", b"%d" % letter.startxref),
        odd.get("more", b""),
        len(data),
    )
    head = b"%d 0 obj\n<<%s>>\nstream\n%s\nendstream\nendobj\n" % (number, entries, data)
    return head + b"startxref\n%d\n%%%%EOF\n" % odd.get("leads", at)


def entry(offset: int, end: bytes = b" \n", kind: bytes = b"n", generation: int = 0) -> bytes:
    return b"%010d %05d %s%s" % (offset, generation, kind, end)


Section = Callable[[Signed, int, int], bytes]
"""The bytes of a section, from the letter, its own place and the place of the body before it."""

SECTIONS: dict[str, Section] = {
    "right": lambda s, at, body: table(s, at),
    "blank line before trailer": lambda s, at, body: table(s, at).replace(b"trailer", b"\ntrailer"),
    "lists the body": lambda s, at, body: table(s, at, entry=(s.victim, entry(body))),
    "19 bytes": lambda s, at, body: table(s, at, entry=(0, b"0000000000 65535 f\n")),
    "21 bytes": lambda s, at, body: table(s, at, entry=(0, b"0000000000 65535 f  \n")),
    "huge /Size": lambda s, at, body: table(s, at, size=100_000_000),
    "small /Size": lambda s, at, body: table(s, at, size=3),
    "entry beyond the end": lambda s, at, body: table(s, at, entry=(s.size, entry(at + 10_000_000)), size=s.size + 1),
    "entry to nothing": lambda s, at, body: table(s, at, entry=(s.size, entry(7)), size=s.size + 1),
    "victim to nothing": lambda s, at, body: table(s, at, entry=(s.victim, entry(7))),
    "root to nothing": lambda s, at, body: table(s, at, entry=(s.root, entry(7))),
    "off by one": lambda s, at, body: table(s, at, entry=(s.victim, entry(body + 1))),
    "freed": lambda s, at, body: table(s, at, entry=(s.victim, entry(0, kind=b"f", generation=1))),
    "wrong count": lambda s, at, body: table(s, at, count=b"9"),
    "long count": lambda s, at, body: table(s, at, count=b"0000000001"),
    "doubled": lambda s, at, body: table(s, at, times=2),
    "/Prev + 1": lambda s, at, body: table(s, at, previous=b"%d" % (s.startxref + 1)),
    "/Prev itself": lambda s, at, body: table(s, at, previous=b"%d" % at),
    "/Prev 0": lambda s, at, body: table(s, at, previous=b"0"),
    "/Prev real": lambda s, at, body: table(s, at, previous=b"%d.0" % s.startxref),
    "no /Prev": lambda s, at, body: table(s, at, previous=b""),
    "/Prev twice": lambda s, at, body: table(s, at, more=b" /Prev 0"),
    "/XRefStm": lambda s, at, body: table(s, at, more=b" /XRefStm %d" % s.startxref),
    "/XRefStm to nothing": lambda s, at, body: table(s, at, more=b" /XRefStm 11"),
    "startxref wrong": lambda s, at, body: table(s, at, leads=at + 3),
    "startxref 0": lambda s, at, body: table(s, at, leads=0),
    "startxref old": lambda s, at, body: table(s, at, leads=s.startxref),
    "startxref absent": lambda s, at, body: table(s, at, close=b"%%EOF\n"),
    "startxref twice": lambda s, at, body: table(s, at) + b"startxref\n%d\n%%%%EOF\n" % at,
    "no %%EOF": lambda s, at, body: table(s, at, close=b"startxref\n%d\n" % at),
    "blanks behind": lambda s, at, body: table(s, at) + b" " * 2000,
    "line ends behind": lambda s, at, body: table(s, at) + b"\n\n",
    "body behind": lambda s, at, body: table(s, at) + stream(s.victim),
    "body before startxref": lambda s, at, body: table(s, at).replace(b"startxref", stream(s.victim) + b"startxref"),
    "body in the trailer": lambda s, at, body: table(s, at, more=b" /X (%s)" % stream(s.victim)),
    "xref with a blank": lambda s, at, body: table(s, at, word=b"xref \n"),
    "another /Root": lambda s, at, body: table(s, at, root=b"%d 0 R" % s.victim),
    "no /Root": lambda s, at, body: table(s, at).replace(b"/Root", b"/Rout"),
    "generation 1": lambda s, at, body: table(s, at, entry=(s.victim, entry(body, generation=1))),
    "none": lambda s, at, body: b"",
    "stream": lambda s, at, body: cross_stream(s, at),
    "stream, cut": lambda s, at, body: cross_stream(s, at, cut=4),
    "stream, too long": lambda s, at, body: cross_stream(s, at, fields=b"\1" + at.to_bytes(4, "big") + bytes(9)),
    "stream, huge /Size": lambda s, at, body: cross_stream(s, at, size=100_000_000),
    "stream, small /Size": lambda s, at, body: cross_stream(s, at, size=4),
    "stream, type 3": lambda s, at, body: _two(s, at, b"\3\0\0\0\0\0"),
    "stream, beyond": lambda s, at, body: _two(s, at, b"\1\x7f\0\0\0\0"),
    "stream, packed in itself": lambda s, at, body: _two(s, at, b"\2" + s.size.to_bytes(4, "big") + b"\0"),
    "stream, packed in none": lambda s, at, body: _two(s, at, b"\2" + s.victim.to_bytes(4, "big") + b"\0"),
    "stream, freed": lambda s, at, body: _two(s, at, b"\0\0\0\0\0\1"),
    "stream, lists the body": lambda s, at, body: _two(s, at, b"\1" + body.to_bytes(4, "big") + b"\0"),
    "stream, doubled": lambda s, at, body: cross_stream(
        s, at, index=b"%d 1 %d 1" % (s.size, s.size), fields=(b"\1" + at.to_bytes(4, "big") + b"\0") * 2
    ),
    "stream, long /Index": lambda s, at, body: cross_stream(s, at, index=b"0 100000"),
    "stream, negative /Index": lambda s, at, body: cross_stream(s, at, index=b"-1 2"),
    "stream, /Prev itself": lambda s, at, body: cross_stream(s, at, previous=b"%d" % at),
    "stream, /Prev + 1": lambda s, at, body: cross_stream(s, at, previous=b"%d" % (s.startxref + 1)),
    "stream, /XRefStm": lambda s, at, body: cross_stream(s, at, more=b"/XRefStm %d" % at),
}


def entry_in_force(letter: Signed) -> bytes:
    """The victim's entry as it is in force, written as in a table."""
    place = letter.pdf.rindex(b"\n%d 0 obj" % letter.victim) + 1
    return entry(place)


def with_object(letter: Signed, at: int, *, number: int | None = None, value: bytes = b"<<>>", **odd: object) -> bytes:
    """A new object that nothing refers to, and a section of the letter's kind that lists it."""
    number = letter.size if number is None else number
    body = b"%d 0 obj\n%s\nendobj\n" % (number, value)
    if letter.pdf.startswith(b"xref", letter.startxref):
        return body + table(letter, at + len(body), entry=(number, entry(at)), size=number + 1, **odd)
    fields = b"".join(b"\1" + place.to_bytes(4, "big") + b"\0" for place in (at + len(body), at))
    index = b"%d 1 %d 1" % (letter.size, number)
    if number == letter.size:
        body = b"%d 0 obj\n%s\nendobj\n" % (number + 1, value)
        fields = b"".join(b"\1" + place.to_bytes(4, "big") + b"\0" for place in (at + len(body), at))
        index, number = b"%d 2" % letter.size, number + 1
    return body + cross_stream(letter, at + len(body), index=index, fields=fields, size=number + 1, **odd)


def usual(letter: Signed, at: int, **odd: object) -> bytes:
    """A section of the letter's own kind that says that nothing changed."""
    is_table = letter.pdf.startswith(b"xref", letter.startxref)
    return table(letter, at, **odd) if is_table else cross_stream(letter, at, **odd)


def _replaced(old: bytes, new: bytes) -> Section:
    def section(letter: Signed, at: int, body: int) -> bytes:
        return usual(letter, at).replace(old, new)

    return section


def _valued(value: bytes) -> Section:
    return lambda s, at, body: with_object(s, at, value=value)


UNUSUAL: dict[str, Section] = {
    "usual": lambda s, at, body: usual(s, at),
    "usual, with an object": lambda s, at, body: with_object(s, at),
    "a line end before": lambda s, at, body: b"\n" + usual(s, at + 1),
    "two line ends before": lambda s, at, body: b"\r\n\n" + usual(s, at + 3),
    "startxref at the line end before": lambda s, at, body: b"\n" + usual(s, at + 1, leads=at),
    "entry at the line end before": lambda s, at, body: (
        b"\n" + with_object(s, at + 1).replace(b"%010d" % (at + 1), b"%010d" % at)
    ),
    "/Size + 1": lambda s, at, body: usual(s, at, size=s.size + 2 - s.pdf.startswith(b"xref", s.startxref)),
    "line ends CR": lambda s, at, body: usual(s, at).replace(b" \n", b" \r").replace(b"\ntrailer\n", b"\rtrailer\r"),
    "all line ends CR": lambda s, at, body: table(s, at).replace(b"\n", b"\r"),
    "all line ends CR LF": lambda s, at, body: table(s, at).replace(b" \n", b"\n").replace(b"\n", b"\r\n"),
    "repeats an entry": lambda s, at, body: table(s, at, entry=(s.victim, entry_in_force(s))),
    "comment before": lambda s, at, body: b"% made by us\n" + usual(s, at + 13),
    "long comment before": lambda s, at, body: b"%" + b"c" * 498 + b"\n" + usual(s, at + 500),
    "many comments before": lambda s, at, body: b"% c\n" * 3000 + usual(s, at + 12000),
    "comment before startxref": _replaced(b"startxref", b"% made by us\nstartxref"),
    "comment before trailer": _replaced(b"trailer", b"% made by us\ntrailer"),
    "comment in the trailer": _replaced(b"/Root", b"% made by us\n/Root"),
    "blanks around startxref": lambda s, at, body: re.sub(rb"startxref\n(\d+)\n", rb"startxref \n\1 \n", usual(s, at)),
    "blank lines around startxref": lambda s, at, body: re.sub(
        rb"startxref\n(\d+)\n", rb"startxref\n\n\1\n\n", usual(s, at)
    ),
    "zeros in startxref": lambda s, at, body: re.sub(rb"startxref\n", rb"startxref\n000", usual(s, at)),
    "%%EOF without line end": lambda s, at, body: usual(s, at)[:-1],
    "two line ends behind": lambda s, at, body: usual(s, at) + b"\n",
    "escaped /Root": _replaced(b"/Root", b"/R#6fot"),
    "escaped /Size": _replaced(b"/Size", b"/Si#7ae"),
    "escaped /Prev": _replaced(b"/Prev", b"/Pre#76"),
    "escaped /Type": _replaced(b"/Type/XRef", b"/Type/XRe#66"),
    "/Root with zeros": lambda s, at, body: usual(s, at).replace(b"/Root %d 0" % s.root, b"/Root 0%d 00" % s.root),
    "/Prev with a sign": _replaced(b"/Prev ", b"/Prev +"),
    "/Prev with zeros": _replaced(b"/Prev ", b"/Prev 000"),
    "/Size with a sign": _replaced(b"/Size ", b"/Size +"),
    "/Prev in lines": _replaced(b"/Prev ", b"/Prev\n\n\n"),
    "no blanks": _replaced(b" /", b"/"),
    "range with zeros": lambda s, at, body: table(s, at).replace(b"0 1\n", b"00 01\n"),
    "range with a blank": lambda s, at, body: table(s, at).replace(b"0 1\n", b"0 1 \n"),
    "no range": lambda s, at, body: table(s, at).replace(b"0 1\n0000000000 65535 f \n", b""),
    "empty range": lambda s, at, body: table(s, at).replace(b"0 1\n0000000000 65535 f \n", b"0 0\n"),
    "far range": lambda s, at, body: table(s, at).replace(b"0 1\n0000000000 65535 f \n", b"9999 0\n"),
    "far empty range": lambda s, at, body: (
        table(s, at).replace(b"0 1\n", b"0 1\n").replace(b"trailer", b"4000000000 0\ntrailer")
    ),
    "nested 60 in the trailer": _replaced(b"/Root", b"/X " + b"[" * 60 + b"]" * 60 + b"/Root"),
    "nested 95 in the trailer": _replaced(b"/Root", b"/X " + b"[" * 95 + b"]" * 95 + b"/Root"),
    "nested 95 in an object": _valued(b"[" * 95 + b"]" * 95),
    "nested 60 in an object": _valued(b"[" * 60 + b"]" * 60),
    "long string in the trailer": _replaced(b"/Root", b"/X (" + b"x" * 70000 + b")/Root"),
    "long name in the trailer": _replaced(b"/Root", b"/" + b"x" * 400 + b" 1/Root"),
    "name of structure": _valued(b"<</endobj/endstream/startxref/trailer>>"),
    "null key in the trailer": _replaced(b"/Root", b"/X null/Root"),
    "huge number in the trailer": _replaced(b"/Root", b"/X 99999999999999999999/Root"),
    "long real in the trailer": _replaced(b"/Root", b"/X 0." + b"1" * 90 + b"/Root"),
    "far number": lambda s, at, body: with_object(s, at, number=9_000_000),
    "number of annex C": lambda s, at, body: with_object(s, at, number=8_388_600),
    "number below 4 Mi": lambda s, at, body: with_object(s, at, number=4_000_000),
    "number 100000": lambda s, at, body: with_object(s, at, number=100_000),
    "head over lines": lambda s, at, body: with_object(s, at).replace(
        b"%d 0 obj\n<<>>" % s.size, b"%d\n0\nobj<<>>" % s.size
    ),
    "stream in CR LF": _valued(b"<</Length 1>>\r\nstream\r\nx\r\nendstream\r"),
    "stream without line ends": _valued(b"<</Length 1>>stream\nxendstream"),
    "comments around a stream": _valued(b"<</Length 1>>% c\nstream\nx\nendstream % c"),
    "empty object": _valued(b"% nothing\nnull"),
    "reference to nothing": _valued(b"[99999 0 R 0 0 R]"),
    "free entries": lambda s, at, body: table(
        s, at, entry=(s.size, entry(0, kind=b"f", generation=65535)), size=s.size + 1
    ),
    "stream, unfiltered": lambda s, at, body: _unfiltered(s, at),
    "stream, predictor": lambda s, at, body: _predicted(s, at, 12, 2),
    "stream, predictor 10": lambda s, at, body: _predicted(s, at, 10, 0),
    "stream, predictor 15, Paeth": lambda s, at, body: _predicted(s, at, 15, 4),
    "stream, predictor 15, Sub": lambda s, at, body: _predicted(s, at, 15, 1),
    "stream, wide fields": lambda s, at, body: cross_stream(
        s, at, fields=b"\0\0\1" + at.to_bytes(8, "big") + bytes(8)
    ).replace(b"/W[1 4 1]", b"/W[3 8 8]"),
    "stream, no type": lambda s, at, body: cross_stream(s, at, fields=at.to_bytes(4, "big") + b"\0").replace(
        b"/W[1 4 1]", b"/W[0 4 1]"
    ),
    "stream, no generation": lambda s, at, body: cross_stream(s, at, fields=b"\1" + at.to_bytes(4, "big")).replace(
        b"/W[1 4 1]", b"/W[1 4 0]"
    ),
    "stream, not in itself": lambda s, at, body: cross_stream(s, at, fields=b"\0" * 5 + b"\xff", index=b"0 1"),
    "stream, indirect /Length": lambda s, at, body: _indirect(s, at),
    "stream, /W of four": lambda s, at, body: cross_stream(s, at).replace(b"/W[1 4 1]", b"/W[1 4 1 0]"),
    "stream, /Index in parts": lambda s, at, body: cross_stream(s, at, index=b"0 0 5 0 %d 1 9999 0" % s.size),
    "hybrid": lambda s, at, body: _hybrid(s, at, leads=True),
    "spare stream": lambda s, at, body: _hybrid(s, at, leads=False),
    "two revisions": lambda s, at, body: _again(s, at, 2),
    "forty revisions": lambda s, at, body: _again(s, at, 40),
}
"""What may stand behind a signature by the rules, or may not and looks as if it might: none of it may hide anything."""


def _unfiltered(letter: Signed, at: int) -> bytes:
    fields = b"\1" + at.to_bytes(4, "big") + b"\0"
    made = cross_stream(letter, at, fields=fields)
    data = zlib.compress(fields)
    made = made.replace(data, fields).replace(b"/Filter/FlateDecode", b"")
    return made.replace(b"/Length %d" % len(data), b"/Length %d" % len(fields))


def _predicted(letter: Signed, at: int, predictor: int, kind: int) -> bytes:
    row = b"\1" + at.to_bytes(4, "big") + b"\0"
    if kind in (1, 4):  # to the left; in the first row Paeth guesses the left one too
        row = bytes((one - left) & 255 for one, left in zip(row, b"\0" + row, strict=False))
    more = b"/DecodeParms<</Predictor %d/Columns 6>>" % predictor
    return cross_stream(letter, at, fields=bytes([kind]) + row, more=more)


def _indirect(letter: Signed, at: int) -> bytes:
    number = letter.size + 1
    fields = b"".join(b"\1" + b"%b" % place.to_bytes(4, "big") + b"\0" for place in (at + 1000, at))
    size = len(zlib.compress(fields))
    for _ in range(3):
        body = b"%d 0 obj\n%d\nendobj\n" % (number, size)
        fields = b"".join(b"\1" + place.to_bytes(4, "big") + b"\0" for place in (at + len(body), at))
        size = len(zlib.compress(fields))
    made = cross_stream(letter, at + len(body), index=b"%d 2" % letter.size, fields=fields, size=number + 1)
    return body + made.replace(b"/Length %d" % size, b"/Length %d 0 R" % number)


def _hybrid(letter: Signed, at: int, *, leads: bool) -> bytes:
    """A table and a cross-reference stream that list the same."""
    made = cross_stream(letter, at)
    body = made[: made.index(b"startxref")]
    more = b" /XRefStm %d" % at if leads else b""
    size = letter.size + 1
    return body + table(letter, at + len(body), entry=(letter.size, entry(at)), size=size, more=more)


def _again(letter: Signed, at: int, times: int) -> bytes:
    parts, previous = [], letter.startxref
    for _ in range(times):
        parts.append(usual(letter, at, previous=b"%d" % previous))
        previous = at
        at += len(parts[-1])
    return b"".join(parts)


def _two(letter: Signed, at: int, fields: bytes) -> bytes:
    """A cross-reference stream that lists itself, and something of the victim."""
    own = b"\1" + at.to_bytes(4, "big") + b"\0"
    return cross_stream(letter, at, index=b"%d 1 %d 1" % (letter.victim, letter.size), fields=fields + own)


ALL_SECTIONS = SECTIONS | UNUSUAL


def appended(letter: Signed, body: str, section: str) -> Mutation:
    """The letter with a body and a section appended."""
    free = letter.size + 1
    data = BODIES[body](letter.victim, free)
    start = len(letter.pdf)
    place = start + max(data.find(b"%d 0 obj" % letter.victim), 0)
    pdf = letter.pdf + data + ALL_SECTIONS[section](letter, start + len(data), place)
    return Mutation(f"{letter.name}: {body} / {section}", letter, pdf)


# --- bytes behind the last signature ---

WORDS = (
    b"9 0 obj",
    b"endobj",
    b"endstream",
    b"startxref",
    b"trailer<<",
    b"xref\n0 1\n",
    b"%%EOF",
    b"%PDF-1.7",
    b" ",
    b"\n\n",
)


def behind(letter: Signed, chance: random.Random) -> Mutation:
    """A byte turned, some cut out, some doubled, or a word put in, behind the last signature."""
    at = chance.randrange(letter.end, len(letter.pdf))
    before, after = letter.pdf[:at], letter.pdf[at:]
    length = chance.choice((1, 1, 2, 5, 20, 60))
    kind = chance.choice(("flip", "cut", "double", "word", "body"))
    if kind == "flip":
        pdf = before + bytes([after[0] ^ (1 << chance.randrange(8))]) + after[1:]
    elif kind == "cut":
        pdf = before + after[length:]
    elif kind == "double":
        pdf = before + after[:length] + after
    elif kind == "word":
        pdf = before + chance.choice(WORDS) + after
    else:
        pdf = before + stream(letter.victim) + after
    return Mutation(f"{letter.name}: {kind} at {at - letter.end}", letter, pdf)


# --- prepared before it is signed ---

BEFORE: dict[str, Callable[[int, bytes], bytes]] = {
    "earlier body": lambda n, pdf: stream(n),
    "higher generation": lambda n, pdf: stream(n, generation=1),
    "in a stream": lambda n, pdf: stream(n + 9000, stream(n)),
    "in a string": lambda n, pdf: b"%d 0 obj\n(%s)\nendobj\n" % (n + 9000, stream(n)),
    "in a comment": lambda n, pdf: b"".join(b"%" + line + b"\n" for line in stream(n).split(b"\n")),
    "split by a comment": lambda n, pdf: stream(n).replace(b" 0 obj", b" %\n 0 obj"),
    "in an object stream": lambda n, pdf: packed(n + 9000, n),
    "a file of its own": lambda n, pdf: stream(n + 9000, pdf),
    "nothing": lambda n, pdf: b"",
}


def prepared(plain: bytes, kind: str, place: str) -> Signed:
    """A letter with a hidden body of page 1's content, in front of all others or behind them, and signed."""
    with pikepdf.open(io.BytesIO(plain)) as document:
        victim = document.pages[0].Contents.objgen[0]
    hidden = BEFORE[kind](victim, plain)
    start = int(re.findall(rb"startxref\s+(\d+)", plain)[-1])
    at = plain.index(b"\n", plain.index(b"\n") + 1) + 1 if place == "front" else start
    moved = re.sub(
        rb"(\d{10}) (\d{5} n)",
        lambda m: b"%010d %s" % (int(m[1]) + (len(hidden) if int(m[1]) >= at else 0), m[2]),
        plain[start:],
    )
    moved = re.sub(rb"startxref\s+\d+", b"startxref\n%d" % (start + len(hidden)), moved)
    pdf = plain[:at] + hidden + plain[at:start] + moved
    return known(f"prepared: {kind}, {place}", signed_by(pdf, ADA))


ATTACHED: dict[str, Callable[[int, bytes], bytes]] = {
    "body in a stream": lambda n, pdf: stream(n),
    "file in a stream": lambda n, pdf: pdf,
    "stale object stream in a stream": lambda n, pdf: packed(n + 9000, n),
    "trailer in a stream": lambda n, pdf: stream(n) + b"trailer\n<</Root %d 0 R>>\n" % n,
}


def prepared_in_streams(kind: str, mode: pikepdf.ObjectStreamMode) -> Signed:
    """A letter whose catalog leads to an unpacked stream with a body of page 1's content: well written so far."""
    plain = signing.render(signing.PEOPLE[:2], paragraphs=1)
    with pikepdf.open(io.BytesIO(plain)) as document:
        document.Root.PieceInfo = pikepdf.Dictionary(X=document.make_stream(b"-" * 9))
        output = io.BytesIO()
        document.save(output, object_stream_mode=mode)
    with pikepdf.open(io.BytesIO(output.getvalue())) as document:
        victim = document.pages[0].Contents.objgen[0]
        document.Root.PieceInfo.X.write(b"x\n" + ATTACHED[kind](victim, plain) + b"\n")
        output = io.BytesIO()
        document.save(output, object_stream_mode=mode, compress_streams=False)
    return known(f"prepared: {kind}, {mode.name}", signed_by(output.getvalue(), ADA))


@functools.cache
def bases() -> tuple[list[Signed], list[Signed], list[Signed]]:
    """Signed letters; the same with validation data behind the signature; letters prepared before they were signed."""
    plain = with_table(signing.render(signing.PEOPLE[:2], paragraphs=1))
    modes = (pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate)
    early = [prepared(plain, kind, place) for kind in BEFORE for place in ("front", "behind")]
    early += [prepared_in_streams(kind, mode) for kind in ATTACHED for mode in modes]
    signed = list(letters())
    grown = [
        known(f"{base.name}, validation data", updated(base.pdf, validation_data))
        for base in signed
        if base.pdf.startswith(b"%PDF-")
    ]
    return signed, grown, early


def seeded(count: int, seed: int = 1) -> Iterator[Mutation]:
    """As many mutations of all kinds: three of five appended, one of five behind, one of five prepared."""
    chance = random.Random(seed)
    signed, grown, early = bases()
    for number in range(count):
        match number % 5:
            case 3:
                yield behind(chance.choice(grown), chance)
            case 4:
                yield appended(chance.choice(early), "none", chance.choice(list(ALL_SECTIONS)))
            case _:
                # The right body with any section, any body with the right section, and any with any.
                body, section = chance.choice(list(BODIES)), chance.choice(list(ALL_SECTIONS))
                if number % 5 == 0:
                    body, section = chance.choice((("plain", section), (body, "usual"), ("none", section)))
                yield appended(chance.choice(signed), body, section)
