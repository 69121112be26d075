"""Gives an image in a letter's text the size that its file says: its pixels, at its pixels to the inch.

WeasyPrint sets all at 96 to the inch. An image whose size the author sets keeps that, and none is wider than the
measure.

Not here: how the file is read (`files.images`). Sources: CSS Images 3 (image-resolution), CSS Values 4 (96 px to the
inch, where the file says nothing).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from letterpress.files.allowed import Resource
from letterpress.layout import css_classes


def apply(root: Any, base_url: str, read: Callable[[str], Resource | None]) -> None:
    """Tell the images of a page's tree their resolution.

    :param base_url: that their addresses are relative to.
    :param read: gives what is at an address, or None.
    """
    if next(root.iter("img"), None) is None:
        return
    for image in (image for body in css_classes.bodies(root) for image in body.iter("img")):
        resource = read(urljoin(base_url, image.get("src", "")))
        if resource is None or resource.media_type == "image/svg+xml":
            continue
        from letterpress.files import images  # here: few letters have any

        dpi = images.density(resource.content)
        if dpi is not None:
            css_classes.declare(image, f"image-resolution: {dpi:g}dpi")
