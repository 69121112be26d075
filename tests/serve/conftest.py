"""One service for all tests, with a project of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import needs, softhsm
from tests.support.project import ROOT

needs.serve()

from letterpress.serve.server import Server  # noqa: E402
from tests.serve.client import ADMIN, RENDER, SIGN, Client, Kept, known  # noqa: E402

SIGNED = """---
letterhead: plain
lang: en-US
date: 2026-01-15
from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"]}
to: {name: Dr. Ada Brook, lines: [4 Mill Lane, "Bangor, ME 04401"]}
salutation: Dear Dr. Brook
closing: Sincerely
signatories: [{name: Jo Lind, title: Director, sign: digital}]
---

Text.
"""
SETTINGS = """
workers = 2
[limits]
body_mb = 1
upload_mb = 3
body_seconds = 1.5
records = 200
[webhooks]
secret_env = "LETTERPRESS_TEST_SECRET"
allow = ["127.0.0.1"]
first_wait = 0.2
attempts = 3
[keys.director]
file = "../jo.p12"
passphrase_env = "LETTERPRESS_TEST_PASSPHRASE"
tokens = ["office"]
[keys.nobody]
file = "../nobody.p12"
[keys.board]
pkcs11 = "MODULE"
token = "board"
passphrase_env = "LETTERPRESS_TEST_PIN"
tokens = ["watch"]
"""
PASSPHRASE = "correct horse"
SECRET = "a secret of the tests"


def project_at(root: Path) -> Path:
    """A project: some letters of the checkout, what they name, and one that keeps a place for a signature."""
    for name in ("korea-policy.md", "offer.md", "offer.de.md"):
        (root / "content/letters/2026").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "content/letters" / name, root / "content/letters" / name)
    for name in ("content/organisations", "content/clauses", "content/recipients", "content/people"):
        shutil.copytree(ROOT / name, root / name)
    (root / "content/letters/2026/signed.md").write_text(SIGNED, encoding="utf-8")
    (root / "content/letters/broken.md").write_text(SIGNED.replace("letterhead", "leterhead"), encoding="utf-8")
    (root / "serve.toml").write_text(SETTINGS.replace("MODULE", str(softhsm.MODULE or "/nowhere.so")), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_at(tmp_path_factory.mktemp("serve") / "project")


@pytest.fixture(scope="session")
def kept() -> Kept:
    return Kept()


@pytest.fixture(scope="session")
def server(place: Path, kept: Kept) -> Iterator[Server]:
    from letterpress import signing

    identity = signing.new_identity("Jo Lind", place.parent / "jo.p12", PASSPHRASE)
    (place / "trust").mkdir()
    shutil.copy(identity.trust, place / "trust")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LETTERPRESS_TEST_SECRET", SECRET)
        patch.setenv("LETTERPRESS_TEST_PASSPHRASE", PASSPHRASE)
        patch.setenv("LETTERPRESS_TEST_PIN", softhsm.PIN)
        # Its token is filled by the test that signs with it; the workers read where it is when they are started.
        patch.setenv(softhsm.VARIABLE, str(place.parent / "softhsm/softhsm2.conf"))
        made = Server(place, tokens=known(), log=kept.log, allow_text=True)
        with made.served():
            yield made


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[Client]:
    with Client(server, RENDER) as one:
        yield one


@pytest.fixture(scope="session")
def office(server: Server) -> Iterator[Client]:
    with Client(server, SIGN) as one:
        yield one


@pytest.fixture(scope="session")
def admin(server: Server) -> Iterator[Client]:
    with Client(server, ADMIN) as one:
        yield one


@pytest.fixture(scope="session")
def nobody(server: Server) -> Iterator[Client]:
    with Client(server, None) as one:
        yield one
