"""A salutation that names somebody is understood whole; else it is the language's neutral one, with a warning."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress import data
from letterpress.addressing import forms, name_shape, particles, ranks, salutation, words
from letterpress.model import Party
from tests.addressing.test_words import TABLE, grammar

NAMES = data.table("name_words")
LANGS = ("de", "de-AT", "fr", "en-GB", "en-US", "es", "it", "nl", "pl", "pt", "ja", "sv")
CALLED = (
    "Zoë",
    "Yan",
    "Jean-Luc",
    "María",
    "Quix",
    "Vlad-Quix",
    "O'Quill",
    "McQuarry",
    "van Quist",
    "de la Quadra",
    "Z.",
    "QUIX",
)
JUNK = (
    "zoë",
    "@",
    "z@quix.de",
    "12",
    "(Zoë)",
    '"Zoë"',
    "Zoë,",
    "Quix/Vlad",
    "/",
    ",",
    ";",
    "c/o",
    "XQZ",
    "Quix.",
    "&",
    "+",
    "-",
    "Zoë's",
    "iQuix",
    "#",
    "†",
)
KNOWN = tuple(
    sorted(
        {word for rows in TABLE["words"].values() for row in rows for word in row[0]}
        | {word for row in TABLE["titles"].values() for word in row}
        | {word for rows in TABLE["offices"].values() for row in rows for word in row}
        | {word for key in ("none", "unsure", "openings", "firms", "any_and", "any_or") for word in TABLE[key]}
        | {word for key in ("first", "last", "behind_and", "legal") for word in NAMES["bodies"][key]}
        | {word for key in ("maiden", "dead", "care_of") for word in NAMES["behind"][key]}
        | {word for key in ("others", "no_names", "trades") for word in NAMES["certain"][key]}
    )
)
TYPED = st.sampled_from((str, str.capitalize, str.upper, lambda word: f"{word.capitalize()}."))
WORD = st.one_of(
    st.builds(lambda typed, word: typed(word), TYPED, st.sampled_from(KNOWN)),
    st.sampled_from(CALLED),
    st.sampled_from(CALLED),
    st.sampled_from(JUNK),
    st.text(st.characters(categories=["N", "P", "S"]), max_size=4),
)
TEXT = st.lists(WORD, max_size=4).map(" ".join)
CELL = st.one_of(st.none(), TEXT)


def name_of(words_: tuple[str, ...]) -> re.Pattern[str]:
    """A name as this file's lists have it; a word that may be both is one as the last (Herr Graf)."""
    part = "|".join(re.escape(word) for word in sorted(words_, key=len, reverse=True))
    short = "|".join(map(re.escape, NAMES["certain"]["short"]))
    inside = [word for key in TABLE["titles"] if key.startswith("noble_") for word in TABLE["titles"][key]]
    part += "|" + "|".join(
        map(re.escape, (*NAMES["certain"]["particles"], *particles.small(), *particles.capital(), *inside))
    )
    part += rf"|(?:[^\W\d_]\.)+|[^\W\d_]|(?:{short})\."
    also = "|".join(re.escape(word) for word in (*NAMES["certain"]["also_family"], *NAMES["certain"]["also_given"]))
    one = rf"(?:(?:{also}) )?(?:{part})(?: (?:{part}|y|e))*(?: (?:{also}))?|(?:{also})"
    return re.compile(rf"(?:{one})(?:(?:, | und | and | & | y | et | e | en | u\. )(?:{one}))*", re.IGNORECASE)


NAME = name_of((*CALLED, "Van Quist", "De la Quadra"))
END = "\x00"
"""Ends a salutation, and each of the names behind it."""


def with_names(text: str) -> str:
    """A salutation, and behind it each stretch of it that is a name."""
    stretches = {text[start:end] for start in range(len(text)) for end in range(start + 1, len(text) + 1)}
    return END.join((text, *filter(NAME.fullmatch, sorted(stretches)), ""))


@lru_cache
def accounted(lang: str) -> re.Pattern[str]:
    """Every salutation of a language `with_names`, written from the tables: forms, titles, offices, nobility, ranks.

    A name is a stretch that is found again behind the salutation: written out in its hundreds of places, what a name
    may be makes patterns that take half a minute to compile.
    """
    _, row = forms.language(lang)
    name = "<name>"
    patterns = [grammar(lang, name).pattern]
    offices = TABLE["offices"].get(lang.split("-")[0], ())
    patterns += [
        re.escape(row[f"office_{gender}"].replace("{title}", held[at]))
        for held in offices
        for at, gender in enumerate(("female", "male"))
    ]
    if "noble_male" in row:
        titles = "|".join(word for key in ("noble_female", "noble_male") for word in TABLE["titles"][key])
        patterns.append(rf"Sehr geehrte[r]? (?:[^\s{END}]+ )?(?:{titles}) {name}")
    if forms.language(lang)[0].startswith("en"):
        spoken = {*words.titles()["spoken"], *words.titles()["peers"], *ranks.spoken_titles(), "lord", "lady"}
        titles = "|".join(map(re.escape, sorted(spoken, key=len, reverse=True)))
        title = rf"(?:(?:{titles}) )+{name}"
        patterns.append(rf"Dear {title}(?:(?:, | and ){title})*")
    if lang == "fr":
        held = "|".join(TABLE["functions"]["fr"])
        patterns.append(rf"(?:Monsieur|Madame) (?:le |la |l’)(?:{held})(?: [^\W\d_]+)*")
    firm = row["organisation"]
    if "{organisation}" in firm:
        other = rf"[^@\"()<>#\[\]{END}]*"
        patterns.append(rf"Spettabil[ei] {other}[^\W\d_]{{2}}{other}")
    one = "|".join(f"(?:{pattern})" for pattern in patterns)
    whole = rf"(?:{one})(?:(?:, |、)(?:{one}))?{END}.*"
    count = itertools.count()
    whole = re.sub(name, lambda _: "(?P<n{0}>[^{1}]+)(?=.*{1}(?P=n{0}){1})".format(next(count), END), whole)
    return re.compile(whole, re.IGNORECASE | re.DOTALL)


BASES = {lang: forms.language(lang)[1] for lang in LANGS}


@given(st.sampled_from(LANGS), CELL, CELL, CELL, CELL, CELL)
@settings(max_examples=200)
def test_whatever_is_typed_the_salutation_is_understood_whole_or_names_nobody(
    lang: str, honorific: str | None, name: str | None, given: str | None, family: str | None, firm: str | None
) -> None:
    party = Party(honorific=honorific, name=name, given=given, family=family, organisation=firm)
    found = salutation.greet([party], lang)
    row = BASES[lang]
    assert found.salutation.strip() == found.salutation != ""
    if found.unsure:
        assert found.salutation == row["unknown"]
        assert salutation.unsure(party, party, lang) == found.unsure
    elif found.salutation not in (row["unknown"], row["group"], row["organisation"]):
        assert accounted(lang).fullmatch(with_names(found.salutation)), found


# Names that people have, one or more of each kind: what is called so is addressed by name.
GOOD = """Ada Orr;J. P. Orr;J.-P. Orr;H.-Dieter Faust;Klaus-D. Hering;Jean-Luc d’Ormesson;D'Arcy Orr;Marcel D'hondt;N'Golo Kanté;Seán O'Brien;O'BRIEN;Ben Lucas-McCarthy;Angus MacDonald;
DeShawn Orr;LaToya Orr;Jan van der Berg;Jan in 't Veld;Anna op den Berg;A. Smit-de Vries;Ludwig van Beethoven;Mario De Luca;Maria dell'Orto;Guillermina de la O'Neill;Juan Ramón y Cajal;
Maria da Conceição da Silva Costa Pereira;Karl-Theodor Freiherr von und zu Guttenberg;Otto Graf Lambsdorff;Steffi Graf;Eva Bischof;Max Richter;Tim Koch;Ann Bishop;Jo King;Ada Church;Dean Martin;
Earl Orr;Prince Orr;Don Quijote;Duke Ellington;Donna Orr;Jia Ma;An Nguyen;Amartya Sen;Kim LEE;LEE Kim;HANS MEIER;Jean DURAND;JP Orr;Antoine de Saint-Exupéry;St. John Orr;José Mª García;Chr. Orr;Wm. Orr;
Łukasz Żółw;Đặng Thị Ánh;Þóra Ösp;Čeněk Říha;Søren Ærø;İlker Şahin;山田 太郎;勇 刘;김 민수;محمد علي;Иван Петров;Νίκος Παππάς;दीपक शर्मा;Nguyễn Văn An;Ng Wei;Bao Ng;IJsbrand Orr;Mag Ruffman;Astrid Gut;Mary Council;Karl Amtmann;
Frank Orr;Marc-Aurèle Petit;Luís Costa e Silva;Mohammed Al Fayed;Omar al-Bashir;Ibn Sina;Ursula von der Leyen;Max zu Berg;Le Thi;Ville Virtanen;Valérie Marie;Rosalinde Bruder;Ben de Man;Floor Smit;Martine Parent"""
# Remarks, firms, relatives, offices, remains: nobody is called so.
BAD = """ada orr;Ada orr;Orr 2;Ada (Orr);Ada "Adi" Orr;Ada@orr.de;Orr/Brook;Orr, Ada;Ada's;iAda Orr;Xxx;NN;N.N.;J.;J J;GmbH Orr;Orr GmbH;Eva Buchhaltung;Sales Manager;Müller Sanitär;Dachdeckerei Müller;Malermeister Huber;
Smith Plumbing;Panificio Rossi;Panadería García;Boulangerie Petit;Loodgietersbedrijf Smit;Frau Orr;Orr Frau;Mr Orr;Signora Rossi;Fru Orr;Dr Orr;Erben Orr;Witwe Orr;Orr und Sohn;Ada DLRG;Max Müller OSF X;Service Client;Ada Und Ben;Test Test;Orr c/o Brook;Ada #1;Ada*;Ordnungsamt Köln;
Orr Ltd;T.A.V. Orr;null;unknown;Ada Verwaltung;Herr;Orr -;Eva-GmbH Orr;Geschäftsführer Müller;Headmaster Orr;A-12 Orr;Ада Orrж"""


def test_usual_names_are_names() -> None:
    found = {name.strip(): name_shape.unlike(name.strip()) for name in GOOD.split(";")}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) > 80


def test_what_is_no_name_is_none() -> None:
    found = [name.strip() for name in BAD.split(";") if name.strip() and not name_shape.unlike(name.strip())]
    assert found == []


@pytest.mark.parametrize(
    ("lang", "honorific", "name", "said", "unsure"),
    [
        ("de", "Herr", "Hans Meier (Erben)", "Sehr geehrte Damen und Herren", "(Erben)"),
        ("de", "Frau Eva Müller u. Herrn Max", "Huber", "Sehr geehrte Damen und Herren", "Eva Müller"),
        ("en-US", "Mr. John Orr and Ms. Ann", "Lee", "Dear Sir or Madam", "John Orr"),
        ("en-GB", "Mr", "John & Ann Smith", "Dear Sir or Madam", "Ann Smith"),
        ("en-GB", "HHJ", "Smith", "Dear Sir or Madam", "HHJ"),
        ("en-GB", "Sir", "Smith", "Dear Sir or Madam", "Smith"),
        ("it", "Sig.", "Mario e Anna Rossi", "Gentili Signore e Signori", "e"),
        ("it", "c/o", "Rossi", "Gentili Signore e Signori", "c/o"),
        ("fr", "M. le Grand Manitou", "Jean Petit", "Madame, Monsieur", "Monsieur le Grand Manitou"),
        ("fr", "Mme", "Jean et Anne Petit", "Madame, Monsieur", "Anne Petit"),
        ("nl", "Dhr.", "De Vries Installatietechniek", "Geachte heer, mevrouw", "Installatietechniek"),
        ("de", "Herr", "Astrid Gut", "Sehr geehrter Herr Gut", ""),
        ("it", "Sig.", "De Luca", "Gentile Signor De Luca", ""),
        ("nl", "De heren", "Jansen en De Vries", "Geachte heer Jansen, geachte heer De Vries", ""),
    ],
)
def test_what_says_that_another_is_meant_names_nobody(
    lang: str, honorific: str, name: str, said: str, unsure: str
) -> None:
    found = salutation.greet([Party(honorific=honorific, name=name)], lang)
    assert (found.salutation, " ".join(found.unsure)) == (said, unsure)


@pytest.mark.parametrize(
    ("lang", "person", "said", "unsure"),
    [
        ("de", {"honorific": "Herr", "given": "Dietmar"}, "Sehr geehrte Damen und Herren", ("Dietmar",)),
        ("de", {"honorific": "Herr", "given": "Dietmar", "name": "Dietmar"}, "Sehr geehrte Damen und Herren", ("Dietmar",)),
        ("en-GB", {"honorific": "Mr", "given": "Dietmar"}, "Dear Sir or Madam", ("Dietmar",)),
        ("en-GB", {"honorific": "Dr", "given": "Dietmar"}, "Dear Sir or Madam", ("Dietmar",)),
        ("de", {"gender": "female", "given": "Ada"}, "Sehr geehrte Damen und Herren", ("Ada",)),
        ("fr", {"honorific": "M.", "given": "Dietmar"}, "Monsieur", ()),
        ("de", {"given": "Dietmar"}, "Guten Tag Dietmar", ()),
        ("en-US", {"given": "Dietmar"}, "Dear Dietmar", ()),
        ("de", {"honorific": "Herr", "name": "Dietmar"}, "Sehr geehrter Herr Dietmar", ()),  # it may be the family's
        ("de", {"honorific": "Herr", "given": "Dietmar", "family": "Orr"}, "Sehr geehrter Herr Orr", ()),
        ("de", {"honorific": "Herr", "given": "Dietmar Orr", "name": "Dietmar Orr"}, "Sehr geehrter Herr Orr", ()),
    ],
)  # fmt: skip
def test_a_given_name_alone_is_no_family_name(
    lang: str, person: dict[str, Any], said: str, unsure: tuple[str, ...]
) -> None:
    found = salutation.greet([Party(**person)], lang)
    assert (found.salutation, found.unsure) == (said, unsure)


def test_one_who_is_not_understood_makes_the_salutation_of_all_neutral() -> None:
    found = salutation.greet(
        [Party(honorific="Frau", name="Ada Orr"), Party(honorific="Herr", name="jan@orr.de")], "de"
    )
    assert found.salutation == "Sehr geehrte Damen und Herren"
    assert found.unsure == ("jan@orr.de",)


def test_who_is_named_in_a_line_below_the_firm_is_addressed() -> None:
    party = Party(organisation="Hafen AG", street="Einkauf\nz. Hd. Frau Eva Orr\nKai 2")
    assert salutation.greet([party], "de").salutation == "Sehr geehrte Frau Orr"
