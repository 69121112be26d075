"""The fenced blocks of the documentation.

Not here: what is done with them (tests/project/test_readme.py, tests/serve/test_guide.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    kind: str
    caption: str
    text: str
    line: int
    section: str
    """The heading of the second level above it: each begins in the checkout's folder again, but for steps 2 and on."""


def blocks(document: Path) -> Iterator[Block]:
    """The fenced blocks of a document, in its order; a block in a list is indented."""
    section, fence, kind, caption, begun = "", "", "", "", 0
    lines: list[str] = []
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        opened = re.match(r"^( *)(`{3,})(\{code-block\} *)?(\w[\w+]*|\{[\w-]+\}.*)?$", line)
        if not fence:
            if line.startswith("## ") and not re.match(r"## ([2-9]|\d\d)", line):
                section = line
            if opened:
                fence, kind, caption, begun, lines = opened[1] + opened[2], opened[4] or "", "", number, []
        elif line.rstrip() == fence:
            yield Block(kind, caption, "\n".join(lines).strip("\n") + "\n", begun, section)
            fence = ""
        elif not lines and line.strip().startswith(":caption:"):
            caption = line.partition(":caption:")[2].strip()
        else:
            lines.append(line.removeprefix(fence.partition("`")[0]))
    assert not fence, (document, begun)
