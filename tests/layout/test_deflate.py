"""Streams that are put together of pieces which were compressed by themselves."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from letterpress.layout.file import deflate

STRETCHES = st.lists(st.binary(max_size=80) | st.binary(max_size=4).map(lambda some: some * 20_000), max_size=5)


@given(before=STRETCHES, own=st.binary(max_size=300), behind=STRETCHES)
def test_pieces_are_one_stream(before: list[bytes], own: bytes, behind: list[bytes]) -> None:
    pieces = [
        deflate.piece(before, last=False),
        deflate.own(own, last=not behind),
        *([deflate.piece(behind, last=True)] if behind else []),
    ]
    made = deflate.joined(pieces)
    assert zlib.decompress(made) == b"".join([*before, own, *behind])  # which looks at the check sum
    assert made == deflate.stretches([*before, own, *behind])
