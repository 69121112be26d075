"""The matrix: which cells there are, what they are called, what they look like."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import letterpress
from letterpress import api, pipeline
from letterpress.batch import variants
from letterpress.errors import LetterpressError, UsageError
from letterpress.filling import letter as filling
from letterpress.model import Job
from letterpress.text import bilingual, value_marks
from tests.support.project import FRONT, Project


def cells(project: Project, matrix: str, front: str = FRONT) -> list[str]:
    letter = api.load(project.letter(front=front + matrix))
    return [cell.output for cell in variants.cells(api.job(letter)).chosen]


def faults(project: Project, matrix: str, front: str = FRONT) -> list[str]:
    with pytest.raises(LetterpressError) as caught:
        cells(project, matrix, front)
    return [str(fault) for fault in caught.value.diagnostics]


def test_every_combination_named_by_what_differs(project: Project) -> None:
    found = cells(project, "variants:\n  paper: [letter, a4]\n  letterhead: [plain, congress]\n  copy: [file]\n")
    assert found == [
        "letter.plain.letter.pdf",
        "letter.congress.letter.pdf",
        "letter.plain.a4.pdf",
        "letter.congress.a4.pdf",
    ]


def test_one_value_makes_no_name(project: Project) -> None:
    assert cells(project, "variants:\n  paper: a4\n") == ["letter.pdf"]


def test_exclude_takes_out_what_it_matches(project: Project) -> None:
    matrix = (
        "variants:\n  paper: [letter, a4]\n  copy: [original, file, draft]\n"
        "  exclude:\n    - {paper: a4, copy: draft}\n    - {copy: file}\n"
    )
    assert cells(project, matrix) == ["letter.letter.original.pdf", "letter.letter.draft.pdf", "letter.a4.original.pdf"]


def test_include_adds_cells_and_adds_to_cells(project: Project) -> None:
    front = FRONT + "fields:\n  tone: {default: plain}\n"
    matrix = (
        "variants:\n  copy: [original, file]\n  include:\n    - {copy: file, tone: formal}\n    - {paper: letter}\n"
        "    - {copy: draft, lang: de-DE}\n"
    )
    letter = api.load(project.letter(front=front + matrix))
    found = [(cell.output, dict(cell.choices)) for cell in variants.cells(api.job(letter)).chosen]
    assert found == [
        ("letter.en-us.letter.original.pdf", {"copy": "original", "paper": "letter"}),
        ("letter.en-us.letter.file.formal.pdf", {"copy": "file", "tone": "formal", "paper": "letter"}),
        ("letter.de-de.draft.pdf", {"copy": "draft", "lang": "de-DE"}),
    ]


def test_fields_and_ways_to_sign(project: Project) -> None:
    front = FRONT + "fields: {amount: decimal}\n"
    letter = api.load(
        project.letter("{{ fields.amount }}\n", front + "variants:\n  amount: [1.5, 20]\n  sign: [blank, conformed]\n")
    )
    found = variants.cells(api.job(letter)).chosen
    assert [cell.output for cell in found] == [
        "letter.blank.1-5.pdf", "letter.conformed.1-5.pdf", "letter.blank.20.pdf", "letter.conformed.20.pdf",
    ]  # fmt: skip
    assert (found[1].job.choices.sign, found[1].job.values) == (
        (("Jo Lind", "conformed"),),
        (("amount", Decimal("1.5")),),
    )


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ("variants:\n  papr: [a4]\n", "variants.papr: 'papr' is neither a choice nor a field of the letter"),
        ("variants:\n  paper: [a5]\n", "variants.paper: 'a5' is no paper"),
        ("variants:\n  letterhead: [plian]\n", "did you mean 'plain'?"),
        ("variants:\n  copy: [file, file]\n", "'file' is in the list twice"),
        ("variants:\n  paper: {a4: 1}\n", "is a list of values"),
        ("variants:\n  date: [tomorrow]\n", "'tomorrow' is not a date"),
        ("variants:\n  exclude: [a4]\n  paper: [a4]\n", "is a group of choices"),
        ("variants:\n  paper: [a4]\n  exclude: [{paper: a4}]\n", "no variant is left"),
        ("", "has no variants"),
    ],
)
def test_faults_have_their_line(project: Project, matrix: str, said: str) -> None:
    assert said in " ".join(faults(project, matrix))


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ("paper: [A4, a4]", "'a4' is in the list twice"),
        ("lang: [de-DE, de-de]", "'de-de' is in the list twice"),
        ("paper: []", "variants.paper: is a list of values"),
        ('lang: [""]', "variants.lang: has an empty value"),
        ("languages: [en-US]", "did you mean 'lang'?"),
        ("paper: 'a4, letter'", "hint: write a list: 'paper: [a4, letter]'"),
        ("to: [ada]", "hint: list names under 'to.name', or make every variant for each recipient"),
        ("papers: [a4]", "did you mean 'paper'?"),
        ("tones: [a]", "did you mean 'tone'?"),
        ("amount: [12, twelve]", "variants.amount: 'twelve' is not a number"),
        ("{amount: [1, 2], fields.amount: [3, 4]}", "'amount' and 'fields.amount' are one field"),
        ("copy: [original, 'cc:Bo']", "'Bo' gets no cc copy of this letter"),
        ("{paper: [a4, letter], include: [{papr: a4}]}", "'papr' is neither a choice nor a field"),
    ],
)
def test_what_is_wrong_with_a_list_is_said_before_a_page_is_made(project: Project, matrix: str, said: str) -> None:
    front = FRONT + "cc: [Ada Poe]\nfields: {amount: decimal, tone: text}\n"
    found = faults(project, f"variants: {matrix}\n" if matrix[0] == "{" else f"variants:\n  {matrix}\n", front)
    assert said in " ".join(found)
    assert all(fault.startswith(str(project.root)) or "letter.md:1" in fault for fault in found)


def faults_of_cells(project: Project, matrix: str, front: str = FRONT, body: str = "Hello.\n") -> list[str]:
    """What `check` says of a letter's variants, without the file's name."""
    letter = project.letter(body, front + matrix)
    return [str(fault).partition("letter.md")[2] for fault in letterpress.check(project.root / letter)]


def test_an_exclude_or_include_that_does_nothing_is_a_warning(project: Project) -> None:
    front = FRONT + "fields: {tone: {default: plain}}\n"
    matrix = (
        "variants:\n  lang: [en-US, en-GB]\n  paper: [letter, a4]\n  exclude:\n    - {lang: en, paper: letter}\n"
        "    - {lang: [en-US, en-GB], paper: a4, copy: file}\n  include:\n    - {lang: en-GB, paper: a4}\n"
    )
    letter = api.load(project.letter(front=front + matrix))
    made = variants.cells(api.job(letter))
    assert [cell.name for cell in made.chosen] == ["en-us.letter", "en-us.a4", "en-gb.letter", "en-gb.a4"]
    assert [(note.severity, note.line, note.code) for note in made.notes] == [
        ("warning", 15, "exclude-fits-nothing"),
        ("warning", 16, "exclude-fits-nothing"),
        ("warning", 18, "include-doubled"),
    ]
    assert [note.hint for note in made.notes][:1] == ["did you mean 'en-US' or 'en-GB'?"]


def test_groups_may_list_several_values(project: Project) -> None:
    matrix = (
        "variants:\n  copy: [original, file, draft]\n  paper: [letter, a4]\n"
        "  exclude: {copy: [file, draft], paper: a4}\n  include: {copy: conformed, paper: [a4, letter]}\n"
    )
    assert [name.removeprefix("letter.").removesuffix(".pdf") for name in cells(project, matrix)] == [
        "letter.original", "a4.original", "letter.file", "letter.draft", "a4.conformed", "letter.conformed",
    ]  # fmt: skip


def test_too_many_combinations_are_not_even_listed(project: Project) -> None:
    numbers = ", ".join(map(str, range(40)))
    lists = "".join(f"  f{at}: [{numbers}]\n" for at in range(9))
    front = FRONT + "fields: {" + ", ".join(f"f{at}: text" for at in range(9)) + "}\n"
    assert "262,144,000,000,000 cells; 10,000 are the most" in faults(project, f"variants:\n{lists}", front)[0]


# --- languages --------------------------------------------------------------------------------------------------------


def german(project: Project, lang: str = "de-DE") -> None:
    project.letter(
        "Deutsch.\n", FRONT.replace("en-US", lang).replace("Dear", "Guten Tag"), "content/letters/letter.de.md"
    )


def test_a_version_of_another_language(project: Project) -> None:
    german(project)
    letter = api.load(project.letter("English.\n", FRONT + "variants:\n  lang: [en-US, de-CH, en-GB]\n"))
    found = variants.cells(api.job(letter)).chosen
    assert [("Deutsch" in one.job.letter.body.template, one.job.letter.slug, one.faults) for one in found] == [
        (False, "letter", ()),
        (True, "letter", ()),
        (False, "letter", ()),
    ]


def test_a_language_without_a_text_is_a_fault_that_check_finds(project: Project) -> None:
    matrix = "variants:\n  lang: [en-US, de-DE]\n  paper: [letter, a4]\n"
    (said,) = faults_of_cells(project, matrix)
    assert said == (
        ":11 [lang=de-DE]: variants.lang: the letter has no text in German (de-DE): its English text would go out as "
        "German. hint: write letter.de.md beside it, or begin a part of its text with a line <!-- lang: de -->"
    )
    ran = project.cli("check", "content/letters/letter.md", "--json")
    assert (ran.code, [fault["variant"] for fault in ran.json["diagnostics"]]) == (1, ["lang=de-DE"])
    german(project, "nl-NL")
    assert "letter.de.md is there, and says 'lang: nl-NL': mend that" in faults_of_cells(project, matrix)[0]
    german(project)
    assert faults_of_cells(project, matrix) == []
    project.letter("{{ fields.nothing }}\n", FRONT.replace("en-US", "de-DE"), "content/letters/letter.de.md")
    (broken,) = letterpress.check(project.root / "content/letters/letter.md")
    assert "letter.de.md:12 [lang=de-DE]: 'fields.nothing' is not known" in str(broken)


@pytest.mark.parametrize(
    ("body", "lang"),
    [
        ("Hello.\n\n<!-- lang: fr -->\n\nBonjour.\n", "fr-CH"),
        ("{% if lang == 'fr-FR' %}Bonjour{% else %}Hello{% endif %}\n", "fr-FR"),
        ("{{ fields.words }}\n", "fr-FR"),
    ],
)
def test_a_text_in_a_language_has_several_places(project: Project, body: str, lang: str) -> None:
    matrix = f"fields: {{words: text}}\nvariants:\n  lang: [en-US, {lang}]\n"
    bilingual = "bilingual: columns\n" if "<!--" in body else ""
    assert faults_of_cells(project, matrix, FRONT + bilingual, body) == []


def test_a_part_of_the_language_leads_whatever_its_region(project: Project) -> None:
    front = FRONT.replace("Dear Dr. Brook", "{en: Dear Dr. Brook, fr-CA: Chère madame}").replace("Sincerely", "x")
    letter = api.load(project.letter("Hello.\n\n<!-- lang: fr-CA -->\n\nBonjour.\n", front + "bilingual: columns\n"))
    assert bilingual.led_by(letter, "fr-CH").body.template.strip() == "<p>Bonjour.</p>"
    assert bilingual.led_by(letter, "en-GB").lang == "en-US"


def test_values_of_a_list_are_written_in_the_letters_language(project: Project) -> None:
    german(project)
    path = project.root / "content/letters/letter.de.md"
    path.write_text(path.read_text().replace("---\n\nD", "fields: {amount: decimal}\n---\n{{ fields.amount }} D"))
    front = FRONT + "fields: {amount: decimal}\nvariants:\n  amount: [1.500]\n  lang: [de-DE]\n"
    (cell,) = variants.cells(api.job(api.load(project.letter("{{ fields.amount }}\n", front)))).chosen
    filled, wrong = filling.fill(cell.job, lang="de-DE", paper="a4", letterhead="plain")
    assert (wrong, filled is None) == ([], False)
    assert value_marks.without(filled.body if filled else "").strip() == "<p>1,500 Deutsch.</p>"


# --- which are meant, and how they are named --------------------------------------------------------------------------


MATRIX = "fields: {tone: {default: plain}}\nvariants:\n  letterhead: [plain, us-business, din5008]\n"
MATRIX += "  lang: [en-US, en-GB]\n  paper: [letter, a4]\n  tone: [plain, formal]\n"


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({"paper": "A4"}, 12),
        ({"lang": "en-GB", "letterhead": "plain"}, 4),
        ({"lang": "en"}, 24),
        ({"fields.tone": "formal"}, 12),
        ({"copy": "file"}, 24),
    ],
)
def test_what_is_chosen_of_a_list_makes_those_alone_under_their_names(
    project: Project, given: dict[str, str], number: int
) -> None:
    job = api.job(api.load(project.letter(front=FRONT + MATRIX)))
    every = {cell.output for cell in variants.cells(job).every}
    chosen = variants.cells(job, given).chosen
    assert len(chosen) == number
    assert {cell.output for cell in chosen} <= every


def test_what_no_variant_has_is_refused(project: Project) -> None:
    job = api.job(api.load(project.letter(front=FRONT + MATRIX + "  sign: [blank, conformed]\n")))
    for given, said in (
        ({"letterhead": "band"}, "there is no variant with letterhead=band. hint: known: din5008, plain, us-business"),
        ({"fields.tone": "fromal"}, "there is no variant with tone=fromal. hint: did you mean 'formal'?"),
        ({"sign": (("Jo Lind", "blank"),)}, "how letters are signed is for the variants to choose: blank, conformed"),
    ):
        with pytest.raises(UsageError) as caught:
            variants.cells(job, given, option=lambda name: f"--{name}")
        assert said in str(caught.value)


def test_a_fault_of_many_variants_is_said_once_with_them(project: Project) -> None:
    assert [said.partition(". hint")[0] for said in faults_of_cells(project, MATRIX)] == [
        ":14 [letterhead=us-business, paper=a4]: paper: the letterhead 'us-business' is not made for paper 'a4'",
        ":14 [letterhead=din5008, paper=letter]: paper: the letterhead 'din5008' is not made for paper 'letter'",
    ]


def test_variants_are_named_as_shortly_as_tells_them(project: Project) -> None:
    made = variants.cells(api.job(api.load(project.letter(front=FRONT + MATRIX))))
    every = made.chosen
    assert made.said(every) == "all 24 variants"
    assert made.said(every[:1]) == "letterhead=plain, lang=en-US, paper=letter, tone=plain"
    of_tone = [cell for cell in every if cell.choices["tone"] == "formal" and cell.choices["paper"] == "a4"]
    assert made.said(of_tone) == "paper=a4, tone=formal"
    two = [cell for cell in every if cell.choices["letterhead"] != "plain"]
    assert made.said(two) == "letterhead=us-business or din5008"
    assert made.said([every[0], every[-1]]) == f"{every[0].said}; {every[-1].said}"
    assert str(made.said(every[:-1])).endswith("; and 17 more")


def test_names_that_clash_are_all_found_before_a_page_is_made(project: Project) -> None:
    front = FRONT + "fields: {tone: text}\n"
    found = faults(project, "variants:\n  tone: [a b, a-b, A/b]\n  paper: [a4]\n", front)
    assert [fault.partition("would")[2] for fault in found] == [
        f" both become 'letter.a-b.pdf': tone=a b, and tone={other}. hint: take one of them out, or write values that "
        "differ in letters or figures"
        for other in ("a-b", "A/b")
    ]


def test_the_api_makes_variants_and_those_of_rows(project: Project) -> None:
    german(project)
    path = project.root / project.letter(
        front=FRONT + "variants:\n  lang: [en-US, de-DE, fr-FR]\n  copy: [file, draft]\n"
    )
    made = list(letterpress.variants(path, copy="file"))
    assert [(one.id, one.status, dict(one.variant or {})["lang"]) for one in made] == [
        ("letter.en-us.file", "done", "en-US"),
        ("letter.de-de.file", "done", "de-DE"),
        ("letter.fr-fr.file", "failed", "fr-FR"),
    ]
    assert made[2].diagnostics[0].variant == "lang=fr-FR, copy=file"
    rows = [
        {"name": "Bo", "city": "Kiel", "lang": "de"},
        {"name": "Cy", "city": "Ayr", "lang": "fr"},
        {"name": "", "city": "Ayr"},
    ]
    with pytest.raises(LetterpressError, match=r"\[lang=fr-FR\]"):
        next(letterpress.variants(path, rows))
    project.letter(front=FRONT + "variants:\n  lang: [en-US, de-DE]\n  copy: [file, draft]\n")
    found = [(one.id, one.status) for one in letterpress.variants(path, rows, lang="de-DE", copy="draft")]
    assert found == [("letter-1.de-de.draft", "done"), ("letter-2", "failed"), ("letter-3", "failed")]


@pytest.mark.slow
def test_the_command_makes_all_cells_and_a_sheet(project: Project) -> None:
    import pikepdf

    project.letter(
        "Thank you.\n", FRONT + "variants:\n  letterhead: [plain, congress]\n  copy: [original, draft, conformed]\n"
    )
    ran = project.cli(
        "variants", "content/letters/letter.md", "-o", "out", "--sheet", "out/sheet.pdf", "--json", "--jobs", "0"
    )
    assert ran.code == 0, ran.err
    assert [(one["id"], one["status"]) for one in ran.json["letters"]] == [
        (f"letter.{head}.{copy}", "done")
        for head in ("plain", "congress")
        for copy in ("original", "draft", "conformed")
    ]
    assert sorted(path.name for path in (project.root / "out").glob("letter*.pdf")) == sorted(
        f"{one['id']}.pdf" for one in ran.json["letters"]
    )
    with pikepdf.open(project.root / "out/sheet.pdf") as sheet:
        (page,) = sheet.pages
        assert len(page.Resources.XObject) == 6
        width = float(page.Resources.XObject.P0.BBox[2])
        scale = float(page.Contents.read_bytes().split()[1])
        assert width * scale == pytest.approx(380, abs=1)  # type of 11 pt is 7 pt on it: it can be read
        assert b"letter.congress.draft" in page.Contents.read_bytes()
    listed: Any = project.cli("variants", "content/letters/letter.md", "--list", "--json").json
    assert len(listed["variants"]) == 6
    png = project.cli("variants", "content/letters/letter.md", "-o", "out", "--sheet", "out/sheet.png")
    assert png.code == 0
    assert (project.root / "out/sheet.png").read_bytes().startswith(b"\x89PNG")
    assert project.cli("variants", "content/letters/letter.md", "--sheet", "x.gif").code == 2


@pytest.mark.slow
def test_a_cell_that_fails_is_one_of_many(project: Project) -> None:
    front = (
        FRONT.replace("date: 2026-01-15\n", "") + "variants:\n  letterhead: [plain, congress]\n"
    )  # congress asks for a date
    ran = project.cli("variants", "--jobs", "0", project.letter(front=front), "-o", "out", "--json")
    assert ran.code == 1
    assert [one["status"] for one in ran.json["letters"]] == ["done", "failed"]


@pytest.mark.slow
def test_variants_are_filled_from_a_record(project: Project) -> None:
    project.write("people.csv", "Name,City,Amount,Paper\nAda,Bangor,5,a4\nBo,Portland,7,a4\n")
    front = FRONT + "fields: {amount: {required: true}}\nvariants:\n  paper: [a4, letter]\n"
    letter = project.letter("{{ fields.amount }} for {{ to.name }}\n", front)
    ran = project.cli("variants", "--jobs", "0", letter, "-o", "out", "--data", "people.csv", "--record", "2", "--json")
    assert ran.code == 0, ran.err
    # All variants are to be looked at, whatever the record chooses.
    assert [one["variant"] for one in ran.json["letters"]] == [{"paper": "a4"}, {"paper": "letter"}]
    assert "7 for Bo" in project.cli("text", "out/letter.letter.pdf").out
    assert project.cli("variants", letter, "--data", "people.csv", "--record", "3").code == 2


LIST = (
    "Name,Street,City,Postcode,Country,Language,Price\nAda,4 Mill Lane,Bath,BA1 1AA,GB,en,12\n"
    "Bo,Kaiweg 3,Kiel,24103,DE,de,13\nCy,Kaiweg 5,Kiel,24103,DE,,x\n"
)


def priced(project: Project) -> str:
    """A price list in two languages, for two readers."""
    fields = "fields: {price: {type: integer, required: true}}\n"
    front = FRONT.replace("en-US", "en-GB").replace("to: ", "cc: [x]\n#") + fields
    project.write("list.csv", LIST)
    project.letter("Preis {{ fields.price }}\n", front.replace("en-GB", "de-DE"), "content/letters/letter.de.md")
    return project.letter(
        "Price {{ fields.price }}\n", front + "variants:\n  lang: [en-GB, de-DE]\n  copy: [original, file]\n"
    )


@pytest.mark.slow
def test_every_variant_is_made_for_each_record_in_one_run(project: Project) -> None:
    letter = priced(project)
    command = ("variants", letter, "--data", "list.csv", "--jobs", "0", "-o", "out")
    ran = project.cli(*command, "--json", "--report", "wrong.csv", "--combine", "all.pdf", "--sheet", "sheet.pdf")
    assert [
        (one["record"], one["status"], (one["output"] or "-").partition("letter-")[2]) for one in ran.json["letters"]
    ] == [
        ("1", "done", "00001.en-gb.original.pdf"),
        ("1", "done", "00001.en-gb.file.pdf"),
        ("2", "done", "00002.de-de.original.pdf"),
        ("2", "done", "00002.de-de.file.pdf"),
        *[("3", "failed", "")] * 4,
    ]
    langs = [one["variant"]["lang"] for one in ran.json["letters"]]
    assert langs == ["en-GB", "en-GB", "de-DE", "de-DE", "en-GB", "en-GB", "de-DE", "de-DE"]
    assert "list.csv:4 record 3 (cell G4) [all 4 variants]: fields.price: 'x' is not a number" in ran.err
    assert ran.err.count("is not a number") == 1
    report = (project.root / "wrong.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[:4] for line in report] == [
        ["variant", "record", "row", "cell"],
        ["all 4 variants", "3", "4", "G4"],
    ]
    assert "Preis 13" in project.cli("text", "out/letter-00002.de-de.file.pdf").out
    assert (project.root / "all.pdf").is_file()
    assert (project.root / "sheet.pdf").is_file()
    project.cli("runs", "out", "--failed-csv", "failed.csv")
    assert (project.root / "failed.csv").read_text("utf-8-sig").count("Cy,") == 1
    project.write("list.csv", LIST.replace(",x", ",14"))
    again = project.cli(*command, "--json").json["summary"]
    assert {name: again[name] for name in ("done", "skipped", "failed")} == {"done": 4, "skipped": 4, "failed": 0}


@pytest.mark.slow
def test_records_and_variants_are_planned_without_a_page(project: Project) -> None:
    letter = priced(project)
    command = ("variants", letter, "--data", "list.csv", "--jobs", "0", "--dry-run", "--limit", "2")
    ran = project.cli(*command, "--name", "{to.name|slug}/{lang}-{copy}", "--lang", "de")
    assert ran.out == "out/letter/bo/de-DE-original.pdf  record 2  lang=de-DE, copy=original\n" + (
        "out/letter/bo/de-DE-file.pdf  record 2  lang=de-DE, copy=file\n"
    )
    assert "record 1 (row 2): note: none of its variants is asked for" in ran.err
    clash = project.cli(*command, "--name", "{to.name}-{lang}")
    assert clash.code == 2
    assert "two variants of record 1 would both become 'Ada-en-GB.pdf': lang=en-GB, copy=original, and" in clash.err
    assert not (project.root / "out").exists()
    project.write("list.csv", LIST.replace("Kaiweg 3", "4 Mill Lane").replace("Bo", "Ada").replace(",de,", ",en,"))
    unique = project.cli(*command, "--unique", "--json").json["summary"]
    assert (unique["letters"], unique["duplicates"]) == (4, 0)
    project.write("list.csv", LIST.splitlines()[0] + "\n" + LIST.splitlines()[1] + "\n" + LIST.splitlines()[1] + "\n")
    unique = project.cli(*command, "--unique", "--json").json["summary"]
    assert (unique["letters"], unique["skipped"], unique["duplicates"]) == (4, 2, 2)


@pytest.mark.slow
def test_a_dry_run_lists_variants_and_their_files(project: Project) -> None:
    letter = project.letter(front=FRONT + "variants:\n  lang: [en-US, de-DE]\n  copy: [original, file]\n")
    ran = project.cli("variants", letter, "--dry-run", "--copy", "file", "--jobs", "0")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "out/letter.en-us.file.pdf  lang=en-US, copy=file",
        "out/letter.de-de.file.pdf  lang=de-DE, copy=file  (cannot be made)",
    ]
    assert "[lang=de-DE, copy=file]: variants.lang: the letter has no text in German" in ran.err
    assert not (project.root / "out").exists()
    made = project.cli("variants", letter, "--jobs", "0", "--json")
    assert [(one["status"], one["variant"]["lang"], one["output"]) for one in made.json["letters"]] == [
        ("done", "en-US", "out/letter.en-us.original.pdf"),
        ("done", "en-US", "out/letter.en-us.file.pdf"),
        ("failed", "de-DE", None),
        ("failed", "de-DE", None),
    ]
    assert made.json["letters"][0]["claims"] == ["PDF/A-3a", "PDF/UA-1"]
    assert made.err.count("has no text in German") == 1
    for wrong in (("--limit", "3"), ("--name", "x"), ("--record", "1"), ("--layout",)):
        assert project.cli("variants", letter, *wrong).code == 2


def test_a_letter_without_a_text_in_the_language_says_so_wherever_it_is_chosen(project: Project) -> None:
    """`render`, `merge` and a record's language go on in the letter's own words; a version beside it is taken."""
    path = project.letter()
    said = "the letter has no text in German (de): its English text would go out as German"
    result = letterpress.render(path, lang="de")
    assert (
        result.status,
        [fault.message for fault in result.diagnostics if fault.code == "language-text-missing"],
    ) == (
        "done",
        [said],
    )
    rows = [{"name": "Ada Brook", "lang": "de"}, {"name": "Bo Lind", "lang": "en-GB"}]
    merged = list(letterpress.merge(path, rows))
    assert [
        [fault.message for fault in one.diagnostics if fault.code == "language-text-missing"] for one in merged
    ] == [
        [said],
        [],
    ]
    beside = Path(path).with_suffix(".de.md")
    beside.write_text(Path(path).read_text(encoding="utf-8").replace("lang: en-US", "lang: de"), encoding="utf-8")
    assert not [one for one in letterpress.render(path, lang="de").diagnostics if one.code == "language-text-missing"]


def test_check_lays_out_each_variant(project: Project) -> None:
    """What only one variant's page shows is found, and said with the variant."""
    front = FRONT + "fields:\n  mark: {default: plus}\n  amount: {type: integer, required: true}\n"
    matrix = "variants:\n  mark: [plus, '\U0001fae8']\n  paper: [letter, a4]\n"
    project.letter("A {{ fields.mark }} of {{ fields.amount }}.\n", front + matrix)
    assert project.cli("check", "content/letters/letter.md").code == 0
    ran = project.cli("check", "content/letters/letter.md", "--layout", "--json")
    assert ran.code == 1, ran.err
    (fault,) = [one for one in ran.faults if one["severity"] == "error"]
    assert (fault["code"], fault["value"], fault["variant"]) == ("character-missing", "\U0001fae8", "mark=\U0001fae8")


def test_a_check_lays_out_each_page_once(project: Project) -> None:
    """The letter itself is a page of its own only where no variant looks as it does."""
    for front, pages in (("variants:\n  lang: [en-US, en-GB]\n", 2), ("variants:\n  lang: [en-GB, en-CA]\n", 3)):
        letter = letterpress.load(project.root / project.letter(front=FRONT + front))
        made: list[Job] = []

        def press(job: Job, made: list[Job] = made) -> letterpress.Result:
            made.append(job)
            return pipeline.press(job)

        job = Job(letter=letter)
        said = variants.check_layout(job, variants.cells(job), (), press)
        assert [fault for fault in said if fault.severity == "error"] == []
        assert len(made) == pages


def test_a_check_of_many_variants_has_each_value_among_those_that_are_laid_out() -> None:
    every = [
        variants.Cell(job=None, choices={"a": a, "b": b}, output="x", name="", said="")  # type: ignore[arg-type]
        for a in range(9)
        for b in range(9)
    ]
    first = variants._spread(every)
    assert len(first) == len(every)
    for axis in ("a", "b"):
        assert {cell.choices[axis] for cell in first[:20]} == set(range(9))


def test_with_strict_a_warning_fails_the_variants_that_have_it(project: Project) -> None:
    letter = project.letter("Pay **today.\n", FRONT + "variants:\n  paper: [letter, a4]\n")
    ran = project.cli("variants", letter, "--strict", "--json", "--dry-run", "--jobs", "0")
    assert (ran.code, [one["status"] for one in ran.json["letters"]]) == (1, ["failed", "failed"])
    assert {one["severity"] for one in ran.faults} == {"error"}
