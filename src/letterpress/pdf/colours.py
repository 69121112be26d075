"""Says with pages that go into another file what their own file said of its device colours.

Source: ISO 32000-1, 8.6.5.6 (default colour spaces), 14.11.5 (output intents). Objects are pikepdf's.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from letterpress.pdf import structure
from letterpress.pdf.values import array, group, is_group, is_stream

_DEFAULTS = {1: "/DefaultGray", 3: "/DefaultRGB", 4: "/DefaultCMYK"}
"""Number of a profile's colours -> the colour space that it explains."""


def profile(pdf: Any) -> Any:
    """Find the colour profile that PDF/A asks of a file; None, if it has none that can be read."""
    import pikepdf

    for intent in array(pdf.Root, "/OutputIntents"):
        found: Any = intent.get("/DestOutputProfile") if is_group(intent) else None
        if is_stream(found):
            with contextlib.suppress(pikepdf.PdfError):
                found.read_bytes()
                return found
    return None


def space_of(pdf: Any, found: Any) -> tuple[str, Any] | None:
    """Make the colour space of a profile, and the name of the default that it explains; None where that is sRGB, which
    letters have themselves."""
    import pikepdf

    name = _DEFAULTS.get(found.get("/N", 0))
    if name is None or (name == "/DefaultRGB" and b"s\0R\0G\0B" in _utf16(found.read_bytes())):
        return None
    return name, pdf.make_indirect(pikepdf.Array([pikepdf.Name.ICCBased, found]))


def set_default(pages: Sequence[Any], name: str, space: Any) -> None:
    """Name the colour space in the pages and all that they draw with, where they do not have one of that name."""
    import pikepdf

    seen: set[Any] = set()
    for page in pages:
        for part in structure.parts(page, seen):
            if part is page or group(part, "/Resources") is not None:
                part.Resources = group(part, "/Resources") or pikepdf.Dictionary()
                spaces = group(part, "/Resources", "/ColorSpace") or pikepdf.Dictionary()
                if name not in spaces:
                    part.Resources.ColorSpace = spaces
                    part.Resources.ColorSpace[name] = space


def _utf16(found: bytes) -> bytes:
    """Return a profile's head, with a description in ASCII (version 2) as one in UTF-16 (version 4) would be."""
    head = found[:4096]
    return head + (b"s\0R\0G\0B" if b"sRGB" in head else b"")
