"""What a signature costs: `python benchmarks/signing.py [--count N] [--memory N]` prints a table.

A visible, tagged B-B signature in a letter of one page, per kind of key: median and 90th percentile in ms with the
stamp laid out by WeasyPrint, and without; KB that it adds. Then a key on a token (SoftHSM2, if it is installed),
`verify` of 1 to 5 signatures, the memory of one process over 1,000 signatures, and what a signature takes of the
processor in a run of letters, where all but the first are signed as the first was. Keys are made on the spot.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support import signing  # noqa: E402

import letterpress  # noqa: E402
from letterpress import stamp  # noqa: E402
from letterpress.signing import Series, sign, verify  # noqa: E402
from letterpress.signing.keys.signer import Signer  # noqa: E402

NAME = signing.PEOPLE[0][0]
STAMP = stamp.of_letterhead("plain", "en-US", ".")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=60, help="signatures per kind of key")
    options.add_argument("--memory", type=int, default=1000, help="signatures to watch the memory over")
    chosen = options.parse_args()
    authority = signing.Authority()
    letter = signing.render(signing.PEOPLE[:1])
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {chosen.count} signatures each\n")
    print(f"{'key':<16}{'visible ms':>12}{'p90':>8}{'bare ms':>10}{'KB':>8}{'bare KB':>9}")
    for kind in signing.KEY_KINDS:
        row(kind, letter, authority.signer(NAME, kind), chosen.count)
    on_token(letter, authority, chosen.count)
    print(f"\n{'verify':<16}{'ms':>12}")
    verifying(authority, max(5, chosen.count // 6))
    print()
    memory(letter, authority.signer(NAME), chosen.memory)
    print(f"\n{'in a run':<16}{'CPU ms':>12}{'by itself':>12}")
    in_a_run(authority, chosen.count)


def row(label: str, letter: bytes, signer: Signer, count: int) -> None:
    visible, added = measured(lambda: sign(letter, field=NAME, signer=signer, stamp=STAMP).added, count)
    bare, bare_added = measured(lambda: sign(letter, field=NAME, signer=signer).added, count)
    print(
        f"{label:<16}{statistics.median(visible):>12.1f}{statistics.quantiles(visible, n=10)[-1]:>8.1f}"
        f"{statistics.median(bare):>10.1f}{added / 1000:>8.1f}{bare_added / 1000:>9.1f}",
        flush=True,
    )


def measured(call: Callable[[], int], count: int) -> tuple[list[float], int]:
    """Times in ms, warmed up, and the last result."""
    times = []
    result = call()
    for _ in range(count):
        begun = time.perf_counter()
        result = call()
        times.append((time.perf_counter() - begun) * 1000)
    return times, result


def on_token(letter: bytes, authority: signing.Authority, count: int) -> None:
    """The same with keys that stay on a token."""
    from tests.signing import test_keys
    from tests.support import softhsm

    from letterpress.signing.keys import tokens

    if softhsm.MODULE is None:
        print("PKCS#11: SoftHSM2 is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ[softhsm.VARIABLE] = softhsm.begin(Path(folder), "letters")
        test_keys.fill_token(softhsm.MODULE, authority, signing.Authority())
        for label in ("rsa", "p256", "p384"):
            with tokens.open_token(softhsm.MODULE, softhsm.PIN, label=label) as signer:
                row(f"PKCS#11 {label}", letter, signer, count)


def verifying(authority: signing.Authority, count: int) -> None:
    pdf = signing.render(signing.PEOPLE)
    for number, (name, _) in enumerate(signing.PEOPLE, 1):
        pdf = sign(pdf, field=name, signer=authority.signer(name), stamp=STAMP).pdf
        signed = pdf
        times, valid = measured(lambda: int(verify(signed, [authority.der]).valid), count)  # noqa: B023
        assert valid
        print(f"{number} signature{'s'[: number > 1]:<5}{statistics.median(times):>12.1f}", flush=True)


def memory(letter: bytes, signer: Signer, count: int) -> None:
    """Resident memory in MB while one process signs `count` letters, visibly."""
    print("memory of one process, MB: ", end="")
    for number in range(count + 1):
        if number % max(1, count // 5) == 0:
            gc.collect()
            print(f"{number}: {resident():.0f}  ", end="", flush=True)
        sign(letter, field=NAME, signer=signer, stamp=STAMP)
    print()


def in_a_run(authority: signing.Authority, count: int) -> None:
    """CPU time in ms of one and of two visible signatures of each letter of a list, in turn with letters by themselves."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content" / "letters" / "bridge.md"
        path.parent.mkdir(parents=True)
        people = "".join(f"  - {{name: {name}, title: {title}, sign: digital}}\n" for name, title in signing.PEOPLE[:2])
        path.write_text(
            "---\nletterhead: plain\nlang: en-US\ndate: 2026-11-02\nfrom: {name: Riverside Board}\n"
            f"salutation: Dear neighbour\nclosing: Sincerely\nsignatories:\n{people}---\nThe bridge.\n"
        )
        rows = ({"name": f"Dana Reyes {at}", "street": "4 Mill Lane", "city": "Bangor"} for at in range(count))
        made = list(letterpress.merge(path, rows))
    for kind in ("p256", "rsa2048"):
        for names in (signing.PEOPLE[:1], signing.PEOPLE[:2]):
            series = Series([(name, authority.signer(name, kind)) for name, _ in names])
            turns: dict[bool, list[float]] = {True: [], False: []}
            for at in range(1, count):
                for in_turn, spent in turns.items():
                    letter = made[at] if in_turn else replace(made[at], shape=None)
                    begun = time.process_time()
                    stamp.sign(letter, series, letterhead_name="plain", root=".")
                    spent.append((time.process_time() - begun) * 1000)
            label = f"{kind}, {len(names)}"
            print(
                f"{label:<16}{statistics.median(turns[True]):>12.2f}{statistics.median(turns[False]):>12.2f}",
                flush=True,
            )


def resident() -> float:
    status = Path("/proc/self/statm")
    if not status.exists():
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
