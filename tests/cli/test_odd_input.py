"""What a command is given that nobody means: a sentence and an exit code, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import FRONT, LETTER, Project


@pytest.fixture
def desk(project: Project) -> Project:
    project.letter(front=FRONT + "fields: {amount: text}\n")
    project.write("people.csv", "name,amount\nAda,1\nBo,2\n")
    return project


CONDITIONS = {
    "amount = 12345678901234567890": 0,
    "amount = 1e400": 0,
    f"amount = {'9' * 300}": 0,
    "CAST(amount AS INTEGER) > 1": 0,
    "CAST(name AS INTEGER) > 1": 2,
    "TRY_CAST(amount AS TINYINT) * 1000000000 > 1": None,
    "CAST(name AS DATE) > 5": 2,
    "error('no')": 2,
    "amount[": 2,
    "name; DROP TABLE records": 2,
    "\x00": 2,
    "'" + "(" * 2000: 2,
    "(" * 2000 + "1" + ")" * 2000: None,
    "SUM(amount) > 1": 2,
    "name IN (SELECT nothing FROM nowhere)": 2,
    "\ud800": None,
}


@pytest.mark.parametrize("condition", CONDITIONS, ids=[str(number) for number in range(len(CONDITIONS))])
@pytest.mark.parametrize("option", ["--where", "--order-by"])
def test_conditions(desk: Project, option: str, condition: str) -> None:
    ran = desk.cli(
        "merge", "--jobs", "0", LETTER, "--data", "people.csv", "-o", "out", option, condition, "--dry-run", "--json"
    )
    code = CONDITIONS[condition]
    assert ran.code in (0, 2)
    if code is not None and not (option == "--order-by" and code == 0):
        assert ran.code == code, ran
    if ran.code:
        (fault,) = ran.faults
        assert fault["field"] == option
        assert fault["message"]
    assert "Traceback" not in ran.err


DRY = ("merge", "--jobs", "0", LETTER, "--data", "people.csv", "-o", "out", "--dry-run", "--json")
ENCODINGS = ["hex", "rot13", "base64", "zlib", "bz2", "uu", "quopri", "idna", "punycode", "undefined", "unicode_escape"]


@pytest.mark.parametrize("encoding", [*ENCODINGS, "klingon", "", "utf-8\0", "x" * 5000])
def test_what_is_no_encoding_of_files(desk: Project, encoding: str) -> None:
    ran = desk.cli(*DRY, "--encoding", encoding)
    assert ran.code == 2
    (fault,) = ran.faults
    assert fault["field"] == "--encoding"
    assert "is not an encoding" in fault["message"]


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-32", "utf-7", "utf-16-le", "cp037", "shift_jis", "hz", "utf-8-sig"]
)
def test_an_encoding_that_the_file_may_not_have(desk: Project, encoding: str) -> None:
    desk.write("people.csv", "name,amount\nZoë +~,1\n".encode("latin-1"))
    ran = desk.cli(*DRY, "--encoding", encoding)
    assert ran.code in (0, 1, 2)
    assert all(fault["message"] for fault in ran.faults)
    assert ran.code == 0 or ran.faults


def test_check_takes_paths_and_not_names_of_letterheads(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plain", "din5008"):
        ran = project.cli("check", name, "--json")
        assert ran.code == 2
        assert [fault["message"] for fault in ran.faults] == ["there is no such file or folder"]


TOML = {
    'papers = "a4"\n': ("papers", 'write it as a list: ["one", "two"]'),
    "requires = true\n": ("requires", 'write it as a list: ["one", "two"]'),
    '[parameters]\nx = "5"\n': ("parameters.x", "write a line [parameters.x], and 'name = value' lines below it"),
}


@pytest.mark.parametrize("toml", TOML)
def test_hints_for_a_letterhead_are_toml(project: Project, toml: str) -> None:
    project.letterhead("own", toml='extends = "plain"\n' + toml)
    fault = project.fault("Hello.\n", FRONT.replace("letterhead: plain", "letterhead: own"))
    assert (fault["field"], fault["hint"]) == TOML[toml]
    assert fault["file"] == "templates/own/letterhead.toml"


WRONG = {
    "empty": b"",
    "words": b"hello",
    "noise": bytes(range(256)) * 4,
    "half a certificate": b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    "never closed": b"-----BEGIN CERTIFICATE-----\n%%%%\n",
    "half a list": b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
    "a list never closed": b"-----BEGIN X509 CRL-----\nAAAA\n",
    "a length too long": b"\x30\x84\xff\xff\xff\xff\x02\x01\x01",
    "a pdf": b"%PDF-1.7\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_to_trust_that_is_something_else(project: Project, name: str) -> None:
    assert project.render().code == 0
    for ending in ("pem", "crl"):
        path = project.write(f"trusted.{ending}", WRONG[name])
        ran = project.cli("verify", "out/letter.pdf", "--trust", path.name, "--json")
        assert ran.code == 2
        assert [(fault["file"], fault["message"]) for fault in ran.faults] == [(path.name, "holds no certificate")]


def test_a_file_to_trust_that_cannot_be_read(project: Project, tmp_path: Path) -> None:
    assert project.render().code == 0
    ran = project.cli("verify", "out/letter.pdf", "--trust", "nowhere.pem", "--json")
    assert ran.code == 2
    assert "cannot be read: No such file" in ran.faults[0]["message"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--data", "a.csv", "--data", "b.csv"], 2),
        (["--data=a.csv", "--data", "b.csv"], 2),
        (["--data", "a.csv", "-o", "out", "--output", "other"], 2),
        (["--data", "a.csv", "-vo", "out", "-oother"], 2),
        (["--data", "a.csv", "--where", "name = 'Ada'", "--where", "city = 'Bath'"], 2),
        (["--data", "a.csv", "--data", "a.csv", "--dry-run"], 0),
        (["--data", "a.csv", "--map", "who=name", "--map", "where=street", "--dry-run"], 0),
    ],
)
def test_an_option_with_two_values_is_refused(project: Project, arguments: list[str], code: int) -> None:
    for name in ("a.csv", "b.csv"):
        project.write(name, "who,where,city\nAda,4 Mill Lane,Bath\n")
    letter = project.letter(front=FRONT.replace("to:", "map: {who: name, where: street}\nto:"))
    ran = project.cli("merge", letter, *arguments)
    assert ran.code == code, ran
    assert ("is given twice" in ran.err) == (code == 2)
