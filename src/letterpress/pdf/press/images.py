"""Decodes images, and makes transparent ones opaque: mixed with what lies below them, or cut out where they are seen or
not.

Source: ISO 32000-1, 8.9.6.3 (masks of one bit), 11.6.5.3 (soft masks of images). Objects are pikepdf's.
"""

from __future__ import annotations

import io
from typing import Any

from letterpress.pdf.press import rasters
from letterpress.pdf.press.grounds import Ink
from letterpress.pdf.press.spaces import Unprintable
from letterpress.pdf.values import array, group, is_array, is_stream

_SEVERAL = "a transparent image over several things, or over a gradient"


def decoded(pike: Any, pdf: Any, image: Any, mode: str) -> Any:
    """Decode an image in colour, without its mask.

    :param mode: `RGB` or `CMYK`, as its colour space has it.
    :raises Unprintable: it is of a kind that is not decoded.
    """
    if is_array(image.get("/Mask")):
        raise Unprintable("an image with a colour that is not shown (a mask by colour)")
    smask = group(image, "/SMask")
    if smask is not None and "/Matte" in smask:
        raise Unprintable("an image that is mixed with its background already (Matte)")
    default = [0, 1] * (3 if mode == "RGB" else 4)
    decode = [float(value) for value in array(image, "/Decode")]
    if mode == "RGB" and decode and decode != default:
        raise Unprintable("an image whose colours are turned over (Decode)")
    alone = pike.Stream(pdf, image.read_raw_bytes())
    for key in (
        "/Width",
        "/Height",
        "/BitsPerComponent",
        "/Filter",
        "/DecodeParms",
        "/Decode",
        "/Subtype",
        "/Type",
    ):
        if key in image:
            alone[key] = image[key]
    alone.ColorSpace = pike.Name.DeviceRGB if mode == "RGB" else pike.Name.DeviceCMYK
    try:
        pixels = pike.PdfImage(alone).as_pil_image()
    except Exception as error:  # whatever a foreign image makes of the decoder
        raise Unprintable("an image that cannot be decoded") from error
    if pixels.mode != mode:
        raise Unprintable("an image whose data are not what its colour space says")
    return pixels


def flat(pike: Any, pdf: Any, image: Any, backing: tuple[Ink, float] | None, alpha: float) -> Any:
    """Make an image opaque.

    :param backing: the one ink below it, and how much opaque its group is on that; None: there are several.
    :param alpha: how much opaque it is besides its mask.
    :raises Unprintable: it cannot be.
    """
    mask = group(image, "/SMask")
    seen = None if mask is None else _samples(mask)
    if backing is None or backing[0].plates:
        if seen is None or alpha < 1 or (backing is not None and backing[1] < 1) or not _is_hard(seen):
            raise Unprintable(_SEVERAL)
        return _cut_out(pike, pdf, image, seen)
    from PIL import Image

    pixels = _pixels(image)
    if seen is None:
        seen = Image.new("L", pixels.size, 255)
    elif seen.size != pixels.size:
        size = tuple(map(max, seen.size, pixels.size))
        seen, pixels = (one.resize(size, Image.Resampling.BICUBIC) for one in (seen, pixels))
    share = alpha * backing[1]
    if share < 1:
        seen = seen.point([round(value * share) for value in range(256)])
    made = rasters.over(pixels, seen, backing[0].parts)
    written = rasters.written(made, lossy=_filter(image) == "/DCTDecode", limit=400)
    new = pike.Stream(pdf, b"")
    new.write(written.data, filter=pike.Name(written.filter))
    new.Type, new.Subtype = pike.Name.XObject, pike.Name.Image
    new.Width, new.Height = made.size
    new.BitsPerComponent, new.ColorSpace = 8, pike.Name(written.space)
    if written.filter == "/FlateDecode":
        colours = 1 if written.space == "/DeviceGray" else 4
        new.DecodeParms = pike.Dictionary(Predictor=15, Columns=made.size[0], Colors=colours)
    if written.inverted:
        new.Decode = pike.Array([1, 0] * 4)
    for key in ("/Interpolate", "/Intent"):
        if key in image:
            new[key] = image[key]
    return new


def _cut_out(pike: Any, pdf: Any, image: Any, seen: Any) -> Any:
    """Show an image where its mask is full, with a mask of one bit."""
    hidden = seen.point([255 if value < 128 else 0 for value in range(256)]).convert("1")
    mask = pike.Stream(pdf, hidden.tobytes())
    mask.Type, mask.Subtype, mask.ImageMask = pike.Name.XObject, pike.Name.Image, True
    mask.Width, mask.Height = hidden.size
    mask.BitsPerComponent = 1
    new = pike.Stream(pdf, b"")
    for key, value in image.items():
        if key not in ("/Length", "/SMask"):
            new[key] = value
    new.write(image.read_raw_bytes(), filter=image.get("/Filter"), decode_parms=image.get("/DecodeParms"))
    new.Mask = pdf.make_indirect(mask)
    return new


def _is_hard(seen: Any) -> bool:
    counts = seen.histogram()
    return not any(counts[1:255])


def _pixels(image: Any) -> Any:
    """Decode an image in inks: grey, or CMYK."""
    space = image.get("/ColorSpace")
    if is_array(space) and str(space[0]) == "/Indexed" and str(space[1]) in ("/DeviceCMYK", "/DeviceGray"):
        return _indexed(image, str(space[1]), space[3])
    if str(space) not in ("/DeviceCMYK", "/DeviceGray"):
        raise Unprintable("a transparent image in spot colours")
    return _samples(image)


def _samples(image: Any) -> Any:
    """Decode an image in grey or CMYK; grey is black where it is 0, CMYK has no ink there."""
    from PIL import ImageOps, JpegImagePlugin

    grey = str(image.get("/ColorSpace", "/DeviceGray")) == "/DeviceGray"
    turned = [float(value) for value in array(image, "/Decode")][:2] == [1.0, 0.0]
    if "/Matte" in image:
        raise Unprintable("an image that is mixed with its background already (Matte)")
    try:
        if _filter(image) == "/DCTDecode":
            pixels: Any = JpegImagePlugin.JpegImageFile(io.BytesIO(image.read_raw_bytes()))
            pixels.load()
            # Pillow turns CMYK over where Adobe's mark says that it is, and a reader of PDF does not.
            if pixels.mode == "CMYK" and "adobe" in pixels.info:
                turned = not turned
        else:
            size, bits = (int(image.Width), int(image.Height)), int(image.get("/BitsPerComponent", 8))
            pixels = _unpacked(bytes(image.read_bytes()), size, bits, grey)
    except (OSError, SyntaxError, ValueError, RuntimeError) as error:
        raise Unprintable("a transparent image that cannot be decoded") from error
    if pixels.mode != ("L" if grey else "CMYK"):
        raise Unprintable("an image whose data are not what its colour space says")
    return ImageOps.invert(pixels) if turned and grey else _turned(pixels) if turned else pixels


def _unpacked(data: bytes, size: tuple[int, int], bits: int, grey: bool) -> Any:
    from PIL import Image

    if bits == 8:
        return Image.frombytes("L" if grey else "CMYK", size, data[: size[0] * size[1] * (1 if grey else 4)])
    if not grey or bits not in (1, 2, 4):
        raise ValueError(bits)
    return (
        Image.frombytes("1", size, data).convert("L")
        if bits == 1
        else Image.frombytes("L", size, data, "raw", f"L;{bits}")
    )


def _turned(pixels: Any) -> Any:
    return pixels.point([255 - value for value in range(256)] * 4)


def _indexed(image: Any, base: str, palette: Any) -> Any:
    from PIL import Image

    table = bytes(palette.read_bytes()) if is_stream(palette) else bytes(palette)
    size, bits = (int(image.Width), int(image.Height)), int(image.get("/BitsPerComponent", 8))
    raw = {1: "P;1", 2: "P;2", 4: "P;4", 8: "P"}.get(bits)
    if raw is None or _filter(image) == "/DCTDecode":
        raise Unprintable("a transparent image that cannot be decoded")
    try:
        numbers = Image.frombytes("P", size, bytes(image.read_bytes()), "raw", raw)
    except (ValueError, RuntimeError) as error:
        raise Unprintable("a transparent image that cannot be decoded") from error
    numbers = Image.frombytes("L", size, numbers.tobytes())
    parts = 4 if base == "/DeviceCMYK" else 1
    table = table.ljust(256 * parts, b"\0")
    planes = [numbers.point(list(table[part : 256 * parts : parts])) for part in range(parts)]
    return Image.merge("CMYK", planes) if parts == 4 else planes[0]


def _filter(image: Any) -> str:
    found = image.get("/Filter")
    names = [str(one) for one in found] if is_array(found) else [str(found)]
    if len(names) > 1 and "/DCTDecode" in names:
        raise Unprintable("a transparent image that cannot be decoded")
    return names[-1] if names else ""
