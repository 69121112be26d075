"""Typography by language: what an author types, and what print sets of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import letterpress
from letterpress import data
from letterpress.content.markdown import parse
from letterpress.text import conventions, language, typography, value_marks
from tests.support.project import FRONT, Project, pdf_text

NARROW = "\u202f"
LANGS = [
    "en-US",
    "en-GB",
    "de",
    "de-AT",
    "de-CH",
    "fr",
    "fr-CH",
    "fr-CA",
    "it",
    "es",
    "nl",
    "pl",
    "ja",
    "ar",
    "sv",
    "zu",
]


def seen(text: str) -> str:
    """A text with its spaces that hold as ~ (full) and _ (narrow)."""
    return text.replace("\u00a0", "~").replace(NARROW, "_")


@pytest.mark.parametrize(
    ("lang", "typed", "expected"),
    [
        # quotation marks and apostrophes
        ("en-US", "\"Hello,\" she said. \"It's 'fine'.\"", "“Hello,” she said. “It’s ‘fine’.”"),
        ("en-US", "'She said \"no\" to it.'", "‘She said “no” to it.’"),
        ("en-US", "\"'Nested,' he said.\"", "“‘Nested,’ he said.”"),
        ("en-US", "the '90s and rock 'n' roll", "the ’90s and rock ’n’ roll"),
        ("en-US", "in '24 we, 'tis true", "in ’24 we, ’tis true"),
        ("en-US", "goin' home", "goin’ home"),
        ("en-US", "'90 days' is too long", "‘90 days’ is too long"),
        ("en-US", "the boys' books, James' own", "the boys’ books, James’ own"),
        ("en-US", "'the boys' books are here'", "‘the boys’ books are here’"),
        ("en-US", "5'10\" tall, 6\" wide, a 3' pole", "5'10\" tall, 6\" wide, a 3' pole"),
        ("en-US", 'a "6" pipe" and "1984"', "a “6\" pipe” and “1984”"),
        ("en-US", "{{ n }} km, 5 A, {{ n }} A side", "{{ n }}~km, 5~A, {{ n }} A side"),  # a letter may be a word
        ("de", "'Hans' Buch' lag da", "‚Hans’ Buch‘ lag da"),  # where the two marks differ
        ("en-US", '"he said "no" twice"', "“he said ‘no’ twice”"),
        ("de", '"er sagte "nein" zweimal"', "„er sagte ‚nein‘ zweimal“"),
        ("en-GB", "'a 'b' c'", "‘a “b” c’"),
        ("en-US", "an unfinished \"quotation", "an unfinished “quotation"),
        ("en-US", '(see "this") and ["that"]', "(see “this”) and [“that”]"),
        ("en-US", "\"I was--\" he said", "“I was–” he said"),
        ("en-US", "O'Brien's", "O’Brien’s"),
        ("en-US", '"" and \'\' and " "', '"" and \'\' and " "'),
        ("de", "\"Hallo\", sagte sie: \"Er rief 'Nein'.\"", "„Hallo“, sagte sie: „Er rief ‚Nein‘.“"),
        ("de", "Hans' Buch, geht's", "Hans’ Buch, geht’s"),
        ("de-AT", '"Servus"', "„Servus“"),
        ("de-CH", "\"Grüezi\", 'ja'", "«Grüezi», ‹ja›"),
        ("fr-CH", "\"Oui, 'non'\"", "«_Oui, ‹non›_»"),
        ("it", "\"Ciao\", c'è l'\"amico\"", "«Ciao», c’è l’«amico»"),
        ("es", "\"Dijo: 'no'\"", "«Dijo: “no”»"),
        ("es-MX", '"No"', "“No”"),
        ("nl", "'s avonds in 't huis: \"ja\" of 'nee'", "’s avonds in ’t huis: “ja” of ‘nee’"),
        ("pl", "\"cytat 'w' cytacie\"", "„cytat «w» cytacie”"),
        ("ja", "\"漢字\"と'仮名'", "「漢字」と『仮名』"),
        ("ar", '"مرحبا"', "”مرحبا“"),
        ("zu", "\"a\" it's", "\"a\" it’s"),  # no marks known: as typed
        # values and tags
        ("en-US", '"{{ fields.x }}"', "“{{ fields.x }}”"),
        ("en-US", "{{ to.name }}'s case", "{{ to.name }}’s case"),
        ("fr", "Mme {{ to.name }} : l'{{ fields.x }} !", "Mme~{{ to.name }}~: l’{{ fields.x }}_!"),
        ("en-US", "{{ fields.a | join(\"', '\") }} 'x'", "{{ fields.a | join(\"', '\") }} ‘x’"),
        ("en-US", '"{% if fields.a %}yes{% else %}no{% endif %}"', "“{% if fields.a %}yes{% else %}no{% endif %}”"),
        # dashes and dots
        ("en-US", "word---word, word --- word, 10--12", "word—word, word—word, 10–12"),
        ("en-GB", "a word -- or two --- more", "a word~– or two~— more"),
        ("de", "heute -- nicht morgen", "heute~– nicht morgen"),
        ("en-US", "git --amend, 10-12, a-b, ----, <!--", "git --amend, 10-12, a-b, ----, <!--"),
        ("en-US", "well... and .... and 1..2", "well… and .... and 1..2"),
        ("de", "und so weiter ...", "und so weiter~…"),
        # spaces
        ("fr", "Oui ! Non ? Si : a ; b 10 %", "Oui_! Non_? Si~: a_; b 10~%"),
        ("fr", "Oui! Non? Si: a; 10% «mot»", "Oui_! Non_? Si~: a_; 10~% «~mot~»"),
        ("fr", "à 10:30, C:\\x, Vraiment?!", "à 10:30, C:\\x, Vraiment_?!"),
        ("fr-CH", "Oui! Si: «mot»", "Oui_! Si_: «_mot_»"),
        ("fr-CA", "Oui! Si: 10% ; « mot »", "Oui! Si~: 10~%~; «~mot~»"),
        ("fr", "M. Dupont, Mme Roy, p. 5, n° 3, art. 2, le 3 mai, le 1er mai", "M.~Dupont, Mme~Roy, p.~5, nº~3, art.~2, le 3~mai, le 1er~mai"),
        ("fr-CH", "N°12, n° 4 ; 5 °C, 12° et le n° du dossier", "Nº12, nº~4_; 5~°C, 12° et le n° du dossier"),
        ("de", "n° 3", "n°~3"),
        ("fr", "bien° 5, n°s 5", "bien° 5, n°s 5"),
        ("fr", "1 234 567 km et 75 008", "1_234_567~km et 75_008"),
        ("fr", "de 14 heures à 18 heures, soit 186 euros", "de 14~heures à 18~heures, soit 186~euros"),
        ("de", "20 Euro um 14 Uhr, 5 Leute", "20~Euro um 14~Uhr, 5 Leute"),
        ("de", "z.B. oder z. B. und i.d.R., d. h.", "z.~B. oder z.~B. und i.~d.~R., d.~h."),
        ("de", "Nr. 5, § 3, §§ 3, S. 7, Abs. 2, am 3. April, Dr. Brook", "Nr.~5, §~3, §§~3, S.~7, Abs.~2, am 3.~April, Dr.~Brook"),
        ("de-CH", "CHF 1'234.50 und '90", "CHF~1’234.50 und ’90"),
        ("en-US", "Mr. Smith, Dr Who, No. 5, p. 5, 10 kg, 5 %, May 3, 2026", "Mr.~Smith, Dr~Who, No.~5, p.~5, 10~kg, 5~%, May~3, 2026"),
        ("en-GB", "Mr Smith on 3 May", "Mr~Smith on 3~May"),
        ("en-US", "Yes. No. Perhaps 5 of them? 10 or 12 things", "Yes. No. Perhaps 5 of them? 10 or 12 things"),
        ("pl", "w domu i z nami, nr 5, 3 maja", "w~domu i~z~nami, nr~5, 3~maja"),
        ("es", "Sr. García, n.º 5, 3 de mayo, 10 %", "Sr.~García, n.º~5, 3~de~mayo, 10~%"),
        ("nl", "dhr. Jansen, blz. 5", "dhr.~Jansen, blz.~5"),
        ("it", "le copie (1 / pagina), [n. 3 / 4] e (vedi sotto)", "le copie (1~/~pagina), [n.~3~/~4] e (vedi sotto)"),
        ("en-US", "copies ({{ fields.n }} a page) and (10 of the 12 pages)", "copies ({{ fields.n }}~a~page) and (10 of the 12 pages)"),
        # what is no prose
        ("en-US", "https://a.org/x--y'z?q=1 and a.b@c--d.org", "https://a.org/x--y'z?q=1 and a.b@c--d.org"),
        ("fr", "https://a.org/?x=1;y! et www.a.org: oui", "https://a.org/?x=1;y_! et www.a.org~: oui"),
        ("en-US", "“typographic” – ‘input’ — stays…", "“typographic”~– ‘input’~— stays…"),
    ],
)  # fmt: skip
def test_a_text_as_print_sets_it(lang: str, typed: str, expected: str) -> None:
    assert seen(typography.text(typed, lang)) == expected


def _html(markdown: str, lang: str = "en-US") -> str:
    body, faults = parse(markdown, file="x.md", first_line=1, top_heading=1)
    assert not [fault for fault in faults if fault.severity == "error"]
    return seen(value_marks.without(typography.html(body.template, lang)))


def test_marks_are_read_across_inline_markup() -> None:
    assert _html('"*Hello* **world**," l\'[a "b"](http://c.org/ "d")') == (
        '<p>“<em>Hello</em> <strong>world</strong>,” l’<a href="http://c.org/" title="d">a “b”</a></p>\n'
    )


def test_code_stays() -> None:
    assert _html('"`a--"b"`"\n\n    it\'s -- ...\n') == (
        "<p>“<code>a--&quot;b&quot;</code>”</p>\n<pre><code>it's -- ...\n</code></pre>\n"
    )


def test_what_is_behind_a_backslash_stays() -> None:
    html = _html('\\"as typed\\" 6\\" \\-- \\... "set"')
    assert "&#34;as typed&#34; 6&#34;" in html
    assert "“set”" in html
    assert "–" not in html
    assert "…" not in html


def test_attributes_stay() -> None:
    html = _html("![a \"b\" -- c](x.png) <abbr title=\"it's -- 'x'\">it's</abbr>")
    assert 'alt="a &quot;b&quot; -- c"' in html
    assert "title=\"it's -- 'x'\">it’s<" in html


def test_each_block_is_read_on_its_own() -> None:
    html = _html('- "one\n- two"\n\n| a " | b |\n|---|---|\n| "c" | it\'s |\n')
    assert "“one" in html
    assert "two&quot;" in html
    assert "<td>“c”</td>" in html
    assert "<td>it’s</td>" in html


def test_a_footnote_is_read_on_its_own() -> None:
    assert '“word<span class="footnote">a “note”</span> goes on”' in _html('"word[^1] goes on"\n\n[^1]: a "note"\n')


def test_a_passage_in_another_language_is_set_in_it() -> None:
    assert _html('The word <span lang="fr">"mot" !</span> "is" French.') == (
        '<p>The word <span lang="fr">«~mot~»_!</span> “is” French.</p>\n'
    )


def test_an_unknown_language_is_a_fault(project: Project) -> None:
    fault = project.fault('A <span lang="qqq">word</span>.\n')
    assert fault["line"] == 12
    assert "does not know" in fault["message"]


def test_a_line_that_ends_before_a_number_is_tied_as_well() -> None:
    body, _ = parse("See No.\n5 {{ fields.x }}", file="x.md", first_line=1, top_heading=1)
    html = typography.html(body.template, "en-US")
    assert html.count("\n") == body.template.count("\n")
    assert "No.\u00a0{#\n#}5" in html


# --- properties -------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    ["word", "it's", "'90s", '"a', 'b"', "'c", "d'", '"', "'", "--", "---", "...", "…", "5", "10", "kg", "%", "!", "?", ":", ";",
     "«", "»", "« x »", "z. B.", "z.B.", "Nr.", "p.", "M.", "Dr.", "Smith", "3", "mai", "May", "1'234", "1 234", "5'10\"", "“q”",
     "{{ x }}", "https://a.b/c--d", "a@b.de", "–", "—", "(", ")", "l'{{ x }}", "i", "w", "\u00a0", NARROW, "漢", "\n", ",", "."]
)  # fmt: skip
_TEXTS = st.lists(_WORDS, max_size=14).flatmap(
    lambda words: st.sampled_from(["", " "]).map(lambda gap: gap.join(words)) if words else st.just("")
)


@given(_TEXTS, st.sampled_from(LANGS))
def test_setting_twice_is_setting_once(text: str, lang: str) -> None:
    once = typography.text(text, lang)
    assert typography.text(once, lang) == once


@given(st.text(alphabet="ab1 '\"-.!?:;«»“”’…{}<>&%\n\u00a0", max_size=40), st.sampled_from(LANGS))
def test_any_text_set_twice_is_set_once(text: str, lang: str) -> None:
    once = typography.text(text, lang)
    assert typography.text(once, lang) == once


@given(_TEXTS, st.sampled_from(LANGS))
def test_letters_and_digits_stay(text: str, lang: str) -> None:
    def kept(one: str) -> str:
        return "".join(char for char in one if char.isalnum() or char in "()@{}/,!?:;%«»")

    def bare(one: str) -> str:
        return re.sub("[«»]", "", kept(one))

    assert bare(typography.text(text, lang)) == bare(text)
    assert typography.key(typography.text(text, lang)) == typography.key(text)


@given(_TEXTS, st.sampled_from(LANGS))
def test_a_template_keeps_its_lines_and_tags(text: str, lang: str) -> None:
    body, _ = parse(text, file="x.md", first_line=1, top_heading=1)
    once = typography.html(body.template, lang)
    assert once.count("\n") == body.template.count("\n")
    assert re.findall(r"<[^>]*>|\{\{[^}]*\}\}", once) == re.findall(r"<[^>]*>|\{\{[^}]*\}\}", body.template)
    assert typography.html(once, lang) == once


@given(st.text(alphabet="ab<>\"'/&;{}%# \n-=é", max_size=60))
def test_no_markup_is_too_strange(template: str) -> None:
    typography.html(template, "fr")


def test_every_row_is_of_known_languages_and_pairs() -> None:
    for lang in data.table("typography"):
        if lang == "any":
            continue
        assert language.is_known(lang), lang
        rules = conventions.of(lang)
        assert len(rules.quotes) == 2, lang
        assert len(rules.nested) in (0, 2), lang


# --- in a letter ------------------------------------------------------------------------------------------------------

_FIELDS = (
    FRONT
    + 'fields: {x: {default: "it\'s \\"x\\" -- ..."}}\nsubject: \'The "lease": it\'\'s due\'\nenclosures: ["A \'plan\'"]\n'
)


def test_the_authors_words_are_set_and_values_print_as_typed(project: Project) -> None:
    result = project.press('She said "yes"--{{ fields.x }}.\n', _FIELDS)
    assert result.pdf is not None, result.diagnostics
    text = pdf_text(result.pdf)
    assert 'She said “yes”–it\'s "x" -- ....' in text
    assert "The “lease”: it’s due" in text
    assert "A ‘plan’" in text


def test_off_prints_as_typed(project: Project) -> None:
    result = project.press('She said "yes"--it\'s 5 kg...\n', _FIELDS + "typography: false\n")
    assert result.pdf is not None, result.diagnostics
    text = pdf_text(result.pdf)
    assert 'She said "yes"--it\'s 5 kg...' in text
    assert 'The "lease": it\'s due' in text


def test_set_values_and_names_print_as_typed(project: Project) -> None:
    letter = project.letter("Text.\n", FRONT.replace("Dr. Ada Brook, lines", "Ada O'Hara, lines"))
    assert project.cli("render", letter, "--set", 'subject=A "b" -- it\'s').code == 0
    text = pdf_text(project.pdf)
    assert 'A "b" -- it\'s' in text
    assert "Ada O'Hara" in text


def test_the_language_of_the_job_decides(project: Project) -> None:
    path = project.root / project.letter('A "word".\n')
    german = letterpress.render(path, lang="de-DE")
    english = letterpress.render(path)
    assert german.pdf is not None
    assert english.pdf is not None
    assert "„word“" in pdf_text(german.pdf)
    assert "“word”" in pdf_text(english.pdf)


def test_a_fault_still_finds_the_line_of_a_text_that_was_set(project: Project) -> None:
    long = "it's-" + "very" * 60
    fault = project.fault(f"One.\n\nTwo {long}.\n")
    assert fault["line"] == 14
    assert "mm wide" in fault["message"]


def test_a_fault_in_a_template_keeps_its_line(project: Project) -> None:
    fault = project.fault("See No.\n5 kg of it.\n\n{{ fields.none }}\n")
    assert fault["line"] == 15


@pytest.mark.parametrize("number", ["1234567.89"])
@pytest.mark.parametrize("lang", [*LANGS[:-4], "sv"])
def test_numbers_print_with_the_shipped_fonts(project: Project, lang: str, number: str) -> None:
    """The narrow space of French numbers is in no shipped serif: HarfBuzz narrows the common one."""
    import io

    import pikepdf

    front = FRONT.replace("en-US", lang) + f'fields: {{n: {{type: decimal, default: "{number}"}}}}\n'
    result = project.press("Un {{ fields.n }} !\n", front)
    assert result.pdf is not None, result.diagnostics
    expected = language.value_text(__import__("decimal").Decimal(number), lang)
    assert " ".join(expected.split()) in pdf_text(result.pdf)
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        names = {
            str(item["/BaseFont"])
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        }
    assert all("Source-" in name for name in names), names


def test_a_narrow_space_is_narrower_and_holds(project: Project) -> None:
    from tests.support import golden

    wide = "Mot " * 16
    result = project.press(wide + 'mots "oui" !\n', FRONT.replace("en-US", "fr"))
    assert result.pdf is not None, result.diagnostics
    assert not [line for line in golden.lines(result.pdf) if line.text.startswith("!")]


def test_the_seed_prints_as_it_is() -> None:
    path = Path(__file__).parents[2] / "content/letters/korea-policy.md"
    assert letterpress.load(path).typography is False


@pytest.mark.parametrize("typed", ["a &#45;- b", "a -&#45; b", "wait.&#46;. no", "&#39;x' &#34;y\""])
def test_a_sign_behind_a_backslash_keeps_its_neighbour(typed: str) -> None:
    """What Markdown makes of a backslash before a sign, written with its number, is no part of a dash or an ellipsis."""
    shown = typography.html(f"<p>{typed}</p>", "en-US")
    assert re.findall(r"&#\d+;", shown) == re.findall(r"&#\d+;", typed)
    assert "–" not in shown
    assert "…" not in shown
    assert len(re.sub(r"&#\d+;", "-", shown)) == len(re.sub(r"&#\d+;", "-", f"<p>{typed}</p>"))
