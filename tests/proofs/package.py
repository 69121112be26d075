"""A package of very many letters: `make proof-package [LETTERS=100000]`, some minutes.

Packs and verifies a run of small letters in processes of their own, and prints how long that took and the most memory
that each had: with a tenth of the letters, and with all.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support import packed

_PACK = "import sys, letterpress; letterpress.package(sys.argv[1], sys.argv[2], group='country,sheets')"
_VERIFY = "import sys, letterpress; assert letterpress.verify_package(sys.argv[1]).passed"
_MOST = 12.0
"""MB that all letters may take more than a tenth of them: SQLite and the list of files keep a few."""


def measured(program: str, *arguments: Path) -> tuple[float, float]:
    """Run a program; gives its seconds of work and its most memory in MB."""
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Not `ru_maxrss`, which counts what the process was before it became this program.
    watched = f"{program}\nprint(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    command = [sys.executable, "-c", watched, *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime, int(ran.stdout) / 1024


def main(letters: int) -> int:
    """Pack and verify; 1, if memory grows with the letters."""
    peaks: dict[str, list[float]] = {"pack": [], "verify": []}
    with tempfile.TemporaryDirectory() as scratch:
        for number in (letters // 10, letters):
            folder, file = Path(scratch) / f"{number}", Path(scratch) / f"{number}.zip"
            packed.run_of(folder, number)
            for name, program, given in (("pack", _PACK, (folder, file)), ("verify", _VERIFY, (file,))):
                seconds, most = measured(program, *given)
                peaks[name].append(most)
                print(
                    f"{name:>6}: {number:>7} letters  {seconds:7.1f} s of work  {most:6.1f} MB  {file.stat().st_size:>12} bytes"
                )
    grown = {name: most[1] - most[0] for name, most in peaks.items()}
    print(", ".join(f"{name}: {more:+.1f} MB" for name, more in grown.items()))
    return int(max(grown.values()) > _MOST)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
