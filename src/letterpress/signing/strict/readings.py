"""Reads the part of a file up to its first signature in the two ways that programs do, and compares.

A program follows the chain of cross-reference sections; or it finds something odd, throws the chain away and searches
the bytes for `N G obj`, the last body of a number winning. If both give the same body for each object, an odd file
shows the same to all. What the search finds is taken in the widest sense: in strings, streams and behind comments too.

Not here: the reading of a file that is in order (`revisions`).
Source: ISO 32000-1, 7.5; what PDFium, Poppler, MuPDF and Ghostscript do was tried (tests/proofs/differential.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from letterpress.signing.strict import sections, streams
from letterpress.signing.strict.bodies import Body, BodyReader
from letterpress.signing.strict.report import Finding
from letterpress.signing.strict.revisions import State, differing
from letterpress.signing.strict.sections import FREE, Entry, Section
from letterpress.signing.strict.tokens import WHITE, Malformed, Ref, Value, Work

_CLOSE = re.compile(rb"startxref[\0\t\n\f\r ]++(\d{1,15})[\0\t\n\f\r ]++%%EOF[\0\t\n\f\r ]*+\Z")
_SOME_HEAD = re.compile(rb"[\0\t\n\f\r ]*+\d+[\0\t\n\f\r ]++\d+[\0\t\n\f\r ]++obj")
_GAP = rb"(?:[\0\t\n\f\r ]|[\r\n](?:[^\r\n%]*%)+)"
_DAEH = re.compile(rb"jbo%b*(\d{1,20})%b+(\d{1,20})(?!\d)" % (_GAP, _GAP))
"""The head of an object from back to front, with comments in it: so no run of comments is looked through twice."""
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,10})[\0\t\n\f\r ]++\d{1,10}[\0\t\n\f\r ]++R")
_TRAILER = re.compile(rb"trailer[\0\t\n\f\r ]*+<<")
_MOST_TRAILERS = 10_000


@dataclass(slots=True)
class _Search:
    """What a program finds that searches the whole file."""

    last: dict[int, Entry] = field(default_factory=dict)
    """The last body of each number."""
    generations: dict[int, int] = field(default_factory=dict)
    """The highest generation of each number."""
    plain: set[int] = field(default_factory=set)
    """Numbers of bodies of their own."""
    packed: set[int] = field(default_factory=set)
    """Numbers of objects in object streams."""
    referenced: set[int] = field(default_factory=set)
    bodies: dict[int, Body] = field(default_factory=dict)
    roots: dict[Value, int] = field(default_factory=dict)
    """What /Root leads to in all trailers, each with the byte of a trailer."""


def two_readings(pdf: bytes, work: Work, known: Mapping[int, Body]) -> tuple[list[Finding], State]:
    """Find where the two ways of reading `pdf` differ, and what a program knows that follows the sections.

    :param known: bodies that have been read already, by the byte where they begin.
    """
    try:
        state, layers = _by_chain(pdf, work)
        search = _by_search(pdf, work, known)
    except Malformed as error:
        why = f"{error.why}, so that programs have to guess"
        return [Finding("two-ways", why, error.at, error.number)], State()
    findings = _hybrids(layers) + _sizes(state) + _objects(state, search, pdf)
    if len(search.roots) > 1 or state.root not in search.roots:
        at = max(search.roots.values(), default=0)
        findings.append(Finding("two-ways", "there is more than one /Root", at))
    state.bodies = search.bodies
    return findings, state


_Layer = tuple[dict[int, Entry], Section, Section | None]
"""Entries of the older layers, a section, and the stream that it names by /XRefStm."""


def _by_chain(pdf: bytes, work: Work) -> tuple[State, list[_Layer]]:
    """Follow the sections from the last startxref on."""
    reader = BodyReader(pdf, work, later=False)
    close = _CLOSE.search(pdf, max(0, len(pdf) - 1024))
    if close is None:
        raise Malformed(len(pdf), "no startxref and %%EOF at the end of a revision")
    start = int(close[1])
    chain = _sections(reader, start)
    layers: list[_Layer] = []
    entries: dict[int, Entry] = {}
    for section, hybrid in reversed(chain):
        layers.append((dict(entries) if hybrid is not None else {}, section, hybrid))
        work.spend(len(entries) if hybrid is not None else 1)
        if hybrid is not None:
            entries |= {number: entry for number, entry in hybrid.entries.items() if entry.kind}
            entries |= {number: entry for number, entry in section.entries.items() if entry.kind}
        else:
            entries |= section.entries
    newest = chain[0][0].trailer
    size, root = newest.get(b"/Size"), newest.get(b"/Root")
    if type(size) is not int or not isinstance(root, Ref):
        raise Malformed(start, "a trailer without /Size or /Root")
    return State(entries, start, root, chain[0][0].body is not None, size, max(entries, default=-1)), layers


def _sections(reader: BodyReader, at: Value) -> list[tuple[Section, Section | None]]:
    """Return the chain of sections, the newest first, each with the stream that its /XRefStm names."""
    chain: list[tuple[Section, Section | None]] = []
    seen: set[object] = set()
    while at is not None:
        if at in seen:
            raise Malformed(0, "the chain of cross-reference sections is a loop")
        seen.add(at)
        section = sections.section_at(reader, at)
        reader.work.keep(1)
        hybrid = None
        if b"/XRefStm" in section.trailer:
            hybrid = sections.section_at(reader, section.trailer[b"/XRefStm"])
        for listed in (section, hybrid):
            if listed is not None and b"/Encrypt" in listed.trailer:
                raise Malformed(listed.at, "the file is encrypted")
        chain.append((section, hybrid))
        at = section.trailer.get(b"/Prev")
    return chain


def _by_search(pdf: bytes, work: Work, known: Mapping[int, Body]) -> _Search:
    """Search for bodies, in the file and in the object streams found."""
    reader = BodyReader(pdf, work, later=False)
    search = _Search()
    _find_references(pdf, search, work)
    for at, number, generation in _heads(pdf, work):
        search.last[number] = Entry(1, at, generation)
        search.plain.add(number)
        search.generations[number] = max(generation, search.generations.get(number, 0))
        try:
            body = known.get(at) or reader.body(at)
        except Malformed:
            continue
        search.bodies[at] = body
        if body.is_stream(b"/ObjStm"):
            packed = streams.packed(reader, body)
            _find_references(packed.data, search, work)
            for index, inner in enumerate(packed.numbers):
                search.last[inner] = Entry(2, number, index)
                search.packed.add(inner)
        elif body.is_stream(b"/XRef") and b"/Root" in (body.value if isinstance(body.value, dict) else {}):
            search.roots[_hashable(body.entry(b"/Root"))] = at
    _find_trailers(reader, search)
    return search


def _heads(pdf: bytes, work: Work) -> list[tuple[int, int, int]]:
    """Return places, numbers and generations of all that looks like the head of an object, in their order."""
    heads = []
    for match in _DAEH.finditer(pdf[::-1]):
        work.spend(4)
        work.keep(1)
        heads.append((len(pdf) - match.end(), int(match[2][::-1]), int(match[1][::-1])))
    return heads[::-1]


def _find_references(data: bytes, search: _Search, work: Work) -> None:
    for match in _REFERENCE.finditer(data):
        work.spend()
        search.referenced.add(int(match[1]))


def _find_trailers(reader: BodyReader, search: _Search) -> None:
    for count, match in enumerate(_TRAILER.finditer(reader.pdf)):
        if count == _MOST_TRAILERS:
            raise Malformed(match.start(), f"more than {_MOST_TRAILERS} trailers")
        try:
            trailer, _ = reader.value(match.end() - 2)
        except Malformed as error:
            raise Malformed(match.start(), "a trailer that cannot be read") from error
        if not isinstance(trailer, dict) or b"/Encrypt" in trailer:
            raise Malformed(match.start(), "the file is encrypted")
        if b"/Root" in trailer:
            search.roots[_hashable(trailer[b"/Root"])] = match.start()


def _hashable(value: Value) -> Value:
    return value if isinstance(value, Ref) else repr(value)[:100]


def _hybrids(layers: list[_Layer]) -> list[Finding]:
    """Find hybrids whose table and stream do not list the same."""
    findings = []
    for older, section, hybrid in layers:
        if hybrid is not None:
            number = differing(hybrid, older | section.entries, hidden=True)
            if number is not None:
                why = "the table and the stream of a hybrid do not list the same"
                findings.append(Finding("two-ways", why, section.at, number))
    return findings


def _sizes(state: State) -> list[Finding]:
    """Find objects above /Size, which some programs leave out."""
    highest = max((number for number, entry in state.chain.items() if entry.kind), default=0)
    if highest < state.size:
        return []
    return [Finding("two-ways", f"/Size is {state.size}, and there are objects above it", state.section, highest)]


def _objects(state: State, search: _Search, pdf: bytes) -> list[Finding]:
    """Find objects for which the two ways find different bodies."""
    findings = []
    for number in sorted(state.chain.keys() | search.last.keys()):
        chained, last = state.chain.get(number, FREE), search.last.get(number, FREE)
        if chained.kind == 1 and not _SOME_HEAD.match(pdf, chained.place):
            chained = FREE  # leads to nothing: for every program the object is null, or what a search finds
        if not chained.kind and not last.kind:
            continue
        if not chained.kind and number not in search.referenced:
            continue
        both = number in search.plain and number in search.packed  # then Ghostscript takes the packed one, others not
        is_highest = search.generations.get(number, 0) <= (last.third if last.kind == 1 else 0)  # which Poppler takes
        if _same(chained, last, pdf) and is_highest and not both:
            continue
        at = last.place if last.kind == 1 else chained.place if chained.kind == 1 else None
        why = "programs that search the file find another object than those that follow its sections"
        findings.append(Finding("two-ways", why, at, number))
    return findings


def _same(chained: Entry, last: Entry, pdf: bytes) -> bool:
    """Tell whether two entries lead to one body: white space before it, a kilobyte at most, makes no difference."""
    if chained == last:
        return True
    if not chained.kind == last.kind == 1 or chained.third != last.third or chained.place > last.place:
        return False
    gap = last.place - chained.place
    return gap <= 1024 and not pdf[chained.place : last.place].strip(WHITE)
