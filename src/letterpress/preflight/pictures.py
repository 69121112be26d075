"""Draws a page with what was found on it: places that stay free in red, the address field in blue, a numbered box round
each finding.

Not here: the overlay of a standard (letterhead/overlay.py), whose colours these are.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from letterpress.carriers.values import Carrier
from letterpress.page import Rectangle
from letterpress.pdf.page_view import Pixels
from letterpress.preflight import zones
from letterpress.preflight.findings import Finding

_RED, _BLUE, _DARK = (204, 51, 51), (51, 102, 204), (140, 0, 0)
_ORANGE = (200, 110, 0)
_VEIL = 70
"""Of 255: how much of its colour a place takes."""


def draw(
    pixels: Pixels, carrier: Carrier, page: int, found: Sequence[tuple[int, Finding]], size: tuple[float, float]
) -> bytes:
    """Draw a page as PNG.

    :param page: counted from 1.
    :param found: the findings that have a place on it, with their numbers.
    :param size: of the page, mm.
    """
    from PIL import Image, ImageDraw

    image = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rows)
    veil = Image.new("RGBA", image.size, (0, 0, 0, 0))
    pen: Any = ImageDraw.Draw(veil)
    scale = pixels.per_mm
    allowed = zones.allowed(carrier, page, *size)
    if allowed:
        pen.rectangle((0, 0, *image.size), fill=(*_RED, _VEIL))
        for place in allowed:
            pen.rectangle(_corners(place, scale), fill=(0, 0, 0, 0))
    for zone in zones.of(carrier, page, *size):
        pen.rectangle(_corners(zone.box, scale), fill=(*_RED, _VEIL))
    address = carrier.address
    if page == 1 and address is not None and address.area is not None:
        field = _corners(address.area.on(*size), scale)
        pen.rectangle(field, fill=(*(_RED if address.printed else _BLUE), _VEIL), outline=(*_BLUE, 255), width=3)
        if address.return_line is not None:
            pen.rectangle(_corners(address.return_line.on(*size), scale), outline=(*_BLUE, 255), width=2)
    image = Image.alpha_composite(image.convert("RGBA"), veil).convert("RGB")
    pen = ImageDraw.Draw(image)
    for number, finding in found:
        if finding.box is not None:
            _numbered(pen, number, finding.box, scale, _DARK if finding.severity == "error" else _ORANGE, image.size)
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _corners(box: Rectangle, scale: float) -> tuple[float, float, float, float]:
    return box.x * scale, box.y * scale, max(box.right * scale - 1, 0), max(box.bottom * scale - 1, 0)


def _numbered(
    pen: Any, number: int, box: Rectangle, scale: float, colour: tuple[int, int, int], size: tuple[int, int]
) -> None:
    """Draw a box round what was found, and its number at a corner, inside the picture."""
    from PIL import ImageFont

    x1, y1, x2, y2 = _corners(Rectangle(box.x - 0.8, box.y - 0.8, box.width + 1.6, box.height + 1.6), scale)
    x1, y1 = max(x1, 0), max(y1, 0)
    x2, y2 = max(min(x2, size[0] - 1), x1), max(min(y2, size[1] - 1), y1)
    pen.rectangle((x1, y1, x2, y2), outline=colour, width=3)
    font = ImageFont.load_default(size=max(10.0, 3.6 * scale))
    left, top, right, bottom = pen.textbbox((0, 0), str(number), font=font)
    width, height = right - left + 8, bottom - top + 8
    if x1 >= width:  # at its left, where it covers the least
        x, y = x1 - width, min(y1, size[1] - height)
    else:
        x, y = min(x1, size[0] - width), y1 - height if y1 >= height else min(y2, size[1] - height)
    pen.rectangle((x, y, x + width, y + height), fill=colour)
    pen.text((x + 4 - left, y + 4 - top), str(number), font=font, fill=(255, 255, 255))
