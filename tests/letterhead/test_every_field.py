"""Every field of a letter prints in every letterhead, or a diagnostic names it."""

from __future__ import annotations

import dataclasses
import datetime
import re

import pytest

import letterpress
from letterpress.model import Body, Choices, Job, Letter, Party, Person, Result, Signatory
from tests.support import firms
from tests.support.project import ROOT, pdf_text

VARIANTS = firms.variants()
SENDER = Party(
    honorific="Herr",
    name="Sandername",
    title="Sandertitle",
    organisation="Sanderfirm",
    attention="Sanderattention",
    care_of="Sandercare",
    street="Sanderstreet 1",
    postcode="20354",
    city="Sandercity",
    region="Sanderregion",
    country="DE",
    phone="040 5550190",
    email="sandermail@x.example",
    web="www.sanderweb.example",
    foot=(("Sanderfoot",), ("Sandersecond",)),
)
PERSON = Party(
    honorific="Frau", name="Rackname", title="Racktitle", street="Rackstreet 2", postcode="90471", city="Rackcity"
)
FIRM = Party(
    organisation="Rackfirm", attention="Rackattention", care_of="Rackcare", region="Rackregion", city="Rackcity"
)
LETTER = Letter(
    slug="all",
    path="all.md",
    folder=str(ROOT),
    root=str(ROOT),
    letterhead="plain",
    lang="de-DE",
    date=datetime.date(2026, 11, 25),
    body=Body(template="<p>Bodytext.</p>", lines=((1, 1),)),
    sender=SENDER,
    to=(PERSON,),
    subject="Subjecttext",
    reference=(("ours", "Ourstext"), ("Aktenzeichen", "Filetext")),
    via=("Viatext",),
    notices=("Noticetext",),
    salutation="Salutationtext",
    closing="Closingtext",
    signatories=(Signatory(name="Signname", title="Signtitle", organisation="Signfirm", authority="i. A."),),
    enclosures=("Enclosuretext",),
    cc=("Copytext",),
    postscript="Postscripttext",
)
NOT_PRINTED = {
    "to.phone": "what is known of a recipient, for texts that name it",
    "to.email": "likewise",
    "to.web": "likewise",
    "to.foot": "likewise",
    "bcc": "on the file copy, and on that of the one who gets it: tests/batch/test_copies.py",
    "design": "how letters look: test_design.py",
    "design_base": "a folder",
    "persons": "several names for one: tests/addressing",
    "given": "a part of the name",
    "family": "a part of the name",
    "gender": "how somebody is addressed",
    "office": "how somebody is addressed",
    "country": "on a letter that crosses a border: tests/addressing",
    "lines": "instead of the parts of an address",
}
"""Fields that are no text of their own on an original, with the reason."""


def _texts() -> dict[str, str]:
    """What stands for each field, by its path."""
    found: dict[str, str] = {}
    for role, party in (("from", SENDER), ("to", PERSON), ("to", FIRM)):
        for field in dataclasses.fields(Party):
            value = getattr(party, field.name)
            if field.name in NOT_PRINTED or f"{role}.{field.name}" in NOT_PRINTED or not value:
                continue
            found[f"{role}.{field.name}"] = value[0][0] if field.name == "foot" else value
    for name in ("subject", "salutation", "closing", "postscript"):
        found[name] = getattr(LETTER, name)
    for name in ("via", "notices", "enclosures", "cc"):
        found[name] = getattr(LETTER, name)[0]
    found |= {"reference.ours": "Ourstext", "reference.Aktenzeichen": "Filetext", "date": "25", "body": "Bodytext"}
    found |= {f"signatories.{name}": f"Sign{name}" for name in ("name", "title")}
    return found | {"signatories.organisation": "Signfirm", "signatories.authority": "i. A."}


TEXTS = _texts()


def _made(which: str, to: Party) -> Result:
    letterhead, parameters = VARIANTS[which]
    choices = Choices(letterhead=letterhead, profile="screen", parameters=tuple(parameters.items()))
    return letterpress.press(Job(letter=dataclasses.replace(LETTER, to=(to,)), choices=choices))


def test_the_table_has_every_field() -> None:
    """A field that is added to the model prints, is said, or has a reason here."""
    for role, model in (("from", Party), ("to", Party), ("", Person)):
        for field in dataclasses.fields(model):
            path = f"{role}.{field.name}" if role else field.name
            known = {path, f"from.{field.name}", f"to.{field.name}"} if not role else {path, field.name}
            assert known & (TEXTS.keys() | NOT_PRINTED.keys()), path
    signatory = {f"signatories.{field.name}" for field in dataclasses.fields(Signatory)}
    assert signatory - TEXTS.keys() == {f"signatories.{name}" for name in ("rank", "sign", "ink", "ink_base")}


@pytest.mark.parametrize("which", VARIANTS)
def test_every_field_prints_or_is_said(which: str) -> None:
    shown, said = "", set()
    for to in (PERSON, FIRM):
        result = _made(which, to)
        assert result.pdf is not None, [str(fault) for fault in result.diagnostics]
        shown += _plain(pdf_text(result.pdf))
        unprinted = (fault for fault in result.diagnostics if fault.code == "field-unprinted")
        said |= {fault.field for fault in result.diagnostics if fault.code == "region-left-out" and fault.field}
        said |= {field for fault in unprinted for field in dict(fault.params)["fields"]}
    missing = {field for field, text in TEXTS.items() if _plain(text) not in shown}
    assert missing <= said, missing - said
    assert said <= missing, said - missing


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00ad\ufffe\u2010-]", "", text).casefold()
