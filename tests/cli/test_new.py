"""`letterpress new --letterhead NAME --letter KIND`: a project that begins with a letter of a kind."""

from __future__ import annotations

import pytest

from letterpress import data
from tests.support.project import Project, pdf_text

KINDS = ("business", "complaint", "invitation", "offer", "reference", "reminder")


def test_there_is_a_letter_of_each_kind() -> None:
    assert sorted(data.letters()) == list(KINDS)


@pytest.mark.parametrize(
    ("kind", "letterhead"),
    list(zip(KINDS, ("own", "band", "us-business", "din5008", "classic", "margin"), strict=True)),
)
def test_it_is_a_whole_letter_and_renders_at_once(
    project: Project, monkeypatch: pytest.MonkeyPatch, kind: str, letterhead: str
) -> None:
    assert project.cli("new", "ours", "--letterhead", letterhead, "--letter", kind).code == 0
    monkeypatch.chdir(project.root / "ours")
    assert project.cli("check", ".").code == 0
    ran = project.cli("render", "content/letters/first-letter.md", "--json")
    assert ran.code == 0
    assert ran.json["letters"][0]["pages"] == 1
    assert ran.faults == []
    text = pdf_text(project.root / "ours/out/first-letter.pdf")
    assert "{{" not in text
    assert text.count("Jo Lind") >= 1
    assert "Harbor Light Clinic" in text


@pytest.mark.parametrize(
    ("letterhead", "lang", "town"),
    [("swiss", "de-CH", "3011 Bern"), ("french", "fr-FR", "RENNES"), ("classic", "en-US", "Bangor")],
)
def test_without_a_kind_it_is_in_the_language_of_the_letterheads_country(
    project: Project, monkeypatch: pytest.MonkeyPatch, letterhead: str, lang: str, town: str
) -> None:
    ran = project.cli("new", "ours", "--letterhead", letterhead)
    assert "American" not in ran.err
    monkeypatch.chdir(project.root / "ours")
    assert f"\nlang: {lang}\n" in (project.root / "ours/content/letters/first-letter.md").read_text("utf-8")
    ran = project.cli("render", "content/letters/first-letter.md", "--json")
    assert (ran.code, ran.faults) == (0, [])
    assert town.lower() in pdf_text(project.root / "ours/out/first-letter.pdf").lower()


def test_a_kind_says_where_its_language_is_not_the_letterheads(project: Project) -> None:
    ran = project.cli("new", "ours", "--letterhead", "swiss", "--letter", "offer")
    assert ran.code == 0
    assert "swiss is for letters in German: write 'lang: de-CH'" in ran.err


@pytest.mark.parametrize(("option", "value", "near"), [("--letter", "ofer", "offer"), ("--letterhead", "bnd", "band")])
def test_what_there_is_not_is_refused_and_nothing_written(project: Project, option: str, value: str, near: str) -> None:
    ran = project.cli("new", "ours", option, value)
    assert ran.code == 2
    assert value in ran.err
    assert f"did you mean '{near}'?" in ran.err
    assert not (project.root / "ours").exists()
