"""Random contents of each code of a post, encoded by zint and by BWIPP: a table.

Run `make proof-codes`, or `python -m tests.proofs.codes [CODES]`: CODES of each kind (20). BWIPP is PostScript, which
Ghostscript runs; its drawing is read by the tests' own reader of bars. How many differ has to be none.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping

from letterpress.codes import libraries
from tests.support import code_readers

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _imb(chance: random.Random) -> str:
    return f"{chance.randint(0, 9)}{chance.randint(0, 4)}{_digits(chance, 18)}{_digits(chance, chance.choice((0, 5, 9, 11)))}"


def _british(chance: random.Random) -> str:
    area, unit = chance.choice(("B", "SN", "EC", "W")), "".join(chance.choices(_LETTERS, k=2))
    return f"{area}{_digits(chance, chance.choice((2, 3)))}{unit}{_digits(chance, 1)}{chance.choice(_LETTERS)}"


def _dutch(chance: random.Random) -> str:
    house = str(chance.randint(1, 99999)) + chance.choice(("", "X" + chance.choice(_LETTERS)))
    return f"{chance.randint(1000, 9999)}{''.join(chance.choices(_LETTERS, k=2))}{house}"


def _japanese(chance: random.Random) -> str:
    return _digits(chance, 7) + chance.choice(("", "1-2-3", f"{chance.randint(1, 99)}-{chance.randint(1, 9)}-B"))


def _australian(chance: random.Random) -> str:
    return _digits(chance, 8)


_KINDS: Mapping[str, tuple[str, str, str, Callable[[random.Random], str]]] = {
    # zint's name, BWIPP's, what BWIPP takes before the content, contents
    "imb": ("USPS_IMAIL", "onecode", "", _imb),
    "rm4scc": ("RM4SCC", "royalmail", "", _british),
    "kix": ("KIX", "kix", "", _dutch),
    "japan-post": ("JAPANPOST", "japanpost", "", _japanese),
    "australia-post": ("AUSPOST", "auspost", "11", _australian),
}


def _differ(kind: str, count: int) -> list[str]:
    import treepoem

    symbology, name, before, make = _KINDS[kind]
    chance, wrong = random.Random(kind), []
    for _ in range(count):
        content = make(chance)
        own = content if kind != "imb" else "-".join(filter(None, (content[:20], content[20:])))
        drawn = code_readers.bars(treepoem.generate_barcode(name, before + content, scale=3))
        if drawn != libraries.bars(symbology, own):
            wrong.append(content)
    return wrong


def main(count: int) -> int:
    """Print the table; 1 where one differs."""
    failed = 0
    for kind in _KINDS:
        wrong = _differ(kind, count)
        failed += len(wrong)
        print(f"{kind:16}{count:6} codes{len(wrong):6} differ  {' '.join(wrong[:3])}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
