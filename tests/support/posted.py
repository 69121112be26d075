"""A letter as any program may make it, to be held against a carrier: pages of black text, an address, and what is added.

Places are in mm from the sheet's top left corner, as carriers have them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from letterpress.fonts import shipped

PT = 72 / 25.4
A4 = (210.0, 297.0)
ADDRESS = ("Ada Okafor", "Mill Lane 4", "Woodbridge", "IP12 3HG")


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What a letter has; `drawn` is added to the content of the pages that it names."""

    pages: int = 1
    size: tuple[float, float] = A4
    address: Sequence[str] = ADDRESS
    at: tuple[float, float] = (25.0, 45.0)
    """Left end of the address's first baseline, mm."""
    type_size: float = 11.0
    leading: float = 5.0
    """mm"""
    embedded: bool = True
    drawn: Sequence[tuple[int, bytes]] = ()
    change: Callable[[pikepdf.Pdf], None] = lambda _: None
    options: tuple[tuple[str, Any], ...] = ()

    def pdf(self) -> bytes:
        """Write it."""
        pdf = pikepdf.new()
        font = pdf.make_indirect(_font(pdf) if self.embedded else _standard())
        for number in range(1, self.pages + 1):
            page = pdf.add_blank_page(page_size=(self.size[0] * PT, self.size[1] * PT)).obj
            page.Resources = Dictionary(Font=Dictionary(F=font))
            parts = [b"0 0 0 1 k", text("Dear reader, this is all of it.", 25, 130, self.size)]
            if number == 1:
                x, y = self.at
                parts += [
                    text(line, x, y + at * self.leading, self.size, self.type_size)
                    for at, line in enumerate(self.address)
                    if line
                ]
            parts += [content for on, content in self.drawn if on == number]
            page.Contents = pdf.make_stream(b"\n".join(parts))
        self.change(pdf)
        written = io.BytesIO()
        pdf.save(written, **{"static_id": True, **dict(self.options)})
        return written.getvalue()


def text(words: str, x: float, y: float, size: tuple[float, float] = A4, points: float = 11.0) -> bytes:
    """Text whose baseline begins at x, y mm."""
    place = f"{x * PT:.3f} {(size[1] - y) * PT:.3f}"
    escaped = words.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F %.2f Tf %s Td (%s) Tj ET" % (points, place.encode(), escaped)


def box(x: float, y: float, width: float, height: float, size: tuple[float, float] = A4) -> bytes:
    """A filled rectangle."""
    numbers = (x * PT, (size[1] - y - height) * PT, width * PT, height * PT)
    return b" ".join(b"%.4f" % number for number in numbers) + b" re f"


def image(pdf: pikepdf.Pdf, name: str, *, samples: int, millimetres: float, gray: bool = True, page: int = 0) -> None:
    """Put a square picture at 100, 150 mm on a page."""
    bands = 1 if gray else 3
    made = pdf.make_stream(bytes(range(200)) * (samples * samples * bands // 200 + 1))
    made.Type, made.Subtype, made.Width, made.Height = Name.XObject, Name.Image, samples, samples
    made.ColorSpace, made.BitsPerComponent = Name.DeviceGray if gray else Name.DeviceRGB, 8
    made.write(made.read_bytes()[: samples * samples * bands])
    obj = pdf.pages[page].obj
    if "/XObject" not in obj.Resources:
        obj.Resources.XObject = Dictionary()
    obj.Resources.XObject[f"/{name}"] = made
    side = millimetres * PT
    added = b"q %.3f 0 0 %.3f %.3f %.3f cm /%s Do Q" % (side, side, 100 * PT, 100 * PT, name.encode())
    obj.Contents = pdf.make_stream(obj.Contents.read_bytes() + b"\n" + added)


@cache
def _face() -> tuple[bytes, tuple[int, ...]]:
    """A shipped face, and the widths of its characters 32 to 126."""
    file = next(face.path for face in shipped.shipped() if face.weight == 400 and not face.italic)
    data = shipped.unpacked(file.read_bytes())
    font = TTFont(io.BytesIO(data))
    cmap, widths, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    return data, tuple(round(widths[cmap[code]][0] * 1000 / unit) for code in range(32, 127))


def _font(pdf: pikepdf.Pdf) -> Dictionary:
    data, widths = _face()
    program = pdf.make_stream(data)
    described = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/Shipped"), Flags=32, FontBBox=Array([0, -300, 1000, 1000])
    )
    described.ItalicAngle, described.Ascent, described.Descent, described.CapHeight, described.StemV = (
        0,
        900,
        -300,
        650,
        80,
    )
    described.FontFile2 = program
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=Name("/Shipped"),
        FirstChar=32,
        LastChar=126,
        Widths=Array(widths),
        Encoding=Name.WinAnsiEncoding,
        FontDescriptor=pdf.make_indirect(described),
    )


def _standard() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
