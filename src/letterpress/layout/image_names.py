"""Names a letter's images by their order, and not by where their files lie: the folder is no part of a letter.

Not here: what may be read (`fetcher`), and how large an image is (`image_sizes`).
"""

from __future__ import annotations

from typing import Any


class Images(dict[str, Any]):
    """The images of one letter by their URLs, as WeasyPrint's option `cache` keeps them.

    WeasyPrint names an image in the PDF by a digest of its URL, which has the folder of the letter in it.
    """

    def __setitem__(self, url: str, image: Any) -> None:
        """Keep an image, or None where it cannot be read."""
        if hasattr(image, "image_data"):  # drawings have no name of their own
            image.id = str(sum(hasattr(one, "image_data") for one in self.values()))
        super().__setitem__(url, image)
