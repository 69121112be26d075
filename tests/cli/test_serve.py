"""`letterpress serve` prints address and token, answers whoever has it, and ends soon after a signal."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
import time

import pytest

from letterpress.interactive.listening import LOOPBACK, Listening
from tests.support import needs
from tests.support.project import Project

PATIENCE = 60


def test_it_prints_a_token_and_answers_what_it_took_before_it_ends(project: Project) -> None:
    needs.serve()
    path = project.letter("Text.\n")
    command = [sys.executable, "-m", "letterpress", "serve", "content", "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert process.stdout is not None
        said = [process.stderr.readline() for _ in range(3)]
        document = json.loads("".join(process.stdout.readline() for _ in range(5)))
        assert document["root"] == str(project.root)
        assert document["address"] in said[0]
        assert said[1] == f"token: {document['token']}\n"
        host = document["address"].removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=PATIENCE)
        connection.request("GET", "/health")
        assert connection.getresponse().read() == b'{"status":"ok"}'
        # The letter is asked for before a worker can be ready, and the end comes before its answer.
        answers = []

        def ask() -> None:
            asking = http.client.HTTPConnection(host, timeout=PATIENCE)
            headers = {"Authorization": f"Bearer {document['token']}", "Content-Type": "application/json"}
            asking.request("POST", "/v1/letters/letter/render", b"{}", headers)
            answers.append(asking.getresponse().read())
            asking.close()

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        thread.join()
        _, log = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert time.monotonic() - begun < PATIENCE
        assert answers[0][:5] == b"%PDF-" or b'"stopping"' in answers[0]
        lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        assert {line["route"] for line in lines if line["event"] == "request"} >= {"/health"}
        assert path
        connection.close()
    finally:
        process.kill()
        process.communicate()


def test_what_keeps_it_from_starting_is_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    needs.serve()
    assert project.cli("serve", "nothing").code == 2
    with Listening(LOOPBACK, 0).socket as taken:
        ran = project.cli("serve", "--port", str(taken.getsockname()[1]), "--json")
    assert (ran.code, ran.json["diagnostics"][0]["code"]) == (2, "port-taken")
    ran = project.cli("serve", "--host", "nowhere.invalid", "--port", "0", "--json")
    assert (ran.code, ran.json["diagnostics"][0]["code"]) == (2, "address-unusable")
    project.write("tokens", "shop render short\n")
    ran = project.cli("serve", "--tokens", "tokens", "--port", "0", "--json")
    assert (ran.code, ran.json["diagnostics"][0]["code"]) == (1, "tokens-unreadable")
    ran = project.cli("serve", "--tokens", "none", "--port", "0", "--json")
    assert (ran.code, ran.json["diagnostics"][0]["code"]) == (2, "file-unreadable")
    project.write("serve.toml", "workers = 0\n")
    ran = project.cli("serve", "--port", "0", "--json")
    assert (ran.code, ran.json["diagnostics"][0]["code"]) == (1, "service-config")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    ran = project.cli("serve", "--port", "0", "--json")
    assert (ran.code, ran.json["diagnostics"][0]["code"]) == (1, "serve-missing")
    assert "letterpress[serve]" in ran.json["diagnostics"][0]["hint"]
