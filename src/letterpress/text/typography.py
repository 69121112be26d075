"""Sets what an author types as print has it: quotation marks, apostrophes, dashes, ellipses, spaces that hold.

The conventions of a language are data (`data/typography.toml`, with sources). Letters and digits stay as they are; so
do values of `{{ }}`, code, addresses of the web and of e-mail, and what is typed with its real character or, in
Markdown, behind a backslash. Setting a text twice is setting it once, and no line break is lost or made: a template's
lines stay where they are.

This module parts a text or a body's template into runs, each in one language, around markup and template tags.

Not here: how a run is set (`runs`, `quotes`, `conventions`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from letterpress.text import template_tags
from letterpress.text.conventions import NBSP
from letterpress.text.runs import Run


@lru_cache(maxsize=512)
def text(source: str, lang: str) -> str:
    """Set a text of the front matter, which may hold `{{ }}`."""
    run = Run(lang)
    position = 0
    for start in re.finditer(r"\{[{%#]", source):
        if start.start() < position:
            continue
        end = template_tags.end_of_tag(source, start.end(), start[0])
        if end is None:
            break
        run.add(source[position : start.start()])
        run.add_tag(source[start.start() : end])
        position = end
    run.add(source[position:])
    run.set()
    # A line break at which a line must not break is kept in a comment, for the sake of a body's lines: not needed here.
    return run.result().replace(f"{NBSP}{{#\n#}}", NBSP)


@lru_cache(maxsize=64)
def html(template: str, lang: str) -> str:
    """Set a body's template: the text between its elements, by the language of each."""
    return _Setter(template, lang).run()


def key(written: str) -> str:
    """Take all that `text` and `html` may change out of a text: by what is left, a set text is found again."""
    return re.sub(r"[\s\"'.\-–—…“”‘’„‚«»‹›「」『』]", "", written)


# --- a body's template ------------------------------------------------------------------------------------------------

_INLINE = frozenset("a abbr b bdi bdo cite del dfn em i ins mark q s small span strong sub sup u var wbr".split())
_AS_IS = frozenset("code kbd pre samp svg".split())
_VOID = frozenset("br col hr img wbr".split())


@dataclass(slots=True)
class _Element:
    """An element that is open, and the run that it makes on its own, if it makes one."""

    name: str
    own: bool


class _Setter:
    """Walks once through a template, gathers the text of each block, sets it and writes it back.

    `runs` are the runs that are open, the innermost last: the block's own, and one for each element in it that is
    read by itself (another language, a footnote). What is closed becomes markup to the run around it.
    """

    def __init__(self, template: str, lang: str) -> None:
        self.template = template
        self.out: list[str | Run] = []
        self.runs: list[Run] = [Run(lang)]
        self.elements: list[_Element] = []
        self.as_is = 0
        """How many elements are open whose text stays as it is, such as <code>."""

    def run(self) -> str:
        template = self.template
        position = 0
        for mark in re.finditer(r"[<&]|\{[{%#]", template):
            if mark.start() < position:
                continue
            end, take = self._piece(mark)
            if end is not None:
                self._text(template[position : mark.start()])
                take(template[mark.start() : end])
                position = end
        self._text(template[position:])
        while self.elements:
            self._close(self.elements[-1].name, "")
        self._flush()
        return "".join(piece if isinstance(piece, str) else piece.result() for piece in self.out)

    def _piece(self, mark: re.Match[str]) -> tuple[int | None, Callable[[str], None]]:
        """Index behind what begins at `mark`, None if it is a character like others; and what takes it."""
        template, start = self.template, mark.start()
        if mark[0].startswith("{"):
            return template_tags.end_of_tag(template, mark.end(), mark[0]), self._tag
        if mark[0] == "&":
            reference = re.compile(r"&(?:#[xX]?[0-9A-Fa-f]+|\w+);").match(template, start)
            return (reference.end() if reference else None), self._reference
        if template.startswith("<!--", start):
            end = template.find("-->", start)
            return (len(template) if end < 0 else end + 3), self._markup
        return (
            _end_of_element(template, start) if re.match(r"</?[A-Za-z]", template[start : start + 3]) else None
        ), self._element

    def _text(self, text: str) -> None:
        if self.as_is:
            self.runs[-1].add_markup(text)
        else:
            self.runs[-1].add(text)

    def _markup(self, source: str) -> None:
        self.runs[-1].add_markup(source)

    def _tag(self, source: str) -> None:
        if self.as_is:
            self.runs[-1].add_markup(source)
        else:
            self.runs[-1].add_tag(source)

    def _reference(self, source: str) -> None:
        if self.as_is:
            self.runs[-1].add_markup(source)
        else:
            self.runs[-1].add_reference(source)

    def _element(self, source: str) -> None:
        match = re.match(r"</?([A-Za-z][\w:-]*)", source)
        name = match[1].lower() if match else ""
        if source.startswith("</"):
            self._close(name, source)
        elif self.as_is:
            self._markup(source)
            if name in _AS_IS and not source.endswith("/>"):
                self.elements.append(_Element(name, own=False))
                self.as_is += 1
        elif name in _VOID:
            self._void(name, source)
        elif not source.endswith("/>"):
            self._open(name, source)
        else:
            self._markup(source)

    def _void(self, name: str, source: str) -> None:
        if name == "br":
            self._markup(source)
            self.runs[-1].cells[-1].char = "\n"
            self.runs[-1].cells[-1].fixed = True
        elif name == "img":
            self.runs[-1].add_value(source)
        elif name == "wbr":
            self._markup(source)
        else:
            self._flush()
            self._markup(source)
            self._flush()

    def _open(self, name: str, source: str) -> None:
        lang = re.search(r"\blang\s*=\s*[\"']?([A-Za-z0-9-]+)", source)
        note = name == "span" and "footnote" in source
        if name in _AS_IS:
            # What is inside is one opaque word of the text around it: "the `x`'s" has an apostrophe behind a word.
            self.runs[-1].add_value(source)
            self.as_is += 1
            self.elements.append(_Element(name, own=False))
        elif name in _INLINE and not lang and not note:
            self._markup(source)
            self.elements.append(_Element(name, own=False))
        else:
            inline = name in _INLINE
            if not inline:
                self._flush()
                self._markup(source)
                self._flush()
            elif note:
                self._markup(source)
            else:
                self.runs[-1].add_value(source)
            self.runs.append(Run(lang[1] if lang else self.runs[-1].lang))
            self.elements.append(_Element(name, own=True))

    def _close(self, name: str, source: str) -> None:
        """Close the element of this name and those left open in it; a close tag without one is markup as it is."""
        if all(element.name != name for element in self.elements):
            self._markup(source)
            return
        while True:
            element = self.elements.pop()
            if element.name in _AS_IS:
                self.as_is -= 1
            if element.own:
                inner = self.runs.pop()
                self._set(inner)
            if element.name == name:
                break
        self._markup(source)
        if element.own and name not in _INLINE:
            self._flush()

    def _set(self, inner: Run) -> None:
        """Set a run of its own and leave it, done, in the one around it."""
        inner.set()
        self.runs[-1].add_markup(inner.result())

    def _flush(self) -> None:
        """End the block that was gathered so far, and begin the next in the same language."""
        run = self.runs[-1]
        run.set()
        done = run.result()
        if len(self.runs) == 1:
            self.out.append(done)
            self.runs[-1] = Run(run.lang)
        else:
            # What is done is markup to what follows in this block's parent.
            self.runs[-1] = Run(run.lang)
            self.runs[-2].add_markup(done)


def _end_of_element(template: str, start: int) -> int | None:
    """Index behind the `>` of a tag of HTML, past quoted attributes and template tags; None if there is none."""
    position = start + 1
    quote = ""
    while position < len(template):
        char = template[position]
        if char == "{" and template[position : position + 2] in ("{{", "{%", "{#"):
            end = template_tags.end_of_tag(template, position + 2, template[position : position + 2])
            if end is not None:
                position = end
                continue
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == ">":
            return position + 1
        position += 1
    return None
