"""`letterpress merge` as an office uses it: from the spreadsheet to the folder of letters."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from letterpress.fonts import shipped as fonts_shipped
from letterpress.recipients import column_names
from tests.support.naughty import NAUGHTY
from tests.support.project import Project, Ran
from tests.support.runner import PATIENCE, hear

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

FRONT = """\
letterhead: plain
lang: en-US
date: 2026-03-02
from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"], country: US}
salutation: Dear {{ to.name }}
closing: Sincerely
signatories: [{name: Jo Lind, title: Director}]
fields:
  amount: {type: decimal, required: true}
  due: date
"""
BODY = "We owe you {{ fields.amount }}{% if fields.due %}, due {{ fields.due }}{% endif %}.\n"
HEADER = "Name,Street address,ZIP,City,Country,Amount,Due\n"


def people(number: int, wrong: dict[int, str] | None = None) -> str:
    """A table of people; `wrong` replaces rows."""
    rows = [f"Person {n},{n} Mill Lane,{n:05},Bangor,US,{n}.50,2026-04-{n % 28 + 1:02}" for n in range(1, number + 1)]
    for at, row in (wrong or {}).items():
        rows[at - 1] = row
    return HEADER + "\n".join(rows) + "\n"


@pytest.fixture
def desk(project: Project) -> Project:
    project.letter(BODY, FRONT)
    project.write("people.csv", people(4))
    return project


def merge(project: Project, *options: str, data: str = "people.csv") -> Ran:
    jobs = () if "--jobs" in options else ("--jobs", "0")
    return project.cli("merge", "content/letters/letter.md", "--data", data, "-o", "out", *jobs, *options)


def text_of(path: Path) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


# --- the contract -----------------------------------------------------------------------------------------------------


def test_with_strict_a_record_with_a_warning_fails_and_is_not_taken_as_done(desk: Project) -> None:
    """One lacks its street, which the list shows; of one the postcode is none, which shows when its letter is made."""
    desk.write("people.csv", people(4, {2: "Ann,,04401,Bangor,US,1.50,", 3: "Bo,2 Quay,9,Bangor,US,1.50,"}))
    lax, strict, again = (merge(desk, "--json", *more) for more in ((), ("--strict",), ()))
    assert (lax.code, strict.code, again.code) == (0, 1, 0)
    done = [one["status"] for one in lax.json["letters"]], [one["status"] for one in again.json["letters"]]
    assert done == (["done"] * 4, ["skipped", "done", "done", "skipped"])
    assert strict.json["summary"]["removed"] == ["letter-00002.pdf", "letter-00003.pdf"]
    assert [one["status"] for one in strict.json["letters"]] == ["skipped", "failed", "failed", "skipped"]
    assert [one["id"] for one in strict.json["letters"]] == [one["id"] for one in lax.json["letters"]]
    said = [(one["code"], one["record"], one["severity"]) for one in lax.faults]
    removed, *faults = strict.faults
    assert (removed["code"], removed["severity"]) == ("earlier-removed", "note")
    assert [(one["code"], one["record"]) for one in faults] == [one[:2] for one in said]
    assert {one[2] for one in said} == {"warning"}
    assert {one["severity"] for one in faults} == {"error"}


def test_with_strict_a_warning_about_the_whole_list_is_a_fault_before_anything_is_made(desk: Project) -> None:
    desk.write("people.csv", people(2).replace("Due", "Oddity"))
    assert merge(desk, "--json", "--dry-run").code == 0
    ran = merge(desk, "--strict", "--json")
    assert (ran.code, [one["severity"] for one in ran.faults]) == (2, ["error"])
    assert not (desk.root / "out").exists()


def test_what_an_earlier_run_has_left_is_not_taken_for_a_letter_of_this_one(desk: Project) -> None:
    assert merge(desk).code == 0
    changed = desk.root / "out/letter-00002.pdf"
    changed.write_bytes(changed.read_bytes() + b"% a remark\n")
    foreign = desk.write("out/letter-00009.pdf", "not ours")
    wrong = "Person 1,1 Mill Lane,00001,Bangor,US,abc,2026-04-02"
    desk.write("people.csv", people(3, {1: wrong, 2: wrong.replace("1 Mill", "2 Mill")}))
    ran = merge(desk, "--json")
    assert ran.code == 1
    summary = ran.json["summary"]
    assert summary["removed"] == ["letter-00001.pdf"]
    assert summary["left"] == ["letter-00002.pdf", "letter-00004.pdf"]
    said = {fault["code"]: (fault["severity"], fault["params"]["files"]) for fault in ran.json["diagnostics"]}
    assert said == {
        "earlier-removed": ("note", ["letter-00001.pdf"]),
        "earlier-kept": ("warning", ["letter-00002.pdf"]),
        "earlier-left": ("warning", ["letter-00004.pdf"]),
    }
    there = [2, 3, 4, 9]
    assert sorted(path.name for path in (desk.root / "out").glob("*.pdf")) == [f"letter-0000{n}.pdf" for n in there]
    assert foreign.read_text() == "not ours"
    assert desk.cli("runs", "out", "--json").json["runs"][0]["left"] == summary["left"]
    assert "2 files of earlier runs belong to no letter of this run: letter-00002.pdf" in desk.cli("runs", "out").out
    part = merge(desk, "--limit", "1", "--json")
    [left] = [fault for fault in part.json["diagnostics"] if fault["code"] == "earlier-left"]
    assert (left["severity"], part.json["summary"]["left"]) == ("note", [f"letter-0000{n}.pdf" for n in there[:3]])


def test_one_letter_for_each_record_in_one_document(desk: Project) -> None:
    ran = merge(desk, "--json")
    assert ran.code == 0, ran.err
    letters = ran.json["letters"]
    assert [(one["record"], one["status"], one["pages"]) for one in letters] == [
        (str(n), "done", 1) for n in range(1, 5)
    ]
    assert letters[0]["output"] == str(Path("out/letter-00001.pdf"))
    named = {"id", "source", "record", "output", "pages", "sha256", "status", "claims", "diagnostics"}
    assert set(letters[0]) == named
    assert {tuple(one["claims"]) for one in letters} == {("PDF/A-3a", "PDF/UA-1")}
    summary = ran.json["summary"]
    assert (summary["done"], summary["failed"], summary["skipped"], summary["pages"]) == (4, 0, 0, 4)
    text = text_of(desk.root / "out/letter-00002.pdf")
    assert "Dear Person 2:" in text
    assert "2 Mill Lane" in text
    assert "Bangor 00002" in re.sub(r",|\s+", " ", text).replace("  ", " ")
    assert "We owe you 2.50, due April 3, 2026." in text
    again = merge(desk, "--json")
    assert {one["status"] for one in again.json["letters"]} == {"skipped"}
    assert again.json["letters"][1]["sha256"] == letters[1]["sha256"]


def test_a_line_a_letter(desk: Project) -> None:
    ran = merge(desk, "--jsonl")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["status"] for line in lines[:-1]] == ["done"] * 4
    assert lines[-1]["summary"]["done"] == 4
    assert merge(desk, "--jsonl", "--json").code == 2


def test_the_end_counts_one_as_one_and_says_what_is_not_in_the_one_pdf(desk: Project) -> None:
    desk.write("people.csv", people(2, {2: "Person 2,2 Mill Lane,00002,Bangor,US,twelve,"}))
    ran = merge(desk, "--combine", "all.pdf")
    assert ran.code == 1
    assert "1 done, 1 failed; 1 page in out" in ran.err
    assert "all.pdf: 1 of 2 letters in one" in ran.err
    assert "all in one" not in ran.err
    assert "1 record checked, nothing to mend" in merge(desk, "--dry-run", "--limit", "1").err
    assert "mend.csv: 1 record\n" in desk.cli("runs", "out", "--failed-csv", "mend.csv").err


def test_remarks_come_by_row_then_column_and_what_is_not_told_is_counted(desk: Project) -> None:
    wrong = {at: f"Person {at},{at} Mill Lane,1234,Bangor,US,{at}.50,2026-04-03" for at in range(2, 31)}
    desk.write("people.csv", people(30, wrong | {4: "Person 2,2 Mill Lane,1234,Bangor,US,2,", 1: wrong[30]}))
    ran = merge(desk, "--dry-run", "--report", "mend.csv", "--jobs", "2")
    rows = [line for line in ran.err.splitlines() if line.startswith("people.csv:")]
    assert [int(line.split(":")[1].split()[0]) for line in rows] == sorted(
        int(line.split(":")[1].split()[0]) for line in rows
    )
    table = list(csv.DictReader((desk.root / "mend.csv").read_text("utf-8-sig").splitlines()))
    assert [int(row["row"]) for row in table] == sorted(int(row["row"]) for row in table)
    assert [row["cell"] for row in table if row["row"] == "5"] == ["B5", "C5"]
    (double,) = [row for row in table if row["row"] == "5" and "same address" in row["what is wrong"]]
    assert (double["column"], double["what to do"]) == ("Street address", "delete it, or leave it out with --unique")
    told = [line for line in rows if "warning" in line]
    assert f"... and {len(table) - len(told)} more remarks; the report has all" in ran.err
    assert f"30 records checked, no error, {len(table)} warnings" in ran.err


# --- the clerk's mistakes ---------------------------------------------------------------------------------------------


def test_a_mistake_in_row_731_is_reported_as_row_731(desk: Project) -> None:
    wrong = {731: "Person 731,1 Mill Lane,00001,Bangor,US,twelve,2026-04-02", 900: "Nobody's,1 Mill Lane,00001,X,US,,"}
    desk.write("people.csv", people(1000, wrong))
    ran = merge(desk, "--dry-run", "--json", "--report", "mend.csv")
    assert ran.code == 1
    failed = [one for one in ran.json["letters"] if one["status"] == "failed"]
    assert [one["record"] for one in failed] == ["731", "900"]
    (fault,) = failed[0]["diagnostics"]
    assert (fault["record"], fault["field"]) == ("731", "fields.amount")
    assert (fault["message"], fault["column"]) == ("'twelve' is not a number", "Amount")
    assert "record 731 (cell F732): fields.amount: 'twelve' is not a number (column 'Amount')" in ran.err
    assert "is required and has no value" in failed[1]["diagnostics"][0]["message"]
    with (desk.root / "mend.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["record"], row["column"], row["severity"]) for row in rows] == [
        ("731", "Amount", "error"),
        ("900", "Amount", "error"),
    ]
    assert not (desk.root / "out").exists()
    assert "1000 records checked, 2 to mend" in ran.err


def test_columns_are_reported_before_the_first_letter(desk: Project) -> None:
    desk.write("people.csv", "Name,Amuont,Shoe size\nAda,5,38\n")
    ran = merge(desk)
    assert ran.code == 2
    assert "not used: the columns 'Amuont', 'Shoe size'" in ran.err
    assert "fields.amount: is required, and people.csv has no column for it" in ran.err
    assert "--map 'COLUMN=amount'" in ran.err
    assert not (desk.root / "out").exists()
    mapped = merge(desk, "--map", "Amuont=amount", "--map", "Shoe size=ignore")
    assert (mapped.code, "not used" in mapped.err) == (0, False)


def test_a_dry_run_with_layout_finds_what_only_layout_can(desk: Project) -> None:
    desk.write("people.csv", people(3, {2: "王小明,2 Mill Lane,00002,Bangor,US,1,"}))
    assert merge(desk, "--dry-run", "--layout").code == 1
    ran = merge(desk, "--dry-run", "--layout", "--json")
    assert ["U+738B" in str(one["diagnostics"]) for one in ran.json["letters"]] == [False, True, False]
    assert not (desk.root / "out").exists()


def test_a_letter_with_a_fault_of_its_own_makes_none(desk: Project) -> None:
    desk.letter("We owe {{ fields.amuont }}.\n", FRONT)
    ran = merge(desk)
    assert ran.code == 1
    assert ran.err.count("'fields.amuont' is not known") == 1
    assert not (desk.root / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--where", "Amounnt > 1"], "there is no column 'Amounnt'"),
        (["--where", "City = Bangor"], "A text stands in single quotes: name = 'Bangor'"),
        (["--map", "City=ctiy"], "did you mean 'city'"),
        (["--name", "{to.nmae}"], "did you mean 'to.name'?"),
        (["--name", "../{record}"], "leads out of the output folder"),
        (["--name", "{City}"], "records 1 and 2 would both become 'Bangor.pdf'"),
        (["--key", "Nr"], "there is no column 'Nr'"),
        (["--group-by", "House"], "there is no column 'House'"),
        (["--layout"], "goes with --dry-run"),
        (["--duplex"], "goes with --combine"),
        (["--resume"], "no run to go on with"),
        (["--set", "amuont=1"], "the letter has no field 'amuont'"),
        (["--letterhead", "plian"], "did you mean 'plain'?"),
        (["--delimiter", "xx"], "is not one character"),
    ],
)
def test_wrong_usage_leaves_nothing(desk: Project, options: list[str], said: str) -> None:
    ran = merge(desk, *options)
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert not (desk.root / "out").exists()


def test_a_record_that_names_nobody_and_a_ragged_one(desk: Project) -> None:
    desk.write("people.csv", people(4, {2: ",2 Mill Lane,00002,Bangor,US,1,", 3: "Person 3,3 Mill Lane"}))
    ran = merge(desk, "--json")
    assert ran.code == 1
    assert [one["status"] for one in ran.json["letters"]] == ["done", "failed", "failed", "done"]
    assert "names nobody" in str(ran.json["letters"][1])
    assert "has 2 cells; the header has 7" in str(ran.json["letters"][2])


def test_failed_records_become_a_csv_again(desk: Project) -> None:
    desk.write("people.csv", people(4, {3: 'Person 3,"3 Mill Lane, Apt. 4",00003,Bangor,US,three,'}))
    assert merge(desk).code == 1
    ran = desk.cli("runs", "out", "--failed-csv", "mend.csv", "--failures")
    assert "'three' is not a number" in ran.err
    text = (desk.root / "mend.csv").read_text(encoding="utf-8-sig")
    header, row = text.splitlines()
    assert header.startswith(HEADER.strip())
    assert row.startswith('Person 3,"3 Mill Lane, Apt. 4",00003,Bangor,US,three,')
    desk.write("mend.csv", text.replace("three", "3"))
    assert merge(desk, "--name", "mended-{record}", data="mend.csv").code == 0
    listed = desk.cli("runs", "out", "--json").json["runs"]
    assert [(run["run"], run["state"], run["done"], run["failed"]) for run in listed] == [
        (2, "done", 1, 0),
        (1, "failed", 3, 1),
    ]
    assert desk.cli("runs", "nowhere").code == 2
    assert "failed: 3 done, 1 failed" in desk.cli("runs").out


# --- choosing ---------------------------------------------------------------------------------------------------------


def test_a_record_chooses_language_letterhead_and_who_signs(desk: Project) -> None:
    desk.letterhead("shop", css="@page { margin-left: 40mm }")
    desk.write("content/people/kim-ito.yml", "name: Kim Ito\ntitle: Treasurer\n")
    german = (
        FRONT.replace("en-US", "de-DE").replace("Dear", "Guten Tag").replace("Sincerely", "Mit freundlichen Grüßen")
    )
    desk.letter("Wir schulden Ihnen {{ fields.amount }}.\n", german, "content/letters/letter.de.md")
    desk.write(
        "people.csv",
        "Name,Amount,Language,Letterhead,Signatory,Enclosures\n"
        'Ada,1234.50,,,,\nGrün,"1.234,50",de-DE,shop,kim-ito,Rechnung {{ x }}; Plan\nBo,1,,,kim-itto,\n',
    )
    ran = merge(desk, "--json")
    assert [one["status"] for one in ran.json["letters"]] == ["done", "done", "failed"]
    assert "did you mean 'kim-ito'?" in str(ran.json["letters"][2])
    first, second = (text_of(desk.root / f"out/letter-0000{n}.pdf") for n in (1, 2))
    assert "We owe you 1,234.50" in first
    assert "Jo Lind" in first
    assert "Wir schulden Ihnen 1.234,50" in second
    assert "Kim Ito" in second
    assert "Jo Lind" not in second
    assert "Rechnung {{ x }}" in second


def test_countries_are_named_as_address_lists_name_them(desk: Project) -> None:
    rows = [
        f"Ada,1 Mill Lane,0{at},Bonn,{name},1," for at, name in enumerate(("Germany", "Deutschland", "de", "Germny"))
    ]
    desk.write("people.csv", HEADER + "\n".join(rows) + "\n")
    ran = merge(desk, "--json")
    assert [one["status"] for one in ran.json["letters"]] == ["done", "done", "done", "failed"]
    (fault,) = ran.json["letters"][3]["diagnostics"]
    assert (fault["message"], fault["column"]) == ("there is no country 'Germny'", "Country")
    assert "GERMANY" in text_of(desk.root / "out/letter-00002.pdf")


def test_households_get_one_letter(desk: Project) -> None:
    front = FRONT.replace("  due: date\n", "  due: date\n  records: list\n")
    desk.letter("{% for one in fields.records %}\n{{ one.name }} gets {{ one.amount }}.\n\n{% endfor %}\n", front)
    desk.write("people.csv", "Name,House,Amount\nAda,A,1\nBo,B,2\nCy,A,3\n")
    ran = merge(desk, "--group-by", "House", "--json")
    assert [one["record"] for one in ran.json["letters"]] == ["1+3", "2"]
    text = text_of(desk.root / "out/letter-00001.pdf")
    assert "Ada gets 1." in text
    assert "Cy gets 3." in text
    assert "Bo" not in text


def test_order_limit_key_name_and_set(desk: Project) -> None:
    options = ("--where", "Amount > 1.5", "--order-by", "Amount DESC", "--limit", "2", "--key", "ZIP")
    ran = merge(desk, *options, "--name", "{ZIP}/{to.name|slug}", "--set", "due=2026-12-24", "--json")
    assert [(one["record"], one["output"]) for one in ran.json["letters"]] == [
        ("4 (00004)", "out/00004/person-4.pdf"),
        ("3 (00003)", "out/00003/person-3.pdf"),
    ]


def test_preview_makes_a_few_to_look_at(desk: Project) -> None:
    ran = merge(desk, "--preview", "2")
    assert ran.code == 0
    assert len(list((desk.root / "out/preview").glob("*.pdf"))) == 2
    assert not list((desk.root / "out").glob("*.pdf"))


def test_a_value_of_one_record_never_gets_into_another(desk: Project) -> None:
    desk.write("people.csv", people(4, {2: "Person 2,,,,,2,", 3: "Person 3,,,Oslo,NO,3,"}))
    assert merge(desk, "--jobs", "1").code == 0
    second = text_of(desk.root / "out/letter-00002.pdf")
    assert "Bangor" not in second
    assert "April" not in second
    assert "NORWAY" in text_of(desk.root / "out/letter-00003.pdf")


# --- naughty ----------------------------------------------------------------------------------------------------------


def same(text: str) -> str:
    """A text as it comes out of a PDF reader: ligatures as letters; white space and what has no ink aside."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Zl", "Zp", "Cn"))


BIG_LIST = ROOT.parent / "shared/data/naughty-strings.json"


def _lists() -> dict[str, tuple[str, ...]]:
    """Our own list, and the Big List of Naughty Strings where it lies beside the project."""
    big = tuple(text for text in json.loads(BIG_LIST.read_text(encoding="utf-8")) if text) if BIG_LIST.is_file() else ()
    return {"ours": NAUGHTY, **({"big": big} if big else {})}


@pytest.mark.slow
@pytest.mark.parametrize("kind", _lists())
def test_naughty_texts_are_in_the_pdf_as_typed_or_refused_by_name(desk: Project, kind: str) -> None:
    texts = _lists()[kind]
    desk.letter(
        "Dear reader.\n", FRONT.replace("Dear {{ to.name }}", "Dear reader").replace("required: true", "default: 1")
    )
    with (desk.root / "people.jsonl").open("w", encoding="utf-8") as file:
        for text in texts:
            file.write(json.dumps({"name": text, "street": text, "city": "Bangor"}) + "\n")
    ran = merge(desk, "--json", "--jobs", "2", "--name", "{record}", data="people.jsonl")
    letters = ran.json["letters"]
    assert len(letters) == len(texts)
    typed = 0
    for text, one in zip(texts, letters, strict=True):
        if one["status"] == "failed":
            said = str(one["diagnostics"])
            reasons = (
                "no font has",
                "cannot be printed",
                "names nobody",
                "a text belongs here",
                "mm wide",
                "turn the words behind it around",
                "U+FFFD",
            )
            assert any(reason in said for reason in reasons), (text, said)
            shipped = fonts_shipped.characters("Source Serif Pro")
            easy = all(ord(char) in shipped for char in text) and text.isprintable() and text.strip() and len(text) < 60
            assert not easy or column_names.is_nothing(text) or text in ("true", "false"), (text, said)
            continue
        typed += 1
        found = same(text_of(desk.root / one["output"]))
        assert same(text) in found, (text, found[:200])
    assert typed > 120
    inside = {path.relative_to(desk.root).parts[0] for path in desk.root.rglob("*")}
    assert inside <= {"content", "out", "people.csv", "people.jsonl", "templates"}


# --- the process ------------------------------------------------------------------------------------------------------


def start(desk: Project, *options: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "letterpress",
        "merge",
        "content/letters/letter.md",
        "--data",
        "people.csv",
    ]
    command += ["-o", "out", "--jsonl", *options]
    return subprocess.Popen(
        command, cwd=desk.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0, preexec_fn=hear
    )


def test_ctrl_c_at_the_terminal_ends_with_130_and_says_what_is_left(desk: Project) -> None:
    desk.write("people.csv", people(300))
    process = start(desk)
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    assert first["status"] == "done"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all in the foreground
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, err
    summary = json.loads(out.splitlines()[-1])["summary"]
    assert summary["state"] == "interrupted"
    assert summary["done"] + summary["pending"] == 300
    assert summary["done"] == len(list((desk.root / "out").glob("*.pdf")))
    assert b"left" in err
    assert b"Run the same command again" in err


def test_kill_9_of_the_real_thing_loses_nothing(desk: Project) -> None:
    number = 150
    desk.write("people.csv", people(number))
    for _ in range(3):
        process = start(desk)
        assert process.stdout is not None
        done = 0
        while done < 6:
            done += json.loads(process.stdout.readline())["status"] == "done"
        process.kill()
        process.communicate()
    ran = merge(desk, "--resume", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["summary"]["skipped"] >= 15
    assert len(list((desk.root / "out").glob("*.pdf"))) == number
    assert not list((desk.root / "out").rglob("*.part"))
    for one in ran.json["letters"][::7]:
        assert f"Dear Person {one['record']}:" in text_of(desk.root / one["output"])


def test_the_first_letter_comes_while_the_others_are_made(desk: Project) -> None:
    """How soon is for `benchmarks/` to say."""
    process = start(desk)
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    assert first["status"] == "done"
    assert process.poll() is None
    process.communicate()


def test_the_sample_of_the_readme(tmp_path: Path) -> None:
    found: dict[str, Any] = {}
    command = [sys.executable, "-m", "letterpress", "merge", "content/letters/offer.md"]
    command += ["--data", "content/recipients/offer.csv", "-o", str(tmp_path / "out"), "--json"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    found = json.loads(ran.stdout)
    assert ran.returncode == 0, ran.stderr
    assert [one["status"] for one in found["letters"]] == ["done"] * 6
    text = text_of(tmp_path / "out/offer-00004.pdf")
    assert "Guten Tag Anneliese Grünwald," in text
    assert "1.150,00" in text
    assert "GERMANY" in text  # the post that sorts it is the sender's, in the United States


# --- signing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def signers(desk: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "correct horse battery")
    for file in ("jo.p12", "new.p12"):
        assert desk.cli("identity", "new", "--name", "Jo Lind", "--out", file).code == 0
    return desk


def _signed(desk: Project) -> list[int]:
    found = sorted((desk.root / "out").glob("*.pdf"))
    return [desk.cli("verify", str(path), "--trust", "test-ca/ca.pem").code for path in found]


def test_with_strict_a_warning_of_its_signature_fails_a_letter(signers: Project) -> None:
    assert signers.cli("identity", "new", "--name", "Somebody Else", "--out", "other.p12").code == 0
    options = ("--strict", "--limit", "1", "--sign", "Jo Lind=other.p12", "--on-behalf", "--jobs", "0")
    ran = merge(signers, *options, "--json")
    assert (ran.code, [(one["code"], one["severity"]) for one in ran.faults]) == (1, [("signer-other-name", "error")])
    assert not list((signers.root / "out").glob("*.pdf"))


def test_merge_signs_each_letter_in_one_go_and_another_key_makes_them_anew_where_that_is_asked_for(
    signers: Project,
) -> None:
    ran = merge(signers, "--json", "--jobs", "2")
    assert ran.code == 0, ran.err
    assert _signed(signers) == [1] * 4  # no signature yet
    ran = merge(signers, "--json", "--jobs", "2", "--sign", "Jo Lind=jo.p12")
    assert ran.code == 0, ran.err
    assert ran.json["summary"]["done"] == 4
    assert _signed(signers) == [0] * 4
    again = merge(signers, "--json", "--sign", "Jo Lind=jo.p12")
    assert again.json["summary"]["skipped"] == 4
    assert merge(signers, "--json", "--strict", "--sign", "Jo Lind=jo.p12").json["summary"]["skipped"] == 4
    other = merge(signers, "--json", "--sign", "Jo Lind=new.p12")
    assert (other.code, other.json["summary"]["failed"]) == (1, 4)
    assert {fault["code"] for fault in other.faults} == {"signed-not-replaced"}
    assert _signed(signers) == [0] * 4
    other = merge(signers, "--json", "--sign", "Jo Lind=new.p12", "--replace-signed")
    assert other.json["summary"]["done"] == 4
    assert {fault["code"] for fault in other.faults} == {"signed-replaced"}
    signers.write("people.csv", people(4, {1: "Person 1,1 Mill Lane,00001,Bangor,US,abc,2026-04-02"}))
    wrong = merge(signers, "--json")
    [kept] = wrong.json["diagnostics"]  # of the others the letter itself says so
    assert (kept["code"], kept["params"]["files"]) == ("earlier-kept", ["letter-00001.pdf"])
    assert _signed(signers) == [0] * 4


def test_merge_keeps_passphrases_and_keys_out_of_what_it_writes(signers: Project) -> None:
    ran = merge(signers, "--json", "--sign", "Jo Lind=jo.p12")
    assert ran.code == 0, ran.err
    assert "correct horse" not in ran.out + ran.err
    for path in (signers.root / "out").rglob("*"):
        if path.is_file():
            assert b"correct horse" not in path.read_bytes(), path


def test_merge_with_a_wrong_passphrase_makes_nothing(signers: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "wrong")
    ran = merge(signers, "--sign", "Jo Lind=jo.p12")
    assert ran.code == 1
    assert "passphrase" in ran.err
    assert not list((signers.root / "out").glob("*.pdf"))


def test_merge_that_signs_does_not_combine(signers: Project) -> None:
    ran = merge(signers, "--sign", "Jo Lind=jo.p12", "--combine", "all.pdf")
    assert ran.code == 2
    assert "signed letters" in ran.err


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (0, (), "holds the names of columns and no record"),
        (2, ("--where", "name = 'x'"), "no record of it is chosen"),
    ],
)
def test_a_list_that_makes_no_letter_is_said(desk: Project, rows: int, options: tuple[str, ...], said: str) -> None:
    desk.write("none.csv", people(rows, {}))
    ran = merge(desk, "--json", *options, data="none.csv")
    assert ran.code == 0, ran.err
    (fault,) = [one for one in ran.json["diagnostics"] if one["code"] == "records-none"]
    assert said in fault["message"]


def test_corrections_that_the_studio_keeps_are_applied_where_they_are_asked_for(desk: Project) -> None:
    desk.write("people.csv", people(3, {2: "Person 2,2 Mill Lane,00002,Bangor,US,two,2026-04-03"}))
    cells = [{"record": 2, "column": "Amount", "was": "two", "text": "2.50"}]
    desk.write("people.csv.corrections.json", json.dumps({"cells": cells, "left_out": [3]}))
    ran = merge(desk, "--dry-run", "--json")
    assert [fault["code"] for fault in ran.faults if fault["severity"] == "note"] == ["corrections-unused"]
    assert ran.code == 1
    ran = merge(desk, "--dry-run", "--json", "--corrections", "people.csv.corrections.json")
    assert (ran.code, ran.err) == (0, "2 records checked, nothing to mend\n")
    assert "corrections-unused" not in [fault["code"] for fault in ran.faults]
    ran = merge(desk, "--dry-run", "--json", "--corrections", "people.json")
    assert [fault["code"] for fault in ran.faults] == ["file-missing"]
