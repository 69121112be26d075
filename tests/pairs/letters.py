"""The letter of a row, and the files that belong to it: one page, two records, and a value of each axis that is asked for."""

from __future__ import annotations

import io
import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf

import letterpress
from letterpress.signing.keys import test_identity
from tests.einvoice.test_letters import bill
from tests.pairs.covering import Row
from tests.support.project import FRONT, Project

NUMBERS = ("R-4711", "R-4712")
"""What each letter of a list has in its text."""
PASSPHRASE = "open"
BODIES = {
    "en-GB": "Thank you for your order, with the number {{ fields.number }}.",
    "de-CH": "Vielen Dank für Ihre Bestellung mit der Nummer {{ fields.number }}.",
    "ar": "شكرًا لكم على طلبكم ذي الرقم {{ fields.number }}.",
    "ja": "ご注文ありがとうございます。番号は{{ fields.number }}です。",
}
IBAN = "CH5800791123000889012"
CODES: dict[str, Any] = {
    "matrix": {"type": "data-matrix", "content": "{{ fields.number }}"},
    "epc": {
        "type": "epc",
        "iban": "DE71110220330123456789",
        "amount": "{{ fields.euros }}",
        "text": "{{ fields.number }}",
    },
    "slip": {"type": "swiss-qr-bill", "iban": IBAN, "amount": "{{ fields.francs }}", "reference": "RF18539007547034"},
    "kix": "kix",
}
FROM = {
    "organisation": "Hafenlicht AG",
    "street": "Quai 12",
    "postcode": "2501",
    "city": "Biel",
    "country": "CH",
    "email": "post@hafenlicht.example",
}
DUTCH = {"street": "Lange Voorhout 9", "postcode": "2514 GC", "city": "Den Haag", "country": "NL"}
SWISS = {"street": "Marktgasse 28", "postcode": "9400", "city": "Rorschach", "country": "CH"}
AMERICAN = {"street": "4 Mill Lane", "postcode": "04401", "city": "Bangor", "region": "ME", "country": "US"}
NAMES = ("Ada Brook", "Ben Huber")


def people(row: Row) -> list[dict[str, str]]:
    """Who gets the letters."""
    where = DUTCH if row["codes"] == "kix" else AMERICAN if row["carrier"] == "lob" else SWISS
    return [
        {"name": name, **where, "email": f"{name.split()[0].lower()}@example.org", "number": number}
        for name, number in zip(NAMES, NUMBERS, strict=True)
    ]


def write(project: Project, row: Row) -> None:
    """Write the letter, its list, and all that it names."""
    front = _front(row)
    text = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in front.items())
    project.letter(BODIES[row["lang"]] + "\n", text)
    project.write("list.json", json.dumps(people(row)))
    for name, key in keys().items() if row["sign"] in ("key", "in-order") else ():
        project.write(name, key)
    if row["sign"] == "ink":
        project.write("content/letters/jo.svg", INK)
    if row["combine"] == "sheets":
        project.letter("{{ fields.letters }} letters DIVIDER\n", f"{FRONT}fields: {{letters: integer}}\n", "divider.md")
    if row["enclosures"] in ("pdf", "lower", "refuse"):
        project.write("content/letters/annex.pdf", annex() if row["enclosures"] == "pdf" else foreign())
    if row["printed"] == "stationery":
        project.write("content/letters/paper.pdf", foreign(american=on_letter(row)))
    if row["files"] == "attachment":
        project.write("content/letters/figures.csv", "a,b\n1,2\n")
    for number in NUMBERS if row["files"] == "invoice" else ():
        xml = bill("en16931").replace("R-7", number).replace("Harbor Light Clinic", "Hafenlicht AG")
        project.write(f"content/letters/{number}.xml", xml)


def _front(row: Row) -> dict[str, Any]:
    command = row["command"]
    person = {key: value for key, value in people(row)[0].items() if key != "number"}
    jo: dict[str, Any] = {"name": "Jo Lind", "title": "Director"}
    if row["sign"] == "ink":
        jo["ink"] = "jo.svg"
    signatories = [jo, {"name": "Ann Kay"}] if row["sign"] == "in-order" else [jo]
    front: dict[str, Any] = {
        "lang": row["lang"],
        "date": "2026-01-15",
        "from": FROM,
        "subject": "Order",
        "salutation": "auto",
        "closing": "auto",
        "signatories": signatories,
        "fields": {
            "number": {"type": "text", "default": NUMBERS[0]},
            "francs": {"type": "money", "currency": "CHF", "default": "119.00"},
            "euros": {"type": "money", "currency": "EUR", "default": "119.00"},
        },
    }
    if command in ("render", "variants"):
        front["to"] = person
    if command.startswith("variants"):
        front["fields"]["tone"] = {"type": "text", "default": "warm"}
        front["variants"] = {"tone": ["warm", "cool"]}
    if row["sign"] == "in-order":
        front["sign"] = "in-order"
    if row["copy"] in ("cc", "every"):
        front["cc"] = ["Mia Orr"]
    if row["codes"] != "none":
        # The invoice is in euros: a slip beside it that asked for another currency would be a fault.
        euros = row["files"] == "invoice" and row["codes"] == "slip"
        code = CODES[row["codes"]]
        front["codes"] = [{**code, "amount": "{{ fields.euros }}"} if euros and isinstance(code, dict) else code]
    if row["enclosures"] == "words":
        front["enclosures"] = ["Two samples"]
    elif row["enclosures"] != "none":
        front["enclosures"] = [{"title": "Annex", "file": "annex.pdf"}]
    if row["printed"] == "stationery":
        front["stationery"] = {"first": "paper.pdf"}
    if row["files"] == "attachment":
        front["attachments"] = ["figures.csv"]
    elif row["files"] == "invoice":
        number, total = "{{ fields.number }}", "{{ fields.euros }}"
        front["einvoice"] = {"profile": "en16931", "xml": f"{number}.xml", "number": number, "total": total}
    return front


INK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" width="120" height="40">
<path d="M5 35 L60 5 L115 35 L60 20 Z" fill="#c800c8"/></svg>"""


@lru_cache(maxsize=1)
def keys() -> dict[str, bytes]:
    """Files with keys, by their names."""
    with tempfile.TemporaryDirectory() as folder:
        for name, file in (("Jo Lind", "jo.p12"), ("Ann Kay", "ann.p12")):
            test_identity.new_identity(name, Path(folder) / file, PASSPHRASE)
        files = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@lru_cache(maxsize=1)
def annex() -> bytes:
    """A PDF that says of itself what the letters say."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "annex.md"
        path.write_text(f"---\n{FRONT}---\n\nANNEX-77\n", encoding="utf-8")
        made = letterpress.render(path, paper="a4")
    assert made.pdf is not None
    return made.pdf


def on_letter(row: Row) -> bool:
    """Whether a row's letters are on US Letter."""
    return row["paper"] == "letter" or row["letterhead"] == "us-business" or row["carrier"] == "lob"


@lru_cache(maxsize=2)
def foreign(*, american: bool = False) -> bytes:
    """A PDF that claims nothing: a grey bar at the lower end of a page."""
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(612.0, 792.0) if american else (595.28, 841.89))
    page.Contents = file.make_stream(b"0.5 g 300 20 60 4 re f")
    out = io.BytesIO()
    file.save(out, deterministic_id=True)
    return out.getvalue()
