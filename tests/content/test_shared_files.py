"""`check` of a file that letters share: it is what it is, and no letter."""

from __future__ import annotations

import pytest

from tests.support.project import Project


@pytest.mark.parametrize(
    ("file", "text", "line", "words"),
    [
        ("organisations/firm.yml", "name: Kranbau\nstreat: Quay 1\n", 2, "unknown field"),
        ("organisations/firm.yaml", "name: Kranbau\ncountry: Atlantis\n", 2, "no country 'Atlantis'"),
        ("organisations/firm.yml", 'name: Kranbau\ndesign: {accent: "#7a1f3"}\n', 2, "not a colour"),
        ("people/ada.yml", "name: Ada Brook\nline: [a, b]\n", 2, "unknown field"),
        ("people/ada.yml", "- Ada\n", 1, "holds no fields"),
        ("clauses/terms.md", "Text. <blink>a</blink>\n", 1, "<blink> is no element"),
        ("clauses/terms.de.md", "{{ fields.price | uper }}\n", None, "no filter 'uper'"),
    ],
)
def test_a_shared_file_is_checked_as_what_it_is(
    project: Project, file: str, text: str, line: int | None, words: str
) -> None:
    project.write(f"content/{file}", text)
    (fault,) = project.cli("check", f"content/{file}", "--json").faults
    assert (fault["file"], fault["line"]) == (f"content/{file}", line)
    assert words in fault["message"]


def test_one_without_a_fault_is_passed_alone_and_by_its_folder(project: Project) -> None:
    project.write("content/clauses/terms.md", "{{ fields.price }} for {{ to.name }}.\n")
    project.write("content/people/ada.yml", "name: Ada Brook\ncity: Bangor\n")
    project.write("content/organisations/firm.yml", "name: Kranbau\nlines: [Quay 1, Bangor]\n")
    files = ("content/clauses", "content/people/ada.yml", "content/organisations")
    ran = project.cli("check", *files, "--json")
    assert (ran.code, ran.faults, ran.json["summary"]["checked"]) == (0, [], 3)
