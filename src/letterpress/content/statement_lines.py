"""Puts statement tags (`{% for %}`, `{% endif %}`) on lines of their own where they repeat rows of a table, items of a
list or other blocks, before Markdown reads the text.

Markdown would read `{% for r in rows %}| a | b |` as a row of three cells, and leave one of them out. A tag that cannot
be put between rows is a fault, as is a row of more cells than its table has columns: what stands in those would vanish.

A line of statements would end a table: it travels in a cell of the row beside it (`tie`, `free`).

Source: GitHub Flavored Markdown Spec 0.29, 4.10 (tables).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from letterpress.errors import Problem, Severity
from letterpress.text import template_tags
from letterpress.text.template_tags import WORD

_DELIMITERS = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*")
_BAR = re.compile(r"(?<!\\)\|")
_BLOCK = re.compile(r"\||[-*+][ \t]|\d{1,9}[.)][ \t]|>|#{1,6}[ \t]")
"""What begins a row, an item, a quote or a heading."""
_PREFIX = re.compile(r"[ \t>]*")
"""What stands before the rows of a table in a list or a quote."""
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LEADING = re.compile(f"[ \\t]*({WORD.pattern})")
_TRAILING = re.compile(f"({WORD.pattern})[ \\t]*$")


def arrange(cut: template_tags.Cut) -> list[tuple[Problem, int, Severity]]:
    """Rearrange the lines of a text.

    :returns: what is wrong with rows, each with its line in the file.
    """
    if "|" not in cut.text and "{%" not in {tag.kind for tag in cut.tags}:
        return []
    arranger = _Arranger(cut)
    arranger.run()
    cut.text = "\n".join(text for text, _ in arranger.out)
    cut.lines[:] = [line for _, line in arranger.out]
    return arranger.faults


@dataclass(slots=True)
class _Part:
    """A piece of a row between two bars."""

    text: str
    unmatched: list[int] = field(default_factory=list)
    """Numbers of its tags whose partner stands elsewhere."""


class _Arranger:
    """Goes through the lines once."""

    def __init__(self, cut: template_tags.Cut) -> None:
        self.tags = cut.tags
        self.lines = list(zip(cut.text.split("\n"), cut.lines, strict=True))
        self.out: list[tuple[str, int]] = []
        self.faults: list[tuple[Problem, int, Severity]] = []
        self.columns = 0
        """Of the table that is read; 0: none is."""
        self.prefix = ""
        """What stands before each of its lines."""
        self.open: list[str] = []
        """Names of the statements that are open between its rows."""

    def run(self) -> None:
        fence = ""
        at = 0
        while at < len(self.lines):
            text, line = self.lines[at]
            mark = _FENCE.match(text)
            if fence or mark:
                self.columns = 0
                if mark and (not fence or (mark[1].startswith(fence) and not text.strip().strip(fence[0]))):
                    fence = "" if fence else mark[1]
                self.out.append((text, line))
            elif self.columns:
                at = self._in_table(at)
                continue
            else:
                at = self._outside(at)
                continue
            at += 1

    # --- outside of tables --------------------------------------------------------------------------------------------

    def _outside(self, at: int) -> int:
        text, line = self.lines[at]
        lead, rest = self._leading(text)
        header = self._is_header(rest, at)
        if _BLOCK.match(rest) or (lead and header):
            if lead:
                self.out.append((lead, line))
            text = rest if lead else text
            if not header:
                text, trail = self._trailing(text)
                if trail:
                    self.lines.insert(at + 1, (trail, line))
        if not self._is_header(text, at):
            self.out.append((text, line))
            return at + 1
        self.prefix = _PREFIX.match(text)[0]  # type: ignore[index]
        delimiters, number = self.lines[at + 1]
        self.columns, self.open = len(_cells(delimiters.lstrip(" \t>"))), []
        self._emit(_edged(text[len(self.prefix) :]), line)
        self._emit(_edged(delimiters.lstrip(" \t>")), number)
        return at + 2

    def _emit(self, text: str, line: int) -> None:
        self.out.append((f"{self.prefix}{text}", line))

    def _is_header(self, text: str, at: int) -> bool:
        if "|" not in text or at + 1 >= len(self.lines):
            return False
        below = self.lines[at + 1][0].lstrip(" \t>")
        text = text.lstrip(" \t>")
        return "|" in below and bool(_DELIMITERS.fullmatch(below)) and len(_cells(text)) == len(_cells(below))

    def _leading(self, text: str) -> tuple[str, str]:
        """Statements at the start of a line, and the rest of it."""
        indent = len(text) - len(text.lstrip())
        if indent > 3:
            return "", text
        position = 0
        while (match := _LEADING.match(text, position)) and self._is_statement(int(match[2])):
            position = match.end()
        return text[:position].strip(), text[position:].lstrip()

    def _trailing(self, text: str) -> tuple[str, str]:
        """A line, and the statements at its end whose beginning is not in it."""
        unmatched = set(_unmatched([self._names(text)])[0])
        trail = ""
        while (match := _TRAILING.search(text)) and int(match[2]) in unmatched:
            trail, text = match[1] + trail, text[: match.start()]
        return text, trail

    def _is_statement(self, number: int) -> bool:
        return self.tags[number].kind != "{{"

    def _names(self, text: str) -> list[tuple[int, str]]:
        """The statements of a text: number and name."""
        found = ((int(word[1]), self.tags[int(word[1])].source) for word in WORD.finditer(text))
        named = ((number, re.match(r"\{%[-+]?\s*(\w+)", source), source) for number, source in found)
        return [(number, match[1]) for number, match, source in named if match and not _is_whole(match[1], source)]

    # --- in a table ---------------------------------------------------------------------------------------------------

    def _in_table(self, at: int) -> int:
        text, line = self.lines[at]
        text = text.removeprefix(self.prefix).lstrip(" \t>" if ">" in self.prefix else " \t")
        if not text:
            below = self._continued(at)
            if below is not None:
                return below
            self.columns = 0
            self.out.append(self.lines[at])
            return at + 1
        if _BLOCK.match(text) and not text.startswith("|"):
            self.columns = 0
            return at
        for part in self._rows(text):
            if self._is_statements(part):
                self._between_rows(part, line)
                continue
            if self.columns:
                self._check(part, line)
            self._emit(part, line)
        return at + 1

    def _is_statements(self, text: str) -> bool:
        """Whether a line has nothing but statements and comments."""
        only = template_tags.ONLY_WORDS.fullmatch(text.strip())
        return bool(only) and all(self._is_statement(int(word[1])) for word in WORD.finditer(text))

    def _between_rows(self, text: str, line: int) -> None:
        """Put statements between rows; those that close what was opened above the table end it."""
        words = [word[0] for word in WORD.finditer(text)]
        for at, word in enumerate(words):
            for _, name in self._names(word):
                if self.columns and (name.startswith("end") or name in ("else", "elif")) and not self.open:
                    if at:
                        self._emit("".join(words[:at]), line)
                    self.columns = 0
                    self._emit("", line)
                    self._emit("".join(words[at:]), line)
                    self._emit("", line)
                    return
                if name.startswith("end"):
                    self.open.pop()
                elif name not in ("else", "elif"):
                    self.open.append(name)
        self._emit(text, line)

    def _continued(self, at: int) -> int | None:
        """The line with which a table goes on below empty lines, where an author sets tags apart; None: it ends."""
        below = at
        while below < len(self.lines) and not self.lines[below][0].strip():
            below += 1
        if below == len(self.lines):
            return None
        lead, rest = self._leading(self.lines[below][0].removeprefix(self.prefix))
        if self.open:
            return below if lead or rest.startswith("|") else None
        if not lead or not any(name in ("for", "if") for _, name in self._names(lead)):
            return None
        row = below
        while not rest and row + 1 < len(self.lines):
            row += 1
            lead, rest = self._leading(self.lines[row][0].removeprefix(self.prefix))
        return below if rest.startswith("|") and not self._is_header(rest, row) else None

    def _rows(self, text: str) -> list[str]:
        """A line as rows, and what stands between them: statements that are not of one cell."""
        if self._is_statements(text):
            return [text]
        if not WORD.search(text):
            return [_edged(text) if "|" in text else text]
        parts = self._parts(text)
        before, after = self._taken_off(parts)
        parts = self._parts("|".join(part.text for part in parts))
        closed = len(parts) > 1 and not parts[-1].text.strip()
        cells = parts[1:] if len(parts) > 1 and not parts[0].text.strip() else parts
        cells = cells[:-1] if closed else cells
        if before and len(cells) > self.columns and not cells[0].text.strip():
            cells = cells[1:]  # the cell that held nothing but the tag
        if after and len(cells) > self.columns and not cells[-1].text.strip():
            cells = cells[:-1]
        if (before or after) and not any(cell.text.strip() for cell in cells):
            cells = []  # a row that held nothing but the tag
        rows: list[str] = []
        row: list[str] = []
        for cell in cells:
            alone = cell.unmatched and template_tags.ONLY_WORDS.fullmatch(cell.text.strip())
            if alone and len(cells) > self.columns and len(row) in (0, self.columns):
                rows += [f"|{'|'.join(row)}|"] if row else []
                rows.append(cell.text.strip())
                row = []
            else:
                row.append(cell.text)
        rows += [f"|{'|'.join(row)}|"] if row else []
        return [part for part in (before, *rows, after) if part]

    def _parts(self, text: str) -> list[_Part]:
        texts = _BAR.split(text)
        unmatched = _unmatched([self._names(part) for part in texts])
        return [_Part(part, numbers) for part, numbers in zip(texts, unmatched, strict=True)]

    def _taken_off(self, parts: list[_Part]) -> tuple[str, str]:
        """Take the statements off that stand at a row's ends, and whose partners do not stand within the row."""
        first = next((part for part in parts if part.text.strip()), parts[0])
        last = next((part for part in reversed(parts) if part.text.strip()), parts[-1])
        before: list[tuple[int, str]] = []
        after: list[tuple[int, str]] = []
        if len(parts) > 1 and self._is_statements(parts[0].text):
            return self._edge(parts[0]), self._edge(parts[-1]) if self._is_statements(parts[-1].text) else ""
        while (match := _LEADING.match(first.text)) and int(match[2]) in first.unmatched:
            before.append((int(match[2]), match[1]))
            first.text = first.text[match.end() :]
        while (match := _TRAILING.search(last.text)) and int(match[2]) in last.unmatched:
            after.insert(0, (int(match[2]), match[1]))
            last.text = last.text[: match.start()]
        within = self._in_row(parts, {number for number, _ in (*before, *after)})
        for number, word in reversed(before):
            if number in within:
                first.text = f"{word}{first.text}"
        for number, word in after:
            if number in within:
                last.text = f"{last.text}{word}"
        return tuple("".join(word for number, word in side if number not in within) for side in (before, after))  # type: ignore[return-value]

    def _edge(self, part: _Part) -> str:
        """Take all off that stands before a row's first bar, or behind its last."""
        text, part.text = part.text.strip(), ""
        return text

    def _in_row(self, parts: Sequence[_Part], taken: set[int]) -> set[int]:
        """Of the statements at a row's ends, those with a partner that stays within: a loop over cells."""
        staying = {number for part in parts for number in part.unmatched} - taken
        return taken if staying else set()

    def _check(self, row: str, line: int) -> None:
        """Name what would go wrong in a row."""
        names = [self._names(part) for part in _cells(row)]
        across = [number for numbers in _unmatched(names) for number in numbers]
        whole = _unmatched([[name for cell in names for name in cell]])[0]
        if whole:
            source = " ".join(self.tags[whole[0]].source.split())
            message = f"'{source}' stands in a cell of a table, and what belongs to it does not stand in this row"
            hint = "write it on a line of its own between the rows"
            self.faults.append((Problem(message, hint, "statement-in-cell", source), line, "error"))
            return
        cells = _cells(row)
        params = (("cells", len(cells)), ("columns", self.columns))
        said = f"the row has {len(cells)} cell{'s' if len(cells) > 1 else ''}, and its table {self.columns} columns"
        if len(cells) < self.columns and not any(names) and not row.strip("| ").startswith("{"):  # no {widths=...}
            hint = "write a bar for each cell, also for an empty one"
            short = Problem(f"{said}: the last are empty", hint, "row-too-short", params=params)
            self.faults.append((short, line, "warning"))
        if len(cells) <= self.columns or across:
            return
        lost = " | ".join(self._shown(cell) for cell in cells[self.columns :])
        if not lost.strip(" |"):
            return
        hint = "add a column to the table's head, or write \\| for a bar that is text"
        long = Problem(f"{said}: '{lost}' would not be printed", hint, "row-too-long", lost, params)
        self.faults.append((long, line, "error"))

    def _shown(self, cell: str) -> str:
        return WORD.sub(lambda word: self.tags[int(word[1])].source, cell).strip()


def _is_whole(name: str, source: str) -> bool:
    """Whether a statement has no end tag: `{% set x = 1 %}`."""
    return name == "set" and "=" in source


def _edged(row: str) -> str:
    """A row with bars at its ends."""
    row = row.strip()
    row = row if row.startswith("|") else f"|{row}"
    return row if re.search(r"(?<!\\)\|$", row) else f"{row}|"


def _cells(row: str) -> list[str]:
    """The cells of a row, without the bars at its ends."""
    cells = _BAR.split(row.strip())
    if len(cells) > 1 and not cells[0].strip():
        cells = cells[1:]
    return cells[:-1] if len(cells) > 1 and not cells[-1].strip() else cells


def _unmatched(parts: Sequence[Sequence[tuple[int, str]]]) -> list[list[int]]:
    """For each part, the statements in it whose partner is not in the same part."""
    found = []
    for names in parts:
        open_: list[int] = []
        alone: list[int] = []
        for number, name in names:
            if name.startswith("end"):
                if open_:
                    open_.pop()
                else:
                    alone.append(number)
            elif name in ("else", "elif"):
                if not open_:
                    alone.append(number)
            else:
                open_.append(number)
        found.append(alone + open_)
    return found


# --- between the rows of a table ---

# A tag between the rows of a table travels in a cell of the row beside it, behind this noncharacter.
_ROW = "\ufdd2"
_BEFORE = " \t>"
"""What may stand before the lines of a table, in a list or a quote."""


def tie(cut: template_tags.Cut) -> None:
    """Let a line of `{% %}` stand between the rows of a table, where Markdown would end the table."""
    lines = cut.text.split("\n")
    numbers = cut.lines
    index = 1
    while index < len(lines):
        words = lines[index].strip(_BEFORE)
        statement = template_tags.ONLY_WORDS.fullmatch(words) and not any(
            cut.tags[int(number)].kind == "{{" for number in WORD.findall(words)
        )
        if statement and lines[index - 1].lstrip(_BEFORE).startswith("|"):
            following = lines[index + 1].lstrip(_BEFORE) if index + 1 < len(lines) else ""
            if following.startswith("|"):
                prefix = lines[index + 1].removesuffix(following)
                lines[index + 1] = f"{prefix}|{_ROW}{words}{_ROW}{following[1:]}"
            elif not re.fullmatch(r"[|:\- >]+", lines[index - 1]):
                before = lines[index - 1].rstrip().removesuffix("|")
                lines[index - 1] = f"{before}{_ROW}{words}{_ROW}|"
            else:
                index += 1
                continue
            del lines[index], numbers[index]
        else:
            index += 1
    cut.text = "\n".join(lines)


def free(html: str) -> str:
    """Put the tags that `tie` tied into cells back between the rows."""
    if _ROW not in html:
        return html
    html = re.sub(f"(<tr>\\s*<t[dh][^>]*>){_ROW}([^{_ROW}]*){_ROW}", r"\2\n\1", html)
    return re.sub(f"{_ROW}([^{_ROW}]*){_ROW}\\s*(</t[dh]>\\s*</tr>)", r"\2\n\1", html)
