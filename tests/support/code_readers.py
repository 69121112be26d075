"""Reads codes back from pixels: bars of four states by a reader of the tests' own, the others by zxing-cpp."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from PIL import Image

from letterpress.codes.symbols import Symbol

MARGIN = 4.0
"""mm around a code that `drawn` draws."""


def drawn(symbol: Symbol, dpi: int) -> Image.Image:
    """Draw a symbol's rectangles as a printer does: a pixel is dark whose middle lies in one."""
    scale = dpi / 25.4
    size = [round((side + 2 * MARGIN) * scale) for side in (symbol.width, symbol.height)]
    image = Image.new("L", (size[0], size[1]), 255)
    for layer in symbol.layers():
        for box_of_units in layer.rectangles:
            x, y, width, height = (side * layer.unit for side in box_of_units)
            left, top = ((at + MARGIN) * scale for at in (x, y))
            box = (round(left), round(top), round(left + width * scale), round(top + height * scale))
            image.paste(255 * layer.grey, box)
    return image


def bars(image: Image.Image) -> str:
    """Read a code of bars, which has the image to itself: `FADT`."""
    dark = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    box = dark.getbbox()
    assert box is not None, "nothing is drawn"
    dark = dark.crop(box)
    found = [_span(dark, begin, end) for begin, end in _columns(dark)]
    slack = dark.height / 8
    return "".join(_STATES[top < slack, foot > dark.height - slack] for top, foot in found)


_STATES = {(True, True): "F", (True, False): "A", (False, True): "D", (False, False): "T"}


def pitches(image: Image.Image, dpi: int) -> list[float]:
    """The distances of the bars' middles, in mm."""
    dark = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    middles = [(begin + end) / 2 for begin, end in _columns(dark)]
    return [(b - a) * 25.4 / dpi for a, b in pairwise(middles)]


def _columns(dark: Image.Image) -> list[tuple[int, int]]:
    """Where bars begin and end."""
    inked = [value > 0 for value in dark.reduce((1, dark.height)).point(lambda value: 255 if value else 0).tobytes()]
    found, begin = [], None
    for at, full in enumerate([*inked, False]):
        if full and begin is None:
            begin = at
        elif not full and begin is not None:
            found.append((begin, at))
            begin = None
    return found


def _span(dark: Image.Image, begin: int, end: int) -> tuple[int, int]:
    box = dark.crop((begin, 0, end, dark.height)).getbbox()
    assert box is not None
    return box[1], box[3]


def matrices(image: Image.Image) -> list[str]:
    """Read the QR codes and Data Matrix codes of an image, as zxing-cpp finds them."""
    return sorted(str(code.text) for code in _found(image))


def formats(image: Image.Image) -> list[str]:
    """What the codes of an image are."""
    return sorted(code.format.name for code in _found(image))


def _found(image: Image.Image) -> list[Any]:
    import zxingcpp

    return list(zxingcpp.read_barcodes(image.convert("L")))
