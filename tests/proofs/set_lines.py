"""Lines set without a layout, held against WeasyPrint's, byte for byte.

Run `make proof-lines`, or `python -m tests.proofs.set_lines [PARAGRAPHS] [SEED]`.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from tests.support import line_cases, real_letters, set_lines

_AT_ONCE = 100


def main(argv: list[str]) -> int:
    """Set the paragraphs.

    :returns: 1 if one of them differs.
    """
    wanted, seed = int(argv[0]) if argv else 20000, int(argv[1]) if argv[1:] else 1
    lines = paragraphs = left = different = 0
    for path in sorted(Path("content/letters").glob("*.md")):
        if path.stem.startswith("offer"):  # it asks for values
            continue
        counts, wrong = real_letters.compared(str(path))
        different += len(wrong)
        print("\n".join([f"{path.name}: {counts}, {len(wrong)} differ", *wrong[:2]]), flush=True)
    while paragraphs < wanted:
        chance = random.Random(f"{seed}/{paragraphs}")
        families = line_cases.OTHER_FAMILIES if chance.random() < 0.3 else set_lines.FAMILIES
        made = line_cases.paragraphs(chance, _AT_ONCE // 2, families)
        made += line_cases.close(chance, _AT_ONCE // 2, families)
        count, refused, wrong = set_lines.differences(made, looking=True)
        lines, paragraphs, left, different = (
            lines + count,
            paragraphs + len(made),
            left + refused,
            different + len(wrong),
        )
        for one in wrong[:2]:
            print(one)
        print(f"{paragraphs} paragraphs, {lines} lines, {left} left to the layout, {different} differ", flush=True)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
