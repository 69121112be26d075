"""Signed letters of every kind are valid, and with any one bit flipped they are not.

`python -m tests.proofs.signed [LETTERS [BITS]]` (`make proof-signed`: 200 and 1,000) makes letters with 1 to 5 signatures, of
all kinds of keys, levels, orders and stamps, and verifies each; then flips bits of a signed letter, one at a time. It ends
with 1 if a good letter is refused, or a damaged one is not. The suite takes the first of both.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from letterpress.errors import UnreadableInput
from letterpress.signing import LEVELS, sign, verify
from tests.support import signing


class Letter(NamedTuple):
    """A letter that somebody has just signed, and the ways that were chosen for this signature."""

    pdf: bytes
    signatures: int
    level: str
    key: str
    stamped: bool
    in_order: bool
    certify: bool | None


def letters(count: int, authority: signing.Authority, services: signing.Services) -> Iterator[Letter]:
    """Letters with 1 to 5 signatures, of all kinds of keys, levels, orders and stamps: one at each step of signing."""
    chance = random.Random(20261123)
    unsigned = {in_order: signing.render(signing.PEOPLE, in_order=in_order) for in_order in (False, True)}
    for _ in range(count // 5):
        in_order = chance.random() < 0.3
        pdf = unsigned[in_order]
        names = [name for name, _ in signing.PEOPLE]
        if not in_order:
            chance.shuffle(names)
        certify = chance.choice([None, None, False])
        for place, name in enumerate(names):
            level = chance.choices(LEVELS, [8, 2, 1, 1])[0]
            key, stamp = chance.choice(signing.KEY_KINDS), chance.choice([None, signing.stamp])
            pdf = sign(
                pdf,
                field=name,
                signer=authority.signer(name, key),
                level=level,
                tsa=None if level == "B-B" else f"{services.url}/tsa",
                stamp=stamp,
                certify=certify if place == 0 else None,
                reason=chance.choice([None, "Approved (with \\ and ünïcode 密)"]),
            ).pdf
            yield Letter(pdf, place + 1, level, key, stamp is not None, in_order, certify)


def signed_places(pdf: bytes) -> list[int]:
    """The places of a file that its first signature covers."""
    found = re.search(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)", pdf)
    assert found is not None
    hole, after, length = map(int, found.groups())
    return [place for place in range(after + length) if not hole <= place < after]


def flipped(pdf: bytes, places: Sequence[int], authority: signing.Authority) -> list[int]:
    """Flip a bit at each of the places, one at a time; gives those whose file is called valid all the same."""
    chance = random.Random(3)
    return [place for place in places if _is_valid(_with_a_flip(pdf, place, chance.randrange(8)), authority)]


def _with_a_flip(pdf: bytes, place: int, bit: int) -> bytes:
    damaged = bytearray(pdf)
    damaged[place] ^= 1 << bit
    return bytes(damaged)


def _is_valid(pdf: bytes, authority: signing.Authority) -> bool:
    try:
        return verify(pdf, [authority.der]).valid
    except UnreadableInput:
        return False


def main() -> int:
    count, bits = (int(word) for word in (*sys.argv[1:], "200", "1000")[:2])
    authority = signing.Authority()
    services = signing.Services(authority)
    try:
        refused = [letter for letter in letters(count, authority, services) if not _is_valid(letter.pdf, authority)]
    finally:
        services.close()
    for letter in refused:
        print(f"REFUSED: {letter.signatures} signatures, the last {letter.level} by {letter.key}")
    name = signing.PEOPLE[0][0]
    pdf = sign(signing.render(paragraphs=2), field=name, signer=authority.signer(name), stamp=signing.stamp).pdf
    taken = flipped(pdf, random.Random(1).choices(signed_places(pdf), k=bits), authority)
    print(*(f"VALID with a bit flipped at {place}" for place in taken), sep="\n")
    print(f"{count} good letters, {len(refused)} refused; {bits} with a bit flipped, {len(taken)} called valid")
    return bool(refused or taken)


if __name__ == "__main__":
    sys.exit(main())
