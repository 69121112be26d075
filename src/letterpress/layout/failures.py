"""Faults of a layout that is not to be used: the engine stopped, the system refused a file, or one would be attached.

Not here: what a finished layout shows to be wrong (`overflow`, `zones`, `type_size`).
"""

from __future__ import annotations

import contextlib
import errno
import logging
import tempfile
from collections.abc import Iterator
from typing import Any

from letterpress.page import LayoutFault


class EngineFailedError(Exception):
    """WeasyPrint raised what it should not."""

    def __init__(self, error: Exception) -> None:
        """Keep what it raised."""
        super().__init__(str(error))
        self.error = error


@contextlib.contextmanager
def weasyprint_at_work() -> Iterator[None]:
    """Tell what WeasyPrint raises from what letterpress does: an assertion, a KeyError, a division by zero.

    :raises EngineFailedError: it did.
    """
    try:
        yield
    except (RecursionError, OSError, MemoryError):
        raise
    except Exception as error:
        raise EngineFailedError(error) from error


def of_engine(error: Exception) -> LayoutFault:
    """Make the fault of what WeasyPrint raised; its traceback goes to the log."""
    logging.getLogger("weasyprint").error("layout failed", exc_info=error)
    said = (str(error).splitlines() or [""])[0]
    if isinstance(error, AssertionError):
        said = said or "an assertion failed"
    else:
        said = f"{type(error).__name__}: {said}" if said else type(error).__name__
    message = f"WeasyPrint cannot lay this letter out: {said}"
    return LayoutFault(message, "look with -v where; then please report it with the letter", code="layout-failed")


def of_system(error: OSError) -> LayoutFault:
    """Make the fault of what the system refused.

    Pango reads fonts from temporary files: those are named as what they are.
    """
    temporary = tempfile.gettempdir()
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or str(error.filename or "").startswith(temporary):
        message = f"a font cannot be put into '{temporary}': {error.strerror}"
        hint = "make room there, or name another folder in TMPDIR"
        return LayoutFault(message, hint, code="folder-unwritable", value=temporary)
    place = f" '{error.filename}'" if error.filename else ""
    message = f"the system refuses a file that the layout needs{place}: {error.strerror or error}"
    hint = "look at the file's rights and at the disk, and render again"
    return LayoutFault(message, hint, code="file-unreadable", value=str(error.filename) if error.filename else None)


def of_attachments(document: Any) -> list[LayoutFault]:
    """A file that HTML would attach: whatever it is, it is not what is on the page."""
    found = bool(document.metadata.attachments)
    found = found or any(link[0] == "attachment" for page in document.pages for link in page.links)
    if not found:
        return []
    message, hint = "a file may not be attached to a letter", 'take out rel="attachment"'
    return [LayoutFault(message, hint, code="attachment-refused")]
