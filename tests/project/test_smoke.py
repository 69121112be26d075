"""Letters from end to end, as a first user makes them: what runs on every Python and with the lowest versions.

`make test-versions` runs these alone (`-m smoke`); they need nothing but the extra `test`. One test for each part that a
library's version could break: layout and conformance, data, workers, keys and signatures, the commands.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

import letterpress
from tests.support.project import ROOT, Project, pdf_text

pytestmark = pytest.mark.smoke

LETTERS = {
    "korea-policy": "We write in strong support of the United States",
    "hafenlicht": "Sehr geehrte Frau Dr. Bruckner",
    "harbour-bilingual": "Votre poste à quai pour la saison 2027",
    "bibliotheque": "Madame l’Adjointe",
    "river-gauges": "gauge",
}
"""Letter -> words that its page shows: five letterheads, three languages, tables, footnotes, columns."""


@pytest.fixture
def desk(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with the shipped content."""
    shutil.copytree(ROOT / "content", project.root / "content", dirs_exist_ok=True)
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "correct horse battery")
    return project


def _claims(pdf: Path) -> tuple[str, str]:
    """The part of PDF/A and the part of PDF/UA that a file claims."""
    with pikepdf.open(pdf) as document, document.open_metadata() as metadata:
        return str(metadata.get("pdfaid:part", "")), str(metadata.get("pdfuaid:part", ""))


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_rendered_to_both_standards(desk: Project, name: str) -> None:
    ran = desk.cli("render", f"content/letters/{name}.md", "-o", "a.pdf", "--json")
    assert (ran.code, ran.json["letters"][0]["diagnostics"]) == (0, []), ran
    assert LETTERS[name] in pdf_text(desk.root / "a.pdf")
    assert _claims(desk.root / "a.pdf") == ("3", "1")


def test_a_letter_is_the_same_bytes_in_this_process_and_in_another(desk: Project) -> None:
    here = letterpress.render("content/letters/korea-policy.md")
    command = [sys.executable, "-m", "letterpress", "render", "content/letters/korea-policy.md", "-o", "-"]
    there = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert here.pdf == there.stdout


def test_a_fault_has_its_place_and_leaves_no_file(desk: Project) -> None:
    desk.write("content/letters/typo.md", "---\nto: {name: Ada, postcod: '1'}\n---\n\nText.\n")
    ran = desk.cli("render", "content/letters/typo.md", "-o", "a.pdf", "--json")
    assert (ran.code, [fault["field"] for fault in ran.faults]) == (1, ["to.postcod"])
    assert not (desk.root / "a.pdf").exists()


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_a_list_becomes_letters(desk: Project, kind: str) -> None:
    rows = [
        {"name": "Dr. Ada Brook", "Fee": "12.50"},
        {"name": "Max Orr", "Fee": "100"},
        {"name": "Jo Lind", "Fee": "7"},
    ]
    if kind == "csv":
        desk.write("list.csv", "name,Fee\n" + "".join(f"{row['name']},{row['Fee']}\n" for row in rows))
    elif kind == "json":
        desk.write("list.json", json.dumps(rows))
    else:
        _write_workbook(desk.root / "list.xlsx", rows)
    front = "letterhead: plain\ndate: 2026-01-15\nfields: {fee: {type: money, currency: USD, required: true}}\n"
    desk.letter("Dear {{ to.name }}, it is {{ fields.fee }}.\n", front)
    options = ("--where", "fee > 10", "--order-by", "fee DESC", "--combine", "all.pdf", "--json")
    ran = desk.cli("merge", "content/letters/letter.md", "--data", f"list.{kind}", "-o", "out/list", *options)
    assert (ran.code, [letter["status"] for letter in ran.json["letters"]]) == (0, ["done", "done"]), ran
    text = pdf_text(desk.root / "all.pdf")
    assert text.index("Dear Max Orr, it is $100.00.") < text.index("Dear Dr. Ada Brook, it is $12.50.")
    assert _claims(desk.root / "all.pdf") == ("3", "1")


def _write_workbook(path: Path, rows: list[dict[str, str]]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(path)
    book.close()


def test_two_people_sign_and_a_changed_file_is_found_out(desk: Project) -> None:
    for name, file in (("Ada Okafor", "ada.p12"), ("Ben Silva", "ben.p12")):
        assert desk.cli("identity", "new", "--name", name, "--out", file).code == 0
    assert desk.cli("render", "content/letters/bridge.md", "-o", "bridge.pdf").code == 0
    for name, file in (("Ada Okafor", "ada.p12"), ("Ben Silva", "ben.p12")):
        ran = desk.cli("sign", "bridge.pdf", "--as", name, "--key", file)
        assert ran.code == 0, ran
    ran = desk.cli("verify", "bridge.pdf", "--trust", "test-ca", "--json")
    assert (ran.code, ran.json["valid"]) == (0, True), ran
    assert _claims(desk.root / "bridge.pdf") == ("3", "1")
    signed = bytearray((desk.root / "bridge.pdf").read_bytes())
    signed[len(signed) // 3] ^= 1
    (desk.root / "bridge.pdf").write_bytes(signed)
    assert desk.cli("verify", "bridge.pdf", "--trust", "test-ca").code == 1


def test_an_enclosure_follows_the_letter(desk: Project) -> None:
    assert desk.cli("render", "content/letters/korea-policy.md", "-o", "content/letters/annex.pdf").code == 0
    desk.letter("See the annex.\n", "enclosures: [{title: Annex, file: annex.pdf}]\n")
    ran = desk.cli("render", "content/letters/letter.md", "--json")
    assert (ran.code, ran.json["letters"][0]["pages"]) == (0, 3), ran


def test_a_letter_is_made_within_limits(desk: Project) -> None:
    limits = letterpress.Limits(seconds=60, memory_mb=1500)
    results = list(letterpress.merge("content/letters/bridge.md", [{"name": "Max Orr"}], limits=limits))
    assert [result.status for result in results] == ["done"]


def test_the_other_commands_answer(desk: Project) -> None:
    assert desk.cli("new", "ours").code == 0
    assert desk.cli("check", "ours", "--layout").code == 0
    assert "din5008" in desk.cli("letterheads").out
    assert json.loads(desk.cli("schema").out)["title"] == "A letterpress letter"
    said = desk.cli("salutation", "--name", "Ada Brook", "--gender", "female", "--lang", "de")
    assert "Sehr geehrte Frau Brook," in said.out + said.err
