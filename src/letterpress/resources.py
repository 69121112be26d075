"""What a letter may fetch, and what it finds there.

Job: decides for each URL whether a letter may read it, and reads it. Secret: paths, symbolic links, data URIs, and the
sizes at which an image is a bomb. Only files in the given folders and `data:` URIs are read: no network, ever.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from letterpress.errors import did_you_mean

MAX_FILE_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
"""Pixels of one image: A4 at 600 dpi has 35 million; WeasyPrint needs some 8 bytes for each."""
MAX_DATA_URI = 2_000_000
"""Characters of one data URI."""

_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".css": "text/css",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".icc": "application/vnd.iccprofile",
}


class Refused(Exception):
    """A resource that is not read: what is wrong with it, and what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Resource:
    """What was read."""

    content: bytes
    media_type: str


def read(url: str, folders: Sequence[Path], files: Sequence[Path] = ()) -> Resource:
    """Read `url` if it lies in one of `folders` (or is one of `files`) or is a data URI.

    :param folders: absolute, with symbolic links resolved.
    :raises Refused: it is elsewhere, of another scheme, missing, too large, or not what its name says.
    """
    try:
        scheme, host, path, _, _ = urlsplit(url)
    except ValueError as error:
        raise Refused(
            f"'{_short(url)}' is refused: it is no URL", "write the file's name, such as harbour.png"
        ) from error
    if "\0" in unquote(path):
        raise Refused(f"'{_short(url)}' is refused: it is no file's name", "write the file's name, such as harbour.png")
    if scheme == "data":
        return _checked(_data(url), "data:")
    if scheme != "file":
        hint = "put the file beside the letter and name it: letters fetch nothing from a network"
        raise Refused(f"'{_short(url)}' is refused: it is not a file of the project", hint)
    if host not in ("", "localhost"):
        raise Refused(f"'{_short(url)}' is refused: it is on another machine", None)
    file = Path(unquote(path))
    return _checked(_file(file, folders, files), file.name)


def _file(path: Path, folders: Sequence[Path], files: Sequence[Path]) -> Resource:
    real = locate(path, folders, files)
    try:
        content = real.read_bytes()
    except OSError as error:
        raise Refused(f"'{path.name}' cannot be read: {error.strerror}") from error
    return Resource(content, _TYPES.get(real.suffix.lower(), "application/octet-stream"))


def locate(path: Path, folders: Sequence[Path], files: Sequence[Path] = (), *, most: int = MAX_FILE_BYTES) -> Path:
    """A file that may be read: where it really lies.

    :param folders: absolute, with symbolic links resolved; `files` likewise.
    :param most: bytes that it may have.
    :raises Refused: it is elsewhere, missing, no file, or too large.
    """
    try:
        real = Path(path).resolve()
    except (OSError, RuntimeError) as error:
        raise Refused(f"'{_short(path.name)}' cannot be read: a link leads to itself", "check its name") from error
    inside = any(real.is_relative_to(folder) for folder in folders) or real in files
    if not inside:
        named = any(Path(path).is_relative_to(folder) for folder in folders) and real != Path(path)
        why = "a link leads out of the project" if named and ".." not in path.parts else "it is outside the project"
        raise Refused(f"'{path.name}' is refused: {why}", "copy the file beside the letter or its letterhead")
    try:
        there = real.exists()
    except OSError as error:
        raise Refused(f"'{_short(path.name)}' cannot be read: {error.strerror}", "check its name") from error
    if not there:
        siblings = [sibling.name for sibling in real.parent.iterdir()] if real.parent.is_dir() else []
        raise Refused(f"there is no file '{path.name}' here", did_you_mean(path.name, siblings) or "check its name")
    if not real.is_file():
        raise Refused(f"'{path.name}' is not a file", None)
    if real.stat().st_size > most:
        raise Refused(f"'{path.name}' is larger than {most // 1_000_000} MB", "save it smaller")
    return real


def _data(url: str) -> Resource:
    if len(url) > MAX_DATA_URI:
        raise Refused(f"a data URI has more than {MAX_DATA_URI:,} characters", "put the image into a file")
    head, _, body = url[5:].partition(",")
    media_type = head.split(";")[0].strip().lower() or "text/plain"
    try:
        content = base64.b64decode(unquote(body)) if head.endswith(";base64") else unquote_to_bytes(body)
    except (binascii.Error, ValueError) as error:
        raise Refused("a data URI is not base64", None) from error
    return Resource(content, media_type)


def _checked(resource: Resource, name: str) -> Resource:
    """Refuse an image that is broken, or so large that decoding it would take the machine down."""
    if resource.media_type == "image/svg+xml":
        _check_svg(resource.content, name)
    elif resource.media_type.startswith("image/"):
        from PIL import Image, ImageFile

        Image.MAX_IMAGE_PIXELS = None  # the limit is ours, below: Pillow's would only warn
        lenient = ImageFile.LOAD_TRUNCATED_IMAGES  # WeasyPrint has it on: half an image would pass as a whole one
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            with Image.open(BytesIO(resource.content)) as image:
                width, height = image.size
                if width * height <= MAX_PIXELS:
                    image.load()  # a file that breaks off in the middle opens well, and fails here
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise Refused(f"'{name}' is not an image that can be read", "save it again as PNG, JPEG or SVG") from error
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = lenient
        if width * height > MAX_PIXELS:
            message = f"'{name}' has {width:,} x {height:,} px; {MAX_PIXELS // 1_000_000} million are the most"
            raise Refused(message, "save it smaller: 300 px to the inch are enough for print")
    return resource


def _check_svg(content: bytes, name: str) -> None:
    """Refuse an SVG that is none, and one that declares entities: a few of them can stand for gigabytes."""
    from xml.etree import ElementTree

    if b"<!ENTITY" in content:
        raise Refused(f"'{name}' declares entities", "save it again without its document type")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - it declares no entities, and reads no other file
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Refused(f"'{name}' is not an SVG that can be read: {error}", "save it again as SVG or PNG") from error
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] == "use":
            for key, target in element.attrib.items():
                if key.rpartition("}")[2] == "href" and not target.startswith("#"):
                    raise Refused(
                        f"'{name}' uses '{_short(target)}', which is not in it", "put the part into the SVG itself"
                    )
    if root.tag.rpartition("}")[2] != "svg":
        raise Refused(
            f"'{name}' is not an SVG: it begins with <{root.tag.rpartition('}')[2]}>", "save it again as SVG or PNG"
        )


def _short(url: str) -> str:
    return url if len(url) <= 80 else url[:77] + "..."
