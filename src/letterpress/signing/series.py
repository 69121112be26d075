"""Signs the letters of a run, with the keys of several one after the other.

The first letter of a shape is signed as any other (`signature`), and so is each that nothing is known of. What a
signature has appended there is appended to further letters of the shape, in the same minute, as a stamp shows it: with
their own offsets, digest and signature. What is checked before a signature depends on the shape, the key and the day:
it holds for these letters as well.

Not here: a signature's section of a file (`writing.section`), which letters have one shape (`layout.file`).
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.signing import fields, signature
from letterpress.signing.certificates import contents
from letterpress.signing.keys.signer import Signer
from letterpress.signing.run_async import wait_for
from letterpress.signing.signature import Stamp
from letterpress.signing.writing import cms, section
from letterpress.signing.writing.section import End, Place, Section

if TYPE_CHECKING:
    from letterpress.signing.writing.timestamp_server import TimestampServer

_KEPT = 128
"""Sections that are kept; each is some 15 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A letter that is to be signed."""

    pdf: bytes
    shape: str | None
    """Equal for letters with the same objects but for their content and their texts; None where that is not known."""
    source: str
    """Names its file in diagnostics."""
    look: Hashable
    """Equal for letters whose stamps look alike, but for their words."""
    stamps: Callable[[str], Stamp]
    """Gives what draws the visible signature in a language; it shows no more of the time than the minute."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A letter with all signatures."""

    pdf: bytes
    sha256: str
    diagnostics: tuple[Diagnostic, ...]
    """Warnings."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A section, and what goes with it."""

    section: Section
    serial: int
    """Its own number: a further signature depends on which section came before."""
    until: datetime.datetime | None
    """When the first certificate of the signer ends, of those that were valid."""
    diagnostics: tuple[Diagnostic, ...]


@dataclass(slots=True)
class _State:
    """A letter on its way."""

    pieces: list[bytes]
    length: int
    digest: Any
    """SHA-256 of the letter so far."""
    end: End | None
    """None once nothing is known of it any more."""
    before: tuple[int, ...] = ()
    """The sections that were appended, by their numbers."""

    def append(self, *pieces: bytes) -> None:
        """Append to the letter."""
        for piece in pieces:
            self.pieces.append(piece)
            self.length += len(piece)
            self.digest.update(piece)

    def whole(self) -> bytes:
        """Give the letter so far."""
        if len(self.pieces) > 1:
            self.pieces = [b"".join(self.pieces)]
        return self.pieces[0]


class Series:
    """Signs letter after letter. One thread at a time may use it."""

    def __init__(
        self,
        signers: Sequence[tuple[str, Signer]],
        *,
        tsa: str | None = None,
        on_behalf: bool = False,
        now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now().astimezone(),
    ) -> None:
        """Take the keys.

        :param signers: pairs of a signatory's name and what signs for it, in the order of signing.
        :param tsa: URL of a timestamp server (RFC 3161); with it the level is B-T, else B-B.
        :param on_behalf: as `sign` has it.
        :param now: gives the signing time, with its zone.
        """
        self.signers = tuple(signers)
        self._tsa = tsa
        self._on_behalf = on_behalf
        self._now = now
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()
        self._serial = itertools.count()
        self._server: TimestampServer | None = None

    def sign(self, letter: Unsigned) -> Signed:
        """Sign a letter with all keys.

        :raises LetterpressError: one cannot sign; nothing is signed then.
        """
        end = None if letter.shape is None else section.end_of(letter.pdf)
        state = _State([letter.pdf], len(letter.pdf), hashlib.sha256(letter.pdf), end)
        said: list[Diagnostic] = []
        stamp: Stamp | None = None
        for turn, (name, signer) in enumerate(self.signers):
            when = self._now()
            key = self._key(letter, state, turn, when)
            known = self._known.get(key) if key is not None else None
            if known is not None and (known.until is None or when <= known.until):
                self._known.move_to_end(key)
                if self._append(known, signer, state, when):
                    said += known.diagnostics
                    continue
            stamp = stamp or letter.stamps(fields.language(fields.open_pdf(letter.pdf, letter.source)))
            said += self._sign(letter, state, (name, signer), stamp, key, when)
        return Signed(state.whole(), state.digest.hexdigest(), tuple(said))

    def _key(self, letter: Unsigned, state: _State, turn: int, when: datetime.datetime) -> Hashable:
        """What the next section depends on; None if that is not known."""
        end = state.end
        if end is None:
            return None
        minute = when.replace(second=0, microsecond=0, tzinfo=None), when.utcoffset(), when.tzname()
        objects = letter.shape, end.size, end.root, end.info
        return objects, letter.look, letter.source, state.before, turn, minute

    def _append(self, known: _Known, signer: Signer, state: _State, when: datetime.datetime) -> bool:
        """Append a section that is known, with a signature of its own; False if it does not fit."""
        assert state.end is not None  # noqa: S101 - else no key leads to a section
        around = known.section.around(Place(state.length, state.end, when, os.urandom(16)))
        usual = signer.digest == "sha256"
        digest = state.digest.copy() if usual else hashlib.new(signer.digest, state.whole())
        digest.update(around.before)
        digest.update(around.after)
        made = cms.sign(signer, digest.digest())
        token = self._timestamp(made.digest(signer.digest), signer.digest) if self._tsa else None
        written = known.section.written(cms.encoded(signer, made, token))
        if written is None:
            return False
        state.append(around.before, written, around.after)
        state.end = state.end.after(around.table, known.section.size)
        state.before = (*state.before, known.serial)
        return True

    def _timestamp(self, digest: bytes, algorithm: str) -> bytes:
        """Ask the server for a timestamp.

        :raises LetterpressError: it fails.
        """
        assert self._tsa is not None  # noqa: S101 - who asks has looked
        if self._server is None:
            from letterpress.signing.writing import timestamp_server

            self._server = timestamp_server.TimestampServer(self._tsa, signature.TSA_TIMEOUT)
        try:
            token: bytes = wait_for(self._server.client.async_timestamp(digest, algorithm)).dump()
        except Exception as error:  # an answer that is no timestamp fails wherever its parser stops
            raise LetterpressError(self._server.diagnose(error)) from error
        return token

    def _sign(
        self,
        letter: Unsigned,
        state: _State,
        who: tuple[str, Signer],
        stamp: Stamp,
        key: Hashable,
        when: datetime.datetime,
    ) -> Sequence[Diagnostic]:
        """Sign by itself what nothing is known of, and keep what was appended; return warnings."""
        pdf, (name, signer) = state.whole(), who
        signed = signature.sign(
            pdf,
            field=name,
            signer=signer,
            level="B-T" if self._tsa else "B-B",
            tsa=self._tsa,
            stamp=stamp,
            on_behalf=self._on_behalf,
            time=when,
            source=letter.source,
        )
        made = None if state.end is None else section.taken_apart(pdf, signed.pdf, state.end, when)
        state.append(signed.pdf[len(pdf) :])
        if made is None or state.end is None:
            state.end = None
            return signed.diagnostics
        until = [ends for der in signer.chain if (ends := contents.parse(der).not_valid_after_utc) >= when]
        known = _Known(made, next(self._serial), min(until, default=None), signed.diagnostics)
        self._known[key] = known
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        state.end = state.end.after(section.table_of(signed.pdf), made.size)
        state.before = (*state.before, known.serial)
        return signed.diagnostics
