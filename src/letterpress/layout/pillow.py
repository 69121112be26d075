"""Lets WeasyPrint open a letter's images whatever limit of pixels the host has set for Pillow.

The limit belongs to the whole process, and stays as it is. How large an image may be is checked before it gets here.
Not here: that check, and the readers of images (`files/images`).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from letterpress.layout import private_api


@contextlib.contextmanager
def without_limit() -> Iterator[None]:
    """Open images for this thread's layouts by their own readers; for other threads as ever."""
    images = private_api.images()
    real = images.Image
    images.Image = _Pillow(real, threading.get_ident())
    try:
        yield
    finally:
        images.Image = real


class _Pillow:
    """Stands for the module `PIL.Image`, as far as WeasyPrint uses it."""

    def __init__(self, real: Any, thread: int) -> None:
        self._real = real
        self._thread = thread

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def open(self, file: Any) -> Any:
        """Open an image; `Image.open` would go by the process's limit."""
        from letterpress.files import images  # here: few letters have any

        if threading.get_ident() != self._thread:
            return self._real.open(file)
        content = file.getvalue()
        return images.opened(content) if images.recognised(content) else self._real.open(file)
