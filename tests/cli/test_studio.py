"""`letterpress studio` prints its address, answers whoever has the token, and ends soon after a signal."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from letterpress.interactive.listening import LOOPBACK, Listening
from letterpress.studio import server
from tests.support import needs
from tests.support.project import Project

PATIENCE = 60


def test_it_prints_its_address_and_ends_soon_after_a_signal(project: Project) -> None:
    needs.studio()
    project.letter("Text.\n")
    command = [sys.executable, "-m", "letterpress", "studio", "content", "--no-open", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert process.stdout is not None
        said = process.stderr.readline()
        document = json.loads("".join(process.stdout.readline() for _ in range(5)))
        address = document["address"]
        assert address in said
        assert document["root"] == str(project.root)
        origin, _, token = address.partition("/?")
        assert origin == document["origin"]
        connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=PATIENCE)
        connection.request("GET", f"/?{token}")
        assert connection.getresponse().status == 303
        connection.close()
        # An answer that goes on keeps it no longer than a moment.
        lasting = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=PATIENCE)
        bearer = {"Authorization": f"Bearer {token.partition('=')[2]}"}
        lasting.request("GET", "/api/changes?path=content/letters/letter.md", headers=bearer)
        assert lasting.getresponse().status == 200
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert time.monotonic() - begun < PATIENCE
        lasting.close()
    finally:
        process.kill()
        process.communicate()


def test_what_keeps_it_from_starting_is_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    needs.studio()
    assert project.cli("studio", "nothing", "--no-open").code == 2
    with Listening(LOOPBACK, 0).socket as taken:
        ran = project.cli("studio", "--no-open", "--port", str(taken.getsockname()[1]), "--json")
        assert (ran.code, ran.json["diagnostics"][0]["code"]) == (2, "port-taken")
    monkeypatch.setattr(server, "importlib", SimpleNamespace(util=SimpleNamespace(find_spec=lambda _: None)))
    ran = project.cli("studio", "--no-open", "--json")
    assert (ran.code, ran.json["diagnostics"][0]["code"]) == (1, "studio-missing")
    assert "letterpress[studio]" in ran.json["diagnostics"][0]["hint"]
