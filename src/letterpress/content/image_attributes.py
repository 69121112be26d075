"""Reads what stands in braces behind an image: `![The quay](quay.jpg){width=40mm}`.

Not here: the size of an image that says nothing (`layout.image_sizes`). Source: Pandoc's `link_attributes`.
"""

from __future__ import annotations

import re
from typing import Any

from letterpress.errors import Problem, nearest
from letterpress.text import template_tags

_BRACES = re.compile(r"\{([^{}]*)\}")
_PART = re.compile(r"""([^\s=,]*)\s*=\s*("[^"]*"|'[^']*'|[^\s,]*)|[^\s,]+""")
_SIZE = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?)(mm|cm|in|pt|px|%)?", re.I)
_NAMES = ("width", "height")
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96}
_MM_OF_PERCENT = 1.5
"""Of the measure, which is about 150 mm."""
_LEAST = {"width": 5.0, "height": 0.1}
_MOST = 297.0
"""What a style may say of an image, in mm (`rawhtml.styles`)."""
_HINT = (
    "write {width=40mm} or {height=3cm}, 5 to 297 mm; units are mm, cm, in, pt, px, and % of the measure for a width"
)


def take(image: Any, following: Any) -> Problem | None:
    """Take the braces behind an image out of the text, and put what they say into the image's style.

    :param image: a token of markdown-it's; `following` the one behind it, or None.
    :returns: what is wrong with them.
    """
    if following is None or following.type != "text":
        return None
    text = following.content.replace(template_tags.BRACE, "{")
    match = _BRACES.match(text)
    if match is None:
        return None
    following.content = following.content[match.end() :]
    declared: dict[str, str] = {}
    for part in _PART.finditer(match[1]):
        name, value = (part[1] or "").lower(), (part[2] or "").strip("\"'")
        size = _SIZE.fullmatch(value)
        if name not in _NAMES or name in declared or size is None or not float(size[1]):
            return _problem(part[0], name, value if size else "")
        unit = (size[2] or "px").lower()
        if name == "height" and unit == "%":
            return _problem(part[0], name, "")
        if not _LEAST[name] <= float(size[1]) * _MM.get(unit, _MM_OF_PERCENT) <= _MOST:
            return _problem(part[0], name, "")
        declared[name] = f"{size[1]}{unit}"
    if not declared:
        return _problem(match[0], "", "")
    image.attrSet("style", "; ".join(f"{name}: {value}" for name, value in declared.items()))
    return None


def _problem(written: str, name: str, value: str) -> Problem:
    near = nearest(name, _NAMES) if name and value and name not in _NAMES else ()
    return Problem(
        f"'{written}' behind an image is not understood",
        _HINT,
        code="image-attribute",
        value=written,
        instead=tuple(f"{other}={value}" for other in near),
    )
