"""Has the blocks of a letter's text know the lines of its file that they are of, for a page that is mapped.

The attribute changes no byte of the PDF. Not here: where the blocks stand on the pages (`layout.source_map`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from letterpress.page import SOURCE_LINES
from letterpress.text.template_tags import Cut

_WRITTEN = re.compile(f'({SOURCE_LINES}=")[0-9]+-[0-9]+')


def add(tokens: Sequence[Any], cut: Cut) -> None:
    """Mark each block that has lines of its own; of nested ones each."""
    for token in tokens:
        if token.map and token.nesting >= 0 and token.tag and not token.hidden and token.type != "inline":
            first, behind = token.map
            token.attrSet(SOURCE_LINES, f"{cut.line_of(first)}-{cut.line_of(max(first, behind - 1))}")


def moved(html: str, line: int) -> str:
    """Have the blocks of some HTML, such as a clause's, be of the one line that it is put in at."""
    return _WRITTEN.sub(rf"\g<1>{line}-{line}", html)
