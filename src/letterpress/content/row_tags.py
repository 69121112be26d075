"""Lets a line of `{% %}` stand between the rows of a table, where Markdown would end the table.

Not here: tags elsewhere (`text.template_tags`), tables in themselves (`markdown_parser`).
"""

from __future__ import annotations

import re

from letterpress.text import template_tags

_ROW = "\ufdd2"
"""Stands around a tag that travels in a cell of the row beside it: a noncharacter."""


def tie(cut: template_tags.Cut) -> None:
    """Let a line of `{% %}` stand between the rows of a table, where Markdown would end the table."""
    lines = cut.text.split("\n")
    numbers = cut.lines
    index = 1
    while index < len(lines):
        words = lines[index].strip()
        statement = template_tags.ONLY_WORDS.fullmatch(words) and not any(
            cut.tags[int(number)].kind == "{{" for number in template_tags.WORD.findall(words)
        )
        if statement and lines[index - 1].lstrip().startswith("|"):
            following = lines[index + 1].lstrip() if index + 1 < len(lines) else ""
            if following.startswith("|"):
                lines[index + 1] = f"|{_ROW}{words}{_ROW}{following[1:]}"
            elif not re.fullmatch(r"[|:\- ]+", lines[index - 1]):
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
