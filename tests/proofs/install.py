"""Wheel and sdist: the same bytes when they are built again, whole, and at work where there is no repository.

    make proof-install [ARGS="--python 3.12 --how uv"]
    make sbom

Builds both twice (in the checkout, and in a copy with another umask and time zone), has twine check them, compares what
they hold with the files of the repository, and installs the wheel with pip, pipx and uv into empty environments on Python
3.11, 3.12 and 3.13; there a project is begun, a letter and a merge are made, and the studio and the doctor are asked.

What a way of installing needs and is not there is said, and left out.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.11", "3.12", "3.13")
WAYS = ("pip", "pipx", "uv")
LETTER = """\
---
letterhead: own
lang: en-US
date: 2026-01-15
from: harbor-light-clinic
salutation: Dear {{ to.name }}
closing: Sincerely
signatories: [jo-lind]
---

Thank you for writing.
"""
LIST = "name,street,city\nAda Brook,4 Mill Lane,Bangor\nMax Orr,5 Mill Lane,Bangor\n"


class Failed(Exception):
    """Something is not as it has to be; the message says what."""


# --- building ---------------------------------------------------------------------------------------------------------


def tool(name: str) -> str | None:
    """Find a program: beside this Python, or on the path."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def call(*command: str | Path, **more: Any) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise Failed(
            f"`{' '.join(map(str, command))}` ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}"
        )
    return done.stdout


def tracked() -> list[str]:
    """The files of the repository."""
    return [name for name in call("git", "ls-files", "-z", cwd=ROOT).split("\0") if name and (ROOT / name).exists()]


def build(source: Path, target: Path, **environment: str) -> dict[str, bytes]:
    """Build wheel and sdist; the file names with their bytes."""
    builder = (
        [sys.executable, "-m", "build"] if importlib.util.find_spec("build") else [tool("pyproject-build") or "build"]
    )
    call(*builder, "--outdir", target, source, env={**os.environ, **environment})
    return {path.name: path.read_bytes() for path in sorted(target.iterdir())}


def built_twice(folder: Path) -> list[Path]:
    """Build in the checkout, and in a copy of it that differs in all that must not matter.

    :raises Failed: the files differ.
    """
    first = build(ROOT, folder / "first", TZ="UTC")
    copy = folder / "copy of it"
    for name in tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    mask = os.umask(0o077)
    try:
        second = build(copy, folder / "second", TZ="Asia/Tokyo", LC_ALL="C")
    finally:
        os.umask(mask)
    differing = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    if differing:
        raise Failed(f"built twice, and not the same: {', '.join(differing)}")
    for name, content in first.items():
        print(f"   {hashlib.sha256(content).hexdigest()}  {name} ({len(content) / 1e6:.1f} MB), twice the same")
    return [folder / "first" / name for name in first]


# --- what is in them --------------------------------------------------------------------------------------------------


def expected(names: Iterable[str]) -> set[str]:
    """What the wheel holds of the repository: the package, with the shipped letterheads in it."""
    places = {"src/letterpress/": "letterpress/", "templates/": "letterpress/templates/"}
    return {f"{to}{name.removeprefix(at)}" for name in names for at, to in places.items() if name.startswith(at)}


def faults_of_wheel(wheel: Path, names: Iterable[str]) -> list[str]:
    """What a wheel lacks, and what it has that is not in the repository.

    :param names: the files of the repository.
    """
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        info = {name.partition(".dist-info/")[2] for name in archive.namelist() if ".dist-info/" in name}
    wanted = expected(names)
    faults = [f"the wheel lacks {name}" for name in sorted(wanted - held)]
    faults += [f"the wheel has {name}, which is not in the repository" for name in sorted(held - wanted)]
    licences = {f"licenses/{name}" for name in _licences(names)}
    faults += [
        f"the wheel lacks {name}" for name in sorted({"METADATA", "RECORD", "entry_points.txt", *licences} - info)
    ]
    return faults


def _licences(names: Iterable[str]) -> list[str]:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license-files"]
    return [name for name in names if any(Path(name).match(pattern) for pattern in patterns)]


def faults_of_sdist(sdist: Path, names: Iterable[str]) -> list[str]:
    """What an sdist has that is not in the repository, and what it lacks of what it is made of."""
    with tarfile.open(sdist) as archive:
        held = {member.name.partition("/")[2] for member in archive if member.isfile()} - {"PKG-INFO"}
    names = set(names)
    wanted = {name for name in names if name.startswith(("src/", "templates/"))}
    faults = [f"the sdist has {name}, which is not in the repository" for name in sorted(held - names)]
    return faults + [f"the sdist lacks {name}" for name in sorted(wanted - held)]


def check_contents(files: Iterable[Path]) -> None:
    """:raises Failed: something is missing, or too much."""
    names = tracked()
    faults = []
    for file in files:
        faults += faults_of_wheel(file, names) if file.suffix == ".whl" else faults_of_sdist(file, names)
    if faults:
        raise Failed("\n".join(faults))


# --- installing -------------------------------------------------------------------------------------------------------


def interpreter(version: str) -> str | None:
    """Find a Python of a version that starts."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for candidate in (*map(str, pyenv.glob(f"versions/{version}.*/bin/python3")), shutil.which(f"python{version}")):
        if (
            candidate
            and subprocess.run([candidate, "-c", "import venv"], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    return None


def install(wheel: Path, how: str, python: str, folder: Path) -> Path | None:
    """Install the wheel with its studio into an empty environment; gives its `letterpress`, or None if it cannot be.

    :raises Failed: it can be, and fails.
    """
    what = f"letterpress[studio] @ {wheel.as_uri()}"
    if how == "pip":
        call(python, "-I", "-m", "venv", folder / "venv")
        call(folder / "venv/bin/python", "-I", "-m", "pip", "--no-input", "--quiet", "install", what)
        return folder / "venv/bin/letterpress"
    program = tool(how)
    if program is None:
        return None
    if how == "pipx":
        places = {"PIPX_HOME": str(folder / "pipx"), "PIPX_BIN_DIR": str(folder / "bin")}
        call(program, "install", "--python", python, what, env={**os.environ, **places})
    else:
        places = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
        call(program, "tool", "install", "--quiet", "--python", python, what, env={**os.environ, **places})
    return folder / "bin/letterpress"


def used(letterpress: Path, desk: Path, version: str) -> None:
    """Use an installed letterpress as somebody does who has never seen the repository.

    :raises Failed: something does not work.
    """
    desk.mkdir()
    kept = ("HOME", "LANG", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {"PATH": "/usr/bin:/bin"}
    at: dict[str, Any] = {"cwd": desk, "env": environment}
    doctor = json.loads(call(letterpress, "doctor", "--json", **at))
    if not doctor["passed"] or not doctor["python"].startswith(version) or str(ROOT) in doctor["place"]:
        raise Failed(f"the doctor says: {doctor}")
    extras = {part["name"]: part["status"] for part in doctor["parts"] if part["kind"] == "extra"}
    if extras["studio"] != "there" or extras["codes"] != "missing":
        raise Failed(f"the doctor says of extras: {extras}")
    call(letterpress, "new", "ours", **at)
    at["cwd"] = ours = desk / "ours"
    made = json.loads(call(letterpress, "render", "content/letters/first-letter.md", "--json", **at))
    if made["summary"] != {"letters": 1, "done": 1, "failed": 0, "skipped": 0, "pages": 1}:
        raise Failed(f"the first letter: {made}")
    (ours / "content/letters/many.md").write_text(LETTER)
    (ours / "list.csv").write_text(LIST)
    made = json.loads(call(letterpress, "merge", "content/letters/many.md", "--data", "list.csv", "--json", **at))
    if made["summary"]["done"] != 2:
        raise Failed(f"the merge: {made}")
    if "Ctrl-C" not in call(letterpress, "studio", "--help", **at):
        raise Failed("the studio does not say how it is ended")
    if "nothing to upgrade" in call(letterpress, "--completion", "bash", **at):
        raise Failed("the completion is none")


def tried(wheel: Path, pythons: Iterable[str], ways: Iterable[str], folder: Path) -> Iterator[tuple[str, str, str]]:
    """Install and use the wheel in each way on each Python: version, way, and what came of it."""
    for version in pythons:
        python = interpreter(version)
        for how in ways:
            place = folder / f"{how}-{version}"
            place.mkdir()
            began = time.monotonic()
            said = "left out: there is no such Python"
            if python is not None:
                letterpress = install(wheel, how, python, place)
                said = f"left out: there is no {how}"
                if letterpress is not None:
                    used(letterpress, place / "desk", version)
                    said = f"at work, after {time.monotonic() - began:.0f} s"
            yield version, how, said
            shutil.rmtree(place)


# --- the bill of materials --------------------------------------------------------------------------------------------


def bill(python: str, version: str) -> dict[str, Any]:
    """Make the CycloneDX document: the packages of an environment by cyclonedx-py, and what is in letterpress itself.

    :raises Failed: there is no cyclonedx-py, or it fails.
    """
    program = tool("cyclonedx-py")
    if program is None:
        raise Failed("there is no cyclonedx-py: pip install cyclonedx-bom")
    options = ["--output-reproducible", "--of", "JSON", "--pyproject", ROOT / "pyproject.toml"]
    document: dict[str, Any] = json.loads(call(program, "environment", *options, python))
    document["components"] += [*_shipped(), *_of_editor()]
    # It calls letterpress itself the root, and lists the environment's letterpress once more.
    document["components"] = [one for one in document["components"] if one["name"] != "letterpress"]
    document["metadata"]["component"]["version"] = version
    return document


def _shipped() -> Iterator[dict[str, Any]]:
    for one in tomllib.loads((ROOT / "docs/shipped.toml").read_text(encoding="utf-8"))["shipped"]:
        yield {
            "type": "library" if one["files"].endswith(".js") else "file",
            "bom-ref": f"shipped:{one['name']}",
            "name": one["name"],
            **({"version": one["version"]} if "version" in one else {}),
            "licenses": [{"license": {"id": one["licence"]}}],
            "externalReferences": [{"type": "website", "url": one["source"]}] if "://" in one["source"] else [],
        }


def _of_editor() -> Iterator[dict[str, Any]]:
    """The packages that are in the studio's editor: those that its licence names, and CodeMirror's own."""
    packages: Mapping[str, Any] = json.loads((ROOT / "front/package-lock.json").read_text(encoding="utf-8"))["packages"]
    own = packages[""]["dependencies"]
    text = (ROOT / "src/letterpress/studio/static/vendor/LICENSE.txt").read_text(encoding="utf-8")
    for name in sorted({*own, *(line.removeprefix("== ") for line in text.splitlines() if line.startswith("== "))}):
        about = packages[f"node_modules/{name}"]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{about['version']}"
        licences = [{"license": {"id": about["license"]}}]
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": about["version"],
            "purl": purl,
            "licenses": licences,
        }


# --- the command ------------------------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="proof-install")
    parser.add_argument("--python", action="append", choices=PYTHONS)
    parser.add_argument("--how", action="append", choices=WAYS)
    parser.add_argument("--contents", type=Path, help="only say what a wheel lacks, or has too much")
    parser.add_argument("--sbom", type=Path, help="only write the bill of materials of this environment")
    given = parser.parse_args(arguments)
    try:
        if given.contents:
            check_contents([given.contents])
        elif given.sbom:
            version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
            given.sbom.parent.mkdir(parents=True, exist_ok=True)
            given.sbom.write_text(json.dumps(bill(sys.executable, version), indent=1, ensure_ascii=False) + "\n")
            print(given.sbom)
        else:
            prove(given.python or PYTHONS, given.how or WAYS)
    except Failed as failed:
        print(f"proof-install: {failed}", file=sys.stderr)
        return 1
    return 0


def prove(pythons: Iterable[str], ways: Iterable[str]) -> None:
    """:raises Failed: something is not as it has to be."""
    with tempfile.TemporaryDirectory(prefix="letterpress-install-") as name:
        folder = Path(name)
        print("== built twice", flush=True)
        files = built_twice(folder)
        print("== contents", flush=True)
        check_contents(files)
        twine = tool("twine")
        print("== twine check" if twine else "== twine check: left out, there is no twine", flush=True)
        if twine:
            call(twine, "check", "--strict", *files)
        (wheel,) = (file for file in files if file.suffix == ".whl")
        print("== installed and used", flush=True)
        for version, how, said in tried(wheel, pythons, ways, folder):
            print(f"   {version}  {how:<5} {said}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
