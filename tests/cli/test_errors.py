"""What a stranger reads when a letter is wrong: every fault with its place, field, message and hint."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import letterpress
from letterpress.errors import did_you_mean
from letterpress.letterhead import definition
from tests.support import needs
from tests.support.project import FRONT, LETTER, Project, png

NO_BASE = did_you_mean("_base", definition.names("."))  # names the letterheads while they are few
KEYS = {"severity", "file", "line", "record", "field", "message", "hint", "code", "value", "span", "params", "fixes"}
KEYS |= {"sheet", "row", "cell", "column"}


def expect(fault: dict[str, Any], line: int | None, field: str | None, message: str, hint: str | None) -> None:
    """The fault, all of it; `message` and `hint` are what it says, word for word."""
    assert set(fault) == KEYS
    assert fault["severity"] == "error"
    assert fault["file"] == LETTER
    assert fault["record"] is None
    assert (fault["line"], fault["field"], fault["message"], fault["hint"]) == (line, field, message, hint)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_no_front_matter(project: Project) -> None:
    project.write(LETTER, "Dear Dr. Brook,\n\nthank you.\n")
    ran = project.cli("render", LETTER)
    assert ran.code == 1
    assert ran.err == (
        "content/letters/letter.md:1: there is no front matter: the first line is not '---'. hint: begin the file with "
        "'---', the fields, and a second '---' (try `letterpress new DIR`)\n"
    )


def test_front_matter_that_is_never_closed(project: Project) -> None:
    project.write(LETTER, "---\nletterhead: plain\n\nThank you.\n")
    [fault] = project.cli("render", LETTER, "--json").faults
    hint = "write '---' on a line of its own below the fields"
    expect(fault, 1, None, "the front matter is never closed", hint)


def test_front_matter_that_is_no_group_of_fields(project: Project) -> None:
    fault = project.fault(front="- plain\n")
    hint = "write 'name: value' lines, such as 'letterhead: plain'"
    expect(fault, 2, None, "the front matter is not a group of fields", hint)


def test_a_file_that_is_missing_names_the_near_one(project: Project) -> None:
    project.letter()
    ran = project.cli("render", "content/letters/leter.md", "--json")
    assert ran.code == 2
    [fault] = ran.faults
    assert (fault["file"], fault["line"], fault["message"], fault["hint"]) == (
        "content/letters/leter.md",
        None,
        "there is no such file",
        "did you mean 'letter.md'?",
    )


def test_a_folder_for_a_file(project: Project) -> None:
    ran = project.cli("render", "content/letters/")
    assert ran.code == 2
    assert ran.err == (
        "content/letters/: is a folder, not a letter. hint: name the letter's file, such as content/letters/letter.md\n"
    )


def test_a_file_that_is_not_utf8_names_the_line(project: Project) -> None:
    project.write(LETTER, f"---\n{FRONT}---\n\nGrüße\n".encode("cp1252"))
    ran = project.cli("render", LETTER, "--json")
    assert ran.code == 2
    [fault] = ran.faults
    hint = "save it as UTF-8; it looks like Windows-1252 or UTF-16 now"
    expect(fault, 12, None, "is not UTF-8: byte 0xFC", hint)


def test_utf16_is_not_utf8(project: Project) -> None:
    project.write(LETTER, f"---\n{FRONT}---\n\nHello.\n".encode("utf-16"))
    ran = project.cli("render", LETTER)
    assert ran.code == 2
    assert "letter.md:1: is not UTF-8: byte 0xFF" in ran.err


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(project: Project) -> None:
    text = f"---\n{FRONT}---\n\nHello {{{{ to.nme }}}}.\n".replace("\n", "\r\n")
    project.write(LETTER, "\ufeff" + text)
    [fault] = project.cli("render", LETTER, "--json").faults
    expect(fault, 12, None, "'to.nme' is not known", "did you mean 'name'?")


def test_a_letter_without_read_permission(project: Project) -> None:
    project.letter()
    Path(LETTER).chmod(0)
    if os.access(LETTER, os.R_OK):
        pytest.skip("this user may read everything")
    ran = project.cli("render", LETTER)
    assert ran.code == 2
    assert "cannot be read: Permission denied" in ran.err


def test_a_very_large_file_is_refused_unread(project: Project) -> None:
    project.write(LETTER, b"x" * 4_000_001)
    ran = project.cli("render", LETTER)
    assert (ran.code, ran.err) == (2, "content/letters/letter.md: is larger than 4 MB\n")


# --- YAML -------------------------------------------------------------------------------------------------------------

YAML_FAULTS = {
    "tab": ("to:\n\tname: X\n", 11, "a tab indents this line", "indent with spaces: YAML takes no tabs"),
    "tab behind a colon": (
        "subject:\tX\n",
        10,
        "a tab stands in this line",
        "write a space instead: YAML takes no tabs",
    ),
    "double quote": (
        'subject: "An offer\npaper: a4\n',
        10,
        "a quote is opened here and never closed",
        "close the quote",
    ),
    "quote closed by a later one": (
        'subject: "An offer\npaper: "a4"\n',
        10,
        "a quote is opened here and never closed",
        "close the quote",
    ),
    "single quote": ("subject: 'An offer\n", 10, "a quote is opened here and never closed", "close the quote"),
    "apostrophe": (
        "subject: 'It's late'\n",
        10,
        "the text goes on behind its closing quote",
        "put the whole text in the other kind of quotes, or write '' for one ' inside single quotes",
    ),
    "colon": (
        "subject: Re: your letter\n",
        10,
        "a second ': ' on this line",
        "put the whole text in quotes if the colon belongs to it",
    ),
    "indent": (
        "paper: a4\n subject: X\n",
        11,
        "this line is indented deeper than the one above",
        "begin both in the same column",
    ),
    "no space": (
        "subject:X\npaper: a4\n",
        10,
        "there is no ': ' on this line",
        "write 'name: value', with a space behind the colon",
    ),
    "brace": (
        "reference: {ours: X\npaper: a4\n",
        10,
        "a '{' is opened here and never closed",
        "close it with '}', or put the whole text in quotes",
    ),
    "bracket": (
        "cc: [A, B\npaper: a4\n",
        10,
        "a '[' is opened here and never closed",
        "close it with ']', or put the whole text in quotes",
    ),
    "template": (
        "subject: {{ to.name }} again\n",
        10,
        "a text that begins with '{' is taken for a group of fields",
        'put the whole text in quotes: subject: "{{ to.name }} again"',
    ),
    "percent": ("subject: %x\n", 10, "a text cannot begin with '%' in YAML", "put the whole text in quotes"),
    "backtick": ("subject: `x\n", 10, "a text cannot begin with '`' in YAML", "put the whole text in quotes"),
    "escape": (
        'subject: "C:\\path"\n',
        10,
        "a backslash in double quotes begins an escape that YAML does not know",
        "write \\\\ for a backslash, or put the text in single quotes",
    ),
    "nesting": (
        "parameters: " + "[" * 200 + "]" * 200 + "\n",
        2,
        "lists or groups are nested too deeply",
        "no field lies deeper than a few levels; put a text that is full of brackets in quotes",
    ),
}


@pytest.mark.parametrize("case", YAML_FAULTS)
def test_yaml_that_cannot_be_read(project: Project, case: str) -> None:
    front, line, message, hint = YAML_FAULTS[case]
    expect(project.fault(front=FRONT + front), line, None, message, hint)


@pytest.mark.parametrize(
    ("front", "field", "message"),
    [
        ("subject: Our offer #12\n", "subject", "'#12' is taken for a comment"),
        ("parameters:\n  accent: #1a3e6e\n", "parameters.accent", "'#1a3e6e' is taken for a comment"),
        ("subject: !important news\n", "subject", "a text cannot begin with '!' in YAML"),
        ("subject: &Co and others\n", "subject", "a text cannot begin with '&' in YAML"),
    ],
)
def test_words_that_yaml_would_drop_unseen(project: Project, front: str, field: str, message: str) -> None:
    fault = project.faults(front=FRONT + front)[0]
    expect(fault, 9 + front.count("\n"), field, message, "put the whole text in quotes")


def test_a_field_written_twice(project: Project) -> None:
    fault = project.fault(front=FRONT + "closing: Yours\n")
    expect(fault, 10, "closing", "is written twice, first on line 8", "keep one")


def test_an_alias_bomb_ends(project: Project) -> None:
    rows = [
        f"  {chr(97 + i)}: &{chr(97 + i)} [{', '.join(['*' + chr(96 + i) if i else 'x'] * 10)}]\n" for i in range(9)
    ]
    fault = project.fault(front=FRONT + "map:\n" + "".join(rows))
    assert fault["message"] == "more than 20,000 values"
    assert fault["line"] == 11


# --- fields -----------------------------------------------------------------------------------------------------------

FIELD_FAULTS = {
    "unknown": ("subjekt: X\n", 10, "subjekt", "unknown field", "did you mean 'subject'?"),
    "unknown in a list": (
        "reference: {ours: X}\nfields:\n  amount:\n    requird: true\n",
        13,
        "fields.amount.requird",
        "unknown field",
        "did you mean 'required'?",
    ),
    "a group for a text": (
        "subject: {a: b}\n",
        10,
        "subject",
        "is a text, and here stands a group of fields",
        'put the text in quotes: a colon followed by a space begins a field in YAML ("Re: your letter")',
    ),
    "a list for a text": ("subject: [a, b]\n", 10, "subject", "is a text, and here stands a list", "write one text"),
    "a text for a group": (
        "fields: amount\n",
        10,
        "fields",
        "is a group of fields, and here stands 'amount'",
        "write 'name: value' lines below it",
    ),
    "two lines": (
        "subject: |\n  a\n  b\n",
        10,
        "subject",
        "is one line of text, and has a line break",
        "write it on one line",
    ),
    "paper": ("paper: a5\n", 10, "paper", "cannot be 'a5'", "known: a4, letter"),
    "choice without choices": (
        "fields: {size: {type: choice}}\n",
        10,
        "fields.size",
        "is of type choice and has no choices",
        "add 'choices: [one, another]'",
    ),
    "money without currency": (
        "fields: {fee: {type: money}}\n",
        10,
        "fields.fee",
        "is of type money and has no currency",
        "add 'currency: USD'",
    ),
    "unknown type": (
        "fields: {fee: {type: decimall}}\n",
        10,
        "fields.fee.type",
        "cannot be 'decimall'",
        "did you mean 'decimal'?",
    ),
    "required": (
        "fields: {fee: {required: true}}\n",
        10,
        "fields.fee",
        "is required and has no value",
        "give it with --set fee=..., a default, or a column of that name",
    ),
    "default of another type": (
        "fields: {fee: {type: decimal, default: much}}\n",
        10,
        "fields.fee",
        "'much' is not a number",
        "mend its default",
    ),
    "parameter of another type": (
        "parameters:\n  font_size: big\n",
        11,
        "parameters.font_size",
        "'big' is not a length such as 25mm or 11.5pt",
        "it is of type length; default: 11pt",
    ),
    "unknown parameter": (
        "parameters: {aling: left}\n",
        10,
        "parameters.aling",
        "the letterhead 'plain' has no such parameter",
        "did you mean 'align'?",
    ),
}


@pytest.mark.parametrize("case", FIELD_FAULTS)
def test_fields(project: Project, case: str) -> None:
    front, line, field, message, hint = FIELD_FAULTS[case]
    expect(project.fault(front=FRONT + front), line, field, message, hint)


CHANGED = {
    "date in words": (
        "date: 2026-01-15",
        "date: January 15",
        4,
        "date",
        "'January 15' is not a date",
        "write YYYY-MM-DD",
    ),
    "no such day": (
        "2026-01-15",
        "2026-02-30",
        4,
        "date",
        "'2026-02-30' is a day that does not exist",
        "write YYYY-MM-DD",
    ),
    "letterhead": ("plain", "plein", 2, "letterhead", "there is no letterhead 'plein'", "did you mean 'plain'?"),
    "letterhead elsewhere": (
        "plain",
        "../plain",
        2,
        "letterhead",
        "there is no letterhead '../plain'",
        "did you mean 'plain'?",
    ),
    "the base": ("plain", "_base", 2, "letterhead", "there is no letterhead '_base'", NO_BASE),
    "language tag": ("en-US", "en_US", 3, "lang", "'en_US' is not a language's tag", "did you mean 'en-US'?"),
    "language": (
        "en-US",
        "xx-YY",
        3,
        "lang",
        "'xx-YY' is not a language that letterpress can set",
        "write a BCP 47 tag, such as en-US or de-CH",
    ),
    "party": (
        "Brook, lines: [4 Mill Lane,",
        "Brook, postcod: [4,",
        6,
        "to.postcod",
        "unknown field",
        "did you mean 'postcode'?",
    ),
    "address in two ways": (
        "Brook, lines:",
        "Brook, city: Bangor, lines:",
        6,
        "to",
        "has both lines and city",
        "write the address one way",
    ),
    "country": (
        "Brook,",
        "Brook, country: Germany,",
        6,
        "to.country",
        "'Germany' is not a country's code",
        "write the two letters of ISO 3166-1, such as US or DE",
    ),
    "no such country": (
        "Brook,",
        "Brook, country: UK,",
        6,
        "to.country",
        "there is no country 'UK'",
        "did you mean 'GB'?",
    ),
    "signatory": (
        "title: Director",
        "titel: Director",
        9,
        "signatories.1.titel",
        "unknown field",
        "did you mean 'title'?",
    ),
    "signatory without a name": ("{name: Jo Lind, ", "{", 9, "signatories.1.name", "is missing", "add 'name:'"),
    "organisation": (
        'from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"]}',
        "from: clinic",
        5,
        "from",
        "there is no 'clinic' in content/organisations/ or content/people/",
        "add content/organisations/clinic.yml, or write 'name:' below 'from:'",
    ),
}


@pytest.mark.parametrize("case", CHANGED)
def test_fields_of_the_usual_front_matter(project: Project, case: str) -> None:
    old, new, line, field, message, hint = CHANGED[case]
    assert old in FRONT
    expect(project.fault(front=FRONT.replace(old, new)), line, field, message, hint)


def test_what_the_letterhead_asks_for(project: Project) -> None:
    found = project.faults(front="letterhead: congress\n")
    assert [(fault["field"], fault["message"], fault["hint"]) for fault in found] == [
        ("to", "the letterhead 'congress' asks for it, and it is missing", "add 'to:' to the front matter"),
        (
            "date",
            "the letterhead 'congress' asks for it, and it is missing",
            "add 'date:' to the front matter, or give --date",
        ),
    ]


def test_values_given_by_set(project: Project) -> None:
    front = FRONT + "fields: {fee: decimal, day: date}\n"
    first, second = project.faults("x\n", front, "--set", "fee=much", "--set", "day=31.12.")
    expect(first, 10, "fields.fee", "'much' is not a number", "it is declared as decimal")
    expect(second, 10, "fields.day", "'31.12.' is not a date", "write YYYY-MM-DD")


def test_a_field_that_set_misspells_is_wrong_usage(project: Project) -> None:
    project.letter(front=FRONT + "fields: {amount: decimal}\n")
    ran = project.cli("render", LETTER, "--set", "amonut=1", "--set", "to.nme=X")
    assert ran.code == 2
    assert ran.err == (
        "content/letters/letter.md: --set: the letter has no field 'amonut'. hint: did you mean 'amount'?\n"
        "content/letters/letter.md: --set: the letter has no field 'to.nme'. hint: did you mean 'to.name' or 'to.phone'?\n"
    )


# --- the files that a letter names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "line", "field", "message", "hint"),
    [
        ("name: X\npostcod: 1\n", 2, "postcod", "unknown field", "did you mean 'postcode'?"),
        ("name: X\n\tcity: Y\n", 2, None, "a tab indents this line", "indent with spaces: YAML takes no tabs"),
        ("", 1, None, "holds no fields", "write 'name: ...'"),
        ("name: Zürich\n".encode("cp1252"), 1, None, "is not UTF-8: byte 0xFC", None),
        ("name: X\ncity: '{{ fields.x }}'\n", 2, "from.city", "'fields.x' is not known", None),
        ("name: X\ncity: 東\n", 2, "from.city", "no font has '東' (U+6771 CJK UNIFIED IDEOGRAPH-6771)", None),
        ("name: X\ncity: a\x07b\n", 2, None, "U+0007 (a control character) cannot be printed", None),
    ],
)
def test_faults_in_an_organisation_name_its_file(
    project: Project, content: str | bytes, line: int, field: str | None, message: str, hint: str | None
) -> None:
    project.write("content/organisations/clinic.yml", content)
    fault = project.fault(front="letterhead: plain\nfrom: clinic\n")
    assert fault["file"] == "content/organisations/clinic.yml"
    assert (fault["line"], fault["field"]) == (line, field)
    assert fault["message"].startswith(message)
    assert hint is None or fault["hint"] == hint


def test_a_person_who_signs_without_a_name(project: Project) -> None:
    project.write("content/people/jo.yml", "title: Director\n")
    fault = project.fault(front="signatories: [jo]\n")
    assert (fault["file"], fault["field"], fault["message"]) == (
        "content/people/jo.yml",
        "name",
        "is missing: a signatory has a name",
    )


def test_faults_in_a_letterhead_name_its_file_and_line(project: Project) -> None:
    project.letterhead(
        "own", letter__html='{% extends "_base/letter.html" %}\n{% block foot %}\n{{ foott }}{% endblock %}'
    )
    fault = project.fault(front="letterhead: own\n")
    assert fault["file"].endswith("templates/own/letter.html")
    assert (fault["line"], fault["message"]) == (3, "'foott' is not known")


# --- templates --------------------------------------------------------------------------------------------------------

FIELDS = FRONT + "fields: {amount: decimal, name: text}\n"
TEMPLATE_FAULTS = {
    "misspelt": ("One.\n\nTwo {{ fields.amuont }}.\n", 15, "'fields.amuont' is not known", "did you mean 'amount'?"),
    "without its group": ("{{ amount }}\n", 13, "'amount' is not known", "did you mean 'fields.amount'?"),
    "undeclared": (
        "{{ bridge }}\n",
        13,
        "'bridge' is not known",
        "declare it under 'fields:' in the front matter and write fields.bridge",
    ),
    "no value": (
        "{{ fields.name }}\n",
        13,
        "'fields.name' has no value",
        "give it a value or a default, or ask first: {% if fields.name %}",
    ),
    "the recipient's": ("{{ to.nam }}\n", 13, "'to.nam' is not known", "did you mean 'name'?"),
    "below a tag of three lines": (
        "{{ lang\n | upper\n}} and\n{{ fields.nam }}\n",
        16,
        "'fields.nam' is not known",
        "did you mean 'name'?",
    ),
    "inside a tag of three lines": (
        "{{ lang ~\n 'x' ~\n fields.nam }}\n",
        15,
        "'fields.nam' is not known",
        "did you mean 'name'?",
    ),
    "in a table": (
        "| a |\n|---|\n{% for x in [1, 2] %}\n| {{ fields.nam }} |\n{% endfor %}\n",
        16,
        "'fields.nam' is not known",
        "did you mean 'name'?",
    ),
    "below a table with a loop": (
        "| a |\n|---|\n{% for x in [1, 2] %}\n| {{ x }} |\n{% endfor %}\n\n{{ 1 / 0 }}\n",
        19,
        "division by zero",
        None,
    ),
    "in a list": ("- a\n- b\n  {{ fields.nam }}\n", 15, "'fields.nam' is not known", "did you mean 'name'?"),
    "in a footnote": (
        "a[^1]\n\n[^1]: b\n  {{ fields.nam }}\n",
        16,
        "'fields.nam' is not known",
        "did you mean 'name'?",
    ),
    "filter": ("{{ lang | uper }}\n", 13, "there is no filter 'uper'", "did you mean 'upper' or 'number'?"),
    "pipe": ("One.\n\n{{ lang | }}\n", 15, "here stands '}}' where a name is expected", None),
    "assignment": ("{% if lang = 'en' %}x{% endif %}\n", 13, "here stands '=' where '%}' is expected", "== compares"),
    "unclosed tag": (
        "One {{ lang.\n\nTwo.\n",
        13,
        "'{{' is opened here and never closed",
        "close it with '}}', or write '\\{{' to print it",
    ),
    "unclosed if": (
        "One.\n\n{% if lang %}\n\nTwo.\n\nThree.\n",
        15,
        "'{% if %}' is opened here and never closed",
        "close it with '{% endif %}'",
    ),
    "end without beginning": (
        "One.\n\n{% endif %}\n",
        15,
        "'{% endif %}' closes nothing",
        "open it with '{% if ... %}', or take it out",
    ),
    "crossed": (
        "{% for x in [1] %}\n\na\n\n{% endif %}\n",
        17,
        "'{% endif %}' does not belong here",
        "close '{% for %}' first",
    ),
    "tag": (
        "{% foo %}\n",
        13,
        "there is no tag 'foo'",
        "tags are if, elif, else, for, set, macro, call and filter; each is closed by its end tag",
    ),
    "text and number": (
        "{{ 'a' + 1 }}\n",
        13,
        "'+' cannot be used between a text and a number",
        "~ joins texts and numbers",
    ),
    "a group": (
        "{{ fields }}\n",
        13,
        "'fields' is a group of values and cannot be printed",
        "name one: fields.amount, fields.name",
    ),
    "a list": ("{{ cc }}\n", 13, "a list cannot be printed", "join it: {{ items | join(', ') }}"),
    "include": ("{% include 'x' %}\n", 13, "a letter cannot include a template", None),
    "endless": (
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}\n",
        13,
        "the template takes more than 500,000 steps",
        "a letter's template is for choosing and printing values",
    ),
    "giant text": (
        "One.\n\n{{ 'a' * 10**9 }}\n",
        15,
        "a value would have 1,000,000,000 characters or items; 1,000,000 is the most",
        "a letter's template is for choosing and printing values",
    ),
    "nothing printed": (
        "{% if fields.name %}x{% endif %}\n",
        13,
        "the body is empty",
        "no part of it is printed with these values: see its {% if %}",
    ),
}


@pytest.mark.parametrize("case", TEMPLATE_FAULTS)
def test_templates_in_the_body(project: Project, case: str) -> None:
    body, line, message, hint = TEMPLATE_FAULTS[case]
    expect(project.fault(body, FIELDS), line, None, message, hint)


def test_templates_in_the_front_matter(project: Project) -> None:
    front = FIELDS + "subject: 'About {{ fields.nam }}'\npostscript: '{{ 1 / 0 }}'\n"
    first = project.fault(front=front)
    expect(first, 11, "subject", "'fields.nam' is not known", "did you mean 'name'?")
    second = project.fault(front=front.replace("fields.nam }", "lang }"))
    expect(second, 12, "postscript", "division by zero", None)


# --- the body ---------------------------------------------------------------------------------------------------------

BODY_FAULTS = {
    "reminder": ("Dear <name>,\n", 12, "<name> is no element of a letter", "write \\<name> to print it"),
    "script": ("a\n\n<script>x</script>\n", 14, "<script> is not allowed in a letter", "a letter runs no scripts"),
    "link": (
        "[a](offer.pdf)\n",
        12,
        "the link to 'offer.pdf' leads nowhere from a letter",
        "link to http:, https:, mailto: or tel:, or to a heading with #",
    ),
    "no description": (
        "a\n![](harbour.png)\n",
        13,
        "the image 'harbour.png' has no description",
        "say in a few words what it shows: ![the new harbour](harbour.png)",
    ),
    "no file": ("![a]()\n", 12, "an image names no file", "write ![what it shows](file.png)"),
    "missing footnote": ("a[^2]\n\n[^1]: x\n", None, None, None),
    "footnote twice": (
        "a[^1] b[^1]\n\n[^1]: x\n",
        12,
        "the footnote '1' is called twice",
        "call it once, or write a second note",
    ),
    "footnote of a list": (
        "a[^1]\n\n[^1]: x\n\n    - y\n",
        12,
        "the footnote '1' holds more than text",
        "keep lists and tables in the body",
    ),
    "unquoted value": (
        "<b title={{ lang }}>x</b>\n",
        12,
        "a value stands in <b> without quotes",
        'put it in quotes: alt="{{ ... }}"',
    ),
    "empty": ("", 11, "the body is empty", "write the letter's text below the '---' that closes the front matter"),
    "comment only": (
        "<!-- x -->\n",
        11,
        "the body is empty",
        "write the letter's text below the '---' that closes the front matter",
    ),
    "nested": ("> " * 150 + "x\n", 12, "lists or quotes are nested too deeply", "take out some of the levels"),
}


@pytest.mark.parametrize("case", [case for case in BODY_FAULTS if case != "missing footnote"])
def test_the_body(project: Project, case: str) -> None:
    body, line, message, hint = BODY_FAULTS[case]
    assert message is not None
    expect(project.fault(body), line, None, message, hint)


def test_footnotes_that_do_not_meet(project: Project) -> None:
    first, second = project.faults("a[^2]\n\n[^1]: x\n")
    expect(first, 12, None, "there is no footnote '2'", "known: 1")
    expect(second, 14, None, "the footnote '1' is never called", "write [^1] where it belongs")


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x0b", "\x0c", "\x7f", "\x85", "\ufdd0", "\uffff", "\U0001fffe"])
def test_characters_that_cannot_be_printed(project: Project, char: str) -> None:
    kind = "a control character" if ord(char) < 0xA0 else "a noncharacter"
    message = f"U+{ord(char):04X} ({kind}) cannot be printed"
    hint = "delete it; it often comes along when text is copied"
    expect(project.fault(f"One.\n\nTwo{char}three.\n"), 14, None, message, hint)
    expect(project.fault(front=FRONT + f'subject: "a{char}b"\n'), 10, None, message, hint)


@pytest.mark.parametrize(
    ("front", "body", "options", "line", "field"),
    [
        ('subject: "a\\x07b"\n', "x\n", (), 10, "subject"),
        ("subject: '{{ \"\\x07\" }}'\n", "x\n", (), 10, "subject"),
        ("", '{{ "\\x07" }}\n', (), 12, None),
        ("fields: {name: text}\n", "x\n", ("--set", "name=a\x07"), 10, "fields.name"),
        ("", "x\n", ("--set", "to.name=a\x07"), 6, "to.name"),
        ("", "<p>\n&#7;\n</p>\n", (), 13, None),
    ],
)
def test_characters_that_cannot_be_printed_come_in_no_other_way(
    project: Project, front: str, body: str, options: tuple[str, ...], line: int, field: str | None
) -> None:
    fault = project.fault(body, FRONT + front, *options)
    assert (fault["line"], fault["field"]) == (line, field)
    assert "cannot be printed" in fault["message"]


def test_a_surrogate_is_no_character(project: Project) -> None:
    fault = project.fault(front=FRONT + 'subject: "\\ud800"\n')
    assert fault["message"] == "U+D800 (half of a surrogate pair) cannot be printed"


@pytest.mark.parametrize(
    ("front", "body", "options", "line", "field"),
    [
        ("", "One.\n\nTwo 中.\n", (), 14, None),
        ("subject: 中\n", "x\n", (), 10, "subject"),
        ("fields: {name: text}\n", "{{ fields.name }}\n", ("--set", "name=中"), 10, "fields.name"),
        ("fields: {name: 中}\n", "{{ fields.name }}\n", (), 10, "fields.name"),
        ("cc:\n  - A\n  - 中\n", "x\n", (), 12, "cc.2"),
        ("", "| a |\n|---|\n| 中 |\n", (), 14, None),
        ("", "a[^1]\n\n[^1]: 中\n", (), 14, None),
    ],
)
def test_a_character_that_no_font_has(
    project: Project, front: str, body: str, options: tuple[str, ...], line: int, field: str | None
) -> None:
    message = "no font has '中' (U+4E2D CJK UNIFIED IDEOGRAPH-4E2D); tried Source Serif Pro, Source Sans Pro"
    hint = "write it another way, or add a font that has it to the letterhead"
    expect(project.fault(body, FRONT + front, *options), line, field, message, hint)


# --- images -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pictures(project: Project) -> Project:
    folder = "content/letters"
    project.write(f"{folder}/harbour.png", png())
    project.write(f"{folder}/broken.png", b"\x89PNG\r\n\x1a\nxx")
    project.write(f"{folder}/half.png", png(100, 100)[:80])
    project.write(f"{folder}/huge.png", png(16384, 16384, bits=1))
    project.write(f"{folder}/broken.svg", "<svg><g>")
    project.write(f"{folder}/page.svg", "<html/>")
    project.write(f"{folder}/tool.exe", b"MZ")
    project.write("secret.png", png())
    return project


AGAIN = "save it again as PNG, JPEG or SVG"
OUTSIDE = "copy the file beside the letter or its letterhead"
NETWORK = "put the file beside the letter and name it: letters fetch nothing from a network"
PICTURES = {
    "harbor.png": ("there is no file 'harbor.png' here", "did you mean 'harbour.png'?"),
    "nowhere/x.png": ("there is no file 'x.png' here", "check its name"),
    "broken.png": ("'broken.png' is not an image that can be read", AGAIN),
    "half.png": ("'half.png' is not an image that can be read", AGAIN),
    "huge.png": (
        "'huge.png' has 16,384 x 16,384 px; 50 million are the most",
        "save it smaller: 300 px to the inch are enough for print",
    ),
    "page.svg": ("'page.svg' is not an SVG: it begins with <html>", "save it again as SVG or PNG"),
    "tool.exe": ("'tool.exe' cannot be read: it is no image", AGAIN),
    "../letters": ("'letters' is not a file", None),
    "../../secret.png": ("'secret.png' is refused: it is outside the project", OUTSIDE),
    "/etc/passwd": ("'passwd' is refused: it is outside the project", OUTSIDE),
    "file:///etc/passwd": ("'passwd' is refused: it is outside the project", OUTSIDE),
    "http://127.0.0.1:9/x.png": ("'http://127.0.0.1:9/x.png' is refused: it is not a file of the project", NETWORK),
    "//127.0.0.1:9/x.png": ("'file://127.0.0.1:9/x.png' is refused: it is on another machine", None),
}


@pytest.mark.parametrize("source", PICTURES)
def test_images(pictures: Project, source: str) -> None:
    message, hint = PICTURES[source]
    fault = pictures.fault(f"One.\n\nTwo\n![a picture]({source})\n")
    if "did you mean" in (hint or ""):
        assert (fault["hint"] or "").startswith("did you mean 'harbour.png'")
        hint = fault["hint"]
    expect(fault, 15, None, message, hint)


def test_a_broken_svg_is_named(pictures: Project) -> None:
    fault = pictures.fault("![a](broken.svg)\n")
    assert fault["message"].startswith("'broken.svg' is not an SVG that can be read: ")
    assert fault["line"] == 12


def test_an_image_named_by_a_value(pictures: Project) -> None:
    front = FRONT + "fields: {picture: text}\n"
    fault = pictures.fault("a\n\n![a]({{ fields.picture }})\n", front, "--set", "picture=../../secret.png")
    expect(fault, 15, None, "'secret.png' is refused: it is outside the project", OUTSIDE)


def test_an_image_of_handwriting(project: Project) -> None:
    fault = project.fault(front=FRONT.replace("title: Director", "ink: jo.png"))
    assert (fault["line"], fault["field"]) == (9, "signatories.1.ink")
    assert fault["message"] == "there is no file 'jo.png' here"
    fault = project.fault(front=FRONT.replace("title: Director", "sign: ink"))
    assert fault["message"] == "Jo Lind has no image of a signature to sign with in ink"


# --- what does not fit ------------------------------------------------------------------------------------------------


def test_a_word_wider_than_the_page(project: Project) -> None:
    hint = "break it with a space, a hyphen or a soft hyphen (&shy;)"
    fault = project.fault("One.\n\nTwo " + "W" * 200 + " three.\n")
    expect(fault, 14, None, f"'{'W' * 37}...' on page 1 is 747 mm wide; there is room for 166 mm", hint)


@pytest.mark.parametrize(
    ("front", "line", "field"),
    [
        (FRONT.replace("Jo Lind", "J" * 200), 9, "signatories.1.name"),
        (FRONT.replace("Dr. Ada Brook, lines", "W" * 200 + ", lines"), 6, "to.name"),
        (FRONT + f"subject: {'W' * 200}\n", 10, "subject"),
        (FRONT + f"enclosures: [A, {'W' * 200}]\n", 10, "enclosures.2"),
    ],
)
def test_a_word_wider_than_the_page_in_the_front_matter(project: Project, front: str, line: int, field: str) -> None:
    fault = project.fault(front=front)
    assert (fault["line"], fault["field"]) == (line, field)
    assert "mm wide" in fault["message"]


def test_a_table_wider_than_the_page(project: Project) -> None:
    row = "| " + "W" * 40 + " | " + "V" * 40 + " |\n"
    fault = project.fault("One.\n\n| a | b |\n|---|---|\n" + row)
    assert fault["line"] == 14
    assert fault["message"].startswith("a table on page 1 is ")
    assert fault["message"].endswith(" mm wide; the text is 166 mm")
    assert fault["hint"] == "take out a column, or write less in it"


def test_an_address_of_12_lines(project: Project) -> None:
    lines = "".join(f"    - Line {number}\n" for number in range(1, 12))
    front = f"letterhead: plain\nto:\n  name: Dr. Ada Brook\n  lines:\n{lines}"
    message = "the address has 12 lines; the address field of 'plain' holds 9"
    expect(project.fault(front=front), 3, "to", message, "join or drop lines")


# --- where it goes ----------------------------------------------------------------------------------------------------


def test_an_output_folder_that_is_not_writable(project: Project) -> None:
    folder = project.root / "locked"
    folder.mkdir(mode=0o555)
    if os.geteuid() == 0:
        command = ["chattr", "+i", folder]
        if subprocess.run(command, capture_output=True).returncode:
            needs.lack("chattr", "root writes everywhere, and chattr +i is not allowed here")
    try:
        ran = project.cli("render", project.letter(), "-o", "locked/a.pdf")
    finally:
        if os.geteuid() == 0:
            subprocess.run(["chattr", "-i", folder], check=True)
    assert ran.code == 1
    assert ran.err == (
        "locked/a.pdf: the folder 'locked' is not writable. hint: choose another with -o, or ask for the right\n"
    )
    assert not list(folder.iterdir())


def test_a_file_where_the_output_folder_should_be(project: Project) -> None:
    project.write("out", "a file")
    ran = project.cli("render", project.letter(), "-o", "out/a.pdf")
    assert ran.code == 1
    assert "a file stands where a folder is needed" in ran.err
    assert Path("out").read_text() == "a file"


def test_a_disk_that_is_full(project: Project, tiny_disk: Path) -> None:
    older = tiny_disk / "letter.pdf"
    older.write_bytes(b"an older letter")
    (tiny_disk / "ballast").write_bytes(b"x" * 50_000)
    ran = project.cli("render", project.letter(), "-o", older)
    assert ran.code == 1
    assert ran.err == f"{older}: the disk is full; nothing was written. hint: make room, and run again\n"
    assert older.read_bytes() == b"an older letter"
    assert sorted(path.name for path in tiny_disk.iterdir()) == ["ballast", "letter.pdf"]


def test_no_room_for_temporary_files(project: Project) -> None:
    """RLIMIT_FSIZE stops a write in its middle, as a full quota does; the fonts are the first that are written."""
    project.letter()
    Path("out").mkdir()
    project.pdf.write_bytes(b"an older letter")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    command = [sys.executable, "-B", "-m", "letterpress", "render", LETTER]
    ran = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1
    assert ran.stderr.startswith("content/letters/letter.md: a font cannot be put into '")
    assert ran.stderr.endswith(": File too large. hint: make room there, or name another folder in TMPDIR\n")
    assert project.pdf.read_bytes() == b"an older letter"
    assert [path.name for path in Path("out").iterdir()] == ["letter.pdf"]


# --- all of them ------------------------------------------------------------------------------------------------------


def test_one_run_reports_all_faults_of_a_file_in_order(project: Project) -> None:
    front = FRONT.replace("plain", "plane").replace("2026-01-15", "soon") + "subjekt: X\nparameters: {aling: left}\n"
    body = "A <foo> {{ to.nme }}.\n\n![](x.png) [^2]\n\n{{ lang | uper }}\n"
    found = project.faults(body, front)
    assert [(fault["line"], fault["message"]) for fault in found] == [
        (4, "'soon' is not a date"),
        (10, "unknown field"),
        (14, "<foo> is no element of a letter"),
        (16, "the image 'x.png' has no description"),
        (16, "there is no footnote '2'"),
        (2, "there is no letterhead 'plane'"),
        (18, "there is no filter 'uper'"),
    ]


def test_letterhead_values_and_layout_are_judged_in_one_run(project: Project) -> None:
    front = FRONT.replace("[4 Mill Lane,", "[a, b, c, d, e, f, g, h,") + "fields: {fee: decimal}\n"
    assert len(project.faults("{{ to.nme }}\n", front, "--set", "fee=x")) == 2
    found = project.faults("![a](x.png) 中\n", front)
    assert [fault["message"][:22] for fault in found] == ["the address has 10 lin", "there is no file 'x.pn"]


def test_a_letter_that_fails_touches_no_older_file(project: Project) -> None:
    project.pdf.parent.mkdir()
    project.pdf.write_bytes(b"an older letter")
    for body in ("{{ fields.x }}\n", "![a](x.png)\n", "中\n", "{{ 'a' * 10**9 }}\n"):
        assert project.render(body).code == 1
        assert project.pdf.read_bytes() == b"an older letter"
    assert [path.name for path in project.pdf.parent.iterdir()] == ["letter.pdf"]


def test_json_of_a_failed_letter(project: Project) -> None:
    document = project.render("{{ to.nme }}\n").json
    assert set(document) == {"letters", "summary"}
    [letter] = document["letters"]
    assert set(letter) == {"id", "source", "record", "output", "pages", "sha256", "status", "diagnostics"}
    assert (letter["id"], letter["source"], letter["status"]) == ("letter", LETTER, "failed")
    assert letter["output"] is letter["pages"] is letter["sha256"] is letter["record"] is None
    assert document["summary"]["failed"] == 1
    assert set(letter["diagnostics"][0]) == KEYS


def test_a_line_for_people_is_the_contracts(project: Project) -> None:
    project.letter(front=FRONT.replace("Brook, lines:", "Brook, postcod: 1, lines:"))
    ran = project.cli("render", LETTER)
    assert ran.err == "content/letters/letter.md:6: to.postcod: unknown field. hint: did you mean 'postcode'?\n"
    assert ran.out == ""


def _messages() -> Iterator[str]:
    for table in (YAML_FAULTS, FIELD_FAULTS, CHANGED, TEMPLATE_FAULTS, BODY_FAULTS, PICTURES):
        for row in table.values():
            yield from (text for text in row[-2:] if text is not None)  # type: ignore[attr-defined]


def test_messages_are_plain_english() -> None:
    for text in _messages():
        assert not text.endswith("."), text
        assert "NoneType" not in text, text
        assert text[0] == text[0].lower() or text.startswith("U+"), text


def test_what_no_one_foresaw_is_the_fault_of_one_letter(
    project: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a stage raises, `press`, `examine` and the commands give a failed result, and the other letters are
    made."""
    from letterpress import pipeline

    plain_fill = pipeline.letter.fill

    def fill(job: letterpress.Job, **more: Any) -> Any:
        if job.letter.slug == "a":
            raise RuntimeError("out of\ncheese")
        return plain_fill(job, **more)

    monkeypatch.setattr(pipeline.letter, "fill", fill)
    names = [project.letter(path=f"content/letters/{name}.md") for name in "ab"]
    job = letterpress.Job(letter=letterpress.load(names[0]), record="7")
    with caplog.at_level("INFO", "letterpress"):
        for result in (letterpress.render(names[0]), pipeline.press(job), pipeline.examine(job)):
            assert result.status == "failed"
            (fault,) = result.diagnostics
            assert fault.message == "letterpress itself failed: RuntimeError: out of"
            assert fault.file == job.letter.path
            assert fault.hint is not None
            assert "please report this" in fault.hint
    assert fault.record == "7"
    assert "Traceback" in caplog.text
    ran = project.cli("render", *names, "--json")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert [letter["status"] for letter in ran.json["letters"]] == ["failed", "done"]
    assert (project.root / "out/b.pdf").exists()
    assert project.cli("check", "--layout", names[0], "--json").code == 1


def test_memory_that_is_not_there_is_for_the_limits_to_say(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from letterpress import pipeline

    job = letterpress.Job(letter=letterpress.load(project.letter()))

    def fill(*_: Any, **__: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(pipeline.letter, "fill", fill)
    with pytest.raises(MemoryError):
        pipeline.press(job)
