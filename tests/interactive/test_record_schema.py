"""The schema of a letter's records asks for what the letter needs: nothing that it allows is refused as missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress import api, pipeline
from letterpress.batch.mappings import Mappings
from letterpress.interactive import record_schema
from letterpress.recipients.column_names import TO_PARTS
from tests.support.project import FRONT, ROOT

OPEN = "".join(line + "\n" for line in FRONT.splitlines() if not line.startswith("to:"))
GREETING = OPEN.replace("salutation: Dear Dr. Brook", "salutation: Dear {{ to.name }}")
LETTERS = {
    "one to somebody": (FRONT, "Text."),
    "one to anybody": (OPEN, "Text."),
    "one that greets": (GREETING, "Text."),
    "one that names a town": (OPEN, "{{ to.city }}"),
    "one that asks first": (OPEN, "{% if to.city %}{{ to.city }}{% endif %}{{ to.phone | default('none') }}"),
    "one or the other": (OPEN, "{{ to.phone or to.email }}"),
    "with fields": (
        OPEN + "fields: {a: {required: true}, b: {required: true, default: x}, c: {type: date}, d: {type: integer}, "
        "e: {type: choice, choices: [x, y]}, f: {type: list}}\n",
        "{{ fields.a }}{{ fields.b }}{{ fields.d }}{% if fields.c %}{{ fields.c }}{% endif %}",
    ),
    "a field that is called as a part is": (OPEN + "fields: {name: {required: true}}\n", "{{ fields.name }}"),
    "a salutation that is left open": (
        OPEN.replace("salutation: Dear Dr. Brook\n", "").replace("letterhead: plain", "letterhead: congress"),
        "Text.",
    ),
}
BLANKS = (None, "", "  ", "-", "N / A", "k. a.", "\u2013")


def _letter(name: str) -> api.Letter:
    front, body = LETTERS[name]
    return api.read_text(f"---\n{front}---\n\n{body}\n".encode(), "a.md", name=str(ROOT / "content/letters/a.md"))


@pytest.mark.parametrize("name", LETTERS)
def test_what_a_schema_allows_lacks_nothing_and_what_lacks_nothing_is_allowed(name: str) -> None:
    letter = _letter(name)
    made = record_schema.schema(letter, "a")
    jsonschema.Draft202012Validator.check_schema(made)
    validator = jsonschema.Draft202012Validator(made)
    mappings = Mappings(api.job(letter), each=True)
    full = record_schema._everything(letter)
    names = [*dict.fromkeys((*full, *TO_PARTS))]

    def wrong(record: Mapping[str, Any]) -> set[str]:
        (result,) = mappings.results([record], pipeline.examine)
        return {str(one.code) for one in result.diagnostics if one.severity == "error"}

    values = st.sampled_from((*BLANKS, "said", "said", "said"))
    few = st.dictionaries(st.sampled_from(names), values, max_size=4)
    more = st.dictionaries(st.sampled_from(("Foo", "Name of member", "Bar")), st.just("x"), max_size=1)

    @settings(max_examples=25, deadline=None)
    @given(few, st.sets(st.sampled_from(names)), more)
    def holds(changed: dict[str, Any], left: set[str], others: dict[str, Any]) -> None:
        record = {one: value for one, value in full.items() if one not in left}
        record |= {one: full.get(one, "Sample") if value == "said" else value for one, value in changed.items()}
        valid = validator.is_valid({**record, **others})
        if valid:
            assert not wrong({**record, **others}) & record_schema._LACKING, repr((record, others))
        else:  # an address to nobody is made, but not where another name may be the one to whom it goes
            assert others or wrong(record) or wrong({**record, "Name of member": "x"})

    holds()


def test_each_field_is_what_the_letter_declares() -> None:
    made = record_schema.schema(_letter("with fields"), "a")
    assert made["required"] == ["a", "d"]  # d: a text names it, and does not ask first
    properties = made["properties"]
    assert properties["b"]["default"] == "x"
    assert properties["e"]["enum"] == ["x", "y", "", None]
    assert properties["d"]["type"] == ["integer", "string"]
    assert properties["c"]["type"] == ["string", "null"]
    assert record_schema.schema(_letter("one to somebody"), "a").get("required") is None
    assert record_schema.schema(_letter("one that greets"), "a")["required"] == ["name"]
    either = jsonschema.Draft202012Validator(record_schema.schema(_letter("one or the other"), "a"))
    assert either.is_valid({"organisation": "Acme", "email": "post@example.org"})
    assert either.is_valid({"name": "Ada", "phone": "1"})
    assert not either.is_valid({"name": "Ada"})
    assert not either.is_valid({"phone": "1"})
