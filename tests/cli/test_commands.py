"""The commands, as interface.md has them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from letterpress.cli import COMMANDS, GROUPS
from letterpress.errors import Diagnostic, strictly
from tests.support.project import FRONT, Project, pdf_text
from tests.support.runner import PATIENCE, hear, wait_for

ROOT = Path(__file__).parents[2]
SEED = ROOT / "content/letters/korea-policy.md"


def test_render_writes_out_slug_and_says_path_and_pages(project: Project) -> None:
    ran = project.cli("render", project.letter())
    assert ran.code == 0
    assert "out/letter.pdf (1 page)" in ran.err
    assert project.pdf.read_bytes().startswith(b"%PDF-1.7")


def test_render_to_a_file_a_folder_and_stdout(project: Project) -> None:
    letter = project.letter()
    assert project.cli("render", letter, "-o", "one/here.pdf").code == 0
    assert (project.root / "one/here.pdf").is_file()
    assert project.cli("render", letter, "-o", "two/").code == 0
    assert (project.root / "two/letter.pdf").is_file()
    assert project.cli("render", letter, "-o", "one").code == 0
    assert (project.root / "one/letter.pdf").is_file()
    assert project.cli("render", letter, "-o", "-").out.startswith("%PDF")


def test_render_several_letters_does_the_others_when_one_fails(project: Project) -> None:
    good = project.letter(path="content/letters/good.md")
    bad = project.letter("{{ nothing }}\n", path="content/letters/bad.md")
    ran = project.cli("render", bad, good, "--json", "-o", "made")
    assert ran.code == 1
    statuses = {letter["id"]: letter["status"] for letter in ran.json["letters"]}
    assert statuses == {"bad": "failed", "good": "done"}
    assert ran.json["summary"] == {"letters": 2, "done": 1, "failed": 1, "skipped": 0, "pages": 1}
    assert [path.name for path in (project.root / "made").iterdir()] == ["good.pdf"]


def test_with_strict_a_warning_fails_a_letter_and_a_check(project: Project) -> None:
    """What looks like Markdown and is printed as typed is a warning; a letter without one is the same file."""
    warned = project.letter("Pay **today.\n", path="content/letters/warned.md")
    good = project.letter(path="content/letters/good.md")
    lax = project.cli("render", warned, good, "--json", "-o", "lax")
    strict = project.cli("render", warned, good, "--strict", "--json", "-o", "strict")
    assert (lax.code, strict.code) == (0, 1)
    assert [one["severity"] for one in lax.faults] == ["warning"]
    assert strict.faults == [{**one, "severity": "error"} for one in lax.faults]
    made = {one["id"]: (one["status"], one["output"], one["sha256"]) for one in strict.json["letters"]}
    same = next(one["sha256"] for one in lax.json["letters"] if one["id"] == "good")
    assert made == {"warned": ("failed", None, None), "good": ("done", "strict/good.pdf", same)}
    assert [path.name for path in (project.root / "strict").iterdir()] == ["good.pdf"]
    checked, failed = (project.cli("check", warned, good, "--json", *more) for more in ((), ("--strict",)))
    assert (checked.code, failed.code, project.cli("check", good, "--strict").code) == (0, 1, 0)
    assert [one["severity"] for one in (*checked.faults, *failed.faults)] == ["warning", "error"]
    assert [ran.json["summary"]["errors"] for ran in (checked, failed)] == [0, 1]


def test_with_strict_a_note_is_a_note() -> None:
    note, warning = (Diagnostic(message="", severity=severity) for severity in ("note", "warning"))
    assert [one.severity for one in strictly([note, warning])] == ["note", "error"]


def test_json_is_one_document_of_the_contracts_shape(project: Project) -> None:
    ran = project.render()
    letter = ran.json["letters"][0]
    assert list(letter) == ["id", "source", "record", "output", "pages", "sha256", "status", "claims", "diagnostics"]
    assert letter["output"] == "out/letter.pdf"
    assert letter["pages"] == 1
    assert len(letter["sha256"]) == 64
    import hashlib

    assert hashlib.sha256(project.pdf.read_bytes()).hexdigest() == letter["sha256"]


def test_two_letters_of_one_name_are_refused_before_anything_is_made(project: Project) -> None:
    one = project.letter(path="content/letters/a/letter.md")
    two = project.letter(path="content/letters/b/letter.md")
    ran = project.cli("render", one, two)
    assert ran.code == 2
    assert "would both become" in ran.err
    assert not (project.root / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("rendr",),
        ("render",),
        ("render", "{letter}", "--copy", "third"),
        ("render", "{letter}", "--profile", "print"),
        ("render", "{letter}", "--profile", "press", "--tac", "500"),
        ("render", "{letter}", "--tac", "much"),
        ("render", "{letter}", "--paper", "a5"),
        ("render", "{letter}", "--date", "2026-13-01"),
        ("render", "{letter}", "--date", "yesterday"),
        ("render", "{letter}", "--set", "amount"),
        ("render", "{letter}", "--set", "amuont=1"),
        ("render", "{letter}", "--letterhead", "congres"),
        ("render", "{letter}", "--lang", "Klingon"),
        ("render", "{letter}", "--sign", "Jo Lind=chalk"),
        ("render", "{letter}", "{letter}x", "-o", "-"),
        ("render", "nothing.md"),
        ("render", "content"),
        ("check", "nothing"),
        ("letterheads", "--jsonn"),
        ("schema", "lettr"),
        ("new", "content"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_why(project: Project, arguments: tuple[str, ...]) -> None:
    letter = project.letter("{{ fields.amount }}\n", FRONT + "fields: {amount: {default: '1'}}\n")
    ran = project.cli(*(argument.format(letter=letter) for argument in arguments))
    assert ran.code == 2, ran
    assert ran.err.strip()
    assert "Traceback" not in ran.err
    assert not project.pdf.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("render", "LETTER", "-o", ""),
        ("render", "LETTER", "-o", " "),
        ("variants", "LETTER", "-o", ""),
        ("variants", "LETTER", "--sheet", ""),
        ("merge", "LETTER", "--data", "LETTER", "-o", ""),
        ("merge", "LETTER", "--data", "LETTER", "--combine", ""),
        ("merge", "LETTER", "--data", "LETTER", "--report", ""),
        ("runs", ".", "--failed-csv", ""),
        ("schema", "-o", ""),
    ],
)
def test_an_empty_name_of_an_output_is_refused(project: Project, arguments: tuple[str, ...]) -> None:
    letter = project.letter()
    before = sorted(project.root.rglob("*"))
    ran = project.cli(*(letter if one == "LETTER" else one for one in arguments))
    assert ran.code == 2
    assert f"{arguments[-2]}" in ran.err
    assert "it is empty" in ran.err
    assert sorted(project.root.rglob("*")) == before


def test_usage_errors_are_json_too(project: Project) -> None:
    ran = project.cli("render", "nothing.md", "--json")
    assert ran.code == 2
    assert "no such file" in json.dumps(ran.json)
    ran = project.cli("render", "--json", "--nonsense")
    assert ran.code == 2
    assert "nonsense" in ran.json["diagnostics"][0]["message"]


def test_set_fills_fields_and_parts_of_the_recipient(project: Project) -> None:
    front = FRONT + "fields: {amount: {type: decimal, required: true}}\n"
    letter = project.letter("{{ to.name }} pays {{ fields.amount }}.\n", front)
    ran = project.cli("render", letter, "--set", "amount=1234.5", "--set", "to.name=Max Orr")
    assert ran.code == 0, ran.err
    assert "Max Orr pays 1,234.5." in pdf_text(project.pdf)


def test_date_lang_paper_letterhead_and_copy_override_the_letter(project: Project) -> None:
    letter = project.letter()
    ran = project.cli(
        "render",
        letter,
        "--date",
        "2027-03-01",
        "--lang",
        "de",
        "--paper",
        "a4",
        "--letterhead",
        "congress",
        "--copy",
        "draft",
    )
    assert ran.code == 0, ran.err
    text = pdf_text(project.pdf)
    assert "1. März 2027" in text
    assert "ENTWURF" in text


def test_sign_chooses_how_a_signatory_signs(project: Project) -> None:
    letter = project.letter()
    assert project.cli("render", letter, "--sign", "Jo Lind=conformed").code == 0
    assert "/s/ Jo Lind" in pdf_text(project.pdf)
    ran = project.cli("render", letter, "--sign", "Jo Lynd=blank")
    assert ran.code == 1
    assert "did you mean 'Jo Lind'" in ran.err
    ran = project.cli("render", letter, "--sign", "Jo Lind=ink")
    assert ran.code == 1
    assert "no image of a signature" in ran.err


def test_ink_is_scaled_to_its_box_and_has_alt_text(project: Project) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><path d="M10 80 C 90 10 150 90 290 20" stroke="#115" fill="none" stroke-width="4"/></svg>'
    project.write("content/people/jo-lind.yml", "name: Jo Lind\ntitle: Director\nink: jo.svg\n")
    project.write("content/people/jo.svg", svg)
    front = FRONT.replace("{name: Jo Lind, title: Director}", "jo-lind")
    result = project.press("Text.\n", front)
    assert result.pdf is not None, result.diagnostics
    from tests.support.project import unpacked

    assert b"Signature of Jo Lind" in unpacked(result.pdf)


def test_check_finds_all_faults_of_all_letters_and_renders_nothing(project: Project) -> None:
    project.letter(path="content/letters/good.md")
    project.letter("{{ fields.x }}\n\n{{ tto.name }}\n", path="content/letters/bad.md")
    project.letterhead("own", css=".x { colour: red }")
    ran = project.cli("check", ".", "--json")
    assert ran.code == 1
    messages = [fault["message"] for fault in ran.json["diagnostics"]]
    assert any("fields.x" in message for message in messages)
    assert any("'tto'" in message for message in messages)
    assert any("colour" in message for message in messages)
    assert ran.json["summary"]["checked"] == 3
    assert not (project.root / "out").exists()


def test_check_layout_finds_what_only_layout_shows(project: Project) -> None:
    letter = project.letter("A snowman: ☃\n")
    assert project.cli("check", letter).code == 0
    ran = project.cli("check", letter, "--layout")
    assert ran.code == 1
    assert "U+2603" in ran.err


def test_check_layout_takes_samples_for_required_fields(project: Project) -> None:
    letter = project.letter(
        "{{ fields.amount }}\n", FRONT + "fields: {amount: {type: money, currency: EUR, required: true}}\n"
    )
    ran = project.cli("check", letter, "--layout", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["diagnostics"][0]["severity"] == "note"


def test_letterheads_lists_and_shows(project: Project) -> None:
    assert "congress" in project.cli("letterheads").out
    shown = project.cli("letterheads", "congress").out
    assert "line_height" in shown
    assert "16.5pt" in shown
    listed = project.cli("letterheads", "--json").json["letterheads"]
    assert {"plain", "congress"} <= {one["name"] for one in listed}
    assert project.cli("letterheads", "congres").code == 1


def test_schema_is_json_schema_and_accepts_the_seed_letter(project: Project) -> None:
    import jsonschema
    from ruamel.yaml import YAML

    schema = project.cli("schema").json
    jsonschema.Draft202012Validator.check_schema(schema)
    front = SEED.read_text(encoding="utf-8").split("---\n")[1]
    data = YAML(typ="safe").load(front)
    data["date"] = str(data["date"])
    jsonschema.validate(data, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**data, "signatorys": []}, schema)
    assert project.cli("schema", "person", "-o", "person.json").code == 0
    assert json.loads((project.root / "person.json").read_text())["properties"]["ink"]


def test_new_makes_a_project_that_renders_and_checks(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert project.cli("new", "ours").code == 0
    monkeypatch.chdir(project.root / "ours")
    ran = project.cli("render", "content/letters/first-letter.md")
    assert ran.code == 0, ran.err
    assert Path("out/first-letter.pdf").is_file()
    ran = project.cli("check", ".", "--layout")
    assert ran.code == 0, ran.err
    assert Path(".gitignore").read_text().startswith("#")
    assert project.cli("new", ".").code == 2


def test_every_command_has_help_with_an_example(project: Project) -> None:
    for name in COMMANDS:
        ran = project.cli(name, "--help")
        assert ran.code == 0
        assert "Example: letterpress" in ran.out, name
    assert "Example: letterpress" in project.cli("--help").out
    assert project.cli("--version").out.startswith("letterpress ")


def test_the_list_of_commands_fits_on_a_screen(project: Project) -> None:
    lines = project.cli("--help").out.splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 80
    listed = [name for names in GROUPS.values() for name in names.split()]
    assert sorted(listed) == sorted(COMMANDS)
    for name, (_, short) in COMMANDS.items():
        assert [line for line in lines if line.split() == [name, *short.split()]], name
    assert all(f"{title}:" in lines for title in GROUPS)
    for option in ("--version", "--completion SHELL", "-h or --help"):
        assert option in lines[4]


def test_verbose_shows_a_traceback(project: Project) -> None:
    ran = project.cli("render", project.letter(), "-o", "out/x.pdf", "--letterhead", "plain", "-v")
    assert ran.code == 0
    ran = project.cli("letterheads", "nope", "-v")
    assert "Traceback" in ran.err


def test_help_is_quick_because_it_loads_little() -> None:
    """What `--help` loads decides how long it takes; a time would only measure the machine."""
    code = (
        "import sys; from letterpress.cli import main; main(['--help']); "
        "heavy = {'weasyprint', 'pydantic', 'jinja2', 'babel', 'ruamel', 'markdown_it', 'rich', 'pyhanko', 'duckdb', 'PIL'};"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"


def test_ctrl_c_ends_with_130(project: Project) -> None:
    letters = [project.letter(path=f"content/letters/letter-{number}.md") for number in range(200)]
    process = subprocess.Popen(
        [sys.executable, "-m", "letterpress", "render", *letters],
        cwd=project.root,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear,
    )
    wait_for(lambda: list((project.root / "out").glob("*.pdf")))
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "interrupted" in err
    assert not list((project.root / "out").glob("*.part"))


@pytest.fixture
def keys(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A letter with two places to sign in, and the two keys."""
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "correct horse battery")
    for name, file in (("Jo Lind", "jo.p12"), ("Max Orr", "max.p12")):
        assert project.cli("identity", "new", "--name", name, "--out", file).code == 0
    project.letter(
        "Text.\n", FRONT.replace("title: Director}", "title: Director}, {name: Max Orr}") + "sign: in-order\n"
    )
    return project


def test_render_signs_in_one_go(keys: Project) -> None:
    letter = "content/letters/letter.md"
    ran = keys.cli("render", letter, "--sign", "Jo Lind=jo.p12", "--sign", "Max Orr=max.p12", "--json")
    assert ran.code == 0, ran.err
    import hashlib

    assert ran.json["letters"][0]["sha256"] == hashlib.sha256(keys.pdf.read_bytes()).hexdigest()
    verdict = keys.cli("verify", str(keys.pdf), "--trust", "test-ca/ca.pem", "--json")
    assert verdict.code == 0, verdict.err
    assert [found["signer"] for found in verdict.json["signatures"]] == ["Jo Lind", "Max Orr"]
    from tests.support import verapdf

    verapdf.require()
    assert verapdf.validate(keys.pdf) == []


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (("Jo Lind=nothing.p12",), "o such file"),
        (("Jo Lynd=jo.p12",), "not a signatory"),
        (("Max Orr=max.p12", "Jo Lind=jo.p12"), "turn"),
    ],
)
def test_render_that_cannot_sign_leaves_no_file(keys: Project, pairs: tuple[str, ...], words: str) -> None:
    options = [option for pair in pairs for option in ("--sign", pair)]
    ran = keys.cli("render", "content/letters/letter.md", *options)
    assert ran.code in (1, 2)
    assert words in ran.err
    assert not keys.pdf.exists()


def test_a_wrong_passphrase_is_said_without_saying_it(keys: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "wrong-and-secret")
    ran = keys.cli("render", "content/letters/letter.md", "--sign", "Jo Lind=jo.p12")
    assert ran.code == 1
    assert "passphrase" in ran.err
    assert "wrong-and-secret" not in ran.err
    assert not keys.pdf.exists()
