"""Prepares a page's tree for the layout: what can be told of lists, tables, lines and images before they have a place.

Not here: what only the finished layout can tell (`keep_together`).
"""

from __future__ import annotations

from typing import Any

from letterpress.layout import bookmarks, css_classes, image_sizes, line_ends, list_numbers, ordinals, tables


def prepare(root: Any, html: str, folder_url: str, resource: Any, *, measured: bool) -> None:
    """Change a page's tree in place.

    :param html: the source that the tree was read from.
    :param folder_url: of the letter's content, from which images are named.
    :param resource: reads what an image's address leads to.
    :param measured: whether what the letterhead says of its text's column is true.
    """
    list_numbers.apply(root)
    tables.apply(root)
    line_ends.apply(root, measured=measured)
    bookmarks.apply(root)
    ordinals.apply(root, html)
    image_sizes.apply(root, folder_url, resource)
    _mark_decorations(root)


def _mark_decorations(root: Any) -> None:
    """Mark the letterhead's images that say nothing: the finished file has them as artifacts (`conformance`).

    WeasyPrint asks for a description of each; an image of the text has one, or a fault.
    """
    of_text = {image for body in css_classes.bodies(root) for image in body.iter("img")}
    for image in root.iter("img"):
        if image.get("alt") == "" and image not in of_text:
            image.set("alt", " ")
            css_classes.add(image, css_classes.DECORATION)
