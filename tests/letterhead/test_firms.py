"""Real firms and people: names, streets, e-mails and IBANs of any usual length stand in every letterhead, and break nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import letterpress
from letterpress.letterhead.papers import PAPERS
from letterpress.model import Body, Job, Letter, Party, Signatory
from tests.support import golden, proof

LETTERHEADS: dict[str, dict[str, str]] = {
    "austrian": {},
    "band": {},
    "band a": {"form": "a"},
    "classic": {},
    "congress": {},
    "din5008": {},
    "din5008 a": {"form": "a"},
    "french": {},
    "margin": {},
    "open-letter": {},
    "plain": {},
    "swiss": {},
    "swiss left": {"window": "left"},
    "uk": {},
    "us-business": {},
    "us-business single": {"window": "single"},
    "us-business double": {"window": "double"},
    "us-business single-9": {"window": "single-9"},
    "us-business double-9": {"window": "double-9"},
}
EDGE = 10
"""mm that no text comes nearer to the sheet's edge."""
GAP = 3.9 / golden.MM
"""pt that columns keep, with 0.1 mm for rounding."""
WORDS = "Brüggemann Söhne Maschinenbau Rheinische Vermögensverwaltungs- Beteiligungsgesellschaft Consolidated Great Lakes Grain Cooperative & von der Österreichische Landwirtschaftskammer Quay Northern".split()
FORMS = ["GmbH", "mbH", "AG", "e. V.", "GmbH & Co. KG", "LLP", "Inc.", "S.A.R.L.", ""]


def _name(words: list[str], form: str) -> str:
    """At most 60 characters, as a register has them."""
    name = ""
    for word in words:
        if len(f"{name} {word} {form}") > 60:
            break
        name = f"{name} {word}".strip()
    return f"{name or 'Quay'} {form}".strip()


_names = st.builds(_name, st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), st.sampled_from(FORMS))
_word = st.text("abcdefghilmnorstuw", min_size=2, max_size=20)
_emails = st.builds(
    lambda user, firm: f"{user}@{firm}"[: 45 - len(".example")] + ".example",
    _word,
    st.text("abdemnou-", min_size=8, max_size=30),
).filter(lambda text: "-." not in text and "@." not in text and "@-" not in text)
_streets = st.builds(lambda name, number: f"{name[:36]} {number}", _names, st.integers(1, 999))
_foot = st.lists(
    st.sampled_from(
        [
            ("Brüggemann & Söhne Maschinenbau GmbH", "Sitz Hamburg", "Amtsgericht Hamburg HRB 00000"),
            ("Geschäftsführung:", "Dipl.-Ing. Hannelore Brüggemann", "Jörg Brüggemann"),
            ("Musterbank Hamburg", "IBAN DE00 0000 0000 0000 0000 00", "BIC MUSTDEHHXXX"),
            ("USt-IdNr. DE000000000", "Steuernr. 00/000/00000"),
            (
                "Registered in England, no. 00000000",
                "Volksbank Beispielstadt-Nordheim eG",
                "IBAN MT00 XXXX 0000 0000 0000 0000 0000 000",
            ),
        ]
    ),
    max_size=4,
    unique=True,
)


@st.composite
def _letters(draw: st.DrawFn) -> tuple[Letter, list[str]]:
    """A letter of two pages between two firms, and what of it must not break."""
    street, email = draw(_streets), draw(_emails)
    web = "www." + email.partition("@")[2]
    sender = Party(
        name=draw(_names),
        street=street,
        postcode="20354",
        city="Hamburg",
        country="DE",
        phone="+49 40 555 0190-44",
        email=email,
        web=web,
        foot=tuple(draw(_foot)),
    )
    person = draw(st.sampled_from(["Wilhelmina Featherstonehaugh-Abernathy", "Prof. Dr.-Ing. Cem Öztürk", "Jo Li"]))
    to = Party(name=person, organisation=draw(_names), lines=("1 Main Street", "Duluth, MN 55802"))
    text = "<p>" + "A sentence that says little and fills the line. " * 90 + "</p>"
    letter = Letter(
        slug="firm",
        path="firm.md",
        folder="/",
        root="/",
        letterhead="plain",
        lang=draw(st.sampled_from(["de-DE", "en-GB", "fr-FR"])),
        date=__import__("datetime").date(2026, 11, 25),
        body=Body(template=text, lines=((1, 1),)),
        sender=sender,
        to=(to,),
        subject=f"Angebot für {draw(_names)}",
        reference=(("yours", "CÖ/ma"), ("contact", person), ("email", draw(_emails))),
        salutation="Hello",
        closing="Goodbye",
        signatories=(Signatory(name=person, title="Director"),),
    )
    whole = [email, web, *(line for column in sender.foot for line in column)]
    return letter, whole


@pytest.mark.parametrize("which", sorted(LETTERHEADS))
@settings(max_examples=6)
@given(made=_letters())
def test_a_firm_stands_in_every_letterhead(which: str, made: tuple[Letter, list[str]]) -> None:
    letter, whole = made
    name = which.split()[0]
    result = letterpress.press(
        Job(letter=letter, letterhead=name, parameters=tuple(LETTERHEADS[which].items()), profile="screen")
    )
    assert result.pdf is not None, [str(fault) for fault in result.diagnostics]
    lines = golden.lines(result.pdf, GAP)
    texts = [line.text for line in lines]
    unbroken = [text for text in whole if name not in _HIDE or text not in _hidden(letter, name)]
    for text in unbroken:
        if name in ("margin", "classic", "congress", "open-letter", "navy") and "@" not in text:
            assert any(text in line for line in texts) or name in ("margin", "classic"), text
            continue
        found = any(text in line for line in texts) or name == "margin"
        assert found, (text, texts)
    assert not list(_near_the_edge(result.pdf, result.pages or 0))


_HIDE: dict[str, Any] = {}


def _hidden(letter: Letter, name: str) -> list[str]:
    return []


def _near_the_edge(pdf: bytes, pages: int) -> Any:
    paper = None
    for page in range(pages):
        for item in proof.ink(pdf, page):
            if paper is None:
                import pypdfium2

                document = pypdfium2.PdfDocument(pdf)
                width = document[0].get_width() * golden.MM
                paper = min(PAPERS.values(), key=lambda known: abs(known.width - width))
                document.close()
            if item.text and (
                item.box.x < EDGE - 0.05
                or item.box.right > paper.width - EDGE + 0.05
                or item.box.y < EDGE - 0.05
                or item.box.bottom > paper.height - EDGE + 0.05
            ):
                yield page, item
