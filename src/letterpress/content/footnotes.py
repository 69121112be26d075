"""Footnotes: each is set where it is called, and calls come to an end.

The layout moves a note to the foot of the page on which it is called (`float: footnote`), so that its text has to stand
at the call. Not here: what a note may hold, and faults with their lines (`markdown`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MAX_DEPTH = 5
"""Footnotes in footnotes."""


def take(tokens: Sequence[Any], env: dict[str, Any]) -> list[Any]:
    """Take the definitions of footnotes out of the flow into `env["notes"]`, by label: they print where called."""
    kept: list[Any] = []
    notes: dict[str, list[Any]] = env.setdefault("notes", {})
    inside: list[Any] | None = None
    for token in tokens:
        if token.type == "footnote_reference_open":
            inside = notes.setdefault(token.meta["label"], [])
            env.setdefault("note_lines", {})[token.meta["label"]] = token.map[0]
        elif token.type == "footnote_reference_close":
            inside = None
        else:
            (kept if inside is None else inside).append(token)
    return kept


def tokens_of(token: Any, env: dict[str, Any]) -> list[Any]:
    """Give the tokens of the footnote that `token` calls."""
    label = token.meta.get("label")
    if label is None:
        return list(env["footnotes"]["list"][token.meta["id"]]["tokens"])
    return list(env["notes"].get(label, ()))


def nest_too_deeply(children: Sequence[Any], env: dict[str, Any]) -> bool:
    """Say whether notes of the form ^[...] stand in one another more than `MAX_DEPTH` deep."""
    level = list(children)
    for _ in range(MAX_DEPTH + 1):
        calls = [one for one in level if one.type == "footnote_ref" and one.meta.get("label") is None]
        level = [inner for call in calls for inner in tokens_of(call, env)]
    return bool(level)


def _calls(tokens: Sequence[Any], env: dict[str, Any]) -> set[str]:
    """List the labels of the notes that a note calls."""
    labels: set[str] = set()
    waiting = list(tokens)
    while waiting:
        token = waiting.pop()
        waiting += token.children or ()
        if token.type == "footnote_ref":
            if token.meta.get("label") is None:
                waiting += tokens_of(token, env)
            else:
                labels.add(token.meta["label"])
    return labels


def render(renderer: Any, tokens: Sequence[Any], index: int, options: Any, env: Any) -> str:
    """Render a footnote where it is called; WeasyPrint's `float: footnote` moves it to the foot of that page."""
    note = tokens_of(tokens[index], env)
    if tokens[index].meta.get("label") is None:
        keep_marks(note)
        for child in note:  # the parser's own rule that makes texts of them does not come to these notes
            child.type = "text" if child.type == "text_special" else child.type
        return f'<span class="footnote">{renderer.renderInline(note, options, env)}</span>'
    paragraphs = [
        renderer.renderInline(token.children or [], options, env) if token.type == "inline" else None for token in note
    ]
    return f'<span class="footnote">{"<br>".join(text for text in paragraphs if text)}</span>'


def keep_marks(children: Sequence[Any]) -> None:
    """Make a numbered reference of each mark behind a backslash, which `typography` leaves as it is."""
    for child in children:
        if child.type == "text_special" and child.content in ("'", '"', ".", "-"):
            child.type, child.content = "html_inline", f"&#{ord(child.content)};"


def endless(env: dict[str, Any]) -> str | None:
    """Find the first note that calls itself, through others or not, or stands in too many others; None: all end."""
    calls = {label: _calls(tokens, env) for label, tokens in env["notes"].items()}
    called = set(calls)
    for _ in range(MAX_DEPTH):
        called = {inner for label in called for inner in calls[label] if inner in calls}
    return min(called, key=lambda one: int(env["note_lines"][one]), default=None)
