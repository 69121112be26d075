"""Compresses a stream in stretches, so that a stretch that many letters share is compressed once.

A stretch of a letter by itself is compressed with the one before it as its dictionary (RFC 1951: the window reaches
back over block boundaries), which costs about 2 % against the whole stream at once. In a letter of many each stretch
stands alone, so that of a letter only what differs is compressed anew: that costs a tenth of a page's bytes. Where a
stream is cut depends on its content alone.

Source: RFC 1950, RFC 1951; zlib's manual on deflateSetDictionary.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

_LEVEL = 6
"""zlib's usual one: the highest takes eight times as long for 3 % fewer bytes (measured with a page of a letter)."""
_HEAD = b"x\x9c"
_QUICK = 4
"""For stretches of letters of many: two thirds of the time for 4 % more bytes."""
_WINDOW = -15
"""Raw deflate, with a window of 32 KB."""
_MOST = 0xFFFF
"""Bytes of a block that is not compressed."""
_NARROW, _MEMORY = -13, 6
"""For what is compressed for each letter of many: a window of 8 KB and small tables, since the usual 256 KB of memory
take longer to be had than a stretch to be compressed."""
_KEPT = 512
_ADLER = 65521
"""The modulus of the check sum's two parts (RFC 1950)."""


class Piece(NamedTuple):
    """Stretches of a stream of a letter of many, compressed."""

    data: bytes
    check: int
    """Check sum of what they were."""
    length: int
    """Bytes that they were."""


@lru_cache(maxsize=64)
def whole(content: bytes) -> bytes:
    """Compress a stream that comes with many letters: a colour profile, a face's characters."""
    return zlib.compress(content, _LEVEL)


def stretches(content: Sequence[bytes]) -> bytes:
    """Compress a stream of a letter of many, which is given in stretches."""
    return joined([piece(content, last=True)])


def piece(content: Sequence[bytes], *, last: bool) -> Piece:
    """Compress stretches that come again in other letters.

    :param last: whether the stream ends with them.
    """
    end = len(content) - 1
    made = [_kept_alone(stretch, last and at == end) for at, stretch in enumerate(content)]
    whole = b"".join(content)
    return Piece(b"".join(made), zlib.adler32(whole), len(whole))


def own(content: bytes, *, last: bool) -> Piece:
    """Compress a stretch of this letter alone: to the same bytes as `piece`.

    :param last: whether the stream ends with it.
    """
    return Piece(_alone(content, last), zlib.adler32(content), len(content))


def joined(pieces: Sequence[Piece]) -> bytes:
    """Put a stream together. The check sum of what two pieces were is known from theirs (RFC 1950, 8.2)."""
    made, low, high = [_HEAD], 1, 0
    for data, check, length in pieces:
        made.append(data)
        high = (high + (check >> 16) + length * (low - 1)) % _ADLER
        low = (low + (check & 0xFFFF) - 1) % _ADLER
    made.append((high << 16 | low).to_bytes(4, "big"))
    return b"".join(made)


def of_one(content: Sequence[bytes]) -> bytes:
    """Compress a stream of a letter by itself, which is given in stretches."""
    made, before, check = [_HEAD], b"", 1
    for at, stretch in enumerate(content):
        made.append(_behind(before, stretch, at == len(content) - 1))
        check, before = zlib.adler32(stretch, check), stretch
    made.append(check.to_bytes(4, "big"))
    return b"".join(made)


def beside(content: Sequence[tuple[bytes, bool]]) -> bytes:
    """Compress a stream of a letter of many, whose own stretches are short, and stand in it as they are.

    :param content: stretches, and which are the letter's own; the last one is not.
    """
    made, check, last = [_HEAD], 1, len(content) - 1
    for at, (stretch, own) in enumerate(content):
        made += _as_it_is(stretch) if own else [_kept_alone(stretch, at == last)]
        check = zlib.adler32(stretch, check)
    made.append(check.to_bytes(4, "big"))
    return b"".join(made)


def _as_it_is(stretch: bytes) -> list[bytes]:
    """Blocks that are not compressed; the stretch before them ends with a byte (RFC 1951, 3.2.4)."""
    parts = [stretch[at : at + _MOST] for at in range(0, len(stretch), _MOST)]
    return [struct.pack("<BHH", 0, len(part), len(part) ^ 0xFFFF) + part for part in parts]


def _behind(before: bytes, stretch: bytes, last: bool) -> bytes:
    if before:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, zdict=before)
    else:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW)
    return _packed(packer, stretch, last)


def _alone(stretch: bytes, last: bool) -> bytes:
    return _packed(zlib.compressobj(_QUICK, zlib.DEFLATED, _NARROW, _MEMORY), stretch, last)


def _packed(packer: Any, stretch: bytes, last: bool) -> bytes:
    made: bytes = packer.compress(stretch) + packer.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)
    return made


_kept_alone = lru_cache(maxsize=_KEPT)(_alone)
"""The stretches that letters share. Their check sums are not kept: adding one up is quicker than looking it up."""
