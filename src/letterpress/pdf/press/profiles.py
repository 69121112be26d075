"""Finds and checks the ICC profile of a press and a paper: the one that ships, or a letterhead's own.

Not here: how colours are converted by it (`separation`). Source: ICC.1:2022, 7.2 (header), 7.3 (tag table), 8.5 (what a
profile of an output device holds); registry.color.org for the names of printing conditions.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from letterpress import data
from letterpress.errors import FieldError
from letterpress.pdf.press.standards import X1A, X4

SHIPPED_CONDITION = "FOGRA39"
"""Offset on coated paper by ISO 12647-2:2004; what the profile that ships was made of."""
_HEAD = 128
_MOST = 50_000_000
_NEWEST = {False: (4, 2), True: (2, 15)}
"""Version of ICC profiles that the PDF knows which a standard rests on (ISO 32000-1, table 67), by whether it is
PDF/X-1a."""
_TABLES = (
    (("A2B1", "A2B0"), "a table from inks to colours (A2B0)"),
    (("B2A1", "B2A0"), "a table from colours to inks (B2A0)"),
)
_HINT = "take the profile that your printer names, such as PSOuncoated_v3_FOGRA52.icc, or leave 'profile' out"


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile that colours can be converted to inks by."""

    path: str
    sha256: str
    name: str
    """What it calls itself."""
    version: tuple[int, int]
    """Of the ICC's format."""


def shipped() -> Profile:
    """Find the profile that ships: 28 KB, made from free data; `data/press/README.md` says how."""
    return find(Path(str(data.press_profile())))


def find(path: Path, *, flat: bool = False) -> Profile:
    """Find a profile.

    :param flat: whether it is for PDF/X-1a, which rests on a PDF that knows profiles of version 2 only.
    :raises FieldError: it cannot be read, or does not hold what a press copy needs.
    """
    try:
        state = path.stat()
        found = _find(str(path), state.st_mtime_ns, state.st_size)
    except OSError as error:
        message = f"the profile '{path.name}' cannot be read: {error.strerror or error}"
        raise FieldError(
            message, "its path is relative to letterhead.toml", code="press-profile", value=path.name
        ) from None
    if found.version > _NEWEST[flat]:
        what, most = (X1A, "2") if flat else (X4, "4.2")
        number = ".".join(map(str, found.version))
        message = f"the profile '{path.name}' is of ICC version {number}, and {what} takes those up to version {most}"
        raise FieldError(message, _HINT, code="press-profile", value=path.name)
    return found


@lru_cache(maxsize=16)
def _find(path: str, _mtime: int, size: int) -> Profile:
    name = Path(path).name
    content = b"" if size > _MOST else Path(path).read_bytes()
    lacking = _lacking(content)
    if lacking is not None:
        message = f"the profile '{name}' cannot be printed by: {lacking}"
        raise FieldError(message, _HINT, code="press-profile", value=name)
    version = content[8], content[9] >> 4
    return Profile(path, hashlib.sha256(content).hexdigest(), _description(content) or name, version)


def _lacking(content: bytes) -> str | None:
    """Say what a profile does not have; None: it can be used."""
    if len(content) < _HEAD + 4 or content[36:40] != b"acsp":
        return "it is no ICC profile"
    if content[12:16] != b"prtr":
        return "it is no profile of a printing device (class 'prtr')"
    if content[16:20] != b"CMYK":
        return "its colours are not CMYK"
    tags = _tags(content)
    return next((f"it has no {what[2:]}" for names, what in _TABLES if not any(name in tags for name in names)), None)


def _tags(content: bytes) -> dict[str, tuple[int, int]]:
    """Places and lengths of a profile's parts, by their signatures."""
    count = min(struct.unpack_from(">I", content, _HEAD)[0], (len(content) - _HEAD - 4) // 12)
    rows = (struct.unpack_from(">4sII", content, _HEAD + 4 + 12 * at) for at in range(count))
    return {name.decode("latin-1"): (begin, length) for name, begin, length in rows if begin + length <= len(content)}


def _description(content: bytes) -> str:
    """What a profile calls itself: a text of version 2, or the first one of version 4."""
    begin, length = _tags(content).get("desc", (0, 0))
    part = content[begin : begin + length]
    if part[:4] == b"desc" and len(part) >= 12:
        text = part[12 : 12 + struct.unpack_from(">I", part, 8)[0]].decode("ascii", "replace")
    elif part[:4] == b"mluc" and len(part) >= 28:
        size, at = struct.unpack_from(">II", part, 20)
        text = part[at : at + size].decode("utf-16-be", "replace")
    else:
        return ""
    return " ".join(text.replace("\0", " ").split())
