"""Read a file from front to back, every byte belonging to one thing, and hold each revision against its section.

A piece of the file is what one `startxref N %%EOF` closes. `judge` tells what is odd about a piece: behind a signature
that is a fault; before it, the two readings (`readings`) tell whether it makes a difference.

The trick that this stands against is always one: bytes that one program takes for an object and another does not. So
each object has to be listed where it is, each entry has to lead to an object of its own piece or repeat the one in
force, and no byte may belong to nothing.

Not here: values and objects (`tokens`, `bodies`), sections and streams (`sections`, `streams`).
Source: ISO 32000-1, 7.5 (file structure) and annex F (linearized files); what readers do with files that break it was
tried with PDFium, Poppler, MuPDF and Ghostscript (tests/proofs/differential.py).
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field

from letterpress.signing.strict import sections, streams
from letterpress.signing.strict.bodies import Body, BodyReader
from letterpress.signing.strict.report import Finding, Kind
from letterpress.signing.strict.sections import FREE, HIGHEST, Entry, Section, near
from letterpress.signing.strict.streams import Packed
from letterpress.signing.strict.tokens import EOL, HEAD, WHITE, WS, Malformed, Ref, Value, Work

HYBRID = "a hybrid of cross-reference table and stream, as Word writes it"

_HEADER = re.compile(rb"%PDF-[12]\.\d ?[\r\n]")
_CLOSE = re.compile(rb"startxref%b++(\d{1,15})%b++%%%%EOF%b?" % (WS, WS, EOL))
_USUAL_CLOSE = re.compile(rb"startxref ?%b(?:0|[1-9]\d*) ?%b%%%%EOF%b?" % (EOL, EOL, EOL))
_GAP = re.compile(rb"%b{0,2}(?![\0\t\n\f\r ])" % EOL)
"""What may stand between a %%EOF with its line end and what follows."""
_TAIL = re.compile(rb"%b{0,2}\Z" % EOL)


@dataclass(slots=True, eq=False)
class Piece:
    """What one %%EOF closes."""

    start: int
    end: int = 0
    bodies: list[Body] = field(default_factory=list)
    packed: dict[int, Packed] = field(default_factory=dict)
    """Object streams by their number."""
    sections: list[Section] = field(default_factory=list)
    startxref: int | None = None
    odd: list[Finding] = field(default_factory=list)
    later: bool = False
    """Whether it was added behind a signature."""


@dataclass(slots=True)
class State:
    """What a reader that follows the sections knows after the pieces read so far."""

    chain: dict[int, Entry] = field(default_factory=dict)
    """Each object's entry in force."""
    section: int | None = None
    """Where the newest section is, as startxref says."""
    root: Value = None
    stream: bool | None = None
    """Whether the newest section is a cross-reference stream; None before the first one."""
    size: int = 0
    """/Size as the newest trailer says."""
    highest: int = -1
    """The highest number in `chain`."""
    bodies: dict[int, Body] = field(default_factory=dict)
    """All bodies, by the byte where they begin."""
    spare: list[Section] = field(default_factory=list)
    """Cross-reference streams beside a table, which a later /XRefStm may name (hybrid files)."""


def read_pieces(pdf: bytes, start: int, work: Work, *, later: bool) -> list[Piece]:
    """Read all pieces of `pdf` from `start` on.

    :param later: whether they stand behind a signature.
    :raises Malformed: at the first byte that belongs to nothing.
    """
    reader = BodyReader(pdf, work, later=later)
    pieces: list[Piece] = []
    piece = Piece(start, later=later)
    at = start
    if not start:
        header = _HEADER.match(pdf)
        if header is None:
            reader.note(0, "the file does not begin with %PDF- and its version")
        at = header.end() if header else 0
    while (place := reader.skip(at)) < len(pdf):
        if piece.start == at and at and not _GAP.match(pdf, at):
            reader.note(at, "white space behind the end of a revision", "tail" if later else "differently")
        at = _next(reader, piece, place)
        if piece.end:
            piece.odd, reader.odd = reader.odd, []
            pieces.append(piece)
            piece = Piece(at, later=later)
    if not _TAIL.match(pdf, piece.start):
        what = "only white space may follow, and at most two line ends"
        reader.note(piece.start, what, "tail" if not pdf[piece.start :].strip(WHITE) else "added")
        piece.odd = reader.odd
        piece.end = len(pdf)
        pieces.append(piece)
    return pieces


def _next(reader: BodyReader, piece: Piece, at: int) -> int:
    """Read what stands at `at` into `piece`; return the place behind it."""
    if HEAD.match(reader.pdf, at):
        body = reader.body(at)
        reader.work.keep(1)
        piece.bodies.append(body)
        if body.is_stream(b"/XRef"):
            piece.sections.append(sections.stream(reader, body))
        elif body.is_stream(b"/ObjStm"):
            piece.packed[body.number] = streams.packed(reader, body)
        return body.end
    if reader.pdf.startswith(b"xref", at):
        section, end = sections.table(reader, at)
        piece.sections.append(section)
        return end
    close = _CLOSE.match(reader.pdf, at)
    if close is None:
        raise Malformed(at, "bytes that belong to no object")
    if not _USUAL_CLOSE.fullmatch(close[0]):
        reader.note(at, "unusual white space or zeros at the end of a revision")
    piece.startxref, piece.end = int(close[1]), close.end()
    return close.end()


def merge_linearized(pieces: list[Piece]) -> list[Piece]:
    """Return the same pieces, with the two of a linearized file as one."""
    if len(pieces) < 2 or linearized(pieces[0]) is None or len(pieces[0].sections) != 1:
        return pieces
    previous = pieces[0].sections[0].trailer.get(b"/Prev")
    if type(previous) is not int or previous < pieces[0].end:
        return pieces
    front, main = pieces[:2]
    both = Piece(
        front.start,
        main.end,
        front.bodies + main.bodies,
        front.packed | main.packed,
        front.sections + main.sections,
        main.startxref,
        [finding for finding in front.odd + main.odd if finding.why != "white space behind the end of a revision"],
    )
    return [both, *pieces[2:]]


def linearized(piece: Piece) -> Value:
    """Return the length (/L) that a linearized file says of itself; None if the piece begins none."""
    first = piece.bodies[0] if piece.bodies else None
    return first.entry(b"/L") if first is not None and first.entry(b"/Linearized") is not None else None


def judge(piece: Piece, state: State, pdf: bytes) -> list[Finding]:
    """Say what is odd about a piece, and bring `state` up to it."""
    findings = list(piece.odd)
    newest, entries, odd = _sections(piece, state, pdf)
    findings += odd
    state.bodies |= {body.at: body for body in piece.bodies}
    if newest is None:
        return findings
    findings += _trailer(piece, newest, entries, state, pdf)
    findings += _bodies(piece, newest, entries, state, pdf)
    findings += _entries(piece, entries, state, pdf)
    state.chain |= entries
    state.section, state.root = piece.startxref, newest.trailer.get(b"/Root")
    state.stream = newest.body is not None
    size = newest.trailer.get(b"/Size")
    state.size = size if type(size) is int else state.size
    findings += _lengths(piece, state, pdf)
    return findings


def _wrong(at: int | None, why: str, kind: Kind = "differently", number: int | None = None) -> Finding:
    return Finding(kind, why, at, number)


def _sections(piece: Piece, state: State, pdf: bytes) -> tuple[Section | None, dict[int, Entry], list[Finding]]:
    """Return the section in force after the piece, all entries that the piece brings, and what is odd about them."""
    findings = [
        _wrong(section.at, "the file is encrypted") for section in piece.sections if b"/Encrypt" in section.trailer
    ]
    if len(piece.sections) == 2 and state.section is None and linearized(piece) is not None:
        return _linearized_sections(piece, pdf, findings)
    inner = piece.sections
    if len(inner) == 2 and inner[0].body is not None and inner[1].body is None:
        state.spare.append(inner[0])
        inner = inner[1:]
        findings += _spare(piece, state, pdf)
    if len(inner) != 1:
        if not inner:
            return None, {}, [*findings, _wrong(piece.start, "a revision without a cross-reference section", "added")]
        return None, {}, [*findings, _wrong(piece.start, f"a revision with {len(inner)} cross-reference sections")]
    newest = inner[0]
    if any(body.at > newest.at for body in piece.bodies):
        findings.append(_wrong(newest.at, "an object stands behind the cross-reference section"))
    if b"/XRefStm" in newest.trailer:
        findings += _hybrid(piece, newest, state, pdf)
    previous = newest.trailer.get(b"/Prev")
    if type(previous) is not type(state.section) or previous != state.section:
        findings.append(_wrong(newest.at, "/Prev does not lead to the section before"))
    return newest, newest.entries, findings


def _linearized_sections(
    piece: Piece, pdf: bytes, findings: list[Finding]
) -> tuple[Section | None, dict[int, Entry], list[Finding]]:
    front, main = piece.sections
    both = front.entries.keys() & main.entries.keys() - {0}
    if not near(pdf, front.trailer.get(b"/Prev"), main.at) or b"/Prev" in main.trailer or both:
        findings.append(_wrong(front.at, "the two cross-reference sections of a linearized file do not fit"))
    if main.trailer.get(b"/Root") not in (None, front.trailer.get(b"/Root")):
        findings.append(_wrong(main.at, "another /Root"))
    if linearized(piece) not in (piece.end, len(pdf[: piece.end].rstrip(WHITE))):
        findings.append(_wrong(piece.start, "a linearized file of another length than it says"))
    for section in piece.sections:
        if b"/XRefStm" in section.trailer:
            findings.append(_wrong(section.at, "a linearized file that is a hybrid of table and stream"))
    return front, main.entries | front.entries, findings


def _spare(piece: Piece, state: State, pdf: bytes) -> list[Finding]:
    """Say what is odd about a cross-reference stream beside a table: it has to list the same.

    Before a signature one that nothing leads to may say what it likes: PDFium keeps that of the file it was given.
    """
    spare, main = piece.sections
    if spare.trailer.get(b"/Root") != main.trailer.get(b"/Root"):
        return [_wrong(spare.at, "a cross-reference stream beside a table, with another /Root")]
    if not piece.later and b"/XRefStm" not in main.trailer:
        return []
    different = differing(spare, ChainMap(main.entries, state.chain), hidden=False)
    if different is not None:
        why = "a cross-reference stream beside a table that does not list the same"
        return [_wrong(spare.at, why, number=different)]
    if b"/XRefStm" in main.trailer and not near(pdf, main.trailer[b"/XRefStm"], spare.at):
        return [_wrong(main.at, "/XRefStm does not lead to the cross-reference stream of its revision")]
    return []


def _hybrid(piece: Piece, newest: Section, state: State, pdf: bytes) -> list[Finding]:
    """Say what is odd about a table that names a cross-reference stream besides.

    Before a signature that is odd in any case, and the readings tell whether it makes a difference.
    """
    leads = newest.trailer[b"/XRefStm"]
    own = [section for section in state.spare if section in piece.sections]
    spare = next((section for section in state.spare if near(pdf, leads, section.at)), None)
    if not piece.later:
        return [_wrong(newest.at, HYBRID)]
    if spare is None or spare not in own:
        return [_wrong(newest.at, "/XRefStm does not lead to the cross-reference stream of its revision")]
    return []


def differing(spare: Section, entries: Mapping[int, Entry], *, hidden: bool) -> int | None:
    """Find the first object for which a cross-reference stream beside a table says something else than `entries`.

    :param hidden: whether the stream may list what the table calls free: what a hybrid is for (Word puts the tags of
        its files there), and what every reader since PDF 1.5 finds.
    """
    own = spare.body.number if spare.body else None
    for number, entry in spare.entries.items():
        in_force = entries.get(number, FREE)
        if number != own and entry != in_force and (in_force.kind or (entry.kind and not hidden)):
            return number
    return None


def _trailer(piece: Piece, newest: Section, entries: dict[int, Entry], state: State, pdf: bytes) -> list[Finding]:
    findings = []
    if state.stream not in (None, newest.body is not None):
        # Ghostscript finds that odd, searches, and takes what stands in object streams for the newest.
        kinds = "a cross-reference stream after a table" if newest.body else "a cross-reference table after a stream"
        findings.append(_wrong(newest.at, kinds))
    if not near(pdf, piece.startxref, newest.at):
        findings.append(_wrong(piece.end, "startxref does not lead to the cross-reference section"))
    root, size = newest.trailer.get(b"/Root"), newest.trailer.get(b"/Size")
    if not isinstance(root, Ref) or state.root not in (None, root):
        why = "a trailer without /Root" if root is None else "a trailer with another /Root"
        findings.append(_wrong(newest.at, why))
    state.highest = max(state.highest, max(entries, default=-1))
    if state.highest > HIGHEST:
        findings.append(_wrong(newest.at, f"an object's number is above {HIGHEST}", number=state.highest))
    least = max(state.highest + 1, state.size)
    if type(size) is not int or not least <= size <= least + 1:
        findings.append(_wrong(newest.at, f"/Size is not the highest number + 1, {least}, but {size!r}"[:100]))
    return findings


def _bodies(piece: Piece, newest: Section, entries: dict[int, Entry], state: State, pdf: bytes) -> list[Finding]:
    """Find bodies that their section does not list, and those behind a signature with a new generation."""
    findings = []
    streams_alone = newest.body is not None
    for body in piece.bodies:
        entry = entries.get(body.number)
        before = state.chain.get(body.number, FREE)
        listed = (
            entry is not None and entry.kind == 1 and entry.third == body.generation and near(pdf, entry.place, body.at)
        )
        # A cross-reference stream need not list itself.
        itself = streams_alone and entry is None and not before.kind and body.is_stream(b"/XRef")
        if not listed and not itself:
            findings.append(_wrong(body.at, "an object that its section does not list there", "added", body.number))
        if piece.later and body.generation != (before.third if before.kind == 1 else 0):
            findings.append(_wrong(body.at, "an object with another generation than before", "added", body.number))
    for number, packed in piece.packed.items():
        for index, inner in enumerate(packed.numbers):
            if entries.get(inner) != (2, number, index):
                why = f"an object in the object stream {number} that its section does not list there"
                findings.append(_wrong(packed.body.at, why, "added", inner))
    return findings


def _entries(piece: Piece, entries: dict[int, Entry], state: State, pdf: bytes) -> list[Finding]:
    """Find entries that neither lead to an object of their piece nor repeat the one in force."""
    findings = []
    places = {body.at: body for body in piece.bodies}
    for number, entry in entries.items():
        before = state.chain.get(number, FREE)
        if (number == 0 and entry.kind) or entry.kind > 2:
            findings.append(_wrong(None, "an entry that no object can have", "added", number))
        elif entry.kind == 0:
            if piece.later and before.kind:
                findings.append(_wrong(None, "an object was taken away", "added", number))
        elif entry != before and not _leads(entry, number, places, piece, pdf):
            findings.append(_wrong(None, "an entry of the section does not lead to its object", "added", number))
    return findings


def _leads(entry: Entry, number: int, places: dict[int, Body], piece: Piece, pdf: bytes) -> bool:
    """Tell whether an entry leads to its object in its own piece."""
    if entry.kind == 2:
        packed = piece.packed.get(entry.place)
        return packed is not None and entry.third < len(packed.numbers) and packed.numbers[entry.third] == number
    body = next((places[at] for at in range(entry.place, entry.place + 3) if at in places), None)
    return (
        body is not None and (body.number, body.generation) == (number, entry.third) and near(pdf, entry.place, body.at)
    )


def _lengths(piece: Piece, state: State, pdf: bytes) -> list[Finding]:
    """Find streams whose indirect /Length does not stand where the sections say."""
    findings = []
    for body in piece.bodies:
        if body.length is None or body.data is None:
            continue
        entry = state.chain.get(body.length.number, FREE)
        length = next((state.bodies[at] for at in range(entry.place, entry.place + 3) if at in state.bodies), None)
        same = length is not None and length.value == body.data[1] - body.data[0]
        if entry.kind != 1 or entry.third != body.length.generation or not same:
            findings.append(_wrong(body.at, "the /Length of a stream is not where it has to be", number=body.number))
    return findings
