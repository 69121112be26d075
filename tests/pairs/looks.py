"""What a row's files hold, by other libraries than those that made them: words, pages, claims, codes, signatures, marks.

Each function says what is wrong; nothing is said of what is as it was asked for.
"""

from __future__ import annotations

import email
import io
import re
import tempfile
from collections.abc import Iterator
from email import policy
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image

import letterpress.signing
from letterpress.inserters import catalogue
from tests.codes import letters as drawn
from tests.pairs import letters
from tests.pairs.covering import Row
from tests.pairs.running import Outcome
from tests.support import code_readers, needs, sheet_readers
from tests.support.project import ROOT, Project, pdf_text

DPI = 150
COPIES = {
    "en-GB": {"draft": "DRAFT", "file": "File copy", "conformed": "Conformed copy"},
    "de-CH": {"draft": "ENTWURF", "file": "Aktenkopie", "conformed": "Abschrift"},
    "ja": {"draft": "下書き", "file": "控え", "conformed": "写し"},
    "ar": {"draft": "مسودة", "file": "نسخة الملف", "conformed": "نسخة"},
}
PRESS = ("press", "press-x1a")


def profile_of(row: Row) -> str:
    """The profile that a row's letters have: as it says, else its carrier's."""
    if row["profile"] != "unsaid":
        return row["profile"]
    return {"lob": "press-x1a", "print-shop": "press"}.get(row["carrier"], "archive")


def faults(project: Project, outcome: Outcome) -> list[str]:
    """Everything that is not as it was asked for."""
    row = outcome.row
    if row["command"] in ("envelopes", "labels"):
        return list(_posted(outcome))
    found = [*_count(outcome)]
    for name, pdf in outcome.made.items():
        said = [*_words(outcome, name, pdf), *_copy(row, name, pdf), *_marks(row, pdf)]
        said += _codes(row, pdf) if name == next(iter(outcome.made)) else ()
        if row["pack"] != "spool":  # whose letters are pages of a file, and no files
            said += [*_claims(row, pdf), *_signed(project, row, pdf), *_files(row, outcome, pdf)]
        found += [f"{name}: {one}" for one in said]
    found += [*_beside(project, outcome), *_printer(outcome)]
    return found


# --- letters ----------------------------------------------------------------------------------------------------------


def _count(outcome: Outcome) -> Iterator[str]:
    row = outcome.row
    number = {"render": 3 if row["copy"] == "every" else 1, "variants-of-records": 4}.get(row["command"], 2)
    if len(outcome.made) != number:
        yield f"{number} letters are wanted, and there are {list(outcome.made)}"
    wrong = {"folder": "s3://", "archive": "s3://"}.get(row["place"])
    for name in outcome.made:
        if (row["place"] == "store" and not name.startswith("s3://")) or (wrong and name.startswith(wrong)):
            yield f"{name} is not in the place that was asked for"


def numbers_of(outcome: Outcome) -> tuple[str, ...]:
    """What the letters have in their texts, in order."""
    first, second = letters.NUMBERS
    several = {"variants-of-records": (first, first, second, second), "variants": (first, first)}
    return several.get(outcome.row["command"], letters.NUMBERS)


def _words(outcome: Outcome, name: str, pdf: bytes) -> Iterator[str]:
    row, text = outcome.row, pdf_text(pdf)
    at = list(outcome.made).index(name)
    number = letters.NUMBERS[0] if row["command"] == "render" else (*numbers_of(outcome), "")[at]
    if [one for one in letters.NUMBERS if _digits(one) in text] != [number]:  # "R-" stands elsewhere in Arabic
        yield f"{number} alone is wanted in its text: {text}"
    if row["enclosures"] == "pdf" and "ANNEX-77" not in text:
        yield "its enclosure is missing"
    pages = _pages(pdf)
    if row["enclosures"] in ("pdf", "lower") and pages < 2:
        yield f"with its enclosure it has {pages} page"
    if row["enclosures"] == "words" and "Two samples" not in text:
        yield "its list of enclosures is missing"


def _digits(number: str) -> str:
    return number.removeprefix("R-")


def _pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def claims(pdf: bytes) -> set[str]:
    """What a file says of itself, in its metadata and its Info dictionary."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        xmp = document.Root.Metadata.read_bytes().decode() if "/Metadata" in document.Root else ""
        info = document.docinfo
        shop = str(info["/GTS_PDFXVersion"]) if "/GTS_PDFXVersion" in info else ""
    part, level = re.search(r"pdfaid:part>?=?\"?(\d)", xmp), re.search(r"pdfaid:conformance>?=?\"?([ABU])", xmp)
    found = {f"PDF/A-{part[1]}{level[1].lower()}"} if part and level else set()
    found |= {"PDF/UA-1"} if re.search(r"pdfuaid:part>?=?\"?1", xmp) else set()
    found |= {"PDF/X-4"} if "PDF/X-4" in xmp else set()
    found |= {"PDF/VT-1"} if "PDF/VT-1" in xmp else set()
    return found | ({shop} if shop else set())


def _claims(row: Row, pdf: bytes, *, printer: bool = False) -> Iterator[str]:
    profile, has = profile_of(row), claims(pdf)
    wanted = {"archive": {"PDF/A-3a", "PDF/UA-1"}, "press": {"PDF/A-3a", "PDF/UA-1", "PDF/X-4"}}.get(profile, set())
    if profile == "press-x1a":
        wanted = {"PDF/X-1a:2003"}
    if row["enclosures"] == "lower" and profile != "press-x1a":
        wanted = wanted - {"PDF/A-3a", "PDF/UA-1"}
    if printer and profile == "press":
        wanted = wanted | {"PDF/VT-1"}
    if has != wanted:
        yield f"it claims {sorted(has)}, and {sorted(wanted)} is wanted"


def _copy(row: Row, name: str, pdf: bytes) -> Iterator[str]:
    text = pdf_text(pdf)
    copy = row["copy"] if row["copy"] != "every" else "file" if name.endswith(".file.pdf") else "unsaid"
    for kind, said in COPIES[row["lang"]].items():
        if row["lang"] in ("ar", "ja") and kind != "draft":
            continue  # comes out of a file in another order, or is part of other words
        found = _letters_over(pdf, 12.0) if kind == "draft" else text
        if (said in found or (row["lang"] == "ar" and bool(found))) != (kind == copy):
            yield f"'{said}' {'is missing' if kind == copy else 'is not meant'}"
    if copy == "cc" and "Mia Orr" not in text:
        yield "who gets the copy is not named"


def _letters_over(pdf: bytes, height: float) -> str:
    """The letters of page 1 that are higher than so many mm, from the left: those of a watermark."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].get_textpage()
        boxes = {at: page.get_charbox(at) for at in range(page.count_chars())}
        large = [at for at, (_, bottom, _, top) in boxes.items() if (top - bottom) * 25.4 / 72 > height]
        return "".join(page.get_text_range(at, 1) for at in sorted(large, key=lambda at: boxes[at][0]))
    finally:
        document.close()


def _signed(project: Project, row: Row, pdf: bytes) -> Iterator[str]:
    text = pdf_text(pdf)
    conformed = row["sign"] == "conformed" or row["copy"] == "conformed"
    if conformed and "/s/ Jo Lind" not in text and "s/ Jo Lind/" not in text:
        yield "'/s/ Jo Lind' is missing"
    if row["sign"] == "ink" and row["copy"] != "conformed" and not _has_ink(pdf):
        yield "the handwriting is missing"
    if row["sign"] == "digital" and row["copy"] not in ("conformed",) and profile_of(row) not in PRESS:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            fields = document.Root.get("/AcroForm", {}).get("/Fields", [])
            if [str(one.get("/T")) for one in fields] != ["jo-lind"]:
                yield f"a place for Jo Lind's signature is wanted, and there is {list(fields)}"
    signers = {"key": ["Jo Lind"], "in-order": ["Jo Lind", "Ann Kay"]}.get(row["sign"], [])
    if signers:
        authority = (project.root / "test-ca/ca.pem").read_bytes()
        report = letterpress.signing.verify(pdf, [authority])
        named = [one.signer for one in report.signatures]
        if not report.valid or len(named) != len(signers):
            yield f"signatures of {signers} are wanted, and there are {named}, valid: {report.valid}"


def _image(pdf: bytes, page: int, dpi: int, mode: str = "L") -> Image.Image:
    """A page as it is when it is cut."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        left, bottom, right, top = document[page].get_mediabox()
        trim = document[page].get_trimbox()
        cut = (trim[0] - left, trim[1] - bottom, right - trim[2], top - trim[3])
        return document[page].render(scale=dpi / 72, crop=cut).to_pil().convert(mode)
    finally:
        document.close()


def _has_ink(pdf: bytes) -> bool:
    """Whether there is the magenta of the handwriting somewhere."""
    image = _image(pdf, 0, 60, "RGB")
    return any(
        red > green + 60 and blue > green + 40 for _, (red, green, blue) in image.getcolors(image.width * image.height)
    )


def _codes(row: Row, pdf: bytes) -> Iterator[str]:
    if row["codes"] == "none" or row["beside"] == "overlay":  # whose lines may cross a code
        return
    needs.package("zxingcpp", "zxing-cpp")
    if row["codes"] == "kix":
        if (
            profile_of(row) != "press-x1a"
            and row["pack"] != "spool"
            and not any("KIX" in alt for alt in drawn.figures(pdf))
        ):
            yield f"the code of the post is missing: {drawn.figures(pdf)}"
        return
    begins = {"matrix": "R-471", "epc": "BCD", "slip": "SPC"}[row["codes"]]
    read = [text for page in range(_pages(pdf)) for text in code_readers.matrices(_image(pdf, page, DPI))]
    if not any(text.startswith(begins) for text in read):
        yield f"the code cannot be read: {read}"


def _files(row: Row, outcome: Outcome, pdf: bytes) -> Iterator[str]:
    if row["files"] == "none":
        return
    with pikepdf.open(io.BytesIO(pdf)) as document:
        held = set(document.attachments)
    wanted = {"attachment": "figures.csv", "invoice": "factur-x.xml"}[row["files"]]
    if profile_of(row) in PRESS:
        if not any(one["code"] == "attachments-left-out" for one in outcome.faults):
            yield f"'{wanted}' was left out, and nothing says so"
    elif wanted not in held:
        yield f"'{wanted}' is missing: {held}"


def _marks(row: Row, pdf: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        marked = "/TrimBox" in page and list(page.trimbox) != list(page.mediabox)
        width = float(page.trimbox[2]) - float(page.trimbox[0])
    if (row["ink"] == "marks" and profile_of(row) in PRESS) and not marked:
        yield "its crop marks are missing"
    if row["paper"] != "unsaid" and abs(width - {"a4": 595.28, "letter": 612.0}[row["paper"]]) > 1:
        yield f"its paper is {width} pt wide"


# --- what comes besides -----------------------------------------------------------------------------------------------


def _beside(project: Project, outcome: Outcome) -> Iterator[str]:
    row = outcome.row
    for name, pdf in outcome.made.items():
        path = project.root / name
        if row["beside"] == "eml":
            message = email.message_from_bytes(path.with_suffix(".eml").read_bytes(), policy=policy.default)
            held = [part.get_content() for part in message.iter_attachments()]  # type: ignore[attr-defined]
            if held[:1] != [pdf]:
                yield f"{name}: its e-mail does not hold it"
        if row["beside"] == "png":
            drawn_pages = len(list(path.parent.glob(f"{path.stem}-*.png")))
            if drawn_pages != _pages(pdf):
                yield f"{name}: {drawn_pages} pages are drawn of {_pages(pdf)}"
        if row["beside"] == "overlay" and not _has_overlay(pdf):
            yield f"{name}: nothing is drawn over page 1"
    if row["beside"] == "report" and not (project.root / "r.csv").exists():
        yield "the report is missing"


def _has_overlay(pdf: bytes) -> bool:
    image = _image(pdf, 0, 40, "RGB")
    return any(max(pixel) - min(pixel) > 30 for _, pixel in image.getcolors(image.width * image.height))


def _printer(outcome: Outcome) -> Iterator[str]:
    """The files for the printer."""
    row = outcome.row
    if row["combine"] == "none" and row["pack"] != "spool":
        return
    if len(outcome.combined) != (len(outcome.made) if row["combine"] == "sorted" else 1):
        yield f"the files for the printer are {list(outcome.combined)}"
    texts = [pdf_text(pdf) for pdf in outcome.combined.values()]
    for number in letters.NUMBERS:
        said, own = (
            sum(text.count(_digits(number)) for text in some) for some in (texts, map(pdf_text, outcome.made.values()))
        )
        if said != own:
            yield f"the files for the printer say {number} {said} times, and the letters {own} times"
    pages = sum(map(_pages, outcome.combined.values()))
    own = sum(map(_pages, outcome.made.values()))
    more = row["combine"] == "sheets"
    if row["combine"] != "sorted" and pages != own + more:
        yield f"the file for the printer has {pages} pages, and the letters {own}"
    if more and "DIVIDER" not in texts[0]:
        yield "the sheet between is missing"
    for name, pdf in outcome.combined.items():
        yield from (f"{name}: {one}" for one in _claims(row, pdf, printer=True))
        if row["combine"] in ("omr", "camera"):
            yield from (f"{name}: {one}" for one in _machine(row, pdf))


def _machine(row: Row, pdf: bytes) -> Iterator[str]:
    """What an inserting machine reads from each sheet."""
    needs.package("zxingcpp", "zxing-cpp")
    scheme = catalogue.find("quadient-ds95" if row["combine"] == "omr" else "data-matrix", ROOT)
    side = 8.0
    for page in range(_pages(pdf)):
        sheet = sheet_readers.sheet(_image(pdf, page, DPI), DPI, scheme, side)
        if (row["combine"] == "omr" and not (sheet.marks and sheet.marks[0])) or (
            row["combine"] == "camera" and not re.fullmatch(r"\d{17}", sheet.text or "")
        ):
            yield f"page {page + 1}: the machine reads {sheet}"


# --- envelopes and labels ---------------------------------------------------------------------------------------------


def _posted(outcome: Outcome) -> Iterator[str]:
    row = outcome.row
    if len(outcome.combined) != 1:
        yield f"one file is wanted, and there is {list(outcome.combined)}"
        return
    (pdf,) = outcome.combined.values()
    text = pdf_text(pdf)
    for name in letters.NAMES:
        if name not in text:
            yield f"{name} is missing: {text}"
    if _pages(pdf) != (2 if row["command"] == "envelopes" else 1):
        yield f"it has {_pages(pdf)} pages"
    yield from _claims({**row, "enclosures": "none"}, pdf)


def kept(pdf: bytes) -> list[str]:
    """What a validator says against a file: veraPDF, and the rules of PDF/X."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "letter.pdf"
        path.write_bytes(pdf)
        verdict = letterpress.validate(path)
    return [f"{one.rule}: {one.message}" for one in verdict.findings if one.severity == "error"]
