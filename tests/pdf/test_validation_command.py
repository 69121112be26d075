"""veraPDF's own command: its report, and that it ends with its limits. The reports are the engine's; the script is ours."""

from __future__ import annotations

import shlex
from pathlib import Path

import pikepdf
import pytest

import letterpress
from letterpress.pdf import validation
from letterpress.pdf.validation import command, engine, java
from letterpress.processes.limits import Limits
from tests.support import verapdf

GOOD = b"""<?xml version="1.0" encoding="utf-8"?><report><buildInformation><releaseDetails id="core" version="1.30.1"/>
</buildInformation><jobs><job><validationReport jobEndStatus="normal" profileName="PDF/UA-1 validation profile"
 isCompliant="true"><details failedRules="0"/></validationReport></job></jobs></report>"""


@pytest.fixture
def files(archive_copy: bytes, tmp_path: Path) -> dict[str, Path]:
    """A letter, the same without its structure, and what is no PDF."""
    paths = {name: tmp_path / f"{name}.pdf" for name in ("good", "bad", "none")}
    paths["good"].write_bytes(archive_copy)
    with pikepdf.open(paths["good"]) as pdf:
        del pdf.Root["/StructTreeRoot"]
        pdf.save(paths["bad"])
    paths["none"].write_bytes(b"%PDF-1.7\n")
    return paths


def script(folder: Path, lines: str) -> str:
    """A program called `verapdf` that does what the lines say."""
    path = folder / "verapdf"
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
    return str(path)


def test_a_report_says_what_the_engine_says(files: dict[str, Path]) -> None:
    verapdf.require()
    for path in files.values():
        for flavour, standard in (("3a", "PDF/A-3a"), ("ua1", "PDF/UA-1")):
            read = command.read(verapdf.report(path, flavour), standard)
            asked = engine.judge(str(path), (flavour,))[flavour]
            assert {one.rule for one in read.failures} == {one.rule for one in asked}
            assert read.version == java.release(java.find_engine() or Path())
    found = command.read(verapdf.report(files["bad"], "ua1"), "PDF/UA-1").failures
    failure = next(one for one in found if one.rule == "7.1-11")
    assert "StructTreeRoot" in failure.asked
    assert (failure.context, failure.places) == ("root/document[0]", 1)


def test_the_command_that_is_named_judges(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verapdf.require()
    for flavour in ("3a", "ua1"):
        (tmp_path / f"{flavour}.xml").write_bytes(verapdf.report(files["bad"], flavour))
    folder = shlex.quote(str(tmp_path))
    lines = f'echo "$JAVA_TOOL_OPTIONS $@" >> {folder}/asked\ncat {folder}/$2.xml'
    monkeypatch.setenv(command.VARIABLE, script(tmp_path, lines))
    verdict = validation.validate(files["bad"], limits=Limits(seconds=20, memory_mb=900))
    assert {judgement.verdict for judgement in verdict.judgements} == {"broken"}
    assert ("PDF/UA-1", "7.1-11", "ISO 14289-1, 7.1") in {
        (finding.standard, finding.rule, finding.clause) for finding in verdict.findings
    }
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == [
        f"-Xmx900m --flavour {flavour} --format xml --maxfailuresdisplayed 1 {files['bad']}"
        for flavour in ("3a", "ua1")
    ]


def test_the_command_on_the_path_judges_where_there_is_no_engine(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ua1.xml").write_bytes(GOOD)
    (tmp_path / "3a.xml").write_bytes(GOOD.replace(b"PDF/UA-1", b"PDF/A-3A"))
    script(tmp_path, f"cat {shlex.quote(str(tmp_path))}/$2.xml")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv(command.VARIABLE, raising=False)
    monkeypatch.setattr(java, "find_jvm", lambda: None)
    verdict = letterpress.validate(files["good"])
    assert verdict.passed
    assert {judgement.by for judgement in verdict.judgements} == {"veraPDF 1.30.1"}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("true", "gave no report that can be read"),
        ("echo hello", "gave no report that can be read"),
        ("echo '<?xml version=\"1.0\"?><report></report>'", "has no verdict"),
        ('echo \'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><report>&b;</report>\'', "no report that can"),
        ("echo '<?xml version=\"1.0\"?><report'", "gave no report that can be read"),
        ("sleep 60 & sleep 60", "took more than 0.3 s"),
        ("exec /no/such/program", "gave no report that can be read"),
    ],
)
def test_a_command_that_gives_no_verdict_gives_a_reason(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, reason: str
) -> None:
    monkeypatch.setenv(command.VARIABLE, script(tmp_path, lines))
    verdict = validation.validate(files["good"], limits=Limits(seconds=0.3 if "sleep" in lines else 20))
    assert {judgement.verdict for judgement in verdict.judgements} == {"not checked"}
    assert reason in str(verdict.judgements[0].reason)
    assert not verdict.passed


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"PDF/UA-1 validation", b"PDF/A-1B validation"), (b'jobEndStatus="normal"', b'jobEndStatus="cancelled"')],
)
def test_a_verdict_on_something_else_is_none(old: bytes, new: bytes) -> None:
    assert command.read(GOOD, "PDF/UA-1") == command.Report("1.30.1", ())
    with pytest.raises(command.Unread, match="is not on PDF/UA-1"):
        command.read(GOOD.replace(old, new), "PDF/UA-1")


def test_a_verdict_without_a_rule_is_not_a_good_one() -> None:
    (failure,) = command.read(GOOD.replace(b'"true"', b'"false"'), "PDF/UA-1").failures
    assert failure.rule == "file"


def test_a_command_that_is_named_and_not_there_is_said(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(command.VARIABLE, "/no/such/verapdf")
    verdict = letterpress.validate(files["good"])
    assert "LETTERPRESS_VERAPDF names '/no/such/verapdf'" in str(verdict.judgements[0].reason)
