"""Which tests run in one process of pytest-xdist, since they share what is set up once (`--dist loadgroup`).

pytest-xdist hands out tests one by one. A fixture of a module or of the session (a browser, a service, signed files) would
then be set up by every process. Its own mark, `xdist_group`, is not used: xdist 3.8 writes the group into `item._nodeid`,
which pytest from 9.2 on does not read, so that the mark does nothing and nobody is told.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests/embedding", "tests/places", "tests/serve", "tests/studio")
"""Those whose conftest.py sets up what takes seconds, for all of their tests."""

_SHARED = re.compile(r'^@pytest\.fixture\(.*\bscope="|^@(?:cache|lru_cache)\b', re.MULTILINE)


def unit(nodeid: str) -> str:
    """Name the unit that a test is handed out with: its folder, its module, or itself alone."""
    module = nodeid.partition("::")[0]
    folder = module.rpartition("/")[0]
    if folder in FOLDERS:
        return folder
    return module if _shares(module) else nodeid


def scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """What hands out the tests by units, largest first; None where other ways of pytest-xdist are asked for."""
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(nodeid)

    return Units(config, log)


@cache
def _shares(module: str) -> bool:
    """Tell whether a module keeps something from one test to the next."""
    return _SHARED.search((ROOT / module).read_text(encoding="utf-8")) is not None
