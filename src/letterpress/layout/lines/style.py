"""The style of a text as its lines depend on it, and which styles are not covered.

Source: CSS Text 3 and CSS Fonts 4, as far as WeasyPrint 70 has them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from letterpress.layout import private_api

COLLAPSED = frozenset({"normal", "nowrap", "pre-line"})
"""Values of white-space that leave one space where there are several."""


class TextStyle(dict[str, Any]):
    """A copy of what WeasyPrint reads of a text's style: it keeps no document alive, as the style itself would."""

    def __init__(self, style: Any) -> None:
        super().__init__({name: style[name] for name in private_api.TEXT_STYLES})
        self.font_config = style.font_config
        self.cache: dict[str, Any] = {}

    @property
    def key(self) -> Hashable:
        """Equal for texts whose lines are broken and drawn alike."""
        return id(self.font_config), tuple(map(_hashable, self.values()))

    @property
    def spaced(self) -> bool:
        """Whether Pango is told of spaces between letters or words, or of words that may be cut."""
        return bool(self["letter_spacing"] not in ("normal", 0) or self["word_spacing"] or self.cuts_words)

    def justifies(self, *, last: bool) -> bool:
        """Whether a line's spaces are made wider until it is full.

        :param last: whether it is a paragraph's last.
        """
        align = self["text_align_last"] if last else "auto"
        return bool((self["text_align_all"] if align == "auto" else align) == "justify")

    @property
    def cuts_words(self) -> bool:
        """Whether a word wider than its line is cut anywhere."""
        return self["overflow_wrap"] in ("anywhere", "break-word") or self["word_break"] != "normal"


def _hashable(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple((name, _hashable(one)) for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(map(_hashable, value))
    return value if isinstance(value, Hashable) else repr(value)


def covers(style: Any) -> str | None:
    """Say why lines of this style cannot be set without a layout; None if they can.

    :param style: the computed style of a text box.
    """
    if style["visibility"] != "visible":
        return "the text is not visible"
    if style["font_size"] < 1e-6:
        return "the type has no size"
    if style["text_decoration_line"] != "none":
        return "a line is drawn with the text"
    if style["white_space"] not in COLLAPSED:
        return "its spaces are kept as they are"
    return None
