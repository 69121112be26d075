"""The differential check: whatever `verify` calls valid is drawn alike before and after the last signature's revision.

`python -m tests.proofs.differential [COUNT] [SEED]` (`make proof-verify`: 2,000) makes seeded mutations of signed letters,
has all readers draw those that are valid, and prints a table. It ends with 1 if any is drawn differently.
"""

from __future__ import annotations

import collections
import datetime
import multiprocessing
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from letterpress.errors import UnreadableInput
from letterpress.signing import strict, verify
from tests.support import mutations, readers
from tests.support.mutations import Mutation
from tests.support.readers import Reader


@dataclass
class Tally:
    """What became of one set of mutations."""

    files: int = 0
    valid: int = 0
    different: collections.Counter[str] = field(default_factory=collections.Counter)
    """By reader: files that are valid, and drawn differently."""
    caught: int = 0
    """Files that are not valid, and drawn differently by PDFium: attacks that would have worked."""
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What `verify` and the readers say of one mutation."""

    name: str
    set: str
    valid: bool
    different: tuple[str, ...]
    """Readers that draw it differently from the last signature's revision."""


def is_valid(mutation: Mutation) -> bool:
    """Whether `verify` calls it valid and trusted. The strict reading is asked first, since it is quick."""
    if strict.check(mutation.pdf, mutation.letter.ends).faults:
        return False
    try:
        return verify(mutation.pdf, [mutations.AUTHORITY.der]).valid
    except UnreadableInput:
        return False


class Judge:
    """Judges mutations; what a reader draws of a signed revision is drawn once."""

    def __init__(self, found: Mapping[str, Reader]) -> None:
        self.readers = found
        self.signed: dict[tuple[str, bytes], bytes] = {}

    def __call__(self, mutation: Mutation) -> Outcome:
        valid = is_valid(mutation)
        asked = self.readers if valid else {"PDFium": readers.pdfium}
        different = [name for name, draw in asked.items() if draw(mutation.pdf) != self.before(name, draw, mutation)]
        return Outcome(mutation.name, mutation.name.partition(":")[0], valid, tuple(different))

    def before(self, name: str, draw: Reader, mutation: Mutation) -> bytes:
        revision = mutation.letter.pdf[: mutation.letter.end]
        if (name, revision) not in self.signed:
            self.signed[name, revision] = draw(revision)
        return self.signed[name, revision]


def tallies(outcomes: Iterable[Outcome]) -> dict[str, Tally]:
    """The outcomes by set."""
    found: dict[str, Tally] = collections.defaultdict(Tally)
    for outcome in outcomes:
        tally = found[outcome.set]
        tally.files += 1
        tally.valid += outcome.valid
        if outcome.valid:
            tally.different.update(outcome.different)
            tally.failures += [f"{outcome.name}: {', '.join(outcome.different)}"] * bool(outcome.different)
        else:
            tally.caught += bool(outcome.different)
    return dict(found)


def run(count: int, seed: int, found: Mapping[str, Reader], jobs: int = 1) -> dict[str, Tally]:
    """Judge as many seeded mutations."""
    judge = Judge(found)
    if jobs == 1:
        return tallies(map(judge, mutations.seeded(count, seed)))
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        return tallies(pool.imap_unordered(judge, mutations.seeded(count, seed), chunksize=8))


def table(found: dict[str, Tally], names: Iterable[str]) -> Iterator[str]:
    """The table's lines."""
    heads = ["set", "files", "valid", *(f"drawn differently by {name}" for name in names), "caught (PDFium)"]
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    total = Tally()
    for name, tally in [*sorted(found.items()), ("all", total)]:
        cells = [name, tally.files, tally.valid, *(tally.different[reader] for reader in names), tally.caught]
        yield "| " + " | ".join(map(str, cells)) + " |"
        total.files += tally.files
        total.valid += tally.valid
        total.different += tally.different
        total.caught += tally.caught


def main() -> int:
    given = [int(word) for word in sys.argv[1:3]]
    count, seed = given + [2000, 1][len(given) :]
    found = readers.available()
    versions = ", ".join(f"{name} {readers.version(name)}" for name in found)
    print(f"{datetime.date.today()}, {platform.machine()}, {platform.system()}, {versions}; seed {seed}")
    if missing := {"PDFium", "Poppler", "MuPDF", "Ghostscript"} - set(found):
        print(f"not there: {', '.join(sorted(missing))}")
    result = run(count, seed, found, jobs=2)
    print("\n".join(table(result, found)))
    failures = [line for tally in result.values() for line in tally.failures]
    print("\n".join(failures))
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
