"""Cuts template tags (`{{ }}`, `{% %}`, `{# #}`) out of a text before Markdown reads it, and puts them back after.

While Markdown reads it, each tag stands in the text as one word (a noncharacter, a number, a noncharacter), so that
`*`, `|`, `_`, `<` and quotes inside a tag mean nothing to Markdown. Each tag goes back on template lines of its own, so
that every line that Jinja names leads to one line of the source.

Not here: how templates run (`templating.sandbox`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from letterpress.errors import Diagnostic

# Noncharacters: a letter's text may not hold them, so none can be there already.
OPEN, CLOSE = "\ufdd0", "\ufdd1"
WORD = re.compile(f"{OPEN}(\\d+){CLOSE}")
ONLY_WORDS = re.compile(f"(?:{OPEN}\\d+{CLOSE}[ \\t]*)+")

BRACE = "\ufdd7"
"""A brace that begins no tag, in a text whose tags are cut out: a noncharacter, since a backslash prints in code."""
_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_RAW = re.compile(r"\{%[-+]?\s*raw\s*[-+]?%\}")
_ENDRAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")


@dataclass(frozen=True, slots=True)
class Tag:
    """One template tag as written."""

    source: str
    line: int
    """Line of the file that the tag begins on, from 1."""

    @property
    def kind(self) -> str:
        """`{{`, `{%` or `{#`."""
        return self.source[:2]


@dataclass(slots=True)
class Cut:
    """A text with its tags cut out."""

    text: str = ""
    tags: list[Tag] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    """For each line of `text`, its line in the file."""
    faults: list[Diagnostic] = field(default_factory=list)

    def line_of(self, index: int) -> int:
        """The line in the file of line `index` (from 0) of `text`."""
        return self.lines[min(index, len(self.lines) - 1)]

    def typed(self, text: str) -> str:
        """Put the tags back that a part of `text` has, as they were typed, for people."""
        return WORD.sub(lambda word: self.tags[int(word[1])].source, text).replace(BRACE, "{")


class _Cutter:
    """Walks once through the text, keeping count of lines."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self.text = text
        self.file = file
        self.line = first_line
        self.cut = Cut(lines=[first_line])
        self.out: list[str] = []
        self.raw_ends = True
        """Whether an `{% endraw %}` may still come."""

    def keep(self, text: str, written: str | None = None) -> None:
        """Pass `text` on; as `written`, if it must be escaped for Markdown."""
        for _ in range(text.count("\n")):
            self.line += 1
            self.cut.lines.append(self.line)
        self.out.append(text if written is None else written)

    def _span(self, match: re.Match[str]) -> tuple[int, int]:
        """First and last character of a match in its line, counted from 1."""
        begin = self.text.rfind("\n", 0, match.start()) + 1
        return (match.start() - begin + 1, match.end() - begin)

    def run(self) -> Cut:
        position = 0
        for start in re.finditer(r"\\?\{[{%#]", self.text):
            if start.start() >= position:
                self.keep(self.text[position : start.start()])
                position = self.tag(start)
        self.keep(self.text[position:])
        self.cut.text = "".join(self.out)
        return self.cut

    def _endraw(self, position: int) -> re.Match[str] | None:
        match = _ENDRAW.search(self.text, position)
        self.raw_ends = match is not None
        return match

    def tag(self, start: re.Match[str]) -> int:
        """Take the tag that begins at `start`.

        :returns: the index behind what was taken.
        """
        if start[0].startswith("\\"):
            self.keep(start[0], f"{BRACE}{start[0][2]}")
            return start.end()
        end = end_of_tag(self.text, start.end(), start[0])
        if end is None:
            self.cut.faults.append(
                Diagnostic(
                    message=f"'{start[0]}' is opened here and never closed",
                    file=self.file,
                    line=self.line,
                    hint=f"close it with '{_CLOSERS[start[0]]}', or write '\\{start[0]}' to print it",
                    code="tag-unclosed",
                    value=start[0],
                    span=self._span(start),
                    params=(("close", _CLOSERS[start[0]]),),
                )
            )
            self.keep(start[0], f"{BRACE}{start[0][1]}")
            return start.end()
        source = self.text[start.start() : end]
        if self.raw_ends and _RAW.fullmatch(source) and (closed := self._endraw(end)):
            inside = self.text[end : closed.start()]
            self.keep(inside, re.sub(r"\{(?=[{%#])", BRACE, inside))
            return closed.end()
        self.out.append(f"{OPEN}{len(self.cut.tags)}{CLOSE}")
        self.cut.tags.append(Tag(source, self.line))
        self.line += source.count("\n")  # the word stands on one line: the lines inside the tag are gone from the text
        return end


def cut(text: str, *, file: str, first_line: int) -> Cut:
    """Cut every tag out of `text`. A backslash before it, and `{% raw %}`, keep it as text.

    :param file: as the user named it; `first_line` is the line in it that `text` begins on, from 1.
    """
    return _Cutter(text, file, first_line).run()


def put_back(html: str, tags: list[Tag]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Put the tags back where their words are.

    Every other brace becomes a character reference: what the author typed as text can never act as a tag.

    :returns: the HTML, and pairs (line of it, line of the source) in order.
    """
    out: list[str] = []
    pairs: list[tuple[int, int]] = []
    line = 1
    position = 0
    for word in WORD.finditer(html):
        between = html[position : word.start()].replace("{", "&#123;")
        line += between.count("\n")
        tag = tags[int(word[1])]
        head = 3 if tag.source[2:3] in "-+" else 2
        # White space inside a tag means nothing to Jinja: the tag gets template lines of its own.
        source = f"{tag.source[:head]}\n{tag.source[head:]}"
        pairs.append((line, tag.line))
        for offset in range(tag.source.count("\n") + 1):
            pairs.append((line + 1 + offset, tag.line + offset))
        line += source.count("\n")
        out += (between, source)
        position = word.end()
    out.append(html[position:].replace("{", "&#123;"))
    return "".join(out), tuple(pairs)


def source_line(pairs: tuple[tuple[int, int], ...], template_line: int | None) -> int | None:
    """Find the source line for a line that Jinja named: that of the last tag at or before it."""
    if template_line is None or not pairs:
        return None
    nearest = pairs[0][1]
    for line, source in pairs:
        if line > template_line:
            break
        nearest = source
    return nearest


def end_of_tag(text: str, position: int, kind: str) -> int | None:
    """Find the end of a tag, past strings and nested braces.

    :param position: index behind the opening braces; `kind` is these: `{{`, `{%` or `{#`.
    :returns: the index behind the closing braces; None if it is never closed.
    """
    if kind == "{#":
        end = text.find("#}", position)
        return None if end < 0 else end + 2
    depth = 0
    quote = ""
    while position < len(text):
        char = text[position]
        if text.startswith("\n\n", position) or text.startswith("{%", position) or text.startswith("{{", position):
            return None  # nothing runs over a blank line or into another tag: the fault is where this one began
        if quote:
            if char == "\\":
                position += 1
            elif char == quote:
                quote = ""
        elif depth == 0 and text.startswith(_CLOSERS[kind], position):
            return position + 2
        elif char in "\"'":
            quote = char
        elif char == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        position += 1
    return None
