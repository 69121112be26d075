"""Whatever a request's model has reaches the letter or the job, and none of it is passed over in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from letterpress import api
from letterpress.content import reader
from letterpress.letterhead import choices
from letterpress.post.asked import Asked
from letterpress.serve import config, jobs, models
from letterpress.serve.routes.jobs import about_list, about_variants
from letterpress.serve.routes.letters import chosen, order_of
from tests.serve.client import ADA, Client

CHOSEN: dict[str, Any] = {
    "letterhead": "din5008", "lang": "de-DE", "paper": "letter", "copy": "draft", "profile": "press",
    "date": "2026-05-04", "parameters": {"font": "x"}, "sign": {"Jo": "ink"}, "enclosures": "refuse",
    "carrier": "no-such-post", "marks": False, "tac": 250, "fields": {"to.name": "Ada"},
}  # fmt: skip
"""Every choice with a value, of which that of `marks` is false."""
OF_RENDER: dict[str, Any] = {
    **CHOSEN,
    "strict": True,
    "data": {"name": "Ada"},
    "map": {"Kunde": "name"},
    "data_lang": "de",
}
OF_LIST: dict[str, Any] = {
    **CHOSEN, "strict": True, "map": {"Kunde": "name"}, "data_lang": "de", "key": "Name", "group_by": ["Name"], "name": "{name}",
    "sheet": "Two", "delimiter": ";", "encoding": "latin-1", "matrix": True, "combined": True,
    "printer": {"duplex": True},
}  # fmt: skip
OF_PRINTER: dict[str, Any] = {
    "duplex": True, "split": ["country", 5000], "sort": ["country", "postcode"], "insert_sheet": "x.md",
    "inserter": "pitney-bowes", "grammage": 90.0, "weights": [20, 50],
}  # fmt: skip
OF_VARIANTS: dict[str, Any] = {**CHOSEN, "strict": True, "variants": [{"paper": "a4"}], "combined": True}
OF_VARIANT = {name: CHOSEN[name] for name in ("letterhead", "lang", "paper", "copy", "profile")}
LETTER = "content/letters/offer.md"


def _names(model: type[models.Given]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def test_every_choice_reaches_the_job(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    letter = reader.load(LETTER)
    assert set(CHOSEN) == _names(models.Choices) == {*choices.BY_NAME, "fields"}
    usual = api.job(letter)
    for name, value in CHOSEN.items():
        made = api.job(letter, **chosen(models.Choices.model_validate({name: value})))
        if name == "fields":
            assert dict(made.values) == value
        else:
            assert getattr(made.choices, name) == choices.read(name, value), name
            assert name == "marks" or made != usual


def test_all_else_of_a_request_reaches_the_letter_or_the_job(place: Path) -> None:
    settings = config.read(place.parent)

    def of_list(given: dict[str, Any]) -> object:
        about = about_list(LETTER, models.BatchRequest.model_validate(given), "records.jsonl")
        return jobs._order(about, place, settings), jobs._list(about, place)

    def of_variants(given: dict[str, Any]) -> object:
        return jobs._order(about_variants(LETTER, models.VariantsRequest.model_validate(given)), place, settings)

    def of_render(given: dict[str, Any]) -> object:
        return order_of(LETTER, models.RenderRequest.model_validate(given), [])

    for model, values, made, apart in (
        (models.RenderRequest, OF_RENDER, of_render, set()),
        (models.BatchRequest, OF_LIST, of_list, {"records", "webhook"}),
        (models.VariantsRequest, OF_VARIANTS, of_variants, {"webhook"}),
    ):
        assert set(values) == _names(model) - apart  # type: ignore[arg-type]
        for name, value in values.items():
            assert made({name: value}) != made({}), (model, name)
    assert set(OF_PRINTER) == _names(models.Printer) == set(Asked.__slots__)
    for name, value in OF_PRINTER.items():
        assert of_list({"printer": {name: value}}) != of_list({"printer": {}}), name
    assert set(OF_VARIANT) == _names(models.Variant)
    for name, value in OF_VARIANT.items():
        assert of_variants({"variants": [{name: value}]}) != of_variants({"variants": [{}]})


def test_a_carrier_is_kept_to_and_one_that_there_is_not_is_a_fault(client: Client) -> None:
    known = client.get("/v1/carriers").json()["carriers"][0]["name"]
    wrong = {"carrier": "no-such-post"}
    for path, body in (("render", {}), ("check", {}), ("render", {"data": {"name": "Ada"}}), ("check", {"data": {}})):
        said = client.post(f"/v1/letters/2026:signed/{path}", {**wrong, **body}).json()
        fault = next(one for one in said["diagnostics"] if one["severity"] == "error")
        assert (fault["code"], fault["field"]) == ("carrier-unknown", "carrier"), (path, body)
        assert "GET /v1/carriers" in fault["hint"]
    assert known
    for path, body in (("jobs", {"records": [ADA]}), ("variants", {"variants": [{}]})):
        job = client.post(f"/v1/letters/offer/{path}", {**wrong, **body}).json()["id"]
        about = client.ended(job)
        rows = [one for row in client.rows(job) for one in row["diagnostics"]]
        assert "carrier-unknown" in {one["code"] for one in (*about["diagnostics"], *rows)}, about
    carried = client.post("/v1/letters/korea-policy/render", {"carrier": "pingen"})
    assert carried.content != client.made("korea-policy")


def test_variants_come_in_one_file_too(client: Client) -> None:
    given = {"variants": [{"paper": "a4"}, {"copy": "draft"}], "combined": True}
    job = client.post("/v1/letters/korea-policy/variants", given).json()["id"]
    about = client.ended(job)
    assert (about["state"], about["combined"]) == ("done", True), about
    assert client.get(f"/v1/jobs/{job}/combined.pdf").content[:5] == b"%PDF-"
