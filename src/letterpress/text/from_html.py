"""Makes of a letter's HTML what an e-mail shows: HTML of plain elements only, and the same as text.

Elements that a mail program may not show as meant lose their tags and keep their words; pictures become what is said of
them. Not here: what a letter's HTML may hold at all (`rawhtml`).
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import NamedTuple

from letterpress.text import value_marks

_BLOCKS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote pre ul ol dl table div section figure hr".split())
_KEPT = _BLOCKS | frozenset("li dt dd tr td th thead tbody tfoot caption a em strong b i s u br code sub sup q".split())
_SILENT = frozenset(["script", "style", "head", "title", "template"])
_ENDLESS = frozenset(["br", "hr"])
_MARKS = {"h1": "", "li": "- ", "dd": "  "}
_SCHEMES = ("http:", "https:", "mailto:", "tel:")


class Mail(NamedTuple):
    """The same in two forms."""

    html: str
    text: str


def simplified(source: str) -> Mail:
    """Give a letter's HTML as a mail shows it, and as text."""
    reader = _Reader()
    reader.feed(value_marks.without(source))
    reader.close()
    text = "".join(reader.text)
    text = re.sub(r"[ \t]+\n", "\n", text)
    return Mail("".join(reader.html).strip(), re.sub(r"\n{3,}", "\n\n", text).strip("\n"))


class _Reader(HTMLParser):
    """Writes both forms while it reads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.html: list[str] = []
        self.text: list[str] = []
        self._silent = 0
        self._lists: list[int] = []
        """Of the lists around: the number of the next item; -1: it has none."""
        self._links: list[str] = []
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        given = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        if self._silent:
            return
        if tag == "img":
            self.handle_data(given.get("alt", ""))
        if tag not in _KEPT:
            return
        kept = ""
        if tag == "a":
            target = given.get("href", "")
            self._links.append(target if target.lower().startswith(_SCHEMES) else "")
            kept = f' href="{html.escape(self._links[-1])}"' if self._links[-1] else ""
        if "lang" in given:
            kept += f' lang="{html.escape(given["lang"])}"'
        self.html.append(f"<{tag}{kept}>")
        self._begin(tag, given)

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        """Write what stands in the text before an element's words."""
        if tag in ("ul", "ol"):
            start = given.get("start", "1")
            self._lists.append(int(start) if tag == "ol" and start.isdecimal() else 1 if tag == "ol" else -1)
        if tag in _BLOCKS:
            self._part("\n" if tag in ("ul", "ol") and len(self._lists) > 1 else "\n\n")
        self._pre += tag == "pre"
        if tag == "li":
            self._part("\n")
            number = self._lists[-1] if self._lists else -1
            self.text.append("  " * (len(self._lists) - 1) + (f"{number}. " if number >= 0 else "- "))
            if number >= 0:
                self._lists[-1] += 1
        elif tag in ("tr", "dt", "dd"):
            self._part("\n")
        elif tag in ("td", "th") and self.text and not self.text[-1].endswith("\n"):
            self.text.append("| " if self.text[-1].endswith(" ") else " | ")
        elif tag == "br":
            self.text.append("\n")
        elif tag == "hr":
            self.text.append("---\n\n")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
            return
        if self._silent or tag not in _KEPT or tag in _ENDLESS:
            return
        self.html.append(f"</{tag}>")
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag == "a" and self._links:
            target = self._links.pop()
            shown = "".join(self.text)[-len(target) :] if target else ""
            if target and shown != target.removeprefix("mailto:") and shown != target:
                self.text.append(f" <{target}>")
        self._pre -= tag == "pre"
        if tag in _BLOCKS:
            self._part("\n" if tag in ("ul", "ol") and self._lists else "\n\n")

    def handle_data(self, data: str) -> None:
        """Write words."""
        if self._silent or not data:
            return
        self.html.append(html.escape(data, quote=False))
        if not self._pre:
            data = re.sub(r"[ \t\r\n]+", " ", data)
            if not self.text or self.text[-1].endswith("\n"):
                data = data.lstrip(" ")
        if data:
            self.text.append(data)

    def _part(self, gap: str) -> None:
        """Have at least this gap before what follows."""
        there = len(gap)
        tail = "".join(self.text[-3:])
        ends = len(tail) - len(tail.rstrip("\n"))
        if tail:
            self.text.append("\n" * max(0, there - ends))
