"""Fixtures that all tests share; what they give is in `tests/support/project.py`."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import azurite, needs, sharing, shuffling, stores
from tests.support.project import Project, Ran

# A property that renders takes 50 ms a time: deadlines would only measure the machine, and examples found on one
# machine must not decide on another.
settings.register_profile(
    "letterpress",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("letterpress")


# Not the user's own, and one for all runs and processes: that a cache changes nothing is what tests/start looks at.
os.environ.setdefault("LETTERPRESS_CACHE", f"{tempfile.gettempdir()}/letterpress-tests-{os.geteuid()}")


# As in the command: what is imported and collected stays, and is not looked through again and again.
gc.set_threshold(50_000, 20, 20)


# Hundreds of tests start a Python of their own, and pytest its workers. Where Python is told to keep no bytecode beside
# the sources, as in many containers, each of them would compile all modules anew: it is kept in the environment instead.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ.setdefault("PYTHONPYCACHEPREFIX", f"{sys.prefix}/bytecode")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take an order in which tests are run: none of them may need what another has left."""
    parser.addoption("--shuffle", metavar="SEED", help="run the tests in another order, the same for the same SEED")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Change the order before pytest puts tests together that share a fixture of many values."""
    if seed := config.getoption("--shuffle"):
        shuffling.shuffle(items, seed)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that share what is set up once run in one process of pytest-xdist."""
    return sharing.scheduler(config, log)


def pytest_collection_finish() -> None:
    """What was collected stays to the end, so the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty project that is the working directory."""
    (tmp_path / "content/letters").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project for properties, which make many letters in one test; name it by its absolute path."""
    root = tmp_path_factory.mktemp("workshop")
    (root / "content/letters").mkdir(parents=True)
    return Project(root)


@pytest.fixture
def write_letter(project: Project) -> Callable[..., str]:
    """`project.letter`: writes a letter, gives its path."""
    return project.letter


@pytest.fixture
def render(project: Project) -> Callable[..., Ran]:
    """`project.render`: writes and renders a letter."""
    return project.render


@pytest.fixture
def cli(project: Project) -> Callable[..., Ran]:
    """`project.cli`: runs a command in the project."""
    return project.cli


@pytest.fixture(scope="session")
def s3() -> Iterator[stores.Moto]:
    """A server that speaks S3, for all tests of this process."""
    with stores.moto() as server:
        yield server


@pytest.fixture(scope="session")
def azure() -> Iterator[azurite.Azurite]:
    """A server that speaks Azure's protocol for blobs, for all tests of this process."""
    with azurite.azurite() as server:
        yield server


@pytest.fixture
def container(azure: azurite.Azurite, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty container, which the environment leads to."""
    for name, value in azure.environment.items():
        monkeypatch.setenv(name, value)
    return azure.container(f"container-{os.urandom(6).hex()}")


@pytest.fixture
def bucket(s3: stores.Moto, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty bucket, which the environment leads to."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return s3.bucket(f"bucket-{os.urandom(6).hex()}")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KB; skips where it may not be mounted."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.geteuid() != 0:
        needs.lack("mount", "mounting a tiny tmpfs takes root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        needs.lack("mount", f"a tiny tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
