"""Shared clauses: included by name, in the letter's language, with their own fields."""

from __future__ import annotations

from letterpress import api
from tests.support.project import FRONT, Project


def body(project: Project, text: str, front: str = FRONT) -> str:
    return api.load(project.letter(text, front)).body.template


def test_a_clause_stands_where_it_is_named(project: Project) -> None:
    project.write("content/clauses/terms.md", "First *term*.\n\nSecond term.\n")
    template = body(project, "Before.\n\n{% clause terms %}\n\nAfter.\n")
    assert [template.index(word) for word in ("Before", "First <em>term</em>", "Second", "After")] == sorted(
        template.index(word) for word in ("Before", "First", "Second", "After")
    )


def test_the_letters_language_chooses(project: Project) -> None:
    project.write("content/clauses/terms.md", "English.\n")
    project.write("content/clauses/terms.de.md", "Deutsch.\n")
    assert "English" in body(project, "{% clause terms %}\n")
    assert "Deutsch" in body(project, "{% clause terms %}\n", FRONT.replace("en-US", "de-CH"))


def test_a_clause_brings_its_fields(project: Project) -> None:
    project.write(
        "content/clauses/terms.md",
        "---\nfields:\n  weeks: {type: integer, default: 2}\n---\n{{ fields.weeks }} weeks\n",
    )
    result = project.press(
        "{% clause terms %}\n\n{% if fields.weeks > 3 %}\nLong.\n{% endif %}\n", fields={"weeks": "4"}
    )
    assert result.status == "done", result.diagnostics
    own = api.load(project.letter("{% clause terms %}\n", FRONT + "fields: {weeks: {type: integer, default: 9}}\n"))
    assert own.fields["weeks"].default == "9"


def test_lines_of_the_letter_stay(project: Project) -> None:
    project.write("content/clauses/terms.md", "One.\n\nTwo.\n\nThree.\n")
    text = "Before.\n\n{% clause terms %}\n\n{{ fields.nope }}\n"
    first, second = (
        project.fault(text.replace("{% clause terms %}", word)) for word in ("{% clause terms %}", "Text.")
    )
    assert first["line"] == second["line"]


def test_what_is_wrong_is_said_with_its_place(project: Project) -> None:
    project.write("content/clauses/terms.md", "{{ fields.nope }}\n")
    fault = project.fault("Text.\n\n{% clause terms %}\n")
    assert "'fields.nope' is not known" in fault["message"]
    assert "did you mean 'terms'?" in str(project.faults("{% clause tems %}\n"))
    assert project.faults("{% clause ../letters/letter %}\n")
    project.write("content/clauses/outer.md", "{% clause terms %}\n")
    assert "holds another clause" in str(project.faults("{% clause outer %}\n"))
    project.write("content/clauses/odd.md", "---\nletterhead: plain\n---\nText.\n")
    (fault,) = project.faults("{% clause odd %}\n")
    assert (fault["file"].endswith("odd.md"), fault["line"], fault["field"]) == (True, 2, "letterhead")


def test_a_clause_is_data_for_no_template(project: Project) -> None:
    project.write("content/clauses/terms.md", "For {{ fields.x }}.\n")
    front = FRONT + "fields: {x: text}\n"
    result = project.press("{% clause terms %}\n", front, fields={"x": "{% clause terms %} {{ 7 * 7 }} <b>"})
    assert result.status == "done", result.diagnostics


def test_check_takes_no_clause_for_a_letter(project: Project) -> None:
    project.write("content/clauses/terms.md", "---\nfields: {x: {default: 1}}\n---\n{{ fields.x }}\n")
    project.letter("{% clause terms %}\n")
    ran = project.cli("check", "content")
    assert ran.code == 0, ran.err
