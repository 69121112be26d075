"""Letters of every length in every letterhead, paper, size and leading: what fails, as a table.

Run `make proof-page-ends`, or `python -m tests.proofs.page_ends [EVERY]`: one in EVERY of the letters, 1 for all.
"""

from __future__ import annotations

import itertools
import sys
from collections import Counter

from tests.support import page_ends


def main(argv: list[str]) -> int:
    """Make the letters.

    :returns: 1 if one of them fails.
    """
    step = int(argv[0]) if argv else 7
    wrong = 0
    for which, cases in itertools.groupby(page_ends.every(), key=lambda case: case.which):
        tried, failed = Counter[int](), Counter[str]()
        for case in itertools.islice(cases, 0, None, step):
            result = page_ends.press(case)
            tried[result.pages or 0] += 1
            if result.pdf is None:
                failed["; ".join(diagnostic.message for diagnostic in result.diagnostics)] += 1
        wrong += failed.total()
        pages = ", ".join(f"{count} of {number} pages" for number, count in sorted(tried.items()))
        print(f"{which:24} {tried.total():5} letters ({pages})  {failed.total():5} failed")
        for message, count in failed.most_common(5):
            print(f"  {count:5}  {message}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
