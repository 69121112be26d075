"""Reasons of a verdict as data: each has a code that stays, and its entry in the table of diagnostics."""

from __future__ import annotations

import datetime
import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import letterpress
from letterpress import data
from letterpress.errors import LetterpressError
from letterpress.signing import Reason, Verification, sign, verify
from letterpress.signing.display import kinds
from letterpress.signing.strict import report as strict_report
from tests.support import signing

ADA, BEN = (name for name, _ in signing.PEOPLE[:2])
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def ca() -> signing.Authority:
    return signing.Authority()


@pytest.fixture(scope="module")
def letter() -> bytes:
    return signing.render()


@pytest.fixture(scope="module")
def signed(ca: signing.Authority, letter: bytes) -> bytes:
    return sign(letter, field=ADA, signer=ca.signer(ADA)).pdf


def codes(verdict: Verification) -> list[str]:
    return [reason.code for reason in verdict.signatures[0].reasons_detail]


def byte_changed(pdf: bytes) -> bytes:
    at = pdf.index(b"/Length")  # of a stream in the signed part
    return pdf[: at + 7] + b"\t" + pdf[at + 8 :]


def behind(pdf: bytes) -> bytes:
    return pdf + b"99 0 obj\n(x)\nendobj\n"


BROKEN: dict[str, Callable[[bytes], bytes]] = {"signed-bytes-changed": byte_changed, "bytes-unaccounted": behind}


@pytest.mark.parametrize("code", BROKEN)
def test_what_is_broken_has_its_code(ca: signing.Authority, signed: bytes, code: str) -> None:
    verdict = verify(BROKEN[code](signed), [ca.der])
    assert code in codes(verdict)
    assert not verdict.valid


def test_who_is_not_trusted_is_told_by_code_and_parameters(ca: signing.Authority, signed: bytes) -> None:
    (nothing,) = verify(signed).signatures[0].reasons_detail
    assert (nothing.code, dict(nothing.params)) == ("trust-missing", {"certificate": ADA, "issuer": "CN=Test Root"})
    assert codes(verify(signed, [signing.Authority("Another", number=70).der])) == ["certificate-untrusted"]
    assert codes(verify(signed, [ca.der], at=LONG_AGO)) == ["time-in-future", "certificate-not-yet-valid"]
    own = sign(signing.render(), field=ADA, signer=signing.self_signed(ADA)).pdf
    assert codes(verify(own)) == ["certificate-self-issued"]


def test_the_same_kind_has_one_code_when_signing_and_when_verifying(ca: signing.Authority, letter: bytes) -> None:
    late = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=9000)
    with pytest.raises(LetterpressError) as raised:
        sign(letter, field=ADA, signer=ca.signer(ADA), time=late)
    (fault,) = raised.value.diagnostics
    assert fault.code == "certificate-expired"
    assert dict(fault.params)["certificate"] == ADA
    signed = sign(letter, field=ADA, signer=ca.signer(ADA)).pdf
    assert codes(verify(signed, [ca.der], at=late)) == ["certificate-expired"]


def test_notes_have_codes_too(ca: signing.Authority, letter: bytes) -> None:
    done = sign(letter, field=ADA, signer=ca.signer("Somebody Else"), on_behalf=True)
    assert [(fault.code, fault.severity) for fault in done.diagnostics] == [("signer-other-name", "warning")]
    assert [note.code for note in verify(done.pdf, [ca.der]).signatures[0].notes_detail] == ["signer-other-name"]


def test_the_json_has_the_texts_and_the_reasons_beside_them(signed: bytes) -> None:
    verdict = verify(behind(signed))
    document = json.loads(json.dumps(verdict.as_json()))
    assert pickle.loads(pickle.dumps(verdict)) == verdict
    for part, names in ((document, ("problems", "notes")), (document["signatures"][0], ("reasons", "notes"))):
        for name in names:
            assert [detail["text"] for detail in part[f"{name}_detail"]] == part[name]
            assert all(set(detail) == {"code", "text", "params"} for detail in part[f"{name}_detail"])
    assert document["problems_detail"][0]["params"]["byte"] == len(signed)
    assert len(document["signatures"][0]["reasons"]) == 2


def test_every_code_of_a_reason_is_in_the_table() -> None:
    folder = Path(letterpress.__file__).parent / "signing"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    written = set(re.findall(r'\bcode="([a-z-]+)"', text)) | set(strict_report.CODES.values())
    assert len(written) > 60
    assert {kind.code for kind in vars(kinds).values() if isinstance(kind, kinds.Kind)} <= written
    assert written <= set(data.diagnostics())
    for name in (*re.findall(r"\bReason\(([^)\n]*)", text),):
        assert not name or name.startswith("code="), "a reason without a code"


def test_the_document_lists_the_codes_that_a_verdict_may_have() -> None:
    root = Path(__file__).parents[2]
    section = (
        (root / "docs/verifying.md").read_text(encoding="utf-8").partition("| about | codes |")[2].partition("## ")[0]
    )
    documented = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", section))
    assert documented <= set(data.diagnostics())
    folder = root / "src/letterpress/signing"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    given = set(re.findall(r'\b(?:Reason|Kind)\(\s*code="([a-z-]+)"', text)) | set(strict_report.CODES.values())
    assert given == documented


def test_reasons_are_values() -> None:
    reason = Reason(code="key-weak", text="x", params=(("bits", 1024),))
    assert {reason, Reason(code="key-weak", text="x", params=(("bits", 1024),))} == {reason}
    assert reason.as_json() == {"code": "key-weak", "text": "x", "params": {"bits": 1024}}
