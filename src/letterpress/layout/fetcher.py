"""What a layout may read, and what it has read: the fetcher that WeasyPrint is given.

WeasyPrint drops some of what it cannot read unseen, so the fetcher remembers what it refused. It knows every file that
a page is made of, and the faces that a letterhead brings.

Not here: which URLs are allowed and what an image may be (`files.allowed`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from letterpress.files import allowed
from letterpress.fonts import shipped
from letterpress.page import FileRead, LayoutFault

_WOFF = b"wOF"


class Record:
    """What one fetcher has read and refused."""

    __slots__ = ("_files", "faces", "refused", "svg_families")

    def __init__(self) -> None:
        """Begin with nothing."""
        self._files: dict[str, str] = {}
        self.refused: list[tuple[str, allowed.Refused]] = []
        """URLs, and why they were not read."""
        self.svg_families: dict[str, tuple[str, ...]] = {}
        """URLs of SVGs with text, and the families that it asks for."""
        self.faces: dict[shipped.Fingerprint, FileRead | None] = {}
        """Fonts that were read, by what tells them from others; None for the file of a data URI."""

    def add(self, path: Path, content: bytes) -> FileRead:
        """Remember a file that was read."""
        name = str(path)
        if name not in self._files:
            self._files[name] = hashlib.sha256(content).hexdigest()
        return FileRead(name, self._files[name])

    @property
    def files(self) -> tuple[FileRead, ...]:
        """The files that were read, in the order of their names."""
        return tuple(sorted(FileRead(path, digest) for path, digest in self._files.items()))

    def faults(self) -> list[LayoutFault]:
        """What was refused, as faults of the page."""
        return [LayoutFault.of(refused.problem, needle=url) for url, refused in self.refused]


def make(folders: Sequence[str], files: Sequence[str] = (), *, recorded: bool = True) -> Any:
    """Make a fetcher for WeasyPrint, which reads what `files.allowed` lets it; its `record` says what that was.

    :param folders: that may be read, absolute.
    :param files: single files that may be read besides.
    :param recorded: whether the files count as part of the page; those that ship with letterpress do not.
    """
    real_folders = [Path(folder).resolve() for folder in dict.fromkeys(folders)]
    real_files = [Path(file).resolve() for file in files]
    return _fetcher_class()(real_folders, real_files, recorded)


@lru_cache(maxsize=1)
def _fetcher_class() -> Any:
    """Make the class: WeasyPrint is there only when the first page is laid out."""
    urls = import_module("weasyprint.urls")

    class Response(urls.URLFetcherResponse):  # type: ignore[misc, name-defined]
        # WeasyPrint would read an image's file again when it writes the PDF: as it is, and not as it was converted.
        path = None

    class Fetcher(urls.URLFetcher):  # type: ignore[misc, name-defined]
        def __init__(self, folders: list[Path], files: list[Path], recorded: bool) -> None:
            super().__init__(allowed_protocols=())
            self.record = Record()
            self._folders = folders
            self._files = files
            self._recorded = recorded

        def resource(self, url: str) -> allowed.Resource | None:
            """Look at a file before the layout asks for it; None for what is refused, which the layout will hear."""
            try:
                return allowed.read(url, self._folders, self._files)
            except allowed.Refused:
                return None

        def fetch(self, url: str, headers: Any = None) -> Any:
            try:
                resource = allowed.read(url, self._folders, self._files)
            except allowed.Refused as refused:
                self.record.refused.append((url, refused))
                raise ValueError(refused.message) from refused
            read = None
            if self._recorded and resource.file is not None:
                read = self.record.add(resource.file, resource.original)
            if resource.families is not None:
                self.record.svg_families[url] = resource.families
            content = resource.content
            if content.startswith(allowed.FONTS):
                content = _unpacked(content)
                self.record.faces[shipped.fingerprint_of(content)] = read
            return Response(url, content, {"Content-Type": resource.media_type})

    return Fetcher


def _unpacked(font: bytes) -> bytes:
    """A WOFF as the font in it, so that it is known again in the finished PDF; one that is broken as it is."""
    if not font.startswith(_WOFF):
        return font
    try:
        return shipped.unpacked(font)
    except Exception:  # fontTools raises what it meets; WeasyPrint meets the same, and says that it cannot load it
        return font
