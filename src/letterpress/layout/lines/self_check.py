"""Sets a sample in words and whole, once in a process: another Pango may break lines or widen spaces otherwise.

Not here: the proof with thousands of lines, which is a command (`make proof-lines`).
"""

from __future__ import annotations

from functools import lru_cache

from letterpress.layout import private_api
from letterpress.layout.lines import breaking, drawing
from letterpress.layout.lines.breaking import Broken
from letterpress.layout.lines.greedy import Stretch
from letterpress.layout.lines.page_fonts import Fonts, Unsettable
from letterpress.layout.lines.style import TextStyle
from letterpress.layout.lines.words import Words

_TEXT = "To A. V. Wyatt of Fife: (Yes), 25% of Tyre paid 1,234.50 for Wolf."
_WIDTHS = (5.5, 8.0, 11.25, 14.6)
"""Of lines, in em."""
_SPACINGS = (1.0, 3.21)
"""What spaces are wider, in px."""


@lru_cache(maxsize=1)
def _known() -> dict[str, bool]:
    return {}


def holds(words: Words, style: TextStyle, fonts: Fonts) -> bool:
    """Whether lines put together of words are those that Pango sets. Of faces that ship one is tried for all."""
    if not words.ships:
        return _agrees(words, style, fonts) or False
    known = _known()
    if "words" not in known:
        agrees = _agrees(words, style, fonts)
        if agrees is None:
            return False
        known["words"] = agrees
    return known["words"]


def _agrees(words: Words, style: TextStyle, fonts: Fonts) -> bool | None:
    """None where nothing can be said: the sample needs a font that the page does not have."""
    try:
        return _is_drawn(words, style, fonts) and _is_broken(words, style)
    except Unsettable:
        return None


def _is_drawn(words: Words, style: TextStyle, fonts: Fonts) -> bool:
    """Whether a line is drawn alike, with usual spaces and with wider ones."""
    layout = private_api.text_setting().layout
    its_words = [words.get(word) for word in _TEXT.split(" ")]
    for spacing in (0.0, *_SPACINGS):
        whole = layout(style, spacing)
        whole.set_text(_TEXT, justify=True)
        made = words.justified(_TEXT, its_words, spacing, 0.0) if spacing else words.line(_TEXT)
        drawn = drawing.draw(whole, style, _TEXT, made.width_px, fonts)
        if drawn != made:
            return False
    return True


def _is_broken(words: Words, style: TextStyle) -> bool:
    """Whether the first line ends alike, and is as wide, wherever the widths of words are sure of it.

    What is tried is broken in any case: the first text of a process may be one that stays on a line.
    """
    context, style = breaking.Context(), TextStyle(style)
    style["white_space"] = "normal"
    for em in _WIDTHS:
        width = em * style["font_size"]
        stretch = Stretch(_TEXT, words)
        end = stretch.end(0, int(width * private_api.text_setting().to_units))
        if end is not None:
            text = " ".join(stretch.texts[: end + 1])
            real: Broken = breaking.first_line(_TEXT, style, width, context)
            if (real.text, real.width) != (text, words.width(text, stretch.words[: end + 1])):
                return False
    return True
