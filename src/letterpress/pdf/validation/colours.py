"""Says what a colour space of a PDF comes down to: colours of a device, of a profile, of a spot.

A device's colours may be given a profile by the resources (DefaultRGB and its like): then they are that profile's.
Source: ISO 32000-1, 8.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from letterpress.pdf.validation import icc
from letterpress.pdf.validation.objects import get, name
from letterpress.pdf.values import group, is_array, is_group, is_stream

_DEFAULTS = {"/DeviceRGB": "/DefaultRGB", "/DeviceCMYK": "/DefaultCMYK", "/DeviceGray": "/DefaultGray"}
_DEEPEST = 8
"""Spaces that rest on each other: a pattern of an indexed one of a spot of a profile are four."""
_MOST = 1_000_000
"""Bytes of a function, unpacked."""


class Base(NamedTuple):
    """One space that a colour rests on."""

    kind: str
    """`/DeviceRGB`, `/ICCBased`, `/Separation` and so on."""
    profile: icc.Profile | None = None
    spot: str = ""
    """Name of a spot colour, with its slash."""
    definition: bytes = b""
    """How the spot colour is turned into others, as it is written."""


def bases(space: Any, resources: Any, depth: int = 0) -> Iterator[Base]:
    """Yield the spaces that a colour space rests on, and of spots themselves.

    :param space: a name, or an array.
    :param resources: those of the content that uses it.
    """
    if depth > _DEEPEST:
        return
    written = name(space)
    if written:
        default = get(group(resources, "/ColorSpace"), _DEFAULTS.get(written, "/None"))
        if default is not None and is_array(default):
            yield from bases(default, None, depth + 1)
        elif written in _DEFAULTS:
            yield Base(written)
        else:
            below = get(group(resources, "/ColorSpace"), written)
            if below is not None and name(below) != written:
                yield from bases(below, resources, depth + 1)
        return
    parts = list(space) if is_array(space) else []
    kind = name(parts[0]) if parts else ""
    if kind == "/ICCBased":
        yield Base(kind, icc.read(parts[1]) if len(parts) > 1 else None)
    elif kind in ("/CalRGB", "/CalGray", "/Lab"):
        yield Base(kind)
    elif kind in ("/Indexed", "/Pattern") and len(parts) > 1:
        yield from bases(parts[1], resources, depth + 1)
    elif kind in ("/Separation", "/DeviceN") and len(parts) > 3:
        if kind == "/Separation":
            yield Base(kind, spot=name(parts[1]), definition=_written(parts[2]) + _written(parts[3]))
        yield from bases(parts[2], resources, depth + 1)
    elif len(parts) == 1:
        yield from bases(parts[0], resources, depth + 1)


def _written(value: Any, depth: int = 0) -> bytes:
    """Write out how a spot colour is defined, so that two definitions can be compared; a stream with its data."""
    from letterpress.pdf.damage import unpacked

    if depth > _DEEPEST:
        return b""
    if is_array(value):
        return b"[" + b" ".join(_written(below, depth + 1) for below in value) + b"]"
    if is_group(value):
        packed = ("/Length", "/Filter", "/DecodeParms")
        pairs = sorted(((key, below) for key, below in value.items() if key not in packed), key=lambda pair: pair[0])
        data = unpacked(value, _MOST)[0] if is_stream(value) else b""
        return b"".join(key.encode() + _written(below, depth + 1) for key, below in pairs) + data
    return bytes(value.unparse()) if hasattr(value, "unparse") else repr(value).encode()
