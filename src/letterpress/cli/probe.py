"""Tries a letterhead: sets a letter with every field filled on each of its papers, and finds what is not seen.

Not here: slips in its files (letterhead/own_files.py), what a page has out of its place (layout/).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

from letterpress.errors import Diagnostic, shown_path
from letterpress.model import Body, Choices, Job, Letter, Party, Result, Signatory

_SENDER = Party(
    name="Quillan Sender",
    street="12 Sendergate",
    postcode="04101",
    city="Senderton",
    region="ME",
    country="US",
    phone="207 555 0170",
    email="post@sender.example",
    web="www.sender.example",
    foot=(("Registered Senderfoot",), ("Second Senderfoot",)),
)
_RECIPIENT = Party(name="Ada Reader", street="4 Readerlane", postcode="04401", city="Readerton", region="ME")
_BODY = (
    "<p>Probetext begins a paragraph that is long enough to run over more than one line of the letter, so that it is "
    "seen where a line ends.</p><ul><li>Probeitem</li></ul>"
    "<table><thead><tr><th>Probehead</th><th>Sum</th></tr></thead><tbody><tr><td>Probecell</td><td>1.50</td></tr>"
    "</tbody></table>"
)
_SHOWN = {
    "from.name": "Quillan Sender",
    "from.street": "12 Sendergate",
    "from.city": "Senderton",
    "from.phone": "555 0170",
    "from.email": "post@sender.example",
    "from.web": "www.sender.example",
    "from.foot": "Registered Senderfoot",
    "to.name": "Ada Reader",
    "to.street": "4 Readerlane",
    "date": "Jan",
    "subject": "Probesubject",
    "reference": "Probereference",
    "via": "Probevia",
    "notices": "Probenotice",
    "salutation": "Dear Probereader",
    "closing": "Probeclosing",
    "signatories.name": "Probesignatory",
    "signatories.title": "Probetitle",
    "enclosures": "Probeenclosure",
    "cc": "Probecopy",
    "postscript": "Probepostscript",
    "body": "Probetext",
}
"""What is seen of each field, by its path."""
_OF_LETTERS = frozenset(("field-unprinted", "last-page-short"))
"""Codes of what is no fault of a letterhead, but of the letter that is tried in it."""
_PLAIN = re.compile(r"[\s\u00ad\ufffe\u2010-]")


def check(folder: Path) -> list[Diagnostic]:
    """Say what is wrong with the letterhead in a folder: its files, its page, and what it never prints."""
    from letterpress import pipeline
    from letterpress.files import project
    from letterpress.layout import lost_words
    from letterpress.letterhead import definition

    head = definition.find(folder.name, project.root_of(folder))
    if Path(head.folders[0]).resolve() != folder.resolve():
        message = f"no letter finds this letterhead: the name '{folder.name}' leads to {shown_path(head.folders[0])}"
        hint = f"a project's letterheads lie in its templates/: move this one to templates/{folder.name}"
        file = shown_path(folder / "letterhead.toml")
        return [Diagnostic(message=message, file=file, hint=hint, code="letterhead-hidden", value=folder.name)]
    letter = _letter(folder, str(project.root_of(folder)), head.name)
    faults: list[Diagnostic] = []
    for paper in head.papers:
        with lost_words.uncompared():  # `_unseen` says it by field
            made = pipeline.press(Job(letter=letter, choices=Choices(paper=paper)))
        faults += [fault for fault in made.diagnostics if fault.code not in _OF_LETTERS]
        faults += _unseen(folder, made)
    return list(dict.fromkeys(faults))


def _unseen(folder: Path, made: Result) -> Iterator[Diagnostic]:
    """What is not seen on the page, though nothing says that the letterhead leaves it out."""
    if made.pdf is None:
        return
    from letterpress.pdf import raster

    text = _plain(raster.text(made.pdf))
    told = {
        field
        for fault in made.diagnostics
        if fault.code == "field-unprinted"
        for field in dict(fault.params).get("fields", ())
    }
    for field, words in _SHOWN.items():
        if _plain(words) not in text and not any(name == field or name.startswith(f"{field}.") for name in told):
            omitted = field if field.startswith("from.") else field.partition(".")[0]
            yield Diagnostic(
                severity="warning",
                message="the letterhead does not print it: its style hides it, or its letter.html leaves it out",
                file=shown_path(folder / "letterhead.toml"),
                field=field,
                hint=f'print it, or say omits = ["{omitted}"], so that letters hear of it',
                code="field-hidden",
                value=field,
            )


def _plain(text: str) -> str:
    return _PLAIN.sub("", text).casefold()


def _letter(folder: Path, root: str, letterhead: str) -> Letter:
    return Letter(
        slug="check",
        path=str(folder / "letter.html"),
        folder=str(folder.resolve()),
        root=root,
        letterhead=letterhead,
        lang="en-US",
        date=datetime.date(2026, 1, 15),
        sender=_SENDER,
        to=(_RECIPIENT,),
        subject="Probesubject",
        reference=(("ours", "Probereference"),),
        via=("Probevia",),
        notices=("Probenotice",),
        salutation="Dear Probereader",
        closing="Probeclosing",
        signatories=(Signatory(name="Probesignatory", title="Probetitle"),),
        enclosures=("Probeenclosure",),
        cc=("Probecopy",),
        postscript="Probepostscript",
        body=Body(template=_BODY, lines=()),
    )
