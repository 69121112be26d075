"""The service's guide does what it says: its commands run, against a service that is started as it says, and so do its
programs in Python and Node, which know of the service what stands in its OpenAPI document.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.server
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from letterpress.serve.server import Server
from letterpress.serve.service import Service
from tests.serve.client import RENDER, TOKENS
from tests.support import needs
from tests.support.documents import Block, blocks
from tests.support.project import ROOT, pdf_text
from tests.support.runner import hear, wait_for

GUIDE = ROOT / "docs/service-guide.md"
EXAMPLES = ROOT / "docs/examples"
DEPLOY = ROOT / "docs/deploy"
START, ORIGIN, HOOK = "## Start it", "http://127.0.0.1:8470", "https://shop.example/letters"
BY_HAND = frozenset({"make", "."})
"""Commands that set the checkout up, which .ci/run does."""
MARK = "the end of a command"


class Guide:
    """A reader who types what the guide says."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.project = folder / "checkout", folder / "letters"
        self.origin, self.hook = ORIGIN, HOOK
        self.service: subprocess.Popen[bytes] | None = None
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        plain = {name: value for name, value in os.environ.items() if not name.startswith("LETTERPRESS_")}
        self.environment = {**plain, "PATH": path}

    @property
    def token(self) -> str:
        return (self.project / "tokens").read_text().split()[2]

    def start(self) -> None:
        """Do what the first section says, up to a service that is ready."""
        shutil.copytree(ROOT / "content", self.checkout / "content")
        allowed = '[webhooks]\nallow = ["127.0.0.1"]\n'  # the guide's receiver is elsewhere, and the test's is here
        typed: list[str] = []
        for block in (one for one in blocks(GUIDE) if one.section == START):
            if block.caption:
                typed = self.typed(typed)
                text = block.text.replace("[webhooks]\n", allowed)
                (self.project / block.caption).write_text(text, encoding="utf-8")
            elif block.text.startswith("$ letterpress serve"):
                self.typed(typed)
                self.serve(block)
                typed = []
            elif self.service is not None:
                self.run(block)
            else:
                typed += [one for one, _ in commands(block) if one.split()[0] not in BY_HAND]

    def typed(self, lines: list[str]) -> list[str]:
        """Type commands that say nothing, and keep what they export."""
        folder = self.project if self.project.is_dir() else self.checkout
        script = "\n".join(["set -eu", *lines, "env -0"])
        ran = subprocess.run(["bash", "-c", script], cwd=folder, env=self.environment, capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr.decode()
        self.environment = dict(one.split("=", 1) for one in ran.stdout.decode().split("\0") if one.count("="))
        return []

    def serve(self, block: Block) -> None:
        ((command, shown),) = commands(block)
        arguments, log = ["bash", "-c", f"exec {command} --port 0"], self.project / "log"
        with log.open("w") as heard:
            settings: dict[str, Any] = {"stderr": heard, "stdout": subprocess.DEVNULL, "preexec_fn": hear}
            self.service = subprocess.Popen(arguments, cwd=self.project, env=self.environment, **settings)
        said = (
            wait_for(lambda: self.service.poll() is not None or "\n" in log.read_text())
            and log.read_text().split("\n")[0]
        )
        assert re.sub(r"\d+$", "8470", said) == shown, said
        self.origin = said.split()[-1]

    def run(self, block: Block) -> None:
        """Type the commands of a block; each says what stands below it, and those that show nothing may say something."""
        every = commands(block)
        script = ["exec 2>&1", "set -eu"]
        for command, _ in every:
            script += [self.here(command), f"echo '{MARK}'"]
        ran = self.bash("\n".join(script))
        said = ran.stdout.split(f"{MARK}\n")
        assert ran.returncode == 0, f"`{every[len(said) - 1][0]}` fails: {ran.stdout}{ran.stderr}"
        for (command, shown), one in zip(every, said, strict=False):
            assert "\n".join(shown.split()) in "\n".join(one.split()), f"`{command}` says {one!r}"

    def here(self, text: str) -> str:
        return text.replace(ORIGIN, self.origin).replace(HOOK, self.hook)

    def bash(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **more}
        arguments = ["bash", "-c", script]
        return subprocess.run(
            arguments, cwd=self.project, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    def end(self) -> None:
        if self.service is not None:
            self.service.send_signal(signal.SIGINT)
            assert self.service.wait(timeout=60) == 0


def commands(block: Block) -> list[tuple[str, str]]:
    """The commands of a block, each with what it is shown to say."""
    found: list[tuple[str, str]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), ""))
        else:
            found[-1] = (found[-1][0], f"{found[-1][1]}{line}\n".strip(" "))
    return [(command, shown.strip()) for command, shown in found]


def section(name: str, kind: str) -> list[Block]:
    found = [block for block in blocks(GUIDE) if block.section == f"## {name}" and block.kind == kind]
    assert found, name
    return found


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    needs.command("curl", "curl")
    one = Guide(tmp_path_factory.mktemp("guide"))
    try:
        one.start()
        yield one
    finally:
        one.end()


@contextlib.contextmanager
def receiver() -> Iterator[tuple[str, queue.Queue[tuple[str, bytes]]]]:
    """A program that is told: its address, and the messages that come, each with its signature."""
    told: queue.Queue[tuple[str, bytes]] = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            told.put((self.headers["Letterpress-Signature"], body))

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/letters", told
        server.shutdown()


def test_a_letter_with_data_is_made_by_curl_and_a_failed_one_says_why(guide: Guide) -> None:
    for name in ("A letter with data", "A letter that fails"):
        for block in section(name, "console"):
            guide.run(block)
    text = pdf_text(guide.project / "letter.pdf")
    assert "Ada Brook 4 Mill Lane Bangor" in text
    assert "alliance with the Republic of Korea" in text
    assert "copies" in json.loads((guide.project / "offer.schema.json").read_bytes())["required"]
    fault = json.loads((guide.project / "problem.json").read_bytes())["diagnostics"][0]
    assert fault["hint"]


def test_a_hundred_letters_are_a_job_with_their_zip(guide: Guide) -> None:
    (block, *more) = section("A hundred letters", "console")
    joined = Block(block.kind, "", block.text + "".join(one.text for one in more), block.line, block.section)
    guide.run(joined)  # in one shell, as the variable asks for
    with zipfile.ZipFile(guide.project / "letters.zip") as archive:
        names = archive.namelist()
        assert len(set(names)) == 100
        texts = [pdf_text(archive.read(name)) for name in (names[0], names[99])]
    assert sum(f"Customer {at} " in text for at, text in zip((1, 100), texts, strict=True)) == 2


def test_a_webhook_is_known_by_its_signature(guide: Guide) -> None:
    (python,) = section("A webhook", "python")
    names: dict[str, Any] = {}
    exec(python.text, names)
    is_ours, secret = names["is_ours"], guide.environment["WEBHOOK_SECRET"]
    (guide.project / "list.csv").write_text("Name,City,Occasion,Copies,Price,Due\nJo,Bangor,fair,3,2.50,2026-04-30\n")
    with receiver() as (guide.hook, told):
        for block in section("A webhook", "console"):
            guide.run(block)
        header, body = told.get(timeout=60)
    assert json.loads(body)["job"] == json.loads((guide.project / "job.json").read_bytes())["id"]
    assert is_ours(secret, header, body)
    assert not is_ours(secret, header, body + b" ")
    assert not is_ours("another", header, body)
    late = f"{int(time.time()) - 600}"
    mac = hmac.new(secret.encode(), f"{late}.".encode() + body, hashlib.sha256).hexdigest()
    assert not is_ours(secret, f"t={late},v1={mac}", body)


def test_a_letter_is_signed_and_verified(guide: Guide) -> None:
    for block in section("A signature", "console"):
        guide.run(block)
    report = json.loads((guide.project / "report.json").read_bytes())
    assert [(one["signer"], one["valid"]) for one in report["signatures"]] == [("Ada Okafor", True)]
    signed = (guide.project / "signed.pdf").read_bytes()
    assert signed.startswith((guide.project / "bridge.pdf").read_bytes())


def told(ran: subprocess.CompletedProcess[str]) -> list[str]:
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_a_program_in_node_does_it_from_the_document(guide: Guide) -> None:
    node = needs.command("node", "nodejs")
    said = told(guide.bash(f"{node} {EXAMPLES}/service.mjs", ORIGIN=guide.origin, TOKEN=guide.token))
    assert said[0].startswith("422 ")
    assert "fields.copies" in said[0]
    assert said[1:] == ["100 letters", "Ada Okafor: valid"]
    assert "Ada Brook 4 Mill Lane Bangor" in pdf_text(guide.project / "node-letter.pdf")
    with zipfile.ZipFile(guide.project / "node-letters.zip") as archive:
        assert len(archive.namelist()) == 100


def test_a_client_that_was_generated_from_the_document_does_it(guide: Guide) -> None:
    needs.package("openapi_python_client", "openapi-python-client")
    settings = (EXAMPLES / "python-client.yaml").read_text(encoding="utf-8")
    (guide.project / "python-client.yaml").write_text(f"{settings}post_hooks: []\n")  # ruff makes it no other
    (block,) = section("In your language", "console")
    fetched, generated = block.text.splitlines()
    guide.run(Block("console", "", f"{fetched}\n", block.line, block.section))
    said = guide.bash(guide.here(generated.removeprefix("$ ")))
    assert "WARNING" not in said.stdout + said.stderr, said.stdout
    shutil.copy(EXAMPLES / "generated_client.py", guide.project)
    lines = told(guide.bash("python generated_client.py", ORIGIN=guide.origin, TOKEN=guide.token))
    assert lines[0].startswith("422 fields.occasion")
    assert lines[1:] == ["10 letters", "Ada Okafor: valid"]
    assert "Ada Brook 4 Mill Lane Bangor" in pdf_text(guide.project / "python-letter.pdf")


def test_the_document_is_openapi(guide: Guide) -> None:
    needs.package("openapi_spec_validator", "openapi-spec-validator")
    from openapi_spec_validator import OpenAPIV31SpecValidator

    document = json.loads(guide.bash(f"curl -sS {guide.origin}/openapi.json").stdout)
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


# --- in other applications ----------------------------------------------------------------------------------------------


@pytest.fixture
def python(place: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the guide's Python examples define, by the words that one of them has; their service is the tests' own."""
    monkeypatch.setattr("letterpress.serve.app.started", lambda *_: server.service)
    monkeypatch.setattr(Service, "close", lambda _: None)
    monkeypatch.setenv("LETTERS_TOKEN", RENDER)
    (tmp_path / "tokens").write_text(TOKENS.replace("; ", "\n"))
    here = {"/srv/letters": str(place), "/etc/letterpress/tokens": str(tmp_path / "tokens"), ORIGIN: server.origin}

    def defined(word: str) -> dict[str, Any]:
        (text,) = [one.text for one in section("In your own application", "python") if word in one.text]
        for said, meant in here.items():
            text = text.replace(said, meant)
        names: dict[str, Any] = {}
        exec(text, names)
        return names

    return defined


@pytest.fixture(scope="module")
def django() -> None:
    """Django with the least that it works with; it can be set up once in a process."""
    needs.package("django", "django")
    from django.conf import settings

    settings.configure(ROOT_URLCONF="tests.serve.django_urls", ALLOWED_HOSTS=["*"], SECRET_KEY="tests", USE_TZ=True)
    import django as whole

    whole.setup()


@pytest.mark.parametrize("framework", ["FastAPI", "app = Starlette", "get_asgi_application"])
def test_it_stands_in_other_applications(framework: str, python: Any, django: None) -> None:
    from starlette.testclient import TestClient

    names = python(framework)
    with TestClient(names.get("app") or names["application"]) as client:
        headers = {"authorization": f"Bearer {RENDER}"}
        assert client.get("/letters/health").json() == {"status": "ok"}
        assert client.get("/letters/v1/letters").status_code == 401
        data = {"data": {"name": "Ada Brook", "city": "Bangor"}}
        made = client.post("/letters/v1/letters/korea-policy/render", json=data, headers=headers)
        assert "Ada Brook Bangor" in pdf_text(made.content)
        if framework == "get_asgi_application":
            assert client.get("/elsewhere").text == "Django's own"


def test_a_view_of_django_gives_a_letter(python: Any, django: None) -> None:
    from django.test import RequestFactory

    letter = python("django.http")["letter"]
    made = letter(RequestFactory().get("/", {"name": "Ada Brook", "city": "Bangor"}), "korea-policy")
    assert (made.status_code, made["Content-Type"]) == (200, "application/pdf")
    assert "Ada Brook Bangor" in pdf_text(made.content)
    assert letter(RequestFactory().get("/", {"name": "Ada", "price": "dear"}), "offer").status_code == 422


# --- on a machine that it runs on for good ------------------------------------------------------------------------------


def test_systemd_takes_the_unit_and_finds_it_closed(tmp_path: Path) -> None:
    analyze = needs.command("systemd-analyze", "systemd")
    unit = tmp_path / "letterpress.service"
    here = str(Path(sys.executable).parent / "letterpress")
    unit.write_text((DEPLOY / unit.name).read_text().replace("/opt/letterpress/bin/letterpress", here))
    ran = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    most = ["security", "--offline=true", "--threshold=20"]  # of 100, where 0 is closed
    ran = subprocess.run([analyze, *most, unit], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_what_is_deployed_is_what_there_is(guide: Guide) -> None:
    unit, container = ((DEPLOY / name).read_text() for name in ("letterpress.service", "Containerfile"))
    (started,) = re.findall(r"^ExecStart=\S+/letterpress (.*)$", unit, re.M)
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", container, re.M)
    shown = guide.bash("letterpress serve --help").stdout
    for word in (*started.split(), *json.loads(entry)):
        assert not word.startswith("--") or word in shown, word
    packages = set(re.findall(r"\blib[\w.]*-[\w.-]+", container))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert packages == set(re.findall(r"\blib[\w.]*-[\w.-]+", readme.partition("apt install")[2].partition("\n")[0]))
