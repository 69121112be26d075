"""Converts single colours and images by ICC profiles, and reads and writes the samples of a PDF's images.

An image goes through a table of the profile, of 33 colours each way, whose
entries are within the limit of ink: what lies between them is, too.

Not here: which colours are greys or exact (`separation`), the images of foreign files (`images`).
Source: ISO 32000-1, 7.4.4.4 (predictors of PNG), 7.4.8 (JPEG).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from letterpress.pdf.press.separation import Cmyk, Separation

_SIDE = 33
"""Colours of a table each way: what lies between them is off by less than a step of 255 (seen with photographs)."""
_DRAWING = 256
"""Colours up to which an image is a drawing: its greys are black alone, as those of type are."""
_NEUTRAL = 2
_PNG = b"\x89PNG\r\n\x1a\n"
_QUALITY = 95
_LIGHT = (0.3, 0.59, 0.11)
"""Shares of red, green and blue in the light of a colour."""


class Samples(NamedTuple):
    """An image as a PDF holds it."""

    data: bytes
    filter: str
    """Of its stream."""
    space: str
    """`/DeviceGray` or `/DeviceCMYK`."""
    inverted: bool = False
    """Whether its samples say how much ink is not there."""


class Transforms:
    """A profile's ways from colours to inks and back."""

    def __init__(self, profile: bytes) -> None:
        """Read a profile.

        :raises OSError: it is damaged.
        """
        from PIL import Image, ImageCms

        self._image, self._cms = Image, ImageCms
        self._given: Any = (ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION)
        try:
            self._press = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            self._to_inks: Any = ImageCms.buildTransform(srgb, self._press, "RGB", "CMYK", *self._given)
        except ImageCms.PyCMSError as error:
            raise OSError(str(error)) from error

    def colour(self, rgb: tuple[int, int, int]) -> Cmyk:
        """Give the inks of an sRGB colour."""
        pixel = self._to_inks.apply(self._image.new("RGB", (1, 1), rgb)).tobytes()
        cyan, magenta, yellow, black = (round(value / 255, 4) for value in pixel)
        return cyan, magenta, yellow, black

    def black_ramp(self) -> list[float]:
        """Give L* of black alone on the paper, in 255 steps from none to full."""
        lab = self._cms.createProfile("LAB")
        to_lab: Any = self._cms.buildTransform(self._press, lab, "CMYK", "LAB", *self._given)
        ramp = self._image.frombytes("CMYK", (256, 1), b"".join(bytes((0, 0, 0, step)) for step in range(256)))
        return [value / 2.55 for value in to_lab.apply(ramp).tobytes()[::3]]

    def table(self, most_ink: float) -> Any:
        """Make a filter that converts images, within a limit of ink in per cent."""
        from PIL import ImageFilter

        from letterpress.pdf.press.separation import limited

        steps = [round(step * 255 / (_SIDE - 1)) for step in range(_SIDE)]
        grid = bytes(part for blue in steps for green in steps for red in steps for part in (red, green, blue))
        made = self._to_inks.apply(self._image.frombytes("RGB", (_SIDE * _SIDE, _SIDE), grid)).tobytes()
        entries: list[float] = []
        for at in range(0, len(made), 4):
            cyan, magenta, yellow, black = (value / 255 for value in made[at : at + 4])
            # Each of the four is rounded to 255 steps afterwards: what is at the limit would be beyond it.
            entries += limited((cyan, magenta, yellow, black), most_ink - 1)
        return ImageFilter.Color3DLUT((_SIDE, _SIDE, _SIDE), entries, channels=4, target_mode="CMYK")


def separated(image: Any, separation: Separation) -> Any:
    """Convert an image in RGB or grey to inks: to grey that is written with black alone, or to CMYK."""
    from PIL import ImageChops

    if image.mode == "L":
        return image.point([255 - round(black * 255) for black in separation.blacks])
    red, green, blue = image.split()
    spread = ImageChops.subtract(
        ImageChops.lighter(ImageChops.lighter(red, green), blue), ImageChops.darker(ImageChops.darker(red, green), blue)
    )
    if _most(spread) <= _NEUTRAL and not separation.exact:
        return separated(green, separation)
    made = image.filter(separation.table)
    if image.getcolors(_DRAWING) is not None:
        neutral = spread.point([255] * (_NEUTRAL + 1) + [0] * (255 - _NEUTRAL))
        made.paste(_black_alone(green, separation), mask=neutral)
    for rgb, ink in separation.exact.items():
        parts = zip((red, green, blue), rgb, strict=True)
        same = [one.point([255 if value == wanted else 0 for value in range(256)]) for one, wanted in parts]
        inks = tuple(int(part * 255) for part in ink.cmyk)
        made.paste(inks, mask=ImageChops.darker(ImageChops.darker(same[0], same[1]), same[2]))
    return made


def _most(image: Any) -> float:
    return float(image.getextrema()[1])


def _black_alone(grey: Any, separation: Separation) -> Any:
    from PIL import Image

    none = Image.new("L", grey.size, 0)
    return Image.merge("CMYK", (none, none, none, grey.point([round(black * 255) for black in separation.blacks])))


def most_ink(image: Any, *, black: bool = True) -> float:
    """Give the total area coverage of the pixel of an image in grey or CMYK that has most, in per cent.

    :param black: whether black counts.
    """
    if image.mode == "L":
        return 100 - image.getextrema()[0] / 2.55 if black else 0.0
    cyan, magenta, yellow, key = (one.convert("I") for one in image.split())
    colours = _sum(_sum(cyan, magenta), yellow)
    return _most(_sum(colours, key) if black else colours) / 2.55


def _sum(one: Any, other: Any) -> Any:
    from PIL import ImageMath

    return ImageMath.lambda_eval(lambda given: given["one"] + given["other"], one=one, other=other)


def read(data: bytes, filter: str, mode: str, size: tuple[int, int]) -> Any:
    """Read an image of a PDF as Pillow's `Image`.

    :param data: of its stream, as it is packed: JPEG, or packed with the predictors of PNG.
    :param filter: `/DCTDecode`, else packed like a PNG.
    :param mode: `RGB` or `L`.
    :raises OSError: it cannot be read.
    """
    from PIL import JpegImagePlugin, PngImagePlugin

    try:
        if filter == "/DCTDecode":
            return JpegImagePlugin.JpegImageFile(io.BytesIO(data)).convert(mode)
        head = struct.pack(">IIBBBBB", *size, 8, 2 if mode == "RGB" else 0, 0, 0, 0)
        file = _PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
        image: Any = PngImagePlugin.PngImageFile(io.BytesIO(file))
        image.load()
        return image
    except (SyntaxError, ValueError, struct.error) as error:
        raise OSError(str(error)) from error


def written(image: Any, *, lossy: bool, limit: float) -> Samples:
    """Write an image in grey or CMYK as a PDF holds it.

    :param lossy: whether it comes from a JPEG: it becomes one again, where that keeps to the limit of ink in per cent.
    """
    if image.mode == "L":
        return Samples(_png_data(image), "/FlateDecode", "/DeviceGray")
    if lossy:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=_QUALITY, subsampling=0)
        from PIL import JpegImagePlugin

        if most_ink(JpegImagePlugin.JpegImageFile(io.BytesIO(file.getvalue()))) <= limit:
            return Samples(file.getvalue(), "/DCTDecode", "/DeviceCMYK", inverted=True)
    from PIL import Image

    # PNG has no CMYK; four parts of eight bits are packed alike, whatever they are called.
    return Samples(_png_data(Image.frombytes("RGBA", image.size, image.tobytes())), "/FlateDecode", "/DeviceCMYK")


def _png_data(image: Any) -> bytes:
    """The samples of an image, packed with the predictors of PNG."""
    file = io.BytesIO()
    image.save(file, "PNG")
    content, at, found = file.getvalue(), len(_PNG), []
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        if content[at + 4 : at + 8] == b"IDAT":
            found.append(content[at + 8 : at + 8 + length])
        at += length + 12
    return b"".join(found)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def light(rgb: Sequence[float]) -> float:
    """Give the light of a colour, as a soft mask sees it (ISO 32000-1, 11.3.5.3)."""
    return sum(part * share for part, share in zip(rgb, _LIGHT, strict=True))


def of_lab(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """A colour of CIE Lab (D50) as sRGB, cut off where it is outside. Source: CIE 15; IEC 61966-2-1, adapted to D50."""
    f_y = (lightness + 16) / 116
    x, y, z = (
        white * (f**3 if f > 6 / 29 else 3 * (6 / 29) ** 2 * (f - 4 / 29))
        for white, f in zip((0.9643, 1.0, 0.8251), (f_y + a / 500, f_y, f_y - b / 200), strict=True)
    )
    linear = (
        3.1341 * x - 1.6174 * y - 0.4907 * z,
        -0.9788 * x + 1.9161 * y + 0.0335 * z,
        0.0719 * x - 0.2290 * y + 1.4052 * z,
    )
    red, green, blue = (
        min(1.0, max(0.0, 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055)) for part in linear
    )
    return red, green, blue


@lru_cache(maxsize=1)
def srgb() -> bytes:
    """Give a profile of sRGB."""
    from PIL import ImageCms

    # The time at which it is made is no part of it: the same file in any run.
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[24:36] = bytes((7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    return bytes(made)


def is_srgb(profile: bytes) -> bool:
    """Whether a profile says that it is sRGB."""
    return b"sRGB" in profile[:4096].replace(b"\0", b"")


def to_srgb(rgb: Sequence[float], profile: bytes) -> tuple[float, float, float]:
    """Give a colour of another profile in sRGB.

    :raises OSError: the profile is damaged.
    """
    from PIL import Image

    red, green, blue = (min(255, max(0, round(part * 255))) for part in rgb)
    one, other, third = in_srgb(Image.new("RGB", (1, 1), (red, green, blue)), profile).tobytes()
    return one / 255, other / 255, third / 255


def in_srgb(image: Any, profile: bytes) -> Any:
    """Give an image of another profile in sRGB.

    :raises OSError: the profile is damaged.
    """
    try:
        return _srgb_of(profile).apply(image)
    except ValueError as error:
        raise OSError(str(error)) from error


@lru_cache(maxsize=8)
def _srgb_of(profile: bytes) -> Any:
    from PIL import ImageCms

    intent, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(theirs, ImageCms.createProfile("sRGB"), "RGB", "RGB", intent, flags)
    except ImageCms.PyCMSError as error:
        raise OSError(str(error)) from error


def over(image: Any, seen: Any, ground: Sequence[float]) -> Any:
    """Put an image in grey or CMYK on a ground of one ink, as far as it is seen.

    :param seen: how much opaque each pixel is, in grey.
    :param ground: cyan, magenta, yellow and black, 0 to 1.
    """
    from PIL import Image

    *colours, black = (round(part * 255) for part in ground)
    if image.mode == "L" and not any(colours):
        return Image.composite(image, Image.new("L", image.size, 255 - black), seen)
    if image.mode == "L":
        none = Image.new("L", image.size, 0)
        image = Image.merge("CMYK", (none, none, none, image.point([255 - value for value in range(256)])))
    return Image.composite(image, Image.new("CMYK", image.size, (*colours, black)), seen)
