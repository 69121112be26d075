"""Slips against the usage of a letter's language: what is said, where, and that nothing is said of a right letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterpress import pipeline
from letterpress.content import reader
from letterpress.errors import Diagnostic
from letterpress.filling import slips
from letterpress.model import Job
from tests.support.project import Project

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(
    [
        *(ROOT / "content/letters").glob("*.md"),
        *(ROOT / "src/letterpress/data/letters").glob("*.md"),
        *(ROOT / "samples").glob("**/*.md"),
        *(ROOT / "tests/cases").glob("*/letter.md"),
    ]
)


def found(project: Project, front: str, body: str = "Text.\n") -> list[Diagnostic]:
    letter, _ = reader.examine(project.letter(body, f"letterhead: plain\n{front}\n"))
    assert letter is not None
    return slips.find(letter, letter.lang)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_letter_that_ships_has_a_slip(path: Path) -> None:
    letter, _ = reader.examine(str(path))
    assert letter is not None
    assert [str(one) for one in slips.find(letter, letter.lang)] == []


@pytest.mark.parametrize(
    ("front", "body", "code", "line", "instead"),
    [
        # SN 010130 (conviva-plus.ch): no comma, then a capital; DIN 5008: comma, then small.
        ("lang: de-CH\nsalutation: Sehr geehrte Frau Durrer", "unsere Bewilligung läuft ab.", "text-begins", 7, "Unsere"),
        ("lang: de-CH\nsalutation: auto", "**unsere** Bewilligung läuft ab.", "text-begins", 7, "Unsere"),
        ("lang: de\nsalutation: Sehr geehrte Frau Orr", "Vielen Dank für Ihren Brief.", "text-begins", 7, "vielen"),
        ("lang: de-AT\nsalutation: Sehr geehrte Frau Orr!", "vielen Dank für Ihren Brief.", "text-begins", 7, "Vielen"),
        ("lang: en-GB\nsalutation: Dear Ms Orr", "thank you for your letter.", "text-begins", 7, "Thank"),
        ("lang: fr\nsalutation: Madame", "à la suite de votre lettre.", "text-begins", 7, "À"),
        ("lang: nl\nsalutation: Geachte heer Orr", "hartelijk dank.", "text-begins", 7, "Hartelijk"),
        ("lang: es\nsalutation: Estimada Sra. Orr", "gracias por su carta.", "text-begins", 7, "Gracias"),
        # RAE, dos puntos.
        ("lang: es\nsalutation: 'Estimada Sra. Orr,'", "Gracias.", "salutation-mark", 4, None),
        # Duden: Damen und Herren.
        ("lang: de\nsalutation: Sehr geehrte Damen und Herrn", "am 3. Mai.", "salutation-word", 4, "Sehr geehrte Damen und Herren"),
        # taaladvies.net: Geachte heer De Vries.
        ("lang: nl\nsalutation: Geachte heer de Vries", "Dank.", "salutation-word", 4, "Geachte heer De Vries"),
        ("lang: de\nclosing: 'Mit freundlichen Grüßen,'", "Text.", "closing-mark", 4, "Mit freundlichen Grüßen"),
        ("lang: pl\nclosing: 'Z poważaniem,'", "Text.", "closing-mark", 4, "Z poważaniem"),
        ("lang: fr\nclosing: 'Je vous prie d’agréer, Madame, mes salutations distinguées,'", "Texte.", "closing-mark", 4, "Je vous prie d’agréer, Madame, mes salutations distinguées."),
        ("lang: fr\nsalutation: Madame\nclosing: Je vous prie d’agréer, Monsieur, mes salutations.", "Texte.", "closing-call", 5, None),
        # Académie française, Dire, ne pas dire, 12 March 2013.
        ("lang: fr\nclosing: Veuillez agréer, Madame, l’expression de mes salutations distinguées.", "Texte.", "closing-word", 4, "Veuillez agréer, Madame, mes salutations distinguées."),
        ("lang: fr-CH\nclosing: \"Recevez, Madame, l'assurance de nos meilleures salutations.\"", "Texte.", "closing-word", 4, "Recevez, Madame, nos meilleures salutations."),
        # Debrett's: Dear Sir with Yours faithfully, a name with Yours sincerely.
        ("lang: en-GB\nsalutation: Dear Sir or Madam\nclosing: Yours sincerely", "Text.", "closing-pair", 5, "Yours faithfully"),
        ("lang: en-AU\nsalutation: Dear Dr Orr\nclosing: Yours faithfully", "Text.", "closing-pair", 5, "Yours sincerely"),
        # mc2.civillink.net, 頭語と結語.
        ("lang: ja\nsalutation: 前略\nclosing: 敬具", "本文。", "closing-pair", 5, "草々"),
        ("lang: ja\nsalutation: 拝啓\nclosing: 草々", "本文。", "closing-pair", 5, "敬具"),
        ("lang: ja", "下記のとおり注文します。\n\n- 茶", "text-reference", 6, None),
        # oreijyou.net, inatakaikei.net: 御中 and 様 are never both used.
        ("lang: ja\nto: {name: 青葉製菓株式会社 御中, title: 営業部 森田 和泉 様, country: JP}", "本文。", "courtesy-twice", 4, "青葉製菓株式会社"),
        ("lang: ja\nto: {name: 会員 各位様, country: JP}", "本文。", "courtesy-twice", 4, "会員 各位"),
    ],
)  # fmt: skip
def test_a_slip_is_said_with_its_line(
    project: Project, front: str, body: str, code: str, line: int, instead: str | None
) -> None:
    (one,) = found(project, front, body)
    assert (one.code, one.severity) == (code, "warning")
    text = Path(one.file or "").read_text(encoding="utf-8").splitlines()
    assert one.line is not None
    assert str(one.value) in text[one.line - 1]
    assert [fix.value for fix in one.fixes] == ([instead] if instead else [])
    assert one.message


@pytest.mark.parametrize(
    ("front", "body"),
    [
        ("lang: de-CH\nsalutation: Sehr geehrte Frau Durrer", "Unsere Bewilligung läuft ab."),
        ("lang: de-CH\nsalutation: Sehr geehrte Frau Durrer", "iPhones und eBooks."),
        ("lang: de\nsalutation: Sehr geehrte Frau Orr", "Frau Lee hat mir geschrieben."),
        ("lang: de\nsalutation: Sehr geehrte Frau Orr", "Ihre Nachricht ist da."),
        ("lang: de\nsalutation: Sehr geehrte Frau Orr", "Sie haben mir geschrieben."),
        ("lang: de\nsalutation: Guten Tag!", "Vielen Dank."),
        ("lang: de", "Vielen Dank."),
        ("lang: de\nsalutation: Hallo", "# Überschrift\n\nVielen Dank."),
        ("lang: en-GB\nsalutation: Dear Ms Orr", "x = 3 holds."),
        ("lang: it\nsalutation: Gentile Signora Rossi", "le scrivo per un appuntamento."),
        ("lang: pl\nsalutation: Szanowna Pani", "dziękuję za list."),
        ("lang: en-US\nsalutation: Dear Sir or Madam\nclosing: Yours sincerely", "Text."),
        ("lang: en-GB\nsalutation: Dear Sir John\nclosing: Yours sincerely", "Text."),
        ("lang: en-GB\nsalutation: Dear Sir\nclosing: Yours faithfully", "Text."),
        ("lang: fr\nclosing: 'Cordialement,'", "Texte."),
        ("lang: fr\nsalutation: Chère Madame\nclosing: Veuillez agréer, chère Madame, mes salutations.", "Texte."),
        ("lang: fr\nsalutation: 'Madame, Monsieur'\nclosing: 'Veuillez agréer, Madame, Monsieur, mes salutations.'", "Texte."),
        ("lang: nl-BE\nsalutation: Geachte heer de Vries", "Dank."),
        ("lang: nl\nsalutation: Geachte Jan de Vries", "Dank."),
        ("lang: ja\nsalutation: 拝啓\nclosing: 敬白", "下記のとおりです。\n\n記\n\n- 茶"),
        ("lang: ja\nto: {organisation: 青葉製菓株式会社, name: 森田 和泉 様, country: JP}", "本文。"),
        ("lang: ja\nto: {name: 青葉製菓株式会社 御中, country: JP}", "本文。"),
        ("lang: fr\nfields: {who: {default: Madame}}\nsalutation: '{{ fields.who }}'", "{{ fields.who }} a écrit."),
    ],
)  # fmt: skip
def test_what_is_right_or_not_sure_is_not_said(project: Project, front: str, body: str) -> None:
    assert [str(one) for one in found(project, front, body)] == []


def test_check_says_slips_and_forms_that_are_not_sure(project: Project) -> None:
    front = (
        "letterhead: plain\nlang: de-CH\nto: {name: Ada Brook, office: ch-federal-judge}\n"
        "salutation: Guten Tag\nclosing: Freundliche Grüsse\n"
    )
    ran = project.cli("check", project.letter("wir danken.\n", front))
    assert ran.code == 0
    assert "text-begins" not in ran.err
    assert "warning: the text begins with a capital where nothing ends the salutation, and here with 'wir'" in ran.err
    assert "note: the form of address 'ch-federal-judge' was not found in a source" in ran.err


@pytest.mark.parametrize(
    ("office", "code"), [("us-imam", "office-unseen"), ("us-priest", "office-doubtful"), ("us-senator", None)]
)
def test_a_form_that_is_not_sure_is_a_note(project: Project, office: str, code: str | None) -> None:
    front = f"letterhead: plain\nlang: en-US\nto: [{{name: Kim Lee}}, {{name: Kim Brook, office: {office}}}]\n"
    letter, _ = reader.examine(project.letter("Text.\n", front))
    assert letter is not None
    notes = [one for one in pipeline.check(Job(letter=letter)) if one.severity == "note"]
    assert [(one.code, one.field) for one in notes] == ([(code, "to.2.office")] if code else [])
