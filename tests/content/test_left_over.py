"""Markdown that stays as typed is a warning with its line; what only looks a little like it is none."""

from __future__ import annotations

import pytest

from letterpress.content import markdown
from tests.support.project import FRONT, Project

NAMED = {
    "Pay this: **important and never closed.": ("strong", 1, "**important and never closed."),
    "One.\ntwo **bold ** three": ("strong", 2, "**bold ** three"),
    "foo**bar is left": ("strong", 1, "**bar is left"),
    "Dear {name}, welcome": ("brace", 1, "{name}"),
    "Of { to.name } and\n{first_name}": ("brace", 1, "{ to.name }"),
    "__open and more": ("strong", 1, "__open and more"),
    "~~open and more": ("strike", 1, "~~open and more"),
    "A ==marked word== here": ("mark", 1, "==marked word=="),
    "H~2~O": ("subscript", 1, "~2~"),
    "20 m^2^": ("superscript", 1, "^2^"),
    "![scan](my scan.png)": ("image", 1, "![scan](my scan.png)"),
    "![[scan.png]]": ("image", 1, "![[scan.png]]"),
    "[text](https://example.org and on": ("link", 1, "[text](https://example.org and on"),
    "[text][nowhere]": ("link", 1, "[text][nowhere]"),
    "Text { width=50% } here": ("attributes", 1, "{ width=50% }"),
    "Text {.lead}": ("attributes", 1, "{.lead}"),
    "- one\n- [ ] two": ("checkbox", 2, "[ ]"),
    "- [x] one": ("checkbox", 1, "[x]"),
    "#Heading": ("heading", 1, "#Heading"),
    "Text.\n\n##Terms and more": ("heading", 3, "##Terms and more"),
    "Text.\n\n```\ncode\n\nPay 40 dollars.": ("fence", 3, "```"),
    "The points:\n2. two\n3. three": ("list", 2, "2. two"),
    "This is \\textbf{bold} text": ("tex", 1, "\\textbf{bold}"),
    "Half is $\\frac{1}{2}$ of it": ("tex", 1, "\\frac{1}"),
    "As $E = mc^2$ says": ("tex", 1, "$E = mc^2$"),
    "$$\nx = 1\n$$": ("tex", 1, "$$"),
    "- ~~~\n  code\n\nPay.": ("fence", 1, "~~~"),
    "``` pay 40 dollars\nx\n```": ("fence", 1, "pay 40 dollars"),
    "::: note\nx\n:::": ("fence", 1, "::: note"),
    "-one\n-two": ("list", 1, "-one"),
    "Prices:\n\n| a | b |\n| --- |\n| 1 | 2 |": ("table", 4, "| --- |"),
    "a | b\n---|---|---\n1 | 2": ("table", 2, "---|---|---"),
    "| a | b |\n| 1 | 2 |": ("table", 1, "| a | b |"),
    "+---+---+\n| a | b |\n+---+---+": ("table", 1, "+---+---+"),
    "| a |\n|---|\n| **open |": ("strong", 3, "**open"),
    "> x\n>\n> ## **Head": ("strong", 3, "**Head"),
    "<div>\n\n</div>\n<div>\n**bold** word\n</div>": ("in-html", 5, "**bold**"),
    "<p>see [x](https://example.org)</p>": ("in-html", 1, "[x](https://example.org)"),
    "Text^[a **note].": ("strong", 1, "**note"),
    "• one\n• two": ("list", 1, "• one"),
    "Points:\n– one\n– two": ("list", 2, "– one"),
    "> [!NOTE]\n> Call us.": ("callout", 1, "[!NOTE]"),
    "!!! note\n    Call us.": ("callout", 1, "!!! note"),
    "Please send it to\nHarbor Office\n12 Quay Road": ("lines", 1, "Please send it to / Harbor Office / 12 Quay Road"),
    "Text.\n\nName: Ada\nDate: May 4": ("lines", 3, "Name: Ada / Date: May 4"),
    "Sincerely,\nAda **Brook**": ("lines", 1, "Sincerely, / Ada Brook"),
}


def found(text: str) -> list[tuple[str, int | None, str]]:
    """Kind, line and what was written of each warning."""
    _, faults = markdown.parse(f"{text}\n", file="letter.md", first_line=1, top_heading=1)
    unread = [fault for fault in faults if fault.code == "markdown-unread"]
    assert {fault.severity for fault in unread} <= {"warning"}
    assert all(fault.hint for fault in unread)
    return [(str(dict(fault.params)["kind"]), fault.line, str(fault.value)) for fault in unread]


@pytest.mark.parametrize("text", NAMED)
def test_what_stays_as_typed_is_named_with_its_line(text: str) -> None:
    assert found(text)[0] == NAMED[text]


MEANT = """
5 * 3 * 2 = 30, and 2**3 is 8
snake_case, __init__ and C#, C++ and F#
#1 on the list
#hashtag of the year
Room # 12, no. #12, issue #7
The password is hu7**Kp
Name: ______ Date: __________
Price* 12.00, tax** 2.40
** excluding tax
Kind regards **
a ~ b, ~20 people, ~/letters
x == y, a === b, ====
[sic], [1], (a) [b] (c), a[1][2], f[x](y
see [note 3] and [Smith 2020] (London)
I agree [ ] yes [ ] no
$100 | $200, and a | b
$5 and $6, from $5 to $60, A$5 = 3 C$
{no} {a: 1} {1, 2} { } {"a": 1}
\\**not bold, \\==not marked==, \\![no picture](a b.png), \\{width=5%}
`**code` and `[x](y z)` and `{.a}` and `==x==`
- Jo
-5 degrees
-- a dash
^ a caret, 2^10, e^x
2^10 and 3^2
:-) and :: and :::
:
***very*** **bold**, *both* ~~gone~~ <mark>seen</mark>
[a](https://example.org "t") ![b](c.png){width=40mm}
10:30 | 11:30
"""


@pytest.mark.parametrize("text", [line for line in MEANT.split("\n") if line])
def test_what_is_meant_is_not_named(text: str) -> None:
    assert found(f"Dear all.\n{text}" if text[0] not in "#[-:^" else text) == []


@pytest.mark.parametrize(
    "text",
    [
        "A paragraph that an editor has broken at a width that is usual, and that\nGoes on",
        "We met.\nWe spoke.\nWe left",
        "It is\nshort",
        "Harbor Office\\\n12 Quay Road",
        "Harbor Office  \n12 Quay Road",
        "- Harbor Office\n- Quay Road",
        "The boat of\n`ada` and\n(Ben)",
        "{{ to.name }}\n{{ to.city }}",
    ],
)
def test_lines_that_may_be_one_are_not_named(text: str) -> None:
    assert found(text) == []


def test_a_table_and_code_that_are_right_are_not_named() -> None:
    assert found('| a | b |\n|:--|--:|\n| 1 | 2 |\n{widths="50 50"}\n\n```\n**x\n```\n\n    [x](y z)\n') == []
    assert (
        found("<pre>\n**x** [a](b)\n</pre>\n\n<!-- **x** [a](b) -->\n\n<div>\n\n**x** [a](https://b.org)\n\n</div>")
        == []
    )
    assert found("- ```\n  x\n  ```\n- y\n\n> ~~~~\n> x\n> ~~~~\n\n```python\nx\n```\n") == []


def test_a_title_is_no_part_of_a_letter() -> None:
    text = "One.\n\n[a](https://b.org \"pay 40\") ![c](d.png 'now')\n"
    _, faults = markdown.parse(text, file="letter.md", first_line=1, top_heading=1)
    assert [(fault.code, fault.severity, fault.line, fault.value) for fault in faults] == [
        ("title-unprinted", "warning", 3, "pay 40"),
        ("title-unprinted", "warning", 3, "now"),
    ]


def test_a_letter_is_made_all_the_same_and_check_says_the_line(project: Project) -> None:
    ran = project.render("First.\n\nThis is **important.\n")
    assert ran.code == 0
    [fault] = ran.faults
    assert (fault["severity"], fault["line"], fault["value"]) == ("warning", FRONT.count("\n") + 6, "**important.")
