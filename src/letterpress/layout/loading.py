"""Loads WeasyPrint, quickly and without a trace in the process.

Not here: what of WeasyPrint is used that its documentation does not promise (`private_api`).
"""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib
import io
import re
import sys
from functools import lru_cache
from typing import Any

from letterpress.errors import LetterpressError
from letterpress.layout import c_definitions, kept_sheets
from letterpress.processes import deferred_imports

_PUT_OFF = ("fontTools.subset", "fontTools.varLib.instancer")
"""HarfBuzz cuts the faces to size: WeasyPrint calls fontTools' cutter, which takes a tenth of a start to load, only for
variable fonts and old HarfBuzzes."""


@lru_cache(maxsize=1)
def weasyprint() -> Any:
    """Import WeasyPrint, which loads Pango and its kin.

    On Linux the libraries are opened by their sonames, which WeasyPrint tries as well. For each name that is not a
    soname the standard library would first run ldconfig, gcc and ld: a third of a second before the first letter.

    :raises LetterpressError: a native library is missing.
    """
    find_library = ctypes.util.find_library
    printed = io.StringIO()
    try:
        if sys.platform == "linux":
            ctypes.util.find_library = lambda name: None
        # What it prints about a missing library is said below, with a hint.
        with (
            contextlib.redirect_stdout(printed),
            deferred_imports.put_off(*_PUT_OFF),
            c_definitions.ready_made(),
            kept_sheets.ready_made(),
        ):
            return _import()
    except OSError as error:
        match = re.search(r"'([^']+)'", str(error))
        library = match[1] if match else "Pango"
        hint = "install Pango: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, or brew install pango"
        raise LetterpressError(
            f"the native library {library} is missing",
            hint=hint,
            code="library-missing",
            value=library,
            params=(("library", library),),
        ) from error
    finally:
        ctypes.util.find_library = find_library


def _import() -> Any:
    """Import it, and undo what it changes for the process: that half an image passes for all who use Pillow."""
    from PIL import ImageFile

    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        return importlib.import_module("weasyprint")
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
