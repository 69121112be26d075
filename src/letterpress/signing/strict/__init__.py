"""Checks that a signed PDF is written so that every program shows the same of it: bytes in, findings out.

A signature is worth what programs show of the file that bears it. They agree on a file that is written as the standard
says, and differ where it is not: some follow the chain of cross-reference sections, some find it odd, throw it away and
search for objects. So behind the first signature every byte has to be accounted for; up to it an odd file is read in
both ways, and the same result is a note, another a fault.

Standard library only: it is to be right where the readers of PDF, pyHanko among them, are not.

Not here: whether a signature is right and whom to trust (`judging/`), what a well-written revision may change
(`changes/`). All are needed.
Source: ISO 32000-1, 7.5; the rules in plain words are in docs/verifying.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from letterpress.signing.strict.readings import two_readings
from letterpress.signing.strict.report import Finding, Report, summary
from letterpress.signing.strict.revisions import (
    HYBRID,
    Piece,
    State,
    judge,
    linearized,
    merge_linearized,
    read_pieces,
)
from letterpress.signing.strict.tokens import Malformed, OutOfLimits, Work

__all__ = ["SECONDS", "Finding", "Report", "check"]

SECONDS = 20.0
"""Seconds that reading one file may take; a letter takes a few milliseconds, a megabyte well under one second."""

_CLOSED = re.compile(rb"%%EOF(?:\r\n|\n|\r)?\Z")


def check(pdf: bytes, ends: Sequence[int], *, seconds: float = SECONDS) -> Report:
    """Read `pdf` strictly. It never raises for a bad file.

    :param ends: where the byte ranges of its signatures and time stamps end, as its signature fields say (never from a
        search: an attached PDF may have some of its own). Without any, the whole file is the part up to a signature.
    :param seconds: after which it is given up, with a fault.
    """
    work = Work(len(pdf), seconds)
    try:
        return _check(pdf, sorted(ends), work)
    except OutOfLimits as error:
        return Report((Finding("limit", error.why),))


def _check(pdf: bytes, ends: list[int], work: Work) -> Report:
    if ends and not 0 < ends[0] <= ends[-1] <= len(pdf):
        return Report((Finding("differently", "a signature says that it covers more than there is", ends[-1]),))
    floor = ends[0] if ends else len(pdf)
    faults, notes, state = _first_part(pdf, floor, work)
    if ends and not _CLOSED.search(pdf, max(0, floor - 10), floor):
        faults.append(Finding("added", "a signature does not end where a revision ends", floor))
    if not faults and ends:
        faults = _later_part(pdf, ends, state, work)
    return summary(faults, notes)


def _first_part(pdf: bytes, floor: int, work: Work) -> tuple[list[Finding], list[Finding], State]:
    """Read the part up to the first signature.

    It is read once from front to back. If nothing is odd, all programs agree on it; if something is, the two ways of
    reading are compared, and only a difference is a fault.

    :param floor: where it ends.
    :returns: faults, notes, and what a program knows that has read it.
    """
    first = pdf[:floor]
    state = State()
    odd: list[Finding] = []
    faults: list[Finding] = []
    try:
        pieces = merge_linearized(read_pieces(first, 0, work, later=False))
        for piece in pieces:
            odd += judge(piece, state, first)
        faults += _linearized_for_all(pieces, pdf, floor)
    except Malformed as error:
        odd.append(Finding("oddly", error.why, error.at, error.number))
    if odd:
        different, state = two_readings(first, work, state.bodies)
        faults += different
    hybrid = [finding for finding in odd if finding.why == HYBRID]
    return faults, hybrid or odd, state  # that it is a hybrid explains what else is odd about it


def _linearized_for_all(pieces: list[Piece], pdf: bytes, floor: int) -> list[Finding]:
    """Refuse a file that claims to be linearized at its present length: its front section would count as the newest."""
    if pieces and linearized(pieces[0]) == len(pdf) > floor + 2:
        return [Finding("differently", "it is linearized for the length that it has now, and goes on", floor)]
    return []


def _later_part(pdf: bytes, ends: list[int], state: State, work: Work) -> list[Finding]:
    """Find the faults of what stands behind the first signature, where whatever is odd is a fault."""
    faults: list[Finding] = []
    closed = {ends[0]}
    try:
        for piece in read_pieces(pdf, ends[0], work, later=True):
            faults += judge(piece, state, pdf) if piece.startxref is not None else piece.odd
            closed |= {piece.end, piece.end - 2 + len(pdf[piece.end - 2 : piece.end].rstrip(b"\r\n"))}
    except Malformed as error:
        faults.append(Finding("added", error.why, error.at, error.number))
    if not faults:
        faults += [
            Finding("added", "a signature does not end where a revision ends", end) for end in ends if end not in closed
        ]
    return faults
