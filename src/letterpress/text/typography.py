"""What an author types -> what print sets: quotation marks, apostrophes, dashes, ellipses, spaces that hold.

Job: sets a text of the author's by the conventions of its language, which are data (`typography.toml`, with sources).
Secret: how a text is read across inline markup and template tags, and written back with both in place. Letters and
digits stay as they are; so do values of `{{ }}`, code, addresses of the web and of e-mail, and what is typed with its
real character or, in Markdown, behind a backslash. Setting a text twice is setting it once, and no line break is lost
or made: a template's lines stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from letterpress.text import conventions, quotes, template_tags
from letterpress.text.conventions import NBSP, VALUE

_FIXED = re.compile(
    r"(?:https?://|ftp://|mailto:|tel:|www\.)[^\s<>\"]*[^\s<>\"'.,;:!?)\]]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\d+'[ ]?\d+(?:[.,]\d+|[½¼¾])?\"(?!\w)"  # feet and inches
)
# --- what there is to set ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def text(source: str, lang: str) -> str:
    """A text of the front matter, which may hold `{{ }}`, as print sets it."""
    run = _Run(lang)
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
    return run.result().replace(f"{NBSP}{{#\n#}}", NBSP)


@lru_cache(maxsize=64)
def html(template: str, lang: str) -> str:
    """A body's template as print sets it: the text between its elements, by the language of each."""
    return _Setter(template, lang).run()


def key(written: str) -> str:
    """What is left of a text without all that `text` and `html` may change: by it, a set text is found again."""
    return re.sub(r"[\s\"'.\-–—…“”‘’„‚«»‹›「」『』]", "", written)


# --- a run of text ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Cell:
    """One character of a run, or a piece of markup in it."""

    char: str
    """As it is read; empty: markup, which is not, or a character that is gone."""
    source: str
    """As it is written."""
    fixed: bool = False


class _Run:
    """The text of one block, with the inline markup in it."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.rules = conventions.of(lang)
        self.cells: list[_Cell] = []

    def add(self, text: str) -> None:
        self.cells += [_Cell(char, char) for char in text]

    def add_reference(self, source: str) -> None:
        """A character reference: one written with its number was typed behind a backslash, and stays."""
        char = unescape(source)
        self.cells.append(_Cell(char if len(char) == 1 else VALUE, source, fixed=source.startswith("&#")))

    def add_markup(self, source: str) -> None:
        self.cells.append(_Cell("", source))

    def add_value(self, source: str) -> None:
        self.cells.append(_Cell(VALUE, source, fixed=True))

    def add_tag(self, source: str) -> None:
        if source.startswith("{{"):
            self.add_value(source)
        else:
            self.add_markup(source)

    def result(self) -> str:
        return "".join(cell.source for cell in self.cells)

    def read(self) -> tuple[str, list[_Cell]]:
        """The run as one text, and the cell of each of its characters."""
        shown = [cell for cell in self.cells if cell.char]
        return "".join(cell.char for cell in shown), shown

    def set(self) -> None:
        """Set the run by its language's conventions."""
        flat, shown = self.read()
        if not flat.strip():
            return
        for match in _FIXED.finditer(flat) if "@" in flat or ":" in flat or "www." in flat or "'" in flat else ():
            for cell in shown[match.start() : match.end()]:
                cell.fixed = True
        if "--" in flat or "..." in flat:
            self._dashes_and_dots()
        flat, shown = self.read()
        if "'" in flat or '"' in flat:
            for at, mark in quotes.marks(self.rules, flat, [cell.fixed for cell in shown]).items():
                _put(shown[at], mark)
        flat, shown = self.read()
        if self.rules.inside or self.rules.space_before:
            self._space_marks(flat, shown)
        for at in conventions.tied(self.rules, self.lang, flat):
            _tie(shown[at])
        if self.rules.group:
            for match in re.finditer(r"(?<=\d) (?=\d{3}(?!\d))", flat):
                _put(shown[match.start()], self.rules.group)
        for match in conventions.spaced(self.rules).finditer(flat) if self.rules.spaced else ():
            _space_points(flat, shown, match)

    def _dashes_and_dots(self) -> None:
        flat, shown = self.read()
        for match in re.finditer(r"(?<![-<])-{2,3}(?![->])|(?<!\.)\.\.\.(?!\.)", flat):
            begin, end = match.span()
            before, after = flat[begin - 1 : begin].strip(), flat[end : end + 1].strip()
            if match[0] == "--" and bool(before) != bool(after) and flat[:begin].strip():
                continue  # " --option"
            sign = {"--": "–", "---": "—", "...": "…"}[match[0]]
            if any(cell.fixed for cell in shown[begin:end]):
                continue
            _put(shown[begin], sign)
            for cell in shown[begin + 1 : end]:
                _put(cell, "")
            if sign == "—" and self.rules.em == "closed" and not before and not after and flat[:begin].strip():
                for cell, char in (
                    (shown[begin - 1], flat[begin - 1]),
                    *zip(shown[end:][:1], flat[end:][:1], strict=True),
                ):
                    if char == " ":
                        _put(cell, "")

    def _space_marks(self, flat: str, shown: list[_Cell]) -> None:
        """Spaces within quotation marks and before high punctuation: put in, or made to hold."""
        rules = self.rules
        for at, char in enumerate(flat):
            before, after = flat[at - 1 : at] if at else "", flat[at + 1 : at + 2]
            if shown[at].fixed:
                continue
            if rules.inside and char == rules.quotes[0]:
                if after == " ":
                    _put(shown[at + 1], rules.inside)
                elif after and not after.isspace():
                    shown[at].source += rules.inside
            elif rules.inside and char == rules.quotes[1]:
                if before == " ":
                    _put(shown[at - 1], rules.inside)
                elif before and not before.isspace():
                    shown[at].source = rules.inside + shown[at].source
            elif char in rules.space_before:
                wanted = rules.space_before[char]
                if before == " ":
                    _put(shown[at - 1], wanted or NBSP)
                elif wanted and _may_insert(char, before, after):
                    shown[at].source = wanted + shown[at].source


def _put(cell: _Cell, char: str) -> None:
    if not cell.fixed:
        cell.char = cell.source = char


def _tie(cell: _Cell) -> None:
    """Make a space hold. A line break in a template stays one: in a comment, which prints nothing."""
    if cell.char == " ":
        _put(cell, NBSP)
    elif cell.char == "\n" and not cell.fixed:
        cell.char, cell.source = NBSP, f"{NBSP}{{#\n#}}"


def _may_insert(mark: str, before: str, after: str) -> bool:
    """Whether a mark ends something, so that a space belongs before it: not the colon of 10:30, not the ! of !=."""
    if mark == "%":
        return before.isdigit()
    ends = bool(before) and (before.isalnum() or before in f"{VALUE})]}}»”’›…°%")
    return ends and (not after or after.isspace() or after in ')]}»”’›".,;:!?…')


def _space_points(flat: str, shown: list[_Cell], match: re.Match[str]) -> None:
    """ "z.B." and "z. B." with a space that holds after each point but the last."""
    for at in range(match.start(), match.end() - 1):
        if flat[at] == "." and not shown[at].fixed:
            if flat[at + 1] == " ":
                _put(shown[at + 1], NBSP)
            elif not flat[at + 1].isspace():
                shown[at].source += NBSP


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
    """Walks once through a template, gathers the text of each block, sets it and writes it back."""

    def __init__(self, template: str, lang: str) -> None:
        self.template = template
        self.out: list[str | _Run] = []
        self.runs: list[_Run] = [_Run(lang)]
        self.elements: list[_Element] = []
        self.as_is = 0

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
            # What is inside is one opaque word of the text around it.
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
            self.runs.append(_Run(lang[1] if lang else self.runs[-1].lang))
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

    def _set(self, inner: _Run) -> None:
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
            self.runs[-1] = _Run(run.lang)
        else:
            # What is done is markup to what follows in this block's parent.
            fresh = _Run(run.lang)
            self.runs[-1] = fresh
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
