"""The body: Markdown parsed once, with the author's tags in place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.content import markdown
from letterpress.errors import Diagnostic
from letterpress.model import Body
from letterpress.templating import sandbox
from letterpress.text import value_marks
from tests.support.project import Project, pdf_text, png


def parse(text: str, top: int = 1) -> tuple[Body, list[Diagnostic]]:
    return markdown.parse(text, file="f.md", first_line=1, top_heading=top)


def html(text: str, top: int = 1, **values: object) -> str:
    """The body's HTML, filled; white space between elements is nothing."""
    body, faults = parse(text, top)
    assert not faults, faults
    filled = sandbox.compile_html(body.template).render(values, "en-US")
    return re.sub(r"\s*\n\s*", "", value_marks.without(filled))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a *b* **c** `d`", "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>"),
        ("a\\\nb", "<p>a<br />b</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("~~a~~", "<p><s>a</s></p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("{ a }", "<p>&#123; a }</p>"),
        ("\\{{ x }}", "<p>&#123;&#123; x }}</p>"),
        ("{% raw %}{{ x }}{% endraw %}", "<p>&#123;&#123; x }}</p>"),
        ("{{ x }}", "<p>&lt;b&gt; *y*</p>"),
        ("*{{ x }}*", "<p><em>&lt;b&gt; *y*</em></p>"),
        ("`{{ x }}`", "<p><code>&lt;b&gt; *y*</code></p>"),
        ("    {{ x }}", "<pre><code>&lt;b&gt; *y*</code></pre>"),
        ("[a](https://example.org/{{ x }})", '<p><a href="https://example.org/&lt;b&gt; *y*">a</a></p>'),
        ("# {{ x }}", '<h1 class="heading-1">&lt;b&gt; *y*</h1>'),
        ("{{ 'a|b' }} {{ '*c*' }}", "<p>a|b *c*</p>"),
        ("{% if x %}\n\na\n\n{% else %}\n\nb\n\n{% endif %}", "<p>a</p>"),
        ("a{% if x %} b{% endif %} c", "<p>a b c</p>"),
        ("{% for i in [1, 2] %}\n- {{ i }}\n{% endfor %}", "<ul><li>1</li><li>2</li></ul>"),
        ("- a\n{% if x %}\n- b\n{% endif %}\n- c", None),
        ("{% if x %}\n> a\n{% endif %}", "<blockquote><p>a</p></blockquote>"),
        ("{% set y = 3 %}\na {{ y }}", "<p>a 3</p>"),
        ("a {# note #} b", "<p>a  b</p>"),
        ("{# note #}\n\na", "<p>a</p>"),
        ("<!-- note -->\n\na", "<!-- note --><p>a</p>"),
    ],
)
def test_what_is_written_is_what_is_set(text: str, expected: str | None) -> None:
    found = html(text, x="<b> *y*")
    assert expected is None or found == expected


def test_a_loop_makes_the_rows_of_a_table() -> None:
    text = "| a | b |\n|---|---:|\n{% for r in [1, 2] %}\n| {{ r }} | {{ r * 2 }} |\n{% endfor %}\n| end | x |\n"
    cells = [cell.strip() for cell in re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", html(text))]
    assert cells == ["a", "b", "1", "2", "2", "4", "end", "x"]


HEAD = "| a | b |\n|---|---|\n"
LOOP, END, ROW = "{% for r in [1, 2] %}", "{% endfor %}", "| {{ r }} | {{ r * 2 }} |"


@pytest.mark.parametrize(
    "text",
    {
        "the loop's tag before the row": f"{HEAD}{LOOP}{ROW}\n{END}\n",
        "all on one line": f"{HEAD}{LOOP}{ROW}{END}\n",
        "the end before the next row": f"{HEAD}{LOOP}{ROW}\n{END}| e | f |\n",
        "tags in the first and the last cell": f"{HEAD}| {LOOP}{{{{ r }}}} | {{{{ r * 2 }}}} {END} |\n",
        "tags in cells of their own": f"{HEAD}| {LOOP} | {ROW[1:]}\n| {END} |\n",
        "tags in rows of their own": f"{HEAD}| {LOOP} | |\n{ROW}\n|{END}|\n",
        "tags set apart": f"{HEAD}\n{LOOP}\n\n{ROW}\n\n{END}\n\nEnd.\n",
        "a tag set apart, on the row's line": f"{HEAD}\n{LOOP}{ROW}\n{END}\n",
        "no bars at the ends": f"a | b\n--|--\n{LOOP}{{{{ r }}}} | {{{{ r * 2 }}}}\n{END}\n",
        "a quote": "".join(f"> {line}\n" for line in f"{HEAD}{LOOP}{ROW}\n{END}".split("\n")),
        "an item": "- x\n\n" + "".join(f"  {line}\n" for line in f"{HEAD}{LOOP}{ROW}\n{END}".split("\n")),
        "a table in a condition": f"{{% if x %}}\n{HEAD}{LOOP}{ROW}\n{END}{{% endif %}}\nEnd.\n",
        "white space taken off": f"{HEAD}{{%- for r in [1, 2] -%}}\n{ROW}\n{{%- endfor -%}}\n",
        "rows by a condition": f"{HEAD}{LOOP}{{% if r > 5 %}}| - | - |{{% else %}}{ROW}{{% endif %}}{END}\n",
        "a remark": f"{HEAD}{{# all of them #}}{LOOP}{ROW}\n{END}\n",
    }.items(),
    ids=lambda case: case[0],
)
def test_a_loop_over_rows_may_stand_on_their_line(text: tuple[str, str]) -> None:
    found = html(text[1], x=1)
    rows = re.findall(r"<tr>(.*?)</tr>", found)
    cells = [[cell.strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)] for row in rows]
    assert cells[:3] == [["a", "b"], ["1", "2"], ["2", "4"]]
    assert all(any(row) for row in cells)
    assert found.count("<table>") == found.count("</table>") == 1


def test_a_table_may_be_repeated_with_the_loop_over_its_rows() -> None:
    found = html(f"{{% for g in [1, 2] %}}\n{HEAD}{LOOP}{ROW}\n{END}\n{{% endfor %}}\nEnd.\n")
    table = "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>"
    assert re.sub(r"\s+(?=<)|(?<=>)\s+", "", found) == (
        f"{table}<tr><td>1</td><td>2</td></tr><tr><td>2</td><td>4</td></tr></tbody></table>" * 2 + "<p>End.</p>"
    )


def test_a_loop_may_stand_on_the_line_of_an_item_or_a_heading() -> None:
    assert html("{% for r in [1, 2] %}- {{ r }}\n{% endfor %}") == "<ul><li>1</li><li>2</li></ul>"
    assert html("{% for r in [1, 2] %}1. {{ r }}{% endfor %}\n\nx") == "<ol><li>1</li><li>2</li></ol><p>x</p>"
    assert html("{% if x %}# A{% endif %}\n\n> b", x=1) == (
        '<h1 class="heading-1">A</h1><blockquote><p>b</p></blockquote>'
    )
    assert html("{% for r in [1, 2] %}{{ r }}{% if not loop.last %}, {% endif %}{% endfor %}") == "<p>1, 2</p>"


def test_a_loop_over_the_cells_of_a_row_stays_in_it() -> None:
    found = html("| a | b | c |\n|---|---|---|\n| t {% for r in [1, 2] %}| {{ r }} {% endfor %}|\n")
    assert [cell.strip() for cell in re.findall(r"<td>(.*?)</td>", found)] == ["t", "1", "2", ""]


def test_tags_in_code_stay_where_they_are() -> None:
    code = f"```\n{HEAD}{LOOP}{ROW}\n{END}\n```\n"
    assert html(code) == "<pre><code>| a | b ||---|---|| 1 | 2 || 2 | 4 |</code></pre>"


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("| 1 | 2 | 3 |", "row-too-long", "'3' would not be printed"),
        ("| a | b `|` c |", "row-too-long", "'` c' would not be printed"),
        ("| x {% if x %}| y |\n| z {% endif %}| 2 |", "statement-in-cell", "'{% if x %}' stands in a cell"),
        ("| x | {{ 'a|b' }} | {{ x }} |", "row-too-long", "'{{ x }}' would not be printed"),
    ],
)
def test_a_row_that_would_lose_a_cell_is_a_fault(row: str, code: str, words: str) -> None:
    fault, *_ = parse(f"{HEAD}{row}\n")[1]
    assert (fault.code, fault.line) == (code, 3)
    assert words in fault.message


def test_a_row_with_fewer_cells_than_its_table_is_a_warning() -> None:
    (fault,) = parse(f'{HEAD}| 1 | 2 |\n| 1 |\n{{widths="30 70"}}\n')[1]
    assert not parse(f"{HEAD}| 1 {{% for r in x %}}| {{{{ r }}}} {{% endfor %}}|\n")[1]
    assert (fault.severity, fault.code, fault.line) == ("warning", "row-too-short", 4)
    assert fault.message == "the row has 1 cell, and its table 2 columns: the last are empty"


def test_a_row_may_have_bars_that_are_text_and_empty_cells_too_many() -> None:
    assert "<td>a | b</td>" in html(f"{HEAD}| a \\| b | c | |\n")
    assert not parse(f"{HEAD}| 1 | 2 |\n- a | b | c\n")[1]


def test_a_condition_takes_out_a_row() -> None:
    text = "| a |\n|---|\n| 1 |\n{% if x %}\n| 2 |\n{% endif %}\n\nAfter.\n"
    assert re.search(r"<td>\s*2\s*</td>", html(text, x=True))
    without = html(text, x=False)
    assert not re.search(r"<td>\s*2\s*</td>", without)
    assert without.endswith("</table><p>After.</p>")


def test_a_table_with_nothing_in_its_loop_is_still_a_table() -> None:
    text = "| a |\n|---|\n{% for r in [] %}\n| {{ r }} |\n{% endfor %}\n"
    assert "<th>a</th>" in html(text)


def test_headings_begin_at_the_top_and_skip_no_level() -> None:
    found = re.findall(r'<(h\d) class="(heading-\d)"', html("## a\n\n#### b\n\n## c\n\n# d\n", top=2))
    assert found == [("h2", "heading-2"), ("h3", "heading-4"), ("h2", "heading-2"), ("h2", "heading-1")]


def test_footnotes_stand_where_they_are_called() -> None:
    assert html("a[^x] b^[c *d*]\n\n[^x]: e\n") == (
        '<p>a<span class="footnote">e</span> b<span class="footnote">c <em>d</em></span></p>'
    )


def test_words_and_images_know_their_lines() -> None:
    body, faults = parse("one\ntwo *three*\n\n![four](a.png)\n\n- five\n- six\n\n> seven\n> eight\n\n```\nnine\n```\n")
    assert not faults
    lines = dict(body.words)
    assert lines == {
        "one": 1,
        "two ": 2,
        "three": 2,
        "four": 4,
        "five": 6,
        "six": 7,
        "seven": 9,
        "eight": 10,
        "nine\n": 12,
    }
    assert body.images == (("a.png", 4),)


def test_html_that_prints_is_kept() -> None:
    text = "a<sup>2</sup> <br> <mark>x</mark>\n\n<table><tr><td>y</td></tr></table>\n"
    assert "<sup>2</sup>" in html(text)


@pytest.mark.parametrize("text", ["> " * 200 + "x", "- " * 200 + "x", ">" * 120 + "x"])
def test_what_the_parser_would_leave_out_is_a_fault(text: str) -> None:
    _, faults = parse(text)
    assert [fault.message for fault in faults] == ["lists or quotes are nested too deeply"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a[^1]\n\n[^1]: b[^1]\n", 3, "the footnote '1' stands in others, more than 5 deep, or calls itself"),
        ("a[^1]\n\n[^1]: b[^2]\n[^2]: c[^1]\n", 3, "the footnote '1' stands in others"),
        ("a\n\n[^1]: b ^[c [^1]]\n", 3, "the footnote '1' stands in others"),
        ("a[^0]\n\n" + "".join(f"[^{n}]: b[^{n + 1}]\n" for n in range(500)), 8, "the footnote '5' stands"),
        ("a\n\n" + "^[b " * 8 + "]" * 8, 3, "emphasis, links or notes are nested too deeply"),
        ("a\n\n" + "*a **b " * 80 + "x" + "***" * 80, 3, "emphasis, links or notes are nested too deeply"),
        ("a\n\n" + "x " * 30_000, 3, "a paragraph has 59,999 characters; 50,000 is the most"),
        ("a\n\n" + "x" * 2000, 3, "a word has 2,000 characters ('xxxxxxxxxxxxxxxxxxxx...'); 1,000 is the most"),
        ("a\n\n" + "\\\\" * 2000, 3, "a word has 2,000 characters"),
        ("a\n\n```\n" + "x" * 2000 + "\n```\n", 3, "a word has 2,000 characters"),
    ],
)
def test_what_has_no_end_is_a_fault_with_its_line(text: str, line: int, message: str) -> None:
    _, [fault] = parse(text)
    assert (fault.line, fault.message[: len(message)]) == (line, message)


@pytest.mark.parametrize(
    "piece", ["a <!--a ", "a <![CDATA[a ", "a <?a ", "***\n", "{% raw %}", "<!-- -->", "[", "`a``b", "a <b "]
)
def test_what_is_open_many_times_is_looked_for_once(piece: str) -> None:
    """Each of these took the square of its length; a hundred times as much would never end."""
    body, _ = parse("x\n\n" + piece * (12_000 // len(piece)))
    assert body.template


@pytest.mark.parametrize("levels", [30, 90, 150, 400])
def test_notes_in_notes_never_end_in_a_traceback(levels: int) -> None:
    body, faults = parse("a\n\n" + "^[b " * levels + "]" * levels)
    assert faults or "^[b" in body.template


def test_footnotes_in_footnotes_are_set() -> None:
    assert html("a[^1]\n\n[^1]: b[^2]\n[^2]: c\n") == (
        '<p>a<span class="footnote">b<span class="footnote">c</span></span></p>'
    )


@given(st.text(alphabet="ab *_`#>-+|[]()!\\<>&{}%'\"\n1.:~^\u2028", max_size=60))
@settings(max_examples=300)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """Nothing is raised, and every fault has a line of the text."""
    body, faults = parse(text)
    for fault in faults:
        assert fault.line is not None
        assert 1 <= fault.line <= text.count("\n") + 1
    assert "\ufdd0" not in body.template
    assert "\ufdd1" not in body.template
    assert "\ufdd2" not in body.template


@given(
    st.lists(
        st.sampled_from(["alpha", "beta", "*", "**", "_", "`", "<", "&", "[", "]", "#", "1.", "-", "~"]),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=150)
def test_no_word_is_lost(words: list[str]) -> None:
    body, faults = parse("x " + " ".join(words) + " y")
    if faults:
        return
    text = re.sub(r"<[^>]*>", "", body.template)
    for word in ("alpha", "beta"):
        assert text.count(word) == words.count(word)


OUTSIDE = (
    "Ada Brook",
    "Mill Lane",
    "Sub ject",
    "Ref erence",
    "Dear you",
    "Post script",
    "Clo sing",
    "Co py",
    "Jo Lind",
)


def test_line_separators_are_breaks_everywhere(project: Project) -> None:
    """U+2029 in text makes WeasyPrint stop with an AssertionError; both are the author's line breaks."""
    body = (
        "A one\u2028two\u2029three **four\u2028five** `six\u2028seven` [eight\u2028nine](https://x.org)\n\n"
        "# Head\u2028line\n\n| ten\u2028eleven |\n|---|\n| twelve\u2029 |\n\nnote[^1]\n\n[^1]: thir\u2028teen\n\n"
        "<p title='a>b\u2028'>four&#x2028;teen&#8233;x</p>\n\n<div>\n&#x2029;fif&#x2028;teen\n</div>\n\n"
        "```\nsix\u2028teen\n```\n\n{{ 'seven\\u2028teen' }} {{ fields.x }}\n"
    )
    front = (
        'letterhead: plain\nto: {name: "Ada\u2028Brook", lines: ["Mill\u2029Lane"]}\nsubject: "Sub\u2028ject"\n'
        'reference: {ours: "Ref\u2028erence"}\nsalutation: "Dear\u2028you"\npostscript: "Post\u2029script"\n'
        'closing: "Clo\u2028sing"\ncc: ["Co\u2028py"]\nnotices: ["Not\u2028ice"]\n'
        'signatories: [{name: "Jo\u2028Lind", title: "Ti\u2028tle", sign: digital}]\nfields: {x: text}\n'
    )
    for copy in ("original", "draft", "conformed", "file"):
        ran = project.render(body, front, "--copy", copy, "--set", "x=eigh\u2028teen")
        assert ran.code == 0, ran.err
    text = pdf_text(project.pdf)
    for word in ("one two three", "four five", "six seven", "Head line", "ten eleven", "fif teen", *OUTSIDE):
        assert word in text


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("First.\n\na\u202eb", "U+202E", 14),
        ("First.\n\na &#x202e; b", "U+202E", 14),
        ("First.\n\n<p>a &#8235; b</p>", "U+202B", 14),
        ("a \u2067b\n\nc\u2069", "U+2067", 12),
        ("First.\n\n- a\u2069", "U+2069", 14),
        ("`\u2068`", "U+2068", 12),
    ],
)
def test_a_mark_of_direction_is_closed_in_its_paragraph(project: Project, body: str, code: str, line: int) -> None:
    found = project.faults(f"{body}\n")
    assert (found[0]["message"][:6], found[0]["line"]) == (code, line)


def test_closed_marks_of_direction_print(project: Project) -> None:
    result = project.press("a \u2067**b**\nc\u2069 d \u202ae\u202c \u200ef\u200f {{ to.name }}\n")
    assert result.diagnostics == ()


@pytest.mark.parametrize(
    ("definition", "label"),
    [
        ('[Note]: https://example.org "But only on Fridays."', "Note"),
        ("[Note]: Monday", "Note"),
        ('> [Note]: https://example.org\n> "But only on Fridays."', "Note"),
        ("- [a b]: https://example.org", "a b"),
        ("[Used]: https://example.org/2", "Used"),  # the second of one label
    ],
)
def test_a_definition_that_no_link_takes_is_said_with_its_line(project: Project, definition: str, label: str) -> None:
    fault = project.fault(f"A [used] link.\n\n[used]: https://example.org\n\n{definition}\n")
    assert fault["message"] == f"'[{label}]:' defines a link that is never used: it would not be printed"
    assert fault["line"] == 16


def test_definitions_that_links_take_are_no_fault(project: Project) -> None:
    project.write("content/letters/pic.png", png())
    body = "A [link][One  two], [three][], [four], {{ to.name }}[^1] ![a grey field][pic].\n\n[^1]: A [note].\n\n"
    names = ("one Two", "Three", "FOUR", "note")
    body += "".join(f"[{name}]: https://example.org\n" for name in names) + "[pic]: pic.png\n"
    assert project.press(body).diagnostics == ()
    assert "[Note]: Monday" in pdf_text(project.press("\\[Note]: Monday\n").pdf or b"")


@pytest.mark.parametrize(
    "code", ["`{}`", "```\n{}\n```", "    {}", "**{}**", '<span title="{}">{}</span>', "# {}", "| {} |\n|---|\n| a |"]
)
@pytest.mark.parametrize("tag", ["\\{{ x }}", "{% raw %}{{ x }}{% endraw %}", "\\{% if x %}"])
def test_a_tag_may_be_shown_as_words_and_as_code(project: Project, code: str, tag: str) -> None:
    shown = pdf_text(project.press(f"First.\n\n{code.replace('{}', tag)}\n").pdf or b"")
    assert ("{% if x %}" if "if" in tag else "{{ x }}") in shown
    assert "\\" not in shown


@pytest.mark.parametrize("code", ["`{{ x }}`", "```\n{{ x }}\n```", "`{% if x %}a{% endif %}`"])
def test_an_unknown_name_in_code_has_the_hint_of_how_to_print_it(project: Project, code: str) -> None:
    fault = project.fault(f"{code}\n")
    assert fault["message"] == "'x' is not known"
    assert "{% raw %}" in fault["hint"]
    assert "{% raw %}" not in project.fault("`code` {{ x }}\n")["hint"]


TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"


def test_widths_of_a_table_stand_behind_it() -> None:
    made = html(TABLE + '{widths="30 *"}\n\nText.')
    assert made.startswith(
        '<table style="table-layout: fixed; width: 100%; min-width: 0">'
        '<colgroup><col style="width: 30%"><col></colgroup><thead>'
    )
    assert made.endswith("<td>2</td></tr></tbody></table><p>Text.</p>")
    assert html(TABLE + "\n{widths=30,20}\n") == html(TABLE + '{widths="30% 20%"}\n')


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (TABLE + '{widths="30"}', "'{widths=\"30\"}' says 1 widths; the table has 2 columns", 4),
        (TABLE + '{widths="30 0"}', "'{widths=\"30 0\"}' is not understood", 4),
        (TABLE + '\n{widths="30 2ft"}', "'{widths=\"30 2ft\"}' is not understood", 5),
        (TABLE + '{widths="60 50"}', "'{widths=\"60 50\"}' says 110 % of the measure together", 4),
        (TABLE + '{widths="60 5mm"}', "'{widths=\"60 5mm\"}' mixes percent and lengths", 4),
        ('Text.\n{widths="60 50"}', "'{widths=\"60 50\"}' stands behind no table", 2),
    ],
)
def test_widths_that_do_not_fit_their_table_are_refused(text: str, message: str, line: int) -> None:
    _, [fault] = parse(text)
    assert fault.message.startswith(message)
    assert (fault.code, fault.line) == ("table-widths", line)


@pytest.mark.parametrize("note", ["x^[{}]\n", "x[^1]\n\n[^1]: {}\n"])
def test_signs_behind_a_backslash_stand_in_notes_too(note: str) -> None:
    text = note.format(r"A \& B \* \\ \[c\] \"d\" \**e")
    body, faults = markdown.parse(text, file="letter.md", first_line=1, top_heading=1)
    assert faults == []
    assert r'class="footnote">A &amp; B * \ [c] &#34;d&#34; **e</span>' in body.template
