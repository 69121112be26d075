"""A real browser at the studio's page: Debian's Chromium, driven by playwright; one for all tests.

Most tests have a tab of one window, which keeps what it has fetched and compiled, as somebody's own browser does: a
window of its own costs each of them half a second of work.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from letterpress.studio.server import Server
from tests.support import needs

OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
PATIENCE = 60_000
"""Milliseconds that something on the page is waited for: much, since nothing is late on a busy machine."""
WINDOW: dict[str, Any] = {"locale": "en-US", "viewport": {"width": 1280, "height": 800}}


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser, as playwright has it; the calling test skips where there is none."""
    path = needs.command("chromium", "chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        needs.lack("playwright", "playwright is not installed: pip install playwright")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


class Page:
    """A page of the browser that has come in with the token; what the browser complains of is kept."""

    def __init__(self, browser: Any, server: Server, window: Any = None, **options: Any) -> None:
        """:param window: the context, as playwright calls it, of which this is a tab; else it has one of its own.
        :param options: of a context of its own: `color_scheme`, `locale`, `viewport`."""
        self.server = server
        self.window = window
        self.context = window or browser.new_context(**{**WINDOW, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._said)
        self.asked: list[str] = []
        self.page.on(
            "response", lambda answer: self.asked.append(f"{answer.status} {answer.request.method} {answer.url}")
        )
        # The browser is told at once that files are given by the test: told only before a click, it may hear of it after.
        self.page.on("filechooser", lambda chooser: None)
        # Most tests begin at a screen of their own: the first one, with its pictures, is not drawn for them.
        assert self.context.request.get(server.address).ok

    def _said(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def start(self) -> Page:
        """Open the address that the command prints, as somebody does first."""
        self.page.goto(self.server.address, wait_until="commit")
        return self

    def go(self, step: str, letter: str, **more: str) -> None:
        """Open a step of a letter."""
        query = "&".join(f"{name}={value}" for name, value in {"letter": letter, **more}.items())
        self.page.goto(f"{self.server.origin}/{step}?{query}")

    def find(self, selector: str) -> Any:
        return self.page.locator(selector)

    def wait(self, selector: str, text: str | None = None) -> Any:
        """Wait until something is there, and shown."""
        found = self.page.locator(selector, has_text=text) if text else self.page.locator(selector)
        found.first.wait_for(state="visible")
        return found.first

    def saved(self, file: Path, *texts: str) -> str:
        """Wait until a file holds these texts: what was typed is saved a moment later. Gives all that it holds."""
        ends = time.monotonic() + PATIENCE / 1000
        while lacking := [text for text in texts if text not in file.read_text()]:
            assert time.monotonic() < ends, f"{file.name} has no {lacking}:\n{file.read_text()}"
            self.page.wait_for_timeout(50)
        return file.read_text()

    def told(self) -> str:
        """Its address, what is in it, and what it is asked for; for the report of a test that failed."""
        try:
            shown = self.page.evaluate("() => document.body.innerText")
        except Exception as error:  # it may be closed, or stand still
            shown = f"{type(error).__name__}: {error}"
        return "\n".join([self.page.url, *self.asked[-30:], shown])

    def close(self) -> None:
        """Nothing stays of it: not in a window that others share either."""
        if self.window is None:
            self.context.close()
            return
        self.context.set_offline(False)
        session = self.context.new_cdp_session(self.page)
        session.send("Storage.clearDataForOrigin", {"origin": self.server.origin, "storageTypes": "local_storage"})
        for page in self.context.pages:
            page.close()
        self.context.clear_cookies()
