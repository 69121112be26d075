"""A letter and its values become a letter whose every text is final."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

import letterpress
from letterpress.errors import Diagnostic
from letterpress.filling import checks
from letterpress.filling import letter as filling_letter
from letterpress.model import Choices, Filled, Job
from letterpress.text import value_marks
from tests.support.project import FRONT, LETTER, Project


def filled(project: Project, front: str, body: str = "x\n", **values: Any) -> tuple[Filled | None, list[Diagnostic]]:
    letter = letterpress.load(project.letter(body, front))
    pairs = tuple((name.replace("__", "."), value) for name, value in values.items())
    return filling_letter.fill(Job(letter=letter, values=pairs), lang=letter.lang, paper="a4", letterhead="plain")


def done(project: Project, front: str, body: str = "x\n", **values: Any) -> Filled:
    found, faults = filled(project, front, body, **values)
    assert found is not None, faults
    return found


def messages(project: Project, front: str, body: str = "x\n", **values: Any) -> list[str]:
    found, faults = filled(project, front, body, **values)
    assert found is None
    return [fault.message for fault in faults]


def test_every_text_of_the_front_matter_may_use_values(project: Project) -> None:
    front = (
        "to: {name: '{{ fields.who }}', city: '{{ fields.town }}'}\nfrom: {name: 'For {{ fields.who }}'}\n"
        "subject: 'On {{ fields.town }}'\nsalutation: 'Dear {{ to.name }}'\nclosing: 'Yours, {{ from.name }}'\n"
        "reference: {ours: '{{ fields.town }}/1'}\nnotices: ['{{ lang }}']\nenclosures: ['{{ subject }}', '{{ fields.no or \"\" }}']\n"
        "cc: ['{{ to.city }}']\nbcc: ['{{ paper }}']\npostscript: '{{ closing }}'\n"
        "signatories: [{name: '{{ fields.who }}', title: '{{ copy }}'}]\nfields: {who: Ada, town: Bonn, no: text}\n"
    )
    letter = done(project, front)
    assert letter.to[0].name == "Ada"
    assert letter.addresses == (("Ada", "Bonn"),)
    assert (letter.subject, letter.salutation, letter.closing) == ("On Bonn", "Dear Ada:", "Yours, For Ada,")
    assert letter.reference == (("ours", "Bonn/1"),)
    assert letter.notices == ("en-US",)
    assert letter.enclosures == ("On Bonn",), "an empty line is left out"
    assert (letter.cc, letter.bcc) == (("Bonn",), ("a4",))
    assert letter.postscript == "Yours, For Ada"
    assert (letter.signatories[0].name, letter.signatories[0].title) == ("Ada", "original")


def test_a_table_without_rows_is_a_warning(project: Project) -> None:
    rows = "{% for one in fields.items %}\n| {{ one.a }} | 1 |\n{% endfor %}\n"
    body = f"Text\n\n| *Item* | Price |\n|---|---|\n{rows}\n| a |\n|---|\n| 1 |\n"
    front = FRONT + "fields: {items: list, a: text}\n"
    assert filled(project, front, body, fields__items=[{"a": "Rope"}])[1] == []
    letter, (fault,) = filled(project, front, body, fields__items=[])
    assert letter is not None
    assert (fault.severity, fault.code, fault.value) == ("warning", "table-rowless", "Item, Price")
    lines = (project.root / LETTER).read_text().splitlines()
    assert fault.line == lines.index("{% for one in fields.items %}") + 1


def test_given_values_come_before_defaults_and_an_empty_one_is_none(project: Project) -> None:
    front = FRONT + "fields: {a: one, b: two}\n"
    assert ">3 two<" in value_marks.without(
        done(project, front, "{{ fields.a }} {{ fields.b }}\n", a="3", b="").body.replace("\n", "")
    )
    assert messages(project, FRONT + "fields: {a: {required: true}}\n", a="") == ["is required and has no value"]


def test_zero_is_a_value_and_no_is_none(project: Project) -> None:
    names = ("m", "d", "i", "t", "y", "n", "e")
    front = (
        FRONT
        + "fields: {m: {type: money, currency: EUR}, d: decimal, i: integer, t: text, y: boolean, n: boolean, e: decimal}\n"
    )
    body = " ".join(f"{{% if fields.{name} %}}{name}{{% endif %}}" for name in names)
    letter = done(project, front, body + " {{ fields.i + 1 }}\n", m="0", d="0.0", i="0", t="0", y="ja", n="nein", e="")
    words = value_marks.without(letter.body).replace("<p>", "").replace("</p>", "").split()
    assert words == ["m", "d", "i", "t", "y", "1"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "_x000D_\n", "\u2028"])
def test_values_keep_their_lines_and_paragraphs(project: Project, end: str) -> None:
    text = f"one{end}two & <3>{end}{end}three"
    body = 'x {{ fields.n }} y <abbr title="{{ fields.n }}">z</abbr>\n\n{{ fields.n }}\n\n| a |\n|---|\n| {{ fields.n }} |\n'
    letter = done(project, FRONT + "fields: {n: text}\n", body, n=text, to__lines=text)
    html = value_marks.without(letter.body)
    lines = "one<br>two &amp; &lt;3&gt;<br><br>three"
    assert f"x {lines} y" in html
    assert "<p>one<br>two &amp; &lt;3&gt;</p><p>three</p>" in html
    assert f">{lines}</td>" in html
    assert 'title="one\ntwo &amp; &lt;3&gt;\n\nthree"' in html
    assert letter.to[0].lines[:2] == ("one", "two & <3>")


def test_an_amount_that_is_rounded_is_a_warning(project: Project) -> None:
    letter, faults = filled(
        project, FRONT + "fields: {m: {type: money, currency: EUR}}\n", "{{ fields.m }}\n", m="1.255"
    )
    assert letter is not None
    assert [(fault.severity, fault.code, fault.field) for fault in faults] == [
        ("warning", "amount-rounded", "fields.m")
    ]


def test_parts_of_the_recipient_replace_the_lines(project: Project) -> None:
    letter = done(project, FRONT, to__name="Kim", to__city="Bonn", to__postcode="53111", to__country="DE")
    assert letter.addresses == (("Kim", "53111 BONN", "GERMANY"),)
    letter = done(project, FRONT, to__lines="one\ntwo")
    assert letter.addresses == (("Dr. Ada Brook", "one", "two"),)
    letter = done(project, "letterhead: plain\n", to__name="Kim")
    assert letter.addresses == (("Kim",),)


def test_given_texts_are_no_templates(project: Project) -> None:
    letter = done(project, FRONT, subject="{{ lang }}", to__name="{% if %}", salutation="{# x")
    assert (letter.subject, letter.to[0].name, letter.salutation) == ("{{ lang }}", "{% if %}", "{# x:")


def test_what_a_value_may_not_be(project: Project) -> None:
    front = FRONT + "fields: {n: integer, d: date, c: {type: choice, choices: [a, b]}, l: {type: list}}\n"
    assert messages(project, front, n="1.5", d="soon", c="z", l="ok") == [
        "'1.5' is not a whole number",
        "'soon' is not a date",
        "'z' is not one of its choices",
    ]
    assert messages(project, front, to__country="Atlantis") == ["there is no country 'Atlantis'"]
    assert messages(project, front, nn="1") == ["the letter has no such field"]
    assert messages(project, front, l=["a", {"b": "c\x07"}]) == [
        "U+0007 (a control character) in the value cannot be printed"
    ]


@pytest.mark.parametrize(
    "value", ["\u202e", "a\u202dx\u202c", "\u202ax", "\u202bx", "\u2066x", "\u2067x", "x\u2068", "x\u2069", "\u202cx"]
)
def test_a_value_turns_no_words_of_the_author_s_around(project: Project, value: str) -> None:
    """An override, and a mark of direction that its own value does not close, would reach the words behind it."""
    (said,) = messages(project, FRONT + "fields: {v: text}\n", "Pay {{ fields.v }} 100 dollars.\n", v=value)
    override = any(char in "\u202d\u202e" for char in value)
    what = "cannot be printed" if override else "opened"
    char = next(char for char in value if not char.isalpha())
    assert said.startswith(f"U+{ord(char):04X} (")
    assert "in the value" in said
    assert what in said
    assert any("U+" in one for one in messages(project, FRONT, to__name=f"A{value}"))


@pytest.mark.parametrize("value", ["\u2067a\u2069", "\u202ba\u202c x", "\u2068\u2066a\u2069\u2069", "a\u200e\u200f"])
def test_marks_of_direction_that_are_closed_are_fine(project: Project, value: str) -> None:
    front = FRONT + "fields: {v: text}\n"
    assert project.press("Pay {{ fields.v }} 100 dollars.\n", front, fields={"v": value}).status == "done"
    cut = messages(project, front, "Pay {{ fields.v[:1] }} 100 dollars.\n", v="\u2067a\u2069")
    assert [one[:6] for one in cut] == ["U+2067"]


def test_a_value_at_fault_is_named_once(project: Project) -> None:
    front = FRONT + "fields: {n: decimal, t: text}\nsubject: '{{ fields.n }} {{ fields.t }}'\n"
    assert (
        len(messages(project, front, "{{ fields.n }} {{ fields.t }} {{ to.name }}\n", n="x", t="\x07", to__name="\x07"))
        == 3
    )


def test_values_and_templates_are_judged_in_one_run(project: Project) -> None:
    front = FRONT + "fields: {n: decimal}\nsubject: '{{ fields.m }}'\n"
    assert messages(project, front, "{{ nn }}\n", n="x") == [
        "'x' is not a number",
        "'fields.m' is not known",
        "'nn' is not known",
    ]


def test_all_of_several_recipients_are_filled(project: Project) -> None:
    front = "to:\n  - {name: A, city: '{{ lang }}'}\n  - {name: B, city: '{{ paper }}'}\n"
    body = "{% for one in recipients %}{{ one.name }}{% if not loop.last %}, {% endif %}{% endfor %}\n"
    letter = done(project, front, body, to__name="Z")
    assert letter.addresses == (("Z", "en-US"), ("B", "a4"))
    assert "Z, B" in value_marks.without(letter.body)


def test_records_are_named_in_faults(project: Project) -> None:
    letter = letterpress.load(project.letter("{{ fields.x }}\n", FRONT + "fields: {x: {type: date, required: true}}\n"))
    results = list(letterpress.merge(letter, [{"x": "2026-01-05"}, {"x": "soon"}, {"x": ""}, {"y": "1"}]))
    assert [result.status for result in results] == ["done", "failed", "failed", "failed"]
    for number, result in enumerate(results, start=1):
        assert result.record == str(number)
        for fault in result.diagnostics:
            assert (fault.record, fault.file) in ((str(number), "content/letters/letter.md"), (str(number), None))
    [fault] = results[1].diagnostics
    assert (fault.line, fault.field, fault.code, fault.value) == (10, "fields.x", "date-unreadable", "soon")
    assert fault.column == "x"
    assert str(fault).startswith("content/letters/letter.md:10 record 2: fields.x: 'soon' is not a date")


def test_names_that_a_letter_has_a_place_for(project: Project) -> None:
    letter = letterpress.load(project.letter(front=FRONT + "fields: {amount: decimal}\n"))
    assert (
        checks.unknown_names(letter, ["amount", "fields.amount", "to.name", "from.city", "to.lines", "subject"]) == []
    )
    assert checks.unknown_names(letter, ["amonut", "to.nme", "zzz"]) == [
        ("amonut", "did you mean 'amount'?"),
        ("to.nme", "did you mean 'to.name' or 'to.phone'?"),
        ("zzz", "known: amount"),
    ]


def test_a_filled_letter_is_frozen(project: Project) -> None:
    letter = done(project, FRONT)
    assert dataclasses.is_dataclass(letter)
    assert isinstance(letter.cc, tuple)


def test_check_judges_defaults_without_rendering(project: Project) -> None:
    found = letterpress.check(project.letter(front=FRONT + "fields: {n: {type: decimal, default: much}, d: date}\n"))
    assert [(fault.line, fault.field, fault.message, fault.hint) for fault in found] == [
        (10, "fields.n", "'much' is not a number", "mend its default")
    ]


def test_a_list_where_one_value_belongs_is_a_fault(project: Project) -> None:
    front = FRONT + "fields: {a: text, b: {type: integer, default: 5}, c: list, d: {type: text, default: none}}\n"
    assert messages(project, front, a=["x", "y"], to__name=["Ada", "Max"], subject=["a"], b=[1]) == [
        "is a list of 2, and one value belongs here",
        "is a list of 1, and one value belongs here",
        "is a list of 2, and one value belongs here",
        "is a list of 1, and one value belongs here",
    ]
    assert messages(project, front, to__city={"name": "Bath"}) == ["is a group of values, and one value belongs here"]
    letter = done(
        project, front, "{{ fields.b }}{{ fields.d }}\n", b=[], to__street=["4 Mill Lane", "Flat 2"], to__city=[]
    )
    assert letter.addresses[0][-2:] == ("4 Mill Lane", "Flat 2")
    assert "5" in letter.body


@pytest.mark.parametrize(
    ("lines", "cut"),
    [
        ("[4 Mill Lane, Bangor, ME 04401]", "ME 04401"),
        ("[1 Rue A, Moncton, NB E1C 1A1]", "NB E1C 1A1"),
        ("[Brook & Sons, Inc., 4 Mill Lane]", "Inc."),
        ('[4 Mill Lane, "Bangor, ME 04401"]', None),
        ("[4 Mill Lane, Bath, BA1 7AA]", None),
        ("[Weg 1, 24103 Kiel]", None),
    ],
)
def test_a_line_that_a_comma_parted_is_a_warning(project: Project, lines: str, cut: str | None) -> None:
    letter = letterpress.load(project.letter("x\n", f"to: {{name: A, lines: {lines}}}\n"))
    job = Job(letter=letter)
    _, faults = filling_letter.fill(job, lang=letter.lang, paper="a4", letterhead="plain")
    assert [(fault.severity, fault.value) for fault in faults] == ([("warning", cut)] if cut else [])


@pytest.mark.parametrize(
    ("home", "there", "parts", "below"),
    [
        ("GB", "CY", {"city": "BFPO", "postcode": "BFPO 57"}, ["BFPO 57"]),
        ("DE", "CY", {"postcode": "bfpo57"}, ["BFPO 57", "UNITED KINGDOM"]),
        ("US", "DE", {"city": "APO", "region": "AE", "postcode": "09021"}, ["APO AE 09021"]),
        ("DE", "DE", {"city": "APO", "region": "AE", "postcode": "09021"}, ["APO AE 09021", "UNITED STATES"]),
        ("DE", "", {"city": "APO", "region": "AE", "postcode": "09021"}, ["APO AE 09021", "UNITED STATES"]),
    ],
)
def test_a_post_office_of_forces_has_no_country_around_it(
    project: Project, home: str, there: str, parts: dict[str, str], below: list[str]
) -> None:
    front = f"from: {{name: Office, country: {home}}}\nto: {{name: Sgt Orr, street: Unit 4}}\nlang: en\n"
    given = {f"to__{part}": text for part, text in ({"country": there} | parts).items() if text}
    letter, faults = filled(project, front, **given)
    assert letter is not None
    assert list(letter.addresses[0]) == ["Sgt Orr", "Unit 4", *below]
    assert letter.to[0].country == ("GB" if "BFPO" in below[0] else "US"), (
        "for codes, sorting and the list for the post"
    )
    assert [fault.code for fault in faults if fault.severity == "warning"] == ["country-left-out"] * bool(there)


@pytest.mark.parametrize(
    ("carrier", "country", "last"),
    [
        (None, "CH", "1253 Vandœuvres"),
        ("edics", "CH", "SUISSE"),  # posted in France
        ("edics", None, "1253 Vandœuvres"),  # taken for the sender's country, as ever
        ("pingen", "CH", "1253 Vandœuvres"),  # it posts in many countries
        ("swiss-print", "CH", "1253 Vandœuvres"),
        ("print-shop", "CH", "1253 Vandœuvres"),  # of no country
        ("lob", "FR", "FRANCE"),
        ("unheard-of", "CH", "1253 Vandœuvres"),
    ],
)
def test_an_address_is_for_the_post_of_the_country_where_the_carrier_posts(
    project: Project, carrier: str | None, country: str | None, last: str
) -> None:
    front = (
        "lang: fr-CH\nfrom: {name: A, city: Genève, postcode: '1204', country: CH}\n"
        f"to: {{name: B, postcode: '1253', city: Vandœuvres, country: {country or 'null'}}}\n"
    )
    job = Job(letter=letterpress.load(project.letter(front=front)), choices=Choices(carrier=carrier))
    found, faults = filling_letter.fill(job, lang="fr-CH", paper="a4", letterhead="plain")
    assert found is not None, faults
    assert found.addresses[0][-1] == last
