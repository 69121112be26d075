"""The pages of reference have all that there is, with words for each; and Sphinx builds all without a warning."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from letterpress import data
from letterpress.addressing import forms
from letterpress.cli import app
from letterpress.letterhead import definition
from letterpress.schema import attachments, carriers, models
from letterpress.schema.json_schema import json_schema

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reference() -> Any:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs/_ext/reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows(page: str) -> list[list[str]]:
    """The cells of all tables' rows."""
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield f"{path} {name}", below
            yield from _commands(below, f"{path} {name}")


def test_every_command_and_option_is_listed_with_its_help_and_default(reference: Any) -> None:
    parts = re.split(r"^#+ (letterpress .*)\n", reference.cli(), flags=re.M)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    commands = dict(_commands(app, "letterpress"))
    assert set(sections) == set(commands)
    for path, command in commands.items():
        rows = {row[0]: row[1:] for row in _rows(sections[path])}
        assert (command.help or "").split("\n")[0].strip() in sections[path]
        for option in command.params:
            if isinstance(option, click.Option):
                found = [cells for names, cells in rows.items() if option.opts[0] in re.findall(r"-[\w-]+", names)]
                assert len(found) == 1, (path, option.opts)
                says, default = found[0]
                assert says, (path, option.opts)
                if option.show_default is True:
                    assert default == f"`{option.default}`", (path, option.opts)


@pytest.mark.parametrize(
    ("page", "model"),
    [
        ("letter-fields", models.LetterFile),
        ("party-fields", models.PartyFile),
        ("signatory-fields", models.SignatoryFile),
        ("design-fields", models.DesignFile),
        ("stationery-fields", models.StationeryFile),
        ("project-fields", models.ProjectFile),
        ("enclosure-fields", models.EnclosureFile),
        ("attachment-fields", attachments.AttachmentFile),
        ("einvoice-fields", attachments.InvoiceFile),
        ("trader-fields", attachments.TraderFile),
        ("field-fields", models.FieldFile),
        ("letterhead-fields", models.LetterheadFile),
        ("parameter-fields", models.ParameterFile),
        ("carrier-fields", carriers.CarrierFile),
        ("carrier-address-fields", carriers.AddressFile),
        ("carrier-clear-fields", carriers.ClearFile),
        ("carrier-word-fields", carriers.WordFile),
    ],
)
def test_every_field_is_listed_and_described(reference: Any, page: str, model: Any) -> None:
    rows = _rows(reference.PAGES[page]())
    names = [field.alias or name for name, field in model.model_fields.items()]
    assert [row[0] for row in rows] == [f"`{name}`" for name in names]
    for name, says, takes, _ in rows:
        assert says, name
        assert takes or name == "`default`", name  # a default is anything


def test_every_part_of_a_letter_has_its_table(reference: Any) -> None:
    """A model that the schema of a letter or letterhead refers to is described somewhere."""
    for kind in ("letter", "letterhead", "carrier"):
        for name in json_schema(kind)["$defs"]:
            assert name in reference._PARTS, name


def test_every_letterhead_parameter_and_standard_is_listed(reference: Any) -> None:
    page = reference.letterheads()
    listed = {row[0] for row in _rows(page)}
    for name in definition.names(ROOT):
        assert f"`{name}`" in listed
        for parameter in definition.find(name, ROOT).parameters:
            assert f"`{parameter}`" in listed, (name, parameter)
    din = page.partition("### din5008\n")[2].partition("###")[0]
    assert [row[2:] for row in _rows(din) if row[0] == "`form`"] == [["`a`, `b`", "`b`"]]
    standards = {row[0]: row for row in _rows(reference.standards())}
    table = data.table("standards")
    assert set(standards) == {f"`{name}`" for name in (*table, *table["envelopes"]) if name != "envelopes"}
    assert standards["`din5008-b`"][2:6] == [
        "`band`, `din5008`, `margin`", "C6/5 with a DIN window, DL with a DIN window", "85 × 45 at 20, 45", "105 and 210",
    ]  # fmt: skip
    assert all(row[2] for name, row in standards.items() if name.strip("`") in table)


def test_every_code_is_listed_with_what_it_means_and_what_to_do(reference: Any) -> None:
    page = " ".join(reference.errors().replace("&lt;", "<").replace("\\[", "[").split())
    for code, entry in data.diagnostics().items():
        assert code in page
        for text in (entry["means"], entry["do"]):
            assert " ".join(text.split()) in page, code


def test_every_rule_of_pdfx_is_listed_with_its_clauses(reference: Any) -> None:
    rows = {row[0].strip("`"): row[1:] for row in _rows(reference.press_rules())}
    table = data.table("pdfx")
    assert list(rows) == list(table)
    assert rows["lzw-filter"][2:] == ["6.8", "6.5", "-"]
    assert rows["jbig2-filter"][2:] == ["6.8, warns", "6.5", "-"]
    assert rows["transparency"][2:] == ["-", "6.16", "-"]
    assert rows["vt-pages"][2:] == ["-", "-", "6"]
    assert all(all(cells) for cells in rows.values())


def test_every_optional_part_is_listed_with_its_packages(reference: Any) -> None:
    rows = {row[0].strip("`"): row[1:] for row in _rows(reference.extras())}
    assert list(rows) == [f"letterpress[{name}]" for name in sorted(data.table("extras"))]
    assert rows["letterpress[studio]"][1] == "`starlette`, `uvicorn`"
    assert all(all(cells) for cells in rows.values())


def test_every_form_of_address_is_listed_with_the_page_where_it_was_seen(reference: Any) -> None:
    rows = _rows(reference.offices())
    offices = forms.offices()
    assert [row[0].strip("`") for row in rows] == [office.key for office in offices]
    for row, office in zip(rows, offices, strict=True):
        assert all(row[1:4])
        assert row[4].startswith("no; ") == (office.seen is None)
        assert row[5] == (office.doubt or "")
    counted = forms.counts(offices)
    assert counted["seen"] + counted["not_seen"] == counted["forms"] == len(offices)
    page = reference.offices()
    for said in (
        "{seen} were seen",
        "{corrected} were corrected",
        "{not_seen} were looked up in vain",
        "differ on {doubtful}",
    ):
        assert said.format(**counted) in page


def test_every_package_and_module_is_listed(reference: Any) -> None:
    page = reference.packages()
    for folder in (ROOT / "src/letterpress").glob("*/__init__.py"):
        assert f"### {folder.parent.name}\n" in page
    assert all(row[1] for row in _rows(page))


def test_the_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    """CI builds it here only, so it has to be built as `make docs` does, but for the folder."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^docs:.*\n\t@\$\(RUN\)python (-m sphinx .*) docs docs/_build/html && ", makefile, re.MULTILINE)
    assert recipe is not None
    options = recipe[1].split()
    assert "-W" in options
    command = [sys.executable, *options, "-d", str(tmp_path / "trees"), str(ROOT / "docs"), str(tmp_path / "html")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    index = (tmp_path / "html/searchindex.js").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f'"{page.stem}"' in index  # the search knows it
    python = (tmp_path / "html/python.html").read_text(encoding="utf-8")
    assert 'id="letterpress.api.render"' in python
