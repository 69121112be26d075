"""Every letterhead, with every place of its address, for every carrier that takes its paper: made to fit and then examined,
or refused with its reason. A table: `passes`, `refused`, and what breaks a rule, which nothing may.

Command line: `python -m tests.proofs.press [CARRIER...]`
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from letterpress.carriers import catalogue
from tests.support import posts


def main(names: list[str]) -> int:
    counted: Counter[str] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names or catalogue.names(posts.ROOT):
            for look in posts.looks():
                result = posts.made(Path(folder), look, name)
                if result.status == "failed":
                    fault = next(one for one in result.diagnostics if one.severity == "error")
                    known = fault.code in ("carrier-unfit", "zone-occupied", "head-impossible")
                    counted["refused" if known else "failed otherwise"] += 1
                    wrong += not known
                    print(f"{name:<15}{look!s:<28}{'refused' if known else 'FAILED'}: {fault.code}: {fault.message}")
                    continue
                broken = posts.broken(posts.examined(result, name))
                counted["breaks a rule" if broken else "passes"] += 1
                wrong += bool(broken)
                print(
                    f"{name:<15}{look!s:<28}{'BREAKS ' + '; '.join(broken) if broken else f'passes, {result.pages} pages'}"
                )
    print(", ".join(f"{count} {what}" for what, count in counted.items()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
