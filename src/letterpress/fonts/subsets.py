"""Cuts a font file down to some of its glyphs with HarfBuzz: the same bytes as WeasyPrint's own cut.

HarfBuzz is asked without WeasyPrint; its faces are safe in threads.

Not here: cuts of shipped faces for the stamp and for files put together (`shipped`, by fontTools), and what else a PDF
says of a font (`faces`). Source: HarfBuzz's manual, hb-subset; WeasyPrint 70, `pdf/fonts.py`.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

_LIBRARIES = (("libharfbuzz.so.0", "harfbuzz"), ("libharfbuzz-subset.so.0", "harfbuzz-subset"))
"""The sonames that WeasyPrint loads as well, and what `find_library` calls them elsewhere."""
_READ_ONLY = 1
_DROPPED_TABLES = 3
_RETAIN_NUMBERS, _NO_HINTING, _DESUBROUTINIZE, _PASS_UNKNOWN_TABLES = 2, 1, 4, 32
_DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
"""Tables that a PDF has no use for: it sets glyphs by their numbers and in their places."""
_KEPT = 32


class SubsetError(Exception):
    """A font cannot be cut."""


@cache
def available() -> bool:
    """Whether HarfBuzz and its part for subsets can be loaded."""
    try:
        _libraries()
    except (OSError, AttributeError):
        return False
    return True


def subset(font: bytes, glyphs: Iterable[int], index: int = 0) -> bytes:
    """Cut a font to some of its glyphs, which keep their numbers; those between are empty.

    :param font: the content of its file.
    :param glyphs: their numbers; at least one.
    :param index: which font of a collection.
    :raises SubsetError: HarfBuzz refuses, or is missing.
    """
    try:
        base, _ = _libraries()
    except (OSError, AttributeError) as error:
        raise SubsetError(f"HarfBuzz is missing: {error}") from error
    wanted = sorted(set(glyphs))
    # In two steps, as WeasyPrint does: numbers are kept by the first, and the second drops what is behind the last.
    opened = _opened(font, index)
    first = _cut(opened.face, wanted, _RETAIN_NUMBERS)
    try:
        second = _cut(first, range(wanted[-1] + 1), _NO_HINTING, dropping=False)
    finally:
        base.hb_face_destroy(first)
    try:
        return _content(second)
    finally:
        base.hb_face_destroy(second)


def _cut(face: Any, glyphs: Iterable[int], flags: int, *, dropping: bool = True) -> Any:
    base, cutter = _libraries()
    request = cutter.hb_subset_input_create_or_fail()
    if not request:
        raise SubsetError("HarfBuzz has no memory")
    try:
        numbers = cutter.hb_subset_input_glyph_set(request)
        if isinstance(glyphs, range):
            base.hb_set_add_range(numbers, glyphs.start, glyphs.stop - 1)
        else:
            for glyph in glyphs:
                base.hb_set_add(numbers, glyph)
        cutter.hb_subset_input_set_flags(request, flags | _DESUBROUTINIZE | _PASS_UNKNOWN_TABLES)
        if dropping:
            tables = cutter.hb_subset_input_set(request, _DROPPED_TABLES)
            for name in _DROPPED:
                base.hb_set_add(tables, int.from_bytes(name.encode(), "big"))
        made = cutter.hb_subset_or_fail(face, request)
    finally:
        cutter.hb_subset_input_destroy(request)
    if not made:
        raise SubsetError("HarfBuzz cannot cut the font")
    return made


def _content(face: Any) -> bytes:
    base, _ = _libraries()
    blob = base.hb_face_reference_blob(face)
    try:
        length = ctypes.c_uint()
        data = base.hb_blob_get_data(blob, ctypes.byref(length))
        content = ctypes.string_at(data, length.value) if data else b""
    finally:
        base.hb_blob_destroy(blob)
    if not content:
        raise SubsetError("HarfBuzz gives an empty font")
    return content


class _Opened:
    """A font that HarfBuzz has opened, and the bytes that it reads."""

    def __init__(self, font: bytes, index: int) -> None:
        base, _ = _libraries()
        self.font = font
        blob = base.hb_blob_create(font, len(font), _READ_ONLY, None, None)
        self.face = base.hb_face_create(blob, index)
        base.hb_blob_destroy(blob)

    def __del__(self) -> None:
        if hasattr(self, "face"):
            _libraries()[0].hb_face_destroy(self.face)


@lru_cache(maxsize=_KEPT)
def _opened(font: bytes, index: int) -> _Opened:
    return _Opened(font, index)


@cache
def _libraries() -> tuple[Any, Any]:
    """HarfBuzz, and its part for subsets.

    :raises OSError: one is not there.
    :raises AttributeError: one is too old.
    """
    files = (soname if sys.platform == "linux" else ctypes.util.find_library(name) or "" for soname, name in _LIBRARIES)
    base, cutter = (ctypes.CDLL(file) for file in files)
    pointer, number = ctypes.c_void_p, ctypes.c_uint
    for library, name, result, arguments in (
        (base, "hb_blob_create", pointer, [ctypes.c_char_p, number, ctypes.c_int, pointer, pointer]),
        (base, "hb_blob_destroy", None, [pointer]),
        (base, "hb_blob_get_data", pointer, [pointer, ctypes.POINTER(number)]),
        (base, "hb_face_create", pointer, [pointer, number]),
        (base, "hb_face_destroy", None, [pointer]),
        (base, "hb_face_reference_blob", pointer, [pointer]),
        (base, "hb_set_add", None, [pointer, number]),
        (base, "hb_set_add_range", None, [pointer, number, number]),
        (cutter, "hb_subset_input_create_or_fail", pointer, []),
        (cutter, "hb_subset_input_destroy", None, [pointer]),
        (cutter, "hb_subset_input_glyph_set", pointer, [pointer]),
        (cutter, "hb_subset_input_set", pointer, [pointer, ctypes.c_int]),
        (cutter, "hb_subset_input_set_flags", None, [pointer, number]),
        (cutter, "hb_subset_or_fail", pointer, [pointer, pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return base, cutter
