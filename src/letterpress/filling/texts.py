"""Makes one text of a letter, or one value of a record, final: runs its template and sets it as its language does.

Not here: which texts a letter has, and in which order they are filled (`letter`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from letterpress.errors import Problem
from letterpress.filling.checks import TEXTS, Data
from letterpress.filling.context import Faults, FillContext, counted
from letterpress.model import Body
from letterpress.templating import sandbox
from letterpress.templating.messages import TemplateFault
from letterpress.text import characters, template_tags, value_marks

_TYPESET = frozenset({*TEXTS, "via", "notices", "enclosures", "cc", "bcc"})
"""Fields of the author's own words. Names, addresses and references print as typed, as values do."""


def fill_text(context: FillContext, faults: Faults, text: str | None, path: str) -> str | None:
    """Set a text of the letter as its language does, and fill it; a record's value stays as it is.

    :param path: the text's field.
    """
    if text is None or isinstance(text, Data):
        return text
    if context.letter.typography and path.partition(".")[0] in _TYPESET and not path.endswith(".file"):
        from letterpress.text import typography  # here: who turns it off need not wait for it

        text = typography.text(text, context.lang)
    if "{{" not in text and "{%" not in text and "{#" not in text:
        return text
    try:
        return sandbox.compile_text(text).render(context.names, context.lang).strip()
    except TemplateFault as fault:
        faults.of_field(fault.problem, path)
        return ""


def fill_texts(context: FillContext, faults: Faults, texts: tuple[str, ...], path: str) -> tuple[str, ...]:
    """Fill several texts, and leave out those that are empty then."""
    filled = (fill_text(context, faults, text, f"{path}.{at}") for at, text in counted(texts))
    return tuple(text for text in filled if text)


def fill_body(context: FillContext, faults: Faults, body: Body) -> str:
    """Fill a body, and check what its own HTML has become."""
    template = body.template
    if context.letter.typography:
        from letterpress.text import typography

        template = typography.html(template, context.lang)
    try:
        html = sandbox.compile_html(template).render(context.names, context.lang)
    except TemplateFault as fault:
        faults.of_body(fault.problem, body, fault.line)
        return ""
    html = _with_breaks(html)
    _check_html(context, faults, html, body)
    if not context.titled:
        _warn_of_tables(context, faults, html, body)
    if body.template and not _has_words(html) and not _SEEN.search(html):
        hint = "no part of it is printed with these values: see its {% if %}"
        faults.of_body(Problem("the body is empty", hint, "body-empty"), body, None)
    return html


_VALUE = f"{value_marks.VALUE}([^{value_marks.VALUE}{value_marks.VALUE_END}]*){value_marks.VALUE_END}"
_BROKEN = re.compile(f"{value_marks.VALUE}[^{value_marks.VALUE_END}]*\n")
_ALONE = re.compile(rf"<p([^<>]*)>\s*{_VALUE}\s*</p>")
_TAG_OR_VALUE = re.compile(rf"""<(?:[^<>"']|"[^"]*"|'[^']*')*>|{_VALUE}""")


def _with_breaks(html: str) -> str:
    """Keep the lines of values, and where a value is all of a paragraph, its paragraphs; not within an attribute."""
    if not _BROKEN.search(html):
        return html
    html = _ALONE.sub(_paragraphs, html)
    return _TAG_OR_VALUE.sub(lambda match: match[0] if match[1] is None else _lines(match[1]), html)


def _paragraphs(match: re.Match[str]) -> str:
    parts = [part for part in re.split(r"[ \t]*\n[ \t]*\n\s*", match[2].strip()) if part]
    return "".join(f"<p{match[1]}>{value_marks.value(part)}</p>" for part in parts) if parts else match[0]


def _lines(value: str) -> str:
    return "<br>".join(value_marks.value(line.strip(" \t")) for line in value.strip("\n").split("\n"))


def _check_html(context: FillContext, faults: Faults, html: str, body: Body) -> None:
    """Refuse what the author's own HTML becomes with these values: without them it was checked when it was read."""
    if not body.raw:
        return
    from letterpress.rawhtml import check  # here: few letters have HTML of their own

    first = body.lines[0][1] if body.lines else None
    path = context.letter.path
    # A loop prints the same markup many times: it is said once. Warnings were given when the letter was read.
    wrong = (fault for fault in check.of_body(html) if fault.severity == "error")
    faults.add(fault.at(file=path, line=first if fault.line is None else fault.line) for fault in wrong)


_ROWLESS = re.compile(
    rf"(<thead[^<>]*>(?:(?!</thead>|<table).)*</thead>)"
    rf"\s*(?:<tbody[^<>]*>(?:\s|<!--{value_marks.LINE}\d*-->)*</tbody>\s*)?</table>",
    re.DOTALL,
)


def _warn_of_tables(context: FillContext, faults: Faults, html: str, body: Body) -> None:
    """Warn of a table that has a head and, with these values, no row."""
    if "</thead>" not in html:
        return
    for found in _ROWLESS.finditer(html):
        heads = re.findall(r"<th\b[^<>]*>(.*?)</th>", value_marks.without(found[1]), re.DOTALL)
        shown = ", ".join(" ".join(_MARKUP.sub("", head).split()) for head in heads)
        at = body.template.find(found[1])
        line = None if at < 0 else body.template.count("\n", 0, at) + 1
        number = template_tags.source_line(body.lines, line) or (body.lines[0][1] if body.lines else None)
        message = f"the table '{shown}' has no row with these values: its head is printed alone"
        hint = "print it only where there is something: {% if ... %} above it, {% endif %} below"
        problem = Problem(message, hint, "table-rowless", shown)
        faults.add([problem.at(severity="warning", file=context.letter.path, line=number)])


def check_value(faults: Faults, value: Any, path: str) -> bool:
    """Say whether a page can show all characters of a record's value; if not, that is a fault of the field `path`."""
    if not isinstance(value, str):
        if isinstance(value, Mapping):
            value = tuple(value.values())
        return not (isinstance(value, tuple | list) and [one for one in value if not check_value(faults, one, path)])
    wrong = characters.refused(value, in_value=True)
    if wrong is not None:
        faults.of_field(wrong, path)
    return wrong is None


_MARKUP = re.compile(r"(?s)<!--.*?-->|<[^>]*>")
_MARKS = f"{value_marks.VALUE}{value_marks.VALUE_END}"
_BEGINS = re.compile(rf"(?:\s|[{_MARKS}]|<!--{value_marks.LINE}\d*-->|</?[A-Za-z][^<>]*>)*[^\s<>{_MARKS}]")
_SEEN = re.compile(r"(?i)<(?:img|svg|hr)\b")


def _has_words(html: str) -> bool:
    """Whether something stands between the tags: most bodies begin with a word, and need not be gone over."""
    return _BEGINS.match(html) is not None or bool(_MARKUP.sub("", value_marks.without(html)).strip())
