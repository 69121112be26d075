"""Reads the colour spaces of a foreign PDF: which are inks already, and what the others mean in sRGB.

Not here: where colours stand in a file (`foreign`), which inks they become (`separation`).
Source: ISO 32000-1, 8.6.4 to 8.6.6. Objects are pikepdf's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from letterpress.pdf.press import functions, rasters
from letterpress.pdf.values import array, group, is_array, is_stream

Rgb = tuple[float, float, float]
_DEPTH = 6
_INKS = {1: "/DeviceGray", 4: "/DeviceCMYK"}
_SHORT = {"/G": "/DeviceGray", "/RGB": "/DeviceRGB", "/CMYK": "/DeviceCMYK", "/I": "/Indexed"}


class Unprintable(Exception):
    """Something that cannot be turned into inks; the message says what, and continues "has"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A colour space."""

    parts: int
    """Numbers of a colour."""
    rgb: Callable[[Sequence[float]], Rgb] | None = None
    """What a colour is in sRGB; None: it is inks already."""
    inks: Any = None
    """What takes its place as inks, where that is another colour space of as many numbers."""
    profile: bytes | None = None
    """Of a space of three colours that is not sRGB."""
    pattern: Space | None = None
    """Of a space of patterns without colours of their own, what these are given in."""
    palette: bytes | None = None
    """Of an indexed space, its colours in `base`, one after the other."""
    base: Space | None = None


GREY = Space(parts=1)
CMYK = Space(parts=4)


class Spaces:
    """The colour spaces of one file."""

    def __init__(self, pdf: Any, profile: bytes | None) -> None:
        """Take a file.

        :param profile: what the file's own RGB means; None: sRGB.
        """
        import pikepdf

        self._pike: Any = pikepdf
        self._pdf = pdf
        self._rgb = of_profile(profile)

    def read(self, space: Any, resources: Any, depth: int = _DEPTH) -> Space:
        """Read a colour space.

        :param resources: of what it is used in, which may have it by name.
        :raises Unprintable: it is none that is known.
        """
        if depth == 0:
            raise Unprintable("a colour space within itself")
        if is_array(space):
            return self._of_array(list(space), resources, depth)
        name = _SHORT.get(str(space), str(space))
        if name == "/DeviceRGB":
            default = (group(resources, "/ColorSpace") or {}).get("/DefaultRGB")
            return self.read(default, None, depth - 1) if default is not None else self._rgb
        known = {"/DeviceGray": GREY, "/DeviceCMYK": CMYK, "/CalRGB": self._rgb, "/CalGray": GREY}
        if name in known:
            return known[name]
        if name == "/Pattern":
            return Space(parts=0, pattern=GREY)
        named = (group(resources, "/ColorSpace") or {}).get(name)
        if named is None or (not is_array(named) and str(named) == name):
            raise Unprintable(f"a colour space '{name[1:]}' that is not in it")
        return self.read(named, resources, depth - 1)

    def _of_array(self, items: list[Any], resources: Any, depth: int) -> Space:
        kind = _SHORT.get(str(items[0]), str(items[0])) if items else ""
        if kind == "/ICCBased" and len(items) > 1 and is_stream(items[1]):
            count = int(items[1].get("/N", 0))
            if count == 3:
                return of_profile(bytes(items[1].read_bytes()))
            if count in _INKS:
                return Space(parts=count, inks=self._pike.Name(_INKS[count]))
        if kind == "/CalGray":
            return Space(parts=1, inks=self._pike.Name.DeviceGray)
        if kind == "/Lab":
            return Space(parts=3, rgb=lambda lab: rasters.of_lab(*lab))
        if kind == "/Indexed" and len(items) == 4:
            return self._indexed(items, resources, depth)
        if kind in ("/Separation", "/DeviceN") and len(items) >= 4:
            return self._named(kind, items, resources, depth)
        if kind == "/Pattern":
            below = self.read(items[1], resources, depth - 1) if len(items) > 1 else GREY
            return Space(parts=0, pattern=below)
        if len(items) == 1 or kind in ("/CalRGB", "/DeviceRGB", "/DeviceGray", "/DeviceCMYK"):
            return self.read(items[0], resources, depth - 1)
        raise Unprintable(f"a colour space of the kind '{kind[1:]}'")

    def _indexed(self, items: list[Any], resources: Any, depth: int) -> Space:
        base = self.read(items[1], resources, depth - 1)
        palette = bytes(items[3].read_bytes()) if is_stream(items[3]) else bytes(items[3])
        if base.rgb is None and base.inks is None:
            return Space(parts=1, palette=palette, base=base)
        return Space(parts=1, palette=palette, base=base, inks=self._pike.Array(items))

    def _named(self, kind: str, items: list[Any], resources: Any, depth: int) -> Space:
        """A spot colour, or several: its plate stays; what stands for it becomes inks."""
        below = self.read(items[2], resources, depth - 1)
        count = 1 if kind == "/Separation" else len(list(items[1]))
        if below.rgb is None:
            if below.inks is None:
                return Space(parts=count)
            items[2] = below.inks
            return Space(parts=count, inks=self._pike.Array(items))
        if count > 1:
            raise Unprintable("several spot colours together whose substitute is in the colours of screens")
        return Space(parts=1, inks=self._pike.Array(items), base=below)


def of_profile(profile: bytes | None) -> Space:
    """Give the space of three colours of a profile; None is sRGB."""
    if profile is None or rasters.is_srgb(profile):
        return Space(parts=3, rgb=lambda rgb: (rgb[0], rgb[1], rgb[2]))
    return Space(parts=3, rgb=lambda rgb: rasters.to_srgb(rgb, profile), profile=profile)


def samples(function: Any, count: int, domain: tuple[float, float] = (0.0, 1.0)) -> list[list[float]]:
    """Give what a function comes to at so many places of its domain.

    :raises Unprintable: it is a program, or damaged.
    """
    try:
        low, high = domain
        return [functions.values(function, low + (high - low) * step / (count - 1)) for step in range(count)]
    except (functions.Unknown, ValueError, TypeError, ZeroDivisionError, OverflowError):
        raise Unprintable("colours that are calculated by a program") from None


def profile_of(pdf: Any) -> bytes | None:
    """Read what a file says its RGB means; None: it says nothing."""
    for intent in array(pdf.Root, "/OutputIntents"):
        found = group(intent, "/DestOutputProfile")
        if found is not None and is_stream(found) and found.get("/N") == 3:
            return bytes(found.read_bytes())
    return None
