"""Checks raster images before they are laid out, and gives those that PDF/A or the layout cannot take another form.

A letter's images are sRGB or grey with 8 bits a channel: CMYK with a profile is converted by it, 16 bits become 8, and
what cannot be converted with certainty is refused. No setting of Pillow's is changed or relied on: they belong to the
whole process.

Not here: SVG (`svg`), and which files may be read (`allowed`). Source: ISO 19005-3 (PDF/A-3), 6.2.4 and 6.2.8.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from io import BytesIO
from typing import Any

MAX_PIXELS = 50_000_000
"""Pixels of one image: A4 at 600 dpi has 35 million; WeasyPrint needs some 8 bytes for each."""

_FORMATS = {
    "PNG": "PIL.PngImagePlugin",
    "JPEG": "PIL.JpegImagePlugin",
    "GIF": "PIL.GifImagePlugin",
    "WEBP": "PIL.WebPImagePlugin",
    "BMP": "PIL.BmpImagePlugin",
    "TIFF": "PIL.TiffImagePlugin",
}
_HEADS = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "WEBP": (b"RIFF",),
    "BMP": (b"BM",),
    "TIFF": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
}
_DENSITY = (10.0, 10_000.0)
"""Pixels to the inch that a file may mean; programs that know nothing write 1 or 2."""
_READY = frozenset(("1", "L", "LA", "P", "PA", "RGB", "RGBA"))
_AGAIN = "save it again as PNG, JPEG or SVG"


class BadImage(Exception):
    """An image that is not taken: what is wrong with it, as the end of a sentence that begins with its name."""

    def __init__(self, message: str, hint: str, code: str, params: tuple[tuple[str, int | str], ...] = ()) -> None:
        """Say what is wrong and what to do; `code` and `params` as for a diagnostic."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
        self.params = params


class _Reader(BytesIO):
    """An image's bytes, remembering whether more of them were asked for than there are."""

    beyond = False

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        if size != 0 and not content:
            self.beyond = True
        return content


def recognised(content: bytes) -> str | None:
    """Find the format that an image begins as; None for what is no image that letters take."""
    for kind, heads in _HEADS.items():
        if content.startswith(heads) and (kind != "WEBP" or content[8:12] == b"WEBP"):
            return kind
    return None


@lru_cache(maxsize=8)
def prepared(content: bytes) -> bytes | None:
    """Bring an image into a form that a letter takes; None if it is in one already.

    :raises BadImage: it is broken, too large, or its colours cannot be known.
    """
    kind = recognised(content)
    unreadable = BadImage("is not an image that can be read", _AGAIN, code="image-unreadable")
    if kind is None:
        raise unreadable
    reader = _Reader(content)
    try:
        with _opened(kind, reader) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                message = f"has {width:,} x {height:,} px; {MAX_PIXELS // 1_000_000} million are the most"
                hint, params = "save it smaller: 300 px to the inch are enough for print", (("limit_px", MAX_PIXELS),)
                raise BadImage(message, hint, code="image-too-large", params=params)
            _load(image, reader)
            return _converted(image)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, OverflowError, MemoryError) as error:
        raise unreadable from error


@lru_cache(maxsize=8)
def density(content: bytes) -> float | None:
    """Read how many pixels of an image stand side by side on an inch, as its file says (PNG pHYs, JFIF, EXIF, TIFF).

    :param content: of an image that `prepared` takes.
    :returns: None where the file says nothing, or nothing that can be meant.
    """
    try:
        with opened(content) as image:
            dpi = image.info.get("dpi")
            across = float(dpi[0]) if dpi else 0.0
    except (OSError, SyntaxError, ValueError, TypeError, ZeroDivisionError, OverflowError):
        return None
    # Units of measure are whole pixels to the metre in a PNG: 300 to the inch are written as 11811 to the metre.
    return round(across, 1) if _DENSITY[0] <= across <= _DENSITY[1] else None


def opened(content: bytes) -> Any:
    """Open an image that `prepared` takes, as Pillow's `Image`, whatever limits the process has set.

    :raises OSError: it is no such image.
    """
    kind = recognised(content)
    if kind is None:
        raise OSError("no image that letters take")
    return _opened(kind, _Reader(content))


def _opened(kind: str, reader: _Reader) -> Any:
    """Open an image by its own reader: `Image.open` would go by limits that any part of the process may have set."""
    plugin = importlib.import_module(_FORMATS[kind])
    from PIL import Image

    factory = Image.OPEN[plugin.__name__.rpartition(".")[2].removesuffix("ImagePlugin").upper()][0]
    return factory(reader, "")


def _load(image: Any, reader: _Reader) -> None:
    """Decode an image to its end.

    Whether Pillow lets half an image pass is a setting of the process, which WeasyPrint changes. A whole image never
    makes its decoder ask for more than there is.

    :raises OSError: it breaks off.
    """
    reader.beyond = False
    inner = getattr(image, "load_read", None)
    if inner is not None:

        def load_read(size: int) -> Any:
            content = inner(size)
            reader.beyond = reader.beyond or not content
            return content

        image.load_read = load_read
    image.load()
    if reader.beyond:
        raise OSError("it breaks off")


def _converted(image: Any) -> bytes | None:
    """The image anew, if its mode or colours are not a letter's."""
    from PIL import ImageOps

    profile = image.info.get("icc_profile")
    dpi = image.info.get("dpi")
    if image.mode == "CMYK":
        if not profile:
            message = "is in CMYK and has no colour profile: its colours cannot be known"
            raise BadImage(message, "save it as RGB (sRGB)", code="image-colours")
        new = _by_profile(ImageOps.exif_transpose(image), profile)
    elif image.mode in _READY and profile and b"sRGB" not in profile.replace(b"\0", b""):
        new = _by_profile(_unpacked(ImageOps.exif_transpose(image)), profile)
    elif image.mode in _READY:
        return None
    elif image.mode.startswith("I;16"):
        new = _eight_bits(ImageOps.exif_transpose(image))
        new = _by_profile(new, profile) if profile else new
    else:
        message, params = f"is an image of a kind that a letter does not take ({image.mode})", (("mode", image.mode),)
        raise BadImage(message, _AGAIN, code="image-colours", params=params)
    file = BytesIO()
    new.info.pop("icc_profile", None)  # that of the colours that it had
    options: dict[str, Any] = {"dpi": dpi} if dpi and all(float(side) > 0 for side in dpi) else {}
    if image.format == "JPEG" or image.format == "MPO":
        new.save(file, "JPEG", quality=95, subsampling=0, **options)
    else:
        new.save(file, "PNG", **options)
    return file.getvalue()


def _unpacked(image: Any) -> Any:
    """An indexed image with its colours in place of their numbers, one of two tones in grey."""
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _by_profile(image: Any, profile: bytes) -> Any:
    """The image in sRGB, or in its grey, by the profile that it brings; black stays black."""
    from PIL import ImageCms

    grey, alpha = image.mode in ("L", "LA"), image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image if alpha is None else image.convert("L" if grey else "RGB")
    try:
        theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
        if grey and theirs.profile.xcolor_space.strip() == "RGB":  # as scanners write it: equal parts of three
            colours = colours.convert("RGB")
        new: Any = ImageCms.profileToProfile(
            colours,
            theirs,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        new = new.convert("L") if grey else new
        if alpha is not None:
            new.putalpha(alpha)
        return new
    except (ImageCms.PyCMSError, OSError) as error:
        message = "has a colour profile that does not fit it"
        raise BadImage(message, "save it as RGB (sRGB)", code="image-colours") from error


def _eight_bits(image: Any) -> Any:
    """Grey of 16 bits as grey of 8."""
    new = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    new.info.pop("icc_profile", None)
    return new
