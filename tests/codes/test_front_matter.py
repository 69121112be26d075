"""What a letter may say of its codes: the table of kinds, the model, and the schema that editors get."""

from __future__ import annotations

from typing import Any, get_args

import jsonschema
import pytest

from letterpress import data
from letterpress.codes import catalogue, swiss
from letterpress.schema import codes, json_schema
from letterpress.schema.codes import CodeFile

KINDS = catalogue.kinds()
FIELDS = {field.alias or name for name, field in CodeFile.model_fields.items()}


def test_the_model_has_just_the_kinds_and_keys_of_the_table() -> None:
    assert set(get_args(CodeFile.model_fields["type"].annotation)) == set(KINDS)
    assert {key for kind in KINDS.values() for key in kind.keys} | set(catalogue.KEYS) == FIELDS


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_has_measures_and_a_place(name: str) -> None:
    kind = KINDS[name]
    assert kind.title
    assert min(kind.clear) > 0
    assert (kind.bars is not None) + bool(kind.module) + bool(kind.fixed) == 1
    if kind.bars is not None:
        assert kind.places == ("address",)
        assert kind.bars.width < kind.bars.pitch
        assert kind.bars.tracker < kind.bars.full


def test_slips_have_all_headings_in_each_language() -> None:
    table: dict[str, Any] = data.table("codes")["slip"]
    assert set(table) == set(swiss.LANGUAGES)
    assert {frozenset(row) for row in table.values()} == {frozenset(table["de"])}


FRONT = {"letterhead": "plain", "lang": "en"}


@pytest.mark.parametrize(
    "said", ["kix", ["kix", {"type": "qr", "content": "x"}], {"type": "mailmark-c", "class": "0", "place": "address"}]
)
def test_the_schema_takes_what_a_letter_may_say(said: Any) -> None:
    jsonschema.validate({**FRONT, "codes": said}, json_schema.json_schema("letter"))


@pytest.mark.parametrize("said", ["kicks", [{"content": "x"}], {"type": "qr", "contents": "x"}])
def test_the_schema_refuses_what_it_may_not(said: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**FRONT, "codes": said}, json_schema.json_schema("letter"))


def test_a_code_becomes_a_value_with_its_keys_as_written() -> None:
    spec = codes.spec(CodeFile.model_validate({"type": "mailmark-c", "class": 0, "item": 7, "alt": "Mark"}))
    assert (spec.kind, spec.place, spec.alt) == ("mailmark-c", None, "Mark")
    assert dict(spec.values) == {"class": "0", "item": "7"}
