"""Versions of the native libraries that break lines and choose glyphs: another Pango may set another page.

They are asked without WeasyPrint, which takes hundreds of times as long to load. Not here: what is said when one is
missing (`engine`).
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from functools import cache

_ASKED = (
    ("pango", "libpango-1.0.so.0", "pango-1.0", "pango_version_string"),
    ("harfbuzz", "libharfbuzz.so.0", "harfbuzz", "hb_version_string"),
)
"""Name, the soname that WeasyPrint loads as well, what `find_library` calls it elsewhere, and the function to ask."""


@cache
def versions() -> dict[str, str]:
    """Find the versions of Pango and HarfBuzz by name; empty where one is not there."""
    return {name: _version(soname, other, function) for name, soname, other, function in _ASKED}


def _version(soname: str, other: str, function: str) -> str:
    file = soname if sys.platform == "linux" else ctypes.util.find_library(other)
    try:
        ask = getattr(ctypes.CDLL(file), function) if file else None
    except (OSError, AttributeError):
        return ""
    if ask is None:
        return ""
    ask.restype = ctypes.c_char_p
    return str(ask().decode())
