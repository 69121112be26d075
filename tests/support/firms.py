"""Firms and people with names, streets, e-mails and IBANs of any usual length, and what a page has to do for them."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from typing import NamedTuple

from hypothesis import strategies as st

import letterpress
from letterpress.letterhead import definition
from letterpress.letterhead.papers import PAPERS
from letterpress.model import Body, Choices, Job, Letter, Party, Result, Signatory
from tests.support import golden, proof
from tests.support.project import ROOT, letterheads_here

EDGE = 10
"""mm that no line of text comes nearer to the sheet's edge."""
GAP = 3.9 / golden.MM
"""pt that columns keep, with 0.1 mm for rounding."""
ROUNDING = 0.45
"""mm by which the box of a face is higher than its line, in the sizes of a head."""
NAME, EMAIL = 60, 45
"""Letters that a name and an e-mail address have at most."""
_WORDS = """Brüggemann Söhne Maschinenbau Rheinische Vermögensverwaltungs- Beteiligungsgesellschaft Consolidated Great
Lakes Grain Cooperative & von der Österreichische Landwirtschaftskammer Quay Northern""".split()
_FORMS = ["GmbH", "mbH", "AG", "e. V.", "GmbH & Co. KG", "LLP", "Inc.", "S.A.R.L.", ""]
_PEOPLE = ["Wilhelmina Featherstonehaugh-Abernathy", "Prof. Dr.-Ing. Cem Öztürk", "Jo Li"]
_COLUMNS = [
    ("Brüggemann & Söhne Maschinenbau GmbH", "Sitz Hamburg", "Amtsgericht Hamburg HRB 00000"),
    ("Geschäftsführung:", "Dipl.-Ing. Hannelore Brüggemann", "Jörg Brüggemann", "Dr. Konstanze von Rüdershausen"),
    ("Musterbank Hamburg", "IBAN DE00 0000 0000 0000 0000 00", "BIC MUSTDEHHXXX"),
    ("USt-IdNr. DE000000000", "Steuernr. 00/000/00000"),
    (
        "Registered in England, no. 00000000",
        "Volksbank Beispielstadt-Nordheim eG",
        "IBAN MT00 XXXX 0000 0000 0000 0000 0000 000",
    ),
]
SENTENCE = "A sentence that says little and fills the line. "


class Firm(NamedTuple):
    """A letter between two firms, and what of it stands unbroken on a line, with the field that it is of."""

    letter: Letter
    whole: tuple[tuple[str, str], ...]


def variants() -> dict[str, tuple[str, dict[str, str]]]:
    """Every shipped letterhead with each of its forms and windows: what a test is called, letterhead and parameters."""
    found = {}
    for name in letterheads_here(ROOT):
        parameters = definition.find(name, ROOT).parameters
        kinds = [
            [(key, choice) for choice in parameters[key].choices] for key in ("form", "window") if key in parameters
        ]
        for chosen in itertools.product(*kinds):
            found[" ".join((name, *(choice for _, choice in chosen)))] = (name, dict(chosen))
    return found


def _name(words: list[str], form: str) -> str:
    name = ""
    for word in words:
        if len(f"{name} {word} {form}") > NAME:
            break
        name = f"{name} {word}".strip()
    return f"{name or 'Quay'} {form}".strip()


names = st.builds(_name, st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6), st.sampled_from(_FORMS))
_domains = st.text("abdenosu", min_size=6, max_size=24)
_emails = st.builds(
    lambda user, domain: f"{user[: EMAIL - len(domain) - 9]}@{domain}.example",
    st.text("abcdefghilmnorstuw", min_size=2, max_size=20),
    _domains,
)
_streets = st.builds(lambda name, number: f"{name[:30].strip()} {number}", names, st.integers(1, 999))


def _letter(
    *, name: str, street: str, city: str, email: str, web: str, foot: tuple[tuple[str, ...], ...], to: Party, person: str,
    theirs: str, about: str, lang: str = "de-DE", notices: tuple[str, ...] = (),
) -> Firm:  # fmt: skip
    """A letter of two pages between two firms."""
    sender = Party(
        name=name, street=street, postcode="20354", city=city, country="DE", phone="+49 40 555 0190-44", email=email,
        web=web, foot=foot,
    )  # fmt: skip
    letter = Letter(
        slug="firm",
        path="firm.md",
        folder=str(ROOT),
        root=str(ROOT),
        letterhead="plain",
        lang=lang,
        date=datetime.date(2026, 11, 25),
        body=Body(template=f"<p>{SENTENCE * 50}</p>", lines=((1, 1),)),
        sender=sender,
        to=(to,),
        subject=about,
        reference=(("yours", "CÖ/ma"), ("contact", person), ("email", theirs)),
        notices=notices,
        salutation="Hello",
        closing="Goodbye",
        signatories=(Signatory(name=person, title="Director"),),
    )
    whole = (("from.email", email), ("from.web", web), ("from.phone", sender.phone or ""), ("from.street", street))
    whole += (("from.city", f"20354 {city}"), ("reference", theirs))
    return Firm(letter, whole + tuple(("from.foot", line) for column in foot for line in column))


LARGE = _letter(
    name="Norddeutsche Rollenfördertechnik Brüggemann & Söhne GmbH",
    street="Bürgermeister-Brauer-Straße 118 a",
    city="Henstedt-Ulzburg",
    email="vertrieb.innendienst@brueggemann-soehne.example",
    web="www.brueggemann-soehne.example",
    foot=tuple(_COLUMNS[:4]),
    to=Party(
        name="Wilhelmina Featherstonehaugh-Abernathy",
        organisation="Consolidated Great Lakes Grain & Fertilizer Cooperative Inc.",
        lines=("1 Main Street", "Duluth, MN 55802"),
    ),
    person="Frau Dr. Wilhelmina Featherstonehaugh-Abernathy",
    theirs="w.featherstonehaugh@bruggemann-soehne.example",
    about="Angebot 2026-4471 über zwei Rollenförderer Typ RF 800 – Ihre Anfrage vom 12. November 2026",
    notices=("Einschreiben",),
)
"""All of it as long as it usually is at most."""


@st.composite
def letters(draw: st.DrawFn) -> Firm:
    """Draw a letter of two pages between two firms."""
    own_email, domain, person = draw(_emails), draw(_domains), draw(st.sampled_from(_PEOPLE))
    foot = draw(st.lists(st.sampled_from(_COLUMNS), max_size=4, unique=True))
    if foot and draw(st.booleans()):
        foot[-1] = (*foot[-1][:2], own_email)
    return _letter(
        name=draw(names),
        street=draw(_streets),
        city=draw(st.sampled_from(["Hamburg", "Henstedt-Ulzburg b. Norderstedt"])),
        email=draw(_emails),
        web=f"www.{domain}.example",
        foot=tuple(foot),
        to=Party(name=person, organisation=draw(names), lines=("1 Main Street", "Duluth, MN 55802")),
        person=person,
        theirs=draw(_emails),
        about=f"Angebot für {draw(names)}",
        lang=draw(st.sampled_from(["de-DE", "en-GB", "fr-FR"])),
        notices=draw(st.sampled_from([(), ("Einschreiben",)])),
    )


def press(firm: Firm, letterhead: str, parameters: dict[str, str]) -> Result:
    """Make the letter."""
    choices = Choices(letterhead=letterhead, profile="screen", parameters=tuple(parameters.items()))
    return letterpress.press(Job(letter=firm.letter, choices=choices))


def faults(firm: Firm, letterhead: str, result: Result) -> Iterator[str]:
    """What is wrong with the page of a firm: not made, a line broken, columns too near, text at the sheet's edge."""
    if result.pdf is None:
        yield f"not made: {'; '.join(fault.message for fault in result.diagnostics)}"
        return
    lines = golden.lines(result.pdf, GAP)
    texts = [" ".join(line.text.split()) for line in lines]
    said = (fault for fault in result.diagnostics if fault.code == "field-unprinted")
    unprinted = {field for fault in said for field in dict(fault.params)["fields"]}
    for field, text in firm.whole:
        if field in unprinted or _stands(text, texts, at_least_half=letterhead == "margin"):
            continue
        if letterhead == "margin" and field == "from.foot" and not any(mark.isdigit() for mark in text):
            continue  # words of a foot may take two lines in its narrow column
        yield f"{field} '{text}' is broken, or stands beside another text"
    yield from _near_the_edge(result.pdf)


def _stands(text: str, lines: list[str], *, at_least_half: bool) -> bool:
    """Whether a text is on a line of its own, behind its label, or runs in with others between dots."""
    text = text.casefold()
    for line in (line.casefold() for line in lines):
        if text in (line, *line.split(" · ")) or line.endswith((f": {text}", f") {text}", f"){text}")):
            return True
    if at_least_half and "@" in text:
        user, _, domain = text.partition("@")
        return user in lines and f"@{domain}" in lines
    return False


def _near_the_edge(pdf: bytes) -> Iterator[str]:
    """Lines of text, as high as their face's box, that come too near to an edge."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, page in enumerate(document, start=1):
            width = page.get_width() * golden.MM
            paper = min(PAPERS.values(), key=lambda known: abs(known.width - width))
            textpage = page.get_textpage()
            for index in range(textpage.count_chars()):
                char = textpage.get_text_range(index, 1)
                if char.isspace() or char in "\ufffe":
                    continue
                box = proof._box(textpage.get_charbox(index, loose=True), page.get_height())
                least = min(box.x, box.y, paper.width - box.right, paper.height - box.bottom)
                if least < EDGE - ROUNDING:
                    line = textpage.get_text_bounded(
                        0,
                        page.get_height() - box.bottom / proof.MM,
                        page.get_width(),
                        page.get_height() - box.y / proof.MM,
                    )
                    yield f"'{' '.join(line.split())}' is {least:.1f} mm from the edge of page {number}"
                    break
    finally:
        document.close()
