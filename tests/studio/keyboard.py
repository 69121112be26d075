"""The studio's page by keyboard alone: keys are pressed, and what they lead to is read; nothing is clicked or focused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from tests.studio.chromium import Page

MOST = 120
"""Stops of the Tab key that a screen may have before something is taken to be out of reach."""

_FOCUSED = """() => {
  const one = document.activeElement;
  const named = (found) => found.getAttribute("aria-label") ?? found.labels?.[0]?.textContent ?? "";
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const [x, y] = [Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1), Math.min(Math.max(box.y + Math.min(box.height / 2, 10), 0), innerHeight - 1)];
  const top = document.elementFromPoint(x, y);
  return {
    tag: one.tagName.toLowerCase(),
    name: (named(one) || (one.matches("button, a, summary") ? one.textContent : "")).trim().replace(/\\s+/g, " "),
    key: one.closest("[data-key]")?.dataset.key ?? "",
    kind: one.className,
    area: one.closest("dialog") ? "dialog" : one.matches(".skip") ? "skip" : one.closest(".bar") ? "bar" : one.closest(".strips") ? "strips" : one.closest(".panel, aside") ? "panel" : one.closest("main") ? "page" : "",
    ring: Number.parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none" || one.matches(".cm-content"),
    seen: box.width > 0 && one.checkVisibility() && Boolean(top) && (one.contains(top) || top.contains(one)),
    high: box.height,
    wide: box.width,
  };
}"""


class Stop(NamedTuple):
    """What has the focus."""

    tag: str
    name: str
    key: str
    kind: str
    area: str
    """Part of the page: "skip", "bar", "strips", "panel", "page", or "dialog"."""
    ring: bool
    """Whether a ring of at least 2 px shows it (in the editor: its cursor and the tint of the line)."""
    seen: bool
    """Whether it is in view, with nothing over it."""
    high: float
    wide: float


class Keyboard:
    """A page, and the keys under somebody's hands."""

    def __init__(self, page: Page) -> None:
        self.looked, self.keyboard = page, page.page.keyboard

    @property
    def focused(self) -> Stop:
        return Stop(**self.looked.page.evaluate(_FOCUSED))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keyboard.press(key)

    def type(self, text: str) -> None:
        self.keyboard.type(text)

    def tab(self, key: str = "Tab") -> Stop:
        """One stop on; it has to be seen, with its ring."""
        self.press(key)
        found = self.focused
        if found.tag != "body":
            assert found.seen, f"hidden, and has the focus: {found}"
            assert found.ring, f"no ring: {found}"
        return found

    def to(self, name: str, *, tag: str = "", key: str = "Tab") -> Stop:
        """Go on by Tab until what has the focus is called so.

        :param name: a regular expression for the whole of its name.
        """
        passed = []
        for _ in range(MOST):
            found = self.tab(key)
            passed.append(f"{found.tag} {found.name}")
            if re.fullmatch(name, found.name) and tag in ("", found.tag):
                return found
        raise AssertionError(f"the keyboard does not reach {name}; it passed {passed}")

    def held(self, what: str) -> Stop:
        """What has the focus after something was done: never nothing at all."""
        found = self.focused
        assert found.tag != "body", f"the focus is lost: {what}"
        return found

    def file(self, path: Path, key: str = "Enter") -> None:
        """Press the button that has the focus, and give the file for which it asks."""
        with self.looked.page.expect_file_chooser() as asked:
            self.press(key)
        asked.value.set_files(path)

    def round(self) -> list[Stop]:
        """All stops of a screen, from the first to the last."""
        # From the top, wherever somebody was before.
        self.looked.page.evaluate(
            "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); }"
        )
        stops: list[Stop] = []
        for _ in range(MOST):
            found = self.tab()
            if found.tag == "body" or (stops and found[:4] == stops[0][:4]):
                return stops
            stops.append(found)
        raise AssertionError(f"the Tab key does not come to an end: {[stop.name for stop in stops[-9:]]}")


def wait(page: Page, expression: str, argument: Any = None) -> None:
    """Wait until something is so."""
    page.page.wait_for_function(f"(given) => {expression}", arg=argument)
