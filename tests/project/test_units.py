"""What tests share is set up once in a run, though two processes of pytest-xdist run them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support import sharing


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run see, with a file for each of them that sets this up."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "units"
    shared.mkdir(exist_ok=True)
    (shared / str(os.getpid())).touch()
    return shared


@pytest.mark.parametrize("number", range(8))  # handed out one by one, they would go to both processes
def test_a_fixture_of_a_module_is_set_up_by_one_process(
    processes: Path, number: int, pytestconfig: pytest.Config
) -> None:
    dist = getattr(pytestconfig, "workerinput", {}).get("mainargv", [])
    if dist and "loadgroup" not in " ".join(dist):
        pytest.skip("the run asks for another way to hand out tests")
    assert [path.name for path in processes.iterdir()] == [str(os.getpid())]


@pytest.mark.parametrize(
    ("nodeid", "unit"),
    [
        ("tests/studio/test_page.py::test_x", "tests/studio"),
        ("tests/serve/test_guide.py::test_x[a::b/c]", "tests/serve"),
        ("tests/signing/test_verify.py::test_x", "tests/signing/test_verify.py"),  # a fixture of the module
        ("tests/kinds/test_kinds.py::test_x[a]", "tests/kinds/test_kinds.py"),  # a cache
        ("tests/text/test_written.py::test_x[a]", "tests/text/test_written.py::test_x[a]"),
    ],
)
def test_what_is_shared_makes_a_unit(nodeid: str, unit: str) -> None:
    assert sharing.unit(nodeid) == unit


def test_every_folder_that_is_a_unit_is_there() -> None:
    for folder in sharing.FOLDERS:
        own = sharing.ROOT / folder / "conftest.py"
        shared = own if own.is_file() else sharing.ROOT / "tests/conftest.py"
        assert 'scope="session"' in shared.read_text(encoding="utf-8")
