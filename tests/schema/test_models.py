"""The border: what a letter may hold, and the JSON Schema of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from letterpress.schema import json_schema, models


def faults(kind: str, **data: Any) -> list[tuple[str, str, str | None]]:
    _, found = models.check(kind, data)
    return [fault[:3] for fault in found]


@pytest.mark.parametrize(
    ("data", "path", "message", "hint"),
    [
        ({"to": {"postcod": "1"}}, "to.postcod", "unknown field", "did you mean 'postcode'?"),
        ({"to": [{"name": "A"}, {"postcod": "1"}]}, "to.2.postcod", "unknown field", "did you mean 'postcode'?"),
        ({"to": {"lines": {"a": "b"}}}, "to.lines", "is a text, and here stands a group of fields", None),
        ({"to": [{"lines": ["a", ["b"]]}]}, "to.1.lines.2", "is a text, and here stands a list", None),
        ({"from": {"nam": "1"}}, "from.nam", "unknown field", "did you mean 'name'?"),
        ({"signatories": [{"name": "A"}, {"name": "B", "titel": "X"}]}, "signatories.2.titel", "unknown field", None),
        ({"signatories": [{"name": "A", "sign": "digitl"}]}, "signatories.1.sign", "cannot be 'digitl'", None),
        ({"signatories": ["a"]}, "signatories.1", "is a group of fields, and here stands 'a'", None),
        (
            {"reference": "HC/2026"},
            "reference",
            "is a group of fields, and here stands 'HC/2026'",
            "write 'name: value' lines below it; 'ours' and 'yours' are known, or any label: 'ours: HC/2026/0417'",
        ),
        (
            {"stationery": "a.pdf"},
            "stationery",
            "is a group of fields, and here stands 'a.pdf'",
            "write 'name: value' lines below it; its fields are first, following",
        ),
        (
            {"data": {"xyz": "1"}},
            "data.xyz",
            "unknown field",
            "known: clean, dates, decimal, encoding, header_row, lang",
        ),
        ({"signatories": {"name": "A"}}, "signatories", "is a list, and here stands a group of fields", None),
        ({"cc": ["a", {"b": "c"}]}, "cc.2", "is a text, and here stands a group of fields", None),
        ({"cc": {"b": "c"}}, "cc", "is a text, and here stands a group of fields", None),
        ({"fields": {"x": {"requird": "true"}}}, "fields.x.requird", "unknown field", "did you mean 'required'?"),
        ({"fields": {"x": {"required": "perhaps"}}}, "fields.x.required", "'perhaps' is neither true nor false", None),
        (
            {"fields": {"x": {"type": "money", "currency": "$"}}},
            "fields.x.currency",
            "'$' is not a currency's code",
            None,
        ),
        ({"fields": {"x": ["a"]}}, "fields.x", "is a group of fields, and here stands a list", None),
        ({"reference": {"ours": ["a"]}}, "reference.ours", "is a text, and here stands a list", None),
        ({"lang": "english language"}, "lang", "'english language' is not a language that letterpress can set", None),
        ({"date": "Ulm, 11.04.2019"}, "date", "'Ulm, 11.04.2019' is not a date", "write the day alone: 2019-04-11"),
        (
            {"date": "3/4/2026"},
            "date",
            "'3/4/2026' is 2026-04-03 (day/month/year) or 2026-03-04 (month/day/year)",
            "write YYYY-MM-DD: 2026-04-03 or 2026-03-04",
        ),
        ({"Betreff": "x"}, "Betreff", "unknown field", "did you mean 'subject'?"),
        ({"to": {"PLZ": "1"}}, "to.PLZ", "unknown field", "did you mean 'postcode'?"),
        ({"subject": "a\nb"}, "subject", "is one line of text, and has a line break", "write it on one line"),
        ({"map": {"a": ["b"]}}, "map.a", "is a text, and here stands a list", None),
    ],
)
def test_faults_name_field_and_remedy(data: dict[str, Any], path: str, message: str, hint: str | None) -> None:
    [found] = faults("letter", **data)
    assert found[:2] == (path, message)
    assert hint is None or found[2] == hint
    assert found[2], "every one of these has a remedy"


def test_all_faults_at_once() -> None:
    found = faults("letter", a="1", b="2", to={"c": "3"}, fields={"d": {"e": "4"}}, paper="5", date="6")
    assert {fault[0] for fault in found} == {"a", "b", "to.c", "fields.d.e", "paper", "date"}


def test_one_text_is_a_list_of_one() -> None:
    model, found = models.check("letter", {"cc": "A", "enclosures": "B", "to": {"name": "C", "lines": "D"}})
    assert not found
    assert (model.cc, model.enclosures, model.to[0].lines) == (["A"], ["B"], ["D"])


def test_a_text_of_several_lines_is_a_list_of_them() -> None:
    given = {"to": {"name": "C", "lines": "4 Mill Lane\n\n  Bangor, ME 04401\n"}, "cc": "Ada\nBen\n"}
    model, found = models.check("letter", given)
    assert not found
    assert (model.to[0].lines, model.cc) == (["4 Mill Lane", "Bangor, ME 04401"], ["Ada", "Ben"])


@pytest.mark.parametrize("part", ["to", "from", "reference", "signatories", "fields", "map", "variants"])
def test_a_group_without_anything_below_it_is_a_fault_in_words(part: str) -> None:
    for empty in (None, 7, True):
        _, found = models.check("letter", {part: empty})
        assert [fault.code for fault in found] in (["type-wrong"], []), found


def test_a_field_in_other_letters_or_behind_no_break_spaces_says_so() -> None:
    _, found = models.check("letter", {"To": "x", "LANG": "en", "\u00a0name": "Ada"})
    assert [fault.hint for fault in found] == [
        "did you mean 'to'?",
        "did you mean 'lang'?",
        "no-break spaces stand before it: indent the line with ordinary ones",
    ]


def test_fields_in_short() -> None:
    model, found = models.check("letter", {"fields": {"a": "date", "b": "12", "c": None, "d": {"required": "yes"}}})
    assert not found
    specs = {name: (spec.type, spec.default, spec.required) for name, spec in model.fields.items()}
    assert specs == {
        "a": ("date", None, False),
        "b": ("text", "12", False),
        "c": ("text", None, False),
        "d": ("text", None, True),
    }


@pytest.mark.parametrize("kind", ["letter", "person", "letterhead"])
def test_json_schema_is_closed_and_described(kind: str) -> None:
    found = json_schema.json_schema(kind)
    assert json.loads(json.dumps(found)) == found
    assert found["additionalProperties"] is False
    assert found["properties"]


def test_json_schema_of_a_letter_takes_references_and_short_forms() -> None:
    properties = json_schema.json_schema("letter")["properties"]
    assert {"type": "string"}.items() <= properties["from"]["anyOf"][0].items()
    assert any(one.get("type") == "array" for one in properties["to"]["anyOf"])
    assert {"type": "string"} in properties["cc"]["anyOf"]
    assert properties["date"]["description"]


def test_a_telephone_and_a_website_are_known() -> None:
    model, faults = models.check("letter", {"from": {"name": "A", "telephone": "555", "website": "a.example"}})
    assert not faults
    assert (model.sender.phone, model.sender.web) == ("555", "a.example")
    _, faults = models.check("letter", {"from": {"name": "A", "telephone": "555", "phone": "556"}})
    assert [fault.path for fault in faults] == ["from.telephone"]


def test_an_unknown_part_of_a_recipient_is_answered_with_all_that_there_are() -> None:
    [(path, _, hint)] = faults("letter", to={"job": "Director"})
    assert path == "to.job"
    assert hint is not None
    assert {"title", "organisation", "street"} <= set(hint.removeprefix("known: ").split(", "))
