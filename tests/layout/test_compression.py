"""Streams are compressed once, and hold what pydyf would have written."""

from __future__ import annotations

import io
import re
import zlib

import pydyf

from letterpress.layout import compression


def document() -> tuple[pydyf.PDF, list[pydyf.Stream]]:
    pdf = pydyf.PDF()
    drawn = pydyf.Stream(compress=True)
    drawn.set_line_width(0.25)
    drawn.move_to(1.5, 20)
    drawn.show_text_string("Grüße")
    mixed = pydyf.Stream([b"a stream\nin a stream", 3, 2.0, 0.1250, pydyf.Dictionary({"MCID": 1})], compress=True)
    empty, plain = pydyf.Stream(compress=True), pydyf.Stream([b"as it is"], {"Subtype": "/XML"})
    streams = [drawn, mixed, empty, plain]
    for stream in streams:
        pdf.add_object(stream)
    return pdf, streams


def test_streams_hold_what_they_held() -> None:
    pdf, streams = document()
    wanted = [pydyf.Stream(stream.stream).data for stream in streams]
    compression.compress(pdf)
    for stream, plain in zip(streams[:3], wanted, strict=False):
        head, _, rest = stream.data.partition(b"stream\n")
        assert b"/FlateDecode" in head
        assert zlib.decompress(rest) == plain.partition(b"stream\n")[2].removesuffix(b"\nendstream")
    assert b"Filter" not in streams[3].data
    assert streams[3].data.endswith(b"stream\nas it is\nendstream")


def test_a_written_file_compresses_nothing_twice() -> None:
    pdf, streams = document()
    compression.compress(pdf)
    before = [stream.data for stream in streams]
    out = io.BytesIO()
    pdf.write(out, version="1.7", identifier=True, compress=True)
    assert [stream.data for stream in streams] == before
    lengths = [int(length) for length in re.findall(rb"/Length (\d+)", b"".join(before))]
    assert lengths == [len(data.partition(b"stream\n")[2].removesuffix(b"\nendstream")) for data in before]
