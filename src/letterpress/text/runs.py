"""Sets one run of text, such as a paragraph, by its language's conventions, across the inline markup in it.

A run is a row of cells: each character that is read, and each piece of markup between them, which is not. The rules
look at the characters as one text, so that a quotation may begin in <em> and end behind it; what they change, they
change in the cells, so that every piece of markup stays where it was.

Not here: what a typed quotation mark means (`quotes`), where a line must not break (`conventions`), and how a template
is parted into runs (`typography`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from letterpress.text import conventions, quotes
from letterpress.text.conventions import NBSP, VALUE

_FIXED = re.compile(
    r"(?:https?://|ftp://|mailto:|tel:|www\.)[^\s<>\"]*[^\s<>\"'.,;:!?)\]]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\d+'[ ]?\d+(?:[.,]\d+|[½¼¾])?\"(?!\w)"  # feet and inches
)
"""What stays as it is typed: addresses of the web and of e-mail, feet and inches."""

_NUMBERED = re.compile(rf"(?<!\w)[nN](°)(?=\s?(?:\d|{VALUE}))")
"""A degree sign that is typed for the o of "numéro"."""

_BRACKET = re.compile(
    rf"[(\[](?=[^()\[\]]{{3,12}}[)\]])(?=[^)\]]*[\d/{VALUE}])[^\s()\[\]]+(?:[ \n][^\s()\[\]]+){{1,3}}[)\]]"
)
"""A short bracket with a number or a stroke, such as (1 / page): it stays on one line."""


@dataclass(slots=True)
class _Cell:
    """One character of a run, or a piece of markup in it."""

    char: str
    """As it is read; empty: markup, which is not, or a character that is gone."""
    source: str
    """As it is written."""
    fixed: bool = False


class Run:
    """The text of one block, with the inline markup in it: gathered piece by piece, set once, written back."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.rules = conventions.of(lang)
        self.cells: list[_Cell] = []

    def add(self, text: str) -> None:
        """Add text as it is typed."""
        self.cells += [_Cell(char, char) for char in text]

    def add_reference(self, source: str) -> None:
        """Add a character reference: one written with its number was typed behind a backslash, and stays."""
        char = unescape(source)
        self.cells.append(_Cell(char if len(char) == 1 else VALUE, source, fixed=source.startswith("&#")))

    def add_markup(self, source: str) -> None:
        """Add what the rules pass over."""
        self.cells.append(_Cell("", source))

    def add_value(self, source: str) -> None:
        """Add what the rules read as one word, such as an image."""
        self.cells.append(_Cell(VALUE, source, fixed=True))

    def add_tag(self, source: str) -> None:
        """Add a template tag: what `{{ }}` prints is a word."""
        if source.startswith("{{"):
            self.add_value(source)
        else:
            self.add_markup(source)

    def result(self) -> str:
        """Write the run back, as it is by now."""
        return "".join(cell.source for cell in self.cells)

    def read(self) -> tuple[str, list[_Cell]]:
        """Give the run as one text, and the cell of each of its characters."""
        shown = [cell for cell in self.cells if cell.char]
        return "".join(cell.char for cell in shown), shown

    def set(self) -> None:
        """Set the run by its language's conventions.

        The order matters, and the text is read anew after each step that may change it: dashes and dots first, since
        a quotation mark's meaning depends on them; then quotation marks, within which some languages put spaces; then
        the spaces at which a line must not break.
        """
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
        for match in _BRACKET.finditer(flat) if "(" in flat or "[" in flat else ():
            for at in range(match.start(), match.end()):
                if flat[at] in " \n":
                    _tie(shown[at])
        if self.rules.number_mark and "°" in flat:
            for match in _NUMBERED.finditer(flat):
                _put(shown[match.start(1)], self.rules.number_mark)
        if self.rules.group:
            for match in re.finditer(r"(?<=\d) (?=\d{3}(?!\d))", flat):
                _put(shown[match.start()], self.rules.group)
        for match in conventions.spaced(self.rules).finditer(flat) if self.rules.spaced else ():
            _space_points(flat, shown, match)

    def _dashes_and_dots(self) -> None:
        """Set -- as –, --- as — and ... as …; arrows (-->) and longer rows are drawings, and stay."""
        flat, shown = self.read()
        for match in re.finditer(r"(?<![-<])-{2,3}(?![->])|(?<!\.)\.\.\.(?!\.)", flat):
            begin, end = match.span()
            before, after = flat[begin - 1 : begin].strip(), flat[end : end + 1].strip()
            if match[0] == "--" and bool(before) != bool(after) and flat[:begin].strip():
                continue  # a space on one side only: " --option" of a command
            sign = {"--": "–", "---": "—", "...": "…"}[match[0]]
            if any(cell.fixed for cell in shown[begin:end]):
                continue
            _put(shown[begin], sign)
            for cell in shown[begin + 1 : end]:
                _put(cell, "")
            # Where the language sets a dash closed, the spaces around it go; a line break does not: lines stay.
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
                # A space that the author typed is replaced; one that is put in belongs to the mark's own cell, since
                # there is no cell of its own for it.
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
