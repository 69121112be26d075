"""The README and the documentation do what they say: their commands run, their letters, letterheads and Python work.

A document is walked through from top to bottom, in a copy of the checkout's content:

- `console` blocks are run, and what they show must be said (white space aside). A command may fail only where the
  document shows what it says then.
- A block whose caption or first line names a file (`content/...`, `templates/...`) becomes that file.
- Letters (`markdown` with front matter) that no command of the document names, and front matter (`yaml`), are rendered;
  `python` blocks are run, those of one document one after the other.
"""

from __future__ import annotations

import ast
import io
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import click
import pytest

import letterpress
from letterpress.cli import COMMANDS, app
from tests.support.documents import Block, blocks
from tests.support.project import Project
from tests.support.runner import hear

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md"))]
ELSEWHERE = frozenset({"post-room", "service-guide"})
"""Documents that are walked through with a list of a thousand (`make proof-post`), and with a service that goes on
(tests/serve/test_guide.py)."""
SAMPLES = {"text": "a", "integer": "2", "decimal": "2.5", "money": "12", "date": "2026-02-01", "boolean": "yes"}
"""Values for fields that an example's letter requires, by type."""
LASTING = frozenset({"mcp", "serve", "studio", "watch"})
"""Commands that go on until they are ended."""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout's content, and what the stories of the documents need besides: two keys, and annexes."""
    project = Project(tmp_path_factory.mktemp("prepared"))
    shutil.copytree(ROOT / "content", project.root / "content")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.root)
        patch.setenv("LETTERPRESS_PASSPHRASE", "correct horse battery")
        for name, file in (("Ada Okafor", "ada.p12"), ("Ben Silva", "ben.p12")):
            assert project.cli("identity", "new", "--name", name, "--out", file).code == 0
        shutil.copy("test-ca/ca.pem", "board-ca.pem")
        for annex in ("annex-107.pdf", "annexes/survey.pdf"):
            ran = project.cli("render", "content/letters/korea-policy.md", "-o", "annex.pdf")
            assert ran.code == 0, ran
            target = project.root / "content/letters" / annex
            target.parent.mkdir(exist_ok=True)
            shutil.copy("annex.pdf", target)
        (project.root / "content/letters/figures.csv").write_text("tide;metres\n1;2.5\n", encoding="utf-8")
    return project.root


@pytest.fixture
def checkout(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    shutil.copytree(prepared, tmp_path / "checkout")
    monkeypatch.chdir(tmp_path / "checkout")
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "correct horse battery")
    return Project(tmp_path / "checkout")


class Walk:
    """A reader who does all that a document says."""

    def __init__(self, document: Path, project: Project, patch: pytest.MonkeyPatch) -> None:
        self.document, self.project, self.patch = document, project, patch
        self.commands = " ".join(block.text for block in blocks(document) if block.kind == "console").split()
        self.section = ""
        self.names: dict[str, Any] = {"__name__": "__example__"}

    def through(self) -> None:
        for block in blocks(self.document):
            if block.section != self.section:
                self.section = block.section
                self.patch.chdir(self.project.root)
            try:
                self.follow(block)
            except AssertionError as error:
                raise AssertionError(f"{self.document.name}:{block.line}: {error}") from error

    def follow(self, block: Block) -> None:
        path = block.caption or _named(block)
        if path:
            file = Path.cwd() / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        if block.kind in ("console", "sh"):
            self.run(block)
        elif block.kind == "python":
            with redirect_stdout(io.StringIO()):
                exec(compile(ast.parse(block.text), str(self.document), "exec"), self.names)
        elif block.kind == "markdown" and block.text.startswith("---\n"):
            if path not in self.commands:
                self.render(path or "content/letters/example.md", block.text)
        elif block.kind == "yaml" and not path:
            front = block.text if "letterhead:" in block.text else f"letterhead: plain\ndate: 2026-01-15\n{block.text}"
            body = "<!-- lang: en -->\n\nText.\n\n<!-- lang: fr -->\n\nTexte.\n" if "bilingual" in front else "Text.\n"
            self.render("content/letters/example.md", f"---\n{front}---\n\n{body}")

    def render(self, path: str, text: str) -> None:
        file = Path.cwd() / path
        file.write_text(text, encoding="utf-8")
        letter = letterpress.load(file)
        given = {name: SAMPLES[spec.type] for name, spec in letter.fields.items() if spec.required}
        result = letterpress.render(letter, fields=given)
        assert result.status == "done", [str(fault) for fault in result.diagnostics]

    def run(self, block: Block) -> None:
        """Run the commands of a block; each shows what stands below it."""
        commands: list[tuple[str, list[str]]] = []
        for line in block.text.splitlines():
            if line.startswith("$ ") or block.kind == "sh":
                commands.append((line.removeprefix("$ "), []))
            else:
                assert commands, f"{line!r} is shown before any command"
                commands[-1][1].append(line)
        for command, shown in commands:
            said, failed = self.execute(shlex.split(command))
            text, expected = " ".join(said.split()), " ".join(" ".join(shown).split())
            assert expected in text, f"`{command}` is shown to say {expected!r}, and says {said!r}"
            # What a reader is not told of must not happen.
            assert not failed or expected, f"`{command}` fails: {said}"

    def execute(self, words: list[str]) -> tuple[str, bool]:
        """What a command says, and whether it fails."""
        program, *arguments = words
        if program == "letterpress" and arguments[0] in LASTING:
            return self.execute_for_a_while(arguments), False
        if program == "letterpress":
            ran = self.project.cli(*arguments)
            assert ran.code in (0, 1), ran
            return ran.err + ran.out, ran.code != 0
        if program == "cd":
            self.patch.chdir(Path.cwd() / arguments[0])
        elif program == "make":  # run for real by .ci/run
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            assert re.search(rf"^{arguments[0]}:", makefile, re.M), f"there is no target {arguments[0]}"
            return ("out/korea-policy.pdf (2 pages)" if arguments[0] == "letter" else ""), False
        elif program == "apt":
            setup = (ROOT / ".ci/setup.py").read_text(encoding="utf-8")
            assert all(f'"{package}"' in setup for package in arguments[1:]), arguments
        else:
            assert words == ["pip", "install", ".[studio]"], f"nobody has said how `{program}` is tried"
        return "", False

    def execute_for_a_while(self, arguments: list[str]) -> str:
        """What a command says that goes on until it is ended, up to its first line; then it is ended by Ctrl-C."""
        command = [sys.executable, "-m", "letterpress", *arguments]
        settings: dict[str, Any] = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "text": True}
        process = subprocess.Popen(command, preexec_fn=hear, **settings)
        assert process.stderr is not None
        with process.stderr:
            first = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            said = first + process.stderr.read()
        assert process.wait(timeout=60) == 0, said
        return said


def _named(block: Block) -> str:
    """The file that a block's first line names in a comment."""
    found = re.match(r"^\W*((?:content|templates)/\S+)", block.text)
    return found[1] if found and block.kind != "console" else ""


@pytest.mark.parametrize(
    "document", [path for path in DOCUMENTS if path.stem not in ELSEWHERE], ids=lambda path: path.stem
)
def test_a_document_does_what_it_says(document: Path, checkout: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    Walk(document, checkout, monkeypatch).through()


def test_the_recipe_of_the_post_room_has_letters_that_load_and_commands_that_there_are(checkout: Project) -> None:
    """All of it takes too long for each run of the tests: `make proof-post` follows it."""
    commands = []
    for block in blocks(ROOT / "docs/post-room.md"):
        if block.caption:
            checkout.write(block.caption, block.text)
        if block.kind == "console":
            commands += [line for line in block.text.splitlines() if line.startswith("$ letterpress ")]
    assert len(commands) == 8
    for command in commands:
        name, *arguments = shlex.split(command)[2:]
        found = app.get_command(click.Context(app), name)
        assert found is not None
        found.make_parser(click.Context(found)).parse_args(arguments)
    letters = [block.caption for block in blocks(ROOT / "docs/post-room.md") if block.kind == "markdown"]
    ran = checkout.cli("check", *letters)
    assert (ran.code, f"{len(letters)} checked, nothing found" in ran.err) == (0, True), ran.err


def test_the_walk_finds_what_documents_have() -> None:
    """If the parser lost blocks, the tests above would pass for nothing."""
    for document in DOCUMENTS:
        fences = re.findall(r"^ *```(\{code-block\} *)?(console|python|yaml|markdown)$", document.read_text(), re.M)
        kinds = [block.kind for block in blocks(document) if block.kind in ("console", "python", "yaml", "markdown")]
        assert kinds == [kind for _, kind in fences], document


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "```console\n$ letterpress render content/letters/bridge.md\nout/bridge.pdf (7 pages)\n```",
            "is shown to say",
        ),
        ("```console\n$ letterpress render content/letters/none.md\n```", "no such file"),
        ("```console\n$ letterpress merge --no-such-option\n```", "No such option"),
        ("```console\n$ make coffee\n```", "no target coffee"),
        ("```yaml\nsubjct: A\n```", "subjct"),
        ("```python\nassert 1 == 2, 'wrong'\n```", "wrong"),
    ],
)
def test_a_wrong_document_is_found_out(
    text: str, reason: str, checkout: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = checkout.write("wrong.md", f"# A\n\n{text}\n")
    with pytest.raises((AssertionError, letterpress.LetterpressError), match=reason):
        Walk(document, checkout, monkeypatch).through()


def test_the_seed_letter_in_the_readme_is_the_one_in_content() -> None:
    shown = next(block.text for block in blocks(README) if block.kind == "markdown").removesuffix(" ...\n")
    assert (ROOT / "content/letters/korea-policy.md").read_text(encoding="utf-8").startswith(shown)


def test_the_fault_in_the_readme_reads_as_letterpress_says_it(checkout: Project) -> None:
    checkout.write("content/letters/offer.md", "---\nletterhead: plain\nto: {name: Ada, postcod: '1'}\n---\n\nText.\n")
    said = checkout.cli("render", "content/letters/offer.md").err.strip()
    assert said in [block.text.strip() for block in blocks(README) if block.kind == "text"]


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").split()) <= 900


def test_every_command_is_shown_in_use() -> None:
    shown = [line for document in DOCUMENTS for block in blocks(document) for line in block.text.splitlines()]
    for name in COMMANDS:
        assert any(line.startswith(f"$ letterpress {name}") for line in shown), name


def test_what_documents_link_to_is_there() -> None:
    """Files and pictures; that headings are there, Sphinx says."""
    for document in (*DOCUMENTS, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"):
        text = document.read_text(encoding="utf-8")
        text = re.sub(r"^( *)```.*?^\1```$|``?[^`\n]+``?", "", text, flags=re.S | re.M)
        for target in re.findall(
            r"\]\((?!https?:)([^)#:\s]+)[^)]*\)|src=\"([^\"]+)\"|\{(?:image|include|literalinclude)\} (\S+)", text
        ):
            path = next(part for part in target if part)
            assert (document.parent / path).exists() or path.startswith("_generated/"), (document.name, path)


def test_the_map_names_every_package() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    source = ROOT / "src/letterpress"
    packages = {path.parent.name for path in source.glob("*/__init__.py")}
    modules = {path.stem for path in source.glob("*.py") if not path.stem.startswith("__")}
    rows = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    named = {name.rstrip("/") for row in rows for name in re.findall(r"`([\w/]+)`", row)}
    assert packages | modules <= named, (packages | modules) - named
    for row in text.partition("<!-- map -->")[2].partition("<!-- end of map -->")[0].splitlines():
        if found := re.match(r"\| `(\w+)/` \|[^|]*\|(.*)\|$", row):
            for name in re.findall(r"`(\w+)/?`", found[2]):
                inside = source / found[1]
                assert (inside / name).is_dir() or list(inside.rglob(f"{name}.*")), (found[1], name)
    tests = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert all(f"`{name}/`" in text for name in tests - packages), tests - packages


def test_the_extras_of_pyproject_are_those_that_setup_installs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) == {
        *(
            "pkcs11",
            "studio",
            "serve",
            "verapdf",
            "codes",
            "einvoice",
            "mcp",
            "store",
            "ray",
            "test",
            "docs",
            "dev",
            "proof",
        ),
    }
    assert (
        "letterpress[pkcs11,studio,serve,verapdf,codes,einvoice,mcp,store,ray,test,docs]"
        in project["optional-dependencies"]["dev"]
    )
