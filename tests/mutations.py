"""Signed letters, and what an attacker does to them so that some program shows another page: seeded, byte by byte.

`letters()` makes the signed letters, `appended`, `behind` and `prepared` the mutations of them. What is changed is
always the content of page 1: a second body of its object, black all over, that no honest reading may find.
"""

from __future__ import annotations

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

from letterpress import sign
from letterpress.signing import signature_fields, strict
from tests import signing

ADA, BEN = (name for name, _ in signing.PEOPLE[:2])
AUTHORITY = signing.Authority()
BLACK = b"0 g 0 0 2000 2000 re f"


@dataclass(frozen=True)
class Signed:
    """A signed letter, and what an attacker has to know of it."""

    name: str
    pdf: bytes
    end: int
    """Where the last signature's revision ends."""
    victim: int
    """The number of page 1's content."""
    root: int
    size: int
    startxref: int


@dataclass(frozen=True)
class Mutation:
    """A file made of a signed letter."""

    name: str
    letter: Signed
    pdf: bytes


def known(name: str, pdf: bytes) -> Signed:
    reader = signature_fields.open_pdf(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        victim, root = document.pages[0].Contents.objgen[0], document.Root.objgen[0]
    ends = signature_fields.signed_ends(reader).values()
    startxref = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    return Signed(name, pdf, max(ends), victim, root, int(reader.trailer["/Size"]), startxref)


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


def signed_by(pdf: bytes, *names: str) -> bytes:
    """The file signed, even if it is one that `sign` refuses: attackers have programs of their own."""
    with mock.patch.object(sign, "_check_file", return_value=[]):
        for name in names:
            pdf = sign.sign(pdf, field=name, signer=AUTHORITY.signer(name), stamp=signing.stamp).pdf
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


def _two(letter: Signed, at: int, fields: bytes) -> bytes:
    """A cross-reference stream that lists itself, and something of the victim."""
    own = b"\1" + at.to_bytes(4, "big") + b"\0"
    return cross_stream(letter, at, index=b"%d 1 %d 1" % (letter.victim, letter.size), fields=fields + own)


def appended(letter: Signed, body: str, section: str) -> Mutation:
    """The letter with a body and a section appended."""
    free = letter.size + 1
    data = BODIES[body](letter.victim, free)
    start = len(letter.pdf)
    place = start + max(data.find(b"%d 0 obj" % letter.victim), 0)
    pdf = letter.pdf + data + SECTIONS[section](letter, start + len(data), place)
    return Mutation(f"{letter.name}: {body} / {section}", letter, pdf)


# --- bytes behind the last signature ---

WORDS = (b"9 0 obj", b"endobj", b"endstream", b"startxref", b"trailer<<", b"xref\n0 1\n", b"%%EOF", b"%PDF-1.7", b" ", b"\n\n")


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


def seeded(count: int, seed: int = 1) -> Iterator[Mutation]:
    """As many mutations of all kinds: three of five appended, one of five behind, one of five prepared."""
    chance = random.Random(seed)
    bases = list(letters())
    open_ended = [
        known(f"{base.name}, validation data", updated(base.pdf, validation_data))
        for base in bases
        if base.pdf.startswith(b"%PDF-")
    ]
    plain = with_table(signing.render(signing.PEOPLE[:2], paragraphs=1))
    early = [prepared(plain, kind, place) for kind in BEFORE for place in ("front", "behind")]
    for number in range(count):
        match number % 5:
            case 3:
                yield behind(chance.choice(open_ended), chance)
            case 4:
                yield appended(chance.choice(early), "none", chance.choice(list(SECTIONS)))
            case _:
                # The right body with any section, any body with the right section, and any with any.
                body, section = chance.choice(list(BODIES)), chance.choice(list(SECTIONS))
                if number % 5 == 0:
                    body, section = chance.choice((("plain", section), (body, "right")))
                yield appended(chance.choice(bases), body, section)


def accepted(mutation: Mutation) -> bool:
    """Whether the strict reading has no fault to find in it: quick, and a condition of being valid."""
    try:
        ends = signature_fields.signed_ends(signature_fields.open_pdf(mutation.pdf))
    except sign.LetterpressError:
        return False
    return not strict.check(mutation.pdf, [*ends.values()]).faults
