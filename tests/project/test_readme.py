"""The README does what it says: every command in it runs, every letter and letterhead in it works."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from letterpress.cli import COMMANDS
from tests.support.project import Project

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.S | re.M)


def _blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCKS if found == kind]


def _console() -> list[tuple[str, str]]:
    """Pairs (section, block of commands)."""
    found = []
    for part in README.split("\n## "):
        found += [(part.splitlines()[0], block) for block in re.findall(r"^```console\n(.*?)^```$", part, re.S | re.M)]
    return found


@pytest.fixture
def checkout(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of the checkout's content, as a reader of the README has it, with the two keys that its story has."""
    shutil.copytree(ROOT / "content", project.root / "content", dirs_exist_ok=True)
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "correct horse battery")
    for name, file in (("Ada Okafor", "ada.p12"), ("Ben Silva", "ben.p12")):
        assert project.cli("identity", "new", "--name", name, "--out", file).code == 0
    shutil.copy(project.root / "test-ca/ca.pem", project.root / "board-ca.pem")
    return project


def test_every_command_runs_and_prints_what_the_readme_shows(
    checkout: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, before = 0, ""
    start = Path.cwd()
    for section, block in _console():
        if section != before:
            monkeypatch.chdir(start)  # each section begins in the checkout; the tutorial walks into its new project
        before = section
        expected: list[str] = []
        said = ""
        for line in [*block.splitlines(), "$ end"]:
            if not line.startswith("$ "):
                expected.append(line)
                continue
            for shown in expected:
                assert shown in said, f"the README shows {shown!r}"
            expected, said = [], ""
            words = shlex.split(line[2:])
            if words[0] == "cd":
                monkeypatch.chdir(Path.cwd() / words[1])
            elif words[0] == "letterpress":
                result = checkout.cli(*words[1:])
                # The letter that not all have signed yet is not whole: `verify` says so with its exit code.
                assert result.code == 0 or "1 of 2 has signed" in result.err, (line, result.err)
                said = result.err + result.out
                ran += 1
            elif words[0] == "make":
                assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
                said = "out/korea-policy.pdf (2 pages)"  # run for real by .ci/run
    assert ran >= 5


def test_the_letters_in_the_readme_render(checkout: Project) -> None:
    letters = [text for text in _blocks("markdown") if text.startswith("---\n")]
    assert len(letters) == 2
    for number, text in enumerate(letters):
        path = f"content/letters/readme-{number}.md"
        checkout.write(path, text)
        options = ("--set", "amount=12") if "fields.amount" in text else ()
        ran = checkout.cli("render", path, *options)
        assert ran.code == 0, ran.err


def test_the_seed_letter_in_the_readme_is_the_one_in_content() -> None:
    shown = _blocks("markdown")[0].removesuffix(" ...\n")
    assert (ROOT / "content/letters/korea-policy.md").read_text(encoding="utf-8").startswith(shown)


def test_the_letterhead_in_the_readme_works_as_written(checkout: Project) -> None:
    for block in (*_blocks("toml"), *_blocks("css")):
        name = re.search(r"templates/\S+/\S+", block.splitlines()[0])
        assert name is not None
        checkout.write(name[0], block)
    html = _blocks("html")[0]
    checkout.write("templates/harbor/letter.html", html)
    ran = checkout.cli("render", "content/letters/korea-policy.md", "--letterhead", "harbor")
    assert ran.code == 0, ran.err
    assert checkout.cli("check", "templates/harbor").code == 0


def test_the_python_in_the_readme_runs(checkout: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert checkout.cli("render", "content/letters/bridge.md", "-o", "bridge.pdf").code == 0
    for block in _blocks("python"):
        exec(compile(block, "README.md", "exec"), {})
    assert "done" in capsys.readouterr().out


def test_the_faults_in_the_readme_read_as_letterpress_says_them(checkout: Project) -> None:
    front = "---\nletterhead: plain\nto: {name: Ada, postcod: '1'}\n---\n\nText.\n"
    checkout.write("content/letters/offer.md", front)
    said = checkout.cli("render", "content/letters/offer.md").err
    assert "to.postcod: unknown field. hint: did you mean 'postcode'?" in said
    assert "to.postcod: unknown field. hint: did you mean 'postcode'?" in README
    body = "---\nfields: {amount: {default: '1'}}\n---\n\n{{ fields.amuont }}\n"
    checkout.write("content/letters/offer.md", body)
    said = checkout.cli("render", "content/letters/offer.md").err
    fault = said.partition(": ")[2].strip()
    assert fault in README


def test_every_command_is_in_the_readme() -> None:
    for name in COMMANDS:
        assert f"letterpress {name}" in README, name


def test_what_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"", README):
        path = next(part for part in target if part)
        assert (ROOT / path).exists(), path
