"""Over HTTP letters get codes, envelopes, labels, files for the printer and packages: those of the commands, to the byte."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.serve.client import ADA, Client
from tests.serve.test_jobs import as_csv, people
from tests.support import code_readers, needs
from tests.support.project import Project

needs.package("zint", "zint-bindings")
LETTER = "content/letters/offer.md"
ZIP = {"content-type": "application/zip"}
BILL = """---
letterhead: plain
lang: en-US
date: 2026-01-15
from: {name: Hafenlicht GmbH, street: Kai 4, postcode: "20457", city: Hamburg, country: DE}
to: {name: Ada Brook, street: Lange Voorhout 9, postcode: 2514 GC, city: Den Haag, country: NL}
fields:
  number: {type: text, required: true}
  amount: {type: money, currency: EUR, required: true}
codes:
  - kix
  - {type: epc, iban: DE71 1102 2033 0123 4567 89, amount: "{{ fields.amount }}", text: "Invoice {{ fields.number }}"}
---

Please pay {{ fields.amount }}.
"""


@pytest.fixture(scope="module")
def at_home(place: Path) -> Project:
    """The project, with a list and a letter that has codes."""
    (place / "content/letters/2026/bill.md").write_text(BILL, encoding="utf-8")
    records = [*people(3), {**ADA, "Name": "W" * 90}]
    records[1] |= {"Country": "DE", "ZIP": "20457", "City": "Hamburg", "State": ""}
    (place / "addresses.csv").write_bytes(as_csv(records))
    return Project(place)


def _sent(client: Client, path: str, request: dict[str, Any], data: bytes, **more: Any) -> Any:
    files = [("list", ("addresses.csv", data)), ("request", (None, json.dumps(request), "application/json"))]
    return client.http.post(f"/v1/letters/offer/{path}", files=files, **more)


@pytest.mark.parametrize(
    ("path", "request_", "command"),
    [
        ("envelopes", {"size": "us-10", "rotate": True}, ["--size", "us-10", "--rotate"]),
        (
            "labels",
            {"label_sheet": "avery-5160", "skip": 2, "offset": [1.5, -0.5], "outline": True, "return_address": True},
            ["--sheet", "avery-5160", "--skip", "2", "--offset", "1.5,-0.5", "--outline", "--return-address"],
        ),
    ],
)
def test_addresses_are_printed_as_the_commands_print_them(
    path: str, request_: dict[str, Any], command: list[str], client: Client, at_home: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(at_home.root)
    ran = at_home.cli(path, LETTER, "--data", "addresses.csv", "-o", f"out/{path}.pdf", *command, "--json")
    told, data = json.loads(ran.out), Path("addresses.csv").read_bytes()
    assert (ran.code, told["summary"]["printed"], told["summary"]["failed"]) == (1, 3, 1)
    answer = _sent(client, path, request_, data)
    assert answer.status_code == 200, answer.text
    assert answer.content == Path(f"out/{path}.pdf").read_bytes()
    assert answer.headers["letterpress-failed"] == "1"
    assert answer.headers["letterpress-sha256"] == told["sha256"]
    assert answer.headers["content-disposition"].endswith(f"offer-{path}.pdf")
    as_json = _sent(client, path, request_, data, headers={"accept": "application/json"}).json()
    assert base64.b64decode(as_json["pdf"]) == answer.content
    assert {name: as_json[name] for name in ("printed", "pages", "done", "failed")} == {
        name: told["summary"][name] for name in ("printed", "pages", "done", "failed")
    }
    (failed,) = [one for one in as_json["letters"] if one["status"] == "failed"]
    assert [one["code"] for one in failed["diagnostics"]] == [one["code"] for one in told["letters"][3]["diagnostics"]]
    assert "/tmp" not in json.dumps({**as_json, "pdf": ""})


def test_records_are_printed_on_what_there_is_and_nothing_is_a_fault(client: Client) -> None:
    sizes = {one["name"]: one for one in client.get("/v1/envelopes").json()["envelopes"]}
    assert (sizes["dl"]["width"], sizes["dl"]["height"]) == (220, 110)
    sheets = {one["name"]: one for one in client.get("/v1/labels").json()["sheets"]}
    assert sheets["avery-5160"] | {"title": ""} == {
        "name": "avery-5160", "title": "", "paper": "letter", "columns": 3, "rows": 10, "label": [66.7, 25.4]
    }  # fmt: skip
    made = client.post("/v1/letters/offer/envelopes", {"size": "dl", "records": people(2)})
    assert (made.status_code, made.headers["letterpress-pages"]) == (200, "2"), made.text
    for path, body, code, field in (
        ("envelopes", {"size": "dll", "records": people(1)}, "medium-unknown", "size"),
        ("labels", {"label_sheet": "avery-5161x", "records": people(1)}, "medium-unknown", "label_sheet"),
        ("labels", {"label_sheet": "avery-5160", "skip": 30, "records": people(1)}, "label-missing", "skip"),
        ("envelopes", {"size": "dl", "profile": "press-x1a", "records": people(1)}, "profile-unfit", "profile"),
        ("envelopes", {"size": "dl", "parameters": {"logo": "x.png"}, "records": people(1)}, "parameter-file", "parameters.logo"),
    ):  # fmt: skip
        refused = client.post(f"/v1/letters/offer/{path}", body)
        (fault,) = refused.json()["diagnostics"]
        assert (refused.status_code, fault["code"], fault["field"]) == (422, code, field)
        assert "--" not in (fault["hint"] or "")
    nothing = client.post("/v1/letters/offer/envelopes", {"size": "dl", "records": [{**ADA, "Name": "W" * 90}]})
    assert (nothing.status_code, nothing.json()["title"]) == (422, "Nothing was printed")
    assert nothing.json()["diagnostics"][0]["record"] == "1"
    assert client.post("/v1/letters/offer/labels", {"label_sheet": "avery-5160", "offset": [30, 0]}).status_code == 400


def test_codes_of_a_letter_are_told_made_of_its_data_and_faults_of_it(client: Client, at_home: Project) -> None:
    import pypdfium2

    about = client.get("/v1/letters/2026:bill").json()
    assert [(one["type"], one["place"]) for one in about["codes"]] == [("kix", "address"), ("epc", "end")]
    assert about["codes"][1]["values"]["amount"] == "{{ fields.amount }}"
    jo = {"name": "Jo", "street": "Lange Voorhout 9", "postcode": "2514 GC", "city": "Den Haag", "country": "NL"}
    pdf = client.made("2026:bill", {"data": {**jo, "number": "R-7", "amount": 12.5}})
    (code,) = code_readers.matrices(pypdfium2.PdfDocument(pdf)[0].render(scale=300 / 72).to_pil())
    assert code.splitlines()[0] == "BCD"
    assert {"EUR12.50", "DE71110220330123456789", "Invoice R-7"} <= set(code.splitlines())
    for data, field in (
        ({"number": "R-7", "amount": -3}, "fields.amount"),
        ({"number": "R" * 200, "amount": 1}, "fields.number"),
    ):
        answer = client.post("/v1/letters/2026:bill/render", {"data": {**jo, **data}})
        assert (answer.status_code, [one["field"] for one in answer.json()["diagnostics"]]) == (422, [field])


def test_a_job_goes_to_the_printer_and_into_a_package(
    client: Client, at_home: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(at_home.root)
    data = as_csv([*people(2), {**ADA, "Name": "Ada", "Country": "DE", "ZIP": "20457", "City": "Hamburg", "State": ""}])
    Path("three.csv").write_bytes(data)
    merge = ["--combine", "out/combined.pdf", "--duplex", "--split", "country,1", "--inserter", "pitney-bowes"]
    assert at_home.cli("merge", LETTER, "--data", "three.csv", "-o", "out/three", "--jobs", "0", *merge).code == 0
    printer = {"duplex": True, "split": ["country", 1], "inserter": "pitney-bowes"}
    job = _sent(client, "jobs", {"combined": True, "printer": printer}, data).json()["id"]
    about = client.ended(job)
    assert about["state"] == "done", about
    assert [(one["title"], one["letters"], one["sheets"]) for one in about["spools"]] == [
        ("country DE", 1, 1), ("country US", 1, 1), ("country US", 1, 1)
    ]  # fmt: skip
    for one in about["spools"]:
        made = client.get(f"/v1/jobs/{job}/combined/{one['number']}")
        assert made.content == (Path("out") / one["name"]).read_bytes(), one
    assert client.get(f"/v1/jobs/{job}/combined/4").status_code == 404
    package = ["--group", "sheets,country", "--spool", "--for", "pingen"]
    assert at_home.cli("package", "out/three", "-o", "out/three.zip", *package).code in (0, 1)
    asked = {"group": ["sheets", "country"], "spool": True, "carrier": "pingen"}
    answer = client.post(f"/v1/jobs/{job}/package.zip", asked)
    assert answer.status_code == 200, answer.text
    assert answer.content == Path("out/three.zip").read_bytes()
    verdict = client.http.post("/v1/package/verify", content=answer.content, headers=ZIP).json()
    assert (verdict["passed"], verdict["letters"], verdict["sums"]) == (True, 3, answer.headers["letterpress-sums"])
    folder = client.server.service.config.store / "jobs" / job  # type: ignore[union-attr]
    assert not list(folder.glob("package-*"))


def test_what_is_no_package_or_was_changed_is_told(client: Client, at_home: Project) -> None:
    job = client.post("/v1/letters/offer/jobs", {"records": [*people(1), {}]}).json()["id"]
    assert client.ended(job)["state"] == "failed"
    answer = client.post(f"/v1/jobs/{job}/package.zip", {"redact": True})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert json.loads(archive.read("manifest.json"))["redacted"]
    at = answer.content.index(b"%PDF-") + 200
    changed = answer.content[:at] + b"\0" + answer.content[at + 1 :]
    verdict = client.http.post("/v1/package/verify", files=[("file", ("p.zip", changed))]).json()
    assert not verdict["passed"]
    assert {one["code"] for one in verdict["diagnostics"]} == {"package-archive-changed", "package-file-missing"}
    assert {one["file"].partition("/")[0] for one in verdict["diagnostics"]} == {"package.zip"}
    none = client.http.post("/v1/package/verify", content=b"no package", headers=ZIP)
    assert (none.status_code, [one["code"] for one in none.json()["diagnostics"]]) == (422, ["package-unreadable"])
    strict = client.post(f"/v1/jobs/{job}/package.zip", {"strict": True})
    assert (strict.status_code, [one["code"] for one in strict.json()["diagnostics"]]) == (422, ["package-incomplete"])
    wrong = client.post(f"/v1/jobs/{job}/package.zip", {"group": ["colour"]}).json()["diagnostics"][0]
    assert (wrong["field"], "--" in wrong["hint"]) == ("group", False)
    variants = client.post("/v1/letters/korea-policy/variants", {"variants": [{}]}).json()["id"]
    client.ended(variants)
    assert client.post(f"/v1/jobs/{variants}/package.zip").status_code == 404


def test_what_the_printer_cannot_have_is_refused(client: Client) -> None:
    records = people(1)
    alone = client.post("/v1/letters/offer/jobs", {"records": records, "printer": {"duplex": True}})
    assert (alone.status_code, alone.json()["diagnostics"][0]["field"]) == (400, "printer")
    sheet = {"records": records, "combined": True, "printer": {"insert_sheet": "no-letter"}}
    assert client.post("/v1/letters/offer/jobs", sheet).status_code == 404
    file = client.post("/v1/letters/offer/jobs", {"records": records, "parameters": {"logo": "/etc/passwd"}})
    assert (file.status_code, file.json()["diagnostics"][0]["code"]) == (422, "parameter-file")
    for printer, field in (
        ({"split": ["colour"]}, "split"),
        ({"sort": ["x"]}, "sort"),
        ({"inserter": "x"}, "inserter"),
    ):
        job = client.post("/v1/letters/offer/jobs", {"records": records, "combined": True, "printer": printer}).json()
        about = client.ended(job["id"])
        (fault,) = about["diagnostics"]
        assert (about["state"], fault["field"], "--" in fault["hint"]) == ("refused", field, False)
