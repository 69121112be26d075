"""Over HTTP it is said whether a carrier takes a PDF, as `letterpress preflight` says it."""

from __future__ import annotations

import base64
import io

import pikepdf

from letterpress import preflight
from tests.serve.client import ADA, Client

PDF = {"content-type": "application/pdf"}


def test_a_letter_is_examined_for_a_carrier(client: Client) -> None:
    names = {one["name"]: one for one in client.get("/v1/carriers").json()["carriers"]}
    assert names["pingen"]["status"] in ("confirmed", "second hand", "unconfirmed")
    pdf = client.made("offer", {"data": ADA})
    answer = client.http.post("/v1/preflight?carrier=postalmethods&pictures=true", content=pdf, headers=PDF)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    pictures = told.pop("pictures")
    assert told == preflight.examine(pdf, carrier="postalmethods").as_json()
    assert told["address"]
    assert [one["page"] for one in pictures] == [1]
    assert base64.b64decode(pictures[0]["png"]).startswith(b"\x89PNG")
    strict = client.http.post("/v1/preflight?carrier=print-shop&strict=true", content=pdf, headers=PDF).json()
    assert [(one["rule"], one["severity"]) for one in strict["findings"]] == [("color-unprinted", "error")]
    assert not strict["passed"]
    sent = client.http.post("/v1/preflight?carrier=postalmethods", files=[("file", ("letter.pdf", pdf))]).json()
    assert sent == {**told, "pictures": []}


def test_what_cannot_be_examined_is_refused_with_what_helps(client: Client) -> None:
    unknown = client.http.post("/v1/preflight?carrier=pinggen", content=b"%PDF-1.7", headers=PDF)
    assert unknown.status_code == 422
    (fault,) = unknown.json()["diagnostics"]
    assert fault["code"] == "carrier-unknown"
    assert "pingen" in fault["hint"]
    assert client.http.post("/v1/preflight?carrier=pingen", content=b"", headers=PDF).status_code == 422
    assert client.http.post("/v1/preflight", content=b"%PDF-1.7", headers=PDF).status_code == 400
    other = client.http.post("/v1/preflight?carrier=pingen", content=b"no PDF", headers=PDF)
    (fault,) = other.json()["diagnostics"]
    assert (other.status_code, fault["code"], fault["message"]) == (422, "pdf-expected", "is not a PDF")
    broken = client.http.post("/v1/preflight?carrier=pingen", content=b"%PDF-1.7 and no more", headers=PDF).json()
    assert ([one["rule"] for one in broken["findings"]], broken["passed"]) == (["pdf-unreadable"], False)


def test_press_copies_are_made_as_the_command_makes_them(client: Client) -> None:
    asked = {"data": ADA, "profile": "press-x1a", "marks": True, "tac": 280}
    answer = client.post("/v1/letters/offer/render", asked)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"%PDF-1.4")
    with pikepdf.open(io.BytesIO(answer.content)) as file:
        assert str(file.trailer.Info.GTS_PDFXVersion) == "PDF/X-1a:2003"
        media, trim = ([float(value) for value in file.pages[0].obj[key]] for key in ("/MediaBox", "/TrimBox"))
        assert media[0] < trim[0] == 0
    pdf = client.made("offer", {"data": ADA, "profile": "press"})
    assert pdf.startswith(b"%PDF-1.6")
    told = client.http.post("/v1/preflight?carrier=print-shop&strict=true", content=pdf, headers=PDF).json()
    assert told["findings"] == []
    assert told["passed"]


def test_a_carrier_chooses_the_profile_and_refuses_what_it_cannot_take(client: Client) -> None:
    made = client.made("offer", {"data": ADA, "carrier": "print-shop"})
    assert made.startswith(b"%PDF-1.6")
    for body, code in (
        ({"carrier": "print-shop", "profile": "archive"}, "carrier-colors"),
        ({"profile": "press", "tac": 200, "carrier": "pingen"}, "carrier-unfit"),
        ({"profile": "pres"}, None),
        ({"profile": "press", "tac": 100}, None),
    ):
        answer = client.post("/v1/letters/offer/render", {"data": ADA, **body})
        assert answer.status_code == (400 if code is None else 422), answer.text
        assert code is None or [one["code"] for one in answer.json()["diagnostics"]] == [code]


def test_a_carrier_that_there_is_not_is_named_with_its_field(client: Client) -> None:
    answer = client.http.post(
        "/v1/preflight?carrier=pingn", content=b"%PDF-", headers={"content-type": "application/pdf"}
    )
    (fault,) = answer.json()["diagnostics"]
    assert (answer.status_code, fault["field"], fault["code"]) == (422, "carrier", "carrier-unknown")
    assert fault["hint"].endswith("GET /v1/carriers lists them")
