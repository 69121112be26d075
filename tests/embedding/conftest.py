"""A project with letters that use most of what there is, and a key to sign them with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.embedding import calls
from tests.support.project import Project, png


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's root; nothing may write into it."""
    root = tmp_path_factory.mktemp("host")
    project = Project(root)
    project.write("content/letters/dot.png", png())
    project.write("people.csv", "name,city\nBo Brook,Kiel am Meer\n")
    for number, name in enumerate(calls.LETTERS):
        more = "\n![Punkt](dot.png)\n" + "\nMehr.\n" * 30 if number else ""
        project.letter(calls.BODY + more * number, calls.FRONT, f"content/letters/{name}.md")
    subprocess.run(
        [sys.executable, "-m", "letterpress", "identity", "new", "--name", "Jo Lind", "--out", root / "jo.p12"],
        env={**os.environ, "LETTERPRESS_PASSPHRASE": "secret"},
        check=True,
        capture_output=True,
    )
    return root


@pytest.fixture(scope="session")
def expected(host: Path) -> dict[str, Any]:
    """What everything comes to in a process like any other."""
    return calls.everything(host, limits=False)
