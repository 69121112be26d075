"""Pictures as programs save them, with the profiles that they bring."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image, ImageCms


def cmyk_profile() -> bytes:
    """A small profile of a printer with four inks, whose corners are as one would mix them."""

    def lab(c: int, m: int, y: int, k: int) -> bytes:
        red, green, blue = ((1 - ink) * (1 - k) for ink in (c, m, y))
        x = 0.4361 * red + 0.3851 * green + 0.1431 * blue
        bright = 0.2225 * red + 0.7169 * green + 0.0606 * blue
        z = 0.0139 * red + 0.0971 * green + 0.7141 * blue
        fx, fy, fz = (
            value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
            for value in (x / 0.9642, bright, z / 0.8249)
        )
        values = ((116 * fy - 16) * 2.55, 500 * (fx - fy) + 128, 200 * (fy - fz) + 128)
        return bytes(min(255, max(0, round(value))) for value in values)

    corners = b"".join(lab(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1))
    identity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    ramp = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + ramp * 4 + corners + ramp * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", b"Four inks", (b"A2B0", table))


def _profile(device: bytes, colours: bytes, space: bytes, name: bytes, table: tuple[bytes, bytes]) -> bytes:
    """A profile of version 2 with one table, for the white of D50. Source: ICC.1:2001-04, 6."""
    white = struct.pack(">3i", 63190, 65536, 54061)
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + bytes(80)
    tags = [(b"desc", described), (b"wtpt", b"XYZ \0\0\0\0" + white), table, (b"cprt", b"text\0\0\0\0none\0")]
    at, index, body = 128 + 4 + 12 * len(tags), b"", b""
    for key, data in tags:
        data += bytes(-len(data) % 4)
        index += key + struct.pack(">II", at, len(data))
        body += data
        at += len(data)
    head = struct.pack(">I4sI4s4s4s", at, b"test", 0x02400000, device, colours, space)
    head += bytes(12) + b"acsp" + bytes(28) + white
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + index + body


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def other_rgb_profile() -> bytes:
    """A profile of three colours that is not sRGB: its red is sRGB's green, and its green sRGB's red."""
    ours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tags = {ours[at : at + 4]: at for at in range(132, 132 + 12 * struct.unpack(">I", ours[128:132])[0], 12)}
    swapped = bytearray(ours)
    for one, other in ((b"rXYZ", b"gXYZ"), (b"gXYZ", b"rXYZ")):
        swapped[tags[one] + 4 : tags[one] + 12] = ours[tags[other] + 4 : tags[other] + 12]
    return bytes(swapped).replace(b"s\0R\0G\0B", b"x\0R\0G\0B").replace(b"sRGB", b"xRGB")


def grey_profile(gamma: float) -> bytes:
    """A profile of one channel, whose light is the value to the power of `gamma`."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    return _profile(b"mntr", b"GRAY", b"XYZ ", b"A grey", (b"kTRC", curve))
