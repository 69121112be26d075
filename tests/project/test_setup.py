"""The set-up script's choices, with nothing installed: what it runs, when it makes .venv anew, what it says."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPENDENCIES = '[project]\nname = "letterpress"\ndependencies = ["one", "two"]\n'


@pytest.fixture
def setup() -> Any:
    spec = importlib.util.spec_from_file_location("setup_script", ROOT / ".ci" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "pyproject.toml").write_text(DEPENDENCIES)
    return root


class Machine:
    """What the script would run, written down instead; venv and pip leave the files that they would."""

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.ran: list[list[str]] = []

    def __call__(self, command: Sequence[str], folder: Path = ROOT) -> bool:
        self.ran.append(list(command))
        if self.fails and self.fails in command:
            return False
        programs = Path(command[-1], "bin") if command[-2:-1] == ["venv"] else folder / ".venv" / "bin"
        if "venv" in command:
            programs.mkdir(parents=True)
            _program(programs / "python")
        elif "pip" in command:
            _program(programs / "letterpress")
        return True


def _program(path: Path) -> None:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


@pytest.fixture
def machine(setup: Any, monkeypatch: pytest.MonkeyPatch) -> Machine:
    fake = Machine()
    monkeypatch.setattr(setup, "_runs", fake)
    return fake


@pytest.fixture
def find_programs(setup: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that says which programs there are, and who the user is."""

    def programs(*names: str, user: int = 0) -> None:
        monkeypatch.setattr(setup.shutil, "which", lambda name: f"/bin/{name}" if name in names else None)
        monkeypatch.setattr(setup.os, "geteuid", lambda: user)

    return programs


def need(setup: Any, present: bool | list[bool] = False, vital: bool = True, **packages: list[str]) -> Any:
    """Make a need that is present, or is so at each next look."""
    looks = iter(present) if isinstance(present, list) else None
    packages = {name.replace("_", "-"): names for name, names in packages.items()}
    return setup.Need("Pango", "sets the text", lambda: next(looks) if looks else present, packages, vital)


# --- Native libraries and tools ---


def test_nothing_is_run_when_all_is_there(setup: Any, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    setup.provide([need(setup, present=True, apt_get=["libpango"])])
    assert machine.ran == []
    assert capsys.readouterr() == ("", "")


def test_apt_as_root(setup: Any, machine: Machine, find_programs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    find_programs("apt-get", "sudo")
    setup.provide([need(setup, [False, True], apt_get=["one", "two"]), need(setup, [False, True], apt_get=["two"])])
    update, install = machine.ran
    assert update[:3] == ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    assert update[-1] == "update"
    assert install[-2:] == ["one", "two"]
    assert "-y" in install
    assert "sudo" not in install
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("set-up: apt-get installs one two (Pango: sets the text;")


def test_sudo_where_the_user_is_not_root(setup: Any, machine: Machine, find_programs: Any) -> None:
    find_programs("apt-get", "sudo", user=1000)
    setup.provide([need(setup, [False, True], apt_get=["one"])])
    assert all(command[:2] == ["sudo", "env"] for command in machine.ran)


def test_without_root_or_sudo_the_command_is_named(setup: Any, machine: Machine, find_programs: Any) -> None:
    find_programs("apt-get", user=1000)
    with pytest.raises(setup.SetupError, match=r"apt-get .*update && apt-get .*install -y .*one$"):
        setup.provide([need(setup, apt_get=["one"])])
    assert machine.ran == []


def test_dnf(setup: Any, machine: Machine, find_programs: Any) -> None:
    find_programs("dnf", "brew")
    setup.provide([need(setup, [False, True], dnf=["pango"], brew=["pango"])])
    assert machine.ran == [["env", "DEBIAN_FRONTEND=noninteractive", "dnf", "-q", "install", "-y", "pango"]]


def test_brew_never_runs_as_root(setup: Any, machine: Machine, find_programs: Any) -> None:
    find_programs("brew", "sudo", user=501)
    setup.provide([need(setup, [False, True], brew=["pango"])])
    (command,) = machine.ran
    assert command[2:] == ["brew", "install", "-q", "pango"]


@pytest.mark.parametrize("programs", [(), ("dnf",)], ids=["no manager", "no such package"])
def test_what_cannot_be_installed(
    setup: Any, machine: Machine, find_programs: Any, programs: tuple[str], capsys: pytest.CaptureFixture[str]
) -> None:
    find_programs(*programs)
    with pytest.raises(setup.SetupError, match=r"Pango is missing .*by hand"):
        setup.provide([need(setup, apt_get=["one"])])
    setup.provide([need(setup, vital=False, apt_get=["one"])])
    assert "tests that need it are skipped" in capsys.readouterr().err
    assert machine.ran == []


def test_a_failed_install_names_the_command(setup: Any, machine: Machine, find_programs: Any) -> None:
    find_programs("apt-get")
    machine.fails = "install"
    with pytest.raises(setup.SetupError, match=r"apt-get .*install .*one"):
        setup.provide([need(setup, apt_get=["one"])])


def test_old_lists_may_do(setup: Any, machine: Machine, find_programs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    find_programs("apt-get")
    machine.fails = "update"
    setup.provide([need(setup, [False, True], apt_get=["one"])])
    assert "going on" in capsys.readouterr().err


def test_an_install_without_effect_is_noticed(setup: Any, machine: Machine, find_programs: Any) -> None:
    find_programs("apt-get")
    with pytest.raises(setup.SetupError, match="still not found"):
        setup.provide([need(setup, apt_get=["one"])])


def test_libraries_are_found_by_loading_them(setup: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def load(name: str) -> object:
        tried.append(name)
        if name != "/opt/homebrew/lib/libpango-1.0.0.dylib":
            raise OSError(name)
        return object()

    monkeypatch.setattr("ctypes.CDLL", load)
    monkeypatch.setattr("ctypes.util.find_library", lambda stem: None)
    assert setup.loads("pango-1.0")
    assert tried[0] == "libpango-1.0.so.0"  # the name that WeasyPrint's loader asks for on Linux
    assert not setup.loads("harfbuzz-subset")


def test_every_library_of_weasyprint_is_provided_for(setup: Any) -> None:
    """A WeasyPrint that loads one more library must not go unnoticed."""
    spec = importlib.util.find_spec("weasyprint")
    assert spec is not None
    assert spec.origin is not None
    text = (Path(spec.origin).parent / "text" / "ffi.py").read_text()
    asked = set(re.findall(r"'lib([\w.-]+)\.so\.\d", text))
    # Only newer HarfBuzz has it, and WeasyPrint does without.
    assert {n.present.args[0] for n in setup.LIBRARIES} == asked - {"harfbuzz-vector"}


def test_every_need_has_a_package_of_debian(setup: Any) -> None:
    for needs in (level.needs for level in setup.LEVELS.values()):
        assert all(n.packages["apt-get"] for n in needs)
    assert setup.VENV_MAKER.packages["apt-get"] == [f"python3.{sys.version_info.minor}-venv"]


def test_python_without_ensurepip_is_noticed(setup: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert setup.has_modules("venv", "json")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else object())
    assert not setup.has_modules("venv", "ensurepip")


# --- The environment ---


def test_a_first_run_makes_all_and_a_second_nothing(setup: Any, machine: Machine, checkout: Path) -> None:
    setup.set_up_environment(checkout, ["dev"])
    made, installed = machine.ran
    assert made[1:] == ["-I", "-m", "venv", str(checkout / ".venv")]
    assert installed[0] == str(checkout / ".venv/bin/python")
    assert installed[-2:] == ["-e", ".[dev]"]
    setup.set_up_environment(checkout, ["dev"])
    setup.set_up_environment(checkout, [])  # has all that this needs
    assert len(machine.ran) == 2


def test_an_extra_is_added_in_place_and_kept(setup: Any, machine: Machine, checkout: Path) -> None:
    setup.set_up_environment(checkout, [])
    setup.set_up_environment(checkout, ["dev"])
    assert [command[-1] for command in machine.ran[1:]] == [".", ".[dev]"]
    (checkout / "pyproject.toml").write_text(DEPENDENCIES + "# changed\n")
    setup.set_up_environment(checkout, [])
    assert machine.ran[-1][-1] == ".[dev]"
    assert len(machine.ran) == 4


def test_a_changed_project_is_installed_again(
    setup: Any, machine: Machine, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.set_up_environment(checkout, [])
    (checkout / "pyproject.toml").write_text(DEPENDENCIES.replace("two", "three"))
    setup.set_up_environment(checkout, [])
    assert [command[3] for command in machine.ran] == ["venv", "pip", "pip"]
    assert "pyproject.toml has changed" in capsys.readouterr().err


@pytest.mark.parametrize("copy", [False, True], ids=["moved", "copied"])
def test_a_moved_checkout_is_made_anew(setup: Any, machine: Machine, checkout: Path, copy: bool) -> None:
    setup.set_up_environment(checkout, [])
    there = checkout.with_name("elsewhere")
    if copy:
        shutil.copytree(checkout, there, symlinks=True)
    else:
        checkout.rename(there)
    setup.set_up_environment(there, [])
    assert [command[3] for command in machine.ran] == ["venv", "pip"] * 2
    setup.set_up_environment(there, [])
    assert len(machine.ran) == 4


def test_another_python_is_made_anew(
    setup: Any, machine: Machine, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.set_up_environment(checkout, [])
    monkeypatch.setattr(sys, "base_prefix", "/opt/another/python")
    setup.set_up_environment(checkout, [])
    assert [command[3] for command in machine.ran] == ["venv", "pip"] * 2


def _no_stamp(setup: Any, venv: Path) -> None:
    (venv / setup.STAMP).unlink()


def _torn_stamp(setup: Any, venv: Path) -> None:
    (venv / setup.STAMP).write_text('{"place": "/')


def _strange_stamp(setup: Any, venv: Path) -> None:
    (venv / setup.STAMP).write_text(json.dumps(["not", "ours"]))


def _no_python(setup: Any, venv: Path) -> None:
    (venv / "bin/python").unlink()
    (venv / "bin/python").symlink_to("/nowhere/python3")


def _no_command(setup: Any, venv: Path) -> None:
    (venv / "bin/letterpress").unlink()


def _a_file(setup: Any, venv: Path) -> None:
    shutil.rmtree(venv)
    venv.write_text("")


@pytest.mark.parametrize("damage", [_no_stamp, _torn_stamp, _strange_stamp, _no_python, _no_command, _a_file])
def test_a_half_made_environment_is_made_anew(
    setup: Any, machine: Machine, checkout: Path, damage: Callable[[Any, Path], None]
) -> None:
    setup.set_up_environment(checkout, [])
    damage(setup, checkout / ".venv")
    setup.set_up_environment(checkout, [])
    assert [command[3] for command in machine.ran] == ["venv", "pip"] * 2
    assert setup.read_stamp(checkout) == setup.wanted_stamp(checkout, [])


def test_an_interrupted_install_leaves_no_stamp(
    setup: Any, machine: Machine, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.set_up_environment(checkout, [])

    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(setup, "_runs", interrupted)
        with pytest.raises(KeyboardInterrupt):
            setup.set_up_environment(checkout, ["dev"])
    assert setup.read_stamp(checkout) is None


def test_a_failed_install_keeps_what_was_there(setup: Any, machine: Machine, checkout: Path) -> None:
    """Off the network, a changed pyproject.toml must not cost the environment that there is."""
    setup.set_up_environment(checkout, [])
    before = setup.read_stamp(checkout)
    machine.fails = "pip"
    with pytest.raises(setup.SetupError, match="PIP_FIND_LINKS"):
        setup.set_up_environment(checkout, ["dev"])
    assert setup.read_stamp(checkout) == before


def test_a_link_is_replaced_and_its_goal_left_alone(setup: Any, machine: Machine, checkout: Path) -> None:
    (checkout.parent / "mine").mkdir()
    (checkout.parent / "mine" / "precious").write_text("")
    (checkout / ".venv").symlink_to(checkout.parent / "mine")
    setup.set_up_environment(checkout, [])
    assert (checkout.parent / "mine" / "precious").exists()
    setup.set_up_environment(checkout, [])
    assert len(machine.ran) == 2


# --- The script ---


def test_faults_are_a_line_and_an_exit_code(
    setup: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise setup.SetupError("Pango is missing")

    monkeypatch.setattr(setup, "provide", fail)
    assert setup.main(["run"]) == 1
    assert capsys.readouterr().err == "set-up: stopped: Pango is missing\n"
    assert setup.main([]) == 2
    assert setup.main(["all"]) == 2


def test_it_needs_the_standard_library_only() -> None:
    """-S leaves site-packages out, as on a bare machine; a wrong argument ends the script before it does anything."""
    script = [sys.executable, "-IS", str(ROOT / ".ci" / "setup.py"), "no such level"]
    done = subprocess.run(script, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (2, "set-up: say how much to set up: run, check, test, proof\n")


def test_make_lists_its_targets() -> None:
    done = subprocess.run(["make", "-C", str(ROOT), "--no-print-directory", "help"], capture_output=True, text=True)
    assert done.returncode == 0
    targets = {line.split()[1] for line in done.stdout.splitlines()}
    proofs = {"setup-check", "proof-verify", "proof-producers", "proof-foreign", "proof-fuzz"}
    proofs |= {
        "proof-codes",
        "proof-container",
        "proof-coverage",
        "proof-proxies",
        "proof-enclosures",
        "proof-foreign-enclosures",
        "proof-firms",
        "proof-install",
        "proof-mutations",
        "proof-pairs",
        "proofs",
        "proof-kills",
        "proof-lines",
        "proof-page-ends",
        "proof-package",
        "proof-plates",
        "proof-post",
        "proof-preflight",
        "proof-scale",
        "proof-press",
        "proof-serve",
        "proof-signed",
        "proof-together",
        "proof-validate",
    }
    usual = {"help", "letter", "test", "test-versions", "check", "docs", "samples", "bench", "dist", "setup", "clean"}
    usual |= {
        "bench-scale",
        "bench-cold",
        "bench-run",
        "bench-serve",
        "bench-studio",
        "front",
        "sbom",
        "studio-pictures",
    }
    assert targets == usual | proofs


def test_make_refuses_an_old_python(tmp_path: Path) -> None:
    for name in ("python3.13", "python3.12", "python3.11", "python3"):
        _program(tmp_path / name)
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")  # what an interpreter too old answers
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile")
    make = shutil.which("make")
    assert make is not None
    done = subprocess.run(
        [make, "-C", str(tmp_path), "setup"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "letterpress needs Python 3.11 or newer" in done.stderr
