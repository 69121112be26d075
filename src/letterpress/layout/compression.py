"""Compresses the streams of a PDF that WeasyPrint has drawn, once each.

pydyf compresses a stream whenever its bytes are asked for, which is twice (the second time for the file's identifier),
and at zlib's highest level: eight times the work for 3 % fewer bytes.

Not here: the streams that pydyf itself makes while it writes (objects, cross-references). Source: zlib's manual; the
figures were measured with the pages of a two-page letter.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

import pydyf

_LEVEL = 6
_KEPT = 64
"""Compressed streams that are kept: a colour profile, or a face with the same characters, comes with every letter."""
_BEGIN, _END = b"stream\n", b"\nendstream"


def compress(pdf: Any) -> None:
    """Compress all streams of a `pydyf.PDF` that it would compress itself."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.compress:
            item.stream = [_compressed(_content(item))]
            item.extra["Filter"] = "/FlateDecode"
            item.compress = False


def _content(stream: Any) -> bytes:
    """A stream's bytes as pydyf would write them uncompressed."""
    written: bytes = pydyf.Stream(stream.stream).data
    return written[written.index(_BEGIN) + len(_BEGIN) : -len(_END)]


@lru_cache(maxsize=_KEPT)
def _compressed(content: bytes) -> bytes:
    return zlib.compress(content, _LEVEL)
