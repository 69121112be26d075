"""The Python API of interface.md."""

from __future__ import annotations

import datetime
import pickle
import threading

import pytest

import letterpress
from tests.support.project import FRONT, Project, pdf_text


def test_public_names_are_pinned() -> None:
    assert letterpress.__all__ == [
        "Diagnostic",
        "ExitCode",
        "Job",
        "Letter",
        "LetterpressError",
        "Limits",
        "Party",
        "Result",
        "Signatory",
        "SignatureField",
        "UnreadableInput",
        "UsageError",
        "__version__",
        "check",
        "envelopes",
        "labels",
        "letterheads",
        "load",
        "merge",
        "package",
        "press",
        "render",
        "validate",
        "variants",
        "verify_package",
    ]
    for name in letterpress.__all__:
        assert getattr(letterpress, name) is not None


def test_load_render_and_what_a_result_holds(project: Project) -> None:
    letter = letterpress.load(project.letter())
    result = letterpress.render(letter, letterhead="congress")
    assert result.status == "done"
    assert result.pdf is not None
    assert result.pdf.startswith(b"%PDF")
    assert result.pages == 1
    assert result.diagnostics == ()


def test_a_letter_is_frozen_and_picklable(project: Project) -> None:
    letter = letterpress.load(
        project.letter("Text.\n", FRONT + "fields: {a: {default: b}}\nparameters: {align: left}\n")
    )
    again = pickle.loads(pickle.dumps(letter))
    assert again == letter
    with pytest.raises(AttributeError):
        letter.subject = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        letter.fields["a"] = None  # type: ignore[index]
    job = letterpress.Job(letter=letter)
    assert pickle.loads(pickle.dumps(job)) == job
    result = letterpress.render(letter)
    assert pickle.loads(pickle.dumps(result)) == result


def test_load_raises_with_every_fault(project: Project) -> None:
    path = project.letter("Text.\n", "letterhead: plain\ndate: 2026-02-30\nsubjekt: x\n")
    with pytest.raises(letterpress.LetterpressError) as raised:
        letterpress.load(path)
    assert len(raised.value.diagnostics) == 2
    assert raised.value.exit_code == 1


def test_render_of_a_bad_letter_raises_nothing(project: Project) -> None:
    letter = letterpress.load(project.letter("{{ fields.nothing }}\n"))
    result = letterpress.render(letter)
    assert result.status == "failed"
    assert result.pdf is None
    assert result.diagnostics[0].line == 12


@pytest.mark.parametrize("limits", [None, letterpress.Limits()])
def test_render_of_a_bad_file_raises_nothing(project: Project, limits: letterpress.Limits | None) -> None:
    path = project.letter("{{ oops }}\n", FRONT + "subjekt: x\n", "content/letters/bad.md")
    result = letterpress.render(path, limits=limits)
    assert (result.status, result.id, result.source, result.pdf) == ("failed", "bad", path, None)
    assert [fault.field or fault.line for fault in result.diagnostics] == ["subjekt", 13]  # the text is looked at, too
    missing = letterpress.render("content/letters/nothing.md", limits=limits)
    assert (missing.status, missing.id, missing.diagnostics[0].message) == (
        "failed",
        "nothing",
        "there is no such file",
    )
    with pytest.raises(letterpress.LetterpressError, match="subjekt"):
        letterpress.load(path, limits=limits)
    with pytest.raises(letterpress.LetterpressError, match="subjekt"):
        next(letterpress.merge(path, [{"name": "X"}], limits=limits))


def test_wrong_usage_raises_whatever_the_letter_is(project: Project) -> None:
    path = project.letter("Text.\n", FRONT + "subjekt: x\n")
    for letter in (path, "content/letters/nothing.md"):
        with pytest.raises(letterpress.UsageError):
            letterpress.render(letter, copy="carbon")
        with pytest.raises(TypeError, match="colour"):
            letterpress.render(letter, colour="red")


def test_wrong_choices_raise_usage_errors(project: Project) -> None:
    letter = letterpress.load(project.letter())
    with pytest.raises(letterpress.UsageError):
        letterpress.render(letter, copy="carbon")
    with pytest.raises(letterpress.UsageError):
        letterpress.render(letter, profile="print")
    with pytest.raises(letterpress.UsageError):
        letterpress.render(letter, date="soon")
    with pytest.raises(letterpress.UsageError):
        letterpress.render(letter, sign={"Jo Lind": "chalk"})
    with pytest.raises(letterpress.UsageError):
        letterpress.render(letter, paper="a5")
    # Only its project can tell what a letter may be set in: that is a fault of the letter.
    assert letterpress.render(letter, letterhead="plian").diagnostics[0].field == "letterhead"
    assert letterpress.render(letter, lang="xx-YY").diagnostics[0].field == "lang"


def test_date_as_text_or_date(project: Project) -> None:
    letter = letterpress.load(project.letter())
    one = letterpress.render(letter, date="2027-01-02")
    other = letterpress.render(letter, date=datetime.date(2027, 1, 2))
    assert one.sha256 == other.sha256


def test_merge_gives_a_result_a_record_in_order(project: Project) -> None:
    front = FRONT + "fields: {amount: {type: decimal, required: true}}\n"
    letter = letterpress.load(project.letter("{{ to.name }} pays {{ fields.amount }}.\n", front))
    rows = [
        {"name": "Max Orr", "street": "1 Quay", "city": "Bangor", "postcode": "04401", "amount": "10.50"},
        {"name": "Mia Vale", "amount": "ten"},
        {"name": "Sam *Poe* <b>{{ x }}", "amount": 3},
    ]
    results = list(letterpress.merge(letter, rows))
    assert [result.record for result in results] == ["1", "2", "3"]
    assert [result.status for result in results] == ["done", "failed", "done"]
    assert results[0].pdf is not None
    assert "Max Orr pays 10.50." in pdf_text(results[0].pdf)
    assert "04401" in pdf_text(results[0].pdf)
    assert results[1].diagnostics[-1].record == "2"
    assert results[1].diagnostics[-1].field == "fields.amount"
    assert results[2].pdf is not None
    assert "Sam *Poe* <b>{{ x }} pays 3." in pdf_text(results[2].pdf)


def test_check_gives_diagnostics(project: Project) -> None:
    assert letterpress.check(project.letter()) == ()
    found = letterpress.check(project.letter("{{ oops }}\n"))
    assert [diagnostic.line for diagnostic in found] == [12]


@pytest.mark.parametrize("limits", [None, letterpress.Limits()])
def test_check_takes_choices_and_values(project: Project, limits: letterpress.Limits | None) -> None:
    path = project.letter("{{ fields.amount }}\n", FRONT + "fields: {amount: decimal}\n")
    assert letterpress.check(path, paper="A4", fields={"amount": "3"}, limits=limits) == ()
    (fault,) = letterpress.check(path, letterhead="us-business", paper="a4", limits=limits)
    assert (fault.code, fault.value, [fix.value for fix in fault.fixes]) == ("paper-unfit", "a4", ["letter"])
    (fault,) = letterpress.check(path, fields={"amount": "ten"}, limits=limits)
    assert (fault.field, fault.line) == ("fields.amount", 10)
    with pytest.raises(letterpress.UsageError):
        letterpress.check("content/letters/nothing.md", copy="carbon", limits=limits)


def test_threads_may_render_at_once(project: Project) -> None:
    letter = letterpress.load(project.letter())
    expected = letterpress.render(letter).sha256
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.append(letterpress.render(letter).sha256)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4
