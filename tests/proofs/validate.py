"""What `validate` says of other people's PDFs: a table of what they claim, of the verdicts, and of the rules that are broken.

Each file is read as it is, and once more as if it claimed PDF/X-4 and PDF/X-1a, so that every rule meets it; both by a
process with limits of time and memory. Nothing may end in a traceback; what takes too much is said by name.

Command line: `python -m tests.proofs.validate FOLDER...`, or `--made NUMBER` for files that `oddpdfs` makes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from letterpress.errors import LetterpressError, UnreadableInput
from letterpress.pdf.validation import Validation, claims, judge
from letterpress.pdf.validation.report import Claim
from letterpress.processes.kept_worker import KeptWorker
from letterpress.processes.limits import Limits, Point
from tests.support import oddpdfs

LIMITS = Limits(seconds=30, memory_mb=1_500)
EVERY = tuple(Claim(standard=standard, where=("Info",)) for standard in ("PDF/X-4", "PDF/X-1a:2003"))


def by_every_rule(path: str) -> judge.Looked:
    """Look at a file as if it claimed all that letterpress has rules of."""
    claims.read = lambda *_: EVERY
    return judge.look(path, path)


def files(folders: list[str], made: int) -> Iterator[Path]:
    """The PDFs below the folders, and those that are made."""
    for folder in folders:
        yield from sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() == ".pdf" and path.is_file())
    if made:
        with tempfile.TemporaryDirectory() as place:
            for odd in oddpdfs.all_of(made):
                path = Path(place, "odd.pdf")
                path.write_bytes(odd.data)
                yield path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--made", type=int, default=0)
    given = parser.parse_args()
    plain, every = KeptWorker(), KeptWorker()
    verdicts: Counter[tuple[str, str]] = Counter()
    rules: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    tracebacks: list[str] = []
    longest = (0.0, "")
    count = 0
    for path in files(given.folders, given.made):
        count += 1
        begun = time.process_time(), time.monotonic()
        try:
            looked = plain.call("letterpress.pdf.validation:look", str(path), str(path), limits=LIMITS, point=Point())
            said: Validation = judge.finish(looked, path, str(path), LIMITS)
            verdicts.update((judgement.claim.standard, judgement.verdict) for judgement in said.judgements)
            tried = every.call("tests.proofs.validate:by_every_rule", str(path), limits=LIMITS, point=Point())
        except UnreadableInput as error:
            ended[error.diagnostics[0].code or ""] += 1
            continue
        except LetterpressError as error:
            ended[error.diagnostics[0].message] += 1
            continue
        except Exception as error:
            tracebacks.append(f"{path}: {error!r}")
            continue
        longest = max(longest, (time.monotonic() - begun[1], str(path)))
        rules.update({f"{finding.standard} {finding.rule}" for finding in tried.findings})
        tracebacks += [
            f"{path}: {finding.message}"
            for finding in tried.findings
            if finding.message.endswith(("Error", "Exception"))
        ]
    print(f"{count} files; the longest took {longest[0]:.1f} s: {longest[1]}")
    for (standard, verdict), number in sorted(verdicts.items()):
        print(f"{number:6} {standard[:40]}: {verdict}")
    for reason, number in ended.most_common():
        print(f"{number:6} {reason}")
    for rule, number in sorted(rules.items()):
        print(f"{number:6} {rule}")
    for line in tracebacks:
        print(line)
    return 1 if tracebacks else 0


if __name__ == "__main__":
    sys.exit(main())
