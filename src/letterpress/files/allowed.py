"""Decides for each URL whether a letter may read it, and reads it.

Only files in the given folders and `data:` URIs are read, with symbolic links resolved: no network, ever.

Not here: what an image may be (`images`, `svg`). Sources: RFC 3986 (URLs), RFC 2397 (`data:`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from letterpress.errors import Problem, did_you_mean, nearest

MAX_FILE_BYTES = 20_000_000
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

FONTS = (b"OTTO", b"\0\1\0\0", b"true", b"ttcf", b"wOFF", b"wOF2")
"""How files of fonts begin."""


class Refused(Exception):
    """A resource that is not read: what is wrong with it, and what to do."""

    def __init__(self, message: str, hint: str | None = None, **data: Any) -> None:
        """Say what is wrong; `data` are `code`, `value`, `params` and `instead` of `errors.Problem`."""
        super().__init__(message)
        self.problem = Problem(message, hint, **data)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Resource:
    """What was read."""

    content: bytes
    media_type: str
    families: tuple[str, ...] | None = None
    """The fonts that an SVG's texts ask for; None if it has no text."""
    file: Path | None = None
    """The file that was read, with symbolic links resolved; None for a data URI."""
    original: bytes = b""
    """The file's bytes before any conversion (`content` is what the layout gets); empty for a data URI."""


def read(url: str, folders: Sequence[Path], files: Sequence[Path] = ()) -> Resource:
    """Read `url` if it lies in one of `folders` (or is one of `files`) or is a data URI.

    :param folders: absolute, with symbolic links resolved.
    :raises Refused: it is elsewhere, of another scheme, missing, too large, or not what its name says.
    """
    hint, short = "write the file's name, such as harbour.png", _short(url)
    try:
        scheme, host, path, _, _ = urlsplit(url)
    except ValueError as error:
        raise Refused(f"'{short}' is refused: it is no URL", hint, code="url-invalid", value=short) from error
    if "\0" in unquote(path):
        raise Refused(f"'{short}' is refused: it is no file's name", hint, code="url-invalid", value=short)
    if scheme == "data":
        return _checked(_data(url), "data:")
    if scheme != "file":
        hint = "put the file beside the letter and name it: letters fetch nothing from a network"
        message = f"'{short}' is refused: it is not a file of the project"
        raise Refused(message, hint, code="url-remote", value=short)
    if host not in ("", "localhost"):
        raise Refused(f"'{short}' is refused: it is on another machine", code="url-remote", value=short)
    file = Path(unquote(path))
    return _checked(_file(file, folders, files), file.name)


def _file(path: Path, folders: Sequence[Path], files: Sequence[Path]) -> Resource:
    real = locate(path, folders, files)
    try:
        content = real.read_bytes()
    except OSError as error:
        message = f"'{path.name}' cannot be read: {error.strerror}"
        raise Refused(message, code="file-unreadable", value=path.name) from error
    media_type = _TYPES.get(real.suffix.lower(), "application/octet-stream")
    return Resource(content, media_type, file=real, original=content)


def locate(path: Path, folders: Sequence[Path], files: Sequence[Path] = (), *, most: int = MAX_FILE_BYTES) -> Path:
    """Find where a file that may be read really lies.

    :param path: absolute, as it is named; it may lead over links, but not out of the folders.
    :param folders: absolute, with symbolic links resolved; `files` likewise.
    :param most: bytes that it may have.
    :raises Refused: it is elsewhere, missing, no file, or too large.
    """
    name = _short(path.name)
    try:
        real = Path(path).resolve()
    except (OSError, RuntimeError) as error:
        message = f"'{name}' cannot be read: a link leads to itself"
        raise Refused(message, "check its name", code="link-endless", value=name) from error
    inside = any(real.is_relative_to(folder) for folder in folders) or real in files
    if not inside:
        named = any(Path(path).is_relative_to(folder) for folder in folders) and real != Path(path)
        why = "a link leads out of the project" if named and ".." not in path.parts else "it is outside the project"
        hint = "copy the file beside the letter or its letterhead"
        raise Refused(f"'{path.name}' is refused: {why}", hint, code="file-outside", value=name)
    try:
        there = real.exists()
    except OSError as error:
        message = f"'{name}' cannot be read: {error.strerror}"
        raise Refused(message, "check its name", code="file-unreadable", value=name) from error
    if not there:
        siblings = [sibling.name for sibling in real.parent.iterdir()] if real.parent.is_dir() else []
        hint, instead = did_you_mean(path.name, siblings) or "check its name", nearest(path.name, siblings)
        raise Refused(f"there is no file '{path.name}' here", hint, code="file-missing", value=name, instead=instead)
    if not real.is_file():
        raise Refused(f"'{path.name}' is not a file", code="file-unreadable", value=name)
    if real.stat().st_size > most:
        message, params = f"'{path.name}' is larger than {most // 1_000_000} MB", (("limit_bytes", most),)
        raise Refused(message, "save it smaller", code="file-too-large", value=name, params=params)
    return real


def _data(url: str) -> Resource:
    if len(url) > MAX_DATA_URI:
        message, params = f"a data URI has more than {MAX_DATA_URI:,} characters", (("limit", MAX_DATA_URI),)
        raise Refused(message, "put the image into a file", code="url-too-long", params=params)
    head, _, body = url[5:].partition(",")
    media_type = head.split(";")[0].strip().lower() or "text/plain"
    try:
        content = base64.b64decode(unquote(body)) if head.endswith(";base64") else unquote_to_bytes(body)
    except (binascii.Error, ValueError) as error:
        raise Refused("a data URI is not base64", code="url-invalid") from error
    return Resource(content, media_type)


def _checked(resource: Resource, name: str) -> Resource:
    """Check a resource by its content as well as by its name, and convert an image that a letter cannot take as it is.

    :raises Refused: an image is damaged, too large, or would not be drawn correctly.
    """
    content, kind = resource.content, resource.media_type
    if kind == "image/svg+xml":
        return _checked_svg(resource, name)
    if content.startswith(FONTS) and not kind.startswith("image/"):
        return resource
    from letterpress.files import images  # most letters have none, and start without

    if kind.startswith("image/") or images.recognised(content):
        return _checked_raster(resource, name)
    if kind == "application/octet-stream":
        if content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return _checked_svg(replace(resource, media_type="image/svg+xml"), name)
        message, hint = f"'{name}' cannot be read: it is no image", "save it again as PNG, JPEG or SVG"
        if content.startswith(b"%PDF-"):
            hint = "save it as SVG or PNG; a firm's paper as a PDF goes under the page with 'stationery' in the letter"
            message = f"'{name}' is a PDF and no image"
        raise Refused(message, hint, code="image-unreadable", value=name)
    return resource


def _checked_raster(resource: Resource, name: str) -> Resource:
    from letterpress.files import images

    try:
        new = images.prepared(resource.content)
    except images.BadImage as bad:
        raise Refused(f"'{name}' {bad.message}", bad.hint, code=bad.code, value=name, params=bad.params) from bad
    return resource if new is None else replace(resource, content=new)


def _checked_svg(resource: Resource, name: str) -> Resource:
    """Check an SVG, and find the fonts that its texts ask for.

    :raises Refused: it is not an SVG, declares entities, or holds something that the layout cannot draw.
    """
    from xml.etree import ElementTree

    from letterpress.files import safe_xml, svg

    content = resource.content
    if safe_xml.declares_entities(content):
        message, hint = f"'{name}' declares entities", "save it again without its document type"
        raise Refused(message, hint, code="svg-entities", value=name)
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - it declares no entities, and reads no other file
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        message = f"'{name}' is not an SVG that can be read: {error}"
        raise Refused(message, "save it again as SVG or PNG", code="image-unreadable", value=name) from error
    if root.tag.rpartition("}")[2] != "svg":
        message = f"'{name}' is not an SVG: it begins with <{root.tag.rpartition('}')[2]}>"
        raise Refused(message, "save it again as SVG or PNG", code="image-unreadable", value=name)
    if b"<?xml-stylesheet" in content:
        message, hint = f"'{name}' has a style sheet of its own file", "put its rules into a <style> in the SVG"
        raise Refused(message, hint, code="svg-incomplete", value=name)
    fault = svg.find_fault(root)
    if fault is not None:
        raise Refused(f"'{name}' {fault.message}", fault.hint, code=fault.code, value=name, params=fault.params)
    families = svg.families(root)
    if svg.without_smoothing(root):
        content = ElementTree.tostring(root, encoding="utf-8")
    return replace(resource, content=content, families=families)


def _short(url: str) -> str:
    return url if len(url) <= 80 else url[:77] + "..."
