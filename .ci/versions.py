"""Run the tests that are marked `smoke` on other Pythons, and with the lowest versions that pyproject.toml allows.

    versions.py [3.12] [3.13] [lowest]      all three without arguments

Each has an environment of its own, `.venv-3.12` and so on, which is kept, and made anew when pyproject.toml changes.
What the machine lacks (an interpreter, a package that pip cannot get) is skipped, and that is said; where the
environment stands and its tests fail, or the minimums contradict one another, the exit code is 1.

Not here: the environment that all other targets use, which is `setup.py`'s.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOWEST_PYTHON = "3.11"
"""What `requires-python` begins with."""
VERSIONS = ("3.12", "3.13", "lowest")
EXTRAS = ("test", "pkcs11")
"""What the tests import, and what letterpress imports if it is there."""
IGNORED = ("--ignore=tests/serve", "--ignore=tests/interactive/test_listening.py")
"""Tests that need the service's extra as soon as they are collected; none of them is smoke."""
STAMP = "letterpress-versions.txt"
INSTALL_SECONDS = 900
TEST_SECONDS = 600
"""On a quiet machine the tests take less than 90 s; one that is busy may take longer, and one that hangs must end."""


class Skipped(Exception):
    """This version cannot be tried here; the message says why."""


class Failed(Exception):
    """This version was tried, and something is wrong with the project."""


def interpreter(version: str) -> Path:
    """Find a Python of `version` (`3.12`): on the path, or where pyenv keeps them, the newest first.

    :raises Skipped: there is none.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    kept = sorted(pyenv.glob(f"versions/{version}.*/bin/python3"), key=_version_of, reverse=True)
    for candidate in (shutil.which(f"python{version}"), *kept):
        # pyenv has a `python3.12` on the path for each that is installed anywhere, and it may refuse to start.
        if candidate and _is(Path(candidate), version):
            return Path(candidate)
    raise Skipped(f"there is no Python {version} on this machine")


def _version_of(python: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", python.parents[1].name)]


def _is(python: Path, version: str) -> bool:
    asked = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-Ic", asked], capture_output=True, text=True)
    return done.returncode == 0 and done.stdout.strip() == version


def minimums(project: dict[str, object], extras: Sequence[str] = EXTRAS) -> Iterator[str]:
    """Give the pip constraints that hold each requirement of the project to its lowest version.

    :raises Failed: a requirement does not say what its lowest version is.
    """
    optional = project["optional-dependencies"]
    assert isinstance(optional, dict)
    for group in (project["dependencies"], *(optional[extra] for extra in extras)):
        for requirement in group:
            found = re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?>=([\w.]+)", requirement.replace(" ", ""))
            if found is None:
                raise Failed(f"pyproject.toml: '{requirement}' does not name its lowest version as name>=version")
            yield f"{found[1]}=={found[2]}"


def environment(version: str) -> Path:
    """Make the environment of a version, or take the one that is there; gives its interpreter.

    :raises Skipped: there is no interpreter, or pip cannot get a package.
    :raises Failed: the requirements contradict one another.
    """
    folder = ROOT / f".venv-{version}"
    base = interpreter(LOWEST_PYTHON if version == "lowest" else version)
    python = folder / "bin" / "python"
    pyproject = (ROOT / "pyproject.toml").read_bytes()
    stamp = f"{folder} {base.resolve()} {hashlib.sha256(pyproject).hexdigest()}"
    if python.exists() and (folder / STAMP).exists() and (folder / STAMP).read_text() == stamp:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    say(version, f"makes .venv-{version}, which takes a minute or two")
    _run([base, "-I", "-m", "venv", folder])
    pip = [python, "-I", "-m", "pip", "--no-input", "--disable-pip-version-check", "install", "--quiet"]
    command = [*pip, "-e", f".[{','.join(EXTRAS)}]"]
    if version == "lowest":
        constraints = folder / "lowest.txt"
        constraints.write_text("\n".join(minimums(tomllib.loads(pyproject.decode())["project"])) + "\n")
        command += ["-c", constraints]
    _run(command)
    (folder / STAMP).write_text(stamp)
    return python


def _run(command: Sequence[str | Path]) -> None:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        raise Skipped(f"the set-up took more than {INSTALL_SECONDS} s") from None
    if done.returncode == 0:
        return
    errors = [line for line in done.stderr.splitlines() if not line.startswith(("WARNING", "[notice]"))]
    said = "\n".join(errors[-12:]) or done.stdout[-1000:]
    if "ResolutionImpossible" in done.stderr or "conflicting dependencies" in done.stderr:
        raise Failed(f"the versions that pyproject.toml allows contradict one another:\n{said}")
    raise Skipped(f"the set-up failed:\n{said}")


def test(version: str) -> None:
    """Run the smoke tests in the environment of a version.

    :raises Failed: a test failed, or none was run.
    """
    python = environment(version)
    begun = time.monotonic()
    command = [python, "-m", "pytest", "-q", "-m", "smoke", "-p", "no:cacheprovider", *IGNORED, "tests"]
    try:
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONNOUSERSITE": "1"}, timeout=TEST_SECONDS)
    except subprocess.TimeoutExpired:
        raise Failed(f"the tests took more than {TEST_SECONDS} s") from None
    if done.returncode:
        raise Failed(f"pytest ended with {done.returncode}")
    say(version, f"passed in {time.monotonic() - begun:.0f} s")


def say(version: str, text: str) -> None:
    """Tell the person at the terminal."""
    print(f"versions: {version}: {text}", file=sys.stderr, flush=True)


def main(wanted: Sequence[str]) -> int:
    """Try each version; 0 where none that could be tried failed."""
    if unknown := set(wanted) - set(VERSIONS):
        print(f"versions: there is no {', '.join(sorted(unknown))}; there are {', '.join(VERSIONS)}", file=sys.stderr)
        return 2
    failed = []
    for version in wanted or VERSIONS:
        try:
            test(version)
        except Skipped as reason:
            say(version, f"SKIPPED, since {reason}")
        except Failed as reason:
            failed.append(version)
            say(version, f"FAILED: {reason}")
    if failed:
        print(f"versions: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
