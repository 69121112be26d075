"""The strict reading of a file, rule by rule: one file that breaks it, and its valid sibling."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterpress.signing import strict
from letterpress.signing.strict import tokens

HEADER = b"%PDF-1.7\n"
BOMB = zlib.compress(bytes((64 << 20) + 1), 1)
"""One byte more than a stream of structure may have."""

Entries = dict[int, bytes]


def entry(offset: int, generation: int = 0, kind: bytes = b"n") -> bytes:
    return b"%010d %05d %s \n" % (offset, generation, kind)


class Pdf:
    """A small file, built piece by piece; offsets are counted along the way."""

    def __init__(self, header: bytes = HEADER) -> None:
        self.data = header
        self.entries: Entries = {}
        self.prev: int | None = None
        self.size = 1

    def add(self, number: int, value: bytes = b"<</A 1>>", *, generation: int = 0, listed: bool = True) -> Pdf:
        if listed:
            self.entries[number] = entry(len(self.data), generation)
        self.data += b"%d %d obj\n%s\nendobj\n" % (number, generation, value)
        self.size = max(self.size, number + 1)
        return self

    def raw(self, data: bytes) -> Pdf:
        self.data += data
        return self

    def rows(self) -> bytes:
        rows = b""
        for number, row in sorted({0: entry(0, 65535, b"f"), **self.entries}.items()):
            rows += b"%d 1\n%s" % (number, row)
        return rows

    def close(self, change: Callable[[bytes], bytes] = lambda section: section, *, end: bytes = b"\n") -> Pdf:
        """A table and the end of a piece; `change` may spoil them."""
        at = len(self.data)
        prev = b"" if self.prev is None else b"/Prev %d" % self.prev
        trailer = b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (self.size, prev)
        section = b"xref\n%s%sstartxref\n%d\n%%%%EOF%s" % (self.rows(), trailer, at, end)
        self.data += change(section)
        self.entries, self.prev = {}, at
        return self

    def close_stream(
        self,
        rows: Sequence[tuple[int, bytes]] = (),
        change: Callable[[bytes], bytes] = lambda made: made,
        **odd: bytes,
    ) -> Pdf:
        """A cross-reference stream that lists itself and what was added, and the end of a piece."""
        at, number = len(self.data), self.size
        found = {number: b"\1" + at.to_bytes(4, "big") + b"\0", **dict(rows)}
        found |= {one: b"\1" + int(row[:10]).to_bytes(4, "big") + b"\0" for one, row in self.entries.items()}
        index = b" ".join(b"%d 1" % one for one in found)
        data = odd.get("data", zlib.compress(b"".join(found.values())))
        entries = b"/Type/XRef/W %s/Index[%s]/Size %d/Root 1 0 R/Length %d%s" % (
            odd.get("w", b"[1 4 1]"),
            odd.get("index", index),
            number + 1,
            len(data),
            odd.get("more", b"/Filter/FlateDecode"),
        )
        prev = b"" if self.prev is None else b"/Prev %d" % self.prev
        made = b"%d 0 obj\n<<%s%s>>\nstream\n%s\nendstream\nendobj\n" % (number, entries, prev, data)
        self.data += change(made + b"startxref\n%d\n%%%%EOF\n" % at)
        self.entries, self.prev, self.size = {}, at, number + 1
        return self


def base() -> Pdf:
    """A signed file as far as the strict reading cares: a first part, closed."""
    return Pdf().add(1, b"<</Type/Catalog/X 2 0 R>>").add(2, stream(b"page")).add(3, b"4").close()


def stream(data: bytes, length: int | None = None, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data) if length is None else length, more, data)


def later(build: Callable[[Pdf], Pdf]) -> strict.Report:
    """The report on a file with something behind its signature."""
    pdf = base()
    end = len(pdf.data)
    return strict.check(build(pdf).data, [end])


def first(pdf: Pdf) -> strict.Report:
    """The report on a file that was signed as it is."""
    return strict.check(pdf.data, [len(pdf.data)])


def replace(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(section: bytes) -> bytes:
        assert old in section
        return section.replace(old, new)

    return change


CLEAN = strict.Report()


def test_the_bases_are_clean() -> None:
    assert first(base()) == CLEAN
    assert later(lambda pdf: pdf) == CLEAN
    assert later(lambda pdf: pdf.add(2, stream(b"new page")).add(7).close()) == CLEAN
    streams = Pdf().add(1, b"<</Type/Catalog>>").close_stream()
    assert first(streams) == CLEAN
    end = len(streams.data)
    assert strict.check(streams.add(1, b"<</Type/Catalog/Y 1>>").close_stream().data, [end]) == CLEAN


RULES: dict[str, tuple[Callable[[Pdf], Pdf], str]] = {
    # 1: all parses
    "a key twice": (lambda p: p.add(4, b"<</A 1/B 2/A 3>>").close(), "the key /A twice"),
    "an escaped key twice": (lambda p: p.add(4, b"<</A 1/#41 3>>").close(), "the key /A twice"),
    "/Prev twice": (lambda p: p.close(replace(b"/Prev", b"/Prev 9/Prev")), "the key /Prev twice"),
    "nested too deep": (lambda p: p.add(4, b"[" * 101 + b"]" * 101).close(), "nested deeper than 100"),
    "a string without an end": (lambda p: p.add(4, b"(abc").close(), "a string without an end"),
    "no value": (lambda p: p.add(4, b"<</A>>").close(), "no value of PDF"),
    "a key that is no name": (lambda p: p.add(4, b"<<(A) 1>>").close(), "a dictionary's key that is no name"),
    "an end in an array": (lambda p: p.add(4, b"[1 %%EOF\n]").close(), "the end of a revision within a value"),
    "an end in a dictionary": (lambda p: p.add(4, b"<</A 1 %%EOF\n>>").close(), "the end of a revision within a value"),
    "a number too long": (lambda p: p.add(4, b"1" * 21).close(), "no value of PDF"),
    "zeros before a number": (lambda p: p.add(4).close().raw(b"").add(4).close(), ""),
    "no endobj": (lambda p: p.raw(b"4 0 obj\n1\n").close(), "without `endobj`"),
    "a reference with zeros": (lambda p: p.add(4, b"[01 0 R]").close(), "a reference with zeros"),
    # 2: /Length
    "a short /Length": (lambda p: p.add(4, stream(b"abc", 1)).close(), "not as long as its /Length says"),
    "a long /Length": (lambda p: p.add(4, stream(b"abc", 9)).close(), "not as long as its /Length says"),
    "no /Length": (lambda p: p.add(4, b"<<>>\nstream\nx\nendstream").close(), "not as long as its /Length says"),
    "CR behind stream": (lambda p: p.add(4, stream(b"x").replace(b"stream\nx", b"stream\rx")).close(), "without its line end"),
    "/Length elsewhere": (lambda p: p.add(4, stream(b"x").replace(b"/Length 1", b"/Length 3 0 R")).close(), "as its /Length says"),
    # 3: one section, at the end, and /Prev
    "no section": (lambda p: p.raw(b"startxref\n9\n%%EOF\n"), "without a cross-reference section"),
    "two sections": (lambda p: p.close(lambda s: s[: s.index(b"startxref")] + s), "2 cross-reference sections"),
    "startxref elsewhere": (lambda p: p.close(lambda s: re.sub(rb"startxref\n\d+", b"startxref\n9", s)), "startxref does not lead"),
    "an object behind": (lambda p: p.close(replace(b"startxref", b"4 0 obj\n1\nendobj\nstartxref")), "behind the cross-reference"),
    "/Prev elsewhere": (lambda p: p.close(replace(b"/Prev ", b"/Prev 1")), "/Prev does not lead"),
    "/Prev real": (lambda p: p.close(lambda s: re.sub(rb"/Prev (\d+)", rb"/Prev \1.0", s)), "/Prev does not lead"),
    "no /Prev": (lambda p: p.close(replace(b"/Prev", b"/Pref")), "/Prev does not lead"),
    "/Encrypt": (lambda p: p.close(replace(b"/Prev", b"/Encrypt 3 0 R/Prev")), "encrypted"),
    "/XRefStm to nothing": (lambda p: p.close(replace(b"/Prev", b"/XRefStm 9/Prev")), "/XRefStm does not lead"),
    "a stream after a table": (lambda p: p.close_stream(), "a cross-reference stream after a table"),
    # 4: bodies and entries
    "an unlisted body": (lambda p: p.add(2, listed=False).close(), "its section does not list there"),
    "an entry into older bytes": (lambda p: _with(p, 3, entry(9)).close(), "does not lead to its object"),
    "an entry beyond the end": (lambda p: _with(p, 3, entry(10**9)).close(), "does not lead to its object"),
    "an entry of another's body": (lambda p: _with(p.add(4), 3, entry(len(p.data))).close(), "does not lead to its object"),
    "object 0 in use": (lambda p: _with(p.add(4), 0, entry(9)).close(), "an entry that no object can have"),
    "a number above a million": (lambda p: p.add(1_000_001).close(), "above 1000000"),
    # 5: tables
    "19 bytes": (lambda p: p.close(replace(b"65535 f \n", b"65535 f\n")), "not its 20 bytes"),
    "21 bytes": (lambda p: p.close(replace(b"65535 f \n", b"65535 f  \n")), "not its 20 bytes"),
    "an object twice": (lambda p: p.add(4).close(replace(b"trailer", b"4 1\n%strailer" % entry(9))), "twice in one"),
    "xref without line end": (lambda p: p.close(replace(b"xref\n0", b"xref 0")), "`xref` without its line end"),
    "a count too large": (lambda p: p.close(replace(b"0 1\n", b"0 2\n")), "no entry of a cross-reference table"),
    "a count beyond all": (lambda p: p.close(replace(b"0 1\n", b"0 999999999\n")), "longer than the file"),
    "no trailer": (lambda p: p.close(replace(b"trailer", b"trailed")), "no trailer"),
    # 6: /Size, 7: /Root
    "/Size too large": (lambda p: p.close(replace(b"/Size 4", b"/Size 6")), "/Size is not the highest number + 1, 4, but 6"),
    "/Size too small": (lambda p: p.close(replace(b"/Size 4", b"/Size 3")), "/Size is not the highest number + 1"),
    "no /Size": (lambda p: p.close(replace(b"/Size", b"/Sise")), "/Size is not the highest number + 1"),
    "another /Root": (lambda p: p.close(replace(b"/Root 1", b"/Root 2")), "another /Root"),
    "no /Root": (lambda p: p.close(replace(b"/Root", b"/Rout")), "without /Root"),
    # 8: behind a signature only
    "another generation": (lambda p: p.add(3, b"4", generation=1).close(), "another generation"),
    "a new one of generation 1": (lambda p: p.add(4, generation=1).close(), "another generation"),
    "taken away": (lambda p: _with(p, 3, entry(0, 1, b"f")).close(), "was taken away"),
    "words in a string": (lambda p: p.add(4, b"(9 0 obj)").close(), "a string holds words"),
    "words in a stream": (lambda p: p.add(4, stream(b"x endobj y")).close(), "a stream holds words"),
    "words in a comment": (lambda p: p.raw(b"% trailer <<\n").close(), "a comment holds words"),
    "a header in a comment": (lambda p: p.raw(b"%PDF-1.4\n").close(), "a comment holds words"),
    "a comment too long": (lambda p: p.raw(b"%" + b"c" * 501 + b"\n").close(), "a comment of more than 500"),
    # 9: the end
    "blanks behind": (lambda p: p.raw(b"   "), "the file goes on after its end"),
    "three line ends behind": (lambda p: p.raw(b"\n\n\n"), "the file goes on after its end"),
    "a comment behind": (lambda p: p.raw(b"% c"), "does not account for"),
    "junk behind": (lambda p: p.raw(b"x"), "belong to no object"),
    "an object behind the end": (lambda p: p.raw(b"9 0 obj\n1\nendobj\n"), "does not account for"),
    "blanks between": (lambda p: p.raw(b"  ").add(4).close(), "the file goes on after its end"),
    "blank lines at the end": (lambda p: p.close(replace(b"startxref\n", b"startxref\n\n")), "unusual white space"),
    "no end": (lambda p: p.add(4).close(replace(b"%%EOF", b"")), "belong to no object"),
}  # fmt: skip
del RULES["zeros before a number"]


def _with(pdf: Pdf, number: int, row: bytes) -> Pdf:
    pdf.entries[number] = row
    return pdf


@pytest.mark.parametrize("rule", RULES)
def test_behind_a_signature(rule: str) -> None:
    build, why = RULES[rule]
    report = later(build)
    assert any(why in fault.sentence() for fault in report.faults), [fault.sentence() for fault in report.faults]


ALLOWED: dict[str, Callable[[Pdf], Pdf]] = {
    "the entry in force again": lambda p: _with(p, 3, re.findall(rb"\d{10} 00000 n \n", p.data)[2]).close(),
    "nested 100 deep": lambda p: p.add(4, b"[" * 100 + b"]" * 100).close(),
    "comments in values": lambda p: p.add(4, b"[1 % one\n% two\n] % c").add(5, b"<<% a\n/A% b\n1% c\n>>").close(),
    "a comment": lambda p: p.raw(b"% made by another program\n").add(4, b"1 % one").close(),
    "/Size + 1": lambda p: p.close(replace(b"/Size 4", b"/Size 5")),
    "two line ends before": lambda p: p.raw(b"\r\n\n").add(4).close(),
    "two line ends behind": lambda p: p.close().raw(b"\n"),
    "no line end behind": lambda p: p.close(end=b""),
    "an offset of the line end before": lambda p: _with(p.raw(b"\n").add(4), 4, b"%010d 00000 n \n" % (p.data.rindex(b"4 0 obj") - 1)).close(),
    "/Length elsewhere": lambda p: p.add(4, b"<</Length 5 0 R>>\nstream\nx\nendstream").add(5, b"1").close(),
    "CR LF": lambda p: p.add(4, stream(b"x").replace(b"stream\n", b"stream\r\n")).close(lambda s: s.replace(b" \n", b"\r\n")),
    "strings and names": lambda p: p.add(4, rb"[(a\)(b)\\) <0aF> /A#42 -1 +2 3. -.5 true null 3 0 R <</B[]>>]").close(),
    "free and free": lambda p: _with(p.add(5), 4, entry(0, 65535, b"f")).close(),
    "a hybrid of both": lambda p: _hybrid(p),
    "many revisions": lambda p: [p.add(4).close() for _ in range(50)][-1],
}  # fmt: skip


def _hybrid(pdf: Pdf) -> Pdf:
    """A table and a stream that list the same, the stream named by /XRefStm."""
    at, number = len(pdf.data), pdf.size
    data = b"\1" + at.to_bytes(4, "big") + b"\0"
    value = b"<</Type/XRef/W[1 4 1]/Index[%d 1]/Size %d/Root 1 0 R/Length 6>>\nstream\n%s\nendstream" % (
        number,
        number + 1,
        data,
    )
    return pdf.add(number, value).close(replace(b"/Prev", b"/XRefStm %d/Prev" % at))


@pytest.mark.parametrize("kind", ALLOWED)
def test_allowed_behind_a_signature(kind: str) -> None:
    assert later(ALLOWED[kind]) == CLEAN


def test_a_cross_reference_stream_under_the_number_of_another_object() -> None:
    pdf = streams()
    end = len(pdf.data)
    pdf.size = 2  # object 2 is in use
    pdf.close_stream(index=b"0 1", data=zlib.compress(b"\0" * 5 + b"\xff"))
    reasons = [fault.reason() for fault in strict.check(pdf.data, [end]).faults]
    assert any("an object that its section does not list there (object 2" in reason for reason in reasons), reasons


def test_a_length_that_stands_in_a_stream() -> None:
    """Of two values for a /Length the sections know one; the other fits, and stands where only a search finds it."""
    pdf = Pdf().add(1, b"<</Type/Catalog>>").add(2, stream(b"\n6 0 obj 1 endobj\n")).add(3).add(5).close()
    end = len(pdf.data)
    assert first(pdf) == CLEAN
    pdf.add(4, b"<</Length 6 0 R>>\nstream\nx\nendstream").add(6, b"9").close()
    reasons = [fault.reason() for fault in strict.check(pdf.data, [end]).faults]
    assert any("the /Length of a stream is not where it has to be (object 4" in reason for reason in reasons), reasons


def test_a_hybrid_whose_stream_lists_more() -> None:
    report = later(lambda p: _hybrid(p.add(4, listed=False)))
    assert any("does not list" in fault.why for fault in report.faults)


# Cross-reference streams and object streams


def streams() -> Pdf:
    return Pdf().add(1, b"<</Type/Catalog>>").add(2).close_stream()


def later_stream(build: Callable[[Pdf], Pdf]) -> str:
    pdf = streams()
    end = len(pdf.data)
    return "; ".join(fault.sentence() for fault in strict.check(build(pdf).data, [end]).faults)


def packed(*inner: tuple[int, bytes], more: bytes = b"", count: int | None = None) -> bytes:
    places, values = [], b""
    for number, value in inner:
        places.append(b"%d %d" % (number, len(values)))
        values += value + b" "
    head = b" ".join(places) + b" "
    return stream(
        head + values, more=b"/Type/ObjStm/N %d/First %d%s" % (len(inner) if count is None else count, len(head), more)
    )


def in_stream(number: int, index: int) -> bytes:
    return b"\2" + number.to_bytes(4, "big") + bytes([index])


def test_object_streams() -> None:
    two = packed((5, b"<</A 1>>"), (6, b"(x)"))
    rows = [(5, in_stream(4, 0)), (6, in_stream(4, 1))]
    sized = lambda p: p.add(4, two).add(7)  # noqa: E731 - so that the numbers are known
    assert later_stream(lambda p: sized(p).close_stream(rows)) == ""
    assert "does not list there" in later_stream(lambda p: sized(p).close_stream(rows[:1]))
    swapped = [(5, in_stream(4, 1)), (6, in_stream(4, 0))]
    assert "does not lead to its object" in later_stream(lambda p: sized(p).close_stream(swapped))
    assert "does not lead to its object" in later_stream(lambda p: p.add(7).close_stream([(5, in_stream(2, 0))]))


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (packed((5, b"<</A 1>>"), more=b"/Extends 2 0 R"), "/Extends"),
        (packed((5, b"<</A 1>>"), count=9), "a wrong /N or /First"),
        (packed((5, b"<</A")), "are not one value each"),
        (packed((5, b"1 2")), "are not one value each"),
        (packed((5, b"<</A 1/A 2>>")), "the key /A twice"),
        (packed((5, b"1")).replace(b"5 0 ", b"5 9 "), "ends before its last object"),
        (packed((5, b"1"), more=b"/Filter/LZWDecode"), "another filter than Flate"),
        (packed((5, b"1"), more=b"/Filter/FlateDecode"), "cannot be unpacked"),
        (stream(zlib.compress(b"5 0 1")[:-2], more=b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"), "cut off"),
        (stream(BOMB, more=b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"), "too large"),
    ],
)
def test_odd_object_streams(made: bytes, why: str) -> None:
    assert why in later_stream(lambda p: p.add(4, made).add(7).close_stream([(5, in_stream(4, 0))]))


def test_cross_reference_streams() -> None:
    assert "unknown type" in later_stream(lambda p: p.close_stream([(2, b"\3\0\0\0\0\0")]))
    assert "as many bytes" in later_stream(lambda p: p.close_stream(data=zlib.compress(b"\1\0\0\0\0\0\0")))
    assert "without its entries" in later_stream(lambda p: p.close_stream(index=b"0 100000"))
    assert "unusual /Index" in later_stream(lambda p: p.close_stream(index=b"-1 2"))
    assert "unusual /Index" in later_stream(lambda p: p.close_stream(index=b"1"))
    assert "without /W" in later_stream(lambda p: p.close_stream(w=b"[1 4]"))
    assert "without /W" in later_stream(lambda p: p.close_stream(w=b"[1 99 1]"))
    assert "more than one byte" in later_stream(lambda p: p.close_stream(w=b"[2 4 0]"))
    assert "stands elsewhere" in later_stream(
        lambda p: p.close_stream(change=lambda s: re.sub(rb"/Length \d+", b"/Length 2 0 R", s))
    )
    parts = b"/DecodeParms<</Predictor %d/Columns 6>>/Filter/FlateDecode"
    assert "unusual predictor" in later_stream(lambda p: p.close_stream(more=parts % 2))
    assert "a cross-reference table after a stream" in later_stream(lambda p: p.close())


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4])
def test_predictors(kind: int) -> None:
    """PNG's filters, each undone: the rows say the same as without."""

    def build(pdf: Pdf) -> Pdf:
        rows = [b"\1" + len(pdf.data).to_bytes(4, "big") + b"\0", b"\0" * 5 + b"\xff"]
        data, above = b"", bytes(6)
        for row in rows:
            data += bytes([kind]) + filtered(kind, row, above)
            above = row
        parts = b"/DecodeParms<</Predictor 15/Columns 6>>/Filter/FlateDecode"
        return pdf.close_stream(index=b"%d 1 0 1" % pdf.size, data=zlib.compress(data), more=parts)

    assert later_stream(build) == ""


def filtered(kind: int, row: bytes, above: bytes) -> bytes:
    def paeth(left: int, up: int, corner: int) -> int:
        guess = left + up - corner
        near = [abs(guess - left), abs(guess - up), abs(guess - corner)]
        return (left, up, corner)[near.index(min(near))]

    out = b""
    for place, byte in enumerate(row):
        left, corner = (row[place - 1], above[place - 1]) if place else (0, 0)
        guess = (0, left, above[place], (left + above[place]) // 2, paeth(left, above[place], corner))[kind]
        out += bytes([(byte - guess) & 255])
    return out


# The part up to the first signature: odd and the same, or odd and different


def test_odd_and_the_same_is_a_note() -> None:
    odd: list[Pdf] = [
        base().raw(b"   ").add(4).close(),
        Pdf(b"%PDF-1.7\n").add(1, b"<<>>").add(2).close(replace(b"65535 f \n", b"65535 f\n")),
        Pdf(b"junk\n" + HEADER).add(1, b"<<>>").close(),
        Pdf().add(1, b"<<>>").add(9, b"(orphan)", listed=False).close(),
        Pdf().add(1, b"<</A 1/A 2>>").close(),
        Pdf().add(1, b"<<>>").close(replace(b"/Size 2", b"/Size 5")),
        _with(Pdf().add(1, b"<<>>"), 5, entry(0)).close(replace(b"/Size 2", b"/Size 6")),
    ]
    for pdf in odd:
        report = first(pdf)
        assert not report.faults, (pdf.data, report.faults)
        assert len(report.notes) == 1, pdf.data
        sentence = report.notes[0].sentence()
        assert sentence.startswith("the file was written oddly before it was signed (")
        assert sentence.endswith("all ways of reading it give the same")


BOTH = b"<</Type/Catalog/X 2 0 R>>"
AMBIGUOUS: dict[str, tuple[Callable[[], Pdf], str]] = {
    "a later body": (lambda: Pdf().add(1, BOTH).add(2).add(2, b"(other)", listed=False).close(), "find another object"),
    "a higher generation": (lambda: Pdf().add(1, BOTH).add(2, b"1", generation=1, listed=False).add(2).close(), "find another"),
    "a body in a stream": (
        lambda: Pdf().add(1, BOTH).add(2).add(3, stream(b"\n2 0 obj\n(other)\nendobj\n")).add(9, listed=False).close(),
        "find another object",
    ),
    "a body split by comments": (
        lambda: Pdf().add(1, BOTH).add(2).raw(b"2 % a%b\n% c\n0 %\nobj\n(other)\nendobj\n").close(),
        "find another object",
    ),
    "an unlisted body that is referred to": (lambda: Pdf().add(1, BOTH).add(2, listed=False).close(), "find another"),
    "two roots": (
        lambda: Pdf().add(1, BOTH).add(2, stream(b"trailer\n<</Root 2 0 R>>\n")).add(3, listed=False).close(),
        "more than one /Root",
    ),
    "an entry to nothing": (lambda: _with(Pdf().add(1, BOTH).add(2, listed=False), 2, entry(3)).close(), "find another"),
    "a loop": (lambda: Pdf().add(1, BOTH).close(replace(b"/Root", b"/Prev 43/Root")), "programs have to guess"),
    "/Size below objects": (lambda: Pdf().add(1, BOTH).add(2).close(replace(b"/Size 3", b"/Size 2")), "objects above it"),
    "no startxref": (lambda: Pdf().add(1, BOTH).close(replace(b"startxref", b"startyref")), "have to guess"),
    "encrypted": (lambda: Pdf().add(1, BOTH).close(replace(b"/Root", b"/Encrypt 1 0 R/Root")), "encrypted"),
    "packed and plain": (lambda: _packed_and_plain(), "find another object"),
}  # fmt: skip


def _packed_and_plain() -> Pdf:
    pdf = Pdf().add(1, BOTH).add(4, packed((2, b"(old)"))).close_stream([(2, in_stream(4, 0))])
    return pdf.add(2).raw(b"  ").close_stream().raw(b"").close_stream(change=replace(b"startxref\n", b"startxref\n\n"))


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_odd_and_different_is_a_fault(kind: str) -> None:
    build, why = AMBIGUOUS[kind]
    pdf = build()
    sentences = [fault.sentence() for fault in first(pdf).faults]
    assert any(why in sentence for sentence in sentences), sentences
    assert all("already when it was signed the file could be read in two ways" in one for one in sentences), sentences
    unsigned = strict.check(pdf.data, []).faults[0].sentence(signed=False)
    assert unsigned.startswith("the file can be read in two ways")


def test_a_hidden_body_is_no_fault_while_nothing_provokes_a_search() -> None:
    pdf = Pdf().add(1, BOTH).add(2).add(3, stream(b"\n2 0 obj\n(other)\nendobj\n")).close()
    assert first(pdf) == CLEAN


def test_every_signature_ends_where_a_revision_ends() -> None:
    pdf = base()
    end = len(pdf.data)
    pdf.add(4).close()
    assert strict.check(pdf.data, [end, len(pdf.data)]) == CLEAN
    assert strict.check(pdf.data, [end, len(pdf.data) - 1]) == CLEAN, "without the last line end"
    for wrong in ([end, end + 9], [end - 9], [end, len(pdf.data) - 2]):
        assert "does not end where a revision ends" in strict.check(pdf.data, wrong).faults[0].sentence()
    assert "covers more than there is" in strict.check(pdf.data, [end, len(pdf.data) + 1]).faults[0].sentence()


# Linearized files


def linearized(length: int | None = None) -> Pdf:
    """A linearized file: a front section for what is needed first, the main one at the end."""
    pdf = Pdf().add(2, b"<</Linearized 1/L %10d>>" % (length or 0))
    front_at = len(pdf.data)
    rows = b"2 1\n%s3 1\n%s" % (entry(9), entry(front_at + 170))
    front = b"xref\n%strailer\n<</Size 4/Root 3 0 R/Prev %10d>>\nstartxref\n0\n%%%%EOF\n"
    size = len(front % (rows, 0))
    rows = b"2 1\n%s3 1\n%s" % (entry(9), entry(front_at + size))
    start = front_at + size
    objects = b"3 0 obj\n<</Type/Catalog/X 1 0 R>>\nendobj\n"
    tail = b"1 0 obj\n(rest)\nendobj\n"
    main_at = start + len(objects) + len(tail)
    main = b"xref\n0 2\n%s%strailer\n<</Size 2>>\nstartxref\n%d\n%%%%EOF\n" % (
        entry(0, 65535, b"f"), entry(start + len(objects)), front_at
    )  # fmt: skip
    data = pdf.data + front % (rows, main_at) + objects + tail + main
    pdf.data = data if length is not None else linearized(len(data)).data
    pdf.entries, pdf.prev, pdf.size = {}, front_at, 4
    return pdf


def test_linearized_files() -> None:
    pdf = linearized()
    assert first(pdf) == CLEAN
    end = len(pdf.data)
    change = replace(b"/Root 1", b"/Root 3")
    assert strict.check(pdf.add(1, b"(new)").close(change).data, [end]) == CLEAN
    lying = linearized(length=len(pdf.data))
    end = len(lying.data)
    whole = lying.add(1, b"(new)").close(change).data
    assert "linearized for the length that it has now" in strict.check(whole, [end]).faults[0].sentence()
    assert "another length than it says" in first(linearized(length=9)).notes[0].sentence()


# Limits: words, never an exception, and no time without end


def _stream_of(data: bytes, entries: bytes) -> bytes:
    return stream(zlib.compress(data, 9), more=b"/Filter/FlateDecode" + entries)


HOSTILE = {
    "bodies": b"1 0 obj\n" * 4_000,
    "streams without an end": b"1 0 obj<<>>stream\n" * 4_000,
    "strings without an end": b"1 0 obj(\n" * 4_000,
    "arrays without an end": b"1 0 obj[\n" * 4_000,
    "parentheses": b"1 0 obj " + b"(" * 30_000,
    "comments in a line": b"1%" * 30_000,
    "comment lines": b"%\nobj " * 30_000,
    "comment lines and one head": b"8 " + b"%\n" * 30_000 + b"0 obj",
    "numbers": b"1 " * 30_000,
    "digits": b"1" * 30_000,
    "blanks": (b"1" + b" " * 1000) * 200,
    "trailers": b"trailer<<\n" * 4_000,
    "ends": b"startxref 1 %%EOF\n" * 4_000,
    "lengths elsewhere": b"".join(b"5 0 obj %d endobj\n" % n for n in range(2000))
    + b"6 0 obj<</Length 5 0 R>>stream\nx\nendstream endobj\n" * 2000,
    "an /Index bomb": b"5 0 obj\n" + _stream_of(bytes(10), b"/Type/XRef/Size 9/Root 1 0 R/W[1 2 1]/Index[0 100000000]"),
    "many ranges": b"5 0 obj\n" + _stream_of(b"", b"/Type/XRef/Size 9/Root 1 0 R/W[1 2 1]/Index[%s]" % (b"0 0 " * 5_000)),
    "free entries": b"5 0 obj\n" + _stream_of(bytes(2_000_000), b"/Type/XRef/Size 9/Root 1 0 R/W[0 1 0]/Index[0 2000000]"),
    "a bomb": b"5 0 obj\n" + stream(BOMB, more=b"/Filter/FlateDecode/Type/XRef/Size 9/Root 1 0 R/W[1 2 1]"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_end_with_words(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "STEPS", 100_000)
    body = HEADER + HOSTILE[kind] + b"\nendobj\n"
    plain = body + b"xref\n0 1\n%strailer\n<</Size 1/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        entry(0, 65535, b"f"),
        len(body),
    )
    at_it = body + b"startxref\n9\n%%EOF\n"
    for pdf in (plain, at_it):
        report = strict.check(pdf, [])
        assert report.faults or report.notes
        assert len(report.faults) <= 21
    hidden = base().data
    assert strict.check(hidden + HOSTILE[kind], [len(hidden)]).faults


def test_the_limits_of_all_streams_and_objects_together() -> None:
    work = tokens.Work(size=0, seconds=9)
    for spend, most in ((work.spend, 2_000_000), (work.unpack, 256 << 20), (work.keep, 1_000_000)):
        spend(most)
        with pytest.raises(tokens.OutOfLimits):
            spend(1)


def test_the_deadline_is_said() -> None:
    report = strict.check(HEADER + b"1 0 obj [" + b"1 " * 4_000, [], seconds=0)
    assert [fault.sentence() for fault in report.faults] == [
        "the file cannot be judged: reading it takes longer than 0 s"
    ]


@given(st.data())
def test_wild_edits_never_raise(data: st.DataObject) -> None:
    pdf = _hybrid(base().add(5, packed((6, b"1"))).close()).data if data.draw(st.booleans()) else linearized().data
    edited = bytearray(pdf)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(edited)))
        piece = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"<<", b"obj ", b"%", b"(", b"stream\n", b"9" * 30]))
        )
        edited[place : place + data.draw(st.integers(0, 30))] = piece
    end = data.draw(st.integers(0, len(edited)))
    strict.check(bytes(edited), [end])
    strict.check(bytes(edited), [])
