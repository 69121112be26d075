"""Firms of any usual length in every letterhead: what fails, as a table. The suite has a few of them.

Run `make proof-firms`, or `python -m tests.proofs.firms [EXAMPLES] [LETTERHEAD...]`.
"""

from __future__ import annotations

import sys
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings

from tests.support import firms

_ANY = settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True
)


def _tried(letterhead: str, parameters: dict[str, str], examples: int) -> tuple[Counter[str], int]:
    """Faults of so many firms' letters, and how many letters there were."""
    found: Counter[str] = Counter()
    tried = 0

    @settings(_ANY, max_examples=examples)
    @given(firm=firms.letters())
    def tries(firm: firms.Firm) -> None:
        nonlocal tried
        tried += 1
        found.update(set(firms.faults(firm, letterhead, firms.press(firm, letterhead, parameters))))

    tries()
    return found, tried


def main(argv: list[str]) -> int:
    """Try so many firms in each letterhead.

    :returns: 1 if a page is wrong.
    """
    examples, wanted = int(argv[0]) if argv else 100, argv[1:]
    wrong = 0
    for which, (letterhead, parameters) in firms.variants().items():
        if wanted and letterhead not in wanted and which not in wanted:
            continue
        found, tried = _tried(letterhead, parameters, examples)
        wrong += found.total()
        print(f"{which:24} {tried:5} letters  {found.total():5} faults")
        for message, count in found.most_common(5):
            print(f"  {count:5}  {message}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
