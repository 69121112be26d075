"""Reads PDF's values (numbers, names, strings, arrays, dictionaries) out of bytes, within limits.

Not here: indirect objects and their streams (`bodies`), cross-reference sections (`sections`).
Source: ISO 32000-1, 7.2 (lexical conventions) and 7.3 (objects); the limits are wider than its annex C.
"""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from letterpress.signing.strict.report import Finding, Kind

MOST_NESTED = 100
"""Arrays and dictionaries in one another; readers give up at between 64 and 512."""

STEPS = 2_000_000
"""Steps that even a small file may take, for what its object streams unpack to."""
MOST_COMMENTED = 500
"""Bytes of a comment behind a signature; programs look for the end of a file in its last thousand bytes."""

WHITE = b"\0\t\n\f\r "
EOL = rb"(?:\r\n|\n|\r)"
WS = rb"[\0\t\n\f\r ]"
HEAD = re.compile(rb"(\d{1,10})%b++(\d{1,5})%b++obj(?![A-Za-z0-9])" % (WS, WS))
"""The head of an indirect object: its number, its generation, `obj`."""
STRUCTURE = re.compile(
    rb"\d%b+obj(?![a-z])|endstream|endobj|startxref|trailer%b*<<|%%%%EOF|%%PDF-|(?<![a-zA-Z])xref%b+\d" % (WS, WS, WS)
)
"""The words by which a program that repairs a file finds its parts."""

_SKIP = re.compile(rb"%b*+" % WS)
_TO_LINE_END = re.compile(rb"[^\r\n]*+")
_TOKEN = re.compile(
    rb"""WS*+(?:(?P<ref>(\d{1,10})WS++(\d{1,5})WS++R(?![A-Za-z0-9]))
    |(?P<real>[+-]?(?:\d{1,100}\.\d{0,100}|\.\d{1,100})(?![\d.]))
    |(?P<int>[+-]?\d{1,20}(?![\d.]))
    |(?P<name>/[^\0\t\n\f\r\x20()<>\[\]{}/%]*+)
    |(?P<open><<)
    |(?P<hex><[0-9A-Fa-f\0\t\n\f\r\x20]*+>)
    |(?P<array>\[)
    |(?P<string>\()
    |(?P<word>(?:true|false|null)(?![A-Za-z0-9])))""".replace(b"WS", rb"[\0\t\n\f\r\x20]"),
    re.VERBOSE,
)
_ARRAY_END = re.compile(rb"[\0\t\n\f\r ]*+(?:(\])|%)")
_DICTIONARY_END = re.compile(rb"[\0\t\n\f\r ]*+(?:(>>)|%)")
"""The end, as group 1; or a comment, behind which it may be."""
_PAREN = re.compile(rb"[^\\()]*+(?:\\.|([()]))", re.DOTALL)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_WORDS = {b"true": True, b"false": False, b"null": None}


class Malformed(Exception):
    """The bytes at a place are not what has to stand there; nothing behind them can be told apart."""

    def __init__(self, at: int, why: str, number: int | None = None) -> None:
        super().__init__(at, why)
        self.at = at
        self.why = why
        self.number = number


class OutOfLimits(Exception):
    """Reading would take too long or too much memory; `why` says what it was that was too much."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Work:
    """How much may still be done for one file: steps, seconds, bytes to be unpacked, objects and entries.

    A step is about a microsecond: a token, a parenthesis in a string, an entry. A file that is no trap takes fewer
    steps than it has bytes; the deadline is for machines that are slow.
    """

    def __init__(self, size: int, seconds: float) -> None:
        """:param size: of the file, in bytes. :param seconds: until the deadline."""
        self.steps = STEPS + 4 * size
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds
        self.unpacked = 256 << 20
        self.things = 1_000_000
        self._until_clock = 0

    def spend(self, steps: int = 1) -> None:
        """Count steps.

        :raises OutOfLimits: nothing is left.
        """
        self.steps -= steps
        self._until_clock -= steps
        if self.steps < 0:
            raise OutOfLimits("reading it takes more work than a file of its size may ask for")
        if self._until_clock < 0:
            self._until_clock = 4096
            if time.monotonic() > self.deadline:
                raise OutOfLimits(f"reading it takes longer than {self.seconds:g} s")

    def unpack(self, size: int) -> None:
        """Count bytes that were unpacked.

        :raises OutOfLimits: they are too many.
        """
        self.unpacked -= size
        if self.unpacked < 0:
            raise OutOfLimits("its streams of structure unpack to more than 256 MiB")

    def keep(self, things: int) -> None:
        """Count objects or entries that are kept in memory.

        :raises OutOfLimits: they are too many.
        """
        self.things -= things
        if self.things < 0:
            raise OutOfLimits("it has more than a million objects and entries")


class Name(bytes):
    """A name with its slash, and its `#` escapes resolved."""


class Ref(NamedTuple):
    """A reference to an indirect object."""

    number: int
    generation: int


Value = object
"""int, float, bool, None, Name, Ref, bytes (strings), list or dict[bytes, Value]."""


class Scanner:
    """Reads values at places of `pdf`, and notes what is odd about them in `odd`."""

    def __init__(self, pdf: bytes, work: Work, *, later: bool) -> None:
        """:param later: whether it reads behind a signature, where no words of structure may be hidden."""
        self.pdf = pdf
        self.work = work
        self.later = later
        self.odd: list[Finding] = []

    def note(self, at: int, why: str, kind: Kind = "differently", number: int | None = None) -> None:
        """Note an oddity."""
        self.odd.append(Finding(kind, why, at, number))

    def skip(self, at: int) -> int:
        """Return the place behind white space and comments."""
        pdf = self.pdf
        while True:
            end = _SKIP.match(pdf, at).end()  # type: ignore[union-attr] # matches nothing at all too
            if pdf[end : end + 1] != b"%" or pdf.startswith(b"%%EOF", end):
                return end
            self.work.spend()
            at = _TO_LINE_END.match(pdf, end).end()  # type: ignore[union-attr]
            if self.later and STRUCTURE.search(pdf, end, at):
                self.note(end, "a comment holds words of a file's structure", "added")
            if self.later and at - end > MOST_COMMENTED:
                self.note(end, f"a comment of more than {MOST_COMMENTED} bytes", "added")

    def value(self, at: int, depth: int = 0) -> tuple[Value, int]:
        """Read the value at `at`, or behind the white space there.

        :param depth: arrays and dictionaries that it is in.
        :returns: the value, and the place behind it.
        :raises Malformed: there is none.
        """
        self.work.spend()
        match = _TOKEN.match(self.pdf, at) or _TOKEN.match(self.pdf, at := self.skip(at))
        if match is None:
            raise Malformed(at, "no value of PDF where one has to be")
        kind, end = match.lastgroup, match.end()
        if kind == "name":
            return _name(match["name"]), end
        if kind == "ref":
            if match[2][:1] == b"0" or (match[3][:1] == b"0" and len(match[3]) > 1):
                self.note(at, "a reference with zeros before its numbers, or to object 0")
            return Ref(int(match[2]), int(match[3])), end
        if kind == "int":
            return int(match["int"]), end
        if kind == "real":
            return float(match["real"]), end
        if kind == "hex":
            return match["hex"], end
        if kind == "word":
            return _WORDS[match["word"]], end
        if kind == "string":
            return self._string(end)
        if depth >= MOST_NESTED:
            raise Malformed(at, f"values nested deeper than {MOST_NESTED}")
        return self._array(end, depth + 1) if kind == "array" else self._dictionary(end, depth + 1)

    def _string(self, start: int) -> tuple[bytes, int]:
        at, level = start, 1
        while level:
            self.work.spend()
            match = _PAREN.match(self.pdf, at)
            if match is None:
                self.work.spend(1 + (len(self.pdf) - at) // 256)
                raise Malformed(start - 1, "a string without an end")
            level += (match[1] == b"(") - (match[1] == b")")
            at = match.end()
        if self.later and STRUCTURE.search(self.pdf, start, at):
            self.note(start - 1, "a string holds words of a file's structure", "added")
        return self.pdf[start : at - 1], at

    def _behind_comment(self, at: int) -> int:
        end = self.skip(at)
        if self.pdf.startswith(b"%%EOF", end):
            raise Malformed(end, "the end of a revision within a value")
        return end

    def _array(self, at: int, depth: int) -> tuple[list[Value], int]:
        items: list[Value] = []
        while (match := _ARRAY_END.match(self.pdf, at)) is None or match[1] is None:
            if match is not None:
                at = self._behind_comment(at)
                continue
            item, at = self.value(at, depth)
            items.append(item)
        return items, match.end()

    def _dictionary(self, at: int, depth: int) -> tuple[dict[bytes, Value], int]:
        entries: dict[bytes, Value] = {}
        while (match := _DICTIONARY_END.match(self.pdf, at)) is None or match[1] is None:
            if match is not None:
                at = self._behind_comment(at)
                continue
            key, after = self.value(at, depth)
            if not isinstance(key, Name):
                raise Malformed(at, "a dictionary's key that is no name")
            if key in entries:
                self.note(at, f"the key {key.decode('latin-1')} twice in one dictionary")
            entries[key], at = self.value(after, depth)
        return entries, match.end()


def _name(token: bytes) -> Name:
    if b"#" in token:
        return Name(_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), token))
    return Name(token)
