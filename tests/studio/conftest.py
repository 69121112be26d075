"""One studio for all tests, with a project of its own."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from letterpress import signing
from letterpress.studio.server import Server
from tests.studio import chromium as real
from tests.studio.browser import Browser
from tests.studio.chromium import Page
from tests.studio.letters import LETTER, ORDER, ROWS, SECRET, SHOPS
from tests.support import needs
from tests.support.project import ROOT


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project: two letters of the checkout, what they name, and room for more."""
    root = tmp_path_factory.mktemp("studio")
    for name in (
        "content/letters/korea-policy.md",
        "content/letters/offer.md",
        "content/organisations/us-congress.yml",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for name in ("content/clauses", "content/recipients"):
        shutil.copytree(ROOT / name, root / name)
    return root


@pytest.fixture(scope="session")
def server(place: Path) -> Iterator[Server]:
    needs.studio()
    with Server(place).served() as served:
        served.studio.runs.jobs = 0  # no processes are started for each run, but for those of test_produce
        yield served


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """A real browser, until the last test of this package: while it runs, so does an event loop of its own in this
    thread, and no other test of the process could use `asyncio.run`."""
    with real.chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def window(chromium: Any) -> Iterator[Any]:
    """A window of the browser; each test has a tab of it, and clears up after itself."""
    opened = chromium.new_context(**real.WINDOW)
    yield opened
    opened.close()


@pytest.fixture
def browser(server: Server, place: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A page that has come in with the token; the project is the working folder, as it is for the command."""
    monkeypatch.chdir(place)
    browser = Browser(server.port)
    browser.come_in(server.address)
    return browser


@pytest.fixture
def page(chromium: Any, window: Any, server: Server, place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.chdir(place)  # lists are named from there
    made = Page(chromium, server, window)
    yield made
    made.close()
    assert made.complaints == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a test fails, say what stood on its page: on another machine nobody can look."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.failed and isinstance(page, Page):
        report.sections.append(("The page", page.told()))
    return report


@pytest.fixture
def order(place: Path) -> Path:
    """A letter with a list, none of whose rows is corrected, and nothing made of it yet."""
    (place / f"{ORDER}.list.json").unlink(missing_ok=True)
    for name in ("order", "order-variants"):
        shutil.rmtree(place / "out" / name, ignore_errors=True)
    (place / SHOPS).parent.mkdir(exist_ok=True)
    (place / SHOPS).write_text(ROWS)
    (place / f"{SHOPS}.corrections.json").unlink(missing_ok=True)
    (place / ORDER).write_text(LETTER)
    return place / ORDER


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "tomas.p12"
    signing.new_identity("Tomas Reyes", path, SECRET)
    return path
