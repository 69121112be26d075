"""Parses the body of a letter, once: Markdown becomes HTML with the author's template tags in place, and faults.

Raw HTML is allowed as CommonMark has it, but only elements that print: a `<name>` that an author left as a reminder is
a fault, and not an element that nobody sees.

Not here: the parser and its rules (`markdown_parser`), which HTML may stand in a letter (`rawhtml`). Source: CommonMark
0.31, and GitHub's tables.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from html import unescape
from itertools import zip_longest
from typing import Any
from urllib.parse import unquote, urlsplit

from letterpress.content import (
    anchors,
    footnotes,
    image_attributes,
    left_over,
    line_marks,
    lost_signs,
    markdown_parser,
    statement_lines,
    table_widths,
)
from letterpress.errors import Diagnostic, Fix, did_you_mean, fixes, nearest
from letterpress.model import LINK_SCHEMES, Body
from letterpress.text import characters, template_tags, value_marks


def parse(
    text: str, *, file: str, first_line: int, top_heading: int, mapped: bool = False
) -> tuple[Body, list[Diagnostic]]:
    """Parse the body.

    :param text: the Markdown, without the front matter.
    :param first_line: line of `file` (from 1) that `text` begins on.
    :param top_heading: level (1 to 6) of the body's outermost heading, so that the file skips no level.
    :param mapped: whether its blocks are to know their lines; see `line_marks`.
    """
    cut = template_tags.cut(text, file=file, first_line=first_line)
    faults = list(cut.faults)
    faults += (one.at(file=file, line=line, severity=how) for one, line, how in statement_lines.arrange(cut))
    statement_lines.tie(cut)
    if not _without_comments(cut.text).strip():
        message = "the body is empty"
        hint = "write the letter's text below the '---' that closes the front matter"
        faults.append(Diagnostic(message=message, file=file, line=first_line, hint=hint, code="body-empty"))
    parser = markdown_parser.make()
    env: dict[str, Any] = {"kinds": [tag.kind for tag in cut.tags], "too_long": [], "too_deep": [], "left_over": []}
    env["references"] = markdown_parser.References()
    tokens = parser.parse(cut.text, env)
    tokens = _loop_inside_list(footnotes.take(tokens, env), cut)
    wrong = table_widths.take(tokens)
    faults += (problem.at(file=file, line=cut.line_of(line)) for problem, line in wrong)
    unread = env["left_over"]
    faults += (one.at(file=file, line=cut.line_of(line), severity="warning") for one, line in unread)
    _level_headings(tokens, top_heading)
    anchors.name_headings(tokens)
    if mapped:
        line_marks.add(tokens, cut)
    _keep_parentheses(tokens)
    reader = _Reader(file, cut, env, faults)
    if not reader.is_bounded(tokens):
        return Body(template="", lines=()), sorted(faults, key=lambda fault: fault.line or 0)
    reader.read(tokens)
    html = statement_lines.free(str(parser.renderer.render(tokens, parser.options, env))).replace(
        template_tags.BRACE, "&#123;"
    )
    if reader.raw:
        reader.check_html(html)
    template, lines = template_tags.put_back(html, cut.tags)
    words = tuple((text.replace(template_tags.BRACE, "{"), line) for text, line in reader.words)
    images = tuple(reader.images)
    body = Body(template=template, lines=lines, words=words, images=images, raw=reader.raw)
    return body, sorted(faults, key=lambda fault: fault.line or 0)


def _without_comments(text: str) -> str:
    """A text without `<!-- ... -->`, in one pass: one that is open to the end is text."""
    kept: list[str] = []
    position = 0
    while (begin := text.find("<!--", position)) >= 0 and (end := text.find("-->", begin)) >= 0:
        kept.append(text[position:begin])
        position = end + 3
    return "".join([*kept, text[position:]])


def _loop_inside_list(tokens: list[Any], cut: template_tags.Cut) -> list[Any]:
    """`{% for %}` around a list repeats its items, not the list."""
    pairs = {"bullet_list_open": "bullet_list_close", "ordered_list_open": "ordered_list_close"}
    for index, token in enumerate(tokens):
        if token.type != "template_tag" or index + 1 >= len(tokens) or tokens[index + 1].type not in pairs:
            continue
        if not _is_statement(token, cut, "for"):
            continue
        opening = tokens[index + 1]
        close = next(
            at
            for at in range(index + 2, len(tokens))
            if tokens[at].type == pairs[opening.type] and tokens[at].level == opening.level
        )
        if close + 1 < len(tokens) and _is_statement(tokens[close + 1], cut, "endfor"):
            tokens[index], tokens[index + 1] = opening, token
            tokens[close], tokens[close + 1] = tokens[close + 1], tokens[close]
    return tokens


def _is_statement(token: Any, cut: template_tags.Cut, name: str) -> bool:
    numbers = template_tags.WORD.findall(token.content) if token.type == "template_tag" else []
    return len(numbers) == 1 and bool(re.match(rf"\{{%[-+]?\s*{name}\b", cut.tags[int(numbers[0])].source))


def _level_headings(tokens: Sequence[Any], top: int) -> None:
    """Give headings levels that begin at `top` and skip none, as PDF/UA asks; the author's level stays as a class."""
    stack: list[int] = []
    for token in tokens:
        if token.type not in ("heading_open", "heading_close"):
            continue
        written = int(token.tag[1])
        if token.type == "heading_open":
            while stack and stack[-1] >= written:
                stack.pop()
            stack.append(written)
            token.attrJoin("class", f"heading-{written}")
        token.tag = f"h{min(6, top + len(stack) - 1)}"


def _keep_parentheses(tokens: Sequence[Any]) -> None:
    """Lists that are written 1) are printed so."""
    for token in tokens:
        if token.type == "ordered_list_open" and token.markup == ")" and not token.attrGet("data-mark"):
            token.attrs = {"type": "1", "data-mark": "#)", **token.attrs}


class _Reader:
    """Goes through the tokens once: notes words and images with their lines, and names what is refused."""

    def __init__(self, file: str, cut: template_tags.Cut, env: dict[str, Any], faults: list[Diagnostic]) -> None:
        self.file = file
        self.cut = cut
        self.env = env
        self.faults = faults
        self.words: list[tuple[str, int]] = []
        self.images: list[tuple[str, int]] = []
        self.called: set[str] = set()
        self.raw = False
        """Whether there is HTML of the author's own, or a value in an attribute."""

    def fault(self, code: str, message: str, line: int, hint: str | None = None, **more: Any) -> None:
        """Note what is wrong with line `line` (from 0) of the cut text, tags as typed; `more` is of `Diagnostic`."""
        number = self.cut.line_of(line)
        if isinstance(more.get("value"), str):
            more["value"] = self.cut.typed(more["value"])
        message, hint = self.cut.typed(message), self.cut.typed(hint) if hint else None
        self.faults.append(Diagnostic(code=code, message=message, hint=hint, file=self.file, line=number, **more))

    def read(self, tokens: Sequence[Any]) -> None:
        self._read_blocks(tokens)
        for label, line in self.env.get("note_lines", {}).items():
            if label not in self.called:
                hint = f"write [^{label}] where it belongs"
                self.fault("footnote-uncalled", f"the footnote '{label}' is never called", line, hint, value=label)
        self._read_definitions()

    def _read_definitions(self) -> None:
        """Definitions of links that nothing takes; `[Note]: Monday` is one, though it was meant as words."""
        for label, line in self.env["references"].unused(self.env):
            written = re.search(r"\[((?:\\.|[^\]\\])*)\]:", self.cut.text.split("\n")[line])
            shown = template_tags.WORD.sub("...", written[1] if written else label)
            hint = f"write [{shown}] where its link belongs, or \\[{shown}]: to print it as words"
            message = f"'[{shown}]:' defines a link that is never used: it would not be printed"
            self.fault("link-unused", message, line, hint, value=f"[{shown}]:")

    def is_bounded(self, tokens: Sequence[Any]) -> bool:
        """Whether all of it can be read and laid out: no paragraph without end, no list in lists without end."""
        for line, size in self.env["too_long"]:
            message = f"a paragraph has {size:,} characters; {markdown_parser.MAX_PARAGRAPH:,} is the most"
            size_and_limit = (("characters", size), ("limit", markdown_parser.MAX_PARAGRAPH))
            self.fault("paragraph-too-long", message, line, "part it by empty lines", params=size_and_limit)
        deep = [(line, "emphasis, links or notes") for line in self.env["too_deep"]]
        notes = (token for note in self.env["notes"].values() for token in note)
        for token in (*tokens, *notes):
            depth = max((child.level for child in token.children or ()), default=0)
            endless_notes = footnotes.nest_too_deeply(token.children or (), self.env)
            if token.level + depth >= markdown_parser.MAX_NESTING - 1 or endless_notes:
                what = (
                    "lists or quotes" if token.level >= markdown_parser.MAX_NESTING - 1 else "emphasis, links or notes"
                )
                deep.append((token.map[0] if token.map else 0, what))
        for line, what in deep[:1]:
            self.fault("nesting-too-deep", f"{what} are nested too deeply", line, "take out some of the levels")
        endless = footnotes.endless(self.env)
        if endless is not None:
            message = (
                f"the footnote '{endless}' stands in others, more than {footnotes.MAX_DEPTH} deep, or calls itself"
            )
            line, params = self.env["note_lines"][endless], (("limit", footnotes.MAX_DEPTH),)
            self.fault("footnote-endless", message, line, "take the call out of the note", value=endless, params=params)
        return not deep and not self.env["too_long"] and endless is None

    def _read_blocks(self, tokens: Sequence[Any]) -> None:
        for token in tokens:
            line = token.map[0] if token.map else 0
            if token.type == "inline":
                self._read_inline(token.children or [], line)
                self._read_directions("".join(child.content for child in token.children or ()), line)
            elif token.type == "html_block":
                self._read_html(token, line)
                self._read_directions(token.content, line)
            elif token.type in ("fence", "code_block"):
                self.words.append((token.content, self.cut.line_of(line)))
                self._read_word(token.content, line)
                self._read_directions(token.content, line)

    def _read_directions(self, text: str, line: int) -> None:
        """A block's marks of direction, which may be written as references: each has to be closed in it."""
        if text.isascii() and "&" not in text:
            return
        wrong = characters.refused_direction(unescape(text))
        if wrong is not None:
            self.faults.append(wrong.at(file=self.file, line=self.cut.line_of(line)))

    def _read_inline(self, children: Sequence[Any], line: int) -> None:
        for child, following in zip_longest(children, children[1:]):
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type in ("text", "code_inline"):
                self.words.append((child.content, self.cut.line_of(line)))
                self._read_word(child.content, line)
                if child.type == "text":
                    self._read_break(child.content, line)
            elif child.type == "html_inline":
                self._read_html(child, line)
                line += child.content.count("\n")
            elif child.type == "image":
                self._read_image(child.attrGet("src") or "", child.content, line)
                self._read_title(child, line)
                wrong = image_attributes.take(child, following)
                if wrong is not None:
                    self.faults.append(wrong.at(file=self.file, line=self.cut.line_of(line)))
                self._mark(child, child.attrGet("src") or "", line)
            elif child.type == "link_open":
                self._read_link(child.attrGet("href") or "", line)
                self._read_title(child, line)
                self._mark(child, child.attrGet("href") or "", line)
            elif child.type == "footnote_ref":
                self._read_note(child, line)

    def _read_word(self, text: str, line: int) -> None:
        word = characters.long_word(text)
        if word is not None:
            self.faults.append(characters.too_long(word).at(file=self.file, line=self.cut.line_of(line)))

    def _read_image(self, source: str, alt: str | None, line: int) -> None:
        self.images.append((source, self.cut.line_of(line)))
        if not source:
            self.fault("image-nameless", "an image names no file", line, "write ![what it shows](file.png)")
            return
        if not (alt or "").strip():
            hint = "say in a few words what it shows: ![the new harbour](harbour.png)"
            message = f"the image '{source}' has no description"
            self.fault("image-undescribed", message, line, hint, value=source)
        elif alt:
            self.words.append((alt, self.cut.line_of(line)))

    def _read_link(self, target: str, line: int) -> None:
        if target.startswith("#"):
            self.words.append((unquote(target), self.cut.line_of(line)))
        if template_tags.OPEN in target or target.startswith("#"):
            return
        if urlsplit(target).scheme.lower() not in LINK_SCHEMES:
            hint = "link to http:, https:, mailto: or tel:, or to a heading with #"
            message = f"the link to '{target}' leads nowhere from a letter"
            self.fault("link-astray", message, line, hint, value=target, fixes=_completed(target))

    def _read_title(self, token: Any, line: int) -> None:
        title = token.attrGet("title")
        if title:
            shown = template_tags.WORD.sub("...", title)
            what = "picture" if token.type == "image" else "link"
            message, hint = f"the title '{shown}' of a {what} is not printed", "write it in the text, or take it out"
            self.fault("title-unprinted", message, line, hint, value=shown, severity="warning")

    def _mark(self, token: Any, target: str, line: int) -> None:
        """Let a link or image that a value leads know its line: it is looked at again when the value is there."""
        if template_tags.OPEN in target:
            token.meta = {**token.meta, "line": self.cut.line_of(line)}
            self.raw = True

    def _read_note(self, token: Any, line: int) -> None:
        label = token.meta.get("label")
        if label is None:
            note = footnotes.tokens_of(token, self.env)
            for problem, at in (*left_over.of_text(note, line), *lost_signs.of_text(note, line)):
                self.faults.append(problem.at(file=self.file, line=self.cut.line_of(at), severity="warning"))
            self._read_inline(note, line)
            return
        if label not in self.env["notes"]:
            hint = did_you_mean(label, self.env["notes"]) or f"add a line '[^{label}]: ...' below the text"
            near = nearest(label, self.env["notes"])
            mended = fixes(f"[^{label}]", (f"[^{word}]" for word in near))
            message = f"there is no footnote '{label}'"
            self.fault("footnote-unknown", message, line, hint, value=f"[^{label}]", fixes=mended)
        elif label in self.called:
            hint = "call it once, or write a second note"
            self.fault("footnote-twice", f"the footnote '{label}' is called twice", line, hint, value=f"[^{label}]")
        else:
            self.called.add(label)
            note = footnotes.tokens_of(token, self.env)
            self._read_blocks(note)
            if any(inner.type not in ("paragraph_open", "paragraph_close", "inline") for inner in note):
                message, hint = f"the footnote '{label}' holds more than text", "keep lists and tables in the body"
                self.fault("footnote-too-much", message, line, hint, value=f"[^{label}]")

    def _read_references(self, html: str, line: int) -> str:
        """Raw HTML with its `&#x2028;` as characters, which become breaks; those that no page can show are faults."""

        def read(reference: re.Match[str]) -> str:
            digits = reference[1]
            code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
            if code in (0x2028, 0x2029):
                return chr(code)
            if code > 0x10FFFF or characters.unprintable(chr(code)) is not None:
                offset = html.count("\n", 0, reference.start())
                message = f"{reference[0]} stands for a character that cannot be printed"
                self.fault("character-unprintable", message, line + offset, "delete it", **_deletion(reference[0]))
                return ""
            return reference[0]

        return re.sub(r"&#([xX][0-9A-Fa-f]{1,8}|[0-9]{1,8});?", read, html)

    def _read_break(self, text: str, line: int) -> None:
        """A page break that is none: within a line, a list or a quote, it would be printed or passed over."""
        if markdown_parser.is_page_break(text):
            message = f"'{text.strip()}' begins no page here"
            hint = "write it on a line of its own, outside of lists and quotes"
            self.fault("page-break-misplaced", message, line, hint, value=text.strip())

    def _read_html(self, token: Any, line: int) -> None:
        """Raw HTML: its words now, its elements when the whole body can be parsed (`check_html`)."""
        self._read_break(token.content, line)
        token.content = self._read_references(token.content, line)
        if "<" not in token.content:
            return
        text = re.sub(r"<[^>]*>", " ", token.content)
        if text.strip():
            self.words.append((text, self.cut.line_of(line)))
        self.words += [(unquote(target), self.cut.line_of(line)) for target in _PLACES.findall(token.content)]
        self.raw = True
        token.content = f"{value_marks.line(self.cut.line_of(line))}{token.content}{value_marks.line(None)}"

    def check_html(self, html: str) -> None:
        """Name what is refused of the body's HTML, as the layout will parse it."""
        from letterpress.rawhtml import check, rules  # here: few letters have HTML of their own

        kinds = [tag.kind for tag in self.cut.tags]
        shown = template_tags.WORD.sub(
            lambda word: value_marks.value(word[1]) if kinds[int(word[1])] == "{{" else rules.STATEMENT, html
        )
        parsed, faults = check.of_template(shown, complete="{%" not in kinds)
        for fault in faults:
            self.faults.append(fault.at(file=self.file, line=self.cut.line_of(self._index(fault.place))))
        for tag in parsed.tags:
            if tag.name == "img" and tag.place.line is not None and "src" not in tag.bare:
                source, alt = (_WRITTEN.sub(_as_word, tag.attributes.get(name, "")) for name in ("src", "alt"))
                self._read_image(source, alt, self._index(tag.place))

    def _index(self, place: Any) -> int:
        """The line of the cut text (from 0) that markup stands on."""
        return 0 if place.line is None else bisect_left(self.cut.lines, place.line) + place.further


def _completed(target: str) -> tuple[Fix, ...]:
    """What the link to a place or an address without its scheme may mean: `www.example.org`, `jo@example.org`."""
    if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", target):
        return fixes(target, (f"mailto:{target}",))
    if re.fullmatch(r"www(\.[\w-]+)+(/\S*)?|([\w-]+\.)+(com|org|net|gov|edu|eu)(/\S*)?", target):
        return fixes(target, (f"https://{target}",))
    return ()


def _deletion(written: str) -> dict[str, Any]:
    """What a fault says of characters that are to be deleted."""
    return {"value": written, "fixes": (Fix(kind="remove", title=f"Delete {written}", value=""),)}


_PLACES = re.compile(r"""(?i)\bhref\s*=\s*["']?(#[^"'\s>]+)""")
_WRITTEN = re.compile(f"{value_marks.VALUE}([0-9]+){value_marks.VALUE_END}")


def _as_word(value: re.Match[str]) -> str:
    return f"{template_tags.OPEN}{value[1]}{template_tags.CLOSE}"
