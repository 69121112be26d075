"""The Markdown parser: CommonMark with tables, definition lists, strike-through, footnotes and template tags, in linear
time; a line of its own begins a new page.

The one module that knows markdown-it. Its rules are kept but for those that make words vanish or take the square of a
text's length. Not here: what is read off its tokens (`markdown`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from letterpress.content import footnotes, left_over, list_marks, lost_signs, table_widths
from letterpress.text import template_tags, value_marks

MAX_NESTING = 100
"""Levels of lists in quotes in lists ...: the parser leaves out what lies deeper, and `parse` says so."""
PAGE_BREAKS = ("<!-- pagebreak -->", "\\newpage", "\\pagebreak")
"""Lines that begin a new page: letterpress's own, and those that Pandoc's users know."""
MAX_PARAGRAPH = 50_000
"""Characters of one paragraph, some twenty pages: the parser looks through all of it at each mark in it."""


def make() -> Any:
    """CommonMark with tables, definition lists, strike-through and footnotes; tags alone on a line are blocks."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import list_block
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, move_to_end=False, always_match_refs=True).use(deflist_plugin)
    list_marks.install(parser, list_block)
    table_widths.install(parser)
    parser.add_render_rule("footnote_ref", footnotes.render)
    for name in ("link_open", "image"):
        parser.add_render_rule(name, _with_line(getattr(parser.renderer, name, None)))
    parser.add_render_rule("template_tag", lambda _self, tokens, index, *_: f"{tokens[index].content}\n")
    parser.add_render_rule("page_break", lambda *_: '<div class="page-break"></div>\n')
    parser.block.ruler.before("code", "page_break", _page_break, {"alt": ["paragraph", "reference"]})
    parser.core.ruler.before("text_join", "left_over", _left_over)
    parser.core.ruler.before("text_join", "as_typed", _as_typed)
    parser.core.ruler.at("inline", _inline)
    parser.inline.ruler.before("html_inline", "unclosed", _unclosed)
    places = ["paragraph", "reference", "blockquote", "list", "footnote_def"]
    parser.block.ruler.before("code", "template_tag", _template_tag, {"alt": places})
    # What is refused is refused by name in `_Reader`; markdown-it would print it as text instead.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    normalise = parser.normalizeLink
    parser.normalizeLink = lambda url: (  # type: ignore[method-assign]
        url if template_tags.OPEN in url else normalise(url.replace(template_tags.BRACE, "{"))
    )
    return parser


def is_page_break(text: str) -> bool:
    """Say whether a line, or a piece of one, is one of `PAGE_BREAKS`."""
    return len(text) < 40 and " ".join(text.split()).lower() in PAGE_BREAKS


class References(dict[str, Any]):
    """The definitions of a text's links, which know what was asked for; to be `env["references"]`."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[str] = set()

    def get(self, label: str, default: Any = None) -> Any:
        """As of a dict: how the parser's rules look a link or an image up."""
        self.used.add(label)
        return super().get(label, default)

    def unused(self, env: dict[str, Any]) -> list[tuple[str, int]]:
        """Labels (in capitals) and lines of definitions that no link takes: their words would not be printed."""
        doubled = [(str(one["label"]), int(one["map"][0])) for one in env.get("duplicate_refs", ())]
        return [*((label, int(one["map"][0])) for label, one in self.items() if label not in self.used), *doubled]


def _with_line(render: Any) -> Any:
    """A rule of the renderer that says first which line a token is of, if the token knows."""

    def rule(renderer: Any, tokens: Sequence[Any], index: int, options: Any, env: Any) -> str:
        line = tokens[index].meta.get("line")
        html = render(tokens, index, options, env) if render else renderer.renderToken(tokens, index, options, env)
        return f"{value_marks.line(line)}{html}{value_marks.line(None)}" if line is not None else str(html)

    return rule


def _template_tag(state: Any, start_line: int, _end_line: int, silent: bool) -> bool:
    """Block rule: a line of nothing but `{% %}` and `{# #}` stands between blocks, in no paragraph."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    line = state.src[begin : state.eMarks[start_line]].rstrip()
    if not line.startswith(template_tags.OPEN) or not template_tags.ONLY_WORDS.fullmatch(line):
        return False
    if any(state.env["kinds"][int(number)] == "{{" for number in template_tags.WORD.findall(line)):
        return False
    if not silent:
        token = state.push("template_tag", "", 0)
        token.content = line
        token.map = [start_line, start_line + 1]
        state.line = start_line + 1
    return True


def _page_break(state: Any, start_line: int, _end_line: int, silent: bool) -> bool:
    """Block rule: a line that begins a new page, outside of lists and quotes."""
    if state.level or state.is_code_block(start_line):
        return False
    if not is_page_break(state.src[state.bMarks[start_line] : state.eMarks[start_line]]):
        return False
    if not silent:
        state.push("page_break", "", 0).map = [start_line, start_line + 1]
        state.line = start_line + 1
    return True


def _inline(state: Any) -> None:
    """Core rule: looks into each paragraph; one that is too long, or nested too deeply, is kept for its fault."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        line = token.map[0] if token.map else 0
        if len(token.content) > MAX_PARAGRAPH:
            state.env["too_long"].append((line, len(token.content)))
            continue
        try:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        except RecursionError:
            state.env["too_deep"].append(line)
            token.children = []


_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}


def _unclosed(state: Any, silent: bool) -> bool:
    """Inline rule: what begins as a comment and has no end is text. The parser's own rule looks for the end of each."""
    if state.src[state.pos] != "<":
        return False
    begin = next((one for one in _ENDS if state.src.startswith(one, state.pos)), None)
    missing: dict[str, str] = state.env.setdefault("missing", {})
    if begin is None or (missing.get(begin) is not state.src and state.src.find(_ENDS[begin], state.pos) >= 0):
        return False
    missing[begin] = state.src
    if not silent:
        state.pending += "<"
    state.pos += 1
    return True


def _left_over(state: Any) -> None:
    """Core rule: notes what stays as typed, while a character behind a backslash is still known."""
    lines: list[str] | None = None
    found = state.env.setdefault("left_over", [])
    for token in state.tokens:
        line = token.map[0] if token.map else 0
        if token.type == "inline":
            found += left_over.of_text(token.children or (), line)
            found += lost_signs.of_text(token.children or (), line)
        elif token.type == "code_block":
            found += lost_signs.of_code_block(token)
        elif token.type == "html_block":
            found += left_over.of_html(token.content, line)
        elif token.type == "fence":
            lines = lines if lines is not None else state.src.split("\n")
            found += left_over.of_fence(token, lines[min(token.map[1], len(lines)) - 1])


def _as_typed(state: Any) -> None:
    """Core rule: a mark behind a backslash becomes a numbered reference, which `typography` leaves as it is."""
    for token in state.tokens:
        footnotes.keep_marks(token.children or ())
