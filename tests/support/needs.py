"""What a test needs of the machine and does not find: the test skips with its reason, or fails where all must be there.

`LETTERPRESS_REQUIRE=all` says that everything a test can need is meant to be there: `.ci/run` sets it, since a skip
would hide a set-up that no longer works. `LETTERPRESS_REQUIRE=verapdf,token` names single needs.

Not here: tests that do not apply to a case (a letterhead without a window, say): those skip by pytest's own means.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import NoReturn

import pytest

REQUIRE = "LETTERPRESS_REQUIRE"
"""The environment variable: `all`, or names of needs with commas between."""


def required(need: str) -> bool:
    """Tell whether `need` must be there."""
    names = {name.strip() for name in os.environ.get(REQUIRE, "").split(",")}
    return bool(names & {"all", need})


def lack(need: str, reason: str) -> NoReturn:
    """End the calling test, which cannot do without `need`.

    :param need: a short name: `verapdf`, `pdfsig`, `token`, `postgresql`, `font`, `mount`, ...
    :param reason: what is missing, and how to get it.
    """
    if required(need):
        pytest.fail(f"{REQUIRE} asks for {need}: {reason}", pytrace=False)
    pytest.skip(reason)


def command(name: str, package: str) -> str:
    """The path of a program that the calling test runs.

    :param package: Debian's package that has it.
    """
    path = shutil.which(name)
    if path is None:
        lack(name, f"{name} is not installed (Debian: apt-get install {package})")
    return path


def package(name: str, distribution: str) -> None:
    """A Python package that the calling test imports, or runs a command of.

    :param distribution: what pip calls it.
    """
    if importlib.util.find_spec(name) is None:
        lack(distribution, f"the package {name} is not installed: pip install {distribution}")


def studio() -> None:
    """What the studio needs: the extra `letterpress[studio]`."""
    from letterpress.errors import LetterpressError
    from letterpress.studio import server

    try:
        server.check_installed()
    except LetterpressError as error:
        lack("studio", str(error))


def serve() -> None:
    """What the service needs: the extra `letterpress[serve]`."""
    from letterpress.errors import LetterpressError
    from letterpress.serve import server

    try:
        server.check_installed()
    except LetterpressError as error:
        lack("serve", str(error))


def mcp() -> None:
    """The protocol's own package: the extra `letterpress[mcp]`."""
    if importlib.util.find_spec("mcp") is None:
        lack("mcp", "the package mcp is not installed: pip install 'letterpress[mcp]'")
