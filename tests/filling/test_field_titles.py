"""On a page that is only looked at, a field without a value shows its title; a letter is never made so."""

from __future__ import annotations

from letterpress import api, pipeline
from letterpress.content import reader
from letterpress.pdf import raster
from tests.support.project import Project

FRONT = """letterhead: plain
lang: en-US
date: 2026-03-02
salutation: Dear {{ to.name }}
closing: Yours
signatories: [{name: Kim}]
fields:
  box_number: {type: integer, required: true}
  price: {type: money, currency: USD, required: true}
  due_day: {type: date, required: true}
  items: {type: list, required: true}
  member: {type: boolean}
  note: text
"""
BODY = """Box {{ fields.box_number }} costs {{ fields.price }} until {{ fields.due_day | date }}.

{% if fields.member %}A member pays less.{% endif %} Note: {{ fields.note }}.

{% for item in fields.items %}
- {{ item.label | upper }} x {{ fields.box_number + 1 }}
{% endfor %}
{% if fields.price > 100 %}Expensive{% endif %}
{{ "%s" ~ fields.box_number }}, {{ fields.price | round(2) }}, {{ to.city }}
"""


def test_titles_stand_in_for_values_in_a_preview_only(project: Project) -> None:
    letter = reader.load(project.letter(BODY, FRONT))
    job = api.job(letter)
    looked_at = pipeline.preview(job).result
    assert looked_at.status == "done", [str(one) for one in looked_at.diagnostics]
    assert looked_at.pdf is not None
    text = " ".join(raster.text(looked_at.pdf).split())
    for said in ("Box Box number costs Price until Due day.", "Note: Note.", "LABEL x Box number", "Dear Name:"):
        assert said in text
    assert "A member pays less" not in text  # as the letter would be
    assert "Expensive" not in text
    missing = [one for one in looked_at.diagnostics if one.code == "value-missing"]
    assert {(one.field, one.severity) for one in missing} == {
        (f"fields.{name}", "warning") for name in ("box_number", "price", "due_day", "items")
    }
    pressed = pipeline.press(job)
    assert pressed.status == "failed"
    assert {one.severity for one in pressed.diagnostics if one.code == "value-missing"} == {"error"}


def test_a_given_value_is_printed_and_a_missing_part_stops_no_preview(project: Project) -> None:
    front = FRONT.replace("letterhead: plain", "letterhead: us-business").replace("signatories: [{name: Kim}]\n", "")
    letter = reader.load(project.letter("{{ fields.price }} for {{ fields.box_number }}\n", front))
    looked_at = pipeline.preview(api.job(letter, fields={"price": "12.50"})).result
    assert looked_at.pdf is not None, [str(one) for one in looked_at.diagnostics]
    assert "$12.50 for Box number" in raster.text(looked_at.pdf)
    assert {one.severity for one in looked_at.diagnostics if one.code == "field-missing"} == {"warning"}
