"""What a stranger reads when a letter is wrong: every fault with its place, field, message and hint."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import letterpress
from letterpress import data
from tests.support import needs, wording
from tests.support.project import FRONT, LETTER, Project, png

KEYS = {"severity", "file", "line", "record", "field", "message", "hint", "code", "value", "span", "params", "fixes"}
KEYS |= {"sheet", "row", "cell", "column"}


MARKED = "what is marked"
"""For `Expected.value`: it is what the span marks."""


class Expected(NamedTuple):
    """A fault as data; what it says is compared with `tests/cases/diagnostics/wording.txt`."""

    line: int | None
    field: str | None
    code: str
    marks: str | None = None
    """The characters of the line that its span marks."""
    mended: tuple[str, ...] = ()
    """For each of its fixes, what the line is afterwards."""
    value: Any = MARKED


def expect(fault: dict[str, Any], expected: Expected, file: str = LETTER) -> None:
    """Compare all of a fault with what is expected, and its wording with the accepted one."""
    assert set(fault) == KEYS
    assert fault["severity"] == "error"
    assert fault["file"] == file
    assert fault["record"] is None
    assert (fault["line"], fault["field"], fault["code"]) == expected[:3]
    assert marked(fault) == expected.marks
    assert tuple(spliced(fix["edit"]) for fix in fault["fixes"]) == expected.mended
    assert fault["value"] == (expected.marks if expected.value is MARKED else expected.value)
    wording.check(fault)


def lines_of(file: str) -> list[str]:
    """The lines of a text file, without a byte order mark and carriage returns."""
    return Path(file).read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")


def marked(fault: dict[str, Any]) -> str | None:
    """The characters that a fault's span marks."""
    if fault["span"] is None:
        return None
    first, last = fault["span"]
    return lines_of(fault["file"])[fault["line"] - 1][first - 1 : last]


def spliced(edit: dict[str, Any]) -> str:
    """The line of an edit with the edit in it."""
    line = lines_of(edit["file"])[edit["line"] - 1]
    first, last = edit["span"]
    return line[: first - 1] + edit["text"] + line[last:]


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
    expect(fault, Expected(4, None, "front-matter-unclosed", "Thank you.", value=None))


def test_front_matter_that_is_no_group_of_fields(project: Project) -> None:
    fault = project.fault(front="- plain\n")
    expect(fault, Expected(2, None, "type-wrong", "- plain", value=None))


def test_a_file_that_is_missing_names_the_near_one(project: Project) -> None:
    project.letter()
    ran = project.cli("render", "content/letters/leter.md", "--json")
    assert ran.code == 2
    [fault] = ran.faults
    assert (fault["file"], fault["line"], fault["code"]) == ("content/letters/leter.md", None, "file-missing")
    assert [(fix["value"], fix["edit"]) for fix in fault["fixes"]] == [("letter.md", None)]
    wording.check(fault)


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
    assert fault["span"] == [3, 3]
    expect(fault, Expected(12, None, "encoding-wrong", "\ufffd", value="0xFC"))


def test_utf16_is_not_utf8(project: Project) -> None:
    project.write(LETTER, f"---\n{FRONT}---\n\nHello.\n".encode("utf-16"))
    ran = project.cli("render", LETTER)
    assert ran.code == 2
    assert "letter.md:1: is in UTF-16, and not in UTF-8" in ran.err


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(project: Project) -> None:
    text = f"---\n{FRONT}---\n\nHello {{{{ to.nme }}}}.\n".replace("\n", "\r\n")
    project.write(LETTER, "\ufeff" + text)
    [fault] = project.cli("render", LETTER, "--json").faults
    expect(fault, Expected(12, None, "name-unknown", "to.nme", ("Hello {{ to.name }}.",)))


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
    "tab": ("to:\n\tname: X\n", Expected(11, None, "yaml-tab", "\t", mended=("  name: X",))),
    "tab behind a colon": ("subject:\tX\n", Expected(10, None, "yaml-tab", "\t", mended=("subject: X",))),
    "double quote": (
        'subject: "An offer\npaper: a4\n',
        Expected(10, None, "yaml-quote-open", '"An offer', mended=('subject: "An offer"',)),
    ),
    "quote closed by a later one": (
        'subject: "An offer\npaper: "a4"\n',
        Expected(10, None, "yaml-quote-open", '"An offer', mended=('subject: "An offer"',)),
    ),
    "single quote": (
        "subject: 'An offer\n",
        Expected(10, None, "yaml-quote-open", "'An offer", mended=("subject: 'An offer'",)),
    ),
    "apostrophe": (
        "subject: 'It's late'\n",
        Expected(10, None, "yaml-quote-end", "'It's late'", mended=('subject: "It\'s late"',)),
    ),
    "colon": (
        "subject: Re: your letter\n",
        Expected(10, None, "yaml-colon", "Re: your letter", mended=('subject: "Re: your letter"',)),
    ),
    "indent": ("paper: a4\n subject: X\n", Expected(11, None, "yaml-indentation", " ", mended=("subject: X",))),
    "no space": (
        "subject:X\npaper: a4\n",
        Expected(10, None, "yaml-colon-missing", "subject:X", mended=("subject: X",)),
    ),
    "brace": (
        "reference: {ours: X\npaper: a4\n",
        Expected(10, None, "yaml-bracket-open", "{", mended=("reference: {ours: X}",)),
    ),
    "bracket": ("cc: [A, B\npaper: a4\n", Expected(10, None, "yaml-bracket-open", "[", mended=("cc: [A, B]",))),
    "template": (
        "subject: {{ to.name }} again\n",
        Expected(10, None, "yaml-brace", "{{ to.name }} again", mended=('subject: "{{ to.name }} again"',)),
    ),
    "percent": ("subject: %x\n", Expected(10, None, "yaml-first-character", "%x", mended=('subject: "%x"',))),
    "backtick": ("subject: `x\n", Expected(10, None, "yaml-first-character", "`x", mended=('subject: "`x"',))),
    "escape": (
        'subject: "C:\\path"\n',
        Expected(10, None, "yaml-escape", '"C:\\path"', mended=('subject: "C:\\\\path"',)),
    ),
    "nesting": (
        "parameters: " + "[" * 200 + "]" * 200 + "\n",
        Expected(2, None, "yaml-nesting", "letterhead: plain", value=None),
    ),
}


@pytest.mark.parametrize("case", YAML_FAULTS)
def test_yaml_that_cannot_be_read(project: Project, case: str) -> None:
    front, expected = YAML_FAULTS[case]
    expect(project.fault(front=FRONT + front), expected)


DROPPED = {
    "comment": (
        "subject: Our offer #12\n",
        Expected(10, "subject", "yaml-comment", "#12", ('subject: "Our offer #12"',)),
    ),
    "colour": (
        "parameters:\n  accent: #1a3e6e\n",
        Expected(11, "parameters.accent", "yaml-comment", "#1a3e6e", ('  accent: "#1a3e6e"',)),
    ),
    "in a list in brackets": ("cc: [A, B #12\n  ]\n", Expected(10, "cc.2", "yaml-comment", "#12")),
    "exclamation mark": (
        "subject: !important news\n",
        Expected(10, "subject", "yaml-first-character", "!important", ('subject: "!important news"',)),
    ),
    "ampersand": (
        "subject: &Co and others\n",
        Expected(10, "subject", "yaml-first-character", "&Co", ('subject: "&Co and others"',)),
    ),
}


@pytest.mark.parametrize("case", DROPPED)
def test_words_that_yaml_would_drop_unseen(project: Project, case: str) -> None:
    front, expected = DROPPED[case]
    expect(project.faults(front=FRONT + front)[0], expected)


TWICE = {
    "another value": ("closing: Yours\n", Expected(10, "closing", "field-twice", "closing")),
    "the same value": ("closing: Sincerely\n", Expected(10, "closing", "field-twice", "closing", mended=("",))),
    "in a group": ("to: {name: A, name: A}\n", Expected(10, "to", "field-twice", "to")),
}


@pytest.mark.parametrize("case", TWICE)
def test_a_field_written_twice(project: Project, case: str) -> None:
    """The second one can go unasked only if it says what the first does."""
    front, expected = TWICE[case]
    expect(project.fault(front=FRONT + front), expected)


def test_an_alias_bomb_ends(project: Project) -> None:
    rows = [
        f"  {chr(97 + i)}: &{chr(97 + i)} [{', '.join(['*' + chr(96 + i) if i else 'x'] * 10)}]\n" for i in range(9)
    ]
    fault = project.fault(front=FRONT + "map:\n" + "".join(rows))
    assert (fault["line"], fault["code"], fault["params"]) == (11, "yaml-too-large", {"limit": 20_000})
    wording.check(fault)


# --- fields -----------------------------------------------------------------------------------------------------------

FIELD_FAULTS = {
    "unknown": ("subjekt: X\n", Expected(10, "subjekt", "field-unknown", "subjekt", mended=("subject: X",))),
    "unknown in a list": (
        "reference: {ours: X}\nfields:\n  amount:\n    requird: true\n",
        Expected(13, "fields.amount.requird", "field-unknown", "requird", mended=("    required: true",)),
    ),
    "a group for a text": ("subject: {a: b}\n", Expected(10, "subject", "type-wrong", "{a: b}", value=None)),
    "a list for a text": ("subject: [a, b]\n", Expected(10, "subject", "type-wrong", "[a, b]", value=None)),
    "a text for a group": ("fields: amount\n", Expected(10, "fields", "type-wrong", "amount")),
    "two lines": ("subject: |\n  a\n  b\n", Expected(10, "subject", "line-break", "subject", value=None)),
    "paper": ("paper: a5\n", Expected(10, "paper", "choice-unknown", "a5")),
    "choice without choices": (
        "fields: {size: {type: choice}}\n",
        Expected(10, "fields.size", "field-choiceless", "size", value=None),
    ),
    "money without currency": (
        "fields: {fee: {type: money}}\n",
        Expected(10, "fields.fee", "field-currencyless", "fee", value=None),
    ),
    "unknown type": (
        "fields: {fee: {type: decimall}}\n",
        Expected(10, "fields.fee.type", "choice-unknown", "decimall", mended=("fields: {fee: {type: decimal}}",)),
    ),
    "required": ("fields: {fee: {required: true}}\n", Expected(10, "fields.fee", "value-missing", "fee", value=None)),
    "default of another type": (
        "fields: {fee: {type: decimal, default: much}}\n",
        Expected(10, "fields.fee", "number-unreadable", "much"),
    ),
    "parameter of another type": (
        "parameters:\n  font_size: big\n",
        Expected(11, "parameters.font_size", "parameter-malformed", "big"),
    ),
    "unknown parameter": (
        "parameters: {aling: left}\n",
        Expected(10, "parameters.aling", "parameter-unknown", "aling", mended=("parameters: {align: left}",)),
    ),
}


@pytest.mark.parametrize("command", ["check", "render"])
def test_a_field_that_is_at_fault_is_not_missing_as_well(project: Project, command: str) -> None:
    letter = project.letter(front=FRONT.replace("plain", "din5008").replace("2026-01-15", "31.11.2026"))
    document = project.cli(command, letter, "--json")
    assert [fault["code"] for fault in document.faults if fault["severity"] == "error"] == ["date-nonexistent"]


@pytest.mark.parametrize("case", FIELD_FAULTS)
def test_fields(project: Project, case: str) -> None:
    front, expected = FIELD_FAULTS[case]
    expect(project.fault(front=FRONT + front), expected)


CHANGED = {
    "date in words": ("date: 2026-01-15", "date: January 15", Expected(4, "date", "date-unreadable", "January 15")),
    "no such day": ("2026-01-15", "2026-02-30", Expected(4, "date", "date-nonexistent", "2026-02-30")),
    "letterhead": (
        "plain",
        "plein",
        Expected(2, "letterhead", "letterhead-unknown", "plein", mended=("letterhead: plain",)),
    ),
    "letterhead elsewhere": (
        "plain",
        "../plain",
        Expected(2, "letterhead", "letterhead-unknown", "../plain", mended=("letterhead: plain",)),
    ),
    "the base": ("plain", "_base", Expected(2, "letterhead", "letterhead-unknown", "_base")),
    "language tag": ("en-US", "Englsh", Expected(3, "lang", "language-unknown", "Englsh", mended=("lang: en",))),
    "language": ("en-US", "xx-YY", Expected(3, "lang", "language-unknown", "xx-YY")),
    "party": (
        "Brook, lines: [4 Mill Lane,",
        "Brook, postcod: [4,",
        Expected(
            6,
            "to.postcod",
            "field-unknown",
            "postcod",
            mended=('to: {name: Dr. Ada Brook, postcode: [4, "Bangor, ME 04401"]}',),
        ),
    ),
    "address in two ways": (
        "Brook, lines:",
        "Brook, city: Bangor, lines:",
        Expected(6, "to", "address-doubled", "to", value=None),
    ),
    "country": (
        "Brook,",
        "Brook, country: Congo,",
        Expected(
            6,
            "to.country",
            "country-unknown",
            "Congo",
            mended=(
                'to: {name: Dr. Ada Brook, country: CD, lines: [4 Mill Lane, "Bangor, ME 04401"]}',
                'to: {name: Dr. Ada Brook, country: CG, lines: [4 Mill Lane, "Bangor, ME 04401"]}',
            ),
        ),
    ),
    "no such country": (
        "Brook,",
        "Brook, country: Atlantis,",
        Expected(6, "to.country", "country-unknown", "Atlantis"),
    ),
    "signatory": (
        "title: Director",
        "titel: Director",
        Expected(
            9,
            "signatories.1.titel",
            "field-unknown",
            "titel",
            mended=("signatories: [{name: Jo Lind, title: Director}]",),
        ),
    ),
    "signatory without a name": (
        "{name: Jo Lind, ",
        "{",
        Expected(9, "signatories.1.name", "field-missing", "{title: Director}", value=None),
    ),
    "organisation": (
        'from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"]}',
        "from: clinic",
        Expected(5, "from", "person-unknown", "clinic"),
    ),
}


@pytest.mark.parametrize("case", CHANGED)
def test_fields_of_the_usual_front_matter(project: Project, case: str) -> None:
    old, new, expected = CHANGED[case]
    assert old in FRONT
    expect(project.fault(front=FRONT.replace(old, new)), expected)


def test_what_the_letterhead_asks_for(project: Project) -> None:
    found = project.faults(front="letterhead: congress\n")
    assert [(fault["field"], fault["code"]) for fault in found] == [("to", "field-missing"), ("date", "field-missing")]
    for fault in found:
        wording.check(fault)


def test_values_given_by_set(project: Project) -> None:
    front = FRONT + "fields: {fee: decimal, day: date}\n"
    first, second = project.faults("x\n", front, "--set", "fee=much", "--set", "day=31.12.")
    expect(first, Expected(10, "fields.fee", "number-unreadable", "fee", value="much"))
    expect(second, Expected(10, "fields.day", "date-unreadable", "day", value="31.12."))


def test_a_fix_of_what_came_from_elsewhere_changes_no_file(project: Project) -> None:
    """The letter says `small` as well, as its default; the value that is wrong was given."""
    front = FRONT + "fields: {size: {type: choice, choices: [small, large], default: small}}\n"
    fault = project.fault("x\n", front, "--set", "size=smal")
    assert (fault["code"], fault["value"], marked(fault)) == ("choice-unknown", "smal", "size")
    assert [(fix["value"], fix["edit"]) for fix in fault["fixes"]] == [("small", None)]
    [fault] = project.cli("render", project.letter(), "--json", "--letterhead", "plein").faults
    assert [(fix["value"], fix["edit"]) for fix in fault["fixes"]] == [("plain", None)]


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
    "misspelt": (
        "One.\n\nTwo {{ fields.amuont }}.\n",
        Expected(15, None, "name-unknown", "fields.amuont", mended=("Two {{ fields.amount }}.",)),
    ),
    "without its group": (
        "{{ amount }}\n",
        Expected(13, None, "name-unknown", "amount", mended=("{{ fields.amount }}",)),
    ),
    "undeclared": ("{{ bridge }}\n", Expected(13, None, "name-unknown", "bridge")),
    "no value": ("{{ fields.name }}\n", Expected(13, None, "name-valueless", "fields.name")),
    "the recipient's": ("{{ to.nam }}\n", Expected(13, None, "name-unknown", "to.nam", mended=("{{ to.name }}",))),
    "below a tag of three lines": (
        "{{ lang\n | upper\n}} and\n{{ fields.nam }}\n",
        Expected(16, None, "name-unknown", "fields.nam", mended=("{{ fields.name }}",)),
    ),
    "inside a tag of three lines": (
        "{{ lang ~\n 'x' ~\n fields.nam }}\n",
        Expected(15, None, "name-unknown", "fields.nam", mended=(" fields.name }}",)),
    ),
    "in a table": (
        "| a |\n|---|\n{% for x in [1, 2] %}\n| {{ fields.nam }} |\n{% endfor %}\n",
        Expected(16, None, "name-unknown", "fields.nam", mended=("| {{ fields.name }} |",)),
    ),
    "below a table with a loop": (
        "| a |\n|---|\n{% for x in [1, 2] %}\n| {{ x }} |\n{% endfor %}\n\n{{ 1 / 0 }}\n",
        Expected(19, None, "template-failed", "{{ 1 / 0 }}", value=None),
    ),
    "in a list": (
        "- a\n- b\n  {{ fields.nam }}\n",
        Expected(15, None, "name-unknown", "fields.nam", mended=("  {{ fields.name }}",)),
    ),
    "in a footnote": (
        "a[^1]\n\n[^1]: b\n  {{ fields.nam }}\n",
        Expected(16, None, "name-unknown", "fields.nam", mended=("  {{ fields.name }}",)),
    ),
    "filter": (
        "{{ lang | uper }}\n",
        Expected(13, None, "filter-unknown", "uper", mended=("{{ lang | upper }}", "{{ lang | number }}")),
    ),
    "pipe": ("One.\n\n{{ lang | }}\n", Expected(15, None, "template-syntax", "}}")),
    "assignment": ("{% if lang = 'en' %}x{% endif %}\n", Expected(13, None, "template-syntax", "=")),
    "unclosed tag": ("One {{ lang.\n\nTwo.\n", Expected(13, None, "tag-unclosed", "{{")),
    "unclosed if": ("One.\n\n{% if lang %}\n\nTwo.\n\nThree.\n", Expected(15, None, "statement-unclosed", "if")),
    "end without beginning": ("One.\n\n{% endif %}\n", Expected(15, None, "statement-misplaced", "endif")),
    "crossed": ("{% for x in [1] %}\n\na\n\n{% endif %}\n", Expected(17, None, "statement-misplaced", "endif")),
    "tag": ("{% foo %}\n", Expected(13, None, "statement-unknown", "foo", mended=("{% for %}",))),
    "text and number": ("{{ 'a' + 1 }}\n", Expected(13, None, "value-kind", "+")),
    "a group": ("{{ fields }}\n", Expected(13, None, "value-unprintable", "fields")),
    "a list": ("{{ cc }}\n", Expected(13, None, "value-unprintable", "{{ cc }}", value=None)),
    "include": ("{% include 'x' %}\n", Expected(13, None, "template-forbidden", "include")),
    "endless": (
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}\n",
        Expected(
            13,
            None,
            "template-limit",
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            value=None,
        ),
    ),
    "giant text": (
        "One.\n\n{{ 'a' * 10**9 }}\n",
        Expected(15, None, "template-limit", "{{ 'a' * 10**9 }}", value=None),
    ),
    "nothing printed": (
        "{% if fields.name %}x{% endif %}\n",
        Expected(13, None, "body-empty", "{% if fields.name %}x{% endif %}", value=None),
    ),
}


@pytest.mark.parametrize("case", TEMPLATE_FAULTS)
def test_templates_in_the_body(project: Project, case: str) -> None:
    body, expected = TEMPLATE_FAULTS[case]
    expect(project.fault(body, FIELDS), expected)


def test_templates_in_the_front_matter(project: Project) -> None:
    front = FIELDS + "subject: 'About {{ fields.nam }}'\npostscript: '{{ 1 / 0 }}'\n"
    first = project.fault(front=front)
    mended = ("subject: 'About {{ fields.name }}'",)
    expect(first, Expected(11, "subject", "name-unknown", "fields.nam", mended))
    second = project.fault(front=front.replace("fields.nam }", "lang }"))
    expect(second, Expected(12, "postscript", "template-failed", "'{{ 1 / 0 }}'", value=None))


def test_a_name_in_a_text_of_several_lines_is_marked_on_its_own_line(project: Project) -> None:
    front = FIELDS + "postscript: |\n  fields.nam is not what is meant,\n  but {{ fields.nam }}.\n"
    fault = project.fault(front=front)
    expect(fault, Expected(13, "postscript", "name-unknown", "fields.nam", ("  but {{ fields.name }}.",)))
    assert fault["span"] == [10, 19]


# --- the body ---------------------------------------------------------------------------------------------------------

BODY_FAULTS = {
    "reminder": ("Dear <name>,\n", Expected(12, None, "element-unknown", "name")),
    "script": ("a\n\n<script>x</script>\n", Expected(14, None, "element-refused", "script")),
    "link": ("[a](offer.pdf)\n", Expected(12, None, "link-astray", "offer.pdf")),
    "no description, by a field": (
        "a\n![](pier-{{ to.name }}.png)\n",
        Expected(13, None, "image-undescribed", "pier-{{ to.name }}.png"),
    ),
    "no description": ("a\n![](harbour.png)\n", Expected(13, None, "image-undescribed", "harbour.png")),
    "no file": ("![a]()\n", Expected(12, None, "image-nameless", "![a]()", value=None)),
    "footnote twice": ("a[^1] b[^1]\n\n[^1]: x\n", Expected(12, None, "footnote-twice", "[^1]")),
    "footnote of a list": ("a[^1]\n\n[^1]: x\n\n    - y\n", Expected(12, None, "footnote-too-much", "[^1]")),
    "unquoted value": (
        "<b title={{ lang }}>x</b>\n",
        Expected(12, None, "value-in-markup", "b"),
    ),
    "empty": ("", Expected(11, None, "body-empty")),
    "comment only": ("<!-- x -->\n", Expected(11, None, "body-empty")),
    "nested": (
        "> " * 150 + "x\n",
        Expected(
            12,
            None,
            "nesting-too-deep",
            "> " * 150 + "x",
            value=None,
        ),
    ),
}


@pytest.mark.parametrize("case", BODY_FAULTS)
def test_the_body(project: Project, case: str) -> None:
    body, expected = BODY_FAULTS[case]
    (project.root / "content/letters").mkdir(parents=True, exist_ok=True)
    (project.root / "content/letters/harbour.png").write_bytes(png())
    expect(project.fault(body), expected)


def test_footnotes_that_do_not_meet(project: Project) -> None:
    first, second = project.faults("a[^2]\n\n[^1]: x\n")
    expect(first, Expected(12, None, "footnote-unknown", "[^2]"))
    expect(second, Expected(14, None, "footnote-uncalled", "1"))


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x0b", "\x0c", "\x7f", "\x85", "\ufdd0", "\uffff", "\U0001fffe"])
def test_characters_that_cannot_be_printed(project: Project, char: str) -> None:
    fault = project.fault(f"One.\n\nTwo{char}three.\n")
    expect(fault, Expected(14, None, "character-unprintable", char, ("Twothree.",)))
    fault = project.fault(front=FRONT + f'subject: "a{char}b"\n')
    expect(fault, Expected(10, None, "character-unprintable", char, ('subject: "ab"',)))


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
    marks = "name" if options else "中"  # a value from elsewhere is not in the letter: the field's name is marked
    expect(project.fault(body, FRONT + front, *options), Expected(line, field, "character-missing", marks, value="中"))


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


PICTURES = {
    "harbor.png": ("file-missing", "harbor.png", ("![a picture](harbour.png)", "![a picture](half.png)")),
    "harbour.jpg": ("file-missing", "harbour.jpg", ("![a picture](harbour.png)",)),
    "nowhere/x.png": ("file-missing", "x.png", ()),
    "broken.png": ("image-unreadable", "broken.png", ()),
    "half.png": ("image-unreadable", "half.png", ()),
    "huge.png": ("image-too-large", "huge.png", ()),
    "page.svg": ("image-unreadable", "page.svg", ()),
    "tool.exe": ("image-unreadable", "tool.exe", ()),
    "../letters": ("file-unreadable", "letters", ()),
    "../../secret.png": ("file-outside", "secret.png", ()),
    "/etc/passwd": ("file-outside", "passwd", ()),
    "file:///etc/passwd": ("file-outside", "passwd", ()),
    "http://127.0.0.1:9/x.png": ("url-remote", "http://127.0.0.1:9/x.png", ()),
}


@pytest.mark.parametrize("source", PICTURES)
def test_images(pictures: Project, source: str) -> None:
    code, marks, mended = PICTURES[source]
    expect(pictures.fault(f"One.\n\nTwo\n![a picture]({source})\n"), Expected(15, None, code, marks, mended))


def test_an_image_on_another_machine(project: Project) -> None:
    fault = project.fault("One.\n\nTwo\n![a picture](//127.0.0.1:9/x.png)\n")
    whole = "![a picture](//127.0.0.1:9/x.png)"
    expect(fault, Expected(15, None, "url-remote", whole, value="file://127.0.0.1:9/x.png"))


def test_a_broken_svg_is_named(pictures: Project) -> None:
    fault = pictures.fault("![a](broken.svg)\n")
    assert fault["message"].startswith("'broken.svg' is not an SVG that can be read: ")
    assert (fault["line"], fault["code"], marked(fault)) == (12, "image-unreadable", "broken.svg")


def test_an_image_named_by_a_value(pictures: Project) -> None:
    front = FRONT + "fields: {picture: text}\n"
    fault = pictures.fault("a\n\n![a]({{ fields.picture }})\n", front, "--set", "picture=../../secret.png")
    expect(fault, Expected(15, None, "file-outside", "![a]({{ fields.picture }})", value="secret.png"))


def test_an_image_of_handwriting(project: Project) -> None:
    fault = project.fault(front=FRONT.replace("title: Director", "ink: jo.png"))
    expect(fault, Expected(9, "signatories.1.ink", "file-missing", "jo.png"))
    fault = project.fault(front=FRONT.replace("title: Director", "sign: ink"))
    expect(fault, Expected(9, "signatories.1.sign", "ink-missing", "ink"))


# --- what does not fit ------------------------------------------------------------------------------------------------


def test_a_word_wider_than_the_page(project: Project) -> None:
    fault = project.fault("One.\n\nTwo " + "W" * 200 + " three.\n")
    expect(fault, Expected(14, None, "word-too-wide", "W" * 200))


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
    assert (fault["line"], fault["field"], fault["code"]) == (line, field, "word-too-wide")
    assert marked(fault) in ("J" * 200, "W" * 200)


def test_a_table_wider_than_the_page(project: Project) -> None:
    row = "| " + "W" * 40 + " | " + "V" * 40 + " |\n"
    fault = project.fault("One.\n\n| a | b |\n|---|---|\n" + row)
    assert (fault["line"], fault["code"]) == (14, "table-too-wide")
    assert fault["message"].endswith(" mm wide; the text is 152 mm")


def test_an_address_of_12_lines(project: Project) -> None:
    lines = "".join(f"    - Line {number}\n" for number in range(1, 12))
    front = f"letterhead: plain\nto:\n  name: Dr. Ada Brook\n  lines:\n{lines}"
    expect(project.fault(front=front), Expected(3, "to", "address-long", "to", value=None))


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
    assert [(fault["line"], fault["code"]) for fault in found] == [
        (4, "date-unreadable"),
        (10, "field-unknown"),
        (14, "element-unknown"),
        (16, "image-undescribed"),
        (16, "footnote-unknown"),
        (2, "letterhead-unknown"),
        (18, "filter-unknown"),
    ]


def test_letterhead_values_and_layout_are_judged_in_one_run(project: Project) -> None:
    front = FRONT.replace("[4 Mill Lane,", "[a, b, c, d, e, f, g, h,") + "fields: {fee: decimal}\n"
    assert len(project.faults("{{ to.nme }}\n", front, "--set", "fee=x")) == 2
    found = project.faults("![a](x.png) 中\n", front)
    assert [fault["code"] for fault in found] == ["address-long", "file-missing"]


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


def test_messages_are_plain_english() -> None:
    for code, *texts in wording.read():
        assert code in data.diagnostics()
        for text in filter(None, texts):
            assert not text.endswith("."), text
            assert "NoneType" not in text, text
            assert text[0] == text[0].lower() or text.startswith(("U+", "Jo Lind ")), text


# --- fixes ------------------------------------------------------------------------------------------------------------


def _cases() -> dict[str, tuple[str, str, Expected]]:
    """Every case of the tables above whose fault has fixes: front matter, body, fault."""
    cases: dict[str, tuple[str, str, Expected]] = {}
    for table in (YAML_FAULTS, DROPPED, TWICE, FIELD_FAULTS):
        cases |= {case: (FRONT + front, "Thank you.\n", expected) for case, (front, expected) in table.items()}
    for case, (old, new, expected) in CHANGED.items():
        cases[case] = (FRONT.replace(old, new), "Thank you.\n", expected)
    cases |= {case: (FIELDS, body, expected) for case, (body, expected) in TEMPLATE_FAULTS.items()}
    cases |= {case: (FRONT, body, expected) for case, (body, expected) in BODY_FAULTS.items()}
    return {case: row for case, row in cases.items() if row[2].mended}


@pytest.mark.parametrize("case", _cases())
def test_every_fix_mends(project: Project, case: str) -> None:
    """A fault is gone once one of its fixes is written; --fix writes the one of those that have one alone."""
    front, body, expected = _cases()[case]

    def same(fault: dict[str, Any]) -> bool:
        return (fault["code"], fault["field"], fault["value"]) == (expected.code, expected.field, value)

    path = project.letter(body, front)
    before = lines_of(path)
    faults = project.cli("check", path, "--json").faults
    value = next(fault["value"] for fault in faults if fault["code"] == expected.code)
    [fault] = [fault for fault in faults if same(fault)]
    texts = []
    for fix in fault["fixes"]:
        lines = [*before]
        lines[fix["edit"]["line"] - 1] = spliced(fix["edit"])
        text = "\n".join(lines)
        if fix["kind"] == "remove" and not spliced(fix["edit"]):
            text = text.replace("\n\n", "\n", 1)  # the line's end goes as well
        texts.append(text)
    for text in texts:
        project.write(path, text)
        assert not any(map(same, project.cli("check", path, "--json").faults)), text
    project.write(path, "\n".join(before))
    project.cli("check", path, "--fix")
    assert "\n".join(lines_of(path)) == (texts[0] if len(texts) == 1 else "\n".join(before))


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
