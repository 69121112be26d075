"""Compresses a stream in stretches, so that a stretch that many letters share is compressed once.

A stretch of a letter by itself is compressed with the one before it as its dictionary (RFC 1951: the window reaches
back over block boundaries), which costs about 2 % against the whole stream at once. In a letter of many each stretch
stands alone, so that of a letter only what differs is compressed anew: that costs a tenth of a page's bytes. Where a
stream is cut depends on its content alone.

Source: RFC 1950, RFC 1951; zlib's manual on deflateSetDictionary.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_LEVEL = 6
"""zlib's usual one: the highest takes eight times as long for 3 % fewer bytes (measured with a page of a letter)."""
_HEAD = b"x\x9c"
_QUICK = 4
"""For stretches of letters of many: two thirds of the time for 4 % more bytes."""
_WINDOW = -15
"""Raw deflate, with a window of 32 KB."""
_KEPT = 512


@lru_cache(maxsize=64)
def whole(content: bytes) -> bytes:
    """Compress a stream that comes with many letters: a colour profile, a face's characters."""
    return zlib.compress(content, _LEVEL)


def stretches(content: Sequence[bytes], shared: Sequence[bool], *, many: bool) -> bytes:
    """Compress a stream that is given in stretches.

    :param shared: which stretches come again in other letters, and are kept; this does not change what is given.
    :param many: whether it is of one of many letters.
    """
    made, before, check = [_HEAD], b"", 1
    last = len(content) - 1
    for at, stretch in enumerate(content):
        if many:
            made.append((_kept_alone if shared[at] else _alone)(stretch, at == last))
        else:
            made.append(_behind(before, stretch, at == last))
        check = zlib.adler32(stretch, check)
        before = stretch
    made.append(check.to_bytes(4, "big"))
    return b"".join(made)


def _behind(before: bytes, stretch: bytes, last: bool) -> bytes:
    if before:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, zdict=before)
    else:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW)
    return _packed(packer, stretch, last)


def _alone(stretch: bytes, last: bool) -> bytes:
    return _packed(zlib.compressobj(_QUICK, zlib.DEFLATED, _WINDOW), stretch, last)


def _packed(packer: Any, stretch: bytes, last: bool) -> bytes:
    made: bytes = packer.compress(stretch) + packer.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)
    return made


_kept_alone = lru_cache(maxsize=_KEPT)(_alone)
"""The stretches that letters share. Their check sums are not kept: adding one up is quicker than looking it up."""
