"""Letters with codes, and their pages as pixels."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

import letterpress
from letterpress import api
from letterpress.model import Job

DUTCH = """\
letterhead: din5008
lang: de
date: 2026-03-01
from: {organisation: Hafenlicht GmbH, street: Kai 4, postcode: "20457", city: Hamburg, country: DE}
to: {name: Ada Brook, street: Lange Voorhout 9, postcode: 2514 GC, city: Den Haag, country: NL}
subject: Rechnung 4711
salutation: Guten Tag
closing: Mit freundlichen Grüßen
signatories: [{name: Eva Lindner}]
reference: {yours: A-1}
fields:
  amount: {type: money, currency: EUR, default: "119.00"}
  number: {type: text, default: "4711"}
codes:
  - kix
  - {type: data-matrix, content: "R-{{ fields.number }}"}
  - {type: qr, content: "https://example.org/{{ fields.number }}", place: end, alt: Link zur Rechnung}
  - {type: epc, iban: DE71 1102 2033 0123 4567 89, amount: "{{ fields.amount }}", text: "Rechnung {{ fields.number }}"}
"""
AMERICAN = """\
letterhead: us-business
lang: en-US
date: 2026-03-01
from: {organisation: Harbor Light Clinic, street: 12 Quay Road, city: Portland, region: ME, postcode: "04101", country: US}
to: {name: Ada Brook, street: 4 Mill Lane, city: Bangor, region: ME, postcode: "04401-1234", country: US}
salutation: Dear Ada Brook
closing: Sincerely
signatories: [{name: Jo Lind}]
codes: [{type: imb, service: "270", mailer: "123456", serial: "77"}]
"""
SWISS = """\
letterhead: swiss
lang: de-CH
date: 2026-03-01
from: {organisation: Robert Schneider AG, street: Rue du Lac 1268, postcode: "2501", city: Biel, country: CH}
to: {name: Pia-Maria Rutschmann-Schnyder, street: Grosse Marktgasse 28, postcode: "9400", city: Rorschach, country: CH}
subject: Rechnung 4711
salutation: Guten Tag
closing: Freundliche Grüsse
signatories: [{name: Eva Lindner}]
fields:
  amount: {type: money, currency: CHF, default: "1949.75"}
codes:
  - type: swiss-qr-bill
    iban: CH44 3199 9123 0008 8901 2
    amount: "{{ fields.amount }}"
    reference: 21 00000 00003 13947 14300 09017
    text: Auftrag vom 15.06.2020
"""
BODY = "Betrag der Rechnung{% if fields.amount %} von {{ fields.amount }}{% endif %}.\n"


def letter(folder: Path, front: str, body: str = BODY) -> letterpress.Letter:
    """A letter in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "letter.md"
    path.write_text(f"---\n{front}---\n\n{body}", encoding="utf-8")
    return letterpress.load(path)


def jobs(of: letterpress.Letter, records: list[dict[str, str]]) -> list[Job]:
    """The jobs of a list."""
    base = api.job(of)
    made = []
    for number, record in enumerate(records, start=1):
        texts = [(f"fields.{name}" if name in of.fields else f"to.{name}", text) for name, text in record.items()]
        made.append(replace(base, values=(*base.values, *texts), record=str(number), id=str(number)))
    return made


def page(pdf: bytes, dpi: int, number: int = 0) -> Image.Image:
    """A page as a printer has it."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return document[number].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    finally:
        document.close()


def cut(image: Image.Image, dpi: int, box: tuple[float, float, float, float]) -> Image.Image:
    """A part of a page: x, y, width, height in mm."""
    x, y, width, height = (round(side * dpi / 25.4) for side in box)
    return image.crop((x, y, x + width, y + height))


def ink(image: Image.Image, dpi: int) -> tuple[float, float, float, float]:
    """Where the ink of an image is: x, y, right, bottom in mm."""
    box = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    return tuple(side * 25.4 / dpi for side in box)  # type: ignore[return-value]


def figures(pdf: bytes) -> list[str]:
    """What each figure of the file's structure is said to show."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        found: list[Any] = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary)]
        return [str(thing.Alt) for thing in found if thing.get("/S") == pikepdf.Name("/Figure")]


def places(pdf: bytes, height: float = 297.0) -> dict[str, tuple[float, float, float, float]]:
    """Where the file's structure says that its figures stand: x, y, width, height in mm, by what they show."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        found: list[Any] = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary)]
        boxes = {str(one.Alt): [float(side) for side in one.A.BBox] for one in found if one.get("/S") == "/Figure"}
    scale = 25.4 / 72
    return {
        alt: (x1 * scale, height - y2 * scale, (x2 - x1) * scale, (y2 - y1) * scale)
        for alt, (x1, y1, x2, y2) in boxes.items()
    }
