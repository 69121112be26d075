"""Letters are signed with keys of the service, which no request brings, and verified."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.serve.client import Client
from tests.support import softhsm


@pytest.fixture(scope="module")
def pdf(client: Client) -> bytes:
    return client.made("2026:signed")


def signed(client: Client, pdf: bytes, request: dict[str, Any], **headers: str) -> Any:
    files = [("request", (None, json.dumps(request), "application/json")), ("file", ("letter.pdf", pdf))]
    return client.http.post("/v1/sign", files=files, headers=headers)


def test_a_letter_is_signed_in_its_owners_place_and_verified(office: Client, admin: Client, pdf: bytes) -> None:
    assert office.get("/v1/keys").json() == {
        "keys": [
            {"name": "director", "kind": "file", "usable": True},
            {"name": "nobody", "kind": "file", "usable": False},
        ]
    }
    assert "director" not in admin.get("/v1/keys").text  # the key is another token's
    answer = signed(office, pdf, {"key": "director", "reason": "Agreed"}, accept="application/json")
    assert answer.status_code == 200, answer.text
    about = answer.json()
    assert (about["signer"], about["signatory"], about["open"]) == ("Jo Lind", "Jo Lind", [])
    made = base64.b64decode(about["pdf"])
    assert made.startswith(pdf)
    by_json = office.post("/v1/sign", {"key": "director", "pdf": base64.b64encode(pdf).decode()})
    assert by_json.content.startswith(pdf)
    assert office.post("/v1/sign", {"key": "director", "pdf": "?"}).status_code == 422
    for sent in ({"content": made, "headers": {"content-type": "application/pdf"}}, {"files": [("file", ("x", made))]}):
        verdict = office.http.post("/v1/verify", **sent).json()
        (seen,) = verdict["signatures"]
        assert (verdict["valid"], seen["signer"], seen["reason"], seen["place"]) == (True, "Jo Lind", "Agreed", None)
    changed = made.replace(b"/Reason", b"/Reasox", 1)
    assert office.http.post("/v1/verify", content=changed, headers={"content-type": "application/pdf"}).json()["valid"] is False  # fmt: skip
    again = signed(office, made, {"key": "director", "place": "Jo Lind"})
    assert again.status_code == 422


def test_a_signature_is_made_once(office: Client, pdf: bytes) -> None:
    once = {"idempotency-key": "sign-1"}
    first, second = (signed(office, pdf, {"key": "director"}, **once) for _ in range(2))
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    assert signed(office, pdf + b"\n", {"key": "director"}, **once).json()["code"] == "idempotency-reused"
    assert signed(office, pdf, {"key": "director"}, **{"idempotency-key": "x y"}).status_code == 400


def test_a_key_is_named_and_never_sent(office: Client, admin: Client, pdf: bytes) -> None:
    assert signed(admin, pdf, {"key": "director"}).status_code == 404
    for name in ("../jo.p12", "none", "director\0"):
        assert signed(office, pdf, {"key": name}).status_code == 404
    unusable = signed(office, pdf, {"key": "nobody"})
    assert (unusable.status_code, unusable.json()["diagnostics"][0]["code"]) == (503, "service-key-unusable")
    assert "p12" not in unusable.text
    assert signed(office, pdf, {"key": "director", "passphrase": "x"}).status_code == 400
    assert signed(office, pdf, {"key": "director", "place": "Nobody Here"}).status_code == 422
    assert signed(office, office.made("korea-policy"), {"key": "director"}).json()["diagnostics"][0]["code"] == "place-unclear"  # fmt: skip
    assert signed(office, b"no PDF", {"key": "director"}).status_code == 422
    files = [("file", ("letter.pdf", pdf))]
    assert office.http.post("/v1/sign", files=files).status_code == 400


def test_a_letter_is_signed_with_a_token(admin: Client, place: Path, pdf: bytes) -> None:
    """The key is in a PKCS#11 token; the service has its PIN, and asks the token."""
    softhsm.module()
    if not (place.parent / "softhsm").exists():
        softhsm.add_key(softhsm.begin(place.parent / "softhsm", "board"), "board", "Jo Lind")
    assert {"name": "board", "kind": "pkcs11", "usable": True} in admin.get("/v1/keys").json()["keys"]
    answer = signed(admin, pdf, {"key": "board", "place": "Jo Lind"})
    assert answer.status_code == 200, answer.text
    verdict = admin.http.post("/v1/verify", content=answer.content, headers={"content-type": "application/pdf"}).json()
    assert [(one["signer"], one["valid"], one["trusted"]) for one in verdict["signatures"]] == [
        ("Jo Lind", True, False)
    ]
