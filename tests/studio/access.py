"""What axe says of the page as it stands, in both themes and at several widths."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from tests.studio.chromium import Page
from tests.support import needs

ASKED = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
USUAL = ("light", 1280, 800)
ZOOMED = ("light", 640, 400)
"""1,280 x 800 at 200 %."""
NARROW = ("dark", 320, 800)

_LOOK = """async (asked) => {
  const { violations } = await axe.run(document, asked);
  const found = Object.fromEntries(violations.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]));
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) found["scrolled sideways"] = [`${scrollWidth} px`];
  for (const image of document.querySelectorAll("main .sheet img:not([hidden])")) if (!image.alt) found["picture without words"] = [image.outerHTML];
  const small = [...document.querySelectorAll("button, a.button, select, input:not([type=checkbox]), summary, label:has([type=checkbox])")]
    .filter((one) => one.checkVisibility() && !one.closest(".unseen, .sheet, .cm-panels") && one.getBoundingClientRect().height < 24);
  if (small.length) found["target lower than 24 px"] = small.map((one) => one.outerHTML.slice(0, 200));
  // In a table the head of the column says it; a line that is unfolded, or the sentence of a fault, says it above.
  const said = (one) => one.closest(".columns, .cm-editor, .editor, .opened, .fault") || [...(one.labels ?? [])].some((label) => label.checkVisibility() && !label.matches(".unseen"));
  const bare = [...document.querySelectorAll(":is(.frame.write, .frame.list) :is(select, input, textarea)")].filter((one) => one.checkVisibility() && !said(one));
  if (bare.length) found["control without a label that is seen"] = bare.map((one) => one.outerHTML.slice(0, 200));
  return found;
}"""


def source() -> str:
    """Axe itself; the calling test skips where it is not there."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        needs.lack("axe", "axe-playwright-python is not installed")
    return Path(found.origin).with_name("axe.min.js").read_text()


class Audit:
    """Findings on one page, by its state and the view in which it was looked at."""

    def __init__(self, page: Page, axe: str) -> None:
        self.looked, self.axe = page, axe
        self.found: dict[str, Any] = {}

    def look(self, state: str, *views: tuple[str, int, int]) -> None:
        """Look at the page as it stands: USUAL and NARROW, or as is given; afterwards it is in its usual size again.

        :param views: theme, width and height of each.
        """
        page = self.looked.page
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(self.axe)
        for scheme, width, height in views or (USUAL, NARROW):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            for rule, nodes in page.evaluate(_LOOK, ASKED).items():
                self.found[f"{state}, {scheme}, {width} px: {rule}"] = nodes
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": USUAL[1], "height": USUAL[2]})
