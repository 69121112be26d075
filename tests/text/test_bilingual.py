"""A letter in several languages: one after the other, or side by side."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import letterpress
from letterpress.rawhtml import parser
from letterpress.text import bilingual
from tests.support import golden, verapdf
from tests.support.project import FRONT, Project, pdf_text

BOTH = """\
letterhead: plain
lang: en-CA
date: 2026-11-24
subject: {en: Your berth, fr: Votre poste}
salutation: {en: Dear Ms. Roy, fr: Madame}
closing: {en: Sincerely, fr: Cordialement}
postscript: {en: The key is here, fr: La clé est ici}
signatories: [{name: Ruth MacAskill}]
fields: {fee: {type: money, currency: CAD, default: "1840.00"}}
"""
BODY = """\
The "fee" is {{ fields.fee }}, due {{ date }}.

Second paragraph.

<!-- lang: fr-CA -->

Les "droits" sont de {{ fields.fee }}, dus le {{ date }}.

Deuxième alinéa.
"""
COLUMNS = BOTH + "bilingual: columns\n"


def elements(pdf: bytes) -> list[tuple[str, str | None, str]]:
    """Each structure element in reading order: its kind, its language, its text (of its own pieces)."""
    found: list[tuple[str, str | None, str]] = []
    with pikepdf.open(io.BytesIO(pdf)) as document:

        def walk(element: pikepdf.Object) -> None:
            found.append((str(element.S), str(element.Lang) if "/Lang" in element else None, ""))
            kids = element.get("/K", [])
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                    walk(kid)

        walk(document.Root.StructTreeRoot.K[0])
    return found


def read_aloud(pdf: bytes, path: str) -> str:
    """The text in the order of the structure tree, as poppler reads it."""
    import subprocess

    with open(path, "wb") as file:
        file.write(pdf)
    out = subprocess.run(["pdfinfo", "-struct-text", path], capture_output=True, text=True, check=True).stdout
    return " ".join(re.findall(r'"(.*)"', out))


# --- the parts of a text ----------------------------------------------------------------------------------------------


def test_parts_begin_at_their_marks() -> None:
    parts = bilingual.split("One.\n\n<!-- lang: fr -->\nDeux.\n<!--lang:de-CH-->\n\nDrei.", 10)
    assert [(part.lang, part.text.strip(), part.line) for part in parts] == [
        (None, "One.", 10),
        ("fr", "Deux.", 13),
        ("de-CH", "Drei.", 15),
    ]


def test_a_mark_in_code_is_code() -> None:
    assert len(bilingual.split("```\n<!-- lang: fr -->\n```\n", 1)) == 1


def test_the_first_part_may_have_a_mark() -> None:
    assert [part.lang for part in bilingual.split("\n<!-- lang: en -->\nOne.\n<!-- lang: fr -->\nDeux.", 1)] == [
        "en",
        "fr",
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("fr", "fr-CA", True), ("fr-CA", "fr", True), ("fr-CH", "fr-CA", False), ("de", "den", False), ("EN", "en", True)],
)
def test_what_two_tags_mean(one: str, other: str, expected: bool) -> None:
    assert bilingual.same(one, other) is expected


def test_blocks_are_the_outermost_elements() -> None:
    html = "<p>a <b>b</b></p>\n<ul>\n<li><p>c</p></li>\n</ul>\ntext\n<hr />\n<h2>d</h2>"
    assert parser.blocks(html) == [
        "<p>a <b>b</b></p>",
        "<ul>\n<li><p>c</p></li>\n</ul>\ntext",
        "<hr />",
        "<h2>d</h2>",
    ]
    assert parser.blocks("words <p>x</p>") == ["words", "<p>x</p>"]
    assert parser.blocks("") == []


# --- the letter -------------------------------------------------------------------------------------------------------


def test_one_after_the_other(project: Project) -> None:
    result = project.press(BODY, BOTH)
    assert result.pdf is not None, result.diagnostics
    text = pdf_text(result.pdf)
    order = ["Your berth", "Dear Ms. Roy,", "Second paragraph.", "Votre poste", "Madame,", "Deuxième alinéa."]
    order += ["Sincerely,", "Cordialement,", "Ruth MacAskill", "The key is here", "La clé est ici"]
    places = [text.index(words) for words in order]
    assert places == sorted(places), text
    assert text.count("Ruth MacAskill") == 1
    assert "The “fee” is $1,840.00, due November 24, 2026." in text
    assert "Les « droits » sont de 1 840,00 $, dus le 24 novembre 2026." in text
    langs = [lang for _, lang, _ in elements(result.pdf) if lang]
    assert langs == ["fr-CA"] * 3  # the part, its closing, its postscript
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


def test_side_by_side(project: Project) -> None:
    result = project.press(BODY, COLUMNS)
    assert result.pdf is not None, result.diagnostics
    lines = {line.text: line for line in golden.lines(result.pdf)}
    for english, french in (
        ("Your berth", "Votre poste"),
        ("Dear Ms. Roy,", "Madame,"),
        ("Second paragraph.", "Deuxième alinéa."),
        ("Sincerely,", "Cordialement,"),
    ):
        assert lines[english].y == lines[french].y
        assert lines[english].x < lines[french].x
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


def test_columns_are_read_one_after_the_other_over_all_pages(project: Project) -> None:
    many = BODY.replace("Second paragraph.", "\n\n".join(f"English {n} {'word ' * 40}" for n in range(8)))
    many = many.replace("Deuxième alinéa.", "\n\n".join(f"French {n} {'mot ' * 50}" for n in range(9)))
    result = project.press(many, COLUMNS)
    assert result.pdf is not None, result.diagnostics
    assert (result.pages or 0) > 1
    said = read_aloud(result.pdf, str(project.root / "x.pdf"))
    order = [f"English {n} " for n in range(8)] + [f"French {n} " for n in range(9)] + ["Sincerely", "Cordialement"]
    places = [said.index(words) for words in order]
    assert places == sorted(places)
    assert said.index("Dear Ms. Roy") < said.index("English 0") < said.index("Votre poste") < said.index("French 0 ")
    sections = [lang for kind, lang, _ in elements(result.pdf) if kind == "/Sect"]
    assert sections == ["en-CA", "fr-CA", "en-CA", "fr-CA"]
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


def test_blocks_of_all_kinds_side_by_side(project: Project) -> None:
    block = "## Head\n\n- one\n- two\n    - three\n\n> quoted\n\n| a | b |\n|---|---|\n| c | d |\n\nA note[^1] and [a link](https://example.org/).\n\n[^1]: At the foot{n}.\n"
    result = project.press(
        f"{block.replace('{n}', ' one')}\n<!-- lang: fr -->\n\n{block.replace('{n}', ' deux')}", COLUMNS
    )
    assert result.pdf is not None, result.diagnostics
    text = pdf_text(result.pdf)
    for words, times in (("quoted", 2), ("three", 2), ("At the foot one.", 1), ("At the foot deux.", 1), ("a link", 2)):
        assert text.count(words) == times, text
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


def test_the_language_that_is_asked_for_comes_first(project: Project) -> None:
    path = project.root / project.letter(BODY, BOTH)
    result = letterpress.render(path, lang="fr-CA")
    assert result.pdf is not None, result.diagnostics
    text = pdf_text(result.pdf)
    assert text.index("24 novembre 2026") < text.index("Deuxième") < text.index("Second paragraph")
    assert "due November 24, 2026" in text


def test_three_languages_side_by_side(project: Project) -> None:
    body = BODY + "\n<!-- lang: ga -->\n\nTríú teanga.\n"
    result = project.press(body, COLUMNS)
    assert result.pdf is not None, result.diagnostics
    lines = {line.text: line for line in golden.lines(result.pdf)}
    assert lines["Your berth"].x < lines["Votre poste"].x
    assert "Tríú teanga." in pdf_text(result.pdf)


@pytest.mark.parametrize(
    ("body", "front", "line", "words"),
    [
        ("One.\n\n<!-- lang: qqq -->\n\nTwo.\n", FRONT, 14, "not a language"),
        ("One.\n\n<!-- lang: en -->\n\nTwo.\n", FRONT, 14, "second part in 'en'"),
        ("<!-- lang: fr -->\n\nUn.\n\n<!-- lang: en -->\n\nTwo.\n", FRONT, 12, "begins in 'fr'"),
        ("One.\n", FRONT.replace("salutation: Dear", "salutation: {en: Dear, es: Hola} #"), 7, "no part in 'es'"),
        ("One.\n\n<!-- lang: fr -->\n\nUn {{ fields.none }}.\n", FRONT, 16, "fields.none"),
        ("One.\n\n<!-- lang: fr -->\n\nUn ☃.\n", FRONT, 16, "no font has"),
        ("One.\n\n<!-- lang: fr -->\n\n![x](none.png)\n", FRONT, 16, "none.png"),
        ("One.\n\n<!-- lang: fr -->\n\n<b>{% if %}</b>\n", FRONT, 16, ""),
    ],
)
def test_faults_are_found_where_they_are(project: Project, body: str, front: str, line: int, words: str) -> None:
    faults = project.faults(body, front)
    assert any(fault["line"] == line and words in fault["message"] for fault in faults), faults


@pytest.mark.parametrize("first", [False, True])
def test_a_part_whose_language_is_none_is_one_fault(project: Project, first: bool) -> None:
    """Texts by language are not said to have no part: it is the one whose language is mistyped."""
    body = BODY.replace("fr-CA", "franc")
    body = body if not first else "<!-- lang: englsh -->\n\n" + BODY
    letter = project.letter(body, BOTH)
    [fault] = project.cli("check", letter, "--json").json["diagnostics"]
    assert fault["code"] == "language-unknown"
    assert first or fault["fixes"][0]["value"] == "fr"


def test_an_empty_part_is_a_fault(project: Project) -> None:
    assert "the body is empty" in project.fault("One.\n\n<!-- lang: fr -->\n\n")["message"]


def test_a_passage_in_another_language_is_tagged(project: Project) -> None:
    result = project.press('It is *called* <span lang="fr">Bureau du port</span>.\n\n- a <span lang="de">Wort</span>\n')
    assert result.pdf is not None, result.diagnostics
    assert [(kind, lang) for kind, lang, _ in elements(result.pdf) if lang] == [("/Span", "fr"), ("/Span", "de")]
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


@pytest.mark.parametrize("head", ["din5008", "french", "us-business", "swiss", "uk", "congress", "open-letter"])
def test_in_letterheads(project: Project, head: str) -> None:
    front = COLUMNS.replace("letterhead: plain", f"letterhead: {head}")
    front += "from: {name: Port, lines: [1 Quay, Halifax]}\nto: {name: Ms. Roy, lines: [2 Quay, Halifax]}\nreference: {ours: A}\n"
    result = project.press(BODY, front)
    assert result.pdf is not None, result.diagnostics
    text = pdf_text(result.pdf)
    for words in ("Your berth", "Votre poste", "Second paragraph.", "Deuxième alinéa.", "Madame,"):
        assert text.casefold().count(words.casefold()) == 1, (words, text)


@settings(max_examples=12)
@given(st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_at_no_length_is_a_closing_alone_or_a_word_lost(workshop: Project, one: int, other: int, columns: bool) -> None:
    body = "\n\n".join(["First.", *(f"E{n}e " + "word " * (n % 23) for n in range(one))])
    body += "\n\n<!-- lang: fr-CA -->\n\n" + "\n\n".join(
        ["Premier.", *(f"F{n}f " + "mot " * (n % 19) for n in range(other))]
    )
    result = letterpress.render(workshop.root / workshop_letter(workshop, body, COLUMNS if columns else BOTH))
    assert result.pdf is not None, result.diagnostics
    words = re.findall(r"\b(?:E\d+e|F\d+f)\b", pdf_text(result.pdf))
    assert sorted(words) == sorted([f"E{n}e" for n in range(one)] + [f"F{n}f" for n in range(other)])
    lines = golden.lines(result.pdf)
    closing = next(line for line in lines if line.text.startswith("Sincerely"))
    if closing.page > 1:
        above = {
            line.y
            for line in lines
            if line.page == closing.page
            and line.y < closing.y
            and re.search(r"\b[EF]\d+[ef]|word|mot|First|Premier|Madame", line.text)
        }
        assert len(above) >= 2, [line for line in lines if line.page == closing.page]


def workshop_letter(workshop: Project, body: str, front: str) -> str:
    return workshop.letter(body, front)


# --- slips ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("<!-- lang fr -->", "fr"),
        ("<!-- Sprache: fr -->", "fr"),
        ("<!--Lang: fr-CA-->", "fr-CA"),
        ("<!-- lnag: fr -->", "fr"),
        ("<!-- langue: Deutsch -->", "de"),
        ("<!-- lang: fr --> Deux.", "fr"),
        ("  <!-- lang = fr -->", "fr"),
        ("<!-- lang: -->", "fr"),
        ("<!-- fr -->", "fr"),
    ],
)
def test_what_looks_like_a_language_line_is_a_fault_with_its_line(project: Project, line: str, meant: str) -> None:
    (fault,) = project.faults(f"One.\n\n{line}\n\nDeux.\n", FRONT)
    assert (fault["code"], fault["line"]) == ("language-line-wrong", FRONT.count("\n") + 6)
    assert fault["hint"].endswith(f"<!-- lang: {meant} -->")


def test_other_comments_and_code_are_no_language_lines() -> None:
    text = "<!-- note: it -->\n<!-- language of this part -->\n<!-- todo -->\n```\n<!-- lang fr -->\n```\n<!-- lang: fr -->"
    assert list(bilingual.slips(text, 1)) == []


def test_auto_writes_each_languages_salutation_and_closing(project: Project) -> None:
    front = BOTH.replace("{en: Dear Ms. Roy, fr: Madame}", "auto").replace("{en: Sincerely, fr: Cordialement}", "auto")
    result = project.press(BODY, front + "to: {name: Ms. Ada Roy, lines: [4 Quay Road, Gaspé]}\n")
    assert result.pdf is not None, result.diagnostics
    text = pdf_text(result.pdf)
    said = [text.index(words) for words in ("Dear Ms. Roy,", "Second paragraph", "Madame,", "Deuxième", "Sincerely,")]
    assert said == sorted(said)
    assert text.index("Madame", said[-1]) > said[-1]  # Veuillez agréer, Madame, ...


def test_a_text_that_one_language_lacks_and_columns_of_one_language_are_said(project: Project) -> None:
    front = BOTH.replace("{en: Dear Ms. Roy, fr: Madame}", "{en: Dear Ms. Roy}").replace("fr: La clé est ici", 'fr: ""')
    (fault,) = project.press(BODY, front).diagnostics
    assert (fault.severity, fault.code, fault.field, fault.line) == (
        "warning",
        "language-text-lacking",
        "salutation",
        6,
    )
    assert "fr-CA: auto" in str(fault.hint)
    (fault,) = project.press("One.\n", FRONT + "bilingual: columns\n").diagnostics
    assert (fault.severity, fault.code, fault.field) == ("warning", "language-part-missing", "bilingual")
